"""The frame that every page stands in: side bar, the station and the time above, notices over the page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QIcon, QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.snapshot import Notice, Reason, StationView
from app.ui import icons, words
from app.ui.bridge import Bridge
from app.ui.marks import label, restyle
from app.ui.notices import Notices
from app.ui.page import Context, Page
from app.ui.pages import PAGES
from app.ui.tokens import (
    ICON,
    NARROW_BELOW,
    SIDE_BAR,
    SIDE_BAR_NARROW,
    SPACE_L,
    SPACE_M,
    SPACE_S,
    TOP_BAR,
    WINDOW_MIN,
    Theme,
    Tone,
    Type,
    font,
    stylesheet,
)
from app.words import size_words

LOW_FREE = 0.1
"""A vault with less than this share of its disk free is shown as running low; with a fifth of it, as nearly full."""


class SideBar(QFrame):
    """The program's name and its pages. Only pages that work are in it. `opened` says which, counted from 0."""

    opened = Signal(int)

    def __init__(self, theme: Theme, pages: list[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sideBar")
        palette = theme.palette
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_S, 14, SPACE_S, SPACE_S)
        column.setSpacing(6)
        self._name = label(Type.BAY, self.tr("Dockwarden"))
        shield = QLabel()
        shield.setPixmap(icons.pixmap("shield", "#8FB0FF", 20, 2))
        brand = QHBoxLayout()
        brand.setContentsMargins(10, 0, 0, SPACE_S)
        brand.setSpacing(SPACE_S)
        brand.addWidget(shield)
        brand.addWidget(self._name, 1)
        column.addLayout(brand)
        self._group = QButtonGroup(self)
        self._names = [name for name, _shape in pages]
        for place, (name, shape) in enumerate(pages):
            column.addWidget(self._button(place, name, icons.icon(shape, palette.nav_text, 2)))
        column.addStretch(1)
        self._group.idClicked.connect(self.opened)

    def _button(self, place: int, name: str, shape: QIcon) -> QPushButton:
        button = QPushButton(shape, "  " + name)
        button.setFont(font(Type.BODY))
        button.setIconSize(QSize(ICON, ICON))
        button.setCheckable(True)
        button.setChecked(place == 0)
        button.setShortcut(f"Alt+{place + 1}")
        button.setToolTip(f"{name} (Alt+{place + 1})")
        button.setAccessibleName(name)
        self._group.addButton(button, place)
        return button

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
    """A rounded piece of news at the top, on the paper of its tone."""

    def __init__(self, shape: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shape, self._theme = shape, theme
        self.setFont(font(Type.SMALL))
        self.setIconSize(QSize(14, 14))
        theme.changed.connect(self._draw_shape)
        self.hide()

    def show_chip(self, text: str, tone: Tone, tip: str) -> None:
        """Show this text in this tone; the tip says it at length."""
        self.setText(f" {text}")
        self.setToolTip(tip)
        self.setAccessibleName(f"{text}. {tip}")
        restyle(self, "paper", tone)
        self._draw_shape()
        self.show()

    @Slot()
    def _draw_shape(self) -> None:
        tone = Tone(self.property("paper") or Tone.QUIET)
        self.setIcon(icons.icon(self._shape, self._theme.ink(tone).name(), 2))


class TopBar(QFrame):
    """The station, the time, and the state of ledger, vault and keys. `warnings_asked`: show them again."""

    warnings_asked = Signal()

    def __init__(self, theme: Theme, clock: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self.setObjectName("topBar")
        self.setFixedHeight(TOP_BAR)
        self._station, self._date, self._time = label(Type.STRONG), label(Type.BODY, ink="muted"), label(Type.STRONG)
        self.try_out, self.warnings = Chip("info", theme), Chip("attention", theme)
        self._ledger, self._vault = Chip("shield", theme), Chip("lock", theme)
        for chip in (self.try_out, self._ledger, self._vault):
            chip.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.warnings.clicked.connect(self.warnings_asked)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_L, 0, SPACE_L, 0)
        row.setSpacing(SPACE_M)
        for one in (self._station, self._date, self._time, self.try_out):
            row.addWidget(one)
        row.addStretch(1)
        for one in (self.warnings, self._ledger, self._vault):
            row.addWidget(one)
        self.tick()

    @Slot()
    def tick(self) -> None:
        """Show the time of this minute."""
        now = self._clock()
        self._date.setText(f"{now:%a} {now.day} {now:%b %Y}")
        self._time.setText(f"{now:%H:%M}")

    @Slot(object)
    def show_station(self, station: StationView) -> None:
        """Show how the station stands."""
        self._station.setText(station.name)
        if station.try_out:
            tip = self.tr("These cameras are emulated. Nothing here is evidence, and no real camera is docked here.")
            self.try_out.show_chip(self.tr("Try-out"), Tone.WARN, tip)
        self._show_ledger(station)
        self._show_vault(station)
        self._show_warnings(station)

    def _show_ledger(self, station: StationView) -> None:
        entries = words.number(station.ledger_size)
        if station.checkpoint_at is None:
            tip = self.tr("The ledger has no checkpoint yet. The first is signed with its first entry.")
            self._ledger.show_chip(self.tr("Ledger {n}").format(n=entries), Tone.QUIET, tip)
            return
        at = words.moment(station.checkpoint_at, self._clock())
        text = self.tr("Ledger {n} \N{MIDDLE DOT} signed {time}").format(n=entries, time=at)
        tip = self.tr("{n} entries; the newest checkpoint was signed at {time}.")
        self._ledger.show_chip(text, Tone.READY, tip.format(n=entries, time=words.utc(station.checkpoint_at)))

    def _show_vault(self, station: StationView) -> None:
        share = station.vault_free / max(1, station.vault_total)
        tone = Tone.FAULT if share < LOW_FREE / 5 else Tone.WARN if share < LOW_FREE else Tone.READY
        text = self.tr("Vault {free} free").format(free=size_words(station.vault_free))
        tip = self.tr("{free} of {total} are free where the vault lies.")
        told = tip.format(free=size_words(station.vault_free), total=size_words(station.vault_total))
        self._vault.show_chip(text, tone, told)

    def _show_warnings(self, station: StationView) -> None:
        told = warnings(station)
        if not told:
            self.warnings.hide()
            return
        one, many = self.tr("1 warning"), self.tr("%1 warnings")
        in_file = len(told) == 1 and station.keys_place == "file"
        text = self.tr("Keys in a file") if in_file else words.counted(len(told), one, many)
        self.warnings.show_chip(text, Tone.WARN, "\n".join(f"{one.what_happened} {one.what_to_do}" for one in told))


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


class Window(QWidget):
    """The window. Shows what the bridge delivers, one page at a time."""

    def __init__(self, context: Context, pages: Sequence[type[Page]] = PAGES) -> None:
        super().__init__()
        self._theme, self._clock = context.theme, context.clock
        self._station: StationView | None = None
        self._warned: set[str] = set()
        self.setObjectName("window")
        self.setWindowTitle(self.tr("Dockwarden"))
        self.setMinimumSize(*WINDOW_MIN)
        self.resize(1366, 768)
        self.setFont(font(Type.BODY))
        self.pages: dict[str, Page] = {kind.NAME: kind(context) for kind in pages}
        self._side = SideBar(self._theme, [(kind.title(), kind.SHAPE) for kind in pages])
        self.top = TopBar(self._theme, self._clock)
        self._stack = QStackedWidget()
        for page in self.pages.values():
            self._stack.addWidget(page)
        self._lay_out()
        self.notices = Notices(self._stack, self._theme, self._clock)
        self._connect(context.bridge)
        self._start_clock()
        self._restyle()

    @property
    def page(self) -> Page:
        """The page that is up."""
        shown = self._stack.currentWidget()
        assert isinstance(shown, Page)
        return shown

    @Slot(str, object)
    def open_page(self, name: str, what: object = None) -> None:
        """Bring a page up, to show what it is asked to show. A page that there is not is not opened."""
        if name in self.pages:
            self._stack.setCurrentWidget(self.pages[name])
            self._side.choose(list(self.pages).index(name))
            self.pages[name].come_up(what)

    @Slot(int)
    def _open_at(self, place: int) -> None:
        self.open_page(list(self.pages)[place])

    def _lay_out(self) -> None:
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self.top)
        right.addWidget(self._stack, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._side)
        row.addLayout(right, 1)

    def _connect(self, bridge: Bridge) -> None:
        bridge.station_changed.connect(self._show_station)
        bridge.noticed.connect(self.notices.show_notice)
        for page in self.pages.values():
            page.asked.connect(self.open_page)
            page.noticed.connect(self.notices.show_notice)
        self._side.opened.connect(self._open_at)
        self.top.warnings_asked.connect(self._warn_again)
        self._theme.changed.connect(self._restyle)

    def _start_clock(self) -> None:
        self._minute = QTimer(self, singleShot=True)
        self._minute.timeout.connect(self._tick)
        self._wait_for_minute()

    def _wait_for_minute(self) -> None:
        self._minute.start(60_000 - self._clock().second * 1000)

    @Slot()
    def _tick(self) -> None:
        self.top.tick()
        self.page.retell()
        self._wait_for_minute()

    @Slot()
    def _restyle(self) -> None:
        self.setStyleSheet(stylesheet(self._theme.palette))

    @Slot(object)
    def _show_station(self, station: StationView) -> None:
        self._station = station
        self.top.show_station(station)
        self._warn(*(one for one in warnings(station) if one.code not in self._warned))

    @Slot()
    def _warn_again(self) -> None:
        if self._station is not None:
            self._warn(*warnings(self._station))

    def _warn(self, *reasons: Reason) -> None:
        for reason in reasons:
            self._warned.add(reason.code)
            self.notices.show_notice(Notice(self._clock(), reason, urgent=True))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A narrow window keeps only the shapes of its side bar."""
        self._side.show_narrow(narrow=event.size().width() < NARROW_BELOW)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop the clock and the pages and go; the bridge is closed by whoever made it."""
        self._minute.stop()
        for page in self.pages.values():
            page.leave()
        event.accept()
