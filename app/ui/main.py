"""Starts Qt and the window, and ends them in order.

The order of the end, whatever begins it (the window is closed, Quit, a signal, a log-off, a defect in the start):

1. The window closes: its clock stops, the palette asks nothing more, and every page leaves, once. A page stops what it
   has under way and never waits long.
2. Where the window was is kept in the home.
3. The bridge closes: it stops listening to the docks, takes no more acts, and waits for those under way, at most
   CLOSE_LIMIT_S. What another thread says from here on is told to nobody.
4. Window and bridge are destroyed, here on Qt's thread, and Python collects its garbage by itself again.
5. The signals' and the defects' handlers of before are back in force.
6. Whoever opened the docks and the home closes them, after `run` has returned: the lanes stop at a safe place.

Nothing is lost by stopping anywhere in it: what is not durable, proved and logged is still on its camera.
"""

from __future__ import annotations

import logging
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from types import TracebackType

import shiboken6
from PySide6 import QtWidgets
from PySide6.QtCore import QLocale, QSocketNotifier
from PySide6.QtWidgets import QApplication

from app.home import Home
from app.people.roles import Act
from app.snapshot import Docks, Notice, Reason
from app.ui import place, roles, translation
from app.ui.bridge import Bridge
from app.ui.page import Context
from app.ui.palette import Found
from app.ui.sweeping import Sweeper
from app.ui.tokens import Theme, load_fonts
from app.ui.window import Window

log = logging.getLogger(__name__)

ENDING = [signal.SIGTERM, signal.SIGINT, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else [])]
"""The signals that close the window; the last is what a log-off sends."""


def run(home: Home, docks: Docks, *, theme: str | None = None) -> int:
    """Show the window of this home and its docks until it is closed; gives the process's exit code.

    `theme` is "light" or "dark", or None to do as the settings say. Home and docks stay open: whoever opened them
    closes them.
    """
    application = _started()
    bridge = Bridge(docks)
    context = Context(home, bridge, Theme(theme or home.settings.theme))
    window = Window(context, finder=_Finder(context))
    place.restore(window, home.folder)
    sweeper = Sweeper()
    window.completed.connect(partial(_add_guide, context, window))
    window.completed.connect(sweeper.start)
    window.completed.connect(bridge.start)
    with _stopped_by_signals(application.quit), _defects_told(bridge):
        try:
            window.show()
            return application.exec()
        finally:
            window.close()
            place.save(window, home.folder)
            bridge.close()
            for one in (window, bridge):  # else Python destroys them when it next collects, on whatever thread that is
                shiboken6.delete(one)
            sweeper.close()


def run_kiosk(home: Home, docks: Docks, *, theme: str | None = None) -> int:
    """Show the kiosk of this home and its docks, as `run` does the window; it keeps no place."""
    from app.ui.kiosk import KioskWindow  # noqa: PLC0415  it needs what the window is painted before

    application = _started()
    bridge = Bridge(docks)
    kiosk = KioskWindow(Context(home, bridge, Theme(theme or home.settings.theme)))
    sweeper = Sweeper()
    with _stopped_by_signals(kiosk.leave), _defects_told(bridge):
        try:
            kiosk.showFullScreen()
            bridge.start()
            sweeper.start()
            return application.exec()
        finally:
            kiosk.leave()
            bridge.close()
            for one in (kiosk, bridge):
                shiboken6.delete(one)
            sweeper.close()


def _started() -> QApplication:
    """Qt, in our style, language and typeface."""
    application = QApplication.instance() or QApplication(["dockwarden"])
    assert isinstance(application, QApplication)
    application.setApplicationName("Dockwarden")
    application.setStyle("Fusion")
    translation.install(application, QLocale.system())
    load_fonts()
    roles.install()
    for name in dir(QtWidgets):  # PySide makes a class when it is first named, or all at once: now, while nobody waits
        getattr(QtWidgets, name)
    return application


class _Finder:
    """Searches the recordings for who may list them; what that stands on is loaded at the first search."""

    def __init__(self, context: Context) -> None:
        self._home, self._session = context.home, context.session

    def search(self, text: str, limit: int) -> Sequence[Found]:
        """At most `limit` recordings that fit the text."""
        if self._session.accounts and not self._session.may(Act.LIST_RECORDINGS):
            return ()
        return self._home.library.search(text, limit)


def _add_guide(context: Context, window: Window) -> None:
    """Have the first start stand ready over the window."""
    from app.ui.setup_guide import SetupGuide  # noqa: PLC0415  it needs what the window is painted before

    SetupGuide(context, window)


@contextmanager
def _stopped_by_signals(stop: Callable[[], None]) -> Iterator[None]:
    """Let ENDING close the window by `stop`: Python's own handlers would wait until Qt gives the word to Python."""
    heard, told = socket.socketpair()
    told.setblocking(False)
    notifier = QSocketNotifier(heard.fileno(), QSocketNotifier.Type.Read)
    notifier.activated.connect(stop)
    before = {number: signal.signal(number, _let_qt_hear) for number in ENDING}
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
