"""Plain bytes to seal, and short ways to seal and find them."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterable
from pathlib import Path

from app.vault import Sealed, Vault
from app.vault.age import CHUNK, Header, Identity

SIZES = (0, 1, 2, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK - 1, 2 * CHUNK, 2 * CHUNK + 1, 40 * CHUNK, 40 * CHUNK + 7)
"""Sizes around the edges of a chunk, and of a batch of them."""


def plain_bytes(size: int, seed: int = 1) -> bytes:
    return random.Random(seed).randbytes(size)


def new_id() -> str:
    return uuid.uuid4().hex


def seal(vault: Vault, plain: bytes, identity: Identity, writes: Iterable[int] = ()) -> Sealed:
    """Seal `plain` in writes of the given sizes, the rest in one."""
    sealing = vault.begin(new_id(), [identity.recipient])
    at = 0
    for size in writes:
        sealing.write(memoryview(plain)[at : at + size])
        at += size
    sealing.write(memoryview(plain)[at:])
    sealing.finish()
    return sealing.prove()


def key_path(vault: Vault, id_: str) -> Path:
    return vault.folder / id_[:2] / f"{id_}.key"


def payload_path(vault: Vault, id_: str) -> Path:
    return vault.folder / id_[:2] / f"{id_}.age-payload"


def part_path(vault: Vault, id_: str) -> Path:
    return vault.folder / "incoming" / f"{id_}.age-payload"


def age_file(vault: Vault, id_: str) -> bytes:
    """The two pieces as the one file that every age program opens."""
    return key_path(vault, id_).read_bytes() + payload_path(vault, id_).read_bytes()


def put_age_file(vault: Vault, data: bytes) -> str:
    """Split an age file that others wrote into two pieces of the vault. Raises BadHeader."""
    id_ = new_id()
    size = Header.parse(data).size
    key_path(vault, id_).parent.mkdir(parents=True, exist_ok=True)
    key_path(vault, id_).write_bytes(data[:size])
    payload_path(vault, id_).write_bytes(data[size:])
    return id_
