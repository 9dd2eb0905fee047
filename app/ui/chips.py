"""Chips: the kinds of what a table lists, each with its count; one of them is chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QPushButton, QWidget

from app.ui import icons, words
from app.ui.flow import Flow
from app.ui.tokens import SPACE_S, Theme, Type, font
from app.ui.words import DOT


@dataclass(frozen=True, slots=True)
class Chip:
    """One kind: what it is called, what it is at length, and its shape, if any."""

    kind: StrEnum
    name: str
    tip: str
    shape: str = ""


class Chips(QWidget):
    """The row of chips. `chosen` says a kind. The arrow keys walk it."""

    chosen = Signal(object)

    def __init__(self, theme: Theme, chips: Sequence[Chip], first: StrEnum) -> None:
        super().__init__()
        self._theme, self._chips = theme, chips
        self._group = QButtonGroup(self)
        self.buttons: dict[Any, QPushButton] = {}
        row = Flow(SPACE_S)
        for place, chip in enumerate(chips):
            button = self.buttons[chip.kind] = self._button(chip)
            self._group.addButton(button, place)
            row.addWidget(button)
        self.setLayout(row)
        self.choose(first)
        self._group.idClicked.connect(self._ask)
        theme.changed.connect(self._draw_shapes)

    def _button(self, chip: Chip) -> QPushButton:
        button = QPushButton(chip.name)
        button.setProperty("chip", "true")
        button.setFont(font(Type.SMALL))
        button.setIconSize(QSize(12, 12))
        button.setCheckable(True)
        button.setToolTip(chip.tip)
        return button

    def choose(self, kind: StrEnum) -> None:
        """Mark a kind as chosen."""
        self.buttons[kind].setChecked(True)
        self._draw_shapes()

    def show_counts(self, counts: Mapping[Any, int]) -> None:
        """Show how many there are of each kind."""
        for chip in self._chips:
            button, text = self.buttons[chip.kind], f"{chip.name}{DOT}{words.number(counts[chip.kind])}"
            button.setText(text)
            button.setAccessibleName(text)

    @Slot(int)
    def _ask(self, place: int) -> None:
        self._draw_shapes()
        self.chosen.emit(self._chips[place].kind)

    @Slot()
    def _draw_shapes(self) -> None:
        palette = self._theme.palette
        for chip in self._chips:
            button = self.buttons[chip.kind]
            if chip.shape:
                button.setIcon(icons.icon(chip.shape, palette.on_accent if button.isChecked() else palette.text, 2))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk the chips by the arrow keys."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        place = (self._group.checkedId() + step) % len(self.buttons)
        self._group.button(place).setFocus(Qt.FocusReason.TabFocusReason)
        self._group.button(place).click()
