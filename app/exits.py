"""The command's exit codes: one for each outcome. They are documented in docs/command.md and stay as they are."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """How a verb ended."""

    DONE = 0
    NOT_ALL_DONE = 1
    USAGE = 2
    NO_CAMERA = 3
    FOUND_WRONG = 4
    TROUBLE = 5
    REFUSED = 6
    NOT_FOUND = 7
    UNHEALTHY = 8
    DEFECT = 70
    INTERRUPTED = 130


MEANING = {
    Exit.DONE: "everything asked for was done",
    Exit.NOT_ALL_DONE: "some recordings could not be sealed or released; messages say which and why",
    Exit.USAGE: "the command line does not fit",
    Exit.NO_CAMERA: "no camera that was asked for is docked",
    Exit.FOUND_WRONG: "verification found something wrong; the first thing is named",
    Exit.TROUBLE: "the home, the keys, the disk or the database kept it from being done",
    Exit.REFUSED: "a rule forbids it; the message says which",
    Exit.NOT_FOUND: "there is no recording or entry of that name",
    Exit.UNHEALTHY: "the doctor found something wrong with this machine or home",
    Exit.DEFECT: "a mistake of Dockwarden itself, logged whole",
    Exit.INTERRUPTED: "stopped by a signal; what was not finished goes on next time",
}
