"""`setup --admin`, `--as`, `--second` and `people`: people from the command line, and which verbs ask who is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.home import Home
from app.start import main
from app.vault.age import Identity
from tests.app.people.force import OTHER_PIN, PIN
from tests.app.people.terminal import Command

HEADER = "collar,name,rank,role,station,cohort,trained_on,card,active\n"
FORCE = (
    HEADER
    + "20,Sue Pervisor,Insp,supervisor,Kendal,Response,2026-01-01,,yes\n"
    + "30,Sam Sergeant,Sgt,sergeant,Kendal,response,,0430,yes\n"
    + "40,Ann Auditor,,auditor,HQ,,,,yes\n"
    + "12,Siân Ó Dubhthaigh,PC,Officer,Kendal,RESPONSE,2026-03-31,0412,YES\n"
)


@pytest.fixture
def kendal(command: Command) -> Command:
    """A station that is set up, with a force in it."""
    command("setup", "--station", "Kendal", "--admin", "9000")
    command.take(FORCE)
    return command


# -- setting up ------------------------------------------------------------------------------------------------------


def test_setup_asks_nothing_and_makes_the_first_administrator(command: Command) -> None:
    (told,) = command("setup", "--station", "Kendal", "--admin", "9000")
    assert (told["event"], told["station_name"], told["admin"]) == ("setup", "Kendal", "9000")
    assert told["vault_folder"] == str(command.home / "vault")
    assert told["recovery"] == []
    assert "no recovery key" in command.err
    (person,) = command("--as", "9000", "people", "list")
    assert (person["collar"], person["role"], person["station"], person["has_pin"]) == (
        "9000",
        "administrator",
        "Kendal",
        True,
    )


def test_a_pin_that_is_guessed_early_is_taken_and_warned_of(command: Command) -> None:
    command.pin("123456")
    command("setup", "--station", "Kendal", "--admin", "9000")
    assert "among the first that somebody would try" in command.err


@pytest.mark.parametrize("pin", [None, "", "12345", "abcdef", "1234567890123"])
def test_without_a_good_pin_nothing_is_set_up(command: Command, pin: str | None) -> None:
    command.pin(pin)
    command.refused(
        "setup", "--station", "Kendal", "--admin", "9000", rule="bad-pin" if pin is not None else "not-allowed"
    )
    assert not (command.home / "settings.toml").exists()
    with Home(command.home) as home:
        assert not home.people.anyone()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_pin_file_that_others_may_read_is_refused(command: Command, mode: int) -> None:
    command.pin(PIN, mode=mode)
    assert "chmod 600" in command.refused("setup", "--station", "Kendal", "--admin", "9000")


def test_a_pin_file_that_is_not_there_or_no_text_is_refused(command: Command) -> None:
    (command.folder / "DOCKWARDEN_PIN_FILE").unlink()
    command.refused("setup", "--admin", "9000")
    command.pin("")
    (command.folder / "DOCKWARDEN_PIN_FILE").write_bytes(b"\xff\xfe")
    command.refused("setup", "--admin", "9000")


def test_setup_again_is_harmless_and_makes_no_second_administrator(kendal: Command) -> None:
    with Home(kendal.home) as home:
        before = home.records.ledger_size()
    kendal("setup", "--station", "Kendal", "--admin", "9000")
    kendal.refused("setup", "--station", "Kendal", "--admin", "9001")
    kendal.refused("setup", "--station", "Kendal", "--admin", "30")
    kendal.pin(OTHER_PIN)
    kendal.refused("setup", "--station", "Elsewhere", "--admin", "9000")
    kendal.refused("setup", "--station", "Elsewhere")
    with Home(kendal.home) as home:
        assert home.records.ledger_size() == before
        assert home.settings.station_name == "Kendal"


def test_the_first_set_up_adds_recovery_keys_and_makes_the_administrator_in_one(command: Command) -> None:
    key = str(Identity.generate().recipient)
    (done,) = command("setup", "--station", "Kendal", "--admin", "9000", "--recovery", key, "--label", "Safe A")
    assert (done["admin"], [one["label"] for one in done["recovery"]]) == ("9000", ["Safe A"])
    command("setup", "--station", "Kendal", "--admin", "9000", "--recovery", key, "--label", "Safe A")


def test_recovery_keys_are_not_added_past_the_accounts(kendal: Command) -> None:
    key = str(Identity.generate().recipient)
    kendal.refused("setup", "--recovery", key)
    kendal.refused("setup", "--admin", "9000", "--recovery", key)
    kendal.refused("--as", "9000", "keys", "add-recovery", key)
    kendal.enrol("20", OTHER_PIN)
    kendal.pin(OTHER_PIN, "DOCKWARDEN_SECOND_PIN_FILE")
    kendal("--as", "9000", "--second", "20", "keys", "add-recovery", key)


# -- people ----------------------------------------------------------------------------------------------------------


def test_people_are_taken_in_and_listed(kendal: Command) -> None:
    people = {one["collar"]: one for one in kendal("--as", "9000", "people", "list")}
    assert sorted(people) == ["12", "20", "30", "40", "9000"]
    assert people["12"] == {
        "event": "person",
        "collar": "12",
        "name": "Siân Ó Dubhthaigh",
        "rank": "PC",
        "role": "officer",
        "station": "Kendal",
        "cohort": "Response",
        "trained_on": "2026-03-31",
        "card": "0412",
        "active": True,
        "has_pin": False,
    }


def test_a_preview_says_each_change_and_changes_nothing(kendal: Command) -> None:
    text = HEADER + "12,Siân Ó Dubhthaigh,Sgt,officer,Kendal,Response,2026-03-31,,yes\n13,New,,officer,K,,,,yes\n"
    changed, new, told = kendal.take(text, "--preview")
    assert (changed["event"], changed["key"], [one["field"] for one in changed["differences"]]) == (
        "changed",
        "12",
        ["rank", "card"],
    )
    assert (new["event"], new["key"]) == ("new", "13")
    assert told == {"event": "preview", "new": 1, "changed": 1, "unchanged": 0, "bad": 0}
    assert len(kendal("--as", "9000", "people", "list")) == 5
    assert kendal.take(text) == [{"event": "imported", "new": 1, "changed": 1, "unchanged": 0, "bad": 0}]


@pytest.mark.parametrize("more", [(), ("--preview",)])
def test_bad_rows_are_named_by_line_and_field(kendal: Command, more: tuple[str, ...]) -> None:
    text = HEADER + "50,Fine,,officer,K,,,,yes\n51,X,,chief,K,,soon,,yes\n52,Y,,officer,K,,,0412,yes\n"
    told = kendal.take(text, *more, code=6)
    bad = [(one["line"], one["field"]) for one in told if one["event"] == "bad-row"]
    assert bad == [(3, "role"), (3, "trained_on"), (4, "card")]
    assert told[-1]["event"] == ("preview" if more else "refused")
    assert len(kendal("--as", "9000", "people", "list")) == 5


def test_a_file_of_something_else_is_refused(kendal: Command) -> None:
    assert kendal.take("name,collar\n", code=6)[-1]["rule"] == "bad-file"


def test_a_person_enrols_with_card_and_code(kendal: Command) -> None:
    (given,) = kendal("--as", "9000", "people", "enrol", "12")
    kendal.pin(OTHER_PIN)
    (told,) = kendal("people", "enrol", "12", "--code", given["code"].lower(), "--card", "04AA")
    assert told == {"event": "enrolled", "collar": "12", "card": "04AA"}
    kendal.refused("people", "enrol", "12", "--code", given["code"])
    assert "ask" in kendal.refused("--as", "04aa", "people", "list").lower()
    kendal.refused("--as", "9000", "people", "list")  # it is not their PIN
    kendal("people", "enrol", "12", "--card", "04AB", code=2)


# -- who is there ----------------------------------------------------------------------------------------------------


def test_before_setup_nobody_is_asked_and_nobody_is_known(command: Command, tmp_path: Path) -> None:
    command("ledger", "export", str(tmp_path / "bundle"))
    command("settings", "set", "parallel_lanes", "8")
    assert "setup" in command.refused("people", "list")


GATED = [
    (("people", "list"), "9000"),
    (("people", "import", "{folder}/force.csv"), "9000"),
    (("people", "enrol", "12"), "9000"),
    (("settings", "set", "parallel_lanes", "8"), "9000"),
    (("ledger", "export", "{folder}/bundle"), "30"),
    (("hold", "0" * 32, "--reason", "complaint"), "30"),
    (("hold", "0" * 32, "--reason", "complaint", "--lift"), None),
    (("recordings", "open", "0" * 32, "-o", "{folder}/a.mp4"), None),
    (("keys", "add-recovery", "age1x"), None),
]


@pytest.mark.parametrize(("words", "by"), GATED)
def test_after_setup_these_ask_who_is_there(kendal: Command, words: tuple[str, ...], by: str | None) -> None:
    words = tuple(word.format(folder=kendal.folder) for word in words)
    kendal.enrol("30", OTHER_PIN)
    kendal.refused(*words)
    kendal.refused("--as", "nobody", *words)
    kendal.refused("--as", "40", *words)  # has no PIN
    if by is None:
        kendal.refused("--as", "9000", *words)
        kendal.pin(OTHER_PIN)
        kendal.refused("--as", "30", *words)
        return
    kendal.pin(OTHER_PIN if by == "30" else PIN)
    got = main(["--home", str(kendal.home), "--as", by, *words])
    assert got in {0, 7}


def test_without_a_pin_there_is_no_actor(kendal: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    kendal.pin(None)
    assert "DOCKWARDEN_PIN_FILE" in kendal.refused("--as", "9000", "people", "list")


@pytest.mark.parametrize("words", [("verify",), ("cameras",), ("ledger", "checkpoint"), ("keys",)])
def test_docking_and_verifying_never_ask(kendal: Command, words: tuple[str, ...]) -> None:
    kendal.pin(None)
    kendal(*words)
    kendal("offload", code=3)  # no camera is docked


def test_what_is_recorded_is_the_collar_number(kendal: Command) -> None:
    kendal.enrol("30", OTHER_PIN)
    kendal.pin(OTHER_PIN)
    kendal("--as", "0430", "ledger", "export", str(kendal.folder / "bundle"))
    with Home(kendal.home) as home, home.database.read() as session:
        from db.schema import Export

        assert session.query(Export).one().by == "30"


def test_after_too_many_tries_nobody_is_asked_any_more(kendal: Command) -> None:
    kendal.pin(OTHER_PIN)
    for _ in range(5):
        kendal.refused("--as", "9000", "people", "list")
    kendal.pin(PIN)
    assert "Try again in" in kendal.refused("--as", "9000", "people", "list", rule="throttled")


@pytest.mark.parametrize(
    ("second", "pin"), [("9000", PIN), ("30", OTHER_PIN), ("20", "555111"), ("nobody", OTHER_PIN), ("20", None)]
)
def test_a_second_person_who_is_none(kendal: Command, second: str, pin: str | None) -> None:
    for collar in ("20", "30"):
        kendal.enrol(collar, OTHER_PIN)
    kendal.pin(pin, "DOCKWARDEN_SECOND_PIN_FILE")
    kendal.refused("--as", "9000", "--second", second, "keys", "add-recovery", "age1x")
