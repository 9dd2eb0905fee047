"""Going on with a broken-off copy: from any cut, with any damage, ends in the same bytes or starts over."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from app.vault import CopyDiffers, Sealed, Vault
from app.vault.age import CHUNK, SEALED_CHUNK, Identity
from app.vault.sealing import BATCH_CHUNKS
from tests.app.vault.samples import SIZES, key_path, new_id, part_path, payload_path, plain_bytes, seal

NONCE = 16


def broken_off(vault: Vault, plain: bytes, identity: Identity) -> tuple[str, bytes]:
    """Seal all of `plain`, then put the pieces back to where a run that was cut off before placing leaves them."""
    id_ = seal(vault, plain, identity).id
    key_path(vault, id_).rename(part_path(vault, id_).with_suffix(".key"))
    payload_path(vault, id_).rename(part_path(vault, id_))
    return id_, part_path(vault, id_).read_bytes()


def go_on(vault: Vault, id_: str, plain: bytes, identity: Identity) -> Sealed | None:
    """Go on as the docking routine does; None where the copy has to start over from nothing."""
    sealing = vault.resume(id_, identity)
    if sealing is None:
        return None
    sealing.write(memoryview(plain)[sealing.offset :])
    sealing.finish()
    return sealing.prove()


def assert_sealed(vault: Vault, sealed: Sealed, plain: bytes, identity: Identity, payload: bytes) -> None:
    """The very file that an unbroken copy under this key and nonce makes, and its proof."""
    assert payload_path(vault, sealed.id).read_bytes() == payload
    assert (sealed.size, sealed.sha256) == (len(plain), hashlib.sha256(plain).hexdigest())
    vault.prove(sealed.id, sealed, identity)
    assert vault.leftovers() == frozenset()


def cuts_of(size: int) -> list[int]:
    """Every byte position where something changes, its neighbours, and some between."""
    edges = {0, NONCE, size, *(NONCE + index * SEALED_CHUNK for index in range(size // SEALED_CHUNK + 1))}
    near = {edge + step for edge in edges for step in (-17, -16, -15, -1, 0, 1, 15, 16, 17, 1000, 40_000)}
    return sorted(cut for cut in near if 0 <= cut <= size)


@pytest.mark.parametrize("size", [0, 1, 30, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 5])
def test_cut_anywhere(size: int, tmp_path: Path, identity: Identity) -> None:
    plain = plain_bytes(size)
    went_on = 0
    whole_size = len(broken_off(Vault(tmp_path / "whole"), plain, identity)[1])
    cuts = range(whole_size + 1) if whole_size < 200 else cuts_of(whole_size)
    for cut in cuts:
        vault = Vault(tmp_path / str(cut))
        id_, payload = broken_off(vault, plain, identity)
        os.truncate(part_path(vault, id_), cut)
        sealed = go_on(vault, id_, plain, identity)
        assert (sealed is None) == (cut <= NONCE)
        if sealed is not None:
            assert_sealed(vault, sealed, plain, identity, payload)
            went_on += 1
    assert went_on == sum(cut > NONCE for cut in cuts) > 0


@pytest.mark.parametrize("size", [1, 30, CHUNK, 2 * CHUNK + 5])
def test_a_tail_of_zeros_or_a_flipped_bit_never_goes_on(size: int, tmp_path: Path, identity: Identity) -> None:
    plain = plain_bytes(size)
    started_over = differed = 0
    whole_size = len(broken_off(Vault(tmp_path / "whole"), plain, identity)[1])
    places = range(NONCE, whole_size) if whole_size < 200 else [cut for cut in cuts_of(whole_size)[:-1] if cut >= NONCE]
    for place in places:
        for zeros in (True, False):
            vault = Vault(tmp_path / f"{place}-{zeros}")
            id_, payload = broken_off(vault, plain, identity)
            tail = bytes(len(payload) - place) if zeros else bytes([payload[place] ^ 1]) + payload[place + 1 :]
            if payload[place:] == tail:
                continue
            damaged = payload[:place] + tail
            part_path(vault, id_).write_bytes(damaged)
            try:
                assert go_on(vault, id_, plain, identity) is None
                started_over += 1
            except CopyDiffers:
                differed += 1
            assert part_path(vault, id_).read_bytes() == damaged
            assert vault.ids() == frozenset()
    assert differed + started_over > 20
    assert differed == 0 if size == CHUNK else differed > 0


@pytest.mark.parametrize("size", [1, CHUNK, 2 * CHUNK, 3 * CHUNK + 9, 30 * CHUNK])
def test_a_camera_that_answers_otherwise(size: int, tmp_path: Path, identity: Identity) -> None:
    """Other bytes within what is on disk beyond the last whole chunk but one, fewer, or more: nothing is written."""
    plain = plain_bytes(size)
    others = {
        "fewer": plain[: size - 1],
        "more": plain + b"x",
        "none": b"",
        "last byte": plain[:-1] + bytes([plain[-1] ^ 1]),
        "a chunk more": plain + bytes(CHUNK),
        "a chunk fewer": plain[: max(size - CHUNK, 0)],
    }
    for name, other in others.items():
        vault = Vault(tmp_path / name)
        id_, payload = broken_off(vault, plain, identity)
        with pytest.raises(CopyDiffers):
            go_on(vault, id_, other, identity)
        assert part_path(vault, id_).read_bytes() == payload
        assert vault.ids() == frozenset()


def test_a_change_in_the_last_whole_chunk_is_seen(vault: Vault, identity: Identity) -> None:
    plain = bytearray(plain_bytes(5 * CHUNK))
    id_, payload = broken_off(vault, bytes(plain), identity)
    os.truncate(part_path(vault, id_), NONCE + 3 * SEALED_CHUNK + 100)
    sealing = vault.resume(id_, identity)
    assert sealing is not None
    assert sealing.offset == 2 * CHUNK
    plain[2 * CHUNK + 17] ^= 1
    sealing.write(memoryview(plain)[2 * CHUNK :])  # less than a batch: nothing is compared or written yet
    with pytest.raises(CopyDiffers):
        sealing.finish()
    assert part_path(vault, id_).read_bytes() == payload[: NONCE + 3 * SEALED_CHUNK + 100]


def test_nothing_is_written_before_the_difference_is_seen(vault: Vault, identity: Identity) -> None:
    """The difference lies in the very last byte on disk; many batches follow it from the camera."""
    plain = bytearray(plain_bytes(4 * BATCH_CHUNKS * CHUNK))
    id_, payload = broken_off(vault, bytes(plain), identity)
    cut = NONCE + 3 * SEALED_CHUNK + 1000
    os.truncate(part_path(vault, id_), cut)
    plain[3 * CHUNK + 999] ^= 1
    with pytest.raises(CopyDiffers):
        go_on(vault, id_, bytes(plain), identity)
    assert part_path(vault, id_).read_bytes() == payload[:cut]


@pytest.mark.parametrize("size", SIZES)
def test_broken_off_many_times(size: int, vault: Vault, identity: Identity) -> None:
    plain = plain_bytes(size)
    id_ = new_id()
    sealing = vault.begin(id_, [identity.recipient])
    step = max(size // 7, 1)
    for _ in range(7):
        start = sealing.offset
        sealing.write(memoryview(plain)[start : start + step])
        sealing.abandon()
        again = vault.resume(id_, identity)
        if again is None:  # too little of it to have been written: the same start, under a new key
            id_ = new_id()
            again = vault.begin(id_, [identity.recipient])
        sealing = again
    sealing.write(memoryview(plain)[sealing.offset :])
    sealing.finish()
    sealed = sealing.prove()
    vault.prove(sealed.id, sealed, identity)
    assert (sealed.size, sealed.sha256) == (size, hashlib.sha256(plain).hexdigest())


@pytest.mark.parametrize("stage", range(5))
@pytest.mark.parametrize("size", [0, CHUNK, 2 * CHUNK + 5])
def test_cut_off_while_placing(stage: int, size: int, vault: Vault, identity: Identity) -> None:
    """Every state between the last byte and both pieces in their place."""
    plain = plain_bytes(size)
    id_, payload = broken_off(vault, plain, identity)
    incoming_key = part_path(vault, id_).with_suffix(".key")
    steps: list[Callable[[], None]] = [
        lambda: os.link(part_path(vault, id_), payload_path(vault, id_)),
        lambda: os.link(incoming_key, key_path(vault, id_)),
        lambda: part_path(vault, id_).unlink(),
        incoming_key.unlink,
    ]
    for step in steps[:stage]:
        step()
    sealed = go_on(vault, id_, plain, identity)
    assert sealed is not None
    assert_sealed(vault, sealed, plain, identity, payload)


def test_what_stands_in_the_vault_is_never_written_to(vault: Vault, identity: Identity) -> None:
    """A placed payload that lost its end is no part to go on with."""
    plain = plain_bytes(3 * CHUNK)
    sealed = seal(vault, plain, identity)
    os.truncate(payload_path(vault, sealed.id), NONCE + 2 * SEALED_CHUNK)
    assert vault.resume(sealed.id, identity) is None


def test_no_going_on_without_the_identity_or_with_another(vault: Vault, identity: Identity) -> None:
    id_, _ = broken_off(vault, plain_bytes(3 * CHUNK), identity)
    assert vault.resume(id_, None) is None
    assert vault.resume(id_, Identity.generate()) is None
    assert vault.resume(new_id(), identity) is None


def test_a_damaged_key_piece_is_no_crash(vault: Vault, identity: Identity) -> None:
    id_, _ = broken_off(vault, plain_bytes(3 * CHUNK), identity)
    key = part_path(vault, id_).with_suffix(".key")
    header = key.read_bytes()
    damaged = [header[:cut] for cut in range(len(header))]
    damaged += [bytes(len(header)), header + b"x", os.urandom(200), bytes(1 << 20)]
    for data in damaged:
        key.write_bytes(data)
        assert vault.resume(id_, identity) is None
    key.unlink()
    assert vault.resume(id_, identity) is None


def test_rubbish_in_the_middle_is_no_part(vault: Vault, identity: Identity) -> None:
    id_, payload = broken_off(vault, plain_bytes(6 * CHUNK), identity)
    at = NONCE + 2 * SEALED_CHUNK + 5
    part_path(vault, id_).write_bytes(payload[:at] + b"\0" * 10 + payload[at + 10 :])
    assert vault.resume(id_, identity) is None
