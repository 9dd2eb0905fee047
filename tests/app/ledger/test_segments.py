"""A damaged database: found when it is opened, left as it is to the byte, and gone on after in a fresh one."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from app.docks import OwnedDocks
from app.errors import WrongKindOfHome
from app.home import Home
from app.keys import StationSigner
from app.ledger import segments
from app.ledger.segments import LedgerDamaged
from app.verify import verify_home
from tests.app import station as st


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("DOCKWARDEN_KEYS", "file")
    with Home(tmp_path / "home") as home:
        st.a_day(home.records)
        home.records.checkpoint()
    return home


def edit(home: Home, *statements: str) -> None:
    with closing(sqlite3.connect(home.folder / "dockwarden.db")) as connection, connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        for statement in statements:
            connection.execute(statement)


def docked(folder: Path) -> Home:
    """What opening the docks makes of a home."""
    home = Home(folder)
    OwnedDocks(home, list, automatic=False).close()
    return home


DAMAGES = {
    "entry changed": "UPDATE ledger_entry SET body = zeroblob(80) WHERE number = 20",
    "fact changed": "UPDATE alarm SET words = 'x'",
    "fact deleted": "DELETE FROM hold",
    "end cut": "DELETE FROM ledger_entry WHERE number > 20",
    "node changed": "UPDATE ledger_node SET hash = zeroblob(32) WHERE level = 3",
    "node deleted": "DELETE FROM ledger_node WHERE level = 1",
    "checkpoint changed": "UPDATE checkpoint SET note = 'x'",
    "station gone": "DELETE FROM station",
    "table gone": "DROP TABLE ledger_node",
    "column renamed": "ALTER TABLE export RENAME COLUMN witnesses TO wxtnesses",
}


@pytest.mark.parametrize("name", DAMAGES)
def test_damage_is_found_when_it_is_opened_and_nothing_is_written(home: Home, name: str) -> None:
    edit(home, DAMAGES[name])
    before = (home.folder / "dockwarden.db").read_bytes()
    with Home(home.folder) as again, pytest.raises(LedgerDamaged):
        again.records.checkpoint()
    assert (home.folder / "dockwarden.db").read_bytes() == before
    assert segments.newest(home.folder) == 1, "who does not own the docks begins nothing"


@pytest.mark.parametrize("bytes_", [b"", b"nothing that SQLite ever wrote" * 400])
def test_docking_goes_on_in_a_fresh_database_that_names_the_damaged_one(
    home: Home, bytes_: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    path = home.folder / "dockwarden.db"
    if bytes_:
        path.write_bytes(bytes_)
    else:
        edit(home, DAMAGES["fact changed"])
    before = path.read_bytes()
    with docked(home.folder) as fresh:
        assert path.read_bytes() == before
        begun = [entry.body for entry in fresh.records.entries()]
        assert '"kind":"station"' in begun[0]
        assert '"kind":"segment"' in begun[1]
        assert hashlib.sha256(before).hexdigest() in begun[1]
        assert ('"size":' in begun[1]) == (not bytes_)
        assert fresh.records.segment() is not None
        _, docking = st.dock(fresh.records)
        st.seal(fresh.records, docking)
        assert verify_home(fresh, (), lambda _: None).entries == fresh.records.ledger_size()
    assert "damaged" in caplog.text or "not a database" in caplog.text
    caplog.clear()
    with docked(home.folder) as again:
        (warned,) = [one for one in again.station().warnings if one.code == "segment"]
        assert "dockwarden.db was found damaged" in warned.what_happened
        assert len(again.records.recordings()) == 1
        assert again.records.verify().entries == again.records.ledger_size()
        with pytest.raises(WrongKindOfHome):
            Home.allow(_empty(again), virtual=True)


def _empty(home: Home) -> Home:
    """The same home, as if no recording were in it yet."""
    home.records.try_out = lambda: None  # type: ignore[method-assign]
    return home


def test_a_start_that_was_broken_off_names_the_damaged_one_later(
    home: Home, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    edit(home, DAMAGES["fact changed"])
    with monkeypatch.context() as broken:
        broken.setattr(segments, "describe", lambda _path: (_ for _ in ()).throw(InterruptedError))
        with Home(home.folder) as interrupted, pytest.raises(InterruptedError):
            interrupted.go_on()
    with docked(home.folder) as fresh:
        segment = fresh.records.segment()
        assert segment is not None
        assert segment.file == "dockwarden.db"
    caplog.clear()


def test_a_fresh_database_that_is_damaged_too_is_gone_on_after(home: Home, caplog: pytest.LogCaptureFixture) -> None:
    (home.folder / "dockwarden.db").write_bytes(b"x" * 5000)
    docked(home.folder).close()
    (home.folder / "dockwarden-2.db").write_bytes(b"y" * 5000)
    with docked(home.folder) as third:
        assert third.database.path.name == "dockwarden-3.db"
        segment = third.records.segment()
        assert segment is not None
        assert segment.file == "dockwarden-2.db"
    caplog.clear()


def test_opening_looks_at_the_end_alone(home: Home) -> None:
    """Whatever the size, so many entries are read and no more: what is wrong before them is for verification."""
    with Home(home.folder) as more:
        for number in range(segments.LAST):
            more.records.bay(f"9-{number}")
    edit(home, DAMAGES["fact changed"])
    with Home(home.folder) as again:
        assert isinstance(again.keys.signer(), StationSigner)
        assert again.records.ledger_size() > segments.LAST
