"""A session, byte by byte: what goes over the wire, and the way back when a transaction breaks."""

from __future__ import annotations

import errno
import struct
import threading

import pytest

from drivers import errors
from drivers.camera import Ring, Stopped
from drivers.models import Quirk
from drivers.mtp.codes import Op
from drivers.mtp.session import Session, TooMuchData
from drivers.usb import Wire
from tests.drivers.mtp import packing
from tests.drivers.mtp.packing import command, data, response
from tests.drivers.scripted import Call, Control, Event, In, Out, ScriptedBackend, Step, error, timeout

GET_DEVICE_INFO, OPEN, CLOSE, IDS, GET, DELETE = 0x1001, 0x1002, 0x1003, 0x1004, 0x1009, 0x100B
BUSY, GENERAL_ERROR, NOT_OPEN, ALREADY_OPEN = 0x2019, 0x2002, 0x2003, 0x201E
INFO = packing.device_info((GET_DEVICE_INFO, OPEN, CLOSE))

OPENING: list[Step] = [
    Out(command(OPEN, 0, 1)),
    In(response(0)),
    Out(command(GET_DEVICE_INFO, 1)),
    In(data(GET_DEVICE_INFO, 1, INFO)),
    In(response(1)),
]
READY = struct.pack("<HH", 4, 0x2001)


def cancelled(transaction: int, *drained: bytes) -> list[Step]:
    """What the host does to cancel: request, status, drain until silent, one event."""
    return [
        Control(0x64, struct.pack("<HI", 0x4001, transaction)),
        Control(0x67, READY),
        *(In(raw) for raw in drained),
        In(fails=timeout()),
        Event(fails=timeout()),
    ]


class Opened:
    """A session that was opened by its script, and goes on by the steps given."""

    def __init__(self, *steps: Step, quirks: frozenset[Quirk] = frozenset(), opening: list[Step] = OPENING) -> None:
        self.backend = ScriptedBackend([*opening, *steps])
        self.stop = threading.Event()
        self.session = Session(Wire(self.backend, object(), 0), quirks, self.stop)
        self.session.open()

    def read(self, size: int, ring: Ring | None = None) -> bytes:
        ring = ring or Ring(1, 4096)
        got = b""
        for buffer, part in self.session.stream(Op.GetObject, (7,), ring, size):
            got += part.tobytes()
            part.release()
            ring.give(buffer)
        return got

    def finish(self) -> None:
        self.backend.finish()


def test_it_opens_with_transaction_0_and_counts_from_1():
    opened = Opened()
    assert opened.session.info.serial == "S1"
    opened.finish()


def test_an_answer_in_three_transfers():
    opened = Opened(Out(command(IDS, 2)), In(data(IDS, 2, b"abcd")), In(response(2)))
    assert opened.session.ask(Op.GetStorageIDs) == b"abcd"
    opened.finish()


@pytest.mark.parametrize(
    "pieces",
    [
        [data(IDS, 2, b"abcd") + response(2)],
        [data(IDS, 2, b"abcd")[:12], b"abcd", response(2)],
        [data(IDS, 2, b"abcd")[:5], data(IDS, 2, b"abcd")[5:14], b"cd" + response(2)[:3], response(2)[3:]],
        [b"", data(IDS, 2, b"abcd"), b"", b"", response(2)],
        [bytes([byte]) for byte in data(IDS, 2, b"abcd") + response(2)],
    ],
    ids=["merged", "split header", "anyhow", "empty packets", "byte by byte"],
)
def test_an_answer_in_any_transfers(pieces):
    opened = Opened(Out(command(IDS, 2)), *(In(piece) for piece in pieces))
    assert opened.session.ask(Op.GetStorageIDs) == b"abcd"
    opened.finish()


def test_late_answers_of_earlier_transactions_are_passed_over():
    late = [In(data(IDS, 1, b"old")), In(response(1)), In(response(0))]
    opened = Opened(Out(command(IDS, 2)), *late, In(data(IDS, 2, b"new")), In(response(2)))
    assert opened.session.ask(Op.GetStorageIDs) == b"new"
    opened.finish()


def test_late_answers_without_end_are_not():
    opened = Opened(Out(command(IDS, 2)), *[In(response(1))] * 16, *cancelled(2), Out(command(IDS, 3)),
                    In(data(IDS, 3, b"new")), In(response(3)))  # fmt: skip
    assert opened.session.ask(Op.GetStorageIDs) == b"new"
    opened.finish()


@pytest.mark.parametrize(
    "wrong",
    [
        [response(9)],
        [data(0x1005, 2, b"abcd")],
        [packing.container(4, 0x4002, 2)],
        [response(2)],
        [data(IDS, 2, b"abcd"), data(IDS, 2, b"abcd")],
    ],
    ids=["transaction to come", "data of another operation", "an event", "no data", "data twice"],
)
def test_a_wrong_container_is_cancelled_and_asked_again(wrong):
    opened = Opened(Out(command(IDS, 2)), *(In(raw) for raw in wrong), *cancelled(2, b"rest"), Out(command(IDS, 3)),
                    In(data(IDS, 3, b"right")), In(response(3)))  # fmt: skip
    assert opened.session.ask(Op.GetStorageIDs) == b"right"
    opened.finish()


def test_the_ladder_is_climbed_rung_by_rung_and_then_the_fault_is_raised():
    silence = [In(fails=timeout())] * 4
    reopened: list[Step] = [Out(command(OPEN, 0, 1)), In(response(0)), Out(command(IDS, 1)), *silence]
    opened = Opened(
        Out(command(IDS, 2)),
        *silence,
        *cancelled(2),
        Out(command(IDS, 3)),
        *silence,
        Control(0x66),
        Control(0x67, READY),
        In(fails=timeout()),
        *reopened,
        Call("reset"),
        *reopened,
    )
    with pytest.raises(errors.TransferTimeout):
        opened.session.ask(Op.GetStorageIDs)
    opened.finish()


def test_a_rung_that_breaks_gives_way_to_the_next():
    opened = Opened(
        Out(command(IDS, 2)),
        In(fails=error(errno.EIO)),
        Control(0x64, fails=error(errno.EPIPE)),
        Control(0x66, fails=error(errno.EPIPE)),
        Call("reset"),
        Out(command(OPEN, 0, 1)),
        In(response(0)),
        Out(command(IDS, 1)),
        In(data(IDS, 1, b"abcd")),
        In(response(1)),
    )
    assert opened.session.ask(Op.GetStorageIDs) == b"abcd"
    opened.finish()


def test_a_camera_that_is_gone_is_not_climbed_for():
    opened = Opened(Out(command(IDS, 2)), In(fails=error(errno.ENODEV)))
    with pytest.raises(errors.DeviceGone):
        opened.session.ask(Op.GetStorageIDs)
    opened.finish()


def test_a_stall_is_cleared_and_so_are_the_endpoints_that_the_status_names():
    opened = Opened(
        Out(command(IDS, 2)),
        In(fails=error(errno.EPIPE)),
        Call("clear_halt", 0x81),
        Control(0x64, struct.pack("<HI", 0x4001, 2)),
        Control(0x67, struct.pack("<HHII", 12, 0x201F, 0x81, 0x02)),
        Call("clear_halt", 0x81),
        Call("clear_halt", 0x02),
        In(fails=timeout()),
        Event(fails=timeout()),
        Out(command(IDS, 3)),
        In(data(IDS, 3, b"abcd")),
        In(response(3)),
    )
    assert opened.session.ask(Op.GetStorageIDs) == b"abcd"
    opened.finish()


def test_a_camera_that_must_not_be_cleared_is_reset():
    opened = Opened(
        Out(command(IDS, 2)),
        In(fails=error(errno.EPIPE)),
        Control(0x64, struct.pack("<HI", 0x4001, 2)),
        Control(0x67, READY),
        In(fails=error(errno.EPIPE)),
        Control(0x66),
        Control(0x67, READY),
        In(fails=timeout()),
        Out(command(OPEN, 0, 1)),
        In(response(0)),
        Out(command(IDS, 1)),
        In(data(IDS, 1, b"abcd")),
        In(response(1)),
        quirks=frozenset({Quirk.NO_CLEAR_HALT}),
    )
    assert opened.session.ask(Op.GetStorageIDs) == b"abcd"
    opened.finish()


def test_the_status_is_polled_while_it_says_busy():
    busy = struct.pack("<HH", 4, BUSY)
    steps = cancelled(2)
    steps[1:1] = [Control(0x67, busy), Control(0x67, busy)]
    opened = Opened(Out(command(IDS, 2)), In(response(9)), *steps, Out(command(IDS, 3)),
                    In(data(IDS, 3, b"abcd")), In(response(3)))  # fmt: skip
    assert opened.session.ask(Op.GetStorageIDs) == b"abcd"
    opened.finish()


def test_a_camera_without_the_status_request_counts_as_ready():
    steps = cancelled(2)
    steps[1] = Control(0x67, b"")
    opened = Opened(Out(command(IDS, 2)), In(response(9)), *steps, Out(command(IDS, 3)),
                    In(data(IDS, 3, b"abcd")), In(response(3)))  # fmt: skip
    assert opened.session.ask(Op.GetStorageIDs) == b"abcd"
    opened.finish()


def test_a_busy_camera_is_asked_again_and_then_told_of():
    opened = Opened(Out(command(IDS, 2)), In(response(2, BUSY)), Out(command(IDS, 3)), In(response(3, BUSY)),
                    Out(command(IDS, 4)), In(data(IDS, 4, b"abcd")), In(response(4)))  # fmt: skip
    assert opened.session.ask(Op.GetStorageIDs) == b"abcd"
    opened.finish()
    asked = [step for n in (2, 3, 4) for step in (Out(command(IDS, n)), In(response(n, BUSY)))]
    opened = Opened(*asked)
    with pytest.raises(errors.DeviceBusy):
        opened.session.ask(Op.GetStorageIDs)
    opened.finish()


def test_a_wait_for_a_busy_camera_ends_when_asked_to_stop():
    opened = Opened(Out(command(IDS, 2)), In(response(2, BUSY)), *cancelled(2))
    opened.stop.set()
    with pytest.raises(Stopped):
        opened.session.ask(Op.GetStorageIDs)
    opened.finish()


def test_a_wait_for_an_answer_ends_when_asked_to_stop_and_the_request_is_cancelled():
    opened = Opened(Out(command(IDS, 2)), In(fails=timeout()), *cancelled(2))
    opened.stop.set()
    with pytest.raises(Stopped):
        opened.session.ask(Op.GetStorageIDs)
    opened.finish()


def test_a_session_that_is_already_open_is_closed_first():
    opened = Opened(opening=[Out(command(OPEN, 0, 1)), In(response(0, ALREADY_OPEN, 1)), Out(command(CLOSE, 1)),
                             In(response(1)), *OPENING])  # fmt: skip
    opened.finish()


def test_a_session_that_does_not_let_itself_be_closed_is_reset():
    left: list[Step] = [Out(command(OPEN, 0, 1)), In(response(0, ALREADY_OPEN, 1))]
    reset: list[Step] = [Control(0x66), Control(0x67, READY), In(fails=timeout())]
    refused: list[Step] = [Out(command(CLOSE, 1)), In(response(1, 0x2004))]
    Opened(opening=[*left, *refused, *left, *reset, *OPENING]).finish()


def test_a_session_that_the_camera_has_lost_is_opened_again():
    opened = Opened(Out(command(IDS, 2)), In(response(2, NOT_OPEN)), Out(command(OPEN, 0, 1)), In(response(0)),
                    Out(command(IDS, 1)), In(data(IDS, 1, b"abcd")), In(response(1)))  # fmt: skip
    assert opened.session.ask(Op.GetStorageIDs) == b"abcd"
    opened.finish()


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (GENERAL_ERROR, errors.RequestRefused),
        (0x2009, errors.ObjectMissing),
        (0x200D, errors.WriteProtected),
        (0x200E, errors.WriteProtected),
        (0x200F, errors.WriteProtected),
        (0x2012, errors.RequestRefused),
        (0x2013, errors.StorageUnavailable),
        (0xA123, errors.RequestRefused),
    ],
)
def test_a_refusal_is_told_by_its_kind(code, kind):
    opened = Opened(Out(command(DELETE, 2, 7, 0)), In(response(2, code)))
    with pytest.raises(errors.DeviceError, match=f"0x{code:04X}") as caught:
        opened.session.tell(Op.DeleteObject, 7, 0, repeat=False)
    assert type(caught.value) is kind
    opened.finish()


def test_a_request_that_changes_something_is_never_repeated():
    opened = Opened(Out(command(DELETE, 2, 7, 0)), *[In(fails=timeout())] * 4, *cancelled(2))
    with pytest.raises(errors.TransferTimeout):
        opened.session.tell(Op.DeleteObject, 7, 0, repeat=False)
    opened.finish()


def test_data_to_the_camera_go_in_a_container_of_their_own():
    opened = Opened(Out(command(0x1016, 2, 0x5011)), Out(data(0x1016, 2, b"\x01\0\0")), In(response(2)))
    opened.session.tell(Op.SetDevicePropValue, 0x5011, data=b"\x01\0\0")
    opened.finish()


def test_a_container_of_full_packets_to_the_camera_is_closed_by_an_empty_one():
    payload = bytes(512 - 12)
    opened = Opened(Out(command(0x1016, 2, 0x5011)), Out(data(0x1016, 2, payload)), Out(b""), In(response(2)))
    opened.session.tell(Op.SetDevicePropValue, 0x5011, data=payload)
    opened.finish()


@pytest.mark.parametrize("size", [0, 1, 499, 500, 501, 4084, 4085, 10_000])
def test_an_object_is_read_in_the_callers_buffers(size):
    body = bytes(n % 251 for n in range(size))
    raw = data(GET, 2, body)
    opened = Opened(Out(command(GET, 2, 7)), *(In(raw[n : n + 4096]) for n in range(0, len(raw), 4096)),
                    In(response(2)))  # fmt: skip
    assert opened.read(size) == body
    opened.finish()


def test_an_object_of_unknown_length_ends_where_its_size_says():
    head = struct.pack("<IHHI", 0xFFFFFFFF, 2, GET, 2)
    opened = Opened(Out(command(GET, 2, 7)), In(head + b"a" * 500), In(b"b" * 100 + response(2)))
    assert opened.read(600) == b"a" * 500 + b"b" * 100
    opened.finish()


def test_a_response_amid_the_data_is_the_end_and_not_data():
    head = struct.pack("<IHHI", 12 + 600, 2, GET, 2)
    opened = Opened(Out(command(GET, 2, 7)), In(head + b"a" * 500), In(response(2)))
    assert opened.read(600) == b"a" * 500
    opened.finish()


def test_more_data_than_due_are_never_given_out():
    opened = Opened(Out(command(GET, 2, 7)), In(data(GET, 2, b"a" * 600)), *cancelled(2))
    stream = opened.session.stream(Op.GetObject, (7,), Ring(2, 4096), 100)
    _, part = next(stream)
    assert part.tobytes() == b"a" * 100
    with pytest.raises(TooMuchData, match="600"):
        next(stream)
    opened.finish()


def test_a_reader_who_leaves_early_cancels_and_the_session_goes_on():
    head = struct.pack("<IHHI", 12 + 9000, 2, GET, 2)
    ring = Ring(1, 4096)
    opened = Opened(Out(command(GET, 2, 7)), In(head + b"a" * 4084), *cancelled(2), Out(command(IDS, 3)),
                    In(data(IDS, 3, b"abcd")), In(response(3)))  # fmt: skip
    stream = opened.session.stream(Op.GetObject, (7,), ring, 9000)
    buffer, part = next(stream)
    part.release()
    stream.close()
    assert opened.session.ask(Op.GetStorageIDs) == b"abcd"
    opened.finish()
    ring.give(buffer)
    assert ring.take() is buffer


def test_a_ring_that_closes_cancels_the_transfer():
    head = struct.pack("<IHHI", 12 + 9000, 2, GET, 2)
    ring = Ring(1, 4096)
    opened = Opened(Out(command(GET, 2, 7)), In(head + b"a" * 4084), *cancelled(2))
    stream = opened.session.stream(Op.GetObject, (7,), ring, 9000)
    next(stream)
    ring.close()
    with pytest.raises(Stopped):
        next(stream)
    opened.finish()


def test_a_buffer_that_was_not_handed_out_is_given_back():
    ring = Ring(1, 4096)
    opened = Opened(Out(command(GET, 2, 7)), In(response(2, GENERAL_ERROR)))
    with pytest.raises(errors.RequestRefused):
        opened.read(100, ring)
    assert len(ring.take()) == 4096
    opened.finish()


@pytest.mark.parametrize(("told", "came"), [(4, b"abcd"), (5, None)])
def test_a_partial_read_must_bring_what_it_says_that_it_sent(told, came):
    opened = Opened(Out(command(0x101B, 2, 7, 0, 8)), In(data(0x101B, 2, b"abcd")), In(response(2, packing.OK, told)))
    stream = opened.session.stream(Op.GetPartialObject, (7, 0, 8), Ring(2, 4096), 8)
    assert next(stream)[1].tobytes() == b"abcd"
    with pytest.raises(StopIteration if came else errors.ProtocolError):
        next(stream)
    opened.finish()


def test_events_are_read_until_there_are_none():
    added = packing.container(packing.EVENT, 0x4002, 0, struct.pack("<I", 9))
    opened = Opened(Event(added), Event(b"short"), Event(added), Event(fails=timeout()))
    assert list(opened.session.events()) == [0x4002, 0x4002]
    opened.finish()


def test_closing_tells_the_camera_and_may_be_done_twice():
    opened = Opened(Out(command(CLOSE, 2)), In(response(2)))
    opened.session.close()
    opened.session.close()
    opened.finish()
    assert opened.backend.closed == 1


def test_closing_after_the_cable_is_gone_is_quiet():
    opened = Opened(Out(command(CLOSE, 2), fails=error(errno.ENODEV)))
    opened.session.close()
    opened.finish()
    assert opened.backend.closed == 1


def test_transaction_ids_skip_the_two_that_mean_something_else():
    opened = Opened(Out(command(IDS, 0xFFFFFFFE)), In(data(IDS, 0xFFFFFFFE, b"")), In(response(0xFFFFFFFE)),
                    Out(command(IDS, 1)), In(data(IDS, 1, b"abcd")), In(response(1)))  # fmt: skip
    opened.session._last = 0xFFFFFFFD  # there is no shorter way to four thousand million requests
    assert opened.session.ask(Op.GetStorageIDs) == b""
    assert opened.session.ask(Op.GetStorageIDs) == b"abcd"
    opened.finish()
