"""Bits that change in the vault: each one, in either piece, is found when the recording is proved again."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from app.home import Home
from app.vault import ProofFailed, Sealed
from tests.faults import runs
from tests.faults.scene import create

SIZES = (1_000,)


@dataclass(slots=True)
class Bits:
    """What a sweep over bits did: `found` of `flipped` were refused, `controls` of the untouched pieces were not."""

    flipped: int = 0
    found: int = 0
    controls: int = 0
    overlooked: list[str] = field(default_factory=list)


def sweep(folder: Path, seed: int, *, most: int | None = None) -> Bits:
    """Flip every bit of the key piece, and every bit of the payload or `most` of them, one at a time."""
    scene = create(folder / "scene", SIZES)
    runs.offload(scene, lambda _: None)
    result = Bits()
    with Home(scene.home) as home:
        (pieces,) = home.records.vault_index()
        for path in sorted((scene.home / "vault" / pieces.id[:2]).iterdir()):
            raw = path.read_bytes()
            bits = list(range(8 * len(raw)))
            if most is not None and path.suffix != ".key":
                bits = random.Random(seed).sample(bits, most)
            for changed, where in _changes(raw, bits):
                result.flipped += 1
                path.write_bytes(changed)
                _prove(home, pieces, f"{path.suffix}: {where}", result)
            path.write_bytes(raw)
            home.vault.prove(pieces.id, pieces, home.identity())
            result.controls += 1
    return result


def _changes(raw: bytes, bits: list[int]) -> Iterator[tuple[bytes, str]]:
    for bit in bits:
        changed = bytearray(raw)
        changed[bit // 8] ^= 1 << bit % 8
        yield bytes(changed), f"bit {bit}"
    yield raw[:-1], "the last byte is gone"
    yield raw + b"\0", "a byte more"


def _prove(home: Home, pieces: Sealed, where: str, result: Bits) -> None:
    """Found means: refused with the station's key and without it."""
    refused = 0
    for identity in (home.identity(), None):
        try:
            home.vault.prove(pieces.id, pieces, identity)
        except ProofFailed:
            refused += 1
    result.found += refused == 2
    if refused != 2:
        result.overlooked.append(where)
