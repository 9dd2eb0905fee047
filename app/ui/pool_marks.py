"""What the docks show of the pool: how each docked camera is handed out, who has an empty bay's, how many are late."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.snapshot import BaySnapshot, BayState
from app.ui import words
from app.ui.asker import Asker
from app.ui.page import Context
from app.ui.words import translate

if TYPE_CHECKING:
    from app.pool import Marks, Out

SOON_MS = 300
"""Several cameras that come or go at once are looked up together."""
UNREAD = frozenset({BayState.EMPTY, BayState.NEW, BayState.QUARANTINED, BayState.IDENTIFYING})
"""The states of a bay in which nobody has asked a camera who it is, or there is none."""


class PoolMarks(QObject):
    """Looks up, on a worker, what the pool says of the docked cameras. `changed`: it says something else now."""

    changed = Signal()

    def __init__(self, context: Context, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._serials: tuple[str, ...] = ()
        self._empty: tuple[str, ...] = ()
        self.marks: Marks | None = None
        self._asker = Asker("dock-pool", self)
        self._asker.answered.connect(self._take)
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(self.look)

    @property
    def is_settled(self) -> bool:
        """Whether nothing is being looked up, or about to be."""
        return not self._soon.isActive() and not self._asker.waiting

    def show_bays(self, snapshots: Iterable[BaySnapshot]) -> None:
        """These are the bays: other cameras than before are looked up, and other empty bays."""
        shown = tuple(snapshots)
        serials = tuple(sorted({one.serial for one in shown if one.serial is not None}))
        empty = tuple(one.bay for one in shown if one.state is BayState.EMPTY)
        if (serials, empty) != (self._serials, self._empty) or self.marks is None:
            self._serials, self._empty = serials, empty
            self.look_soon()

    @Slot()
    def look_soon(self) -> None:
        """Look it all up again in a moment, once for all that happens until then."""
        if not self._soon.isActive():
            self._soon.start()

    @Slot()
    def look(self) -> None:
        """Look it all up again."""
        self._asker.ask(partial(_look, self._context, self._serials, self._empty))

    @Slot(object)
    def _take(self, marks: Marks) -> None:
        if marks != self.marks:
            self.marks = marks
            self.changed.emit()

    def close(self) -> None:
        """Look nothing up any more."""
        self._soon.stop()
        self._asker.close()

    def words(self, snapshot: BaySnapshot) -> str:
        """What the pool says of the camera in a bay, or last in it: "pool", "personal 1333"; "" for nothing."""
        marks = self.marks
        if marks is not None and snapshot.state is BayState.EMPTY and snapshot.bay in marks.out:
            return self._out_words(marks.out[snapshot.bay])
        if marks is None or not marks.pooled or snapshot.serial not in marks.of or snapshot.state in UNREAD:
            return ""
        mark = marks.of[snapshot.serial]
        if mark is None:
            return translate("face", "not in the pool")
        mode = {
            "pool": translate("face", "pool"),
            "allocated": translate("face", "allocated"),
            "personal": translate("face", "personal"),
        }[mark.mode]
        return mode if mark.assigned is None else f"{mode} {mark.assigned}"

    def _out_words(self, out: Out) -> str:
        text = (
            translate("face", "{camera} taken by somebody unknown, {time}")
            if out.collar is None
            else translate("face", "{camera} out with {collar} since {time}")
        )
        since = words.moment(out.since, self._context.clock())
        return text.format(camera=out.asset, collar=out.collar, time=since)


def _look(context: Context, serials: tuple[str, ...], empty: tuple[str, ...]) -> Marks:
    """On a worker."""
    return context.home.pool.marks(serials, empty, context.clock())
