"""What a person can do with the chosen camera: acts with keys, as buttons, and the words that some of them need."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from app.sharing import FAULT
from app.snapshot import (
    MAX_WORDS,
    Accept,
    Act,
    Answer,
    Asked,
    BaySnapshot,
    BayState,
    ClearFault,
    HoldAll,
    Keep,
    ReportFault,
    Retry,
)
from app.ui import face as faces
from app.ui.details import ReasonBox
from app.ui.marks import label
from app.ui.session import Session
from app.ui.tokens import SPACE_M, SPACE_S, SPACE_XS, Tone, Type

RETRIED = frozenset({BayState.ATTENTION, BayState.FAULT, BayState.DOCKED})
"""The states out of which the routine may be run again."""

ABSENT = frozenset({BayState.EMPTY, BayState.REMOVED_EARLY, BayState.QUARANTINED})
"""The states in which there is no camera to do anything with."""


class ActButton(QPushButton):
    """A button that is its act: same words, same tooltip, there and enabled when the act is."""

    def __init__(self, action: QAction, *, main: bool = False) -> None:
        super().__init__()
        self.action = action
        if main:
            self.setProperty("main", "true")
        self.clicked.connect(action.trigger)
        action.changed.connect(self._mirror)
        self._mirror()

    @Slot()
    def _mirror(self) -> None:
        self.setText(self.action.text())
        self.setAccessibleName(self.action.text())
        self.setToolTip(self.action.toolTip())
        self.setVisible(self.action.isVisible())
        self.setEnabled(self.action.isEnabled())


class Question(QWidget):
    """Asks for the words that are kept with an act, in line. `answered` says them, `ended` that none come."""

    answered = Signal(str)
    ended = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._asked = label(Type.STRONG)
        self._asked.setWordWrap(True)
        self.words = QLineEdit(maxLength=MAX_WORDS)
        self.words.returnPressed.connect(self._answer)
        self.do, self.cancel = QPushButton(), QPushButton(self.tr("Cancel"))
        self.do.setProperty("main", "true")
        self.do.clicked.connect(self._answer)
        self.cancel.clicked.connect(self.ended)
        self.cancel.setAccessibleName(self.cancel.text())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_XS)
        column.addWidget(self._asked)
        column.addWidget(self.words)
        column.addSpacing(SPACE_XS)
        row = QHBoxLayout()
        row.setSpacing(SPACE_S)
        row.addWidget(self.do, 1)
        row.addWidget(self.cancel, 1)
        column.addLayout(row)
        self.hide()

    def ask(self, question: str, do: str) -> None:
        """Ask this; `do` is what the words are given for."""
        self._asked.setText(question)
        self.words.setAccessibleName(question)
        self.words.clear()
        self.do.setText(do)
        self.do.setAccessibleName(do)
        self.show()
        self.words.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _answer(self) -> None:
        self.answered.emit(self.words.text())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc is Cancel."""
        if event.key() == Qt.Key.Key_Escape:
            self.ended.emit()
        else:
            super().keyPressEvent(event)


class BayActs(QWidget):
    """The foot of the details. `wanted` says the act, `opened` the camera whose recordings are asked for.

    A refusal stands here, where the act was tried; the words that were written stay to try again.
    """

    wanted = Signal(object)
    opened = Signal(str)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._snapshot: BaySnapshot | None = None
        self._asked: Act | None = None
        self._with_words: Callable[[str], Act] | None = None
        self.setObjectName("plain")
        self.accept = self._act(self.tr("Accept camera"), "F3", self._accept)
        self.retry = self._act(self.tr("Try again"), "F5", self._retry)
        self.keep = self._act(self.tr("Keep on camera"), "F6", self._keep)
        self.hold = self._act(self.tr("Hold recordings…"), "F7", self._hold)
        self.fault = self._act(self.tr("Report fault…"), "F8", self._fault)
        self.open = self._act(self.tr("Open recordings"), "F9", self._open)
        self.all = (self.accept, self.retry, self.keep, self.hold, self.fault, self.open)
        self.buttons = {action: ActButton(action, main=action is self.accept) for action in self.all}
        self.question = Question()
        self.question.answered.connect(self._answer_question)
        self.question.ended.connect(self.end_question)
        self.answer = ReasonBox()
        self.answer.hide()
        self._lay_out()

    def _act(self, text: str, key: str, do: Callable[[], None]) -> QAction:
        action = QAction(text, self)
        action.setShortcut(key)
        self._say(action, text)
        action.setVisible(False)
        action.triggered.connect(do)
        return action

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_M)
        column.setSpacing(SPACE_S)
        column.addWidget(self.answer)
        column.addWidget(self.question)
        self._rows = QWidget()
        self._grid = QGridLayout(self._rows)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(SPACE_S)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, 1)
        for button in self.buttons.values():
            button.setParent(self._rows)
        column.addWidget(self._rows)

    # -- what can be done --------------------------------------------------------------------------------------------

    def show_bay(self, snapshot: BaySnapshot) -> None:
        """Offer what can be done with this bay. Another bay, or a change of state, takes away an old answer.

        An act that was asked for here is waited for whatever the state becomes meanwhile: its refusal must be seen.
        """
        before, self._snapshot = self._snapshot, snapshot
        if before is None or before.bay != snapshot.bay:
            self._asked = None
            self.question.do.setEnabled(True)
        if before is None or (before.bay, before.state) != (snapshot.bay, snapshot.state):
            self.answer.hide()
        if before is None or (before.bay, before.run) != (snapshot.bay, snapshot.run):
            self.end_question()
        self._offer(snapshot)

    def _offer(self, snapshot: BaySnapshot) -> None:
        here = snapshot.state not in ABSENT and snapshot.state is not BayState.NEW
        known = snapshot.camera_id is not None
        faulty = is_faulty(snapshot)
        docked = snapshot.state is BayState.DOCKED
        self._say(self.retry, self.tr("Copy now") if docked else self.tr("Try again"))
        self._say(self.keep, self.tr("Release as usual") if snapshot.kept else self.tr("Keep on camera"))
        self._say(self.fault, self.tr("Fault is mended…") if faulty else self.tr("Report fault…"))
        offered = {
            self.accept: snapshot.state is BayState.NEW,
            self.retry: snapshot.state in RETRIED,
            self.keep: here,
            self.hold: here and known,
            self.fault: here and known,
            self.open: known,
        }
        changed = [action for action, there in offered.items() if action.isVisible() != there]
        for action, there in offered.items():
            action.setVisible(there)
            action.setEnabled(there and self._asked is None)
        if changed:
            self._place()
        self.setVisible(any(offered.values()))

    def _say(self, action: QAction, text: str) -> None:
        tip = f"{text.rstrip('…')} ({action.shortcut().toString()})"
        if (action.text(), action.toolTip()) != (text, tip):
            action.setText(text)
            action.setToolTip(tip)

    def _place(self) -> None:
        """Lay the buttons that are offered out in two columns, a single last one over both."""
        shown = [button for action, button in self.buttons.items() if action.isVisible()]
        odd = len(shown) % 2
        for place, button in enumerate(shown):
            row, column = divmod(place + odd, 2) if place or not odd else (0, 0)
            self._grid.addWidget(button, row, column, 1, 2 if odd and not place else 1)

    # -- what a person does ------------------------------------------------------------------------------------------

    @Slot()
    def _accept(self) -> None:
        self._want(Accept)

    @Slot()
    def _retry(self) -> None:
        self._want(Retry)

    @Slot()
    def _keep(self) -> None:
        kept = self._snapshot is not None and self._snapshot.kept
        self._want(lambda bay: Keep(bay, keep=not kept))

    @Slot()
    def _hold(self) -> None:
        question = self.tr("Why are all recordings of {camera} to be held?")
        self._ask(question, self.tr("Hold them"), HoldAll)

    @Slot()
    def _fault(self) -> None:
        if self._snapshot is not None and is_faulty(self._snapshot):
            self._ask(self.tr("How was the fault of {camera} put right?"), self.tr("It is mended"), ClearFault)
        else:
            self._ask(self.tr("What is wrong with {camera}?"), self.tr("Report fault"), ReportFault)

    @Slot()
    def _open(self) -> None:
        if self._snapshot is not None and self._snapshot.camera_id is not None:
            self.opened.emit(self._snapshot.camera_id)

    def _ask(self, question: str, do: str, act: Callable[[str, str], Act]) -> None:
        if self._snapshot is None:
            return
        bay = self._snapshot.bay
        self._with_words = lambda words: act(bay, words)
        self.answer.hide()
        self._rows.hide()
        self.question.ask(question.format(camera=faces.camera_name(self._snapshot)), do)

    @Slot(str)
    def _answer_question(self, words: str) -> None:
        if self._with_words is not None:
            self._send(self._with_words(words))

    @Slot()
    def end_question(self) -> None:
        """Ask no more; what was written is forgotten."""
        if self._with_words is not None:
            self._with_words = None
            self.question.hide()
            self._rows.show()

    def _want(self, act: Callable[[str], Act]) -> None:
        if self._snapshot is not None:
            self._send(act(self._snapshot.bay))

    def _send(self, act: Act) -> None:
        """Have an act done in the name of who is signed in; where they may not, the window asks for who may."""
        if isinstance(act, Asked):
            if not self._session.allows(act.NEEDS):
                return
            act = replace(act, by=self._session.acting)
        self._asked = act
        self.answer.hide()
        self._enable(enabled=False)
        self.wanted.emit(act)

    def _enable(self, *, enabled: bool) -> None:
        self.question.do.setEnabled(enabled)
        for action in self.all:
            action.setEnabled(enabled and action.isVisible())

    @Slot(object, object)
    def show_answer(self, act: Act, answer: Answer) -> None:
        """Say what became of the act that was asked for here; a refusal leaves everything to try again."""
        if act != self._asked:
            return
        self._asked = None
        self._enable(enabled=True)
        if answer.done:
            self.end_question()
        self.answer.show_reason(answer.words, "", Tone.READY if answer.done else Tone.FAULT)


def is_faulty(snapshot: BaySnapshot) -> bool:
    """Whether a fault of this camera was reported and not put right."""
    return any(reason.code == FAULT for reason in snapshot.reasons)
