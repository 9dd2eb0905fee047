"""What a child of the zygote, or a traced process of its own, can be asked to do on a scene.

python -m tests.faults.tasks TASK FOLDER SIZE[,SIZE…] [BUG]
"""

from __future__ import annotations

import importlib
import itertools
import logging
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from app import records
from app.errors import KNOWN
from drivers.virtual.faults import UnplugAtTransfer
from tests.faults import bugs, custody, invariants, runs
from tests.faults.runs import Say
from tests.faults.scene import Scene, create


def warm_up() -> None:
    """Load and set up what a run would on its way, by one whole run."""
    for name in ("drivers.mtp.camera", "db.migrate", "app.keys", "app.vault", "app.records", "app.verify", "pyrage"):
        importlib.import_module(name)
    with tempfile.TemporaryDirectory(prefix="dw-warm-") as scratch:
        scene = create(Path(scratch) / "scene", (1,))
        runs.offload(scene, lambda _: None)
        assert not invariants.problems(scene, {}, complete=True)
    with tempfile.TemporaryDirectory(prefix="dw-warm-") as scratch:
        scene = create(Path(scratch) / "scene", ())
        _prepare_custody(scene, lambda _: None)
        _bustle(scene, lambda _: None, 1, 20)
        _check_custody(scene, lambda _: None, [])


def do(task: str, scene: Scene, say: Say, bug: str | None, arguments: dict[str, Any]) -> None:
    """Do one task, with a seeded bug in place if one is named."""
    logging.getLogger().addHandler(_Teller(say))
    if bug is not None:
        bugs.plant(bug)
    try:
        _TASKS[task](scene, say, **arguments)
    except KNOWN as trouble:
        say({"event": "refused", "code": trouble.code, "words": f"{trouble.what_happened} {trouble.what_to_do}"})


class _Teller(logging.Handler):
    """Announces what is logged as a warning or worse; `traceback` when it is of something that nobody foresaw."""

    def __init__(self, say: Say) -> None:
        super().__init__(logging.WARNING)
        self._say = say
        self.setFormatter(logging.Formatter())

    def emit(self, record: logging.LogRecord) -> None:
        self._say({"event": "logged", "words": self.format(record), "traceback": record.exc_info is not None})


def _offload(scene: Scene, say: Say, unplug_at: int | None = None, *, steady_ids: bool = False) -> None:
    """Offload the scene's camera. `steady_ids` gives the same ids in every run, so that paths can be foretold."""
    if steady_ids:
        records._new_id = partial(next, map("{:032x}".format, itertools.count(1)))
    fault = None if unplug_at is None else UnplugAtTransfer(number=unplug_at)
    runs.offload(scene, say, fault)
    if fault is not None:
        say({"event": "fault", "fired": fault.fired, "transfers_left": fault.number})


def _check(scene: Scene, say: Say, announced: dict[str, str], **how: bool) -> None:
    """Say every broken promise. The home is looked at in place: give a copy if it is to be used on."""
    for problem in invariants.problems(scene, announced, **how):
        say({"event": "problem", "words": problem})


def _prepare_custody(scene: Scene, _say: Say) -> None:
    with runs.open_home(scene) as home:
        custody.prepare(home)


def _bustle(scene: Scene, say: Say, seed: int, count: int) -> None:
    """Do so many acts of custody."""
    with runs.open_home(scene) as home:
        custody.bustle(home, seed, count, say)


def _check_custody(scene: Scene, say: Say, announced: list[dict[str, Any]]) -> None:
    """Say every broken promise of custody."""
    with runs.open_home(scene) as home:
        for problem in custody.problems(home, announced):
            say({"event": "problem", "words": problem})


_TASKS: dict[str, Callable[..., object]] = {
    "prepare": runs.prepare,
    "offload": _offload,
    "check": _check,
    "prepare custody": _prepare_custody,
    "bustle": _bustle,
    "check custody": _check_custody,
}
