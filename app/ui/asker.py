"""Asks what may take time on a worker, and brings the newest answer to the Qt thread."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from PySide6.QtCore import QObject, Qt, Signal, Slot

from app.errors import KNOWN, reason_of
from app.snapshot import Reason

log = logging.getLogger(__name__)

DEFECT = Reason(
    "defect",
    "That did not work because of a fault in the program.",
    "It is in the log: tell IT. No recording is released before its copy is proved.",
)


class Asker(QObject):
    """One line of questions, answered one after the other on a thread of its own. Lives in the Qt thread.

    A newer question of the same asker takes the place of those still waiting, and the answer to an older one is not
    told any more. `answered` carries what the question gave, `failed` a Reason; connect @Slot methods of QObjects.
    """

    answered = Signal(object)
    failed = Signal(object)
    _came = Signal(int, object, object)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._asked = self._told = 0
        self._lock = threading.Lock()
        self._closed = False
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
        self._came.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    @property
    def waiting(self) -> bool:
        """Whether an answer is still to come."""
        return self._told != self._asked

    def ask(self, question: Callable[[], object]) -> None:
        """Have `question` answered on the worker."""
        self._asked += 1
        if not self._closed:
            self._worker.submit(partial(self._work, self._asked, question))

    def close(self) -> None:
        """Ask nothing more; what is under way ends by itself and is told to nobody."""
        with self._lock:
            self._closed = True
        self._worker.shutdown(wait=False, cancel_futures=True)

    def _work(self, number: int, question: Callable[[], object]) -> None:
        if number != self._asked or self._closed:
            return
        answer: object = None
        reason: Reason | None = None
        try:
            answer = question()
        except KNOWN as trouble:
            reason = reason_of(trouble)
        except Exception:
            log.exception("a question of the window failed")
            reason = DEFECT
        with self._lock:  # what is closed may be gone: nothing may be emitted from it any more
            if not self._closed:
                self._came.emit(number, answer, reason)

    @Slot(int, object, object)
    def _tell(self, number: int, answer: object, reason: Reason | None) -> None:
        if number != self._asked or self._closed:
            return
        self._told = number
        if reason is None:
            self.answered.emit(answer)
        else:
            self.failed.emit(reason)
