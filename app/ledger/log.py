"""The ledger in the database: facts become entries, entries a tree, heads of the tree signed checkpoints.

An entry is a function of its fact's row, so that either can be checked against the other: canonical JSON (RFC 8785) of
the fact's kind, moment and public columns, and under `facts` the SHA-256 of the row's salt and the canonical JSON of
all that the row holds. Columns that are NULL are left out, so that a later schema may add columns.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec
import rfc8785
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.ledger import merkle
from app.ledger.note import Checkpoint, Proof, Signer, VerifierKey, open_checkpoint, sign_checkpoint
from db.base import Checkpoint as CheckpointRow
from db.base import Fact, LedgerEntry, LedgerNode
from db.schema import Recording

SALT_BYTES = 32
LARGEST = 2**53 - 1
"""Largest whole number, either way from 0, that canonical JSON carries (RFC 8785, section 3.2.2.3)."""

_APART = frozenset({"salt", "entry"})
"""Columns of a fact that the ledger does not commit to among the others."""

_sorted_json = msgspec.json.Encoder(order="sorted").encode
"""As RFC 8785 has it for objects with ASCII names, and several times as fast; for values, see `canonical`."""

Stored = Mapping[str, Any]
"""A row as it lies in the database, by column: what the ledger commits to."""


def enter(session: Session, fact: Fact) -> int:
    """Add a fact's row and its entry in the caller's transaction, and give the entry's number.

    The entry commits to what the database then holds, read back, not to what it was asked to hold.
    """
    fact.entry = size(session)
    fact.salt = secrets.token_bytes(SALT_BYTES)
    session.add(fact)
    session.flush()
    kind = type(fact)
    row = stored(session, kind.__tablename__, "entry", fact.entry)
    recording = stored(session, Recording.__tablename__, "id", row["recording"]) if kind.COVERS_RECORDING else None
    append(session, fact.entry, entry_body(kind, row, recording))
    return fact.entry


def entry_body(kind: type[Fact], row: Stored, recording: Stored | None) -> bytes:
    """The entry that belongs to a fact's row. Raises ValueError or TypeError if the row holds what no fact can."""
    facts: dict[str, Any] = {kind.__tablename__: _committed(row)}
    if recording is not None:
        facts[Recording.__tablename__] = _committed(recording)
    commitment = hashlib.sha256(row["salt"] + _sorted_json(facts)).hexdigest()
    public = {name: canonical(row[name]) for name in kind.PUBLIC if row[name] is not None}
    return _sorted_json({"kind": kind.KIND, "at": canonical(row["at"]), "facts": commitment, **public})


def canonical(value: Any) -> Any:
    """A stored value as `_sorted_json` writes it canonically: texts and whole numbers it does, floats it does not.

    Raises ValueError for what canonical JSON does not carry, bytes among it.
    """
    if type(value) is str or (type(value) is int and -LARGEST <= value <= LARGEST):
        return value
    return msgspec.Raw(rfc8785.dumps(value))


def append(session: Session, number: int, body: bytes) -> None:
    """Append one entry, and store the subtrees that it completes."""
    leaf = merkle.leaf_hash(body)
    session.add(LedgerEntry(number=number, body=body, leaf=leaf))
    for level, index, node in merkle.completed(number, leaf, reader(session)):
        session.add(LedgerNode(level=level, index=index, hash=node))
    session.flush()


def size(session: Session) -> int:
    """How many entries the ledger has."""
    last = session.scalar(select(func.max(LedgerEntry.number)))
    return 0 if last is None else last + 1


def reader(session: Session) -> merkle.Read:
    """Fetches stored nodes of the tree in this transaction."""

    def read(level: int, index: int) -> bytes:
        if level == 0:
            return session.execute(select(LedgerEntry.leaf).where(LedgerEntry.number == index)).scalar_one()
        node = select(LedgerNode.hash).where(LedgerNode.level == level, LedgerNode.index == index)
        return session.execute(node).scalar_one()

    return read


def checkpoint(session: Session, signer: Signer) -> str:
    """Sign the head of the ledger and keep it; the kept one when nothing was added since. Gives the signed note."""
    entries = size(session)
    kept = session.get(CheckpointRow, entries)
    if kept is not None:
        return kept.note
    root = merkle.root(entries, reader(session))
    note = sign_checkpoint(Checkpoint(signer.name, entries, root), signer)
    session.add(CheckpointRow(size=entries, root=root, note=note, at=datetime.now(UTC)))
    return note


def prove(session: Session, number: int, note: str, key: VerifierKey) -> str:
    """A tlog-proof that entry `number` is under the checkpoint `note`. Raises ValueError when it is not."""
    head = open_checkpoint(note, key)
    return Proof(number, tuple(merkle.inclusion(number, head.size, reader(session))), note).text()


def consistency(session: Session, old: int, new: int) -> list[bytes]:
    """RFC 6962 proof that the first `old` entries are the beginning of the first `new`. Raises ValueError."""
    if new > size(session):
        raise ValueError(f"the ledger has fewer than {new} entries")
    return merkle.consistency(old, new, reader(session))


def stored(session: Session, table: str, key: str, value: object) -> Stored:
    """One row exactly as the database holds it."""
    query = f'SELECT * FROM "{table}" WHERE {key} = ?'  # noqa: S608  both names are our own
    return dict(session.connection().exec_driver_sql(query, (value,)).mappings().one())


def _committed(row: Stored) -> dict[str, Any]:
    return {name: canonical(value) for name, value in row.items() if value is not None and name not in _APART}
