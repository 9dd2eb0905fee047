"""What the samples did, said when the tests end: a sweep that fires nothing looks like one that passes."""

from __future__ import annotations

from collections.abc import Callable

Telling = Callable[[str], None]
"""Takes one line on what fired."""
