"""Figures and times as a person reads them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.ui import words
from app.words import SPACE
from tests.screens.story import NOW


def test_a_moment_of_today_is_its_time_and_another_day_is_named() -> None:
    assert words.moment(NOW, NOW) == "05:52"
    assert words.moment(NOW - timedelta(hours=8), NOW).replace(SPACE, " ") == "23 Nov 21:52"
    assert words.moment(NOW - timedelta(days=400), NOW).replace(SPACE, " ") == "20 Oct 2025 06:52"  # summer time


@pytest.mark.parametrize(("seconds", "said"), [(None, "\N{EN DASH}"), (58, "0:58"), (362, "6:02"), (3962.4, "1:06:02")])
def test_the_length_of_a_recording(seconds: float | None, said: str) -> None:
    assert words.length(seconds) == said


def test_progress_names_the_unit_once_where_it_is_one() -> None:
    assert words.progress(1.7e9, 6.1e9).replace(SPACE, " ") == "1.7 of 6.1 GB"
    assert words.progress(900e6, 6.1e9).replace(SPACE, " ") == "900 MB of 6.1 GB"
