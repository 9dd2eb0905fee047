"""A camera that lies, docked beside a healthy one: what becomes of both, and of every byte that was on the liar."""

from __future__ import annotations

import hashlib
import queue
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.home import Home
from app.owner import Owner
from app.snapshot import BaySnapshot, BayState, Event, Finished, Offload, RecordingState
from app.verify import verify_home
from drivers.virtual.card import Card, CardFile
from drivers.virtual.device import Device
from drivers.virtual.faults import Fault
from tests.drivers.mtp.docked import BODY, NAME, Docked, dock
from tests.drivers.mtp.hostile import Case
from tests.faults import runs
from tests.faults.scene import content, recording_name

LIMIT_S = 60.0
"""A run on a hostile camera ends within this time, whatever the camera does."""

_SECOND = recording_name(7)
_FILLS_PACKETS = 137 * 512 - 12
"""A size that ends on a full packet, container header counted: only then can a zero-length packet be missing (23)."""
_LIAR, _NEIGHBOUR = "1-1.2", "1-1.3"


@dataclass(slots=True)
class Outcome:
    """How a dock with a hostile camera and a healthy one ended. `struck`: how often, None if the card is the case."""

    struck: int | None
    liar: Finished
    liar_bay: BaySnapshot
    neighbour: Finished
    neighbour_bay: BaySnapshot
    neighbour_left: list[str]
    liar_left: list[str]
    lost: list[str]
    verdict: str | None = None


class Watched(Card):
    """A card that keeps a hash of everything that is deleted from it, whoever asked for that."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.deleted: dict[str, str] = {}

    def delete(self, path: Path) -> None:
        """Remember, then delete."""
        if path.is_file():
            self.deleted[path.name] = hashlib.sha256(path.read_bytes()).hexdigest()
        super().delete(path)


def dock_beside_a_neighbour(folder: Path, case: Case) -> Outcome:
    """Dock both, run the routine on both, and look at what is left."""
    docked = dock(folder / "liar", files={NAME: BODY, _SECOND: content(7, _FILLS_PACKETS)})
    card = Watched(docked.card.folder)
    docked.device.unplug()
    docked.card = card
    docked.plug()
    fault = case.prepare(docked)
    neighbour = Card.create(folder / "neighbour", CardFile(serial="CAM-0002", battery_percent=95.0))
    (neighbour.recordings / recording_name(1)).write_bytes(content(1, 100_000))
    docked.bus.plug(Device(neighbour), (1, 3))
    with Home(folder / "home") as home:
        home.__dict__["media"] = runs.Unparsed()
        ends, bays = run(home, docked, keep=False)
        sealed = {pieces.sha256 for pieces in home.records.vault_index()}
        verdict = verify_home(home, (), lambda _: None)
    return Outcome(
        struck=None if fault is None or type(fault) is Fault else fault.fired,
        liar=ends[_LIAR],
        liar_bay=bays[_LIAR],
        neighbour=ends[_NEIGHBOUR],
        neighbour_bay=bays[_NEIGHBOUR],
        neighbour_left=[path.name for path in neighbour.recordings.iterdir()],
        liar_left=[path.name for path in card.recordings.iterdir()],
        lost=[name for name, sha256 in card.deleted.items() if sha256 not in sealed],
        verdict=None if verdict.wrong is None else verdict.wrong.what_happened,
    )


def run(home: Home, docked: Docked, *, keep: bool) -> tuple[dict[str, Finished], dict[str, BaySnapshot]]:
    """Run the routine on all cameras of the bus: how each run ended, and the bays afterwards, by port path."""
    ends: queue.SimpleQueue[Finished] = queue.SimpleQueue()

    def listen(event: Event) -> None:
        if isinstance(event, Finished):
            ends.put(event)

    owner = Owner(home, docked.sources, automatic=False)
    try:
        owner.look()
        owner.follow(listen)
        answer = owner.act(Offload(keep=keep))
        finished = [ends.get(timeout=LIMIT_S) for _ in answer.runs]
        paths = {bay.bay: bay.usb_path for bay in owner.bays()}
        return {paths[end.bay]: end for end in finished}, {bay.usb_path: bay for bay in owner.bays()}
    finally:
        owner.close()


def complaints(outcome: Outcome) -> Iterator[str]:
    """What is wrong with how the dock took it."""
    if outcome.neighbour.failed or outcome.neighbour.reason or outcome.neighbour_bay.state is not BayState.READY:
        yield f"the neighbour suffered: {outcome.neighbour} {outcome.neighbour_bay.state}"
    if outcome.neighbour_left:
        yield f"the neighbour was not released: {outcome.neighbour_left}"
    if outcome.verdict is not None:
        yield f"verify: {outcome.verdict}"
    for view in outcome.liar_bay.recordings or ():
        if view.state is RecordingState.RELEASED and view.name in outcome.liar_left:
            yield f"{view.name} is called released and is still on the camera"
    troubled = outcome.liar.failed or outcome.liar.reason is not None
    if troubled and not outcome.liar_bay.reasons:
        yield "the liar failed without a reason"
    for reason in outcome.liar_bay.reasons:
        if reason.code == "defect" or not (reason.what_happened and reason.what_to_do):
            yield f"no clear reason in words: {reason}"
