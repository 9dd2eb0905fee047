"""The window in tests: offscreen, at a fixed time and place, and a failure for every warning of Qt."""

from __future__ import annotations

import gc
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from app.home import Home
from app.people.values import Role
from app.snapshot import BaySnapshot, StationView
from app.ui import roles
from app.ui.bridge import Bridge
from app.ui.page import Context, Page
from app.ui.pages import Listed
from app.ui.palette import Finder
from app.ui.tokens import Theme, load_fonts
from app.ui.window import Window
from tests.app.custody.force import Force
from tests.screens import shoot
from tests.screens.force import sergeant
from tests.screens.shoot import fill, open_window, story_now
from tests.screens.station import make_clips, make_home
from tests.screens.story import STATION, StoryDocks, night

Open = Callable[..., tuple[Window, StoryDocks]]


@pytest.fixture(autouse=True)
def london(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The story's local time."""
    monkeypatch.setenv("TZ", "Europe/London")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture(autouse=True)
def quiet(qtlog: object) -> Iterator[None]:
    """Fail on what Qt complains of."""
    yield
    assert [record.message for record in qtlog.records if not record.ignored] == []  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def collected(qapp: QApplication) -> Iterator[None]:
    """Destroy closed windows here and now; collect on this thread alone, as the program does (`app.ui.sweeping`)."""
    gc.disable()
    yield
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    gc.enable()


@pytest.fixture
def opened(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Open]:
    """Open windows on bays; they are closed, with their bridges, at the end."""
    qapp.setStyle("Fusion")
    load_fonts()
    bridges = []
    home = Home(tmp_path / "home")

    def open_(
        bays: tuple[BaySnapshot, ...] = (),
        *,
        size: tuple[int, int] = (1366, 768),
        theme: str = "light",
        station: StationView = STATION,
    ) -> tuple[Window, StoryDocks]:
        docks = StoryDocks(bays, station)
        window, bridge = open_window(home, docks, theme, *size)
        bridges.append(bridge)
        qtbot.addWidget(window)
        return window, docks

    yield open_
    for bridge in bridges:
        bridge.close()
    home.close()


@dataclass
class Stage:
    """A page up in its window, over a real home that a test filled."""

    page: Page
    window: Window
    docks: StoryDocks
    home: Home
    force: Force
    qtbot: QtBot

    def wait(self, until: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(until, timeout=10_000)


Staged = Callable[..., Stage]


@pytest.fixture
def staged(qtbot: QtBot, opened: Open, tmp_path: Path) -> Iterator[Staged]:
    """Bring a page up over a home that `fill` fills, for somebody of this role."""
    homes = []

    def stage(name: str, fill: Callable[[Force], None], role: Role, station: StationView = STATION) -> Stage:
        home = Home(tmp_path / "home")
        homes.append(home)
        force = Force(home.database, home.records)
        fill(force)
        window, docks = opened(station=station)
        session = window.page.context.session
        session.sign_in(force.hire("901", role=role))
        qtbot.waitUntil(lambda: session.accounts is station.accounts)
        shoot.fill(window)
        window.open_page(name)
        return Stage(window.pages[name], window, docks, home, force, qtbot)

    yield stage
    for home in homes:
        home.close()


@pytest.fixture(scope="session")
def two_nights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with two nights of recordings behind it, made once; it is copied, not used."""
    scratch = tmp_path_factory.mktemp("nights")
    with pytest.MonkeyPatch.context() as climate:
        climate.setenv("DOCKWARDEN_KEYS", "file")
        climate.setenv("TZ", "Europe/London")
        time.tzset()
        make_home(scratch, make_clips(scratch / "clips"), nights=2)
    time.tzset()
    return scratch / "home"


@pytest.fixture
def lived_in(two_nights: Path, tmp_path: Path) -> Path:
    """A home with two nights behind it, for one test alone."""
    return Path(shutil.copytree(two_nights, tmp_path / "lived-in"))


@pytest.fixture
def full(qtbot: QtBot, qapp: QApplication, lived_in: Path) -> Iterator[Window]:
    """The window with every page, for a sergeant, on the story's night and a home with two nights behind it."""
    qapp.setStyle("Fusion")
    load_fonts()
    roles.install()
    with Home(lived_in) as home:
        window, bridge = open_window(home, StoryDocks(night()), "light", 1366, 768, sergeant(home))
        yield window
        window.close()
        bridge.close()
        delete(window)


class Plain(Page):
    """A page that does nothing but note what it was asked for."""

    NAME = "plain"
    KEYS = ""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.field = QLineEdit(self)
        self.shown: list[object] = []
        self.left = self.done = 0
        self.act = QAction(f"Count on {self.NAME}", self)
        self.act.setShortcut(self.KEYS)
        self.act.triggered.connect(self._count)
        self.addAction(self.act)

    @classmethod
    def title(cls) -> str:
        return cls.NAME.capitalize()

    def come_up(self, what: object) -> None:
        self.shown.append(what)

    def leave(self) -> None:
        self.left += 1

    def _count(self) -> None:
        self.done += 1


class Docked(Plain):
    NAME, KEYS = "dock", "Ctrl+1"


class Shelf(Plain):
    NAME, KEYS = "recordings", "Ctrl+2"


class Doctor(Plain):
    NAME, KEYS = "doctor", "Ctrl+3"


class Settings(Plain):
    NAME = "settings"


FRAME_PAGES = tuple(
    Listed(kind.NAME, "info", kind.title, f"{__name__}:{kind.__name__}", everybody=kind in {Docked, Doctor})
    for kind in (Docked, Shelf, Doctor, Settings)
)
Frame = Callable[..., tuple[Window, StoryDocks]]


@pytest.fixture
def framed(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Frame]:
    """Open the frame around pages that do nothing, with the keyboard in the first one's field."""
    qapp.setStyle("Fusion")
    load_fonts()
    bridges = []
    home = Home(tmp_path / "home")

    def open_(
        bays: tuple[BaySnapshot, ...] = (),
        *,
        pages: tuple[Listed, ...] = FRAME_PAGES,
        finder: Finder | None = None,
        station: StationView = STATION,
    ) -> tuple[Window, StoryDocks]:
        docks = StoryDocks(bays, station)
        bridge = Bridge(docks)
        bridges.append(bridge)
        window = Window(Context(home, bridge, Theme("light"), story_now), pages, finder)
        qtbot.addWidget(window)
        window.show()
        window.activateWindow()
        fill(window)
        bridge.start()
        qtbot.waitUntil(lambda: station.name in window.top.station.text().replace("&&", "&"))
        cast("Plain", window.page).field.setFocus()
        qtbot.waitUntil(cast("Plain", window.page).field.hasFocus)
        return window, docks

    yield open_
    for bridge in bridges:
        bridge.close()
    home.close()


def plain(window: Window, name: str) -> Plain:
    """A page of the frame."""
    return cast("Plain", window.pages[name])
