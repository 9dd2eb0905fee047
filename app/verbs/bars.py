"""Progress in the terminal: a bar for each camera, from the same snapshots as the window's cards."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Self

from app.snapshot import BaySnapshot, Docks, Event, RecordingState
from app.verbs.output import Output
from app.words import size_words, time_words

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


class Bars:
    """Shows bars on standard error while it is a terminal; without one it shows nothing and costs nothing."""

    def __init__(self, output: Output, docks: Docks) -> None:
        self._progress = terminal_bars() if sys.stderr.isatty() and not output.json else None
        self._tasks: dict[str, TaskID] = {}
        self._docks = docks

    def __enter__(self) -> Self:
        if self._progress is not None:
            self._progress.start()
            for bay in self._docks.bays():
                self.show(bay)
        return self

    def __exit__(self, *exc: object) -> None:
        if self._progress is not None:
            self._progress.stop()

    def show(self, event: Event) -> None:
        """Show a snapshot; other events have no bar."""
        if self._progress is None or not isinstance(event, BaySnapshot) or event.vendor_id is None:
            return
        views = event.recordings or ()
        finished = {RecordingState.SEALED, RecordingState.RELEASED}
        done = sum(view.size if view.state in finished else view.done for view in views)
        total = sum(view.size for view in views)
        told = told_of(event, len(views), done)
        if event.bay not in self._tasks:
            self._tasks[event.bay] = self._progress.add_task(event.bay, told=told)
        self._progress.update(
            self._tasks[event.bay],
            description=f"{event.bay} {event.serial or ''}",
            completed=done,
            total=total or None,
            told=told,
        )


def terminal_bars() -> Progress:
    """A bar's columns, on standard error. What a camera says is shown as it is, never as markup."""
    from rich.console import Console  # noqa: PLC0415  80 ms that only a terminal pays
    from rich.progress import BarColumn, Progress, TextColumn  # noqa: PLC0415

    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=30),
        TextColumn("{task.fields[told]}", markup=False),
        console=Console(stderr=True),
    )


def told_of(event: BaySnapshot, count: int, done: int) -> str:
    """The words beside a bar."""
    finished = {RecordingState.SEALED, RecordingState.RELEASED}
    safe = sum(view.state in finished for view in event.recordings or ())
    parts = [event.state.value, f"{safe} of {count}", size_words(done)]
    if event.rate:
        parts.append(f"{size_words(event.rate)}/s")
    if event.seconds_left:
        parts.append(f"{time_words(event.seconds_left)} left")
    return " · ".join(parts)
