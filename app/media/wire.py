"""The words between the process that holds keys and the one that parses media, over a socket pair.

The child says `Facts`, empty, once it is ready. The parent says `Recording` (its size); the child asks for plain bytes
by `Ask` and gets exactly that many, or fewer at the end, raw after a `Bytes` header; the child ends with `Facts`. Every
header is one line of JSON of bounded length.
"""

from __future__ import annotations

import socket
from datetime import datetime
from typing import Annotated

import msgspec

MAX_LINE = 4096
MAX_ASK = 1 << 20


class Recording(msgspec.Struct, frozen=True, tag="recording"):
    """A recording to read, of so many bytes."""

    size: int


class Ask(msgspec.Struct, frozen=True, tag="ask"):
    """The child wants these plain bytes."""

    offset: Annotated[int, msgspec.Meta(ge=0)]
    length: Annotated[int, msgspec.Meta(ge=1, le=MAX_ASK)]


class Bytes(msgspec.Struct, frozen=True, tag="bytes"):
    """So many raw bytes follow."""

    length: Annotated[int, msgspec.Meta(ge=0, le=MAX_ASK)]


class Facts(msgspec.Struct, frozen=True, tag="facts"):
    """What the container says. `flag` tells why there is nothing, or what is wrong with it; times as it claims them."""

    started_at: datetime | None = None
    seconds: Annotated[float, msgspec.Meta(ge=0, le=10_000_000)] | None = None
    flag: Annotated[str, msgspec.Meta(max_length=200)] | None = None


_encode = msgspec.json.Encoder().encode
_decoder: msgspec.json.Decoder[Recording | Ask | Bytes | Facts] = msgspec.json.Decoder(Recording | Ask | Bytes | Facts)


def send(connection: socket.socket, word: Recording | Ask | Bytes | Facts, raw: bytes | memoryview = b"") -> None:
    """Say a word, with the raw bytes that belong to it."""
    connection.sendall(_encode(word) + b"\n")
    if raw:
        connection.sendall(raw)


def receive(connection: socket.socket) -> Recording | Ask | Bytes | Facts:
    """Hear the next word. Raises EOFError at the end, msgspec.MsgspecError for what is no word."""
    line = bytearray()
    while not line.endswith(b"\n"):
        byte = connection.recv(1)
        if not byte or len(line) > MAX_LINE:
            raise EOFError
        line += byte
    return _decoder.decode(line)


def receive_raw(connection: socket.socket, length: int) -> bytes:
    """Receive exactly so many bytes. Raises EOFError when the other side ends before."""
    raw = bytearray(length)
    view = memoryview(raw)
    while view:
        count = connection.recv_into(view)
        if not count:
            raise EOFError
        view = view[count:]
    return bytes(raw)
