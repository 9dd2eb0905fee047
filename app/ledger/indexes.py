"""Checks the indexes of people and custody: pool, holdings and roster must be what the facts give.

What follows from the facts is worked out in the order of their entries (`app.ledger.consequences`) and held against the
indexes. What is too much for memory meanwhile goes into a database of its own: SQLite's temporary file, gone when it is
closed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from itertools import zip_longest

from sqlalchemy import create_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from app.ledger import log
from app.ledger.consequences import Consequences, RuleBroken
from db.base import Base, Fact
from db.custody import Holding, Pool, Undocking
from db.engine import Database
from db.people import Roster
from db.schema import Camera, Docking

SLICE = 1000
"""Entries, or rows of an index, that one transaction reads."""

TOGETHER: tuple[type[Fact], ...] = (Camera, Docking, Undocking)
"""The facts of which two can break a rule together: no two have one id, no docking ends twice."""

LEAST, END = -(2**63), 2**63 - 1
"""The least and the greatest rowid that SQLite can hold."""

INDEXES = {Holding.__tablename__: "entry", Pool.__tablename__: "camera", Roster.__tablename__: "person"}
"""Each index by its key."""

Select = Callable[..., list[log.Stored]]
"""Reads rows of a session by a query and its values."""

Read = Callable[[Session, type[Fact], int, int], list[log.Stored]]
"""Reads the facts of a kind from one entry to before another."""

Found = tuple[type[Fact], log.Stored]
"""A fact as it is stored."""


class Differs(Exception):
    """An index says other than the facts, or facts break a rule. The text names the first difference."""


class Indexes:
    """The indexes as they follow from the facts before entry `done`."""

    def __init__(self, select: Select, read: Read) -> None:
        self._select, self._read = select, read
        self._made = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._made.execute("PRAGMA journal_mode=OFF")  # nothing is ever taken back here
        self._consequences = Consequences(self._made)
        self.done = 0
        engine = create_engine("sqlite://", creator=lambda: self._made, poolclass=StaticPool)
        Base.metadata.create_all(engine, [Base.metadata.tables[kind.__tablename__] for kind in TOGETHER])

    def close(self) -> None:
        """Let it go."""
        self._made.close()

    def take(self, facts: Sequence[Found], end: int) -> None:
        """Take in the facts from `done` to before entry `end`, in order. Raises Differs where one breaks a rule."""
        follow = self._consequences.take
        facts = [fact for fact in facts if fact[0] in follow]
        self._made.execute("BEGIN")
        for kind in TOGETHER:
            self._put([row for its, row in facts if its is kind], kind.__tablename__)
        entry = None
        try:
            for kind, row in facts:
                entry = row["entry"]
                follow[kind](row)
        except (RuleBroken, TypeError, AttributeError) as error:
            raise Differs(f"The fact of entry {entry} breaks a rule that holds for all: {error}.") from error
        self._consequences.holdings.write()
        self._made.execute("COMMIT")
        self.done = end

    def _put(self, rows: list[log.Stored], table: str) -> None:
        """Put facts into a table that has the constraints of the real one."""
        names = Base.metadata.tables[table].columns.keys()
        values = ", ".join(f":{name}" for name in names)
        try:
            self._made.executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({values})", rows)  # noqa: S608
        except sqlite3.IntegrityError as error:
            raise Differs(f"Facts in table {table} break a rule that holds for all: {error}.") from error

    def check(self, database: Database) -> None:
        """Raise Differs unless the indexes are what the facts give. What is entered meanwhile is taken in."""
        for table, key in INDEXES.items():
            last = LEAST
            while last < END:
                last = self._compare(database, table, key, last)

    def _compare(self, database: Database, table: str, key: str, last: int) -> int:
        """Compare the slice of an index after place `last`; gives its own last place, END where there is none.

        By rowid, which both give in the order of the facts: ordered by its key, a row's key would come from SQLite's
        index of it, and one that was changed in the table alone would not be seen.
        """
        page = f'SELECT rowid AS place, * FROM "{table}" WHERE rowid > ? ORDER BY rowid LIMIT {SLICE}'  # noqa: S608
        with database.read() as session:
            self._catch_up(session)
            kept = self._select(session, page, last)
        made = self._consequences.rows(table, last, SLICE)
        for row, wanted in zip_longest(kept, made):
            if row != wanted:
                one = row or wanted or {}
                raise Differs(f"The index {table} says other of {key} {one.get(key)} than the facts.")
        return made[-1]["place"] if made else END

    def _catch_up(self, session: Session) -> None:
        size = log.size(session)
        while self.done < size:
            end = min(self.done + SLICE, size)
            found = [
                (kind, row) for kind in self._consequences.take for row in self._read(session, kind, self.done, end)
            ]
            self.take(sorted(found, key=lambda fact: fact[1]["entry"]), end)
