"""Reads the whole ledger anew: every entry against its fact, every node and checkpoint against the entries.

What is read is a claim, even from our own disk. Reading goes by pages up to the size that the ledger had at the start,
a transaction for each, so that no commit waits long.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from functools import cache
from itertools import zip_longest
from typing import Any

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from rfc8785 import CanonicalizationError
from sqlalchemy import CheckConstraint
from sqlalchemy.exc import DBAPIError, MultipleResultsFound, NoResultFound
from sqlalchemy.orm import Session

from app.errors import Trouble
from app.ledger import log, merkle
from app.ledger.indexes import Differs, Found, Indexes
from app.ledger.note import COSIGNATURE, Checkpoint, LogKeys, NoteInvalid, VerifierKey, open_cosignature
from db.base import Base, Fact, moment_text
from db.engine import Database
from db.errors import named, result_code
from db.schema import FACTS, SHELVED, Recording

PAGE = 2000
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
    except (DBAPIError, sqlite3.Error) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        if result_code(cause) == sqlite3.SQLITE_ERROR:
            raise LedgerBroken(f"The tables are not those that this program made: {cause}.") from error
        trouble = named(cause, database.path)
        if trouble is None:
            raise
        raise trouble from error
    except UnicodeDecodeError as error:
        raise LedgerBroken(f"Bytes that are no text were found: {error}.") from error
    except Differs as error:
        raise LedgerBroken(str(error)) from error


def _verify(database: Database, key: VerifierKey, held: Sequence[str], tell: Tell) -> Verified:
    with database.read() as session:
        _check_tables(session)
        size = log.size(session)
        keys = _keys(session, key)
        lost = _select(session, "SELECT entry FROM key_change WHERE how = 'lost' ORDER BY entry")
    heads = _heads(database, keys, held)
    tree = _Tree(heads)
    with closing(Indexes(_select, _obeying)) as made:
        for start in range(0, size, PAGE):
            end = min(start + PAGE, size)
            made.take(_check_page(database, start, end, tree), end)
            tell(end, size)
        tree.check_rest()
        _check_cosignatures(database)
        with database.read() as session:
            _check_nothing_beyond(session)
        for start in range(0, size, PAGE):
            with database.read() as session:
                _check_shelf(session, start, start + PAGE)
        made.check(database)
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
        expected = _expected(_facts(session, start, size))
        for number, row in zip(range(start, size), [*entries, *[None] * last], strict=False):
            if row is None or row["number"] != number:
                raise LedgerBroken(f"Entry {number} is missing.")
            _check_entry(number, row["body"], row["leaf"], expected.get(number))
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
    """The tree as it grows from the entries, page by page. Between pages it holds one node a level."""

    def __init__(self, heads: Sequence[Checkpoint]) -> None:
        self.size = 0
        self._peaks: dict[int, bytes] = {}
        self._heads = sorted(heads, key=lambda head: head.size, reverse=True)

    def grow(self, leaves: list[bytes]) -> dict[int, list[bytes]]:
        """Add leaves, check the heads of every size on the way, and give the nodes complete by them, by level."""
        rows = self._rows(leaves)

        def read(level: int, index: int) -> bytes:
            first = self.size >> level
            return rows[level][index - first] if index >= first else self._peaks[level]

        self._check_heads(self.size + len(leaves), read)
        self.size += len(leaves)
        self._peaks |= {level: row[-1] for level, row in enumerate(rows) if self.size >> level & 1}
        return dict(enumerate(rows))

    def _rows(self, leaves: list[bytes]) -> list[list[bytes]]:
        """The nodes that are complete by these leaves, level by level; each row begins after what was there before."""
        rows, before = [leaves], self.size
        while True:
            below = [self._peaks[len(rows) - 1], *rows[-1]] if before & 1 else rows[-1]
            if len(below) < 2:
                return rows
            rows.append([merkle.node_hash(left, right) for left, right in zip(below[::2], below[1::2], strict=False)])
            before >>= 1

    def root(self) -> bytes:
        """Root of the tree as it is now."""
        return merkle.root(self.size, lambda level, _index: self._peaks[level])

    def _check_heads(self, end: int, read: merkle.Read) -> None:
        """Check every checkpoint of at most this size. Raises LedgerBroken."""
        while self._heads and self._heads[-1].size <= end:
            head = self._heads.pop()
            if merkle.root(head.size, read) != head.root:
                raise LedgerBroken(f"The checkpoint of {head.size} entries has another root than these entries.")

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


def _check_page(database: Database, start: int, end: int, tree: _Tree) -> list[Found]:
    """Check the entries from `start` to `end`, their facts and the nodes that they complete. Gives the facts.

    All is read first, and looked at when the transaction is over: nobody waits for that.
    """
    query = "SELECT number, body, leaf FROM ledger_entry WHERE number >= ? AND number < ? ORDER BY number"
    with database.read() as session:
        entries = _fetch(session, query, start, end)[1]
        stored = _facts(session, start, end)
        nodes = [_nodes(session, level, start, end) for level in range(1, end.bit_length())]
    expected = _expected(stored)
    found: list[Found] = []
    for number, entry in zip_longest(range(start, end), entries):
        if entry is None or entry[0] != number:
            raise LedgerBroken(f"Entry {number} is missing.")
        _, body, leaf = entry
        found.append(_check_entry(number, body, leaf, expected.get(number)))
    made = tree.grow([leaf for _, _, leaf in entries])
    for level, kept in enumerate(nodes, 1):
        _check_row(level, start >> level, kept, made.get(level, []))
    return found


def _check_row(level: int, first: int, kept: list[tuple[Any, ...]], made: Sequence[bytes]) -> None:
    """Check the nodes of a level, from index `first` on, that are complete by a page."""
    wanted = [(level, index, node) for index, node in enumerate(made, first)]
    if kept != wanted:
        place = next(place for place, (one, other) in enumerate(zip_longest(kept, wanted)) if one != other)
        raise LedgerBroken(f"Node {first + place} of level {level} of the tree is missing or has another hash.")


def _check_entry(number: int, body: object, leaf: object, expected: tuple[Found, bytes] | None) -> Found:
    if not isinstance(body, bytes) or merkle.leaf_hash(body) != leaf:
        raise LedgerBroken(f"Entry {number} does not have the hash that is kept of it.")
    if expected is None:
        raise LedgerBroken(f"The fact of entry {number} is missing.")
    fact, wanted = expected
    if body != wanted:
        table = fact[0].__tablename__
        raise LedgerBroken(f"Entry {number} says other than its row in table {table}: one of them was changed.")
    return fact


def _check_shelf(session: Session, start: int, end: int) -> None:
    """Check that the list in which people look for recordings tells what the facts tell: none hidden, none altered."""
    facts = f"{SHELVED} WHERE s.entry >= ? AND s.entry < ?"
    shelf = "SELECT * FROM shelf WHERE entry >= ? AND entry < ?"
    for these, those in ((facts, shelf), (shelf, facts)):
        for row in _select(session, f"{these} EXCEPT {those} LIMIT 1", start, end, start, end):
            raise LedgerBroken(f"The list of recordings says other than the facts of entry {row['entry']}.")


def _nodes(session: Session, level: int, start: int, end: int) -> list[tuple[Any, ...]]:
    """The kept nodes of a level that the entries from `start` to `end` complete, in their order.

    With their places: SQLite finds where to begin and to end, and looks at no row's place between.
    """
    query = (
        'SELECT level, "index", hash FROM ledger_node WHERE level = ? AND "index" >= ? AND "index" < ? ORDER BY "index"'
    )
    return _fetch(session, query, level, start >> level, end >> level)[1]


def _facts(session: Session, start: int, end: int) -> list[tuple[type[Fact], list[Row], dict[str, Row]]]:
    """The facts from `start` to `end` by their kinds, each with the recordings that it covers."""
    return [(kind, _obeying(session, kind, start, end), _recordings(session, kind, start, end)) for kind in FACTS]


def _obeying(session: Session, kind: type[Fact], start: int, end: int) -> list[Row]:
    """The facts of a kind from `start` to `end`. Raises LedgerBroken where one breaks a rule of its table."""
    table = kind.__tablename__
    rows = _select(session, f'SELECT * FROM "{table}" WHERE entry >= ? AND entry < ?', start, end)  # noqa: S608
    if rows:
        query = f'SELECT entry FROM "{table}" WHERE entry >= ? AND entry < ? AND ({_breaks(table)}) LIMIT 1'  # noqa: S608
        for row in _select(session, query, start, end):
            raise LedgerBroken(f"The fact of entry {row['entry']} in table {table} breaks a rule that holds for all.")
    return rows


@cache
def _breaks(table: str) -> str:
    """The condition, in SQL, of a row that breaks a rule that this program gave its table."""
    described = Base.metadata.tables[table]
    missing = [f'"{column.name}" IS NULL' for column in described.columns if not column.nullable]
    checks = [f"NOT ({one.sqltext})" for one in described.constraints if isinstance(one, CheckConstraint)]
    return " OR ".join(missing + checks)


def _expected(stored: list[tuple[type[Fact], list[Row], dict[str, Row]]]) -> dict[int, tuple[Found, bytes]]:
    """Each fact by its entry's number, with the entry that it must have."""
    expected: dict[int, tuple[Found, bytes]] = {}
    for kind, rows, recordings in stored:
        for row in rows:
            if row["entry"] in expected:
                raise LedgerBroken(f"Entry {row['entry']} has two facts.")
            expected[row["entry"]] = (kind, row), _body(kind, row, recordings)
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
    """Rows by their columns, as they are stored."""
    names, rows = _fetch(session, query, *values)
    return [dict(zip(names, row, strict=True)) for row in rows]


def _fetch(session: Session, query: str, *values: Any) -> tuple[list[str], list[tuple[Any, ...]]]:
    """The names of columns, and rows as they are stored. A text that is no text is a broken ledger, not our defect.

    Rows by the million come straight from the driver: what SQLAlchemy adds would take as long as all the hashing.
    """
    driver = session.connection().connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    try:
        found = driver.execute(query, values)
        return [name for name, *_ in found.description], found.fetchall()
    except (sqlite3.Error, UnicodeDecodeError) as error:
        if getattr(error, "sqlite_errorcode", None) is not None:
            raise
        raise LedgerBroken(f"Bytes that are no text were found by: {query}.") from error
