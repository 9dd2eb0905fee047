import threading

from app.board import Board, Herald, bay_order
from app.custody.values import Docked
from app.snapshot import BaySnapshot, BayState, Event, Finished, RecordingState, RecordingView


class Listener:
    """Keeps what it hears, and lets a test wait for it."""

    def __init__(self) -> None:
        self.heard: list[Event] = []
        self.changed = threading.Condition()

    def __call__(self, event: Event) -> None:
        with self.changed:
            self.heard.append(event)
            self.changed.notify_all()

    def wait_for(self, wanted: object) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: wanted in self.heard, 10), f"never heard {wanted}"


def test_the_last_snapshot_of_a_flood_is_never_lost_and_few_are_said() -> None:
    herald, listener = Herald(), Listener()
    herald.follow(listener)
    board = Board(herald, "A1", "1-1")
    for percent in range(10_000):
        board.change(battery_percent=percent % 101)
    board.change(battery_percent=77)
    listener.wait_for(board.shown)
    herald.close()
    said = [event for event in listener.heard if isinstance(event, BaySnapshot)]
    assert said[-1].battery_percent == 77
    assert len(said) < 200


def test_an_event_comes_after_the_snapshot_that_was_shown_before_it() -> None:
    herald, listener = Herald(), Listener()
    herald.follow(listener)
    board = Board(herald, "A1", "1-1")
    board.change(state=BayState.READY)
    done = Finished("A1", 1, 0, 0, 0)
    board.say(done)
    listener.wait_for(done)
    herald.close()
    assert listener.heard.index(done) > listener.heard.index(board.shown)


def test_closing_says_what_was_left_and_ends_the_thread() -> None:
    herald, listener = Herald(), Listener()
    herald.follow(listener)
    board = Board(herald, "A1", "1-1")
    board.change(state=BayState.COPYING)
    herald.close()
    assert listener.heard[-1] == board.shown
    assert not any(thread.name == "herald" for thread in threading.enumerate())


def test_who_left_hears_nothing_more() -> None:
    herald, stays, leaves = Herald(), Listener(), Listener()
    herald.follow(stays)
    leave = herald.follow(leaves)
    leave()
    board = Board(herald, "A1", "1-1")
    listener_done = Finished("A1", 1, 0, 0, 0)
    board.say(listener_done)
    stays.wait_for(listener_done)
    herald.close()
    assert leaves.heard == []


def test_since_changes_with_the_state_only() -> None:
    herald = Herald()
    board = Board(herald, "A1", "1-1")
    board.change(state=BayState.COPYING)
    since = board.shown.since
    board.change(rate=5.0, state=BayState.COPYING)
    assert board.shown.since == since
    board.change(state=BayState.PROVING)
    assert board.shown.since > since
    herald.close()


def test_one_recording_changes_and_the_others_stay() -> None:
    herald = Herald()
    board = Board(herald, "A1", "1-1")
    one = RecordingView("a.mp4", 10, RecordingState.ON_CAMERA)
    board.change(recordings=(one, one))
    board.recording(1, state=RecordingState.SEALED, done=10)
    herald.close()
    assert board.shown.recordings is not None
    assert [view.state for view in board.shown.recordings] == [RecordingState.ON_CAMERA, RecordingState.SEALED]


def test_bays_are_in_order_of_letter_and_number() -> None:
    assert sorted(["B1", "A10", "A2", "A1"], key=bay_order) == ["A1", "A2", "A10", "B1"]


def test_what_custody_knows_is_shown_of_the_camera_that_is_there_and_of_no_other() -> None:
    herald = Herald()
    board = Board(herald, "A1", "1-1")
    board.start(BayState.READY, serial="CAM-0001")
    known = Docked("BWV-1", brought_by="1234", acknowledged=True)
    board.show_custody("CAM-0002", known)
    assert board.shown.asset is None
    board.show_custody("CAM-0001", known)
    assert (board.shown.asset, board.shown.brought_by, board.shown.acknowledged) == ("BWV-1", "1234", True)
    board.show_custody("CAM-0001", None)
    assert board.shown.asset is None
    board.show_custody("CAM-0001", known)
    board.change(state=BayState.REMOVED_EARLY)
    board.show_custody("CAM-0001", None)
    assert board.shown.brought_by == "1234"
    herald.close()
