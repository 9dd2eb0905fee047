"""kill -9 at random moments of a whole offload: what the page cache keeps must be enough, whatever was under way."""

from __future__ import annotations

import random
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.scene import THREE, Scene, create, fast_folder
from tests.faults.zygote import Outcome, Zygote

WARM_RUNS = 5


@dataclass(slots=True)
class Kills:
    """What a sweep of kills did and found. Only landed kills count; the others came after the run had ended."""

    tried: int = 0
    landed: int = 0
    mid_way: int = 0
    seconds: float = 0.0
    problems: list[str] = field(default_factory=list)


def sweep(landed: int, seed: int, bug: str | None = None, *, stop_at_first: bool = False) -> Kills:
    """Kill runs until so many kills have landed. Each is checked at once, then a run without a kill must complete."""
    dice = random.Random(seed)
    result = Kills()
    with tempfile.TemporaryDirectory(prefix="dw-kills-", dir=fast_folder()) as scratch, Zygote() as zygote:
        template = create(Path(scratch) / "template", THREE)
        zygote.run("prepare", template)
        result.seconds = whole_run_seconds(zygote, template)
        while result.landed < landed and not (stop_at_first and result.problems):
            _kill_one(zygote, template, result, dice.uniform(0, result.seconds), bug)
    return result


def whole_run_seconds(zygote: Zygote, template: Scene) -> float:
    """How long a run takes that nobody disturbs: the shortest of a few, so that most kills land."""
    times = []
    for number in range(WARM_RUNS):
        scene = template.copy(template.folder.with_name(f"warm-{number}"))
        times.append(zygote.run("offload", scene).seconds)
        shutil.rmtree(scene.folder)
    return min(times)


def _kill_one(zygote: Zygote, template: Scene, result: Kills, moment: float, bug: str | None) -> None:
    result.tried += 1
    scene = template.copy(template.folder.with_name(f"run-{result.tried}"))
    outcome = zygote.run("offload", scene, bug=bug, kill_after=moment)
    if outcome.killed:
        result.landed += 1
        result.mid_way += len(outcome.said) > 0
        where = f"killed after {moment * 1000:.1f} ms ({len(outcome.said)} announcements)"
        result.problems += [f"{where}: {problem}" for problem in after_a_break(zygote, scene, outcome, bug)]
    shutil.rmtree(scene.folder)


def after_a_break(
    zygote: Zygote, scene: Scene, outcome: Outcome, bug: str | None = None, *, unproved_may_stay: bool = False
) -> list[str]:
    """The promises broken right after a break (looked at in a copy), and after the run that goes on from it."""
    announced = {line["id"]: line["sha256"] for line in outcome.named("sealed")}
    look = scene.copy(scene.folder.with_name(f"{scene.folder.name}-look"))
    found = check(zygote, look, announced, complete=False)
    shutil.rmtree(look.folder)
    again = zygote.run("offload", scene, bug=bug)
    announced |= {line["id"]: line["sha256"] for line in again.named("sealed")}
    found += [f"the next run: {end['reason']}" for end in again.named("finished") if end["failed"] or end["reason"]]
    final = check(zygote, scene, announced, complete=True, unproved_may_stay=unproved_may_stay)
    return found + [f"after the next run: {problem}" for problem in final]


def check(
    zygote: Zygote, scene: Scene, announced: dict[str, str], *, complete: bool, unproved_may_stay: bool = False
) -> list[str]:
    """The promises that a scene breaks, looked at in a child; see `invariants.problems`."""
    outcome = zygote.run("check", scene, announced=announced, complete=complete, unproved_may_stay=unproved_may_stay)
    return [line["words"] for line in outcome.named("problem")]
