"""The host's side of the cable: what is plugged in where, and who has claimed it (what a kernel keeps track of)."""

from __future__ import annotations

import threading
from typing import Protocol

import msgspec

from drivers.virtual.descriptors import INTERFACE, configuration_descriptor, device_descriptor
from drivers.virtual.device import Device
from drivers.virtual.transfer import Failure, Setup, TransferFailed

BUS = 1
_ADDRESSES = 127


class Attached(msgspec.Struct, frozen=True):
    """A device as the host found it: never opened, told by its port path; the address is new at each plug-in."""

    bus: int
    address: int
    ports: tuple[int, ...]
    device: bytes
    configuration: bytes


class Handle(Protocol):
    """An opened device. Every method raises TransferFailed."""

    def control(self, setup: Setup, data: memoryview, timeout_s: float) -> int:
        """A control transfer, whose direction the setup tells: how many bytes were moved out of or into `data`."""

    def write(self, endpoint: int, data: memoryview, timeout_s: float) -> int:
        """A bulk OUT transfer."""

    def read(self, endpoint: int, buffer: memoryview, timeout_s: float) -> int:
        """A bulk or interrupt IN transfer, straight into `buffer`."""

    def claim(self, interface: int) -> None:
        """Take the interface for this handle alone."""

    def release(self, interface: int) -> None:
        """Give it back."""

    def clear_halt(self, endpoint: int) -> None:
        """Let a stalled endpoint go on."""

    def reset(self) -> None:
        """Reset the port."""

    def close(self) -> None:
        """Give everything back. May be called twice, and after the cable is gone."""


class Bus(Protocol):
    """Where a backend finds its devices."""

    def devices(self) -> list[Attached]:
        """What is plugged in now."""

    def open(self, address: int) -> Handle:
        """Open one. Raises TransferFailed when it is gone."""


class LocalBus:
    """Devices of this process. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._plugged: dict[int, tuple[Attached, Device]] = {}
        self._next_address = 1

    def plug(self, device: Device, ports: tuple[int, ...]) -> Attached:
        """Put a device on a port. Raises ValueError when the port is taken."""
        with self._lock:
            if any(attached.ports == ports for attached, _ in self._plugged.values()):
                raise ValueError(f"port {'.'.join(map(str, ports))} is taken")
            attached = Attached(BUS, self._free_address(), ports, device_descriptor(), configuration_descriptor())
            self._plugged[attached.address] = attached, device
            return attached

    def devices(self) -> list[Attached]:
        """What is plugged in now; a device that unplugged itself is not."""
        with self._lock:
            self._plugged = {address: pair for address, pair in self._plugged.items() if not pair[1].gone}
            return [attached for attached, _ in self._plugged.values()]

    def open(self, address: int) -> LocalHandle:
        """Open one. Raises TransferFailed when it is gone."""
        with self._lock:
            _, device = self._plugged.get(address, (None, None))
        if device is None or device.gone:
            raise TransferFailed(Failure.GONE)
        return LocalHandle(device)

    def _free_address(self) -> int:
        while self._next_address in self._plugged:
            self._next_address = self._next_address % _ADDRESSES + 1
        address = self._next_address
        self._next_address = address % _ADDRESSES + 1
        return address


class LocalHandle:
    """An opened device of this process."""

    def __init__(self, device: Device) -> None:
        self._device = device

    def control(self, setup: Setup, data: memoryview, timeout_s: float) -> int:
        """A control transfer; these are answered at once."""
        del timeout_s
        if not setup.request_type & 0x80:
            self._device.control(setup, bytes(data))
            return len(data)
        answer = self._device.control(setup, b"")[: len(data)]
        data[: len(answer)] = answer
        return len(answer)

    def write(self, endpoint: int, data: memoryview, timeout_s: float) -> int:
        """A bulk OUT transfer; the camera takes it at once."""
        del timeout_s
        self._check_claim()
        return self._device.out(endpoint, bytes(data))

    def read(self, endpoint: int, buffer: memoryview, timeout_s: float) -> int:
        """A bulk or interrupt IN transfer."""
        self._check_claim()
        return self._device.in_(endpoint, buffer, timeout_s)

    def claim(self, interface: int) -> None:
        """Take the interface; BUSY while another handle has it."""
        self._check_exists(interface)
        if not self._device.claim(self):
            raise TransferFailed(Failure.BUSY)

    def release(self, interface: int) -> None:
        """Give it back; NOT_FOUND when it was not ours."""
        self._check_exists(interface)
        self._check_claim()
        self._device.release(self)

    def clear_halt(self, endpoint: int) -> None:
        """Let a stalled endpoint go on."""
        self._device.clear_halt(endpoint)

    def reset(self) -> None:
        """Reset the port; claims are kept, as Linux does."""
        self._device.reset()

    def close(self) -> None:
        """Give the interface back. The camera is not told: its session stays as it was."""
        self._device.release(self)

    def _check_exists(self, interface: int) -> None:
        if self._device.gone:
            raise TransferFailed(Failure.GONE)
        if interface != INTERFACE:
            raise TransferFailed(Failure.NOT_FOUND)

    def _check_claim(self) -> None:
        if self._device.gone:
            raise TransferFailed(Failure.GONE)
        if not self._device.is_claimed_by(self):
            raise TransferFailed(Failure.NOT_FOUND)
