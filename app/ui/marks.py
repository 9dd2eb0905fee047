"""Small pieces that several parts of the window share: labels, keys of acts, and a state's shape with its word."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QAction, QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QSizePolicy, QWidget

from app.ui import icons
from app.ui.tokens import ICON, SPACE_S, Theme, Tone, Type, font


def label(kind: Type, text: str = "", ink: str = "") -> QLabel:
    """A label of a kind of text; `ink` is "muted" or a tone's name. What it shows is never read as markup."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setFont(font(kind))
    if ink:
        made.setProperty("ink", ink)
    return made


def restyle(widget: QWidget, name: str, value: str) -> None:
    """Give a widget a property that the stylesheet asks for, and have it drawn by it."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def keyed(action: QAction, key: str) -> QAction:
    """Give an act its key, and a tooltip that names it."""
    action.setShortcut(key)
    action.setToolTip(f"{action.text()} ({action.shortcut().toString(action.shortcut().SequenceFormat.NativeText)})")
    return action


def scrolled(inside: QWidget) -> QScrollArea:
    """A widget that scrolls up and down where it is too high."""
    area = QScrollArea()
    area.setWidget(inside)
    area.setWidgetResizable(True)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return area


class Mark(QWidget):
    """A shape with a word beside it, both in the colour of a tone."""

    def __init__(self, theme: Theme, kind: Type = Type.STRONG, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._shape, self._word, self._tone = "", "", Tone.QUIET
        self.setFont(font(kind))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def show_mark(self, shape: str, word: str, tone: Tone) -> None:
        """Show this shape and word; an empty word leaves the shape alone."""
        if (shape, word, tone) != (self._shape, self._word, self._tone):
            self._shape, self._word, self._tone = shape, word, tone
            self.setAccessibleName(word)
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        """As big as the shape and the word."""
        beside = SPACE_S - 2 + self.fontMetrics().horizontalAdvance(self._word) + 1 if self._word else 0
        return QSize(ICON + beside, max(ICON, self.fontMetrics().height()))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the shape and the word."""
        ink: QColor = self._theme.ink(self._tone)
        with QPainter(self) as painter:
            shape = icons.pixmap(self._shape, ink.name(), ICON, self.devicePixelRatioF())
            painter.drawPixmap(QPoint(0, (self.height() - ICON) // 2), shape)
            painter.setPen(ink)
            beside = self.rect().adjusted(ICON + SPACE_S - 2, 0, 0, 0)
            painter.drawText(beside, Qt.AlignmentFlag.AlignVCenter, self._word)
