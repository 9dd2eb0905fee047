"""The docks of a window, owned by a process of their own: the real command, on virtual cameras."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from app import beside
from app.beside import owned_beside
from app.docks import SharedDocks
from app.home import Home
from app.link import NoOwner, reach
from app.lock import HomeLock
from app.snapshot import BaySnapshot, BayState, Docks, Event, Notice, Offload, OwnerGone, Sealed
from drivers.virtual.card import RECORDINGS
from drivers.virtual.stock import create_card, serial_of
from tests.app.bench import noise, wait_until
from tests.app.test_board import Listener

ROOT = Path(__file__).resolve().parents[2]
LIMIT_S = 60
NAME = "1234_A_20261123_220000.MP4"


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """A try-out home with one camera and one recording."""
    cards = tmp_path / "home" / "virtual"
    cards.mkdir(parents=True)
    create_card(cards, 1, [])
    (cards / serial_of(1) / RECORDINGS / NAME).write_bytes(noise(100_000))
    with Home(tmp_path / "home") as home:
        yield home


def docks_of(home: Home, *, virtual: bool = True) -> SharedDocks:
    """Docks as the window has them."""
    return SharedDocks(
        home, owned_beside(["--home", str(home.folder), *(["--virtual", "1"] if virtual else [])]), wait=False
    )


def process_of(home: Home) -> int:
    """The process that owns the docks of this home."""
    wanted = str(home.folder).encode()
    for folder in Path("/proc").glob("[0-9]*"):
        words = (folder / "cmdline").read_bytes().split(b"\0") if (folder / "cmdline").exists() else []
        if b"watch" in words and wanted in words:
            return int(folder.name)
    raise AssertionError("no process owns the docks")


def done(docks: Docks) -> None:
    """Wait until the camera has been offloaded."""
    ends = {BayState.READY, BayState.CHARGING}
    wait_until(docks, lambda: [bay.state in ends for bay in docks.bays()] == [True])


def test_all_that_works_for_the_docks_lets_the_window_go_first(home: Home) -> None:
    with docks_of(home) as docks:
        docks.station()
        found, owner = [], process_of(home)
        session = Path(f"/proc/{owner}/autogroup")
        grouped = session.read_text(encoding="ascii") if session.exists() else f"nice {beside.NICE}"
        for thread in Path(f"/proc/{owner}/task").iterdir():
            with suppress(ProcessLookupError):  # it has ended meanwhile
                found.append(os.getpriority(os.PRIO_PROCESS, int(thread.name)))
    assert len(found) > 3
    assert max(beside.NICE, os.getpriority(os.PRIO_PROCESS, 0)) <= min(found)
    if os.geteuid() == 0:  # of others Linux takes ten a second, which the tests beside this one share
        assert grouped.split()[-2:] == ["nice", str(beside.NICE)]


def test_another_process_owns_the_docks_and_the_first_to_follow_hears_all_that_happened(home: Home) -> None:
    with docks_of(home) as docks:
        docks.station()  # waits until they are open
        other = reach(home.folder)
        done(other)
        other.close()
        listener = Listener()
        docks.follow(listener)
        assert [event.name for event in listener.heard if isinstance(event, Sealed)] == [NAME]
        assert docks.act(Offload()).done
        owner = process_of(home)
        assert owner != os.getpid()
    assert not Path(f"/proc/{owner}").exists()
    HomeLock(home.folder).release()


def test_a_process_that_is_killed_is_told_of_and_another_one_takes_its_place(home: Home) -> None:
    with docks_of(home) as docks:
        done(docks)
        gone, back = threading.Event(), threading.Event()

        def hear(event: Event) -> None:
            if isinstance(event, OwnerGone):
                gone.set()
            elif isinstance(event, BaySnapshot) and gone.is_set():
                back.set()

        docks.follow(hear)
        first = process_of(home)
        os.kill(first, signal.SIGKILL)
        assert back.wait(LIMIT_S)
        assert docks.act(Offload()).done
        assert process_of(home) != first


def test_what_stands_in_the_way_is_told_in_the_words_of_the_process(home: Home) -> None:
    (home.folder / "virtual" / serial_of(1) / "card.json").write_text("{")
    with docks_of(home) as docks:
        told, listener = threading.Event(), Listener()
        docks.follow(lambda event: told.set() if isinstance(event, Notice) else None)
        assert told.wait(LIMIT_S)
        docks.follow(listener)
        assert [event.reason.code for event in listener.heard if isinstance(event, Notice)] == ["no-try-out"]


def test_a_process_that_cannot_be_started_is_told_of(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beside, "program", lambda: [str(home.folder / "nothing")])
    with docks_of(home) as docks:
        told: queue.SimpleQueue[Event] = queue.SimpleQueue()
        docks.follow(told.put)
        notice = told.get(timeout=60)
        assert isinstance(notice, Notice)
        assert "cannot be started" in notice.reason.what_happened


def test_docks_that_are_still_being_opened_can_be_left(home: Home) -> None:
    docks = docks_of(home)
    docks.close()
    with pytest.raises(NoOwner):
        docks.station()
    HomeLock(home.folder).release()


STAYS = """
import sys, threading
from pathlib import Path
from tests.app.test_beside import docks_of, done
from app.home import Home
docks = docks_of(Home(Path(sys.argv[1])))
done(docks)
print("ready", flush=True)
threading.Event().wait()
"""


def test_when_the_program_is_killed_its_process_ends_too(home: Home) -> None:
    line = [sys.executable, "-c", STAYS, str(home.folder)]
    with subprocess.Popen(line, cwd=ROOT, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        try:
            assert program.stdout.readline() == "ready\n"
            client, listener = reach(home.folder), Listener()
            client.follow(listener)
        finally:
            program.kill()
        listener.wait_for(OwnerGone())
        client.close()
