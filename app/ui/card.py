"""The card of a bay: painted by hand, and only when something that can be seen on it has changed."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

from PySide6.QtCore import QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QFontMetrics, QKeyEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from app.snapshot import BaySnapshot
from app.ui import icons, words
from app.ui.face import Face, face
from app.ui.strip import HEIGHT, Segment, paint_strip, segments
from app.ui.tokens import EDGE, ICON, RADIUS_CONTROL, RING, SPACE_M, SPACE_S, SPACE_XS, Theme, Tone, Type, font

ARROWS = {Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End}
_RIGHT = Qt.AlignmentFlag.AlignRight
_LEFT = Qt.AlignmentFlag.AlignLeft
_VCENTRE = Qt.AlignmentFlag.AlignVCenter


ROOMY = 132
"""A full card at least so high has room for a second line of detail."""


class Step(Enum):
    """How much a card has room for. The value is its smallest width and height without the ring."""

    FULL = (176, 116)
    COMPACT = (116, 72)
    SMALL = (84, 56)


class Card(QAbstractButton):
    """One bay. `chosen` says its name when a person picks it by mouse, touch or keyboard."""

    chosen = Signal(str)

    def __init__(self, snapshot: BaySnapshot, now: datetime, theme: Theme, parent: QWidget, mark: str = "") -> None:
        super().__init__(parent)
        self._theme = theme
        self._step = Step.FULL
        self._segments: tuple[Segment, ...] = ()
        self.snapshot = snapshot
        self.face: Face = face(snapshot, now, mark)
        self.setAccessibleName(self.face.spoken)
        self.setToolTip(self.face.spoken)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setCheckable(True)
        self.clicked.connect(self._say_chosen)
        theme.changed.connect(self.update)

    def show_bay(self, snapshot: BaySnapshot, now: datetime, mark: str = "") -> None:
        """Show this snapshot, and what the pool says of its camera; paints nothing when it looks the same."""
        self.snapshot = snapshot
        shown, laid = face(snapshot, now, mark), segments(snapshot.recordings, self._inner().width())
        if (shown, laid) == (self.face, self._segments):
            return
        if shown != self.face:
            self.setAccessibleName(shown.spoken)
            self.setToolTip(shown.spoken)
        self.face, self._segments = shown, laid
        self.update()

    def place(self, where: QRect, step: Step) -> None:
        """Stand at this place in the wall (the ring comes on top of it), showing as much as the step allows."""
        self._step = step
        self.setGeometry(where.adjusted(-RING, -RING, RING, RING))
        self._segments = segments(self.snapshot.recordings, self._inner().width())
        self.update()

    def mark(self, *, chosen: bool) -> None:
        """Be the chosen card, which alone is reached by the Tab key, or not."""
        self.setChecked(chosen)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if chosen else Qt.FocusPolicy.ClickFocus)
        self.update()

    def _say_chosen(self) -> None:
        self.chosen.emit(self.face.bay)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """A card that has the keyboard is the chosen one."""
        super().focusInEvent(event)
        self._say_chosen()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave the arrow keys to the wall; Enter is a click, as the space bar is."""
        if event.key() in ARROWS:
            event.ignore()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.click()
        else:
            super().keyPressEvent(event)

    def _body(self) -> QRect:
        return self.rect().adjusted(RING, RING, -RING, -RING)

    def _inner(self) -> QRect:
        pad = {Step.FULL: SPACE_M - 2, Step.COMPACT: SPACE_S, Step.SMALL: SPACE_XS}[self._step]
        return self._body().adjusted(EDGE + pad, 0, -pad - 1, 0)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the card."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_ground(painter)
            match self._step:
                case Step.FULL:
                    self._paint_full(painter, self._inner())
                case Step.COMPACT:
                    self._paint_compact(painter, self._inner())
                case Step.SMALL:
                    self._paint_small(painter, self._inner())

    def _paint_ground(self, painter: QPainter) -> None:
        palette, body = self._theme.palette, QRectF(self._body())
        outline = QPainterPath()
        outline.addRoundedRect(body.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS_CONTROL, RADIUS_CONTROL)
        if self.face.empty:
            painter.setPen(QPen(QColor(palette.line), 1, Qt.PenStyle.DashLine))
            painter.drawPath(outline)
        else:
            painter.fillPath(outline, QColor(palette.papers[Tone.READY] if self.face.lit else palette.surface))
            painter.setClipPath(outline)
            if self.face.look.hatched:
                _hatch(painter, self._body(), QColor(palette.stripe))
            painter.fillRect(QRectF(body.x(), body.y(), EDGE, body.height()), self._ink())
            painter.setClipping(False)
            painter.setPen(QPen(QColor(palette.line), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setClipRect(body.adjusted(EDGE, 0, 0, 0))
            painter.drawPath(outline)
            painter.setClipping(False)
        if self.isChecked() or self.face.lit:
            _ring(painter, QRectF(self.rect()), QColor(palette.focus))

    def _ink(self) -> QColor:
        return self._theme.ink(self.face.look.tone)

    def _paint_full(self, painter: QPainter, area: QRect) -> None:
        top = area.top()
        self._paint_heading(painter, _row(area, top + 8, 22))
        self._paint_state(painter, _row(area, top + 31, 22), Type.STRONG)
        below = top + 54 + 18 * self._paint_detail(painter, area, top + 54, 2 if area.height() >= ROOMY else 1)
        paint_strip(painter, area.left(), below + 6, HEIGHT, self._segments, self._theme.palette)
        self._paint_foot(painter, _row(area, area.bottom() - 27, 20))

    def _paint_compact(self, painter: QPainter, area: QRect) -> None:
        top = area.top()
        self._paint_heading(painter, _row(area, top + 5, 20))
        self._paint_state(painter, _row(area, top + 25, 20), Type.SMALL_STRONG)
        if area.height() >= 86:
            self._paint_detail(painter, area, top + 44, 1)
        if self._segments:
            paint_strip(painter, area.left(), area.bottom() - 15, HEIGHT, self._segments, self._theme.palette)
        elif area.height() >= 72:
            self._paint_foot(painter, _row(area, area.bottom() - 22, 18))

    def _paint_small(self, painter: QPainter, area: QRect) -> None:
        top = area.top()
        name = _row(area, top + 4, 20)
        self._text(painter, name, self.face.bay, Type.BAY, self._strong())
        self._shape(painter, name.right() - ICON + 1, name.center().y() - ICON // 2 + 1)
        self._text(painter, _row(area, top + 24, 18), self.face.short, Type.SMALL_STRONG, self._ink())
        paint_strip(painter, area.left(), area.bottom() - 11, HEIGHT - 2, self._segments, self._theme.palette)

    def _paint_heading(self, painter: QPainter, row: QRect) -> None:
        used = self._text(painter, row, self.face.bay, Type.BAY, self._strong())
        self._text(painter, row.adjusted(used + SPACE_S, 1, 0, 1), self.face.camera, Type.SMALL, self._soft(), _RIGHT)

    def _paint_state(self, painter: QPainter, row: QRect, kind: Type) -> None:
        self._shape(painter, row.left(), row.center().y() - ICON // 2 + 1)
        beside = row.adjusted(ICON + SPACE_S - 2, 0, 0, 0)
        fits = QFontMetrics(font(kind)).horizontalAdvance(self.face.word) <= beside.width()
        self._text(painter, beside, self.face.word if fits else self.face.short, kind, self._ink())

    def _paint_detail(self, painter: QPainter, area: QRect, top: int, most: int) -> int:
        """Write the detail on as many lines as it needs, at most so many; tells how many."""
        metrics = QFontMetrics(font(Type.SMALL))
        fits = most > 1 or metrics.horizontalAdvance(self.face.detail) <= area.width()
        lines = _broken(self.face.detail if fits else self.face.brief, metrics, area.width(), most)
        for number, line in enumerate(lines):
            self._text(painter, _row(area, top + 17 * number, 20), line, Type.SMALL, self._soft())
        return len(lines)

    def _paint_foot(self, painter: QPainter, row: QRect) -> None:
        left = 0
        if self.face.battery is not None:
            low = self._theme.ink(Tone.WARN)
            icons.paint_battery(painter, row.left(), row.center().y() - 5, self.face.battery, self._soft(), low)
            figure = row.adjusted(28, 0, 0, 0)
            left = 28 + self._text(painter, figure, words.percent(self.face.battery), Type.SMALL, self._soft())
        self._text(painter, row.adjusted(left + SPACE_S, 0, 0, 0), self.face.corner, Type.SMALL, self._soft(), _RIGHT)

    def _shape(self, painter: QPainter, x: int, y: int) -> None:
        shape = icons.pixmap(self.face.look.icon, self._ink().name(), ICON, self.devicePixelRatioF())
        painter.drawPixmap(QPoint(x, y), shape)

    def _text(
        self, painter: QPainter, row: QRect, text: str, kind: Type, ink: QColor, side: Qt.AlignmentFlag = _LEFT
    ) -> int:
        """Write a text into its row, cut where it does not fit; tells how many pixels it took."""
        painter.setFont(font(kind))
        painter.setPen(ink)
        metrics = painter.fontMetrics()
        fitting = metrics.elidedText(text, Qt.TextElideMode.ElideRight, row.width())
        painter.drawText(row, side | _VCENTRE, fitting)
        return metrics.horizontalAdvance(fitting)

    def _strong(self) -> QColor:
        return self._theme.ink(Tone.QUIET) if self.face.empty else QColor(self._theme.palette.text)

    def _soft(self) -> QColor:
        return self._theme.ink(Tone.QUIET) if self.face.empty else QColor(self._theme.palette.muted)


def _row(area: QRect, top: int, height: int) -> QRect:
    return QRect(area.left(), top, area.width(), height)


def _broken(text: str, metrics: QFontMetrics, width: int, most: int) -> list[str]:
    """Break a text between words into lines that fit, at most so many; the last one takes all that is left."""
    lines, rest = [""], text.split(" ")
    for place, word in enumerate(rest):
        longer = f"{lines[-1]} {word}".strip()
        if metrics.horizontalAdvance(longer) <= width or not lines[-1]:
            lines[-1] = longer
        elif len(lines) < most:
            lines.append(word)
        else:
            lines[-1] = " ".join([lines[-1], *rest[place:]])
            break
    return lines


def _ring(painter: QPainter, around: QRectF, colour: QColor) -> None:
    inset = RING / 2
    painter.setPen(QPen(colour, RING))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(around.adjusted(inset, inset, -inset, -inset), RADIUS_CONTROL + 2, RADIUS_CONTROL + 2)


def _hatch(painter: QPainter, area: QRect, colour: QColor) -> None:
    """Paint diagonal stripes over an area; the painter is clipped to the card."""
    painter.setPen(QPen(colour, 9))
    height = area.height()
    for x in range(area.left() - height, area.right() + 12, 25):
        painter.drawLine(x, area.bottom() + 6, x + height + 12, area.top() - 6)
