"""Draws one picture of the window in a process of its own, whose scale is fixed before Qt starts."""

from __future__ import annotations

import sys
import tempfile
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QDeadlineTimer, QEventLoop
from PySide6.QtWidgets import QApplication

from app.home import Home
from app.snapshot import BaySnapshot, Docks
from app.ui.bridge import Bridge
from app.ui.dock_page import DockPage
from app.ui.page import Context
from app.ui.tokens import Theme, load_fonts
from app.ui.window import Window
from tests.screens import story

LIMIT_MS = 10_000


def story_now() -> datetime:
    return story.NOW.astimezone()


def open_window(home: Home, docks: Docks, theme: str, width: int, height: int) -> tuple[Window, Bridge]:
    """Open the window on the docks and wait until every bay is on it."""
    bridge = Bridge(docks)
    window = Window(Context(home, bridge, Theme(theme), story_now))
    window.resize(width, height)
    bridge.start()
    window.show()
    limit = QDeadlineTimer(LIMIT_MS)
    while len(dock_of(window).wall.cards) < len(docks.bays()):
        if limit.hasExpired():
            raise TimeoutError("the bays did not come on screen")
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)
    return window, bridge


def dock_of(window: Window) -> DockPage:
    page = window.pages["dock"]
    assert isinstance(page, DockPage)
    return page


def shoot(bays: tuple[BaySnapshot, ...], theme: str, width: int, height: int, target: Path, chosen: str = "") -> None:
    """Draw the window with these bays, in logical pixels, into a PNG file."""
    with tempfile.TemporaryDirectory() as folder, Home(Path(folder)) as home:
        window, bridge = open_window(home, story.StoryDocks(bays), theme, width, height)
        if chosen:
            dock_of(window).choose(chosen)
        for _ in range(3):
            QApplication.processEvents()
        window.grab().save(str(target))
        window.close()
        bridge.close()


def main(theme: str, width: str, height: str, target: str, count: str = "", chosen: str = "") -> None:
    """Draw one picture of the night, or of as many bays as asked for."""
    application = QApplication(["dockwarden"])
    application.setStyle("Fusion")
    load_fonts()
    shoot(story.many(int(count)) if count else story.night(), theme, int(width), int(height), Path(target), chosen)


if __name__ == "__main__":
    main(*sys.argv[1:])
