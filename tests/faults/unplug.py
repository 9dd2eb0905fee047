"""The cable pulled at every bulk transfer of an offload; then the camera is docked again, with its bytes or others."""

from __future__ import annotations

import random
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.kills import after_a_break
from tests.faults.scene import TWO, Scene, create, fast_folder
from tests.faults.zygote import RunFailed, Zygote


@dataclass(slots=True)
class Unplugs:
    """What a sweep of unpluggings did and found. `transfers` is how many a run without a fault makes."""

    transfers: int = 0
    fired: int = 0
    problems: list[str] = field(default_factory=list)


def sweep(
    seed: int, *, most: int | None = None, changed: bool = False, bug: str | None = None, stop_at_first: bool = False
) -> Unplugs:
    """Pull the cable at each transfer, or at a random `most` of them.

    With `changed`, what is still on the camera has other bytes afterwards, under the same names, sizes and times: then
    nothing may be gone on with.
    """
    result = Unplugs()
    with tempfile.TemporaryDirectory(prefix="dw-unplug-", dir=fast_folder()) as scratch, Zygote() as zygote:
        before = create(Path(scratch) / "before", TWO)
        zygote.run("prepare", before)
        result.transfers = _transfers(zygote, before)
        numbers = list(range(1, result.transfers + 1))
        if most is not None:
            numbers = random.Random(seed).sample(numbers, min(most, len(numbers)))
        for number in numbers:
            if stop_at_first and result.problems:
                break
            scene = before.copy(before.folder.with_name(f"pulled-{number}"))
            _pull(zygote, scene, number, result, changed=changed, bug=bug)
            shutil.rmtree(scene.folder)
    return result


def _transfers(zygote: Zygote, before: Scene) -> int:
    """How many bulk transfers a whole run makes."""
    scene, never = before.copy(before.folder.with_name("control")), 10**9
    (fault,) = zygote.run("offload", scene, unplug_at=never).named("fault")
    return never - int(fault["transfers_left"])


def _pull(zygote: Zygote, scene: Scene, number: int, result: Unplugs, *, changed: bool, bug: str | None) -> None:
    try:
        outcome = zygote.run("offload", scene, bug=bug, unplug_at=number)
        result.fired += int(outcome.named("fault")[0]["fired"])
        if changed:
            scene.record_over()
        found = after_a_break(zygote, scene, outcome, bug)
    except RunFailed as failed:
        found = [str(failed)]
    result.problems += [f"pulled at transfer {number}: {problem}" for problem in found]
