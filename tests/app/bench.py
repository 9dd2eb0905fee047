"""A station for tests: a real home on disk, virtual cameras of this process, the real owner of the docks."""

from __future__ import annotations

import hashlib
import random
import threading
from collections.abc import Callable
from pathlib import Path

from app.home import Home
from app.owner import Owner
from app.snapshot import Answer, BaySnapshot, Docks, Event, Finished, Notice, Offload, Released, Sealed
from drivers.presence import Source
from drivers.virtual.backend import VirtualBackend
from drivers.virtual.bus import LocalBus
from drivers.virtual.card import Card, CardFile
from drivers.virtual.device import Device

LIMIT_S = 20


class Bench:
    """Cameras to plug, an owner to dock them, and everything that it said."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bus = LocalBus()
        self.home = Home(folder / "home")
        self.source = Source(VirtualBackend(self.bus), virtual=True)
        self.devices: dict[str, Device] = {}

    def close(self) -> None:
        self.home.close()

    def camera(self, serial: str = "CAM-0001", files: dict[str, bytes] | None = None, **settings: object) -> Card:
        """A card with these recordings, not docked yet."""
        given = {"serial": serial, "battery_percent": 90.0} | settings
        card = Card.create(self.folder / "cards" / serial, CardFile(**given))  # type: ignore[arg-type]
        for name, data in (files or {}).items():
            (card.recordings / name).write_bytes(data)
        return card

    def plug(self, card: Card, ports: tuple[int, ...] = (1, 1)) -> Device:
        device = Device(Card(card.folder))
        self.bus.devices()  # forgets who was lifted out
        self.bus.plug(device, ports)
        self.devices[card.settings.serial] = device
        return device

    def owner(self, *, automatic: bool = False) -> Owner:
        return Owner(self.home, (self.source,), automatic=automatic)

    def offload(self, act: Offload | None = None) -> Run:
        """One run on everything docked, from start to end, as the command does it."""
        owner = self.owner()
        try:
            owner.look()
            return run(owner, act or Offload())
        finally:
            owner.close()


class Run:
    """What was said during one act, and its answer."""

    def __init__(self, answer: Answer, events: list[Event], bays: tuple[BaySnapshot, ...]) -> None:
        self.answer = answer
        self.events = events
        self.bays = {bay.bay: bay for bay in bays}

    @property
    def bay(self) -> BaySnapshot:
        (bay,) = self.bays.values()
        return bay

    @property
    def sealed(self) -> list[Sealed]:
        return [event for event in self.events if isinstance(event, Sealed)]

    @property
    def released(self) -> list[Released]:
        return [event for event in self.events if isinstance(event, Released)]

    @property
    def notices(self) -> list[Notice]:
        return [event for event in self.events if isinstance(event, Notice)]

    @property
    def finished(self) -> dict[str, Finished]:
        return {event.bay: event for event in self.events if isinstance(event, Finished)}

    @property
    def end(self) -> Finished:
        (finished,) = self.finished.values()
        return finished


def run(docks: Docks, act: Offload) -> Run:
    """Send an act and wait until every run that it started is finished."""
    events: list[Event] = []
    changed = threading.Condition()

    def hear(event: Event) -> None:
        with changed:
            events.append(event)
            changed.notify()

    leave = docks.follow(hear)
    answer = docks.act(act)
    with changed:
        ended = changed.wait_for(lambda: set(answer.runs) <= ends(events), LIMIT_S)
    leave()
    assert ended, f"not finished within {LIMIT_S} s: {docks.bays()}"
    return Run(answer, events, docks.bays())


def ends(events: list[Event]) -> set[tuple[str, int]]:
    return {(event.bay, event.run) for event in events if isinstance(event, Finished)}


def wait_until(docks: Docks, true: Callable[[], bool]) -> None:
    """Wait until something is so, looking again at every event."""
    changed = threading.Condition()

    def hear(_event: Event) -> None:
        with changed:
            changed.notify()

    leave = docks.follow(hear)
    with changed:
        came = changed.wait_for(true, LIMIT_S)
    leave()
    assert came, f"never came true within {LIMIT_S} s: {docks.bays()}"


def noise(size: int, seed: int = 1) -> bytes:
    """Bytes that look like footage: none repeats."""
    return random.Random(seed).randbytes(size)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def opened(home: Home, recording_id: str) -> bytes:
    """What the vault holds of a recording, in clear."""
    identity = home.identity()
    assert identity is not None
    with home.vault.open(recording_id, identity) as reader:
        return reader.read_at(0, reader.size)
