"""A disk that loses power: what may be found on it afterwards, after any step of a trace.

What was synced is there. Of what was not,
- writes to a file may each be kept, lost or torn between sectors of 512 bytes, in any combination; a file may have got
  its length without its bytes;
- changes to the names in a folder are kept as a beginning of what was done, as a journal keeps them; each folder has a
  journal of its own, and a move between two is in both or in neither.
"""

from __future__ import annotations

import hashlib
import os
import random
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import ClassVar

from tests.faults.trace import Gone, Made, Moved, Resized, Step, Synced, Wrote

SECTOR = 512


@dataclass(slots=True)
class File:
    """One file's bytes: as they are, as they are durable, and what was done in between."""

    live: bytearray = field(default_factory=bytearray)
    durable: bytes = b""
    pending: list[Wrote | Resized] = field(default_factory=list)

    def apply(self, step: Wrote | Resized) -> None:
        """Change the live bytes; how durable that is, is open."""
        self.pending.append(step)
        _apply(self.live, step)

    def sync(self) -> None:
        """All of it is durable now."""
        if self.pending:
            self.durable = bytes(self.live)
            self.pending.clear()

    def found(self, dice: random.Random, keep: float) -> bytes:
        """The bytes after a power cut that kept each pending change with this likelihood."""
        if keep == 1:
            return bytes(self.live)
        raw = bytearray(self.durable)
        for step in self.pending if keep else ():
            if isinstance(step, Resized):
                if dice.random() < keep:
                    _apply(raw, step)
            else:
                _apply_torn(raw, step, dice, keep)
        if self.pending and keep and dice.random() < 0.25 and len(raw) < len(self.live):
            raw.extend(bytes(len(self.live) - len(raw)))
        return bytes(raw)


def _apply(raw: bytearray, step: Wrote | Resized) -> None:
    if isinstance(step, Resized):
        del raw[step.size :]
        raw.extend(bytes(step.size - len(raw)))
        return
    raw.extend(bytes(max(0, step.offset - len(raw))))
    raw[step.offset : step.offset + len(step.data)] = step.data


def _apply_torn(raw: bytearray, step: Wrote, dice: random.Random, keep: float) -> None:
    """Keep a write whole, not at all, or only some of its sectors."""
    fate = dice.random()
    if fate < keep / 2:
        _apply(raw, step)
    elif fate < keep:
        at, end = step.offset, step.offset + len(step.data)
        while at < end:
            after = min(end, (at // SECTOR + 1) * SECTOR)
            if dice.random() < 0.5:
                _apply(raw, Wrote(step.path, at, step.data[at - step.offset : after - step.offset]))
            at = after


Found = dict[str, tuple[int, bytes] | None]
"""What is on a disk, by path: a file's number and bytes, None for a folder. Two names may be of one file."""


@dataclass(slots=True)
class Change:
    """One change of names: what each of these paths stands for afterwards; ABSENT when it is gone."""

    ABSENT: ClassVar[object] = object()
    paths: dict[str, object]

    @property
    def folders(self) -> set[str]:
        """The folders whose names it changes."""
        return {folder_of(path) for path in self.paths}


class Disk:
    """The home's disk, step by step."""

    def __init__(self, home: Path) -> None:
        self._names: dict[str, object] = {}
        for path in sorted(home.rglob("*")):
            raw = None if path.is_dir() else path.read_bytes()
            self._names[os.path.relpath(path, home)] = None if raw is None else File(bytearray(raw), raw)
        self._durable = dict(self._names)
        self._pending: list[Change] = []

    def step(self, step: Step) -> None:
        """Do one step of a trace."""
        if isinstance(step, Wrote | Resized):
            self._file(step.path).apply(step)
        elif isinstance(step, Made):
            self._change({step.path: None if step.folder else File()})
        elif isinstance(step, Gone):
            self._change({step.path: Change.ABSENT})
        elif isinstance(step, Moved):
            self._move(step)
        elif isinstance(step, Synced):
            self._sync(step.path)

    def _move(self, step: Moved) -> None:
        gone = {} if step.linked else {step.path: Change.ABSENT}
        self._change({step.to: self._file(step.path)} | gone)

    def _file(self, path: str) -> File:
        node = self._names[path]
        assert isinstance(node, File), f"{path} is no file"
        return node

    def _change(self, paths: dict[str, object]) -> None:
        self._pending.append(Change(paths))
        _rename(self._names, self._pending[-1])

    def _sync(self, path: str) -> None:
        if path != "." and self._names[path] is not None:
            self._file(path).sync()
            return
        last = max((at for at, change in enumerate(self._pending) if path in change.folders), default=-1)
        for change in self._needed(last):
            _rename(self._durable, change)
            self._pending.remove(change)

    def _needed(self, last: int) -> list[Change]:
        """The change at `last`, and those before it in the same folders' journals, and what these need in turn."""
        folders: set[str] = set(self._pending[last].folders) if last >= 0 else set()
        needed = []
        for change in reversed(self._pending[: last + 1]):
            if change.folders & folders:
                folders |= change.folders
                needed.append(change)
        return needed[::-1]

    # -- what a power cut leaves -------------------------------------------------------------------------------------

    def lost(self) -> Found:
        """The disk when nothing was kept that was not synced."""
        return self._found(self._durable, random.Random(0), 0)

    def kept(self) -> Found:
        """The disk when everything was kept."""
        return self._found(self._names, random.Random(0), 1)

    def some(self, dice: random.Random) -> Found:
        """A disk on which some of it was kept."""
        names, blocked = dict(self._durable), set[str]()
        likely = dice.choice((0.3, 0.7, 0.9, 1.0))
        for change in self._pending:
            if change.folders & blocked or dice.random() > likely:
                blocked |= change.folders
            else:
                _rename(names, change)
        return self._found(names, dice, None)

    @staticmethod
    def _found(names: dict[str, object], dice: random.Random, keep: float | None) -> Found:
        found: Found = {}
        bytes_of: dict[int, bytes] = {}
        for path, node in sorted(names.items()):
            parent = folder_of(path)
            if parent != "." and parent not in found:
                continue
            if not isinstance(node, File):
                found[path] = None
                continue
            if id(node) not in bytes_of:
                likely = dice.choice((0, 0.5, 0.9, 1)) if keep is None else keep
                bytes_of[id(node)] = node.found(dice, likely)
            found[path] = id(node), bytes_of[id(node)]
        return found


def _rename(names: dict[str, object], change: Change) -> None:
    for path, node in change.paths.items():
        if node is Change.ABSENT:
            names.pop(path, None)
        else:
            names[path] = node


def folder_of(path: str) -> str:
    """The folder, relative to the home, in which a relative path is a name."""
    return str(PurePosixPath(path).parent)


def write_out(found: Found, home: Path) -> None:
    """Put a disk's files into a new folder."""
    home.mkdir(mode=0o700)
    written: dict[int, Path] = {}
    for path, file in found.items():
        full = home / path
        if file is None:
            full.mkdir(mode=0o700)
        elif file[0] in written:
            full.hardlink_to(written[file[0]])
        else:
            written[file[0]] = full
            full.touch(mode=0o600)
            full.write_bytes(file[1])


def fingerprint(found: Found) -> str:
    """Tells two disks apart."""
    digest = hashlib.sha256()
    for path, file in found.items():
        digest.update(f"{path}\0{file is None}\0".encode())
        digest.update(b"" if file is None else hashlib.sha256(file[1]).digest())
    return digest.hexdigest()
