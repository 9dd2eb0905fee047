"""The throttle: whatever happens to clocks, files and programs, nobody tries more often than is allowed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from app.people import pins, throttle
from app.people.throttle import FILE, FREE, LONGEST_WAIT_S, STATION_FREE, wait_s
from app.people.values import Refused
from db.people import Throttle as Row
from tests.app.people.force import OTHER_PIN, PIN, Force, force, row

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


class Guesser(RuleBasedStateMachine):
    """Somebody who guesses, sets clocks, restarts the machine, and brings back old copies of one place at a time."""

    @initialize()
    def begin(self) -> None:
        self.tmp = tempfile.TemporaryDirectory()
        self.entered = force(Path(self.tmp.name))
        self.home = self.entered.__enter__()
        self.home.admin()
        self.real = 0.0  # how much time has really gone by
        self.looks: list[float] = []  # when a wrong PIN was looked at since the last right one
        self.copies: list[tuple[str, Any]] = []
        self.tampered: str | None = None
        self.fits = pins.fits

    def teardown(self) -> None:
        pins.fits = self.fits
        self.entered.__exit__(None, None, None)
        self.tmp.cleanup()

    @rule(right=st.booleans(), killed=st.booleans())
    def try_one(self, right: bool, killed: bool) -> None:
        looked: list[float] = []

        def look(*given: Any) -> bool:
            looked.append(self.real)
            if killed:
                raise KeyboardInterrupt
            return self.fits(*given)

        pins.fits = look
        try:
            told = tried(self.home, "9000", PIN if right else OTHER_PIN)
        except KeyboardInterrupt:
            told = "killed"
        finally:
            pins.fits = self.fits
        self.looks = [] if told == "right" else self.looks + looked
        if told in {"right", "killed", "not-allowed"}:
            self.tampered = None  # both places were written anew

    @rule(seconds=st.sampled_from([0.1, 1.0, 29.0, 30.0, 61.0, 300.0, 901.0]))
    def wait(self, seconds: float) -> None:
        self.real += seconds
        self.home.clock.now += seconds

    @rule(seconds=st.floats(0, 60))
    def restart(self, seconds: float) -> None:
        self.real += seconds
        self.home.clock.now = seconds

    @rule()
    def copy(self) -> None:
        path = self.home.folder / FILE
        self.copies += [("database", rows(self.home)), ("file", path.read_bytes() if path.exists() else None)]

    @rule(which=st.integers(0, 100))
    def bring_back(self, which: int) -> None:
        if not self.copies:
            return
        place, kept = self.copies[which % len(self.copies)]
        if self.tampered not in {None, place}:
            return  # both at once is the whole home of before: that is for witnesses to find
        self.tampered = place
        if place == "database":
            put(self.home, kept)
        elif kept is None:
            (self.home.folder / FILE).unlink(missing_ok=True)
        else:
            (self.home.folder / FILE).write_bytes(kept)

    @invariant()
    def nobody_looks_more_often_than_is_allowed(self) -> None:
        for failures in range(FREE, len(getattr(self, "looks", []))):
            waited = self.looks[failures] - self.looks[failures - 1]
            assert waited >= wait_s(failures, FREE) - 1e-6, (failures, waited)


Guesser.TestCase.settings = settings(
    max_examples=30, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
TestGuesser = Guesser.TestCase
