"""Seals one recording into two pieces while its bytes arrive, and goes on with one that was broken off.

One pass on two threads: one hashes the plain bytes, meanwhile the caller's ciphers them and writes, which is about as
much work. All of that releases the interpreter lock, and all buffers are reused, so memory does not grow with the file.
The sealed bytes are hashed when they are read back from the disk, where they are proved.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from io import FileIO
from pathlib import Path
from typing import TYPE_CHECKING, Self

from app.vault import age, disk
from app.vault.errors import CopyDiffers, VaultError, VaultSyncFailed
from app.vault.reading import Reader, Tick, prove_key, proving, read_back, untold

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
    """How far a payload is: next chunk, plain hash up to there, and sealed bytes on disk beyond it, not yet met."""

    index: int = 0
    plain: _Hash = field(default_factory=hashlib.sha256)
    found: memoryview = field(default_factory=lambda: memoryview(b""))


class Sealing:
    """One recording on its way into the vault. Used by one thread at a time; ends with `finish` or `abandon`.

    After `finish`, `prove` reads everything back. `offset` is the next plain byte wanted from the camera. Errors of
    `write` and `finish` end the sealing: CopyDiffers, VaultWriteFailed, VaultFull; call `abandon` after them.
    """

    def __init__(self, pieces: Pieces, part: Part, progress: Progress) -> None:
        self._pieces = pieces
        self._part = part
        self._stream = part.stream()
        self._at = progress
        self._size = progress.index * age.CHUNK
        self._hold = memoryview(bytearray(age.CHUNK))
        self._held = 0
        self._batch = memoryview(bytearray(BATCH_CHUNKS * age.SEALED_CHUNK))
        self._filled = 0
        self._hashing = ThreadPoolExecutor(1, thread_name_prefix="seal")
        self._ended = False

    @classmethod
    def new(cls, pieces: Pieces, part: Part) -> Self:
        """Start a payload: its nonce. Raises VaultWriteFailed or VaultFull."""
        try:
            disk.write_all(part.file, memoryview(part.nonce), part.path)
        except VaultError:
            part.file.close()
            raise
        return cls(pieces, part, Progress())

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
        return self._size

    def write(self, plain: memoryview) -> None:
        """Take the next plain bytes, any number of them; the buffer may be reused afterwards."""
        with self._ending_on_failure():
            hashed = self._hashing.submit(self._at.plain.update, plain)
            try:
                self._take(plain)
            finally:
                hashed.result()
            self._size += len(plain)

    def finish(self) -> None:
        """Seal the last chunk, make everything durable and put both pieces in their place in the vault."""
        with self._ending_on_failure():
            self._seal(self._hold[: self._held], last=True)
            self._store_batch()
            disk.sync(self._part.file, self._part.path)
            self._pieces.place()
        self._end()

    def prove(self, tick: Tick = untold) -> Sealed:
        """Read both finished pieces back from the disk and tell what stands there: what was sealed, every chunk of it.

        The file key that is still held opens every chunk; the plain bytes must be those that were sealed. Raises
        ProofFailed, naming the piece and what is wrong, and whatever `tick` raises, which ends the reading.
        """
        path, size, sha256 = self._pieces.payload, self._size, self._at.plain.hexdigest()
        prove_key(self._pieces.key, self._part.key_sha256)
        with proving(path.name):
            found = read_back(path, self._part.file_key, tick)
        found.check_plain(path.name, size, sha256)
        return Sealed(self.id, size, sha256, self._part.key_sha256, found.payload_sha256, found.payload_size)

    def abandon(self) -> None:
        """Stop here and keep what is on disk, to go on from later. Never raises; does nothing after the end."""
        if not self._ended:
            with suppress(VaultError):  # what cannot be written now is copied again: nothing is lost by it
                self._store_batch()
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
        if self._filled == len(self._batch):
            self._store_batch()
        out = self._batch[self._filled :]
        self._filled += self._stream.seal(self._at.index, plain, out, last=last)
        self._at.index += 1
        self._held = 0

    def _store_batch(self) -> None:
        """Write the batch; what lies on disk already must be the same bytes and is not written again."""
        batch, self._filled = self._batch[: self._filled], 0
        found = self._at.found
        met = min(len(batch), len(found))
        if batch[:met] != found[:met]:
            raise CopyDiffers(f"The camera delivers other bytes of recording {self.id} than those already sealed.")
        self._at.found = found[met:]
        disk.write_all(self._part.file, batch[met:], self._part.path)
        disk.send_on(self._part.file, len(batch) - met)

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
        self._hashing.shutdown()
        self._part.file.close()


def take_up(part: Part, *, must_be_whole: bool) -> Progress | None:
    """Read a part again: every whole chunk must authenticate, and less than one more may follow, or the final one.

    The last whole chunk is left to be met by what the camera delivers, as is everything beyond it. None when there is
    nothing to go on from, or more on disk than a broken-off copy leaves, or the part is not whole but must be.
    """
    progress, file, stream = Progress(), part.file, part.stream()
    plain = [memoryview(bytearray(age.CHUNK)) for _ in range(2)]
    last, whole = b"", 0
    while _opens(stream, whole, sealed := file.read(age.SEALED_CHUNK), plain[0]):
        if whole:  # the chunk before this one is not the last, so it stays as it is
            progress.plain.update(plain[1])
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
