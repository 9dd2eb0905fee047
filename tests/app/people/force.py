"""A station with people for tests: quick PINs, a clock that the test moves, and rows of an import."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.importing import BadRow, Row
from app.people.roll import FIELDS, People
from app.people.signin import SignIn
from app.people.throttle import Throttle
from app.people.values import Actor
from app.records import Records
from db.engine import Database
from tests.app.station import SIGNER

PEPPER = bytes(32)
PIN, OTHER_PIN = "271828", "314159"


class Clock:
    """Seconds since the machine started, as the test has them."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Force:
    """The people of one home, and how they sign in."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = Database.open(folder / "dockwarden.db")
        self.records = Records(self.database, SIGNER)
        self.clock = Clock()
        self.people = People(self.database)
        self.signin = SignIn(self.database, self.people, lambda: PEPPER, Throttle(folder, self.clock))

    def admin(self) -> Actor:
        """The first administrator, made if there is none, with their PIN."""
        if not self.people.anyone():
            self.signin.set_up("9000", "Kendal", PIN)
        return self.signin.by_pin("9000", PIN)

    def enrolled(self, collar: str, role: str, pin: str = PIN) -> Actor:
        """Somebody new of this role, with a PIN."""
        admin = self.admin()
        self.people.take([row(collar, role=role)], admin)
        person = self.people.known(collar)
        self.signin.enrol(collar, self.signin.new_code(person, admin), pin)
        return self.signin.by_pin(collar, pin)


@contextmanager
def force(folder: Path) -> Iterator[Force]:
    made = Force(folder)
    try:
        yield made
    finally:
        made.database.close()


def row(collar: str, line: int = 2, **fields: str) -> Row | BadRow:
    rest = {"name": f"Name of {collar}", "role": "officer", "station": "Kendal", "cohort": "Response", "active": "yes"}
    return Row(f"line {line}", line, dict.fromkeys(FIELDS, "") | {"collar": collar} | rest | fields)
