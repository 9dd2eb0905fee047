"""The database's one door: how connections are set up, who may write when, and troubles told in words."""

from __future__ import annotations

import resource
import sqlite3
import stat
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from db import engine, errors
from db.base import Checkpoint, LedgerEntry
from db.engine import Database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database.open(tmp_path / "home.db")
    yield opened
    opened.close()


@contextmanager
def raw(path: Path) -> Iterator[sqlite3.Connection]:
    """Another program's connection."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        yield connection


def add(database: Database, number: int, size: int = 1) -> None:
    with database.write() as session:
        session.add(LedgerEntry(number=number, body=bytes(size), leaf=b""))


def numbers(database: Database) -> list[int]:
    with database.read() as session:
        return list(session.scalars(select(LedgerEntry.number).order_by(LedgerEntry.number)))


def test_connections_are_set_up_as_the_sqlite_version_allows(database: Database) -> None:
    sound = sqlite3.sqlite_version_info >= (3, 51, 3)
    with database.read() as session:
        found = {
            name: session.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("foreign_keys", "recursive_triggers", "trusted_schema", "synchronous", "journal_mode")
        }
    assert found == {
        "foreign_keys": 1,
        "recursive_triggers": 1,
        "trusted_schema": 0,
        "synchronous": 2 if sound else 3,
        "journal_mode": "wal" if sound else "delete",
    }


def test_the_file_is_its_owners_alone_also_when_it_was_not(database: Database) -> None:
    assert stat.S_IMODE(database.path.stat().st_mode) == 0o600
    database.close()
    database.path.chmod(0o644)
    Database.open(database.path).close()
    assert stat.S_IMODE(database.path.stat().st_mode) == 0o600


def add_then_fail(database: Database) -> None:
    with database.write() as session:
        session.add(LedgerEntry(number=0, body=b"", leaf=b""))
        session.flush()
        raise ZeroDivisionError


def test_a_transaction_is_whole_or_undone(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        add_then_fail(database)
    assert numbers(database) == []
    add(database, 0)
    assert numbers(database) == [0]


def test_threads_that_look_then_add_queue_up(database: Database) -> None:
    """Without BEGIN IMMEDIATE all of them would find the table empty."""
    gate = threading.Barrier(3)

    def look_then_add() -> None:
        gate.wait()
        with database.write() as session:
            if session.scalar(select(func.count()).select_from(LedgerEntry)) == 0:
                session.add(LedgerEntry(number=threading.get_ident(), body=b"", leaf=b""))

    threads = [threading.Thread(target=look_then_add) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(numbers(database)) == 1


def test_two_processes_that_look_then_add_queue_up(database: Database) -> None:
    """A second `Database` on the same file shares no lock with the first, as another process would not."""
    other = Database.open(database.path)
    inside = threading.Event()

    def look_then_add(mine: Database) -> None:
        with mine.write() as session:
            inside.set()
            last = session.scalar(select(func.max(LedgerEntry.number)))
            session.add(LedgerEntry(number=0 if last is None else last + 1, body=b"", leaf=b""))

    threads = [threading.Thread(target=look_then_add, args=[mine]) for mine in (database, other) * 5]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert numbers(database) == list(range(10))
    other.close()


def test_a_write_inside_a_write_is_our_defect_and_says_so(database: Database) -> None:
    with database.write(), pytest.raises(RuntimeError, match="inside"), database.write():
        pass
    add(database, 0)


def test_a_commit_held_up_by_a_reader_is_tried_again_and_never_lost(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BUSY_TIMEOUT_MS", 20)
    short = Database.open(database.path)
    tried: list[int] = []
    with raw(database.path) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM ledger_entry").fetchall()
        patiently = engine._patiently

        def watched(step: object) -> None:
            def stepped() -> None:
                tried.append(1)
                if len(tried) == 5:
                    reader.execute("COMMIT")
                step()  # type: ignore[operator]

            patiently(stepped)

        monkeypatch.setattr(engine, "_patiently", watched)
        add(short, 0)
    assert len(tried) >= 5
    assert numbers(database) == [0]
    short.close()


@pytest.mark.parametrize("how", ["BEGIN IMMEDIATE", "BEGIN EXCLUSIVE"])
def test_a_lock_held_for_too_long_is_told_in_words(
    database: Database, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setattr(engine, "BUSY_TIMEOUT_MS", 5)
    short = Database.open(database.path)
    with raw(database.path) as other:
        other.execute(how)
        with pytest.raises(errors.DatabaseBusy, match=r"home\.db") as busy:
            add(short, 0)
    assert "large import" in busy.value.what_to_do
    assert "close other programs" in busy.value.what_to_do
    assert numbers(database) == []
    add(short, 0)
    short.close()


def test_a_file_that_cannot_grow_is_told_in_words_and_nothing_is_half_there(database: Database) -> None:
    add(database, 0)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (database.path.stat().st_size + 8192, hard))
    try:
        with pytest.raises((errors.DiskFull, errors.DiskFailed)) as full:
            add(database, 1, size=1 << 20)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert full.value.what_to_do
    assert numbers(database) == [0]
    add(database, 1, size=1 << 20)
    assert numbers(database) == [0, 1]


def test_a_full_disk_is_told_in_words(database: Database) -> None:
    with database.write() as session:
        session.execute(text("PRAGMA max_page_count=1"))  # stays with this one pooled connection
    with pytest.raises(errors.DiskFull, match="The disk is full"):
        add(database, 0, size=1 << 20)
    assert numbers(database) == []


def test_a_file_that_is_no_database_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "home.db"
    path.write_bytes(b"not a database" * 1000)
    with pytest.raises(errors.DatabaseDamaged, match="not a database") as damaged:
        Database.open(path)
    assert "Do not start a new one" in damaged.value.what_to_do
    assert path.read_bytes() == b"not a database" * 1000


def test_a_damaged_page_is_told_in_words(database: Database) -> None:
    for number in range(50):
        add(database, number, size=500)
    database.close()
    whole = bytearray(database.path.read_bytes())
    with raw(database.path) as look:
        (page,) = look.execute("SELECT rootpage FROM sqlite_master WHERE name = 'ledger_entry'").fetchone()
    whole[(page - 1) * 4096 : page * 4096] = bytes(4096)
    database.path.write_bytes(whole)
    with pytest.raises(errors.DatabaseDamaged):
        numbers(database)


def test_a_folder_that_is_not_there_is_told_in_words(tmp_path: Path) -> None:
    with pytest.raises(errors.DatabaseNotWritable, match="cannot be opened"):
        Database.open(tmp_path / "absent" / "home.db")


def test_our_own_defects_are_not_dressed_up(database: Database) -> None:
    with pytest.raises(OperationalError, match="no such table"), database.read() as session:
        session.execute(text("SELECT * FROM nonsense"))
    add(database, 0)
    with pytest.raises(IntegrityError):
        add(database, 0)


def test_a_time_without_a_zone_is_refused(database: Database) -> None:
    naive = datetime(2026, 11, 21)  # noqa: DTZ001
    with pytest.raises(Exception, match="a moment needs a zone"), database.write() as session:
        session.add(Checkpoint(size=0, root=b"", note="", at=naive))


def test_a_time_comes_back_in_utc_to_the_microsecond(database: Database) -> None:
    at = datetime(2026, 11, 21, 5, 50, 1, 7, tzinfo=UTC)
    with database.write() as session:
        session.add(Checkpoint(size=0, root=b"", note="", at=at))
    with database.read() as session:
        assert session.scalar(select(Checkpoint.at)) == at
        assert session.execute(text("SELECT at FROM checkpoint")).scalar() == "2026-11-21T05:50:01.000007Z"


def test_a_large_transaction_shuts_nobody_out_before_its_end(database: Database) -> None:
    """Ten times what SQLite's cache holds is written, and others read as if nothing were."""
    other = Database.open(database.path)
    add(database, 0)
    with database.write() as session:
        session.add_all(LedgerEntry(number=number, body=bytes(100_000), leaf=b"") for number in range(1, 200))
        session.flush()
        assert numbers(other) == [0]
    assert len(numbers(other)) == 200
    other.close()
