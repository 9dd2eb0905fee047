"""The Dock: the counts, the sentence, the wall of bays, and the details of the chosen one."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QWidget

from app.board import bay_order
from app.snapshot import Act, BaySnapshot
from app.ui.details import Details
from app.ui.marks import label
from app.ui.page import Context, Page
from app.ui.panels import Counts, Sentence, SentencePanel, sentence
from app.ui.tokens import DETAILS_MAX, DETAILS_MIN, DETAILS_SHARE, RING, SPACE_L, SPACE_M, Tone, Type
from app.ui.wall import Wall
from app.ui.words import translate


class DockPage(Page):
    """Everything on it is a function of the newest snapshots that the bridge delivered."""

    NAME = "dock"
    SHAPE = "dock"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        theme, clock = context.theme, context.clock
        self._bridge = context.bridge
        self._clock = clock
        self._bays: dict[str, BaySnapshot] = {}
        self.chosen = ""
        self.counts, self.sentence = Counts(theme), SentencePanel(theme)
        self.wall, self.details = Wall(theme), Details(theme, clock)
        self._nothing = self._empty_text()
        self._lay_out()
        self._connect()
        self.details.hide()
        self.sentence.show_sentence(sentence(()))

    @classmethod
    def title(cls) -> str:
        """What people call the page."""
        return translate("pages", "Dock")

    def _empty_text(self) -> QLabel:
        text = label(
            Type.BODY,
            self.tr(
                "The bays of your docks will be here.\n\n"
                "Dock a camera: it is recognised, its recordings are copied and sealed,\n"
                "each copy is proved, and only then is the camera freed."
            ),
            ink="muted",
        )
        text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        return text

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(SPACE_M)
        head.setContentsMargins(RING, 0, 0, 0)
        self.counts.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        head.addWidget(self.counts, 5)
        head.addWidget(self.sentence, 6)
        grid = QGridLayout(self)
        grid.setContentsMargins(SPACE_L - RING, 14, SPACE_L, SPACE_L - RING)
        grid.setHorizontalSpacing(SPACE_M - RING)
        grid.setVerticalSpacing(SPACE_M - RING)
        grid.addLayout(head, 0, 0, 1, 2)
        grid.addWidget(self.wall, 1, 0)
        grid.addWidget(self._nothing, 1, 0)
        grid.addWidget(self._framed(self.details), 1, 1)
        grid.setColumnStretch(0, 1)
        grid.setRowStretch(1, 1)

    def _framed(self, pane: QWidget) -> QWidget:
        """The pane with the wall's allowance for a ring above and below, so that their edges are in line."""
        frame = QWidget()
        frame.setObjectName("plain")
        row = QHBoxLayout(frame)
        row.setContentsMargins(0, RING, 0, RING)
        row.addWidget(pane)
        return frame

    def _connect(self) -> None:
        self._bridge.changed.connect(self.show_bays)
        self._bridge.stopped.connect(self.show_stopped)
        self._bridge.answered.connect(self.details.show_answer)
        self._bridge.answered.connect(self.sentence.show_answer)
        self.details.wanted.connect(self._act)
        self.sentence.wanted.connect(self._act)
        self.wall.chosen.connect(self.choose)
        self.counts.asked.connect(self._choose_next)

    @Slot(object)
    def show_bays(self, snapshots: tuple[BaySnapshot, ...]) -> None:
        """Show these new snapshots; the bays that are not among them stay as they are."""
        self._bays.update({one.bay: one for one in snapshots})
        self._bays = dict(sorted(self._bays.items(), key=lambda item: bay_order(item[0])))
        everyone = tuple(self._bays.values())
        self._nothing.hide()
        self.wall.show_bays(snapshots, self._clock())
        self.counts.show_bays(everyone)
        self.sentence.show_sentence(sentence(everyone))
        if not self.chosen:
            self.choose(next((one.bay for one in everyone if one.recordings), everyone[0].bay))
        elif any(one.bay == self.chosen for one in snapshots):
            self.details.show_bay(self._bays[self.chosen])

    @Slot()
    def show_stopped(self) -> None:
        """Say plainly that what is on screen no longer moves."""
        self.sentence.show_sentence(
            Sentence(
                self.tr("Docking has stopped: the Dockwarden that ran the docks has ended."),
                self.tr("What is shown is how the bays stood then. Start Dockwarden again to go on."),
                "fault",
                Tone.FAULT,
            )
        )

    def come_up(self, what: object) -> None:
        """Choose this bay, named as text."""
        if isinstance(what, str):
            self.choose(what)

    @Slot(str)
    def choose(self, bay: str) -> None:
        """Choose a bay: its card is ringed, its details are shown."""
        if bay == self.chosen or bay not in self._bays:
            return
        self.chosen = bay
        self.wall.choose(bay)
        self.details.show_bay(self._bays[bay])
        if self.details.isHidden():
            self.details.show()
            self.wall.cards[bay].setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(object)
    def _choose_next(self, counts: Callable[[BaySnapshot], bool]) -> None:
        """Choose the first bay that counts; from one of them on, the next."""
        names = [name for name, shown in self._bays.items() if counts(shown)]
        if names:
            at = names.index(self.chosen) + 1 if self.chosen in names else 0
            self.choose(names[at % len(names)])

    @Slot(object)
    def _act(self, act: Act) -> None:
        self._bridge.act(act)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the details their share of the width."""
        super().resizeEvent(event)
        share = round(event.size().width() * DETAILS_SHARE)
        self.details.setFixedWidth(max(DETAILS_MIN, min(DETAILS_MAX, share)))

    def showEvent(self, event: QShowEvent) -> None:
        """The words that depend on the time of day are made anew when the page comes up."""
        super().showEvent(event)
        self.retell()

    def retell(self) -> None:
        """Say everything again, as it is to be said at this time (a new day gives old times their date)."""
        if self._bays:
            self.wall.show_bays(self._bays.values(), self._clock())
            self.details.show_bay(self._bays[self.chosen])
