"""What the docks see of custody, without anybody's login: a camera comes back, is lifted out, is ready or is not.

Each function writes in its caller's transaction, beside the fact of the docking itself. A camera that is not in the
pool has no custody: it is offloaded all the same.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.custody import rules
from app.ledger import log
from app.settings import Settings
from db.custody import Custody, Holding, Pool, Undocking
from db.people import Roster
from db.schema import Alarm, Docking

TAKEN = "taken-unknown"
"""The code of the alarm for a camera that somebody took, and nobody knows who."""

SENT_AWAY = frozenset({"repair", "transit", "retired"})
"""The states in which it is known why a camera leaves its bay, though nobody is to hold it."""


def holder_of(session: Session, serial: str | None) -> str | None:
    """The id of who holds the camera with this serial now."""
    if serial is None:
        return None
    return session.scalar(select(Pool.holder).where(Pool.serial == serial))


def brought_by(session: Session, camera: str) -> str | None:
    """The id of who brought a camera back to the bay that it is still in, as its last docking says."""
    return session.scalar(
        select(Docking.holder).where(Docking.camera == camera).order_by(Docking.entry.desc()).limit(1)
    )


def came_back(session: Session, docking: Docking, serial: str | None) -> None:
    """A camera was docked: who held it does not hold it any more; one that was lost is found."""
    camera = _in_pool(session, serial)
    if camera is None:
        return
    live = _live(session, camera)
    if live is not None:
        _enter(session, docking.at, camera, "returned", officer=live.officer, docking=docking.id)
    elif camera.state == "lost":
        _enter(session, docking.at, camera, "found", docking=docking.id)


def replaced(session: Session, bay: str, serial: str | None, at: datetime, settings: Settings) -> None:
    """Another camera stands in this bay: what stood there before was lifted out, and nobody saw it."""
    for other in session.scalars(select(Pool).where(Pool.bay == bay)).all():
        if other.docking is not None and (serial is None or other.serial.lower() != serial.lower()):
            lifted(session, other.docking, at, settings)


def lifted(session: Session, docking_id: str, at: datetime, settings: Settings) -> None:
    """The camera of a docking left its bay: a holding begins, or is confirmed. Known once, however often it is told.

    Its own officer takes a personal camera, and an issued one its holder. Any other is taken by somebody unknown,
    which raises the alarm, and so is one whose own officer holds another. One that was sent to another station or to
    repair, or is retired, goes where it was sent.
    """
    if session.scalar(select(Undocking.entry).where(Undocking.docking == docking_id)) is not None:
        return
    camera = session.scalar(select(Pool).where(Pool.docking == docking_id, Pool.bay.is_not(None)))
    log.enter(session, Undocking(at=at, docking=docking_id))
    if camera is None:
        return
    live = _live(session, camera)
    if live is not None:
        if live.confirmed_at is None:
            _enter(session, at, camera, "confirmed", officer=live.officer, docking=docking_id)
        return
    if camera.state in SENT_AWAY:
        return
    officer = _its_own(session, camera)
    due_at = None if officer is None else rules.back_by(officer, at, settings)
    _enter(
        session,
        at,
        camera,
        "taken",
        officer=None if officer is None else officer.person,
        mode=camera.mode,
        docking=docking_id,
        due_at=due_at,
    )
    if officer is None:
        docked = session.scalar(select(Docking.camera).where(Docking.id == docking_id))
        words = f"{camera.asset} was taken out of {camera.bay}, and it is not known by whom."
        log.enter(session, Alarm(at=at, camera=docked, docking=docking_id, code=TAKEN, words=words))


def _its_own(session: Session, camera: Pool) -> Roster | None:
    """Who takes a personal camera by lifting it out: its own officer, if active and without another one."""
    if camera.mode != "personal" or camera.assigned is None or camera.state != "store":
        return None
    officer = session.get_one(Roster, camera.assigned)
    other = select(Holding.entry).where(Holding.officer == officer.person, Holding.until_at.is_(None))
    return officer if officer.active and session.scalar(other) is None else None


def _in_pool(session: Session, serial: str | None) -> Pool | None:
    return None if serial is None else session.scalar(select(Pool).where(Pool.serial == serial))


def _live(session: Session, camera: Pool) -> Holding | None:
    return session.scalar(select(Holding).where(Holding.camera == camera.camera, Holding.until_at.is_(None)))


def _enter(session: Session, at: datetime, camera: Pool, act: str, **fields: object) -> None:
    log.enter(session, Custody(at=at, camera=camera.camera, act=act, **fields))
    session.expire(camera)  # the database's triggers changed it
