"""`keep`, `hold`, and `fault` of a bay: what people decide about a camera or its recordings, from the command line."""

from __future__ import annotations

import argparse

import msgspec

from app.acts import misfit
from app.docks import OwnedDocks
from app.exits import Exit
from app.people.roles import Act as Deed
from app.records import NoSuchRecording
from app.snapshot import Answer, ClearFault, HoldAll, Keep, ReportFault
from app.verbs.actor import doer_of, who
from app.verbs.docks import home_of, opened, refused
from app.verbs.output import Output


class Held(msgspec.Struct, frozen=True, tag_field="event", tag="held"):
    """What `hold --json` says of one recording."""

    id: str
    held: bool


def keep(args: argparse.Namespace, output: Output) -> int:
    """Have the Dockwarden that docks now release nothing more of one camera, or release as usual again."""
    with home_of(args) as home:
        by = who(args, home, Keep.NEEDS)
    with opened(args, output, automatic=False) as docks:
        if isinstance(docks, OwnedDocks):
            output.say("No Dockwarden is docking now, so nothing is released. To copy only: dockwarden offload --keep.")
            return Exit.REFUSED
        return told(docks.act(Keep(args.bay, keep=not args.release, by=by)), output)


def hold(args: argparse.Namespace, output: Output) -> int:
    """Hold recordings, named one by one or all of one camera, or let them go again."""
    if bool(args.bay) == bool(args.id) or (args.bay and args.lift):
        output.say("Name recordings, or with --bay one camera; --lift is for named recordings.")
        return Exit.USAGE
    if args.bay:
        return act_on_camera(HoldAll(args.bay, args.reason), args, output)
    answer = misfit(args.reason)
    if answer is not None:
        return told(answer, output)
    with home_of(args) as home:
        by = doer_of(args, home, Deed.LIFT_HOLD if args.lift else Deed.HOLD)
        try:
            reason = args.reason.strip()
            home.records.hold(args.id, held=not args.lift, by=by.name, reason=reason, acting=by.acting)
        except NoSuchRecording as nothing:
            output.say(f"{nothing.what_happened} {nothing.what_to_do} Nothing was changed.")
            return Exit.NOT_FOUND
    for id_ in args.id:
        output.result(Held(id_, not args.lift), f"{id_} {'let go' if args.lift else 'held'}")
    return Exit.DONE


def fault_in_bay(args: argparse.Namespace, output: Output) -> int:
    """Report a fault of the camera in a bay, or say how it was put right."""
    kind = ClearFault if args.clear else ReportFault
    return act_on_camera(kind(args.camera, args.words), args, output)


def act_on_camera(act: HoldAll | ReportFault | ClearFault, args: argparse.Namespace, output: Output) -> int:
    """Do an act on a docked camera; where nobody owns the docks, it is looked at first to know which it is."""
    with home_of(args) as home:
        act = msgspec.structs.replace(act, by=who(args, home, act.NEEDS))
    with opened(args, output, automatic=False) as docks:
        if isinstance(docks, OwnedDocks):
            docks.owner.look_at_all()
        return told(docks.act(act), output)


def told(answer: Answer, output: Output) -> int:
    """Say what became of an act, and give its exit code."""
    if answer.done:
        output.result(answer, answer.words)
        return Exit.DONE
    return refused(answer, output)
