"""The process that plays: it decodes ahead of what is seen and heard, has no keys, and opens no file.

It inherits one end of two socket pairs, for words and for plain bytes, and a memory shared with the parent into which
it writes pictures. What is shown when is the parent's to say: this side fills what there is room for, then waits.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import socket
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from app.media.child import file_of, fit, limit_self, load_libraries, rows, shut_in
from app.media.wire import (
    COLUMNS,
    HIGHEST,
    MAX_SOUND,
    PIXEL,
    SLOT_SIZE,
    SLOTS,
    SOUNDS,
    WIDEST,
    Ended,
    Freed,
    Go,
    Heard,
    Load,
    Opened,
    Peaks,
    Picture,
    Ready,
    Silent,
    Sound,
    Word,
    receive,
    send,
)

if TYPE_CHECKING:
    from av.video.frame import VideoFrame

    from app.media.tracks import Pictures, Sounds

MEMORY = 2 << 30
"""Bytes of address space: one picture of 4K is 12 MB decoded, and a decoder keeps up to 16 and one for each thread."""
MOST_SHOWN = 60
"""So many pictures a second are sent at most, however fast it goes."""


class Playing:
    """One recording being played."""

    def __init__(self, words: socket.socket, plain: socket.socket, memory: mmap.mmap, size: int) -> None:
        from app.media import tracks  # noqa: PLC0415  needs the media extra

        self._words, self._memory = words, memory
        self._tracks, self._broken = tracks, tracks.BROKEN
        self._open = partial(file_of, plain, size)
        self._pictures: Pictures = tracks.Pictures(self._open())
        self._sounds: Sounds | None = None
        self._peaks = self._loudness()
        self._heights = bytearray()
        self._go = Go(0, 0, False, 1, 1, 1, False)
        self._free = list(range(SLOTS))
        self._room = 0
        self._coming: Iterator[tuple[float, VideoFrame]] | None = None
        self._sounding: Iterator[tuple[float, bytes]] | None = None
        self._last: float | None = None
        has_sound = any(one.type == "audio" for one in self._pictures.container.streams)
        self.opened = Opened(self._pictures.seconds, self._pictures.stream is not None, has_sound)

    def _heard(self, go: Go) -> Iterator[tuple[float, bytes]]:
        """The sound from there on; its demuxer is opened only now, since reading an index again takes a while."""
        with contextlib.suppress(*self._broken):
            if self._sounds is None:
                self._sounds = self._tracks.Sounds(self._open())
            yield from self._sounds.go(go.at, go.speed)

    def _loudness(self) -> Iterator[int]:
        """The columns of the waveform, the same."""
        with contextlib.suppress(*self._broken):
            yield from self._tracks.Waveform(self._open()).columns()

    def take(self, word: Word) -> None:
        """Do what the parent says."""
        if isinstance(word, Go):
            self._go, self._last = word, None
            self._pictures.flag = None
            self._coming = self._pictures.go(word.at, before=word.before)
            self._sounding = self._heard(word) if word.sound else None
            self._room = SOUNDS
        elif isinstance(word, Freed):
            self._free.append(word.slot)
        elif isinstance(word, Heard):
            self._room += word.count

    def step(self) -> bool:
        """Do one piece of work for which there is room; False when there is none."""
        if self._coming is not None and self._free:
            self._send_picture(self._coming)
        elif self._sounding is not None and self._room > 0:
            self._send_sound(self._sounding)
        elif len(self._heights) < COLUMNS:
            self._heights.append(next(self._peaks, 0))
            if len(self._heights) == COLUMNS:
                send(self._words, Peaks(), bytes(self._heights))
        else:
            return False
        return True

    def _send_picture(self, coming: Iterator[tuple[float, VideoFrame]]) -> None:
        found = next(coming, None)
        if found is None:
            self._coming = None
            send(self._words, Ended(self._go.turn, self._last, self._pictures.flag))
            return
        at, frame = found
        if self._last is not None and at < self._last + 0.9 * self._go.speed / MOST_SHOWN:
            return
        self._last = at
        width, height = self._box(frame)
        try:
            raw = rows(frame.reformat(width, height, "bgra"), PIXEL)
        except self._broken as wrong:
            self._pictures.flag = type(wrong).__name__
            return
        slot = self._free.pop()
        self._memory[slot * SLOT_SIZE : slot * SLOT_SIZE + len(raw)] = raw
        send(self._words, Picture(self._go.turn, slot, at, width, height))

    def _box(self, frame: VideoFrame) -> tuple[int, int]:
        """The size in which a picture is sent: as it is to be seen, where its dots are not square."""
        shape = getattr(self._pictures.stream, "sample_aspect_ratio", None) or 1
        wide = max(1, round(frame.width * shape))
        return fit(wide, frame.height, min(self._go.width, WIDEST), min(self._go.height, HIGHEST))

    def _send_sound(self, sounding: Iterator[tuple[float, bytes]]) -> None:
        found = next(sounding, None)
        if found is None:
            self._sounding = None
            send(self._words, Silent(self._go.turn))
            return
        at, raw = found
        for start in range(0, len(raw), MAX_SOUND):
            piece = raw[start : start + MAX_SOUND]
            self._room -= 1
            send(self._words, Sound(self._go.turn, at, len(piece)), piece)


def waits(words: socket.socket) -> bool:
    """Whether the parent has said something."""
    with contextlib.suppress(BlockingIOError):
        return len(words.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)) >= 0
    return False


def play(words: socket.socket, plain: socket.socket, memory: mmap.mmap) -> None:
    """Play the recording that the parent loads, until it closes its end. Raises EOFError then."""
    word = receive(words)
    while not isinstance(word, Load):
        word = receive(words)
    try:
        from app.media import tracks  # noqa: PLC0415  needs the media extra
    except ImportError:
        send(words, Ended(0, None, "the media extra is not installed"))
        return
    try:
        playing = Playing(words, plain, memory, word.size)
    except tracks.BROKEN as wrong:
        send(words, Ended(0, None, type(wrong).__name__))
        return
    send(words, playing.opened)
    while True:
        if waits(words) or not playing.step():
            playing.take(receive(words))


def main(words_handle: int, plain_handle: int, memory_handle: int) -> int:
    """Play one recording, and end."""
    words, plain = socket.socket(fileno=words_handle), socket.socket(fileno=plain_handle)
    memory = mmap.mmap(memory_handle, SLOTS * SLOT_SIZE)
    os.close(memory_handle)
    limit_self(MEMORY, None)
    with contextlib.suppress(EOFError, ConnectionError):
        load_libraries()
        with contextlib.suppress(ImportError):
            from app.media import tracks  # noqa: F401, PLC0415  before nothing can be opened any more
        shut_in()
        send(words, Ready())
        play(words, plain, memory)
    return 0
