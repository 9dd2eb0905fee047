"""The entries of custody in words, each with the signed head that covers it; corrections beside what they correct."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QHeaderView

from app.custody.story import Line, Story
from app.ui import icons, words
from app.ui.cells import Index, Table
from app.ui.custody_words import how_words, what_words
from app.ui.library_table import moment_to_second
from app.ui.tokens import ROW, Theme, Tone, Type, font
from app.ui.words import translate
from app.words import SPACE

_SIDE = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
BELOW = "\N{DOWNWARDS ARROW WITH TIP RIGHTWARDS}"


class Column(IntEnum):
    """The columns, in the order in which they stand."""

    ENTRY = 0
    WHEN = 1
    WHAT = 2
    HOW = 3
    PROOF = 4


class CustodyModel(QAbstractTableModel):
    """The lines of one answer."""

    def __init__(self, theme: Theme, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self._theme, self._clock = theme, clock
        self.lines: tuple[Line, ...] = ()
        self._names: dict[str, str] = {}

    def show_story(self, story: Story) -> None:
        """Show the lines of this answer."""
        self.beginResetModel()
        self.lines, self._names = story.lines, story.names
        self.endResetModel()

    def clear(self) -> None:
        """Show nothing."""
        self.beginResetModel()
        self.lines = ()
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's own signature; never changed
        """How many lines."""
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's own signature; never changed
        """How many columns."""
        return 0 if parent.isValid() else len(Column)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The columns' names."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _SIDE
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        names = {
            Column.ENTRY: translate("custody", "Entry"),
            Column.WHEN: translate("custody", "When"),
            Column.WHAT: translate("custody", "What"),
            Column.HOW: translate("custody", "How"),
            Column.PROOF: translate("custody", "Proof"),
        }
        return names[Column(section)]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What stands in a cell, in which colour, and what its tooltip says."""
        line, column = self.lines[index.row()], Column(index.column())
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _SIDE
        told: dict[int, Callable[[Line, Column], Any]] = {
            Qt.ItemDataRole.DisplayRole: self._text,
            Qt.ItemDataRole.DecorationRole: self._shape,
            Qt.ItemDataRole.ForegroundRole: self._ink,
            Qt.ItemDataRole.FontRole: _weight,
            Qt.ItemDataRole.ToolTipRole: self._tip,
        }
        return told[role](line, column) if role in told else None

    def _text(self, line: Line, column: Column) -> str:
        act = line.act
        if column is Column.ENTRY:
            return words.number(act.entry)
        if column is Column.WHEN:
            return moment_to_second(act.at, self._clock())
        if column is Column.WHAT:
            before = f"{BELOW}{SPACE}" if act.corrects is not None else ""
            return before + what_words(act, self._names)
        if column is Column.HOW:
            return how_words(act, self._names)
        if line.checkpoint is None:
            return translate("custody", "not yet signed")
        return translate("custody", "in checkpoint {n}").format(n=words.number(line.checkpoint))

    def _tone(self, line: Line) -> Tone:
        return Tone.QUIET if line.checkpoint is None else Tone.READY

    def _shape(self, line: Line, column: Column) -> Any:
        if column is not Column.PROOF:
            return None
        shape = "clock" if line.checkpoint is None else "shield"
        return icons.icon(shape, self._theme.ink(self._tone(line)).name(), 2)

    def _ink(self, line: Line, column: Column) -> QColor | None:
        if column is Column.PROOF:
            return self._theme.ink(self._tone(line))
        return QColor(self._theme.palette.muted) if column is Column.ENTRY else None

    def _tip(self, line: Line, column: Column) -> str:
        if column is Column.WHEN:
            return words.utc(line.act.at)
        if column is Column.PROOF:
            how = translate("custody", "Enter shows the proof")
            return f"{self._text(line, column)}\n{how}"
        return self._text(line, column)


def _weight(_line: Line, column: Column) -> Any:
    return font(Type.STRONG if column is Column.PROOF else Type.BODY)


class CustodyTable(Table):
    """The table itself. `opened` says the number of an entry whose proof is asked for."""

    opened = Signal(int)

    def __init__(self, model: CustodyModel) -> None:
        super().__init__(model, ROW)
        self._told = model
        self.setAccessibleName(self.tr("Entries of custody"))
        self.setIconSize(QSize(14, 14))
        head = self.horizontalHeader()
        for column, width in ((Column.ENTRY, 72), (Column.WHEN, 140), (Column.PROOF, 176)):
            self.setColumnWidth(column, width)
        head.setSectionResizeMode(Column.WHAT, QHeaderView.ResizeMode.Stretch)
        head.setSectionResizeMode(Column.HOW, QHeaderView.ResizeMode.Stretch)

    def _open(self) -> None:
        index = self.currentIndex()
        if index.isValid():
            self.opened.emit(self._told.lines[index.row()].act.entry)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click opens the proof of a line."""
        super().mouseReleaseEvent(event)
        if self.indexAt(event.position().toPoint()).isValid():
            self._open()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens the proof of the line."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self._open()
        else:
            super().keyPressEvent(event)
