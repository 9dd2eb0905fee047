"""`selftest`: tries every part of this installation in a scratch home that is thrown away."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import msgspec

from app.exits import Exit
from app.home import Home
from app.verbs.output import Output

SAMPLE = bytes(range(256)) * 1024


class Part(msgspec.Struct, frozen=True, tag_field="event", tag="part"):
    """One part and how it did; `words` tells what was seen, or what failed."""

    part: str
    right: bool
    words: str


def run(_args: argparse.Namespace, output: Output, more: dict[str, Callable[[], str]]) -> int:
    """Try each part, tell each result, and fail if any failed. `more` are parts of the window."""
    with tempfile.TemporaryDirectory(prefix="dockwarden-selftest-") as scratch, Home(Path(scratch)) as home:
        parts: dict[str, Callable[[], str]] = {
            "libusb": try_libusb,
            "camera models": partial(try_models, home),
            "database and ledger": partial(try_database, home),
            "vault": partial(try_vault, home),
        }
        results = [attempt(name, part) for name, part in (parts | more).items()]
        for result in results:
            output.result(result, f"{'right' if result.right else 'WRONG':<6} {result.part:<20} {result.words}")
    return Exit.DONE if all(result.right for result in results) else Exit.FOUND_WRONG


def attempt(name: str, part: Callable[[], str]) -> Part:
    """Try one part; whatever goes wrong is its result."""
    try:
        return Part(name, True, part())
    except Exception as failure:  # noqa: BLE001  the selftest's work is to report anything
        return Part(name, False, f"{type(failure).__name__}: {failure}")


def try_libusb() -> str:
    """Load libusb and look at the ports, opening nothing."""
    from drivers.presence import real_source, scan  # noqa: PLC0415  each part loads what it tries

    return f"loaded; {len(scan((real_source(),)))} devices on the ports"


def try_models(home: Home) -> str:
    """Read every camera model file."""
    return f"{len(home.models.models)} camera models"


def try_database(home: Home) -> str:
    """Make a database with its first ledger entry, sign it, verify it."""
    home.records.checkpoint()
    return f"{home.records.verify().entries} ledger entries, signed and verified"


def try_vault(home: Home) -> str:
    """Seal a recording, prove it on disk, open it again."""
    sealing = home.vault.begin("0" * 32, home.keys.recipients())
    sealing.write(memoryview(SAMPLE))
    sealing.finish()
    pieces = sealing.prove()
    identity = home.identity()
    assert identity is not None, "a new home has its key"
    with home.vault.open(pieces.id, identity) as reader:
        opened = reader.read_at(0, reader.size)
    if opened != SAMPLE:
        raise ValueError("what was sealed does not open to the same bytes")
    return f"{len(SAMPLE)} bytes sealed, proved and opened"
