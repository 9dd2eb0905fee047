from datetime import UTC, datetime, timedelta, timezone

import pytest

from app.docking import shown_name
from app.times import clock_words, corrected
from app.words import size_words, time_words


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1500, "1.5 kB"),
        (412_000_000, "412 MB"),
        (1_270_000_000, "1.27 GB"),
        (2e12, "2 TB"),
    ],
)
def test_sizes_have_a_unit_and_a_non_breaking_space(size: float, words: str) -> None:
    assert size_words(size) == words.replace(" ", "\N{NO-BREAK SPACE}")


@pytest.mark.parametrize(("seconds", "words"), [(0.2, "1 s"), (40, "40 s"), (119, "2 min"), (3900, "1 h 5 min")])
def test_spans(seconds: float, words: str) -> None:
    assert time_words(seconds).replace("\N{NO-BREAK SPACE}", " ") == words


@pytest.mark.parametrize(
    ("offset", "words"),
    [(0.2, "right"), (1.8, "1.8 s fast"), (-252, "4 min 12 s slow"), (59.97, "60.0 s fast"), (-7260, "2 h 1 min slow")],
)
def test_a_clock_that_is_out_is_told_in_words(offset: float, words: str) -> None:
    assert clock_words(offset) == words


def test_a_fast_clock_made_the_recording_look_later_than_it_was() -> None:
    told = datetime(2026, 11, 21, 12, 0, 10, tzinfo=UTC)
    assert corrected(told, 10.0) == datetime(2026, 11, 21, 12, 0, 0, tzinfo=UTC)


def test_a_zone_is_honoured_and_a_missing_offset_changes_nothing() -> None:
    told = datetime(2026, 11, 21, 13, 0, tzinfo=timezone(timedelta(hours=1)))
    assert corrected(told, None) == datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize("told", [None, datetime.min, datetime.max])  # noqa: DTZ901  a camera's naive time
def test_times_that_cannot_be_are_none(told: datetime | None) -> None:
    assert corrected(told, -1e12) is None


def test_a_name_cannot_speak_to_a_terminal_or_turn_the_line() -> None:
    assert shown_name("a\x1b[31m\u202egpj.exe\n.mp4") == "a\\x1b[31m\\u202egpj.exe\\n.mp4"
