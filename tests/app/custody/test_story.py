"""Questions about custody as people ask them: what is answered, what was entered, and that asking is entered too."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from app.custody.story import Story, What, tell
from app.home import Home
from app.people.values import Refused, Role
from db.schema import Reading
from tests.app.custody.force import Force

DAY = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    monkeypatch.setenv("DOCKWARDEN_KEYS", "file")
    with Home(tmp_path / "home") as home:
        yield home


@pytest.fixture
def force(home: Home) -> Force:
    """Two officers with two cameras over two nights, and a correction the morning after."""
    force = Force(home.database, home.records)
    force.now = DAY
    for asset in ("CAM-1", "CAM-2"):
        force.add(asset)
    force.hire("1402", name="Ewan Fell")
    force.hire("1187", name="Jo Birkett")
    for day, (first, second) in enumerate((("1402", "1187"), ("1187", "1402"))):
        _night(force, DAY + timedelta(days=day, hours=21), {"CAM-1": first, "CAM-2": second})
    return force


def _night(force: Force, at: datetime, taken: dict[str, str]) -> None:
    force.now = at - timedelta(hours=1)
    for number, asset in enumerate(taken):
        force.dock(asset, bay=f"A{number + 1}")
    force.now = at
    for asset, collar in taken.items():
        force.custody.issue(asset, collar, force.sergeant)
    force.now = at + timedelta(hours=8)
    for asset in taken:
        force.custody.give_back(asset, force.sergeant)


def ask(home: Home, force: Force, text: str) -> Story:
    return tell(home, text, force.sergeant, (DAY + timedelta(days=3)).astimezone())


def readings(home: Home) -> list[tuple[str, str | None]]:
    with home.database.read() as session:
        return [(what, subject) for what, subject in session.execute(select(Reading.what, Reading.subject))]


def test_a_camera_at_a_moment(home: Home, force: Force) -> None:
    story = ask(home, force, "CAM-1 20 Nov 23:15")
    assert (story.what, story.subject) == (What.CAMERA, "CAM-1")
    assert story.at is not None
    assert story.at.astimezone().hour == 23
    assert story.held is not None
    assert story.held.officer == "1402"
    assert [line.act.event for line in story.lines] == ["issued", "returned"]
    assert story.names == {"1402": "Ewan Fell", "900": "Name 900"}


def test_who_had_it_before_where_nobody_did(home: Home, force: Force) -> None:
    story = ask(home, force, "who had cam-1 at 12:00 21 Nov")
    assert story.held is None
    assert story.before is not None
    assert story.before.officer == "1402"
    assert ask(home, force, "CAM-1 19 Nov 12:00").before is None


def test_an_officer_and_what_else_happened_with_their_cameras(home: Home, force: Force) -> None:
    story = ask(home, force, "1402")
    assert (story.what, story.name) == (What.OFFICER, "Ewan Fell")
    assert [one.camera for one in story.holdings] == ["CAM-1", "CAM-2"]
    assert {lane.camera: [one.officer for one in lane.holdings] for lane in story.lanes} == {
        "CAM-1": ["1402", "1187"],
        "CAM-2": ["1187", "1402"],
    }
    assert {line.act.officer for line in story.lines} == {"1402"}


def test_a_day_tells_of_every_camera(home: Home, force: Force) -> None:
    story = ask(home, force, "20 Nov")
    assert (story.what, story.subject, len(story.holdings)) == (What.DAY, "", 2)
    assert [line.act.event for line in story.lines] == ["issued", "issued"]


def test_a_correction_stands_beside_what_it_corrects(home: Home, force: Force) -> None:
    story = ask(home, force, "CAM-1 20 Nov 23:15")
    assert story.held is not None
    force.hire("1612", name="Bo Sharpe")
    force.now = DAY + timedelta(days=2, hours=12)
    done = force.custody.correct(story.held.entry, "wrong card", force.sergeant, officer="1612")
    again = ask(home, force, "CAM-1 20 Nov 23:15")
    assert again.held is not None
    assert (again.held.officer, again.held.corrected) == ("1612", done.entry)
    assert [(line.act.event, line.act.corrects) for line in again.lines] == [
        ("issued", None),
        ("corrected", story.held.entry),
        ("returned", None),
    ]
    assert [line.act.event for line in ask(home, force, "1402 20 Nov").lines] == ["issued", "corrected"]


def test_each_line_says_which_signed_head_covers_it(home: Home, force: Force) -> None:
    assert {line.checkpoint for line in ask(home, force, "CAM-1").lines} == {None}
    home.records.checkpoint()
    size = home.records.ledger_size()
    assert {line.checkpoint for line in ask(home, force, "CAM-1").lines} == {size}


def test_asking_is_entered_before_it_is_answered(home: Home, force: Force) -> None:
    camera, officer = force.asking.camera("CAM-1").id, force.people["1402"].id
    for text in ("CAM-1", "1402 yesterday", "last night"):
        ask(home, force, text)
    assert readings(home) == [("camera", camera), ("officer", officer), ("day", None)]


def test_an_entry_of_asking_says_of_which_time(home: Home, force: Force) -> None:
    for text in ("20 Nov", "CAM-1"):
        ask(home, force, text)
    midnight = datetime(2026, 11, 20).astimezone()
    with home.database.read() as session:
        asked = [tuple(row) for row in session.execute(select(Reading.from_at, Reading.until_at))]
    assert asked == [(midnight, midnight + timedelta(days=1)), (None, None)]
    entries = [json.loads(one.body) for one in home.records.entries(home.records.ledger_size() - 2)]
    utc = [f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}" for at in asked[0]]
    assert [entries[0]["from_at"], entries[0]["until_at"]] == utc
    assert "from_at" not in entries[1]


def test_what_is_not_there_is_refused_and_nothing_is_entered(home: Home, force: Force) -> None:
    for text in ("CAM-9", "", "9999 yesterday"):
        with pytest.raises(Refused, match=r"No camera|Nothing"):
            ask(home, force, text)
    assert readings(home) == []


def test_who_may_not_read_custody_gets_no_answer(home: Home, force: Force) -> None:
    technician = force.hire("700", role=Role.TECHNICIAN)
    with pytest.raises(Refused, match="may not read who held"):
        tell(home, "CAM-1", technician, DAY.astimezone())
    assert readings(home) == []
