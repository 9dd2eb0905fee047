"""The strip of a camera's recordings: each one a segment, on camera → sealed → released, as long as it is big."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.snapshot import RecordingState, RecordingView
from app.ui.roles import Painted
from app.ui.tokens import Palette, Theme, Tone

GAP = 2
SHORTEST = 4
HEIGHT = 8
ROUNDED = 8
"""A segment at least so wide has round corners; on a narrower one they would not be seen."""
_ORDER = (
    RecordingState.FAILED,
    RecordingState.ON_CAMERA,
    RecordingState.COPYING,
    RecordingState.PROVING,
    RecordingState.SEALED,
    RecordingState.RELEASED,
)
"""From least to most advanced, but failures first: what a segment for several recordings tells."""


class Segment(NamedTuple):
    """A piece of the strip in whole pixels; `filled` of its `width` are done."""

    x: int
    width: int
    filled: int
    state: RecordingState


def segments(recordings: Sequence[RecordingView] | None, width: int) -> tuple[Segment, ...]:
    """Lay recordings out on a strip `width` pixels long, each in proportion to its size but long enough to see.

    Where there are more than fit, neighbours share a segment, which shows the least advanced of them.
    """
    if not recordings or width < SHORTEST:
        return ()
    groups = _groups(recordings, (width + GAP) // (SHORTEST + GAP))
    spare = width + GAP - len(groups) * (SHORTEST + GAP)
    sizes = [sum(one.size for one in group) or 1 for group in groups]
    total, so_far, laid = sum(sizes), 0, []
    for index, (group, size) in enumerate(zip(groups, sizes, strict=True)):
        left = index * (SHORTEST + GAP) + spare * so_far // total
        so_far += size
        right = (index + 1) * (SHORTEST + GAP) + spare * so_far // total - GAP
        laid.append(_segment(group, left, right - left))
    return tuple(laid)


def _groups(recordings: Sequence[RecordingView], most: int) -> list[Sequence[RecordingView]]:
    count = len(recordings)
    groups = min(count, most)
    return [recordings[index * count // groups : (index + 1) * count // groups] for index in range(groups)]


def _segment(group: Sequence[RecordingView], x: int, width: int) -> Segment:
    shown = min(group, key=lambda one: _ORDER.index(one.state))
    filled = width
    if shown.state is RecordingState.COPYING:
        filled = min(width, width * shown.done // max(1, shown.size))
    return Segment(x, width, filled, shown.state)


def colour(state: RecordingState, palette: Palette) -> str:
    """The colour in which a recording of this state is drawn."""
    match state:
        case RecordingState.RELEASED:
            return palette.bar_released
        case RecordingState.ON_CAMERA:
            return palette.bar_waiting
        case RecordingState.FAILED:
            return palette.inks[Tone.FAULT]
        case _:
            return palette.inks[Tone.BUSY]


def paint_strip(painter: QPainter, x: int, y: int, height: int, laid: Sequence[Segment], palette: Palette) -> None:
    """Paint segments with their top left corner at (x, y)."""
    painter.setPen(Qt.PenStyle.NoPen)
    for segment in laid:
        whole = QRectF(x + segment.x, y, segment.width, height)
        painter.setBrush(QColor(colour(segment.state, palette)))
        if segment.filled < segment.width:
            painter.setBrush(QColor(palette.bar_waiting))
        if segment.width < ROUNDED:
            painter.fillRect(whole, painter.brush())
        else:
            painter.drawRoundedRect(whole, 1.5, 1.5)
        if 0 < segment.filled < segment.width:
            painter.fillRect(QRectF(whole.x(), y, segment.filled, height), QColor(colour(segment.state, palette)))


class Strip(Painted):
    """A strip as a widget of its own, as wide as there is room."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._recordings: Sequence[RecordingView] | None = None
        self._laid: tuple[Segment, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Recordings, on camera to sealed to released"))

    def show_recordings(self, recordings: Sequence[RecordingView] | None) -> None:
        """Show these recordings."""
        self._recordings = recordings
        laid = segments(recordings, self.width())
        if laid != self._laid:
            self._laid = laid
            self.update()

    def sizeHint(self) -> QSize:
        """As high as a strip is."""
        return QSize(200, HEIGHT)

    def resizeEvent(self, _event: object) -> None:
        """Lay the segments out anew."""
        self.show_recordings(self._recordings)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the segments."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint_strip(painter, 0, 0, HEIGHT, self._laid, self._theme.palette)
