"""Small pictures of recordings: made once, logged first, kept sealed."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pyrage
import pytest

from app.media import facts
from app.media.facts import Sketched
from app.snapshot import Event, Sealed
from app.thumbnails import Thumbnailer, Thumbnails
from app.verify import verify_home
from tests.app.bench import Bench, noise
from tests.app.clips import recording

LIMIT_S = 30


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path)
    yield bench
    bench.close()


class Docks:
    """What a thumbnailer follows."""

    def __init__(self) -> None:
        self.listeners: list[Callable[[Event], None]] = []

    def follow(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)


def offload(bench: Bench, files: dict[str, bytes], port: int = 1) -> dict[str, str]:
    """Seal these recordings; their ids by name."""
    bench.plug(bench.camera(f"CAM-{port:04d}", files), (1, port))
    return {sealed.name: sealed.id for sealed in bench.offload().sealed}


def wait_for(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LIMIT_S
    pause = threading.Event()
    while not true():
        assert time.monotonic() < deadline
        pause.wait(0.01)


def make_all(bench: Bench, ids: list[str]) -> Thumbnails:
    """Let a thumbnailer work until all have been tried."""
    kept = Thumbnails(bench.home)
    thumbnailer = Thumbnailer(bench.home, Docks().follow)
    wait_for(lambda: all(kept.has(one) for one in ids))
    thumbnailer.close()
    return kept


def openings(bench: Bench) -> list[tuple[str, str]]:
    """The recordings that the ledger says were opened, and how."""
    bodies = [msgspec.json.decode(entry.body) for entry in bench.home.records.entries()]
    return [(body["recording"], body["how"]) for body in bodies if body["kind"] == "opened"]


def test_each_recording_gets_one_picture_and_one_entry(bench: Bench) -> None:
    ids = offload(bench, {"A.MP4": recording(), "B.MP4": noise(50_000)})
    kept = make_all(bench, list(ids.values()))
    found = kept.picture(ids["A.MP4"])
    assert found is not None
    width, height, rgb = found
    assert (width, height, len(rgb)) == (124, 69, 124 * 69 * 3)
    assert len(set(rgb)) > 20
    assert sorted(openings(bench)) == sorted((one, "thumbnail") for one in ids.values())
    make_all(bench, list(ids.values()))
    assert len(openings(bench)) == 2


def test_a_recording_that_shows_nothing_is_remembered_as_such(bench: Bench) -> None:
    ids = offload(bench, {"B.MP4": noise(50_000)})
    kept = make_all(bench, list(ids.values()))
    assert kept.has(ids["B.MP4"])
    assert kept.picture(ids["B.MP4"]) is None


def test_pictures_lie_sealed_and_any_age_program_opens_them(bench: Bench) -> None:
    ids = offload(bench, {"A.MP4": recording()})
    kept = make_all(bench, list(ids.values()))
    (path,) = (one for one in (bench.home.vault.folder / "thumbs").rglob("*") if one.is_file())
    assert path.stat().st_mode & 0o777 == 0o600
    identity = bench.home.identity()
    assert identity is not None
    opened = pyrage.decrypt(path.read_bytes(), [pyrage.x25519.Identity.from_str(identity.secret_text())])
    assert opened[:4] == bytes([0, 124, 0, 69])
    assert opened[4:40] not in path.read_bytes()
    assert kept.picture(ids["A.MP4"]) is not None


def test_the_vault_is_the_same_with_pictures_in_it(bench: Bench) -> None:
    ids = offload(bench, {"A.MP4": recording(), "B.MP4": noise(50_000)})
    make_all(bench, list(ids.values()))
    assert bench.home.vault.ids() == set(ids.values())
    assert verify_home(bench.home, (), lambda _read: None).wrong is None


def test_what_is_sealed_now_gets_its_picture_at_once(bench: Bench) -> None:
    docks = Docks()
    thumbnailer = Thumbnailer(bench.home, docks.follow)
    ids = offload(bench, {"A.MP4": recording()})
    said = Sealed("A1", 1, ids["A.MP4"], "CAM-0001", "A.MP4", 1, "", None, None)
    for listener in docks.listeners:
        listener(said)
    kept = Thumbnails(bench.home)
    wait_for(lambda: kept.has(ids["A.MP4"]))
    thumbnailer.close()
    assert docks.listeners == []
    assert kept.picture(ids["A.MP4"]) is not None


def test_it_stops_at_once_and_goes_on_the_next_time(bench: Bench) -> None:
    ids = offload(bench, {f"{number}.MP4": recording() for number in range(6)})
    kept = Thumbnails(bench.home)
    thumbnailer = Thumbnailer(bench.home, Docks().follow)
    wait_for(lambda: any(kept.has(one) for one in ids.values()))
    thumbnailer.close()
    assert not all(kept.has(one) for one in ids.values())
    assert not [one for one in threading.enumerate() if one.name == "thumbnailer"]
    kept = make_all(bench, list(ids.values()))
    assert all(kept.picture(one) is not None for one in ids.values())


def test_a_recording_that_kills_the_child_costs_its_own_picture_only(bench: Bench) -> None:
    ids = offload(bench, {"A.MP4": recording(), "B.MP4": recording() + bytes(1)})
    killed: list[int] = []
    vault_open = bench.home.vault.open

    def deadly(recording_id: str, identity: object) -> object:
        reader = vault_open(recording_id, identity)  # type: ignore[arg-type]
        if recording_id == ids["B.MP4"]:
            read_at = reader.read_at

            def read(offset: int, length: int) -> bytes:
                for child in children():
                    os.kill(child, 9)
                    killed.append(child)
                return read_at(offset, length)

            reader.read_at = read  # type: ignore[method-assign]
        return reader

    bench.home.vault.open = deadly  # type: ignore[assignment,method-assign]
    kept = make_all(bench, list(ids.values()))
    assert killed
    assert kept.picture(ids["A.MP4"]) is not None
    assert kept.picture(ids["B.MP4"]) is None


def test_a_child_that_was_held_up_says_nothing_of_the_recording(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """On a busy machine the time may be over for anything: it is tried again at the next start."""
    ids = offload(bench, {"A.MP4": recording()})
    vault_open, others = bench.home.vault.open, set(children())

    def slow(recording_id: str, identity: object) -> object:
        reader = vault_open(recording_id, identity)  # type: ignore[arg-type]
        read_at = reader.read_at

        def read(offset: int, length: int) -> bytes:
            wait_for(lambda: set(children()) <= others)
            return read_at(offset, length)

        reader.read_at = read  # type: ignore[method-assign]
        return reader

    caplog.set_level("INFO")
    with monkeypatch.context() as busy:
        busy.setattr(facts, "LIMIT_S", 0.05)
        busy.setattr(bench.home.vault, "open", slow)
        thumbnailer = Thumbnailer(bench.home, Docks().follow)
        wait_for(lambda: "ended the child" in caplog.text)
        thumbnailer.close()
    kept = Thumbnails(bench.home)
    assert not kept.has(ids["A.MP4"])
    kept = make_all(bench, list(ids.values()))
    assert kept.picture(ids["A.MP4"]) is not None


def children() -> list[int]:
    pids = [int(pid) for task in Path("/proc/self/task").glob("*/children") for pid in task.read_text().split()]
    return [pid for pid in pids if b"media-child" in Path(f"/proc/{pid}/cmdline").read_bytes()]


@pytest.mark.parametrize("damage", ["one bit", "cut", "a picture larger than any"])
def test_a_damaged_picture_is_not_shown_and_said(bench: Bench, damage: str, caplog: pytest.LogCaptureFixture) -> None:
    ids = offload(bench, {"A.MP4": recording()})
    kept = make_all(bench, list(ids.values()))
    (path,) = (one for one in (bench.home.vault.folder / "thumbs").rglob("*") if one.is_file())
    data = bytearray(path.read_bytes())
    if damage == "one bit":
        data[-40] ^= 1
        path.write_bytes(data)
    elif damage == "cut":
        path.write_bytes(data[:-30])
    else:
        kept.put(ids["A.MP4"], Sketched(125, 70, bytes(125 * 70 * 3)))
    assert Thumbnails(bench.home).picture(ids["A.MP4"]) is None
    assert "cannot be shown" in caplog.text


def test_a_machine_without_the_key_makes_and_shows_none(bench: Bench) -> None:
    ids = offload(bench, {"A.MP4": recording()})
    bench.home.identity = lambda: None  # type: ignore[method-assign]
    thumbnailer = Thumbnailer(bench.home, Docks().follow)
    thumbnailer.close()
    kept = Thumbnails(bench.home)
    assert not kept.has(ids["A.MP4"])
    assert kept.picture(ids["A.MP4"]) is None
    assert openings(bench) == []
