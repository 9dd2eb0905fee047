"""The questions that custody answers: who held what, when; who is late; what was done. Reads only, in pages.

Every method may raise StorageError; those that take a camera or an officer raise Refused where there is none.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from app.custody.desk import find_camera, find_camera_id, find_officer
from app.custody.values import ActOf, CameraNow, Docked, Drawn, Early, HandedOut, Held, Taken
from app.people.values import Refused
from app.searching import lowered
from app.settings import Settings
from db.custody import Custody, Holding, Pool, Readiness, Undocking
from db.engine import Database
from db.people import Roster
from db.schema import Camera, Docking, DockingEnd

BROKEN_OFF = ("gone", "stopped")
"""How a docking ends whose camera was lifted out, or whose program ended, before it was done."""

PAGE = 500
"""Rows that one read transaction takes."""

_HOLDER, _ASSIGNED, _BY = aliased(Roster), aliased(Roster), aliased(Roster)


_FREE = and_(
    Pool.ready_since.is_not(None),  # it is ready, said so that its index finds it
    Pool.bay.is_not(None),
    Pool.state == "store",
    Pool.fault.is_(None),
    func.coalesce(Pool.assigned, "") == "",  # else SQLite takes the index of whose they are: nearly all are nobody's
    Pool.mode == "pool",
)
"""A camera that may be handed to anybody."""


class Asking:
    """Answers questions over one home's database. `settings` is asked which station this is."""

    def __init__(self, database: Database, settings: Callable[[], Settings]) -> None:
        self._database = database
        self._settings = settings

    def camera(self, name: str) -> CameraNow:
        """The camera with this asset or serial number, as it is now."""
        with self._database.read() as session:
            id_ = find_camera(session, name).camera
            return camera_of(session.execute(cameras().where(Pool.camera == id_)).one())

    def has(self, name: str) -> bool:
        """Whether a camera of the pool has this asset or serial number."""
        with self._database.read() as session:
            try:
                find_camera(session, name)
            except Refused:
                return False
            return True

    def cameras(self, after: str = "", limit: int = PAGE) -> list[CameraNow]:
        """A page of the pool by asset number, those after `after`."""
        page = cameras().where(Pool.asset > after).order_by(Pool.asset).limit(limit)
        with self._database.read() as session:
            return [camera_of(row) for row in session.execute(page)]

    def who_held(self, camera: str, at: datetime) -> Held | None:
        """Who held a camera at a moment (aware); None where nobody did."""
        with self._database.read() as session:
            row = session.execute(_WHO_HELD, {"camera": find_camera_id(session, camera), "at": at}).one_or_none()
            return None if row is None else held_of(row)

    def held_by(
        self,
        officer: str,
        from_at: datetime | None = None,
        until_at: datetime | None = None,
        *,
        after: int = -1,
        limit: int = PAGE,
    ) -> list[Held]:
        """A page of what an officer held between two moments, in the order of the ledger, after entry `after`."""
        with self._database.read() as session:
            person = find_officer(session, officer).person
            found = held_rows().where(Holding.officer == person, Holding.entry > after, *between(from_at, until_at))
            return [held_of(row) for row in session.execute(found.order_by(Holding.entry).limit(limit))]

    def holdings(
        self, camera: str, from_at: datetime | None = None, until_at: datetime | None = None, limit: int = PAGE
    ) -> list[Held]:
        """Who held a camera between two moments, oldest first."""
        with self._database.read() as session:
            id_ = find_camera(session, camera).camera
            found = held_rows().where(Holding.camera == id_, *between(from_at, until_at))
            return [
                held_of(row) for row in session.execute(found.order_by(Holding.from_at, Holding.entry).limit(limit))
            ]

    def timeline(self, camera: str, after: int = -1, limit: int = PAGE) -> list[ActOf]:
        """A page of what was done with a camera, oldest first, after entry number `after`."""
        with self._database.read() as session:
            id_ = find_camera(session, camera).camera
            return acts_page(session, [Custody.camera == id_], after, limit)

    def late(self, now: datetime, after: timedelta = timedelta(0), limit: int = PAGE) -> list[Held]:
        """What should have been back by `after` before now, and what somebody unknown has; unknown holders first."""
        overdue = or_(Holding.officer.is_(None), Holding.due_at < now - after)
        found = held_rows().where(Holding.until_at.is_(None), overdue)
        order = found.order_by(Holding.officer.is_not(None), Holding.due_at, Holding.entry).limit(limit)
        with self._database.read() as session:
            return [held_of(row) for row in session.execute(order)]

    def holders(self, serial: str, made_at: datetime, until: datetime, doubt: timedelta) -> list[Held]:
        """Who may have held the camera with this serial while a recording was made, oldest first.

        `doubt` is how far the camera's clock may have been out either way. More than one: nobody can say which.
        """
        with self._database.read() as session:
            id_ = session.scalar(select(Pool.camera).where(Pool.serial == serial))
            found = held_rows().where(Holding.camera == id_, *between(made_at - doubt, until + doubt))
            return [held_of(row) for row in session.execute(found.order_by(Holding.from_at, Holding.entry).limit(PAGE))]

    def counts(self) -> dict[str, int]:
        """How many cameras there are in each state of the pool."""
        with self._database.read() as session:
            found = session.execute(select(Pool.state, func.count()).group_by(Pool.state)).all()
            return {state: count for state, count in found}  # noqa: C416  rows are no pairs to a type checker

    def best_ready(self, limit: int = 10) -> list[CameraNow]:
        """The cameras to hand out next: ready, of here and nobody's own; longest ready first, then the least used."""
        found = cameras().where(self._free()).order_by(Pool.ready_since, Pool.uses, Pool.asset).limit(limit)
        with self._database.read() as session:
            return [camera_of(row) for row in session.execute(found)]

    def ready_count(self) -> int:
        """How many cameras are ready, of this station and nobody's own."""
        with self._database.read() as session:
            return session.scalar(select(func.count()).where(self._free())) or 0

    def _free(self) -> ColumnElement[bool]:
        """The cameras that may be handed to anybody here."""
        return and_(_FREE, self._is_here(Pool.station))

    def _is_here(self, station: Any) -> ColumnElement[bool]:
        """Whether a station is this one; every one is while this one has no name."""
        name = self._settings().known_as
        return true() if name is None else func.lower(station) == lowered(name)

    def docked(self, serials: Collection[str]) -> dict[str, Docked]:
        """What custody knows of the cameras with these serials that are docked, by bay."""
        live = and_(Holding.camera == Pool.camera, Holding.until_at.is_(None), Holding.confirmed_at.is_(None))
        found = (
            select(Pool.bay, Pool.asset, _BY.collar, _shown().exists(), _HOLDER.collar)
            .join(Docking, Docking.id == Pool.docking)
            .outerjoin(_BY, _BY.person == Docking.holder)
            .outerjoin(Holding, live)
            .outerjoin(_HOLDER, _HOLDER.person == Holding.officer)
            .where(Pool.serial.in_(serials), Pool.bay.is_not(None))
        )
        with self._database.read() as session:
            return {str(row[0]): Docked(*row[1:]) for row in session.execute(found)}

    def taken(self, limit: int = PAGE) -> list[Taken]:
        """The cameras that somebody unknown has, newest first."""
        found = (
            select(Pool.asset, Docking.bay, Holding.from_at)
            .join(Holding, Holding.camera == Pool.camera)
            .join(Docking, Docking.id == Pool.docking)
            .where(Holding.until_at.is_(None), Holding.officer.is_(None))
            .order_by(Holding.entry.desc())
            .limit(limit)
        )
        with self._database.read() as session:
            return [Taken(*row) for row in session.execute(found)]

    def lifted_early(self, limit: int = PAGE) -> list[Early]:
        """The cameras that are out, and were lifted out before their docking had come to its end, newest first."""
        ready = select(Readiness.entry).where(Readiness.docking == Docking.id, Readiness.ready)
        unfinished = or_(DockingEnd.outcome.in_(BROKEN_OFF), and_(DockingEnd.entry.is_(None), ~ready.exists()))
        found = (
            select(Pool.asset, Pool.serial, Docking.bay, Roster.collar, Undocking.at)
            .join(Docking, Docking.id == Pool.docking)
            .join(Undocking, Undocking.docking == Docking.id)
            .outerjoin(DockingEnd, DockingEnd.docking == Docking.id)
            .outerjoin(Roster, Roster.person == Docking.holder)
            .where(Pool.bay.is_(None), Pool.state.in_(("held", "unknown")), unfinished)
            .order_by(Undocking.entry.desc())
            .limit(limit)
        )
        with self._database.read() as session:
            return [Early(*row) for row in session.execute(found)]

    def returned(self, camera: str) -> int:
        """The entry by which a camera came back last: of its return, or of its docking where nobody had it. Refused."""
        with self._database.read() as session:
            docking = find_camera(session, camera).docking
            back = select(Custody.entry).where(Custody.docking == docking, Custody.act == "returned")
            docked = select(Docking.entry).where(Docking.id == docking)
            entry = next((found for one in (back, docked) if (found := session.scalar(one)) is not None), None)
        if entry is None:
            raise Refused("not-docked", f"{camera} was never docked here.", "Dock it first.")
        return entry

    def drawn(self) -> list[Drawn]:
        """The cameras that officers drew for themselves and have not lifted out, oldest first."""
        began = select(Custody.by).where(Custody.entry == Holding.entry, Custody.act == "issued").scalar_subquery()
        found = (
            select(Pool.asset, Roster.collar, Holding.from_at)
            .join(Holding, and_(Holding.camera == Pool.camera, Holding.until_at.is_(None)))
            .join(Roster, Roster.person == Holding.officer)
            .where(Pool.holder.is_not(None), Pool.bay.is_not(None), Holding.confirmed_at.is_(None))
            .where(began == Holding.officer)
        )
        with self._database.read() as session:
            return sorted((Drawn(*row) for row in session.execute(found)), key=lambda one: one.at)

    def handed_out(self, since: datetime, limit: int = PAGE) -> list[HandedOut]:
        """What was handed out by somebody for another since then, oldest first; of very many, the newest.

        Only what is of this station, the camera or the officer: a ledger may be that of a whole force.
        """
        here = or_(self._is_here(Pool.station), self._is_here(Roster.station))
        found = _HANDED_OUT.where(Custody.at >= since, here).order_by(Custody.entry.desc()).limit(limit)
        with self._database.read() as session:
            return [HandedOut(*row) for row in reversed(session.execute(found).all())]

    def brought_back(self, officer: str, since: datetime) -> str | None:
        """The docked camera that an officer brought back since then, and has not shown their card for."""
        with self._database.read() as session:
            person = find_officer(session, officer).person
            found = (
                select(Pool.asset)
                .join(Docking, Docking.id == Pool.docking)
                .where(Docking.holder == person, Docking.at > since, Pool.bay.is_not(None), ~_shown().exists())
                .order_by(Docking.at.desc())
                .limit(1)
            )
            return session.scalar(found)

    def own_camera(self, officer: str) -> CameraNow | None:
        """The camera that is an officer's for good, None where they have none."""
        with self._database.read() as session:
            person = find_officer(session, officer).person
            row = session.execute(cameras().where(Pool.assigned == person)).one_or_none()
            return None if row is None else camera_of(row)


def _shown() -> Any:
    """The entry that whoever brought a camera back showed their card for this docking."""
    of_camera = (Custody.camera == Pool.camera, Custody.act == "receipt", Custody.entry > Docking.entry)
    return select(Custody.entry).where(*of_camera)


def between(from_at: datetime | None, until_at: datetime | None) -> Sequence[ColumnElement[bool]]:
    """Holdings that lasted some time between two moments; those that were voided never did."""
    begun = [] if until_at is None else [Holding.from_at < until_at]
    not_over = [] if from_at is None else [or_(Holding.until_at.is_(None), Holding.until_at > from_at)]
    return [~Holding.void, *begun, *not_over]


def held_rows() -> Any:
    """Every holding: the columns of `Held`, in its order."""
    return (
        select(
            Pool.asset,
            Pool.serial,
            Roster.collar,
            Roster.name,
            Holding.officer,
            Holding.from_at,
            Holding.until_at,
            Holding.entry,
            Holding.until_entry,
            Holding.mode,
            Holding.due_at,
            Holding.confirmed_at,
            Holding.corrected,
        )
        .join(Pool, Pool.camera == Holding.camera)
        .outerjoin(Roster, Roster.person == Holding.officer)
    )


_WHO_HELD = (
    held_rows()
    .where(Holding.camera == bindparam("camera"), ~Holding.void, Holding.from_at <= bindparam("at"))
    .where(or_(Holding.until_at.is_(None), Holding.until_at > bindparam("at")))
    .order_by(Holding.from_at.desc(), Holding.entry.desc())
    .limit(1)
)
"""Made once: a court's list of moments asks it a thousand times."""


def held_of(row: Any) -> Held:
    """A holding from a row of `held_rows`."""
    return Held(*row)


_SWAP, _VOID, _HANDED_IN = aliased(Custody), aliased(Custody), aliased(Pool)
_BAY_THEN = (
    select(Docking.bay)
    .join(Camera, Camera.id == Docking.camera)
    .where(Camera.serial == Pool.serial, Docking.entry < Custody.entry)
    .order_by(Docking.entry.desc())
    .limit(1)
    .scalar_subquery()
)
_HANDED_OUT = (
    select(
        Custody.entry,
        Custody.at,
        Pool.asset,
        Roster.collar,
        Roster.name,
        _BAY_THEN,
        Custody.mode,
        Custody.override,
        Custody.words,
        _HANDED_IN.asset,
        _VOID.entry,
        _VOID.at,
    )
    .join(Pool, Pool.camera == Custody.camera)
    .join(Holding, Holding.entry == Custody.entry)
    .join(Roster, Roster.person == Holding.officer)
    .outerjoin(_SWAP, and_(Custody.act == "swapped-in", _SWAP.entry == Custody.entry - 1))
    .outerjoin(_HANDED_IN, _HANDED_IN.camera == _SWAP.camera)
    .outerjoin(_VOID, and_(Holding.void, _VOID.entry == Holding.corrected))
    .where(Custody.act.in_(("issued", "swapped-in")), Custody.by != Custody.officer)
)
"""The columns of `HandedOut`, in its order."""


def cameras() -> Any:
    """Every camera of the pool: the columns of `CameraNow`, in its order."""
    before = ("id", "holder", "holder_name", "assigned")
    of_pool = [getattr(Pool, name) for name in CameraNow.__struct_fields__ if name not in before]
    place = CameraNow.__struct_fields__.index("assigned") - 1
    return (
        select(Pool.camera, *of_pool[:place], _ASSIGNED.collar, _HOLDER.collar, _HOLDER.name, *of_pool[place:])
        .outerjoin(_HOLDER, _HOLDER.person == Pool.holder)
        .outerjoin(_ASSIGNED, _ASSIGNED.person == Pool.assigned)
    )


def camera_of(row: Any) -> CameraNow:
    """A camera from a row of `cameras`."""
    return CameraNow(*row)


def acts_page(session: Session, which: Sequence[ColumnElement[bool]], after: int, limit: int) -> list[ActOf]:
    """A page of the acts that these conditions find, by entry, after entry number `after`."""
    page = (
        select(
            Custody.entry,
            Custody.at,
            Custody.act,
            Pool.asset,
            Roster.collar,
            _BY.collar,
            Custody.mode,
            Custody.acting,
            Custody.override,
            Docking.bay,
            Custody.due_at,
            Custody.station,
            Custody.words,
            Custody.corrects,
            Custody.moment,
            Custody.voids,
        )
        .join(Pool, Pool.camera == Custody.camera)
        .outerjoin(Roster, Roster.person == Custody.officer)
        .outerjoin(_BY, _BY.person == Custody.by)
        .outerjoin(Docking, Docking.id == Custody.docking)
        .where(and_(*which), Custody.entry > after)
        .order_by(Custody.entry)
        .limit(limit)
    )
    return [ActOf(*tuple(row)) for row in session.execute(page)]
