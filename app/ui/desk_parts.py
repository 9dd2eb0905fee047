"""The parts of the issue desk above its table: the one box for scanning and typing, and the best camera beside it."""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from app.custody.handing import Officer
from app.custody.values import CameraNow
from app.ui import words
from app.ui.marks import Mark, label, restyle
from app.ui.tokens import BEST_WIDTH, SCAN_HEIGHT, SPACE_L, SPACE_M, SPACE_S, SPACE_XL, Theme, Tone, Type, font
from app.ui.words import DOT, translate

Shown = TypeVar("Shown", bound=QWidget)


class ScanBox(QLineEdit):
    """The one box: what is scanned or typed, who stands at the desk before it, and below what came of the last.

    `scanned` says a number. `left` goes to the table, `dropped` lets go of a pair that is half made.
    """

    scanned = Signal(str)
    left = Signal()
    dropped = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("scan")
        self.setFont(font(Type.COUNT))
        self.setFixedHeight(SCAN_HEIGHT)
        self.setAccessibleName(self.tr("Scan or type"))
        self.asks = _over(label(Type.BODY, self.tr("Scan or type"), ink="muted"), self)
        self.who = _over(label(Type.COUNT), self)
        self.name = _over(label(Type.COUNT_LIGHT, ink="muted"), self)
        self.mark = _over(Mark(theme), self)
        self.said = _over(label(Type.STRONG), self)
        self._told = ""
        self.wait_for_officer()
        self.tell("", "info", Tone.QUIET)

    # -- what it shows -----------------------------------------------------------------------------------------------

    def wait_for_officer(self) -> None:
        """Nobody stands at the desk."""
        self._wait("", "", self.tr("Officer: collar number or card"))

    def wait_for_camera(self, officer: Officer) -> None:
        """Somebody stands there."""
        self._wait(officer.collar, officer.name, self.tr("Camera"))

    def wait_for_officer_of(self, camera: CameraNow) -> None:
        """A camera was scanned first."""
        self._wait(camera.asset, "", self.tr("Officer"))

    def _wait(self, who: str, name: str, wants: str) -> None:
        self.who.setText(who)
        self.name.setText(name)
        self.setPlaceholderText(wants)
        self._place()

    def tell(self, text: str, shape: str, tone: Tone) -> None:
        """Say this below, with the shape of how it stands."""
        self._told = text
        restyle(self.said, "ink", tone)
        self.mark.show_mark(shape, "", tone)
        self.mark.setVisible(bool(text))
        self.setAccessibleDescription(text)
        self._place()

    def _place(self) -> None:
        left, room = SPACE_XL - SPACE_S // 2, self.width() - 2 * SPACE_XL
        middle = self.height() // 2
        self.asks.move(left, SPACE_L)
        self.who.adjustSize()
        self.who.move(left, middle - self.who.height() // 2)
        after = left + (self.who.width() + SPACE_S if self.who.text() else 0)
        self.name.setMaximumWidth(max(0, room // 2))
        self.name.adjustSize()
        self.name.move(after, middle - self.name.height() // 2)
        after += self.name.width() + SPACE_M if self.name.text() else 0
        self.setTextMargins(after - SPACE_M, 0, SPACE_M, 0)
        below = self.height() - SPACE_L - self.said.sizeHint().height()
        self.mark.adjustSize()
        self.mark.move(left, below)
        shown = QFontMetrics(self.said.font()).elidedText(self._told, Qt.TextElideMode.ElideRight, room - SPACE_XL)
        self.said.setText(shown)
        self.setToolTip(self._told)
        self.said.adjustSize()
        self.said.move(left + SPACE_XL, below)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep everything in its place."""
        super().resizeEvent(event)
        self._place()

    # -- keys --------------------------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """Leave the key that takes back to the page, where nothing typed is to be taken back."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if event.matches(QKeySequence.StandardKey.Undo) and not self.text():
                event.ignore()
                return False
            if event.key() == Qt.Key.Key_Escape:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter says what was scanned; Down goes to the table; Esc takes back what was typed, or the half pair."""
        key = event.key()
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._say()
        elif key == Qt.Key.Key_Down:
            self.left.emit()
        elif key == Qt.Key.Key_Escape:
            self._drop()
        else:
            super().keyPressEvent(event)

    def _say(self) -> None:
        text = self.text().strip()
        self.setText("")
        if text:
            self.scanned.emit(text)

    def _drop(self) -> None:
        if self.text():
            self.setText("")
        else:
            self.dropped.emit()


class BestPanel(QFrame):
    """The best camera for who stands at the desk. `asked`: give them this one."""

    asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("panel")
        self.setFixedSize(BEST_WIDTH, SCAN_HEIGHT)
        self.asks, self.camera, self.since = label(Type.BODY, ink="muted"), label(Type.COUNT), label(Type.BODY)
        restyle(self.since, "ink", "muted")
        self.give = QPushButton(self.tr("Give it"))
        self.give.setToolTip(self.tr("Give them this camera (F3)"))
        self.give.setFont(font(Type.BODY))
        self.give.clicked.connect(self.asked)
        column = QVBoxLayout()
        column.setSpacing(2)
        for part in (self.asks, self.camera, self.since):
            column.addWidget(part)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_L, SPACE_M, SPACE_L, SPACE_M)
        row.addLayout(column, 1)
        row.addWidget(self.give)
        self.show_best(None, None)

    def show_best(self, officer: Officer | None, now: datetime | None) -> None:
        """Show the best camera for this officer; nobody: say what will be here."""
        best = None if officer is None else officer.best
        self.give.setVisible(best is not None)
        self.camera.setVisible(officer is not None)
        self.asks.setText(self.tr("Best camera") if officer is None else _best_for(officer))
        if best is None or now is None:
            self.camera.setText(self.tr("None ready"))
            self.since.setText(self.tr("Named here once an officer is scanned.") if officer is None else "")
            return
        self.camera.setText(DOT.join(part for part in (best.bay, best.asset) if part))
        self.since.setText(DOT.join(_how_ready(best, now)))


def _best_for(officer: Officer) -> str:
    said = translate("desk", "Best for {officer}").format(officer=officer.collar)
    return DOT.join(part for part in (said, officer.cohort) if part)


def _how_ready(best: CameraNow, now: datetime) -> list[str]:
    told = []
    if best.assigned is not None:
        told.append(translate("desk", "Their own"))
    if best.ready_since is not None:
        told.append(translate("desk", "Ready since {time}").format(time=words.moment(best.ready_since, now)))
    if best.battery_percent is not None:
        told.append(words.percent(best.battery_percent))
    return told


def keys_line(keys: tuple[tuple[str, str], ...]) -> QWidget:
    """The keys of a page in one line: each key strong, what it does beside it."""
    made = QWidget()
    made.setObjectName("plain")
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(SPACE_S - 2)
    for key, what in keys:
        row.addWidget(label(Type.SMALL_STRONG, key))
        row.addWidget(label(Type.SMALL, what, ink="muted"))
        row.addSpacing(SPACE_M)
    row.addStretch(1)
    return made


def _over(widget: Shown, under: QLineEdit) -> Shown:
    """A widget within a field, that lets the mouse through to it."""
    widget.setParent(under)
    widget.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    return widget
