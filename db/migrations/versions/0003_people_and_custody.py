"""Schema 3: people and how they prove who they are, the pool and its custody, witnesses of the ledger."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the tables. What was docked before is in no pool yet."""
    _person()
    _credential()
    _roster()
    _secret()
    _throttle()
    _asset()
    _custody()
    _undocking()
    _readiness()
    _holding()
    _pool()
    op.create_index("ix_camera_serial", "camera", ["serial"], unique=False)
    _reading()
    _key_change()
    _segment()
    _cosignature()
    op.add_column("export", sa.Column("witnesses", sa.String(length=64), nullable=True))


def _person() -> None:
    """People, each row a whole version."""
    op.create_table(
        "person",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("who_salt", sa.String(length=64), nullable=False),
        sa.Column("collar", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("rank", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("station", sa.String(), nullable=False),
        sa.Column("cohort", sa.String(), nullable=False),
        sa.Column("trained_on", sa.Date(), nullable=True),
        sa.Column("card", sa.String(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=True),
        sa.Column("second", sa.String(length=32), nullable=True),
        sa.Column("entry", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry"], ["ledger_entry.number"], name=op.f("fk_person_entry"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("entry", name=op.f("pk_person")),
    )
    op.create_index("ix_person_id", "person", ["id", "entry"], unique=False)


def _credential() -> None:
    """Means of proof that were given or taken."""
    op.create_table(
        "credential",
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column("means", sa.String(), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=True),
        sa.Column("second", sa.String(length=32), nullable=True),
        sa.Column("entry", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry"], ["ledger_entry.number"], name=op.f("fk_credential_entry"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("entry", name=op.f("pk_credential")),
    )
    op.create_index("ix_credential_person", "credential", ["person", "means", "entry"], unique=False)


def _roster() -> None:
    """People as they are now."""
    op.create_table(
        "roster",
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column("entry", sa.Integer(), nullable=False),
        sa.Column("collar", sa.String(collation="NOCASE"), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("rank", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("station", sa.String(), nullable=False),
        sa.Column("cohort", sa.String(), nullable=False),
        sa.Column("trained_on", sa.Date(), nullable=True),
        sa.Column("card", sa.String(collation="NOCASE"), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["entry"], ["person.entry"], name=op.f("fk_roster_entry")),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_roster")),
    )
    op.create_index("uq_roster_card", "roster", ["card"], unique=True)
    op.create_index("uq_roster_collar", "roster", ["collar"], unique=True)


def _secret() -> None:
    """Verifiers of means of proof."""
    op.create_table(
        "secret",
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("verifier", sa.String(), nullable=False),
        sa.Column("until", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("person", "kind", name=op.f("pk_secret")),
    )


def _throttle() -> None:
    """Failures of proving."""
    op.create_table(
        "throttle",
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("since_s", sa.Double(), nullable=False),
        sa.CheckConstraint("failures >= 0", name=op.f("ck_throttle_failures")),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_throttle")),
    )


def _asset() -> None:
    """Cameras of the pool, each row a whole version."""
    op.create_table(
        "asset",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("asset", sa.String(), nullable=False),
        sa.Column("serial", sa.String(), nullable=False),
        sa.Column("make", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("station", sa.String(), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=True),
        sa.Column("entry", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("mode IN ('personal', 'allocated', 'pool')", name=op.f("ck_asset_mode")),
        sa.ForeignKeyConstraint(
            ["entry"], ["ledger_entry.number"], name=op.f("fk_asset_entry"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("entry", name=op.f("pk_asset")),
    )
    op.create_index("ix_asset_id", "asset", ["id", "entry"], unique=False)


def _custody() -> None:
    """Acts of custody."""
    op.create_table(
        "custody",
        sa.Column("camera", sa.String(length=32), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("officer", sa.String(length=32), nullable=True),
        sa.Column("mode", sa.String(), nullable=True),
        sa.Column("by", sa.String(length=32), nullable=True),
        sa.Column("acting", sa.Boolean(), nullable=False),
        sa.Column("override", sa.Boolean(), nullable=False),
        sa.Column("docking", sa.String(length=32), nullable=True),
        sa.Column("due_at", sa.String(), nullable=True),
        sa.Column("station", sa.String(), nullable=True),
        sa.Column("words", sa.String(), nullable=True),
        sa.Column("corrects", sa.Integer(), nullable=True),
        sa.Column("moment", sa.String(), nullable=True),
        sa.Column("voids", sa.Boolean(), nullable=False),
        sa.Column("entry", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("(act = 'corrected') = (corrects IS NOT NULL)", name=op.f("ck_custody_corrects")),
        sa.CheckConstraint(
            "act IN ('issued', 'taken', 'reassigned', 'swapped-in', 'returned', 'swapped-out', 'lost', 'confirmed', "
            "'assigned', 'transferred', 'accepted', 'found', 'fault', 'fault-cleared', 'repair-out', 'repair-back', "
            "'retired', 'corrected', 'receipt')",
            name=op.f("ck_custody_act"),
        ),
        sa.CheckConstraint("mode IS NULL OR mode IN ('personal', 'allocated', 'pool')", name=op.f("ck_custody_mode")),
        sa.ForeignKeyConstraint(["corrects"], ["custody.entry"], name=op.f("fk_custody_corrects")),
        sa.ForeignKeyConstraint(["docking"], ["docking.id"], name=op.f("fk_custody_docking")),
        sa.ForeignKeyConstraint(
            ["entry"], ["ledger_entry.number"], name=op.f("fk_custody_entry"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("entry", name=op.f("pk_custody")),
    )
    op.create_index("ix_custody_at", "custody", ["at"], unique=False)
    op.create_index("ix_custody_camera", "custody", ["camera", "entry"], unique=False)
    op.create_index("ix_custody_officer", "custody", ["officer", "entry"], unique=False)


def _undocking() -> None:
    """Cameras lifted out."""
    op.create_table(
        "undocking",
        sa.Column("docking", sa.String(length=32), nullable=False),
        sa.Column("entry", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["docking"], ["docking.id"], name=op.f("fk_undocking_docking")),
        sa.ForeignKeyConstraint(
            ["entry"], ["ledger_entry.number"], name=op.f("fk_undocking_entry"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("entry", name=op.f("pk_undocking")),
        sa.UniqueConstraint("docking", name=op.f("uq_undocking_docking")),
    )


def _readiness() -> None:
    """When docked cameras were ready."""
    op.create_table(
        "readiness",
        sa.Column("docking", sa.String(length=32), nullable=False),
        sa.Column("ready", sa.Boolean(), nullable=False),
        sa.Column("battery_percent", sa.Integer(), nullable=True),
        sa.Column("reasons", sa.String(), nullable=False),
        sa.Column("entry", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("battery_percent BETWEEN 0 AND 100", name=op.f("ck_readiness_battery")),
        sa.ForeignKeyConstraint(["docking"], ["docking.id"], name=op.f("fk_readiness_docking")),
        sa.ForeignKeyConstraint(
            ["entry"], ["ledger_entry.number"], name=op.f("fk_readiness_entry"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("entry", name=op.f("pk_readiness")),
    )
    op.create_index(op.f("ix_readiness_docking"), "readiness", ["docking"], unique=False)


def _holding() -> None:
    """Who held which camera from when until when."""
    op.create_table(
        "holding",
        sa.Column("entry", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("camera", sa.String(length=32), nullable=False),
        sa.Column("officer", sa.String(length=32), nullable=True),
        sa.Column("mode", sa.String(), nullable=True),
        sa.Column("from_at", sa.String(), nullable=False),
        sa.Column("until_at", sa.String(), nullable=True),
        sa.Column("until_entry", sa.Integer(), nullable=True),
        sa.Column("confirmed_at", sa.String(), nullable=True),
        sa.Column("due_at", sa.String(), nullable=True),
        sa.Column("corrected", sa.Integer(), nullable=True),
        sa.Column("void", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["entry"], ["custody.entry"], name=op.f("fk_holding_entry")),
        sa.PrimaryKeyConstraint("entry", name=op.f("pk_holding")),
    )
    op.create_index("ix_holding_camera", "holding", ["camera", "from_at", "until_at", "void"], unique=False)
    op.create_index("ix_holding_due", "holding", ["due_at"], unique=False, sqlite_where=sa.text("until_at IS NULL"))
    op.create_index("ix_holding_officer", "holding", ["officer", "from_at"], unique=False)
    op.create_index("ix_holding_until", "holding", ["until_entry"], unique=False)
    op.create_index("uq_holding_camera", "holding", ["camera"], unique=True, sqlite_where=sa.text("until_at IS NULL"))
    op.create_index(
        "uq_holding_officer",
        "holding",
        ["officer"],
        unique=True,
        sqlite_where=sa.text("until_at IS NULL AND officer IS NOT NULL"),
    )


def _pool() -> None:
    """Cameras of the pool as they are now."""
    op.create_table(
        "pool",
        sa.Column("camera", sa.String(length=32), nullable=False),
        sa.Column("entry", sa.Integer(), nullable=False),
        sa.Column("asset", sa.String(collation="NOCASE"), nullable=False),
        sa.Column("serial", sa.String(collation="NOCASE"), nullable=False),
        sa.Column("make", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("station", sa.String(), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("assigned", sa.String(length=32), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("since", sa.String(), nullable=False),
        sa.Column("holder", sa.String(length=32), nullable=True),
        sa.Column("due_at", sa.String(), nullable=True),
        sa.Column("docking", sa.String(length=32), nullable=True),
        sa.Column("bay", sa.String(), nullable=True),
        sa.Column("docked_at", sa.String(), nullable=True),
        sa.Column("firmware", sa.String(), nullable=True),
        sa.Column("clock_offset_s", sa.Double(), nullable=True),
        sa.Column("battery_percent", sa.Integer(), nullable=True),
        sa.Column("ready", sa.Boolean(), nullable=False),
        sa.Column("ready_since", sa.String(), nullable=True),
        sa.Column("not_ready", sa.String(), nullable=False),
        sa.Column("fault", sa.String(), nullable=True),
        sa.Column("destination", sa.String(), nullable=True),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("holder_words", sa.String(), nullable=False),
        sa.CheckConstraint(
            "state IN ('store', 'held', 'unknown', 'lost', 'repair', 'transit', 'retired')", name=op.f("ck_pool_state")
        ),
        sa.ForeignKeyConstraint(["entry"], ["asset.entry"], name=op.f("fk_pool_entry")),
        sa.PrimaryKeyConstraint("camera", name=op.f("pk_pool")),
    )
    op.create_index("ix_pool_docking", "pool", ["docking"], unique=False)
    op.create_index("ix_pool_holder", "pool", ["holder"], unique=False)
    op.create_index("ix_pool_words", "pool", ["asset", "words", "holder_words", "state"], unique=False)
    op.create_index("uq_pool_asset", "pool", ["asset"], unique=True)
    op.create_index("uq_pool_assigned", "pool", ["assigned"], unique=True)
    op.create_index("uq_pool_serial", "pool", ["serial"], unique=True)


def _reading() -> None:
    """Readings of the ledger."""
    op.create_table(
        "reading",
        sa.Column("by", sa.String(length=32), nullable=True),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("subject", sa.String(length=32), nullable=True),
        sa.Column("entry", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry"], ["ledger_entry.number"], name=op.f("fk_reading_entry"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("entry", name=op.f("pk_reading")),
    )


def _key_change() -> None:
    """Changes of the key of the ledger."""
    op.create_table(
        "key_change",
        sa.Column("ledger_key", sa.String(), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("signature", sa.String(), nullable=True),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("second", sa.String(length=32), nullable=False),
        sa.Column("entry", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry"], ["ledger_entry.number"], name=op.f("fk_key_change_entry"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("entry", name=op.f("pk_key_change")),
    )


def _segment() -> None:
    """Where the ledger goes on after damage."""
    op.create_table(
        "segment",
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("root", sa.String(), nullable=True),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("entry", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry"], ["ledger_entry.number"], name=op.f("fk_segment_entry"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("entry", name=op.f("pk_segment")),
    )


def _cosignature() -> None:
    """What witnesses gave."""
    op.create_table(
        "cosignature",
        sa.Column("size", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("witness", sa.String(), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["size"], ["checkpoint.size"], name=op.f("fk_cosignature_size")),
        sa.PrimaryKeyConstraint("size", "witness", name=op.f("pk_cosignature")),
    )
