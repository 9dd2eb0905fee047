"""The one way for state to come to the Qt thread, and for acts to leave it.

Snapshots arrive on any thread and at any rate; the newest of each bay is kept and handed to the window at most ten
times a second, the last one never lost. They are handed over a part in each round of the event loop: the station, a
few bays, what happened in them, one notice. So keys and painting have their turn in between.
Acts run on a worker, because they may wait, and their answers come back as a signal. Receivers are slots of
QObjects that live in the Qt thread.

The order of the end: stop listening → take no more acts → wait for those under way → the window may go.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from functools import partial
from math import ceil

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from app.errors import KNOWN
from app.snapshot import (
    Act,
    Answer,
    BaySnapshot,
    Docks,
    Event,
    Finished,
    Notice,
    OwnerGone,
    Released,
    Sealed,
    StationView,
)

INTERVAL_MS = 100
ROUNDS = 8
"""In so many rounds of the event loop all bays have been handed over."""
CLOSE_LIMIT_S = 2.0
log = logging.getLogger(__name__)

Happening = Sealed | Released | Finished


@dataclass(slots=True)
class _News:
    """What came since the last delivery."""

    bays: dict[str, BaySnapshot] = field(default_factory=dict)
    station: StationView | None = None
    notices: list[Notice] = field(default_factory=list)
    happened: list[Happening] = field(default_factory=list)
    stopped: bool = False

    def take(self, event: Event) -> None:
        """Keep an event for the next delivery."""
        match event:
            case BaySnapshot():
                self.bays[event.bay] = event
                self.stopped = False
            case StationView():
                self.station = event
            case Notice():
                self.notices.append(event)
            case Sealed() | Released() | Finished():
                self.happened.append(event)
            case OwnerGone():
                self.stopped = True


class Bridge(QObject):
    """Joins one `Docks` to the window. Lives in the Qt thread; only `hear` may be called from any thread.

    changed: tuple of the BaySnapshots that are new; station_changed: StationView; noticed: Notice; happened: tuple of
    what was Sealed, Released or Finished; stopped: the owner of the docks ended; answered: the Act and its Answer.
    """

    changed = Signal(object)
    station_changed = Signal(object)
    noticed = Signal(object)
    happened = Signal(object)
    stopped = Signal()
    answered = Signal(object, object)
    _woken = Signal()

    def __init__(self, docks: Docks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._docks = docks
        self._lock = threading.Lock()
        self._news = _News()
        self._parts: deque[Callable[[], None]] = deque()
        self._heard: set[str] = set()
        self._asleep = True
        self._closed = False
        self._leave = _nothing
        self._errands: set[Future[None]] = set()
        self._workers = ThreadPoolExecutor(max_workers=2, thread_name_prefix="act")
        self._pause = QTimer(self, singleShot=True, interval=INTERVAL_MS)
        self._pause.timeout.connect(self._wake)
        self._next = QTimer(self, singleShot=True, interval=0)
        self._next.timeout.connect(self._hand_over)
        self._woken.connect(self._wake, Qt.ConnectionType.QueuedConnection)

    def start(self) -> None:
        """Follow the docks from now on, and deliver how they stand. Called once the window's slots are connected."""
        self._leave = self._docks.follow(self.hear)
        self._workers.submit(self._catch_up)

    def _catch_up(self) -> None:
        """Take in how everything stood at the start, as soon as the docks are open."""
        try:
            self.hear(self._docks.station())
            for snapshot in self._docks.bays():
                self._hear_first(snapshot)
        except KNOWN as trouble:  # who opens the docks tells it; the next news comes by `hear`
            log.info("the docks do not say how they stand: %s", trouble)

    def hear(self, event: Event) -> None:
        """Take an event in; from any thread, quickly done."""
        with self._lock:
            if not self._closed:
                self._news.take(event)
                self._heard |= self._news.bays.keys()
                self._wake_up()

    def _hear_first(self, snapshot: BaySnapshot) -> None:
        """Take in how a bay stood at the start, unless something newer has come meanwhile."""
        with self._lock:
            if not self._closed and snapshot.bay not in self._heard:
                self._news.bays[snapshot.bay] = snapshot
                self._wake_up()

    def _wake_up(self) -> None:
        if self._asleep:
            self._asleep = False
            self._woken.emit()

    @Slot()
    def _wake(self) -> None:
        if not self._pause.isActive() and not self._next.isActive():
            self._deliver()

    def _deliver(self) -> None:
        with self._lock:
            if self._asleep or self._closed:
                return
            news, self._news = self._news, _News()
            self._asleep = True
        self._parts.extend(self._parts_of(news))
        self._pause.start()
        self._hand_over()

    def _parts_of(self, news: _News) -> Iterator[Callable[[], None]]:
        """Cut news into what is handed over in one round each, in their order."""
        if news.station is not None:
            yield partial(self.station_changed.emit, news.station)
        bays = tuple(news.bays.values())
        at_once = ceil(len(bays) / ROUNDS) or 1
        for first in range(0, len(bays), at_once):
            yield partial(self.changed.emit, bays[first : first + at_once])
        if news.happened:
            yield partial(self.happened.emit, tuple(news.happened))
        for notice in news.notices:
            yield partial(self.noticed.emit, notice)
        if news.stopped:
            yield self.stopped.emit

    @Slot()
    def _hand_over(self) -> None:
        """Hand over the next part, and after the last one look for more, in a round of its own too."""
        if not self._parts:
            self._wake()
            return
        part = self._parts.popleft()
        self._next.start()  # first: a part may run an event loop of its own
        part()

    def act(self, act: Act) -> None:
        """Have an act done on a worker; its answer comes by `answered`."""
        errand = self._workers.submit(self._do, act)
        self._errands = {one for one in self._errands if not one.done()} | {errand}

    def _do(self, act: Act) -> None:
        try:
            answer = self._docks.act(act)
        except Exception:  # a defect in an act must reach the person who asked, not end in a worker
            log.exception("an act failed: %r", act)
            answer = Answer(False, "That did not work because of a fault in the program. It is in the log: tell IT.")
        with self._lock:
            if not self._closed:
                self.answered.emit(act, answer)

    def close(self) -> None:
        """End in the written order; waits for acts under way, at most CLOSE_LIMIT_S. May be called twice."""
        self._leave()
        with self._lock:
            self._closed = True
        for timer in (self._pause, self._next):
            timer.stop()
        self._workers.shutdown(wait=False, cancel_futures=True)
        begun = [one for one in self._errands if not one.cancelled()]  # `wait` would wait for the cancelled ones too
        if wait(begun, CLOSE_LIMIT_S).not_done:
            log.warning("an act was still under way when the window closed")


def _nothing() -> None:
    """Stand in for the leave of a bridge that has not started."""
