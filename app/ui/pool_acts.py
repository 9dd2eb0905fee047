"""Acts on the chosen cameras of the pool: what would become of each is shown before anything is done."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import (
    QCompleter,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.custody.bulk import Bulk, Outcome, Task, act_on
from app.custody.desk import MAX_WORDS
from app.docking import shown_name
from app.home import Home
from app.people.roles import Act
from app.people.values import Actor
from app.pool import Pool
from app.snapshot import Reason
from app.ui import icons, words
from app.ui.asker import Asker
from app.ui.cells import Index, ShortList, Table
from app.ui.marks import keyed, label, restyle
from app.ui.page import Context
from app.ui.tokens import ACTS_HEIGHT, FIELD, ROW, SPACE_M, SPACE_S, Theme, Tone, Type, font
from app.ui.words import DOT, translate
from app.ui.work import TOLD_MS, Work

NEEDS = {
    Bulk.TRANSFER: Act.TRANSFER,
    Bulk.REPAIR: Act.REPAIR,
    Bulk.RETIRE: Act.RETIRE,
    Bulk.FAULT: Act.REPORT_FAULT,
}
KEYS = {Bulk.TRANSFER: "Alt+T", Bulk.REPAIR: "Alt+R", Bulk.RETIRE: "Alt+D", Bulk.FAULT: "Alt+F"}
WITH_WORDS = frozenset({Bulk.TRANSFER, Bulk.FAULT})
"""The acts that cannot be without words."""
TYPED_MS = 250
"""So long after the last letter it is looked what would happen."""


def act_name(bulk: Bulk) -> str:
    """What an act is called."""
    return {
        Bulk.TRANSFER: translate("pool", "Move to station\N{HORIZONTAL ELLIPSIS}"),
        Bulk.REPAIR: translate("pool", "Send to repair\N{HORIZONTAL ELLIPSIS}"),
        Bulk.RETIRE: translate("pool", "Retire\N{HORIZONTAL ELLIPSIS}"),
        Bulk.FAULT: translate("pool", "Report fault\N{HORIZONTAL ELLIPSIS}"),
    }[bulk]


def question(bulk: Bulk) -> str:
    """What is asked before an act."""
    return {
        Bulk.TRANSFER: translate("pool", "Which station do they go to?"),
        Bulk.REPAIR: translate("pool", "What is wrong with them? (may be left empty)"),
        Bulk.RETIRE: translate("pool", "Why are they used no more? (may be left empty)"),
        Bulk.FAULT: translate("pool", "What is wrong with them?"),
    }[bulk]


def becomes(bulk: Bulk, said: str) -> str:
    """What becomes of a camera that is not refused."""
    return {
        Bulk.TRANSFER: translate("pool", "goes to {station}, which has to accept it").format(station=said),
        Bulk.REPAIR: translate("pool", "goes to repair"),
        Bulk.RETIRE: translate("pool", "is retired: used no more, its custody stays on record"),
        Bulk.FAULT: translate("pool", "is not ready until the fault is put right"),
    }[bulk]


class BulkWork(Work):
    """One run over many cameras, by their keys in the pool."""

    def __init__(self, keys: Sequence[int]) -> None:
        super().__init__(len(keys))
        self.keys = keys

    def words(self) -> str:
        """How far it is, and how long it still takes."""
        done = translate("pool", "{n} of {all}").format(n=words.number(self.done), all=words.number(self.total))
        return DOT.join(part for part in (done, self.time_left()) if part)


class Outcomes(ShortList[tuple[Outcome, str]]):
    """What becomes of each camera; those that are refused stand first."""

    def __init__(self, theme: Theme) -> None:
        super().__init__([translate("pool", "Camera"), translate("pool", "What becomes of it")])
        self._theme = theme

    def show_outcomes(self, outcomes: Sequence[Outcome], done: str) -> None:
        """Show these; `done` is what becomes of a camera that is not refused."""
        self.beginResetModel()
        told = [(one, done if one.rule is None else f"{one.why} {one.what_to_do}") for one in outcomes]
        self.rows = sorted(told, key=lambda row: row[0].rule is None)
        self.endResetModel()

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What stands in a cell, with a shape before it where it is refused."""
        outcome, told = self.rows[index.row()]
        refused = outcome.rule is not None
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}:
            return shown_name(told if index.column() else outcome.camera)
        if role == Qt.ItemDataRole.FontRole:
            return font(Type.BODY if index.column() else Type.STRONG)
        if role == Qt.ItemDataRole.DecorationRole and index.column():
            tone = Tone.FAULT if refused else Tone.READY
            return icons.icon("fault" if refused else "ready", self._theme.ink(tone).name(), 2)
        return None


class PoolActs(QFrame):
    """The bar of acts. `changed`: something was done; `story_asked` and `cleared` are what else one may want."""

    changed = Signal()
    story_asked = Signal()
    cleared = Signal()

    def __init__(self, context: Context, pool: Pool) -> None:
        super().__init__()
        self._context, self._home, self._pool = context, context.home, pool
        self._keys: list[int] = []
        self._bulk: Bulk | None = None
        self._actor: Actor | None = None
        self._foreseen: list[Outcome] = []
        self._work: BulkWork | None = None
        self._completer, self._none = QCompleter([], self), QCompleter([], self)
        self.setObjectName("panel")
        self._rehearser, self._doer = Asker("pool-rehearse", self), Asker("pool-do", self)
        self._build()
        self._lay_out()
        self._connect()
        self.hide()

    # -- what it is made of ------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.count = label(Type.STRONG)
        self.acts = {bulk: keyed(QAction(act_name(bulk), self), KEYS[bulk]) for bulk in Bulk}
        self.buttons = {bulk: _button(act) for bulk, act in self.acts.items()}
        self.story_act = keyed(QAction(translate("pool", "Who held it"), self), "Alt+W")
        self.story, self.clear = _button(self.story_act), QPushButton(translate("pool", "Choose none"))
        self.clear.setAccessibleName(self.clear.text())
        self.asked, self.told = label(Type.STRONG), label(Type.BODY)
        self.words = QLineEdit(maxLength=MAX_WORDS)
        self.words.setFont(font(Type.BODY))
        self.words.setMinimumWidth(FIELD)
        self.outcomes = Outcomes(self._context.theme)
        self.table = Table(self.outcomes, ROW)
        self.table.setAccessibleName(translate("pool", "What becomes of each camera"))
        self.table.setColumnWidth(0, 130)
        self.table.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.bar, self.pace = QProgressBar(), label(Type.SMALL, ink="muted")
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(translate("pool", "How far it is"))
        self.do, self.end, self.stop = QPushButton(), QPushButton(translate("pool", "Cancel")), QPushButton()
        self.do.setProperty("main", "true")
        self.stop.setText(translate("pool", "Stop"))
        for button in (self.end, self.stop):
            button.setAccessibleName(button.text())

    def _lay_out(self) -> None:
        self._choices = _row(self.count, *self.buttons.values(), self.story, self.clear, stretch_after=4)
        self._sheet = QWidget()
        self._sheet.setObjectName("plain")
        self._sheet.setFixedHeight(ACTS_HEIGHT)
        sheet = QVBoxLayout(self._sheet)
        sheet.setContentsMargins(0, 0, 0, 0)
        sheet.setSpacing(SPACE_S)
        sheet.addWidget(_row(self.asked, self.words, stretch_after=1))
        sheet.addWidget(self.told)
        sheet.addWidget(self.table, 1)
        sheet.addWidget(_row(self.do, self.end, self.bar, self.pace, self.stop, stretch_after=4))
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_S)
        column.setSpacing(SPACE_S)
        column.addWidget(self._choices)
        column.addWidget(self._sheet)
        self._sheet.hide()
        self.bar.setFixedWidth(FIELD)

    def _connect(self) -> None:
        for bulk, act in self.acts.items():
            act.triggered.connect(partial(self.begin, bulk))
        self.story_act.triggered.connect(self.story_asked)
        self.clear.clicked.connect(self.cleared)
        self.words.textChanged.connect(self._typed)
        self.words.returnPressed.connect(self._do)
        self.do.clicked.connect(self._do)
        self.end.clicked.connect(self.leave)
        self.stop.clicked.connect(self._stop)
        self._rehearser.answered.connect(self._foresee)
        self._doer.answered.connect(self._done)
        for asker in (self._rehearser, self._doer):
            asker.failed.connect(self._failed)
        self._typing = QTimer(self, singleShot=True, interval=TYPED_MS)
        self._typing.timeout.connect(self._rehearse)
        self._ticking = QTimer(self, interval=TOLD_MS)
        self._ticking.timeout.connect(self._tick)

    @property
    def is_settled(self) -> bool:
        """Whether nothing is being looked at or done."""
        return not (self._typing.isActive() or self._rehearser.waiting or self._doer.waiting)

    def close_askers(self) -> None:
        """Stop before the next camera, and ask nothing more."""
        self._stop()
        self._typing.stop()
        self._ticking.stop()
        self._rehearser.close()
        self._doer.close()

    # -- what is chosen ----------------------------------------------------------------------------------------------

    def show_chosen(self, keys: list[int]) -> None:
        """Offer acts on these cameras; nothing chosen, nothing offered. What is being asked keeps its cameras."""
        for act in (*self.acts.values(), self.story_act):
            act.setEnabled(bool(keys))
        self.story_act.setEnabled(len(keys) == 1)
        self.story.setEnabled(len(keys) == 1)
        if self._bulk is not None:
            return
        self._keys = keys
        self.count.setText(words.counted(len(keys), translate("pool", "1 chosen"), translate("pool", "%1 chosen")))
        self.setVisible(bool(keys))

    def offer_stations(self, stations: Sequence[str]) -> None:
        """Stations to choose from as one types."""
        self._completer = QCompleter(list(stations), self)
        self._completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)

    @Slot()
    def begin(self, bulk: Bulk) -> None:
        """Ask for the words of an act, and show what it would do."""
        self._actor = self._context.session.need(NEEDS[bulk])
        if self._actor is None or not self._keys or self._doer.waiting:
            return
        self._bulk = bulk
        self.asked.setText(question(bulk))
        self.words.setAccessibleName(question(bulk))
        self.words.setCompleter(self._completer if bulk is Bulk.TRANSFER else self._none)
        self.words.clear()
        self.words.setEnabled(True)
        self.end.setText(translate("pool", "Cancel"))
        self._choices.hide()
        self._sheet.show()
        self._rehearse()
        self.words.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def leave(self) -> None:
        """Do nothing more; the choice is offered again."""
        self._stop()
        self._typing.stop()
        self._bulk = None
        self._sheet.hide()
        self._choices.show()
        self.changed.emit()

    # -- what would happen -------------------------------------------------------------------------------------------

    @Slot()
    def _typed(self) -> None:
        self.do.setEnabled(False)
        if self._bulk is not None:
            self._typing.start()

    @Slot()
    def _rehearse(self) -> None:
        if self._bulk is None or self._actor is None:
            return
        self._stop()
        self._offer([], translate("pool", "Looking at each camera \N{HORIZONTAL ELLIPSIS}"))
        if self._bulk in WITH_WORDS and not self.words.text().strip():
            self._rehearser.ask(list)
            return
        self._run(self._rehearser, self._keys, rehearsal=True)

    def _run(self, asker: Asker, keys: Sequence[int], *, rehearsal: bool, only: frozenset[str] | None = None) -> None:
        assert self._bulk is not None
        assert self._actor is not None
        self._work = BulkWork(keys)
        task = Task(self._bulk, (), self.words.text().strip(), self._actor)
        asker.ask(partial(_work_through, self._home, self._pool, task, self._work, rehearsal, only))
        self._ticking.start()
        self._tick()

    @Slot(object)
    def _foresee(self, outcomes: list[Outcome]) -> None:
        self._end_work()
        if not outcomes:
            self._offer([], translate("pool", "Say it, and what becomes of each camera is shown here first."))
            return
        will, refused = _split(outcomes)
        told = [
            words.counted(will, translate("pool", "1 camera can be done"), translate("pool", "%1 cameras can be done"))
        ]
        if refused:
            told.append(words.counted(refused, translate("pool", "1 is refused"), translate("pool", "%1 are refused")))
        not_yet = translate("pool", "Nothing has been done yet.")
        self._offer(outcomes, f"{', '.join(told)}. {not_yet}")

    def _offer(self, outcomes: list[Outcome], told: str) -> None:
        assert self._bulk is not None
        self._foreseen = outcomes
        will, _ = _split(outcomes)
        self.told.setText(told)
        restyle(self.told, "ink", "muted")
        self.outcomes.show_outcomes(outcomes, becomes(self._bulk, self.words.text().strip()))
        self.do.setEnabled(bool(will))
        text = words.counted(will, translate("pool", "Do it with 1 camera"), translate("pool", "Do it with %1 cameras"))
        self.do.setText(text if will else translate("pool", "Do it"))
        self.do.setAccessibleName(self.do.text())
        self.do.show()
        self._show_work(shown=False)

    # -- what is done ------------------------------------------------------------------------------------------------

    @Slot()
    def _do(self) -> None:
        if self._bulk is None or not self.do.isEnabled() or self._doer.waiting:
            return
        allowed = frozenset(one.camera for one in self._foreseen if one.rule is None)
        self.do.setEnabled(False)
        self.words.setEnabled(False)
        self._run(self._doer, self._keys, rehearsal=False, only=allowed)

    @Slot(object)
    def _done(self, outcomes: list[Outcome]) -> None:
        self._end_work()
        if self._bulk is None:  # it was left while it was under way: the table tells
            self.changed.emit()
            return
        done, refused = _split(outcomes)
        told = [words.counted(done, translate("pool", "Done with 1 camera"), translate("pool", "Done with %1 cameras"))]
        if refused:
            told.append(
                words.counted(refused, translate("pool", "1 was refused"), translate("pool", "%1 were refused"))
            )
        left = sum(one.rule is None for one in self._foreseen) - len(outcomes)
        if left:
            told.append(
                words.counted(left, translate("pool", "1 was not begun"), translate("pool", "%1 were not begun"))
            )
        self.told.setText(f"{', '.join(told)}.")
        restyle(self.told, "ink", Tone.WARN if refused or left else Tone.READY)
        self.outcomes.show_outcomes(outcomes, becomes(self._bulk, self.words.text().strip()))
        self.do.hide()
        self.end.setText(translate("pool", "Close"))
        self.end.setFocus(Qt.FocusReason.OtherFocusReason)
        self.changed.emit()

    @Slot(object)
    def _failed(self, reason: Reason) -> None:
        self._end_work()
        self.told.setText(f"{reason.what_happened} {reason.what_to_do}")
        restyle(self.told, "ink", Tone.FAULT)
        self.changed.emit()

    @Slot()
    def _tick(self) -> None:
        work = self._work
        if work is not None and work.total:
            self.bar.setRange(0, work.total)
            self.bar.setValue(work.done)
            self.pace.setText(work.words())
            self._show_work(shown=time.monotonic() - work.began > 5 * TOLD_MS / 1000)

    def _show_work(self, *, shown: bool) -> None:
        for one in (self.bar, self.pace, self.stop):
            one.setVisible(shown)

    @Slot()
    def _stop(self) -> None:
        if self._work is not None:
            self._work.stop.set()

    def _end_work(self) -> None:
        self._work = None
        self._ticking.stop()
        self._show_work(shown=False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc is Cancel, and then Choose none."""
        if event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
        elif self._bulk is not None:
            self.leave()
        else:
            self.cleared.emit()


def _work_through(
    home: Home, pool: Pool, task: Task, work: BulkWork, rehearsal: bool, only: frozenset[str] | None
) -> list[Outcome]:
    """Do a task, or rehearse it, with the cameras of these keys, and with `only` those. On a worker."""
    cameras = tuple(asset for asset in pool.assets(work.keys) if only is None or asset in only)
    work.total = len(cameras)
    custody = home.custody.rehearsed() if rehearsal else home.custody
    return act_on(custody, Task(task.bulk, cameras, task.words, task.by), work.tell, work.stop)


def _split(outcomes: Sequence[Outcome]) -> tuple[int, int]:
    """How many are not refused, and how many are."""
    will = sum(one.rule is None for one in outcomes)
    return will, len(outcomes) - will


def _button(act: QAction) -> QPushButton:
    button = QPushButton(act.text())
    button.setAccessibleName(act.text())
    button.setToolTip(act.toolTip())
    button.clicked.connect(act.trigger)
    return button


def _row(*parts: QWidget, stretch_after: int) -> QWidget:
    """Parts side by side; all room that is left over comes after so many of them."""
    whole = QWidget()
    whole.setObjectName("plain")
    row = QHBoxLayout(whole)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(SPACE_S)
    for place, part in enumerate(parts):
        if place == stretch_after + 1:
            row.addStretch(1)
        row.addWidget(part, 1 if isinstance(part, QLineEdit) else 0)
    if stretch_after + 1 >= len(parts):
        row.addStretch(1)
    return whole
