"""How soon a recording is seen: the first picture after play, and the picture after a seek.

`python -m tests.bench.viewer [--size-mib 1024] [--rounds 9] [--folder DIR]` makes one recording of that size (H.264 and
AAC, 1280 by 720, 30 pictures a second, some minutes of real packets repeated) and measures, side by side and in turns:

- the viewer's way: the ledger entry, the sealed recording opened, its chunks served to a child that waits, until the
  picture is in this process; and a seek from there until its picture is;
- PyAV in this process on the same recording in clear: open, seek, decode, scale;
- how long a child takes to start, which the viewer does ahead;
- mpv on the recording in clear, where there is one: from its start to its end after one picture, shown nowhere.

Prints a table in Markdown and a line of JSON; medians, and the worst.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import av

from app.home import Home
from app.media.player import Player, PlayerChild, Shown
from app.media.wire import Facts, Ready, receive
from app.ui.viewer import open_to_play
from drivers.camera import Footage, Identity, Interface, Sighting

MIB = 1 << 20
BOX = (1280, 720)
WIDTH, HEIGHT, RATE, SOUND_RATE = 1280, 720, 30, 48_000
SEED_S = 20
TURN_S = SEED_S + 0.1
"""Sound lasts a little longer than its pictures: the next repetition begins when both are over."""
NOISE = 1 << 16
LIMIT_S = 30.0


class Waiting:
    """A stage with one child ready and no sound: what `app.media.stage` has once the viewer is up."""

    def __init__(self) -> None:
        self.child = PlayerChild()
        ready = receive(self.child.words)
        assert isinstance(ready, Ready)
        self.player: Player | None = None

    def play(self, plain: Any, box: tuple[int, int]) -> Player:
        self.player = Player(plain, self.child, None, box)
        return self.player


def make(path: Path, size: int) -> float:
    """Make a recording of `size` bytes by repeating the packets of a short one; gives its length in seconds."""
    seed = path.with_name("seed.mp4")
    make_seed(seed)
    with av.open(str(seed)) as source, av.open(str(path), "w", format="mp4") as out:
        streams = {one.index: out.add_stream_from_template(one) for one in source.streams}
        packets = [packet for packet in source.demux() if packet.dts is not None]
        kept = [(packet.stream.index, bytes(packet), packet.pts, packet.dts, packet.is_keyframe) for packet in packets]
        bases = {one.index: one.time_base for one in source.streams}
        written = turn = 0
        while written < size:
            for index, raw, pts, dts, key in kept:
                packet = av.Packet(raw)
                shift = round(turn * TURN_S / bases[index])
                packet.pts, packet.dts, packet.is_keyframe = pts + shift, dts + shift, key
                packet.time_base, packet.stream = bases[index], streams[index]
                out.mux(packet)
                written += len(raw)
            turn += 1
    seed.unlink()
    return turn * TURN_S


def make_seed(path: Path) -> None:
    """Some seconds of a moving pattern under noise at 8 Mbit/s, with a tone: about what a camera writes."""
    dice = random.Random(1)
    noise = dice.randbytes(WIDTH * HEIGHT + NOISE)
    with av.open(str(path), "w", format="mp4") as out:
        rate = {"preset": "ultrafast", "b": "8M", "minrate": "8M", "maxrate": "8M", "bufsize": "4M", "g": "60"}
        picture = out.add_stream("libx264", rate=RATE, options=rate)
        picture.width, picture.height, picture.pix_fmt, picture.bit_rate = WIDTH, HEIGHT, "yuv420p", 8_000_000
        sound = out.add_stream("aac", rate=SOUND_RATE, layout="mono")
        for number in range(SEED_S * RATE):
            frame = av.VideoFrame(WIDTH, HEIGHT, "yuv420p")
            start = dice.randrange(NOISE)
            frame.planes[0].update(noise[start : start + frame.planes[0].buffer_size])
            for plane in frame.planes[1:]:
                plane.update(bytes([(number * 3) % 256]) * plane.buffer_size)
            out.mux(picture.encode(frame))
            out.mux(sound.encode(tone(SOUND_RATE // RATE, number)))
        out.mux(picture.encode())
        out.mux(sound.encode())


def tone(samples: int, number: int) -> av.AudioFrame:
    frame = av.AudioFrame(format="s16", layout="mono", samples=samples)
    frame.planes[0].update((b"\x00\x10\x00\xf0" * samples)[: samples * 2])
    frame.sample_rate, frame.pts = SOUND_RATE, number * samples
    return frame


def seal(home: Home, source: Path) -> str:
    """Seal the recording into the home, as docking does; gives its id."""
    sighting = Sighting("1-1", "1-7", 0x1209, 0x0001, (Interface(0, 6, 1, 1),), "CAM-0001", True)
    camera = home.register(sighting, Identity("Dockwarden", "Bench", "CAM-0001", "1.0"), home.models.models[0])
    docking = home.records.begin_docking(
        camera, bay="A1", usb_path="1-1", firmware=None, battery_percent=None, clock_offset_s=None
    )
    taken = datetime(2026, 11, 24, 22, 0)  # noqa: DTZ001  a camera's clock knows no zone
    footage = Footage(1, "DCIM", "LONG.MP4", source.stat().st_size, taken, taken, "long")
    made = home.records.begin_recording(docking, footage, officer=None, critical=False, clock_offset_s=None)
    sealing = home.vault.begin(made, home.keys.recipients())
    with source.open("rb") as file:
        while block := file.read(MIB):
            sealing.write(memoryview(block))
    sealing.finish()
    home.records.sealed(made, docking, sealing.prove(), taken.replace(tzinfo=UTC), Facts(), ())
    return made


def next_picture(player: Player) -> Shown:
    deadline = time.monotonic() + LIMIT_S
    while (shown := player.due()) is None:
        if player.trouble is not None or time.monotonic() > deadline:
            raise RuntimeError(f"no picture came: {player.trouble}")
        time.sleep(0.001)
    return shown


def forget(path: Path) -> None:
    """Have the file read from the disk."""
    with path.open("rb") as file:
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def viewer(home: Home, made: str, places: list[float]) -> tuple[float, list[float]]:
    """Seconds to the first picture after play, and to the picture after each seek while it plays."""
    facts = home.records.recording(made)
    waiting = Waiting()
    start = time.perf_counter()
    player = open_to_play(home, waiting, facts, BOX)  # type: ignore[arg-type]
    try:
        player.play()
        next_picture(player)
        first = time.perf_counter() - start
        return first, [one for place in places for one in seek(player, place)]
    finally:
        player.close()


def seek(player: Player, place: float) -> Iterator[float]:
    start = time.perf_counter()
    player.seek(place)
    shown = next_picture(player)
    yield time.perf_counter() - start
    if abs(shown.at - place) > 0.2:
        raise RuntimeError(f"asked for {place}, got {shown.at}")


def plain(path: Path, places: list[float]) -> tuple[float, list[float]]:
    """The same with PyAV on the recording in clear."""
    start = time.perf_counter()
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        next(container.decode(stream)).reformat(*BOX, "bgra")
        first = time.perf_counter() - start
        seeks = []
        for place in places:
            start = time.perf_counter()
            container.seek(int(place / stream.time_base), stream=stream)
            for frame in container.decode(stream):
                if frame.time >= place - 0.001:
                    frame.reformat(*BOX, "bgra")
                    break
            seeks.append(time.perf_counter() - start)
    return first, seeks


def child_start() -> float:
    start = time.perf_counter()
    child = Waiting().child
    taken = time.perf_counter() - start
    child.close()
    return taken


def mpv(path: Path, place: float) -> float:
    """Seconds that mpv takes to start, to find this place, to decode one picture and to end; without a screen."""
    line = ["mpv", "--no-config", "--ao=null", "--vo=null", "--frames=1", f"--start={place:.3f}", str(path)]
    start = time.perf_counter()
    subprocess.run(line, check=True, stdout=subprocess.DEVNULL, timeout=LIMIT_S)
    return time.perf_counter() - start


def measure(home: Home, source: Path, made: str, length: float, rounds: int) -> dict[str, list[float]]:
    """Seconds of each, taken in turns from a cold file, after one round that is not counted."""
    dice = random.Random(2)
    found: dict[str, list[float]] = {}
    payload = next(home.vault.folder.rglob(f"{made}.age-payload"))
    for turn in range(rounds + 1):
        places = [dice.uniform(1, length - 2) for _ in range(5)]
        forget(payload)
        forget(source)
        first, seeks = viewer(home, made, places)
        plain_first, plain_seeks = plain(source, places)
        if turn:
            found.setdefault("viewer, first picture", []).append(first)
            found.setdefault("PyAV in clear, first picture", []).append(plain_first)
            found.setdefault("viewer, seek", []).extend(seeks)
            found.setdefault("PyAV in clear, seek", []).extend(plain_seeks)
            found.setdefault("start of a child, done ahead", []).append(child_start())
        if turn and shutil.which("mpv"):
            forget(source)
            found.setdefault("mpv in clear, its start and the first picture", []).append(mpv(source, 0.0))
            found.setdefault("mpv in clear, its start and a seek", []).append(mpv(source, places[0]))
    return found


def report(found: dict[str, list[float]], size: int, length: float) -> None:
    rows = [
        f"| {name} | {statistics.median(taken) * 1000:.0f} | {max(taken) * 1000:.0f} | {len(taken)} |"
        for name, taken in found.items()
    ]
    lines = [
        f"{size // MIB} MiB, {length / 60:.0f} min of {WIDTH} by {HEIGHT}, cold file, {os.cpu_count()} processors",
        "",
        "| | median, ms | worst, ms | of |",
        "|---|---:|---:|---:|",
        *rows,
        "",
        json.dumps({"size": size, "seconds_long": length, "seconds": found}),
    ]
    sys.stdout.write("\n".join(lines) + "\n")


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size-mib", type=int, default=1024)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--folder", type=Path, default=None, help="where to measure; room for two such files")
    args = parser.parse_args()
    os.environ["DOCKWARDEN_KEYS"] = "file"
    with tempfile.TemporaryDirectory(prefix="dockwarden-bench-", dir=args.folder) as scratch:
        source = Path(scratch, "long.mp4")
        length = make(source, args.size_mib * MIB)
        with Home(Path(scratch, "home")) as home:
            made = seal(home, source)
            report(measure(home, source, made, length, args.rounds), source.stat().st_size, length)


if __name__ == "__main__":
    main()
