"""Many virtual cameras at once: their rate together, how even it is, and what memory it takes.

`python -m tests.bench.docks [--mib 64] [--rounds 5]` runs, in turns, each in a process of its own: one camera, sixteen
cameras, and one camera with a recording eight times as large. The emulation runs in a process of its own too, but
shares the same cores: the figures are of this program beside its emulation, and say how it scales, not how fast it is.

Prints a table in Markdown and a line of JSON; medians.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

MIB = 1 << 20
MANY = 16
LARGER = 8


def run_once(folder: Path, cameras: int, size: int) -> dict[str, Any]:
    """Offload `cameras` cameras with one recording of `size` bytes each, and say how it went."""
    from app.home import Home
    from app.owner import Owner
    from app.snapshot import Event, Finished, Offload
    from drivers.presence import Source
    from drivers.virtual.dock import VirtualDock

    make_cards(folder / "cards", cameras, size)
    ended: dict[str, float] = {}
    changed = threading.Condition()

    def hear(event: Event) -> None:
        if isinstance(event, Finished):
            with changed:
                ended[event.bay] = time.perf_counter()
                changed.notify()

    with Home(folder / "home") as home, VirtualDock.start(folder / "cards", cameras) as dock:
        owner = Owner(home, (Source(dock.backend, virtual=True),), automatic=False)
        owner.look()
        owner.follow(hear)
        began = time.perf_counter()
        owner.act(Offload())
        with changed:
            changed.wait_for(lambda: len(ended) == cameras)
        released = sum(1 for facts in home.records.recordings() if facts.released_at)
        owner.close()
    if released != cameras:
        raise RuntimeError(f"only {released} of {cameras} recordings were sealed and released")
    seconds = [end - began for end in ended.values()]
    return {
        "rate": cameras * size / MIB / max(seconds),
        "slowest": size / MIB / max(seconds),
        "fastest": size / MIB / min(seconds),
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def make_cards(cards: Path, count: int, size: int) -> None:
    """Cards that share one file of random bytes, a recording on each."""
    from drivers.virtual.card import Card, CardFile
    from drivers.virtual.stock import serial_of

    cards.mkdir()
    (cards / ".clips").mkdir()
    source = cards / ".noise"
    with source.open("wb") as file:
        for _ in range(size // MIB):
            file.write(os.urandom(MIB))
    for number in range(1, count + 1):
        card = Card.create(cards / serial_of(number), CardFile(serial=serial_of(number), battery_percent=90.0))
        (card.recordings / "NOISE.MP4").hardlink_to(source)


def measure(cameras: int, size: int) -> dict[str, Any]:
    """One run in a process of its own, so that its memory is its own."""
    command = [sys.executable, "-m", "tests.bench.docks", "--one", str(cameras), str(size)]
    env = os.environ | {"DOCKWARDEN_KEYS": "file"}
    said = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=env).stdout
    result: dict[str, Any] = json.loads(said)
    return result


def report(runs: dict[str, list[dict[str, Any]]]) -> None:
    """Print the table and the JSON."""
    medians = {
        name: {key: statistics.median(one[key] for one in taken) for key in taken[0]} for name, taken in runs.items()
    }
    print(
        "| | together, MiB/s | slowest bay | fastest bay | peak memory, MiB |",
        "| --- | --: | --: | --: | --: |",
        sep="\n",
    )
    for name, row in medians.items():
        print(f"| {name} | {row['rate']:.0f} | {row['slowest']:.1f} | {row['fastest']:.1f} | {row['memory']:.0f} |")
    print(json.dumps(medians))


def main() -> int:
    """Measure in turns and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mib", type=int, default=64, help="size of a recording, in MiB")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--one", type=int, nargs=2, metavar=("CAMERAS", "BYTES"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        with tempfile.TemporaryDirectory(prefix="dockwarden-bench-") as folder:
            print(json.dumps(run_once(Path(folder), *options.one)))
        return 0
    size = options.mib * MIB
    cases = {
        f"1 camera, {options.mib} MiB": (1, size),
        f"{MANY} cameras, {options.mib} MiB each": (MANY, size),
        f"1 camera, {options.mib * LARGER} MiB": (1, size * LARGER),
    }
    runs: dict[str, list[dict[str, Any]]] = {name: [] for name in cases}
    for _ in range(options.rounds):
        for name, case in cases.items():
            runs[name].append(measure(*case))
    report(runs)
    return 0


if __name__ == "__main__":
    sys.exit(main())
