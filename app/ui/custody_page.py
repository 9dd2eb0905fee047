"""The Custody page: a question answered in one sentence, then a picture of who held what, then the entries with proof.

That somebody asked is an entry of the ledger too, made before the answer is.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import QRect, Qt, Slot
from PySide6.QtGui import QAction, QGuiApplication, QTextOption
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout

from app.custody.story import Story, tell
from app.people.roles import Act
from app.snapshot import Reason
from app.ui import words
from app.ui.asker import Asker
from app.ui.custody_chart import HEAD, CustodyChart
from app.ui.custody_table import CustodyModel, CustodyTable
from app.ui.custody_words import detail, sentence
from app.ui.doctor_parts import button_of
from app.ui.ledger_export import LedgerExport
from app.ui.marks import Mark, keyed, label, restyle, scrolled
from app.ui.page import Context, Page
from app.ui.search_field import SearchField
from app.ui.tokens import LANE, PROOF, SPACE_L, SPACE_M, SPACE_S, Theme, Tone, Type, font, mono
from app.ui.words import translate

LANES = 7
"""So many lines of the picture are seen at once; the others are scrolled to."""
FIELD, TIME_FIELD = 230, 190


def commands(entry: int, home: Path) -> str:
    """What to type to check one entry without this window, each line with what it shows."""
    command = f"dockwarden --home {shlex.quote(str(home))} ledger"
    return "\n".join(
        [
            translate("custody", "# Its proof, under a head that is signed now:"),
            f"{command} prove {entry}",
            translate("custody", "# The whole ledger, checked without Dockwarden:"),
            f"{command} export LEDGER",
            "python3 LEDGER/verify.py LEDGER",
            translate("custody", "# The entry itself, as the ledger has it:"),
            f"sed -n {entry + 1}p LEDGER/entries.jsonl",
        ]
    )


class ProofPane(QFrame):
    """The proof of one entry, and how to check it oneself."""

    def __init__(self, theme: Theme, home: Path) -> None:
        super().__init__()
        self._home = home
        self.setObjectName("panel")
        self.setFixedWidth(PROOF)
        self.setAccessibleName(self.tr("Proof of the chosen entry"))
        self._title, self._mark = label(Type.BAY), Mark(theme)
        self.proof, self.commands = _text(self.tr("The proof")), _text(self.tr("Commands to check this entry"))
        self.take, self.end = QPushButton(self.tr("Copy the commands")), QPushButton(self.tr("Close"))
        self.take.clicked.connect(self._take)
        self.end.clicked.connect(self.hide)
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self._mark)
        foot = QHBoxLayout()
        foot.setSpacing(SPACE_S)
        foot.addWidget(self.take)
        foot.addWidget(self.end)
        foot.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_M)
        column.setSpacing(SPACE_S)
        column.addLayout(head)
        column.addWidget(self.proof, 1)
        column.addWidget(label(Type.SMALL, self.tr("How to check this yourself"), ink="muted"))
        column.addWidget(self.commands, 1)
        column.addLayout(foot)
        self.hide()

    def show_proof(self, entry: int, proof: str) -> None:
        """Show the proof of this entry."""
        self._title.setText(self.tr("Entry {n}").format(n=words.number(entry)))
        self._mark.show_mark("shield", self.tr("In the ledger"), Tone.READY)
        self.proof.setPlainText(proof)
        self.commands.setPlainText(commands(entry, self._home))
        self.show()

    @Slot()
    def _take(self) -> None:
        QGuiApplication.clipboard().setText(self.commands.toPlainText() + "\n")


class CustodyPage(Page):
    """The page. It keeps the last answer until another question, or until the window is locked."""

    NAME = "custody"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.story: Story | None = None
        self._wanted = ""
        self._asks = False
        self._asker, self._prover = Asker("custody-ask", self), Asker("custody-prove", self)
        self._build()
        self._lay_out()
        self._build_acts()
        self._connect()
        self._show_nothing()

    @property
    def is_settled(self) -> bool:
        """Whether all that was asked is answered."""
        return not self._asker.waiting and not self._prover.waiting

    # -- what it is made of ------------------------------------------------------------------------------------------

    def _build(self) -> None:
        theme = self.context.theme
        self.question, self.time = SearchField(), SearchField()
        told = (
            (self.question, FIELD, self.tr("Camera or officer"), self.tr("Asset number or collar number (Ctrl+F)")),
            (
                self.time,
                TIME_FIELD,
                self.tr("Day and time"),
                self.tr("For example: 22 Nov 22:50, yesterday, last night"),
            ),
        )
        for field, width, name, tip in told:
            field.setFont(font(Type.BODY))
            field.setFixedWidth(width)
            field.setPlaceholderText(name)
            field.setAccessibleName(name)
            field.setToolTip(tip)
        self.find_button = QPushButton(self.tr("Find"))
        self.find_button.setProperty("main", "true")
        self.find_button.setToolTip(self.tr("Answer this; that you asked is entered in the ledger"))
        self.export_act = keyed(QAction(self.tr("Export for court\N{HORIZONTAL ELLIPSIS}"), self), "Ctrl+Shift+E")
        self.export_button = button_of(self.export_act)
        self.exporting = LedgerExport(self.context, self.export_act)
        self.exporting.setObjectName("panel")
        self.exporting.setContentsMargins(SPACE_L, SPACE_S, SPACE_L, SPACE_S)
        self._shape, self.answer, self.detail = Mark(theme), label(Type.BAY), label(Type.BODY, ink="muted")
        for one in (self.answer, self.detail):
            one.setWordWrap(True)
        self.proof_button = QPushButton(self.tr("Proof\N{HORIZONTAL ELLIPSIS}"))
        self.chart = CustodyChart(theme)
        self.model = CustodyModel(theme, self.context.clock)
        self.table = CustodyTable(self.model)
        self.proof = ProofPane(theme, self.context.home.folder)
        self.more = label(Type.SMALL, ink="muted")
        self.nothing = label(Type.BODY, ink="muted")
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nothing.setWordWrap(True)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(SPACE_M)
        head.addWidget(label(Type.TITLE, self.tr("Who held which camera")))
        head.addStretch(1)
        head.addWidget(self.question)
        head.addWidget(self.time)
        head.addWidget(self.find_button)
        head.addWidget(self.export_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_L, 14, SPACE_L, 14)
        column.setSpacing(SPACE_M)
        column.addLayout(head)
        column.addWidget(self.exporting)
        column.addWidget(self._build_answer())
        column.addWidget(self._build_picture())
        row = QHBoxLayout()
        row.setSpacing(SPACE_M)
        row.addWidget(self.table, 1)
        row.addWidget(self.proof)
        column.addLayout(row, 1)
        column.addWidget(self.more)
        column.addWidget(self.nothing, 1)

    def _build_answer(self) -> QFrame:
        self._panel = QFrame()
        self._panel.setObjectName("panel")
        lines = QVBoxLayout()
        lines.setSpacing(2)
        lines.addWidget(self.answer)
        lines.addWidget(self.detail)
        row = QHBoxLayout(self._panel)
        row.setContentsMargins(SPACE_L, SPACE_S, SPACE_L, SPACE_S)
        row.setSpacing(SPACE_M)
        row.addWidget(self._shape)
        row.addLayout(lines, 1)
        row.addWidget(self.proof_button)
        return self._panel

    def _build_picture(self) -> QFrame:
        self._picture = QFrame()
        self._picture.setObjectName("panel")
        self.chart.setObjectName("plain")
        self._scroll = scrolled(self.chart)
        around = QVBoxLayout(self._picture)
        around.setContentsMargins(SPACE_M, SPACE_S, SPACE_S, SPACE_S)
        around.addWidget(self._scroll)
        return self._picture

    def _build_acts(self) -> None:
        acts = (
            (self.tr("Ask who held a camera"), "Ctrl+F", self._go_to_question),
            (self.tr("Proof of the answer"), "Ctrl+E", self._prove_answer),
        )
        for text, key, slot in acts:
            act = keyed(QAction(text, self), key)
            act.triggered.connect(slot)
            self.addAction(act)
        self.proof_button.setToolTip(self.actions()[-1].toolTip())
        self.addAction(self.export_act)

    def _connect(self) -> None:
        for field in (self.question, self.time):
            field.returnPressed.connect(self.ask)
            field.left.connect(self.ask)
        self.find_button.clicked.connect(self.ask)
        self.proof_button.clicked.connect(self._prove_answer)
        self.table.opened.connect(self._prove)
        self.chart.asked.connect(self._ask_about)
        self.chart.marked.connect(self._follow)
        self._asker.answered.connect(self._told)
        self._asker.failed.connect(self._refused)
        self._prover.answered.connect(self._proved)
        self._prover.failed.connect(self._refused)
        self.context.session.changed.connect(self._who_changed)

    # -- asking ------------------------------------------------------------------------------------------------------

    @Slot()
    def ask(self) -> None:
        """Ask what stands in the two fields, for who is signed in."""
        text = f"{self.question.text()} {self.time.text()}".strip()
        if not text:
            self._go_to_question()
            return
        actor = self.context.session.need(Act.READ_CUSTODY)
        if actor is None:
            self._wanted = text
            return
        self._wanted = ""
        self._asker.ask(partial(tell, self.context.home, text, actor, self.context.clock()))

    @Slot(str, object)
    def _ask_about(self, camera: str, at: datetime) -> None:
        self.question.setText(camera)
        self.time.setText(f"{at.astimezone():%Y-%m-%d %H:%M}")
        self.ask()

    @Slot()
    def _who_changed(self) -> None:
        """What was asked for is answered once somebody is there who may read it; whoever locks leaves nothing."""
        if self.context.session.may(Act.READ_CUSTODY):
            if self._wanted:
                self.ask()
            elif self.story is None:
                self._show_nothing()
        else:
            self._show_nothing()

    def _show_nothing(self) -> None:
        self.story = None
        for part in (self._panel, self._picture, self.table, self.proof, self.more):
            part.hide()
        self.model.clear()
        self.nothing.show()
        refused = self.context.session.refusal(Act.READ_CUSTODY)
        text = self.tr(
            "Ask who held a camera, what an officer held, or what was out on a day.\n\n"
            "For example:  CAM-0412  and  22 Nov 22:50,  or an officer's collar number, or only:  last night\n\n"
            "Each question is itself entered in the ledger."
        )
        self.nothing.setText(text if refused is None else f"{text}\n\n{refused} {refused.what_to_do}")

    # -- the answer --------------------------------------------------------------------------------------------------

    @Slot(object)
    def _told(self, story: Story) -> None:
        if not self.context.session.may(Act.READ_CUSTODY):
            return
        self.story = story
        self._shape.show_mark("custody", "", Tone.BUSY)
        self.proof.hide()
        self.nothing.hide()
        self._say()
        self.chart.show_story(story, self.context.clock())
        lanes = max(1, min(LANES, len(story.lanes)))
        self._scroll.setFixedHeight(HEAD + LANE * lanes + SPACE_S)
        self.model.show_story(story)
        self._panel.show()
        self._picture.setVisible(bool(story.lanes))
        self.table.show()
        self.more.setVisible(story.more)
        first = self.tr("The first {n} entries are shown: name a shorter time, a camera or an officer.")
        self.more.setText(first.format(n=words.number(len(story.lines))))

    def _say(self) -> None:
        if self.story is None:
            return
        now = self.context.clock()
        self.answer.setText(sentence(self.story, now))
        restyle(self.answer, "ink", "")
        told = detail(self.story, now)
        self.detail.setText(told)
        self.detail.setVisible(bool(told))
        self.proof_button.setVisible(self.story.held is not None)

    @Slot(object)
    def _refused(self, reason: Reason) -> None:
        """What could not be answered is said where the answer would be."""
        self._show_nothing()
        self.nothing.hide()
        self._shape.show_mark("attention", "", Tone.WARN)
        self.answer.setText(reason.what_happened)
        self.detail.setText(reason.what_to_do)
        self.detail.show()
        self.proof_button.hide()
        self._panel.show()
        self.nothing.setText("")
        self.nothing.show()

    @Slot()
    def _prove_answer(self) -> None:
        if self.story is not None and self.story.held is not None:
            self._prove(self.story.held.entry)

    @Slot(int)
    def _prove(self, entry: int) -> None:
        if self.context.session.need(Act.READ_CUSTODY) is not None:
            self._prover.ask(partial(_prove, self.context, entry))

    @Slot(object)
    def _proved(self, proved: tuple[int, str]) -> None:
        if self.story is not None:
            self.proof.show_proof(*proved)

    @Slot(QRect)
    def _follow(self, box: QRect) -> None:
        self._scroll.ensureVisible(box.center().x(), box.center().y(), 0, LANE)

    # -- coming up ---------------------------------------------------------------------------------------------------

    def come_up(self, what: object) -> None:
        """Ask about this camera or officer, or about it and a time."""
        if what is not None:
            subject, when = what if isinstance(what, tuple) else (what, "")
            self.question.setText(str(subject))
            self.time.setText(str(when))
        if what is not None or self._asks:
            self._asks = False
            self.ask()

    def kept(self) -> tuple[str, str, bool]:
        """What stands in the two fields, and whether it was asked."""
        return self.question.text(), self.time.text(), self.story is not None

    def come_back(self, kept: tuple[str, str, bool]) -> None:
        """Have it in the fields again. It is asked again, which is an entry again, once the page is looked at."""
        question, time, self._asks = kept
        self.question.setText(question)
        self.time.setText(time)

    def retell(self) -> None:
        """Say the times again, which a new day gives their date; nothing is asked anew."""
        self._say()
        self.table.viewport().update()

    def let_go(self) -> Callable[[], object] | None:
        """Ask nothing more; an export that is under way is finished."""
        self._asker.close()
        self._prover.close()
        return self.exporting.let_go()

    def leave(self) -> None:
        """The window closes: ask nothing more, and stop an export that is under way."""
        if (stop := self.let_go()) is not None:
            stop()

    @Slot()
    def _go_to_question(self) -> None:
        self.question.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.question.selectAll()


def _prove(context: Context, entry: int) -> tuple[int, str]:
    """The number of an entry, and its proof. On a worker."""
    return entry, context.home.records.prove(str(entry))


def _text(name: str) -> QPlainTextEdit:
    text = QPlainTextEdit()
    text.setObjectName("commands")
    text.setReadOnly(True)
    text.setTabChangesFocus(True)
    text.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    text.setFont(mono())
    text.setAccessibleName(name)
    return text
