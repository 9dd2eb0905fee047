"""What follows from the facts of people and custody, worked out once more without the triggers that keep the indexes.

`Consequences` takes in fact after fact, in the order of their entries, and holds what `roster`, `pool` and `holding`
must then be. It says in Python what the triggers of `db.people` and `db.custody` say in SQL, each in its own way, so
that a mistake in either shows. Rows are given as they are stored: times are texts, which sort as the times do.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Callable
from itertools import islice
from typing import Any

import msgspec

from app.ledger.commitments import who_hash
from app.ledger.log import Stored
from app.searching import lowered
from db.base import Fact, unescape
from db.custody import CLOSING, OPENING, Asset, Custody, Readiness, Undocking
from db.people import Person, Roster
from db.schema import Camera as Device
from db.schema import CameraFault, Docking

AWAY = {"lost": "lost", "repair-out": "repair", "transferred": "transit", "retired": "retired"}
"""Acts after which a camera is neither in store nor held, and its state then."""

ASIDE = frozenset({"confirmed", "assigned", "fault", "fault-cleared", "receipt"})
"""Acts after which a camera is where it was."""

_ROSTER = ("collar", "name", "rank", "role", "station", "cohort", "trained_on", "card", "active")


class RuleBroken(Exception):
    """A fact breaks a rule that holds for all facts. The text says which rule."""


class Owned:
    """Values that only one may have at a time."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._owners: dict[str | None, Any] = {}

    def owner(self, value: str | None) -> Any:
        """Whose it is, or None."""
        return self._owners.get(value)

    def move(self, owner: Any, before: str | None, after: str | None) -> None:
        """Let the owner have another value, or none. Raises RuleBroken where another has it."""
        if before is not None:
            del self._owners[before]
        if after is not None and self._owners.setdefault(after, owner) is not owner:
            raise RuleBroken(f"two have one {self._what}")


class Holding(msgspec.Struct):
    """A row of `holding`, by its columns."""

    entry: int
    camera: str
    officer: str | None
    mode: str | None
    from_at: str
    until_at: str | None = None
    until_entry: int | None = None
    confirmed_at: str | None = None
    due_at: str | None = None
    corrected: int | None = None
    void: int = 0


class Camera(msgspec.Struct):
    """A row of `pool`, by its columns."""

    camera: str
    entry: int
    asset: str
    serial: str
    make: str
    model: str
    station: str
    mode: str
    words: str
    since: str
    assigned: str | None = None
    state: str = "store"
    holder: str | None = None
    due_at: str | None = None
    docking: str | None = None
    bay: str | None = None
    docked_at: str | None = None
    firmware: str | None = None
    clock_offset_s: float | None = None
    battery_percent: int | None = None
    ready: int = 0
    ready_since: str | None = None
    not_ready: str = ""
    fault: str | None = None
    destination: str | None = None
    uses: int = 0
    holder_words: str = ""


class Docked(msgspec.Struct):
    """The last docking of a camera, whether it was ended by lifting the camera out, and what was last said of it."""

    row: Stored
    undocked: bool = False
    readiness: Stored | None = None


class Holdings:
    """All holdings: those that go on in memory by their camera, those that are over in a table, as there are many."""

    def __init__(self, made: sqlite3.Connection) -> None:
        self.going_on: dict[str, Holding] = {}
        self._officers = Owned("officer")
        self._over: list[Holding] = []
        self._made = made
        columns = ", ".join(Holding.__struct_fields__[1:])
        made.execute(f"CREATE TABLE holding (entry INTEGER PRIMARY KEY, {columns})")
        made.execute("CREATE INDEX ix_holding_until ON holding (until_entry)")

    def add(self, holding: Holding) -> None:
        """Take in a new one, or one that was taken out. Raises RuleBroken."""
        if holding.until_at is not None:
            self._over.append(holding)
            return
        if self.going_on.setdefault(holding.camera, holding) is not holding:
            raise RuleBroken("a camera is held twice")
        self._officers.move(holding, None, holding.officer)

    def change(self, holding: Holding, **values: Any) -> None:
        """Change one of those here. Raises RuleBroken."""
        if holding.until_at is None:
            del self.going_on[holding.camera]
            self._officers.move(holding, holding.officer, None)
        else:
            self._made.execute("DELETE FROM holding WHERE entry = ?", (holding.entry,))
        for name, value in values.items():
            setattr(holding, name, value)
        self.add(holding)

    def begun_by(self, entry: int) -> Holding | None:
        """The holding that an act began."""
        found = [one for one in self.going_on.values() if one.entry == entry] or self._written("entry", entry)
        return found[0] if found else None

    def ended_by(self, entry: int) -> list[Holding]:
        """The holdings that an act ended, those apart that never were."""
        return [one for one in self._written("until_entry", entry) if not one.void]

    def write(self, *, all_: bool = False) -> None:
        """Write those that are over into the table, or all."""
        rows = [*self._over, *(self.going_on.values() if all_ else ())]
        marks = ", ".join("?" * len(Holding.__struct_fields__))
        statement = f"INSERT OR REPLACE INTO holding VALUES ({marks})"  # noqa: S608
        self._made.executemany(statement, map(msgspec.structs.astuple, rows))
        self._over = []

    def after(self, entry: int, most: int) -> list[dict[str, Any]]:
        """The holdings after this entry, in order."""
        self.write(all_=True)
        page = "SELECT entry AS place, * FROM holding WHERE entry > ? ORDER BY entry LIMIT ?"
        names = ("place", *Holding.__struct_fields__)
        return [dict(zip(names, row, strict=True)) for row in self._made.execute(page, (entry, most))]

    def _written(self, column: str, entry: int) -> list[Holding]:
        self.write()
        rows = self._made.execute(f"SELECT * FROM holding WHERE {column} = ? AND until_at IS NOT NULL", (entry,))  # noqa: S608
        return [Holding(*row) for row in rows]


class Consequences:
    """The indexes as the facts so far give them; `people` and `cameras` stand in the order of their first facts."""

    def __init__(self, made: sqlite3.Connection) -> None:
        self.people: dict[str, dict[str, Any]] = {}
        self.cameras: dict[str, Camera] = {}
        self.holdings = Holdings(made)
        self._collars, self._cards = Owned("collar number"), Owned("card")
        self._assets, self._serials = Owned("asset number"), Owned("serial number")
        self._assigned = Owned("person whose they are for good")
        self._called: dict[str | None, str] = {}
        self._carried: defaultdict[str | None, dict[str, Camera]] = defaultdict(dict)
        self._devices: dict[str, str | None] = {}
        self._named_alike: defaultdict[str | None, list[str]] = defaultdict(list)
        self._docked: dict[str, Docked] = {}
        self._dockings: dict[str, Docked] = {}
        self.take: dict[type[Fact], Callable[[Stored], None]] = {
            Person: self._person,
            Device: self._device,
            CameraFault: self._fault,
            Docking: self._docking,
            Undocking: self._undocking,
            Readiness: self._readiness,
            Asset: self._asset,
            Custody: self._custody,
        }
        """What takes in a fact, by its kind. All raise RuleBroken, and what Python does where a text is none."""

    def rows(self, index: str, after: int, most: int) -> list[dict[str, Any]]:
        """Rows of an index as they must be, from after a `place` on, which is the rowid."""
        if index == "holding":
            return self.holdings.after(after, most)
        rows = map(msgspec.structs.asdict, self.cameras.values()) if index == "pool" else self.people.values()
        start = max(after, 0)
        return [{"place": place} | row for place, row in enumerate(islice(rows, start, start + most), start + 1)]

    # -- people ----------------------------------------------------------------------------------------------------

    def _person(self, fact: Stored) -> None:
        collar, name = unescape(fact["collar"]), unescape(fact["name"])
        if who_hash(fact["id"], collar, name, fact["who_salt"]) != fact["who"]:
            raise RuleBroken("it shows a hash that is not of the person it speaks of")
        found = self.people.setdefault(fact["id"], dict.fromkeys(Roster.__table__.columns.keys()))
        for owned, column in ((self._collars, "collar"), (self._cards, "card")):
            owned.move(found, _folded(found[column]), _folded(fact[column]))
        found |= {"person": fact["id"], "entry": fact["entry"]} | {name: fact[name] for name in _ROSTER}
        found["words"] = lowered(" ".join(fact[name] for name in ("collar", "name", "rank", "station", "cohort")))
        self._called[fact["id"]] = lowered(f"{fact['collar']} {fact['name']}")
        for camera in self._carried[fact["id"]].values():
            camera.holder_words = self._called[fact["id"]]

    # -- docks -----------------------------------------------------------------------------------------------------

    def _device(self, fact: Stored) -> None:
        self._devices[fact["id"]] = _folded(fact["serial"])
        self._named_alike[fact["serial"]].append(fact["id"])

    def _of_device(self, device: str) -> Camera | None:
        found: Camera | None = self._serials.owner(self._devices.get(device))
        return found

    def _fault(self, fact: Stored) -> None:
        camera = self._of_device(fact["camera"])
        if camera is not None:
            camera.fault = fact["words"] if fact["faulty"] else None

    def _docking(self, fact: Stored) -> None:
        before = self._docked.get(fact["camera"])
        if before is not None:
            del self._dockings[before.row["id"]]
        self._docked[fact["camera"]] = self._dockings[fact["id"]] = Docked(fact)
        camera = self._of_device(fact["camera"])
        if camera is not None:
            _dock(camera, fact, fact["bay"])
            camera.ready, camera.ready_since, camera.not_ready = 0, None, ""

    def _undocking(self, fact: Stored) -> None:
        docked = self._dockings.get(fact["docking"])
        if docked is None:
            return
        docked.undocked = True
        camera = self._of_device(docked.row["camera"])
        if camera is not None and camera.docking == fact["docking"]:
            camera.bay, camera.ready, camera.ready_since = None, 0, None

    def _readiness(self, fact: Stored) -> None:
        docked = self._dockings.get(fact["docking"])
        if docked is None:
            return
        docked.readiness = fact
        camera = self._of_device(docked.row["camera"])
        if camera is not None and camera.docking == fact["docking"] and camera.bay is not None:
            camera.ready_since = _first(camera.ready_since, fact["at"]) if fact["ready"] else None
            camera.ready, camera.not_ready = fact["ready"], fact["reasons"]
            camera.battery_percent = _first(fact["battery_percent"], camera.battery_percent)

    # -- the pool --------------------------------------------------------------------------------------------------

    def _asset(self, fact: Stored) -> None:
        named = {name: fact[name] for name in ("entry", "asset", "serial", "make", "model", "station", "mode")}
        named["words"] = lowered(" ".join(fact[name] for name in ("asset", "serial", "make", "model", "station")))
        camera = self.cameras.get(fact["id"])
        if camera is None:
            camera = self.cameras[fact["id"]] = Camera(camera=fact["id"], since=fact["at"], **named)
            self._named(camera, None, None)
        else:
            before = _folded(camera.asset), _folded(camera.serial)
            if before[1] != _folded(fact["serial"]):
                camera.docking = camera.bay = camera.ready_since = None
                camera.ready, camera.not_ready = 0, ""
            for name, value in named.items():
                setattr(camera, name, value)
            self._named(camera, *before)
            if fact["mode"] == "pool":
                self._assign(camera, None)
        if camera.docking is None:
            self._look_for(camera)

    def _named(self, camera: Camera, asset: str | None, serial: str | None) -> None:
        self._assets.move(camera, asset, _folded(camera.asset))
        self._serials.move(camera, serial, _folded(camera.serial))

    def _assign(self, camera: Camera, person: str | None) -> None:
        self._assigned.move(camera, camera.assigned, person)
        camera.assigned = person

    def _look_for(self, camera: Camera) -> None:
        """Give a camera that is new in the pool, or has another serial number, the docking that it has had."""
        alike = {camera.serial, lowered(camera.serial), _raised(camera.serial)}
        found = [self._docked[device] for one in alike for device in self._named_alike[one] if device in self._docked]
        last = max(found, key=lambda docked: docked.row["entry"], default=None)
        if last is None:
            _dock(camera, {}, None)
            return
        _dock(camera, last.row, None if last.undocked else last.row["bay"])
        said = last.readiness
        if camera.bay is not None and camera.ready_since is None and said is not None:
            camera.ready, camera.not_ready = said["ready"], said["reasons"]
            camera.ready_since = said["at"] if said["ready"] else None

    # -- custody ---------------------------------------------------------------------------------------------------

    def _custody(self, fact: Stored) -> None:
        act, now = fact["act"], self.holdings.going_on.get(fact["camera"])
        if act in CLOSING and now is not None:
            self.holdings.change(now, until_at=max(fact["at"], now.from_at), until_entry=fact["entry"])
        if act in OPENING:
            begun = (fact["entry"], fact["camera"], fact["officer"], fact["mode"], fact["at"])
            self.holdings.add(Holding(*begun, due_at=fact["due_at"]))
        elif act == "confirmed" and now is not None:
            now.confirmed_at = fact["at"]
        elif act == "corrected":
            self._correct(fact)
        camera = self.cameras.get(fact["camera"])
        if camera is not None:
            self._held(camera)
            self._moved(camera, fact)
            self._told(camera, fact)

    def _correct(self, fact: Stored) -> None:
        """The right officer, the right moment of an act, or that it never was: in this order."""
        change, entry, moment = self.holdings.change, fact["entry"], fact["moment"]
        begun = self.holdings.begun_by(fact["corrects"])
        if begun is not None and fact["officer"] is not None:
            change(begun, officer=fact["officer"], due_at=_first(fact["due_at"], begun.due_at), corrected=entry)
        if moment is not None:
            if begun is not None:
                change(begun, from_at=moment, corrected=entry)
            for ended in self.holdings.ended_by(fact["corrects"]):
                change(ended, until_at=moment, corrected=entry)
        if fact["voids"]:
            if begun is not None:
                until = _first(begun.until_at, max(fact["at"], begun.from_at))
                change(begun, until_at=until, void=1, corrected=entry)
            for ended in self.holdings.ended_by(fact["corrects"]):
                self._hold_on(ended, begun, entry)

    def _hold_on(self, ended: Holding, never: Holding | None, entry: int) -> None:
        """Who held a camera before what never was had it on, until that ended."""
        until_at, until_entry = (None, None) if never is None else (never.until_at, never.until_entry)
        until = None if until_entry is None or until_at is None else max(until_at, ended.from_at)
        self.holdings.change(ended, until_at=until, until_entry=until_entry, corrected=entry)

    def _held(self, camera: Camera) -> None:
        now = self.holdings.going_on.get(camera.camera)
        self._carried[camera.holder].pop(camera.camera, None)
        camera.holder, camera.due_at = (None, None) if now is None else (now.officer, now.due_at)
        camera.holder_words = self._called.get(camera.holder, "")
        self._carried[camera.holder][camera.camera] = camera

    def _moved(self, camera: Camera, fact: Stored) -> None:
        act = fact["act"]
        if act in ASIDE or (act == "corrected" and camera.state not in {"store", "held", "unknown"}):
            return
        held = camera.camera in self.holdings.going_on
        camera.state = AWAY.get(act) or ("store" if not held else "unknown" if camera.holder is None else "held")
        camera.since = fact["at"]

    def _told(self, camera: Camera, fact: Stored) -> None:
        act = fact["act"]
        if act in {"issued", "assigned"}:
            camera.mode = _needed(fact, "mode")
            self._assign(camera, None if fact["mode"] == "pool" else fact["officer"])
        elif act == "retired":
            self._assign(camera, None)
        elif act == "accepted":
            camera.station = _needed(fact, "station")
        if act == "fault":
            camera.fault = fact["words"]
        elif act in {"fault-cleared", "repair-back"}:
            camera.fault = None
        if camera.state != "transit":
            camera.destination = None
        if act == "transferred":
            camera.destination = fact["station"]
        camera.uses += act in OPENING


def _dock(camera: Camera, docking: Stored, bay: str | None) -> None:
    """Put a camera of the pool into its last docking; without one, all of it is unknown."""
    camera.docking, camera.bay, camera.docked_at = docking.get("id"), bay, docking.get("at")
    camera.firmware, camera.clock_offset_s = docking.get("firmware"), docking.get("clock_offset_s")
    camera.battery_percent = docking.get("battery_percent")


def _needed(fact: Stored, column: str) -> str:
    if fact[column] is None:
        raise RuleBroken(f"an act that needs a {column} has none")
    return str(fact[column])


def _first(*values: Any) -> Any:
    return next((value for value in values if value is not None), None)


def _folded(value: str | None) -> str | None:
    return None if value is None else lowered(value)


def _raised(value: str) -> str:
    """In upper case as SQLite's upper() gives it."""
    return "".join(letter.upper() if letter.isascii() else letter for letter in value)
