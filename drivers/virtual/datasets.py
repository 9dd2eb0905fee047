"""Packing of PTP and MTP data: little-endian integers, strings, arrays, dates, containers (PTP 5.3, MTP 1.1 3.2)."""

from __future__ import annotations

import struct
import time
from collections.abc import Iterable

from drivers.virtual.codes import ALL, Kind, Type

HEADER = struct.Struct("<IHHI")
"""Length of the container, its kind, its code, its transaction."""

_INTEGERS = {Type.UINT8: "<B", Type.UINT16: "<H", Type.UINT32: "<I", Type.UINT64: "<Q"}
_STRING_UNITS_MOST = 254


def header(payload: int, kind: Kind, code: int, transaction: int) -> bytes:
    """The 12 bytes before `payload` bytes; a length that 32 bits can't hold is told as 0xFFFFFFFF."""
    return HEADER.pack(min(HEADER.size + payload, ALL), kind, code, transaction)


def container(kind: Kind, code: int, transaction: int, parameters: Iterable[int] = ()) -> bytes:
    """A whole response or event."""
    payload = b"".join(struct.pack("<I", parameter) for parameter in parameters)
    return header(len(payload), kind, code, transaction) + payload


def string(text: str) -> bytes:
    """A counted UTF-16 string; the count takes in the closing NUL, and the empty string is one zero byte.

    Raises ValueError for a text longer than the 254 units that the count byte allows.
    """
    units = text.encode("utf-16-le", "surrogatepass")
    if len(units) > 2 * _STRING_UNITS_MOST:
        raise ValueError(f"{len(units) // 2} units do not fit an MTP string, which holds {_STRING_UNITS_MOST}")
    return bytes([len(units) // 2 + 1]) + units + b"\0\0" if text else b"\0"


def unpack_string(raw: bytes) -> str:
    """The text of a counted string that fills `raw`. Raises ValueError when it does not."""
    if not raw or len(raw) != 1 + 2 * raw[0]:
        raise ValueError("the string's count differs from its bytes")
    return raw[1:].decode("utf-16-le").removesuffix("\0")


def array(code: str, values: Iterable[int]) -> bytes:
    """A counted array of integers, each of the struct format `code`."""
    items = list(values)
    return struct.pack(f"<I{len(items)}{code}", len(items), *items)


def value(kind: Type, of: int | str) -> bytes:
    """One property value of its type."""
    if isinstance(of, str):
        return string(of)
    return of.to_bytes(16, "little") if kind is Type.UINT128 else struct.pack(_INTEGERS[kind], of)


def date(seconds: float) -> str:
    """A camera's time (seconds since 1970) as PTP writes it: local time without a zone."""
    return time.strftime("%Y%m%dT%H%M%S", time.localtime(seconds))


def undate(text: str) -> float:
    """Seconds since 1970 of a PTP date; a fraction is dropped. Raises ValueError for anything else."""
    return time.mktime(time.strptime(text.split(".", maxsplit=1)[0], "%Y%m%dT%H%M%S"))
