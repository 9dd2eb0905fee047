"""A monkey at the keyboard, the mouse and the docks: seeded random acts on the whole window, and what came of them.

`python -m tests.app.ui.monkey [--acts 10000] [--seed 1] [--docks story]` prints what it did, the longest time for which
the window did not answer, and every trouble: an exception in any thread, an error in the log, a word of Qt's. Its docks
are virtual cameras that are plugged in and pulled out while they are offloaded, or with `story` bays in every state.
"""

from __future__ import annotations

import argparse
import logging
import os
import random
import shutil
import sys
import tempfile
import threading
import time
import traceback
from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Protocol
from unittest.mock import patch

import msgspec
from PySide6.QtCore import QEventLoop, QObject, QPoint, QPointF, Qt, QTimer, Slot, qInstallMessageHandler
from PySide6.QtGui import QDesktopServices, QWheelEvent
from PySide6.QtPrintSupport import QPrintDialog
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QWidget
from shiboken6 import delete

from app.docks import SharedDocks, owned_here
from app.home import Home
from app.snapshot import Docks, Notice
from app.ui.bridge import Bridge
from app.ui.sweeping import Sweeper
from app.ui.window import Window
from drivers.presence import Source
from drivers.virtual.dock import VirtualDock
from tests.screens import story
from tests.screens.shoot import open_window

CAMERAS = 8
BEAT_MS = 10
SIZES = ((1366, 768), (1024, 600), (1920, 1080), (900, 500))

KEYS = (
    [Qt.Key(code) for code in range(Qt.Key.Key_A, Qt.Key.Key_Z + 1)]
    + [Qt.Key(code) for code in range(Qt.Key.Key_0, Qt.Key.Key_9 + 1)]
    + [Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Return, Qt.Key.Key_Space] * 4
    + [Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End] * 2
    + [Qt.Key.Key_Escape, Qt.Key.Key_Backspace, Qt.Key.Key_Delete, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown] * 2
    + [Qt.Key(code) for code in range(Qt.Key.Key_F1, Qt.Key.Key_F12 + 1)]
    + [Qt.Key.Key_Comma, Qt.Key.Key_Period, Qt.Key.Key_Slash, Qt.Key.Key_Minus, Qt.Key.Key_Plus]
)
PLAIN, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
MODIFIERS = [PLAIN] * 8 + [SHIFT, Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier]
LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton


class Cameras(Protocol):
    """What a monkey can do at the docks."""

    docks: Docks

    def disturb(self, dice: random.Random) -> str:
        """Plug in or pull out something; says what."""

    def close(self) -> None:
        """Leave the docks."""


class StoryCameras:
    """Bays that turn from any state into any other, and notices."""

    def __init__(self) -> None:
        self._told = story.StoryDocks(story.night())
        self.docks: Docks = self._told

    def disturb(self, dice: random.Random) -> str:
        if dice.random() < 0.1:
            self._told.say(Notice(story.NOW, story.TAKEN, dice.choice("ABCD") + "1", urgent=dice.random() < 0.5))
            return "notice"
        bay = dice.choice(story.many(24)).bay
        shown = msgspec.structs.replace(dice.choice(story.night()), bay=bay)
        self._told.say(shown)
        return f"{bay} {shown.state}"

    def close(self) -> None:
        pass


class VirtualCameras:
    """Cameras of the emulation, offloaded by the program, pulled out and plugged in at any moment."""

    def __init__(self, home: Home) -> None:
        self._dock = VirtualDock.start(home.folder / "virtual", CAMERAS)
        self._worker = ThreadPoolExecutor(max_workers=1)
        self._out: set[str] = set()
        self.docks: Docks = SharedDocks(home, owned_here(home, lambda: (Source(self._dock.backend, virtual=True),)))

    def disturb(self, dice: random.Random) -> str:
        camera = dice.choice(self._dock.cameras)
        if camera in self._out:
            self._out.discard(camera)
            self._worker.submit(self._dock.plug, camera)
            return f"plug {camera}"
        if dice.random() < 0.3:
            self._worker.submit(self._dock.record, camera)
            return f"record {camera}"
        self._out.add(camera)
        self._worker.submit(self._dock.unplug, camera)
        return f"unplug {camera}"

    def close(self) -> None:
        self._worker.shutdown()
        self.docks.close()
        self._dock.close()


@dataclass
class Outcome:
    """What came of a run.

    `longest_gap_s` is for how long the Qt thread did not answer, at most; for `busy_s` of that it was at work itself,
    and for the rest it waited: for a lock, or for a processor that others had.
    """

    acts: Counter[str] = field(default_factory=Counter)
    longest_gap_s: float = 0.0
    busy_s: float = 0.0
    before_gap: list[str] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    windows: int = 0


class _Errors(logging.Handler):
    def __init__(self, troubles: list[str]) -> None:
        super().__init__(logging.ERROR)
        self._troubles = troubles

    def emit(self, record: logging.LogRecord) -> None:
        self._troubles.append(f"log: {self.format(record)}")


@contextmanager
def watched(troubles: list[str]) -> Iterator[None]:
    """Note every exception that nobody caught, every error in the log, and everything that Qt complains of."""

    def uncaught(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
        troubles.append("".join(traceback.format_exception(kind, error, trace)))

    def uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
        uncaught(args.exc_type, args.exc_value, args.exc_traceback)

    def said(_kind: object, _context: object, message: str) -> None:
        if not message.startswith("This plugin does not support"):  # the offscreen platform of itself
            troubles.append(f"Qt: {message}")

    errors = _Errors(troubles)
    logging.getLogger().addHandler(errors)
    before = qInstallMessageHandler(said)
    with patch.object(sys, "excepthook", uncaught), patch.object(threading, "excepthook", uncaught_in_thread):
        try:
            yield
        finally:
            qInstallMessageHandler(before)
            logging.getLogger().removeHandler(errors)


@contextmanager
def nothing_native(folder: Path) -> Iterator[None]:
    """No file chooser, browser or print dialog of the system comes up: they answer as if closed, or with a file."""
    chosen = iter(range(1_000_000))

    def choose(*_args: object, **_named: object) -> tuple[str, str]:
        number = next(chosen)
        return ("" if number % 2 else str(folder / f"chosen-{number}"), "")

    def choose_folder(*_args: object, **_named: object) -> str:
        return ""

    with (
        patch.object(QFileDialog, "getSaveFileName", choose),
        patch.object(QFileDialog, "getOpenFileName", choose),
        patch.object(QFileDialog, "getExistingDirectory", choose_folder),
        patch.object(QFileDialog, "open", lambda *_: None),
        patch.object(QPrintDialog, "open", lambda *_: None),
        patch.object(QPrintDialog, "exec", lambda *_: QDialog.DialogCode.Rejected),
        patch.object(QDesktopServices, "openUrl", lambda *_: True),
    ):
        yield


class Monkey(QObject):
    """Does one act after the other, each from the event loop: one that opens a loop of its own stops nothing."""

    def __init__(self, reopen: Callable[[], tuple[Window, Bridge]], cameras: Cameras, seed: int, acts: int) -> None:
        super().__init__()
        self.outcome = Outcome()
        self._reopen, self._cameras = reopen, cameras
        self._dice = random.Random(seed)
        self._left = acts
        self._last: deque[str] = deque(maxlen=12)
        self._loop = QEventLoop()
        self._beat = QTimer(self, interval=BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
        self._beat.timeout.connect(self._listen)
        self._open()

    def run(self) -> Outcome:
        """Do all acts; the window is closed at the end."""
        self._heard, self._worked = time.perf_counter(), time.thread_time()
        self._beat.start()
        self._go_on()
        self._loop.exec()
        self._beat.stop()
        self._close()
        return self.outcome

    def _open(self) -> None:
        self._window, self._bridge = self._reopen()
        self._window.activateWindow()
        self.outcome.windows += 1
        self._heard, self._worked = time.perf_counter(), time.thread_time()

    def _close(self) -> None:
        self._window.close()
        self._bridge.close()
        delete(self._window)

    @Slot()
    def _listen(self) -> None:
        now, worked = time.perf_counter(), time.thread_time()
        if now - self._heard > self.outcome.longest_gap_s:
            self.outcome.longest_gap_s, self.outcome.before_gap = now - self._heard, list(self._last)
            self.outcome.busy_s = worked - self._worked
        self._heard, self._worked = now, worked

    def _go_on(self) -> None:
        QTimer.singleShot(0, self, self._act)

    @Slot()
    def _act(self) -> None:
        if not self._left:
            self._end()
            return
        self._left -= 1
        if not self._window.isVisible():
            self._close()
            self._open()
        self._go_on()  # before the act: should it open a loop of its own, the next act ends that
        kinds: list[Callable[[], str]] = [self._press, self._click, self._wheel, self._resize, self._disturb]
        kind = self._dice.choices(kinds, (40, 40, 4, 1, 15))[0]
        seen = len(self.outcome.troubles)
        self._last.append(kind.__name__)
        self._last[-1] = f"{kind.__name__} {kind()}"
        self.outcome.acts[kind.__name__.strip("_")] += 1
        if len(self.outcome.troubles) > seen:
            self.outcome.troubles.append(f"after: {list(self._last)}")

    def _end(self) -> None:
        """End, from within whatever dialog or menu is open."""
        while inner := QApplication.activePopupWidget() or QApplication.activeModalWidget():
            inner.close()
        self._loop.quit()

    def _top(self) -> QWidget:
        """Where keys and clicks go: a menu before a dialog before the window."""
        return (
            QApplication.activePopupWidget()
            or QApplication.activeModalWidget()
            or QApplication.activeWindow()
            or self._window
        )

    def _press(self) -> str:
        key, modifier = self._dice.choice(KEYS), self._dice.choice(MODIFIERS)
        top = self._top()
        at = top if QApplication.activePopupWidget() else QApplication.focusWidget() or top
        told = f"{key.name} {modifier.name} on {type(at).__name__}"
        QTest.keyClick(at, key, modifier)
        return told

    def _point(self) -> tuple[QWidget, QPoint]:
        """A widget that can be seen, and a point in it; any point of the window, or as often something to click on."""
        top = self._top()
        inside = QPoint(self._dice.randrange(top.width()), self._dice.randrange(top.height()))
        if self._dice.random() < 0.5:
            targets = [one for one in top.findChildren(QWidget) if one.isVisible() and one.focusPolicy().value]
            if targets:
                chosen = self._dice.choice(targets)
                inside = chosen.mapTo(top, chosen.visibleRegion().boundingRect().center())
        widget = top.childAt(inside) or top
        return widget, widget.mapFrom(top, inside)

    def _click(self) -> str:
        widget, point = self._point()
        told = f"{type(widget).__name__} {widget.accessibleName()!r}"
        button = RIGHT if self._dice.random() < 0.1 else LEFT
        twice = self._dice.random() < 0.1
        (QTest.mouseDClick if twice else QTest.mouseClick)(widget, button, PLAIN, point)
        return told

    def _wheel(self) -> str:
        widget, point = self._point()
        told = type(widget).__name__
        turned = QPoint(0, self._dice.choice((-480, -120, 120, 480)))
        at, everywhere = QPointF(point), QPointF(widget.mapToGlobal(point))
        no_phase = Qt.ScrollPhase.NoScrollPhase
        event = QWheelEvent(at, everywhere, QPoint(), turned, Qt.MouseButton.NoButton, PLAIN, no_phase, False)
        QApplication.sendEvent(widget, event)
        return told

    def _resize(self) -> str:
        size = self._dice.choice(SIZES)
        self._window.resize(*size)
        return str(size)

    def _disturb(self) -> str:
        return self._cameras.disturb(self._dice)


def run(home: Home, cameras: Cameras, *, seed: int, acts: int) -> Outcome:
    """Let a monkey do so many acts on the window of this home."""

    def reopen() -> tuple[Window, Bridge]:
        return open_window(home, cameras.docks, "light", 1366, 768)

    with nothing_native(home.folder):
        monkey = Monkey(reopen, cameras, seed, acts)
        with watched(monkey.outcome.troubles):
            return monkey.run()


def words(outcome: Outcome, seconds: float) -> str:
    """An outcome for people."""
    acts = ", ".join(f"{count} {kind}" for kind, count in outcome.acts.items())
    return (
        f"{sum(outcome.acts.values())} acts in {seconds:.0f} s ({acts}), {outcome.windows} windows\n"
        f"longest gap {outcome.longest_gap_s * 1000:.0f} ms, {outcome.busy_s * 1000:.0f} of them at work\n"
        f"before it {outcome.before_gap}\n"
        f"{len(outcome.troubles)} troubles\n" + "\n".join(outcome.troubles)
    )


def main() -> int:
    """Run as a program: 1 when there was trouble or a frozen second."""
    from tests.screens.shoot import start_qt
    from tests.screens.station import make_clips, make_home

    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--acts", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--docks", choices=("virtual", "story"), default="virtual")
    options = parser.parse_args()
    os.environ |= {"QT_QPA_PLATFORM": "offscreen", "DOCKWARDEN_KEYS": "file"}
    application, sweeper = start_qt(), Sweeper()
    with tempfile.TemporaryDirectory(prefix="dockwarden-monkey-") as name:
        scratch = Path(name)
        clips = make_clips(scratch / "clips")
        make_home(scratch, clips, nights=2)
        shutil.copytree(scratch / "clips", scratch / "home" / "virtual" / ".clips")
        with Home(scratch / "home") as home:
            cameras: Cameras = StoryCameras() if options.docks == "story" else VirtualCameras(home)
            sweeper.start()
            began = time.perf_counter()
            outcome = run(home, cameras, seed=options.seed, acts=options.acts)
            seconds = time.perf_counter() - began
            cameras.close()
    sweeper.close()
    application.quit()
    sys.stdout.write(words(outcome, seconds))
    return int(bool(outcome.troubles) or outcome.longest_gap_s >= 1)


if __name__ == "__main__":
    sys.exit(main())
