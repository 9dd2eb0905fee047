"""A camera passes from one station's home to another's, each with its own ledger, on a paper that proves it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.home import Home
from app.people import pins
from app.settings import UNNAMED
from tests.app.people.force import OTHER_PIN, PIN
from tests.app.people.terminal import Command

POOL = "asset,serial,make,model,station,mode\n"
SERGEANT = "collar,name,rank,role,station,cohort,trained_on,card,active\n30,Sam,Sgt,sergeant,S,,,,yes\n"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash PINs cheaply: what is tried is not how long it takes."""
    for name, value in {"MEMORY_KIB": 32, "PASSES": 1, "LANES": 1}.items():
        monkeypatch.setattr(pins, name, value)


class Two:
    """Two stations, each of which knows the other's key, and the paper that goes between them."""

    def __init__(self, kendal: Command, penrith: Command) -> None:
        self.kendal, self.penrith = kendal, penrith
        self.paper, self.answer = kendal.folder / "CAM-1.receipt", kendal.folder / "CAM-1.answer"

    def send(self, *more: str, to: str = "Penrith", paper: Path | None = None) -> Path:
        self.kendal("--as", "30", "transfer", "CAM-1", to, "--receipt", str(paper or self.paper), *more)
        return paper or self.paper

    def accept(self, *more: str, code: int = 0, camera: str = "CAM-1") -> list[dict[str, Any]]:
        return self.penrith("--as", "30", "accept", camera, "--receipt", str(self.paper), *more, code=code)

    def refused(self, rule: str, camera: str = "CAM-1") -> str:
        words = ("--as", "30", "accept", camera, "--receipt", str(self.paper))
        return self.penrith.refused(*words, rule=rule)


def know(one: Command, other: Command) -> None:
    """Give one station the other's key, as a person would carry it."""
    (keys,) = other("keys", "show")
    (one.folder / "key").write_text(keys["log_key"] + "\n")
    one("--as", "9000", "ledger", "witness", "--know", str(one.folder / "key"))


def station(name: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    folder.mkdir()
    made = Command(folder, monkeypatch, capsys)
    made.pin(PIN)
    made("setup", "--station", name, "--admin", "9000")
    made.take(SERGEANT)
    return made


@pytest.fixture
def two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Two:
    kendal = station("Kendal", tmp_path / "kendal", monkeypatch, capsys)
    penrith = station("Penrith", tmp_path / "penrith", monkeypatch, capsys)
    add(kendal, "CAM-1,SN1,Make,Model,Kendal,allocated", "CAM-2,SN2,Make,Model,Kendal,pool")
    know(penrith, kendal)
    know(kendal, penrith)
    for one in (kendal, penrith):
        one.enrol("30", OTHER_PIN)
    kendal.pin(OTHER_PIN)
    return Two(kendal, penrith)


def add(command: Command, *rows: str) -> None:
    (command.folder / "pool.csv").write_text(POOL + "".join(f"{row}\n" for row in rows))
    command("--as", "9000", "pool", "import", str(command.folder / "pool.csv"))


def pool(command: Command) -> dict[str, dict[str, Any]]:
    return {one["asset"]: one for one in command("--as", "30", "pool", "list")}


def entry(command: Command, number: int) -> dict[str, Any]:
    with Home(command.home) as home:
        found: dict[str, Any] = json.loads(home.records.entries(number, 1)[0].body)
        return found


def test_a_camera_that_this_ledger_never_knew_is_taken_into_its_pool(two: Two) -> None:
    two.send()
    (done,) = two.accept("--answer", str(two.answer))
    assert (done["event"], done["camera"], done["by"]) == ("accepted", "CAM-1", "30")
    camera = pool(two.penrith)["CAM-1"]
    wanted = {"serial": "SN1", "make": "Make", "model": "Model", "mode": "allocated", "station": "Penrith"}
    assert camera | wanted == camera
    assert camera["state"] == "store"
    told = entry(two.penrith, done["entry"])
    with Home(two.kendal.home) as home:
        name = home.keys.signer().name
        (sent,) = [one for one in home.records.entries() if '"act":"transferred"' in one.body]
    assert told["origin"].startswith(f"{name} entry {sent.number} ")
    two.penrith("verify")
    two.penrith(
        "--as", "30", "issue", "CAM-1", "30", "--override", "shift", code=6
    )  # Sam is not trained: it got so far

    assert pool(two.kendal)["CAM-1"]["state"] == "transit"
    (arrived,) = two.kendal("--as", "30", "transfer", "CAM-1", "Penrith", "--accepted", str(two.answer))
    assert arrived["event"] == "accepted"
    assert (pool(two.kendal)["CAM-1"]["state"], pool(two.kendal)["CAM-1"]["station"]) == ("store", "Penrith")
    two.kendal("verify")


def test_a_camera_that_this_pool_has_is_accepted_as_it_is(two: Two) -> None:
    two.penrith.pin(PIN)
    add(two.penrith, "CAM-1,SN1,Make,Another,Kendal,pool")
    two.penrith.pin(OTHER_PIN)
    two.send()
    two.accept()
    camera = pool(two.penrith)["CAM-1"]
    assert (camera["model"], camera["mode"], camera["station"], camera["state"]) == (
        "Another",
        "pool",
        "Penrith",
        "store",
    )


def test_there_and_back_again(two: Two) -> None:
    two.send()
    two.accept("--answer", str(two.answer))
    two.kendal("--as", "30", "transfer", "CAM-1", "Penrith", "--accepted", str(two.answer))
    back = two.kendal.folder / "back"
    two.penrith("--as", "30", "transfer", "CAM-1", "Kendal", "--receipt", str(back))
    two.kendal("--as", "30", "accept", "CAM-1", "--receipt", str(back))
    assert (pool(two.kendal)["CAM-1"]["state"], pool(two.kendal)["CAM-1"]["station"]) == ("store", "Kendal")
    two.refused("used-receipt")


def test_a_receipt_is_good_once(two: Two) -> None:
    two.send()
    two.accept()
    assert "by entry" in two.refused("used-receipt")


def test_a_receipt_is_written_again_while_the_camera_is_on_its_way(two: Two) -> None:
    two.send()
    two.paper = two.send(paper=two.kendal.folder / "again")
    with Home(two.kendal.home) as home:
        assert sum('"act":"transferred"' in one.body for one in home.records.entries()) == 1
    (done,) = two.accept()
    assert done["event"] == "accepted"


def test_a_station_that_is_not_known_is_not_believed(two: Two) -> None:
    for file in (two.penrith.home / "witnessed").iterdir():
        file.unlink()
    two.send()
    assert "ledger witness --know" in two.refused("unknown-station")


def test_a_key_that_was_changed_is_not_believed_before_it_is_told(two: Two) -> None:
    with Home(two.kendal.home) as home:
        from app import rotation
        from app.people.values import Role
        from tests.app.test_rotation import somebody

        rotation.rotate(home, home.people.known("9000"), somebody("2", Role.SUPERVISOR))
    two.send()
    assert "not signed by" in two.refused("not-sent")


def test_a_camera_for_another_station_stays_out(two: Two) -> None:
    two.send(to="Carlisle")
    assert "was sent to Carlisle, and this station is Penrith" in two.refused("other-station")
    assert pool(two.penrith) == {}


def test_a_station_without_a_name_takes_nothing_in(two: Two) -> None:
    two.penrith.pin(PIN)
    two.penrith("--as", "9000", "settings", "set", "station_name", UNNAMED)
    two.penrith.pin(OTHER_PIN)
    two.send(to=UNNAMED)
    assert "not named yet" in two.refused("other-station")


def test_a_receipt_is_of_its_camera_alone(two: Two) -> None:
    two.send()
    assert "is of CAM-1 (serial SN1), not of CAM-2" in two.refused("not-sent", camera="CAM-2")
    (done,) = two.accept(camera="sn1")
    assert done["camera"] == "CAM-1"


@pytest.mark.parametrize("row", ["CAM-1,SN9,Make,Model,Penrith,pool", "CAM-9,SN1,Make,Model,Penrith,pool"])
def test_numbers_that_mean_another_camera_here(two: Two, row: str) -> None:
    two.penrith.pin(PIN)
    add(two.penrith, row)
    two.penrith.pin(OTHER_PIN)
    two.send()
    two.refused("other-number")


def test_an_answer_that_could_not_be_written_is_had_once_more(two: Two) -> None:
    two.send()
    two.answer.write_text("something else")
    two.accept("--answer", str(two.answer), code=5)
    assert "What was done stands. Run this again" in two.penrith.err
    two.answer.unlink()
    two.accept("--answer", str(two.answer))
    two.refused("used-receipt")
    (arrived,) = two.kendal("--as", "30", "transfer", "CAM-1", "Penrith", "--accepted", str(two.answer))
    assert arrived["event"] == "accepted"


def test_another_act_is_no_transfer(two: Two) -> None:
    two.send()
    two.accept("--answer", str(two.answer))
    two.kendal("--as", "30", "accept", "CAM-1", "--receipt", str(two.answer), code=6)
    refused = two.kendal("--as", "30", "transfer", "CAM-1", "Penrith", "--accepted", str(two.paper), code=6)
    assert refused[-1]["rule"] in {"unknown-station", "not-sent"}


def test_an_answer_to_another_transfer_says_nothing_of_this_one(two: Two) -> None:
    two.send()
    two.accept("--answer", str(two.answer))
    two.kendal("--as", "30", "accept", "CAM-1")
    two.kendal("--as", "30", "transfer", "CAM-1", "Kendal")
    two.kendal("--as", "30", "accept", "CAM-1")  # it came back by hand
    two.send(paper=two.kendal.folder / "second")
    words = ("--as", "30", "transfer", "CAM-1", "Penrith", "--accepted", str(two.answer))
    assert "as it was sent now" in two.kendal.refused(*words, rule="not-sent")


def change(part: str, field: str, value: object) -> Callable[[dict[str, Any]], None]:
    def changed(paper: dict[str, Any]) -> None:
        paper[part]["row"][field] = value

    return changed


FORGERIES: dict[str, Callable[[dict[str, Any]], Any]] = {
    "another station": change("act", "station", "PENRITH"),
    "another serial": change("camera", "serial", "SN2"),
    "another asset": change("camera", "asset", "CAM-2"),
    "another model": change("camera", "model", "Better"),
    "another mode": change("camera", "mode", "pool"),
    "another camera": change("act", "camera", "0" * 32),
    "another act": change("act", "act", "accepted"),
    "another time": change("act", "at", "2026-01-01T00:00:00.000000Z"),
    "a number too large": change("act", "override", 2**60),
    "a field gone": lambda paper: paper["act"]["row"].pop("station"),
    "a field too many": change("act", "more", "x"),
    "another salt": lambda paper: paper["act"].update(salt="00" * 32),
    "no salt": lambda paper: paper["act"].update(salt="x"),
    "no proof": lambda paper: paper["act"].update(proof="x"),
    "another entry's proof": lambda paper: paper["act"].update(proof=paper["camera"]["proof"]),
    "another head": lambda paper: paper["act"].update(proof=paper["act"]["proof"].replace("— ", "— x")),
    "parts changed": lambda paper: paper.update(act=paper["camera"], camera=paper["act"]),
    "one part": lambda paper: paper.pop("camera"),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_paper_that_was_changed_proves_nothing(two: Two, name: str) -> None:
    two.send()
    paper = json.loads(two.paper.read_text())
    FORGERIES[name](paper)
    two.paper.write_text(json.dumps(paper))
    two.refused("not-sent")
    assert pool(two.penrith) == {}


def test_two_papers_that_are_right_make_no_third(two: Two) -> None:
    """The transfer of one camera, put together with what was entered of another, proves nothing of either."""
    two.send()
    other = two.kendal.folder / "CAM-2.receipt"
    two.kendal("--as", "30", "transfer", "CAM-2", "Carlisle", "--receipt", str(other))
    paper = json.loads(two.paper.read_text()) | {"camera": json.loads(other.read_text())["camera"]}
    two.paper.write_text(json.dumps(paper))
    assert "not of one camera" in two.refused("not-sent", camera="CAM-2")
    assert pool(two.penrith) == {}


@pytest.mark.parametrize("text", ["", "{}", "[]", "x" * 300_000, "\x00"])
def test_what_is_no_paper_proves_nothing(two: Two, text: str) -> None:
    two.paper.write_text(text)
    two.refused("not-sent")
