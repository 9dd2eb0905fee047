"""The pool as people look for it: how each camera stands, found by word and kind, ordered, counted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from app.home import Home
from app.pool import By, Kind, Order, Pool, Standing, Wanted
from tests.app.custody.force import Force


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    monkeypatch.setenv("DOCKWARDEN_KEYS", "file")
    with Home(tmp_path / "home") as home:
        yield home


@pytest.fixture
def force(home: Home) -> Force:
    """One camera in every standing but retired, which is done where it matters."""
    force = Force(home.database)
    for number, station in enumerate(
        ("Kendal", "Barrow", "Kendal", "Carlisle", "Kendal", "Kendal", "Kendal", "Kendal")
    ):
        force.add(f"C-{number}", station=station)
    force.hire("1402", name="Ewan Fell")
    force.dock("C-0", bay="A1")
    force.dock("C-1", bay="A2", ready=False, reasons=("charging",))
    force.dock("C-2", bay="A3", ready=False, reasons=("clock", "charging"))
    force.dock("C-3", bay="A4", ready=False)
    force.dock("C-4", bay="A5")
    force.custody.issue("C-4", "1402", force.sergeant)
    force.custody.lost("C-5", force.sergeant)
    force.custody.repair("C-6", force.sergeant)
    return force


def found(home: Home, force: Force, wanted: Wanted = Wanted(), order: Order = Order()) -> list[str]:  # noqa: B008
    pool = Pool(home)
    rows = pool.rows(wanted, order, force.now)
    return [one.camera.asset for page in pool.pages(rows, force.now) for one in page]


def standings(home: Home, force: Force) -> dict[str, Standing]:
    pool = Pool(home)
    page = pool.page(pool.rows(Wanted(), Order(), force.now), force.now)
    return {one.camera.asset: one.standing for one in page}


def test_each_camera_stands_by_custody_and_readiness(home: Home, force: Force) -> None:
    assert standings(home, force) == {
        "C-0": Standing.READY,
        "C-1": Standing.CHARGING,
        "C-2": Standing.NOT_READY,
        "C-3": Standing.WORKING,
        "C-4": Standing.OUT,
        "C-5": Standing.LOST,
        "C-6": Standing.REPAIR,
        "C-7": Standing.STORE,
    }


def test_late_is_after_the_shift_and_what_the_station_allows(home: Home, force: Force) -> None:
    due = force.asking.camera("C-4").due_at
    assert due is not None
    force.now = due + timedelta(minutes=home.settings.late_after_minutes)
    assert standings(home, force)["C-4"] is Standing.OUT
    force.later(seconds=1)
    assert standings(home, force)["C-4"] is Standing.LATE
    assert found(home, force, Wanted(Kind.LATE)) == ["C-4"]
    pool = Pool(home)
    (late,) = pool.page(pool.rows(Wanted(Kind.LATE), Order(), force.now), force.now)
    assert late.since == due


def test_words_are_found_in_numbers_stations_and_holders(home: Home, force: Force) -> None:
    assert found(home, force, Wanted(words=("c-4",))) == ["C-4"]
    assert found(home, force, Wanted(words=("FELL",))) == ["C-4"]
    assert found(home, force, Wanted(words=("s-c-3",))) == ["C-3"]
    assert found(home, force, Wanted(words=("kendal", "c-7"))) == ["C-7"]
    assert found(home, force, Wanted(words=("barrow", "c-7"))) == []
    assert found(home, force, Wanted(words=("%",))) == []


def test_kinds_are_counted_as_they_are_found(home: Home, force: Force) -> None:
    force.custody.retire("C-7", force.sergeant)
    counts = Pool(home).counts(force.now)
    assert counts.of == {kind: len(found(home, force, Wanted(kind))) for kind in Kind}
    assert counts.of[Kind.NEVER] == 2  # lost and in repair; a retired camera is not waited for
    assert counts.of[Kind.ALL] == sum(counts.standing.values()) == 8
    assert counts.stations == ("Barrow", "Carlisle", "Kendal")


@pytest.mark.parametrize("by", list(By))
def test_an_order_down_is_the_other_way_round_with_the_unknown_still_last(home: Home, force: Force, by: By) -> None:
    up, down = found(home, force, order=Order(by)), found(home, force, order=Order(by, descending=True))
    assert sorted(up) == sorted(down) == [f"C-{number}" for number in range(8)]
    if by is By.ASSET:
        assert up == down[::-1]
    if by is By.STATION:
        assert (up[0], down[-1]) == ("C-1", "C-1")
    if by in {By.FIRMWARE, By.DOCKED, By.DRIFT}:
        assert up[-3:] == down[-3:] == ["C-5", "C-6", "C-7"]
