"""The force that the pictures show: its people, its 795 cameras, and a week of who held which of them.

All are facts as the program enters them, told in the order of their moments; what differs from run to run are salts.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select

from app.home import Home
from app.ledger import log
from app.ledger.commitments import who_hash
from app.people.values import Actor, Proof, Role
from db.base import Fact
from db.custody import Asset, Custody, Readiness, Undocking
from db.people import Person
from db.schema import Camera, Docking, Station
from tests.screens import story

CAMERAS = 795
STATIONS = (
    *("Kendal", "Carlisle", "Barrow", "Workington", "Penrith", "Whitehaven", "Ulverston"),
    *("Keswick", "Windermere", "Appleby", "Wigton", "Maryport", "Millom", "Brampton"),
)
KENDAL = {
    "1234": "Hughes",
    "1187": "Birkett",
    "1078": "Moss",
    "1402": "Fell",
    "1333": "Tyson",
    "1290": "Dodd",
    "1090": "Airey",
    "1551": "Postlethwaite",
}
SERGEANT = "2214", "Whittaker"
STAND_IN = "1612", "Sharpe"
SURNAMES = ("Bell", "Carr", "Dixon", "Graham", "Hodgson", "Irving", "Little", "Nixon", "Reay", "Steele", "Wilson")
SALT = "5c" * 32
SEED = 795
NIGHTS = 6
SHIFT = timedelta(hours=8)


def known_as(number: int, kind: int) -> str:
    """An id of this kind of thing: 1 a person, 2 a camera of the pool, 3 one as the docks see it, 4 a docking."""
    return f"{kind:02x}{number:030x}"


def serial_of(number: int) -> str:
    """The serial number of a camera: those that the story docks are emulated, and tell their asset number."""
    return f"CAM-{number:04}" if number in docked_in_story() else f"7F31-{number:04}"


def docked_in_story() -> frozenset[int]:
    """The numbers of the cameras that stand in the bays of the story."""
    serials = (one.serial for one in story.night() if one.serial)
    return frozenset(int(serial[4:]) for serial in serials if serial.startswith("CAM-"))


def sergeant(home: Home) -> Actor:
    """The sergeant of the story, as having proved a PIN."""
    return Actor(home.people.known(SERGEANT[0]), Proof.PIN)


def make_force(home: Home) -> None:
    """Enter people, pool and custody into a home whose own cameras have been docked."""
    with home.database.read() as session:
        station = session.scalars(select(Station.id)).one()
        seen = {serial: camera for serial, camera in session.execute(select(Camera.serial, Camera.id))}  # noqa: C416
    teller = _Teller(station, seen)
    facts = sorted(teller.tell(), key=lambda fact: fact.at)
    with home.database.write() as session:
        log.enter_all(session, facts)
    _correct(home)
    home.records.checkpoint()


def _correct(home: Home) -> None:
    """Two nights ago CAM-0129 was entered for the wrong officer."""
    with home.database.write() as session:
        issues = select(Custody).where(Custody.act == "issued", Custody.camera == known_as(129, 2))
        before_last = session.scalars(issues.order_by(Custody.entry.desc())).all()[1]
        corrected = Custody(
            at=story.ago(hours=23),
            camera=before_last.camera,
            act="corrected",
            corrects=before_last.entry,
            officer=_person(STAND_IN[0]),
            by=_person(SERGEANT[0]),
            words="The wrong card was scanned.",
        )
        log.enter(session, corrected)


def _person(collar: str) -> str:
    return known_as(int(collar), 1)


class _Teller:
    """Tells the facts of the force; `seen` are the cameras that this home has docked, by serial number."""

    def __init__(self, station: str, seen: dict[str | None, str]) -> None:
        self._station, self._seen = station, seen
        self._chance = random.Random(SEED)
        self._dockings = 0

    def tell(self) -> Iterator[Fact]:
        """Everything, in no order."""
        began = story.ago(days=30)
        yield self._hire(SERGEANT[0], SERGEANT[1], "Kendal", began, role=Role.SERGEANT, rank="Sgt")
        for collar, name in (*KENDAL.items(), STAND_IN):
            yield self._hire(collar, name, "Kendal", began)
        for number in range(1, CAMERAS + 1):
            yield self._hire(str(3000 + number), SURNAMES[number % 11], STATIONS[1 + number % 13], began)
        for number in range(1, CAMERAS + 1):
            yield from self._enter(number, began)
        for night in range(NIGHTS, 0, -1):
            yield from self._shift(night)

    def _hire(
        self, collar: str, name: str, station: str, at: datetime, role: Role = Role.OFFICER, rank: str = "PC"
    ) -> Fact:
        id_ = _person(collar)
        return Person(
            at=at,
            id=id_,
            who=who_hash(id_, collar, name, SALT),
            who_salt=SALT,
            collar=collar,
            name=name,
            rank=rank,
            role=role,
            station=station,
            cohort="response",
            trained_on=date(2026, 3, 2),
            card=f"04A1{collar}",
            active=True,
        )

    def _enter(self, number: int, at: datetime) -> Iterator[Fact]:
        """A camera comes into the pool, and stands as it does at the end of the story."""
        here = number in docked_in_story() or number % 14 == 0
        station = "Kendal" if here else STATIONS[1 + number % 13]
        mode = self._chance.choices(("pool", "allocated", "personal"), (7, 2, 1))[0] if not here else "pool"
        yield Asset(
            at=at + timedelta(seconds=number),
            id=known_as(number, 2),
            asset=f"CAM-{number:04}",
            serial=serial_of(number),
            make="Dockwarden",
            model="Body camera 3",
            station=station,
            mode=mode,
            by=_person(SERGEANT[0]),
        )
        if serial_of(number) not in self._seen:
            yield from self._stand(number, mode)

    def _stand(self, number: int, mode: str) -> Iterator[Fact]:
        chance, hours = self._chance.random(), 1 + 9 * self._chance.random()
        if chance < 0.006:
            return  # never docked
        camera = self._camera(number)
        yield camera
        out = 0.59 <= chance < 0.93
        docking, docked = self._dock(number, camera.id, story.ago(hours=hours + 12 * out))
        yield docked
        if chance < 0.56:
            yield from self._readiness(docking, docked.at, ready=chance < 0.48, why=("charging",))
        elif chance < 0.59:
            yield from self._readiness(docking, docked.at, ready=False, why=("clock",))
        elif out:
            yield from self._take(number, docking, mode, late=chance > 0.9, unknown=chance > 0.926)
        else:
            yield Undocking(at=docked.at + timedelta(minutes=40), docking=docking)
            yield from self._put_away(number, chance)

    def _camera(self, number: int) -> Camera:
        return Camera(
            at=story.ago(days=29),
            id=known_as(number, 3),
            vendor_id=0x1209,
            product_id=1,
            make="Dockwarden",
            model="Body camera 3",
            serial=serial_of(number),
            model_file="virtual",
            virtual=True,
        )

    def _dock(self, number: int, camera: str, at: datetime) -> tuple[str, Docking]:
        self._dockings += 1
        id_ = known_as(self._dockings, 4)
        bay = f"{'ABCD'[number % 4]}{1 + number % 3}"
        offset = (0.4, 1.8, -0.9, 0.2, 3.1, 252.0)[self._chance.choices(range(6), (9, 6, 4, 5, 2, 0.3))[0]]
        return id_, Docking(
            at=at,
            id=id_,
            station=self._station,
            camera=camera,
            bay=bay,
            usb_path="1-1",
            firmware="2.5.0" if self._chance.random() < 0.8 else "2.4.1",
            battery_percent=20 + number % 80,
            clock_offset_s=offset,
        )

    def _readiness(self, docking: str, at: datetime, *, ready: bool, why: tuple[str, ...]) -> Iterator[Fact]:
        later = at + timedelta(minutes=31)
        battery = 100 if ready else 64
        yield Readiness(at=later, docking=docking, ready=ready, battery_percent=battery, reasons=() if ready else why)

    def _take(self, number: int, docking: str, mode: str, *, late: bool, unknown: bool) -> Iterator[Fact]:
        officer = None if unknown else str(3000 + number)
        out = story.ago(hours=0.5 + 6 * self._chance.random()) if not late else story.ago(hours=9.5)
        yield Custody(
            at=out,
            camera=known_as(number, 2),
            act="taken" if unknown else "issued",
            officer=None if officer is None else _person(officer),
            mode=mode,
            by=None if unknown else _person(SERGEANT[0]),
            due_at=None if unknown else (story.ago(hours=1.5) if late else story.NOW + timedelta(hours=2)),
            docking=docking if unknown else None,
        )
        yield Undocking(at=out + timedelta(seconds=20), docking=docking)

    def _put_away(self, number: int, chance: float) -> Iterator[Fact]:
        acts = ("repair-out",) * 14 + ("transferred",) * 4 + ("lost",) + ("retired",) * 2 + ("fault",) * 3
        act = acts[int((chance - 0.93) / 0.07 * len(acts))]
        fact = Custody(
            at=story.ago(hours=1 + number % 40),
            camera=known_as(number, 2),
            act=act,
            by=_person(SERGEANT[0]),
            station="Penrith" if act == "transferred" else None,
            words="Clip broken" if act in {"repair-out", "fault"} else None,
        )
        yield fact

    # -- a week at Kendal --------------------------------------------------------------------------------------------

    def _shift(self, night: int) -> Iterator[Fact]:
        """One night shift: each officer draws a camera and brings it back, most of them in time."""
        ends = datetime.combine(story.NOW.date() - timedelta(days=night - 1), time(6), UTC)
        numbers = sorted(number for number in docked_in_story() if serial_of(number) in self._seen)
        officers = list(KENDAL)
        self._chance.shuffle(officers)
        for number, collar in zip(numbers, officers, strict=False):
            yield from self._night_out(number, collar, ends, night)

    def _night_out(self, number: int, collar: str, ends: datetime, night: int) -> Iterator[Fact]:
        minutes = self._chance.randrange(10)
        out = ends - SHIFT - timedelta(minutes=5 + minutes, seconds=self._chance.randrange(60))
        late = night > 1 and self._chance.random() < 0.2
        back = story.ago(minutes=20) if night == 1 else ends + timedelta(minutes=150 if late else -minutes)
        camera, officer = known_as(number, 2), _person(collar)
        yield Custody(
            at=out, camera=camera, act="issued", officer=officer, mode="pool", by=_person(SERGEANT[0]), due_at=ends
        )
        yield Custody(at=out + timedelta(seconds=41), camera=camera, act="confirmed", officer=officer)
        yield Custody(at=back, camera=camera, act="returned", officer=officer)
        yield Custody(at=back + timedelta(seconds=25), camera=camera, act="receipt", officer=officer, by=officer)
