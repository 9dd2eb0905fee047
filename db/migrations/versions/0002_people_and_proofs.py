"""Schema 2: holds, faults of cameras, proofs of recovery recipients and of the vault; the shelf to find recordings."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables, and put what is sealed already on the shelf."""
    _fact(
        "hold",
        sa.Column("recording", sa.String(length=32), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        refers={"recording": "seal.recording"},
    )
    op.create_index(op.f("ix_hold_recording"), "hold", ["recording"], unique=False)
    _fact(
        "camera_fault",
        sa.Column("camera", sa.String(length=32), nullable=False),
        sa.Column("faulty", sa.Boolean(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        refers={"camera": "camera.id"},
    )
    op.create_index(op.f("ix_camera_fault_camera"), "camera_fault", ["camera"], unique=False)
    _fact(
        "recovery_proof",
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
    )
    _fact(
        "vault_proof",
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("recordings", sa.Integer(), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("result", sa.String(), nullable=False),
        refers={"first": "seal.entry", "last": "seal.entry"},
        checks=[sa.CheckConstraint('"first" <= "last" AND recordings > 0', name=op.f("ck_vault_proof_stretch"))],
    )
    _shelf()


def _shelf() -> None:
    op.create_table(
        "shelf",
        sa.Column("entry", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("made_at", sa.String(), nullable=False),
        sa.Column("camera", sa.String(length=32), nullable=False),
        sa.Column("camera_name", sa.String(), nullable=False),
        sa.Column("officer", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=True),
        sa.Column("partial", sa.Boolean(), nullable=False),
        sa.Column("flagged", sa.Boolean(), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("released", sa.Boolean(), nullable=False),
        sa.Column("proved_at", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["entry"], ["seal.entry"], name=op.f("fk_shelf_entry")),
        sa.PrimaryKeyConstraint("entry", name=op.f("pk_shelf")),
    )
    op.create_index("ix_shelf_made_at", "shelf", ["made_at", "entry", "words"], unique=False)
    op.execute(
        """INSERT INTO shelf SELECT s.entry, coalesce(s.recorded_at, s.at), r.camera,
        coalesce(c.serial, c.model, c.make, ''), coalesce(r.officer, ''), s.size, s.seconds, s.partial, s.flags <> '',
        0, EXISTS (SELECT 1 FROM "release" g WHERE g.recording = s.recording), s.at,
        lower(coalesce(c.serial, '') || ' ' || coalesce(c.make, '') || ' ' || coalesce(c.model, '') || ' ' || r.name
            || ' ' || coalesce(r.officer, ''))
        FROM seal s JOIN recording r ON r.id = s.recording JOIN camera c ON c.id = r.camera"""
    )
    op.create_index("ix_seal_intake", "seal", ["at", "payload_size"], unique=False)


def _fact(
    name: str, *columns: sa.Column[object], refers: dict[str, str] | None = None, checks: Sequence[sa.Constraint] = ()
) -> None:
    """Make the table of a kind of fact: its own columns, then those that every fact has."""
    op.create_table(
        name,
        *columns,
        sa.Column("entry", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        *checks,
        sa.ForeignKeyConstraint(
            ["entry"], ["ledger_entry.number"], name=op.f(f"fk_{name}_entry"), initially="DEFERRED", deferrable=True
        ),
        *(
            sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{name}_{column}"))
            for column, target in (refers or {}).items()
        ),
        sa.PrimaryKeyConstraint("entry", name=op.f(f"pk_{name}")),
    )
