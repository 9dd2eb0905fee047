"""The window's part of the selftest."""

from __future__ import annotations

import os


def try_qt() -> str:
    """Start Qt without a display and draw a widget."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtCore import qVersion  # noqa: PLC0415  the platform is chosen before Qt is loaded
    from PySide6.QtWidgets import QApplication, QLabel  # noqa: PLC0415

    application = QApplication.instance() or QApplication(["dockwarden"])
    label = QLabel("Dockwarden")
    picture = label.grab()
    if picture.isNull():
        raise RuntimeError("Qt started, but drew nothing")
    del application
    return f"Qt {qVersion()} draws without a display"
