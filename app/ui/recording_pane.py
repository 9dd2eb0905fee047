"""The pane of the chosen recording: the viewer, what is known of it, how to check it, and what can be done with it."""

from __future__ import annotations

import shlex
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QGuiApplication, QTextOption
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.docking import shown_name
from app.home import Home
from app.library import Details
from app.opening import write_copy
from app.people.acting import doer_for, name_for
from app.people.roles import Act
from app.people.values import Actor
from app.records import RecordingFacts
from app.snapshot import Reason
from app.times import clock_words, corrected
from app.ui import words
from app.ui.asker import Asker
from app.ui.custody_words import holders_words
from app.ui.details import Facts, ReasonBox
from app.ui.library_table import moment_to_second
from app.ui.marks import Mark, keyed, label, scrolled
from app.ui.page import Context
from app.ui.tokens import SPACE_M, SPACE_S, SPACE_XS, Tone, Type, font, mono
from app.ui.words import DOT, translate
from app.ui.work import TOLD_MS, Work
from app.words import size_words

MOST_REASON = 200
"""Longest reason of a hold, in letters."""
GROUP = 4
COMMANDS_HEIGHT = 240


def grouped(digest: str) -> str:
    """Hex digits in groups that can be read out."""
    return " ".join(digest[place : place + GROUP] for place in range(0, len(digest), GROUP))


def commands(facts: RecordingFacts, home: Path, vault: Path) -> str:
    """What to type to check a sealed recording without this window, each line with what it shows."""
    id_, folder = facts.id, shlex.quote(str(vault / facts.id[:2]))
    key, payload = f"{id_}.key", f"{id_}.age-payload"
    return "\n".join(
        [
            translate("pane", "# The two sealed pieces are those that the ledger speaks of:"),
            f"cd {folder}",
            f"printf '%s  %s\\n' {facts.key_sha256} {key} {facts.payload_sha256} {payload} | sha256sum -c",
            translate("pane", "# They open, with the public tool age and a key, to this very recording:"),
            f"cat {key} {payload} | age -d -i key.txt | sha256sum",
            f"# {facts.sha256}",
            translate("pane", "# Its seal is in the ledger, under a signed checkpoint:"),
            f"dockwarden --home {shlex.quote(str(home))} ledger prove {id_}",
            translate("pane", "# The whole ledger, checked without Dockwarden:"),
            f"dockwarden --home {shlex.quote(str(home))} ledger export LEDGER",
            "python3 LEDGER/verify.py LEDGER",
        ]
    )


def pane_facts(details: Details, now: datetime) -> Iterator[tuple[str, str]]:
    """The facts that are known of a recording, each with its name."""
    facts = details.facts
    yield translate("pane", "Recorded"), _recorded(facts, now)
    if clock := _camera_time(facts, now):
        yield translate("pane", "Camera clock"), clock
    yield translate("pane", "Camera"), _camera(facts)
    if details.holders.pooled:
        yield translate("pane", "Held by"), holders_words(details.holders, now)
    elif facts.officer:
        yield translate("pane", "Officer"), shown_name(facts.officer)
    length = words.length(facts.seconds) if facts.seconds is not None else ""
    yield translate("pane", "Recording"), DOT.join(part for part in (length, size_words(facts.size or 0)) if part)
    yield translate("pane", "Name"), _breakable("/".join(part for part in (facts.folder, facts.name) if part))
    if facts.sealed_at is not None and facts.entry is not None:
        entry = translate("pane", "entry {n}").format(n=words.number(facts.entry))
        yield translate("pane", "Sealed"), DOT.join((moment_to_second(facts.sealed_at, now), entry))
    kept = translate("pane", "not yet: it is still on its camera")
    yield translate("pane", "Released"), moment_to_second(facts.released_at, now) if facts.released_at else kept
    yield translate("pane", "Read back"), moment_to_second(details.proved_at, now)
    once, often = translate("pane", "once"), translate("pane", "%1 times")
    yield translate("pane", "Opened"), words.counted(details.opened, once, often) if details.opened else _never()


def _breakable(name: str) -> str:
    """A name that may be broken into lines where people would break it."""
    shown = shown_name(name)
    return "".join(f"{one}\N{ZERO WIDTH SPACE}" if one in "/_-. " else one for one in shown)


def _never() -> str:
    return translate("pane", "never")


def _recorded(facts: RecordingFacts, now: datetime) -> str:
    if facts.recorded_at is None:
        return translate("pane", "time unknown: neither camera nor container tell it")
    start = moment_to_second(facts.recorded_at, now)
    if facts.seconds is None:
        return start
    end = (facts.recorded_at + timedelta(seconds=facts.seconds)).astimezone()
    return f"{start} \N{EN DASH} {end:%H:%M:%S}"


def _camera_time(facts: RecordingFacts, now: datetime) -> str:
    """What the camera's own clock told, and how far it was out: the time above is corrected by that."""
    told = facts.started_at or facts.captured or facts.modified
    parts = []
    if told is not None and (moment := corrected(told, None)):
        parts.append(translate("pane", "told {time}").format(time=moment_to_second(moment, now)))
    if facts.clock_offset_s is not None:
        parts.append(translate("pane", "{offset} at docking").format(offset=clock_words(facts.clock_offset_s)))
    return ", ".join(parts)


def _camera(facts: RecordingFacts) -> str:
    model = " ".join(part for part in (facts.make, facts.model) if part)
    docked = translate("pane", "bay {bay}").format(bay=facts.bay)
    return shown_name(DOT.join(part for part in (facts.serial, model, docked) if part))


class CopyWork(Work):
    """One copy on its way: how many bytes are written to this file."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path

    def words(self) -> str:
        """How far it is, with a rate and the time left."""
        spent = max(0.001, time.monotonic() - self.began)
        rate = self.done / spent
        parts = [words.progress(self.done, self.total), words.rate(rate)]
        return DOT.join([*parts, words.time_left((self.total - self.done) / rate)] if rate else parts[:1])


class RecordingPane(QFrame):
    """The pane. `changed` says that what was shown is not so any more: a hold was set, a copy was opened."""

    changed = Signal()

    def __init__(self, context: Context, viewer: QWidget) -> None:
        super().__init__()
        self._home, self._theme, self._clock = context.home, context.theme, context.clock
        self._session = context.session
        self._details: Details | None = None
        self._work: CopyWork | None = None
        self._holding = True
        self.setObjectName("panel")
        self.setAccessibleName(self.tr("The chosen recording"))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Ignored)
        self._holder, self._copier = Asker("hold", self), Asker("copy", self)
        self._build_parts()
        self._build(viewer)
        self._build_acts()
        self._connect()

    # -- what it is made of ------------------------------------------------------------------------------------------

    def _build_parts(self) -> None:
        self._title, self._mark = label(Type.BAY), Mark(self._theme)
        self._boxes = [ReasonBox(), ReasonBox()]
        self._facts = Facts()
        self._hash, self._hash_name = label(Type.SMALL), label(Type.SMALL, self.tr("SHA-256"), ink="muted")
        self._hash.setFont(mono())
        self._hash.setAccessibleName(self.tr("SHA-256 of the recording"))
        self._hash.setWordWrap(True)
        self._hash.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._commands = QPlainTextEdit()
        self._commands.setObjectName("commands")
        self._commands.setReadOnly(True)
        self._commands.setTabChangesFocus(True)
        self._commands.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self._commands.setFixedHeight(COMMANDS_HEIGHT)
        self._commands.setFont(mono())
        self._commands.setAccessibleName(self.tr("Commands to check this recording"))
        self.check, self.take = _button(self.tr("How to check this yourself")), _button(self.tr("Copy the commands"))
        self.check.setCheckable(True)

    def _build(self, viewer: QWidget) -> None:
        inner = QWidget()
        inner.setObjectName("plain")
        column = QVBoxLayout(inner)
        column.setContentsMargins(SPACE_M, SPACE_M, SPACE_M, SPACE_S)
        column.setSpacing(SPACE_S)
        column.addWidget(viewer)
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self._mark)
        column.addLayout(head)
        for one in (*self._boxes, self._facts, self._hash_name, self._hash, self.check, self._commands, self.take):
            column.addWidget(one)
        column.addStretch(1)
        self._scroll = scrolled(inner)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(1, 1, 1, 1)
        whole.setSpacing(0)
        whole.addWidget(self._scroll, 1)
        whole.addWidget(self._build_foot())

    def _build_foot(self) -> QWidget:
        self._answer = ReasonBox()
        self.hold, self.copy = _button(self.tr("Hold\N{HORIZONTAL ELLIPSIS}")), _button(self._copy_words())
        self._acts = _row(self.hold, self.copy)
        self.reason = QLineEdit()
        self.reason.setFont(font(Type.BODY))
        self.reason.setMaxLength(MOST_REASON)
        self.hold_now, self._hold_not = _button(self.tr("Hold"), main=True), _button(self.tr("Cancel"))
        self._asking = _column(self.reason, _row(self.hold_now, self._hold_not))
        self._warning = ReasonBox()
        self.place, self._copy_not = _button(self.tr("Choose a place\N{HORIZONTAL ELLIPSIS}"), main=True), _cancel()
        self._warned = _column(self._warning, _row(self.place, self._copy_not))
        self._bar, self._pace = QProgressBar(), label(Type.SMALL, ink="muted")
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(self.tr("How far the copy is"))
        self.stop = _button(self.tr("Stop"))
        self._going = _column(self._bar, _row(self._pace, self.stop))
        foot = _column(self._answer, self._acts, self._asking, self._warned, self._going)
        foot.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_M)
        self._answer.hide()
        self._show_foot(self._acts)
        return foot

    def _copy_words(self) -> str:
        return self.tr("Open a copy\N{HORIZONTAL ELLIPSIS}")

    def _build_acts(self) -> None:
        """The acts by key; the page adds them to itself, so that the palette finds them."""
        self.hold_act, self.copy_act = QAction(self.tr("Hold, or let go"), self), QAction(self._copy_words(), self)
        self.check_act = QAction(self.tr("Show how to check this recording yourself"), self)
        pairs = (self.hold_act, "Ctrl+H", self.hold), (self.copy_act, "Ctrl+O", self.copy)
        for act, key, button in (*pairs, (self.check_act, "Ctrl+E", self.check)):
            button.setToolTip(keyed(act, key).toolTip())
            act.triggered.connect(button.click)

    def _connect(self) -> None:
        self.check.toggled.connect(self._show_commands)
        self.take.clicked.connect(self._take_commands)
        self.hold.clicked.connect(self._ask_reason)
        self.reason.returnPressed.connect(self._hold)
        self.reason.textChanged.connect(self._allow_hold)
        self.hold_now.clicked.connect(self._hold)
        self.copy.clicked.connect(self._warn)
        self.place.clicked.connect(self._ask_place)
        self.stop.clicked.connect(self._stop)
        for button in (self._hold_not, self._copy_not):
            button.clicked.connect(self._back)
        for asker in (self._holder, self._copier):
            asker.failed.connect(self._refused)
        self._holder.answered.connect(self._held)
        self._copier.answered.connect(self._copied)
        self._ticking = QTimer(self, interval=TOLD_MS)
        self._ticking.timeout.connect(self._tell)

    @property
    def stopper(self) -> Callable[[], object] | None:
        """What stops the copy that is being written, so that nothing of it is left; None where none is."""
        return None if self._work is None else self._work.stop.set

    def close_askers(self) -> None:
        """Ask nothing more; a copy that is being written goes on."""
        self._ticking.stop()
        self._holder.close()
        self._copier.close()

    # -- what it shows -----------------------------------------------------------------------------------------------

    def show_details(self, details: Details) -> None:
        """Show this recording. Another one than before begins at the top, without old answers."""
        another = self._details is None or self._details.facts.id != details.facts.id
        self._details = details
        if another:
            self._scroll.verticalScrollBar().setValue(0)
            self.check.setChecked(False)
            self._answer.hide()
            self._show_foot(self._acts if self._work is None else self._going)
        self.retell()

    def retell(self) -> None:
        """Say everything again, as it is to be said at this time."""
        details = self._details
        if details is None:
            return
        facts, held = details.facts, details.hold is not None and details.hold.held
        self._title.setText(shown_name(facts.serial or facts.model or facts.make or facts.bay))
        word = self.tr("On hold") if held else self.tr("Released") if facts.released_at else self.tr("On camera")
        shape, tone = ("flag", Tone.BUSY) if held else ("ready", Tone.READY)
        self._mark.show_mark(*(shape, word, tone) if held or facts.released_at else ("on-camera", word, Tone.QUIET))
        self._facts.show_facts(list(pane_facts(details, self._clock())))
        self._hash.setText(grouped(facts.sha256 or ""))
        self.hold.setText(self.tr("Let go\N{HORIZONTAL ELLIPSIS}") if held else self.tr("Hold\N{HORIZONTAL ELLIPSIS}"))
        self._show_boxes(details)
        self._show_commands()

    def _show_boxes(self, details: Details) -> None:
        flags, hold = self._boxes
        flags.setVisible(bool(details.facts.flags))
        if details.facts.flags:
            short = bool(details.facts.partial)
            told = "\n".join(shown_name(flag) for flag in details.facts.flags)
            title = self.tr("The camera gave less than it had listed") if short else self.tr("Something was odd")
            flags.show_reason(title, told, Tone.FAULT if short else Tone.WARN)
        hold.setVisible(details.hold is not None)
        if details.hold is not None:
            title = (
                self.tr("On hold since {time}, by {who}") if details.hold.held else self.tr("Let go {time}, by {who}")
            )
            when = words.moment(details.hold.at, self._clock())
            tone = Tone.BUSY if details.hold.held else Tone.QUIET
            hold.show_reason(title.format(time=when, who=details.hold.by), shown_name(details.hold.reason), tone)

    @Slot()
    def _show_commands(self) -> None:
        shown = self.check.isChecked()
        self._commands.setVisible(shown)
        self.take.setVisible(shown)
        if shown and self._details is not None:
            self._commands.setPlainText(self._command_lines(self._details))

    def _command_lines(self, details: Details) -> str:
        return commands(details.facts, self._home.folder, details.vault)

    @Slot()
    def _take_commands(self) -> None:
        if self._details is not None:
            QGuiApplication.clipboard().setText(self._command_lines(self._details) + "\n")

    def _show_foot(self, part: QWidget) -> None:
        for one in (self._acts, self._asking, self._warned, self._going):
            one.setVisible(one is part)

    @Slot()
    def _back(self) -> None:
        self._show_foot(self._acts)

    # -- hold and let go ---------------------------------------------------------------------------------------------

    @Slot()
    def _ask_reason(self) -> None:
        if self._details is None:
            return
        held = self._details.hold is not None and self._details.hold.held
        self._holding = not held
        self._answer.hide()
        self.reason.clear()
        why = self.tr("Why may it be let go?") if held else self.tr("Why is it held?")
        self.reason.setPlaceholderText(why)
        self.reason.setAccessibleName(why)
        self.hold_now.setText(self.tr("Let go") if held else self.tr("Hold"))
        self._allow_hold()
        self._show_foot(self._asking)
        self.reason.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _allow_hold(self) -> None:
        self.hold_now.setEnabled(bool(self.reason.text().strip()))

    @Slot()
    def _hold(self) -> None:
        reason = self.reason.text().strip()
        if self._details is None or not reason or not self._asking.isVisibleTo(self):
            return
        if not self._session.allows(Act.HOLD if self._holding else Act.LIFT_HOLD):
            return
        act = partial(_hold, self._home, self._session.acting, self._details.facts.id, self._holding, reason)
        self._holder.ask(act)
        self._show_foot(self._acts)

    @Slot(object)
    def _held(self, words_: str) -> None:
        self._answer.show_reason(words_, "", Tone.READY)
        self.changed.emit()

    @Slot(object)
    def _refused(self, reason: Reason) -> None:
        self._end_copy()
        self._answer.show_reason(reason.what_happened, reason.what_to_do, Tone.FAULT)
        self.changed.emit()

    # -- a copy ------------------------------------------------------------------------------------------------------

    @Slot()
    def _warn(self) -> None:
        if self._details is None or self._work is not None:
            return
        self._answer.hide()
        self._warning.show_reason(
            self.tr("A copy is not encrypted: whoever has the file can watch it."),
            self.tr("Delete it when it is no longer needed. That you open it is written to the ledger first."),
            Tone.WARN,
        )
        self._show_foot(self._warned)
        self.place.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _ask_place(self) -> None:
        if self._details is None:
            return
        dialog = QFileDialog(self, self.tr("Open a copy to"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)  # nothing is ever overwritten: it is refused in words
        dialog.selectFile(Path(shown_name(self._details.facts.name)).name)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.copy_to)
        dialog.open()

    @Slot(str)
    def copy_to(self, path: str) -> None:
        """Write a copy of the recording that is shown to this new file."""
        if self._details is None or self._work is not None or not self._session.allows(Act.COPY_FOOTAGE):
            return
        work = self._work = CopyWork(Path(path))
        id_ = self._details.facts.id
        self._copier.ask(partial(_copy, self._home, self._session.acting, id_, work))
        self._bar.setRange(0, 1000)
        self._bar.setValue(0)
        self._pace.setText("")
        self._show_foot(self._going)
        self._ticking.start()

    @Slot()
    def _tell(self) -> None:
        if self._work is not None and self._work.total:
            self._bar.setValue(1000 * self._work.done // self._work.total)
            self._pace.setText(self._work.words())

    @Slot()
    def _stop(self) -> None:
        if self._work is not None:
            self._work.stop.set()

    def _end_copy(self) -> None:
        if self._work is not None:
            self._work = None
            self._ticking.stop()
            self._show_foot(self._acts)

    @Slot(object)
    def _copied(self, path: Path) -> None:
        self._end_copy()
        told = self.tr("The copy is written: {path}").format(path=path)
        self._answer.show_reason(told, self.tr("It is not encrypted. That it was opened is in the ledger."), Tone.READY)
        self.changed.emit()


def _hold(home: Home, actor: Actor | None, recording_id: str, held: bool, reason: str) -> str:
    """Hold a recording or let it go. On a worker."""
    by = doer_for(home, actor, Act.HOLD if held else Act.LIFT_HOLD)
    home.records.hold((recording_id,), held=held, by=by.name, reason=reason, acting=by.acting)
    if held:
        return translate("pane", "It is held: no rule may delete it.")
    return translate("pane", "It is let go: the rules for keeping it apply again.")


def _copy(home: Home, actor: Actor | None, recording_id: str, work: CopyWork) -> Path:
    """Write a copy. On a worker."""
    write_copy(home, recording_id, work.path, name_for(home, actor, Act.COPY_FOOTAGE), work.tell, work.stop)
    return work.path


def _button(text: str, *, main: bool = False) -> QPushButton:
    button = QPushButton(text)
    button.setFont(font(Type.BODY))
    button.setAccessibleName(text)
    if main:
        button.setProperty("main", "true")
    return button


def _cancel() -> QPushButton:
    return _button(translate("pane", "Cancel"))


def _row(*parts: QWidget) -> QWidget:
    whole = QWidget()
    row = QHBoxLayout(whole)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(SPACE_S)
    for part in parts:
        row.addWidget(part, 1 if isinstance(part, QLabel) else 0)
    row.addStretch(0 if any(isinstance(part, QLabel) for part in parts) else 1)
    return whole


def _column(*parts: QWidget) -> QWidget:
    whole = QWidget()
    whole.setObjectName("plain")
    column = QVBoxLayout(whole)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(SPACE_S if len(parts) > 1 else SPACE_XS)
    for part in parts:
        column.addWidget(part)
    return whole
