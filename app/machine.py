"""What this machine tells of itself: USB rights, disks, the clock. Looks only, and says None where it cannot tell.

Linux tells all of it through files; elsewhere most answers are None. `root` is another folder than / in tests only.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.home import nearest_folder
from app.setup import ENCRYPTING, Mount, device_of, is_encrypted, mount_of
from drivers.camera import Sighting
from drivers.presence import real_source, scan

RULES = "70-dockwarden.rules"
RULE_FOLDERS = ("etc/udev/rules.d", "run/udev/rules.d", "usr/local/lib/udev/rules.d", "usr/lib/udev/rules.d")

MEDDLERS = {
    "ModemManager": "ModemManager",
    "gvfs-gphoto2-vo": "the desktop's camera monitor (gvfs-gphoto2)",
    "gvfsd-gphoto2": "the desktop's file manager (gvfs-gphoto2)",
    "gvfs-mtp-volume": "the desktop's MTP monitor (gvfs-mtp)",
    "gvfsd-mtp": "the desktop's file manager (gvfs-mtp)",
}
"""Programs that open cameras unasked, by the name that the kernel gives them: 15 characters at most."""

WITHOUT_LINKS = frozenset({"vfat", "msdos", "exfat"})
"""File systems that know neither users' rights nor the second names by which the vault puts a file in its place."""

TIME_ERROR = 5
"""What adjtimex(2) returns while nothing keeps the clock right."""


@dataclass(frozen=True)
class Machine:
    """The machine that this program runs on."""

    root: Path = Path("/")

    def sightings(self) -> tuple[Sighting, ...]:
        """What is on the USB ports, unopened. Raises RuntimeError without libusb."""
        return scan((real_source(),))

    def rules(self) -> Path | None:
        """Our udev rules as they are installed."""
        return next((path for folder in RULE_FOLDERS if (path := self.root / folder / RULES).is_file()), None)

    def node(self, sighting: Sighting) -> Path:
        """The device file by which a device is opened."""
        bus, _, address = sighting.plug.partition(":")
        return self.root / f"dev/bus/usb/{int(bus):03}/{int(address):03}"

    def meddlers(self, nodes: Sequence[Path]) -> tuple[list[str], list[str]]:
        """The programs that open cameras unasked: those that run, and among them those that hold one of `nodes`."""
        running = [(MEDDLERS[name], process) for name, process in self._processes() if name in MEDDLERS]
        wanted = {str(node) for node in nodes}
        holding = sorted({name for name, process in running if wanted & set(_open_files(process))})
        return sorted({name for name, _ in running}), holding

    def _processes(self) -> Iterator[tuple[str, Path]]:
        for process in (self.root / "proc").glob("[0-9]*"):
            try:
                yield (process / "comm").read_text(encoding="utf-8", errors="replace").strip(), process
            except OSError:
                continue  # it ended meanwhile

    def mount(self, folder: Path) -> Mount | None:
        """What is mounted where this folder, or the nearest one above it that is there, lies."""
        return mount_of(nearest_folder(folder), self.root / "proc")

    def encrypted(self, mount: Mount) -> bool | None:
        """Whether this system encrypts the disk under a file system; None for what is no disk of its own."""
        under = device_of(mount, self.root / "sys/class/block")
        if mount.kind in ENCRYPTING:
            return True
        return None if under is None else is_encrypted(under)

    def writable(self, folder: Path) -> bool:
        """Whether this user may write in this folder, or make it."""
        return os.access(nearest_folder(folder), os.W_OK | os.X_OK)

    def read_only(self, folder: Path) -> bool:
        """Whether the file system where this folder lies takes no writing. Raises OSError."""
        if sys.platform == "win32":
            return False
        return bool(os.statvfs(nearest_folder(folder)).f_flag & os.ST_RDONLY)

    def clock_kept(self) -> bool | None:
        """Whether a time server keeps the clock right, as systemd-timesyncd or the kernel tell."""
        if (self.root / "run/systemd/timesync/synchronized").exists():
            return True
        if sys.platform != "linux" or self.root != Path("/"):
            return None
        state = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(512))  # all 0: asks, and changes nothing
        return None if state < 0 else bool(state != TIME_ERROR)


def _open_files(process: Path) -> Iterator[str]:
    try:
        yield from [str(file.readlink()) for file in (process / "fd").iterdir()]
    except OSError:  # another user's process, or one that ended
        return


def may_open(node: Path) -> bool:
    """Whether this user may read and write a device file."""
    return os.access(node, os.R_OK | os.W_OK)
