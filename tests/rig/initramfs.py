"""What the rig's machine boots: the installed kernel, and a small first file system that hands over to the host's own.

The first file system holds a static busybox, the modules that the kernel needs to see its root, and `init`: it mounts
the host's `/` read-only by 9p with a throw-away layer above, mounts the share, and then runs jobs that the host names
on a virtio port, one number a line, answering `NUMBER EXITCODE`.
"""

from __future__ import annotations

import gzip
import shutil
from dataclasses import dataclass
from pathlib import Path

MODULES = ("virtio_pci", "virtio_console", "9pnet_virtio", "9p", "overlay", "xhci_pci")

INIT = """#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/bin
mount -t devtmpfs dev /dev
for module in $(cat /modules/order); do insmod /modules/$module || exit 1; done
mount -t 9p -o ro,trans=virtio,version=9p2000.L,msize=512000,cache=loose root /lower || exit 1
mount -t tmpfs layer /layer && mkdir /layer/upper /layer/work
mount -t overlay -o lowerdir=/lower,upperdir=/layer/upper,workdir=/layer/work root /root || exit 1
mkdir -p /root/share
mount -t 9p -o trans=virtio,version=9p2000.L,msize=512000,cache=none share /root/share || exit 1
mount -t proc proc /root/proc
mount -t sysfs sys /root/sys
mount -t devtmpfs dev /root/dev
mkdir -p /root/dev/pts /root/dev/shm
mount -t devpts pts /root/dev/pts
mount -t tmpfs shm /root/dev/shm
mount -t tmpfs run /root/run
ifconfig lo up
until [ -c /dev/vport*p1 ]; do usleep 20000; done
exec 3<>$(ls /dev/vport*p1)
echo ready >&3
while read -r job <&3; do
    { chroot /root /share/jobs/$job/run </dev/null >/root/share/jobs/$job/stdout 2>/root/share/jobs/$job/stderr 3>&-
      echo "$job $?" >&3; } &
done
poweroff -f
"""


class RigUnavailable(Exception):
    """This computer lacks something that the rig needs; the text says what and how to get it."""


@dataclass(frozen=True, slots=True)
class Kernel:
    """An installed kernel: its version, its image under /boot, and the folder of its modules."""

    version: str
    image: Path
    modules: Path


def installed_kernel() -> Kernel:
    """The newest readable kernel that has its modules. Raises RigUnavailable when there is none."""
    for image in sorted(Path("/boot").glob("vmlinuz-*"), reverse=True):
        version = image.name.removeprefix("vmlinuz-")
        modules = Path("/lib/modules") / version
        if (modules / "modules.dep").exists():
            return Kernel(version, image, modules)
    raise RigUnavailable("no kernel with its modules under /boot: apt-get install linux-image-amd64")


def static_busybox() -> Path:
    """Where the busybox lies that needs no library. Raises RigUnavailable when there is none."""
    found = shutil.which("busybox")
    if found is None or b"ld-linux" in Path(found).read_bytes()[:4096]:
        raise RigUnavailable("no static busybox: apt-get install busybox-static")
    return Path(found)


def module_files(kernel: Kernel) -> list[Path]:
    """The files of MODULES and all they need, in loading order; what is built into the kernel is left out."""
    needs: dict[str, list[str]] = {}
    for line in (kernel.modules / "modules.dep").read_text().splitlines():
        module, _, needed = line.partition(":")
        needs[Path(module).name.partition(".")[0].replace("-", "_")] = [*reversed(needed.split()), module]
    order: dict[str, None] = {}
    for name in MODULES:
        order.update(dict.fromkeys(needs.get(name, [])))
    return [kernel.modules / path for path in order]


def build(kernel: Kernel, busybox: Path) -> bytes:
    """The first file system as a gzipped cpio archive ("newc" format)."""
    modules = module_files(kernel)
    archive = bytearray()
    for folder in ("bin", "dev", "modules", "lower", "layer", "root"):
        archive += _entry(folder, 0o040755, b"")
    archive += _entry("init", 0o100755, INIT.encode())
    archive += _entry("bin/busybox", 0o100755, busybox.read_bytes())
    archive += _entry("modules/order", 0o100644, "\n".join(file.name for file in modules).encode())
    for file in modules:
        archive += _entry(f"modules/{file.name}", 0o100644, file.read_bytes())
    archive += _entry("TRAILER!!!", 0, b"")
    return gzip.compress(bytes(archive), compresslevel=1)


def _entry(name: str, mode: int, data: bytes) -> bytes:
    """One file of a "newc" archive: thirteen hexadecimal fields, the name and the bytes, each padded to four."""
    path = name.encode() + b"\0"
    fields = (0, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(path), 0)
    head = b"070701" + b"".join(b"%08X" % field for field in fields) + path
    return head + bytes(-len(head) % 4) + data + bytes(-len(data) % 4)
