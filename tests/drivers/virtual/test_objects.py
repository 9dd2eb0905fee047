"""Objects: listed, described, read to the last packet, deleted for good."""

from __future__ import annotations

import array
import hashlib
import os
import struct

import pytest
import usb.core

from drivers.virtual.backend import VirtualBackend
from drivers.virtual.bus import LocalBus
from drivers.virtual.device import Device
from drivers.virtual.stock import make_sparse
from tests.drivers.virtual.conftest import FOOTAGE, new_card
from tests.drivers.virtual.host import ALL, OK, STORAGE, Host, text

NAME = "1234_CAM0001_20261124_221405.MP4"


def add(card, host, name, raw):
    """Put a file on the card; its handle."""
    (card.recordings / name).write_bytes(raw)
    return host.names()[name]


def test_folders_hold_what_lies_in_them(host):
    names = host.names()
    assert set(names) == {"DCIM", "100DWARD", NAME}
    assert host.handles(ALL) == [names["DCIM"]]
    assert host.handles(names["DCIM"]) == [names["100DWARD"]]
    assert host.handles(names["100DWARD"]) == [names[NAME]]
    assert host.response(host.send(0x1006, STORAGE, 0, 0)) == (OK, (3,))
    assert host.response(host.send(0x1006, STORAGE, 0xB982, 0)) == (OK, (1,))
    assert host.act(0x1007, 0x00020001, 0, 0) == 0x2008
    assert host.act(0x1007, STORAGE, 0, names[NAME]) == 0x201A


def test_storage_info_tells_capacity_and_free_space(host):
    raw = host.ask(0x1005, STORAGE)
    kind, filesystem, access, capacity, free, objects = struct.unpack_from("<HHHQQI", raw)
    assert (kind, filesystem, access, objects) == (4, 3, 0, ALL)
    assert 0 < free < capacity == 64_000_000_000


def test_object_info_tells_size_format_parent_and_the_file_s_own_time(host, card):
    os.utime(card.recordings / NAME, (1_700_000_000, 1_700_000_000))
    names = host.names()
    raw = host.ask(0x1008, names[NAME])
    storage, form, protection, size = struct.unpack_from("<IHHI", raw)
    assert (storage, form, protection, size) == (STORAGE, 0xB982, 0, len(FOOTAGE))
    assert struct.unpack_from("<I", raw, 38) == (names["100DWARD"],)
    end = 53 + 2 * raw[52]
    date = raw[end : end + 1 + 2 * raw[end]]
    assert len(text(date)) == len("20231114T221320")
    assert text(date)[8] == "T"
    assert raw[end : end + 2 * len(date)] == 2 * date


@pytest.mark.parametrize("size", [0, 1, 499, 500, 501, 1011, 1012, 1013, 4 * 512 - 12, 65536 - 12, 65536])
def test_data_end_on_a_short_packet_or_a_zero_length_one(host, card, size):
    raw = os.urandom(size)
    handle = add(card, host, "EXACT.BIN", raw)
    transaction = host.send(0x1009, handle)
    whole = host.read(1 << 17)
    assert whole[12:] == raw
    assert host.response(transaction)[0] == OK


@pytest.mark.parametrize("size", [500, 1012])
def test_the_zero_length_packet_is_a_read_of_its_own_when_the_buffer_is_full(host, card, size):
    handle = add(card, host, "EXACT.BIN", bytes(size))
    transaction = host.send(0x1009, handle)
    assert len(host.read(size + 12)) == size + 12
    assert host.read(512) == b""
    assert host.response(transaction)[0] == OK


def test_reads_of_one_packet_each_bring_the_same_bytes(host):
    handle = host.names()[NAME]
    host.send(0x1009, handle)
    raw = packet = host.read(512)
    while len(packet) == 512:
        packet = host.read(512)
        raw += packet
    assert raw[12:] == FOOTAGE


def test_parts_say_how_much_they_brought(host):
    handle = host.names()[NAME]
    transaction = host.send(0x101B, handle, 100, 200)
    assert host.data(0x101B, transaction) == FOOTAGE[100:300]
    assert host.response(transaction) == (OK, (200,))
    transaction = host.send(0x95C1, handle, len(FOOTAGE) - 5, 0, 1000)
    assert host.data(0x95C1, transaction) == FOOTAGE[-5:]
    assert host.response(transaction) == (OK, (5,))
    assert host.act(0x95C1, handle, 0, 1, 10) == 0x201D


def test_an_object_over_4_gib_is_told_and_read_beyond_32_bits(host, card):
    size = (4 << 30) + 12_345
    make_sparse(card.folder, size, "HUGE.MP4")
    handle = host.names()["HUGE.MP4"]
    assert struct.unpack_from("<I", host.ask(0x1008, handle), 8) == (ALL,)
    assert host.ask(0x9803, handle, 0xDC04) == struct.pack("<Q", size)
    edge = bytes(range(256)) * 4096
    tail = host.ask(0x95C1, handle, (size - 1000) & ALL, size - 1000 >> 32, 5000)
    assert tail == edge[-1000:]
    transaction = host.send(0x1009, handle)
    assert struct.unpack("<IHHI500x", host.read(512)) == (ALL, 2, 0x1009, transaction)


def test_the_end_of_an_object_over_4_gib_comes_with_its_last_packet(host, card):
    size = (4 << 30) + 500
    path = make_sparse(card.folder, size, "HUGE.MP4")
    host.send(0x1009, host.names()["HUGE.MP4"])
    buffer = array.array("B", bytes(16 << 20))
    total = 0
    while (got := host.device.read(0x81, buffer, 5000)) == len(buffer):
        total += got
    assert total + got == size + 12
    with path.open("rb") as file:
        file.seek(-got, os.SEEK_END)
        assert buffer[:got].tobytes()[-500:] == file.read()[-500:]


def elements(raw):
    """An ObjectPropList of integers and strings: {handle: {property: value bytes}}."""
    (count,), at, found = struct.unpack_from("<I", raw), 4, {}
    sizes = {2: 1, 4: 2, 6: 4, 8: 8, 10: 16}
    for _ in range(count):
        handle, prop, kind = struct.unpack_from("<IHH", raw, at)
        at += 8
        length = 1 + 2 * raw[at] if kind == 0xFFFF else sizes[kind]
        found.setdefault(handle, {})[prop] = raw[at : at + length]
        at += length
    assert at == len(raw)
    return found


def test_a_property_list_of_a_folder_holds_it_and_its_children(host):
    names = host.names()
    listed = elements(host.ask(0x9805, names["100DWARD"], 0, ALL, 0, 1))
    assert set(listed) == {names["100DWARD"], names[NAME]}
    recording = listed[names[NAME]]
    assert text(recording[0xDC07]) == NAME
    assert recording[0xDC04] == struct.pack("<Q", len(FOOTAGE))
    assert recording[0xDC0B] == struct.pack("<I", names["100DWARD"])
    assert len(recording) == 10


def test_a_property_list_of_one_property_of_all_objects(host):
    listed = elements(host.ask(0x9805, ALL, 0, 0xDC07, 0, 0))
    assert {text(values[0xDC07]) for values in listed.values()} == {"DCIM", "100DWARD", NAME}
    assert set(elements(host.ask(0x9805, 0, 0, 0xDC07, 0, 1))) == set(host.handles(ALL))


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ((ALL, 0, 0, 0, 0), 0x2006),
        ((ALL, 0, 0, 1, 0), 0xA807),
        ((1, 0, ALL, 0, 2), 0xA808),
        ((1, 0x3001, ALL, 0, 0), 0x2014),
        ((1, 0, 0xDC99, 0, 0), 0xA80A),
        ((999, 0, ALL, 0, 0), 0x2009),
    ],
)
def test_a_property_list_it_can_t_make_is_refused(host, parameters, code):
    assert host.act(0x9805, *parameters) == code


def test_each_property_is_described_and_can_be_asked_alone(host):
    handle = host.names()[NAME]
    raw = host.ask(0x9801, 0xB982)
    codes = array.array("H", raw[4:])
    assert struct.unpack_from("<I", raw) == (len(codes),)
    all_at_once = elements(host.ask(0x9805, handle, 0, ALL, 0, 0))[handle]
    for code in codes:
        assert struct.unpack_from("<H", host.ask(0x9802, code, 0xB982)) == (code,)
        assert host.ask(0x9803, handle, code) == all_at_once[code]


def test_operations_can_be_taken_from_a_camera(tmp_path):
    bus = LocalBus()
    bus.plug(Device(new_card(tmp_path, without=[0x9805])), (1, 1))
    host = Host(usb.core.find(backend=VirtualBackend(bus)))
    assert host.open_session() == OK
    assert host.act(0x9805, ALL, 0, ALL, 0, 0) == 0x2005
    assert struct.pack("<H", 0x9805) not in host.ask(0x1001)[:200]


def test_delete_removes_the_file_and_its_handle_for_good(host, card):
    handle = host.names()[NAME]
    assert host.act(0x100B, handle, 0) == OK
    assert not (card.recordings / NAME).exists()
    assert host.act(0x1008, handle) == 0x2009
    assert host.act(0x100B, handle, 0) == 0x2009
    assert add(card, host, "NEXT.MP4", b"") != handle


def test_delete_never_takes_more_than_one_object(host, card):
    names = host.names()
    assert host.act(0x100B, ALL, 0) == 0x200F
    assert host.act(0x100B, names["100DWARD"], 0) == 0x2012
    assert host.act(0x100B, names[NAME], 0xB982) == 0x2014
    assert hashlib.sha256((card.recordings / NAME).read_bytes()).digest() == hashlib.sha256(FOOTAGE).digest()


def test_there_are_no_thumbnails(host):
    assert host.act(0x100A, host.names()[NAME]) == 0x2010


def test_the_card_s_own_file_is_no_object(host):
    assert "card.json" not in host.names()
