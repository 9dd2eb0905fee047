"""What can go wrong around the database, in words for a person. Anything else that SQLite says is our own defect.

The surroundings are the disk, the file and other programs. A broken constraint or a wrong statement is never dressed
up as one of these: it is raised as it is, and crashes loudly.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path


class StorageError(Exception):
    """Trouble around the database. `code` names it for support, `what_to_do` is a sentence for a person."""

    code = "storage"
    what_to_do = "Ask IT to look at the disk of this computer. Cameras keep their recordings until then."

    def __init__(self, what_happened: str) -> None:
        super().__init__(what_happened)
        self.what_happened = what_happened


class DiskFull(StorageError):
    """No room for the database or its journal."""

    code = "disk-full"
    what_to_do = "Make room on the disk, then press Retry. Nothing was lost: the camera keeps what is not logged."


class DiskFailed(StorageError):
    """The operating system could not read or write the database file."""

    code = "disk-failed"


class DatabaseBusy(StorageError):
    """Another program kept the database locked for longer than the bounded wait."""

    code = "database-busy"
    what_to_do = (
        "If a large import is under way, try again when it is done. Otherwise close other programs that have the "
        "database open (a backup or a database viewer), then try again."
    )


class DatabaseDamaged(StorageError):
    """The file is no SQLite database, or its pages contradict each other."""

    code = "database-damaged"
    what_to_do = "Do not start a new one in its place. Ask IT to copy the file as it is, then to restore a backup."


class DatabaseNotWritable(StorageError):
    """The file or its folder may not be opened or written by this user."""

    code = "database-not-writable"
    what_to_do = "Ask IT to give this user the right to write the database file and its folder."


class NewerDatabase(StorageError):
    """The database was written by a newer version of the program."""

    code = "newer-database"
    what_to_do = "Start the newest installed version of Dockwarden, or ask IT to update this computer."


_BY_RESULT_CODE: dict[int, tuple[type[StorageError], str]] = {
    sqlite3.SQLITE_FULL: (DiskFull, "The disk is full"),
    sqlite3.SQLITE_IOERR: (DiskFailed, "The disk failed"),
    sqlite3.SQLITE_BUSY: (DatabaseBusy, "Another program keeps the database locked"),
    sqlite3.SQLITE_LOCKED: (DatabaseBusy, "Another program keeps the database locked"),
    sqlite3.SQLITE_CORRUPT: (DatabaseDamaged, "The database is damaged"),
    sqlite3.SQLITE_NOTADB: (DatabaseDamaged, "The file is not a database"),
    sqlite3.SQLITE_READONLY: (DatabaseNotWritable, "The database may not be written"),
    sqlite3.SQLITE_CANTOPEN: (DatabaseNotWritable, "The database cannot be opened"),
    sqlite3.SQLITE_PERM: (DatabaseNotWritable, "The database may not be opened"),
}


def result_code(error: BaseException | None) -> int | None:
    """SQLite's primary result code of a driver's error, None where it carries none."""
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


def named(error: BaseException | None, path: Path) -> StorageError | None:
    """The trouble of the surroundings that a driver's error tells of, None when the error is our own defect."""
    found = _BY_RESULT_CODE.get(result_code(error) or 0)
    if found is None:
        return None
    kind, words = found
    return kind(f"{words}: {path} ({error}).")
