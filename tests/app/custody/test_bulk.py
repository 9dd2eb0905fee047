"""Acts on many cameras at once: what a rehearsal foresees is what comes, and a rehearsal leaves nothing behind."""

from __future__ import annotations

import threading

from app.custody.bulk import Bulk, Outcome, Task, act_on
from tests.app.custody.force import Force

ASSETS = ("C-1", "C-2", "C-3")


def out(force: Force, asset: str, collar: str) -> None:
    force.dock(asset)
    force.hire(collar)
    force.custody.issue(asset, collar, force.sergeant)


def unheard(_through: int) -> None:
    pass


def test_a_rehearsal_tells_each_refusal_and_changes_nothing(force: Force) -> None:
    for asset in ASSETS:
        force.add(asset)
    out(force, "C-2", "1234")
    before = force.records.ledger_size()
    foreseen = act_on(
        force.custody.rehearsed(), Task(Bulk.TRANSFER, ASSETS, "Carlisle", force.sergeant), unheard, threading.Event()
    )
    assert [one.rule for one in foreseen] == [None, "already-held", None]
    assert "C-2 is still out with 1234." in foreseen[1].why
    assert foreseen[1].what_to_do
    assert force.records.ledger_size() == before
    assert [force.asking.camera(asset).state for asset in ASSETS] == ["store", "held", "store"]


def test_what_was_foreseen_is_what_is_done(force: Force) -> None:
    for asset in ASSETS:
        force.add(asset)
    out(force, "C-2", "1234")
    told: list[int] = []
    task = Task(Bulk.REPAIR, ASSETS, "lens", force.sergeant)
    foreseen = act_on(force.custody.rehearsed(), task, unheard, threading.Event())
    assert act_on(force.custody, task, told.append, threading.Event()) == foreseen
    assert [force.asking.camera(asset).state for asset in ASSETS] == ["repair", "held", "repair"]
    assert told == [1, 2, 3]
    assert force.asking.timeline("C-1")[-1].words == "lens"


def test_a_fault_and_a_retirement_are_told_of_each(force: Force) -> None:
    for asset in ASSETS:
        force.add(asset)
    nothing_said = act_on(
        force.custody.rehearsed(), Task(Bulk.FAULT, ASSETS, " ", force.sergeant), unheard, threading.Event()
    )
    assert {one.rule for one in nothing_said} == {"no-words"}
    act_on(force.custody, Task(Bulk.FAULT, ASSETS[:1], "clip broken", force.sergeant), unheard, threading.Event())
    act_on(force.custody, Task(Bulk.RETIRE, ASSETS[1:2], "", force.sergeant), unheard, threading.Event())
    assert force.asking.camera("C-1").fault == "clip broken"
    assert [force.asking.camera(asset).state for asset in ASSETS] == ["store", "retired", "store"]


def test_it_stops_before_the_next_camera(force: Force) -> None:
    for asset in ASSETS:
        force.add(asset)
    stop = threading.Event()
    done = act_on(force.custody, Task(Bulk.RETIRE, ASSETS, "", force.sergeant), lambda _through: stop.set(), stop)
    assert done == [Outcome("C-1")]
    assert force.asking.camera("C-2").state == "store"


def test_who_may_not_is_refused_every_camera(force: Force) -> None:
    force.add("C-1")
    officer = force.hire("1234")
    (refused,) = act_on(force.custody, Task(Bulk.RETIRE, ("C-1",), "", officer), unheard, threading.Event())
    assert refused.rule == "not-allowed"
