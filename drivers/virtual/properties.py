"""The data sets of a virtual camera: device, storage, properties and objects (PTP 5.5, MTP 1.1 section 5)."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import NamedTuple

from drivers.virtual.card import Card
from drivers.virtual.catalogue import PROPERTIES, STORAGE, Entry
from drivers.virtual.codes import ALL, DeviceProp, Event, Format, ObjectProp, Type
from drivers.virtual.datasets import array, date, string, undate, unpack_string, value

_MICROSOFT = 6
_REMOVABLE_RAM, _DCF, _READ_WRITE = 4, 3, 0
_UNKNOWN = 0xFFFFFFFF
_GENERIC_FOLDER = 1
_NO_FORM = b"\x00"
_RANGE_0_TO_100 = b"\x01\x00\x64\x01"


class Shape(NamedTuple):
    """How a device property is described: its type, whether a host may set it, factory value, allowed values."""

    kind: Type
    settable: bool
    factory: int | str
    form: bytes


DEVICE_PROPERTIES = {
    DeviceProp.BATTERY_LEVEL: Shape(Type.UINT8, False, 100, _RANGE_0_TO_100),
    DeviceProp.DATE_TIME: Shape(Type.STRING, True, "", _NO_FORM),
    DeviceProp.FRIENDLY_NAME: Shape(Type.STRING, True, "", _NO_FORM),
}
"""The friendly name is where this model keeps its holder."""


def device_info(card: Card, operations: Iterable[int]) -> bytes:
    """DeviceInfo: who this is and what it can do."""
    settings = card.settings
    return (
        struct.pack("<HIH", 100, _MICROSOFT, 100)
        + string("microsoft.com: 1.0;")
        + struct.pack("<H", 0)
        + array("H", operations)
        + array("H", (Event.OBJECT_ADDED, Event.OBJECT_REMOVED))
        + array("H", DEVICE_PROPERTIES)
        + array("H", ())
        + array("H", Format)
        + b"".join(map(string, (settings.manufacturer, settings.model, settings.firmware, settings.serial)))
    )


def storage_info(card: Card) -> bytes:
    """StorageInfo of the one memory."""
    numbers = (_REMOVABLE_RAM, _DCF, _READ_WRITE, card.settings.capacity_bytes, card.free_bytes(), _UNKNOWN)
    return struct.pack("<HHHQQI", *numbers) + string("Internal memory") + string(card.settings.serial)


def device_value(card: Card, code: DeviceProp) -> bytes:
    """What a device property is now."""
    match code:
        case DeviceProp.BATTERY_LEVEL:
            return value(Type.UINT8, card.battery_percent())
        case DeviceProp.DATE_TIME:
            return string(date(card.clock()))
        case DeviceProp.FRIENDLY_NAME:
            return string(card.settings.owner)


def set_device_value(card: Card, code: DeviceProp, raw: bytes) -> None:
    """Take a new value from the host. Raises ValueError when it is none."""
    text = unpack_string(raw)
    if code is DeviceProp.DATE_TIME:
        card.set_clock(undate(text))
    else:
        card.set_owner(text)


def device_property_description(card: Card, code: DeviceProp) -> bytes:
    """DevicePropDesc: type, whether it can be set, factory and current value, and what values it takes."""
    shape = DEVICE_PROPERTIES[code]
    head = struct.pack("<HHB", code, shape.kind, shape.settable)
    return head + value(shape.kind, shape.factory) + device_value(card, code) + shape.form


def object_info(entry: Entry) -> bytes:
    """ObjectInfo; a size that 32 bits can't hold is told as 0xFFFFFFFF, and there are no thumbnails."""
    folder = _GENERIC_FOLDER if entry.is_folder else 0
    return (
        struct.pack("<IHHI", STORAGE, entry.format, 0, min(entry.size, ALL))
        + struct.pack("<HIIIIII", 0, 0, 0, 0, 0, 0, 0)
        + struct.pack("<IHII", entry.parent, folder, 0, 0)
        + b"".join(map(string, (entry.path.name, entry.date, entry.date, "")))
    )


def object_property_description(code: ObjectProp) -> bytes:
    """ObjectPropDesc: all are read-only here, in one group, without a form."""
    kind, _ = PROPERTIES[code]
    empty: int | str = "" if kind is Type.STRING else 0
    return struct.pack("<HHB", code, kind, 0) + value(kind, empty) + struct.pack("<IB", 0, 0)


def object_value(entry: Entry, code: ObjectProp) -> bytes:
    """One property of one object."""
    kind, get = PROPERTIES[code]
    return value(kind, get(entry))


def object_property_list(entries: Iterable[Entry], codes: Iterable[ObjectProp]) -> bytes:
    """ObjectPropList: each property of each object with handle, code and type before it."""
    wanted = list(codes)
    elements = [
        struct.pack("<IHH", entry.handle, code, PROPERTIES[code][0]) + object_value(entry, code)
        for entry in entries
        for code in wanted
    ]
    return struct.pack("<I", len(elements)) + b"".join(elements)
