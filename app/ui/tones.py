"""Two short sounds, told apart with the eyes shut: yes rises, no is low and comes twice."""

from __future__ import annotations

import array
import math
from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication

from app.media.sound import NoSound, Speaker
from app.media.wire import SOUND_RATE
from app.ui.asker import Asker

YES = ((660.0, 0.09), (990.0, 0.16))
NO = ((220.0, 0.16), (0.0, 0.07), (220.0, 0.22))
"""Tones as pitch in Hz (0 is silence) and length in seconds."""
LOUD = 0.35
FADE_S = 0.008
"""Each tone swells and dies away so fast: an edge would crackle."""
AGAIN_MS = 180
"""Between the two beeps that stand for no where there is no sound device."""


def samples(tones: Iterable[tuple[float, float]]) -> bytes:
    """The tones in 16-bit stereo samples, as a `Speaker` takes them."""
    made = array.array("h")
    for pitch, seconds in tones:
        count = round(seconds * SOUND_RATE)
        fade = FADE_S * SOUND_RATE
        for place in range(count):
            swell = min(1.0, place / fade, (count - place) / fade)
            level = round(32767 * LOUD * swell * math.sin(math.tau * pitch * place / SOUND_RATE))
            made.extend((level, level))
    return made.tobytes()


class Tones(QObject):
    """Sounds yes and no, on a worker; by the system's bell where there is no sound device. Lives in the Qt thread."""

    def __init__(self, parent: QObject | None = None, speaker: Callable[[], Speaker] = Speaker) -> None:
        super().__init__(parent)
        self._open = speaker
        self._speaker: Speaker | None = None
        self._asker = Asker("tones", self)
        self._asker.answered.connect(self._beep_instead)

    def say(self, *, yes: bool) -> None:
        """Sound one of the two; what has not been heard yet of one before is not heard any more."""
        self._asker.ask(lambda: self._sound(yes))

    def close(self) -> None:
        """Sound nothing more, and let go of the device."""
        self._asker.close()
        if self._speaker is not None:
            self._speaker.close()

    def _sound(self, yes: bool) -> bool | None:
        """Sound it; gives what is to be beeped where that cannot be done. Runs on the worker."""
        try:
            if self._speaker is None:
                self._speaker = self._open()
            else:
                self._speaker.stop()
        except NoSound:
            return yes
        self._speaker.begin(0.0, 1.0)
        self._speaker.put(0.0, samples(YES if yes else NO))
        self._speaker.end()
        self._speaker.start()
        return None

    @Slot(object)
    def _beep_instead(self, yes: bool | None) -> None:
        if yes is not None:
            QApplication.beep()
        if yes is False:
            QTimer.singleShot(AGAIN_MS, QApplication.beep)
