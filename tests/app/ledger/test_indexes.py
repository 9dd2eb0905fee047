"""The indexes of people and custody under an attacker: hidden, altered and invented rows are found, by name."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from app.ledger import indexes
from app.ledger.verify import LedgerBroken
from db.schema import Camera
from tests.app import station as st
from tests.app.ledger.shift import OFFICER, a_shift, act, asset, person
from tests.app.ledger.test_verify import edit


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    with st.station(folder) as records:
        st.dock(records, "SN00002")
        a_shift(records)
        st.dock(records, "SN00001")
    return folder


@pytest.fixture
def home(whole: Path, tmp_path: Path) -> Path:
    shutil.copy(whole / "dockwarden.db", tmp_path)
    return tmp_path


def test_indexes_that_nobody_touched_are_right(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with st.station(home) as records:
        records.verify()
        monkeypatch.setattr(indexes, "SLICE", 2)
        records.verify()


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("DELETE FROM holding WHERE until_at IS NULL", "The index holding says other of entry "),
        (f"UPDATE holding SET officer = '{OFFICER}' WHERE officer <> '{OFFICER}'", "The index holding says"),
        ("UPDATE holding SET from_at = '2026' WHERE corrected IS NOT NULL", "The index holding says"),
        ("DELETE FROM pool WHERE state = 'held'", "The index pool says other of camera "),
        ("UPDATE pool SET state = 'store' WHERE state = 'held'", "The index pool says"),
        ("UPDATE pool SET words = ''", "The index pool says"),
        ("UPDATE pool SET rowid = -rowid", "The index pool says"),
        ("UPDATE holding SET entry = -entry WHERE corrected IS NULL", "The index holding says"),
        ("UPDATE roster SET role = 'supervisor'", "The index roster says other of person "),
        ("DELETE FROM roster WHERE collar = '1235'", "The index roster says"),
        (
            "INSERT INTO roster SELECT 'd' || person, entry, 'x', name, rank, role, station, cohort, trained_on, card, "
            "active, words FROM roster LIMIT 1",
            "The index roster says other of person d",
        ),
    ],
)
def test_an_index_that_was_changed_is_named(home: Path, statement: str, words: str) -> None:
    edit(home, statement)
    with st.station(home) as records, pytest.raises(LedgerBroken, match=words):
        records.verify()


def test_a_table_whose_columns_were_changed_is_found(home: Path) -> None:
    edit(home, "ALTER TABLE shelf RENAME COLUMN camera TO cbmera", "UPDATE pool SET uses = uses")
    with st.station(home) as records, pytest.raises(LedgerBroken, match="The table shelf has other columns"):
        records.verify()


def test_a_person_who_is_not_whom_the_entry_shows_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.app.ledger.shift.who_hash", lambda *_: "0" * 64)
    with st.station(tmp_path) as records:
        person(records, OFFICER, "1", "Olive")
        with pytest.raises(
            LedgerBroken, match="entry 1 breaks a rule that holds for all: it shows a hash that is not of the person"
        ):
            records.verify()


def test_an_act_that_breaks_a_rule_is_found_where_the_rule_was_taken_away(home: Path) -> None:
    edit(home, "DROP INDEX uq_holding_officer", "UPDATE pool SET uses = uses")
    with st.station(home) as records:
        for number in (11, 12):
            act(records, asset(records, number), "issued", OFFICER, mode="pool")
        with pytest.raises(LedgerBroken, match=r"entry \d+ breaks a rule that holds for all: two have one officer"):
            records.verify()


def test_an_act_that_there_is_not_is_found_where_its_check_was_taken_away(home: Path) -> None:
    taken_away = "replace(sql, '''issued'',', '''issued'', ''stolen'',')"
    edit(home, "PRAGMA writable_schema=ON", f"UPDATE sqlite_master SET sql = {taken_away} WHERE name = 'custody'")
    with st.station(home) as records:
        act(records, asset(records, 11), "stolen")
        with pytest.raises(LedgerBroken, match=r"in table custody breaks a rule that holds for all\."):
            records.verify()


def test_two_cameras_that_are_one_are_found_where_the_rule_was_taken_away(home: Path) -> None:
    edit(home, "DROP INDEX uq_camera_serial", "UPDATE pool SET uses = uses")
    with st.station(home) as records:
        for id_ in ("one", "other"):
            records._write(Camera(id=id_, vendor_id=1, product_id=1, serial="TWIN", model_file="", virtual=True))
        with pytest.raises(LedgerBroken, match="Facts in table camera break a rule that holds for all"):
            records.verify()


def test_what_is_entered_meanwhile_is_taken_in(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between any two slices a camera is entered and taken: nothing is held up, nothing is found wrong."""
    monkeypatch.setattr(indexes, "SLICE", 3)
    with st.station(home) as records:
        read = records._database.read
        reads: list[int] = []

        @contextmanager
        def read_then_write() -> Iterator[Session]:
            with read() as session:
                yield session
            reads.append(1)
            if len(reads) in range(5, 25):
                number = 100 + len(reads)
                act(records, asset(records, number), "taken")

        monkeypatch.setattr(records._database, "read", read_then_write)
        records.verify()
        assert len(reads) > 30


def test_an_id_that_was_changed_in_the_table_and_not_in_its_index_is_found(home: Path) -> None:
    """SQLite may answer from either: each place of the file that has the id is spoilt in turn."""
    path = home / "dockwarden.db"
    with st.station(home) as records:
        recording = st.seal(records, st.dock(records)[1])
    with closing(sqlite3.connect(path)) as connection:
        before = connection.execute("SELECT * FROM recording").fetchall()
    whole = path.read_bytes()
    places = [found.start() for found in re.finditer(re.escape(recording.encode()), whole)]
    changed = 0
    for place in places:
        path.write_bytes(whole[:place] + b"x" + whole[place + 1 :])
        with closing(sqlite3.connect(path)) as connection:
            changed_row = connection.execute("SELECT * FROM recording NOT INDEXED").fetchall() != before
        if changed_row:
            changed += 1
            with st.station(home) as records, pytest.raises(LedgerBroken):
                records.verify()
    assert changed == 1
    assert len(places) > 3


@pytest.mark.parametrize("before", [1, 2])
def test_a_node_whose_place_was_changed_within_its_row_is_found(home: Path, before: int) -> None:
    """The index is the byte before the hash, the level the one before that: SQLite's order of the rows stays."""
    path = home / "dockwarden.db"
    with closing(sqlite3.connect(path)) as connection:
        (node,) = connection.execute('SELECT hash FROM ledger_node WHERE level = 2 AND "index" = 3').fetchone()
    whole = bytearray(path.read_bytes())
    whole[whole.index(node) - before] ^= 2
    path.write_bytes(whole)
    with st.station(home) as records, pytest.raises(LedgerBroken, match="of level 2 of the tree is missing or has"):
        records.verify()
