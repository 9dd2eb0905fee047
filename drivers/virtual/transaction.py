"""One transaction: the command, its answer, and the packets that this becomes (PTP 9; PTP over USB, section 7)."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from drivers.virtual.codes import Answered, Kind
from drivers.virtual.datasets import HEADER, container, header
from drivers.virtual.transfer import Burst, Bytes, Joined, Source

_COMMAND_MOST = 32


class HostBrokeProtocol(Exception):
    """The host sent what no host may send; the camera halts its bulk endpoints."""


class Refused(Exception):
    """An operation that ends with a response code other than OK."""

    def __init__(self, code: int, *parameters: int) -> None:
        super().__init__(f"{code:#06x}")
        self.code = code
        self.parameters = parameters


@dataclass(frozen=True)
class Command:
    """An operation as the host asked for it; parameters that it left out are 0. `payload` is the data that it sent."""

    operation: int
    transaction: int
    parameters: tuple[int, ...]
    payload: bytes = b""

    @classmethod
    def unpack(cls, raw: bytes) -> Command:
        """Read a command container that fills one transfer. Raises HostBrokeProtocol when it does not."""
        if not HEADER.size <= len(raw) <= _COMMAND_MOST or len(raw) % 4:
            raise HostBrokeProtocol(f"a command of {len(raw)} bytes")
        length, kind, operation, transaction = HEADER.unpack_from(raw)
        if length != len(raw) or kind != Kind.COMMAND:
            raise HostBrokeProtocol("not a command container")
        given = struct.unpack_from(f"<{(length - HEADER.size) // 4}I", raw, HEADER.size)
        return cls(operation, transaction, (*given, 0, 0, 0, 0, 0)[:5])


@dataclass
class Data:
    """The data phase: `size` bytes out of `source`."""

    source: Source
    size: int

    @classmethod
    def of(cls, raw: bytes) -> Data:
        """A data set that is at hand."""
        return cls(Bytes(raw), len(raw))

    def read(self) -> bytes:
        """All of it, for a fault that rewrites it: for data sets, never for recordings."""
        raw = bytearray(self.size)
        view, done = memoryview(raw), 0
        while done < self.size and (got := self.source.readinto(view[done:])):
            done += got
        return bytes(raw[:done])


@dataclass
class Answer:
    """What a camera says to one operation. The fields below `parameters` are for faults, which bend it."""

    operation: int
    transaction: int
    code: int = Answered.OK
    data: Data | None = None
    parameters: tuple[int, ...] = ()

    declared_extra: int = 0
    """Added to the length that the data container claims."""
    header_apart: bool = False
    """The 12 bytes of the data header travel in a packet of their own."""
    closed: bool = True
    """A data phase that ends on a full packet is closed by a zero-length packet."""
    packets_before: list[bytes] = field(default_factory=list)
    packets_between: list[bytes] = field(default_factory=list)
    """Packets put before everything, and between data and response."""
    stalls: bool = False
    """No answer at all: the camera halts its bulk endpoints."""
    packets: Iterable[bytes] | None = None
    """Packets instead of everything above, possibly without end."""
    data_container: bytes | None = None
    response_container: bytes | None = None
    """Whole containers instead of those above."""

    def bursts(self) -> Iterator[Burst]:
        """The packets, in order, made as the host takes them."""
        if self.packets is not None:
            yield from map(_packet, self.packets)
            return
        yield from map(_packet, self.packets_before)
        yield from self._data_bursts()
        yield from map(_packet, self.packets_between)
        response = container(Kind.RESPONSE, self.code, self.transaction, self.parameters)
        yield _packet(self.response_container or response)

    def _data_bursts(self) -> Iterator[Burst]:
        if self.data_container is not None:
            yield _packet(self.data_container)
        elif self.data is not None:
            size = self.data.size
            head = header(size + self.declared_extra, Kind.DATA, self.operation, self.transaction)
            if self.header_apart:
                yield _packet(head)
                yield Burst(self.data.source, size, self.closed)
            else:
                yield Burst(Joined(Bytes(head), self.data.source), HEADER.size + size, self.closed)


def _packet(raw: bytes) -> Burst:
    """Bytes as they are: a full last packet is not closed unless an empty one follows."""
    return Burst(Bytes(raw), len(raw), closed=not raw)
