"""The window while sixteen virtual cameras are offloaded: how long its thread is blocked, how soon it is there.

`python -m tests.bench.window [--rounds 3] [--seconds 30]` starts the real program each time, offscreen. A timer of 1 ms
on the Qt thread itself tells the blocks: the time between two beats less that millisecond. First paint is counted from
the start of the process, as a person sees it, once after the caches were dropped (as root) and then warm. The emulation
and the docks' process share the cores with the window: beside real cameras there is more room.

Prints a table in Markdown and a line of JSON; medians of the rounds, and the worst of all for what is called worst.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
CAMERAS = 16
BIG = 32 << 20
BEAT_MS = 1
LIMIT_S = 300
AIMS = {
    "block p99, ms": 16,
    "block worst, ms": 50,
    "first paint, s": 1.0,
    "end, s": 2.0,
    "peak memory, MiB": 350 / 1.048576,
    "the docks' process, MiB": None,
}


def inside(home: str, began: float, seconds: float) -> int:
    """Run the program, measured from within; `began` is when its process was started, by the monotonic clock."""
    from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer
    from PySide6.QtWidgets import QApplication

    from app import start
    from app.ui import place
    from app.ui.window import Window

    found: dict[str, Any] = {}
    beats: list[float] = []

    class Painted(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
            if event.type() == QEvent.Type.Paint and "first paint, s" not in found:
                found["first paint, s"] = 0.0
                QTimer.singleShot(0, painted)
            return False

    def painted() -> None:
        found["first paint, s"] = time.monotonic() - began
        timer.start()
        QTimer.singleShot(round(seconds * 1000), finish)

    def beat() -> None:
        beats.append(time.perf_counter())

    def finish() -> None:
        timer.stop()
        found["closing"] = time.monotonic()
        for one in QApplication.topLevelWidgets():
            one.close()

    shown = Window.showEvent

    def show(self: Any, event: Any) -> None:
        self.installEventFilter(filter_)
        shown(self, event)

    filter_ = Painted()
    timer = QTimer(interval=BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
    timer.timeout.connect(beat)
    Window.showEvent = show  # type: ignore[method-assign]
    place.room = lambda _window: QSize(1920, 1080)  # the screen of no screen is a small one
    code = start.main(["--home", home, "--virtual", str(CAMERAS)])
    gaps = sorted((late - early) * 1000 - BEAT_MS for early, late in pairwise(beats))
    found["block p99, ms"], found["block worst, ms"] = gaps[len(gaps) * 99 // 100], gaps[-1]
    found["beats"] = len(beats)
    found["peak memory, MiB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    found["the docks' process, MiB"] = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(json.dumps(found))
    return code


def make_cards(home: Path, clips: Path) -> None:
    """Sixteen cards with footage, and a big recording on each."""
    from drivers.virtual.card import RECORDINGS
    from drivers.virtual.stock import create_card, serial_of

    cards = home / "virtual"
    cards.mkdir(parents=True)
    big = cards / ".noise"
    big.write_bytes(os.urandom(BIG))
    for number in range(1, CAMERAS + 1):
        create_card(cards, number, sorted(clips.glob("*.MP4")))
        (cards / serial_of(number) / RECORDINGS / "1234_BIG_20261123_220000.MP4").hardlink_to(big)


def measure(clips: Path, seconds: float, *, cold: bool) -> dict[str, Any]:
    """One run on a new home."""
    with tempfile.TemporaryDirectory(prefix="dockwarden-bench-") as name:
        home = Path(name) / "home"
        make_cards(home, clips)
        if cold:
            os.sync()
            Path("/proc/sys/vm/drop_caches").write_text("3")
        environment = os.environ | {"DOCKWARDEN_KEYS": "file", "QT_QPA_PLATFORM": "offscreen"}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # a person's program is compiled at its first start alone
        line = [sys.executable, "-m", "tests.bench.window", "--inside", str(home), str(time.monotonic())]
        line += ["--seconds", str(seconds)]
        done = subprocess.run(line, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, timeout=LIMIT_S)
        ended = time.monotonic()
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    found["end, s"] = ended - found.pop("closing")
    return found


def report(runs: list[dict[str, Any]], cold: dict[str, Any] | None) -> None:
    """Print the table and the JSON."""
    figures = {name: statistics.median(one[name] for one in runs) for name in AIMS}
    figures["block worst, ms"] = max(one["block worst, ms"] for one in runs)
    if cold is not None:
        figures["first paint after dropped caches, s"] = cold["first paint, s"]
    print(f"| {CAMERAS} cameras being offloaded | measured | aim |", "| --- | --: | --: |", sep="\n")
    for name, figure in figures.items():
        aim = f"{AIMS[name]:.3g}" if AIMS.get(name) else ""
        print(f"| {name} | {figure:.3g} | {aim} |")
    print(json.dumps(figures | {"rounds": runs}))


def main() -> int:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=15.0, help="for how long the thread is listened to")
    parser.add_argument("--inside", nargs=2, metavar=("HOME", "BEGAN"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        return inside(options.inside[0], float(options.inside[1]), options.seconds)
    from tests.screens.station import make_clips  # not for the program inside, which loads what it loads

    with tempfile.TemporaryDirectory(prefix="dockwarden-clips-") as name:
        clips = Path(name) / "clips"
        make_clips(clips)
        cold = measure(clips, options.seconds, cold=True) if os.geteuid() == 0 else None
        report([measure(clips, options.seconds, cold=False) for _ in range(options.rounds)], cold)
    return 0


if __name__ == "__main__":
    sys.exit(main())
