"""Changing the station's keys: the ledger follows, broken off anywhere it goes on, and nobody does it alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app import rotation
from app.home import Home
from app.keys import SECRET_FILE, KeysTrouble
from app.ledger import verify_export
from app.ledger.note import Checkpoint, KeySigner, NoteInvalid, VerifierKey, sign_checkpoint
from app.ledger.verify import LedgerBroken
from app.people.values import Actor, Person, Proof, Refused, Role
from app.vault.age import Recipient


def somebody(collar: str, role: Role) -> Person:
    return Person(
        id=collar * 32,
        collar=collar,
        name=f"Person {collar}",
        rank="",
        role=role,
        station="",
        cohort="",
        trained_on=None,
        card=None,
        active=True,
        has_pin=True,
        entry=0,
    )


ADA, SUE = somebody("1", Role.ADMINISTRATOR), somebody("2", Role.SUPERVISOR)
BOTH = Actor(ADA, Proof.NONE, SUE)
PIN = "271828"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    monkeypatch.setenv("DOCKWARDEN_KEYS", "file")
    home = Home(tmp_path / "home")
    home.records.checkpoint()
    yield home
    home.close()


def key(home: Home) -> VerifierKey:
    return VerifierKey.of(home.keys.signer())


def exported(home: Home, folder: Path, *expected: str) -> list[str]:
    home.records.export(folder, "ada")
    return verify_export.check(folder, *expected)


def test_a_rotated_key_signs_on_and_every_verifier_follows(home: Home, tmp_path: Path) -> None:
    old, kept = key(home), home.records.checkpoint()
    recipient, pepper = home.keys.recipient, home.keys.pepper()
    rotation.rotate(home, ADA, SUE)
    new = key(home)
    assert new != old
    home.records.bay("1-1")
    assert home.records.verify((kept, home.records.checkpoint())).lost == ()
    assert (home.keys.recipient, home.keys.pepper()) == (recipient, pepper)
    said = exported(home, tmp_path / "bundle", old.fingerprint)
    assert f"Key fingerprint {new.fingerprint}" in said
    verify_export.check(tmp_path / "bundle", new.fingerprint, put(tmp_path / "kept", kept))
    assert old.public_key.hex() not in (home.folder / SECRET_FILE).read_text()


def put(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def test_the_old_key_signs_nothing_after_the_change(home: Home) -> None:
    secret = home.keys.secrets().ledger
    thief = KeySigner(home.keys.signer().name, secret)
    rotation.rotate(home, ADA, SUE)
    home.records.bay("1-1")
    size = home.records.ledger_size()
    forged = sign_checkpoint(Checkpoint(thief.name, size, bytes(32)), thief)
    with pytest.raises(LedgerBroken, match="A checkpoint held outside: the note is not signed by"):
        home.records.verify((forged,))
    with pytest.raises(NoteInvalid):
        home.records.keys().open(forged)


def test_another_process_that_was_open_signs_with_the_new_key(home: Home) -> None:
    with Home(home.folder) as other:
        before = key(other)
        rotation.rotate(home, ADA, SUE)
        other.records.bay("1-1")
        other.records.checkpoint()
        assert key(other) == key(home) != before
        assert other.records.verify().entries == home.records.ledger_size()


@pytest.mark.parametrize("step", ["stage", "key_changed", "adopt"])
def test_a_change_that_was_broken_off_is_not_begun_or_goes_on(
    home: Home, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Broken off after each step: the home opens, signs and verifies, and can change its key again."""
    where = home.records if step == "key_changed" else home.keys
    done = getattr(where, step)

    def then_die(*words: object, **more: object) -> object:
        done(*words, **more)
        raise InterruptedError(step)

    monkeypatch.setattr(where, step, then_die)
    old = key(home)
    with pytest.raises(InterruptedError):
        rotation.rotate(home, ADA, SUE)
    with Home(home.folder) as again:
        again.records.bay("1-1")
        again.records.checkpoint()
        assert again.records.verify().entries == again.records.ledger_size()
        assert (key(again) == old) == (step == "stage")
        rotation.rotate(again, ADA, SUE)
        assert again.records.verify().entries == again.records.ledger_size()


@pytest.mark.parametrize(("by", "second"), [(ADA, None), (ADA, ADA), (ADA, somebody("3", Role.OFFICER))])
def test_nobody_changes_a_key_alone(home: Home, by: Person, second: Person | None) -> None:
    before = key(home)
    with pytest.raises(Refused):
        rotation.rotate(home, by, second)
    (home.folder / SECRET_FILE).unlink()
    with Home(home.folder) as lost, pytest.raises(Refused):
        rotation.replace(lost, Actor(by, Proof.NONE, second), PIN)
    assert key(home) == before


def test_lost_keys_are_replaced_and_it_is_said_aloud(home: Home, tmp_path: Path) -> None:
    old, recipient = key(home), home.keys.recipient
    (home.folder / SECRET_FILE).unlink()
    with Home(home.folder) as lost:
        rotation.replace(lost, BOTH, PIN)
        new = key(lost)
        assert new != old
        assert [str(one) for one in lost.keys.recipients()] != [recipient]
        assert Recipient.parse(lost.keys.recipient)
        assert lost.keys.secrets().fit(lost.keys.public)
        change = lost.records.ledger_size() - 3
        assert lost.records.verify().lost == (change,)
        said = exported(lost, tmp_path / "bundle")
        assert any(line.startswith(f"NOTE entry {change}: the station's key was lost") for line in said)
        verify_export.check(tmp_path / "bundle", new.fingerprint)
        with pytest.raises(verify_export.Wrong, match="that you expect was lost at entry"):
            verify_export.check(tmp_path / "bundle", old.fingerprint)
        assert f"entry {change}: the station" in (tmp_path / "bundle" / "page.html").read_text()


@pytest.mark.parametrize("step", ["make_anew", "begin_anew"])
def test_a_replacement_that_was_broken_off_is_done_again(
    home: Home, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home.folder / SECRET_FILE).unlink()
    with Home(home.folder) as lost:
        where = lost.signin if step == "begin_anew" else lost.keys
        done = getattr(where, step)

        def then_die(*words: object, **more: object) -> object:
            done(*words, **more)
            raise InterruptedError(step)

        monkeypatch.setattr(where, step, then_die)
        with pytest.raises(InterruptedError):
            rotation.replace(lost, BOTH, PIN)
    with Home(home.folder) as again:
        if step == "make_anew":
            rotation.replace(again, BOTH, PIN)
        again.records.checkpoint()
        assert len(again.records.verify().lost) == 1
        assert again.keys.secrets().fit(again.keys.public)


def test_keys_that_are_there_are_not_replaced(home: Home) -> None:
    with pytest.raises(KeysTrouble, match="are not lost"):
        rotation.replace(home, BOTH, PIN)


def test_a_change_that_the_old_key_did_not_sign_is_found(home: Home, tmp_path: Path) -> None:
    thief = Ed25519PrivateKey.generate()
    new = thief.public_key().public_bytes_raw()
    home.records.key_changed(new, "rotated", thief.sign(new), by=ADA.id, second=SUE.id)
    size = home.records.ledger_size()
    with pytest.raises(LedgerBroken, match=f"change of the key by entry {size - 1} is not signed by the key before"):
        home.records.verify()


def test_a_change_by_one_person_is_found(home: Home) -> None:
    secret = home.keys.secrets().ledger
    home.records.key_changed(bytes(32), "rotated", secret.sign(bytes(32)), by=ADA.id, second=ADA.id)
    with pytest.raises(LedgerBroken, match="is by one person alone"):
        home.records.verify()
