"""The guards in the database itself: append-only on every table, and the rules that hold on every road."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from db.base import Base, Fact, escape, unescape
from db.engine import Database
from db.schema import CHANGING, FACTS, SHELVED, triggers
from tests.db.schema_1 import FILL

FILL_2 = (
    *(f"INSERT INTO ledger_entry VALUES ({number}, x'7b7d', x'00')" for number in range(15, 19)),
    'INSERT INTO hold (entry, at, salt, recording, held, "by", reason)'
    " VALUES (15, 't', x'00', 'r', 1, 'sergeant', 'w')",
    'INSERT INTO camera_fault (entry, at, salt, camera, faulty, "by", words)'
    " VALUES (16, 't', x'00', 'c', 1, 'sergeant', 'w')",
    "INSERT INTO recovery_proof (entry, at, salt, recipient, \"by\", how) VALUES (17, 't', x'00', 'age1', 's', 'here')",
    'INSERT INTO vault_proof (entry, at, salt, "first", "last", recordings, bytes, result)'
    " VALUES (18, 't', x'00', 6, 6, 1, 10, 'right')",
)

RECORDING_AGAIN = (
    "INSERT INTO recording SELECT 'r9', at, docking, {camera}, folder, name, {size}, modified, captured, persistent_id,"
    " clock_offset_s, officer, critical FROM recording LIMIT 1"
)
SEAL_AGAIN = (
    "INSERT INTO seal SELECT {recording}, docking, size, {sha256}, key_sha256, payload_sha256, payload_size, partial,"
    " flags, recorded_at, started_at, seconds, 9, at, salt FROM seal"
)
CAMERA_AGAIN = (
    "INSERT INTO camera SELECT 'c9', vendor_id, product_id, make, model, serial, usb_path, model_file, virtual,"
    " 9, at, salt FROM camera WHERE id = 'c'"
)

FILL_3 = (
    *(f"INSERT INTO ledger_entry VALUES ({number}, x'7b7d', x'00')" for number in range(19, 28)),
    "INSERT INTO person (entry, at, salt, id, who, who_salt, collar, name, rank, role, station, cohort, active)"
    f" VALUES (19, 't', x'00', 'p', '{'a' * 64}', '{'b' * 64}', '1234', 'Ann Example', 'PC', 'officer', 'S', '', 1)",
    "INSERT INTO credential (entry, at, salt, person, means, given, digest)"
    f" VALUES (20, 't', x'00', 'p', 'pin', 1, '{'a' * 64}')",
    "INSERT INTO asset (entry, at, salt, id, asset, serial, make, model, station, mode)"
    " VALUES (21, 't', x'00', 'a', 'A-1', 'CAM-0001', 'm', 'm', 'S', 'pool')",
    "INSERT INTO custody (entry, at, salt, camera, act, officer, mode, acting, override, voids)"
    " VALUES (22, 't', x'00', 'a', 'issued', 'p', 'pool', 0, 0, 0)",
    "INSERT INTO readiness (entry, at, salt, docking, ready, reasons) VALUES (23, 't', x'00', 'd', 1, '')",
    "INSERT INTO undocking (entry, at, salt, docking) VALUES (24, 't', x'00', 'd')",
    "INSERT INTO reading (entry, at, salt, what) VALUES (25, 't', x'00', 'day')",
    'INSERT INTO key_change (entry, at, salt, ledger_key, how, "by", second)'
    " VALUES (26, 't', x'00', 'k', 'lost', 'p', 'q')",
    "INSERT INTO segment (entry, at, salt, file, sha256, words)"
    f" VALUES (27, 't', x'00', 'dockwarden.db', '{'a' * 64}', 'w')",
    "INSERT INTO cosignature (size, witness, how, body, at) VALUES (15, 'w', 'cosignature/v1', x'00', 't')",
)

FILL_4 = (
    *(f"INSERT INTO ledger_entry VALUES ({number}, x'7b7d', x'00')" for number in (28, 29)),
    'INSERT INTO keeping (entry, at, salt, camera, bay, kept, "by")'
    " VALUES (28, 't', x'00', 'c', 'A1', 1, 'sergeant')",
    'INSERT INTO setting_change (entry, at, salt, setting, value, "by")'
    " VALUES (29, 't', x'00', 'parallel_lanes', '8', 'sergeant')",
)

GUARDED = [table for table in Base.metadata.tables if table not in CHANGING]


@pytest.fixture
def filled(tmp_path: Path) -> Iterator[Database]:
    """A database with a row in every table."""
    database = Database.open(tmp_path / "home.db")
    with database.write() as session:
        for statement in FILL + FILL_2 + FILL_3 + FILL_4:
            session.execute(text(statement))
    yield database
    database.close()


def run(database: Database, statement: str) -> None:
    with database.write() as session:
        session.execute(text(statement))


def test_the_triggers_in_the_file_are_those_of_the_list(filled: Database) -> None:
    with filled.read() as session:
        found = session.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
    assert {row.name: row.sql for row in found} == triggers()
    assert len(found) == 2 * len(GUARDED) + 1 + 4 + 7


@pytest.mark.parametrize("table", GUARDED)
def test_no_row_is_changed_deleted_or_replaced(filled: Database, table: str) -> None:
    before = rows(filled, table)
    assert before
    column = next(iter(Base.metadata.tables[table].columns)).name
    for statement in (
        f'UPDATE "{table}" SET "{column}" = "{column}"',
        f'DELETE FROM "{table}"',
        f'INSERT OR REPLACE INTO "{table}" SELECT * FROM "{table}"',
    ):
        with pytest.raises(IntegrityError, match=f"rows of {table} are never changed or deleted"):
            run(filled, statement)
    assert rows(filled, table) == before


def rows(database: Database, table: str) -> list[tuple[object, ...]]:
    with database.read() as session:
        return [tuple(row) for row in session.execute(text(f'SELECT * FROM "{table}"'))]


def test_the_shelf_says_what_the_facts_say_after_each_of_them(filled: Database) -> None:
    def shelf(columns: str) -> list[tuple[object, ...]]:
        with filled.read() as session:
            assert session.execute(text(SHELVED)).all() == session.execute(text("SELECT * FROM shelf")).all()
            return [tuple(row) for row in session.execute(text(f"SELECT {columns} FROM shelf"))]

    assert shelf("entry, camera, camera_name, held, released, proved_at, words LIKE 'cam-0001 %'") == [
        (6, "c", "CAM-0001", 1, 1, "t", 1)
    ]
    run(filled, "INSERT INTO ledger_entry VALUES (39, x'7b7d', x'00'), (40, x'7b7d', x'00'), (41, x'7b7d', x'00')")
    run(filled, "INSERT INTO ledger_entry VALUES (42, x'7b7d', x'00')")
    run(filled, "INSERT INTO hold SELECT recording, 0, \"by\", reason, 39, 'u', salt, acting FROM hold")
    assert shelf("held, proved_at") == [(0, "t")]
    proof = (
        'INSERT INTO vault_proof SELECT "first", "last", recordings, bytes, {}, {}, {}, salt FROM vault_proof LIMIT 1'
    )
    run(filled, proof.format("'wrong'", 40, "'x'"))
    assert shelf("proved_at") == [("t",)]
    run(filled, proof.format("'right'", 41, "'y'"))
    assert shelf("proved_at") == [("y",)]
    run(filled, proof.format("'right'", 42, "'w'"))  # the station's clock was put back
    assert shelf("proved_at") == [("w",)]


def test_every_table_of_facts_is_in_the_list_of_facts() -> None:
    assert set(FACTS) == {mapper.class_ for mapper in Base.registry.mappers if issubclass(mapper.class_, Fact)}
    assert len({kind.KIND for kind in FACTS}) == len(FACTS)
    for kind in FACTS:
        assert set(kind.PUBLIC) <= set(Base.metadata.tables[kind.__tablename__].columns.keys())


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        (
            RECORDING_AGAIN.format(camera="'c2'", size="size"),
            "try-out and evidence never mix",
        ),
        (
            "INSERT INTO \"release\" (entry, at, salt, recording, docking) VALUES (9, 't', x'', 'r2', 'd')",
            "FOREIGN KEY",
        ),
        ("INSERT INTO bay (entry, at, salt, name, usb_path) VALUES (999, 't', x'', 'B9', '9')", "FOREIGN KEY"),
        ("INSERT INTO bay (entry, at, salt, name, usb_path) VALUES (2, 't', x'', 'B9', '9')", "UNIQUE"),
        (
            RECORDING_AGAIN.format(camera="camera", size="-1"),
            "ck_recording_size",
        ),
        (
            SEAL_AGAIN.format(recording="'r2'", sha256="'short'"),
            "ck_seal_hash",
        ),
        (
            SEAL_AGAIN.format(recording="recording", sha256="sha256"),
            "UNIQUE constraint failed: seal.recording",
        ),
    ],
    ids=["mixing", "unsealed release", "no entry", "entry twice", "size", "hash", "second seal"],
)
def test_rules_that_hold_on_every_road(filled: Database, statement: str, why: str) -> None:
    with pytest.raises(Exception, match=why):
        run(filled, statement)


@pytest.mark.parametrize("fact", FACTS)
def test_no_column_hides_what_every_entry_has(fact: type[Fact]) -> None:
    assert not {"kind", "at", "facts"} & set(fact.PUBLIC)


def test_two_cameras_of_one_serial_number_cannot_be(filled: Database) -> None:
    with pytest.raises(IntegrityError, match="UNIQUE"):
        run(filled, CAMERA_AGAIN)


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_turns_back_and_is_plain_when_stored(found: str) -> None:
    stored = escape(found)
    assert unescape(stored) == found
    stored.encode()
    assert not any(ord(char) < 32 or char in "\u202e\u200b\ud800" for char in stored)
