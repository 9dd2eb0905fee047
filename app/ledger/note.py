"""Signed notes, checkpoints and proofs in the texts of C2SP: signed-note, tlog-checkpoint, -cosignature and -proof.

Only Ed25519 is written or believed: signature type 0x01 of a log, 0x04 (cosignature/v1) of a witness; signatures of
other keys on a note are left unread, as the specification asks. Parsers take bytes from anyone: every field is bounded,
base64 and decimals must be canonical, and whatever is not a note raises `NoteInvalid`.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from typing import Protocol

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

MAX_NOTE = 1 << 18
MAX_SIGNATURES = 32
MAX_PROOF = 63
ED25519 = b"\x01"
COSIGNATURE = b"\x04"
PROOF_HEADER = "c2sp.org/tlog-proof@v1"

_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")
_KEY_ID = re.compile(r"[0-9a-f]{8}")


class NoteInvalid(Exception):
    """A text that should be a signed note, checkpoint, key or proof is not one, or its signature does not hold."""


class Signer(Protocol):
    """Holds a log's Ed25519 key. `name` is the log's origin, `public_key` the 32 bytes of its public half."""

    name: str

    @property
    def public_key(self) -> bytes:
        """The 32 bytes of the public half."""
        ...

    def sign(self, message: bytes) -> bytes:
        """Sign with Ed25519 (RFC 8032); 64 bytes."""
        ...

    def renew(self, public_key: bytes) -> None:
        """Sign with the key of this public half from now on, if it can be had: the ledger names it."""
        ...


class KeySigner:
    """A `Signer` over a private key in memory. `repr` shows the name alone."""

    def __init__(self, name: str, key: Ed25519PrivateKey) -> None:
        self.name = _checked_name(name)
        self.public_key = key.public_key().public_bytes_raw()
        self._key = key

    def __repr__(self) -> str:
        return f"KeySigner({self.name!r})"

    def sign(self, message: bytes) -> bytes:
        """Sign with Ed25519 (RFC 8032); 64 bytes."""
        return self._key.sign(message)

    def renew(self, public_key: bytes) -> None:
        """Nothing: there is no other key."""


class VerifierKey(msgspec.Struct, frozen=True):
    """A public key under its name, as signed-note pairs them. `kind` is ED25519 of a log, COSIGNATURE of a witness."""

    name: str
    public_key: bytes
    kind: bytes = ED25519

    @property
    def key_id(self) -> bytes:
        """The four bytes that name this key in a signature line."""
        return hashlib.sha256(self.name.encode() + b"\n" + self.kind + self.public_key).digest()[:4]

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the public key in hex: what a person compares."""
        return hashlib.sha256(self.public_key).hexdigest()

    def text(self) -> str:
        """The key as a line of text without newline: name, key id in hex, and base64 of type and key, joined by +."""
        return f"{self.name}+{self.key_id.hex()}+{_encode(self.kind + self.public_key)}"

    @classmethod
    def parse(cls, text: str, kind: bytes = ED25519) -> VerifierKey:
        """Read a key line of this kind. Raises NoteInvalid."""
        name, _, rest = text.partition("+")
        key_id, _, encoded = rest.partition("+")
        raw = _decode(encoded, 33, "the public key")
        if raw[:1] != kind:
            raise NoteInvalid("the public key is of a kind other than Ed25519")
        key = cls(_checked_name(name), raw[1:], kind)
        if not _KEY_ID.fullmatch(key_id) or bytes.fromhex(key_id) != key.key_id:
            raise NoteInvalid("the id of the public key does not belong to its name and bytes")
        return key

    @classmethod
    def of(cls, signer: Signer, kind: bytes = ED25519) -> VerifierKey:
        """The public half of a signer."""
        return cls(_checked_name(signer.name), signer.public_key, kind)


class Checkpoint(msgspec.Struct, frozen=True):
    """A head of a log: its origin, how many entries it has, and the root of their tree."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """The note text that is signed (tlog-checkpoint, "Note text")."""
        return f"{self.origin}\n{self.size}\n{_encode(self.root)}\n"


class Proof(msgspec.Struct, frozen=True):
    """What a tlog-proof says: an entry's index, its audit path, and the signed checkpoint as text."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: str

    def text(self) -> str:
        """The proof as a file with the ending .tlog-proof carries it."""
        lines = [PROOF_HEADER, f"index {self.index}", *map(_encode, self.path)]
        return "\n".join(lines) + "\n\n" + self.checkpoint


class Growth(msgspec.Struct, frozen=True):
    """A proof that a log of `old` entries is the beginning of that of a checkpoint: hashes (RFC 6962), and the note.

    Its text is the body by which a witness is asked (C2SP tlog-witness, add-checkpoint): a line `old N`, the hashes in
    base64, one a line, an empty line, and the signed checkpoint.
    """

    old: int
    path: tuple[bytes, ...]
    checkpoint: str

    def text(self) -> str:
        """The proof as a file carries it."""
        return "\n".join([f"old {self.old}", *map(_encode, self.path)]) + "\n\n" + self.checkpoint


class LogKeys(msgspec.Struct, frozen=True):
    """The keys of one log in their order, each with the number of entries from which on it signs the log's heads."""

    keys: tuple[tuple[int, VerifierKey], ...]

    def at(self, size: int) -> VerifierKey:
        """The key that signs a head of so many entries."""
        return next(key for first, key in reversed(self.keys) if first <= max(size, self.keys[0][0]))

    @property
    def newest(self) -> VerifierKey:
        """The key that signs now."""
        return self.keys[-1][1]

    def open(self, note: str) -> Checkpoint:
        """Read a checkpoint that is signed by the key of its size. Raises NoteInvalid."""
        lines = _split(note)[0].split("\n")
        size = _number(lines[1], "the size") if len(lines) > 2 else 0
        return open_checkpoint(note, self.at(size))


def sign(text: str, signer: Signer) -> str:
    """A signed note over `text`, which ends in a newline."""
    key = VerifierKey.of(signer)
    _check_characters(text)
    if not text.endswith("\n"):
        raise NoteInvalid("the text of a note ends in a newline")
    return f"{text}\n— {key.name} {_encode(key.key_id + signer.sign(text.encode()))}\n"


def open_note(note: str, key: VerifierKey) -> str:
    """The text of a note that `key` has signed. Raises NoteInvalid, also when one signature of that key fails."""
    text, signatures = _split(note)
    found = [raw[4:] for name, raw in signatures if name == key.name and raw[:4] == key.key_id]
    if not found:
        raise NoteInvalid(f"the note is not signed by {key.name}")
    public = Ed25519PublicKey.from_public_bytes(key.public_key)
    for signature in found:
        try:
            public.verify(signature, text.encode())
        except InvalidSignature as error:
            raise NoteInvalid(f"the signature of {key.name} does not hold") from error
    return text


def sign_checkpoint(checkpoint: Checkpoint, signer: Signer) -> str:
    """The checkpoint as a signed note."""
    return sign(checkpoint.text(), signer)


def open_checkpoint(note: str, key: VerifierKey) -> Checkpoint:
    """Read a checkpoint that `key` has signed for its own log. Raises NoteInvalid."""
    lines = open_note(note, key).split("\n")[:-1]
    if len(lines) < 3 or not all(lines):
        raise NoteInvalid("a checkpoint has an origin, a size and a root, and no empty line")
    if lines[0] != key.name:
        raise NoteInvalid(f"the checkpoint is of another log: {lines[0]!r}")
    return Checkpoint(lines[0], _number(lines[1], "the size"), _decode(lines[2], 32, "the root"))


def parse_proof(text: str) -> Proof:
    """Read a tlog-proof; its checkpoint is given as found, to be opened with the log's key. Raises NoteInvalid."""
    _check_characters(text)
    head, _, checkpoint = text.partition("\n\n")
    lines = head.split("\n")
    if lines.pop(0) != PROOF_HEADER:
        raise NoteInvalid(f"a proof begins with the line {PROOF_HEADER}")
    if lines and lines[0].startswith("extra "):
        _decode(lines.pop(0)[6:], None, "the extra data")
    if not lines or not lines[0].startswith("index "):
        raise NoteInvalid("the proof does not say the index of its entry")
    index = _number(lines.pop(0)[6:], "the index")
    if len(lines) > MAX_PROOF:
        raise NoteInvalid(f"the proof has {len(lines)} hashes, more than any tree is high")
    return Proof(index, tuple(_decode(line, 32, "a hash of the proof") for line in lines), checkpoint)


def parse_growth(text: str) -> Growth:
    """Read a proof of growth; its checkpoint is given as found. Raises NoteInvalid."""
    _check_characters(text)
    head, _, checkpoint = text.partition("\n\n")
    first, *lines = head.split("\n")
    if not first.startswith("old ") or len(lines) > MAX_PROOF:
        raise NoteInvalid("a proof of growth begins with the line old and a number, and has few hashes")
    path = tuple(_decode(line, 32, "a hash of the proof") for line in lines)
    return Growth(_number(first[4:], "the old size"), path, checkpoint)


def cosign(note: str, seconds: int, signer: Signer) -> str:
    """A witness's signature line for a checkpoint (cosignature/v1), seen at this Unix time."""
    key = VerifierKey.of(signer, COSIGNATURE)
    signature = signer.sign(_cosigned(note, seconds))
    return f"— {key.name} {_encode(key.key_id + seconds.to_bytes(8) + signature)}\n"


def open_cosignature(line: str, note: str, key: VerifierKey) -> int:
    """The Unix time at which a witness says that it saw a checkpoint. Raises NoteInvalid."""
    name, raw = _signature(line.removesuffix("\n"))
    if name != key.name or raw[:4] != key.key_id or len(raw) != 76:
        raise NoteInvalid(f"the line is no cosignature of {key.name}")
    seconds = int.from_bytes(raw[4:12])
    try:
        Ed25519PublicKey.from_public_bytes(key.public_key).verify(raw[12:], _cosigned(note, seconds))
    except InvalidSignature as error:
        raise NoteInvalid(f"the cosignature of {key.name} does not hold") from error
    return seconds


def _cosigned(note: str, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{_split(note)[0]}".encode()


def _split(note: str) -> tuple[str, Sequence[tuple[str, bytes]]]:
    _check_characters(note)
    text, blank, tail = note.rpartition("\n\n")
    if not blank or not tail.endswith("\n"):
        raise NoteInvalid("the note has no signature lines after an empty line, or does not end in a newline")
    lines = tail[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise NoteInvalid(f"the note has {len(lines)} signatures, more than {MAX_SIGNATURES}")
    return text + "\n", [_signature(line) for line in lines]


def _signature(line: str) -> tuple[str, bytes]:
    dash, _, rest = line.partition(" ")
    name, _, encoded = rest.partition(" ")
    raw = _decode(encoded, None, "a signature")
    if dash != "—" or len(raw) < 5:
        raise NoteInvalid("a signature line is not a dash, a name and base64")
    return _checked_name(name), raw


def _checked_name(name: str) -> str:
    if not name or "+" in name or any(c.isspace() for c in name) or not name.isprintable():
        raise NoteInvalid(f"not a key name: {name[:80]!r}")
    return name


def _check_characters(text: str) -> None:
    if len(text) > MAX_NOTE:
        raise NoteInvalid(f"the text has {len(text)} characters, more than {MAX_NOTE}")
    if any((c < " " and c != "\n") or "\ud800" <= c <= "\udfff" for c in text):
        raise NoteInvalid("the text holds control characters")


def _number(text: str, what: str) -> int:
    if not _DECIMAL.fullmatch(text):
        raise NoteInvalid(f"{what} is not a plain decimal number")
    return int(text)


def _encode(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _decode(text: str, length: int | None, what: str) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NoteInvalid(f"{what} is not base64") from error
    if _encode(raw) != text:
        raise NoteInvalid(f"{what} is not in the one right form of base64")
    if length is not None and len(raw) != length:
        raise NoteInvalid(f"{what} has {len(raw)} bytes, not {length}")
    return raw
