import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.board import Board, Herald
from app.link import SOCKET, NoOwner, Server, address, reach
from app.snapshot import (
    Accept,
    Act,
    Answer,
    BaySnapshot,
    BayState,
    ClearFault,
    Event,
    HoldAll,
    Keep,
    Offload,
    OwnerGone,
    ReportFault,
    Retry,
    Sealed,
    StationView,
)
from tests.app.test_board import Listener


class Station:
    """Docks with a real herald and no cameras: what is tested is how values travel."""

    def __init__(self) -> None:
        self.herald = Herald()
        self.board = Board(self.herald, "A1", "1-1")
        self.acts: list[Act] = []

    def station(self) -> StationView:
        return StationView("Kendal", False, 7, None, 10, 20, "keyring")

    def bays(self) -> tuple[BaySnapshot, ...]:
        return self.herald.newest()

    def follow(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        return self.herald.follow(listener)

    def act(self, act: Act) -> Answer:
        self.acts.append(act)
        return Answer(True, "Started.", runs=(("A1", len(self.acts)),))

    def close(self) -> None:
        self.herald.close()


@pytest.fixture
def deep(tmp_path: Path) -> Path:
    """A home deeper than a socket's path may be long."""
    folder = tmp_path / ("d" * 60) / ("e" * 60)
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def docks() -> Iterator[Station]:
    station = Station()
    yield station
    station.close()


@pytest.fixture
def server(deep: Path, docks: Station) -> Iterator[Server]:
    server = Server(deep, docks)
    yield server
    server.close()


def test_a_client_knows_at_once_what_is_so(deep: Path, docks: Station, server: Server) -> None:
    docks.board.change(state=BayState.COPYING, serial="CAM-0412")
    client = reach(deep)
    assert client.station() == docks.station()
    assert client.bays() == docks.bays()
    client.close()


def test_events_arrive_equal_and_in_order(deep: Path, docks: Station, server: Server) -> None:
    client, listener = reach(deep), Listener()
    client.follow(listener)
    made = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
    sealed = [Sealed("A1", 1, f"{n:032x}", "CAM", "né\n.mp4", 1, "0" * 64, made, 1.5) for n in range(50)]
    for event in sealed:
        docks.board.say(event)
    listener.wait_for(sealed[-1])
    assert [event for event in listener.heard if isinstance(event, Sealed)] == sealed
    client.close()


def test_acts_reach_the_owner_and_are_answered_to_the_one_who_asked(deep: Path, docks: Station, server: Server) -> None:
    first, second = reach(deep), reach(deep)
    assert first.act(Offload(("A1",), keep=True)).runs == (("A1", 1),)
    assert second.act(Retry("A1")).runs == (("A1", 2),)
    assert docks.acts == [Offload(("A1",), keep=True), Retry("A1")]
    first.close()
    second.close()


def test_every_act_of_a_person_reaches_the_owner_as_it_was_said(deep: Path, docks: Station, server: Server) -> None:
    said: list[Act] = [
        Accept("A1"),
        Keep("A1", keep=False),
        HoldAll("A1", "Beschwerde „12“\n"),
        ReportFault("A1", "Lens cracked"),
        ClearFault("A1", "New lens"),
    ]
    client = reach(deep)
    for act in said:
        client.act(act)
    client.close()
    assert docks.acts == said


def test_a_client_hears_that_the_owner_ended(deep: Path, docks: Station) -> None:
    server = Server(deep, docks)
    client, listener = reach(deep), Listener()
    client.follow(listener)
    server.close()
    listener.wait_for(OwnerGone())
    with pytest.raises(NoOwner):
        client.act(Retry("A1"))
    client.close()
    assert not (deep / SOCKET).exists()


def test_without_an_owner_there_is_a_clear_refusal(deep: Path) -> None:
    with pytest.raises(NoOwner, match="No Dockwarden owns"):
        reach(deep)


def test_a_socket_left_by_a_killed_owner_is_replaced(deep: Path, docks: Station) -> None:
    (deep / SOCKET).write_bytes(b"")
    server = Server(deep, docks)
    reach(deep).close()
    server.close()


def test_only_the_same_user_may_open_it(deep: Path, server: Server) -> None:
    assert (deep / SOCKET).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("line", [b"not json\n", b'{"event":"format-all"}\n', b'{"event":"retry","bay":7}\n', b"\n"])
def test_nonsense_costs_that_client_its_place_and_nobody_else(
    deep: Path, docks: Station, server: Server, line: bytes
) -> None:
    good = reach(deep)
    with socket.socket(socket.AF_UNIX) as bad:
        with address(deep) as name:
            bad.connect(name)
        bad.sendall(line)
        bad.settimeout(10)
        while bad.recv(65536):
            pass
    assert docks.acts == []
    assert good.act(Retry("A1")).done
    good.close()
