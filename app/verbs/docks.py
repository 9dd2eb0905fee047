"""`cameras`, `offload`, `watch`: the docks, from the command line."""

from __future__ import annotations

import argparse
import contextlib
import queue
import signal
import socket
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from app.beside import owned_beside
from app.docks import OwnedDocks, SharedDocks, open_docks, owned_here
from app.errors import KNOWN, Trouble, WrongKindOfHome, reason_of
from app.exits import Exit
from app.home import Home, default_home
from app.link import Client, NotOpened, encode
from app.people.roles import INACTIVE, NOT_ALLOWED
from app.snapshot import (
    Answer,
    BaySnapshot,
    BayState,
    Docks,
    Event,
    Finished,
    Notice,
    Offload,
    OwnerGone,
    Reason,
    RecordingState,
    RecordingView,
    Released,
    Sealed,
)
from app.verbs.actor import who
from app.verbs.bars import Bars
from app.verbs.output import Output
from app.words import size_words

if TYPE_CHECKING:
    from drivers.presence import Source


class NoTryOut(Trouble):
    """The emulated cameras did not start."""

    code = "no-try-out"
    what_to_do = "Nothing was lost: this is about emulated cameras only."


REFUSALS = {
    "no-camera": Exit.NO_CAMERA,
    WrongKindOfHome.code: Exit.REFUSED,
    "new": Exit.REFUSED,
    "no-fault": Exit.REFUSED,
    NOT_ALLOWED: Exit.REFUSED,
    INACTIVE: Exit.REFUSED,
    "no-words": Exit.USAGE,
    "long-words": Exit.USAGE,
}
"""The exit code of an act that was refused; anything else that stands in the way is trouble."""

RULES = frozenset({NOT_ALLOWED, INACTIVE})
"""The refusals that are about who asks."""

NOT_DOCKED = frozenset({BayState.EMPTY, BayState.REMOVED_EARLY})


class CameraLine(msgspec.Struct, frozen=True):
    """What `cameras --json` says of one docked camera. Every key is always there, null where unknown."""

    bay: str
    usb_path: str
    vendor_id: str | None
    product_id: str | None
    make: str | None
    model: str | None
    serial: str | None
    firmware: str | None
    battery_percent: int | None
    clock_offset_s: float | None
    recordings: int | None
    bytes: int | None
    state: BayState
    reasons: tuple[Reason, ...]


class Done(msgspec.Struct, frozen=True, tag_field="event", tag="done"):
    """The last line of `offload --json`."""

    cameras: int
    recordings: int
    bytes: int
    failed: int
    seconds: float


def home_of(args: argparse.Namespace) -> Home:
    """The home that the command line names."""
    return Home(args.home or default_home())


def warn(home: Home, output: Output, *, virtual: bool = False) -> None:
    """Say plainly what is not as it should be with the home."""
    for one in home.warnings(try_out=virtual or home.records.try_out() is True):
        output.say(f"{one.what_happened} {one.what_to_do}")


@contextlib.contextmanager
def opened(args: argparse.Namespace, output: Output, *, automatic: bool) -> Iterator[OwnedDocks | Client]:
    """The docks of the home, owned here if nobody else does."""
    with home_of(args) as home, Emulation(args, home, output) as sources:
        warn(home, output, virtual=bool(args.virtual))
        docks = open_docks(home, owned_here(home, sources, automatic=automatic))
        try:
            if args.virtual and not docks.station().try_out:
                raise WrongKindOfHome("The Dockwarden that owns the docks of this home works on real cameras.", "")
            yield docks
        finally:
            docks.close()


def docks_beside(args: argparse.Namespace, home: Home) -> SharedDocks:
    """The docks of the home for a program with a window, which goes on while they are opened."""
    virtual = ["--virtual", str(args.virtual)] if args.virtual else []
    return SharedDocks(home, owned_beside(["--home", str(home.folder), *virtual]), wait=False)


class Emulation(contextlib.ExitStack):
    """Gives the places to look for cameras: this computer's ports, or with `--virtual` emulated cameras alone.

    Called by whoever comes to own the docks; the emulation ends with this context.
    """

    def __init__(self, args: argparse.Namespace, home: Home, output: Output) -> None:
        super().__init__()
        self._output = output
        self._count: int | None = args.virtual
        self._home = home

    def __call__(self) -> Sequence[Source]:
        """Start what is needed and give the sources. Raises WrongKindOfHome where try-out would meet evidence."""
        from drivers.presence import Source, real_source  # noqa: PLC0415  not before the window is painted

        if not self._count:
            return (real_source(),)
        self._home.allow(virtual=True)
        from drivers.virtual.dock import VirtualDock, VirtualDockFailed  # noqa: PLC0415  real cameras do without

        cards = self._home.folder / "virtual"
        if not cards.exists():
            self._output.say("Making footage for the emulated cameras, once; this takes some seconds …")
        try:
            dock = VirtualDock.start(cards, self._count)
        except VirtualDockFailed as failed:
            raise NoTryOut(str(failed)) from failed
        self.callback(dock.close)
        if dock.notice is not None:
            self._output.say(dock.notice)
        return (Source(dock.backend, virtual=True),)


# -- cameras ---------------------------------------------------------------------------------------------------------


def cameras(args: argparse.Namespace, output: Output) -> int:
    """Say what is docked. Nothing is copied, and a new camera is not read."""
    with opened(args, output, automatic=False) as docks:
        if isinstance(docks, OwnedDocks):
            docks.owner.look_at_all()
        docked = [bay for bay in docks.bays() if bay.state not in NOT_DOCKED]
        for bay in docked:
            output.result(camera_line(bay), camera_words(bay))
    if not docked:
        output.say("No camera is docked.")
    return Exit.DONE


def camera_line(bay: BaySnapshot) -> CameraLine:
    """One camera as a line of JSON."""
    views = still_there(bay)
    fields: dict[str, Any] = {name: getattr(bay, name) for name in CameraLine.__struct_fields__ if hasattr(bay, name)}
    fields["recordings"] = None if views is None else len(views)
    return CameraLine(**fields, bytes=None if views is None else sum(view.size for view in views))


def still_there(bay: BaySnapshot) -> list[RecordingView] | None:
    """The recordings that are on the camera now, None while that is not known."""
    if bay.recordings is None:
        return None
    return [view for view in bay.recordings if view.state is not RecordingState.RELEASED]


def camera_words(bay: BaySnapshot) -> str:
    """One camera as a line for people."""
    name = bay.serial or f"{bay.vendor_id}:{bay.product_id}"
    parts = [f"{bay.bay:<4} {name:<18} {bay.state.value}"]
    views = still_there(bay)
    if views is not None:
        parts.append(f"{len(views)} recordings, {size_words(sum(view.size for view in views))}")
    if bay.battery_percent is not None:
        parts.append(f"battery {bay.battery_percent} %")
    parts.extend(f"{reason.what_happened} {reason.what_to_do}" for reason in bay.reasons)
    parts.extend(remark.what_happened for remark in bay.remarks)
    return " · ".join(parts)


# -- offload ---------------------------------------------------------------------------------------------------------


def offload(args: argparse.Namespace, output: Output) -> int:
    """Run the docking routine on what is docked now, wait for it, and say what became of each recording."""
    by = None
    if args.actor is not None:
        with home_of(args) as home:
            by = who(args, home, Offload.NEEDS)
    act = Offload(tuple(args.bay), args.serial, args.keep, by=by)
    with opened(args, output, automatic=False) as docks:
        if args.serial and isinstance(docks, OwnedDocks):
            docks.owner.look_at_all()
        return follow_offload(docks, act, output)


def offload_here(args: argparse.Namespace, output: Output) -> int:
    """The window's job without a window: everything docked, once, with bars and a summary."""
    with opened(args, output, automatic=False) as docks:
        return follow_offload(docks, Offload(), output)


def follow_offload(docks: Docks, act: Offload, output: Output) -> int:
    """Start the runs and follow them to their ends."""
    events: queue.SimpleQueue[Event] = queue.SimpleQueue()
    began = time.monotonic()
    leave = docks.follow(events.put)
    try:
        answer = docks.act(act)
        begun = {bay for bay, _ in answer.runs}
        for bay in docks.bays():
            if bay.state is BayState.QUARANTINED or (bay.state is BayState.NEW and bay.bay not in begun):
                output.say(camera_words(bay))
        if not answer.done:
            return refused(answer, output)
        with Bars(output, docks) as bars:
            finished = follow_runs(events, set(answer.runs), output, bars)
    finally:
        leave()
    return summarise(finished, time.monotonic() - began, output)


def refused(answer: Answer, output: Output) -> int:
    """Say a refusal, and give its exit code."""
    if answer.code in RULES:
        output.refused(answer.code, answer.words)
    else:
        output.say(answer.words)
    return REFUSALS.get(answer.code, Exit.TROUBLE)


def follow_runs(
    events: queue.SimpleQueue[Event], runs: set[tuple[str, int]], output: Output, bars: Bars
) -> list[Finished]:
    """Pass on what happens in these runs until each is finished, or the owner of the docks ended."""
    finished: list[Finished] = []
    while runs:
        event = events.get()
        bars.show(event)
        if isinstance(event, OwnerGone):
            ended = Reason("no-owner", "The Dockwarden that owned the docks ended.", "Start it again.")
            finished += [Finished(bay, run, 0, 0, 1, ended) for bay, run in runs]
            break
        if isinstance(event, Notice):
            output.say(f"{event.reason.what_happened} {event.reason.what_to_do}")
        elif isinstance(event, Sealed | Released) and (event.bay, event.run) in runs:
            output.result(event)
        elif isinstance(event, Finished) and (event.bay, event.run) in runs:
            runs.discard((event.bay, event.run))
            finished.append(event)
            if event.reason is not None:
                output.say(f"{event.bay}: {event.reason.what_happened} {event.reason.what_to_do}")
    return finished


def summarise(finished: list[Finished], seconds: float, output: Output) -> int:
    """Say how it went, and give the exit code: done only if everything asked for is."""
    done = Done(
        cameras=len(finished),
        recordings=sum(one.recordings for one in finished),
        bytes=sum(one.bytes for one in finished),
        failed=sum(one.failed for one in finished),
        seconds=round(seconds, 3),
    )
    trouble = done.failed or any(one.reason is not None for one in finished)
    failed = f", {done.failed} failed" if done.failed else ""
    output.result(
        done,
        f"{done.cameras} cameras, {done.recordings} recordings, {size_words(done.bytes)}{failed}, "
        f"in {done.seconds:.1f} s.",
    )
    return Exit.NOT_ALL_DONE if trouble else Exit.DONE


# -- watch -----------------------------------------------------------------------------------------------------------


def watch(args: argparse.Namespace, output: Output) -> int:
    """Dock whatever comes, until stopped; while another process owns the docks, follow it and take over after it."""
    if args.handle is not None:
        return watch_for(args, output)
    events: queue.SimpleQueue[Event] = queue.SimpleQueue()
    shown: dict[str, tuple[int, BayState]] = {}
    with (
        home_of(args) as home,
        Emulation(args, home, output) as sources,
        SharedDocks(home, owned_here(home, sources)) as docks,
    ):
        warn(home, output, virtual=bool(args.virtual))
        leave = docks.follow(events.put)
        for bay in docks.bays():
            events.put(bay)
        output.say(f"Docking for {home_of(args).folder}. Press Ctrl-C to stop.")
        try:
            while True:
                tell(events.get(), shown, output)
        finally:
            leave()


def watch_for(args: argparse.Namespace, output: Output) -> int:
    """Own the docks for the program at the other end of a socket (`app.beside`), until it is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with socket.socket(fileno=args.handle) as connection:
        try:
            with home_of(args) as home, Emulation(args, home, output) as sources:
                serve(OwnedDocks(home, sources, automatic=True, first=connection))
        except KNOWN as trouble:
            with contextlib.suppress(OSError):  # nobody waits for it any more
                connection.sendall(encode(NotOpened(reason_of(trouble))) + b"\n")
            return Exit.TROUBLE
    return Exit.DONE


def serve(docks: OwnedDocks) -> None:
    """Keep the docks until their first client is gone."""
    try:
        assert docks.first is not None
        docks.first.join()
    finally:
        docks.close()


def tell(event: Event, shown: dict[str, tuple[int, BayState]], output: Output) -> None:
    """Say one event of `watch`: each state of a bay once."""
    if isinstance(event, BaySnapshot):
        if shown.get(event.bay) != (event.run, event.state):
            shown[event.bay] = (event.run, event.state)
            output.result(event, camera_words(event))
    elif isinstance(event, Sealed | Released):
        output.result(event, f"{event.bay:<4} {event.name}: {'sealed' if isinstance(event, Sealed) else 'released'}")
    elif isinstance(event, Notice):
        output.result(event)
        output.say(f"{event.reason.what_happened} {event.reason.what_to_do}")
    else:
        output.result(event)
