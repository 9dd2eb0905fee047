"""Custody as the docks see it: real lanes on virtual cameras, from issue to lifting out and back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.owner import Owner
from app.snapshot import BayState, Offload
from tests.app.bench import Bench, noise, run, wait_until
from tests.app.custody.force import Force


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path)
    yield bench
    bench.close()


@pytest.fixture
def force(bench: Bench) -> Force:
    """The force of the bench's home, with one camera in its pool and one officer."""
    force = Force(bench.home.database, bench.home.records)
    force.hire("1234")
    force.add("A-1", serial="CAM-0001")
    return force


@pytest.fixture
def owner(bench: Bench) -> Iterator[Owner]:
    owner = bench.owner(automatic=True)
    yield owner
    owner.close()


def dock(bench: Bench, owner: Owner, serial: str, port: int = 1) -> None:
    bench.plug(bench.camera(serial, {"1234_CAM0001_20261120_220000.MP4": noise(50_000)}), (1, port))
    owner.look()
    wait_until(owner, lambda: all(bay.state is BayState.READY for bay in owner.bays()))


def lift(bench: Bench, owner: Owner, serial: str) -> None:
    bench.devices[serial].unplug()
    owner.look()
    wait_until(owner, lambda: all(bay.state is BayState.EMPTY for bay in owner.bays()))


def test_a_camera_that_is_ready_can_be_issued_and_lifting_it_out_confirms_it(
    bench: Bench, owner: Owner, force: Force
) -> None:
    dock(bench, owner, "CAM-0001")
    now = force.asking.camera("A-1")
    assert (now.ready, now.bay, now.firmware) == (True, owner.bays()[0].bay, owner.bays()[0].firmware)
    force.custody.issue("A-1", "1234", force.sergeant)
    lift(bench, owner, "CAM-0001")
    assert [one.event for one in force.asking.timeline("A-1")] == ["issued", "confirmed"]
    assert force.asking.camera("A-1").bay is None
    bench.plug(bench.devices["CAM-0001"].card)
    owner.look()
    wait_until(owner, lambda: owner.bays()[0].state is BayState.READY)
    assert [one.event for one in force.asking.timeline("A-1")] == ["issued", "confirmed", "returned"]
    bench.home.records.verify()


def test_a_second_run_of_the_routine_takes_no_camera_back_that_was_issued_in_its_bay(
    bench: Bench, owner: Owner, force: Force
) -> None:
    dock(bench, owner, "CAM-0001")
    force.custody.issue("A-1", "1234", force.sergeant)
    run(owner, Offload())
    assert force.asking.camera("A-1").holder == "1234"


def test_what_is_lifted_out_unissued_is_taken_by_nobody_known_and_a_stranger_has_no_custody(
    bench: Bench, owner: Owner, force: Force
) -> None:
    dock(bench, owner, "CAM-0001")
    lift(bench, owner, "CAM-0001")
    assert [one.officer for one in force.asking.holdings("A-1")] == [None]
    dock(bench, owner, "STRANGER")
    lift(bench, owner, "STRANGER")
    assert [one.camera for one in force.asking.late(force.now)] == ["A-1"]


def test_a_camera_that_left_while_the_program_was_away_is_entered_at_its_next_start(bench: Bench, force: Force) -> None:
    owner = bench.owner(automatic=True)
    dock(bench, owner, "CAM-0001")
    owner.close()
    assert force.asking.camera("A-1").bay is not None
    bench.devices["CAM-0001"].unplug()
    owner = bench.owner(automatic=True)
    owner.look()
    owner.watch()
    owner.close()
    now = force.asking.camera("A-1")
    assert (now.bay, now.state) == (None, "unknown")


def test_a_camera_that_charges_is_not_ready_and_says_why(bench: Bench, owner: Owner, force: Force) -> None:
    bench.plug(bench.camera("CAM-0001", battery_percent=20.0))
    owner.look()
    wait_until(owner, lambda: owner.bays()[0].state is BayState.CHARGING)
    now = force.asking.camera("A-1")
    assert (now.ready, now.not_ready, now.battery_percent) == (False, ("charging",), 20)
