"""Alembic's entry: runs the revisions on the connection that `db.migrate` hands over, inside its transaction."""

from __future__ import annotations

from alembic import context

from db.schema import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    transactional_ddl=True,  # never the default for SQLite, which is to commit each revision alone
)
with context.begin_transaction():
    context.run_migrations()
