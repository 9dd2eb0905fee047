"""The rules of custody, on every act: what is done, what is refused and by which rule, and what the ledger says."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from app.custody import pool_import
from app.custody.values import Docked, Done
from app.importing import Row
from app.people.values import Refused
from app.settings import Settings
from tests.app.custody.force import MORNING, Force
from tests.app.station import seen, who


def refusal(act: Callable[[], Any]) -> str:
    with pytest.raises(Refused) as refused:
        act()
    assert refused.value.what_happened
    assert refused.value.what_to_do
    return refused.value.rule


def ready(force: Force, asset: str, **fields: Any) -> str:
    force.add(asset, **fields)
    force.dock(asset, bay=f"A{asset[-1]}")
    return asset


def test_a_ready_camera_is_issued_and_is_held_from_then_on(force: Force) -> None:
    officer = force.hire("1234")
    ready(force, "C-1")
    done = force.custody.issue("C-1", "1234", force.sergeant)
    assert (done.event, done.camera, done.officer, done.by, done.at) == ("issued", "C-1", "1234", "900", MORNING)
    held = force.asking.who_held("C-1", force.later(minutes=1))
    assert held is not None
    assert (held.officer, held.person, held.from_at, held.until_at, held.entry) == (
        "1234",
        officer.person.id,
        MORNING,
        None,
        done.entry,
    )
    assert force.asking.who_held("C-1", MORNING - timedelta(seconds=1)) is None
    assert force.records.verify().entries == done.entry + 1


def test_a_camera_is_found_by_serial_and_in_any_case_and_an_officer_by_card(force: Force) -> None:
    force.hire("1234")
    ready(force, "C-1")
    assert force.custody.issue("s-c-1", "CARD-1234", force.sergeant).officer == "1234"
    assert refusal(lambda: force.custody.issue("C-9", "1234", force.sergeant)) == "no-camera"
    assert refusal(lambda: force.custody.give_back("C-1'; --", force.sergeant)) == "no-camera"
    assert refusal(lambda: force.custody.issue("C-1", "nobody", force.sergeant)) == "no-officer"


def test_an_officer_has_one_camera_and_a_camera_one_holder(force: Force) -> None:
    force.hire("1234")
    force.hire("2222")
    for asset in ("C-1", "C-2"):
        ready(force, asset)
    force.custody.issue("C-1", "1234", force.sergeant)
    assert refusal(lambda: force.custody.issue("C-2", "1234", force.sergeant)) == "one-camera"
    assert refusal(lambda: force.custody.issue("C-1", "2222", force.sergeant)) == "already-held"
    assert refusal(lambda: force.custody.issue("C-2", "1234", force.sergeant, override="urgent")) == "one-camera"
    force.custody.give_back("C-1", force.sergeant)
    force.custody.issue("C-2", "1234", force.sergeant)


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"active": False}, "inactive"),
        ({"trained_on": None}, "not-trained"),
        ({"trained_on": date(2026, 11, 22)}, "not-trained"),
        ({"trained_on": date(2024, 1, 1)}, "not-trained"),
    ],
)
def test_who_may_not_hold_a_camera_gets_none_and_no_override_helps(
    force: Force, fields: dict[str, Any], rule: str
) -> None:
    force.settings = type(force.settings)(training_lasts_days=365)
    force.hire("1234", **fields)
    ready(force, "C-1")
    for override in (None, "urgent"):
        assert refusal(lambda why=override: force.custody.issue("C-1", "1234", force.sergeant, override=why)) == rule
    assert force.asking.camera("C-1").state == "store"


def test_training_lasts_without_end_unless_it_is_set(force: Force) -> None:
    force.hire("1234", trained_on=date(1999, 1, 1))
    ready(force, "C-1")
    assert force.custody.issue("C-1", "1234", force.sergeant).officer == "1234"


def test_a_camera_that_is_not_ready_needs_an_override_with_a_reason(force: Force) -> None:
    force.hire("1234")
    force.add("C-1")
    assert refusal(lambda: force.custody.issue("C-1", "1234", force.sergeant)) == "not-ready"
    force.dock("C-1", ready=False, reasons=("charging",))
    with pytest.raises(Refused, match="battery is below") as refused:
        force.custody.issue("C-1", "1234", force.sergeant)
    assert refused.value.rule == "not-ready"
    assert refusal(lambda: force.custody.issue("C-1", "1234", force.sergeant, override="  ")) == "no-words"
    done = force.custody.issue("C-1", "1234", force.sergeant, override="firearms call, no other left")
    act = force.asking.timeline("C-1")[-1]
    assert (act.entry, act.override, act.words) == (done.entry, True, "firearms call, no other left")


def test_a_fault_keeps_a_camera_from_being_ready_until_it_is_put_right(force: Force) -> None:
    force.hire("1234")
    ready(force, "C-1")
    force.custody.fault("C-1", "The clip is broken.", force.sergeant)
    with pytest.raises(Refused, match="The clip is broken"):
        force.custody.issue("C-1", "1234", force.sergeant)
    force.custody.fault("C-1", "New clip.", force.sergeant, clear=True)
    assert refusal(lambda: force.custody.fault("C-1", "again", force.sergeant, clear=True)) == "no-fault"
    force.custody.issue("C-1", "1234", force.sergeant)


def test_a_fault_is_one_whoever_reports_it_the_desk_or_the_dock(force: Force) -> None:
    ready(force, "C-1")
    camera = force.records.camera(seen("S-C-1"), who("S-C-1"), "virtual")
    force.custody.fault("C-1", "The clip is broken.", force.sergeant)
    assert force.records.fault_of(camera) == "The clip is broken."
    force.records.camera_fault(camera, faulty=False, by="os-user", words="New clip.")
    assert force.asking.camera("C-1").fault is None
    force.records.camera_fault(camera, faulty=True, by="os-user", words="Dark picture.")
    assert force.asking.camera("C-1").fault == "Dark picture."
    force.custody.repair("C-1", force.sergeant)
    force.custody.repair("C-1", force.sergeant, back=True)
    assert force.records.fault_of(camera) is None


def test_a_fault_of_a_camera_that_was_never_docked_is_known_when_it_is(force: Force) -> None:
    force.add("C-1")
    force.custody.fault("C-1", "The clip is broken.", force.sergeant)
    force.dock("C-1")
    camera = force.records.camera(seen("S-C-1"), who("S-C-1"), "virtual")
    assert force.records.fault_of(camera) == "The clip is broken."


@pytest.mark.parametrize(("change", "rule"), [({"active": False}, "inactive"), ({"role": "officer"}, "not-allowed")])
def test_a_sergeant_who_was_changed_since_they_signed_in_does_nothing_more(
    force: Force, change: dict[str, Any], rule: str
) -> None:
    force.hire("1234")
    force.add("BWV-1")
    force.dock("BWV-1")
    force.hire("900", **change)
    fields = {"serial": "S-2", "make": "M", "model": "M", "station": "Northgate", "mode": "pool"}
    camera = Row("line 2", 2, {"asset": "BWV-2"} | fields)
    acts: list[Callable[[], object]] = [
        lambda: force.custody.issue("BWV-1", "1234", force.sergeant),
        lambda: force.custody.lost("BWV-1", force.sergeant),
        lambda: force.custody.read(force.sergeant, "camera", "BWV-1"),
        lambda: pool_import.preview(force.database, [camera], force.sergeant),
        lambda: pool_import.take(force.database, [camera], force.sergeant),
    ]
    entries = force.records.entries()
    assert [refusal(act) for act in acts] == [rule] * 5
    assert force.records.entries() == entries


def test_reading_is_an_entry_with_whom_and_about_what(force: Force) -> None:
    officer = force.hire("1234")
    force.add("C-1")
    assert force.custody.read(force.sergeant, "camera", "s-c-1") == "C-1"
    assert force.custody.read(force.sergeant, "officer", "card-1234") == "1234"
    bodies = [json.loads(entry.body) for entry in force.records.entries()][-2:]
    assert [(body["kind"], body["what"], body["by"]) for body in bodies] == [
        ("read", "camera", force.sergeant.person.id),
        ("read", "officer", force.sergeant.person.id),
    ]
    assert bodies[1]["subject"] == officer.person.id
    assert refusal(lambda: force.custody.read(officer, "camera", "C-1")) == "not-allowed"


def test_docking_returns_the_camera_without_anybody(force: Force) -> None:
    force.hire("1234")
    ready(force, "C-1")
    issued = force.custody.issue("C-1", "1234", force.sergeant)
    force.dock("C-1", bay="A2")
    held = force.asking.holdings("C-1")
    assert [(one.officer, one.entry) for one in held] == [("1234", issued.entry)]
    assert held[0].until_at is not None
    act = next(one for one in force.asking.timeline("C-1") if one.event == "returned")
    assert (act.by, act.officer, act.bay) == (None, "1234", "A2")
    assert refusal(lambda: force.custody.give_back("C-1", force.sergeant)) == "not-held"


def test_lifting_an_issued_camera_out_confirms_it_and_says_so_once(force: Force) -> None:
    force.hire("1234")
    force.add("C-1")
    docking = force.dock("C-1")
    force.custody.issue("C-1", "1234", force.sergeant)
    for _ in range(2):
        force.records.lifted(docking, force.settings)
    held = force.asking.holdings("C-1")
    assert [(one.officer, one.confirmed_at is not None) for one in held] == [("1234", True)]
    assert [one.event for one in force.asking.timeline("C-1")] == ["issued", "confirmed"]
    assert force.asking.camera("C-1").bay is None


def test_a_camera_that_stands_where_another_stood_shows_that_the_other_is_gone(force: Force) -> None:
    for asset in ("C-1", "C-2"):
        force.add(asset)
    force.dock("C-1", bay="A1")
    camera = force.records.camera(seen("S-C-2"), who("S-C-2"), "virtual")
    force.records.replaced(camera, "A1", force.settings)
    force.dock("C-2", bay="A1")
    force.records.replaced(camera, "A1", force.settings)
    assert [(force.asking.camera(asset).state, force.asking.camera(asset).bay) for asset in ("C-1", "C-2")] == [
        ("unknown", None),
        ("store", "A1"),
    ]


def test_what_left_while_nobody_looked_is_entered_at_the_next_look(force: Force) -> None:
    for number in (1, 2):
        ready(force, f"C-{number}")
    force.hire("1234")
    force.custody.issue("C-1", "1234", force.sergeant)
    force.records.lifted_unseen(["1-2"], force.settings)
    assert [force.asking.camera(asset).bay for asset in ("C-1", "C-2")] == [None, "A2"]
    assert [one.event for one in force.asking.timeline("C-1")] == ["issued", "confirmed"]


def test_a_personal_camera_is_taken_by_its_officer_and_stays_theirs(force: Force) -> None:
    force.hire("1234")
    force.add("C-1", mode="personal")
    docking = force.dock("C-1")
    force.custody.reassign("C-1", "1234", force.sergeant)
    assert force.asking.camera("C-1").assigned == "1234"
    force.records.lifted(docking, force.settings)
    assert [one.officer for one in force.asking.holdings("C-1")] == ["1234"]
    force.dock("C-1")
    now = force.asking.camera("C-1")
    assert (now.state, now.holder, now.assigned) == ("store", None, "1234")


def test_an_allocated_camera_has_to_be_tapped_out_and_is_nobody_elses(force: Force) -> None:
    force.hire("1234")
    force.hire("2222")
    force.add("C-1", mode="allocated")
    docking = force.dock("C-1")
    force.custody.reassign("C-1", "1234", force.sergeant)
    assert refusal(lambda: force.custody.issue("C-1", "2222", force.sergeant)) == "assigned"
    force.records.lifted(docking, force.settings)
    assert [one.officer for one in force.asking.late(MORNING)] == [None]


def test_a_camera_taken_by_nobody_known_alarms_is_late_and_gets_its_holder_by_a_correction(force: Force) -> None:
    force.hire("1234")
    force.add("C-1")
    docking = force.dock("C-1")
    force.records.lifted(docking, force.settings)
    assert force.asking.camera("C-1").state == "unknown"
    late = force.asking.late(MORNING)
    assert [(one.camera, one.officer) for one in late] == [("C-1", None)]
    force.custody.correct(late[0].entry, "seen on CCTV", force.sergeant, officer="1234")
    held = force.asking.holdings("C-1")
    assert [(one.officer, one.corrected is not None) for one in held] == [("1234", True)]
    assert force.asking.camera("C-1").state == "held"
    ready(force, "C-2")
    assert refusal(lambda: force.custody.issue("C-2", "1234", force.sergeant)) == "one-camera"


def test_who_took_a_camera_should_be_back_by_the_shift_in_which_they_took_it(force: Force) -> None:
    force.settings = type(force.settings)(shifts=(), longest_shift_hours=10)
    for collar in ("1234", "2222"):
        force.hire(collar)
    force.add("C-1")
    force.records.lifted(force.dock("C-1"), force.settings)
    (taken,) = force.asking.holdings("C-1")
    for minutes, collar in ((30, "1234"), (60, "2222")):
        force.now = taken.from_at + timedelta(minutes=minutes)
        force.custody.correct(taken.entry, "seen on CCTV", force.sergeant, officer=collar)
        assert force.asking.holdings("C-1")[0].due_at == taken.from_at + timedelta(hours=10)


def test_a_personal_camera_lifted_while_its_officer_holds_another_is_taken_by_nobody_known(force: Force) -> None:
    force.hire("1234")
    force.add("C-1", mode="personal")
    docking = force.dock("C-1", bay="A1")
    force.custody.reassign("C-1", "1234", force.sergeant)
    ready(force, "C-2")
    force.custody.issue("C-2", "1234", force.sergeant)
    force.records.lifted(docking, force.settings)
    assert [one.officer for one in force.asking.holdings("C-1")] == [None]


def test_a_camera_that_is_in_no_pool_has_no_custody(force: Force) -> None:
    camera = force.records.camera(*stranger())
    docking = force.records.begin_docking(
        camera, bay="A1", usb_path="1-1", firmware=None, battery_percent=None, clock_offset_s=None
    )
    force.records.lifted(docking, force.settings)
    assert force.asking.late(MORNING) == []
    force.records.verify()


def stranger() -> tuple[Any, Any, str]:
    return seen("STRANGER"), who("STRANGER"), "virtual"


def test_a_docked_camera_that_enters_the_pool_is_known_to_be_docked_and_ready(force: Force) -> None:
    camera = force.records.camera(*stranger())
    docking = force.records.begin_docking(
        camera, bay="A1", usb_path="1-1", firmware="2.0", battery_percent=80, clock_offset_s=0.5
    )
    force.records.readiness(docking, ready=True, battery_percent=85)
    force.add("C-1", serial="STRANGER")
    now = force.asking.camera("C-1")
    assert (now.bay, now.ready, now.firmware) == ("A1", True, "2.0")
    assert now.ready_since is not None


def test_a_camera_passes_from_hand_to_hand_in_one_act(force: Force) -> None:
    force.hire("1234")
    force.hire("2222")
    ready(force, "C-1")
    force.custody.issue("C-1", "1234", force.sergeant)
    at = force.later(hours=1)
    done = force.custody.reassign("C-1", "2222", force.sergeant)
    assert [(one.officer, one.from_at, one.until_at) for one in force.asking.holdings("C-1")] == [
        ("1234", MORNING, at),
        ("2222", at, None),
    ]
    assert done.event == "reassigned"
    assert refusal(lambda: force.custody.reassign("C-1", "2222", force.sergeant)) == "already-held"
    ready(force, "C-2")
    assert refusal(lambda: force.custody.reassign("C-2", "1234", force.sergeant)) == "not-held"


def test_a_swap_brings_one_back_and_hands_another_out(force: Force) -> None:
    force.hire("1234")
    for asset in ("C-1", "C-2"):
        ready(force, asset)
    assert refusal(lambda: force.custody.swap("1234", "C-2", force.sergeant)) == "not-held"
    force.custody.issue("C-1", "1234", force.sergeant)
    done = force.custody.swap("1234", "C-2", force.sergeant)
    assert (done.event, done.camera, done.also[0].event, done.also[0].camera) == (
        "swapped-in",
        "C-2",
        "swapped-out",
        "C-1",
    )
    assert [force.asking.camera(asset).holder for asset in ("C-1", "C-2")] == [None, "1234"]
    assert refusal(lambda: force.custody.swap("1234", "C-2", force.sergeant)) == "already-held"


def test_a_swap_to_a_camera_that_is_not_ready_changes_nothing(force: Force) -> None:
    force.hire("1234")
    ready(force, "C-1")
    force.add("C-2")
    force.custody.issue("C-1", "1234", force.sergeant)
    assert refusal(lambda: force.custody.swap("1234", "C-2", force.sergeant)) == "not-ready"
    assert force.asking.camera("C-1").holder == "1234"


def test_another_station_has_to_accept_what_is_sent(force: Force) -> None:
    force.hire("1234")
    ready(force, "C-1")
    assert refusal(lambda: force.custody.accept("C-1", force.sergeant)) == "not-in-transit"
    assert refusal(lambda: force.custody.transfer("C-1", "northgate", force.sergeant)) == "same-station"
    force.custody.transfer("C-1", "Southgate", force.sergeant)
    assert refusal(lambda: force.custody.issue("C-1", "1234", force.sergeant, override="x")) == "in-transit"
    force.custody.accept("C-1", force.sergeant)
    now = force.asking.camera("C-1")
    assert (now.station, now.state, now.destination) == ("Southgate", "store", None)


def test_a_lost_camera_says_who_had_it_and_is_found_by_docking(force: Force) -> None:
    force.hire("1234")
    ready(force, "C-1")
    force.custody.issue("C-1", "1234", force.sergeant)
    done, loss = force.custody.lost("C-1", force.sergeant, "fell into the river")
    assert (done.officer, loss.last_officer, loss.not_offloaded) == ("1234", "1234", 0)
    assert loss.tell_by - MORNING == timedelta(hours=72)
    assert loss.last_docked_at is not None
    assert refusal(lambda: force.custody.lost("C-1", force.sergeant)) == "lost"
    assert refusal(lambda: force.custody.issue("C-1", "1234", force.sergeant, override="x")) == "lost"
    ready(force, "C-2")
    force.custody.issue("C-2", "1234", force.sergeant)
    force.dock("C-1")
    assert force.asking.camera("C-1").state == "store"
    assert refusal(lambda: force.custody.found("C-1", force.sergeant)) == "not-lost"
    force.custody.lost("C-1", force.sergeant)
    force.custody.found("C-1", force.sergeant)


def test_a_camera_goes_to_repair_and_back_and_is_retired_for_good(force: Force) -> None:
    force.hire("1234")
    ready(force, "C-1")
    assert refusal(lambda: force.custody.repair("C-1", force.sergeant, back=True)) == "not-in-repair"
    force.custody.fault("C-1", "broken", force.sergeant)
    force.custody.repair("C-1", force.sergeant)
    assert refusal(lambda: force.custody.issue("C-1", "1234", force.sergeant, override="x")) == "in-repair"
    force.custody.repair("C-1", force.sergeant, back=True)
    assert force.asking.camera("C-1").fault is None
    force.custody.issue("C-1", "1234", force.sergeant)
    assert refusal(lambda: force.custody.retire("C-1", force.sergeant)) == "already-held"
    assert refusal(lambda: force.custody.repair("C-1", force.sergeant)) == "already-held"
    force.custody.give_back("C-1", force.sergeant)
    force.custody.retire("C-1", force.sergeant)
    assert refusal(lambda: force.custody.retire("C-1", force.sergeant)) == "retired"


def test_an_act_can_be_corrected_in_time_or_taken_to_be_none(force: Force) -> None:
    force.hire("1234")
    force.hire("2222")
    ready(force, "C-1")
    first = force.custody.issue("C-1", "1234", force.sergeant)
    force.later(hours=2)
    back = force.custody.give_back("C-1", force.sergeant)
    force.later(hours=1)
    second = force.custody.issue("C-1", "2222", force.sergeant)
    force.later(hours=1)
    early = MORNING - timedelta(minutes=30)
    force.custody.correct(first.entry, "was at 05:20", force.sergeant, moment=early)
    force.custody.correct(back.entry, "was an hour sooner", force.sergeant, moment=MORNING + timedelta(hours=1))
    held = force.asking.holdings("C-1")[0]
    assert (held.from_at, held.until_at) == (early, MORNING + timedelta(hours=1))
    overlapping = MORNING + timedelta(minutes=10)
    assert refusal(lambda: force.custody.correct(second.entry, "x", force.sergeant, moment=overlapping)) == "correction"
    future = force.now + timedelta(hours=1)
    assert refusal(lambda: force.custody.correct(second.entry, "x", force.sergeant, moment=future)) == "correction"
    force.custody.correct(second.entry, "never handed over", force.sergeant, voids=True)
    assert force.asking.camera("C-1").state == "store"
    assert [one.officer for one in force.asking.holdings("C-1")] == ["1234"]
    assert refusal(lambda: force.custody.correct(second.entry, "", force.sergeant, voids=True)) == "no-words"
    assert refusal(lambda: force.custody.correct(10**6, "x", force.sergeant, voids=True)) == "no-entry"
    assert refusal(lambda: force.custody.correct(first.entry, "x", force.sergeant)) == "correction"
    force.records.verify()


def test_what_an_officer_drew_and_did_not_take_out_never_was_theirs(force: Force) -> None:
    officer, other = force.hire("1234"), force.hire("2222")
    ready(force, "C-1")
    drawn = force.custody.issue("C-1", "1234", officer)
    assert refusal(lambda: force.custody.take_back("C-1", "x", other)) == "not-drawn"
    done = force.custody.take_back("C-1", "Not taken out in time.")
    assert (done.event, done.by, force.asking.timeline("C-1")[-1].corrects) == ("corrected", None, drawn.entry)
    assert force.asking.holdings("C-1") == []
    assert force.asking.best_ready()[0].asset == "C-1"
    force.custody.issue("C-1", "1234", officer)
    assert force.custody.take_back("C-1", "Card tapped again.", officer).by == "1234"
    assert refusal(lambda: force.custody.take_back("C-1", "x", officer)) == "not-held"
    force.records.verify()


def test_what_was_taken_out_or_handed_out_by_another_is_not_taken_back(force: Force) -> None:
    officer = force.hire("1234")
    docking = (force.add("C-1"), force.dock("C-1"))[1]
    force.custody.issue("C-1", "1234", force.sergeant)
    assert refusal(lambda: force.custody.take_back("C-1", "x", officer)) == "not-drawn"
    force.custody.give_back("C-1", force.sergeant)
    force.custody.issue("C-1", "1234", officer)
    force.records.lifted(docking, force.settings)
    assert refusal(lambda: force.custody.take_back("C-1", "x", officer)) == "taken-out"


def test_what_custody_knows_of_docked_cameras(force: Force) -> None:
    officer = force.hire("1234")
    ready(force, "C-1")
    force.records.lifted(force.dock("C-2", bay="A2") if force.add("C-2") else "", force.settings)
    assert force.asking.docked(["S-C-1", "S-C-2", "STRANGER"]) == {"A1": Docked("C-1")}
    assert [(one.asset, one.bay) for one in force.asking.taken()] == [("C-2", "A2")]
    force.custody.issue("C-1", "1234", officer)
    assert force.asking.docked(["S-C-1"]) == {"A1": Docked("C-1", issued_to="1234")}
    force.dock("C-1", bay="A3")
    assert force.asking.docked(["S-C-1"]) == {"A3": Docked("C-1", brought_by="1234")}
    again = force.records.begin_docking(
        force.records.camera(seen("S-C-1"), who("S-C-1"), "virtual"),
        bay="A3",
        usb_path="1-3",
        firmware=None,
        battery_percent=None,
        clock_offset_s=None,
        arrived=False,
    )
    force.records.readiness(again, ready=True, battery_percent=90)
    assert force.asking.docked(["S-C-1"]) == {"A3": Docked("C-1", brought_by="1234")}
    force.custody.receipt("C-1", officer)
    assert force.asking.docked(["S-C-1"]) == {"A3": Docked("C-1", brought_by="1234", acknowledged=True)}
    force.dock("C-2", bay="A2")
    assert force.asking.taken() == []


def test_whoever_brought_it_back_can_say_so_and_nobody_else(force: Force) -> None:
    officer, other = force.hire("1234"), force.hire("2222")
    ready(force, "C-1")
    force.custody.issue("C-1", "1234", force.sergeant)
    force.dock("C-1")
    assert refusal(lambda: force.custody.receipt("C-1", other)) == "not-theirs"
    assert force.custody.receipt("C-1", officer).event == "receipt"


def test_a_clock_that_is_put_back_loses_no_holding(force: Force) -> None:
    force.hire("1234")
    ready(force, "C-1")
    force.custody.issue("C-1", "1234", force.sergeant)
    force.now = MORNING - timedelta(days=2)
    back = force.custody.give_back("C-1", force.sergeant)
    held = force.asking.holdings("C-1")
    assert [(one.officer, one.from_at, one.until_at, one.until_entry) for one in held] == [
        ("1234", MORNING, MORNING, back.entry)
    ]
    assert force.custody.issue("C-1", "1234", force.sergeant, override="clock").at == force.now


def test_what_is_due_back_is_late_after_the_shift(force: Force) -> None:
    force.settings = type(force.settings)(shifts=("Day 00:00-00:00",), longest_shift_hours=10)
    force.hire("1234")
    ready(force, "C-1")
    force.custody.issue("C-1", "1234", force.sergeant)
    due = force.asking.holdings("C-1")[0].due_at
    assert due is not None
    assert force.asking.late(due) == []
    assert [one.camera for one in force.asking.late(due + timedelta(minutes=31), timedelta(minutes=30))] == ["C-1"]
    assert force.asking.late(due + timedelta(minutes=29), timedelta(minutes=30)) == []


def test_the_cameras_to_hand_out_next_are_those_ready_longest_and_nobodys_own(force: Force) -> None:
    force.hire("1234")
    for asset in ("C-3", "C-1", "C-2"):
        ready(force, asset)
    force.add("C-4", mode="personal")
    force.dock("C-4", bay="A4")
    force.custody.reassign("C-4", "1234", force.sergeant)
    force.add("C-5")
    force.dock("C-5", ready=False, bay="A5")
    assert [one.asset for one in force.asking.best_ready()] == ["C-3", "C-1", "C-2"]
    own = force.asking.own_camera("1234")
    assert own is not None
    assert own.asset == "C-4"


def test_ready_cameras_are_counted_without_a_walk_through_the_pool(force: Force) -> None:
    asked: list[str] = []

    def listen(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    ready(force, "C-1")
    with force.database.read() as session:
        engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", listen)
    assert force.asking.ready_count() == 1
    event.remove(engine, "before_cursor_execute", listen)
    (count,) = [one for one in asked if "count" in one]
    with force.database.read() as session:
        plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {count}", ("store", "", "", "pool")).all()
    assert [row[3] for row in plan] == ["SEARCH pool USING INDEX ix_pool_ready (ready_since>?)"]


def test_this_stations_cameras_are_handed_out_and_others_only_by_name(force: Force) -> None:
    for asset, station in (("C-1", "Barrow"), ("C-2", "KENDAL"), ("C-3", "Kendal")):
        force.add(asset, station=station)
        force.dock(asset)
    assert (len(force.asking.best_ready()), force.asking.ready_count()) == (3, 3)
    force.settings = Settings(station_name="Kendal")
    assert [one.asset for one in force.asking.best_ready()] == ["C-2", "C-3"]
    assert force.asking.ready_count() == 2
    force.hire("1234")
    assert force.custody.issue("C-1", "1234", force.sergeant).camera == "C-1"


def swapped(force: Force) -> Done:
    """1234 has C-2 for C-1, which they handed in."""
    force.hire("1234")
    for place, asset in enumerate(("C-1", "C-2"), 1):
        force.add(asset)
        docking = force.dock(asset, bay=f"A{place}")
        if asset == "C-1":
            force.custody.issue("C-1", "1234", force.sergeant)
            force.records.lifted(docking, force.settings)
    force.later(hours=1)
    return force.custody.swap("1234", "C-2", force.sergeant)


def holders(force: Force) -> list[str | None]:
    return [force.asking.camera(asset).holder for asset in ("C-1", "C-2")]


def test_a_swap_that_never_was_leaves_the_officer_with_what_they_handed_in(force: Force) -> None:
    done = swapped(force)
    assert holders(force) == [None, "1234"]
    force.later(minutes=1)
    back = force.custody.correct(done.entry, "wrong card", force.sergeant, voids=True)
    assert [(one.event, one.camera) for one in (back, *back.also)] == [("corrected", "C-2"), ("corrected", "C-1")]
    assert holders(force) == ["1234", None]
    (held,) = force.asking.held_by("1234")
    assert (held.camera, held.until_at, held.corrected) == ("C-1", None, back.also[0].entry)
    corrections = [one.corrects for one in force.asking.timeline("C-1") if one.event == "corrected"]
    assert corrections == [done.entry - 1]
    force.records.verify()


def hand_on(force: Force) -> None:
    force.hire("1402")
    force.custody.issue("C-1", "1402", force.sergeant, override="in a hurry")


def lose(force: Force) -> None:
    force.custody.lost("C-1", force.sergeant)


def dock_again(force: Force) -> None:
    force.dock("C-1", bay="A1")


@pytest.mark.parametrize(("went_on", "holder"), [(hand_on, "1402"), (lose, None), (dock_again, None)])
def test_what_has_gone_on_since_a_swap_is_left_as_it_is(
    force: Force, went_on: Callable[[Force], None], holder: str | None
) -> None:
    done = swapped(force)
    went_on(force)
    assert force.custody.correct(done.entry, "wrong card", force.sergeant, voids=True).also == ()
    assert holders(force) == [holder, None]
    force.records.verify()


def test_a_reassignment_that_never_was_leaves_the_camera_with_who_had_it(force: Force) -> None:
    for collar in ("1234", "2222"):
        force.hire(collar)
    ready(force, "C-1")
    force.custody.issue("C-1", "1234", force.sergeant)
    force.later(hours=1)
    passed = force.custody.reassign("C-1", "2222", force.sergeant)
    force.later(hours=1)
    force.custody.correct(passed.entry, "never handed over", force.sergeant, voids=True)
    assert [(one.officer, one.until_at) for one in force.asking.holdings("C-1")] == [("1234", None)]
    assert force.asking.camera("C-1").holder == "1234"
    assert refusal(lambda: force.custody.correct(passed.entry, "again", force.sergeant, voids=True)) == "correction"


def test_a_reassignment_is_not_voided_while_who_had_the_camera_holds_another(force: Force) -> None:
    for collar in ("1234", "2222"):
        force.hire(collar)
    for asset in ("C-1", "C-2"):
        ready(force, asset)
    force.custody.issue("C-1", "1234", force.sergeant)
    passed = force.custody.reassign("C-1", "2222", force.sergeant)
    force.custody.issue("C-2", "1234", force.sergeant)
    assert refusal(lambda: force.custody.correct(passed.entry, "x", force.sergeant, voids=True)) == "one-camera"


def test_a_reassignment_was_sooner_and_both_holdings_follow(force: Force) -> None:
    for collar in ("1234", "2222"):
        force.hire(collar)
    ready(force, "C-1")
    force.custody.issue("C-1", "1234", force.sergeant)
    force.later(hours=3)
    passed = force.custody.reassign("C-1", "2222", force.sergeant)
    sooner = MORNING + timedelta(hours=1)
    force.custody.correct(passed.entry, "an hour after the start", force.sergeant, moment=sooner)
    held = force.asking.holdings("C-1")
    assert [(one.officer, one.from_at, one.until_at) for one in held] == [
        ("1234", MORNING, sooner),
        ("2222", sooner, None),
    ]
    before = MORNING - timedelta(minutes=1)
    assert refusal(lambda: force.custody.correct(passed.entry, "x", force.sergeant, moment=before)) == "correction"


@pytest.mark.parametrize("act", ["transfer", "repair", "retire"])
def test_a_camera_that_is_sent_away_goes_where_it_is_sent_without_an_alarm(force: Force, act: str) -> None:
    force.add("C-1")
    docking = force.dock("C-1")
    getattr(force.custody, act)("C-1", *(["Southgate"] if act == "transfer" else []), force.sergeant)
    state = force.asking.camera("C-1").state
    force.records.lifted(docking, force.settings)
    assert force.asking.late(MORNING) == []
    assert force.asking.camera("C-1").state == state


def test_a_camera_lost_on_its_way_is_not_on_its_way_when_it_is_found(force: Force) -> None:
    force.add("C-1")
    force.custody.transfer("C-1", "Southgate", force.sergeant)
    force.custody.lost("C-1", force.sergeant)
    force.custody.found("C-1", force.sergeant)
    now = force.asking.camera("C-1")
    assert (now.state, now.station, now.destination) == ("store", "Northgate", None)


def test_a_camera_whose_serial_was_put_right_is_no_longer_where_the_other_is(force: Force) -> None:
    force.add("C-1", serial="WRONG")
    docking = force.dock("C-1")
    force.add("C-1", serial="RIGHT")
    now = force.asking.camera("C-1")
    assert (now.bay, now.docked_at, now.ready) == (None, None, False)
    force.records.lifted(docking, force.settings)
    assert force.asking.late(MORNING) == []


def test_what_was_voided_is_not_what_somebody_brought_back(force: Force) -> None:
    officer = force.hire("1234")
    ready(force, "C-1")
    issued = force.custody.issue("C-1", "1234", force.sergeant)
    force.custody.correct(issued.entry, "never handed over", force.sergeant, voids=True)
    assert refusal(lambda: force.custody.receipt("C-1", officer)) == "not-theirs"
