"""Reads what containers say, from the side that holds the keys: it serves plain bytes and believes nothing."""

from __future__ import annotations

import contextlib
import logging
import queue
import socket
import subprocess
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import msgspec

from app.media.wire import Ask, Bytes, Facts, Recording, Sketch, Small, Word, receive, receive_raw, send
from app.program import program

log = logging.getLogger(__name__)

CHILDREN = 2
"""So many recordings are parsed at once; the bays take turns."""
LIMIT_S = 10.0
"""A recording whose container is not read within this time is sealed without its facts."""
START_S = 60.0
"""A parser that has not loaded its libraries within this time is given up."""


class PlainBytes(Protocol):
    """A recording that can be read anywhere."""

    size: int

    def read_at(self, offset: int, length: int) -> bytes:
        """The plain bytes from `offset` on, fewer at the end."""
        ...


def start_child(word: str, handles: Sequence[int]) -> subprocess.Popen[bytes]:
    """Start a child that `app.start` knows by this word, from source and from a build alike, with these handles."""
    return subprocess.Popen(
        [*program(), word, *(str(handle) for handle in handles)],
        pass_fds=handles,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@dataclass(frozen=True, slots=True)
class Sketched:
    """A small picture, its rows of three bytes a pixel (red, green, blue); 0 by 0 when there is nothing to see."""

    width: int
    height: int
    rgb: bytes


class Child:
    """One parsing process."""

    def __init__(self) -> None:
        self._ready = False
        self._connection, theirs = socket.socketpair()
        with theirs:
            self._process = start_child("media-child", [theirs.fileno()])

    @property
    def alive(self) -> bool:
        """Whether it still runs; one that ended while it waited is replaced."""
        return self._process.poll() is None

    def facts(self, plain: PlainBytes) -> Facts:
        """Have one recording read. Raises OSError, EOFError or MsgspecError when the child ends or talks nonsense."""
        with self._ends_after(START_S):
            self._wait_until_ready()
        with self._ends_after(LIMIT_S):
            word = self._answer(Recording(plain.size), plain)
        if not isinstance(word, Facts):
            raise EOFError
        return word

    def sketch(self, plain: PlainBytes) -> Sketched:
        """Have a small picture made of one recording. Raises as `facts` does."""
        with self._ends_after(START_S):
            self._wait_until_ready()
        with self._ends_after(LIMIT_S):
            word = self._answer(Sketch(plain.size), plain)
            if not isinstance(word, Small):
                raise EOFError
            return Sketched(word.width, word.height, receive_raw(self._connection, word.width * word.height * 3))

    @contextlib.contextmanager
    def _ends_after(self, limit_s: float) -> Iterator[None]:
        """End the child after this time: a limit for each byte would let it send one now and then for ever.

        Raises TimeoutError then, which tells nothing of the recording: the machine may have been busy.
        """
        late = threading.Event()

        def end() -> None:
            late.set()
            self.kill()

        timer = threading.Timer(limit_s, end)
        timer.daemon = True
        timer.start()
        try:
            yield
        except (OSError, EOFError) as ended:
            if late.is_set():
                raise TimeoutError from ended
            raise
        finally:
            timer.cancel()

    def _wait_until_ready(self) -> None:
        if not self._ready:
            receive(self._connection)
            self._ready = True

    def _answer(self, question: Recording | Sketch, plain: PlainBytes) -> Word:
        """The child's answer, once it has been given the bytes that it asks for."""
        send(self._connection, question)
        while isinstance(word := receive(self._connection), Ask):
            try:
                raw = plain.read_at(word.offset, word.length)
            except BaseException:
                self.close()  # it waits for these bytes: it must not take the next recording for them
                raise
            send(self._connection, Bytes(len(raw)), raw)
        return word

    def kill(self) -> None:
        """End the process, from any thread: whoever waits for its answer hears EOFError or OSError."""
        self._process.kill()
        with contextlib.suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """End the process and leave nothing of it."""
        self._connection.close()
        self._process.kill()
        self._process.wait()


class MediaReader:
    """Keeps a few children ready. A recording that ends its child costs that child and a flag, nothing else."""

    def __init__(self) -> None:
        # the last one used is the next: a second child is started only when two recordings are parsed at once
        self._places: queue.LifoQueue[Child | None] = queue.LifoQueue()
        for _ in range(CHILDREN):
            self._places.put(None)

    def facts(self, plain: PlainBytes) -> Facts:
        """What the container says; a flag in its place when it cannot be read. Never raises for what media does."""
        if plain.size == 0:
            return Facts(flag="container not readable: the recording is empty")
        try:
            child = self._places.get(timeout=LIMIT_S)
        except queue.Empty:
            return Facts(flag="container not read: the readers were busy")
        if child is not None and not child.alive:
            child.close()
            child = None
        kept: Child | None = None
        try:
            kept = child or Child()
            return kept.facts(plain)
        except (OSError, EOFError, msgspec.MsgspecError) as ended:
            log.info("a recording ended its parser: %r", ended)
            if kept is not None:
                kept.close()
                kept = None
            return Facts(flag="container not readable: it ended or held up its parser")
        finally:
            self._places.put(kept)

    def close(self) -> None:
        """End the children."""
        with contextlib.suppress(queue.Empty):
            while True:
                child = self._places.get_nowait()
                if child is not None:
                    child.close()
