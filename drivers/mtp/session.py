"""A PTP session: transactions over the wire, one at a time, and the way back when one breaks.

Requests that only ask are repeated after a break; `tell` with `repeat=False` is for those that change something. The
way back is a ladder, one rung a break: cancel and drain, reset by class request, reset of the port. `renew` gives the
whole ladder again for the next piece of work; when it is used up, the fault goes to the caller.
"""

from __future__ import annotations

import struct
import threading
from array import array
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol, TypeAlias, TypeVar

from drivers.camera import Stopped
from drivers.errors import (
    DeviceBusy,
    DeviceError,
    DeviceGone,
    ObjectMissing,
    ProtocolError,
    RequestRefused,
    StorageUnavailable,
    TransferFailed,
    TransferStalled,
    TransferTimeout,
    WriteProtected,
)
from drivers.models import Quirk
from drivers.mtp import container
from drivers.mtp.codes import ClassRequest, Kind, Op, Response, spell
from drivers.mtp.container import Header, Inbound
from drivers.mtp.datasets import DeviceInfo, read_device_info
from drivers.usb import Wire

BROKEN = (TransferStalled, TransferTimeout, TransferFailed, ProtocolError)
"""Faults after which the next rung of the ladder may help."""

_T = TypeVar("_T")
_SMALL, _BIG = 4 * 1024, 64 * 1024
_MAX_LATE = 16  # containers of earlier transactions that are passed over before an answer
_MAX_DATASET = 8 << 20
_CANCELLED = 0x4001
_COUNTED = (Op.GetPartialObject, Op.GetPartialObject64)  # their response tells the bytes sent
_EVENT = struct.Struct("<IHHI")
_LAST_TRANSACTION = 0xFFFFFFFE

_REFUSALS: dict[int, type[RequestRefused]] = {
    Response.InvalidObjectHandle: ObjectMissing,
    Response.ObjectWriteProtected: WriteProtected,
    Response.StoreReadOnly: WriteProtected,
}
_NO_SESSION = (Response.SessionNotOpen, Response.InvalidTransactionID)
_NO_STORE = (Response.StoreNotAvailable, Response.InvalidStorageID)


@dataclass(frozen=True, slots=True)
class Limits:
    """How long to wait, in milliseconds. Waits are cut in slices, between which a request to stop is seen."""

    slice_ms: int = 1_000
    session_ms: int = 5_000  # to open or close one: a camera that hangs here is helped by the ladder, not by patience
    answer_ms: int = 20_000  # without progress
    long_ms: int = 60_000  # GetObjectPropList of a big folder, deletion
    cancel_ms: int = 10_000
    poll_ms: int = 200
    drain_ms: int = 300
    event_ms: int = 5
    busy_ms: tuple[int, ...] = (100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000, 5_000, 5_000)


LIMITS = Limits()
"""The limits of every session opened from now on."""


class Buffers(Protocol):
    """Where read buffers come from: a Ring, or the session's own scratch."""

    def take(self) -> array[int]:
        """Give a free buffer."""
        ...

    def give(self, buffer: array[int]) -> None:
        """Take it back."""
        ...


class _Scratch:
    """Two buffers for answers that are copied out at once: a small one for their first bytes, a big one for the rest.

    Most answers are short, and the system prepares and clears memory for the whole of each read.
    """

    def __init__(self) -> None:
        self.small = array("B", bytes(_SMALL))
        self.big = array("B", bytes(_BIG))
        self._next = self.small

    def begin(self) -> Buffers:
        """These buffers, for a new answer."""
        self._next = self.small
        return self

    def take(self) -> array[int]:
        buffer, self._next = self._next, self.big
        return buffer

    def give(self, buffer: array[int]) -> None:
        pass


class TooMuchData(ProtocolError):
    """The camera sent, or announced, more bytes than were asked for. The transaction was cancelled."""


Answer = tuple[int, ...]
"""The parameters of an OK response."""

Stream: TypeAlias = "Generator[tuple[array[int], memoryview], None, Answer]"


class Session:
    """An open session on a wire. `stop` ends its waits early, by Stopped."""

    info: DeviceInfo

    def __init__(self, wire: Wire, quirks: frozenset[Quirk], stop: threading.Event) -> None:
        self._wire = wire
        self._quirks = quirks
        self._stop = stop
        self._limits = LIMITS
        self._patience_ms = 0
        self._inbound = Inbound(self._receive)
        self._scratch = _Scratch()
        self._last = 0
        self._closed = False
        self._rungs: list[Callable[[], None]] = []
        self.renew()

    def open(self) -> None:
        """Open the session, whatever another program left behind, and learn what the camera can do."""
        self._repeating(self._open)
        self.info = read_device_info(self.ask(Op.GetDeviceInfo))

    def renew(self) -> None:
        """Allow the whole ladder again: a new piece of work begins."""
        self._rungs = [self._reset_port, self._reset_class, self._cancel_last]

    def ask(self, op: Op, *params: int, most: int = _MAX_DATASET, long: bool = False) -> bytes:
        """The dataset that answers an operation, `most` bytes at the most. Repeated after a break."""

        def once() -> bytes:
            stream = self.stream(op, params, self._scratch.begin(), most, long=long)
            return b"".join(data.tobytes() for _, data in stream)

        return self._repeating(once)

    def tell(self, op: Op, *params: int, data: bytes | None = None, repeat: bool = True, long: bool = False) -> Answer:
        """An operation without data from the camera. With `repeat=False` a break is mended, then raised."""

        def once() -> Answer:
            return self._told(op, params, data, long)

        if repeat:
            return self._repeating(once)
        try:
            return once()
        except BROKEN as fault:
            self.recover(fault)
            raise

    def stream(self, op: Op, params: tuple[int, ...], buffers: Buffers, most: int, *, long: bool = False) -> Stream:
        """The data of one transaction in buffers that the consumer gives back; at the end the response's parameters.

        Whatever the container's header claims, at most `most` bytes come: if there are more, TooMuchData is raised
        after them. Closing the generator early cancels the transaction. Faults are raised as they are: `recover`.
        """
        buffer, ours = buffers.take(), True
        try:
            header, data = self._first_data(op, params, buffer, long)
            claimed = None if header.length == container.UNKNOWN else header.length - container.HEADER.size
            left = due = most if claimed is None else min(claimed, most)
            while left and not (len(data) != left and container.is_response(data, self._last)):
                self._inbound.put_back(data[left:])  # before the buffer is handed over: it lies in it
                data = data[:left]
                left -= len(data)
                if data:
                    ours = False
                    yield buffer, data
                if not left:
                    break
                if not ours:
                    buffer, ours = buffers.take(), True
                data = self._inbound.some(buffer)
            else:
                self._inbound.put_back(data)
            if claimed is not None and claimed > most:
                raise TooMuchData(f"The camera announced {claimed} bytes where {most} are due.")
            return self._settle_data(op, due - left)
        except (GeneratorExit, Stopped, TooMuchData):
            self._cancel_quietly()
            raise
        finally:
            if ours:
                buffers.give(buffer)

    def recover(self, fault: DeviceError) -> None:
        """Climb one rung after `fault`; raises it when the ladder is used up, and DeviceGone when the camera is."""
        if not self._rungs:
            raise fault
        rung = self._rungs.pop()
        try:
            rung()
        except DeviceGone:
            raise
        except DeviceError:
            self.recover(fault)

    def events(self) -> Iterator[int]:
        """Codes of the events that wait in the interrupt pipe, a bounded number of them. Hints, never facts."""
        for _ in range(64):
            try:
                packet = self._wire.event(self._limits.event_ms)
            except (TransferTimeout, TransferStalled, TransferFailed, ProtocolError):
                return
            if len(packet) >= _EVENT.size:
                yield _EVENT.unpack_from(packet)[2]

    def close(self) -> None:
        """Close the session and the wire; may be called twice, and after the cable is gone."""
        if self._closed:
            return
        self._closed = True
        with suppress(DeviceError, Stopped):
            self._told(Op.CloseSession, (), None, long=False)
        self._wire.close()

    # -- one transaction ------------------------------------------------------------------------------------------

    def _repeating(self, work: Callable[[], _T]) -> _T:
        while True:
            try:
                return work()
            except TooMuchData:
                raise  # it would send as much again
            except BROKEN as fault:
                self.recover(fault)
            except RequestRefused as refusal:
                if refusal.response not in _NO_SESSION or not self._rungs:
                    raise
                self._rungs.pop()
                with suppress(*BROKEN):
                    self._open()

    def _first_data(self, op: Op, params: tuple[int, ...], buffer: array[int], long: bool) -> tuple[Header, memoryview]:
        """Send the command and wait for the header of its data, however busy the camera is at first."""
        for pause_ms in self._limits.busy_ms:
            self._command(op, params, long)
            header, data = self._answer(buffer)
            if header.kind is Kind.DATA:
                if header.code != op:
                    raise ProtocolError(f"The camera answered {spell(op)} with data of {spell(header.code)}.")
                return header, data
            if header.code != Response.DeviceBusy:
                self._settle(op, self._parameters(header, data, buffer))
                raise ProtocolError(f"The camera answered {spell(op)} with OK and no data.")
            self._parameters(header, data, buffer)
            self._pause(pause_ms)
        raise DeviceBusy(f"The camera stays busy ({spell(op)}).")

    def _told(self, op: Op, params: tuple[int, ...], data: bytes | None, long: bool) -> Answer:
        buffer = self._scratch.small
        for pause_ms in self._limits.busy_ms:
            self._command(op, params, long)
            if data is not None:
                self._wire.send(container.pack(Kind.DATA, op, self._last, data), self._patience_ms)
            code, answer = self._response(op, buffer)
            if code != Response.DeviceBusy:
                return self._settle(op, (code, answer))
            self._pause(pause_ms)
        raise DeviceBusy(f"The camera stays busy ({spell(op)}).")

    def _command(self, op: Op, params: tuple[int, ...], long: bool) -> None:
        self._last = 0 if op is Op.OpenSession else self._last % _LAST_TRANSACTION + 1
        if op in (Op.OpenSession, Op.CloseSession):
            self._patience_ms = self._limits.session_ms
        elif long or Quirk.LONG_TIMEOUT in self._quirks:
            self._patience_ms = self._limits.long_ms
        else:
            self._patience_ms = self._limits.answer_ms
        self._wire.send(container.pack_command(op, self._last, params), self._patience_ms)

    def _answer(self, buffer: array[int]) -> tuple[Header, memoryview]:
        """The first container of this transaction. Answers of earlier ones that come late are passed over."""
        for _ in range(_MAX_LATE):
            header, data = self._inbound.start(buffer)
            if header.transaction == self._last:
                return header, data
            if header.transaction > self._last:
                raise ProtocolError(f"The camera answered transaction {header.transaction}; {self._last} is due.")
            self._pass_over(header, data, buffer)
        raise ProtocolError(f"The camera sends answers of old transactions without end; {self._last} is due.")

    def _pass_over(self, header: Header, data: memoryview, buffer: array[int]) -> None:
        left = header.length - container.HEADER.size
        if left > _MAX_DATASET:
            raise ProtocolError(f"The camera sends {left} bytes of transaction {header.transaction}, which is over.")
        while left > len(data):
            left -= len(data)
            data = self._inbound.some(buffer)
        self._inbound.put_back(data[left:])

    def _response(self, op: Op, buffer: array[int]) -> tuple[int, Answer]:
        header, data = self._answer(buffer)
        if header.kind is not Kind.RESPONSE:
            raise ProtocolError(f"The camera sent data where its response to {spell(op)} is due.")
        return self._parameters(header, data, buffer)

    def _parameters(self, header: Header, data: memoryview, buffer: array[int]) -> tuple[int, Answer]:
        size = header.length - container.HEADER.size
        gathered = data[:size].tobytes()
        self._inbound.put_back(data[size:])
        while len(gathered) < size:
            more = self._inbound.some(buffer)
            self._inbound.put_back(more[size - len(gathered) :])
            gathered += more[: size - len(gathered)].tobytes()
        return header.code, struct.unpack(f"<{size // 4}I", gathered)

    def _settle(self, op: Op, response: tuple[int, Answer]) -> Answer:
        code, answer = response
        if code == Response.OK:
            return answer
        if code in _NO_STORE:
            raise StorageUnavailable(f"The camera shows no storage ({spell(code)}).")
        kind = _REFUSALS.get(code, RequestRefused)
        if op is Op.DeleteObject and code == Response.AccessDenied:
            kind = WriteProtected
        raise kind(f"The camera refused {spell(op)}: {spell(code)}.", code)

    def _settle_data(self, op: Op, came: int) -> Answer:
        answer = self._settle(op, self._response(op, self._scratch.small))
        if op in _COUNTED and answer and answer[0] != came:
            raise ProtocolError(f"The camera says that it sent {answer[0]} bytes; {came} came.")
        return answer

    # -- waiting --------------------------------------------------------------------------------------------------

    def _receive(self, buffer: array[int]) -> int:
        waited = 0
        while True:
            slice_ms = min(self._limits.slice_ms, self._patience_ms)
            try:
                return self._wire.receive(buffer, slice_ms)
            except TransferTimeout:
                waited += slice_ms
                if waited >= self._patience_ms:
                    raise
                if self._stop.is_set():
                    raise Stopped from None

    def _pause(self, pause_ms: int) -> None:
        if self._stop.wait(pause_ms / 1000):
            raise Stopped

    # -- the way back ---------------------------------------------------------------------------------------------

    def _open(self) -> None:
        """Open a session, ending first the one that a program which was killed may have left open."""
        for leave in (self._close_left_over, self._leave_by_reset, None):
            try:
                self._told(Op.OpenSession, (1,), None, long=False)
            except RequestRefused as refusal:
                if refusal.response != Response.SessionAlreadyOpened or leave is None:
                    raise
                leave()
            else:
                return

    def _close_left_over(self) -> None:
        with suppress(RequestRefused):  # its transaction ids went further than ours
            self._told(Op.CloseSession, (), None, long=False)

    def _leave_by_reset(self) -> None:
        self._wire.control_out(ClassRequest.Reset, b"", self._limits.answer_ms)
        self._await_ready()
        self._drain()

    def _cancel_last(self) -> None:
        """First rung: clear a halt, cancel the transaction, wait until the camera is ready, empty the pipe."""
        if Quirk.NO_CLEAR_HALT not in self._quirks:
            self._wire.clear_halt()
        request = struct.pack("<HI", _CANCELLED, self._last)
        self._wire.control_out(ClassRequest.Cancel, request, self._limits.answer_ms)
        self._await_ready()
        self._drain()
        next(self.events(), None)  # some cameras answer nothing more until the event of the cancellation is read

    def _cancel_quietly(self) -> None:
        """Cancel for a caller who is leaving: a fault here is met again, and mended, by the next transaction."""
        with suppress(DeviceError, Stopped):
            self._cancel_last()

    def _reset_class(self) -> None:
        """Second rung: the class's own reset, which ends the session."""
        self._leave_by_reset()
        self._open()

    def _reset_port(self) -> None:
        """Last rung: a reset of the port, after which all is as if just plugged in."""
        self._wire.reset()
        self._inbound.clear()
        self._open()

    def _await_ready(self) -> None:
        """Poll GetDeviceStatus until it says something else than busy. A camera without it counts as ready."""
        for _ in range(self._limits.cancel_ms // self._limits.poll_ms):
            try:
                status = self._wire.control_in(ClassRequest.GetDeviceStatus, 20, self._limits.answer_ms)
            except (TransferStalled, TransferFailed):
                return
            for (endpoint,) in struct.iter_unpack("<I", status[4 : len(status) // 4 * 4]):
                self._wire.clear_halt(endpoint)
            if len(status) < 4 or int.from_bytes(status[2:4], "little") != Response.DeviceBusy:
                return
            self._pause(self._limits.poll_ms)
        raise DeviceBusy("The camera stays busy after its request was cancelled.")

    def _drain(self) -> None:
        """Read what is still in the pipe until it is silent. Raises ProtocolError when it never is."""
        self._inbound.clear()
        buffer = self._scratch.big
        for _ in range(4 * _MAX_DATASET // len(buffer)):
            try:
                self._wire.receive(buffer, self._limits.drain_ms)
            except TransferTimeout:
                return
        raise ProtocolError("The camera sends without end after its request was cancelled.")
