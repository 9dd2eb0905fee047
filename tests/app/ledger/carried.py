"""What a ledger's database tells of people and the pool, to be compared with what a fresh one took over from it."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from app.ledger import carry, log
from app.ledger.commitments import who_hash
from app.ledger.note import VerifierKey
from app.ledger.segments import Damaged
from app.records import Records
from db.engine import Database
from db.people import Credential, Person, Secret
from tests.app.station import SIGNER


def pool_of(path: Path) -> list[tuple[Any, ...]]:
    """All that custody tells of each camera, and that is taken over."""
    query = (
        "SELECT camera, asset, serial, make, model, station, mode, assigned, state, holder, due_at, destination, "
        "fault IS NOT NULL FROM pool ORDER BY camera"
    )
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


def roster_of(path: Path) -> list[tuple[Any, ...]]:
    """Everybody as they are."""
    columns = "person, collar, name, rank, role, station, cohort, trained_on, card, active"
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(f"SELECT {columns} FROM roster ORDER BY person").fetchall()


def rule(records: Records, database: Database, at: Any) -> None:
    """Enter an administrator who can prove it, without whom nobody is taken over."""
    id_, salt = "f" * 32, "0" * 64
    about = dict.fromkeys(("rank", "station", "cohort"), "")
    who = who_hash(id_, "9999", "Ada", salt)
    person = Person(
        id=id_, who=who, who_salt=salt, collar="9999", name="Ada", role="administrator", active=True, **about
    )
    given = Credential(person=id_, means="pin", given=True, digest=hashlib.sha256(b"verifier").hexdigest())
    with database.write() as session:
        for fact in (person, given):
            fact.at = at
            log.enter(session, fact)
        session.add(Secret(person=id_, kind="pin", verifier="verifier"))
    records.checkpoint()


def is_taken_over(path: Path, fresh: Path) -> None:
    """Take over what a ledger of SIGNER's proves into the database `fresh`, whose indexes must then say the same."""
    carried = carry.read(path, VerifierKey.of(SIGNER))
    database = Database.open(fresh)
    try:
        records = Records(database, SIGNER)
        records.segment_begun(Damaged(path.name, "0" * 64), "", carried)
        assert (roster_of(fresh), pool_of(fresh)) == (roster_of(path), pool_of(path))
        records.verify()
    finally:
        database.close()
