"""`who-held`, `held-by`, `timeline`, `late`: what custody tells, from the command line. Each reading is an entry."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime, timedelta
from typing import Any

from app.custody.values import ActOf, Held
from app.exits import Exit
from app.home import Home
from app.people.roles import Act
from app.times import iso_moment
from app.verbs.actor import actor_of
from app.verbs.docks import home_of
from app.verbs.output import Output


def who_held(args: argparse.Namespace, output: Output) -> int:
    """Say who held a camera at a moment."""
    at = args.at or datetime.now(UTC)
    with home_of(args) as home:
        camera = read(args, home, "camera", args.camera, at, at)
        held = home.asking.who_held(args.camera, at)
        if held is None:
            nobody = {"camera": camera, "officer": None, "from": None, "to": None, "entry": None}
            output.result(nobody, f"Nobody held {camera} at {iso_moment(at)}.")
        else:
            output.result(line(held), words(held))
    return Exit.DONE


def held_by(args: argparse.Namespace, output: Output) -> int:
    """Say what an officer held, oldest first."""
    with home_of(args) as home:
        read(args, home, "officer", args.officer, args.since, args.until)
        after, found = -1, 0
        while page := home.asking.held_by(args.officer, args.since, args.until, after=after):
            after, found = page[-1].entry, found + len(page)
            for held in page:
                output.result(line(held), words(held))
        if not found:
            output.say(f"{args.officer} held no camera then.")
    return Exit.DONE


def timeline(args: argparse.Namespace, output: Output) -> int:
    """Say what was done with a camera, oldest first."""
    with home_of(args) as home:
        read(args, home, "camera", args.camera)
        after = -1
        while page := home.asking.timeline(args.camera, after):
            after = page[-1].entry
            for one in page:
                output.result(act_line(one), act_words(one))
    return Exit.DONE


def late(args: argparse.Namespace, output: Output) -> int:
    """Say what should have been back, and what somebody unknown took."""
    with home_of(args) as home:
        read(args, home, "late", None)
        after = timedelta(minutes=home.settings.late_after_minutes)
        for held in home.asking.late(datetime.now(UTC), after):
            output.result(line(held) | {"due": held.due_at and iso_moment(held.due_at)}, late_words(held))
    return Exit.DONE


def read(
    args: argparse.Namespace,
    home: Home,
    what: str,
    name: str | None,
    from_at: datetime | None = None,
    until_at: datetime | None = None,
) -> str:
    """Enter that somebody reads this part of custody; gives the asset or collar number of what was asked about."""
    return home.custody.read(actor_of(args, home, Act.READ_CUSTODY), what, name, from_at, until_at)


def line(held: Held) -> dict[str, Any]:
    """A holding as a line of JSON."""
    return {
        "camera": held.camera,
        "officer": held.officer,
        "from": iso_moment(held.from_at),
        "to": held.until_at and iso_moment(held.until_at),
        "entry": held.entry,
    }


def words(held: Held) -> str:
    """A holding for people."""
    until = "until now" if held.until_at is None else f"to {iso_moment(held.until_at)}"
    corrected = "" if held.corrected is None else f"; corrected by entry {held.corrected}"
    who = f"{held.officer} {held.name}" if held.officer else "somebody unknown"
    return f"{held.camera}: {who}, {iso_moment(held.from_at)} {until} (entry {held.entry}{corrected})"


def late_words(held: Held) -> str:
    """A camera that is late, for people."""
    if held.officer is None:
        return f"{held.camera} was taken at {iso_moment(held.from_at)}, and it is not known by whom."
    due = "" if held.due_at is None else f"; it was due back at {iso_moment(held.due_at)}"
    return f"{held.camera} is still out with {held.officer} {held.name}{due}."


def act_line(one: ActOf) -> dict[str, Any]:
    """An act as a line of JSON; what does not apply is null."""
    return {
        "entry": one.entry,
        "at": iso_moment(one.at),
        "event": one.event,
        "camera": one.camera,
        "officer": one.officer,
        "by": one.by,
        "mode": one.mode,
        "acting": one.acting,
        "override": one.override,
        "bay": one.bay,
        "station": one.station,
        "words": one.words,
        "corrects": one.corrects,
        "moment": one.moment and iso_moment(one.moment),
        "voids": one.voids,
    }


def act_words(one: ActOf) -> str:
    """An act for people."""
    parts = [f"{one.entry:>8}  {iso_moment(one.at)}  {one.event:<13} {one.officer or ''}".rstrip()]
    parts.append(f"by {one.by}" if one.by else "seen by the dock")
    parts += ["in place of a sergeant"] if one.acting else []
    parts += [f"in {one.bay}"] if one.bay else []
    parts += ["although not ready"] if one.override else []
    parts += [f"{'at' if one.event == 'accepted' else 'to'} {one.station}"] if one.station else []
    parts += [f"corrects {one.corrects}"] if one.corrects is not None else []
    parts += [f"it was at {iso_moment(one.moment)}"] if one.moment else []
    parts += ["it never was"] if one.voids else []
    parts += [one.words] if one.words else []
    return " · ".join(parts)
