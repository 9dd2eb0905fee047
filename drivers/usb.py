"""The wire: the only place that touches pyusb.

A `Wire` is one claimed interface of an opened device, with few verbs and a time limit on each. What pyusb throws is
translated here, once, into drivers.errors. Facts about pyusb 1.3 that this module hides: a limit of 0 means for ever;
a read that runs out of time after some bytes came returns them in silence; NotImplementedError is its spelling of
"not supported"; a ValueError mostly means that permission is missing.
"""

from __future__ import annotations

import errno
from array import array
from collections.abc import Callable, Iterator
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

_RAISED = (usb.core.USBError, NotImplementedError, ValueError)

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


def in_words(fault: Exception, doing: str) -> DeviceError:
    """What pyusb raised, as a DeviceError. `doing` ends its sentence, such as "while it was read"."""
    if isinstance(fault, usb.core.USBError):
        kind, what = _BY_ERRNO.get(fault.errno, (TransferFailed, "The USB transfer failed"))
        return kind(f"{what} {doing} ({fault.strerror}).")
    if isinstance(fault, NotImplementedError):
        return NoUsableDriver(f"The system's USB driver does not allow this {doing}.")
    return AccessDenied(f"The system does not let us talk to the camera {doing} ({fault}).")


class Wire:
    """One interface of one camera: bulk OUT, bulk IN, interrupt IN and the control pipe.

    It speaks to pyusb's backend directly: `usb.core.Device` would open and claim anew, unasked, after a close.
    `device` is one that the backend enumerated. Opening claims the interface. `detach` lets go a kernel driver that
    holds it (a quirk of the model, never a habit). Every limit is in milliseconds, required and above 0 (else
    RuntimeError). Every verb raises DeviceError.
    """

    def __init__(self, backend: Any, device: Any, interface: int, *, detach: bool = False) -> None:
        self._backend = backend
        self._interface = interface
        self._stalled: int | None = None
        self._bounce: array[int] | None = None
        with _translating("while it was opened"):
            self._handle = backend.open_device(device)
        try:
            with _translating("while it was opened"):
                self._choose_configuration(device)
                self._find_endpoints(device)
                if detach and backend.is_kernel_driver_active(self._handle, interface):
                    backend.detach_kernel_driver(self._handle, interface)
                backend.claim_interface(self._handle, interface)
        except DeviceError:
            self.close()
            raise

    def send(self, data: bytes, limit_ms: int) -> None:
        """Write to bulk OUT, and a zero-length packet where the last packet is full (USB 2.0, 5.8.3)."""
        self._write(data, limit_ms)
        if data and len(data) % self._out_packet == 0:
            self._write(b"", limit_ms)

    def receive(self, buffer: array[int], limit_ms: int) -> int:
        """Read from bulk IN into `buffer` and give the number of bytes that came.

        The buffer holds whole packets: a full one would overrun it otherwise (RuntimeError). A short count says nothing
        about the end of a message: the limit may have passed after some bytes came.
        """
        if len(buffer) % self._in_packet:
            raise RuntimeError(f"a read buffer must hold whole packets of {self._in_packet} bytes")
        while True:
            target = self._bounce if self._bounce and len(self._bounce) < len(buffer) else buffer
            try:
                count = self._read(self._backend.bulk_read, self._in, target, limit_ms)
            except TransferTooLarge:
                self._halve(len(target))
                continue
            if target is not buffer:
                memoryview(buffer)[:count] = memoryview(target)[:count]
            return count

    def event(self, limit_ms: int) -> bytes:
        """One packet of the interrupt pipe. Raises TransferTimeout when there is none."""
        buffer = array("B", bytes(self._event_packet))
        return buffer[: self._read(self._backend.intr_read, self._event, buffer, limit_ms)].tobytes()

    def control_out(self, request: int, data: bytes, limit_ms: int) -> None:
        """A class request to the interface that carries `data`."""
        self._control(0x21, request, array("B", data), limit_ms)

    def control_in(self, request: int, size: int, limit_ms: int) -> bytes:
        """A class request to the interface that asks for up to `size` bytes."""
        buffer = array("B", bytes(size))
        return buffer[: self._control(0xA1, request, buffer, limit_ms)].tobytes()

    def clear_halt(self, endpoint: int | None = None) -> None:
        """Clear the endpoint that stalled last, or the one of ours that is named.

        Nothing where none did or it is not ours: clearing also resets the endpoint's data toggle.
        """
        halted = self._stalled if endpoint is None else endpoint
        if halted in (self._in, self._out, self._event):
            self._stalled = None
            with _translating("while a halt was cleared"):
                self._backend.clear_halt(self._open_handle(), halted)

    def reset(self) -> None:
        """Reset the port and claim the interface again. A camera that comes back as a new one raises DeviceGone."""
        handle = self._open_handle()
        try:
            with _translating("while it was reset"):
                self._backend.reset_device(handle)
                self._backend.claim_interface(handle, self._interface)
        except NoUsableDriver as fault:
            raise DeviceGone("The camera left its port when it was reset.") from fault
        self._stalled = None

    def close(self) -> None:
        """Release and close. May be called twice, and after the cable is gone."""
        if self._handle is None:
            return
        handle, self._handle = self._handle, None
        with suppress(usb.core.USBError, NotImplementedError):
            self._backend.release_interface(handle, self._interface)
        self._backend.close_device(handle)

    def _choose_configuration(self, device: Any) -> None:
        """Choose the first configuration where the system chose none: choosing again would reset the camera."""
        if self._backend.get_configuration(self._handle) == 0:
            first = self._backend.get_configuration_descriptor(device, 0)
            self._backend.set_configuration(self._handle, first.bConfigurationValue)

    def _find_endpoints(self, device: Any) -> None:
        found = {
            (usb.util.endpoint_direction(e.bEndpointAddress), e.bmAttributes & 3): e for e in self._setting(device)
        }
        try:
            bulk_in = found[usb.util.ENDPOINT_IN, usb.util.ENDPOINT_TYPE_BULK]
            bulk_out = found[usb.util.ENDPOINT_OUT, usb.util.ENDPOINT_TYPE_BULK]
            event = found[usb.util.ENDPOINT_IN, usb.util.ENDPOINT_TYPE_INTR]
        except KeyError:
            raise ProtocolError("The camera's interface lacks an endpoint that its class calls for.") from None
        self._in, self._in_packet = bulk_in.bEndpointAddress, bulk_in.wMaxPacketSize
        self._out, self._out_packet = bulk_out.bEndpointAddress, bulk_out.wMaxPacketSize
        self._event, self._event_packet = event.bEndpointAddress, event.wMaxPacketSize
        if not (self._in_packet and self._out_packet and self._event_packet):
            raise ProtocolError("The camera's interface has an endpoint with packets of 0 bytes.")

    def _setting(self, device: Any) -> Any:
        """Our interface as it is set now: descriptors only, nothing is opened by it."""
        active = self._backend.get_configuration(self._handle)
        described = usb.core.Device(device, self._backend)
        configuration = usb.util.find_descriptor(described, bConfigurationValue=active) or ()
        number = self._interface
        return usb.util.find_descriptor(configuration, bInterfaceNumber=number, bAlternateSetting=0) or ()

    def _open_handle(self, limit_ms: int = 1) -> Any:
        if limit_ms <= 0:
            raise RuntimeError("a USB transfer needs a time limit")
        if self._handle is None:
            raise DeviceGone("The camera was closed.")
        return self._handle

    def _write(self, data: bytes, limit_ms: int) -> None:
        handle = self._open_handle(limit_ms)
        try:
            sent = self._backend.bulk_write(handle, self._out, self._interface, array("B", data), limit_ms)
        except _RAISED as fault:
            raise self._noted(fault, self._out, "while a request was sent to it") from fault
        if sent != len(data):
            raise TransferTimeout(f"The camera took {sent} of {len(data)} bytes of a request.")

    def _read(self, pipe: Callable[..., int], endpoint: int, buffer: array[int], limit_ms: int) -> int:
        handle = self._open_handle(limit_ms)
        try:
            return pipe(handle, endpoint, self._interface, buffer, limit_ms)
        except _RAISED as fault:
            raise self._noted(fault, endpoint, "while it was read") from fault

    def _control(self, kind: int, request: int, data: array[int], limit_ms: int) -> int:
        handle = self._open_handle(limit_ms)
        with _translating("in a class request"):
            return int(self._backend.ctrl_transfer(handle, kind, request, 0, self._interface, data, limit_ms))

    def _noted(self, fault: Exception, endpoint: int, doing: str) -> DeviceError:
        """The fault in words; a stall is kept in mind, to be cleared."""
        told = in_words(fault, doing)
        if isinstance(told, TransferStalled):
            self._stalled = endpoint
        return told

    def _halve(self, size: int) -> None:
        """Read in halves from now on. All programs of a computer share one small budget of USB memory (usbfs)."""
        smaller = size // 2 // self._in_packet * self._in_packet
        if smaller < LEAST_READ:
            raise TransferTooLarge(f"The system has no USB memory left, not even for reads of {size} bytes.")
        self._bounce = array("B", bytes(smaller))


@contextmanager
def _translating(doing: str) -> Iterator[None]:
    try:
        yield
    except _RAISED as fault:
        raise in_words(fault, doing) from fault
