"""What a person sees and does on the Pool page, over a real home."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from app.custody.bulk import Bulk
from app.people.values import Role
from app.pool import By, Kind, Standing
from app.pool_export import HEAD, MARK
from app.snapshot import Released
from app.ui.pool_bar import sentence
from app.ui.pool_page import PoolPage
from app.ui.pool_table import Column
from tests.app.custody.force import Force
from tests.app.ui import pdf
from tests.app.ui.conftest import Open, Stage, Staged
from tests.screens.story import NOW

SPACE = "\N{NO-BREAK SPACE}"


class Scene:
    """The page up, over a small pool, with a sergeant signed in."""

    def __init__(self, stage: Stage) -> None:
        assert isinstance(stage.page, PoolPage)
        self.page, self.window, self.docks, self.force = stage.page, stage.window, stage.docks, stage.force
        self._qtbot, self.wait = stage.qtbot, stage.wait
        self.settle()

    def settle(self) -> None:
        self.wait(lambda: self.page.is_settled)

    def listed(self) -> list[str]:
        return [self.cell(row, Column.CAMERA) for row in range(self.page.model.rowCount())]

    def cell(self, row: int, column: Column) -> str:
        return str(self.page.model.index(row, column).data())

    def tick(self, *rows: int) -> None:
        for row in rows:
            cell = self.page.model.index(row, Column.CHOICE)
            place = self.page.table.visualRect(cell).center()
            self._qtbot.mouseClick(self.page.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
        self.settle()

    def ask(self, bulk: Bulk, words: str) -> None:
        self.page.acts.buttons[bulk].click()
        self._qtbot.keyClicks(self.page.acts.words, words)
        self.settle()

    def outcomes(self) -> dict[str, str]:
        model = self.page.acts.outcomes
        return {model.index(row, 0).data(): model.index(row, 1).data() for row in range(model.rowCount())}

    def state(self, asset: str) -> str:
        return self.force.asking.camera(asset).state


Show = Callable[..., Scene]


def a_pool(force: Force) -> None:
    """Five cameras: two ready, one out, one late, one that was never docked."""
    force.now = NOW - timedelta(hours=1)
    for number in range(5):
        force.add(f"C-{number}", station="Kendal" if number % 2 == 0 else "Barrow")
    for number in range(4):
        force.dock(f"C-{number}", bay=f"A{number + 1}")
    force.hire("1402", name="Ewan Fell")
    force.hire("1187", name="Jo Birkett")
    force.custody.issue("C-2", "1402", force.sergeant)
    force.now = NOW - timedelta(hours=20)
    force.custody.issue("C-3", "1187", force.sergeant)
    force.now = NOW


@pytest.fixture
def show(staged: Staged) -> Show:
    def show(fill: Callable[[Force], None] = a_pool, *, role: Role = Role.SERGEANT) -> Scene:
        return Scene(staged("pool", fill, role))

    return show


def test_the_pool_in_one_sentence_one_bar_and_one_table(show: Show) -> None:
    scene = show()
    page = scene.page
    assert scene.listed() == [f"C-{number}" for number in range(5)]
    assert page.sentence.text() == "2 of 5 cameras in use are ready; 1 is late back."
    assert page.bar.accessibleDescription() == "2 ready, 1 out, 1 in store, 1 late back"
    assert [scene.cell(row, Column.STATE) for row in range(5)] == ["Ready", "Ready", "Out", "Late back", "In store"]
    assert [scene.cell(row, Column.WHERE) for row in (0, 2, 4)] == ["bay A1", "1402 Ewan Fell", "\N{EN DASH}"]
    assert scene.cell(0, Column.DRIFT) == f"1.5{SPACE}s"
    assert page._counted.text() == "5 cameras \N{MIDDLE DOT} 2 stations"


def test_the_bar_has_a_stretch_for_each_standing_in_proportion(show: Show) -> None:
    scene = show()
    wide = {standing: area.width() for standing, area in scene.page.bar.stretches()}
    assert list(wide) == [Standing.READY, Standing.OUT, Standing.STORE, Standing.LATE]
    assert wide[Standing.READY] > 1.9 * wide[Standing.OUT]
    assert sum(wide.values()) <= scene.page.bar.width()


def test_a_key_narrows_and_a_chip_chooses(show: Show, qtbot: QtBot) -> None:
    scene = show()
    qtbot.keyClicks(scene.page.search, "fell")
    scene.settle()
    assert scene.listed() == ["C-2"]
    assert scene.page._counted.text() == "1 of 5"
    scene.page.show_all()
    scene.page.chips.buttons[Kind.LATE].click()
    scene.settle()
    assert scene.listed() == ["C-3"]
    assert scene.page.chips.buttons[Kind.LATE].text() == "Late back \N{MIDDLE DOT} 1"
    qtbot.keyClicks(scene.page.search, "zz")
    scene.settle()
    assert scene.page.nothing.isVisible()
    assert not scene.page.table.isVisible()


def test_a_head_orders_and_again_the_other_way(show: Show) -> None:
    scene = show()
    head = scene.page.table.horizontalHeader()
    head.sectionClicked.emit(Column.STATION)
    scene.settle()
    assert scene.listed() == ["C-1", "C-3", "C-0", "C-2", "C-4"]
    head.sectionClicked.emit(Column.STATION)
    scene.settle()
    assert scene.listed() == ["C-0", "C-2", "C-4", "C-1", "C-3"]
    head.sectionClicked.emit(Column.DOCKED)
    scene.settle()
    assert (scene.page.order.by, scene.listed()[-1]) == (By.DOCKED, "C-4")


def test_columns_are_chosen_and_kept(show: Show, opened: Open) -> None:
    scene = show()
    menu = scene.page.columns_menu()
    next(act for act in menu.actions() if act.text() == "Firmware").trigger()
    assert scene.page.table.isColumnHidden(Column.FIRMWARE)
    again, _ = opened()
    again.page.context.session.sign_in(scene.force.sergeant)
    scene.wait(lambda: "pool" in again.pages)
    page = again.pages["pool"]
    assert isinstance(page, PoolPage)
    assert page.table.columns == scene.page.table.columns == frozenset(Column) - {Column.FIRMWARE}


def test_who_may_not_see_it_sees_nothing_and_after_somebody_who_may_nothing_any_more(show: Show, qtbot: QtBot) -> None:
    scene = show(role=Role.OFFICER)
    page, session = scene.page, scene.page.context.session
    officer = session.actor
    assert officer is not None
    assert page.model.rowCount() == 0
    assert not page.table.isVisible()
    assert "may not read the pool" in page.nothing.text()
    with qtbot.waitSignal(session.wanted):
        page.sign_in.click()
    session.sign_in(scene.force.sergeant)
    scene.settle()
    assert len(scene.listed()) == 5
    scene.tick(0)
    session.sign_in(officer)
    assert page.model.rowCount() == 0
    assert (page.table.isVisible(), page.acts.isVisible(), page._counted.text()) == (False, False, "")


def test_boxes_choose_rows_beside_each_other(show: Show, qtbot: QtBot) -> None:
    scene = show()
    assert not scene.page.acts.isVisible()
    scene.tick(1, 3)
    assert scene.page.acts.count.text() == "2 chosen"
    scene.tick(3)
    assert scene.page.acts.count.text() == "1 chosen"
    qtbot.keyClick(scene.page.table, Qt.Key.Key_Down)
    qtbot.keyClick(scene.page.table, Qt.Key.Key_Space, Qt.KeyboardModifier.ControlModifier)
    scene.page.table.horizontalHeader().sectionClicked.emit(Column.CHOICE)
    assert scene.page.acts.count.text() == "5 chosen"
    qtbot.keyClick(scene.page.table, Qt.Key.Key_Escape)
    assert not scene.page.acts.isVisible()


def test_what_would_happen_is_shown_before_and_only_that_is_done(show: Show) -> None:
    scene = show()
    scene.tick(0, 2, 4)
    entries = scene.force.records.ledger_size()
    scene.ask(Bulk.TRANSFER, "Carlisle")
    assert scene.outcomes() == {
        "C-2": "C-2 is still out with 1402. Dock it, or return it first.",
        "C-0": "goes to Carlisle, which has to accept it",
        "C-4": "goes to Carlisle, which has to accept it",
    }
    assert scene.page.acts.told.text() == "2 cameras can be done, 1 is refused. Nothing has been done yet."
    assert scene.force.records.ledger_size() == entries
    scene.page.acts.do.click()
    scene.settle()
    assert [scene.state(asset) for asset in ("C-0", "C-2", "C-4")] == ["transit", "held", "transit"]
    assert scene.page.acts.told.text() == "Done with 2 cameras."
    assert scene.cell(0, Column.WHERE) == "to Carlisle"
    assert scene.page.chips.buttons[Kind.TRANSIT].text().endswith(" 2")


def test_nothing_is_done_without_words_that_an_act_needs(show: Show) -> None:
    scene = show()
    scene.tick(0)
    scene.ask(Bulk.FAULT, "")
    assert not scene.page.acts.do.isEnabled()
    assert scene.outcomes() == {}
    scene.page.acts.end.click()
    assert scene.page.acts.count.isVisible()
    assert scene.force.asking.camera("C-0").fault is None


def test_an_act_needs_somebody_who_may(show: Show, qtbot: QtBot) -> None:
    scene = show(role=Role.AUDITOR)
    scene.tick(0)
    with qtbot.waitSignal(scene.page.context.session.wanted):
        scene.page.acts.buttons[Bulk.RETIRE].click()
    assert scene.page.acts.count.isVisible()
    assert scene.state("C-0") == "store"


def test_the_choice_stays_through_news_and_an_order(show: Show, qtbot: QtBot) -> None:
    scene = show()
    scene.tick(1, 4)
    scene.page.table.horizontalHeader().sectionClicked.emit(Column.STATION)
    scene.settle()
    chosen = scene.page.pool.assets(scene.page.table.chosen())
    assert sorted(chosen) == ["C-1", "C-4"]
    scene.force.custody.repair("C-0", scene.force.sergeant)
    scene.docks.say(Released("A1", 1, "id", "S-C-0", "A.MP4"))
    qtbot.waitUntil(lambda: "In repair" in [scene.cell(row, Column.STATE) for row in range(5)])
    assert sorted(scene.page.pool.assets(scene.page.table.chosen())) == ["C-1", "C-4"]


def test_the_story_of_a_camera_is_one_key_away(show: Show, qtbot: QtBot) -> None:
    scene = show()
    scene.page.table.setCurrentIndex(scene.page.model.index(2, Column.CAMERA))
    with qtbot.waitSignal(scene.page.asked) as asked:
        qtbot.keyClick(scene.page.table, Qt.Key.Key_Return)
    assert asked.args == ["custody", "C-2"]


def hostile(force: Force) -> None:
    force.add('=HYPERLINK("http://x","y")', serial="+1", station="@x")
    force.add("C-1", serial="\u202e-2", station="-Kendal")


def exported(scene: Scene, path: Path) -> Path:
    scene.page.export_to(str(path))
    scene.settle()
    assert MARK in scene.page.news.text(), scene.page.news.text()
    return path


def test_csv_is_marked_and_holds_no_formula(show: Show, tmp_path: Path) -> None:
    scene = show(hostile)
    path = exported(scene, tmp_path / "pool.csv")
    with path.open(encoding="utf-8-sig", newline="") as file:
        title, head, *rows, end = list(csv.reader(file))
    assert title[0].startswith(f"{MARK} \N{EN DASH} Pool of cameras")
    assert (tuple(head), end) == (HEAD, [MARK])
    assert [row[:2] for row in rows] == [['\'=HYPERLINK("http://x","y")', "'+1"], ["C-1", "\\u202e-2"]]
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]
    assert path.stat().st_mode & 0o077 == 0


def test_xlsx_is_marked_and_its_texts_are_texts(show: Show, tmp_path: Path) -> None:
    scene = show(hostile)
    with zipfile.ZipFile(exported(scene, tmp_path / "pool.xlsx")) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "=HYPERLINK" in sheet
    assert "<f>" not in sheet
    assert f"&amp;C{MARK}" in sheet
    assert sheet.count("<row ") == 4


def test_pdf_is_marked_on_every_page(show: Show, tmp_path: Path) -> None:
    def many(force: Force) -> None:
        for number in range(40):
            force.add(f"C-{number:02}")

    scene = show(many)
    told = pdf.pages(exported(scene, tmp_path / "pool.pdf"))
    assert [page.count(MARK) for page in told] == [3, 3]  # above, below, and in the title
    assert ["page 1 of 2" in told[0], "page 2 of 2" in told[1]] == [True, True]
    assert ("C-00" in told[0], "C-39" in told[0], "C-39" in told[1]) == (True, False, True)


def test_a_file_that_is_there_is_not_written_over(show: Show, tmp_path: Path) -> None:
    scene = show()
    there = tmp_path / "there.csv"
    there.write_text("mine")
    scene.page.export_to(str(there))
    scene.settle()
    assert "exists already" in scene.page.news.text()
    assert there.read_text() == "mine"
    assert list(tmp_path.glob("*.unfinished")) == []


def test_an_empty_pool_says_how_to_take_one_in(show: Show) -> None:
    scene = show(lambda _force: None)
    assert "pool import" in scene.page.nothing.text()
    assert not scene.page.chips.isVisible()


def test_the_model_keeps_qt_s_rules(show: Show) -> None:
    scene = show()
    tester = QAbstractItemModelTester(scene.page.model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    for text in ("kendal", "", "c-4", "zz", ""):
        scene.page.search.setText(text)
        scene.settle()
    assert tester.model() is scene.page.model


def test_a_pool_without_trouble_says_so(show: Show) -> None:
    def fill(force: Force) -> None:
        force.dock(force.add("C-1"), bay="A1")

    scene = show(fill)
    counts = scene.page.pool.counts(NOW)
    assert sentence(counts) == "1 of 1 cameras in use is ready; none is late, lost or in need of somebody."
