"""The kiosk: a whole screen for officers, worked by cards and by docking alone, read from 2 m.

It shows one of three things: what one person is told (with the wall of bays beside it), the cameras that were brought
back, or what to do. Nobody gets out of it but by Ctrl+Shift+Q, or by a signal.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial

from PySide6.QtCore import QSize, Qt, QTimer, Slot
from PySide6.QtGui import QAction, QCloseEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.custody.kiosk import OFFER, Acknowledged, GivenUp, Offer, Standing, Told
from app.home import Home
from app.ledger import receipt
from app.people.reader import Reader
from app.people.values import Refused
from app.snapshot import BaySnapshot, Reason, StationView
from app.ui import kiosk_words
from app.ui.asker import Asker
from app.ui.kiosk_desk import Desk
from app.ui.kiosk_parts import BigMark, CodePane, Foot, KioskWall, MessagePane, Rows, big_label, scale_to
from app.ui.kiosk_words import ABSENT, Message, Row
from app.ui.marks import restyle
from app.ui.page import Context
from app.ui.tokens import (
    KIOSK,
    KIOSK_FOOT,
    KIOSK_GAP,
    SPACE_L,
    SPACE_XL,
    Big,
    Tone,
    Type,
    font,
    plain_palette,
    stylesheet,
)
from app.ui.tones import Tones
from app.ui.words import counted, translate

LEAVE = "Ctrl+Shift+Q"
"""How staff get out."""
TWICE_S = 2.0
"""A card that is read again so soon was tapped once."""
SECOND_MS = 1000
MESSAGE_SHARE = 0.52
"""How much of the width the message has beside the wall."""


class KioskWindow(QWidget):
    """The whole kiosk. Everything on it follows from the bridge's snapshots and from what the desk answers."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context, self._theme, self._clock = context, context.theme, context.clock
        self._station, self._try_out, self._log_away, self._stopped = "", False, False, False
        self._bays: dict[str, BaySnapshot] = {}
        self._gone: dict[str, BaySnapshot] = {}
        self._standing: Standing | None = None
        self._offers: dict[str, Offer] = {}
        self._told: Message | None = None
        self._alarms: frozenset[str] = frozenset()
        self._reader, self._last = Reader(), ("", 0.0)
        self._leaving = False
        self._scale = 1.0
        self.desk, self.tones = Desk(context.home, self), Tones(self)
        self._asker, self._receipts = Asker("standing", self), Asker("receipt", self)
        self.setObjectName("kiosk")
        self.setWindowTitle(self.tr("Dockwarden kiosk"))
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.BlankCursor)
        QApplication.setFont(font(Type.BODY))
        self._build()
        self._connect()
        self._restyle()
        self._retell()

    # -- how it is made ----------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.message, self.wall, self.code = MessagePane(self._theme), KioskWall(self._theme), CodePane()
        self.banner, self.rows, self.foot = self._made_banner(), Rows(self._theme), Foot()
        self._one = QWidget()
        self._beside = QBoxLayout(QBoxLayout.Direction.LeftToRight, self._one)
        self._beside.setContentsMargins(0, 0, 0, 0)
        self._beside.addWidget(self.message)
        self._beside.addWidget(self.wall, 1)
        self._beside.addWidget(self.code, 1)
        self._many = QWidget()
        self._column = column = QVBoxLayout(self._many)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self._made_heading())
        column.addWidget(self.rows, 1)
        self.body = QStackedWidget()
        self.body.addWidget(self._one)
        self.body.addWidget(self._many)
        self._inner = QVBoxLayout()
        self._inner.addWidget(self.banner)
        self._inner.addWidget(self.body, 1)
        whole = QVBoxLayout(self)
        whole.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)  # the screen is as big as it is
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(self._inner, 1)
        whole.addWidget(self.foot)

    def _made_banner(self) -> QFrame:
        """The alarm that is said above a message: it must not wait until the message has gone."""
        banner = QFrame()
        restyle(banner, "paper", Tone.FAULT)
        self._alarm = BigMark(self._theme, Big.BODY)
        row = QHBoxLayout(banner)
        row.setContentsMargins(SPACE_XL, SPACE_L, SPACE_XL, SPACE_L)
        row.addWidget(self._alarm)
        return banner

    def _made_heading(self) -> QBoxLayout:
        self._heading = (big_label(Big.TITLE), big_label(Big.ASIDE, ink="muted"))
        first, second = self._heading
        first.setText(self.tr("Put your camera in any empty bay"))
        second.setText(self.tr("no card, no login"))
        self._head = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        for one in self._heading:
            self._head.addWidget(one)
        self._head.addStretch(1)
        return self._head

    def _connect(self) -> None:
        bridge = self._context.bridge
        bridge.station_changed.connect(self._take_station)
        bridge.changed.connect(self._take_bays)
        bridge.stopped.connect(self._take_stop)
        self.desk.told.connect(self._take_told)
        self.desk.refused.connect(self._take_refusal)
        self.desk.failed.connect(self._take_failure)
        self.desk.out.connect(self._take_out)
        self._asker.answered.connect(self._take_standing)
        self._asker.failed.connect(self._miss_standing)
        self._receipts.answered.connect(self._say)
        self._receipts.failed.connect(self._miss_receipt)
        self.rows.asked.connect(self._ask_receipt)
        self.message.pressed.connect(self._press)
        self._theme.changed.connect(self._restyle)
        leave = QAction(self.tr("Leave the kiosk"), self)
        leave.setShortcut(LEAVE)
        leave.triggered.connect(self.leave)
        self.addAction(leave)
        self._over = QTimer(self, singleShot=True)
        self._over.timeout.connect(self._forget)
        self._second = QTimer(self, interval=SECOND_MS)
        self._second.timeout.connect(self._tick)
        self._second.start()

    @Slot()
    def _restyle(self) -> None:
        QApplication.setPalette(plain_palette(self._theme.palette))
        self.setStyleSheet(stylesheet(self._theme.palette))
        self._fit()

    # -- what comes --------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Listen for cards. Typing does nothing."""
        at_s = event.timestamp() / 1000
        card = self._reader.key(event.text(), at_s)
        if card is None:
            return
        before, before_s = self._last
        self._last = card, at_s
        if card != before or at_s - before_s >= TWICE_S:
            self.desk.tap(card)

    @Slot(object)
    def _take_station(self, station: StationView) -> None:
        self._station, self._try_out = station.name, station.try_out
        self._ask_standing()
        self._retell()

    @Slot(object)
    def _take_bays(self, snapshots: tuple[BaySnapshot, ...]) -> None:
        self._stopped = False
        self._bays.update({one.bay: one for one in snapshots})
        self._gone = kiosk_words.gone_early(self._gone, self._bays.values())
        for offer in list(self._offers.values()):
            if self._is_gone(offer):
                del self._offers[offer.asset]
                self.desk.see_out(offer)
        self._retell()

    def _is_gone(self, offer: Offer) -> bool:
        """Whether what stands in the bay of an offer is not its camera any more."""
        bay = self._bays.get(offer.bay)
        return bay is not None and (bay.state in ABSENT or bay.asset not in {None, offer.asset})

    @Slot()
    def _take_stop(self) -> None:
        self._stopped = True
        self._retell()

    @Slot(object)
    def _take_told(self, told: Told) -> None:
        """Say what a card did."""
        match told:
            case Offer():
                self._offers.pop(told.asset, None)
                self._offers[told.asset] = told
                self._forget()
                self.tones.say(yes=True)
            case GivenUp():
                self._offers.pop(told.asset, None)
                self._say(kiosk_words.of_given_up(told))
            case Acknowledged():
                self._say(kiosk_words.of_acknowledged(told))
        self._ask_standing()

    @Slot(object)
    def _take_refusal(self, refused: Refused) -> None:
        self._say(kiosk_words.of_refused(refused))

    @Slot(object)
    def _take_failure(self, _reason: Reason) -> None:
        self._say(kiosk_words.of_trouble())

    @Slot(object, bool)
    def _take_out(self, offer: Offer, logged: bool) -> None:
        self._say(kiosk_words.of_taken(offer, logged=logged, now=self._clock()))

    @Slot(object)
    def _take_standing(self, standing: Standing) -> None:
        self._standing, self._log_away = standing, False
        for one in standing.given_up:
            if self._offers.pop(one.asset, None) is not None:
                self._say(kiosk_words.of_given_up(one))
        self._retell()

    @Slot(object)
    def _miss_standing(self, _reason: Reason) -> None:
        self._log_away = True
        self._retell()

    @Slot(str)
    def _ask_receipt(self, camera: str) -> None:
        self._receipts.ask(partial(_receipt, self._context.home, camera))

    @Slot(object)
    def _miss_receipt(self, reason: Reason) -> None:
        self._say(kiosk_words.of_no_receipt(reason))

    def _ask_standing(self) -> None:
        if not self._asker.waiting:
            self._asker.ask(self.desk.standing)

    @Slot()
    def _tick(self) -> None:
        if self._station:
            self._ask_standing()
        self._retell()

    @Slot()
    def _press(self) -> None:
        """The button below a message: an offer is given up, anything else has been read."""
        offer = None if self._told is not None else self._offer()
        if offer is not None:
            self.desk.give_up(offer)
        self._forget()

    # -- what is shown -----------------------------------------------------------------------------------------------

    @Slot(object)
    def _say(self, message: Message) -> None:
        """Tell one person something, for as long as it takes to read."""
        self._told = message
        self._over.start(message.seconds * 1000)
        self.tones.say(yes=message.good)
        self._retell()

    @Slot()
    def _forget(self) -> None:
        self._told = None
        self._over.stop()
        self._retell()

    def _offer(self) -> Offer | None:
        """The newest camera that waits for its officer."""
        return next(reversed(self._offers.values()), None)

    def _retell(self) -> None:
        """Show what is so now."""
        now = self._clock()
        offer = self._offer()
        message = self._told or (kiosk_words.of_offer(offer, OFFER - (now - offer.at), now) if offer else None)
        standing = self._standing or Standing(0, (), ())
        bays = tuple(self._bays.values())
        rows = kiosk_words.rows(bays, self._gone.values(), standing.taken, standing.early, now)
        alarms = [row for row in rows if row.alarm]
        self._sound_alarm(alarms)
        self._show_banner(alarms if message is not None else [])
        self.wall.show_bays(bays, [one.bay for one in self._offers.values()])
        self.code.show_code(message.code if message is not None else ())
        self.wall.setVisible(self.code.isHidden())
        if message is None and rows:
            self.rows.show_rows(rows, self._scale)
            self.body.setCurrentWidget(self._many)
        else:
            self.message.show_message(message or self._idle(), self._act(message))
            self.body.setCurrentWidget(self._one)
        self._fit_message()
        self._show_foot(message, rows, now)

    def _sound_alarm(self, alarms: list[Row]) -> None:
        named = frozenset(f"{row.bay} {row.detail}" for row in alarms)
        if named - self._alarms:
            self.tones.say(yes=False)
        self._alarms = named

    def _show_banner(self, alarms: list[Row]) -> None:
        self.banner.setVisible(bool(alarms))
        if alarms:
            more = translate("kiosk", " and {n} more").format(n=len(alarms) - 1) if len(alarms) > 1 else ""
            first = alarms[0]
            self._alarm.show_mark(first.shape, f"{first.bay}: {first.word}. {first.detail}{more}", first.tone)

    def _idle(self) -> Message:
        """What to do, and how many cameras are ready."""
        ready = self._standing.ready if self._standing is not None else None
        some = counted(ready or 0, translate("kiosk", "1 camera ready"), translate("kiosk", "%1 cameras ready"))
        none = translate("kiosk", "No camera is ready. See the sergeant.")
        looking = translate("kiosk", "Looking at the docks …")
        return Message(
            collar="",
            headline=translate("kiosk", "Tap your card"),
            shape="ready" if ready else "info" if ready is None else "attention",
            tone=Tone.READY if ready else Tone.QUIET if ready is None else Tone.WARN,
            fact=some if ready else looking if ready is None else none,
            more=translate("kiosk", "The bay of your camera lights up. Bringing one back? Put it in any empty bay."),
            good=True,
        )

    def _act(self, message: Message | None) -> str:
        if message is None:
            return ""
        return self.tr("Not now") if message.offer is not None else self.tr("OK")

    def _show_foot(self, message: Message | None, rows: list[Row], now: datetime) -> None:
        """Say what is wrong, else what else a card does."""
        tone = "muted"
        if self._log_away:
            hint, tone = translate("kiosk", "The log cannot be read: no camera can be taken now."), Tone.FAULT
        elif self._stopped:
            hint, tone = translate("kiosk", "The docks are not watched at the moment. See the sergeant."), Tone.WARN
        elif message is not None and message.offer is not None:
            hint = translate("kiosk", "Not you? Tap your card again.")
        elif message is None and rows:
            hint = translate("kiosk", "Going out? Tap your card.")
        else:
            hint = translate("kiosk", "Try-out: nothing here is evidence.") if self._try_out else ""
            tone = Tone.WARN
        self.foot.show_foot(self._station, hint, f"{now.astimezone():%H:%M}", tone)

    # -- its size and its end ----------------------------------------------------------------------------------------

    def resizeEvent(self, _event: QResizeEvent) -> None:
        """Grow and shrink with the screen, and stand upright on an upright one."""
        self._fit()

    def _fit(self) -> None:
        wide, high = KIOSK if self.width() >= self.height() else KIOSK[::-1]
        self._scale = min(self.width() / wide, self.height() / high)
        margin = round(KIOSK_GAP * self._scale)
        self._inner.setContentsMargins(margin, margin // 2, margin, margin // 2)
        self._inner.setSpacing(margin // 2)
        self._beside.setSpacing(margin)
        upright = self.width() < self.height()
        for box in (self._beside, self._head):
            box.setDirection(QBoxLayout.Direction.TopToBottom if upright else QBoxLayout.Direction.LeftToRight)
        for one in self._heading:
            one.setWordWrap(upright)
        self._head.setSpacing(round(SPACE_XL * self._scale))
        self._column.setSpacing(round(2 * SPACE_XL * self._scale))
        for part in (self.banner, self.foot, self._many):
            scale_to(part, self._scale)
        self.foot.setContentsMargins(margin, 0, margin, 0)
        self.foot.setFixedHeight(round(KIOSK_FOOT * self._scale))
        self._retell()

    def _fit_message(self) -> None:
        """Give the message its room beside, or above, the wall."""
        margin = round(KIOSK_GAP * self._scale)
        room = QSize(self.width() - 2 * margin, self.height() - self.foot.height() - margin)
        if self.width() < self.height():
            room.setHeight(room.height() // 2)
        else:
            room.setWidth(round((room.width() - margin) * MESSAGE_SHARE))
        self.message.setFixedWidth(room.width())
        self.message.fit(room, self._scale)

    @Slot()
    def leave(self) -> None:
        """End: for staff who know the keys, and for signals."""
        self._leaving = True
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stay, unless it was asked to leave; then ask and sound nothing more."""
        if not self._leaving:
            event.ignore()
            return
        event.accept()
        for timer in (self._second, self._over):
            timer.stop()
        for part in (self.desk, self._asker, self._receipts, self.tones):
            part.close()


def _receipt(home: Home, camera: str) -> Message:
    """The receipt of a camera's last return. On a worker."""
    entry = home.asking.returned(camera)
    return kiosk_words.of_receipt(camera, entry, receipt.code(home.records.prove(str(entry))))
