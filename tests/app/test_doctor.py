"""Every look of the doctor can fail: on a real home, and a machine whose files are as a test wants them."""

from __future__ import annotations

import json
import shutil
import sqlite3
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app import __version__, doctor
from app.doctor import CHECKS, Finding, Patient, State, examine, worst
from app.exits import Exit
from app.home import RESOURCES, Home
from app.machine import RULES, Machine
from app.start import main
from app.vault.age import Identity
from drivers.camera import Interface, Sighting
from drivers.models import load_models
from tests.app.bench import Bench, noise

CAMERA = Sighting("1-4", "1:7", 0x46F4, 0x0004, (Interface(0, 6, 1, 1),), None)
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="Linux tells these things through files")


@dataclass(frozen=True)
class Box(Machine):
    """A machine whose files lie under `root`, with these devices on its ports."""

    on_ports: tuple[Sighting, ...] = ()
    kept: bool | None = True
    frozen: bool = False

    def sightings(self) -> tuple[Sighting, ...]:
        return self.on_ports

    def clock_kept(self) -> bool | None:
        return self.kept

    def read_only(self, folder: Path) -> bool:
        return self.frozen

    def with_file(self, path: str, text: str = "") -> Box:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return self

    def with_rules(self) -> Box:
        return self.with_file(f"etc/udev/rules.d/{RULES}", (RESOURCES / "udev" / RULES).read_text())

    def with_mount(self, kind: str, source: str = "/dev/sda1") -> Box:
        line = f"1 0 8:1 / / rw - {kind} {source} rw\n"
        self.with_file("sys/class/block/sda1/size", "1")
        return self.with_file("proc/self/mountinfo", line)


@pytest.fixture
def box(tmp_path: Path) -> Box:
    """A machine on which all is right: rules, a camera that may be opened, an ordinary disk."""
    made = Box(tmp_path / "box", (CAMERA,)).with_rules().with_mount("ext4").with_file("dev/bus/usb/001/007")
    return made.with_file("sys/class/block/sda1/dm/uuid", "CRYPT-LUKS2-x")


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """A home with two recordings."""
    bench = Bench(tmp_path)
    bench.plug(bench.camera(files={"A.MP4": noise(50_000), "B.MP4": noise(60_000, 2)}))
    assert len(bench.offload().sealed) == 2
    yield bench
    bench.close()


@contextmanager
def reopened(bench: Bench) -> Iterator[Bench]:
    """The same home, opened anew."""
    again = Bench(bench.folder)
    yield again
    again.close()


def found(bench: Bench, box: Box, code: str, days: float = 0.0) -> Finding:
    """What one check finds, so many days from now, through the whole examination."""
    patient = Patient(bench.home, box, datetime.now(UTC) + timedelta(days=days))
    findings = {finding.code: finding for finding in examine(patient)}
    assert list(findings) == list(CHECKS)
    return findings[code]


def says(bench: Bench, box: Box, code: str, state: State, words: str, days: float = 0.0) -> None:
    finding = found(bench, box, code, days)
    assert (finding.state, words in finding.words) == (state, True), finding
    assert bool(finding.what_to_do) or state in {State.RIGHT, State.UNKNOWN}


def test_a_good_machine_has_little_to_hear(bench: Bench, box: Box) -> None:
    bench.home.records.verified("sergeant", "right")
    findings = examine(Patient(bench.home, box))
    assert {finding.code for finding in findings if finding.state is not State.RIGHT} == {"keys"}
    assert worst(findings) is State.WARN


# -- USB -------------------------------------------------------------------------------------------------------------


def test_a_camera_that_may_not_be_opened(bench: Bench, box: Box) -> None:
    says(bench, box, "usb", State.RIGHT, "may open every docked camera (1)")
    (box.root / "dev/bus/usb/001/007").unlink()
    says(bench, box, "usb", State.WRONG, "may not open the camera on port 1-4")


def test_a_device_that_is_no_camera_does_not_count(bench: Bench, box: Box) -> None:
    stick = Sighting("1-5", "1:9", 0x0781, 0x5567, (Interface(0, 8, 6, 0x50),), None)
    says(bench, Box(box.root, (stick,)), "usb", State.RIGHT, "No camera is docked")


def test_no_libusb(bench: Bench, box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_box: Box) -> tuple[Sighting, ...]:
        raise RuntimeError("the libusb library is missing")

    monkeypatch.setattr(Box, "sightings", missing)
    says(bench, box, "usb", State.UNKNOWN, "libusb library is missing")


@LINUX
def test_rules_that_are_missing_or_old(bench: Bench, box: Box) -> None:
    says(bench, box, "usb-rules", State.RIGHT, "lets who sits here open cameras")
    box.with_file(f"etc/udev/rules.d/{RULES}", "# of last year\n")
    says(bench, box, "usb-rules", State.WARN, "not the file of this version")
    (box.root / "etc/udev/rules.d" / RULES).unlink()
    says(bench, box, "usb-rules", State.WARN, "not installed")


def test_a_program_that_takes_cameras(bench: Bench, box: Box) -> None:
    box.with_file("proc/77/comm", "gvfsd-mtp\n")
    says(bench, box, "usb-others", State.RIGHT, "No other program")
    (box.root / "etc/udev/rules.d" / RULES).unlink()
    says(bench, box, "usb-others", State.WARN, "the desktop's file manager (gvfs-mtp)")
    (box.root / "proc/77/fd").mkdir()
    (box.root / "proc/77/fd/5").symlink_to(box.root / "dev/bus/usb/001/007")
    says(bench, box, "usb-others", State.WRONG, "is held by the desktop's file manager")


def test_every_real_camera_is_in_the_rules() -> None:
    rules = (RESOURCES / "udev" / RULES).read_text()
    real = [model for model in load_models(RESOURCES / "models") if not model.emulated]
    ids = [(match.vendor, match.product) for model in real for match in model.usb if match.by_ids]
    assert ids
    for vendor, product in ids:
        assert f'ATTR{{idVendor}}=="{vendor}", ATTR{{idProduct}}=="{product}", ENV{{ID_DOCKWARDEN}}="1"' in rules
    assert rules.count("idVendor") == len(ids), "a rule for a camera that has no model file"
    assert 'TAG+="uaccess"' in rules


# -- keys ------------------------------------------------------------------------------------------------------------


def test_keys_that_are_gone(bench: Bench, box: Box) -> None:
    says(bench, box, "keys", State.WARN, "kept in a file")
    says(bench, box, "keys-fit", State.RIGHT, "opens what is sealed here")
    (bench.home.folder / "station-keys").unlink()
    with reopened(bench) as again:
        says(again, box, "keys", State.WRONG, "not in")
        says(again, box, "keys-fit", State.WRONG, "not in")


def test_keys_and_settings_that_are_damaged(bench: Bench, box: Box) -> None:
    (bench.home.folder / "station-public.json").write_text("{")
    with reopened(bench) as again:
        says(again, box, "keys", State.WRONG, "is damaged")
        says(again, box, "keys-fit", State.WRONG, "is damaged")
    (bench.home.folder / "settings.toml").write_text("x")
    with reopened(bench) as again:
        says(again, box, "space", State.WRONG, "settings.toml")


def test_keys_of_another_home(bench: Bench, box: Box, tmp_path: Path) -> None:
    with Home(tmp_path / "other") as other:
        assert other.keys.place == "file"
    shutil.copy(tmp_path / "other" / "station-keys", bench.home.folder / "station-keys")
    with reopened(bench) as again:
        says(again, box, "keys-fit", State.WRONG, "not those of this home")


def test_a_database_of_another_station(bench: Bench, box: Box, tmp_path: Path) -> None:
    with Home(tmp_path / "other") as other:
        assert other.records.ledger_size()
    shutil.copy(tmp_path / "other" / "dockwarden.db", bench.home.folder / "dockwarden.db")
    with reopened(bench) as again:
        says(again, box, "keys-fit", State.WRONG, "the keys are of")


def test_a_keyring_that_hangs_delays_nothing_else(bench: Bench, box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    free = threading.Event()
    monkeypatch.setitem(CHECKS, "keys", ("Station keys", lambda _: free.wait(20) and doctor.right("")))
    findings = {finding.code: finding for finding in examine(Patient(bench.home, box), limit_s=2.0)}
    free.set()
    assert findings["keys"].state is State.WRONG
    assert worst(tuple(findings.values())) is State.WRONG
    assert "no answer in time" in findings["keys"].words
    assert findings["database"].state is State.RIGHT


def test_the_waiting_can_be_ended(bench: Bench, box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    free, stop = threading.Event(), threading.Event()
    monkeypatch.setitem(CHECKS, "keys", ("Station keys", lambda _: free.wait(20) and doctor.right("")))
    stop.set()
    began = time.monotonic()
    examine(Patient(bench.home, box), stop, limit_s=1000)
    free.set()
    assert time.monotonic() - began < 500


@pytest.mark.usefixtures("caplog")
def test_a_check_with_a_defect_hides_no_other(bench: Bench, box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(CHECKS, "clock", ("Clock", lambda _: 1 / 0))
    says(bench, box, "clock", State.UNKNOWN, "fault in the program")
    says(bench, box, "database", State.RIGHT, "nothing in its pages is wrong")


def test_recovery_recipients(bench: Bench, box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    says(bench, box, "recovery", State.RIGHT, "try-out")
    monkeypatch.setattr(bench.home.records, "try_out", lambda: False)
    says(bench, box, "recovery", State.WRONG, "no recovery recipient")
    first, second = (str(Identity.generate().recipient) for _ in range(2))
    bench.home.keys.add_recovery(first, "Safe, site A")
    bench.home.records.recovery_proved(first, by="sergeant", how="elsewhere")
    says(bench, box, "recovery", State.WARN, "1 recovery recipient, 1 of them proved")
    bench.home.keys.add_recovery(second, "Safe, site B")
    says(bench, box, "recovery", State.WARN, "2 recovery recipients, 1 of them proved")
    bench.home.records.recovery_proved(second, by="sergeant", how="here")
    says(bench, box, "recovery", State.RIGHT, "2 recovery recipients, 2 of them proved")


# -- clock and disk --------------------------------------------------------------------------------------------------


def test_a_clock_that_is_slow(bench: Bench, box: Box) -> None:
    says(bench, box, "clock", State.RIGHT, "A time server keeps")
    says(bench, box, "clock", State.WRONG, "at least 2", days=-0.1)
    says(bench, box, "clock", State.WRONG, "slow", days=-4000)


@pytest.mark.parametrize(("kept", "state"), [(False, State.WARN), (None, State.UNKNOWN)])
def test_a_clock_that_nobody_is_known_to_keep(bench: Bench, box: Box, kept: bool | None, state: State) -> None:
    says(bench, Box(box.root, kept=kept), "clock", state, "plausible")


@LINUX
def test_this_machine_says_whether_its_clock_is_kept(tmp_path: Path) -> None:
    assert Machine().clock_kept() in {True, False, None}
    assert Machine(tmp_path).clock_kept() is None
    (tmp_path / "run/systemd/timesync").mkdir(parents=True)
    (tmp_path / "run/systemd/timesync/synchronized").touch()
    assert Machine(tmp_path).clock_kept() is True


@LINUX
@pytest.mark.parametrize(
    ("kind", "state", "words"),
    [
        ("xfs", State.RIGHT, "can be written"),
        ("tmpfs", State.WRONG, "in memory"),
        ("vfat", State.WRONG, "no users' rights"),
        ("nfs4", State.WARN, "over the network"),
    ],
)
def test_the_vaults_disk(bench: Bench, box: Box, kind: str, state: State, words: str) -> None:
    says(bench, box.with_mount(kind), "disk", state, words)


@LINUX
def test_a_disk_that_takes_no_writing_or_does_not_tell(bench: Bench, box: Box, tmp_path: Path) -> None:
    frozen = Box(box.root, frozen=True)
    says(bench, frozen, "disk", State.WRONG, "takes no writing")
    says(bench, Box(tmp_path / "nothing"), "disk", State.UNKNOWN, "does not tell")
    assert not Machine().read_only(tmp_path)


def test_a_vault_that_is_not_where_it_should_be(bench: Bench, box: Box) -> None:
    bench.home.vault.folder.rename(bench.home.folder / "unplugged")
    says(bench, box, "disk", State.WRONG, "not in its vault folder")


def test_a_vault_in_which_this_user_may_not_write(bench: Bench, box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.machine.os.access", lambda path, _mode: path != bench.home.vault.folder)
    says(bench, box, "disk", State.WRONG, "may not write")


@LINUX
def test_a_disk_that_is_not_encrypted(bench: Bench, box: Box, tmp_path: Path) -> None:
    says(bench, box, "disk-encrypted", State.RIGHT, "is encrypted")
    (box.root / "sys/class/block/sda1/dm/uuid").unlink()
    says(bench, box, "disk-encrypted", State.WARN, "not encrypted")
    says(bench, box.with_mount("nfs4", "server:/x"), "disk-encrypted", State.UNKNOWN, "cannot be told")


def usage(monkeypatch: pytest.MonkeyPatch, free: int) -> None:
    kind = type(shutil.disk_usage("/"))
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _: kind(10**12, 10**12 - free, free))


def test_room_against_what_came_in(bench: Bench, box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two recordings of 110 kB came in on the one day that this station has."""
    sealed = bench.home.proofs.bytes_sealed()
    floor = 20 * 10**9
    usage(monkeypatch, floor)
    says(bench, box, "space", State.WRONG, "No more recordings are copied")
    usage(monkeypatch, floor + sealed * 3)
    says(bench, box, "space", State.WARN, "lasts 3 days")
    usage(monkeypatch, floor + sealed // 2)
    says(bench, box, "space", State.WARN, "less than a day")
    usage(monkeypatch, floor + sealed * 20)
    says(bench, box, "space", State.RIGHT, "lasts 20 days")
    says(bench, box, "space", State.RIGHT, "Nothing came in", days=8)


def test_the_station_tells_how_long_its_room_lasts(bench: Bench) -> None:
    days = bench.home.station().days_left
    assert days is not None
    assert days > 1000
    assert bench.home.days_left(20 * 10**9 + 7 * bench.home.proofs.bytes_sealed(), 10**12) == pytest.approx(7)


# -- the database ----------------------------------------------------------------------------------------------------


def test_a_damaged_database(bench: Bench, box: Box) -> None:
    says(bench, box, "database", State.RIGHT, "nothing in its pages is wrong")
    path = bench.home.folder / "dockwarden.db"
    bench.home.database.close()
    with closing(sqlite3.connect(path)) as connection:
        query = "SELECT rootpage FROM sqlite_master WHERE name = 'ix_seal_sha256'"
        (root,) = connection.execute(query).fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    data = bytearray(path.read_bytes())
    data[(root - 1) * size + 8 : root * size] = bytes(size - 8)
    path.write_bytes(data)
    says(bench, box, "database", State.WRONG, "damaged")


def test_a_file_that_is_no_database(bench: Bench, box: Box) -> None:
    bench.home.database.close()
    (bench.home.folder / "dockwarden.db").write_bytes(noise(100_000))
    with reopened(bench) as again:
        says(again, box, "database", State.WRONG, "not a database")
        says(again, box, "checkpoint", State.UNKNOWN, "could not be looked at")
        says(again, box, "usb", State.RIGHT, "may open")


def test_a_database_set_up_otherwise(bench: Bench, box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_WANTED", ("wal", 2, 1) if doctor._WANTED[0] == "delete" else ("delete", 3, 1))
    says(bench, box, "database", State.WRONG, "evidence needs")


def test_a_database_too_large_for_a_quick_look(bench: Bench, box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "QUICK_CHECK_S", -1.0)
    monkeypatch.setattr(doctor, "CHECK_STEPS", 1)
    says(bench, box, "database", State.UNKNOWN, "too large")


# -- proofs ----------------------------------------------------------------------------------------------------------


def test_the_full_verification(bench: Bench, box: Box) -> None:
    says(bench, box, "verification", State.WARN, "never verified")
    bench.home.records.verified("sergeant", "wrong")
    says(bench, box, "verification", State.WRONG, "by sergeant, and something was wrong")
    bench.home.records.verified("sergeant", "right")
    says(bench, box, "verification", State.RIGHT, "by sergeant: nothing was wrong")
    says(bench, box, "verification", State.WARN, "long ago", days=100)


def test_recordings_that_nobody_read_again(bench: Bench, box: Box) -> None:
    sealed = datetime.now(UTC)
    assert bench.home.proofs.unproved(sealed) == 2
    says(bench, box, "vault", State.RIGHT, "within 30 days", days=29)
    says(bench, box, "vault", State.WARN, "2 recordings were not read again", days=31)
    first, last = (bench.home.records.recording(one.id).entry or 0 for one in bench.home.records.vault_index())
    bench.home.records.vault_proved(first, first, recordings=1, size=1, result="right")
    bench.home.records.vault_proved(last, last, recordings=1, size=1, result="proof")
    says(bench, box, "vault", State.WRONG, "is damaged in the vault")
    assert bench.home.proofs.unproved(sealed) == 1


def test_a_copy_that_was_broken_off(bench: Bench, box: Box) -> None:
    left = bench.home.vault.folder / "incoming" / f"{'0' * 32}.key"
    left.write_bytes(b"x")
    says(bench, box, "leftovers", State.RIGHT, "No copy")
    says(bench, box, "leftovers", State.WARN, "1 copy was broken off", days=1)


def test_a_ledger_that_nobody_signed_for_a_day(bench: Bench, box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    says(bench, box, "checkpoint", State.RIGHT, "newest checkpoint was signed")
    tomorrow = datetime.now(UTC) + timedelta(days=2)
    monkeypatch.setattr("app.records._now", lambda: tomorrow)
    bench.home.records.verified("sergeant", "right")
    says(bench, box, "checkpoint", State.WARN, "entries came after it", days=2)


def test_a_new_home_has_no_checkpoint_and_nothing_to_verify(tmp_path: Path, box: Box) -> None:
    new = Bench(tmp_path / "new")
    says(new, box, "checkpoint", State.WARN, "no signed checkpoint")
    says(new, box, "verification", State.RIGHT, "Nothing is sealed yet")
    says(new, box, "space", State.RIGHT, "Nothing came in")
    new.close()


# -- the program -----------------------------------------------------------------------------------------------------


def test_without_the_media_extra(bench: Bench, box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    says(bench, box, "media", State.RIGHT, "can be played")
    monkeypatch.setattr(doctor, "find_spec", lambda name: None if name == "av" else object())
    says(bench, box, "media", State.WARN, "PyAV is not installed")


def test_the_program_says_its_version(bench: Bench, box: Box) -> None:
    says(bench, box, "version", State.RIGHT, f"Dockwarden {__version__}")


def test_the_command_tells_every_finding_and_how_it_stands(
    bench: Bench, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    home = ["--home", str(bench.home.folder)]
    assert main([*home, "doctor"]) == Exit.DONE
    assert len(capsys.readouterr().out.splitlines()) == len(CHECKS)
    bench.home.records.verified("sergeant", "wrong")
    assert main([*home, "doctor", "--json"]) == Exit.UNHEALTHY
    told = capsys.readouterr().out.splitlines()
    lines = [json.loads(line) for line in told]
    assert [line["code"] for line in lines] == list(CHECKS)
    (verification,) = (line for line in lines if line["code"] == "verification")
    assert (verification["event"], verification["state"]) == ("finding", "wrong")
