"""How this program starts itself again, from source and from a build alike."""

from __future__ import annotations

import sys


def program() -> list[str]:
    """The command line to which a verb is added."""
    return [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "app.start"]
