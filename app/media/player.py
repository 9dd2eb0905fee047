"""Plays a recording, from the side that holds the keys: it serves plain bytes, and says what is seen when.

The child (`app.media.playing`) decodes ahead into a shared memory; nothing that it says is believed unchecked, and a
child that ends, talks nonsense or holds up costs this one viewing. Sound, where there is a device, is the clock.
"""

from __future__ import annotations

import contextlib
import logging
import math
import mmap
import os
import socket
import threading
import time
from collections import deque
from dataclasses import dataclass

import msgspec

from app.errors import Trouble, reason_of
from app.media.facts import PlainBytes, start_child
from app.media.sound import Speaker
from app.media.wire import (
    COLUMNS,
    HIGHEST,
    PIXEL,
    SLOT_SIZE,
    SLOTS,
    SOUNDS,
    WIDEST,
    Ask,
    Bytes,
    Ended,
    Freed,
    Go,
    Heard,
    Load,
    Opened,
    Peaks,
    Picture,
    Ready,
    Silent,
    Sound,
    Word,
    receive,
    receive_raw,
    send,
)
from app.snapshot import Reason
from app.vault import VaultError

log = logging.getLogger(__name__)

LIMIT_S = 10.0
"""A child that has not sent the picture that is waited for within this time is ended."""
JOIN_S = 2.0
SLOWEST, FASTEST, FASTEST_HEARD = 0.5, 8.0, 2.0
"""Speeds, and the speed up to which there is sound."""
SHORT_S = 1.0
"""A recording whose last picture comes this much before its claimed end was cut short."""
MOST_UNHEARD = 8 * SOUNDS
"""A child has room for SOUNDS and may go beyond by one piece of its decoder's, never by so many: it is ended."""
LATE_S = 0.5
"""When pictures fall behind by more than this, the clock waits for them."""

ENDED = Reason(
    "player-ended",
    "The player ended while it read this recording.",
    "Press play to try again. If it happens again the recording is damaged or hostile: tell IT. It stays sealed.",
)
HELD_UP = Reason("player-held-up", "The player took too long over this recording and was ended.", ENDED.what_to_do)


class CannotPlay(Trouble):
    """Nothing can be played on this computer."""

    code = "cannot-play"
    what_to_do = "Open a copy of the recording and play it with another program."


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture to be seen: its rows without a gap, four bytes a pixel (blue, green, red, nothing)."""

    at: float
    width: int
    height: int
    pixels: bytes


class PlayerChild:
    """A child that has been started and waits for a recording. Raises CannotPlay or OSError."""

    def __init__(self) -> None:
        if not hasattr(os, "memfd_create"):
            raise CannotPlay("Recordings can be played under Linux only.")
        handle = os.memfd_create("pictures", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        self.words, words = socket.socketpair()
        self.plain, plain = socket.socketpair()
        try:
            os.ftruncate(handle, SLOTS * SLOT_SIZE)
            _keep_size(handle)
            self.memory = mmap.mmap(handle, SLOTS * SLOT_SIZE, prot=mmap.PROT_READ)
            self._process = start_child("media-player", [words.fileno(), plain.fileno(), handle])
        finally:
            os.close(handle)
            words.close()
            plain.close()

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def hang_up(self) -> None:
        """End the process, and with it whatever waits for it to speak."""
        self._process.kill()
        for connection in (self.words, self.plain):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """End it and leave nothing of it."""
        self.hang_up()
        self._process.wait()
        self.words.close()
        self.plain.close()
        self.memory.close()


class Player:
    """One recording being played. Every method returns at once and may be called from any one thread.

    `due` is to be asked about 60 times a second: it gives the picture to be seen from now on, None while that is still
    the one before. Times are seconds from the recording's start.

    `opened` tells what there is to play, None until it is known; `peaks` the waveform, None until it is there;
    `stops_at` is where a recording stops before its claimed end; `damage` what the vault could not open of it;
    `trouble` is why nothing more comes.
    """

    def __init__(self, plain: PlainBytes, child: PlayerChild, speaker: Speaker | None, box: tuple[int, int]) -> None:
        self.opened: Opened | None = None
        self.peaks: bytes | None = None
        self.stops_at: float | None = None
        self.damage: Reason | None = None
        self.trouble: Reason | None = None
        self.playing = False
        self.speed = 1.0
        self._plain, self._child, self._speaker, self._box = plain, child, speaker, box
        self._lock = threading.RLock()
        self._turn = 0
        self._waiting: deque[Picture] = deque()
        self._at, self._since = 0.0, time.monotonic()
        self._running = False
        self._show_next = 1
        self._newest = 0.0
        self._unheard = 0
        self._answered = self._pictures_over = False
        self._asked_at = time.monotonic()
        self._threads = [
            threading.Thread(target=self._serve, name="player-bytes", daemon=True),
            threading.Thread(target=self._listen, name="player-words", daemon=True),
        ]
        self._say(Load(plain.size))
        self._go(0.0)
        for thread in self._threads:
            thread.start()

    # -- what a person does ------------------------------------------------------------------------------------------

    def play(self) -> None:
        """Go on from here; from the start when it is at its end."""
        with self._lock:
            if self.ended:
                self._go(0.0)
            self.playing = True

    def pause(self) -> None:
        """Stand still here."""
        with self._lock:
            self._halt()
            self.playing = False

    def seek(self, seconds: float) -> None:
        """Go to another moment, playing on or standing still as before."""
        with self._lock:
            self._go(min(max(0.0, seconds), self.seconds if self.seconds is not None else math.inf))

    def step(self, pictures: int) -> None:
        """Stand still, one picture further (1) or back (-1)."""
        with self._lock:
            self.pause()
            if pictures > 0:
                self._show_next += 1
            else:
                self._go(self._at, before=True)

    def set_speed(self, speed: float) -> None:
        """Go on at this many times the real speed; above FASTEST_HEARD without sound."""
        with self._lock:
            self.speed = min(FASTEST, max(SLOWEST, speed))
            if not self.ended:
                self._go(self.position)

    def set_box(self, width: int, height: int) -> None:
        """Send pictures of at most this size from now on, in pixels."""
        with self._lock:
            box = min(WIDEST, max(1, width)), min(HIGHEST, max(1, height))
            if box != self._box:
                self._box = box
                self._go(self.position)

    def mute(self, *, muted: bool) -> None:
        """Be unheard, or heard again."""
        if self._speaker is not None:
            self._speaker.mute(muted=muted)

    # -- what is seen ------------------------------------------------------------------------------------------------

    @property
    def seconds(self) -> float | None:
        """How long the recording claims to be."""
        return self.opened.seconds if self.opened is not None else None

    @property
    def position(self) -> float:
        """The moment that is seen and heard now."""
        with self._lock:
            if not self._running:
                return self._at
            if self._speaker is not None and self._heard and not self._speaker.over:
                return self._speaker.position
            return self._at + (time.monotonic() - self._since) * self.speed

    @property
    def ended(self) -> bool:
        """Whether all that there is has been played."""
        with self._lock:
            return self._pictures_over and not self._waiting and not self._still_heard and self._at >= self._end

    def due(self) -> Shown | None:
        """The picture to be seen from now on, None when that has not changed."""
        with self._lock:
            self._watch()
            self._run()
            now = self.position
            picked: Picture | None = None
            while self._waiting and (self._show_next or (self._running and self._waiting[0].at <= now)):
                if picked is not None:
                    self._say(Freed(picked.slot))
                picked = self._waiting.popleft()
                self._show_next = max(0, self._show_next - 1)
            self._keep_pace(now)
            return self._show(picked) if picked is not None else None

    def close(self) -> None:
        """End the child; waits for nothing that it does."""
        self._child.hang_up()
        with self._lock:
            self._halt()
        for thread in self._threads:
            thread.join(JOIN_S)
        self._child.close()

    # -- time --------------------------------------------------------------------------------------------------------

    @property
    def _heard(self) -> bool:
        """Whether there is sound to keep time by."""
        has = self.opened is not None and self.opened.sounds
        return has and self._speaker is not None and self.speed <= FASTEST_HEARD

    @property
    def _still_heard(self) -> bool:
        return self._heard and self._speaker is not None and not self._speaker.over

    @property
    def _end(self) -> float:
        """Where it ends: at the last picture, or for sound alone at the claimed end."""
        return self._newest if self.opened is None or self.opened.pictures else (self.seconds or 0.0)

    def _run(self) -> None:
        """Let time pass once there is something to be seen and heard."""
        primed = self._answered and not self._show_next and (not self._still_heard or self._sound_ready)
        if self.playing and primed and not self._running:
            self._running, self._since = True, time.monotonic()
            if self._speaker is not None and self._heard:
                self._speaker.start()

    @property
    def _sound_ready(self) -> bool:
        return self._speaker is not None and self._speaker.ready

    def _halt(self) -> None:
        """Let time stand."""
        if self._running:
            self._at = self.position
            self._running = False
            if self._speaker is not None:  # it may be heard still, though the speed was raised meanwhile
                self._speaker.stop()

    def _keep_pace(self, now: float) -> None:
        """Make room for more sound, wait for pictures that are late, and stop at the end."""
        if self._speaker is not None and (count := self._speaker.taken()):
            self._unheard -= count
            self._say(Heard(count))
        if not self._running:
            return
        if self._still_heard:
            self._at, self._since = now, time.monotonic()
        elif not self._pictures_over and now > self._newest + LATE_S:
            self._at, self._since = self._newest, time.monotonic()
        if self._pictures_over and not self._waiting and not self._still_heard and now >= self._end:
            self._halt()
            self._at = max(self._at, self._end)
            self.playing = False

    # -- the child ---------------------------------------------------------------------------------------------------

    def _go(self, at: float, *, before: bool = False) -> None:
        """Have everything sent anew from here."""
        self._halt()
        self._turn += 1
        while self._waiting:
            self._say(Freed(self._waiting.popleft().slot))
        self._at = self._newest = at
        self._show_next, self._answered = 1, False
        self._pictures_over = self.opened is not None and not self.opened.pictures
        self._asked_at = time.monotonic()
        if self._speaker is not None:
            self._speaker.begin(at, self.speed)
        self._unheard = 0
        sound = self._speaker is not None and self.speed <= FASTEST_HEARD
        self._say(Go(self._turn, at, before, self.speed, *self._box, sound))

    def _say(self, word: Word) -> None:
        """Say a word; what the child does not take ends it, since it must never hold up a window."""
        try:
            raw = msgspec.json.encode(word) + b"\n"
            if self._child.words.send(raw, socket.MSG_DONTWAIT) != len(raw):
                raise BlockingIOError
        except OSError:
            self._fail(ENDED)

    def _watch(self) -> None:
        """End a child that owes a picture for too long: the first after each `Go`, or the next while it is played."""
        owes = not self._answered or (self.playing and not self._waiting and not self._pictures_over)
        if owes and self.trouble is None and time.monotonic() - self._asked_at > LIMIT_S:
            self._fail(HELD_UP)

    def _fail(self, reason: Reason) -> None:
        with self._lock:
            self.trouble = self.trouble or reason
            self._halt()
            self.playing = False
        self._child.hang_up()

    def _show(self, picture: Picture) -> Shown:
        """Copy a picture out of its slot, and give that back."""
        start = picture.slot * SLOT_SIZE
        pixels = self._child.memory[start : start + picture.width * picture.height * PIXEL]
        self._say(Freed(picture.slot))
        self._asked_at = time.monotonic()
        if not self._running:
            self._at = picture.at
        return Shown(picture.at, picture.width, picture.height, pixels)

    def _serve(self) -> None:
        """Give the child the plain bytes that it asks for. Where the vault cannot, the recording ends for it."""
        with contextlib.suppress(OSError, EOFError, msgspec.MsgspecError):
            while isinstance(word := receive(self._child.plain), Ask):
                try:
                    raw = self._plain.read_at(word.offset, word.length)
                except VaultError as trouble:
                    self._note_damage(trouble)
                    raw = b""
                send(self._child.plain, Bytes(len(raw)), raw)
        self._child.hang_up()

    def _note_damage(self, trouble: VaultError) -> None:
        """What the vault cannot open is told once, however often it is asked for."""
        if self.damage is None:
            log.warning("a recording cannot be read whole: %s", trouble)
            self.damage = reason_of(trouble)

    def _listen(self) -> None:
        """Hear what the child says until it ends."""
        with contextlib.suppress(OSError, EOFError, msgspec.MsgspecError):
            while True:
                word = receive(self._child.words)
                raw = b""
                if isinstance(word, Sound):
                    raw = receive_raw(self._child.words, word.length)
                elif isinstance(word, Peaks):
                    raw = receive_raw(self._child.words, COLUMNS)
                with self._lock:
                    self._hear(word, raw)
        self._fail(ENDED)

    def _hear(self, word: Word, raw: bytes) -> None:
        """Take in one word. Raises EOFError for one that is not the child's to say."""
        match word:
            case Ready():
                pass
            case Opened():
                self._take_opened(word)
            case Picture():
                self._take_picture(word)
            case Sound():
                self._take_sound(word, raw)
            case Silent():
                if self._speaker is not None and word.turn == self._turn:
                    self._speaker.end()
            case Peaks():
                self.peaks = raw
            case Ended():
                self._take_end(word)
            case _:
                raise EOFError

    def _take_opened(self, opened: Opened) -> None:
        if self.opened is not None:
            raise EOFError
        self.opened = opened
        if not opened.pictures:
            self._answered, self._show_next, self._pictures_over = True, 0, True

    def _take_picture(self, picture: Picture) -> None:
        if any(one.slot == picture.slot for one in self._waiting):
            raise EOFError
        if picture.turn != self._turn:
            self._say(Freed(picture.slot))
            return
        self._answered = True
        self._newest = picture.at
        self._waiting.append(picture)

    def _take_sound(self, sound: Sound, raw: bytes) -> None:
        if self._speaker is None or sound.turn != self._turn:
            return
        self._unheard += 1
        if self._unheard > MOST_UNHEARD:
            raise EOFError
        self._speaker.put(sound.at, raw)

    def _take_end(self, end: Ended) -> None:
        if self.opened is None:
            self._fail(_not_readable(end.flag))
        elif end.turn == self._turn and self.opened.pictures:
            self._answered = self._pictures_over = True
            self._show_next = min(self._show_next, len(self._waiting))
            if end.at is None or (self.seconds or 0.0) - end.at > SHORT_S:
                self.stops_at = end.at if end.at is not None else self._at


def _keep_size(handle: int) -> None:
    """Let nobody change the size of a memory: if the child made it smaller, reading it would end this process."""
    import fcntl  # noqa: PLC0415  not on Windows

    fcntl.fcntl(handle, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL)


def _not_readable(flag: str | None) -> Reason:
    return Reason(
        "not-playable",
        f"This recording cannot be played: its container is not readable ({flag or 'no reason given'}).",
        "It may have been cut off before the camera wrote its index. It stays sealed; a copy can be given to a lab.",
    )
