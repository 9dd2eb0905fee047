"""The docks of a program with a window, owned by a process beside it, so that cameras at work never hold the window up.

The process is `dockwarden watch --for HANDLE`: over the socket of that handle it serves this program as its first
client (`app.link`), before anything is docked. When that client is gone, however it ended, the process stops its lanes
at a safe place and ends.
"""

from __future__ import annotations

import logging
import socket
import subprocess
from collections.abc import Callable, Sequence

from app.docks import Own
from app.errors import HomeBusy, Trouble
from app.link import Client, NoOwner
from app.priority import be_nice_session
from app.program import program

log = logging.getLogger(__name__)

NICE = 5
"""How far the docks and all that works for them let the window go first."""
END_LIMIT_S = 10.0
"""A process whose lanes have not stopped by then is ended: what is not durable is still on its camera."""


def owned_beside(words: Sequence[str]) -> Own:
    """Own the docks by a process beside this one; `words` are its command line up to the verb."""
    return lambda unless: DocksBeside(words, unless)


class DocksBeside(Client):
    """The process and its first client. Raises HomeBusy when another one owns the docks, Trouble with what it said."""

    def __init__(self, words: Sequence[str], unless: Callable[[], bool]) -> None:
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                self._process = _started(words, theirs.fileno())
        except OSError as failure:
            ours.close()
            what = f"The process that docks cameras cannot be started: {failure.strerror}."
            raise Trouble(what, "It is tried again. Close other programs; if that does not help, ask IT.") from failure
        super().__init__(ours)
        try:
            self.sync(unless)
        except NoOwner as nobody:
            self.close()
            raise self._why(nobody) from nobody

    def _why(self, nobody: NoOwner) -> Trouble:
        """What the process said when it could not open the docks, or that it said nothing."""
        said = self.not_opened
        if said is None:
            return nobody
        trouble = (HomeBusy if said.code == HomeBusy.code else Trouble)(said.what_happened, said.what_to_do)
        trouble.code = said.code
        return trouble

    def close(self) -> None:
        """Let the process go and wait for its end."""
        super().close()
        try:
            self._process.wait(END_LIMIT_S)
        except subprocess.TimeoutExpired:
            log.warning("the process of the docks did not end by itself")
            self._process.kill()
            self._process.wait()


def _started(words: Sequence[str], handle: int) -> subprocess.Popen[bytes]:
    """The process, which is given this handle."""
    process = subprocess.Popen(
        [*program(), *words, "watch", "--for", str(handle)],
        pass_fds=[handle],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C in the terminal is for this program, which then lets the other one go
    )
    be_nice_session(NICE, process.pid)  # before it has a second thread: those that it starts are as nice
    return process
