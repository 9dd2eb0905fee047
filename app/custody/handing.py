"""The issue desk without its screen: who was scanned, what they may have, and each pair with what came of it.

A pair that is refused is no error here: it is a row that says why, and what would help.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from enum import StrEnum

import msgspec

from app.custody import rules, shifts
from app.custody.values import CameraNow, Done, HandedOut
from app.home import Home
from app.people.values import Actor, Person, Refused
from app.snapshot import Reason
from app.times import CLOCK_NOTICE_S, clock_words

MOST_PAIRS = 2_000
"""So many lines of a list are taken at once."""

TAKEN_BACK = "Taken back at the issue desk."
"""Why an act is corrected that is taken back."""


class Outcome(StrEnum):
    """What came of a pair."""

    ISSUED = "issued"
    SWAPPED = "swapped"
    REFUSED = "refused"
    TAKEN_BACK = "taken back"


class Remedy(StrEnum):
    """What would help a pair that was refused."""

    SWAP = "swap"
    INSTEAD = "instead"
    OVERRIDE = "override"


class Officer(msgspec.Struct, frozen=True):
    """Who stands at the desk: the camera that they hold, the best one for them, and why they may have none."""

    collar: str
    name: str
    cohort: str
    holds: str | None = None
    best: CameraNow | None = None
    trouble: Reason | None = None


class Row(msgspec.Struct, frozen=True):
    """One pair and what came of it. `entry` is that of the act, `why` what is to be said of it, in sentences.

    `rule` refused it, `remedies` are what would help, the best first; `instead` is the camera of Remedy.INSTEAD.
    `swapping` says that the officer was to hand in another camera for it, `warned` that a rule was lifted.
    """

    officer: str
    name: str
    camera: str
    bay: str | None
    outcome: Outcome
    at: datetime
    why: str = ""
    entry: int | None = None
    rule: str = ""
    remedies: tuple[Remedy, ...] = ()
    instead: str | None = None
    swapping: bool = False
    warned: bool = False


class Given(msgspec.Struct, frozen=True):
    """One line of a list: the officer and the camera as they were written, or what is wrong with it."""

    line: int
    officer: str
    camera: str
    wrong: str = ""


class Handing:
    """What the issue desk asks and does, over one home. Every method may wait, and may raise StorageError."""

    def __init__(self, home: Home, clock: Callable[[], datetime]) -> None:
        self._home = home
        self._clock = clock

    def scan(self, text: str, *, wants_camera: bool) -> Officer | CameraNow:
        """Who or what a number is, read as what is wanted first. Raises Refused where it is neither."""
        for find in (self._camera, self._officer) if wants_camera else (self._officer, self._camera):
            found = find(text)
            if found is not None:
                return found
        raise Refused(
            "no-match",
            f"{text} is neither a collar or card number nor a camera of the pool.",
            "Scan or type it again.",
        )

    def _camera(self, text: str) -> CameraNow | None:
        return self._home.asking.camera(text) if self._home.asking.has(text) else None

    def _officer(self, text: str) -> Officer | None:
        person = self._home.people.find(text)
        return None if person is None else self.officer(person)

    def officer(self, person: Person) -> Officer:
        """Somebody with what they hold, the best camera for them, and why they may have none."""
        trouble = None
        try:
            rules.person_may_hold(person, self._clock().date(), self._home.settings.training_lasts_days)
        except Refused as refused:
            trouble = Reason(refused.rule, refused.what_happened, refused.what_to_do)
        live = [one for one in self._home.asking.held_by(person.collar, self._clock()) if one.until_at is None]
        holds = live[-1].camera if live else None
        best = None if trouble else self._best(person.collar)
        return Officer(person.collar, person.name, person.cohort, holds, best, trouble)

    def _best(self, collar: str) -> CameraNow | None:
        """The officer's own camera where it is ready, else the one that has been ready longest."""
        own = self._home.asking.own_camera(collar)
        if own is not None and own.ready and own.bay is not None and own.fault is None and own.state == "store":
            return own
        return next(iter(self._home.asking.best_ready(1)), None)

    def this_shift(self) -> list[Row]:
        """What was handed out since the shift at hand began, as the ledger has it: whoever did it, at which window."""
        since = shifts.begun(self._clock(), [shifts.parse(one) for one in self._home.settings.shifts])
        return [_row_of(one) for one in self._home.asking.handed_out(since)]

    # -- acts --------------------------------------------------------------------------------------------------------

    def give(self, officer: str, camera: str, by: Actor, *, swapping: bool = False, override: str | None = None) -> Row:
        """Hand a camera to an officer, for the one that they hold where they are `swapping`; a refusal is a row too."""
        custody = self._home.custody
        row, found = self._told(officer, camera)
        try:
            if swapping:
                done = custody.swap(officer, camera, by, override=override)
            else:
                done = custody.issue(camera, officer, by, override=override)
        except Refused as refused:
            return self._refused(row, refused, swapping=swapping)
        return _done(row, found, done, override, swapping=swapping)

    def take_back(self, row: Row, by: Actor) -> Row:
        """Say that this never was: a new entry that names the old one. Raises Refused."""
        assert row.entry is not None
        done = self._home.custody.correct(row.entry, TAKEN_BACK, by, voids=True)
        why = " ".join([_taken_back(row.entry, done.entry), *(f"They have {one.camera} again." for one in done.also)])
        return msgspec.structs.replace(row, outcome=Outcome.TAKEN_BACK, at=done.at, why=why, entry=done.entry)

    def refuse(self, given: Given) -> Row:
        """A line of a list that is no pair, as a row."""
        return Row(given.officer, "", given.camera, None, Outcome.REFUSED, self._clock(), given.wrong)

    def _told(self, officer: str, camera: str) -> tuple[Row, CameraNow | None]:
        """The pair by its right numbers, as far as it is known."""
        person, found = self._home.people.find(officer), self._camera(camera)
        row = Row(
            officer if person is None else person.collar,
            "" if person is None else person.name,
            camera if found is None else found.asset,
            None if found is None else found.bay,
            Outcome.REFUSED,
            self._clock(),
        )
        return row, found

    def _refused(self, row: Row, refused: Refused, *, swapping: bool) -> Row:
        row = msgspec.structs.replace(row, rule=refused.rule, swapping=swapping, why=refused.what_happened)
        row = self.look_again(row)
        return row if row.remedies else msgspec.structs.replace(row, why=f"{row.why} {refused.what_to_do}")

    def look_again(self, row: Row) -> Row:
        """A pair that was refused, with what would help now: the camera that would have done may be gone."""
        instead = self._instead(row)
        return msgspec.structs.replace(row, remedies=tuple(_remedies(row.rule, instead)), instead=instead)

    def _instead(self, row: Row) -> str | None:
        """Another camera for who was refused this one, where that would help."""
        if row.rule not in _OF_THE_CAMERA or self._home.people.find(row.officer) is None:
            return None
        best = self._best(row.officer)
        return None if best is None or best.asset == row.camera else best.asset


_OF_THE_CAMERA = frozenset(
    {"not-ready", "already-held", "assigned", "no-camera", "lost", "in-repair", "in-transit", "retired"}
)
"""Rules that refuse one camera: another one may do."""


def _done(row: Row, camera: CameraNow | None, done: Done, override: str | None, *, swapping: bool) -> Row:
    said = [f"Handed in {one.camera}." for one in done.also]
    if override is not None:
        said.append(f"Overridden: {override.strip()}")
    if camera is not None:
        said += _remarks(camera)
    return msgspec.structs.replace(
        row,
        outcome=Outcome.SWAPPED if swapping else Outcome.ISSUED,
        at=done.at,
        why=" ".join(said),
        entry=done.entry,
        swapping=swapping,
        warned=override is not None,
    )


def _row_of(given: HandedOut) -> Row:
    """What was handed out as the row that its pair had."""
    said = [] if given.handed_in is None else [f"Handed in {given.handed_in}."]
    if given.override:
        said.append(f"Overridden: {given.words}")
    if given.mode is not None and given.mode != "pool":
        said.append(f"Handed out as {given.mode}.")
    row = Row(
        given.officer,
        given.name,
        given.camera,
        given.bay,
        Outcome.ISSUED if given.handed_in is None else Outcome.SWAPPED,
        given.at,
        " ".join(said),
        given.entry,
        warned=given.override,
    )
    if given.taken_back is None or given.taken_back_at is None:
        return row
    why = _taken_back(given.entry, given.taken_back)
    return msgspec.structs.replace(
        row, outcome=Outcome.TAKEN_BACK, at=given.taken_back_at, why=why, entry=given.taken_back
    )


def _taken_back(entry: int, by: int) -> str:
    return f"Entry {entry} was taken back by entry {by}."


def _remedies(rule: str, instead: str | None) -> Iterator[Remedy]:
    if rule == "one-camera":
        yield Remedy.SWAP
    if instead is not None:
        yield Remedy.INSTEAD
    if rule == "not-ready":
        yield Remedy.OVERRIDE


def _remarks(camera: CameraNow) -> Iterator[str]:
    """What is worth saying of a camera that is handed out."""
    if camera.clock_offset_s is not None and abs(camera.clock_offset_s) > CLOCK_NOTICE_S:
        yield f"Its clock was {clock_words(camera.clock_offset_s)}; it is set now."
    if camera.mode != "pool":
        yield f"Handed out as {camera.mode}."


def read_pairs(text: str) -> list[Given]:
    """The pairs of a list, officer and camera on each line, with a comma, semicolon or tab between them.

    Lines without anything, and a first line of headings, are passed over; a line that is no pair says what is wrong.
    """
    found: list[Given] = []
    for number, line in enumerate(text.lstrip("\N{BYTE ORDER MARK}").splitlines(), 1):
        fields = _fields(line)
        if fields and not (not found and fields[0].casefold() in {"officer", "collar"}):
            found.append(_given(number, fields))
        if len(found) > MOST_PAIRS:
            last = found.pop()
            wrong = f"Only {MOST_PAIRS} lines are taken at once. Begin again with line {last.line}."
            return [*found, msgspec.structs.replace(last, wrong=wrong)]
    return found


def _fields(line: str) -> list[str]:
    mark = next((one for one in ",;\t" if one in line), " ")
    fields = [field.strip(' "') for field in line.strip().split(mark)]
    return [field for field in fields if field] if mark == " " else fields if any(fields) else []


def _given(number: int, fields: list[str]) -> Given:
    officer, camera, *more = [*fields, "", ""]
    if not officer or not camera or any(more):
        return Given(number, officer, camera, f"Line {number} is not an officer and a camera. Write: 1361,CAM-0520")
    return Given(number, officer, camera)
