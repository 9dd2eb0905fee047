"""The tree in the database: its proofs are those of its entries, at every size and by every checkpoint."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy.exc import IntegrityError

from app.ledger import log, merkle
from app.ledger.note import Checkpoint, VerifierKey, open_checkpoint, parse_growth, parse_proof, sign_checkpoint
from app.ledger.verify import LedgerBroken
from app.records import NoSuchCheckpoint
from db.engine import Database
from db.schema import Alarm, Bay, Verification
from tests.app import station as st

KEY = VerifierKey.of(st.SIGNER)


def test_proofs_lead_from_every_entry_to_the_signed_root(tmp_path: Path) -> None:
    with st.station(tmp_path) as records:
        st.a_day(records)
        head = open_checkpoint(records.checkpoint(), KEY)
        for entry in records.entries():
            proof = parse_proof(records.prove(str(entry.number)))
            assert open_checkpoint(proof.checkpoint, KEY) == head
            leaf = merkle.leaf_hash(entry.body.encode())
            assert merkle.root_from_inclusion(proof.index, head.size, leaf, proof.path) == head.root


def test_an_older_checkpoint_still_proves_after_the_ledger_has_grown(tmp_path: Path) -> None:
    with st.station(tmp_path) as records:
        st.dock(records)
        note = records.checkpoint()
        st.a_day(records)
    database = Database.open(tmp_path / "dockwarden.db")
    head = open_checkpoint(note, KEY)
    with database.read() as session:
        path = parse_proof(log.prove(session, 1, note, KEY)).path
        (leaf,) = session.connection().exec_driver_sql("SELECT leaf FROM ledger_entry WHERE number = 1").one()
        assert merkle.root_from_inclusion(1, head.size, leaf, path) == head.root
        with pytest.raises(ValueError, match="no leaf 5 in a tree of 3"):
            log.prove(session, 5, note, KEY)
    database.close()


def test_any_two_sizes_are_shown_to_be_consistent(tmp_path: Path) -> None:
    with st.station(tmp_path) as records:
        st.a_day(records)
        size = records.ledger_size()
        notes = {size: records.checkpoint()}
    database = Database.open(tmp_path / "dockwarden.db")
    with database.read() as session:
        roots = [merkle.root(entries, log.reader(session)) for entries in range(size + 1)]
        for new in range(1, size + 1):
            notes[new] = sign_checkpoint(Checkpoint(KEY.name, new, roots[new]), st.SIGNER)
            for old in range(1, new + 1):
                proof = parse_growth(log.growth(session, old, notes[new]).text())
                assert open_checkpoint(proof.checkpoint, KEY).size == new
                merkle.check_consistency(old, new, roots[old], roots[new], proof.path)
        beyond = sign_checkpoint(Checkpoint(KEY.name, size + 1, bytes(32)), st.SIGNER)
        with pytest.raises(ValueError, match="fewer than"):
            log.growth(session, 1, beyond)
    database.close()


def test_growth_is_asked_by_size_or_by_note(tmp_path: Path) -> None:
    with st.station(tmp_path) as records:
        first = records.checkpoint()
        st.a_day(records)
        size = records.ledger_size()
        proof = records.growth(first, size)
        assert proof == records.growth(1, records.checkpoint())
        assert proof.text().startswith("old 1\n")
        with pytest.raises(NoSuchCheckpoint, match="No checkpoint of 2 entries"):
            records.growth(1, 2)
        with pytest.raises(NoSuchCheckpoint, match="no later one"):
            records.growth(size, first)
        foreign = sign_checkpoint(Checkpoint(KEY.name, 1, bytes(32)), st.SIGNER)
        with pytest.raises(LedgerBroken, match="is not of this ledger"):
            records.growth(foreign, size)


def alarm(code: str) -> Alarm:
    return Alarm(at=datetime.now(UTC), code=code, words="Look.")


def test_a_batch_is_entered_as_its_facts_one_by_one_would_be(tmp_path: Path) -> None:
    """Of several kinds, in their order, with batches of every size: all of it reads as right, and so does the rest."""
    with st.station(tmp_path) as records, records._database.write() as session:
        number = 1
        for length in range(1, 12):
            facts = [
                alarm(f"a{place}") if place % 3 else Verification(at=datetime.now(UTC), by="x", result=f"r{place}")
                for place in range(length)
            ]
            assert log.enter_all(session, facts) == number
            assert [fact.entry for fact in facts] == list(range(number, number + length))
            number += length
        assert log.enter(session, alarm("last")) == number
    with st.station(tmp_path) as records:
        assert records.verify().entries == number + 1
        kinds = [json.loads(entry.body)["kind"] for entry in records.entries(1, 7)]
        assert kinds == ["verified", "verified", "alarm", "verified", "alarm", "alarm", "verified"]


def test_a_batch_that_breaks_a_rule_leaves_nothing(tmp_path: Path) -> None:
    twice = [Bay(at=datetime.now(UTC), name="A1", usb_path="1-1") for _ in range(2)]
    with st.station(tmp_path) as records:
        with pytest.raises(IntegrityError), records._database.write() as session:
            log.enter_all(session, [alarm("before"), *twice])
        assert (records.ledger_size(), records.verify().entries) == (1, 1)


def test_an_entry_commits_to_what_the_database_holds(tmp_path: Path) -> None:
    """A trigger writes other words than it was asked to: the entry is of those words."""
    with st.station(tmp_path) as records, records._database.write() as session:
        session.connection().exec_driver_sql("DROP TRIGGER alarm_no_update")
        session.connection().exec_driver_sql(
            "CREATE TRIGGER meddle AFTER INSERT ON alarm BEGIN UPDATE alarm SET words = 'x'; END"
        )
        log.enter_all(session, [alarm("one"), alarm("two")])
    with st.station(tmp_path) as records:
        assert records.verify().entries == 3


stored_values = some.one_of(
    some.text(),
    some.integers(-log.LARGEST, log.LARGEST),
    some.floats(allow_nan=False, allow_infinity=False),
)


@given(some.dictionaries(some.from_regex(r"[a-z_0-9]{1,12}", fullmatch=True), stored_values, max_size=8))
def test_rows_are_written_as_rfc_8785_has_it(row: dict[str, object]) -> None:
    facts = {"table": {name: log.canonical(value) for name, value in row.items()}}
    assert log.sorted_json(facts) == rfc8785.dumps({"table": row})


def test_every_character_is_written_as_rfc_8785_has_it() -> None:
    for start in range(0, 0x110000, 0x800):
        if start != 0xD800:  # surrogates: no text of the database holds one
            text = "".join(map(chr, range(start, start + 0x800)))
            assert log.sorted_json(log.canonical(text)) == rfc8785.dumps(text)


@pytest.mark.parametrize("value", [b"text", log.LARGEST + 1, -log.LARGEST - 1, 9e999, float("nan")])
def test_what_canonical_json_does_not_carry_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        log.canonical(value)
