"""Takes what cards ask for to a worker, and brings what was done to the Qt thread."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from PySide6.QtCore import QObject, Qt, Signal, Slot

from app.custody.kiosk import Kiosk, Offer, Standing
from app.errors import KNOWN, reason_of
from app.home import Home
from app.people.values import Refused
from app.ui.asker import DEFECT

log = logging.getLogger(__name__)


class Desk(QObject):
    """One line of acts, done one after the other: no card is lost, however fast they come. Lives in the Qt thread.

    told: what a card did; refused: a Refused; failed: a Reason; out: an Offer whose camera left its bay, and whether
    the log has it with its officer.
    """

    told = Signal(object)
    refused = Signal(object)
    failed = Signal(object)
    out = Signal(object, bool)
    _done = Signal(object)

    def __init__(self, home: Home, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._home = home
        self._kiosk: Kiosk | None = None
        self._lock = threading.Lock()
        self._closed = False
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="kiosk")
        self._done.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    def tap(self, card: str) -> None:
        """Do what this card asks for."""
        self._ask(lambda kiosk: partial(self.told.emit, kiosk.tap(card)))

    def give_up(self, offer: Offer) -> None:
        """Take a camera back that is still in its bay."""
        self._ask(lambda kiosk: partial(self.told.emit, kiosk.give_up(offer)))

    def see_out(self, offer: Offer) -> None:
        """Ask the log who has the camera that has left its bay."""
        self._ask(lambda kiosk: partial(self.out.emit, offer, kiosk.is_out(offer)))

    def standing(self) -> Standing:
        """How it stands; asked on a worker of its own."""
        return self._service().standing()

    def close(self) -> None:
        """Do nothing more; what is under way ends by itself and is told to nobody."""
        with self._lock:
            self._closed = True
        self._worker.shutdown(wait=False, cancel_futures=True)

    def _service(self) -> Kiosk:
        if self._kiosk is None:
            self._kiosk = Kiosk(self._home.custody, self._home.asking, self._home.signin.by_card)
        return self._kiosk

    def _ask(self, act: Callable[[Kiosk], Callable[[], None]]) -> None:
        if not self._closed:
            self._worker.submit(self._work, act)

    def _work(self, act: Callable[[Kiosk], Callable[[], None]]) -> None:
        try:
            tell = act(self._service())
        except Refused as refused:
            tell = partial(self.refused.emit, refused)
        except KNOWN as trouble:
            log.info("a card could not be served: %s", trouble)
            tell = partial(self.failed.emit, reason_of(trouble))
        except Exception:  # a defect must reach the person at the kiosk, not end in a worker
            log.exception("a card could not be served")
            tell = partial(self.failed.emit, DEFECT)
        with self._lock:
            if not self._closed:
                self._done.emit(tell)

    @Slot(object)
    def _tell(self, tell: Callable[[], None]) -> None:
        if not self._closed:
            tell()
