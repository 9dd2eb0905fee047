"""The roll: everybody who is known to a home, found, listed, and changed by whole rows of an import.

One person is changed by an import of one row, so that one set of rules holds for all. Every method may raise
StorageError.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, false, func, select
from sqlalchemy.orm import Session, aliased

from app.importing import (
    BadRow,
    Change,
    Existing,
    Parse,
    Plan,
    Row,
    Table,
    day,
    label,
    maybe,
    one_of,
    plan,
    shown,
    take_in,
    words,
    yes_no,
)
from app.ledger import log
from app.ledger.commitments import who_hash
from app.people.roles import INACTIVE, NOT_ALLOWED, SECONDS, Act, authorise
from app.people.values import Actor, Person, Proof, Refused, Role
from db.engine import Database
from db.people import Credential, Roster
from db.people import Person as PersonFact

PAGE = 500
MOST_COLLAR = 20
FIELDS = ("collar", "name", "rank", "role", "station", "cohort", "trained_on", "card", "active")
"""What is known of a person: the columns of an import."""

OWN = frozenset({"role", "active"})
"""What nobody changes about themselves, so that one who may change people is always left."""


class People:
    """The people of one home."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def anyone(self) -> bool:
        """Whether the home has accounts: before it is set up it has none."""
        with self._database.read() as session:
            return bool(session.scalar(select(exists().select_from(Roster))))

    def find(self, number: str) -> Person | None:
        """Whose collar number, or else whose card, this is, in any case; None if it is nobody's."""
        number = number.strip()
        return self._one(Roster.collar == number) or self._one(Roster.card == number)

    def known(self, number: str) -> Person:
        """The same. Raises Refused, rule no-person."""
        found = self.find(number)
        if found is None:
            raise Refused("no-person", f"Nobody has the collar number or card {number}.", "See: dockwarden people list")
        return found

    def by_card(self, card: str) -> Person:
        """Whose card this is, and nobody whose collar number reads alike. Raises Refused, rule no-person."""
        found = self._one(Roster.card == card.strip())
        if found is None:
            raise Refused("no-person", "Nobody has that card.", "See the sergeant.")
        return found

    def person(self, id_: str) -> Person | None:
        """The person of this id."""
        return self._one(Roster.person == id_)

    def page(self, after: Person | None = None, limit: int = PAGE) -> list[Person]:
        """A page of all people by collar number, those after `after`."""
        query = _people().order_by(Roster.collar).limit(limit)
        if after is not None:
            query = query.where(Roster.collar > after.collar)
        with self._database.read() as session:
            return [_person(row) for row in session.execute(query)]

    def check_still(self, actor: Actor) -> None:
        """Return if who acts, and the second person, are what they were when they signed in. Raises Refused."""
        with self._database.read() as session:
            check_still(session, actor)

    def a_sergeant_proves(self) -> bool:
        """Whether a sergeant has a PIN: from then on no administrator stands in for one."""
        with self._database.read() as session:
            return _anyone(session, Roster.role == Role.SERGEANT)

    def another_seconds(self, besides: Iterable[str]) -> bool:
        """Whether somebody besides these ids can be the second person of an act."""
        with self._database.read() as session:
            return _another_seconds(session, besides)

    # -- changing --------------------------------------------------------------------------------------------------

    def preview(self, rows: Iterable[Row | BadRow], actor: Actor) -> Plan:
        """What taking these rows in would do. Raises Refused where this actor may not."""
        authorise(actor, Act.IMPORT_PEOPLE)
        with self._database.read() as session:
            here = _held_against(session, actor)
        return _plan(here, rows, actor)

    def take(self, rows: Iterable[Row | BadRow], actor: Actor) -> Plan:
        """Take all rows in, or none. Raises Refused, and ImportRefused where a row is wrong."""
        authorise(actor, Act.IMPORT_PEOPLE)
        rows = list(rows)
        return take_in(
            self._database,
            lambda session: _held_against(session, actor),
            lambda here: _plan(here, rows, actor),
            lambda change: _fact(change, actor),
        )

    def change(self, person: Person, actor: Actor, **fields: str) -> Person:
        """Change some fields of a person, as text. Raises what `take` does."""
        self.take([Row(person.collar, 1, {field: shown(getattr(person, field)) for field in FIELDS} | fields)], actor)
        return self.known(fields.get("collar", person.collar))

    def _one(self, which: ColumnElement[bool]) -> Person | None:
        with self._database.read() as session:
            row = session.execute(_people().where(which)).one_or_none()
            return None if row is None else _person(row)


def check_still(session: Session, actor: Actor) -> None:
    """Return if who acts, and the second person, are what they were when they signed in. Raises Refused.

    Asked in the transaction of an act that has one, else just before it: whoever is made inactive, or given another
    role, does nothing more as what they were.
    """
    if actor.acting and _anyone(session, Roster.role == Role.SERGEANT):
        raise Refused(NOT_ALLOWED, f"{actor.person.collar} does not act for a sergeant any more.", "Ask a sergeant.")
    for person in filter(None, (actor.person, actor.second)):
        now = session.execute(_AS_NOW, {"person": person.id}).one_or_none()
        if now is None or not now.active:
            raise Refused(INACTIVE, f"{person.collar} is not active any more.", "Ask an administrator.")
        if now.role != person.role:
            what = f"{person.collar} was given another role since they signed in."
            raise Refused(NOT_ALLOWED, what, "Sign in again.")


_AS_NOW = select(Roster.role, Roster.active).where(Roster.person == bindparam("person"))
"""Made once, since every act asks it."""


def enter_first(session: Session, id_: str, collar: str, station: str, name: str, card: str | None) -> None:
    """Enter the first administrator, in the caller's transaction. Raises Refused where there is one."""
    if session.scalar(select(exists().select_from(Roster))):
        raise Refused(NOT_ALLOWED, "This home has its first administrator already.", "More are made by: people import.")
    values = {
        "collar": collar,
        "name": name,
        "rank": "",
        "role": Role.ADMINISTRATOR,
        "station": station,
        "cohort": "",
        "trained_on": None,
        "card": card,
        "active": True,
    }
    log.enter(session, _fact(Change("", 0, collar, values, id_, ()), None))


def enter_card(session: Session, person: Person, card: str) -> None:
    """Enter the card that somebody enrols with, in the caller's transaction. Raises Refused, rule bad-card."""
    values = {field: getattr(person, field) for field in FIELDS} | {"card": card}
    found = _plan_of_one(session, person, values)
    if found.bad:
        raise Refused("bad-card", f"This card cannot be taken: {found.bad[0].reason}", "Nothing was changed.")
    log.enter_all(session, [_fact(change, Actor(person, Proof.PIN)) for change in found.changes])


def _plan_of_one(session: Session, person: Person, values: dict[str, Any]) -> Plan:
    row = Row(person.collar, 1, {field: shown(value) for field, value in values.items()})
    return plan(table((person.cohort,)), [row], _here(_all(session)))


def check_collar(collar: str) -> str:
    """Return what may be a collar number. Raises Refused, rule bad-collar."""
    return _checked("collar", collar, "This is no collar number")


def check_name(name: str) -> str:
    """Return what may be a person's name. Raises Refused, rule bad-name."""
    return _checked("name", name, "This is no name")


def check_card(card: str) -> str:
    """Return what may be a card's number. Raises Refused, rule bad-card."""
    return _checked("card", card, "This is no card number")


def _checked(field: str, text: str, what: str) -> str:
    """What may stand in this column of an import."""
    try:
        return str(table().columns[field](text.strip()))
    except ValueError as wrong:
        raise Refused(f"bad-{field}", f"{what}: {wrong}", "Nothing was done.") from wrong


def _fact(change: Change, actor: Actor | None) -> PersonFact:
    id_, salt, values = change.id or uuid.uuid4().hex, secrets.token_hex(32), change.values
    by, second = (None, None) if actor is None else actor.ids
    return PersonFact(
        id=id_,
        at=datetime.now(UTC),
        who=who_hash(id_, values["collar"], values["name"], salt),
        who_salt=salt,
        by=by,
        second=second,
        **values,
    )


# -- the plan of an import -------------------------------------------------------------------------------------------


def table(cohorts: Iterable[str] = ()) -> Table:
    """What a row of people holds. A cohort is spelled as `cohorts` spell it, or as it is met first."""
    columns: dict[str, Parse] = {
        "collar": label(MOST_COLLAR),
        "name": words(100, needed=True),
        "rank": words(40),
        "role": one_of(Role),
        "station": words(60),
        "cohort": _spelled(cohorts),
        "trained_on": maybe(day),
        "card": maybe(label(64)),
        "active": yes_no,
    }
    return Table(columns, "collar", ("collar", "card"))


def _spelled(known: Iterable[str]) -> Parse:
    spelling = {one.casefold(): one for one in known}
    read = words(60)
    return lambda text: spelling.setdefault(read(text).casefold(), read(text))


def _held_against(session: Session, actor: Actor) -> tuple[list[Person], bool]:
    """What rows are held against: all people, and whether another could be the second person beside the actor.

    Raises Refused where the actor may not any more.
    """
    check_still(session, actor)
    return _all(session), _another_seconds(session, (actor.person.id,))


def _plan(here: tuple[list[Person], bool], rows: Iterable[Row | BadRow], actor: Actor) -> Plan:
    people, another_seconds = here
    found = plan(table(one.cohort for one in people), rows, _here(people))
    mine = tuple(bad for change in found.changes if change.id == actor.person.id for bad in _own(change))
    if mine:
        return msgspec.structs.replace(found, changes=(), bad=mine)
    if another_seconds:
        _allow_roles(found, actor, {one.id: one for one in people})
    return found


def _all(session: Session) -> list[Person]:
    return [_person(row) for row in session.execute(_people().order_by(Roster.entry))]


def _here(people: Iterable[Person]) -> list[Existing]:
    return [Existing(one.id, {field: getattr(one, field) for field in FIELDS}) for one in people]


def _own(change: Change) -> list[BadRow]:
    return [
        BadRow(change.where, change.line, one.field, "Nobody changes this about themselves.")
        for one in change.differences
        if one.field in OWN
    ]


def _allow_roles(found: Plan, actor: Actor, people: dict[str, Person]) -> None:
    """Raise Refused where somebody gets another role and the actor may not give it.

    As long as nobody else could be the second person, this is not asked: one administrator does it alone, since
    somebody has to begin.
    """
    for change in found.changes:
        if _gives_role(change):
            authorise(actor, Act.CHANGE_ROLES, people.get(change.id or ""))


def _gives_role(change: Change) -> bool:
    if change.id is None:
        return bool(change.values["role"] != Role.OFFICER)
    return any(one.field == "role" for one in change.differences)


# -- queries ---------------------------------------------------------------------------------------------------------


def has_proof(person: Any, kind: str) -> ColumnElement[bool]:
    """Whether the newest fact of this kind of proof of the person is that it was given."""
    given = aliased(Credential)
    newest = select(given.given).where(given.person == person, given.means == kind).order_by(given.entry.desc())
    return func.coalesce(newest.limit(1).scalar_subquery(), false())


def _people() -> Select[*tuple[Any, ...]]:
    """The columns of `Person`, in its order."""
    columns = [getattr(Roster, field) for field in FIELDS]
    return select(Roster.person, *columns, has_proof(Roster.person, "pin"), Roster.entry)


def _person(row: Sequence[Any]) -> Person:
    id_, collar, name, rank, role, *rest = row
    return Person(id_, collar, name, rank, Role(role), *rest)


def _anyone(session: Session, *which: ColumnElement[bool]) -> bool:
    """Whether an active person like this has a PIN."""
    return bool(session.scalar(select(exists().where(and_(Roster.active, has_proof(Roster.person, "pin"), *which)))))


def _another_seconds(session: Session, besides: Iterable[str]) -> bool:
    return _anyone(session, Roster.role.in_(SECONDS), Roster.person.not_in(tuple(besides)))
