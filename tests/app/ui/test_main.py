"""The program's start and end: no display is told in words, signals close the window, no thread is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from app.ui import display

ROOT = Path(__file__).resolve().parents[3]

PROGRAM = """
import os, sys, tempfile, threading, time
from pathlib import Path
from PySide6.QtCore import QEvent, QTimer
from PySide6.QtWidgets import QApplication
from app.home import Home
from app.snapshot import BayState, Retry
from app.ui import main
from app.ui.pages import PAGES
from app.ui.window import load
from tests.screens.story import StoryDocks, many, camera
docks = StoryDocks(many(16))
stop = threading.Event()
def lane():
    while not stop.is_set():
        docks.say(camera("A1", "CAM-1", BayState.COPYING, 50))
flood = threading.Thread(target=lane)
flood.start()
started = main.Window.showEvent
def shown(self, event):
    started(self, event)
    if sys.argv[1] == "early":
        say("shown")
        QTimer.singleShot(0, self.close)
    self.completed.connect(lambda: complete(self))
def say(word):
    sys.stdout.write(word + "\\n"); sys.stdout.flush()
def complete(self):
    say("shown")
    if sys.argv[1] == "close":
        self.pages["dock"]._act(Retry("A1"))
        QTimer.singleShot(0, self.close)
    if sys.argv[1] == "quit":
        QTimer.singleShot(0, QApplication.quit)
    if sys.argv[1] == "log-off":  # what Qt sends to itself when the session's manager says that it is over
        QTimer.singleShot(0, lambda: QApplication.sendEvent(QApplication.instance(), QEvent(QEvent.Type.Quit)))
    if sys.argv[1] == "defect":
        self.timer = QTimer(self, interval=0)
        self.timer.timeout.connect(self.fail)
        self.timer.start()
def fail(self):
    self.timer.stop()
    QTimer.singleShot(0, self.close)
    raise ZeroDivisionError("a defect")
left = []
def noting(kind, leave):
    def noted(self):
        left.append((kind.NAME, bool(closed)))
        leave(self)
    return noted
closed = []
close_bridge = main.Bridge.close
def closing(self):
    closed.append(True)
    close_bridge(self)
main.Bridge.close = closing
for kind in map(load, PAGES):
    kind.leave = noting(kind, kind.leave)
main.Window.fail = fail
main.Window.showEvent = shown
with tempfile.TemporaryDirectory() as folder, Home(Path(folder)) as home:
    code = main.run(home, docks, theme="dark")
stop.set(); flood.join()
for one in threading.enumerate():  # a question that was under way ends by itself
    if one is not threading.main_thread():
        one.join(20)
there = 1 if sys.argv[1] == "early" else len(PAGES)
in_order = left == [(one.name, False) for one in PAGES[:there]]
sys.stdout.write(f"{code} {threading.active_count()} {len(docks.listeners)} {docks.closed} {in_order}\\n")
"""


def start(how: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", PROGRAM, how]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=pipe, stderr=pipe, text=True)


def end(program: subprocess.Popen[str]) -> tuple[str, str]:
    """What the program said until it ended by itself; one that does not is killed, and fails the test."""
    with program:
        try:
            return program.communicate(timeout=60)
        finally:
            program.kill()


@pytest.mark.parametrize("how", ["close", "quit", "log-off", "early"])
def test_closing_the_window_in_a_flood_leaves_nothing_behind(how: str) -> None:
    """The last word: every page left, once, in order, before the bridge closed."""
    out, err = end(start(how))
    assert out == "shown\n0 1 0 False True\n"
    assert err == ""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_closes_the_window_in_order(number: int) -> None:
    program = start("wait")
    assert program.stdout is not None
    assert program.stdout.readline() == "shown\n"
    program.send_signal(number)
    out, err = end(program)
    assert out == "0 1 0 False True\n"
    assert err == ""


def test_a_defect_is_logged_whole_and_the_window_goes_on() -> None:
    out, err = end(start("defect"))
    assert out == "shown\n0 1 0 False True\n"
    assert "ZeroDivisionError: a defect" in err


def test_without_a_display_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    assert "no display" in (display.can_show() or "")


def test_a_display_that_does_not_answer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setenv("DISPLAY", ":987")
    told = display.can_show() or ""
    assert ":987" in told or "apt-get install" in told


def test_missing_libraries_are_asked_for_by_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    monkeypatch.setattr(display, "WAYLAND_LIBRARIES", {"libnothing-of-the-kind.so.9": "libnothing9"})
    assert "apt-get install libnothing9" in (display.can_show() or "")


def test_a_platform_chosen_by_the_person_is_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert display.can_show() is None
