"""A made-up year: lifelike, the same from one seed, through the rules and the ledger that all else goes through."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.exits import Exit
from app.home import Home
from app.start import main
from app.verbs import simulate

SMALL = ("--cameras", "60", "--officers", "120")


def run(home: Path, *options: str) -> int:
    return main(["--home", str(home), "--json", "simulate-year", *SMALL, *options])


def acts_of(home: Home) -> list[Any]:
    """What was done, without what is new at each making: salts."""
    with home.database.read() as session:
        query = "SELECT camera, act, officer, at, due_at, corrects, moment FROM custody ORDER BY entry"
        return [tuple(row) for row in session.connection().exec_driver_sql(query)]


def test_a_week_is_lifelike_and_verifies(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, "--days", "7") == Exit.DONE
    told = json.loads(capsys.readouterr().out)
    assert told["event"] == "simulated"
    with Home(tmp_path) as home:
        found = home.records.verify()
        assert found.entries == told["entries"]
        assert found.checkpoints >= 1
        acts = acts_of(home)
        assert len(acts) == told["acts"]
        assert {"issued", "confirmed", "returned", "taken", "receipt"} <= {act[1] for act in acts}
        assert 3 * 60 < len(acts) / 7 * 3 < 60 * 3 * 10
        counts = home.asking.counts()
        assert sum(counts.values()) == 60
        assert set(counts) <= {"store", "held", "unknown", "repair", "transit", "lost"}


def test_one_seed_makes_one_year_and_another_another(tmp_path: Path) -> None:
    for name, seed in (("a", "1"), ("b", "1"), ("c", "2")):
        assert run(tmp_path / name, "--events", "300", "--seed", seed) == Exit.DONE
    with Home(tmp_path / "a") as a, Home(tmp_path / "b") as b, Home(tmp_path / "c") as c:
        one, same, other = acts_of(a), acts_of(b), acts_of(c)
    assert one == same
    assert one != other
    assert len(one) >= 300


def test_a_home_in_use_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, "--events", "1") == Exit.DONE
    with Home(tmp_path) as home:
        before = home.records.ledger_size()
        assert run(tmp_path, "--events", "1") == Exit.TROUBLE
        assert home.records.ledger_size() == before
    assert "has recordings, people or cameras" in capsys.readouterr().err


def test_stopped_by_a_person_it_leaves_what_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    batches: list[int] = []
    checkpoint = simulate.log.checkpoint

    def stop_at_the_third(*arguments: Any) -> str:
        batches.append(1)
        if len(batches) == 3:
            raise KeyboardInterrupt
        return checkpoint(*arguments)

    monkeypatch.setattr(simulate, "BATCH", 400)
    monkeypatch.setattr(simulate.log, "checkpoint", stop_at_the_third)
    assert run(tmp_path, "--days", "30") == Exit.DONE
    with Home(tmp_path) as home:
        assert 800 <= home.records.verify().entries < 1300
