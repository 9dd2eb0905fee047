"""The guided first start, as a person goes through it."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app import recovery, setup
from app.settings import load
from app.snapshot import Notice
from app.ui.marks import Mark
from app.ui.setup_admin import AdminStep
from app.ui.setup_guide import KeyStep, NameStep, RecoveryStep, VaultStep
from app.ui.sign_in import PinField, who_words
from app.ui.tokens import load_fonts
from tests.app.ui.guided import Seat, seat
from tests.app.ui.test_access import unspoken
from tests.app.ui.test_sign_in import keys
from tests.screens.structure import faults

__all__ = ["seat"]


@pytest.fixture
def guided(seat: Seat) -> Seat:
    """The guide is up, at its first step."""
    seat.open()
    seat.qtbot.waitUntil(seat.guide.isVisible)
    return seat


def test_a_person_goes_through_it_once(guided: Seat) -> None:
    guide = guided.guide
    name, vault, key, keys, admin = guide.steps
    assert isinstance(name, NameStep)
    assert isinstance(vault, VaultStep)
    assert isinstance(key, KeyStep)
    assert isinstance(keys, RecoveryStep)
    assert isinstance(admin, AdminStep)
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
    type_admin(guided, admin)
    guided.qtbot.waitUntil(lambda: not guide.isVisible(), timeout=20_000)
    assert guided.window.page.isEnabled()
    actor = guided.context.session.actor
    assert actor is not None
    assert (who_words(actor.person), actor.person.card) == ("9000 Reay, A. · administrator", "04A19000")
    assert who_words(msgspec.structs.replace(actor.person, name="9000")) == "9000 · administrator"
    assert actor.acting
    assert guided.window.top.who.text() == "9000 Reay, A. · administrator"
    assert [line.edit.text() for line in admin.lines] == [""] * 5
    settings = load(guided.home.settings_file)
    assert (settings.station_name, settings.vault_folder) == ("Kendal", str(guided.folder / "vault"))
    assert [(one.label, one.proved) for one in recovery.standings(guided.home)] == [("Safe A", True), ("", False)]
    assert not setup.is_wanted(guided.home)


def type_admin(guided: Seat, admin: AdminStep, pin: str = "482915", again: str = "482915") -> None:
    """Who it is, by the keyboard alone: Enter goes on from field to field, and from the last one makes the account."""
    guided.qtbot.waitUntil(admin.collar.edit.hasFocus)
    typed = ("9000", "Reay, A.", pin, again, "04A19000")
    for line, text in zip(admin.lines, typed, strict=True):
        assert QApplication.focusWidget() is line.edit
        if isinstance(line.edit, PinField):
            keys(line.edit, f"{text}\r", every_ms=150)
        else:
            guided.write(line.edit, text)
            guided.enter(line.edit)


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


# -- the first administrator -------------------------------------------------------------------------------------------


@pytest.fixture
def alone(seat: Seat) -> Seat:
    """The step of the first administrator, alone, as Settings brings it up in a home that is set up."""
    setup.put_off(seat.home)
    with seat.qtbot.waitSignal(seat.guide.ended):
        seat.open()
    seat.qtbot.waitUntil(seat.page.people.isVisible)
    seat.window.activateWindow()
    seat.press(seat.page.first)
    seat.qtbot.waitUntil(seat.guide.isVisible)
    return seat


def admin_of(seat: Seat) -> AdminStep:
    step = seat.guide.stack.currentWidget()
    assert isinstance(step, AdminStep)
    return step


def test_settings_bring_up_the_first_administrator_alone_while_there_are_no_accounts(alone: Seat) -> None:
    assert "Step" not in words_on(alone.guide)
    assert not alone.guide.back.isVisible()
    type_admin(alone, admin_of(alone))
    alone.qtbot.waitUntil(lambda: not alone.guide.isVisible(), timeout=20_000)
    assert alone.context.session.actor is not None
    assert not alone.page.people.isVisibleTo(alone.page)
    assert alone.home.people.known("9000").name == "Reay, A."


def test_it_can_be_left_and_nothing_that_was_typed_stays(alone: Seat) -> None:
    step = admin_of(alone)
    alone.write(step.collar.edit, "9000")
    keys(step.pin.edit, "482915", every_ms=150)
    alone.press(alone.guide.put_off)
    assert not alone.guide.isVisible()
    assert [line.edit.text() for line in step.lines] == [""] * 5
    assert not alone.home.people.anyone()


@pytest.mark.parametrize(
    ("place", "text", "told"),
    [
        (0, "", "This is no collar number"),
        (0, "\u0661", "This is no collar number"),
        (1, "", "This is no name"),
        (2, "12345", "6 to 12 digits"),
        (3, "482916", "not the same"),
        (4, "\u00e9", "This is no card number"),
    ],
)
def test_what_does_not_fit_is_told_beside_its_field_which_has_the_keyboard(
    alone: Seat, place: int, text: str, told: str
) -> None:
    step = admin_of(alone)
    for line, typed in zip(step.lines, ("9000", "Reay, A.", "482915", "482915", ""), strict=True):
        line.edit.setText(typed)
    step.lines[place].edit.setText(text)
    alone.press(alone.guide.next)
    assert told in step.lines[place].told.text()
    assert step.lines[place].told.property("ink") == "fault"
    assert step.lines[place].edit.hasFocus()
    assert not alone.home.people.anyone()


def test_a_weak_pin_is_warned_of_as_it_is_typed_and_taken_all_the_same(alone: Seat) -> None:
    step = admin_of(alone)
    keys(step.pin.edit, "123456", every_ms=150)
    assert "choose another" in step.pin.told.text()
    assert step.pin.told.property("ink") == "warn"
    step.pin.edit.clear()
    step.collar.edit.setFocus()
    type_admin(alone, step, "123456", "123456")
    alone.qtbot.waitUntil(lambda: not alone.guide.isVisible(), timeout=20_000)
    assert alone.home.signin.by_pin("9000", "123456").person.collar == "9000"


def test_a_card_that_is_tapped_where_the_pin_goes_is_the_card(alone: Seat) -> None:
    step = admin_of(alone)
    step.pin.edit.setFocus()
    keys(step.pin.edit, "04A19000\r", every_ms=10)
    assert (step.card.edit.text(), step.pin.edit.text()) == ("04A19000", "")
    assert step.pin.edit.hasFocus()


def test_who_was_quicker_elsewhere_is_told(alone: Seat) -> None:
    alone.home.signin.set_up("1", "Kendal", "482915")
    step = admin_of(alone)
    type_admin(alone, step)
    alone.qtbot.waitUntil(lambda: "has its first administrator already" in step.collar.told.text(), timeout=20_000)
    assert alone.guide.isVisible()


def test_putting_the_recovery_keys_off_leads_to_the_first_administrator(guided: Seat) -> None:
    for _step in range(3):
        guided.press(guided.guide.next)
    guided.press(guided.guide.put_off)
    assert isinstance(guided.guide.stack.currentWidget(), AdminStep)
    guided.press(guided.guide.put_off)
    guided.qtbot.waitUntil(lambda: not guided.guide.isVisible())
    assert not setup.is_wanted(guided.home)


def test_a_home_with_accounts_is_not_guided_by_whoever_sits_there(seat: Seat) -> None:
    assert setup.is_wanted(seat.home)
    seat.home.signin.set_up("9000", "Kendal", "482915")
    assert not setup.is_wanted(seat.home)


def test_the_step_is_laid_out_well_and_every_control_has_a_name(alone: Seat) -> None:
    alone.window.resize(960, 540)
    alone.qtbot.waitUntil(lambda: alone.guide.width() == 960)
    step = admin_of(alone)
    step.lines[2].tell("This PIN is among the first that somebody would try: choose another one soon.", "warn")
    assert [one for one in faults(alone.guide) if "Settings" not in one] == []
    assert unspoken(step) == []


# -- what is wrong -----------------------------------------------------------------------------------------------------


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
