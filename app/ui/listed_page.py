"""What the pages over a table of the database share: a search field, chips of kinds, columns that are kept, news."""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import Any, ClassVar

from PySide6.QtCore import QSettings, Qt, QTimer, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QMenu

from app.snapshot import Notice, Reason
from app.ui import words
from app.ui.asker import Asker
from app.ui.bridge import Happening
from app.ui.chips import Chips
from app.ui.listed import ListedModel, ListedTable
from app.ui.marks import keyed, label
from app.ui.page import Context, Page
from app.ui.search_field import SearchField
from app.ui.tokens import SEARCH_WIDTH, Type, font

NEWS_MS = 500
"""What happens in the docks is looked up so often at most: sixteen cameras release many recordings a second."""


class ListedPage(Page):
    """Everything that it shows is asked of the database on workers; it keeps what is wanted.

    Whoever derives from it makes `chips`, `model` and `table`, then calls `connect_list`. COLUMN are its
    columns.
    """

    COLUMN: ClassVar[type[IntEnum]]
    chips: Chips
    model: ListedModel
    table: ListedTable

    def __init__(self, context: Context, wanted: Any, order: Any, askers: tuple[str, ...]) -> None:
        super().__init__(context)
        self.wanted, self.order = wanted, order
        self._old = True
        self._finder, self._counter = Asker(f"{self.NAME}-find", self), Asker(f"{self.NAME}-count", self)
        self._others = tuple(Asker(f"{self.NAME}-{name}", self) for name in askers)
        self._askers = (self._finder, self._counter, *self._others)
        self._settings = QSettings(str(context.home.folder / "window.ini"), QSettings.Format.IniFormat, self)
        self.search = SearchField()
        self.search.setFont(font(Type.BODY))
        self.search.setFixedWidth(SEARCH_WIDTH)
        self._heading, self._counted = label(Type.TITLE, self.title()), label(Type.BODY, ink="muted")
        self.nothing = _note()
        self._news = QTimer(self, singleShot=True, interval=NEWS_MS)

    def name_search(self, name: str, holds: str, tip: str) -> None:
        """Say what is searched, what one may type, and the same at length."""
        self.search.setAccessibleName(name)
        self.search.setPlaceholderText(holds)
        self.search.setToolTip(tip)

    def act(self, text: str, key: str, slot: object) -> QAction:
        """An act of this page, with its key."""
        made = keyed(QAction(text, self), key)
        made.triggered.connect(slot)
        return made

    def connect_list(self) -> None:
        """Join what every such page has, and show the columns that were kept."""
        self.search.textChanged.connect(self._search)
        self.search.left.connect(self._go_to_table)
        self.chips.chosen.connect(self.want)
        self.table.sorted_by.connect(self._show_order)
        for asker in (self._finder, self._counter):
            asker.failed.connect(self.tell_failure)
        self._news.timeout.connect(self.refresh)
        self.context.bridge.happened.connect(self._hear)
        self._restore_columns()

    # -- what is wanted ----------------------------------------------------------------------------------------------

    @Slot(object)
    def want(self, kind: StrEnum) -> None:
        """Ask for what is of this kind and fits what is typed."""
        raise NotImplementedError

    def list_wanted(self, *, keep_place: bool) -> None:
        """Ask for what is wanted, in the order that is in force."""
        raise NotImplementedError

    @Slot()
    def refresh(self) -> None:
        """Ask everything again; what is on screen stays in its place."""
        raise NotImplementedError

    def clear_search(self) -> None:
        """Empty the search without asking anything."""
        blocked = self.search.blockSignals(True)
        self.search.clear()
        self.search.blockSignals(blocked)

    @Slot()
    def _search(self) -> None:
        self.want(self.wanted.kind)

    @Slot(object)
    def _show_order(self, order: object) -> None:
        self.order = order
        self.table.show_order(order)
        self.list_wanted(keep_place=False)

    @Slot(object)
    def _hear(self, _happened: tuple[Happening, ...]) -> None:
        """Something happened in the docks: look it up soon, or when the page comes up."""
        if not self.isVisible():
            self._old = True
        elif not self._news.isActive():
            self._news.start()

    # -- what was found ----------------------------------------------------------------------------------------------

    def show_whether(self, *, empty: bool, instead: str) -> None:
        """Show the table; where nothing was found, these words in its place."""
        self.table.setVisible(not empty)
        self.nothing.setVisible(empty)
        if empty:
            self.nothing.setText(instead)

    def count_words(self, found: int, total: int, whole: str) -> str:
        """How many are listed of how many; `whole` where nothing was asked for, and nothing where there is nothing."""
        if self.wanted == type(self.wanted)():
            return whole if total else ""
        return self.tr("{found} of {total}").format(found=words.number(found), total=words.number(total))

    @Slot(object)
    def tell_failure(self, reason: Reason) -> None:
        """Say what could not be asked."""
        self.noticed.emit(Notice(self.context.clock(), reason, urgent=True))

    # -- columns -----------------------------------------------------------------------------------------------------

    def menu_of(self) -> QMenu:
        """A menu that goes once it was used."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return menu

    def toggle_column(self, column: int) -> None:
        """Show a column, or do not any more; it is kept."""
        self.table.show_columns(self.table.columns ^ {self.COLUMN(column)})
        self._settings.setValue(self._kept_as, sorted(int(one) for one in self.table.columns))

    @property
    def _kept_as(self) -> str:
        return f"{self.NAME}/columns"

    def _restore_columns(self) -> None:
        kept = self._settings.value(self._kept_as)
        numbers = kept if isinstance(kept, list) else []
        count = len(self.COLUMN)
        known = {self.COLUMN(int(one)) for one in numbers if str(one).isdecimal() and int(one) < count}
        self.table.show_columns(frozenset(known) or self.table.shown_first)

    # -- coming up and going -----------------------------------------------------------------------------------------

    @Slot()
    def _go_to_search(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    @Slot()
    def _go_to_table(self) -> None:
        self.table.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def showEvent(self, event: object) -> None:
        """Look up what has happened since the page was last up."""
        super().showEvent(event)  # type: ignore[arg-type]
        if self._old:
            self.refresh()

    def leave(self) -> None:
        """The window closes: ask nothing more."""
        self._news.stop()
        self.model.close()
        for asker in self._askers:
            asker.close()


def _note() -> QLabel:
    note = label(Type.BODY, ink="muted")
    note.setAlignment(Qt.AlignmentFlag.AlignCenter)
    note.setWordWrap(True)
    return note
