"""Writes a plain copy of a sealed recording, for the command and the window alike. No entry, no byte."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from app.errors import Trouble
from app.home import Home

Tell = Callable[[int, int], None]
"""Is told how many bytes are written, and of how many."""


class KeyLost(Trouble):
    """The key that opens recordings is not on this machine."""

    code = "key-lost"
    what_to_do = "Open it with a recovery key: cat ID.key ID.age-payload | age -d -i key.txt"


class CopyFailed(Trouble):
    """A plain copy could not be written."""

    code = "copy"
    what_to_do = "Choose a file that is not there yet, in a folder with room; nothing of it was left behind."


class CopyStopped(Trouble):
    """A person stopped the copy."""

    code = "copy-stopped"
    what_to_do = "Nothing of it was left behind. That it was begun is in the ledger."


def untold(_done: int, _total: int) -> None:
    """Tell nobody how far a copy is."""


def write_copy(
    home: Home, recording_id: str, path: Path, by: str, tell: Tell = untold, stop: threading.Event | None = None
) -> None:
    """Write one recording in clear to a new file; that it was opened is logged first. Takes as long as it is.

    Raises KeyLost, NoSuchRecording, CannotOpen, CopyFailed, StorageError, and CopyStopped once `stop` is set; after any
    of them there is no file.
    """
    identity = home.identity()
    if identity is None:
        raise KeyLost("The key that opens recordings is not on this machine.")
    home.records.sealed_pieces(recording_id)
    with home.vault.open(recording_id, identity) as reader, new_file(path) as file:
        home.records.opened(recording_id, by, "copy")
        done = 0
        for chunk in reader:
            if stop is not None and stop.is_set():
                raise CopyStopped(f"The copy to {path} was stopped.")
            done += file.write(chunk)
            tell(done, reader.size)


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """A file that was not there, for its owner alone, durable at the end; on trouble it is removed again."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as failure:
        raise CopyFailed(f"{path} cannot be made: {failure.strerror}.") from failure
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(handle)
    except BaseException as failure:
        with suppress(OSError):
            path.unlink()
        if isinstance(failure, OSError):
            raise CopyFailed(f"{path} cannot be written: {failure.strerror}.") from failure
        raise
