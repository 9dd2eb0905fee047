"""Lines of text over a local socket, each awaited with a limit: what QEMU's monitor and the guest's jobs both speak."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

import msgspec


class RigTimeout(Exception):
    """Something awaited in the rig did not happen within its limit."""


def wait_for(what: str, condition: Callable[[], bool], limit_s: float = 60) -> None:
    """Look at `condition` until it holds. Raises RigTimeout, naming `what`, after `limit_s` seconds."""
    deadline, pause = time.monotonic() + limit_s, Event()
    while not condition():
        if time.monotonic() > deadline:
            raise RigTimeout(f"{what}: not within {limit_s:.0f} s")
        pause.wait(0.002)


class LineSocket:
    """A connected local stream socket that is written and read by lines."""

    def __init__(self, path: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(str(path))
        self._pending = b""

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def write(self, line: bytes) -> None:
        """Send one line, given without its end."""
        self._socket.sendall(line + b"\n")

    def read(self, limit_s: float) -> bytes:
        """The next line without its end. Raises RigTimeout after `limit_s` seconds, EOFError when hung up."""
        deadline = time.monotonic() + limit_s
        while b"\n" not in self._pending:
            self._socket.settimeout(max(0.001, deadline - time.monotonic()))
            try:
                received = self._socket.recv(65536)
            except TimeoutError as late:
                raise RigTimeout(f"no word from the machine within {limit_s:.0f} s") from late
            if not received:
                raise EOFError("the machine hung up")
            self._pending += received
        line, _, self._pending = self._pending.partition(b"\n")
        return line.rstrip(b"\r")


class Monitor:
    """QEMU's monitor in its machine protocol (QMP): one command, one answer, and events between."""

    LIMIT_S = 60.0

    def __init__(self, path: Path) -> None:
        self._lines = LineSocket(path)
        self._deleted: set[str] = set()
        self._next()
        self.command("qmp_capabilities")

    def close(self) -> None:
        """Hang up."""
        self._lines.close()

    def command(self, name: str, **arguments: Any) -> Any:
        """Give one command and return its answer. Raises RuntimeError with QEMU's words when it is refused."""
        self._lines.write(msgspec.json.encode({"execute": name, "arguments": arguments}))
        while True:
            answer = self._next()
            if "error" in answer:
                raise RuntimeError(f"{name}: {answer['error']['desc']}")
            if "return" in answer:
                return answer["return"]

    def delete_device(self, device: str) -> None:
        """Pull a device out, and return when QEMU has let go of it."""
        self.command("device_del", id=device)
        while device not in self._deleted:
            self._next()
        self._deleted.remove(device)

    def _next(self) -> dict[str, Any]:
        said: dict[str, Any] = msgspec.json.decode(self._lines.read(self.LIMIT_S))
        if said.get("event") == "DEVICE_DELETED" and "device" in said["data"]:
            self._deleted.add(said["data"]["device"])
        return said
