"""Durable files: made new, written whole, forced to the disk, put in their place without overwriting."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path

from app.vault.errors import AlreadyThere, VaultSyncFailed, write_failure

_PLAIN_FILE = getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Raise what the system says while writing `path` as VaultWriteFailed or VaultFull."""
    try:
        yield
    except OSError as failure:
        raise write_failure(path, failure) from failure


def create(path: Path) -> FileIO:
    """Make a file that was not there, for its owner alone (mode 0600). Raises AlreadyThere or VaultWriteFailed."""
    with writing(path):
        try:
            return FileIO(path, "xb", opener=_opener)
        except FileExistsError as taken:
            raise AlreadyThere(f"{path} is there already.") from taken


def open_to_read(path: Path) -> FileIO:
    """Open a file of the vault, never through a link. Raises OSError."""
    return FileIO(path, "rb", opener=_opener)


def open_to_go_on(path: Path) -> FileIO:
    """Open a file of the vault to read it from its start and then to write on at its end. Raises OSError."""
    return FileIO(path, "r+b", opener=_opener)


def _opener(path: str, flags: int) -> int:
    return os.open(path, flags | _PLAIN_FILE, 0o600)


def write_all(file: FileIO, data: memoryview, path: Path) -> None:
    """Write all of `data`: the system may take less at a time. Raises VaultWriteFailed or VaultFull."""
    with writing(path):
        while data:
            data = data[os.write(file.fileno(), data) :]


def write_new(path: Path, data: bytes) -> None:
    """Make a new file with `data`, durable, but not yet its name: sync its folder. Raises VaultWriteFailed."""
    with create(path) as file:
        write_all(file, memoryview(data), path)
        sync(file, path)


def sync(file: FileIO, path: Path) -> None:
    """Force a file to the disk. Raises VaultSyncFailed, after which this file must not be used.

    The system may drop the pages that it could not write and then report success: asking again would prove nothing.
    """
    try:
        if sys.platform == "darwin":
            import fcntl  # noqa: PLC0415  only here

            fcntl.fcntl(file.fileno(), fcntl.F_FULLFSYNC)  # fsync alone leaves bytes in the drive's cache
        else:
            os.fsync(file.fileno())
    except OSError as failure:
        raise VaultSyncFailed(f"{path} could not be made durable: {failure.strerror or failure}.") from failure


def sync_folder(folder: Path) -> None:
    """Force the names in a folder to the disk; Windows does so by itself. Raises VaultSyncFailed."""
    if sys.platform == "win32":
        return
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as failure:
        raise VaultSyncFailed(f"{folder} could not be made durable: {failure.strerror or failure}.") from failure


def make_folder(folder: Path) -> None:
    """Make a folder for its owner alone (mode 0700), with its name durable. One that is there is left as it is."""
    if folder.is_dir():
        return
    with writing(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    sync_folder(folder.parent)


def link(source: Path, target: Path) -> None:
    """Give a file a second name that was free, or is this very file's already. Raises AlreadyThere or VaultWriteFailed.

    A rename would overwrite on POSIX; a link never does.
    """
    with writing(target):
        try:
            target.hardlink_to(source)
        except FileExistsError as taken:
            if not target.samefile(source):
                raise AlreadyThere(f"{target} is there already.") from taken


def send_on(file: FileIO, size: int) -> None:
    """Have the last `size` bytes written go to the disk from now on, where the system offers that; waits for nothing.

    A later `sync` then has little left to wait for, and is still what says whether they are durable.
    """
    if sys.platform == "linux" and size:  # a size of 0 would mean the rest of the file
        os.posix_fadvise(file.fileno(), file.tell() - size, size, os.POSIX_FADV_DONTNEED)


def forget_cached(file: FileIO) -> None:
    """Have the next reads of a durable file come from the disk, where the system offers that."""
    if sys.platform == "linux":
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
