"""`issue`, `return`, `swap` … and `pool`: cameras change hands from the command line, by the rules of `app.custody`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from app.custody import pool_import, sending
from app.custody.desk import Custody
from app.custody.values import CameraNow, Done, Loss
from app.errors import Trouble
from app.exits import Exit
from app.home import Home
from app.people.roles import Act
from app.people.values import Actor, Refused
from app.times import iso_moment
from app.vault import VaultError, disk
from app.verbs.actor import actor_of
from app.verbs.docks import home_of
from app.verbs.imports import bad_rows_said, say_plan
from app.verbs.ledger import read_note
from app.verbs.output import Output
from app.witnesses import witness_of

Doing = Callable[[Custody, Actor], Done]

SAID = {
    "issued": "{camera} is issued to {officer}.",
    "returned": "{camera} is back from {officer}.",
    "reassigned": "{camera} has passed to {officer}.",
    "assigned": "{camera} is {officer}'s own camera.",
    "swapped-in": "{officer} has {camera}.",
    "swapped-out": "{camera} is back from {officer}.",
    "transferred": "{camera} is on its way.",
    "accepted": "{camera} is accepted here.",
    "lost": "{camera} is reported lost.",
    "found": "{camera} is found.",
    "fault": "The fault of {camera} is kept: it is not ready until somebody says that it is mended.",
    "fault-cleared": "The fault of {camera} is put right.",
    "repair-out": "{camera} goes to repair.",
    "repair-back": "{camera} is back from repair.",
    "retired": "{camera} is retired.",
    "corrected": "The act on {camera} is corrected by entry {entry}; the old entry stays.",
}
"""What is said of an act that was done."""


def act(args: argparse.Namespace, output: Output, wanted: Act, doing: Doing) -> int:
    """Do one act as who `--as` names, and say what was done."""
    with home_of(args) as home:
        done = doing(home.custody, actor_of(args, home, wanted))
        for one in (*done.also, done):
            output.result(line(one), said(one))
    return Exit.DONE


def said(done: Done) -> str:
    """An act for people."""
    return SAID[done.event].format(camera=done.camera, officer=done.officer or "somebody unknown", entry=done.entry)


def line(done: Done) -> dict[str, Any]:
    """An act as a line of JSON."""
    return {
        "event": done.event,
        "camera": done.camera,
        "officer": done.officer,
        "by": done.by,
        "at": iso_moment(done.at),
        "entry": done.entry,
    }


def issue(args: argparse.Namespace, output: Output) -> int:
    """Hand a camera to an officer."""
    return act(
        args,
        output,
        Act.ISSUE,
        lambda desk, by: desk.issue(args.camera, args.officer, by, mode=args.mode, override=args.override),
    )


def give_back(args: argparse.Namespace, output: Output) -> int:
    """Take a camera back that is not docked."""
    return act(args, output, Act.RETURN, lambda desk, by: desk.give_back(args.camera, by))


def reassign(args: argparse.Namespace, output: Output) -> int:
    """Pass a camera on to another officer."""
    return act(args, output, Act.REASSIGN, lambda desk, by: desk.reassign(args.camera, args.officer, by))


def swap(args: argparse.Namespace, output: Output) -> int:
    """Take an officer's camera back and hand them another, in one act."""
    return act(
        args, output, Act.SWAP, lambda desk, by: desk.swap(args.officer, args.camera, by, override=args.override)
    )


def transfer(args: argparse.Namespace, output: Output) -> int:
    """Send a camera to another station; or write its receipt anew, or take the other home's answer."""
    with home_of(args) as home:
        by = actor_of(args, home, Act.TRANSFER)
        camera = home.asking.camera(args.camera)
        if args.accepted is not None:
            answer = sending.read(read_note(args.accepted), witness_of(home).key_of)
            done = home.custody.arrived(camera.asset, answer, by)
        elif args.receipt is None or (camera.state, camera.destination) != ("transit", args.station):
            done = home.custody.transfer(args.camera, args.station, by)
        else:
            done = None  # it is on its way: its receipt is wanted once more
        if args.receipt is not None:
            give(home, camera.asset, "transferred", args.receipt, output)
        if done is not None:
            output.result(line(done), said(done))
    return Exit.DONE


def accept(args: argparse.Namespace, output: Output) -> int:
    """Take in a camera that another station sent; with a receipt, one that another home's ledger sent."""
    if args.receipt is None:
        return act(args, output, Act.ACCEPT, lambda desk, by: desk.accept(args.camera, by))
    with home_of(args) as home:
        by, here = actor_of(args, home, Act.ACCEPT), home.settings.known_as or ""
        sent = sending.read(read_note(args.receipt), witness_of(home).key_of)
        sending.check_sent(sent, args.camera, here)
        try:
            done = home.custody.take_in(sent, here, by)
        except Refused as refused:
            if args.answer is None or refused.rule != "used-receipt":
                raise
            done = None  # it was taken in before: its answer is wanted once more
        if args.answer is not None:
            give(home, home.asking.camera(sent.asset).asset, "accepted", args.answer, output)
        if done is not None:
            output.result(line(done), said(done))
    return Exit.DONE


def give(home: Home, camera: str, event: str, path: Path, output: Output) -> None:
    """Write the paper by which another home can tell what was done here. Raises Trouble where it cannot be."""
    try:
        disk.write_new(path, sending.write(home, camera, event).encode())
    except VaultError as failure:
        what_to_do = "What was done stands. Run this again with the name of a new file."
        raise Trouble(failure.what_happened, what_to_do) from failure
    output.say(f"The other station needs {path}.")


def found(args: argparse.Namespace, output: Output) -> int:
    """A lost camera is back."""
    return act(args, output, Act.FOUND, lambda desk, by: desk.found(args.camera, by))


def repair(args: argparse.Namespace, output: Output) -> int:
    """Send a camera to repair, or take it back."""
    return act(
        args, output, Act.REPAIR, lambda desk, by: desk.repair(args.camera, by, args.words or "", back=args.back)
    )


def retire(args: argparse.Namespace, output: Output) -> int:
    """Use a camera no more."""
    return act(args, output, Act.RETIRE, lambda desk, by: desk.retire(args.camera, by, args.words or ""))


def correct(args: argparse.Namespace, output: Output) -> int:
    """Say that an act was entered wrongly, and why."""
    return act(
        args,
        output,
        Act.CORRECT,
        lambda desk, by: desk.correct(
            args.entry, args.reason, by, officer=args.officer, moment=args.at, voids=args.void
        ),
    )


def lost(args: argparse.Namespace, output: Output) -> int:
    """Report a camera lost or stolen, and say what the report has to hold."""
    with home_of(args) as home:
        done, loss = home.custody.lost(args.camera, actor_of(args, home, Act.LOST), args.words or "")
        told = line(done) | {
            "serial": loss.serial,
            "last_officer": loss.last_officer,
            "last_docked_at": loss.last_docked_at and iso_moment(loss.last_docked_at),
            "not_offloaded": loss.not_offloaded,
            "tell_by": iso_moment(loss.tell_by),
        }
        output.result(told, loss_words(loss))
    return Exit.DONE


def loss_words(loss: Loss) -> str:
    """What a report of a loss has to say, for people."""
    docked = "never here" if loss.last_docked_at is None else iso_moment(loss.last_docked_at)
    left = "not known" if loss.not_offloaded is None else str(loss.not_offloaded)
    return "\n".join(
        [
            f"{loss.camera} (serial {loss.serial}) is reported lost.",
            f"Held last by       {loss.last_officer or 'nobody known'}",
            f"Docked last        {docked}",
            f"Not offloaded then {left}; what was recorded since is on the camera alone",
            "Encryption         not known: no model file tells whether this camera encrypts its memory",
            f"To be told by      {iso_moment(loss.tell_by)} (72 hours), where people are put at risk",
        ]
    )


def fault(args: argparse.Namespace, output: Output) -> int:
    """Report a fault of a camera of the pool, or that it was put right; of one that is in no pool, by its bay."""
    with home_of(args) as home:
        if home.people.anyone() and home.asking.has(args.camera):
            by = actor_of(args, home, Act.CLEAR_FAULT if args.clear else Act.REPORT_FAULT)
            done = home.custody.fault(args.camera, args.words, by, clear=args.clear)
            output.result(line(done), said(done))
            return Exit.DONE
    from app.verbs.acts import fault_in_bay  # noqa: PLC0415  it opens the docks

    return fault_in_bay(args, output)


# -- the pool --------------------------------------------------------------------------------------------------------


def pool_take(args: argparse.Namespace, output: Output) -> int:
    """Take cameras into the pool from a CSV file, or say what that would do."""
    with home_of(args) as home:
        by = actor_of(args, home, Act.IMPORT_POOL)
        rows = pool_import.read(args.file)
        doing = pool_import.preview if args.preview else pool_import.take
        with bad_rows_said(output):
            plan = doing(home.database, rows, by)
        for warning in pool_import.unknown_models(plan, home.models):
            output.say(warning)
        return say_plan(plan, output, preview=args.preview)


def pool_list(args: argparse.Namespace, output: Output) -> int:
    """List the pool by asset number."""
    with home_of(args) as home:
        actor_of(args, home, Act.READ_POOL)
        after = ""
        while page := home.asking.cameras(after):
            after = page[-1].asset
            for one in page:
                output.result(camera_line(one), camera_words(one))
    return Exit.DONE


def camera_line(camera: CameraNow) -> dict[str, Any]:
    """A camera of the pool as a line of JSON."""
    told = msgspec.to_builtins(camera)
    del told["id"], told["holder_name"]
    return {"event": "camera", **told}


def camera_words(camera: CameraNow) -> str:
    """A camera of the pool as a line for people."""
    words = {"held": f"with {camera.holder}", "unknown": "taken, by whom is not known", "store": camera.bay or "store"}
    where = words.get(camera.state, camera.state)
    if camera.state == "store":
        where += " ready" if camera.ready else ""
    elif camera.bay is not None:
        where += f", still in {camera.bay}"
    return f"{camera.asset:<12} {camera.serial:<18} {camera.mode:<9} {camera.station:<14} {where}"
