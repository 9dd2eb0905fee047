"""Reading and proving: random access opens what it must and no more, and nothing changed goes unnoticed."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.vault import CannotOpen, ProofFailed, Sealed, Sealing, Vault, disk
from app.vault.age import CHUNK, SEALED_CHUNK, TAG_SIZE, Header, Identity, Stream
from drivers.camera import Stopped
from tests.app.vault.samples import SIZES, key_path, new_id, payload_path, plain_bytes, seal

NONCE = 16


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The numbers of the chunks that were opened, in order."""
    indexes: list[int] = []
    real = Stream.open

    def counted(self: Stream, index: int, sealed: bytes, out: memoryview, *, last: bool) -> int:
        indexes.append(index)
        return real(self, index, sealed, out, last=last)

    monkeypatch.setattr(Stream, "open", counted)
    return indexes


def test_random_access_opens_one_chunk(vault: Vault, identity: Identity, opened: list[int]) -> None:
    plain = plain_bytes(100 * CHUNK + 5)
    sealed = seal(vault, plain, identity)
    opened.clear()
    with vault.open(sealed.id, identity) as reader:
        assert opened == [100]  # the last one proves the size
        opened.clear()
        assert reader.read_at(50 * CHUNK + 10, 1000) == plain[50 * CHUNK + 10 : 50 * CHUNK + 1010]
        assert opened == [50]
        assert reader.read_at(50 * CHUNK, CHUNK) == plain[50 * CHUNK : 51 * CHUNK]
        assert opened == [50]
        assert reader.read_at(51 * CHUNK - 1, 2) == plain[51 * CHUNK - 1 : 51 * CHUNK + 1]
        assert opened == [50, 51]


def test_few_chunks_are_kept(vault: Vault, identity: Identity, opened: list[int]) -> None:
    sealed = seal(vault, plain_bytes(40 * CHUNK), identity)
    with vault.open(sealed.id, identity) as reader:
        list(reader)
        opened.clear()
        reader.read_at(0, 1)
        assert opened == [0]
        reader.read_at(39 * CHUNK, 1)
        assert opened == [0]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(size=st.sampled_from(SIZES), offset=st.integers(0, 41 * CHUNK), length=st.integers(0, 3 * CHUNK))
def test_read_at_gives_what_a_slice_gives(size: int, offset: int, length: int, vault: Vault) -> None:
    plain, identity = plain_bytes(size), Identity.generate()
    with vault.open(seal(vault, plain, identity).id, identity) as reader:
        assert reader.read_at(offset, length) == plain[offset : offset + length]


def test_read_at_refuses_negative_places(vault: Vault, identity: Identity) -> None:
    with (
        vault.open(seal(vault, b"evidence", identity).id, identity) as reader,
        pytest.raises(ValueError, match="not negative"),
    ):
        reader.read_at(-1, 5)


def test_many_threads_read_at_once(vault: Vault, identity: Identity) -> None:
    plain = plain_bytes(60 * CHUNK + 1)
    sealed = seal(vault, plain, identity)
    start = threading.Barrier(8)
    with vault.open(sealed.id, identity) as reader, ThreadPoolExecutor(8) as pool:

        def read(seed: int) -> bool:
            start.wait()
            places = [(seed * 7919 + step * 104729) % len(plain) for step in range(200)]
            return all(reader.read_at(place, 777) == plain[place : place + 777] for place in places)

        assert all(pool.map(read, range(8)))


def swap(data: bytes, first: int, second: int) -> bytes:
    """Swap two sealed chunks."""
    chunks = [data[at : at + SEALED_CHUNK] for at in range(NONCE, len(data), SEALED_CHUNK)]
    chunks[first], chunks[second] = chunks[second], chunks[first]
    return data[:NONCE] + b"".join(chunks)


TAMPERINGS: dict[str, Callable[[bytes], bytes]] = {
    "swapped chunks": lambda data: swap(data, 0, 1),
    "swapped last": lambda data: swap(data, 1, 2),
    "a chunk twice": lambda data: data[: NONCE + SEALED_CHUNK] + data[NONCE:],
    "a chunk missing": lambda data: data[:NONCE] + data[NONCE + SEALED_CHUNK :],
    "the last chunk missing": lambda data: data[: NONCE + 2 * SEALED_CHUNK],
    "the last chunk twice": lambda data: data + data[NONCE + 2 * SEALED_CHUNK :],
    "a byte appended": lambda data: data + b"\0",
    "a chunk appended": lambda data: data + bytes(SEALED_CHUNK),
    "empty": lambda _: b"",
    "nonce only": lambda data: data[:NONCE],
    "another nonce": lambda data: bytes(NONCE) + data[NONCE:],
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_tampering_is_refused(name: str, vault: Vault, identity: Identity) -> None:
    sealed = seal(vault, plain_bytes(2 * CHUNK + 100), identity)
    path = payload_path(vault, sealed.id)
    path.write_bytes(TAMPERINGS[name](path.read_bytes()))
    with pytest.raises(CannotOpen), vault.open(sealed.id, identity) as reader:
        list(reader)
    for key in (identity, None):
        with pytest.raises(ProofFailed, match="age-payload"):
            vault.prove(sealed.id, sealed, key)


@pytest.mark.parametrize("size", [0, 1, 30])
def test_every_flipped_bit_and_every_cut_of_a_small_recording_is_refused(
    size: int, vault: Vault, identity: Identity
) -> None:
    sealed = seal(vault, plain_bytes(size), identity)
    for path in (payload_path(vault, sealed.id), key_path(vault, sealed.id)):
        data = path.read_bytes()
        changed = [data[:cut] for cut in range(len(data))]
        for bit in range(len(data) * 8):
            flipped = bytearray(data)
            flipped[bit // 8] ^= 1 << bit % 8
            changed.append(bytes(flipped))
        for other in changed:
            path.write_bytes(other)
            with pytest.raises(CannotOpen), vault.open(sealed.id, identity) as reader:
                list(reader)
        path.write_bytes(data)
    with vault.open(sealed.id, identity) as reader:
        assert b"".join(reader) == plain_bytes(size)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_flipped_bit_of_a_larger_one_is_found(data: st.DataObject, vault: Vault) -> None:
    identity = Identity.generate()
    sealed = seal(vault, plain_bytes(3 * CHUNK + 7), identity)
    path = data.draw(st.sampled_from([payload_path(vault, sealed.id), key_path(vault, sealed.id)]))
    raw = bytearray(path.read_bytes())
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    path.write_bytes(raw)
    for key in (None, identity):
        with pytest.raises(ProofFailed, match=path.name):
            vault.prove(sealed.id, sealed, key)
    with pytest.raises(CannotOpen), vault.open(sealed.id, identity) as reader:
        list(reader)


@pytest.mark.parametrize("size", SIZES)
def test_what_was_sealed_is_proved(size: int, vault: Vault, identity: Identity) -> None:
    sealed = seal(vault, plain_bytes(size), identity)
    told: list[int] = []
    vault.prove(sealed.id, sealed, tick=told.append)
    assert told == sorted(told)
    assert told[-1] == sealed.payload_size
    vault.prove(sealed.id, sealed, identity)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"sha256": "0" * 64}, "another recording"),
        ({"size": 5}, "another recording"),
        ({"payload_sha256": "0" * 64}, "SHA-256 differs"),
        ({"payload_size": 5}, "but 5 were sealed"),
        ({"key_sha256": "0" * 64}, "key is not what was sealed"),
    ],
)
def test_a_proof_compares_everything(change: dict[str, object], words: str, vault: Vault, identity: Identity) -> None:
    sealed = seal(vault, b"evidence", identity)
    claimed: Sealed = dataclasses.replace(sealed, **change)  # type: ignore[arg-type]
    with pytest.raises(ProofFailed, match=words):
        vault.prove(sealed.id, claimed, identity)


@pytest.mark.parametrize("missing", [key_path, payload_path])
def test_a_missing_piece_is_named(missing: Callable[[Vault, str], Path], vault: Vault, identity: Identity) -> None:
    sealed = seal(vault, b"evidence", identity)
    path = missing(vault, sealed.id)
    path.unlink()
    name = path.name
    with pytest.raises(ProofFailed, match=f"{name} cannot be read back: No such file"):
        vault.prove(sealed.id, sealed)
    with pytest.raises(CannotOpen, match=name):
        vault.open(sealed.id, identity)


def finished(vault: Vault, identity: Identity, plain: bytes) -> Sealing:
    """A sealing that stands in the vault and was not proved yet."""
    sealing = vault.begin(new_id(), [identity.recipient])
    sealing.write(memoryview(plain))
    sealing.finish()
    return sealing


def test_a_sealing_is_proved_without_the_identity(vault: Vault, identity: Identity) -> None:
    plain = plain_bytes(40 * CHUNK + 7)
    sealing = finished(vault, identity, plain)
    told: list[int] = []
    sealed = sealing.prove(told.append)
    assert told == sorted(told)
    assert told[-1] == sealed.payload_size == payload_path(vault, sealing.id).stat().st_size
    assert sealed.sha256 == hashlib.sha256(plain).hexdigest()
    assert sealing.prove() == sealed
    vault.prove(sealed.id, sealed, identity)


@pytest.mark.parametrize("name", TAMPERINGS)
def test_a_sealing_proves_every_chunk(name: str, vault: Vault, identity: Identity) -> None:
    sealing = finished(vault, identity, plain_bytes(2 * CHUNK + 100))
    path = payload_path(vault, sealing.id)
    path.write_bytes(TAMPERINGS[name](path.read_bytes()))
    with pytest.raises(ProofFailed, match="age-payload cannot be read back"):
        sealing.prove()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_sealing_sees_any_flipped_bit_of_what_stands_on_the_disk(data: st.DataObject, vault: Vault) -> None:
    sealing = finished(vault, Identity.generate(), plain_bytes(3 * CHUNK + 7))
    path = data.draw(st.sampled_from([payload_path(vault, sealing.id), key_path(vault, sealing.id)]))
    raw = bytearray(path.read_bytes())
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    path.write_bytes(raw)
    with pytest.raises(ProofFailed, match=path.name):
        sealing.prove()


@pytest.mark.parametrize("other", [b"", b"evidencE", b"evidence and more"])
def test_a_sealing_compares_what_it_opens_with_what_it_was_given(
    other: bytes, vault: Vault, identity: Identity
) -> None:
    """A whole payload under the very same key, of other bytes: only the plain size and hash can tell."""
    sealing = finished(vault, identity, b"evidence")
    path = payload_path(vault, sealing.id)
    nonce, sealed = path.read_bytes()[:NONCE], memoryview(bytearray(len(other) + TAG_SIZE))
    with disk.open_to_read(key_path(vault, sealing.id)) as key:
        Stream(Header.parse(key.read()).open([identity]), nonce).seal(0, other, sealed, last=True)
    path.write_bytes(nonce + sealed)
    with pytest.raises(ProofFailed, match="opens to another recording"):
        sealing.prove()


@pytest.mark.parametrize("missing", [key_path, payload_path])
def test_a_sealing_names_a_missing_piece(
    missing: Callable[[Vault, str], Path], vault: Vault, identity: Identity
) -> None:
    sealing = finished(vault, identity, b"evidence")
    path = missing(vault, sealing.id)
    path.unlink()
    with pytest.raises(ProofFailed, match=f"{path.name} cannot be read back: No such file"):
        sealing.prove()


def test_a_proof_can_be_stopped(vault: Vault, identity: Identity) -> None:
    sealing = finished(vault, identity, plain_bytes(40 * CHUNK))
    sealed = sealing.prove()

    def stop(_done: int) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        sealing.prove(stop)

    with pytest.raises(Stopped):
        vault.prove(sealed.id, sealed, tick=stop)


def test_a_proof_reads_the_disk_and_not_the_cache(
    vault: Vault, identity: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealing = finished(vault, identity, plain_bytes(CHUNK))
    forgotten: list[str] = []
    real = os.posix_fadvise

    def advise(handle: int, offset: int, length: int, advice: int) -> None:
        assert (offset, length, advice) == (0, 0, os.POSIX_FADV_DONTNEED)
        forgotten.append(Path(f"/proc/self/fd/{handle}").readlink().name)
        real(handle, offset, length, advice)

    monkeypatch.setattr(os, "posix_fadvise", advise)
    sealed = sealing.prove()
    vault.prove(sealed.id, sealed)
    assert forgotten == 2 * [f"{sealed.id}.key", f"{sealed.id}.age-payload"]


def test_the_wrong_key_does_not_open(vault: Vault, identity: Identity) -> None:
    sealed = seal(vault, b"evidence", identity)
    other = Identity.generate()
    with pytest.raises(CannotOpen, match="other keys"):
        vault.open(sealed.id, other)
    with pytest.raises(ProofFailed, match="other keys"):
        vault.prove(sealed.id, sealed, other)


def test_a_finished_sealing_can_be_read_without_the_identity(vault: Vault, identity: Identity) -> None:
    sealing = finished(vault, identity, b"evidence")
    with sealing.reader() as reader:
        assert reader.read_at(0, 100) == b"evidence"


def test_a_link_is_not_followed(vault: Vault, identity: Identity) -> None:
    sealed = seal(vault, b"evidence", identity)
    path = payload_path(vault, sealed.id)
    path.rename(path.with_name("elsewhere"))
    path.symlink_to("elsewhere")
    with pytest.raises(CannotOpen):
        vault.open(sealed.id, identity)


def test_leftovers_and_discard(vault: Vault, identity: Identity) -> None:
    assert vault.leftovers() == vault.ids() == frozenset()
    kept, gone = new_id(), new_id()
    for id_ in (kept, gone):
        sealing = vault.begin(id_, [identity.recipient])
        sealing.write(memoryview(plain_bytes(2 * CHUNK)))
        sealing.abandon()
    sealed = seal(vault, b"evidence", identity)
    assert vault.leftovers() == {kept, gone}
    vault.discard(gone)
    vault.discard(gone)
    vault.discard(sealed.id)
    assert vault.leftovers() == {kept}
    assert vault.ids() == {sealed.id}
    assert vault.resume(gone, identity) is None
    assert vault.free_bytes() > 0
