"""Looking at the ports: descriptors only, one bad device hides no other, arrivals settle."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from drivers import presence
from drivers.camera import Interface
from drivers.errors import DeviceGone
from drivers.models import Model, UsbMatch
from drivers.presence import Presence, Source, open_camera, scan
from tests.drivers.scripted import ScriptedBackend, error

MODEL = Model("m", "Make", "Model", "mtp", False, (UsbMatch(vendor="1209", product="0001"),))


class Ports(ScriptedBackend):
    """Devices that can be looked at and not opened: each a port, an address and the class of its device."""

    def __init__(self, *devices: tuple[tuple[int, ...] | None, int, int]) -> None:
        super().__init__()
        self.devices = list(devices)
        self.broken: set[int] = set()

    def enumerate_devices(self):
        return self.devices

    def get_device_descriptor(self, dev):
        ports, address, device_class = dev
        fields = vars(super().get_device_descriptor(dev))
        number = ports[-1] if ports else 0
        fields |= {"port_numbers": ports, "port_number": number, "address": address, "bDeviceClass": device_class}
        return SimpleNamespace(**fields)

    def get_configuration_descriptor(self, dev, config):
        if dev[1] in self.broken:
            raise error(5)
        return super().get_configuration_descriptor(dev, config)

    def open_device(self, dev):
        raise AssertionError("looking opened a device")


def paths(ports: Ports) -> list[str]:
    return [sighting.usb_path for sighting in scan([Source(ports, virtual=True)])]


def test_a_sighting_is_known_by_its_port_path():
    (sighting,) = scan([Source(Ports(((1, 2), 7, 0)), virtual=True)])
    assert (sighting.usb_path, sighting.plug, sighting.vendor_id, sighting.product_id) == ("1-1.2", "1:7", 0x1209, 1)
    assert sighting.interfaces == (Interface(0, 6, 1, 1),)
    assert sighting.virtual


def test_ports_come_in_the_order_of_their_numbers_and_hubs_not_at_all():
    assert paths(Ports(((10,), 1, 0), ((9,), 2, 0), ((3,), 3, 9), (None, 4, 9), ((3, 2), 5, 0))) == [
        "1-3.2",
        "1-9",
        "1-10",
    ]


def test_a_device_that_cannot_be_described_hides_no_other():
    ports = Ports(((1,), 1, 0), ((2,), 2, 0))
    ports.broken = {1}
    assert paths(ports) == ["1-2"]


def test_a_source_that_is_broken_hides_no_other():
    class Broken(Ports):
        def enumerate_devices(self):
            raise error(5)

    sources = [Source(Broken(), virtual=True), Source(Ports(((1,), 1, 0)), virtual=True)]
    assert len(scan(sources)) == 1


def test_the_system_tells_serial_and_interface_names_of_this_very_plugging(tmp_path, monkeypatch):
    monkeypatch.setattr(presence, "SYSFS", tmp_path)
    folder = tmp_path / "1-2"
    (folder / "1-2:1.0").mkdir(parents=True)
    for name, text in {"busnum": "1", "devnum": "7", "serial": "C\x1b001 ", "bConfigurationValue": "1"}.items():
        (folder / name).write_text(text + "\n")
    (folder / "1-2:1.0" / "interface").write_text("MTP\n")
    (here,) = scan([Source(Ports(((2,), 7, 0)))])
    assert (here.serial, here.interfaces[0].name) == ("C001", "MTP")
    (after_a_replug,) = scan([Source(Ports(((2,), 8, 0)))])
    assert (after_a_replug.serial, after_a_replug.interfaces[0].name) == (None, None)


def test_it_arrives_when_seen_twice_and_leaves_at_once():
    ports = Ports(((1,), 1, 0))
    watch = Presence([Source(ports, virtual=True)])
    assert watch.look() == presence.Change((), ())
    arrived = watch.look().arrived
    assert [sighting.usb_path for sighting in arrived] == ["1-1"]
    assert watch.look() == presence.Change((), ())
    ports.devices = []
    assert watch.look() == presence.Change((), arrived)


def test_a_contact_that_bounces_does_not_arrive():
    ports = Ports(((1,), 1, 0))
    watch = Presence([Source(ports, virtual=True)])
    for address in range(2, 6):
        assert watch.look() == presence.Change((), ())
        ports.devices = [((1,), address, 0)]


def test_a_quick_replug_leaves_and_arrives():
    ports = Ports(((1,), 1, 0))
    watch = Presence([Source(ports, virtual=True)])
    watch.look(), watch.look()
    ports.devices = [((1,), 2, 0)]
    assert [sighting.plug for sighting in watch.look().left] == ["1:1"]
    assert [sighting.plug for sighting in watch.look().arrived] == ["1:2"]


def test_only_the_very_device_that_was_seen_is_opened():
    ports = Ports(((1,), 1, 0))
    sources = [Source(ports, virtual=True)]
    (sighting,) = scan(sources)
    ports.devices = [((1,), 2, 0)]
    with pytest.raises(DeviceGone, match="1-1"):
        open_camera(sighting, MODEL, sources)


def test_the_driver_is_found_by_its_name_alone(monkeypatch):
    opened = []
    monkeypatch.setattr("drivers.mtp.camera.open_camera", lambda *args: opened.append(args) or "camera")
    ports = Ports(((1,), 1, 0))
    sources = [Source(ports, virtual=True)]
    (sighting,) = scan(sources)
    assert open_camera(sighting, MODEL, sources) == "camera"
    ((backend, device, seen, model, stop),) = opened
    assert (backend, device) == (ports, ports.devices[0])
    assert (seen, model, stop.is_set()) == (sighting, MODEL, False)
