"""When a camera should be back."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime

import pytest

from app.custody.shifts import begun, due, parse

ALL_DAY = [parse(text) for text in ("Early 06:00-14:00", "Late 14:00-22:00", "Night 22:00-06:00")]
ARMED = [*ALL_DAY, parse("Armed nights 19:00-07:00 #Armed")]


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/London")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone()


@pytest.mark.parametrize(
    ("drawn", "back"),
    [
        ("2026-11-28T05:50", "2026-11-28T14:00"),
        ("2026-11-28T06:10", "2026-11-28T14:00"),
        ("2026-11-28T13:45", "2026-11-28T22:00"),
        ("2026-11-28T21:50", "2026-11-29T06:00"),
        ("2026-11-29T03:00", "2026-11-29T06:00"),
        ("2026-03-28T23:00", "2026-03-29T06:00"),  # the clocks go forward in this night
    ],
)
def test_it_is_the_end_of_the_shift_that_begins_or_began(drawn: str, back: str) -> None:
    assert due(at(drawn), ALL_DAY, "response") == at(back)


def test_a_cohort_with_shifts_of_its_own_works_those(here: None) -> None:
    assert due(at("2026-11-28T20:00"), ARMED, "armed") == at("2026-11-29T07:00")
    assert due(at("2026-11-28T12:00"), ARMED, "armed") is None
    assert due(at("2026-11-28T12:00"), ARMED, "Taser") == at("2026-11-28T14:00")


@pytest.mark.parametrize(
    "text", ["", "Early", "Early 6:00-14:00", "Early 06:00-24:00", "06:00-14:00", "E 06:00-14:00 x"]
)
def test_what_is_no_shift_is_refused_in_words(text: str) -> None:
    with pytest.raises(ValueError, match="is no shift"):
        parse(text)


@pytest.mark.parametrize(
    ("now", "since"),
    [
        ("2026-11-28T05:50", "2026-11-28T04:00"),
        ("2026-11-28T11:59", "2026-11-28T04:00"),
        ("2026-11-28T13:45", "2026-11-28T12:00"),
        ("2026-11-29T03:00", "2026-11-28T20:00"),
    ],
)
def test_a_shifts_cameras_are_handed_out_from_a_little_before_it_begins(now: str, since: str) -> None:
    assert begun(at(now), ALL_DAY) == at(since)


def test_without_a_shift_it_is_since_midnight() -> None:
    assert begun(at("2026-11-28T05:50"), []) == at("2026-11-28T00:00")
