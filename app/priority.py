"""How far a thread lets others go first, where each thread has a priority of its own: on Linux."""

from __future__ import annotations

import os
import sys
import threading
from contextlib import suppress

LAST = 19
"""After everything else on the machine."""


def be_nice(nice: int, who: int | None = None) -> None:
    """Give a thread, and the threads and processes that it starts from now on, this niceness, 1 to 19.

    who: a process, by its first thread; without it the calling thread.
    """
    if sys.platform == "linux":
        with suppress(OSError):  # somebody has made the whole program nicer than that, or it has ended
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id() if who is None else who, nice)
