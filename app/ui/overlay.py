"""What comes up over the page and goes again: it takes the keyboard, and gives it back to where it was."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QEvent, QObject, QRect, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QFrame, QVBoxLayout, QWidget

from app.ui.tokens import SPACE_M, SPACE_XL, TOP_BAR

AROUND = 200
"""So much of the window's height is not for what a sheet has between its head and its foot."""


class Overlay(QFrame):
    """Stands over a widget and keeps to its size. Esc ends it; `ended` says that it has gone."""

    ended = Signal()

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self._over = over
        self._before: QWidget | None = None
        over.installEventFilter(self)
        self.hide()

    def come_up(self) -> None:
        """Come up over everything else; whoever had the keyboard is remembered."""
        if not self.isVisible():
            self._before = QApplication.focusWidget()
        self.place()
        self.show()
        self.raise_()

    @Slot()
    def end(self) -> None:
        """Go, and give the keyboard back to who had it."""
        if not self.isVisible():
            return
        mine = self.isAncestorOf(QApplication.focusWidget() or self)
        self.hide()
        before = self._before
        if mine and before is not None and shiboken6.isValid(before) and before.isVisible():
            before.setFocus(Qt.FocusReason.OtherFocusReason)
        self.ended.emit()

    def place(self) -> None:
        """Keep to the size of what this stands over."""
        raise NotImplementedError

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the size of what this stands over."""
        if event.type() == QEvent.Type.Resize and watched is self._over and self.isVisible():
            self.place()
        return False

    def event(self, event: QEvent) -> bool:
        """Take Esc before a page takes it as one of its own keys."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Escape
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc ends it."""
        if event.key() == Qt.Key.Key_Escape:
            self.end()
        else:
            super().keyPressEvent(event)


class Sheet(Overlay):
    """A panel in the upper middle of the window. A click beside it ends it; so does the keyboard going elsewhere."""

    def __init__(self, over: QWidget, width: int) -> None:
        super().__init__(over)
        self.setObjectName("plain")
        self.panel = QFrame(self)
        self.panel.setObjectName("overlay")
        self.panel.setProperty("floating", "true")
        self._width = width
        self.column = QVBoxLayout(self.panel)
        self.column.setContentsMargins(SPACE_M, SPACE_M, SPACE_M, SPACE_M)
        self.column.setSpacing(SPACE_M)

    def fit(self, room: int) -> None:
        """Give what may be of any height, between the head and the foot of the panel, at most so much of it."""
        raise NotImplementedError

    def place(self) -> None:
        """Cover the window; the panel is as high as what is in it, as far as there is room."""
        self.setGeometry(self._over.rect())
        self.fit(self.height() - AROUND)
        width = min(self._width, self.width() - 2 * SPACE_XL)
        self.column.activate()
        self.panel.setGeometry(QRect((self.width() - width) // 2, TOP_BAR, width, self.panel.sizeHint().height()))

    def come_up(self) -> None:
        """Come up, and watch where the keyboard goes."""
        was_up = self.isVisible()
        super().come_up()
        application = QApplication.instance()
        if not was_up and isinstance(application, QApplication):
            application.focusChanged.connect(self._follow_keyboard)

    @Slot()
    def end(self) -> None:
        """Go, and watch the keyboard no more."""
        application = QApplication.instance()
        if self.isVisible() and isinstance(application, QApplication):
            application.focusChanged.disconnect(self._follow_keyboard)
        super().end()

    @Slot("QWidget*", "QWidget*")
    def _follow_keyboard(self, _before: QWidget | None, now: QWidget | None) -> None:
        if now is not None and not self.isAncestorOf(now):
            self.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click beside the panel ends it."""
        if not self.panel.geometry().contains(event.position().toPoint()):
            self.end()
