"""The strip under the picture: how loud the recording is, where it is now, and where the button was pressed."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui import words
from app.ui.roles import Painted
from app.ui.tokens import LINE, RING, SPACE_XS, WAVE_HEIGHT, Theme, Tone, Type, font

BAR, BETWEEN = 2, 1
MINUTE_S = 60


class Wave(Painted):
    """The waveform. `sought` with seconds when it is clicked or dragged, or a key moves along it."""

    ROLE = QAccessible.Role.Slider

    sought = Signal(float)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._peaks = b""
        self._seconds: float | None = None
        self._before_s = 0
        self._stops_at: float | None = None
        self._at = 0.0
        self._told = ""
        self._silent = False
        self.setFont(font(Type.SMALL))
        self.setAccessibleName(self.tr("Place in the recording"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        theme.changed.connect(self.update)

    def show_recording(self, seconds: float | None) -> None:
        """Show a recording of this length, of which nothing else is known yet."""
        self._seconds, self._peaks, self._stops_at, self._at, self._before_s = seconds, b"", None, 0.0, 0
        self._tell()
        self.update()

    def show_before(self, seconds: int) -> None:
        """Mark so much as lying before the button was pressed; nothing in a recording that is no longer than that."""
        self._before_s = seconds if self._seconds is not None and self._seconds > seconds else 0
        self.update()

    def show_length(self, seconds: float) -> None:
        """Show the length that the container claims."""
        if seconds != self._seconds:
            self._seconds = seconds
            self.update()

    def show_silent(self, *, silent: bool) -> None:
        """Say that nothing is heard."""
        self._silent = silent
        if self._tell():
            self.update()

    def show_peaks(self, peaks: bytes) -> None:
        """Show how loud it is, a byte for each column."""
        if peaks != self._peaks:
            self._peaks = peaks
            self.update()

    def show_stop(self, stops_at: float | None) -> None:
        """Show where a damaged recording stops."""
        if stops_at != self._stops_at:
            self._stops_at = stops_at
            self.update()

    def show_position(self, at: float) -> None:
        """Show where it is."""
        moved = self._x(at) != self._x(self._at)
        self._at = at
        if self._tell() or moved:
            self.update()

    def sizeHint(self) -> QSize:
        """The strip and the line of words below it."""
        return QSize(366, WAVE_HEIGHT + SPACE_XS + self.fontMetrics().height())

    def minimumSizeHint(self) -> QSize:
        """As low as it likes to be, and narrow."""
        return QSize(160, self.sizeHint().height())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go where it is clicked."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._seek(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go along while it is dragged."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._seek(event.position().x())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Home and End go to the ends; the other keys are the viewer's."""
        ends = {Qt.Key.Key_Home: 0.0, Qt.Key.Key_End: self._seconds or 0.0}
        if event.key() in ends:
            self.sought.emit(ends[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the minute before the button, the bars, the place, the words."""
        palette = self._theme.palette
        with QPainter(self) as painter:
            if self._before_s:
                paper = QColor(palette.papers[Tone.WARN])
                painter.fillRect(QRect(0, 0, self._x(self._before_s), WAVE_HEIGHT), paper)
            if self._stops_at is not None:
                gone = self._x(self._stops_at)
                painter.fillRect(QRect(gone, 0, self.width() - gone, WAVE_HEIGHT), QColor(palette.papers[Tone.FAULT]))
            self._paint_bars(painter, QColor(palette.muted))
            painter.fillRect(QRect(self._x(self._at) - 1, 0, 2, WAVE_HEIGHT), QColor(palette.accent))
            self._paint_words(painter)
            if self.hasFocus():
                self._paint_focus(painter)

    def _paint_bars(self, painter: QPainter, colour: QColor) -> None:
        bars = self.width() // (BAR + BETWEEN)
        loudest = max(self._peaks, default=0) or 1
        for bar in range(bars):
            peak = self._peaks[bar * len(self._peaks) // bars] if self._peaks else 0
            height = max(2, peak * (WAVE_HEIGHT - 4) // loudest)
            painter.fillRect(QRect(bar * (BAR + BETWEEN), (WAVE_HEIGHT - height) // 2, BAR, height), colour)

    def _paint_words(self, painter: QPainter) -> None:
        palette = self._theme.palette
        below = self.rect().adjusted(0, WAVE_HEIGHT + SPACE_XS, 0, 0)
        if self._stops_at is not None:
            painter.setPen(QColor(palette.inks[Tone.FAULT]))
            told = self.tr("damaged: stops at {time}").format(time=words.length(self._stops_at))
            painter.drawText(below, Qt.AlignmentFlag.AlignLeft, told)
        elif self._before_s:
            painter.setPen(QColor(palette.inks[Tone.WARN]))
            painter.drawText(below, Qt.AlignmentFlag.AlignLeft, self._before_words())
        painter.setPen(QColor(palette.muted))
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, self._told)

    def _before_words(self) -> str:
        if self._before_s == MINUTE_S:
            return self.tr("minute before the button")
        return self.tr("{n}\N{NO-BREAK SPACE}s before the button").format(n=self._before_s)

    def _paint_focus(self, painter: QPainter) -> None:
        pen = painter.pen()
        pen.setColor(QColor(self._theme.palette.focus))
        pen.setWidth(RING)
        painter.setPen(pen)
        painter.drawRect(QRect(1, 1, self.width() - RING, WAVE_HEIGHT - RING + LINE))

    def _tell(self) -> bool:
        """Say the time as text; whether it is another one than before."""
        told = f"{words.length(int(self._at))} / {words.length(self._seconds)}"
        if self._silent:
            told = words.DOT.join((self.tr("no sound"), told))
        changed = told != self._told
        self._told = told
        if changed:
            self.setAccessibleDescription(told)
        return changed

    def _x(self, seconds: float) -> int:
        return round(self.width() * min(1.0, seconds / self._seconds)) if self._seconds else 0

    def _seek(self, x: float) -> None:
        if self._seconds:
            self.sought.emit(min(1.0, max(0.0, x / max(1, self.width()))) * self._seconds)
