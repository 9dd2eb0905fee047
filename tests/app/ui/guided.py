"""A window over a home that is not a try-out, with the Settings page and, where it is asked for, the guide."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from app.home import Home
from app.ui.bridge import Bridge
from app.ui.page import Context
from app.ui.pages import PAGES
from app.ui.settings_page import SettingsPage
from app.ui.setup_guide import SetupGuide
from app.ui.tokens import Theme, load_fonts
from app.ui.window import Window
from tests.screens.shoot import story_now
from tests.screens.story import STATION, StoryDocks


class Seat:
    """A person before the window: types, clicks and waits."""

    def __init__(self, qtbot: QtBot, folder: Path, *, try_out: bool = False) -> None:
        self.qtbot = qtbot
        self.folder = folder
        self.home = Home(folder / "home")
        self.bridge = Bridge(StoryDocks((), msgspec.structs.replace(STATION, try_out=try_out)))
        self.context = Context(self.home, self.bridge, Theme("light"), story_now)
        self.window = Window(self.context, [one for one in PAGES if one.name == "settings"])
        self.guide = SetupGuide(self.context, self.window)
        page = self.window.pages["settings"]
        assert isinstance(page, SettingsPage)
        self.page = page

    def open(self) -> None:
        self.bridge.start()
        self.window.show()

    def close(self) -> None:
        self.window.close()
        self.bridge.close()
        self.home.close()

    def write(self, edit: QLineEdit, text: str) -> None:
        edit.setFocus()
        edit.selectAll()
        self.qtbot.keyClicks(edit, text)  # type: ignore[no-untyped-call]

    def enter(self, edit: QLineEdit) -> None:
        self.qtbot.keyClick(edit, Qt.Key.Key_Return)  # type: ignore[no-untyped-call]

    def press(self, button: QPushButton) -> None:
        assert button.isVisible()
        self.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)  # type: ignore[no-untyped-call]

    def new_key(self) -> str:
        """A key made elsewhere by the real age-keygen, in key.txt; its recipient."""
        path = self.folder / "key.txt"
        subprocess.run(["age-keygen", "-o", path], check=True, capture_output=True)
        return subprocess.run(["age-keygen", "-y", path], check=True, capture_output=True, text=True).stdout.strip()

    def word_in(self, file: Path) -> str:
        command = ["age", "-d", "-i", self.folder / "key.txt", file]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def seat(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Seat]:
    qapp.setStyle("Fusion")
    load_fonts()
    made = Seat(qtbot, tmp_path)
    qtbot.addWidget(made.window)
    yield made
    made.close()
