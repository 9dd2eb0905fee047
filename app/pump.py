"""Joins a driver that reads to a sink that hashes and seals: one thread reads, one works, buffers go round.

USB transfers, hashing, ciphering and file writes all release the interpreter lock, so the bus does not wait for the
disk and two cores are used by each camera that copies.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator

from drivers.camera import Piece, Ring

Sink = Callable[[memoryview], object]
"""Takes plain bytes in order; the buffer is reused once it returns."""

BUFFERS = 4
BUFFER_SIZE = 1 << 20
"""Bytes of one read: smaller ones leave the bus idle between them, larger ones gain nothing.

All USB reads of a Linux machine share 16 MiB; a driver that is refused memory halves its reads and goes on.
"""


class Pump:
    """Runs one stream of pieces into a sink. `done` counts the bytes that the sink has taken."""

    def __init__(self, sink: Sink) -> None:
        self.ring = Ring(BUFFERS, BUFFER_SIZE)
        self.done = 0
        self._sink = sink
        self._queue: queue.SimpleQueue[Piece | None] = queue.SimpleQueue()
        self._failure: BaseException | None = None

    def run(self, pieces: Iterator[Piece]) -> None:
        """Read `pieces` here and feed the sink on a second thread until the end.

        Raises what the driver raised, after everything read before it has gone into the sink; what the sink raised
        comes first, since then nothing more can be kept.
        """
        worker = threading.Thread(target=self._work, name="sealer")
        worker.start()
        try:
            for piece in pieces:
                self._queue.put(piece)
        finally:
            self._queue.put(None)
            worker.join()
            if self._failure is not None:
                raise self._failure

    def _work(self) -> None:
        try:
            while (piece := self._queue.get()) is not None:
                self._sink(piece.data)
                self.done += len(piece.data)
                self.ring.give(piece.buffer)
        except BaseException as failure:  # noqa: BLE001  carried to the lane's thread, which raises it
            self._failure = failure
            self.ring.close()
            while self._queue.get() is not None:
                pass
