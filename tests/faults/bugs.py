"""Seeded bugs: each takes one care away from the routine, so that the harness that must see it can be seen to fail."""

from __future__ import annotations

from collections.abc import Callable

_BUGS: dict[str, Callable[[], None]] = {}


def plant(name: str) -> None:
    """Put a bug into this process, for good."""
    _BUGS[name]()
