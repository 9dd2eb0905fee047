"""Real recordings for tests of what plays and pictures them, made once a run."""

from __future__ import annotations

import io
import random
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import av

from drivers.virtual.footage import Clip, make

SECONDS, RATE = 4, 15


@lru_cache(maxsize=1)
def recording() -> bytes:
    """Four seconds of H.264 and AAC, 640 by 360, with its index at the end; silent in its first second."""
    clip = Clip("clip.MP4", "1234", "CAM-0001", datetime(2026, 11, 24, 22, 0, tzinfo=UTC), SECONDS, 1)
    with TemporaryDirectory() as folder:
        path = Path(folder, clip.name)
        make(clip, path)
        return path.read_bytes()


@lru_cache(maxsize=1)
def index_first() -> bytes:
    """The same recording with its index before its pictures, so that a part of it can be played."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "first.mp4")
        with (
            av.open(io.BytesIO(recording()), "r") as source,
            av.open(str(path), "w", format="mp4", options={"movflags": "faststart"}) as target,
        ):
            streams = {one.index: target.add_stream_from_template(one) for one in source.streams}
            for packet in source.demux():
                if packet.dts is not None:
                    packet.stream = streams[packet.stream.index]
                    target.mux(packet)
        return path.read_bytes()


@lru_cache(maxsize=1)
def heavy() -> bytes:
    """Four seconds of noise, some megabytes, with its index before its pictures and no sound."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "heavy.mp4")
        with av.open(str(path), "w", format="mp4", options={"movflags": "faststart"}) as out:
            stream = out.add_stream("libx264", rate=RATE, options={"preset": "ultrafast", "crf": "20", "g": "15"})
            stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
            for number in range(SECONDS * RATE):
                frame = av.VideoFrame(320, 240, "yuv420p")
                for plane in frame.planes:
                    plane.update(random.Random(number).randbytes(plane.buffer_size))
                out.mux(stream.encode(frame))
            out.mux(stream.encode())
        return path.read_bytes()


class Plain:
    """A recording in memory."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.size = len(data)

    def read_at(self, offset: int, length: int) -> bytes:
        return self.data[offset : offset + length]
