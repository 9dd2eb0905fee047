"""Something long on its way: a worker does it, the window reads how far it is."""

from __future__ import annotations

import threading
import time

from app.ui import words

TOLD_MS = 100
"""So often the window reads how far it is."""


class Work:
    """How far it is, in `done` of `total` of whatever it counts; and the word to stop."""

    def __init__(self, total: int = 0) -> None:
        self.done, self.total = 0, total
        self.began = time.monotonic()
        self.stop = threading.Event()

    def tell(self, done: int, total: int | None = None) -> None:
        """So much is done, of so much where that is known only now. On the worker."""
        self.done = done
        self.total = self.total if total is None else total

    def time_left(self) -> str:
        """How long it still takes at the pace so far; empty until there is one."""
        took = time.monotonic() - self.began
        if not self.done or took < 1:
            return ""
        return words.time_left((self.total - self.done) * took / self.done)
