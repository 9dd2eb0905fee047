"""The `Camera` interface: what every kind of camera can be asked, in small abilities.

A driver opens a `Sighting` and gives a `Camera`: a context manager that owns the handle. What the camera can do beyond
telling who it is, is a set of small protocols; the docking routine asks with `isinstance`, so a camera without a
battery gauge simply does not have the method. One thread (its lane) makes every call on one camera.
"""

from __future__ import annotations

import threading
from array import array
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, Self, runtime_checkable


@dataclass(frozen=True, slots=True, order=True)
class Interface:
    """One USB interface as its descriptor gives it. `name` is its string where the system tells it unopened."""

    number: int
    class_: int
    subclass: int
    protocol: int
    name: str | None = None

    def __str__(self) -> str:
        return f"{self.class_:02x}/{self.subclass:02x}/{self.protocol:02x}"


@dataclass(frozen=True, slots=True)
class Sighting:
    """A device seen on a port, known from its descriptors alone: nothing was opened.

    `usb_path` is bus and port numbers ("3-1.2"), the place a bay is known by. `plug` differs between two pluggings of
    one device (bus and address), so that a difference of two scans shows a quick re-plug. `serial` is the USB serial
    number where the system tells it unopened. `virtual` is True for a camera that we emulate.
    """

    usb_path: str
    plug: str
    vendor_id: int
    product_id: int
    interfaces: tuple[Interface, ...]
    serial: str | None = None
    virtual: bool = False


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the camera says it is. Each text is bounded and has no control characters; an empty one is None."""

    make: str | None
    model: str | None
    serial: str | None
    firmware: str | None


@dataclass(frozen=True, slots=True)
class Footage:
    """One file on the camera's memory that is a recording, as the camera lists it.

    `key` is the driver's handle, good within this session only. `folder` and `name` are as found: metadata, never a
    path of ours. `size` is in bytes. `modified` and `captured` are in the camera's own clock, naive, None if
    unreadable. `persistent_id` is the camera's own lasting id of the object where it has one (MTP 1.1,
    PersistentUniqueObjectIdentifier).
    """

    key: int
    folder: str
    name: str
    size: int
    modified: datetime | None = None
    captured: datetime | None = None
    persistent_id: str | None = None


@dataclass(frozen=True, slots=True)
class OtherFile:
    """A file that is no recording: listed, and left alone."""

    folder: str
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Listing:
    """What is on the camera. `oddities` are sentences on what was wrong with the listing (a loop, a handle twice)."""

    footage: tuple[Footage, ...]
    others: tuple[OtherFile, ...]
    oddities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Space:
    """Capacity and free bytes of the camera's memory; None where the camera does not say or says nonsense."""

    capacity: int | None
    free: int | None


class Stopped(Exception):
    """The work was asked to stop and did so at a safe place."""


class Ring:
    """A fixed number of reused read buffers between the thread that reads and the one that seals.

    They are `array("B")`, which pyusb fills in place, each made when it is first needed: a short recording needs one.
    `take` waits for a free one, so a slow disk slows the bus and memory does not grow; `close` wakes every waiter with
    `Stopped`.
    """

    def __init__(self, count: int, size: int) -> None:
        self.size = size
        self._still_to_make = count
        self._free: deque[array[int]] = deque()
        self._changed = threading.Condition()
        self._closed = False

    def take(self) -> array[int]:
        """Give a free buffer of `size` bytes, waiting for one. Raises Stopped once the ring is closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._free or self._still_to_make or self._closed)
            if self._closed:
                raise Stopped
            if self._free:
                return self._free.popleft()
            self._still_to_make -= 1
        return array("B", (0,)) * self.size

    def give(self, buffer: array[int]) -> None:
        """Take a buffer back when nothing looks at it any more."""
        with self._changed:
            self._free.append(buffer)
            self._changed.notify()

    def close(self) -> None:
        """End the ring: every `take`, waiting or later, raises Stopped."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()


@dataclass(frozen=True, slots=True)
class Piece:
    """Plain bytes of a recording from `offset` on. Whoever has used `data` gives `buffer` back to its ring."""

    offset: int
    data: memoryview
    buffer: array[int]


@runtime_checkable
class Camera(Protocol):
    """An opened camera. `close` may be called twice, and after the cable is gone. Every method raises DeviceError."""

    identity: Identity

    def close(self) -> None:
        """Let go of the camera."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *exc: object) -> None: ...


@runtime_checkable
class HasBattery(Protocol):
    """Tells its charge."""

    def battery_percent(self) -> int | None:
        """Charge in percent, 0 to 100; None when the camera gives no believable value."""
        ...


@runtime_checkable
class HasClock(Protocol):
    """Has a clock that can be read and set."""

    def clock_offset_s(self) -> float | None:
        """Seconds that the camera's clock is ahead of this machine's (negative: behind), None if unreadable."""
        ...

    def set_clock(self) -> None:
        """Set the camera's clock to this machine's local time."""
        ...


@runtime_checkable
class HasOwner(Protocol):
    """Keeps a text that says whose it is."""

    def owner(self) -> str | None:
        """The text kept on the camera, None when empty."""
        ...

    def set_owner(self, owner: str) -> None:
        """Write the text to the camera."""
        ...


@runtime_checkable
class HasRecordings(Protocol):
    """Keeps recordings that can be listed, read from an offset, and deleted one by one."""

    def listing(self) -> Listing:
        """Everything on the camera's memory, told apart by its model's rules."""
        ...

    def still_there(self, footage: Footage) -> bool:
        """Whether this very object (same name and size) is on the camera now."""
        ...

    def read(self, footage: Footage, offset: int, ring: Ring) -> Iterator[Piece]:
        """Read from `offset` to the end, in order, in buffers of `ring`.

        Ends early only by raising; delivering more or fewer bytes than `footage.size` raises ProtocolError after the
        last piece that could be had.
        """
        ...

    def delete(self, footage: Footage) -> None:
        """Ask the camera to delete this one object. The caller confirms with `still_there`."""
        ...


@runtime_checkable
class HasSpace(Protocol):
    """Tells the room on its memory."""

    def space(self) -> Space:
        """Capacity and free bytes, over all its storages."""
        ...


@runtime_checkable
class TellsChanges(Protocol):
    """Sends word when what it holds changes. A hint that asks for a new listing, never proof of anything."""

    def changed(self) -> bool:
        """Whether such word has come since last asked."""
        ...
