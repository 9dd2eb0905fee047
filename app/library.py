"""The sealed recordings as people look for them: found, ordered and counted by the database, read a page at a time.

Every method is one read of one page, or of the shelf (db.schema.Shelf), which takes less than 100 ms at 100,000
recordings. They wait for the disk: never called on the Qt thread. All may raise StorageError.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Select, and_, func, literal_column, or_, select

from app.custody.holders import Holders, holders_of
from app.home import Home
from app.proofs import PROVED_WITHIN
from app.records import RecordingFacts
from app.searching import Span, lowered, understand
from app.words import size_words
from db.base import escape
from db.schema import Camera, Hold, Opening, Recording, Seal, Shelf

RECENT = timedelta(hours=24)
LEAST_HASH = 4
"""So many hex digits are looked for as the beginning of an id or a SHA-256 too."""


class Kind(StrEnum):
    """The kinds of recordings that are counted and chosen by a chip."""

    RECENT = "recent"
    HELD = "held"
    PARTIAL = "partial"
    FLAGGED = "flagged"
    ON_CAMERA = "on-camera"
    UNPROVED = "unproved"
    ALL = "all"


class By(StrEnum):
    """What recordings are ordered by."""

    MADE = "made"
    CAMERA = "camera"
    OFFICER = "officer"
    LENGTH = "length"
    SIZE = "size"
    SEALED = "sealed"


class Order(msgspec.Struct, frozen=True):
    """An order of recordings; those that are alike stand in the order of their sealing."""

    by: By = By.MADE
    descending: bool = True


class Wanted(msgspec.Struct, frozen=True):
    """Which recordings: of a kind, with every one of the words, made within every one of the spans, by one camera."""

    kind: Kind = Kind.ALL
    words: tuple[str, ...] = ()
    spans: tuple[Span, ...] = ()
    camera: str | None = None


class Row(msgspec.Struct, frozen=True):
    """What a table shows of one sealed recording. `entry` is the number of the ledger entry of its seal.

    `made_at` is when it was recorded, or sealed where nothing tells (then not `dated`); `proved_at` when its sealed
    copy was last read back whole. Size in bytes, length in seconds.
    """

    entry: int
    id: str
    made_at: datetime
    dated: bool
    camera: str
    officer: str
    name: str
    size: int
    seconds: float | None
    critical: bool
    partial: bool
    flags: tuple[str, ...]
    held: bool
    released: bool
    sealed_at: datetime
    proved_at: datetime
    sha256: str


class Held(msgspec.Struct, frozen=True):
    """The newest word on a recording's hold: held or let go, by whom, when and why."""

    held: bool
    by: str
    at: datetime
    reason: str


class Details(msgspec.Struct, frozen=True):
    """All that is shown of one recording. `opened` counts how often it was opened, `vault` is the vault's folder.

    `holders` are who may have held its camera while it was made.
    """

    facts: RecordingFacts
    hold: Held | None
    opened: int
    proved_at: datetime
    vault: Path
    holders: Holders


class Counts(msgspec.Struct, frozen=True):
    """How many recordings there are of each kind, and how many bytes in all."""

    of: dict[Kind, int]
    bytes: int


class Found(msgspec.Struct, frozen=True):
    """One recording as an answer to a search: its id, a line, and a second line."""

    id: str
    title: str
    detail: str


_BY: dict[By, ColumnElement[Any]] = {
    By.MADE: Shelf.made_at.expression,
    By.CAMERA: Shelf.camera_name.expression,
    By.OFFICER: Shelf.officer.expression,
    By.LENGTH: Shelf.seconds.expression,
    By.SIZE: Shelf.size.expression,
    By.SEALED: Shelf.entry.expression,
}


class Library:
    """The sealed recordings of one home."""

    def __init__(self, home: Home) -> None:
        self._home = home

    def entries(self, wanted: Wanted, order: Order, now: datetime, limit: int | None = None) -> array[int]:
        """The entries of the recordings that are wanted, in order; with a limit the first of them alone.

        They come as one text, so that a hundred thousand of them do not hold up other threads row by row.
        """
        keys = [one.desc() if order.descending else one.asc() for one in (_key(order, wanted), Shelf.entry)]
        found = select(Shelf.entry).where(*_conditions(wanted, now)).order_by(*keys).limit(limit).subquery()
        with self._home.database.read() as session:
            joined = session.scalar(select(func.group_concat(found.c.entry)))
        return array("q", msgspec.json.decode(f"[{joined or ''}]", type=list[int]))

    def rows(self, entries: Sequence[int]) -> list[Row]:
        """What is shown of these recordings; a page of them at most."""
        with self._home.database.read() as session:
            return [Row(*found) for found in session.execute(_page().where(Shelf.entry.in_(entries)))]

    def counts(self, now: datetime) -> Counts:
        """How many there are of each kind."""
        kinds = [kind for kind in Kind if kind is not Kind.ALL]
        sums = [func.count().filter(_of_kind(kind, now)) for kind in kinds]
        with self._home.database.read() as session:
            total, size, *counted = session.execute(
                select(func.count(), func.sum(Shelf.size), *sums).select_from(Shelf)
            ).one()
        return Counts(dict(zip(kinds, counted, strict=True)) | {Kind.ALL: total}, size or 0)

    def hours(self, wanted: Wanted, since: datetime, now: datetime) -> dict[date, tuple[int, ...]]:
        """How many of the wanted were made in each hour of each local day from `since` on; days with none left out."""
        hour = func.substr(Shelf.made_at, 1, 13)
        counted = select(hour, func.count()).where(Shelf.made_at >= since, *_conditions(wanted, now)).group_by(hour)
        days: dict[date, list[int]] = {}
        with self._home.database.read() as session:
            for text, count in session.execute(counted):
                local = datetime.fromisoformat(f"{text}:00:00Z").astimezone()
                days.setdefault(local.date(), [0] * 24)[local.hour] += count
        return {day: tuple(counts) for day, counts in days.items()}

    def details(self, entry: int) -> Details:
        """All that is shown of one recording. Raises NoSuchRecording."""
        with self._home.database.read() as session:
            recording = session.scalar(select(Seal.recording).where(Seal.entry == entry)) or ""
            newest = session.scalar(
                select(Hold).where(Hold.recording == recording).order_by(Hold.entry.desc()).limit(1)
            )
            hold = None if newest is None else Held(newest.held, newest.by, newest.at, newest.reason)
            opened = session.scalar(select(func.count()).where(Opening.recording == recording)) or 0
            proved = session.scalar(select(Shelf.proved_at).where(Shelf.entry == entry))
        facts = self._home.records.recording(recording)
        holders = holders_of(self._home, facts)
        return Details(facts, hold, opened, proved or facts.found_at, self._home.vault.folder, holders)

    def entry_of(self, recording_id: str) -> int | None:
        """The entry of the seal of a recording, None when it is not sealed here."""
        with self._home.database.read() as session:
            return session.scalar(select(Seal.entry).where(Seal.recording == recording_id))

    def camera_name(self, camera_id: str) -> str | None:
        """What a camera is called, None when there is none of this id."""
        name = func.coalesce(Camera.serial, Camera.model, Camera.make, "")
        with self._home.database.read() as session:
            return session.scalar(select(name).where(Camera.id == camera_id))

    def search(self, text: str, limit: int) -> list[Found]:
        """The newest recordings that fit a search, as lines to choose from."""
        now = datetime.now(UTC).astimezone()
        asked = understand(text, now)
        wanted = Wanted(words=asked.words, spans=(asked.span,) if asked.span else ())
        entries = self.entries(wanted, Order(), now, limit)
        rows = {row.entry: row for row in self.rows(entries)}
        return [_found(rows[entry]) for entry in entries if entry in rows]


def _page() -> Select[*tuple[Any, ...]]:
    """The columns of `Row`, in its order."""
    return (
        select(
            Shelf.entry,
            Recording.id,
            Shelf.made_at,
            Seal.recorded_at.is_not(None),
            Shelf.camera_name,
            Shelf.officer,
            Recording.name,
            Shelf.size,
            Shelf.seconds,
            Recording.critical,
            Shelf.partial,
            Seal.flags,
            Shelf.held,
            Shelf.released,
            Seal.at,
            Shelf.proved_at,
            Seal.sha256,
        )
        .join(Seal, Seal.entry == Shelf.entry)
        .join(Recording, Recording.id == Seal.recording)
    )


def _key(order: Order, wanted: Wanted) -> ColumnElement[Any]:
    """What to order by: not by the index where it lacks what is asked for and few are found.

    Then ordering what is found costs less than going to and fro by the index. SQLite takes none for `+made_at`.
    """
    few = wanted.kind is not Kind.ALL and not wanted.words and not wanted.spans
    return literal_column("+shelf.made_at") if order.by is By.MADE and few else _BY[order.by]


def _conditions(wanted: Wanted, now: datetime) -> list[ColumnElement[bool]]:
    found = [] if wanted.kind is Kind.ALL else [_of_kind(wanted.kind, now)]
    found += [_has_word(word) for word in sorted(wanted.words, key=len, reverse=True)]  # a long one is the rarer
    found += [and_(Shelf.made_at >= span.start, Shelf.made_at < span.end) for span in wanted.spans]
    return found if wanted.camera is None else [*found, Shelf.camera == wanted.camera]


def _of_kind(kind: Kind, now: datetime) -> ColumnElement[bool]:
    rules: dict[Kind, ColumnElement[bool]] = {
        Kind.RECENT: Shelf.made_at >= now - RECENT,
        Kind.HELD: Shelf.held.is_(True),
        Kind.PARTIAL: Shelf.partial.is_(True),
        Kind.FLAGGED: Shelf.flagged.is_(True),
        Kind.ON_CAMERA: ~Shelf.released,
        Kind.UNPROVED: Shelf.proved_at < now - PROVED_WITHIN,
    }
    return rules[kind]


def _has_word(word: str) -> ColumnElement[bool]:
    """Whether the word is anywhere in what plain words find, or an id or a SHA-256 begins with it."""
    word = lowered(word)
    named = Shelf.words.contains(escape(word), autoescape=True)  # LIKE takes two thirds of the time of instr()
    if len(word) < LEAST_HASH or set(word) - set("0123456789abcdef"):
        return named
    begins = or_(*(and_(one >= word, one < word + "g") for one in (Seal.sha256, Seal.recording)))
    return or_(named, Shelf.entry.in_(select(Seal.entry).where(begins)))


def _found(row: Row) -> Found:
    made = row.made_at.astimezone()
    parts = (row.officer, size_words(row.size), escape(row.name))
    return Found(
        row.id,
        f"{made.day} {made:%b %Y %H:%M} \N{MIDDLE DOT} {escape(row.camera)}",
        " \N{MIDDLE DOT} ".join(part for part in parts if part),
    )
