"""The one way to the database: connections set up alike, one writer at a time, short readers, named troubles.

SQLite 3.7.0 to 3.51.2 can corrupt a WAL database that two connections use, so WAL is taken from 3.51.3 on only; before,
the rollback journal with `synchronous=EXTRA`. With that journal an open read blocks every commit: whoever reads much,
reads in pages, a `read()` for each.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.pool import QueuePool

from db import migrate
from db.errors import DatabaseDamaged, named, result_code

BUSY_TIMEOUT_MS = 5_000
BUSY_TRIES = 12
"""A statement waits for BUSY_TIMEOUT_MS; BEGIN and COMMIT are tried this often: a minute in all."""

MOST_UNWRITTEN = 65_536
"""Pages of 4 KiB that a transaction may change before any is written: until then, or its COMMIT, others can read."""

WAL_IS_SOUND = sqlite3.sqlite_version_info >= (3, 51, 3)


class Database:
    """A home's database. Threads may share it; `write` lets one in at a time."""

    def __init__(self, path: Path, engine: Engine) -> None:
        self.path = path
        self._writers = engine
        self._readers = engine.execution_options(reader=True)
        self._turn = threading.Lock()
        self._writer: int | None = None

    @classmethod
    def open(cls, path: Path) -> Database:
        """Open the database file, making or upgrading it. Its folder must exist. Raises StorageError."""
        try:
            with _surroundings(path):
                _make_private(path)
                engine = _engine(path)
                migrate.upgrade(engine)
        except UnicodeDecodeError as error:  # SQLite names a part of its own schema that is no text any more
            raise DatabaseDamaged(f"The database is damaged: {path} ({error}).") from error
        return cls(path, engine)

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction that may write: committed at the end, undone by any exception. Raises StorageError."""
        with self._one_writer(), _surroundings(self.path), Session(self._writers) as session, session.begin():
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """One transaction that reads no more than a page of rows. Raises StorageError."""
        with _surroundings(self.path), Session(self._readers) as session, session.begin():
            yield session

    def close(self) -> None:
        """Close every idle connection."""
        self._writers.dispose()

    @contextmanager
    def _one_writer(self) -> Iterator[None]:
        if self._writer == threading.get_ident():
            raise RuntimeError("write() inside write() would wait for itself")
        with self._turn:
            self._writer = threading.get_ident()
            try:
                yield
            finally:
                self._writer = None


class _PatientConnection(sqlite3.Connection):
    """A connection whose COMMIT is tried again while readers hold it up: the transaction stays open meanwhile."""

    def commit(self) -> None:
        _patiently(super().commit)


def _patiently(step: Callable[[], object]) -> None:
    for _ in range(BUSY_TRIES - 1):
        try:
            step()
        except sqlite3.OperationalError as error:
            if result_code(error) != sqlite3.SQLITE_BUSY:
                raise
        else:
            return
    step()


@contextmanager
def _surroundings(path: Path) -> Iterator[None]:
    """Translate troubles of disk, file and locks into StorageError, once, here; let our own defects through."""
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        trouble = named(error.orig if isinstance(error, DBAPIError) else error, path)
        if trouble is None:
            raise
        raise trouble from error


def _make_private(path: Path) -> None:
    """Make the file, for its owner alone, before SQLite would make it for all; its journal takes the same mode."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
        path.chmod(0o600)
    except OSError as error:
        refused = sqlite3.OperationalError(str(error))
        refused.sqlite_errorcode = sqlite3.SQLITE_CANTOPEN
        raise refused from error


def _engine(path: Path) -> Engine:
    engine = create_engine(
        "sqlite+pysqlite://",
        creator=lambda: sqlite3.connect(path, factory=_PatientConnection, check_same_thread=False),
        poolclass=QueuePool,
        max_overflow=-1,
    )
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return engine


def _set_up(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, alike on every Python
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "foreign_keys=ON",
        "recursive_triggers=ON",  # else INSERT OR REPLACE deletes without asking the triggers
        "trusted_schema=OFF",
        "cell_size_check=ON",
        f"cache_spill={MOST_UNWRITTEN}",
        f"journal_mode={'WAL' if WAL_IS_SOUND else 'DELETE'}",
        f"synchronous={'FULL' if WAL_IS_SOUND else 'EXTRA'}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    reader = connection.get_execution_options().get("reader", False)
    begin = "BEGIN" if reader else "BEGIN IMMEDIATE"
    driver = connection.connection.dbapi_connection
    assert isinstance(driver, sqlite3.Connection)
    _patiently(lambda: driver.execute(begin))
