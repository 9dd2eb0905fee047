"""How the cells of a table are drawn: what is chosen keeps the colours that say how it stands."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QBrush, QIcon, QPalette
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem


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
