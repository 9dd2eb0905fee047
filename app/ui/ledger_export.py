"""The export of the ledger at a window: where to, how far it is, Stop, and how to check what was written."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QGuiApplication, QTextOption
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.ledger.export import Exported, ExportStopped
from app.people.acting import name_for
from app.people.roles import Act
from app.people.values import Actor
from app.snapshot import Reason
from app.ui import words
from app.ui.asker import Asker
from app.ui.doctor_parts import breakable, wrapped
from app.ui.marks import restyle
from app.ui.page import Context
from app.ui.tokens import SPACE_S, Tone, Type, mono
from app.ui.words import DOT
from app.ui.work import TOLD_MS, Work

COMMAND_HEIGHT = 48


class LedgerExport(QFrame):
    """Does `act`, one export at a time. Hidden while there is nothing to say. `exported`: a folder was written."""

    exported = Signal()

    def __init__(self, context: Context, act: QAction) -> None:
        super().__init__()
        self._context, self._act = context, act
        self._work: Work | None = None
        self._folder = Path()
        self._exporter = Asker("export", self)
        self._build()
        self._lay_out()
        self._connect()
        self._show_parts()
        self.hide()

    # -- what it is made of ------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.news, self.bar, self.stop = wrapped(Type.BODY), QProgressBar(), QPushButton(self.tr("Stop"))
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("How far the export is"))
        self.stop.setToolTip(self.tr("Stop the export; nothing of it is left"))
        self.command = QPlainTextEdit()
        self.command.setObjectName("commands")
        self.command.setReadOnly(True)
        self.command.setTabChangesFocus(True)
        self.command.setFont(mono())
        self.command.setFixedHeight(COMMAND_HEIGHT)
        self.command.setWordWrapMode(QTextOption.WrapMode.WrapAnywhere)
        self.command.setAccessibleName(self.tr("Command that checks the export"))
        self.take, self.end = QPushButton(self.tr("Copy the command")), QPushButton(self.tr("Close"))

    def _lay_out(self) -> None:
        foot = QHBoxLayout()
        foot.setSpacing(SPACE_S)
        for one in (self.bar, self.stop, self.take, self.end):
            foot.addWidget(one)
        foot.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_S)
        column.addWidget(self.news)
        column.addWidget(self.command)
        column.addLayout(foot)

    def _connect(self) -> None:
        self._act.triggered.connect(self.ask_folder)
        self.stop.clicked.connect(self._stop)
        self.take.clicked.connect(self._take)
        self.end.clicked.connect(self.hide)
        self._exporter.answered.connect(self._done)
        self._exporter.failed.connect(self._failed)
        self._ticking = QTimer(self, interval=TOLD_MS)
        self._ticking.timeout.connect(self._tick)

    def let_go(self) -> Callable[[], object] | None:
        """Ask nothing more; an export under way goes on. Gives what stops it, so that nothing of it is left."""
        self._ticking.stop()
        self._exporter.close()
        return None if self._work is None else self._work.stop.set

    def close_down(self) -> None:
        """The window closes: ask nothing more; an export under way stops, and nothing of it is left."""
        if (stop := self.let_go()) is not None:
            stop()

    # -- exporting ---------------------------------------------------------------------------------------------------

    @Slot()
    def ask_folder(self) -> None:
        """Have a person who may export say where to."""
        if not self._context.session.allows(Act.EXPORT_LEDGER):
            return
        dialog = QFileDialog(self, self.tr("Where to export the ledger"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.export)
        dialog.open()

    @Slot(str)
    def export(self, parent: str) -> None:
        """Export the ledger into a new folder within this one."""
        if self._work is not None or not self._context.session.allows(Act.EXPORT_LEDGER):
            return
        folder = Path(parent) / f"ledger-{self._context.clock():%Y-%m-%d-%H%M%S}"
        work = self._work = Work()
        self._exporter.ask(partial(export_to, self._context, folder, self._context.session.acting, work))
        self._folder = folder
        self.command.clear()
        self._ticking.start()
        self._tick()
        self.show()

    @Slot()
    def _stop(self) -> None:
        if self._work is not None:
            self._work.stop.set()

    @Slot()
    def _tick(self) -> None:
        if self._work is None:
            return
        done = 1000 * self._work.done // max(1, self._work.total)
        self.bar.setRange(0, 1000 if self._work.total else 0)
        self.bar.setValue(done)
        told = self.tr("Exporting to {folder}").format(folder=self._folder), words.percent(done // 10)
        self._say(DOT.join([*told, self._work.time_left()]).removesuffix(DOT), "muted")

    @Slot(object)
    def _done(self, done: tuple[Path, Exported]) -> None:
        folder, exported = done
        self._end_work()
        self.command.setPlainText(shlex.join(["python3", str(folder / "verify.py"), str(folder)]))
        text = self.tr(
            "The ledger is in {folder}: {n} entries, and page.html to read. Key fingerprint: {key}. Check it on any "
            "computer with Python and cryptography, without Dockwarden:"
        )
        told = text.format(n=words.number(exported.entries), folder=folder, key=exported.fingerprint)
        self._say(told, Tone.READY)
        self.exported.emit()

    @Slot(object)
    def _failed(self, reason: Reason) -> None:
        self._end_work()
        self._say(f"{reason.what_happened} {reason.what_to_do}", Tone.FAULT)

    def _end_work(self) -> None:
        self._work = None
        self._ticking.stop()

    def _say(self, text: str, ink: str) -> None:
        self.news.setText(breakable(text))
        restyle(self.news, "ink", ink)
        self._show_parts()

    def _show_parts(self) -> None:
        going, written = self._work is not None, bool(self.command.toPlainText())
        self._act.setEnabled(not going)
        shown: dict[QWidget, bool] = {self.bar: going, self.stop: going, self.command: written, self.take: written}
        for part, visible in shown.items():
            part.setVisible(visible)
        self.end.setVisible(not going)

    @Slot()
    def _take(self) -> None:
        QGuiApplication.clipboard().setText(self.command.toPlainText() + "\n")


def export_to(context: Context, folder: Path, actor: Actor | None, work: Work) -> tuple[Path, Exported]:
    """Export, and say where to. On a worker. Raises Refused, ExportRefused, ExportStopped and StorageError."""
    by = name_for(context.home, actor, Act.EXPORT_LEDGER)

    def tell(done: int, total: int) -> None:
        if work.stop.is_set():
            raise ExportStopped(f"The export to {folder} was stopped.")
        work.tell(done, total)

    return folder, context.home.records.export(folder, by, tell)
