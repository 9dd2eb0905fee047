"""What people ask of a docked camera, and the station's rules on when and whether it is copied and released."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app import docking
from app.exits import Exit
from app.owner import Owner
from app.sharing import DiskLow, Room, Turns
from app.snapshot import (
    Answer,
    BaySnapshot,
    BayState,
    ClearFault,
    Event,
    Finished,
    HoldAll,
    Keep,
    Notice,
    Offload,
    RecordingState,
    ReportFault,
    Retry,
    Sealed,
)
from drivers.virtual.card import Card, CardFile
from drivers.virtual.codes import Op
from drivers.virtual.faults import ShortAnswer, Slow
from tests.app.bench import Bench, noise, wait_until
from tests.app.test_command import Command, command  # noqa: F401  a fixture
from tests.app.test_docking import left


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path)
    yield bench
    bench.close()


def docked(bench: Bench) -> Owner:
    """An owner that docks by itself, after a first look."""
    owner = bench.owner(automatic=True)
    owner.look()
    return owner


def bay_of(owner: Owner, bay: str = "A1") -> BaySnapshot:
    return next(one for one in owner.bays() if one.bay == bay)


def settle(owner: Owner, state: BayState, bay: str = "A1") -> BaySnapshot:
    wait_until(owner, lambda: bay_of(owner, bay).state is state)
    return bay_of(owner, bay)


def codes(shown: BaySnapshot) -> set[str]:
    return {reason.code for reason in (*shown.reasons, *shown.remarks)}


def bodies(bench: Bench, kind: str) -> list[dict[str, object]]:
    return [body for entry in bench.home.records.entries() if (body := json.loads(entry.body))["kind"] == kind]


def at_work(owner: Owner) -> bool:
    """Whether some bytes of the first recording have come."""
    return any(view.done for view in bay_of(owner).recordings or ())


# -- turns -----------------------------------------------------------------------------------------------------------


def test_only_so_many_cameras_are_copied_at_once_and_the_others_wait_their_turn(bench: Bench) -> None:
    bench.home.change_settings(parallel_lanes=1)
    cards = [bench.camera(f"CAM-000{n}", {"A.MP4": noise(1_000_000, n)}) for n in range(3)]
    for port, card in enumerate(cards, 1):
        bench.plug(card, (1, port))
    seen: list[set[str]] = []
    waited: set[str] = set()
    owner = bench.owner()

    def hear(_event: Event) -> None:
        shown = owner.bays()
        seen.append({one.bay for one in shown if one.state in {BayState.COPYING, BayState.PROVING}})
        waited.update(one.bay for one in shown if one.state is BayState.WAITING)

    owner.follow(hear)
    try:
        owner.look()
        runs = owner.act(Offload()).runs
        wait_until(owner, lambda: all(bay_of(owner, bay).state is BayState.READY for bay, _ in runs))
    finally:
        owner.close()
    assert max(map(len, seen)) == 1
    assert len(waited) >= 2
    assert [left(card) for card in cards] == [set()] * 3


def test_of_those_who_wait_the_one_with_a_critical_recording_goes_first(bench: Bench) -> None:
    bench.home.change_settings(parallel_lanes=1)
    first = bench.camera("CAM-0001", {"A.MP4": noise(3_000_000, 1)})
    bench.plug(first, (1, 1)).arm(Slow(bytes_per_second=3_000_000))
    owner = bench.owner(automatic=True)
    sealed: list[str] = []
    owner.follow(lambda event: sealed.append(event.bay) if isinstance(event, Sealed) else None)
    try:
        owner.look()
        wait_until(owner, lambda: at_work(owner))
        bench.plug(bench.camera("CAM-0002", {"A.MP4": noise(1000, 2)}), (1, 2))
        owner.look()
        settle(owner, BayState.WAITING, "A2")
        bench.plug(bench.camera("CAM-0003", {"1234_CAM0003_20261120_230000_E.MP4": noise(1000, 3)}), (1, 3))
        owner.look()
        settle(owner, BayState.WAITING, "A3")
        settle(owner, BayState.READY, "A2")
    finally:
        owner.close()
    assert sealed == ["A1", "A3", "A2"]


def test_turns_go_to_critical_ones_first_and_else_in_the_order_of_coming() -> None:
    turns = Turns(lambda: 1)
    had: list[int] = []

    def take(number: int, waits: threading.Event) -> None:
        with turns.turn(critical=number == 5, wait=waits.set):
            had.append(number)

    threads = []
    with turns.turn(critical=False, wait=lambda: None):
        for number in range(6):
            waits = threading.Event()
            threads.append(threading.Thread(target=take, args=(number, waits)))
            threads[-1].start()
            assert waits.wait(20)
    for thread in threads:
        thread.join(20)
    assert had == [5, 0, 1, 2, 3, 4]


def test_stop_works_while_a_camera_waits(bench: Bench) -> None:
    bench.home.change_settings(parallel_lanes=1)
    bench.plug(bench.camera("CAM-0001", {"A.MP4": noise(3_000_000, 1)}), (1, 1)).arm(Slow(bytes_per_second=500_000))
    owner = docked(bench)
    try:
        wait_until(owner, lambda: at_work(owner))
        bench.plug(bench.camera("CAM-0002", {"A.MP4": noise(1000, 2)}), (1, 2))
        owner.look()
        settle(owner, BayState.WAITING, "A2")
        bench.devices["CAM-0002"].unplug()
        owner.look()
        shown = settle(owner, BayState.REMOVED_EARLY, "A2")
    finally:
        owner.close()
    assert "1 of 1 recordings" in shown.reasons[0].what_happened


# -- room on the disk ------------------------------------------------------------------------------------------------


def test_what_the_disk_has_no_room_for_stays_on_the_camera_and_goes_on_when_there_is_room(bench: Bench) -> None:
    card = bench.camera(files={"A.MP4": noise(300_000)})
    bench.plug(card)
    bench.home.change_settings(free_space_floor=bench.home.vault.free_bytes() * 2)
    owner = bench.owner()
    heard: list[Event] = []
    owner.follow(heard.append)
    try:
        owner.look()
        owner.act(Offload())
        shown = settle(owner, BayState.ATTENTION)
        assert codes(shown) >= {"disk-low"}
        assert left(card) == {"A.MP4"}
        assert list(bench.home.vault.leftovers()) == []
        run = owner.act(Retry("A1")).runs[0][1]
        wait_until(owner, lambda: bay_of(owner).run == run and bay_of(owner).state is BayState.ATTENTION)
        bench.home.change_settings(free_space_floor=0)
        owner.act(Retry("A1"))
        settle(owner, BayState.READY)
    finally:
        owner.close()
    assert left(card) == set()
    urgent = [event for event in heard if isinstance(event, Notice) and event.reason.code == "disk-low"]
    assert [event.urgent for event in urgent] == [True]


def test_copies_under_way_count_for_the_room_that_is_left(bench: Bench) -> None:
    """Two that would fit one by one, and not both."""
    bench.home.change_settings(free_space_floor=0)
    room = Room(bench.home)
    free = bench.home.vault.free_bytes()
    with room.taken("A.MP4", lambda: free * 2 // 3), pytest.raises(DiskLow, match=r"B\.MP4"):
        room.taken("B.MP4", lambda: free * 2 // 3).__enter__()
    with room.taken("B.MP4", lambda: free * 2 // 3):
        pass


def test_nothing_is_sealed_where_the_vault_s_disk_is_not_mounted_and_it_goes_on_when_it_is_back(bench: Bench) -> None:
    card = bench.camera(files={"A.MP4": noise(1000)})
    bench.plug(card)
    assert bench.offload().end.reason is None
    (card.recordings / "B.MP4").write_bytes(noise(1000, 2))
    vault, away = bench.home.vault.folder, bench.folder / "unplugged"
    vault.rename(away)
    vault.mkdir()  # what is left of a mount point
    refused = bench.offload()
    assert refused.end.reason is not None
    assert (refused.end.reason.code, refused.end.failed, refused.sealed) == ("vault-away", 1, [])
    assert refused.bay.state is BayState.FAULT
    assert [(one.reason.code, one.urgent) for one in refused.notices] == [("vault-away", True)]
    assert not any(vault.iterdir())
    assert left(card) == {"B.MP4"}
    vault.rmdir()
    away.rename(vault)
    again = bench.offload()
    assert (again.end.reason, len(again.sealed), again.bay.state) == (None, 1, BayState.READY)
    assert left(card) == set()


# -- what stays on the camera ----------------------------------------------------------------------------------------


def test_a_recording_is_kept_on_the_camera_for_as_long_as_the_rule_says(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.home.change_settings(keep_on_camera_hours=48)
    card = bench.camera(files={"A.MP4": noise(1000)})
    bench.plug(card)
    first = bench.offload()
    assert (first.end.reason, first.end.failed, len(first.sealed), first.released) == (None, 0, 1, [])
    assert first.bay.state is BayState.READY
    assert "kept-by-rule" in codes(first.bay)
    again = bench.offload()
    assert (again.end.failed, again.sealed, again.released) == (0, [], [])
    monkeypatch.setattr(docking, "now", lambda: datetime.now(UTC) + timedelta(hours=49))
    later = bench.offload()
    assert [event.id for event in later.released] == [first.sealed[0].id]
    assert left(card) == set()


def test_what_was_only_known_by_its_name_is_not_released_when_the_wish_to_keep_it_ends_in_the_middle(
    bench: Bench,
) -> None:
    card = bench.camera(files={"A.MP4": noise(1000), "B.MP4": noise(3_000_000, 2)})
    bench.plug(card)
    bench.offload(Offload(keep=True))
    (card.recordings / "C.MP4").write_bytes(noise(2_000_000, 3))
    bench.devices["CAM-0001"].arm(Slow(bytes_per_second=2_000_000))
    owner = bench.owner()
    heard: list[Event] = []
    owner.follow(heard.append)
    try:
        owner.look()
        bench.home.change_settings(keep_on_camera_hours=1)
        run = owner.act(Offload()).runs[0][1]
        wait_until(owner, lambda: at_work(owner) and bay_of(owner).state is BayState.COPYING)
        bench.home.change_settings(keep_on_camera_hours=0)
        wait_until(owner, lambda: any(isinstance(one, Finished) and one.run == run for one in heard))
    finally:
        owner.close()
    assert left(card) == {"A.MP4", "B.MP4"}


def test_keep_stops_releasing_at_once_and_its_end_releases_what_was_kept(bench: Bench) -> None:
    card = bench.camera(files={"A.MP4": noise(3_000_000), "B.MP4": noise(1000, 2)})
    bench.plug(card).arm(Slow(bytes_per_second=3_000_000))
    owner = docked(bench)
    try:
        wait_until(owner, lambda: at_work(owner))
        assert owner.act(Keep("A1")).done
        assert bay_of(owner).kept
        shown = settle(owner, BayState.DOCKED)
        assert {view.state for view in shown.recordings or ()} == {RecordingState.SEALED}
        assert left(card) == {"A.MP4", "B.MP4"}
        assert shown.kept
        owner.act(Retry("A1"))
        wait_until(owner, lambda: bay_of(owner).run == 2 and bay_of(owner).state is BayState.DOCKED)
        assert left(card) == {"A.MP4", "B.MP4"}
        assert owner.act(Keep("A1", keep=False)).done
        assert not settle(owner, BayState.READY).kept
    finally:
        owner.close()
    assert left(card) == set()


# -- holds -----------------------------------------------------------------------------------------------------------


def test_all_of_a_camera_is_held_and_what_is_sealed_later_in_this_docking_too(bench: Bench) -> None:
    card = bench.camera(files={"A.MP4": noise(1000)})
    bench.plug(card)
    owner = docked(bench)
    try:
        settle(owner, BayState.READY)
        answer = owner.act(HoldAll("A1", "Complaint 12 of 20 November"))
        assert answer.done, answer.words
        assert bay_of(owner).held == 1
        (card.recordings / "B.MP4").write_bytes(noise(1000, 2))
        owner.act(Retry("A1"))
        wait_until(owner, lambda: bay_of(owner).held == 2)
        settle(owner, BayState.READY)
        again = owner.act(HoldAll("A1", "Once more"))
        assert again.done
    finally:
        owner.close()
    assert len(bodies(bench, "hold")) == 2
    bench.home.records.verify()


def test_another_camera_in_the_same_bay_is_not_held(bench: Bench) -> None:
    bench.plug(bench.camera("CAM-0001", {"A.MP4": noise(1000)}))
    owner = docked(bench)
    try:
        settle(owner, BayState.READY)
        owner.act(HoldAll("A1", "Complaint"))
        bench.devices["CAM-0001"].unplug()
        owner.look()
        settle(owner, BayState.EMPTY)
        bench.plug(bench.camera("CAM-0002", {"B.MP4": noise(1000, 2)}))
        owner.look()
        assert settle(owner, BayState.READY).held == 0
    finally:
        owner.close()
    assert len(bodies(bench, "hold")) == 1


# -- faults ----------------------------------------------------------------------------------------------------------


def test_a_reported_fault_keeps_the_camera_from_being_ready_until_it_is_put_right(bench: Bench) -> None:
    card = bench.camera(files={"A.MP4": noise(1000)})
    bench.plug(card)
    owner = docked(bench)
    try:
        settle(owner, BayState.READY)
        assert owner.act(ReportFault("A1", "The lens is cracked.")).done
        shown = settle(owner, BayState.ATTENTION)
        assert "The lens is cracked." in shown.reasons[0].what_happened
    finally:
        owner.close()
    again = bench.offload()
    assert again.end.reason is None
    assert (again.bay.state, codes(again.bay)) == (BayState.ATTENTION, {"fault-reported"})
    owner = bench.owner()
    try:
        owner.look()
        owner.act(Offload())
        settle(owner, BayState.ATTENTION)
        assert owner.act(ClearFault("A1", "New lens.")).done
        assert settle(owner, BayState.READY).reasons == ()
        assert owner.act(ClearFault("A1", "New lens.")).code == "no-fault"
    finally:
        owner.close()
    assert [body["faulty"] for body in bodies(bench, "camera-fault")] == [True, False]


def test_a_fault_that_is_reported_while_the_camera_is_recognised_is_not_forgotten(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.plug(bench.camera())
    owner = docked(bench)
    try:
        settle(owner, BayState.READY)
        lane, fault_of, asked = owner._lanes["A1"], bench.home.records.fault_of, threading.Event()

        def reported_meanwhile(which: str) -> str | None:
            found = fault_of(which)
            if not asked.is_set():
                asked.set()
                bench.home.records.camera_fault(which, faulty=True, by="sergeant", words="The clip is broken.")
                lane.fault("The clip is broken.")
            return found

        monkeypatch.setattr(bench.home.records, "fault_of", reported_meanwhile)
        owner.act(Retry("A1"))
        wait_until(owner, lambda: bay_of(owner).run == 2 and not bay_of(owner).working and asked.is_set())
        assert bay_of(owner).state is BayState.ATTENTION
    finally:
        owner.close()


@pytest.mark.parametrize("words", ["", "   ", "x" * 501])
def test_an_act_without_fitting_words_is_refused(bench: Bench, words: str) -> None:
    bench.plug(bench.camera(files={"A.MP4": noise(1000)}))
    owner = docked(bench)
    try:
        settle(owner, BayState.READY)
        answers = [owner.act(act) for act in (HoldAll("A1", words), ReportFault("A1", words))]
    finally:
        owner.close()
    assert [answer.done for answer in answers] == [False, False]
    assert bodies(bench, "hold") == bodies(bench, "camera-fault") == []


def test_what_is_asked_of_no_camera_or_of_one_not_read_yet_is_refused(bench: Bench) -> None:
    bench.plug(bench.camera(files={"A.MP4": noise(1000)}))
    owner = bench.owner()
    try:
        owner.look()
        answers: list[Answer] = [
            owner.act(act) for act in (Keep("Z9"), HoldAll("Z9", "x"), HoldAll("A1", "x"), ReportFault("A1", "x"))
        ]
    finally:
        owner.close()
    assert [answer.code for answer in answers] == ["no-camera", "no-camera", "unknown-camera", "unknown-camera"]


# -- what is told of a camera ----------------------------------------------------------------------------------------


def test_a_camera_in_another_bay_than_last_time_says_where_it_was(bench: Bench) -> None:
    card = bench.camera(files={"A.MP4": noise(1000)})
    device = bench.plug(card, (1, 3))
    first = bench.offload()
    assert codes(first.bay) == {"new-model"}
    device.unplug()
    bench.plug(card, (1, 1))
    again = bench.offload()
    assert [remark.what_happened for remark in again.bays["A1"].remarks] == ["It was last in A3."]
    assert again.bays["A1"].state is BayState.READY


def test_of_two_cameras_with_one_serial_neither_is_ready_and_both_say_why(bench: Bench) -> None:
    one = bench.camera("CAM-0001", {"A.MP4": noise(1000)})
    two = Card.create(bench.folder / "cards" / "twin", CardFile(serial="CAM-0001", battery_percent=90.0))
    (two.recordings / "A.MP4").write_bytes(noise(1000, 2))
    bench.plug(one, (1, 1))
    owner = docked(bench)
    try:
        settle(owner, BayState.READY, "A1")
        bench.plug(two, (1, 2))
        owner.look()
        told = [settle(owner, BayState.ATTENTION, bay) for bay in ("A1", "A2")]
    finally:
        owner.close()
    assert [codes(shown) - {"new-model"} for shown in told] == [{"same-serial"}, {"same-serial"}]
    assert "A2" in told[0].reasons[0].what_happened
    assert left(one) == left(two) == set()


def test_a_recording_sealed_in_part_is_known_by_its_bytes_and_not_sealed_again(bench: Bench) -> None:
    card = bench.camera(files={"A.MP4": noise(300_000)})
    short = [
        ShortAnswer(operation=operation, missing=100_000, times=99)
        for operation in (Op.GET_OBJECT, Op.GET_PARTIAL_OBJECT, Op.GET_PARTIAL_OBJECT_64)
    ]
    device = bench.plug(card)
    for fault in short:
        device.arm(fault)
    bench.offload()
    (sealed,) = [facts for facts in bench.home.records.recordings() if facts.sealed_at]
    assert sealed.partial
    again = bench.offload()
    assert any(fault.fired for fault in short)
    assert (again.sealed, again.end.failed) == ([], 1)
    assert [facts.id for facts in bench.home.records.recordings()] == [sealed.id]
    assert left(card) == {"A.MP4"}


# -- from the command line -------------------------------------------------------------------------------------------


def test_holds_and_faults_from_the_command_line(command: Command) -> None:  # noqa: F811  the fixture
    sealed = [line for line in command.json("offload", virtual=True) if line["event"] == "sealed"]
    first = sealed[0]["id"]
    assert command.json("hold", first, "--reason", "Complaint 12") == [{"event": "held", "id": first, "held": True}]
    assert command.json("hold", first, "--lift", "--reason", "Over")[0]["held"] is False
    assert "2 recordings" in command("hold", "--bay", "A1", "--reason", "Complaint 13", virtual=True)[0]
    command("hold", "f" * 32, "--reason", "x", code=Exit.NOT_FOUND)
    command("hold", first, "--reason", " ", code=Exit.USAGE)
    command("hold", "--reason", "x", code=Exit.USAGE)
    command("fault", "A1", "Lens cracked", virtual=True)
    assert "Lens cracked" in command("cameras", virtual=True)[0]
    command("fault", "A1", "--clear", "New lens", virtual=True)
    assert "Lens cracked" not in command("cameras", virtual=True)[0]
    command("fault", "A1", "--clear", "New lens", virtual=True, code=Exit.REFUSED)
    command("fault", "Z9", "Lens cracked", virtual=True, code=Exit.NO_CAMERA)
    command("keep", "A1", virtual=True, code=Exit.REFUSED)
    command("verify")
