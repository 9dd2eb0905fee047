"""In whose name something is recorded that is done at a window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.people import os_user
from app.people.roles import NOT_ALLOWED, Act, authorise
from app.people.values import Actor, Refused

if TYPE_CHECKING:
    from app.home import Home


def name_for(home: Home, actor: Actor | None, act: Act) -> str:
    """The collar number of who does this, if they may; in a home without accounts the system's user.

    Raises Refused.
    """
    if not home.people.anyone():
        return os_user()
    if actor is None:
        raise Refused(NOT_ALLOWED, "Nobody is signed in.", "Sign in first.")
    authorise(actor, act)
    return actor.person.collar
