"""The emulation in a process of its own: what it holds outlives it, and it outlives nobody."""

from __future__ import annotations

import hashlib
import os
import signal
import stat
import struct
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest
import usb.core

from drivers.virtual import dock as dock_module
from drivers.virtual.backend import VirtualBackend
from drivers.virtual.dock import NO_FOOTAGE, VirtualDock, VirtualDockFailed
from drivers.virtual.faults import Packets, Refuse, UnplugAfterBytes
from drivers.virtual.remote import RemoteBus
from tests.drivers.virtual.conftest import FOOTAGE, new_card
from tests.drivers.virtual.host import OK, Host

NAME = "1234_CAM0001_20261124_221405.MP4"
SOURCES = Path(dock_module.__file__).parents[2]


def test_what_was_deleted_stays_gone_when_the_emulation_is_killed_after_its_ok(dock, cards, open_camera):
    host = open_camera(dock, "CAM-0001")
    handle = host.names()[NAME]
    assert host.act(0x100B, handle, 0) == OK
    os.kill(dock.process_id, signal.SIGKILL)
    with pytest.raises(usb.core.USBError) as caught:
        host.ask(0x1004)
    assert caught.value.backend_error_code == -4
    with VirtualDock.start(cards, 2) as again:
        assert NAME not in open_camera(again, "CAM-0001").names()
        assert NAME in open_camera(again, "CAM-0002").names()


def test_the_clock_and_holder_that_were_set_outlive_the_emulation(dock, cards, open_camera):
    host = open_camera(dock, "CAM-0002")
    assert host.set(0xD402, bytes([5]) + "4711\0".encode("utf-16-le")) == OK
    os.kill(dock.process_id, signal.SIGKILL)
    with VirtualDock.start(cards, 2) as again:
        assert open_camera(again, "CAM-0002").ask(0x1015, 0xD402)[1:] == "4711\0".encode("utf-16-le")


def test_it_ends_when_whoever_started_it_is_killed(cards):
    starts = (
        "import sys, pathlib; from drivers.virtual.dock import VirtualDock; "
        "dock = VirtualDock.start(pathlib.Path(sys.argv[1]), 2); print(dock.process_id, flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", starts, str(cards)]
    with subprocess.Popen(command, cwd=SOURCES, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        emulation = psutil.Process(int(parent.stdout.readline()))
        assert emulation.is_running()
        parent.kill()
    emulation.wait(20)
    assert not emulation.is_running()


def test_only_the_same_user_may_connect(dock, cards):
    mode = (cards / ".dock.sock").stat().st_mode
    assert stat.S_ISSOCK(mode)
    assert stat.S_IMODE(mode) == 0o600


def test_a_deep_home_is_no_obstacle(tmp_path):
    deep = tmp_path.joinpath(*["a folder with a long name"] * 8)
    deep.mkdir(parents=True)
    new_card(deep)
    assert len(str(deep)) > 200
    with VirtualDock.start(deep, 1) as dock:
        assert [device.port_numbers for device in usb.core.find(find_all=True, backend=dock.backend)] == [(1, 1)]


def test_a_second_dock_on_the_same_cards_waits_and_says_why(dock, cards, monkeypatch):
    monkeypatch.setattr(dock_module, "_START_MOST_S", 0.5)
    with pytest.raises(VirtualDockFailed, match="another program"):
        VirtualDock.start(cards, 2)


def test_a_damaged_card_is_named(cards):
    (cards / "CAM-0002" / "card.json").write_text("{}")
    with pytest.raises(VirtualDockFailed, match=r"CAM-0002/card\.json .*serial"):
        VirtualDock.start(cards, 2)


def test_only_as_many_cameras_as_asked_are_docked(cards):
    with VirtualDock.start(cards, 1) as dock:
        assert len(list(usb.core.find(find_all=True, backend=dock.backend))) == 1


def test_two_cameras_are_read_side_by_side(dock, cards, open_camera):
    raw = {serial: os.urandom(5_000_000) for serial in dock.cameras}
    for serial, content in raw.items():
        (cards / serial / "DCIM" / "100DWARD" / "LONG.MP4").write_bytes(content)
    hosts = {serial: open_camera(dock, serial) for serial in dock.cameras}

    def read(serial):
        host = hosts[serial]
        handle = host.names()["LONG.MP4"]
        digests = {hashlib.sha256(host.ask(0x1009, handle)).hexdigest() for _ in range(5)}
        return digests == {hashlib.sha256(raw[serial]).hexdigest()}

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(read, dock.cameras)) == [True, True]


def test_waiting_for_an_event_does_not_hold_up_a_read(dock, cards, open_camera, monkeypatch):
    clip = cards / ".clips" / "1_1234.MP4"
    clip.parent.mkdir()
    clip.write_bytes(FOOTAGE)
    host = open_camera(dock, "CAM-0001")
    with ThreadPoolExecutor(1) as pool:
        event = pool.submit(host.read_event)
        for _ in range(20):
            host.ask(0x1004)
        path = dock.record("CAM-0001", critical=True)
        code, handle = event.result()
    assert (code, host.name(handle)) == (0x4002, path.name)
    assert path.name.startswith("1234_CAM0001_")
    assert path.name.endswith("_E.MP4")
    assert host.ask(0x1009, handle) == FOOTAGE


def test_a_camera_comes_back_after_it_was_lifted_out(dock, open_camera):
    host = open_camera(dock, "CAM-0001")
    before = host.device.address
    dock.unplug("CAM-0001")
    with pytest.raises(usb.core.USBError):
        host.ask(0x1004)
    found = list(usb.core.find(find_all=True, backend=dock.backend))
    assert [device.port_numbers for device in found] == [(1, 2)]
    dock.plug("CAM-0001", (2, 7))
    back = open_camera(dock, "CAM-0001").device
    assert back.port_numbers == (2, 7)
    assert back.address != before


def test_faults_strike_there_and_say_so(dock, open_camera):
    host = open_camera(dock, "CAM-0001")
    busy = dock.fault("CAM-0001", Refuse(operation=0x1004))
    packets = dock.fault("CAM-0001", Packets(operation=0x1005, packets=[b"\x00\xff", b""]))
    pulled = dock.fault("CAM-0001", UnplugAfterBytes(count=10_000))
    assert host.act(0x1004) == 0x2019
    host.send(0x1005)
    assert [host.read(), host.read()] == [b"\x00\xff", b""]
    assert (busy.fired, packets.fired, pulled.fired) == (1, 1, 0)
    with pytest.raises(usb.core.USBError) as caught:
        host.ask(0x1009, host.names()[NAME])
    assert caught.value.backend_error_code == -4
    assert pulled.fired == 1


def test_a_host_that_dies_leaves_its_interface_free_but_its_session_open(dock, cards, open_camera):
    takes = (
        "import sys, pathlib, usb.core, os\n"
        "from drivers.virtual.backend import VirtualBackend\n"
        "from drivers.virtual.remote import RemoteBus\n"
        "from tests.drivers.virtual.host import Host\n"
        "host = Host(usb.core.find(backend=VirtualBackend(RemoteBus(pathlib.Path(sys.argv[1])))))\n"
        "host.open_session()\n"
        "os._exit(7)\n"
    )
    ended = subprocess.run([sys.executable, "-c", takes, str(cards / ".dock.sock")], cwd=SOURCES, check=False)
    assert ended.returncode == 7
    bus = RemoteBus(cards / ".dock.sock")
    device = usb.core.find(backend=VirtualBackend(bus))
    host = Host(device)
    assert host.response(host.send(0x1002, 9, transaction=0)) == (0x201E, (1,))
    usb.util.dispose_resources(device)
    bus.close()


def test_without_what_makes_footage_cameras_are_docked_all_the_same_and_it_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(dock_module, "find_spec", lambda _name: None)
    with VirtualDock.start(tmp_path / "new", 2) as dock:
        assert dock.notice == NO_FOOTAGE
        assert dock.cameras == ["CAM-0001", "CAM-0002"]
        assert len(list(usb.core.find(find_all=True, backend=dock.backend))) == 2
        with pytest.raises(VirtualDockFailed, match="media extra"):
            dock.record("CAM-0001")


def test_rubbish_on_the_socket_ends_that_connection_only(dock, cards, open_camera):
    import socket

    with socket.socket(socket.AF_UNIX) as rubbish:
        rubbish.connect(str(cards / ".dock.sock"))
        rubbish.sendall(struct.pack("<BBIIIBBHH", 6, 0x81, 0, 0xFFFFFFFF, 1000, 0, 0, 0, 0))
        rubbish.settimeout(10)
        assert rubbish.recv(1) == b""
    open_camera(dock, "CAM-0001").ask(0x1004)


def test_memory_does_not_grow_with_the_file(dock, cards, open_camera):
    with (cards / "CAM-0001" / "DCIM" / "100DWARD" / "LONG.MP4").open("wb") as file:
        file.truncate(300_000_000)
    host = open_camera(dock, "CAM-0001")
    handle = host.names()["LONG.MP4"]
    emulation = psutil.Process(dock.process_id)
    before = emulation.memory_info().rss
    host.send(0x1009, handle)
    total = 0
    while len(came := host.read(1 << 20)) == 1 << 20:
        total += len(came)
    assert total + len(came) == 300_000_012
    assert emulation.memory_info().rss - before < 20_000_000
