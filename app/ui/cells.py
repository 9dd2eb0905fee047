"""What tables share: whole rows of one height, and what is chosen keeps the colours that say how it stands."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, Qt
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
