"""Sessions and transactions as PTP orders them, and what a strict camera does to a host that keeps another order."""

from __future__ import annotations

import errno
import struct

import pytest
import usb.core

from tests.drivers.virtual.host import ALL, LIMIT_MS, OK, STORAGE


def status(host):
    raw = bytes(host.device.ctrl_transfer(0xA1, 0x67, 0, 0, 64))
    length, code = struct.unpack_from("<HH", raw)
    assert length == len(raw)
    return code, struct.unpack_from(f"<{(length - 4) // 4}I", raw, 4)


def stalls(call):
    with pytest.raises(usb.core.USBError) as caught:
        call()
    assert caught.value.errno == errno.EPIPE


def clear(host):
    host.device.clear_halt(0x81)
    host.device.clear_halt(0x02)


def test_a_session_opens_once_and_nothing_works_without_one(host):
    assert host.response(host.send(0x1002, 7, transaction=0)) == (0x201E, (1,))
    assert host.act(0x1003) == OK
    assert host.act(0x1004) == 0x2003
    assert host.response(host.send(0x1002, 0, transaction=0))[0] == 0x201D
    assert host.open_session() == OK
    assert host.ask(0x1004) == struct.pack("<II", 1, STORAGE)


def test_device_info_may_be_asked_without_a_session(host):
    assert host.act(0x1003) == OK
    raw = host.ask(0x1001)
    version, extension, _ = struct.unpack_from("<HIH", raw)
    assert (version, extension) == (100, 6)
    for words in ("Dockwarden", "Virtual BWC", "1.4.2", "CAM-0001"):
        assert words.encode("utf-16-le") in raw


@pytest.mark.parametrize("transaction", [0, 1, ALL])
def test_a_used_or_reserved_transaction_id_is_refused(host, transaction):
    host.ask(0x1004)
    assert host.response(host.send(0x1004, transaction=transaction))[0] == 0x2004


def test_transaction_ids_wrap_past_the_reserved_ones(host):
    host.transaction = ALL - 2
    host.ask(0x1004)
    host.transaction = 0
    host.ask(0x1004)


def test_an_unknown_operation_is_answered(host):
    assert host.act(0x9999) == 0x2005


def test_the_data_of_an_operation_it_lacks_are_taken_and_refused(host):
    transaction = host.send(0x100D)
    host.device.write(0x02, struct.pack("<IHHI", 20, 2, 0x100D, transaction) + b"8 bytes!", LIMIT_MS)
    assert host.response(transaction)[0] == 0x2005


@pytest.mark.parametrize(
    "raw",
    [
        b"short",
        struct.pack("<IHHI", 16, 1, 0x1004, 1),
        struct.pack("<IHHI", 12, 2, 0x1004, 1),
        struct.pack("<IHHI6I", 36, 1, 0x1004, 1, 0, 0, 0, 0, 0, 0),
        struct.pack("<IHHIH", 14, 1, 0x1004, 1, 0),
    ],
    ids=["short", "longer than it is", "no command", "six parameters", "half a parameter"],
)
def test_what_is_no_command_stalls_both_bulk_endpoints_until_they_are_cleared(host, raw):
    stalls(lambda: host.device.write(0x02, raw, LIMIT_MS))
    assert status(host) == (0x201F, (0x81, 0x02))
    stalls(host.read)
    clear(host)
    assert status(host) == (OK, ())
    host.ask(0x1004)


def test_a_command_before_the_answer_was_read_stalls(host):
    host.send(0x1004)
    assert status(host)[0] == 0x2019
    stalls(lambda: host.send(0x1004))
    clear(host)
    host.ask(0x1004)


def test_data_of_another_transaction_stall(host):
    transaction = host.send(0x1016, 0xD402)
    stalls(lambda: host.device.write(0x02, struct.pack("<IHHI", 13, 2, 0x1016, transaction + 1) + b"\0", LIMIT_MS))


def test_data_may_come_in_pieces_and_a_zero_packet_closes_full_ones(host):
    name = "1" * 244
    raw = bytes([len(name) + 1]) + (name + "\0").encode("utf-16-le")
    transaction = host.send(0x1016, 0xD402)
    whole = struct.pack("<IHHI", 12 + len(raw), 2, 0x1016, transaction) + raw
    host.device.write(0x02, whole[:256], LIMIT_MS)
    host.device.write(0x02, whole[256:], LIMIT_MS)
    host.device.write(0x02, b"", LIMIT_MS)
    assert host.response(transaction)[0] == OK


def test_cancel_drops_the_answer_and_the_session_goes_on(host):
    handle = host.handles()[-1]
    transaction = host.send(0x1009, handle)
    host.read(512)
    host.device.ctrl_transfer(0x21, 0x64, 0, 0, struct.pack("<HI", 0x4001, transaction))
    assert status(host) == (OK, ())
    with pytest.raises(usb.core.USBTimeoutError):
        host.device.read(0x81, 512, 20)
    host.ask(0x1004)


def test_cancel_of_another_transaction_changes_nothing(host):
    transaction = host.send(0x1004)
    host.device.ctrl_transfer(0x21, 0x64, 0, 0, struct.pack("<HI", 0x4001, transaction + 5))
    assert host.data(0x1004, transaction)
    assert host.response(transaction)[0] == OK


@pytest.mark.parametrize("how", ["class request", "port", "operation"])
def test_a_reset_ends_the_session(host, how):
    if how == "class request":
        host.device.ctrl_transfer(0x21, 0x66, 0, 0, None)
    elif how == "port":
        host.device.reset()
    else:
        assert host.act(0x1010) == OK
    assert host.act(0x1004) == 0x2003
    assert host.open_session() == OK
