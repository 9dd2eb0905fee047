"""The Pool page: every camera of the pool, in one sentence, one bar and one table; acts on many; export."""

from __future__ import annotations

from array import array
from datetime import datetime
from enum import StrEnum
from functools import partial
from pathlib import Path

import msgspec
from PySide6.QtCore import QItemSelection, QPoint, Qt, QTimer, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QMenu, QProgressBar, QPushButton, QVBoxLayout, QWidget

from app.people.roles import Act
from app.pool import Counts, Kind, Order, Pool, Wanted
from app.pool_export import MARK, Write, export, title, write_csv, write_xlsx
from app.snapshot import Reason
from app.ui import words
from app.ui.chips import Chips
from app.ui.listed_page import ListedPage
from app.ui.marks import label, restyle
from app.ui.page import Context
from app.ui.pool_acts import PoolActs
from app.ui.pool_bar import PoolBar, sentence
from app.ui.pool_paper import write_pdf
from app.ui.pool_table import Column, PoolModel, PoolTable, column_name, kind_chips
from app.ui.tokens import SPACE_L, SPACE_M, SPACE_S, Tone, Type
from app.ui.words import DOT
from app.ui.work import TOLD_MS, Work


class Answer(msgspec.Struct, frozen=True):
    """What was found, what it was asked for, and whether the table is to keep its place."""

    wanted: Wanted
    rows: array[int]
    keep_place: bool


class Place(msgspec.Struct, frozen=True):
    """Where a person is on the page: what they asked for, and the cameras that they chose."""

    kind: Kind
    text: str
    order: Order
    chosen: frozenset[int]


class ExportWork(Work):
    """One export on its way: how many cameras are written to this file."""

    def __init__(self, path: Path, total: int) -> None:
        super().__init__(total)
        self.path = path


class PoolPage(ListedPage):
    """The page. It keeps what is chosen, too."""

    NAME, COLUMN = "pool", Column
    model: PoolModel
    table: PoolTable

    def __init__(self, context: Context) -> None:
        super().__init__(context, Wanted(), Order(), ("export",))
        self.pool = Pool(context.home)
        self._answer: Answer | None = None
        self._counts: Counts | None = None
        self._work: ExportWork | None = None
        (self._exporter,) = self._others
        self._choose: frozenset[int] = frozenset()
        self._build()
        self._lay_out()
        self._build_acts()
        self._connect()
        self._open_or_close()

    @property
    def is_listed(self) -> bool:
        """Whether the table shows what was asked for last."""
        return not self._finder.waiting

    @property
    def is_settled(self) -> bool:
        """Whether all that was asked is answered."""
        asked = any(asker.waiting for asker in self._askers)
        return self.model.is_settled and self.acts.is_settled and not asked

    # -- what it is made of ------------------------------------------------------------------------------------------

    def _build(self) -> None:
        theme = self.context.theme
        self.name_search(
            self.tr("Search the pool"),
            self.tr("Number, serial, officer"),
            self.tr("Asset number, serial, model, station or officer (Ctrl+F)"),
        )
        self.columns_button = _button(self.tr("Columns"), self.tr("Choose the columns (Ctrl+L)"))
        self.export_button = _button(self.tr("Export"), self.tr("Write what is listed to a file, marked OFFICIAL"))
        self.sentence, self.bar = label(Type.BODY), PoolBar(theme)
        self.sentence.setWordWrap(True)
        self.chips = Chips(theme, kind_chips(), Kind.ALL)
        self.model = PoolModel(self.pool, theme, self.context.clock)
        self.table = PoolTable(self.model, theme)
        self.acts = PoolActs(self.context, self.pool)
        self.sign_in = _button(self.tr("Sign in"), self.tr("Sign in to see the pool"))
        self.news, self.stop = label(Type.BODY), _button(self.tr("Stop"), self.tr("Stop the export"))
        self.news.setWordWrap(True)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(self.tr("How far the export is"))

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(SPACE_M)
        head.addWidget(self._heading)
        head.addWidget(self._counted)
        head.addStretch(1)
        head.addWidget(self.search)
        head.addWidget(self.columns_button)
        head.addWidget(self.export_button)
        self._exporting = QWidget()
        self._exporting.setObjectName("plain")
        row = QHBoxLayout(self._exporting)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_M)
        row.addWidget(self.news, 1)
        row.addWidget(self.progress)
        row.addWidget(self.stop)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_L, 14, SPACE_L, 14)
        column.setSpacing(SPACE_M)
        column.addLayout(head)
        column.addWidget(self.sentence)
        column.addWidget(self.bar)
        column.addWidget(self.chips)
        column.addWidget(self._exporting)
        column.addWidget(self.table, 1)
        column.addWidget(self.nothing, 1)
        column.addWidget(self.sign_in, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.acts)
        column.setSpacing(SPACE_S + 2)
        self._exporting.hide()

    def _build_acts(self) -> None:
        acts = (
            self.act(self.tr("Search the pool"), "Ctrl+F", self._go_to_search),
            self.act(self.tr("Show the whole pool"), "Ctrl+Backspace", self.show_all),
            self.act(self.tr("Choose the columns"), "Ctrl+L", self._open_columns),
            self.act(self.tr("Export the pool"), "Ctrl+E", self._open_export),
        )
        self.addActions([*acts, *self.acts.acts.values(), self.acts.story_act])

    def _connect(self) -> None:
        self.connect_list()
        self.columns_button.clicked.connect(self._open_columns)
        self.export_button.clicked.connect(self._open_export)
        self.stop.clicked.connect(self._stop_export)
        self.sign_in.clicked.connect(self._sign_in)
        self.table.opened.connect(self._open_story)
        self.table.selectionModel().selectionChanged.connect(self._show_chosen)
        self.model.layoutChanged.connect(self._show_chosen)
        self.table.horizontalHeader().customContextMenuRequested.connect(self._open_columns_at)
        self.acts.changed.connect(self.refresh)
        self.acts.cleared.connect(self.table.clearSelection)
        self.acts.story_asked.connect(self._open_chosen)
        self._finder.answered.connect(self._found)
        self._counter.answered.connect(self._show_counts)
        self._exporter.answered.connect(self._exported)
        self._exporter.failed.connect(self._not_exported)
        self._ticking = QTimer(self, interval=TOLD_MS)
        self._ticking.timeout.connect(self._tick)
        self.context.session.changed.connect(self._open_or_close)

    # -- who may see it ----------------------------------------------------------------------------------------------

    @Slot()
    def _open_or_close(self) -> None:
        """Show the pool to whoever may see it, and to nobody else."""
        refused = self.context.session.refusal(Act.READ_POOL)
        shown = refused is None
        for part in (self.sentence, self.bar, self.chips, self.table, self.search):
            part.setVisible(shown)
        for button in (self.columns_button, self.export_button):
            button.setVisible(shown)
        self.sign_in.setVisible(not shown)
        self.nothing.setVisible(not shown)
        if refused is not None:
            self._forget()
            here = self.tr("Every camera of the force will be here.")
            self.nothing.setText(f"{here}\n\n{refused} {refused.what_to_do}")
        elif self.isVisible():
            self.refresh()
        else:
            self._old = True

    def _forget(self) -> None:
        """Whoever may not see it finds nothing of it here."""
        self.table.clearSelection()
        self.acts.leave()
        self.acts.hide()
        self._stop_export()
        self._exporting.hide()
        self._counted.clear()
        self._answer = self._counts = None
        self.model.show_entries(array("q"))

    @Slot()
    def _sign_in(self) -> None:
        self.context.session.need(Act.READ_POOL)

    # -- what is wanted ----------------------------------------------------------------------------------------------

    @Slot()
    def show_all(self) -> None:
        """Take back search and kind."""
        self.clear_search()
        self.want(Kind.ALL)

    @Slot(object)
    def want(self, kind: StrEnum) -> None:
        """Ask for the cameras of this kind that fit what is typed."""
        self.wanted = Wanted(Kind(kind), tuple(self.search.text().split()))
        self.chips.choose(kind)
        self.list_wanted(keep_place=False)

    def list_wanted(self, *, keep_place: bool) -> None:
        """Ask for what is wanted, for whoever may see it."""
        if self.context.session.may(Act.READ_POOL):
            self._finder.ask(partial(_find, self.pool, self.wanted, self.order, self.context.clock(), keep_place))

    @Slot()
    def refresh(self) -> None:
        """Ask everything again; what is on screen stays in its place."""
        if not self.context.session.may(Act.READ_POOL):
            return
        self._old = False
        self.list_wanted(keep_place=True)
        self._counter.ask(partial(self.pool.counts, self.context.clock()))
        self.model.forget()

    # -- what was found ----------------------------------------------------------------------------------------------

    @Slot(object)
    def _found(self, answer: Answer) -> None:
        if not self.context.session.may(Act.READ_POOL):
            return
        keep = answer.keep_place and self._answer is not None
        self._answer = answer
        self.table.show_entries(answer.rows, keep_place=keep)
        if self._choose:
            self.table.choose(self._choose)
            self._choose = frozenset()
        self.show_whether(empty=not len(answer.rows), instead=self._nothing_words())
        self._say_count()

    def _nothing_words(self) -> str:
        if self.wanted != Wanted():
            return self.tr("No camera fits.\n\nTake a word away, choose another kind, or show all (Ctrl+Backspace).")
        return self.tr(
            "Every camera of the force will be here.\n\n"
            "Take the pool in from a file:  dockwarden pool import FILE.csv\n"
            "(asset,serial,make,model,station,mode)"
        )

    @Slot(object)
    def _show_counts(self, counts: Counts) -> None:
        if not self.context.session.may(Act.READ_POOL):
            return
        self._counts = counts
        self.bar.show_counts(counts)
        self.chips.show_counts(counts.of)
        self.sentence.setText(sentence(counts))
        self.acts.offer_stations(counts.stations)
        at_work = counts.of[Kind.ALL] > 0
        for part in (self.sentence, self.bar, self.chips):
            part.setVisible(at_work)
        self._say_count()

    def _say_count(self) -> None:
        if self._counts is None or self._answer is None:
            return
        total, found = self._counts.of[Kind.ALL], len(self._answer.rows)
        cameras = words.counted(total, self.tr("1 camera"), self.tr("%1 cameras"))
        stations = words.counted(len(self._counts.stations), self.tr("1 station"), self.tr("%1 stations"))
        self._counted.setText(self.count_words(found, total, f"{cameras}{DOT}{stations}"))

    @Slot()
    def _show_chosen(self, *_changed: QItemSelection) -> None:
        self.acts.show_chosen(self.table.chosen())

    # -- coming up ---------------------------------------------------------------------------------------------------

    def come_up(self, what: object) -> None:
        """Show the cameras of a kind, or those that a text finds."""
        if isinstance(what, Kind):
            self.show_all()
            self.want(what)
        elif isinstance(what, str):
            self.show_all()
            self.search.setText(what)

    def retell(self) -> None:
        """Say everything again that depends on the time of day: who is late."""
        if self.isVisible():
            self.refresh()

    def kept(self) -> Place:
        """What is asked for and chosen."""
        return Place(self.wanted.kind, self.search.text(), self.order, frozenset(self.table.chosen()))

    def come_back(self, kept: Place) -> None:
        """Ask for it again."""
        self.order, self._choose = kept.order, kept.chosen
        self.table.show_order(kept.order)
        blocked = self.search.blockSignals(True)
        self.search.setText(kept.text)
        self.search.blockSignals(blocked)
        self.want(kept.kind)

    def leave(self) -> None:
        """The window closes: ask nothing more, and stop what is under way."""
        super().leave()
        self._ticking.stop()
        self._stop_export()
        self.acts.close_askers()

    # -- keys and menus ----------------------------------------------------------------------------------------------

    @Slot()
    def _open_chosen(self) -> None:
        names = self.model.known_at(self.table.currentIndex().row())
        if names is not None:
            self._open_story(names.camera.asset)

    @Slot(str)
    def _open_story(self, asset: str) -> None:
        self.asked.emit("custody", asset)

    @Slot()
    def _open_columns(self) -> None:
        self._pop_up(self.columns_menu(), self.columns_button)

    @Slot(QPoint)
    def _open_columns_at(self, point: QPoint) -> None:
        self.columns_menu().popup(self.table.horizontalHeader().mapToGlobal(point))

    def _pop_up(self, menu: QMenu, under: QWidget) -> None:
        menu.popup(under.mapToGlobal(QPoint(0, under.height() + 2)))

    def columns_menu(self) -> QMenu:
        """The menu of columns."""
        menu = self.menu_of()
        for column in Column:
            if column in {Column.CHOICE, Column.CAMERA}:
                continue
            act = menu.addAction(column_name(column))
            act.setCheckable(True)
            act.setChecked(column in self.table.columns)
            act.setData(int(column))
        menu.triggered.connect(self._take_column)
        return menu

    def export_menu(self) -> QMenu:
        """The menu of kinds of files."""
        menu = self.menu_of()
        for name, suffix in (("CSV", "csv"), ("XLSX", "xlsx"), ("PDF", "pdf")):
            menu.addAction(name + "\N{HORIZONTAL ELLIPSIS}").setData(suffix)
        menu.triggered.connect(self._ask_place)
        return menu

    @Slot(QAction)
    def _take_column(self, act: QAction) -> None:
        self.toggle_column(act.data())

    # -- export ------------------------------------------------------------------------------------------------------

    @Slot()
    def _open_export(self) -> None:
        if self._answer is not None and self._work is None:
            self._pop_up(self.export_menu(), self.export_button)

    @Slot(QAction)
    def _ask_place(self, act: QAction) -> None:
        dialog = QFileDialog(self, self.tr("Export the pool to"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)  # nothing is ever overwritten: it is refused in words
        dialog.setDefaultSuffix(str(act.data()))
        dialog.selectFile(f"{MARK} pool {self.context.clock():%Y-%m-%d %H%M}.{act.data()}")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.export_to)
        dialog.open()

    @Slot(str)
    def export_to(self, path: str) -> None:
        """Write what is listed to this new file; its ending says in which form."""
        if self._answer is None or self._work is not None:
            return
        rows = self._answer.rows
        work = self._work = ExportWork(Path(path), len(rows))
        self._exporter.ask(partial(self._export, rows, work, self.context.clock()))
        self._exporting.show()
        self._tick()
        self._ticking.start()

    def _export(self, rows: array[int], work: ExportWork, now: datetime) -> Path:
        """On a worker."""
        heading = title(self.context.home.settings.station_name, now)
        cameras = (row for page in self.pool.pages(rows, now) for row in page)
        export(work.path, _writer(work.path, heading, len(rows), now), cameras, work.tell, work.stop)
        return work.path

    @Slot()
    def _tick(self) -> None:
        if self._work is not None:
            self.progress.setRange(0, self._work.total)
            self.progress.setValue(self._work.done)
            told = self.tr("Writing {path}: {n} of {all} cameras")
            through, total = words.number(self._work.done), words.number(self._work.total)
            self._say_news(told.format(path=self._work.path.name, n=through, all=total), "muted")

    @Slot()
    def _stop_export(self) -> None:
        if self._work is not None:
            self._work.stop.set()

    @Slot(object)
    def _exported(self, path: Path) -> None:
        self._end_export()
        self._say_news(self.tr("Written, and marked {mark}: {path}").format(mark=MARK, path=path), Tone.READY)

    @Slot(object)
    def _not_exported(self, reason: Reason) -> None:
        self._end_export()
        self._say_news(f"{reason.what_happened} {reason.what_to_do}", Tone.FAULT)

    def _end_export(self) -> None:
        self._work = None
        self._ticking.stop()

    def _say_news(self, text: str, ink: str) -> None:
        self.news.setText(text)
        restyle(self.news, "ink", ink)
        for one in (self.progress, self.stop):
            one.setVisible(self._work is not None)


def _find(pool: Pool, wanted: Wanted, order: Order, now: datetime, keep_place: bool) -> Answer:
    """On a worker."""
    return Answer(wanted, pool.rows(wanted, order, now), keep_place)


def _writer(path: Path, heading: str, count: int, now: datetime) -> Write:
    """What writes a file of this ending; CSV where it is none of ours."""
    if path.suffix.lower() == ".xlsx":
        return partial(write_xlsx, heading)
    if path.suffix.lower() == ".pdf":
        return partial(write_pdf, heading, count, now)
    return partial(write_csv, heading)


def _button(text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setAccessibleName(text)
    button.setToolTip(tip)
    return button
