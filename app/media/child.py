"""The process that parses media: it has no keys, opens no file, and may be ended at any moment.

Started with one end of a socket pair as its only inheritance. PyAV, which brings GPL codecs, lives here alone.
"""

from __future__ import annotations

import contextlib
import io
import os
import socket
from datetime import UTC, datetime
from typing import Any

from app.media.wire import MAX_ASK, Ask, Bytes, Facts, Recording, receive, receive_raw, send

MEMORY = 1 << 30
"""Bytes of address space that parsing one recording may take: PyAV and its libraries map some 400 MiB of it."""
CPU_S = 60


class Window(io.RawIOBase):
    """A recording as a file that can be sought in; its bytes are asked of the parent."""

    def __init__(self, connection: socket.socket, size: int) -> None:
        super().__init__()
        self._connection = connection
        self._size = size
        self._at = 0

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move to another place; nothing is read."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer from here."""
        view = memoryview(buffer).cast("B")
        length = min(len(view), MAX_ASK, self._size - self._at)
        if length <= 0:
            return 0
        send(self._connection, Ask(self._at, length))
        head = receive(self._connection)
        if not isinstance(head, Bytes):
            raise EOFError
        raw = receive_raw(self._connection, head.length)
        view[: len(raw)] = raw
        self._at += len(raw)
        return len(raw)


def read_facts(connection: socket.socket, size: int) -> Facts:
    """Open the container and read what it claims of itself."""
    import av  # noqa: PLC0415  an extra: without it the parent hears so
    import av.logging  # noqa: PLC0415

    av.logging.set_level(None)
    try:
        with av.open(io.BufferedReader(Window(connection, size), 1 << 16), "r") as container:
            return Facts(started_at(container.metadata.get("creation_time")), seconds_of(container.duration))
    except (av.error.FFmpegError, ValueError, UnicodeError) as wrong:
        return Facts(flag=f"container not readable: {type(wrong).__name__}")


def seconds_of(duration: int | None) -> float | None:
    """A container's length in seconds; its own unit is a microsecond."""
    return duration / 1_000_000 if duration and duration > 0 else None


def started_at(text: str | None) -> datetime | None:
    """A container's creation time (ISO 14496-12, section 8.2.2: UTC), None if it makes no sense."""
    if not text:
        return None
    with contextlib.suppress(ValueError):
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None


def limit_self() -> None:
    """Bound what a hostile recording can make this process take."""
    with contextlib.suppress(ImportError):
        import resource  # noqa: PLC0415  not on Windows

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32))


def main(handle: int) -> int:
    """Serve recordings until the parent closes its end."""
    connection = socket.socket(fileno=handle)
    limit_self()
    os.environ.clear()
    with contextlib.suppress(EOFError, ConnectionError):
        with contextlib.suppress(ImportError):
            import av  # noqa: F401, PLC0415  loaded before the first recording, so that its time is not that one's
        send(connection, Facts())
        while True:
            word = receive(connection)
            if isinstance(word, Recording):
                send(connection, _facts(connection, word.size))
    return 0


def _facts(connection: socket.socket, size: int) -> Facts:
    try:
        return read_facts(connection, size)
    except ImportError:
        return Facts(flag="container not read: the media extra is not installed")
    except MemoryError:
        return Facts(flag="container not readable: it asks for too much memory")
