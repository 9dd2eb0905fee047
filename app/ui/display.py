"""Whether a window can be shown here, found out without Qt: without a display Qt ends the whole process."""

from __future__ import annotations

import ctypes
import importlib
import os
import sys

X11_LIBRARIES = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
"""What Qt's X11 plugin loads by itself, with the Debian package that brings it."""

WAYLAND_LIBRARIES = {"libwayland-cursor.so.0": "libwayland-cursor0", "libwayland-egl.so.1": "libwayland-egl1"}
"""What Qt's Wayland plugin loads by itself, with the Debian package that brings it."""


def can_show() -> str | None:
    """Say in words why no window can be shown here, or None when one can."""
    try:
        importlib.import_module("PySide6.QtWidgets")
    except ImportError as missing:
        return f"Qt cannot be loaded: {missing}. Run `make setup`, which installs the libraries that it needs."
    if sys.platform != "linux" or os.environ.get("QT_QPA_PLATFORM"):
        return None
    return _no_linux_display()


def _no_linux_display() -> str | None:
    if os.environ.get("WAYLAND_DISPLAY"):
        return _missing(WAYLAND_LIBRARIES)
    if os.environ.get("DISPLAY"):
        return _missing(X11_LIBRARIES) or _no_x_server()
    return "There is no display here: neither DISPLAY nor WAYLAND_DISPLAY is set."


def _missing(libraries: dict[str, str]) -> str | None:
    packages = [package for library, package in libraries.items() if not _loads(library)]
    if not packages:
        return None
    return f"Libraries that the window needs are missing: run `apt-get install {' '.join(packages)}` as root."


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _no_x_server() -> str | None:
    """Try the X server as Qt will: one that does not answer would end the process."""
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    failed = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return f"The display {os.environ['DISPLAY']} does not answer." if failed else None
