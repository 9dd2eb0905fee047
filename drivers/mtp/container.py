"""Containers: the frames in which PTP travels over bulk pipes (Still Image class, section 7).

Bulk IN is one stream of bytes. A container may begin and end at any byte of any transfer, zero-length packets may lie
anywhere, and a header may come alone: `Inbound` gives headers and payload whatever the cut.
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Callable
from typing import NamedTuple

from drivers.errors import ProtocolError
from drivers.mtp.codes import Kind, spell

HEADER = struct.Struct("<IHHI")
UNKNOWN = 0xFFFFFFFF
"""Length of a container of 4 GiB or more: its end is known from the size of the object."""

MAX_EMPTY = 64
"""Zero-length packets in a row that are borne before the camera is told to be talking nonsense."""


class Header(NamedTuple):
    """The first twelve bytes of a container. `length` counts them too."""

    length: int
    kind: Kind
    code: int
    transaction: int


def pack(kind: Kind, code: int, transaction: int, payload: bytes = b"") -> bytes:
    """A whole container."""
    return HEADER.pack(HEADER.size + len(payload), kind, code, transaction) + payload


def pack_command(code: int, transaction: int, parameters: tuple[int, ...]) -> bytes:
    """A command container with up to five parameters."""
    return pack(Kind.COMMAND, code, transaction, struct.pack(f"<{len(parameters)}I", *parameters))


def unpack_header(data: bytes) -> Header:
    """Unpack and check a header. Raises ProtocolError for a length under 12, an unknown type, a long response."""
    length, kind, code, transaction = HEADER.unpack(data)
    if length < HEADER.size:
        raise ProtocolError(f"The camera sent a container of {length} bytes; the least is {HEADER.size}.")
    if kind not in (Kind.DATA, Kind.RESPONSE):
        raise ProtocolError(f"The camera sent a container of type {kind} where data or a response is due.")
    if kind == Kind.RESPONSE and length not in range(12, 33, 4):
        raise ProtocolError(f"The camera's response {spell(code)} claims {length} bytes.")
    return Header(length, Kind(kind), code, transaction)


def is_response(data: memoryview, transaction: int) -> bool:
    """Whether these bytes, as one transfer brought them, are one whole response to this transaction."""
    if not 12 <= len(data) <= 32:
        return False
    length, kind, _, answered = HEADER.unpack_from(data)
    return bool(length == len(data) and kind == Kind.RESPONSE and answered == transaction)


class Inbound:
    """The bulk IN pipe as containers. `receive` fills a buffer from its front and gives the bytes that came."""

    def __init__(self, receive: Callable[[array[int]], int]) -> None:
        self._receive = receive
        self._pending = b""

    def start(self, buffer: array[int]) -> tuple[Header, memoryview]:
        """The next container's header, and the bytes behind it that came along, as a view into `buffer`."""
        head = self.some(buffer)
        if len(head) >= HEADER.size:
            return unpack_header(head[: HEADER.size].tobytes()), head[HEADER.size :]
        gathered = head.tobytes()
        while len(gathered) < HEADER.size:
            gathered += self.some(buffer).tobytes()
        self._pending = gathered[HEADER.size :] + self._pending
        return unpack_header(gathered[: HEADER.size]), memoryview(buffer)[:0]

    def some(self, buffer: array[int]) -> memoryview:
        """The next bytes, at least one, as a view into `buffer`."""
        view = memoryview(buffer)
        if self._pending:
            part, self._pending = self._pending[: len(view)], self._pending[len(view) :]
            view[: len(part)] = part
            return view[: len(part)]
        for _ in range(MAX_EMPTY):
            if count := self._receive(buffer):
                return view[:count]
        raise ProtocolError("The camera sends empty packets without end.")

    def put_back(self, data: memoryview) -> None:
        """Keep bytes that came with this container and belong to the next one."""
        self._pending = data.tobytes() + self._pending

    def clear(self) -> None:
        """Forget what came and was not looked at: the pipe was drained."""
        self._pending = b""
