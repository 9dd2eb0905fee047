"""The background verifier on a real vault: it finds what was spoilt, goes on where it was, gives way to lanes."""

from __future__ import annotations

import ctypes
import json
import os
import platform
import sys
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from app import patrol as patrols
from app.board import now
from app.docks import OwnedDocks
from app.owner import Owner
from app.patrol import Patrol
from app.snapshot import BaySnapshot, BayState, Notice, Offload
from drivers.camera import Sighting
from tests.app.bench import LIMIT_S, Bench, noise, run
from tests.app.test_board import Listener

FILES = {f"{number}.MP4": noise(200_000, number) for number in range(5)}


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """A station with five recordings in its vault."""
    bench = Bench(tmp_path)
    bench.plug(bench.camera(files=FILES))
    assert len(bench.offload().sealed) == 5
    yield bench
    bench.close()


@pytest.fixture
def owner(bench: Bench) -> Iterator[Owner]:
    owner = bench.owner()
    yield owner
    owner.close()


@pytest.fixture(autouse=True)
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is looked at once, and again and again."""
    monkeypatch.setattr(patrols, "LOOK_S", 0.01)


def entries(bench: Bench) -> list[dict[str, object]]:
    return [json.loads(entry.body) for entry in bench.home.records.entries()]


def proofs(bench: Bench) -> list[dict[str, object]]:
    return [entry for entry in entries(bench) if entry["kind"] == "vault-proved"]


def wait_for_proofs(bench: Bench, count: int) -> None:
    """Wait until the ledger holds so many proofs of the vault."""
    limit = threading.Event()
    timer = threading.Timer(LIMIT_S, limit.set)
    timer.start()
    while len(proofs(bench)) < count and not limit.wait(0.01):
        pass
    timer.cancel()
    assert len(proofs(bench)) >= count


def spoil(bench: Bench, place: int, suffix: str = "age-payload") -> tuple[str, Path]:
    """Flip one bit in a piece of the recording that was sealed as number `place`; gives its id and the piece."""
    id_ = [pieces.id for pieces in bench.home.records.vault_index()][place]
    (path,) = bench.home.vault.folder.glob(f"*/{id_}.{suffix}")
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    return id_, path


class Clock:
    """The time as tests set it, for the patrol and for what is written; counts how often the patrol asked."""

    def __init__(self) -> None:
        self.ahead = timedelta()
        self.asked = threading.Semaphore(0)

    def __call__(self) -> datetime:
        self.asked.release()
        return self.write()

    def write(self) -> datetime:
        return now() + self.ahead

    def looks(self, count: int = 3) -> None:
        """Wait until it was looked so often again whether anything is due."""
        for _ in range(count):
            assert self.asked.acquire(timeout=LIMIT_S)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("app.records._now", clock.write)
    return clock


@pytest.fixture
def patrol(bench: Bench, owner: Owner, clock: Clock) -> Iterator[Patrol]:
    """A patrol two days after the recordings were sealed, not begun yet."""
    clock.ahead = timedelta(days=2)
    patrol = Patrol(bench.home, owner, clock)
    yield patrol
    patrol.close()


def seals(bench: Bench) -> list[int]:
    return [number for number, entry in enumerate(entries(bench)) if entry["kind"] == "sealed"]


def test_what_is_right_is_one_entry_and_rests_for_a_round(bench: Bench, patrol: Patrol, clock: Clock) -> None:
    patrol.start()
    wait_for_proofs(bench, 1)
    (proof,) = proofs(bench)
    assert (proof["first"], proof["last"]) == (seals(bench)[0], seals(bench)[-1])
    assert (proof["recordings"], proof["result"]) == (5, "right")
    for days in (3, 26.9):
        clock.ahead = timedelta(days=days)
        while clock.asked.acquire(blocking=False):
            pass
        clock.looks()
        assert len(proofs(bench)) == 1
    clock.ahead = timedelta(days=27.1)
    wait_for_proofs(bench, 2)
    assert bench.home.records.verify().entries == bench.home.records.ledger_size()


def test_what_was_sealed_today_is_left_alone(bench: Bench, patrol: Patrol, clock: Clock) -> None:
    clock.ahead = timedelta(hours=23)
    patrol.start()
    clock.looks()
    assert proofs(bench) == []


@pytest.mark.parametrize("suffix", ["age-payload", "key"])
def test_a_flipped_bit_is_an_alarm_a_notice_and_an_entry_and_the_next_are_read(
    bench: Bench, owner: Owner, patrol: Patrol, suffix: str
) -> None:
    listener = Listener()
    owner.follow(listener)
    id_, path = spoil(bench, 2, suffix)
    spoilt = path.read_bytes()
    patrol.start()
    wait_for_proofs(bench, 3)
    number = seals(bench)
    stretches = [(proof["first"], proof["last"], proof["result"]) for proof in proofs(bench)]
    assert stretches == [
        (number[0], number[1], "right"),
        (number[2], number[2], "proof"),
        (number[3], number[4], "right"),
    ]
    (alarm,) = (entry for entry in entries(bench) if entry["kind"] == "alarm")
    assert (alarm["code"], alarm["camera"]) == ("proof", bench.home.records.recording(id_).camera_id)
    with listener.changed:
        assert listener.changed.wait_for(lambda: notices(listener), LIMIT_S)
    (notice,) = notices(listener)
    assert notice.urgent
    assert bench.home.records.recording(id_).name in notice.reason.what_happened
    assert bench.home.proofs.wrong() == [id_]
    assert path.read_bytes() == spoilt, "nothing is repaired or deleted"


def notices(listener: Listener) -> list[Notice]:
    return [event for event in listener.heard if isinstance(event, Notice)]


def test_a_recording_that_was_put_right_is_no_longer_wrong(bench: Bench, patrol: Patrol, clock: Clock) -> None:
    spoil(bench, 4)
    patrol.start()
    wait_for_proofs(bench, 2)
    id_, _ = spoil(bench, 4)
    assert bench.home.proofs.wrong() == [id_]
    clock.ahead = timedelta(days=40)
    wait_for_proofs(bench, 3)
    assert bench.home.proofs.wrong() == []


def test_without_the_key_the_sealed_files_are_read_all_the_same(
    bench: Bench, patrol: Patrol, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench.home, "identity", lambda: None)
    spoil(bench, 0)
    patrol.start()
    wait_for_proofs(bench, 2)
    assert [proof["result"] for proof in proofs(bench)] == ["proof", "right"]


def test_a_slice_is_small_and_the_next_program_goes_on_after_it_in_time(
    bench: Bench, owner: Owner, patrol: Patrol, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One recording a slice: a fifth of the vault, so that the next one is due a fifth of a round later."""
    monkeypatch.setattr(patrols, "SLICE_BYTES", 1)
    patrol.start()
    wait_for_proofs(bench, 1)
    patrol.close()
    after = Patrol(bench.home, owner, clock)
    after.start()
    for days, done in ((6.9, 1), (7.1, 2), (12.2, 3), (17.3, 4), (22.4, 5), (27.5, 6)):
        clock.ahead = timedelta(days=days)
        wait_for_proofs(bench, done)
        while clock.asked.acquire(blocking=False):
            pass
        clock.looks()
        assert len(proofs(bench)) == done
    after.close()
    number = seals(bench)
    assert [proof["first"] for proof in proofs(bench)] == [*number, number[0]]


def test_after_a_long_pause_it_reads_without_rest(
    bench: Bench, patrol: Patrol, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patrols, "SLICE_BYTES", 1)
    clock.ahead = timedelta(days=60)
    assert bench.home.proofs.unproved(clock() - timedelta(days=30)) == 5
    patrol.start()
    wait_for_proofs(bench, 5)
    assert bench.home.proofs.unproved(clock() - timedelta(days=30)) == 0


def test_what_was_proved_while_the_clock_was_wrong_is_proved_again_when_it_is_right(
    bench: Bench, patrol: Patrol, clock: Clock
) -> None:
    clock.ahead = timedelta(days=3000)
    patrol.start()
    wait_for_proofs(bench, 1)
    clock.ahead = timedelta(days=2)
    wait_for_proofs(bench, 2)
    clock.looks()
    assert [proof["recordings"] for proof in proofs(bench)] == [5, 5]
    assert bench.home.records.verify().entries == bench.home.records.ledger_size()


def test_a_stretch_leaves_out_nothing_that_was_sealed_while_the_clock_was_wrong(
    bench: Bench, owner: Owner, clock: Clock
) -> None:
    clock.ahead = timedelta(days=3000)
    bench.plug(bench.camera("CAM-0002", {"X.MP4": noise(1000, 98)}), (1, 2))
    bench.offload()
    clock.ahead = timedelta()
    bench.plug(bench.camera("CAM-0003", {"Y.MP4": noise(1000, 99)}), (1, 3))
    bench.offload()
    clock.ahead = timedelta(days=2)
    patrol = Patrol(bench.home, owner, clock)
    patrol.start()
    wait_for_proofs(bench, 1)
    patrol.close()
    (proof,) = proofs(bench)
    assert (proof["first"], proof["last"], proof["recordings"]) == (seals(bench)[0], seals(bench)[-1], 7)


class Scene:
    """An owner whose bays a test sets to work as the patrol asks for them."""

    def __init__(self, owner: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
        self.board = owner._board(Sighting("9-9", "9-9", 1, 1, ()))
        self.asked = threading.Event()
        self.works_from = 0
        self._count = 0
        self._bays = owner.bays
        monkeypatch.setattr(owner, "bays", self.bays)

    def bays(self) -> tuple[BaySnapshot, ...]:
        """Begin to copy when asked for the time that `works_from` says, counted from 0."""
        if threading.current_thread().name == "patrol":
            if self._count == self.works_from:
                self.board.change(state=BayState.COPYING)
                self.asked.set()
            self._count += 1
        return self._bays()


@pytest.mark.parametrize("works_from", [0, 1, 4], ids=["before the first", "in the first", "later"])
def test_it_stands_still_while_a_lane_works(
    bench: Bench, owner: Owner, patrol: Patrol, monkeypatch: pytest.MonkeyPatch, works_from: int
) -> None:
    scene = Scene(owner, monkeypatch)
    scene.works_from = works_from
    done = threading.Event()
    monkeypatch.setattr(bench.home.records, "vault_proved", lambda *_, **__: done.set())
    patrol.start()
    assert scene.asked.wait(LIMIT_S)
    assert not done.wait(0.3)
    scene.board.change(state=BayState.READY)
    assert done.wait(LIMIT_S)


def test_closing_comes_at_once_and_keeps_what_was_read(
    bench: Bench, owner: Owner, patrol: Patrol, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = Scene(owner, monkeypatch)
    scene.works_from = 5  # before and in each recording: the third is under way
    patrol.start()
    assert scene.asked.wait(LIMIT_S)
    patrol.close()
    assert not any(thread.name == "patrol" for thread in threading.enumerate())
    (proof,) = proofs(bench)
    assert (proof["recordings"], proof["last"]) == (2, seals(bench)[1])


def test_a_vault_that_is_not_there_is_told_once_and_condemns_no_recording(
    bench: Bench, owner: Owner, patrol: Patrol, clock: Clock
) -> None:
    listener = Listener()
    owner.follow(listener)
    folder = bench.home.vault.folder
    folder.rename(folder.with_name("away"))
    folder.mkdir()
    patrol.start()
    with listener.changed:
        assert listener.changed.wait_for(lambda: notices(listener), LIMIT_S)
    clock.looks()
    assert [notice.reason.code for notice in notices(listener)] == ["vault-away"]
    assert proofs(bench) == []
    folder.rmdir()
    folder.with_name("away").rename(folder)
    wait_for_proofs(bench, 1)
    assert proofs(bench)[0]["recordings"] == 5


IOPRIO_GET = {"x86_64": 252, "aarch64": 31}.get(platform.machine())


@pytest.mark.skipif(sys.platform != "linux" or IOPRIO_GET is None, reason="Linux tells a thread's I/O priority")
def test_it_reads_with_the_lowest_priority_and_writes_without_keeping_the_database_waiting(
    bench: Bench, patrol: Patrol, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[tuple[str, int, int]] = []

    def look(what: str) -> None:
        io = ctypes.CDLL(None).syscall(IOPRIO_GET, 1, 0) >> 13
        found.append((what, io, os.getpriority(os.PRIO_PROCESS, threading.get_native_id())))

    write = bench.home.records.vault_proved

    def vault_proved(first: int, last: int, *, recordings: int, size: int, result: str) -> None:
        look("write")
        write(first, last, recordings=recordings, size=size, result=result)

    monkeypatch.setattr(bench.home.vault, "prove", lambda *_: look("read"))
    monkeypatch.setattr(bench.home.records, "vault_proved", vault_proved)
    patrol.start()
    wait_for_proofs(bench, 1)
    assert {(what, io == 3, nice) for what, io, nice in found} == {("read", True, 19), ("write", False, 19)}
    assert os.getpriority(os.PRIO_PROCESS, 0) != 19


@pytest.mark.parametrize("automatic", [True, False])
def test_who_owns_the_docks_and_stays_has_it_and_ends_it(bench: Bench, automatic: bool) -> None:
    docks = OwnedDocks(bench.home, lambda: (bench.source,), automatic=automatic)
    assert any(thread.name == "patrol" for thread in threading.enumerate()) is automatic
    assert run(docks, Offload()).end.failed == 0
    docks.close()
    assert not any(thread.name == "patrol" for thread in threading.enumerate())
