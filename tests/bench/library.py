"""The Recordings page over a home of 100,000 recordings: filtering by keystroke, ordering, scrolling, memory.

Run by `python -m tests.bench.library [COUNT]`. Prints a table in Markdown, then one object of JSON. Times are from the
act (a key, a click) to the table that shows its answer; blocks are the longest pauses of the Qt thread meanwhile.
"""

from __future__ import annotations

import json
import os
import random
import sqlite3
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import psutil
from PySide6.QtCore import QDeadlineTimer, QEventLoop, QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication

from app.home import Home
from app.library import By, Kind, Order, Wanted
from app.media.facts import Sketched
from app.media.wire import SMALL_WIDTH
from app.thumbnails import Thumbnails
from app.ui.bridge import Bridge
from app.ui.page import Context
from app.ui.recordings_page import RecordingsPage
from app.ui.sweeping import Sweeper
from app.ui.tokens import Theme, load_fonts
from db.base import moment_text
from drivers.camera import Identity, Interface, Sighting
from tests.screens.story import NOW, StoryDocks

COUNT = 100_000
PICTURES = 2_000
"""The newest recordings have small pictures; scrolling and the leaps among them come no further."""
CAMERAS, OFFICERS, DAYS = 240, 400, 41
LIMIT_MS = 10_000
TYPED = ("2", "20", "202", "cam-0412", "c", "ca", "cam", "cam-04", "1187", "zz", "yesterday 22:00", "mp4 1234", "9f2c")

INSERTS = {
    "ledger_entry": ("number", "body", "leaf"),
    "recording": (
        *("id", "at", "docking", "camera", "folder", "name", "size", "modified", "captured", "persistent_id"),
        *("clock_offset_s", "officer", "critical"),
    ),
    "seal": (
        *("entry", "at", "salt", "recording", "docking", "size", "sha256", "key_sha256", "payload_sha256"),
        *("payload_size", "partial", "flags", "recorded_at", "started_at", "seconds"),
    ),
    "release": ("entry", "at", "salt", "recording", "docking"),
}


def fill(home: Home, count: int) -> None:
    """Put so many recordings into a new home, the newest a moment before the story's time. Entries are stand-ins."""
    chance = random.Random(4)
    docked = list(dockings(home))
    number = home.records.ledger_size()
    rows: dict[str, list[tuple[object, ...]]] = {table: [] for table in INSERTS}
    for place in range(count):
        sealed_at = NOW - timedelta(days=DAYS) * ((count - place) / count)
        number = add_recording(rows, chance, docked[chance.randrange(CAMERAS)], sealed_at, number)
    with sqlite3.connect(home.database.path) as connection:
        for table, columns in INSERTS.items():
            places = ", ".join("?" * len(columns))
            connection.executemany(f'INSERT INTO "{table}" ({", ".join(columns)}) VALUES ({places})', rows[table])
    connection.close()


def dockings(home: Home) -> Iterator[tuple[str, str, str]]:
    """A docking, a camera's id and its serial for each camera."""
    for place in range(CAMERAS):
        serial = f"CAM-{place * 3 + 1:04}"
        sighting = Sighting(f"1-{place}", "1-7", 0x1209, 1, (Interface(0, 6, 1, 1),), serial, virtual=True)
        camera = home.records.camera(sighting, Identity("Dockwarden", "Body camera 3", serial, "2.5.0"), "virtual")
        docking = home.records.begin_docking(
            camera, bay="A1", usb_path=f"1-{place}", firmware="2.5.0", battery_percent=80, clock_offset_s=1.8
        )
        yield docking, camera, serial


def add_recording(
    rows: dict[str, list[tuple[object, ...]]],
    chance: random.Random,
    docked: tuple[str, str, str],
    sealed_at: datetime,
    number: int,
) -> int:
    """Add the rows of one recording, and give the number of the next entry."""
    docking, camera, serial = docked
    id_ = uuid.UUID(int=chance.getrandbits(128)).hex
    officer, size = str(1000 + chance.randrange(OFFICERS)), chance.randrange(20_000_000, 1_800_000_000)
    made = sealed_at - timedelta(hours=9 * chance.random())
    told, at, digest = made.replace(tzinfo=None).isoformat(), moment_text(sealed_at), f"{chance.getrandbits(256):064x}"
    name = f"{officer}_{serial.replace('-', '')}_{made:%Y%m%d_%H%M%S}.MP4"
    partial = chance.random() < 0.01
    flags = "partial: the camera gave 3 bytes less" if partial else "container not readable" * (chance.random() < 0.02)
    rows["recording"].append(
        (id_, at, docking, camera, "DCIM", name, size, told, told, id_, 1.8, officer, chance.random() < 0.02)
    )
    rows["ledger_entry"].append((number, b"{}" * 150, bytes(32)))
    pieces = (size, digest, digest, digest, size + 32)
    rows["seal"].append(
        (number, at, bytes(32), id_, docking, *pieces, partial, flags, moment_text(made), told, size / 1_140_000)
    )
    if partial or chance.random() < 0.03:
        return number + 1
    rows["ledger_entry"].append((number + 1, b"{}" * 100, bytes(32)))
    rows["release"].append((number + 1, at, bytes(32), id_, docking))
    return number + 2


def picture(home: Home, count: int) -> None:
    """Give the newest recordings a picture each, sealed as the program keeps them."""
    chance = random.Random(5)
    newest = home.library.entries(Wanted(), Order(), NOW.astimezone(), count)
    thumbnails = Thumbnails(home)
    for row in home.library.rows(newest):
        thumbnails.put(row.id, Sketched(SMALL_WIDTH, 70, chance.randbytes(SMALL_WIDTH * 70 * 3)))


class Heart(QObject):
    """Beats each millisecond on the Qt thread; the longest pause between two beats is how long it was blocked."""

    def __init__(self) -> None:
        super().__init__()
        self._timer = QTimer(self, interval=1)
        self._timer.timeout.connect(self._beat)
        self.restart()
        self._timer.start()

    def restart(self) -> None:
        self._last, self.longest = time.perf_counter(), 0.0

    @Slot()
    def _beat(self) -> None:
        now = time.perf_counter()
        self.longest, self._last = max(self.longest, now - self._last), now


class Bench:
    """The page on the screen, and how long it takes to answer."""

    def __init__(self, page: RecordingsPage) -> None:
        self.page = page
        self.heart = Heart()
        self.figures: dict[str, dict[str, float]] = {}

    def wait(self, so: Callable[[], bool]) -> None:
        limit = QDeadlineTimer(LIMIT_MS)
        while not so():
            if limit.hasExpired():
                raise TimeoutError("the page gave no answer")
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 1)

    def settled(self) -> bool:
        return self.page.is_settled

    def listed(self) -> bool:
        return self.page.is_listed

    def listed_whole(self) -> bool:
        return not self.page._finder.waiting

    def timed(self, name: str, acts: list[Callable[[], object]], done: Callable[[], bool]) -> None:
        """Do each act and note how long it took until it was done, and the longest block meanwhile."""
        took, blocks = [], []
        for act in acts:
            self.wait(self.settled)
            self.heart.restart()
            began = time.perf_counter()
            act()
            self.wait(done)
            took.append(1000 * (time.perf_counter() - began))
            blocks.append(1000 * self.heart.longest)
        self.figures[name] = {
            "median_ms": round(statistics.median(took), 1),
            "worst_ms": round(max(took), 1),
            "block_ms": round(max(blocks), 1),
            "times": len(acts),
        }

    def run(self) -> None:
        page = self.page
        orders = [Order(by, descending) for by in By for descending in (True, False)]
        bar = page.table.verticalScrollBar()
        chance = random.Random(1)
        leaps = [chance.randrange(bar.maximum()) for _ in range(50)]
        pictured = [chance.randrange(PICTURES) for _ in range(50)]
        self.timed("filter, a keystroke", [partial(page.search.setText, text) for text in TYPED * 3], self.listed)
        self.timed(
            "the same, to the last row", [partial(page.search.setText, text) for text in TYPED], self.listed_whole
        )
        page.show_all()
        self.timed("filter, a chip", [page.chips.buttons[kind].click for kind in Kind], self.listed)
        self.timed("order", [partial(page.table.sorted_by.emit, order) for order in orders], self.listed)
        self.timed("scroll by three rows, with pictures", [lambda: self.scroll(bar.value() + 3)] * 200, self.listed)
        self.timed("leap, to words and pictures", [partial(self.scroll, row) for row in pictured], self.settled)
        self.timed("leap, to the rows' words", [partial(self.scroll, row) for row in leaps], self.settled)

    def scroll(self, row: int) -> None:
        self.page.table.verticalScrollBar().setValue(row)
        self.page.table.viewport().repaint()


def measure(home: Home) -> dict[str, Any]:
    bridge = Bridge(StoryDocks())
    page = RecordingsPage(Context(home, bridge, Theme("light"), NOW.astimezone))
    page.resize(1190, 720)
    bench, sweeper = Bench(page), Sweeper()
    sweeper.start()
    began = time.perf_counter()
    page.show()
    bench.wait(lambda: len(page.model.entries) > 0 and bench.settled())
    opened = 1000 * (time.perf_counter() - began)
    try:
        bench.run()
        rows = len(page.model.entries)
    finally:
        page.leave()
        bridge.close()
        sweeper.close()
    memory = psutil.Process().memory_info().rss / 1e6
    return {"rows": rows, "opened_ms": round(opened, 1), "memory_mb": round(memory), "figures": bench.figures}


def main(count: int = COUNT) -> None:
    os.environ["DOCKWARDEN_KEYS"] = "file"
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication.instance() or QApplication(["bench"])
    assert isinstance(application, QApplication)
    application.setStyle("Fusion")
    load_fonts()
    with tempfile.TemporaryDirectory() as folder, Home(Path(folder) / "home") as home:
        fill(home, count)
        picture(home, PICTURES)
        measured = measure(home)
    print(
        f"{measured['rows']:,} recordings; the page is full {measured['opened_ms']:.0f} ms after it comes up; ", end=""
    )
    print(f"memory of the process {measured['memory_mb']} MB.\n")
    print("| | median, ms | worst, ms | longest block, ms | times |\n|---|---:|---:|---:|---:|")
    for name, one in measured["figures"].items():
        print(f"| {name} | {one['median_ms']} | {one['worst_ms']} | {one['block_ms']} | {one['times']} |")
    print(json.dumps({"bench": "library", "at": datetime.now(UTC).isoformat(), **measured}))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
