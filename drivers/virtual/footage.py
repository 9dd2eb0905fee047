"""Makes the footage of virtual cameras: real H.264/AAC MP4, the same from the same seed.

Runs in a process of its own, `python -m drivers.virtual.footage OUT_DIR --seed N`, since PyAV brings codecs under the
GPL and nothing else here needs it.
"""

from __future__ import annotations

import argparse
import heapq
import math
import random
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from operator import itemgetter
from pathlib import Path
from typing import Any

import av
from PIL import Image, ImageDraw, ImageFont

_WIDTH, _HEIGHT, _FRAMES_PER_SECOND = 640, 360, 15
_SAMPLES_PER_SECOND, _SAMPLES_IN_FRAME = 16_000, 1024
_DAY = datetime(2026, 11, 24, 21, 0, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Clip:
    """What one clip shows. Before `pre_record_s` the officer had not pressed the button yet, so there is no sound."""

    name: str
    officer: str
    unit: str
    starts: datetime
    seconds: int
    pre_record_s: int
    cut_short: bool = False


def clips(seed: int) -> list[Clip]:
    """The clips of a seed: different lengths, with and without the minute before, one cut off by a power loss."""
    dice = random.Random(seed)  # noqa: S311 - scenery, not secrets
    made = []
    for number, (seconds, pre_record) in enumerate(((8, 0), (12, 0), (18, 6), (25, 0), (66, 60), (20, 0)), start=1):
        officer = str(dice.randrange(1000, 9999))
        starts = _DAY + timedelta(seconds=dice.randrange(0, 6 * 3600))
        name = f"{number}_{officer}.MP4"
        made.append(Clip(name, officer, f"CAM-{number:04d}", starts, seconds, pre_record, number == 6))
    return made


def make(clip: Clip, path: Path) -> None:
    """Write one clip to `path`, whole or not at all, each piece of sound beside its picture."""
    draft = path.with_suffix(".draft")
    with av.open(str(draft), "w", format="mp4") as out:
        out.metadata["creation_time"] = clip.starts.strftime("%Y-%m-%dT%H:%M:%S.000000Z")
        picture = out.add_stream("libx264", rate=_FRAMES_PER_SECOND, options={"preset": "veryfast", "crf": "30"})
        picture.width, picture.height, picture.pix_fmt = _WIDTH, _HEIGHT, "yuv420p"
        sound = out.add_stream("aac", rate=_SAMPLES_PER_SECOND, layout="mono")
        sound.bit_rate = 32_000
        for is_sound, frame in _frames(clip):
            stream = sound if is_sound else picture
            out.mux(stream.encode(frame))
        out.mux(picture.encode())
        out.mux(sound.encode())
    if clip.cut_short:
        _cut(draft)
    draft.rename(path)


def _cut(path: Path) -> None:
    """Lose the end of the file, and with it the index: what a power loss leaves."""
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size * 3 // 5)


def _frames(clip: Clip) -> Iterator[tuple[bool, Any]]:
    """Pictures and sound in the order of their times, each with whether it is sound."""
    pictures = ((number / _FRAMES_PER_SECOND, False, frame) for number, frame in enumerate(_pictures(clip)))
    sounds = (
        (number * _SAMPLES_IN_FRAME / _SAMPLES_PER_SECOND, True, frame) for number, frame in enumerate(_sounds(clip))
    )
    for _, is_sound, frame in heapq.merge(pictures, sounds, key=itemgetter(0)):
        yield is_sound, frame


def _pictures(clip: Clip) -> Iterator[av.VideoFrame]:
    font = ImageFont.load_default(22)
    night_street = _scene(clip)
    for number in range(clip.seconds * _FRAMES_PER_SECOND):
        seconds = number / _FRAMES_PER_SECOND
        left = (number * 2) % _WIDTH
        image = night_street.crop((left, 0, left + _WIDTH, _HEIGHT))
        _write_over(ImageDraw.Draw(image), font, clip, seconds)
        frame = av.VideoFrame.from_image(image)  # type: ignore[no-untyped-call]
        frame.pts, frame.time_base = number, Fraction(1, _FRAMES_PER_SECOND)
        yield frame


def _scene(clip: Clip) -> Image.Image:
    """A street at night, twice as wide as the picture and the same at both ends, to walk along."""
    dice = random.Random(clip.name)  # noqa: S311 - scenery, not secrets
    image = Image.new("RGB", (_WIDTH, _HEIGHT), (12, 14, 28))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 280, _WIDTH, _HEIGHT), fill=(38, 38, 42))
    for left in range(0, _WIDTH, 80):
        top = dice.randrange(60, 200)
        draw.rectangle((left + 4, top, left + 72, 280), fill=(30, 34, 48))
        for row in range(top + 12, 264, 30):
            lit = dice.random() < 0.4
            draw.rectangle((left + 18, row, left + 34, row + 14), fill=(210, 180, 90) if lit else (22, 26, 40))
    twice = Image.new("RGB", (2 * _WIDTH, _HEIGHT))
    twice.paste(image, (0, 0))
    twice.paste(image, (_WIDTH, 0))
    return twice


def _write_over(draw: ImageDraw.ImageDraw, font: Any, clip: Clip, seconds: float) -> None:
    """Burn in unit, officer, the running clock, and the mark of the minute before the button."""
    now = clip.starts + timedelta(seconds=seconds)
    draw.rectangle((0, 0, _WIDTH, 34), fill=(0, 0, 0))
    draw.text((10, 5), f"{clip.unit}   OFFICER {clip.officer}", font=font, fill=(255, 255, 255))
    draw.text((360, 5), f"{now:%Y-%m-%d %H:%M:%S}.{now.microsecond // 100_000}", font=font, fill=(255, 255, 255))
    if seconds < clip.pre_record_s:
        draw.rectangle((10, 318, 170, 350), fill=(150, 20, 20))
        draw.text((18, 321), "PRE-RECORD", font=font, fill=(255, 255, 255))


def _sounds(clip: Clip) -> Iterator[av.AudioFrame]:
    """A tone that climbs by the second; silence before the button was pressed."""
    for start in range(0, clip.seconds * _SAMPLES_PER_SECOND, _SAMPLES_IN_FRAME):
        second = start // _SAMPLES_PER_SECOND
        pitch, loud = 220 + 20 * (second % 12), 6000 if second >= clip.pre_record_s else 0
        steps = (2 * math.pi * pitch * (start + place) / _SAMPLES_PER_SECOND for place in range(_SAMPLES_IN_FRAME))
        frame = av.AudioFrame(format="s16", layout="mono", samples=_SAMPLES_IN_FRAME)
        frame.planes[0].update(array("h", (int(loud * math.sin(step)) for step in steps)).tobytes())
        frame.sample_rate, frame.pts, frame.time_base = _SAMPLES_PER_SECOND, start, Fraction(1, _SAMPLES_PER_SECOND)
        yield frame


def main(arguments: Sequence[str] | None = None) -> None:
    """Make what is missing of the clips of a seed."""
    parser = argparse.ArgumentParser(prog="python -m drivers.virtual.footage", description=__doc__)
    parser.add_argument("out", type=Path, help="the folder for the clips")
    parser.add_argument("--seed", type=int, required=True, help="the same seed makes the same clips")
    options = parser.parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    for clip in clips(options.seed):
        path = options.out / clip.name
        if not path.exists():
            make(clip, path)


if __name__ == "__main__":
    main()
