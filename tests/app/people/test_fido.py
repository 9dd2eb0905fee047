"""FIDO2 keys, by a key in software that speaks the messages of a real one."""

from __future__ import annotations

import base64
import contextlib

import pytest

from app.people import fido
from app.people.fido import Asks, KeyTrouble, proves, register
from app.people.roles import Act, authorise
from app.people.values import Actor, Person, Proof, Refused, Role
from app.vault.age import Identity
from db.people import Secret
from tests.app.people.force import OTHER_PIN, Force, row
from tests.app.people.softkey import SoftKey
from tests.app.people.terminal import Command

ASKS = Asks(lambda: "", lambda _words: None)
PERSON = Person("ab" * 16, "20", "S", "", Role.SUPERVISOR, "", "", None, None, active=True, has_pin=True, entry=1)


def test_a_key_that_was_kept_proves_its_owner_each_time() -> None:
    key = SoftKey()
    kept = register(key, PERSON, ASKS)
    assert [proves(key, kept, ASKS) for _ in range(3)] == [True] * 3


def test_another_key_proves_nothing() -> None:
    key, other = SoftKey(), SoftKey()
    kept, others = register(key, PERSON, ASKS), register(other, PERSON, ASKS)
    assert not proves(key, swapped(kept, others), ASKS)
    with pytest.raises(KeyTrouble):
        proves(other, kept, ASKS)


def swapped(kept: str, others: str) -> str:
    """The id of one credential with the public key of another."""
    mine, theirs = (base64.b64decode(one) for one in (kept, others))
    head = 16 + 2 + 32
    return base64.b64encode(mine[:head] + theirs[head:]).decode()


def test_without_user_verification_nothing_is_believed() -> None:
    key = SoftKey()
    kept = register(key, PERSON, ASKS)
    key.verified = False
    assert not proves(key, kept, ASKS)
    with pytest.raises(KeyTrouble):
        register(key, PERSON, ASKS)


def test_what_is_signed_is_what_was_asked() -> None:
    key = SoftKey()
    kept = register(key, PERSON, ASKS)
    key.signs = b"x"
    assert not proves(key, kept, ASKS)
    key.signs, key.rp = b"", "elsewhere.example"
    assert not proves(key, kept, ASKS)


@pytest.mark.parametrize("kept", ["", "x", "AAAA"])
def test_what_is_no_key_proves_nothing(kept: str) -> None:
    with contextlib.suppress(KeyTrouble):
        assert not proves(SoftKey(), kept, ASKS)


def test_no_key_and_several_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for found, words in ((0, "no FIDO2 key"), (2, "several")):
        monkeypatch.setattr(fido.CtapHidDevice, "list_devices", lambda found=found: iter([SoftKey()] * found))
        with pytest.raises(KeyTrouble, match=words):
            fido.plugged_in()


# -- signing in with it ----------------------------------------------------------------------------------------------


def enrolled(home: Force, key: SoftKey) -> None:
    admin = home.admin()
    home.people.take([row("20", role="supervisor")], admin)
    code = home.signin.new_code(home.people.known("20"), admin)
    home.signin.enrol("20", code, OTHER_PIN, key=lambda person: register(key, person, ASKS))


def by_key(home: Force, number: str, key: SoftKey) -> Actor:
    return home.signin.by_key(number, lambda kept: proves(key, kept, ASKS))


def test_a_key_proves_alone_what_takes_two_otherwise(home: Force) -> None:
    key = SoftKey()
    enrolled(home, key)
    actor = by_key(home, "20", key)
    assert (actor.proof, actor.second) == (Proof.STRONG, None)
    authorise(actor, Act.COPY_FOOTAGE)
    home.records.verify()


def test_a_key_is_its_owners_alone(home: Force) -> None:
    key = SoftKey()
    enrolled(home, key)
    for number in ("9000", "nobody"):
        with pytest.raises(Refused) as told:
            by_key(home, number, key)
        assert told.value.rule == "not-allowed"
    home.people.change(home.people.known("20"), home.admin(), active="no")
    with pytest.raises(Refused) as told:
        by_key(home, "20", key)
    assert told.value.rule == "inactive"


def test_a_key_that_was_put_into_the_database_proves_nothing(home: Force) -> None:
    key, other = SoftKey(), SoftKey()
    enrolled(home, key)
    person = home.people.known("20")
    with home.database.write() as session:
        session.get_one(Secret, (person.id, "fido2")).verifier = register(other, person, ASKS)
    for one in (key, other):
        with pytest.raises(Refused):
            by_key(home, "20", one)


def test_enrolling_anew_ends_the_key_of_before(home: Force) -> None:
    key = SoftKey()
    enrolled(home, key)
    home.signin.enrol("20", home.signin.new_code(home.people.known("20"), home.admin()), OTHER_PIN)
    with pytest.raises(Refused):
        by_key(home, "20", key)


def test_the_command_takes_a_key(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    key = SoftKey()
    monkeypatch.setattr(fido.CtapHidDevice, "list_devices", lambda: iter([key]))
    command("setup", "--station", "Kendal", "--admin", "9000")
    (given,) = command("--as", "9000", "people", "enrol", "9000")
    command("--key", "people", "enrol", "9000", "--code", given["code"])
    command.pin(None)
    command("--as", "9000", "--key", "keys", "add-recovery", str(Identity.generate().recipient))
    monkeypatch.setattr(fido.CtapHidDevice, "list_devices", lambda: iter([]))
    command("--as", "9000", "--key", "people", "list", code=5)
