"""The docking routine: the way of a recording, from top to bottom.

Order is the law: no byte leaves a camera's memory before its copy is durable, proved and logged. One `Docking` is one
run of the routine on one camera, on that camera's lane; it may be broken off at any moment, by a cable, a signal or a
power cut, and the next run goes on from what is durable.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from app.board import Board, now
from app.copying import Hashing, Reader, Stop, copy
from app.errors import KNOWN, reason_of
from app.home import VaultAway
from app.media.wire import Facts
from app.progress import Progress
from app.records import PARTIAL, Known, SizeNotBelieved
from app.sharing import DiskLow, Shared, Wishes, fault_reported, same_serial
from app.snapshot import (
    BayState,
    Finished,
    Notice,
    Reason,
    RecordingState,
    RecordingView,
    Released,
    Sealed,
)
from app.times import CLOCK_NOTICE_S, clock_words, corrected
from app.vault import CopyDiffers, ProofFailed, Sealing
from app.vault import Sealed as SealedPieces
from drivers.camera import (
    Camera,
    Footage,
    HasBattery,
    HasClock,
    HasOwner,
    HasRecordings,
    Identity,
    Sighting,
    Stopped,
)
from drivers.errors import (
    AccessDenied,
    CardReadFailed,
    DeviceError,
    DeviceGone,
    HeldByOther,
    NoUsableDriver,
    ObjectMissing,
    ProtocolError,
    RequestRefused,
)
from drivers.models import Model

log = logging.getLogger(__name__)

Answer = TypeVar("Answer")

ENDS_THE_RUN = (DeviceGone, HeldByOther, AccessDenied, NoUsableDriver)
"""After these nothing more can be asked of the camera: the other recordings wait for the next run."""

FAILS_ONE = (DeviceError, ProofFailed, SizeNotBelieved, DiskLow)
"""These concern one recording: the others go on. Trouble with the disk or the database ends the run."""

KEPT_IN_PART = (ProtocolError, CardReadFailed, RequestRefused)
"""After these, twice in a row, what could be had of a recording is sealed as a part and the camera keeps the whole."""

URGENT = frozenset(
    {
        "card",
        "vault-away",
        "vault-full",
        "vault-sync",
        "vault-write",
        "disk-full",
        "disk-failed",
        "database-damaged",
    }
)
"""Trouble that is told to the people at the dock at once and stays until seen: footage may be at stake."""

GENERAL_ERROR = 0x2002
"""The MTP response code under which a delete that was not done is kept."""

ABILITY_TROUBLE = (ProtocolError, RequestRefused)
"""A camera that cannot tell its battery, owner or clock is offloaded all the same."""

LISTING_ADVICE = "What could be listed is copied. Keep this camera in and report a fault."

NEW_MODEL = Reason(
    "new-model",
    "It is the first camera of its model here.",
    "Play one of its recordings before you rely on it.",
)

ROUNDS = 10
"""The camera is listed again after each round until it shows nothing new; one that never ends is given up."""


@dataclass(slots=True)
class Item:
    """One recording in this run: what the camera lists, where it stands on the board, and what became of it.

    `checked` says that this run has compared the copy with the camera and proved it: only then is it released.
    """

    footage: Footage
    index: int
    recorded_at: datetime | None
    critical: bool
    id: str = ""
    sealed_at: datetime | None = None
    checked: bool = False
    counted: bool = False
    released: bool = False
    failed: bool = False
    vanished: bool = False
    listed: bool = False

    @property
    def sealed(self) -> bool:
        """Whether a copy of it is sealed, in this run or before."""
        return self.sealed_at is not None


@dataclass(slots=True)
class Tally:
    """What this run did. `recordings` and `bytes` count what was sealed, or sealed before and released now."""

    recordings: int = 0
    bytes: int = 0
    items: list[Item] = field(default_factory=list)

    @property
    def failed(self) -> int:
        """Recordings not sealed, or not released although they were to be."""
        return sum(item.failed for item in self.items)


class Docking:
    """One run of the routine. `keep` releases nothing in this run; `wishes` may ask for it, or end it, at any time.

    `arrived` says that the camera has just come: whoever held it has brought it back. `docking_id` is empty until then.
    """

    def __init__(
        self,
        shared: Shared,
        board: Board,
        sighting: Sighting,
        model: Model,
        stop: Stop,
        wishes: Wishes,
        *,
        keep: bool,
    ) -> None:
        self._home = shared.home
        self._records = self._home.records
        self._vault = self._home.vault
        self._board = board
        self._sighting = sighting
        self._model = model
        self._stop = stop
        self._shared = shared
        self._wishes = wishes
        self._only_copy = keep
        self.arrived = True
        self._tally = Tally()
        self._progress = Progress(board)
        self._identity = Identity(None, None, None, None)
        self._camera_id = ""
        self.docking_id = ""
        self._offset_s: float | None = None
        self._trusted = self._mistrusted = False
        self._oddities: list[str] = []
        self._troubles: dict[str, Reason] = {}
        self.attention: list[Reason] = []

    def run(self, open_camera: Callable[[], Camera]) -> Finished:
        """Do the whole routine and say how it ended. Never raises for trouble of the world."""
        reason: Reason | None = None
        try:
            with open_camera() as camera:
                self._identify(camera)
                self._recognise()
                with self._home.alone_with(self._camera_id, self._wait):
                    self._work(camera)
            reason = self._odd_listing()
        except Stopped:
            reason = Reason("stopped", "Copying was stopped.", "It goes on at the next start.")
        except KNOWN as trouble:
            reason = reason_of(trouble)
        return self._end(reason)

    def _work(self, camera: Camera) -> None:
        self._log_return()
        if isinstance(camera, HasRecordings):
            self._offload(camera)
        self._finish(camera)

    # -- who it is ---------------------------------------------------------------------------------------------------

    def _identify(self, camera: Camera) -> None:
        self._board.change(state=BayState.IDENTIFYING)
        self._identity = camera.identity
        if isinstance(camera, HasClock):
            self._offset_s = told(camera.clock_offset_s)
        self._board.change(**identity_fields(camera, self._sighting), clock_offset_s=self._offset_s)

    def _recognise(self) -> None:
        """Know which camera it is, and show what is known of it: a fault, holds, another one that claims to be it."""
        new_model = not self._records.knows_model(self._model.name, self._identity)
        self._camera_id = self._home.register(self._sighting, self._identity, self._model)
        while self._wishes.fault != (fault := self._records.fault_of(self._camera_id)):
            self._wishes.fault = fault  # and read again: one reported between reading and this would be forgotten
        shown = self._board.shown
        self._board.change(camera_id=self._camera_id, held=self._records.held_count(self._camera_id))
        for bay in self._shared.twins(self._camera_id, shown.bay):
            self.attention.append(same_serial(bay, shown.serial))
        faults = (fault_reported(self._wishes.fault),) if self._wishes.fault is not None else ()
        self._board.change(reasons=(*self.attention, *faults))
        if new_model:
            self._remark(NEW_MODEL)

    def _log_return(self) -> None:
        """Log the return before anything is listed, so that a camera lifted out at once was still seen."""
        shown = self._board.shown
        before = self._records.last_bay(self._camera_id)
        if before not in {None, shown.bay} and not self.attention:
            self._remark(Reason("moved", f"It was last in {before}.", ""))
        self._records.replaced(self._camera_id, shown.bay, self._home.settings)
        self.docking_id = self._records.begin_docking(
            self._camera_id,
            bay=shown.bay,
            usb_path=shown.usb_path,
            firmware=self._identity.firmware,
            battery_percent=shown.battery_percent,
            clock_offset_s=self._offset_s,
            arrived=self.arrived,
        )
        for reason in self.attention:
            self._alarm(reason)
        self._trusted = self._records.releases_proved(self._camera_id, self._identity.firmware)

    # -- its recordings ----------------------------------------------------------------------------------------------

    def _offload(self, camera: HasRecordings) -> None:
        fresh = self._list(camera)
        if not fresh:
            return
        with self._shared.turns.turn(critical=any(item.critical for item in fresh), wait=self._wait):
            for _ in range(ROUNDS):
                for item in fresh:
                    self._take(camera, item)
                for item in self._tally.items:
                    self._release_unless_kept(camera, item)
                fresh = self._list(camera)
                if not fresh:
                    self._tell_of_kept()
                    return
        raise ProtocolError("The camera keeps showing new recordings without end.")

    def _wait(self) -> None:
        """Called while another camera has to be waited for."""
        self._stop.check()
        if self._board.shown.state is not BayState.WAITING:
            self._board.change(state=BayState.WAITING)

    def _tell_of_kept(self) -> None:
        """Say which recordings the station's rule keeps on the camera."""
        kept = sum(item.sealed and not item.released and not item.failed for item in self._tally.items)
        hours = self._home.settings.keep_on_camera_hours
        if kept and hours and not self._keep:
            self._remark(
                Reason(
                    "kept-by-rule",
                    f"{recordings_words(kept)} sealed, and kept on the camera for {hours} h by this station's rule.",
                    "A later docking releases what is due.",
                )
            )

    def _list(self, camera: HasRecordings) -> list[Item]:
        """List the camera, show what is there, and give what this run has not handled yet, critical first."""
        first = not self._tally.items
        if first:
            self._board.change(state=BayState.LISTING)
        listing = camera.listing()
        for oddity in listing.oddities:
            if oddity not in self._oddities:
                self._oddities.append(oddity)
                self._alarm(Reason("listing", oddity, LISTING_ADVICE))
        fresh = [self._item(footage) for footage in self._reconcile(listing.footage)]
        self._show(fresh)
        if first and not listing.oddities and not self._has_twin:
            self._log_found_gone(listing.footage)
        return sorted(fresh, key=lambda item: not item.critical)

    def _reconcile(self, listed: Iterable[Footage]) -> list[Footage]:
        """Find this run's recordings in a new listing, by handle or, where a session renumbered them, by description.

        Raises the alarm for what went without our asking (a delete that took another object); gives what is new.
        """
        left = list(listed)
        for same in (handle_of, description_of):
            for item in [item for item in self._tally.items if not item.listed]:
                found = next((one for one in left if same(one) == same(item.footage)), None)
                if found is not None:
                    left.remove(found)
                    item.footage, item.listed = found, True
        for item in self._tally.items:
            if not (item.listed or item.released or item.vanished):
                self._vanished(item)
            item.listed = False
        return left

    def _log_found_gone(self, listed: Iterable[Footage]) -> None:
        """Log that what was sealed before is gone: the last run was cut off after the delete, or it was not we."""
        there = {(footage.folder, footage.name) for footage in listed}
        for gone in self._records.unreleased(self._camera_id):
            if (gone.folder, gone.name) not in there:
                if self._stays(gone.sealed_at):
                    words = f"{quoted(gone.name)} was to stay on the camera and is gone. Its sealed copy is safe."
                    self._alarm(Reason("taken-off", words, "Ask who had this camera: Dockwarden did not delete it."))
                self._records.released(gone.id, self.docking_id)
                self._say_released(gone.id, gone.name)

    def _odd_listing(self) -> Reason | None:
        """Why a camera whose listing was not whole is not done, although all that it listed is."""
        if not self._oddities:
            return None
        more = f" (and {len(self._oddities) - 1} more)" if len(self._oddities) > 1 else ""
        return Reason("listing", f"{self._oddities[0]}{more}", LISTING_ADVICE)

    def _item(self, footage: Footage) -> Item:
        return Item(footage, -1, self._made_at(footage, None), self._model.read_name(footage.name).critical)

    def _made_at(self, footage: Footage, container_time: datetime | None) -> datetime | None:
        """When a recording was made, by the best that its camera told, corrected by how far its clock is out."""
        named = self._model.read_name(footage.name).recorded_at
        return corrected(named or container_time or footage.captured or footage.modified, self._offset_s)

    def _show(self, fresh: list[Item]) -> None:
        views = list(self._board.shown.recordings or ())
        for item in fresh:
            item.index = len(views)
            views.append(
                RecordingView(
                    name=shown_name(item.footage.name),
                    size=item.footage.size,
                    state=RecordingState.ON_CAMERA,
                    recorded_at=item.recorded_at,
                    critical=item.critical,
                )
            )
        self._tally.items.extend(fresh)
        self._board.change(recordings=tuple(views))

    def _vanished(self, item: Item) -> None:
        safe = "Its sealed copy is safe" if item.sealed else "It had not been copied"
        reason = Reason(
            "vanished",
            f"{quoted(item.footage.name)} went from the camera without being released. {safe}.",
            "Keep this camera in and report a fault.",
        )
        item.vanished = True
        self._fail(item, reason)
        self._alarm(reason)

    # -- one recording -----------------------------------------------------------------------------------------------

    def _take(self, camera: HasRecordings, item: Item) -> None:
        """See one recording sealed; and released at once if this camera's deletes are proved to be right."""
        try:
            self._seal(camera, item)
            if self._trusted:
                self._release_unless_kept(camera, item)
        except (*ENDS_THE_RUN, Stopped):
            item.failed = True
            raise
        except FAILS_ONE as trouble:
            self._fail(item, reason_of(trouble))
        except KNOWN as trouble:
            self._fail(item, reason_of(trouble))
            raise

    def _seal(self, camera: HasRecordings, item: Item) -> None:
        known = self._records.known(self._camera_id, item.footage.folder, item.footage.name)
        taken = {other.id for other in self._tally.items if other is not item and not other.failed}
        candidates = [one for one in known if one.id not in taken]
        same_size = [one for one in candidates if one.sealed and one.size == item.footage.size]
        whole = [one for one in same_size if not one.partial]
        kept = next((one for one in whole if self._surely_kept(item, one)), None)
        sealed = kept or self._find_sealed(camera, item, whole)
        if sealed is not None and (sealed is kept or self._still_good(sealed.id)):
            self._show_sealed_before(item, sealed, checked=sealed is not kept)
            return
        self._know_part(camera, item, [one for one in same_size if one.partial])
        self._copy(camera, item, [one for one in candidates if not one.sealed])

    @property
    def _has_twin(self) -> bool:
        """Whether another camera says that it is this one: what is known of one may be true of the other alone."""
        return bool(self.attention or self._wishes.met)

    def _surely_kept(self, item: Item, known: Known) -> bool:
        """Whether it is the one that this is, and stays on the camera for now, so that nothing needs to be read."""
        believed = not (known.released or self._has_twin)
        return believed and known.surely_is(item.footage) and self._stays(known.sealed_at)

    def _show_sealed_before(self, item: Item, known: Known, *, checked: bool) -> None:
        item.id, item.sealed_at, item.checked = known.id, known.sealed_at, checked
        self._board.recording(item.index, state=RecordingState.SEALED, id=known.id, done=item.footage.size)

    @property
    def _keep(self) -> bool:
        """Whether a person wants nothing released."""
        return self._only_copy or self._wishes.kept

    def _stays(self, sealed_at: datetime | None) -> bool:
        """Whether a recording sealed at this time stays on its camera for now: by a person's wish or the rule."""
        hours = self._home.settings.keep_on_camera_hours
        return self._keep or sealed_at is None or now() < sealed_at + timedelta(hours=hours)

    def _still_good(self, recording_id: str) -> bool:
        """Prove a copy of an earlier run before its original is released. A damaged one is told, and sealed again."""
        try:
            self._vault.prove(recording_id, self._records.sealed_pieces(recording_id), tick=self._go_on)
        except ProofFailed as damaged:
            self._alarm(reason_of(damaged))
            return False
        return True

    def _find_sealed(self, camera: HasRecordings, item: Item, sealed: list[Known]) -> Known | None:
        """Find the sealed recording that this one is: by its content, whatever its name and times say."""
        if not sealed:
            return None
        sha256 = self._reader(camera, item, RecordingState.PROVING, BayState.PROVING).sha256(item.footage)
        found = next((one for one in sealed if one.sha256 == sha256), None)
        if found is None:
            words = f"{quoted(item.footage.name)} has changed on the camera since it was sealed."
            self._alarm(Reason("changed", words, "It is sealed again as a recording of its own."))
        return found

    def _copy(self, camera: HasRecordings, item: Item, unfinished: list[Known]) -> None:
        """Copy and seal one recording, prove it, log it. Nothing is announced before the commit."""
        try:
            partly = self._copy_with_room(camera, item, self._resume(item, unfinished))
        except CopyDiffers as differs:
            log.info("%s: starting over: %s", self._board.shown.bay, differs)
            partly = self._copy_with_room(camera, item, None)
        for old in unfinished:
            if old.id != item.id:
                self._vault.discard(old.id)
        if partly is not None:
            raise partly

    def _know_part(self, camera: HasRecordings, item: Item, parts: list[Known]) -> None:
        """Raise what keeps a recording a part if all that can be read of it is sealed as a part already."""
        if not parts:
            return
        part = Hashing()
        partly = copy(
            self._reader(camera, item, RecordingState.PROVING, BayState.PROVING), item.footage, part, KEPT_IN_PART
        )
        sealed = next((one for one in parts if one.sha256 == part.sha256()), None)
        if partly is not None and sealed is not None and self._still_good(sealed.id):
            item.id = sealed.id
            raise partly

    def _copy_with_room(self, camera: HasRecordings, item: Item, sealing: Sealing | None) -> DeviceError | None:
        """Copy once there is room for what is missing; a copy that is not gone on with is begun.

        Raises DiskLow or VaultAway.
        """
        going = sealing

        def missing() -> int:
            return item.footage.size - (0 if going is None else going.offset)

        try:
            with self._shared.room.taken(shown_name(item.footage.name), missing):
                going = going or self._begin(item)
                return self._copy_once(camera, item, going)
        except (DiskLow, VaultAway) as refused:
            if sealing is not None:
                sealing.abandon()
            if isinstance(refused, DiskLow) and refused.first:
                self._notice(reason_of(refused), urgent=True)
            raise

    def _copy_once(self, camera: HasRecordings, item: Item, sealing: Sealing) -> DeviceError | None:
        """Bring one copy to its end. Gives the trouble that kept it a part, if it is one; raises if nothing came."""
        reader = self._reader(camera, item, RecordingState.COPYING, BayState.COPYING)
        partly = copy(reader, item.footage, sealing, KEPT_IN_PART)
        if partly is not None and sealing.offset == 0 and item.footage.size > 0:
            sealing.abandon()
            raise partly
        self._progress.show(item, RecordingState.PROVING, BayState.PROVING)
        sealing.finish()
        pieces = sealing.prove(self._go_on)
        self._log_sealed(item, pieces, self._media_facts(sealing), partly)
        return partly

    def _media_facts(self, sealing: Sealing) -> Facts:
        """What the container says, read by a process that has no keys, from the copy that was just proved."""
        with sealing.reader() as plain:
            return self._home.media.facts(plain)

    def _resume(self, item: Item, unfinished: list[Known]) -> Sealing | None:
        """Go on with a copy that was broken off, if its recording looks the same and the station's key opens it."""
        for one in unfinished:
            if one.looks_like(item.footage):
                sealing = self._vault.resume(one.id, self._home.identity())
                if sealing is not None:
                    item.id = one.id
                    return sealing
        return None

    def _begin(self, item: Item) -> Sealing:
        footage = item.footage
        item.id = self._records.begin_recording(
            self.docking_id,
            footage,
            officer=self._model.read_name(footage.name).officer,
            critical=item.critical,
            clock_offset_s=self._offset_s,
        )
        return self._vault.begin(item.id, self._home.keys.recipients())

    def _log_sealed(self, item: Item, pieces: SealedPieces, media: Facts, partly: DeviceError | None) -> None:
        item.recorded_at = self._made_at(item.footage, media.started_at)
        flags = tuple(flag for flag in (partly and f"{PARTIAL}{partly.code}", media.flag) if flag)
        self._records.sealed(pieces.id, self.docking_id, pieces, item.recorded_at, media, flags)
        item.sealed_at, item.checked = now(), True
        self._hold_if_asked(item)
        self._announce_sealed(item, pieces, media.seconds)

    def _hold_if_asked(self, item: Item) -> None:
        """Asked after the seal is logged: an act that came before sees the seal, one that comes later is seen here."""
        if self._wishes.holding is not None:
            by, reason = self._wishes.holding
            self._records.hold([item.id], held=True, by=by.name, reason=reason, acting=by.acting)
            self._board.change(held=self._records.held_count(self._camera_id))

    def _announce_sealed(self, item: Item, pieces: SealedPieces, seconds: float | None) -> None:
        self._count(item)
        self._board.recording(
            item.index,
            state=RecordingState.SEALED,
            id=item.id,
            done=pieces.size,
            recorded_at=item.recorded_at,
            seconds=seconds,
        )
        shown = self._board.shown
        self._board.say(
            Sealed(
                bay=shown.bay,
                run=shown.run,
                id=item.id,
                serial=self._identity.serial,
                name=shown_name(item.footage.name),
                size=pieces.size,
                sha256=pieces.sha256,
                recorded_at=item.recorded_at,
                seconds=seconds,
            )
        )

    def _release_unless_kept(self, camera: HasRecordings, item: Item) -> None:
        """Free the camera of a recording that is sealed, proved and logged; believe it only when it is gone."""
        if item.released or item.failed or not item.checked or self._stays(item.sealed_at):
            return
        self._stop.check()
        self._board.change(state=BayState.RELEASING)
        try:
            self._delete(camera, item)
        except ObjectMissing:
            self._vanished(item)
        except RequestRefused as refusal:
            self._not_released(item, refusal)
        else:
            self._log_released(item)

    def _delete(self, camera: HasRecordings, item: Item) -> None:
        """Have the camera delete one recording. One that deleted another is asked for no more in this run."""
        if self._mistrusted:
            raise RequestRefused(
                "The camera did not delete what it was asked to, so it was asked no more.", GENERAL_ERROR
            )
        camera.delete(item.footage)
        if camera.still_there(item.footage):
            self._mistrusted = True
            self._reconcile(camera.listing().footage)
            raise RequestRefused("The camera said that it deleted the recording, but still has it.", GENERAL_ERROR)

    def _log_released(self, item: Item) -> None:
        self._records.released(item.id, self.docking_id)
        item.released = True
        self._count(item)
        self._board.recording(item.index, state=RecordingState.RELEASED)
        self._say_released(item.id, item.footage.name)

    def _not_released(self, item: Item, refusal: DeviceError) -> None:
        self._records.not_released(item.id, refusal.code, refusal.what_happened)
        self._fail(item, reason_of(refusal))

    # -- the end -----------------------------------------------------------------------------------------------------

    def _finish(self, camera: Camera) -> None:
        """Leave the camera as the next holder needs it: clock right, battery known."""
        self._board.change(state=BayState.FINISHING, rate=None, seconds_left=None)
        if isinstance(camera, HasClock):
            self._set_clock(camera)
        if isinstance(camera, HasBattery):
            self._board.change(battery_percent=told(camera.battery_percent))

    def _set_clock(self, camera: HasClock) -> None:
        try:
            camera.set_clock()
        except ABILITY_TROUBLE as trouble:
            words = f"The clock of {self._name()} could not be set. {trouble.what_happened}"
            self.attention.append(Reason("clock", words, "Set it by hand, or ask IT before the camera is issued."))
            return
        self._board.change(clock_set=True)
        self._tell_of_clock()

    def _tell_of_clock(self) -> None:
        if self._offset_s is not None and abs(self._offset_s) > CLOCK_NOTICE_S:
            words = f"The clock of {self._name()} was {clock_words(self._offset_s)}; it has been set."
            self._notice(Reason("clock", words, "Times of its recordings are corrected; nothing to do."), urgent=False)

    def _end(self, reason: Reason | None) -> Finished:
        tally, shown = self._tally, self._board.shown
        if reason is not None:
            for item in tally.items:
                item.failed = item.failed or not (item.released or (item.sealed and self._stays(item.sealed_at)))
            self._troubles.setdefault(reason.code, reason)
        for trouble in (one for code, one in self._troubles.items() if code in URGENT):
            self._notice(trouble, urgent=True)
        if self.docking_id:
            self._records.end_docking(self.docking_id, reason.code if reason else "done", failed=tally.failed)
            self._home.checkpoint()
        return Finished(shown.bay, shown.run, tally.recordings, tally.bytes, tally.failed, reason)

    # -- what others are told ----------------------------------------------------------------------------------------

    def _reader(self, camera: HasRecordings, item: Item, state: RecordingState, bay_state: BayState) -> Reader:
        self._progress.show(item, state, bay_state)
        return Reader(camera, self._stop, self._progress.tick)

    def _go_on(self, _done: int) -> None:
        """Reading back goes on unless it was asked to stop."""
        self._stop.check()

    def _say_released(self, recording_id: str, name: str) -> None:
        shown = self._board.shown
        self._board.say(Released(shown.bay, shown.run, recording_id, self._identity.serial, shown_name(name)))

    def _count(self, item: Item) -> None:
        """Count a recording once, whether it was sealed or, sealed earlier, released in this run."""
        if not item.counted:
            item.counted = True
            self._tally.recordings += 1
            self._tally.bytes += item.footage.size

    def _fail(self, item: Item, reason: Reason) -> None:
        item.failed = True
        self._troubles.setdefault(reason.code, reason)
        self._board.recording(item.index, state=RecordingState.FAILED, reason=reason)

    def _alarm(self, reason: Reason) -> None:
        self._records.alarm(self._camera_id, self.docking_id, reason.code, reason.what_happened)
        self._notice(reason, urgent=True)

    def _remark(self, reason: Reason) -> None:
        self._board.change(remarks=(*self._board.shown.remarks, reason))

    def _notice(self, reason: Reason, urgent: bool) -> None:
        self._board.say(Notice(at=now(), reason=reason, bay=self._board.shown.bay, urgent=urgent))

    def _name(self) -> str:
        return self._identity.serial or self._board.shown.bay


def handle_of(footage: Footage) -> tuple[int, str, str, int]:
    """What makes an object the same one in the next listing of this session."""
    return footage.key, footage.folder, footage.name, footage.size


def description_of(footage: Footage) -> tuple[str, str, int, datetime | None, str | None]:
    """What makes an object the same one where its handle has changed."""
    return footage.folder, footage.name, footage.size, footage.modified, footage.persistent_id


def told(question: Callable[[], Answer]) -> Answer | None:
    """What the camera answers, None where it cannot tell."""
    try:
        return question()
    except ABILITY_TROUBLE as trouble:
        log.info("not told: %s", trouble)
        return None


def recordings_words(count: int) -> str:
    """How many recordings, with the verb that fits."""
    return "1 recording is" if count == 1 else f"{count} recordings are"


def shown_name(name: str) -> str:
    """A camera's file name made safe to show: control and bidirectional characters as escapes."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in name)


def quoted(name: str) -> str:
    """The same in a sentence: by these marks a locked screen knows what to leave out (`app.ui.hush`)."""
    return f"“{shown_name(name)}”"


def views_of(footage: Iterable[Footage]) -> tuple[RecordingView, ...]:
    """Recordings on a camera that has only been looked at."""
    return tuple(
        RecordingView(name=shown_name(one.name), size=one.size, state=RecordingState.ON_CAMERA) for one in footage
    )


def ids_of(sighting: Sighting) -> dict[str, Any]:
    """What is known of a device that was only seen, as fields of its bay's snapshot."""
    return {
        "vendor_id": f"{sighting.vendor_id:04x}",
        "product_id": f"{sighting.product_id:04x}",
        "serial": sighting.serial,
        "virtual": sighting.virtual,
    }


def identity_fields(camera: Camera, sighting: Sighting) -> dict[str, Any]:
    """What a camera says of itself, as fields of its bay's snapshot."""
    who = camera.identity
    return ids_of(sighting) | {
        "make": who.make,
        "model": who.model,
        "serial": who.serial or sighting.serial,
        "firmware": who.firmware,
        "battery_percent": told(camera.battery_percent) if isinstance(camera, HasBattery) else None,
        "owner": told(camera.owner) if isinstance(camera, HasOwner) else None,
    }
