"""Cards told from typing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.people.reader import GAP_S, LONGEST, SHORTEST, Reader


def typed(text: str, gap_s: float, reader: Reader | None = None, at_s: float = 100.0) -> list[str]:
    """The cards that come of these keys, each so long after the one before."""
    reader = reader or Reader()
    found = [reader.key(key, at_s + place * gap_s) for place, key in enumerate(text)]
    return [card for card in found if card is not None]


def test_what_comes_fast_and_ends_with_enter_is_a_card() -> None:
    assert typed("04A1B2C3\r", 0.008) == ["04A1B2C3"]
    assert typed("04A1B2C3\n04FF\r", 0.008) == ["04A1B2C3", "04FF"]


@pytest.mark.parametrize("gap_s", [0.06, 0.12, 0.4])
def test_what_a_person_types_is_none(gap_s: float) -> None:
    assert typed("04A1B2C3\r", gap_s) == []


def test_a_card_after_typing_is_the_card_alone() -> None:
    reader = Reader()
    assert typed("1361", 0.15, reader) == []
    assert typed("04A1B2C3\r", 0.008, reader, at_s=200.0) == ["04A1B2C3"]


def test_enter_that_comes_late_ends_no_card() -> None:
    reader = Reader()
    assert typed("04A1B2C3", 0.008, reader) == []
    assert typed("\r", 0.0, reader, at_s=101.0) == []
    assert typed("04FF\r", 0.008, reader, at_s=102.0) == ["04FF"]


@pytest.mark.parametrize("text", ["A" * (SHORTEST - 1), "A" * (LONGEST + 1), "A" * 5000, ""])
def test_a_number_that_is_too_short_or_too_long_is_none(text: str) -> None:
    assert typed(f"{text}\r", 0.001) == []


def test_keys_without_text_and_controls_are_passed_over() -> None:
    reader = Reader()
    for place, key in enumerate(["", "0", "4", "\x1b", "", "A", "1", "\r"]):
        card = reader.key(key, 1 + place * 0.01)
    assert card == "04A1"


def test_a_clock_that_jumps_back_ends_the_run() -> None:
    reader = Reader()
    assert typed("04A1", 0.008, reader) == []
    assert typed("B2C3\r", 0.008, reader, at_s=50.0) == ["B2C3"]


@given(st.lists(st.tuples(st.text(max_size=3), st.floats(0, 1)), max_size=80))
def test_nothing_that_is_typed_breaks_it_and_a_card_is_always_one_that_was_typed_at_once(
    keys: list[tuple[str, float]],
) -> None:
    reader, at_s, run = Reader(), 0.0, ""
    for text, gap_s in keys:
        at_s += gap_s
        run = (run if gap_s <= GAP_S else "") + text
        card = reader.key(text, at_s)
        assert card is None or (SHORTEST <= len(card) <= LONGEST and set(card) <= set(run))
