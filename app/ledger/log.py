"""The ledger in the database: facts become entries, entries a tree, heads of the tree signed checkpoints.

An entry is a function of its fact's row, so that either can be checked against the other: canonical JSON (RFC 8785) of
the fact's kind, moment and public columns, and under `facts` the SHA-256 of the row's salt and the canonical JSON of
all that the row holds. Columns that are NULL are left out, so that a later schema may add columns.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from itertools import count, groupby
from typing import Any

import msgspec
import rfc8785
from sqlalchemy import Column, ColumnDefault, Connection
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Session

from app.errors import Trouble
from app.ledger import merkle
from app.ledger.note import (
    Checkpoint,
    Growth,
    LogKeys,
    Proof,
    Signer,
    VerifierKey,
    open_checkpoint,
    sign_checkpoint,
)
from db.base import Base, Fact
from db.base import Checkpoint as CheckpointRow
from db.schema import Recording

SALT_BYTES = 32
_DIALECT = sqlite.dialect()
LARGEST = 2**53 - 1
"""Largest whole number, either way from 0, that canonical JSON carries (RFC 8785, section 3.2.2.3)."""

_APART = frozenset({"salt", "entry"})
"""Columns of a fact that the ledger does not commit to among the others."""

sorted_json = msgspec.json.Encoder(order="sorted").encode
"""As RFC 8785 has it for objects with ASCII names, and several times as fast; for values, see `canonical`."""


class WrongStation(Trouble):
    """The keys are not those of the station that this database belongs to."""

    code = "wrong-station"
    what_to_do = "Bring back the keys of this home. Never copy a database into another home."


Stored = Mapping[str, Any]
"""A row as it lies in the database, by column: what the ledger commits to."""


def enter(session: Session, fact: Fact) -> int:
    """Add a fact's row and its entry in the caller's transaction, and give the entry's number."""
    return enter_all(session, [fact])


def enter_all(session: Session, facts: Sequence[Fact]) -> int:
    """Add rows and entries of many facts, in their order, in the caller's transaction; give the first one's number.

    An entry commits to what the database then holds, read back, not to what it was asked to hold. The facts are not
    attached to the session: their rows are, by `entry`.
    """
    session.flush()
    first = size(session)
    for number, fact in enumerate(facts, first):
        fact.entry = number
        fact.salt = secrets.token_bytes(SALT_BYTES)
    for kind, run in groupby(facts, type):  # in order, for the triggers that keep the indexes
        _add(session.connection(), kind, run)
    bodies: dict[int, bytes] = {}
    for kind in dict.fromkeys(map(type, facts)):
        bodies |= _bodies(session.connection(), kind, first, first + len(facts))
    append(session, first, [bodies[number] for number in range(first, first + len(facts))])
    return first


def _add(connection: Connection, kind: type[Fact], run: Iterable[Fact]) -> None:
    statement, columns = _insert(kind.__tablename__)
    rows = [tuple([store(getattr(fact, name)) for name, store in columns]) for fact in run]
    connection.exec_driver_sql(statement, rows)


@cache
def _insert(table: str) -> tuple[str, list[tuple[str, Callable[[Any], Any]]]]:
    """The statement that adds a fact, and for each column what makes of a fact's value what is stored."""
    columns = Base.metadata.tables[table].columns
    names = ", ".join(f'"{name}"' for name in columns.keys())  # noqa: SIM118  it is no dict
    statement = f'INSERT INTO "{table}" ({names}) VALUES ({", ".join("?" * len(columns))})'  # noqa: S608
    return statement, [(column.name, _store(column)) for column in columns]


def _store(column: Column[Any]) -> Callable[[Any], Any]:
    """What makes of a value what the database is given for it: the column's default, where there is none."""
    unset = column.default.arg if isinstance(column.default, ColumnDefault) else None
    bind = column.type.bind_processor(_DIALECT)

    def store(value: Any) -> Any:
        value = unset if value is None else value
        return value if bind is None else bind(value)

    return store


def _bodies(connection: Connection, kind: type[Fact], first: int, end: int) -> dict[int, bytes]:
    """The entries from `first` to before `end` that belong to facts of one kind."""
    table = kind.__tablename__
    rows = stored(connection, f'SELECT * FROM "{table}" WHERE entry >= ? AND entry < ?', first, end)  # noqa: S608
    recordings = _recordings(connection, table, first, end) if kind.COVERS_RECORDING else {}
    return {row["entry"]: entry_body(kind, row, recordings[row["recording"]] if recordings else None) for row in rows}


def entry_body(kind: type[Fact], row: Stored, recording: Stored | None) -> bytes:
    """The entry that belongs to a fact's row. Raises ValueError or TypeError if the row holds what no fact can."""
    own = _committed(row)
    facts = {kind.__tablename__: own}
    if recording is not None:
        facts[Recording.__tablename__] = _committed(recording)
    commitment = hashlib.sha256(row["salt"] + sorted_json(facts)).hexdigest()
    public = {name: own[name] for name in kind.PUBLIC if name in own}
    return sorted_json({"kind": kind.KIND, "at": own["at"], "facts": commitment, **public})


def canonical(value: Any) -> Any:
    """A stored value as `sorted_json` writes it canonically: texts and whole numbers it does, floats it does not.

    Raises ValueError for what canonical JSON does not carry, bytes among it.
    """
    if type(value) is str or (type(value) is int and -LARGEST <= value <= LARGEST):
        return value
    return msgspec.Raw(rfc8785.dumps(value))


def append(session: Session, first: int, bodies: Sequence[bytes]) -> None:
    """Append entries from number `first` on, and store the subtrees that they complete."""
    kept, made = reader(session), dict[tuple[int, int], bytes]()

    def read(level: int, index: int) -> bytes:
        return made.get((level, index)) or kept(level, index)

    leaves = [merkle.leaf_hash(body) for body in bodies]
    for number, leaf in enumerate(leaves, first):
        made[0, number] = leaf
        made.update(((level, index), node) for level, index, node in merkle.completed(number, leaf, read))
    add = session.connection().exec_driver_sql
    add("INSERT INTO ledger_entry (number, body, leaf) VALUES (?, ?, ?)", [*zip(count(first), bodies, leaves)])
    nodes = [(level, index, node) for (level, index), node in made.items() if level]
    if nodes:
        add('INSERT INTO ledger_node (level, "index", hash) VALUES (?, ?, ?)', nodes)


def size(session: Session) -> int:
    """How many entries the ledger has."""
    last = session.connection().exec_driver_sql("SELECT max(number) FROM ledger_entry").scalar_one()
    return 0 if last is None else last + 1


def reader(session: Session) -> merkle.Read:
    """Fetches stored nodes of the tree in this transaction."""
    ask = session.connection().exec_driver_sql

    def read(level: int, index: int) -> bytes:
        if level == 0:
            return bytes(ask("SELECT leaf FROM ledger_entry WHERE number = ?", (index,)).scalar_one())
        node = 'SELECT hash FROM ledger_node WHERE level = ? AND "index" = ?'
        return bytes(ask(node, (level, index)).scalar_one())

    return read


def checkpoint(session: Session, signer: Signer) -> str:
    """Sign the head of the ledger and keep it; the kept one when nothing was added since. Gives the signed note."""
    entries = size(session)
    kept = session.get(CheckpointRow, entries)
    if kept is not None:
        return kept.note
    settle(session, signer)
    root = merkle.root(entries, reader(session))
    note = sign_checkpoint(Checkpoint(signer.name, entries, root), signer)
    session.add(CheckpointRow(size=entries, root=root, note=note, at=datetime.now(UTC)))
    return note


def keys(session: Session) -> LogKeys:
    """The keys of this station's log, as the facts tell them. Whether they say true is a question for verification."""
    ask = session.connection().exec_driver_sql
    name, first = ask("SELECT id, ledger_key FROM station").one()
    later = ask("SELECT entry + 1, ledger_key FROM key_change ORDER BY entry").all()
    return LogKeys(tuple((size, VerifierKey(name, bytes.fromhex(key))) for size, key in [(0, first), *later]))


def settle(session: Session, signer: Signer) -> None:
    """Have the signer use the key that this ledger names: another process may have changed it. Raises WrongStation."""
    newest = keys(session).newest
    if signer.public_key != newest.public_key and signer.name == newest.name:
        signer.renew(newest.public_key)
    if (signer.name, signer.public_key) != (newest.name, newest.public_key):
        raise WrongStation(f"The database is of station {newest.name}, the keys are of {signer.name} or older.")


def prove(session: Session, number: int, note: str, key: VerifierKey) -> str:
    """A tlog-proof that entry `number` is under the checkpoint `note`. Raises ValueError when it is not."""
    head = open_checkpoint(note, key)
    return Proof(number, tuple(merkle.inclusion(number, head.size, reader(session))), note).text()


def growth(session: Session, old: int, note: str) -> Growth:
    """An RFC 6962 proof that the first `old` entries are the beginning of those under the checkpoint `note`.

    Raises ValueError when there are more, NoteInvalid when the note is not of this log.
    """
    new = keys(session).open(note).size
    if new > size(session):
        raise ValueError(f"the ledger has fewer than {new} entries")
    path = merkle.consistency(old, new, reader(session)) if old else []
    return Growth(old, tuple(path), note)


def stored(connection: Connection, query: str, *values: object) -> list[Stored]:
    """Rows exactly as the database holds them."""
    found = connection.exec_driver_sql(query, values)
    names = tuple(found.keys())
    return [dict(zip(names, row, strict=True)) for row in found]


def _recordings(connection: Connection, table: str, first: int, end: int) -> dict[str, Stored]:
    """The recordings, by id, of which facts from `first` to before `end` speak."""
    query = (
        f'SELECT r.* FROM "{Recording.__tablename__}" r JOIN "{table}" f ON f.recording = r.id '  # noqa: S608
        "WHERE f.entry >= ? AND f.entry < ?"
    )
    return {row["id"]: row for row in stored(connection, query, first, end)}


def _committed(row: Stored) -> dict[str, Any]:
    return {
        name: value if type(value) is str else canonical(value)
        for name, value in row.items()
        if value is not None and name not in _APART
    }
