"""A disk that is really full: the home on a small file system in memory, with room for less and less of an offload."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.errors import manners
from tests.faults.kills import after_a_break
from tests.faults.scene import TWO, Scene, create
from tests.faults.zygote import RunFailed, Zygote

KIB = 1024
ROOMS_KIB = range(0, 640, 32)
"""Room beyond what the home takes at first. The whole offload needs some 500 KiB."""


@dataclass(slots=True)
class FullDisks:
    """What a sweep over rooms did and found: `full` disks were too small for the offload, the others were not."""

    full: int = 0
    roomy: int = 0
    problems: list[str] = field(default_factory=list)


def why_not() -> str | None:
    """Why this machine can mount no small file system, None if it can."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return "only root may mount"
    with tempfile.TemporaryDirectory(prefix="dw-mount-") as folder:
        tried = subprocess.run(["mount", "-t", "tmpfs", "none", folder], capture_output=True, text=True, check=False)
        if tried.returncode == 0:
            subprocess.run(["umount", folder], check=True)
        return tried.stderr.strip() or None


def sweep(rooms_kib: list[int]) -> FullDisks:
    """Offload onto a disk with each of these rooms; then give it more room and let the next run complete."""
    result = FullDisks()
    with tempfile.TemporaryDirectory(prefix="dw-full-") as scratch, Zygote() as zygote:
        before = create(Path(scratch) / "before", TWO)
        zygote.run("prepare", before)
        for room in rooms_kib:
            scene = before.copy(before.folder.with_name(f"room-{room}"))
            with _on_small_disk(scene, before, room):
                _offload(zygote, scene, f"{room} KiB of room", result)
            shutil.rmtree(scene.folder)
    return result


@contextmanager
def _on_small_disk(scene: Scene, before: Scene, room_kib: int) -> Iterator[None]:
    """Put the scene's home on a disk of its own with so much room."""
    used = sum(-(-path.stat().st_size // 4096) * 4 + 4 for path in before.home.rglob("*"))
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={used + room_kib}k", "none", scene.home], check=True)
    try:
        shutil.copytree(before.home, scene.home, dirs_exist_ok=True)
        yield
    finally:
        subprocess.run(["umount", scene.home], check=True)


def _offload(zygote: Zygote, scene: Scene, name: str, result: FullDisks) -> None:
    try:
        outcome = zygote.run("offload", scene)
        ends = outcome.named("finished")
        whole = bool(ends) and not any(end["failed"] or end["reason"] for end in ends)
        result.roomy += whole
        result.full += not whole
        subprocess.run(["mount", "-o", "remount,size=64m", scene.home], check=True)
        found = [*manners(outcome), *after_a_break(zygote, scene, outcome)]
    except RunFailed as failed:
        found = [str(failed)]
    result.problems += [f"{name}: {problem}" for problem in found]
