"""The table of a camera's recordings: a mirror of the newest snapshot, replaced whole, that never jumps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHeaderView, QWidget

from app.snapshot import RecordingState, RecordingView
from app.ui import icons, words
from app.ui.cells import Table
from app.ui.tokens import ROW, Theme, Tone, Type, font
from app.ui.words import translate
from app.words import size_words

Index = QModelIndex | QPersistentModelIndex
RECORDED, LENGTH, SIZE, STATE = range(4)

_LOOKS = {
    RecordingState.ON_CAMERA: ("on-camera", Tone.QUIET),
    RecordingState.COPYING: ("working", Tone.BUSY),
    RecordingState.PROVING: ("working", Tone.BUSY),
    RecordingState.SEALED: ("lock", Tone.BUSY),
    RecordingState.RELEASED: ("ready", Tone.READY),
    RecordingState.FAILED: ("fault", Tone.FAULT),
}


class Recordings(QAbstractTableModel):
    """One row a recording, in the order in which the camera's lane takes them."""

    def __init__(self, theme: Theme, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self._theme = theme
        self._clock = clock
        self._rows: tuple[RecordingView, ...] = ()

    def show_recordings(self, rows: tuple[RecordingView, ...]) -> None:
        """Show these recordings: changed rows are redrawn, new ones added; another list altogether starts anew."""
        before = self._rows
        if [one.name for one in before] != [one.name for one in rows[: len(before)]]:
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()
            return
        self._rows = rows[: len(before)]
        for row, (old, new) in enumerate(zip(before, rows, strict=False)):
            if old != new:
                self.dataChanged.emit(self.index(row, 0), self.index(row, STATE))
        if len(rows) > len(before):
            self.beginInsertRows(QModelIndex(), len(before), len(rows) - 1)
            self._rows = rows
            self.endInsertRows()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's own signature; never changed
        """How many recordings."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's own signature; never changed
        """How many columns."""
        return 0 if parent.isValid() else STATE + 1

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The columns' names."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(section)
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        names = "Recorded", "Length", "Size", "State"
        return translate("recordings", names[section])

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What stands in a cell, in which colour, and what its tooltip says."""
        recording, column = self._rows[index.row()], index.column()
        if role == Qt.ItemDataRole.DecorationRole:
            return self._shape(recording, column)
        if role == Qt.ItemDataRole.ForegroundRole and column == STATE:
            return QColor(self._theme.ink(_LOOKS[recording.state][1]))
        plain: dict[int, Callable[[], Any]] = {
            Qt.ItemDataRole.DisplayRole: lambda: self._text(recording, column),
            Qt.ItemDataRole.TextAlignmentRole: lambda: _side(column),
            Qt.ItemDataRole.ToolTipRole: lambda: _tip(recording),
            Qt.ItemDataRole.FontRole: lambda: font(_weight(recording, column)),
        }
        return plain[role]() if role in plain else None

    def _text(self, recording: RecordingView, column: int) -> str:
        if column == RECORDED:
            return words.moment(recording.recorded_at, self._clock()) if recording.recorded_at else recording.name
        if column == LENGTH:
            return words.length(recording.seconds)
        if column == SIZE:
            return size_words(recording.size)
        return _state(recording)

    def _shape(self, recording: RecordingView, column: int) -> Any:
        if column == STATE:
            shape, tone = _LOOKS[recording.state]
            return icons.icon(shape, self._theme.ink(tone).name(), 2)
        if column == RECORDED and recording.critical:
            return icons.icon("flag", self._theme.palette.text, 2)
        return None


def _side(column: int) -> Qt.AlignmentFlag:
    right = column in {LENGTH, SIZE}
    return (Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft) | Qt.AlignmentFlag.AlignVCenter


def _weight(recording: RecordingView, column: int) -> Type:
    told = column == STATE and recording.state is not RecordingState.ON_CAMERA
    return Type.SMALL_STRONG if told else Type.SMALL


def _state(recording: RecordingView) -> str:
    if recording.state is RecordingState.COPYING:
        return words.percent(min(100, 100 * recording.done // max(1, recording.size)))
    return {
        RecordingState.ON_CAMERA: translate("recordings", "On camera"),
        RecordingState.PROVING: translate("recordings", "Proving"),
        RecordingState.SEALED: translate("recordings", "Sealed"),
        RecordingState.RELEASED: translate("recordings", "Released"),
        RecordingState.FAILED: translate("recordings", "Failed"),
    }[recording.state]


def _tip(recording: RecordingView) -> str:
    lines = [recording.name]
    if recording.recorded_at is not None:
        lines.append(words.utc(recording.recorded_at))
    if recording.critical:
        lines.append(translate("recordings", "Marked as critical: copied first"))
    if recording.reason is not None:
        lines.append(f"{recording.reason.what_happened} {recording.reason.what_to_do}")
    return "\n".join(lines)


class RecordingTable(Table):
    """The table itself: rows of one height, whole rows chosen, nothing edited."""

    def __init__(self, model: Recordings, parent: QWidget | None = None) -> None:
        super().__init__(model, ROW, parent)
        self.setAccessibleName(translate("recordings", "Recordings of this camera"))
        self.setIconSize(QSize(13, 13))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._lay_columns()

    def _lay_columns(self) -> None:
        head = self.horizontalHeader()
        head.setSectionsClickable(False)
        head.setSectionResizeMode(RECORDED, QHeaderView.ResizeMode.Stretch)
        for column, width in ((LENGTH, 54), (SIZE, 61), (STATE, 95)):
            self.setColumnWidth(column, width)
