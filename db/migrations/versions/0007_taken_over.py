"""Schema 7: from which entry of another ledger a fact was taken over."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the origin; what was entered before has none."""
    for table in ("acceptance", "asset", "credential", "custody", "person"):
        op.add_column(table, sa.Column("origin", sa.String(), nullable=True))
