"""The two sounds of the kiosk, with a sound device and without one."""

from __future__ import annotations

import array

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.media.sound import NoSound
from app.media.wire import SOUND_FRAME, SOUND_RATE
from app.ui.tones import NO, YES, Tones, samples


class Played:
    """Stands where a sound device is, and keeps what is to be heard."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.sounds: list[bytes] = []

    def begin(self, at: float, speed: float) -> None:
        self.done.append("begin")

    def put(self, at: float, raw: bytes) -> None:
        self.sounds.append(raw)

    def end(self) -> None:
        self.done.append("end")

    def start(self) -> None:
        self.done.append("start")

    def stop(self) -> None:
        self.done.append("stop")

    def close(self) -> None:
        self.done.append("close")


def test_a_tone_is_as_long_as_it_says_and_neither_too_loud_nor_crackling() -> None:
    raw = samples(YES)
    assert len(raw) == sum(round(seconds * SOUND_RATE) for _, seconds in YES) * SOUND_FRAME
    levels = array.array("h", raw)
    assert max(levels) == pytest.approx(32767 * 0.35, rel=0.01)
    assert max(abs(one - other) for one, other in zip(levels[::2], levels[2::2], strict=False)) < 1800
    assert levels[0] == 0


def test_yes_and_no_are_told_apart() -> None:
    assert samples(YES) != samples(NO)
    assert min(pitch for pitch, _ in YES) > 2 * max(pitch for pitch, _ in NO)


def test_the_device_is_opened_once_and_let_go(qtbot: QtBot) -> None:
    played = Played()
    tones = Tones(speaker=lambda: played)  # type: ignore[arg-type,return-value]
    tones.say(yes=True)
    qtbot.waitUntil(lambda: played.done == ["begin", "end", "start"])
    tones.say(yes=False)
    qtbot.waitUntil(lambda: played.done[3:] == ["stop", "begin", "end", "start"])
    assert played.sounds == [samples(YES), samples(NO)]
    tones.close()
    assert played.done[-1] == "close"


def test_without_a_device_the_system_s_bell_sounds_once_for_yes_and_twice_for_no(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    beeps: list[int] = []
    monkeypatch.setattr(QApplication, "beep", lambda: beeps.append(1))

    def none() -> None:
        raise NoSound("this computer has no sound device")

    tones = Tones(speaker=none)  # type: ignore[arg-type]
    tones.say(yes=True)
    qtbot.waitUntil(lambda: len(beeps) == 1)
    tones.say(yes=False)
    qtbot.waitUntil(lambda: len(beeps) == 3)
    tones.close()
