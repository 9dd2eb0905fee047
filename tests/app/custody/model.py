"""What custody should be, in plain Python: written from the rules' words, without a look at the SQL that keeps them.

`Model` knows people by collar, cameras by asset number and acts by their place in its list. An act that is not allowed
raises `Rule` with the short name of the rule, and changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

AWAY = {"lost": "lost", "repair": "in-repair", "transit": "in-transit", "retired": "retired"}
LONGEST = timedelta(hours=12)


class Rule(Exception):
    """A rule forbids it, by its short name."""


@dataclass
class Officer:
    collar: str
    active: bool
    trained_on: date | None
    card: str


@dataclass
class Docking:
    serial: str
    bay: str
    acts: int
    lifted: bool = False


@dataclass
class Camera:
    asset: str
    serial: str
    station: str
    mode: str
    assigned: str | None = None
    state: str = "store"
    fault: str | None = None
    destination: str | None = None
    uses: int = 0
    docking: Docking | None = None
    ready: bool = False
    not_ready: tuple[str, ...] = ()

    @property
    def bay(self) -> str | None:
        return None if self.docking is None or self.docking.lifted else self.docking.bay


@dataclass
class Holding:
    began: int
    camera: str
    officer: str | None
    from_at: datetime
    due_at: datetime | None
    until_at: datetime | None = None
    ended: int | None = None
    confirmed: bool = False
    corrected: int | None = None
    void: bool = False

    def contains(self, at: datetime) -> bool:
        return not self.void and self.from_at <= at and (self.until_at is None or at < self.until_at)


@dataclass(frozen=True)
class By:
    """Who acts: collar, whether a custodian, and whether a PIN was given."""

    collar: str
    custodian: bool
    pin: bool


@dataclass
class Model:
    now: datetime
    people: dict[str, Officer] = field(default_factory=dict)
    cameras: dict[str, Camera] = field(default_factory=dict)
    dockings: list[Docking] = field(default_factory=list)
    readiness: dict[int, tuple[bool, tuple[str, ...]]] = field(default_factory=dict)
    acts: list[tuple[str, str, str | None, datetime]] = field(default_factory=list)
    holdings: list[Holding] = field(default_factory=list)

    # -- what is so --------------------------------------------------------------------------------------------------

    def camera(self, name: str) -> Camera:
        for key in ("asset", "serial"):
            for camera in self.cameras.values():
                if getattr(camera, key).lower() == name.lower():
                    return camera
        raise Rule("no-camera")

    def officer(self, name: str) -> Officer:
        for key in ("collar", "card"):
            for officer in self.people.values():
                if getattr(officer, key).lower() == name.lower():
                    return officer
        raise Rule("no-officer")

    def live(self, camera: Camera) -> Holding | None:
        found = [one for one in self.holdings if one.camera == camera.asset and one.until_at is None]
        assert len(found) < 2
        return found[0] if found else None

    def held_by(self, collar: str) -> Holding | None:
        found = [one for one in self.holdings if one.officer == collar and one.until_at is None]
        assert len(found) < 2
        return found[0] if found else None

    def with_serial(self, serial: str) -> Camera | None:
        return next((one for one in self.cameras.values() if one.serial.lower() == serial.lower()), None)

    def who_held(self, asset: str, at: datetime) -> int | None:
        """The act that began the holding; of several, which only a clock that was put back makes, the youngest."""
        found = [one for one in self.holdings if one.camera == asset and one.contains(at)]
        return max(found, key=lambda one: (one.from_at, one.began)).began if found else None

    # -- rules -------------------------------------------------------------------------------------------------------

    def _authorise(self, by: By, *, card: bool = False, anybody: bool = False) -> None:
        if not self.people[by.collar].active:
            raise Rule("inactive")
        if not (by.custodian or anybody) or not (by.pin or card):
            raise Rule("not-allowed")

    def _may_hold(self, officer: Officer) -> None:
        if not officer.active:
            raise Rule("inactive")
        if officer.trained_on is None or officer.trained_on > self.now.date():
            raise Rule("not-trained")

    def _at_hand(self, camera: Camera) -> None:
        if camera.state in AWAY:
            raise Rule(AWAY[camera.state])

    def _not_held(self, camera: Camera) -> None:
        if self.live(camera) is not None:
            raise Rule("already-held")

    def _one_camera(self, officer: Officer, camera: Camera, mode: str) -> None:
        own = any(one.assigned == officer.collar for one in self.cameras.values() if one is not camera)
        if self.held_by(officer.collar) is not None or (own and mode != "pool"):
            raise Rule("one-camera")

    def _theirs(self, camera: Camera, officer: Officer, mode: str) -> None:
        if camera.assigned not in {None, officer.collar} and mode == camera.mode:
            raise Rule("assigned")

    def _ready(self, camera: Camera) -> None:
        if camera.fault is not None or camera.bay is None or not camera.ready:
            raise Rule("not-ready")

    def _worded(self, words: str) -> None:
        if not words.strip():
            raise Rule("no-words")
        if len(words.strip()) > 500:
            raise Rule("long-words")

    def _override(self, by: By, reason: str | None) -> None:
        if reason is not None:
            self._authorise(by)
            self._worded(reason)

    def _idle(self, camera: Camera, by: By) -> None:
        self._authorise(by)
        self._at_hand(camera)
        self._not_held(camera)

    # -- what happens to holdings ------------------------------------------------------------------------------------

    def _act(self, act: str, camera: Camera, officer: str | None) -> int:
        self.acts.append((camera.asset, act, officer, self.now))
        return len(self.acts) - 1

    def _begin(self, act: str, camera: Camera, officer: str | None, *, due: bool) -> None:
        number = self._act(act, camera, officer)
        self.holdings.append(Holding(number, camera.asset, officer, self.now, self.now + LONGEST if due else None))
        camera.state = "unknown" if officer is None else "held"
        camera.destination = None
        camera.uses += 1

    def _end(self, live: Holding, number: int) -> None:
        live.until_at, live.ended = max(self.now, live.from_at), number

    # -- the docks ---------------------------------------------------------------------------------------------------

    def dock(self, serial: str, bay: str, ready: bool, reasons: tuple[str, ...]) -> None:
        for other in list(self.cameras.values()):
            if other.bay == bay and other.docking is not None and other.serial.lower() != serial.lower():
                self.lift(other.docking)
        docking = Docking(serial, bay, len(self.acts))
        self.dockings.append(docking)
        camera = self.with_serial(serial)
        if camera is not None:
            camera.docking, camera.ready, camera.not_ready = docking, False, ()
        if camera is not None:
            live = self.live(camera)
            if live is not None:
                self._end(live, self._act("returned", camera, live.officer))
                camera.state = "store"
            elif camera.state == "lost":
                self._act("found", camera, None)
                camera.state = "store"
        self.say_ready(docking, ready, reasons)

    def say_ready(self, docking: Docking, ready: bool, reasons: tuple[str, ...]) -> None:
        self.readiness[id(docking)] = ready, reasons
        for camera in self.cameras.values():
            if camera.docking is docking and not docking.lifted:
                camera.ready, camera.not_ready = ready, reasons

    def lift(self, docking: Docking) -> None:
        if docking.lifted:
            return
        docking.lifted = True
        camera = next((one for one in self.cameras.values() if one.docking is docking), None)
        if camera is None:
            return
        camera.ready = False
        live = self.live(camera)
        if live is not None:
            if not live.confirmed:
                self._act("confirmed", camera, live.officer)
                live.confirmed = True
        elif camera.state in {"store", "lost"}:
            own = self.people.get(camera.assigned or "")
            takes = camera.mode == "personal" and own is not None and own.active and camera.state == "store"
            if takes and own is not None and self.held_by(own.collar) is None:
                self._begin("taken", camera, own.collar, due=True)
            else:
                self._begin("taken", camera, None, due=False)

    def lift_all(self) -> None:
        """All that was docked is gone, and nobody saw it."""
        for docking in self.dockings:
            if any(one.docking is docking for one in self.cameras.values()):
                self.lift(docking)

    # -- the pool ----------------------------------------------------------------------------------------------------

    def enter_camera(self, asset: str, serial: str, station: str, mode: str) -> None:
        camera = self.cameras.get(asset)
        if camera is None:
            camera = self.cameras[asset] = Camera(asset, "", station, mode)
        if camera.serial.lower() != serial.lower():
            docked = [one for one in self.dockings if one.serial.lower() == serial.lower()]
            camera.docking = docked[-1] if docked else None
            camera.ready, camera.not_ready = False, ()
            if camera.bay is not None:
                camera.ready, camera.not_ready = self.readiness[id(camera.docking)]
        camera.serial, camera.station, camera.mode = serial, station, mode
        if mode == "pool":
            camera.assigned = None

    # -- the acts ----------------------------------------------------------------------------------------------------

    def issue(self, name: str, to: str, by: By, mode: str | None, override: str | None) -> None:
        camera, officer = self.camera(name), self.officer(to)
        drawn = officer.collar == by.collar
        self._authorise(by, card=drawn, anybody=drawn)
        self._override(by, override)
        mode = mode or camera.mode
        self._may_hold(officer)
        self._at_hand(camera)
        self._not_held(camera)
        self._one_camera(officer, camera, mode)
        self._theirs(camera, officer, mode)
        if override is None:
            self._ready(camera)
        self._begin("issued", camera, officer.collar, due=True)
        camera.mode, camera.assigned = mode, None if mode == "pool" else officer.collar

    def give_back(self, name: str, by: By) -> None:
        camera = self.camera(name)
        self._authorise(by)
        live = self.live(camera)
        if live is None:
            raise Rule("not-held")
        self._end(live, self._act("returned", camera, live.officer))
        camera.state = "store"

    def reassign(self, name: str, to: str, by: By) -> None:
        camera, officer = self.camera(name), self.officer(to)
        self._authorise(by)
        self._at_hand(camera)
        self._may_hold(officer)
        live = self.live(camera)
        if live is None and camera.mode == "pool":
            raise Rule("not-held")
        if live is not None and live.officer == officer.collar:
            raise Rule("already-held")
        self._one_camera(officer, camera, camera.mode)
        if camera.mode != "pool":
            self._act("assigned", camera, officer.collar)
            camera.assigned = officer.collar
        if live is not None:
            self._end(live, len(self.acts))
            self._begin("reassigned", camera, officer.collar, due=True)

    def swap(self, name: str, to: str, by: By, override: str | None) -> None:
        officer, camera = self.officer(name), self.camera(to)
        self._authorise(by)
        self._override(by, override)
        self._may_hold(officer)
        live = self.held_by(officer.collar)
        if live is None:
            raise Rule("not-held")
        if live.camera == camera.asset:
            raise Rule("already-held")
        self._at_hand(camera)
        self._not_held(camera)
        self._theirs(camera, officer, camera.mode)
        if override is None:
            self._ready(camera)
        old = self.cameras[live.camera]
        self._end(live, self._act("swapped-out", old, officer.collar))
        old.state = "store"
        self._begin("swapped-in", camera, officer.collar, due=True)

    def transfer(self, name: str, station: str, by: By) -> None:
        camera = self.camera(name)
        self._idle(camera, by)
        self._worded(station)
        if station.lower() == camera.station.lower():
            raise Rule("same-station")
        self._act("transferred", camera, None)
        camera.state, camera.destination = "transit", station

    def accept(self, name: str, by: By) -> None:
        camera = self.camera(name)
        self._authorise(by)
        if camera.state != "transit":
            raise Rule("not-in-transit")
        self._act("accepted", camera, None)
        assert camera.destination is not None
        camera.state, camera.station, camera.destination = "store", camera.destination, None

    def lost(self, name: str, by: By) -> None:
        camera = self.camera(name)
        self._authorise(by)
        if camera.state in {"lost", "retired"}:
            raise Rule(camera.state)
        live = self.live(camera)
        number = self._act("lost", camera, None if live is None else live.officer)
        if live is not None:
            self._end(live, number)
        camera.state, camera.destination = "lost", None

    def found(self, name: str, by: By) -> None:
        camera = self.camera(name)
        self._authorise(by)
        if camera.state != "lost":
            raise Rule("not-lost")
        self._act("found", camera, None)
        camera.state = "store"

    def report(self, name: str, words: str, by: By, *, clear: bool) -> None:
        camera = self.camera(name)
        self._authorise(by, card=not clear, anybody=not clear)
        if clear and camera.fault is None:
            raise Rule("no-fault")
        self._worded(words)
        self._act("fault-cleared" if clear else "fault", camera, None)
        camera.fault = None if clear else words.strip()

    def repair(self, name: str, by: By, *, back: bool) -> None:
        camera = self.camera(name)
        if back:
            self._authorise(by)
            if camera.state != "repair":
                raise Rule("not-in-repair")
            self._act("repair-back", camera, None)
            camera.state, camera.fault = "store", None
        else:
            self._idle(camera, by)
            self._act("repair-out", camera, None)
            camera.state = "repair"

    def retire(self, name: str, by: By) -> None:
        camera = self.camera(name)
        self._authorise(by)
        if camera.state == "retired":
            raise Rule("retired")
        self._not_held(camera)
        self._act("retired", camera, None)
        camera.state, camera.assigned, camera.destination = "retired", None, None

    def receipt(self, name: str, by: By) -> None:
        camera = self.camera(name)
        self._authorise(by, card=True, anybody=True)
        over = [one for one in self.holdings if one.camera == camera.asset and one.until_at is not None]
        last = next((one for one in reversed(over) if not one.void), None)
        if last is None or last.officer != by.collar:
            raise Rule("not-theirs")
        self._act("receipt", camera, last.officer)

    # -- corrections -------------------------------------------------------------------------------------------------

    def correct(
        self, number: int | None, words: str, by: By, to: str | None, moment: datetime | None, voids: bool
    ) -> None:
        if number is None or self.acts[number][1] == "corrected":
            raise Rule("no-entry")
        self._authorise(by)
        self._worded(words)
        officer = None if to is None else self.officer(to)
        began = next((one for one in self.holdings if one.began == number), None)
        ended = next((one for one in self.holdings if one.ended == number and not one.void), None)
        if [officer is not None, moment is not None, voids].count(True) != 1:
            raise Rule("correction")
        if began is None and (ended is None or moment is None):
            raise Rule("correction")
        if began is not None and began.void:
            raise Rule("correction")
        if moment is not None:
            self._check_moment(began, ended, moment)
        elif officer is not None and began is not None and began.until_at is None:
            if self.held_by(officer.collar) is not None:
                raise Rule("one-camera")
        elif voids and began is not None and ended is not None and began.until_at is None:
            other = None if ended.officer is None else self.held_by(ended.officer)
            if other is not None and other is not began:
                raise Rule("one-camera")
        handed_in = self._handed_in(number, began, voids)
        self._put_right(number, began, ended, officer, moment, voids)
        self._give_again(handed_in)

    def _give_again(self, handed_in: Holding | None) -> None:
        if handed_in is not None and self.held_by(handed_in.officer or "") is None:
            camera = self.cameras[handed_in.camera]
            handed_in.until_at = handed_in.ended = None
            handed_in.corrected = self._act("corrected", camera, None)
            camera.state = "unknown" if handed_in.officer is None else "held"

    def _handed_in(self, number: int, began: Holding | None, voids: bool) -> Holding | None:
        """What ended by a swap that still lasts, if that camera has stood aside since."""
        if not voids or self.acts[number][1] != "swapped-in" or began is None or began.until_at is not None:
            return None
        ended = next((one for one in self.holdings if one.ended == number - 1 and not one.void), None)
        if ended is None:
            return None
        camera = self.cameras[ended.camera]
        docked = camera.docking is not None and camera.docking.acts > number
        held = any(one.camera == ended.camera and one.began > number for one in self.holdings)
        return None if camera.state != "store" or docked or held else ended

    def _check_moment(self, began: Holding | None, ended: Holding | None, moment: datetime) -> None:
        """What this moment begins or ends has still to end after it began, and to overlap with no other holding."""
        if moment > self.now:
            raise Rule("correction")
        for one, span in self._spans(began, ended, moment):
            if span[0] > (span[1] or self.now):
                raise Rule("correction")
            for other in self.holdings:
                if other.camera == one.camera and other not in (began, ended) and not other.void:
                    ends = other.until_at
                    if other.from_at < (span[1] or self.now) and (ends is None or ends > span[0]):
                        raise Rule("correction")

    @staticmethod
    def _spans(
        began: Holding | None, ended: Holding | None, moment: datetime
    ) -> list[tuple[Holding, tuple[datetime, datetime | None]]]:
        spans: list[tuple[Holding, tuple[datetime, datetime | None]]] = []
        if began is not None:
            spans.append((began, (moment, began.until_at)))
        if ended is not None:
            spans.append((ended, (ended.from_at, moment)))
        return spans

    def _put_right(
        self,
        number: int,
        began: Holding | None,
        ended: Holding | None,
        officer: Officer | None,
        moment: datetime | None,
        voids: bool,
    ) -> None:
        one = began or ended
        assert one is not None
        camera = self.cameras[one.camera]
        by = self._act("corrected", camera, None if officer is None else officer.collar)
        if officer is not None and began is not None:
            began.officer, began.corrected = officer.collar, by
            began.due_at = began.due_at or began.from_at + LONGEST
        if moment is not None and began is not None:
            began.from_at, began.corrected = moment, by
        if moment is not None and ended is not None:
            ended.until_at, ended.corrected = moment, by
        if voids and began is not None:
            if ended is not None:  # nobody took it over: who had it before went on having it
                ended.until_at = None if began.until_at is None else max(began.until_at, ended.from_at)
                ended.ended, ended.corrected = began.ended, by
            began.until_at = began.until_at or max(self.now, began.from_at)
            began.void, began.corrected = True, by
        if camera.state in {"store", "held", "unknown"}:
            live = self.live(camera)
            camera.state = "store" if live is None else "unknown" if live.officer is None else "held"
