"""A virtual camera in this process, docked, with the real driver's way to it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

import msgspec

import resources
from drivers.camera import Footage, Ring
from drivers.models import Model, Quirk, load_models
from drivers.mtp.camera import MtpCamera
from drivers.presence import Source, open_camera, scan
from drivers.virtual.backend import VirtualBackend
from drivers.virtual.bus import LocalBus
from drivers.virtual.card import Card, CardFile
from drivers.virtual.device import Device
from drivers.virtual.faults import Fault

_Fault = TypeVar("_Fault", bound=Fault)

MODELS = load_models(Path(resources.__file__).parent / "models")
RING_BYTES = 64 * 1024
NAME = "1234_CAM0001_20261124_221405_E.MP4"
BODY = bytes(n % 251 for n in range(300_000))


@dataclass
class Docked:
    """One camera on a bus of its own. `plug` docks it (again); `camera` opens it as the dock would."""

    card: Card
    bus: LocalBus = field(default_factory=LocalBus)
    quirks: frozenset[Quirk] = frozenset()

    def __post_init__(self) -> None:
        self.sources = [Source(VirtualBackend(self.bus), virtual=True)]
        self.plug()

    def plug(self) -> None:
        """Dock the card as a camera just plugged in."""
        self.bus.devices()  # the bus forgets who has left when it is looked at
        self.device = Device(self.card)
        self.bus.plug(self.device, (1, 2))

    def camera(self) -> MtpCamera:
        """Find it and open it."""
        (sighting,) = scan(self.sources)
        model = MODELS.match(sighting)
        assert model is not None
        camera = open_camera(sighting, self.model(model), self.sources)
        assert isinstance(camera, MtpCamera)
        return camera

    def model(self, model: Model) -> Model:
        """The model with the quirks of this test."""
        return msgspec.structs.replace(model, quirks=self.quirks)

    def arm(self, fault: _Fault) -> _Fault:
        """Let a fault strike, and keep it to ask whether it did."""
        self.device.arm(fault)
        return fault


def dock(folder: Path, *, files: dict[str, bytes] | None = None, **settings: object) -> Docked:
    """A docked camera with these files in DCIM; one recording unless told."""
    card = Card.create(folder / "CAM-0001", msgspec.convert({"serial": "CAM-0001", **settings}, CardFile))
    for name, body in ({NAME: BODY} if files is None else files).items():
        (card.recordings / name).write_bytes(body)
    return Docked(card)


def read(camera: MtpCamera, footage: Footage, offset: int = 0, into: bytearray | None = None) -> bytes:
    """All that a recording gives from `offset`, its pieces checked to lie end to end; `into` keeps it on a fault."""
    ring = Ring(3, RING_BYTES)
    got = bytearray() if into is None else into
    for piece in camera.read(footage, offset, ring):
        assert piece.offset == offset + len(got)
        got += piece.data
        piece.data.release()
        ring.give(piece.buffer)
    return bytes(got)


def another(footage: Footage, **changes: object) -> Footage:
    """The same recording but for these changes."""
    return replace(footage, **changes)  # type: ignore[arg-type]
