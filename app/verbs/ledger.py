"""`ledger`: the log that nobody can quietly change, from the command line."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from app.errors import Trouble
from app.exits import Exit
from app.ledger.note import MAX_NOTE
from app.people import os_user
from app.records import NoSuchRecording
from app.verbs.docks import home_of
from app.verbs.output import Output


class NoteUnreadable(Trouble):
    """A file that should hold a checkpoint, a proof or a receipt cannot be read."""

    code = "note"
    what_to_do = "Name the file as it was written, whole."


def show(args: argparse.Namespace, output: Output) -> int:
    """Every entry, oldest first."""
    number = 0
    with home_of(args) as home:
        while page := home.records.entries(number):
            number = page[-1].number + 1
            for entry in page:
                output.result({"number": entry.number} | json.loads(entry.body), f"{entry.number:>8}  {entry.body}")
    return Exit.DONE


def checkpoint(args: argparse.Namespace, output: Output) -> int:
    """Sign the head now and print the checkpoint."""
    with home_of(args) as home:
        note = home.records.checkpoint()
        output.result({"event": "checkpoint", "size": home.records.ledger_size(), "note": note}, note.rstrip("\n"))
    return Exit.DONE


def prove(args: argparse.Namespace, output: Output) -> int:
    """Print the proof that the seal of a recording, or an entry, is in the ledger."""
    with home_of(args) as home:
        try:
            proof = home.records.prove(args.id)
        except NoSuchRecording as absent:
            output.say(f"{absent.what_happened} {absent.what_to_do}")
            return Exit.NOT_FOUND
        output.result({"event": "proof", "id": args.id, "proof": proof}, proof.rstrip("\n"))
    return Exit.DONE


def export(args: argparse.Namespace, output: Output) -> int:
    """Write a bundle that anyone checks without this program."""
    with home_of(args) as home:
        written = home.records.export(args.folder, os_user())
    output.result(
        {
            "event": "exported",
            "folder": str(args.folder),
            "entries": written.entries,
            "fingerprint": written.fingerprint,
        },
        f"{written.entries} entries written, key fingerprint {written.fingerprint}.\n"
        f"Check them: python3 {args.folder}/verify.py {args.folder}",
    )
    return Exit.DONE


def consistency(args: argparse.Namespace, output: Output) -> int:
    """Print the proof that one checkpoint grew from another, each given by its size or as a file."""
    heads = (args.old, args.new)
    with home_of(args) as home:
        old, new = (int(one) if one.isascii() and one.isdecimal() else read_note(Path(one)) for one in heads)
        proof = home.records.growth(old, new)
        line = {"event": "consistency", "old": proof.old, "path": len(proof.path), "proof": proof.text()}
        output.result(line, proof.text().rstrip("\n"))
    return Exit.DONE


def read_note(path: Path) -> str:
    """A checkpoint or proof in a file. Raises NoteUnreadable."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_NOTE + 1).decode()
    except OSError as failure:
        raise NoteUnreadable(f"{path} cannot be read: {failure.strerror or failure}.") from failure
    except UnicodeDecodeError as wrong:
        raise NoteUnreadable(f"{path} is no text.") from wrong
