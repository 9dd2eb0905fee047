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
from app.home import Home
from app.snapshot import BaySnapshot, BayState, Finished, Notice, Reason
from drivers.camera import Camera, HasBattery, HasClock, HasRecordings, Sighting, Stopped
from drivers.models import Model
from drivers.presence import Source, open_camera

log = logging.getLogger(__name__)

BROKEN_OFF = frozenset({"gone", "stopped", "removed-early"})
"""How a run ends whose camera was lifted out before it was done."""

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


class Lane(threading.Thread):
    """Runs the docking routine on one camera when it is told to, and watches it charge in between.

    Its life is one plugging of one camera, and begins when the lane `before` it in this bay has ended. `leave` is
    called when the camera was lifted out, `close` when the program ends; both end the thread, at a safe place.
    """

    def __init__(
        self,
        home: Home,
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
        self._home = home
        self._board = board
        self._model = model
        self._before = before
        self._stopping = threading.Event()
        self._orders: queue.SimpleQueue[Dock | Look | None] = queue.SimpleQueue()
        self._open: Callable[[], Camera] = partial(open_camera, sighting, model, sources, self._stopping)
        self._left = False

    @property
    def serial(self) -> str | None:
        """The camera's serial number as far as it is known by now."""
        return self._board.shown.serial or self.sighting.serial

    def order(self, *, keep: bool) -> int:
        """Run the docking routine now, or after the run under way; gives the number of that run."""
        run = self._board.next_run()
        self._orders.put(Dock(run, keep))
        return run

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
        if self._before is not None:
            self._before.join()
            self._before = None
            self.show_docked()
        while (order := self._next_order()) is not None:
            self._serve(order)
        if self._left:
            self._show_gone()

    def show_docked(self) -> None:
        """Show the camera before anything is done with it. Nobody else writes on the board while the lane lives."""
        if self.accepted:
            self._board.start(BayState.DOCKED, docked_at=now(), **ids_of(self.sighting))
        else:
            reason = new_camera(self._board.shown.bay)
            self._board.start(BayState.NEW, reasons=(reason,), **ids_of(self.sighting))

    def _serve(self, order: Dock | Look) -> None:
        """Serve one order; a mistake of ours costs that order and not the lane."""
        try:
            if isinstance(order, Dock):
                self._dock(order)
            else:
                self._look(order)
        except Exception:
            log.exception("defect in bay %s", self._board.shown.bay)
            self._board.change(state=BayState.FAULT, reasons=(DEFECT,))

    def _next_order(self) -> Dock | Look | None:
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

    def _dock(self, order: Dock) -> None:
        self._board.start(BayState.IDENTIFYING, order.run, docked_at=now(), **ids_of(self.sighting))
        docking = Docking(self._home, self._board, self.sighting, self._model, Stop(self._stopping), order.keep)
        finished = self._run_routine(docking)
        self._rest(finished, docking, order.keep)
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

    def _rest(self, finished: Finished, docking: Docking, keep: bool) -> None:
        """Show how the run left the camera."""
        found = (finished.reason, *self._failures(), *docking.attention)
        reasons = tuple(reason for reason in found if reason is not None)
        state = self._state_after(finished, docking, keep)
        self._board.change(state=state, reasons=reasons, kept=keep, rate=None, seconds_left=None)
        if finished.reason is not None and finished.reason.code == "defect":
            self._board.say(Notice(now(), finished.reason, self._board.shown.bay, urgent=True))

    def _state_after(self, finished: Finished, docking: Docking, keep: bool) -> BayState:
        code = finished.reason and finished.reason.code
        if code not in {None, "stopped", "listing"}:
            return BayState.FAULT
        if code == "listing" or finished.failed or docking.attention:
            return BayState.DOCKED if code == "stopped" else BayState.ATTENTION
        if code == "stopped":
            return BayState.DOCKED
        return BayState.DOCKED if keep else self._charge_state()

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
        self._board.change(state=self._charge_state())

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
    return Reason(
        "removed-early",
        f"{name} was lifted out of {shown.bay} before it was done.",
        "Dock it again: copying goes on where it stopped.",
    )


def new_camera(bay: str) -> Reason:
    """Why a camera that nobody has accepted is left alone."""
    return Reason(
        "new",
        f"The camera in {bay} is new here. Nothing on it has been read.",
        "If it belongs to the force, accept it; else give it back.",
    )
