"""One act on many cameras of the pool: what would become of each is seen before anything is done."""

from __future__ import annotations

import threading
from collections.abc import Callable
from enum import StrEnum

import msgspec

from app.custody.desk import Custody
from app.people.values import Actor, Refused


class Bulk(StrEnum):
    """What can be done with many cameras at once."""

    TRANSFER = "transfer"
    REPAIR = "repair"
    RETIRE = "retire"
    FAULT = "fault"


class Outcome(msgspec.Struct, frozen=True):
    """What became, or would become, of one camera: done, or refused by a rule, in words and with what to do."""

    camera: str
    rule: str | None = None
    why: str = ""
    what_to_do: str = ""


class Task(msgspec.Struct, frozen=True):
    """What is to be done with which cameras, by asset number, and by whom; `words` are the station, or why."""

    bulk: Bulk
    cameras: tuple[str, ...]
    words: str
    by: Actor


def act_on(custody: Custody, task: Task, tell: Callable[[int], None], stop: threading.Event) -> list[Outcome]:
    """Do this with each camera by itself, and say what became of each. Raises StorageError.

    `tell` hears how many are through; `stop` ends it before the next one.
    """
    words, by = task.words, task.by
    acts: dict[Bulk, Callable[[str], object]] = {
        Bulk.TRANSFER: lambda camera: custody.transfer(camera, words, by),
        Bulk.REPAIR: lambda camera: custody.repair(camera, by, words),
        Bulk.RETIRE: lambda camera: custody.retire(camera, by, words),
        Bulk.FAULT: lambda camera: custody.fault(camera, words, by),
    }
    outcomes: list[Outcome] = []
    for camera in task.cameras:
        if stop.is_set():
            break
        outcomes.append(_outcome(acts[task.bulk], camera))
        tell(len(outcomes))
    return outcomes


def _outcome(act: Callable[[str], object], camera: str) -> Outcome:
    try:
        act(camera)
    except Refused as refused:
        return Outcome(camera, refused.rule, refused.what_happened, refused.what_to_do)
    return Outcome(camera)
