"""A locked window: what needs somebody is gone from it, to the eye and to a screen reader, and comes back with them."""

from __future__ import annotations

import gc
import re
import threading
import weakref
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest
from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import delete
from sqlalchemy import func, select

from app.custody.handing import Outcome
from app.docking import quoted
from app.home import Home
from app.library import Kind
from app.people.values import Actor, Person, Proof, Role
from app.pool import Kind as PoolKind
from app.snapshot import BaySnapshot, Notice, Reason
from app.ui import hush, recording_pane, roles
from app.ui.bridge import Bridge
from app.ui.custody_page import CustodyPage
from app.ui.desk_page import DeskPage
from app.ui.dock_page import DockPage
from app.ui.late_page import LatePage
from app.ui.locked_page import LockedPage
from app.ui.page import Context
from app.ui.pages import PAGES
from app.ui.pool_page import PoolPage
from app.ui.recordings_page import RecordingsPage
from app.ui.tokens import Theme, load_fonts
from app.ui.window import Window
from db.schema import Reading
from tests.app.ui.conftest import Frame, plain
from tests.app.ui.test_access import unspoken
from tests.screens.force import STAND_IN, sergeant
from tests.screens.shoot import bring_up, dock_of, fill, hand_out, open_window, still, story_now
from tests.screens.story import NOW, STATION, StoryDocks, night
from tests.screens.structure import SIZES, faults

SHUT = [page.name for page in PAGES if not page.everybody]
ACCOUNTS = msgspec.structs.replace(STATION, accounts=True)
Text = QAccessible.Text


@pytest.fixture
def home(lived_in: Path) -> Iterator[Home]:
    with Home(lived_in) as home:
        yield home


@pytest.fixture
def docks() -> StoryDocks:
    return StoryDocks(named(night()), ACCOUNTS)


def named(bays: tuple[BaySnapshot, ...]) -> tuple[BaySnapshot, ...]:
    """The story's bays, of which one camera tells its officer's name, and one reason a recording's."""
    first = bays[0]
    assert first.recordings
    reason = Reason("changed", f"{first.recordings[0].name} has changed on the camera since it was sealed.", "See it.")
    return (msgspec.structs.replace(first, owner="Hughes", remarks=(reason,)), *bays[1:])


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication, home: Home, docks: StoryDocks) -> Iterator[Window]:
    """The window for the sergeant of the story, with every page made, in a home where people sign in."""
    qapp.setStyle("Fusion")
    load_fonts()
    roles.install()
    window, bridge = open_window(home, docks, "light", 1366, 768, sergeant(home))
    window.activateWindow()
    yield window
    window.close()
    bridge.close()
    delete(window)


@pytest.fixture
def lock(window: Window) -> Callable[[], None]:
    """Locks the window, and lets Qt do what it put off."""

    def lock_() -> None:
        window.page.context.session.lock()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    return lock_


@pytest.fixture
def back(window: Window) -> Callable[[Actor], None]:
    """Signs somebody in, and waits until every page is there again."""

    def sign_in(actor: Actor) -> None:
        window.page.context.session.sign_in(actor)
        fill(window)
        still(window)

    return sign_in


def another(home: Home) -> Actor:
    """A colleague who may do the same."""
    person = home.people.known(STAND_IN[0])
    return Actor(msgspec.structs.replace(person, role=sergeant(home).person.role), Proof.PIN)


def test_recordings_are_shut_to_who_may_not_list_them(
    window: Window, home: Home, back: Callable[[Actor], None]
) -> None:
    person = msgspec.structs.replace(home.people.known(STAND_IN[0]), role=Role.TECHNICIAN)
    acts = {command.title for command in window._commands()}
    window.open_page("recordings")
    assert isinstance(window.page, RecordingsPage)
    back(Actor(person, Proof.PIN))
    assert isinstance(window.page, LockedPage)
    gone = acts - {command.title for command in window._commands()}
    assert "Search recordings" in gone
    window.open_page("pool")
    assert isinstance(window.page, PoolPage)
    window.open_page("recordings")
    assert isinstance(window.page, LockedPage)
    back(another(home))
    assert isinstance(window.page, RecordingsPage)


# -- what a screen reader comes to -----------------------------------------------------------------------------------


def everything(at: QAccessibleInterface) -> Iterator[QAccessibleInterface]:
    """What is in the tree below this, hidden or not, cells of tables too."""
    for place in range(at.childCount()):
        if (child := at.child(place)) is not None:
            yield child
            yield from everything(child)


def told(widget: QWidget, without: QWidget | None = None) -> str:
    """All that the tree tells of a widget: names, descriptions, values and tooltips."""
    kinds = (Text.Name, Text.Description, Text.Value, Text.Help)
    lines = []
    for at in everything(QAccessible.queryAccessibleInterface(widget)):
        here = at.object()
        if without is not None and isinstance(here, QWidget) and (here is without or without.isAncestorOf(here)):
            continue
        lines += [at.text(kind) for kind in kinds]
        if isinstance(here, QWidget):
            lines.append(here.toolTip())
    return "\n".join(lines)


def recording_names(home: Home) -> set[str]:
    return {one.name for one in home.records.recordings()}


def everyone(home: Home) -> list[Person]:
    people = home.people.page()
    while more := home.people.page(people[-1]):
        people += more
    return people


def officer_names(home: Home) -> set[str]:
    return {one.name for one in everyone(home)}


def holders(home: Home) -> set[str]:
    """The collar numbers of all who may hold a camera."""
    return {one.collar for one in everyone(home)}


def found(words: set[str], text: str) -> set[str]:
    return {word for word in words if re.search(rf"\b{re.escape(word)}\b", text)}


@pytest.mark.parametrize("name", SHUT)
def test_nothing_of_a_page_is_left_when_the_window_is_locked(
    window: Window, home: Home, lock: Callable[[], None], name: str
) -> None:
    bring_up(window, name, sergeant(home))
    still(window)
    before = told(window)
    secrets = recording_names(home) | officer_names(home)
    assert name == "settings" or found(secrets | holders(home), before), "the check would find nothing here"
    lock()
    assert isinstance(window.page, LockedPage)
    after = told(window)
    title = next(page.title() for page in PAGES if page.name == name)
    assert f"Locked \N{EM DASH} sign in to see {title}" in after
    assert found(secrets, after) == set()
    assert found(holders(home), told(window, without=dock_of(window))) == set()
    assert sorted(window.pages) == ["dock", "doctor"]


def test_the_dock_stays_and_names_neither_recordings_nor_people(
    window: Window, home: Home, docks: StoryDocks, lock: Callable[[], None], qtbot: QtBot
) -> None:
    window.open_page("dock", "A1")
    name = (docks.shown[0].recordings or ())[0].name
    docks.say(Notice(NOW, Reason("changed", f"{name} has changed on the camera.", "See to it."), "A1", urgent=True))
    qtbot.waitUntil(lambda: len(window.notices.cards) == 1)
    docked = {one.name for bay in docks.shown for one in bay.recordings or ()}
    assert {name, "Hughes"} <= found(docked | officer_names(home), told(window))
    lock()
    assert window.page is dock_of(window)
    assert found(docked | recording_names(home) | officer_names(home), told(window)) == set()
    assert "\N{HORIZONTAL ELLIPSIS} has changed on the camera." in told(window.notices)
    assert "Copying 3 of 12" in told(window)
    window.toggle_drawer()
    assert found(docked, told(window.drawer)) == set()
    window.drawer.end()
    window.page.context.session.sign_in(sergeant(home))
    assert {name, "Hughes"} <= found(docked | officer_names(home), told(window))


@pytest.mark.parametrize("name", ["2214_A.MP4", "SMITH J night 2.MP4", "Smith J", "Smith” J", "“Smith” “J”.mp4 x"])
def test_no_name_that_a_camera_may_give_is_told_by_a_notice(name: str) -> None:
    assert hush.words(f"{quoted(name)} has changed. See to it.") == f"{hush.LEFT_OUT} has changed. See to it."


def test_the_palette_finds_no_recording_and_no_holder(
    window: Window, home: Home, docks: StoryDocks, lock: Callable[[], None], qtbot: QtBot
) -> None:
    issued = msgspec.structs.replace(docks.shown[1], issued_to="1234")
    docks.say(issued)
    qtbot.waitUntil(lambda: window._bays["A2"].issued_to == "1234")
    finds = Searched()
    window.commands._finder = finds
    window.show_commands()
    qtbot.waitUntil(lambda: "Issued to 1234" in [one.detail for one in window.commands.lines.commands])
    QTest.keyClicks(window.commands.field, "night")
    qtbot.waitUntil(lambda: "A night" in [one.title for one in window.commands.lines.commands])
    lock()
    assert not window.commands.isVisible()
    assert window.commands.lines.commands == []
    assert window.commands.field.text() == ""
    window.show_commands()
    QTest.keyClicks(window.commands.field, "1234")
    assert window.commands.lines.commands == []
    window.commands.field.clear()
    QTest.keyClicks(window.commands.field, "night")
    QTest.qWait(50)
    assert "A night" not in [one.title for one in window.commands.lines.commands]
    assert finds.asked == ["night"]
    window.commands.end()


class Hit:
    id, title, detail = "a" * 32, "A night", "CAM-0412"


class Searched:
    """Finds one recording, whatever is asked, and notes what was."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def search(self, text: str, limit: int) -> list[Hit]:
        if text not in self.asked and text == "night":
            self.asked.append(text)
        return [Hit()]


# -- what is open over the page ----------------------------------------------------------------------------------------


def test_what_is_open_over_a_page_is_closed_and_the_clipboard_is_left_alone(
    window: Window, home: Home, lock: Callable[[], None], qtbot: QtBot, qtlog: Any
) -> None:
    bring_up(window, "recordings", sergeant(home))
    page = cast("RecordingsPage", window.page)
    qtbot.waitUntil(page.pane.isVisible)
    QApplication.clipboard().setText("kept")
    window.toggle_drawer()
    with qtlog.disabled():  # a screen that is none complains of what a dialog and a menu ask of it
        page.pane._ask_place()
        page.menu().popup(window.mapToGlobal(window.rect().center()))
    tops = [one for one in QApplication.topLevelWidgets() if one.isVisible() and one is not window]
    assert {type(one) for one in tops} >= {QFileDialog, QMenu}
    lock()
    assert [one for one in QApplication.topLevelWidgets() if one.isVisible() and one is not window] == []
    assert not window.drawer.isVisible()
    assert QApplication.clipboard().text() == "kept"


def test_a_full_screen_ends_too(window: Window, home: Home, lock: Callable[[], None], qtbot: QtBot) -> None:
    bring_up(window, "recordings", sergeant(home))
    page = cast("RecordingsPage", window.page)
    qtbot.waitUntil(page.pane.isVisible)
    page.viewer.toggle_full_screen()
    lock()
    assert [one for one in QApplication.topLevelWidgets() if one.isVisible() and one is not window] == []


def test_a_page_and_its_model_are_gone_and_not_hidden(window: Window, home: Home, lock: Callable[[], None]) -> None:
    bring_up(window, "recordings", sergeant(home))
    still(window)
    page = cast("RecordingsPage", window.page)
    parts = [weakref.ref(one) for one in (page, page.model, page.pane)]
    del page
    lock()
    gc.collect()
    assert [one() for one in parts] == [None, None, None]


def test_a_copy_that_was_begun_is_finished_though_the_window_is_locked(
    window: Window, home: Home, lock: Callable[[], None], tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, ended = threading.Event(), threading.Event()

    def copy(_home: Home, _id: str, _path: Path, _by: str, _tell: object, stop: threading.Event) -> None:
        begun.set()
        stop.wait(20)
        ended.set()

    monkeypatch.setattr(recording_pane, "write_copy", copy)
    monkeypatch.setattr(recording_pane, "name_for", lambda *_who: "2214")
    bring_up(window, "recordings", sergeant(home))
    page = cast("RecordingsPage", window.page)
    qtbot.waitUntil(page.pane.isVisible)
    monkeypatch.setattr(window.page.context.session, "allows", lambda _act: True)
    page.pane.copy_to(str(tmp_path / "copy.MP4"))
    assert begun.wait(20)
    lock()
    assert not ended.wait(0.2)
    window.close()
    assert ended.wait(20)


# -- coming back -------------------------------------------------------------------------------------------------------


def choose_some(window: Window, home: Home, qtbot: QtBot) -> tuple[int, list[int]]:
    """Go through the pages and leave something asked for and chosen on each; the entries chosen of two of them."""
    bring_up(window, "recordings", sergeant(home))
    recordings = cast("RecordingsPage", window.page)
    recordings.search.setText("CAM-0412")
    still(window)
    wanted = recordings.model.entries[2]
    assert recordings.table.choose(wanted)
    bring_up(window, "pool", sergeant(home))
    pool = cast("PoolPage", window.page)
    pool.search.setText("CAM-00")
    still(window)
    cameras = [pool.model.entries[place] for place in (1, 2, 5)]
    pool.table.choose(set(cameras))
    for name in ("late", "custody", "desk"):
        bring_up(window, name, sergeant(home))
        still(window)
    if not refusals(window):
        hand_out(cast("DeskPage", window.page))
        still(window)
    cast("LatePage", window.pages["late"]).table.selectRow(2)
    return wanted, cameras


def test_the_same_person_finds_every_page_as_they_left_it(
    window: Window, home: Home, lock: Callable[[], None], back: Callable[[Actor], None], qtbot: QtBot
) -> None:
    wanted, cameras = choose_some(window, home, qtbot)
    late = cast("LatePage", window.pages["late"]).kept()
    refused = refusals(window)
    assert refused
    asked = custody_readings(home)
    window.open_page("recordings")
    lock()
    back(sergeant(home))
    page = cast("RecordingsPage", window.page)
    assert (page.search.text(), page.table.currentIndex().isValid()) == ("CAM-0412", True)
    assert page.model.entries[page.table.currentIndex().row()] == wanted
    assert page.pane.isVisible()
    window.open_page("pool")
    still(window)
    pool = cast("PoolPage", window.page)
    assert (pool.search.text(), pool.table.chosen()) == ("CAM-00", cameras)
    assert refusals(window) == refused
    assert cast("LatePage", window.pages["late"]).kept() == late
    assert custody_readings(home) == asked, "it is asked again once it is looked at, and not before"
    window.open_page("custody")
    qtbot.waitUntil(lambda: cast("CustodyPage", window.page).story is not None)
    assert custody_readings(home) == asked + 1


def refusals(window: Window) -> list[tuple[str, str]]:
    """The pairs at the desk that were refused; those that were made it has from the ledger."""
    rows = cast("DeskPage", window.pages["desk"]).model.rows
    return [(row.officer, row.camera) for row in rows if row.outcome is Outcome.REFUSED]


def custody_readings(home: Home) -> int:
    """How often custody was read, by the ledger."""
    with home.database.read() as session:
        return session.scalar(select(func.count()).select_from(Reading)) or 0


def test_another_person_finds_them_fresh(
    window: Window, home: Home, lock: Callable[[], None], back: Callable[[Actor], None], qtbot: QtBot
) -> None:
    choose_some(window, home, qtbot)
    window.open_page("recordings")
    lock()
    back(another(home))
    page = cast("RecordingsPage", window.page)
    assert (page.search.text(), page.wanted.kind) == ("", Kind.ALL)
    assert page.table.currentIndex().row() == 0
    pool = cast("PoolPage", window.pages["pool"])
    assert (pool.search.text(), pool.wanted.kind, pool.table.chosen()) == ("", PoolKind.ALL, [])
    assert refusals(window) == []
    assert cast("CustodyPage", window.pages["custody"]).question.text() == ""
    lock()
    back(sergeant(home))
    assert cast("RecordingsPage", window.page).search.text() == "", "somebody else was here since"


def test_what_is_asked_of_a_locked_page_is_shown_to_whoever_signs_in_for_it(
    window: Window, home: Home, lock: Callable[[], None], back: Callable[[Actor], None]
) -> None:
    lock()
    window.open_page("pool", "CAM-0129")
    assert isinstance(window.page, LockedPage)
    back(sergeant(home))
    assert cast("PoolPage", window.page).search.text() == "CAM-0129"


def test_the_keyboard_is_on_the_button_that_signs_in_and_afterwards_on_the_page(
    window: Window, home: Home, lock: Callable[[], None], back: Callable[[Actor], None], qtbot: QtBot
) -> None:
    bring_up(window, "pool", sergeant(home))
    still(window)
    lock()
    page = cast("LockedPage", window.page)
    qtbot.waitUntil(page.sign_in.hasFocus)
    QTest.keyClick(page.sign_in, Qt.Key.Key_Return)
    assert window.sign_in.isVisible()
    assert "read the pool of cameras" in window.sign_in.why.text()
    window.sign_in.end()
    back(sergeant(home))
    assert window.page.isAncestorOf(QApplication.focusWidget())


def test_after_coming_back_late_cameras_are_counted_again(
    window: Window, home: Home, lock: Callable[[], None], back: Callable[[Actor], None]
) -> None:
    bring_up(window, "late", sergeant(home))
    still(window)
    button = window._side._group.button(window._names.index("late"))
    before = button.accessibleName()
    lock()
    assert button.accessibleName() != before
    window.open_page("dock")
    back(sergeant(home))
    assert button.accessibleName() == before


# -- who is not concerned ----------------------------------------------------------------------------------------------


def test_without_accounts_nothing_changes(framed: Frame) -> None:
    window, _docks = framed()
    page = plain(window, "recordings")
    window.page.context.session.lock()
    window.open_page("recordings")
    assert window.page is page


def test_with_accounts_no_page_that_needs_somebody_is_made_before_there_is_somebody(
    home: Home, qtbot: QtBot, qapp: QApplication
) -> None:
    """Nor is one shown in the moment before the docks tell that people sign in here."""
    load_fonts()
    bridge = Bridge(StoryDocks(night(), ACCOUNTS))
    window = Window(Context(home, bridge, Theme("light"), story_now))
    qtbot.addWidget(window)
    window.open_page("recordings")
    with qtbot.waitSignal(window.completed, timeout=20_000):
        window.show()
    assert sorted(window.pages) == ["dock", "doctor"]
    assert isinstance(window.page, LockedPage)
    window.close()
    bridge.close()


def test_whoever_signs_in_as_the_last_page_is_made_finds_every_page(
    home: Home, qtbot: QtBot, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_fonts()
    bridge = Bridge(StoryDocks(night(), ACCOUNTS))
    window = Window(Context(home, bridge, Theme("light"), story_now))
    qtbot.addWidget(window)
    session, warm_up = window.page.context.session, DockPage.warm_up

    def warm_up_and_sign_in(page: DockPage) -> None:
        warm_up(page)
        if session.locked:
            QTimer.singleShot(0, partial(session.sign_in, sergeant(home)))

    monkeypatch.setattr(DockPage, "warm_up", warm_up_and_sign_in)
    with qtbot.waitSignal(window.completed, timeout=20_000):
        window.show()
    assert list(window.pages) == [page.name for page in PAGES]
    window.close()
    bridge.close()


def test_a_page_that_is_being_made_when_the_window_is_locked_is_dropped(
    window: Window, home: Home, lock: Callable[[], None], back: Callable[[Actor], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[weakref.ref[RecordingsPage]] = []
    make, session = RecordingsPage.__init__, window.page.context.session

    def make_and_lock(page: RecordingsPage, context: Context) -> None:
        make(page, context)
        if not made:
            QTimer.singleShot(0, session.lock)
        made.append(weakref.ref(page))

    lock()
    monkeypatch.setattr(RecordingsPage, "__init__", make_and_lock)
    session.sign_in(sergeant(home))
    fill(window)
    assert session.locked
    assert len(made) == 1
    assert sorted(window.pages) == ["dock", "doctor"]
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    assert made[0]() is None
    back(sergeant(home))
    assert list(window.pages) == [page.name for page in PAGES]


@pytest.mark.parametrize("size", SIZES[100])
def test_the_locked_page_is_laid_out_well(window: Window, lock: Callable[[], None], size: tuple[int, int]) -> None:
    window.resize(*size)
    window.open_page("recordings")
    lock()
    still(window)
    assert faults(window) == []
    assert unspoken(window) == []
