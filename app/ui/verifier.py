"""A full verification asked for in the window: on a worker, with progress, stopped by a person or by the end."""

from __future__ import annotations

import threading
import time
from functools import partial

from PySide6.QtCore import QObject, Qt, Signal, Slot

from app.home import Home
from app.people.acting import name_here
from app.ui.asker import Asker
from app.ui.session import Session
from app.verify import Progress, Verdict, VerifyStopped, verify_and_log

TOLD_EVERY_S = 0.1


class Verifier(QObject):
    """One verification at a time. `progressed` carries a Progress, `ended` a Verdict, `failed` a Reason."""

    progressed = Signal(object)
    ended = Signal(object)
    failed = Signal(object)
    _came = Signal(object)

    def __init__(self, home: Home, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._home, self._session = home, session
        self._stop = threading.Event()
        self._asker = Asker("verify", self)
        self._asker.answered.connect(self.ended)
        self._asker.failed.connect(self.failed)
        self._came.connect(self._pass_on, Qt.ConnectionType.QueuedConnection)
        self._closed = False

    @property
    def running(self) -> bool:
        """Whether a verification is under way."""
        return self._asker.waiting

    @Slot()
    def start(self) -> None:
        """Read everything again, in the name of who is signed in, unless that is under way."""
        if not self.running:
            self._stop = threading.Event()
            self._asker.ask(partial(self._verify, name_here(self._session.actor), self._stop))

    @Slot()
    def stop(self) -> None:
        """End it soon; nothing is logged of it."""
        self._stop.set()

    def close(self) -> None:
        """End it soon and tell nothing more."""
        self._closed = True
        self.stop()
        self._asker.close()

    def _verify(self, by: str, stop: threading.Event) -> Verdict:
        said = 0.0

        def tell(progress: Progress) -> None:
            nonlocal said
            if stop.is_set():
                raise VerifyStopped("The verification was stopped before its end.")
            if not self._closed and time.monotonic() - said > TOLD_EVERY_S:
                said = time.monotonic()
                self._came.emit(progress)

        return verify_and_log(self._home, by, (), tell)

    @Slot(object)
    def _pass_on(self, progress: Progress) -> None:
        if self.running and not self._stop.is_set():
            self.progressed.emit(progress)
