"""What stands above the wall: the counts, and the one sentence on what is going on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QFrame, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.snapshot import Accept, Act, Answer, BaySnapshot, BayState, RecordingState
from app.ui import face as faces
from app.ui import words
from app.ui.marks import Mark, label, restyle
from app.ui.tokens import PANEL_HEIGHT, RADIUS_CONTROL, RING, SPACE_L, SPACE_M, SPACE_S, Theme, Tone, Type, font
from app.ui.words import DOT, translate


class Count(QAbstractButton):
    """How many bays are so. A click, or Enter, chooses one of them."""

    asked = Signal(object)

    def __init__(
        self, counts: Callable[[BaySnapshot], bool], name: str, tone: Tone, theme: Theme, tip: str = ""
    ) -> None:
        super().__init__()
        key = DOT + "F2" if counts is needs_you else ""
        self._tip = tip or self.tr("Choose the next of these bays") + key
        self.counts = counts
        self._name, self._tone, self._theme = name, tone, theme
        self._ruled = tone is not Tone.READY  # the first has no rule to its left
        self.value = -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.clicked.connect(self._say_asked)
        theme.changed.connect(self.update)

    def show_count(self, value: int) -> None:
        """Show this number."""
        if value != self.value:
            self.value = value
            self.setAccessibleName(f"{value} {self._name}")
            self.setToolTip(self._tip)
            self.update()

    @Slot()
    def _say_asked(self) -> None:
        self.asked.emit(self.counts)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter is a click, as the space bar is."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.click()
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        """Wide enough for its name."""
        return QSize(92, PANEL_HEIGHT - 2)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the number over its name."""
        palette = self._theme.palette
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(font(Type.COUNT))
            painter.setPen(self._theme.ink(self._tone if self.value else Tone.QUIET))
            painter.drawText(QRect(SPACE_L, 8, self.width(), 30), Qt.AlignmentFlag.AlignVCenter, str(self.value))
            painter.setFont(font(Type.SMALL))
            painter.setPen(QColor(palette.muted))
            painter.drawText(QRect(SPACE_L, 38, self.width(), 18), Qt.AlignmentFlag.AlignVCenter, self._name)
            if self._ruled:
                painter.fillRect(0, 0, 1, self.height(), QColor(palette.line2))
            if self.hasFocus():
                painter.setPen(QPen(QColor(palette.focus), RING))
                around = self.rect().adjusted(RING, RING, -RING, -RING)
                painter.drawRoundedRect(around, RADIUS_CONTROL, RADIUS_CONTROL)


class Counts(QFrame):
    """Ready, working, charging, in need of a person, empty. `asked` carries which snapshots are meant.

    Where there is a pool, how many cameras are late back stands in the place of the empty bays; `late_asked` asks
    which.
    """

    asked = Signal(object)
    late_asked = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.setMinimumHeight(PANEL_HEIGHT)
        kinds: Sequence[tuple[Callable[[BaySnapshot], bool], str, Tone]] = (
            (is_ready, self.tr("Ready"), Tone.READY),
            (is_working, self.tr("Working"), Tone.BUSY),
            (is_charging, self.tr("Charging"), Tone.CHARGE),
            (needs_you, self.tr("Need you"), Tone.FAULT),
            (is_empty, self.tr("Empty"), Tone.QUIET),
        )
        self.counts = [Count(counts, name, tone, theme) for counts, name, tone in kinds]
        row = QHBoxLayout(self)
        row.setContentsMargins(1, 1, 1, 1)
        row.setSpacing(0)
        for count in self.counts:
            count.asked.connect(self.asked)
            row.addWidget(count)
        tip = self.tr("See which, and whom to call")
        self.late = Count(is_empty, self.tr("Late back"), Tone.WARN, theme, tip)
        self.late.asked.connect(self.late_asked)
        row.addWidget(self.late)
        self.late.hide()
        self.show_bays(())

    def show_late(self, late: int, *, pooled: bool) -> None:
        """Say how many cameras are late back, where there is a pool."""
        self.late.show_count(late)
        self.late.setVisible(pooled)
        self.counts[-1].setVisible(not pooled)

    def show_bays(self, snapshots: Sequence[BaySnapshot]) -> None:
        """Count these bays."""
        for count in self.counts:
            count.show_count(sum(map(count.counts, snapshots)))


def is_ready(snapshot: BaySnapshot) -> bool:
    """A camera that may be taken."""
    return snapshot.state is BayState.READY and not faces.is_issued(snapshot)


def is_working(snapshot: BaySnapshot) -> bool:
    """A camera that must not be taken out now."""
    return snapshot.working


def is_charging(snapshot: BaySnapshot) -> bool:
    """A camera that only has to charge."""
    return snapshot.state is BayState.CHARGING


def needs_you(snapshot: BaySnapshot) -> bool:
    """A camera that waits for a person."""
    return snapshot.state in faces.NEED_YOU


def is_empty(snapshot: BaySnapshot) -> bool:
    """A free bay."""
    return snapshot.state is BayState.EMPTY


@dataclass(frozen=True, slots=True)
class Sentence:
    """What is going on: a first line, a second one, a shape and tone, and the one act that would help, if any."""

    first: str
    second: str
    shape: str
    tone: Tone
    act: Act | None = None
    act_words: str = ""


def looking() -> Sentence:
    """What is said until the docks have been looked at."""
    return Sentence(
        translate("sentence", "Looking at the docks …"),
        translate("sentence", "Docked cameras appear here in a moment. A first try-out makes its footage now."),
        "working",
        Tone.BUSY,
    )


def sentence(snapshots: Sequence[BaySnapshot]) -> Sentence:
    """Say in one sentence how the bays stand, then what matters most: of those that need a person the newest."""
    docked = [one for one in snapshots if not is_empty(one)]
    if not docked:
        return Sentence(
            translate("sentence", "No camera is docked."),
            translate(
                "sentence", "Dock a camera: its recordings are copied, sealed and proved, and only then released."
            ),
            "dock",
            Tone.QUIET,
        )
    first = _standing(docked)
    if new := next((one for one in docked if one.state is BayState.NEW), None):
        second = translate("sentence", "The camera in {bay} is new here. Nothing on it is read before you accept it.")
        act_words = translate("sentence", "Accept {bay}").format(bay=new.bay)
        return Sentence(first, second.format(bay=new.bay), "attention", Tone.WARN, Accept(new.bay), act_words)
    if needing := max(filter(needs_you, docked), key=lambda one: one.since, default=None):
        return Sentence(first, _need(needing), "attention", faces.look(needing.state).tone)
    if any(map(is_working, docked)):
        second = translate("sentence", "Leave a camera in its bay until it says Ready.")
        return Sentence(first, second, "working", Tone.BUSY)
    return Sentence(first, _rest(docked), "ready", Tone.READY)


def _standing(docked: Sequence[BaySnapshot]) -> str:
    waiting = sum(map(needs_you, docked))
    parts = [
        (sum(map(is_ready, docked)), translate("sentence", "{n} ready")),
        (sum(map(is_working, docked)), translate("sentence", "{n} working") + _longest_wait(docked)),
        (sum(map(is_charging, docked)), translate("sentence", "{n} charging")),
        (sum(one.state is BayState.DOCKED for one in docked), translate("sentence", "{n} docked")),
        (waiting, translate("sentence", "{n} needs you") if waiting == 1 else translate("sentence", "{n} need you")),
    ]
    told = [text.format(n=n) for n, text in parts if n]
    head = words.counted(len(docked), translate("sentence", "1 camera"), translate("sentence", "%1 cameras"))
    return f"{head}: {', '.join(told)}." if told else f"{head}."


def _longest_wait(docked: Sequence[BaySnapshot]) -> str:
    waits = [one.seconds_left for one in docked if one.seconds_left is not None]
    return f" ({words.time_left(max(waits))})" if waits else ""


def _need(snapshot: BaySnapshot) -> str:
    what = faces.state_words(snapshot)
    if snapshot.reasons:
        what = f"{snapshot.reasons[0].what_happened} {snapshot.reasons[0].what_to_do}"
    return translate("sentence", "{bay}: {what}").format(bay=snapshot.bay, what=what)


def _rest(docked: Sequence[BaySnapshot]) -> str:
    recordings = [one for bay in docked for one in bay.recordings or ()]
    if all(one.state is RecordingState.RELEASED for one in recordings):
        return translate("sentence", "Every recording is sealed in the vault and released from its camera.")
    if all(one.state in faces.SAFE for one in recordings):
        return translate("sentence", "Every recording is sealed in the vault; some are kept on their cameras too.")
    return translate("sentence", "Some recordings are still on their cameras only.")


class SentencePanel(QFrame):
    """The sentence with its main act, where there is one. `wanted` says the act; a refusal stands in the sentence."""

    wanted = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: Sentence | None = None
        self._asked: Act | None = None
        self.setObjectName("panel")
        self.setMinimumHeight(PANEL_HEIGHT)
        self._mark = Mark(theme)
        self._first, self._second = label(Type.STRONG), label(Type.BODY, ink="muted")
        self.button = QPushButton()
        self.button.setProperty("main", "true")
        self.button.clicked.connect(self._ask)
        self.tell = QPushButton(self.tr("Summary"))
        self.tell.setAccessibleName(self.tell.text())
        self.tell.setToolTip(self.tr("What came in, how long it took, and what was odd (F4)"))
        self.tell.hide()
        self._lay_out()

    def _lay_out(self) -> None:
        lines = QVBoxLayout()
        lines.setSpacing(1)
        for one in (self._first, self._second):
            one.setWordWrap(True)
            lines.addWidget(one)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_L, SPACE_S, SPACE_L, SPACE_S)
        row.setSpacing(SPACE_M)
        row.addWidget(self._mark)
        row.addLayout(lines, 1)
        row.addWidget(self.button)
        row.addWidget(self.tell)

    def offer_summary(self, shown: str) -> None:
        """Offer the summary, whose head this is; an empty one takes the offer back."""
        self.tell.setVisible(bool(shown))
        self.tell.setAccessibleDescription(shown)

    def show_sentence(self, shown: Sentence) -> None:
        """Show this sentence; what stands there is left alone when it is the same."""
        if shown == self._shown:
            return
        if self._shown is None or shown.act != self._shown.act:
            self._asked = None
            self.button.setEnabled(True)
        refused = self._shown is not None and self._second.property("ink") == Tone.FAULT and shown.act is not None
        self._shown = shown
        self._first.setText(shown.first)
        if not (refused and self._asked == shown.act):
            self._say(shown.second, "muted")
        self._mark.show_mark(shown.shape, "", shown.tone)
        self.button.setVisible(shown.act is not None)
        self.button.setText(shown.act_words)
        self.button.setAccessibleName(shown.act_words)

    def _say(self, text: str, ink: str) -> None:
        self._second.setText(text)
        self._second.setToolTip(text)
        restyle(self._second, "ink", ink)

    @Slot()
    def _ask(self) -> None:
        if self._shown is not None and self._shown.act is not None:
            self._asked = self._shown.act
            self.button.setEnabled(False)
            self.wanted.emit(self._asked)

    @Slot(object, object)
    def show_answer(self, act: Act, answer: Answer) -> None:
        """Say a refusal of the act that was asked for here."""
        if act == self._asked and not answer.done:
            self.button.setEnabled(True)
            self._say(answer.words, Tone.FAULT)
