"""The way of a recording, on virtual cameras, with a real home on disk."""

from __future__ import annotations

import os
from collections.abc import Iterator
from io import FileIO
from pathlib import Path

import pytest

from app.snapshot import Accept, BayState, Offload, RecordingState, Retry
from app.vault import disk
from app.vault.errors import VaultSyncFailed
from db.errors import DatabaseBusy, DiskFull
from drivers.virtual.card import Card, CardFile
from drivers.virtual.codes import Op
from drivers.virtual.faults import (
    Appear,
    DeleteLies,
    DeleteOther,
    OtherBytes,
    Refuse,
    Resize,
    ShortAnswer,
    UnplugAfterBytes,
    Vanish,
)
from tests.app.bench import Bench, noise, opened, run, sha256, wait_until


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path)
    yield bench
    bench.close()


TWO = {"1234_CAM0001_20261120_220000.MP4": noise(200_000, 1), "1234_CAM0001_20261120_230000_E.MP4": noise(70_000, 2)}


def left(card: Card) -> set[str]:
    return {path.name for path in card.recordings.iterdir()}


def test_a_camera_is_offloaded_sealed_proved_logged_released_and_ready(bench: Bench) -> None:
    card = bench.camera(files=TWO)
    bench.plug(card)
    done = bench.offload()
    assert done.end.reason is None
    assert (done.end.recordings, done.end.bytes, done.end.failed) == (2, 270_000, 0)
    assert {event.name: event.sha256 for event in done.sealed} == {name: sha256(data) for name, data in TWO.items()}
    assert {opened(bench.home, event.id) for event in done.sealed} == set(TWO.values())
    assert {event.id for event in done.released} == {event.id for event in done.sealed}
    assert left(card) == set()
    assert done.bay.state is BayState.READY
    assert {view.state for view in done.bay.recordings or ()} == {RecordingState.RELEASED}
    bench.home.records.verify()


def test_the_critical_recording_goes_first(bench: Bench) -> None:
    bench.plug(bench.camera(files=TWO))
    assert next(event.name for event in bench.offload().sealed).endswith("_E.MP4")


def test_other_files_stay_and_an_empty_recording_is_a_recording(bench: Bench) -> None:
    card = bench.camera(files={"A.MP4": b"", "INDEX.DAT": b"index"})
    bench.plug(card)
    done = bench.offload()
    assert [event.size for event in done.sealed] == [0]
    assert left(card) == {"INDEX.DAT"}


def test_keep_releases_nothing_and_later_it_is_released_without_sealing_again(bench: Bench) -> None:
    card = bench.camera(files=TWO)
    bench.plug(card)
    first = bench.offload(Offload(keep=True))
    assert len(first.sealed) == 2
    assert first.released == []
    assert left(card) == set(TWO)
    again = bench.offload(Offload(keep=True))
    assert again.sealed == []
    assert again.end.failed == 0
    last = bench.offload()
    assert last.sealed == []
    assert {event.id for event in last.released} == {event.id for event in first.sealed}
    assert last.end.recordings == 2
    assert left(card) == set()


def test_the_same_name_with_other_content_is_another_recording_and_an_alarm(bench: Bench) -> None:
    card = bench.camera(files={"A.MP4": noise(100_000, 1)})
    bench.plug(card)
    bench.offload(Offload(keep=True))
    (card.recordings / "A.MP4").write_bytes(noise(100_000, 9))
    again = bench.offload()
    assert [event.sha256 for event in again.sealed] == [sha256(noise(100_000, 9))]
    assert any(notice.reason.code == "changed" for notice in again.notices)
    assert left(card) == set()


def test_the_same_content_with_another_time_is_not_sealed_again(bench: Bench) -> None:
    card = bench.camera(files={"A.MP4": noise(100_000, 1)})
    bench.plug(card)
    bench.offload(Offload(keep=True))
    (card.recordings / "A.MP4").touch()
    again = bench.offload()
    assert again.sealed == []
    assert len(again.released) == 1


@pytest.mark.parametrize("count", [1, 50_000, 65_536 + 12, 195_000])
def test_lifted_out_in_the_middle_it_goes_on_and_nothing_is_lost(bench: Bench, count: int) -> None:
    card = bench.camera(files={"A.MP4": noise(200_000, 1)})
    device = bench.plug(card)
    fault = UnplugAfterBytes(count=count + 2_000)
    device.arm(fault)
    broken = bench.offload()
    assert fault.fired
    assert broken.end.reason is not None
    assert broken.end.reason.code == "gone"
    assert broken.released == []
    assert left(card) == {"A.MP4"}
    bench.plug(card)
    again = bench.offload()
    assert [event.sha256 for event in again.sealed] == [sha256(noise(200_000, 1))]
    assert left(card) == set()
    assert list(bench.home.vault.leftovers()) == []


def test_a_resumed_copy_reads_only_what_is_missing(bench: Bench) -> None:
    size = 8_000_000
    card = bench.camera(files={"A.MP4": noise(size, 1)})
    device = bench.plug(card)
    device.arm(UnplugAfterBytes(count=6_000_000))
    bench.offload()
    again = bench.plug(card)
    read = UnplugAfterBytes(count=1 << 40)
    again.arm(read)
    done = bench.offload()
    assert [event.sha256 for event in done.sealed] == [sha256(noise(size, 1))]
    assert (1 << 40) - read.count < size // 2


def test_other_bytes_after_a_break_start_the_copy_over_under_a_new_key(bench: Bench) -> None:
    card = bench.camera(files={"A.MP4": noise(2_000_000, 1)})
    bench.plug(card).arm(UnplugAfterBytes(count=1_500_000))
    bench.offload()
    (before,) = bench.home.vault.leftovers()
    stamp = (card.recordings / "A.MP4").stat()
    (card.recordings / "A.MP4").write_bytes(noise(2_000_000, 5))
    os.utime(card.recordings / "A.MP4", ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    bench.plug(card)
    done = bench.offload()
    assert [event.sha256 for event in done.sealed] == [sha256(noise(2_000_000, 5))]
    assert done.sealed[0].id != before
    assert list(bench.home.vault.leftovers()) == []


def test_a_delete_that_lies_leaves_it_sealed_and_says_so(bench: Bench) -> None:
    card = bench.camera(files={"A.MP4": noise(1000)})
    fault = DeleteLies(times=10)
    bench.plug(card).arm(fault)
    done = bench.offload()
    assert fault.fired
    assert (len(done.sealed), len(done.released), done.end.failed) == (1, 0, 1)
    assert done.bay.state is BayState.ATTENTION
    assert left(card) == {"A.MP4"}


def test_a_delete_that_takes_another_recording_loses_nothing_and_raises_the_alarm(bench: Bench) -> None:
    files = {f"{letter}.MP4": noise(1000, seed) for seed, letter in enumerate("ABC")}
    fault = DeleteOther()
    bench.plug(bench.camera(files=files)).arm(fault)
    done = bench.offload()
    assert fault.fired
    assert {opened(bench.home, event.id) for event in done.sealed} == set(files.values())
    assert any(notice.reason.code == "vanished" for notice in done.notices)
    assert done.end.failed >= 1


def test_a_refused_delete_is_told_and_the_copy_is_safe(bench: Bench) -> None:
    card = bench.camera(files={"A.MP4": noise(1000)})
    fault = Refuse(operation=Op.DELETE_OBJECT, code=0x200D, times=10)
    bench.plug(card).arm(fault)
    done = bench.offload()
    assert fault.fired
    assert (len(done.sealed), len(done.released), done.end.failed) == (1, 0, 1)
    assert done.bay.reasons[0].code == "protected"


def test_what_appears_meanwhile_is_offloaded_too(bench: Bench) -> None:
    card = bench.camera(files={"A.MP4": noise(1000)})
    fault = Appear(operation=Op.GET_OBJECT, name="B.MP4")
    bench.plug(card).arm(fault)
    done = bench.offload()
    assert fault.fired
    assert {event.name for event in done.sealed} == {"A.MP4", "B.MP4"}
    assert left(card) == set()


def test_what_vanishes_before_it_is_read_is_told(bench: Bench) -> None:
    card = bench.camera(files={"A.MP4": noise(1000), "B.MP4": noise(1000, 2)})
    fault = Vanish(operation=Op.GET_OBJECT)
    bench.plug(card).arm(fault)
    done = bench.offload()
    assert fault.fired
    assert len(done.sealed) == 1
    assert done.end.failed == 1
    assert done.bay.state is BayState.ATTENTION


def test_a_recording_that_grows_before_it_is_read_is_kept_whole_in_the_end(bench: Bench) -> None:
    card = bench.camera(files={"A.MP4": noise(100_000)})
    fault = Resize(operation=Op.GET_OBJECT, by=5000)
    bench.plug(card).arm(fault)
    bench.offload()
    assert fault.fired
    bench.offload()
    assert left(card) == set()
    whole = noise(100_000) + bytes(5000)
    kept = [facts for facts in bench.home.records.recordings() if facts.sha256 == sha256(whole)]
    assert [facts.partial for facts in kept] == [False]


def test_a_card_that_cannot_be_read_to_the_end_is_kept_in_part_and_not_released(bench: Bench) -> None:
    card = bench.camera(files={"A.MP4": noise(300_000), "B.MP4": noise(1000, 2)})
    faults = [
        ShortAnswer(operation=operation, missing=100_000, times=99)
        for operation in (Op.GET_OBJECT, Op.GET_PARTIAL_OBJECT, Op.GET_PARTIAL_OBJECT_64)
    ]
    device = bench.plug(card)
    for fault in faults:
        device.arm(fault)
    done = bench.offload()
    assert any(fault.fired for fault in faults)
    assert done.end.failed >= 1
    assert "A.MP4" in left(card)
    assert all(event.name != "A.MP4" for event in done.released)


def test_a_copy_that_could_not_be_made_durable_is_told_at_once(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    sync = disk.sync

    def broken(file: FileIO, path: Path) -> None:
        if path.suffix == ".age-payload":
            raise VaultSyncFailed(f"{path} could not be made durable: Input/output error.")
        sync(file, path)

    bench.plug(bench.camera(files={"A.MP4": noise(1000)}))
    monkeypatch.setattr("app.vault.disk.sync", broken)
    done = bench.offload()
    assert done.end.failed == 1
    urgent = [notice.reason.code for notice in done.notices if notice.urgent]
    assert urgent == ["vault-sync"]


def test_two_cameras_go_side_by_side_and_one_that_goes_harms_none(bench: Bench) -> None:
    one = bench.camera("CAM-0001", {"A.MP4": noise(3_000_000)})
    two = bench.camera("CAM-0002", {"B.MP4": noise(500_000, 2)})
    bench.plug(one, (1, 1)).arm(UnplugAfterBytes(count=1_000_000))
    bench.plug(two, (1, 2))
    done = bench.offload()
    assert [event.name for event in done.sealed] == ["B.MP4"]
    assert left(two) == set()
    assert left(one) == {"A.MP4"}


def test_the_clock_is_measured_before_it_is_set(bench: Bench) -> None:
    card = bench.camera(files={"1234_CAM0001_20261120_220000.MP4": noise(1000)}, clock_offset_s=-252.0)
    bench.plug(card)
    done = bench.offload()
    assert done.bay.clock_offset_s == pytest.approx(-252.0, abs=1.5)
    assert done.bay.clock_set
    assert any("4 min" in notice.reason.what_happened for notice in done.notices)
    facts = bench.home.records.recording(done.sealed[0].id)
    assert facts.clock_offset_s == done.bay.clock_offset_s
    assert facts.officer == "1234"


def test_a_low_battery_is_charging_not_ready(bench: Bench) -> None:
    bench.plug(bench.camera(files={"A.MP4": b"x"}, battery_percent=20.0))
    assert bench.offload().bay.state is BayState.CHARGING


def test_cameras_are_docked_by_themselves_when_they_come_and_bays_empty_when_they_go(bench: Bench) -> None:
    card = bench.camera(files=TWO)
    owner = bench.owner(automatic=True)
    owner.watch()
    try:
        device = bench.plug(card)
        wait_until(owner, lambda: any(bay.state is BayState.READY for bay in owner.bays()))
        assert left(card) == set()
        device.unplug()
        wait_until(owner, lambda: [bay.state for bay in owner.bays()] == [BayState.EMPTY])
    finally:
        owner.close()


def test_a_camera_lifted_too_early_is_told_loudly_and_goes_on_in_another_bay(bench: Bench) -> None:
    card = bench.camera(files={"A.MP4": noise(3_000_000)})
    owner = bench.owner(automatic=True)
    owner.watch()
    try:
        device = bench.plug(card, (1, 1))
        device.arm(UnplugAfterBytes(count=1_000_000))
        wait_until(owner, lambda: any(bay.state is BayState.REMOVED_EARLY for bay in owner.bays()))
        assert left(card) == {"A.MP4"}
        bench.plug(card, (1, 2))
        wait_until(owner, lambda: any(bay.state is BayState.READY for bay in owner.bays()))
        assert left(card) == set()
    finally:
        owner.close()


def test_an_act_on_an_empty_bay_is_refused_in_words(bench: Bench) -> None:
    owner = bench.owner()
    try:
        assert "no camera" in owner.act(Retry("Z9")).words.lower()
        assert owner.act(Offload()).code == "no-camera"
        assert not owner.act(Accept("Z9")).done
    finally:
        owner.close()


def test_only_the_serial_asked_for_is_docked(bench: Bench) -> None:
    one = bench.camera("CAM-0001", {"A.MP4": noise(1000)})
    two = bench.camera("CAM-0002", {"B.MP4": noise(1000, 2)})
    bench.plug(one, (1, 1))
    bench.plug(two, (1, 2))
    owner = bench.owner()
    try:
        owner.look()
        owner.look_at_all()
        done = run(owner, Offload(serial="CAM-0002"))
    finally:
        owner.close()
    assert [event.name for event in done.sealed] == ["B.MP4"]
    assert left(one) == {"A.MP4"}


def test_other_bytes_on_a_second_read_stop_a_release(bench: Bench) -> None:
    """A recording kept on the camera is read again before its release: what differs then is no copy of it."""
    card = bench.camera(files={"A.MP4": noise(100_000)})
    bench.plug(card)
    bench.offload(Offload(keep=True))
    fault = OtherBytes(operation=Op.GET_OBJECT, times=99)
    bench.devices["CAM-0001"].arm(fault)
    done = bench.offload()
    assert fault.fired
    assert any(notice.reason.code == "changed" for notice in done.notices)
    first = next(facts for facts in bench.home.records.recordings() if facts.sha256 == sha256(noise(100_000)))
    assert first.released_at is None


def test_a_listing_that_is_not_whole_is_no_ready_camera(bench: Bench) -> None:
    card = bench.camera(files={"A.MP4": noise(1000), "B.MP4": noise(1000, 2)}, without=[0x9805])
    fault = Refuse(operation=Op.GET_OBJECT_INFO, code=0x2002, skip=2, times=99)
    bench.plug(card).arm(fault)
    done = bench.offload()
    assert fault.fired
    assert done.end.reason is not None
    assert done.bay.state is not BayState.READY


def test_two_cameras_with_one_serial_take_turns_and_lose_nothing(bench: Bench) -> None:
    one = bench.camera("CAM-0001", {"A.MP4": noise(3_000_000)})
    two = Card.create(bench.folder / "cards" / "twin", CardFile(serial="CAM-0001", battery_percent=90.0))
    (two.recordings / "A.MP4").write_bytes(noise(3_000_000, 2))
    bench.plug(one, (1, 1))
    bench.plug(two, (1, 2))
    done = bench.offload()
    assert {event.failed for event in done.finished.values()} == {0}
    assert {opened(bench.home, event.id) for event in done.sealed} == {noise(3_000_000), noise(3_000_000, 2)}
    assert left(one) == left(two) == set()


def test_what_is_not_on_the_other_camera_with_that_serial_is_not_logged_as_gone(bench: Bench) -> None:
    one = bench.camera("CAM-0001", {"A.MP4": noise(1000)})
    two = Card.create(bench.folder / "cards" / "twin", CardFile(serial="CAM-0001", battery_percent=90.0))
    (two.recordings / "B.MP4").write_bytes(noise(1000, 2))
    bench.home.change_settings(keep_on_camera_hours=48)
    bench.plug(one, (1, 1))
    owner = bench.owner(automatic=True)
    try:
        owner.look()
        wait_until(owner, lambda: [bay.state for bay in owner.bays()] == [BayState.READY])
        bench.plug(two, (1, 2))
        owner.look()
        wait_until(owner, lambda: [bay.state for bay in owner.bays()] == [BayState.ATTENTION] * 2)
    finally:
        owner.close()
    found = bench.home.records.recordings()
    assert [(one.name, one.sealed_at is not None, one.released_at) for one in found] == [
        ("A.MP4", True, None),
        ("B.MP4", True, None),
    ]


def test_of_two_cameras_with_one_serial_nothing_is_believed_to_be_sealed_by_its_looks(bench: Bench) -> None:
    """Both were made by one template: name, size and time are the same, the footage is not."""
    one = bench.camera("CAM-0001", {"A.MP4": noise(1000)})
    two = Card.create(bench.folder / "cards" / "twin", CardFile(serial="CAM-0001", battery_percent=90.0))
    (two.recordings / "A.MP4").write_bytes(noise(1000, 2))
    for card in (one, two):
        os.utime(card.recordings / "A.MP4", (1_700_000_000, 1_700_000_000))
    bench.plug(one, (1, 1))
    bench.plug(two, (1, 2))
    done = bench.offload(Offload(keep=True))
    assert {opened(bench.home, event.id) for event in done.sealed} == {noise(1000), noise(1000, 2)}


@pytest.mark.parametrize("name", ["1234_CAM0001_05000101_000000.MP4", "1234_CAM0001_99991231_235959.MP4"])
def test_a_name_from_another_age_poisons_nothing(bench: Bench, name: str) -> None:
    bench.plug(bench.camera(files={name: noise(1000)}))
    assert bench.offload().end.failed == 0
    (facts,) = bench.home.records.recordings()
    assert facts.recorded_at is None or 1970 <= facts.recorded_at.year <= 2200


def test_a_sealed_copy_that_was_damaged_is_told_and_sealed_again(bench: Bench) -> None:
    files = {"A.MP4": noise(100_000), "B.MP4": noise(1000, 2)}
    card = bench.camera(files=files)
    bench.plug(card)
    first = bench.offload(Offload(keep=True))
    damaged = next(event.id for event in first.sealed if event.name == "A.MP4")
    payload = bench.home.folder / "vault" / damaged[:2] / f"{damaged}.age-payload"
    payload.write_bytes(payload.read_bytes()[:-1] + b"\0")
    again = bench.offload()
    assert [event.name for event in again.sealed] == ["A.MP4"]
    assert any(notice.reason.code == "proof" for notice in again.notices)
    assert left(card) == set()
    assert opened(bench.home, again.sealed[0].id) == files["A.MP4"]


def test_what_was_to_stay_and_is_gone_is_told(bench: Bench) -> None:
    card = bench.camera(files={"A.MP4": noise(1000), "B.MP4": noise(1000, 2)})
    bench.home.change_settings(keep_on_camera_hours=48)
    bench.plug(card)
    assert bench.offload().released == []
    (card.recordings / "A.MP4").unlink()
    done = bench.offload()
    assert [notice.reason.code for notice in done.notices if notice.urgent] == ["taken-off"]
    assert [event.name for event in done.released] == ["A.MP4"]


def test_a_release_that_was_cut_off_before_it_was_logged_is_logged_at_the_next_docking(bench: Bench) -> None:
    card = bench.camera(files={"A.MP4": noise(1000)})
    bench.plug(card)
    first = bench.offload(Offload(keep=True))
    (card.recordings / "A.MP4").unlink()
    again = bench.offload()
    assert [event.id for event in again.released] == [first.sealed[0].id]
    assert bench.home.records.recording(first.sealed[0].id).released_at is not None


def test_a_clock_that_cannot_be_set_keeps_nothing_on_the_camera(bench: Bench) -> None:
    card = bench.camera(files={"A.MP4": noise(1000)})
    fault = Refuse(operation=Op.SET_DEVICE_PROP_VALUE, code=0x200F, times=99)
    bench.plug(card).arm(fault)
    done = bench.offload()
    assert fault.fired
    assert (done.end.failed, done.end.reason) == (0, None)
    assert done.bay.state is BayState.ATTENTION
    assert left(card) == set()


def test_one_device_that_cannot_be_taken_in_costs_the_others_nothing_and_is_tried_again(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    bench.plug(bench.camera("CAM-0001", {"A.MP4": noise(1000)}), (1, 1))
    bench.plug(bench.camera("CAM-0002", {"B.MP4": noise(1000, 2)}), (1, 2))
    bay, refusals = bench.home.records.bay, [DatabaseBusy("Another program keeps the database locked.")]

    def busy_once(path: str) -> str:
        if refusals:
            raise refusals.pop()
        return bay(path)

    monkeypatch.setattr(bench.home.records, "bay", busy_once)
    owner = bench.owner(automatic=True)
    owner.watch()
    try:
        wait_until(owner, lambda: [one.state for one in owner.bays()] == [BayState.READY, BayState.READY])
    finally:
        owner.close()
    assert not refusals


def test_a_visitors_phone_is_left_alone_until_a_person_accepts_it(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = next(model for model in bench.home.models if model.name == "generic-mtp")
    monkeypatch.setattr(type(bench.home.models), "match", lambda _self, _sighting: phone)
    card = bench.camera(files={"A.MP4": noise(1000)})
    bench.plug(card)
    owner = bench.owner(automatic=True)
    try:
        owner.look()
        (bay,) = owner.bays()
        assert (bay.state, bay.recordings, bay.make) == (BayState.NEW, None, None)
        assert not owner.act(Retry(bay.bay)).done
        assert left(card) == {"A.MP4"}
        assert owner.act(Accept(bay.bay)).done
        wait_until(owner, lambda: owner.bays()[0].state is BayState.READY)
    finally:
        owner.close()
    assert left(card) == set()


def test_a_full_disk_is_told_as_what_it_is_and_not_as_an_empty_dock(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(_path: str) -> str:
        raise DiskFull("The disk is full.")

    card = bench.camera(files={"A.MP4": noise(1000)})
    bench.plug(card)
    monkeypatch.setattr(bench.home.records, "bay", full)
    owner = bench.owner()
    try:
        owner.look()
        answer = owner.act(Offload())
    finally:
        owner.close()
    assert (answer.done, answer.code) == (False, "disk-full")
    assert "disk is full" in answer.words
    assert left(card) == {"A.MP4"}
