"""Signing in: what proves a person, what never does, and how a person comes to a PIN."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.people import pins, signin
from app.people.roles import Act, authorise
from app.people.values import Proof, Refused, Role
from db.people import Credential
from tests.app.people.force import OTHER_PIN, PEPPER, PIN, Force, row


def rule(told: pytest.ExceptionInfo[Refused]) -> str:
    return told.value.rule


def credentials(home: Force, collar: str) -> list[tuple[str, bool]]:
    person = home.people.known(collar).id
    with home.database.read() as session:
        rows = session.scalars(select(Credential).where(Credential.person == person).order_by(Credential.entry))
        return [(one.means, one.given) for one in rows]


def change(home: Force, statement: str, *values: object) -> None:
    """Write into the database as somebody with the file would."""
    with closing(sqlite3.connect(home.folder / "dockwarden.db")) as file, file:
        file.execute(statement, values)


# -- PINs ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "pin",
    [
        *("", "12345", "1234567890123", "12345a"),
        *("٢٧١٨٢٨", "27 1828", "271828\n", "+271828"),
    ],
)
def test_what_is_not_6_to_12_digits_is_no_pin(pin: str) -> None:
    with pytest.raises(Refused) as told:
        pins.check_new(pin)
    assert rule(told) == "bad-pin"
    assert pin not in told.value.what_happened or not pin


@pytest.mark.parametrize("pin", ["123456", "654321", "890123", "000000", "121212", "123123", "9" * 12])
def test_a_pin_that_somebody_would_try_first_is_warned_of(pin: str) -> None:
    assert pins.warning(pin) is not None


def test_ones_own_number_is_warned_of() -> None:
    assert pins.warning("271828", "271828") is not None
    assert pins.warning("271828", "1234") is None


@given(st.from_regex(r"\A[0-9]{6,12}\Z"))
def test_every_number_of_6_to_12_digits_is_a_pin(pin: str) -> None:
    assert pins.check_new(pin) == pin


def test_few_numbers_are_too_weak() -> None:
    assert sum(pins.is_weak(f"{number:06}") for number in range(0, 1_000_000, 17)) < 1_000_000 / 17 / 500


def test_a_verifier_is_good_for_one_person_one_kind_and_one_pepper() -> None:
    kept = pins.verifier(PEPPER, "a", "pin", PIN)
    assert kept.startswith("$argon2id$")
    assert pins.fits(PEPPER, "a", "pin", PIN, kept)
    others = [(PEPPER, "b", "pin", PIN), (PEPPER, "a", "code", PIN), (bytes(31) + b"x", "a", "pin", PIN)]
    for other in [*others, (PEPPER, "a", "pin", OTHER_PIN)]:
        assert not pins.fits(*other, kept)
    for damaged in ("", "x", kept[:-1], kept.replace("argon2id", "argon2i"), "$argon2id$v=19$m=1,t=1,p=1$$"):
        assert not pins.fits(PEPPER, "a", "pin", PIN, damaged)


def test_a_verifier_costs_what_the_second_set_of_rfc_9106_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()  # the cheap ones of these tests
    assert (pins.MEMORY_KIB, pins.PASSES, pins.LANES) == (65536, 3, 4)
    assert "$m=65536,t=3,p=4$" in pins.verifier(PEPPER, "a", "pin", PIN)


# -- the first administrator -----------------------------------------------------------------------------------------


def test_the_first_administrator_signs_in(home: Force) -> None:
    assert not home.people.anyone()
    made = home.signin.set_up("9000", "Kendal", PIN)
    assert (made.collar, made.name, made.role, made.has_pin) == ("9000", "9000", Role.ADMINISTRATOR, True)
    actor = home.signin.by_pin(" 9000 ", PIN)
    assert (actor.person, actor.proof, actor.second) == (made, Proof.PIN, None)
    home.records.verify()


def test_there_is_one_first_administrator(home: Force) -> None:
    home.admin()
    for collar in ("9000", "9001"):
        with pytest.raises(Refused) as told:
            home.signin.set_up(collar, "Kendal", PIN)
        assert rule(told) == "not-allowed"
    assert len(home.people.page()) == 1


@pytest.mark.parametrize(("collar", "pin"), [("9000", ""), ("", PIN), ("=1", PIN)])
def test_without_a_number_and_a_pin_nobody_is_made(home: Force, collar: str, pin: str) -> None:
    before = home.records.ledger_size()
    with pytest.raises(Refused):
        home.signin.set_up(collar, "Kendal", pin)
    assert not home.people.anyone()
    assert home.records.ledger_size() == before


# -- proving ---------------------------------------------------------------------------------------------------------


def test_an_unknown_person_a_wrong_pin_and_no_pin_are_told_alike(home: Force, monkeypatch: pytest.MonkeyPatch) -> None:
    home.people.take([row("12")], home.admin())
    work: list[str] = []
    derive, verify = pins.verifier, pins.fits
    monkeypatch.setattr(pins, "verifier", lambda *given: (work.append("once"), derive(*given))[1])
    monkeypatch.setattr(pins, "fits", lambda *given: (work.append("once"), verify(*given))[1])
    told = []
    for number in ("9000", "12", "nobody", "", "\udcff\x00", "x" * 10_000):
        with pytest.raises(Refused) as refused:
            home.signin.by_pin(number, OTHER_PIN)
        told.append((rule(refused), refused.value.what_happened, refused.value.what_to_do))
    assert len(set(told)) == 1
    assert told[0][0] == "not-allowed"
    assert len(work) == 6


def test_a_card_names_and_proves_little(home: Force) -> None:
    home.people.take([row("12", card="04A1")], home.admin())
    actor = home.signin.by_card("04a1")
    assert (actor.person.collar, actor.proof) == ("12", Proof.CARD)
    authorise(actor, Act.DRAW, actor.person)
    with pytest.raises(Refused):
        authorise(actor, Act.ISSUE)
    with pytest.raises(Refused, match="that card"):
        home.signin.by_card("12")


def test_a_verifier_that_was_put_there_proves_nothing(home: Force) -> None:
    home.enrolled("1", "supervisor", OTHER_PIN)
    victim, mine = home.people.known("9000").id, home.people.known("1").id
    change(
        home, "UPDATE secret SET verifier = ? WHERE person = ?", pins.verifier(PEPPER, victim, "pin", "555111"), victim
    )
    for pin in ("555111", PIN):
        with pytest.raises(Refused):
            home.signin.by_pin("9000", pin)
    change(
        home,
        "UPDATE secret SET verifier = (SELECT verifier FROM secret WHERE person = ?) WHERE person = ?",
        mine,
        victim,
    )
    with pytest.raises(Refused):
        home.signin.by_pin("9000", OTHER_PIN)


def test_an_old_verifier_brought_back_proves_nothing(home: Force) -> None:
    sergeant = home.enrolled("1", "sergeant", PIN).person
    with closing(sqlite3.connect(home.folder / "dockwarden.db")) as file:
        (old,) = file.execute("SELECT verifier FROM secret WHERE person = ?", (sergeant.id,)).fetchone()
    home.signin.enrol("1", home.signin.new_code(sergeant, home.admin()), OTHER_PIN)
    change(home, "UPDATE secret SET verifier = ? WHERE person = ?", old, sergeant.id)
    with pytest.raises(Refused):
        home.signin.by_pin("1", PIN)


def test_an_administrator_stands_in_until_a_sergeant_has_a_pin(home: Force) -> None:
    admin = home.admin()
    home.people.take([row("1", role="sergeant")], admin)
    assert home.signin.at(admin, Act.ISSUE).acting
    assert not home.signin.at(admin, Act.IMPORT_PEOPLE).acting
    authorise(home.signin.at(admin, Act.ISSUE), Act.ISSUE)
    home.signin.enrol("1", home.signin.new_code(home.people.known("1"), admin), OTHER_PIN)
    assert not home.signin.at(admin, Act.ISSUE).acting
    with pytest.raises(Refused):
        authorise(home.signin.at(admin, Act.ISSUE), Act.ISSUE)
    change(home, "DELETE FROM secret WHERE person = ?", home.people.known("1").id)  # the fact stands
    assert not home.signin.at(admin, Act.ISSUE).acting


# -- two people ------------------------------------------------------------------------------------------------------


def test_two_people_prove_what_one_cannot(home: Force) -> None:
    supervisor = home.enrolled("20", "supervisor", OTHER_PIN)
    with pytest.raises(Refused):
        authorise(supervisor, Act.COPY_FOOTAGE)
    two = home.signin.with_second(supervisor, "9000", PIN)
    assert (two.person.collar, two.second and two.second.collar, two.proof) == ("20", "9000", Proof.STRONG)
    authorise(two, Act.COPY_FOOTAGE)


@pytest.mark.parametrize(
    ("second", "pin"), [("20", OTHER_PIN), ("30", OTHER_PIN), ("9000", OTHER_PIN), ("9000", ""), ("77", PIN)]
)
def test_no_second_person_no_strong_proof(home: Force, second: str, pin: str) -> None:
    supervisor = home.enrolled("20", "supervisor", OTHER_PIN)
    home.people.take([row("30", role="sergeant")], home.signin.with_second(home.admin(), "20", OTHER_PIN))
    home.signin.enrol("30", home.signin.new_code(home.people.known("30"), home.admin()), OTHER_PIN)
    with pytest.raises(Refused) as told:
        home.signin.with_second(supervisor, second, pin)
    assert rule(told) == "not-allowed"


# -- enrolling -------------------------------------------------------------------------------------------------------


def test_a_person_enrols_with_a_code_once(home: Force) -> None:
    admin = home.admin()
    home.people.take([row("12", role="sergeant")], admin)
    code = home.signin.new_code(home.people.known("12"), admin)
    assert len(code) >= 8
    typed = f" {code[:5].lower()}-{code[5:]} "
    person = home.signin.enrol("12", typed, PIN, card="04FF")
    assert (person.has_pin, person.card) == (True, "04FF")
    assert home.signin.by_pin("04ff", PIN).person == person
    assert credentials(home, "12") == [("code", True), ("code", False), ("pin", True)]
    with pytest.raises(Refused):
        home.signin.enrol("12", code, OTHER_PIN)
    home.signin.by_pin("12", PIN)
    for secret in (code, PIN):
        assert secret.encode() not in (home.folder / "dockwarden.db").read_bytes()
    home.records.verify()


def test_a_new_code_ends_the_one_before(home: Force) -> None:
    admin = home.admin()
    home.people.take([row("12")], admin)
    first, second = (home.signin.new_code(home.people.known("12"), admin) for _ in range(2))
    assert first != second
    with pytest.raises(Refused):
        home.signin.enrol("12", first, PIN)
    home.signin.enrol("12", second, PIN)


def test_what_fails_uses_up_no_code(home: Force) -> None:
    admin = home.admin()
    home.people.take([row("12"), row("34", card="77")], admin)
    code = home.signin.new_code(home.people.known("12"), admin)
    for pin, card, wanted in (("12345", None, "bad-pin"), (PIN, "77", "bad-card"), (PIN, "34", "bad-card")):
        with pytest.raises(Refused) as told:
            home.signin.enrol("12", code, pin, card)
        assert rule(told) == wanted
    assert home.signin.enrol("12", code, PIN, "88").card == "88"


@pytest.mark.parametrize(("hours", "fits"), [(23.9, True), (24.1, False), (-1, False)])
def test_a_code_is_good_for_a_day(home: Force, hours: float, fits: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    admin = home.admin()
    home.people.take([row("12")], admin)
    code = home.signin.new_code(home.people.known("12"), admin)

    class Later(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return datetime.now(UTC) + timedelta(hours=hours)

    monkeypatch.setattr(signin, "datetime", Later)
    if fits:
        home.signin.enrol("12", code, PIN)
    else:
        with pytest.raises(Refused) as told:
            home.signin.enrol("12", code, PIN)
        assert rule(told) == "not-allowed"


def test_only_administrators_give_codes_and_to_active_people(home: Force) -> None:
    sergeant = home.enrolled("1", "sergeant", OTHER_PIN)
    home.people.take([row("12", active="no"), row("13")], home.admin())
    with pytest.raises(Refused) as told:
        home.signin.new_code(home.people.known("13"), sergeant)
    assert rule(told) == "not-allowed"
    with pytest.raises(Refused) as told:
        home.signin.new_code(home.people.known("12"), home.admin())
    assert rule(told) == "inactive"


def test_an_administrator_does_not_take_a_second_persons_place(home: Force) -> None:
    admin, supervisor = home.admin(), home.enrolled("20", "supervisor", OTHER_PIN)
    home.signin.new_code(supervisor.person, admin)  # nobody else could be asked
    two = home.signin.with_second(admin, "20", OTHER_PIN)
    home.people.take([row("21", role="supervisor")], two)
    home.signin.enrol("21", home.signin.new_code(home.people.known("21"), admin), OTHER_PIN)
    with pytest.raises(Refused, match="second person"):
        home.signin.new_code(supervisor.person, admin)
    with pytest.raises(Refused, match="whom this is about"):
        home.signin.new_code(supervisor.person, two)
    home.signin.new_code(supervisor.person, home.signin.with_second(admin, "21", OTHER_PIN))
