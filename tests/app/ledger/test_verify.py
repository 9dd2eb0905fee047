"""The live ledger under an attacker who may write the file as he likes: all is found, by name, and controls pass.

Edits go by plain SQL, with the triggers dropped, as someone who owns the file would make them.
"""

from __future__ import annotations

import base64
import hashlib
import json
import random
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.orm import Session

from app.ledger import merkle
from app.ledger.note import Checkpoint, KeySigner, VerifierKey, sign_checkpoint
from app.ledger.verify import LedgerBroken, verify
from db.base import Base
from db.engine import Database
from db.schema import FACTS, Export, KeyChange, Segment
from tests.app import station as st

ELSEWHERE = (Export, KeyChange, Segment)
"""Kinds of facts that a day does not have."""


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with a day of facts, made once; tests work on copies."""
    folder = tmp_path_factory.mktemp("honest")
    with st.station(folder) as records:
        st.a_day(records)
        assert records.verify().entries == records.ledger_size()
    return folder / "dockwarden.db"


@pytest.fixture
def home(honest: Path, tmp_path: Path) -> Path:
    shutil.copy(honest, tmp_path / "dockwarden.db")
    return tmp_path


@contextmanager
def attacker(home: Path) -> Iterator[sqlite3.Connection]:
    """The file open for any edit: no triggers, no foreign keys."""
    with closing(sqlite3.connect(home / "dockwarden.db")) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        connection.execute("PRAGMA ignore_check_constraints=ON")
        connection.execute("PRAGMA synchronous=OFF")
        before = connection.total_changes
        yield connection
        assert connection.total_changes > before, "the edit changed nothing"
        connection.commit()


def found(home: Path, held: tuple[str, ...] = ()) -> str:
    """What verification names as the first thing wrong."""
    with closing(Database.open(home / "dockwarden.db")) as database, pytest.raises(LedgerBroken) as broken:
        verify(database, VerifierKey.of(st.SIGNER), held)
    return broken.value.what_happened


def edit(home: Path, *statements: str) -> None:
    with attacker(home) as connection:
        for statement in statements:
            connection.execute(statement)


EDITS = {
    "entry deleted": (["DELETE FROM ledger_entry WHERE number = 7"], "Entry 7 is missing"),
    "entry moved": (["UPDATE ledger_entry SET number = -1 WHERE number = 7"], "Entry 7 is missing"),
    "entries swapped": (
        [
            "UPDATE ledger_entry SET number = -1 WHERE number = 7",
            "UPDATE ledger_entry SET number = 7 WHERE number = 8",
            "UPDATE ledger_entry SET number = 8 WHERE number = -1",
        ],
        "Entry 7 says other than its row",
    ),
    "entry added before the first": (
        ["INSERT INTO ledger_entry SELECT -1, body, leaf FROM ledger_entry WHERE number = 3"],
        "There is an entry of the number -1",
    ),
    "entry added at the end": (
        ["INSERT INTO ledger_entry SELECT 24, body, leaf FROM ledger_entry WHERE number = 3"],
        "The fact of entry 24 is missing",
    ),
    "leaf changed": (
        ["UPDATE ledger_entry SET leaf = zeroblob(32) WHERE number = 7"],
        "Entry 7 does not have the hash",
    ),
    "body as text": (
        ["UPDATE ledger_entry SET body = CAST(body AS TEXT) WHERE number = 7"],
        "Entry 7 does not have the hash",
    ),
    "end cut": (
        [
            "DELETE FROM ledger_entry WHERE number >= 17",
            *(f"DELETE FROM {table}" for table in ("opening", "hold", "camera_fault", "key_added")),
            *(f"DELETE FROM {table}" for table in ("recovery_proof", "vault_proof", "verification")),
            'DELETE FROM ledger_node WHERE ("index" + 1) << level > 17',
        ],
        "A checkpoint of 24 entries was signed, but there are 17",
    ),
    "node changed": (
        ['UPDATE ledger_node SET hash = zeroblob(32) WHERE level = 2 AND "index" = 1'],
        "Node 1 of level 2",
    ),
    "node deleted": (['DELETE FROM ledger_node WHERE level = 1 AND "index" = 0'], "Node 0 of level 1"),
    "node added": (["INSERT INTO ledger_node VALUES (5, 0, zeroblob(32))"], "has 22 inner nodes, but 23 are kept"),
    "checkpoint root changed": (
        ["UPDATE checkpoint SET root = zeroblob(32) WHERE size = 24"],
        "The row of the checkpoint of 24 entries says other than its note",
    ),
    "checkpoint of another size": (
        ["UPDATE checkpoint SET size = 23 WHERE size = 24"],
        "The row of the checkpoint of 23 entries says other than its note",
    ),
    "checkpoint note cut": (
        ["UPDATE checkpoint SET note = substr(note, 1, 90) WHERE size = 24"],
        "The checkpoint of 24 entries: ",
    ),
    "fact deleted": (['DELETE FROM "release" WHERE entry = 11'], "The fact of entry 11 is missing"),
    "fact added": (
        [
            'INSERT INTO "release" (entry, at, salt, recording, docking) '
            'SELECT 99, at, salt, recording, docking FROM "release" WHERE entry = 11'
        ],
        "A fact in table release has no entry 99",
    ),
    "fact with another's entry": (
        ["INSERT INTO bay (entry, at, salt, name, usb_path) SELECT 11, at, salt, 'B9', '9' FROM bay"],
        "Entry 11 has two facts",
    ),
    "recording renamed": (
        ["UPDATE recording SET name = 'other.MP4' WHERE name = '2.MP4'"],
        "says other than its row in table seal",
    ),
    "recording deleted": (["DELETE FROM recording WHERE name = '2.MP4'"], "speaks of a recording that is missing"),
    "number as text": (["UPDATE seal SET payload_size = 'x' WHERE entry = 5"], "Entry 5 says other than its row"),
    "text as bytes": (
        ["UPDATE camera SET make = CAST(make AS BLOB)"],
        "The fact of entry 3 in table camera holds what no fact can hold",
    ),
    "text that is no text": (
        ["UPDATE camera SET make = CAST(x'ff41' AS TEXT)"],
        "Bytes that are no text were found",
    ),
    "number without end": (
        ["UPDATE docking SET clock_offset_s = 9e999"],
        "The fact of entry 4 in table docking holds what no fact can hold",
    ),
    "number too large": (
        ["UPDATE docking_end SET failed = 9223372036854775807"],
        "in table docking_end holds what no fact can hold",
    ),
    "recording taken off the list": (["DELETE FROM shelf WHERE entry = 5"], "than the facts of entry 5"),
    "recording altered on the list": (
        [
            "UPDATE shelf SET held = 0 WHERE entry = 5",
        ],
        "The list of recordings says other than the facts of entry 5",
    ),
    "recording added to the list": (
        [
            "INSERT INTO shelf SELECT 11, made_at, camera, camera_name, officer, size, seconds, partial, flagged, held,"
            " released, proved_at, words FROM shelf WHERE entry = 5"
        ],
        "than the facts of entry 11",
    ),
    "salt changed": (["UPDATE seal SET salt = zeroblob(32) WHERE entry = 5"], "Entry 5 says other than its row"),
    "salt as text": (["UPDATE seal SET salt = 'salt' WHERE entry = 5"], "holds what no fact can hold"),
}


def test_what_nobody_touched_is_right(home: Path) -> None:
    with st.station(home) as records:
        verified = records.verify()
    assert (verified.entries, verified.checkpoints) == (24, 2)


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_is_found_and_named(home: Path, name: str) -> None:
    statements, words = EDITS[name]
    edit(home, *statements)
    assert words in found(home)


@pytest.mark.parametrize("table", [*(kind.__tablename__ for kind in FACTS if kind not in ELSEWHERE), "recording"])
def test_no_column_of_a_fact_can_be_changed_unnoticed(home: Path, table: str) -> None:
    with st.station(home) as records:
        st.a_shift(records)
    whole = (home / "dockwarden.db").read_bytes()
    for column in Base.metadata.tables[table].columns:
        name = f'"{column.name}"'
        other = f"CASE WHEN typeof({name}) = 'blob' THEN zeroblob(32) WHEN {name} IS NULL THEN 1 ELSE {name} || 1 END"
        edit(home, f'UPDATE "{table}" SET {name} = {other} WHERE rowid = (SELECT min(rowid) FROM "{table}")')
        assert found(home)
        (home / "dockwarden.db").write_bytes(whole)


def test_every_single_bit_of_an_entry_counts(home: Path) -> None:
    chance = random.Random(3)
    with st.station(home) as records:
        bodies = [entry.body.encode() for entry in records.entries()]
    for _ in range(40):
        number = chance.randrange(len(bodies))
        bit = chance.randrange(8 * len(bodies[number]))
        flipped = bytearray(bodies[number])
        flipped[bit // 8] ^= 1 << bit % 8
        put(home, number, bytes(flipped), merkle.leaf_hash(bytes(flipped)))
        assert f"Entry {number} says other than its row" in found(home)
        put(home, number, bodies[number], merkle.leaf_hash(bodies[number]))
    with st.station(home) as records:
        assert records.verify().entries == len(bodies)


def put(home: Path, number: int, body: bytes, leaf: bytes) -> None:
    with attacker(home) as connection:
        connection.execute("UPDATE ledger_entry SET body = ?, leaf = ? WHERE number = ?", (body, leaf, number))


def rewritten(home: Path, signer: KeySigner) -> None:
    """Forge a fact and everything that follows from it: entry, leaves, nodes, and checkpoints signed by `signer`."""
    with attacker(home) as connection:
        connection.execute("UPDATE alarm SET code = 'forged' WHERE entry = 14")
        (salt,) = connection.execute("SELECT salt FROM alarm WHERE entry = 14").fetchone()
        cursor = connection.execute("SELECT * FROM alarm WHERE entry = 14")
        row = dict(zip([name for name, *_ in cursor.description], cursor.fetchone(), strict=True))
        facts = {name: value for name, value in row.items() if value is not None and name not in {"entry", "salt"}}
        commitment = hashlib.sha256(salt + canonical({"alarm": facts})).hexdigest()
        public = {name: row[name] for name in ("camera", "docking", "code") if row[name] is not None}
        body = canonical({"kind": "alarm", "at": row["at"], "facts": commitment, **public})
        connection.execute(
            "UPDATE ledger_entry SET body = ?, leaf = ? WHERE number = 14", (body, merkle.leaf_hash(body))
        )
        regrow(connection, signer)


def canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def regrow(connection: sqlite3.Connection, signer: KeySigner) -> None:
    connection.execute("DELETE FROM ledger_node")
    nodes: dict[tuple[int, int], bytes] = {}

    def read(level: int, index: int) -> bytes:
        return nodes[level, index]

    for number, leaf in connection.execute("SELECT number, leaf FROM ledger_entry ORDER BY number").fetchall():
        nodes[0, number] = leaf
        for level, index, node in merkle.completed(number, leaf, read):
            nodes[level, index] = node
            connection.execute("INSERT INTO ledger_node VALUES (?, ?, ?)", (level, index, node))
    for (size,) in connection.execute("SELECT size FROM checkpoint").fetchall():
        root = merkle.root(size, read)
        note = sign_checkpoint(Checkpoint(signer.name, size, root), signer)
        connection.execute("UPDATE checkpoint SET root = ?, note = ? WHERE size = ?", (root, note, size))


def test_a_ledger_written_anew_without_the_key_is_found(home: Path) -> None:
    rewritten(home, KeySigner(st.SIGNER.name, Ed25519PrivateKey.generate()))
    assert "is not signed by" in found(home)


def test_one_written_anew_with_the_stolen_key_is_found_by_a_checkpoint_held_elsewhere(home: Path) -> None:
    held = newest(home)
    rewritten(home, st.SIGNER)
    with st.station(home) as records:
        assert records.verify().entries == 24, "this forgery is perfect: only a witness can find it"
    assert "another root" in found(home, held=(held,))


def test_an_old_database_put_back_is_found_by_a_checkpoint_held_elsewhere(home: Path, tmp_path: Path) -> None:
    shutil.copy(home / "dockwarden.db", tmp_path / "old.db")
    with st.station(home) as records:
        records.bay("9-9")
        held = records.checkpoint()
    shutil.copy(tmp_path / "old.db", home / "dockwarden.db")
    assert "but there are 24: the end is cut" in found(home, held=(held,))


def test_a_held_checkpoint_of_another_key_is_named(home: Path) -> None:
    other = KeySigner(st.SIGNER.name, Ed25519PrivateKey.generate())
    note = sign_checkpoint(Checkpoint(other.name, 1, base64.b64decode("AAAA") * 8 + bytes(8)), other)
    assert "A checkpoint held outside" in found(home, held=(note,))


def newest(home: Path) -> str:
    with st.station(home) as records:
        return records.checkpoint()


def test_verification_goes_by_pages_and_lanes_write_meanwhile(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between any two pages a fact is added: verification neither stumbles over it nor holds it up."""
    monkeypatch.setattr("app.ledger.verify.PAGE", 3)
    with st.station(home) as records:
        read = records._database.read
        reads: list[int] = []

        @contextmanager
        def read_then_write() -> Iterator[Session]:
            with read() as session:
                yield session
            reads.append(len(reads))
            if len(reads) <= 10:
                records.bay(f"9-{len(reads)}")

        monkeypatch.setattr(records._database, "read", read_then_write)
        assert records.verify().entries == 24
        assert len(reads) > 10
        assert records.verify().entries == 34


def test_verification_tells_how_far_it_is_and_ends_when_asked(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.ledger.verify.PAGE", 10)
    told: list[tuple[int, int]] = []
    with st.station(home) as records:
        records.verify(tell=lambda done, size: told.append((done, size)))
        assert told == [(10, 24), (20, 24), (24, 24)]

        def stop(done: int, _size: int) -> None:
            raise InterruptedError(done)

        with pytest.raises(InterruptedError, match="10"):
            records.verify(tell=stop)
