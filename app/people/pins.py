"""PINs and one-time codes: what may be one, and the verifier that is kept in its place.

Six digits cannot be saved by hashing alone: whoever has the table tries a million in hours. So what is hashed, by
Argon2id (RFC 9106), is not the PIN but its HMAC under the pepper, which is kept with the station's keys and never in
the database. A verifier is good for one person and one kind of proof: put with another's row it opens nothing.
"""

from __future__ import annotations

import hmac
import os
import secrets
from itertools import pairwise

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from app.people.values import Refused

MEMORY_KIB, PASSES, LANES = 64 * 1024, 3, 4
"""The second set of RFC 9106: about 0.16 s on a desktop of today."""

SHORTEST, LONGEST = 6, 12

CODE_SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No 0 or O, 1, I or L: codes are read out and typed."""
CODE_LENGTH = 10


def check_new(pin: str) -> str:
    """Return a PIN that may be set. Raises Refused, rule bad-pin."""
    if not (pin.isascii() and pin.isdigit() and SHORTEST <= len(pin) <= LONGEST):
        raise Refused("bad-pin", f"A PIN has {SHORTEST} to {LONGEST} digits and nothing else.", "Choose another one.")
    return pin


def warning(pin: str, *known: str) -> str | None:
    """What to tell who chose a PIN that is guessed early, or that is one of the numbers `known` of them."""
    if is_weak(pin) or pin in known:
        return "This PIN is among the first that somebody would try: choose another one soon, with a new code."
    return None


def is_weak(pin: str) -> bool:
    """Whether it is one digit, two or three repeated, or a run up or down: 000000, 121212, 123123, 123456, 987654."""
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    repeated = any(pin == (pin[:length] * LONGEST)[: len(pin)] for length in (1, 2, 3))
    return repeated or steps <= {1} or steps <= {9}


def new_code() -> str:
    """A random one-time code: 49 bits, more than anybody tries in a day."""
    return "".join(secrets.choice(CODE_SIGNS) for _ in range(CODE_LENGTH))


def clean_code(text: str) -> str:
    """A code as it was made, from what somebody typed."""
    return "".join(text.split()).replace("-", "").upper()


def verifier(pepper: bytes, person: str, kind: str, secret: str) -> str:
    """What is kept in place of a secret: an Argon2id hash in PHC form."""
    made = Argon2id(salt=os.urandom(16), length=32, iterations=PASSES, lanes=LANES, memory_cost=MEMORY_KIB)
    return made.derive_phc_encoded(_bound(pepper, person, kind, secret))


def fits(pepper: bytes, person: str, kind: str, secret: str, kept: str) -> bool:
    """Whether this is the secret. A verifier that is none fits nothing."""
    try:
        Argon2id.verify_phc_encoded(_bound(pepper, person, kind, secret), kept)
    except (InvalidKey, ValueError):
        return False
    return True


def _bound(pepper: bytes, person: str, kind: str, secret: str) -> bytes:
    return hmac.digest(pepper, f"{kind} of {person}: {secret}".encode(errors="replace"), "sha256")
