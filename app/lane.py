"""A camera's lane: the one thread that makes every call on it, from the moment it is docked until it is lifted out."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import msgspec

from app.board import Board, now
from app.copying import Stop
from app.docking import Docking, identity_fields, ids_of, views_of
from app.errors import KNOWN, reason_of
from app.people.acting import Doer
from app.priority import be_nice
from app.sharing import FAULT, Shared, Wishes, fault_reported
from app.snapshot import BaySnapshot, BayState, Finished, Notice, Reason, RecordingState
from drivers.camera import Camera, HasBattery, HasClock, HasRecordings, Sighting, Stopped
from drivers.models import Model
from drivers.presence import Source, open_camera

log = logging.getLogger(__name__)

NICE = 10
"""How far a lane and all that works for it let others go first: the window, and those who answer it."""

BROKEN_OFF = frozenset({"gone", "stopped", "removed-early"})
"""How a run ends whose camera was lifted out before it was done."""

NOT_COPIED = frozenset({RecordingState.ON_CAMERA, RecordingState.COPYING, RecordingState.PROVING})
"""The states of a recording that is on its camera alone."""

NOT_YET = {
    BayState.CHARGING: "charging",
    BayState.DOCKED: "kept",
    BayState.ATTENTION: "attention",
    BayState.FAULT: "fault",
}
"""By which code a camera is not ready in a state that gives no reason of its own."""

BATTERY_POLL_S = 10.0
"""How often a camera that charges is asked for its battery."""


@dataclass(frozen=True, slots=True)
class Dock:
    """Run the docking routine, as run number `run` of this bay."""

    run: int
    keep: bool


@dataclass(frozen=True, slots=True)
class Look:
    """Only look who the camera is and what is on it; `done` is set afterwards."""

    done: threading.Event


@dataclass(frozen=True, slots=True)
class Settle:
    """Show anew how the last run left the camera: what a person asked for, or another camera, has changed it."""


Order = Dock | Look | Settle


class Lane(threading.Thread):
    """Runs the docking routine on one camera when it is told to, and watches it charge in between.

    Its life is one plugging of one camera, and begins when the lane `before` it in this bay has ended. `leave` is
    called when the camera was lifted out, `close` when the program ends; both end the thread, at a safe place.
    """

    def __init__(
        self,
        shared: Shared,
        board: Board,
        sighting: Sighting,
        model: Model,
        sources: Sequence[Source],
        *,
        accepted: bool,
        before: Lane | None,
    ) -> None:
        super().__init__(name=f"lane {board.shown.bay}")
        self.sighting = sighting
        self.accepted = accepted
        self.wishes = Wishes()
        self._shared = shared
        self._settle: Callable[[], None] | None = None
        self._home = shared.home
        self._board = board
        self._model = model
        self._before = before
        self._stopping = threading.Event()
        self._orders: queue.SimpleQueue[Order | None] = queue.SimpleQueue()
        self._open: Callable[[], Camera] = partial(open_camera, sighting, model, sources, self._stopping)
        self._left = False
        self._docking_id = ""
        self._told: tuple[str, bool, tuple[str, ...]] | None = None

    @property
    def shown(self) -> BaySnapshot:
        """What its bay shows now."""
        return self._board.shown

    @property
    def serial(self) -> str | None:
        """The camera's serial number as far as it is known by now."""
        return self._board.shown.serial or self.sighting.serial

    def order(self, *, keep: bool) -> int:
        """Run the docking routine now, or after the run under way; gives the number of that run."""
        run = self._board.next_run()
        self._orders.put(Dock(run, keep))
        return run

    def keep(self, *, kept: bool) -> None:
        """Release nothing more while the camera is docked, or do again."""
        self.wishes.kept = kept
        self._board.change(kept=kept)
        if kept:
            self._orders.put(Settle())

    def hold_all(self, camera_id: str, by: Doer, reason: str) -> int:
        """Hold what is sealed of this camera, and what will be while it is docked; gives how many are held."""
        self.wishes.holding = by, reason
        self._home.records.hold_camera(camera_id, by=by, reason=reason)
        held = self._home.records.held_count(camera_id)
        self._board.change(held=held)
        return held

    def fault(self, words: str | None) -> None:
        """Show a fault that was reported, or without words that it is put right."""
        self.wishes.fault = words
        others = tuple(reason for reason in self.shown.reasons if reason.code != FAULT)
        self._board.change(reasons=others if words is None else (*others, fault_reported(words)))
        self._orders.put(Settle())

    def meet(self, reason: Reason) -> None:
        """Another camera says that it is this one: this one is not ready."""
        self.wishes.met = (*self.wishes.met, reason)
        self._orders.put(Settle())

    def look(self) -> threading.Event:
        """Look at the camera without docking it; the event is set when its board shows what was seen."""
        done = threading.Event()
        self._orders.put(Look(done))
        return done

    def leave(self) -> None:
        """The camera was lifted out: whatever is under way ends by itself, at the next transfer."""
        self._left = True
        self.close()

    def close(self) -> None:
        """End at the next safe place."""
        self._stopping.set()
        self._orders.put(None)

    def run(self) -> None:
        """Serve orders until the end."""
        be_nice(NICE)
        if self._before is not None:
            self._before.join()
            self._before = None
            self.show_docked()
        while (order := self._next_order()) is not None:
            self._serve(order)
        if self._left:
            self._log_lifted()
            self._show_gone()

    def show_docked(self) -> None:
        """Show the camera before anything is done with it. Nobody else writes on the board while the lane lives."""
        if self.accepted:
            self._board.start(BayState.DOCKED, docked_at=now(), **ids_of(self.sighting))
        else:
            reason = new_camera(self._board.shown.bay)
            self._board.start(BayState.NEW, reasons=(reason,), **ids_of(self.sighting))

    def _serve(self, order: Order) -> None:
        """Serve one order; a mistake of ours costs that order and not the lane."""
        try:
            if isinstance(order, Dock):
                self._dock(order)
            elif isinstance(order, Look):
                self._look(order)
            elif self._settle is not None:
                self._settle()
        except Exception:
            log.exception("defect in bay %s", self._board.shown.bay)
            self._board.change(state=BayState.FAULT, reasons=(DEFECT,))

    def _next_order(self) -> Order | None:
        """Wait for an order; meanwhile look at the battery of a camera that charges."""
        while True:
            charging = self._board.shown.state is BayState.CHARGING
            try:
                return self._orders.get(timeout=BATTERY_POLL_S if charging else None)
            except queue.Empty:
                self._look_at_battery()

    def _look(self, order: Look) -> None:
        try:
            with self._open() as camera:
                self._board.change(**identity_fields(camera, self.sighting))
                self._show_known(self._home.records.camera_id(self.sighting, camera.identity))
                if isinstance(camera, HasClock):
                    self._board.change(clock_offset_s=camera.clock_offset_s())
                if isinstance(camera, HasRecordings):
                    self._board.change(recordings=views_of(camera.listing().footage))
        except KNOWN as trouble:
            self._board.change(state=BayState.FAULT, reasons=(reason_of(trouble),))
        except Stopped:
            pass
        finally:
            order.done.set()

    def _show_known(self, camera_id: str | None) -> None:
        """Show what is kept of a camera that was docked here before."""
        if camera_id is not None:
            self._board.change(camera_id=camera_id, held=self._home.records.held_count(camera_id))
            if (words := self._home.records.fault_of(camera_id)) is not None:
                self.fault(words)

    def _dock(self, order: Dock) -> None:
        self.wishes.met = ()
        kept = self.wishes.kept
        self._board.start(BayState.IDENTIFYING, order.run, docked_at=now(), kept=kept, **ids_of(self.sighting))
        docking = Docking(
            self._shared,
            self._board,
            self.sighting,
            self._model,
            Stop(self._stopping),
            self.wishes,
            keep=order.keep,
        )
        docking.arrived = not self._docking_id
        finished = self._run_routine(docking)
        self._docking_id = docking.docking_id or self._docking_id
        self._settle = partial(self._rest, finished, docking.attention, order.keep)
        self._settle()
        if finished.reason is not None and finished.reason.code == DEFECT.code:
            self._board.say(Notice(now(), finished.reason, self._board.shown.bay, urgent=True))
        self._board.say(finished)

    def _run_routine(self, docking: Docking) -> Finished:
        try:
            finished = docking.run(self._open)
            if self._left and finished.reason is not None:
                return msgspec.structs.replace(finished, reason=lifted_out(self._board.shown))
            return finished
        except KNOWN as trouble:
            reason = reason_of(trouble)
        except Exception:
            log.exception("defect while docking in bay %s", self._board.shown.bay)
            reason = DEFECT
        shown = self._board.shown
        return Finished(shown.bay, shown.run, 0, 0, len(shown.recordings or ()), reason)

    def _rest(self, finished: Finished, attention: Sequence[Reason], only_copied: bool) -> None:
        """Show how the run left the camera, and what has been said of it since."""
        fault = self.wishes.fault
        lasting = (*attention, *self.wishes.met, *(() if fault is None else (fault_reported(fault),)))
        found = (finished.reason, *self._failures(), *lasting)
        reasons = tuple(dict.fromkeys(reason for reason in found if reason is not None))
        kept = only_copied or self.wishes.kept
        state = self._state_after(finished, bool(lasting), kept)
        self._log_readiness(state, reasons)
        self._board.change(state=state, reasons=reasons, kept=kept, rate=None, seconds_left=None)

    def _log_readiness(self, state: BayState, reasons: Sequence[Reason]) -> None:
        """Log whether the camera may be handed out, and why not, whenever that has changed: before it is shown."""
        shown = self._board.shown
        ready = state is BayState.READY
        codes = tuple(reason.code for reason in reasons) or (() if ready else (NOT_YET[state],))
        if not self._docking_id or self._left or (self._docking_id, ready, codes) == self._told:
            return
        try:
            self._home.records.readiness(
                self._docking_id, ready=ready, battery_percent=shown.battery_percent, reasons=() if ready else codes
            )
        except KNOWN as trouble:  # what is not logged as ready is not handed out
            log.info("%s: readiness not logged: %s", shown.bay, trouble)
        else:
            self._told = self._docking_id, ready, codes

    def _state_after(self, finished: Finished, needs_a_person: bool, kept: bool) -> BayState:
        code = finished.reason and finished.reason.code
        if code not in {None, "stopped", "listing"}:
            return BayState.FAULT
        if code == "stopped":
            return BayState.DOCKED
        if code == "listing" or finished.failed or needs_a_person:
            return BayState.ATTENTION
        return BayState.DOCKED if kept or self._to_be_released() else self._charge_state()

    def _to_be_released(self) -> bool:
        """Whether something is still on the camera that no rule keeps there: it waits for another run."""
        sealed = any(view.state is RecordingState.SEALED for view in self.shown.recordings or ())
        return sealed and not self._home.settings.keep_on_camera_hours

    def _charge_state(self) -> BayState:
        battery = self._board.shown.battery_percent
        low = battery is not None and battery < self._home.settings.ready_battery_percent
        return BayState.CHARGING if low else BayState.READY

    def _failures(self) -> tuple[Reason | None, ...]:
        views = self._board.shown.recordings or ()
        seen = {view.reason.code: view.reason for view in views if view.reason is not None}
        return tuple(seen.values())

    def _look_at_battery(self) -> None:
        try:
            with self._open() as camera:
                if isinstance(camera, HasBattery):
                    self._board.change(battery_percent=camera.battery_percent())
        except (*KNOWN, Stopped) as trouble:
            log.info("%s: battery not read: %s", self._board.shown.bay, trouble)
        except Exception:
            log.exception("defect while reading a battery in bay %s", self._board.shown.bay)
        state = self._charge_state()
        self._log_readiness(state, self._board.shown.reasons)
        self._board.change(state=state)

    def _log_lifted(self) -> None:
        """Log that the camera is gone: somebody holds it now."""
        try:
            if self._docking_id:
                self._home.records.lifted(self._docking_id, self._home.settings)
        except KNOWN as trouble:
            self._board.say(Notice(now(), reason_of(trouble), self._board.shown.bay, urgent=True))

    def _show_gone(self) -> None:
        """Show an empty bay; or, when work was broken off, that the camera was lifted out too early."""
        before = self._board.shown
        if not (before.working or any(reason.code in BROKEN_OFF for reason in before.reasons)):
            self._board.start(BayState.EMPTY)
            return
        reason = lifted_out(before)
        self._board.change(state=BayState.REMOVED_EARLY, reasons=(reason,), rate=None, seconds_left=None)
        self._board.say(Notice(now(), reason, before.bay, urgent=True))


DEFECT = Reason("defect", "Dockwarden made a mistake with this camera.", "Send the log to support.")


def lifted_out(shown: BaySnapshot) -> Reason:
    """What is told when a camera was lifted out before it was done."""
    name = shown.serial or "The camera"
    views = shown.recordings or ()
    left = sum(view.state in NOT_COPIED for view in views)
    what = f": {left} of {len(views)} recordings are on it alone." if left else "."
    return Reason(
        "removed-early",
        f"{name} was lifted out of {shown.bay} too early{what}",
        "Dock it again: copying goes on where it stopped.",
    )


def new_camera(bay: str) -> Reason:
    """Why a camera that nobody has accepted is left alone."""
    return Reason(
        "new",
        f"The camera in {bay} is new here. Nothing on it has been read.",
        "If it belongs to the force, accept it; else give it back.",
    )
