"""The one service of custody: window, kiosk, command and import all act through it, and none can pass its rules.

Each act is one transaction: the camera and the officer are read, the rules asked, the act entered with its ledger
entry. What the rules look at is therefore what is so when the act is written, whoever else is at work. A refusal is
`Refused`: a rule by its short name, in words, with what to do next. Every method may raise StorageError.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import Session

from app.custody import rules
from app.custody.sending import Sent
from app.custody.values import Done, Loss
from app.ledger import log
from app.people.roles import Act, authorise
from app.people.roll import check_still
from app.people.values import Actor, Refused
from app.settings import Settings
from db.base import escape, origin_of
from db.custody import Asset, Holding, Pool
from db.custody import Custody as Fact
from db.engine import Database
from db.people import Roster
from db.schema import Camera, CameraFault, Docking, Reading, Recording, Seal

LOSS_TOLD_WITHIN = timedelta(hours=72)
"""How soon a loss of personal data is to be told (Data Protection Act 2018, section 67)."""

MAX_WORDS = 500

POOL = "pool"


class Custody:
    """Acts of custody over one home's database. `settings` is asked at each act, `now` tells the time in UTC.

    In a rehearsal every act is taken back once it is done: it tells what would be done, or why it would be refused.
    """

    def __init__(
        self,
        database: Database,
        settings: Callable[[], Settings],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        *,
        rehearsal: bool = False,
    ) -> None:
        self._database = database
        self._settings = settings
        self._now = now
        self._rehearsal = rehearsal

    def rehearsed(self) -> Custody:
        """The same service, of whose acts nothing stays."""
        return Custody(self._database, self._settings, self._now, rehearsal=True)

    # -- out and back ------------------------------------------------------------------------------------------------

    def issue(
        self, camera: str, officer: str, by: Actor, *, mode: str | None = None, override: str | None = None
    ) -> Done:
        """Hand a camera to an officer. `override` is why it is handed out although it is not ready."""
        with self._act() as act:
            found, person = act.camera(camera), act.officer(officer)
            authorise(by, Act.DRAW if by.person.id == person.person else Act.ISSUE)
            reason = act.override(by, override)
            act.may_hold(person)
            act.may_be_issued(found, person, mode or found.mode)
            if reason is None:
                rules.is_ready(found)
            return act.enter(
                "issued",
                found,
                by,
                officer=person,
                mode=mode or found.mode,
                due_at=act.due(person),
                override=reason is not None,
                words=reason,
            )

    def give_back(self, camera: str, by: Actor) -> Done:
        """A camera is back without having been docked."""
        with self._act() as act:
            found = act.camera(camera)
            authorise(by, Act.RETURN)
            live = act.held(found)
            return act.enter("returned", found, by, officer=act.person(live.officer))

    def reassign(self, camera: str, officer: str, by: Actor) -> Done:
        """A camera passes from who holds it, or whose it is for good, to another officer."""
        with self._act() as act:
            found, person = act.camera(camera), act.officer(officer)
            authorise(by, Act.REASSIGN)
            rules.is_at_hand(found)
            act.may_hold(person)
            live = act.live(found)
            if live is None and found.mode == POOL:
                raise not_held(found)
            if live is None or live.officer != person.person:
                act.holds_no_other(person, found)
            if live is None:
                return act.enter("assigned", found, by, officer=person, mode=found.mode)
            if live.officer == person.person:
                raise Refused(
                    "already-held", f"{person.collar} holds {found.asset} already.", "There is nothing to do."
                )
            also = () if found.mode == POOL else (act.enter("assigned", found, by, officer=person, mode=found.mode),)
            done = act.enter("reassigned", found, by, officer=person, mode=live.mode, due_at=act.due(person))
            return with_(done, also)

    def swap(self, officer: str, camera: str, by: Actor, *, override: str | None = None) -> Done:
        """An officer hands in the camera that they hold and takes another, in one act."""
        with self._act() as act:
            person, found = act.officer(officer), act.camera(camera)
            authorise(by, Act.SWAP)
            reason = act.override(by, override)
            act.may_hold(person)
            old = act.held_by(person)
            if old.camera == found.camera:
                raise Refused(
                    "already-held", f"{person.collar} holds {found.asset} already.", "Name the one that they take."
                )
            rules.is_at_hand(found)
            rules.is_not_held(found, act.live(found), act.holder(found))
            rules.is_theirs(found, person, found.mode, act.collar(found.assigned))
            if reason is None:
                rules.is_ready(found)
            back = act.enter("swapped-out", old, by, officer=person)
            done = act.enter(
                "swapped-in",
                found,
                by,
                officer=person,
                mode=found.mode,
                due_at=act.due(person),
                override=reason is not None,
                words=reason,
            )
            return with_(done, (back,))

    def take_back(self, camera: str, words: str, by: Actor | None = None) -> Done:
        """A camera that somebody drew for themselves, and that is still in its bay, is not theirs: it never was.

        `by` is who drew it, None where nobody came for it in time.
        """
        with self._act() as act:
            found = act.camera(camera)
            live = act.held(found)
            if by is not None:
                authorise(by, Act.DRAW)
            if not act.is_drawn(live) or (by is not None and by.person.id != live.officer):
                raise Refused(
                    "not-drawn", f"{found.asset} was not drawn by its officer.", "Have a sergeant correct the entry."
                )
            if live.confirmed_at is not None or found.bay is None:
                raise Refused("taken-out", f"{found.asset} has been taken out.", "Dock it to bring it back.")
            return act.enter("corrected", found, by, words=words, corrects=live.entry, voids=True)

    # -- where a camera is -------------------------------------------------------------------------------------------

    def transfer(self, camera: str, station: str, by: Actor) -> Done:
        """Send a camera that nobody holds to another station, which has to accept it."""
        with self._act() as act:
            found = act.idle(camera, by, Act.TRANSFER)
            name = worded(station, "Name the station that it goes to.")
            if name.casefold() == found.station.casefold():
                raise Refused("same-station", f"{found.asset} is at {found.station} already.", "Name another station.")
            return act.enter("transferred", found, by, station=name)

    def accept(self, camera: str, by: Actor) -> Done:
        """Take in a camera that another station sent."""
        with self._act() as act:
            found = act.camera(camera)
            authorise(by, Act.ACCEPT)
            if found.state != "transit":
                raise Refused("not-in-transit", f"{found.asset} was not sent here.", "Have it transferred first.")
            return act.enter("accepted", found, by, station=found.destination)

    def take_in(self, sent: Sent, station: str, by: Actor) -> Done:
        """Take in a camera that another home has sent to this `station`, as `app.custody.sending` has proved it."""
        with self._act() as act:
            authorise(by, Act.ACCEPT)
            act.is_first_use(sent)
            found = act.known_or_entered(sent, station, by)
            if found.state != "transit":
                rules.is_at_hand(found)
            rules.is_not_held(found, act.live(found), act.holder(found))
            return act.enter("accepted", found, by, station=station, origin=sent.origin)

    def arrived(self, camera: str, sent: Sent, by: Actor) -> Done:
        """A camera that was sent from here has arrived: the other home has accepted it, as its paper proves."""
        with self._act() as act:
            found = act.camera(camera)
            authorise(by, Act.TRANSFER)
            if found.state != "transit":
                raise Refused("not-in-transit", f"{found.asset} is not on its way.", "There is nothing to do.")
            if (sent.act, sent.answers) != ("accepted", act.sent_by(found)):
                what = f"The receipt does not prove that {found.asset}, as it was sent now, was accepted."
                raise Refused("not-sent", what, "Ask the other station for the answer that it wrote.")
            return act.enter("accepted", found, by, station=found.destination, origin=sent.origin)

    def lost(self, camera: str, by: Actor, words: str = "") -> tuple[Done, Loss]:
        """A camera is lost or stolen; gives what the report has to say."""
        with self._act() as act:
            found = act.camera(camera)
            authorise(by, Act.LOST)
            if found.state in {"lost", "retired"}:
                rules.is_at_hand(found)
            loss = act.loss(found)
            holder = act.person(found.holder)
            return act.enter("lost", found, by, officer=holder, words=words.strip()[:MAX_WORDS] or None), loss

    def found(self, camera: str, by: Actor) -> Done:
        """A lost camera is back."""
        with self._act() as act:
            found = act.camera(camera)
            authorise(by, Act.FOUND)
            if found.state != "lost":
                raise Refused("not-lost", f"{found.asset} is not reported lost.", "There is nothing to do.")
            return act.enter("found", found, by)

    def fault(self, camera: str, words: str, by: Actor, *, clear: bool = False) -> Done:
        """A fault of a camera is reported, or put right: it is not ready in between."""
        with self._act() as act:
            found = act.camera(camera)
            authorise(by, Act.CLEAR_FAULT if clear else Act.REPORT_FAULT)
            if clear and found.fault is None:
                raise Refused("no-fault", f"No fault of {found.asset} was reported.", "There is nothing to clear.")
            said = worded(words, "Say what is wrong, or how it was put right.")
            act.tell_docks(found, by, said, faulty=not clear)
            return act.enter("fault-cleared" if clear else "fault", found, by, words=said)

    def repair(self, camera: str, by: Actor, words: str = "", *, back: bool = False) -> Done:
        """A camera that nobody holds goes to repair, or is back from it, mended."""
        with self._act() as act:
            found = act.camera(camera)
            authorise(by, Act.REPAIR)
            said = words.strip()[:MAX_WORDS] or None
            if back:
                if found.state != "repair":
                    raise Refused("not-in-repair", f"{found.asset} is not in repair.", "There is nothing to do.")
                if found.fault is not None:
                    act.tell_docks(found, by, said or "It is back from repair.", faulty=False)
                return act.enter("repair-back", found, by, words=said)
            return act.enter("repair-out", act.idle(camera, by, Act.REPAIR), by, words=said)

    def retire(self, camera: str, by: Actor, words: str = "") -> Done:
        """A camera that nobody holds is used no more."""
        with self._act() as act:
            found = act.camera(camera)
            authorise(by, Act.RETIRE)
            if found.state == "retired":
                rules.is_at_hand(found)
            rules.is_not_held(found, act.live(found), act.holder(found))
            return act.enter("retired", found, by, words=words.strip()[:MAX_WORDS] or None)

    # -- what was wrong ----------------------------------------------------------------------------------------------

    def correct(
        self,
        entry: int,
        reason: str,
        by: Actor,
        *,
        officer: str | None = None,
        moment: datetime | None = None,
        voids: bool = False,
    ) -> Done:
        """Say that an act was entered wrongly, and why: who held it, when it was, or that it never was.

        It is a new entry that names the old one; the old one stays. `moment` is aware. A swap that never was leaves the
        officer with the camera that they handed in, unless that has gone on since: `also` is the correction of that.
        """
        with self._act() as act:
            old = act.to_correct(entry)
            found = act.session.get_one(Pool, old.camera)
            authorise(by, Act.CORRECT)
            said = worded(reason, "Say why it is corrected.")
            person = act.officer(officer) if officer is not None else None
            act.may_be_corrected(old, person, moment, voids)
            handed_in = act.handed_in(old) if voids else None
            done = act.enter(
                "corrected",
                found,
                by,
                officer=person,
                due_at=None if person is None else act.due_as_named(entry, person),
                words=said,
                corrects=entry,
                moment=moment,
                voids=voids,
            )
            if handed_in is None or act.holds_one(handed_in.officer):
                return done
            other = act.session.get_one(Pool, handed_in.camera)
            again = act.enter("corrected", other, by, words=said, corrects=handed_in.until_entry, voids=True)
            return with_(done, (again,))

    def receipt(self, camera: str, by: Actor) -> Done:
        """Whoever brought a camera back showed their card, or was given a receipt: the return is known to both."""
        with self._act() as act:
            found = act.camera(camera)
            authorise(by, Act.ACKNOWLEDGE)
            last = act.last_closed(found)
            if last is None or last.officer != by.person.id:
                raise Refused(
                    "not-theirs",
                    f"{found.asset} was not brought back by {by.person.collar}.",
                    "Show the card of who did.",
                )
            return act.enter("receipt", found, by, officer=act.person(last.officer))

    def read(
        self,
        by: Actor,
        what: str,
        name: str | None,
        from_at: datetime | None = None,
        until_at: datetime | None = None,
    ) -> str:
        """Somebody is about to read a part of custody: about a camera, an officer, or as a whole; of what time.

        Gives the asset or collar number of what it is about.
        """
        with self._act() as act:
            authorise(by, Act.READ_CUSTODY)
            subject, number = None, ""
            if what == "camera" and name is not None:
                camera = act.camera(name)
                subject, number = camera.camera, camera.asset
            elif what == "officer" and name is not None:
                person = act.officer(name)
                subject, number = person.person, person.collar
            check_still(act.session, by)
            about = {"what": what, "subject": subject, "from_at": from_at, "until_at": until_at}
            log.enter(act.session, Reading(at=act.now, by=by.person.id, acting=by.acting or None, **about))
            return number

    @contextmanager
    def _act(self) -> Iterator[_Act]:
        with self._database.write() as session:
            yield _Act(session, self._now(), self._settings())
            if self._rehearsal:
                session.rollback()


class _Act:
    """One act under way, in its transaction."""

    def __init__(self, session: Session, now: datetime, settings: Settings) -> None:
        self.session = session
        self.now = now
        self._settings = settings

    # -- what is so --------------------------------------------------------------------------------------------------

    def camera(self, name: str) -> Pool:
        """The camera with this asset or serial number. Raises Refused."""
        return find_camera(self.session, name)

    def officer(self, name: str) -> Roster:
        """The person with this collar or card number. Raises Refused."""
        return find_officer(self.session, name)

    def person(self, id_: str | None) -> Roster | None:
        """The person of this id."""
        return None if id_ is None else self.session.get(Roster, id_)

    def collar(self, id_: str | None) -> str | None:
        """The collar number of the person of this id."""
        found = self.person(id_)
        return None if found is None else found.collar

    def holder(self, camera: Pool) -> str | None:
        """The collar number of who holds a camera, None where nobody does or it is not known."""
        return self.collar(camera.holder)

    def live(self, camera: Pool) -> Holding | None:
        """The holding of a camera that is not over."""
        found = select(Holding).where(Holding.camera == camera.camera, Holding.until_at.is_(None))
        return self.session.scalar(found)

    def held(self, camera: Pool) -> Holding:
        """The holding of a camera that somebody has. Raises Refused."""
        live = self.live(camera)
        if live is None:
            raise not_held(camera)
        return live

    def is_drawn(self, holding: Holding) -> bool:
        """Whether who holds a camera handed it out to themselves."""
        began = self.session.get_one(Fact, holding.entry)
        return began.act == "issued" and began.by is not None and began.by == holding.officer

    def held_by(self, officer: Roster) -> Pool:
        """The camera that an officer holds. Raises Refused."""
        camera = select(Holding.camera).where(Holding.officer == officer.person, Holding.until_at.is_(None))
        found = self.session.scalar(camera)
        if found is None:
            raise Refused("not-held", f"{officer.collar} holds no camera.", "Issue one instead.")
        return self.session.get_one(Pool, found)

    def holds_one(self, person: str | None) -> bool:
        """Whether the person of this id holds a camera."""
        live = select(Holding.entry).where(Holding.officer == person, Holding.until_at.is_(None))
        return person is not None and self.session.scalar(live) is not None

    def handed_in(self, swap: Fact) -> Holding | None:
        """The holding that a swap ended, while the swap lasts and nothing has become of that camera since."""
        began = self.session.get(Holding, swap.entry)
        if swap.act != "swapped-in" or began is None or began.until_at is not None:
            return None
        ended = self.session.scalar(select(Holding).where(Holding.until_entry == swap.entry - 1, ~Holding.void))
        if ended is None:
            return None
        camera = self.session.get_one(Pool, ended.camera)
        docked = select(Docking.entry).where(Docking.id == camera.docking, Docking.entry > swap.entry)
        held = select(Holding.entry).where(Holding.camera == ended.camera, Holding.entry > swap.entry)
        went_on = camera.state != "store" or any(
            self.session.scalar(one.limit(1)) is not None for one in (docked, held)
        )
        return None if went_on else ended

    def last_closed(self, camera: Pool) -> Holding | None:
        """The newest holding of a camera that is over, by the ledger: the clock may have been put back since."""
        over = select(Holding).where(Holding.camera == camera.camera, Holding.until_at.is_not(None), ~Holding.void)
        return self.session.scalar(over.order_by(Holding.entry.desc()).limit(1))

    def loss(self, camera: Pool) -> Loss:
        """What is to be told of a camera that is lost."""
        last = self.live(camera) or self.last_closed(camera)
        unsealed = None
        if camera.docking is not None:
            unsealed = self.session.scalar(
                select(func.count(Recording.id)).where(
                    Recording.docking == camera.docking,
                    ~select(Seal.entry).where(Seal.recording == Recording.id).exists(),
                )
            )
        return Loss(
            camera=camera.asset,
            serial=camera.serial,
            last_officer=self.collar(last.officer) if last is not None else None,
            last_docked_at=camera.docked_at,
            not_offloaded=unsealed,
            tell_by=self.now + LOSS_TOLD_WITHIN,
        )

    # -- the rules, on what is so ------------------------------------------------------------------------------------

    def override(self, by: Actor, reason: str | None) -> str | None:
        """Why a camera is handed out that is not ready, where that may be said. Raises Refused."""
        if reason is None:
            return None
        authorise(by, Act.OVERRIDE)
        return worded(reason, "Say why it is handed out although it is not ready.")

    def may_hold(self, officer: Roster) -> None:
        """Ask the rules about the officer."""
        rules.person_may_hold(officer, self.now.astimezone().date(), self._settings.training_lasts_days)

    def may_be_issued(self, camera: Pool, officer: Roster, mode: str) -> None:
        """Ask the rules about camera and officer."""
        rules.is_at_hand(camera)
        rules.is_not_held(camera, self.live(camera), self.holder(camera))
        self.holds_no_other(officer, camera, mode)
        rules.is_theirs(camera, officer, mode, self.collar(camera.assigned))

    def holds_no_other(self, officer: Roster, camera: Pool, mode: str | None = None) -> None:
        """Ask whether the officer holds another camera, or has another one for good where this is to be theirs."""
        other = select(Holding.camera).where(Holding.officer == officer.person, Holding.until_at.is_(None))
        own = select(Pool.camera).where(Pool.assigned == officer.person, Pool.camera != camera.camera)
        held = self.session.scalar(other)
        if held is None and (mode or camera.mode) != POOL:
            held = self.session.scalar(own)
        rules.holds_no_other(officer, None if held is None else self.session.get_one(Pool, held).asset)

    def idle(self, camera: str, by: Actor, act: Act) -> Pool:
        """A camera that is at hand and that nobody holds, on which `by` may do this. Raises Refused."""
        found = self.camera(camera)
        authorise(by, act)
        rules.is_at_hand(found)
        rules.is_not_held(found, self.live(found), self.holder(found))
        return found

    def to_correct(self, entry: int) -> Fact:
        """The act that this entry, as a person wrote its number, is of. Raises Refused."""
        found = self.session.get(Fact, entry) if entry < log.size(self.session) else None
        if found is None:
            raise Refused("no-entry", f"Entry {entry} is no act of custody.", "Look it up with: timeline CAMERA.")
        if found.act == "corrected":
            what_to_do = f"Correct entry {found.corrects} once more."
            raise Refused("no-entry", f"Entry {entry} is a correction itself.", what_to_do)
        return found

    def may_be_corrected(self, old: Fact, person: Roster | None, moment: datetime | None, voids: bool) -> None:
        """Ask whether a correction says one thing that can be said of the act. Raises Refused."""
        if (person is not None) + (moment is not None) + voids != 1:
            raise Refused("correction", "A correction says one thing.", "Give --officer, --at or --void, one of them.")
        began = self.session.get(Holding, old.entry)
        ended = self.session.scalar(select(Holding).where(Holding.until_entry == old.entry, ~Holding.void))
        if began is None and (ended is None or moment is None):
            raise Refused("correction", f"Entry {old.entry} did not begin a holding.", "Correct the entry that did.")
        if began is not None and began.void:
            raise Refused("correction", f"Entry {old.entry} is corrected already: it never was.", "See its timeline.")
        if moment is not None:
            self._moment_fits(began, ended, moment)
        elif began is not None and began.until_at is None:
            self._may_have(person, began, ended)

    def _may_have(self, person: Roster | None, began: Holding, ended: Holding | None) -> None:
        """Ask whether whoever is to hold a camera now, by a correction, holds no other. Raises Refused."""
        camera = self.session.get_one(Pool, began.camera)
        if person is not None:
            self.holds_no_other(person, camera, POOL)
        elif ended is not None and ended.officer is not None:  # who had it before goes on having it
            self.holds_no_other(self.session.get_one(Roster, ended.officer), camera, POOL)

    def _moment_fits(self, began: Holding | None, ended: Holding | None, moment: datetime) -> None:
        """Ask whether holdings still follow each other when they begin, or end, at this moment. Raises Refused."""
        if moment > self.now:
            raise Refused("correction", "That is still to come.", "Give another time.")
        touched = [one.entry for one in (began, ended) if one is not None]
        if began is not None:
            self._between(began.camera, touched, moment, began.until_at or self.now)
        if ended is not None:
            self._between(ended.camera, touched, ended.from_at, moment)

    def _between(self, camera: str, touched: list[int], from_at: datetime, until_at: datetime) -> None:
        if from_at > until_at:
            raise Refused("correction", "It would end before it began.", "Give another time.")
        overlapping = select(Holding.entry).where(
            Holding.camera == camera,
            Holding.entry.not_in(touched),
            Holding.from_at < until_at,
            or_(Holding.until_at.is_(None), Holding.until_at > from_at),
            ~Holding.void,
        )
        other = self.session.scalar(overlapping.limit(1))
        if other is not None:
            raise Refused(
                "correction", f"It would overlap with the holding of entry {other}.", "Correct that one first."
            )

    def due(self, officer: Roster, handed_out: datetime | None = None) -> datetime:
        """When what is handed to this officer now, or was at another moment, should be back."""
        return rules.back_by(officer, handed_out or self.now, self._settings)

    def due_as_named(self, entry: int, officer: Roster) -> datetime | None:
        """When what somebody unknown took should be back, now that it is said who; None where that is known already."""
        began = self.session.get(Holding, entry)
        return None if began is None or began.due_at is not None else self.due(officer, began.from_at)

    def tell_docks(self, camera: Pool, by: Actor, words: str, *, faulty: bool) -> None:
        """Have the docks know of a fault too, where they have seen this camera."""
        seen = self.session.scalar(select(Camera.id).where(Camera.serial == camera.serial))
        if seen is not None:
            acting = by.acting or None
            fact = CameraFault(at=self.now, camera=seen, faulty=faulty, by=by.person.collar, words=words, acting=acting)
            log.enter(self.session, fact)

    # -- another home ------------------------------------------------------------------------------------------------

    def is_first_use(self, sent: Sent) -> None:
        """Return if nothing was accepted on this receipt before. Raises Refused."""
        used = self.session.scalar(select(Fact.entry).where(Fact.act == "accepted", Fact.origin == sent.origin))
        if used is not None:
            what = f"On this receipt {sent.asset} was accepted before, by entry {used}."
            raise Refused("used-receipt", what, "If it came a second time, have it transferred anew.")

    def known_or_entered(self, sent: Sent, station: str, by: Actor) -> Pool:
        """The camera that another home sent, entered in the pool if its serial number is not there. Raises Refused."""
        named = or_(Pool.serial == escape(sent.serial), Pool.asset == escape(sent.asset))
        known = self.session.scalars(select(Pool).where(named)).all()
        for one in known:
            if (one.asset.casefold(), one.serial.casefold()) != (sent.asset.casefold(), sent.serial.casefold()):
                what = f"{sent.asset} (serial {sent.serial}) is another camera here: {one.asset}, serial {one.serial}."
                raise Refused("other-number", what, "Put its numbers right with: pool import.")
        if known:
            return known[0]
        fields = {name: getattr(sent, name) for name in ("asset", "serial", "make", "model", "mode")}
        fact = Asset(at=self.now, id=uuid.uuid4().hex, station=station, by=by.person.id, **fields)
        fact.origin = sent.camera_origin
        id_ = fact.id
        log.enter(self.session, fact)
        return self.session.get_one(Pool, id_)

    def sent_by(self, camera: Pool) -> str:
        """The entry by which a camera was sent, as another home's acceptance names it."""
        sent = select(func.max(Fact.entry)).where(Fact.camera == camera.camera, Fact.act == "transferred")
        number = self.session.scalars(sent).one()
        return origin_of(log.keys(self.session).newest.name, number, log.reader(self.session)(0, number))

    # -- what is done ------------------------------------------------------------------------------------------------

    def enter(self, act: str, camera: Pool, by: Actor | None, *, officer: Roster | None = None, **fields: Any) -> Done:
        """Enter one act, and give it as done. `by` is None where nobody did it. Raises Refused."""
        if by is not None:
            check_still(self.session, by)
        fact = Fact(
            at=self.now,
            camera=camera.camera,
            act=act,
            officer=None if officer is None else officer.person,
            by=None if by is None else by.person.id,
            acting=by is not None and by.acting,
            **fields,
        )
        asset = camera.asset
        number = log.enter(self.session, fact)
        self.session.expire(camera)  # the database's triggers changed it
        collar = None if officer is None else officer.collar
        return Done(act, asset, collar, None if by is None else by.person.collar, self.now, number)


def find_camera(session: Session, name: str) -> Pool:
    """The camera of the pool with this asset or serial number; the asset number goes first. Raises Refused."""
    return session.get_one(Pool, find_camera_id(session, name))


def find_camera_id(session: Session, name: str) -> str:
    """The id of that camera. Raises Refused."""
    wanted = {"wanted": escape(name.strip())}
    for query in _NAMED:
        found = session.scalar(query, wanted)
        if found is not None:
            return found
    raise Refused("no-camera", f"No camera of the pool has the number {name}.", "Look it up with: pool list.")


_NAMED = tuple(select(Pool.camera).where(column == bindparam("wanted")) for column in (Pool.asset, Pool.serial))
"""Made once, since every act and every question begins with them."""


def find_officer(session: Session, name: str) -> Roster:
    """The person with this collar or card number; the collar number goes first. Raises Refused."""
    wanted = escape(name.strip())
    for column in (Roster.collar, Roster.card):
        found = session.scalar(select(Roster).where(column == wanted))
        if found is not None:
            return found
    raise Refused("no-officer", "No person has that collar or card number.", "Look it up with: people list.")


def not_held(camera: Pool) -> Refused:
    """What is said when something is asked of a camera that nobody holds."""
    return Refused("not-held", f"Nobody holds {camera.asset}.", "Issue it first.")


def worded(words: str, what_to_do: str) -> str:
    """Words that are kept with an act, bounded. Raises Refused where there are none."""
    said = words.strip()
    if not said:
        raise Refused("no-words", "No words were given.", what_to_do)
    if len(said) > MAX_WORDS:
        raise Refused("long-words", "That is too long.", f"Say it in {MAX_WORDS} characters.")
    return said


def with_(done: Done, also: tuple[Done, ...]) -> Done:
    """The same act, with those that went with it."""
    return Done(done.event, done.camera, done.officer, done.by, done.at, done.entry, also)
