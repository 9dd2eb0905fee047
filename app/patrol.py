"""The background verifier: reads the vault again, a little at a time, so that every recording is proved each month.

It goes round in the order of sealing, on a thread of its own with the lowest priority that the system gives, and stands
still while any lane works. Each slice that it has read is one row and one ledger entry; where it goes on, and when,
comes from these rows alone. It repairs and deletes nothing.
"""

from __future__ import annotations

import ctypes
import logging
import platform
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from app.board import now
from app.docking import shown_name
from app.errors import KNOWN, reason_of
from app.home import Home, VaultAway
from app.owner import Owner
from app.priority import LAST, be_nice
from app.proofs import RIGHT, SealedAt
from app.snapshot import BaySnapshot, Event, Notice, Reason
from app.vault import VaultError

log = logging.getLogger(__name__)

ROUND = timedelta(days=25)
"""A round through the whole vault is paced to take so long; what was not proved for longer is read without a pause.

So no recording goes unproved for 30 days, as long as the program runs often enough to read what is due.
"""

FRESH = timedelta(days=1)
"""What was proved so lately is not read again."""

SLICE_RECORDINGS = 256
SLICE_BYTES = 2**30
SLICE_S = 600.0
"""A slice ends after the recording with which it reaches one of these."""

LOOK_S = 60.0
"""How often it is looked whether a slice is due, the first time so long after the start."""

IDLE_CLASS = 3 << 13
"""Linux's I/O priority class "idle", as ioprio_set(2) takes it."""

NO_CLASS = 0
"""The class that goes by the thread's priority for the processor."""

CALLING_THREAD = (1, 0)
"""IOPRIO_WHO_PROCESS, and 0 for whoever calls."""

_IOPRIO_SET = {"x86_64": 251, "aarch64": 30, "riscv64": 30, "i686": 289, "armv7l": 314}


class Closing(Exception):
    """The patrol is to end now."""


class Patrol:
    """Reads the vault again from `start` to `close`, which comes at once, in the process that owns the docks.

    What it finds wrong is an alarm, a proof with that result, and an urgent notice to whoever follows the docks.
    """

    def __init__(self, home: Home, owner: Owner, clock: Callable[[], datetime] = now) -> None:
        self._home = home
        self._owner = owner
        self._clock = clock
        self._told: Reason | None = None
        self._closing = False
        self._changed = threading.Condition()
        self._leave = owner.follow(self._hear)
        self._thread = threading.Thread(target=self._run, name="patrol")

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def close(self) -> None:
        """End at once; a recording that was being read is read again next time."""
        self._leave()
        with self._changed:
            self._closing = True
            self._changed.notify()
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        be_nice(LAST)
        with suppress(Closing):
            while True:
                self._wait(LOOK_S)
                self._tell(self._read_what_is_due())

    def _read_what_is_due(self) -> Reason | None:
        """Read slice after slice until none is due; says what kept it from being done."""
        try:
            while stretch := self._due():
                self._read(stretch)
        except KNOWN as trouble:
            return reason_of(trouble)
        except Closing:
            raise
        except Exception:
            log.exception("defect while the vault was read again")
        return None

    def _tell(self, reason: Reason | None) -> None:
        """Say once what keeps the vault from being read again."""
        if reason is not None and reason != self._told:
            self._owner.say(Notice(now(), reason, urgent=True))
        self._told = reason

    # -- what is due -------------------------------------------------------------------------------------------------

    def _due(self) -> list[SealedAt]:
        """The recordings to be read now, in the order of sealing; none while the last slice may rest."""
        at, newest = self._clock(), self._home.proofs.newest()
        found = self._home.proofs.sealed(newest.last, at - FRESH, SLICE_RECORDINGS) if newest is not None else []
        found = found or self._home.proofs.sealed(-1, at - FRESH, SLICE_RECORDINGS)
        if not found:
            return []
        unread = since(self._home.proofs.proved_at(found[0].entry), at)
        if newest is None or unread >= ROUND:
            return found
        rest = ROUND * (newest.bytes / max(1, self._home.proofs.bytes_sealed()))
        return found if unread >= FRESH and since(newest.at, at) >= rest else []

    # -- one slice ---------------------------------------------------------------------------------------------------

    def _read(self, stretch: list[SealedAt]) -> None:
        """Read recordings until the slice is full, and log what was found, also when that was broken off."""
        right: list[SealedAt] = []
        size, end = 0, time.monotonic() + SLICE_S
        try:
            for one in stretch:
                wrong = self._prove(one)
                if wrong is None:
                    right.append(one)
                else:
                    self._log(right, RIGHT)
                    right = []
                    self._found(one, wrong)
                size += one.pieces.payload_size
                if size >= SLICE_BYTES or time.monotonic() >= end:
                    break
        finally:
            self._log(right, RIGHT)

    def _prove(self, one: SealedAt) -> VaultError | None:
        """Read one recording again; gives what is wrong with it. Raises VaultAway.

        Only reading is idle: a row written so would keep the database, and with it every lane, waiting for the disk.
        """
        self._let_lanes_go_first()
        begun, idle = time.monotonic(), set_io_priority(IDLE_CLASS)
        try:
            self._home.vault.prove(one.pieces.id, one.pieces, self._home.identity(), self._tick)
        except VaultError as wrong:
            if next(self._home.vault.folder.glob("[0-9a-f][0-9a-f]"), None) is None:
                raise VaultAway(
                    f"There is nothing in the vault's folder {self._home.vault.folder}.",
                    "Ask IT to connect the vault's disk. Reading it again goes on by itself when it is back.",
                ) from wrong
            return wrong
        finally:
            set_io_priority(NO_CLASS)
        if not idle:
            self._wait(time.monotonic() - begun)
        return None

    def _log(self, read: list[SealedAt], result: str) -> None:
        if read:
            size = sum(one.pieces.payload_size for one in read)
            self._home.records.vault_proved(
                read[0].entry, read[-1].entry, recordings=len(read), size=size, result=result
            )

    def _found(self, one: SealedAt, wrong: VaultError) -> None:
        """Log and tell that a recording is not what was sealed. Nothing is repaired or deleted."""
        facts = self._home.records.recording(one.pieces.id)
        name = f"{shown_name(facts.name)} of {facts.serial or facts.bay}"
        reason = Reason(
            wrong.code,
            f"The recording {name} is damaged in the vault: {wrong.what_happened}",
            "Keep the vault's disk as it is and tell IT at once: this file has to come back from a backup.",
        )
        self._home.records.alarm(facts.camera_id, None, wrong.code, reason.what_happened)
        self._log([one], wrong.code)
        self._owner.say(Notice(now(), reason, urgent=True))

    # -- giving way --------------------------------------------------------------------------------------------------

    def _hear(self, event: Event) -> None:
        if isinstance(event, BaySnapshot):
            with self._changed:
                self._changed.notify()

    def _tick(self, _done: int) -> None:
        self._let_lanes_go_first()

    def _let_lanes_go_first(self) -> None:
        """Wait until no lane works. Raises Closing."""
        with self._changed:
            self._changed.wait_for(lambda: self._closing or not any(bay.working for bay in self._owner.bays()))
            if self._closing:
                raise Closing

    def _wait(self, seconds: float) -> None:
        """Do nothing for so long. Raises Closing."""
        with self._changed:
            if self._changed.wait_for(lambda: self._closing, seconds):
                raise Closing


def since(moment: datetime, at: datetime) -> timedelta:
    """How long ago that was; longer than any pause where it is still to come, as the clock has been put back since."""
    return at - moment if moment <= at else timedelta.max


def set_io_priority(io_class: int) -> bool:
    """Have the disk serve the calling thread so, as ioprio_set(2) does; whether the system can."""
    number = _IOPRIO_SET.get(platform.machine()) if sys.platform == "linux" else None
    return number is not None and ctypes.CDLL(None).syscall(number, *CALLING_THREAD, io_class) == 0
