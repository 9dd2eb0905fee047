"""The virtual dock, as the program and the tests use it: cameras that we emulate, in a process of their own."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType

from drivers.virtual import stock, wire
from drivers.virtual.backend import VirtualBackend
from drivers.virtual.card import Card, cards_in
from drivers.virtual.faults import AnyFault
from drivers.virtual.remote import RemoteBus
from drivers.virtual.server import READY, ports_of
from drivers.virtual.transfer import Failure, TransferFailed

NO_FOOTAGE = (
    "The virtual cameras have no new footage, because PyAV and Pillow, which make it, are not installed. "
    "Install the media extra: pip install 'dockwarden[media]'."
)

EMULATE = "emulate"
"""In a build there is no `python -m`: there the program itself, given this word, becomes the emulation."""

_CLIPS = ".clips"
_SOCKET = ".dock.sock"
_SEED = 1
_START_MOST_S = 30.0
_FOOTAGE_MOST_S = 300.0
_STOP_MOST_S = 10.0
_SOURCES = Path(__file__).parents[2]


class VirtualDockFailed(Exception):
    """The virtual cameras can't be started, or no new footage can be made; the text says why and what to do."""


class ArmedFault:
    """A fault that waits in the emulation's process."""

    def __init__(self, bus: RemoteBus, number: int) -> None:
        self._bus = bus
        self._number = number

    @property
    def fired(self) -> int:
        """How often it has struck."""
        return self._bus.manage(wire.Fired(self._number))


class VirtualDock:
    """Virtual cameras, docked. `backend` is what `usb.core.find` takes; cameras are named as their folders are.

    `notice` says what a person should know, if there is something: that no footage could be made.
    """

    def __init__(self, cards: Path, process: subprocess.Popen[bytes], notice: str | None) -> None:
        self.cards = cards
        self.notice = notice
        self._process = process
        self._bus = RemoteBus(cards / _SOCKET)
        self.backend = VirtualBackend(self._bus)

    @classmethod
    def start(cls, cards: Path, count: int) -> VirtualDock:
        """Dock `count` cameras whose cards lie in `cards`; those that are missing are made, with footage.

        Making the clips, once for all, takes some ten seconds. Raises VirtualDockFailed.
        """
        cards.mkdir(parents=True, exist_ok=True)
        notice = None
        missing = [number for number in range(1, count + 1) if not (cards / stock.serial_of(number)).exists()]
        if missing:
            clips = _clips(cards)
            notice = None if clips else NO_FOOTAGE
            for number in missing:
                stock.create_card(cards, number, clips)
        return cls(cards, _start_process(cards, count), notice)

    @property
    def cameras(self) -> list[str]:
        """The names of all cards, docked or not."""
        return [folder.name for folder in cards_in(self.cards)]

    @property
    def process_id(self) -> int:
        """The emulation's process."""
        return self._process.pid

    def unplug(self, camera: str) -> None:
        """Lift a camera out."""
        self._bus.manage(wire.Unplug(camera))

    def plug(self, camera: str, ports: tuple[int, ...] | None = None) -> None:
        """Dock a camera that was lifted out; on the port that it has by its place in the dock unless told."""
        self._bus.manage(wire.Plug(camera, ports or ports_of(place_of(self.cards, camera))))

    def record(self, camera: str, *, critical: bool = False) -> Path:
        """Let a camera make a recording, now by its clock; its host is told if it listens.

        Raises VirtualDockFailed when there are no clips and none can be made.
        """
        path = record_on(self.cards, camera, critical=critical)
        self._bus.manage(wire.Changed(camera))
        return path

    def fault(self, camera: str, fault: AnyFault) -> ArmedFault:
        """Let something go wrong with a camera."""
        return ArmedFault(self._bus, self._bus.manage(wire.Arm(camera, fault)))

    def close(self) -> None:
        """End the emulation: to the program, all cameras are lifted out. May be called twice."""
        self._bus.close()
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            self._process.wait(_STOP_MOST_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def __enter__(self) -> VirtualDock:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def record_on(cards: Path, camera: str, *, critical: bool = False) -> Path:
    """Put one more recording onto a card, docked or not. Raises VirtualDockFailed when there is no footage for it."""
    clips = _clips(cards)
    if not clips:
        raise VirtualDockFailed(NO_FOOTAGE)
    card = Card(cards / camera)
    place = len(list(card.recordings.iterdir())) % len(clips)
    return stock.add_recording(card, clips[place], critical=critical)


def place_of(cards: Path, camera: str) -> int:
    """Where in the dock a camera has its place, counted from 0. Raises ValueError when it has no card here."""
    return [folder.name for folder in cards_in(cards)].index(camera)


def move(cards: Path, camera: str, *, out: bool) -> None:
    """Lift a camera out of the dock that serves these cards, whoever started it, or put it back.

    Raises VirtualDockFailed when no such dock is running, or when it does not serve this camera.
    """
    place = place_of(cards, camera)
    try:
        bus = RemoteBus(cards / _SOCKET)
        try:
            bus.manage(wire.Unplug(camera) if out else wire.Plug(camera, ports_of(place)))
        finally:
            bus.close()
    except TransferFailed as failed:
        running = failed.why is not Failure.GONE
        what = f"{camera} is not in the virtual dock." if running else "No virtual dock is running on this home."
        raise VirtualDockFailed(f"{what} Start one that has it: dockwarden --virtual {place + 1}") from failed


def _clips(cards: Path) -> list[Path]:
    """The clips, made now if they are not there yet; none when what makes them is not installed."""
    folder = cards / _CLIPS
    if not folder.exists() and find_spec("av") and find_spec("PIL"):
        draft = cards / f"{_CLIPS}.new"
        command = [sys.executable, "-m", "drivers.virtual.footage", str(draft), "--seed", str(_SEED)]
        try:
            subprocess.run(command, check=True, timeout=_FOOTAGE_MOST_S, env=_environment(), stdin=subprocess.DEVNULL)
        except subprocess.SubprocessError as error:
            raise VirtualDockFailed(f"Footage for the virtual cameras could not be made: {error}") from error
        draft.rename(folder)
    return sorted(folder.glob("*.MP4"))


def _start_process(cards: Path, count: int) -> subprocess.Popen[bytes]:
    """Start the emulation and wait until it serves. Raises VirtualDockFailed."""
    program = [sys.executable, EMULATE] if getattr(sys, "frozen", False) else [sys.executable, "-m", "drivers.virtual"]
    command = [*program, str(cards), "--socket", str(cards / _SOCKET), "--count", str(count)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=_environment())
    output = process.stdout
    if output is None:
        raise AssertionError("a pipe was asked for")
    readable, _, _ = select.select([output], [], [], _START_MOST_S)
    said = output.readline().strip() if readable else b"another program is using these cameras. Close it and try again"
    if said != READY:
        process.kill()
        process.communicate()
        raise VirtualDockFailed(f"The virtual cameras in {cards} did not start: {said.decode()}")
    return process


def _environment() -> dict[str, str]:
    """Ours, so extended that the process finds this package wherever it was started."""
    paths = [str(_SOURCES), *filter(None, [os.environ.get("PYTHONPATH")])]
    return os.environ | {"PYTHONPATH": os.pathsep.join(paths)}
