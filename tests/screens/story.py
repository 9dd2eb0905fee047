"""A night's end at a station, told in real snapshots: one bay in every state, and docks that say them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import msgspec

from app.snapshot import (
    Act,
    Answer,
    BaySnapshot,
    BayState,
    Event,
    Reason,
    RecordingState,
    RecordingView,
    StationView,
)

NOW = datetime(2026, 11, 24, 5, 52, tzinfo=UTC)
MB = 1_000_000

STATION = StationView(
    name="Kendal",
    try_out=True,
    ledger_size=41_207,
    checkpoint_at=NOW - timedelta(minutes=4),
    vault_free=1_800_000 * MB,
    vault_total=4_000_000 * MB,
    keys_place="keyring",
)


@dataclass
class StoryDocks:
    """Docks without hardware: the test says the events, and answers the acts."""

    shown: tuple[BaySnapshot, ...] = ()
    at: StationView = STATION
    answer: Answer = field(default_factory=lambda: Answer(True, "Started."))
    acts: list[Act] = field(default_factory=list)
    listeners: list[Callable[[Event], None]] = field(default_factory=list)
    before_answer: Callable[[], object] = lambda: None
    closed: bool = False

    def station(self) -> StationView:
        return self.at

    def bays(self) -> tuple[BaySnapshot, ...]:
        return self.shown

    def follow(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener) if listener in self.listeners else None

    def act(self, act: Act) -> Answer:
        self.acts.append(act)
        self.before_answer()
        return self.answer

    def close(self) -> None:
        self.closed = True

    def say(self, event: Event) -> None:
        for listener in tuple(self.listeners):
            listener(event)


def ago(**units: float) -> datetime:
    return NOW - timedelta(**units)


def recordings(*states: RecordingState, done: float = 0.0) -> tuple[RecordingView, ...]:
    """Recordings of a night, one a state; the one that is being copied is `done` as far as this share."""
    sizes = (412, 66, 1270, 148, 35, 668, 820, 310, 1040, 545, 96, 700)
    return tuple(
        RecordingView(
            name=f"1234_CAM0412_20261123_{index:06}.MP4",
            size=sizes[index % 12] * MB,
            state=state,
            done=int(sizes[index % 12] * MB * done) if state is RecordingState.COPYING else 0,
            recorded_at=ago(minutes=458 - 41 * index),
            seconds=sizes[index % 12] * 0.88,
            critical=index == 0,
        )
        for index, state in enumerate(states)
    )


ON, COPYING, PROVING = RecordingState.ON_CAMERA, RecordingState.COPYING, RecordingState.PROVING
SEALED, RELEASED, FAILED = RecordingState.SEALED, RecordingState.RELEASED, RecordingState.FAILED


def camera(bay: str, serial: str, state: BayState, battery: int, **fields: object) -> BaySnapshot:
    """A camera of our model in a bay."""
    known = BaySnapshot(
        bay=bay,
        state=state,
        since=ago(hours=3, minutes=len(serial) + battery),
        usb_path=f"1-2.{ord(bay[0]) - 64}.{bay[1:]}",
        run=1,
        vendor_id="1209",
        product_id="0001",
        make="Dockwarden",
        model="Body camera 3",
        serial=serial,
        camera_id=f"{serial:0>32}",
        firmware="2.5.0",
        battery_percent=battery,
        clock_offset_s=1.8,
        clock_set=True,
        docked_at=ago(minutes=3),
        recordings=(),
        virtual=True,
    )
    return msgspec.structs.replace(known, **fields)


def empty(bay: str, since: datetime) -> BaySnapshot:
    return BaySnapshot(bay=bay, state=BayState.EMPTY, since=since, usb_path=f"1-2.{ord(bay[0]) - 64}.{bay[1:]}")


DAMAGED = Reason(
    "card-damaged",
    "2 of 9 recordings could be read only in part.",
    "Keep this camera: hand it to the evidence desk, and do not issue it.",
)
KEYBOARD = Reason(
    "not-its-model",
    "A keyboard is inside this device.",
    "Take it out and hand it to IT. Nothing on it was read.",
)
CLOCK = Reason(
    "clock-wrong",
    "The clock was 4 min 12 s slow, and could not be set.",
    "Try again; if it stays wrong, send the camera for repair.",
)
TAKEN = Reason(
    "removed-early",
    "It was taken out while its third recording was being copied.",
    "Dock it again, in any bay: copying goes on where it stopped. Nothing is lost.",
)


def night() -> tuple[BaySnapshot, ...]:
    """Sixteen bays at 05:52, one of them in each state that needs to be told apart."""
    copying = recordings(RELEASED, RELEASED, COPYING, *[ON] * 9, done=0.45)
    return (
        camera("A1", "CAM-0412", BayState.COPYING, 46, owner="1234", recordings=copying, rate=48e6, seconds_left=105.0),
        camera("A2", "CAM-0077", BayState.READY, 100, recordings=recordings(*[RELEASED] * 5)),
        camera("A3", "CAM-0551", BayState.READY, 97, recordings=recordings(*[RELEASED] * 8)),
        camera("A4", "CAM-0310", BayState.CHARGING, 61, recordings=recordings(*[RELEASED] * 3)),
        camera("B1", "CAM-0688", BayState.PROVING, 38, owner="1187", recordings=recordings(*[SEALED] * 11, PROVING)),
        empty("B2", ago(hours=8, minutes=12)),
        camera("B3", "CAM-0129", BayState.ATTENTION, 88, reasons=(CLOCK,), clock_offset_s=-252.0, clock_set=False),
        camera("B4", "CAM-0733", BayState.READY, 100),
        camera("C1", "CAM-0256", BayState.RELEASING, 93, owner="1090", recordings=recordings(*[RELEASED] * 4, SEALED)),
        camera("C2", "CAM-0194", BayState.READY, 99, recordings=recordings(*[RELEASED] * 2)),
        BaySnapshot(
            bay="C3",
            state=BayState.QUARANTINED,
            since=ago(minutes=31),
            usb_path="1-2.3.3",
            vendor_id="0bda",
            product_id="0129",
            reasons=(KEYBOARD,),
        ),
        empty("C4", ago(hours=30)),
        camera("D1", "CAM-0602", BayState.CHARGING, 82),
        camera(
            "D2",
            "CAM-0041",
            BayState.FAULT,
            71,
            owner="1078",
            reasons=(DAMAGED,),
            recordings=recordings(*[SEALED] * 7, FAILED, FAILED),
        ),
        camera("D3", "CAM-0520", BayState.READY, 100, recordings=recordings(RELEASED)),
        msgspec.structs.replace(
            camera("D4", "BC3-00A7F31D", BayState.NEW, 54),
            recordings=None,
            camera_id=None,
            firmware=None,
            clock_offset_s=None,
            clock_set=False,
            battery_percent=None,
            virtual=False,
        ),
    )


def at_the_kiosk(*back: BaySnapshot) -> tuple[BaySnapshot, ...]:
    """The same bays with nothing going on in them, but for those that are told."""
    told = {one.bay: one for one in back}
    calm = {BayState.READY, BayState.CHARGING, BayState.EMPTY}
    return tuple(
        told.get(bay.bay)
        or (bay if bay.state in calm else camera(bay.bay, f"CAM-07{place:02}", BayState.READY, 100, recordings=()))
        for place, bay in enumerate(night())
    )


def brought_back() -> tuple[BaySnapshot, ...]:
    """Three officers at the end of their shift: one may leave, one is done, one took the camera out again."""
    copying = recordings(*[RELEASED] * 3, COPYING, *[ON] * 8, done=0.45)
    all_done, too_early = recordings(*[RELEASED] * 12), recordings(RELEASED, ON, ON)
    since = ago(seconds=40)
    return (
        camera("A1", "CAM-0412", BayState.COPYING, 46, brought_by="1234", recordings=copying, seconds_left=105.0),
        camera("B1", "CAM-0688", BayState.READY, 92, brought_by="1187", recordings=all_done, since=since),
        camera("C4", "CAM-0415", BayState.REMOVED_EARLY, 61, brought_by="1290", recordings=too_early, since=since),
    )


def two_docks(*counts: int) -> tuple[BaySnapshot, ...]:
    """Docks of so many bays each, every one on a port of its own of the computer."""
    night_bays = night()
    return tuple(
        msgspec.structs.replace(
            night_bays[index % 16], bay=f"{chr(65 + dock)}{index + 1}", usb_path=f"{dock + 1}-1.{index + 1}"
        )
        for dock, count in enumerate(counts)
        for index in range(count)
    )


def many(count: int) -> tuple[BaySnapshot, ...]:
    """`count` bays in fours, the states of the night over and over."""
    night_bays = night()
    names = [f"{chr(65 + index // 4)}{index % 4 + 1}" for index in range(count)]
    return tuple(
        msgspec.structs.replace(night_bays[index % len(night_bays)], bay=name) for index, name in enumerate(names)
    )


HANDED_OUT = (
    ("1333", "CAM-0194"),
    ("1333", "CAM-0004"),
    ("1290", "CAM-0077"),
    ("1078", "CAM-0129"),
    ("1402", "CAM-0010"),
    ("1187", "CAM-0006"),
    ("1234", "CAM-0008"),
    ("1090",),
)
"""What is scanned at the issue desk: officer and camera each, the last officer without one yet."""
