"""Cameras that lie, each against the driver: a clear error or an oddity, right bytes or none, and an end to it.

The numbers are those of the list of hostile answers. After every case the same card, docked anew, is read in full: the
driver held on to nothing. What the dock makes of these cameras is tested above it.
"""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from drivers.camera import HasBattery, Listing
from drivers.errors import (
    DeviceBusy,
    DeviceError,
    ObjectMissing,
    ProtocolError,
    RequestRefused,
    WriteProtected,
)
from drivers.mtp.camera import MtpCamera
from drivers.mtp.listing import MAX_DEPTH
from drivers.virtual.faults import Fault
from tests.drivers.mtp.docked import BODY, NAME, Docked, dock, read
from tests.drivers.mtp.hostile import HOSTILE, Case

pytestmark = pytest.mark.timeout(60)
MEMORY_BYTES = 48 << 20


@dataclass
class Outcome:
    """What came of docking a hostile camera: what was listed, read whole, and raised."""

    listing: Listing = field(default_factory=lambda: Listing((), ()))
    whole: dict[str, bytes] = field(default_factory=dict)
    errors: list[DeviceError] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        return sorted(footage.name for footage in self.listing.footage)


class Dock:
    """Docks the case of one test, and looks afterwards whether the driver let go."""

    def __init__(self, folder: Path) -> None:
        self.docked: Docked = dock(folder)
        self.fault: Fault | None = None

    def prepare(self, case: Case) -> None:
        self.fault = case.prepare(self.docked)

    @contextmanager
    def opened(self, case: Case) -> Iterator[MtpCamera]:
        self.prepare(case)
        with self.docked.camera() as camera:
            yield camera

    def offload(self, case: Case) -> Outcome:
        """Open, list, read everything; every error is kept."""
        outcome = Outcome()
        try:
            with self.opened(case) as camera:
                outcome.listing = camera.listing()
                for footage in outcome.listing.footage:
                    try:
                        outcome.whole[footage.name] = read(camera, footage)
                    except DeviceError as fault:
                        outcome.errors.append(fault)
        except DeviceError as fault:
            outcome.errors.append(fault)
        assert all(error.what_happened and error.what_to_do for error in outcome.errors)
        return outcome

    def check_struck(self) -> None:
        assert self.fault is None or self.fault.fired, "the fault never struck"

    def check_let_go(self) -> None:
        self.docked.device.unplug()
        self.docked.plug()
        with self.docked.camera() as camera:
            for footage in camera.listing().footage:
                assert len(read(camera, footage)) == footage.size


@pytest.fixture
def bay(tmp_path):
    bay = Dock(tmp_path)
    yield bay
    bay.check_struck()
    bay.check_let_go()


@pytest.fixture
def little_memory():
    """The case must not make the driver hold more than a few buffers."""
    tracemalloc.start()
    yield
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < MEMORY_BYTES, f"{peak >> 20} MiB"


def hostile(number: int) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", HOSTILE[number], ids=str)


@hostile(16)
def test_hostile_16_container_length(bay, case):
    outcome = bay.offload(case)
    if case.name == "data of 4294967295 bytes":  # an object of unknown length, ended by its response: allowed
        assert outcome.whole == {NAME: BODY}
    else:
        assert [type(error) for error in outcome.errors] == [ProtocolError]


@hostile(17)
def test_hostile_17_length_other_than_the_data(bay, case):
    outcome = bay.offload(case)
    right_in_the_end = "+" in case.name if "Handles" in case.name else "-" in case.name
    if right_in_the_end:
        assert outcome.whole == {NAME: BODY}
    else:
        assert [isinstance(error, ProtocolError) for error in outcome.errors] == [True]
        assert outcome.whole == {}


@hostile(18)
def test_hostile_18_wrong_transaction(bay, case):
    (error,) = bay.offload(case).errors
    assert isinstance(error, DeviceError)
    assert not isinstance(error, RequestRefused)


@hostile(19)
def test_hostile_19_response_before_data(bay, case):
    (error,) = bay.offload(case).errors
    assert isinstance(error, ProtocolError)


@hostile(20)
def test_hostile_20_unknown_container_type(bay, case):
    (error,) = bay.offload(case).errors
    assert isinstance(error, ProtocolError)


@hostile(21)
def test_hostile_21_data_without_end(bay, case, little_memory):
    outcome = bay.offload(case)
    assert [isinstance(error, ProtocolError) for error in outcome.errors] == [True]
    assert outcome.whole == {}


@hostile(22)
def test_hostile_22_one_byte_a_transfer(bay, case):
    outcome = bay.offload(case)
    assert outcome.errors == []
    assert outcome.whole == {NAME: BODY}


@hostile(23)
def test_hostile_23_zero_length_packets(tmp_path, case):
    body = BODY[: 512 * 20 - 12]
    bay = Dock(tmp_path / "bay")
    (bay.docked.card.recordings / NAME).write_bytes(body)
    outcome = bay.offload(case)
    assert outcome.errors == []
    assert outcome.whole == {NAME: body}
    bay.check_struck()
    bay.check_let_go()


@hostile(24)
def test_hostile_24_event_flood(bay, case):
    with bay.opened(case) as camera:
        (footage,) = camera.listing().footage
        assert camera.changed()
        assert read(camera, footage) == BODY


@hostile(25)
def test_hostile_25_session_already_open(bay, case):
    assert bay.offload(case).whole == {NAME: BODY}


@hostile(26)
def test_hostile_26_busy_without_end(bay, case):
    (error,) = bay.offload(case).errors
    assert isinstance(error, DeviceBusy)


@hostile(27)
def test_hostile_27_unknown_response(bay, case):
    (error,) = bay.offload(case).errors
    assert isinstance(error, RequestRefused)
    assert f"0x{error.response:04X}" in error.what_happened


@hostile(28)
def test_hostile_28_string_longer_than_the_dataset(bay, case):
    outcome = bay.offload(case)
    assert outcome.whole == {}
    assert outcome.listing.oddities or [type(error) for error in outcome.errors] == [ProtocolError]


@hostile(29)
def test_hostile_29_string_without_its_end(bay, case):
    outcome = bay.offload(case)
    assert outcome.names == [NAME]
    assert outcome.whole == {NAME: BODY}


@hostile(30)
def test_hostile_30_lone_surrogates(bay, case):
    outcome = bay.offload(case)
    assert len(outcome.whole) == 4
    for name in outcome.whole:
        assert name.encode("utf-8").decode() == name


@hostile(31)
def test_hostile_31_array_count(bay, case, little_memory):
    outcome = bay.offload(case)
    if "PropList" in case.name:
        assert outcome.whole == {NAME: BODY}
    else:
        assert [type(error) for error in outcome.errors] == [ProtocolError]


@hostile(32)
def test_hostile_32_object_info_cut_at_every_byte(bay, case):
    outcome = bay.offload(case)
    assert outcome.listing.oddities
    assert len(outcome.listing.footage) + len(outcome.listing.oddities) == 61
    assert outcome.errors == []


@hostile(33)
def test_hostile_33_enumeration_longer_than_the_dataset(bay, case):
    with bay.opened(case) as camera:
        assert not isinstance(camera, HasBattery) or camera.battery_percent() == 40
        (footage,) = camera.listing().footage
        assert read(camera, footage) == BODY


@hostile(34)
def test_hostile_34_space_that_cannot_be(bay, case):
    with bay.opened(case) as camera:
        space = camera.space()
    assert space.free is None
    assert space.capacity in (100, None)


@hostile(35)
def test_hostile_35_a_million_handles(bay, case, little_memory):
    (error,) = bay.offload(case).errors
    assert isinstance(error, ProtocolError)
    assert "200000 objects" in error.what_happened


@hostile(36)
def test_hostile_36_duplicate_handles(bay, case):
    outcome = bay.offload(case)
    assert outcome.whole == {NAME: BODY}
    assert outcome.names == [NAME]
    assert any("twice" in oddity for oddity in outcome.listing.oddities)


@hostile(37)
def test_hostile_37_handles_that_mean_no_object(bay, case):
    outcome = bay.offload(case)
    assert outcome.whole == {NAME: BODY}
    assert any("0xFFFFFFFF" in oddity for oddity in outcome.listing.oddities)
    assert any("0x00000000" in oddity for oddity in outcome.listing.oddities)


@hostile(38)
def test_hostile_38_parent_cycle(bay, case):
    outcome = bay.offload(case)
    assert outcome.errors == []
    assert any("twice" in oddity for oddity in outcome.listing.oddities)


@hostile(39)
def test_hostile_39_depth(bay, case):
    outcome = bay.offload(case)
    assert outcome.whole == {NAME: BODY}
    assert any(f"deeper than {MAX_DEPTH}" in oddity for oddity in outcome.listing.oddities)


@hostile(40)
def test_hostile_40_parent_of_another_storage(bay, case):
    outcome = bay.offload(case)
    assert outcome.whole == {NAME: BODY}
    assert any("another" in oddity for oddity in outcome.listing.oddities)


@hostile(41)
def test_hostile_41_size_0_with_data(bay, case):
    outcome = bay.offload(case)
    assert [footage.size for footage in outcome.listing.footage] == [0]
    assert [isinstance(error, ProtocolError) for error in outcome.errors] == [True]


@hostile(42)
def test_hostile_42_sizes_that_differ(bay, case):
    outcome = bay.offload(case)
    if case.name == "true in 64 bits":
        assert outcome.whole == {NAME: BODY}
    elif case.name == "one TiB":
        assert [type(error) for error in outcome.errors] == [ProtocolError]
    else:
        assert outcome.names == []
        assert any(NAME in oddity for oddity in outcome.listing.oddities)


@hostile(43)
def test_hostile_43_size_changes_between_reads(bay, case):
    outcome = bay.offload(case)
    assert outcome.whole == {}
    assert [isinstance(error, (ProtocolError, ObjectMissing)) for error in outcome.errors] == [True]


@hostile(44)
def test_hostile_44_partial_read_of_other_bytes(bay, case):
    # the driver cannot tell; whoever seals compares what was read twice
    outcome = bay.offload(case)
    assert len(outcome.whole[NAME]) == len(BODY)
    assert outcome.whole[NAME] != BODY


@hostile(45)
def test_hostile_45_other_bytes_on_a_second_read(bay, case):
    with bay.opened(case) as camera:
        (footage,) = camera.listing().footage
        first, second = read(camera, footage), read(camera, footage)
    assert first == BODY
    assert len(second) == len(BODY)
    assert second != BODY


@hostile(46)
def test_hostile_46_object_vanishes(bay, case):
    outcome = bay.offload(case)
    assert [type(error) for error in outcome.errors] == [ObjectMissing]
    assert outcome.whole == {}


@hostile(47)
def test_hostile_47_recording_appears(bay, case):
    with bay.opened(case) as camera:
        (footage,) = camera.listing().footage
        assert read(camera, footage) == BODY
        assert camera.changed()
        assert len(camera.listing().footage) == 2


@hostile(48)
def test_hostile_48_delete_that_lies(bay, case):
    with bay.opened(case) as camera:
        (footage,) = camera.listing().footage
        camera.delete(footage)
        assert camera.still_there(footage)


@hostile(49)
def test_hostile_49_delete_that_fails(bay, case):
    with bay.opened(case) as camera:
        (footage,) = camera.listing().footage
        with pytest.raises(RequestRefused) as caught:
            camera.delete(footage)
        assert isinstance(caught.value, WriteProtected) is (case.name in ("0x200d", "0x200e"))
        assert camera.still_there(footage)


@hostile(50)
def test_hostile_50_delete_of_another(bay, case):
    (bay.docked.card.recordings / "other.mp4").write_bytes(b"other")
    with bay.opened(case) as camera:
        footage = next(f for f in camera.listing().footage if f.name == NAME)
        other = next(f for f in camera.listing().footage if f.name == "other.mp4")
        camera.delete(footage)
        assert camera.still_there(footage)
        assert not camera.still_there(other)


@pytest.mark.parametrize("case", [case for number in range(51, 57) for case in HOSTILE[number]], ids=str)
def test_hostile_51_to_56_names_are_kept_as_found(bay, case):
    outcome = bay.offload(case)
    assert outcome.errors == []
    listed = {f.name for f in outcome.listing.footage} | {f.name for f in outcome.listing.others}
    assert NAME in listed
    assert len(outcome.listing.footage) + len(outcome.listing.others) > 4
    assert all(size in (1000, len(BODY)) for size in map(len, outcome.whole.values()))


@hostile(57)
def test_hostile_57_dates(bay, case):
    outcome = bay.offload(case)
    assert outcome.whole == {NAME: BODY}
    (footage,) = outcome.listing.footage
    real = case.name not in ("none", "00000000T000000", "x" * 200)
    assert (footage.captured is not None) is real
    assert footage.captured is None or footage.captured.tzinfo is None
