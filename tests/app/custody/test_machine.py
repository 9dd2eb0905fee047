"""Every act of custody, people, docks and the clock, in any order, against a model that knows no SQL.

After each step the pool, the holdings, the acts and the answers are what the model says, a refusal has the model's
rule, and at the end the ledger verifies. `python -m tests.app.custody.test_machine [EXAMPLES]` runs it for longer.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from app.ledger import verify_export
from app.people.values import Actor, Proof, Refused
from app.records import PAGE
from app.settings import Settings
from db.base import moment_text
from db.custody import Custody, Holding
from db.engine import Database
from tests.app.custody.force import MORNING, Force
from tests.app.custody.model import By, Model, Officer, Rule
from tests.app.ledger import carried
from tests.app.station import seen, who
from tests.faults.scene import fast_folder

COLLARS = ("1001", "1002", "1003")
ASSETS = ("C-1", "C-2", "C-3", "C-4")
STRANGER = "STRANGER"
FIXED = Settings(shifts=(), longest_shift_hours=12)

cameras = st.sampled_from((*ASSETS, *ASSETS, *(f"s-{asset}" for asset in ASSETS), "C-9"))
officers = st.sampled_from((*COLLARS, *COLLARS, "card-1001", "1002-card", "nobody"))
stations = st.sampled_from(("Northgate", "Southgate"))
modes = st.sampled_from(("personal", "allocated", "pool"))
words = st.sampled_from(("because", "because", "because", "  ", "x" * 501))
actors = st.sampled_from(("900", "900", "900", "900", "900 by card", *COLLARS))
spans = st.sampled_from(
    tuple(timedelta(minutes=minutes) for minutes in (1, 1, 30, 480, 600, 4320, -1, -90, -4320, -20160))
)


@cache
def template() -> Path:
    """A database that is made once: a copy of it costs less than the migrations."""
    folder = Path(tempfile.mkdtemp(prefix="dw-machine-", dir=fast_folder()))
    Database.open(folder / "dockwarden.db").close()
    return folder / "dockwarden.db"


class Machine(RuleBasedStateMachine):
    """The program on one side, the model on the other."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="dw-machine-", dir=fast_folder()))
        shutil.copy(template(), self.folder)
        self.database = Database.open(self.folder / "dockwarden.db")
        self.force = Force(self.database)
        self.force.settings = FIXED
        self.clock = patch("app.records._now", lambda: self.force.now)
        self.clock.start()
        self.model = Model(MORNING)
        self.model.people["900"] = Officer("900", True, date(2026, 1, 5), "card-900")
        self.docked: list[str] = []

    def teardown(self) -> None:
        try:
            entries = self.force.records.verify().entries
            self.an_outsider_finds_the_same(entries)
            self.a_fresh_ledger_takes_over_the_same()
        finally:
            self.clock.stop()
            self.database.close()
            shutil.rmtree(self.folder)

    def an_outsider_finds_the_same(self, entries: int) -> None:
        """The verifier of an export tells from the entries alone who held what, voids and corrections included."""
        story = verify_export.Story()
        for start in range(0, entries, PAGE):
            for entry in self.force.records.entries(start):
                story.tell(entry.number, json.loads(entry.body))
        with self.database.read() as session:
            held = {
                one.entry: (
                    *(one.officer, moment_text(one.from_at), moment_text(one.until_at) if one.until_at else ""),
                    *(one.void, one.corrected),
                )
                for one in session.scalars(select(Holding))
            }
        assert {
            number: (one["officer"], one["from"], one["until"], "void" in one, one.get("corrected"))
            for number, one in story.holdings.items()
        } == held

    def a_fresh_ledger_takes_over_the_same(self) -> None:
        """What is so of people and cameras is the same in a ledger that goes on after this one."""
        carried.rule(self.force.records, self.database, self.force.now)
        fresh = self.folder / "fresh.db"
        shutil.copy(template(), fresh)
        carried.is_taken_over(self.database.path, fresh)

    # -- people, cameras, docks, the clock ---------------------------------------------------------------------------

    @initialize()
    def a_shift_begins(self) -> None:
        for collar in COLLARS:
            self.hire(collar, True, date(2026, 1, 5), f"card-{collar}")
        for asset, mode in zip(ASSETS, ("pool", "pool", "personal", "allocated"), strict=True):
            self.enter(asset, f"S-{asset}", "Northgate", mode)
            self.dock(f"S-{asset}", f"A{asset[-1]}", True, ())

    @rule(
        collar=st.sampled_from(COLLARS),
        active=st.sampled_from((True, True, True, False)),
        trained=st.sampled_from((date(2026, 1, 5), date(2026, 1, 5), date(2026, 11, 20), None)),
        card=st.sampled_from(("own", "own", "another's collar")),
    )
    def a_person_changes(self, collar: str, active: bool, trained: date | None, card: str) -> None:
        others = {"1001": "1002", "1002": "1003", "1003": "1001"}
        self.hire(collar, active, trained, f"card-{collar}" if card == "own" else others[collar])

    def hire(self, collar: str, active: bool, trained: date | None, card: str) -> None:
        self.force.hire(collar, active=active, trained_on=trained, card=card)
        self.model.people[collar] = Officer(collar, active, trained, card)

    @rule(asset=st.sampled_from(ASSETS), station=stations, mode=modes, serial=st.sampled_from(("own", "own", STRANGER)))
    def a_camera_changes(self, asset: str, station: str, mode: str, serial: str) -> None:
        taken = self.model.with_serial(serial)
        if taken is None or taken.asset == asset:
            self.enter(asset, f"S-{asset}" if serial == "own" else serial, station, mode)

    def enter(self, asset: str, serial: str, station: str, mode: str) -> None:
        self.force.add(asset, serial=serial, mode=mode, station=station)
        self.model.enter_camera(asset, serial, station, mode)

    @rule(
        serial=st.sampled_from((*(f"S-{asset}" for asset in ASSETS), STRANGER)),
        bay=st.sampled_from(("A1", "A2", "A3")),
        ready=st.booleans(),
    )
    def a_camera_is_docked(self, serial: str, bay: str, ready: bool) -> None:
        self.dock(serial, bay, ready, () if ready else ("charging",))

    def dock(self, serial: str, bay: str, ready: bool, reasons: tuple[str, ...]) -> None:
        records = self.force.records
        camera = records.camera(seen(serial), who(serial), "virtual")
        records.replaced(camera, bay, FIXED)
        docking = records.begin_docking(
            camera, bay=bay, usb_path=f"1-{bay[1:]}", firmware="1.0", battery_percent=90, clock_offset_s=1.5
        )
        records.readiness(docking, ready=ready, battery_percent=95, reasons=reasons)
        self.docked.append(docking)
        self.model.dock(serial, bay, ready, reasons)

    @rule(which=st.integers(0, 50), ready=st.booleans())
    def a_docked_camera_is_looked_at(self, which: int, ready: bool) -> None:
        place = which % len(self.docked)
        reasons = () if ready else ("clock",)
        self.force.records.readiness(self.docked[place], ready=ready, battery_percent=95, reasons=reasons)
        self.model.say_ready(self.model.dockings[place], ready, reasons)

    @rule(which=st.integers(0, 50))
    def a_camera_is_lifted(self, which: int) -> None:
        place = which % len(self.docked)
        self.force.records.lifted(self.docked[place], FIXED)
        self.model.lift(self.model.dockings[place])

    @rule()
    def nobody_looked_while_all_were_lifted(self) -> None:
        self.force.records.lifted_unseen((), FIXED)
        self.model.lift_all()

    @rule(span=spans)
    def time_passes_or_the_clock_is_set(self, span: timedelta) -> None:
        self.model.now = self.force.later(minutes=span / timedelta(minutes=1))

    # -- the acts ----------------------------------------------------------------------------------------------------

    def by(self, name: str) -> tuple[Actor, By]:
        collar = name.split(maxsplit=1)[0]
        proof = Proof.CARD if name.endswith("card") or collar != "900" else Proof.PIN
        return Actor(self.force.people[collar], proof), By(collar, collar == "900", proof is Proof.PIN)

    def same(self, act: Callable[[], object], modelled: Callable[[], None]) -> None:
        """Do it on both sides: both do it, or both refuse it by one rule."""
        expected = None
        try:
            modelled()
        except Rule as forbids:
            expected = str(forbids)
        try:
            act()
        except Refused as refused:
            found = refused.rule, bool(refused.what_happened and refused.what_to_do)
        else:
            found = None, True
        assert found == (expected, True)

    @rule(
        camera=cameras,
        officer=officers,
        actor=actors,
        mode=st.one_of(st.none(), modes),
        override=st.one_of(st.none(), words),
    )
    def issue(self, camera: str, officer: str, actor: str, mode: str | None, override: str | None) -> None:
        actual, by = self.by(actor)
        self.same(
            lambda: self.force.custody.issue(camera, officer, actual, mode=mode, override=override),
            lambda: self.model.issue(camera, officer, by, mode, override),
        )

    @rule(camera=cameras, actor=actors)
    def give_back(self, camera: str, actor: str) -> None:
        actual, by = self.by(actor)
        self.same(lambda: self.force.custody.give_back(camera, actual), lambda: self.model.give_back(camera, by))

    @rule(camera=cameras, officer=officers, actor=actors)
    def reassign(self, camera: str, officer: str, actor: str) -> None:
        actual, by = self.by(actor)
        self.same(
            lambda: self.force.custody.reassign(camera, officer, actual),
            lambda: self.model.reassign(camera, officer, by),
        )

    @rule(camera=cameras, officer=officers, actor=actors, override=st.one_of(st.none(), words))
    def swap(self, camera: str, officer: str, actor: str, override: str | None) -> None:
        actual, by = self.by(actor)
        self.same(
            lambda: self.force.custody.swap(officer, camera, actual, override=override),
            lambda: self.model.swap(officer, camera, by, override),
        )

    @rule(camera=cameras, station=stations, actor=actors)
    def transfer(self, camera: str, station: str, actor: str) -> None:
        actual, by = self.by(actor)
        self.same(
            lambda: self.force.custody.transfer(camera, station, actual),
            lambda: self.model.transfer(camera, station, by),
        )

    @rule(camera=cameras, actor=actors, what=st.sampled_from(("accept", "lost", "found", "retire", "receipt")))
    def act_on(self, camera: str, actor: str, what: str) -> None:
        actual, by = self.by(actor)
        self.same(
            lambda: getattr(self.force.custody, what)(camera, actual),
            lambda: getattr(self.model, what)(camera, by),
        )

    @rule(camera=cameras, actor=actors, said=words, clear=st.booleans())
    def report(self, camera: str, actor: str, said: str, clear: bool) -> None:
        actual, by = self.by(actor)
        self.same(
            lambda: self.force.custody.fault(camera, said, actual, clear=clear),
            lambda: self.model.report(camera, said, by, clear=clear),
        )

    @rule(camera=cameras, actor=actors, back=st.booleans())
    def repair(self, camera: str, actor: str, back: bool) -> None:
        actual, by = self.by(actor)
        self.same(
            lambda: self.force.custody.repair(camera, actual, back=back),
            lambda: self.model.repair(camera, by, back=back),
        )

    @rule(which=st.integers(0, 20), actor=actors, said=words, officer=officers)
    def correct_the_officer(self, which: int, actor: str, said: str, officer: str) -> None:
        self.correct(which, actor, said, officer=officer)

    @rule(which=st.integers(0, 20), actor=actors, said=words, minutes=st.sampled_from((-600, -31, -1, 0, 1, 31, 600)))
    def correct_the_moment(self, which: int, actor: str, said: str, minutes: int) -> None:
        number = self.act(which)
        at = self.model.acts[number][3] if number is not None else self.model.now
        self.correct(which, actor, said, moment=at + timedelta(minutes=minutes))

    @rule(which=st.integers(0, 20), actor=actors, said=words)
    def void(self, which: int, actor: str, said: str) -> None:
        self.correct(which, actor, said, voids=True)

    @rule(camera=cameras, back=st.booleans())
    def a_swap_is_made_and_perhaps_taken_back(self, camera: str, back: bool) -> None:
        """For whoever holds a camera: by chance alone it is seldom that both numbers of a swap fit."""
        for officer in [one.officer for one in self.model.holdings if one.until_at is None and one.officer][:1]:
            self.swap(camera, officer, "900", "because")
            swaps = [place for place, act in enumerate(self.model.acts) if act[1] == "swapped-in"]
            if back and swaps:
                self.correct_act(swaps[-1], "900", "because", voids=True)

    @rule(which=st.integers(0, 20))
    def correct_nothing_or_two_things(self, which: int) -> None:
        self.correct(which, "900", "because")
        self.correct(which, "900", "because", officer="1001", voids=True)

    def act(self, which: int) -> int | None:
        """One of the latest acts, seldom none at all."""
        acts = len(self.model.acts)
        return None if which == 20 or not acts else acts - 1 - which % min(acts, 20)

    def correct(self, which: int, actor: str, said: str, **what: Any) -> None:
        self.correct_act(self.act(which), actor, said, **what)

    def correct_act(self, number: int | None, actor: str, said: str, **what: Any) -> None:
        actual, by = self.by(actor)
        entry = 0 if number is None else self.entries()[number]
        self.same(
            lambda: self.force.custody.correct(entry, said, actual, **what),
            lambda: self.model.correct(
                number, said, by, what.get("officer"), what.get("moment"), what.get("voids", False)
            ),
        )

    # -- what is compared --------------------------------------------------------------------------------------------

    def entries(self) -> list[int]:
        """The entry of each act, in order."""
        with self.database.read() as session:
            return list(session.scalars(select(Custody.entry).order_by(Custody.entry)))

    @invariant()
    def the_pool_is_as_modelled(self) -> None:
        found = {
            now.asset: (
                *(now.serial, now.station, now.mode, now.assigned, now.state, now.holder, now.due_at, now.bay),
                *(now.ready, now.not_ready, now.fault, now.destination, now.uses),
            )
            for now in self.force.asking.cameras()
        }
        assert found == dict(self.modelled_pool())

    def modelled_pool(self) -> Iterator[tuple[str, tuple[Any, ...]]]:
        for asset, one in self.model.cameras.items():
            live = self.model.live(one)
            holder, due = (None, None) if live is None else (live.officer, live.due_at)
            yield (
                asset,
                (
                    *(one.serial, one.station, one.mode, one.assigned, one.state, holder, due, one.bay),
                    *(one.ready, one.not_ready, one.fault, one.destination, one.uses),
                ),
            )

    @invariant()
    def acts_and_holdings_are_as_modelled(self) -> None:
        assets = {self.force.ids[asset]: asset for asset in self.force.ids}
        collars = {person.id: collar for collar, person in self.force.people.items()} | {None: None}
        with self.database.read() as session:
            acts = list(session.scalars(select(Custody).order_by(Custody.entry)))
            places = {act.entry: place for place, act in enumerate(acts)} | {None: None}
            assert [(assets[act.camera], act.act, collars[act.officer], act.at) for act in acts] == self.model.acts
            holdings = session.scalars(select(Holding).order_by(Holding.entry))
            found = [
                (
                    *(places[one.entry], assets[one.camera], collars[one.officer], one.from_at, one.until_at),
                    *(
                        places[one.until_entry],
                        one.confirmed_at is not None,
                        places[one.corrected],
                        one.due_at,
                        one.void,
                    ),
                )
                for one in holdings
            ]
        assert found == [
            (
                *(one.began, one.camera, one.officer, one.from_at, one.until_at),
                *(one.ended, one.confirmed, one.corrected, one.due_at, one.void),
            )
            for one in self.model.holdings
        ]

    @invariant()
    def answers_are_as_modelled(self) -> None:
        entries = self.entries()
        moments = {moment for one in self.model.holdings for moment in (one.from_at, one.until_at) if moment}
        for asset in self.model.cameras:
            for at in (self.model.now, *sorted(moments)[-3:]):
                held = self.force.asking.who_held(asset, at)
                began = self.model.who_held(asset, at)
                assert (held and held.entry) == (None if began is None else entries[began])
        live = {one.officer for one in self.model.holdings if one.until_at is None}
        for collar in COLLARS:
            mine = self.force.asking.held_by(collar)
            assert {one.entry for one in mine} == {
                entries[one.began] for one in self.model.holdings if one.officer == collar and not one.void
            }
            assert any(one.until_at is None for one in mine) == (collar in live)


TestCustodyInAnyOrder = Machine.TestCase
TestCustodyInAnyOrder.settings = settings(
    derandomize=True,
    max_examples=20,
    stateful_step_count=40,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)


if __name__ == "__main__":
    run_state_machine_as_test(
        Machine, settings=settings(TestCustodyInAnyOrder.settings, derandomize=False, max_examples=int(sys.argv[1]))
    )
