"""What is so, in frozen values: the one form in which state leaves the docking routine.

A lane says a new `BaySnapshot` whenever something changed; the card, the details, the kiosk, `--json` and the terminal
are functions of it. Acts of a person go the other way as one `Act`, answered by one `Answer`. All of them are msgspec
structs, tagged, so that a line of JSON on the local socket is the same value on the other side.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Protocol

import msgspec

from app.people.roles import Act as Deed
from app.people.values import Actor


class BayState(StrEnum):
    """What a bay is doing, in the order of a docking.

    NEW waits for a person to accept the camera; DOCKED is known and has not been worked on yet; WAITING waits until
    another camera is done, because of how many may be copied at once or because that one says it is the same camera.
    """

    EMPTY = "empty"
    NEW = "new"
    DOCKED = "docked"
    QUARANTINED = "quarantined"
    IDENTIFYING = "identifying"
    LISTING = "listing"
    WAITING = "waiting"
    COPYING = "copying"
    PROVING = "proving"
    RELEASING = "releasing"
    FINISHING = "finishing"
    CHARGING = "charging"
    READY = "ready"
    ATTENTION = "attention"
    FAULT = "fault"
    REMOVED_EARLY = "removed-early"


WORKING = frozenset(
    {
        BayState.IDENTIFYING,
        BayState.LISTING,
        BayState.WAITING,
        BayState.COPYING,
        BayState.PROVING,
        BayState.RELEASING,
        BayState.FINISHING,
    }
)
"""The states in which a lane is at work: do not take the camera out."""


class RecordingState(StrEnum):
    """Where a recording is on its way: on camera, copying, sealed (durable, proved, logged), released, or why not."""

    ON_CAMERA = "on-camera"
    COPYING = "copying"
    PROVING = "proving"
    SEALED = "sealed"
    RELEASED = "released"
    FAILED = "failed"


class Reason(msgspec.Struct, frozen=True):
    """Why something is not as it should be: a fixed code, what happened, and what to do about it."""

    code: str
    what_happened: str
    what_to_do: str


class RecordingView(msgspec.Struct, frozen=True):
    """One recording as a screen shows it. `seconds` is its length where the container told it; sizes are in bytes."""

    name: str
    size: int
    state: RecordingState
    done: int = 0
    recorded_at: datetime | None = None
    seconds: float | None = None
    critical: bool = False
    id: str | None = None
    reason: Reason | None = None


class BaySnapshot(msgspec.Struct, frozen=True, tag_field="event", tag="bay"):
    """One bay at one moment. `run` counts the dockings of this bay since the start; `since` is when `state` began.

    `rate` is in bytes per second, `seconds_left` an estimate, both None when nothing is being copied. `clock_offset_s`
    is how far the camera's clock was ahead at docking, before it was set; `clock_set` says that it was set since.
    `reasons` keep a camera from being ready; `remarks` are worth knowing and keep it from nothing. `kept` says that
    nothing is released while it is docked, as a person asked; `held` counts its sealed recordings that are held.
    `asset` is its number in the pool, None if it is in none. `brought_by` is the collar number of who brought it back,
    `acknowledged` that they showed their card for it since, `issued_to` that of who is to lift it out.
    """

    bay: str
    state: BayState
    since: datetime
    usb_path: str
    run: int = 0
    reasons: tuple[Reason, ...] = ()
    remarks: tuple[Reason, ...] = ()
    camera_id: str | None = None
    vendor_id: str | None = None
    product_id: str | None = None
    make: str | None = None
    model: str | None = None
    serial: str | None = None
    firmware: str | None = None
    battery_percent: int | None = None
    clock_offset_s: float | None = None
    clock_set: bool = False
    owner: str | None = None
    docked_at: datetime | None = None
    recordings: tuple[RecordingView, ...] | None = None
    rate: float | None = None
    seconds_left: float | None = None
    kept: bool = False
    held: int = 0
    asset: str | None = None
    brought_by: str | None = None
    acknowledged: bool = False
    issued_to: str | None = None
    virtual: bool = False

    @property
    def working(self) -> bool:
        """Whether the lane is at work on this camera."""
        return self.state in WORKING


class StationView(msgspec.Struct, frozen=True, tag_field="event", tag="station"):
    """What the top of every page tells of the station. Sizes are in bytes; `keys_place` is "keyring" or "file".

    `days_left` is how many days the vault's disk has room at the intake of late, None while there is none. `accounts`
    says that people sign in here.
    `witnessed_at` is when somebody outside last saw the ledger's head; `unwitnessed` says that it is too long ago.
    """

    name: str
    try_out: bool
    ledger_size: int
    checkpoint_at: datetime | None
    vault_free: int
    vault_total: int
    keys_place: str
    warnings: tuple[Reason, ...] = ()
    days_left: float | None = None
    accounts: bool = False
    witnessed_at: datetime | None = None
    unwitnessed: bool = False


class Notice(msgspec.Struct, frozen=True, tag_field="event", tag="notice"):
    """News that does not block. An `urgent` one stays until it is seen."""

    at: datetime
    reason: Reason
    bay: str | None = None
    urgent: bool = False


class Sealed(msgspec.Struct, frozen=True, tag_field="event", tag="sealed"):
    """A recording was sealed, proved and logged: said after the commit. `seconds` is its length, None if unknown."""

    bay: str
    run: int
    id: str
    serial: str | None
    name: str
    size: int
    sha256: str
    recorded_at: datetime | None
    seconds: float | None


class Released(msgspec.Struct, frozen=True, tag_field="event", tag="released"):
    """A recording is gone from its camera, confirmed and logged."""

    bay: str
    run: int
    id: str
    serial: str | None
    name: str


class Finished(msgspec.Struct, frozen=True, tag_field="event", tag="finished"):
    """One run of the docking routine on one bay is over.

    `recordings` and `bytes` count what was sealed or, sealed earlier, released in this run; `failed` counts recordings
    not sealed, or not released although they were to be; `reason` is what ended the run early, if anything did.
    """

    bay: str
    run: int
    recordings: int
    bytes: int
    failed: int
    reason: Reason | None = None


class OwnerGone(msgspec.Struct, frozen=True, tag_field="event", tag="owner-gone"):
    """The process that owned the docks ended; said to its clients, who take over or say that docking has stopped."""


Event = BaySnapshot | StationView | Notice | Sealed | Released | Finished | OwnerGone


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """An act that somebody asks for: `by`, who must be allowed to do `NEEDS`; None in a home without accounts."""

    NEEDS: ClassVar[Deed]

    by: Actor | None = None


class Offload(Asked, frozen=True, tag_field="event", tag="offload"):
    """Run the docking routine on these bays (none named: on all that are docked).

    Asking for it by name accepts a new camera; docking itself asks nobody. With `keep` nothing is released.
    """

    NEEDS = Deed.ADMIT

    bays: tuple[str, ...] = ()
    serial: str | None = None
    keep: bool = False


class Accept(Asked, frozen=True, tag_field="event", tag="accept"):
    """A person accepts the new camera in this bay: from now on it is docked by itself."""

    NEEDS = Deed.ADMIT

    bay: str


class Retry(msgspec.Struct, frozen=True, tag_field="event", tag="retry"):
    """Run the docking routine on this bay again."""

    bay: str


class Keep(Asked, frozen=True, tag_field="event", tag="keep"):
    """Release nothing more of the camera in this bay while it is docked; without `keep`, release as usual again."""

    NEEDS = Deed.KEEP

    bay: str
    keep: bool = True


MAX_WORDS = 500
"""Characters of a reason or a fault that are kept."""


class HoldAll(Asked, frozen=True, tag_field="event", tag="hold-all"):
    """Hold every sealed recording of the camera in this bay, and those sealed later while it is docked."""

    NEEDS = Deed.HOLD

    bay: str
    reason: str


class ReportFault(Asked, frozen=True, tag_field="event", tag="report-fault"):
    """The camera in this bay has a fault: it is ready at no docking until a person says that it is put right."""

    NEEDS = Deed.REPORT_FAULT

    bay: str
    words: str


class ClearFault(Asked, frozen=True, tag_field="event", tag="clear-fault"):
    """The fault of the camera in this bay is put right, and how."""

    NEEDS = Deed.CLEAR_FAULT

    bay: str
    words: str


Act = Offload | Accept | Retry | Keep | HoldAll | ReportFault | ClearFault


class Answer(msgspec.Struct, frozen=True, tag_field="event", tag="answer"):
    """What became of an act: done (with the bays and runs it started) or refused, in words and by a code."""

    done: bool
    words: str
    code: str = ""
    runs: tuple[tuple[str, int], ...] = ()


class Docks(Protocol):
    """The docks of a home as every screen and command sees them, whether this process owns them or another does."""

    def station(self) -> StationView:
        """The newest view of the station."""
        ...

    def bays(self) -> tuple[BaySnapshot, ...]:
        """The newest snapshot of every bay, in order of bay."""
        ...

    def follow(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        """Call `listener` (from any thread, quickly done) with every event from now on; the result ends that."""
        ...

    def act(self, act: Act) -> Answer:
        """Do an act of a person. May wait: never called on the Qt thread."""
        ...

    def close(self) -> None:
        """Leave the docks: the owner stops its lanes at a safe place and lets go of the lock."""
        ...
