"""How a person is named in the ledger: by a hash that only the salt kept in the home can open."""

from __future__ import annotations

import hashlib

from app.ledger.log import sorted_json
from db.base import escape


def who_hash(person: str, collar: str, name: str, salt: str) -> str:
    """SHA-256 in hex over a person's salt (64 hex digits, as text) and the canonical JSON of collar, id and name.

    Collar and name are given as found and hashed as stored (`db.base.escape`), so that every text has a hash.
    """
    who = sorted_json({"collar": escape(collar), "id": person, "name": escape(name)})
    return hashlib.sha256(salt.encode() + who).hexdigest()
