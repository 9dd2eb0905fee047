"""Changing the station's keys: the ledger's key for the next one, or all of them when they are lost.

Each is an entry that names two people. The order is such that a change broken off anywhere is either not begun or goes
on by itself: new keys are kept first, then the ledger names them, then they are taken into use (`StationKeys.adopt`).

Whoever has the user account of this system can lose the keys on purpose and replace them. Nothing on this machine
keeps them from it; so it stays in everybody's eyes until somebody else has confirmed that they saw it.
"""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
from sqlalchemy import String, cast, exists, select

from app.home import Home
from app.keys import changing_keys
from app.people.acting import Doer
from app.people.pins import check_new
from app.people.roles import NOT_ALLOWED, Act, authorise, check_second
from app.people.values import Actor, Person, Proof, Refused
from app.snapshot import Reason
from db.schema import KeyChange, Reading

STATION = "station"
"""The label of the station's own recipient in the ledger."""

SEEN = "keys-replaced"
"""What somebody read who saw that lost keys were replaced; the subject is the number of that entry."""


def rotate(home: Home, by: Person, second: Person | None) -> None:
    """Sign the ledger with a new key from here on; the old one signs for it. Raises Refused and KeysTrouble."""
    second = _two(by, second)
    with changing_keys(home.folder):
        old = home.keys.secrets().ledger
        new = home.keys.stage()
        home.records.key_changed(new, "rotated", old.sign(new), by=by.id, second=second.id)
        home.keys.adopt(new)
    home.records.checkpoint()


def may_replace(home: Home, actor: Actor) -> None:
    """Return if this administrator, with a second person, may replace lost keys. Raises Refused.

    Without the lost pepper no PIN proves anything: that these two do it is their word. A FIDO2 key needs no pepper, so
    whoever has one uses it.
    """
    _two(actor.person, actor.second)
    authorise(msgspec.structs.replace(actor, proof=Proof.STRONG), Act.CHANGE_KEYS)
    if actor.proof is not Proof.STRONG and home.signin.has_key(actor.person):
        what = f"{actor.person.collar} has a FIDO2 key, which still proves who they are."
        raise Refused(NOT_ALLOWED, what, "Use it, with --key; or have another administrator replace the keys.")


def replace(home: Home, actor: Actor, pin: str) -> int:
    """Make new keys in the place of lost ones, and give who does it a new PIN; every other PIN and code is void.

    What was sealed before is opened by a recovery key alone. Gives how many others had a PIN. Raises Refused and
    KeysTrouble.
    """
    may_replace(home, actor)
    check_new(pin)
    with changing_keys(home.folder):
        made = home.keys.make_anew()
        new = made.ledger.public_key().public_bytes_raw()
        by, second = actor.ids
        change = KeyChange(at=datetime.now(UTC), ledger_key=new.hex(), how="lost", by=by, second=second)
        others = home.signin.begin_anew(change, actor, pin, made.pepper)
        home.keys.adopt(new)
    home.records.key_added(home.keys.recipient, STATION, Doer(actor.person.collar, actor.person.id))
    home.records.checkpoint()
    return others


def _two(by: Person, second: Person | None) -> Person:
    if second is None:
        raise Refused(NOT_ALLOWED, "The ledger's key is changed by two people.", "Say who else with --second COLLAR.")
    check_second(by, second)
    return second


# -- that it is seen -------------------------------------------------------------------------------------------------


def warning(home: Home) -> Reason | None:
    """What is told at every start while nobody else has seen that lost keys were replaced."""
    change = _unseen(home)
    if change is None:
        return None
    people = (home.people.person(id_) for id_ in (change.by, change.second))
    who = " and ".join("somebody who is not known here" if one is None else one.collar for one in people)
    return Reason(
        "keys-replaced",
        f"The station's keys were lost, and new ones put in their place by word of {who} (entry {change.entry}).",
        "If nobody told you why, tell IT and the ledger's witnesses. Another supervisor, auditor or administrator who "
        "has seen this says so with: dockwarden --as COLLAR keys seen.",
    )


def see(home: Home, actor: Actor) -> int:
    """Enter that somebody else than who did it saw that lost keys were replaced; gives that entry. Raises Refused."""
    authorise(actor, Act.SEE_KEYS)
    change = _unseen(home)
    if change is None:
        raise Refused("nothing-to-see", "No lost keys were replaced that nobody has seen.", "There is nothing to do.")
    if actor.person.id == change.by:
        raise Refused(NOT_ALLOWED, f"{actor.person.collar} replaced the keys.", "Have somebody else confirm it.")
    fact = Reading(at=datetime.now(UTC), by=actor.person.id, what=SEEN, subject=str(change.entry))
    home.records.enter(fact)
    return change.entry


def _unseen(home: Home) -> KeyChange | None:
    """The first replacement that nobody else has seen."""
    seen = exists().where(Reading.what == SEEN, Reading.subject == cast(KeyChange.entry, String))
    query = select(KeyChange).where(KeyChange.how == "lost", ~seen).order_by(KeyChange.entry).limit(1)
    with home.database.read() as session:
        found = session.scalar(query)
        session.expunge_all()
        return found
