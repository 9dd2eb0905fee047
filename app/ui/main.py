"""Starts Qt and the window, and ends them in order."""

from __future__ import annotations

import logging
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from types import TracebackType

from PySide6.QtCore import QSocketNotifier
from PySide6.QtWidgets import QApplication

from app.home import Home
from app.snapshot import Docks, Notice, Reason
from app.ui.bridge import Bridge
from app.ui.page import Context
from app.ui.tokens import Theme, load_fonts
from app.ui.window import Window

log = logging.getLogger(__name__)


def run(home: Home, docks: Docks, *, theme: str | None = None) -> int:
    """Show the window of this home and its docks until it is closed; gives the process's exit code.

    `theme` is "light" or "dark", or None to follow the system. Home and docks stay open: whoever opened them closes
    them.
    """
    application = QApplication.instance() or QApplication(["dockwarden"])
    assert isinstance(application, QApplication)
    application.setApplicationName("Dockwarden")
    application.setStyle("Fusion")
    load_fonts()
    bridge = Bridge(docks)
    window = Window(Context(home, bridge, Theme(theme)))
    with _stopped_by_signals(application), _defects_told(bridge):
        try:
            bridge.start()
            window.show()
            return application.exec()
        finally:
            window.close()
            bridge.close()


@contextmanager
def _stopped_by_signals(application: QApplication) -> Iterator[None]:
    """Let SIGTERM and Ctrl-C close the window: Python's own handlers would wait until Qt gives the word to Python."""
    heard, told = socket.socketpair()
    told.setblocking(False)
    notifier = QSocketNotifier(heard.fileno(), QSocketNotifier.Type.Read)
    notifier.activated.connect(application.quit)
    before = {number: signal.signal(number, _let_qt_hear) for number in (signal.SIGTERM, signal.SIGINT)}
    waking = signal.set_wakeup_fd(told.fileno())
    try:
        yield
    finally:
        signal.set_wakeup_fd(waking)
        for number, handler in before.items():
            signal.signal(number, handler)
        notifier.setEnabled(False)
        heard.close()
        told.close()


def _let_qt_hear(_number: int, _frame: object) -> None:
    """Do nothing: the byte on the wake-up socket is what counts."""


@contextmanager
def _defects_told(bridge: Bridge) -> Iterator[None]:
    """Log what nobody caught whole, and tell the person plainly; the window goes on."""

    def tell(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
        log.critical("a defect", exc_info=(kind, error or kind(), trace))
        reason = Reason(
            "defect",
            "Something went wrong inside Dockwarden.",
            "No recording is released before its copy is proved. Send the log, which tells what it was, to IT.",
        )
        bridge.hear(Notice(datetime.now(UTC), reason, urgent=True))

    def tell_of_thread(args: threading.ExceptHookArgs) -> None:
        tell(args.exc_type, args.exc_value, args.exc_traceback)

    before, before_thread = sys.excepthook, threading.excepthook
    sys.excepthook, threading.excepthook = tell, tell_of_thread
    try:
        yield
    finally:
        sys.excepthook, threading.excepthook = before, before_thread
