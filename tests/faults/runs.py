"""One run of the docking routine on a scene, in this process: the routine, its owner, its driver and its vault as they
are, on an emulated camera. Only the parsing of containers is left out: it has a process of its own and writes nothing.
"""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from app.board import Herald
from app.home import Home
from app.media.wire import Facts
from app.owner import Owner
from app.snapshot import Event, Finished, Offload, Released, Sealed
from drivers.presence import Source
from drivers.virtual.backend import VirtualBackend
from drivers.virtual.bus import LocalBus
from drivers.virtual.card import Card
from drivers.virtual.device import Device
from drivers.virtual.faults import Fault
from tests.faults.scene import Scene

Say = Callable[[dict[str, Any]], None]
"""Takes one announcement: a JSON object."""

PORT = (1,)


class Unparsed:
    """Stands for the process that reads containers: it says that it could not."""

    def facts(self, *_: object) -> Facts:
        """No facts."""
        return Facts(flag="container not readable")

    def close(self) -> None:
        """Nothing to close."""


def open_home(scene: Scene) -> Home:
    """The scene's home, without the process that parses containers."""
    home = Home(scene.home)
    home.__dict__["media"] = Unparsed()
    return home


def prepare(scene: Scene, say: Say) -> None:
    """Make the home: keys, database, first ledger entry."""
    with open_home(scene) as home:
        say({"event": "prepared", "entries": home.records.ledger_size()})


def offload(scene: Scene, say: Say, fault: Fault | None = None) -> list[Finished]:
    """Dock the scene's camera and run the routine to its end."""
    bus = LocalBus()
    device = Device(Card(scene.card))
    if fault is not None:
        device.arm(fault)
    bus.plug(device, PORT)
    with open_home(scene) as home:
        return dock_all(home, bus, say)


def dock_all(home: Home, bus: LocalBus, say: Say) -> list[Finished]:
    """Run the routine on every camera of the bus, telling of each step in the moment in which the routine says it."""
    ends: queue.SimpleQueue[Finished] = queue.SimpleQueue()

    def listen(event: Event) -> None:
        if isinstance(event, Finished):
            ends.put(event)

    with heard(say):
        owner = Owner(home, [Source(VirtualBackend(bus), virtual=True)], automatic=False)
        try:
            owner.look()
            owner.follow(listen)
            answer = owner.act(Offload())
            if not answer.done:
                say({"event": "refused", "code": answer.code, "words": answer.words})
            return [ends.get() for _ in answer.runs]
        finally:
            owner.close()


@contextmanager
def heard(say: Say) -> Iterator[None]:
    """Hear `sealed`, `released` and `finished` when the routine says them, not when listeners come to hear them."""
    pass_on = Herald.say

    def tap(herald: Herald, event: Event) -> None:
        line = announcement(event)
        if line is not None:
            say(line)
        pass_on(herald, event)

    with patch.object(Herald, "say", tap):
        yield


def announcement(event: Event) -> dict[str, Any] | None:
    """An event as a line for the harness, None for those that promise nothing."""
    if isinstance(event, Sealed):
        return {"event": "sealed", "id": event.id, "name": event.name, "size": event.size, "sha256": event.sha256}
    if isinstance(event, Released):
        return {"event": "released", "id": event.id, "name": event.name}
    if isinstance(event, Finished):
        reason = None if event.reason is None else [event.reason.code, event.reason.what_happened]
        return {"event": "finished", "bay": event.bay, "failed": event.failed, "reason": reason}
    return None
