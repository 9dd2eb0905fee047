"""Tells screen readers what the widgets are that we paint ourselves: Qt knows no role for them."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleInterface, QFocusEvent
from PySide6.QtWidgets import QAccessibleWidget, QWidget


class Painted(QWidget):
    """A widget that paints itself. `ROLE` is what it is to a screen reader; name and description are set as ever."""

    ROLE = QAccessible.Role.Graphic

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the mark."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide the mark."""
        super().focusOutEvent(event)
        self.update()


def install() -> None:
    """Have Qt ask here for what it does not know. Once is enough, and more does no harm."""
    QAccessible.installFactory(_interface_of)


def _interface_of(_kind: str, thing: QObject) -> QAccessibleInterface | None:
    return QAccessibleWidget(thing, thing.ROLE) if isinstance(thing, Painted) else None
