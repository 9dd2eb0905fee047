"""People as values: a person, the one who acts and how well that is proved, and what is said to whoever is refused."""

from __future__ import annotations

from datetime import date
from enum import IntEnum, StrEnum

import msgspec

from app.errors import Trouble


class Role(StrEnum):
    """What somebody is at the station; what that lets them do stands in `app.people.roles`."""

    OFFICER = "officer"
    SERGEANT = "sergeant"
    SUPERVISOR = "supervisor"
    TECHNICIAN = "technician"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class Proof(IntEnum):
    """How well it is proved who acts, each as good as those before it.

    STRONG is a FIDO2 key, or a PIN together with a second person's.
    """

    NONE = 0
    CARD = 1
    PIN = 2
    STRONG = 3


class Person(msgspec.Struct, frozen=True):
    """A person as they are now. `id` is for the ledger, `collar` for people; `trained_on` is None while untrained.

    `card` is what a reader types for their card. `entry` is the ledger entry that says all this.
    """

    id: str
    collar: str
    name: str
    rank: str
    role: Role
    station: str
    cohort: str
    trained_on: date | None
    card: str | None
    active: bool
    has_pin: bool
    entry: int


class Actor(msgspec.Struct, frozen=True):
    """Who acts, how well they proved it, and the second person where two were asked for.

    `acting` says that an administrator stands in for a sergeant, which they may until a sergeant has a PIN.
    """

    person: Person
    proof: Proof
    second: Person | None = None
    acting: bool = False

    @property
    def ids(self) -> tuple[str, str | None]:
        """The ids of who acts and of the second person, as facts have them."""
        return self.person.id, None if self.second is None else self.second.id


class Refused(Trouble):
    """A rule forbids it; nothing was done. `rule` is its short fixed name, such as not-allowed or one-camera."""

    def __init__(self, rule: str, what_happened: str, what_to_do: str) -> None:
        super().__init__(what_happened, what_to_do)
        self.code = self.rule = rule
