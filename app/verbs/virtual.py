"""`virtual`: the emulated cameras of a try-out home."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.errors import Trouble
from app.exits import Exit
from app.verbs.docks import NoTryOut, home_of
from app.verbs.output import Output


class NoVirtualCamera(Trouble):
    """There is no virtual camera of that name in this home."""

    code = "no-virtual-camera"
    what_to_do = "Make some first: dockwarden --virtual 4 cameras"


def show(args: argparse.Namespace, output: Output) -> int:
    """List the cards of this home's virtual cameras, docked or not."""
    from drivers.virtual.card import Card, cards_in  # noqa: PLC0415  real cameras do without

    with home_of(args) as home:
        cards = [Card(folder) for folder in cards_in(home.folder / "virtual")]
    for card in cards:
        count = len(list(card.recordings.glob("*.MP4")))
        told = {"serial": card.settings.serial, "recordings": count, "folder": str(card.folder)}
        output.result(told, f"{card.settings.serial}  {count} recordings  {card.folder}")
    if not cards:
        output.say(f"There are no virtual cameras in this home. {NoVirtualCamera.what_to_do}")
    return Exit.DONE


def record(args: argparse.Namespace, output: Output) -> int:
    """Let a virtual camera make one recording, now by its clock, docked or not."""
    from drivers.virtual.dock import VirtualDockFailed, record_on  # noqa: PLC0415  real cameras do without

    try:
        path = record_on(cards_with(args), args.serial, critical=args.critical)
    except VirtualDockFailed as failed:
        raise NoTryOut(str(failed)) from failed
    output.result(
        {"event": "recorded", "serial": args.serial, "name": path.name, "size": path.stat().st_size}, str(path)
    )
    return Exit.DONE


def lift(args: argparse.Namespace, output: Output) -> int:
    """Lift a virtual camera out of the dock of the Dockwarden that runs on this home."""
    return moved(args, output, out=True)


def dock(args: argparse.Namespace, output: Output) -> int:
    """Put a virtual camera back into its bay."""
    return moved(args, output, out=False)


def moved(args: argparse.Namespace, output: Output, *, out: bool) -> int:
    """Lift a virtual camera out, or put it back."""
    from drivers.virtual.dock import VirtualDockFailed, move  # noqa: PLC0415  real cameras do without

    try:
        move(cards_with(args), args.serial, out=out)
    except VirtualDockFailed as failed:
        raise NoTryOut(str(failed)) from failed
    words = f"{args.serial} was lifted out." if out else f"{args.serial} is in its bay."
    output.result({"event": "lifted" if out else "docked", "serial": args.serial}, words)
    return Exit.DONE


def cards_with(args: argparse.Namespace) -> Path:
    """The cards of this home's virtual cameras. Raises NoVirtualCamera when the one that is named is not among them."""
    with home_of(args) as home:
        cards = home.folder / "virtual"
    if not (cards / args.serial / "card.json").is_file():
        raise NoVirtualCamera(f"This home has no virtual camera {args.serial}.")
    return cards
