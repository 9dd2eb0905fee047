"""Station keys: made once, kept where it is said, never made anew in silence, never shown."""

from __future__ import annotations

import os
import re
import subprocess
import threading
import traceback
from collections.abc import Iterator
from pathlib import Path

import keyring.errors
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from keyring.backend import KeyringBackend

from app import keys as keys_module
from app.keys import (
    LOCK_FILE,
    PUBLIC_FILE,
    SECRET_FILE,
    KeyringUnreachable,
    KeysDamaged,
    KeysLost,
    KeysNotKept,
    KeysTrouble,
    RecoveryRefused,
    Secrets,
    StationKeys,
    ask,
    system_keyring,
)
from app.vault import Vault
from app.vault.age import Identity
from tests.app.vault.samples import key_path, payload_path, seal


class MemoryKeyring(KeyringBackend):
    """A keyring that works."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password


class ForgettingKeyring(MemoryKeyring):
    """A keyring that takes everything and keeps nothing, as the library's null backend does."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Forget it."""


class FailingKeyring(MemoryKeyring):
    """A keyring that raises, with the secret in its text."""

    def __init__(self, failure: type[Exception]) -> None:
        super().__init__()
        self.failure = failure

    def get_password(self, service: str, username: str) -> str | None:
        raise self.failure("AGE-SECRET-KEY-1 in a backend's text")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise self.failure(password)


class HangingKeyring(MemoryKeyring):
    """A keyring that does not answer until the test is over."""

    def __init__(self, over: threading.Event) -> None:
        super().__init__()
        self.over = over

    def get_password(self, service: str, username: str) -> str | None:
        self.over.wait()
        return None

    def set_password(self, service: str, username: str, password: str) -> None:
        self.over.wait()


@pytest.fixture
def with_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the keyring be asked: each test brings its own."""
    monkeypatch.delenv("DOCKWARDEN_KEYS")


@pytest.fixture
def hanging(monkeypatch: pytest.MonkeyPatch) -> Iterator[HangingKeyring]:
    monkeypatch.setattr(keys_module, "KEYRING_LIMIT_S", 0.05)
    over = threading.Event()
    yield HangingKeyring(over)
    over.set()
    for thread in threading.enumerate():
        if thread.name == "keyring":
            thread.join()


def public_of(station_keys: StationKeys) -> tuple[str, str, bytes]:
    return station_keys.station, station_keys.recipient, station_keys.signer().public_key


def test_keys_in_a_file(tmp_path: Path) -> None:
    made = StationKeys.open(tmp_path)
    assert made.place == "file"
    assert (tmp_path / SECRET_FILE).stat().st_mode & 0o777 == 0o600
    assert (tmp_path / PUBLIC_FILE).stat().st_mode & 0o777 == 0o600
    again = StationKeys.open(tmp_path)
    assert public_of(again) == public_of(made)
    for one in (made, again):
        identity = one.identity_or_none()
        assert identity is not None
        assert str(identity.recipient) == one.recipient
        warning = one.warning()
        assert warning is not None
        assert "kept in a file, because DOCKWARDEN_KEYS=file asks for it." in warning[0]
    assert {path.name for path in tmp_path.iterdir()} == {SECRET_FILE, PUBLIC_FILE}


def test_the_age_command_opens_recordings_with_the_file(tmp_path: Path) -> None:
    station_keys = StationKeys.open(tmp_path)
    vault = Vault(tmp_path / "vault")
    identity = station_keys.identity_or_none()
    assert identity is not None
    sealed = seal(vault, b"evidence", identity)
    data = key_path(vault, sealed.id).read_bytes() + payload_path(vault, sealed.id).read_bytes()
    command = ["age", "-d", "-i", str(tmp_path / SECRET_FILE)]
    assert subprocess.run(command, input=data, capture_output=True, check=True).stdout == b"evidence"


def test_the_signer_signs(tmp_path: Path) -> None:
    signer = StationKeys.open(tmp_path).signer()
    Ed25519PublicKey.from_public_bytes(signer.public_key).verify(signer.sign(b"head"), b"head")
    assert signer.name.startswith("dockwarden-")


@pytest.mark.usefixtures("with_keyring")
def test_keys_in_the_keyring(tmp_path: Path) -> None:
    backend = MemoryKeyring()
    made = StationKeys.open(tmp_path, lambda: backend)
    assert list(backend.kept) == [("dockwarden", made.station)]
    assert {path.name for path in tmp_path.iterdir()} == {PUBLIC_FILE}
    again = StationKeys.open(tmp_path, lambda: backend)
    assert public_of(again) == public_of(made)
    assert (again.place, again.warning()) == ("keyring", None)
    assert again.identity_or_none() is not None
    assert again.signer().sign(b"head") == made.signer().sign(b"head")


@pytest.mark.usefixtures("with_keyring")
@pytest.mark.parametrize("failure", [keyring.errors.NoKeyringError, keyring.errors.KeyringLocked, OSError, ValueError])
def test_without_a_usable_keyring_a_file_and_a_warning(failure: type[Exception], tmp_path: Path) -> None:
    made = StationKeys.open(tmp_path, lambda: FailingKeyring(failure))
    assert made.place == "file"
    warning = made.warning()
    assert warning is not None
    assert "no keyring could be used" in warning[0]
    assert StationKeys.open(tmp_path, lambda: FailingKeyring(failure)).identity_or_none() is not None


@pytest.mark.usefixtures("with_keyring")
def test_a_keyring_that_forgets_is_not_trusted(tmp_path: Path) -> None:
    assert StationKeys.open(tmp_path, ForgettingKeyring).place == "file"


@pytest.mark.usefixtures("with_keyring")
def test_a_keyring_that_hangs_holds_nobody_up(hanging: HangingKeyring, tmp_path: Path) -> None:
    new, old = tmp_path / "new", tmp_path / "old"
    new.mkdir()
    old.mkdir()
    assert StationKeys.open(new, lambda: hanging).place == "file"
    StationKeys.open(old, MemoryKeyring)
    later = StationKeys.open(old, lambda: hanging)
    assert later.identity_or_none() is None
    assert later.place == "nowhere"
    assert later.warning() == ("The keyring of this user does not answer.", KeyringUnreachable.what_to_do)


@pytest.mark.usefixtures("with_keyring")
def test_a_lost_keyring_still_seals_and_never_makes_new_keys(tmp_path: Path) -> None:
    made = StationKeys.open(tmp_path, MemoryKeyring)
    before = (tmp_path / PUBLIC_FILE).read_bytes()
    lost = StationKeys.open(tmp_path, MemoryKeyring)
    assert public_of(lost) == public_of(made)
    assert lost.recipients() == made.recipients()
    assert (lost.place, lost.identity_or_none()) == ("nowhere", None)
    with pytest.raises(KeysLost, match="no longer in the keyring"):
        lost.secrets()
    with pytest.raises(KeysLost):
        lost.signer().sign(b"head")
    assert lost.warning() == ("The station's secret keys are no longer in the keyring.", KeysLost.what_to_do)
    assert (tmp_path / PUBLIC_FILE).read_bytes() == before
    assert not (tmp_path / SECRET_FILE).exists()


def test_a_lost_file_is_not_made_anew(tmp_path: Path) -> None:
    StationKeys.open(tmp_path)
    (tmp_path / SECRET_FILE).unlink()
    with pytest.raises(KeysLost, match=SECRET_FILE):
        StationKeys.open(tmp_path).secrets()
    assert not (tmp_path / SECRET_FILE).exists()


@pytest.mark.usefixtures("with_keyring")
def test_no_secret_is_shown(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    backend = MemoryKeyring()
    made = StationKeys.open(tmp_path, lambda: backend)
    secrets = made.secrets()
    hidden = [secrets.identity.secret_text(), secrets.ledger.private_bytes_raw().hex()]
    shown = [repr(made), repr(secrets), repr(secrets.identity), repr(vars(made)), caplog.text]
    shown.append((tmp_path / PUBLIC_FILE).read_text())
    for failing in (FailingKeyring(ValueError), FailingKeyring(keyring.errors.KeyringLocked)):
        with pytest.raises(KeyringUnreachable) as raised:
            ask(lambda failing=failing: failing.set_password("dockwarden", "x", secrets.text()))  # type: ignore[misc]
        shown.append("".join(traceback.format_exception(raised.value)))
    backend.kept["dockwarden", made.station] = secrets.text() + "x"
    with pytest.raises(KeysDamaged) as damaged:
        StationKeys.open(tmp_path, lambda: backend).secrets()
    shown.append("".join(traceback.format_exception(damaged.value)))
    assert not any(secret in text for secret in hidden for text in shown)


def test_keys_of_another_home_are_refused(tmp_path: Path) -> None:
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        StationKeys.open(tmp_path / name)
    (tmp_path / "one" / SECRET_FILE).write_bytes((tmp_path / "other" / SECRET_FILE).read_bytes())
    with pytest.raises(KeysDamaged, match="not those of this home"):
        StationKeys.open(tmp_path / "one").secrets()


def test_a_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    StationKeys.open(tmp_path)
    (tmp_path / SECRET_FILE).chmod(0o640)
    with pytest.raises(KeysDamaged, match="Other users"):
        StationKeys.open(tmp_path).secrets()


@pytest.mark.parametrize("data", [b"", b"{}", b"\xff", b'{"station": 5}', b"x" * 300_000])
def test_damaged_public_halves_are_refused_and_left(data: bytes, tmp_path: Path) -> None:
    (tmp_path / PUBLIC_FILE).write_bytes(data)
    with pytest.raises(KeysDamaged, match=PUBLIC_FILE):
        StationKeys.open(tmp_path)
    assert (tmp_path / PUBLIC_FILE).read_bytes() == data


@pytest.mark.parametrize("text", ["", "AGE-SECRET-KEY-1", "\udcff"])
def test_a_damaged_secret_file_is_refused(text: str, tmp_path: Path) -> None:
    StationKeys.open(tmp_path)
    (tmp_path / SECRET_FILE).write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(KeysDamaged, match="damaged"):
        StationKeys.open(tmp_path).secrets()


def test_a_run_cut_off_between_the_two_files_is_taken_up(tmp_path: Path) -> None:
    made = StationKeys.open(tmp_path)
    (tmp_path / PUBLIC_FILE).unlink()
    assert public_of(StationKeys.open(tmp_path)) == public_of(made)


def test_many_at_once_make_one_set_of_keys(tmp_path: Path) -> None:
    start = threading.Barrier(6)
    found: list[tuple[str, str, bytes]] = []

    def make() -> None:
        start.wait()
        found.append(public_of(StationKeys.open(tmp_path)))

    threads = [threading.Thread(target=make) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 6
    assert len(set(found)) == 1
    assert StationKeys.open(tmp_path).identity_or_none() is not None


def test_recovery_recipients(tmp_path: Path) -> None:
    station_keys, recovery = StationKeys.open(tmp_path), Identity.generate()
    running = StationKeys.open(tmp_path)
    added = station_keys.add_recovery(f" {recovery.recipient} ", " Head office, safe 2 ")
    assert (added.recipient, added.label) == (str(recovery.recipient), "Head office, safe 2")
    assert added.added.tzinfo is not None
    for one in (station_keys, running, StationKeys.open(tmp_path)):
        assert one.recovery == (added,)
        assert [str(recipient) for recipient in one.recipients()] == [one.recipient, added.recipient]
    second = running.add_recovery(str(Identity.generate().recipient), "")
    assert station_keys.recovery == (added, second)


@pytest.mark.parametrize(
    ("recipient", "label"),
    [
        ("age1nonsense", "x"),
        ("", "x"),
        (Identity.generate().secret_text(), "x"),
        ("age1" + "q" * 52 + "zzzzzz", "x"),
        (str(Identity.generate().recipient), "x" * 61),
        (str(Identity.generate().recipient), "two\nlines"),
    ],
    ids=["nonsense", "empty", "a secret key", "wrong checksum", "long label", "label of two lines"],
)
def test_a_wrong_recovery_recipient_is_refused(recipient: str, label: str, tmp_path: Path) -> None:
    station_keys = StationKeys.open(tmp_path)
    with pytest.raises(RecoveryRefused) as refused:
        station_keys.add_recovery(recipient, label)
    assert "SECRET" not in refused.value.what_happened.replace("AGE-SECRET-KEY-)", "")
    assert station_keys.recovery == ()


def test_recipients_that_are_added_at_the_same_time_are_all_kept(tmp_path: Path) -> None:
    StationKeys.open(tmp_path)
    started = threading.Barrier(4)

    def add() -> None:
        station_keys = StationKeys.open(tmp_path)
        started.wait(10)
        for _ in range(5):
            station_keys.add_recovery(str(Identity.generate().recipient), "")

    adding = [threading.Thread(target=add) for _ in range(4)]
    for one in adding:
        one.start()
    for one in adding:
        one.join()
    assert len(StationKeys.open(tmp_path).recovery) == 20


def test_a_recipient_is_added_once_and_not_the_stations_own(tmp_path: Path) -> None:
    station_keys, recovery = StationKeys.open(tmp_path), str(Identity.generate().recipient)
    station_keys.add_recovery(recovery, "safe")
    for text in (recovery, recovery.upper(), station_keys.recipient):
        with pytest.raises(RecoveryRefused, match="already"):
            station_keys.add_recovery(text, "again")
    assert len(station_keys.recovery) == 1


def test_a_full_disk_is_named_and_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    station_keys = StationKeys.open(tmp_path)
    before = (tmp_path / PUBLIC_FILE).read_bytes()

    def full(handle: int, data: memoryview) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(KeysNotKept, match="No space left"):
        station_keys.add_recovery(str(Identity.generate().recipient), "safe")
    assert (tmp_path / PUBLIC_FILE).read_bytes() == before
    assert {path.name for path in tmp_path.iterdir()} == {SECRET_FILE, PUBLIC_FILE, LOCK_FILE}


def test_a_mistyped_switch_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKWARDEN_KEYS", "flie")
    with pytest.raises(KeysTrouble, match="DOCKWARDEN_KEYS"):
        StationKeys.open(tmp_path)


@pytest.mark.parametrize("name", ["keyring.backends.null.Keyring", "keyring.backends.fail.Keyring"])
def test_the_environment_cannot_swap_the_keyring(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", name)
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
    with pytest.raises(LookupError, match="no keyring"):
        system_keyring()


def test_secrets_text_round_trip() -> None:
    made = Secrets.generate()
    assert Secrets.parse(made.text(), "here").fit(made.public())


@pytest.mark.parametrize("place", ["file", "keyring"])
def test_a_home_from_before_pins_gets_its_pepper_when_it_is_needed(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend = MemoryKeyring()
    if place == "keyring":
        monkeypatch.delenv("DOCKWARDEN_KEYS")
    made = StationKeys.open(tmp_path, lambda: backend)
    old = re.sub("# pepper.*\n", "", made.secrets().text())
    if place == "keyring":
        backend.kept["dockwarden", made.station] = old
    else:
        (tmp_path / SECRET_FILE).write_text(old)
    two = [StationKeys.open(tmp_path, lambda: backend) for _ in range(2)]
    assert [one.secrets().pepper for one in two] == [b"", b""]
    assert two[0].place == place
    pepper = two[0].pepper()
    assert len(pepper) == 32
    assert two[1].pepper() == pepper == StationKeys.open(tmp_path, lambda: backend).pepper()
    assert two[0].secrets().identity.secret_text() == made.secrets().identity.secret_text()
    if place == "file":
        assert (tmp_path / SECRET_FILE).stat().st_mode & 0o777 == 0o600


@pytest.mark.keyring
@pytest.mark.usefixtures("with_keyring")
def test_a_real_secret_service(tmp_path: Path) -> None:
    made = StationKeys.open(tmp_path)
    again = StationKeys.open(tmp_path)
    assert again.place == "keyring"
    assert again.identity_or_none() is not None
    assert public_of(again) == public_of(made)
    system_keyring().delete_password("dockwarden", made.station)
    assert StationKeys.open(tmp_path).place == "nowhere"
