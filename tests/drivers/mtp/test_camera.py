"""The whole driver on a virtual camera: what it tells, lists, reads and deletes, and what it does when things break."""

from __future__ import annotations

import os
import time
from array import array

import pytest

from drivers import errors
from drivers.camera import (
    Camera,
    HasBattery,
    HasClock,
    HasOwner,
    HasRecordings,
    HasSpace,
    Ring,
    Stopped,
    TellsChanges,
)
from drivers.models import Quirk
from drivers.mtp import camera as mtp_camera
from drivers.mtp.codes import Op
from drivers.mtp.datasets import Reader, read_moment
from drivers.presence import open_camera, scan
from drivers.virtual import faults
from drivers.virtual.stock import make_sparse
from drivers.virtual.transaction import Refused
from tests.drivers.mtp import packing
from tests.drivers.mtp.docked import BODY, MODELS, NAME, another, dock, read

ABILITIES = (HasBattery, HasClock, HasOwner, HasRecordings, HasSpace, TellsChanges)
PROPERTY_OPS = [Op.GetDevicePropDesc, Op.GetDevicePropValue, Op.SetDevicePropValue]
PARTIAL_OPS = [Op.GetPartialObject, Op.GetPartialObject64]


@pytest.fixture
def docked(tmp_path):
    return dock(tmp_path, battery_percent=40, clock_offset_s=42, owner="1234")


def test_it_says_who_it_is(docked):
    with docked.camera() as camera:
        identity = camera.identity
        assert (identity.make, identity.serial, identity.firmware) == ("Dockwarden", "CAM-0001", "1.4.2")
        assert isinstance(camera, (Camera, *ABILITIES))


def test_a_camera_without_properties_has_no_abilities_that_need_them(tmp_path):
    with dock(tmp_path, without=PROPERTY_OPS).camera() as camera:
        assert [isinstance(camera, ability) for ability in ABILITIES] == [False, False, False, True, True, True]


def test_a_clock_that_cannot_be_set_is_no_ability(tmp_path):
    with dock(tmp_path, without=[Op.SetDevicePropValue]).camera() as camera:
        assert isinstance(camera, HasBattery)
        assert not isinstance(camera, HasClock)
        assert not isinstance(camera, HasOwner)


def test_a_battery_that_lies_is_not_asked(docked):
    docked.quirks = frozenset({Quirk.NO_BATTERY})
    with docked.camera() as camera:
        assert not isinstance(camera, HasBattery)


@pytest.mark.parametrize(
    ("desc", "percent"),
    [
        (packing.prop_desc(0x5001, 2, 40, form=b"\x01\x00\x64\x01"), 40),
        (packing.prop_desc(0x5001, 4, 40), 40),
        (packing.prop_desc(0x5001, 4, 0x8000), None),
        (packing.prop_desc(0x5001, 4, 0x8000, form=b"\x01\x00\x00\xff\xff\x01\x00"), 50),
        (packing.prop_desc(0x5001, 2, 4, form=b"\x01\x00\x04\x01"), 100),
        (packing.prop_desc(0x5001, 2, 5, form=b"\x01\x00\x04\x01"), None),
        (packing.prop_desc(0x5001, 2, 3, form=b"\x01\x03\x03\x01"), None),
        (packing.prop_desc(0x5001, 1, -1), None),
        (packing.prop_desc(0x5001, 2, 60, form=b"\x02\x02\x00\x14\x3c"), 60),
        (packing.prop_desc(0x5001, 0xFFFF, "full"), None),
    ],
)
def test_the_charge_is_read_by_its_type_and_range(docked, desc, percent):
    with docked.camera() as camera:
        rewrite = docked.arm(faults.Rewrite(operation=Op.GetDevicePropDesc, change=lambda _: desc, times=1))
        assert camera.battery_percent() == percent
        assert rewrite.fired == 1


def test_the_clock_is_measured_and_set(docked):
    with docked.camera() as camera:
        assert camera.clock_offset_s() == pytest.approx(42, abs=0.75)
        camera.set_clock()
        assert camera.clock_offset_s() == pytest.approx(0, abs=1.25)
    assert docked.card.settings.clock_offset_s == pytest.approx(0, abs=0.75)


@pytest.mark.parametrize("text", ["", "00000000T000000", "yesterday"])
def test_a_clock_that_shows_nonsense_is_unreadable(docked, text):
    with docked.camera() as camera:
        docked.arm(faults.Rewrite(operation=Op.GetDevicePropValue, change=lambda _: packing.text(text)))
        assert camera.clock_offset_s() is None


def test_a_clock_with_a_zone_is_compared_and_set_with_it(docked):
    now = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(time.time() - 100))
    with docked.camera() as camera:
        docked.arm(faults.Rewrite(operation=Op.GetDevicePropValue, change=lambda _: packing.text(now), times=2))
        assert camera.clock_offset_s() == pytest.approx(-100, abs=1)
        written = docked.arm(Written(operation=Op.SetDevicePropValue))
        camera.set_clock()
    moment = read_moment(Reader(written.payload).text())
    assert moment is not None
    assert moment.at.tzinfo is not None
    assert moment.at.timestamp() == pytest.approx(time.time(), abs=2)


class Written(faults.Fault):
    """Takes what the host writes, says OK, and keeps it."""

    payload: bytes = b""

    def before(self, responder, command):
        if self.due(command.operation):
            self.payload = command.payload
            raise Refused(packing.OK)


def test_the_owner_is_read_and_written(docked):
    with docked.camera() as camera:
        assert camera.owner() == "1234"
        camera.set_owner("Ó Briain 7")
        assert camera.owner() == "Ó Briain 7"
        camera.set_owner("")
        assert camera.owner() is None


@pytest.mark.parametrize("without", [[], [Op.GetObjectPropList]], ids=["by property list", "one by one"])
def test_recordings_are_told_from_other_files(docked, without):
    docked.card.settings.without = without
    docked.device.unplug()
    docked.plug()
    card = docked.card
    files = {"empty.MOV": b"", "INDEX.DAT": b"x", "sub/still.jpg": b"y", "sub/deep/sound.wav": b"z"}
    for name, body in files.items():
        (card.recordings / name).parent.mkdir(parents=True, exist_ok=True)
        (card.recordings / name).write_bytes(body)
    (card.folder / "SETTINGS.TXT").write_bytes(b"set")
    (card.folder / "elsewhere.mp4").write_bytes(b"not in DCIM")
    (card.folder / "MUSIC").mkdir()
    (card.folder / "MUSIC" / "song.mp3").write_bytes(b"not walked")
    with docked.camera() as camera:
        listing = camera.listing()
    here = "DCIM/100DWARD"
    assert sorted((f.folder, f.name, f.size) for f in listing.footage) == [
        (here, NAME, len(BODY)),
        (here, "empty.MOV", 0),
        (f"{here}/sub", "still.jpg", 1),
        (f"{here}/sub/deep", "sound.wav", 1),
    ]
    others = {(other.folder, other.name) for other in listing.others}
    assert others == {("", "SETTINGS.TXT"), ("", "elsewhere.mp4"), (here, "INDEX.DAT")}
    assert listing.oddities == ()


def test_a_recording_keeps_its_times_and_its_lasting_id(docked):
    os.utime(docked.card.recordings / NAME, (1_700_000_000, 1_700_000_000))
    with docked.camera() as camera:
        (footage,) = camera.listing().footage
        (again,) = camera.listing().footage
    assert footage.modified is not None
    assert footage.modified.timestamp() == 1_700_000_000
    assert footage.captured == footage.modified
    assert footage.persistent_id is not None
    assert again == footage


def test_without_a_dcim_folder_the_whole_store_is_footage(docked, monkeypatch):
    (generic,) = (model for model in MODELS if model.name == "generic-mtp")
    monkeypatch.setattr(MODELS, "models", (generic,))
    with docked.camera() as camera:
        assert [f.name for f in camera.listing().footage] == [NAME]
    (docked.card.folder / "DCIM").rename(docked.card.folder / "FILES")
    (docked.card.folder / "top.mp4").write_bytes(b"x")
    with docked.camera() as camera:
        assert sorted(f.name for f in camera.listing().footage) == [NAME, "top.mp4"]


def test_a_long_folder_costs_one_question_by_property_list(docked, monkeypatch):
    for n in range(50):
        (docked.card.recordings / f"{n}.mp4").write_bytes(b"x")
    asked = []
    take = docked.device.responder.take
    monkeypatch.setattr(docked.device.responder, "take", lambda raw: asked.append(raw[6:8]) or take(raw))
    with docked.camera() as camera:
        asked.clear()
        assert len(camera.listing().footage) == 51
    assert len(asked) < 10


def test_space_is_told(docked):
    with docked.camera() as camera:
        space = camera.space()
    assert space.capacity == 64_000_000_000
    assert space.free is not None
    assert 0 < space.free < space.capacity


@pytest.mark.parametrize("size", [0, 1, 499, 500, 501, 1012, 65_523, 65_524, 65_525, 300_000])
def test_a_recording_is_read_to_the_byte(tmp_path, size):
    docked = dock(tmp_path, files={NAME: BODY[:size]})
    with docked.camera() as camera:
        (footage,) = camera.listing().footage
        assert read(camera, footage) == BODY[:size]


@pytest.mark.parametrize("without", [[], [Op.GetPartialObject64], PARTIAL_OPS])
@pytest.mark.parametrize("offset", [1, 500, 65_536, 299_999, 300_000])
def test_reading_goes_on_from_any_byte(tmp_path, without, offset):
    docked = dock(tmp_path, without=without)
    with docked.camera() as camera:
        (footage,) = camera.listing().footage
        assert read(camera, footage, offset) == BODY[offset:]


def test_partial_reads_go_on_over_many_questions(docked, monkeypatch):
    monkeypatch.setattr(mtp_camera, "PARTIAL_BYTES", 10_000)
    with docked.camera() as camera:
        (footage,) = camera.listing().footage
        assert read(camera, footage, 7) == BODY[7:]


@pytest.mark.parametrize("quirk", [Quirk.NO_PARTIAL, Quirk.SAMSUNG_OFFSET])
def test_reading_minds_the_quirks(docked, quirk, monkeypatch):
    docked.quirks = frozenset({quirk})
    partial = []
    take = docked.device.responder.take

    def note(raw: bytes):
        if raw[6:8] == b"\xc1\x95":
            partial.append(int.from_bytes(raw[24:28], "little"))
        return take(raw)

    monkeypatch.setattr(docked.device.responder, "take", note)
    with docked.camera() as camera:
        (footage,) = camera.listing().footage
        offset = len(BODY) - (512 * 3 - 12)
        assert read(camera, footage, offset) == BODY[offset:]
    assert partial == ([] if quirk is Quirk.NO_PARTIAL else [512 * 3 - 13, 1])


def test_an_object_over_four_gib_is_told_with_its_size_and_read_at_its_end(docked):
    size = (1 << 32) + 123_456
    make_sparse(docked.card.folder, size)
    docked.card.settings.without = [Op.GetObjectPropList]
    docked.device.unplug()
    docked.plug()
    with docked.camera() as camera:
        big = next(f for f in camera.listing().footage if "SPARSE" in f.name)
        assert big.size == size
        tail = (bytes(range(256)) * 4096)[-100_000:]
        assert read(camera, big, size - 100_000) == tail
        assert camera.still_there(big)


def test_an_object_over_four_gib_is_read_whole(docked):
    size = (1 << 32) + 123_456
    make_sparse(docked.card.folder, size)
    with docked.camera() as camera:
        big = next(f for f in camera.listing().footage if "SPARSE" in f.name)
        ring, came = Ring(2, 8 << 20), 0
        for piece in camera.read(big, 0, ring):
            assert piece.offset == came
            came += len(piece.data)
            piece.data.release()
            ring.give(piece.buffer)
    assert came == size


def test_a_reader_who_leaves_lets_the_session_go_on(docked):
    with docked.camera() as camera:
        (footage,) = camera.listing().footage
        ring = Ring(2, 4096)
        pieces = camera.read(footage, 0, ring)
        ring.give(next(pieces).buffer)
        pieces.close()
        assert camera.still_there(footage)
        assert read(camera, footage) == BODY
        assert [type(ring.take()) for _ in range(2)] == [array, array]


def test_a_closed_ring_stops_the_read_and_the_session_goes_on(docked):
    with docked.camera() as camera:
        (footage,) = camera.listing().footage
        ring = Ring(1, 4096)
        pieces = camera.read(footage, 0, ring)
        next(pieces)
        ring.close()
        with pytest.raises(Stopped):
            next(pieces)
        assert read(camera, footage) == BODY


def test_a_delete_takes_the_one_and_leaves_the_other(tmp_path):
    docked = dock(tmp_path, files={NAME: BODY, "other.mp4": b"o"})
    with docked.camera() as camera:
        footage = next(f for f in camera.listing().footage if f.name == NAME)
        assert camera.still_there(footage)
        camera.delete(footage)
        assert not camera.still_there(footage)
        assert [f.name for f in camera.listing().footage] == ["other.mp4"]
    assert not (docked.card.recordings / NAME).exists()


@pytest.mark.parametrize("change", [{"name": "other.mp4"}, {"size": 1}, {"key": 4000}, {"key": 0}, {"key": 0xFFFFFFFF}])
def test_a_handle_that_means_another_object_now_is_never_deleted(docked, change):
    with docked.camera() as camera:
        (footage,) = camera.listing().footage
        with pytest.raises(errors.ObjectMissing):
            camera.delete(another(footage, **change))
        assert camera.still_there(footage)


@pytest.mark.parametrize("code", [0x200D, 0x200E, 0x200F])
def test_a_locked_recording_is_said_to_be_locked(docked, code):
    with docked.camera() as camera:
        (footage,) = camera.listing().footage
        refused = docked.arm(faults.Refuse(operation=Op.DeleteObject, code=code))
        with pytest.raises(errors.WriteProtected):
            camera.delete(footage)
        assert refused.fired == 1
        assert camera.still_there(footage)


def test_a_new_recording_is_announced(docked):
    with docked.camera() as camera:
        assert not camera.changed()
        (docked.card.recordings / "new.mp4").write_bytes(b"x")
        docked.device.refresh()
        assert camera.changed()
        assert not camera.changed()


BREAKS = {
    "stall": faults.Stall(operation=Op.GetObject),
    "short answer": faults.ShortAnswer(operation=Op.GetObject, missing=100_000),
    "short answer that says OK": faults.ShortAnswer(operation=Op.GetObject, missing=100_000, code=0x2001),
    "claims fewer than come": faults.LyingSize(operation=Op.GetObject, extra=-1000),
    "claims more than the size": faults.LyingSize(operation=Op.GetObject, extra=1000),
    "busy": faults.Refuse(operation=Op.GetObject, times=2),
    "stale response": faults.StaleResponse(operation=Op.GetObject),
    "split header": faults.SplitHeader(operation=Op.GetObject),
    "extra empty packet": faults.ZeroPacket(operation=Op.GetObject, how="extra"),
    "wrong response": faults.Rewrite(operation=Op.GetObject, part="response", change=lambda raw: raw[:4] + b"\x09" * 8),
}


@pytest.mark.parametrize("name", BREAKS)
def test_a_read_that_breaks_goes_on_by_itself(docked, name):
    fault = docked.arm(BREAKS[name])
    fault.fired = 0
    with docked.camera() as camera:
        (footage,) = camera.listing().footage
        if name in ("claims more than the size", "wrong response"):
            got = bytearray()
            with pytest.raises(errors.ProtocolError):
                read(camera, footage, into=got)
            assert BODY.startswith(bytes(got))
            assert camera.still_there(footage)
        else:
            assert read(camera, footage) == BODY
    assert fault.fired


def test_a_read_over_full_packets_without_their_closing_packet(tmp_path):
    body = BODY[: 512 * 100 - 12]
    docked = dock(tmp_path, files={NAME: body})
    fault = docked.arm(faults.ZeroPacket(operation=Op.GetObject, how="missing"))
    with docked.camera() as camera:
        (footage,) = camera.listing().footage
        assert read(camera, footage) == body
    assert fault.fired == 1


def test_a_camera_pulled_out_in_a_read_is_gone_and_the_bytes_before_are_right(docked):
    with docked.camera() as camera:
        (footage,) = camera.listing().footage
        fault = docked.arm(faults.UnplugAfterBytes(count=150_000))
        got = bytearray()
        with pytest.raises(errors.DeviceGone):
            read(camera, footage, into=got)
        assert fault.fired == 1
        assert BODY.startswith(bytes(got))
        assert 0 < len(got) < len(BODY)
        camera.close()
    docked.plug()
    with docked.camera() as camera:
        (footage,) = camera.listing().footage
        assert read(camera, footage, len(got)) == BODY[len(got) :]


@pytest.mark.parametrize("number", range(1, 12))
def test_pulled_out_at_any_transfer_of_opening_it_is_gone(docked, number):
    fault = docked.arm(faults.UnplugAtTransfer(number=number))
    with pytest.raises(errors.DeviceGone), docked.camera() as camera:
        camera.listing()
    assert fault.fired == 1


def test_a_card_that_cannot_be_read_on_is_said_so(docked):
    docked.arm(faults.ShortAnswer(operation=Op.GetObject, missing=100_000))
    refused = docked.arm(faults.Refuse(operation=Op.GetPartialObject64, code=0x2002, times=9))
    with docked.camera() as camera:
        (footage,) = camera.listing().footage
        got = bytearray()
        with pytest.raises(errors.CardReadFailed, match=NAME):
            read(camera, footage, into=got)
        assert BODY.startswith(bytes(got))
        assert len(got) == len(BODY) - 100_000
    assert refused.fired == 2


def test_a_session_left_by_a_program_that_was_killed_is_taken_over(docked):
    killed = docked.camera()
    (footage,) = killed.listing().footage
    pieces = killed.read(footage, 0, Ring(1, 4096))
    next(pieces)
    killed._session._wire.close()  # what the system does for a process that is no more: no word to the camera
    with docked.camera() as camera:
        (footage,) = camera.listing().footage
        assert read(camera, footage) == BODY
    with pytest.raises(Stopped):
        pieces.throw(Stopped)


def test_two_openings_of_one_camera_are_told_apart(docked):
    with docked.camera(), pytest.raises(errors.HeldByOther):
        docked.camera()


def test_a_camera_plugged_anew_is_not_the_one_that_was_seen(docked):
    (sighting,) = scan(docked.sources)
    docked.device.unplug()
    docked.plug()
    with pytest.raises(errors.DeviceGone):
        open_camera(sighting, MODELS.match(sighting), docked.sources)
