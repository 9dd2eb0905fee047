"""The Pool page over 100,000 cameras: filtering by keystroke and chip, ordering, scrolling, and what a preview costs.

Run by `python -m tests.bench.pool [COUNT]`. Prints a table in Markdown, then one object of JSON. Times are from the
act to the table that shows its answer; blocks are the longest pauses of the Qt thread meanwhile.
"""

from __future__ import annotations

import json
import os
import random
import sqlite3
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import psutil
from PySide6.QtWidgets import QApplication

from app.custody.bulk import Bulk, Task, act_on
from app.home import Home
from app.people.values import Actor, Proof
from app.pool import By, Kind, Order
from app.ui.bridge import Bridge
from app.ui.page import Context
from app.ui.pool_page import PoolPage
from app.ui.sweeping import Sweeper
from app.ui.tokens import Theme, load_fonts
from db.base import moment_text
from tests.bench.library import Bench
from tests.screens.force import STATIONS, SURNAMES
from tests.screens.story import NOW, StoryDocks

COUNT = 100_000
OFFICERS = 30_000
"""So many cameras are out, each with an officer of its own."""
TYPED = ("c", "ca", "cam", "cam-0", "cam-04", "cam-0412", "7f31", "1187", "hodgson", "kendal", "zz", "kendal bell")
PREVIEWED = 795

INSERTS = {
    "ledger_entry": ("number", "body", "leaf"),
    "person": (
        *("entry", "at", "salt", "id", "who", "who_salt", "collar", "name", "rank", "role", "station", "cohort"),
        *("trained_on", "card", "active"),
    ),
    "asset": ("entry", "at", "salt", "id", "asset", "serial", "make", "model", "station", "mode"),
    "custody": (
        *("entry", "at", "salt", "camera", "act", "officer", "mode", "by", "acting", "override", "due_at", "voids"),
    ),
}


def fill(home: Home, count: int) -> None:
    """Put so many cameras into a new home, three of ten of them out. Entries are stand-ins."""
    chance, number = random.Random(5), home.records.ledger_size()
    rows: dict[str, list[tuple[object, ...]]] = {table: [] for table in INSERTS}
    began, officers = moment_text(NOW - timedelta(days=30)), min(OFFICERS, count * 3 // 10)
    for place in range(officers + 1):
        role, name = ("sergeant" if place == 0 else "officer"), SURNAMES[place % len(SURNAMES)]
        who = (
            f"{place:032x}",
            "a" * 64,
            "b" * 64,
            str(1000 + place),
            name,
            "PC",
            role,
            STATIONS[place % 14],
            "response",
        )
        rows["person"].append((number + place, began, bytes(32), *who, "2026-01-01", f"card{place}", 1))
    number += officers + 1
    for place in range(count):
        told = f"CAM-{place:06}", f"7F31-{chance.randrange(16**6):06X}-{place}", "Dockwarden", "Body camera 3"
        rows["asset"].append((number + place, began, bytes(32), _camera(place), *told, STATIONS[place % 14], "pool"))
    number += count
    for place in range(officers):
        at, due = NOW - timedelta(hours=11 * chance.random()), NOW + timedelta(hours=chance.randrange(-2, 8))
        act = (_camera(place * 3), "issued", f"{place + 1:032x}", "pool", f"{0:032x}", 0, 0, moment_text(due), 0)
        rows["custody"].append((number + place, moment_text(at), bytes(32), *act))
    last = number + officers
    rows["ledger_entry"] = [(one, b"{}" * 150, bytes(32)) for one in range(home.records.ledger_size(), last)]
    with sqlite3.connect(home.database.path) as connection:
        for table, columns in INSERTS.items():
            places = ", ".join("?" * len(columns))
            connection.executemany(f'INSERT INTO "{table}" ({", ".join(columns)}) VALUES ({places})', rows[table])
    connection.close()


def _camera(place: int) -> str:
    return f"{place + 10**6:032x}"


def measure(home: Home) -> dict[str, Any]:
    actor = Actor(home.people.known("1000"), Proof.PIN)
    bridge = Bridge(StoryDocks())
    context = Context(home, bridge, Theme("light"), NOW.astimezone)
    page = PoolPage(context)
    context.session.sign_in(actor)
    page.resize(1190, 720)
    bench, sweeper = Bench(page), Sweeper()  # type: ignore[arg-type]
    sweeper.start()
    began = time.perf_counter()
    page.show()
    bench.wait(lambda: len(page.model.entries) > 0 and bench.settled())
    opened = 1000 * (time.perf_counter() - began)
    bar = page.table.verticalScrollBar()
    leaps = [random.Random(1).randrange(bar.maximum()) for _ in range(50)]
    orders = [Order(by, descending) for by in By for descending in (True, False)]
    try:
        bench.timed("filter, a keystroke", [partial(page.search.setText, text) for text in TYPED * 3], bench.listed)
        page.show_all()
        bench.timed("filter, a chip", [page.chips.buttons[kind].click for kind in Kind], bench.listed)
        page.show_all()
        bench.timed("order", [partial(page.table.sorted_by.emit, order) for order in orders], bench.listed)
        bench.timed("leap, to the rows' words", [partial(bench.scroll, row) for row in leaps], bench.settled)
        rows = len(page.model.entries)
    finally:
        page.leave()
        bridge.close()
        sweeper.close()
    memory = psutil.Process().memory_info().rss / 1e6
    preview = 1000 * previewed(home, actor)
    figures = {"rows": rows, "opened_ms": round(opened, 1), "memory_mb": round(memory), "preview_ms": round(preview, 2)}
    return figures | {"figures": bench.figures}


def previewed(home: Home, actor: Actor) -> float:
    """Seconds that it takes to see what moving one of many cameras would do."""
    cameras = tuple(f"CAM-{place:06}" for place in range(PREVIEWED))
    began = time.perf_counter()
    task = Task(Bulk.TRANSFER, cameras, "Elsewhere", actor)
    act_on(home.custody.rehearsed(), task, lambda _through: None, threading.Event())
    return (time.perf_counter() - began) / PREVIEWED


def main(count: int = COUNT) -> None:
    os.environ["DOCKWARDEN_KEYS"] = "file"
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication.instance() or QApplication(["bench"])
    assert isinstance(application, QApplication)
    application.setStyle("Fusion")
    load_fonts()
    with tempfile.TemporaryDirectory() as folder, Home(Path(folder) / "home") as home:
        fill(home, count)
        measured = measure(home)
    print(f"{measured['rows']:,} cameras; the page is full {measured['opened_ms']:.0f} ms after it comes up; ", end="")
    print(f"memory {measured['memory_mb']} MB; a preview costs {measured['preview_ms']} ms a camera.\n")
    print("| | median, ms | worst, ms | longest block, ms | times |\n|---|---:|---:|---:|---:|")
    for name, one in measured["figures"].items():
        print(f"| {name} | {one['median_ms']} | {one['worst_ms']} | {one['block_ms']} | {one['times']} |")
    print(json.dumps({"bench": "pool", "at": datetime.now(UTC).isoformat(), **measured}))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
