"""Brings a database to the schema of this program, in one transaction, or refuses it in words.

`PRAGMA user_version` holds the number of the schema, so that an ordinary start reads one integer and never loads
Alembic. A fact's column is never renamed or dropped and a new one is NULL in old rows: the ledger commits to the
columns of a row that are not NULL, under their names.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy import Connection, Engine

from db.errors import NewerDatabase
from db.schema import SCHEMA, triggers

MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(engine: Engine) -> None:
    """Upgrade the database behind `engine` if it is older than this program. Raises NewerDatabase."""
    with engine.connect().execution_options(reader=True) as connection:
        if _version(connection) == SCHEMA:
            return
    with engine.connect() as connection:
        driver = connection.connection.dbapi_connection
        assert isinstance(driver, sqlite3.Connection)
        driver.execute("PRAGMA foreign_keys=OFF")  # rebuilding a table that others refer to fails with them on
        connection.detach()  # so that this connection never returns to the pool
        with connection.begin():
            _upgrade(connection)


def make_triggers(connection: Connection) -> None:
    """Create all triggers anew: a migration that rebuilds a table silently drops those on it."""
    for name in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars().all():
        connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
    for statement in triggers().values():
        connection.exec_driver_sql(statement)


def _upgrade(connection: Connection) -> None:
    """Run the migrations that are missing. Another process may have done so while this one waited for its turn."""
    version = _version(connection)
    if version > SCHEMA:
        raise NewerDatabase(f"The database has schema {version}; this program knows schemas up to {SCHEMA}.")
    if version < SCHEMA:
        _run_alembic(connection)
        make_triggers(connection)
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if broken:
            raise RuntimeError(f"the migration broke {len(broken)} references, the first: {broken[0]}")
        connection.exec_driver_sql(f"PRAGMA user_version={SCHEMA}")


def _run_alembic(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415  loading Alembic takes a fifth of a second: only when it is needed
    from alembic.config import Config  # noqa: PLC0415

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    command.upgrade(config, "head")


def _version(connection: Connection) -> int:
    version: int = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
    return version
