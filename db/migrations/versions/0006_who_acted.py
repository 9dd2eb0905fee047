"""Schema 6: who had a camera keep its recordings, changed a setting or added a key; who acted in a sergeant's place."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the tables, and the columns that are NULL in what was entered before."""
    _fact(
        "keeping",
        sa.Column("camera", sa.String(length=32), nullable=True),
        sa.Column("bay", sa.String(), nullable=False),
        sa.Column("kept", sa.Boolean(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("person", sa.String(length=32), nullable=True),
        sa.Column("acting", sa.Boolean(), nullable=True),
        refers={"camera": "camera.id"},
    )
    _fact(
        "setting_change",
        sa.Column("setting", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("person", sa.String(length=32), nullable=True),
        refers={},
    )
    op.add_column("key_added", sa.Column("by", sa.String(), nullable=True))
    op.add_column("key_added", sa.Column("person", sa.String(length=32), nullable=True))
    for table in ("hold", "camera_fault", "reading"):
        op.add_column(table, sa.Column("acting", sa.Boolean(), nullable=True))


def _fact(name: str, *columns: sa.Column[object], refers: dict[str, str]) -> None:
    op.create_table(
        name,
        *columns,
        sa.Column("entry", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        *(sa.ForeignKeyConstraint([own], [to], name=op.f(f"fk_{name}_{own}")) for own, to in refers.items()),
        sa.ForeignKeyConstraint(
            ["entry"], ["ledger_entry.number"], name=op.f(f"fk_{name}_entry"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("entry", name=op.f(f"pk_{name}")),
    )
