"""The promises, checked from outside: what may never be so, at any moment and after any fault.

Rows are read with plain SQL and recordings opened with another implementation of age, so that a mistake that the
program makes in writing and in reading alike does not hide itself; the program's own verification comes on top.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

import pyrage  # type: ignore[import-untyped]

from app.home import Home
from app.verify import verify_home
from tests.faults import scene as scenes
from tests.faults.scene import Scene

_SEALED = """
SELECT recording.name, recording.id, seal.size, seal.sha256, ledger_entry.number IS NOT NULL
FROM seal JOIN recording ON recording.id = seal.recording LEFT JOIN ledger_entry ON ledger_entry.number = seal.entry
"""


@dataclass(frozen=True, slots=True)
class SealedRow:
    """One seal as the database holds it."""

    name: str
    id: str
    size: int
    sha256: str
    logged: bool


def problems(scene: Scene, announced: dict[str, str], *, complete: bool, unproved_may_stay: bool = False) -> list[str]:
    """Every promise that this scene breaks, in words.

    `announced` maps the ids that were announced as sealed to their SHA-256. With `complete`, a run has just ended
    without a fault: then nothing may be left undone either. Pieces that the proof refused stay in the vault for people
    to look at; after a disk that lied that is no problem.
    """
    found = list(_after_opening(scene, announced))
    if complete:
        found += _left_undone(scene, unproved_may_stay=unproved_may_stay)
    return found


def _after_opening(scene: Scene, announced: dict[str, str]) -> Iterator[str]:
    if not (scene.home / "dockwarden.db").exists():
        gone = sorted(scene.released())
        if gone or announced:
            yield f"there is no database, yet {gone} left the camera and {sorted(announced)} were announced"
        return
    with Home(scene.home) as home:
        verdict = verify_home(home, (), lambda _: None)
        if verdict.wrong is not None:
            yield f"verify: {verdict.wrong.what_happened}"
        if not verdict.plain_checked:
            yield "the station's key is gone"
    rows = sealed_rows(scene)
    yield from _rows_are_good(scene, rows)
    yield from _promises_are_rows(scene, rows, announced)


def sealed_rows(scene: Scene) -> list[SealedRow]:
    """The seals in the scene's database, whose recovery has been done by whoever opened it before."""
    connection = sqlite3.connect(f"file:{scene.home / 'dockwarden.db'}?mode=ro", uri=True)
    try:
        return [SealedRow(*row) for row in connection.execute(_SEALED)]
    finally:
        connection.close()


def _rows_are_good(scene: Scene, rows: list[SealedRow]) -> Iterator[str]:
    editions = scene.editions
    for row in rows:
        if not row.logged:
            yield f"{row.name} is sealed without a ledger entry"
        plain = _opened(scene, row.id)
        if isinstance(plain, str):
            yield f"{row.name}: {plain}"
        elif plain not in editions[row.name]:
            yield f"{row.name} opens to other bytes than were on the camera"
        elif (len(plain), hashlib.sha256(plain).hexdigest()) != (row.size, row.sha256):
            yield f"{row.name} is sealed with a wrong size or hash"


def _opened(scene: Scene, recording: str) -> bytes | str:
    """The plain bytes of both pieces together, or what is wrong with them."""
    pieces = b""
    for suffix in ("key", "age-payload"):
        found = list((scene.home / "vault").glob(f"??/{recording}.{suffix}"))
        if len(found) != 1:
            return f"there are {len(found)} files {recording}.{suffix} in the vault"
        pieces += found[0].read_bytes()
    try:
        return bytes(pyrage.decrypt(pieces, [_identity(scene)]))
    except pyrage.DecryptError as refused:
        return f"age does not open it: {refused}"


def _identity(scene: Scene) -> pyrage.x25519.Identity:
    with Home(scene.home) as home:
        identity = home.identity()
    assert identity is not None
    return pyrage.x25519.Identity.from_str(identity.secret_text())


def _promises_are_rows(scene: Scene, rows: list[SealedRow], announced: dict[str, str]) -> Iterator[str]:
    kept = {(row.name, row.sha256) for row in rows}
    for name in sorted(scene.released()):
        if (name, hashlib.sha256(scene.editions[name][-1]).hexdigest()) not in kept:
            yield f"LOST: {name} is no longer on the camera and not sealed"
    ids = {row.id: row.sha256 for row in rows}
    for recording, sha256 in announced.items():
        if ids.get(recording) != sha256:
            yield f"{recording} was announced as sealed and is not in the database"
    if not scenes.others_untouched(scene):
        yield "a file that is no recording was touched on the camera"


def _left_undone(scene: Scene, *, unproved_may_stay: bool) -> Iterator[str]:
    left = sorted(scene.editions.keys() - scene.released())
    if left:
        yield f"{left} are still on the camera"
    sealed = [(row.name, row.sha256) for row in sealed_rows(scene)]
    if len(set(sealed)) != len(sealed) or {name for name, _ in sealed} != scene.editions.keys():
        yield f"not every recording is sealed exactly once: {sorted(sealed)}"
    kept = {path.name for path in (scene.home / "vault").glob("??/*")}
    wanted = {f"{row.id}.{suffix}" for row in sealed_rows(scene) for suffix in ("key", "age-payload")}
    if wanted - kept or (kept - wanted and not unproved_may_stay):
        yield f"the vault holds {sorted(kept - wanted)} beyond its rows and lacks {sorted(wanted - kept)}"
    parts = [path.name for path in (scene.home / "vault" / "incoming").iterdir()]
    if parts:
        yield f"parts are left over: {parts}"
