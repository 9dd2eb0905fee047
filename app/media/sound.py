"""The sound device. It is given plain samples only; nothing here reads a container or a codec."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections import deque
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Any

from app.media.wire import SOUND_FRAME, SOUND_RATE

PERIOD_MS = 40
LATENCY_S = 2 * PERIOD_MS / 1000
"""What was handed over is heard about so much later: the device keeps two periods before the one that it asks for."""
GAP_S = 0.05
"""Sound that is to be heard later than this after what came before it has silence before it."""


def _any_device() -> bool:
    """Whether there is a sound card or server to try: the system's library complains at length where there is none."""
    if sys.platform != "linux":
        return True
    runtime = Path(os.environ.get("XDG_RUNTIME_DIR", "/nonexistent"))
    served = "PULSE_SERVER" in os.environ or any((runtime / one).exists() for one in ("pulse/native", "pipewire-0"))
    return served or any(Path("/dev/snd").glob("pcm*p"))


class NoSound(Exception):
    """There is no sound device, or it cannot be used. The text says why."""


class Speaker:
    """Plays pieces of sound, and tells how far it has come: its device keeps the time of what is seen.

    Raises NoSound. `backends` are miniaudio's, tried in order; without them, those of this system.
    """

    def __init__(self, backends: Sequence[Any] = ()) -> None:
        if not backends and not _any_device():
            raise NoSound("this computer has no sound device")
        try:
            import miniaudio  # type: ignore[import-untyped]  # noqa: PLC0415  an extra
        except ImportError as missing:
            raise NoSound("the media extra is not installed") from missing
        try:
            self._device = miniaudio.PlaybackDevice(
                miniaudio.SampleFormat.SIGNED16, 2, SOUND_RATE, PERIOD_MS, backends=list(backends)
            )
        except miniaudio.MiniaudioError as failure:
            raise NoSound("this computer has no sound device that can be used") from failure
        if not backends and self._device.backend == "Null":
            self._device.close()
            raise NoSound("this computer has no sound device")
        self._lock = threading.Lock()
        self._pieces: deque[tuple[float, memoryview]] = deque()
        self._speed = 1.0
        self._muted = False
        self._last = False
        self._taken = 0
        self._span = (0.0, 0.0)
        self._asked_at = time.monotonic()

    def begin(self, at: float, speed: float) -> None:
        """Forget what was to be heard; what comes now belongs to `at` and later."""
        with self._lock:
            self._pieces.clear()
            self._speed, self._last, self._taken = speed, False, 0
            self._span = (at, at)

    def put(self, at: float, raw: bytes) -> None:
        """Take a piece of sound that is to be heard at `at`."""
        with self._lock:
            self._pieces.append((at, memoryview(raw)))

    def end(self) -> None:
        """No more pieces come."""
        with self._lock:
            self._last = True

    def start(self) -> None:
        """Let it be heard."""
        self._asked_at = time.monotonic()
        feed = self._feed()
        next(feed)
        self._device.start(feed)

    def stop(self) -> None:
        """Be silent, and keep what is still to be heard."""
        at = self.position
        self._device.stop()
        with self._lock:
            self._span = (at, at)

    def close(self) -> None:
        """Let go of the device."""
        self._device.close()

    def mute(self, *, muted: bool) -> None:
        """Play on unheard, or heard again."""
        self._muted = muted

    @property
    def position(self) -> float:
        """The moment of the recording that is heard now, in seconds."""
        with self._lock:
            first, end = self._span
            run = time.monotonic() - self._asked_at - LATENCY_S
            return min(end, max(first, first + run * self._speed))

    @property
    def ready(self) -> bool:
        """Whether there is something to be heard, or will never be."""
        with self._lock:
            return bool(self._pieces) or self._last

    @property
    def over(self) -> bool:
        """Whether all has been heard."""
        with self._lock:
            return self._last and not self._pieces

    def taken(self) -> int:
        """How many pieces have been used up since this was last asked."""
        with self._lock:
            count, self._taken = self._taken, 0
            return count

    def _feed(self) -> Generator[bytes, int]:
        """What the device asks for, in frames, on its own thread."""
        frames = yield b""
        while True:
            frames = yield self._next(frames * SOUND_FRAME)

    def _next(self, wanted: int) -> bytes:
        out = bytearray()
        with self._lock:
            begins = end = self._span[1]
            while self._pieces and len(out) < wanted:
                at, raw = self._pieces.popleft()
                silent = int((at - end) / self._speed * SOUND_RATE) * SOUND_FRAME if at > end + GAP_S else 0
                if silent:
                    self._pieces.appendleft((at, raw))
                    raw = memoryview(bytes(min(silent, wanted - len(out))))
                    at = end
                piece, rest = raw[: wanted - len(out)], raw[wanted - len(out) :]
                out += piece
                end = at + len(piece) / SOUND_FRAME / SOUND_RATE * self._speed
                if rest:
                    self._pieces.appendleft((end, rest))
                elif not silent:
                    self._taken += 1
            self._span, self._asked_at = (begins, end), time.monotonic()
        return bytes(len(out)) if self._muted else bytes(out)
