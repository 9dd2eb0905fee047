"""Schema 1: the ledger, cameras and bays, dockings, recordings on their way, acts of people."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables, each after those it refers to."""
    _ledger()
    _station()
    _cameras()
    _places()
    _dockings()
    _recordings()
    _seals()
    _releases()
    _alarms()
    _acts()
    _checks()


def _ledger() -> None:
    """Entries, the Merkle tree's inner nodes, signed heads."""
    op.create_table(
        "ledger_entry",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_ledger_entry")),
    )
    op.create_table(
        "ledger_node",
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("index", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("level", "index", name=op.f("pk_ledger_node")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "checkpoint",
        sa.Column("size", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_checkpoint")),
    )


def _station() -> None:
    """The station of this home."""
    op.create_table(
        "station",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("ledger_key", sa.String(), nullable=False),
        sa.Column("entry", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry"], ["ledger_entry.number"], name=op.f("fk_station_entry"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("entry", name=op.f("pk_station")),
        sa.UniqueConstraint("id", name=op.f("uq_station_id")),
    )


def _cameras() -> None:
    """Cameras."""
    op.create_table(
        "camera",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("vendor_id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("make", sa.String(), nullable=True),
        sa.Column("model", sa.String(), nullable=True),
        sa.Column("serial", sa.String(), nullable=True),
        sa.Column("usb_path", sa.String(), nullable=True),
        sa.Column("model_file", sa.String(), nullable=False),
        sa.Column("virtual", sa.Boolean(), nullable=False),
        sa.Column("entry", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("(serial IS NULL) <> (usb_path IS NULL)", name=op.f("ck_camera_one_key")),
        sa.ForeignKeyConstraint(
            ["entry"], ["ledger_entry.number"], name=op.f("fk_camera_entry"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("entry", name=op.f("pk_camera")),
        sa.UniqueConstraint("id", name=op.f("uq_camera_id")),
    )
    op.create_index(
        "uq_camera_serial",
        "camera",
        ["vendor_id", "product_id", "serial", "virtual"],
        unique=True,
        sqlite_where=sa.text("serial IS NOT NULL"),
    )
    op.create_index(
        "uq_camera_usb_path",
        "camera",
        ["vendor_id", "product_id", "usb_path", "virtual"],
        unique=True,
        sqlite_where=sa.text("usb_path IS NOT NULL"),
    )


def _places() -> None:
    """Bays, and whom people let in."""
    op.create_table(
        "bay",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("usb_path", sa.String(), nullable=False),
        sa.Column("entry", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry"], ["ledger_entry.number"], name=op.f("fk_bay_entry"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("entry", name=op.f("pk_bay")),
        sa.UniqueConstraint("name", name=op.f("uq_bay_name")),
        sa.UniqueConstraint("usb_path", name=op.f("uq_bay_usb_path")),
    )
    op.create_table(
        "acceptance",
        sa.Column("vendor_id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("serial", sa.String(), nullable=True),
        sa.Column("usb_path", sa.String(), nullable=True),
        sa.Column("virtual", sa.Boolean(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("entry", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("(serial IS NULL) <> (usb_path IS NULL)", name=op.f("ck_acceptance_one_key")),
        sa.ForeignKeyConstraint(
            ["entry"], ["ledger_entry.number"], name=op.f("fk_acceptance_entry"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("entry", name=op.f("pk_acceptance")),
    )
    op.create_index("ix_acceptance_ids", "acceptance", ["vendor_id", "product_id"], unique=False)


def _dockings() -> None:
    """Dockings and their ends."""
    op.create_table(
        "docking",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("station", sa.String(), nullable=False),
        sa.Column("camera", sa.String(length=32), nullable=False),
        sa.Column("bay", sa.String(), nullable=False),
        sa.Column("usb_path", sa.String(), nullable=False),
        sa.Column("firmware", sa.String(), nullable=True),
        sa.Column("battery_percent", sa.Integer(), nullable=True),
        sa.Column("clock_offset_s", sa.Double(), nullable=True),
        sa.Column("holder", sa.String(), nullable=True),
        sa.Column("entry", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("battery_percent BETWEEN 0 AND 100", name=op.f("ck_docking_battery")),
        sa.ForeignKeyConstraint(["camera"], ["camera.id"], name=op.f("fk_docking_camera")),
        sa.ForeignKeyConstraint(
            ["entry"], ["ledger_entry.number"], name=op.f("fk_docking_entry"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(["station"], ["station.id"], name=op.f("fk_docking_station")),
        sa.PrimaryKeyConstraint("entry", name=op.f("pk_docking")),
        sa.UniqueConstraint("id", name=op.f("uq_docking_id")),
    )
    op.create_index(op.f("ix_docking_camera"), "docking", ["camera"], unique=False)
    op.create_table(
        "docking_end",
        sa.Column("docking", sa.String(length=32), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("entry", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["docking"], ["docking.id"], name=op.f("fk_docking_end_docking")),
        sa.ForeignKeyConstraint(
            ["entry"], ["ledger_entry.number"], name=op.f("fk_docking_end_entry"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("entry", name=op.f("pk_docking_end")),
        sa.UniqueConstraint("docking", name=op.f("uq_docking_end_docking")),
    )


def _recordings() -> None:
    """Recordings as listed."""
    op.create_table(
        "recording",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("docking", sa.String(length=32), nullable=False),
        sa.Column("camera", sa.String(length=32), nullable=False),
        sa.Column("folder", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("modified", sa.String(), nullable=True),
        sa.Column("captured", sa.String(), nullable=True),
        sa.Column("persistent_id", sa.String(), nullable=True),
        sa.Column("clock_offset_s", sa.Double(), nullable=True),
        sa.Column("officer", sa.String(), nullable=True),
        sa.Column("critical", sa.Boolean(), nullable=False),
        sa.CheckConstraint("size BETWEEN 0 AND 9007199254740991", name=op.f("ck_recording_size")),
        sa.ForeignKeyConstraint(["camera"], ["camera.id"], name=op.f("fk_recording_camera")),
        sa.ForeignKeyConstraint(["docking"], ["docking.id"], name=op.f("fk_recording_docking")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recording")),
    )
    op.create_index("ix_recording_at", "recording", ["at", "id"], unique=False)
    op.create_index(op.f("ix_recording_docking"), "recording", ["docking"], unique=False)
    op.create_index("ix_recording_found", "recording", ["camera", "folder", "name"], unique=False)


def _seals() -> None:
    """Seals."""
    op.create_table(
        "seal",
        sa.Column("recording", sa.String(length=32), nullable=False),
        sa.Column("docking", sa.String(length=32), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("key_sha256", sa.String(length=64), nullable=False),
        sa.Column("payload_sha256", sa.String(length=64), nullable=False),
        sa.Column("payload_size", sa.Integer(), nullable=False),
        sa.Column("partial", sa.Boolean(), nullable=False),
        sa.Column("flags", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.String(), nullable=True),
        sa.Column("started_at", sa.String(), nullable=True),
        sa.Column("seconds", sa.Double(), nullable=True),
        sa.Column("entry", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "length(sha256) = 64 AND length(key_sha256) = 64 AND length(payload_sha256) = 64", name=op.f("ck_seal_hash")
        ),
        sa.CheckConstraint("size >= 0 AND payload_size > 0", name=op.f("ck_seal_sizes")),
        sa.ForeignKeyConstraint(["docking"], ["docking.id"], name=op.f("fk_seal_docking")),
        sa.ForeignKeyConstraint(
            ["entry"], ["ledger_entry.number"], name=op.f("fk_seal_entry"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(["recording"], ["recording.id"], name=op.f("fk_seal_recording")),
        sa.PrimaryKeyConstraint("entry", name=op.f("pk_seal")),
        sa.UniqueConstraint("recording", name=op.f("uq_seal_recording")),
    )
    op.create_index(op.f("ix_seal_sha256"), "seal", ["sha256"], unique=False)


def _releases() -> None:
    """Releases, and why not."""
    op.create_table(
        "release",
        sa.Column("recording", sa.String(length=32), nullable=False),
        sa.Column("docking", sa.String(length=32), nullable=False),
        sa.Column("entry", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["docking"], ["docking.id"], name=op.f("fk_release_docking")),
        sa.ForeignKeyConstraint(
            ["entry"], ["ledger_entry.number"], name=op.f("fk_release_entry"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(["recording"], ["seal.recording"], name=op.f("fk_release_recording")),
        sa.PrimaryKeyConstraint("entry", name=op.f("pk_release")),
    )
    op.create_index(op.f("ix_release_recording"), "release", ["recording"], unique=False)
    op.create_table(
        "not_released",
        sa.Column("recording", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("entry", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry"],
            ["ledger_entry.number"],
            name=op.f("fk_not_released_entry"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(["recording"], ["recording.id"], name=op.f("fk_not_released_recording")),
        sa.PrimaryKeyConstraint("entry", name=op.f("pk_not_released")),
    )
    op.create_index(op.f("ix_not_released_recording"), "not_released", ["recording"], unique=False)


def _alarms() -> None:
    """Alarms."""
    op.create_table(
        "alarm",
        sa.Column("camera", sa.String(length=32), nullable=True),
        sa.Column("docking", sa.String(length=32), nullable=True),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("entry", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["camera"], ["camera.id"], name=op.f("fk_alarm_camera")),
        sa.ForeignKeyConstraint(["docking"], ["docking.id"], name=op.f("fk_alarm_docking")),
        sa.ForeignKeyConstraint(
            ["entry"], ["ledger_entry.number"], name=op.f("fk_alarm_entry"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("entry", name=op.f("pk_alarm")),
    )


def _acts() -> None:
    """Openings and keys."""
    op.create_table(
        "opening",
        sa.Column("recording", sa.String(length=32), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("entry", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry"], ["ledger_entry.number"], name=op.f("fk_opening_entry"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(["recording"], ["seal.recording"], name=op.f("fk_opening_recording")),
        sa.PrimaryKeyConstraint("entry", name=op.f("pk_opening")),
    )
    op.create_index(op.f("ix_opening_recording"), "opening", ["recording"], unique=False)
    op.create_table(
        "key_added",
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("entry", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry"], ["ledger_entry.number"], name=op.f("fk_key_added_entry"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("entry", name=op.f("pk_key_added")),
    )


def _checks() -> None:
    """Verifications and exports."""
    op.create_table(
        "verification",
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("entry", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry"],
            ["ledger_entry.number"],
            name=op.f("fk_verification_entry"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("entry", name=op.f("pk_verification")),
    )
    op.create_table(
        "export",
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("verifier", sa.String(length=64), nullable=False),
        sa.Column("entry", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry"], ["ledger_entry.number"], name=op.f("fk_export_entry"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("entry", name=op.f("pk_export")),
    )
