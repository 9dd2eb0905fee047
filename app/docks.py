"""The docks of a home for a program that stays: own them if nobody does, follow the owner if somebody does.

When the owner ends, the next process takes over, and docking goes on there. A program with a window owns them by a
process beside it (`app.beside`), so that sixteen cameras at work never hold the window up.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, Self

from app.board import now
from app.errors import KNOWN, HomeBusy, reason_of
from app.following import Followers
from app.home import Home
from app.link import Client, NoOwner, Server, reach
from app.lock import HomeLock
from app.snapshot import Act, Answer, BaySnapshot, Docks, Event, Notice, OwnerGone, StationView

if TYPE_CHECKING:
    from drivers.presence import Source

TRIES = 50
RETRY_S = 2.0
"""How often a program that stays tries to reach the docks again."""

PAUSE_S = 0.1
"""Between an owner that holds the lock and its socket that answers there is a moment; so long it is waited for."""


Own = Callable[[Callable[[], bool]], "OwnedDocks | Client"]
"""Comes to own the docks, in this process or by another, unless what it is given says that nobody wants them any more.

Raises HomeBusy when another process owns them already, and what stands in the way.
"""


class OwnedDocks:
    """The docks in this process, served to others while they are open. Implements `Docks`.

    Raises HomeBusy when another process owns them. `sources` is called only once they are ours. Whoever is at the other
    end of `first` is served before anything is docked, and misses no news.
    """

    def __init__(
        self,
        home: Home,
        sources: Callable[[], Sequence[Source]],
        *,
        automatic: bool,
        first: socket.socket | None = None,
    ) -> None:
        from app.mailing import Postman  # noqa: PLC0415  the window is painted before what they stand on is loaded
        from app.notary import Notary  # noqa: PLC0415
        from app.owner import Owner  # noqa: PLC0415
        from app.patrol import Patrol  # noqa: PLC0415
        from app.thumbnails import Thumbnailer  # noqa: PLC0415

        with ExitStack() as undo:
            lock = HomeLock(home.folder)
            undo.callback(lock.release)
            home.go_on()
            self.owner = Owner(home, sources(), automatic=automatic)
            undo.callback(self.owner.close)
            self.owner.look()
            self._server = Server(home.folder, self)
            undo.callback(self._server.close)
            self.first = None if first is None else self._server.welcome(first)
            notary = Notary(home, self.owner.say)
            undo.callback(notary.close)
            notary.start()
            undo.callback(self.owner.stop)
            if automatic:
                self.owner.watch()
                patrol = Patrol(home, self.owner)
                undo.callback(patrol.close)
                patrol.start()
                postman = Postman(home, self.owner.say)
                undo.callback(postman.close)
                postman.start()
                undo.callback(Thumbnailer(home, self.follow).close)
            self._ends = undo.pop_all()

    def station(self) -> StationView:
        """The station as it is now."""
        return self.owner.station()

    def bays(self) -> tuple[BaySnapshot, ...]:
        """The newest snapshot of every bay."""
        return self.owner.bays()

    def follow(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        """Call `listener` with every event from now on."""
        return self.owner.follow(listener)

    def act(self, act: Act) -> Answer:
        """Do an act of a person."""
        return self.owner.act(act)

    def close(self) -> None:
        """Stop the lanes first, so that clients hear how it ended, then let the clients go, the lock last."""
        self._ends.close()


def owned_here(home: Home, sources: Callable[[], Sequence[Source]], *, automatic: bool = True) -> Own:
    """Own the docks in this process."""
    return lambda _unless: OwnedDocks(home, sources, automatic=automatic)


def open_docks(home: Home, own: Own, unless: Callable[[], bool] = bool) -> OwnedDocks | Client:
    """Own the docks, or be a client of who does. Raises HomeBusy when somebody does who does not answer."""
    waiting = threading.Event()
    for _ in range(TRIES):
        with suppress(NoOwner):
            return reach(home.folder)
        try:
            return own(unless)
        except HomeBusy:
            waiting.wait(PAUSE_S)
    raise HomeBusy(f"Another Dockwarden owns the docks of {home.folder}, but does not answer.")


class SharedDocks:
    """Docks that outlive their owner: when it ends, this process takes over or follows the next. Implements `Docks`.

    Without `wait` they are opened behind the caller's back: followers are told how everything stands once they are
    open, or why they cannot be, and the first one what happened before it came; `station` and `bays` wait for it, an
    act is refused.
    """

    def __init__(self, home: Home, own: Own, *, wait: bool = True) -> None:
        self._home = home
        self._own = own
        self._followers = Followers()
        self._closing = False
        self._lost = threading.Event()
        self._opened = threading.Event()
        self._inner: Docks | None = None
        self._trouble: Notice | None = None
        if wait:
            self._inner = self._open()
            self._opened.set()
        else:
            self._lost.set()
        self._keeper = threading.Thread(target=self._keep, name="keeper")
        self._keeper.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def station(self) -> StationView:
        """The newest view of the station."""
        return self._docks().station()

    def bays(self) -> tuple[BaySnapshot, ...]:
        """The newest snapshot of every bay."""
        return self._docks().bays()

    def follow(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        """Call `listener` with every event from now on, whoever owns the docks."""
        leave = self._followers.add(listener)
        if self._trouble is not None:
            listener(self._trouble)
        return leave

    def act(self, act: Act) -> Answer:
        """Do an act of a person; between two owners it is refused in words."""
        if self._inner is None:
            return Answer(False, "The docks are still being opened. Try again in a moment.", NoOwner.code)
        try:
            return self._inner.act(act)
        except NoOwner as nobody:
            return Answer(False, f"{nobody.what_happened} Try again in a moment.", nobody.code)

    def close(self) -> None:
        """Leave the docks."""
        self._closing = True
        self._lost.set()
        self._opened.set()
        self._keeper.join()
        if self._inner is not None:
            self._inner.close()

    def _docks(self) -> Docks:
        """The docks, once they are open. Raises NoOwner when they were closed before that."""
        self._opened.wait()
        if self._inner is None:
            raise NoOwner("The docks were closed before they had been opened.")
        return self._inner

    def _open(self) -> Docks:
        inner = open_docks(self._home, self._own, lambda: self._closing)
        inner.follow(self._tell)
        return inner

    def _tell(self, event: Event) -> None:
        self._followers.tell(event)
        if isinstance(event, OwnerGone):
            self._lost.set()

    def _keep(self) -> None:
        """Take over, or follow the next owner, each time the one before ended."""
        while not self._closing:  # asked after `_lost` is cleared: what `close` says is never missed
            self._lost.wait()
            if self._inner is not None:
                self._inner.close()
            self._lost.clear()  # only now: until it is closed, who ended may say so twice
            self._open_again()

    def _open_again(self) -> None:
        """Try until it works; what stands in the way is told once, and to everyone who comes to follow meanwhile."""
        while not self._closing:
            try:
                self._inner = self._open()
            except KNOWN as trouble:
                if self._trouble is None:
                    self._trouble = Notice(now(), reason_of(trouble), urgent=True)
                    if self._followers.anyone:
                        self._tell(self._trouble)
                self._lost.wait(RETRY_S)
            else:
                self._trouble = None
                self._opened.set()
                self._tell(self._inner.station())
                for bay in self._inner.bays():
                    self._tell(bay)
                return
