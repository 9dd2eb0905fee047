"""Files of 100,000 rows with every kind of defect: each bad row is named by its line, and nothing at all is taken."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.custody import pool_import
from app.importing import ImportRefused, read_csv
from app.people import roll
from app.people.roll import People
from app.people.values import Actor, Proof, Role
from tests.app.custody.force import Force

ROWS = 100_000
EVERY = 7
"""Each seventh row is wrong, one kind of wrong after the other."""

POOL = "asset,serial,make,model,station,mode"
PEOPLE = "collar,name,rank,role,station,cohort,trained_on,card,active"
GOOD_PERSON = b"%d,Ann Example,PC,officer,Northgate,,2026-01-05,k%d,yes"

Defect = Callable[[int], tuple[bytes, str]]
"""A row that is wrong, and the field that is named; empty where it is the row as a whole."""

BAD_CAMERAS: tuple[Defect, ...] = (
    lambda n: (b"A%d,S%d,M,M,N" % (n, n), ""),
    lambda n: (b"A%d,S%d,M,M,N,pool,pool" % (n, n), ""),
    lambda n: (b",S%d,M,M,N,pool" % n, "asset"),
    lambda n: (b"A%s%d,S%d,M,M,N,pool" % (b"9" * 40, n, n), "asset"),
    lambda n: (b"=A%d,S%d,M,M,N,pool" % (n, n), "asset"),
    lambda n: (b"A%d,S\xff%d,M,M,N,pool" % (n, n), "serial"),
    lambda n: (b"A%d,S\x00%d,M,M,N,pool" % (n, n), "serial"),
    lambda n: (b"A%d,S%d,%s,M,N,pool" % (n, n, b"m" * 61), "make"),
    lambda n: (b'A%d,S%d,M,"M\nM",N,pool' % (n, n), "model"),
    lambda n: (b"A%d,S%d,M,M,,pool" % (n, n), "station"),
    lambda n: (b"A%d,S%d,M,M,N,lent" % (n, n), "mode"),
    lambda n: (b"a1,S%d,M,M,N,pool" % n, "asset"),
    lambda n: (b"A%d,s1,M,M,N,pool" % n, "serial"),
    lambda n: (b"A%d,a1,M,M,N,pool" % n, "serial"),
    lambda n: (b'A%d,S"%d,M,"M"M,N,pool' % (n, n), ""),
)

BAD_PEOPLE: tuple[Defect, ...] = (
    lambda n: (b"%d,Ann,PC,officer,N,,2026-01-05,k%d" % (n, n), ""),
    lambda n: (b"%s,Ann,PC,officer,N,,2026-01-05,k%d,yes" % (b"9" * 21, n), "collar"),
    lambda n: (b"%d,,PC,officer,N,,2026-01-05,k%d,yes" % (n, n), "name"),
    lambda n: (b"%d,A\xc3,PC,officer,N,,2026-01-05,k%d,yes" % (n, n), "name"),
    lambda n: (b"%d,Ann,PC,chief,N,,2026-01-05,k%d,yes" % (n, n), "role"),
    lambda n: (b"%d,Ann,PC,officer,N,,05/01/2026,k%d,yes" % (n, n), "trained_on"),
    lambda n: (b"%d,Ann,PC,officer,N,,2999-01-05,k%d,yes" % (n, n), "trained_on"),
    lambda n: (b"%d,Ann,PC,officer,N,,2026-01-05,k 1\x07,yes" % n, "card"),
    lambda n: (b"%d,Ann,PC,officer,N,,2026-01-05,K1,yes" % n, "card"),
    lambda n: (b"%d,Ann,PC,officer,N,,2026-01-05,1,yes" % n, "card"),
    lambda n: (b"1,Ann,PC,officer,N,,2026-01-05,k%d,yes" % n, "collar"),
    lambda n: (b"%d,Ann,PC,officer,N,,2026-01-05,k%d,maybe" % (n, n), "active"),
)


def write(path: Path, header: str, good: Callable[[int], bytes], defects: tuple[Defect, ...]) -> dict[int, str]:
    """Write the file; the field that is wrong by line."""
    wrong: dict[int, str] = {}
    line = 2
    with path.open("wb") as file:
        file.write(header.encode() + b"\r\n")
        for number in range(1, ROWS + 1):
            row = good(number)
            if number % EVERY == 0:
                row, wrong[line] = defects[number // EVERY % len(defects)](number)
            file.write(row + b"\r\n")
            line += 1 + row.count(b"\n")
    return wrong


def named(refused: ImportRefused) -> dict[int, str]:
    """What was named as wrong, by line; the first field of a row."""
    found: dict[int, str] = {}
    for bad in refused.bad:
        assert bad.reason
        found.setdefault(bad.line, bad.field)
    return found


def test_every_bad_camera_of_100_000_is_named_and_none_is_taken(force: Force, tmp_path: Path) -> None:
    wrong = write(tmp_path / "pool.csv", POOL, lambda n: b"A%d,S%d,M,M,N,pool" % (n, n), BAD_CAMERAS)
    before = force.records.ledger_size()
    with pytest.raises(ImportRefused) as refused:
        pool_import.take(force.database, pool_import.read(tmp_path / "pool.csv"), force.sergeant)
    assert named(refused.value) == wrong
    assert (force.records.ledger_size(), force.asking.cameras()) == (before, [])


def test_every_bad_person_of_100_000_is_named_and_none_is_taken(force: Force, tmp_path: Path) -> None:
    wrong = write(tmp_path / "people.csv", PEOPLE, lambda n: GOOD_PERSON % (n, n), BAD_PEOPLE)
    administrator = Actor(force.hire("S9", role=Role.ADMINISTRATOR).person, Proof.PIN)
    before = force.records.ledger_size()
    with pytest.raises(ImportRefused) as refused:
        People(force.database).take(read_csv(tmp_path / "people.csv", roll.table()), administrator)
    assert named(refused.value) == wrong
    assert force.records.ledger_size() == before


def overtaken(monkeypatch: pytest.MonkeyPatch, by: Callable[[], object]) -> list[int]:
    """Something else is entered once the rows have been looked at; counts how often they are."""
    plan, looked = pool_import.plan, list[int]()

    def look(*given: Any) -> Any:
        found = plan(*given)
        looked.append(1)
        if len(looked) == 1:
            by()
        return found

    monkeypatch.setattr(pool_import, "plan", look)
    return looked


@pytest.fixture
def one_camera(tmp_path: Path) -> Path:
    path = tmp_path / "pool.csv"
    path.write_text(f"{POOL}\nA1,S1,M,M,N,pool\n")
    return path


def test_a_camera_entered_while_rows_were_looked_at_is_seen(
    force: Force, one_camera: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = overtaken(monkeypatch, lambda: force.add("A2", serial="S1"))
    with pytest.raises(ImportRefused, match="s1 is of A2"):
        pool_import.take(force.database, pool_import.read(one_camera), force.sergeant)
    assert len(looked) == 2
    assert [camera.asset for camera in force.asking.cameras()] == ["A2"]


def test_what_has_to_do_with_no_row_makes_nobody_look_again(
    force: Force, one_camera: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = overtaken(monkeypatch, lambda: force.hire("77"))
    pool_import.take(force.database, pool_import.read(one_camera), force.sergeant)
    assert len(looked) == 1
    assert [camera.asset for camera in force.asking.cameras()] == ["A1"]
