"""The issue desk: officer, camera, officer, camera … in one box, and each pair told in its row while the next is made.

What is scanned waits in one line and is done in its order, however fast it comes; nothing of it waits on Qt's thread.
"""

from __future__ import annotations

import html
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction, QShowEvent, QTextDocument
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.custody import shifts
from app.custody.handing import Given, Handing, Officer, Outcome, Remedy, Row
from app.custody.values import CameraNow
from app.people.roles import Act
from app.people.values import Actor
from app.snapshot import Notice, Reason
from app.ui import words
from app.ui.asker import Asker
from app.ui.desk_parts import BestPanel, ScanBox, keys_line
from app.ui.desk_table import DeskModel, DeskTable, look
from app.ui.marks import keyed, label
from app.ui.page import Context, Page
from app.ui.paste_sheet import PasteSheet
from app.ui.printing import Printing
from app.ui.tokens import CONTROL, SPACE_L, SPACE_M, Tone, Type, font
from app.ui.words import DOT, translate

DONE = frozenset({Outcome.ISSUED, Outcome.SWAPPED})


@dataclass(frozen=True)
class Job:
    """One thing to be done in its turn: what is asked by who is signed in, and what is done with the answer."""

    ask: Callable[[Actor], Callable[[], object]]
    then: Callable[[object], None]


@dataclass(frozen=True)
class Kept:
    """What one person leaves at the desk: the pairs that were refused them, and how many were not done yet."""

    refused: tuple[Row, ...]
    left: int


class DeskPage(Page):
    """The page. It keeps the pairs that were made in this window; it begins with those of this shift in the ledger."""

    NAME = "desk"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.handing = Handing(context.home, context.clock)
        self.officer: Officer | None = None
        self.camera: CameraNow | None = None
        self._line: deque[Job] = deque()
        self._then: Callable[[object], None] = self._scanned
        self._made: list[int] = []
        self._shift = ""
        self._begun = False
        self._refused: tuple[Row, ...] = ()
        self._asker, self._shifts = Asker("desk", self), Asker("desk-shift", self)
        self._build()
        self._lay_out()
        self._add_acts()
        self._connect()
        self._show_session()

    # -- what it is made of ------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.scan, self.best = ScanBox(self.context.theme), BestPanel()
        self.model = DeskModel(self.context.theme, self.context.clock)
        self.table = DeskTable(self.model)
        self.table.hide()
        self.nothing = label(
            Type.BODY,
            self.tr(
                "Each pair will stand here with what came of it.\n\n"
                "Scan an officer, then a camera, and go on with the next; a pair that is refused stops nobody."
            ),
            ink="muted",
        )
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nothing.setWordWrap(True)
        self.counted = label(Type.BODY, ink="muted")
        self.paste, self.print = QPushButton(self.tr("Paste list…")), QPushButton(self.tr("Print briefing"))
        self.closed = QWidget()
        self.closed.setObjectName("plain")
        self.open = QPushButton(self.tr("Sign in"))
        self.open.setProperty("main", "true")
        for button in (self.paste, self.print, self.open):
            button.setFont(font(Type.BODY))
        self.printing = Printing(self, self.briefing)
        self.sheet = PasteSheet(self)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(SPACE_M)
        title = label(Type.TITLE, self.title())
        title.setFixedHeight(CONTROL)
        head.addWidget(title)
        head.addWidget(self.counted, 1)
        head.addWidget(self.paste)
        head.addWidget(self.print)
        top = QHBoxLayout()
        top.setSpacing(SPACE_M)
        top.addWidget(self.scan, 1)
        top.addWidget(self.best)
        self.desk = QWidget()
        self.desk.setObjectName("plain")
        inside = QVBoxLayout(self.desk)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(SPACE_M)
        inside.addLayout(top)
        inside.addWidget(self.table, 1)
        inside.addWidget(self.nothing, 1)
        inside.addWidget(keys_line(_keys()))
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_L, 14, SPACE_L, 14)
        column.setSpacing(SPACE_M)
        column.addLayout(head)
        column.addWidget(self.desk, 1)
        column.addWidget(self.closed, 1)
        self._lay_out_closed()

    def _lay_out_closed(self) -> None:
        column = QVBoxLayout(self.closed)
        column.setSpacing(SPACE_M)
        said = label(Type.BODY, self.tr("Sign in to hand out cameras. What is done here is entered under your name."))
        column.addStretch(1)
        for part in (said, self.open):
            column.addWidget(part, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(2)

    def _add_acts(self) -> None:
        for text, key, slot in (
            (self.tr("Take back the last"), "Ctrl+Z", self.take_back),
            (self.tr("Swap the camera of a refused pair"), "F2", self._swap),
            (self.tr("Give the best camera"), "F3", self._give_best),
            (self.tr("Override a refusal for a reason"), "F4", self._override),
            (self.tr("Paste a list of pairs"), "Ctrl+Shift+V", self._paste),
            (self.tr("Print the briefing"), "Ctrl+P", self.printing.ask),
            (self.tr("Go to the scan box"), "Ctrl+F", self._go_to_scan),
        ):
            act = keyed(QAction(text, self), key)
            act.triggered.connect(slot)
            self.addAction(act)
        self.paste.setToolTip(self.tr("Officer and camera on each line (Ctrl+Shift+V)"))
        self.print.setToolTip(self.tr("Who was given which camera, for the briefing (Ctrl+P)"))

    def _connect(self) -> None:
        self.scan.scanned.connect(self.take)
        self.scan.left.connect(self._go_to_table)
        self.scan.dropped.connect(self._drop)
        self.best.asked.connect(self._give_best)
        self.table.helped.connect(self._help)
        self.table.reasoned.connect(self._give_overridden)
        self.table.left.connect(self._go_to_scan)
        self.table.typed.connect(self._type)
        self.paste.clicked.connect(self._paste)
        self.print.clicked.connect(self.printing.ask)
        self.open.clicked.connect(self._sign_in)
        self.sheet.given.connect(self.take_list)
        self.context.session.changed.connect(self._show_session)
        self._asker.answered.connect(self._answered)
        self._asker.failed.connect(self._failed)
        self._shifts.answered.connect(self._show_shift)

    # -- who is here -------------------------------------------------------------------------------------------------

    @Slot()
    def _sign_in(self) -> None:
        self.context.session.need(Act.ISSUE)

    @Slot()
    def _show_session(self) -> None:
        """The desk is open while somebody is signed in who may issue; a half pair is let go when they leave."""
        may = self.context.session.may(Act.ISSUE)
        self.desk.setVisible(may)
        self.closed.setVisible(not may)
        self.paste.setEnabled(may)
        self.print.setEnabled(may)
        if not may:
            self._drop()
            self.sheet.end()
            return
        self._begin()
        if self.isVisible():
            self.scan.setFocus()

    def _begin(self) -> None:
        """Go on with what waits; first of all with what was made before this window stood."""
        if self._begun:
            self._next()
        else:
            self._begun = True
            self._do(lambda _by: self.handing.this_shift, self._restore)

    def _restore(self, rows: object) -> None:
        assert isinstance(rows, list)
        numbers = [self._put(row) for row in sorted([*rows, *self._refused], key=lambda row: row.at)]
        for number in numbers:
            self.table.show_help(number)
        self._made += [number for number in numbers if self.model.rows[number].outcome in DONE]

    def come_up(self, what: object) -> None:
        """Be ready for the next scan; `what` may be a number, as if it had been scanned."""
        self._shifts.ask(self._ask_shift)
        if self.desk.isVisibleTo(self):
            self.scan.setFocus()
        if isinstance(what, str):
            self.take(what)

    def showEvent(self, event: QShowEvent) -> None:
        """Be ready for the next scan."""
        super().showEvent(event)
        self._show_session()

    def retell(self) -> None:
        """Say everything again that depends on the time of day."""
        self.model.redraw()
        self._shifts.ask(self._ask_shift)

    def kept(self) -> Kept:
        """What the ledger does not have: the refused pairs, and how many were still to be made."""
        refused = tuple(row for row in self.model.rows if row.outcome is Outcome.REFUSED)
        return Kept(refused, len(self._line) + self._asker.waiting)

    def come_back(self, kept: Kept) -> None:
        """List the refused ones again. What was not done when the window was locked is told, and not done by itself."""
        self._refused = kept.refused
        if kept.left:
            left = words.counted(
                kept.left,
                self.tr("1 pair was not done when the window was locked: scan it again."),
                self.tr("%1 pairs were not done when the window was locked: scan or paste them again."),
            )
            self.scan.tell(left, "attention", Tone.WARN)

    def leave(self) -> None:
        """The window closes: begin nothing more."""
        self._line.clear()
        self._asker.close()
        self._shifts.close()
        self.sheet.close_down()

    # -- one line for all that is to be done -------------------------------------------------------------------------

    def _do(self, ask: Callable[[Actor], Callable[[], object]], then: Callable[[object], None]) -> None:
        self._line.append(Job(ask, then))
        self._next()

    def _next(self) -> None:
        if not self._line or self._asker.waiting:
            self._count()
            return
        actor = self.context.session.need(Act.ISSUE)
        if actor is not None:
            job = self._line.popleft()
            self._then = job.then
            self._asker.ask(job.ask(actor))
        self._count()

    @Slot(object)
    def _answered(self, answer: object) -> None:
        self._then(answer)
        self._next()

    @Slot(object)
    def _failed(self, reason: Reason) -> None:
        """A number that is nobody's, or an act that could not be done: the next goes on."""
        self.scan.tell(f"{reason.what_happened} {reason.what_to_do}", "fault", Tone.FAULT)
        if reason.code != "no-match":
            self.noticed.emit(Notice(self.context.clock(), reason, urgent=True))
        self._next()

    # -- officer, camera, officer, camera ----------------------------------------------------------------------------

    @Slot(str)
    def take(self, text: str) -> None:
        """A number was scanned or typed."""
        self._do(lambda _by: partial(self.handing.scan, text, wants_camera=self._wants_camera()), self._scanned)

    def _wants_camera(self) -> bool:
        return self.officer is not None and self.camera is None

    def _scanned(self, found: object) -> None:
        if isinstance(found, Officer):
            self.officer = found
            self.scan.tell(*_standing(found))
        elif isinstance(found, CameraNow):
            self.camera = found
            self.scan.tell(self.tr("Now scan the officer."), "info", Tone.QUIET)
        if self.officer is not None and self.camera is not None:
            officer, camera = self.officer.collar, self.camera.asset
            self._clear()
            self._line.appendleft(Job(partial(self._giving, officer, camera), self._add))
        self._show_half()

    def _show_half(self) -> None:
        if self.officer is not None:
            self.scan.wait_for_camera(self.officer)
        elif self.camera is not None:
            self.scan.wait_for_officer_of(self.camera)
        else:
            self.scan.wait_for_officer()
        self.best.show_best(self.officer, self.context.clock())

    def _clear(self) -> None:
        self.officer = self.camera = None

    @Slot()
    def _drop(self) -> None:
        """Let go of a pair that is half made."""
        self._clear()
        self._show_half()
        self.scan.tell("", "info", Tone.QUIET)

    @Slot(object)
    def take_list(self, given: tuple[Given, ...]) -> None:
        """Make the pairs of a list, in its order."""
        for one in given:
            if one.wrong:
                self._do(partial(self._refusing, one), self._add)
            else:
                self._do(partial(self._giving, one.officer, one.camera), self._add)

    def _giving(
        self, officer: str, camera: str, by: Actor, *, swapping: bool = False, override: str | None = None
    ) -> Callable[[], object]:
        return partial(self.handing.give, officer, camera, by, swapping=swapping, override=override)

    def _refusing(self, given: Given, _by: Actor) -> Callable[[], object]:
        return partial(self.handing.refuse, given)

    def _add(self, row: object) -> None:
        assert isinstance(row, Row)
        self._show(self._put(row), row)

    def _put(self, row: Row) -> int:
        """Put a pair at the top; gives its number."""
        self.nothing.hide()
        self.table.show()
        return self.model.add(row)

    def _show(self, number: int, row: Row) -> None:
        """Tell what came of a pair, in its row and below the box."""
        self.table.show_help(number)
        if row.outcome in DONE:
            self._made.append(number)
            self._look_again(row.camera)
        shape, said, tone = look(row, self.context.clock())
        told = self.tr("{officer}, {camera}: {outcome}.").format(officer=row.officer, camera=row.camera, outcome=said)
        self.scan.tell(f"{told} {row.why}".strip(), shape, tone)

    def _look_again(self, camera: str) -> None:
        """One camera is given: those to whom it was to be given instead need another."""
        for number, row in enumerate(self.model.rows):
            if row.outcome is Outcome.REFUSED and row.instead == camera:
                self._do(partial(self._looking_again, row), partial(self._change_quietly, number))

    def _looking_again(self, row: Row, _by: Actor) -> Callable[[], object]:
        return partial(self.handing.look_again, row)

    def _change_quietly(self, number: int, row: object) -> None:
        assert isinstance(row, Row)
        if self.model.rows[number].outcome is Outcome.REFUSED:
            self.model.change(number, row)
            self.table.show_help(number)

    # -- what helps --------------------------------------------------------------------------------------------------

    @Slot(int, object)
    def _help(self, number: int, remedy: Remedy) -> None:
        row = self.model.rows[number]
        if remedy not in row.remedies:
            return
        if remedy is Remedy.OVERRIDE:
            self.table.ask_reason(number)
            return
        if remedy is Remedy.INSTEAD and row.instead is not None:
            self._again(number, row.instead, swapping=row.swapping)
        else:
            self._again(number, row.camera, swapping=True)
        self._go_to_scan()

    @Slot(int, str)
    def _give_overridden(self, number: int, reason: str) -> None:
        row = self.model.rows[number]
        self._again(number, row.camera, swapping=row.swapping, override=reason)

    def _again(self, number: int, camera: str, *, swapping: bool, override: str | None = None) -> None:
        ask = partial(self._giving, self.model.rows[number].officer, camera, swapping=swapping, override=override)
        self._do(ask, partial(self._change, number))

    def _change(self, number: int, row: object) -> None:
        assert isinstance(row, Row)
        self.model.change(number, row)
        self._show(number, row)

    @Slot()
    def take_back(self) -> None:
        """Take back the last pair that was made: a new entry, never an erasure."""
        number = next((one for one in reversed(self._made) if self.model.rows[one].outcome in DONE), None)
        if number is None:
            self.scan.tell(self.tr("Nothing was issued here that could be taken back."), "info", Tone.QUIET)
            return
        self._made.remove(number)
        row = self.model.rows[number]
        self._do(lambda by: partial(self.handing.take_back, row, by), partial(self._change, number))

    @Slot()
    def _swap(self) -> None:
        self._help_chosen(Remedy.SWAP)

    @Slot()
    def _override(self) -> None:
        self._help_chosen(Remedy.OVERRIDE)

    @Slot()
    def _give_best(self) -> None:
        """Give who stands at the desk the best camera; nobody there: give it in place of one that was refused."""
        if self.officer is None:
            self._help_chosen(Remedy.INSTEAD)
        elif self.officer.best is not None:
            officer, camera = self.officer.collar, self.officer.best.asset
            self._clear()
            self._show_half()
            self._do(partial(self._giving, officer, camera), self._add)

    def _help_chosen(self, remedy: Remedy) -> None:
        """Help the chosen pair, else the newest one that this helps."""
        chosen = self.table.currentIndex()
        places = [chosen.row()] if chosen.isValid() and self.table.hasFocus() else range(len(self.model.rows))
        for place in places:
            number = self.model.place_of(place)
            if remedy in self.model.rows[number].remedies:
                self._help(number, remedy)
                return
        self.scan.tell(self.tr("There is no refused pair that this would help."), "info", Tone.QUIET)

    # -- the rest of it ----------------------------------------------------------------------------------------------

    @Slot()
    def _paste(self) -> None:
        if self.context.session.need(Act.ISSUE) is not None:
            self.sheet.ask()

    @Slot()
    def _go_to_table(self) -> None:
        if self.model.rows:
            self.table.setFocus()
            self.table.selectRow(max(0, self.table.currentIndex().row()))

    @Slot()
    def _go_to_scan(self) -> None:
        self.table.clearSelection()
        self.scan.setFocus()

    @Slot(str)
    def _type(self, text: str) -> None:
        """What is scanned while a row is chosen goes into the box."""
        self._go_to_scan()
        self.scan.insert(text)

    def _ask_shift(self) -> str | None:
        """For which shift cameras are handed out now. On a worker."""
        return shifts.name_at(self.context.clock(), [shifts.parse(one) for one in self.context.home.settings.shifts])

    @Slot(object)
    def _show_shift(self, name: str | None) -> None:
        self._shift = name or ""
        self._count()

    def _count(self) -> None:
        rows = self.model.rows
        done, refused = sum(one.outcome in DONE for one in rows), sum(one.outcome is Outcome.REFUSED for one in rows)
        told = [self.tr("{shift} shift").format(shift=self._shift)] if self._shift else []
        for count, said in (
            (len(self._line), self.tr("{n} to go")),
            (done, self.tr("{n} done")),
            (refused, self.tr("{n} refused")),
        ):
            told += [said.format(n=words.number(count))] if count else []
        self.counted.setText(DOT.join(told))

    def briefing(self) -> QTextDocument:
        """The list for the briefing: who was given which camera, and who was not."""
        document = QTextDocument()
        document.setHtml(briefing(self.model.rows, self.context.home.settings.station_name, self.context.clock()))
        return document


def _keys() -> tuple[tuple[str, str], ...]:
    return (
        ("Enter", translate("desk", "next")),
        ("Ctrl\N{NO-BREAK SPACE}Z", translate("desk", "take back the last (a new entry, never an erasure)")),
        ("F2", translate("desk", "swap")),
        ("F3", translate("desk", "give the best")),
        ("F4", translate("desk", "named override")),
    )


def _standing(officer: Officer) -> tuple[str, str, Tone]:
    """How an officer stands who was scanned: words, shape and tone."""
    if officer.trouble is not None:
        return f"{officer.trouble.what_happened} {officer.trouble.what_to_do}", "fault", Tone.FAULT
    if officer.holds is not None:
        said = translate("desk", "{officer} already has {camera}. Scan the other camera, then swap with F2.")
        return said.format(officer=officer.collar, camera=officer.holds), "attention", Tone.WARN
    return translate("desk", "Trained, active, holds nothing. Now scan a camera."), "ready", Tone.READY


def briefing(rows: list[Row], station: str, now: datetime) -> str:
    """The printed list, as HTML: those who have a camera by collar number, then those who were refused one."""
    out = sorted((one for one in rows if one.outcome in DONE), key=lambda one: one.officer)
    refused = [one for one in rows if one.outcome is Outcome.REFUSED]
    title = translate("desk", "{station}: cameras handed out").format(station=station)
    at = translate("desk", "Printed {time}").format(time=f"{now:%d %B %Y %H:%M}")
    parts = ["<p align='center'><b>OFFICIAL</b></p>", f"<h2>{html.escape(title)}</h2>", f"<p>{html.escape(at)}</p>"]
    parts.append(_printed(out, now))
    if refused:
        parts += [f"<h3>{translate('desk', 'Refused')}</h3>", _printed(refused, now)]
    return "".join([*parts, "<p align='center'><b>OFFICIAL</b></p>"])


def _printed(rows: list[Row], now: datetime) -> str:
    heads = (
        translate("desk", "Collar"),
        translate("desk", "Officer"),
        translate("desk", "Camera"),
        translate("desk", "Bay"),
        translate("desk", "Outcome"),
        translate("desk", "Why"),
    )
    lines = [heads, *((one.officer, one.name, one.camera, one.bay or "", look(one, now)[1], one.why) for one in rows)]
    cells = ["".join(f"<td>{html.escape(cell)}</td>" for cell in line) for line in lines]
    return f"<table border='1' cellspacing='0' cellpadding='4'>{''.join(f'<tr>{line}</tr>' for line in cells)}</table>"
