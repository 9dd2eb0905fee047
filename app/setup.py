"""The first start: whether a home still needs it, and what can honestly be told of a folder for the vault."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from app.home import nearest_folder
from app.recovery import WANTED
from app.vault import VaultError, disk
from app.words import SPACE, size_words

if TYPE_CHECKING:
    from app.home import Home

PUT_OFF_FILE = "setup-put-off"
SYNCS = 16
"""So many forced writes are timed."""
DISK_MS, FLASH_MS = 1.0, 0.03
"""A spinning disk, or flash, that forces a write to itself in less has not done so: it cannot be as quick."""

NETWORK = frozenset({"nfs", "nfs4", "cifs", "smb3", "9p", "afs", "ceph", "glusterfs", "fuse.sshfs", "virtiofs"})
IN_MEMORY = frozenset({"tmpfs", "ramfs"})
ENCRYPTING = frozenset({"ecryptfs", "fuse.gocryptfs", "fuse.cryfs", "fuse.encfs"})


class Told(msgspec.Struct, frozen=True):
    """One thing that can be told of a folder; `doubt` marks what a person should think about."""

    what: str
    words: str
    doubt: bool = False


class Mount(msgspec.Struct, frozen=True):
    """What is mounted where a folder is: the kind of its file system, and what it comes from."""

    point: str
    kind: str
    source: str


class Device(msgspec.Struct, frozen=True):
    """A block device by name (`sda1`), with its folder in /sys."""

    name: str
    sys: Path

    @property
    def below(self) -> tuple[Device, ...]:
        """The devices that this one is made of: none for a disk or a partition."""
        slaves = self.sys / "slaves"
        return tuple(device(one.name, self.sys.parent) for one in sorted(slaves.iterdir())) if slaves.is_dir() else ()


def device(name: str, block: Path) -> Device:
    """The device of this name in `block`, which is /sys/class/block."""
    return Device(name, block / name)


# -- whether it is still to be done ----------------------------------------------------------------------------------


def is_wanted(home: Home) -> bool:
    """Whether the guided start is still to be gone through: fewer than two recovery keys, and not put off.

    Once there are accounts it is not: what is missing is told at every start, and who may is asked to sign in for it.
    """
    missing = len(home.keys.recovery) < WANTED and not (home.folder / PUT_OFF_FILE).exists()
    return missing and not home.people.anyone()


def put_off(home: Home) -> None:
    """Do not come up with the guided start by itself any more. Raises VaultWriteFailed."""
    with disk.writing(home.folder / PUT_OFF_FILE):
        (home.folder / PUT_OFF_FILE).touch()


# -- what can be told of a folder ------------------------------------------------------------------------------------


def tell_of(folder: Path, proc: Path = Path("/proc"), block: Path = Path("/sys/class/block")) -> tuple[Told, ...]:
    """Say of a folder, or of where it would be made: room, file system, encryption, whether writes are forced.

    Writes a small file there and removes it again; takes as long as 16 forced writes. Raises nothing: what cannot be
    told is said to be so.
    """
    nearest = nearest_folder(folder)
    mount = mount_of(nearest, proc)
    under = None if mount is None else device_of(mount, block)
    return (_room(nearest), _file_system(mount), _encryption(mount, under), _forcing(nearest, mount, under))


def mount_of(folder: Path, proc: Path) -> Mount | None:
    """The mount that holds this folder (proc_pid_mountinfo(5)); None where the system does not say."""
    try:
        lines = (proc / "self" / "mountinfo").read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return None
    real, found = folder.resolve(), None
    for line in lines:
        before, _dash, after = line.partition(" - ")
        fields, (kind, source, *_rest) = before.split(" "), after.split(" ")
        point = _unescaped(fields[4])
        if real.is_relative_to(point) and (found is None or len(point) >= len(found.point)):
            found = Mount(point, kind, _unescaped(source))  # a later mount covers an earlier one of the same place
    return found


def _unescaped(text: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), text)


def device_of(mount: Mount, block: Path) -> Device | None:
    """The block device that a mount comes from; None where it is none, or the system does not say."""
    if not mount.source.startswith("/dev/"):
        return None
    found = device(Path(mount.source).resolve().name, block)
    return found if found.sys.exists() else None


def is_encrypted(found: Device) -> bool:
    """Whether every way from this device down to the disks goes through dm-crypt."""
    return _line(found.sys / "dm" / "uuid").startswith("CRYPT-") or (
        bool(found.below) and all(is_encrypted(one) for one in found.below)
    )


def disks_of(found: Device) -> tuple[Path, ...]:
    """The folders in /sys of the whole disks under a device."""
    if found.below:
        return tuple(path for one in found.below for path in disks_of(one))
    real = found.sys.resolve()
    return (real.parent if (real / "partition").exists() else real,)


def _line(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def _room(folder: Path) -> Told:
    try:
        usage = shutil.disk_usage(folder)
    except OSError as failure:
        return Told("Room", f"cannot be told: {failure.strerror}", doubt=True)
    return Told(
        "Room", f"{size_words(usage.free)} free of {size_words(usage.total)}", doubt=usage.free < usage.total / 10
    )


def _file_system(mount: Mount | None) -> Told:
    if mount is None:
        return Told("File system", "cannot be told on this system")
    words = f"{mount.kind} on {mount.source}, mounted at {mount.point}"
    if mount.kind in IN_MEMORY:
        return Told("File system", f"{words}: it is in memory, and gone with the next start", doubt=True)
    if mount.kind in NETWORK:
        return Told("File system", f"{words}: over the network, which may fail while a camera is copied", doubt=True)
    return Told("File system", words)


def _encryption(mount: Mount | None, under: Device | None) -> Told:
    sealed = "recordings are sealed all the same"
    if mount is not None and (mount.kind in ENCRYPTING or (under is not None and is_encrypted(under))):
        return Told("Encryption", "the disk is encrypted by this system")
    if under is None:
        return Told("Encryption", f"whether the disk is encrypted cannot be told; {sealed}")
    return Told("Encryption", f"this system does not encrypt the disk (a drive may do so itself); {sealed}", doubt=True)


def _forcing(folder: Path, mount: Mount | None, under: Device | None) -> Told:
    what = "Forced writes"
    if mount is not None and mount.kind in IN_MEMORY:
        return Told(what, "nothing can be forced to a disk here: there is none", doubt=True)
    try:
        ms = time_syncs(folder)
    except (VaultError, OSError) as failure:
        return Told(what, f"not tried: nothing can be written in {folder} ({failure})", doubt=True)
    took = f"{SYNCS} forced writes took {ms:.2g}{SPACE}ms each"
    if mount is not None and mount.kind in NETWORK:
        return Told(what, f"{took}; whether the server forces them to its disk cannot be told from here", doubt=True)
    return judge(what, took, ms, () if under is None else disks_of(under))


def judge(what: str, took: str, ms: float, disks: tuple[Path, ...]) -> Told:
    """Hold the time of a forced write against the kinds of disk (folders in /sys/block) that it went to."""
    turning = {_line(one / "queue" / "rotational") for one in disks}
    if not disks or turning - {"0", "1"}:
        return Told(what, f"{took}; the kind of disk is not known, so nothing follows from that")
    if any(one.name.startswith(("vd", "xvd")) for one in disks):
        return Told(what, f"{took}; this is a virtual disk, and whether its host keeps them cannot be told from here")
    kind, least = ("a spinning disk", DISK_MS) if "1" in turning else ("flash", FLASH_MS)
    if ms < least:
        words = f"{took}; {kind} cannot be as quick, so a cache says that they are kept before they are"
        return Told(what, f"{words}: a power cut may lose them, unless that cache has a battery", doubt=True)
    return Told(what, f"{took}, as {kind} may take: no sign that they are not kept, which is no proof")


def time_syncs(folder: Path, clock: Callable[[], float] = time.perf_counter) -> float:
    """The median time of a forced write of 4 KiB in this folder, in ms. Raises VaultError or OSError."""
    path = folder / f"dockwarden-try.{secrets.token_hex(8)}"
    taken = []
    try:
        with disk.create(path) as file:
            for _one in range(SYNCS):
                disk.write_all(file, memoryview(os.urandom(4096)), path)
                began = clock()
                disk.sync(file, path)
                taken.append(clock() - began)
    finally:
        path.unlink(missing_ok=True)
    return statistics.median(taken) * 1000
