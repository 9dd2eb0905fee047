"""What a person sees and does on the Recordings page, over a real home."""

from __future__ import annotations

import subprocess
import threading
from array import array
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app.home import Home
from app.library import By, Kind, Library, Order, Wanted
from app.people.roles import Act
from app.searching import Span
from app.settings import Settings
from app.snapshot import Released
from app.ui.calendar_strip import span_words
from app.ui.library_table import Column, LibraryModel
from app.ui.recording_pane import _hold
from app.ui.recordings_page import RecordingsPage
from app.ui.tokens import ROW_PICTURE, Theme, Tone
from db.schema import Hold
from tests.app.bench import Bench, noise
from tests.app.people.force import PIN
from tests.app.test_library import add
from tests.app.ui.conftest import Open
from tests.screens.story import NOW, StoryDocks

Fill = Callable[[Home], None]
Show = Callable[..., tuple[RecordingsPage, StoryDocks]]


def hours_ago(hours: float) -> datetime:
    return NOW - timedelta(hours=hours)


def a_night(home: Home) -> None:
    add(home, "A.MP4", hours_ago(2), officer="1234", size=30_000_000)
    add(home, "B.MP4", hours_ago(8), serial="CAM-0412", officer="1187", mark="b", release=False)
    add(home, "C.MP4", hours_ago(50), officer="1090", mark="c", flags=("container not readable",))


@pytest.fixture
def show(qtbot: QtBot, opened: Open, tmp_path: Path) -> Show:
    """Show the page over a home that was filled before."""

    def show(fill: Fill = a_night, *, size: tuple[int, int] = (1366, 768)) -> tuple[RecordingsPage, StoryDocks]:
        with Home(tmp_path / "home") as home:
            fill(home)
        window, docks = opened(size=size)
        window.open_page("recordings")
        page = window.page
        assert isinstance(page, RecordingsPage)
        settle(qtbot, page)
        return page, docks

    return show


def settle(qtbot: QtBot, page: RecordingsPage) -> None:
    qtbot.waitUntil(lambda: page.is_settled, timeout=10_000)


def listed(page: RecordingsPage) -> list[str]:
    rows = (page.model.row_at(place) for place in range(page.model.rowCount()))
    return ["" if row is None else row.name[0] for row in rows]


def texts(page: RecordingsPage, row: int) -> list[str]:
    return [page.model.index(row, column).data() for column in Column]


def test_the_newest_is_first_and_shown_beside(show: Show) -> None:
    page, _ = show()
    assert listed(page) == ["A", "B", "C"]
    recorded, camera, officer, length, size, state, seal = texts(page, 0)[1:8]
    assert (recorded, camera, officer) == ("03:52:00", "CAM-0001", "1234")
    assert (length, size, state, seal) == ("1:00", "30\N{NO-BREAK SPACE}MB", "Released", "Proved")
    assert [texts(page, row)[Column.STATE] for row in (1, 2)] == ["On camera", "Flagged"]
    assert page.pane.isVisible()
    assert page.pane._title.text() == "CAM-0001"
    assert page.table.verticalHeader().defaultSectionSize() == ROW_PICTURE


def test_a_search_narrows_and_says_what_it_understood(show: Show, qtbot: QtBot) -> None:
    page, _ = show()
    qtbot.keyClicks(page.search, "yesterday 22:00-23:00 cam-04")
    settle(qtbot, page)
    assert listed(page) == []
    assert page.nothing.isVisible()
    assert not page.table.isVisible()
    page.search.setText("yesterday 21:00 cam-04")
    settle(qtbot, page)
    assert listed(page) == ["B"]
    assert page.told.text() == "21:00 to 22:00\N{NO-BREAK SPACE}yesterday \N{MIDDLE DOT} “cam-04”"
    assert page._counted.text() == "1 of 3"
    page.clear.click()
    settle(qtbot, page)
    assert (listed(page), page.search.text(), page.told.text()) == (["A", "B", "C"], "", "")


def test_the_first_rows_come_at_once_and_the_others_after_them(
    show: Show, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, _ = show()
    page.table.choose(page.model.entries[2])
    settle(qtbot, page)
    monkeypatch.setattr("app.ui.recordings_page.FIRST", 2)
    seen: list[int] = []
    page.model.layoutChanged.connect(lambda: seen.append(len(page.model.entries)))
    page.search.setText("cam")
    settle(qtbot, page)
    assert seen == [2, 3]
    assert listed(page) == ["A", "B", "C"]
    assert page._counted.text() == "3 of 3"
    assert page.table.currentIndex().row() == 2


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_chosen_row_keeps_the_colours_of_its_words(show: Show, theme: str) -> None:
    page, _ = show()
    page.context.theme.force(theme)
    assert page.table.currentIndex().row() == 0
    assert texts(page, 0)[Column.SEAL] == "Proved"
    ink = page.context.theme.ink(Tone.READY)
    word = page.table.visualRect(page.model.index(0, Column.SEAL)).adjusted(24, 8, -4, -8)
    drawn = page.table.viewport().grab(word).toImage()
    inked = [drawn.pixelColor(x, y) == ink for x in range(drawn.width()) for y in range(drawn.height())]
    assert sum(inked) > 5


def test_a_chip_counts_and_chooses(show: Show, qtbot: QtBot) -> None:
    page, _ = show()
    told = {kind: page.chips.buttons[kind].text().rpartition(" ")[2] for kind in Kind}
    assert told == dict(zip(Kind, "2001103", strict=True)) | {
        Kind.FLAGGED: "1",
        Kind.ON_CAMERA: "1",
        Kind.UNPROVED: "0",
    }
    page.chips.buttons[Kind.RECENT].setFocus()
    page.chips.buttons[Kind.RECENT].click()
    settle(qtbot, page)
    assert listed(page) == ["A", "B"]
    qtbot.keyClick(page.chips, Qt.Key.Key_Left)
    settle(qtbot, page)
    assert (page.wanted.kind, listed(page)) == (Kind.ALL, ["A", "B", "C"])


def many(home: Home) -> None:
    for number in range(40):
        add(home, f"{number:02}.MP4", hours_ago(number + 1), mark=f"{number % 16:x}")


def test_news_come_in_and_nothing_jumps(show: Show, qtbot: QtBot) -> None:
    page, docks = show(many)
    page.table.verticalScrollBar().setValue(10)
    page.table.setFocus()
    chosen = page.model.entries[14]
    page.table.choose(chosen)
    top = page.model.entries[page.table.verticalScrollBar().value()]
    camera = add(page.context.home, "NEW.MP4", hours_ago(0.5), mark="f")
    docks.say(Released("A1", 1, camera, "CAM-0001", "NEW.MP4"))
    qtbot.waitUntil(lambda: page.model.rowCount() == 41, timeout=10_000)
    settle(qtbot, page)
    assert page.model.entries[page.table.verticalScrollBar().value()] == top
    assert page.model.entries[page.table.currentIndex().row()] == chosen
    assert {index.row() for index in page.table.selectedIndexes()} == {page.table.currentIndex().row()}
    assert page._counted.text().startswith("41 ")


def test_rows_far_away_are_fetched_when_they_come_into_sight(show: Show, qtbot: QtBot) -> None:
    page, _ = show(lambda home: [add(home, f"{number:02}.MP4", hours_ago(number + 1)) for number in range(60)] and None)
    assert page.model.row_at(59) is None
    page.table.scrollToBottom()
    settle(qtbot, page)
    row = page.model.row_at(59)
    assert row is not None
    assert row.name == "59.MP4"


def test_the_order_is_chosen_by_the_head_and_by_the_menu(show: Show, qtbot: QtBot) -> None:
    page, _ = show()
    page.table.horizontalHeader().sectionClicked.emit(Column.OFFICER)
    settle(qtbot, page)
    assert (page.order, listed(page)) == (Order(By.OFFICER, descending=False), ["C", "B", "A"])
    page.table.horizontalHeader().sectionClicked.emit(Column.OFFICER)
    settle(qtbot, page)
    assert listed(page) == ["A", "B", "C"]
    menu = page.menu()
    next(act for act in menu.actions() if act.text() == "Size").trigger()
    settle(qtbot, page)
    assert page.order.by is By.SIZE
    page.table.horizontalHeader().sectionClicked.emit(Column.STATE)
    assert page.order.by is By.SIZE


def test_columns_are_chosen_and_kept(show: Show, opened: Open, qtbot: QtBot) -> None:
    page, _ = show()
    assert page.table.isColumnHidden(Column.NAME)
    menu = page.menu()
    for name in ("Name", "Picture", "Length"):
        next(act for act in menu.actions() if act.text() == name).trigger()
    assert not page.table.isColumnHidden(Column.NAME)
    assert page.table.isColumnHidden(Column.PICTURE)
    page._settings.sync()
    window, _ = opened(size=(1366, 768))
    window.open_page("recordings")
    again = window.page
    assert isinstance(again, RecordingsPage)
    settle(qtbot, again)
    assert again.table.columns == page.table.columns


def test_kept_columns_that_make_no_sense_are_left_out(show: Show, tmp_path: Path) -> None:
    (tmp_path / "home" / "window.ini").write_text("[recordings]\ncolumns=99, x, -1\n")
    page, _ = show()
    assert not page.table.isColumnHidden(Column.CAMERA)


def test_where_there_is_little_room_the_columns_that_matter_stay(show: Show, qtbot: QtBot) -> None:
    page, _ = show(size=(1024, 600))
    kept = {Column.RECORDED, Column.CAMERA, Column.SIZE, Column.STATE}
    assert not any(page.table.isColumnHidden(column) for column in kept)
    qtbot.waitUntil(lambda: page.table.horizontalScrollBar().maximum() == 0)


def test_a_day_is_chosen_by_keys_and_taken_back(show: Show, qtbot: QtBot) -> None:
    page, _ = show()
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Return):
        qtbot.keyClick(page.strip, key)
    settle(qtbot, page)
    assert (listed(page), page.told.text()) == (["B"], "yesterday")
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Return):  # noon of that day
        qtbot.keyClick(page.strip, key)
    settle(qtbot, page)
    assert listed(page) == []
    assert page.told.text() == "12:00 to 13:00\N{NO-BREAK SPACE}yesterday"
    qtbot.keyClick(page.strip, Qt.Key.Key_Escape)
    settle(qtbot, page)
    assert listed(page) == ["A", "B", "C"]


def test_days_are_chosen_by_dragging(show: Show, qtbot: QtBot) -> None:
    page, _ = show()
    strip, last = page.strip, page.strip._day_count() - 1
    first, end = (strip._column(0, place).center().toPoint() for place in (last - 3, last - 1))
    page.chips.buttons[Kind.RECENT].click()
    qtbot.mousePress(strip, Qt.MouseButton.LeftButton, pos=first)
    qtbot.mouseMove(strip, QPoint(end.x() - 2, end.y()))
    qtbot.mouseRelease(strip, Qt.MouseButton.LeftButton, pos=end)
    settle(qtbot, page)
    assert listed(page) == ["B", "C"]
    assert page.wanted.kind is Kind.ALL
    assert page.told.text() == "Sat\N{NO-BREAK SPACE}21\N{NO-BREAK SPACE}Nov to yesterday"


@pytest.mark.parametrize(
    ("start", "end", "told"),
    [
        ((23, 0), (24, 0), "yesterday"),
        ((24, 0), (25, 0), "today"),
        ((2, 0), (9, 0), "Mon 2 Nov to Sun 8 Nov"),
        ((23, 22), (23, 23), "22:00 to 23:00 yesterday"),
        ((23, 18), (24, 6), "18:00 yesterday to 06:00 today"),
    ],
)
def test_a_span_in_words(start: tuple[int, int], end: tuple[int, int], told: str) -> None:
    span = Span(*(datetime(2026, 11, *one).astimezone() for one in (start, end)))
    assert span_words(span, NOW).replace("\N{NO-BREAK SPACE}", " ") == told


def test_a_recording_is_held_for_a_reason_and_let_go(show: Show, qtbot: QtBot) -> None:
    page, _ = show()
    for reason, held in (("complaint 7", True), ("settled", False)):
        page.pane.hold.click()
        assert not page.pane.hold_now.isEnabled()
        page.pane.hold_now.click()
        qtbot.keyClicks(page.pane.reason, reason)
        qtbot.keyClick(page.pane.reason, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda held=held: page.chips.buttons[Kind.HELD].text().endswith(str(int(held))))
        settle(qtbot, page)
        newest = Library(page.context.home).details(page.model.entries[0]).hold
        assert newest is not None
        assert (newest.held, newest.reason) == (held, reason)
        assert (texts(page, 0)[Column.STATE] == "On hold") is held


def test_a_hold_that_came_meanwhile_is_not_let_go_by_the_button_that_says_hold(show: Show, qtbot: QtBot) -> None:
    page, _ = show()
    page.pane.hold.click()
    assert page.pane.hold_now.text() == "Hold"
    details = page.pane._details
    assert details is not None
    page.context.home.records.hold((details.facts.id,), held=True, by="another", reason="court")
    page.refresh()
    settle(qtbot, page)
    qtbot.keyClicks(page.pane.reason, "complaint 7")
    page.pane.hold_now.click()
    qtbot.waitUntil(page.pane._answer.isVisible)
    hold = Library(page.context.home).details(page.model.entries[0]).hold
    assert hold is not None
    assert hold.held


def test_a_hold_in_a_sergeants_place_says_so(show: Show) -> None:
    page, _ = show()
    home, details = page.context.home, page.pane._details
    assert details is not None
    home.signin.set_up("9000", "Kendal", PIN)
    admin = home.signin.at(home.signin.by_pin("9000", PIN), Act.HOLD)
    assert "no rule may delete it" in _hold(home, admin, details.facts.id, True, "court")
    with home.database.read() as reading:
        assert [(hold.by, hold.acting) for hold in reading.query(Hold)] == [("9000", True)]


def test_the_pages_keys_work_when_the_side_bar_has_the_keyboard(show: Show, qtbot: QtBot) -> None:
    page, _ = show()
    window = page.window()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    side = next(one for one in window.findChildren(QPushButton) if one.text().strip() == "Recordings")
    side.setFocus()
    qtbot.keyClick(side, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert page.search.hasFocus()


def test_all_is_shown_again_by_key_from_within_the_search(show: Show, qtbot: QtBot) -> None:
    page, _ = show()
    page.search.setFocus()
    qtbot.keyClicks(page.search, "CAM-0412 nonsense")
    qtbot.keyClick(page.search, Qt.Key.Key_Backspace, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, page)
    assert page.search.text() == ""
    assert page.wanted == Wanted()


def test_a_recording_or_a_camera_comes_up_when_asked_for(show: Show, qtbot: QtBot) -> None:
    page, _ = show()
    third, second = (page.model.row_at(place) for place in (2, 1))
    assert third is not None
    assert second is not None
    page.come_up(third.id)
    settle(qtbot, page)
    assert page.table.currentIndex().row() == 2
    page.come_up(page.context.home.records.recording(second.id).camera_id)
    settle(qtbot, page)
    assert (listed(page), page.told.text()) == (["B"], "CAM-0412")
    page.come_up(third.id)
    settle(qtbot, page)
    assert listed(page) == ["A", "B", "C"]
    assert page.pane._details is not None
    assert page.pane._details.facts.id == third.id


def test_an_empty_home_says_what_will_be_here(show: Show) -> None:
    page, _ = show(lambda _home: None)
    assert "Dock a camera" in page.nothing.text()
    assert not page.strip.isVisible()
    assert not page.pane.isVisible()


def test_a_swap_of_all_rows_keeps_the_rules_of_models(qtbot: QtBot, tmp_path: Path) -> None:
    with Home(tmp_path / "home") as home:
        a_night(home)
        model = LibraryModel(Library(home), Theme("light"), lambda: NOW, lambda _id: (2, 1, bytes(6)))
        fatal = QAbstractItemModelTester.FailureReportingMode.Fatal
        tester = QAbstractItemModelTester(model, fatal)
        entries = Library(home).entries(Wanted(), Order(), NOW)
        for listed_ in (entries, array("q", reversed(entries)), entries[:1], array("q"), entries):
            model.show_entries(listed_)
            model.see(range(len(listed_)))
            qtbot.waitUntil(lambda: model.is_settled)
        assert model.index(0, Column.PICTURE).data(Qt.ItemDataRole.DecorationRole) is not None
        assert tester.model() is model
        model.close()


# -- copies, over a vault with something in it -----------------------------------------------------------------------


@pytest.fixture
def sealed(show: Show, tmp_path: Path) -> RecordingsPage:
    """The page over one recording that is really in the vault."""

    def offload(_home: Home) -> None:
        bench = Bench(tmp_path)
        bench.plug(bench.camera(files={"A.MP4": noise(300_000)}))
        bench.offload()
        bench.close()

    page, _ = show(offload)
    return page


def test_a_copy_is_written_after_a_warning(sealed: RecordingsPage, qtbot: QtBot, tmp_path: Path) -> None:
    sealed.pane.copy.click()
    assert "not encrypted" in sealed.pane._warning._happened.text()
    sealed.pane.copy_to(str(tmp_path / "copy.mp4"))
    qtbot.waitUntil(sealed.pane._answer.isVisible, timeout=10_000)
    assert "The copy is written" in sealed.pane._answer._happened.text()
    assert (tmp_path / "copy.mp4").read_bytes() == noise(300_000)
    settle(qtbot, sealed)
    assert sealed.pane._details is not None
    assert sealed.pane._details.opened == 1


def test_that_a_recording_was_opened_is_told_beside_it_at_once(sealed: RecordingsPage, qtbot: QtBot) -> None:
    details = sealed.pane._details
    assert details is not None
    assert details.opened == 0
    sealed.context.home.records.opened(details.facts.id, "1234", "played")
    sealed.viewer.opened.emit()
    settle(qtbot, sealed)
    assert sealed.pane._details is not None
    assert sealed.pane._details.opened == 1


def test_a_copy_over_a_file_is_refused_where_it_was_asked(sealed: RecordingsPage, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "copy.mp4").write_bytes(b"mine")
    sealed.pane.copy_to(str(tmp_path / "copy.mp4"))
    qtbot.waitUntil(sealed.pane._answer.isVisible, timeout=10_000)
    assert "File exists" in sealed.pane._answer._happened.text()
    assert (tmp_path / "copy.mp4").read_bytes() == b"mine"
    assert sealed.pane._acts.isVisible()


def test_a_stopped_copy_leaves_nothing_and_says_so(sealed: RecordingsPage, qtbot: QtBot, tmp_path: Path) -> None:
    sealed.pane.copy_to(str(tmp_path / "copy.mp4"))
    sealed.pane.stop.click()
    qtbot.waitUntil(sealed.pane._answer.isVisible, timeout=10_000)
    assert "was stopped" in sealed.pane._answer._happened.text()
    assert not (tmp_path / "copy.mp4").exists()


def test_the_commands_to_check_a_recording_are_right(sealed: RecordingsPage, qtbot: QtBot) -> None:
    sealed.pane.check.click()
    shown = sealed.pane._commands.toPlainText()
    checks = [line for line in shown.splitlines() if line.startswith(("cd ", "printf "))]
    done = subprocess.run(["sh", "-c", "\n".join(checks)], capture_output=True, text=True, check=True)
    assert done.stdout.count(": OK") == 2
    sealed.pane.take.click()
    assert sealed.pane._details is not None
    assert f"ledger prove {sealed.pane._details.facts.id}" in shown


def test_the_commands_are_told_without_a_look_at_the_disk(
    sealed: RecordingsPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []
    settings: Callable[[Home], Settings] = Home.__dict__["settings"].fget

    def tell(home: Home) -> Settings:
        looked.append(threading.current_thread().name)
        return settings(home)

    monkeypatch.setattr(Home, "settings", property(tell))
    sealed.pane.check.click()
    sealed.pane.take.click()
    assert threading.main_thread().name not in looked
    assert "ledger prove" in sealed.pane._commands.toPlainText()


def test_nothing_of_the_page_is_left_when_it_closes(show: Show, qtbot: QtBot) -> None:
    page, _ = show()
    page.refresh()
    page.window().close()
    qtbot.waitUntil(lambda: not [one for one in threading.enumerate() if one.name.startswith("library")])
