"""`keys`: the station's keys and its recovery recipients."""

from __future__ import annotations

import argparse
from typing import Any

from app.exits import Exit
from app.home import Home
from app.verbs.docks import home_of
from app.verbs.output import Output


def init(args: argparse.Namespace, output: Output) -> int:
    """Make the keys of a new home; a home that has keys keeps them."""
    return show(args, output)


def show(args: argparse.Namespace, output: Output) -> int:
    """Say the public halves and where the secret ones are kept."""
    with home_of(args) as home:
        public = public_halves(home)
        output.result(public, "\n".join(key_words(home)))
        warn(home, output)
    return Exit.DONE


def add_recovery(args: argparse.Namespace, output: Output) -> int:
    """Seal every new recording to one more recipient. Recordings sealed before are not opened by it."""
    with home_of(args) as home:
        records = home.records
        home.keys.add_recovery(args.recipient, args.label)
        records.key_added(args.recipient, args.label)
        output.result(public_halves(home), f"From now on recordings are sealed to {args.recipient} too.")
        output.say("Recordings that are sealed already are not opened by it.")
    return Exit.DONE


def public_halves(home: Home) -> dict[str, Any]:
    """What may be shown of the keys."""
    keys = home.keys
    return {
        "event": "keys",
        "station": keys.station,
        "recipient": keys.recipient,
        "ledger_key": keys.signer().public_key.hex(),
        "place": keys.place,
        "recovery": [{"recipient": one.recipient, "label": one.label} for one in keys.recovery],
    }


def key_words(home: Home) -> list[str]:
    """The same for people."""
    public = public_halves(home)
    recovery = public["recovery"] or [{"recipient": "none yet", "label": "what is sealed is lost with this machine"}]
    return [
        f"Station      {public['station']}",
        f"Sealed to    {public['recipient']}",
        f"Ledger key   {public['ledger_key']}",
        f"Kept in      {public['place']}",
        *(f"Recovery     {one['recipient']}  {one['label']}" for one in recovery),
    ]


def warn(home: Home, output: Output) -> None:
    """Say plainly what is not as it should be with the keys."""
    warning = home.keys.warning()
    if warning is not None:
        output.say(" ".join(warning))
