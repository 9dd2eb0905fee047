"""A pyusb backend over a virtual bus: what the real driver calls in place of libusb, with libusb's answers."""

from __future__ import annotations

import errno
import struct
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import usb.backend
import usb.core

from drivers.virtual.bus import Attached, Bus, Handle
from drivers.virtual.transfer import Failure, Setup, TransferFailed

_HIGH_SPEED = 3
_SET_CONFIGURATION, _GET_CONFIGURATION, _SET_INTERFACE = (0x00, 9), (0x80, 8), (0x01, 11)
_CONTROL_TIMEOUT_S = 1.0

_AS_LIBUSB_SAYS = {
    Failure.INPUT_OUTPUT: ("Input/Output Error", errno.EIO),
    Failure.INVALID: ("Invalid parameter", errno.EINVAL),
    Failure.GONE: ("No such device (it may have been disconnected)", errno.ENODEV),
    Failure.NOT_FOUND: ("Entity not found", errno.ENOENT),
    Failure.BUSY: ("Resource busy", errno.EBUSY),
    Failure.TIMEOUT: ("Operation timed out", errno.ETIMEDOUT),
    Failure.OVERFLOW: ("Overflow", errno.EOVERFLOW),
    Failure.STALL: ("Pipe error", errno.EPIPE),
}

_DEVICE = (
    "<BBHBBBBHHHBBBB",
    "bLength bDescriptorType bcdUSB bDeviceClass bDeviceSubClass bDeviceProtocol bMaxPacketSize0 "
    "idVendor idProduct bcdDevice iManufacturer iProduct iSerialNumber bNumConfigurations",
)
_CONFIGURATION = (
    "<BBHBBBBB",
    "bLength bDescriptorType wTotalLength bNumInterfaces bConfigurationValue iConfiguration bmAttributes bMaxPower",
)
_INTERFACE = (
    "<BBBBBBBBB",
    "bLength bDescriptorType bInterfaceNumber bAlternateSetting bNumEndpoints "
    "bInterfaceClass bInterfaceSubClass bInterfaceProtocol iInterface",
)
_ENDPOINT = ("<BBBBHB", "bLength bDescriptorType bEndpointAddress bmAttributes wMaxPacketSize bInterval")
_INTERFACE_TYPE, _ENDPOINT_TYPE = 4, 5


class VirtualBackend(usb.backend.IBackend):  # type: ignore[misc]  # pyusb carries no types
    """Give this to `usb.core.find(backend=…)`. Thread-safe as libusb is: one thread a camera, in parallel.

    A limit of 0 milliseconds would wait for ever, which our drivers never may: it raises ValueError.
    """

    def __init__(self, bus: Bus) -> None:
        super().__init__()
        self._bus = bus

    def enumerate_devices(self) -> list[Attached]:
        """What is plugged in now; nothing is opened."""
        return self._bus.devices()

    def get_parent(self, dev: Attached) -> None:
        """The hub is not shown; the port path tells where it is."""
        del dev

    def get_device_descriptor(self, dev: Attached) -> SimpleNamespace:
        """The 14 fields, and where the device is."""
        fields = _unpack(_DEVICE, dev.device)
        fields.bus, fields.address, fields.speed = dev.bus, dev.address, _HIGH_SPEED
        fields.port_number, fields.port_numbers = dev.ports[-1], dev.ports
        return fields

    def get_configuration_descriptor(self, dev: Attached, config: int) -> SimpleNamespace:
        """There is one. Raises IndexError past it."""
        return _nth([_unpack(_CONFIGURATION, dev.configuration)], config)

    def get_interface_descriptor(self, dev: Attached, intf: int, alt: int, config: int) -> SimpleNamespace:
        """Raises IndexError past the last."""
        self.get_configuration_descriptor(dev, config)
        interfaces = [found for found in _parts(dev, _INTERFACE_TYPE, _INTERFACE) if found.bAlternateSetting == alt]
        return _nth(interfaces, intf)

    def get_endpoint_descriptor(self, dev: Attached, ep: int, intf: int, alt: int, config: int) -> SimpleNamespace:
        """Raises IndexError past the last."""
        self.get_interface_descriptor(dev, intf, alt, config)
        endpoint = _nth(_parts(dev, _ENDPOINT_TYPE, _ENDPOINT), ep)
        endpoint.bRefresh = endpoint.bSynchAddress = 0
        return endpoint

    def open_device(self, dev: Attached) -> Handle:
        """Open it for transfers."""
        with _as_usb_errors():
            return self._bus.open(dev.address)

    def close_device(self, dev_handle: Handle) -> None:
        """Close it; what it had claimed is free again."""
        dev_handle.close()

    def set_configuration(self, dev_handle: Handle, config_value: int) -> None:
        """SET_CONFIGURATION, which resets the camera's function."""
        self._command(dev_handle, _SET_CONFIGURATION, config_value, 0)

    def get_configuration(self, dev_handle: Handle) -> int:
        """The number of the active configuration."""
        answer = array("B", b"\0")
        self.ctrl_transfer(dev_handle, *_GET_CONFIGURATION, 0, 0, answer, int(_CONTROL_TIMEOUT_S * 1000))
        return answer[0]

    def set_interface_altsetting(self, dev_handle: Handle, intf: int, altsetting: int) -> None:
        """SET_INTERFACE; there is only setting 0."""
        self._command(dev_handle, _SET_INTERFACE, altsetting, intf)

    def claim_interface(self, dev_handle: Handle, intf: int) -> None:
        """EBUSY when another handle has it."""
        with _as_usb_errors():
            dev_handle.claim(intf)

    def release_interface(self, dev_handle: Handle, intf: int) -> None:
        """Give it back."""
        with _as_usb_errors():
            dev_handle.release(intf)

    def bulk_write(self, dev_handle: Handle, ep: int, intf: int, data: array[int], timeout: int) -> int:
        """How many bytes the camera took."""
        del intf
        with _as_usb_errors():
            return dev_handle.write(ep, memoryview(data).cast("B"), _seconds(timeout))

    def bulk_read(self, dev_handle: Handle, ep: int, intf: int, buff: array[int], timeout: int) -> int:
        """Fill `buff` in place: how many bytes came, which may be fewer when the limit ran out on the way."""
        del intf
        with _as_usb_errors():
            return dev_handle.read(ep, memoryview(buff).cast("B"), _seconds(timeout))

    intr_write = bulk_write
    intr_read = bulk_read

    def ctrl_transfer(  # noqa: PLR0917 - pyusb's signature
        self,
        dev_handle: Handle,
        bmRequestType: int,  # noqa: N803 - pyusb's names
        bRequest: int,  # noqa: N803
        wValue: int,  # noqa: N803
        wIndex: int,  # noqa: N803
        data: array[int],
        timeout: int,
    ) -> int:
        """How many bytes were moved out of or into `data`."""
        setup = Setup(bmRequestType, bRequest, wValue, wIndex)
        with _as_usb_errors():
            return dev_handle.control(setup, memoryview(data).cast("B"), _seconds(timeout))

    def clear_halt(self, dev_handle: Handle, ep: int) -> None:
        """Let a stalled endpoint go on."""
        with _as_usb_errors():
            dev_handle.clear_halt(ep)

    def reset_device(self, dev_handle: Handle) -> None:
        """Reset the port."""
        with _as_usb_errors():
            dev_handle.reset()

    def is_kernel_driver_active(self, dev_handle: Handle, intf: int) -> bool:
        """No kernel driver ever holds a virtual camera."""
        del dev_handle, intf
        return False

    def detach_kernel_driver(self, dev_handle: Handle, intf: int) -> None:
        """ENOENT, as libusb says where there is none."""
        del dev_handle, intf
        raise _usb_error(Failure.NOT_FOUND)

    def attach_kernel_driver(self, dev_handle: Handle, intf: int) -> None:
        """ENOENT, as libusb says where there is none."""
        self.detach_kernel_driver(dev_handle, intf)

    @staticmethod
    def _command(handle: Handle, request: tuple[int, int], value: int, index: int) -> None:
        with _as_usb_errors():
            handle.control(Setup(*request, value, index), memoryview(b""), _CONTROL_TIMEOUT_S)


def _seconds(timeout_ms: int) -> float:
    if timeout_ms <= 0:
        raise ValueError("a transfer without a time limit may wait for ever: give it one")
    return timeout_ms / 1000


def _usb_error(why: Failure) -> usb.core.USBError:
    text, number = _AS_LIBUSB_SAYS[why]
    kind = usb.core.USBTimeoutError if why is Failure.TIMEOUT else usb.core.USBError
    return kind(text, int(why), number)


@contextmanager
def _as_usb_errors() -> Iterator[None]:
    try:
        yield
    except TransferFailed as failed:
        raise _usb_error(failed.why) from failed


def _unpack(shape: tuple[str, str], raw: bytes) -> SimpleNamespace:
    layout, names = shape
    values: dict[str, Any] = dict(zip(names.split(), struct.unpack_from(layout, raw), strict=True))
    return SimpleNamespace(**values, extra_descriptors=[])


def _parts(dev: Attached, kind: int, shape: tuple[str, str]) -> list[SimpleNamespace]:
    """The descriptors of one kind inside the configuration."""
    found, at = [], 0
    while at < len(dev.configuration):
        if dev.configuration[at + 1] == kind:
            found.append(_unpack(shape, dev.configuration[at:]))
        at += dev.configuration[at]
    return found


def _nth(items: list[SimpleNamespace], index: int) -> SimpleNamespace:
    if not 0 <= index < len(items):
        raise IndexError(f"no descriptor {index}")
    return items[index]
