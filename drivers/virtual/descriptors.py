"""The descriptors of a virtual camera: a high-speed still image device (USB 2.0, section 9.6)."""

from __future__ import annotations

import struct

VENDOR, PRODUCT = 0x1209, 0x0001
"""A test identity of pid.codes: never to be used on a wire."""

INTERFACE = 0
BULK_IN, BULK_OUT, INTERRUPT_IN = 0x81, 0x02, 0x83
BULK_PACKET, BULK_PACKET_FULL_SPEED, INTERRUPT_PACKET = 512, 64, 64

_DEVICE, _CONFIGURATION, _STRING, _INTERFACE, _ENDPOINT, _QUALIFIER, _OTHER_SPEED, _BOS = 1, 2, 3, 4, 5, 6, 7, 15
_STILL_IMAGE = (6, 1, 1)
_USB_2_1 = 0x0210
_US_ENGLISH = 0x0409
_LINK_POWER_MANAGEMENT_OFF = b"\x07\x10\x02\0\0\0\0"


def device_descriptor() -> bytes:
    """18 bytes: who made it, and where its strings are. The class is told by the interface."""
    return struct.pack("<BBHBBBBHHHBBBB", 18, _DEVICE, _USB_2_1, 0, 0, 0, 64, VENDOR, PRODUCT, 0x0100, 1, 2, 3, 1)


def configuration_descriptor(kind: int = _CONFIGURATION, bulk_packet: int = BULK_PACKET) -> bytes:
    """The one configuration with its interface and three endpoints; self-powered, 500 mA to charge."""
    endpoints = b"".join(
        struct.pack("<BBBBHB", 7, _ENDPOINT, address, transfer, size, interval)
        for address, transfer, size, interval in (
            (BULK_IN, 2, bulk_packet, 0),
            (BULK_OUT, 2, bulk_packet, 0),
            (INTERRUPT_IN, 3, INTERRUPT_PACKET, 6),
        )
    )
    interface = struct.pack("<BBBBBBBBB", 9, _INTERFACE, INTERFACE, 0, 3, *_STILL_IMAGE, 4)
    total = 9 + len(interface) + len(endpoints)
    return struct.pack("<BBHBBBBB", 9, kind, total, 1, 1, 0, 0xC0, 250) + interface + endpoints


def _qualifier() -> bytes:
    return struct.pack("<BBHBBBBBB", 10, _QUALIFIER, _USB_2_1, 0, 0, 0, 64, 1, 0)


def _bos() -> bytes:
    total = 5 + len(_LINK_POWER_MANAGEMENT_OFF)
    return struct.pack("<BBHB", 5, _BOS, total, 1) + _LINK_POWER_MANAGEMENT_OFF


def _string(text: str) -> bytes:
    raw = text.encode("utf-16-le")
    return bytes([2 + len(raw), _STRING]) + raw


class Descriptors:
    """All that one camera answers to GET_DESCRIPTOR."""

    def __init__(self, manufacturer: str, product: str, serial: str) -> None:
        self._answers = {
            (_DEVICE, 0): device_descriptor(),
            (_CONFIGURATION, 0): configuration_descriptor(),
            (_QUALIFIER, 0): _qualifier(),
            (_OTHER_SPEED, 0): configuration_descriptor(_OTHER_SPEED, BULK_PACKET_FULL_SPEED),
            (_BOS, 0): _bos(),
            (_STRING, 0): struct.pack("<BBH", 4, _STRING, _US_ENGLISH),
        }
        for index, text in enumerate((manufacturer, product, serial, "MTP"), start=1):
            self._answers[_STRING, index] = _string(text)

    def get(self, value: int) -> bytes | None:
        """The descriptor for a wValue (type in the high byte, index in the low one), or None where there is none."""
        return self._answers.get((value >> 8, value & 0xFF))
