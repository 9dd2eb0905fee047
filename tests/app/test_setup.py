"""The first start: recovery keys made, added and proved with the real `age`; what is told of a folder; the verbs."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import re
import select
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from app import recovery, setup
from app.home import Home
from app.keys import KeysDamaged
from app.recovery import NotProved, SealedTestNotWritten
from app.setup import Told, judge, mount_of, tell_of
from app.start import main
from app.vault.age import Identity

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def new_key(folder: Path, name: str = "key.txt") -> str:
    """A key made elsewhere by the real age-keygen; its recipient."""
    subprocess.run(["age-keygen", "-o", folder / name], check=True, capture_output=True)
    return subprocess.run(
        ["age-keygen", "-y", folder / name], check=True, capture_output=True, text=True
    ).stdout.strip()


def word_in(file: Path, key: Path) -> str:
    return subprocess.run(["age", "-d", "-i", key, file], check=True, capture_output=True, text=True).stdout.strip()


# -- a key made elsewhere --------------------------------------------------------------------------------------------


def test_a_recipient_is_proved_by_the_word_that_age_finds(home: Home, tmp_path: Path) -> None:
    recipient = new_key(tmp_path)
    recovery.add(home, recipient, "Safe B")
    recovery.write_test(home, "Safe B", tmp_path / "t.age")
    word = word_in(tmp_path / "t.age", tmp_path / "key.txt")
    assert word in recovery.words()
    assert [one.proved for one in recovery.standings(home)] == [False]
    with Home(home.folder) as later:  # the program was started again in between
        recovery.prove_word(later, recipient, f" {word.upper()} ")
    assert [(one.proved, one.tested) for one in recovery.standings(home)] == [(True, False)]
    assert recovery.warning(home) is None


def test_the_expected_word_is_nowhere_in_clear(home: Home, tmp_path: Path) -> None:
    recipient = new_key(tmp_path)
    recovery.add(home, recipient, "")
    recovery.write_test(home, recipient, tmp_path / "t.age")
    word = word_in(tmp_path / "t.age", tmp_path / "key.txt").encode()
    kept = b"".join(path.read_bytes() for path in home.folder.rglob("*") if path.is_file())
    assert word not in kept
    assert recipient.encode() in kept


def test_only_its_own_word_proves_and_three_wrong_ones_end_the_test(home: Home, tmp_path: Path) -> None:
    first, second = new_key(tmp_path, "1.txt"), new_key(tmp_path, "2.txt")
    for number, recipient in enumerate((first, second), 1):
        recovery.add(home, recipient, str(number))
        recovery.write_test(home, recipient, tmp_path / f"{number}.age")
    word = word_in(tmp_path / "1.age", tmp_path / "1.txt")
    wrong = next(one for one in recovery.words() if one != word)
    for what_to_do in ("Look again", "Look again", "new test file"):
        with pytest.raises(NotProved, match="not the word") as refused:
            recovery.prove_word(home, first, wrong)
        assert what_to_do in refused.value.what_to_do
    with pytest.raises(NotProved, match="No test file"):
        recovery.prove_word(home, first, word)
    assert [(one.proved, one.tested) for one in recovery.standings(home)] == [(False, False), (False, True)]


def test_what_is_typed_in_place_of_a_word_or_a_recipient_is_refused_and_not_shown(home: Home, tmp_path: Path) -> None:
    recipient, secret = new_key(tmp_path), recovery.make().secret_text()
    recovery.add(home, recipient, "")
    recovery.write_test(home, recipient, tmp_path / "t.age")
    with pytest.raises(NotProved, match="not the word"):
        recovery.prove_word(home, recipient, "\udcff")
    with pytest.raises(NotProved) as refused:
        recovery.prove_word(home, secret, "word")
    assert secret not in refused.value.what_happened


@pytest.mark.parametrize("salt", ["zz" * 16, "00"])
def test_expected_words_that_somebody_changed_are_refused(home: Home, tmp_path: Path, salt: str) -> None:
    recipient = new_key(tmp_path)
    recovery.add(home, recipient, "")
    expected = {recipient: {"salt": salt, "digest": "0" * 64}}
    (home.folder / recovery.TESTS_FILE).write_text(json.dumps(expected))
    with pytest.raises(KeysDamaged, match="cannot be read"):
        recovery.prove_word(home, recipient, "word")


def test_a_test_file_overwrites_nothing_and_a_failed_one_counts_for_nothing(home: Home, tmp_path: Path) -> None:
    recipient = new_key(tmp_path)
    recovery.add(home, recipient, "")
    recovery.write_test(home, recipient, tmp_path / "t.age")
    word, taken = word_in(tmp_path / "t.age", tmp_path / "key.txt"), tmp_path / "taken"
    taken.write_text("mine")
    for path in (taken, tmp_path / "no" / "such" / "folder"):
        with pytest.raises(SealedTestNotWritten):
            recovery.write_test(home, recipient, path)
    assert taken.read_text() == "mine"
    recovery.prove_word(home, recipient, word)


def test_a_recipient_that_nothing_is_sealed_to_gets_no_test(home: Home, tmp_path: Path) -> None:
    with pytest.raises(NotProved, match="not sealed to"):
        recovery.write_test(home, new_key(tmp_path), tmp_path / "t.age")
    assert not (tmp_path / "t.age").exists()


def test_the_words_are_256_plain_ones() -> None:
    words = recovery.words()
    assert len(set(words)) == len(words) == 256
    assert all(re.fullmatch(r"[a-z]{4,10}", word) for word in words)


# -- a key made here -------------------------------------------------------------------------------------------------


def test_a_key_made_here_is_proved_by_its_paper_and_kept_nowhere(home: Home, tmp_path: Path) -> None:
    identity = recovery.make()
    secret = identity.secret_text()
    with pytest.raises(NotProved, match="not the end"):
        recovery.prove_here(home, identity, "Safe A", secret[-8:-1] + "?")
    assert recovery.standings(home) == ()
    recovery.prove_here(home, identity, "Safe A", f" {secret[-8:-4].lower()} {secret[-4:]} ")
    assert [(one.label, one.proved) for one in recovery.standings(home)] == [("Safe A", True)]
    kept = b"".join(path.read_bytes() for path in home.folder.rglob("*") if path.is_file())
    assert secret.encode() not in kept
    assert secret[-20:].encode() not in kept
    assert [path for path in home.folder.iterdir() if path.name.startswith("recovery-test-")] == []


def test_a_key_that_opens_nothing_is_not_added(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    identity, opened = recovery.make(), []

    class Fails(Identity):
        def unwrap(self, stanza: object) -> None:  # type: ignore[override]
            opened.append(stanza)

    broken = Fails(identity._key)
    with pytest.raises(Exception, match="wrapped for other keys"):
        recovery.prove_here(home, broken, "", broken.secret_text())
    assert opened
    assert recovery.standings(home) == ()


# -- what is said at every start -------------------------------------------------------------------------------------


def test_what_would_be_lost_is_said_until_a_key_is_proved(home: Home, tmp_path: Path) -> None:
    assert "lost with it" in next(one for one in home.station().warnings if one.code == "recovery").what_happened
    recovery.add(home, new_key(tmp_path), "")
    assert "proved" in next(one for one in home.station().warnings if one.code == "recovery").what_happened
    identity = recovery.make()
    recovery.prove_here(home, identity, "", identity.secret_text())
    assert [one for one in home.station().warnings if one.code == "recovery"] == []


def test_a_try_out_says_nothing_of_recovery(home: Home) -> None:
    assert [one for one in home.station(virtual=True).warnings if one.code == "recovery"] == []


def test_the_guided_start_is_wanted_until_two_keys_or_put_off(home: Home, tmp_path: Path) -> None:
    assert setup.is_wanted(home)
    for name in ("1", "2"):
        recovery.add(home, new_key(tmp_path, name), name)
    assert not setup.is_wanted(home)
    with Home(tmp_path / "other") as other:
        setup.put_off(other)
        assert not setup.is_wanted(other)


# -- what can be told of a folder ------------------------------------------------------------------------------------

MOUNTS = r"""22 1 254:0 / / rw,relatime - ext4 /dev/mapper/root rw
23 22 0:21 / {there} rw shared:1 - tmpfs tmpfs rw
24 22 0:22 / {there}/my\040disk rw - nfs4 server:/vault rw
"""


def block(folder: Path, name: str, uuid: str = "", slaves: tuple[str, ...] = (), rotational: str = "") -> None:
    made = folder / name
    (made / "slaves").mkdir(parents=True)
    for slave in slaves:
        (made / "slaves" / slave).mkdir()
    for place, text in (("dm/uuid", uuid), ("queue/rotational", rotational)):
        if text:
            (made / place).parent.mkdir()
            (made / place).write_text(text + "\n")


def told(found: tuple[Told, ...], what: str) -> Told:
    return next(one for one in found if one.what == what)


@pytest.fixture
def proc(tmp_path: Path) -> Path:
    (tmp_path / "proc" / "self").mkdir(parents=True)
    (tmp_path / "there" / "my disk").mkdir(parents=True)
    (tmp_path / "proc" / "self" / "mountinfo").write_text(MOUNTS.replace("{there}", str(tmp_path / "there")))
    return tmp_path / "proc"


def test_the_deepest_mount_holds_a_folder(proc: Path, tmp_path: Path) -> None:
    kinds = [mount_of(tmp_path / one, proc) for one in ("there/my disk", "there", ".")]
    assert [one and one.kind for one in kinds] == ["nfs4", "tmpfs", "ext4"]


def test_network_and_memory_are_doubted(proc: Path, tmp_path: Path) -> None:
    network = tell_of(tmp_path / "there" / "my disk" / "vault", proc, tmp_path)
    assert told(network, "File system").doubt
    assert "cannot be told from here" in told(network, "Forced writes").words
    memory = tell_of(tmp_path / "there", proc, tmp_path)
    assert "gone with the next start" in told(memory, "File system").words
    assert told(memory, "Forced writes").doubt
    assert list((tmp_path / "there" / "my disk").iterdir()) == []


@pytest.mark.parametrize(
    ("devices", "encrypted"),
    [
        ({"root": ("CRYPT-LUKS2-1", ("sda",)), "sda": ("", ())}, True),
        ({"root": ("LVM-1", ("luks",)), "luks": ("CRYPT-LUKS2-1", ("sda",)), "sda": ("", ())}, True),
        ({"root": ("LVM-1", ("luks", "sdb")), "luks": ("CRYPT-LUKS2-1", ()), "sdb": ("", ())}, False),
        ({"root": ("", ())}, False),
    ],
)
def test_a_disk_is_encrypted_only_when_every_way_down_is(
    proc: Path, tmp_path: Path, devices: dict[str, tuple[str, tuple[str, ...]]], encrypted: bool
) -> None:
    for name, (uuid, slaves) in devices.items():
        block(tmp_path / "block", name, uuid, slaves)
    found = told(tell_of(tmp_path, proc, tmp_path / "block"), "Encryption")
    assert found.words.startswith("the disk is encrypted") is encrypted
    assert found.doubt is not encrypted


def test_what_cannot_be_told_is_said_to_be_so(tmp_path: Path) -> None:
    found = tell_of(tmp_path, tmp_path / "no-proc", tmp_path / "no-sys")
    assert "cannot be told" in told(found, "File system").words
    assert "cannot be told" in told(found, "Encryption").words
    assert "not known" in told(found, "Forced writes").words


@pytest.mark.parametrize(
    ("name", "rotational", "ms", "doubt", "words"),
    [
        ("sda", "1", 0.2, True, "cannot be as quick"),
        ("sda", "1", 12.0, False, "no proof"),
        ("nvme0n1", "0", 0.01, True, "cannot be as quick"),
        ("nvme0n1", "0", 0.8, False, "no proof"),
        ("vda", "1", 0.2, False, "virtual disk"),
        ("sda", "", 5.0, False, "not known"),
    ],
)
def test_a_write_quicker_than_its_disk_is_doubted(
    tmp_path: Path, name: str, rotational: str, ms: float, doubt: bool, words: str
) -> None:
    block(tmp_path, name, rotational=rotational)
    found = judge("Forced writes", "They took some time", ms, (tmp_path / name,))
    assert found.doubt is doubt
    assert words in found.words


def test_a_partition_is_judged_by_its_disk(tmp_path: Path) -> None:
    block(tmp_path / "devices", "sda", rotational="1")
    block(tmp_path / "devices" / "sda", "sda1")
    (tmp_path / "devices" / "sda" / "sda1" / "partition").write_text("1\n")
    (tmp_path / "sda1").symlink_to(tmp_path / "devices" / "sda" / "sda1")
    assert [one.name for one in setup.disks_of(setup.device("sda1", tmp_path))] == ["sda"]


# -- the verbs -------------------------------------------------------------------------------------------------------


def run(home: Home, *words: str, code: int = 0) -> None:
    assert main(["--home", str(home.folder), *words]) == code


def test_setup_by_options_may_run_twice(home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keys = [new_key(tmp_path, name) for name in ("1", "2")]
    options = ["setup", "--station", "Kendal", "--vault", str(tmp_path / "vault")]
    options += ["--recovery", keys[0], "--label", "Safe A", "--recovery", keys[1]]
    for _time in range(2):
        run(home, *options, "--json")
        said = capsys.readouterr()
        found = msgspec.json.decode(said.out)
        assert (found["station_name"], found["vault_folder"]) == ("Kendal", str(tmp_path / "vault"))
        assert [(one["recipient"], one["label"]) for one in found["recovery"]] == [(keys[0], "Safe A"), (keys[1], "")]
        assert "No recovery key has been proved" in said.err
    run(home, "setup", "--label", "of nothing", code=2)


def test_setup_says_that_a_try_out_needs_none(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    run(home, "--virtual", "2", "setup", "--station", "Kendal")
    assert "try-out" in capsys.readouterr().err
    assert not home.settings_file.exists()


def test_settings_are_shown_and_set(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    run(home, "settings", "set", "parallel_lanes", "8")
    run(home, "settings", "set", "free_space_floor", "")
    run(home, "settings", "set", "parallel_lanes", "80", code=6)
    run(home, "settings", "set", "lanes", "8", code=6)
    assert "1 to 64" in capsys.readouterr().err
    run(home, "settings", "--json")
    assert msgspec.json.decode(capsys.readouterr().out)["parallel_lanes"] == 8


def test_a_key_is_proved_by_the_command(home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    recipient = new_key(tmp_path)
    run(home, "keys", "add-recovery", recipient, "--label", "Safe B")
    run(home, "keys", "prove-recovery", "Safe B", "--write", str(tmp_path / "t.age"))
    run(home, "keys", "prove-recovery", recipient, "--word", "nothing", code=4)
    run(home, "keys", "prove-recovery", recipient, "--word", word_in(tmp_path / "t.age", tmp_path / "key.txt"))
    capsys.readouterr()
    run(home, "keys", "--json")
    said = capsys.readouterr()
    assert msgspec.json.decode(said.out)["recovery"] == [{"recipient": recipient, "label": "Safe B", "proved": True}]
    assert "recovery key" not in said.err


def test_a_new_secret_gets_into_no_pipe(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    run(home, "keys", "make-recovery", code=6)
    said = capsys.readouterr()
    assert "AGE-SECRET-KEY" not in said.out + said.err


class Terminal:
    """The command in a terminal of its own. `said` is what was not read yet."""

    def __init__(self, home: Home, *words: str) -> None:
        self.home = home
        self.said = self.read = ""
        self.pid, self.handle = pty.fork()
        if not self.pid:
            os.chdir(ROOT)
            os.execv(sys.executable, [sys.executable, "-m", "app", "--home", str(home.folder), *words])

    def until(self, words: str) -> str:
        """Read as far as these words."""
        while words not in self.said:
            ready, _write, _odd = select.select([self.handle], [], [], 60)
            assert ready, f"nothing more than: {self.read} | {self.said}"
            self.said += os.read(self.handle, 4096).decode(errors="replace")
        before, found, self.said = self.said.partition(words)
        self.read += before + found
        return before + found

    def type(self, line: str) -> None:
        os.write(self.handle, f"{line}\n".encode())

    def end(self) -> int:
        with contextlib.suppress(OSError):  # the other end has gone
            while os.read(self.handle, 4096):
                pass
        os.close(self.handle)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def name_administrator(terminal: Terminal) -> None:
    """The first administrator: two PINs that are not the same, then the same ones, which are not echoed."""
    for again in ("482916", "482915"):
        terminal.until("first administrator (Enter: not now): ")
        terminal.type("9000")
        terminal.until("as on lists: ")
        terminal.type("Reay, A.")
        terminal.until("Enter: later): ")
        terminal.type("")
        terminal.until("6 to 12 digits: ")
        terminal.type("482915")
        assert "482915" not in terminal.until("The same again: ")
        terminal.type(again)
    terminal.until("Station ")


def test_a_person_sets_a_station_up_in_a_terminal(home: Home, tmp_path: Path) -> None:
    recipient = new_key(tmp_path)
    terminal = Terminal(home, "setup")
    terminal.until("Name of the station")
    terminal.type("x" * 61)
    terminal.until("1 to 60 characters")
    terminal.until("Name of the station")
    terminal.type("Kendal")
    assert "Forced writes" in terminal.until("Vault folder")
    terminal.type("")
    terminal.until("Enter: ")
    terminal.type("m")
    terminal.until("kept?")
    terminal.type("Safe A")
    shown = terminal.until("last 8 characters")
    secret = re.search(r"AGE-SECRET-KEY-1[0-9A-Z]+", shown)
    assert secret
    terminal.type(secret[0][-8:])
    assert "\x1b[3J" in terminal.until("(1 so far)")
    terminal.until("Enter: ")
    terminal.type(recipient)
    terminal.until("kept?")
    terminal.type("Safe B")
    terminal.until("not now): ")
    terminal.type(str(tmp_path / "t.age"))
    terminal.until("Enter: ")
    terminal.type("")
    name_administrator(terminal)
    assert terminal.end() == 0
    assert home.settings.station_name == "Kendal"
    admin = home.signin.by_pin("9000", "482915").person
    assert (admin.name, admin.card, admin.role) == ("Reay, A.", None, "administrator")
    assert [(one.label, one.proved, one.tested) for one in recovery.standings(home)] == [
        ("Safe A", True, False),
        ("Safe B", False, True),
    ]
    assert str(Identity.parse(secret[0]).recipient) == recovery.standings(home)[0].recipient
    assert recovery.standings(home)[0].added <= datetime.now(UTC)
