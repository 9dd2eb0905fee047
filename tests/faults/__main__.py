"""The full sweeps, for `make faults`: prints a table of what was tried, what fired and what was found, as Markdown.

    python -m tests.faults [SWEEP …]

Without names all are run. The exit code is 1 when a promise was broken or a fault did not fire.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.faults import bits, crashes, custody_kills, errors, fulldisk, kills, tampers, unplug

SEED = 20261121
LANDED = 400
TAMPERS = 10_000
CHOICES = {"a known home": 60, "a home on its first day": 25}
"""What is traced, and the random states after each step beside the two certain ones."""

Row = tuple[str, str, list[str]]
"""What was tried, what fired and came of it, and every problem."""


def _kills() -> Iterator[Row]:
    done = kills.sweep(LANDED, SEED)
    times = f"{done.landed} of {done.tried} landed, {done.mid_way} of them after a first announcement"
    yield f"kill -9 within {done.seconds * 1000:.0f} ms", times, done.problems


def _custody() -> Iterator[Row]:
    done = custody_kills.sweep(LANDED, SEED)
    times = (
        f"{done.landed} of {done.tried} landed, {done.mid_way} of them after a first answer, {done.answered} answers"
    )
    yield f"kill -9 in acts of custody and imports within {done.seconds * 1000:.0f} ms", times, done.problems


def _crashes() -> Iterator[Row]:
    for name, each in CHOICES.items():
        done = crashes.sweep(crashes.SCENARIOS[name], each, SEED)
        counts = f"{done.distinct} distinct of {done.made} states, {done.gone_on} gone on from"
        yield f"lost power, {name}: {done.steps} steps", counts, done.problems


def _errors() -> Iterator[Row]:
    done = errors.sweep(SEED)
    fired = ", ".join(f"{count} {kind}" for kind, count in sorted(done.fired.items()))
    through = f"{fired}; {done.went_through} runs were complete all the same"
    silent = [f"did not fire: {name}" for name in done.silent]
    yield f"{done.points} calls that change the home, {done.tried} faults", through, done.problems + silent


def _full_disks() -> Iterator[Row]:
    reason = fulldisk.why_not()
    if reason is not None:
        yield "a full disk", f"left out: {reason}", []
        return
    done = fulldisk.sweep(list(fulldisk.ROOMS_KIB))
    yield "a full disk", f"{done.full} were full, {done.roomy} had room enough", done.problems


def _unplugs() -> Iterator[Row]:
    for changed in (False, True):
        done = unplug.sweep(SEED, changed=changed)
        name = "unplugged at every transfer" + (", then other bytes" if changed else "")
        silent = ["not every fault fired"] if done.fired != done.transfers else []
        yield name, f"{done.fired} of {done.transfers} fired", done.problems + silent


def _bits() -> Iterator[Row]:
    with tempfile.TemporaryDirectory(prefix="dw-bits-") as folder:
        done = bits.sweep(Path(folder), SEED)
    yield "every bit of a sealed recording", f"{done.found} of {done.flipped} found", done.overlooked


def _tampers() -> Iterator[Row]:
    with tempfile.TemporaryDirectory(prefix="dw-tampers-") as folder:
        done = tampers.sweep(Path(folder), SEED, TAMPERS)
    for name, count in sorted(done.tried.items()):
        yield f"tampering, {name}", f"{count} tried", []
    yield "tampering in all", f"{done.tried.total()} tried, {done.controls} controls passed", done.problems


SWEEPS: dict[str, Callable[[], Iterator[Row]]] = {
    "kills": _kills,
    "custody": _custody,
    "crashes": _crashes,
    "errors": _errors,
    "full-disks": _full_disks,
    "unplugs": _unplugs,
    "bits": _bits,
    "tampers": _tampers,
}


def main(names: list[str]) -> int:
    """Run sweeps and tell what each did as it ends."""
    broken: list[str] = []
    _tell("| Sweep | Fired | Problems | Seconds |\n|---|---|---|---|")
    for name in names or SWEEPS:
        began = time.monotonic()
        for tried, fired, problems in SWEEPS[name]():
            _tell(f"| {tried} | {fired} | {len(problems)} | {time.monotonic() - began:.0f} |")
            began = time.monotonic()
            broken += problems
    for problem in broken:
        _tell(f"- {problem}")
    return 1 if broken else 0


def _tell(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
