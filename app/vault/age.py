"""age v1 from its specification (C2SP age): X25519 recipients, the header with its MAC, and the STREAM of chunks.

A header wraps a 16-byte file key for each recipient; the payload is a 16-byte nonce and chunks of 64 KiB under a key
derived from file key and nonce. Stanzas of other kinds are skipped when reading. Every error is an `AgeError`; none
shows a secret.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import bech32
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

VERSION_LINE = b"age-encryption.org/v1\n"
FILE_KEY_SIZE = 16
NONCE_SIZE = 16
TAG_SIZE = 16
CHUNK = 64 * 1024
"""Plain bytes of every chunk but the last."""
SEALED_CHUNK = CHUNK + TAG_SIZE

MAX_HEADER = 64 * 1024
"""Bytes of the longest header that is read: hundreds of recipients."""
MAX_STANZAS = 256

Buffer = bytes | bytearray | memoryview

_STANZA = re.compile(rb"-> ([!-~]+(?: [!-~]+)*)\n((?:[A-Za-z0-9+/]{64}\n)*[A-Za-z0-9+/]{0,63}\n)")
_END = re.compile(rb"--- ([A-Za-z0-9+/]{43})\n")
_KEY_INFO = b"age-encryption.org/v1/X25519"
_RECIPIENT_HRP = "age"
_IDENTITY_HRP = "age-secret-key-"
_ZERO_NONCE = bytes(12)


class AgeError(Exception):
    """Something is not as age v1 says."""


class BadKeyText(AgeError):
    """A recipient or an identity is not written as it must be, or is a point that protects nothing."""


class BadHeader(AgeError):
    """The header is not one of age v1."""


class NoMatch(AgeError):
    """The header is wrapped for none of these identities."""


class BadMac(AgeError):
    """The header was changed after it was written: its MAC does not fit."""


class BadPayload(AgeError):
    """A chunk of the payload does not authenticate, or the payload does not end with a final chunk."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """An X25519 public key (32 bytes) that files are sealed to; `str` gives its age1… form."""

    key: bytes

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an age1… text. Raises BadKeyText, also for a low-order point, which would protect nothing."""
        key = _from_bech32(text, _RECIPIENT_HRP, "recipient (age1…)")
        _shared_secret(X25519PrivateKey.generate(), key, BadKeyText("This recipient is a point that protects nothing."))
        return cls(key)

    def __str__(self) -> str:
        return _to_bech32(_RECIPIENT_HRP, self.key)


class Identity:
    """An X25519 private key that opens files sealed to its `recipient`. Only `secret_text` shows it."""

    def __init__(self, key: X25519PrivateKey) -> None:
        self._key = key
        self.recipient = Recipient(key.public_key().public_bytes_raw())

    @classmethod
    def generate(cls) -> Self:
        """Make a new identity."""
        return cls(X25519PrivateKey.generate())

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an AGE-SECRET-KEY-1… text. Raises BadKeyText."""
        return cls(X25519PrivateKey.from_private_bytes(_from_bech32(text, _IDENTITY_HRP, "identity (AGE-SECRET-KEY-)")))

    def secret_text(self) -> str:
        """The AGE-SECRET-KEY-1… form: a secret."""
        return _to_bech32(_IDENTITY_HRP, self._key.private_bytes_raw()).upper()

    def __repr__(self) -> str:
        return f"Identity of {self.recipient}"

    def unwrap(self, stanza: Stanza) -> bytes | None:
        """Give the file key if `stanza` wraps it for this identity, else None. Raises BadHeader if it is malformed."""
        if stanza.arguments[0] != b"X25519":
            return None
        if len(stanza.arguments) != 2 or len(stanza.body) != FILE_KEY_SIZE + TAG_SIZE:
            raise BadHeader("An X25519 stanza of the header has another form than age v1 says.")
        share = _from_base64(stanza.arguments[1])
        if len(share) != 32:
            raise BadHeader("An X25519 stanza of the header has a share that is not 32 bytes.")
        shared = _shared_secret(self._key, share, BadHeader("An X25519 stanza of the header has a low-order share."))
        wrap_key = _hkdf(shared, share + self.recipient.key, _KEY_INFO)
        try:
            return ChaCha20Poly1305(wrap_key).decrypt(_ZERO_NONCE, stanza.body, None)
        except InvalidTag:
            return None


@dataclass(frozen=True, slots=True)
class Stanza:
    """One recipient stanza: its arguments (the first is its kind) and its body."""

    arguments: tuple[bytes, ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class Header:
    """A header as parsed. `size` is its length in bytes, through the newline after the MAC."""

    stanzas: tuple[Stanza, ...]
    mac: bytes
    authenticated: bytes
    size: int

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read the header that `data` begins with. Raises BadHeader; every length is bounded."""
        data = data[:MAX_HEADER]
        if not data.startswith(VERSION_LINE):
            raise BadHeader("This is not an age v1 file.")
        stanzas: list[Stanza] = []
        at = len(VERSION_LINE)
        while found := _STANZA.match(data, at):
            stanzas.append(Stanza(tuple(found[1].split(b" ")), _from_base64(found[2].replace(b"\n", b""))))
            at = found.end()
            if len(stanzas) > MAX_STANZAS:
                raise BadHeader(f"The age header has more than {MAX_STANZAS} stanzas.")
        end = _END.match(data, at)
        if end is None or not stanzas:
            raise BadHeader("The age header is cut short or malformed.")
        return cls(tuple(stanzas), _from_base64(end[1]), data[: at + 3], end.end())

    def open(self, identities: Sequence[Identity]) -> bytes:
        """Unwrap the file key and check the MAC. Raises NoMatch, BadHeader or BadMac."""
        for identity in identities:
            # Every stanza is looked at, so that a malformed one is refused wherever it stands.
            found = [key for stanza in self.stanzas if (key := identity.unwrap(stanza)) is not None]
            if found:
                if not hmac.compare_digest(_header_mac(found[0], self.authenticated), self.mac):
                    raise BadMac("The age header was changed after it was written: its MAC does not fit.")
                return found[0]
        raise NoMatch("The age header is wrapped for other keys than this one.")


def seal_header(file_key: bytes, recipients: Sequence[Recipient]) -> bytes:
    """Write the header that wraps `file_key` for every recipient (C2SP age, "Header"). Raises ValueError for none."""
    if not recipients:
        raise ValueError("a file is sealed to one recipient at least")
    lines = VERSION_LINE + b"".join(_wrap(file_key, recipient) for recipient in recipients) + b"---"
    return lines + b" " + _to_base64(_header_mac(file_key, lines)) + b"\n"


def new_file_key() -> bytes:
    """Make the key of one file: 16 random bytes, never used for another."""
    return os.urandom(FILE_KEY_SIZE)


def chunk_count(payload_size: int) -> int:
    """How many chunks a payload of this many bytes, nonce included, has. Raises BadPayload if no payload has it.

    The last chunk may be short but is empty only in an empty file.
    """
    stream = payload_size - NONCE_SIZE
    count = -(-stream // SEALED_CHUNK)
    last = stream - (count - 1) * SEALED_CHUNK
    if count < 1 or last < TAG_SIZE or (last == TAG_SIZE and count > 1):
        raise BadPayload("The payload is cut short: it does not end with a whole chunk.")
    return count


class Stream:
    """The chunks of one payload, each sealed or opened alone, into a buffer of the caller's."""

    def __init__(self, file_key: bytes, nonce: bytes) -> None:
        self._cipher = ChaCha20Poly1305(_hkdf(file_key, nonce, b"payload"))

    def seal(self, index: int, plain: Buffer, out: memoryview, *, last: bool) -> int:
        """Seal chunk `index` into `out` and give the length written: 16 bytes more than `plain` has."""
        size = len(plain) + TAG_SIZE
        return self._cipher.encrypt_into(_chunk_nonce(index, last), plain, None, out[:size])

    def open(self, index: int, sealed: Buffer, out: memoryview, *, last: bool) -> int:
        """Open chunk `index` into `out` and give the length written. Raises BadPayload."""
        size = len(sealed) - TAG_SIZE
        if size < 0:
            raise BadPayload(f"Chunk {index} of the payload is cut short.")
        try:
            return self._cipher.decrypt_into(_chunk_nonce(index, last), sealed, None, out[:size])
        except InvalidTag:
            raise BadPayload(f"Chunk {index} of the payload does not authenticate.") from None


def _chunk_nonce(index: int, last: bool) -> bytes:
    return index.to_bytes(11, "big") + (b"\x01" if last else b"\x00")


def _wrap(file_key: bytes, recipient: Recipient) -> bytes:
    ephemeral = X25519PrivateKey.generate()
    share = ephemeral.public_key().public_bytes_raw()
    shared = _shared_secret(ephemeral, recipient.key, BadKeyText("This recipient is a point that protects nothing."))
    wrap_key = _hkdf(shared, share + recipient.key, _KEY_INFO)
    body = ChaCha20Poly1305(wrap_key).encrypt(_ZERO_NONCE, file_key, None)
    return b"-> X25519 " + _to_base64(share) + b"\n" + _to_base64(body) + b"\n"


def _shared_secret(key: X25519PrivateKey, point: bytes, low_order: AgeError) -> bytes:
    try:
        return key.exchange(X25519PublicKey.from_public_bytes(point))
    except ValueError:  # the all-zero secret that a low-order point gives
        raise low_order from None


def _header_mac(file_key: bytes, authenticated: bytes) -> bytes:
    return hmac.digest(_hkdf(file_key, b"", b"header"), authenticated, "sha256")


def _hkdf(secret: bytes, salt: bytes, info: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=info).derive(secret)


def _to_base64(data: bytes) -> bytes:
    return base64.b64encode(data).rstrip(b"=")


def _from_base64(text: bytes) -> bytes:
    """Decode unpadded base64, refusing every other way to write the same bytes. Raises BadHeader."""
    try:
        data = base64.b64decode(text + b"=" * (-len(text) % 4), validate=True)
    except binascii.Error:
        data = b""
    if _to_base64(data) != text:
        raise BadHeader("The age header has base64 that is not canonical.")
    return data


def _to_bech32(prefix: str, key: bytes) -> str:
    words = bech32.convertbits(key, 8, 5) or ()
    return bech32.bech32_encode(prefix, words)


def _from_bech32(text: str, prefix: str, what: str) -> bytes:
    """Decode Bech32 (BIP 173, no length limit) of 32 bytes under `prefix`. Raises BadKeyText, not showing the text."""
    found, words = bech32.bech32_decode(text) if len(text) < 200 else (None, None)
    key = bech32.convertbits(words, 5, 8, False) if found == prefix and words is not None else None
    if key is None or len(key) != 32:
        raise BadKeyText(f"This is not an age {what} of the X25519 kind, or it has a typing error.")
    return bytes(key)
