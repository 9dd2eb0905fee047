"""How far a camera is: rate and time left, from what its recordings' bytes say."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from app.board import INTERVAL_S, Board
from app.snapshot import BayState, RecordingState

if TYPE_CHECKING:
    from app.docking import Item

SMOOTHING_S = 2.0
"""The rate shown is that of about the last two seconds."""


class Progress:
    """Counts the bytes of one run and shows them on the bay's board, at most ten times a second."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._item: Item | None = None
        self._at = time.monotonic()
        self._done = 0
        self._rate: float | None = None

    def show(self, item: Item, state: RecordingState, bay_state: BayState) -> None:
        """Turn to this recording, now in this state."""
        self._item = item
        self._done = 0
        self._at = time.monotonic()
        self._board.recording(item.index, state=state)
        self._board.change(state=bay_state)

    def tick(self, done: int) -> None:
        """So many bytes of the recording are read."""
        elapsed = time.monotonic() - self._at
        if elapsed < INTERVAL_S or self._item is None:
            return
        self._measure(done - self._done, elapsed)
        self._done = done
        self._at += elapsed
        self._board.recording(self._item.index, done=done)
        self._board.change(rate=self._rate, seconds_left=self._seconds_left())

    def _measure(self, size: int, elapsed: float) -> None:
        fresh = size / elapsed
        share = min(1.0, elapsed / SMOOTHING_S)
        self._rate = fresh if self._rate is None else self._rate + share * (fresh - self._rate)

    def _seconds_left(self) -> float | None:
        if not self._rate:
            return None
        waiting = {RecordingState.ON_CAMERA, RecordingState.COPYING, RecordingState.PROVING}
        views = self._board.shown.recordings or ()
        left = sum(view.size - view.done for view in views if view.state in waiting)
        return max(0.0, left / self._rate)
