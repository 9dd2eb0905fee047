"""The USB function of one virtual camera: control requests, endpoints, halts (USB 2.0 chapter 9; PTP over USB).

Everything here is one transfer, as a host controller would carry it out; whoever calls plays the host.
"""

from __future__ import annotations

import struct
import threading
import time
from collections.abc import Callable

from drivers.virtual.card import Card
from drivers.virtual.codes import ALL, Answered, Event, Kind
from drivers.virtual.datasets import container
from drivers.virtual.descriptors import BULK_IN, BULK_OUT, BULK_PACKET, INTERRUPT_IN, INTERRUPT_PACKET, Descriptors
from drivers.virtual.faults import Fault
from drivers.virtual.responder import Responder
from drivers.virtual.transaction import HostBrokeProtocol
from drivers.virtual.transfer import Burst, Bytes, Failure, InPipe, Setup, TransferFailed

_CANCEL = struct.Struct("<HI")


class Device:
    """A camera on a cable. Thread-safe: transfers take turns, and a waiting read lets others through."""

    def __init__(self, card: Card) -> None:
        settings = card.settings
        self.card = card
        self.descriptors = Descriptors(settings.manufacturer, settings.model, settings.serial)
        self.configuration = 1
        self._faults: list[Fault] = []
        self.responder = Responder(card, self._faults, self._tell)
        self._bulk_in = InPipe(BULK_PACKET)
        self._interrupt_in = InPipe(INTERRUPT_PACKET)
        self._bulk_out_halted = False
        self._owner: object | None = None
        self._gone = False
        self._changed = threading.Condition(threading.RLock())
        self._control = self._control_requests()

    def arm(self, fault: Fault) -> None:
        """Let a fault strike from the next transfer on."""
        with self._changed:
            self._faults.append(fault)

    @property
    def gone(self) -> bool:
        """Whether the cable is out. A camera that is plugged in again is a new Device."""
        return self._gone

    def unplug(self) -> None:
        """Pull the cable: every transfer fails from now on, those that wait at once."""
        with self._changed:
            if not self._gone:
                self._gone = True
                self.card.undock()
                self._changed.notify_all()

    def refresh(self) -> None:
        """Look at the card again, and tell the host of files that are new or lost."""
        with self._changed:
            before = {entry.handle for entry in self.responder.catalogue.all()}
            self.responder.catalogue.refresh()
            now = {entry.handle for entry in self.responder.catalogue.all()}
            for handle in sorted(now - before):
                self._tell(Event.OBJECT_ADDED, handle)
            for handle in sorted(before - now):
                self._tell(Event.OBJECT_REMOVED, handle)

    def pause(self, seconds: float) -> None:
        """Let time pass inside a transfer; the cable may leave meanwhile."""
        with self._changed:
            self._changed.wait_for(lambda: self._gone, seconds)

    def claim(self, owner: object) -> bool:
        """Let one caller have the interface; whether it now has it."""
        with self._changed:
            self._owner = self._owner or owner
            return self._owner is owner

    def release(self, owner: object) -> None:
        """Take it back from this caller, if it has it."""
        with self._changed:
            if self._owner is owner:
                self._owner = None

    def is_claimed_by(self, owner: object) -> bool:
        """Whether this caller has the interface."""
        return self._owner is owner

    def control(self, setup: Setup, data: bytes) -> bytes:
        """A control transfer: `data` goes to the device, what it answers comes back. Raises TransferFailed."""
        with self._changed:
            self._check_present()
            handler = self._control.get((setup.request_type, setup.request))
            answer = handler(setup, data) if handler else None
            if answer is None:
                raise TransferFailed(Failure.STALL)
            self._changed.notify_all()
            return answer

    def out(self, endpoint: int, data: bytes) -> int:
        """A bulk OUT transfer: how many bytes the device took. Raises TransferFailed."""
        with self._changed:
            self._begin_bulk()
            if endpoint != BULK_OUT:
                raise TransferFailed(Failure.NOT_FOUND)
            if self._bulk_out_halted:
                raise TransferFailed(Failure.STALL)
            try:
                self._give(data)
            except HostBrokeProtocol as broken:
                self._halt_bulk()
                raise TransferFailed(Failure.STALL) from broken
            self._changed.notify_all()
            return len(data)

    def _give(self, data: bytes) -> None:
        if data and self._bulk_in.has_data():
            raise HostBrokeProtocol("the answer before has not been read")
        answer = self.responder.take(data)
        if answer is None:
            return
        if answer.stalls:
            self._halt_bulk()
        else:
            self._bulk_in.send(answer.bursts())

    def in_(self, endpoint: int, buffer: memoryview, timeout_s: float) -> int:
        """An IN transfer: how many bytes came, which may be fewer than fit when the limit runs out.

        Raises TransferFailed; its reason is TIMEOUT when nothing came at all.
        """
        deadline = time.monotonic() + timeout_s
        with self._changed:
            if endpoint == INTERRUPT_IN:
                self._check_present()
                return self._read(self._interrupt_in, buffer, deadline)
            if endpoint != BULK_IN:
                raise TransferFailed(Failure.NOT_FOUND)
            self._begin_bulk()
            for fault in self._faults:
                buffer = buffer[: fault.most(len(buffer), timeout_s)]
            if not buffer:
                self.pause(timeout_s)
                self._check_present()
                raise TransferFailed(Failure.TIMEOUT)
            count = self._read(self._bulk_in, buffer, deadline)
            for fault in self._faults:
                fault.moved(self, count)
            self._check_present()
            return count

    def clear_halt(self, endpoint: int) -> None:
        """CLEAR_FEATURE(ENDPOINT_HALT). Raises TransferFailed."""
        self.control(Setup(0x02, 1, 0, endpoint), b"")

    def reset(self) -> None:
        """A port reset: the address is new, the session is gone, nothing is halted. Raises TransferFailed."""
        with self._changed:
            self._check_present()
            self._start_afresh()
            self._interrupt_in.drop()
            self._changed.notify_all()

    def _begin_bulk(self) -> None:
        for fault in self._faults:
            fault.transfer(self)
        self._check_present()

    def _check_present(self) -> None:
        if self._gone:
            raise TransferFailed(Failure.GONE)

    def _read(self, pipe: InPipe, buffer: memoryview, deadline: float) -> int:
        count, over = 0, False
        while not over:
            self._check_present()
            if pipe.halted:
                raise TransferFailed(Failure.STALL)
            count, over = pipe.fill(buffer, count)
            left = deadline - time.monotonic()
            if not over and left > 0:
                self._changed.wait(left)
            elif not over and count == 0:
                raise TransferFailed(Failure.TIMEOUT)
            elif not over:
                break
        return count

    def _tell(self, event: Event, parameter: int) -> None:
        """Send an event; a camera is silent outside a session."""
        if self.responder.in_session:
            raw = container(Kind.EVENT, event, ALL, [parameter])
            self._interrupt_in.send([Burst(Bytes(raw), len(raw))])
            self._changed.notify_all()

    def _halt_bulk(self) -> None:
        self._bulk_in.drop()
        self.responder.forget_command()
        self._bulk_in.halted = self._bulk_out_halted = True
        self._changed.notify_all()

    def _start_afresh(self) -> None:
        self._bulk_in.drop()
        self._bulk_in.halted = self._interrupt_in.halted = self._bulk_out_halted = False
        self.responder.reset()

    def _control_requests(self) -> dict[tuple[int, int], Callable[[Setup, bytes], bytes | None]]:
        """The requests it knows, by bmRequestType and bRequest; None as an answer stalls."""
        return {
            (0x80, 0): lambda _setup, _data: b"\x01\0",
            (0x81, 0): lambda _setup, _data: b"\0\0",
            (0x82, 0): self._endpoint_status,
            (0x02, 1): lambda setup, _data: self._set_halt(setup, False),
            (0x02, 3): lambda setup, _data: self._set_halt(setup, True),
            (0x80, 6): lambda setup, _data: self.descriptors.get(setup.value),
            (0x80, 8): lambda _setup, _data: bytes([self.configuration]),
            (0x00, 9): self._set_configuration,
            (0x81, 10): lambda _setup, _data: b"\0",
            (0x01, 11): self._set_interface,
            (0x21, 0x64): self._cancel,
            (0x21, 0x66): self._class_reset,
            (0xA1, 0x67): self._status,
        }

    def _halts(self) -> dict[int, bool]:
        return {
            BULK_IN: self._bulk_in.halted,
            BULK_OUT: self._bulk_out_halted,
            INTERRUPT_IN: self._interrupt_in.halted,
        }

    def _endpoint_status(self, setup: Setup, _data: bytes) -> bytes | None:
        halted = self._halts().get(setup.index)
        return None if halted is None else struct.pack("<H", halted)

    def _set_halt(self, setup: Setup, halted: bool) -> bytes | None:
        if setup.value != 0 or setup.index not in self._halts():
            return None
        if setup.index == BULK_OUT:
            self._bulk_out_halted = halted
        else:
            (self._bulk_in if setup.index == BULK_IN else self._interrupt_in).halted = halted
        return b""

    def _set_configuration(self, setup: Setup, _data: bytes) -> bytes | None:
        if setup.value not in (0, 1):
            return None
        self.configuration = setup.value
        self._start_afresh()
        return b""

    def _set_interface(self, setup: Setup, _data: bytes) -> bytes | None:
        if setup.value or setup.index:
            return None
        self._bulk_in.halted = self._interrupt_in.halted = self._bulk_out_halted = False
        return b""

    def _cancel(self, _setup: Setup, data: bytes) -> bytes | None:
        """CancelRequest: drop the transaction in flight, its response too; of another one, nothing happens."""
        if len(data) != _CANCEL.size:
            return None
        code, transaction = _CANCEL.unpack(data)
        if code != Event.CANCEL_TRANSACTION:
            return None
        if self.responder.waits_for_data or transaction == self.responder.transaction:
            self._bulk_in.drop()
            self.responder.forget_command()
        return b""

    def _class_reset(self, _setup: Setup, _data: bytes) -> bytes:
        """DeviceReset: as just plugged in, but for the address."""
        self._start_afresh()
        return b""

    def _status(self, _setup: Setup, _data: bytes) -> bytes:
        """GetDeviceStatus: ready, busy with an answer, or the endpoints that are halted."""
        halted = [endpoint for endpoint, is_halted in self._halts().items() if is_halted]
        code = Answered.DEVICE_BUSY if self._bulk_in.has_data() else Answered.OK
        if halted:
            code = Answered.TRANSACTION_CANCELLED
        return struct.pack(f"<HH{len(halted)}I", 4 + 4 * len(halted), code, *halted)
