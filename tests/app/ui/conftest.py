"""The window in tests: offscreen, at a fixed time and place, and a failure for every warning of Qt."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.home import Home
from app.snapshot import BaySnapshot, StationView
from app.ui.tokens import load_fonts
from app.ui.window import Window
from tests.screens.shoot import open_window
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
    assert [record.message for record in qtlog.records] == []  # type: ignore[attr-defined]


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
    """The window with every page, on the story's night and a home with two nights behind it."""
    qapp.setStyle("Fusion")
    load_fonts()
    with Home(lived_in) as home:
        window, bridge = open_window(home, StoryDocks(night()), "light", 1366, 768)
        yield window
        window.close()
        bridge.close()
