"""Numbers as people read them: with a unit and a non-breaking space."""

from __future__ import annotations

SPACE = "\N{NO-BREAK SPACE}"


def size_words(size: float) -> str:
    """Bytes as "412 MB", in powers of ten, with three figures at most."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f}{SPACE}{unit}" if size >= 100 or unit == "bytes" else f"{size:.3g}{SPACE}{unit}"
        size /= 1000
    return f"{size:.3g}{SPACE}TB"


def time_words(seconds: float) -> str:
    """A span as "40 s", "2 min", "1 h 5 min"."""
    if seconds < 60:
        return f"{max(1, round(seconds))}{SPACE}s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes}{SPACE}min"
    return f"{minutes // 60}{SPACE}h {minutes % 60}{SPACE}min"
