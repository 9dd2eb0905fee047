"""What a host sees before it says a word of MTP: descriptors, strings, standard requests, claims."""

from __future__ import annotations

import errno
from array import array

import pytest
import usb.core
import usb.util

from drivers.virtual.backend import VirtualBackend
from drivers.virtual.bus import LocalBus
from drivers.virtual.device import Device


@pytest.fixture
def found(backend):
    device = usb.core.find(backend=backend)
    yield device
    usb.util.dispose_resources(device)


def test_pyusb_sees_a_high_speed_still_image_device_on_its_port(found):
    assert (found.idVendor, found.idProduct, found.bus, found.port_numbers) == (0x1209, 0x0001, 1, (1, 1))
    assert (found.speed, found.bNumConfigurations) == (usb.util.SPEED_HIGH, 1)
    (interface,) = found[0]
    assert (interface.bInterfaceClass, interface.bInterfaceSubClass, interface.bInterfaceProtocol) == (6, 1, 1)
    assert [(e.bEndpointAddress, e.bmAttributes, e.wMaxPacketSize) for e in interface] == [
        (0x81, 2, 512),
        (0x02, 2, 512),
        (0x83, 3, 64),
    ]


def test_strings_tell_maker_model_serial_and_interface(found):
    assert (found.manufacturer, found.product, found.serial_number) == ("Dockwarden", "Virtual BWC", "CAM-0001")
    assert usb.util.get_string(found, found[0][0, 0].iInterface) == "MTP"


def test_descriptors_end_with_an_index_error(backend):
    (attached,) = backend.enumerate_devices()
    for ask in (
        lambda: backend.get_configuration_descriptor(attached, 1),
        lambda: backend.get_interface_descriptor(attached, 1, 0, 0),
        lambda: backend.get_interface_descriptor(attached, 0, 1, 0),
        lambda: backend.get_endpoint_descriptor(attached, 3, 0, 0, 0),
    ):
        with pytest.raises(IndexError):
            ask()


@pytest.mark.parametrize(("kind", "length"), [(1, 18), (2, 39), (6, 10), (7, 39), (15, 12)])
def test_every_descriptor_tells_its_own_length(found, kind, length):
    raw = found.ctrl_transfer(0x80, 6, kind << 8, 0, 255)
    assert (len(raw), raw[1]) == (length, kind)
    assert found.ctrl_transfer(0x80, 6, kind << 8, 0, 4) == raw[:4]
    if kind in (2, 7, 15):
        assert raw[2] | raw[3] << 8 == length
    else:
        assert raw[0] == length


def test_an_unknown_request_stalls_as_libusb_says_it(found):
    with pytest.raises(usb.core.USBError) as caught:
        found.ctrl_transfer(0xC0, 0x42, 0, 0, 8)
    assert (caught.value.errno, caught.value.backend_error_code) == (errno.EPIPE, -9)


def test_configuration_and_alternate_setting(found):
    assert found.get_active_configuration().bConfigurationValue == 1
    found.set_configuration(1)
    found.set_interface_altsetting(0, 0)
    with pytest.raises(usb.core.USBError) as caught:
        found.ctrl_transfer(0x00, 9, 2, 0)
    assert caught.value.errno == errno.EPIPE


def test_no_kernel_driver_is_in_the_way(found):
    assert not found.is_kernel_driver_active(0)
    with pytest.raises(usb.core.USBError) as caught:
        found.detach_kernel_driver(0)
    assert caught.value.errno == errno.ENOENT
    assert found.parent is None


def test_only_one_handle_has_the_interface(backend):
    one, other = (usb.core.find(backend=backend) for _ in range(2))
    usb.util.claim_interface(one, 0)
    with pytest.raises(usb.core.USBError) as caught:
        usb.util.claim_interface(other, 0)
    assert (caught.value.errno, caught.value.backend_error_code) == (errno.EBUSY, -6)
    usb.util.dispose_resources(one)
    usb.util.claim_interface(other, 0)
    usb.util.dispose_resources(other)


def test_a_read_without_a_limit_is_refused_as_a_defect(found):
    with pytest.raises(ValueError, match="limit"):
        found.read(0x81, 512, 0)


def test_a_read_of_nothing_times_out_as_libusb_says_it(found):
    with pytest.raises(usb.core.USBTimeoutError) as caught:
        found.read(0x81, 512, 20)
    assert (caught.value.errno, caught.value.backend_error_code) == (errno.ETIMEDOUT, -7)


def test_a_packet_larger_than_the_read_overflows(host):
    host.send(0x1001)
    with pytest.raises(usb.core.USBError) as caught:
        host.device.read(0x81, array("B", bytes(100)), 1000)
    assert (caught.value.errno, caught.value.backend_error_code) == (errno.EOVERFLOW, -8)


def test_everything_fails_once_the_cable_is_out_and_a_new_plug_has_a_new_address(card):
    bus = LocalBus()
    camera = Device(card)
    first = bus.plug(camera, (2, 3))
    device = usb.core.find(backend=VirtualBackend(bus))
    usb.util.claim_interface(device, 0)
    camera.unplug()
    assert bus.devices() == []
    for use in (
        lambda: device.read(0x81, 512, 1000),
        lambda: device.write(0x02, b"x", 1000),
        lambda: device.ctrl_transfer(0x80, 6, 0x100, 0, 18),
        lambda: device.clear_halt(0x81),
        device.reset,
    ):
        with pytest.raises(usb.core.USBError) as caught:
            use()
        assert (caught.value.errno, caught.value.backend_error_code) == (errno.ENODEV, -4)
    usb.util.dispose_resources(device)
    again = bus.plug(Device(card), (2, 3))
    assert again.ports == first.ports
    assert again.address != first.address


def test_two_devices_do_not_share_a_port(card):
    bus = LocalBus()
    bus.plug(Device(card), (1, 1))
    with pytest.raises(ValueError, match=r"port 1\.1 is taken"):
        bus.plug(Device(card), (1, 1))
