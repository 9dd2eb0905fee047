"""Who is late: what should be back by now, and what somebody unknown has, with whom to call about it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import select

from app.custody.values import Held
from app.home import Home
from app.people.values import Role
from db.custody import Pool
from db.people import Roster

MOST_NAMED = 3
"""So many sergeants of a station are named."""


class Late(msgspec.Struct, frozen=True):
    """A camera that should be back. `since` is when it should have been, or when somebody unknown took it.

    `station` is the officer's own, or the camera's where nobody knows who took it; `call` are its sergeants.
    """

    camera: str
    officer: str | None
    name: str | None
    since: datetime
    entry: int
    station: str
    call: tuple[str, ...]

    @property
    def unknown(self) -> bool:
        """Whether nobody knows who has it."""
        return self.officer is None


def look(home: Home, now: datetime) -> list[Late]:
    """What is late at a moment (aware), unknown holders first, then by how late it is. Raises StorageError."""
    held = home.asking.late(now, timedelta(minutes=home.settings.late_after_minutes))
    own = _stations(home, held)
    sergeants = _sergeants(home, set(own.values()))
    return [_late(one, own[one.entry], sergeants) for one in held]


def _late(held: Held, station: str, sergeants: dict[str, list[str]]) -> Late:
    since = held.from_at if held.officer is None or held.due_at is None else held.due_at
    call = tuple(sergeants.get(station.casefold(), [])[:MOST_NAMED])
    return Late(held.camera, held.officer, held.name, since, held.entry, station, call)


def _stations(home: Home, held: Iterable[Held]) -> dict[int, str]:
    """The station to ask about each holding, by its entry."""
    people, assets = {one.person for one in held if one.person}, {one.camera for one in held}
    with home.database.read() as session:
        of_people = session.execute(select(Roster.person, Roster.station).where(Roster.person.in_(people)))
        own: dict[str, str] = {person: station for person, station in of_people}  # noqa: C416  rows are no pairs to mypy
        of_cameras = session.execute(select(Pool.asset, Pool.station).where(Pool.asset.in_(assets)))
        cameras: dict[str, str] = {asset: station for asset, station in of_cameras}  # noqa: C416
    return {one.entry: own.get(one.person or "") or cameras.get(one.camera, "") for one in held}


def _sergeants(home: Home, stations: set[str]) -> dict[str, list[str]]:
    """The active sergeants of each station: rank, collar number and name."""
    named = select(Roster.station, Roster.rank, Roster.collar, Roster.name).order_by(Roster.collar)
    found: dict[str, list[str]] = {}
    with home.database.read() as session:
        for station, *who in session.execute(named.where(Roster.role == Role.SERGEANT, Roster.active)):
            found.setdefault(station.casefold(), []).append(" ".join(part for part in who if part))
    return {name: who for name, who in found.items() if name in {one.casefold() for one in stations}}
