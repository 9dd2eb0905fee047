"""Seals one recording into two pieces while its bytes arrive, and goes on with one that was broken off.

One pass on two threads: the caller's hashes the plain bytes and ciphers them, another hashes the sealed ones and writes
them, which is about as much work. All of that releases the interpreter lock, and all buffers are reused, so memory does
not grow with the file.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from io import FileIO
from pathlib import Path
from typing import TYPE_CHECKING, Self

from app.vault import age, disk
from app.vault.errors import CopyDiffers, VaultError, VaultSyncFailed
from app.vault.reading import Reader

if TYPE_CHECKING:
    from hashlib import _Hash

BATCH_CHUNKS = 16
"""Chunks of one write to the disk, about 1 MiB."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """What was sealed: sizes in bytes, SHA-256 in hex of the plain recording and of both pieces as stored."""

    id: str
    size: int
    sha256: str
    key_sha256: str
    payload_sha256: str
    payload_size: int


@dataclass(frozen=True, slots=True)
class Pieces:
    """Where the two pieces of one recording lie: in the vault, and before that in its incoming folder."""

    id: str
    key: Path
    payload: Path
    incoming_key: Path
    incoming_payload: Path

    def place(self) -> None:
        """Move both pieces into the vault, never overwriting, each name durable before the old one goes."""
        disk.make_folder(self.payload.parent)
        moves = ((self.incoming_payload, self.payload), (self.incoming_key, self.key))
        for source, target in moves:
            if source.exists():  # not so when a run before this one was cut off in the middle of placing
                disk.link(source, target)
        disk.sync_folder(self.payload.parent)
        for source, _ in moves:
            with disk.writing(source):
                source.unlink(missing_ok=True)
        disk.sync_folder(self.incoming_key.parent)

    def spoil(self) -> None:
        """Mark a part of which an fsync failed, so that no later run goes on with it: where it lies, or half placed."""
        with suppress(OSError):  # if even this fails, the proof, which reads from the disk, still stands between
            self.incoming_key.rename(self.incoming_key.with_suffix(".spoilt-key"))
            self.key.unlink(missing_ok=True)  # the second name of what was just renamed
            if self.incoming_payload.exists():
                self.payload.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Part:
    """A payload being written: its open file and what it is sealed with."""

    file: FileIO
    path: Path
    file_key: bytes = field(repr=False)
    nonce: bytes
    key_sha256: str

    def stream(self) -> age.Stream:
        """The cipher of this payload."""
        return age.Stream(self.file_key, self.nonce)


@dataclass(slots=True)
class Progress:
    """How far a payload is: the next chunk, the hashes up to there, and sealed bytes on disk beyond, not yet met."""

    index: int = 0
    plain: _Hash = field(default_factory=hashlib.sha256)
    payload: _Hash = field(default_factory=hashlib.sha256)
    found: memoryview = field(default_factory=lambda: memoryview(b""))

    @classmethod
    def after(cls, nonce: bytes) -> Self:
        """The start of a payload, behind its nonce."""
        return cls(payload=hashlib.sha256(nonce))


class Sealing:
    """One recording on its way into the vault. Used by one thread at a time; ends with `finish` or `abandon`.

    `offset` is the next plain byte wanted from the camera. Errors of `write` and `finish` end the sealing: CopyDiffers,
    VaultWriteFailed, VaultFull; call `abandon` after them.
    """

    def __init__(self, pieces: Pieces, part: Part, progress: Progress) -> None:
        self._pieces = pieces
        self._part = part
        self._stream = part.stream()
        self._at = progress
        self._hold = memoryview(bytearray(age.CHUNK))
        self._held = 0
        self._batches = [memoryview(bytearray(BATCH_CHUNKS * age.SEALED_CHUNK)) for _ in range(2)]
        self._filled = 0
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="seal")
        self._storing: Future[None] | None = None
        self._ended = False

    @classmethod
    def new(cls, pieces: Pieces, part: Part) -> Self:
        """Start a payload: its nonce. Raises VaultWriteFailed or VaultFull."""
        try:
            disk.write_all(part.file, memoryview(part.nonce), part.path)
        except VaultError:
            part.file.close()
            raise
        return cls(pieces, part, Progress.after(part.nonce))

    @classmethod
    def going_on(cls, pieces: Pieces, file_key: bytes, key_sha256: str) -> Self | None:
        """Take up a payload that was broken off, None if nothing in it can be gone on from. Raises OSError."""
        placed = not pieces.incoming_payload.exists()
        path = pieces.payload if placed else pieces.incoming_payload
        file = disk.open_to_go_on(path)
        try:
            part = Part(file, path, file_key, file.read(age.NONCE_SIZE), key_sha256)
            progress = take_up(part, must_be_whole=placed)
        except BaseException:
            file.close()
            raise
        if progress is None:
            file.close()
            return None
        return cls(pieces, part, progress)

    def __repr__(self) -> str:
        return f"Sealing {self._pieces.id} at {self.offset}"

    @property
    def id(self) -> str:
        """The recording's id."""
        return self._pieces.id

    @property
    def offset(self) -> int:
        """The next plain byte wanted, counted from the recording's start."""
        return self._at.index * age.CHUNK + self._held

    @property
    def size(self) -> int:
        """Plain bytes taken so far."""
        return self.offset

    def write(self, plain: memoryview) -> None:
        """Take the next plain bytes, any number of them; the buffer may be reused afterwards."""
        with self._ending_on_failure():
            self._at.plain.update(plain)
            self._take(plain)

    def finish(self) -> Sealed:
        """Seal the last chunk, make everything durable and put both pieces in their place in the vault."""
        with self._ending_on_failure():
            size = self.offset
            self._seal(self._hold[: self._held], last=True)
            self._store_batch()
            self._stored()
            disk.sync(self._part.file, self._part.path)
            payload_size = os.fstat(self._part.file.fileno()).st_size
            self._pieces.place()
        self._end()
        at = self._at
        return Sealed(self.id, size, at.plain.hexdigest(), self._part.key_sha256, at.payload.hexdigest(), payload_size)

    def abandon(self) -> None:
        """Stop here and keep what is on disk, to go on from later. Never raises; does nothing after the end."""
        if not self._ended:
            with suppress(VaultError):  # what cannot be written now is copied again: nothing is lost by it
                self._store_batch()
                self._stored()
            self._end()

    def reader(self) -> Reader:
        """Open the finished recording with the file key that is still held. Raises CannotOpen."""
        return Reader.open(self._pieces.payload, self._part.file_key)

    def _take(self, plain: memoryview) -> None:
        while plain:
            if self._held == age.CHUNK:  # more follows, so what is held was not the last chunk
                self._seal(self._hold, last=False)
            if self._held == 0 and len(plain) > age.CHUNK:
                self._seal(plain[: age.CHUNK], last=False)
                plain = plain[age.CHUNK :]
                continue
            taken = min(age.CHUNK - self._held, len(plain))
            self._hold[self._held : self._held + taken] = plain[:taken]
            self._held += taken
            plain = plain[taken:]

    def _seal(self, plain: memoryview, *, last: bool) -> None:
        if self._filled == len(self._batches[0]):
            self._store_batch()
        out = self._batches[0][self._filled :]
        self._filled += self._stream.seal(self._at.index, plain, out, last=last)
        self._at.index += 1
        self._held = 0

    def _store_batch(self) -> None:
        """Hand the batch to the thread that writes; what lies on disk already must be the same bytes and is not."""
        batch = self._batches[0][: self._filled]
        found = self._at.found
        met = min(len(batch), len(found))
        if batch[:met] != found[:met]:
            self._filled = 0
            raise CopyDiffers(f"The camera delivers other bytes of recording {self.id} than those already sealed.")
        self._stored()
        self._at.found = found[met:]
        self._storing = self._pool.submit(self._store, batch, batch[met:])
        self._batches.reverse()
        self._filled = 0

    def _store(self, batch: memoryview, fresh: memoryview) -> None:
        self._at.payload.update(batch)
        disk.write_all(self._part.file, fresh, self._part.path)

    def _stored(self) -> None:
        """Wait for the batch that is being written. Raises what its writing raised."""
        storing, self._storing = self._storing, None
        if storing is not None:
            storing.result()

    @contextmanager
    def _ending_on_failure(self) -> Iterator[None]:
        if self._ended:
            raise ValueError("this sealing has ended")
        try:
            yield
        except BaseException as failure:
            self._end()
            if isinstance(failure, VaultSyncFailed):
                self._pieces.spoil()
            raise

    def _end(self) -> None:
        self._ended = True
        self._pool.shutdown()
        self._part.file.close()


def take_up(part: Part, *, must_be_whole: bool) -> Progress | None:
    """Read a part again: every whole chunk must authenticate, and less than one more may follow, or the final one.

    The last whole chunk is left to be met by what the camera delivers, as is everything beyond it. None when there is
    nothing to go on from, or more on disk than a broken-off copy leaves, or the part is not whole but must be.
    """
    progress, file, stream = Progress.after(part.nonce), part.file, part.stream()
    plain = [memoryview(bytearray(age.CHUNK)) for _ in range(2)]
    last, whole = b"", 0
    while _opens(stream, whole, sealed := file.read(age.SEALED_CHUNK), plain[0]):
        if whole:  # the chunk before this one is not the last, so it stays as it is
            progress.plain.update(plain[1])
            progress.payload.update(last)
        plain.reverse()
        last, whole = sealed, whole + 1
    complete = _opens(stream, whole, sealed, plain[0], last=True)
    torn = len(sealed) == age.SEALED_CHUNK and not complete
    if torn or file.read(1) or not (last or sealed) or (must_be_whole and not complete):
        return None
    progress.index = max(whole - 1, 0)
    progress.found = memoryview(last + sealed)
    return progress


def _opens(stream: age.Stream, index: int, sealed: bytes, out: memoryview, *, last: bool = False) -> bool:
    """Whether these bytes authenticate as chunk `index`: of full length unless it is the last."""
    if len(sealed) < age.SEALED_CHUNK and not last:
        return False
    try:
        stream.open(index, sealed, out, last=last)
    except age.BadPayload:
        return False
    return True
