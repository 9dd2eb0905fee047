"""Small pictures of recordings: made once after sealing, in a process without keys, and kept sealed in the vault.

    vault/thumbs/3f/3f…e1.age    an age v1 file to the station and its recovery recipients; never in clear on the disk

What such a file opens to is nothing, for a recording that shows nothing, or the width and the height in pixels, two
bytes each, and the rows of three bytes a pixel (red, green, blue), compressed by zlib (RFC 1950).
"""

from __future__ import annotations

import logging
import os
import queue
import secrets
import struct
import threading
import zlib
from collections import OrderedDict
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import msgspec

from app.errors import KNOWN
from app.home import Home
from app.media.facts import Child, PlainBytes, Sketched
from app.media.wire import SMALL_HEIGHT, SMALL_WIDTH
from app.priority import be_nice
from app.snapshot import Event, Sealed
from app.vault import age, disk

log = logging.getLogger(__name__)

KEPT = 300
"""Opened pictures that are kept in memory: 8 MB at most."""
BY, HOW = "dockwarden", "thumbnail"
NICE = 15
"""How far behind everything else the pictures are made; the child inherits it."""
LARGEST = SMALL_WIDTH * SMALL_HEIGHT * 3
_HEAD = struct.Struct(">HH")

Small = tuple[int, int, bytes]
"""Width, height, rows of three bytes a pixel."""


class Damaged(Exception):
    """A kept picture is not one of ours. It is evidence of nothing: the recording stands without it."""


class Thumbnails:
    """The pictures that a home keeps. Any thread may ask; asking reads a small file, so never on the Qt thread."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._folder = home.vault.folder / "thumbs"
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, Small | None] = OrderedDict()

    def has(self, recording_id: str) -> bool:
        """Whether this recording's picture was made, be it that there is nothing to see."""
        return self._path(recording_id).exists()

    def picture(self, recording_id: str) -> Small | None:
        """The picture of a recording; None when there is none, or when this machine's key cannot open it."""
        with self._lock:
            if recording_id in self._kept:
                self._kept.move_to_end(recording_id)
                return self._kept[recording_id]
        identity = self._home.identity()
        if identity is None:
            return None
        try:
            found = _unpacked(open_age(self._path(recording_id), identity))
        except FileNotFoundError:
            return None
        except (OSError, age.AgeError, Damaged) as wrong:
            log.warning("the picture of recording %s cannot be shown: %r", recording_id, wrong)
            return None
        self._keep(recording_id, found)
        return found

    def put(self, recording_id: str, made: Sketched) -> None:
        """Keep a picture, sealed. Raises OSError."""
        plain = b"" if not made.rgb else _HEAD.pack(made.width, made.height) + zlib.compress(made.rgb)
        path = self._path(recording_id)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(sealed_age(plain, self._home.keys.recipients()))
            draft.replace(path)  # whole or not at all; one that a power cut takes is made again
        except BaseException:
            draft.unlink(missing_ok=True)
            raise

    def _keep(self, recording_id: str, found: Small | None) -> None:
        with self._lock:
            self._kept[recording_id] = found
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)

    def _path(self, recording_id: str) -> Path:
        return self._folder / recording_id[:2] / f"{recording_id}.age"


class Thumbnailer:
    """Makes what is missing, on a thread of its own: what is sealed now first, then the newest of what came before.

    It runs where the docks are owned. `follow` is the docks': it is called with a listener, and its result ends that.
    """

    def __init__(self, home: Home, follow: Callable[[Callable[[Event], None]], Callable[[], None]]) -> None:
        self._home = home
        self._thumbnails = Thumbnails(home)
        self._fresh: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._stopping = threading.Event()
        self._child: Child | None = None
        self._guard = threading.Lock()
        self._leave = follow(self._hear)
        self._thread = threading.Thread(target=self._run, name="thumbnailer")
        self._thread.start()

    def close(self) -> None:
        """Stop at once: a picture that is being made is given up, and made the next time."""
        self._leave()
        with self._guard:
            self._stopping.set()
            if self._child is not None:
                self._child.kill()
        self._fresh.put(None)
        self._thread.join()
        if self._child is not None:
            self._child.close()

    def _hear(self, event: Event) -> None:
        if isinstance(event, Sealed):
            self._fresh.put(event.id)

    def _run(self) -> None:
        if find_spec("av") is None:  # the media extra: nothing may be remembered as showing nothing without it
            return
        be_nice(NICE)
        try:
            missing = self._missing()
            while not self._stopping.is_set():
                recording_id = self._next(missing)
                if recording_id is not None and not self._thumbnails.has(recording_id):
                    self._make(recording_id)
        except Exception:
            log.exception("thumbnails are made no more: a fault in the program")

    def _missing(self) -> list[str]:
        """The recordings without a picture, the newest last."""
        missing: list[str] = []
        for pieces in self._home.records.vault_index():
            if self._stopping.is_set():
                break
            if not self._thumbnails.has(pieces.id):
                missing.append(pieces.id)
        return missing

    def _next(self, missing: list[str]) -> str | None:
        """What was sealed just now, else the newest that is missing; waits while there is neither."""
        if missing and self._fresh.empty():
            return missing.pop()
        return self._fresh.get()

    def _make(self, recording_id: str) -> None:
        """Make one picture. Trouble with one costs the others nothing; it is tried again at the next start."""
        identity = self._home.identity()
        if identity is None:
            return
        try:
            self._home.records.opened(recording_id, BY, HOW)
            with self._home.vault.open(recording_id, identity) as plain:
                made = self._sketched(plain)
            if made is not None:
                self._thumbnails.put(recording_id, made)
        except (*KNOWN, OSError) as trouble:
            log.warning("recording %s has no picture: %s", recording_id, trouble)

    def _sketched(self, plain: PlainBytes) -> Sketched | None:
        """What the child makes of it. One that ended its child shows nothing, and is not tried again.

        None where it is to be tried again at the next start: it was stopped, or the time was over.
        """
        child = self._ready_child()
        if child is None:
            return None
        try:
            return child.sketch(plain)
        except (OSError, EOFError, msgspec.MsgspecError) as ended:
            if self._stopping.is_set():
                return None
            log.info("a recording ended the child that was to make its picture: %r", ended)
            child.close()
            self._child = None
            return None if isinstance(ended, TimeoutError) else Sketched(0, 0, b"")

    def _ready_child(self) -> Child | None:
        with self._guard:
            if self._stopping.is_set():
                return None
            if self._child is None or not self._child.alive:
                self._child = Child()
            return self._child


def sealed_age(plain: bytes, recipients: tuple[age.Recipient, ...]) -> bytes:
    """A whole age v1 file of a few bytes, at most one chunk."""
    assert len(plain) <= age.CHUNK, "small pictures only"
    file_key, nonce = age.new_file_key(), os.urandom(age.NONCE_SIZE)
    chunk = bytearray(len(plain) + age.TAG_SIZE)
    age.Stream(file_key, nonce).seal(0, plain, memoryview(chunk), last=True)
    return age.seal_header(file_key, recipients) + nonce + chunk


def open_age(path: Path, identity: age.Identity) -> bytes:
    """What `sealed_age` sealed. Raises OSError or AgeError."""
    with disk.open_to_read(path) as file:
        data = file.read(age.MAX_HEADER + age.NONCE_SIZE + age.SEALED_CHUNK + 1)
    header = age.Header.parse(data)
    nonce, sealed = data[header.size : header.size + age.NONCE_SIZE], data[header.size + age.NONCE_SIZE :]
    if not age.TAG_SIZE <= len(sealed) <= age.SEALED_CHUNK:
        raise age.BadPayload("A kept picture is one chunk.")
    plain = bytearray(len(sealed) - age.TAG_SIZE)
    age.Stream(header.open([identity]), nonce).open(0, sealed, memoryview(plain), last=True)
    return bytes(plain)


def _unpacked(plain: bytes) -> Small | None:
    """Read what a kept picture opens to. Raises Damaged."""
    if not plain:
        return None
    try:
        width, height = _HEAD.unpack_from(plain)
        rgb = zlib.decompressobj().decompress(plain[_HEAD.size :], LARGEST + 1)
    except (struct.error, zlib.error) as wrong:
        raise Damaged from wrong
    if not (0 < width <= SMALL_WIDTH and 0 < height <= SMALL_HEIGHT and len(rgb) == width * height * 3):
        raise Damaged
    return width, height, rgb
