"""What came in, once all is done: how many cameras and recordings, how long it took, and what was odd."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import msgspec
from PySide6.QtCore import Signal
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QPushButton, QSizePolicy, QVBoxLayout

from app.snapshot import BaySnapshot, Finished
from app.times import CLOCK_NOTICE_S, clock_words
from app.ui import words
from app.ui.marks import label
from app.ui.printing import Printing
from app.ui.tokens import SPACE_M, SPACE_S, Type, font
from app.ui.words import DOT, translate
from app.words import size_words, time_words

PAUSE = timedelta(hours=1)
"""After so long without a camera at work, the next one begins a new summary."""


class CameraDone(msgspec.Struct, frozen=True):
    """What became of one camera: what was sealed of it (bytes), what was not, and what a person should know."""

    camera: str
    bay: str
    recordings: int
    bytes: int
    failed: int
    odd: tuple[str, ...]


class Summary(msgspec.Struct, frozen=True):
    """What was done between two times, by camera in the order in which they were done."""

    began: datetime
    ended: datetime
    cameras: dict[str, CameraDone]


def add(before: Summary | None, finished: Finished, shown: BaySnapshot, at: datetime) -> Summary:
    """The summary with one more run of the routine in it, which ended at this time in a bay that is shown so."""
    began = shown.docked_at or at
    if before is None or began - before.ended > PAUSE:
        before = Summary(began, at, {})
    key = shown.camera_id or shown.serial or shown.bay
    earlier = before.cameras.get(key)
    done = CameraDone(
        camera=shown.serial or translate("summary", "Camera without a number"),
        bay=shown.bay,
        recordings=finished.recordings + (earlier.recordings if earlier else 0),
        bytes=finished.bytes + (earlier.bytes if earlier else 0),
        failed=finished.failed,
        odd=tuple(odd(finished, shown)),
    )
    return Summary(min(before.began, began), at, before.cameras | {key: done})


def odd(finished: Finished, shown: BaySnapshot) -> Iterator[str]:
    """What a person should know of one camera, in sentences."""
    reasons = dict.fromkeys((*((finished.reason,) if finished.reason else ()), *shown.reasons))
    for reason in reasons:
        yield f"{reason.what_happened} {reason.what_to_do}"
    if shown.clock_offset_s is not None and abs(shown.clock_offset_s) > CLOCK_NOTICE_S and shown.clock_set:
        yield translate("summary", "Its clock was {offset}, and has been set.").format(
            offset=clock_words(shown.clock_offset_s)
        )


def head(summary: Summary) -> str:
    """The whole in one line: cameras, recordings, bytes, time."""
    cameras = summary.cameras.values()
    recordings = sum(one.recordings for one in cameras)
    parts = [
        words.counted(len(cameras), translate("summary", "1 camera"), translate("summary", "%1 cameras")),
        words.counted(recordings, translate("summary", "1 recording"), translate("summary", "%1 recordings")),
        size_words(sum(one.bytes for one in cameras)),
        translate("summary", "in {time}").format(time=time_words((summary.ended - summary.began).total_seconds())),
    ]
    return DOT.join(parts)


def text(summary: Summary, station: str, now: datetime) -> str:
    """The summary as it is shown and printed, in lines."""
    cameras = list(summary.cameras.values())
    failed = sum(one.failed for one in cameras)
    safe = translate("summary", "Every recording is sealed, proved and in the ledger.")
    left = words.counted(
        failed,
        translate("summary", "1 recording is not sealed, or was not released. It is still on its camera."),
        translate("summary", "%1 recordings are not sealed, or were not released. They are still on their cameras."),
    )
    span = translate("summary", "{began} to {ended}")
    lines = [
        station,
        span.format(began=words.moment(summary.began, now), ended=words.moment(summary.ended, now)),
        head(summary),
        left if failed else safe,
        "",
        *_oddities(cameras),
        "",
        *map(_line, cameras),
    ]
    return "\n".join(lines)


def _line(one: CameraDone) -> str:
    recordings = words.counted(
        one.recordings, translate("summary", "1 recording"), translate("summary", "%1 recordings")
    )
    return DOT.join((one.bay, one.camera, recordings, size_words(one.bytes)))


def _oddities(cameras: list[CameraDone]) -> Iterator[str]:
    found = [one for one in cameras if one.odd]
    if not found:
        yield translate("summary", "Nothing was odd.")
        return
    yield translate("summary", "To look at:")
    for one in found:
        for sentence in one.odd:
            yield f"{one.bay}{DOT}{one.camera}: {sentence}"


class SummaryPane(QFrame):
    """Shows a summary where the details of a bay are else, and prints it. `ended` asks for the details again."""

    ended = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("panel")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Ignored)
        self.printing = Printing(self, self._document)
        self.words = QPlainTextEdit(readOnly=True)
        self.words.setAccessibleName(self.tr("Summary"))
        self.words.setFont(font(Type.BODY))
        self.words.setFrameShape(QFrame.Shape.NoFrame)
        self.words.setTabChangesFocus(True)
        self.words.document().setDocumentMargin(0)
        self.print, self.back = QPushButton(self.tr("Print…")), QPushButton(self.tr("Back to the bay"))
        for button, do in ((self.print, self.printing.ask), (self.back, self.ended)):
            button.setAccessibleName(button.text())
            button.clicked.connect(do)
        self._lay_out()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_M, 14, SPACE_M, SPACE_M)
        column.setSpacing(SPACE_S)
        column.addWidget(label(Type.TITLE, self.tr("Summary")))
        column.addWidget(self.words, 1)
        row = QHBoxLayout()
        row.setSpacing(SPACE_S)
        row.addWidget(self.print, 1)
        row.addWidget(self.back, 1)
        column.addLayout(row)

    def show_text(self, shown: str) -> None:
        """Show this; the place that is read stays when it is the same."""
        if shown != self.words.toPlainText():
            self.words.setPlainText(shown)

    def _document(self) -> QTextDocument:
        document = QTextDocument()
        document.setPlainText(self.words.toPlainText())
        return document
