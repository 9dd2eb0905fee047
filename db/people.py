"""People: who they are as facts, who they are now as an index, and the secrets by which they prove it.

A `Person` row is one whole version of a person; the newest row of an id tells. Its entry shows a hash of id, collar
number and name under a salt of its own (`who`), so that an export can name a person by revealing that salt and nothing
else. Verifiers of PINs and keys are no facts: they are forgotten when they are replaced. The fact that one was set
tells its SHA-256, so that none can be put in its place quietly.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Found, FoundText, Id, MovableFact, OptionalFound, Sha256


class Person(MovableFact, Base):
    """A person was entered or changed: all that is so from here on. `by` is the id of who did it, None at set-up.

    `second` is the second person, who is asked for where somebody is given a role beyond officer.
    `role` is a fixed word (`app.people.roles`), `cohort` and `station` are names in the force's own words; `trained_on`
    is None for somebody untrained, `card` the number that a card reader types.
    """

    __tablename__ = "person"
    __table_args__ = (Index("ix_person_id", "id", "entry"),)
    KIND = "person"
    PUBLIC = ("id", "who", "role", "active", "by", "second", "origin")

    id: Mapped[Id]
    who: Mapped[Sha256]
    who_salt: Mapped[str] = mapped_column(String(64))
    collar: Mapped[Found]
    name: Mapped[Found]
    rank: Mapped[Found]
    role: Mapped[str]
    station: Mapped[Found]
    cohort: Mapped[Found]
    trained_on: Mapped[date | None]
    card: Mapped[OptionalFound]
    active: Mapped[bool]
    by: Mapped[str | None] = mapped_column(String(32))
    second: Mapped[str | None] = mapped_column(String(32))


class Credential(MovableFact, Base):
    """A means of proving who one is was given to a person, or taken: `digest` is the SHA-256 of its verifier.

    `means` is pin, fido2 or code (a one-time code to enrol with); `given` is false when it was taken away or used up.
    `by` is the id of who did it, `second` of the second person where two are asked for.
    """

    __tablename__ = "credential"
    __table_args__ = (Index("ix_credential_person", "person", "means", "entry"),)
    KIND = "credential"
    PUBLIC = ("person", "means", "given", "by", "second", "origin")

    person: Mapped[Id]
    means: Mapped[str]
    given: Mapped[bool]
    digest: Mapped[Sha256]
    by: Mapped[str | None] = mapped_column(String(32))
    second: Mapped[str | None] = mapped_column(String(32))


class Roster(Base):
    """Every person as they are now: an index over `Person`, kept by triggers alone. `words` is what a search finds.

    Its constraints hold on every road: no two people have one collar number, nor one card.
    """

    __tablename__ = "roster"
    __table_args__ = (
        Index("uq_roster_collar", "collar", unique=True),
        Index("uq_roster_card", "card", unique=True),
    )

    person: Mapped[Id] = mapped_column(primary_key=True)
    entry: Mapped[int] = mapped_column(ForeignKey("person.entry"))
    collar: Mapped[str] = mapped_column(FoundText(collation="NOCASE"))
    name: Mapped[Found]
    rank: Mapped[Found]
    role: Mapped[str]
    station: Mapped[Found]
    cohort: Mapped[Found]
    trained_on: Mapped[date | None]
    card: Mapped[str | None] = mapped_column(FoundText(collation="NOCASE"))
    active: Mapped[bool]
    words: Mapped[str]


class Secret(Base):
    """The verifier of one means of proof of one person; forgotten when it is replaced or used up. No fact.

    `until` is when a one-time code ends.
    """

    __tablename__ = "secret"

    person: Mapped[Id] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    verifier: Mapped[str]
    until: Mapped[datetime | None]


class Throttle(Base):
    """How often proving failed since it last succeeded, for a person's id or for "station", and when it last did.

    `since_s` is in seconds since the machine started: nobody sets that clock.
    """

    __tablename__ = "throttle"
    __table_args__ = (CheckConstraint("failures >= 0", name="failures"),)

    subject: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[int]
    since_s: Mapped[float]


TRIGGERS = {
    "roster_of_person": """CREATE TRIGGER roster_of_person AFTER INSERT ON person BEGIN
        INSERT INTO roster VALUES (NEW.id, NEW.entry, NEW.collar, NEW.name, NEW.rank, NEW.role, NEW.station, NEW.cohort,
            NEW.trained_on, NEW.card, NEW.active,
            lower(NEW.collar || ' ' || NEW.name || ' ' || NEW.rank || ' ' || NEW.station || ' ' || NEW.cohort))
        ON CONFLICT (person) DO UPDATE SET entry = excluded.entry, collar = excluded.collar, name = excluded.name,
            rank = excluded.rank, role = excluded.role, station = excluded.station, cohort = excluded.cohort,
            trained_on = excluded.trained_on, card = excluded.card, active = excluded.active, words = excluded.words;
        UPDATE pool SET holder_words = lower(NEW.collar || ' ' || NEW.name) WHERE holder = NEW.id; END""",
}
"""What keeps the roster, and the names by which the pool is searched."""
