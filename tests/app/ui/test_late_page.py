"""Late: who has what should be back, whom to call, and naming the holder of what somebody unknown took."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from app.home import Home
from app.people.values import Role
from app.ui.bridge import Bridge
from app.ui.late_page import LatePage
from app.ui.late_table import Column
from app.ui.page import Context
from app.ui.pages import PAGES
from app.ui.tokens import LIGHT, Theme, load_fonts
from app.ui.window import Window
from tests.app.custody.force import MORNING, Force
from tests.app.test_mailing import lift
from tests.app.ui.test_access import out_of_order, unspoken, walk
from tests.app.ui.test_structure import colours
from tests.screens.shoot import still
from tests.screens.story import STATION, StoryDocks
from tests.screens.structure import SIZES, faults

LATER = MORNING + timedelta(hours=10)


class Time:
    """The time that the window believes."""

    def __init__(self) -> None:
        self.now = LATER

    def __call__(self) -> datetime:
        return self.now.astimezone()


class Seat:
    """A sergeant before the page, ten hours after an early shift went out."""

    def __init__(self, window: Window, force: Force, time: Time, qtbot: QtBot) -> None:
        self.window, self.force, self.time, self.qtbot = window, force, time, qtbot
        self.page = cast("LatePage", window.page)

    def look(self) -> None:
        """The station is told anew, as it is every ten seconds; wait until the page has looked."""
        self.page.late = None
        self.window._context.bridge.station_changed.emit(STATION)
        self.qtbot.waitUntil(lambda: self.page.late is not None)

    def column(self, column: Column) -> list[str]:
        return [self.page.model.index(row, column).data() for row in range(self.page.model.rowCount())]


@pytest.fixture
def seat(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Seat]:
    qapp.setStyle("Fusion")
    load_fonts()
    home = Home(tmp_path / "home")
    force = Force(home.database, home.records)
    for collar in ("1361", "1402"):
        force.hire(collar)
    force.hire("2214", name="Whittaker", rank="Sgt", role=Role.SERGEANT, station="Carlisle")
    force.hire("1402", station="Carlisle")
    for place, asset in enumerate(("CAM-1", "CAM-2", "CAM-3"), 1):
        force.add(asset)
        force.dock(asset, bay=f"A{place}")
    time = Time()
    bridge = Bridge(StoryDocks())
    late = next(one for one in PAGES if one.name == "late")
    window = Window(Context(home, bridge, Theme("light"), time), (late,))
    seat = Seat(window, force, time, qtbot)
    bridge.start()
    window.show()
    window.activateWindow()
    window._context.session.sign_in(force.sergeant)
    yield seat
    window.close()
    bridge.close()
    delete(window)
    home.close()


def test_nothing_late_says_so_and_what_will_be_here(seat: Seat) -> None:
    seat.look()
    assert seat.page.sentence.text() == "Nothing is late."
    assert "will be here" in seat.page.nothing.text()
    assert not seat.page.table.isVisible()


def test_it_tells_camera_officer_since_when_and_whom_to_call(seat: Seat) -> None:
    seat.force.custody.issue("CAM-1", "1402", seat.force.sergeant)
    seat.look()
    assert seat.column(Column.CAMERA) == ["CAM-1"]
    assert seat.column(Column.COLLAR) == ["1402"]
    assert seat.column(Column.OFFICER) == ["Name 1402"]
    assert seat.column(Column.CALL) == ["Sgt 2214 Whittaker"]
    due = seat.force.asking.camera("CAM-1").due_at
    assert due is not None
    assert seat.column(Column.SINCE) == [f"{due.astimezone():%H:%M}"]
    assert seat.page.sentence.text() == "1 camera is late."
    assert not seat.page.naming.isVisible()


def test_time_goes_on_with_each_minute(seat: Seat) -> None:
    seat.force.custody.issue("CAM-1", "1402", seat.force.sergeant)
    seat.look()
    before = seat.column(Column.FOR)
    seat.time.now += timedelta(minutes=7)
    seat.page.retell()
    assert seat.column(Column.FOR) != before


def test_an_unknown_holder_stands_first_and_is_named_by_keys_alone(seat: Seat) -> None:
    seat.force.custody.issue("CAM-1", "1402", seat.force.sergeant)
    lift(seat.force, "CAM-3")
    seat.look()
    assert seat.column(Column.CAMERA) == ["CAM-3", "CAM-1"]
    assert seat.column(Column.STATE) == ["Holder unknown", "Late"]
    assert seat.page.naming.isVisible()
    QTest.keyClick(seat.window, Qt.Key.Key_F2)
    naming = seat.page.naming
    assert naming.officer.hasFocus()
    QTest.keyClicks(naming.officer, "card-1361")
    QTest.keyClick(naming.officer, Qt.Key.Key_Return)
    QTest.keyClick(naming.reason, Qt.Key.Key_Return)
    assert "how that is known" in naming.told.text()
    QTest.keyClicks(naming.reason, "Said so on the radio")
    QTest.keyClick(naming.reason, Qt.Key.Key_Return)
    seat.qtbot.waitUntil(lambda: "CAM-3" not in seat.column(Column.CAMERA) or not naming.isVisible())
    act = seat.force.asking.timeline("CAM-3")[-1]
    assert (act.event, act.officer, act.words) == ("corrected", "1361", "Said so on the radio")
    assert seat.force.asking.camera("CAM-3").holder == "1361"


def test_a_refused_name_is_explained_and_what_was_typed_stays(seat: Seat) -> None:
    lift(seat.force, "CAM-3")
    seat.look()
    naming = seat.page.naming
    naming.officer.setText("9999")
    naming.reason.setText("A guess")
    QTest.mouseClick(naming.go, Qt.MouseButton.LeftButton)
    seat.qtbot.waitUntil(lambda: "No person" in naming.told.text())
    assert (naming.officer.text(), naming.reason.text()) == ("9999", "A guess")


def test_what_is_typed_stays_when_it_is_looked_anew(seat: Seat) -> None:
    lift(seat.force, "CAM-3")
    seat.look()
    seat.page.naming.officer.setText("13")
    seat.look()
    assert seat.page.naming.officer.text() == "13"


def test_locked_it_counts_and_names_nobody(seat: Seat) -> None:
    seat.force.custody.issue("CAM-1", "1402", seat.force.sergeant)
    lift(seat.force, "CAM-3")
    seat.look()
    seat.window._context.session.lock()
    assert not seat.page.table.isVisible()
    assert seat.page.model.rowCount() == 0
    assert not seat.page.naming.isVisible()
    assert seat.page.sentence.text().startswith("1 camera was taken by somebody unknown; 1 camera is late")
    assert seat.page.open.isVisible()
    seat.window._context.session.sign_in(seat.force.sergeant)
    assert seat.page.model.rowCount() == 2


def test_the_side_bar_counts_them_and_says_so(seat: Seat) -> None:
    seat.look()
    assert LIGHT.nav_badge not in colours(seat.window._side)
    seat.force.custody.issue("CAM-1", "1402", seat.force.sergeant)
    seat.look()
    assert LIGHT.nav_badge in colours(seat.window._side)
    button = seat.window._side._group.button(0)
    assert button.accessibleName() == "Late, 1"
    seat.force.now = LATER
    seat.force.custody.give_back("CAM-1", seat.force.sergeant)
    seat.look()
    assert button.accessibleName() == "Late"


def test_a_chosen_row_stays_chosen_when_another_comes_before_it(seat: Seat) -> None:
    for camera, officer in (("CAM-1", "1361"), ("CAM-2", "1402")):
        seat.force.custody.issue(camera, officer, seat.force.sergeant)
    seat.look()
    seat.page.come_up("CAM-2")
    lift(seat.force, "CAM-3")
    seat.look()
    at = seat.page.table.currentIndex()
    assert seat.page.model.rows[at.row()].camera == "CAM-2"


def test_with_late_cameras_nothing_is_cut_or_covered_and_all_of_it_is_named_and_reached(seat: Seat) -> None:
    seat.force.custody.issue("CAM-1", "1402", seat.force.sergeant)
    lift(seat.force, "CAM-3")
    seat.look()
    for size in SIZES[100]:
        seat.window.resize(*size)
        still(seat.window)
        assert faults(seat.window) == [], size
    assert unspoken(seat.window) == []
    way = walk(seat.window)
    naming = seat.page.naming
    assert {naming.officer, naming.reason, naming.go, seat.page.table} <= set(way)
    assert out_of_order(seat.window, way) == []
