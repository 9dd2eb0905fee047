"""The words between the process that holds keys and those that parse media, over socket pairs.

Every word is one line of JSON of bounded length; as many raw bytes as they say follow `Bytes`, `Small`, `Sound` and
`Peaks`. A child asks for plain bytes by `Ask` and gets exactly that many, or fewer at the end, after `Bytes`.

The child for facts says `Facts`, empty, once it is ready. To `Recording` it answers `Facts`, to `Sketch` it answers
`Small`.

The child that plays says `Ready`. To `Load` it answers `Opened`, or `Ended` when nothing can be played. From each `Go`
on it sends pictures into the slots of a shared memory, and sound, from that moment on: a `Picture` keeps its slot until
`Freed` gives it back, and so many `Sound`s are sent as `Heard` has made room for. `turn` tells to which `Go` they
belong. `Ended` and `Silent` say that no more pictures, or sounds, follow. `Peaks` come once, when there is time.
"""

from __future__ import annotations

import socket
from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

MAX_LINE = 4096
MAX_ASK = 1 << 20
SMALL_WIDTH, SMALL_HEIGHT = 124, 70
"""A thumbnail is at most so large, in pixels of three bytes (red, green, blue)."""
SLOTS = 6
WIDEST, HIGHEST = 1920, 1200
PIXEL = 4
"""Bytes of a pixel of a picture: blue, green, red, and one that means nothing."""
SLOT_SIZE = WIDEST * HIGHEST * PIXEL
SOUNDS = 24
"""So many sounds are under way at most."""
SOUND_RATE, SOUND_FRAME = 48_000, 4
"""Sound is 48,000 frames a second of two signed 16-bit samples, left and right."""
MAX_SOUND = 1 << 16
COLUMNS = 240
"""The waveform has so many columns, each a byte: how loud it is there."""

Time = Annotated[float, Meta(ge=0, le=10_000_000)]
"""Seconds from the start of a recording."""
Turn = Annotated[int, Meta(ge=0, le=1 << 53)]


class Recording(msgspec.Struct, frozen=True, tag="recording"):
    """A recording whose facts are to be read, of so many bytes."""

    size: int


class Sketch(msgspec.Struct, frozen=True, tag="sketch"):
    """A recording of so many bytes of which one small picture is to be made."""

    size: int


class Ask(msgspec.Struct, frozen=True, tag="ask"):
    """The child wants these plain bytes."""

    offset: Annotated[int, Meta(ge=0)]
    length: Annotated[int, Meta(ge=1, le=MAX_ASK)]


class Bytes(msgspec.Struct, frozen=True, tag="bytes"):
    """So many raw bytes follow."""

    length: Annotated[int, Meta(ge=0, le=MAX_ASK)]


class Facts(msgspec.Struct, frozen=True, tag="facts"):
    """What the container says. `flag` tells why there is nothing, or what is wrong with it; times as it claims them."""

    started_at: datetime | None = None
    seconds: Time | None = None
    flag: Annotated[str, Meta(max_length=200)] | None = None


class Small(msgspec.Struct, frozen=True, tag="small"):
    """A small picture: its rows follow, three bytes a pixel. 0 by 0 when there is nothing to see."""

    width: Annotated[int, Meta(ge=0, le=SMALL_WIDTH)]
    height: Annotated[int, Meta(ge=0, le=SMALL_HEIGHT)]


class Ready(msgspec.Struct, frozen=True, tag="ready"):
    """The child that plays has loaded its libraries."""


class Load(msgspec.Struct, frozen=True, tag="load"):
    """A recording to play, of so many bytes."""

    size: int


class Opened(msgspec.Struct, frozen=True, tag="opened"):
    """What there is to play. `seconds` is the length that the container claims, None when it claims none."""

    seconds: Time | None
    pictures: bool
    sounds: bool


class Go(msgspec.Struct, frozen=True, tag="go"):
    """Send what is seen and heard from `at` on, with `before` from the picture before it, scaled into a box."""

    turn: Turn
    at: float
    before: bool
    speed: float
    width: int
    height: int
    sound: bool


class Picture(msgspec.Struct, frozen=True, tag="picture"):
    """A picture stands in a slot of the shared memory, its rows without a gap."""

    turn: Turn
    slot: Annotated[int, Meta(ge=0, lt=SLOTS)]
    at: Time
    width: Annotated[int, Meta(ge=1, le=WIDEST)]
    height: Annotated[int, Meta(ge=1, le=HIGHEST)]


class Freed(msgspec.Struct, frozen=True, tag="freed"):
    """A slot may be written again."""

    slot: int


class Sound(msgspec.Struct, frozen=True, tag="sound"):
    """So many raw bytes of sound follow; the first is heard at `at`."""

    turn: Turn
    at: Time
    length: Annotated[int, Meta(ge=SOUND_FRAME, le=MAX_SOUND, multiple_of=SOUND_FRAME)]


class Heard(msgspec.Struct, frozen=True, tag="heard"):
    """There is room for so many more sounds."""

    count: int


class Ended(msgspec.Struct, frozen=True, tag="ended"):
    """No more pictures: the last was at `at`, None when none came at all. `flag` names what was wrong, if anything."""

    turn: Turn
    at: Time | None = None
    flag: Annotated[str, Meta(max_length=200)] | None = None


class Silent(msgspec.Struct, frozen=True, tag="silent"):
    """No more sounds."""

    turn: Turn


class Peaks(msgspec.Struct, frozen=True, tag="peaks"):
    """The waveform: a byte for each of COLUMNS columns follows."""


Word = (
    Recording
    | Sketch
    | Ask
    | Bytes
    | Facts
    | Small
    | Ready
    | Load
    | Opened
    | Go
    | Picture
    | Freed
    | Sound
    | Heard
    | Ended
    | Silent
    | Peaks
)

_encode = msgspec.json.Encoder().encode
_decoder: msgspec.json.Decoder[Word] = msgspec.json.Decoder(Word)


def send(connection: socket.socket, word: Word, raw: bytes | memoryview = b"") -> None:
    """Say a word, with the raw bytes that belong to it."""
    connection.sendall(_encode(word) + b"\n")
    if raw:
        connection.sendall(raw)


def receive(connection: socket.socket) -> Word:
    """Hear the next word. Raises EOFError at the end, msgspec.MsgspecError for what is no word."""
    line = bytearray()
    while not line.endswith(b"\n"):
        seen = connection.recv(MAX_LINE, socket.MSG_PEEK)  # what follows the line is not ours to take
        if not seen or len(line) > MAX_LINE:
            raise EOFError
        line += connection.recv(seen.find(b"\n") + 1 or len(seen))
    try:
        return _decoder.decode(line)
    except (UnicodeError, RecursionError) as wrong:  # msgspec lets these through: no UTF-8, nested too deep
        raise msgspec.DecodeError("not a word") from wrong


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
