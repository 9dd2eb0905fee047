"""The owner of a home's docks: sees cameras come and go, gives each its lane, and does the acts of people.

Whoever makes an owner holds the home's lock (`app.docks`): one process owns the docks of a home.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from functools import partial

from app import acts
from app.board import Board, Herald, now
from app.docking import ids_of
from app.errors import KNOWN, reason_of
from app.home import Home
from app.lane import Lane
from app.people.acting import Doer, doer_for
from app.people.roles import NOT_ALLOWED
from app.people.values import Refused
from app.sharing import Room, Shared, Turns, same_serial
from app.snapshot import (
    Accept,
    Act,
    Answer,
    BaySnapshot,
    BayState,
    Event,
    Keep,
    Notice,
    Offload,
    Reason,
    Retry,
    StationView,
)
from drivers.camera import Sighting
from drivers.models import Model
from drivers.presence import Presence, Source

log = logging.getLogger(__name__)

POLL_S = 0.3
"""How often the ports are looked at. A camera has arrived when two looks running agree."""

APART_S = 0.03
"""Cameras that come at once are taken in one after the other, so that each is shown before the next one makes work."""

STATION_S = 10.0
"""How often the station's view (ledger, free space) is said anew."""


class Owner:
    """Implements `Docks` where the cameras are. With `automatic`, a camera that is known is docked by itself."""

    def __init__(self, home: Home, sources: Sequence[Source], *, automatic: bool) -> None:
        self._home = home
        self._sources = tuple(sources)
        self._virtual = any(source.virtual for source in sources)
        self._automatic = automatic
        self._presence = Presence(self._sources)
        self._herald = Herald()
        self._boards: dict[str, Board] = {}
        self._lanes: dict[str, Lane] = {}
        self._running: list[Lane] = []
        self._untaken: dict[str, Reason] = {}
        turns = Turns(lambda: home.settings.parallel_lanes)
        self._shared = Shared(home, turns, Room(home), self._twins)
        self._guard = threading.RLock()
        self._closing = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="watcher")

    # -- Docks -------------------------------------------------------------------------------------------------------

    def station(self) -> StationView:
        """The station as it is now."""
        return self._home.station(virtual=self._virtual)

    def bays(self) -> tuple[BaySnapshot, ...]:
        """The newest snapshot of every bay."""
        return self._herald.newest()

    def follow(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        """Call `listener` with every event from now on; the result ends that."""
        return self._herald.follow(listener)

    def say(self, event: Event) -> None:
        """Tell everyone who follows of what concerns no single bay."""
        self._herald.say(event)

    def act(self, act: Act) -> Answer:
        """Do an act, or refuse it in words."""
        try:
            return self._done(act, self._asked_by(act))
        except KNOWN as trouble:
            return refusal(reason_of(trouble))

    def _asked_by(self, act: Act) -> Doer | None:
        """In whose name an act is done, None for docking alone, which asks nobody. Raises Refused."""
        if isinstance(act, Retry):
            return None
        if isinstance(act, Offload) and act.by is None and self._home.people.anyone():
            return None
        return doer_for(self._home, act.by, act.NEEDS)

    def _done(self, act: Act, by: Doer | None) -> Answer:
        with self._guard:
            if isinstance(act, Offload):
                return self._offload(act, by)
            lane = self._lanes.get(act.bay)
            if lane is None:
                return Answer(False, f"There is no camera in bay {act.bay}.", "no-camera")
            if isinstance(act, Retry) and not lane.accepted:
                return acts.new(act.bay)
            if isinstance(act, Accept | Retry):
                return self._start({act.bay: lane}, by, keep=False)
        assert by is not None, "the other acts are all somebody's"
        return self._written(lane, act, by)

    def _written(self, lane: Lane, act: Keep | acts.CustodyAct, by: Doer) -> Answer:
        """Do what is written down without keeping the watcher waiting: a camera may have thousands of recordings."""
        if isinstance(act, Keep):
            return acts.keep(self._home, lane, act, by, partial(self._start, {act.bay: lane}, by, keep=False))
        return acts.custody(self._home, lane, act, by)

    def stop(self) -> None:
        """Stop the watcher, then every lane at a safe place."""
        self._closing.set()
        if self._watcher.ident is not None:
            self._watcher.join()
        lanes = list(self._running)
        for lane in lanes:
            lane.close()
        for lane in lanes:
            lane.join()

    def close(self) -> None:
        """End: the lanes, then the herald."""
        self.stop()
        self._herald.close()

    # -- cameras come and go -----------------------------------------------------------------------------------------

    def look(self) -> None:
        """Look at the ports twice, so that what is docked now has arrived."""
        self._look_once()
        self._look_once()

    def watch(self) -> None:
        """Go on looking until closed, on a thread of its own. What left while nobody looked is logged first."""
        self._watcher.start()

    def _watch(self) -> None:
        self._log_lifted_unseen()
        looks = 0
        while not self._closing.wait(POLL_S):
            try:
                self._look_once()
                self._look_at_custody()
                looks += 1
                if looks * POLL_S >= STATION_S:
                    looks = 0
                    self._herald.say(self.station())
            except Exception:
                log.exception("defect while looking at the ports")

    def _look_at_custody(self) -> None:
        """Show whose each docked camera was, and whose it is to be; whoever said so, and from which program."""
        with self._guard:
            boards = [(board, serial) for board in self._boards.values() if (serial := board.shown.serial) is not None]
        try:
            known = self._home.asking.docked([serial for _, serial in boards]) if boards else {}
        except KNOWN as trouble:  # what is not known is shown at the next look
            log.info("who has which camera is not known: %s", trouble)
            return
        for board, serial in boards:
            board.show_custody(serial, known.get(board.shown.bay))

    def _log_lifted_unseen(self) -> None:
        with self._guard:
            docked = [path for path, board in self._boards.items() if board.shown.state is not BayState.EMPTY]
        try:
            self._home.records.lifted_unseen(docked, self._home.settings)
        except KNOWN as trouble:
            self._herald.say(Notice(now(), reason_of(trouble), urgent=True))

    def _look_once(self) -> None:
        change = self._presence.look()
        with self._guard:
            for sighting in change.left:
                self._left(sighting)
        for sighting in change.arrived:
            with self._guard:
                self._welcome(sighting)
            if self._automatic and self._closing.wait(APART_S):
                return

    def _welcome(self, sighting: Sighting) -> None:
        """Take in one device; what goes wrong with it costs the others nothing, and it is tried again."""
        try:
            self._arrived(sighting)
            self._untaken.pop(sighting.usb_path, None)
        except KNOWN as trouble:
            self._presence.forget(sighting)
            self._tell_untaken(sighting, reason_of(trouble))
        except Exception:
            log.exception("defect with the device on port %s", sighting.usb_path)

    def _tell_untaken(self, sighting: Sighting, reason: Reason) -> None:
        """Say once why a device is not taken in."""
        if self._untaken.get(sighting.usb_path) != reason:
            self._untaken[sighting.usb_path] = reason
            log.warning("port %s is tried again: %s", sighting.usb_path, reason.what_happened)
            self._herald.say(Notice(now(), reason, urgent=True))

    def _left(self, sighting: Sighting) -> None:
        board = self._boards.get(sighting.usb_path)
        if board is None:
            return
        lane = self._lanes.pop(board.shown.bay, None)
        if lane is None:
            board.start(BayState.EMPTY)
        else:
            lane.leave()

    def _arrived(self, sighting: Sighting) -> None:
        model = self._home.models.match(sighting)
        if model is None:
            return
        board = self._board(sighting)
        misfit = model.interfaces_fit(sighting)
        if misfit is not None:
            self._quarantine(board, sighting, misfit)
            return
        lane = self._open_lane(board, sighting, model)
        if lane.accepted and self._automatic:
            lane.order(keep=False)

    def _open_lane(self, board: Board, sighting: Sighting, model: Model) -> Lane:
        before = self._lane_before(sighting)
        accepted = self._known(sighting, model)
        lane = Lane(self._shared, board, sighting, model, self._sources, accepted=accepted, before=before)
        if before is None:
            lane.show_docked()
        self._lanes[board.shown.bay] = lane
        self._running.append(lane)
        lane.start()
        return lane

    def _twins(self, camera_id: str, bay: str) -> list[str]:
        """The other bays whose camera has this id; each is told of the one that asks. Takes no lock: lanes call it."""
        found = [lane for lane in list(self._lanes.values()) if lane.shown.camera_id == camera_id]
        others = [lane for lane in found if lane.shown.bay != bay]
        for lane in others:
            lane.meet(same_serial(bay, lane.serial))
        return [lane.shown.bay for lane in others]

    def _lane_before(self, sighting: Sighting) -> Lane | None:
        """The lane of the camera that was in this bay before, if it has not ended yet."""
        self._running = [lane for lane in self._running if lane.is_alive()]
        same = (lane for lane in reversed(self._running) if lane.sighting.usb_path == sighting.usb_path)
        return next(same, None)

    def _board(self, sighting: Sighting) -> Board:
        path = sighting.usb_path
        if path not in self._boards:
            self._boards[path] = Board(self._herald, self._home.records.bay(path), path)
        return self._boards[path]

    def _known(self, sighting: Sighting, model: Model) -> bool:
        """Whether this camera is docked by itself: its own model file says so, or a person accepted it once."""
        return model.automatic or self._home.records.is_accepted(sighting)

    def _quarantine(self, board: Board, sighting: Sighting, misfit: str) -> None:
        if (before := self._lane_before(sighting)) is not None:
            before.join()
        reason = Reason("quarantined", misfit, "Lift it out, keep it aside and tell the sergeant and IT.")
        board.start(BayState.QUARANTINED, reasons=(reason,), **ids_of(sighting))
        self._home.records.quarantined(board.shown.bay, sighting, misfit)
        board.say(Notice(now(), reason, board.shown.bay, urgent=True))

    def look_at_all(self) -> None:
        """Look who is docked and what is on each camera, all at once, without docking any. New ones are left alone."""
        with self._guard:
            lanes = [lane for lane in self._lanes.values() if lane.accepted]
        for done in [lane.look() for lane in lanes]:
            done.wait()

    # -- acts --------------------------------------------------------------------------------------------------------

    def _offload(self, act: Offload, by: Doer | None) -> Answer:
        missing = [bay for bay in act.bays if bay not in self._lanes]
        if missing:
            return Answer(False, f"There is no camera in bay {', '.join(missing)}.", "no-camera")
        chosen = {bay: lane for bay, lane in self._lanes.items() if not act.bays or bay in act.bays}
        if act.serial is not None:
            chosen = {bay: lane for bay, lane in chosen.items() if lane.serial == act.serial}
        if not chosen and self._untaken:
            return refusal(next(iter(self._untaken.values())))
        if not chosen:
            named = f" with the serial number {act.serial}" if act.serial else ""
            return Answer(False, f"No camera{named} is docked.", "no-camera")
        known = {bay: lane for bay, lane in chosen.items() if lane.accepted or by is not None}
        if not known or (known != chosen and (act.bays or act.serial)):
            raise nobody_accepts(sorted(chosen.keys() - known.keys()))
        return self._start(known, by, keep=act.keep)

    def _start(self, lanes: dict[str, Lane], by: Doer | None, *, keep: bool) -> Answer:
        """Run the routine in these bays; who asks for it accepts what is new. Raises WrongKindOfHome, StorageError."""
        with self._guard:
            self._home.allow(virtual=self._virtual)
            for lane in lanes.values():
                if by is not None:
                    self._accept(lane, by)
            runs = tuple((bay, lane.order(keep=keep)) for bay, lane in sorted(lanes.items()))
        return Answer(True, "Started.", runs=runs)

    def _accept(self, lane: Lane, by: Doer) -> None:
        if not lane.accepted:
            self._home.records.accept(lane.sighting, by=by.name)
            lane.accepted = True


def nobody_accepts(bays: Sequence[str]) -> Refused:
    """The refusal to dock what is new here without anybody's name."""
    return Refused(
        NOT_ALLOWED,
        f"The camera in {', '.join(bays)} is new here, and somebody by name has to accept it.",
        "Say who acts with --as COLLAR, or sign in.",
    )


def refusal(reason: Reason) -> Answer:
    """Refuse an act because of this."""
    return Answer(False, f"{reason.what_happened} {reason.what_to_do}", reason.code)
