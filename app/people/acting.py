"""In whose name something is recorded: whoever may do it or, in a home without accounts, the system's user."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from app.people import os_user
from app.people.roles import NOT_ALLOWED, Act, authorise
from app.people.values import Actor, Refused

if TYPE_CHECKING:
    from app.home import Home


class Doer(msgspec.Struct, frozen=True):
    """Who did something, as facts have it: a collar number and an id, or the name of the system's user alone.

    `acting` is true where an administrator did it in a sergeant's place, else None: no such column was there once.
    """

    name: str
    id: str | None = None
    acting: bool | None = None


def doer_for(home: Home, actor: Actor | None, act: Act) -> Doer:
    """Who does this, if they may; in a home without accounts the system's user. Raises Refused."""
    if not home.people.anyone():
        return Doer(os_user())
    if actor is None:
        raise Refused(NOT_ALLOWED, "Nobody is signed in.", "Sign in first.")
    authorise(actor, act)
    home.people.check_still(actor)
    return Doer(actor.person.collar, actor.person.id, actor.acting or None)


def name_for(home: Home, actor: Actor | None, act: Act) -> str:
    """The name of who does this, as `doer_for` has it. Raises Refused."""
    return doer_for(home, actor, act).name


def name_here(actor: Actor | None) -> str:
    """In whose name something is done that anybody may do: who is signed in, else the system's user."""
    return os_user() if actor is None else actor.person.collar
