"""A USB device made of a script: exact bytes out and in, in order, and used up at the end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from types import SimpleNamespace

import usb.backend
import usb.core

ENDPOINTS = ((0x81, 2, 512), (0x02, 2, 512), (0x83, 3, 64))


@dataclass(frozen=True)
class Out:
    """The host must write exactly this to bulk OUT; or it fails."""

    data: bytes
    fails: Exception | None = None


@dataclass(frozen=True)
class In:
    """The host reads this from bulk IN; or the read fails."""

    data: bytes = b""
    fails: Exception | None = None


@dataclass(frozen=True)
class Event:
    """The host reads this from the interrupt pipe; or the read fails."""

    data: bytes = b""
    fails: Exception | None = None


@dataclass(frozen=True)
class Control:
    """The host makes this class request; OUT must carry `data`, IN is answered with it."""

    request: int
    data: bytes = b""
    fails: Exception | None = None


@dataclass(frozen=True)
class Call:
    """The host makes this call: clear_halt with an endpoint, reset, claim, detach."""

    name: str
    argument: int | None = None
    fails: Exception | None = None


Step = Out | In | Event | Control | Call


def timeout() -> usb.core.USBTimeoutError:
    return usb.core.USBTimeoutError("Operation timed out", -7, 110)


def error(number: int) -> usb.core.USBError:
    return usb.core.USBError("scripted", -1, number)


class ScriptedBackend(usb.backend.IBackend):  # type: ignore[misc]
    """Answers with the script; what is not in it fails the test."""

    def __init__(self, steps: Iterable[Step] = (), endpoints: Iterable[tuple[int, int, int]] = ENDPOINTS) -> None:
        super().__init__()
        self.steps = list(steps)
        self.endpoints = list(endpoints)
        self.closed = 0
        self.read_sizes: list[int] = []

    def finish(self) -> None:
        assert self.steps == [], "the script was not used up"

    def _next(self, kind: type[Step]) -> Step:
        assert self.steps, f"{kind.__name__} after the end of the script"
        step = self.steps.pop(0)
        assert isinstance(step, kind), f"{kind.__name__} where the script has {step}"
        if step.fails is not None:
            raise step.fails
        return step

    def enumerate_devices(self):
        return [object()]

    def get_device_descriptor(self, dev):
        return SimpleNamespace(
            bLength=18, bDescriptorType=1, bcdUSB=0x200, bDeviceClass=0, bDeviceSubClass=0, bDeviceProtocol=0,
            bMaxPacketSize0=64, idVendor=0x1209, idProduct=1, bcdDevice=1, iManufacturer=0, iProduct=0,
            iSerialNumber=0, bNumConfigurations=1, bus=1, address=1, port_number=1, port_numbers=(1,), speed=3,
        )  # fmt: skip

    def get_configuration_descriptor(self, dev, config):
        if config:
            raise IndexError
        return SimpleNamespace(
            bLength=9, bDescriptorType=2, wTotalLength=39, bNumInterfaces=1, bConfigurationValue=1,
            iConfiguration=0, bmAttributes=0xC0, bMaxPower=250, extra_descriptors=[],
        )  # fmt: skip

    def get_interface_descriptor(self, dev, intf, alt, config):
        if intf or alt or config:
            raise IndexError
        return SimpleNamespace(
            bLength=9, bDescriptorType=4, bInterfaceNumber=0, bAlternateSetting=0, bNumEndpoints=len(self.endpoints),
            bInterfaceClass=6, bInterfaceSubClass=1, bInterfaceProtocol=1, iInterface=0, extra_descriptors=[],
        )  # fmt: skip

    def get_endpoint_descriptor(self, dev, ep, intf, alt, config):
        address, kind, size = self.endpoints[ep]
        return SimpleNamespace(
            bLength=7, bDescriptorType=5, bEndpointAddress=address, bmAttributes=kind, wMaxPacketSize=size,
            bInterval=6, bRefresh=0, bSynchAddress=0, extra_descriptors=[],
        )  # fmt: skip

    def open_device(self, dev):
        return object()

    def close_device(self, dev_handle):
        self.closed += 1

    def get_configuration(self, dev_handle):
        return 1

    def claim_interface(self, dev_handle, intf):
        if self.steps and isinstance(self.steps[0], Call) and self.steps[0].name == "claim":
            self._next(Call)

    def release_interface(self, dev_handle, intf):
        pass

    def is_kernel_driver_active(self, dev_handle, intf):
        return True

    def detach_kernel_driver(self, dev_handle, intf):
        self._call("detach", intf)

    def clear_halt(self, dev_handle, ep):
        self._call("clear_halt", ep)

    def reset_device(self, dev_handle):
        self._call("reset", None)

    def _call(self, name: str, argument: int | None) -> None:
        step = self._next(Call)
        assert (step.name, step.argument) == (name, argument)

    def bulk_write(self, dev_handle, ep, intf, data, timeout):
        assert ep == 0x02
        assert timeout > 0
        step = self._next(Out)
        assert data.tobytes() == step.data
        return len(step.data)

    def bulk_read(self, dev_handle, ep, intf, buff, timeout):
        assert ep == 0x81
        assert timeout > 0
        self.read_sizes.append(len(buff))
        return self._fill(self._next(In), buff)

    def intr_read(self, dev_handle, ep, intf, buff, timeout):
        assert ep == 0x83
        assert timeout > 0
        return self._fill(self._next(Event), buff)

    def _fill(self, step, buff) -> int:
        assert len(step.data) <= len(buff), "the script overruns the host's buffer"
        memoryview(buff)[: len(step.data)] = step.data
        return len(step.data)

    def ctrl_transfer(self, dev_handle, bmRequestType, bRequest, wValue, wIndex, data, timeout):  # noqa: N803 - pyusb's names
        assert timeout > 0
        step = self._next(Control)
        assert bRequest == step.request
        if bmRequestType & 0x80:
            memoryview(data)[: len(step.data)] = step.data
        else:
            assert data.tobytes() == step.data
        return len(step.data)
