"""Who held the camera while a recording was made: one officer, or as many as nobody can tell apart."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from app.custody.values import Held
from app.home import Home
from app.records import RecordingFacts
from app.times import RIGHT_S
from db.schema import Docking, Recording

DOUBT = timedelta(seconds=RIGHT_S)
"""A time that was corrected by the clock's measured offset may still be out by so much."""
EVER = datetime(1970, 1, 1, tzinfo=UTC)


class Holders(msgspec.Struct, frozen=True):
    """Who may have held the camera, oldest first; `pooled` says that it is in the pool, so that it is known at all."""

    pooled: bool
    held: tuple[Held, ...] = ()

    @property
    def people(self) -> tuple[str | None, ...]:
        """The collar numbers, each once; None for somebody unknown."""
        return tuple(dict.fromkeys(one.officer for one in self.held))


def holders_of(home: Home, facts: RecordingFacts) -> Holders:
    """Who held the camera while this was recorded. Reads the database: may wait, and raise StorageError.

    Where the camera's clock was not measured, or nothing tells the time, it is anybody who held it since the docking
    before the one that brought the recording.
    """
    if facts.serial is None or not home.asking.has(facts.serial):
        return Holders(pooled=False)
    if facts.recorded_at is not None and facts.clock_offset_s is not None:
        until = facts.recorded_at + timedelta(seconds=facts.seconds or 0.0)
        return Holders(True, tuple(home.asking.holders(facts.serial, facts.recorded_at, until, DOUBT)))
    since, until = _between_dockings(home, facts.id)
    return Holders(True, tuple(home.asking.holders(facts.serial, since, until, timedelta(0))))


def _between_dockings(home: Home, recording_id: str) -> tuple[datetime, datetime]:
    """When the camera was docked before it brought this recording, and when it brought it."""
    before = aliased(Docking)
    earlier = select(func.max(before.at)).where(before.camera == Docking.camera, before.entry < Docking.entry)
    docked = select(Docking.at, earlier.scalar_subquery()).join(Recording, Recording.docking == Docking.id)
    with home.database.read() as session:
        brought, since = session.execute(docked.where(Recording.id == recording_id)).one()
    return since or EVER, brought


def in_words(holders: Holders) -> str:
    """The same for people on a command line; "" for a camera that is not in the pool."""
    if not holders.pooled:
        return ""
    if not holders.held:
        return "nobody held it"
    if len(holders.people) == 1:
        return _named(holders.held[0])
    spans = ", ".join(_span(holders.held, place) for place in range(len(holders.held)))
    count = "two" if len(holders.people) == 2 else str(len(holders.people))
    return f"{count} holders are possible: {spans}"


def _named(held: Held) -> str:
    return "somebody unknown" if held.officer is None else f"{held.officer} {held.name or ''}".strip()


def _span(all_held: tuple[Held, ...], place: int) -> str:
    """One of several: the first until its end, the last from its beginning, those between from when until when."""
    held = all_held[place]
    start = f" from {_clock(held.from_at)}" if place else ""
    last = place == len(all_held) - 1
    end = "" if last or held.until_at is None else f" until {_clock(held.until_at)}"
    return f"{held.officer or 'somebody unknown'}{start}{end}"


def _clock(at: datetime) -> str:
    return f"{at.astimezone():%H:%M}"
