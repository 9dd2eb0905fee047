"""How often a PIN may be tried: five times, then after 30 s, and after twice as long each time, up to 15 min.

A try is counted, durably, before it is looked at: a program that is killed in between has counted it. Waiting is
measured by the time since the machine started, which nobody can set; after a restart the wait begins anew. The counts
stand in the database and in HOME/tries.json, and the worse of both holds: an older copy of one weakens nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import msgspec
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from app.keys import write_whole
from app.people.values import Refused
from app.vault import disk
from app.words import time_words
from db.people import Throttle as Row

FILE = "tries.json"
MAX_FILE = 1024 * 1024

STATION = "station"
FREE, STATION_FREE = 5, 10
"""So many tries fail without a wait: of one person, and of a whole station, where several mistype in a shift change."""
FIRST_WAIT_S, LONGEST_WAIT_S = 30.0, 15 * 60.0


class Tries(msgspec.Struct, frozen=True, order=True):
    """How often proving failed since it last succeeded, and when it last did, in seconds since the machine started."""

    failures: int
    since_s: float


NONE = Tries(0, 0.0)


def started_s() -> float:
    """Seconds since the machine started, asleep or awake."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if clock is None else time.clock_gettime(clock)


def wait_s(failures: int, free: int) -> float:
    """How long nobody may try after so many failures."""
    over = failures - free
    return 0.0 if over < 0 else min(FIRST_WAIT_S * 2.0 ** min(over, 30), LONGEST_WAIT_S)


class Throttle:
    """Counts the tries of one home, within transactions of its database."""

    def __init__(self, home: Path, clock: Callable[[], float] = started_s) -> None:
        self._path = home / FILE
        self._clock = clock

    def count(self, session: Session, subject: str) -> float:
        """Count a try as failed before it is made; or, if it is too soon, count nothing and give the wait in seconds.

        The caller commits before it looks at what was given. Raises KeysNotKept where nothing can be written down.
        """
        now, kept = self._clock(), self._kept(session)
        mine, stations = kept.get(subject, NONE), kept.get(STATION, NONE)
        wait = max(_left(mine, FREE, now), _left(stations, STATION_FREE, now))
        after = [_begun_anew(tries, now) if wait else Tries(tries.failures + 1, now) for tries in (mine, stations)]
        if after != [mine, stations]:
            self._write(session, kept | dict(zip((subject, STATION), after, strict=True)))
        return wait

    def succeeded(self, session: Session, subject: str) -> None:
        """The try that was counted last was right: the person begins anew, the station forgets theirs and one more.

        So slips do not add up where most get it right, and nobody's own PIN buys many tries of another's.
        """
        kept = self._kept(session)
        mine, stations = kept.get(subject, NONE), kept.get(STATION, NONE)
        fewer = Tries(max(0, stations.failures - mine.failures - 1), stations.since_s)
        self._write(session, kept | {subject: NONE, STATION: fewer})

    def _kept(self, session: Session) -> dict[str, Tries]:
        """The worse of what the file and the database say of everybody."""
        kept = self._read()
        for row in session.scalars(select(Row)):
            kept[row.subject] = max(kept.get(row.subject, NONE), Tries(row.failures, row.since_s))
        return kept

    def _read(self) -> dict[str, Tries]:
        """What the file says; one that is gone or damaged says nothing, and the database still does."""
        try:
            with disk.open_to_read(self._path) as file:
                return msgspec.json.decode(file.read(MAX_FILE), type=dict[str, Tries])
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
            return {}

    def _write(self, session: Session, kept: dict[str, Tries]) -> None:
        """Write both, the file first: whatever is cut off in between, one of them has counted."""
        kept = {subject: tries for subject, tries in kept.items() if tries.failures}
        write_whole(self._path, msgspec.json.encode(kept), new=False)
        session.execute(delete(Row))
        if kept:
            rows = [{"subject": subject, **msgspec.structs.asdict(tries)} for subject, tries in kept.items()]
            session.execute(insert(Row), rows)


def _left(tries: Tries, free: int, now: float) -> float:
    """How long to wait still. Where the clock is behind the last failure, the machine was started since."""
    wait = wait_s(tries.failures, free)
    return wait if now < tries.since_s else max(0.0, tries.since_s + wait - now)


def _begun_anew(tries: Tries, now: float) -> Tries:
    """The same, the wait measured from now on where the machine was started since."""
    return tries if tries.since_s <= now else Tries(tries.failures, now)


def throttled(wait: float) -> Refused:
    """The refusal of a try that comes too soon."""
    return Refused("throttled", "There were too many wrong tries.", f"Try again in {time_words(wait)}.")
