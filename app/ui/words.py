"""Words and figures for the screen: what a value is called, with its unit, in British English.

Figures and their units are joined by a no-break space. Times are local; the date is said when it is not today.
"""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import QCoreApplication

from app.words import SPACE, size_words, time_words

translate = QCoreApplication.translate
DOT = " \N{MIDDLE DOT} "


def number(value: int) -> str:
    """41207 → "41,207"."""
    return f"{value:,}"


def counted(value: int, one: str, many: str) -> str:
    """The form of a phrase that fits the number: `one` for 1, `many` (with %1 for the number) for all others."""
    return (one if value == 1 else many).replace("%1", number(value))


def progress(done: float, total: float) -> str:
    """How much of how much: "1.7 of 6.1 GB", one unit where both have it."""
    (figure, unit), whole = size_words(done).split(SPACE), size_words(total)
    part = figure if whole.endswith(SPACE + unit) else f"{figure}{SPACE}{unit}"
    return translate("words", "{part} of {whole}").format(part=part, whole=whole)


def rate(octets_per_second: float) -> str:
    """Bytes per second: "48 MB/s"."""
    return translate("words", "{size}/s").format(size=size_words(octets_per_second))


def length(seconds: float | None) -> str:
    """The length of a recording: "6:02", "1:06:02"; a dash when it is not known."""
    if seconds is None:
        return "\N{EN DASH}"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def time_left(seconds: float) -> str:
    """A time to wait, as a person says it: "2 min left"."""
    return translate("words", "{time} left").format(time=time_words(seconds))


def percent(value: int) -> str:
    """A share: "46 %"."""
    return f"{value}{SPACE}%"


def moment(at: datetime, now: datetime) -> str:
    """The local time of day, with its date when that is not today: "22:14", "23 Nov 22:14"."""
    local, today = at.astimezone(), now.astimezone()
    if local.date() == today.date():
        return f"{local:%H:%M}"
    day = f"{local.day}{SPACE}{local:%b}" + (f"{SPACE}{local.year}" if local.year != today.year else "")
    return f"{day}{SPACE}{local:%H:%M}"


def utc(at: datetime) -> str:
    """The same moment in UTC, for tooltips: "2026-11-24 22:14:05 UTC"."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
