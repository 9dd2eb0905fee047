"""Exports the ledger into a folder that anyone can check without this program: `python verify.py FOLDER`.

    entries.jsonl    every entry, canonical JSON, one a line, from number 0
    checkpoint       the signed head of just these entries (C2SP tlog-checkpoint)
    key              the station's public key (C2SP signed-note verifier key)
    people.jsonl     collar number, name and salt of everyone whom entries of custody or of keys name
    custody.csv      who held which camera from when until when, as these entries tell it
    page.html        all of it in plain English, for a court
    proofs/          one tlog-proof for each sealed recording, named by the recording's id
    witnesses/       what witnesses gave: keys, SIZE.checkpoint, SIZE.cosignatures (lines of C2SP tlog-cosignature),
                     SIZE.CERTIFICATE.tsr (RFC 3161 time stamp over SIZE.checkpoint)
    verify.py        the verifier; the last entry tells its SHA-256, and one hash over all of witnesses/

Entries tell ids, hashes, sizes and fixed words; what may speak of a person stays in the home, committed to by a salted
hash. All but entries, checkpoint, salts and witnesses follows from these, and the verifier itself makes it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.errors import Trouble
from app.ledger import log
from app.ledger import verify_export as verifier
from app.ledger.note import Signer, VerifierKey
from db.base import Checkpoint, LedgerEntry, escape
from db.engine import Database
from db.people import Person
from db.schema import Cosignature, Export, Seal

VERIFIER = Path(verifier.__file__)
PAGE = 500


class ExportRefused(Trouble):
    """The folder cannot take an export."""

    code = "export"
    what_to_do = "Name a folder that does not exist yet, on a disk with room."


class ExportStopped(Trouble):
    """A person stopped the export."""

    code = "export-stopped"
    what_to_do = "Nothing of it was left behind. That it was begun is in the ledger."


Tell = Callable[[int, int], None]
"""Is told how much of an export is done, and of how much: each entry counts when it is written and when it is read
again, each proof when it is written. What it raises ends the export."""


def untold(_done: int, _total: int) -> None:
    """The `Tell` of an export that tells nobody how far it is."""


class Exported(msgspec.Struct, frozen=True):
    """What was exported: so many entries, the checkpoint over them, and what to compare the key with."""

    entries: int
    checkpoint: str
    fingerprint: str


def export(database: Database, signer: Signer, folder: Path, by: str, tell: Tell = untold) -> Exported:
    """Export the whole ledger into `folder`, which must not exist. The export is itself an entry, the last one.

    The folder appears whole or not at all. Raises ExportRefused, StorageError, and what `tell` raises.
    """
    if folder.exists():
        raise ExportRefused(f"{folder} exists already.")
    program = VERIFIER.read_bytes()
    with database.write() as session:
        witnesses = _witnesses(session)
        digests = hashlib.sha256(program).hexdigest(), verifier.listing(witnesses)
        fact = Export(at=datetime.now(UTC), by=by, verifier=digests[0], witnesses=digests[1])
        entries = log.enter(session, fact) + 1
        checkpoint = log.checkpoint(session, signer)
    key, way = VerifierKey.of(signer), _Way(database, entries, tell)
    unfinished = folder.with_name(folder.name + ".unfinished")
    try:
        shutil.rmtree(unfinished, ignore_errors=True)
        for part in verifier.FOLDERS:
            (unfinished / part).mkdir(parents=True)
        _put(unfinished / "checkpoint", [checkpoint.encode()])
        _put(unfinished / "key", [key.text().encode() + b"\n"])
        _put(unfinished / "verify.py", [program])
        for name, raw in witnesses.items():
            _put(unfinished / "witnesses" / name, [raw])
        _put(unfinished / "entries.jsonl", _entries(database, entries, way))
        _put_what_follows(database, unfinished, checkpoint, way)
        unfinished.rename(folder)
    except OSError as error:
        raise ExportRefused(f"The export to {folder} failed: {error.strerror}.") from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return Exported(entries, checkpoint, key.fingerprint)


class _Way:
    """How far an export has come."""

    def __init__(self, database: Database, entries: int, tell: Tell) -> None:
        with database.read() as session:
            proofs = session.scalar(select(func.count(Seal.entry)).where(Seal.entry < entries)) or 0
        self._done, self._total, self._tell = 0, 2 * entries + proofs, tell

    def go(self, steps: int = 1) -> None:
        """So much more is done."""
        self._done += steps
        self._tell(self._done, self._total)


class _Story(verifier.Story):
    """The verifier's own reading of the entries, which says how far it is."""

    def __init__(self, way: _Way) -> None:
        super().__init__()
        self._way = way

    def tell(self, number: int, entry: dict[str, Any]) -> None:
        """Take in one entry."""
        super().tell(number, entry)
        self._way.go()


def _put_what_follows(database: Database, folder: Path, checkpoint: str, way: _Way) -> None:
    """Write what follows from the entries, as the verifier has it."""
    story = _Story(way)
    story.read(folder / "entries.jsonl")
    _put(folder / "people.jsonl", _people(database, story))
    people = verifier.read_people(folder / "people.jsonl", story)
    _put(folder / "custody.csv", verifier.custody_lines(story, people))
    words = verifier.check_witnesses(folder, story)
    _put(folder / "page.html", [verifier.page(story, checkpoint, words)])
    for name, proof in verifier.proofs(story, checkpoint):
        _put(folder / "proofs" / name, [proof.encode()])
        way.go()


def _entries(database: Database, size: int, way: _Way) -> Iterator[bytes]:
    for start in range(0, size, PAGE):
        page = select(LedgerEntry.body).where(LedgerEntry.number.between(start, min(start + PAGE, size) - 1))
        with database.read() as session:
            bodies = session.scalars(page.order_by(LedgerEntry.number)).all()
        for body in bodies:
            yield body + b"\n"
        way.go(len(bodies))


def _people(database: Database, story: verifier.Story) -> Iterator[bytes]:
    """A line for each person whom entries name, as the newest entry has them: what opens the hash, and no more."""
    who = select(Person.entry, Person.id, Person.collar, Person.name, Person.who_salt)
    named = sorted(story.named & story.people.keys())
    for start in range(0, len(named), PAGE):
        numbers = [story.people[person][0] for person in named[start : start + PAGE]]
        with database.read() as session:
            rows = session.execute(who.where(Person.entry.in_(numbers)).order_by(Person.id)).all()
        for entry, person, collar, name, salt in rows:
            opened = {"collar": escape(collar), "entry": entry, "id": person, "name": escape(name), "salt": salt}
            yield verifier.canonical(opened) + b"\n"


def _witnesses(session: Session) -> dict[str, bytes]:
    """The files of witnesses: every time stamp, and of each other witness the newest that it gave."""
    newest = select(Cosignature.witness, func.max(Cosignature.size)).group_by(Cosignature.witness)
    given = select(Cosignature).order_by(Cosignature.size, Cosignature.witness)
    last: dict[str, int] = dict(session.execute(newest).all())
    files, lines, keys = dict[str, bytes](), defaultdict[int, list[bytes]](list), set[str]()
    for row in session.scalars(given.where((Cosignature.how == "rfc3161") | Cosignature.size.in_(last.values()))):
        if row.how == "rfc3161":
            files[f"{row.size}.{row.witness[:16]}.tsr"] = row.body
        elif last[row.witness] == row.size:
            lines[row.size].append(row.body)
            keys.add(row.witness)
    files |= {f"{size}.cosignatures": b"".join(found) for size, found in lines.items()}
    for size in {int(name.partition(".")[0]) for name in files}:
        files[f"{size}.checkpoint"] = session.get_one(Checkpoint, size).note.encode()
    return files | {"keys": "".join(f"{key}\n" for key in sorted(keys)).encode()}


def _put(path: Path, parts: Iterable[bytes]) -> None:
    with path.open("xb") as file:
        file.writelines(parts)
        file.flush()
        os.fsync(file.fileno())
