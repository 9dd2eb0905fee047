"""A disk that fails, is full, lies or ends the process: at every call of an offload that changes the home, one by one.

A control run under strace tells the calls; then each is made to go wrong in a run of its own, by strace, at that call
on that path and nowhere else. A fault counts only when the trace shows that it was put in.
"""

from __future__ import annotations

import random
import shutil
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.crashes import WORKERS
from tests.faults.kills import after_a_break
from tests.faults.scene import TWO, Scene, create, fast_folder
from tests.faults.trace import Call, calls, path_in
from tests.faults.zygote import Outcome, RunFailed, Zygote

CHANGES = (
    "openat",
    "write",
    "pwrite64",
    "ftruncate",
    "fallocate",
    "fsync",
    "fdatasync",
    "rename",
    "renameat2",
    "link",
    "unlink",
    "unlinkat",
    "rmdir",
    "mkdir",
)
"""The calls that change a disk, or make files on it."""

KINDS = ("EIO", "ENOSPC", "lie", "kill")
"""A failed disk, a full one, one that says that it wrote and did not, and the end of the process right there."""


@dataclass(frozen=True, slots=True)
class Point:
    """One call of the run: the `nth` of this name on this path, by one thread. `size` is what it returned."""

    call: str
    path: str
    nth: int
    size: int

    def goes_wrong(self, kind: str) -> bool:
        """Whether this kind of fault makes sense here. Only the vault proves its writes against a disk that lies."""
        return kind != "lie" or (self.call == "write" and self.path.startswith("vault/"))

    def options(self, home: Path, kind: str) -> list[str]:
        """How strace is told to do it."""
        how = {"lie": f"retval={self.size}", "kill": "signal=KILL"}.get(kind, f"error={kind}")
        traced = ["-e", f"trace={','.join(CHANGES)}", "-P", str(home / self.path)]
        return [*traced, "-e", f"inject={self.call}:{how}:when={self.nth}"]


@dataclass(slots=True)
class Errors:
    """What a sweep of faults did and found. `fired` counts runs by kind in which the trace shows the fault."""

    points: int = 0
    tried: int = 0
    fired: Counter[str] = field(default_factory=Counter)
    went_through: int = 0
    silent: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def sweep(
    seed: int,
    *,
    most: int | None = None,
    only: Callable[[Point, str], bool] = lambda _point, _kind: True,
    bug: str | None = None,
) -> Errors:
    """Make every call go wrong in every way, or a random `most` of the cases that `only` lets pass."""
    result = Errors()
    with tempfile.TemporaryDirectory(prefix="dw-errors-", dir=fast_folder()) as scratch:
        folder = Path(scratch)
        with Zygote() as zygote:
            before = create(folder / "before", TWO)
            zygote.run("prepare", before)
            points = points_of(zygote, before)
        result.points = len(points)
        cases = [(point, kind) for point in points for kind in KINDS if point.goes_wrong(kind) and only(point, kind)]
        if most is not None:
            cases = random.Random(seed).sample(cases, min(most, len(cases)))
        _try_all(cases, before, result, bug)
    return result


def points_of(zygote: Zygote, before: Scene) -> list[Point]:
    """Every call that changes the home in a run without a fault, each path's calls counted thread by thread."""
    scene = before.copy(before.folder.with_name("control"))
    output = before.folder.with_name("control.trace")
    zygote.run("offload", scene, steady_ids=True, strace=["-o", str(output), "-e", f"trace={','.join(CHANGES)}"])
    count: Counter[tuple[str, str, str]] = Counter()
    points: dict[tuple[str, str, int], Point] = {}
    for call in calls(output):
        path = path_in(call, scene.home)
        if path is None or call.result < 0 or (call.name == "openat" and "O_CREAT" not in call.arguments):
            continue
        count[call.thread, call.name, path] += 1
        nth = count[call.thread, call.name, path]
        points.setdefault((call.name, path, nth), Point(call.name, path, nth, call.result))
    return list(points.values())


class _Cases:
    """Hands out numbered cases to workers."""

    def __init__(self, cases: Iterable[tuple[Point, str]]) -> None:
        self._cases = enumerate(cases)
        self._turn = threading.Lock()

    def __iter__(self) -> Iterator[tuple[int, tuple[Point, str]]]:
        return self

    def __next__(self) -> tuple[int, tuple[Point, str]]:
        with self._turn:
            return next(self._cases)


def _try_all(cases: list[tuple[Point, str]], before: Scene, result: Errors, bug: str | None) -> None:
    feed = _Cases(cases)
    with ThreadPoolExecutor(WORKERS) as pool:
        for part in [pool.submit(_try_some, feed, before, bug) for _ in range(WORKERS)]:
            found = part.result()
            result.tried += found.tried
            result.fired += found.fired
            result.went_through += found.went_through
            result.silent += found.silent
            result.problems += found.problems


def _try_some(feed: _Cases, before: Scene, bug: str | None) -> Errors:
    result = Errors()
    with Zygote() as zygote:
        for number, (point, kind) in feed:
            result.tried += 1
            scene = before.copy(before.folder.with_name(f"case-{number}"))
            _try(zygote, scene, point, kind, result, bug)
            shutil.rmtree(scene.folder, ignore_errors=True)
    return result


def _try(zygote: Zygote, scene: Scene, point: Point, kind: str, result: Errors, bug: str | None) -> None:
    name = f"{kind} at {point.call} {point.nth} of {point.path}"
    output = scene.folder / "trace"
    try:
        options = ["-o", str(output), *point.options(scene.home, kind)]
        outcome = zygote.run("offload", scene, bug=bug, steady_ids=True, strace=options)
        trace = list(calls(output))
        fired = outcome.killed if kind == "kill" else any(call.injected for call in trace)
        if not fired:
            result.silent.append(name)
            return
        result.fired[kind] += 1
        ends = outcome.named("finished")
        result.went_through += bool(ends) and not any(end["failed"] or end["reason"] for end in ends)
        after = after_a_break(zygote, scene, outcome, bug, unproved_may_stay=kind == "lie")
        found = [*manners(outcome), *_retried(trace, point), *after]
    except RunFailed as failed:
        found = [str(failed)]
    result.problems += [f"{name}: {problem}" for problem in found]


def manners(outcome: Outcome) -> Iterator[str]:
    """What is wrong with how the run spoke of the fault: it must end, and tell of trouble in words."""
    for line in outcome.said:
        if line["event"] == "logged" and line["traceback"]:
            yield f"a traceback was logged: {line['words'][-600:]}"
        if line["event"] == "finished" and line["reason"] and line["reason"][0] == "defect":
            yield "the run called it a defect of the program"
    if not outcome.killed and not outcome.named("finished") and not outcome.named("refused"):
        yield "the run ended without a word"


def _retried(trace: list[Call], point: Point) -> Iterator[str]:
    """Whether a file of the vault was synced again after its sync had failed."""
    syncs = [call.injected for call in trace if call.name in {"fsync", "fdatasync"}]
    is_file = point.path.endswith((".key", ".age-payload"))
    if is_file and True in syncs and not all(syncs[syncs.index(True) :]):
        yield "a sync that had failed was asked for again on the same file"
