"""People from a real directory: over TLS only, looked at first, and what it does not say stays."""

from __future__ import annotations

import base64
import gc
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from app.importing import BadRow, ImportRefused, Row
from app.people.directory import ATTRIBUTES, Directory, DirectoryTrouble, read, rows
from tests.app.people.force import Force, row
from tests.app.people.slapd import BASE, PASSWORD, USER, slapd
from tests.app.people.terminal import Command


def entry(uid: str, **attributes: str | list[str]) -> str:
    """One person of the directory, each value in base64, as LDIF carries any of them."""
    lines = ["", f"dn: uid={uid},ou=people,{BASE}", "objectClass: inetOrgPerson", "sn: x", "cn: x"]
    for name, values in attributes.items():
        several = [values] if isinstance(values, str) else values
        lines += [f"{name}:: {base64.b64encode(value.encode()).decode()}" for value in several]
    return "\n".join(lines) + "\n"


PEOPLE = (
    entry("a", employeeNumber="PC12", displayName="Siân Ó Dubhthaigh", title="PC", departmentNumber="Taser")
    + entry(
        "b", employeeNumber="30", displayName="=HYPERLINK()", employeeType="Sergeant", physicalDeliveryOfficeName="K"
    )
    + entry("c", displayName="Has no number")
)
MANY = "".join(entry(f"m{number}", employeeNumber=f"M{number}", displayName=f"N {number}") for number in range(1200))
BAD = (
    entry("d", employeeNumber="1", displayName="Two", departmentNumber=["Taser", "Armed"])
    + entry("e", employeeNumber="40", displayName="x", employeeType="chief")
    + entry("f", employeeNumber="pc12", displayName="The same again")
)


@pytest.fixture(scope="module")
def at(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Directory]:
    folder = tmp_path_factory.mktemp("slapd")
    with slapd(folder, PEOPLE + MANY) as (url, _start_tls):
        yield Directory(url, f"ou=people,{BASE}", USER, PASSWORD, str(folder / "ca.pem"))


def test_people_come_from_a_directory(home: Force, at: Directory) -> None:
    admin = home.admin()
    home.people.take([row("pc12", card="0412", trained_on="2026-03-31", active="no", station="HQ")], admin)
    found = home.people.take(rows(read(at), home.people), admin)
    assert (found.new, found.changed) == (1201, 1)
    person = home.people.known("PC12")
    assert (person.name, person.rank, person.cohort) == ("Siân Ó Dubhthaigh", "PC", "Taser")
    assert (person.card, person.active, person.station) == ("0412", False, "HQ")  # it says nothing of these
    assert (home.people.known("30").role, home.people.known("30").name) == ("sergeant", "=HYPERLINK()")
    assert home.people.known("M7").role == "officer"
    assert home.people.take(rows(read(at), home.people), admin).changes == ()
    home.records.verify()


def test_a_preview_of_a_directory_changes_nothing(home: Force, at: Directory) -> None:
    admin, before = home.admin(), home.records.ledger_size()
    assert home.people.preview(rows(read(at), home.people), admin).new == 1202
    assert home.records.ledger_size() == before


def test_a_force_maps_its_own_attributes(home: Force, at: Directory) -> None:
    mapped = msgspec.structs.replace(at, attributes=ATTRIBUTES | {"name": "departmentNumber", "rank": "displayName"})
    found = {one.fields["collar"]: one.fields for one in rows(read(mapped), home.people) if isinstance(one, Row)}
    assert (found["PC12"]["name"], found["PC12"]["rank"]) == ("Taser", "Siân Ó Dubhthaigh")


def test_starttls_comes_before_the_password(home: Force, tmp_path: Path) -> None:
    with slapd(tmp_path / "one", PEOPLE) as (_, url):
        at = Directory(url, BASE, USER, PASSWORD, str(tmp_path / "one" / "ca.pem"))
        assert len(read(at)) == 2


def test_bad_people_are_named_and_nobody_is_taken(home: Force, tmp_path: Path) -> None:
    admin = home.admin()
    with slapd(tmp_path / "one", PEOPLE + BAD) as (url, _):
        at = Directory(url, BASE, USER, PASSWORD, str(tmp_path / "one" / "ca.pem"))
        with pytest.raises(ImportRefused) as told:
            home.people.take(rows(read(at), home.people), admin)
    bad = {(one.where.partition(",")[0], one.field) for one in told.value.bad}
    assert len(bad) == 3
    assert bad > {("uid=d", "cohort"), ("uid=e", "role")}
    assert bad < {("uid=d", "cohort"), ("uid=e", "role"), ("uid=f", "collar"), ("uid=a", "collar")}  # in either order
    assert len(home.people.page()) == 1


LEAKS = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
"""ldap3 forgets to close the connection whose certificate it refuses."""


def refused(at: Directory) -> str:
    """What is said when this directory cannot be read."""
    try:
        read(at)
    except DirectoryTrouble as trouble:
        return trouble.what_happened
    raise AssertionError("it was read")


@LEAKS
@pytest.mark.parametrize(
    "wrong",
    [
        {"password": "another"},
        {"ca": None},
        {"base": "dc=elsewhere"},
        {"url": "ldaps://127.0.0.1:1"},
        {"url": "http://localhost"},
        {"url": ""},
        {"attributes": ATTRIBUTES | {"collar": "x)(uid=*"}},
        {"attributes": ATTRIBUTES | {"age": "age"}},
    ],
)
def test_what_stands_in_the_way_is_told_and_no_password(at: Directory, wrong: dict[str, str]) -> None:
    said = refused(msgspec.structs.replace(at, **wrong)) + repr(at)
    gc.collect()
    assert PASSWORD not in said
    assert "another" not in said


@LEAKS
def test_a_name_of_another_machine_is_no_certificate(at: Directory) -> None:
    assert "certificate" in refused(msgspec.structs.replace(at, url=at.url.replace("localhost", "127.0.0.1")))
    gc.collect()


def test_what_is_no_text_is_a_bad_field(home: Force) -> None:
    found = list(rows([("uid=x", {"collar": [b"1"], "name": [b"\xff"]}), ("uid=y\n", {"collar": []})], home.people))
    assert [type(one) for one in found] == [Row, Row]
    with pytest.raises(ImportRefused) as told:
        home.people.take(found, home.admin())
    assert [(one.where, one.field) for one in told.value.bad if one.line == 1] == [("uid=x", "name")]
    assert not any(isinstance(one, BadRow) for one in found)


@LEAKS
def test_the_command_takes_people_from_a_directory(command: Command, at: Directory) -> None:
    command("setup", "--station", "Kendal", "--admin", "9000")
    command.pin(PASSWORD, "DOCKWARDEN_LDAP_PASSWORD_FILE")
    words = ["--as", "9000", "people", "ldap", at.url, "--base", at.base, "--user", USER, "--ca", str(at.ca)]
    assert command(*words, "--preview")[-1] == {"event": "preview", "new": 1202, "changed": 0, "unchanged": 0, "bad": 0}
    assert command(*words, "--map", "rank=departmentNumber")[-1]["new"] == 1202
    assert {one["rank"] for one in command("--as", "9000", "people", "list") if one["collar"] == "PC12"} == {"Taser"}
    command.pin("another", "DOCKWARDEN_LDAP_PASSWORD_FILE")
    command(*words, code=5)
    assert "another" not in command.err
