"""The roll: found by collar or card, changed by imports that are taken whole or not at all, each change an entry."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace
from sqlalchemy import select, text

from app.importing import ImportRefused, read_csv
from app.ledger.commitments import who_hash
from app.people.roles import Act, authorise
from app.people.roll import FIELDS, table
from app.people.values import Actor, Proof, Refused, Role
from db.people import Person as PersonFact
from tests.app.people.force import PIN, Force, row


def bad(told: pytest.ExceptionInfo[ImportRefused]) -> list[tuple[int, str]]:
    return [(one.line, one.field) for one in told.value.bad]


def collars(home: Force) -> list[str]:
    return [one.collar for one in home.people.page()]


def test_people_are_found_by_collar_and_by_card_in_any_case(home: Force) -> None:
    home.people.take([row("pc12", card="04A1B2"), row("34")], home.admin())
    assert home.people.known("PC12") == home.people.known(" 04a1b2 ") == home.people.known("pc12")
    assert home.people.find("04A1") is None
    assert home.people.find("'; DROP TABLE roster; --\x00\udcff") is None
    with pytest.raises(Refused) as told:
        home.people.known("77")
    assert told.value.rule == "no-person"


def test_a_person_is_as_the_row_says(home: Force) -> None:
    fields = {"name": "Siân Ó Dubhthaigh-山田", "rank": "PC", "trained_on": "2026-03-31", "card": "77", "active": "NO"}
    home.people.take([row("12", **fields)], home.admin())
    person = home.people.known("12")
    assert (person.name, person.rank, person.role) == (fields["name"], "PC", Role.OFFICER)
    assert (person.trained_on, person.card, person.active, person.has_pin) == (date(2026, 3, 31), "77", False, False)
    assert home.people.person(person.id) == person


def test_each_change_is_an_entry_whose_hash_only_its_salt_opens(home: Force) -> None:
    admin = home.admin()
    home.people.take([row("12"), row("34")], admin)
    before = home.records.ledger_size()
    changed = home.people.change(home.people.known("12"), admin, name="New", collar="12")
    assert home.records.ledger_size() == before + 1
    assert changed.name == "New"
    with home.database.read() as session:
        facts = session.scalars(select(PersonFact).where(PersonFact.id == changed.id).order_by(PersonFact.entry)).all()
        assert [fact.name for fact in facts] == ["Name of 12", "New"]
        assert facts[0].who_salt != facts[1].who_salt
        for fact in facts:
            assert fact.who == who_hash(fact.id, fact.collar, fact.name, fact.who_salt)
            assert fact.by == admin.person.id
    assert "Name of" not in "".join(entry.body for entry in home.records.entries())
    home.records.verify()


def test_one_bad_row_and_nothing_is_taken(home: Force) -> None:
    admin, before = home.admin(), home.records.ledger_size()
    rows = [row("12"), row("", 3), row("34", 4, role="chief"), row("56", 5, trained_on="yesterday", active="")]
    with pytest.raises(ImportRefused) as told:
        home.people.take(rows, admin)
    assert bad(told) == [(3, "collar"), (4, "role"), (5, "trained_on"), (5, "active")]
    assert (collars(home), home.records.ledger_size()) == (["9000"], before)


def test_a_preview_changes_nothing_and_tells_what_the_import_does(home: Force) -> None:
    admin = home.admin()
    home.people.take([row("12"), row("34")], admin)
    rows, before = [row("12"), row("34", rank="Sgt"), row("56")], home.records.ledger_size()
    seen = home.people.preview(rows, admin)
    assert home.records.ledger_size() == before
    assert (seen.new, seen.changed, seen.unchanged) == (1, 1, 1)
    done = home.people.take(rows, admin)
    assert (done.new, done.changed, done.unchanged) == (1, 1, 1)
    assert home.records.ledger_size() == before + 2


def test_taking_the_same_again_is_no_entry(home: Force) -> None:
    admin = home.admin()
    home.people.take([row("12", cohort="Taser")], admin)
    before = home.records.ledger_size()
    assert home.people.take([row("12", cohort="TASER")], admin).unchanged == 1
    assert home.records.ledger_size() == before


def test_cohorts_match_in_any_case(home: Force) -> None:
    home.people.take([row("1", cohort="Domestic abuse"), row("2", cohort="DOMESTIC ABUSE")], home.admin())
    home.people.take([row("3", cohort="domestic abuse")], home.admin())
    assert {home.people.known(one).cohort for one in "123"} == {"Domestic abuse"}


def test_a_card_moves_within_one_file(home: Force) -> None:
    admin = home.admin()
    home.people.take([row("1", card="77")], admin)
    with pytest.raises(ImportRefused):
        home.people.take([row("2", card="77")], admin)
    home.people.take([row("2", card="77"), row("1", 3)], admin)
    assert home.people.known("77").collar == "2"


def test_the_administrators_row_says_who_they_are(home: Force) -> None:
    home.people.take([row("9000", name="A. Admin", role="administrator", station="HQ")], home.admin())
    assert home.people.known("9000").name == "A. Admin"
    for fields in ({"role": "officer"}, {"role": "administrator", "active": "no"}):
        with pytest.raises(ImportRefused) as told:
            home.people.take([row("9000", **fields), row("1", 3)], home.admin())
        assert bad(told)[0][0] == 2
    assert home.people.find("1") is None


@pytest.mark.parametrize("role", Role)
def test_only_an_administrator_with_a_pin_imports(home: Force, role: Role) -> None:
    home.admin()
    actor = Actor(replace(home.admin().person, role=role), Proof.PIN)
    for one in (actor, Actor(home.admin().person, Proof.CARD)):
        if one.person.role is Role.ADMINISTRATOR and one.proof is Proof.PIN:
            home.people.preview([row("1")], one)
            continue
        for act in (home.people.preview, home.people.take):
            with pytest.raises(Refused) as told:
                act([row("1")], one)
            assert told.value.rule == "not-allowed"


def test_roles_take_two_people_once_there_are_two(home: Force) -> None:
    admin = home.admin()
    home.people.take([row("1", role="sergeant"), row("2", role="supervisor"), row("3")], admin)  # somebody has to begin
    supervisor = home.enrolled("20", "supervisor")
    home.people.take([row("4")], admin)
    for rows in ([row("5", role="auditor")], [row("3", role="sergeant")], [row("1", role="officer")]):
        with pytest.raises(Refused, match="a PIN and a second person") as told:
            home.people.take([row("6"), *rows], admin)
        assert told.value.rule == "not-allowed"
    assert home.people.find("6") is None
    two = home.signin.with_second(admin, "20", PIN)
    home.people.take([row("3", role="sergeant")], two)
    with home.database.read() as session:
        fact = session.scalars(select(PersonFact).where(PersonFact.collar == "3").order_by(PersonFact.entry)).all()[-1]
        assert (fact.by, fact.second) == (admin.person.id, supervisor.person.id)
    with pytest.raises(Refused, match="whom this is about"):
        home.people.take([row("20", role="officer")], two)


def test_pages_go_through_everybody_once(home: Force) -> None:
    home.people.take([row(f"pc{number:03}") for number in range(25)], home.admin())
    found: list[str] = []
    last = None
    while page := home.people.page(last, 10):
        found += [one.collar for one in page]
        last = page[-1]
    assert found == ["9000", *(f"pc{number:03}" for number in range(25))]


def test_whoever_is_not_active_does_nothing(home: Force) -> None:
    sergeant = home.enrolled("1", "sergeant")
    home.people.change(sergeant.person, home.admin(), active="no")
    with pytest.raises(Refused) as told:
        home.signin.by_pin("1", PIN)
    assert told.value.rule == "inactive"
    with pytest.raises(Refused):
        authorise(Actor(home.people.known("1"), Proof.PIN), Act.ISSUE)


@pytest.mark.parametrize(("change", "rule"), [({"active": "no"}, "inactive"), ({"role": "officer"}, "not-allowed")])
@pytest.mark.parametrize("which", ["first", "second"])
def test_whoever_was_changed_since_they_signed_in_does_nothing_more(
    home: Force, change: dict[str, str], rule: str, which: str
) -> None:
    admin = home.admin()
    home.people.take([row("20", role="administrator"), row("30", role="supervisor"), row("3")], admin)
    for collar in ("20", "30"):
        home.signin.enrol(collar, home.signin.new_code(home.people.known(collar), admin), PIN)
    who, beside = ("20", "9000") if which == "first" else ("9000", "20")
    signed_in = home.signin.with_second(home.signin.by_pin(who, PIN), beside, PIN)
    home.people.change(home.people.known("20"), home.signin.with_second(admin, "30", PIN), **change)
    entries = home.records.entries()
    person = home.people.known("3")
    acts: list[Callable[[], object]] = [
        lambda: home.people.take([row("6")], signed_in),
        lambda: home.people.preview([row("6")], signed_in),
        lambda: home.signin.new_code(person, signed_in),
    ]
    for act in acts:
        with pytest.raises(Refused) as told:
            act()
        assert told.value.rule == rule
    assert home.records.entries() == entries


def test_an_administrator_stands_in_until_a_sergeant_has_a_pin_and_not_longer(home: Force) -> None:
    acting = home.signin.at(home.admin(), Act.ISSUE)
    assert acting.acting
    home.people.check_still(acting)
    home.enrolled("1", "sergeant")
    with pytest.raises(Refused, match="does not act for a sergeant any more"):
        home.people.check_still(acting)
    home.people.check_still(home.admin())


def test_the_database_holds_the_rule_too(home: Force) -> None:
    home.people.take([row("1", card="77")], home.admin())
    with home.database.read() as session:
        assert session.execute(text("SELECT count(*) FROM roster WHERE card = '77'")).scalar_one() == 1
    indexes = "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = 'roster' AND sql LIKE '%UNIQUE%'"
    with home.database.read() as session:
        assert set(session.scalars(text(indexes))) == {"uq_roster_collar", "uq_roster_card"}


DEFECTS = {
    "collar": ["", "=1+1", "PC\n1", "x" * 21, "Ä1", "\udcff1", "a\x00b"],
    "name": ["", "  ", "x" * 101, "two\nlines", "a\x07b", "\udcfe"],
    "role": ["", "chief", "Serge ant"],
    "trained_on": ["31/03/2026", "2026-02-30", "1066-10-14", "2199-01-01"],
    "card": ["=cmd", "x" * 65, "\t1\t2"],
    "active": ["", "maybe", "1"],
}


def test_100000_rows_with_every_kind_of_defect(home: Force, tmp_path: Path) -> None:
    random.seed(20261128)
    wanted: list[tuple[int, str]] = []
    lines, line = [",".join(FIELDS)], 2
    for number in range(100_000):
        fields = {"collar": f"P{number}", "name": f"N {number}", "rank": "PC", "role": "officer", "station": "K"}
        fields |= {"cohort": "Taser", "trained_on": "2026-03-31", "card": f"C{number}", "active": "yes"}
        if number % 10 == 0:
            field = random.choice(list(DEFECTS))
            fields[field] = random.choice(DEFECTS[field])
            wanted.append((line, field))
        elif number % 101 == 0:
            fields["card"] = "p1"  # the collar number of the second row
            wanted.append((line, "card"))
        cells = [f'"{cell}"' if "\n" in cell else cell for cell in fields.values()]
        if number % 1003 == 3:
            cells = cells[:-1]
            wanted.append((line, ""))
        lines.append(",".join(cells))
        line += 1 + sum(cell.count("\n") for cell in cells)
    path = tmp_path / "force.csv"
    path.write_bytes("\r\n".join(lines).encode(errors="surrogateescape"))
    admin, before = home.admin(), home.records.ledger_size()
    with pytest.raises(ImportRefused) as told:
        home.people.take(read_csv(path, table()), admin)
    found = bad(told)
    assert len(set(found)) > 10_000
    assert set(found) <= set(wanted)
    short = {line for line, field in wanted if not field}
    assert set(wanted) - set(found) <= {(line, field) for line, field in wanted if line in short and field}
    assert home.records.ledger_size() == before


def test_a_force_is_taken_in(home: Force) -> None:
    rows = [row(f"P{number}", number + 2, card=f"C{number}") for number in range(1300)]
    home.people.take(rows, home.admin())
    assert len(home.people.page(limit=2000)) == 1301
    home.records.verify()
