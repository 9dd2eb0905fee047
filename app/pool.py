"""The pool of cameras as people look for it: found, ordered and counted by the database, read a page at a time.

Every method is one read of one page, or of the index `db.custody.Pool`, which takes less than 100 ms at 100,000
cameras. They wait for the disk: never called on the Qt thread. All may raise StorageError.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, and_, bindparam, case, exists, func, literal_column, or_, select
from sqlalchemy.orm import aliased

from app.custody.asking import camera_of, cameras
from app.custody.values import CameraNow
from app.home import Home
from app.searching import lowered
from db.base import escape
from db.custody import Holding
from db.custody import Pool as Camera
from db.people import Roster
from db.schema import Docking

PAGE = 500


class Standing(StrEnum):
    """How a camera stands: by its custody, and while it is docked by its readiness."""

    READY = "ready"
    OUT = "out"
    CHARGING = "charging"
    WORKING = "working"
    STORE = "store"
    LATE = "late"
    UNKNOWN = "unknown"
    NOT_READY = "not-ready"
    FAULT = "fault"
    LOST = "lost"
    REPAIR = "repair"
    TRANSIT = "transit"
    RETIRED = "retired"


class Kind(StrEnum):
    """The kinds of cameras that are counted and chosen by a chip."""

    ALL = "all"
    LATE = "late"
    UNKNOWN = "unknown"
    NOT_READY = "not-ready"
    NEVER = "never-docked"
    LOST = "lost"
    REPAIR = "repair"
    TRANSIT = "transit"
    RETIRED = "retired"


OF_KIND = {
    Kind.LATE: (Standing.LATE,),
    Kind.UNKNOWN: (Standing.UNKNOWN,),
    Kind.NOT_READY: (Standing.NOT_READY, Standing.FAULT),
    Kind.LOST: (Standing.LOST,),
    Kind.REPAIR: (Standing.REPAIR,),
    Kind.TRANSIT: (Standing.TRANSIT,),
    Kind.RETIRED: (Standing.RETIRED,),
}
"""The standings that make up a kind. The two other kinds go by more, or by nothing."""


class By(StrEnum):
    """What cameras are ordered by."""

    ASSET = "asset"
    SERIAL = "serial"
    MODEL = "model"
    STATION = "station"
    MODE = "mode"
    HOLDER = "holder"
    STATE = "state"
    SINCE = "since"
    FIRMWARE = "firmware"
    DOCKED = "docked"
    DRIFT = "drift"
    BATTERY = "battery"


class Order(msgspec.Struct, frozen=True):
    """An order of cameras; those that are alike stand by asset number, those of which nothing is known at the end."""

    by: By = By.ASSET
    descending: bool = False


class Wanted(msgspec.Struct, frozen=True):
    """Which cameras: of a kind, with every one of the words in their numbers, model, station or holder."""

    kind: Kind = Kind.ALL
    words: tuple[str, ...] = ()


class Row(msgspec.Struct, frozen=True):
    """What a table shows of one camera: how it stands, and since when; `row` is its key in the table of the pool."""

    row: int
    standing: Standing
    since: datetime
    camera: CameraNow


class Mark(msgspec.Struct, frozen=True):
    """How a camera of the pool is handed out, and the collar number of whose it is for good, if it is anybody's."""

    mode: str
    assigned: str | None


class Out(msgspec.Struct, frozen=True):
    """The camera that was last in a bay is out: with whom, by collar number (None: not known), and since when."""

    asset: str
    collar: str | None
    since: datetime


class Marks(msgspec.Struct, frozen=True):
    """What the pool says of the cameras that were asked for, by serial number; how many are late or taken in all.

    None stands for a camera that is not in the pool. `pooled` says that there is a pool at all. `out` is, by bay, what
    was last in those of the empty bays whose last camera is out.
    """

    pooled: bool
    of: dict[str, Mark | None]
    out: dict[str, Out]
    late: int


class Counts(msgspec.Struct, frozen=True):
    """How many cameras stand how, how many there are of each kind, and the stations that they are at."""

    standing: dict[Standing, int]
    of: dict[Kind, int]
    stations: tuple[str, ...]


_LATER = aliased(Docking)
_OUT = (
    select(Docking.bay, Camera.asset, Roster.collar, func.coalesce(Holding.confirmed_at, Holding.from_at))
    .select_from(Camera)
    .join(Docking, Docking.id == Camera.docking)
    .join(Holding, and_(Holding.camera == Camera.camera, Holding.until_at.is_(None)))
    .outerjoin(Roster, Roster.person == Holding.officer)
    .where(Camera.bay.is_(None), Docking.bay.in_(bindparam("bays", expanding=True)))
    .where(~exists().where(_LATER.entry > Docking.entry, _LATER.bay == Docking.bay))
)
"""What was last in a bay and is out. What came later is few rows, found by their key."""

_BY: dict[By, ColumnElement[Any]] = {
    By.ASSET: Camera.asset.expression,
    By.SERIAL: Camera.serial.expression,
    By.MODEL: Camera.model.expression,
    By.STATION: Camera.station.expression,
    By.MODE: Camera.mode.expression,
    By.HOLDER: func.nullif(Camera.holder_words, ""),
    By.FIRMWARE: Camera.firmware.expression,
    By.DOCKED: Camera.docked_at.expression,
    By.DRIFT: func.abs(Camera.clock_offset_s),
    By.BATTERY: Camera.battery_percent.expression,
}

_ROW: ColumnElement[int] = literal_column("pool.rowid")


class Pool:
    """The pool of cameras of one home."""

    def __init__(self, home: Home) -> None:
        self._home = home

    def rows(self, wanted: Wanted, order: Order, now: datetime) -> array[int]:
        """The keys of the cameras that are wanted, in order; as one text, for the sake of the other threads."""
        found = select(_ROW.label("row")).select_from(Camera).where(*self._conditions(wanted, now))
        joined = func.group_concat(found.order_by(*self._keys(order, now)).subquery().c.row)
        with self._home.database.read() as session:
            text = session.scalar(select(joined))
        return array("q", msgspec.json.decode(f"[{text or ''}]", type=list[int]))

    def page(self, rows: Sequence[int], now: datetime) -> list[Row]:
        """What is shown of these cameras; a page of them at most."""
        found = cameras().add_columns(_ROW, self._standing(now), self._since(now)).where(_ROW.in_(rows))
        with self._home.database.read() as session:
            return [
                Row(row, Standing(standing), since, camera_of(camera))
                for *camera, row, standing, since in session.execute(found).all()
            ]

    def pages(self, rows: Sequence[int], now: datetime) -> Iterator[list[Row]]:
        """All of these cameras in their order, a page at a time. One that is gone meanwhile is left out."""
        for start in range(0, len(rows), PAGE):
            keys = rows[start : start + PAGE]
            found = {one.row: one for one in self.page(keys, now)}
            yield [found[key] for key in keys if key in found]

    def assets(self, rows: Sequence[int]) -> list[str]:
        """The asset numbers of these cameras, in their order."""
        assets: list[str] = []
        for start in range(0, len(rows), PAGE):
            keys = rows[start : start + PAGE]
            with self._home.database.read() as session:
                named = select(_ROW, Camera.asset).select_from(Camera).where(_ROW.in_(keys))
                found = {row: asset for row, asset in session.execute(named)}  # noqa: C416  rows are no pairs
            assets += [found[key] for key in keys if key in found]
        return assets

    def counts(self, now: datetime) -> Counts:
        """How many there are of everything that is counted."""
        standing = self._standing(now)
        grouped = select(standing, func.count(), func.count().filter(_never())).group_by(standing)
        with self._home.database.read() as session:
            found = [(Standing(name), count, never) for name, count, never in session.execute(grouped)]
            stations = tuple(session.scalars(select(Camera.station).distinct().order_by(Camera.station)))
        standings = {one: count for one, count, _ in found}
        kinds = {kind: sum(standings.get(one, 0) for one in of) for kind, of in OF_KIND.items()}
        all_ = {Kind.ALL: sum(standings.values()), Kind.NEVER: sum(never for *_, never in found)}
        return Counts(standings, kinds | all_, stations)

    def marks(self, serials: Sequence[str], empty: Sequence[str], now: datetime) -> Marks:
        """What the docks show of these cameras, by serial number, and of these empty bays; how many are late."""
        out = or_(self._is_late(now), Camera.state == "unknown")
        named = select(Camera.serial, Camera.mode, Roster.collar).outerjoin(Roster, Roster.person == Camera.assigned)
        with self._home.database.read() as session:
            found = session.execute(named.where(Camera.serial.in_(serials))).all()
            late = session.scalar(select(func.count()).select_from(Camera).where(out)) or 0
            pooled = session.scalar(select(select(Camera.camera).exists()))
            last = {row[0]: Out(*row[1:]) for row in session.execute(_OUT, {"bays": empty})}
        known = {serial: Mark(mode, assigned) for serial, mode, assigned in found}
        return Marks(bool(pooled), {serial: known.get(serial) for serial in serials}, last, late)

    def _conditions(self, wanted: Wanted, now: datetime) -> list[ColumnElement[bool]]:
        words = [_has_word(word) for word in wanted.words]
        if wanted.kind is Kind.ALL:
            return words
        return [_never() if wanted.kind is Kind.NEVER else self._standing(now).in_(OF_KIND[wanted.kind]), *words]

    def _keys(self, order: Order, now: datetime) -> list[ColumnElement[Any]]:
        key = {By.STATE: self._rank, By.SINCE: self._since}.get(order.by, lambda _now: _BY[order.by])(now)
        way = key.desc() if order.descending else key.asc()
        if order.by is By.ASSET:
            return [way]
        return [way.nulls_last(), Camera.asset.asc()]

    def _rank(self, now: datetime) -> ColumnElement[Any]:
        """The place of a camera's standing among all standings."""
        return case({one.value: place for place, one in enumerate(Standing)}, value=self._standing(now))

    def _since(self, now: datetime) -> ColumnElement[Any]:
        """Since when a camera stands as it does: late since it was due, in a bay since it is ready or docked."""
        in_bay = and_(Camera.state == "store", Camera.bay.is_not(None), Camera.fault.is_(None))
        return case(
            (self._is_late(now), Camera.due_at),
            (in_bay, func.coalesce(Camera.ready_since, Camera.docked_at)),
            else_=Camera.since,
        )

    def _is_late(self, now: datetime) -> ColumnElement[bool]:
        late = now - timedelta(minutes=self._home.settings.late_after_minutes)
        return and_(Camera.state == "held", Camera.due_at < late)

    def _standing(self, now: datetime) -> ColumnElement[Any]:
        away = {one.value: one.value for one in (Standing.LOST, Standing.REPAIR, Standing.TRANSIT, Standing.RETIRED)}
        return case(
            *((Camera.state == state, standing) for state, standing in away.items()),
            (Camera.state == "unknown", Standing.UNKNOWN.value),
            (self._is_late(now), Standing.LATE.value),
            (Camera.state == "held", Standing.OUT.value),
            (Camera.fault.is_not(None), Standing.FAULT.value),
            (Camera.bay.is_(None), Standing.STORE.value),
            (Camera.ready, Standing.READY.value),
            (Camera.not_ready == ("charging",), Standing.CHARGING.value),
            (Camera.not_ready.in_([(), ("working",)]), Standing.WORKING.value),
            else_=Standing.NOT_READY.value,
        )


def _never() -> ColumnElement[bool]:
    """Whether a camera was never docked, and is to be."""
    return and_(Camera.docking.is_(None), Camera.state != "retired")


def _has_word(word: str) -> ColumnElement[bool]:
    """Whether the word is in what is searched: the index holds it all, so nothing else is read."""
    word = escape(lowered(word))
    return or_(*(one.contains(word, autoescape=True) for one in (Camera.words, Camera.holder_words)))
