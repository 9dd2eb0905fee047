"""Late: what should be back, and what somebody unknown has, with whom to call; an unknown holder is named here."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout

from app.custody.lateness import Late, look
from app.custody.values import Done
from app.home import Home
from app.people.roles import Act
from app.people.values import Actor
from app.snapshot import Reason
from app.ui import words
from app.ui.asker import Asker
from app.ui.late_table import LateModel, LateTable
from app.ui.marks import Mark, keyed, label
from app.ui.page import Context, Page
from app.ui.tokens import CONTROL, NAME_FIELD, SPACE_L, SPACE_M, SPACE_S, Tone, Type, font
from app.ui.words import translate


class LatePage(Page):
    """The page. It looks anew whenever the station is told anew, also while another page is up: its count is."""

    NAME = "late"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._asker, self._namer = Asker("late", self), Asker("late-name", self)
        self.late: list[Late] | None = None
        self._choose_first: str | None = None
        self._build()
        self._lay_out()
        self._connect()
        self._show()

    # -- what it is made of ------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.mark, self.sentence = Mark(self.context.theme, Type.BAY), label(Type.BAY)
        self.sentence.setWordWrap(True)
        self.model = LateModel(self.context.theme, self.context.clock)
        self.table = LateTable(self.model)
        self.naming = Naming()
        self.naming.hide()
        self.nothing = label(Type.BODY, ink="muted")
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nothing.setWordWrap(True)
        self.open = QPushButton(self.tr("Sign in"))
        self.open.setProperty("main", "true")
        self.open.setFont(font(Type.BODY))
        self.name_act = keyed(QAction(self.tr("Name the holder of the chosen camera"), self), "F2")
        self.look_act = keyed(QAction(self.tr("Look again"), self), "F5")
        self.addActions([self.name_act, self.look_act])

    def _lay_out(self) -> None:
        title = label(Type.TITLE, self.title())
        title.setFixedHeight(CONTROL)
        panel = QFrame()
        panel.setObjectName("panel")
        said = QHBoxLayout(panel)
        said.setContentsMargins(SPACE_L, SPACE_M, SPACE_L, SPACE_M)
        said.setSpacing(SPACE_M)
        said.addWidget(self.mark)
        said.addWidget(self.sentence, 1)
        said.addWidget(self.open)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_L, 14, SPACE_L, 14)
        column.setSpacing(SPACE_M)
        for part in (title, panel, self.naming):
            column.addWidget(part)
        column.addWidget(self.table, 1)
        column.addWidget(self.nothing, 1)

    def _connect(self) -> None:
        self.context.bridge.station_changed.connect(self.look)
        self.context.session.changed.connect(self._show)
        self.table.chosen.connect(self._choose)
        self.naming.given.connect(self._name)
        self.open.clicked.connect(self._sign_in)
        self.name_act.triggered.connect(self._go_to_name)
        self.look_act.triggered.connect(self.look)
        self._asker.answered.connect(self._take)
        self._asker.failed.connect(self._say_trouble)
        self._namer.answered.connect(self._named)
        self._namer.failed.connect(self._refused)

    # -- looking -----------------------------------------------------------------------------------------------------

    @Slot()
    def look(self) -> None:
        """Have it looked who is late now."""
        self._asker.ask(partial(_look, self.context))

    def come_up(self, what: object) -> None:
        """Look anew. `what` may be the asset number of a camera, which is chosen."""
        if isinstance(what, str):
            self._choose_camera(what)
        self.look()

    def _choose_camera(self, asset: str) -> None:
        place = next((place for place, one in enumerate(self.model.rows) if one.camera == asset), None)
        if place is not None:
            self.table.setCurrentIndex(self.model.index(place, 0))

    def showEvent(self, event: QShowEvent) -> None:
        """Show it for whoever is signed in now."""
        super().showEvent(event)
        self._show()

    def retell(self) -> None:
        """Say everything again that depends on the time of day."""
        self.model.redraw()
        self.look()

    def kept(self) -> str | None:
        """The asset number of the chosen camera."""
        at = self.table.currentIndex()
        return self.model.rows[at.row()].camera if at.isValid() else None

    def come_back(self, kept: str) -> None:
        """Choose it once it is listed again."""
        self._choose_first = kept

    def leave(self) -> None:
        """The window closes: ask nothing more."""
        self._asker.close()
        self._namer.close()

    @Slot(object)
    def _take(self, late: list[Late]) -> None:
        self.late = late
        self.waits.emit(len(late))
        self._show()
        if self._choose_first is not None:
            self._choose_camera(self._choose_first)
            self._choose_first = None

    @Slot(object)
    def _say_trouble(self, reason: Reason) -> None:
        self._say(f"{reason.what_happened} {reason.what_to_do}", "fault", Tone.FAULT)

    # -- showing -----------------------------------------------------------------------------------------------------

    @Slot()
    def _show(self) -> None:
        """The list is for those who may read custody; how many there are is for everybody."""
        late, may = self.late, self.context.session.may(Act.READ_CUSTODY)
        shown = may and bool(late)
        self.table.setVisible(shown)
        self.nothing.setVisible(not shown)
        self.open.setVisible(bool(late) and not may)
        self._say(*sentence(late))
        self.nothing.setText(self._nothing_words())
        self.table.show_late(late if late and may else [])

    def _nothing_words(self) -> str:
        if self.late:
            return self.tr("Sign in to see who has them, and whom to call.")
        return self.tr(
            "Cameras that are not back by the end of their shift will be here, and what somebody unknown took.\n\n"
            "Shifts, and after how many minutes a camera is late, are in Settings. Set a mail server there, and the "
            "same is sent by e-mail."
        )

    def _say(self, text: str, shape: str, tone: Tone) -> None:
        self.mark.show_mark(shape, "", tone)
        self.sentence.setText(text)

    @Slot(object)
    def _choose(self, late: Late | None) -> None:
        self.naming.show_late(late if late is not None and late.unknown and self._may_correct() else None)

    def _may_correct(self) -> bool:
        return self.context.session.may(Act.CORRECT)

    # -- naming a holder ---------------------------------------------------------------------------------------------

    @Slot()
    def _sign_in(self) -> None:
        self.context.session.need(Act.READ_CUSTODY)

    @Slot()
    def _go_to_name(self) -> None:
        if self.naming.isVisible():
            self.naming.officer.setFocus()

    @Slot(int, str, str)
    def _name(self, entry: int, officer: str, reason: str) -> None:
        actor = self.context.session.need(Act.CORRECT)
        if actor is not None:
            self._namer.ask(partial(_name, self.context.home, entry, officer, reason, actor))

    @Slot(object)
    def _named(self, _done: object) -> None:
        self.naming.clear()
        self.table.setFocus()
        self.look()

    @Slot(object)
    def _refused(self, reason: Reason) -> None:
        self.naming.tell(f"{reason.what_happened} {reason.what_to_do}")


class Naming(QFrame):
    """Where the holder is named of what somebody unknown took. `given`: entry, officer, and how it is known."""

    given = Signal(int, str, str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("panel")
        self._entry: int | None = None
        self.asked = label(Type.STRONG)
        self.officer, self.reason = QLineEdit(), QLineEdit()
        self.officer.setFixedWidth(NAME_FIELD)
        for field, name in (
            (self.officer, self.tr("Collar number or card")),
            (self.reason, self.tr("How it is known")),
        ):
            field.setFont(font(Type.BODY))
            field.setPlaceholderText(name)
            field.setAccessibleName(name)
        self.go = QPushButton(self.tr("Name the holder"))
        self.go.setProperty("main", "true")
        self.go.setFont(font(Type.BODY))
        self.told = label(Type.SMALL, ink=Tone.FAULT)
        self.told.setWordWrap(True)
        self.told.hide()
        self._lay_out()
        self.officer.returnPressed.connect(self.reason.setFocus)
        self.reason.returnPressed.connect(self._give)
        self.go.clicked.connect(self._give)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(SPACE_S)
        row.addWidget(self.asked)
        row.addSpacing(SPACE_S)
        row.addWidget(self.officer)
        row.addWidget(self.reason, 1)
        row.addWidget(self.go)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_L, SPACE_M, SPACE_L, SPACE_M)
        column.addLayout(row)
        column.addWidget(self.told)

    def show_late(self, late: Late | None) -> None:
        """Ask who took this; None: ask nothing. What was typed for another is gone."""
        entry = None if late is None else late.entry
        if entry != self._entry:
            self._entry = entry
            self.clear()
        if late is not None:
            self.asked.setText(translate("late", "Who took {camera}?").format(camera=late.camera))
        self.setVisible(late is not None)

    def clear(self) -> None:
        """Forget what was typed."""
        self.officer.clear()
        self.reason.clear()
        self.tell("")

    def tell(self, text: str) -> None:
        """Say what is wrong."""
        self.told.setText(text)
        self.told.setVisible(bool(text))

    @Slot()
    def _give(self) -> None:
        officer, reason = self.officer.text().strip(), self.reason.text().strip()
        if not officer or not reason:
            self.tell(translate("late", "Say who took it, and how that is known: it stays in the ledger."))
            (self.reason if officer else self.officer).setFocus()
        elif self._entry is not None:
            self.given.emit(self._entry, officer, reason)


def sentence(late: Sequence[Late] | None) -> tuple[str, str, Tone]:
    """How it stands in one sentence, with its shape and tone."""
    if late is None:
        return translate("late", "Looking who is late …"), "working", Tone.BUSY
    unknown = sum(one.unknown for one in late)
    overdue = len(late) - unknown
    told = []
    if unknown:
        one, many = (
            translate("late", "1 camera was taken by somebody unknown"),
            translate("late", "%1 cameras were taken by somebody unknown"),
        )
        told.append(words.counted(unknown, one, many))
    if overdue:
        one, many = translate("late", "1 camera is late"), translate("late", "%1 cameras are late")
        told.append(words.counted(overdue, one, many))
    if not told:
        return translate("late", "Nothing is late."), "ready", Tone.READY
    return f"{'; '.join(told)}.", "attention", Tone.FAULT if unknown else Tone.WARN


def _look(context: Context) -> list[Late]:
    """On a worker."""
    return look(context.home, context.clock())


def _name(home: Home, entry: int, officer: str, reason: str, by: Actor) -> Done:
    """On a worker. Raises Refused."""
    return home.custody.correct(entry, reason, by, officer=officer)
