"""The issue desk as a sergeant uses it at shift change: by scanner and keys, without leaving the one box."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from app.custody.handing import Outcome
from app.home import Home
from app.people.roles import Act
from app.ui.bridge import Bridge
from app.ui.desk_page import DeskPage
from app.ui.desk_table import Column, Help
from app.ui.page import Context, local_now
from app.ui.pages import PAGES
from app.ui.tokens import LIGHT, Theme, load_fonts
from app.ui.window import Window
from tests.app.custody.force import Force
from tests.app.ui.test_access import out_of_order, unspoken, walk
from tests.screens.shoot import still
from tests.screens.story import StoryDocks
from tests.screens.structure import SIZES, faults


class Seat:
    """A sergeant at the desk."""

    def __init__(self, window: Window, force: Force, qtbot: QtBot) -> None:
        self.window, self.force, self.qtbot = window, force, qtbot
        self.page = cast("DeskPage", window.page)
        self.session = self.page.context.session

    def scan(self, *numbers: str) -> None:
        """As a scanner types, into whatever has the keyboard: each number and Enter, one on the heels of the other."""
        for number in numbers:
            at = QApplication.focusWidget()
            assert at is self.page.scan
            QTest.keyClicks(at, number)
            QTest.keyClick(at, Qt.Key.Key_Return)

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        at = QApplication.focusWidget()
        assert at is not None
        QTest.keyClick(at, key, modifier)

    def rest(self) -> None:
        """Wait until all that was scanned is done."""
        self.qtbot.waitUntil(lambda: not self.page._line and not self.page._asker.waiting, timeout=60_000)

    def outcomes(self) -> list[tuple[str, str, Outcome]]:
        return [(row.officer, row.camera, row.outcome) for row in self.page.model.rows]

    def holder(self, camera: str) -> str | None:
        return self.force.asking.camera(camera).holder


Sit = Callable[[], Seat]


@pytest.fixture
def sit(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Sit]:
    """Sit down at the desk; again: at another window of the same home, as after a restart."""
    qapp.setStyle("Fusion")
    load_fonts()
    home = Home(tmp_path / "home")
    force = Force(home.database, home.records)
    open_: list[tuple[Window, Bridge]] = []

    def sit() -> Seat:
        bridge = Bridge(StoryDocks())
        desk = next(one for one in PAGES if one.name == "desk")
        window = Window(Context(home, bridge, Theme("light"), local_now), (desk,))
        open_.append((window, bridge))
        bridge.start()
        window.show()
        window.activateWindow()
        seat = Seat(window, force, qtbot)
        seat.session.sign_in(force.sergeant)
        qtbot.waitUntil(seat.page.scan.hasFocus)
        seat.rest()
        return seat

    yield sit
    for window, bridge in open_:
        window.close()
        bridge.close()
        delete(window)
    home.close()


@pytest.fixture
def seat(sit: Sit) -> Seat:
    return sit()


def stock(seat: Seat, count: int) -> tuple[list[str], list[str]]:
    """So many officers, and as many ready cameras in their bays."""
    officers = [f"{1000 + number}" for number in range(count)]
    cameras = [f"CAM-{number:04}" for number in range(count)]
    for place, (officer, camera) in enumerate(zip(officers, cameras, strict=True)):
        seat.force.hire(officer)
        seat.force.add(camera)
        seat.force.dock(camera, bay=f"A{place + 1}")
    return officers, cameras


def test_forty_pairs_go_through_by_the_scanner_alone_and_the_ledger_has_them(seat: Seat) -> None:
    officers, cameras = stock(seat, 40)
    seat.scan(*[number for pair in zip(officers, cameras, strict=True) for number in pair])
    seat.rest()
    assert seat.outcomes() == [(one, other, Outcome.ISSUED) for one, other in zip(officers, cameras, strict=True)]
    for officer, camera in zip(officers, cameras, strict=True):
        acts = seat.force.asking.timeline(camera)
        assert [(act.event, act.officer, act.by) for act in acts] == [("issued", officer, "900")]
    assert seat.page.scan.hasFocus()
    assert "40 done" in seat.page.counted.text()


def test_the_newest_pair_stands_at_the_top(seat: Seat) -> None:
    officers, cameras = stock(seat, 2)
    seat.scan(officers[0], cameras[0], officers[1], cameras[1])
    seat.rest()
    top = seat.page.model.index(0, Column.COLLAR)
    assert top.data() == officers[1]


def test_refused_pairs_say_why_while_the_others_go_on_and_are_helped_by_keys(seat: Seat) -> None:
    (first, second, third), (one, other, spare) = stock(seat, 3)
    seat.force.add("CAM-NOT")
    seat.scan(first, one, first, other, second, "CAM-NOT", third, spare)
    seat.rest()
    assert [row[2] for row in seat.outcomes()] == [
        Outcome.ISSUED,
        Outcome.REFUSED,
        Outcome.REFUSED,
        Outcome.ISSUED,
    ]
    rows = seat.page.model.rows
    assert f"{first} already holds {one}" in rows[1].why
    assert "not ready" in rows[2].why
    seat.press(Qt.Key.Key_F2)
    seat.rest()
    assert seat.outcomes()[1] == (first, other, Outcome.SWAPPED)
    assert (seat.holder(one), seat.holder(other)) == (None, first)
    seat.press(Qt.Key.Key_F4)
    reason = QApplication.focusWidget()
    assert isinstance(reason, QLineEdit)
    QTest.keyClicks(reason, "Armed incident, no other")
    QTest.keyClick(reason, Qt.Key.Key_Return)
    seat.rest()
    assert seat.outcomes()[2] == (second, "CAM-NOT", Outcome.ISSUED)
    act = seat.force.asking.timeline("CAM-NOT")[-1]
    assert (act.override, act.words) == (True, "Armed incident, no other")
    assert seat.page.scan.hasFocus()


def test_a_button_gives_another_camera_and_the_keyboard_stays_at_the_box(seat: Seat) -> None:
    (first, _second), (one, other) = stock(seat, 2)
    seat.force.add("CAM-NOT")
    seat.scan(first, "CAM-NOT")
    seat.rest()
    buttons = {button.text(): button for button in seat.page.table.findChildren(Help) if button.isVisible()}
    assert set(buttons) == {f"Give {one} instead", "Override…"}
    QTest.mouseClick(buttons[f"Give {one} instead"], Qt.MouseButton.LeftButton)
    seat.rest()
    assert seat.outcomes() == [(first, one, Outcome.ISSUED)]
    assert seat.page.scan.hasFocus()
    assert not [button for button in seat.page.table.findChildren(Help) if button.isVisible()]
    assert seat.holder(other) is None


def test_a_camera_that_is_given_is_offered_to_nobody_else(seat: Seat) -> None:
    (first, second), (one, other) = stock(seat, 2)
    seat.force.add("CAM-NOT")
    seat.scan(first, "CAM-NOT", second, one)
    seat.rest()
    assert seat.page.model.rows[0].instead == other


def test_the_last_is_taken_back_by_a_new_entry(seat: Seat) -> None:
    (first, second), (one, other) = stock(seat, 2)
    seat.scan(first, one, second, other)
    seat.rest()
    for _again in range(2):
        seat.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        seat.rest()
    assert [row[2] for row in seat.outcomes()] == [Outcome.TAKEN_BACK, Outcome.TAKEN_BACK]
    assert (seat.holder(one), seat.holder(other)) == (None, None)
    act = seat.force.asking.timeline(other)[-1]
    assert (act.event, act.voids) == ("corrected", True)
    seat.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert "Nothing was issued" in seat.page.scan.toolTip()


def test_a_swap_is_taken_back_whole(seat: Seat) -> None:
    (first, _second), (one, other) = stock(seat, 2)
    seat.scan(first, one, first, other)
    seat.rest()
    seat.press(Qt.Key.Key_F2)
    seat.rest()
    assert (seat.holder(one), seat.holder(other)) == (None, first)
    seat.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    seat.rest()
    assert (seat.holder(one), seat.holder(other)) == (first, None)
    assert f"They have {one} again." in seat.page.model.rows[1].why


def test_after_a_restart_the_pairs_of_this_shift_are_there_again_and_the_last_can_be_taken_back(sit: Sit) -> None:
    before = sit()
    (first, second, third), (one, other, spare) = stock(before, 3)
    before.force.now = local_now()
    before.scan(first, one, second, other, third, spare, first, spare)
    before.rest()
    before.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    before.rest()
    made = before.page.model.rows
    assert [row.outcome for row in made] == [Outcome.ISSUED, Outcome.ISSUED, Outcome.TAKEN_BACK, Outcome.REFUSED]
    before.window.hide()
    seat = sit()
    assert seat.page.model.rows == made[:3]
    assert seat.page.table.isVisible()
    assert "2 done" in seat.page.counted.text()
    assert one in seat.page.briefing().toPlainText()
    seat.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    seat.rest()
    assert seat.holder(other) is None
    assert seat.outcomes()[1] == (second, other, Outcome.TAKEN_BACK)


def test_ctrl_z_in_a_number_that_is_being_typed_takes_back_the_typing(seat: Seat) -> None:
    (first,), (one,) = stock(seat, 1)
    seat.scan(first, one)
    seat.rest()
    QTest.keyClicks(seat.page.scan, "12")
    seat.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    seat.rest()
    assert seat.outcomes() == [(first, one, Outcome.ISSUED)]


def test_the_best_camera_is_named_and_given_by_one_key(seat: Seat) -> None:
    (first,), (one,) = stock(seat, 1)
    seat.scan(first)
    seat.rest()
    assert seat.page.best.camera.text() == f"A1 · {one}"
    assert seat.page.scan.name.text() == f"Name {first}"
    assert "Now scan a camera" in seat.page.scan.toolTip()
    seat.press(Qt.Key.Key_F3)
    seat.rest()
    assert seat.outcomes() == [(first, one, Outcome.ISSUED)]


def test_a_camera_may_come_first_and_a_wrong_number_breaks_nothing(seat: Seat) -> None:
    (first,), (one,) = stock(seat, 1)
    seat.scan(one, "99999999", first)
    seat.rest()
    assert seat.outcomes() == [(first, one, Outcome.ISSUED)]


def test_esc_lets_go_of_a_half_pair(seat: Seat) -> None:
    (first, second), (one, _other) = stock(seat, 2)
    seat.scan(first)
    seat.rest()
    seat.press(Qt.Key.Key_Escape)
    seat.scan(one, second)
    seat.rest()
    assert seat.outcomes() == [(second, one, Outcome.ISSUED)]


def test_a_list_is_made_pair_by_pair_and_its_bad_line_named(seat: Seat, tmp_path: Path) -> None:
    (first, second), (one, other) = stock(seat, 2)
    file = tmp_path / "shift.csv"
    file.write_text(f"officer,camera\n{first},{one}\n{second}\n{second},{other}\n")
    seat.press(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    sheet = seat.page.sheet
    assert sheet.isVisible()
    assert not sheet.go.isEnabled()
    sheet.read_file(str(file))
    seat.qtbot.waitUntil(sheet.go.isEnabled)
    assert sheet.go.text() == "Issue 3 cameras"
    QTest.mouseClick(sheet.go, Qt.MouseButton.LeftButton)
    seat.rest()
    assert [row[2] for row in seat.outcomes()] == [Outcome.ISSUED, Outcome.REFUSED, Outcome.ISSUED]
    assert "Line 3" in seat.page.model.rows[1].why


def test_a_file_that_is_no_text_is_told(seat: Seat, tmp_path: Path) -> None:
    file = tmp_path / "shift.csv"
    file.write_bytes(b"\xff\xfe\x00")
    seat.page.sheet.ask()
    seat.page.sheet.read_file(str(file))
    seat.qtbot.waitUntil(lambda: "cannot be read" in seat.page.sheet.told.text())


def test_locked_it_shows_nothing_of_the_desk_and_what_waits_goes_on_after_signing_in(seat: Seat) -> None:
    (first,), (one,) = stock(seat, 1)
    seat.scan(first)
    seat.rest()
    seat.session.lock()
    assert not seat.page.scan.isVisible()
    assert not seat.page.table.isVisible()
    assert seat.page.officer is None
    with seat.qtbot.waitSignal(seat.session.wanted) as asked:
        seat.page.take_list(())
        seat.page.take(first)
    assert asked.args == [Act.ISSUE]
    seat.session.sign_in(seat.force.sergeant)
    seat.rest()
    seat.scan(one)
    seat.rest()
    assert seat.outcomes() == [(first, one, Outcome.ISSUED)]


def test_the_ring_is_round_the_box(seat: Seat) -> None:
    image = seat.page.scan.grab().toImage()
    ring = QColor(LIGHT.focus).rgb()
    assert sum(image.pixel(x, 1) == ring for x in range(image.width())) > image.width() // 2


def test_the_briefing_is_official_and_names_who_has_what(seat: Seat, tmp_path: Path) -> None:
    (first, second), (one, _other) = stock(seat, 2)
    seat.force.hire(first, name="O'Neill <b>")
    seat.scan(first, one, second, one)
    seat.rest()
    text = seat.page.briefing().toPlainText()
    assert text.count("OFFICIAL") == 2
    assert "O'Neill <b>" in text
    assert one in text
    assert "still out with" in text
    file = tmp_path / "briefing.pdf"
    printer = QPrinter()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(file))
    seat.page.printing.print_on(printer)
    assert file.read_bytes().startswith(b"%PDF")


def test_the_keyboard_goes_from_the_box_to_the_pairs_and_back(seat: Seat) -> None:
    (first,), (one,) = stock(seat, 1)
    seat.scan(first, one)
    seat.rest()
    seat.press(Qt.Key.Key_Down)
    assert seat.page.table.hasFocus()
    seat.press(Qt.Key.Key_Up)
    assert seat.page.scan.hasFocus()
    seat.press(Qt.Key.Key_Down)
    QTest.keyClicks(seat.page.table, "1")
    assert seat.page.scan.hasFocus()
    assert seat.page.scan.text() == "1"


def test_with_pairs_on_it_nothing_is_cut_or_covered_and_all_of_it_is_named_and_reached(seat: Seat) -> None:
    (first, second, third), (one, other, _spare) = stock(seat, 3)
    seat.force.add("CAM-NOT")
    seat.scan(first, one, first, other, second, "CAM-NOT", third)
    seat.rest()
    for size in SIZES[100]:
        seat.window.resize(*size)
        still(seat.window)
        assert faults(seat.window) == [], size
    assert unspoken(seat.window) == []
    way = walk(seat.window)
    assert {seat.page.scan, seat.page.best.give, seat.page.table, seat.page.paste, seat.page.print} <= set(way)
    assert out_of_order(seat.window, way) == []


def test_the_sheet_for_a_list_is_laid_out_and_named(seat: Seat) -> None:
    seat.page.sheet.ask()
    for size in SIZES[100]:
        seat.window.resize(*size)
        still(seat.window)
        assert faults(seat.page.sheet) == [], size
    assert unspoken(seat.page.sheet) == []
