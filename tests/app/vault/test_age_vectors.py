"""The published test vectors of age v1 that apply, each through the parser, the chunks, and a vault on disk."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.vault import CannotOpen, Vault
from app.vault.age import (
    CHUNK,
    NONCE_SIZE,
    SEALED_CHUNK,
    AgeError,
    BadHeader,
    BadMac,
    BadPayload,
    Header,
    Identity,
    NoMatch,
    Stream,
)
from tests.app.vault.samples import put_age_file

FOLDER = Path(__file__).parents[2] / "vectors" / "age"
VECTORS = sorted(path.name for path in FOLDER.iterdir() if "." not in path.name)
ERRORS: dict[str, type[AgeError]] = {
    "header failure": BadHeader,
    "HMAC failure": BadMac,
    "no match": NoMatch,
    "payload failure": BadPayload,
}
NO_NONCE = {"stream_no_nonce", "stream_short_nonce"}
"""The vectors count the payload's nonce to the header; the specification, and we, to the payload."""


@dataclass
class Vector:
    expect: str
    payload_sha256: str
    file_key: bytes
    identities: list[Identity]
    data: bytes

    @classmethod
    def load(cls, name: str) -> Vector:
        head, _, data = (FOLDER / name).read_bytes().partition(b"\n\n")
        fields = [line.split(": ", 1) for line in head.decode().splitlines()]
        one = dict(fields)
        identities = [Identity.parse(value) for key, value in fields if key == "identity"]
        if one.get("compressed") == "zlib":
            data = zlib.decompress(data)
        expect = "payload failure" if name in NO_NONCE else one["expect"]
        return cls(expect, one.get("payload", ""), bytes.fromhex(one["file key"]), identities, data)


def stream_opened(file_key: bytes, payload: bytes) -> Iterator[bytes]:
    """Open a payload as a stream does that cannot see its end: what it gives before an error is what vectors hash."""
    if len(payload) < NONCE_SIZE:
        raise BadPayload("no nonce")
    stream, rest, index = Stream(file_key, payload[:NONCE_SIZE]), payload[NONCE_SIZE:], 0
    while True:
        sealed, rest = rest[:SEALED_CHUNK], rest[SEALED_CHUNK:]
        plain = bytearray(CHUNK)
        try:
            size, last = stream.open(index, sealed, memoryview(plain), last=False), False
            if len(sealed) < SEALED_CHUNK:
                raise BadPayload("a short chunk that is not the last")
        except BadPayload:
            size, last = stream.open(index, sealed, memoryview(plain), last=True), True
        if last and size == 0 and index:
            raise BadPayload("the last chunk is empty")
        yield bytes(plain[:size])
        if last:
            if rest:
                raise BadPayload("something follows the last chunk")
            return
        index += 1


def test_all_that_apply_are_here() -> None:
    assert len(VECTORS) == 67


@pytest.mark.parametrize("name", VECTORS)
def test_header_and_stream(name: str) -> None:
    vector = Vector.load(name)
    given = bytearray()

    def run() -> None:
        header = Header.parse(vector.data)
        file_key = header.open(vector.identities)
        assert file_key == vector.file_key
        for plain in stream_opened(file_key, vector.data[header.size :]):
            given.extend(plain)

    check(vector, run)
    if vector.payload_sha256:
        assert hashlib.sha256(given).hexdigest() == vector.payload_sha256
    else:
        assert not given


def check(vector: Vector, run: Callable[[], None]) -> None:
    """Run it, and see exactly the error that the vector expects."""
    if vector.expect == "success":
        run()
        return
    with pytest.raises(ERRORS[vector.expect]) as raised:
        run()
    assert type(raised.value) is ERRORS[vector.expect]


@pytest.mark.parametrize("name", [name for name in VECTORS if not name.startswith(("hmac_", "header_", "empty"))])
def test_in_a_vault(name: str, vault: Vault) -> None:
    vector = Vector.load(name)
    try:
        id_ = put_age_file(vault, vector.data)
    except BadHeader:
        assert vector.expect == "header failure"
        return
    if vector.expect != "success":
        with pytest.raises(CannotOpen) as raised:
            open_all(vault, id_, vector.identities)
        assert isinstance(raised.value.__cause__, ERRORS[vector.expect])
        return
    assert hashlib.sha256(open_all(vault, id_, vector.identities)).hexdigest() == vector.payload_sha256


def open_all(vault: Vault, id_: str, identities: list[Identity]) -> bytes:
    """Open with whichever identity fits; the last one's error if none does."""
    for identity in identities[:-1]:
        try:
            with vault.open(id_, identity) as reader:
                return b"".join(reader)
        except CannotOpen:
            continue
    with vault.open(id_, identities[-1]) as reader:
        return b"".join(reader)
