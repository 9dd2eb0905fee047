"""Changing the station's keys: the ledger's key for the next one, or all of them when they are lost.

Each is an entry that names two people. The order is such that a change broken off anywhere is either not begun or goes
on by itself: new keys are kept first, then the ledger names them, then they are taken into use (`StationKeys.adopt`).
"""

from __future__ import annotations

from app.home import Home
from app.keys import changing_keys
from app.people.roles import NOT_ALLOWED, check_second
from app.people.values import Person, Refused, Role

STATION = "station"
"""The label of the station's own recipient in the ledger."""


def rotate(home: Home, by: Person, second: Person | None) -> None:
    """Sign the ledger with a new key from here on; the old one signs for it. Raises Refused and KeysTrouble."""
    second = _two(by, second)
    with changing_keys(home.folder):
        old = home.keys.secrets().ledger
        new = home.keys.stage()
        home.records.key_changed(new, "rotated", old.sign(new), by=by.id, second=second.id)
        home.keys.adopt(new)
    home.records.checkpoint()


def replace(home: Home, by: Person, second: Person | None) -> None:
    """Make new keys in the place of lost ones. What was sealed before is opened by a recovery key alone.

    Nobody can prove a PIN without the lost pepper: that these two people did it is their word, and the entry says that
    the key was lost. Raises Refused and KeysTrouble.
    """
    second = _two(by, second)
    if by.role is not Role.ADMINISTRATOR:
        raise Refused(NOT_ALLOWED, f"{by.collar} is no administrator.", "Ask an administrator.")
    with changing_keys(home.folder):
        new = home.keys.make_anew()
        home.records.key_changed(new, "lost", None, by=by.id, second=second.id)
        home.keys.adopt(new)
    home.records.key_added(home.keys.recipient, STATION)
    home.records.checkpoint()


def _two(by: Person, second: Person | None) -> Person:
    if second is None:
        raise Refused(NOT_ALLOWED, "The ledger's key is changed by two people.", "Say who else with --second COLLAR.")
    check_second(by, second)
    return second
