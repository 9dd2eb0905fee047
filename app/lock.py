"""The locks of a home: who owns its docks, and who changes a file. The system lets go of them when a process ends."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.errors import HomeBusy
from app.home import HomeUnusable


class HomeLock:
    """Held from its making to `release`. Raises HomeBusy when another process holds it, HomeUnusable without a file."""

    def __init__(self, folder: Path) -> None:
        path = folder / "docks.lock"
        try:
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as failure:
            raise HomeUnusable(f"{path} cannot be made: {failure.strerror}.") from failure
        try:
            _lock(self._file)
        except OSError as held:
            os.close(self._file)
            raise HomeBusy(f"Another Dockwarden owns the docks of {folder}.") from held

    def release(self) -> None:
        """Let go of the docks."""
        os.close(self._file)


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Wait until no other process and no other thread is within this lock; never enter it twice. Raises OSError."""
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _wait_for(file)
        yield
    finally:
        os.close(file)


if sys.platform == "win32":
    import msvcrt

    def _lock(file: int) -> None:
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)

    def _wait_for(file: int) -> None:
        msvcrt.locking(file, msvcrt.LK_LOCK, 1)  # for 10 seconds at most

else:
    import fcntl

    def _lock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _wait_for(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX)
