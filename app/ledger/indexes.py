"""Checks the indexes of people and custody: pool, holdings and roster must be what the facts give.

The facts are entered once more, in the order of their entries, into a database of their own that has the same tables
and the same triggers, and both are compared. That database is SQLite's own temporary file, gone when it is closed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing

from sqlalchemy import create_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from app.ledger import log
from app.ledger.commitments import who_hash
from db import custody, people
from db.base import Base, Fact, unescape
from db.custody import Asset, Custody, Holding, Pool, Readiness, Undocking
from db.engine import Database
from db.people import Person, Roster
from db.schema import Camera, CameraFault, Docking

SLICE = 1000
"""Entries, or rows of an index, that one transaction reads."""

FACTS: tuple[type[Fact], ...] = (Person, Camera, CameraFault, Docking, Undocking, Readiness, Asset, Custody)
"""The facts of which the indexes tell, and that their triggers read."""

PASSING = tuple(kind.__tablename__ for kind in (Person, CameraFault, Asset, Custody))
"""Facts whose rows no trigger reads again: let go slice by slice, since there may be millions."""

INDEXES = {Holding.__tablename__: "entry", Pool.__tablename__: "camera", Roster.__tablename__: "person"}
"""Each index by its key."""

ONLY_FOR_READERS = ("ix_pool_words", "ix_holding_camera", "ix_holding_officer", "ix_holding_due")
"""Indexes that no rule and no trigger needs: without them an act of custody is entered again in 76 us, not in 105."""

Select = Callable[..., list[log.Stored]]
"""Reads rows of a session by a query and its values."""


class Differs(Exception):
    """An index says other than the facts. The text names the first difference."""


def check(database: Database, select: Select) -> None:
    """Raise Differs unless the indexes are what the facts give. What is entered meanwhile is taken in."""
    with closing(Replay(select)) as replay:
        more = True
        while more:
            with database.read() as session:
                more = replay.go_on(session)
        for table, key in INDEXES.items():
            for _ in replay.compare(database, table, key):
                pass


class Replay:
    """The facts entered once more, as far as `done`, and the indexes that follow from them."""

    def __init__(self, select: Select) -> None:
        self._select = select
        self._made = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self.done = 0
        tables = [*(kind.__tablename__ for kind in FACTS), *INDEXES]
        engine = create_engine("sqlite://", creator=lambda: self._made, poolclass=StaticPool)
        Base.metadata.create_all(engine, [Base.metadata.tables[name] for name in tables])
        for index in ONLY_FOR_READERS:
            self._made.execute(f"DROP INDEX {index}")
        for trigger in (people.TRIGGERS | custody.TRIGGERS).values():
            self._made.execute(trigger)

    def close(self) -> None:
        """Let it go."""
        self._made.close()

    def go_on(self, session: Session) -> bool:
        """Enter the next slice; whether there may be more. Raises Differs for facts that no ledger here can have."""
        size = log.size(session)
        end = min(self.done + SLICE, size)
        rows = [
            (row["entry"], kind.__tablename__, row)
            for kind in FACTS
            for row in self._select(
                session,
                f'SELECT * FROM "{kind.__tablename__}" WHERE entry >= ? AND entry < ?',  # noqa: S608
                self.done,
                end,
            )
        ]
        self._made.execute("BEGIN")
        for entry, table, row in sorted(rows, key=lambda found: found[0]):
            self._enter(entry, table, row)
        for table in PASSING:
            self._made.execute(f'DELETE FROM "{table}"')  # noqa: S608
        self._made.execute("COMMIT")
        self.done = end
        return end < size

    def _enter(self, entry: int, table: str, row: log.Stored) -> None:
        if table == Person.__tablename__:
            collar, name = unescape(row["collar"]), unescape(row["name"])
            if who_hash(row["id"], collar, name, row["who_salt"]) != row["who"]:
                raise Differs(f"Entry {entry} shows a hash that is not of the person it speaks of.")
        names = ", ".join(f'"{name}"' for name in row)
        marks = ", ".join("?" * len(row))
        try:
            self._made.execute(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', tuple(row.values()))  # noqa: S608
        except sqlite3.Error as error:
            raise Differs(f"The fact of entry {entry} breaks a rule that holds for all facts: {error}.") from error

    def compare(self, database: Database, table: str, key: str) -> Iterator[int]:
        """Compare an index slice by slice; gives how many rows each had. Raises Differs.

        By rowid, which both give in the order of the facts: ordered by its key, a row's key would come from SQLite's
        index of it, and one that was changed in the table alone would not be seen.
        """
        page = f'SELECT rowid AS place, * FROM "{table}" WHERE rowid > ? ORDER BY rowid LIMIT {SLICE}'  # noqa: S608
        last = -1
        while True:
            with database.read() as session:
                while self.done < log.size(session):
                    self.go_on(session)
                kept = self._select(session, page, last)
            cursor = self._made.execute(page, (last,))
            names = [name for name, *_ in cursor.description]
            made = [dict(zip(names, row, strict=True)) for row in cursor]
            for row, wanted in zip([*kept, *[None] * len(made)], [*made, *[None] * len(kept)], strict=False):
                if row != wanted:
                    one = row or wanted or {}
                    raise Differs(f"The index {table} says other of {key} {one.get(key)} than the facts.")
            if not made:
                return
            yield len(made)
            last = made[-1]["place"]
