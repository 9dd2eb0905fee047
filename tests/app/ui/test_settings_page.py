"""What a person sets on the Settings page."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from app import recovery
from app.people.roles import Act
from app.people.values import Proof, Role
from app.settings import Settings, load
from app.ui.setup_fields import ChoiceRow, TextRow
from app.ui.setup_paper import QUIET, QrCode, draw_sheet, modules, sheet_words
from app.ui.tokens import Tone
from db.schema import KeyAdded, SettingChange
from tests.app.people.force import PIN
from tests.app.ui.guided import Seat, seat
from tests.app.ui.test_signed_in import person
from tests.screens.shoot import story_now

__all__ = ["seat"]


@pytest.fixture
def page(seat: Seat) -> Seat:
    """The page is up, and shows the settings."""
    seat.guide.leave()
    seat.open()
    seat.window.open_page("settings")
    seat.qtbot.waitUntil(lambda: text(seat, "station_name").edit.text() != "")
    seat.qtbot.waitUntil(lambda: seat.page.recovery.sentence.text() != "")
    return seat


def text(seat: Seat, field: str) -> TextRow:
    row = seat.page.rows[field]
    assert isinstance(row, TextRow)
    return row


def test_a_name_is_saved_when_it_is_left(page: Seat) -> None:
    row = text(page, "station_name")
    page.write(row.edit, "Kendal")
    assert not page.home.settings_file.exists()
    text(page, "parallel_lanes").edit.setFocus()
    page.qtbot.waitUntil(lambda: row.told.text().startswith("Saved"))
    assert load(page.home.settings_file).station_name == "Kendal"


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("parallel_lanes", "99", "1 to 64"),
        ("keep_on_camera_hours", "ten", "0 to 720"),
        ("free_space_floor", "lots", "number of bytes"),
        ("vault_folder", "vault", "full path"),
        ("ready_battery_percent", "0", "1 to 100"),
        ("shifts", "Early 6-14", "is no shift"),
        ("late_after_minutes", "soon", "0 to 1440"),
        ("smtp_host", "mail server", "mail.example.org"),
        ("smtp_port", "0", "1 to 65535"),
        ("alert_to", "desk", "desk@example.org"),
    ],
)
def test_what_does_not_fit_is_said_as_it_is_typed_and_never_saved(
    page: Seat, field: str, typed: str, words: str
) -> None:
    row = text(page, field)
    page.write(row.edit, typed)
    assert words in row.told.text()
    assert row.told.property("ink") == Tone.FAULT
    page.enter(row.edit)
    name = text(page, "station_name")
    page.write(name.edit, "Kendal")
    page.enter(name.edit)
    page.qtbot.waitUntil(lambda: name.told.text().startswith("Saved"))
    assert row.edit.text() == typed, "what was typed wrong stays, to be mended"
    assert load(page.home.settings_file) == Settings(station_name="Kendal")


def test_every_setting_has_a_row(page: Seat) -> None:
    assert set(page.page.rows) == set(Settings.__struct_fields__)


def test_several_things_are_typed_with_commas_between_them(page: Seat) -> None:
    row = text(page, "shifts")
    assert row.edit.text().startswith("Early 06:00-14:00, Late 14:00-22:00")
    page.write(row.edit, "Day 07:00-19:00,Night 19:00-07:00")
    page.enter(row.edit)
    page.qtbot.waitUntil(lambda: row.told.text().startswith("Saved"))
    assert page.home.settings.shifts == ("Day 07:00-19:00", "Night 19:00-07:00")
    mail = text(page, "alert_to")
    page.write(mail.edit, "desk@example.org, duty@example.org")
    page.enter(mail.edit)
    page.qtbot.waitUntil(lambda: mail.told.text().startswith("Saved"))
    assert page.home.settings.alert_to == ("desk@example.org", "duty@example.org")
    mail.edit.selectAll()
    QTest.keyClick(mail.edit, Qt.Key.Key_Delete)
    page.enter(mail.edit)
    page.qtbot.waitUntil(lambda: page.home.settings.alert_to == ())


def test_a_refusal_of_the_home_stands_beside_the_field(page: Seat) -> None:
    sealing = page.home.vault.begin("0" * 32, page.home.keys.recipients())
    sealing.abandon()
    row = text(page, "vault_folder")
    page.write(row.edit, str(page.folder / "elsewhere"))
    page.enter(row.edit)
    page.qtbot.waitUntil(lambda: "stay there" in row.told.text())
    assert row.edit.text() == str(page.folder / "elsewhere")
    assert page.home.settings.vault_folder is None


def test_the_floor_is_typed_in_gb_and_kept_in_bytes(page: Seat) -> None:
    row = text(page, "free_space_floor")
    assert row.edit.placeholderText().endswith("GB")
    page.write(row.edit, "2.5")
    page.enter(row.edit)
    page.qtbot.waitUntil(lambda: row.told.text().startswith("Saved"))
    assert page.home.settings.free_space_floor == 2_500_000_000
    assert row.edit.text() == "2.5"


def test_a_theme_is_taken_at_once(page: Seat) -> None:
    row = page.page.rows["theme"]
    assert isinstance(row, ChoiceRow)
    with page.qtbot.waitSignal(page.page.theme_chosen) as chosen:
        page.press(row.buttons["dark"])
    assert chosen.args == ["dark"]
    assert page.context.theme.palette.name == "dark"
    assert load(page.home.settings_file).theme == "dark"
    assert row.buttons["dark"].isChecked()


def test_the_page_names_the_one_file(page: Seat) -> None:
    assert str(page.home.settings_file) in page.page.where.text()


def test_a_key_made_elsewhere_is_added_and_proved(page: Seat) -> None:
    panel, recipient = page.page.recovery, page.new_key()
    page.press(panel.add)
    form = panel.add_form
    page.write(form.recipient, "age1nonsense")
    page.press(form.add)
    page.qtbot.waitUntil(form.told.isVisible)
    page.write(form.recipient, recipient)
    page.write(form.label, "Safe B")
    page.enter(form.label)
    prove = panel.prove_form
    page.qtbot.waitUntil(prove.isVisible)
    file = page.folder / "t.age"
    prove.write_to(file)
    page.qtbot.waitUntil(lambda: str(file) in prove.how.text())
    page.write(prove.word, "nothing")
    page.press(prove.prove)
    page.qtbot.waitUntil(prove.told.isVisible)
    page.write(prove.word, page.word_in(file))
    page.enter(prove.word)
    page.qtbot.waitUntil(lambda: [line.prove.isVisible() for line in panel.lines] == [False])
    assert recovery.standings(page.home)[0].proved
    assert "1 of them proved" in panel.sentence.text()


def test_a_secret_is_gone_from_the_screen_when_a_person_goes_elsewhere(page: Seat) -> None:
    panel = page.page.recovery
    page.press(panel.make)
    form = panel.make_form
    page.write(form.label, "Safe A")
    page.press(form.make)
    secret = form.secret.text().replace("\n", "")
    assert secret.startswith("AGE-SECRET-KEY-1")
    page.window.page.hide()
    assert secret[-8:] not in "".join(one.text() for one in page.window.findChildren(QLabel))
    assert form._identity is None
    page.window.page.show()
    assert recovery.standings(page.home) == ()


def test_a_qr_code_is_drawn_module_by_module(qapp: object) -> None:
    code = QrCode()
    secret = recovery.make().secret_text()
    code.show_text(secret)
    code.resize(code.sizeHint())
    picture, rows = code.grab().toImage(), modules(secret)
    across = len(rows) + 2 * QUIET
    side = code.width() // across
    drawn = tuple(
        bytes(
            picture.pixelColor((along + QUIET) * side + side // 2, (down + QUIET) * side + side // 2).lightness() < 128
            for along in range(len(rows))
        )
        for down in range(len(rows))
    )
    assert drawn == rows
    code.show_text("")
    empty = code.grab().toImage()
    assert len({empty.pixel(x, x) for x in range(empty.width())}) == 1


def test_a_sheet_has_its_code_and_its_text(qapp: object) -> None:
    sheet = QImage(700, 1000, QImage.Format.Format_RGB32)
    sheet.fill("white")
    secret = recovery.make().secret_text()
    with QPainter(sheet) as painter:
        draw_sheet(painter, sheet.rect(), secret, sheet_words("Kendal", "Safe A", "age1", story_now()))
    dark = [y for y in range(1000) if any(sheet.pixelColor(x, y).lightness() < 128 for x in range(0, 700, 2))]
    assert dark[0] < 100
    assert dark[-1] > 400
    assert dark[-1] < 990


def test_once_there_are_accounts_all_is_shut_but_the_theme_until_somebody_may(page: Seat) -> None:
    session = page.page.context.session
    session.sign_in(person(Role.OFFICER))
    session.accounts = True
    session.changed.emit()
    shut = [field for field, row in page.page.rows.items() if not row.isEnabled()]
    assert sorted(shut) == sorted(set(page.page.rows) - {"theme"})
    assert not page.page.recovery.isEnabled()
    assert not any(act.isEnabled() for act in page.page.actions())
    assert page.page.locked.isVisibleTo(page.page)
    session.sign_in(person(Role.ADMINISTRATOR))
    assert all(row.isEnabled() for row in page.page.rows.values())
    assert page.page.recovery.isEnabled()  # they may prove a key; adding one asks for a second person
    assert page.page.locked.isVisibleTo(page.page)
    session.sign_in(person(Role.ADMINISTRATOR, Proof.STRONG))
    assert not page.page.locked.isVisibleTo(page.page)
    session.lock()


def test_what_is_saved_is_entered_with_who_is_signed_in(page: Seat) -> None:
    page.home.signin.set_up("9000", "Kendal", PIN)
    session, row = page.page.context.session, text(page, "parallel_lanes")
    session.accounts = True
    session.sign_in(page.home.signin.by_pin("9000", PIN))
    page.write(row.edit, "8")
    page.enter(row.edit)
    page.qtbot.waitUntil(lambda: row.told.text().startswith("Saved"))
    with page.home.database.read() as reading:
        (change,) = reading.query(SettingChange).all()
        assert (change.setting, change.value, change.by) == ("parallel_lanes", "8", "9000")
    session.actor = None  # as in the moment in which it is locked: the page is gone after that
    row.saver.save(9)
    page.qtbot.waitUntil(lambda: "Nobody is signed in" in row.told.text())
    assert load(page.home.settings_file).parallel_lanes == 8


def test_adding_a_recovery_key_asks_for_a_second_person(page: Seat) -> None:
    page.home.signin.set_up("9000", "Kendal", PIN)
    session, form = page.page.context.session, page.page.recovery.add_form
    session.accounts = True
    session.sign_in(page.home.signin.by_pin("9000", PIN))
    page.page.recovery.begin_add()
    form.recipient.setText(page.new_key())
    with page.qtbot.waitSignal(session.wanted) as wanted:
        form.commit()
    assert wanted.args == [Act.CHANGE_KEYS]
    assert page.home.keys.recovery == ()
    session.sign_in(replace(session.actor, proof=Proof.STRONG))
    with page.qtbot.waitSignal(form.added):
        form.commit()
    with page.home.database.read() as reading:
        assert [fact.by for fact in reading.query(KeyAdded)] == ["9000"]
    session.lock()
