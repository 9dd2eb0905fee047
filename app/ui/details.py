"""The details of the chosen bay: what it holds, why it is not ready and what to do about it, and each recording."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QLabel,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.snapshot import BaySnapshot, BayState, RecordingState
from app.ui import face as faces
from app.ui import words
from app.ui.marks import Mark, label, restyle, scrolled
from app.ui.recordings import Recordings, RecordingTable
from app.ui.strip import Strip, colour
from app.ui.tokens import ROW, SPACE_M, SPACE_S, SPACE_XS, Theme, Tone, Type
from app.ui.words import DOT, translate

MOST_REASONS = 3


class ReasonBox(QFrame):
    """Why something is not as it should be, and what to do about it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._happened = label(Type.STRONG)
        self._to_do = label(Type.BODY)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_S)
        column.setSpacing(SPACE_XS)
        for one in (self._happened, self._to_do):
            one.setWordWrap(True)
            column.addWidget(one)

    def show_reason(self, happened: str, to_do: str, tone: Tone) -> None:
        """Say what happened and what to do, on the paper of a tone."""
        self._happened.setText(happened)
        self._to_do.setText(to_do)
        self._to_do.setVisible(bool(to_do))
        restyle(self, "paper", tone)
        self.show()

    def say_nothing(self) -> None:
        """Go, and hold nothing of what was said."""
        self._happened.clear()
        self._to_do.clear()
        self.hide()


class Facts(QWidget):
    """Names and values in two columns; a name without a value is left out."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(SPACE_M)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnMinimumWidth(0, 92)
        self._grid.setColumnStretch(1, 1)
        self._rows: list[tuple[QLabel, QLabel]] = []

    def show_facts(self, facts: list[tuple[str, str]]) -> None:
        """Show these facts, in order."""
        while len(self._rows) < len(facts):
            self._add_row()
        for index, (name, value) in enumerate(self._rows):
            told = facts[index] if index < len(facts) else ("", "")
            for part, text in zip((name, value), told, strict=True):
                part.setText(text)
                part.setVisible(index < len(facts))

    def _add_row(self) -> None:
        name, value = label(Type.SMALL, ink="muted"), label(Type.SMALL)
        name.setAlignment(Qt.AlignmentFlag.AlignTop)
        value.setWordWrap(True)
        row = len(self._rows)
        self._grid.addWidget(name, row, 0)
        self._grid.addWidget(value, row, 1)
        self._rows.append((name, value))


class Legend(QLabel):
    """What the colours of the strip mean."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._failed = False
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setFont(label(Type.SMALL).font())
        self.setProperty("ink", "muted")
        theme.changed.connect(self._write)
        self._write()

    def show_legend(self, *, failed: bool) -> None:
        """Name the colours in use; that of failures only where there are some."""
        if failed != self._failed:
            self._failed = failed
            self._write()

    @Slot()
    def _write(self) -> None:
        named = [
            (RecordingState.RELEASED, self.tr("released")),
            (RecordingState.SEALED, self.tr("sealed")),
            (RecordingState.ON_CAMERA, self.tr("on camera")),
        ] + [(RecordingState.FAILED, self.tr("failed"))] * self._failed
        palette = self._theme.palette
        pieces = (
            f'<span style="color:{colour(state, palette)}">\N{BLACK SQUARE}</span>&nbsp;{name}' for state, name in named
        )
        self.setText("&nbsp;&nbsp; ".join(pieces))


class Details(QFrame):
    """The pane; `foot` stands below all that scrolls."""

    def __init__(self, theme: Theme, clock: Callable[[], datetime], foot: QWidget) -> None:
        super().__init__()
        self._theme = theme
        self._clock = clock
        self._snapshot: BaySnapshot | None = None
        self.setObjectName("panel")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Ignored)
        self._build(foot)

    # -- what it is made of ------------------------------------------------------------------------------------------

    def _build(self, foot: QWidget) -> None:
        inner = QWidget()
        inner.setObjectName("plain")
        column = QVBoxLayout(inner)
        column.setContentsMargins(SPACE_M, 14, SPACE_M, SPACE_S)
        column.setSpacing(SPACE_M)
        column.addLayout(self._build_heading())
        self._reasons = [ReasonBox() for _ in range(MOST_REASONS)]
        for box in self._reasons:
            column.addWidget(box)
        column.addWidget(self._build_progress())
        self._facts = Facts()
        column.addWidget(self._facts)
        self._recordings = Recordings(self._theme, self._clock)
        self.table = RecordingTable(self._recordings)
        column.addWidget(self.table, 1)
        column.addStretch()
        self._scroll = scrolled(inner)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(1, 1, 1, 1)
        whole.setSpacing(0)
        whole.addWidget(self._scroll, 1)
        whole.addWidget(foot)

    def _build_heading(self) -> QGridLayout:
        self._title = label(Type.TITLE)
        self._subtitle = label(Type.SMALL, ink="muted")
        self._subtitle.setWordWrap(True)
        self._mark = Mark(self._theme)
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE_S)
        grid.setVerticalSpacing(2)
        grid.addWidget(self._title, 0, 0)
        grid.addWidget(self._mark, 0, 1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(self._subtitle, 1, 0, 1, 2)
        grid.setColumnStretch(0, 1)
        return grid

    def _build_progress(self) -> QWidget:
        self._position, self._pace = label(Type.SMALL_STRONG), label(Type.SMALL, ink="muted")
        self._strip, self._legend = Strip(self._theme), Legend(self._theme)
        self._progress = QWidget()
        grid = QGridLayout(self._progress)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(6)
        grid.addWidget(self._position, 0, 0)
        grid.addWidget(self._pace, 0, 1, Qt.AlignmentFlag.AlignRight)
        grid.addWidget(self._strip, 1, 0, 1, 2)
        grid.addWidget(self._legend, 2, 0, 1, 2)
        return self._progress

    # -- what it shows -----------------------------------------------------------------------------------------------

    def show_bay(self, snapshot: BaySnapshot, mark: str) -> None:
        """Show this bay, and what the pool says of its camera."""
        before, self._snapshot = self._snapshot, snapshot
        if before is None or before.bay != snapshot.bay:
            self._scroll.verticalScrollBar().setValue(0)
        self._show_heading(snapshot)
        self._show_reasons(snapshot)
        self._show_progress(snapshot)
        name = self.tr("Last in it") if snapshot.state is BayState.EMPTY else self.tr("Handed out")
        pooled = [(name, mark)] if mark else []
        self._facts.show_facts([*pooled, *facts(snapshot, self._clock())])
        self._show_table(snapshot)

    def _show_heading(self, snapshot: BaySnapshot) -> None:
        camera = faces.camera_name(snapshot)
        look = faces.look_of(snapshot)
        self._title.setText(DOT.join(part for part in (snapshot.bay, camera) if part))
        self._title.setToolTip(snapshot.serial or "")
        self._subtitle.setText(subtitle(snapshot, self._clock()))
        self._mark.show_mark(look.icon, faces.short_word(snapshot.state), look.tone)

    def _show_reasons(self, snapshot: BaySnapshot) -> None:
        tone = faces.look(snapshot.state).tone
        for index, box in enumerate(self._reasons):
            if index < len(snapshot.reasons):
                reason = snapshot.reasons[index]
                box.show_reason(reason.what_happened, reason.what_to_do, tone if tone is Tone.FAULT else Tone.WARN)
            else:
                box.say_nothing()

    def _show_progress(self, snapshot: BaySnapshot) -> None:
        recordings = snapshot.recordings or ()
        self._progress.setVisible(bool(recordings))
        done, total = faces.copied_bytes(snapshot)
        figures = [words.progress(done, total), *faces.pace(snapshot)] if snapshot.working else [counted(snapshot)]
        self._position.setText(place(snapshot))
        self._pace.setText(DOT.join(figures))
        self._strip.show_recordings(recordings)
        self._legend.show_legend(failed=any(one.state is RecordingState.FAILED for one in recordings))

    def _show_table(self, snapshot: BaySnapshot) -> None:
        recordings = snapshot.recordings or ()
        self.table.setVisible(bool(recordings))
        self._recordings.show_recordings(recordings)
        fitting = len(recordings) * ROW + ROW + 2
        self.table.setMinimumHeight(min(fitting, 4 * ROW))
        self.table.setMaximumHeight(fitting)


def subtitle(snapshot: BaySnapshot, now: datetime) -> str:
    """What kind of camera it is, with its whole serial number."""
    if snapshot.state is BayState.EMPTY:
        return translate("details", "Free since {time}. Dock a camera here and its recordings are copied.").format(
            time=words.moment(snapshot.since, now)
        )
    parts = [" ".join(part for part in (snapshot.make, snapshot.model) if part) or faces.usb_ids(snapshot)]
    if snapshot.serial and snapshot.serial != faces.camera_name(snapshot):
        parts.append(translate("details", "SN\N{NO-BREAK SPACE}{serial}").format(serial=snapshot.serial))
    return DOT.join(part for part in parts if part)


def place(snapshot: BaySnapshot) -> str:
    """Where the routine is in the list: "3 of 12", or how many there are."""
    n, of = faces.position(snapshot)
    if snapshot.working:
        return translate("details", "{n} of {of}").format(n=n, of=of)
    return words.counted(of, translate("details", "%1 recording"), translate("details", "%1 recordings"))


def counted(snapshot: BaySnapshot) -> str:
    """How many recordings are safe, and of those how many are gone from the camera."""
    recordings = snapshot.recordings or ()
    safe = sum(one.state in faces.SAFE for one in recordings)
    released = sum(one.state is RecordingState.RELEASED for one in recordings)
    text = translate("details", "{safe} sealed, {released} released")
    return text.format(safe=words.number(safe), released=words.number(released))


def facts(snapshot: BaySnapshot, now: datetime) -> Iterator[tuple[str, str]]:
    """The facts that are known of this camera, each with its name."""
    if owner := snapshot.brought_by or snapshot.owner:
        yield translate("details", "Back from"), owner
    if snapshot.docked_at:
        yield translate("details", "Docked"), words.moment(snapshot.docked_at, now)
    if snapshot.battery_percent is not None:
        yield translate("details", "Battery"), words.percent(snapshot.battery_percent)
    if clock := faces.clock_fact(snapshot):
        yield translate("details", "Clock"), clock
    if snapshot.firmware:
        yield translate("details", "Firmware"), snapshot.firmware
    if snapshot.usb_path:
        yield translate("details", "USB place"), snapshot.usb_path
    if snapshot.held:
        held = words.counted(snapshot.held, translate("details", "1 recording"), translate("details", "%1 recordings"))
        yield translate("details", "Held"), held
    for remark in snapshot.remarks:
        yield translate("details", "Note"), f"{remark.what_happened} {remark.what_to_do}".strip()
    if snapshot.kept:
        yield translate("details", "Footage"), translate("details", "sealed, and kept on the camera as asked")
