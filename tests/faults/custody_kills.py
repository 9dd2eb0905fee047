"""kill -9 at random moments of acts of custody and imports: each is done whole or not at all, what was answered stays.

A scene is killed again and again, so that later kills meet a home that earlier ones left.
"""

from __future__ import annotations

import random
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.faults.scene import Scene, create, fast_folder
from tests.faults.zygote import Zygote

ACTS = 30
"""Acts of a run that is not killed."""

LIVES = 10
"""Kills that one home goes through."""


@dataclass(slots=True)
class Kills:
    """What a sweep did and found. Only landed kills count; `mid_way` came after a first answer."""

    tried: int = 0
    landed: int = 0
    mid_way: int = 0
    answered: int = 0
    seconds: float = 0.0
    problems: list[str] = field(default_factory=list)


def sweep(landed: int, seed: int, bug: str | None = None, *, stop_at_first: bool = False) -> Kills:
    """Kill runs until so many kills have landed, each checked at once."""
    dice = random.Random(seed)
    done = Kills()
    with tempfile.TemporaryDirectory(prefix="dw-custody-", dir=fast_folder()) as scratch, Zygote() as zygote:
        template = create(Path(scratch) / "template", ())
        zygote.run("prepare custody", template)
        done.seconds = _whole_run_seconds(zygote, template)
        while done.landed < landed and not (stop_at_first and done.problems):
            scene = template.copy(template.folder.with_name(f"home-{done.tried}"))
            _live_through(zygote, scene, done, dice, bug, min(LIVES, landed - done.landed))
            shutil.rmtree(scene.folder)
    return done


def _whole_run_seconds(zygote: Zygote, template: Scene) -> float:
    """How long a run takes that nobody disturbs, so that most kills land."""
    scene = template.copy(template.folder.with_name("warm"))
    seconds = min(zygote.run("bustle", scene, seed=seed, count=ACTS).seconds for seed in range(3))
    shutil.rmtree(scene.folder)
    return seconds


def _live_through(zygote: Zygote, scene: Scene, done: Kills, dice: random.Random, bug: str | None, lives: int) -> None:
    """Kill runs on one home, one after the other."""
    answered: list[dict[str, Any]] = []
    for _ in range(lives):
        done.tried += 1
        moment = dice.uniform(0, done.seconds)
        run = zygote.run("bustle", scene, bug=bug, kill_after=moment, seed=dice.getrandbits(32), count=ACTS)
        fresh = [line for line in run.said if line["event"] not in {"refused", "logged"}]
        answered += fresh
        done.landed += run.killed
        done.mid_way += run.killed and len(fresh) > 0
        done.answered += len(fresh)
        found = zygote.run("check custody", scene, announced=answered).named("problem")
        done.problems += [f"killed after {moment * 1000:.1f} ms: {line['words']}" for line in found]
        if found:
            return
