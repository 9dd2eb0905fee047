"""The indexes of people and custody as the triggers make them, in a database that holds the facts and nothing else."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from db import custody, people
from db.base import Base
from db.custody import Asset, Custody, Holding, Pool, Readiness, Undocking
from db.people import Person, Roster
from db.schema import Camera, CameraFault, Docking

FACTS = (Person, Camera, CameraFault, Docking, Undocking, Readiness, Asset, Custody)
INDEXES = tuple(kind.__tablename__ for kind in (Holding, Pool, Roster))


class Replay:
    """Facts entered through the triggers."""

    def __init__(self) -> None:
        self._made = sqlite3.connect("", isolation_level=None)
        engine = create_engine("sqlite://", creator=lambda: self._made, poolclass=StaticPool)
        tables = (*FACTS, Holding, Pool, Roster)
        Base.metadata.create_all(engine, [Base.metadata.tables[kind.__tablename__] for kind in tables])
        for trigger in (people.TRIGGERS | custody.TRIGGERS).values():
            self._made.execute(trigger)

    def close(self) -> None:
        """Let it go."""
        self._made.close()

    @contextmanager
    def forgotten(self) -> Iterator[None]:
        """What is entered meanwhile is forgotten in the end."""
        self._made.execute("BEGIN")
        yield
        self._made.execute("ROLLBACK")

    def enter(self, table: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """Enter a fact, and give its row as it is stored. Raises sqlite3.IntegrityError."""
        names, places = ", ".join(f'"{name}"' for name in values), ", ".join("?" * len(values))
        self._made.execute(f'INSERT INTO "{table}" ({names}) VALUES ({places})', tuple(values.values()))
        return next(self._rows(f'SELECT * FROM "{table}" WHERE entry = {values["entry"]}'))

    def enter_all(self, kept: sqlite3.Connection) -> None:
        """Enter all the facts of another database, in their order."""
        kept.row_factory = sqlite3.Row
        found = [
            (kind.__tablename__, dict(row))
            for kind in FACTS
            for row in kept.execute(f'SELECT * FROM "{kind.__tablename__}"')
        ]
        self._made.execute("BEGIN")
        for table, row in sorted(found, key=lambda fact: int(fact[1]["entry"])):
            self.enter(table, row)
        self._made.execute("COMMIT")

    def index(self, table: str) -> list[dict[str, Any]]:
        """The rows of an index, each with its rowid as `place`."""
        return list(self._rows(f'SELECT rowid AS place, * FROM "{table}" ORDER BY rowid'))

    def _rows(self, query: str) -> Any:
        found = self._made.execute(query)
        names = [name for name, *_ in found.description]
        return (dict(zip(names, row, strict=True)) for row in found)
