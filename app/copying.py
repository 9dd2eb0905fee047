"""One recording off one camera: go on with an interrupted copy, start one, or compare with what is sealed.

Here the driver's pieces and the vault's sealing meet; neither knows the other.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from app.pump import Pump, Sink
from drivers.camera import Footage, HasRecordings, Piece, Stopped
from drivers.errors import DeviceError

Tick = Callable[[int], None]
"""Is told how many bytes of the recording are done."""


@dataclass(frozen=True, slots=True)
class Stop:
    """The wish to stop, seen between two reads."""

    event: threading.Event

    def check(self) -> None:
        """Raise Stopped if it was asked for."""
        if self.event.is_set():
            raise Stopped


class Receiver(Protocol):
    """Takes the bytes of a recording in order."""

    @property
    def offset(self) -> int:
        """The next byte wanted."""
        ...

    def write(self, plain: memoryview) -> None:
        """Take the next bytes."""
        ...

    def abandon(self) -> None:
        """Take no more."""
        ...


class Hashing:
    """A receiver that keeps nothing but the hash of what came."""

    def __init__(self) -> None:
        self.offset = 0
        self._digest = hashlib.sha256()

    def write(self, plain: memoryview) -> None:
        """Take the next bytes."""
        self._digest.update(plain)
        self.offset += len(plain)

    def abandon(self) -> None:
        """Nothing is left behind."""

    def sha256(self) -> str:
        """The hash of what came so far, in hex."""
        return self._digest.hexdigest()


class Reader:
    """Reads recordings of one camera into sinks, watching for the wish to stop and telling how far it is."""

    def __init__(self, camera: HasRecordings, stop: Stop, tick: Tick) -> None:
        self._camera = camera
        self._stop = stop
        self._tick = tick

    def read(self, footage: Footage, offset: int, sink: Sink) -> None:
        """Feed `sink` with the recording from `offset` to its end."""
        pump = Pump(sink)
        with self._closing(self._camera.read(footage, offset, pump.ring)) as pieces:
            pump.run(self._watched(pieces))

    def sha256(self, footage: Footage) -> str:
        """Read the whole recording once more, only to know its hash."""
        digest = hashlib.sha256()
        self.read(footage, 0, digest.update)
        return digest.hexdigest()

    def _watched(self, pieces: Iterator[Piece]) -> Iterator[Piece]:
        for piece in pieces:
            self._stop.check()
            self._tick(piece.offset + len(piece.data))
            yield piece

    @staticmethod
    @contextmanager
    def _closing(pieces: Iterator[Piece]) -> Iterator[Iterator[Piece]]:
        """Close the driver's generator at once, so that a transfer left in the middle is cancelled here and now."""
        try:
            yield pieces
        finally:
            close = getattr(pieces, "close", None)
            if close is not None:
                close()


def copy(
    reader: Reader, footage: Footage, receiver: Receiver, kept_in_part: tuple[type[DeviceError], ...]
) -> DeviceError | None:
    """Bring everything that `receiver` still lacks from the camera.

    Trouble of the kinds `kept_in_part` is met by asking again from the first byte that is missing; when that brings
    nothing more, the trouble is the result and `receiver` holds what could be had. Raises CopyDiffers when the camera
    now delivers other bytes than those already sealed. Whatever else ends the copy early, what is on disk stays
    there, to go on from.
    """
    try:
        while True:
            before = receiver.offset
            try:
                reader.read(footage, before, receiver.write)
            except kept_in_part as trouble:
                if receiver.offset in {before, footage.size}:
                    return trouble
            else:
                return None
    except BaseException:
        receiver.abandon()
        raise
