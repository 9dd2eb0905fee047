"""Keeps what playing needs ready: a child that has loaded its libraries, the sound device, and one player at a time."""

from __future__ import annotations

import logging
import threading

from app.errors import Trouble
from app.media.player import Player, PlayerChild
from app.media.sound import NoSound, Speaker
from app.vault import Reader

log = logging.getLogger(__name__)


class StageClosed(Trouble):
    """The viewer was closed while a recording was being opened for it."""

    code = "viewer-closed"
    what_to_do = "Open the recording again."


class Stage:
    """One viewer's means. Every method but `close` may wait, and may be called from any thread.

    `silent` says why there is no sound, None when there is, or when that is not known yet.
    """

    def __init__(self) -> None:
        self.silent: str | None = None
        self._lock = threading.RLock()
        self._closed = False
        self._child: PlayerChild | None = None
        self._speaker: Speaker | None = None
        self._playing: tuple[Player, Reader] | None = None

    def warm(self) -> None:
        """Start a child for the next recording, if none waits. Raises CannotPlay."""
        with self._lock:
            if self._child is not None and not self._child.alive:
                self._child.close()
                self._child = None
            if self._child is None and not self._closed:
                self._child = PlayerChild()
            if self._speaker is None and self.silent is None:
                self._find_speaker()

    def play(self, plain: Reader, box: tuple[int, int]) -> Player:
        """Play this recording, which is closed with its player. Raises CannotPlay or StageClosed."""
        with self._lock:
            self.end()
            try:
                self.warm()
                if self._closed or self._child is None:
                    raise StageClosed("The viewer was closed.")
                child, self._child = self._child, None
                player = Player(plain, child, self._speaker, box)
            except BaseException:
                plain.close()
                raise
            self._playing = player, plain
            return player

    def end(self) -> None:
        """End what is being played."""
        with self._lock:
            if self._playing is not None:
                player, plain = self._playing
                self._playing = None
                player.close()
                plain.close()

    def close(self) -> None:
        """End everything; nothing is played any more."""
        with self._lock:
            self._closed = True
            self.end()
            if self._child is not None:
                self._child.close()
            if self._speaker is not None:
                self._speaker.close()
            self._child = self._speaker = None

    def _find_speaker(self) -> None:
        try:
            self._speaker = Speaker()
        except NoSound as why:
            self.silent = str(why)
            log.info("recordings are played without sound: %s", why)
