"""Who held what, as a picture: a line a camera, a bar a holder, over days; the moment that was asked for marked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QColor,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip

from app.custody.story import Lane, Story, What
from app.custody.values import Held
from app.ui import words
from app.ui.calendar_strip import day_words
from app.ui.custody_words import person
from app.ui.roles import Painted
from app.ui.tokens import LANE, RING, SPACE_M, SPACE_S, Theme, Tone, Type, font
from app.ui.words import translate

NAME_WIDTH, HEAD, BAR = 112, 24, 20
LEAST = 3.0


class CustodyChart(Painted):
    """The picture. `asked` says the camera and the moment of a bar that a person picks.

    The arrow keys walk the bars, from line to line up and down; Enter asks about the one that is marked. `marked`
    carries where that is, so that what scrolls can follow.
    """

    ROLE = QAccessible.Role.Chart

    asked = Signal(str, object)
    marked = Signal(QRect)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._story: Story | None = None
        self._now = datetime.now().astimezone()
        self._lane, self._bar = 0, 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFont(font(Type.SMALL))
        self.setAccessibleName(self.tr("Who held which camera"))
        self.setAccessibleDescription(self.tr("Nothing was asked for yet"))
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """A line for each camera, under the days."""
        return QSize(500, HEAD + LANE * len(self.lanes) + SPACE_S)

    @property
    def lanes(self) -> tuple[Lane, ...]:
        """The cameras that are shown."""
        return () if self._story is None else self._story.lanes

    def show_story(self, story: Story, now: datetime) -> None:
        """Show this, as it is at this local time; the bar that was asked for is marked."""
        self._story, self._now = story, now
        self._lane, self._bar = 0, 0
        for number, lane in enumerate(self.lanes):
            for place, held in enumerate(lane.holdings):
                if story.held is not None and held.entry == story.held.entry:
                    self._lane, self._bar = number, place
        self._describe()
        self.updateGeometry()
        self.setFixedHeight(self.sizeHint().height())
        self.update()

    def _describe(self) -> None:
        held = self._marked_bar()
        told = self.tr("Nobody held a camera in these days") if held is None else self.told(held)
        self.setAccessibleDescription(told)

    def told(self, held: Held) -> str:
        """One bar in words."""
        until = self.tr("now") if held.until_at is None else words.moment(held.until_at, self._now)
        text = self.tr("{camera}: {who}, {start} to {end}").format(
            camera=held.camera,
            who=person(held.officer, held.name),
            start=words.moment(held.from_at, self._now),
            end=until,
        )
        late = self.tr(", late") if self._late_from(held) is not None else ""
        corrected = self.tr(", corrected") if held.corrected is not None else ""
        return f"{text}{late}{corrected}"

    def _marked_bar(self) -> Held | None:
        if self._lane >= len(self.lanes):
            return None
        holdings = self.lanes[self._lane].holdings
        return holdings[self._bar] if self._bar < len(holdings) else None

    def _late_from(self, held: Held) -> datetime | None:
        """From when on somebody was late with a camera, None if they were not."""
        allowed = timedelta(minutes=self._story.late_after_minutes if self._story is not None else 0)
        over = held.due_at is not None and (held.until_at or self._now) - held.due_at > allowed
        return held.due_at if over else None

    # -- where things are --------------------------------------------------------------------------------------------

    def _start(self) -> datetime:
        assert self._story is not None
        return _midnight(self._story.first)

    def _x(self, at: datetime) -> float:
        assert self._story is not None
        days = (self._story.last - self._story.first).days + 1
        part = (at - self._start()) / timedelta(days=days)
        return NAME_WIDTH + max(0.0, min(1.0, part)) * (self.width() - NAME_WIDTH - SPACE_M)

    def _top(self, lane: int) -> int:
        return HEAD + lane * LANE

    def box(self, lane: int, held: Held) -> QRectF:
        """Where the bar of a holding is."""
        left, right = self._x(held.from_at), self._x(held.until_at or self._now)
        return QRectF(left, self._top(lane) + (LANE - BAR) / 2, max(LEAST, right - left - 1), BAR)

    def bars(self) -> Iterator[tuple[int, int, Held, QRectF]]:
        """Every bar: its line, its place in it, the holding, and where it is."""
        for lane, one in enumerate(self.lanes):
            for place, held in enumerate(one.holdings):
                yield lane, place, held, self.box(lane, held)

    # -- how it is painted -------------------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint days, lines, bars and the mark."""
        if self._story is None:
            return
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_days(painter)
            for number, lane in enumerate(self.lanes):
                self._paint_name(painter, number, lane)
            for at, place, held, box in self.bars():
                self._paint_bar(painter, held, box, marked=(at, place) == (self._lane, self._bar))
            if self._story.at is not None:
                x = self._x(self._story.at)
                painter.setPen(QPen(self._theme.ink(Tone.FAULT), 2))
                painter.drawLine(QPointF(x, HEAD - 6), QPointF(x, self.height()))
            if self.hasFocus():
                painter.setPen(QPen(QColor(self._theme.palette.focus), RING))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(QRectF(self.rect()).adjusted(2, 2, -2, -2))

    def _paint_days(self, painter: QPainter) -> None:
        assert self._story is not None
        palette, day = self._theme.palette, self._story.first
        while day <= self._story.last:
            x = self._x(_midnight(day))
            painter.setPen(QColor(palette.line))
            painter.drawLine(QPointF(x, HEAD - 4), QPointF(x, self.height()))
            painter.setPen(QColor(palette.muted))
            wide = self._x(_midnight(day + timedelta(days=1))) - x - SPACE_S
            told = painter.fontMetrics().elidedText(
                day_words(day, self._now.date()), Qt.TextElideMode.ElideRight, int(wide)
            )
            painter.drawText(QRectF(x + 4, 0, wide, HEAD - 4), Qt.AlignmentFlag.AlignVCenter, told)
            day += timedelta(days=1)

    def _paint_name(self, painter: QPainter, number: int, lane: Lane) -> None:
        palette, story = self._theme.palette, self._story
        row = QRectF(0, self._top(number), self.width(), LANE)
        if story is not None and story.what is What.CAMERA and lane.camera == story.subject:
            painter.fillRect(row, QColor(palette.accent_soft))
        painter.setPen(QColor(palette.line2))
        painter.drawLine(row.bottomLeft(), row.bottomRight())
        painter.setPen(QColor(palette.text))
        painter.setFont(font(Type.STRONG))
        painter.drawText(row.adjusted(SPACE_S, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, lane.camera)
        painter.setFont(self.font())

    def _paint_bar(self, painter: QPainter, held: Held, box: QRectF, *, marked: bool) -> None:
        palette = self._theme.palette
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._paper(held)))
        painter.drawRoundedRect(box, 3, 3)
        if (late := self._late_from(held)) is not None:
            painter.setBrush(self._theme.ink(Tone.WARN))
            painter.drawRoundedRect(QRectF(self._x(late), box.top(), box.right() - self._x(late), BAR), 3, 3)
        if marked and self.hasFocus():
            painter.setPen(QPen(QColor(palette.focus), RING))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(-2, -2, 2, 2), 4, 4)
        painter.setPen(QColor(palette.on_accent if self._is_meant(held) or held.officer is None else palette.text))
        text = held.officer or translate("custody", "unknown")
        room = box.adjusted(4, 0, -2, 0)
        if painter.fontMetrics().horizontalAdvance(text) <= room.width():
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, text)

    def _paper(self, held: Held) -> str:
        palette = self._theme.palette
        if held.officer is None:
            return palette.inks[Tone.FAULT]
        return palette.accent if self._is_meant(held) else palette.bar_waiting

    def _is_meant(self, held: Held) -> bool:
        """Whether a bar is of what was asked for; the others are there to compare."""
        story = self._story
        if story is None or story.what is What.DAY:
            return True
        return story.subject == (held.camera if story.what is What.CAMERA else held.officer)

    # -- how it is used ----------------------------------------------------------------------------------------------

    def _mark(self, lane: int, place: int) -> None:
        self._lane, self._bar = lane, place
        self._describe()
        self.update()
        if (held := self._marked_bar()) is not None:
            self.marked.emit(self.box(lane, held).toRect())

    def _ask(self) -> None:
        if (held := self._marked_bar()) is not None:
            self.asked.emit(held.camera, held.from_at)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Ask about the bar under the pointer."""
        for lane, place, _, box in self.bars():
            if box.contains(event.position()):
                self._mark(lane, place)
                self._ask()
                return

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk the bars, or ask about one."""
        key = Qt.Key(event.key())
        steps = {Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0)}
        if key in steps and self.lanes:
            down, on = steps[key]
            lane = max(0, min(len(self.lanes) - 1, self._lane + down))
            place = max(0, min(len(self.lanes[lane].holdings) - 1, self._bar + on))
            self._mark(lane, place)
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self._ask()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Say what stands under the pointer."""
        if isinstance(event, QHelpEvent):
            told = next((self.told(held) for *_, held, box in self.bars() if box.contains(QPointF(event.pos()))), "")
            QToolTip.showText(event.globalPos() + QPoint(0, SPACE_M), told, self)
            return True
        return super().event(event)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time()).astimezone()
