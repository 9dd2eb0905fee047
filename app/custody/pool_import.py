"""The pool of cameras, taken in from a CSV file: `asset,serial,make,model,station,mode`."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.importing import (
    BadRow,
    Change,
    Existing,
    Plan,
    Row,
    Table,
    label,
    one_of,
    plan,
    read_csv,
    take_in,
    words,
)
from app.people.roles import Act, authorise
from app.people.roll import check_still
from app.people.values import Actor
from db.custody import MODES, Asset, Pool
from db.engine import Database
from drivers.models import Models

FIELDS = ("asset", "serial", "make", "model", "station", "mode")

TABLE = Table(
    columns={
        "asset": label(40),
        "serial": label(64),
        "make": words(60),
        "model": words(60),
        "station": words(60, needed=True),
        "mode": one_of(MODES),
    },
    key="asset",
    unique=("asset", "serial"),
)


def read(path: Path) -> list[Row | BadRow]:
    """The rows of a file. Raises Refused, rule bad-file."""
    return list(read_csv(path, TABLE))


def preview(database: Database, rows: Iterable[Row | BadRow], actor: Actor) -> Plan:
    """What taking these rows in would do. Raises Refused where this actor may not."""
    authorise(actor, Act.IMPORT_POOL)
    with database.read() as session:
        here = _held_against(session, actor)
    return plan(TABLE, rows, here)


def take(database: Database, rows: Iterable[Row | BadRow], actor: Actor) -> Plan:
    """Take all rows in, or none. Raises Refused, and ImportRefused where a row is wrong."""
    authorise(actor, Act.IMPORT_POOL)
    rows = list(rows)
    return take_in(
        database,
        lambda session: _held_against(session, actor),
        lambda here: plan(TABLE, rows, here),
        lambda change: _fact(change, actor),
    )


def unknown_models(found: Plan, models: Models) -> list[str]:
    """A sentence for each make and model that no model file tells of; such cameras are taken all the same."""
    known = {(model.make.casefold(), model.model.casefold()) for model in models}
    named = dict.fromkeys((change.values["make"], change.values["model"]) for change in found.changes)
    return [
        f"No model file tells of {make} {model}: such a camera is shown as new until a person accepts it."
        for make, model in named
        if (make.casefold(), model.casefold()) not in known
    ]


def _held_against(session: Session, actor: Actor) -> list[Existing]:
    check_still(session, actor)
    return _here(session)


def _here(session: Session) -> list[Existing]:
    rows = session.execute(select(Pool.camera, *(getattr(Pool, field) for field in FIELDS)))
    return [Existing(row[0], dict(zip(FIELDS, row[1:], strict=True))) for row in rows]


def _fact(change: Change, actor: Actor) -> Asset:
    return Asset(at=datetime.now(UTC), id=change.id or uuid.uuid4().hex, by=actor.person.id, **change.values)
