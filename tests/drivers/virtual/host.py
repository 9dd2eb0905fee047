"""A host that knows nothing but the specifications: it packs each container by hand and reads whatever comes."""

from __future__ import annotations

import array
import struct
from typing import Any

OK = 0x2001
ALL = 0xFFFFFFFF
STORAGE = 0x00010001
LIMIT_MS = 5000


class Host:
    """One camera, opened through pyusb."""

    def __init__(self, device: Any) -> None:
        self.device = device
        self.transaction = 0

    def send(self, operation: int, *parameters: int, transaction: int | None = None) -> int:
        """Send a command; the transaction id that it has."""
        if transaction is None:
            self.transaction += 1
            transaction = self.transaction
        raw = struct.pack(f"<IHHI{len(parameters)}I", 12 + 4 * len(parameters), 1, operation, transaction, *parameters)
        self.device.write(0x02, raw, LIMIT_MS)
        return transaction

    def read(self, size: int = 1 << 16) -> bytes:
        """One bulk read."""
        return bytes(self.device.read(0x81, size, LIMIT_MS))

    def read_event(self) -> tuple[int, int]:
        """Code and first parameter of the next event."""
        raw = bytes(self.device.read(0x83, 64, LIMIT_MS))
        length, kind, code, _, parameter = struct.unpack("<IHHII", raw)
        assert (length, kind) == (len(raw), 4)
        return code, parameter

    def response(self, transaction: int) -> tuple[int, tuple[int, ...]]:
        """Code and parameters of the response to a transaction, which must come next."""
        raw = self.read(512)
        length, kind, code, answered = struct.unpack_from("<IHHI", raw)
        assert (length, kind, answered) == (len(raw), 3, transaction)
        return code, struct.unpack_from(f"<{(length - 12) // 4}I", raw, 12)

    def data(self, operation: int, transaction: int) -> bytes:
        """The payload of a data container; it ends as the specification says, on a packet that is not full."""
        raw = b""
        while not raw or len(raw) % 512 == 0:
            came = self.read()
            raw += came
            if not came:
                break
        length, kind, code, answered = struct.unpack_from("<IHHI", raw)
        assert (length, kind, code, answered) == (len(raw), 2, operation, transaction)
        return raw[12:]

    def ask(self, operation: int, *parameters: int) -> bytes:
        """An operation with a data phase that must end well."""
        transaction = self.send(operation, *parameters)
        payload = self.data(operation, transaction)
        assert self.response(transaction)[0] == OK
        return payload

    def act(self, operation: int, *parameters: int) -> int:
        """The response code of an operation without a data phase."""
        return self.response(self.send(operation, *parameters))[0]

    def set(self, prop: int, raw: bytes) -> int:
        """SetDevicePropValue: the response code."""
        transaction = self.send(0x1016, prop)
        self.device.write(0x02, struct.pack("<IHHI", 12 + len(raw), 2, 0x1016, transaction) + raw, LIMIT_MS)
        return self.response(transaction)[0]

    def open_session(self) -> int:
        """OpenSession 1, always as transaction 0."""
        self.transaction = 0
        return self.response(self.send(0x1002, 1, transaction=0))[0]

    def handles(self, parent: int = 0) -> list[int]:
        """The handles in a folder; 0 is everything."""
        raw = self.ask(0x1007, STORAGE, 0, parent)
        return list(array.array("I", raw[4:]))

    def names(self) -> dict[str, int]:
        """The handle of every object by its name."""
        return {self.name(handle): handle for handle in self.handles()}

    def name(self, handle: int) -> str:
        """The file name in an ObjectInfo: a counted string at byte 52."""
        raw = self.ask(0x1008, handle)
        return raw[53 : 53 + 2 * raw[52]].decode("utf-16-le").removesuffix("\0")


def text(raw: bytes) -> str:
    """A counted string that fills `raw`."""
    assert len(raw) == 1 + 2 * raw[0]
    return raw[1:].decode("utf-16-le").removesuffix("\0")


def counted(words: str) -> bytes:
    """A string as a host sends it."""
    return bytes([len(words) + 1]) + (words + "\0").encode("utf-16-le")
