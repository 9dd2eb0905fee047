"""Alembic's entry: runs the revisions on the connection that `db.migrate` hands over, inside its transaction."""

from __future__ import annotations

from alembic import context

import db.schema  # noqa: F401  all tables
from db.base import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    transactional_ddl=True,  # never the default for SQLite, which is to commit each revision alone
)
with context.begin_transaction():
    context.run_migrations()
