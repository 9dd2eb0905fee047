"""System packages: which are missing, and installing them where that is allowed.

What is missing is found by trying (a library is loaded, a program looked for), never by assumption, so that it does
not matter how it came. Names are those of Debian and Ubuntu; newer releases answer to `libglib2.0-0` as well.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

WINDOW: Mapping[str, str] = {
    "libegl1": "libEGL.so.1",
    "libgl1": "libGL.so.1",
    "libglib2.0-0": "libgthread-2.0.so.0",
    "libxkbcommon0": "libxkbcommon.so.0",
    "libdbus-1-3": "libdbus-1.so.3",
    "libfontconfig1": "libfontconfig.so.1",
    "libxcb-cursor0": "libxcb-cursor.so.0",
    "libxcb-icccm4": "libxcb-icccm.so.4",
    "libxcb-keysyms1": "libxcb-keysyms.so.1",
    "libxcb-shape0": "libxcb-shape.so.0",
    "libxkbcommon-x11-0": "libxkbcommon-x11.so.0",
    "libwayland-cursor0": "libwayland-cursor.so.0",
}
"""What Qt loads, as package and library. libusb comes with its Python package and asks for nothing."""

TESTS: Mapping[str, str] = {
    "age": "age",
    "strace": "strace",
    "xvfb": "Xvfb",
    "xauth": "xauth",
    "dbus-daemon": "dbus-run-session",
    "gnome-keyring": "gnome-keyring-daemon",
    "slapd": "slapd",
    "ldap-utils": "ldapadd",
}
"""Programs that the tests hold ours against, as package and program."""

_LIBPYTHON = f"libpython3.{sys.version_info.minor}"
BUILD: Mapping[str, str] = {"binutils": "objdump"} | (
    {_LIBPYTHON: f"{_LIBPYTHON}.so.1.0"} if sys.base_prefix == "/usr" else {}
)
"""What PyInstaller works with. A Python that Debian packed has its library in a package of its own."""

RIG: Mapping[str, str] = {
    "qemu-system-x86": "qemu-system-x86_64",
    "linux-image-amd64": "/boot/vmlinuz-*-amd64",
    "busybox-static": "busybox",
    "kmod": "modprobe",
    "usbutils": "lsusb",
    "gphoto2": "gphoto2",
    "mtp-tools": "mtp-getfile",
}
"""What the machine of tests/rig is made of, as package and program, or a pattern of files."""


def supply(needs: Mapping[str, str]) -> list[str]:
    """Install what is missing of `needs` if this account may, and return the packages that are missing still."""
    missing = _missing(needs)
    if missing and (rights := _rights()) is not None:
        print("Installing system packages:", *missing, flush=True)
        _install(rights, missing)
        missing = _missing(needs)
    return missing


def advice(packages: list[str]) -> str:
    """One line that says how a person with the rights installs `packages`."""
    names = " ".join(packages)
    return f"System packages are missing; install them with: sudo apt-get install --no-install-recommends {names}"


def _missing(needs: Mapping[str, str]) -> list[str]:
    if sys.platform != "linux":
        return []  # elsewhere the Python packages bring all they need
    return [package for package, probe in needs.items() if not _present(probe)]


def _present(probe: str) -> bool:
    if ".so." in probe:
        return _loads(probe)
    if probe.startswith("/"):
        return any(Path("/").glob(probe[1:]))
    return shutil.which(probe, path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin") is not None


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _rights() -> list[str] | None:
    """The words to put before apt-get: none for root, sudo where it asks for no password; None where we may not."""
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0:
        return [sudo, "-n"]
    return None


def _install(rights: list[str], packages: list[str]) -> None:
    apt = [*rights, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]
    for command in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        done = subprocess.run(
            [*apt, *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            print(f"apt-get {command[0]} failed:", *done.stdout.splitlines()[-5:], sep="\n  ", flush=True)
