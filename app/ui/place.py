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

    Else it stands where the system puts it, or fills a screen that has no room for it and its frame.
    """
    kept = QSettings(str(home / FILE), QSettings.Format.IniFormat)
    where = kept.value("window/place")
    if isinstance(where, QRect) and on_a_screen(where):
        window.setGeometry(where)
    elif not fits(window.size(), room(window)):
        window.resize(window.size().boundedTo(room(window)))  # Qt minds the least size
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
    """How large a window may be, in logical pixels, so that its frame is on its screen too."""
    return window.screen().availableSize() - FRAME


def fits(size: QSize, space: QSize) -> bool:
    """Whether something of this size has room there."""
    return size.boundedTo(space) == size


def on_a_screen(where: QRect) -> bool:
    """Whether enough of the upper edge is on a screen that is there."""
    edge = QRect(where.topLeft(), QSize(where.width(), REACHABLE.height()))
    shown = [screen.availableGeometry() & edge for screen in QGuiApplication.screens()]
    return any(one.width() >= REACHABLE.width() and one.height() >= REACHABLE.height() // 2 for one in shown)
