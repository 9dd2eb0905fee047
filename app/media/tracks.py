"""What a recording shows and sounds like, each stream read by a demuxer of its own. Only the child that plays has this.

Of their own, because in one file sound may lie after all pictures: neither waits for the other.
"""

from __future__ import annotations

import contextlib
from array import array
from collections.abc import Iterator
from fractions import Fraction
from io import BufferedReader
from itertools import chain
from typing import Any

import av
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.filter.graph import Graph
from av.packet import Packet
from av.stream import Discard
from av.video.frame import VideoFrame

from app.media.wire import COLUMNS, SOUND_RATE

SAME_S = 0.0005
"""Two times less than this apart are one picture's."""
BACK_S = (0.0, 5.0, 60.0, 600.0)
"""How far to go back for the last picture there is, where nothing can be read any more."""
GAP_S = 0.1
"""A gap in the sound that is longer than this is kept."""
COLUMN_S = 0.1
"""So much of each column of the waveform is listened to: its cost does not grow with the recording."""
PEAK_RATE = 8000
LOUDEST = 1 << 15
THREADS = 2

BROKEN = (av.error.FFmpegError, ValueError, MemoryError)
"""What media that is damaged or hostile ends with."""


class Track:
    """One stream of a recording; its times count from the recording's start. Opening it raises BROKEN."""

    def __init__(self, file: BufferedReader, kind: str) -> None:
        self.container = av.open(file, "r", buffer_size=1 << 16)
        self.seconds = self.container.duration / av.time_base if self.container.duration else None
        self.stream = next((one for one in self.container.streams if one.type == kind), None)
        self.flag: str | None = None
        self._start = (self.container.start_time or 0) / av.time_base
        for other in self.container.streams:
            if other is not self.stream:
                other.discard = Discard.all

    def frames(self, at: float) -> Iterator[tuple[float, VideoFrame | AudioFrame]]:
        """Decoded frames with their times, from where decoding can begin at or before `at`.

        What cannot be decoded is left out, and ends nothing unless the container ends there; `flag` names it.
        """
        last = at
        try:
            for packet in self._packets(at):
                for frame in self._decoded(packet):
                    last = last if frame.time is None else max(0.0, frame.time - self._start)
                    yield last, frame
        except BROKEN as wrong:
            self.flag = type(wrong).__name__

    def _packets(self, at: float) -> Iterator[Packet[Any]]:
        if self.stream is None:
            return iter(())
        place = int((at + self._start) / (self.stream.time_base or Fraction(1, 1000)))
        with contextlib.suppress(av.error.FFmpegError):  # then it is read from where it stands
            self.container.seek(place, stream=self.stream)
        return self.container.demux(self.stream)

    def _decoded(self, packet: Packet[Any]) -> Iterator[VideoFrame | AudioFrame]:
        try:
            yield from (one for one in packet.decode() if isinstance(one, VideoFrame | AudioFrame))
        except av.error.EOFError:
            return
        except av.error.FFmpegError as wrong:
            self.flag = type(wrong).__name__


class Pictures(Track):
    """The pictures of a recording."""

    def __init__(self, file: BufferedReader) -> None:
        super().__init__(file, "video")
        if self.stream is not None:
            self.stream.codec_context.thread_type = "AUTO"
            self.stream.codec_context.thread_count = THREADS

    def go(self, at: float, *, before: bool) -> Iterator[tuple[float, VideoFrame]]:
        """The picture that is seen at `at` (with `before`, the one before it) and those that follow."""
        limit = at - SAME_S if before else at + SAME_S
        for back in (*BACK_S, at):
            found = self._seen(limit, max(0.0, limit - back))
            first = next(found, None)
            if first is not None:
                yield first
                yield from found
                return

    def _seen(self, limit: float, start: float) -> Iterator[tuple[float, VideoFrame]]:
        """The last picture that is not after `limit` and those that follow, decoded from `start` on."""
        frames = ((at, frame) for at, frame in self.frames(start) if isinstance(frame, VideoFrame))
        held: tuple[float, VideoFrame] | None = None
        for at, frame in frames:
            if at > limit:
                yield from chain((held,) if held else (), ((at, frame),), frames)
                return
            held = at, frame
        if held:
            yield held


class Sounds(Track):
    """The sound of a recording, as the device takes it: 48,000 frames a second of two signed 16-bit samples."""

    def __init__(self, file: BufferedReader) -> None:
        super().__init__(file, "audio")

    def go(self, at: float, speed: float) -> Iterator[tuple[float, bytes]]:
        """Pieces of sound from `at` on, faster or slower at their own pitch, each with its time in the recording."""
        resampler = AudioResampler("s16", "stereo", SOUND_RATE)
        pace = _Pace(speed)
        begins, given = 0.0, 0
        for time, frame in self.frames(at):
            if not isinstance(frame, AudioFrame) or time + frame.samples / frame.sample_rate <= at:
                continue
            if given == 0 or abs(time - begins - given * speed / SOUND_RATE) > GAP_S:
                begins, given = time, 0
            frame.pts = None  # the resampler counts by itself: it would fill gaps of hours
            for piece in (out for even in resampler.resample(frame) for out in pace.changed(even)):
                yield begins + given * speed / SOUND_RATE, packed(piece)
                given += piece.samples


class _Pace:
    """Changes the speed of sound and keeps its pitch."""

    def __init__(self, speed: float) -> None:
        self._graph: Graph | None = None
        if speed != 1:
            graph = self._graph = Graph()
            buffer = graph.add_abuffer(
                sample_rate=SOUND_RATE, format="s16", layout="stereo", time_base=Fraction(1, SOUND_RATE)
            )
            graph.link_nodes(buffer, graph.add("atempo", str(speed)), graph.add("abuffersink")).configure()

    def changed(self, frame: AudioFrame) -> Iterator[AudioFrame]:
        """What comes out now that this frame goes in."""
        if self._graph is None:
            yield frame
            return
        frame.pts = None
        self._graph.push(frame)
        with contextlib.suppress(av.error.BlockingIOError, av.error.EOFError):
            while True:
                out = self._graph.pull()
                if isinstance(out, AudioFrame):
                    yield out


class Waveform(Track):
    """How loud a recording is, column by column."""

    def __init__(self, file: BufferedReader) -> None:
        super().__init__(file, "audio")

    def columns(self) -> Iterator[int]:
        """COLUMNS values from 0 to 255, each the loudest moment of what was listened to of that column."""
        length = (self.seconds or 0) / COLUMNS
        for column in range(COLUMNS):
            yield self._loudest(column * length, min(length, COLUMN_S)) if self.stream and length else 0

    def _loudest(self, start: float, length: float) -> int:
        resampler = AudioResampler("s16", "mono", PEAK_RATE)
        loudest = 0
        for time, frame in self.frames(start):
            if time >= start + length:
                break
            if isinstance(frame, AudioFrame):
                frame.pts = None
                samples = array("h", b"".join(packed(even) for even in resampler.resample(frame)))
                loudest = max(loudest, max(samples, default=0), -min(samples, default=0))
        return min(255, loudest * 256 // LOUDEST)


def packed(frame: AudioFrame) -> bytes:
    """The samples of a packed frame, without what its buffer has behind them."""
    return bytes(memoryview(frame.planes[0])[: frame.samples * len(frame.layout.channels) * 2])
