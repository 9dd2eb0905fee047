"""Alembic migrations: one revision for each schema, run by `db.migrate` inside the program."""
