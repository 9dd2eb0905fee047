"""`virtual`: the emulated cameras of a try-out home."""

from __future__ import annotations

import argparse

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

    with home_of(args) as home:
        cards = home.folder / "virtual"
        if not (cards / args.serial / "card.json").is_file():
            raise NoVirtualCamera(f"This home has no virtual camera {args.serial}.")
        try:
            path = record_on(cards, args.serial, critical=args.critical)
        except VirtualDockFailed as failed:
            raise NoTryOut(str(failed)) from failed
    output.result(
        {"event": "recorded", "serial": args.serial, "name": path.name, "size": path.stat().st_size}, str(path)
    )
    return Exit.DONE
