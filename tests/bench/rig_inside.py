"""What `tests.bench.rig` runs inside the machine: our driver, and bulk reads with nothing around them, timed there.

`python -m tests.bench.rig_inside list | read | hash | bare-list | bare | sha256 MIB` prints one JSON object: the
seconds from opening the device to the last byte and, for `hash`, the SHA-256 of every file.
"""

from __future__ import annotations

import hashlib
import json
import struct
import sys
import time
from array import array
from collections.abc import Callable
from functools import cache, partial
from importlib import import_module
from typing import Any

import usb.core

from app.home import RESOURCES
from app.pump import BUFFER_SIZE, BUFFERS, Pump
from drivers.camera import Camera, HasRecordings, Ring
from drivers.models import Models, load_models
from drivers.presence import open_camera, real_source, scan
from drivers.usb import libusb

VENDOR, PRODUCT = 0x46F4, 0x0004
BULK_IN, BULK_OUT = 0x81, 0x02
LIMIT_MS = 60_000
OPEN_SESSION, GET_OBJECT_HANDLES, GET_OBJECT_INFO, GET_OBJECT = 0x1002, 0x1007, 0x1008, 0x1009
STORAGE, TOP = 0x00010001, 0xFFFFFFFF
DATA = 2
KEPT = 1 << 16
"""Bytes at the beginning of a data phase that are kept."""


@cache
def models() -> Models:
    """The camera models that the program knows."""
    return load_models(RESOURCES / "models")


def opened() -> Camera:
    """The one camera on the ports."""
    source = real_source()
    sighting = next(seen for seen in scan([source]) if (seen.vendor_id, seen.product_id) == (VENDOR, PRODUCT))
    model = models().match(sighting)
    if model is None:
        raise LookupError("no camera model fits QEMU's device")
    return open_camera(sighting, model, [source])


def recordings_of(camera: Camera) -> HasRecordings:
    """The camera, known to keep recordings."""
    if not isinstance(camera, HasRecordings):
        raise TypeError("the camera keeps no recordings")
    return camera


def list_() -> list[str]:
    """List with our driver."""
    with opened() as camera:
        recordings_of(camera).listing()
    return []


def read() -> list[str]:
    """List and read with our driver, and throw away."""
    with opened() as camera:
        recordings = recordings_of(camera)
        ring = Ring(BUFFERS, BUFFER_SIZE)
        for footage in recordings.listing().footage:
            for piece in recordings.read(footage, 0, ring):
                ring.give(piece.buffer)
    return []


def hash_() -> list[str]:
    """List, read and hash with our driver, joined as docking joins them."""
    digests = []
    with opened() as camera:
        recordings = recordings_of(camera)
        for footage in recordings.listing().footage:
            digest = hashlib.sha256()
            pump = Pump(digest.update)
            pump.run(recordings.read(footage, 0, pump.ring))
            digests.append(digest.hexdigest())
    return digests


def sha256() -> list[str]:
    """SHA-256 of as many MiB of memory as the command line says."""
    digest, block = hashlib.sha256(), bytes(BUFFER_SIZE)
    for _ in range(int(sys.argv[2])):
        digest.update(block)
    return []


class Bare:
    """The least that gets an object out of the device: a command, bulk reads into one buffer, the response."""

    def __init__(self) -> None:
        self._device: Any = usb.core.find(idVendor=VENDOR, idProduct=PRODUCT, backend=libusb())
        self._buffer = array("B", bytes(BUFFER_SIZE))

    def transact(self, code: int, *parameters: int) -> bytes:
        """Do one operation and give the beginning of its data."""
        words = struct.pack(f"<{len(parameters)}I", *parameters)
        self._device.write(BULK_OUT, struct.pack("<IHHI", 12 + len(words), 1, code, 0) + words, LIMIT_MS)
        got = self._device.read(BULK_IN, self._buffer, LIMIT_MS)
        total, kind = struct.unpack_from("<IH", self._buffer)
        start = self._buffer[12 : min(got, KEPT)].tobytes()
        if kind != DATA:
            return b""
        while got < total:
            got += self._device.read(BULK_IN, self._buffer, LIMIT_MS)
        while self._device.read(BULK_IN, self._buffer, LIMIT_MS) == 0:
            pass  # a data phase of whole packets ends with an empty one
        return start

    def handles(self, parent: int) -> tuple[int, ...]:
        """The objects in a folder, a few thousand at most."""
        start = self.transact(GET_OBJECT_HANDLES, STORAGE, 0, parent)
        (count,) = struct.unpack_from("<I", start)
        return struct.unpack_from(f"<{count}I", start, 4)


def bare(operation: int) -> list[str]:
    """Do one operation on every object of the first folder, and nothing with the answers."""
    device = Bare()
    device.transact(OPEN_SESSION, 1)
    (folder,) = device.handles(TOP)
    for handle in device.handles(folder):
        device.transact(operation, handle)
    return []


RUNS: dict[str, Callable[[], list[str]]] = {
    "list": list_,
    "read": read,
    "hash": hash_,
    "bare-list": partial(bare, GET_OBJECT_INFO),
    "bare": partial(bare, GET_OBJECT),
    "sha256": sha256,
}


def main() -> None:
    """Run one of them; what a program that runs already has loaded is left out of the time."""
    libusb()
    models()
    import_module("drivers.mtp.camera")
    run = RUNS[sys.argv[1]]
    start = time.perf_counter()
    digests = run()
    seconds = time.perf_counter() - start
    sys.stdout.write(json.dumps({"seconds": seconds, "sha256": digests}) + "\n")


if __name__ == "__main__":
    main()
