"""What a person typed into a search box → the times and words to look for.

Dates are British and local: "yesterday 22:00", "23 Nov", "23 Nov 22:14", "23/11/2026", "last night", "2026-11-23",
"monday 22:00-23:30". A day without a year, and a time without a day, are the last that there were. All that is not
understood as a time is a plain word.
"""

from __future__ import annotations

import re
import string
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

import msgspec

MOST = 200
"""Longest text that is looked at."""

AROUND = timedelta(minutes=10)
"""A time to the minute is meant roughly: so much before and after it is looked through."""

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
NIGHT = time(18), time(6)

_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAMED = {"today": timedelta(), "yesterday": DAY}
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})(?:/(\d{4}|\d{2}))?")
_MONTH = re.compile(rf"({'|'.join(_MONTHS)})[a-z]*")
_TIME = re.compile(r"(\d{1,2}):(\d{2})|(\d{1,2})(?::(\d{2}))?(am|pm)")
_RANGE = re.compile(r"(\S+?)[-\N{EN DASH}](\S+)")
_GROUPED_HASH = re.compile(r"\b[0-9a-f]{4}(?: [0-9a-f]{4}){2,}\b")


class Span(msgspec.Struct, frozen=True):
    """From `start` on and before `end`, both aware."""

    start: datetime
    end: datetime


class Asked(msgspec.Struct, frozen=True):
    """What was understood: plain words, each of which must be found, and a time, if one was named.

    `at` is the very moment, where a single time of day was named.
    """

    words: tuple[str, ...] = ()
    span: Span | None = None
    at: datetime | None = None


class _Clock(msgspec.Struct, frozen=True):
    """A stretch of the day: minutes since its midnight. An end at or before the start is of the next day.

    `at` is the time that was named, where it was a single one.
    """

    start: int
    end: int
    at: int | None = None


def lowered(text: str) -> str:
    """The text in lower case as SQLite's lower() gives it: of the letters of ASCII alone."""
    return text.translate(_LOWER)


def understand(text: str, now: datetime) -> Asked:
    """Understand a search, at this local time. Never raises: what is no time is a word."""
    tokens = _GROUPED_HASH.sub(lambda match: match[0].replace(" ", ""), lowered(text[:MOST])).replace(",", " ").split()
    words: list[str] = []
    day: Span | None = None
    clock: _Clock | None = None
    while tokens:
        found_day, used = (None, 0) if day else _read_day(tokens, now)
        found_clock, used = (None, used) if used or clock else _read_clock(tokens)
        day, clock = found_day or day, found_clock or clock
        words += tokens[:1] if not used else ()
        del tokens[: max(1, used)]
    span = _joined(day, clock, now)
    at = None
    if span is not None and clock is not None and clock.at is not None:
        at = span.start + timedelta(minutes=clock.at - clock.start)
    return Asked(tuple(words), span, at)


def whole_days(first: date, last: date) -> Span:
    """From the midnight before `first` to that after `last`, by the local clock."""
    return Span(_local(first, 0), _local(last + DAY, 0))


def hours(day: date, first: int, last: int) -> Span:
    """From hour `first` to the end of hour `last` (0 to 23) of a day, by the local clock."""
    return Span(_local(day, first * 60), _local(day, (last + 1) * 60))


def _joined(day: Span | None, clock: _Clock | None, now: datetime) -> Span | None:
    """A time of day on its day; on the last day that had it where none was named."""
    if clock is None:
        return day
    of = (day.start if day else now).astimezone().date()
    if day is None and _local(of, clock.start) > now:
        of -= DAY
    if day is not None and clock.start >= 0 and _local(of, clock.start) < day.start:
        of += DAY  # "last night 02:00" is of the day after
    end = clock.end if clock.end > clock.start else clock.end + 24 * 60
    return Span(_local(of, clock.start), _local(of, end))


def _local(day: date, minutes: int) -> datetime:
    """A time by the wall's clock, minutes after the midnight of a day (or before it), as a moment."""
    return (datetime.combine(day, time()) + timedelta(minutes=minutes)).astimezone()


# -- days ------------------------------------------------------------------------------------------------------------


def _read_day(tokens: Sequence[str], now: datetime) -> tuple[Span | None, int]:
    """The day that the tokens begin with, and how many of them tell it; (None, 0) when they begin with none."""
    if tokens[:2] == ["last", "night"]:
        today = now.date()
        return Span(_local(today - DAY, NIGHT[0].hour * 60), _local(today, NIGHT[1].hour * 60)), 2
    day, used = _named_day(tokens[0], now.date()), 1
    if day is None:
        day, used = _told_day(tokens, now.date())
    return (None, 0) if day is None else (whole_days(day, day), used)


def _named_day(word: str, today: date) -> date | None:
    if word in _NAMED:
        return today - _NAMED[word]
    for number, name in enumerate(_WEEKDAYS):
        if word in {name, name[:3]}:
            return today - timedelta(days=(today.weekday() - number) % 7)
    return None


def _told_day(tokens: Sequence[str], today: date) -> tuple[date | None, int]:
    """A date in figures, or a day, a month and perhaps a year."""
    if iso := _ISO.fullmatch(tokens[0]):
        return _date(int(iso[1]), int(iso[2]), int(iso[3])), 1
    if slashed := _SLASHED.fullmatch(tokens[0]):
        year = slashed[3] and int(slashed[3]) % 100 + (int(slashed[3]) // 100 or 20) * 100
        return _last(int(slashed[1]), int(slashed[2]), year or None, today), 1
    month = _MONTH.fullmatch(tokens[1]) if len(tokens) > 1 else None
    number = re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th)?", tokens[0])
    if month is None or number is None:
        return None, 0
    told_year = len(tokens) > 2 and re.fullmatch(r"20\d\d", tokens[2])
    year = int(tokens[2]) if told_year else None
    return _last(int(number[1]), _MONTHS.index(month[1]) + 1, year, today), 3 if told_year else 2


def _last(day: int, month: int, year: int | None, today: date) -> date | None:
    """A day of this year, or of the last one where it is still to come in this."""
    found = _date(year or today.year, month, day)
    return _date(today.year - 1, month, day) if found is not None and year is None and found > today else found


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if 1970 <= year <= 2200 else None
    except ValueError:
        return None


# -- times of day ----------------------------------------------------------------------------------------------------


def _read_clock(tokens: Sequence[str]) -> tuple[_Clock | None, int]:
    """The time or the stretch of time that the tokens begin with, and how many of them tell it."""
    if len(tokens) > 2 and tokens[1] == "to" and (both := _stretch(tokens[0], tokens[2])):
        return both, 3
    if (ranged := _RANGE.fullmatch(tokens[0])) and (both := _stretch(ranged[1], ranged[2])):
        return both, 1
    at = _minutes(tokens[0])
    if at is None:
        return None, 0
    if at % 60 == 0:
        return _Clock(at, at + 60, at), 1
    around = round(AROUND.total_seconds() / 60)
    return _Clock(at - around, at + around, at), 1


def _stretch(first: str, second: str) -> _Clock | None:
    start, end = _minutes(first), _minutes(second)
    return None if start is None or end is None else _Clock(start, end)


def _minutes(token: str) -> int | None:
    """A time such as 22:14, 9pm or 9:30am in minutes since midnight."""
    match = _TIME.fullmatch(token)
    if match is None:
        return None
    hour, minute = int(match[1] or match[3]), int(match[2] or match[4] or 0)
    if match[5]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if match[5] == "pm" else 0)
    return hour * 60 + minute if hour < 24 and minute < 60 else None
