"""The notary of docks that are open: the head is signed while entries are added, and at the end."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from app import notary as notaries
from app.errors import Trouble
from app.home import Home
from app.keys import KeysLost
from app.ledger.cosignatures import Contradicted
from app.notary import Notary
from app.snapshot import Event, Notice
from tests.app.bench import LIMIT_S


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def test_it_signs_what_was_added_and_nothing_twice(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notaries, "MINUTE_S", 0.01)
    signed: list[int] = []
    seen = threading.Semaphore(0)
    checkpoint = home.records.checkpoint

    def sign() -> str:
        note = checkpoint()
        signed.append(int(note.split("\n")[1]))
        seen.release()
        return note

    monkeypatch.setattr(home.records, "checkpoint", sign)
    notary = Notary(home, print)
    notary.start()
    assert seen.acquire(timeout=LIMIT_S)
    home.records.bay("1-1")
    assert seen.acquire(timeout=LIMIT_S)
    notary.close()
    assert signed == [1, 2]
    home.close()


def test_it_signs_at_the_end(home: Home) -> None:
    notary = Notary(home, print)
    notary.start()
    home.records.bay("1-1")
    notary.close()
    assert not home.records.unsigned()
    home.close()


def test_a_key_that_is_lost_does_not_end_it(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notaries, "MINUTE_S", 0.01)
    tried = threading.Semaphore(0)

    def lost() -> str:
        tried.release()
        raise KeysLost("The key is gone.")

    monkeypatch.setattr(home.records, "checkpoint", lost)
    notary = Notary(home, print)
    notary.start()
    assert tried.acquire(timeout=LIMIT_S)
    assert tried.acquire(timeout=LIMIT_S)
    notary.close()
    home.close()


def test_a_share_that_hangs_holds_nothing_up(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notaries, "MINUTE_S", 0.01)
    monkeypatch.setattr(notaries, "FOLDER_LIMIT_S", 0.01)
    hanging, asked = threading.Event(), threading.Semaphore(0)

    def hang(_home: Home) -> list[Trouble]:
        asked.release()
        hanging.wait(LIMIT_S)
        return []

    monkeypatch.setattr(notaries, "exchange", hang)
    notary = Notary(home, print)
    notary.start()
    assert asked.acquire(timeout=LIMIT_S)
    home.records.bay("1-1")
    notary.close()
    assert not home.records.unsigned()
    assert not asked.acquire(blocking=False), "it is not asked again while it hangs"
    hanging.set()
    home.close()


def test_what_a_witness_has_against_it_is_told_once(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notaries, "MINUTE_S", 0.01)
    asked = threading.Semaphore(0)

    def contradict(_home: Home) -> list[Trouble]:
        asked.release()
        return [Contradicted("A witness holds another head.")]

    monkeypatch.setattr(notaries, "exchange", contradict)
    told: list[Event] = []
    notary = Notary(home, told.append)
    notary.start()
    for _ in range(3):
        assert asked.acquire(timeout=LIMIT_S)
    notary.close()
    assert [event.reason.code for event in told if isinstance(event, Notice)] == ["contradicted"]
    alarms = [entry.body for entry in home.records.entries() if '"kind":"alarm"' in entry.body]
    assert len(alarms) == 1
    home.close()
