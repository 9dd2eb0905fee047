"""A scene: one home and one camera's card in a scratch folder, with recordings that are the same from the same seed."""

from __future__ import annotations

import os
import random
import shutil
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from drivers.virtual.card import Card, CardFile

SERIAL = "CAM-0001"
THREE = (0, 65_536, 1_500_000)
"""Sizes around the vault's chunk, and one of many chunks."""
TWO = (200_000, 65_537)

_STAMP = 1_795_000_000
_OTHERS = {"NOTES.TXT": b"not a recording\n", "INDEX.DAT": bytes(range(256))}


@dataclass(frozen=True, slots=True)
class Scene:
    """The folders of one scene. `sizes` are those of its recordings, in bytes."""

    folder: Path
    sizes: tuple[int, ...]

    @property
    def home(self) -> Path:
        """The station's home."""
        return self.folder / "home"

    @property
    def card(self) -> Path:
        """The camera's memory."""
        return self.folder / "cards" / SERIAL

    @property
    def _recorded_over(self) -> Path:
        """What was recorded over is kept here, beside the camera, to compare with."""
        return self.folder / "recorded-over"

    @property
    def editions(self) -> dict[str, list[bytes]]:
        """Every recording that the camera ever made, by name, the last one made under that name last."""
        made = {recording_name(number): [content(number, size)] for number, size in enumerate(self.sizes)}
        for path in self._recorded_over.iterdir():
            made[path.name].append(path.read_bytes())
        return made

    def on_card(self) -> dict[str, bytes]:
        """Every file in the camera's recordings folder now, by name."""
        return {path.name: path.read_bytes() for path in Card(self.card).recordings.iterdir()}

    def released(self) -> set[str]:
        """The recordings that are no longer on the camera."""
        return self.editions.keys() - {path.name for path in Card(self.card).recordings.iterdir()}

    def record_over(self) -> None:
        """Give each recording that is still on the camera other bytes, and leave its name, size and times."""
        for number, size in enumerate(self.sizes):
            path = Card(self.card).recordings / recording_name(number)
            if path.exists():
                path.write_bytes(content(number + len(self.sizes), size))
                os.utime(path, (_STAMP, _STAMP))
                shutil.copy(path, self._recorded_over)

    def copy(self, folder: Path) -> Scene:
        """The same scene again, in a new folder, down to the times of the files."""
        shutil.copytree(self.folder, folder)
        return Scene(folder, self.sizes)


def create(folder: Path, sizes: tuple[int, ...]) -> Scene:
    """A new scene whose home does not exist yet."""
    scene = Scene(folder, sizes)
    (folder / "recorded-over").mkdir(parents=True)
    card = Card.create(scene.card, CardFile(serial=SERIAL, battery_percent=95.0))
    for name, raw in ({name: made[0] for name, made in scene.editions.items()} | _OTHERS).items():
        path = card.recordings / name
        path.write_bytes(raw)
        os.utime(path, (_STAMP, _STAMP))
    return scene


def recording_name(number: int) -> str:
    """A name as the virtual camera's model file reads it: officer, unit and start."""
    return f"1234_CAM0001_20261120_22{number:02d}05.MP4"


@lru_cache
def content(number: int, size: int) -> bytes:
    """The bytes of a recording, never the same twice within one."""
    return random.Random(f"recording {number}").randbytes(size)


def others_untouched(scene: Scene) -> bool:
    """Whether the files that are no recordings are on the camera as they were."""
    there = scene.on_card()
    return all(there.get(name) == raw for name, raw in _OTHERS.items())


def fast_folder() -> str | None:
    """A folder in memory where there is one: runs are many and none has to last."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
