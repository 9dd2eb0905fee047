"""What the lanes of one owner share: turns at copying, the room on the vault's disk, what they know of each other."""

from __future__ import annotations

import itertools
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from app.errors import Trouble
from app.home import WAIT_S, Home
from app.people.acting import Doer
from app.snapshot import Reason
from app.words import size_words

FAULT = "fault-reported"
"""The code of the reason that a person gave."""


class DiskLow(Trouble):
    """A copy would leave less room on the vault's disk than is kept free. `first` is true until there was room again.

    `what_to_do` is for the person at the dock.
    """

    code = "disk-low"
    what_to_do = "Nothing is lost: it stays on the camera. Make room on the vault's disk, then try again."

    def __init__(self, what_happened: str, *, first: bool) -> None:
        super().__init__(what_happened)
        self.first = first


class Turns:
    """Lets so many cameras be copied from at once; `most` is asked each time, so that a new setting counts at once.

    Of the lanes that wait, those whose cameras hold a critical recording go first, then who came first.
    """

    def __init__(self, most: Callable[[], int]) -> None:
        self._most = most
        self._numbers = itertools.count()
        self._waiting: list[tuple[bool, int]] = []
        self._going = 0
        self._changed = threading.Condition()

    @contextmanager
    def turn(self, *, critical: bool, wait: Callable[[], None]) -> Iterator[None]:
        """Have a turn. `wait` is called again and again while there is none yet, and what it raises ends the wait."""
        with self._changed:
            self._queue((not critical, next(self._numbers)), wait)
            self._going += 1
        try:
            yield
        finally:
            with self._changed:
                self._going -= 1
                self._changed.notify_all()

    def _queue(self, ticket: tuple[bool, int], wait: Callable[[], None]) -> None:
        self._waiting.append(ticket)
        try:
            while self._going >= self._most() or ticket != min(self._waiting):
                wait()
                self._changed.wait(WAIT_S)
        finally:
            self._waiting.remove(ticket)
            self._changed.notify_all()


class Room:
    """The room on the vault's disk. What copies under way still need is counted as taken."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._guard = threading.Lock()
        self._copies: list[Callable[[], int]] = []
        self._refused = 0

    @contextmanager
    def taken(self, name: str, missing: Callable[[], int]) -> Iterator[None]:
        """Copy what is `missing` (bytes, asked while the copy goes on) of a recording.

        Raises DiskLow, VaultAway, VaultError.
        """
        with self._guard:
            self._check(name, missing())
            self._copies.append(missing)
        try:
            yield
        finally:
            with self._guard:
                self._copies.remove(missing)

    def _check(self, name: str, needed: int) -> None:
        self._home.check_vault()  # first of all: to look for room makes the folder, on another disk than it was
        vault = self._home.vault
        free = vault.free_bytes()
        floor = self._home.settings.floor_bytes(shutil.disk_usage(vault.folder).total)
        if free - sum(missing() for missing in self._copies) - needed < floor:
            first, self._refused = not self._refused, max(self._refused, needed, 1)
            raise DiskLow(
                f"The vault's disk has no room for {name} ({size_words(needed)}): {size_words(free)} are free, "
                f"and {size_words(floor)} have to stay free.",
                first=first,
            )
        if needed >= self._refused:
            self._refused = 0


@dataclass(slots=True)
class Wishes:
    """What people want of one camera for as long as it is docked, and what others say of it, from any thread.

    `holding` is by whom and why whatever is sealed is held; `fault` is the fault that was reported of it; `met` tells
    of the other cameras that have said since this run began that they are this one.
    """

    kept: bool = False
    holding: tuple[Doer, str] | None = None
    fault: str | None = None
    met: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Shared:
    """What a lane has in common with the others, their home among it.

    `twins` gives the other bays whose camera has this id, and tells each of them of the bay that asks.
    """

    home: Home
    turns: Turns
    room: Room
    twins: Callable[[str, str], list[str]]


def same_serial(bay: str, serial: str | None) -> Reason:
    """Why a camera is not ready while the one in `bay` says that it is the same."""
    return Reason(
        "same-serial",
        f"The camera in {bay} has the serial number {serial} too.",
        "Both are copied, one after the other. Keep both in and report a fault: no two may have one number.",
    )


def fault_reported(words: str) -> Reason:
    """Why a camera is not ready whose fault a person reported."""
    return Reason(
        FAULT,
        f"A fault of this camera was reported: {words}",
        "Do not issue it. When it is mended, say so here.",
    )
