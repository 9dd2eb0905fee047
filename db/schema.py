"""The facts of docking and of the vault, as typed tables; the list of all facts, and the triggers that guard them.

Every row of a fact is added once and never changed or deleted: triggers refuse it as a guard against our own bugs; the
proof is the ledger. What changes holds no fact (`CHANGING`): indexes that triggers keep, and what is forgotten on
purpose. People are in `db.people`, who holds which camera in `db.custody`.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from db import custody, people
from db.base import (
    Base,
    Fact,
    Found,
    FoundLines,
    Id,
    MovableFact,
    OptionalFound,
    OptionalToldTime,
    Sha256,
)

SCHEMA = 7
"""Number of the schema that this module describes, kept in the file as `PRAGMA user_version`."""

MAX_SIZE = 2**53 - 1
"""Largest size in bytes that is believed: what canonical JSON (RFC 8785) can carry as an exact number."""


class Station(Fact, Base):
    """The station that this home belongs to: its ledger's origin and public key (hex). One row, the first entry."""

    __tablename__ = "station"
    KIND = "station"
    PUBLIC = ("id", "ledger_key")

    id: Mapped[str] = mapped_column(unique=True)
    ledger_key: Mapped[str]


class Camera(Fact, Base):
    """A camera docked for the first time. USB ids are numbers; `usb_path` is its key only where it has no serial."""

    __tablename__ = "camera"
    __table_args__ = (
        Index(
            "uq_camera_serial",
            "vendor_id",
            "product_id",
            "serial",
            "virtual",
            unique=True,
            sqlite_where=text("serial IS NOT NULL"),
        ),
        Index(
            "uq_camera_usb_path",
            "vendor_id",
            "product_id",
            "usb_path",
            "virtual",
            unique=True,
            sqlite_where=text("usb_path IS NOT NULL"),
        ),
        Index("ix_camera_serial", "serial"),
        CheckConstraint("(serial IS NULL) <> (usb_path IS NULL)", name="one_key"),
    )
    KIND = "camera"
    PUBLIC = ("id", "vendor_id", "product_id", "virtual")

    id: Mapped[Id] = mapped_column(unique=True)
    vendor_id: Mapped[int]
    product_id: Mapped[int]
    make: Mapped[OptionalFound]
    model: Mapped[OptionalFound]
    serial: Mapped[OptionalFound]
    usb_path: Mapped[str | None]
    model_file: Mapped[str]
    virtual: Mapped[bool]


class Bay(Fact, Base):
    """A place in a dock, known by its USB port path from the first time that anything was seen there."""

    __tablename__ = "bay"
    KIND = "bay"
    PUBLIC = ("name",)

    name: Mapped[str] = mapped_column(unique=True)
    usb_path: Mapped[str] = mapped_column(unique=True)


class Acceptance(MovableFact, Base):
    """A person let a new camera be docked by itself, known by what can be seen of it unopened.

    `by` is who decided it. `usb_path` is kept only where the system tells no serial unopened.
    """

    __tablename__ = "acceptance"
    __table_args__ = (
        CheckConstraint("(serial IS NULL) <> (usb_path IS NULL)", name="one_key"),
        Index("ix_acceptance_ids", "vendor_id", "product_id"),
    )
    KIND = "accepted"
    PUBLIC = ("vendor_id", "product_id", "virtual", "origin")

    vendor_id: Mapped[int]
    product_id: Mapped[int]
    serial: Mapped[OptionalFound]
    usb_path: Mapped[str | None]
    virtual: Mapped[bool]
    by: Mapped[str]


class Docking(Fact, Base):
    """A camera was put into a bay. `clock_offset_s` is how far its clock was ahead, before it was set."""

    __tablename__ = "docking"
    __table_args__ = (CheckConstraint("battery_percent BETWEEN 0 AND 100", name="battery"),)
    KIND = "docked"
    PUBLIC = ("id", "camera")

    id: Mapped[Id] = mapped_column(unique=True)
    station: Mapped[str] = mapped_column(ForeignKey("station.id"))
    camera: Mapped[Id] = mapped_column(ForeignKey("camera.id"), index=True)
    bay: Mapped[str]
    usb_path: Mapped[str]
    firmware: Mapped[OptionalFound]
    battery_percent: Mapped[int | None]
    clock_offset_s: Mapped[float | None]
    holder: Mapped[str | None]


class DockingEnd(Fact, Base):
    """A docking is over. `outcome` is a fixed word ("done", or why not), `failed` counts recordings not kept."""

    __tablename__ = "docking_end"
    KIND = "docking-ended"
    PUBLIC = ("docking", "outcome", "failed")

    docking: Mapped[Id] = mapped_column(ForeignKey("docking.id"), unique=True)
    outcome: Mapped[str]
    failed: Mapped[int]


class Recording(Base):
    """A recording as a camera listed it, added when its copy begins. The entry of its seal commits to this row.

    `size` is as declared; `modified` and `captured` are by the camera's clock; `officer` is what its name tells of
    the officer, a collar number.
    """

    __tablename__ = "recording"
    __table_args__ = (
        CheckConstraint(f"size BETWEEN 0 AND {MAX_SIZE}", name="size"),
        Index("ix_recording_found", "camera", "folder", "name"),
        Index("ix_recording_at", "at", "id"),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    docking: Mapped[Id] = mapped_column(ForeignKey("docking.id"), index=True)
    camera: Mapped[Id] = mapped_column(ForeignKey("camera.id"))
    folder: Mapped[Found]
    name: Mapped[Found]
    size: Mapped[int]
    modified: Mapped[OptionalToldTime]
    captured: Mapped[OptionalToldTime]
    persistent_id: Mapped[OptionalFound]
    clock_offset_s: Mapped[float | None]
    officer: Mapped[OptionalFound]
    critical: Mapped[bool]


class Seal(Fact, Base):
    """A recording is encrypted, durable and proved. Hashes are of the plain recording and of both pieces as stored.

    `recorded_at` is when it was made, corrected by the clock's offset; `started_at` (as told) and `seconds` are what
    its container says. `partial` is true when the camera gave less than it listed; `flags` say what was odd.
    """

    __tablename__ = "seal"
    __table_args__ = (
        CheckConstraint("size >= 0 AND payload_size > 0", name="sizes"),
        CheckConstraint("length(sha256) = 64 AND length(key_sha256) = 64 AND length(payload_sha256) = 64", name="hash"),
        Index("ix_seal_intake", "at", "payload_size"),
    )
    KIND = "sealed"
    PUBLIC = ("recording", "docking", "size", "sha256", "key_sha256", "payload_sha256", "payload_size", "partial")
    COVERS_RECORDING = True

    recording: Mapped[Id] = mapped_column(ForeignKey("recording.id"), unique=True)
    docking: Mapped[Id] = mapped_column(ForeignKey("docking.id"))
    size: Mapped[int]
    sha256: Mapped[Sha256] = mapped_column(index=True)
    key_sha256: Mapped[Sha256]
    payload_sha256: Mapped[Sha256]
    payload_size: Mapped[int]
    partial: Mapped[bool]
    flags: Mapped[tuple[str, ...]] = mapped_column(FoundLines)
    recorded_at: Mapped[datetime | None]
    started_at: Mapped[OptionalToldTime]
    seconds: Mapped[float | None]


class Shelf(Base):
    """A sealed recording as it is looked for: an index over the facts, kept by triggers alone and never a fact itself.

    Ordering or searching 100,000 recordings over five tables takes longer than a commit may be held up; over this one
    it does not. `made_at` is when it was recorded, or sealed where nothing tells; `words` is all that plain words
    find, in lower case; `proved_at` is when its sealed copy was last read back whole. The index holds the words too, so
    that a search by them reads nothing else.
    """

    __tablename__ = "shelf"
    __table_args__ = (Index("ix_shelf_made_at", "made_at", "entry", "words"),)

    entry: Mapped[int] = mapped_column(ForeignKey("seal.entry"), primary_key=True, autoincrement=False)
    made_at: Mapped[datetime]
    camera: Mapped[Id]
    camera_name: Mapped[Found]
    officer: Mapped[Found]
    size: Mapped[int]
    seconds: Mapped[float | None]
    partial: Mapped[bool]
    flagged: Mapped[bool]
    held: Mapped[bool]
    released: Mapped[bool]
    proved_at: Mapped[datetime]
    words: Mapped[str]


class Release(Fact, Base):
    """A recording is gone from its camera, confirmed. The foreign key holds the law: no release without a seal."""

    __tablename__ = "release"
    KIND = "released"
    PUBLIC = ("recording", "docking")

    recording: Mapped[Id] = mapped_column(ForeignKey("seal.recording"), index=True)
    docking: Mapped[Id] = mapped_column(ForeignKey("docking.id"))


class NotReleased(Fact, Base):
    """A recording stays on its camera, and why: a fixed code and a sentence."""

    __tablename__ = "not_released"
    KIND = "not-released"
    PUBLIC = ("recording", "code")

    recording: Mapped[Id] = mapped_column(ForeignKey("recording.id"), index=True)
    code: Mapped[str]
    words: Mapped[Found]


class Alarm(Fact, Base):
    """Something that a person must look at: a fixed code and a sentence."""

    __tablename__ = "alarm"
    KIND = "alarm"
    PUBLIC = ("camera", "docking", "code")

    camera: Mapped[str | None] = mapped_column(String(32), ForeignKey("camera.id"))
    docking: Mapped[str | None] = mapped_column(String(32), ForeignKey("docking.id"))
    code: Mapped[str]
    words: Mapped[Found]


class Opening(Fact, Base):
    """A sealed recording is about to be opened: by whom, and how (a fixed word: copy, played, thumbnail)."""

    __tablename__ = "opening"
    KIND = "opened"
    PUBLIC = ("recording", "how")

    recording: Mapped[Id] = mapped_column(ForeignKey("seal.recording"), index=True)
    by: Mapped[str]
    how: Mapped[str]


class Hold(Fact, Base):
    """A person holds a recording, so that no rule may delete it, or lets it go. The newest row of a recording tells.

    `acting` is true where an administrator did it in a sergeant's place, else NULL.
    """

    __tablename__ = "hold"
    KIND = "hold"
    PUBLIC = ("recording", "held", "acting")

    recording: Mapped[Id] = mapped_column(ForeignKey("seal.recording"), index=True)
    held: Mapped[bool]
    by: Mapped[str]
    reason: Mapped[Found]
    acting: Mapped[bool | None]


class CameraFault(Fact, Base):
    """A person reports a fault of a camera, or that it was put right. The newest row of a camera tells.

    `acting` is as in `Hold`.
    """

    __tablename__ = "camera_fault"
    KIND = "camera-fault"
    PUBLIC = ("camera", "faulty", "acting")

    camera: Mapped[Id] = mapped_column(ForeignKey("camera.id"), index=True)
    faulty: Mapped[bool]
    by: Mapped[str]
    words: Mapped[Found]
    acting: Mapped[bool | None]


class Keeping(Fact, Base):
    """A person has a docked camera release nothing more, or lets it release as usual again.

    `camera` is NULL where it was asked for before the camera was told apart. `person` is the id of who asked, NULL in
    a home without accounts; `acting` is as in `Hold`.
    """

    __tablename__ = "keeping"
    KIND = "kept"
    PUBLIC = ("camera", "bay", "kept", "person", "acting")

    camera: Mapped[str | None] = mapped_column(String(32), ForeignKey("camera.id"))
    bay: Mapped[str]
    kept: Mapped[bool]
    by: Mapped[str]
    person: Mapped[str | None] = mapped_column(String(32))
    acting: Mapped[bool | None]


class SettingChange(Fact, Base):
    """A person gave a setting another value (as JSON). `person` is as in `Keeping`."""

    __tablename__ = "setting_change"
    KIND = "setting-changed"
    PUBLIC = ("setting", "person")

    setting: Mapped[str]
    value: Mapped[Found]
    by: Mapped[str]
    person: Mapped[str | None] = mapped_column(String(32))


class KeyAdded(Fact, Base):
    """New recordings are sealed to this recovery recipient too, from here on. `person` is as in `Keeping`."""

    __tablename__ = "key_added"
    KIND = "key-added"
    PUBLIC = ("recipient", "person")

    recipient: Mapped[str]
    label: Mapped[str]
    by: Mapped[str | None]
    person: Mapped[str | None] = mapped_column(String(32))


class RecoveryProof(Fact, Base):
    """It was shown that the holder of this recovery recipient can open what is sealed to it: by whom, and how.

    `how` is a fixed word: here (the secret was made and tried on this machine), elsewhere (a test file was opened).
    """

    __tablename__ = "recovery_proof"
    KIND = "recovery-proved"
    PUBLIC = ("recipient", "how")

    recipient: Mapped[str]
    by: Mapped[str]
    how: Mapped[str]


class VaultProof(Fact, Base):
    """A stretch of the vault was read again by the background verifier, from seal entry `first` to seal entry `last`.

    `recordings` and `bytes` count what was read; `result` is a fixed word ("right", or what was wrong).
    """

    __tablename__ = "vault_proof"
    __table_args__ = (CheckConstraint('"first" <= "last" AND recordings > 0', name="stretch"),)
    KIND = "vault-proved"
    PUBLIC = ("first", "last", "recordings", "result")

    first: Mapped[int] = mapped_column(ForeignKey("seal.entry"))
    last: Mapped[int] = mapped_column(ForeignKey("seal.entry"))
    recordings: Mapped[int]
    bytes: Mapped[int]
    result: Mapped[str]


class Verification(Fact, Base):
    """Vault and ledger were read through: by whom, and with what result (a fixed word)."""

    __tablename__ = "verification"
    KIND = "verified"
    PUBLIC = ("result",)

    by: Mapped[str]
    result: Mapped[str]


class Reading(Fact, Base):
    """Somebody read the ledger: which part (a fixed word), of which camera or person, by their ids, and when.

    What was read lies from `from_at` on and up to `until_at`; None where the question set no such bound. `acting` is as
    in `Hold`.
    """

    __tablename__ = "reading"
    KIND = "read"
    PUBLIC = ("by", "what", "subject", "from_at", "until_at", "acting")

    by: Mapped[str | None] = mapped_column(String(32))
    what: Mapped[str]
    subject: Mapped[str | None] = mapped_column(String(32))
    from_at: Mapped[datetime | None]
    until_at: Mapped[datetime | None]
    acting: Mapped[bool | None]


class KeyChange(Fact, Base):
    """The ledger is signed by another key (hex) from here on, by word of two people; `how` is rotated or lost.

    `signature` is by the key of before, over the new key's 32 bytes; None where that key is lost.
    """

    __tablename__ = "key_change"
    KIND = "key-changed"
    PUBLIC = ("ledger_key", "how", "signature", "by", "second")

    ledger_key: Mapped[str]
    how: Mapped[str]
    signature: Mapped[str | None]
    by: Mapped[str] = mapped_column(String(32))
    second: Mapped[str] = mapped_column(String(32))


class Segment(Fact, Base):
    """The ledger goes on here where another one of the home was found damaged: its file, and what was wrong with it.

    `sha256` is of the damaged file as it stood; `size` and `root` (hex) are of its last checkpoint that could be read.
    """

    __tablename__ = "segment"
    KIND = "segment"
    PUBLIC = ("file", "sha256", "size", "root")

    file: Mapped[str]
    sha256: Mapped[Sha256]
    size: Mapped[int | None]
    root: Mapped[str | None]
    words: Mapped[Found]


class Cosignature(Base):
    """What a witness gave for a checkpoint: who it is, how (a fixed word), and its bytes as they came.

    `how` is cosignature/v1 (C2SP tlog-cosignature, one line of a note) or rfc3161 (a time stamp response).
    """

    __tablename__ = "cosignature"

    size: Mapped[int] = mapped_column(ForeignKey("checkpoint.size"), primary_key=True, autoincrement=False)
    witness: Mapped[str] = mapped_column(primary_key=True)
    how: Mapped[str]
    body: Mapped[bytes]
    at: Mapped[datetime]


class Export(Fact, Base):
    """The ledger was exported, with the verifier whose SHA-256 is given. The exported checkpoint covers this entry.

    `witnesses` is one hash over the names and contents of what witnesses gave, as it was exported.
    """

    __tablename__ = "export"
    KIND = "exported"
    PUBLIC = ("verifier", "witnesses")

    by: Mapped[str]
    verifier: Mapped[Sha256]
    witnesses: Mapped[str | None] = mapped_column(String(64))


FACTS: tuple[type[Fact], ...] = (
    Station,
    Camera,
    Bay,
    Acceptance,
    Docking,
    DockingEnd,
    Seal,
    Release,
    NotReleased,
    Alarm,
    Opening,
    Hold,
    CameraFault,
    Keeping,
    SettingChange,
    KeyAdded,
    RecoveryProof,
    VaultProof,
    Verification,
    Export,
    Reading,
    KeyChange,
    Segment,
    people.Person,
    people.Credential,
    custody.Asset,
    custody.Custody,
    custody.Undocking,
    custody.Readiness,
)

CHANGING = frozenset({"shelf", "roster", "secret", "throttle", "pool", "holding"})
"""The tables that hold no fact: indexes that triggers keep, verifiers that are forgotten, counters of failures."""

SHELVED = """
    SELECT s.entry, coalesce(s.recorded_at, s.at), r.camera, coalesce(c.serial, c.model, c.make, ''),
    coalesce(r.officer, ''), s.size, s.seconds, s.partial, s.flags <> '',
    coalesce((SELECT held FROM hold h WHERE h.recording = s.recording ORDER BY h.entry DESC LIMIT 1), 0),
    EXISTS (SELECT 1 FROM "release" g WHERE g.recording = s.recording),
    coalesce((SELECT p.at FROM vault_proof p WHERE s.entry BETWEEN p.first AND p.last AND p.result = 'right'
        ORDER BY p.entry DESC LIMIT 1), s.at),
    lower(coalesce(c.serial, '') || ' ' || coalesce(c.make, '') || ' ' || coalesce(c.model, '') || ' ' || r.name
        || ' ' || coalesce(r.officer, ''))
    FROM seal s JOIN recording r ON r.id = s.recording JOIN camera c ON c.id = r.camera
"""
"""The query whose rows the shelf must hold: what the facts tell of each sealed recording."""

_ITS_ENTRY = "entry = (SELECT entry FROM seal WHERE recording = NEW.recording)"

_SHELVING = {
    "shelf_of_seal": """CREATE TRIGGER shelf_of_seal AFTER INSERT ON seal
        BEGIN INSERT INTO shelf SELECT NEW.entry, coalesce(NEW.recorded_at, NEW.at), r.camera,
            coalesce(c.serial, c.model, c.make, ''), coalesce(r.officer, ''), NEW.size, NEW.seconds, NEW.partial,
            NEW.flags <> '', 0, 0, NEW.at, lower(coalesce(c.serial, '') || ' ' || coalesce(c.make, '') || ' '
                || coalesce(c.model, '') || ' ' || r.name || ' ' || coalesce(r.officer, ''))
            FROM recording r JOIN camera c ON c.id = r.camera WHERE r.id = NEW.recording; END""",
    "shelf_of_release": f"""CREATE TRIGGER shelf_of_release AFTER INSERT ON "release"
        BEGIN UPDATE shelf SET released = 1 WHERE {_ITS_ENTRY}; END""",  # noqa: S608  all of it is our own text
    "shelf_of_hold": f"""CREATE TRIGGER shelf_of_hold AFTER INSERT ON hold
        BEGIN UPDATE shelf SET held = NEW.held WHERE {_ITS_ENTRY}; END""",  # noqa: S608  the same
    "shelf_of_proof": """CREATE TRIGGER shelf_of_proof AFTER INSERT ON vault_proof WHEN NEW.result = 'right'
        BEGIN UPDATE shelf SET proved_at = NEW.at WHERE entry BETWEEN NEW.first AND NEW.last; END""",
}

_RULES = {
    "recording_never_mixes": """CREATE TRIGGER recording_never_mixes BEFORE INSERT ON recording
        WHEN (SELECT virtual FROM camera WHERE id = NEW.camera)
          <> (SELECT c.virtual FROM recording r JOIN camera c ON c.id = r.camera LIMIT 1)
        BEGIN SELECT RAISE(ABORT, 'try-out and evidence never mix in one home'); END""",
}


def triggers() -> dict[str, str]:
    """Every trigger of the database by name, with the statement that makes it."""
    guards = {
        f"{table}_no_{act.lower()}": f'CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON "{table}" '
        f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are never changed or deleted'); END"
        for table in Base.metadata.tables
        if table not in CHANGING
        for act in ("UPDATE", "DELETE")
    }
    return guards | _RULES | _SHELVING | people.TRIGGERS | custody.TRIGGERS
