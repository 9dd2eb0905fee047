"""What the window lets be done, and in whose name, once there are accounts."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.home import Home
from app.people.acting import name_for
from app.people.roles import Act
from app.people.values import Actor, Person, Proof, Refused, Role
from app.ui.session import Session
from tests.app.people.force import PIN, row


def person(role: Role, proof: Proof = Proof.PIN) -> Actor:
    someone = Person(
        id="5" * 32,
        collar="3001",
        name="A",
        rank="Insp",
        role=role,
        station="Kendal",
        cohort="",
        trained_on=None,
        card=None,
        active=True,
        has_pin=True,
        entry=1,
    )
    return Actor(someone, proof)


def test_a_home_without_accounts_records_the_systems_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "night-desk")
    with Home(tmp_path) as home:
        assert name_for(home, None, Act.COPY_FOOTAGE) == "night-desk"


def test_in_a_home_with_accounts_nobody_does_nothing_and_somebody_what_they_may(tmp_path: Path) -> None:
    with Home(tmp_path) as home:
        home.signin.set_up("9000", "Kendal", PIN)
        with pytest.raises(Refused, match="Nobody is signed in"):
            name_for(home, None, Act.VIEW_FOOTAGE)
        admin = home.signin.by_pin("9000", PIN)
        home.people.take([row("3001", role="supervisor")], admin)
        supervisor = home.people.known("3001")
        with pytest.raises(Refused, match="may not look at recordings"):
            name_for(home, admin, Act.VIEW_FOOTAGE)
        with pytest.raises(Refused, match="FIDO2 key"):
            name_for(home, Actor(supervisor, Proof.PIN), Act.COPY_FOOTAGE)
        assert name_for(home, Actor(supervisor, Proof.PIN), Act.VIEW_FOOTAGE) == "3001"
        assert name_for(home, Actor(supervisor, Proof.STRONG), Act.COPY_FOOTAGE) == "3001"
        home.people.change(supervisor, admin, active="no")
        with pytest.raises(Refused, match="not active any more"):
            name_for(home, Actor(supervisor, Proof.PIN), Act.VIEW_FOOTAGE)


def test_an_act_asks_for_somebody_only_where_there_are_accounts(qapp: object) -> None:
    session, asked = Session(), []
    session.wanted.connect(asked.append)
    assert session.allows(Act.VIEW_FOOTAGE)
    session.accounts = True
    assert not session.allows(Act.VIEW_FOOTAGE)
    assert asked == [Act.VIEW_FOOTAGE]
    session.sign_in(person(Role.SUPERVISOR))
    assert session.allows(Act.VIEW_FOOTAGE)
    assert session.acting is not None
    assert not session.allows(Act.COPY_FOOTAGE)
    session.lock()
    assert not session.allows(Act.VIEW_FOOTAGE)
