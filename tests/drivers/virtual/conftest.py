"""Cameras to try: one in this process, and a dock in its own."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import usb.core
import usb.util

from drivers.virtual.backend import VirtualBackend
from drivers.virtual.bus import LocalBus
from drivers.virtual.card import Card, CardFile
from drivers.virtual.device import Device
from drivers.virtual.dock import VirtualDock
from tests.drivers.virtual.host import OK, Host

FOOTAGE = bytes(range(256)) * 40


def new_card(cards: Path, number: int = 1, **settings: object) -> Card:
    """A card with one recording of 10,240 bytes."""
    serial = f"CAM-{number:04d}"
    card = Card.create(cards / serial, CardFile(serial=serial, clock_set_at=time.time(), **settings))  # type: ignore[arg-type]
    (card.recordings / "1234_CAM0001_20261124_221405.MP4").write_bytes(FOOTAGE)
    return card


@pytest.fixture
def card(tmp_path: Path) -> Card:
    """The card of the camera in this process."""
    return new_card(tmp_path)


@pytest.fixture
def camera(card: Card) -> Device:
    """The camera itself, to arm faults and pull the cable."""
    return Device(card)


@pytest.fixture
def backend(camera: Device) -> VirtualBackend:
    """What pyusb is given."""
    bus = LocalBus()
    bus.plug(camera, (1, 1))
    return VirtualBackend(bus)


@pytest.fixture
def host(backend: VirtualBackend) -> Iterator[Host]:
    """A host with an open session."""
    opened = Host(usb.core.find(backend=backend))
    assert opened.open_session() == OK
    yield opened
    usb.util.dispose_resources(opened.device)


@pytest.fixture
def cards(tmp_path: Path) -> Path:
    """A folder with two cards."""
    folder = tmp_path / "cards"
    folder.mkdir()
    new_card(folder, 1)
    new_card(folder, 2)
    return folder


@pytest.fixture
def dock(cards: Path) -> Iterator[VirtualDock]:
    """Both docked, in a process of their own."""
    with VirtualDock.start(cards, 2) as started:
        yield started


@pytest.fixture
def open_camera() -> Iterator[Callable[[VirtualDock, str], Host]]:
    """Opens a camera of the dock by its serial, with a session."""
    opened: list[Host] = []

    def open_one(dock: VirtualDock, serial: str) -> Host:
        device = usb.core.find(backend=dock.backend, custom_match=lambda found: found.serial_number == serial)
        host = Host(device)
        opened.append(host)
        assert host.open_session() == OK
        return host

    yield open_one
    for host in opened:
        usb.util.dispose_resources(host.device)
