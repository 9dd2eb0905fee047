"""One virtual camera's memory: a folder that outlives every process.

`CAM-0001/card.json` holds what the camera is and knows, `CAM-0001/DCIM/…` its files. What is deleted is unlinked and
the folder synced before the camera says so: what was released stays gone, even past `kill -9`.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

RECORDINGS = "DCIM/100DWARD"
"""The folder, inside a card, into which the camera records."""

_FILE = "card.json"
_SECONDS_FOR_A_PERCENT = 2.0


class CardDamaged(Exception):
    """A card's own file can't be read; the text names the file and the key."""


class CardFile(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What card.json says.

    The camera's clock is ahead of true time by `clock_offset_s` at `clock_set_at` (seconds since 1970), and gains
    `clock_drift_ppm` microseconds a second from then on. `without` lists operation codes that this camera lacks.
    """

    serial: str
    manufacturer: str = "Dockwarden"
    model: str = "Virtual BWC"
    firmware: str = "1.4.2"
    owner: str = ""
    battery_percent: float = 40.0
    clock_offset_s: float = 0.0
    clock_drift_ppm: float = 0.0
    clock_set_at: float = 0.0
    capacity_bytes: int = 64_000_000_000
    without: list[int] = []


@contextmanager
def folder_synced(folder: Path) -> Iterator[None]:
    """Make the names in `folder` durable after the body has changed them."""
    yield
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_durably(path: Path, raw: bytes) -> None:
    """Put `raw` under `path` whole or not at all, past a power cut."""
    draft = path.with_name(f".{path.name}.new")
    with folder_synced(path.parent):
        with draft.open("wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(path)


class Card:
    """A camera's memory and settings, on disk. One process at a time may hold a card."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings = _read(folder / _FILE)
        self._docked_at = time.monotonic()

    @classmethod
    def create(cls, folder: Path, settings: CardFile) -> Card:
        """A new card with its recordings folder, empty."""
        (folder / RECORDINGS).mkdir(parents=True)
        write_durably(folder / _FILE, _written(settings))
        return cls(folder)

    @property
    def recordings(self) -> Path:
        """Where the camera records."""
        return self.folder / RECORDINGS

    def contents(self, folder: Path) -> list[Path]:
        """The files and folders in `folder` of this card, by name; the card's own file and dot files are not shown."""
        own = self.folder / _FILE
        return sorted(path for path in folder.iterdir() if path != own and not path.name.startswith("."))

    def delete(self, path: Path) -> None:
        """Remove a file or an empty folder for good. Raises OSError when it can't."""
        with folder_synced(path.parent):
            if path.is_dir():
                path.rmdir()
            else:
                path.unlink()

    def free_bytes(self) -> int:
        """What is left of the capacity by the announced sizes of the files."""
        used = sum(path.stat().st_size for path in self.folder.rglob("*") if path.is_file())
        return max(0, self.settings.capacity_bytes - used)

    def clock(self) -> float:
        """The camera's own time, in seconds since 1970."""
        now, settings = time.time(), self.settings
        return now + settings.clock_offset_s + (now - settings.clock_set_at) * settings.clock_drift_ppm / 1e6

    def set_clock(self, seconds: float) -> None:
        """Set the camera's time, durably; it drifts on from there."""
        self.settings.clock_set_at = time.time()
        self.settings.clock_offset_s = seconds - self.settings.clock_set_at
        self._save()

    def set_owner(self, owner: str) -> None:
        """Write the holder's name or number into the camera, durably."""
        self.settings.owner = owner
        self._save()

    def battery_percent(self) -> int:
        """The charge now: it rises by one percent every two seconds in the dock."""
        charged = (time.monotonic() - self._docked_at) / _SECONDS_FOR_A_PERCENT
        return min(100, int(self.settings.battery_percent + charged))

    def undock(self) -> None:
        """Keep the charge that was reached, for the next docking."""
        self.settings.battery_percent = float(self.battery_percent())
        self._docked_at = time.monotonic()
        self._save()

    def _save(self) -> None:
        write_durably(self.folder / _FILE, _written(self.settings))


def _written(settings: CardFile) -> bytes:
    return msgspec.json.format(msgspec.json.encode(settings))


def _read(path: Path) -> CardFile:
    try:
        return msgspec.json.decode(path.read_bytes(), type=CardFile)
    except (OSError, msgspec.DecodeError) as error:
        raise CardDamaged(f"{path} can't be read ({error}). Delete the folder to get a new virtual camera.") from error


def cards_in(folder: Path) -> list[Path]:
    """The folders of all cards in `folder`, by name."""
    return sorted(path.parent for path in folder.glob(f"*/{_FILE}"))
