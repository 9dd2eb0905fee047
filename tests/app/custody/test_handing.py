"""The issue desk without its screen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from app.custody.handing import MOST_PAIRS, Handing, Officer, Outcome, Remedy, read_pairs
from app.custody.values import CameraNow
from app.home import Home
from app.people.values import Actor, Proof, Refused
from app.settings import Settings, save
from tests.app.custody.force import Force


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with Home(tmp_path / "home") as home:
        yield home


@pytest.fixture
def force(home: Home) -> Force:
    force = Force(home.database, home.records)
    force.hire("1361")
    force.hire("1402")
    return force


@pytest.fixture
def desk(home: Home, force: Force) -> Handing:
    return Handing(home, lambda: datetime.now(UTC))


@pytest.fixture
def sergeant(force: Force) -> Actor:
    return force.sergeant


def ready(force: Force, *assets: str, mode: str = "pool") -> None:
    for place, asset in enumerate(assets, 1):
        force.add(asset, mode=mode)
        force.dock(asset, bay=f"A{place}")


def test_a_number_is_read_as_what_is_wanted(desk: Handing, force: Force) -> None:
    ready(force, "1402")
    assert isinstance(desk.scan("1402", wants_camera=True), CameraNow)
    assert isinstance(desk.scan("1402", wants_camera=False), Officer)
    assert isinstance(desk.scan("card-1361", wants_camera=True), Officer)
    with pytest.raises(Refused, match="neither"):
        desk.scan("9999", wants_camera=True)


def test_an_officer_comes_with_the_camera_that_has_been_ready_longest(desk: Handing, force: Force) -> None:
    ready(force, "CAM-1", "CAM-2")
    found = desk.scan("1361", wants_camera=False)
    assert isinstance(found, Officer)
    assert found.best is not None
    assert (found.best.asset, found.holds, found.trouble) == ("CAM-1", None, None)


def test_and_with_their_own_before_any_other(desk: Handing, force: Force, sergeant: Actor) -> None:
    ready(force, "CAM-1")
    force.add("CAM-OWN", mode="personal")
    force.dock("CAM-OWN", bay="B1")
    force.custody.issue("CAM-OWN", "1361", sergeant)
    force.dock("CAM-OWN", bay="B1")
    found = desk.scan("1361", wants_camera=False)
    assert isinstance(found, Officer)
    assert found.best is not None
    assert found.best.asset == "CAM-OWN"


def test_who_may_hold_none_is_told_so_at_once(desk: Handing, force: Force) -> None:
    force.hire("1361", trained_on=None)
    found = desk.scan("1361", wants_camera=False)
    assert isinstance(found, Officer)
    assert found.trouble is not None
    assert found.trouble.code == "not-trained"
    assert found.best is None


def test_a_pair_is_given_and_taken_back_by_a_new_entry(desk: Handing, force: Force, sergeant: Actor) -> None:
    ready(force, "CAM-1")
    row = desk.give("card-1361", "S-CAM-1", sergeant)
    assert (row.officer, row.camera, row.bay, row.outcome) == ("1361", "CAM-1", "A1", Outcome.ISSUED)
    back = desk.take_back(row, sergeant)
    assert back.outcome is Outcome.TAKEN_BACK
    assert back.entry != row.entry
    assert force.asking.camera("CAM-1").holder is None
    assert [one.event for one in force.asking.timeline("CAM-1")] == ["issued", "corrected"]


def test_one_who_holds_another_may_swap(desk: Handing, force: Force, sergeant: Actor) -> None:
    ready(force, "CAM-1", "CAM-2")
    desk.give("1361", "CAM-1", sergeant)
    row = desk.give("1361", "CAM-2", sergeant)
    assert (row.outcome, row.rule, row.remedies) == (Outcome.REFUSED, "one-camera", (Remedy.SWAP,))
    row = desk.give("1361", "CAM-2", sergeant, swapping=True)
    assert (row.outcome, row.why) == (Outcome.SWAPPED, "Handed in CAM-1.")
    assert force.asking.camera("CAM-2").holder == "1361"


def test_one_that_is_not_ready_may_be_another_or_overridden(desk: Handing, force: Force, sergeant: Actor) -> None:
    ready(force, "CAM-1")
    force.add("CAM-2")
    row = desk.give("1361", "CAM-2", sergeant)
    assert row.remedies == (Remedy.INSTEAD, Remedy.OVERRIDE)
    assert row.instead == "CAM-1"
    desk.give("1402", "CAM-1", sergeant)
    assert desk.look_again(row).remedies == (Remedy.OVERRIDE,)
    row = desk.give("1361", "CAM-2", sergeant, override="Armed incident")
    assert (row.outcome, row.warned, row.why) == (Outcome.ISSUED, True, "Overridden: Armed incident")


def test_nothing_helps_somebody_unknown(desk: Handing, force: Force, sergeant: Actor) -> None:
    ready(force, "CAM-1")
    row = desk.give("9999", "CAM-1", sergeant)
    assert (row.outcome, row.remedies) == (Outcome.REFUSED, ())
    assert "No person has that" in row.why


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("1361,CAM-1\n1402,CAM-2", [("1361", "CAM-1"), ("1402", "CAM-2")]),
        ("\ufeffofficer,camera\r\n1361,CAM-1\r\n\r\n", [("1361", "CAM-1")]),
        ("1361\tCAM-1\n1402;CAM-2\n 1078  CAM-3 ", [("1361", "CAM-1"), ("1402", "CAM-2"), ("1078", "CAM-3")]),
        ('"1361","CAM 1"', [("1361", "CAM 1")]),
        ("", []),
    ],
)
def test_a_list_is_read_as_people_write_it(text: str, pairs: list[tuple[str, str]]) -> None:
    found = read_pairs(text)
    assert [(one.officer, one.camera) for one in found] == pairs
    assert not any(one.wrong for one in found)


def test_a_line_that_is_no_pair_is_named_and_the_others_stay() -> None:
    found = read_pairs("1361,CAM-1\n1402\n1078,CAM-3,x\n,CAM-4\n1333,CAM-5")
    assert [one.line for one in found if one.wrong] == [2, 3, 4]
    assert "Line 2" in found[1].wrong
    assert not found[4].wrong


def test_a_list_has_an_end() -> None:
    found = read_pairs("1,C\n" * (MOST_PAIRS + 10))
    assert len(found) == MOST_PAIRS + 1
    assert f"line {MOST_PAIRS + 1}" in found[-1].wrong


def test_what_was_handed_out_this_shift_is_told_from_the_ledger_as_its_rows_were(home: Home, force: Force) -> None:
    now = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)
    shifts = ("Early 06:00-14:00", "Late 14:00-22:00")
    save(home.settings_file, Settings(shifts=shifts, station_name="Northgate"))
    force.custody = home.custody
    home.custody._now = lambda: force.now
    force.now = now - timedelta(hours=2)
    ready(force, "CAM-0", "CAM-1", "CAM-2", "CAM-3", "CAM-4")
    force.hire("1015")
    force.add("CAM-5", mode="allocated")
    desk = Handing(home, lambda: now)
    desk.give("1015", "CAM-0", force.sergeant)
    force.now = now - timedelta(minutes=20)
    made = [
        desk.give("1361", "CAM-1", force.sergeant),
        desk.give("1402", "CAM-2", force.sergeant),
        desk.give("1361", "CAM-3", force.sergeant, swapping=True),
        desk.give("1402", "CAM-9", force.sergeant),
    ]
    made[1] = desk.take_back(made[1], force.sergeant)
    made.append(desk.give("1402", "CAM-5", force.sergeant, override="Armed incident"))
    force.hire("2001", station="Barrow")
    force.add("CAM-B", station="Barrow")
    desk.give("2001", "CAM-B", force.sergeant, override="In another town")
    home.custody.give_back("CAM-0", force.sergeant)
    home.custody.issue("CAM-4", "1015", Actor(force.people["1015"], Proof.CARD))
    expected = [one for one in made if one.outcome is not Outcome.REFUSED]
    told = desk.this_shift()
    assert [msgspec.structs.replace(one, swapping=False, why="") for one in expected] == [
        msgspec.structs.replace(one, why="") for one in told
    ]
    assert [one.why for one in told] == [
        "",
        expected[1].why,
        "Handed in CAM-1.",
        "Overridden: Armed incident Handed out as allocated.",
    ]
