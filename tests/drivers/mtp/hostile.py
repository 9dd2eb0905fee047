"""Cameras that lie: what each of the hostile MTP answers 16 to 57 does to a virtual camera, ready to be docked.

`HOSTILE[number]` holds one or more cases; `prepare` puts a docked camera into the case, before anyone opens it, and
gives the fault to ask whether it struck, or None where the card itself is the case.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count

from drivers.mtp.codes import DeviceProp, Op
from drivers.virtual import faults
from drivers.virtual.faults import Fault
from drivers.virtual.transaction import Answer
from tests.drivers.mtp import packing
from tests.drivers.mtp.docked import BODY, Docked

ALWAYS = 10**9
"""Times that a fault strikes: whenever it is asked for."""

FOLDER = 0x3001
GENERAL_ERROR, NOT_SUPPORTED, BUSY = 0x2002, 0x2005, 0x2019

Prepare = Callable[[Docked], Fault | None]


@dataclass(frozen=True)
class Case:
    """One hostile camera. `prepare` makes it so."""

    name: str
    prepare: Prepare

    def __str__(self) -> str:
        return self.name


def arming(fault: Callable[[], Fault]) -> Prepare:
    """A case that is one fault."""
    return lambda docked: docked.arm(fault())


def one_by_one(docked: Docked) -> None:
    """Make the host ask for each object by itself, so that ObjectInfo can be bent."""
    docked.arm(faults.Refuse(operation=Op.GetObjectPropList, code=NOT_SUPPORTED, times=ALWAYS))


def rewriting(op: Op, change: Callable[[bytes], bytes], part: str = "dataset", times: int = ALWAYS) -> Prepare:
    """A case in which the answers of one operation are rewritten."""

    def prepare(docked: Docked) -> Fault:
        if op in (Op.GetObjectInfo, Op.GetObjectPropValue):
            one_by_one(docked)
        return docked.arm(faults.Rewrite(operation=op, change=change, part=part, times=times))  # type: ignore[arg-type]

    return prepare


def patched(at: int, layout: str, value: int) -> Callable[[bytes], bytes]:
    """Change one number of a file's dataset; folders stay as they are."""

    def change(raw: bytes) -> bytes:
        if struct.unpack_from("<H", raw, 4)[0] == FOLDER:
            return raw
        return raw[:at] + struct.pack(layout, value) + raw[at + struct.calcsize(layout) :]

    return change


def header_patched(at: int, layout: str, value: int) -> Callable[[bytes], bytes]:
    """Change one number of a container."""
    return lambda raw: raw[:at] + struct.pack(layout, value) + raw[at + struct.calcsize(layout) :]


def file_info(change: Callable[[bytes, bytes, bytes], bytes]) -> Callable[[bytes], bytes]:
    """Rebuild a file's ObjectInfo from its fixed part, its packed name and the strings after it."""

    def rebuilt(raw: bytes) -> bytes:
        if struct.unpack_from("<H", raw, 4)[0] == FOLDER:
            return raw
        end = 53 + 2 * raw[52]
        return change(raw[:52], raw[52:end], raw[end:])

    return rebuilt


def renamed(names: list[str]) -> Prepare:
    """As many files as names on the card, and each told by a hostile name."""

    def prepare(docked: Docked) -> Fault:
        given: dict[bytes, str] = {}
        for n in range(len(names)):
            (docked.card.recordings / f"plain{n}.mp4").write_bytes(BODY[:1000])

        def change(head: bytes, name: bytes, rest: bytes) -> bytes:
            if b"p\0l\0a\0i\0n\0" not in name:
                return head + name + rest
            return head + packing.text(given.setdefault(name, names[len(given) % len(names)])) + rest

        return rewriting(Op.GetObjectInfo, file_info(change))(docked) or Fault()

    return prepare


def dated(text: str) -> Callable[[bytes, bytes, bytes], bytes]:
    """Both dates of a file say this."""
    return lambda head, name, _rest: head + name + packing.text(text) * 2 + packing.text("")


class OneByteATime(Fault):
    """The whole answer in packets of one byte each."""

    def bend(self, answer: Answer) -> None:
        if answer.data is not None and self.due(answer.operation):
            data = packing.data(answer.operation, answer.transaction, answer.data.read())
            whole = data + packing.response(answer.transaction)
            answer.packets = [bytes([byte]) for byte in whole]


class ResponseFirst(Fault):
    """The response, and only then the data."""

    def bend(self, answer: Answer) -> None:
        if answer.data is not None and self.due(answer.operation):
            data = packing.data(answer.operation, answer.transaction, answer.data.read())
            answer.packets = [packing.response(answer.transaction), data]


class EventFlood(Fault):
    """Ten thousand events at once."""

    def before(self, responder, command) -> None:
        if self.due(command.operation):
            for handle in range(10_000):
                responder.tell(0x4002, handle)


def endless(op: Op, length: int) -> Callable[[int], Iterator[bytes]]:
    """Data of one transaction that never end."""

    def packets(transaction: int) -> Iterator[bytes]:
        yield struct.pack("<IHHI", length, packing.DATA, op, transaction) + bytes(500)
        while True:
            yield bytes(512)

    return packets


def left_open(docked: Docked) -> None:
    """Somebody opened a session and never closed it."""
    device = docked.device
    buffer = memoryview(bytearray(512))
    for transaction, op in enumerate((Op.OpenSession, Op.GetStorageIDs, Op.GetStorageIDs)):
        device.out(0x02, packing.command(op, transaction, 1))
        for _ in range(2 if transaction else 1):
            device.in_(0x81, buffer, 1)


def truncated() -> Callable[[bytes], bytes]:
    """Each file's ObjectInfo is cut one byte later than the one before."""
    cuts = count()
    return file_info(lambda head, name, rest: (head + name + rest)[: next(cuts)])


def sixty_more(docked: Docked) -> None:
    """Files enough to have one for each cut."""
    for n in range(60):
        (docked.card.recordings / f"file{n:02d}.mp4").write_bytes(b"x")


def truncating(docked: Docked) -> Fault | None:
    """Case 32."""
    sixty_more(docked)
    return rewriting(Op.GetObjectInfo, truncated())(docked)


def looping() -> Callable[[bytes], bytes]:
    """Every folder holds what the root holds: A lies in B lies in A."""
    first: list[bytes] = []

    def change(raw: bytes) -> bytes:
        first.append(raw)
        return first[0]

    return change


def deep(docked: Docked) -> None:
    """Folders in folders, deeper than anyone follows."""
    folder = docked.card.recordings.joinpath(*["d"] * 200)
    folder.mkdir(parents=True)
    (folder / "deep.mp4").write_bytes(b"x")


def more_handles(*handles: int) -> Callable[[bytes], bytes]:
    """These handles beside the true ones."""

    def change(raw: bytes) -> bytes:
        (true,) = struct.unpack_from("<I", raw)
        return struct.pack("<I", true + len(handles)) + raw[4:] + struct.pack(f"<{len(handles)}I", *handles)

    return change


def twice(raw: bytes) -> bytes:
    """An array, every element doubled."""
    (true,) = struct.unpack_from("<I", raw)
    return struct.pack("<I", 2 * true) + 2 * raw[4:]


def huge_sizes(size: int) -> Prepare:
    """ObjectInfo says that 32 bits do not hold the size, ObjectSize says this."""

    def prepare(docked: Docked) -> Fault | None:
        docked.arm(faults.Rewrite(operation=Op.GetObjectInfo, change=patched(8, "<I", 0xFFFFFFFF), times=ALWAYS))
        return rewriting(Op.GetObjectPropValue, lambda _: struct.pack("<Q", size))(docked)

    return prepare


def breaking_off(then: Callable[[], Fault]) -> Prepare:
    """A copy that breaks off in the middle, and a fault for whoever goes on."""

    def prepare(docked: Docked) -> Fault:
        docked.arm(faults.ShortAnswer(operation=Op.GetObject, missing=100_000))
        return docked.arm(then())

    return prepare


def battery(form: bytes) -> Prepare:
    """BatteryLevel is described with this form."""

    def change(raw: bytes) -> bytes:
        described = struct.unpack_from("<H", raw)[0] == DeviceProp.BatteryLevel
        return packing.prop_desc(DeviceProp.BatteryLevel, 2, 40, form=form) if described else raw

    return rewriting(Op.GetDevicePropDesc, change)


OBJECT_READS = (Op.GetObject, Op.GetPartialObject64)
A_MILLION_HANDLES = struct.pack("<1000001I", 1_000_000, *range(1, 1_000_001))
UNIQUE = "é", "e\u0301"

HOSTILE: dict[int, tuple[Case, ...]] = {
    16: tuple(
        Case(f"{part} of {length} bytes", rewriting(Op.GetObjectHandles, header_patched(0, "<I", length), part))
        for part in ("data", "response")
        for length in (0, 11, 0xFFFFFFFF)
    ),
    17: tuple(
        Case(
            f"{extra:+d} bytes in {op.name}",
            arming(lambda op=op, extra=extra: faults.LyingSize(operation=op, extra=extra, times=ALWAYS)),
        )
        for op in (Op.GetObjectHandles, Op.GetObject)
        for extra in (-3, 3, 100_000)
    ),
    18: tuple(
        Case(f"{part} of transaction {number}", rewriting(Op.GetObjectHandles, header_patched(8, "<I", number), part))
        for part in ("data", "response")
        for number in (0, 77, 0xFFFFFFFF)
    ),
    19: (
        Case("listing", arming(lambda: ResponseFirst(operation=Op.GetObjectHandles, times=ALWAYS))),
        Case("reading", arming(lambda: ResponseFirst(operation=Op.GetObject, times=ALWAYS))),
    ),
    20: tuple(
        Case(f"{part} of type {kind}", rewriting(Op.GetObjectHandles, header_patched(4, "<H", kind), part))
        for part in ("data", "response")
        for kind in (0, 1, 4, 5, 0xFFFF)
    ),
    21: tuple(
        Case(
            f"{op.name} of {length:#x}",
            arming(lambda op=op, length=length: faults.Script(operation=op, make=endless(op, length), times=ALWAYS)),
        )
        for op in (Op.GetObjectHandles, Op.GetObject)
        for length in (0xFFFFFFFF, 0xFFFFFFFE)
    ),
    22: tuple(
        Case(op.name, arming(lambda op=op: OneByteATime(operation=op, times=ALWAYS)))
        for op in (Op.GetDeviceInfo, Op.GetObjectHandles, Op.GetObject)
    ),
    23: (
        Case("extra", arming(lambda: faults.ZeroPacket(operation=Op.GetObject, how="extra", times=ALWAYS))),
        Case("missing", arming(lambda: faults.ZeroPacket(operation=Op.GetObject, how="missing", times=ALWAYS))),
    ),
    24: (Case("ten thousand", arming(lambda: EventFlood(operation=Op.GetObjectHandles))),),
    25: (Case("left open", left_open),),
    26: tuple(
        Case(op.name, arming(lambda op=op: faults.Refuse(operation=op, code=BUSY, times=10_000)))
        for op in (Op.OpenSession, Op.GetObjectHandles, Op.GetObject)
    ),
    27: tuple(
        Case(f"{code:#x}", arming(lambda code=code: faults.Refuse(operation=Op.GetObject, code=code, times=ALWAYS)))
        for code in (0x0000, 0x2FFF, 0xA7FF, 0xFFFF)
    ),
    28: (
        Case("object", rewriting(Op.GetObjectInfo, file_info(lambda head, name, rest: head + b"\xff" + name[1:]))),
        Case("device", rewriting(Op.GetDeviceInfo, lambda raw: raw[:8] + b"\xff" + raw[9:40])),
    ),
    29: (
        Case(
            "name",
            rewriting(
                Op.GetObjectInfo, file_info(lambda head, name, rest: head + bytes([name[0] - 1]) + name[1:-2] + rest)
            ),
        ),
    ),
    30: (Case("name", renamed(["a\ud800.mp4", "\udfff.mp4", "\udc00\ud800.mp4"])),),
    31: tuple(
        Case(op.name, rewriting(op, lambda raw: b"\xff\xff\xff\xff" + raw[4:]))
        for op in (Op.GetStorageIDs, Op.GetObjectHandles, Op.GetObjectPropList)
    ),
    32: (Case("at every byte", truncating),),
    33: (
        Case("empty", battery(b"\x02\xff\xff")),
        Case("range cut", battery(b"\x01\x00")),
        Case("form unknown", battery(b"\x77")),
    ),
    34: tuple(
        Case(name, rewriting(Op.GetStorageInfo, lambda _, c=capacity, f=free: packing.storage_info(c, f)))
        for name, capacity, free in (
            ("free above capacity", 100, 200),
            ("negative", 2**64 - 1, 2**64 - 1),
            ("nothing", 0, 0),
        )
    ),
    35: (Case("a million", rewriting(Op.GetObjectHandles, lambda _: A_MILLION_HANDLES)),),
    36: (Case("each twice", rewriting(Op.GetObjectHandles, twice)),),
    37: (Case("both", rewriting(Op.GetObjectHandles, more_handles(0, 0xFFFFFFFF))),),
    38: (Case("a loop", rewriting(Op.GetObjectHandles, looping())),),
    39: (Case("folders", deep),),
    40: (
        Case("storage", rewriting(Op.GetObjectInfo, patched(0, "<I", 0x20001))),
        Case("parent", rewriting(Op.GetObjectInfo, patched(38, "<I", 0x7777))),
    ),
    41: (Case("object", rewriting(Op.GetObjectInfo, patched(8, "<I", 0))),),
    42: (
        Case("true in 64 bits", huge_sizes(len(BODY))),
        Case("one TiB", huge_sizes(1 << 40)),
        Case("beyond all", huge_sizes(2**64 - 1)),
    ),
    43: tuple(
        Case(f"{by:+d} bytes", arming(lambda by=by: faults.Resize(operation=Op.GetObject, by=by)))
        for by in (-1000, 1000)
    ),
    44: (
        Case(
            "going on",
            breaking_off(lambda: faults.OtherBytes(operation=Op.GetPartialObject64, times=ALWAYS)),
        ),
    ),
    45: (Case("second read", arming(lambda: faults.OtherBytes(operation=Op.GetObject, skip=1))),),
    46: (
        Case("before", arming(lambda: faults.Vanish(operation=Op.GetObject))),
        Case("in the middle", breaking_off(lambda: faults.Vanish(operation=Op.GetPartialObject64))),
    ),
    47: (Case("while reading", arming(lambda: faults.Appear(operation=Op.GetObject, name="new.mp4"))),),
    48: (Case("stays", arming(lambda: faults.DeleteLies(times=ALWAYS))),),
    49: tuple(
        Case(f"{code:#x}", arming(lambda code=code: faults.Refuse(operation=Op.DeleteObject, code=code, times=ALWAYS)))
        for code in (GENERAL_ERROR, 0x200D, 0x200E, 0x2012)
    ),
    50: (Case("another goes", arming(faults.DeleteOther)),),
    51: (Case("paths", renamed(["../../x.mp4", "/etc/x.mp4", "..\\x.mp4", "C:x.mp4", "\\\\host\\share\\x.mp4"])),),
    52: (Case("controls", renamed(["a\0b.mp4", "a\nb.mp4", "\x1b[2J.mp4", "\u202e4pm.mp4", "\x7f\x80.mp4"])),),
    53: (Case("windows", renamed(["CON", "NUL.mp4", "x:ads.mp4", "dot.mp4.", "space.mp4 "])),),
    54: (Case("empty", renamed(["", ".", "..", "x" * 250 + ".mp4", "é" * 250 + ".mp4"])),),
    55: (Case("alike", renamed(["a.mp4", "A.MP4", *(f"{form}.mp4" for form in UNIQUE)])),),
    56: (
        Case(
            "code",
            renamed(["'; DROP TABLE x;--.mp4", "$(reboot).mp4", "=1+1.mp4", "<b>x</b>.mp4", "%n%s.mp4", "-rf.mp4"]),
        ),
    ),
    57: tuple(
        Case(text or "none", rewriting(Op.GetObjectInfo, file_info(dated(text))))
        for text in (
            "",
            "00000000T000000",
            "16010101T000000",
            "20380119T031408",
            "99991231T235959.9Z",
            "20260329T013000",
            "20770101T000000",
            "x" * 200,
        )
    ),
}
