"""What every table is made of: types of columns, the ledger's own tables, and what makes a row a fact.

A `Fact` is a row that the ledger speaks of: its key is the number of its ledger entry, and that entry is a function of
the row (`app.ledger.log`). What happens later to the same thing is a new row: a recording's seal, a camera's return.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar

from sqlalchemy import Dialect, ForeignKey, MetaData, String, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

_MOMENT = "%Y-%m-%dT%H:%M:%S.%fZ"
_ESCAPED = re.compile(r"[\\\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_ESCAPE = re.compile(r"\\(\\|u[0-9a-f]{4})")


class Moment(TypeDecorator[datetime]):
    """A point in time in UTC to the microsecond, stored as text that sorts. A naive time is refused."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Store as text in UTC. Raises ValueError for a naive time."""
        return None if value is None else moment_text(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Give back an aware time in UTC."""
        return None if value is None else datetime.strptime(value, _MOMENT).replace(tzinfo=UTC)


class ToldTime(TypeDecorator[datetime]):
    """A time as a camera's clock or a container tells it, with or without a zone: metadata, never a `Moment`."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Store as ISO text."""
        return None if value is None else value.isoformat()

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Give back the time as told."""
        return None if value is None else datetime.fromisoformat(value)


class FoundText(TypeDecorator[str]):
    """Text as a camera gave it. What UTF-8 or a screen cannot carry (lone surrogates, controls) is stored escaped."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Store with backslash escapes."""
        return None if value is None else escape(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Give back the text as found."""
        return None if value is None else unescape(value)


class FoundLines(TypeDecorator[tuple[str, ...]]):
    """A few texts, any of them from a camera or a file, stored escaped, one a line."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> str:  # noqa: ARG002
        """Store joined."""
        return "\n".join(escape(line) for line in value or ())

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[str, ...]:  # noqa: ARG002
        """Give back the texts as they were."""
        return tuple(unescape(line) for line in value.split("\n")) if value else ()


def moment_text(moment: datetime) -> str:
    """A moment as it is stored and logged, for example 2026-11-21T07:02:31.000000Z. Raises ValueError if naive."""
    if moment.tzinfo is None:
        raise ValueError(f"a moment needs a zone: {moment.isoformat()}")
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def escape(found: str) -> str:
    """Text that a camera gave, in a form that every file, screen and log can carry, and that turns back exactly."""
    return _ESCAPED.sub(lambda match: "\\\\" if match[0] == "\\" else f"\\u{ord(match[0]):04x}", found)


def unescape(stored: str) -> str:
    """The text as it was before `escape`."""
    return _ESCAPE.sub(_unescaped, stored)


def _unescaped(match: re.Match[str]) -> str:
    return "\\" if match[1] == "\\" else chr(int(match[1][1:], 16))


Id = Annotated[str, mapped_column(String(32))]
"""A random UUID in 32 hex digits."""

Sha256 = Annotated[str, mapped_column(String(64))]
"""A SHA-256 in 64 hex digits."""

Found = Annotated[str, mapped_column(FoundText)]
OptionalFound = Annotated[str | None, mapped_column(FoundText)]
OptionalToldTime = Annotated[datetime | None, mapped_column(ToldTime)]


class Base(DeclarativeBase):
    """The tables of a home."""

    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ix": "ix_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: Moment}


class LedgerEntry(Base):
    """One entry of the ledger, numbered from 0 without a gap. `body` is canonical JSON, `leaf` its RFC 6962 hash."""

    __tablename__ = "ledger_entry"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    body: Mapped[bytes]
    leaf: Mapped[bytes]


class LedgerNode(Base):
    """The hash of one complete subtree of the ledger's Merkle tree, from level 1 (two entries) up."""

    __tablename__ = "ledger_node"
    __table_args__ = ({"sqlite_with_rowid": False},)

    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    index: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hash: Mapped[bytes]


class Checkpoint(Base):
    """A signed head of the ledger: `note` is the C2SP checkpoint for the first `size` entries."""

    __tablename__ = "checkpoint"

    size: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    root: Mapped[bytes]
    note: Mapped[str]
    at: Mapped[datetime]


class Fact:
    """A row that the ledger speaks of.

    `KIND` is the kind of its entry, `PUBLIC` names the columns that stand in the entry itself: ids, hashes, sizes and
    fixed words only. All else may tell of a person and is committed to under `salt`. With `COVERS_RECORDING` the
    entry commits to the row of its recording too.
    """

    KIND: ClassVar[str]
    PUBLIC: ClassVar[tuple[str, ...]]
    COVERS_RECORDING: ClassVar[bool] = False
    __tablename__: str

    entry: Mapped[int] = mapped_column(
        ForeignKey("ledger_entry.number", deferrable=True, initially="DEFERRED"), primary_key=True, autoincrement=False
    )
    at: Mapped[datetime]
    salt: Mapped[bytes]


class MovableFact(Fact):
    """A fact that may be taken over from another ledger: `origin` names the entry that proves it, by `origin_of`."""

    origin: Mapped[str | None]


def origin_of(ledger: str, number: int, leaf: bytes) -> str:
    """An entry of another ledger: the file or log of that ledger, the entry's number, and its leaf hash (RFC 6962)."""
    return f"{ledger} entry {number} {leaf.hex()}"
