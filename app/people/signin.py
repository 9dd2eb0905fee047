"""How somebody proves who they are: a PIN, or once a code from an administrator, with which they set their own PIN.

A verifier is kept in the table of secrets and forgotten when it is replaced. The ledger has the fact that it was set
with its SHA-256; a verifier that is not the one of the newest fact proves nothing. Whether a person is unknown, has no
PIN or mistyped it is not told, and takes the same work.
"""

from __future__ import annotations

import hashlib
import hmac
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import msgspec
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.ledger import log
from app.people import pins
from app.people.roles import NOT_ALLOWED, SECONDS, Act, authorise, check_second, stands_in
from app.people.roll import People, check_card, check_collar, check_name, check_still, enter_card, enter_first
from app.people.throttle import Throttle, throttled
from app.people.values import Actor, Person, Proof, Refused
from db.engine import Database
from db.people import Credential, Secret
from db.schema import KeyChange

PIN, CODE, KEY = "pin", "code", "fido2"
CODE_LIFE = timedelta(hours=24)

_WRONG = {
    PIN: "The number or the PIN is not right.",
    CODE: "The number or the code is not right, or the code is more than a day old or was used.",
}


class SignIn:
    """Proves who people are, in one home. `pepper` gives its key, which may not be there: KeysTrouble."""

    def __init__(self, database: Database, people: People, pepper: Callable[[], bytes], throttle: Throttle) -> None:
        self._database = database
        self._people = people
        self._pepper = pepper
        self._throttle = throttle

    def set_up(self, collar: str, station: str, pin: str, *, name: str = "", card: str | None = None) -> Person:
        """Make the first administrator, named by their number where no name is given. Raises Refused: nothing made."""
        id_, collar = uuid.uuid4().hex, check_collar(collar)
        name, card = check_name(name or collar), None if card is None else check_card(card)
        verifier = pins.verifier(self._pepper(), id_, PIN, pins.check_new(pin))
        with self._database.write() as session:
            enter_first(session, id_, collar, station, name, card)
            _give(session, id_, PIN, verifier)
        return self._people.known(collar)

    def begin_anew(self, change: KeyChange, actor: Actor, pin: str, pepper: bytes) -> int:
        """Enter that the keys were lost: every PIN and code is void with the pepper, but for the new PIN of who acts.

        All in one transaction. Gives how many people have to be given a code. FIDO2 keys prove what they proved.
        """
        verifier = pins.verifier(pepper, actor.person.id, PIN, pins.check_new(pin))
        with self._database.write() as session:
            log.enter(session, change)
            void = _void_all(session, actor)
            _give(session, actor.person.id, PIN, verifier, actor)
        return len(void - {actor.person.id})

    def has_key(self, person: Person) -> bool:
        """Whether a FIDO2 key is kept for somebody."""
        with self._database.read() as session:
            return _kept(session, person.id, KEY) is not None

    # -- who acts ----------------------------------------------------------------------------------------------------

    def by_card(self, card: str) -> Actor:
        """Whose card was tapped, which names them and proves little. Raises Refused."""
        return Actor(self._people.by_card(card), Proof.CARD)

    def by_pin(self, number: str, pin: str) -> Actor:
        """Who has this collar number or card, proved by their PIN. Raises Refused: not-allowed, throttled, inactive."""
        return Actor(self._prove(number, PIN, pin), Proof.PIN)

    def by_key(self, number: str, proves: Callable[[str], bool]) -> Actor:
        """Who has this collar number or card, by their FIDO2 key, which `proves` asks. Raises Refused, KeyTrouble."""
        person = self._people.find(number)
        with self._database.read() as session:
            kept = None if person is None else _kept(session, person.id, KEY)
        if person is None or kept is None or not proves(kept):
            raise Refused(NOT_ALLOWED, "No such key is kept for that number.", "Use your PIN, or enrol with the key.")
        return Actor(_active(person), Proof.STRONG)

    def with_second(self, actor: Actor, number: str, pin: str) -> Actor:
        """The same with a second person beside them, proved by theirs. Raises Refused."""
        second = self.by_pin(number, pin).person
        check_second(actor.person, second)
        return msgspec.structs.replace(actor, second=second, proof=max(actor.proof, Proof.STRONG))

    def at(self, actor: Actor, act: Act) -> Actor:
        """The same about to do this: an administrator stands in for a sergeant, as long as no sergeant has a PIN."""
        acting = stands_in(actor.person, act) and not self._people.a_sergeant_proves()
        return msgspec.structs.replace(actor, acting=acting)

    # -- enrolling ---------------------------------------------------------------------------------------------------

    def new_code(self, person: Person, actor: Actor) -> str:
        """A one-time code for somebody to enrol with, for a day; it ends any before. Raises Refused."""
        authorise(actor, Act.ENROL)
        if not person.active:
            raise Refused("inactive", f"{person.collar} is not active.", "Make them active first.")
        if person.role in SECONDS and person.has_pin and self._people.another_seconds((actor.person.id, person.id)):
            authorise(actor, Act.ENROL_SECOND, person)
        code = pins.new_code()
        verifier = pins.verifier(self._pepper(), person.id, CODE, code)
        with self._database.write() as session:
            check_still(session, actor)
            _give(session, person.id, CODE, verifier, actor, until=datetime.now(UTC) + CODE_LIFE)
        return code

    def enrol(
        self, number: str, code: str, pin: str, card: str | None = None, key: Callable[[Person], str] | None = None
    ) -> Person:
        """Set somebody's own PIN, and card, by their code, which is used up. Raises Refused; then it is not.

        `key` has a FIDO2 key make what is kept of it; without one, a key of before proves nothing from now on.
        """
        person = self._prove(number, CODE, pins.clean_code(code))
        verifier = pins.verifier(self._pepper(), person.id, PIN, pins.check_new(pin))
        keys = None if key is None else key(person)
        with self._database.write() as session:
            if _kept(session, person.id, CODE) is None:
                raise _wrong(CODE)  # another was quicker
            _take(session, person.id, CODE)
            _take(session, person.id, KEY)
            _give(session, person.id, PIN, verifier, Actor(person, Proof.PIN))
            if keys is not None:
                _give(session, person.id, KEY, keys, Actor(person, Proof.PIN))
            if card is not None:
                enter_card(session, person, card)
        return self._people.known(person.collar)

    # -- proving -----------------------------------------------------------------------------------------------------

    def _prove(self, number: str, kind: str, secret: str) -> Person:
        person, pepper = self._people.find(number), self._pepper()
        subject = _nobody(pepper, number) if person is None else person.id
        with self._database.write() as session:
            wait = self._throttle.count(session, subject)
        if wait:
            raise throttled(wait)
        if not self._fits(pepper, subject, kind, secret) or person is None:
            raise _wrong(kind)
        with self._database.write() as session:
            self._throttle.succeeded(session, subject)
        return _active(person)

    def _fits(self, pepper: bytes, subject: str, kind: str, secret: str) -> bool:
        with self._database.read() as session:
            kept = _kept(session, subject, kind)
        if kept is None:
            pins.verifier(pepper, subject, kind, secret)  # takes as long as looking at one
            return False
        return pins.fits(pepper, subject, kind, secret, kept)


def _nobody(pepper: bytes, number: str) -> str:
    """Under whom a try in the name of somebody unknown is counted: one of 64, so that not every name leaves a row."""
    return f"nobody {hmac.digest(pepper, number.strip().lower().encode(errors='replace'), 'sha256')[0] % 64}"


def _active(person: Person) -> Person:
    if not person.active:
        raise Refused("inactive", f"{person.collar} is not active any more.", "Ask an administrator.")
    return person


def _wrong(kind: str) -> Refused:
    return Refused(NOT_ALLOWED, _WRONG[kind], "Try again, or ask an administrator for a code to enrol with.")


# -- secrets and their facts -----------------------------------------------------------------------------------------


def _give(
    session: Session,
    person: str,
    kind: str,
    verifier: str,
    actor: Actor | None = None,
    until: datetime | None = None,
) -> None:
    """Keep a verifier in place of any before, with its fact."""
    session.execute(delete(Secret).where(Secret.person == person, Secret.kind == kind))
    session.add(Secret(person=person, kind=kind, verifier=verifier, until=until))
    _enter(session, person, kind, _digest(verifier), actor, given=True)


def _take(session: Session, person: str, kind: str) -> None:
    """Forget a verifier, if there is one, that was used up or holds no more, with its fact."""
    kept = session.get(Secret, (person, kind))
    if kept is None:
        return
    digest = _digest(kept.verifier)
    session.delete(kept)
    _enter(session, person, kind, digest, None, given=False)


def _void_all(session: Session, actor: Actor) -> set[str]:
    """Forget every PIN and code, each with its fact; gives whose they were."""
    session.execute(delete(Secret).where(Secret.kind.in_((PIN, CODE))))
    newest = select(func.max(Credential.entry)).where(Credential.means.in_((PIN, CODE)))
    newest = newest.group_by(Credential.person, Credential.means)
    held = session.scalars(select(Credential).where(Credential.entry.in_(newest), Credential.given)).all()
    if held:
        log.enter_all(session, [_fact(one.person, one.means, one.digest, actor, given=False) for one in held])
    return {one.person for one in held}


def _enter(session: Session, person: str, kind: str, digest: str, actor: Actor | None, *, given: bool) -> None:
    log.enter(session, _fact(person, kind, digest, actor, given=given))


def _fact(person: str, kind: str, digest: str, actor: Actor | None, *, given: bool) -> Credential:
    by, second = (None, None) if actor is None else actor.ids
    return Credential(person=person, means=kind, given=given, digest=digest, by=by, second=second, at=datetime.now(UTC))


def _kept(session: Session, person: str, kind: str) -> str | None:
    """The verifier that holds now: that of the newest fact, and in its time. A clock set back lengthens no time."""
    newest = (
        select(Credential)
        .where(Credential.person == person, Credential.means == kind)
        .order_by(Credential.entry.desc())
        .limit(1)
    )
    fact, secret = session.scalar(newest), session.get(Secret, (person, kind))
    if fact is None or secret is None or not fact.given or fact.digest != _digest(secret.verifier):
        return None
    if secret.until is not None and not fact.at <= datetime.now(UTC) < min(secret.until, fact.at + CODE_LIFE):
        return None
    return secret.verifier


def _digest(verifier: str) -> str:
    return hashlib.sha256(verifier.encode()).hexdigest()
