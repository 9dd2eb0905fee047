"""What can be made to go wrong with a virtual camera.

A fault is armed with `Device.arm` or `VirtualDock.fault`. It strikes at operations with its code (`operation`; 0: at
any), lets the first `skip` of them pass, strikes `times` times and counts in `fired` how often it did, so that a test
can prove that it happened.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Literal

import msgspec

from drivers.virtual.codes import Answered, Event, Kind, Op
from drivers.virtual.datasets import container, header
from drivers.virtual.transaction import Answer, Command, Data, Refused
from drivers.virtual.transfer import Source

if TYPE_CHECKING:
    from drivers.virtual.catalogue import Entry
    from drivers.virtual.device import Device
    from drivers.virtual.responder import Responder


class Fault(msgspec.Struct, kw_only=True):
    """A fault that does nothing; each kind fills in the one moment at which it acts."""

    operation: int = 0
    skip: int = 0
    times: int = 1
    fired: int = 0

    def due(self, operation: int) -> bool:
        """Count this operation; whether the fault strikes at it."""
        if self.operation not in (0, operation) or self.fired >= self.times:
            return False
        if self.skip:
            self.skip -= 1
            return False
        self.fired += 1
        return True

    def before(self, responder: Responder, command: Command) -> None:
        """A command is about to be carried out; raising Refused answers it instead."""

    def bend(self, answer: Answer) -> None:
        """An answer is about to be sent."""

    def transfer(self, device: Device) -> None:
        """A bulk transfer begins."""

    def most(self, wanted: int, timeout_s: float) -> int:
        """How many of the `wanted` bytes one bulk read may bring within its time limit."""
        del timeout_s
        return wanted

    def moved(self, device: Device, count: int) -> None:
        """A bulk read has brought `count` bytes to the host, who has not seen them yet."""


class UnplugAfterBytes(Fault, tag=True, kw_only=True):
    """The cable leaves once `count` bytes have been read from the bulk endpoint; the read that reaches it fails."""

    count: int

    def moved(self, device: Device, count: int) -> None:
        """Count down, and out at 0."""
        if not self.fired:
            self.count -= count
            if self.count <= 0:
                self.fired = 1
                device.unplug()


class UnplugAtTransfer(Fault, tag=True, kw_only=True):
    """The cable leaves as bulk transfer `number` begins, in or out, counted from 1 since the fault was armed."""

    number: int

    def transfer(self, device: Device) -> None:
        """Count down, and out at 0."""
        self.number -= 1
        if self.number == 0:
            self.fired = 1
            device.unplug()


class Slow(Fault, tag=True, kw_only=True):
    """Bulk reads run at this rate from now on."""

    bytes_per_second: int

    def most(self, wanted: int, timeout_s: float) -> int:
        """As many whole packets as the rate brings within the limit, perhaps none."""
        self.fired += 1
        return min(wanted, int(self.bytes_per_second * timeout_s) // 512 * 512)

    def moved(self, device: Device, count: int) -> None:
        """Take the time that these bytes need; the cable may leave meanwhile."""
        device.pause(count / self.bytes_per_second)


class Refuse(Fault, tag=True, kw_only=True):
    """The operation is answered with `code` and not carried out: DeviceBusy unless told otherwise."""

    code: int = Answered.DEVICE_BUSY

    def before(self, responder: Responder, command: Command) -> None:
        """Answer in the operation's place."""
        del responder
        if self.due(command.operation):
            raise Refused(self.code)


class Stall(Fault, tag=True):
    """The operation is carried out, but in place of its answer both bulk endpoints halt."""

    def bend(self, answer: Answer) -> None:
        """Withhold the answer."""
        answer.stalls = self.due(answer.operation) or answer.stalls


class ShortAnswer(Fault, tag=True, kw_only=True):
    """The data phase ends `missing` bytes early, in a short packet, and the response says `code`."""

    missing: int
    code: int = Answered.INCOMPLETE_TRANSFER

    def bend(self, answer: Answer) -> None:
        """Send less than the header says."""
        if answer.data is not None and self.due(answer.operation):
            missing = min(self.missing, answer.data.size)
            answer.data.size -= missing
            answer.declared_extra += missing
            answer.code = self.code


class LyingSize(Fault, tag=True, kw_only=True):
    """The data container claims `extra` bytes more (or, below 0, fewer) than come."""

    extra: int

    def bend(self, answer: Answer) -> None:
        """Change the claim only."""
        if answer.data is not None and self.due(answer.operation):
            answer.declared_extra += self.extra


class StaleResponse(Fault, tag=True):
    """The response of the transaction before comes (again) before this one's answer."""

    def bend(self, answer: Answer) -> None:
        """Put it first."""
        if answer.transaction > 1 and self.due(answer.operation):
            answer.packets_before.append(container(Kind.RESPONSE, Answered.OK, answer.transaction - 1))


class ZeroPacket(Fault, tag=True, kw_only=True):
    """A zero-length packet that is `missing` where the data fill their last packet, or `extra` after the data."""

    how: Literal["missing", "extra"]

    def bend(self, answer: Answer) -> None:
        """Strike only where the host can tell: a data phase that needs no such packet can't miss it."""
        if answer.data is None or (self.how == "missing" and (answer.data.size + 12) % 512):
            return
        if self.due(answer.operation):
            if self.how == "missing":
                answer.closed = False
            else:
                answer.packets_between.append(b"")


class SplitHeader(Fault, tag=True):
    """The 12 bytes of the data header travel in a packet of their own."""

    def bend(self, answer: Answer) -> None:
        """Part them."""
        if answer.data is not None and self.due(answer.operation):
            answer.header_apart = True


class OtherBytes(Fault, tag=True):
    """The object's bytes come changed: with `skip`, a second read differs from the first."""

    def bend(self, answer: Answer) -> None:
        """Change the first byte of every piece that is read."""
        reads = (Op.GET_OBJECT, Op.GET_PARTIAL_OBJECT, Op.GET_PARTIAL_OBJECT_64)
        if answer.data is not None and answer.operation in reads and self.due(answer.operation):
            answer.data.source = _Changed(answer.data.source)


class DeleteLies(Fault, tag=True):
    """The camera says that the object is deleted, and keeps it."""

    operation: int = Op.DELETE_OBJECT

    def before(self, responder: Responder, command: Command) -> None:
        """Say OK in the operation's place."""
        del responder
        if self.due(command.operation):
            raise Refused(Answered.OK)


class DeleteOther(Fault, tag=True):
    """The camera deletes another file than the one it was told to, and says OK. Needs a second file to strike."""

    operation: int = Op.DELETE_OBJECT

    def before(self, responder: Responder, command: Command) -> None:
        """Delete the first file that is not the one."""
        others = [entry for entry in _files(responder) if entry.handle != command.parameters[0]]
        if others and self.due(command.operation):
            responder.card.delete(others[0].path)
            raise Refused(Answered.OK)


class Vanish(Fault, tag=True):
    """The object that an operation names is gone before it is carried out (skip 1 read: in the middle of a copy)."""

    operation: int = Op.GET_PARTIAL_OBJECT_64

    def before(self, responder: Responder, command: Command) -> None:
        """Delete it, and tell."""
        entry = responder.catalogue.find(command.parameters[0])
        if entry is not None and self.due(command.operation):
            responder.card.delete(entry.path)
            responder.tell(Event.OBJECT_REMOVED, entry.handle)


class Resize(Fault, tag=True, kw_only=True):
    """The object that an operation names is `by` bytes longer (or shorter) before it is carried out."""

    operation: int = Op.GET_PARTIAL_OBJECT_64
    by: int

    def before(self, responder: Responder, command: Command) -> None:
        """Append zeros or cut; the file's time stays."""
        entry = responder.catalogue.find(command.parameters[0])
        if entry is not None and self.due(command.operation):
            stamp = entry.path.stat()
            os.truncate(entry.path, max(0, stamp.st_size + self.by))
            os.utime(entry.path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))


class Appear(Fault, tag=True, kw_only=True):
    """A recording called `name` appears before an operation is carried out, `size` zero bytes long."""

    operation: int = Op.GET_PARTIAL_OBJECT_64
    name: str
    size: int = 1000

    def before(self, responder: Responder, command: Command) -> None:
        """Add it, and tell."""
        if self.due(command.operation):
            path = responder.card.recordings / self.name
            path.write_bytes(bytes(self.size))
            responder.catalogue.refresh()
            handle = responder.catalogue.handle_of(path)
            if handle is not None:
                responder.tell(Event.OBJECT_ADDED, handle)


class Packets(Fault, tag=True, kw_only=True):
    """These IN packets come instead of the answer, as they are; an empty one is a zero-length packet."""

    packets: list[bytes]

    def bend(self, answer: Answer) -> None:
        """Put them in its place."""
        if self.due(answer.operation):
            answer.packets = self.packets


class Script(Fault, kw_only=True):
    """As Packets, but made, one by one and maybe without end, from the transaction id. In this process only."""

    make: Callable[[int], Iterable[bytes]]

    def bend(self, answer: Answer) -> None:
        """Let the host read what the test makes up."""
        if self.due(answer.operation):
            answer.packets = self.make(answer.transaction)


class Rewrite(Fault, kw_only=True):
    """`change` turns the raw bytes of an answer into others. In this process only.

    `part` says which: the data set alone (the header then tells its new length), the whole data container, or the whole
    response container. An operation that has no such part is let pass.
    """

    change: Callable[[bytes], bytes]
    part: Literal["dataset", "data", "response"] = "dataset"

    def bend(self, answer: Answer) -> None:
        """Read the part, change it, put it back."""
        if self.part == "response":
            if self.due(answer.operation):
                plain = container(Kind.RESPONSE, answer.code, answer.transaction, answer.parameters)
                answer.response_container = self.change(plain)
        elif answer.data is not None and self.due(answer.operation):
            raw = answer.data.read()
            if self.part == "dataset":
                answer.data = Data.of(self.change(raw))
            else:
                answer.data_container = self.change(
                    header(len(raw), Kind.DATA, answer.operation, answer.transaction) + raw
                )


AnyFault = (
    UnplugAfterBytes
    | UnplugAtTransfer
    | Slow
    | Refuse
    | Stall
    | ShortAnswer
    | LyingSize
    | StaleResponse
    | ZeroPacket
    | SplitHeader
    | OtherBytes
    | DeleteLies
    | DeleteOther
    | Vanish
    | Resize
    | Appear
    | Packets
)
"""The faults that can also be armed in the emulation's own process."""


class _Changed:
    """A source whose pieces differ in their first byte."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def readinto(self, buffer: memoryview) -> int:
        """Read, and change."""
        count = self._source.readinto(buffer)
        if count:
            buffer[0] ^= 0xFF
        return count


def _files(responder: Responder) -> list[Entry]:
    return [entry for entry in responder.catalogue.all() if not entry.is_folder and entry.path.exists()]
