"""A bus whose devices live in the emulation's process, so that figures measure the program and not its emulation."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import msgspec

from drivers.virtual import wire
from drivers.virtual.bus import Attached
from drivers.virtual.transfer import Failure, Setup, TransferFailed
from drivers.virtual.wire import REPLY, Act, Lost, Request, Verb

_GRACE_S = 30.0
"""How much longer than a transfer's own limit the process may take before it counts as lost."""

_CONTROL_ENDPOINT = 0


class Connection:
    """One socket to the emulation. Thread-safe: requests take turns."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._peer = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._peer.settimeout(_GRACE_S)
        try:
            with wire.address_of(path) as name:
                self._peer.connect(name)
        except OSError as error:
            self._peer.close()
            raise TransferFailed(Failure.GONE) from error

    def ask(
        self, request: Request, send: memoryview | bytes = b"", into: memoryview | None = None
    ) -> tuple[int, bytearray]:
        """One request: what it returned, and the bytes that came unless they went `into` a buffer.

        Raises TransferFailed: as the device failed, or GONE when the emulation is.
        """
        with self._lock:
            try:
                self._peer.settimeout(_GRACE_S + request.timeout_s)
                wire.send(self._peer, request.pack(), send)
                result, size = REPLY.unpack(wire.receive(self._peer, REPLY.size))
                if into is not None:
                    wire.receive_into(self._peer, into[:size])
                    came = bytearray()
                else:
                    came = wire.receive(self._peer, size)
            except (Lost, OSError) as lost:
                raise TransferFailed(Failure.GONE) from lost
        if result < 0:
            raise TransferFailed(Failure(result))
        return result, came

    def close(self) -> None:
        """Hang up."""
        self._peer.close()


class RemoteBus:
    """The devices of the emulation that listens at a socket."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection = Connection(path)

    def devices(self) -> list[Attached]:
        """What is plugged in now; nothing, once the emulation has ended."""
        try:
            _, raw = self._connection.ask(Request(Verb.DEVICES))
        except TransferFailed:
            return []
        return msgspec.json.decode(raw, type=list[Attached])

    def open(self, address: int) -> RemoteHandle:
        """Open one. Raises TransferFailed when it is gone."""
        return RemoteHandle(self._path, address)

    def manage(self, act: Act) -> int:
        """Do to a camera what only the emulation can. Raises TransferFailed when there is none such."""
        raw = msgspec.json.encode(act)
        return self._connection.ask(Request(Verb.MANAGE, length=len(raw)), raw)[0]

    def close(self) -> None:
        """Hang up; opened devices stay open."""
        self._connection.close()


class RemoteHandle:
    """A device opened in the emulation's process."""

    def __init__(self, path: Path, address: int) -> None:
        self._path = path
        self._lock = threading.Lock()
        control = Connection(path)
        try:
            self._number, _ = control.ask(Request(Verb.OPEN, value=address))
        except TransferFailed:
            control.close()
            raise
        self._pipes = {_CONTROL_ENDPOINT: control}

    def control(self, setup: Setup, data: memoryview, timeout_s: float) -> int:
        """A control transfer."""
        goes_out = not setup.request_type & 0x80
        send, into = (data, None) if goes_out else (b"", data)
        request = Request(Verb.CONTROL, length=len(data), timeout_s=timeout_s, setup=setup)
        return self._pipe(_CONTROL_ENDPOINT).ask(request, send, into)[0]

    def write(self, endpoint: int, data: memoryview, timeout_s: float) -> int:
        """A bulk OUT transfer."""
        request = Request(Verb.WRITE, endpoint, length=len(data), timeout_s=timeout_s)
        return self._pipe(endpoint).ask(request, data)[0]

    def read(self, endpoint: int, buffer: memoryview, timeout_s: float) -> int:
        """A bulk or interrupt IN transfer, received straight into `buffer`."""
        request = Request(Verb.READ, endpoint, length=len(buffer), timeout_s=timeout_s)
        return self._pipe(endpoint).ask(request, into=buffer)[0]

    def claim(self, interface: int) -> None:
        """Take the interface for this handle alone."""
        self._pipe(_CONTROL_ENDPOINT).ask(Request(Verb.CLAIM, value=interface))

    def release(self, interface: int) -> None:
        """Give it back."""
        self._pipe(_CONTROL_ENDPOINT).ask(Request(Verb.RELEASE, value=interface))

    def clear_halt(self, endpoint: int) -> None:
        """Let a stalled endpoint go on."""
        self._pipe(_CONTROL_ENDPOINT).ask(Request(Verb.CLEAR_HALT, endpoint))

    def reset(self) -> None:
        """Reset the port."""
        self._pipe(_CONTROL_ENDPOINT).ask(Request(Verb.RESET))

    def close(self) -> None:
        """Hang up on all endpoints: the emulation then gives back what was claimed."""
        with self._lock:
            for pipe in self._pipes.values():
                pipe.close()

    def _pipe(self, endpoint: int) -> Connection:
        with self._lock:
            if endpoint not in self._pipes:
                pipe = Connection(self._path)
                pipe.ask(Request(Verb.JOIN, value=self._number))
                self._pipes[endpoint] = pipe
            return self._pipes[endpoint]
