"""Opens sealed recordings: any bytes of one at random, or all of it read back from the disk as a proof."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import Self

from app.vault import age, disk
from app.vault.errors import CannotOpen, ProofFailed

KEPT_CHUNKS = 32
"""Opened chunks that a reader keeps, 2 MiB: a player that reads sound and pictures by turns finds both again."""
BATCH_CHUNKS = 16
"""Chunks of one read when everything is read back, about 1 MiB."""

Tick = Callable[[int], None]
"""Is told how many bytes of the payload have been read back. What it raises ends the reading."""


def untold(_done: int) -> None:
    """The tick of a reading that tells nobody how far it is."""


@contextmanager
def opening(what: str) -> Iterator[None]:
    """Raise what keeps a recording from being opened as CannotOpen."""
    try:
        yield
    except age.AgeError as failure:
        raise CannotOpen(f"{what} cannot be opened: {failure}") from failure
    except OSError as failure:
        raise CannotOpen(f"{what} cannot be read: {failure.strerror or failure}.") from failure


@contextmanager
def proving(what: str) -> Iterator[None]:
    """Raise what keeps a piece from being read back as ProofFailed."""
    try:
        yield
    except age.AgeError as failure:
        raise ProofFailed(f"{what} cannot be read back: {failure}") from failure
    except OSError as failure:
        raise ProofFailed(f"{what} cannot be read back: {failure.strerror or failure}.") from failure


class Reader:
    """The plain bytes of one recording, opened chunk by chunk as they are asked for. Any thread may read.

    `size` is in bytes, and proved: the last chunk authenticates as the last. Every method raises CannotOpen.
    """

    def __init__(self, file: FileIO, path: Path, file_key: bytes) -> None:
        self._file = file
        self._path = path
        self._lock = threading.Lock()
        self._opened: OrderedDict[int, bytes] = OrderedDict()
        payload_size = file.seek(0, 2)
        self._last = age.chunk_count(payload_size) - 1
        file.seek(0)
        self._stream = age.Stream(file_key, file.read(age.NONCE_SIZE))
        self.size = self._last * age.CHUNK + len(self._chunk(self._last))

    @classmethod
    def open(cls, path: Path, file_key: bytes) -> Self:
        """Open the payload at `path` with its file key."""
        with opening(path.name):
            file = disk.open_to_read(path)
            try:
                return cls(file, path, file_key)
            except BaseException:
                file.close()
                raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def read_at(self, offset: int, length: int) -> bytes:
        """Give `length` plain bytes from `offset` on, fewer at the end. Opens only the chunks they lie in."""
        if offset < 0 or length < 0:
            raise ValueError("offset and length are not negative")
        end = min(offset + length, self.size)
        if offset >= end:
            return b""
        first = offset // age.CHUNK
        with self._lock, opening(self._path.name):
            chunks = [self._chunk(index) for index in range(first, (end - 1) // age.CHUNK + 1)]
        start = first * age.CHUNK
        return b"".join(chunks)[offset - start : end - start]

    def __iter__(self) -> Iterator[bytes]:
        """All plain bytes in order, a chunk at a time."""
        for offset in range(0, self.size, age.CHUNK):
            yield self.read_at(offset, age.CHUNK)

    def _chunk(self, index: int) -> bytes:
        if index in self._opened:
            self._opened.move_to_end(index)
            return self._opened[index]
        self._file.seek(age.NONCE_SIZE + index * age.SEALED_CHUNK)
        sealed = self._file.read(age.SEALED_CHUNK)
        plain = bytearray(max(len(sealed) - age.TAG_SIZE, 0))
        self._stream.open(index, sealed, memoryview(plain), last=index == self._last)
        self._opened[index] = bytes(plain)
        if len(self._opened) > KEPT_CHUNKS:
            self._opened.popitem(last=False)
        return self._opened[index]


@dataclass(frozen=True, slots=True)
class ReadBack:
    """What a payload on disk was found to be. `sha256` and `size` of the plain bytes are None without a file key."""

    payload_sha256: str
    payload_size: int
    sha256: str | None = None
    size: int | None = None

    def check_plain(self, name: str, size: int, sha256: str) -> None:
        """Compare the plain bytes with those that were sealed. Raises ProofFailed."""
        if (self.size, self.sha256) != (size, sha256):
            raise ProofFailed(f"{name} opens to another recording than the one that was sealed.")


def prove_key(path: Path, sha256: str) -> None:
    """Read a key piece from the disk, not from the cache: it must be what was sealed. Raises ProofFailed."""
    with proving(path.name), disk.open_to_read(path) as file:
        disk.forget_cached(file)
        found = hashlib.sha256(file.read(age.MAX_HEADER + 1)).hexdigest()
    if found != sha256:
        raise ProofFailed(f"{path.name} is not what was sealed: its SHA-256 differs.")


def read_back(path: Path, file_key: bytes | None, tick: Tick) -> ReadBack:
    """Read a payload from the disk, not from the cache, and hash it; with its file key open and hash the plain too.

    Raises AgeError for a chunk that does not open, OSError, and whatever `tick` raises.
    """
    with disk.open_to_read(path) as file, ThreadPoolExecutor(1, thread_name_prefix="read-back") as pool:
        disk.forget_cached(file)
        payload_size = file.seek(0, 2)
        file.seek(0)
        nonce = file.read(age.NONCE_SIZE)
        payload = hashlib.sha256(nonce)
        opened = _Opened(file_key, nonce, payload_size) if file_key is not None else None
        batch = memoryview(bytearray(BATCH_CHUNKS * age.SEALED_CHUNK))
        while count := file.readinto(batch):
            hashing = pool.submit(payload.update, batch[:count])
            try:
                if opened is not None:
                    opened.add(batch[:count])
            finally:
                hashing.result()
            tick(file.tell())
    if opened is None:
        return ReadBack(payload.hexdigest(), payload_size)
    return ReadBack(payload.hexdigest(), payload_size, opened.sha256.hexdigest(), opened.size)


class _Opened:
    """Opens and hashes a payload's chunks in order. `size` counts the plain bytes."""

    def __init__(self, file_key: bytes, nonce: bytes, payload_size: int) -> None:
        self.sha256 = hashlib.sha256()
        self.size = 0
        self._count = age.chunk_count(payload_size)
        self._index = 0
        self._stream = age.Stream(file_key, nonce)
        self._plain = memoryview(bytearray(BATCH_CHUNKS * age.CHUNK))

    def add(self, batch: memoryview) -> None:
        """Open the whole chunks, or the last and shorter one, of `batch`. Raises BadPayload."""
        filled = 0
        for start in range(0, len(batch), age.SEALED_CHUNK):
            sealed = batch[start : start + age.SEALED_CHUNK]
            last = self._index == self._count - 1
            filled += self._stream.open(self._index, sealed, self._plain[filled:], last=last)
            self._index += 1
        self.sha256.update(self._plain[:filled])
        self.size += filled
