"""What a snapshot of a bay looks like in words, a shape and a tone: for the card and the details alike."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from app.snapshot import BaySnapshot, BayState, RecordingState
from app.times import RIGHT_S, clock_words
from app.ui import words
from app.ui.tokens import Tone
from app.ui.words import DOT, translate

NEED_YOU = frozenset(
    {BayState.NEW, BayState.QUARANTINED, BayState.ATTENTION, BayState.FAULT, BayState.REMOVED_EARLY},
)
"""The states in which nothing goes on before a person does something."""

SAFE = frozenset({RecordingState.SEALED, RecordingState.RELEASED})
"""The states of a recording whose copy is durable, proved and logged."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a state is shown wherever it is shown: the name of its shape, and its tone."""

    icon: str
    tone: Tone
    hatched: bool = False


_LOOKS = {
    BayState.EMPTY: Look("empty", Tone.QUIET),
    BayState.NEW: Look("attention", Tone.WARN),
    BayState.DOCKED: Look("on-camera", Tone.QUIET),
    BayState.QUARANTINED: Look("fault", Tone.FAULT, hatched=True),
    BayState.CHARGING: Look("charging", Tone.CHARGE),
    BayState.READY: Look("ready", Tone.READY),
    BayState.ATTENTION: Look("attention", Tone.WARN),
    BayState.FAULT: Look("fault", Tone.FAULT, hatched=True),
    BayState.REMOVED_EARLY: Look("attention", Tone.FAULT),
}
_WORKING = Look("working", Tone.BUSY)


@dataclass(frozen=True, slots=True)
class Face:
    """All that a card shows of its bay, but for the strip.

    `word` is the state in words, `short` the same where room is short; so `detail` and
    `brief`; `corner` whose camera it is. It is `lit` for whoever is to lift its camera out.
    """

    bay: str
    camera: str
    look: Look
    word: str
    short: str
    detail: str
    brief: str
    corner: str
    battery: int | None
    empty: bool
    lit: bool

    @property
    def spoken(self) -> str:
        """The card in one sentence, for those who hear the screen."""
        told = [translate("face", "Bay {bay}").format(bay=self.bay), self.camera, self.word, self.detail, self.corner]
        if self.battery is not None:
            told.append(translate("face", "battery {percent}").format(percent=words.percent(self.battery)))
        return ", ".join(part for part in told if part)


def look(state: BayState) -> Look:
    """The shape and tone of a state."""
    return _LOOKS.get(state, _WORKING)


def is_issued(snapshot: BaySnapshot) -> bool:
    """Whether somebody is to lift this camera out, and nothing is done with it any more."""
    return snapshot.issued_to is not None and not snapshot.working


def look_of(snapshot: BaySnapshot) -> Look:
    """The shape and tone of a bay."""
    shown = look(snapshot.state)
    return Look("issued", shown.tone) if is_issued(snapshot) else shown


def face(snapshot: BaySnapshot, now: datetime, mark: str = "") -> Face:
    """Turn a snapshot into what its card says at this time.

    `mark` is what the pool says of its camera, or of the one that was last in an empty bay.
    """
    empty = snapshot.state is BayState.EMPTY
    return Face(
        bay=snapshot.bay,
        camera=camera_name(snapshot),
        look=look_of(snapshot),
        word=state_words(snapshot),
        short=translate("face", "Issued") if is_issued(snapshot) else short_word(snapshot.state),
        detail=(empty and mark) or detail(snapshot, now),
        brief=(empty and mark) or _brief(snapshot, now),
        corner="" if empty else _corner(snapshot, mark),
        battery=snapshot.battery_percent,
        empty=empty,
        lit=is_issued(snapshot),
    )


def camera_name(snapshot: BaySnapshot) -> str:
    """What a person calls the camera: its number, else its model, else that it is unknown; "" in an empty bay."""
    if snapshot.asset:
        return snapshot.asset
    if snapshot.serial:
        return snapshot.serial if len(snapshot.serial) <= 14 else "\N{HORIZONTAL ELLIPSIS}" + snapshot.serial[-10:]
    if snapshot.model:
        return snapshot.model
    return usb_ids(snapshot) and translate("face", "Unknown")


def usb_ids(snapshot: BaySnapshot) -> str:
    """The USB ids, "1209:0001", or "" when there are none."""
    if snapshot.vendor_id is None or snapshot.product_id is None:
        return ""
    return f"{snapshot.vendor_id}:{snapshot.product_id}"


def position(snapshot: BaySnapshot) -> tuple[int, int]:
    """Which recording the lane is at, and of how many: (3, 12) while the third of twelve is on its way."""
    recordings = snapshot.recordings or ()
    through = sum(one.state in SAFE or one.state is RecordingState.FAILED for one in recordings)
    return min(through + 1, len(recordings)), len(recordings)


def copied_bytes(snapshot: BaySnapshot) -> tuple[int, int]:
    """How many bytes are copied, and of how many."""
    recordings = snapshot.recordings or ()
    done = sum(one.size if one.state in SAFE or one.state is RecordingState.PROVING else one.done for one in recordings)
    return done, sum(one.size for one in recordings)


def state_words(snapshot: BaySnapshot) -> str:
    """The state in words, with the number of the recording where one is at work: "Copying 3 of 12"."""
    if is_issued(snapshot):
        return translate("face", "Issued to {collar}").format(collar=snapshot.issued_to)
    word = short_word(snapshot.state)
    if snapshot.state not in {BayState.COPYING, BayState.PROVING, BayState.RELEASING} or not snapshot.recordings:
        return _long_words().get(snapshot.state, word)
    n, of = position(snapshot)
    return translate("face", "{state} {n} of {of}").format(state=word, n=n, of=of)


def short_word(state: BayState) -> str:
    """The one word for a state."""
    return _words()[state]


@cache
def _words() -> dict[BayState, str]:
    """The one word for each state."""
    return {
        BayState.EMPTY: translate("face", "Empty"),
        BayState.NEW: translate("face", "New"),
        BayState.DOCKED: translate("face", "Docked"),
        BayState.QUARANTINED: translate("face", "Quarantined"),
        BayState.IDENTIFYING: translate("face", "Identifying"),
        BayState.LISTING: translate("face", "Listing"),
        BayState.WAITING: translate("face", "Waiting"),
        BayState.COPYING: translate("face", "Copying"),
        BayState.PROVING: translate("face", "Proving"),
        BayState.RELEASING: translate("face", "Releasing"),
        BayState.FINISHING: translate("face", "Finishing"),
        BayState.CHARGING: translate("face", "Charging"),
        BayState.READY: translate("face", "Ready"),
        BayState.ATTENTION: translate("face", "Needs you"),
        BayState.FAULT: translate("face", "Fault"),
        BayState.REMOVED_EARLY: translate("face", "Taken out"),
    }


@cache
def _long_words() -> dict[BayState, str]:
    """More words for a state, where there is room."""
    return {
        BayState.NEW: translate("face", "New camera"),
        BayState.WAITING: translate("face", "Waiting its turn"),
        BayState.REMOVED_EARLY: translate("face", "Taken out early"),
    }


def detail(snapshot: BaySnapshot, now: datetime) -> str:
    """One line more: the rate and time left, the reason, or since when."""
    if snapshot.reasons:
        return snapshot.reasons[0].what_happened
    if snapshot.state is BayState.COPYING:
        return DOT.join(pace(snapshot)) or translate("face", "starting")
    return _at_work().get(snapshot.state) or _since(snapshot, now)


def _brief(snapshot: BaySnapshot, now: datetime) -> str:
    """The detail where room is short: of a pace the time left, of a time the time alone."""
    if snapshot.reasons:
        return snapshot.reasons[0].what_happened
    if snapshot.state is BayState.COPYING:
        return [*pace(snapshot), translate("face", "starting")][1 if snapshot.rate is not None else 0]
    return _at_work().get(snapshot.state) or words.moment(snapshot.since, now)


def pace(snapshot: BaySnapshot) -> Iterable[str]:
    """The rate and the time left, as far as they are known."""
    if snapshot.rate is not None:
        yield words.rate(snapshot.rate)
    if snapshot.seconds_left is not None:
        yield words.time_left(snapshot.seconds_left)


@cache
def _at_work() -> dict[BayState, str]:
    """What is going on in a state."""
    return {
        BayState.NEW: translate("face", "not known here"),
        BayState.IDENTIFYING: translate("face", "reading what it is"),
        BayState.LISTING: translate("face", "reading its list"),
        BayState.WAITING: translate("face", "leave it in"),
        BayState.PROVING: translate("face", "reading back"),
        BayState.RELEASING: translate("face", "freeing memory"),
        BayState.FINISHING: translate("face", "setting clock"),
    }


def _since(snapshot: BaySnapshot, now: datetime) -> str:
    at = words.moment(snapshot.since, now)
    if snapshot.state is BayState.EMPTY:
        return translate("face", "free since {time}").format(time=at)
    since = translate("face", "since {time}").format(time=at)
    if snapshot.kept or any(remark.code == "kept-by-rule" for remark in snapshot.remarks):
        return translate("face", "{since}, footage kept").format(since=since)
    return since


def _corner(snapshot: BaySnapshot, mark: str) -> str:
    owner = snapshot.brought_by or snapshot.owner
    if owner and snapshot.working:
        return translate("face", "from {owner}").format(owner=owner)
    return mark or owner or ("" if snapshot.serial else usb_ids(snapshot))


def clock_fact(snapshot: BaySnapshot) -> str:
    """How the camera's clock was: "1.8 s fast, corrected"; "" when it was not read."""
    if snapshot.clock_offset_s is None:
        return ""
    found = clock_words(snapshot.clock_offset_s)
    if not snapshot.clock_set or abs(snapshot.clock_offset_s) < RIGHT_S:
        return found
    return translate("face", "{offset}, corrected").format(offset=found)
