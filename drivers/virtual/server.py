"""The emulation's own process: `python -m drivers.virtual CARDS_DIR --socket PATH`.

It docks every card of a folder and serves them on a socket that only the same user can open. It ends by itself when its
standard input closes, so that it never outlives whoever started it.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import signal
import socket
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import msgspec

from drivers.virtual import wire
from drivers.virtual.bus import LocalBus, LocalHandle
from drivers.virtual.card import Card, CardDamaged, cards_in
from drivers.virtual.device import Device
from drivers.virtual.faults import Fault
from drivers.virtual.transfer import Failure, TransferFailed
from drivers.virtual.wire import REPLY, TRANSFER_MOST, Lost, Request, Verb

READY = b"ready"
"""The one line on standard output, once the socket can be reached; any other tells why it can't."""

_PORTS_ON_A_HUB = 8
_LOCK = ".lock"


def ports_of(place: int) -> tuple[int, int]:
    """The port path of the camera at this place in the dock, counted from 0: hubs of eight ports."""
    hub, port = divmod(place, _PORTS_ON_A_HUB)
    return hub + 1, port + 1


class Dock:
    """The cameras that are served, and what can be done to them from outside."""

    def __init__(self, cards: Path, most: int) -> None:
        self.bus = LocalBus()
        self._folder = cards
        self._devices: dict[str, Device] = {}
        self._faults: list[Fault] = []
        self._lock = threading.Lock()
        self._handles: dict[int, LocalHandle] = {}
        self._numbers = count(1)
        for place, folder in enumerate(cards_in(cards)[:most]):
            self.plug(wire.Plug(folder.name, ports_of(place)))

    def plug(self, act: wire.Plug) -> int:
        """Dock a camera anew: the same card, a new device."""
        if not (old := self._devices.get(act.camera)) or old.gone:
            device = Device(Card(self._folder / act.camera))
            self.bus.plug(device, act.ports)
            self._devices[act.camera] = device
        return 0

    def open(self, address: int) -> int:
        """A number for a newly opened device, by which other connections join it."""
        handle = self.bus.open(address)
        with self._lock:
            number = next(self._numbers)
            self._handles[number] = handle
        return number

    def handle(self, number: int) -> LocalHandle:
        """The opened device of a number. Raises TransferFailed when it was closed."""
        with self._lock:
            handle = self._handles.get(number)
        if handle is None:
            raise TransferFailed(Failure.GONE)
        return handle

    def close(self, number: int) -> None:
        """Close it; what it had claimed is free."""
        with self._lock:
            handle = self._handles.pop(number, None)
        if handle is not None:
            handle.close()

    def manage(self, raw: bytes) -> int:
        """Carry out an act. Raises TransferFailed when it makes no sense here."""
        try:
            act: wire.Act = msgspec.json.decode(raw, type=wire.Act)
            with self._lock:
                return self._do(act)
        except (msgspec.DecodeError, LookupError, ValueError) as error:
            raise TransferFailed(Failure.INVALID) from error

    def _do(self, act: wire.Act) -> int:
        match act:
            case wire.Plug():
                return self.plug(act)
            case wire.Unplug(camera):
                self._devices[camera].unplug()
            case wire.Changed(camera):
                self._devices[camera].refresh()
            case wire.Arm(camera, fault):
                self._faults.append(fault)
                self._devices[camera].arm(fault)
                return len(self._faults) - 1
            case wire.Fired(number):
                return self._faults[number].fired
        return 0


class _Peer:
    """One connection: requests in turn, until the other side hangs up."""

    def __init__(self, dock: Dock, peer: socket.socket) -> None:
        self._dock = dock
        self._socket = peer
        self._opened = 0
        self._handle: LocalHandle | None = None
        self._buffer = memoryview(bytearray(4096))

    def serve(self) -> None:
        """Answer until the other side is gone; the device that it had opened is then closed."""
        try:
            while True:
                self._answer()
        except Lost:
            self._dock.close(self._opened)
            self._socket.close()

    def _answer(self) -> None:
        request = wire.receive_request(self._socket)
        if request.length > TRANSFER_MOST:
            raise Lost
        data = self._room(request.length)
        if request.sends_data:
            wire.receive_into(self._socket, data)
        try:
            is_transfer = request.verb in (Verb.CONTROL, Verb.WRITE, Verb.READ)
            result, body = self._transfer(request, data) if is_transfer else self._command(request, data)
        except TransferFailed as failed:
            result, body = int(failed.why), b""
        wire.send(self._socket, REPLY.pack(result, len(body)), body)

    def _room(self, length: int) -> memoryview:
        """The first `length` bytes of a buffer that is kept for the next request."""
        if len(self._buffer) < length:
            self._buffer = memoryview(bytearray(length))
        return self._buffer[:length]

    def _transfer(self, request: Request, data: memoryview) -> tuple[int, memoryview | bytes]:
        device = self._opened_device()
        if request.verb == Verb.WRITE:
            return device.write(request.endpoint, data, request.timeout_s), b""
        if request.verb == Verb.READ:
            moved = device.read(request.endpoint, data, request.timeout_s)
        else:
            moved = device.control(request.setup, data, request.timeout_s)
        return moved, b"" if request.sends_data else data[:moved]

    def _command(self, request: Request, data: memoryview) -> tuple[int, bytes]:
        match request.verb:
            case Verb.DEVICES:
                return 0, msgspec.json.encode(self._dock.bus.devices())
            case Verb.MANAGE:
                return self._dock.manage(bytes(data)), b""
            case Verb.OPEN:
                self._opened = self._dock.open(request.value)
                self._handle = self._dock.handle(self._opened)
                return self._opened, b""
            case Verb.JOIN:
                self._handle = self._dock.handle(request.value)
            case Verb.CLAIM:
                self._opened_device().claim(request.value)
            case Verb.RELEASE:
                self._opened_device().release(request.value)
            case Verb.CLEAR_HALT:
                self._opened_device().clear_halt(request.endpoint)
            case Verb.RESET:
                self._opened_device().reset()
            case _:
                raise TransferFailed(Failure.INVALID)
        return 0, b""

    def _opened_device(self) -> LocalHandle:
        if self._handle is None:
            raise TransferFailed(Failure.INVALID)
        return self._handle


@contextmanager
def _listening(path: Path) -> Iterator[socket.socket]:
    """A socket at `path` that only this user can open; the name goes when the body ends."""
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        with wire.address_of(path) as name:
            listener.bind(name)
    finally:
        os.umask(before)
    try:
        listener.listen(128)
        yield listener
    finally:
        path.unlink(missing_ok=True)
        listener.close()


@contextmanager
def _cards_to_ourselves(cards: Path) -> Iterator[None]:
    """Wait until no other emulation holds these cards, and hold them."""
    with (cards / _LOCK).open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _accept(dock: Dock, listener: socket.socket) -> None:
    while True:
        peer, _ = listener.accept()
        threading.Thread(target=_Peer(dock, peer).serve, daemon=True).start()


def _serve(cards: Path, most: int, path: Path) -> None:
    with _cards_to_ourselves(cards), _listening(path) as listener:
        dock = Dock(cards, most)
        threading.Thread(target=_accept, args=(dock, listener), daemon=True).start()
        _say(READY)
        sys.stdin.buffer.read()


def _say(line: bytes) -> None:
    sys.stdout.buffer.write(line + b"\n")
    sys.stdout.buffer.flush()


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until standard input closes. A Ctrl-C in the terminal is for the program that started us, not for us."""
    parser = argparse.ArgumentParser(prog="python -m drivers.virtual", description=__doc__)
    parser.add_argument("cards", type=Path, help="the folder with the virtual cameras")
    parser.add_argument("--socket", type=Path, required=True, help="where to listen")
    parser.add_argument("--count", type=int, default=sys.maxsize, help="dock only the first so many cameras")
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        _serve(options.cards, options.count, options.socket)
    except (CardDamaged, OSError) as error:
        _say(str(error).encode())
        sys.exit(1)
