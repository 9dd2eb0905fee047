"""A strip shows every recording, none outside it, however many there are."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from app.snapshot import RecordingState, RecordingView
from app.ui.strip import SHORTEST, segments

views = st.builds(
    RecordingView,
    name=st.just("A"),
    size=st.integers(0, 2**42),
    state=st.sampled_from(RecordingState),
    done=st.integers(0, 2**42),
)


@given(st.lists(views, min_size=1, max_size=300), st.integers(SHORTEST, 400))
def test_segments_lie_in_order_within_the_strip(recordings: list[RecordingView], width: int) -> None:
    laid = segments(recordings, width)
    assert laid[0].x == 0
    assert laid[-1].x + laid[-1].width == width
    assert all(one.width >= SHORTEST and 0 <= one.filled <= one.width for one in laid)
    assert all(one.x + one.width < other.x for one, other in pairwise(laid))


def test_one_failed_among_thousands_is_seen() -> None:
    ok = RecordingView("A", 1000, RecordingState.RELEASED)
    bad = RecordingView("B", 1, RecordingState.FAILED)
    laid = segments([ok] * 1500 + [bad] + [ok] * 1500, 170)
    assert sum(one.state is RecordingState.FAILED for one in laid) == 1


def test_a_recording_being_copied_is_filled_as_far_as_it_is_done() -> None:
    half = RecordingView("A", 1000, RecordingState.COPYING, done=500)
    assert segments([half], 100)[0].filled == 50
