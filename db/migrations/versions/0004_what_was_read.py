"""Schema 4: which stretch of time somebody read custody of."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the stretch of time; what was read before tells none."""
    for name in ("from_at", "until_at"):
        op.add_column("reading", sa.Column(name, sa.String(), nullable=True))
