"""The Dock: the counts, the sentence, the wall of bays, and the details of the chosen one."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QWidget

from app.board import bay_order
from app.snapshot import Act, BaySnapshot, Finished, StationView
from app.ui import hush
from app.ui.bay_acts import BayActs
from app.ui.bridge import Happening
from app.ui.details import Details
from app.ui.marks import keyed, label
from app.ui.page import Context, Page
from app.ui.panels import Counts, Sentence, SentencePanel, looking, needs_you, sentence
from app.ui.pool_marks import PoolMarks
from app.ui.summary import Summary, SummaryPane, add, head, text
from app.ui.tokens import DETAILS_MAX, DETAILS_MIN, DETAILS_SHARE, RING, SPACE_L, SPACE_M, Tone, Type
from app.ui.wall import Wall


class DockPage(Page):
    """Everything on it is a function of the newest snapshots that the bridge delivered."""

    NAME = "dock"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        theme, clock = context.theme, context.clock
        self._bridge = context.bridge
        self._clock = clock
        self._session = context.session
        self._bays: dict[str, BaySnapshot] = {}
        self.chosen = ""
        self._station = ""
        self.counts, self.sentence = Counts(theme), SentencePanel(theme)
        self.pool = PoolMarks(context, self)
        self.acts = BayActs(context.session)
        self.wall, self.details = Wall(theme), Details(theme, clock, self.acts)
        self.summary: Summary | None = None
        self.summary_pane = SummaryPane()
        self._nothing = self._empty_text()
        self.next_needing = self._action(self.tr("Next camera that needs you"), "F2", self._choose_needing)
        self.tell_summary = self._action(self.tr("Summary"), "F4", self._show_summary)
        self.tell_summary.setEnabled(False)
        self._lay_out()
        self._connect()
        self.details.hide()
        self.summary_pane.hide()
        self.sentence.show_sentence(looking())

    def _action(self, text: str, key: str, do: Callable[[], None]) -> QAction:
        action = keyed(QAction(text, self), key)
        action.triggered.connect(do)
        self.addAction(action)
        return action

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
        grid.addWidget(self._framed(self.details, self.summary_pane), 1, 1)
        grid.setColumnStretch(0, 1)
        grid.setRowStretch(1, 1)

    def _framed(self, *panes: QWidget) -> QWidget:
        """Panes, of which one is shown, with the wall's allowance for a ring above and below: edges are in line."""
        frame = QWidget()
        frame.setObjectName("plain")
        row = QHBoxLayout(frame)
        row.setContentsMargins(0, RING, 0, RING)
        for pane in panes:
            row.addWidget(pane)
        return frame

    def _connect(self) -> None:
        self._bridge.changed.connect(self.show_bays)
        self._bridge.happened.connect(self.show_happened)
        self._bridge.station_changed.connect(self._know_station)
        self.sentence.tell.clicked.connect(self.tell_summary.trigger)
        self.summary_pane.ended.connect(self._show_details)
        self.addActions(self.acts.all)
        self._bridge.stopped.connect(self.show_stopped)
        self._bridge.answered.connect(self.acts.show_answer)
        self._bridge.answered.connect(self.sentence.show_answer)
        self.acts.wanted.connect(self._act)
        self.acts.opened.connect(self._open_recordings)
        self.sentence.wanted.connect(self._act)
        self.wall.chosen.connect(self.choose)
        self.counts.asked.connect(self._choose_next)
        self.counts.late_asked.connect(self._open_late)
        self.pool.changed.connect(self._show_pool)
        self._session.changed.connect(self._follow_session)

    @Slot(object)
    def show_bays(self, snapshots: tuple[BaySnapshot, ...]) -> None:
        """Show these new snapshots; the bays that are not among them stay as they are."""
        self._bays.update({one.bay: one for one in snapshots})
        self._bays = dict(sorted(self._bays.items(), key=lambda item: bay_order(item[0])))
        everyone = tuple(self._bays.values())
        self._nothing.hide()
        self.wall.show_bays(map(self._told, snapshots), self._clock(), self.pool.words)
        self.pool.show_bays(everyone)
        self.counts.show_bays(everyone)
        self.sentence.show_sentence(sentence(everyone))
        self._offer_summary()
        if not self.chosen:
            self.choose(next((one.bay for one in everyone if one.recordings), everyone[0].bay))
        elif any(one.bay == self.chosen for one in snapshots):
            self._show_chosen()

    def _show_chosen(self) -> None:
        shown = self._told(self._bays[self.chosen])
        self.details.show_bay(shown, self.pool.words(shown))
        self.acts.show_bay(shown)

    def _told(self, snapshot: BaySnapshot) -> BaySnapshot:
        """A bay as it is told: while nobody is signed in, without what names recordings and people."""
        return hush.bay(snapshot) if self._session.locked else snapshot

    @Slot()
    def _follow_session(self) -> None:
        """Somebody signed in or the window was locked: tell every bay again, and end what was being written."""
        if self._session.locked:
            self.acts.end_question()
            self._show_details()
            self.summary_pane.show_text("")
        self._say_again()

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

    def warm_up(self) -> None:
        """Have the details find their fonts, styles and layout, as else they do when first shown."""
        for one in (self.details, *self.details.findChildren(QWidget)):
            one.ensurePolished()
        self.details.sizeHint()

    def come_up(self, what: object) -> None:
        """Choose this bay, named as text."""
        if isinstance(what, str):
            self.choose(what)

    @Slot(str)
    def choose(self, bay: str) -> None:
        """Choose a bay: its card is ringed, its details are shown."""
        if bay not in self._bays:
            return
        self._show_details()
        if bay == self.chosen:
            return
        self.chosen = bay
        self.wall.choose(bay)
        QWidget.setTabOrder(self.sentence.tell, self.wall.cards[bay])  # the wall is read before the details
        self._show_chosen()
        if self.details.isHidden():
            self.details.show()
            self.wall.cards[bay].setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _choose_needing(self) -> None:
        self._choose_next(needs_you)

    @Slot(object)
    def show_happened(self, happened: tuple[Happening, ...]) -> None:
        """Count what is done."""
        for one in happened:
            if isinstance(one, Finished) and one.bay in self._bays:
                self.summary = add(self.summary, one, self._bays[one.bay], self._clock())
                self.pool.look_soon()
        self._offer_summary()

    @Slot()
    def _show_pool(self) -> None:
        """The pool says something else of the cameras here."""
        if self.pool.marks is not None:
            self.counts.show_late(self.pool.marks.late, pooled=self.pool.marks.pooled)
        self._say_again()

    @Slot()
    def _open_late(self) -> None:
        self.asked.emit("late", None)

    @Slot(object)
    def _know_station(self, station: StationView) -> None:
        self._station = station.name
        if not self._bays:
            self.sentence.show_sentence(sentence(()))

    def _offer_summary(self) -> None:
        """The summary is there once all that was begun is done."""
        done = self.summary is not None and not any(one.working for one in self._bays.values())
        self.tell_summary.setEnabled(done)
        self.sentence.offer_summary(head(self.summary) if done and self.summary else "")

    @Slot()
    def _show_summary(self) -> None:
        if self.summary is not None:
            told = text(self.summary, self._station, self._clock())
            self.summary_pane.show_text(hush.words(told) if self._session.locked else told)
            self.details.hide()
            self.summary_pane.show()
            self.summary_pane.back.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _show_details(self) -> None:
        if not self.summary_pane.isHidden():
            self.summary_pane.hide()
            self.details.show()

    @Slot(object)
    def _choose_next(self, counts: Callable[[BaySnapshot], bool]) -> None:
        """Choose the first bay that counts, from one of them on the next; those that need a person newest first."""
        found = [shown for shown in self._bays.values() if counts(shown)]
        if counts is needs_you:
            found.sort(key=lambda shown: shown.since, reverse=True)
        names = [shown.bay for shown in found]
        if names:
            at = names.index(self.chosen) + 1 if self.chosen in names else 0
            self.choose(names[at % len(names)])

    @Slot(str)
    def _open_recordings(self, camera_id: str) -> None:
        self.asked.emit("recordings", camera_id)

    @Slot(object)
    def _act(self, act: Act) -> None:
        self._bridge.act(act)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the details their share of the width."""
        super().resizeEvent(event)
        share = round(event.size().width() * DETAILS_SHARE)
        for pane in (self.details, self.summary_pane):
            pane.setFixedWidth(max(DETAILS_MIN, min(DETAILS_MAX, share)))

    def showEvent(self, event: QShowEvent) -> None:
        """The words that depend on the time of day are made anew when the page comes up."""
        super().showEvent(event)
        self.retell()

    def retell(self) -> None:
        """Say everything again, as it is to be said at this time (a new day gives old times their date)."""
        self.pool.look()
        self._say_again()

    def leave(self) -> None:
        """The window closes: look nothing up any more."""
        self.pool.close()

    def _say_again(self) -> None:
        if self._bays:
            self.wall.show_bays(map(self._told, self._bays.values()), self._clock(), self.pool.words)
            self._show_chosen()
