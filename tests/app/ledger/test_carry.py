"""What a fresh ledger takes over from a damaged one: what the damaged one proves, all of it, and nothing else."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from app.docks import OwnedDocks
from app.home import Home
from app.ledger import segments, verify_export
from app.people import pins
from db.base import origin_of
from tests.app.ledger.carried import pool_of, roster_of
from tests.app.people.force import OTHER_PIN, PIN
from tests.app.people.terminal import Command
from tests.app.station import seen, who

PEOPLE = (
    "collar,name,rank,role,station,cohort,trained_on,card,active\n"
    "20,Sue Pervisor,Insp,supervisor,Kendal,,,,yes\n"
    "30,Sam Sergeant,Sgt,sergeant,Kendal,,,,yes\n"
    "12,Olive Officer,PC,officer,Kendal,response,2026-01-05,04A1,yes\n"
    "13,Zoë Other,PC,officer,Kendal,response,2026-01-05,,yes\n"
)
POOL = (
    "asset,serial,make,model,station,mode\n"
    + "".join(f"CAM-{number},SN{number},Make,Model,Kendal,pool\n" for number in range(1, 7))
    + "CAM-7,SN7,Make,Model,Kendal,personal\n"
)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash PINs cheaply: what is tried is not how long it takes."""
    for name, value in {"MEMORY_KIB": 32, "PASSES": 1, "LANES": 1}.items():
        monkeypatch.setattr(pins, name, value)


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    made = Command(tmp_path, monkeypatch, capsys)
    made.pin(PIN)
    return made


@pytest.fixture
def kendal(command: Command, tmp_path: Path) -> Command:
    """A station in the middle of a shift: one camera held, one lost, one faulty, one sent away, one somebody's own."""
    command("setup", "--station", "Kendal", "--admin", "9000")
    command.take(PEOPLE)
    (tmp_path / "pool.csv").write_text(POOL)
    command("--as", "9000", "pool", "import", str(tmp_path / "pool.csv"))
    command.enrol("30", OTHER_PIN)
    command.pin(OTHER_PIN)
    for words in (
        ("issue", "CAM-1", "12", "--override", "shift"),
        ("issue", "CAM-2", "13", "--override", "shift"),
        ("return", "CAM-2"),
        ("reassign", "CAM-7", "13"),
        ("lost", "CAM-3", "left on a train"),
        ("fault", "CAM-4", "the clip is broken"),
        ("transfer", "CAM-5", "Penrith"),
    ):
        command("--as", "30", *words)
    command("ledger", "checkpoint")
    return command


def database(command: Command) -> Path:
    return command.home / "dockwarden.db"


def edit(path: Path, *statements: str, values: tuple[object, ...] = ()) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        for statement in statements:
            connection.execute(statement, values)


def damage(command: Command) -> None:
    """Change an entry after the last head: it is found when it is opened, and all that was signed stays whole."""
    with Home(command.home) as home:
        home.records.bay("1-1")
    edit(database(command), "UPDATE ledger_entry SET body = zeroblob(80) WHERE number = (SELECT max(entry) FROM bay)")
    edit(database(command), "UPDATE bay SET name = 'x'")


def go_on(command: Command) -> Home:
    """What opening the docks makes of the home."""
    home = Home(command.home)
    OwnedDocks(home, list, automatic=False).close()
    return home


def bodies(path: Path, kind: str) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(path)) as connection:
        found = [json.loads(body) for (body,) in connection.execute("SELECT body FROM ledger_entry ORDER BY number")]
    return [one for one in found if one["kind"] == kind]


def test_a_sergeant_goes_on_with_issue(kendal: Command, caplog: pytest.LogCaptureFixture) -> None:
    damage(kendal)
    before, files = database(kendal).read_bytes(), {path.name for path in kendal.home.iterdir()}
    pool, roster = pool_of(database(kendal)), roster_of(database(kendal))
    with go_on(kendal) as home:
        assert home.records.verify().entries == home.records.ledger_size()
        segment = home.records.segment()
        assert segment is not None
        assert "5 people, 7 cameras of the pool, 0 accepted cameras" in segment.words
        assert "1 entries after that" in segment.words
    fresh = kendal.home / "dockwarden-2.db"
    assert database(kendal).read_bytes() == before
    assert {path.name for path in kendal.home.iterdir()} - files == {fresh.name, "docks.lock"}
    assert pool_of(fresh) == pool
    assert roster_of(fresh) == roster
    kendal("--as", "30", "issue", "CAM-2", "13", "--override", "shift")
    kendal.refused("--as", "30", "issue", "CAM-6", "12", "--override", "shift", rule="one-camera")
    kendal("--as", "30", "ledger", "export", str(kendal.folder / "bundle"))
    assert any(
        line.startswith("NOTE entry 1: this log goes on") for line in verify_export.check(kendal.folder / "bundle")
    )
    (held,) = kendal("--as", "30", "who-held", "CAM-1")
    assert held["officer"] == "12"
    kendal.pin(PIN)
    kendal.refused("--as", "30", "pool", "list")
    kendal("--as", "9000", "people", "list")
    kendal.refused("setup", "--admin", "9001")
    caplog.clear()


def test_each_entry_names_the_one_that_proves_it(kendal: Command, caplog: pytest.LogCaptureFixture) -> None:
    damage(kendal)
    go_on(kendal).close()
    with closing(sqlite3.connect(database(kendal))) as old:
        entries = dict(old.execute("SELECT number, body FROM ledger_entry").fetchall())
    fresh = kendal.home / "dockwarden-2.db"
    taken = [one for kind in ("person", "credential", "asset", "custody") for one in bodies(fresh, kind)]
    assert len(taken) == 5 + 2 + 7 + 5
    for one in taken:
        number = int(one["origin"].split()[2])
        leaf = hashlib.sha256(b"\0" + entries[number]).digest()
        assert one["origin"] == origin_of("dockwarden.db", number, leaf)
        told = json.loads(entries[number])
        assert told["kind"] == one["kind"]
        assert all(told.get(name) == one[name] for name in ("id", "serial", "camera", "person", "who") if name in one)
    caplog.clear()


def test_what_was_said_last_of_a_fault_holds_at_the_docks_or_at_the_desk(
    kendal: Command, caplog: pytest.LogCaptureFixture
) -> None:
    """As the pool has it, which knows a serial number in any case of its letters; the desk writes to the docks."""
    with Home(kendal.home) as home:
        for serial, said in {"sn1": (True,), "SN2": (True, False), "sn4": (False,), "sn6": (False,)}.items():
            camera = home.records.camera(seen(serial), who(serial), "virtual")
            for faulty in said:
                home.records.camera_fault(camera, faulty=faulty, by="30", words="It was looked at.")
    kendal("--as", "30", "fault", "CAM-6", "the lens is scratched")
    kendal("ledger", "checkpoint")
    damage(kendal)
    pool = pool_of(database(kendal))
    assert {row[1] for row in pool if row[-1]} == {"CAM-1", "CAM-6"}
    go_on(kendal).close()
    assert pool_of(kendal.home / "dockwarden-2.db") == pool
    caplog.clear()


def test_weeks_of_a_force_are_taken_over_as_the_triggers_have_it(
    command: Command, caplog: pytest.LogCaptureFixture
) -> None:
    command("setup", "--station", "Kendal", "--admin", "9000")
    command("simulate-year", "--cameras", "60", "--officers", "120", "--days", "40")
    damage(command)
    pool, roster = pool_of(database(command)), roster_of(database(command))
    assert {row[8] for row in pool} >= {"store", "held"}
    go_on(command).close()
    assert roster_of(command.home / "dockwarden-2.db") == roster
    assert pool_of(command.home / "dockwarden-2.db") == pool
    caplog.clear()


def test_what_is_changed_is_left_out_and_the_rest_is_not(kendal: Command, caplog: pytest.LogCaptureFixture) -> None:
    """A sergeant who makes himself an administrator in the file is nobody."""
    damage(kendal)
    edit(
        database(kendal),
        "UPDATE person SET role = 'administrator' WHERE collar = '30'",
        "UPDATE roster SET role = 'administrator' WHERE collar = '30'",
        "UPDATE asset SET serial = 'SN99' WHERE asset = 'CAM-6'",
    )
    with go_on(kendal) as home:
        segment = home.records.segment()
        assert segment is not None
        assert "4 people, 6 cameras" in segment.words
        assert "Left out, since nothing proves them: 1 people, 1 cameras of the pool" in segment.words
        assert home.people.find("30") is None
        assert home.people.known("9000").has_pin
        assert home.records.verify()
    caplog.clear()


def test_a_verifier_that_no_fact_tells_of_proves_nothing(kendal: Command, caplog: pytest.LogCaptureFixture) -> None:
    damage(kendal)
    with Home(kendal.home) as home:
        pepper = home.keys.pepper()  # a thief of the account has it too
    with closing(sqlite3.connect(database(kendal))) as old:
        ((sam,),) = old.execute("SELECT person FROM roster WHERE collar = '30'").fetchall()
    forged = pins.verifier(pepper, sam, "pin", "555111")
    edit(database(kendal), "UPDATE secret SET verifier = ? WHERE person = ?", values=(forged, sam))
    with go_on(kendal) as home:
        assert not home.people.known("30").has_pin
    kendal.pin("555111")
    kendal.refused("--as", "30", "pool", "list")
    caplog.clear()


def test_the_first_wrong_entry_ends_what_is_taken_over(kendal: Command, caplog: pytest.LogCaptureFixture) -> None:
    """What lies behind it is not known, even where a later head is signed: the newest whole head before it counts."""
    kendal("--as", "30", "issue", "CAM-2", "13", "--override", "shift")
    with Home(kendal.home) as home:
        wrong = home.records.ledger_size() - 1
        home.records.bay("1-1")
        home.records.checkpoint()
    edit(database(kendal), f"UPDATE ledger_entry SET body = zeroblob(80) WHERE number = {wrong}")
    with go_on(kendal) as home:
        assert {one.asset: one.state for one in home.asking.cameras("")}["CAM-2"] == "store"
        assert {one.asset: one.state for one in home.asking.cameras("")}["CAM-1"] == "held"
    caplog.clear()


FORGERIES = {
    "history of another key": "UPDATE checkpoint SET note = replace(note, '— ', '— x')",
    "no head at all": "DELETE FROM checkpoint",
    "first entry changed": "UPDATE ledger_entry SET body = zeroblob(80) WHERE number = 0",
    "first entry gone": "DELETE FROM ledger_entry WHERE number = 0",
    "no entries": "DROP TABLE ledger_entry",
    "no text": "UPDATE checkpoint SET note = x'ff00'",
}


@pytest.mark.parametrize("name", FORGERIES)
def test_where_nothing_is_proved_a_first_administrator_is_made(
    kendal: Command, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    damage(kendal)
    edit(database(kendal), FORGERIES[name])
    with go_on(kendal) as home:
        segment = home.records.segment()
        assert segment is not None
        assert "Nothing was taken over" in segment.words
        assert not home.people.anyone()
    kendal.pin(PIN)
    kendal("setup", "--station", "Kendal", "--admin", "9001")
    kendal("--as", "9001", "people", "list")
    caplog.clear()


def test_without_a_proved_administrator_nobody_is_taken_over(kendal: Command, caplog: pytest.LogCaptureFixture) -> None:
    damage(kendal)
    edit(
        database(kendal),
        "UPDATE credential SET digest = 'x' WHERE person = (SELECT id FROM person WHERE collar = '9000')",
    )
    with go_on(kendal) as home:
        segment = home.records.segment()
        assert segment is not None
        assert "setup --admin COLLAR" in segment.words
        assert not home.people.anyone()
        states = {one.asset: (one.state, one.holder) for one in home.asking.cameras("")}
        assert states["CAM-1"] == ("unknown", None)
        assert states["CAM-3"] == ("lost", None)
    kendal.pin(PIN)
    kendal("setup", "--station", "Kendal", "--admin", "9001")
    kendal("--as", "9001", "people", "list")
    caplog.clear()


def test_a_file_that_is_no_database_gives_nothing(kendal: Command, caplog: pytest.LogCaptureFixture) -> None:
    database(kendal).write_bytes(b"nothing that SQLite ever wrote" * 400)
    with go_on(kendal) as home:
        segment = home.records.segment()
        assert segment is not None
        assert "Nothing was taken over" in segment.words
    caplog.clear()


def test_accounts_that_were_made_meanwhile_are_kept(
    kendal: Command, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Broken off before it was named, and then set up by somebody: what is taken over never mixes with that."""
    damage(kendal)
    with monkeypatch.context() as broken:
        broken.setattr(segments, "describe", lambda _path: (_ for _ in ()).throw(InterruptedError))
        with Home(kendal.home) as interrupted, pytest.raises(InterruptedError):
            interrupted.go_on()
    kendal.pin(PIN)
    kendal("setup", "--station", "Kendal", "--admin", "9001")
    with go_on(kendal) as home:
        segment = home.records.segment()
        assert segment is not None
        assert "were entered here before" in segment.words
        assert [one.collar for one in home.people.page()] == ["9001"]
    caplog.clear()
