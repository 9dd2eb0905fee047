"""The drawer: a panel from the right that holds every notice since the start, newest first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.ui import icons, words
from app.ui.marks import label
from app.ui.notices import Entry, NoticeCard, NoticeLog
from app.ui.overlay import Overlay
from app.ui.tokens import DRAWER_WIDTH, SPACE_M, SPACE_S, TOP_BAR, Theme, Type

AT_ONCE = 20
"""So many notices are laid out at first, and as many more each time that older ones are asked for."""


class Drawer(Overlay):
    """Every notice with its time, its bay, what to do, and whether it was seen. `asked` goes to a bay.

    What comes while it is open waits behind a button, so that nothing moves under a finger. When the drawer goes, what
    is not urgent counts as seen; the urgent ones wait until a person says so.
    """

    asked = Signal(str)

    def __init__(self, over: QWidget, log: NoticeLog, theme: Theme, clock: Callable[[], datetime]) -> None:
        super().__init__(over)
        self._log, self._theme, self._clock = log, theme, clock
        self.cards: list[NoticeCard] = []
        self._laid: list[Entry] = []
        self.setObjectName("overlay")
        self.setAccessibleName(self.tr("Notices"))
        self.all_seen, self.close_button = QPushButton(self.tr("All seen")), QPushButton()
        self.newer, self.older = QPushButton(), QPushButton(self.tr("Show older notices"))
        self.nothing = self._empty_text()
        self._list = QVBoxLayout()
        self._list.setSpacing(SPACE_S)
        self._lay_out()
        self._connect()

    def _empty_text(self) -> QLabel:
        text = self.tr(
            "What needs your attention will be here: a camera taken out early, a damaged card, a disk that runs low."
            "\n\n"
            "There is nothing to make: notices come by themselves."
        )
        made = label(Type.BODY, text, ink="muted")
        made.setWordWrap(True)
        return made

    def _lay_out(self) -> None:
        inside = QWidget()
        inside.setObjectName("plain")
        column = QVBoxLayout(inside)
        column.setContentsMargins(SPACE_M, SPACE_M, SPACE_M, SPACE_M)
        column.setSpacing(SPACE_S)
        for one in (self.newer, self.nothing):
            column.addWidget(one)
        column.addLayout(self._list)
        column.addWidget(self.older)
        column.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidget(inside)
        self._scroll.setWidgetResizable(True)
        self._scroll.setAccessibleName(self.tr("All notices"))
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(1, 1, 1, 1)
        whole.setSpacing(0)
        whole.addWidget(self._head())
        whole.addWidget(self._scroll, 1)

    def _head(self) -> QFrame:
        head = QFrame()
        head.setObjectName("drawerHead")
        head.setFixedHeight(TOP_BAR)
        row = QHBoxLayout(head)
        row.setContentsMargins(SPACE_M, 0, SPACE_M, 0)
        row.setSpacing(SPACE_S)
        row.addWidget(label(Type.TITLE, self.tr("Notices")), 1)
        for one in (self.all_seen, self.close_button):
            row.addWidget(one)
        self.all_seen.setAccessibleName(self.tr("All notices seen"))
        self.close_button.setAccessibleName(self.tr("Close the notices"))
        self.close_button.setToolTip(self.tr("Close the notices (Esc)"))
        return head

    def _connect(self) -> None:
        self.all_seen.clicked.connect(self._see_all)
        self.close_button.clicked.connect(self.end)
        self.newer.clicked.connect(self._lay_anew)
        self.older.clicked.connect(self._lay_older)
        self._log.changed.connect(self._follow)
        self._theme.changed.connect(self._draw_shape)
        self._draw_shape()

    @Slot()
    def _draw_shape(self) -> None:
        self.close_button.setIcon(icons.icon("close", self._theme.palette.text))

    def place(self) -> None:
        """Stand at the right, as high as the page."""
        over = self._over
        width = min(DRAWER_WIDTH, over.width())
        self.setGeometry(over.width() - width, 0, width, over.height())

    @Slot()
    def come_up(self) -> None:
        """Come up with the newest first; what is on the stack is here now."""
        self._lay_anew()
        self._log.let_go(*self._log.entries)
        super().come_up()
        (self.cards[0].button if self.cards and not self.cards[0].entry.seen else self.close_button).setFocus()

    @Slot()
    def end(self) -> None:
        """Go: what is not urgent is seen, what is urgent and not seen is shown on the stack again."""
        if self.isVisible():
            self._log.see(*(one for one in self._laid if not one.notice.urgent))
            self._log.bring_back()
        super().end()

    def forget(self) -> None:
        """Hold no card: they are made when the drawer comes up."""
        for card in self.cards:
            self._list.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.cards, self._laid = [], []

    @Slot()
    def _lay_anew(self) -> None:
        self.forget()
        self._lay_older()
        self._scroll.verticalScrollBar().setValue(0)

    @Slot()
    def _lay_older(self) -> None:
        newest_first = sorted(self._log.entries, key=lambda entry: entry.notice.at, reverse=True)
        rest = [entry for entry in newest_first if entry not in self._laid]
        for entry in rest[:AT_ONCE]:
            card = NoticeCard(entry, self._log, self._clock(), self._theme)
            card.seen.connect(self._see)
            card.asked.connect(self.asked)
            self._list.addWidget(card)
            self.cards.append(card)
            self._laid.append(entry)
        self.older.setVisible(len(rest) > AT_ONCE)
        self._follow()

    @Slot()
    def _follow(self) -> None:
        """Say on the cards what was seen meanwhile, and on a button what has come."""
        now = self._clock()
        for card in self.cards:
            card.retell(now)
        newest = max((one.notice.at for one in self._laid), default=None)
        fresh = [
            one for one in self._log.entries if one not in self._laid and (newest is None or one.notice.at > newest)
        ]
        text = words.counted(len(fresh), self.tr("Show 1 new notice"), self.tr("Show %1 new notices"))
        self.newer.setText(text)
        self.newer.setVisible(bool(fresh))
        self.nothing.setVisible(not self._log.entries)
        self.all_seen.setEnabled(self._log.unseen > 0)

    @Slot(object)
    def _see(self, entry: Entry) -> None:
        place = [card.entry for card in self.cards].index(entry)
        after = next((card for card in self.cards[place + 1 :] if not card.entry.seen), None)
        (after.button if after else self.close_button).setFocus()
        self._log.see(entry)

    @Slot()
    def _see_all(self) -> None:
        self.close_button.setFocus()
        self._log.see(*self._log.entries)
