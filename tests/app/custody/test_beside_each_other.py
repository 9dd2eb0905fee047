"""Several processes at once on one home, and a database from yesterday: rules hold, nothing answered is lost."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.home import Home
from app.verify import Verdict, verify_home
from tests.faults import custody
from tests.faults.scene import fast_folder

ROOT = Path(__file__).parents[3]
ACTS = 40


@pytest.fixture
def folder() -> Iterator[Path]:
    """Where a home can be, in memory where there is some: what is tried is who waits for whom, not the disk."""
    with tempfile.TemporaryDirectory(prefix="dw-beside-", dir=fast_folder()) as made:
        yield Path(made) / "home"


def run_beside(home: Path, seeds: range) -> list[list[dict[str, Any]]]:
    """Let as many processes as there are seeds do acts on this home at once; what each announced."""
    command = [sys.executable, "-m", "tests.faults.custody", str(home)]
    started = [
        subprocess.Popen(
            [*command, str(seed), str(ACTS)], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ
        )
        for seed in seeds
    ]
    ends = [process.communicate() for process in started]
    assert [(process.returncode, error) for process, (_, error) in zip(started, ends, strict=True)] == [
        (0, b"") for _ in seeds
    ]
    return [[json.loads(line) for line in said.splitlines()] for said, _ in ends]


def test_two_windows_and_two_commands_at_once_lose_nothing_and_break_no_rule(folder: Path) -> None:
    with Home(folder) as home:
        custody.prepare(home)
    said = run_beside(folder, range(1, 5))
    done = [line for lines in said for line in lines if line["event"] != "refused"]
    with Home(folder) as home:
        assert custody.problems(home, done) == []
        with home.database.read() as session:
            by_hand = "SELECT count(*) FROM custody WHERE \"by\" IS NOT NULL AND act <> 'assigned'"
            entered = session.connection().exec_driver_sql(by_hand).scalar_one()
    acts = [line for line in done if line["event"] == "act" and line["act"] != "assigned"]
    assert entered == len(acts) == len({line["entry"] for line in acts}) > 10
    assert all(any(line["event"] == "act" for line in lines) for lines in said)


def found_wrong(home: Home, held: str) -> str | None:
    verdict: Verdict = verify_home(home, (held,), lambda _: None)
    return None if verdict.wrong is None else verdict.wrong.what_happened


def test_a_database_from_yesterday_is_found_by_a_checkpoint_that_a_witness_holds(folder: Path) -> None:
    with Home(folder) as home:
        custody.prepare(home)
        custody.bustle(home, 1, 20, lambda _: None)
    shutil.copy(folder / "dockwarden.db", folder.with_name("yesterday.db"))
    with Home(folder) as home:
        custody.bustle(home, 2, 20, lambda _: None)
        held = home.records.checkpoint()
        assert found_wrong(home, held) is None
    shutil.copy(folder.with_name("yesterday.db"), folder / "dockwarden.db")
    with Home(folder) as home:
        assert "the end is cut" in str(found_wrong(home, held))
        custody.bustle(home, 3, 60, lambda _: None)
        assert "has another root" in str(found_wrong(home, held))
        assert verify_home(home, (), lambda _: None).wrong is None  # nobody but the witness could tell
