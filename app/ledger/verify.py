"""Reads the whole ledger anew: every entry against its fact, every node and checkpoint against the entries.

What is read is a claim, even from our own disk. Reading goes by pages up to the size that the ledger had at the start,
a transaction for each, so that no commit waits long.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from rfc8785 import CanonicalizationError
from sqlalchemy.exc import DBAPIError, MultipleResultsFound, NoResultFound
from sqlalchemy.orm import Session

from app.errors import Trouble
from app.ledger import indexes, log, merkle
from app.ledger.note import COSIGNATURE, Checkpoint, LogKeys, NoteInvalid, VerifierKey, open_cosignature
from db.base import Base, Fact, moment_text
from db.engine import Database
from db.schema import FACTS, SHELVED, Recording

PAGE = 500
"""Entries that one transaction reads."""

LEAST = -(2**63)
"""The least key that SQLite can hold."""


class LedgerBroken(Trouble):
    """The ledger contradicts itself, its facts, its key or a checkpoint. The text names the first thing wrong."""

    code = "ledger"
    what_to_do = "Change nothing. Ask IT to copy the home as it is, and tell whoever holds this station's checkpoints."


class Verified(msgspec.Struct, frozen=True):
    """What was found to be right: so many entries under this root, and so many checkpoints signed and consistent.

    `lost` are the entries that put a new key in the place of a lost one: only who entered them vouches for it.
    """

    entries: int
    root: bytes
    checkpoints: int
    lost: tuple[int, ...] = ()


Row = log.Stored


Tell = Callable[[int, int], None]
"""Is told how many entries have been read, and of how many. What it raises ends the reading."""


def untold(_done: int, _size: int) -> None:
    """The `Tell` of a reading that tells nobody how far it is."""


def verify(database: Database, key: VerifierKey, held: Sequence[str] = (), tell: Tell = untold) -> Verified:
    """Check everything in the ledger, and that it grew from every checkpoint in `held`.

    Raises LedgerBroken, and what `tell` raises.
    """
    try:
        return _verify(database, key, held, tell)
    except DBAPIError as error:
        if getattr(error.orig, "sqlite_errorcode", None) != sqlite3.SQLITE_ERROR:
            raise
        raise LedgerBroken(f"The tables are not those that this program made: {error.orig}.") from error
    except UnicodeDecodeError as error:
        raise LedgerBroken(f"Bytes that are no text were found: {error}.") from error


def _verify(database: Database, key: VerifierKey, held: Sequence[str], tell: Tell) -> Verified:
    with database.read() as session:
        _check_tables(session)
        size = log.size(session)
        keys = _keys(session, key)
        lost = _select(session, "SELECT entry FROM key_change WHERE how = 'lost' ORDER BY entry")
    heads = _heads(database, keys, held)
    tree = _Tree(heads)
    tree.check_heads()
    for start in range(0, size, PAGE):
        end = min(start + PAGE, size)
        with database.read() as session:
            _check_page(session, start, end, tree)
        tell(end, size)
    tree.check_rest()
    _check_cosignatures(database)
    with database.read() as session:
        _check_nothing_beyond(session)
    for start in range(0, size, PAGE):
        with database.read() as session:
            _check_shelf(session, start, start + PAGE)
    try:
        indexes.check(database, _select)
    except indexes.Differs as error:
        raise LedgerBroken(str(error)) from error
    return Verified(size, tree.root(), len(heads), tuple(row["entry"] for row in lost))


def check_end(database: Database, last: int) -> None:
    """Check the newest checkpoint and the last entries with their facts and nodes, and no more. Raises LedgerBroken."""
    with database.read() as session:
        _check_tables(session)
        size = log.size(session)
        if not size:
            return
        keys = log.keys(session)
        for signed in _select(session, 'SELECT * FROM "checkpoint" ORDER BY size DESC LIMIT 1'):
            head = _head(signed["note"], keys, f"The checkpoint of {signed['size']} entries")
            if head.size > size:
                raise LedgerBroken(
                    f"A checkpoint of {head.size} entries was signed, but there are {size}: the end is cut."
                )
            _check_root(session, head)
        start = max(0, size - last)
        query = "SELECT * FROM ledger_entry WHERE number >= ? ORDER BY number"
        entries = _select(session, query, start)
        expected = _expected(session, start, size)
        for number, row in zip(range(start, size), [*entries, *[None] * last], strict=False):
            if row is None or row["number"] != number:
                raise LedgerBroken(f"Entry {number} is missing.")
            _check_entry(row, expected.pop(number, None))
            _check_nodes(session, number, row["leaf"])


def _check_root(session: Session, head: Checkpoint) -> None:
    try:
        root = merkle.root(head.size, log.reader(session))
    except (NoResultFound, TypeError) as error:
        raise LedgerBroken(f"The tree of {head.size} entries has a hole.") from error
    if root != head.root:
        raise LedgerBroken(f"The checkpoint of {head.size} entries has another root than these entries.")


def _check_nodes(session: Session, number: int, leaf: bytes) -> None:
    """Check the nodes that an entry completed against those below them."""
    try:
        for level, index, node in merkle.completed(number, leaf, log.reader(session)):
            if log.reader(session)(level, index) != node:
                raise LedgerBroken(f"Node {index} of level {level} of the tree has another hash.")
    except (NoResultFound, TypeError) as error:
        raise LedgerBroken(f"A node below entry {number} of the tree is missing.") from error


class _Tree:
    """The tree as it grows from the entries. Holds one node a level, and the nodes that each entry completed."""

    def __init__(self, heads: Sequence[Checkpoint]) -> None:
        self.size = 0
        self._peaks: dict[int, bytes] = {}
        self._heads = sorted(heads, key=lambda head: head.size, reverse=True)

    def grow(self, leaf: bytes) -> list[tuple[int, int, bytes]]:
        """Add a leaf, give the inner nodes that are complete with it, and check the heads of the new size."""
        completed = list(merkle.completed(self.size, leaf, lambda level, _index: self._peaks[level]))
        level, _, node = completed[-1] if completed else (0, 0, leaf)
        self._peaks[level] = node
        self.size += 1
        self.check_heads()
        return completed

    def root(self) -> bytes:
        """Root of the tree as it is now."""
        return merkle.root(self.size, lambda level, _index: self._peaks[level])

    def check_heads(self) -> None:
        """Check every checkpoint of just this size. Raises LedgerBroken."""
        while self._heads and self._heads[-1].size == self.size:
            if self._heads.pop().root != self.root():
                raise LedgerBroken(f"The checkpoint of {self.size} entries has another root than these entries.")

    def check_rest(self) -> None:
        """Raise LedgerBroken when a checkpoint speaks of more entries than there are."""
        if self._heads:
            signed = self._heads[-1].size
            raise LedgerBroken(
                f"A checkpoint of {signed} entries was signed, but there are {self.size}: the end is cut."
            )


def check_note(session: Session, note: str) -> int:
    """The size of a checkpoint, which must be of this ledger as it stands. Raises LedgerBroken."""
    head = _head(note, log.keys(session), "The checkpoint")
    if head.size > log.size(session) or merkle.root(head.size, log.reader(session)) != head.root:
        raise LedgerBroken(f"The checkpoint of {head.size} entries is not of this ledger.")
    return head.size


def _check_tables(session: Session) -> None:
    """Raise LedgerBroken unless every table has the columns that this program gave it."""
    for name, table in Base.metadata.tables.items():
        found = {row["name"] for row in _select(session, "SELECT name FROM pragma_table_info(?)", name)}
        if found != set(table.columns.keys()):
            raise LedgerBroken(f"The table {name} has other columns than this program gave it.")


def _keys(session: Session, key: VerifierKey) -> LogKeys:
    """The keys of the log by its facts: the first, and each that took the place of the one before. The last is ours."""
    try:
        keys = log.keys(session)
    except (ValueError, TypeError, NoResultFound, MultipleResultsFound) as error:
        raise LedgerBroken("The ledger does not tell one station and its key.") from error
    for (_, before), change in zip(
        keys.keys, _select(session, "SELECT * FROM key_change ORDER BY entry"), strict=False
    ):
        _check_change(before, change)
    if keys.newest != key:
        raise LedgerBroken(f"The ledger is of {keys.newest.name} with another key than this station has.")
    return keys


def _check_change(before: VerifierKey, change: Row) -> None:
    """Raise LedgerBroken unless two people changed the key, and the one before signed the new one or was lost."""
    what = f"The change of the key by entry {change['entry']}"
    if change["by"] == change["second"]:
        raise LedgerBroken(f"{what} is by one person alone.")
    if change["how"] == "lost" and change["signature"] is None:
        return
    try:
        signature = bytes.fromhex(change["signature"])
        Ed25519PublicKey.from_public_bytes(before.public_key).verify(signature, bytes.fromhex(change["ledger_key"]))
    except (InvalidSignature, ValueError, TypeError) as error:
        raise LedgerBroken(f"{what} is not signed by the key before.") from error


def _heads(database: Database, keys: LogKeys, held: Sequence[str]) -> list[Checkpoint]:
    """All checkpoints, kept here and by others, their signatures checked."""
    heads = [_head(note, keys, "A checkpoint held outside") for note in held]
    last = LEAST
    while True:
        with database.read() as session:
            rows = _select(session, 'SELECT * FROM "checkpoint" WHERE size > ? ORDER BY size LIMIT ?', last, PAGE)
        if not rows:
            return heads
        for row in rows:
            head = _head(row["note"], keys, f"The checkpoint of {row['size']} entries")
            if (head.size, head.root) != (row["size"], row["root"]):
                raise LedgerBroken(f"The row of the checkpoint of {row['size']} entries says other than its note.")
            heads.append(head)
        last = rows[-1]["size"]


def _check_cosignatures(database: Database) -> None:
    """Check what is kept of witnesses against the checkpoints that they saw. Raises LedgerBroken."""
    query = (
        "SELECT g.rowid AS place, g.*, c.note FROM cosignature g LEFT JOIN checkpoint c ON c.size = g.size "
        "WHERE g.rowid > ? ORDER BY g.rowid LIMIT ?"
    )
    last = LEAST
    while True:
        with database.read() as session:
            rows = _select(session, query, last, PAGE)
        if not rows:
            return
        for row in rows:
            _check_cosignature(row)
        last = rows[-1]["place"]


def _check_cosignature(row: Row) -> None:
    what = f"What a witness gave for the checkpoint of {row['size']} entries"
    try:
        if row["how"] == "cosignature/v1":
            key = VerifierKey.parse(row["witness"], COSIGNATURE)
            at = datetime.fromtimestamp(open_cosignature(row["body"].decode(), row["note"], key), UTC)
        elif row["how"] == "rfc3161":
            from app.ledger import stamp  # noqa: PLC0415  only where there is one

            at = stamp.said(row["body"], row["note"])
        else:
            raise LedgerBroken(f"{what} is of no kind that is known.")
    except (NoteInvalid, Trouble, AttributeError, TypeError, ValueError, OverflowError) as error:
        raise LedgerBroken(f"{what} does not hold: {error}.") from error
    if row["at"] != moment_text(at):
        raise LedgerBroken(f"{what} says another time than is kept of it.")


def _head(note: object, keys: LogKeys, what: str) -> Checkpoint:
    try:
        return keys.open(str(note))
    except NoteInvalid as error:
        raise LedgerBroken(f"{what}: {error}.") from error


def _check_page(session: Session, start: int, end: int, tree: _Tree) -> None:
    """Check the entries from `start` to `end`, their facts and the nodes that they complete."""
    query = "SELECT * FROM ledger_entry WHERE number >= ? AND number < ? ORDER BY number"
    entries = _select(session, query, start, end)
    expected = _expected(session, start, end)
    nodes = _nodes(session, start, end)
    for number, row in zip(range(start, end), [*entries, *[None] * (end - start)], strict=False):
        if row is None or row["number"] != number:
            raise LedgerBroken(f"Entry {number} is missing.")
        _check_entry(row, expected.pop(number, None))
        for level, index, node in tree.grow(row["leaf"]):
            if nodes.get((level, index)) != node:
                raise LedgerBroken(f"Node {index} of level {level} of the tree is missing or has another hash.")


def _check_entry(row: Row, expected: tuple[str, bytes] | None) -> None:
    number, body = row["number"], row["body"]
    if not isinstance(body, bytes) or merkle.leaf_hash(body) != row["leaf"]:
        raise LedgerBroken(f"Entry {number} does not have the hash that is kept of it.")
    if expected is None:
        raise LedgerBroken(f"The fact of entry {number} is missing.")
    table, wanted = expected
    if body != wanted:
        raise LedgerBroken(f"Entry {number} says other than its row in table {table}: one of them was changed.")


def _check_shelf(session: Session, start: int, end: int) -> None:
    """Check that the list in which people look for recordings tells what the facts tell: none hidden, none altered."""
    facts = f"{SHELVED} WHERE s.entry >= ? AND s.entry < ?"
    shelf = "SELECT * FROM shelf WHERE entry >= ? AND entry < ?"
    for these, those in ((facts, shelf), (shelf, facts)):
        for row in _select(session, f"{these} EXCEPT {those} LIMIT 1", start, end, start, end):
            raise LedgerBroken(f"The list of recordings says other than the facts of entry {row['entry']}.")


def _nodes(session: Session, start: int, end: int) -> dict[tuple[int, int], object]:
    """The kept inner nodes that the entries from `start` to `end` complete."""
    query = 'SELECT "index", hash FROM ledger_node WHERE level = ? AND "index" >= ? AND "index" < ?'
    return {
        (level, row["index"]): row["hash"]
        for level in range(1, end.bit_length())
        for row in _select(session, query, level, start >> level, end >> level)
    }


def _expected(session: Session, start: int, end: int) -> dict[int, tuple[str, bytes]]:
    """For each fact from `start` to `end`: its table and the entry that it must have."""
    expected: dict[int, tuple[str, bytes]] = {}
    for kind in FACTS:
        recordings = _recordings(session, kind, start, end)
        query = f'SELECT * FROM "{kind.__tablename__}" WHERE entry >= ? AND entry < ?'  # noqa: S608
        for row in _select(session, query, start, end):
            if row["entry"] in expected:
                raise LedgerBroken(f"Entry {row['entry']} has two facts.")
            expected[row["entry"]] = kind.__tablename__, _body(kind, row, recordings)
    return expected


def _recordings(session: Session, kind: type[Fact], start: int, end: int) -> dict[str, Row]:
    """By rowid: looked up by its id, a recording's id would come from SQLite's index, not from the row itself."""
    if not kind.COVERS_RECORDING:
        return {}
    rows = _select(
        session,
        f"SELECT * FROM {Recording.__tablename__} WHERE rowid IN (SELECT r.rowid FROM {Recording.__tablename__} r "  # noqa: S608
        f'JOIN "{kind.__tablename__}" f ON f.recording = r.id WHERE f.entry >= ? AND f.entry < ?)',
        start,
        end,
    )
    return {row["id"]: row for row in rows}


def _body(kind: type[Fact], row: Row, recordings: dict[str, Row]) -> bytes:
    where = f"The fact of entry {row['entry']} in table {kind.__tablename__}"
    recording = recordings.get(row["recording"]) if kind.COVERS_RECORDING else None
    if kind.COVERS_RECORDING and recording is None:
        raise LedgerBroken(f"{where} speaks of a recording that is missing.")
    try:
        return log.entry_body(kind, row, recording)
    except (CanonicalizationError, TypeError, ValueError) as error:
        raise LedgerBroken(f"{where} holds what no fact can hold: {error}.") from error


def _check_nothing_beyond(session: Session) -> None:
    """Raise LedgerBroken for what lies outside the tree. What was added meanwhile has its entry."""
    size = log.size(session)
    for row in _select(session, "SELECT number FROM ledger_entry WHERE number < 0 LIMIT 1"):
        raise LedgerBroken(f"There is an entry of the number {row['number']}.")
    for kind in FACTS:
        query = f'SELECT entry FROM "{kind.__tablename__}" WHERE entry < 0 OR entry >= ? LIMIT 1'  # noqa: S608
        for row in _select(session, query, size):
            raise LedgerBroken(f"A fact in table {kind.__tablename__} has no entry {row['entry']}.")
    nodes = _select(session, "SELECT count(*) AS nodes FROM ledger_node")[0]["nodes"]
    wanted = sum(size >> level for level in range(1, size.bit_length()))
    if nodes != wanted:
        raise LedgerBroken(f"A tree of {size} entries has {wanted} inner nodes, but {nodes} are kept.")


def _select(session: Session, query: str, *values: Any) -> list[Row]:
    """Rows as they are stored. A text that is no text is a broken ledger, not a defect of ours."""
    try:
        found = session.connection().exec_driver_sql(query, values)
        names = tuple(found.keys())
        return [dict(zip(names, row, strict=True)) for row in found.all()]
    except (DBAPIError, UnicodeDecodeError) as error:
        if getattr(getattr(error, "orig", None), "sqlite_errorcode", None) is not None:
            raise
        raise LedgerBroken(f"Bytes that are no text were found by: {query}.") from error
