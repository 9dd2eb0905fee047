"""The wire: the only place that touches pyusb.

A `Wire` is one claimed interface of an opened device, with few verbs and a time limit on each. What pyusb throws is
translated here, once, into drivers.errors. Facts about pyusb 1.3 that this module hides: a limit of 0 means for ever;
a read that runs out of time after some bytes came returns them in silence; NotImplementedError is its spelling of
"not supported"; ValueError "no langid" mostly means that permission is missing.
"""

from __future__ import annotations

import errno
from array import array
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from typing import Any

import libusb_package
import usb.core
import usb.util

from drivers.errors import (
    AccessDenied,
    DeviceError,
    DeviceGone,
    HeldByOther,
    NoUsableDriver,
    ProtocolError,
    TransferFailed,
    TransferStalled,
    TransferTimeout,
    TransferTooLarge,
)

LEAST_READ = 64 * 1024
"""Bytes of a read below which it is not halved any more when the kernel is out of USB memory."""

_BY_ERRNO: dict[int | None, tuple[type[DeviceError], str]] = {
    errno.ENODEV: (DeviceGone, "The camera has left its port"),
    errno.ESHUTDOWN: (DeviceGone, "The camera has left its port"),
    errno.EACCES: (AccessDenied, "This user may not open the camera"),
    errno.EPERM: (AccessDenied, "This user may not open the camera"),
    errno.EBUSY: (HeldByOther, "Another program holds the camera"),
    errno.ENOENT: (NoUsableDriver, "The camera's interface cannot be reached"),
    errno.EPIPE: (TransferStalled, "The camera halted the transfer"),
    errno.ENOMEM: (TransferTooLarge, "The system has no USB memory left for this transfer"),
    errno.EOVERFLOW: (ProtocolError, "The camera sent more than was asked for"),
    errno.ETIMEDOUT: (TransferTimeout, "The camera did not answer in time"),
}


@cache
def libusb() -> Any:
    """The one libusb backend of this process. RuntimeError when our packaging left the library out."""
    backend = libusb_package.get_libusb1_backend()
    if backend is None:
        raise RuntimeError("the libusb library is missing from this installation of Dockwarden")
    return backend


@contextmanager
def usb_faults(doing: str) -> Iterator[None]:
    """Translate what pyusb raises into a DeviceError. `doing` ends the sentence, such as "while reading from it"."""
    try:
        yield
    except usb.core.NoBackendError:
        raise  # our defect: not to be dressed up as the camera's
    except usb.core.USBError as fault:
        kind, what = _BY_ERRNO.get(fault.errno, (TransferFailed, "The USB transfer failed"))
        raise kind(f"{what} {doing} ({fault.strerror}).") from fault
    except NotImplementedError as fault:
        raise NoUsableDriver(f"The system's USB driver does not allow this {doing}.") from fault
    except ValueError as fault:
        raise AccessDenied(f"The system does not let us talk to the camera {doing} ({fault}).") from fault


class Wire:
    """One interface of one camera: bulk OUT, bulk IN, interrupt IN and the control pipe.

    Opening claims the interface. `detach` lets go a kernel driver that holds it (a quirk of the model, never a habit).
    Every limit is in milliseconds, required and above 0 (else RuntimeError). Every verb raises DeviceError.
    """

    def __init__(self, device: Any, interface: int, *, detach: bool = False) -> None:
        self._device = device
        self._interface = interface
        self._stalled: int | None = None
        self._bounce: array[int] | None = None
        try:
            with usb_faults("while it was opened"):
                self._claim(detach)
        except DeviceError:
            self.close()
            raise

    @property
    def packet_bytes(self) -> int:
        """Packet size of bulk IN: every read must be a multiple of it, or a full packet overruns the buffer."""
        return int(self._in.wMaxPacketSize)

    def send(self, data: bytes, limit_ms: int) -> None:
        """Write to bulk OUT, and a zero-length packet where the last packet is full (USB 2.0, 5.8.3)."""
        self._write(data, limit_ms)
        if data and len(data) % self._out.wMaxPacketSize == 0:
            self._write(b"", limit_ms)

    def receive(self, buffer: array[int], limit_ms: int) -> int:
        """Read from bulk IN into `buffer`, whose size is a multiple of `packet_bytes`. Gives the bytes that came.

        A short count says nothing about the end of a message: the limit may have passed after some bytes came.
        """
        if len(buffer) % self.packet_bytes:
            raise RuntimeError(f"a read buffer must hold whole packets of {self.packet_bytes} bytes")
        while True:
            target = self._bounce or buffer
            try:
                count = self._read(self._in.bEndpointAddress, target, limit_ms)
            except TransferTooLarge:
                self._halve(len(target))
                continue
            if target is not buffer:
                memoryview(buffer)[:count] = memoryview(target)[:count]
            return count

    def event(self, limit_ms: int) -> bytes:
        """One packet of the interrupt pipe. Raises TransferTimeout when there is none."""
        buffer = array("B", bytes(self._event.wMaxPacketSize))
        return buffer[: self._read(self._event.bEndpointAddress, buffer, limit_ms)].tobytes()

    def control_out(self, request: int, data: bytes, limit_ms: int) -> None:
        """A class request to the interface that carries `data`."""
        with usb_faults("in a class request"):
            self._device.ctrl_transfer(0x21, request, 0, self._interface, data, _limited(limit_ms))

    def control_in(self, request: int, size: int, limit_ms: int) -> bytes:
        """A class request to the interface that asks for up to `size` bytes."""
        with usb_faults("in a class request"):
            answer = self._device.ctrl_transfer(0xA1, request, 0, self._interface, size, _limited(limit_ms))
            return bytes(answer.tobytes())

    def clear_halt(self, endpoint: int | None = None) -> None:
        """Clear the endpoint that stalled last, or the one of ours that is named.

        Nothing where none did or it is not ours: clearing also resets the endpoint's data toggle.
        """
        halted = self._stalled if endpoint is None else endpoint
        if halted in (self._in.bEndpointAddress, self._out.bEndpointAddress, self._event.bEndpointAddress):
            self._stalled = None
            with usb_faults("while a halt was cleared"):
                self._device.clear_halt(halted)

    def reset(self) -> None:
        """Reset the port and claim the interface again. A camera that comes back as a new one raises DeviceGone."""
        try:
            with usb_faults("while it was reset"):
                self._device.reset()
                usb.util.claim_interface(self._device, self._interface)
        except NoUsableDriver as fault:
            raise DeviceGone("The camera left its port when it was reset.") from fault
        self._stalled = None

    def close(self) -> None:
        """Release and close. May be called twice, and after the cable is gone."""
        with suppress(usb.core.USBError, NotImplementedError):
            usb.util.dispose_resources(self._device)

    def _claim(self, detach: bool) -> None:
        self._configure()
        self._find_endpoints()
        if detach and self._device.is_kernel_driver_active(self._interface):
            self._device.detach_kernel_driver(self._interface)
        usb.util.claim_interface(self._device, self._interface)

    def _configure(self) -> None:
        """Choose the first configuration where the system chose none: choosing again would reset the camera."""
        try:
            self._device.get_active_configuration()
        except usb.core.USBError as fault:
            if fault.errno is not None:
                raise
            self._device.set_configuration()

    def _find_endpoints(self) -> None:
        interface = self._device.get_active_configuration()[(self._interface, 0)]
        found = {(usb.util.endpoint_direction(e.bEndpointAddress), e.bmAttributes & 3): e for e in interface}
        try:
            self._in = found[usb.util.ENDPOINT_IN, usb.util.ENDPOINT_TYPE_BULK]
            self._out = found[usb.util.ENDPOINT_OUT, usb.util.ENDPOINT_TYPE_BULK]
            self._event = found[usb.util.ENDPOINT_IN, usb.util.ENDPOINT_TYPE_INTR]
        except KeyError:
            raise ProtocolError("The camera's interface lacks an endpoint that its class calls for.") from None
        if not all(e.wMaxPacketSize for e in found.values()):
            raise ProtocolError("The camera's interface has an endpoint with packets of 0 bytes.")

    def _write(self, data: bytes, limit_ms: int) -> None:
        with self._noting_stall(self._out.bEndpointAddress), usb_faults("while a request was sent to it"):
            sent = self._device.write(self._out.bEndpointAddress, data, _limited(limit_ms))
        if sent != len(data):
            raise TransferTimeout(f"The camera took {sent} of {len(data)} bytes of a request.")

    def _read(self, endpoint: int, buffer: array[int], limit_ms: int) -> int:
        with self._noting_stall(endpoint), usb_faults("while it was read"):
            return int(self._device.read(endpoint, buffer, _limited(limit_ms)))

    @contextmanager
    def _noting_stall(self, endpoint: int) -> Iterator[None]:
        try:
            yield
        except TransferStalled:
            self._stalled = endpoint
            raise

    def _halve(self, size: int) -> None:
        """Read in halves from now on. All programs of a computer share one small budget of USB memory (usbfs)."""
        smaller = size // 2 // self.packet_bytes * self.packet_bytes
        if smaller < LEAST_READ:
            raise TransferTooLarge(f"The system has no USB memory left, not even for reads of {size} bytes.")
        self._bounce = array("B", bytes(smaller))


def _limited(limit_ms: int) -> int:
    if limit_ms <= 0:
        raise RuntimeError("a USB transfer needs a time limit")
    return limit_ms
