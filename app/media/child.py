"""The process that parses media: it has no keys, opens no file, and may be ended at any moment.

Started with one end of a socket pair as its only inheritance. PyAV, which brings GPL codecs, lives here and in the
child that plays (`app.media.playing`) alone.
"""

from __future__ import annotations

import contextlib
import io
import os
import socket
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from app.media.wire import (
    MAX_ASK,
    SMALL_HEIGHT,
    SMALL_WIDTH,
    Ask,
    Bytes,
    Facts,
    Recording,
    Sketch,
    Small,
    receive,
    receive_raw,
    send,
)

if TYPE_CHECKING:
    from av.video.frame import VideoFrame

MEMORY = 1 << 30
"""Bytes of address space that parsing one recording may take: PyAV and its libraries map some 400 MiB of it."""
CPU_S = 60
SKETCH_AT = 0.1
"""A thumbnail is taken after this share of the recording: the first moments often show nothing yet."""


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


def file_of(connection: socket.socket, size: int) -> io.BufferedReader:
    """A recording whose bytes are asked for over this connection, for a demuxer to read."""
    return io.BufferedReader(Window(connection, size), 1 << 16)


def read_facts(connection: socket.socket, size: int) -> Facts:
    """Open the container and read what it claims of itself."""
    import av  # noqa: PLC0415  an extra: without it the parent hears so

    try:
        with av.open(file_of(connection, size), "r") as container:
            return Facts(started_at(container.metadata.get("creation_time")), seconds_of(container.duration))
    except (av.error.FFmpegError, ValueError, UnicodeError) as wrong:
        return Facts(flag=f"container not readable: {type(wrong).__name__}")


def read_sketch(connection: socket.socket, size: int) -> tuple[Small, bytes]:
    """One small picture of the recording; 0 by 0 when nothing of it can be shown."""
    import av  # noqa: PLC0415  the same

    try:
        with av.open(file_of(connection, size), "r") as container:
            with contextlib.suppress(av.error.FFmpegError):
                container.seek(int((container.duration or 0) * SKETCH_AT))
            frame = next(container.decode(container.streams.video[0]))
            width, height = fit(frame.width, frame.height, SMALL_WIDTH, SMALL_HEIGHT)
            return Small(width, height), rows(frame.reformat(width, height, "rgb24"), 3)
    except (av.error.FFmpegError, ValueError, UnicodeError, IndexError, StopIteration):
        return Small(0, 0), b""


def fit(width: int, height: int, widest: int, highest: int) -> tuple[int, int]:
    """The size of a picture in a box, its shape kept; never larger than it is, never nothing."""
    share = min(1, widest / width, highest / height)
    return max(1, int(width * share)), max(1, int(height * share))


def rows(frame: VideoFrame, pixel: int) -> bytes:
    """The rows of a packed picture without the gap that may stand after each; `pixel` is bytes of one."""
    plane, length = frame.planes[0], frame.width * pixel
    raw = memoryview(plane)
    if plane.line_size == length:
        return bytes(raw[: length * frame.height])
    return b"".join(raw[y * plane.line_size : y * plane.line_size + length] for y in range(frame.height))


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


def limit_self(memory: int = MEMORY, cpu_s: int | None = CPU_S) -> None:
    """Bound what a hostile recording can make this process take; from now on it has no environment either."""
    os.environ.clear()
    if sys.platform != "win32":
        import resource  # noqa: PLC0415  not on Windows

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        if cpu_s is not None:
            resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def shut_in() -> None:
    """Open nothing from now on: a container may name other files and addresses, and FFmpeg would go there."""
    if sys.platform != "win32":
        import resource  # noqa: PLC0415  not on Windows

        resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def load_libraries() -> None:
    """Load PyAV, silent; without it each recording gets a flag that says so."""
    with contextlib.suppress(ImportError):
        import av.logging  # noqa: PLC0415  loaded before the first recording, so that its time is not that one's
        import av.subtitles.stream  # noqa: PLC0415  PyAV would load it when it needs it: too late after `shut_in`

        av.logging.set_level(None)


def main(handle: int) -> int:
    """Serve recordings until the parent closes its end."""
    connection = socket.socket(fileno=handle)
    limit_self()
    with contextlib.suppress(EOFError, ConnectionError):
        load_libraries()
        shut_in()
        send(connection, Facts())
        while True:
            word = receive(connection)
            if isinstance(word, Recording):
                send(connection, _facts(connection, word.size))
            elif isinstance(word, Sketch):
                send(connection, *_sketch(connection, word.size))
    return 0


def _facts(connection: socket.socket, size: int) -> Facts:
    try:
        return read_facts(connection, size)
    except ImportError:
        return Facts(flag="container not read: the media extra is not installed")
    except MemoryError:
        return Facts(flag="container not readable: it asks for too much memory")


def _sketch(connection: socket.socket, size: int) -> tuple[Small, bytes]:
    try:
        return read_sketch(connection, size)
    except (ImportError, MemoryError):
        return Small(0, 0), b""
