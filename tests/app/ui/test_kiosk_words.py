"""What the kiosk tells of each state a bay can be in, and for how long."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.custody.values import Taken
from app.snapshot import BaySnapshot, BayState
from app.ui.kiosk_words import DONE_SHOWN, NEED_SHOWN, Row, gone_early, rows
from app.ui.tokens import Tone
from tests.screens.story import NOW, ON, RELEASED, SEALED, ago, camera, empty, recordings

BACK = {"brought_by": "1234", "owner": "Ann Example", "since": ago(seconds=30)}


def one(bay: BaySnapshot) -> Row | None:
    told = rows((bay,), (), (), (), NOW)
    assert len(told) < 2
    return told[0] if told else None


def told(state: BayState, **fields: object) -> Row:
    row = one(camera("A1", "CAM-1", state, 50, **{**BACK, **fields}))
    assert row is not None
    assert "Ann" not in repr(row)
    return row


@pytest.mark.parametrize("state", [BayState.COPYING, BayState.PROVING, BayState.RELEASING, BayState.WAITING])
def test_a_camera_at_work_may_be_left(state: BayState) -> None:
    row = told(state, recordings=recordings(RELEASED, SEALED, SEALED, ON), seconds_left=None)
    assert (row.word, row.detail, row.share) == ("Safe to leave", "3 of 4 copied · it goes on without you", 0.75)
    assert (row.tone, row.collar, row.brief) == (Tone.BUSY, "1234", "Safe to leave · 3 of 4")


def test_a_camera_whose_list_is_not_read_yet_is_to_be_waited_for() -> None:
    row = told(BayState.IDENTIFYING, recordings=None)
    assert (row.word, row.share) == ("One moment", None)


@pytest.mark.parametrize(
    ("fields", "word", "detail"),
    [
        ({"recordings": recordings(RELEASED)}, "All copied", "1 of 1 proved · tap your card if you want it confirmed"),
        ({"recordings": recordings(RELEASED), "brought_by": None}, "All copied", "1 of 1 proved"),
        ({"recordings": recordings(RELEASED), "acknowledged": True}, "Returned, known to both", "1 of 1 proved"),
        ({"recordings": ()}, "Nothing to copy", "tap your card if you want it confirmed"),
    ],
)
def test_what_is_said_when_all_is_done(fields: dict[str, object], word: str, detail: str) -> None:
    for state in (BayState.READY, BayState.CHARGING):
        row = told(state, **fields)
        assert (row.word, row.detail, row.tone) == (word, detail, Tone.READY)


@pytest.mark.parametrize(
    ("state", "word"),
    [
        (BayState.NEW, "See the sergeant"),
        (BayState.QUARANTINED, "Take it out"),
        (BayState.ATTENTION, "See the sergeant"),
        (BayState.FAULT, "See the sergeant"),
    ],
)
def test_what_needs_the_sergeant_says_so_and_not_why(state: BayState, word: str) -> None:
    row = told(state, recordings=recordings(SEALED, ON))
    assert (row.word, row.alarm) == (word, False)


def test_a_row_goes_some_time_after_all_is_done_and_while_a_camera_is_for_somebody() -> None:
    for state, shown in ((BayState.READY, DONE_SHOWN), (BayState.FAULT, NEED_SHOWN)):
        for late, there in ((timedelta(seconds=-1), True), (timedelta(seconds=1), False)):
            since = NOW - shown - late
            assert (one(camera("A1", "CAM-1", state, 90, since=since)) is not None) is there
    assert one(camera("A1", "CAM-1", BayState.READY, 90, since=NOW, issued_to="1361")) is None
    assert one(empty("A1", NOW)) is None


def test_an_early_one_is_remembered_whatever_is_in_its_bay_until_it_is_back() -> None:
    early = camera("A1", "CAM-1", BayState.REMOVED_EARLY, 50, recordings=recordings(RELEASED, ON))
    gone = gone_early({}, [early])
    assert list(gone) == ["CAM-1"]
    gone = gone_early(gone, [camera("A1", "CAM-2", BayState.READY, 50)])
    assert list(gone) == ["CAM-1"]
    row = rows((), gone.values(), (), (), NOW)[0]
    assert (row.word, row.detail, row.alarm) == (
        "Put it back",
        "1 recording not copied yet · CAM-1 was lifted out",
        True,
    )
    assert gone_early(gone, [camera("B1", "CAM-1", BayState.IDENTIFYING, 50)]) == {}


def test_alarms_stand_above_all_others() -> None:
    early = camera("D4", "CAM-1", BayState.REMOVED_EARLY, 50, recordings=None)
    back = camera("A1", "CAM-2", BayState.COPYING, 50)
    found = rows((back,), [early], [Taken("CAM-3", "C2", ago(minutes=11))], (), NOW)
    assert [(row.bay, row.alarm) for row in found] == [("D4", True), ("C2", True), ("A1", False)]
    assert found[1].detail == "CAM-3 was taken out at 05:41, and it is not known by whom"


def test_what_was_taken_long_ago_is_left_to_the_sergeant() -> None:
    taken = [Taken(f"CAM-{hours}", "C2", ago(hours=hours)) for hours in (11, 13)]
    assert [row.brief for row in rows((), (), taken, (), NOW)] == ["Put it back · CAM-11"]
