"""What a person asks, sees and opens on the Custody page, over a real home."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot
from sqlalchemy import func, select

from app.ledger.note import VerifierKey
from app.people.values import Role
from app.ui.custody_page import CustodyPage
from app.ui.custody_table import BELOW, Column
from app.ui.work import Work
from db.schema import Reading
from tests.app.custody.force import Force
from tests.app.ui.conftest import Stage, Staged
from tests.screens.story import NOW, STATION

SPACE = "\N{NO-BREAK SPACE}"
BREAK = "\N{ZERO WIDTH SPACE}"


class Scene:
    """The page up, over two cameras and two nights."""

    def __init__(self, stage: Stage) -> None:
        assert isinstance(stage.page, CustodyPage)
        self.page, self.window, self.home, self.force = stage.page, stage.window, stage.home, stage.force
        self.wait = stage.wait

    def ask(self, subject: str, when: str = "") -> str:
        self.page.question.setText(subject)
        self.page.time.setText(when)
        self.page.find_button.click()
        self.settle()
        return self.page.answer.text()

    def settle(self) -> None:
        self.wait(lambda: self.page.is_settled)

    def lines(self, column: Column) -> list[str]:
        model = self.page.model
        return [str(model.index(row, column).data()) for row in range(model.rowCount())]

    def readings(self) -> int:
        with self.home.database.read() as session:
            return session.scalar(select(func.count(Reading.entry))) or 0


@pytest.fixture
def show(staged: Staged) -> Callable[..., Scene]:
    def show(*, role: Role = Role.SERGEANT) -> Scene:
        station = msgspec.structs.replace(STATION, accounts=True)
        return Scene(staged("custody", two_nights, role, station))

    return show


def two_nights(force: Force) -> None:
    force.now = NOW - timedelta(days=9)
    for asset in ("CAM-1", "CAM-2"):
        force.add(asset)
    force.hire("1402", name="Ewan Fell")
    force.hire("1187", name="Jo Birkett")
    for nights, taken in ((2, ("1402", "1187")), (1, ("1187", "1402"))):
        force.now = NOW - timedelta(days=nights, hours=9)
        for number in (1, 2):
            force.dock(f"CAM-{number}", bay=f"A{number}")
        force.later(hours=1)
        for number, collar in zip((1, 2), taken, strict=True):
            force.custody.issue(f"CAM-{number}", collar, force.sergeant)
        force.later(hours=8)
        for number in (1, 2):
            force.custody.give_back(f"CAM-{number}", force.sergeant)
    force.now = NOW


Show = Callable[..., Scene]


def test_a_question_is_answered_in_one_sentence_with_its_entries(show: Show) -> None:
    scene = show()
    told = scene.ask("CAM-1", "21 Nov 23:00")
    assert told == f"At 23:00 on Sat{SPACE}21{SPACE}Nov CAM-1 was with 1402{SPACE}Ewan Fell."
    assert "by 900" in scene.page.detail.text()
    assert scene.lines(Column.WHAT) == [f"Issued CAM-1 to 1402{SPACE}Ewan Fell", "CAM-1 back"]
    assert scene.lines(Column.PROOF) == ["not yet signed", "not yet signed"]
    assert scene.page.chart.isVisible()


def test_an_officer_a_span_and_a_day_too(show: Show) -> None:
    scene = show()
    assert scene.ask("1402", "21 Nov 23:00").endswith(f"1402{SPACE}Ewan Fell held CAM-1.")
    assert "holds no camera: the last was CAM-2" in scene.ask("1402")
    assert scene.ask("", "22 Nov 23:00") == f"At 23:00 on Sun{SPACE}22{SPACE}Nov 2 cameras were out."
    assert "CAM-1 was held" in scene.ask("CAM-1", "21 Nov")
    assert scene.ask("CAM-9") == "No camera and no officer has the number cam-9."
    assert not scene.page.table.isVisible()


def test_each_question_is_entered_once_and_nothing_else_is(show: Show, qtbot: QtBot) -> None:
    scene = show()
    scene.ask("CAM-1")
    assert scene.readings() == 1
    scene.page.retell()
    scene.window.open_page("dock")
    scene.window.open_page("custody")
    scene.settle()
    assert scene.readings() == 1
    qtbot.keyClick(scene.page.question, Qt.Key.Key_Return)
    scene.settle()
    assert scene.readings() == 2


def test_every_line_opens_to_its_proof_and_to_how_one_checks_it(show: Show, qtbot: QtBot) -> None:
    scene = show()
    scene.ask("CAM-1", "21 Nov 23:00")
    entry = int(scene.lines(Column.ENTRY)[1].replace(",", ""))
    scene.page.table.setCurrentIndex(scene.page.model.index(1, 0))
    qtbot.keyClick(scene.page.table, Qt.Key.Key_Return)
    scene.settle()
    assert scene.page.proof.isVisible()
    assert scene.page.proof.proof.toPlainText() == scene.home.records.prove(str(entry))
    told = scene.page.proof.commands.toPlainText()
    assert f"ledger prove {entry}" in told
    assert f"sed -n {entry + 1}p LEDGER/entries.jsonl" in told
    scene.page.proof.take.click()
    assert QApplication.clipboard().text() == told + "\n"


def test_a_correction_stands_under_what_it_corrects(show: Show) -> None:
    scene = show()
    scene.ask("CAM-1", "21 Nov 23:00")
    entry = int(scene.lines(Column.ENTRY)[0].replace(",", ""))
    scene.force.hire("1612", name="Bo Sharpe")
    scene.force.custody.correct(entry, "wrong card", scene.force.sergeant, officer="1612")
    assert f"1612{SPACE}Bo Sharpe" in scene.ask("CAM-1", "21 Nov 23:00")
    assert scene.lines(Column.WHAT)[1] == f"{BELOW}{SPACE}Correction of {entry:,}: it was 1612{SPACE}Bo Sharpe"
    assert "wrong card" in scene.lines(Column.HOW)[1]


def test_the_picture_is_walked_by_keys_and_tells_each_bar(show: Show, qtbot: QtBot) -> None:
    scene = show()
    scene.ask("CAM-1", "21 Nov 23:00")
    chart = scene.page.chart
    assert chart.accessibleDescription().startswith(f"CAM-1: 1402{SPACE}Ewan Fell, ")
    qtbot.keyClick(chart, Qt.Key.Key_Right)
    assert f"1187{SPACE}Jo Birkett" in chart.accessibleDescription()
    qtbot.keyClick(chart, Qt.Key.Key_Down)
    assert chart.accessibleDescription().startswith("CAM-2: ")
    qtbot.keyClick(chart, Qt.Key.Key_Return)
    scene.settle()
    assert scene.page.question.text() == "CAM-2"
    assert f"CAM-2 was with 1402{SPACE}Ewan Fell" in scene.page.answer.text()


def test_a_bar_is_as_long_as_its_holding(show: Show) -> None:
    scene = show()
    scene.ask("CAM-1")
    boxes = [box for *_, held, box in scene.page.chart.bars() if held.camera == "CAM-1"]
    day = (scene.page.chart.width() - 112) / 7
    assert all(abs(box.width() - day * 8 / 24) < day / 20 for box in boxes)
    assert abs(boxes[1].left() - boxes[0].left() - day) < day / 20


def test_who_may_not_ask_gets_no_answer_until_somebody_signs_in_who_may(show: Show, qtbot: QtBot) -> None:
    scene = show(role=Role.OFFICER)
    session = scene.page.context.session
    officer = session.actor
    assert officer is not None
    assert "may not read who held which camera" in scene.page.nothing.text()
    with qtbot.waitSignal(session.wanted):
        scene.ask("CAM-1")
    assert scene.readings() == 0
    session.sign_in(scene.force.sergeant)
    scene.settle()
    assert scene.page.answer.text().startswith("Nobody holds CAM-1")
    session.sign_in(officer)
    assert (scene.page.story, scene.page.table.isVisible(), scene.page.model.rowCount()) == (None, False, 0)


@pytest.fixture
def dialog_unseen(monkeypatch: pytest.MonkeyPatch) -> None:
    """A dialog that comes up complains where there is no screen."""
    monkeypatch.setattr(QFileDialog, "open", lambda _dialog: None)


@pytest.mark.usefixtures("dialog_unseen")
def test_the_ledger_is_exported_for_a_court_and_one_is_told_how_to_check_it(show: Show, tmp_path: Path) -> None:
    scene = show()
    exporting = scene.page.exporting
    scene.page.export_button.click()
    (dialog,) = exporting.findChildren(QFileDialog)
    dialog.fileSelected.emit(str(tmp_path))
    dialog.reject()
    assert not scene.page.export_button.isEnabled()
    scene.wait(exporting.command.isVisible)
    (folder,) = tmp_path.glob("ledger-*")
    assert VerifierKey.of(scene.home.keys.signer()).fingerprint in exporting.news.text().replace(BREAK, "")
    exporting.take.click()
    command = shlex.split(QApplication.clipboard().text())
    assert command == ["python3", f"{folder}/verify.py", str(folder)]
    checked = subprocess.run([sys.executable, *command[1:]], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    last = json.loads((folder / "entries.jsonl").read_text().splitlines()[-1])
    assert last["kind"] == "exported"


def test_an_export_that_is_stopped_leaves_nothing(show: Show, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scene = show()
    exporting, reached, go_on = scene.page.exporting, threading.Event(), threading.Event()

    def tell(work: Work, done: int, total: int) -> None:
        work.done, work.total = done, total
        reached.set()
        assert go_on.wait(10)

    monkeypatch.setattr(Work, "tell", tell)
    exporting.export(str(tmp_path))
    assert reached.wait(10)
    scene.wait(lambda: exporting.bar.maximum() == 1000)
    assert exporting.bar.isVisible()
    exporting.stop.click()
    go_on.set()
    scene.wait(lambda: "was stopped" in exporting.news.text().replace(BREAK, ""))
    assert not list(tmp_path.glob("ledger-*"))
    assert scene.page.export_button.isEnabled()


def test_a_technician_may_not_export_for_a_court(show: Show, qtbot: QtBot, tmp_path: Path) -> None:
    scene = show(role=Role.TECHNICIAN)
    with qtbot.waitSignal(scene.page.context.session.wanted):
        scene.page.export_button.click()
    assert not scene.page.exporting.findChildren(QFileDialog)
    assert not list(tmp_path.glob("ledger-*"))


def test_a_technician_may_not_read_custody(show: Show, qtbot: QtBot) -> None:
    scene = show(role=Role.TECHNICIAN)
    with qtbot.waitSignal(scene.page.context.session.wanted):
        scene.ask("CAM-1")
    assert scene.readings() == 0
    assert scene.page.story is None
