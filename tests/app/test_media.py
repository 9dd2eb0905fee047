"""What containers say, read by a process that has no keys; and what hostile ones can do to it."""

from __future__ import annotations

import contextlib
import os
import random
import socket
import struct
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from app.media import facts as facts_module
from app.media.facts import Child, MediaReader
from app.media.wire import Facts, send
from app.vault import CannotOpen
from tests.app.clips import recording


class Plain:
    """A recording in memory that counts what is asked of it."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.size = len(data)
        self.asked = 0

    def read_at(self, offset: int, length: int) -> bytes:
        self.asked += 1
        return self.data[offset : offset + length]


@pytest.fixture(scope="module")
def reader() -> Iterator[MediaReader]:
    reader = MediaReader()
    yield reader
    reader.close()


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Two seconds of real H.264 in MP4, with its time of making."""
    import av

    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    with av.open(str(path), "w") as out:
        out.metadata["creation_time"] = "2026-11-20T22:14:05.000000Z"
        stream = out.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        for _ in range(20):
            out.mux(stream.encode(av.VideoFrame(64, 64, "yuv420p")))
        out.mux(stream.encode())
    return path.read_bytes()


def test_start_and_length_come_from_the_container(reader: MediaReader, clip: bytes) -> None:
    facts = reader.facts(Plain(clip))
    assert facts == Facts(datetime(2026, 11, 20, 22, 14, 5, tzinfo=UTC), 2.0, None)


def box(kind: bytes, body: bytes, size: int | None = None) -> bytes:
    return struct.pack(">I4s", len(body) + 8 if size is None else size, kind) + body


FTYP = box(b"ftyp", b"isom\0\0\2\0isomiso2mp41")

HOSTILE = {
    "empty": b"",
    "zeros": bytes(100_000),
    "noise": random.Random(1).randbytes(100_000),
    "box of size 0": FTYP + box(b"moov", b"", 0),
    "box of size 1": FTYP + box(b"moov", bytes(8), 1),
    "box smaller than its head": FTYP + box(b"moov", b"", 4),
    "box larger than the file": FTYP + box(b"moov", bytes(50), 0x7FFFFFFF),
    "nested 10,000 deep": FTYP + b"".join(box(b"moov", b"", 8 * (10_000 - n)) for n in range(10_000)),
    "a table of four thousand million entries": FTYP
    + box(b"moov", box(b"trak", box(b"mdia", box(b"minf", box(b"stbl", box(b"stsz", bytes(8) + b"\xff" * 4)))))),
    "a page of the web": b"<html><body>" + b"PK\3\4" * 1000,
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_cannot_be_read_is_a_flag_and_the_next_one_is_read(reader: MediaReader, clip: bytes, data: bytes) -> None:
    facts = reader.facts(Plain(data))
    assert facts.flag or (facts.started_at, facts.seconds) == (None, None)
    assert reader.facts(Plain(clip)).seconds == 2.0


def test_a_recording_cut_short_is_a_flag(reader: MediaReader, clip: bytes) -> None:
    assert reader.facts(Plain(clip[: len(clip) // 2])).flag


def test_a_parser_that_dies_costs_that_recording_its_facts_only(reader: MediaReader, clip: bytes) -> None:
    class Deadly(Plain):
        """Kills the parser in the middle of its work, as a hostile container would."""

        def read_at(self, offset: int, length: int) -> bytes:
            for process in children_of(os.getpid()):
                os.kill(process, 9)
            return super().read_at(offset, length)

    facts = reader.facts(Deadly(clip))
    assert facts.flag == "container not readable: it ended or held up its parser"
    assert reader.facts(Plain(clip)).seconds == 2.0


def children_of(process: int) -> list[int]:
    """The parsing processes: children of this one whose command line says so."""
    children = psutil.Process(process).children()
    return [child.pid for child in children if "media-child" in child.cmdline()]


def test_a_parser_that_holds_up_is_ended(clip: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facts_module, "LIMIT_S", 0.05)

    class Slow(Plain):
        """Answers only after the limit, every time."""

        def read_at(self, offset: int, length: int) -> bytes:
            import time

            end = time.monotonic() + 0.1
            while time.monotonic() < end:
                os.sched_yield()
            return super().read_at(offset, length)

    others = children_of(os.getpid())
    reader = MediaReader()
    assert reader.facts(Slow(clip)).flag == "container not readable: it ended or held up its parser"
    reader.close()
    assert children_of(os.getpid()) == others


def test_a_parser_that_says_a_little_now_and_then_is_ended_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facts_module, "LIMIT_S", 0.3)
    ours, theirs = socket.socketpair()

    def drip() -> None:
        with theirs, contextlib.suppress(OSError):
            send(theirs, Facts())
            while True:
                theirs.sendall(b" ")
                threading.Event().wait(0.05)

    child = Child()
    child._connection.close()
    child._connection = ours
    dripping = threading.Thread(target=drip)
    dripping.start()
    with pytest.raises((OSError, EOFError)):
        child.facts(Plain(b"x"))
    dripping.join(10)
    child.close()
    assert not dripping.is_alive()


def test_a_recording_that_the_vault_cannot_open_spoils_no_other(clip: bytes) -> None:
    class Damaged(Plain):
        def read_at(self, offset: int, length: int) -> bytes:
            raise CannotOpen("Chunk 3 of the payload does not authenticate.")

    reader = MediaReader()
    with pytest.raises(CannotOpen):
        reader.facts(Damaged(clip))
    assert reader.facts(Plain(clip)).flag is None
    reader.close()


def test_the_parser_has_no_files_but_its_socket(reader: MediaReader, clip: bytes) -> None:
    reader.facts(Plain(clip))
    process = children_of(os.getpid())[0]
    links = [str(link.readlink()) for link in Path(f"/proc/{process}/fd").iterdir()]
    assert all(link == "/dev/null" or link.startswith("socket:") for link in links), links
    assert Path(f"/proc/{process}/limits").read_text().count("1073741824") >= 1


def test_the_parser_can_open_nothing_once_it_has_begun(reader: MediaReader, clip: bytes, tmp_path: Path) -> None:
    reader.facts(Plain(clip))
    (line,) = (one for one in limits_of(children_of(os.getpid())[0]) if one.startswith("Max open files"))
    assert line.split()[3:5] == ["0", "0"]
    named = tmp_path / "named.mp4"
    named.write_bytes(clip)
    lure = f"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nfile://{named}\n#EXT-X-ENDLIST\n"
    assert reader.facts(Plain(lure.encode())).seconds is None


def limits_of(process: int) -> list[str]:
    return Path(f"/proc/{process}/limits").read_text().splitlines()


def test_a_small_picture_is_made_of_what_shows_something_only() -> None:
    child = Child()
    made = child.sketch(Plain(recording()))
    assert (made.width, made.height, len(made.rgb)) == (124, 69, 124 * 69 * 3)
    assert max(made.rgb) > 100
    nothing = child.sketch(Plain(bytes(10_000)))
    assert (nothing.width, nothing.height, nothing.rgb) == (0, 0, b"")
    child.close()
