"""What tables share: whole rows of one height, and what is chosen keeps the colours that say how it stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Slot,
)
from PySide6.QtGui import QBrush, QIcon, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from app.ui.tokens import ROW, Type, font

Index = QModelIndex | QPersistentModelIndex
Shown = TypeVar("Shown")


class Table(QTableView):
    """A table of whole rows, each `row` high: one is chosen at a time, nothing is edited, no grid is drawn."""

    def __init__(self, model: QAbstractItemModel, row: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(model)
        self.setItemDelegate(Cell(self))
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        rows, head = self.verticalHeader(), self.horizontalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(row)
        head.setFont(font(Type.SMALL))
        head.setFixedHeight(ROW - 2)
        head.setHighlightSections(False)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)


class ShortList(QAbstractTableModel, Generic[Shown]):
    """A list that is held whole, under columns of these names. Its cells are what a subclass says."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__()
        self._names = names
        self.rows: list[Shown] = []

    @Slot()
    def redraw(self) -> None:
        """Say everything again."""
        if self.rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.rows) - 1, len(self._names) - 1))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's own signature; never changed
        """How many rows there are."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's own signature; never changed
        """How many columns there are."""
        return 0 if parent.isValid() else len(self._names)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The columns' names."""
        if orientation is Qt.Orientation.Horizontal:
            if role == Qt.ItemDataRole.DisplayRole:
                return self._names[section]
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None


class Cell(QStyledItemDelegate):
    """A chosen row has its own paper, and the inks and pictures of every other row: Qt would tint them."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        """Say how a cell is drawn."""
        super().initStyleOption(option, index)
        if not option.state & QStyle.StateFlag.State_Selected:
            return
        ink = index.data(Qt.ItemDataRole.ForegroundRole)
        if ink is not None:
            option.palette.setBrush(QPalette.ColorRole.HighlightedText, QBrush(ink))
        if not option.icon.isNull():
            option.icon = _untinted(option.icon, option)


def _untinted(icon: QIcon, option: QStyleOptionViewItem) -> QIcon:
    ratio = option.widget.devicePixelRatioF()
    shown = icon.pixmap(option.decorationSize, ratio)
    plain = QIcon(shown)
    plain.addPixmap(shown, QIcon.Mode.Selected)
    return plain
