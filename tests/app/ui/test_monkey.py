"""A share of the monkey's acts: no exception, no word of Qt's, no frozen second. `tests.app.ui.monkey` does all."""

from __future__ import annotations

import random
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from app.home import Home
from app.ui.tokens import load_fonts
from app.verify import verify_home
from tests.app.ui.monkey import StoryCameras, VirtualCameras, run, words

FROZEN_S = 1.0


@pytest.fixture
def home(qapp: QApplication, lived_in: Path, two_nights: Path) -> Home:
    qapp.setStyle("Fusion")
    load_fonts()
    return Home(lived_in)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_monkey_on_bays_in_every_state(home: Home, caplog: pytest.LogCaptureFixture, seed: int) -> None:
    with home:
        outcome = run(home, StoryCameras(), seed=seed, acts=800)
        gaps = [outcome.longest_gap_s]
        if gaps[0] >= FROZEN_S:  # a busy machine starves any program once; the same acts freeze it again if it is ours
            gaps.append(run(home, StoryCameras(), seed=seed, acts=800).longest_gap_s)
    assert sum(outcome.acts.values()) == 800
    assert outcome.troubles == [], words(outcome, 0)
    assert min(gaps) < FROZEN_S, words(outcome, 0)


def test_a_monkey_that_pulls_out_cameras_while_they_copy(
    home: Home, two_nights: Path, caplog: pytest.LogCaptureFixture
) -> None:
    shutil.copytree(two_nights.parent / "clips", home.folder / "virtual" / ".clips")
    with home:
        cameras = VirtualCameras(home)
        outcome = run(home, cameras, seed=3, acts=800)
        cameras.close()
        assert outcome.troubles == [], words(outcome, 0)
        assert outcome.busy_s < FROZEN_S, words(outcome, 0)  # of its longest gap; what other lanes take is not ours
        assert outcome.acts["disturb"] > 50
        assert verify_home(home, (), lambda *_: None).wrong is None
    assert [one.name for one in threading.enumerate() if one.name.startswith(("lane", "watcher", "keeper"))] == []


# -- the monkey itself: it tells what went wrong -----------------------------------------------------------------------


class Breaking(StoryCameras):
    """Docks at which something goes wrong on the Qt thread."""

    def __init__(self, break_: Callable[[], None]) -> None:
        super().__init__()
        self._break = break_

    def disturb(self, dice: random.Random) -> str:
        self._break()
        return super().disturb(dice)


def fail() -> None:
    raise ZeroDivisionError("a defect")


def complain() -> None:
    QTimer().setInterval(-1)


def freeze() -> None:
    time.sleep(0.3)  # this is what it is to find


def outcome_with(home: Home, break_: Callable[[], None]) -> tuple[str, float]:
    with home:
        outcome = run(home, Breaking(break_), seed=1, acts=30)
    assert outcome.acts["press"] > 5
    return "\n".join(outcome.troubles), outcome.longest_gap_s


def test_it_tells_an_exception(home: Home) -> None:
    assert "ZeroDivisionError: a defect" in outcome_with(home, fail)[0]


def test_it_tells_what_qt_complains_of(home: Home) -> None:
    assert "Qt: QTimer" in outcome_with(home, complain)[0]


def test_it_tells_how_long_the_window_did_not_answer(home: Home) -> None:
    troubles, gap = outcome_with(home, freeze)
    assert troubles == ""
    assert gap >= 0.3
