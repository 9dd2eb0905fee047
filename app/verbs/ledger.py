"""`ledger`: the log that nobody can quietly change, from the command line."""

from __future__ import annotations

import argparse
import json

from app.exits import Exit
from app.people import os_user
from app.records import NoSuchRecording
from app.verbs.docks import home_of
from app.verbs.output import Output


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
