"""Writes a plain copy of a sealed recording, for the command and the window alike. No entry, no byte."""

from __future__ import annotations

import errno
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

PARTIAL = ".partial"
OPEN_FILES = "/proc/self/fd"
"""Where Linux shows the open files of this process, by which one gets its name."""


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
    """A file that was not there, for its owner alone, durable at the end; on trouble there is none.

    Until it is whole it has no name, so that a kill leaves nothing in clear; where the file system has no such files
    (FAT, Windows), what a kill leaves has a name that ends in PARTIAL.
    """
    draft = path.with_name(path.name + PARTIAL)
    try:
        _refuse_taken(path)
        nameless = _open_nameless(path.parent)
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600) if nameless is None else nameless
    except OSError as failure:
        raise CopyFailed(f"{path} cannot be made: {failure.strerror}.") from failure
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(handle)
            if nameless is not None:
                _name(handle, path)
        if nameless is None:
            _refuse_taken(path)  # a rename would overwrite what has come meanwhile
            draft.rename(path)
    except BaseException as failure:
        if nameless is None:
            with suppress(OSError):
                draft.unlink()
        if isinstance(failure, OSError):
            raise CopyFailed(f"{path} cannot be written: {failure.strerror}.") from failure
        raise


def _refuse_taken(path: Path) -> None:
    if os.path.lexists(path):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))


def _name(handle: int, path: Path) -> None:
    """Give an open file its name. Only with a folder's handle does Python follow the link to it."""
    open_files = os.open(OPEN_FILES, os.O_RDONLY)
    try:
        os.link(str(handle), path, src_dir_fd=open_files, follow_symlinks=True)
    finally:
        os.close(open_files)


def _open_nameless(folder: Path) -> int | None:
    """Open a file that has no name yet, None where there are no such files; what else is wrong the next try tells."""
    if not hasattr(os, "O_TMPFILE") or not Path(OPEN_FILES).is_dir():
        return None
    try:
        return os.open(folder, os.O_WRONLY | os.O_TMPFILE, 0o600)
    except OSError:
        return None
