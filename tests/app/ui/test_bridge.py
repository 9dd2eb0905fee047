"""The way of a state to the Qt thread: from any thread, at any rate, the last one never lost."""

from __future__ import annotations

import threading
from datetime import timedelta

import msgspec
import pytest
from PySide6.QtCore import QObject, Qt, QThread, QTimer, Signal, Slot
from pytestqt.qtbot import QtBot

from app.snapshot import Accept, Act, Answer, BaySnapshot, BayState, Finished, Notice, OwnerGone, Reason
from app.ui.bridge import ROUNDS, Bridge
from tests.screens.story import NOW, StoryDocks, empty


class Screen(QObject):
    """Receives what a page would, and notes on which thread."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self.deliveries: list[tuple[BaySnapshot, ...]] = []
        self.notices: list[Notice] = []
        self.answers: list[tuple[Act, Answer]] = []
        self.threads: set[QThread] = set()
        self.stopped = 0
        bridge.changed.connect(self.show_bays)
        bridge.noticed.connect(self.show_notice)
        bridge.answered.connect(self.show_answer)
        bridge.stopped.connect(self.show_stopped)

    @Slot(object)
    def show_bays(self, bays: tuple[BaySnapshot, ...]) -> None:
        self.threads.add(QThread.currentThread())
        self.deliveries.append(bays)

    @Slot(object)
    def show_notice(self, notice: Notice) -> None:
        self.notices.append(notice)

    @Slot(object, object)
    def show_answer(self, act: Act, answer: Answer) -> None:
        self.threads.add(QThread.currentThread())
        self.answers.append((act, answer))

    @Slot()
    def show_stopped(self) -> None:
        self.stopped += 1

    def newest(self) -> dict[str, int]:
        return {bay.bay: bay.run for delivery in self.deliveries for bay in delivery}


class Emitter(QObject):
    said = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.heard = 0
        self.said.connect(self.hear)

    @Slot(object)
    def hear(self, value: object) -> None:
        assert value is True
        self.heard += 1


def test_five_thousand_signals_do_not_wear_out_true(qtbot: QtBot) -> None:
    emitter = Emitter()
    for _ in range(5000):
        emitter.said.emit(True)
    assert emitter.heard == 5000


def test_a_flood_from_many_threads_leaves_the_last_of_each_bay(qtbot: QtBot) -> None:
    docks = StoryDocks()
    bridge = Bridge(docks)
    screen = Screen(bridge)
    bridge.start()

    def lane(number: int) -> None:
        shown = empty(f"A{number}", NOW)
        for run in range(1000):
            docks.say(msgspec.structs.replace(shown, run=run))

    lanes = [threading.Thread(target=lane, args=(number,)) for number in range(64)]
    for one in lanes:
        one.start()
    qtbot.waitUntil(lambda: screen.newest() == {f"A{number}": 999 for number in range(64)}, timeout=60_000)
    for one in lanes:
        one.join()
    assert screen.threads == {bridge.thread()}
    assert sum(map(len, screen.deliveries)) < 64_000 / 4
    bridge.close()


def test_many_bays_are_handed_over_in_rounds_and_the_rest_after_them(qtbot: QtBot) -> None:
    """Between two rounds the event loop has its turn, so that no key waits for sixty-four cards."""
    bays = tuple(empty(f"A{number}", NOW) for number in range(64))
    docks = StoryDocks()
    bridge = Bridge(docks)
    screen = Screen(bridge)
    turns: list[int] = []
    between = QTimer(interval=0)
    between.timeout.connect(lambda: turns.append(len(screen.deliveries)))
    bridge.noticed.connect(lambda _notice: turns.append(-1))
    bridge.start()
    between.start()
    with bridge._lock:
        for bay in bays:
            bridge._news.take(bay)
        bridge._news.take(Notice(NOW, Reason("code", "It is so.", "Do this.")))
        bridge._wake_up()
    qtbot.waitUntil(lambda: -1 in turns)
    between.stop()
    assert [len(delivery) for delivery in screen.deliveries] == [64 // ROUNDS] * ROUNDS
    assert set(range(1, ROUNDS)) <= set(turns)
    assert screen.newest() == {bay.bay: bay.run for bay in bays}
    bridge.close()


def test_news_in_one_pause_come_as_one_delivery(qtbot: QtBot) -> None:
    docks = StoryDocks((empty("A1", NOW),))
    bridge = Bridge(docks)
    screen = Screen(bridge)
    bridge.start()
    qtbot.waitUntil(lambda: len(screen.deliveries) == 1)
    for run in range(1, 500):
        docks.say(msgspec.structs.replace(empty("A1", NOW), run=run))
    qtbot.waitUntil(lambda: screen.newest() == {"A1": 499})
    assert len(screen.deliveries) == 2
    bridge.close()


def test_what_is_newer_than_the_start_is_not_overwritten(qtbot: QtBot) -> None:
    class Racing(StoryDocks):
        def bays(self) -> tuple[BaySnapshot, ...]:
            self.say(msgspec.structs.replace(self.shown[0], run=7))
            return self.shown

    bridge = Bridge(Racing((empty("A1", NOW),)))
    screen = Screen(bridge)
    bridge.start()
    qtbot.waitUntil(lambda: screen.newest() == {"A1": 7})
    bridge.close()


def test_every_notice_arrives_in_order_and_other_events_pass_by(qtbot: QtBot) -> None:
    docks = StoryDocks()
    bridge = Bridge(docks)
    screen = Screen(bridge)
    bridge.start()
    notices = [Notice(NOW + timedelta(seconds=n), Reason("x", f"{n}", "")) for n in range(20)]
    for notice in notices:
        docks.say(notice)
        docks.say(Finished("A1", 1, 0, 0, 0))
    qtbot.waitUntil(lambda: screen.notices == notices)
    bridge.close()


def test_notices_that_gathered_come_one_in_each_round_and_the_stop_after_them(qtbot: QtBot) -> None:
    """Each lays the page out anew, so keys and painting have their turn after each, however many there are."""
    notices = [Notice(NOW, Reason("x", f"{n}", "")) for n in range(40)]
    bridge = Bridge(StoryDocks())
    screen = Screen(bridge)
    turns: list[tuple[int, int]] = []
    between = QTimer(interval=0)
    between.timeout.connect(lambda: turns.append((len(screen.notices), screen.stopped)))
    between.start()
    with bridge._lock:
        for event in (*notices, OwnerGone()):
            bridge._news.take(event)
        bridge._wake_up()
    qtbot.waitUntil(lambda: screen.stopped == 1)
    between.stop()
    assert screen.notices == notices
    assert {(shown, 0) for shown in range(1, 41)} <= set(turns)
    bridge.close()


def test_what_comes_while_the_last_is_handed_over_has_a_round_of_its_own_too(qtbot: QtBot) -> None:
    docks = StoryDocks()
    bridge = Bridge(docks)
    screen = Screen(bridge)
    bridge.start()
    turns: list[int] = []
    between = QTimer(interval=0)
    between.timeout.connect(lambda: turns.append(len(screen.notices)))
    between.start()

    def go_on(_notice: Notice) -> None:
        bridge._pause.stop()  # as after a long burst
        docks.say(Notice(NOW, Reason("x", "second", "")))

    bridge.noticed.connect(go_on, Qt.ConnectionType.SingleShotConnection)
    docks.say(Notice(NOW, Reason("x", "first", "")))
    qtbot.waitUntil(lambda: len(screen.notices) == 2)
    between.stop()
    assert 1 in turns
    bridge.close()


def test_a_slot_that_runs_an_event_loop_of_its_own_holds_nothing_up_and_loses_nothing(qtbot: QtBot) -> None:
    docks = StoryDocks()
    bridge = Bridge(docks)
    screen = Screen(bridge)
    bridge.start()
    asked: list[int] = []

    def ask(_notice: Notice) -> None:
        qtbot.waitUntil(lambda: len(screen.notices) == 2)
        docks.say(Notice(NOW, Reason("x", "third", "")))
        qtbot.waitUntil(lambda: len(screen.notices) == 3)
        asked.append(len(screen.notices))

    bridge.noticed.connect(ask, Qt.ConnectionType.SingleShotConnection)
    with bridge._lock:
        for words in ("first", "second"):
            bridge._news.take(Notice(NOW, Reason("x", words, "")))
        bridge._wake_up()
    qtbot.waitUntil(lambda: asked == [3])
    assert [notice.reason.what_happened for notice in screen.notices] == ["first", "second", "third"]
    bridge.close()


def test_a_stop_is_told_unless_somebody_took_over_at_once(qtbot: QtBot) -> None:
    docks = StoryDocks()
    bridge = Bridge(docks)
    screen = Screen(bridge)
    bridge.start()
    docks.say(OwnerGone())
    docks.say(msgspec.structs.replace(empty("A1", NOW), run=1))
    qtbot.waitUntil(lambda: screen.newest() == {"A1": 1})
    assert screen.stopped == 0
    docks.say(OwnerGone())
    qtbot.waitUntil(lambda: screen.stopped == 1)
    bridge.close()


def test_an_act_is_done_off_the_qt_thread_and_answered_on_it(qtbot: QtBot) -> None:
    docks = StoryDocks(answer=Answer(False, "A1 is at work."))
    doing: list[threading.Thread] = []
    docks.before_answer = lambda: doing.append(threading.current_thread())
    bridge = Bridge(docks)
    screen = Screen(bridge)
    bridge.act(Accept("A1"))
    qtbot.waitUntil(lambda: screen.answers == [(Accept("A1"), Answer(False, "A1 is at work."))])
    assert doing != [threading.main_thread()]
    assert screen.threads == {bridge.thread()}
    bridge.close()


def test_a_defect_in_an_act_is_logged_and_answered(qtbot: QtBot, caplog: pytest.LogCaptureFixture) -> None:
    docks = StoryDocks()

    def break_down() -> None:
        raise ZeroDivisionError

    docks.before_answer = break_down
    bridge = Bridge(docks)
    screen = Screen(bridge)
    bridge.act(Accept("A1"))
    qtbot.waitUntil(lambda: len(screen.answers) == 1)
    assert not screen.answers[0][1].done
    assert "ZeroDivisionError" in caplog.text
    bridge.close()


def test_acts_that_have_not_begun_hold_up_no_closing(qtbot: QtBot) -> None:
    docks = StoryDocks()
    held, begun = threading.Event(), threading.Semaphore(0)

    def hold() -> None:
        begun.release()
        held.wait()

    docks.before_answer = hold
    bridge = Bridge(docks)
    bridge.start()
    for bay in ("A1", "A2", "A3"):
        bridge.act(Accept(bay))
    assert all(begun.acquire(timeout=10) for _ in range(2)), "both workers are at an act"
    letting_go = threading.Timer(0.2, held.set)
    letting_go.start()
    bridge.close()
    letting_go.join()
    assert docks.acts == [Accept("A1"), Accept("A2")]


def test_closing_in_a_flood_leaves_no_thread_and_delivers_nothing_more(qtbot: QtBot) -> None:
    before = set(threading.enumerate())
    docks = StoryDocks()
    bridge = Bridge(docks)
    screen = Screen(bridge)
    bridge.start()
    flowing, stop = threading.Event(), threading.Event()

    def lane() -> None:
        hear = docks.listeners[0]
        while not stop.is_set():
            hear(empty("A1", NOW))
            flowing.set()

    flood = threading.Thread(target=lane)
    flood.start()
    assert flowing.wait(10)
    bridge.act(Accept("A1"))
    bridge.close()
    delivered = len(screen.deliveries)
    bridge.hear(msgspec.structs.replace(empty("A1", NOW), state=BayState.READY))
    qtbot.wait(1)
    stop.set()
    flood.join()
    assert len(screen.deliveries) == delivered
    assert docks.listeners == []
    bridge.close()
    qtbot.waitUntil(lambda: set(threading.enumerate()) <= before)
