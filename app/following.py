"""Who follows events: told of each from now on, and the first one also of what happened before it came."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

from app.snapshot import BaySnapshot, Event, OwnerGone, StationView

Listener = Callable[[Event], None]

MOST = 10_000
"""So many events are kept for the first follower; the oldest are forgotten first."""

STANDING = (BaySnapshot, StationView, OwnerGone)
"""What tells how something stands: who comes to follow asks for the newest, and needs none of those before."""


class Followers:
    """The listeners of one source of events. A listener is called on whatever thread tells, and is quickly done."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._listeners: tuple[Listener, ...] = ()
        self._early: deque[Event] | None = deque(maxlen=MOST)

    @property
    def anyone(self) -> bool:
        """Whether somebody follows."""
        return bool(self._listeners)

    def add(self, listener: Listener) -> Callable[[], None]:
        """Tell this listener from now on; the result ends that."""
        with self._guard:
            early, self._early = self._early, None
            for event in early or ():
                listener(event)
            self._listeners += (listener,)

        def leave() -> None:
            with self._guard:
                self._listeners = tuple(one for one in self._listeners if one is not listener)

        return leave

    def tell(self, event: Event) -> None:
        """Tell everyone, or keep what happened until somebody comes."""
        with self._guard:
            listeners = self._listeners
            if self._early is not None and not isinstance(event, STANDING):
                self._early.append(event)
        for listener in listeners:
            listener(event)
