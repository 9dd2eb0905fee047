"""Tables over the database: it finds and orders, the model holds the keys of what is listed and a few rows.

A swap of what is listed goes on between layoutAboutToBeChanged and layoutChanged, so that choice and place stay.
"""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from enum import IntEnum
from functools import partial
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QWidget

from app.ui.asker import Asker
from app.ui.cells import Index, Table
from app.ui.tokens import Theme

KEPT = 1_000
"""So many rows are kept; what is far from the screen is asked for again."""
BESIDE = 20
"""So many rows above and below what is on screen are fetched with it."""


class ListedModel(QAbstractTableModel):
    """What is listed, by its keys, with the rows around what is on screen.

    Whoever derives from it says `fetch`, `key_of` and `columns`, of which one has no `name_of` at its head and some
    stand `at_right`; and `told`, what a cell tells in each of Qt's roles.
    """

    columns: type[IntEnum]
    unnamed: Any
    at_right: frozenset[Any]

    def __init__(self, name: str, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.entries: array[int] = array("q")
        self._rows: OrderedDict[int, Any] = OrderedDict()
        self._stale: set[int] = set()
        self._seen = range(0)
        self._pages = Asker(name, self)
        self._pages.answered.connect(self._take_rows)
        theme.changed.connect(self._repaint)

    def fetch(self, entries: Sequence[int]) -> Sequence[Any]:
        """Give the rows of these keys. On a worker; may wait."""
        raise NotImplementedError

    def key_of(self, row: Any) -> int:
        """The key of a row."""
        raise NotImplementedError

    def name_of(self, column: Any) -> str:
        """What a column is called."""
        raise NotImplementedError

    def told(self) -> Mapping[int, Callable[[Any, Any], Any]]:
        """For each role, what gives it of a row and a column."""
        raise NotImplementedError

    def close(self) -> None:
        """Ask nothing more."""
        self._pages.close()

    @property
    def is_settled(self) -> bool:
        """Whether all rows that were asked for have come."""
        return not self._pages.waiting

    # -- what it holds -----------------------------------------------------------------------------------------------

    def show_entries(self, entries: array[int]) -> None:
        """List what has these keys; what was chosen stays chosen where it is still listed."""
        if entries.tobytes() == self.entries.tobytes():
            return
        self.layoutAboutToBeChanged.emit()
        old = self.persistentIndexList()
        places = {row: self.entries[row] for row in {index.row() for index in old}}
        self.entries = entries
        now_at = dict(zip(entries, range(len(entries)), strict=True)) if len(places) > 8 else {}
        find = now_at.get if now_at else self.place_of
        moved = {row: find(entry) for row, entry in places.items()}
        self.changePersistentIndexList(old, [self._moved(index, moved[index.row()]) for index in old])
        self.layoutChanged.emit()

    def _moved(self, index: QModelIndex, place: int | None) -> QModelIndex:
        return QModelIndex() if place is None else self.index(place, index.column())

    def place_of(self, entry: int) -> int | None:
        """Where something is listed, None where it is not."""
        try:
            return self.entries.index(entry)
        except ValueError:
            return None

    def known_at(self, place: int) -> Any:
        """The row at this place, None while it is being fetched."""
        return self._rows.get(self.entries[place]) if 0 <= place < len(self.entries) else None

    def forget(self) -> None:
        """What is kept may have changed: have it fetched again, and show it as it was until then."""
        self._stale = set(self._rows)
        self.see(self._seen)

    def see(self, places: range) -> None:
        """These places are on screen: fetch what is missing of them and beside them."""
        self._seen = places
        near = self.entries[max(0, places.start - BESIDE) : places.stop + BESIDE]
        missing = [entry for entry in near if entry not in self._rows or entry in self._stale]
        if missing:
            self._pages.ask(partial(self.fetch, missing))
        else:
            self.all_seen()

    @Slot(object)
    def _take_rows(self, rows: Sequence[Any]) -> None:
        for row in rows:
            key = self.key_of(row)
            self._rows[key] = row
            self._rows.move_to_end(key)
            self._stale.discard(key)
        while len(self._rows) > KEPT:
            self._rows.popitem(last=False)
        self.redraw_seen()
        self.all_seen()

    def all_seen(self) -> None:
        """All rows that are on screen are here."""

    def redraw_seen(self) -> None:
        """Have what is on screen drawn anew."""
        last = min(self._seen.stop, len(self.entries)) - 1
        if self._seen.start <= last:
            self.dataChanged.emit(self.index(self._seen.start, 0), self.index(last, len(self.columns) - 1))

    @Slot()
    def _repaint(self) -> None:
        self.redraw_seen()

    # -- what it tells the view --------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's own signature; never changed
        """How many rows are listed."""
        return 0 if parent.isValid() else len(self.entries)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's own signature; never changed
        """How many columns there are."""
        return 0 if parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The columns' names."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self.side(self.columns(section))
        if role == Qt.ItemDataRole.DisplayRole:
            return "" if section == self.unnamed else self.name_of(self.columns(section))
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What stands in a cell, in which colour, and what its tooltip says; nothing while it is being fetched."""
        row, column = self.known_at(index.row()), self.columns(index.column())
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self.side(column)
        told = None if row is None else self.told().get(role)
        return None if told is None else told(row, column)

    def side(self, column: Any) -> Qt.AlignmentFlag:
        """Where in its cell a column stands."""
        side = Qt.AlignmentFlag.AlignRight if column in self.at_right else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter


class ListedTable(Table):
    """The table of such a model, with columns that are chosen and kept. `sorted_by` says the order of another head.

    Whoever derives from it says how wide columns are, which go first where room is short, which always stays and which
    are shown first; the `order` at first, by what columns are ordered, and what comes with the largest first.
    """

    sorted_by = Signal(object)
    widths: dict[Any, int]
    given_up: Sequence[Any]
    always: Any
    shown_first: frozenset[Any]
    order: Any
    orders: dict[Any, Any]
    newest_first: frozenset[Any]

    def __init__(self, model: ListedModel, row: int, parent: QWidget | None = None) -> None:
        super().__init__(model, row, parent)
        self.listed, self._row_height = model, row
        self.columns: frozenset[Any] = self.shown_first
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.verticalHeader().setMinimumSectionSize(row)
        head = self.horizontalHeader()
        head.setSectionsClickable(True)
        head.setSortIndicatorShown(True)
        head.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        head.sectionClicked.connect(self._ask_order)
        for column, width in self.widths.items():
            self.setColumnWidth(column, width)
        self.show_order(self.order)
        self.verticalScrollBar().valueChanged.connect(self.look)

    def show_columns(self, columns: frozenset[Any]) -> None:
        """Show these columns, as far as there is room."""
        self.columns = columns | {self.always}
        self.fit()

    def fit(self) -> None:
        """Hide what was not chosen, and what there is no room for."""
        shown = set(self.columns)
        for given_up in self.given_up:
            if sum(self.widths[column] for column in shown) > self.viewport().width():
                shown.discard(given_up)
        for column in self.listed.columns:
            self.setColumnHidden(column, column not in shown)

    def show_order(self, order: Any) -> None:
        """Mark the order that is in force at the head of its column."""
        self.order = order
        column = next(column for column, by in self.orders.items() if by is order.by)
        # Qt points up where the order goes down; people expect it the other way
        way = Qt.SortOrder.AscendingOrder if order.descending else Qt.SortOrder.DescendingOrder
        self.horizontalHeader().setSortIndicator(column, way)

    @Slot(int)
    def _ask_order(self, section: int) -> None:
        by = self.orders.get(section)
        if by is None:
            self.show_order(self.order)
            return
        down = not self.order.descending if by is self.order.by else by in self.newest_first
        self.sorted_by.emit(type(self.order)(by, down))

    def show_entries(self, entries: array[int], *, keep_place: bool) -> None:
        """List these. With `keep_place` the row at the top stays there; else the chosen one is in sight."""
        top = self.verticalScrollBar().value()
        anchor = self.listed.entries[top] if top < len(self.listed.entries) else None
        held = top > 0 or self.hasFocus() or self.underMouse()
        self.listed.show_entries(entries)
        if not keep_place:
            self._show_chosen()
        elif anchor is not None and held and (place := self.listed.place_of(anchor)) is not None:
            self.verticalScrollBar().setValue(place)
        self.look()

    def _show_chosen(self) -> None:
        current = self.currentIndex()
        if current.isValid():
            self.scrollTo(current, QAbstractItemView.ScrollHint.PositionAtCenter)
        else:
            self.scrollToTop()

    @Slot()
    def look(self) -> None:
        """Tell the model what is on screen."""
        top = self.verticalScrollBar().value()
        shown = self.viewport().height() // self._row_height + 2
        self.listed.see(range(top, min(top + shown, len(self.listed.entries))))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More or fewer columns and rows are on screen."""
        super().resizeEvent(event)
        self.fit()
        self.look()
