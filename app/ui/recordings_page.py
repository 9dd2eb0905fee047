"""The Recordings page: every sealed recording, found by kind, word and time, with the chosen one beside."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable
from datetime import datetime, time, timedelta
from enum import StrEnum
from functools import partial

import msgspec
from PySide6.QtCore import QPoint, Qt, Slot
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QMenu, QPushButton, QVBoxLayout

from app.docking import shown_name
from app.library import Counts, Details, Kind, Library, Order, Wanted
from app.searching import Span, understand
from app.thumbnails import Thumbnails
from app.ui import words
from app.ui.calendar_strip import MOST_DAYS, CalendarStrip, HourCounts, span_words
from app.ui.chips import Chips
from app.ui.library_table import (
    ORDERS,
    Column,
    LibraryModel,
    LibraryTable,
    column_name,
    kind_chips,
    kind_name,
)
from app.ui.listed_page import ListedPage
from app.ui.marks import label
from app.ui.page import Context
from app.ui.recording_pane import RecordingPane
from app.ui.tokens import DETAILS_MAX, DETAILS_SHARE, PANE_MIN, SPACE_L, SPACE_M, SPACE_S, Type, font
from app.ui.viewer import Viewer
from app.ui.words import DOT
from app.words import size_words

FIRST = 500
"""So many rows are shown at once, more than any screen has; the others a moment later."""


class Answer(msgspec.Struct, frozen=True):
    """What was found, what it was asked for, and whether the table is to keep its place.

    Not `whole`: only the FIRST rows were asked for, and there may be more.
    """

    wanted: Wanted
    entries: array[int]
    keep_place: bool
    whole: bool = True
    camera: str | None = None
    choose: int | None = None


class Place(msgspec.Struct, frozen=True):
    """Where a person is on the page: what they asked for, and the recording that they chose."""

    kind: Kind
    text: str
    span: Span | None
    camera: tuple[str, str] | None
    order: Order
    chosen: int | None


class RecordingsPage(ListedPage):
    """The page. It keeps what was chosen, too."""

    NAME, COLUMN = "recordings", Column
    model: LibraryModel
    table: LibraryTable

    def __init__(self, context: Context) -> None:
        super().__init__(context, Wanted(), Order(), ("days", "details", "go"))
        self.library = context.home.library
        self._asked_span: Span | None = None
        self._strip_span: Span | None = None
        self._camera: tuple[str, str] | None = None
        self._chosen: int | None = None
        self._answer: Answer | None = None
        self._counts: Counts | None = None
        self._going_on = False
        self._calendar, self._teller, self._goer = self._others
        self._build()
        self._lay_out()
        self._build_acts()
        self._connect()

    @property
    def is_listed(self) -> bool:
        """Whether the table shows the first rows, or all, of what was asked for last."""
        return not self._finder.waiting or self._going_on

    @property
    def is_settled(self) -> bool:
        """Whether all that was asked is answered, rows and pictures too."""
        return self.model.is_settled and not any(asker.waiting for asker in self._askers)

    # -- what it is made of ------------------------------------------------------------------------------------------

    def _build(self) -> None:
        context = self.context
        self.name_search(
            self.tr("Search recordings"),
            self.tr("Camera, officer, time, name, SHA-256"),
            self.tr("For example: yesterday 22:00, last night, 23 Nov CAM-0412 (Ctrl+F)"),
        )
        self.chips, self.strip = Chips(context.theme, kind_chips(), Kind.ALL), CalendarStrip(context.theme)
        self.model = LibraryModel(self.library, context.theme, context.clock, Thumbnails(context.home).picture)
        self.table = LibraryTable(self.model)
        self.viewer = Viewer(context)
        self.pane = RecordingPane(context, self.viewer)
        self.pane.hide()
        self.told = label(Type.SMALL, ink="muted")
        self.clear = QPushButton(self.tr("Show all"))
        self.clear.setProperty("chip", "true")
        self.clear.setFont(font(Type.SMALL))
        self.clear.setToolTip(self.tr("Take back search, time and kind (Ctrl+Backspace)"))

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(SPACE_M)
        head.addWidget(self._heading)
        head.addWidget(self._counted)
        head.addStretch(1)
        head.addWidget(self.told)
        head.addWidget(self.clear)
        head.addWidget(self.search)
        left = QVBoxLayout()
        left.setSpacing(SPACE_S)
        left.addWidget(self.strip)
        left.addWidget(self.table, 1)
        left.addWidget(self.nothing, 1)
        grid = QGridLayout(self)
        grid.setContentsMargins(SPACE_L, 14, SPACE_L, 14)
        grid.setHorizontalSpacing(SPACE_M)
        grid.setVerticalSpacing(SPACE_M)
        grid.addLayout(head, 0, 0, 1, 2)
        grid.addWidget(self.chips, 1, 0, 1, 2)
        grid.addLayout(left, 2, 0)
        grid.addWidget(self.pane, 2, 1)
        grid.setColumnStretch(0, 1)
        grid.setRowStretch(2, 1)
        self.nothing.hide()
        self.clear.hide()

    def _build_acts(self) -> None:
        acts = (
            self.act(self.tr("Search recordings"), "Ctrl+F", self._go_to_search),
            self.act(self.tr("Show all recordings"), "Ctrl+Backspace", self.show_all),
            self.act(self.tr("Columns and order"), "Ctrl+L", self._open_menu),
            self.act(self.tr("Choose a day or an hour"), "Ctrl+D", self._go_to_strip),
            self.act(self.tr("Play or pause the chosen recording"), "Ctrl+P", self._play),
        )
        self.addActions([*acts, self.pane.hold_act, self.pane.copy_act, self.pane.check_act])

    def _connect(self) -> None:
        self.connect_list()
        self.strip.chosen.connect(self._show_span)
        self.clear.clicked.connect(self.show_all)
        self.table.chosen.connect(self._show_details)
        self.table.horizontalHeader().customContextMenuRequested.connect(self._open_menu_at)
        self.pane.changed.connect(self.refresh)
        self.viewer.opened.connect(self._ask_details)
        self._finder.answered.connect(self._found)
        self._counter.answered.connect(self._show_counts)
        self._calendar.answered.connect(self._show_days)
        self._teller.answered.connect(self._told_details)
        self._goer.answered.connect(self._gone)
        for asker in self._others:
            asker.failed.connect(self.tell_failure)

    # -- what is wanted ----------------------------------------------------------------------------------------------

    @Slot()
    def show_all(self) -> None:
        """Take back search, time, camera and kind."""
        self._camera = self._strip_span = None
        self.clear_search()
        self.want(Kind.ALL)

    @Slot(object)
    def _show_span(self, span: Span | None) -> None:
        """Show this stretch of time: instead of one that was typed, and not of the last day only."""
        self._strip_span = span
        if self._asked_span is not None:
            self.search.setText(" ".join(self.wanted.words))
        self.want(Kind.ALL if self.wanted.kind is Kind.RECENT else self.wanted.kind)

    @Slot(object)
    def want(self, kind: StrEnum) -> None:
        """Ask for the recordings of this kind that fit what is typed, and the time."""
        asked = understand(self.search.text(), self.context.clock())
        self._asked_span = asked.span
        spans = tuple(span for span in (asked.span, self._strip_span) if span is not None)
        self.wanted = Wanted(Kind(kind), asked.words, spans, self._camera[0] if self._camera else None)
        self.chips.choose(kind)
        self.strip.show_span(self._strip_span or asked.span)
        self._tell()
        self.list_wanted(keep_place=False)

    def _tell(self) -> None:
        """Say what was understood."""
        now = self.context.clock()
        kind = self.wanted.kind
        parts = [kind_name(kind)] if kind is not Kind.ALL else []
        parts += [span_words(span, now) for span in self.wanted.spans]
        parts += [shown_name(self._camera[1])] if self._camera else []
        parts += [f"\N{LEFT DOUBLE QUOTATION MARK}{word}\N{RIGHT DOUBLE QUOTATION MARK}" for word in self.wanted.words]
        text = DOT.join(parts)
        self.told.setToolTip(text)
        room = self.told.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, max(120, self.width() // 3))
        self.told.setText(room)
        self.clear.setVisible(bool(parts))

    def list_wanted(self, *, keep_place: bool) -> None:
        """Ask for what is wanted: for the first of it, then for all."""
        self._going_on = False
        self._ask(keep_place, None if keep_place else FIRST)

    def _find_the_rest(self) -> None:
        """List all; the chosen recording comes into sight now if it was not among the first."""
        self._going_on = True
        self._ask(self.table.currentIndex().isValid(), None)

    def _ask(self, keep_place: bool, limit: int | None) -> None:
        now = self.context.clock()
        self._finder.ask(partial(_find, self.library, self.wanted, self.order, now, keep_place, limit))

    def _ask_days(self) -> None:
        now = self.context.clock()
        since = datetime.combine(now.date() - timedelta(days=MOST_DAYS - 1), time()).astimezone()
        self._calendar.ask(partial(self.library.hours, msgspec.structs.replace(self.wanted, spans=()), since, now))

    @Slot()
    def refresh(self) -> None:
        """Ask everything again; what is on screen stays in its place."""
        self._old = False
        self.list_wanted(keep_place=True)
        self._counter.ask(partial(self.library.counts, self.context.clock()))
        self.model.forget()
        self._ask_details()

    @Slot()
    def _ask_details(self) -> None:
        if self._chosen is not None:
            self._teller.ask(partial(self.library.details, self._chosen))

    # -- what was found ----------------------------------------------------------------------------------------------

    @Slot(object)
    def _found(self, answer: Answer) -> None:
        keep = answer.keep_place and self._answer is not None
        self._answer = answer
        self._ask_days() if answer.whole else self._find_the_rest()  # the table is not to wait for the strip
        self.table.show_entries(answer.entries, keep_place=keep)
        self.show_whether(empty=not len(answer.entries), instead=self._nothing_words())
        self._say_count()
        if self._chosen is None and len(answer.entries):
            self.table.choose(answer.entries[0])
        elif (self._going_on or not keep) and self._chosen is not None and not self.table.currentIndex().isValid():
            self.table.choose(self._chosen)  # it was not among the first, or was chosen before the page was made

    def _nothing_words(self) -> str:
        if self.wanted != Wanted():
            return self.tr("No recording fits.\n\nTake a word away, choose another time, or show all (Ctrl+Backspace).")
        return self.tr(
            "Every recording of your cameras will be here.\n\n"
            "Dock a camera: its recordings are copied and sealed, and each comes up here once its copy is proved.\n"
            "In a try-out, add one to a virtual camera:  dockwarden virtual record SERIAL"
        )

    def _say_count(self) -> None:
        if self._counts is None or self._answer is None or not self._answer.whole:
            return
        total, found = self._counts.of[Kind.ALL], len(self._answer.entries)
        sealed = self.tr("{size} sealed").format(size=size_words(self._counts.bytes))
        self._counted.setText(self.count_words(found, total, DOT.join((words.number(total), sealed))))

    @Slot(object)
    def _show_counts(self, counts: Counts) -> None:
        self._counts = counts
        self.chips.show_counts(counts.of)
        self._say_count()
        at_work = counts.of[Kind.ALL] > 0
        self.strip.setVisible(at_work)
        self.chips.setVisible(at_work)

    @Slot(object)
    def _show_days(self, days: HourCounts) -> None:
        self.strip.show_counts(days, self.context.clock().date())

    @Slot(int)
    def _show_details(self, entry: int) -> None:
        self._chosen = entry
        self._ask_details()

    @Slot(object)
    def _told_details(self, details: Details) -> None:
        self.pane.show_details(details)
        self.viewer.show_recording(details.facts)
        self.pane.show()

    # -- coming up ---------------------------------------------------------------------------------------------------

    def come_up(self, what: object) -> None:
        """Choose a recording by its id, or show those of a camera by its id."""
        if isinstance(what, str):
            self._goer.ask(partial(_look_up, self.library, what))

    @Slot(object)
    def _gone(self, found: tuple[int | None, tuple[str, str] | None]) -> None:
        entry, camera = found
        if camera is not None:
            self._strip_span = None
            self._camera = camera
            self.clear_search()
            self.want(Kind.ALL)
        elif entry is not None and not self.table.choose(entry):
            self._chosen = entry
            self.show_all()
            self._ask_details()

    def retell(self) -> None:
        """Say everything again that depends on the time of day."""
        self._tell()
        self.pane.retell()
        self.table.viewport().update()

    def kept(self) -> Place:
        """What is asked for and chosen."""
        return Place(self.wanted.kind, self.search.text(), self._strip_span, self._camera, self.order, self._chosen)

    def come_back(self, kept: Place) -> None:
        """Ask for it again."""
        self.order, self._strip_span, self._camera, self._chosen = kept.order, kept.span, kept.camera, kept.chosen
        self.table.show_order(kept.order)
        blocked = self.search.blockSignals(True)
        self.search.setText(kept.text)
        self.search.blockSignals(blocked)
        self.want(kept.kind)

    def let_go(self) -> Callable[[], object] | None:
        """Ask nothing more; a copy that is being written is finished."""
        super().leave()
        self.viewer.leave()
        self.pane.close_askers()
        return self.pane.stopper

    def leave(self) -> None:
        """The window closes: ask nothing more, and stop a copy that is being written."""
        if (stop := self.let_go()) is not None:
            stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the pane its share of the width."""
        super().resizeEvent(event)
        share = round(event.size().width() * DETAILS_SHARE)
        self.pane.setFixedWidth(max(PANE_MIN, min(DETAILS_MAX, share)))

    # -- keys and menus ----------------------------------------------------------------------------------------------

    @Slot()
    def _play(self) -> None:
        if self.pane.isVisible():
            self.viewer.toggle()

    @Slot()
    def _go_to_strip(self) -> None:
        self.strip.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @Slot()
    def _open_menu(self) -> None:
        self._open_menu_at(QPoint(SPACE_L, self.table.horizontalHeader().height()))

    @Slot(QPoint)
    def _open_menu_at(self, point: QPoint) -> None:
        self.menu().popup(self.table.horizontalHeader().mapToGlobal(point))

    def menu(self) -> QMenu:
        """The menu of orders and columns."""
        menu = self.menu_of()
        self._add_choices(menu, self.tr("Order"), [(column, ORDERS[column] is self.order.by) for column in ORDERS])
        menu.addSeparator()
        shown = [(column, column in self.table.columns) for column in Column if column is not Column.RECORDED]
        self._add_choices(menu, self.tr("Columns"), shown)
        menu.triggered.connect(self._take_choice)
        return menu

    def _add_choices(self, menu: QMenu, title: str, choices: Iterable[tuple[Column, bool]]) -> None:
        menu.addAction(title).setEnabled(False)
        for column, chosen in choices:
            act = menu.addAction(column_name(column))
            act.setCheckable(True)
            act.setChecked(chosen)
            act.setData((title == self.tr("Order"), int(column)))

    @Slot(QAction)
    def _take_choice(self, act: QAction) -> None:
        is_order, column = act.data()
        if is_order:
            self.table.horizontalHeader().sectionClicked.emit(column)
        else:
            self.toggle_column(column)


def _find(library: Library, wanted: Wanted, order: Order, now: datetime, keep_place: bool, limit: int | None) -> Answer:
    """On a worker."""
    entries = library.entries(wanted, order, now, limit)
    return Answer(wanted, entries, keep_place, whole=limit is None or len(entries) < limit)


def _look_up(library: Library, what: str) -> tuple[int | None, tuple[str, str] | None]:
    """The entry of a recording of this id, or this camera's id and name. On a worker."""
    camera = library.camera_name(what)
    return library.entry_of(what), None if camera is None else (what, camera)
