"""Custody: the force's pool of cameras, and who held which of them, as facts; what is so now, as indexes.

`Asset` is one whole version of a camera of the pool, `Custody` one act (or correction of one). Two indexes follow from
the facts, kept by triggers alone: `Pool`, each camera as it is now, and `Holding`, who held it from when until when.
Their unique indexes hold the rules on every road: a camera has one holder at a time, and an officer one camera.
A camera of the pool is known by its id here; the same camera as the docks see it (`db.schema.Camera`) by its serial.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Fact, Found, FoundLines, FoundText, Id, MovableFact, OptionalFound

OPENING = ("issued", "taken", "reassigned", "swapped-in")
"""Acts from which somebody holds the camera, known or not."""
CLOSING = ("returned", "reassigned", "swapped-out", "lost")
"""Acts from which the one who held it does not hold it any more."""
ACTS = (
    *OPENING,
    *("returned", "swapped-out", "lost"),
    *("confirmed", "assigned", "transferred", "accepted", "found", "fault", "fault-cleared"),
    *("repair-out", "repair-back", "retired", "corrected", "receipt"),
)
"""Every act. `taken` is by undocking; `confirmed` that an issued camera was lifted out; `assigned` gives a camera to
somebody for good without handing it over; `receipt` that the one who brought it back was told so, or showed a card."""

MODES = ("personal", "allocated", "pool")
STATES = ("store", "held", "unknown", "lost", "repair", "transit", "retired")


def _among(column: str, words: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(word) for word in words)})"


class Asset(MovableFact, Base):
    """A camera of the pool was entered or changed: all that is so from here on. `by` is the id of who did it."""

    __tablename__ = "asset"
    __table_args__ = (Index("ix_asset_id", "id", "entry"), CheckConstraint(_among("mode", MODES), name="mode"))
    KIND = "asset"
    PUBLIC = ("id", "asset", "serial", "mode", "by", "origin")

    id: Mapped[Id]
    asset: Mapped[Found]
    serial: Mapped[Found]
    make: Mapped[Found]
    model: Mapped[Found]
    station: Mapped[Found]
    mode: Mapped[str]
    by: Mapped[str | None] = mapped_column(String(32))


class Custody(MovableFact, Base):
    """One act of custody on one camera of the pool, or a correction of one (`corrects`, the number of its entry).

    `by` is the id of who did it, None where the dock itself saw it; `acting` says that an administrator did it in a
    sergeant's place. `officer` is who holds it from here on, for `receipt` who brought it back. `due_at` is when it
    should be back. `override` says that a rule was lifted, `words` why, or what is wrong, or where it goes to.
    A correction gives the right `officer`, the right `moment`, or `voids` the act altogether.
    """

    __tablename__ = "custody"
    __table_args__ = (
        CheckConstraint(_among("act", ACTS), name="act"),
        CheckConstraint(f"mode IS NULL OR {_among('mode', MODES)}", name="mode"),
        CheckConstraint("(act = 'corrected') = (corrects IS NOT NULL)", name="corrects"),
        Index("ix_custody_camera", "camera", "entry"),
        Index("ix_custody_officer", "officer", "entry"),
        Index("ix_custody_at", "at"),
    )
    KIND = "custody"
    PUBLIC = (
        *("camera", "act", "officer", "mode", "by", "acting", "override", "docking", "corrects", "moment", "voids"),
        "origin",
    )

    camera: Mapped[Id]
    act: Mapped[str]
    officer: Mapped[str | None] = mapped_column(String(32))
    mode: Mapped[str | None]
    by: Mapped[str | None] = mapped_column(String(32))
    acting: Mapped[bool] = mapped_column(default=False)
    override: Mapped[bool] = mapped_column(default=False)
    docking: Mapped[str | None] = mapped_column(String(32), ForeignKey("docking.id"))
    due_at: Mapped[datetime | None]
    station: Mapped[OptionalFound]
    words: Mapped[OptionalFound]
    corrects: Mapped[int | None] = mapped_column(ForeignKey("custody.entry"))
    moment: Mapped[datetime | None]
    voids: Mapped[bool] = mapped_column(default=False)


class Undocking(Fact, Base):
    """The camera of a docking was lifted out of its bay, or was no longer there when the docks were next looked at."""

    __tablename__ = "undocking"
    KIND = "undocked"
    PUBLIC = ("docking",)

    docking: Mapped[Id] = mapped_column(ForeignKey("docking.id"), unique=True)


class Readiness(Fact, Base):
    """From here on a docked camera is ready to be issued, or is not, and by which codes; the newest row tells."""

    __tablename__ = "readiness"
    __table_args__ = (CheckConstraint("battery_percent BETWEEN 0 AND 100", name="battery"),)
    KIND = "readiness"
    PUBLIC = ("docking", "ready")

    docking: Mapped[Id] = mapped_column(ForeignKey("docking.id"), index=True)
    ready: Mapped[bool]
    battery_percent: Mapped[int | None]
    reasons: Mapped[tuple[str, ...]] = mapped_column(FoundLines)


class Holding(Base):
    """Who held a camera from when until when, by the act that began it: an index over `Custody`.

    `officer` is None while it is not known who took it; `until_at` None while it is held, and never before `from_at`,
    even where the clock was put back. `confirmed_at` is when an issued camera was lifted out of its bay, `corrected`
    the entry that corrected this, `void` says that it never was: who had it before, if it came from their hands, then
    had it on. Who held a camera when is answered from its index alone, however long it has been about.
    """

    __tablename__ = "holding"
    __table_args__ = (
        Index("uq_holding_camera", "camera", unique=True, sqlite_where=text("until_at IS NULL")),
        Index(
            "uq_holding_officer",
            "officer",
            unique=True,
            sqlite_where=text("until_at IS NULL AND officer IS NOT NULL"),
        ),
        Index("ix_holding_camera", "camera", "from_at", "until_at", "void"),
        Index("ix_holding_officer", "officer", "from_at"),
        Index("ix_holding_due", "due_at", sqlite_where=text("until_at IS NULL")),
        Index("ix_holding_until", "until_entry"),
    )

    entry: Mapped[int] = mapped_column(ForeignKey("custody.entry"), primary_key=True, autoincrement=False)
    camera: Mapped[Id]
    officer: Mapped[str | None] = mapped_column(String(32))
    mode: Mapped[str | None]
    from_at: Mapped[datetime]
    until_at: Mapped[datetime | None]
    until_entry: Mapped[int | None]
    confirmed_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    corrected: Mapped[int | None]
    void: Mapped[bool]


class Pool(Base):
    """Every camera of the pool as it is now: an index over the facts, kept by triggers alone.

    `state` is where it is by its custody, `bay` where it is docked (None when it is not), `docking` its last docking.
    `assigned` is whose it is for good. `ready` and `ready_since` tell of a docked camera, `not_ready` by which codes
    it is not. `fault` is what is wrong with it, `uses` how often it was handed out, `destination` where it is sent to.
    `words` and `holder_words` are what a search finds, in lower case.
    """

    __tablename__ = "pool"
    __table_args__ = (
        Index("uq_pool_asset", "asset", unique=True),
        Index("uq_pool_serial", "serial", unique=True),
        Index("uq_pool_assigned", "assigned", unique=True),
        Index("ix_pool_docking", "docking"),
        Index("ix_pool_holder", "holder"),
        Index("ix_pool_ready", "ready_since", "uses", "asset", sqlite_where=text("ready_since IS NOT NULL")),
        Index("ix_pool_words", "asset", "words", "holder_words", "state"),
        CheckConstraint(_among("state", STATES), name="state"),
    )

    camera: Mapped[Id] = mapped_column(primary_key=True)
    entry: Mapped[int] = mapped_column(ForeignKey("asset.entry"))
    asset: Mapped[str] = mapped_column(FoundText(collation="NOCASE"))
    serial: Mapped[str] = mapped_column(FoundText(collation="NOCASE"))
    make: Mapped[Found]
    model: Mapped[Found]
    station: Mapped[Found]
    mode: Mapped[str]
    assigned: Mapped[str | None] = mapped_column(String(32))
    state: Mapped[str]
    since: Mapped[datetime]
    holder: Mapped[str | None] = mapped_column(String(32))
    due_at: Mapped[datetime | None]
    docking: Mapped[str | None] = mapped_column(String(32))
    bay: Mapped[str | None]
    docked_at: Mapped[datetime | None]
    firmware: Mapped[OptionalFound]
    clock_offset_s: Mapped[float | None]
    battery_percent: Mapped[int | None]
    ready: Mapped[bool]
    ready_since: Mapped[datetime | None]
    not_ready: Mapped[tuple[str, ...]] = mapped_column(FoundLines)
    fault: Mapped[OptionalFound]
    destination: Mapped[OptionalFound]
    uses: Mapped[int]
    words: Mapped[str]
    holder_words: Mapped[str]


_ITS_SERIAL = "(SELECT serial FROM camera WHERE id = NEW.camera)"

_LIVE = "camera = NEW.camera AND until_at IS NULL"

TRIGGERS = {
    "pool_of_asset": """CREATE TRIGGER pool_of_asset AFTER INSERT ON asset BEGIN
        UPDATE pool SET docking = NULL, bay = NULL, ready = 0, ready_since = NULL, not_ready = ''
            WHERE camera = NEW.id AND serial <> NEW.serial;
        INSERT INTO pool (camera, entry, asset, serial, make, model, station, mode, state, since, ready, not_ready,
            uses, words, holder_words)
        VALUES (NEW.id, NEW.entry, NEW.asset, NEW.serial, NEW.make, NEW.model, NEW.station, NEW.mode, 'store', NEW.at,
            0, '', 0, lower(NEW.asset || ' ' || NEW.serial || ' ' || NEW.make || ' ' || NEW.model || ' '
            || NEW.station), '')
        ON CONFLICT (camera) DO UPDATE SET entry = excluded.entry, asset = excluded.asset, serial = excluded.serial,
            make = excluded.make, model = excluded.model, station = excluded.station, mode = excluded.mode,
            words = excluded.words, assigned = CASE WHEN excluded.mode <> 'pool' THEN assigned END;
        UPDATE pool SET (docking, bay, docked_at, firmware, clock_offset_s, battery_percent) = (
                SELECT d.id, CASE WHEN NOT EXISTS (SELECT 1 FROM undocking u WHERE u.docking = d.id) THEN d.bay END,
                    d.at, d.firmware, d.clock_offset_s, d.battery_percent
                FROM docking d WHERE d.camera IN (SELECT id FROM camera
                    WHERE serial IN (NEW.serial, upper(NEW.serial), lower(NEW.serial)))
                ORDER BY d.entry DESC LIMIT 1)
            WHERE camera = NEW.id AND docking IS NULL;
        UPDATE pool SET (ready, ready_since, not_ready) = (
                SELECT r.ready, CASE WHEN r.ready THEN r.at END, r.reasons FROM readiness r
                WHERE r.docking = pool.docking ORDER BY r.entry DESC LIMIT 1)
            WHERE camera = NEW.id AND bay IS NOT NULL AND ready_since IS NULL
                AND EXISTS (SELECT 1 FROM readiness r WHERE r.docking = pool.docking); END""",
    "pool_of_docking": f"""CREATE TRIGGER pool_of_docking AFTER INSERT ON docking BEGIN
        UPDATE pool SET docking = NEW.id, bay = NEW.bay, docked_at = NEW.at, firmware = NEW.firmware,
            clock_offset_s = NEW.clock_offset_s, battery_percent = NEW.battery_percent, ready = 0, ready_since = NULL,
            not_ready = '' WHERE serial = {_ITS_SERIAL}; END""",  # noqa: S608  all of it is our own text
    "pool_of_undocking": """CREATE TRIGGER pool_of_undocking AFTER INSERT ON undocking BEGIN
        UPDATE pool SET bay = NULL, ready = 0, ready_since = NULL WHERE docking = NEW.docking; END""",
    "pool_of_readiness": """CREATE TRIGGER pool_of_readiness AFTER INSERT ON readiness BEGIN
        UPDATE pool SET ready = NEW.ready, ready_since = CASE WHEN NEW.ready THEN coalesce(ready_since, NEW.at) END,
            not_ready = NEW.reasons, battery_percent = coalesce(NEW.battery_percent, battery_percent)
            WHERE docking = NEW.docking AND bay IS NOT NULL; END""",
    "pool_of_fault": f"""CREATE TRIGGER pool_of_fault AFTER INSERT ON camera_fault BEGIN
        UPDATE pool SET fault = CASE WHEN NEW.faulty THEN NEW.words END WHERE serial = {_ITS_SERIAL}; END""",  # noqa: S608
    "holding_of_custody": f"""CREATE TRIGGER holding_of_custody AFTER INSERT ON custody BEGIN
        UPDATE holding SET until_at = max(NEW.at, from_at), until_entry = NEW.entry
            WHERE {_among("NEW.act", CLOSING)} AND {_LIVE};
        INSERT INTO holding (entry, camera, officer, mode, from_at, due_at, void)
            SELECT NEW.entry, NEW.camera, NEW.officer, NEW.mode, NEW.at, NEW.due_at, 0
                WHERE {_among("NEW.act", OPENING)};
        UPDATE holding SET confirmed_at = NEW.at WHERE NEW.act = 'confirmed' AND {_LIVE};
        UPDATE holding SET officer = NEW.officer, due_at = coalesce(NEW.due_at, due_at), corrected = NEW.entry
            WHERE NEW.officer IS NOT NULL AND NEW.act = 'corrected' AND entry = NEW.corrects;
        UPDATE holding SET from_at = NEW.moment, corrected = NEW.entry
            WHERE NEW.moment IS NOT NULL AND NEW.act = 'corrected' AND entry = NEW.corrects;
        UPDATE holding SET until_at = NEW.moment, corrected = NEW.entry
            WHERE NEW.moment IS NOT NULL AND NEW.act = 'corrected' AND until_entry = NEW.corrects AND NOT void;
        UPDATE holding SET until_at = coalesce(until_at, max(NEW.at, from_at)), void = 1, corrected = NEW.entry
            WHERE NEW.voids AND NEW.act = 'corrected' AND entry = NEW.corrects;
        UPDATE holding SET corrected = NEW.entry, (until_at, until_entry) = (
                SELECT CASE WHEN v.until_entry IS NOT NULL THEN max(v.until_at, holding.from_at) END, v.until_entry
                FROM holding v WHERE v.entry = NEW.corrects)
            WHERE NEW.voids AND NEW.act = 'corrected' AND until_entry = NEW.corrects AND NOT void;
        UPDATE pool SET holder = NULL, due_at = NULL, holder_words = '' WHERE camera = NEW.camera;
        UPDATE pool SET (holder, due_at, holder_words) = (
                SELECT h.officer, h.due_at, coalesce(lower(r.collar || ' ' || r.name), '')
                FROM holding h LEFT JOIN roster r ON r.person = h.officer
                WHERE h.camera = NEW.camera AND h.until_at IS NULL)
            WHERE camera = NEW.camera AND EXISTS (SELECT 1 FROM holding WHERE {_LIVE});
        UPDATE pool SET since = NEW.at, state = CASE
                WHEN NEW.act = 'lost' THEN 'lost' WHEN NEW.act = 'repair-out' THEN 'repair'
                WHEN NEW.act = 'transferred' THEN 'transit' WHEN NEW.act = 'retired' THEN 'retired'
                WHEN NOT EXISTS (SELECT 1 FROM holding WHERE {_LIVE}) THEN 'store'
                WHEN holder IS NULL THEN 'unknown' ELSE 'held' END
            WHERE camera = NEW.camera AND (NEW.act <> 'corrected' OR state IN ('store', 'held', 'unknown'))
                AND NEW.act NOT IN ('confirmed', 'assigned', 'fault', 'fault-cleared', 'receipt');
        UPDATE pool SET
            mode = CASE WHEN NEW.act IN ('issued', 'assigned') THEN NEW.mode ELSE mode END,
            assigned = CASE WHEN NEW.act = 'retired' THEN NULL
                WHEN NEW.act IN ('issued', 'assigned') AND NEW.mode = 'pool' THEN NULL
                WHEN NEW.act IN ('issued', 'assigned') THEN NEW.officer ELSE assigned END,
            fault = CASE WHEN NEW.act = 'fault' THEN NEW.words
                WHEN NEW.act IN ('fault-cleared', 'repair-back') THEN NULL ELSE fault END,
            destination = CASE WHEN NEW.act = 'transferred' THEN NEW.station
                WHEN state = 'transit' THEN destination END,
            station = CASE WHEN NEW.act = 'accepted' THEN NEW.station ELSE station END,
            uses = uses + ({_among("NEW.act", OPENING)})
            WHERE camera = NEW.camera; END""",  # noqa: S608  the same
}
"""What keeps the two indexes."""
