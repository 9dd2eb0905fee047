"""How fast recordings come off QEMU's MTP device over a real kernel's USB, beside what others use for it.

`python -m tests.bench.rig [--size-mib 256] [--rounds 5] [--listed 2000]` boots the rig and measures, in turns:

- pulling eight files: `dockwarden offload --keep`, which seals, proves and logs them; our driver with SHA-256 alone,
  and without; bare bulk reads into one buffer; SHA-256 of as many bytes in memory; `gphoto2 --get-all-files` and
  `mtp-getfile` for each, both followed by `sha256sum`;
- listing a folder of many small recordings: our driver, `gphoto2 --list-files`, and the bare requests that both must
  make on a device which describes its objects only one by one.

What was pulled is checked against what was put on the device. Emulation makes all code some twenty times slower,
SHA-256 above all, but not the device, which runs outside of it: read the ratios, not the rates, and take "of the limit"
for what hashing could reach there at best: the slower of bare reads and SHA-256 alone. Our command's time is the one
that it reports itself, and our driver's is taken inside the process: starting an interpreter costs ten seconds there
and half a second anywhere else. Prints tables in Markdown and a line of JSON; medians, and the range.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from tests.rig.initramfs import RigUnavailable
from tests.rig.machine import Machine, Result

MIB = 1 << 20
FILES = 8
LIMIT_S = 1800
HOME, OUT = "/run/bench-home", "/run/bench-out"

MP4_HEAD = bytes.fromhex("000000146674797069736f6d0000020069736f6d000000006d646174")
"""The beginning of an MP4 that a power loss cut off: its type, and media data to the end of the file."""

SEALING, HASHING, READING = "dockwarden offload --keep", "our driver, SHA-256", "our driver, reading alone"
BARE, SHA256 = "bare bulk reads", "SHA-256 alone"
GPHOTO, LIBMTP = "gphoto2 && sha256sum", "mtp-getfile && sha256sum"
OUR_LIST, BARE_LIST, THEIR_LIST = "our driver's listing", "bare requests", "gphoto2 --list-files"

Seconds = dict[str, list[float]]
Run = Callable[[], float]


@dataclass
class Bench:
    """The machine with one device, and what has to come off it."""

    machine: Machine
    digests: list[str]
    """SHA-256 of every file on the device, sorted."""

    def sealing(self) -> float:
        """Seal into a home that is new."""
        offload = [sys.executable, "-m", "app", "--home", HOME, "--json", "offload", "--keep"]
        said = self.machine.run(offload, {"DOCKWARDEN_KEYS": "file"}, LIMIT_S).ok().objects()
        self.check([line["sha256"] for line in said if line["event"] == "sealed"])
        return float(said[-1]["seconds"])

    def hashing(self) -> float:
        """Read with our driver and hash."""
        found = self.inside("hash")
        self.check(found["sha256"])
        return float(found["seconds"])

    def ours(self, *what: str) -> float:
        """The seconds of a part of `tests.bench.rig_inside`."""
        return float(self.inside(*what)["seconds"])

    def gphoto(self) -> float:
        """Pull with libgphoto2, then hash."""
        return self.tools("gphoto2 --quiet --get-all-files")

    def libmtp(self) -> float:
        """Pull with libmtp by the ids that it gave before, then hash."""
        return self.tools(f"for id in {' '.join(self.ids)}; do mtp-getfile $id $id; done >/dev/null")

    def gphoto_listing(self) -> float:
        """List with libgphoto2."""
        return self.timed("gphoto2 --list-files")[1]

    def find_ids(self) -> None:
        """Learn libmtp's numbers of the files."""
        lines = self.machine.run(["mtp-files"], limit_s=LIMIT_S).ok().stdout.splitlines()
        self.ids = [line.split()[2] for line in lines if line.startswith("File ID:")]

    def inside(self, *what: str) -> dict[str, Any]:
        """Run a part of `tests.bench.rig_inside`."""
        run = self.machine.run([sys.executable, "-m", "tests.bench.rig_inside", *what], limit_s=LIMIT_S)
        return run.ok().objects()[-1]

    def tools(self, pull: str) -> float:
        """Pull by a shell line into an empty folder, then hash what came."""
        result, seconds = self.timed(f"mkdir {OUT} && cd {OUT} && {pull} && sha256sum *")
        lines = [line.split() for line in result.stdout.splitlines()]
        self.check([words[0] for words in lines if len(words[0]) == 64])
        return seconds

    def timed(self, line: str) -> tuple[Result, float]:
        """Run a shell line, and give its seconds as this computer sees them."""
        start = time.perf_counter()
        result = self.machine.run(["sh", "-c", line], limit_s=LIMIT_S).ok()
        return result, time.perf_counter() - start

    def check(self, digests: list[str]) -> None:
        """Raise RuntimeError unless what came is what was put on the device."""
        if sorted(digests) != self.digests:
            raise RuntimeError("what came off the device is not what was put on it")

    def clean(self) -> None:
        """Forget the last run."""
        self.machine.run(["rm", "-rf", HOME, OUT]).ok()


def fill(card: Path, files: int, size: int) -> list[str]:
    """Put files that differ on a card and give their SHA-256, sorted."""
    (card / "DCIM").mkdir(parents=True)
    source, digests = random.Random(size), []
    for number in range(files):
        data = (MP4_HEAD + source.randbytes(size))[:size]
        (card / "DCIM" / f"BWC{number:05}.MP4").write_bytes(data)
        digests.append(hashlib.sha256(data).hexdigest())
    return sorted(digests)


def in_turns(runs: dict[str, Run], rounds: int, clean: Callable[[], None]) -> Seconds:
    """Seconds of each run, after one round that warms up and is not counted."""
    seconds: Seconds = {name: [] for name in runs}
    for round_ in range(rounds + 1):
        for name, run in runs.items():
            seconds[name].append(run())
            clean()
            sys.stderr.write(f"round {round_}: {name} {seconds[name][-1]:.2f} s\n")
    return {name: taken[1:] for name, taken in seconds.items()}


def pull(machine: Machine, folder: Path, size: int, rounds: int) -> Seconds:
    """Measure pulling `size` bytes in all."""
    bench = Bench(machine, fill(folder / "pull", FILES, size // FILES))
    machine.plug("PULL", folder / "pull", port="2")
    bench.find_ids()
    runs: dict[str, Run] = {
        SEALING: bench.sealing,
        HASHING: bench.hashing,
        READING: partial(bench.ours, "read"),
        BARE: partial(bench.ours, "bare"),
        SHA256: partial(bench.ours, "sha256", str(size // MIB)),
        GPHOTO: bench.gphoto,
        LIBMTP: bench.libmtp,
    }
    seconds = in_turns(runs, rounds, bench.clean)
    machine.unplug("PULL")
    return seconds


def list_many(machine: Machine, folder: Path, files: int, rounds: int) -> Seconds:
    """Measure listing `files` recordings."""
    bench = Bench(machine, fill(folder / "list", files, 1))
    machine.plug("LIST", folder / "list", port="2")
    runs: dict[str, Run] = {
        OUR_LIST: partial(bench.ours, "list"),
        BARE_LIST: partial(bench.ours, "bare-list"),
        THEIR_LIST: bench.gphoto_listing,
    }
    seconds = in_turns(runs, rounds, bench.clean)
    machine.unplug("LIST")
    return seconds


def table(title: str, seconds: Seconds, unit: str, amount: float) -> list[str]:
    """A table of medians and ranges in Markdown."""
    rows = [
        f"| {name} | {amount / statistics.median(taken):.1f} | {statistics.median(taken):.2f} "
        f"| {min(taken):.2f} to {max(taken):.2f} |"
        for name, taken in seconds.items()
    ]
    rounds = len(next(iter(seconds.values())))
    return [f"{title}, medians of {rounds}", "", f"| | {unit} | s | range |", "|---|---:|---:|---:|", *rows, ""]


def report(pulled: Seconds, listed: Seconds, args: argparse.Namespace) -> None:
    """Print the tables, the ratios and the JSON."""
    median = {name: statistics.median(taken) for name, taken in (pulled | listed).items()}
    ratios = {
        "sealing, against gphoto2": median[GPHOTO] / median[SEALING],
        "sealing, against mtp-getfile": median[LIBMTP] / median[SEALING],
        "hashing, of bare reads": median[BARE] / median[HASHING],
        "hashing, of the limit": max(median[BARE], median[SHA256]) / median[HASHING],
        "reading, of bare reads": median[BARE] / median[READING],
        "listing, against gphoto2": median[THEIR_LIST] / median[OUR_LIST],
        "listing, of bare requests": median[BARE_LIST] / median[OUR_LIST],
    }
    lines = [
        *table(f"Pulling {args.size_mib} MiB in {FILES} files", pulled, "MiB/s", args.size_mib),
        *table(f"Listing {args.listed} recordings", listed, "files/s", args.listed),
        *(f"- {name}: {ratio:.2f}" for name, ratio in ratios.items()),
        "",
        json.dumps({"size": args.size_mib * MIB, "listed": args.listed, "seconds": pulled | listed, "ratios": ratios}),
    ]
    sys.stdout.write("\n".join(lines) + "\n")


def main() -> int:
    """Measure and report; 2, with the reason, where the rig cannot run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size-mib", type=int, default=256)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--listed", type=int, default=2000, help="recordings in the folder that is listed")
    args = parser.parse_args()
    try:
        with Machine(memory_mib=3072) as machine, tempfile.TemporaryDirectory(prefix="dockwarden-bench-") as scratch:
            listed = list_many(machine, Path(scratch), args.listed, args.rounds)
            pulled = pull(machine, Path(scratch), args.size_mib * MIB, args.rounds)
    except RigUnavailable as reason:
        sys.stderr.write(f"{reason}\n")
        return 2
    report(pulled, listed, args)
    return 0


if __name__ == "__main__":
    sys.exit(main())
