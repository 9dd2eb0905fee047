"""The frame that every page stands in: side bar, the station and the time above, notices over the page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QCloseEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QStackedWidget, QToolTip, QVBoxLayout, QWidget

from app.snapshot import BaySnapshot, BayState, Notice, Reason, StationView
from app.ui import icons
from app.ui.asker import Asker
from app.ui.bars import SIGN_IN_KEY, SideBar, TopBar, warnings
from app.ui.drawer import Drawer
from app.ui.face import camera_name, short_word, state_words
from app.ui.keys_sheet import KeysSheet, Section, keys_of, plain, rows_of
from app.ui.locked_page import LockedPage
from app.ui.marks import keyed
from app.ui.notices import NoticeLog, Notices
from app.ui.page import Coming, Context, Page
from app.ui.pages import PAGES, Listed
from app.ui.palette import Command, Commands, Finder
from app.ui.sign_in import SignInSheet, who_words
from app.ui.tokens import NARROW_BELOW, WINDOW_MIN, Type, font, plain_palette, stylesheet
from app.ui.words import DOT, translate

FIND = "Ctrl+K"
SIZE = (1366, 768)
"""The window's size in logical pixels before a person chose another."""
SETTLE_MS = 50
"""So long after it is shown the window has been painted: then comes what takes longer to load."""
BREATH_MS = 5
"""So long keys and painting have the thread to themselves between two steps of making the pages."""


class Window(QWidget):
    """The window. Shows what the bridge delivers, one page at a time. `finder` searches the recordings.

    The first page is made with it, the others one by one after it was painted; `completed`: all pages are there, and
    the bridge may start.

    While nobody is signed in where people do, only the pages that everybody may see are there: the others are dropped
    with all that they hold, and made anew for whoever signs in.
    """

    completed = Signal()

    def __init__(self, context: Context, pages: Sequence[Listed] = PAGES, finder: Finder | None = None) -> None:
        super().__init__()
        self._context, self._theme, self._clock = context, context.theme, context.clock
        self._station: StationView | None = None
        self._bays: dict[str, BaySnapshot] = {}
        self._warned: set[str] = set()
        self.setObjectName("window")
        self.setWindowTitle(self.tr("Dockwarden"))
        self.setMinimumSize(*WINDOW_MIN)
        self.resize(*SIZE)
        QApplication.setFont(font(Type.BODY))
        self.pages: dict[str, Page] = {}
        self._listed = {one.name: one for one in pages}
        self._names = list(self._listed)
        self._coming = list(pages)
        self._shut: list[Listed] = []
        self._kept: dict[str, object] = {}
        self._whose = ""
        self._stops: list[Callable[[], object]] = []
        self._is_following = self._is_closing = False
        self._loader, self._greeter = Asker("pages", self), Asker("accounts-at-start", self)
        self._made: Page | None = None
        self._step, self._last = (QTimer(self, singleShot=True, interval=BREATH_MS) for _ in range(2))
        self.up = ""
        self._what: object = None
        self._side = SideBar(self._theme, [(one.title(), one.shape) for one in pages])
        self.top = TopBar(self._theme, self._clock, context.home.settings.station_name)
        self.log = NoticeLog(self)
        self._stack = QStackedWidget()
        self._add_page(self._make_page(load(self._coming.pop(0))))
        self.up, self._blank, self._locked = self._names[0], Coming(context), LockedPage(context)
        self._aside = QWidget()  # holds the pages that are being made, or dropped
        for one in (self._blank, self._locked):
            self._stack.addWidget(one)
        self._lay_out()
        self._add_overlays(finder)
        self._add_acts()
        self._connect()
        self._start_clock()
        self._restyle()

    @property
    def page(self) -> Page:
        """The page that is up, or what stands in its place until it is made."""
        shown = self._stack.currentWidget()
        assert isinstance(shown, Page)
        return shown

    @Slot(str, object)
    def open_page(self, name: str, what: object = None) -> None:
        """Bring a page up, to show what it is asked to show. A page that there is not is not opened."""
        if not self.has_page(name):
            return
        self.up, self._what = name, what
        for sheet in (self.commands, self.keys, self.sign_in):
            sheet.end()
        page = self._page_for(self._listed[name])
        self._stack.setCurrentWidget(page)
        for over in (self.notices, self.drawer):
            over.raise_()  # Qt puts the page that comes up above everything in the stack
        self._side.choose(self._names.index(name))
        page.come_up(what)

    def _page_for(self, listed: Listed) -> Page:
        """What is shown for this page: itself, what stands there until it is made, or that somebody has to sign in."""
        if self._is_shut(listed):
            self._locked.show_for(listed.title(), SIGN_IN_KEY)
            return self._locked
        return self.pages.get(listed.name, self._blank)

    def _is_shut(self, listed: Listed) -> bool:
        """Whether whoever is here may not see this page, be it nobody or somebody."""
        session = self._context.session
        if session.locked:
            return not listed.everybody
        refused = listed.needs is not None and not listed.says and not session.may(listed.needs)
        return session.accounts and refused

    def has_page(self, name: str) -> bool:
        """Whether there is such a page, made or still to be made."""
        return name in self._names

    @property
    def is_complete(self) -> bool:
        """Whether every page is made."""
        return not self._coming and not self._is_making

    @property
    def _is_making(self) -> bool:
        """Whether a page is being loaded, or a step in making the pages is still to come."""
        return self._loader.waiting or self._step.isActive() or self._last.isActive()

    # -- its pages ---------------------------------------------------------------------------------------------------

    @Slot()
    def _load_next(self) -> None:
        """Have the next page loaded on a worker, first the one that is waited for."""
        if self._coming:
            listed = next((one for one in self._coming if one.name == self.up), self._coming[0])
            self._coming.remove(listed)
            self._loader.ask(partial(load_ahead, listed))
        else:
            for page in self.pages.values():
                page.warm_up()
            self._last.start()

    @Slot()
    def _end_loading(self) -> None:
        """All pages are there: the bridge may start. If it has, those made anew are told how the station stands."""
        if self._coming:  # somebody has signed in meanwhile
            self._load_next()
            return
        if not self._is_following:
            self._is_following = True
            self.completed.emit()
        elif self._station is not None:
            self._context.bridge.station_changed.emit(self._station)

    @Slot(object)
    def _take_page(self, kind: type[Page]) -> None:
        listed = self._listed[kind.NAME]
        if self._context.session.locked and not listed.everybody:
            self._shut.append(listed)
            self._load_next()
            return
        try:
            self._made = self._make_page(kind)
            self._made.setParent(self._aside)
        finally:
            self._step.start()

    @Slot()
    def _go_on(self) -> None:
        """Put the page that was made into the window, or go on with the next one."""
        page, self._made = self._made, None
        if page is None:
            self._load_next()
            return
        try:
            self._add_page(page)
        finally:
            self._step.start()

    @Slot(object)
    def _miss_page(self, reason: Reason) -> None:
        self.log.add(Notice(self._clock(), reason, urgent=True))
        self._load_next()

    def _make_page(self, kind: type[Page]) -> Page:
        page = kind(self._context)
        page.asked.connect(self.open_page)
        page.noticed.connect(self.log.add)
        page.waits.connect(partial(self._side.show_count, self._names.index(page.NAME)))
        if (kept := self._kept.pop(page.NAME, None)) is not None:
            page.come_back(kept)
        return page

    def _add_page(self, page: Page) -> None:
        made = self.pages | {page.NAME: page}
        self.pages = {name: made[name] for name in self._names if name in made}
        self._stack.addWidget(page)
        if self.up == page.NAME:
            self.open_page(page.NAME, self._what)
            if self._is_following:
                give_keyboard(page)

    # -- while nobody is signed in -----------------------------------------------------------------------------------

    @Slot()
    def _find_accounts(self) -> None:
        """Ask, before a page is made that not everybody may see, whether people sign in here at all."""
        self._greeter.ask(self._has_accounts)

    def _has_accounts(self) -> bool:
        return self._context.home.people.anyone()

    @Slot(object)
    def _know_at_start(self, accounts: bool) -> None:
        self._know_accounts(accounts)
        self._load_next()

    def _know_accounts(self, accounts: bool) -> None:
        session = self._context.session
        if session.accounts != accounts:
            session.accounts = accounts
            session.changed.emit()

    @Slot()
    def _follow_session(self) -> None:
        """Drop what needs somebody as soon as nobody is signed in, and make it anew for whoever signs in."""
        session = self._context.session
        if self._is_closing:
            return  # the pages are left, and go with the window
        if session.locked:
            self._close_pages()
        elif self._shut:
            self._make_anew()
        elif (self.page is self._locked) != self._is_shut(self._listed[self.up]):
            self.open_page(self.up, self._what)  # another has signed in, who may or may not see it
        self.log.hush(hushed=session.locked)
        if session.actor is not None:
            self._whose = session.actor.person.id

    def _close_pages(self) -> None:
        self._close_over()
        if not self._listed[self.up].everybody:
            self.open_page(self.up)  # before the pages go: the stack shows the next in place of one that goes
        for name in [name for name in self.pages if not self._listed[name].everybody]:
            page = self.pages.pop(name)
            self._stack.removeWidget(page)
            self._drop(page)
        if self._made is not None and not self._listed[self._made.NAME].everybody:
            page, self._made = self._made, None
            self._drop(page)

    def _drop(self, page: Page) -> None:
        """Have the page out of the window at once, whatever of it is still at work."""
        self._shut.append(self._listed[page.NAME])
        self._kept[page.NAME] = page.kept()
        if (stop := page.let_go()) is not None:
            self._stops.append(stop)
        self._side.show_count(self._names.index(page.NAME), 0)
        page.setParent(self._aside)
        page.deleteLater()

    def _close_over(self) -> None:
        """End what is open over the pages: sheets, the drawer, menus, dialogs, tooltips."""
        for one in (self.commands, self.keys, self.sign_in, self.drawer):
            one.end()
        self.commands.forget()
        self.drawer.forget()
        QToolTip.hideText()
        for top in QApplication.topLevelWidgets():
            if top is not self.window() and top.isVisible():
                top.close()

    def _make_anew(self) -> None:
        """Make the pages again; the same person finds them as they left them."""
        actor = self._context.session.actor
        if actor is None or actor.person.id != self._whose:
            self._kept.clear()
        self._coming += self._shut
        self._shut = []
        self._stack.setCurrentWidget(self._page_for(self._listed[self.up]))
        if not self._is_making:
            self._load_next()

    @Slot()
    def _sign_in_for_page(self) -> None:
        self.sign_in.ask_for(self._listed[self.up].needs)

    # -- how it is made --------------------------------------------------------------------------------------------

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

    def _add_overlays(self, finder: Finder | None) -> None:
        self.drawer = Drawer(self._stack, self.log, self._theme, self._clock)
        self.notices = Notices(self._stack, self.log, self._theme, self._clock)
        self.commands = Commands(self, self._theme, finder, partial(self.open_page, "recordings"))
        self.keys = KeysSheet(self)
        self.sign_in = SignInSheet(self, self._context.home, self._context.session)

    def _add_acts(self) -> None:
        """The acts of the window itself; each may be found in the palette and on the sheet of keys."""
        acts = [
            (self.tr("Find acts, cameras and recordings"), FIND, self.show_commands),
            (self.tr("All notices"), "Alt+N", self.toggle_drawer),
            (self.tr("Mark the notices on screen as seen"), "Alt+M", self.see_notices),
            (self.tr("Sign in or lock"), SIGN_IN_KEY, self.sign_in_or_lock),
            (self.tr("All keys"), "F1", self.show_keys),
            (self.tr("Full screen"), "F11", self.toggle_full_screen),
            (self.tr("Quit"), "Ctrl+Q", self.close),
        ]
        if self.has_page("settings"):
            acts.insert(5, (self.tr("Change the settings"), "Ctrl+,", self._open_settings))
        self.addActions(self._side.acts)
        for text, key, slot in acts:
            act = keyed(QAction(text, self), key)
            act.triggered.connect(slot)
            self.addAction(act)

    def _connect(self) -> None:
        bridge = self._context.bridge
        bridge.station_changed.connect(self._show_station)
        bridge.changed.connect(self._keep_bays)
        bridge.noticed.connect(self.log.add)
        self._loader.answered.connect(self._take_page)
        self._loader.failed.connect(self._miss_page)
        self._step.timeout.connect(self._go_on)
        self._last.timeout.connect(self._end_loading)
        self._greeter.answered.connect(self._know_at_start)
        self._greeter.failed.connect(self._load_next)
        self._locked.wanted.connect(self._sign_in_for_page)
        self._side.opened.connect(self._open_at)
        self.top.asked.connect(self.open_page)
        self.top.warnings_asked.connect(self._warn_again)
        self.top.try_out_asked.connect(self._tell_of_try_out)
        self.top.notices_asked.connect(self.toggle_drawer)
        self.top.sign_in_asked.connect(self.sign_in_or_lock)
        self._context.session.changed.connect(self._show_who)
        self._context.session.changed.connect(self._follow_session)  # before the pages, which forget by themselves
        self.log.changed.connect(self._count_notices)
        self.drawer.asked.connect(self._open_bay)
        self.notices.asked.connect(self._open_bay)
        self.notices.all_asked.connect(self.drawer.come_up)
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
        QApplication.setPalette(plain_palette(self._theme.palette))
        self.setStyleSheet(stylesheet(self._theme.palette))

    # -- acts --------------------------------------------------------------------------------------------------------

    @Slot()
    def show_commands(self) -> None:
        """Come up with the palette: every act, page and camera; recordings are searched as one types."""
        self.commands.offer(self._commands(), recordings=not self._context.session.locked)

    @Slot()
    def show_keys(self) -> None:
        """Come up with the sheet of keys: the page's own first."""
        others = [page for page in self.pages.values() if page is not self.page]
        sections = [Section(page.title(), rows_of(page.actions())) for page in (self.page, *others)]
        everywhere = Section(self.tr("Everywhere"), rows_of(self.actions()))
        self.keys.show_keys([sections[0], everywhere, *sections[1:]])

    @Slot()
    def toggle_drawer(self) -> None:
        """Bring the drawer of notices up, or send it away."""
        if self.drawer.isVisible():
            self.drawer.end()
        else:
            self.drawer.come_up()

    @Slot()
    def see_notices(self) -> None:
        """Mark what the stack shows as seen."""
        self.log.see(*(card.entry for card in self.notices.cards))

    @Slot()
    def sign_in_or_lock(self) -> None:
        """Lock the window; where nobody is signed in, have somebody sign in."""
        if self._context.session.actor is None:
            self.sign_in.ask_for()
        else:
            self._context.session.lock()

    @Slot()
    def toggle_full_screen(self) -> None:
        """Fill the screen, or be a window again."""
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    @Slot()
    def _open_settings(self) -> None:
        self.open_page("settings")

    @Slot(int)
    def _open_at(self, place: int) -> None:
        self.open_page(self._names[place])

    @Slot(str)
    def _open_bay(self, bay: str) -> None:
        self.open_page("dock", bay)

    def _commands(self) -> list[Command]:
        """What the palette offers: the page's acts, the pages and the window's acts, the other pages' acts, cameras."""
        here = [_command(act, self.page.title(), act.trigger) for act in self.page.actions() if act.isEnabled()]
        window = [_command(act, self._kind(act), act.trigger) for act in self.actions() if keys_of(act) != FIND]
        others = [
            _command(act, page.title(), partial(self._act_there, page.NAME, act))
            for page in self.pages.values()
            for act in page.actions()
            if page is not self.page and act.isEnabled() and not self._is_shut(self._listed[page.NAME])
        ]
        docked = [bay for bay in self._bays.values() if bay.state is not BayState.EMPTY]
        locked = self._context.session.locked
        cameras = [
            Command(
                f"{camera_name(bay)}{DOT}{bay.bay}",
                short_word(bay.state) if locked else state_words(bay),  # the latter tells who is to take it
                partial(self._open_bay, bay.bay),
            )
            for bay in docked
        ]
        return [*here, *window, *others, *(cameras if self.has_page("dock") else [])]

    def _kind(self, act: QAction) -> str:
        return self.tr("Page") if act in self._side.acts else self.tr("Window")

    def _act_there(self, name: str, act: QAction) -> None:
        self.open_page(name)
        act.trigger()

    # -- news --------------------------------------------------------------------------------------------------------

    @Slot(object)
    def _keep_bays(self, snapshots: tuple[BaySnapshot, ...]) -> None:
        self._bays.update({one.bay: one for one in snapshots})

    @Slot(object)
    def _show_station(self, station: StationView) -> None:
        self._station = station
        self._know_accounts(station.accounts)
        self.top.show_station(station)
        self._show_who()
        for reason in warnings(station):
            if reason.code not in self._warned:
                self._warned.add(reason.code)
                # Not at once: laid out in one round with the chips it would hold up the keys.
                self._context.bridge.hear(Notice(self._clock(), reason, urgent=True))

    @Slot()
    def _show_who(self) -> None:
        actor = self._context.session.actor
        who, short = ("", "") if actor is None else (who_words(actor.person), actor.person.collar)
        self.top.show_who(who, short, accounts=self._station is not None and self._station.accounts)

    @Slot()
    def _warn_again(self) -> None:
        for reason in warnings(self._station) if self._station is not None else ():
            self.log.recall(Notice(self._clock(), reason, urgent=True))

    @Slot()
    def _tell_of_try_out(self) -> None:
        reason = Reason(
            "try-out",
            translate("window", "This is a try-out: the cameras are emulated, and nothing here is evidence."),
            translate("window", "Look round as you like. Start without --virtual, in another home, for real cameras."),
        )
        self.log.recall(Notice(self._clock(), reason))

    @Slot()
    def _count_notices(self) -> None:
        self.top.show_unseen(self.log.unseen, urgent=self.log.urgent)

    # -- its size and its end ----------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        """Load the other pages, once this one is painted."""
        super().showEvent(event)
        if not event.spontaneous() and self._coming and not self._is_making:
            QTimer.singleShot(SETTLE_MS, self, self._find_accounts)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A narrow window keeps only the shapes of its side bar, and the short forms of its chips."""
        narrow = event.size().width() < NARROW_BELOW
        self._side.show_narrow(narrow=narrow)
        self.top.show_narrow(narrow=narrow)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop the clock, the palette and the pages, and go; the bridge is closed by whoever made it."""
        event.accept()
        for asker in (self._loader, self._greeter):
            asker.close()
        for timer in (self._minute, self._step, self._last):
            timer.stop()
        self.commands.close_down()
        self.sign_in.close_down()
        self._is_closing = True
        self._context.session.lock()
        if self._made is not None:
            self._made.setParent(self)  # so that it ends with the window
            self._made.leave()
        for page in self.pages.values():
            page.leave()
        for stop in self._stops:
            stop()


def load(listed: Listed) -> type[Page]:
    """The class of a page; takes as long as what it imports."""
    module, name = listed.where.split(":")
    kind: type[Page] = getattr(import_module(module), name)
    return kind


def load_ahead(listed: Listed) -> type[Page]:
    """The same on a worker, with every shape in memory, so that what is painted later waits for no disk."""
    icons.read_all()
    return load(listed)


def give_keyboard(page: Page) -> None:
    """Put the keyboard on the first of the page's stops, where it is not on the page already."""
    here, at = QApplication.focusWidget(), page.nextInFocusChain()
    if here is not None and page.isAncestorOf(here):
        return
    while at is not None and at is not page:
        if page.isAncestorOf(at) and at.focusPolicy() & Qt.FocusPolicy.TabFocus and at.isVisible() and at.isEnabled():
            at.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        at = at.nextInFocusChain()


def _command(act: QAction, detail: str, do: partial[None] | object) -> Command:
    assert callable(do)
    return Command(plain(act.text()), detail, do, keys_of(act))
