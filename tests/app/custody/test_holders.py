"""Who held the camera of a recording: one where the times leave no doubt, several where nobody can say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import pytest

from app import records
from app.custody.holders import Holders, holders_of, in_words
from app.home import Home
from app.media.wire import Facts
from app.ui.custody_words import holders_words
from tests.app.custody.force import Force
from tests.app.station import footage, pieces, seen, who

NIGHT = datetime(2026, 11, 20, 22, tzinfo=UTC)
HANDED_OVER = NIGHT + timedelta(hours=4, minutes=2)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    monkeypatch.setenv("DOCKWARDEN_KEYS", "file")
    with Home(tmp_path / "home") as home:
        yield home


@pytest.fixture
def force(home: Home) -> Force:
    """1234 had the camera from 22:00 to 02:02, 2222 from then until it is docked at 06:00."""
    force = Force(home.database, home.records)
    force.now = NIGHT - timedelta(hours=2)
    force.add("CAM-1", serial="S-1")
    force.hire("1234", name="Hughes")
    force.hire("2222", name="Reay")
    with patch.object(records, "_now", lambda: force.now):
        force.dock("CAM-1")
    force.now = NIGHT
    force.custody.issue("CAM-1", "1234", force.sergeant)
    force.now = HANDED_OVER
    force.custody.reassign("CAM-1", "2222", force.sergeant)
    return force


def recorded(
    home: Home,
    made_at: datetime | None,
    *,
    seconds: float | None = 60.0,
    offset_s: float | None = 1.8,
    serial: str = "S-1",
) -> Holders:
    """Dock the camera with a recording of this time; who may have held it."""
    with patch.object(records, "_now", lambda: NIGHT + timedelta(hours=8)):
        camera = home.records.camera(seen(serial), who(serial), "virtual")
        docking = home.records.begin_docking(
            camera, bay="A1", usb_path="1-1", firmware="1.0", battery_percent=80, clock_offset_s=offset_s
        )
        id_ = home.records.begin_recording(docking, footage(), officer="1234", critical=False, clock_offset_s=offset_s)
        home.records.sealed(id_, docking, pieces(id_), made_at, Facts(None, seconds), ())
    return holders_of(home, home.records.recording(id_))


def test_one_holder_where_the_clock_was_measured(home: Home, force: Force) -> None:
    holders = recorded(home, NIGHT + timedelta(hours=1))
    assert holders.people == ("1234",)
    assert in_words(holders) == "1234 Hughes"


def test_the_next_holder_from_the_handing_over_on(home: Home, force: Force) -> None:
    assert recorded(home, HANDED_OVER + timedelta(seconds=1)).people == ("2222",)


@pytest.mark.parametrize("away", [timedelta(seconds=0.4), timedelta(seconds=-30)])
def test_two_where_it_began_within_the_doubt_or_went_on_over_it(home: Home, force: Force, away: timedelta) -> None:
    holders = recorded(home, HANDED_OVER + away)
    assert holders.people == ("1234", "2222")
    clock = f"{HANDED_OVER.astimezone():%H:%M}"
    assert in_words(holders) == f"two holders are possible: 1234 until {clock}, 2222 from {clock}"
    assert holders_words(holders, HANDED_OVER.astimezone()) == in_words(holders)


def test_all_since_the_docking_before_where_the_clock_is_not_known(home: Home, force: Force) -> None:
    assert recorded(home, NIGHT + timedelta(hours=1), offset_s=None).people == ("1234", "2222")


def test_and_where_nothing_tells_the_time(home: Home, force: Force) -> None:
    assert recorded(home, None).people == ("1234", "2222")


def test_nobody_before_it_was_handed_out(home: Home, force: Force) -> None:
    holders = recorded(home, NIGHT - timedelta(hours=1))
    assert (holders.pooled, holders.held) == (True, ())
    assert in_words(holders) == "nobody held it"


def test_a_camera_that_is_not_in_the_pool_has_no_holder(home: Home, force: Force) -> None:
    holders = recorded(home, NIGHT + timedelta(hours=1), serial="STRANGER")
    assert not holders.pooled
    assert in_words(holders) == ""


def test_a_correction_changes_who_it_was(home: Home, force: Force) -> None:
    force.hire("1612", name="Sharpe")
    first = force.asking.holdings("CAM-1")[0]
    force.later(hours=1)
    force.custody.correct(first.entry, "wrong card", force.sergeant, officer="1612")
    assert recorded(home, NIGHT + timedelta(hours=1)).people == ("1612",)
