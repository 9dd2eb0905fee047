"""What custody tells, in frozen values: people by collar number, cameras by asset number, times in UTC."""

from __future__ import annotations

from datetime import datetime

import msgspec


class Done(msgspec.Struct, frozen=True):
    """An act of custody was done: `event` is the act, `entry` its number in the ledger, `receipt`-able at once.

    `also` are the acts that went with it in the same transaction: the camera that came back in a swap.
    """

    event: str
    camera: str
    officer: str | None
    by: str | None
    at: datetime
    entry: int
    also: tuple[Done, ...] = ()


class Held(msgspec.Struct, frozen=True):
    """Somebody held a camera: from `from_at` until `until_at` (None: still), by the ledger's entry `entry`.

    `officer` is None while it is not known who took it. `person` is the officer's id, `due_at` when it should be back,
    `confirmed_at` when it was lifted out of its bay, `corrected` the entry that corrected this, `until_entry` the one
    that ended it.
    """

    camera: str
    serial: str
    officer: str | None
    name: str | None
    person: str | None
    from_at: datetime
    until_at: datetime | None
    entry: int
    until_entry: int | None
    mode: str | None
    due_at: datetime | None
    confirmed_at: datetime | None
    corrected: int | None


class CameraNow(msgspec.Struct, frozen=True):
    """A camera of the pool as it is now (see `db.custody.Pool`); `holder` and `assigned` are collar numbers."""

    id: str
    asset: str
    serial: str
    make: str
    model: str
    station: str
    mode: str
    state: str
    since: datetime
    assigned: str | None
    holder: str | None
    holder_name: str | None
    due_at: datetime | None
    bay: str | None
    docked_at: datetime | None
    firmware: str | None
    clock_offset_s: float | None
    battery_percent: int | None
    ready: bool
    ready_since: datetime | None
    not_ready: tuple[str, ...]
    fault: str | None
    destination: str | None
    uses: int


class Docked(msgspec.Struct, frozen=True):
    """What custody knows of a docked camera, in the words of `app.snapshot.BaySnapshot`."""

    asset: str | None
    brought_by: str | None = None
    acknowledged: bool = False
    issued_to: str | None = None


class Taken(msgspec.Struct, frozen=True):
    """A camera that somebody unknown took: from which bay, and when."""

    asset: str
    bay: str
    at: datetime


class Early(msgspec.Struct, frozen=True):
    """A camera that was lifted out of `bay` before all of it was copied, and is out. `collar` is who had brought it."""

    asset: str
    serial: str
    bay: str
    collar: str | None
    at: datetime


class Drawn(msgspec.Struct, frozen=True):
    """A camera that an officer drew for themselves at `at`, and that is still in its bay."""

    asset: str
    collar: str
    at: datetime


class HandedOut(msgspec.Struct, frozen=True):
    """A camera that somebody handed to another, by entry `entry`; `bay` is where it stood then.

    `handed_in` is the camera that came back for it in a swap. `taken_back` is the entry that says it never was, made
    at `taken_back_at`. `words` are why it was handed out although it was not ready, where `override` says so.
    """

    entry: int
    at: datetime
    camera: str
    officer: str
    name: str
    bay: str | None
    mode: str | None
    override: bool
    words: str | None
    handed_in: str | None
    taken_back: int | None
    taken_back_at: datetime | None


class ActOf(msgspec.Struct, frozen=True):
    """One act of custody as the ledger has it: who did it, to which camera, for whom, and why."""

    entry: int
    at: datetime
    event: str
    camera: str
    officer: str | None
    by: str | None
    mode: str | None
    acting: bool
    override: bool
    bay: str | None
    due_at: datetime | None
    station: str | None
    words: str | None
    corrects: int | None
    moment: datetime | None
    voids: bool


class Loss(msgspec.Struct, frozen=True):
    """What a report of a lost camera has to say: who held it last, and what may be on it.

    `last_docked_at` is None for a camera that never was docked; `not_offloaded` counts the recordings that its last
    docking saw and did not seal, None where it was not docked; `tell_by` is 72 hours after the report.
    """

    camera: str
    serial: str
    last_officer: str | None
    last_docked_at: datetime | None
    not_offloaded: int | None
    tell_by: datetime
