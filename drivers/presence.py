"""Which devices are on the ports. Looking is not opening: descriptors only, and what the system tells of itself."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol, cast

import usb.core

from drivers.camera import Camera, Interface, Sighting
from drivers.errors import DeviceGone
from drivers.models import Model
from drivers.usb import libusb

SYSFS = Path("/sys/bus/usb/devices")
"""Where Linux tells serial numbers and interface names that it read itself."""

_HUB = 0x09
_LONGEST_TEXT = 255


@dataclass(frozen=True, slots=True)
class Source:
    """A place to look for devices: a pyusb backend, and whether what it shows is emulated by us."""

    backend: Any
    virtual: bool = False


def real_source() -> Source:
    """The USB ports of this computer."""
    return Source(libusb())


@dataclass(frozen=True, slots=True)
class Change:
    """What differs between two looks at the ports."""

    arrived: tuple[Sighting, ...]
    left: tuple[Sighting, ...]


class Presence:
    """Tells arrivals and departures as the difference of snapshots.

    A device has to be seen alike in two looks running to arrive, since contacts bounce; one that is missing, or was
    plugged anew in between (another `plug`), has left at once.
    """

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = tuple(sources)
        self._last: frozenset[Sighting] = frozenset()
        self._present: frozenset[Sighting] = frozenset()

    def look(self) -> Change:
        """Scan once and say what changed since the look before."""
        now = frozenset(scan(self._sources))
        arrived = (now & self._last) - self._present
        left = self._present - now
        self._last, self._present = now, (self._present | arrived) - left
        return Change(_in_order(arrived), _in_order(left))

    def forget(self, sighting: Sighting) -> None:
        """Let this device arrive again at the next look: whoever was told of it could not take it in."""
        self._present -= {sighting}


def scan(sources: Sequence[Source]) -> tuple[Sighting, ...]:
    """Every device on the ports, hubs left out, in the order of their ports.

    A device that cannot be described is left out, and hides no other.
    """
    return _in_order(sighting for source in sources for _, sighting in _devices(source))


class _Opener(Protocol):
    def __call__(
        self, backend: Any, device: Any, sighting: Sighting, model: Model, stop: threading.Event
    ) -> Camera: ...


def open_camera(
    sighting: Sighting, model: Model, sources: Sequence[Source], stop: threading.Event | None = None
) -> Camera:
    """Open this very sighting with the driver that its model names: `open` of the module drivers.NAME.camera.

    Setting `stop` ends every wait of the camera early with Stopped. Raises DeviceGone when the device is no longer
    there as it was seen, and any DeviceError of the driver.
    """
    for source in sources:
        for device, found in _devices(source):
            if found == sighting:
                opener = cast("_Opener", import_module(f"drivers.{model.driver}.camera").open_camera)
                return opener(source.backend, device, sighting, model, stop or threading.Event())
    raise DeviceGone(f"The camera on port {sighting.usb_path} is no longer there as it was seen.")


def _in_order(sightings: Any) -> tuple[Sighting, ...]:
    return tuple(sorted(sightings, key=lambda seen: ([int(n) for n in _numbers(seen.usb_path)], seen.plug)))


def _numbers(usb_path: str) -> list[str]:
    return usb_path.replace("-", ".").split(".")


def _devices(source: Source) -> Iterator[tuple[Any, Sighting]]:
    try:
        found = list(source.backend.enumerate_devices())
    except usb.core.USBError:
        return
    for raw in found:
        try:
            sighting = _sighting(usb.core.Device(raw, source.backend), virtual=source.virtual)
        except (usb.core.USBError, NotImplementedError, IndexError):
            continue
        if sighting is not None:
            yield raw, sighting


def _sighting(device: Any, *, virtual: bool) -> Sighting | None:
    if device.bDeviceClass == _HUB or not device.port_numbers:
        return None
    sighting = Sighting(
        usb_path=f"{device.bus}-{'.'.join(map(str, device.port_numbers))}",
        plug=f"{device.bus}:{device.address}",
        vendor_id=device.idVendor,
        product_id=device.idProduct,
        interfaces=_interfaces(device),
        virtual=virtual,
    )
    return sighting if virtual else _with_system_texts(sighting)


def _interfaces(device: Any) -> tuple[Interface, ...]:
    """The interfaces of every configuration and alternate setting: a camera hides a keyboard in none of them."""
    found = {
        Interface(i.bInterfaceNumber, i.bInterfaceClass, i.bInterfaceSubClass, i.bInterfaceProtocol)
        for configuration in device
        for i in configuration
    }
    return tuple(sorted(found, key=lambda i: (i.number, i.class_, i.subclass, i.protocol)))


def _with_system_texts(sighting: Sighting) -> Sighting:
    """Add the serial number and interface names that the system tells, if it tells them of this very plugging."""
    folder = SYSFS / sighting.usb_path
    if f"{_text(folder / 'busnum')}:{_text(folder / 'devnum')}" != sighting.plug:
        return sighting
    configuration = _text(folder / "bConfigurationValue")
    names = {
        i.number: _text(folder / f"{sighting.usb_path}:{configuration}.{i.number}" / "interface")
        for i in sighting.interfaces
    }
    interfaces = tuple(replace(i, name=names[i.number]) for i in sighting.interfaces)
    return replace(sighting, serial=_text(folder / "serial"), interfaces=interfaces)


def _text(path: Path) -> str | None:
    try:
        text = path.read_bytes()[:_LONGEST_TEXT].decode("utf-8", "replace")
    except OSError:
        return None
    return "".join(c for c in text if c.isprintable()).strip() or None
