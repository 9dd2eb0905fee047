"""The datasets of PTP and MTP as plain values: bounded readers over bytes that a camera sent.

Every length and count is a claim: it is checked against the bytes that are there before anything is made of it.
Rubbish raises ProtocolError and nothing else. Strings come back as found, except that a UTF-16 unit that is half of a
pair becomes U+FFFD, since neither JSON nor a database takes lone surrogates.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from drivers.errors import ProtocolError
from drivers.mtp import codes

_LETTERS = {1: "b", 2: "B", 3: "h", 4: "H", 5: "i", 6: "I", 7: "q", 8: "Q"}
_NUMBERS = {data_type: struct.Struct("<" + letter) for data_type, letter in _LETTERS.items()}
_WIDE = (9, 10)  # INT128, UINT128
_OBJECT_INFO = struct.Struct("<IHHIHIIIIIIIHII")
_MOMENT = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(?:\.(\d))?(Z|[+-]\d{4})?", re.ASCII)

Value = int | str | tuple[int, ...]


class Reader:
    """Takes values off the front of a dataset. Asking beyond its end raises ProtocolError."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def left(self) -> int:
        """Bytes not yet taken."""
        return len(self._data) - self._at

    def take(self, count: int) -> bytes:
        """The next `count` bytes."""
        if count > self.left:
            raise ProtocolError(f"The camera's answer ends early: {count} bytes wanted, {self.left} left.")
        self._at += count
        return self._data[self._at - count : self._at]

    def fixed(self, layout: struct.Struct) -> tuple[int, ...]:
        """A run of numbers of a known layout."""
        return layout.unpack(self.take(layout.size))

    def number(self, data_type: int) -> int:
        """One number of an MTP data type."""
        if data_type in _WIDE:
            return int.from_bytes(self.take(16), "little", signed=data_type == _WIDE[0])
        if data_type not in _NUMBERS:
            raise ProtocolError(f"The camera's answer has a value of unknown type 0x{data_type:04X}.")
        return self.fixed(_NUMBERS[data_type])[0]

    def array(self, data_type: int) -> tuple[int, ...]:
        """A counted array of numbers. The count is checked against the bytes present before any is read."""
        count = self.number(6)
        if data_type not in _NUMBERS:
            if count * 16 > self.left:
                raise ProtocolError(f"The camera's answer claims {count} elements and has {self.left} bytes.")
            return tuple(self.number(data_type) for _ in range(count))
        size = _NUMBERS[data_type].size
        if count * size > self.left:
            raise ProtocolError(f"The camera's answer claims {count} elements and has {self.left} bytes.")
        return struct.unpack(f"<{count}{_LETTERS[data_type]}", self.take(count * size))

    def text(self) -> str:
        """A string: a count of UTF-16 units with the closing NUL, then the units (MTP 1.1, 3.2.3)."""
        return self.take(2 * self.number(2)).decode("utf-16-le", "replace").rstrip("\0")

    def trailing_text(self) -> str:
        """A string which, with all that follow it, cameras in the field leave out: then it is empty."""
        return self.text() if self.left else ""

    def value(self, data_type: int) -> Value:
        """A value of any data type."""
        if data_type == codes.TEXT:
            return self.text()
        if data_type & codes.ARRAY:
            return self.array(data_type & ~codes.ARRAY)
        return self.number(data_type)


def pack_text(text: str) -> bytes:
    """A string as MTP writes it. Raises ValueError above 254 UTF-16 units."""
    if not text:
        return b"\0"
    units = text.encode("utf-16-le") + b"\0\0"
    if len(units) > 2 * 255:
        raise ValueError("an MTP string holds at most 254 UTF-16 units")
    return bytes([len(units) // 2]) + units


@dataclass(frozen=True, slots=True)
class DeviceInfo:
    """DeviceInfo (MTP 1.1, 5.1.1), as far as we use it."""

    extension_id: int
    extension: str
    operations: frozenset[int]
    properties: frozenset[int]
    make: str
    model: str
    version: str
    serial: str


def read_device_info(data: bytes) -> DeviceInfo:
    """Unpack DeviceInfo. The four closing strings may be missing."""
    reader = Reader(data)
    _, extension_id, _ = reader.fixed(struct.Struct("<HIH"))
    extension = reader.text()
    reader.number(4)  # FunctionalMode
    operations, _, properties, _, _ = (reader.array(4) for _ in range(5))
    make, model, version, serial = (reader.trailing_text() for _ in range(4))
    return DeviceInfo(
        extension_id, extension, frozenset(operations), frozenset(properties), make, model, version, serial
    )


@dataclass(frozen=True, slots=True)
class StorageInfo:
    """StorageInfo (MTP 1.1, 5.2.2): bytes of capacity and free bytes, as claimed."""

    capacity: int
    free: int


def read_storage_info(data: bytes) -> StorageInfo:
    """Unpack StorageInfo."""
    _, _, _, capacity, free, _ = Reader(data).fixed(struct.Struct("<HHHQQI"))
    return StorageInfo(capacity, free)


@dataclass(frozen=True, slots=True)
class ObjectInfo:
    """ObjectInfo (MTP 1.1, 5.3.1), as far as we use it. `size` is 0xFFFFFFFF where 32 bits do not hold it.

    `persistent_id` is an object property, known only where a property list told it.
    """

    storage: int
    format: int
    size: int
    parent: int
    name: str
    captured: str
    modified: str
    persistent_id: str | None = None


def read_object_info(data: bytes) -> ObjectInfo:
    """Unpack ObjectInfo. The dates and keywords may be missing."""
    reader = Reader(data)
    head = reader.fixed(_OBJECT_INFO)
    name, captured, modified = reader.text(), reader.trailing_text(), reader.trailing_text()
    return ObjectInfo(head[0], head[1], head[3], head[11], name, captured, modified)


@dataclass(frozen=True, slots=True)
class PropDesc:
    """DevicePropDesc (MTP 1.1, 5.1.2). `span` is the least and greatest value of a range form, else None."""

    data_type: int
    writable: bool
    current: Value
    span: tuple[int, int] | None


def read_prop_desc(data: bytes) -> PropDesc:
    """Unpack DevicePropDesc. An enumeration is left unread: we use only what a range says."""
    reader = Reader(data)
    _, data_type, get_set = reader.fixed(struct.Struct("<HHB"))
    reader.value(data_type)  # the factory's value
    current = reader.value(data_type)
    span = None
    if reader.left and reader.number(2) == 1:
        span = (reader.number(data_type), reader.number(data_type))
    return PropDesc(data_type, get_set == 1, current, span)


def read_array(data: bytes) -> tuple[int, ...]:
    """Unpack a dataset that is one array of 32-bit numbers: storage ids, object handles."""
    return Reader(data).array(6)


def read_prop_list(data: bytes) -> Iterator[tuple[int, int, Value]]:
    """Unpack ObjectPropList (MTP 1.1, D.2.31) as (handle, property, value). The count is bounded by the bytes."""
    reader = Reader(data)
    count = reader.number(6)
    if count * 9 > reader.left:  # the shortest element: handle, property, type, one byte
        raise ProtocolError(f"The camera's answer claims {count} properties and has {reader.left} bytes.")
    layout = struct.Struct("<IHH")
    for _ in range(count):
        handle, prop, data_type = reader.fixed(layout)
        yield handle, prop, reader.value(data_type)


@dataclass(frozen=True, slots=True)
class Moment:
    """A DateTime string (MTP 1.1, 3.2.5): aware where it names a zone. `resolution` is what its last digit counts."""

    at: datetime
    resolution: timedelta


def read_moment(text: str) -> Moment | None:
    """Unpack `YYYYMMDDThhmmss[.s][Z|+hhmm|-hhmm]`; None for anything else and for dates that do not exist."""
    found = _MOMENT.fullmatch(text)
    if not found:
        return None
    *fields, tenth, zone = found.groups()
    try:
        year, month, day, hour, minute, second = map(int, fields)
        at = datetime(year, month, day, hour, minute, second, tzinfo=_zone(zone) if zone else None)
    except ValueError:
        return None
    if tenth is None:
        return Moment(at, timedelta(seconds=1))
    return Moment(at.replace(microsecond=100_000 * int(tenth)), timedelta(milliseconds=100))


def local_time(text: str) -> datetime | None:
    """A DateTime string as naive time: the camera's own, or this machine's local time where it names a zone."""
    moment = read_moment(text)
    if moment is None:
        return None
    if moment.at.tzinfo is None:
        return moment.at
    try:
        return moment.at.astimezone().replace(tzinfo=None)
    except (OverflowError, ValueError):  # the first and the last day of the calendar
        return None


def _zone(text: str) -> timezone:
    if text == "Z":
        return UTC
    minutes = 60 * int(text[1:3]) + int(text[3:])
    return timezone(timedelta(minutes=minutes if text[0] == "+" else -minutes))
