"""Datasets and containers packed by hand from the specifications (MTP 1.1; Still Image class)."""

from __future__ import annotations

import struct

COMMAND, DATA, RESPONSE, EVENT = 1, 2, 3, 4
OK = 0x2001

_FORMATS = {1: "b", 2: "B", 3: "h", 4: "H", 5: "i", 6: "I", 7: "q", 8: "Q"}


def container(kind: int, code: int, transaction: int, payload: bytes = b"") -> bytes:
    return struct.pack("<IHHI", 12 + len(payload), kind, code, transaction) + payload


def command(code: int, transaction: int, *params: int) -> bytes:
    return container(COMMAND, code, transaction, struct.pack(f"<{len(params)}I", *params))


def data(code: int, transaction: int, payload: bytes) -> bytes:
    return container(DATA, code, transaction, payload)


def response(transaction: int, code: int = OK, *params: int) -> bytes:
    return container(RESPONSE, code, transaction, struct.pack(f"<{len(params)}I", *params))


def text(value: str) -> bytes:
    units = value.encode("utf-16-le", "surrogatepass") + b"\0\0" if value else b""
    return bytes([len(units) // 2]) + units


def number(data_type: int, value: int) -> bytes:
    if data_type in (9, 10):
        return value.to_bytes(16, "little", signed=data_type == 9)
    return struct.pack("<" + _FORMATS[data_type], value)


def array(data_type: int, values: tuple[int, ...] | list[int] = ()) -> bytes:
    return struct.pack("<I", len(values)) + b"".join(number(data_type, value) for value in values)


def value(data_type: int, content: int | str | tuple[int, ...]) -> bytes:
    if isinstance(content, str):
        return text(content)
    if isinstance(content, tuple):
        return array(data_type & ~0x4000, content)
    return number(data_type, content)


def device_info(
    operations: tuple[int, ...] = (), properties: tuple[int, ...] = (), extension: str = "microsoft.com: 1.0;"
) -> bytes:
    return (
        struct.pack("<HIH", 100, 6, 100)
        + text(extension)
        + b"\0\0"
        + array(4, operations)
        + array(4)
        + array(4, properties)
        + array(4)
        + array(4)
        + text("Acme")
        + text("One")
        + text("1.0")
        + text("S1")
    )


def storage_info(capacity: int, free: int) -> bytes:
    return struct.pack("<HHHQQI", 3, 2, 0, capacity, free, 0xFFFFFFFF) + text("Card") + text("")


def object_info(
    name: str, size: int = 0, *, storage: int = 0x10001, parent: int = 0, object_format: int = 0x300D, date: str = ""
) -> bytes:
    return (
        struct.pack("<IHHI", storage, object_format, 0, size)
        + struct.pack("<HIIIIII", 0, 0, 0, 0, 0, 0, 0)
        + struct.pack("<IHII", parent, 0, 0, 0)
        + text(name)
        + text(date)
        + text(date)
        + text("")
    )


def prop_desc(code: int, data_type: int, current: int | str, *, form: bytes = b"\0", settable: bool = False) -> bytes:
    factory = "" if isinstance(current, str) else 0
    return struct.pack("<HHB", code, data_type, settable) + value(data_type, factory) + value(data_type, current) + form


def prop_list(elements: list[tuple[int, int, int, int | str | tuple[int, ...]]]) -> bytes:
    packed = [
        struct.pack("<IHH", handle, prop, kind) + value(kind, content) for handle, prop, kind, content in elements
    ]
    return struct.pack("<I", len(packed)) + b"".join(packed)
