"""The one service of facts: each method writes what happened and its ledger entry in one transaction, or reads.

Rows never leave this module: callers get frozen values. Every method may raise StorageError.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from sqlalchemy import ColumnElement, Select, and_, exists, false, func, select, tuple_
from sqlalchemy.orm import Session, aliased

from app.custody import dockside
from app.errors import Trouble, WrongKindOfHome
from app.ledger import export, log, merkle, verify
from app.ledger.carry import Carried
from app.ledger.note import Growth, LogKeys, Proof, Signer, VerifierKey
from app.ledger.segments import Damaged
from app.media.wire import Facts
from app.people.acting import Doer
from app.settings import Settings
from app.vault import Sealed
from db.base import Checkpoint, Fact, LedgerEntry
from db.custody import Pool, Readiness
from db.engine import Database
from db.people import Roster
from db.schema import (
    MAX_SIZE,
    Acceptance,
    Alarm,
    Bay,
    Camera,
    CameraFault,
    Docking,
    DockingEnd,
    Hold,
    Keeping,
    KeyAdded,
    KeyChange,
    NotReleased,
    Opening,
    Recording,
    RecoveryProof,
    Release,
    Seal,
    Segment,
    SettingChange,
    Station,
    VaultProof,
    Verification,
)
from drivers.camera import Footage, Identity, Sighting

PAGE = 500
"""Rows that one read transaction takes: far less than 100 ms, so that no commit waits long behind it."""

PARTIAL = "partial:"
"""How a seal's flag begins when the camera gave less than it had listed."""


class SizeNotBelieved(Trouble):
    """A camera lists a recording of a size that no memory has."""

    code = "size"
    what_to_do = "Keep this camera in and report a fault: its list of recordings is wrong."


class NoSuchRecording(Trouble):
    """An id that no recording has."""

    code = "no-recording"
    what_to_do = "List the ids with: dockwarden recordings."


class NoSuchCheckpoint(Trouble):
    """A size of which no checkpoint was signed."""

    code = "no-checkpoint"
    what_to_do = "Sign one now with: dockwarden ledger checkpoint."


class Known(msgspec.Struct, frozen=True):
    """A recording that was begun. `size` is as the camera listed it; what a seal tells is None before sealing."""

    id: str
    size: int
    modified: datetime | None
    captured: datetime | None
    persistent_id: str | None
    sealed_at: datetime | None
    partial: bool
    sha256: str | None
    released: bool

    @property
    def sealed(self) -> bool:
        """Whether a copy of it is durable, proved and logged."""
        return self.sealed_at is not None

    def looks_like(self, footage: Footage) -> bool:
        """Whether all that a listing tells is the same; its content was not compared."""
        mine = (self.size, self.modified, self.captured, self.persistent_id)
        return mine == (footage.size, footage.modified, footage.captured, footage.persistent_id)

    def surely_is(self, footage: Footage) -> bool:
        """Whether it looks the same and the listing tells a time or a lasting id to know it by."""
        known_by = footage.modified or footage.captured or footage.persistent_id
        return known_by is not None and self.looks_like(footage)


class Unreleased(msgspec.Struct, frozen=True):
    """A recording that is sealed whole and, as far as is known, still on its camera."""

    id: str
    folder: str
    name: str
    sealed_at: datetime


class RecordingFacts(msgspec.Struct, frozen=True):
    """All that is kept of one recording, as `recordings` shows it. Sizes in bytes, times in UTC but for the told ones.

    `listed_size`, `modified` and `captured` are the camera's words; `started_at` is its container's. `entry` is the
    number of the ledger entry of its seal, `model_file` the name of the camera's model.
    """

    id: str
    camera_id: str
    serial: str | None
    make: str | None
    model: str | None
    bay: str
    folder: str
    name: str
    listed_size: int
    found_at: datetime
    modified: datetime | None
    captured: datetime | None
    clock_offset_s: float | None
    officer: str | None
    critical: bool
    virtual: bool
    sealed_at: datetime | None = None
    size: int | None = None
    sha256: str | None = None
    key_sha256: str | None = None
    payload_sha256: str | None = None
    payload_size: int | None = None
    partial: bool | None = None
    flags: tuple[str, ...] = ()
    recorded_at: datetime | None = None
    started_at: datetime | None = None
    seconds: float | None = None
    released_at: datetime | None = None
    entry: int | None = None
    model_file: str = ""


class DamagedSegment(msgspec.Struct, frozen=True):
    """A database of this home that was found damaged: its file, and what was wrong with it."""

    file: str
    words: str


class Entry(msgspec.Struct, frozen=True):
    """One entry of the ledger; `body` is its canonical JSON."""

    number: int
    body: str


class Records:
    """The facts of one home. `signer` holds the key of its station's ledger; signing is all that needs it."""

    def __init__(self, database: Database, signer: Signer) -> None:
        self._database = database
        self._signer = signer
        self._station = self._find_station()

    # -- cameras and bays --------------------------------------------------------------------------------------------

    def camera(self, sighting: Sighting, identity: Identity, model_file: str) -> str:
        """The id of a camera, which is known from now on. A camera without a serial number is known by its port."""
        serial = identity.serial or sighting.serial
        with self._database.write() as session:
            found = session.scalar(select(Camera.id).where(*_same_camera(Camera, sighting, serial)))
            if found is not None:
                return found
            camera = Camera(
                id=_new_id(),
                vendor_id=sighting.vendor_id,
                product_id=sighting.product_id,
                make=identity.make,
                model=identity.model,
                serial=serial,
                usb_path=None if serial else sighting.usb_path,
                model_file=model_file,
                virtual=sighting.virtual,
            )
            self._enter(session, camera)
            return camera.id

    def camera_id(self, sighting: Sighting, identity: Identity) -> str | None:
        """The id of a camera that was docked here before, else None."""
        with self._database.read() as session:
            return session.scalar(
                select(Camera.id).where(*_same_camera(Camera, sighting, identity.serial or sighting.serial))
            )

    def knows_model(self, model_file: str, identity: Identity) -> bool:
        """Whether a camera of this model was ever docked here."""
        alike = (
            Camera.model_file == model_file,
            Camera.make.is_not_distinct_from(identity.make),
            Camera.model.is_not_distinct_from(identity.model),
        )
        with self._database.read() as session:
            return bool(session.scalar(select(exists().where(*alike))))

    def last_bay(self, camera_id: str) -> str | None:
        """The bay in which this camera was docked last, None if it never was."""
        last = select(Docking.bay).where(Docking.camera == camera_id).order_by(Docking.entry.desc()).limit(1)
        with self._database.read() as session:
            return session.scalar(last)

    def bay(self, usb_path: str) -> str:
        """The name of the bay on this port, for good: a letter for the hub, then the port's number."""
        with self._database.write() as session:
            names = {bay.usb_path: bay.name for bay in session.scalars(select(Bay).order_by(Bay.entry))}
            if usb_path not in names:
                names[usb_path] = name_bay(usb_path, list(names))
                self._enter(session, Bay(name=names[usb_path], usb_path=usb_path))
            return names[usb_path]

    def is_accepted(self, sighting: Sighting) -> bool:
        """Whether a person let this camera be docked by itself, as far as can be told without opening it."""
        with self._database.read() as session:
            accepted = exists().where(*_same_camera(Acceptance, sighting, sighting.serial))
            return bool(session.scalar(select(accepted)))

    def accept(self, sighting: Sighting, by: str) -> None:
        """Let this camera be docked by itself from now on. `by` is who decided it."""
        if self.is_accepted(sighting):
            return
        acceptance = Acceptance(
            vendor_id=sighting.vendor_id,
            product_id=sighting.product_id,
            serial=sighting.serial,
            usb_path=None if sighting.serial else sighting.usb_path,
            virtual=sighting.virtual,
            by=by,
        )
        self._write(acceptance)

    def quarantined(self, bay: str, sighting: Sighting, misfit: str) -> None:
        """A device was put aside unopened: what it shows is not what a camera of its model shows."""
        what = f"{sighting.vendor_id:04x}:{sighting.product_id:04x}, serial {sighting.serial or 'unknown'}"
        self.alarm(None, None, "quarantined", f"{bay}: {what}: {misfit}")

    # -- dockings ----------------------------------------------------------------------------------------------------

    def begin_docking(
        self,
        camera_id: str,
        *,
        bay: str,
        usb_path: str,
        firmware: str | None,
        battery_percent: int | None,
        clock_offset_s: float | None,
        arrived: bool = True,
    ) -> str:
        """A camera is in a bay, and back from who held it if it has `arrived` there. Gives the id of the docking."""
        with self._database.write() as session:
            serial = session.scalar(select(Camera.serial).where(Camera.id == camera_id))
            docking = Docking(
                id=_new_id(),
                station=self._station,
                camera=camera_id,
                bay=bay,
                usb_path=usb_path,
                firmware=firmware,
                battery_percent=battery_percent,
                clock_offset_s=clock_offset_s,
                holder=dockside.holder_of(session, serial) if arrived else dockside.brought_by(session, camera_id),
            )
            self._enter(session, docking)
            if arrived:
                dockside.came_back(session, docking, serial)
            return docking.id

    def readiness(
        self, docking_id: str, *, ready: bool, battery_percent: int | None, reasons: tuple[str, ...] = ()
    ) -> None:
        """A docked camera may be handed out from here on, or may not, by which codes."""
        self._write(Readiness(docking=docking_id, ready=ready, battery_percent=battery_percent, reasons=reasons))

    def lifted(self, docking_id: str, settings: Settings) -> None:
        """The camera of a docking was lifted out: a holding begins, or is confirmed."""
        with self._database.write() as session:
            dockside.lifted(session, docking_id, _now(), settings)

    def replaced(self, camera_id: str, bay: str, settings: Settings) -> None:
        """A camera stands in a bay: whatever was there before it was lifted out, though nobody saw it."""
        with self._database.write() as session:
            serial = session.scalar(select(Camera.serial).where(Camera.id == camera_id))
            dockside.replaced(session, bay, serial, _now(), settings)

    def lifted_unseen(self, occupied: Collection[str], settings: Settings) -> None:
        """Whatever of the pool was docked when the docks were last looked at, and is not now, was lifted out meanwhile.

        `occupied` are the USB paths at which something is docked.
        """
        docked = select(Docking.id).join(Pool, Pool.docking == Docking.id).where(Pool.bay.is_not(None))
        with self._database.write() as session:
            gone = docked.where(Docking.usb_path.not_in(occupied)).order_by(Docking.entry)
            for docking_id in session.scalars(gone).all():
                dockside.lifted(session, docking_id, _now(), settings)

    def end_docking(self, docking_id: str, outcome: str, *, failed: int) -> None:
        """A docking is over. `outcome` is "done" or the code of what ended it; `failed` counts recordings not kept."""
        self._write(DockingEnd(docking=docking_id, outcome=outcome, failed=failed))

    def releases_proved(self, camera_id: str, firmware: str | None) -> bool:
        """Whether this camera, with this firmware, has deleted what it was asked to, and nothing else, before."""
        released = exists().where(
            Release.docking == Docking.id, Docking.camera == camera_id, Docking.firmware.is_not_distinct_from(firmware)
        )
        vanished = exists().where(Alarm.camera == camera_id, Alarm.code == "vanished")
        with self._database.read() as session:
            return bool(session.scalar(select(and_(released, ~vanished))))

    def alarm(self, camera_id: str | None, docking_id: str | None, code: str, words: str) -> None:
        """Something that a person must look at."""
        self._write(Alarm(camera=camera_id, docking=docking_id, code=code, words=words))

    # -- recordings on their way -------------------------------------------------------------------------------------

    def known(self, camera_id: str, folder: str, name: str) -> list[Known]:
        """All recordings of this camera that were begun under this folder and name, oldest first."""
        found = _known().where(Recording.camera == camera_id, Recording.folder == folder, Recording.name == name)
        with self._database.read() as session:
            return [Known(*row) for row in session.execute(found.order_by(Recording.at))]

    def unreleased(self, camera_id: str) -> list[Unreleased]:
        """What is sealed whole of this camera and was never released, oldest first."""
        found = (
            select(Recording.id, Recording.folder, Recording.name, Seal.at)
            .join(Seal, Seal.recording == Recording.id)
            .where(Recording.camera == camera_id, ~Seal.partial, ~exists().where(Release.recording == Recording.id))
            .order_by(Recording.at)
        )
        with self._database.read() as session:
            return [Unreleased(*row) for row in session.execute(found)]

    def begin_recording(
        self,
        docking_id: str,
        footage: Footage,
        *,
        officer: str | None,
        critical: bool,
        clock_offset_s: float | None,
    ) -> str:
        """The copy of a recording begins; gives its id. Raises WrongKindOfHome where try-out would meet evidence."""
        if not 0 <= footage.size <= MAX_SIZE:
            raise SizeNotBelieved(f"The camera lists a recording of {footage.size} bytes.")
        with self._database.write() as session:
            camera_id, virtual = session.execute(
                select(Camera.id, Camera.virtual)
                .join(Docking, Docking.camera == Camera.id)
                .where(Docking.id == docking_id)
            ).one()
            if _try_out(session) not in {None, virtual}:
                raise WrongKindOfHome("Try-out and evidence never mix in one home.", "Use another --home.")
            recording = Recording(
                id=_new_id(),
                at=_now(),
                docking=docking_id,
                camera=camera_id,
                folder=footage.folder,
                name=footage.name,
                size=footage.size,
                modified=footage.modified,
                captured=footage.captured,
                persistent_id=footage.persistent_id,
                clock_offset_s=clock_offset_s,
                officer=officer,
                critical=critical,
            )
            session.add(recording)
            return recording.id

    def sealed(
        self,
        recording_id: str,
        docking_id: str,
        pieces: Sealed,
        recorded_at: datetime | None,
        media: Facts,
        flags: tuple[str, ...],
    ) -> None:
        """A recording is encrypted, durable and proved: the moment from which it may be released."""
        seal = Seal(
            recording=recording_id,
            docking=docking_id,
            size=pieces.size,
            sha256=pieces.sha256,
            key_sha256=pieces.key_sha256,
            payload_sha256=pieces.payload_sha256,
            payload_size=pieces.payload_size,
            partial=any(flag.startswith(PARTIAL) for flag in flags),
            flags=flags,
            recorded_at=recorded_at,
            started_at=media.started_at,
            seconds=media.seconds,
        )
        self._write(seal)

    def sealed_pieces(self, recording_id: str) -> Sealed:
        """What the vault holds of a sealed recording. Raises NoSuchRecording."""
        with self._database.read() as session:
            seal = session.scalar(select(Seal).where(Seal.recording == recording_id))
            if seal is None:
                raise NoSuchRecording(f"No recording {recording_id} is sealed here.")
            return _pieces(seal)

    def released(self, recording_id: str, docking_id: str) -> None:
        """A sealed recording is gone from its camera, confirmed."""
        self._write(Release(recording=recording_id, docking=docking_id))

    def not_released(self, recording_id: str, code: str, words: str) -> None:
        """A recording stays on its camera, and why."""
        self._write(NotReleased(recording=recording_id, code=code, words=words))

    # -- acts of people ----------------------------------------------------------------------------------------------

    def opened(self, recording_id: str, by: str, how: str) -> None:
        """A recording is about to be opened: called before any plain byte is given. Raises NoSuchRecording."""
        self.sealed_pieces(recording_id)
        self._write(Opening(recording=recording_id, by=by, how=how))

    def hold(
        self, recording_ids: Sequence[str], *, held: bool, by: str, reason: str, acting: bool | None = None
    ) -> None:
        """Hold these recordings, so that no rule may delete them, or let them go. Raises NoSuchRecording."""
        with self._database.write() as session:
            for recording_id in recording_ids:
                if session.scalar(select(Seal.entry).where(Seal.recording == recording_id)) is None:
                    raise NoSuchRecording(f"No recording {recording_id} is sealed here.")
                fact = Hold(recording=recording_id, held=held, by=by, reason=reason, acting=acting)
                self._enter(session, fact)

    def hold_camera(self, camera_id: str, *, by: Doer, reason: str) -> int:
        """Hold all that is sealed of a camera and not held yet; gives how many that were."""
        found = select(Recording.id).join(Seal, Seal.recording == Recording.id)
        with self._database.read() as session:
            ids = session.scalars(found.where(Recording.camera == camera_id, ~_held()).order_by(Recording.at)).all()
        for start in range(0, len(ids), PAGE):
            self.hold(ids[start : start + PAGE], held=True, by=by.name, reason=reason, acting=by.acting)
        return len(ids)

    def held_count(self, camera_id: str) -> int:
        """How many recordings of a camera are held."""
        count = select(func.count(Recording.id)).where(Recording.camera == camera_id, _held())
        with self._database.read() as session:
            return session.scalars(count).one()

    def camera_fault(self, camera_id: str, *, faulty: bool, by: str, words: str, acting: bool | None = None) -> None:
        """A person reports a fault of a camera in words, or says how it was put right."""
        self._write(CameraFault(camera=camera_id, faulty=faulty, by=by, words=words, acting=acting))

    def keeping(self, camera_id: str | None, bay: str, *, kept: bool, by: Doer) -> None:
        """A person has the camera in a bay release nothing more, or release as usual again."""
        self._write(Keeping(camera=camera_id, bay=bay, kept=kept, by=by.name, person=by.id, acting=by.acting))

    def fault_of(self, camera_id: str) -> str | None:
        """The words of the fault that was reported of this camera and not yet put right, None without one."""
        newest = select(CameraFault).where(CameraFault.camera == camera_id).order_by(CameraFault.entry.desc()).limit(1)
        with self._database.read() as session:
            found = session.scalar(newest)
            if found is None:  # reported of a camera of the pool before it was ever docked
                return session.scalar(
                    select(Pool.fault).join(Camera, Camera.serial == Pool.serial).where(Camera.id == camera_id)
                )
            return found.words if found.faulty else None

    def recovery_proved(self, recipient: str, *, by: str, how: str) -> None:
        """A recovery recipient was shown to open what is sealed to it. `how` is "here" or "elsewhere"."""
        self._write(RecoveryProof(recipient=recipient, by=by, how=how))

    def proved_recipients(self) -> frozenset[str]:
        """The recovery recipients that have been proved."""
        with self._database.read() as session:
            return frozenset(session.scalars(select(RecoveryProof.recipient)))

    def vault_proved(self, first: int, last: int, *, recordings: int, size: int, result: str) -> None:
        """The background verifier read the recordings sealed by entries `first` to `last` again, `size` bytes."""
        self._write(VaultProof(first=first, last=last, recordings=recordings, bytes=size, result=result))

    def key_changed(self, public_key: bytes, how: str, signature: bytes | None, *, by: str, second: str) -> None:
        """The ledger is signed by another key from here on: `how` is rotated or lost, two people (their ids) say so."""
        change = KeyChange(
            ledger_key=public_key.hex(),
            how=how,
            signature=None if signature is None else signature.hex(),
            by=by,
            second=second,
        )
        self._write(change)

    def segment_begun(self, damaged: Damaged, words: str, carried: Carried) -> None:
        """Say that the ledger goes on here where a damaged one of the home ends, and enter what is taken over from it.

        `words` say what was wrong with it. Nothing is taken over where accounts or cameras were entered here before.
        """
        with self._database.write() as session:
            if session.scalar(select(exists().select_from(Roster))) or session.scalar(
                select(exists().select_from(Pool))
            ):
                carried = Carried((), (), "Nothing was taken over from it: people or cameras were entered here before.")
            fields = msgspec.structs.asdict(damaged)
            self._enter(session, Segment(**fields, words=f"{words} {carried.words}"))
            for fact in carried.facts:
                fact.at = _now()
            if carried.facts:
                log.enter_all(session, carried.facts)
            session.add_all(carried.secrets)

    def segment(self) -> DamagedSegment | None:
        """The damaged ledger after which this one goes on, None where it is the home's first."""
        with self._database.read() as session:
            row = session.scalar(select(Segment).order_by(Segment.entry.desc()).limit(1))
            return None if row is None else DamagedSegment(row.file, row.words)

    def key_added(self, recipient: str, label: str, by: Doer) -> None:
        """New recordings are sealed to one more recovery recipient from here on."""
        self._write(KeyAdded(recipient=recipient, label=label, by=by.name, person=by.id))

    def settings_changed(self, values: Mapping[str, object], by: Doer, keep: Callable[[], None]) -> None:
        """A person gave these settings other values. `keep` writes them down: what it raises, nothing was entered."""
        with self._database.write() as session:
            for setting, value in values.items():
                fact = SettingChange(setting=setting, value=json.dumps(value), by=by.name, person=by.id)
                self._enter(session, fact)
            keep()

    def verified(self, by: str, result: str) -> None:
        """Vault and ledger were read through, with this result (a fixed word)."""
        self._write(Verification(by=by, result=result))

    # -- what is kept ------------------------------------------------------------------------------------------------

    def recordings(self, after: RecordingFacts | None = None, limit: int = PAGE) -> list[RecordingFacts]:
        """A page of recordings in the order in which they were found, those after `after`.

        A copy that was broken off and begun anew under another id is not listed: it is the same recording.
        """
        page = _facts().where(~_begun_anew()).order_by(Recording.at, Recording.id).limit(limit)
        if after is not None:
            page = page.where(tuple_(Recording.at, Recording.id) > (after.found_at, after.id))
        with self._database.read() as session:
            return [_recording(*row) for row in session.execute(page)]

    def recording(self, recording_id: str) -> RecordingFacts:
        """All that is kept of one recording. Raises NoSuchRecording."""
        with self._database.read() as session:
            row = session.execute(_facts().where(Recording.id == recording_id)).one_or_none()
            if row is None:
                raise NoSuchRecording(f"No recording has the id {recording_id}.")
            return _recording(*row)

    def was_begun(self, recording_id: str) -> bool:
        """Whether a recording of this id was ever begun, sealed or not."""
        with self._database.read() as session:
            return session.get(Recording, recording_id) is not None

    def vault_index(self) -> Iterator[Sealed]:
        """What the vault must hold, in the order of sealing, read in pages: a slow reader holds up no commit."""
        last = -1
        while True:
            with self._database.read() as session:
                page = session.scalars(select(Seal).where(Seal.entry > last).order_by(Seal.entry).limit(PAGE)).all()
                found = [_pieces(seal) for seal in page]
                last = page[-1].entry if page else last
            if not found:
                return
            yield from found

    def try_out(self) -> bool | None:
        """True in a home of virtual recordings, False in one with real ones, None while there are none."""
        with self._database.read() as session:
            return _try_out(session)

    # -- the ledger --------------------------------------------------------------------------------------------------

    def ledger_size(self) -> int:
        """How many entries the ledger has."""
        with self._database.read() as session:
            return log.size(session)

    def entries(self, start: int = 0, limit: int = PAGE) -> list[Entry]:
        """A page of the ledger's entries from number `start` on."""
        page = select(LedgerEntry).where(LedgerEntry.number >= start).order_by(LedgerEntry.number).limit(limit)
        with self._database.read() as session:
            return [Entry(entry.number, entry.body.decode()) for entry in session.scalars(page)]

    def checkpoint(self) -> str:
        """Sign the head of the ledger; gives the C2SP checkpoint."""
        with self._database.write() as session:
            return log.checkpoint(session, self._signer)

    def unsigned(self) -> bool:
        """Whether entries were added since the newest checkpoint."""
        with self._database.read() as session:
            return log.size(session) > (session.scalar(select(func.max(Checkpoint.size))) or 0)

    def last_checkpoint_at(self) -> datetime | None:
        """When the newest checkpoint was signed."""
        with self._database.read() as session:
            return session.scalar(select(Checkpoint.at).order_by(Checkpoint.size.desc()).limit(1))

    def prove(self, what: str) -> str:
        """A C2SP tlog-proof under a checkpoint of now, of the seal of a recording or of an entry by its number.

        Raises NoSuchRecording.
        """
        with self._database.write() as session:
            number = session.scalar(select(Seal.entry).where(Seal.recording == what))
            if number is None:
                number = _entry_number(what, log.size(session))
            return log.prove(session, number, log.checkpoint(session, self._signer), VerifierKey.of(self._signer))

    def growth(self, old: int | str, new: int | str) -> Growth:
        """The proof that a checkpoint grew from an earlier one, each given by its size or as a note.

        A note must be of this ledger. Raises LedgerBroken, NoSuchCheckpoint.
        """
        if isinstance(new, int) and new == self.ledger_size():
            new = self.checkpoint()
        with self._database.read() as session:
            note = new if isinstance(new, str) else _note(session, new)
            size = verify.check_note(session, old) if isinstance(old, str) else old
            if size > verify.check_note(session, note):
                raise NoSuchCheckpoint(f"A ledger of {size} entries grew from no later one.")
            return log.growth(session, size, note)

    def keys(self) -> LogKeys:
        """The keys of this ledger, in their order."""
        with self._database.read() as session:
            return log.keys(session)

    def check_proof(self, proof: Proof) -> Entry:
        """The entry that a proof is of, which must be here as it was there. Raises LedgerBroken."""
        with self._database.read() as session:
            size = verify.check_note(session, proof.checkpoint)
            entry = session.get(LedgerEntry, proof.index)
            path = None if entry is None else merkle.inclusion(proof.index, size, log.reader(session))
            if entry is None or list(proof.path) != path:
                raise verify.LedgerBroken(f"The proof is not that of entry {proof.index} of this ledger.")
            return Entry(entry.number, entry.body.decode())

    def export(self, folder: Path, by: str, tell: export.Tell = export.untold) -> export.Exported:
        """Export the whole ledger into a new folder, with a verifier that needs nothing of ours.

        What `tell` raises ends it, and nothing of it is left.
        """
        return export.export(self._database, self._signer, folder, by, tell)

    def verify(self, held: tuple[str, ...] = (), tell: verify.Tell = verify.untold) -> verify.Verified:
        """Read the whole ledger and every fact anew. `held` are checkpoints kept by others. Raises LedgerBroken."""
        return verify.verify(self._database, VerifierKey.of(self._signer), held, tell)

    # -- how facts are written ---------------------------------------------------------------------------------------

    def enter(self, fact: Fact) -> int:
        """Write a fact that needs no rule but the database's own; gives the number of its entry."""
        with self._database.write() as session:
            self._enter(session, fact)
            return fact.entry

    def _write(self, fact: Fact) -> None:
        with self._database.write() as session:
            self._enter(session, fact)

    def _enter(self, session: Session, fact: Fact) -> None:
        fact.at = _now()
        log.enter(session, fact)

    def _find_station(self) -> str:
        """The station of this home, made with the first entry. Raises WrongStation when the keys are another's."""
        with self._database.write() as session:
            if session.scalar(select(Station.id)) is None:
                self._enter(session, Station(id=self._signer.name, ledger_key=self._signer.public_key.hex()))
            log.settle(session, self._signer)
        return self._signer.name


def _note(session: Session, size: int) -> str:
    """The checkpoint of so many entries. Raises NoSuchCheckpoint."""
    kept = session.get(Checkpoint, size) if size <= log.size(session) else None
    if kept is None:
        raise NoSuchCheckpoint(f"No checkpoint of {size} entries was signed here.")
    return kept.note


def _entry_number(what: str, size: int) -> int:
    """The number of an entry as a person wrote it. Raises NoSuchRecording."""
    if not (what.isascii() and what.isdecimal() and len(what) <= len(str(size)) and int(what) < size):
        raise NoSuchRecording(f"No recording {what} is sealed here, and no entry has that number.")
    return int(what)


def name_bay(usb_path: str, before: list[str]) -> str:
    """Name a bay after its wiring: hubs are A, B … Z, AA … in the order in which their first port was used."""
    hubs = list(dict.fromkeys(path.rpartition(".")[0] or path.partition("-")[0] for path in [*before, usb_path]))
    hub = usb_path.rpartition(".")[0] or usb_path.partition("-")[0]
    letters, place = "", hubs.index(hub) + 1
    while place:
        place, letter = divmod(place - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{re.split('[-.]', usb_path)[-1]}"


def _same_camera(
    table: type[Camera] | type[Acceptance], sighting: Sighting, serial: str | None
) -> list[ColumnElement[bool]]:
    """By its serial number where there is one, else by its port; never across virtual and real."""
    key = table.serial == serial if serial else table.usb_path == sighting.usb_path
    ids = (table.vendor_id == sighting.vendor_id, table.product_id == sighting.product_id)
    return [*ids, table.virtual == sighting.virtual, key]


def _known() -> Select[str, int, datetime | None, datetime | None, str | None, datetime | None, bool, str | None, bool]:
    """The columns of `Known`, in its order."""
    return select(
        Recording.id,
        Recording.size,
        Recording.modified,
        Recording.captured,
        Recording.persistent_id,
        Seal.at,
        func.coalesce(Seal.partial, False),
        Seal.sha256,
        exists().where(Release.recording == Recording.id),
    ).outerjoin(Seal, Seal.recording == Recording.id)


def _facts() -> Select[Recording, Camera, Docking, Seal | None, datetime | None]:
    released = select(func.max(Release.at)).where(Release.recording == Recording.id).scalar_subquery()
    return (
        select(Recording, Camera, Docking, Seal, released)
        .join(Camera, Camera.id == Recording.camera)
        .join(Docking, Docking.id == Recording.docking)
        .outerjoin(Seal, Seal.recording == Recording.id)
    )


def _held() -> ColumnElement[bool]:
    """Whether the newest word on a recording is that it is held."""
    newest = select(Hold.held).where(Hold.recording == Recording.id).order_by(Hold.entry.desc()).limit(1)
    return func.coalesce(newest.scalar_subquery(), false())


def _begun_anew() -> ColumnElement[bool]:
    """Whether a copy that never came to its end was begun again, later, of what looked like the same recording."""
    later = aliased(Recording)
    again = exists().where(
        later.camera == Recording.camera,
        later.folder == Recording.folder,
        later.name == Recording.name,
        later.size == Recording.size,
        later.modified.is_not_distinct_from(Recording.modified),
        later.captured.is_not_distinct_from(Recording.captured),
        later.persistent_id.is_not_distinct_from(Recording.persistent_id),
        tuple_(later.at, later.id) > tuple_(Recording.at, Recording.id),
    )
    return and_(Seal.entry.is_(None), again)


def _recording(
    found: Recording, camera: Camera, docking: Docking, seal: Seal | None, released_at: datetime | None
) -> RecordingFacts:
    facts = RecordingFacts(
        id=found.id,
        camera_id=camera.id,
        serial=camera.serial,
        make=camera.make,
        model=camera.model,
        bay=docking.bay,
        folder=found.folder,
        name=found.name,
        listed_size=found.size,
        found_at=found.at,
        modified=found.modified,
        captured=found.captured,
        clock_offset_s=found.clock_offset_s,
        officer=found.officer,
        critical=found.critical,
        virtual=camera.virtual,
        model_file=camera.model_file,
    )
    return facts if seal is None else _with_seal(facts, seal, released_at)


def _with_seal(facts: RecordingFacts, seal: Seal, released_at: datetime | None) -> RecordingFacts:
    return msgspec.structs.replace(
        facts,
        sealed_at=seal.at,
        size=seal.size,
        sha256=seal.sha256,
        key_sha256=seal.key_sha256,
        payload_sha256=seal.payload_sha256,
        payload_size=seal.payload_size,
        partial=seal.partial,
        flags=seal.flags,
        recorded_at=seal.recorded_at,
        started_at=seal.started_at,
        seconds=seal.seconds,
        released_at=released_at,
        entry=seal.entry,
    )


def _pieces(seal: Seal) -> Sealed:
    return Sealed(
        id=seal.recording,
        size=seal.size,
        sha256=seal.sha256,
        key_sha256=seal.key_sha256,
        payload_sha256=seal.payload_sha256,
        payload_size=seal.payload_size,
    )


def _try_out(session: Session) -> bool | None:
    """All recordings of a home are of one kind, so one of them tells."""
    return session.scalar(select(Camera.virtual).join(Recording, Recording.camera == Camera.id).limit(1))


def _new_id() -> str:
    """A random UUID (RFC 9562, version 4) in hex."""
    return uuid.uuid4().hex


def _now() -> datetime:
    return datetime.now(UTC)
