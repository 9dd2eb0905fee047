"""What the emulation's process and its users say to each other over a socket: one request, one answer, in turn.

A request is followed by the bytes that it sends; an answer is a REPLY followed by the bytes that came. An answer
below 0 is a `Failure`. Each opened device has a connection for each of its endpoints, so that a read that waits for an
event holds up nothing else.
"""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

import msgspec

from drivers.virtual.faults import AnyFault
from drivers.virtual.transfer import Setup

_REQUEST = struct.Struct("<BBIIIBBHH")
_NO_SETUP = Setup(0, 0, 0, 0)

REPLY = struct.Struct("<iI")
"""What the verb returned, and how many bytes follow."""

TRANSFER_MOST = 16 * 1024 * 1024
"""Bytes in one transfer; libusb splits nothing either."""


class Verb(IntEnum):
    """What can be asked of the emulation."""

    DEVICES = 1
    OPEN = 2
    JOIN = 3
    CONTROL = 4
    WRITE = 5
    READ = 6
    CLAIM = 7
    RELEASE = 8
    CLEAR_HALT = 9
    RESET = 10
    MANAGE = 11


@dataclass(frozen=True, slots=True)
class Request:
    """One verb with what belongs to it: an endpoint, a value (interface, address or handle), a length, a limit."""

    verb: int
    endpoint: int = 0
    value: int = 0
    length: int = 0
    timeout_s: float = 0.0
    setup: Setup = _NO_SETUP

    def pack(self) -> bytes:
        """As it travels."""
        setup = (self.setup.request_type, self.setup.request, self.setup.value, self.setup.index)
        return _REQUEST.pack(self.verb, self.endpoint, self.value, self.length, int(self.timeout_s * 1000), *setup)

    @property
    def sends_data(self) -> bool:
        """Whether `length` bytes follow it."""
        out_by_control = self.verb == Verb.CONTROL and not self.setup.request_type & 0x80
        return out_by_control or self.verb in (Verb.WRITE, Verb.MANAGE)


def receive_request(peer: socket.socket) -> Request:
    """The next request. Raises Lost."""
    verb, endpoint, value, length, timeout_ms, *setup = _REQUEST.unpack(receive(peer, _REQUEST.size))
    return Request(verb, endpoint, value, length, timeout_ms / 1000, Setup(*setup))


class Unplug(msgspec.Struct, tag=True):
    """Pull a camera's cable."""

    camera: str


class Plug(msgspec.Struct, tag=True):
    """Put a camera back on a port."""

    camera: str
    ports: tuple[int, ...]


class Changed(msgspec.Struct, tag=True):
    """Files were put on a camera's card, or taken off: it looks again and tells its host."""

    camera: str


class Arm(msgspec.Struct, tag=True):
    """Let a fault strike a camera; the answer is its number."""

    camera: str
    fault: AnyFault


class Fired(msgspec.Struct, tag=True):
    """How often the fault of this number has struck."""

    number: int


Act = Unplug | Plug | Changed | Arm | Fired
"""What MANAGE carries; its answer is a number."""


class Lost(Exception):
    """The other side of the socket is gone."""


def receive_into(peer: socket.socket, buffer: memoryview) -> None:
    """Fill `buffer` from the socket. Raises Lost when the other side closes or fails."""
    done = 0
    try:
        while done < len(buffer):
            if not (got := peer.recv_into(buffer[done:], len(buffer) - done, socket.MSG_WAITALL)):
                raise Lost
            done += got
    except OSError as error:
        raise Lost from error


def receive(peer: socket.socket, size: int) -> bytearray:
    """The next `size` bytes. Raises Lost."""
    raw = bytearray(size)
    receive_into(peer, memoryview(raw))
    return raw


def send(peer: socket.socket, head: bytes, body: memoryview | bytes = b"") -> None:
    """Send both, in one system call where they fit. Raises Lost."""
    try:
        sent = peer.sendmsg([head, body])
        if sent < len(head):
            peer.sendall(head[sent:])
            sent = len(head)
        if sent < len(head) + len(body):
            peer.sendall(memoryview(body)[sent - len(head) :])
    except OSError as error:
        raise Lost from error


@contextmanager
def address_of(path: Path) -> Iterator[str]:
    """A name for a Unix socket that fits the 107 bytes the system allows, however deep its folder lies."""
    if len(os.fsencode(path)) < 100:
        yield str(path)
        return
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)
