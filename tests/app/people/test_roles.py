"""Who may do what: every cell of the table, held against a table written by hand, and the rules about two people."""

from __future__ import annotations

import itertools
from typing import Any

import msgspec
import pytest

from app.people.roles import TABLE, Act, authorise, check_second, stands_in
from app.people.values import Actor, Person, Proof, Refused, Role
from tools import roles as page

# officer, sergeant, supervisor, technician, auditor, administrator; c card, p PIN, s strong
WANTED = """
draw             ccc---
report-fault     cccc-c
clear-fault      -ppp--
acknowledge      ccc---
issue            -pp---
override         -pp---
return           -pp---
reassign         -pp---
swap             -pp---
transfer         -pp---
accept           -pp---
lost             -pp---
found            -pp---
repair           -ppp--
retire           -ppp--
correct          -pp---
read-custody     -pp-p-
read-pool        -ppppp
import-pool      -ppp-p
read-people      -pp-pp
import-people    -----p
enrol            -----p
enrol-second     -----s
change-roles     -----s
admit            -ppp-p
keep             -pp---
list-recordings  -pp-p-
hold             -pp---
lift-hold        --s---
view-footage     --p---
copy-footage     --s---
dispose          --s---
export-ledger    -pp-pp
change-keys      -----s
see-keys         --p-pp
prove-keys       ---p-p
change-settings  ---p-p
"""
CELLS = [
    (Act(act), role, "-cps".index(sign))
    for act, signs in (line.split() for line in WANTED.split("\n") if line)
    for role, sign in zip(Role, signs, strict=True)
]


def person(role: Role = Role.OFFICER, collar: str = "1234", **more: Any) -> Person:
    rest: dict[str, Any] = {"trained_on": None, "card": None, "active": True, "has_pin": True, "entry": 1} | more
    return Person(id=f"id-{collar}", collar=collar, name="A", rank="PC", role=role, station="K", cohort="", **rest)


def refused(actor: Actor, act: Act, subject: Person | None = None) -> Refused:
    with pytest.raises(Refused) as told:
        authorise(actor, act, subject)
    assert told.value.what_happened.endswith(".")
    assert told.value.what_to_do.endswith(".")
    return told.value


def test_every_act_stands_in_the_table_by_hand() -> None:
    assert {act for act, *_ in CELLS} == set(Act) == set(TABLE)
    assert len(CELLS) == len(Act) * len(Role)


@pytest.mark.parametrize(("act", "role", "needed"), CELLS)
def test_every_cell(act: Act, role: Role, needed: int) -> None:
    for proof in Proof:
        actor = Actor(person(role), proof)
        if needed and proof >= needed:
            authorise(actor, act)
        else:
            assert refused(actor, act).rule == "not-allowed"


@pytest.mark.parametrize(("act", "role", "_needed"), CELLS)
def test_whoever_is_not_active_may_do_nothing(act: Act, role: Role, _needed: int) -> None:
    assert refused(Actor(person(role, active=False), Proof.STRONG), act).rule == "inactive"


def test_a_refusal_says_whom_to_ask_or_what_to_show() -> None:
    told = refused(Actor(person(), Proof.PIN), Act.ISSUE)
    assert told.what_happened == "1234 (officer) may not issue a camera to somebody."
    assert told.what_to_do == "Ask a sergeant or a supervisor."
    told = refused(Actor(person(Role.SUPERVISOR), Proof.PIN), Act.COPY_FOOTAGE)
    assert told.what_happened == "To take footage out of the vault takes a FIDO2 key, or a PIN and a second person."


# -- standing in for a sergeant --------------------------------------------------------------------------------------


@pytest.mark.parametrize("act", Act)
def test_an_acting_administrator_may_do_a_sergeants_acts_and_no_other(act: Act) -> None:
    own = Role.ADMINISTRATOR in TABLE[act].roles
    sergeants = Role.SERGEANT in TABLE[act].roles
    actor = Actor(person(Role.ADMINISTRATOR), Proof.STRONG, acting=True)
    assert stands_in(actor.person, act) is (sergeants and not own)
    if own or sergeants:
        authorise(actor, act)
    else:
        refused(actor, act)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_nobody_else_stands_in_for_a_sergeant(role: Role) -> None:
    for act, at_work, needed in CELLS:
        if at_work is role and not needed:
            refused(Actor(person(role), Proof.STRONG, acting=True), act)


# -- two people ------------------------------------------------------------------------------------------------------

STRONG_ACTS = [act for act in Act if TABLE[act].proof is Proof.STRONG]


def first_for(act: Act) -> Person:
    return person(next(iter(TABLE[act].roles)), "1")


@pytest.mark.parametrize("act", STRONG_ACTS)
@pytest.mark.parametrize("role", Role)
def test_a_second_person_is_another_supervisor_or_administrator(act: Act, role: Role) -> None:
    actor = Actor(first_for(act), Proof.STRONG, person(role, "2"))
    if role in {Role.SUPERVISOR, Role.ADMINISTRATOR}:
        authorise(actor, act)
    else:
        assert "may not be the second" in refused(actor, act).what_happened


@pytest.mark.parametrize("act", STRONG_ACTS)
def test_abuses_of_two_people(act: Act) -> None:
    first, other = first_for(act), person(Role.SUPERVISOR, "2")
    assert "same as the first" in refused(Actor(first, Proof.STRONG, first), act).what_happened
    gone = msgspec.structs.replace(other, active=False)
    assert refused(Actor(first, Proof.STRONG, gone), act).rule == "inactive"
    refused(Actor(first, Proof.PIN, other), act)  # named, and not proved
    refused(Actor(first, Proof.CARD, other), act)
    assert "whom this is about" in refused(Actor(first, Proof.STRONG, other), act, other).what_happened
    renamed = msgspec.structs.replace(first, collar="3")  # the same id under another number
    refused(Actor(first, Proof.STRONG, renamed), act)


def test_a_second_person_makes_nobody_more_than_they_are() -> None:
    for act, role, needed in CELLS:
        if not needed:
            refused(Actor(person(role, "1"), Proof.STRONG, person(Role.ADMINISTRATOR, "2")), act)


@pytest.mark.parametrize(("one", "two"), list(itertools.product(Role, Role)))
def test_who_may_second_whom(one: Role, two: Role) -> None:
    if two in {Role.SUPERVISOR, Role.ADMINISTRATOR}:
        check_second(person(one, "1"), person(two, "2"))
    else:
        with pytest.raises(Refused):
            check_second(person(one, "1"), person(two, "2"))


# -- about whom ------------------------------------------------------------------------------------------------------


def test_nobody_draws_for_another() -> None:
    me = person()
    authorise(Actor(me, Proof.CARD), Act.DRAW, me)
    assert "sergeant" in refused(Actor(me, Proof.STRONG), Act.DRAW, person(collar="9")).what_to_do


def test_nobody_changes_their_own_role() -> None:
    me = person(Role.ADMINISTRATOR)
    refused(Actor(me, Proof.STRONG), Act.CHANGE_ROLES, me)
    authorise(Actor(me, Proof.STRONG), Act.CHANGE_ROLES, person(collar="9"))


def test_the_page_is_that_of_the_code() -> None:
    assert page.PAGE.read_text(encoding="utf-8") == page.page(), "run python -m tools.roles"
