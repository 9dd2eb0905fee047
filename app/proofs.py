"""What has been proved of the vault, and when, from the ledger's rows: frozen values, read in pages.

A recording is proved when it is sealed, and anew by every stretch of the background verifier that holds it and was
found right, and by every full verification with nothing wrong.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any

import msgspec
from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from app.vault import Sealed
from db.base import Checkpoint
from db.engine import Database
from db.schema import Seal, VaultProof, Verification

PAGE = 5_000
"""Narrow rows that one read transaction takes, in a few milliseconds."""

PROVED_WITHIN = timedelta(days=30)
"""Every recording is to be read back whole at least this often."""

INTAKE = timedelta(days=7)
"""How far back the intake is counted by which the room is judged."""

RIGHT = "right"
"""The result of a proof that found nothing wrong."""


class Stretch(msgspec.Struct, frozen=True):
    """What the background verifier read last: from seal entry `first` to `last`, `bytes` in all, done at `at`."""

    first: int
    last: int
    bytes: int
    result: str
    at: datetime


class FullProof(msgspec.Struct, frozen=True):
    """A full verification: when it ended, who asked for it, and its result (a fixed word)."""

    at: datetime
    by: str
    result: str


class SignedHead(msgspec.Struct, frozen=True):
    """The newest checkpoint: over how many entries, its C2SP text, and when it was signed."""

    size: int
    note: str
    at: datetime


class SealedAt(msgspec.Struct, frozen=True):
    """A sealed recording by the number of its ledger entry."""

    entry: int
    pieces: Sealed


class Proofs:
    """Reads what has been proved. Every method may raise StorageError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def newest(self) -> Stretch | None:
        """The stretch that the background verifier read last."""
        return self._stretch(select(VaultProof))

    def sealed(self, after: int, before: datetime, limit: int) -> list[SealedAt]:
        """Recordings sealed by entries after number `after`, in that order, up to the last sealed before that moment.

        None between is left out, whatever its time says: a stretch speaks of all from its first entry to its last.
        """
        columns = (Seal.recording, Seal.size, Seal.sha256, Seal.key_sha256, Seal.payload_sha256, Seal.payload_size)
        last = select(Seal.entry).where(Seal.at < before).order_by(Seal.entry.desc()).limit(1).scalar_subquery()
        page = select(Seal.entry, *columns).where(Seal.entry > after, Seal.entry <= last)
        with self._database.read() as session:
            rows: Iterable[Any] = session.execute(page.order_by(Seal.entry).limit(limit)).all()
        return [SealedAt(entry, Sealed(*pieces)) for entry, *pieces in rows]

    def proved_at(self, entry: int) -> datetime:
        """When the recording sealed by this entry was last proved by itself: at its sealing or in a stretch."""
        stretch = self._stretch(select(VaultProof).where(VaultProof.first <= entry, VaultProof.last >= entry))
        if stretch is not None:
            return stretch.at
        with self._database.read() as session:
            sealed_at: datetime = session.execute(select(Seal.at).where(Seal.entry == entry)).scalar_one()
        return sealed_at

    def bytes_sealed(self, since: datetime | None = None) -> int:
        """How many bytes of payload were sealed, ever or since then."""
        total = select(func.coalesce(func.sum(Seal.payload_size), 0))
        with self._database.read() as session:
            return int(session.scalar(total if since is None else total.where(Seal.at >= since)) or 0)

    def first_sealed_at(self) -> datetime | None:
        """When the first recording was sealed, None while there is none."""
        with self._database.read() as session:
            return session.scalar(select(func.min(Seal.at)))

    def days_left(self, room: int, at: datetime) -> float | None:
        """For how many days `room` bytes last at the intake of the week before `at`; None when nothing came in.

        A station that is younger than a week is judged by its age, by one day at least.
        """
        intake, first = self.bytes_sealed(at - INTAKE), self.first_sealed_at()
        if not intake or first is None:
            return None
        span = min(INTAKE, max(timedelta(days=1), at - first))
        return max(0, room) / intake * (span / timedelta(days=1))

    def last_full(self) -> FullProof | None:
        """The newest full verification."""
        newest = select(Verification).order_by(Verification.entry.desc()).limit(1)
        with self._database.read() as session:
            row = session.scalar(newest)
            return None if row is None else FullProof(row.at, row.by, row.result)

    def newest_checkpoint(self) -> SignedHead | None:
        """The newest signed head of the ledger."""
        newest = select(Checkpoint).order_by(Checkpoint.size.desc()).limit(1)
        with self._database.read() as session:
            row = session.scalar(newest)
            return None if row is None else SignedHead(row.size, row.note, row.at)

    def unproved(self, since: datetime) -> int:
        """How many recordings were sealed before `since` and not proved since then."""
        full = select(func.count()).where(Verification.at >= since, Verification.result == RIGHT)
        with self._database.read() as session:
            if session.scalar(full):
                return 0
        right = select(VaultProof.entry, VaultProof.first, VaultProof.last).where(
            VaultProof.at >= since, VaultProof.result == RIGHT
        )
        proved = _joined((first, last) for _, first, last in self._pages(right, VaultProof.entry))
        due = self._pages(select(Seal.entry).where(Seal.at < since), Seal.entry)
        return sum(not _within(entry, proved) for (entry,) in due)

    def wrong(self) -> list[str]:
        """The ids of recordings that were wrong when they were last read again."""
        again = aliased(VaultProof)
        later = exists().where(
            again.first <= VaultProof.first, again.last >= VaultProof.last, again.entry > VaultProof.entry
        )
        found = select(Seal.recording).join(VaultProof, VaultProof.first == Seal.entry)
        with self._database.read() as session:
            return list(session.scalars(found.where(VaultProof.result != RIGHT, ~later).order_by(Seal.entry)))

    def _stretch(self, query: Select[VaultProof]) -> Stretch | None:
        with self._database.read() as session:
            row = session.scalar(query.order_by(VaultProof.entry.desc()).limit(1))
            return None if row is None else Stretch(row.first, row.last, row.bytes, row.result, row.at)

    def _pages(self, query: Select[*tuple[Any, ...]], key: InstrumentedAttribute[int]) -> Iterator[Any]:
        """All rows of a query whose first column is `key`, in its order, a transaction for each page."""
        last = -1
        while True:
            with self._database.read() as session:
                rows = session.execute(query.where(key > last).order_by(key).limit(PAGE)).all()
            if not rows:
                return
            yield from rows
            last = rows[-1][0]


def _joined(stretches: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same stretches in order, those that overlap as one."""
    joined: list[tuple[int, int]] = []
    for first, last in sorted(stretches):
        if joined and first <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], last)
        else:
            joined.append((first, last))
    return joined


def _within(entry: int, stretches: list[tuple[int, int]]) -> bool:
    place = bisect_right(stretches, entry, key=itemgetter(0))
    return place > 0 and entry <= stretches[place - 1][1]
