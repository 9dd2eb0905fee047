"""Each fault strikes as its name says, at the moment that was asked for, and counts that it did."""

from __future__ import annotations

import errno
import itertools
import struct
from concurrent.futures import ThreadPoolExecutor

import pytest
import usb.core

from drivers.virtual import faults
from tests.drivers.virtual.conftest import FOOTAGE
from tests.drivers.virtual.host import OK

NAME = "1234_CAM0001_20261124_221405.MP4"
READ = 0x95C1


@pytest.fixture
def recording(host):
    return host.names()[NAME]


def fails_with(number, call):
    with pytest.raises(usb.core.USBError) as caught:
        call()
    assert caught.value.errno == number


def part(host, handle, offset=0, most=2000):
    return host.ask(READ, handle, offset, 0, most)


def test_the_cable_leaves_after_so_many_bytes(host, camera, recording):
    camera.arm(fault := faults.UnplugAfterBytes(count=3000))
    host.send(0x1009, recording)
    assert len(host.read(2048)) == 2048
    assert fault.fired == 0
    fails_with(errno.ENODEV, lambda: host.read(2048))
    assert fault.fired == 1
    fails_with(errno.ENODEV, lambda: host.read(2048))


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_the_cable_leaves_at_a_transfer(host, camera, number):
    camera.arm(fault := faults.UnplugAtTransfer(number=number))
    transfers = itertools.cycle([lambda: host.send(0x1004), host.read, host.read])
    for transfer in itertools.islice(transfers, number - 1):
        transfer()
    assert fault.fired == 0
    fails_with(errno.ENODEV, next(transfers))
    assert fault.fired == 1


def test_a_slow_camera_brings_what_its_rate_allows(host, camera, recording):
    camera.arm(fault := faults.Slow(bytes_per_second=100_000))
    host.send(0x1009, recording)
    assert len(host.device.read(0x81, 1 << 16, 20)) == 1536
    assert fault.fired == 1


def test_a_slow_camera_can_be_pulled_out_meanwhile(host, camera, recording):
    camera.arm(fault := faults.Slow(bytes_per_second=512))
    host.send(0x1009, recording)
    with ThreadPoolExecutor(1) as pool:
        read = pool.submit(host.device.read, 0x81, 1 << 16, 100_000)
        while not fault.fired:
            assert not read.done()
        camera.unplug()
        fails_with(errno.ENODEV, lambda: read.result(10))


def test_a_camera_too_slow_for_one_packet_times_out(host, camera, recording):
    camera.arm(fault := faults.Slow(bytes_per_second=1))
    host.send(0x1009, recording)
    with pytest.raises(usb.core.USBTimeoutError):
        host.device.read(0x81, 512, 20)
    assert fault.fired == 1


def test_a_busy_camera_says_so_as_often_as_asked(host, camera):
    camera.arm(fault := faults.Refuse(operation=0x1004, times=2))
    assert [host.act(0x1004), host.act(0x1004)] == [0x2019, 0x2019]
    host.ask(0x1004)
    assert fault.fired == 2


def test_a_fault_lets_others_and_the_first_ones_pass(host, camera):
    camera.arm(fault := faults.Refuse(operation=0x1004, skip=1, code=0x2002))
    host.ask(0x1001)
    host.ask(0x1004)
    assert host.act(0x1004) == 0x2002
    host.ask(0x1004)
    assert fault.fired == 1


def test_a_stall_halts_until_it_is_cleared(host, camera):
    camera.arm(fault := faults.Stall(operation=0x1004))
    host.send(0x1004)
    fails_with(errno.EPIPE, host.read)
    host.device.clear_halt(0x81)
    host.device.clear_halt(0x02)
    host.ask(0x1004)
    assert fault.fired == 1


def test_a_short_answer_ends_early_and_says_so(host, camera, recording):
    camera.arm(fault := faults.ShortAnswer(operation=READ, missing=500))
    transaction = host.send(READ, recording, 0, 0, 2000)
    raw = host.read()
    assert struct.unpack_from("<I", raw) == (2012,)
    assert raw[12:] == FOOTAGE[:1500]
    assert host.response(transaction) == (0x2007, (2000,))
    assert fault.fired == 1


@pytest.mark.parametrize("extra", [-100, 100])
def test_a_lying_size_claims_other_than_comes(host, camera, recording, extra):
    camera.arm(fault := faults.LyingSize(operation=READ, extra=extra))
    transaction = host.send(READ, recording, 0, 0, 2000)
    raw = host.read()
    assert struct.unpack_from("<I", raw) == (2012 + extra,)
    assert raw[12:] == FOOTAGE[:2000]
    assert host.response(transaction)[0] == OK
    assert fault.fired == 1


def test_a_stale_response_comes_first(host, camera):
    host.ask(0x1004)
    camera.arm(fault := faults.StaleResponse(operation=0x1004))
    transaction = host.send(0x1004)
    assert host.response(transaction - 1)[0] == OK
    host.data(0x1004, transaction)
    assert host.response(transaction)[0] == OK
    assert fault.fired == 1


def test_a_missing_zero_packet_lets_the_response_run_into_the_data(host, camera, recording):
    camera.arm(fault := faults.ZeroPacket(operation=READ, how="missing"))
    part(host, recording)
    assert fault.fired == 0
    transaction = host.send(READ, recording, 0, 0, 500)
    raw = host.read()
    assert raw[12:512] == FOOTAGE[:500]
    assert struct.unpack("<IHHII", raw[512:]) == (16, 3, OK, transaction, 500)
    assert fault.fired == 1


def test_an_extra_zero_packet_is_a_read_of_nothing(host, camera, recording):
    camera.arm(fault := faults.ZeroPacket(operation=READ, how="extra"))
    transaction = host.send(READ, recording, 0, 0, 2000)
    assert len(host.read()) == 2012
    assert host.read() == b""
    assert host.response(transaction)[0] == OK
    assert fault.fired == 1


def test_a_split_header_travels_alone(host, camera, recording):
    camera.arm(fault := faults.SplitHeader(operation=READ))
    transaction = host.send(READ, recording, 0, 0, 2000)
    assert host.read() == struct.pack("<IHHI", 2012, 2, READ, transaction)
    assert host.read() == FOOTAGE[:2000]
    assert host.response(transaction)[0] == OK
    assert fault.fired == 1


def test_a_second_read_brings_other_bytes(host, camera, recording):
    camera.arm(fault := faults.OtherBytes(skip=1))
    first, second, third = (part(host, recording) for _ in range(3))
    assert first == third == FOOTAGE[:2000]
    assert second != first
    assert len(second) == len(first)
    assert fault.fired == 1


def test_a_delete_that_lies_keeps_the_object(host, camera, card, recording):
    camera.arm(fault := faults.DeleteLies())
    assert host.act(0x100B, recording, 0) == OK
    assert (card.recordings / NAME).exists()
    assert host.act(0x100B, recording, 0) == OK
    assert not (card.recordings / NAME).exists()
    assert fault.fired == 1


def test_a_delete_can_take_another_object(host, camera, card):
    (card.recordings / "OTHER.MP4").write_bytes(b"other")
    names = host.names()
    camera.arm(fault := faults.DeleteOther())
    assert host.act(0x100B, names[NAME], 0) == OK
    assert (card.recordings / NAME).exists()
    assert not (card.recordings / "OTHER.MP4").exists()
    assert fault.fired == 1


def test_a_delete_can_fail(host, camera, card, recording):
    camera.arm(fault := faults.Refuse(operation=0x100B, code=0x200D))
    assert host.act(0x100B, recording, 0) == 0x200D
    assert (card.recordings / NAME).exists()
    assert fault.fired == 1


def test_an_object_vanishes_in_the_middle_of_a_copy(host, camera, recording):
    camera.arm(fault := faults.Vanish(skip=1))
    part(host, recording)
    assert host.act(READ, recording, 2000, 0, 2000) == 0x2009
    assert host.read_event() == (0x4003, recording)
    assert fault.fired == 1


def test_an_object_changes_its_size_between_reads(host, camera, recording):
    camera.arm(fault := faults.Resize(skip=1, by=-9000))
    part(host, recording)
    assert host.act(READ, recording, 2000, 0, 2000) == 0x201D
    assert struct.unpack_from("<I", host.ask(0x1008, recording), 8) == (len(FOOTAGE) - 9000,)
    assert fault.fired == 1


def test_a_recording_appears_in_the_middle_of_a_copy(host, camera, recording):
    camera.arm(fault := faults.Appear(skip=1, name="NEW.MP4"))
    part(host, recording)
    part(host, recording)
    code, handle = host.read_event()
    assert (code, host.name(handle)) == (0x4002, "NEW.MP4")
    assert fault.fired == 1


def test_raw_packets_come_as_they_are(host, camera):
    camera.arm(fault := faults.Packets(operation=0x1004, packets=[b"1", b"", b"x" * 512, b"yz"]))
    host.send(0x1004)
    assert [host.read() for _ in range(3)] == [b"1", b"", b"x" * 512 + b"yz"]
    assert fault.fired == 1


def test_a_script_may_send_without_end(host, camera):
    def endless(transaction):
        yield struct.pack("<IHHI", 0xFFFFFFFF, 2, 0x1004, transaction) + bytes(500)
        yield from itertools.repeat(bytes(512))

    camera.arm(fault := faults.Script(operation=0x1004, make=endless))
    transaction = host.send(0x1004)
    assert [len(host.read(1 << 16)) for _ in range(20)] == [1 << 16] * 20
    host.device.ctrl_transfer(0x21, 0x64, 0, 0, struct.pack("<HI", 0x4001, transaction))
    host.ask(0x1004)
    assert fault.fired == 1


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ("dataset", struct.pack("<IHHI", 15, 2, 0x1004, 1) + b"ABC" + struct.pack("<IHHI", 12, 3, OK, 1)),
        ("data", b"ABC" + struct.pack("<IHHI", 12, 3, OK, 1)),
        ("response", struct.pack("<IHHI", 20, 2, 0x1004, 1) + struct.pack("<II", 1, 0x10001) + b"ABC"),
    ],
)
def test_a_rewrite_changes_one_part_of_an_answer(host, camera, what, expected):
    seen = []
    camera.arm(fault := faults.Rewrite(operation=0x1004, part=what, change=lambda raw: seen.append(raw) or b"ABC"))
    host.send(0x1004)
    assert host.read() + host.read() == expected
    plain = {
        "dataset": struct.pack("<II", 1, 0x10001),
        "data": struct.pack("<IHHIII", 20, 2, 0x1004, 1, 1, 0x10001),
        "response": struct.pack("<IHHI", 12, 3, OK, 1),
    }
    assert seen == [plain[what]]
    assert fault.fired == 1
