"""Sealing: the same file for any split into writes, that every age program opens, durable in the right order."""

from __future__ import annotations

import errno
import hashlib
import itertools
import os
import subprocess
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pyrage  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.vault import AlreadyThere, Sealed, Vault, VaultFull, VaultWriteFailed, disk
from app.vault.age import CHUNK, SEALED_CHUNK, Identity
from app.vault.errors import VaultSyncFailed
from app.vault.sealing import BATCH_CHUNKS, Part, Pieces, Sealing
from tests.app.vault.samples import (
    SIZES,
    age_file,
    key_path,
    new_id,
    part_path,
    payload_path,
    plain_bytes,
    put_age_file,
    seal,
)


@pytest.mark.parametrize("size", SIZES)
def test_what_is_sealed_is_told_as_it_is(size: int, vault: Vault, identity: Identity) -> None:
    plain = plain_bytes(size)
    sealed = seal(vault, plain, identity)
    payload = payload_path(vault, sealed.id).read_bytes()
    key = key_path(vault, sealed.id).read_bytes()
    assert sealed == Sealed(
        id=sealed.id,
        size=size,
        sha256=hashlib.sha256(plain).hexdigest(),
        key_sha256=hashlib.sha256(key).hexdigest(),
        payload_sha256=hashlib.sha256(payload).hexdigest(),
        payload_size=len(payload),
    )
    with vault.open(sealed.id, identity) as reader:
        assert (reader.size, b"".join(reader)) == (size, plain)
    assert vault.leftovers() == frozenset()
    assert vault.ids() == {sealed.id}


@pytest.mark.parametrize("size", SIZES)
def test_the_age_command_and_pyrage_open_it(size: int, vault: Vault, identity: Identity, tmp_path: Path) -> None:
    plain = plain_bytes(size)
    data = age_file(vault, seal(vault, plain, identity).id)
    keys = tmp_path / "key.txt"
    keys.write_text(identity.secret_text())
    opened = subprocess.run(["age", "-d", "-i", str(keys)], input=data, capture_output=True, check=True)
    assert opened.stdout == plain
    assert pyrage.decrypt(data, [pyrage.x25519.Identity.from_str(identity.secret_text())]) == plain


@pytest.mark.parametrize("size", SIZES)
def test_we_open_what_they_seal(size: int, vault: Vault, identity: Identity) -> None:
    plain = plain_bytes(size)
    recipient = str(identity.recipient)
    by_age = subprocess.run(["age", "-r", recipient], input=plain, capture_output=True, check=True).stdout
    by_pyrage = pyrage.encrypt(plain, [pyrage.x25519.Recipient.from_str(recipient)])
    for data in (by_age, by_pyrage):
        with vault.open(put_age_file(vault, data), identity) as reader:
            assert b"".join(reader) == plain


def test_recovery_recipients_open_it_too(vault: Vault, identity: Identity) -> None:
    recovery = Identity.generate()
    sealing = vault.begin(new_id(), [identity.recipient, recovery.recipient])
    sealing.write(memoryview(b"evidence"))
    sealing.finish()
    with vault.open(sealing.id, recovery) as reader:
        assert reader.read_at(0, 100) == b"evidence"


def sealed_under_one_key(folder: Path, plain: bytes, cuts: list[int]) -> bytes:
    """Seal under a fixed key and nonce, in writes cut at `cuts`, out of one buffer that is overwritten each time."""
    paths = [folder / name for name in ("key", "payload", "incoming-key", "incoming-payload")]
    paths[2].write_bytes(b"key")
    pieces = Pieces("0" * 32, *paths)
    sealing = Sealing.new(pieces, Part(disk.create(paths[3]), paths[3], b"k" * 16, b"n" * 16, ""))
    edges = sorted({0, len(plain), *cuts})
    for start, end in itertools.pairwise(edges):
        buffer = bytearray(plain[start:end])
        sealing.write(memoryview(buffer))
        buffer[:] = bytes(len(buffer))
    sealing.finish()
    return paths[1].read_bytes()


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_any_split_into_writes_gives_the_same_bytes(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    size = data.draw(st.sampled_from([*SIZES, BATCH_CHUNKS * CHUNK, BATCH_CHUNKS * CHUNK + 1]))
    cuts = data.draw(st.lists(st.integers(0, size), max_size=8))
    plain = plain_bytes(size)
    whole = sealed_under_one_key(tmp_path_factory.mktemp("whole"), plain, [])
    assert sealed_under_one_key(tmp_path_factory.mktemp("cut"), plain, cuts) == whole


def test_memory_does_not_grow_with_the_recording(vault: Vault, identity: Identity) -> None:
    piece = memoryview(bytearray(512 * 1024))

    def peak(pieces: int) -> int:
        sealing = vault.begin(new_id(), [identity.recipient])
        tracemalloc.start()
        for _ in range(pieces):
            sealing.write(piece)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        sealing.finish()
        return most

    peak(2)
    assert peak(128) < peak(16) + 512 * 1024


def test_files_are_for_their_owner_alone(vault: Vault, identity: Identity) -> None:
    sealed = seal(vault, b"evidence", identity)
    for path in (key_path(vault, sealed.id), payload_path(vault, sealed.id)):
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.parent.stat().st_mode & 0o777 == 0o700
    assert vault.folder.stat().st_mode & 0o777 == 0o700


def test_an_id_is_used_once(vault: Vault, identity: Identity) -> None:
    sealed = seal(vault, b"evidence", identity)
    with pytest.raises(AlreadyThere):
        vault.begin(sealed.id, [identity.recipient])
    going = vault.begin(new_id(), [identity.recipient])
    with pytest.raises(AlreadyThere):
        vault.begin(going.id, [identity.recipient])
    going.abandon()


def test_placing_never_overwrites(vault: Vault, identity: Identity) -> None:
    sealing = vault.begin(new_id(), [identity.recipient])
    sealing.write(memoryview(b"evidence"))
    in_the_way = payload_path(vault, sealing.id)
    in_the_way.parent.mkdir()
    in_the_way.write_bytes(b"something else")
    with pytest.raises(AlreadyThere):
        sealing.finish()
    assert in_the_way.read_bytes() == b"something else"
    assert part_path(vault, sealing.id).exists()


@pytest.mark.parametrize("id_", ["", "../../etc/passwd", "0" * 31, "A" * 32, "0" * 32 + "\n"])
def test_an_id_is_never_a_path(id_: str, vault: Vault, identity: Identity) -> None:
    with pytest.raises(ValueError, match="32 hex digits"):
        vault.begin(id_, [identity.recipient])


def test_an_ended_sealing_takes_nothing_more(vault: Vault, identity: Identity) -> None:
    sealing = vault.begin(new_id(), [identity.recipient])
    sealing.finish()
    with pytest.raises(ValueError, match="has ended"):
        sealing.write(memoryview(b"more"))
    sealing.abandon()
    assert vault.ids() == {sealing.id}


class Disk:
    """Writes down every call that changes the disk, in order, and fails one of them when asked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.calls: list[tuple[str, str]] = []
        self.fail: Callable[[str, str], int | None] = lambda call, name: None
        for call in ("write", "fsync", "link", "unlink", "mkdir"):
            monkeypatch.setattr(os, call, self._watched(call, getattr(os, call)))

    def _watched(self, call: str, real: Callable[..., object]) -> Callable[..., object]:
        def watched(*args: object, **kwargs: object) -> object:
            target = args[1] if call == "link" else args[0]
            name = (
                Path(f"/proc/self/fd/{target}").readlink().name if isinstance(target, int) else Path(str(target)).name
            )
            self.calls.append((call, name))
            number = self.fail(call, name)
            if number is not None:
                raise OSError(number, os.strerror(number))
            return real(*args, **kwargs)

        return watched

    def position(self, call: str, name: str) -> int:
        return self.calls.index((call, name))


def test_the_order_on_disk(vault: Vault, identity: Identity, monkeypatch: pytest.MonkeyPatch) -> None:
    disk_calls = Disk(monkeypatch)
    sealed = seal(vault, plain_bytes(3 * CHUNK), identity)
    key, payload, folder = f"{sealed.id}.key", f"{sealed.id}.age-payload", sealed.id[:2]
    order = [
        ("write", key),
        ("fsync", key),
        ("fsync", "incoming"),
        ("write", payload),
        ("fsync", payload),
        ("link", payload),
        ("link", key),
        ("fsync", folder),
        ("unlink", payload),
        ("unlink", key),
    ]
    positions = [disk_calls.position(*call) for call in order]
    assert positions == sorted(positions)
    assert disk_calls.calls[-1] == ("fsync", "incoming")


def test_the_disk_gets_to_work_before_the_end(
    vault: Vault, identity: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every byte is sent on as it is written, and none twice; the fsync comes after all of it, as ever."""
    sent: list[tuple[int, int]] = []
    monkeypatch.setattr(os, "posix_fadvise", lambda _handle, start, size, _advice: sent.append((start, size)))
    sealing = vault.begin(new_id(), [identity.recipient])
    sealing.write(memoryview(plain_bytes((2 * BATCH_CHUNKS + 1) * CHUNK + 5)))
    assert len(sent) == 2
    sealing.finish()
    size = payload_path(vault, sealing.id).stat().st_size
    ends = [16, *(start + length for start, length in sent)]
    assert [start for start, _ in sent] == ends[:-1]
    assert ends[-1] == size


def test_a_failed_fsync_is_never_asked_again(vault: Vault, identity: Identity, monkeypatch: pytest.MonkeyPatch) -> None:
    disk_calls = Disk(monkeypatch)
    sealing = vault.begin(new_id(), [identity.recipient])
    sealing.write(memoryview(plain_bytes(3 * CHUNK)))
    name = f"{sealing.id}.age-payload"
    disk_calls.fail = lambda call, target: errno.EIO if (call, target) == ("fsync", name) else None
    with pytest.raises(VaultSyncFailed, match=name):
        sealing.finish()
    sealing.abandon()
    with pytest.raises(ValueError, match="has ended"):
        sealing.finish()
    assert disk_calls.calls.count(("fsync", name)) == 1
    assert ("link", name) not in disk_calls.calls
    disk_calls.fail = lambda call, target: None
    assert vault.resume(sealing.id, identity) is None
    assert disk_calls.calls.count(("fsync", name)) == 1
    assert vault.ids() == frozenset()


class FailAt:
    """Fails the call of a given number, once."""

    def __init__(self, number: int, error: int) -> None:
        self._left = number
        self._error = error
        self.fired: str | None = None

    def __call__(self, call: str, name: str) -> int | None:
        self._left -= 1
        if self._left != -1:
            return None
        self.fired = name
        return self._error


@pytest.mark.parametrize(
    ("number", "error"), [(errno.ENOSPC, VaultFull), (errno.EDQUOT, VaultFull), (errno.EIO, VaultWriteFailed)]
)
def test_every_change_of_the_disk_that_fails_is_named(
    number: int, error: type[VaultWriteFailed], identity: Identity, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = plain_bytes((2 * BATCH_CHUNKS + 1) * CHUNK + 5)
    disk_calls = Disk(monkeypatch)
    seal(Vault(tmp_path / "whole"), plain, identity)
    changes = len(disk_calls.calls)
    assert changes >= 18
    for failing in range(changes):
        vault = Vault(tmp_path / str(failing))
        disk_calls.fail = fault = FailAt(failing, number)
        with pytest.raises(VaultWriteFailed) as raised:
            seal(vault, plain, identity)
        assert fault.fired is not None
        assert fault.fired in raised.value.what_happened
        assert isinstance(raised.value, VaultSyncFailed | error)
        assert_whole(vault, identity, plain)


def assert_whole(vault: Vault, identity: Identity, plain: bytes) -> None:
    """Whatever a failed sealing left under both names in the vault itself is whole."""
    for id_ in vault.ids():
        if key_path(vault, id_).exists() and payload_path(vault, id_).exists():
            with vault.open(id_, identity) as reader:
                assert b"".join(reader) == plain


def test_a_short_write_is_gone_on_with(vault: Vault, identity: Identity, monkeypatch: pytest.MonkeyPatch) -> None:
    real, short = os.write, []

    def write(handle: int, data: memoryview) -> int:
        short.append(len(data))
        return real(handle, data[: max(1, len(data) // 2)])

    monkeypatch.setattr(os, "write", write)
    plain = plain_bytes(5 * CHUNK + 3)
    sealed = seal(vault, plain, identity)
    assert len(short) > 10
    with vault.open(sealed.id, identity) as reader:
        assert b"".join(reader) == plain


def test_abandoning_never_raises_and_keeps_whole_chunks(
    vault: Vault, identity: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealing = vault.begin(new_id(), [identity.recipient])
    sealing.write(memoryview(plain_bytes(3 * CHUNK + 1)))
    sealing.abandon()
    assert part_path(vault, sealing.id).stat().st_size == 16 + 3 * SEALED_CHUNK
    failing = vault.begin(new_id(), [identity.recipient])
    failing.write(memoryview(plain_bytes(3 * CHUNK + 1)))
    disk_calls = Disk(monkeypatch)
    disk_calls.fail = lambda call, name: errno.EIO if call == "write" else None
    failing.abandon()
    assert ("write", f"{failing.id}.age-payload") in disk_calls.calls
