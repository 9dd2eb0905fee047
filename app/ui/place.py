"""Where the window was: its place on the screen and its page, kept in an INI file in the home."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRect, QSettings, QSize, Qt
from PySide6.QtGui import QGuiApplication

from app.ui.window import Window

FILE = "window.ini"
REACHABLE = QSize(120, 40)
"""So much of the window's upper edge has to be on a screen for a hand to reach it."""
FRAME = QSize(16, 40)
"""About so much a system puts around a window."""


def restore(window: Window, home: Path) -> None:
    """Put the window where it was, if that is on a screen that is there.

    Else it stands where the system puts it. It fills a screen that has no room for it.
    """
    kept = QSettings(str(home / FILE), QSettings.Format.IniFormat)
    where = kept.value("window/place")
    frame = FRAME
    if isinstance(where, QRect) and on_a_screen(where):
        window.setGeometry(where)
        frame = QSize(0, 0)  # a person has put it there with its frame
    space = room(window) - frame
    if window.size().boundedTo(space) != window.size():
        window.resize(window.size().boundedTo(space))  # Qt minds the least size
        window.setWindowState(Qt.WindowState.WindowMaximized)
    if kept.value("window/maximised") == "true":
        window.setWindowState(Qt.WindowState.WindowMaximized)
    page = kept.value("window/page")
    if isinstance(page, str) and window.has_page(page):
        window.open_page(page)


def save(window: Window, home: Path) -> None:
    """Keep where the window is. A file that cannot be written costs nothing but the place."""
    kept = QSettings(str(home / FILE), QSettings.Format.IniFormat)
    kept.setValue("window/place", window.normalGeometry())
    kept.setValue("window/maximised", "true" if window.isMaximized() else "false")
    kept.setValue("window/page", window.up)
    kept.sync()


def room(window: Window) -> QSize:
    """How large its screen is for windows and their frames, in logical pixels."""
    screen = QGuiApplication.screenAt(window.geometry().center()) or window.screen()
    return screen.availableSize()


def on_a_screen(where: QRect) -> bool:
    """Whether enough of the upper edge is on a screen that is there."""
    edge = QRect(where.topLeft(), QSize(where.width(), REACHABLE.height()))
    shown = [screen.availableGeometry() & edge for screen in QGuiApplication.screens()]
    return any(one.width() >= REACHABLE.width() and one.height() >= REACHABLE.height() // 2 for one in shown)
