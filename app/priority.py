"""How far a thread lets others go first, where each thread has a priority of its own: on Linux."""

from __future__ import annotations

import os
import sys
import threading
from contextlib import suppress
from pathlib import Path

LAST = 19
"""After everything else on the machine."""


def be_nice(nice: int, who: int | None = None) -> None:
    """Give a thread, and what it starts from now on, at least this niceness, 1 to 19.

    who: a process, by its first thread; without it the calling thread.
    """
    if sys.platform == "linux":
        thread = threading.get_native_id() if who is None else who
        with suppress(OSError):  # it has ended, or nothing may be made nicer here: that must stop no docking
            os.setpriority(os.PRIO_PROCESS, thread, max(nice, os.getpriority(os.PRIO_PROCESS, thread)))


def be_nice_session(nice: int, leader: int) -> None:
    """Give a process that leads a session of its own this niceness, and with it all that it starts.

    Linux weighs sessions against one another where it groups them by themselves, and niceness only within one: see
    sched(7), "The autogroup feature".
    """
    be_nice(nice, leader)
    with suppress(OSError):  # it has ended, it is not grouped here, or Linux takes no more than ten of these a second
        Path(f"/proc/{leader}/autogroup").write_text(str(nice), encoding="ascii")
