"""When a camera that is handed out should be back: at the end of the shift that begins, or began, then.

A shift is written as a person would: `Early 07:00-15:00`, for one cohort only `Armed nights 19:00-07:00 #armed`. Times
are local; a shift that ends before it begins ends the next day.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, time, timedelta

import msgspec

_SHIFT = re.compile(r"(.{1,40}?) ([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)(?: #(.{1,40}))?")

EARLY = timedelta(hours=2)
"""So long before a shift begins its cameras may be drawn."""


class Shift(msgspec.Struct, frozen=True):
    """One shift of a team: its name, when it begins and ends (local), and the cohort that works it, None for all."""

    name: str
    begins: time
    ends: time
    cohort: str | None


def parse(text: str) -> Shift:
    """Read a shift as it is written in the settings. Raises ValueError, in words."""
    found = _SHIFT.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"“{text}” is no shift: write it as Early 07:00-15:00, or Nights 19:00-07:00 #armed")
    name, *clock, cohort = found.groups()
    begins, ends = (time(int(hour), int(minute)) for hour, minute in (clock[:2], clock[2:]))
    return Shift(name, begins, ends, cohort)


def due(at: datetime, shifts: Sequence[Shift], cohort: str) -> datetime | None:
    """When what is handed out `at` (aware) to somebody of this cohort should be back; None where no shift fits.

    A cohort's own shifts go before those of all; of several that fit, the one that began last.
    """
    found = _fitting(at, shifts, cohort)
    return None if found is None else found[1]


def name_at(at: datetime, shifts: Sequence[Shift]) -> str | None:
    """For which shift of all it is that cameras are handed out `at` (aware); None where none fits."""
    found = _fitting(at, shifts, "")
    return None if found is None else found[2]


def begun(at: datetime, shifts: Sequence[Shift]) -> datetime:
    """Since when cameras are handed out for the same shift of all as `at` (aware); the midnight before, without one."""
    found = _fitting(at, shifts, "")
    return datetime.combine(at.astimezone().date(), time()).astimezone() if found is None else found[0] - EARLY


def _fitting(at: datetime, shifts: Sequence[Shift], cohort: str) -> tuple[datetime, datetime, str] | None:
    """When the shift begins and ends, and its name."""
    own = [shift for shift in shifts if shift.cohort is not None and shift.cohort.casefold() == cohort.casefold()]
    spans = [span for shift in own or [one for one in shifts if one.cohort is None] for span in _spans(shift, at)]
    fitting = [span for span in spans if span[0] - EARLY <= at < span[1]]
    begun = [span for span in fitting if span[0] <= at]
    soon = [span for span in fitting if span[0] > at]
    if soon and (not begun or at > max(begun)[1] - EARLY):
        return min(soon)
    return max(begun) if begun else None


def _spans(shift: Shift, at: datetime) -> list[tuple[datetime, datetime, str]]:
    """The shift's beginnings and ends around a moment, in local time, with its name."""
    local = at.astimezone()
    spans = []
    for day in (-1, 0, 1):
        date = local.date() + timedelta(days=day)
        begins = datetime.combine(date, shift.begins).astimezone()
        last = date + timedelta(days=1) if shift.ends <= shift.begins else date
        spans.append((begins, datetime.combine(last, shift.ends).astimezone(), shift.name))
    return spans
