"""The wall of bays: as many cards as there are bays, as big as there is room, walked with the arrow keys."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from math import ceil, log
from typing import NamedTuple

from PySide6.QtCore import QRect, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from app.board import bay_order
from app.snapshot import BaySnapshot
from app.ui.card import Card, Step
from app.ui.tokens import RING, SPACE_S, Theme

SHAPE = 1.34
"""Width to height of a card that looks right."""
WIDEST, HIGHEST = 340, 196


class Grid(NamedTuple):
    """How the cards stand: how many in a row, how big each is, and how much it shows."""

    columns: int
    width: int
    height: int
    step: Step


def arrange(count: int, width: int, height: int) -> Grid:
    """Find the biggest kind of card of which `count` fit without scrolling, in the number of columns that suits it.

    Where not even the smallest kind fits, the grid is higher than `height`: the wall scrolls.
    """
    for step in Step:
        fitting = [grid for columns in range(1, count + 1) if (grid := _grid(step, columns, count, width, height))]
        if fitting:
            return min(fitting, key=lambda grid: _awkwardness(grid, count, width, height))
    least_width, least_height = Step.COMPACT.value
    columns = max(1, (width + SPACE_S) // (least_width + SPACE_S))
    return Grid(columns, _share(width, columns), least_height, Step.COMPACT)


def _share(room: int, parts: int) -> int:
    return (room + SPACE_S) // parts - SPACE_S


def _grid(step: Step, columns: int, count: int, width: int, height: int) -> Grid | None:
    rows = ceil(count / columns)
    wide, high = min(WIDEST, _share(width, columns)), min(HIGHEST, _share(height, rows))
    if wide < step.value[0] or high < step.value[1]:
        return None
    return Grid(columns, wide, high, step)


def _awkwardness(grid: Grid, count: int, width: int, height: int) -> float:
    """How far a card is from its best shape, how ragged the last row, and how much room is left below and beside."""
    rows = ceil(count / grid.columns)
    places = grid.columns * rows
    below = 1 - rows * (grid.height + SPACE_S) / (height + SPACE_S)
    beside = 1 - grid.columns * (grid.width + SPACE_S) / (width + SPACE_S)
    return abs(log(grid.width / grid.height / SHAPE)) + (places - count) / places + below + beside


class Wall(QScrollArea):
    """All bays. `chosen` says the name of the bay that a person picks."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._grid = Grid(1, 0, 0, Step.FULL)
        self.cards: dict[str, Card] = {}
        self._body = QWidget()
        self._body.setObjectName("plain")
        self.setWidget(self._body)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("Bays"))

    def show_bays(self, snapshots: Iterable[BaySnapshot], now: datetime) -> None:
        """Show these snapshots; a bay not seen before gets its card at its place in the order."""
        for snapshot in snapshots:
            if card := self.cards.get(snapshot.bay):
                card.show_bay(snapshot, now)
            else:
                self._add(Card(snapshot, now, self._theme, self._body))

    def _add(self, card: Card) -> None:
        card.chosen.connect(self.chosen)
        self.cards[card.face.bay] = card
        self.cards = dict(sorted(self.cards.items(), key=lambda item: bay_order(item[0])))
        card.show()
        self._lay_out()

    @Slot(str)
    def choose(self, bay: str) -> None:
        """Mark one bay as the chosen one and bring it into view."""
        for name, card in self.cards.items():
            if card.isChecked() != (name == bay):
                card.mark(chosen=name == bay)
        if bay in self.cards:
            self.ensureWidgetVisible(self.cards[bay], 0, 0)

    def resizeEvent(self, _event: object) -> None:
        """Lay the cards out anew."""
        self._lay_out()

    def _lay_out(self) -> None:
        if not self.cards:
            return
        room = self.size()
        grid = self._grid = arrange(len(self.cards), room.width() - 2 * RING, room.height() - 2 * RING)
        for index, card in enumerate(self.cards.values()):
            row, column = divmod(index, grid.columns)
            x, y = RING + column * (grid.width + SPACE_S), RING + row * (grid.height + SPACE_S)
            card.place(QRect(x, y, grid.width, grid.height), grid.step)
        rows = ceil(len(self.cards) / grid.columns)
        self._body.resize(room.width(), rows * (grid.height + SPACE_S) - SPACE_S + 2 * RING)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk from card to card."""
        cards = list(self.cards.values())
        here = next((index for index, card in enumerate(cards) if card.hasFocus()), None)
        there = None if here is None else self._neighbour(Qt.Key(event.key()), here, len(cards))
        if there is None:
            event.ignore()
        else:
            cards[there].setFocus(Qt.FocusReason.TabFocusReason)

    def _neighbour(self, key: Qt.Key, here: int, count: int) -> int | None:
        steps = {
            Qt.Key.Key_Left: here - 1,
            Qt.Key.Key_Right: here + 1,
            Qt.Key.Key_Up: here - self._grid.columns,
            Qt.Key.Key_Down: here + self._grid.columns,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: count - 1,
        }
        there = steps.get(key)
        return there if there is not None and 0 <= there < count else None
