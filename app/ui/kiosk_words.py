"""What the kiosk tells, as a function of snapshots and answers: by collar number, never by a name or a recording."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.board import bay_order
from app.custody.kiosk import Acknowledged, AlreadyHolds, GivenUp, Offer
from app.custody.values import Early, Taken
from app.people.values import Refused
from app.snapshot import BaySnapshot, BayState, Reason, RecordingState
from app.ui import words
from app.ui.face import SAFE, look_of
from app.ui.tokens import Tone
from app.ui.words import DOT, translate
from app.words import time_words

DONE_SHOWN = timedelta(minutes=2)
"""So long after a camera was done its row is still there."""
NEED_SHOWN = timedelta(minutes=10)
"""So long a camera that needs the sergeant has its row: whoever brought it back has gone by then."""

TAKEN_SHOWN = timedelta(hours=12)
"""So long a camera that somebody unknown took is looked for here; then it is the sergeant's, on Late."""

RECEIPT_S = 45
"""So long a receipt stays on the screen."""

ABSENT = frozenset({BayState.EMPTY, BayState.REMOVED_EARLY})
NOT_OURS = frozenset({BayState.NEW, BayState.QUARANTINED})
DONE = frozenset({BayState.CHARGING, BayState.READY, BayState.DOCKED})


@dataclass(frozen=True, slots=True)
class Message:
    """What one person is told, in big words. `offer` is what they may still give up; `seconds` how long it stays.

    `code` is a QR code to take away, as rows of modules.
    """

    collar: str
    headline: str
    shape: str
    tone: Tone
    fact: str
    more: str
    good: bool
    offer: Offer | None = None
    seconds: int = 8
    code: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A camera that was brought back, or that is gone and should not be.

    `brief` is what is said where there is room for one line only; `share` how much of it is copied. `receipt` is the
    camera of whose return there is a receipt to be had.
    """

    bay: str
    shape: str
    tone: Tone
    word: str
    detail: str
    collar: str
    share: float | None
    brief: str
    alarm: bool = False
    receipt: str = ""


# -- what a person is told -------------------------------------------------------------------------------------------


def of_offer(offer: Offer, left: timedelta, now: datetime) -> Message:
    """That a camera waits, in which bay, and for how long still."""
    until = _until(offer, now)
    if until:
        more = translate("kiosk", "Its bay is lit. Lift it out and it is yours {until}.").format(until=until)
    else:
        more = translate("kiosk", "Its bay is lit. Lift it out and it is yours.")
    waits = translate("kiosk", "It waits for {time}.").format(time=time_words(max(1.0, left.total_seconds())))
    battery = [] if offer.battery_percent is None else [words.percent(offer.battery_percent)]
    return Message(
        collar=offer.collar,
        headline=translate("kiosk", "Take {bay}").format(bay=offer.bay),
        shape="ready",
        tone=Tone.READY,
        fact=DOT.join([offer.asset, *battery]),
        more=f"{more} {waits}",
        good=True,
        offer=offer,
    )


def of_taken(offer: Offer, *, logged: bool, now: datetime) -> Message:
    """That a camera was lifted out by whom it was for; or that the log does not say so."""
    if not logged:
        return _bad(
            translate("kiosk", "See the sergeant"),
            translate("kiosk", "{camera} is out, and the log does not say with whom.").format(camera=offer.asset),
            translate("kiosk", "Put it back, or have it written down."),
            offer.collar,
        )
    return Message(
        collar=offer.collar,
        headline=translate("kiosk", "It is yours"),
        shape="ready",
        tone=Tone.READY,
        fact=DOT.join(part for part in (offer.asset, _until(offer, now)) if part),
        more=translate("kiosk", "Put it in any empty bay at the end of your shift."),
        good=True,
        seconds=5,
    )


def of_given_up(told: GivenUp) -> Message:
    """That a camera is not somebody's after all."""
    late = translate("kiosk", "Nobody lifted it out in time. Tap your card to try again.")
    return Message(
        collar=told.collar,
        headline=translate("kiosk", "Not taken"),
        shape="info",
        tone=Tone.QUIET,
        fact=translate("kiosk", "{camera} is not yours. Leave it in.").format(camera=told.asset),
        more=translate("kiosk", "Tap your card to take a camera.") if told.in_time else late,
        good=told.in_time,
        seconds=6,
    )


def of_acknowledged(told: Acknowledged) -> Message:
    """That a return is known to both sides."""
    return Message(
        collar=told.collar,
        headline=translate("kiosk", "Returned"),
        shape="ready",
        tone=Tone.READY,
        fact=translate("kiosk", "{camera}: known to both").format(camera=told.asset),
        more=translate("kiosk", "Entry {entry} of the log. Going out again? Tap once more.").format(
            entry=words.number(told.entry)
        ),
        good=True,
    )


def of_receipt(asset: str, entry: int, code: tuple[bytes, ...]) -> Message:
    """The proof that a return is in the log, to take away."""
    return Message(
        collar="",
        headline=translate("kiosk", "Receipt"),
        shape="ready",
        tone=Tone.READY,
        fact=translate("kiosk", "{camera} is back").format(camera=asset),
        more=translate(
            "kiosk",
            "Scan the code and keep it: with it anyone shows later that entry {entry} was in the log. It names nobody.",
        ).format(entry=words.number(entry)),
        good=True,
        seconds=RECEIPT_S,
        code=code,
    )


def of_no_receipt(reason: Reason) -> Message:
    """That there is no receipt now."""
    return _bad(
        translate("kiosk", "No receipt now"),
        reason.what_happened,
        translate("kiosk", "Your camera is back all the same."),
    )


def of_refused(refused: Refused) -> Message:
    """Why there is no camera, in big words, and what to do."""
    sergeant = translate("kiosk", "See the sergeant.")
    if isinstance(refused, AlreadyHolds):
        return _bad(
            translate("kiosk", "You already hold {camera}").format(camera=refused.asset),
            translate("kiosk", "One camera for one officer."),
            translate("kiosk", "Dock it, or see the sergeant."),
        )
    if refused.rule == "none-ready":
        return _bad(
            translate("kiosk", "No camera is ready"),
            translate("kiosk", "All are out, charging or at work."),
            translate("kiosk", "Wait for one to charge, or see the sergeant."),
        )
    headline, fact = _refusals().get(refused.rule, (translate("kiosk", "Not possible"), refused.what_happened))
    return _bad(headline, fact, sergeant)


def _refusals() -> dict[str, tuple[str, str]]:
    """What is said of each rule that only the sergeant can help with."""
    return {
        "no-person": (translate("kiosk", "Card not known"), translate("kiosk", "No camera was issued.")),
        "inactive": (translate("kiosk", "Not active"), translate("kiosk", "Your number is not active any more.")),
        "not-trained": (
            translate("kiosk", "Training not in date"),
            translate("kiosk", "Your training is not on record, or too old."),
        ),
        "not-allowed": (translate("kiosk", "Not for this card"), translate("kiosk", "Your role takes no camera.")),
    }


def of_trouble() -> Message:
    """That the log cannot be reached or written."""
    return _bad(
        translate("kiosk", "Not possible now"),
        translate("kiosk", "The log cannot be written: no camera was issued."),
        translate("kiosk", "See the sergeant. Docking goes on."),
    )


def _bad(headline: str, fact: str, more: str, collar: str = "") -> Message:
    return Message(collar, headline, "attention", Tone.WARN, fact, more, good=False)


def _until(offer: Offer, now: datetime) -> str:
    if offer.due_at is None:
        return ""
    return translate("kiosk", "until {time}").format(time=words.moment(offer.due_at, now))


# -- the rows --------------------------------------------------------------------------------------------------------


def gone_early(before: Mapping[str, BaySnapshot], bays: Iterable[BaySnapshot]) -> dict[str, BaySnapshot]:
    """The cameras that were lifted out too early and are not back, by serial number: those of before, and new ones."""
    shown = list(bays)
    back = {one.serial for one in shown if one.state not in ABSENT}
    new = {str(one.serial): one for one in shown if one.state is BayState.REMOVED_EARLY and one.serial}
    return {serial: one for serial, one in {**before, **new}.items() if serial not in back}


def rows(
    bays: Sequence[BaySnapshot],
    gone: Collection[BaySnapshot],
    taken: Iterable[Taken],
    early: Iterable[Early],
    now: datetime,
) -> list[Row]:
    """What is to be told of cameras that were brought back: alarms first, then by bay.

    `early` is what the log has of cameras that were lifted out too early; what was seen of them says more.
    """
    nameless = [one for one in bays if one.state is BayState.REMOVED_EARLY and not one.serial]
    seen = {one.serial for one in (*gone, *bays) if one.serial}
    logged = [one for one in early if one.serial not in seen]
    alarms = [*map(_early_row, (*gone, *nameless)), *map(_logged_row, logged)]
    known = {*(one.asset for one in gone), *(one.asset for one in logged)}
    unknown = [_taken_row(one, now) for one in taken if now - one.at < TAKEN_SHOWN and one.asset not in known]
    back = sorted((one for one in bays if is_told(one, now)), key=lambda one: bay_order(one.bay))
    return [*alarms, *unknown, *map(_row, back)]


def is_told(bay: BaySnapshot, now: datetime) -> bool:
    """Whether whoever brought this camera back is still to be told of it."""
    if bay.state in ABSENT or bay.issued_to is not None:
        return False
    if bay.working:
        return True
    return now - bay.since < (DONE_SHOWN if bay.state in DONE else NEED_SHOWN)


def copied(bay: BaySnapshot) -> tuple[int, int]:
    """How many of its recordings are copied and proved, and of how many."""
    recordings = bay.recordings or ()
    return sum(one.state in SAFE for one in recordings), len(recordings)


def copied_words(bay: BaySnapshot) -> str:
    """The same in words: "3 of 12 copied"; "" where it is not known."""
    done, of = copied(bay)
    return translate("kiosk", "{n} of {of} copied").format(n=done, of=of) if of else ""


def _of(bay: BaySnapshot) -> str:
    done, of = copied(bay)
    return translate("kiosk", "{n} of {of}").format(n=done, of=of) if of else ""


def _row(bay: BaySnapshot) -> Row:
    done, of = copied(bay)
    word, detail = _told(bay)
    shown = look_of(bay)
    return Row(
        bay=bay.bay,
        shape=shown.icon,
        tone=Tone.READY if bay.state in DONE else shown.tone,
        word=word,
        detail=detail,
        collar=bay.brought_by or "",
        share=None if bay.state in NOT_OURS or not of else done / of,
        brief=DOT.join(part for part in (word, _of(bay)) if part),
        receipt=_receipt(bay),
    )


def _receipt(bay: BaySnapshot) -> str:
    """The camera whose return there is a receipt of: it was somebody's, and they may leave."""
    safe = bay.state in DONE or (bay.working and bay.recordings is not None)
    return bay.asset if safe and bay.asset and bay.brought_by else ""


def _told(bay: BaySnapshot) -> tuple[str, str]:
    """The word of a row, and the line below it."""
    leave = translate("kiosk", "Leave it in its bay.")
    if bay.state is BayState.NEW:
        return translate("kiosk", "See the sergeant"), translate("kiosk", "This camera is not known here.")
    if bay.state is BayState.QUARANTINED:
        return translate("kiosk", "Take it out"), translate(
            "kiosk", "This is no camera of ours: give it to the sergeant."
        )
    if bay.working:
        if bay.recordings is None:
            return translate("kiosk", "One moment"), translate("kiosk", "The camera is being read. {leave}").format(
                leave=leave
            )
        left = [] if bay.seconds_left is None else [time_words(bay.seconds_left)]
        going = translate("kiosk", "it goes on without you")
        return translate("kiosk", "Safe to leave"), DOT.join(part for part in (copied_words(bay), going, *left) if part)
    if bay.state in DONE:
        return _done(bay)
    return translate("kiosk", "See the sergeant"), DOT.join(part for part in (copied_words(bay), leave) if part)


def _done(bay: BaySnapshot) -> tuple[str, str]:
    done, of = copied(bay)
    proved = translate("kiosk", "{n} of {of} proved").format(n=done, of=of) if of else ""
    word = translate("kiosk", "All copied") if of else translate("kiosk", "Nothing to copy")
    if bay.acknowledged:
        return translate("kiosk", "Returned, known to both"), proved or word
    tap = translate("kiosk", "tap your card if you want it confirmed") if bay.brought_by else ""
    return word, DOT.join(part for part in (proved, tap) if part)


def _early_row(bay: BaySnapshot) -> Row:
    left = sum(one.state not in SAFE and one.state is not RecordingState.FAILED for one in bay.recordings or ())
    alone = words.counted(
        left,
        translate("kiosk", "1 recording not copied yet"),
        translate("kiosk", "%1 recordings not copied yet"),
    )
    out = translate("kiosk", "{camera} was lifted out").format(camera=_camera(bay))
    done, of = copied(bay)
    back = translate("kiosk", "Put it back")
    return Row(
        bay=bay.bay,
        shape="attention",
        tone=Tone.FAULT,
        word=back,
        detail=DOT.join([alone, out] if left else [out]),
        collar=bay.brought_by or "",
        share=done / of if of else None,
        brief=DOT.join(part for part in (back, _of(bay)) if part),
        alarm=True,
    )


def _logged_row(early: Early) -> Row:
    """The same from the log alone, which does not say how much was left."""
    back = translate("kiosk", "Put it back")
    out = translate("kiosk", "{camera} was lifted out before all of it was copied").format(camera=early.asset)
    return Row(
        bay=early.bay,
        shape="attention",
        tone=Tone.FAULT,
        word=back,
        detail=out,
        collar=early.collar or "",
        share=None,
        brief=DOT.join([back, early.asset]),
        alarm=True,
    )


def _taken_row(taken: Taken, now: datetime) -> Row:
    detail = translate("kiosk", "{camera} was taken out at {time}, and it is not known by whom")
    back = translate("kiosk", "Put it back")
    return Row(
        bay=taken.bay,
        shape="attention",
        tone=Tone.FAULT,
        word=back,
        detail=detail.format(camera=taken.asset, time=words.moment(taken.at, now)),
        collar="",
        share=None,
        brief=DOT.join([back, taken.asset]),
        alarm=True,
    )


def _camera(bay: BaySnapshot) -> str:
    return bay.asset or bay.serial or translate("kiosk", "The camera")
