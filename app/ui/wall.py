"""The wall of bays: as many cards as there are bays, as big as there is room, walked with the arrow keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from math import ceil, log
from typing import NamedTuple

from PySide6.QtCore import QRect, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from app.board import bay_order
from app.snapshot import BaySnapshot
from app.ui.card import Card, Step
from app.ui.tokens import RING, SPACE_S, SPACE_XL, Theme

SHAPE = 1.34
"""Width to height of a card that looks right."""
WIDEST, HIGHEST = 340, 196
DOCK_GAP = SPACE_XL + SPACE_S
"""Between two docks."""


class Grid(NamedTuple):
    """How the cards stand: in how many columns each dock has them, how big each card is, and how much it shows."""

    columns: tuple[int, ...]
    width: int
    height: int
    step: Step


def docks(snapshots: Iterable[BaySnapshot]) -> list[list[str]]:
    """The bays of each dock, in order. A dock is what hangs on one port of the computer, or one of just two hubs."""
    by_port: dict[str, list[str]] = {}
    by_hub: dict[str, list[str]] = {}
    for one in sorted(snapshots, key=lambda one: bay_order(one.bay)):
        by_port.setdefault(one.usb_path.split(".")[0], []).append(one.bay)
        by_hub.setdefault(one.bay.rstrip("0123456789"), []).append(one.bay)
    return list((by_hub if len(by_port) == 1 and len(by_hub) == 2 else by_port).values())


def arrange(counts: Sequence[int], width: int, height: int) -> Grid:
    """Find the biggest kind of card of which all fit without scrolling, in as many rows as suit it.

    `counts` says how many bays each dock has; docks stand side by side, their rows in line. Where not even the
    smallest kind fits, the grid is higher than `height`: the wall scrolls.
    """
    for step in Step:
        fitting = [grid for rows in range(1, max(counts) + 1) if (grid := _grid(step, rows, counts, width, height))]
        if fitting:
            return min(fitting, key=lambda grid: _awkwardness(grid, counts, width, height))
    least_width, least_height = Step.COMPACT.value
    for rows in range(1, max(counts) + 1):
        columns = _columns(counts, rows)
        wide = _share(width - _gaps(counts), sum(columns))
        if wide >= least_width:
            break
    return Grid(columns, wide, least_height, Step.COMPACT)


def _columns(counts: Sequence[int], rows: int) -> tuple[int, ...]:
    return tuple(ceil(count / rows) for count in counts)


def _gaps(counts: Sequence[int]) -> int:
    return (len(counts) - 1) * (DOCK_GAP - SPACE_S)


def _share(room: int, parts: int) -> int:
    return (room + SPACE_S) // parts - SPACE_S


def _rows(grid: Grid, counts: Sequence[int]) -> int:
    return max(ceil(count / columns) for count, columns in zip(counts, grid.columns, strict=True))


def _grid(step: Step, rows: int, counts: Sequence[int], width: int, height: int) -> Grid | None:
    columns = _columns(counts, rows)
    wide = min(WIDEST, _share(width - _gaps(counts), sum(columns)))
    high = min(HIGHEST, _share(height, rows))
    if wide < step.value[0] or high < step.value[1]:
        return None
    return Grid(columns, wide, high, step)


def _awkwardness(grid: Grid, counts: Sequence[int], width: int, height: int) -> float:
    """How far a card is from its best shape, how ragged the last row, and how much room is left below and beside."""
    rows, columns, count = _rows(grid, counts), sum(grid.columns), sum(counts)
    places = columns * rows
    below = 1 - rows * (grid.height + SPACE_S) / (height + SPACE_S)
    beside = 1 - columns * (grid.width + SPACE_S) / (width - _gaps(counts) + SPACE_S)
    return abs(log(grid.width / grid.height / SHAPE)) + (places - count) / places + below + beside


class Wall(QScrollArea):
    """All bays. `chosen` says the name of the bay that a person picks."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._places: dict[tuple[int, int], str] = {}
        self.cards: dict[str, Card] = {}
        self._body = QWidget()
        self._body.setObjectName("plain")
        self.setWidget(self._body)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("Bays"))

    def show_bays(self, snapshots: Iterable[BaySnapshot], now: datetime, mark: Callable[[BaySnapshot], str]) -> None:
        """Show these snapshots, with what the pool says; a bay not seen before gets its card at its place."""
        new = []
        for snapshot in snapshots:
            if card := self.cards.get(snapshot.bay):
                card.show_bay(snapshot, now, mark(snapshot))
            else:
                new.append(Card(snapshot, now, self._theme, self._body, mark(snapshot)))
        if new:
            self._add(new)

    def _add(self, new: Iterable[Card]) -> None:
        for card in new:
            card.chosen.connect(self.chosen)
            self.cards[card.face.bay] = card
        self.cards = dict(sorted(self.cards.items(), key=lambda item: bay_order(item[0])))
        self._lay_out()
        for card in new:
            card.show()

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
        groups = docks(card.snapshot for card in self.cards.values())
        counts = [len(group) for group in groups]
        grid = arrange(counts, room.width() - 2 * RING, room.height() - 2 * RING)
        self._places = {}
        left = first = 0
        for group, columns in zip(groups, grid.columns, strict=True):
            for index, bay in enumerate(group):
                row, column = divmod(index, columns)
                self._places[row, first + column] = bay
                x, y = RING + left + column * (grid.width + SPACE_S), RING + row * (grid.height + SPACE_S)
                self.cards[bay].place(QRect(x, y, grid.width, grid.height), grid.step)
            left += columns * (grid.width + SPACE_S) - SPACE_S + DOCK_GAP
            first += columns
        high = _rows(grid, counts) * (grid.height + SPACE_S) - SPACE_S + 2 * RING
        self._body.resize(room.width(), high)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk from card to card."""
        here = next((place for place, bay in self._places.items() if self.cards[bay].hasFocus()), None)
        there = None if here is None else self._neighbour(Qt.Key(event.key()), here)
        if there is None:
            event.ignore()
        else:
            self.cards[self._places[there]].setFocus(Qt.FocusReason.TabFocusReason)

    def _neighbour(self, key: Qt.Key, here: tuple[int, int]) -> tuple[int, int] | None:
        """The place that a key leads to: along the rows, from one row's end to the next one's start, or up and down."""
        along = sorted(self._places)
        column = [place for place in along if place[1] == here[1]]
        ways = {
            Qt.Key.Key_Left: (along, along.index(here) - 1),
            Qt.Key.Key_Right: (along, along.index(here) + 1),
            Qt.Key.Key_Up: (column, column.index(here) - 1),
            Qt.Key.Key_Down: (column, column.index(here) + 1),
            Qt.Key.Key_Home: (along, 0),
            Qt.Key.Key_End: (along, len(along) - 1),
        }
        if key not in ways:
            return None
        line, at = ways[key]
        return line[at] if 0 <= at < len(line) else None
