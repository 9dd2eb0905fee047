"""Garbage is collected on the Qt thread alone: a widget in a cycle is destroyed nowhere else."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from app.ui.sweeping import Sweeper


class Knot:
    """A thing that only a cycle holds; tells on which thread it was collected."""

    ended_on: list[int]

    def __init__(self, ended_on: list[int]) -> None:
        self.itself = self
        self.ended_on = ended_on

    def __del__(self) -> None:
        self.ended_on.append(threading.get_ident())


@pytest.fixture
def sweeper(qtbot: QtBot) -> Iterator[Sweeper]:
    gc.enable()
    made = Sweeper()
    made.start()
    yield made
    made.close()


def work(kept: list[list[object]]) -> None:
    """Allocate on another thread what makes Python collect, if it may, and keep it."""
    thread = threading.Thread(target=lambda: kept.extend([] for _ in range(200_000)))
    thread.start()
    thread.join()


def test_a_worker_that_allocates_collects_nothing(sweeper: Sweeper, qtbot: QtBot) -> None:
    ended: list[int] = []
    kept: list[list[object]] = []
    knot = weakref.ref(Knot(ended))
    work(kept)
    assert knot() is not None
    qtbot.waitUntil(lambda: knot() is None)
    assert ended == [threading.get_ident()]


def test_after_it_python_collects_again_by_itself(sweeper: Sweeper) -> None:
    assert not gc.isenabled()
    sweeper.close()
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0
