"""Notices: a stack at the corner of the page that blocks nothing. The urgent ones stay until they are seen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QEvent, QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.snapshot import Notice
from app.ui import words
from app.ui.marks import Mark, label
from app.ui.tokens import NOTICE_WIDTH, SPACE_L, SPACE_M, SPACE_S, SPACE_XS, Theme, Tone, Type
from app.ui.words import DOT

SHOWN_MS = 8000
"""A notice that is not urgent goes by itself after this time."""
MOST = 3
"""So many notices are shown at once; the others wait behind them."""


class NoticeCard(QFrame):
    """One notice: what happened, what to do, and a button to say that it was seen."""

    seen = Signal(object)

    def __init__(self, notice: Notice, now: datetime, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.notice = notice
        tone = Tone.FAULT if notice.urgent else Tone.BUSY
        self.setObjectName("notice")
        self.setProperty("paper", str(tone))
        self.setFixedWidth(NOTICE_WIDTH)
        self.setAccessibleName(notice.reason.what_happened)
        mark = Mark(theme, Type.SMALL_STRONG)
        mark.show_mark("attention" if notice.urgent else "info", "", tone)
        where = DOT.join(part for part in (notice.bay or "", words.moment(notice.at, now)) if part)
        self.button = QPushButton(self.tr("Seen"))
        self.button.setAccessibleName(self.tr("Seen: {what}").format(what=notice.reason.what_happened))
        self.button.clicked.connect(self._say_seen)
        head = QHBoxLayout()
        head.setSpacing(SPACE_S)
        head.addWidget(mark)
        head.addWidget(label(Type.SMALL, where, ink="muted"), 1)
        head.addWidget(self.button)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_M, SPACE_S, SPACE_S, SPACE_M)
        column.setSpacing(SPACE_XS)
        column.addLayout(head)
        for kind, text in ((Type.STRONG, notice.reason.what_happened), (Type.BODY, notice.reason.what_to_do)):
            line = label(kind, text)
            line.setWordWrap(True)
            column.addWidget(line)
        if not notice.urgent:
            QTimer.singleShot(SHOWN_MS, self, self._say_seen)

    @Slot()
    def _say_seen(self) -> None:
        self.seen.emit(self.notice)


class Notices(QWidget):
    """The stack, newest at the bottom, over the lower right corner of the page that it stands on."""

    def __init__(self, page: QWidget, theme: Theme, clock: Callable[[], datetime]) -> None:
        super().__init__(page)
        self._page = page
        self._theme = theme
        self._clock = clock
        self._kept: list[Notice] = []
        self.cards: list[NoticeCard] = []
        self.setAccessibleName(self.tr("Notices"))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(SPACE_S)
        page.installEventFilter(self)
        self.hide()

    @Slot(object)
    def show_notice(self, notice: Notice) -> None:
        """Add a notice; one that is there already is not said twice."""
        if notice not in self._kept:
            self._kept.append(notice)
            self._lay_out()

    @Slot(object)
    def forget(self, notice: Notice) -> None:
        """A notice was seen, or has had its time: the next that waits comes up."""
        self._kept = [one for one in self._kept if one is not notice]
        self._lay_out()

    def _lay_out(self) -> None:
        shown = self._kept[:MOST]
        for card in [card for card in self.cards if card.notice not in shown]:
            self.cards.remove(card)
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        for notice in [notice for notice in shown if notice not in [card.notice for card in self.cards]]:
            card = NoticeCard(notice, self._clock(), self._theme, self)
            card.seen.connect(self.forget)
            self._column.addWidget(card)
            self.cards.append(card)
        self.setVisible(bool(self.cards))
        self._place()

    def _place(self) -> None:
        page = self._page
        for card in self.cards:
            card.ensurePolished()  # its texts wrap in the type that they are shown in
            card.setFixedHeight(card.heightForWidth(NOTICE_WIDTH))
        self.resize(NOTICE_WIDTH, self._column.totalMinimumSize().height())
        self.move(page.width() - self.width() - SPACE_L - SPACE_M, page.height() - self.height() - SPACE_L * 4)
        self.raise_()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Keep to the corner when the page changes its size."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False
