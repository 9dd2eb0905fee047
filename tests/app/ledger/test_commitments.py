"""A person's hash in the ledger: fixed to the byte, and of every text that a name can be."""

from __future__ import annotations

import hashlib

import pytest

from app.ledger.commitments import who_hash

SALT = "5a" * 32


def test_the_hash_is_over_salt_and_canonical_json() -> None:
    hashed = SALT.encode() + '{"collar":"1234","id":"ab","name":"Zoë \\"Z\\" Bee"}'.encode()
    assert who_hash("ab", "1234", 'Zoë "Z" Bee', SALT) == hashlib.sha256(hashed).hexdigest()


@pytest.mark.parametrize("name", ["\ud800", "\u202eJones", "back\\slash", "\\u202eJones", ""])
def test_every_text_has_a_hash_of_its_own(name: str) -> None:
    found = {who_hash("ab", "1234", other, SALT) for other in (name, "Jones", name + " ")}
    assert len(found) == 3
