"""What a screen tells while nobody is signed in: as always, but without what names recordings and their people.

Whoever is signed in reads a recording's own name, which may hold its officer's; collar numbers are for everybody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec.structs import replace

from app.snapshot import BaySnapshot, Reason, RecordingView
from app.ui.words import translate

LEFT_OUT = "\N{HORIZONTAL ELLIPSIS}"
"""What stands where a name was."""

_NAME = re.compile(r"""“.*”|['"]?[^\s'"]+\.[A-Za-z][A-Za-z0-9]{1,3}\b['"]?""")


def words(text: str, names: Iterable[str] = ()) -> str:
    """A text without these names, without what is quoted, and without what looks like the name of a file."""
    for name in sorted(filter(None, names), key=len, reverse=True):
        text = text.replace(name, LEFT_OUT)
    return _NAME.sub(LEFT_OUT, text)


def reason(told: Reason, names: Iterable[str] = ()) -> Reason:
    """A reason without them."""
    names = tuple(names)
    return replace(told, what_happened=words(told.what_happened, names), what_to_do=words(told.what_to_do, names))


def bay(shown: BaySnapshot) -> BaySnapshot:
    """A bay whose recordings are numbered; of people it has the collar numbers alone that the pool knows."""
    recordings = shown.recordings
    names = [one.name for one in recordings or ()]
    numbered = None if recordings is None else tuple(_numbered(at, one) for at, one in enumerate(recordings, 1))
    return replace(
        shown,
        reasons=tuple(reason(one, names) for one in shown.reasons),
        remarks=tuple(reason(one, names) for one in shown.remarks),
        recordings=numbered,
        owner=None,
    )


def _numbered(number: int, one: RecordingView) -> RecordingView:
    name = translate("hush", "Recording {n}").format(n=number)
    return replace(one, name=name, reason=one.reason and reason(one.reason, (one.name,)))
