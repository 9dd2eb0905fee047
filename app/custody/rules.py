"""The rules of custody, one a function: each is silent, or refuses in words with what to do next.

The database holds the two that matter most by itself (`db.custody`): a camera has one holder, an officer one camera.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from app.custody import shifts
from app.people.values import Person, Refused
from app.settings import Settings
from db.custody import Holding, Pool
from db.people import Roster

NOT_READY = {
    "charging": "its battery is below the level that is set",
    "kept": "recordings were left on it",
    "working": "it is still being worked on",
    "listing": "its list of recordings was not whole",
    "clock": "its clock could not be set",
    "fault-reported": "a fault of it was reported",
    "same-serial": "another camera has its serial number",
}
"""Why a docked camera is not ready, by code; any other code stands for itself."""

_AWAY = {
    "lost": ("lost", "was reported lost", "If it is back, dock it or say: found."),
    "repair": ("in-repair", "is in repair", "When it is back, say so with: repair --back."),
    "transit": ("in-transit", "is on its way to another station", "Have it accepted there first."),
    "retired": ("retired", "is retired", "Choose another camera."),
}


def person_may_hold(officer: Roster | Person, today: date, training_lasts_days: int) -> None:
    """An officer who is active and whose training is in date. Raises Refused."""
    if not officer.active:
        raise Refused("inactive", f"{officer.collar} is not active.", "Have an administrator look at their record.")
    if officer.trained_on is None:
        raise Refused(
            "not-trained", f"{officer.collar} has no training on record.", "Have the day of training entered, then try."
        )
    age = (today - officer.trained_on).days
    if age < 0 or (training_lasts_days and age > training_lasts_days):
        raise Refused(
            "not-trained",
            f"The training of {officer.collar} ({officer.trained_on.isoformat()}) is not in date.",
            "Have the day of the last training entered, then try again.",
        )


def is_at_hand(camera: Pool) -> None:
    """A camera that is not lost, in repair, on its way or retired. Raises Refused."""
    if camera.state in _AWAY:
        rule, words, what_to_do = _AWAY[camera.state]
        raise Refused(rule, f"{camera.asset} {words}.", what_to_do)


def is_not_held(camera: Pool, live: Holding | None, holder: str | None) -> None:
    """A camera that nobody holds, known or not. Raises Refused."""
    if live is not None:
        who = f"is still out with {holder}" if holder else "was taken, and it is not known by whom"
        raise Refused("already-held", f"{camera.asset} {who}.", "Dock it, or return it first.")


def holds_no_other(officer: Roster, other: str | None) -> None:
    """An officer who holds no camera yet; `other` is the one that they hold. Raises Refused."""
    if other is not None:
        raise Refused(
            "one-camera", f"{officer.collar} already holds {other}.", f"Have {other} back first, or swap the two."
        )


def is_theirs(camera: Pool, officer: Roster, mode: str, assigned: str | None) -> None:
    """A camera that is nobody else's for good, unless it is to go into the pool or to be theirs. Raises Refused."""
    if camera.assigned is not None and camera.assigned != officer.person and mode == camera.mode:
        raise Refused(
            "assigned",
            f"{camera.asset} is {assigned}'s own camera.",
            f"Reassign it to {officer.collar} first, or issue it as a pool camera.",
        )


def is_ready(camera: Pool) -> None:
    """A camera that is docked, offloaded, charged, right by its clock and without a fault. Raises Refused."""
    if camera.fault is not None:
        why = f"a fault was reported: {camera.fault}"
    elif camera.bay is None:
        why = "it is not docked" if camera.docking is not None else "it was never docked here"
    elif not camera.ready:
        why = "; ".join(NOT_READY.get(code, code) for code in camera.not_ready) or NOT_READY["working"]
    else:
        return
    raise Refused(
        "not-ready",
        f"{camera.asset} is not ready: {why}.",
        "Take another camera, or have a sergeant override this with a reason.",
    )


def back_by(officer: Roster, handed_out: datetime, settings: Settings) -> datetime:
    """When what an officer takes at a moment (aware) should be back: at their shift's end, or after the longest one."""
    due = shifts.due(handed_out, [shifts.parse(one) for one in settings.shifts], officer.cohort)
    return due or handed_out + timedelta(hours=settings.longest_shift_hours)
