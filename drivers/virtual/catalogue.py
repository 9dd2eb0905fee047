"""The objects of a card: which handle stands for which file, and what a camera says of each (MTP 1.1, appendix B)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from drivers.virtual import datasets
from drivers.virtual.card import Card
from drivers.virtual.codes import Format, ObjectProp, Type

STORAGE = 0x00010001
"""The one memory: slot 1, partition 1."""

_FORMATS = {
    ".mp4": Format.MP4,
    ".mov": Format.QUICKTIME,
    ".avi": Format.AVI,
    ".wav": Format.WAV,
    ".jpg": Format.JPEG,
    ".txt": Format.TEXT,
}


@dataclass(frozen=True)
class Entry:
    """One object. `parent` is the handle of its folder, 0 at the top."""

    handle: int
    parent: int
    path: Path
    is_folder: bool

    @property
    def size(self) -> int:
        """Bytes, as the file is now; a folder has none."""
        return 0 if self.is_folder else self.path.stat().st_size

    @property
    def format(self) -> Format:
        """What kind of object the name says it is."""
        return Format.FOLDER if self.is_folder else _FORMATS.get(self.path.suffix.lower(), Format.UNDEFINED)

    @property
    def date(self) -> str:
        """When it was last written, in the camera's own clock: cameras stamp files with the time they believe."""
        return datasets.date(self.path.stat().st_mtime)

    @property
    def unique_id(self) -> int:
        """128 bits that stay the same over sessions and re-plugs, as long as this is the same object."""
        about = f"{self.path.parent.name}/{self.path.name}/{self.path.stat().st_mtime_ns}"
        return int.from_bytes(hashlib.sha256(about.encode("utf-8", "surrogateescape")).digest()[:16], "little")


PROPERTIES: dict[ObjectProp, tuple[Type, Callable[[Entry], int | str]]] = {
    ObjectProp.STORAGE_ID: (Type.UINT32, lambda _: STORAGE),
    ObjectProp.FORMAT: (Type.UINT16, lambda entry: entry.format),
    ObjectProp.PROTECTION: (Type.UINT16, lambda _: 0),
    ObjectProp.SIZE: (Type.UINT64, lambda entry: entry.size),
    ObjectProp.FILE_NAME: (Type.STRING, lambda entry: entry.path.name),
    ObjectProp.CREATED: (Type.STRING, lambda entry: entry.date),
    ObjectProp.MODIFIED: (Type.STRING, lambda entry: entry.date),
    ObjectProp.PARENT: (Type.UINT32, lambda entry: entry.parent),
    ObjectProp.UNIQUE_ID: (Type.UINT128, lambda entry: entry.unique_id),
    ObjectProp.NAME: (Type.STRING, lambda entry: entry.path.name),
}
"""What each object can be asked, with its data type."""


class Catalogue:
    """Handles for the files of one card. A handle is never given twice while the camera is docked."""

    def __init__(self, card: Card) -> None:
        self._card = card
        self._entries: dict[int, Entry] = {}
        self._handles: dict[Path, int] = {}
        self._last = 0

    def refresh(self) -> None:
        """Look at the card again: new files get new handles, lost ones lose theirs."""
        self._entries = {}
        self._add(self._card.folder, 0)
        self._handles = {entry.path: handle for handle, entry in self._entries.items()}

    def find(self, handle: int) -> Entry | None:
        """The object, if it is still there."""
        entry = self._entries.get(handle)
        return entry if entry is not None and entry.path.exists() else None

    def handle_of(self, path: Path) -> int | None:
        """The handle of a file of this card."""
        return self._handles.get(path)

    def all(self) -> list[Entry]:
        """Every object, folders before what lies in them."""
        return list(self._entries.values())

    def children(self, parent: int) -> list[Entry]:
        """The objects directly in a folder; 0 is the top."""
        return [entry for entry in self._entries.values() if entry.parent == parent]

    def _add(self, folder: Path, parent: int) -> None:
        for path in self._card.contents(folder):
            handle = self._handles.get(path) or self._new_handle()
            self._entries[handle] = Entry(handle, parent, path, path.is_dir())
            if path.is_dir():
                self._add(path, handle)

    def _new_handle(self) -> int:
        self._last += 1
        return self._last
