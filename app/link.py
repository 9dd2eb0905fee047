"""The local socket of a home's docks: every other window or command of the same user is a client of the owner.

One line of JSON is one tagged value of `app.snapshot`. The owner says to each client the station, every bay, then all
events from there on; a client says acts, and each is answered once, in order. The socket lies in the home, mode 0600,
and the owner asks the system who connects: only the same user may.
"""

from __future__ import annotations

import contextlib
import logging
import os
import socket
import struct
import threading
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from app.errors import Trouble
from app.following import Followers
from app.snapshot import Act, Answer, BaySnapshot, Docks, Event, OwnerGone, Reason, StationView

log = logging.getLogger(__name__)

SOCKET = "docks.socket"
MAX_LINE = 64 * 1024 * 1024
"""A longer line than this (a bay with some 400,000 recordings) is no line of ours."""
MAX_BEHIND = 10_000
"""A client that leaves this many events unread is let go: it connects anew and gets the newest state."""
ANSWER_LIMIT_S = 30.0
LOOK_S = 0.1
"""How soon it is seen that docks need not be opened any more."""


class Synced(msgspec.Struct, frozen=True, tag_field="event", tag="synced"):
    """The client now knows everything that was so when it connected."""


class NotOpened(msgspec.Struct, frozen=True, tag_field="event", tag="not-opened"):
    """The docks could not be opened where the other end of the connection is, and why."""

    reason: Reason


Said = Event | Answer | Synced | NotOpened

encode = msgspec.json.Encoder().encode
_events = msgspec.json.Decoder(Said)
_acts: msgspec.json.Decoder[Act] = msgspec.json.Decoder(Act)


class NoOwner(Trouble):
    """Nobody owns the docks of this home now, or the owner ended."""

    code = "no-owner"
    what_to_do = "Start Dockwarden: docking goes on where it stopped."


@contextlib.contextmanager
def address(folder: Path) -> Iterator[str]:
    """The socket's address, by its folder's handle: a home may lie deeper than the 107 bytes of a socket's path."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{handle}/{SOCKET}"
    finally:
        os.close(handle)


def _lines(connection: socket.socket) -> Iterator[bytes]:
    with connection.makefile("rb") as stream:
        while line := stream.readline(MAX_LINE):
            if not line.endswith(b"\n"):
                return
            yield line


class Server:
    """Says the owner's events to clients and does their acts; each has its own threads, so none holds another."""

    def __init__(self, folder: Path, docks: Docks) -> None:
        self._folder = folder
        self._docks = docks
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._clients: set[Served] = set()
        self._guard = threading.Lock()
        with contextlib.suppress(FileNotFoundError):
            (folder / SOCKET).unlink()
        with address(folder) as name:
            self._listener.bind(name)
        (folder / SOCKET).chmod(0o600)
        self._listener.listen()
        self._thread = threading.Thread(target=self._accept, name="link", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Let every client go."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()
        with self._guard:
            clients = list(self._clients)
        for client in clients:
            client.close()
        for client in clients:
            client.join()
        with contextlib.suppress(FileNotFoundError):
            (self._folder / SOCKET).unlink()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            try:
                if _same_user(connection):
                    self.welcome(connection)
                else:
                    connection.close()
            except Exception:
                log.exception("a client could not be served")
                connection.close()

    def welcome(self, connection: socket.socket) -> Served:
        """Serve a client."""
        client = Served(connection, self._docks, self._forget)
        client.start()
        with self._guard:
            self._clients.add(client)
        return client

    def _forget(self, client: Served) -> None:
        with self._guard:
            self._clients.discard(client)


def _same_user(connection: socket.socket) -> bool:
    credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    _pid, uid, _gid = struct.unpack("3i", credentials)
    return bool(uid == os.getuid())


class Served:
    """One client, seen from the owner. Snapshots not yet sent give way to newer ones; other events keep their order."""

    def __init__(self, connection: socket.socket, docks: Docks, forget: Callable[[Served], None]) -> None:
        self._connection = connection
        self._docks = docks
        self._forget = forget
        self._changed = threading.Condition()
        self._queue: deque[Said] = deque()
        self._closed = False
        self._sender = threading.Thread(target=self._send, name="link sender", daemon=True)
        self._receiver = threading.Thread(target=self._receive, name="link receiver", daemon=True)

    def start(self) -> None:
        """Say what is so, then follow."""
        self._put(self._docks.station())
        self._leave = self._docks.follow(self._put)
        for bay in self._docks.bays():
            self._put(bay)
        self._put(Synced())
        self._receiver.start()
        self._sender.start()

    def join(self) -> None:
        """Wait until it is gone, and its threads have ended."""
        self._sender.join()

    def close(self) -> None:
        """Let this client go."""
        self._leave()
        self._forget(self)
        with self._changed:
            self._closed = True
            self._changed.notify()
        with contextlib.suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)

    def _put(self, value: Said) -> None:
        with self._changed:
            if isinstance(value, BaySnapshot):
                for old in [one for one in self._queue if isinstance(one, BaySnapshot) and one.bay == value.bay]:
                    self._queue.remove(old)
            self._queue.append(value)
            self._closed = self._closed or len(self._queue) > MAX_BEHIND
            self._changed.notify()

    def _send(self) -> None:
        try:
            while (value := self._take()) is not None:
                self._connection.sendall(encode(value) + b"\n")
        except OSError as gone:
            log.debug("client gone: %s", gone)
        self.close()
        self._receiver.join()
        self._connection.close()

    def _take(self) -> Said | None:
        with self._changed:
            self._changed.wait_for(lambda: self._queue or self._closed)
            return None if self._closed else self._queue.popleft()

    def _receive(self) -> None:
        try:
            for line in _lines(self._connection):
                self._put(self._docks.act(_acts.decode(line)))
        except (OSError, msgspec.MsgspecError) as wrong:
            log.info("client let go: %s", wrong)
        except Exception:
            log.exception("defect while doing an act of a client")
        self.close()


def reach(folder: Path) -> Client:
    """Be a client of the docks of this home. Raises NoOwner when nobody owns them."""
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        with address(folder) as name:
            connection.connect(name)
    except OSError as absent:
        connection.close()
        raise NoOwner(f"No Dockwarden owns the docks of {folder} now.") from absent
    client = Client(connection)
    client.sync()
    return client


class Client:
    """Implements `Docks` over a connection to their owner, once it is synced."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._changed = threading.Condition()
        self._acting = threading.Lock()
        self._station: StationView | None = None
        self._bays: dict[str, BaySnapshot] = {}
        self._answers: deque[Answer] = deque()
        self._followers = Followers()
        self._synced = self._gone = False
        self.not_opened: Reason | None = None
        self._thread = threading.Thread(target=self._receive, name="link", daemon=True)
        self._thread.start()

    def sync(self, unless: Callable[[], bool] | None = None) -> None:
        """Wait until everything is known that was so at the connection. Raises NoOwner when that does not come.

        With `unless` it is waited for as long as that is not so: docks that are being opened take their time.
        """
        if unless is None:
            self._wait(lambda: self._synced)
            return
        with self._changed:
            while not (self._synced or self._gone or unless()):
                self._changed.wait(LOOK_S)
        if not self._synced:
            raise NoOwner("The docks were not opened.")

    def station(self) -> StationView:
        """The newest view of the station."""
        if self._station is None:
            raise NoOwner("The Dockwarden that owns the docks did not say who it is.")
        return self._station

    def bays(self) -> tuple[BaySnapshot, ...]:
        """The newest snapshot of every bay, as the owner orders them."""
        with self._changed:
            return tuple(self._bays.values())

    def follow(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        """Call `listener` with every event from now on; the result ends that."""
        with self._changed:
            leave, gone = self._followers.add(listener), self._gone
        if gone:
            listener(OwnerGone())
        return leave

    def act(self, act: Act) -> Answer:
        """Send an act and wait for its answer. Raises NoOwner when the owner ends meanwhile."""
        with self._acting:
            try:
                self._connection.sendall(encode(act) + b"\n")
            except OSError as gone:
                raise NoOwner("The Dockwarden that owned the docks ended.") from gone
            self._wait(lambda: bool(self._answers))
            return self._answers.popleft()

    def close(self) -> None:
        """Leave the owner."""
        self._hang_up()
        self._thread.join()
        self._connection.close()

    def _hang_up(self) -> None:
        """End the connection: after an answer that did not come in time, the next one would be taken for it."""
        with contextlib.suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)

    def _wait(self, what: Callable[[], bool]) -> None:
        with self._changed:
            arrived = self._changed.wait_for(lambda: what() or self._gone, ANSWER_LIMIT_S)
        if not arrived or not what():
            self._hang_up()
            raise NoOwner("The Dockwarden that owned the docks ended or does not answer.")

    def _receive(self) -> None:
        try:
            for line in _lines(self._connection):
                self._note(_events.decode(line))
        except (OSError, msgspec.MsgspecError) as wrong:
            log.info("owner lost: %s", wrong)
        with self._changed:
            self._gone = True
            self._changed.notify_all()
        self._followers.tell(OwnerGone())

    def _note(self, value: Any) -> None:
        with self._changed:
            if isinstance(value, Answer):
                self._answers.append(value)
            elif isinstance(value, Synced):
                self._synced = True
            elif isinstance(value, NotOpened):
                self.not_opened = value.reason
            elif isinstance(value, StationView):
                self._station = value
            elif isinstance(value, BaySnapshot):
                self._bays[value.bay] = value
            self._changed.notify_all()
        if not isinstance(value, Answer | Synced | NotOpened):
            self._followers.tell(value)
