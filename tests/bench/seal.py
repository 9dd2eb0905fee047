"""How fast a recording is sealed: read, hashed, ciphered, written, fsynced and placed by the vault's own pipeline.

`python -m tests.bench.seal [--size-mib 2048] [--rounds 5] [--folder DIR]` measures, side by side and in turns, with
the file dropped from the cache before each run:

- the pipeline: one thread reads into a ring of reused buffers, one hands them to the vault, as docking does;
- the read-back of what the pipeline placed: every chunk opened, plain and sealed bytes hashed;
- `age -r … -o FILE FILE && sha256sum FILE`, as anyone would do it by hand (without an fsync);
- the three limits: reading alone, SHA-256 alone (of bytes in memory), writing and fsync alone.

Prints a table in Markdown and a line of JSON; medians, and the range.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from app.pump import Pump
from app.vault import Sealing, Vault
from app.vault.age import Identity
from drivers.camera import Piece, Ring

MIB = 1 << 20


@dataclass
class Bench:
    """One plain file, and a vault on the same disk."""

    source: Path
    vault: Vault
    identity: Identity
    size: int
    sealing: Sealing | None = None

    @property
    def incoming(self) -> Path:
        """The folder that every run writes to."""
        return self.vault.folder / "incoming"

    def pipeline(self) -> None:
        """Seal the file as docking does, until it stands in the vault."""
        self.sealing = sealing = self.vault.begin(uuid.uuid4().hex, [self.identity.recipient])
        pump = Pump(sealing.write)
        with self.source.open("rb", buffering=0) as file:
            pump.run(pieces(file.fileno(), pump.ring))
        sealing.finish()

    def read_back(self) -> None:
        """Prove what the pipeline has just placed."""
        if self.sealing is None or self.sealing.prove().size != self.size:
            raise RuntimeError("the pipeline did not seal the whole file")

    def by_hand(self) -> None:
        """Seal and hash with the public tools, one after the other."""
        out = self.incoming / "by-hand.age"
        subprocess.run(["age", "-r", str(self.identity.recipient), "-o", str(out), str(self.source)], check=True)
        subprocess.run(["sha256sum", str(self.source)], check=True, stdout=subprocess.DEVNULL)

    def read_alone(self) -> None:
        """Read the file from the disk."""
        buffer = bytearray(MIB)
        with self.source.open("rb", buffering=0) as file:
            while file.readinto(buffer):
                pass

    def hash_alone(self) -> None:
        """SHA-256 of as many bytes in memory."""
        digest, block = hashlib.sha256(), bytes(MIB)
        for _ in range(self.size // MIB):
            digest.update(block)

    def write_alone(self) -> None:
        """Write as many bytes and force them to the disk."""
        block = memoryview(os.urandom(MIB))
        with (self.incoming / "written").open("wb", buffering=0) as file:
            for _ in range(self.size // MIB):
                file.write(block)
            os.fsync(file.fileno())

    def clean(self) -> None:
        """Forget the last run: its output is removed, the source is dropped from the cache, the disk is idle.

        The incoming folder stays, and everything is written there: file systems lay a new folder's files elsewhere on
        the disk, and on a virtual disk bytes that were never written before cost many times more.
        """
        for path in self.vault.folder.rglob("*"):
            if path.is_file():
                path.unlink()
        os.sync()
        with self.source.open("rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def pieces(handle: int, ring: Ring) -> Iterator[Piece]:
    """Read a file into the ring's buffers, as a driver does."""
    offset = 0
    while True:
        buffer = ring.take()
        count = os.readv(handle, [buffer])
        if count == 0:
            ring.give(buffer)
            return
        yield Piece(offset, memoryview(buffer)[:count], buffer)
        offset += count


def make_source(path: Path, size: int) -> None:
    """A file of random bytes, on the disk."""
    with path.open("wb", buffering=0) as file:
        for _ in range(size // MIB):
            file.write(os.urandom(MIB))
        os.fsync(file.fileno())


def measure(bench: Bench, rounds: int) -> dict[str, list[float]]:
    """Seconds of each run, taken in turns, after one round that warms up and is not counted."""
    runs: dict[str, Callable[[], None]] = {
        "pipeline": bench.pipeline,
        "read-back": bench.read_back,
        "age && sha256sum": bench.by_hand,
        "read alone": bench.read_alone,
        "SHA-256 alone": bench.hash_alone,
        "write + fsync alone": bench.write_alone,
    }
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(rounds + 1):
        for name, run in runs.items():
            if run != bench.read_back:  # which reads what the run before it wrote
                bench.clean()
            start = time.perf_counter()
            run()
            seconds[name].append(time.perf_counter() - start)
    return {name: taken[1:] for name, taken in seconds.items()}


def report(seconds: dict[str, list[float]], size: int) -> None:
    """Print the table and the JSON."""
    medians = {name: statistics.median(taken) for name, taken in seconds.items()}
    limit = max(medians[name] for name in ("read alone", "SHA-256 alone", "write + fsync alone"))
    rows = [
        f"| {name} | {size / MIB / medians[name]:.0f} | {medians[name]:.2f} | {min(taken):.2f} to {max(taken):.2f} |"
        for name, taken in seconds.items()
    ]
    by_hand = medians["age && sha256sum"] / medians["pipeline"]
    of_limit = limit / medians["pipeline"]
    lines = [
        f"{size // MIB} MiB, medians of {len(seconds['pipeline'])}, {os.cpu_count()} processors",
        "",
        "| | MiB/s | s | range |",
        "|---|---:|---:|---:|",
        *rows,
        "",
        f"Against age and sha256sum: {by_hand:.2f} times as fast. Of the limit: {of_limit:.2f}.",
        json.dumps({"size": size, "seconds": seconds, "against_by_hand": by_hand, "of_limit": of_limit}),
    ]
    sys.stdout.write("\n".join(lines) + "\n")


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size-mib", type=int, default=2048)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=Path, default=None, help="where to measure; room for three such files")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="dockwarden-bench-", dir=args.folder) as scratch:
        bench = Bench(Path(scratch, "source"), Vault(Path(scratch, "vault")), Identity.generate(), args.size_mib * MIB)
        bench.incoming.mkdir(parents=True)
        make_source(bench.source, bench.size)
        report(measure(bench, args.rounds), bench.size)


if __name__ == "__main__":
    main()
