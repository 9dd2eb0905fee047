"""Custody in words: the answer in one sentence, and each entry as what was done and how."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from app.custody.holders import Holders
from app.custody.story import Story, What
from app.custody.values import ActOf, Held
from app.docking import shown_name
from app.ui import words
from app.ui.calendar_strip import day_words, span_words
from app.ui.pool_table import mode_name
from app.ui.words import DOT, translate
from app.words import SPACE


def person(collar: str | None, name: str | None = None) -> str:
    """A person as everybody calls them: "1402 Fell"; what stands where nobody knows."""
    if collar is None:
        return translate("custody", "somebody unknown")
    return f"{shown_name(collar)}{SPACE}{shown_name(name)}" if name else shown_name(collar)


def moment_words(at: datetime, now: datetime) -> str:
    """A moment within a sentence: "22:50 on Sun 22 Nov", "22:50 yesterday"."""
    local = at.astimezone()
    day = day_words(local.date(), now.date())
    named = local.date() in {now.date(), now.date() - timedelta(days=1)}
    text = translate("custody", "{time} {day}") if named else translate("custody", "{time} on {day}")
    return text.format(time=f"{local:%H:%M}", day=day)


def sentence(story: Story, now: datetime) -> str:
    """The answer, in one sentence."""
    if story.what is What.DAY:
        return _of_day(story, now)
    if story.at is None and story.span is not None:
        return _of_span(story, now)
    return _of_camera(story, now) if story.what is What.CAMERA else _of_officer(story, now)


def _of_camera(story: Story, now: datetime) -> str:
    held, before = story.held, story.before
    if held is not None and story.at is not None:
        text = translate("custody", "At {time} {camera} was with {who}.")
        return text.format(time=moment_words(story.at, now), camera=story.subject, who=person(held.officer, held.name))
    if held is not None:
        text = translate("custody", "{camera} is with {who}, since {time}.")
        since = moment_words(held.from_at, now)
        return text.format(camera=story.subject, who=person(held.officer, held.name), time=since)
    if before is None or before.until_at is None:
        return translate("custody", "Nobody held {camera} up to then.").format(camera=story.subject)
    text = (
        translate("custody", "At {time} nobody held {camera}: {who} had it until {until}.")
        if story.at is not None
        else translate("custody", "Nobody holds {camera}: {who} had it until {until}.")
    )
    return text.format(
        time=moment_words(story.at or now, now),
        camera=story.subject,
        who=person(before.officer, before.name),
        until=moment_words(before.until_at, now),
    )


def _of_officer(story: Story, now: datetime) -> str:
    held, before, who = story.held, story.before, person(story.subject, story.name)
    if held is not None and story.at is not None:
        text = translate("custody", "At {time} {who} held {camera}.")
        return text.format(time=moment_words(story.at, now), who=who, camera=held.camera)
    if held is not None:
        text = translate("custody", "{who} holds {camera}, since {time}.")
        return text.format(who=who, camera=held.camera, time=moment_words(held.from_at, now))
    if before is None or before.until_at is None:
        return translate("custody", "{who} held no camera up to then.").format(who=who)
    text = (
        translate("custody", "At {time} {who} held no camera: the last was {camera}, until {until}.")
        if story.at is not None
        else translate("custody", "{who} holds no camera: the last was {camera}, until {until}.")
    )
    until = moment_words(before.until_at, now)
    return text.format(time=moment_words(story.at or now, now), who=who, camera=before.camera, until=until)


def _of_span(story: Story, now: datetime) -> str:
    """Of several holdings in a stretch of time; the first few by name."""
    assert story.span is not None
    when = span_words(story.span, now)
    subject = story.subject if story.what is What.CAMERA else person(story.subject, story.name)
    if not story.holdings:
        text = (
            translate("custody", "Nobody held {subject} {when}.")
            if story.what is What.CAMERA
            else translate("custody", "{subject} held no camera {when}.")
        )
        return text.format(subject=subject, when=when)
    told = [_briefly(one, story.what, now) for one in story.holdings[:3]]
    if len(story.holdings) > len(told):
        told.append(
            words.counted(
                len(story.holdings) - len(told), translate("custody", "1 more"), translate("custody", "%1 more")
            )
        )
    text = (
        translate("custody", "{subject} was held {when} by {who}.")
        if story.what is What.CAMERA
        else translate("custody", "{subject} held {when}: {who}.")
    )
    return text.format(subject=subject, when=when, who="; ".join(told))


def _briefly(held: Held, what: What, now: datetime) -> str:
    who = person(held.officer, held.name) if what is What.CAMERA else held.camera
    until = translate("custody", "now") if held.until_at is None else words.moment(held.until_at, now)
    text = translate("custody", "{who} from {start} to {end}")
    return text.format(who=who, start=words.moment(held.from_at, now), end=until)


def _of_day(story: Story, now: datetime) -> str:
    at = story.at
    if at is not None:
        held = [one for one in story.holdings if one.from_at <= at and (one.until_at is None or one.until_at > at)]
        out = words.counted(
            len(held), translate("custody", "1 camera was out"), translate("custody", "%1 cameras were out")
        )
        return translate("custody", "At {time} {out}.").format(time=moment_words(at, now), out=out)
    assert story.span is not None
    cameras, people = {one.camera for one in story.holdings}, {one.officer for one in story.holdings if one.officer}
    out = words.counted(
        len(cameras), translate("custody", "1 camera was out"), translate("custody", "%1 cameras were out")
    )
    who = words.counted(len(people), translate("custody", "1 officer"), translate("custody", "%1 officers"))
    text = translate("custody", "{when}: {out}, with {who}.").format(when=span_words(story.span, now), out=out, who=who)
    return text[:1].upper() + text[1:]


def detail(story: Story, now: datetime) -> str:
    """What else is to be said of the holding that was asked for, in a line."""
    held = story.held
    if held is None:
        return ""
    parts = [_began(story, held, now)]
    if held.until_at is not None:
        parts.append(translate("custody", "back {time}").format(time=words.moment(held.until_at, now)))
    elif held.due_at is not None:
        due = translate("custody", "due {time}") if held.due_at > now else translate("custody", "was due {time}")
        parts.append(due.format(time=words.moment(held.due_at, now)))
    if held.corrected is not None:
        text = translate("custody", "corrected by entry {n}")
        parts.append(text.format(n=words.number(held.corrected)))
    made = words.counted(
        story.recordings,
        translate("custody", "1 recording made meanwhile"),
        translate("custody", "%1 recordings made meanwhile"),
    )
    told = DOT.join([*parts, made])
    return told[:1].upper() + told[1:]


def _began(story: Story, held: Held, now: datetime) -> str:
    first = next((line.act for line in story.lines if line.act.entry == held.entry), None)
    at = words.moment(held.from_at, now)
    if first is None or first.by is None:
        return translate("custody", "from {time}").format(time=at)
    return translate("custody", "issued {time} by {who}").format(time=at, who=shown_name(first.by))


def holders_words(holders: Holders, now: datetime) -> str:
    """Who held a camera while a recording was made; where several may have, each with the time between them."""
    if not holders.held:
        return translate("custody", "nobody: it was in nobody's hands then")
    first = holders.held[0]
    if len(holders.people) == 1:
        return person(first.officer, first.name)
    spans = ", ".join(_one_of(holders.held, place, now) for place in range(len(holders.held)))
    if len(holders.people) == 2:
        return translate("custody", "two holders are possible: {spans}").format(spans=spans)
    text = translate("custody", "{n} holders are possible: {spans}")
    return text.format(n=len(holders.people), spans=spans)


def _one_of(held: Sequence[Held], place: int, now: datetime) -> str:
    """One of several: the first until its end, the last from its beginning, those between from when until when."""
    one, last = held[place], place == len(held) - 1
    start = words.moment(one.from_at, now)
    end = "" if one.until_at is None or last else words.moment(one.until_at, now)
    if place and end:
        text = translate("custody", "{who} from {start} until {end}")
    else:
        text = translate("custody", "{who} from {start}") if place else translate("custody", "{who} until {end}")
    return text.format(who=person(one.officer), start=start, end=end)


# -- entries ---------------------------------------------------------------------------------------------------------


def what_words(act: ActOf, names: Mapping[str, str]) -> str:
    """What was done, in one line."""
    who = person(act.officer, names.get(act.officer or ""))
    station, bay = shown_name(act.station or ""), act.bay or ""
    returned = translate("custody", "{camera} back in bay {bay}") if bay else translate("custody", "{camera} back")
    taken = translate("custody", "{camera} taken by {who}")
    told = {
        "issued": translate("custody", "Issued {camera} to {who}"),
        "taken": taken,
        "confirmed": translate("custody", "{who} lifted {camera} out"),
        "returned": returned,
        "reassigned": translate("custody", "{camera} passed to {who}"),
        "assigned": translate("custody", "{camera} is {who}'s own from here on"),
        "swapped-out": translate("custody", "{who} handed {camera} in for another"),
        "swapped-in": translate("custody", "{who} took {camera} instead"),
        "transferred": translate("custody", "{camera} sent to {station}"),
        "accepted": translate("custody", "{camera} accepted at {station}"),
        "lost": translate("custody", "{camera} reported lost or stolen"),
        "found": translate("custody", "{camera} found"),
        "fault": translate("custody", "A fault of {camera} reported"),
        "fault-cleared": translate("custody", "The fault of {camera} put right"),
        "repair-out": translate("custody", "{camera} sent to repair"),
        "repair-back": translate("custody", "{camera} back from repair"),
        "retired": translate("custody", "{camera} retired"),
        "receipt": translate("custody", "Return of {camera} acknowledged by {who}"),
    }
    if act.event == "corrected":
        return _corrected(act, who)
    text = told.get(act.event, act.event)
    return text.format(camera=shown_name(act.camera), who=who, station=station, bay=bay)


def _corrected(act: ActOf, who: str) -> str:
    entry = words.number(act.corrects or 0)
    if act.voids:
        return translate("custody", "Correction of {n}: it never was").format(n=entry)
    if act.moment is not None:
        at = f"{act.moment.astimezone():%d %b %H:%M}"
        return translate("custody", "Correction of {n}: it was at {time}").format(n=entry, time=at)
    return translate("custody", "Correction of {n}: it was {who}").format(n=entry, who=who)


def how_words(act: ActOf, names: Mapping[str, str]) -> str:
    """Who did it, and how or why."""
    return DOT.join(_how(act, names))


def _how(act: ActOf, names: Mapping[str, str]) -> Iterator[str]:
    if act.by is not None:
        by = translate("custody", "by {who}").format(who=person(act.by, names.get(act.by)))
        yield translate("custody", "{by} for a sergeant").format(by=by) if act.acting else by
    elif act.event == "returned":
        yield translate("custody", "docked, no login needed")
    else:
        yield translate("custody", "seen by the dock")
    if act.override:
        yield translate("custody", "though it was not ready")
    if act.words is not None:
        yield shown_name(act.words)
    if act.mode is not None and act.event in {"issued", "assigned"}:
        yield mode_name(act.mode)
