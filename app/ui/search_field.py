"""The field in which one searches what a table lists."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QToolButton


class SearchField(QLineEdit):
    """The search. Down goes to the table, Escape empties it."""

    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setClearButtonEnabled(True)
        for button in self.findChildren(QToolButton):  # the one that clears; Qt gives it no name
            button.setAccessibleName(self.tr("Clear"))
            button.setToolTip(self.tr("Clear (Esc)"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave for the table, or empty the search."""
        if event.key() in {Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.left.emit()
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)
