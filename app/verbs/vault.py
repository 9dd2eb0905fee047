"""`recordings` and `verify`: what is kept, from the command line."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import msgspec

from app.custody.holders import holders_of, in_words
from app.custody.values import Held
from app.docking import shown_name
from app.errors import Trouble, reason_of
from app.exits import Exit
from app.ledger.segments import LedgerDamaged
from app.opening import write_copy
from app.people.roles import Act
from app.records import NoSuchRecording, RecordingFacts
from app.times import iso_moment
from app.verbs.actor import name_given, name_of, who
from app.verbs.docks import home_of
from app.verbs.output import Output
from app.verify import Progress, Verdict, verify_and_log
from app.words import size_words, time_words


class CheckpointUnreadable(Trouble):
    """A file that should hold a checkpoint cannot be read."""

    code = "checkpoint"
    what_to_do = "Name the file as `dockwarden ledger checkpoint` printed it."


def recordings(args: argparse.Namespace, output: Output) -> int:
    """List the recordings, oldest first."""
    last: RecordingFacts | None = None
    with home_of(args) as home:
        who(args, home, Act.LIST_RECORDINGS)
        while page := home.records.recordings(after=last):
            last = page[-1]
            for facts in page:
                output.result(facts, recording_words(facts))
    if last is None:
        output.say("No recording has been sealed here yet.")
    return Exit.DONE


def recording_words(facts: RecordingFacts) -> str:
    """One recording as a line for people."""
    made = facts.recorded_at.astimezone().strftime("%d %b %Y %H:%M:%S") if facts.recorded_at else "time unknown"
    length = f" · {time_words(facts.seconds)}" if facts.seconds else ""
    odd = "".join(f" · {shown_name(flag)}" for flag in facts.flags)
    size = size_words(facts.listed_size if facts.size is None else facts.size)
    return (
        f"{facts.id}  {made}  {shown_name(facts.serial or facts.bay)}  {shown_name(facts.name)}  "
        f"{size}{length} · {state_words(facts)}{odd}"
    )


def state_words(facts: RecordingFacts) -> str:
    """Where a recording is, in a word."""
    if facts.sealed_at is None:
        return "not sealed"
    if facts.partial:
        return "sealed in part"
    return "released" if facts.released_at else "sealed"


def show(args: argparse.Namespace, output: Output) -> int:
    """Everything known of one recording."""
    with home_of(args) as home:
        who(args, home, Act.LIST_RECORDINGS)
        try:
            facts = home.records.recording(args.id)
        except NoSuchRecording as absent:
            return not_found(absent, output)
        holders = holders_of(home, facts)
    told = msgspec.to_builtins(facts)
    shown = told | {"holder": in_words(holders) or None}
    lines = (f"{name.replace('_', ' '):<16} {value}" for name, value in shown.items())
    output.result(told | {"holders": [holder_line(one) for one in holders.held]}, "\n".join(map(shown_name, lines)))
    return Exit.DONE


def holder_line(held: Held) -> dict[str, object]:
    """One who may have held the camera, as an object for machines."""
    ended = None if held.until_at is None else iso_moment(held.until_at)
    return {
        "officer": held.officer,
        "name": held.name,
        "from": iso_moment(held.from_at),
        "until": ended,
        "entry": held.entry,
    }


def open_copy(args: argparse.Namespace, output: Output) -> int:
    """Write a plain copy of one recording to a new file. The ledger entry comes first: no entry, no copy."""
    with home_of(args) as home:
        try:
            write_copy(home, args.id, args.output, name_of(args, home, Act.COPY_FOOTAGE))
        except NoSuchRecording as absent:
            return not_found(absent, output)
    output.result({"event": "opened", "id": args.id, "file": str(args.output)}, f"Written to {args.output}.")
    output.say("This copy is not encrypted. That it was made is in the ledger.")
    return Exit.DONE


def not_found(absent: NoSuchRecording, output: Output) -> int:
    """Say that there is no such recording."""
    output.say(f"{absent.what_happened} {absent.what_to_do}")
    return Exit.NOT_FOUND


def verify(args: argparse.Namespace, output: Output) -> int:
    """Read the whole vault and the whole ledger again; name the first thing wrong."""
    held = tuple(read_checkpoint(path) for path in args.checkpoint)
    with home_of(args) as home:
        try:
            verdict = verify_and_log(home, name_given(args, home), held, teller(output))
        except LedgerDamaged as damage:
            verdict = Verdict(0, 0, 0, plain_checked=True, wrong=reason_of(damage))
    output.result(verdict, verdict_words(verdict))
    for entry in verdict.keys_lost:
        output.say(f"At entry {entry} the ledger's key was lost: two people put another in its place, unsigned by it.")
    if not verdict.plain_checked:
        output.say("The station's key is not here: the sealed files were checked, the plain hashes were not.")
    return Exit.DONE if verdict.wrong is None else Exit.FOUND_WRONG


def read_checkpoint(path: Path) -> str:
    """Read a checkpoint that was kept outside."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as failure:
        raise CheckpointUnreadable(f"{path} cannot be read: {failure}.") from failure


def teller(output: Output) -> Callable[[Progress], None]:
    """Tell now and then how many recordings have been read, to people only."""
    told = 0

    def tell(progress: Progress) -> None:
        nonlocal told
        if not output.json and progress.recordings >= told + 100:
            told = progress.recordings
            output.say(f"{told} recordings read …")

    return tell


def verdict_words(verdict: Verdict) -> str:
    """What verification found, in a sentence."""
    read = f"{verdict.recordings} recordings ({size_words(verdict.bytes)}) and {verdict.entries} ledger entries"
    if verdict.wrong is None:
        return f"Read {read}: nothing is wrong."
    return f"Read {read}. WRONG: {verdict.wrong.what_happened} {verdict.wrong.what_to_do}"
