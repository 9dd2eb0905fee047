"""What a person types into a search is understood as times and words, by the British local clock."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.searching import Asked, hours, understand, whole_days

NOW = datetime(2026, 11, 24, 5, 52)  # noqa: DTZ001  a Tuesday, by the clock on the wall


@pytest.fixture(autouse=True)
def london(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patched:
        patched.setenv("TZ", "Europe/London")
        time.tzset()
        yield
    time.tzset()


def understood(text: str) -> tuple[tuple[str, ...], str, str]:
    """The words, and the span by the clock on the wall."""
    asked = understand(text, NOW.astimezone())
    if asked.span is None:
        return asked.words, "", ""
    return asked.words, *(f"{one.astimezone():%d %b %Y %H:%M}" for one in (asked.span.start, asked.span.end))


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("today", "24 Nov 2026 00:00", "25 Nov 2026 00:00"),
        ("Yesterday", "23 Nov 2026 00:00", "24 Nov 2026 00:00"),
        ("yesterday 22:00", "23 Nov 2026 22:00", "23 Nov 2026 23:00"),
        ("22:00 yesterday", "23 Nov 2026 22:00", "23 Nov 2026 23:00"),
        ("last night", "23 Nov 2026 18:00", "24 Nov 2026 06:00"),
        ("last night 02:00", "24 Nov 2026 02:00", "24 Nov 2026 03:00"),
        ("last night 22:00", "23 Nov 2026 22:00", "23 Nov 2026 23:00"),
        ("23 Nov", "23 Nov 2026 00:00", "24 Nov 2026 00:00"),
        ("23rd november, 2025", "23 Nov 2025 00:00", "24 Nov 2025 00:00"),
        ("23 Nov 22:14", "23 Nov 2026 22:04", "23 Nov 2026 22:24"),
        ("25 Nov", "25 Nov 2025 00:00", "26 Nov 2025 00:00"),
        ("5/6", "05 Jun 2026 00:00", "06 Jun 2026 00:00"),
        ("05/06/25", "05 Jun 2025 00:00", "06 Jun 2025 00:00"),
        ("2026-11-23", "23 Nov 2026 00:00", "24 Nov 2026 00:00"),
        ("monday 22:00-23:30", "23 Nov 2026 22:00", "23 Nov 2026 23:30"),
        ("tue", "24 Nov 2026 00:00", "25 Nov 2026 00:00"),
        ("wed", "18 Nov 2026 00:00", "19 Nov 2026 00:00"),
        ("22:00 to 02:00 yesterday", "23 Nov 2026 22:00", "24 Nov 2026 02:00"),
        ("9pm", "23 Nov 2026 21:00", "23 Nov 2026 22:00"),
        ("12am today", "24 Nov 2026 00:00", "24 Nov 2026 01:00"),
        ("04:00", "24 Nov 2026 04:00", "24 Nov 2026 05:00"),
        ("06:00", "23 Nov 2026 06:00", "23 Nov 2026 07:00"),
        ("yesterday 00:05", "22 Nov 2026 23:55", "23 Nov 2026 00:15"),
    ],
)
def test_a_time_is_understood(text: str, start: str, end: str) -> None:
    assert understood(text) == ((), start, end)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("CAM-0412 1234", ("cam-0412", "1234")),
        ("25:00", ("25:00",)),
        ("29 feb", ("29", "feb")),
        ("32/13", ("32/13",)),
        ("0-day", ("0-day",)),
        ("13pm", ("13pm",)),
        ("9999-12-31", ("9999-12-31",)),
        ("9f2c 41d7 07be", ("9f2c41d707be",)),
        ("1234 1187", ("1234", "1187")),
        ("", ()),
    ],
)
def test_what_is_no_time_is_words(text: str, words: tuple[str, ...]) -> None:
    assert understood(text) == (words, "", "")


def test_words_stand_beside_a_time() -> None:
    words, start, _ = understood("cam-04 yesterday 22:00 1234")
    assert (words, start) == (("cam-04", "1234"), "23 Nov 2026 22:00")


def test_a_second_day_is_a_word() -> None:
    assert understood("today yesterday")[0] == ("yesterday",)


def test_days_are_of_the_clock_on_the_wall_when_clocks_change() -> None:
    longest = whole_days(date(2026, 10, 25), date(2026, 10, 25))  # summer time ends
    assert longest.end - longest.start == timedelta(hours=25)
    assert f"{hours(date(2026, 10, 25), 22, 23).start:%H:%M %z}" == "22:00 +0000"


@given(st.text())
def test_any_text_is_understood_somehow(text: str) -> None:
    asked = understand(text, NOW.astimezone())
    assert isinstance(asked, Asked)
    assert asked.span is None or asked.span.start < asked.span.end
