"""Lost power at every step of an offload: the states a disk may then be in, each one looked at, some gone on from.

One run is traced; the model of `tests.faults.disk` is led along the trace. Before the first step and after every one
the states are: all unsynced work lost, all of it kept, and random choices from a seed. States that are equal, with the
same promises out, count once.
"""

from __future__ import annotations

import os
import random
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.disk import Disk, Found, fingerprint, write_out
from tests.faults.kills import after_a_break, check
from tests.faults.scene import TWO, Scene, create, fast_folder
from tests.faults.trace import Deleted, Said, Step, record
from tests.faults.zygote import Outcome, RunFailed, Zygote

WORKERS = 2
GO_ON_EVERY = 25
"""From one in so many states the next run is made, and has to complete."""


@dataclass(slots=True)
class Crashes:
    """What a sweep over crash states did and found."""

    steps: int = 0
    made: int = 0
    distinct: int = 0
    gone_on: int = 0
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class State:
    """One disk after a power cut, with what had been promised by then."""

    where: str
    disk: Found
    deleted: frozenset[str]
    announced: dict[str, str]


@dataclass(frozen=True, slots=True)
class Scenario:
    """What is traced: how the scene comes to be, and its name in reports."""

    name: str
    prepare: Callable[[Zygote, Path], Scene]


def _known_home(zygote: Zygote, folder: Path, sizes: tuple[int, ...] = TWO) -> Scene:
    scene = create(folder, sizes)
    zygote.run("prepare", scene)
    return scene


def _one_recording(zygote: Zygote, folder: Path) -> Scene:
    return _known_home(zygote, folder, (70_000,))


def _new_home(_: Zygote, folder: Path) -> Scene:
    scene = create(folder, TWO)
    scene.home.mkdir(mode=0o700)
    return scene


SCENARIOS = {
    scenario.name: scenario
    for scenario in (
        Scenario("a known home", _known_home),
        Scenario("a home on its first day", _new_home),
        Scenario("one recording", _one_recording),
    )
}


def sweep(
    scenario: Scenario,
    each: int,
    seed: int,
    *,
    bug: str | None = None,
    stop_at_first: bool = False,
) -> Crashes:
    """Trace one run and check the states after each step: two certain ones and `each` random ones."""
    dice = random.Random(seed)
    result = Crashes()
    with tempfile.TemporaryDirectory(prefix="dw-crash-", dir=fast_folder()) as scratch:
        folder = Path(scratch)
        with Zygote() as zygote:
            before = scenario.prepare(zygote, folder / "before")
            traced = before.copy(folder / "traced")
            disk = Disk(traced.home)
            trace = record(zygote, traced, folder / "trace", bug)
        states = _distinct(states_of(trace, disk, each, dice, result), result)
        _look_at_all(_Feed(states, stop_at_first=stop_at_first), before, result)
    return result


def states_of(trace: list[Step], disk: Disk, each: int, dice: random.Random, result: Crashes) -> Iterator[State]:
    """The states before the first step and after every one."""
    deleted: frozenset[str] = frozenset()
    announced: dict[str, str] = {}
    yield from _states_now("before the first step", disk, each, dice, deleted, announced)
    for number, step in enumerate(trace, 1):
        if isinstance(step, Deleted):
            deleted |= {step.name}
        elif isinstance(step, Said):
            if step.line["event"] == "sealed":
                announced = announced | {step.line["id"]: step.line["sha256"]}
        else:
            disk.step(step)
        result.steps = number
        where = f"step {number}, {type(step).__name__} {getattr(step, 'path', '')}"
        yield from _states_now(where, disk, each, dice, deleted, announced)


def _states_now(
    where: str, disk: Disk, each: int, dice: random.Random, deleted: frozenset[str], announced: dict[str, str]
) -> Iterator[State]:
    yield State(f"{where}: all lost", disk.lost(), deleted, announced)
    yield State(f"{where}: all kept", disk.kept(), deleted, announced)
    for number in range(each):
        yield State(f"{where}: choice {number}", disk.some(dice), deleted, announced)


def _distinct(states: Iterator[State], result: Crashes) -> Iterator[State]:
    seen = set()
    for state in states:
        result.made += 1
        key = fingerprint(state.disk), state.deleted, tuple(state.announced)
        if key not in seen:
            seen.add(key)
            result.distinct += 1
            yield state


class _Feed:
    """Numbered states, made one by one as workers ask for them, so that few are in memory."""

    def __init__(self, states: Iterator[State], *, stop_at_first: bool) -> None:
        self._states = enumerate(states)
        self._turn = threading.Lock()
        self._stop_at_first = stop_at_first
        self._stopped = False

    def next(self) -> tuple[int, State] | None:
        """The next state and its number, None after the last."""
        with self._turn:
            return None if self._stopped else next(self._states, None)

    def found(self, problems: list[str]) -> list[str]:
        """Hear of problems, which may be enough; gives them back."""
        self._stopped = self._stopped or (self._stop_at_first and bool(problems))
        return problems


def _look_at_all(feed: _Feed, before: Scene, result: Crashes) -> None:
    with ThreadPoolExecutor(WORKERS) as pool:
        for part in [pool.submit(_look_at_some, feed, before) for _ in range(WORKERS)]:
            result.gone_on += part.result().gone_on
            result.problems += part.result().problems


def _look_at_some(feed: _Feed, before: Scene) -> Crashes:
    result = Crashes()
    with Zygote() as zygote:
        while (numbered := feed.next()) is not None:
            number, state = numbered
            folder = before.folder.with_name(f"state-{number}")
            goes_on = number % GO_ON_EVERY == 0
            result.gone_on += goes_on
            try:
                scene = rebuilt(state, before, folder)
                found = _found(zygote, scene, state, goes_on=goes_on)
            except RunFailed as failed:
                found = [str(failed)]
            result.problems += feed.found([f"{state.where}: {problem}" for problem in found])
            shutil.rmtree(folder, ignore_errors=True)
    return result


def _found(zygote: Zygote, scene: Scene, state: State, *, goes_on: bool) -> list[str]:
    if not goes_on:
        return check(zygote, scene, state.announced, complete=False)
    said = [{"event": "sealed", "id": one, "sha256": sha256} for one, sha256 in state.announced.items()]
    return after_a_break(zygote, scene, Outcome(True, 0.0, said))


def rebuilt(state: State, before: Scene, folder: Path) -> Scene:
    """The scene after the power cut: the disk as it was found, and the camera without what it had deleted."""
    scene = Scene(folder, before.sizes)
    (folder / "recorded-over").mkdir(parents=True)
    write_out(state.disk, scene.home)
    shutil.copytree(before.card, scene.card, copy_function=os.link)
    for path in scene.card.rglob("*"):
        if path.name in state.deleted:
            path.unlink()
    return scene
