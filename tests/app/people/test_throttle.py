"""The throttle: whatever happens to clocks, files and programs, nobody tries more often than is allowed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from app.people import throttle
from app.people.throttle import FILE, FREE, LONGEST_WAIT_S, STATION_FREE, Throttle, wait_s
from app.people.values import Refused
from db.people import Throttle as Row
from tests.app.people.force import OTHER_PIN, PIN, Force, row

ROOT = Path(__file__).parents[3]


def tried(home: Force, number: str, pin: str = OTHER_PIN) -> str:
    """Try a PIN: "right", or by which rule it was refused."""
    try:
        home.signin.by_pin(number, pin)
    except Refused as refused:
        return refused.rule
    return "right"


def rows(home: Force) -> dict[str, tuple[int, float]]:
    with home.database.read() as session:
        return {one.subject: (one.failures, one.since_s) for one in session.query(Row)}


def put(home: Force, kept: dict[str, tuple[int, float]]) -> None:
    with home.database.write() as session:
        session.query(Row).delete()
        session.add_all(Row(subject=one, failures=of[0], since_s=of[1]) for one, of in kept.items())


def test_the_waits_are_those_that_are_said() -> None:
    assert [wait_s(failures, FREE) for failures in range(12)] == [0, 0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900]
    assert wait_s(10**9, FREE) == LONGEST_WAIT_S


def test_five_tries_then_waits_that_double(home: Force) -> None:
    home.admin()
    assert [tried(home, "9000") for _ in range(5)] == ["not-allowed"] * 5
    for wait in (30, 60, 120):
        for pin in (OTHER_PIN, PIN):
            assert tried(home, "9000", pin) == "throttled"
        home.clock.now += wait - 0.5
        assert tried(home, "9000", PIN) == "throttled"
        home.clock.now += 0.5
        assert tried(home, "9000") == "not-allowed"
    with pytest.raises(Refused, match="too many wrong tries") as told:
        home.signin.by_pin("9000", PIN)
    assert "4\N{NO-BREAK SPACE}min" in told.value.what_to_do


def test_a_right_pin_begins_anew(home: Force) -> None:
    home.admin()
    for _ in range(3):
        assert [tried(home, "9000") for _ in range(4)] == ["not-allowed"] * 4
        assert tried(home, "9000", PIN) == "right"
    assert "9000" not in rows(home)


def test_a_person_who_waits_holds_up_nobody_else(home: Force) -> None:
    home.enrolled("1", "sergeant")
    while tried(home, "1") != "throttled":
        pass
    assert tried(home, "9000", PIN) == "right"


def test_a_station_waits_when_many_are_tried(home: Force) -> None:
    home.admin()
    home.people.take([row(str(number)) for number in range(1, 20)], home.admin())
    told = [tried(home, str(number)) for number in range(1, 20)]
    assert told == ["not-allowed"] * STATION_FREE + ["throttled"] * (19 - STATION_FREE)
    assert tried(home, "9000", PIN) == "throttled"
    home.clock.now += 30
    assert tried(home, "9000", PIN) == "right"


def test_ones_own_pin_buys_no_endless_tries_of_others(home: Force) -> None:
    home.admin()
    others = [str(number) for number in range(1, 200)]
    home.people.take([row(number) for number in others], home.admin())
    looked = 0
    for number in others:
        looked += tried(home, number) == "not-allowed"
        looked += tried(home, number) == "not-allowed"
        looked += tried(home, number) == "not-allowed"
        if tried(home, "9000", PIN) == "throttled":
            break
    assert looked < 20


def test_names_that_nobody_has_leave_few_rows(home: Force) -> None:
    home.admin()
    for number in range(150):
        tried(home, f"nobody {number}")
        home.clock.now += LONGEST_WAIT_S
    assert len(rows(home)) <= 66


@pytest.mark.parametrize("place", ["database", "file", "damaged file"])
def test_what_is_lost_in_one_place_is_known_in_the_other(home: Force, place: str) -> None:
    home.admin()
    while tried(home, "9000") != "throttled":
        pass
    if place == "database":
        put(home, {})
    elif place == "file":
        (home.folder / FILE).unlink()
    else:
        (home.folder / FILE).write_bytes(b'{"station": [-5, "\xff"]}')
    assert tried(home, "9000", PIN) == "throttled"


def test_a_restart_begins_the_wait_anew_and_ends_it(home: Force) -> None:
    home.admin()
    while tried(home, "9000") != "throttled":
        pass
    home.clock.now = 5.0
    assert tried(home, "9000", PIN) == "throttled"
    home.clock.now = 34.0
    assert tried(home, "9000", PIN) == "throttled"
    home.clock.now = 35.0
    assert tried(home, "9000", PIN) == "right"


def test_the_file_is_its_owners_alone(home: Force) -> None:
    home.admin()
    tried(home, "9000")
    assert (home.folder / FILE).stat().st_mode & 0o077 == 0
    assert PIN not in (home.folder / FILE).read_text()


KILLED = """
import os, signal, sys
from pathlib import Path
from app.people import pins
from tests.app.people.force import force
pins.fits = lambda *given: os.kill(os.getpid(), signal.SIGKILL)
with force(Path(sys.argv[1])) as home:
    home.clock.now = float(sys.argv[2])
    home.signin.by_pin("9000", "314159")
"""


def test_a_program_that_is_killed_before_it_looks_has_counted(home: Force) -> None:
    home.admin()
    for failures in range(1, FREE + 1):
        words = [sys.executable, "-c", KILLED, str(home.folder), str(home.clock.now)]
        killed = subprocess.run(words, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, check=False)
        assert killed.returncode == -signal.SIGKILL
        assert rows(home)[home.people.known("9000").id][0] == failures
    assert tried(home, "9000", PIN) == "throttled"


def test_the_clock_of_a_machine_goes_forward() -> None:
    assert 0 < throttle.started_s() <= throttle.started_s()


class Guesser:
    """Somebody who guesses, waits, restarts the machine, and brings back older copies of one place at a time."""

    def __init__(self, home: Force) -> None:
        self.home = home
        self.real = 0.0  # how much time has really gone by
        self.looks: list[float] = []  # when a wrong PIN was looked at since the last right one
        self.copies: list[tuple[str, Any]] = []
        self.tampered: str | None = None
        self.throttle = Throttle(home.folder, home.clock)
        put(home, {})
        (home.folder / FILE).unlink(missing_ok=True)

    def guess(self, times: int) -> None:
        for _ in range(times):
            with self.home.database.write() as session:
                wait = self.throttle.count(session, "somebody")
            if not wait:
                self.looks.append(self.real)
                self.tampered = None  # both places were written anew

    def know(self, _unused: int) -> None:
        with self.home.database.write() as session:
            if not self.throttle.count(session, "somebody"):
                self.throttle.succeeded(session, "somebody")
                self.looks, self.tampered = [], None

    def wait(self, seconds: int) -> None:
        self.real += seconds
        self.home.clock.now += seconds

    def restart(self, seconds: int) -> None:
        self.real += seconds
        self.home.clock.now = min(float(seconds), self.home.clock.now)

    def copy(self, _unused: int) -> None:
        path = self.home.folder / FILE
        self.copies += [("database", rows(self.home)), ("file", path.read_bytes() if path.exists() else b"")]

    def bring_back(self, which: int) -> None:
        place, kept = self.copies[which % len(self.copies)] if self.copies else ("file", b"")
        if self.tampered not in {None, place}:
            return  # both at once is the whole home of before: that is for witnesses to find
        self.tampered = place
        if place == "database":
            put(self.home, kept)
        else:
            (self.home.folder / FILE).write_bytes(kept)

    def check(self) -> None:
        for failures in range(FREE, len(self.looks)):
            waited = self.looks[failures] - self.looks[failures - 1]
            assert waited >= wait_s(failures, FREE), (failures, waited)


ACTS = st.one_of(
    st.tuples(st.just("guess"), st.integers(1, 8)),
    st.tuples(st.just("wait"), st.sampled_from([1, 29, 30, 61, 300, 901])),
    st.tuples(st.sampled_from(["restart", "bring_back", "copy", "know"]), st.integers(0, 40)),
)


@given(st.lists(ACTS, max_size=12))
@example([("copy", 0), ("guess", 8), ("bring_back", 0)])
@example([("copy", 0), ("guess", 8), ("bring_back", 1)])
@example([("guess", 8), ("restart", 1), ("guess", 8)])
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nobody_guesses_more_often_than_is_allowed(home: Force, acts: list[tuple[str, int]]) -> None:
    guesser = Guesser(home)
    for act, how in acts:
        getattr(guesser, act)(how)
        guesser.guess(1)
        guesser.check()
