"""Docks that outlive their owner, in one process: two programs that stay, on one home."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import cast

import pytest

from app.docks import OwnedDocks, SharedDocks, open_docks, owned_here
from app.errors import HomeBusy, WrongKindOfHome
from app.home import Home
from app.link import Client, NoOwner
from app.lock import HomeLock
from app.owner import Owner
from app.snapshot import BayState, Event, Notice, Offload, OwnerGone, StationView
from drivers.presence import Source
from tests.app.bench import Bench, noise, run, wait_until
from tests.app.custody.force import Force
from tests.app.test_board import Listener
from tests.app.test_link import Station


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path)
    bench.plug(bench.camera(files={"A.MP4": noise(100_000)}))
    yield bench
    bench.close()


def test_the_first_owns_and_the_second_sees_the_same(bench: Bench) -> None:
    first = open_docks(bench.home, owned_here(bench.home, lambda: (bench.source,)))
    with Home(bench.home.folder) as home:
        second = open_docks(home, owned_here(home, lambda: pytest.fail("a client looks for no cameras")))
        assert isinstance(first, OwnedDocks)
        assert isinstance(second, Client)
        wait_until(second, lambda: [bay.state for bay in second.bays()] == [BayState.READY])
        assert second.bays() == first.bays()
        done = run(second, Offload())
        assert done.end.failed == 0
        second.close()
    first.close()


def test_when_the_owner_ends_the_other_takes_over_and_says_so(bench: Bench) -> None:
    first = SharedDocks(bench.home, owned_here(bench.home, lambda: (bench.source,)))
    with Home(bench.home.folder) as home, SharedDocks(home, owned_here(home, lambda: (bench.source,))) as second:
        wait_until(second, lambda: [bay.state for bay in second.bays()] == [BayState.READY])
        listener = Listener()
        second.follow(listener)
        first.close()
        listener.wait_for(OwnerGone())
        wait_until(second, lambda: second.act(Offload()).done)
        with pytest.raises(HomeBusy):
            HomeLock(home.folder)


def test_docks_that_are_not_waited_for_open_behind_the_window(bench: Bench) -> None:
    may_look = threading.Event()

    def sources() -> tuple[Source, ...]:
        may_look.wait()
        return (bench.source,)

    with SharedDocks(bench.home, owned_here(bench.home, sources), wait=False) as docks:
        listener = Listener()
        docks.follow(listener)
        refused = docks.act(Offload())
        assert not refused.done
        assert "still being opened" in refused.words
        may_look.set()
        assert [bay.bay for bay in docks.bays()] == ["A1"]
        wait_until(docks, lambda: [bay.state for bay in docks.bays()] == [BayState.READY])
        assert any(isinstance(event, StationView) for event in listener.heard)


def test_docks_that_cannot_be_opened_are_told_of_once_and_can_be_left(bench: Bench) -> None:
    def sources() -> tuple[Source, ...]:
        tried.release()
        raise WrongKindOfHome("This home holds evidence.", "Use another.")

    tried = threading.Semaphore(0)
    docks = SharedDocks(bench.home, owned_here(bench.home, sources), wait=False)
    early, late = Listener(), Listener()
    docks.follow(early)
    with ThreadPoolExecutor() as asking:
        station = asking.submit(docks.station)
        for _ in range(2):
            assert tried.acquire(timeout=30)
        docks.follow(late)
        docks.close()
        with pytest.raises(NoOwner, match="closed before"):
            station.result()
    for listener in (early, late):
        told = [event.reason.what_happened for event in listener.heard if isinstance(event, Notice)]
        assert set(told) == {"This home holds evidence."}
    assert len(late.heard) == 1


class Gone(Station):
    """Docks whose owner has ended, which is said anew while they are left."""

    def follow(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        self.heard_by = listener
        listener(OwnerGone())
        return lambda: None

    def close(self) -> None:
        self.heard_by(OwnerGone())
        super().close()


def test_an_owner_that_says_twice_that_it_ends_costs_the_next_one_nothing(bench: Bench) -> None:
    opened: list[Station] = []
    bound = threading.Event()

    def own(_unless: Callable[[], bool]) -> OwnedDocks | Client:
        if opened:
            assert bound.wait(30)
            assert not docks._lost.is_set(), "the next one would be given up as soon as it is there"
        opened.append(Station() if opened else Gone())
        return cast("OwnedDocks | Client", opened[-1])

    with SharedDocks(bench.home, own) as docks:
        listener = Listener()
        docks.follow(listener)
        bound.set()
        listener.wait_for(opened[0].station())
    assert [type(one) for one in opened] == [Gone, Station]


def test_docks_can_be_left_while_those_of_an_owner_that_ended_are(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Slow(Gone):
        def close(self) -> None:
            assert left.wait(30)
            super().close()

    left = threading.Event()
    docks = SharedDocks(bench.home, lambda _unless: cast("OwnedDocks | Client", Slow()))
    keeper_ends = docks._keeper.join

    def join() -> None:
        left.set()  # `close` has said all that it says
        keeper_ends(30)

    monkeypatch.setattr(docks._keeper, "join", join)
    docks.close()
    assert not docks._keeper.is_alive()


def test_whose_a_docked_camera_is_to_be_is_shown_whoever_handed_it_out(bench: Bench) -> None:
    with (
        SharedDocks(bench.home, owned_here(bench.home, lambda: (bench.source,))) as docks,
        Home(bench.home.folder) as other,
    ):
        wait_until(docks, lambda: [bay.state for bay in docks.bays()] == [BayState.READY])
        force = Force(other.database, other.records)
        officer = force.hire("1361")
        force.add("BWV-1", serial="CAM-0001")
        wait_until(docks, lambda: docks.bays()[0].asset == "BWV-1")
        force.custody.issue("BWV-1", "1361", officer)
        wait_until(docks, lambda: docks.bays()[0].issued_to == "1361")
        force.custody.take_back("BWV-1", "Not taken out in time.")
        wait_until(docks, lambda: docks.bays()[0].issued_to is None)


def test_a_lock_is_held_by_one_and_free_after_it(tmp_path: Path) -> None:
    lock = HomeLock(tmp_path)
    with pytest.raises(HomeBusy, match="owns the docks"):
        HomeLock(tmp_path)
    lock.release()
    HomeLock(tmp_path).release()


def test_closing_in_the_middle_of_a_copy_loses_nothing_and_leaves_no_thread(bench: Bench) -> None:
    import threading

    card = bench.camera("CAM-0002", {"B.MP4": noise(20_000_000)})
    bench.plug(card, (1, 2))
    before = set(threading.enumerate())
    owner = Owner(bench.home, (bench.source,), automatic=True)
    owner.look()
    wait_until(owner, lambda: any(view.done for bay in owner.bays() for view in bay.recordings or ()))
    owner.close()
    assert set(threading.enumerate()) - before == set()
    assert (card.recordings / "B.MP4").exists() or bench.home.records.recordings()[-1].sealed_at
    done = bench.offload()
    assert done.finished[done.bays["A2"].bay].failed == 0
    assert not (card.recordings / "B.MP4").exists()
