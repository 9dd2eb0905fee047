"""Recordings played by a child without keys: what is seen and heard when, and what hostile ones can do."""

from __future__ import annotations

import contextlib
import mmap
import os
import random
import socket
import threading
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import miniaudio
import pytest

from app.media import player as player_module
from app.media.facts import PlainBytes
from app.media.player import MOST_UNHEARD, Player, PlayerChild, Shown
from app.media.sound import NoSound, Speaker
from app.media.wire import (
    MAX_ASK,
    MAX_LINE,
    MAX_SOUND,
    SLOT_SIZE,
    SLOTS,
    SOUND_FRAME,
    SOUND_RATE,
    Bytes,
    Opened,
    Picture,
    Sound,
    receive,
    receive_raw,
    send,
)
from app.vault import CannotOpen
from tests.app.clips import RATE, SECONDS, Plain, heavy, index_first, recording

LIMIT_S = 20
BOX = (320, 200)
PICTURE_S = 1 / RATE
Play = Callable[..., Player]


@pytest.fixture
def play() -> Iterator[Play]:
    """Open players, whose children are ended and leave nothing behind."""
    opened: list[Player] = []

    def open_(plain: PlainBytes, speaker: Speaker | None = None) -> Player:
        opened.append(Player(plain, PlayerChild(), speaker, BOX))
        return opened[-1]

    yield open_
    for player in opened:
        player.close()
    assert children() == []
    assert not [one for one in threading.enumerate() if one.name.startswith("player-")]


@pytest.fixture
def speaker() -> Iterator[Speaker]:
    """A sound device that nobody hears and that takes as long as a real one."""
    speaker = Speaker([miniaudio.Backend.NULL])
    yield speaker
    speaker.close()


def children() -> list[int]:
    """The processes that play: children of this one, living or not reaped, whose command line said so."""
    pids = [int(pid) for task in Path("/proc/self/task").glob("*/children") for pid in task.read_text().split()]
    return [pid for pid in pids if b"media-player" in Path(f"/proc/{pid}/cmdline").read_bytes() or is_zombie(pid)]


def is_zombie(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")")[1].split()[0] == "Z"


def until(player: Player, true: Callable[[], bool]) -> list[Shown]:
    """Ask what is due until something is so; what was seen meanwhile."""
    seen = []
    deadline = time.monotonic() + LIMIT_S
    turns = threading.Event()
    while not true():
        assert time.monotonic() < deadline, f"it never came: {player.trouble}"
        if (shown := player.due()) is not None:
            seen.append(shown)
        turns.wait(0.002)
    return seen


def next_picture(player: Player) -> Shown:
    """The next picture that is due."""
    found: list[Shown] = []

    def came() -> bool:
        shown = player.due()
        if shown is not None:
            found.append(shown)
        return shown is not None

    return [*until(player, came), *found][0]


def test_a_recording_plays_from_its_first_picture_to_its_last_in_order(play: Play) -> None:
    player = play(Plain(recording()))
    player.play()
    seen = until(player, lambda: player.ended)
    times = [shown.at for shown in seen]
    assert times[0] == 0
    assert times == sorted(times)
    assert times[-1] == pytest.approx(SECONDS - PICTURE_S, abs=0.01)
    assert len(seen) > SECONDS * RATE / 2
    assert (player.playing, player.trouble, player.stops_at) == (False, None, None)
    assert player.opened == Opened(pytest.approx(SECONDS, abs=0.1), True, True)


def test_a_picture_is_in_the_box_keeps_its_shape_and_shows_something(play: Play) -> None:
    shown = next_picture(play(Plain(recording())))
    assert (shown.width, shown.height) == (320, 180)
    assert len(shown.pixels) == 320 * 180 * 4
    assert max(shown.pixels[0::4]) > 200  # white letters
    assert len(set(shown.pixels)) > 20


def test_a_new_box_brings_the_same_moment_in_another_size(play: Play) -> None:
    player = play(Plain(recording()))
    next_picture(player)
    player.seek(2.0)
    assert next_picture(player).width == 320
    player.set_box(160, 90)
    again = next_picture(player)
    assert (again.width, again.height, again.at) == (160, 90, pytest.approx(2.0, abs=0.01))


@pytest.mark.parametrize("moment", [0.0, 0.5, 2.03, 3.5, 3.99])
def test_seeking_gives_the_picture_that_is_seen_at_that_moment(play: Play, moment: float) -> None:
    player = play(Plain(recording()))
    next_picture(player)
    player.seek(moment)
    at = next_picture(player).at
    assert at <= moment + 0.001
    assert at == pytest.approx(moment, abs=PICTURE_S + 0.005)


def test_seeks_that_follow_at_once_end_at_the_last(play: Play) -> None:
    player = play(Plain(recording()))
    for moment in (3.0, 0.5, 2.5, 1.0, 3.4):
        player.seek(moment)
    assert next_picture(player).at == pytest.approx(3.4, abs=PICTURE_S + 0.005)


def test_steps_go_one_picture_on_and_back_and_stand_still(play: Play) -> None:
    player = play(Plain(recording()))
    player.seek(2.0)
    player.play()
    start = next_picture(player).at
    places = []
    for step in (1, 1, -1, -1, -1):
        player.step(step)
        places.append(round((next_picture(player).at - start) * RATE))
    assert places[-1] - places[0] == -2
    assert [after - before for before, after in pairwise(places)] == [1, -1, -1, -1]
    assert not player.playing
    assert player.due() is None


def test_at_its_end_play_begins_again(play: Play) -> None:
    player = play(Plain(recording()))
    player.seek(3.8)
    player.play()
    until(player, lambda: player.ended)
    player.play()
    assert next_picture(player).at == 0
    assert player.playing


def test_sound_is_the_clock_and_stands_when_it_is_paused(play: Play, speaker: Speaker) -> None:
    player = play(Plain(recording()), speaker)
    player.play()
    until(player, lambda: player.position > 1.0)
    assert player.position == pytest.approx(speaker.position, abs=0.05)
    player.pause()
    stands = player.position
    until(player, lambda: player.due() is None)
    assert (player.position, speaker.position) == (stands, pytest.approx(stands, abs=0.05))
    player.play()
    until(player, lambda: player.ended)
    assert player.position >= SECONDS - 2 * PICTURE_S


def test_at_twice_the_speed_sound_goes_twice_as_fast_at_its_own_pitch(play: Play, speaker: Speaker) -> None:
    pieces: list[tuple[float, bytes]] = []
    put = speaker.put
    speaker.put = lambda at, raw: (pieces.append((at, raw)), put(at, raw))[1]  # type: ignore[method-assign]
    player = play(Plain(recording()), speaker)
    player.set_speed(2.0)
    player.play()
    pieces.clear()
    until(player, lambda: player.ended)
    heard_s = sum(len(raw) for _at, raw in pieces) / SOUND_FRAME / SOUND_RATE
    assert heard_s == pytest.approx(SECONDS / 2, abs=0.25)
    assert pieces[-1][0] == pytest.approx(SECONDS, abs=0.3)


def test_above_twice_the_speed_there_is_no_sound_and_fewer_pictures(play: Play, speaker: Speaker) -> None:
    player = play(Plain(recording()), speaker)
    player.set_speed(8.0)
    player.play()
    seen = until(player, lambda: player.ended)
    assert seen[-1].at > SECONDS - 0.3
    assert speaker.taken() == 0


def test_sound_goes_on_after_a_pause_at_a_speed_without_it(play: Play, speaker: Speaker) -> None:
    player = play(Plain(recording()), speaker)
    player.play()
    until(player, lambda: player.position > 0.2)
    player.set_speed(4.0)
    player.pause()
    player.set_speed(1.0)
    player.play()
    until(player, lambda: player.position > 1.0)
    assert player.position == pytest.approx(speaker.position, abs=0.05)


def test_the_waveform_is_still_where_it_is_silent_and_comes_once(play: Play) -> None:
    player = play(Plain(recording()))
    until(player, lambda: player.peaks is not None)
    peaks = player.peaks or b""
    quarter = len(peaks) // SECONDS
    assert max(peaks[: quarter - 12]) <= 2
    assert min(peaks[quarter + 12 : -12]) > 20


def test_a_recording_cut_in_the_middle_plays_as_far_as_it_goes_and_says_where(play: Play) -> None:
    whole = index_first()
    player = play(Plain(whole[: len(whole) * 6 // 10]))
    player.play()
    seen = until(player, lambda: player.ended)
    assert player.trouble is None
    assert 1.0 < seen[-1].at < 3.0
    assert player.stops_at == seen[-1].at
    player.seek(3.9)
    assert next_picture(player).at == seen[-1].at


def test_a_chunk_of_the_vault_that_does_not_open_is_where_it_stops(
    play: Play, caplog: pytest.LogCaptureFixture
) -> None:
    class Damaged(Plain):
        def read_at(self, offset: int, length: int) -> bytes:
            if offset + length > self.size // 2:
                raise CannotOpen("Chunk 3 of the payload does not authenticate.")
            return super().read_at(offset, length)

    player = play(Damaged(heavy()))
    player.play()
    seen = until(player, lambda: player.ended)
    assert player.trouble is None
    assert player.stops_at == seen[-1].at
    assert 1.0 < seen[-1].at < 2.5
    assert player.damage is not None
    assert [record.getMessage() for record in caplog.records] == [
        "a recording cannot be read whole: Chunk 3 of the payload does not authenticate."
    ]


@pytest.mark.parametrize(
    "data",
    [b"x", bytes(50_000), random.Random(2).randbytes(50_000), recording()[: len(recording()) // 2]],
    ids=["one byte", "zeros", "noise", "without its index"],
)
def test_what_is_no_recording_is_refused_in_words(play: Play, data: bytes) -> None:
    player = play(Plain(data))
    player.play()
    until(player, lambda: player.trouble is not None)
    assert player.trouble is not None
    assert player.trouble.code == "not-playable"
    assert not player.playing


def test_a_child_that_is_killed_in_the_middle_costs_this_viewing_only(play: Play) -> None:
    player = play(Plain(recording()))
    player.play()
    next_picture(player)
    (child,) = children()
    os.kill(child, 9)
    until(player, lambda: player.trouble is not None)
    assert player.trouble == player_module.ENDED
    assert not player.playing
    other = play(Plain(recording()))
    other.play()
    assert next_picture(other).at == 0


def test_the_child_has_no_files_and_can_open_none(play: Play) -> None:
    player = play(Plain(recording()))
    next_picture(player)
    (child,) = children()
    links = [str(link.readlink()) for link in Path(f"/proc/{child}/fd").iterdir()]
    assert all(link == "/dev/null" or link.startswith(("socket:", "/memfd:pictures")) for link in links), links
    limits = {
        line[:26].strip(): line[26:].split()[:2] for line in Path(f"/proc/{child}/limits").read_text().split("\n")
    }
    assert limits["Max open files"] == ["0", "0"]
    assert limits["Max file size"] == ["0", "0"]
    assert limits["Max address space"] == [str(2 << 30)] * 2


class Impostor:
    """The far ends of a child's connections, in the hands of a test: a child that was taken over by a recording."""

    def __init__(self) -> None:
        self.words, self.said = socket.socketpair()
        self.plain, self.asks = socket.socketpair()
        self.memory = mmap.mmap(-1, SLOTS * SLOT_SIZE)
        self.ended = threading.Event()

    @property
    def alive(self) -> bool:
        return not self.ended.is_set()

    def hang_up(self) -> None:
        self.ended.set()
        for one in (self.words, self.plain):
            one.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        for one in (self.words, self.plain, self.said, self.asks):
            one.close()


@pytest.fixture
def impostor() -> Iterator[tuple[Impostor, Player]]:
    impostor = Impostor()
    player = Player(Plain(bytes(1000)), impostor, None, BOX)  # type: ignore[arg-type]
    yield impostor, player
    player.close()


NONSENSE = {
    "no words": b"\x00\xff\n",
    "a word that is not a child's": b'{"type":"load","size":1}\n',
    "a slot that there is not": b'{"type":"picture","turn":1,"slot":6,"at":0,"width":1,"height":1}\n',
    "a picture that is too wide": b'{"type":"picture","turn":1,"slot":0,"at":0,"width":1921,"height":1}\n',
    "a picture before the start": b'{"type":"picture","turn":1,"slot":0,"at":-1,"width":1,"height":1}\n',
    "a time without an end": b'{"type":"picture","turn":1,"slot":0,"at":1e999,"width":1,"height":1}\n',
    "one slot twice": b'{"type":"picture","turn":1,"slot":0,"at":9,"width":1,"height":1}\n' * 2,
    "a text that is not UTF-8": b'{"type":"ended","turn":1,"flag":"\xff"}\n',
    "a word nested without an end": b'{"type":"ready","x":' + b"[" * 4000 + b"\n",
    "two recordings opened": b'{"type":"opened","seconds":1,"pictures":true,"sounds":true}\n' * 2,
    "half a sample": b'{"type":"sound","turn":1,"at":0,"length":3}\n',
    "a line without an end": b"{" * (MAX_LINE * 3),
}


@pytest.mark.parametrize("said", NONSENSE.values(), ids=NONSENSE.keys())
def test_a_child_that_talks_nonsense_is_ended(impostor: tuple[Impostor, Player], said: bytes) -> None:
    child, player = impostor
    child.said.sendall(said)
    assert child.ended.wait(LIMIT_S)
    assert player.trouble == player_module.ENDED


@pytest.mark.parametrize(
    "asked",
    [
        f'{{"type":"ask","offset":0,"length":{MAX_ASK + 1}}}',
        '{"type":"ask","offset":-1,"length":1}',
        '{"type":"ready"}',
    ],
)
def test_a_child_that_asks_for_what_it_may_not_is_ended(impostor: tuple[Impostor, Player], asked: str) -> None:
    child, player = impostor
    child.asks.sendall(asked.encode() + b"\n")
    assert child.ended.wait(LIMIT_S)
    until(player, lambda: player.trouble is not None)


def test_a_child_cannot_make_the_shared_memory_smaller_under_the_window() -> None:
    child = PlayerChild()
    receive(child.words)
    (pid,) = children()
    (theirs,) = (one for one in Path(f"/proc/{pid}/fd").iterdir() if "memfd:pictures" in str(one.readlink()))
    handle = os.open(theirs, os.O_RDWR)
    with pytest.raises(PermissionError):
        os.ftruncate(handle, 0)  # reading a page that is gone would end this process with SIGBUS
    os.close(handle)
    assert child.memory[:4] == bytes(4)
    child.close()


def test_a_child_that_sends_sound_without_end_is_ended(speaker: Speaker) -> None:
    child = Impostor()
    player = Player(Plain(bytes(1000)), child, speaker, BOX)  # type: ignore[arg-type]
    piece = Sound(1, 0.0, MAX_SOUND)
    sent = 0
    while not child.ended.is_set() and sent < 50 * MOST_UNHEARD:
        with contextlib.suppress(OSError):
            send(child.said, piece, bytes(MAX_SOUND))
        sent += 1
    assert child.ended.is_set()
    until(player, lambda: player.trouble == player_module.ENDED)
    player.close()


def test_nothing_beyond_its_end_is_given_of_a_recording(impostor: tuple[Impostor, Player]) -> None:
    child, _player = impostor
    child.asks.sendall(b'{"type":"ask","offset":990,"length":100}\n')
    told = receive(child.asks)
    assert told == Bytes(10)
    assert receive_raw(child.asks, 10) == bytes(10)


def test_a_child_that_shows_nothing_is_ended_after_a_time(
    impostor: tuple[Impostor, Player], monkeypatch: pytest.MonkeyPatch
) -> None:
    child, player = impostor
    monkeypatch.setattr(player_module, "LIMIT_S", 0.05)
    until(player, lambda: player.trouble is not None)
    assert player.trouble == player_module.HELD_UP
    assert child.ended.is_set()


def test_a_child_that_stops_in_the_middle_is_ended_after_a_time(
    impostor: tuple[Impostor, Player], monkeypatch: pytest.MonkeyPatch
) -> None:
    child, player = impostor
    player.play()
    send(child.said, Opened(10.0, True, False))
    send(child.said, Picture(1, 0, 0.0, 1, 1))
    next_picture(player)
    monkeypatch.setattr(player_module, "LIMIT_S", 0.05)
    until(player, lambda: player.trouble is not None)
    assert player.trouble == player_module.HELD_UP
    assert child.ended.is_set()


def test_pictures_of_an_older_seek_are_not_shown(impostor: tuple[Impostor, Player]) -> None:
    child, player = impostor
    send(child.said, Opened(10.0, True, False))
    player.seek(5.0)
    send(child.said, Picture(1, 0, 1.0, 1, 1))
    send(child.said, Picture(2, 1, 5.0, 1, 1))
    assert next_picture(player).at == 5.0


def test_where_there_is_no_device_it_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    if list(Path("/dev/snd").glob("pcm*p")):
        pytest.skip("this computer has a sound card")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.delenv("PULSE_SERVER", raising=False)
    with pytest.raises(NoSound, match="no sound device"):
        Speaker()


def test_sound_that_comes_late_in_a_recording_has_silence_before_it(speaker: Speaker) -> None:
    speaker.begin(1.0, 1.0)
    speaker.put(1.5, b"\1\2\3\4" * (SOUND_RATE // 10))
    out = bytes(speaker._next(SOUND_RATE * SOUND_FRAME))
    silent_s = (len(out) - len(out.lstrip(b"\0"))) / SOUND_FRAME / SOUND_RATE
    assert silent_s == pytest.approx(0.5, abs=0.001)
    assert len(out) / SOUND_FRAME / SOUND_RATE == pytest.approx(0.6, abs=0.001)
