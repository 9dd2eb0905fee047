"""The lock by which one process owns the docks of a home. The system lets go of it when the process ends."""

from __future__ import annotations

import os
import sys
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


if sys.platform == "win32":
    import msvcrt

    def _lock(file: int) -> None:
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
