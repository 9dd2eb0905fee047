"""`python -m tests.rig`: the rig's tests, and a plain refusal where this computer lacks what they need."""

from __future__ import annotations

import sys

import pytest

from tests.rig.machine import missing


def main() -> int:
    """Run the rig's tests and return pytest's exit code, or 2 when they cannot run here."""
    if reason := missing():
        print(reason, file=sys.stderr)  # noqa: T201  the answer of a command
        return 2
    return pytest.main(["tests/rig", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
