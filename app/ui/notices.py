"""Notices: all of them since the start, and the stack of those not yet seen at the corner of the page.

Nothing here blocks. An urgent notice stays until a person says that it was seen; the others leave the stack by
themselves and are kept, unseen, for the drawer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QEvent, QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.snapshot import Notice, Reason
from app.ui import hush, words
from app.ui.marks import Mark, label
from app.ui.tokens import NOTICE_WIDTH, SPACE_L, SPACE_M, SPACE_S, SPACE_XS, Theme, Tone, Type
from app.ui.words import DOT

SHOWN_MS = 8000
"""A notice that is not urgent leaves the stack by itself after this time."""
MOST = 2
"""So many notices are in the stack at once, so that the page is still seen; the others wait behind them."""
KEPT = 500
"""So many notices are kept for the drawer."""


@dataclass(slots=True, eq=False)
class Entry:
    """One piece of news: the newest notice that told it, how often it was told unseen, and whether it was seen."""

    notice: Notice
    times: int = 1
    seen: bool = False
    in_stack: bool = True


class NoticeLog(QObject):
    """Every notice since the start, at most KEPT. `changed` says that there is another one, or one was seen."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.entries: list[Entry] = []
        self._hushed = False

    def hush(self, *, hushed: bool) -> None:
        """Tell notices without the names of recordings, or again with them."""
        if hushed != self._hushed:
            self._hushed = hushed
            self.changed.emit()

    def told(self, entry: Entry) -> Reason:
        """What a notice tells now."""
        return hush.reason(entry.notice.reason) if self._hushed else entry.notice.reason

    @property
    def unseen(self) -> int:
        """How many nobody has said to have seen."""
        return sum(not entry.seen for entry in self.entries)

    @property
    def urgent(self) -> bool:
        """Whether one of the unseen is urgent."""
        return any(entry.notice.urgent and not entry.seen for entry in self.entries)

    @property
    def stack(self) -> list[Entry]:
        """Those that are to be shown over the page, oldest first."""
        return [entry for entry in self.entries if entry.in_stack and not entry.seen]

    @Slot(object)
    def add(self, notice: Notice) -> None:
        """Keep a notice. The same news again, while it is unseen, is counted and not listed twice."""
        same = next((one for one in self.entries if not one.seen and _same(one.notice, notice)), None)
        if same is None:
            self.entries.append(Entry(notice))
            self._trim()
        elif same.notice != notice:
            same.notice, same.times, same.in_stack = notice, same.times + 1, True
        self.changed.emit()

    def recall(self, notice: Notice) -> None:
        """Put news back on the stack, as unseen; news that was never told is told now."""
        same = next((one for one in reversed(self.entries) if _same(one.notice, notice)), None)
        if same is None:
            self.add(notice)
            return
        same.seen, same.in_stack = False, True
        self.changed.emit()

    def see(self, *entries: Entry) -> None:
        """A person has seen these."""
        for entry in entries:
            entry.seen = True
        self.changed.emit()

    def let_go(self, *entries: Entry) -> None:
        """These leave the stack, unseen."""
        for entry in entries:
            entry.in_stack = False
        self.changed.emit()

    def bring_back(self) -> None:
        """The urgent ones that nobody has seen are on the stack again."""
        for entry in self.entries:
            entry.in_stack = entry.in_stack or entry.notice.urgent
        self.changed.emit()

    def _trim(self) -> None:
        """When there are too many, forget the oldest that was seen; else that is not urgent; else the oldest."""
        if len(self.entries) > KEPT:
            rest = [one for one in self.entries if one.seen] or [one for one in self.entries if not one.notice.urgent]
            self.entries.remove((rest or self.entries)[0])


def _same(one: Notice, other: Notice) -> bool:
    return (one.reason, one.bay) == (other.reason, other.bay)


class NoticeCard(QFrame):
    """One piece of news: what happened, what to do, the way to its bay, and a button to say that it was seen."""

    seen = Signal(object)
    lapsed = Signal(object)
    asked = Signal(str)

    def __init__(
        self, entry: Entry, log: NoticeLog, now: datetime, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.entry, self._log = entry, log
        notice = entry.notice
        tone = Tone.FAULT if notice.urgent else Tone.BUSY
        self.setObjectName("notice")
        self.setProperty("paper", str(tone))
        self._mark = Mark(theme, Type.SMALL_STRONG)
        self._mark.show_mark("attention" if notice.urgent else "info", "", tone)
        self._where, self._state = label(Type.SMALL, ink="muted"), label(Type.SMALL, self.tr("Seen"), ink="muted")
        self._happened, self._to_do = label(Type.STRONG), label(Type.BODY)
        self.show_bay, self.button = self._buttons(notice)
        self._lay_out()
        self.retell(now)

    @property
    def notice(self) -> Notice:
        """The newest notice that told this."""
        return self.entry.notice

    def _buttons(self, notice: Notice) -> tuple[QPushButton, QPushButton]:
        show_bay = QPushButton(self.tr("Show {bay}").format(bay=notice.bay or ""))
        show_bay.setAccessibleName(self.tr("Show bay {bay}").format(bay=notice.bay or ""))
        if notice.bay is None:
            show_bay.hide()
        show_bay.clicked.connect(self._ask)
        seen = QPushButton(self.tr("Seen"))
        seen.clicked.connect(self._say_seen)
        return show_bay, seen

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(SPACE_S)
        head.addWidget(self._mark)
        head.addWidget(self._where, 1)
        for one in (self.show_bay, self.button, self._state):
            head.addWidget(one)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_M, SPACE_S, SPACE_S, SPACE_M)
        column.setSpacing(SPACE_XS)
        column.addLayout(head)
        for line in (self._happened, self._to_do):
            line.setWordWrap(True)
            column.addWidget(line)

    def retell(self, now: datetime) -> None:
        """Say what, when, how often, and whether it was seen."""
        notice, times = self.entry.notice, self.entry.times
        reason = self._log.told(self.entry)
        self._happened.setText(reason.what_happened)
        self._to_do.setText(reason.what_to_do)
        self.setAccessibleName(reason.what_happened)
        self.button.setAccessibleName(self.tr("Seen: {what}").format(what=reason.what_happened))
        often = self.tr("{n} times").format(n=words.number(times)) if times > 1 else ""
        self._where.setText(DOT.join(part for part in (notice.bay, words.moment(notice.at, now), often) if part))
        self._where.setToolTip(words.utc(notice.at))
        self.button.setVisible(not self.entry.seen)
        self._state.setVisible(self.entry.seen)

    @Slot()
    def lapse(self) -> None:
        """It has been shown long enough."""
        self.lapsed.emit(self.entry)

    @Slot()
    def _say_seen(self) -> None:
        self.seen.emit(self.entry)

    @Slot()
    def _ask(self) -> None:
        self.asked.emit(self.entry.notice.bay)


class Notices(QWidget):
    """The stack, newest at the bottom, over the lower left corner of the page. `asked` goes to a bay.

    `all_asked`: show all of them, those too that wait behind the stack.
    The acts of every page stand on its right: there it would lie over what a person is about to press.
    """

    asked = Signal(str)
    all_asked = Signal()

    def __init__(self, page: QWidget, log: NoticeLog, theme: Theme, clock: Callable[[], datetime]) -> None:
        super().__init__(page)
        self._page, self._log, self._theme, self._clock = page, log, theme, clock
        self.cards: list[NoticeCard] = []
        self.setAccessibleName(self.tr("Notices"))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(SPACE_S)
        self.more = QPushButton()
        self.more.setToolTip(self.tr("All notices: Alt+N"))
        self.more.clicked.connect(self.all_asked)
        self._column.addWidget(self.more)
        page.installEventFilter(self)
        log.changed.connect(self._lay_out)
        self.hide()

    @Slot(object)
    def _see(self, entry: Entry) -> None:
        self._log.see(entry)

    @Slot(object)
    def _let_go(self, entry: Entry) -> None:
        self._log.let_go(entry)

    @Slot()
    def _lay_out(self) -> None:
        shown = self._log.stack[:MOST]
        for card in [card for card in self.cards if card.entry not in shown]:
            self.cards.remove(card)
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        up = [card.entry for card in self.cards]
        for entry in shown:
            if entry not in up:
                self._add_card(entry)
        for card in self.cards:
            card.retell(self._clock())
        self._tell_more(len(self._log.stack) - len(shown))
        self.setVisible(bool(self.cards))
        self._place()

    def _tell_more(self, waiting: int) -> None:
        told = words.counted(waiting, self.tr("1 more notice"), self.tr("%1 more notices"))
        self.more.setText(told)
        self.more.setVisible(waiting > 0)

    def _add_card(self, entry: Entry) -> None:
        card = NoticeCard(entry, self._log, self._clock(), self._theme, self)
        card.setFixedWidth(NOTICE_WIDTH)
        card.seen.connect(self._see)
        card.lapsed.connect(self._let_go)
        card.asked.connect(self.asked)
        self._column.insertWidget(len(self.cards), card)
        card.show()  # the stack is measured at once, and what is hidden would not count
        self.cards.append(card)
        if not entry.notice.urgent:
            QTimer.singleShot(SHOWN_MS, card, card.lapse)

    def _place(self) -> None:
        for card in self.cards:
            card.ensurePolished()  # its texts wrap in the type that they are shown in
            card.setFixedHeight(card.heightForWidth(NOTICE_WIDTH))
        self.resize(NOTICE_WIDTH, self._column.totalMinimumSize().height())
        self.move(SPACE_L + SPACE_M, self._page.height() - self.height() - SPACE_L - SPACE_M)
        self.raise_()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Keep to the corner when the page changes its size."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False
