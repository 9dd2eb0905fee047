"""The table of late cameras: unknown holders first, then the latest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWidgets import QHeaderView

from app.custody.lateness import Late
from app.ui import icons, words
from app.ui.cells import Index, ShortList, Table
from app.ui.tokens import ROW_PICTURE, Theme, Tone, Type, font
from app.ui.words import translate
from app.words import time_words


class Column(IntEnum):
    """The columns, in the order in which they stand."""

    STATE = 0
    CAMERA = 1
    COLLAR = 2
    OFFICER = 3
    SINCE = 4
    FOR = 5
    STATION = 6
    CALL = 7


GIVEN_UP = ((Column.STATION, 1050), (Column.OFFICER, 900))
"""Columns that go where the table is narrower than this."""

_WIDTHS = {
    Column.STATE: 158,
    Column.CAMERA: 112,
    Column.COLLAR: 72,
    Column.OFFICER: 160,
    Column.SINCE: 124,
    Column.FOR: 120,
    Column.STATION: 120,
}


def column_name(column: Column) -> str:
    """What a column is called."""
    return {
        Column.STATE: translate("late", "State"),
        Column.CAMERA: translate("late", "Camera"),
        Column.COLLAR: translate("late", "Collar"),
        Column.OFFICER: translate("late", "Officer"),
        Column.SINCE: translate("late", "Since"),
        Column.FOR: translate("late", "For"),
        Column.STATION: translate("late", "Station"),
        Column.CALL: translate("late", "Call"),
    }[column]


def look(late: Late) -> tuple[str, str, Tone]:
    """The shape, word and tone of a late camera."""
    if late.unknown:
        return "attention", translate("late", "Holder unknown"), Tone.FAULT
    return "late", translate("late", "Late"), Tone.WARN


def whom_to_call(late: Late) -> str:
    """The sergeants of the station, or the station where none is known."""
    if late.call:
        return ", ".join(late.call)
    return translate("late", "the sergeant of {station}").format(station=late.station) if late.station else ""


class LateModel(ShortList[Late]):
    """What is late."""

    def __init__(self, theme: Theme, clock: Callable[[], datetime]) -> None:
        super().__init__([column_name(column) for column in Column])
        self._theme, self._clock = theme, clock
        theme.changed.connect(self.redraw)

    def show_late(self, late: list[Late]) -> None:
        """List these; what was chosen stays chosen where it is still listed."""
        self.layoutAboutToBeChanged.emit()
        old = self.persistentIndexList()
        entries = {row: self.rows[row].entry for row in {index.row() for index in old}}
        self.rows = late
        places = {one.entry: place for place, one in enumerate(late)}
        moved = [places.get(entries[index.row()], -1) for index in old]
        new = [
            self.index(place, index.column()) if place >= 0 else QModelIndex()
            for place, index in zip(moved, old, strict=True)
        ]
        self.changePersistentIndexList(old, new)
        self.layoutChanged.emit()

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What stands in a cell, in which colour, and what its tooltip says."""
        late, column = self.rows[index.row()], Column(index.column())
        shape, _word, tone = look(late)
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(late, column)
            case Qt.ItemDataRole.ToolTipRole:
                return words.utc(late.since) if column in {Column.SINCE, Column.FOR} else self._text(late, column)
            case Qt.ItemDataRole.DecorationRole if column is Column.STATE:
                return icons.icon(shape, self._theme.ink(tone).name(), 2)
            case Qt.ItemDataRole.ForegroundRole:
                return self._ink(column, tone)
            case Qt.ItemDataRole.FontRole:
                strong = column in {Column.STATE, Column.CAMERA, Column.COLLAR}
                return font(Type.STRONG if strong else Type.BODY)
        return None

    def _text(self, late: Late, column: Column) -> str:
        now = self._clock()
        told: dict[Column, Callable[[], str]] = {
            Column.STATE: lambda: look(late)[1],
            Column.CAMERA: lambda: late.camera,
            Column.COLLAR: lambda: late.officer or "\N{EN DASH}",
            Column.OFFICER: lambda: late.name or "\N{EN DASH}",
            Column.SINCE: lambda: words.moment(late.since, now),
            Column.FOR: lambda: time_words(max(0.0, (now - late.since).total_seconds())),
            Column.STATION: lambda: late.station,
            Column.CALL: lambda: whom_to_call(late),
        }
        return told[column]()

    def _ink(self, column: Column, tone: Tone) -> QColor | None:
        if column is Column.STATE:
            return self._theme.ink(tone)
        return QColor(self._theme.palette.muted) if column is Column.STATION else None


class LateTable(Table):
    """The table itself. `chosen` says one Late, or None."""

    chosen = Signal(object)

    def __init__(self, model: LateModel) -> None:
        super().__init__(model, ROW_PICTURE)
        self._listed = model
        self.setFont(font(Type.BODY))
        self.setIconSize(QSize(14, 14))
        self.verticalHeader().setMinimumSectionSize(ROW_PICTURE)
        self.setAccessibleName(self.tr("Late cameras"))
        for column, width in _WIDTHS.items():
            self.setColumnWidth(column, width)
        self.horizontalHeader().setSectionResizeMode(Column.CALL, QHeaderView.ResizeMode.Stretch)
        self.selectionModel().currentRowChanged.connect(self._choose)

    def show_late(self, late: list[Late]) -> None:
        """List these; the first is chosen where none is any more."""
        self._listed.show_late(late)
        if late and not self.currentIndex().isValid():
            self.selectRow(0)
        self._choose()

    @Slot()
    def _choose(self) -> None:
        at = self.currentIndex()
        self.chosen.emit(self._listed.rows[at.row()] if at.isValid() else None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More or fewer columns are on screen."""
        super().resizeEvent(event)
        for column, least in GIVEN_UP:
            self.setColumnHidden(column, self.viewport().width() < least)
