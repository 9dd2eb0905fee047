"""A question about custody and its answer: who held which camera, when; with what was entered about it.

That it was asked is an entry of the ledger, made before anything is answered. Reads wait for the disk.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.custody.asking import PAGE, acts_page, between, held_of, held_rows
from app.custody.desk import find_camera, find_officer
from app.custody.values import ActOf, Held
from app.home import Home
from app.people.values import Actor, Refused
from app.searching import Asked, Span, understand, whole_days
from db.base import Checkpoint
from db.custody import Custody, Holding, Pool
from db.people import Roster
from db.schema import Camera, Shelf

DAYS = 7
"""So many days are shown at once."""
MOST_LANES = 60
FILLERS = frozenset(
    (
        "who",
        "what",
        "had",
        "has",
        "have",
        "held",
        "hold",
        "holds",
        "is",
        "was",
        "with",
        "by",
        "at",
        "on",
        "the",
        "camera",
    )
)


class What(StrEnum):
    """What a question is about."""

    CAMERA = "camera"
    OFFICER = "officer"
    DAY = "day"


class Line(msgspec.Struct, frozen=True):
    """One act, and the first signed head that covers its entry: how many entries that has, None while there is none."""

    act: ActOf
    checkpoint: int | None


class Lane(msgspec.Struct, frozen=True):
    """Who held one camera, oldest first."""

    camera: str
    holdings: tuple[Held, ...]


class Story(msgspec.Struct, frozen=True):
    """The answer. `subject` is the camera's asset or the officer's collar number, `name` the officer's name.

    `at` is the moment, `span` the stretch of time that was asked for, if any. `held` is the holding at that moment, or
    now; `before` the one before it where nobody held the camera, or the officer none. `holdings` are those of the time
    that was asked for. `lanes` are for a picture of the days from `first` to `last`, `lines` what was entered, each
    correction right after what it corrects; `names` are of the officers by collar number. `recordings` were made during
    `held`. `more` says that there were more lines. `late_after_minutes` is what the station allows before a camera is
    late.
    """

    what: What
    subject: str
    name: str
    at: datetime | None
    span: Span | None
    held: Held | None
    before: Held | None
    holdings: tuple[Held, ...]
    lanes: tuple[Lane, ...]
    first: date
    last: date
    lines: tuple[Line, ...]
    names: dict[str, str]
    recordings: int
    more: bool
    late_after_minutes: int


def tell(home: Home, text: str, by: Actor, now: datetime) -> Story:
    """Answer a question as people write it: "CAM-0412 22 Nov 22:50", "1402 yesterday", "last night".

    `now` is local. Raises Refused where nothing of the pool or of the roll is named, or this actor may not read it.
    """
    asked = understand(text, now)
    what, name = _subject(home, asked)
    bounds = (asked.span.start, asked.span.end) if asked.span is not None else ()
    number = home.custody.read(by, what, name, *bounds)
    return _Teller(home, asked, now).tell(what, number)


def _subject(home: Home, asked: Asked) -> tuple[What, str | None]:
    """Whom or what a question is about; a day where only a time was named. Raises Refused."""
    named = [word for word in asked.words if word not in FILLERS]
    with home.database.read() as session:
        for what, find in ((What.CAMERA, find_camera), (What.OFFICER, find_officer)):
            for word in named:
                try:
                    find(session, word)
                except Refused:
                    continue
                return what, word
    if not named and asked.span is not None:
        return What.DAY, None
    missing = " ".join(named)
    happened = f"No camera and no officer has the number {missing}." if named else "Nothing was asked for."
    raise Refused("no-such", happened, "Name a camera by its asset number, an officer by collar number, or a day.")


class _Teller:
    """Answers one question; `now` is local."""

    def __init__(self, home: Home, asked: Asked, now: datetime) -> None:
        self._home, self._asked, self._now = home, asked, now
        day = (asked.at or (asked.span.start if asked.span else now)).astimezone().date()
        self.last = min(now.date(), day + timedelta(days=DAYS // 2))
        self.first = self.last - timedelta(days=DAYS - 1)
        self._shown = whole_days(self.first, self.last)
        self._span = asked.span or self._shown

    def tell(self, what: What, number: str) -> Story:
        with self._home.database.read() as session:
            mine = self._mine(session, what, number)
            name = find_officer(session, number).name if what is What.OFFICER else ""
            held, before = self._at(session, mine) if what is not What.DAY else (None, None)
            holdings = self._holdings(session, mine, self._span)
            lanes = self._lanes(session, what, mine)
            recordings = _recordings(session, held, self._now) if held is not None else 0
        lines, more = self._lines(what, number, held)
        return Story(
            what=what,
            subject=number,
            name=name,
            at=self._asked.at,
            span=self._asked.span,
            held=held,
            before=before,
            holdings=holdings,
            lanes=lanes,
            first=self.first,
            last=self.last,
            lines=lines,
            names=self._names(lines),
            recordings=recordings,
            more=more,
            late_after_minutes=self._home.settings.late_after_minutes,
        )

    def _mine(self, session: Session, what: What, number: str) -> list[ColumnElement[bool]]:
        if what is What.CAMERA:
            return [Holding.camera == find_camera(session, number).camera]
        return [Holding.officer == find_officer(session, number).person] if what is What.OFFICER else []

    def _at(self, session: Session, mine: list[ColumnElement[bool]]) -> tuple[Held | None, Held | None]:
        """The holding at the moment that was asked for, or now, and the one before it."""
        at = self._asked.at or self._now
        begun = held_rows().where(*mine, ~Holding.void, Holding.from_at <= at)
        rows = [held_of(row) for row in session.execute(begun.order_by(Holding.from_at.desc()).limit(1))]
        if not rows:
            return None, None
        going_on = rows[0].until_at is None or rows[0].until_at > at
        return (rows[0], None) if going_on else (None, rows[0])

    def _holdings(self, session: Session, mine: list[ColumnElement[bool]], span: Span) -> tuple[Held, ...]:
        found = held_rows().where(*mine, *between(span.start, span.end)).order_by(Holding.from_at, Holding.entry)
        return tuple(held_of(row) for row in session.execute(found.limit(PAGE)))

    def _lanes(self, session: Session, what: What, mine: list[ColumnElement[bool]]) -> tuple[Lane, ...]:
        """The cameras that it is about, each with all its holders; of a camera, what else its holders held."""
        own = self._holdings(session, mine, self._span if what is What.DAY else self._shown)
        cameras = list(dict.fromkeys(one.camera for one in own))
        if what is What.CAMERA:
            people = {one.person for one in own if one.person is not None}
            others = self._holdings(session, [Holding.officer.in_(people)], self._shown)
            cameras = list(dict.fromkeys([*cameras, *sorted(one.camera for one in others)]))
        cameras = cameras[:MOST_LANES]
        ids = select(Pool.camera).where(Pool.asset.in_(cameras))
        held = self._holdings(session, [Holding.camera.in_(ids)], self._shown)
        return tuple(Lane(camera, tuple(one for one in held if one.camera == camera)) for camera in cameras)

    def _lines(self, what: What, number: str, held: Held | None) -> tuple[tuple[Line, ...], bool]:
        """What was entered: of the holding that was asked for, else of the time."""
        with self._home.database.read() as session:
            which = [*self._about(session, what, number), *self._when(held)]
            acts = acts_page(session, which, -1, PAGE)
            entries = [one.entry for one in acts]
            later = acts_page(session, [Custody.corrects.in_(entries)], -1, PAGE) if entries else []
            acts = _beside(acts, later)
            covered = {one: _covered(session, one.entry) for one in acts}
        return tuple(Line(one, covered[one]) for one in acts), len(entries) == PAGE

    def _about(self, session: Session, what: What, number: str) -> list[ColumnElement[bool]]:
        if what is What.CAMERA:
            return [Custody.camera == find_camera(session, number).camera]
        if what is What.DAY:
            return []
        person = find_officer(session, number).person
        corrected = aliased(Custody)
        theirs = select(corrected.corrects).where(corrected.officer == person, corrected.corrects.is_not(None))
        return [or_(Custody.officer == person, Custody.entry.in_(theirs))]

    def _when(self, held: Held | None) -> list[ColumnElement[bool]]:
        if self._asked.at is None or held is None:
            day = self._asked.at.astimezone().date() if self._asked.at is not None else None
            span = self._span if day is None else whole_days(day, day)
            return [Custody.at >= span.start, Custody.at < span.end]
        end = held.until_at + timedelta(hours=1) if held.until_at is not None else self._now
        first = [] if held.until_entry is None else [Custody.entry == held.until_entry]
        return [or_(Custody.entry == held.entry, Custody.at.between(held.from_at, end), *first)]

    def _names(self, lines: tuple[Line, ...]) -> dict[str, str]:
        collars = {one for line in lines for one in (line.act.officer, line.act.by) if one is not None}
        with self._home.database.read() as session:
            rows = session.execute(select(Roster.collar, Roster.name).where(Roster.collar.in_(collars))).all()
        return {collar: name for collar, name in rows}  # noqa: C416  rows are no pairs to a type checker


def _beside(acts: list[ActOf], later: list[ActOf]) -> list[ActOf]:
    """Each correction right after what it corrects, though it was entered later."""
    corrections: dict[int, list[ActOf]] = {}
    entries = {one.entry for one in acts}
    for one in {act.entry: act for act in (*acts, *later)}.values():
        if one.corrects is not None and one.corrects in entries:
            corrections.setdefault(one.corrects, []).append(one)
    moved = {one.entry for several in corrections.values() for one in several}
    told: list[ActOf] = []
    for act in acts:
        if act.entry not in moved:
            told += [act, *corrections.get(act.entry, [])]
    return told


def _covered(session: Session, entry: int) -> int | None:
    return session.scalar(select(func.min(Checkpoint.size)).where(Checkpoint.size > entry))


def _recordings(session: Session, held: Held, now: datetime) -> int:
    """How many sealed recordings were made while a camera was held so."""
    made: list[Any] = [Shelf.made_at >= held.from_at, Shelf.made_at <= (held.until_at or now.astimezone(UTC))]
    found = select(func.count()).select_from(Shelf).join(Camera, Camera.id == Shelf.camera)
    return session.scalar(found.where(Camera.serial == held.serial, *made)) or 0
