"""Schema 5: the cameras that are ready are found, and counted, without a walk through the pool."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the index."""
    columns, some = ["ready_since", "uses", "asset"], sa.text("ready_since IS NOT NULL")
    op.create_index("ix_pool_ready", "pool", columns, unique=False, sqlite_where=some)
