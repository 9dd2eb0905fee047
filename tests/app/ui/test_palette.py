"""The command palette: what it finds, how the keyboard drives it, and that searching holds nothing up."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.errors import Trouble
from app.home import Home
from app.people.values import Role
from app.ui.bridge import Bridge
from app.ui.main import _Finder
from app.ui.page import Context
from app.ui.palette import Command, rank
from app.ui.tokens import Theme
from app.ui.window import Window
from tests.app.ui.conftest import Frame, plain
from tests.app.ui.test_signed_in import person
from tests.screens.story import StoryDocks, night

CONTROL = Qt.KeyboardModifier.ControlModifier


@dataclass(frozen=True)
class Hit:
    id: str
    title: str
    detail: str


@dataclass
class Cupboard:
    """Recordings to search; answers when `open` is set."""

    open: threading.Event = field(default_factory=threading.Event)
    asked: list[str] = field(default_factory=list)
    trouble: Trouble | None = None

    def search(self, text: str, limit: int) -> Sequence[Hit]:
        self.asked.append(text)
        assert self.open.wait(10)
        if self.trouble is not None:
            raise self.trouble
        return [Hit(f"id-{text}", f"Recording of {text}", "6:02")]


def shown(window: Window) -> list[str]:
    return [command.title for command in window.commands.lines.commands]


def search(window: Window, text: str) -> None:
    """Bring the palette up by its key and type."""
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_K, CONTROL)
    assert window.commands.field.hasFocus()
    QTest.keyClicks(window.commands.field, text)


def press(window: Window, *keys: Qt.Key) -> None:
    for key in keys:
        QTest.keyClick(QApplication.focusWidget(), key)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ["Try again", "Retry all", "Again and again", "Open"]),
        ("again", ["Again and again", "Try again"]),
        ("again try", ["Try again"]),
        ("TRY", ["Try again", "Retry all"]),
        ("dock op", ["Open"]),
        ("nothing", []),
    ],
)
def test_words_are_found_in_any_order_and_beginnings_first(text: str, found: list[str]) -> None:
    titles = ["Try again", "Retry all", "Again and again", "Open"]
    commands = [Command(title, "Dock", str) for title in titles]
    assert [command.title for command in rank(text, commands)] == found


def test_it_offers_this_pages_acts_then_pages_then_the_rest(framed: Frame) -> None:
    window, _docks = framed()
    search(window, "")
    offered = shown(window)
    assert offered[:5] == ["Count on dock", "Dock", "Recordings", "Doctor", "Settings"]
    assert {"All keys", "Quit", "Full screen", "Count on doctor"} <= set(offered)
    keys = {command.title: command.keys for command in window.commands.lines.commands}
    assert (keys["Count on dock"], keys["Dock"], keys["All keys"]) == ("Ctrl+1", "Alt+1", "F1")


def test_enter_does_an_act_of_another_page_there(framed: Frame) -> None:
    window, _docks = framed()
    search(window, "count doctor")
    press(window, Qt.Key.Key_Return)
    assert window.page.NAME == "doctor"
    assert plain(window, "doctor").done == 1
    assert not window.commands.isVisible()


def test_an_act_that_cannot_be_done_now_is_not_offered(framed: Frame) -> None:
    window, _docks = framed()
    plain(window, "dock").act.setEnabled(False)
    search(window, "count")
    assert "Count on dock" not in shown(window)


def test_the_arrows_choose_and_stop_at_the_ends(framed: Frame) -> None:
    window, _docks = framed()
    search(window, "count on")
    assert shown(window) == ["Count on dock", "Count on recordings", "Count on doctor", "Count on settings"]
    press(window, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageDown, Qt.Key.Key_Up, Qt.Key.Key_Up)
    assert window.commands.field.hasFocus()
    press(window, Qt.Key.Key_Enter)
    assert plain(window, "recordings").done == 1


def test_esc_goes_back_to_where_the_keyboard_was(framed: Frame) -> None:
    window, _docks = framed()
    search(window, "count")
    press(window, Qt.Key.Key_Escape)
    assert not window.commands.isVisible()
    assert plain(window, "dock").field.hasFocus()
    assert plain(window, "dock").field.text() == ""


def test_a_click_beside_it_ends_it(framed: Frame) -> None:
    window, _docks = framed()
    search(window, "count")
    QTest.mouseClick(window.commands, Qt.MouseButton.LeftButton, pos=window.rect().bottomLeft())
    assert not window.commands.isVisible()


def test_a_docked_camera_leads_to_its_bay_and_an_empty_bay_is_none(qtbot: QtBot, framed: Frame) -> None:
    window, _docks = framed(night())
    qtbot.waitUntil(lambda: len(window._bays) == 16)
    search(window, "0129")
    assert shown(window) == ["CAM-0129 · B3"]
    press(window, Qt.Key.Key_Return)
    assert plain(window, "dock").shown == ["B3"]
    search(window, "b2")
    assert shown(window) == []
    assert "Nothing fits" in window.commands.told.text()


def test_a_recording_leads_to_the_recordings(qtbot: QtBot, framed: Frame) -> None:
    cupboard = Cupboard()
    cupboard.open.set()
    window, _docks = framed(finder=cupboard)
    search(window, "zeal")
    qtbot.waitUntil(lambda: shown(window) == ["Recording of zeal"])
    press(window, Qt.Key.Key_Return)
    assert window.page.NAME == "recordings"
    assert plain(window, "recordings").shown == ["id-zeal"]


def test_a_slow_search_holds_up_nothing_and_old_answers_are_dropped(qtbot: QtBot, framed: Frame) -> None:
    cupboard = Cupboard()
    window, _docks = framed(finder=cupboard)
    search(window, "zo")
    qtbot.waitUntil(lambda: cupboard.asked == ["zo"])
    QTest.keyClicks(window.commands.field, "ological")  # the window goes on while the search waits
    assert window.commands.field.text() == "zoological"
    cupboard.open.set()
    qtbot.waitUntil(lambda: shown(window) == ["Recording of zoological"])
    assert len(cupboard.asked) == 2  # what was typed meanwhile was never asked for


def test_an_answer_that_comes_after_the_field_was_emptied_is_not_shown(qtbot: QtBot, framed: Frame) -> None:
    cupboard = Cupboard()
    window, _docks = framed(finder=cupboard)
    search(window, "co")
    qtbot.waitUntil(lambda: cupboard.asked == ["co"])
    window.commands.field.clear()
    with qtbot.waitSignal(window.commands._asker.answered):
        cupboard.open.set()
    assert "Recording of co" not in shown(window)


def test_a_search_that_fails_says_so_and_the_acts_are_still_there(qtbot: QtBot, framed: Frame) -> None:
    cupboard = Cupboard(trouble=Trouble("The database is busy.", "Try again."))
    cupboard.open.set()
    window, _docks = framed(finder=cupboard)
    search(window, "count on dock")
    qtbot.waitUntil(lambda: "The database is busy. Try again." in window.commands.told.text())
    assert shown(window) == ["Count on dock"]


def test_recordings_are_found_for_who_may_list_them(qapp: QApplication, lived_in: Path) -> None:
    with Home(lived_in) as home:
        context = Context(home, Bridge(StoryDocks(())), Theme("light"))
        finder, session = _Finder(context), context.session
        assert finder.search("CAM", 3)
        session.accounts = True
        assert not finder.search("CAM", 3)
        for role, found in ((Role.TECHNICIAN, False), (Role.AUDITOR, True)):
            session.sign_in(person(role))
            assert bool(finder.search("CAM", 3)) is found
        session.lock()
        context.bridge.close()
