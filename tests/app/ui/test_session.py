"""Who is signed in: what they may, and that nobody is any more when nobody is there."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from app.people.roles import Act
from app.people.values import Actor, Person, Proof, Role
from app.ui import session as sessions
from app.ui.session import Session


def actor(role: Role = Role.SERGEANT, proof: Proof = Proof.PIN) -> Actor:
    person = Person("a" * 32, "2214", "Whittaker, J.", "Sgt", role, "Kendal", "", None, "card", True, True, 1)
    return Actor(person, proof)


@pytest.fixture
def session(qtbot: QtBot) -> Session:
    return Session()


def test_nobody_is_signed_in_and_an_act_asks_for_somebody(session: Session, qtbot: QtBot) -> None:
    with qtbot.waitSignal(session.wanted) as asked:
        assert session.need(Act.ISSUE) is None
    assert asked.args == [Act.ISSUE]


def test_who_may_do_it_is_given_and_nothing_is_asked(session: Session, qtbot: QtBot) -> None:
    session.sign_in(actor())
    with qtbot.assertNotEmitted(session.wanted):
        assert session.need(Act.ISSUE) == actor()


@pytest.mark.parametrize("who", [actor(proof=Proof.CARD), actor(Role.OFFICER)])
def test_too_little_proof_or_another_role_asks_for_somebody_who_may(session: Session, qtbot: QtBot, who: Actor) -> None:
    session.sign_in(who)
    with qtbot.waitSignal(session.wanted):
        assert session.need(Act.ISSUE) is None
    assert session.actor == who


def test_locked_it_is_nobody_again_and_it_is_told_once(session: Session, qtbot: QtBot) -> None:
    told: list[object] = []
    session.changed.connect(lambda: told.append(session.actor))
    session.sign_in(actor())
    session.lock()
    session.lock()
    assert told == [actor(), None]


def test_it_locks_by_itself_when_nobody_is_there(
    session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "IDLE_MS", 30)
    session.sign_in(actor())
    qtbot.waitUntil(lambda: session.actor is None)


@pytest.mark.parametrize("input_", ["key", "mouse"])
def test_input_anywhere_in_the_program_begins_the_two_minutes_anew(
    session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, input_: str
) -> None:
    field = QLineEdit()
    qtbot.addWidget(field)
    field.show()
    session.sign_in(actor())
    monkeypatch.setattr(sessions, "IDLE_MS", 3_600_000)
    if input_ == "key":
        QTest.keyClick(field, Qt.Key.Key_A)
    else:
        QTest.mouseMove(field, QPoint(5, 5))
    idle = session.findChild(QTimer)
    assert isinstance(idle, QTimer)
    assert idle.remainingTime() > 3_000_000
    session.lock()
