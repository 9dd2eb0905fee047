"""Transfers below MTP: how they fail, and how packets become the reads of a host (USB 2.0, sections 5.8 and 8.5)."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Protocol


class Failure(IntEnum):
    """Why a transfer failed, numbered as libusb does."""

    INPUT_OUTPUT = -1
    INVALID = -2
    GONE = -4
    NOT_FOUND = -5
    BUSY = -6
    TIMEOUT = -7
    OVERFLOW = -8
    STALL = -9


class TransferFailed(Exception):
    """A transfer that did not come through."""

    def __init__(self, why: Failure) -> None:
        super().__init__(why.name)
        self.why = why


@dataclass(frozen=True, slots=True)
class Setup:
    """The setup packet of a control transfer, without its length."""

    request_type: int
    request: int
    value: int
    index: int


class Source(Protocol):
    """Bytes on their way to the host."""

    def readinto(self, buffer: memoryview) -> int:
        """Fill the start of `buffer` and return how much; 0 means that there are no more."""


class Bytes:
    """Bytes that lie ready."""

    def __init__(self, raw: bytes) -> None:
        self._left = memoryview(raw)

    def readinto(self, buffer: memoryview) -> int:
        """Hand out the next of them."""
        count = min(len(buffer), len(self._left))
        buffer[:count] = self._left[:count]
        self._left = self._left[count:]
        return count


class FileSlice:
    """A part of a file, read when the host asks for it. The file stays open until the slice is dropped."""

    def __init__(self, path: Path, offset: int) -> None:
        self._file = path.open("rb", buffering=0)
        self._offset = offset

    def readinto(self, buffer: memoryview) -> int:
        """Read on from where the last read ended."""
        count = os.preadv(self._file.fileno(), [buffer], self._offset)
        self._offset += count
        return count

    def __del__(self) -> None:
        if hasattr(self, "_file"):
            self._file.close()


class Joined:
    """Several sources, one after the other."""

    def __init__(self, *parts: Source) -> None:
        self._parts = deque(parts)

    def readinto(self, buffer: memoryview) -> int:
        """Read from the first that still has something."""
        while self._parts:
            if count := self._parts[0].readinto(buffer):
                return count
            self._parts.popleft()
        return 0


@dataclass
class Burst:
    """Packets that a device sends in one go: all full but the last.

    A last packet that is full does not end the host's transfer; `closed` says that a zero-length packet then does.
    """

    source: Source
    left: int
    closed: bool = True


class InPipe:
    """An IN endpoint: what the device has to say, in packets of `packet_size` bytes."""

    def __init__(self, packet_size: int) -> None:
        self.packet_size = packet_size
        self.halted = False
        self._now: Burst | None = None
        self._later: deque[Iterator[Burst]] = deque()

    def send(self, bursts: Iterable[Burst]) -> None:
        """Queue what comes next; whatever lies before it goes first. Bursts are made as the host reads."""
        self._later.append(iter(bursts))

    def drop(self) -> None:
        """Forget all that was to be sent."""
        self._now = None
        self._later.clear()

    def has_data(self) -> bool:
        """Whether bytes wait for the host; a zero-length packet alone does not count."""
        burst = self._current()
        if burst is None or burst.left:
            return burst is not None
        after = self._next()
        if after is not None:
            self._later.appendleft(iter([after]))
        return after is not None and after.left > 0

    def fill(self, buffer: memoryview, filled: int) -> tuple[int, bool]:
        """Move packets into `buffer` behind its first `filled` bytes: the new fill, and whether the transfer is over.

        A transfer is over when the buffer is full or after a packet that is not. Raises TransferFailed: OVERFLOW when
        a packet is larger than the room left (babble), STALL when the source ends before its announced length.
        """
        while (burst := self._current()) is not None and filled < len(buffer):
            ends_short = (burst.left == 0 and burst.closed) or burst.left % self.packet_size
            filled += self._move(burst, buffer[filled:])
            if burst.left:
                continue
            if ends_short or not burst.closed:
                self._now = None
            if ends_short:
                return filled, True
        return filled, filled == len(buffer)

    def _current(self) -> Burst | None:
        if self._now is None:
            self._now = self._next()
        return self._now

    def _next(self) -> Burst | None:
        while self._later:
            if (burst := next(self._later[0], None)) is not None:
                return burst
            self._later.popleft()
        return None

    def _move(self, burst: Burst, room: memoryview) -> int:
        """Copy as many whole packets of `burst` as fit, and its short one when it is reached."""
        count = burst.left if burst.left <= len(room) else len(room) - len(room) % self.packet_size
        if burst.left and not count:
            self._now = None
            raise TransferFailed(Failure.OVERFLOW)
        done = 0
        while done < count:
            if not (got := burst.source.readinto(room[done:count])):
                self.drop()
                self.halted = True
                raise TransferFailed(Failure.STALL)
            done += got
        burst.left -= count
        return count
