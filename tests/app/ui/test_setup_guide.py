"""The guided first start, as a person goes through it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app import recovery, setup
from app.settings import load
from app.snapshot import Notice
from app.ui.marks import Mark
from app.ui.setup_guide import KeyStep, NameStep, RecoveryStep, VaultStep
from app.ui.tokens import load_fonts
from tests.app.ui.guided import Seat, seat

__all__ = ["seat"]


@pytest.fixture
def guided(seat: Seat) -> Seat:
    """The guide is up, at its first step."""
    seat.open()
    seat.qtbot.waitUntil(seat.guide.isVisible)
    return seat


def test_a_person_goes_through_it_once(guided: Seat) -> None:
    guide = guided.guide
    name, vault, key, keys = guide.steps
    assert isinstance(name, NameStep)
    assert isinstance(vault, VaultStep)
    assert isinstance(key, KeyStep)
    assert isinstance(keys, RecoveryStep)
    guided.write(name.row.edit, "Kendal")
    guided.enter(name.row.edit)
    guided.write(vault.row.edit, str(guided.folder / "vault"))
    guided.qtbot.waitUntil(lambda: "Forced writes" in words_on(vault))
    guided.press(guide.next)
    guided.qtbot.waitUntil(lambda: "DOCKWARDEN_KEYS" in key.words.text())
    guided.press(guide.next)
    guided.qtbot.waitUntil(lambda: "lost" in keys.panel.sentence.text())
    assert not guide.next.isEnabled()
    make_one(guided, keys)
    add_one(guided, keys)
    guided.qtbot.waitUntil(guide.next.isEnabled)
    guided.press(guide.next)
    assert not guide.isVisible()
    assert guided.window.page.isEnabled()
    settings = load(guided.home.settings_file)
    assert (settings.station_name, settings.vault_folder) == ("Kendal", str(guided.folder / "vault"))
    assert [(one.label, one.proved) for one in recovery.standings(guided.home)] == [("Safe A", True), ("", False)]
    assert not setup.is_wanted(guided.home)


def make_one(guided: Seat, keys: RecoveryStep) -> None:
    """A key for paper: read back wrong, then right."""
    panel, form = keys.panel, keys.panel.make_form
    guided.press(panel.make)
    guided.write(form.label, "Safe A")
    guided.enter(form.label)
    paper = form.secret.text().replace("\n", "")
    guided.press(form.on_paper)
    assert paper[-8:] not in words_on(guided.window)
    wrong = "Q" if paper[-8] == "X" else "X"
    guided.write(form.typed, wrong + paper[-7:])
    guided.enter(form.typed)
    guided.qtbot.waitUntil(form.told.isVisible)
    guided.write(form.typed, paper[-8:].lower())
    guided.enter(form.typed)
    guided.qtbot.waitUntil(lambda: len(panel.lines) == 1)
    assert form.typed.text() == ""


def add_one(guided: Seat, keys: RecoveryStep) -> None:
    """A key that was made elsewhere, proved later."""
    panel = keys.panel
    guided.press(panel.add)
    guided.write(panel.add_form.recipient, guided.new_key())
    guided.press(panel.add_form.add)
    guided.qtbot.waitUntil(panel.prove_form.isVisible)
    guided.press(panel.prove_form.cancel)
    guided.qtbot.waitUntil(lambda: len(panel.lines) == 2)


def words_on(widget: QWidget) -> str:
    """All labels and marks that are to be seen in a widget."""
    parts: list[QWidget] = [*widget.findChildren(QLabel), *widget.findChildren(Mark)]
    return "\n".join(
        one.text() if isinstance(one, QLabel) else one.accessibleName() for one in parts if one.isVisible()
    )


def test_a_name_that_does_not_fit_goes_no_further(guided: Seat) -> None:
    name = guided.guide.steps[0]
    assert isinstance(name, NameStep)
    guided.write(name.row.edit, " ")
    guided.press(guided.guide.next)
    assert guided.guide.stack.currentWidget() is name
    assert "1 to 60" in name.row.told.text()


def test_a_folder_that_is_refused_brings_its_step_back(guided: Seat) -> None:
    vault = guided.guide.steps[1]
    assert isinstance(vault, VaultStep)
    (guided.folder / "file").write_text("")
    guided.press(guided.guide.next)
    guided.write(vault.row.edit, str(guided.folder / "file"))
    guided.press(guided.guide.next)
    guided.qtbot.waitUntil(lambda: "cannot be written in" in vault.row.told.text())
    assert guided.guide.stack.currentWidget() is vault


def test_what_is_below_takes_no_key_meanwhile(guided: Seat) -> None:
    assert not guided.window.page.isEnabled()
    guided.press(guided.guide.put_off)
    guided.qtbot.waitUntil(lambda: not guided.guide.isVisible())
    assert guided.window.page.isEnabled()


def test_put_off_it_comes_up_by_itself_no_more(guided: Seat, qtbot: QtBot) -> None:
    guided.press(guided.guide.put_off)
    guided.qtbot.waitUntil(lambda: not guided.guide.isVisible())
    again = Seat(qtbot, guided.folder)
    qtbot.addWidget(again.window)
    with qtbot.waitSignal(again.guide.ended):
        again.open()
    assert not again.guide.isVisible()
    again.close()


def test_a_try_out_skips_it_and_says_so(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    load_fonts()
    qapp.setStyle("Fusion")
    seat = Seat(qtbot, tmp_path, try_out=True)
    qtbot.addWidget(seat.window)
    told: list[Notice] = []
    seat.bridge.noticed.connect(told.append)
    seat.open()
    qtbot.waitUntil(lambda: [one.reason.code for one in told] == ["try-out"])
    assert not seat.guide.isVisible()
    assert not seat.page.recovery.isVisibleTo(seat.page)
    assert not (seat.home.folder / "station-public.json").exists(), "a try-out is asked for no keys"
    seat.close()
