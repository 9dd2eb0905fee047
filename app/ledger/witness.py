"""Witnessing (C2SP tlog-witness, tlog-cosignature/v1): what a station does for another one's log, and asks for its own.

A witness keeps the newest head of each log that it knows, and no more. It cosigns a head only when that is proved to
have grown from the one it keeps, so a log that was cut back or written anew is found out. Requests and answers are
texts, carried by whatever carries files:

    request   `old N`, the proof's hashes, an empty line, the checkpoint (`app.ledger.note.Growth`)
    answer    `size N`, how many entries the witness has now seen, and below either its signature line for just these
              or, when it did not cosign, an empty line and the checkpoint of these that it keeps
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from app.errors import Trouble
from app.ledger import merkle
from app.ledger.note import (
    COSIGNATURE,
    Checkpoint,
    Growth,
    NoteInvalid,
    Signer,
    VerifierKey,
    cosign,
    open_checkpoint,
    parse_growth,
)
from app.vault import VaultError, disk

HOW = "cosignature/v1"
MAX_HEAD = 1 << 16
_ANSWER = re.compile(r"size (0|[1-9][0-9]{0,17})\n(?:(— [^\n]+\n)|\n(.+))?", re.DOTALL)


class NotWitnessed(Trouble):
    """A head that this station does not vouch for."""

    code = "not-witnessed"
    what_to_do = "Nothing was cosigned. Tell whoever runs that station, and keep both heads."


class Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The newest head that a witness has seen of a log, and the key by which it knows the log (a line of text)."""

    key: str
    size: int = 0
    root: str = hashlib.sha256().hexdigest()
    note: str = ""


class Answer(msgspec.Struct, frozen=True):
    """What a witness says of a log: how many entries it has seen, and its cosignature or the note that it keeps."""

    size: int
    cosignature: str | None = None
    note: str | None = None

    def text(self) -> str:
        """The answer as a file carries it."""
        return f"size {self.size}\n{self.cosignature or ''}" + (f"\n{self.note}" if self.note else "")


class Witness:
    """Vouches for other stations' logs. `folder` keeps one small file for each; `signer` is this station's key."""

    def __init__(self, folder: Path, signer: Signer, clock: Callable[[], float] = time.time) -> None:
        self._folder = folder
        self._signer = signer
        self._clock = clock

    def know(self, key: VerifierKey) -> None:
        """Vouch for the log of this key from now on. A new key of a known log takes the place of the old one."""
        head = _read(self._path(key.name))
        self._keep(key.name, Head(key.text()) if head is None else msgspec.structs.replace(head, key=key.text()))

    def key_of(self, name: str) -> VerifierKey | None:
        """The key by which it knows the log of this name. Raises NotWitnessed where what is kept cannot be read."""
        head = _read(self._path(name))
        return None if head is None else VerifierKey.parse(head.key)

    def known(self) -> list[str]:
        """The names of the logs that it vouches for."""
        heads = (_read(path) for path in sorted(self._folder.glob("*.json")))
        return [VerifierKey.parse(head.key).name for head in heads if head is not None]

    def answer(self, request: str) -> tuple[Answer, NotWitnessed | None]:
        """Cosign a head once it is durably the newest that was seen; else tell the one that is kept, and why.

        A request that begins at another size than ours is told ours, which is nothing wrong. Raises NotWitnessed for
        a log that is unknown and a request that is no request.
        """
        growth, name, head, new = self._read_request(request)
        kept = Answer(head.size, note=head.note)
        try:
            if growth.checkpoint != head.note:
                if new.size < head.size:
                    cut = f"{name} was cut back from {head.size} entries to {new.size}."
                    return kept, NotWitnessed(cut)
                if new.size == head.size and new.root.hex() != head.root:
                    return kept, NotWitnessed(f"{name} shows two heads of {head.size} entries.")
                if growth.old != head.size:
                    return kept, None
                _check_growth(head, new.size, new.root, growth.path)
        except merkle.ProofInvalid as wrong:
            return kept, NotWitnessed(f"{name} is another log than was seen here before: {wrong}.")
        self._keep(name, msgspec.structs.replace(head, size=new.size, root=new.root.hex(), note=growth.checkpoint))
        return Answer(new.size, cosign(growth.checkpoint, int(self._clock()), self._signer)), None

    def _read_request(self, request: str) -> tuple[Growth, str, Head, Checkpoint]:
        """The request, the log's name, the head that is kept of it and the one that is shown. Raises NotWitnessed."""
        try:
            growth = parse_growth(request)
            name = growth.checkpoint.partition("\n")[0]
            head = _read(self._path(name))
            if head is None:
                raise NotWitnessed(f"This station does not know the log {name[:80]}.")
            return growth, name, head, open_checkpoint(growth.checkpoint, VerifierKey.parse(head.key))
        except NoteInvalid as wrong:
            raise NotWitnessed(f"The request cannot be believed: {wrong}.") from wrong

    def _path(self, name: str) -> Path:
        return self._folder / f"{hashlib.sha256(name.encode()).hexdigest()[:32]}.json"

    def _keep(self, name: str, head: Head) -> None:
        path = self._path(name)
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            put_whole(path, msgspec.json.encode(head))
        except (VaultError, OSError) as failure:
            raise NotWitnessed(f"The head cannot be kept in {path}: {failure}.") from failure


def put_whole(path: Path, data: bytes) -> None:
    """Write a file that arrives whole and durable, in the place of what was there. Raises VaultError and OSError."""
    temporary = path.with_name(f".{path.name}.new")
    temporary.unlink(missing_ok=True)
    disk.write_new(temporary, data)
    temporary.replace(path)
    disk.sync_folder(path.parent)


def parse_answer(text: str) -> Answer:
    """Read an answer. Raises NoteInvalid."""
    found = _ANSWER.fullmatch(text)
    if not found:
        raise NoteInvalid("an answer of a witness is a line size and a number, and a cosignature or a checkpoint")
    return Answer(int(found[1]), found[2], found[3])


def parse_keys(text: str) -> tuple[VerifierKey, ...]:
    """The keys of witnesses, given with spaces between them. Raises NoteInvalid."""
    return tuple(VerifierKey.parse(one, COSIGNATURE) for one in text.split())


def _check_growth(head: Head, size: int, root: bytes, path: tuple[bytes, ...]) -> None:
    if head.size:
        merkle.check_consistency(head.size, size, bytes.fromhex(head.root), root, path)
    elif path:
        raise merkle.ProofInvalid("nothing is to be proved of a log that was never seen")


def _read(path: Path) -> Head | None:
    try:
        with path.open("rb") as file:
            return msgspec.json.decode(file.read(MAX_HEAD), type=Head)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.MsgspecError) as wrong:
        raise NotWitnessed(f"The head that was seen, kept in {path}, cannot be read: {wrong}.") from wrong
