"""`keys replace` by the real command: the keyring is lost; an administrator who can sign in and a trail are left."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from app import doctor, keys
from app.doctor import Patient, State
from app.home import Home
from app.ledger.note import VerifierKey
from app.ledger.witness import NotWitnessed, Witness
from app.people import fido
from tests.app.ledger.test_witness import OTHER
from tests.app.people.force import OTHER_PIN, PIN
from tests.app.people.softkey import SoftKey
from tests.app.people.terminal import Command
from tests.app.test_keys import MemoryKeyring

FORCE = (
    "collar,name,rank,role,station,cohort,trained_on,card,active\n"
    "9001,Ada Second,,administrator,Kendal,,,,yes\n"
    "20,Sue Pervisor,Insp,supervisor,Kendal,,,,yes\n"
    "30,Sam Sergeant,Sgt,sergeant,Kendal,,,,yes\n"
    "40,Ann Auditor,,auditor,HQ,,,,yes\n"
)
NEW_PIN, OLD_CODE = "577215", "ABCDEFGHJK"
REPLACE = ("--as", "9000", "--second", "20", "keys", "replace")

Lose = Callable[[], None]
"""Loses the keyring's keys of the home."""


@pytest.fixture
def kendal(command: Command) -> Command:
    """A station that is set up, whose sergeant has a PIN and whose auditor has a code."""
    command("setup", "--station", "Kendal", "--admin", "9000")
    command.take(FORCE)
    command.enrol("30", OTHER_PIN)
    command("--as", "9000", "people", "enrol", "40")
    return command


@pytest.fixture
def lose(monkeypatch: pytest.MonkeyPatch, command: Command) -> Lose:
    """The keys are in a keyring, until they are lost."""
    backend = MemoryKeyring()
    monkeypatch.delenv("DOCKWARDEN_KEYS")
    monkeypatch.setattr(keys, "system_keyring", lambda: backend)

    def lose() -> None:
        assert backend.kept, command.home
        backend.kept.clear()

    return lose


@pytest.fixture
def lose_really(monkeypatch: pytest.MonkeyPatch, command: Command) -> Lose:
    """The same with the Secret Service of this session."""
    monkeypatch.delenv("DOCKWARDEN_KEYS")

    def lose() -> None:
        with Home(command.home) as home:
            assert home.keys.place == "keyring"
            keys.system_keyring().delete_password("dockwarden", home.keys.station)

    return lose


def bodies(command: Command, kind: str) -> list[dict[str, Any]]:
    with Home(command.home) as home:
        found = [json.loads(one.body) for one in home.records.entries(0, 1000)]
    return [one for one in found if one["kind"] == kind]


def id_of(command: Command, collar: str) -> str:
    with Home(command.home) as home:
        return home.people.known(collar).id


def found(command: Command) -> doctor.Finding:
    with Home(command.home) as home:
        (one,) = [one for one in doctor.examine(Patient(home)) if one.code == "keys-replaced"]
        return one


def test_the_way_back_in(lose: Lose, kendal: Command) -> None:
    goes_all_the_way(kendal, lose)


@pytest.mark.keyring
def test_the_way_back_in_on_a_real_secret_service(lose_really: Lose, kendal: Command) -> None:
    goes_all_the_way(kendal, lose_really)


def goes_all_the_way(kendal: Command, lose: Lose) -> None:
    """From the loss to people who sign in again, and to somebody else having seen it."""
    before = bodies(kendal, "credential")
    lose()
    assert kendal("--as", "9000", "people", "list", code=5) == []
    kendal.pin(NEW_PIN)
    (told,) = kendal(*REPLACE)
    assert (told["event"], told["how"]) == ("key-changed", "lost")
    assert "Every other PIN is void (2 people had one)" in kendal.err
    assert "people enrol COLLAR" in kendal.err

    ada, sue = id_of(kendal, "9000"), id_of(kendal, "20")
    (change,) = bodies(kendal, "key-changed")
    assert (change["how"], change["by"], change["second"], "signature" in change) == ("lost", ada, sue, False)
    entered = bodies(kendal, "credential")[len(before) :]
    assert {(one["by"], one["second"]) for one in entered} == {(ada, sue)}
    void = {(one["person"], one["means"]) for one in entered[:-1] if not one["given"]}
    assert void == {(ada, "pin"), (id_of(kendal, "30"), "pin"), (id_of(kendal, "40"), "code")}
    assert (entered[-1]["person"], entered[-1]["means"], entered[-1]["given"]) == (ada, "pin", True)

    people = {one["collar"]: one["has_pin"] for one in kendal("--as", "9000", "people", "list")}
    assert people == {"9000": True, "9001": False, "20": False, "30": False, "40": False}
    kendal.pin(PIN)
    kendal.refused("--as", "9000", "people", "list")
    kendal.pin(OTHER_PIN)
    kendal.refused("--as", "30", "pool", "list")
    is_loud_until_somebody_else_saw_it(kendal)
    kendal("verify")


def is_loud_until_somebody_else_saw_it(kendal: Command) -> None:
    assert found(kendal).state is State.WRONG
    assert "by word of 9000 and 20" in found(kendal).words
    kendal("keys")
    assert "new ones put in their place by word of 9000 and 20" in kendal.err
    kendal.pin(NEW_PIN)
    kendal.refused("--as", "9000", "keys", "seen")
    for collar in ("30", "40"):
        (given,) = kendal("--as", "9000", "people", "enrol", collar)
        kendal.pin(OTHER_PIN)
        kendal("people", "enrol", collar, "--code", given["code"])
        kendal.pin(NEW_PIN)
    kendal.pin(OTHER_PIN)
    kendal.refused("--as", "30", "keys", "seen")
    with Home(kendal.home) as home:
        assert [one.code for one in home.station().warnings if one.code == "keys-replaced"]
    kendal("--as", "40", "keys", "seen")
    (change,) = [n for n, one in enumerate(every(kendal)) if one["kind"] == "key-changed"]
    (read,) = bodies(kendal, "read")
    assert (read["by"], read["what"], read["subject"]) == (id_of(kendal, "40"), "keys-replaced", str(change))
    assert found(kendal).state is State.RIGHT
    with Home(kendal.home) as home:
        assert not [one for one in home.station().warnings if one.code == "keys-replaced"]
    kendal.refused("--as", "40", "keys", "seen", rule="nothing-to-see")


def every(command: Command) -> list[dict[str, Any]]:
    with Home(command.home) as home:
        return [json.loads(one.body) for one in home.records.entries(0, 1000)]


@pytest.mark.parametrize(
    "words",
    [
        ("--as", "9000", "keys", "replace"),
        ("--as", "9000", "--second", "9000", "keys", "replace"),
        ("--as", "9000", "--second", "30", "keys", "replace"),
        ("--as", "20", "--second", "9000", "keys", "replace"),
        ("--as", "30", "--second", "20", "keys", "replace"),
        ("--second", "20", "keys", "replace"),
    ],
)
def test_others_do_not_replace_keys(lose: Lose, kendal: Command, words: tuple[str, ...]) -> None:
    lose()
    kendal.refused(*words)
    assert not bodies(kendal, "key-changed")


@pytest.mark.parametrize("pin", [None, "12345", "abcdef"])
def test_without_a_good_new_pin_nothing_is_replaced(lose: Lose, kendal: Command, pin: str | None) -> None:
    lose()
    kendal.pin(pin)
    kendal.refused(*REPLACE, rule="not-allowed" if pin is None else "bad-pin")
    assert not bodies(kendal, "key-changed")


def test_nobody_who_is_not_active_replaces_keys(lose: Lose, kendal: Command) -> None:
    with Home(kendal.home) as home:
        by = home.signin.by_pin("9000", PIN)
        home.people.change(home.people.known("9001"), by, active="no")
    lose()
    kendal.refused("--as", "9001", "--second", "20", "keys", "replace", rule="inactive")


def test_a_fido2_key_is_used_where_there_is_one_and_still_holds(
    lose: Lose, kendal: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = SoftKey()
    monkeypatch.setattr(fido, "plugged_in", lambda: key)
    (given,) = kendal("--as", "9000", "people", "enrol", "9001")
    kendal("--key", "people", "enrol", "9001", "--code", given["code"])
    lose()
    kendal.pin(NEW_PIN)
    replace = ("--as", "9001", "--second", "20", "keys", "replace")
    assert "FIDO2 key" in kendal.refused(*replace)
    pairs, key.pairs = key.pairs, {}
    assert kendal("--key", *replace, code=5) == []
    key.pairs = pairs
    kendal("--key", *replace)
    kendal("--as", "9001", "people", "list")
    kendal("--as", "9001", "--key", "people", "list")


def test_a_witness_does_not_vouch_for_the_new_key_until_it_is_told(lose: Lose, kendal: Command) -> None:
    witness = Witness(kendal.folder / "witnessed", OTHER)
    with Home(kendal.home) as home:
        witness.know(VerifierKey.of(home.keys.signer()))
        home.records.checkpoint()
        request = home.cosignatures.request(0)
        assert request is not None
        assert witness.answer(request.text())[1] is None
        size = home.records.ledger_size()
    lose()
    kendal.pin(NEW_PIN)
    (told,) = kendal(*REPLACE)
    with Home(kendal.home) as home:
        request = home.cosignatures.request(size)
        assert request is not None
    with pytest.raises(NotWitnessed, match="not signed by"):
        witness.answer(request.text())
    witness.know(VerifierKey.parse(told["log_key"]))
    assert witness.answer(request.text())[1] is None
