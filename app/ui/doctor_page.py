"""The Doctor: what is right and wrong with this machine, and the proofs of vault and ledger."""

from __future__ import annotations

import threading
import time
from datetime import datetime
from functools import partial

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction, QGuiApplication, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.doctor import Finding, Patient, State, examine
from app.snapshot import Notice, Reason, StationView
from app.ui import words
from app.ui.asker import Asker
from app.ui.doctor_parts import Findings, LedgerSection, Stand, VaultSection, button_of, stand_of
from app.ui.ledger_export import LedgerExport
from app.ui.marks import keyed, label, scrolled
from app.ui.page import Context, Page
from app.ui.tokens import PANE_MIN, RING, SPACE_L, SPACE_M, Tone, Type
from app.ui.verifier import Verifier
from app.ui.words import translate
from app.verify import Progress, Verdict

SCROLLING = frozenset({Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown})


class DoctorPage(Page):
    """Looks when it first comes up and when asked; `come_up` takes "vault" and "ledger"."""

    NAME = "doctor"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._closing = threading.Event()
        self._looked_at: datetime | None = None
        self._reading_since = 0.0
        self._looker, self._stander = Asker("doctor", self), Asker("stand", self)
        self.verifier = Verifier(context.home, context.session, self)
        self._make_acts()
        self.findings = Findings(context.theme)
        self.vault = VaultSection(self.verify_act, self.stop_act, context.clock)
        self.exporting = LedgerExport(context, self.export_act)
        self.ledger = LedgerSection(self.copy_act, self.export_act, self.exporting, context.clock)
        self._sentence, self._when = label(Type.STRONG), label(Type.BODY, ink="muted")
        self._lay_out()
        self._connect()

    # -- how it is made ----------------------------------------------------------------------------------------------

    def _make_acts(self) -> None:
        self.look_act = self._act(self.tr("Look again"), "F5")
        self.verify_act = self._act(self.tr("Verify everything now"), "Ctrl+Shift+V")
        self.stop_act = self._act(self.tr("Stop verifying"), "Ctrl+Shift+X")
        self.copy_act = self._act(self.tr("Copy checkpoint"), "Ctrl+Shift+C")
        self.export_act = self._act(self.tr("Export ledger…"), "Ctrl+Shift+E")
        self.stop_act.setEnabled(False)

    def _act(self, text: str, keys: str) -> QAction:
        act = keyed(QAction(text, self), keys)
        self.addAction(act)
        return act

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(SPACE_M)
        head.setContentsMargins(RING, 0, RING, 0)
        head.addWidget(label(Type.TITLE, self.title()))
        head.addWidget(self._sentence, 1)
        head.addWidget(self._when)
        self.look = button_of(self.look_act)
        head.addWidget(self.look)
        side = column_of(self.vault, self.ledger)
        self._list, self._side = scrolled(column_of(self.findings)), scrolled(side)
        self._side.setFixedWidth(PANE_MIN + SPACE_L + SPACE_M)
        body = QHBoxLayout()
        body.setSpacing(SPACE_M - 2 * RING)
        body.addWidget(self._list, 1)
        body.addWidget(self._side)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_L - RING, 14, SPACE_L - RING, 0)
        column.setSpacing(SPACE_M - RING)
        column.addLayout(head)
        column.addLayout(body, 1)

    def _connect(self) -> None:
        self.look_act.triggered.connect(self.look_again)
        self.verify_act.triggered.connect(self._verify)
        self.stop_act.triggered.connect(self.verifier.stop)
        self.copy_act.triggered.connect(self._copy)
        self._looker.answered.connect(self._show_findings)
        self._looker.failed.connect(self._show_trouble)
        self._stander.answered.connect(self._show_stand)
        self.exporting.exported.connect(self._ask_stand)
        self.verifier.progressed.connect(self._show_progress)
        self.verifier.ended.connect(self._show_verdict)
        self.verifier.failed.connect(self._show_stopped)
        self.context.bridge.station_changed.connect(self._station_changed)

    # -- what the window asks ----------------------------------------------------------------------------------------

    def come_up(self, what: object) -> None:
        """Show the section of the vault or of the ledger, with the keyboard on its first act."""
        section = {"vault": self.vault, "ledger": self.ledger}.get(str(what))
        if section is not None:
            self._side.ensureWidgetVisible(section)
            (self.vault.verify if section is self.vault else self.ledger.export).setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        """Look when the page first comes up."""
        super().showEvent(event)
        if self._looked_at is None and not self._looker.waiting:
            self.look_again()
        self._ask_stand()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Scroll the findings, wherever on the page the keyboard is."""
        if event.key() in SCROLLING:
            self._list.verticalScrollBar().keyPressEvent(event)
        else:
            super().keyPressEvent(event)

    def retell(self) -> None:
        """Say again when it was looked."""
        if self._looked_at is not None:
            at = words.moment(self._looked_at, self.context.clock())
            self._when.setText(self.tr("Looked at {time}").format(time=at))
            self._when.setToolTip(words.utc(self._looked_at))

    def leave(self) -> None:
        """Ask nothing more; a verification under way ends at its next block."""
        self._closing.set()
        self.verifier.close()
        self.exporting.close_down()
        for asker in (self._looker, self._stander):
            asker.close()

    # -- looking -----------------------------------------------------------------------------------------------------

    @Slot()
    def look_again(self) -> None:
        """Do every check again."""
        self.look_act.setEnabled(False)
        self._when.setText(self.tr("Looking …"))
        self._looker.ask(partial(self._examine, self._closing))
        self._ask_stand()

    def _examine(self, closing: threading.Event) -> tuple[Finding, ...]:
        return examine(Patient(self.context.home), closing)

    @Slot()
    def _ask_stand(self) -> None:
        self._stander.ask(partial(stand_of, self.context.home))

    @Slot(object)
    def _station_changed(self, _station: StationView) -> None:
        if self.isVisible():
            self._ask_stand()

    @Slot(object)
    def _show_findings(self, findings: tuple[Finding, ...]) -> None:
        self._looked_at = self.context.clock()
        self.findings.show_findings(findings)
        self._sentence.setText(sentence(findings))
        self._end_looking()

    @Slot(object)
    def _show_trouble(self, reason: Reason) -> None:
        self._sentence.setText(f"{reason.what_happened} {reason.what_to_do}")
        self._end_looking()

    def _end_looking(self) -> None:
        self.look_act.setEnabled(True)
        self.retell()

    @Slot(object)
    def _show_stand(self, stand: Stand) -> None:
        self.vault.show_stand(stand)
        self.ledger.show_stand(stand)
        self.copy_act.setEnabled(stand.head is not None)

    # -- verifying ---------------------------------------------------------------------------------------------------

    @Slot()
    def _verify(self) -> None:
        self._reading_since = 0.0
        self._show_running(running=True)
        self.verifier.start()
        self.vault.stop.setFocus()

    def _show_running(self, *, running: bool) -> None:
        self.verify_act.setEnabled(not running)
        self.stop_act.setEnabled(running)
        self.vault.show_running(running=running)

    @Slot(object)
    def _show_progress(self, progress: Progress) -> None:
        if progress.bytes and not self._reading_since:
            self._reading_since = time.monotonic()
        self.vault.show_progress(progress, time.monotonic() - self._reading_since)

    @Slot(object)
    def _show_verdict(self, verdict: Verdict) -> None:
        self._show_running(running=False)
        self.vault.show_verdict(verdict)
        if verdict.wrong is not None:
            self.noticed.emit(Notice(self.context.clock(), verdict.wrong, urgent=True))
        self.look_again()

    @Slot(object)
    def _show_stopped(self, reason: Reason) -> None:
        self._show_running(running=False)
        self.vault.say_news(f"{reason.what_happened} {reason.what_to_do}", Tone.WARN)

    # -- the ledger --------------------------------------------------------------------------------------------------

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.ledger.note.toPlainText())
        self.ledger.say_news(self.tr("Copied. Whoever holds it can prove later that nothing was cut away."), "muted")


def sentence(findings: tuple[Finding, ...]) -> str:
    """How the machine stands, in one sentence."""
    count = {state: sum(finding.state is state for finding in findings) for state in State}
    wrong = words.counted(
        count[State.WRONG], translate("doctor", "1 thing is wrong"), translate("doctor", "%1 things are wrong")
    )
    warned = words.counted(count[State.WARN], translate("doctor", "1 warning"), translate("doctor", "%1 warnings"))
    parts = [text for state, text in ((State.WRONG, wrong), (State.WARN, warned)) if count[state]]
    return f"{', '.join(parts)}." if parts else translate("doctor", "Nothing is wrong.")


def column_of(*parts: QWidget) -> QWidget:
    """Parts one below the other, as high as they are, with the room that a ring needs."""
    made = QWidget()
    made.setObjectName("plain")
    column = QVBoxLayout(made)
    column.setContentsMargins(RING, RING, RING, SPACE_L)
    column.setSpacing(SPACE_M)
    for part in parts:
        column.addWidget(part)
    column.addStretch(1)
    return made
