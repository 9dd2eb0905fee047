"""A plain copy: logged before its first byte, whole or not there at all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from app.errors import Trouble
from app.exits import Exit
from app.home import Home
from app.opening import CopyFailed, CopyStopped, KeyLost, write_copy
from app.records import NoSuchRecording
from app.start import main
from app.vault.errors import CannotOpen
from app.verbs.vault import recording_words
from tests.app.bench import Bench, noise

ROOT = Path(__file__).resolve().parents[2]
CONTENT = noise(200_000)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path)
    bench.plug(bench.camera(files={"A.MP4": CONTENT}))
    bench.offload()
    yield bench
    bench.close()


@pytest.fixture
def recording(bench: Bench) -> str:
    (facts,) = bench.home.records.recordings()
    return facts.id


def openings(bench: Bench) -> int:
    return sum('"kind":"opened"' in entry.body for entry in bench.home.records.entries())


def test_a_copy_is_the_recording_for_its_owner_alone_and_logged(bench: Bench, recording: str, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    write_copy(bench.home, recording, tmp_path / "copy.mp4", "sergeant", lambda done, of: told.append((done, of)))
    assert (tmp_path / "copy.mp4").read_bytes() == CONTENT
    assert (tmp_path / "copy.mp4").stat().st_mode & 0o777 == 0o600
    assert [done for done, _ in told] == [65_536, 131_072, 196_608, 200_000]
    assert {of for _, of in told} == {200_000}
    assert openings(bench) == 1


def test_the_entry_is_there_before_the_first_byte(bench: Bench, recording: str, tmp_path: Path) -> None:
    logged: list[int] = []
    write_copy(bench.home, recording, tmp_path / "copy.mp4", "s", lambda _done, _of: logged.append(openings(bench)))
    assert logged[0] == 1


def test_no_entry_no_copy(bench: Bench, recording: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise Trouble("The ledger takes nothing.")

    monkeypatch.setattr(bench.home.records, "opened", refused)
    with pytest.raises(Trouble, match="takes nothing"):
        write_copy(bench.home, recording, tmp_path / "copy.mp4", "s")
    assert not (tmp_path / "copy.mp4").exists()


def test_a_stopped_copy_leaves_nothing(bench: Bench, recording: str, tmp_path: Path) -> None:
    stop = threading.Event()
    with pytest.raises(CopyStopped):
        write_copy(bench.home, recording, tmp_path / "copy.mp4", "s", lambda _done, _of: stop.set(), stop)
    assert not (tmp_path / "copy.mp4").exists()
    assert openings(bench) == 1


def test_a_terminal_that_is_closed_leaves_nothing_of_a_copy(
    bench: Bench, recording: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(home: Home, id_: str, path: Path, by: str) -> None:
        write_copy(home, id_, path, by, lambda _done, _of: os.kill(os.getpid(), signal.SIGHUP))

    monkeypatch.setattr("app.verbs.vault.write_copy", interrupted)
    before = {one: signal.getsignal(one) for one in (signal.SIGTERM, signal.SIGHUP)}
    signal.signal(signal.SIGHUP, lambda _number, _frame: None)
    words = ["--home", str(bench.home.folder), "recordings", "open", recording, "-o", str(tmp_path / "copy.mp4")]
    try:
        assert main(words) == Exit.INTERRUPTED
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
    assert not (tmp_path / "copy.mp4").exists()


KILLED = """
import os, signal, sys
from pathlib import Path
from app import opening
from app.home import Home
if sys.argv[4] == "named":
    opening.OPEN_FILES = "/nowhere"
with Home(Path(sys.argv[1])) as home:
    die = lambda _done, _of: os.kill(os.getpid(), signal.SIGKILL)
    opening.write_copy(home, sys.argv[2], Path(sys.argv[3]), "s", die)
"""
"""A copy that is killed after its first chunk."""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere every file has a name")
@pytest.mark.parametrize(("how", "left"), [("nameless", []), ("named", ["copy.mp4.partial"])])
def test_what_a_kill_leaves_of_a_copy_is_nothing_or_says_what_it_is(
    bench: Bench, recording: str, tmp_path: Path, how: str, left: list[str]
) -> None:
    target = tmp_path / "chosen"
    target.mkdir()
    words = [str(bench.home.folder), recording, str(target / "copy.mp4"), how]
    done = subprocess.run([sys.executable, "-c", KILLED, *words], cwd=ROOT, check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL
    assert [one.name for one in target.iterdir()] == left


@pytest.mark.parametrize("place", ["/proc/self/fd", "/nowhere"])
def test_what_comes_in_the_way_of_a_copy_is_not_overwritten(
    bench: Bench, recording: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """With files that have no name until they are whole, and without."""
    monkeypatch.setattr("app.opening.OPEN_FILES", place)
    path = tmp_path / "copy.mp4"
    with pytest.raises(CopyFailed, match="exists"):
        write_copy(bench.home, recording, path, "s", lambda _done, _of: path.write_bytes(b"mine") and None)
    assert path.read_bytes() == b"mine"
    assert not path.with_name("copy.mp4.partial").exists()
    write_copy(bench.home, recording, tmp_path / "other.mp4", "s")
    assert (tmp_path / "other.mp4").read_bytes() == CONTENT


def test_what_a_container_claims_cannot_steer_a_terminal(bench: Bench, recording: str) -> None:
    facts = msgspec.structs.replace(bench.home.records.recording(recording), flags=("\x1b[2J",), serial="\x1b[1m")
    assert "\x1b" not in recording_words(facts)


def test_nothing_is_overwritten(bench: Bench, recording: str, tmp_path: Path) -> None:
    (tmp_path / "copy.mp4").write_bytes(b"mine")
    with pytest.raises(CopyFailed, match="exists"):
        write_copy(bench.home, recording, tmp_path / "copy.mp4", "s")
    assert (tmp_path / "copy.mp4").read_bytes() == b"mine"
    assert openings(bench) == 0


def test_a_damaged_recording_gives_no_half_copy(bench: Bench, recording: str, tmp_path: Path) -> None:
    payload = next(bench.home.vault.folder.glob("*/*.age-payload"))
    sealed = bytearray(payload.read_bytes())
    sealed[100_000] ^= 1
    payload.chmod(0o600)
    payload.write_bytes(sealed)
    with pytest.raises(CannotOpen):
        write_copy(bench.home, recording, tmp_path / "copy.mp4", "s")
    assert not (tmp_path / "copy.mp4").exists()


def test_an_unknown_recording_is_said_to_be(bench: Bench, tmp_path: Path) -> None:
    with pytest.raises(NoSuchRecording):
        write_copy(bench.home, "0" * 32, tmp_path / "copy.mp4", "s")
    assert not (tmp_path / "copy.mp4").exists()


def test_without_the_key_another_way_is_named(
    bench: Bench, recording: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench.home, "identity", lambda: None)
    with pytest.raises(KeyLost) as lost:
        write_copy(bench.home, recording, tmp_path / "copy.mp4", "s")
    assert "age -d" in lost.value.what_to_do
