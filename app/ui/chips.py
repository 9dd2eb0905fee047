"""Chips: the kinds of recordings, each with its count; one of them is chosen."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QWidget

from app.library import Counts, Kind
from app.ui import icons, words
from app.ui.tokens import SPACE_S, Theme, Type, font
from app.ui.words import translate

SHAPES = {Kind.HELD: "flag"}


def kind_name(kind: Kind) -> str:
    """What the recordings of a kind are called."""
    return {
        Kind.RECENT: translate("chips", "Last 24\N{NO-BREAK SPACE}h"),
        Kind.HELD: translate("chips", "On hold"),
        Kind.PARTIAL: translate("chips", "Cut short"),
        Kind.FLAGGED: translate("chips", "Flagged"),
        Kind.ON_CAMERA: translate("chips", "On camera"),
        Kind.UNPROVED: translate("chips", "Not proved for 30\N{NO-BREAK SPACE}d"),
        Kind.ALL: translate("chips", "All"),
    }[kind]


def kind_tip(kind: Kind) -> str:
    """What the recordings of a kind are, at length."""
    return {
        Kind.RECENT: translate("chips", "Recorded within the last 24 hours"),
        Kind.HELD: translate("chips", "Held by a person: no rule may delete them"),
        Kind.PARTIAL: translate("chips", "The camera gave less than it had listed"),
        Kind.FLAGGED: translate("chips", "Something was odd when they were copied; the flags say what"),
        Kind.ON_CAMERA: translate("chips", "Sealed, and not yet deleted from the camera"),
        Kind.UNPROVED: translate("chips", "The sealed copy was not read back whole within the last 30 days"),
        Kind.ALL: translate("chips", "Every sealed recording"),
    }[kind]


class Chips(QWidget):
    """The row of chips. `chosen` says a Kind. The arrow keys walk it."""

    chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._group = QButtonGroup(self)
        self.buttons: dict[Kind, QPushButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_S)
        for place, kind in enumerate(Kind):
            self.buttons[kind] = self._button(kind)
            self._group.addButton(self.buttons[kind], place)
            row.addWidget(self.buttons[kind])
        row.addStretch(1)
        self.choose(Kind.ALL)
        self._group.idClicked.connect(self._ask)
        theme.changed.connect(self._draw_shapes)

    def _button(self, kind: Kind) -> QPushButton:
        button = QPushButton(kind_name(kind))
        button.setProperty("chip", "true")
        button.setFont(font(Type.SMALL))
        button.setIconSize(QSize(12, 12))
        button.setCheckable(True)
        button.setToolTip(kind_tip(kind))
        return button

    def choose(self, kind: Kind) -> None:
        """Mark a kind as chosen."""
        self.buttons[kind].setChecked(True)
        self._draw_shapes()

    def show_counts(self, counts: Counts) -> None:
        """Show how many there are of each kind."""
        for kind, button in self.buttons.items():
            text = f"{kind_name(kind)} \N{MIDDLE DOT} {words.number(counts.of[kind])}"
            button.setText(text)
            button.setAccessibleName(text)

    @Slot(int)
    def _ask(self, place: int) -> None:
        self._draw_shapes()
        self.chosen.emit(list(Kind)[place])

    @Slot()
    def _draw_shapes(self) -> None:
        palette = self._theme.palette
        for kind, shape in SHAPES.items():
            button = self.buttons[kind]
            button.setIcon(icons.icon(shape, palette.on_accent if button.isChecked() else palette.text, 2))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk the chips by the arrow keys."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        place = (self._group.checkedId() + step) % len(self.buttons)
        self._group.button(place).setFocus(Qt.FocusReason.TabFocusReason)
        self._group.button(place).click()
