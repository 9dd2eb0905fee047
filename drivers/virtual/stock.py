"""Puts virtual cameras on their feet: new cards, and footage onto them."""

from __future__ import annotations

import os
import shutil
import struct
import time
from collections.abc import Sequence
from pathlib import Path

from drivers.virtual.card import RECORDINGS, Card, CardFile, folder_synced

_OFFSETS_S = (0.4, -3.0, 42.0, 1.2, -95.0, 0.0, 7.5, -0.8)
_BATTERIES = (86, 91, 88, 17, 95, 83, 52, 99)
_MINUTES_BETWEEN = 47
_SPARSE_EDGE = 1 << 20
_SINCE_1904_S = 2_082_844_800
"""Seconds from the epoch of MP4 times to that of 1970."""


def serial_of(number: int) -> str:
    """The serial of the virtual camera with this number, from 1; also the name of its folder."""
    return f"CAM-{number:04d}"


def create_card(cards: Path, number: int, clips: Sequence[Path]) -> None:
    """A new card, with a few recordings when there are clips, whole or not at all.

    No two cameras are quite alike: charge, clock and count of recordings differ, and each fourth knows no property
    lists, as older ones don't.
    """
    serial = serial_of(number)
    draft = cards / f".{serial}.new"
    shutil.rmtree(draft, ignore_errors=True)
    card = Card.create(
        draft,
        CardFile(
            serial=serial,
            owner=_officer(clips[number % len(clips)]) if clips else "",
            battery_percent=_BATTERIES[number % len(_BATTERIES)],
            clock_offset_s=_OFFSETS_S[number % len(_OFFSETS_S)],
            clock_drift_ppm=20.0,
            clock_set_at=time.time(),
            without=[0x9805] if number % 4 == 0 else [],
        ),
    )
    for place in range(3 + number % 4 if clips else 0):
        ago_s = 60 * _MINUTES_BETWEEN * (place + 1) + 13 * number
        add_recording(card, clips[(number + place) % len(clips)], critical=(number + place) % 4 == 0, ago_s=ago_s)
    (card.recordings / "INDEX.DAT").write_bytes(bytes(512))
    if number % 2:
        (draft / "SETTINGS.TXT").write_text("PRE_RECORD=60\nRESOLUTION=640x360\n")
    with folder_synced(cards):
        draft.rename(cards / serial)


def add_recording(card: Card, clip: Path, *, critical: bool, ago_s: float = 0.0) -> Path:
    """Record `clip` on a card, `ago_s` seconds ago by the camera's clock: `1234_CAM0001_20261124_221405_E.MP4`.

    Officer, unit, start, and `_E` when the officer marked the event. It appears whole, under its name.
    """
    started = card.clock() - ago_s
    unit = card.settings.serial.replace("-", "")
    while True:
        stamp = time.strftime("%Y%m%d_%H%M%S", time.localtime(started))
        path = card.recordings / f"{_officer(clip)}_{unit}_{stamp}{'_E' if critical else ''}.MP4"
        if not path.exists():
            break
        started += 1
    draft = path.with_name(f".{path.name}")
    shutil.copyfile(clip, draft)
    _date(draft, started)
    os.utime(draft, (started, started))
    draft.rename(path)
    return path


def _date(path: Path, started: float) -> None:
    """Write into a clip when it was made (ISO 14496-12, section 8.2.2, movie header of version 0).

    A clip whose end a power loss took has no movie header, and tells nothing.
    """
    clip = path.read_bytes()
    header = clip.rfind(b"mvhd\0")
    if header >= 0:
        with path.open("r+b") as file:
            file.seek(header + 8)
            file.write(struct.pack(">II", *[int(started) + _SINCE_1904_S] * 2))


def make_sparse(card: Path, size: int, name: str = "9999_SPARSE_20261124_120000.MP4") -> Path:
    """A file of `size` bytes on the card in folder `card`, real at both ends and a hole between them."""
    path = card / RECORDINGS / name
    edge = bytes(range(256)) * (min(_SPARSE_EDGE, size) // 256)
    with path.open("wb") as file:
        file.write(edge)
        file.truncate(size)
        file.seek(max(0, size - len(edge)))
        file.write(edge)
    return path


def _officer(clip: Path) -> str:
    """The collar number that is burnt into a clip, told by its name: `5_7219.MP4`."""
    return clip.stem.partition("_")[2]
