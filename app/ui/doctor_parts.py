"""The pieces of the Doctor page: its list of findings, and its panels of the vault and of the ledger."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QTextOption
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.doctor import Finding, State
from app.home import Home
from app.proofs import RIGHT, FullProof, SignedHead, Stretch
from app.ui import words
from app.ui.marks import Mark, label, restyle
from app.ui.tokens import (
    FINDING_NAME,
    FINDING_STATE,
    NOTE_HEIGHT,
    SPACE_L,
    SPACE_M,
    SPACE_S,
    Theme,
    Tone,
    Type,
    font,
    mono,
)
from app.ui.words import translate
from app.verify import Progress, Verdict
from app.words import size_words

ORDER = (State.WRONG, State.WARN, State.UNKNOWN, State.RIGHT)
"""Findings that want something come first."""


class Stand(msgspec.Struct, frozen=True):
    """How the vault and the ledger stand. `room_days` is None while nothing came in; sizes are in bytes."""

    folder: str
    sealed_bytes: int
    room_days: float | None
    full: FullProof | None
    newest: Stretch | None
    entries: int
    head: SignedHead | None


def stand_of(home: Home) -> Stand:
    """Look how they stand; may wait. Raises StorageError."""
    station = home.station()
    return Stand(
        folder=str(home.vault.folder),
        sealed_bytes=home.proofs.bytes_sealed(),
        room_days=station.days_left,
        full=home.proofs.last_full(),
        newest=home.proofs.newest(),
        entries=station.ledger_size,
        head=home.proofs.newest_checkpoint(),
    )


LONG_WORD = re.compile(r"\S{17,}")
PIECE = re.compile(r"[^/\\_.-]{1,12}[/\\_.-]*|[/\\_.-]+")


def breakable(text: str) -> str:
    """Let long words, such as paths and ids, go over the end of a line."""
    return LONG_WORD.sub(lambda word: "\N{ZERO WIDTH SPACE}".join(PIECE.findall(word[0])), text)


def wrapped(kind: Type, ink: str = "") -> QLabel:
    """A label that takes as many lines as it needs."""
    made = label(kind, ink=ink)
    made.setWordWrap(True)
    return made


def button_of(action: QAction, *, main: bool = False) -> QPushButton:
    """A button that does an act, with its text and tip."""
    made = QPushButton(action.text())
    made.setFont(font(Type.BODY))
    made.setToolTip(action.toolTip())
    made.setAccessibleName(action.text())
    if main:
        made.setProperty("main", "true")
    made.clicked.connect(action.trigger)
    action.enabledChanged.connect(made.setEnabled)
    made.setEnabled(action.isEnabled())
    return made


class Row(QFrame):
    """One finding: its state, its name, what was found, and what to do."""

    def __init__(self, theme: Theme, finding: Finding) -> None:
        super().__init__()
        self.finding = finding
        self.setObjectName("ruled")
        self._mark = Mark(theme, Type.SMALL_STRONG)
        self._mark.setFixedWidth(FINDING_STATE)
        self._name = label(Type.STRONG)
        self._name.setFixedWidth(FINDING_NAME)
        self._words, self._act = wrapped(Type.BODY), wrapped(Type.BODY, ink="muted")
        grid = QGridLayout(self)
        grid.setContentsMargins(SPACE_L, SPACE_S, SPACE_L, SPACE_S)
        grid.setHorizontalSpacing(SPACE_M)
        grid.setVerticalSpacing(2)
        top = Qt.AlignmentFlag.AlignTop
        grid.addWidget(self._mark, 0, 0, top)
        grid.addWidget(self._name, 0, 1, top)
        grid.addWidget(self._words, 0, 2, top)
        grid.addWidget(self._act, 1, 2, top)
        grid.setColumnStretch(2, 1)
        self.show_finding(finding)

    def show_finding(self, finding: Finding) -> None:
        """Show this finding."""
        self.finding = finding
        shape, word, tone = look(finding.state)
        self._mark.show_mark(shape, word, tone)
        self._name.setText(finding.title)
        self._words.setText(breakable(finding.words))
        self._act.setText(breakable(finding.what_to_do))
        self._act.setVisible(bool(finding.what_to_do))
        self.setAccessibleName(f"{word}: {finding.title}. {finding.words} {finding.what_to_do}".strip())


def look(state: State) -> tuple[str, str, Tone]:
    """Shape, word and tone of a state."""
    return {
        State.RIGHT: ("ready", translate("doctor", "Right"), Tone.READY),
        State.WARN: ("attention", translate("doctor", "Warning"), Tone.WARN),
        State.WRONG: ("fault", translate("doctor", "Wrong"), Tone.FAULT),
        State.UNKNOWN: ("info", translate("doctor", "Not known"), Tone.QUIET),
    }[state]


class Findings(QFrame):
    """All findings, those first that want something."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.rows: list[Row] = []
        self.setObjectName("panel")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(1, 1, 1, 1)
        self._column.setSpacing(0)

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Show these; a row is made once and then says other things."""
        ordered = sorted(findings, key=lambda finding: ORDER.index(finding.state))
        for row, finding in zip(self.rows, ordered, strict=False):
            row.show_finding(finding)
        for row in self.rows[len(ordered) :]:
            row.hide()
        for finding in ordered[len(self.rows) :]:
            row = Row(self._theme, finding)
            self.rows.append(row)
            self._column.addWidget(row)


class Section(QFrame):
    """A panel with a title, lines of names and values, and what a subclass adds below them."""

    def __init__(self, title: str, names: Sequence[str]) -> None:
        super().__init__()
        self.setObjectName("panel")
        self.setAccessibleName(title)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(SPACE_L, SPACE_M, SPACE_L, SPACE_M)
        self.column.setSpacing(SPACE_S)
        self.column.addWidget(label(Type.BAY, title))
        lines = QGridLayout()
        lines.setHorizontalSpacing(SPACE_M)
        lines.setVerticalSpacing(6)
        lines.setColumnStretch(1, 1)
        self.values = [wrapped(Type.BODY) for _ in names]
        for line, (name, value) in enumerate(zip(names, self.values, strict=True)):
            lines.addWidget(label(Type.BODY, name, ink="muted"), line, 0, Qt.AlignmentFlag.AlignTop)
            lines.addWidget(value, line, 1, Qt.AlignmentFlag.AlignTop)
        self.column.addLayout(lines)

    def say(self, *texts: str) -> None:
        """Show these values, in the order of their names."""
        for value, text in zip(self.values, texts, strict=True):
            value.setText(breakable(text))

    def add_buttons(self, *buttons: QPushButton) -> None:
        """Add a row of buttons."""
        row = QHBoxLayout()
        row.setSpacing(SPACE_S)
        for button in buttons:
            row.addWidget(button)
        row.addStretch(1)
        self.column.addLayout(row)


class VaultSection(Section):
    """What is sealed, how long the room lasts, when it was read again; and the full verification."""

    def __init__(self, verify: QAction, stop: QAction, clock: Callable[[], datetime]) -> None:
        names = (
            translate("doctor", "Folder"),
            translate("doctor", "Sealed"),
            translate("doctor", "Room left"),
            translate("doctor", "Read again"),
            translate("doctor", "Verified"),
        )
        super().__init__(translate("doctor", "Vault"), names)
        self._clock = clock
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(translate("doctor", "Progress of the verification"))
        self.news = wrapped(Type.BODY, ink="muted")
        self.verify, self.stop = button_of(verify, main=True), button_of(stop)
        self.column.addWidget(self.bar)
        self.column.addWidget(self.news)
        self.add_buttons(self.verify, self.stop)
        self.show_running(running=False)
        self.news.hide()

    def show_stand(self, stand: Stand) -> None:
        """Show how the vault stands."""
        now = self._clock()
        self.say(
            stand.folder,
            size_words(stand.sealed_bytes),
            _room(stand.room_days),
            _again(stand.newest, now),
            _verified(stand.full, now),
        )

    def show_running(self, *, running: bool) -> None:
        """Show that a verification is under way, or none."""
        self.bar.setVisible(running)
        self.stop.setVisible(running)
        self.verify.setVisible(not running)
        if running:
            self.bar.setRange(0, 0)
            self.say_news(translate("doctor", "Reading the ledger …"), "muted")

    def show_progress(self, progress: Progress, seconds: float) -> None:
        """Show how far it is, `seconds` after its first byte of the vault."""
        if not progress.bytes:
            text = translate("doctor", "Reading the ledger: {n} of {all} entries")
            done, total = progress.entries, progress.entries_total
            told = text.format(n=words.number(done), all=words.number(total))
        else:
            done, total = progress.bytes, max(1, progress.bytes_total)
            rate = done / max(seconds, 0.1)
            parts = (
                translate("doctor", "Reading the vault: {part}").format(part=words.progress(done, total)),
                words.rate(rate),
                words.time_left((total - done) / rate),
            )
            told = words.DOT.join(parts)
        self.bar.setRange(0, 1000)
        self.bar.setValue(1000 * done // max(1, total))
        self.say_news(told, "muted")

    def show_verdict(self, verdict: Verdict) -> None:
        """Show what a verification found."""
        read = translate("doctor", "{n} recordings ({size}) and {entries} entries were read").format(
            n=words.number(verdict.recordings), size=size_words(verdict.bytes), entries=words.number(verdict.entries)
        )
        if verdict.wrong is not None:
            self.say_news(f"{read}. {verdict.wrong.what_happened} {verdict.wrong.what_to_do}", Tone.FAULT)
        elif verdict.plain_checked:
            self.say_news(translate("doctor", "{read}: nothing is wrong.").format(read=read), Tone.READY)
        else:
            text = translate("doctor", "{read}. The station's key is not here: the plain hashes were not checked.")
            self.say_news(text.format(read=read), Tone.WARN)

    def say_news(self, text: str, ink: str) -> None:
        """Say how the verification goes, or went."""
        self.news.setText(breakable(text))
        restyle(self.news, "ink", ink)
        self.news.show()


class LedgerSection(Section):
    """How long the ledger is, its newest checkpoint to take away, and the export."""

    def __init__(self, copy: QAction, export: QAction, exporting: QWidget, clock: Callable[[], datetime]) -> None:
        names = (translate("doctor", "Entries"), translate("doctor", "Signed"))
        super().__init__(translate("doctor", "Ledger"), names)
        self._clock = clock
        self.note = QPlainTextEdit()
        self.note.setReadOnly(True)
        self.note.setFont(mono())
        self.note.setFixedHeight(NOTE_HEIGHT)
        self.note.setTabChangesFocus(True)
        self.note.setWordWrapMode(QTextOption.WrapMode.WrapAnywhere)
        self.note.setAccessibleName(translate("doctor", "The newest checkpoint"))
        self.news = wrapped(Type.BODY, ink="muted")
        self.news.hide()
        self.copy, self.export = button_of(copy), button_of(export)
        for one in (self.note, self.news, exporting):
            self.column.addWidget(one)
        self.add_buttons(self.copy, self.export)

    def show_stand(self, stand: Stand) -> None:
        """Show how the ledger stands."""
        head = stand.head
        if head is None:
            signed = translate("doctor", "not yet: a checkpoint is signed at each docking")
        else:
            at = words.moment(head.at, self._clock())
            signed = translate("doctor", "{time}, over {n} entries").format(time=at, n=words.number(head.size))
            self.values[1].setToolTip(words.utc(head.at))
        self.say(words.number(stand.entries), signed)
        note = "" if head is None else head.note
        if self.note.toPlainText() != note:
            self.note.setPlainText(note)
        self.note.setVisible(head is not None)

    def say_news(self, text: str, ink: str) -> None:
        """Say what became of an act."""
        self.news.setText(breakable(text))
        restyle(self.news, "ink", ink)
        self.news.show()


def _room(days: float | None) -> str:
    if days is None:
        return translate("doctor", "nothing came in during the last 7 days")
    if days > 1000:
        return translate("doctor", "for years, at the intake of the last 7 days")
    one, many = translate("doctor", "1 day"), translate("doctor", "%1 days")
    told = words.counted(int(days), one, many)
    return translate("doctor", "{days}, at the intake of the last 7 days").format(days=told)


def _again(newest: Stretch | None, now: datetime) -> str:
    if newest is None:
        return translate("doctor", "not yet: the background verifier begins a day after sealing")
    told = words.moment(newest.at, now)
    size = size_words(newest.bytes)
    text = (
        translate("doctor", "{time}, {size}: right") if newest.result == RIGHT else translate("doctor", "{time}: WRONG")
    )
    return text.format(time=told, size=size)


def _verified(full: FullProof | None, now: datetime) -> str:
    if full is None:
        return translate("doctor", "never as a whole")
    text = (
        translate("doctor", "{time} by {who}: nothing wrong")
        if full.result == RIGHT
        else translate("doctor", "{time} by {who}: something was wrong")
    )
    return text.format(time=words.moment(full.at, now), who=full.by)
