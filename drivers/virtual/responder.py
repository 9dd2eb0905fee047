"""The MTP responder of a virtual camera: sessions and transactions (PTP 9).

It is strict: a host that breaks the order of phases, or sends a container that is not one, is stalled.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from drivers.virtual.card import Card
from drivers.virtual.catalogue import Catalogue
from drivers.virtual.codes import ALL, SENDS_DATA, Answered, Event, Kind, Op
from drivers.virtual.datasets import HEADER
from drivers.virtual.faults import Fault
from drivers.virtual.operations import Operations, Result
from drivers.virtual.transaction import Answer, Command, Data, HostBrokeProtocol, Refused

_SENT_DATA_MOST = 64 * 1024
_WITHOUT_SESSION = frozenset({Op.GET_DEVICE_INFO, Op.OPEN_SESSION, Op.RESET_DEVICE})


class Responder:
    """What answers behind the bulk endpoints. Not thread-safe: the device in front of it takes turns."""

    def __init__(self, card: Card, faults: list[Fault], tell: Callable[[Event, int], None]) -> None:
        self.card = card
        self.catalogue = Catalogue(card)
        self.tell = tell
        self.transaction = 0
        """The id of the last transaction."""
        self._faults = faults
        self._session = 0
        self._command: Command | None = None
        self._sent = b""
        self._operations = Operations(card, self.catalogue).known | {
            Op.OPEN_SESSION: self._open_session,
            Op.CLOSE_SESSION: self._close_session,
            Op.RESET_DEVICE: self._close_session,
        }

    @property
    def in_session(self) -> bool:
        """Whether a session is open, so that handles mean something and events may be sent."""
        return self._session != 0

    @property
    def waits_for_data(self) -> bool:
        """Whether a command was taken whose data phase, from the host, is not complete."""
        return self._command is not None

    def reset(self) -> None:
        """End the session and whatever was going on in it."""
        self._session, self.transaction = 0, 0
        self.forget_command()

    def forget_command(self) -> None:
        """Drop a transaction that waits for its data: the host cancelled it or broke it."""
        self._command, self._sent = None, b""

    def take(self, data: bytes) -> Answer | None:
        """Take one transfer of the host; the answer comes with the last of a transaction.

        Raises HostBrokeProtocol for anything that is not the next thing a host may send.
        """
        if self._command is None:
            if not data:
                return None  # the zero-length packet that closes a data phase of full packets
            command = Command.unpack(data)
            if command.operation not in SENDS_DATA:
                return self._finish(command)
            self._command = command
            return None
        self._sent += data
        payload = self._payload(self._command)
        return None if payload is None else self._finish(replace(self._command, payload=payload))

    def _payload(self, command: Command) -> bytes | None:
        """The data that the host sent for `command`, or None as long as it is not complete."""
        if len(self._sent) < HEADER.size:
            raise HostBrokeProtocol("a data container without a header")
        length, kind, code, transaction = HEADER.unpack_from(self._sent)
        if (kind, code, transaction) != (Kind.DATA, command.operation, command.transaction):
            raise HostBrokeProtocol("data of another transaction")
        if length > _SENT_DATA_MOST or len(self._sent) > length:
            raise HostBrokeProtocol("more data than was announced or than a camera takes")
        return self._sent[HEADER.size :] if len(self._sent) == length else None

    def _finish(self, command: Command) -> Answer:
        self.forget_command()
        answer = Answer(command.operation, command.transaction)
        try:
            self._check(command)
            for fault in self._faults:
                fault.before(self, command)
            self._fill(answer, self._operations[command.operation](command))
        except Refused as refusal:
            answer.code, answer.parameters = refusal.code, refusal.parameters
        except OSError:  # the card can't do it: a file that went away, a disk that fails
            answer.code = Answered.GENERAL_ERROR
        for fault in self._faults:
            fault.bend(answer)
        return answer

    def _check(self, command: Command) -> None:
        """Session, transaction id and operation, in this order."""
        if not self.in_session and command.operation not in _WITHOUT_SESSION:
            raise Refused(Answered.SESSION_NOT_OPEN)
        if self.in_session and command.operation != Op.OPEN_SESSION:
            wrapped = self.transaction == ALL - 1 and command.transaction == 1
            if command.transaction == ALL or not (command.transaction > self.transaction or wrapped):
                raise Refused(Answered.INVALID_TRANSACTION_ID)
            self.transaction = command.transaction
        if command.operation not in self._operations:
            raise Refused(Answered.OPERATION_NOT_SUPPORTED)

    @staticmethod
    def _fill(answer: Answer, result: Result) -> None:
        if isinstance(result, bytes):
            answer.data = Data.of(result)
        elif isinstance(result, Data):
            answer.data = result
            if answer.operation != Op.GET_OBJECT:
                answer.parameters = (result.size,)  # partial reads tell how much they sent
        elif result is not None:
            answer.parameters = result

    def _open_session(self, command: Command) -> None:
        if self.in_session:
            raise Refused(Answered.SESSION_ALREADY_OPENED, self._session)
        if command.parameters[0] == 0:
            raise Refused(Answered.INVALID_PARAMETER)
        if command.transaction != 0:
            raise Refused(Answered.INVALID_TRANSACTION_ID)
        self._session, self.transaction = command.parameters[0], 0
        self.catalogue.refresh()

    def _close_session(self, _command: Command) -> None:
        self.reset()
