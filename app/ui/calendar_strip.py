"""The strip of days and hours: how many recordings were made when, and the filter by time in one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
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
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.searching import Span, hours, whole_days
from app.ui import words
from app.ui.roles import Painted
from app.ui.tokens import LINE, RADIUS_PANEL, RING, SPACE_M, STRIP_HEIGHT, Theme, Type, font
from app.ui.words import translate
from app.words import SPACE

MOST_DAYS = 42
BAR_PITCH = 11
"""A day takes at least so many pixels, so that it can be hit; fewer days are shown where there is less room."""
HOURS = 24
LABEL = 16
EMPTY_DAY = (0,) * HOURS

HourCounts = dict[date, tuple[int, ...]]
_DAYS, _HOURS = range(2)
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Home: -1000, Qt.Key.Key_End: 1000}


def day_words(day: date, today: date) -> str:
    """A day as people say it: "today", "yesterday", "Mon 23 Nov"."""
    if day == today:
        return translate("strip", "today")
    if day == today - timedelta(days=1):
        return translate("strip", "yesterday")
    year = f"{SPACE}{day.year}" if day.year != today.year else ""
    return f"{day:%a}{SPACE}{day.day}{SPACE}{day:%b}{year}"


def span_words(span: Span, now: datetime) -> str:
    """A stretch of time as people say it: "yesterday", "22:00 to 23:00 yesterday", "Mon 2 Nov to Sun 8 Nov"."""
    start, end, today = span.start.astimezone(), span.end.astimezone(), now.astimezone().date()
    first, last = day_words(start.date(), today), day_words((end - timedelta(seconds=1)).date(), today)
    both = translate("strip", "{start} to {end}")
    if (start.hour, start.minute, end.hour, end.minute) == (0, 0, 0, 0):
        return first if first == last else both.format(start=first, end=last)
    if first == last:
        return f"{both.format(start=f'{start:%H:%M}', end=f'{end:%H:%M}')}{SPACE}{first}"
    return both.format(start=f"{start:%H:%M}{SPACE}{first}", end=f"{end:%H:%M}{SPACE}{last}")


class CalendarStrip(Painted):
    """Days as columns, and beside them the hours of the chosen day. `chosen` says a Span, or None for all time.

    Pressing or dragging chooses; by keys the arrows move a mark, with Shift a stretch, Enter chooses, Down and Up go
    to the hours and back, Escape takes the choice back.
    """

    ROLE = QAccessible.Role.Chart

    chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._counts: HourCounts = {}
        self._today = date(1970, 1, 1)
        self.days: tuple[date, date] | None = None
        self.hours: tuple[int, int] | None = None
        self._zone, self._mark, self._anchor = _DAYS, 0, 0
        self._dragged = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.setFont(font(Type.SMALL))
        self.setAccessibleName(self.tr("Recordings by day and hour"))
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """As high as bars and their labels, as wide as there is room."""
        return QSize(MOST_DAYS * BAR_PITCH, STRIP_HEIGHT)

    # -- what it shows -----------------------------------------------------------------------------------------------

    def show_counts(self, counts: HourCounts, today: date) -> None:
        """Show how many there are of each hour of each day, up to today."""
        if not self._today.year > 1970:
            self._mark = self._anchor = self._day_count() - 1
        self._counts, self._today = counts, today
        self._describe()
        self.update()

    def show_span(self, span: Span | None) -> None:
        """Show as chosen what is in force: whole days, or hours of one day; anything else is told elsewhere."""
        self.days = self.hours = None
        if span is not None:
            start, end = span.start.astimezone(), span.end.astimezone()
            last = (end - timedelta(seconds=1)).date()
            self.days = (start.date(), last)
            if start.date() == last and end - start < timedelta(hours=23):
                self.hours = (start.hour, (end - timedelta(seconds=1)).hour)
        self._describe()
        self.update()

    def _describe(self) -> None:
        self.setAccessibleDescription(self._told(self._zone, self._mark))

    def _told(self, zone: int, place: int) -> str:
        """What stands at a place, in words."""
        if zone == _HOURS:
            count = self._of_hours()[place]
            when = f"{place:02}:00{SPACE}\N{EN DASH}{SPACE}{(place + 1) % HOURS:02}:00, {self._shown_day_words()}"
        else:
            count, when = sum(self._counts.get(self._day(place), EMPTY_DAY)), day_words(self._day(place), self._today)
        told = words.counted(count, self.tr("1 recording"), self.tr("%1 recordings"))
        return f"{when[:1].upper()}{when[1:]}: {told}"

    def _shown_day_words(self) -> str:
        if self.days is None:
            return self.tr("all days shown")
        first, last = (day_words(day, self._today) for day in self.days)
        return first if first == last else self.tr("{first} to {last}").format(first=first, last=last)

    def _of_hours(self) -> list[int]:
        """How many there are of each hour, in the chosen days or in all that are shown."""
        first, last = self.days or (self._day(0), self._today)
        within = [hourly for day, hourly in self._counts.items() if first <= day <= last]
        return [sum(of_hour) for of_hour in zip(EMPTY_DAY, *within, strict=True)]

    # -- where things are --------------------------------------------------------------------------------------------

    def _hours_left(self) -> float:
        return self.width() - SPACE_M - HOURS * self._hour_pitch()

    def _hour_pitch(self) -> float:
        return max(8.0, (self.width() - 2 * SPACE_M) * 0.33 / HOURS)

    def _day_count(self) -> int:
        room = self._hours_left() - 3 * SPACE_M
        return max(7, min(MOST_DAYS, int(room // BAR_PITCH)))

    def _day_pitch(self) -> float:
        return (self._hours_left() - 3 * SPACE_M) / self._day_count()

    def _day(self, place: int) -> date:
        return self._today - timedelta(days=self._day_count() - 1 - place)

    def _column(self, zone: int, place: int) -> QRectF:
        pitch = self._day_pitch() if zone == _DAYS else self._hour_pitch()
        left = SPACE_M if zone == _DAYS else self._hours_left()
        return QRectF(left + place * pitch, SPACE_M, pitch, self.height() - SPACE_M - LABEL - 6)

    def _count_of(self, zone: int) -> int:
        return self._day_count() if zone == _DAYS else HOURS

    def _at(self, point: QPointF) -> tuple[int, int]:
        """The zone and place under a point, or next to it."""
        zone = _HOURS if point.x() >= self._hours_left() - SPACE_M else _DAYS
        return zone, self._place_in(zone, point.x())

    def _place_in(self, zone: int, x: float) -> int:
        first = self._column(zone, 0)
        return max(0, min(self._count_of(zone) - 1, int((x - first.left()) // first.width())))

    # -- how it is painted -------------------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the panel, the bars and their labels."""
        palette = self._theme.palette
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            ring = self.hasFocus()
            painter.setPen(QPen(QColor(palette.focus if ring else palette.line), RING if ring else LINE))
            painter.setBrush(QColor(palette.surface))
            inset = RING / 2 if ring else 0.5
            painter.drawRoundedRect(
                QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), RADIUS_PANEL, RADIUS_PANEL
            )
            days = [sum(self._counts.get(self._day(place), EMPTY_DAY)) for place in range(self._day_count())]
            self._paint_bars(painter, _DAYS, days)
            self._paint_bars(painter, _HOURS, self._of_hours())
            self._paint_labels(painter)

    def _paint_bars(self, painter: QPainter, zone: int, counts: Sequence[int]) -> None:
        palette, most = self._theme.palette, max([1, *counts])
        painter.setPen(Qt.PenStyle.NoPen)
        for place, count in enumerate(counts):
            column = self._column(zone, place)
            if self._is_chosen(zone, place):
                painter.fillRect(column, QColor(palette.accent_soft))
            high = max(2.0, column.height() * count / most) if count else 1.0
            bar = QRectF(column.left() + 1.5, column.bottom() - high, column.width() - 3, high)
            lit = self._is_chosen(zone, place) or (zone == _DAYS and self.days is None) or self._all_hours(zone)
            painter.fillRect(bar, QColor((palette.accent if lit else palette.bar_waiting) if count else palette.line))
            if self.hasFocus() and (zone, place) == (self._zone, self._mark):
                painter.fillRect(QRectF(column.left() + 1, column.bottom() + 1, column.width() - 2, 3), palette.focus)

    def _all_hours(self, zone: int) -> bool:
        return zone == _HOURS and self.hours is None

    def _is_chosen(self, zone: int, place: int) -> bool:
        if zone == _HOURS:
            return self.hours is not None and self.hours[0] <= place <= self.hours[1]
        return self.days is not None and self.days[0] <= self._day(place) <= self.days[1]

    def _paint_labels(self, painter: QPainter) -> None:
        painter.setPen(QColor(self._theme.palette.muted))
        top = self.height() - LABEL - 3
        for place in range(self._day_count()):
            day = self._day(place)
            if day.weekday() == 0 and place <= self._day_count() - 4:
                left = self._column(_DAYS, place).left() + 1
                painter.drawText(QRectF(left, top, 60, LABEL), Qt.AlignmentFlag.AlignLeft, f"{day.day} {day:%b}")
        for hour in range(0, HOURS, 6):
            left = self._column(_HOURS, hour).left() + 1
            painter.drawText(QRectF(left, top, 40, LABEL), Qt.AlignmentFlag.AlignLeft, f"{hour:02}:00")

    # -- how it is chosen from ---------------------------------------------------------------------------------------

    def _choose(self) -> None:
        """Take what lies between anchor and mark."""
        first, last = sorted((self._anchor, self._mark))
        if self._zone == _DAYS:
            days = (self._day(first), self._day(last))
            again = self.hours is None and days == self.days
            self.chosen.emit(None if again else whole_days(*days))
        else:
            day = self.days[0] if self.days else self._today
            self.chosen.emit(whole_days(day, day) if (first, last) == self.hours else hours(day, first, last))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a choice."""
        self._zone, self._mark = self._at(event.position())
        self._anchor = self._mark
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Stretch the choice while the button is held."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._mark = self._place_in(self._zone, event.position().x())
            self.update()

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """End the choice: it is taken."""
        self._choose()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the mark, stretch, choose, or take the choice back."""
        key = Qt.Key(event.key())
        if key in _STEPS:
            self._mark = max(0, min(self._count_of(self._zone) - 1, self._mark + _STEPS[key]))
            if not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self._anchor = self._mark
        elif key in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
            self._zone = _HOURS if key == Qt.Key.Key_Down else _DAYS
            self._mark = self._anchor = HOURS // 2 if self._zone == _HOURS else self._day_count() - 1
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self._choose()
        elif key == Qt.Key.Key_Escape and self.days is not None:
            self.chosen.emit(None)
        else:
            super().keyPressEvent(event)
            return
        self._describe()
        self.update()

    def event(self, event: QEvent) -> bool:
        """Say what stands under the pointer."""
        if isinstance(event, QHelpEvent):
            zone, place = self._at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos() + QPoint(0, SPACE_M), self._told(zone, place), self)
            return True
        return super().event(event)
