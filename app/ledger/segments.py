"""Segments of a home's ledger: where one is found damaged, it is left as it is, and a fresh one goes on.

The first is dockwarden.db, the next dockwarden-2.db and so on; the newest is in use. Whether it is whole is looked at
cheaply each time it is opened: its newest signed head against the tree, and the last entries against their facts. The
rest is for verification. Nothing is ever renamed, repaired or written into a segment that was found damaged.
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import msgspec
from sqlalchemy.exc import SQLAlchemyError

from app.errors import Trouble
from app.ledger import verify
from app.ledger.note import LogKeys, NoteInvalid, VerifierKey
from db.engine import Database
from db.errors import DatabaseDamaged

LAST = 200
"""How many of the last entries are looked at when a ledger is opened."""

FIRST = "dockwarden.db"
_NAME = re.compile(r"dockwarden-([1-9][0-9]{0,5})\.db")


class LedgerDamaged(Trouble):
    """The database contradicts itself: it is not written to any more."""

    code = "ledger-damaged"
    what_to_do = "Nothing is written to it. Ask IT to copy the home as it is. Docking goes on in a fresh database."


class Damaged(msgspec.Struct, frozen=True):
    """A segment that was found damaged, as it stood. `size` and `root` are of its last checkpoint that can be read."""

    file: str
    sha256: str
    size: int | None = None
    root: str | None = None


def path_of(folder: Path, number: int) -> Path:
    """The file of a segment, counted from 1."""
    return folder / (FIRST if number == 1 else f"dockwarden-{number}.db")


def newest(folder: Path) -> int:
    """The number of the segment in use; 1 in a new home."""
    found = (_NAME.fullmatch(path.name) for path in folder.glob("dockwarden-*.db"))
    return max((int(name[1]) for name in found if name), default=1)


def open_whole(path: Path) -> Database:
    """Open a database and look whether it is whole, in bounded time. Raises LedgerDamaged, and StorageError."""
    try:
        database = Database.open(path)
    except DatabaseDamaged as damage:
        raise LedgerDamaged(damage.what_happened) from damage
    try:
        verify.check_end(database, LAST)
    except (verify.LedgerBroken, DatabaseDamaged) as broken:
        database.close()
        raise LedgerDamaged(f"{path} is damaged: {broken.what_happened}") from broken
    except SQLAlchemyError as broken:  # a table or column is not there
        database.close()
        raise LedgerDamaged(f"{path} is damaged: {broken}.") from broken
    except BaseException:
        database.close()
        raise
    return database


def describe(path: Path) -> Damaged:
    """What a damaged segment is, read without writing to it, whatever its state. Raises OSError."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    with suppress(sqlite3.Error, NoteInvalid, ValueError, TypeError):
        uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        with closing(sqlite3.connect(uri, uri=True)) as connection:
            name, key = connection.execute("SELECT id, ledger_key FROM station").fetchone()
            changes = connection.execute("SELECT entry + 1, ledger_key FROM key_change ORDER BY entry").fetchall()
            keys = LogKeys(tuple((first, VerifierKey(name, bytes.fromhex(one))) for first, one in [(0, key), *changes]))
            for (note,) in connection.execute("SELECT note FROM checkpoint ORDER BY size DESC"):
                with suppress(NoteInvalid, TypeError):
                    head = keys.open(note)
                    return Damaged(path.name, digest, head.size, head.root.hex())
    return Damaged(path.name, digest)
