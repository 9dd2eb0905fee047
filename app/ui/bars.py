"""The bars of the frame: the pages at the side; the station, the time and what to know of them at the top."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import QDate, QLocale, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QColor, QFontMetrics, QIcon, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.snapshot import Reason, StationView
from app.ui import icons, words
from app.ui.marks import keyed, label, restyle
from app.ui.tokens import (
    ICON,
    SIDE_BAR,
    SIDE_BAR_NARROW,
    SPACE_L,
    SPACE_M,
    SPACE_S,
    TOP_BAR,
    Theme,
    Tone,
    Type,
    font,
)
from app.words import size_words

FORECAST_DAYS = 366
"""Room for longer than this is said as such."""
LOW_FREE = 0.1
"""A vault with less than this share of its disk free is shown as running low; with a fifth of it, as nearly full."""
NAME_WIDTH, NAME_WIDTH_NARROW = 260, 110
"""So much of a long station name is shown."""
WHO_WIDTH = 240
"""So much is shown of who is signed in."""
BADGE = 16
"""How high the number on a page's button is."""
MOST_COUNTED = 1000
SIGN_IN_KEY = "Ctrl+Shift+L"


class Shield(QWidget):
    """The program's sign, sharp on every screen."""

    SIZE = 20

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setFixedSize(self.SIZE, self.SIZE)
        theme.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the shield."""
        with QPainter(self) as painter:
            colour = self._theme.palette.nav_brand
            painter.drawPixmap(0, 0, icons.pixmap("shield", colour, self.SIZE, self.devicePixelRatioF()))


class PageButton(QPushButton):
    """The button of a page, with the number of things there that wait for a person."""

    def __init__(self, name: str, shape: str, theme: Theme) -> None:
        super().__init__(icons.icon(shape, theme.palette.nav_text), "  " + name)
        self._name, self._theme, self._count = name, theme, 0
        self.setAccessibleName(name)
        theme.changed.connect(self.update)

    def show_count(self, count: int) -> None:
        """Show this number, or none."""
        if count != self._count:
            self._count = count
            self.setAccessibleName(f"{self._name}, {words.number(count)}" if count else self._name)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the number over the button, at its right."""
        super().paintEvent(event)
        if not self._count:
            return
        text = str(self._count) if self._count < MOST_COUNTED else f"{MOST_COUNTED - 1}+"
        face = font(Type.SMALL_STRONG)
        wide = max(BADGE, QFontMetrics(face).horizontalAdvance(text) + SPACE_M)
        narrow = self.width() < SIDE_BAR_NARROW
        box = QRect(
            self.width() - wide - (0 if narrow else 10), 0 if narrow else (self.height() - BADGE) // 2, wide, BADGE
        )
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self._theme.palette.nav_badge))
            painter.drawRoundedRect(box, BADGE / 2, BADGE / 2)
            painter.setPen(QColor(self._theme.palette.nav_text))
            painter.setFont(face)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


class SideBar(QFrame):
    """The program's name and its pages, each with an act of its own. `opened` says which, counted from 0."""

    opened = Signal(int)

    def __init__(self, theme: Theme, pages: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self.setObjectName("sideBar")
        self._name = label(Type.BAY, self.tr("Dockwarden"))
        self._names = [name for name, _shape in pages]
        self._group = QButtonGroup(self)
        self.acts = [self._act(place, name) for place, name in enumerate(self._names)]
        brand = QHBoxLayout()
        brand.setContentsMargins(10, 0, 0, SPACE_S)
        brand.setSpacing(SPACE_S)
        brand.addWidget(Shield(theme))
        brand.addWidget(self._name, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_S, 14, SPACE_S, SPACE_S)
        column.setSpacing(6)
        column.addLayout(brand)
        for place, (name, shape) in enumerate(pages):
            column.addWidget(self._button(place, name, shape, theme))
        column.addStretch(1)
        self._group.idClicked.connect(self.opened)

    def _act(self, place: int, name: str) -> QAction:
        act = keyed(QAction(name, self), f"Alt+{place + 1}")
        act.setData(place)
        act.triggered.connect(self._open)
        return act

    def _button(self, place: int, name: str, shape: str, theme: Theme) -> QPushButton:
        button = PageButton(name, shape, theme)
        button.setFont(font(Type.BODY))
        button.setIconSize(QSize(ICON, ICON))
        button.setCheckable(True)
        button.setChecked(place == 0)
        button.setToolTip(self.acts[place].toolTip())
        self._group.addButton(button, place)
        return button

    @Slot()
    def _open(self) -> None:
        act = self.sender()
        assert isinstance(act, QAction)
        self.opened.emit(act.data())

    def show_count(self, place: int, count: int) -> None:
        """Show on the button of a page how many things there wait for a person."""
        button = self._group.button(place)
        assert isinstance(button, PageButton)
        button.show_count(count)

    def choose(self, place: int) -> None:
        """Mark the page that is up."""
        self._group.button(place).setChecked(True)

    def show_narrow(self, *, narrow: bool) -> None:
        """Show shapes alone, or shapes with names."""
        self.setFixedWidth(SIDE_BAR_NARROW if narrow else SIDE_BAR)
        self._name.setVisible(not narrow)
        for button, name in zip(self._group.buttons(), self._names, strict=True):
            button.setText("" if narrow else "  " + name)


class Chip(QPushButton):
    """A rounded piece of news at the top, on the paper of its tone. Where room is short it says less."""

    def __init__(self, shape: str, theme: Theme) -> None:
        super().__init__()
        self._shape, self._theme = shape, theme
        self._long = self._short = ""
        self._narrow = False
        self.setFont(font(Type.SMALL))
        self.setIconSize(QSize(14, 14))
        theme.changed.connect(self._draw_shape)
        self.hide()

    def show_chip(self, text: str, tone: Tone, tip: str, short: str = "") -> None:
        """Show this text in this tone; the tip says it at length, `short` takes its place where room is short."""
        self._long, self._short = text, short or text
        self.setToolTip(tip)
        self.setAccessibleName(f"{text}. {tip}")
        restyle(self, "paper", tone)
        self._draw_shape()
        self._say()
        self.show()

    def show_narrow(self, *, narrow: bool) -> None:
        """Say less, or all."""
        self._narrow = narrow
        self._say()

    def _say(self) -> None:
        text = self._short if self._narrow else self._long
        self.setText(f" {text}" if text else "")

    @Slot()
    def _draw_shape(self) -> None:
        tone = Tone(self.property("paper") or Tone.QUIET)
        self.setIcon(icons.icon(self._shape, self._theme.ink(tone).name()))


class TopBar(QFrame):
    """The station, the time, and the state of ledger, vault and keys; each opens what it tells of.

    `asked` goes to a page: its NAME and what it is to show. `warnings_asked`: show them again. `try_out_asked`: say
    what a try-out is. `notices_asked`: show all notices. `sign_in_asked`: somebody wants to sign in, or to lock it.
    """

    asked = Signal(str, object)
    warnings_asked = Signal()
    try_out_asked = Signal()
    notices_asked = Signal()
    sign_in_asked = Signal()

    def __init__(self, theme: Theme, clock: Callable[[], datetime], name: str) -> None:
        super().__init__()
        self._clock, self._name, self._narrow, self._theme = clock, name, False, theme
        self._who, self._who_short = "", ""
        self.setObjectName("topBar")
        self.setFixedHeight(TOP_BAR)
        self.station = self._flat(Type.STRONG, self.tr("The station's settings"))
        self.date = self._flat(Type.BODY, self.tr("Is the clock right?"))
        self.time = self._flat(Type.STRONG, self.tr("Is the clock right?"))
        restyle(self.date, "ink", "muted")
        self.date.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # the time beside it does the same
        self.try_out, self.warnings = Chip("info", theme), Chip("attention", theme)
        self.ledger, self.vault, self.bell = Chip("shield", theme), Chip("lock", theme), Chip("bell", theme)
        self.who, self.sign_in = label(Type.STRONG), QPushButton()
        self.sign_in.setFont(font(Type.BODY))
        self.sign_in.setIconSize(QSize(14, 14))
        self.sign_in.hide()
        self._lay_out()
        self._connect()
        self.show_unseen(0, urgent=False)
        self.tick()

    def _flat(self, kind: Type, tip: str) -> QPushButton:
        button = QPushButton()
        button.setFlat(True)
        button.setFont(font(kind))
        button.setToolTip(tip)
        return button

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_M, 0, SPACE_L, 0)
        row.setSpacing(SPACE_S)
        for one in (self.station, self.date, self.time, self.try_out):
            row.addWidget(one)
        row.addStretch(1)
        for chip in (self.warnings, self.ledger, self.vault, self.bell):
            row.addWidget(chip)
        row.addWidget(self.who)
        row.addWidget(self.sign_in)

    def _connect(self) -> None:
        self.station.clicked.connect(self._ask_for_station)
        self.date.clicked.connect(self._ask_for_clock)
        self.time.clicked.connect(self._ask_for_clock)
        self.ledger.clicked.connect(self._ask_for_ledger)
        self.vault.clicked.connect(self._ask_for_vault)
        self.try_out.clicked.connect(self.try_out_asked)
        self.warnings.clicked.connect(self.warnings_asked)
        self.bell.clicked.connect(self.notices_asked)
        self.sign_in.clicked.connect(self.sign_in_asked)
        self._theme.changed.connect(self._draw_lock)

    @Slot()
    def _ask_for_station(self) -> None:
        self.asked.emit("settings", "station_name")

    @Slot()
    def _ask_for_clock(self) -> None:
        self.asked.emit("doctor", "clock")

    @Slot()
    def _ask_for_ledger(self) -> None:
        self.asked.emit("doctor", "ledger")

    @Slot()
    def _ask_for_vault(self) -> None:
        self.asked.emit("doctor", "vault")

    def show_narrow(self, *, narrow: bool) -> None:
        """Say less, or all."""
        self._narrow = narrow
        self._show_name()
        self._show_who()
        self.tick()
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is no room for all of it, the chips say less."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        chips = (self.try_out, self.warnings, self.ledger, self.vault, self.bell)
        for narrow in (self._narrow, True):
            for chip in chips:
                chip.show_narrow(narrow=narrow)
            if self.minimumSizeHint().width() <= self.width():
                return

    def show_who(self, who: str, short: str, *, accounts: bool) -> None:
        """Show who is signed in, with the button to lock; nobody, with the one to sign in, where people do."""
        self._who, self._who_short = who, short
        self.sign_in.setText(" " + self.tr("Lock") if who else self.tr("Sign in"))
        self.sign_in.setToolTip((self.tr("Lock") if who else self.tr("Sign in")) + f" ({SIGN_IN_KEY})")
        self.sign_in.setVisible(accounts or bool(who))
        self._draw_lock()
        self._show_who()
        self._fit()

    def _show_who(self) -> None:
        shown = self.who.fontMetrics().elidedText(self._who, Qt.TextElideMode.ElideRight, WHO_WIDTH)
        self.who.setText(self._who_short if self._narrow else shown)
        self.who.setToolTip(self._who)
        self.who.setVisible(bool(self._who))

    @Slot()
    def _draw_lock(self) -> None:
        self.sign_in.setIcon(icons.icon("lock", self._theme.palette.text) if self._who else QIcon())

    @Slot()
    def tick(self) -> None:
        """Show the time of this minute."""
        now = self._clock()
        today = QDate(now.year, now.month, now.day)
        self.date.setText(QLocale().toString(today, "d MMM" if self._narrow else "ddd d MMM yyyy"))
        self.time.setText(f"{now:%H:%M}")
        self.date.setAccessibleName(QLocale().toString(today, "dddd d MMMM yyyy"))
        self.time.setAccessibleName(self.time.text())

    def show_unseen(self, count: int, *, urgent: bool) -> None:
        """Show how many notices nobody has seen."""
        told = words.counted(count, self.tr("1 notice not seen"), self.tr("%1 notices not seen"))
        tip = self.tr("{told}. All notices: Alt+N").format(told=told if count else self.tr("No new notice"))
        tone = Tone.FAULT if urgent else Tone.BUSY if count else Tone.QUIET
        self.bell.show_chip(words.number(count) if count else "", tone, tip)
        self.bell.setAccessibleName(self.tr("Notices: {told}").format(told=told))

    @Slot(object)
    def show_station(self, station: StationView) -> None:
        """Show how the station stands."""
        self._name = station.name
        self._show_name()
        if station.try_out:
            tip = self.tr("These cameras are emulated. Nothing here is evidence, and no real camera is docked here.")
            self.try_out.show_chip(self.tr("Try-out"), Tone.WARN, tip)
        self._show_ledger(station)
        self._show_vault(station)
        self._show_warnings(station)

    def _show_name(self) -> None:
        width = NAME_WIDTH_NARROW if self._narrow else NAME_WIDTH
        shown = self.station.fontMetrics().elidedText(self._name, Qt.TextElideMode.ElideRight, width)
        self.station.setText(shown.replace("&", "&&"))
        self.station.setAccessibleName(self.tr("Station {name}").format(name=self._name))

    def _show_ledger(self, station: StationView) -> None:
        short = self.tr("Ledger {n}").format(n=words.number(station.ledger_size))
        if station.checkpoint_at is None:
            tip = self.tr("The ledger has no checkpoint yet. The first is signed with its first entry.")
            self.ledger.show_chip(short, Tone.QUIET, tip)
            return
        at = words.moment(station.checkpoint_at, self._clock())
        text = self.tr("{ledger} \N{MIDDLE DOT} signed {time}").format(ledger=short, time=at)
        told = self.tr("{n} entries; the newest checkpoint was signed at {time}.")
        tip = told.format(n=words.number(station.ledger_size), time=words.utc(station.checkpoint_at))
        if station.unwitnessed:
            text, tone = self.tr("{ledger} \N{MIDDLE DOT} not witnessed").format(ledger=short), Tone.WARN
            tip += " " + self._witnessed(station)
        else:
            tone = Tone.READY
        self.ledger.show_chip(text, tone, tip, short)

    def _witnessed(self, station: StationView) -> str:
        if station.witnessed_at is None:
            return self.tr("No witness has seen it yet. Ask IT whether the shared folder can be reached.")
        told = self.tr("A witness last saw it at {time}. Ask IT whether the shared folder can be reached.")
        return told.format(time=words.utc(station.witnessed_at))

    def _show_vault(self, station: StationView) -> None:
        share = station.vault_free / max(1, station.vault_total)
        tone = Tone.FAULT if share < LOW_FREE / 5 else Tone.WARN if share < LOW_FREE else Tone.READY
        free, total = size_words(station.vault_free), size_words(station.vault_total)
        tip = self.tr("{free} of {total} are free where the vault lies.").format(free=free, total=total)
        short = self.tr("{free} free").format(free=free)
        text = self.tr("Vault {free} free").format(free=free)
        if station.days_left is not None:
            text += words.DOT + days(station.days_left)
        self.vault.show_chip(text, tone, tip, short)

    def _show_warnings(self, station: StationView) -> None:
        told = warnings(station)
        if not told:
            self.warnings.hide()
            return
        in_file = len(told) == 1 and station.keys_place == "file"
        count = words.counted(len(told), self.tr("1 warning"), self.tr("%1 warnings"))
        text = self.tr("Keys in a file") if in_file else count
        tip = "\n".join(f"{one.what_happened} {one.what_to_do}" for one in told)
        self.warnings.show_chip(text, Tone.WARN, tip, words.number(len(told)))


def days(count: float) -> str:
    """How many whole days the vault has room for: "41 days"; what is further off is no forecast any more."""
    if count > FORECAST_DAYS:
        return words.translate("window", "over a year")
    one, many = words.translate("window", "1 day"), words.translate("window", "%1 days")
    return words.counted(int(count), one, many)


def warnings(station: StationView) -> tuple[Reason, ...]:
    """What the station warns of, with the plain warning about keys in a file where it has not said so itself."""
    if station.keys_place != "file" or any("key" in one.code for one in station.warnings):
        return station.warnings
    keys = Reason(
        "keys-in-file",
        words.translate("window", "The station's keys lie in a file, not in a keyring."),
        words.translate(
            "window", "Whoever can read this user's files can open the vault. Use a keyring where you can."
        ),
    )
    return (keys, *station.warnings)
