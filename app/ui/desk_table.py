"""The table of the issue desk: every pair, the newest first, with what came of it and what would help."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import IntEnum
from functools import partial
from typing import Any

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QHeaderView, QLineEdit, QPushButton, QWidget

from app.custody.handing import Outcome, Remedy, Row
from app.ui import icons, words
from app.ui.cells import Index, ShortList, Table
from app.ui.tokens import CONTROL, ROW_PICTURE, SPACE_S, Theme, Tone, Type, font
from app.ui.words import DOT, translate


class Column(IntEnum):
    """The columns, in the order in which they stand."""

    NUMBER = 0
    COLLAR = 1
    OFFICER = 2
    CAMERA = 3
    BAY = 4
    OUTCOME = 5
    WHY = 6
    ACT = 7


GIVEN_UP = ((Column.BAY, 1000), (Column.OFFICER, 960), (Column.NUMBER, 900))
"""Columns that go where the table is narrower than this."""

_WIDTHS = {
    Column.NUMBER: 44,
    Column.COLLAR: 70,
    Column.OFFICER: 150,
    Column.CAMERA: 112,
    Column.BAY: 48,
    Column.OUTCOME: 140,
}


def column_name(column: Column) -> str:
    """What a column is called; nothing for those that need no name."""
    return {
        Column.NUMBER: "",
        Column.COLLAR: translate("desk", "Collar"),
        Column.OFFICER: translate("desk", "Officer"),
        Column.CAMERA: translate("desk", "Camera"),
        Column.BAY: translate("desk", "Bay"),
        Column.OUTCOME: translate("desk", "Outcome"),
        Column.WHY: translate("desk", "Why"),
        Column.ACT: "",
    }[column]


def look(row: Row, now: datetime) -> tuple[str, str, Tone]:
    """The shape, words and tone of what came of a pair."""
    time = words.moment(row.at, now)
    if row.outcome is Outcome.REFUSED:
        return "fault", translate("desk", "Refused"), Tone.FAULT
    if row.outcome is Outcome.TAKEN_BACK:
        return "taken-back", translate("desk", "Taken back {time}").format(time=time), Tone.QUIET
    if row.warned:
        return "attention", translate("desk", "Issued {time}").format(time=time), Tone.WARN
    said = translate("desk", "Swapped {time}") if row.outcome is Outcome.SWAPPED else translate("desk", "Issued {time}")
    return "ready", said.format(time=time), Tone.READY


def remedy_words(row: Row, remedy: Remedy) -> tuple[str, str]:
    """What the button of a remedy says, and its tooltip."""
    if remedy is Remedy.SWAP:
        return translate("desk", "Swap"), translate("desk", "{officer} hands in the other one and takes {camera} (F2)")
    if remedy is Remedy.INSTEAD:
        given = translate("desk", "Give {camera} instead").format(camera=row.instead)
        return given, translate("desk", "The one that has been ready longest (F3)")
    return translate("desk", "Override…"), translate("desk", "Hand it out although it is not ready, for a reason (F4)")


class DeskModel(ShortList[Row]):
    """The pairs in the order in which they were made; the newest stands at the top."""

    def __init__(self, theme: Theme, clock: Callable[[], datetime]) -> None:
        super().__init__([column_name(column) for column in Column])
        self._theme, self._clock = theme, clock
        theme.changed.connect(self.redraw)

    def add(self, row: Row) -> int:
        """Put a pair at the top; gives its number, counted from 0."""
        self.beginInsertRows(QModelIndex(), 0, 0)
        self.rows.append(row)
        self.endInsertRows()
        return len(self.rows) - 1

    def change(self, number: int, row: Row) -> None:
        """Something else came of the pair with this number."""
        self.rows[number] = row
        self.redraw()

    def place_of(self, number: int) -> int:
        """In which line of the table a pair stands; the same the other way round."""
        return len(self.rows) - 1 - number

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What stands in a cell, in which colour, and what its tooltip says."""
        number, column = self.place_of(index.row()), Column(index.column())
        row = self.rows[number]
        shape, said, tone = look(row, self._clock())
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return _text(number, row, column, said)
            case Qt.ItemDataRole.ToolTipRole:
                tip = words.utc(row.at) if column is Column.OUTCOME else ""
                return DOT.join(part for part in (_text(number, row, column, said), tip) if part)
            case Qt.ItemDataRole.DecorationRole if column is Column.OUTCOME:
                return icons.icon(shape, self._theme.ink(tone).name(), 2)
            case Qt.ItemDataRole.ForegroundRole:
                return self._ink(column, tone)
            case Qt.ItemDataRole.FontRole:
                strong = column in {Column.COLLAR, Column.CAMERA, Column.OUTCOME}
                return font(Type.STRONG if strong else Type.BODY)
        return None

    def _ink(self, column: Column, tone: Tone) -> QColor | None:
        if column is Column.OUTCOME:
            return self._theme.ink(tone)
        return QColor(self._theme.palette.muted) if column in {Column.NUMBER, Column.WHY} else None


def _text(number: int, row: Row, column: Column, said: str) -> str:
    told = {
        Column.NUMBER: str(number + 1),
        Column.COLLAR: row.officer,
        Column.OFFICER: row.name or "\N{EN DASH}",
        Column.CAMERA: row.camera,
        Column.BAY: row.bay or "\N{EN DASH}",
        Column.OUTCOME: said,
        Column.WHY: row.why,
    }
    return told.get(column, "")


class DeskTable(Table):
    """The table itself. `helped` asks for a remedy of the pair with this number, `reasoned` says why one is overridden.

    `left` goes back to the scan box, and so does `typed`, with what is typed while a row is chosen. By
    keys its buttons are F2, F3 and F4.
    """

    helped = Signal(int, object)
    reasoned = Signal(int, str)
    left = Signal()
    typed = Signal(str)

    def __init__(self, model: DeskModel) -> None:
        super().__init__(model, ROW_PICTURE)
        self._pairs = model
        self._reason: QLineEdit | None = None
        self.setFont(font(Type.BODY))
        self.setIconSize(QSize(14, 14))
        self.setWordWrap(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().setMinimumSectionSize(ROW_PICTURE)
        self.setAccessibleName(self.tr("Pairs"))
        for column, width in _WIDTHS.items():
            self.setColumnWidth(column, width)
        self.horizontalHeader().setMinimumSectionSize(0)
        self.horizontalHeader().setSectionResizeMode(Column.WHY, QHeaderView.ResizeMode.Stretch)
        self.setColumnWidth(Column.ACT, SPACE_S)

    def show_help(self, number: int) -> None:
        """Show the buttons of a pair, or take them away."""
        row = self._pairs.rows[number]
        at = self._pairs.index(self._pairs.place_of(number), Column.ACT)
        buttons = [self._button(number, row, remedy) for remedy in row.remedies]
        if (before := self.indexWidget(at)) is not None:
            before.hide()  # Qt deletes it only when it has time
        self.setIndexWidget(at, _beside(buttons))  # an empty one takes the place of those that helped before
        self._fit()

    def _button(self, number: int, row: Row, remedy: Remedy) -> Help:
        button = Help(number, row, remedy)
        button.helped.connect(self.helped)
        return button

    def ask_reason(self, number: int) -> None:
        """Have the reason of an override typed in its row. Enter does it, Esc leaves it."""
        at = self._pairs.index(self._pairs.place_of(number), Column.WHY)
        self.scrollTo(at)
        field = Reason(self.tr("Why is it handed out all the same?"))
        field.given.connect(partial(self.reasoned.emit, number))
        field.given.connect(self._end_reason)
        field.dropped.connect(self._end_reason)
        self._end_reason()
        self._reason = field
        self.setIndexWidget(at, field)
        field.setFocus()

    @Slot()
    def _end_reason(self) -> None:
        field, self._reason = self._reason, None
        if field is not None:
            had = field.hasFocus()
            field.hide()
            field.deleteLater()
            if had:
                self.left.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc, and Up from the first row, go back to the scan box; so does all that is typed."""
        up = event.key() == Qt.Key.Key_Up and self.currentIndex().row() <= 0
        if up or event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif event.text().isprintable() and event.text().strip():
            self.typed.emit(event.text())
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More or fewer columns are on screen."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        for column, least in GIVEN_UP:
            self.setColumnHidden(column, self.viewport().width() < least)
        widgets = [self.indexWidget(self._pairs.index(place, Column.ACT)) for place in range(len(self._pairs.rows))]
        needed = max((one.sizeHint().width() for one in widgets if one is not None), default=SPACE_S)
        self.setColumnWidth(Column.ACT, needed + SPACE_S)  # a cell has its padding around what stands in it


class Help(QPushButton):
    """The button of one remedy of one pair."""

    helped = Signal(int, object)

    def __init__(self, number: int, row: Row, remedy: Remedy) -> None:
        text, tip = remedy_words(row, remedy)
        super().__init__(text)
        self._number, self._remedy = number, remedy
        self.setFont(font(Type.BODY))
        self.setFixedHeight(CONTROL)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setToolTip(tip.format(officer=row.officer, camera=row.camera))
        self.setAccessibleName(f"{text}: {row.officer}, {row.camera}")
        self.clicked.connect(self._say)

    @Slot()
    def _say(self) -> None:
        self.helped.emit(self._number, self._remedy)


class Reason(QLineEdit):
    """Where a reason is typed. `given` says it, `dropped` that there is none."""

    given = Signal(str)
    dropped = Signal()

    def __init__(self, asked: str) -> None:
        super().__init__()
        self.setFont(font(Type.BODY))
        self.setPlaceholderText(asked)
        self.setAccessibleName(asked)
        self.setToolTip(asked)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter gives the reason, Esc drops it."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.text().strip():
            self.given.emit(self.text().strip())
        elif event.key() == Qt.Key.Key_Escape:
            self.dropped.emit()
        else:
            super().keyPressEvent(event)


def _beside(buttons: list[Help]) -> QWidget:
    box = QWidget()
    box.setObjectName("plain")
    row = QHBoxLayout(box)
    row.setContentsMargins(0, 0, SPACE_S, 0)
    row.setSpacing(SPACE_S)
    row.addStretch(1)
    for button in buttons:
        row.addWidget(button)
    return box
