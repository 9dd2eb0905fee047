"""The board of one bay: the one place where its state is kept, and the herald who tells everyone of it.

A lane writes on its board as often as it likes. The herald is one thread that says the newest snapshot of each bay at
most ten times a second, the last one never lost, and passes every other event on in order.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec

from app.custody.values import Docked
from app.snapshot import BaySnapshot, BayState, Event, RecordingView

log = logging.getLogger(__name__)

NOT_IN_POOL = Docked(asset=None)

INTERVAL_S = 0.1
"""A bay's snapshot is said at most this often."""


def now() -> datetime:
    """The time of this moment, in UTC."""
    return datetime.now(UTC)


class Herald:
    """Tells followers of snapshots and events, on a thread of its own, so that no lane ever waits for a listener."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._queue: deque[Event] = deque()
        self._pending: dict[str, BaySnapshot] = {}
        self._newest: dict[str, BaySnapshot] = {}
        self._followers: tuple[Callable[[Event], None], ...] = ()
        self._closed = False
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._run, name="herald")
        self._thread.start()

    def show(self, snapshot: BaySnapshot) -> None:
        """Take a bay's newest snapshot; an older one not yet said is forgotten."""
        with self._changed:
            self._newest[snapshot.bay] = self._pending[snapshot.bay] = snapshot
            self._changed.notify()

    def say(self, event: Event) -> None:
        """Pass an event on, after everything said before it; the snapshots so far go first."""
        with self._changed:
            self._queue.extend(self._pending.values())
            self._pending.clear()
            self._queue.append(event)
            self._changed.notify()

    def newest(self) -> tuple[BaySnapshot, ...]:
        """The newest snapshot of each bay, in order of bay."""
        with self._changed:
            return tuple(sorted(self._newest.values(), key=lambda shown: bay_order(shown.bay)))

    def follow(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        """Call `listener` with every event from now on; the result ends that."""
        with self._changed:
            self._followers += (listener,)

        def leave() -> None:
            with self._changed:
                self._followers = tuple(one for one in self._followers if one is not listener)

        return leave

    def close(self) -> None:
        """Say what is left to say, and end."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._wake.set()
        self._thread.join()

    def _run(self) -> None:
        while self._tell_once():
            self._wake.wait(INTERVAL_S)

    def _tell_once(self) -> bool:
        with self._changed:
            self._changed.wait_for(lambda: self._queue or self._pending or self._closed)
            events = [*self._queue, *self._pending.values()]
            self._queue.clear()
            self._pending.clear()
            followers, closed = self._followers, self._closed
        for event in events:
            for listener in followers:
                tell(listener, event)
        return not (closed and not events)


def tell(listener: Callable[[Event], None], event: Event) -> None:
    """Tell one listener; a mistake of its own costs the others nothing."""
    try:
        listener(event)
    except Exception:
        log.exception("a listener failed at %s", type(event).__name__)


def bay_order(bay: str) -> tuple[str, int, str]:
    """Sort key that puts A2 before A10."""
    letters = bay.rstrip("0123456789")
    number = bay[len(letters) :]
    return letters, int(number or 0), bay


class Board:
    """What one bay shows. Its lane says what goes on, acts of people what they asked for; the herald tells it."""

    def __init__(self, herald: Herald, bay: str, usb_path: str) -> None:
        self._herald = herald
        self._guard = threading.RLock()
        self._runs = 0
        self.shown = BaySnapshot(bay=bay, usb_path=usb_path, state=BayState.EMPTY, since=now())
        herald.show(self.shown)

    def change(self, **fields: Any) -> None:
        """Show these fields from now on; a new `state` starts a new `since`."""
        with self._guard:
            if fields.get("state", self.shown.state) is not self.shown.state:
                fields["since"] = now()
            self.shown = msgspec.structs.replace(self.shown, **fields)
            self._herald.show(self.shown)

    def show_custody(self, serial: str, known: Docked | None) -> None:
        """Show what custody knows of the camera with this serial, None where it is in no pool, if it is still here."""
        fields = msgspec.structs.asdict(known or NOT_IN_POOL)
        with self._guard:
            here = self.shown.serial == serial and self.shown.state is not BayState.REMOVED_EARLY
            if here and any(getattr(self.shown, name) != value for name, value in fields.items()):
                self.change(**fields)

    def next_run(self) -> int:
        """Number a run of the docking routine that was ordered."""
        with self._guard:
            self._runs += 1
            return self._runs

    def start(self, state: BayState, run: int | None = None, **fields: Any) -> None:
        """Begin anew in this bay: everything not named in `fields` is unknown again."""
        with self._guard:
            number = self.shown.run if run is None else run
            self.shown = BaySnapshot(self.shown.bay, state, now(), self.shown.usb_path, run=number, **fields)
            self._herald.show(self.shown)

    def recording(self, index: int, **fields: Any) -> RecordingView:
        """Change one recording's view and show it."""
        with self._guard:
            views = list(self.shown.recordings or ())
            views[index] = msgspec.structs.replace(views[index], **fields)
            self.change(recordings=tuple(views))
            return views[index]

    def say(self, event: Event) -> None:
        """Pass an event of this bay on."""
        self._herald.say(event)
