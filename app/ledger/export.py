"""Exports the ledger into a folder that anyone can check without this program: `python verify.py FOLDER`.

    entries.jsonl    every entry, canonical JSON, one a line, from number 0
    checkpoint       the signed head of just these entries (C2SP tlog-checkpoint)
    key              the station's public key (C2SP signed-note verifier key)
    proofs/          one tlog-proof for each sealed recording, named by the recording's id
    verify.py        the verifier; the last entry tells its SHA-256

Entries tell ids, hashes, sizes and fixed words; what may speak of a person stays in the home, committed to by a salted
hash.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from sqlalchemy import select

from app.errors import Trouble
from app.ledger import log
from app.ledger.note import Signer, VerifierKey
from db.base import LedgerEntry
from db.engine import Database
from db.schema import Export, Seal

VERIFIER = Path(__file__).with_name("verify_export.py")
PAGE = 500


class ExportRefused(Trouble):
    """The folder cannot take an export."""

    code = "export"
    what_to_do = "Name a folder that does not exist yet, on a disk with room."


class Exported(msgspec.Struct, frozen=True):
    """What was exported: so many entries, the checkpoint over them, and what to compare the key with."""

    entries: int
    checkpoint: str
    fingerprint: str


def export(database: Database, signer: Signer, folder: Path, by: str) -> Exported:
    """Export the whole ledger into `folder`, which must not exist. The export is itself an entry, the last one.

    The folder appears whole or not at all. Raises ExportRefused and StorageError.
    """
    if folder.exists():
        raise ExportRefused(f"{folder} exists already.")
    verifier = VERIFIER.read_bytes()
    with database.write() as session:
        fact = Export(at=datetime.now(UTC), by=by, verifier=hashlib.sha256(verifier).hexdigest())
        entries = log.enter(session, fact) + 1
        checkpoint = log.checkpoint(session, signer)
    key = VerifierKey.of(signer)
    unfinished = folder.with_name(folder.name + ".unfinished")
    try:
        shutil.rmtree(unfinished, ignore_errors=True)
        (unfinished / "proofs").mkdir(parents=True)
        _put(unfinished / "entries.jsonl", _entries(database, entries))
        _put(unfinished / "checkpoint", [checkpoint.encode()])
        _put(unfinished / "key", [key.text().encode() + b"\n"])
        _put(unfinished / "verify.py", [verifier])
        for recording, number in _seals(database, entries):
            with database.read() as session:
                proof = log.prove(session, number, checkpoint, key)
            _put(unfinished / "proofs" / f"{recording}.tlog-proof", [proof.encode()])
        unfinished.rename(folder)
    except OSError as error:
        raise ExportRefused(f"The export to {folder} failed: {error.strerror}.") from error
    return Exported(entries, checkpoint, key.fingerprint)


def _entries(database: Database, size: int) -> Iterator[bytes]:
    for start in range(0, size, PAGE):
        page = select(LedgerEntry.body).where(LedgerEntry.number.between(start, min(start + PAGE, size) - 1))
        with database.read() as session:
            bodies = session.scalars(page.order_by(LedgerEntry.number)).all()
        for body in bodies:
            yield body + b"\n"


def _seals(database: Database, size: int) -> Iterator[tuple[str, int]]:
    last = -1
    while True:
        page = select(Seal.recording, Seal.entry).where(Seal.entry > last, Seal.entry < size)
        with database.read() as session:
            rows = session.execute(page.order_by(Seal.entry).limit(PAGE)).all()
        if not rows:
            return
        yield from ((recording, number) for recording, number in rows)
        last = rows[-1].entry


def _put(path: Path, parts: Iterator[bytes] | list[bytes]) -> None:
    with path.open("xb") as file:
        file.writelines(parts)
        file.flush()
        os.fsync(file.fileno())
