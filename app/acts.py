"""What people ask of one docked camera: each act is done or refused in words, and recorded under who asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import assert_never

from app.home import Home
from app.lane import Lane
from app.people.acting import Doer
from app.snapshot import MAX_WORDS, Answer, ClearFault, HoldAll, Keep, RecordingState, ReportFault

CustodyAct = HoldAll | ReportFault | ClearFault


def keep(home: Home, lane: Lane, act: Keep, by: Doer, again: Callable[[], Answer]) -> Answer:
    """Release nothing more of this camera, or release as usual: `again` runs the routine for what was kept.

    Raises StorageError; nothing is another way then.
    """
    if not lane.accepted:
        return new(act.bay)
    home.records.keeping(lane.shown.camera_id, act.bay, kept=act.keep, by=by)
    if not act.keep:
        lane.keep(kept=False)
        return again()
    lane.keep(kept=True)
    gone = sum(view.state is RecordingState.RELEASED for view in lane.shown.recordings or ())
    before = f" {gone} {'was' if gone == 1 else 'were'} released before." if gone else ""
    return Answer(True, f"Nothing more is released from the camera in {act.bay} while it is docked.{before}")


def custody(home: Home, lane: Lane, act: CustodyAct, by: Doer) -> Answer:
    """Do an act that is kept with somebody's words. Raises StorageError."""
    camera_id = lane.shown.camera_id
    words = (act.reason if isinstance(act, HoldAll) else act.words).strip()
    if camera_id is None:
        return unknown(lane)
    if (answer := misfit(words)) is not None:
        return answer
    match act:
        case HoldAll():
            held = lane.hold_all(camera_id, by, words)
            recordings = "1 recording" if held == 1 else f"{held} recordings"
            return Answer(True, f"{recordings} of {name(lane)} held; what is sealed of it from now on is held too.")
        case ReportFault():
            home.records.camera_fault(camera_id, faulty=True, by=by.name, words=words, acting=by.acting)
            lane.fault(words)
            return Answer(True, f"The fault of {name(lane)} is kept: it is not ready until somebody says it is mended.")
        case ClearFault():
            return clear_fault(home, lane, camera_id, words, by)
        case _:
            assert_never(act)


def clear_fault(home: Home, lane: Lane, camera_id: str, words: str, by: Doer) -> Answer:
    """Say that a camera is mended, and how."""
    if home.records.fault_of(camera_id) is None:
        return Answer(False, f"No fault of {name(lane)} was reported.", "no-fault")
    home.records.camera_fault(camera_id, faulty=False, by=by.name, words=words, acting=by.acting)
    lane.fault(None)
    return Answer(True, f"The fault of {name(lane)} is put right.")


def misfit(words: str) -> Answer | None:
    """The refusal of words that cannot be kept as somebody's reason, None where they fit."""
    if not words.strip():
        return Answer(False, "Say why, in a few words: they are kept with it.", "no-words")
    if len(words.strip()) > MAX_WORDS:
        return Answer(False, f"That is too long: say it in {MAX_WORDS} characters.", "long-words")
    return None


def name(lane: Lane) -> str:
    """What the camera is called: its serial number, else its bay."""
    return lane.serial or f"the camera in {lane.shown.bay}"


def new(bay: str) -> Answer:
    """Refuse what is asked of a camera that nobody has accepted."""
    return Answer(False, f"The camera in {bay} is new here: accept it first.", "new")


def unknown(lane: Lane) -> Answer:
    """Refuse what is asked of a camera that has not been told apart yet."""
    if not lane.accepted:
        return new(lane.shown.bay)
    words = f"It is not known yet which camera is in {lane.shown.bay}: try again when it has been read."
    return Answer(False, words, "unknown-camera")
