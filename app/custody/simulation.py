"""A made-up but lifelike year of a force: people, cameras, and every act of custody on them, the same from one seed.

It is a clock and a heap of what happens next. Each happening gives facts, which go through the ledger as any others
do, and puts what follows from it on the heap: a camera that is issued is lifted, comes back, is ready again; now and
then it is late, swapped, faulty, lost, sent elsewhere, taken by nobody known, or entered wrongly and corrected.
"""

from __future__ import annotations

import heapq
import random
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any

import msgspec

from app.custody.dockside import TAKEN
from app.ledger.commitments import who_hash
from db.base import Fact
from db.custody import Asset, Custody, Readiness, Undocking
from db.people import Person
from db.schema import Alarm, Camera, Docking

STATIONS = tuple(
    f"{place} {kind}"
    for kind in ("Road", "Street")
    for place in ("Abbey", "Bridge", "Castle", "Dock", "Elm", "Forge", "Grange", "Harbour", "Iron", "Jubilee")
)
COHORTS = ("response",) * 10 + ("neighbourhood",) * 4 + ("PCSO", "Taser", "armed", "domestic abuse", "custody", "roads")
FIRST_NAMES = ("Aisha", "Ben", "Chloe", "Dev", "Eilidh", "Farah", "George", "Hannah", "Imran", "Jo", "Kwame", "Lena")
LAST_NAMES = (
    "Adams",
    "Brown",
    "Clarke",
    "Davies",
    "Evans",
    "Farooq",
    "Green",
    "Hughes",
    "Jones",
    "Khan",
    "Lewis",
    "Moss",
)
SHIFTS = (time(6), time(14), time(22))
SHIFT = timedelta(hours=8)
TEAMS = 5
"""Teams of officers, of which three work on a day, one a shift."""

DRAWN = 0.62
"""The share of a shift's officers who draw a camera, where there is one: 600,000 acts a year for 795 cameras."""

ACTS_EACH = 3.4
"""Acts of custody each time that a camera goes out, on the average."""

ODDS = {
    "late": 0.03,
    "swap": 0.012,
    "fault": 0.004,
    "lost": 0.00015,
    "transfer": 0.0015,
    "unknown": 0.002,
    "wrong": 0.003,
    "receipt": 0.3,
}
"""How likely it is, each time that a camera goes out, that this happens to it."""

MODES = ("personal", "allocated") + ("pool",) * 8

Happening = Callable[[datetime], None]


class Size(msgspec.Struct, frozen=True):
    """How large a force, and for how long. `events` ends it after so many acts of custody, however long that takes."""

    cameras: int = 795
    officers: int = 1300
    stations: int = 20
    days: int = 365
    events: int | None = None
    seed: int = 1

    @property
    def whole_days(self) -> int:
        """About how many days it will be."""
        if self.events is None:
            return self.days
        return 1 + round(self.events / (self.officers * len(SHIFTS) / TEAMS * DRAWN * ACTS_EACH))


class Officer(msgspec.Struct):
    """Somebody of the force."""

    id: str
    collar: str
    station: int
    team: int
    busy: bool = False


class Kit(msgspec.Struct):
    """A camera of the force, and where it stands."""

    id: str
    seen_as: str
    asset: str
    mode: str
    station: int
    owner: Officer | None = None
    holder: Officer | None = None
    docking: str | None = None
    bay: int = 0
    ready: bool = False


class Simulation:
    """The force from `begins` on. `number` is the entry that the ledger's next fact will have."""

    def __init__(self, size: Size, begins: date, station_id: str, number: int) -> None:
        self.size = size
        self.acts = 0
        self._number = number
        self._station_id = station_id
        self._chance = random.Random(size.seed)  # noqa: S311  nothing is secret in it
        self._begins = datetime.combine(begins, time(0), UTC)
        self._facts: list[Fact] = []
        self._next: list[tuple[datetime, int, Happening]] = []
        self._pushed = 0
        self._officers: list[list[Officer]] = [[] for _ in range(size.stations)]
        self._sergeants: list[str] = []
        self._kits: list[list[Kit]] = [[] for _ in range(size.stations)]
        self._bays = [0] * size.stations

    def facts(self, batch: int) -> Iterator[list[Fact]]:
        """All facts in their order, in lists of about `batch`."""
        self._hire()
        self._buy()
        self._at(self._begins, self._day)
        while self._next and not self._is_over():
            at, _, happening = heapq.heappop(self._next)
            happening(at)
            if len(self._facts) >= batch:
                yield self._taken()
        yield self._taken()

    def _is_over(self) -> bool:
        if self.size.events is not None:
            return self.acts >= self.size.events
        return self._next[0][0] >= self._begins + timedelta(days=self.size.days)

    def _taken(self) -> list[Fact]:
        facts, self._facts = self._facts, []
        return facts

    # -- the force ---------------------------------------------------------------------------------------------------

    def _hire(self) -> None:
        """A sergeant and a share of the officers for each station."""
        for place in range(self.size.stations):
            sergeant = Officer(self._id(), f"S{place + 1:03}", place, -1)
            self._person(sergeant, "sergeant", "Sgt")
            self._sergeants.append(sergeant.id)
        for place in range(self.size.officers):
            officer = Officer(self._id(), f"{1001 + place}", place % self.size.stations, self._chance.randrange(TEAMS))
            self._person(officer, "officer", "PC")
            self._officers[officer.station].append(officer)

    def _person(self, officer: Officer, role: str, rank: str) -> None:
        chance = self._chance
        salt = f"{chance.getrandbits(256):064x}"
        name = f"{chance.choice(FIRST_NAMES)} {chance.choice(LAST_NAMES)}"
        fact = Person(
            id=officer.id,
            who=who_hash(officer.id, officer.collar, name, salt),
            who_salt=salt,
            collar=officer.collar,
            name=name,
            rank=rank,
            role=role,
            station=STATIONS[officer.station],
            cohort=chance.choice(COHORTS),
            trained_on=self._begins.date() - timedelta(days=chance.randrange(1, 300)),
            card=f"{chance.getrandbits(56):014X}",
            active=True,
            by=self._sergeants[0] if self._sergeants else officer.id,
        )
        self._add(self._begins, fact)

    def _buy(self) -> None:
        """The cameras, each docked and ready at its station, the personal and allocated ones with their owners."""
        owners = [iter(list(officers)) for officers in self._officers]
        for place in range(self.size.cameras):
            station, mode = place % self.size.stations, self._chance.choice(MODES)
            kit = Kit(self._id(), self._id(), f"BWV-{place + 1:05}", mode, station)
            self._kits[station].append(kit)
            kit.bay = self._new_bay(station)
            kit.owner = None if mode == "pool" else next(owners[station], None)
            kit.mode = "pool" if kit.owner is None else mode
            self._enter_kit(kit)

    def _enter_kit(self, kit: Kit) -> None:
        serial = f"SIM{kit.asset[-5:]}"
        make, model = "Dockwarden", "Body camera 3"
        found = {"make": make, "model": model, "serial": serial, "model_file": "virtual.toml"}
        self._add(self._begins, Camera(id=kit.seen_as, vendor_id=0x1209, product_id=1, virtual=True, **found))
        bought = {"make": make, "model": model, "serial": serial, "mode": kit.mode}
        station = STATIONS[kit.station]
        self._add(self._begins, Asset(id=kit.id, asset=kit.asset, station=station, by=self._sergeants[0], **bought))
        if kit.owner is not None:
            self._act(self._begins, "assigned", kit, officer=kit.owner.id, mode=kit.mode, by=self._by(kit))
        self._dock(self._begins, kit)
        self._ready(kit, str(kit.docking), self._begins)

    # -- what happens ------------------------------------------------------------------------------------------------

    def _day(self, at: datetime) -> None:
        for number, begins in enumerate(SHIFTS):
            team = ((at - self._begins).days + number) % TEAMS
            for station in range(self.size.stations):
                self._at(datetime.combine(at.date(), begins, UTC), partial(self._shift, station, team))
        self._at(at + timedelta(days=1), self._day)

    def _shift(self, station: int, team: int, at: datetime) -> None:
        """The officers of a team come, most of them for a camera."""
        for officer in self._officers[station]:
            if officer.team == team and self._chance.random() < DRAWN:
                self._at(at + self._minutes(-20, 20), partial(self._draw, officer))

    def _draw(self, officer: Officer, at: datetime) -> None:
        """An officer takes their own camera, or a sergeant issues one that is ready; without one they go without."""
        if officer.busy:
            return
        kit = self._best(officer)
        if kit is None:
            return
        if kit.mode == "personal":
            self._lift(kit, officer, at)
        elif self._happens("unknown"):
            self._lift(kit, None, at)
            return
        else:
            self._hold(at, kit, officer, "issued")
            self._at(at + self._minutes(0.2, 3), partial(self._confirm, kit))
        self._plan_the_shift(kit, officer, at)

    def _plan_the_shift(self, kit: Kit, officer: Officer, at: datetime) -> None:
        if self._happens("lost"):
            self._at(at + self._minutes(60, 400), partial(self._lose, kit))
            return
        if self._happens("swap"):
            self._at(at + self._minutes(60, 300), partial(self._swap, kit, officer))
            return
        late = self._minutes(60, 240) if self._happens("late") else timedelta(0)
        self._at(at + SHIFT + self._minutes(-25, 25) + late, partial(self._return, kit))

    def _best(self, officer: Officer) -> Kit | None:
        free = [kit for kit in self._kits[officer.station] if kit.ready and kit.holder is None]
        own = next((kit for kit in free if kit.owner is officer), None)
        return own or next((kit for kit in free if kit.owner is None), None)

    def _lift(self, kit: Kit, officer: Officer | None, at: datetime) -> None:
        """A camera is taken out without an issue: by its owner, or by nobody knows whom."""
        self._undock(at, kit)
        if officer is not None:
            self._hold(at, kit, officer, "taken")
            return
        taken = self._act(at, "taken", kit, mode=kit.mode, docking=kit.docking)
        self._add(at, Alarm(camera=kit.seen_as, docking=kit.docking, code=TAKEN, words=f"{kit.asset} was taken out."))
        kit.ready = False
        self._at(at + self._minutes(20, 90), partial(self._name, kit, taken))

    def _name(self, kit: Kit, taken: int, at: datetime) -> None:
        """A sergeant says who took it."""
        officer = next((one for one in self._officers[kit.station] if not one.busy), None)
        if officer is not None:
            said = {"corrects": taken, "words": "seen on the yard's camera", "by": self._by(kit)}
            self._act(at, "corrected", kit, officer=officer.id, due_at=at + SHIFT, **said)
            kit.holder, officer.busy = officer, True
        self._at(at + SHIFT, partial(self._return, kit))

    def _confirm(self, kit: Kit, at: datetime) -> None:
        holder = kit.holder
        self._undock(at, kit)
        self._act(at, "confirmed", kit, officer=None if holder is None else holder.id, docking=kit.docking)

    def _return(self, kit: Kit, at: datetime) -> None:
        """A camera is docked, wherever there is a bay; its holder may show their card."""
        holder = kit.holder
        self._dock(at, kit)
        given = self._act(at, "returned", kit, officer=None if holder is None else holder.id, docking=kit.docking)
        self._release(kit)
        if holder is not None and self._happens("receipt"):
            self._at(at + self._minutes(0.1, 1), partial(self._show_card, kit, holder))
        if self._happens("wrong"):
            self._at(at + self._minutes(2, 30), partial(self._put_right, kit, given, at - self._minutes(1, 9)))
        self._after(kit, at)

    def _show_card(self, kit: Kit, officer: Officer, at: datetime) -> None:
        self._act(at, "receipt", kit, officer=officer.id, by=officer.id)

    def _put_right(self, kit: Kit, given: int, moment: datetime, at: datetime) -> None:
        """It was back earlier than the dock saw it."""
        self._act(at, "corrected", kit, corrects=given, moment=moment, words="It stood there before.", by=self._by(kit))

    def _after(self, kit: Kit, at: datetime) -> None:
        """What becomes of a camera that is back: ready in a while, mostly."""
        if self._happens("fault"):
            self._act(at, "fault", kit, words="The clip is broken.", by=self._by(kit))
            self._at(at + self._minutes(30, 600), partial(self._repair, kit))
        elif kit.owner is None and self._happens("transfer"):
            self._at(at + self._minutes(30, 90), partial(self._transfer, kit))
        else:
            self._at(at + self._minutes(15, 80), partial(self._ready, kit, str(kit.docking)))

    def _swap(self, kit: Kit, officer: Officer, at: datetime) -> None:
        other = next((one for one in self._kits[officer.station] if one.ready and one.owner is None), None)
        if other is None or kit.holder is not officer:
            self._at(at + SHIFT / 2, partial(self._return, kit))
            return
        self._act(at, "swapped-out", kit, officer=officer.id, by=self._by(kit))
        self._release(kit)
        self._hold(at, other, officer, "swapped-in")
        self._confirm(other, at)
        self._dock(at, kit)
        self._after(kit, at)
        self._at(at + SHIFT / 2 + self._minutes(-25, 25), partial(self._return, other))

    def _repair(self, kit: Kit, at: datetime) -> None:
        self._act(at, "repair-out", kit, by=self._by(kit))
        self._undock(at, kit)
        self._at(at + timedelta(days=self._chance.randrange(3, 15)), partial(self._back_from, "repair-back", kit))

    def _transfer(self, kit: Kit, at: datetime) -> None:
        """A camera goes to another station, which accepts it the next day."""
        to = self._chance.randrange(self.size.stations)
        if to == kit.station:
            self._ready(kit, str(kit.docking), at)
            return
        self._act(at, "transferred", kit, station=STATIONS[to], by=self._by(kit))
        self._undock(at, kit)
        self._kits[kit.station].remove(kit)
        kit.station, kit.bay = to, self._new_bay(to)
        self._kits[to].append(kit)
        self._at(at + timedelta(days=1), partial(self._back_from, "accepted", kit))

    def _back_from(self, act: str, kit: Kit, at: datetime) -> None:
        station = STATIONS[kit.station] if act == "accepted" else None
        self._act(at, act, kit, station=station, by=self._by(kit))
        self._dock(at, kit)
        self._at(at + self._minutes(30, 90), partial(self._ready, kit, str(kit.docking)))

    def _lose(self, kit: Kit, at: datetime) -> None:
        """A camera is lost; two of three are found within weeks and docked."""
        holder = kit.holder
        self._act(at, "lost", kit, officer=None if holder is None else holder.id, by=self._by(kit), words="Not there.")
        self._release(kit)
        if self._chance.random() < 2 / 3:
            self._at(at + timedelta(days=self._chance.randrange(1, 30)), partial(self._find, kit))

    def _find(self, kit: Kit, at: datetime) -> None:
        self._dock(at, kit)
        self._act(at, "found", kit, docking=kit.docking)
        self._after(kit, at)

    # -- facts -------------------------------------------------------------------------------------------------------

    def _hold(self, at: datetime, kit: Kit, officer: Officer, act: str) -> None:
        by = None if act == "taken" else self._by(kit)
        docking = kit.docking if act == "taken" else None
        due = at.replace(minute=0, second=0, microsecond=0) + SHIFT
        self._act(at, act, kit, officer=officer.id, mode=kit.mode, by=by, due_at=due, docking=docking)
        kit.holder, officer.busy, kit.ready = officer, True, False

    @staticmethod
    def _release(kit: Kit) -> None:
        if kit.holder is not None:
            kit.holder.busy = False
        kit.holder = None

    def _dock(self, at: datetime, kit: Kit) -> None:
        chance = self._chance
        kit.docking = self._id()
        fact = Docking(
            id=kit.docking,
            station=self._station_id,
            camera=kit.seen_as,
            bay=f"{chr(ord('A') + kit.station)}{kit.bay}",
            usb_path=f"{kit.station + 1}-{kit.bay}",
            firmware="2.5.0",
            battery_percent=chance.randrange(5, 100),
            clock_offset_s=round(chance.gauss(0, 2), 3),
            holder=None if kit.holder is None else kit.holder.id,
        )
        self._add(at, fact)

    def _new_bay(self, station: int) -> int:
        self._bays[station] += 1
        return self._bays[station]

    def _ready(self, kit: Kit, docking: str, at: datetime) -> None:
        if kit.docking == docking and kit.holder is None:
            self._add(at, Readiness(docking=docking, ready=True, battery_percent=97, reasons=()))
            kit.ready = True

    def _undock(self, at: datetime, kit: Kit) -> None:
        self._add(at, Undocking(docking=kit.docking))
        kit.ready = False

    def _act(self, at: datetime, act: str, kit: Kit, **fields: Any) -> int:
        self.acts += 1
        return self._add(at, Custody(camera=kit.id, act=act, **fields))

    def _add(self, at: datetime, fact: Fact) -> int:
        """Take a fact in; gives the number of its entry."""
        fact.at = at
        self._facts.append(fact)
        self._number += 1
        return self._number - 1

    # -- chance and time ---------------------------------------------------------------------------------------------

    def _at(self, at: datetime, happening: Happening) -> None:
        self._pushed += 1
        heapq.heappush(self._next, (at, self._pushed, happening))

    def _happens(self, what: str) -> bool:
        return self._chance.random() < ODDS[what]

    def _minutes(self, least: float, most: float) -> timedelta:
        return timedelta(seconds=round(60 * self._chance.uniform(least, most)))

    def _id(self) -> str:
        return uuid.UUID(int=self._chance.getrandbits(128)).hex

    def _by(self, kit: Kit) -> str:
        return self._sergeants[kit.station]
