"""Signing in within the window: real PINs in a real home, refusals in words, a second person where two are asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from app.home import Home
from app.importing import Row
from app.people import fido
from app.people.roles import Act
from app.people.roll import FIELDS
from app.people.values import Proof
from app.ui.session import Session
from app.ui.sign_in import SignInSheet
from app.ui.window import Window
from tests.app.people.softkey import SoftKey
from tests.app.ui.conftest import Frame
from tests.app.ui.test_access import unspoken
from tests.screens.shoot import still
from tests.screens.story import STATION
from tests.screens.structure import SIZES, faults

ADMIN_PIN, PINS = "482915", {"2214": "730164", "1361": "905172", "3001": "618203"}
ROLES = {"2214": ("Whittaker, J.", "Sgt", "sergeant"), "1361": ("Graham, S.", "PC", "officer")}
ROLES |= {"3001": ("Osei, A.", "Insp", "supervisor")}


def enrol(home: Home, collars: tuple[str, ...] = ("2214", "1361", "3001")) -> None:
    """An administrator, and people with PINs of their own."""
    home.signin.set_up("1", "Kendal", ADMIN_PIN)
    admin = home.signin.by_pin("1", ADMIN_PIN)
    for number, collar in enumerate(collars):
        name, rank, role = ROLES[collar]
        row = dict.fromkeys(FIELDS, "") | {"collar": collar, "name": name, "rank": rank, "role": role}
        row |= {"station": "Kendal", "active": "yes", "card": f"CARD{collar}"}
        home.people.take([Row(collar, number + 1, row)], admin)
        code = home.signin.new_code(home.people.known(collar), admin)
        home.signin.enrol(collar, code, PINS[collar])


@pytest.fixture
def window(framed: Frame, monkeypatch: pytest.MonkeyPatch) -> Window:
    monkeypatch.setenv("DOCKWARDEN_KEYS", "file")
    window, _docks = framed(station=msgspec.structs.replace(STATION, accounts=True))
    return window


@pytest.fixture
def home(window: Window) -> Home:
    return window._context.home


@pytest.fixture
def session(window: Window) -> Iterator[Session]:
    yield window._context.session
    window._context.session.lock()


@pytest.fixture
def sheet(window: Window) -> SignInSheet:
    return window.sign_in


Enter = Callable[[str, str], None]


def keys(field: QLineEdit, text: str, *, every_ms: int) -> None:
    """Press the keys of a text with so much time between them, as the system would have stamped them."""
    for place, letter in enumerate(text, 1):
        key = Qt.Key.Key_Return if letter == "\r" else Qt.Key.Key_unknown
        event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, letter)
        event.setTimestamp(place * every_ms + 1_000_000)
        QApplication.sendEvent(field, event)


@pytest.fixture
def enter(sheet: SignInSheet, qtbot: QtBot) -> Enter:
    """Type a number and a PIN by keys alone, as a person or a card reader would, and wait for the answer."""

    def type_(number: str, pin: str) -> None:
        qtbot.waitUntil(sheet.number.hasFocus)
        QTest.keyClicks(sheet.number, number)
        QTest.keyClick(sheet.number, Qt.Key.Key_Return)
        qtbot.waitUntil(sheet.pin.hasFocus)
        keys(sheet.pin, f"{pin}\r", every_ms=150)
        qtbot.waitUntil(lambda: not sheet._asker.waiting, timeout=20_000)

    return type_


def test_a_collar_number_and_a_pin_sign_in_and_the_top_bar_says_who(
    window: Window, home: Home, session: Session, enter: Enter
) -> None:
    enrol(home)
    window.sign_in_or_lock()
    enter("2214", PINS["2214"])
    assert session.actor is not None
    assert session.actor.proof is Proof.PIN
    assert not window.sign_in.isVisible()
    assert window.top.who.text() == "Sgt 2214 Whittaker, J. · custodian"
    assert window.top.sign_in.text().strip() == "Lock"
    QTest.mouseClick(window.top.sign_in, Qt.MouseButton.LeftButton)
    assert session.actor is None
    assert not window.top.who.isVisible()
    assert window.top.sign_in.text() == "Sign in"


def test_a_tapped_card_goes_before_the_pin_as_a_number_does(
    window: Window, home: Home, session: Session, enter: Enter
) -> None:
    enrol(home, ("2214",))
    window.sign_in_or_lock()
    enter("CARD2214", PINS["2214"])
    assert session.actor is not None
    assert session.actor.person.collar == "2214"


def test_a_card_that_is_tapped_where_the_pin_goes_is_no_try(
    window: Window, home: Home, session: Session, sheet: SignInSheet, enter: Enter, qtbot: QtBot
) -> None:
    enrol(home, ("2214",))
    window.sign_in_or_lock()
    sheet.number.setText("1")
    sheet.pin.setFocus()
    keys(sheet.pin, "CARD2214\r", every_ms=5)
    assert (sheet.number.text(), sheet.pin.text()) == ("CARD2214", "")
    assert not sheet._asker.waiting
    keys(sheet.pin, f"{PINS['2214']}\r", every_ms=150)
    qtbot.waitUntil(lambda: session.actor is not None, timeout=20_000)


def test_a_wrong_pin_is_told_and_so_is_the_wait_after_many(
    window: Window, home: Home, session: Session, sheet: SignInSheet, enter: Enter, qtbot: QtBot
) -> None:
    enrol(home, ("2214",))
    window.sign_in_or_lock()
    enter("2214", "000001")
    assert "not right" in sheet.told.text()
    assert sheet.pin.text() == ""
    for _again in range(5):
        sheet.number.clear()
        sheet.number.setFocus()
        enter("2214", "000001")
    assert "too many wrong tries" in sheet.told.text()
    assert session.actor is None
    assert sheet.isVisible()


def test_somebody_of_another_role_is_told_who_may(
    window: Window, home: Home, session: Session, sheet: SignInSheet, enter: Enter
) -> None:
    enrol(home, ("1361",))
    assert session.need(Act.ISSUE) is None
    assert "issue a camera" in sheet.why.text()
    enter("1361", PINS["1361"])
    assert "Ask a sergeant or a supervisor" in sheet.told.text()
    assert session.actor is None


def test_footage_takes_a_second_person_and_they_stand_beside_one_act_only(
    window: Window, home: Home, session: Session, sheet: SignInSheet, enter: Enter
) -> None:
    enrol(home)
    assert session.need(Act.COPY_FOOTAGE) is None
    enter("3001", PINS["3001"])
    assert sheet.title.text() == "A second person"
    enter("3001", PINS["3001"])
    assert "same as the first" in sheet.told.text()
    sheet.number.clear()
    sheet.number.setFocus()
    enter("1", ADMIN_PIN)
    actor = session.need(Act.COPY_FOOTAGE)
    assert actor is not None
    assert actor.second is not None
    assert actor.second.collar == "1"
    assert session.need(Act.COPY_FOOTAGE) is None


def test_a_fido2_key_proves_it_alone_and_for_one_such_act(
    window: Window, home: Home, session: Session, sheet: SignInSheet, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrol(home)
    key = SoftKey()
    code = home.signin.new_code(home.people.known("3001"), home.signin.by_pin("1", ADMIN_PIN))
    asks = fido.Asks(lambda: "", lambda _words: None)
    home.signin.enrol("3001", code, PINS["3001"], key=lambda person: fido.register(key, person, asks))
    monkeypatch.setattr(fido.CtapHidDevice, "list_devices", lambda: iter([key]))
    assert session.need(Act.COPY_FOOTAGE) is None
    QTest.mouseClick(sheet.key, Qt.MouseButton.LeftButton)
    assert "collar number first" in sheet.told.text()
    QTest.keyClicks(sheet.number, "3001")
    QTest.mouseClick(sheet.key, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.actor is not None, timeout=20_000)
    actor = session.need(Act.COPY_FOOTAGE)
    assert actor is not None
    assert (actor.proof, actor.second) == (Proof.STRONG, None)
    assert session.need(Act.COPY_FOOTAGE) is None
    assert session.need(Act.ISSUE) is not None


def test_without_a_key_it_says_so(
    window: Window, home: Home, session: Session, sheet: SignInSheet, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrol(home, ())
    monkeypatch.setattr(fido.CtapHidDevice, "list_devices", lambda: iter(()))
    window.sign_in_or_lock()
    sheet.number.setText("1")
    QTest.mouseClick(sheet.key, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "no FIDO2 key" in sheet.told.text())
    assert session.actor is None


def test_an_administrator_stands_in_and_only_for_a_sergeant_s_acts(
    window: Window, home: Home, session: Session, enter: Enter
) -> None:
    enrol(home, ())
    window.sign_in_or_lock()
    enter("1", ADMIN_PIN)
    issuing, settings = session.need(Act.ISSUE), session.need(Act.CHANGE_SETTINGS)
    assert issuing is not None
    assert settings is not None
    assert (issuing.acting, settings.acting) == (True, False)


def test_without_accounts_it_offers_to_make_the_first(
    window: Window, sheet: SignInSheet, session: Session, qtbot: QtBot
) -> None:
    window.sign_in_or_lock()
    qtbot.waitUntil(lambda: "Nobody has an account" in sheet.told.text())
    assert (sheet.pin.isEnabled(), sheet.enter.isVisible(), sheet.key.isVisible()) == (False, False, False)
    qtbot.waitUntil(sheet.first.hasFocus)
    with qtbot.waitSignal(session.first_wanted):
        QTest.keyClick(sheet.first, Qt.Key.Key_Space)
    assert not sheet.isVisible()


def test_without_accounts_the_top_bar_has_nothing_of_it(framed: Frame) -> None:
    window, _docks = framed()
    assert not window.top.sign_in.isVisible()
    assert not window.top.who.isVisible()


def test_esc_ends_it_and_forgets_what_was_typed(window: Window, home: Home, sheet: SignInSheet, qtbot: QtBot) -> None:
    enrol(home, ())
    window.sign_in_or_lock()
    qtbot.waitUntil(sheet.number.hasFocus)
    QTest.keyClicks(sheet.number, "2214")
    sheet.pin.setText("730164")
    QTest.keyClick(sheet.pin, Qt.Key.Key_Escape)
    assert not sheet.isVisible()
    assert (sheet.number.text(), sheet.pin.text()) == ("", "")
    assert QApplication.focusWidget() is not sheet.pin


def test_the_sheet_is_laid_out_and_named_in_every_size(window: Window, session: Session, sheet: SignInSheet) -> None:
    session.need(Act.COPY_FOOTAGE)
    for size in SIZES[100]:
        window.resize(*size)
        still(window)
        assert faults(sheet) == [], size
    assert unspoken(sheet) == []
