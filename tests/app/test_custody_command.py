"""Custody as people and scripts use it from the command line: a force of a few, two cameras, one shift."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.exits import Exit
from app.home import Home
from tests.app.test_command import Command
from tests.app.test_command import command as two_cameras  # noqa: F401  a fixture

PIN = "481516"
PEOPLE = """collar,name,rank,role,station,cohort,trained_on,card,active
1001,"Hughes, R.",PC,officer,Northgate,response,2026-01-05,04A1,yes
1002,"Okafor, T.",PC,officer,Northgate,TASER,2026-01-05,04A2,yes
1003,"Fell, J.",PC,officer,Northgate,response,,04A3,yes
1004,"Marsh, D.",PC,officer,Northgate,response,2026-01-05,04A4,no
"""
CAMERAS = """asset,serial,make,model,station,mode
A-1,CAM-0001,Dockwarden,Virtual camera,Northgate,pool
A-2,CAM-0002,Dockwarden,Virtual camera,Northgate,pool
A-3,OTHER-3,Acme,Eye 9,Northgate,personal
"""


class Station:
    """A station that is set up, with its people and cameras; everything is done as the administrator."""

    def __init__(self, command: Command, folder: Path) -> None:
        self.command = command
        self.folder = folder
        pin = folder / "pin"
        pin.write_text(f"{PIN}\n")
        pin.chmod(0o600)
        command.env["DOCKWARDEN_PIN_FILE"] = str(pin)
        command("setup", "--station", "Northgate", "--admin", "9000")
        self.do("people", "import", str(self.file("people.csv", PEOPLE)))
        self.do("pool", "import", str(self.file("pool.csv", CAMERAS)))

    def file(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text)
        return path

    def do(self, *words: str, code: int = 0) -> list[dict[str, Any]]:
        """Run a verb as the administrator; gives what it says."""
        return self.command.json("--as", "9000", *words, code=code)

    def refused(self, *words: str) -> str:
        """Run a verb that a rule forbids; gives the rule."""
        (said,) = self.do(*words, code=Exit.REFUSED)
        assert said["event"] == "refused"
        assert said["reason"]
        return str(said["rule"])


@pytest.fixture
def command(two_cameras: Command) -> Command:  # noqa: F811  it is the fixture
    return two_cameras


@pytest.fixture
def station(command: Command, tmp_path: Path) -> Station:
    return Station(command, tmp_path)


def test_a_shift_from_the_terminal(station: Station) -> None:
    assert station.refused("issue", "A-1", "1001") == "not-ready"
    station.command.json("offload", virtual=True)
    before = datetime.now(UTC)
    (issued,) = station.do("issue", "A-1", "1001")
    assert {name: issued[name] for name in ("event", "camera", "officer", "by")} == {
        "event": "issued",
        "camera": "A-1",
        "officer": "1001",
        "by": "9000",
    }
    assert before <= datetime.fromisoformat(issued["at"]) <= datetime.now(UTC)
    assert station.refused("issue", "A-2", "1001") == "one-camera"
    assert station.refused("issue", "CAM-0001", "1002") == "already-held"
    assert station.refused("issue", "A-2", "1003") == "not-trained"
    assert station.refused("issue", "A-2", "1004") == "inactive"
    assert station.refused("return", "A-2") == "not-held"
    now = datetime.now(UTC).isoformat()
    (held,) = station.do("who-held", "A-1", "--at", now)
    assert (held["camera"], held["officer"], held["to"], held["entry"]) == ("A-1", "1001", None, issued["entry"])
    assert datetime.fromisoformat(held["from"]) == datetime.fromisoformat(issued["at"])
    (swapped_out, swapped_in) = station.do("swap", "04A1", "A-2")
    assert [swapped_out["camera"], swapped_in["camera"]] == ["A-1", "A-2"]
    station.command.json("offload", virtual=True)  # which is the return
    (nobody,) = station.do("who-held", "A-2")
    assert nobody == {"camera": "A-2", "officer": None, "from": None, "to": None, "entry": None}
    assert [one["camera"] for one in station.do("held-by", "1001")] == ["A-1", "A-2"]
    later = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    assert station.do("held-by", "1001", "--from", later) == []
    assert [one["event"] for one in station.do("timeline", "A-2")] == ["swapped-in", "returned"]
    assert station.do("late") == []


def test_every_other_act_is_done_and_undone(station: Station) -> None:
    (fault,) = station.do("fault", "A-3", "The clip is broken.")
    assert fault["event"] == "fault"
    station.do("repair", "A-3", "new clip")
    assert station.refused("issue", "A-3", "1001", "--override", "urgent") == "in-repair"
    station.do("repair", "A-3", "--back")
    (assigned,) = station.do("reassign", "A-3", "1001")
    assert assigned["event"] == "assigned"
    (issued,) = station.do("issue", "A-3", "1001", "--override", "never docked here")
    (lost,) = station.do("lost", "A-3", "in the river")
    assert (lost["event"], lost["last_officer"], lost["not_offloaded"]) == ("lost", "1001", None)
    station.do("found", "A-3")
    station.do("transfer", "A-3", "Southgate")
    station.do("accept", "A-3")
    (corrected,) = station.do("correct", str(issued["entry"]), "--reason", "never handed over", "--void")
    assert corrected["event"] == "corrected"
    station.do("retire", "A-3")
    assert station.refused("issue", "A-3", "1001") == "retired"
    acts = station.do("timeline", "A-3")
    assert [one["event"] for one in acts] == [
        *("fault", "repair-out", "repair-back", "assigned", "issued", "lost", "found", "transferred", "accepted"),
        *("corrected", "retired"),
    ]
    assert all(one["acting"] for one in acts if one["event"] == "issued")
    assert "nothing is wrong" in station.command("verify")[0]


def test_what_was_corrected_and_where_a_camera_went_is_told_in_words(station: Station) -> None:
    (issued,) = station.do("issue", "A-1", "1001", "--override", "before the first docking")
    entry, when = str(issued["entry"]), issued["at"]
    (first,) = station.do("correct", entry, "--at", when, "--reason", "as it was written down")
    station.do("correct", entry, "--void", "--reason", "never handed over")
    station.do("transfer", "A-1", "Southgate")
    station.do("accept", "A-1")
    told, _ = station.command("--as", "9000", "timeline", "A-1")
    assert f"corrects {entry} · it was at {when} · as it was written down" in told
    assert f"corrects {entry} · it never was · never handed over" in told
    assert "by 9000 · in place of a sergeant · to Southgate" in told
    assert "by 9000 · in place of a sergeant · at Southgate" in told
    wrong = ("correct", str(first["entry"]), "--void", "--reason", "x")
    assert f"Correct entry {entry} once more." in station.do(*wrong, code=Exit.REFUSED)[0]["reason"]
    assert station.refused("correct", "9" * 25, "--void", "--reason", "x") == "no-entry"


def test_a_stray_byte_in_what_is_typed_is_told_and_ends_nothing(station: Station) -> None:
    station.command.env["PYTHONIOENCODING"] = "utf-8:strict"  # as in a terminal whose language is set
    assert station.refused("issue", "\udcff", "1001") == "no-camera"
    station.do("fault", "A-1", "cracked \udcff")
    assert [one["words"] for one in station.do("timeline", "A-1")] == ["cracked \udcff"]
    assert "cracked \\udcff" in station.command("--as", "9000", "timeline", "A-1")[0]


def test_the_pool_says_who_has_a_camera_that_is_still_docked(station: Station) -> None:
    station.command.json("offload", virtual=True)
    assert "Northgate      A1 ready\n" in station.command("--as", "9000", "pool")[0]
    station.do("issue", "A-1", "1001")
    assert "Northgate      with 1001, still in A1\n" in station.command("--as", "9000", "pool")[0]


def test_what_nobody_known_took_comes_back_from_somebody_unknown(station: Station) -> None:
    station.command.json("offload", virtual=True)
    with Home(station.command.home) as home:
        home.records.lifted_unseen((), home.settings)
    back, _ = station.command("--as", "9000", "return", "A-1")
    assert back == "A-1 is back from somebody unknown.\n"


def test_a_bundle_is_checked_without_the_program(station: Station) -> None:
    station.do("issue", "A-1", "1001", "--override", "before the first docking")
    bundle = station.folder / "bundle"
    (exported,) = station.do("ledger", "export", str(bundle))
    check = [sys.executable, "-I", str(bundle / "verify.py"), str(bundle)]
    done = subprocess.run(
        [*check, "--fingerprint", exported["fingerprint"]], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    with (bundle / "entries.jsonl").open("ab") as file:
        file.write(b" ")
    assert subprocess.run(check, capture_output=True, text=True, check=False).returncode == 1


def test_who_is_nobody_may_dock_and_verify_and_no_more(station: Station) -> None:
    said = station.command.json("issue", "A-1", "1001", code=Exit.REFUSED)
    assert said[0]["rule"] == "not-allowed"
    assert station.command.json("--as", "1001", "issue", "A-1", "1001", code=Exit.REFUSED)[0]["rule"] == "not-allowed"
    station.command.json("offload", virtual=True)
    station.command("verify")


def test_a_file_that_does_not_fit_changes_nothing_and_says_where(station: Station) -> None:
    bad = station.file("bad.csv", CAMERAS.replace("pool\nA-2", "poool\nA-2").replace("OTHER-3", "CAM-0001"))
    said = station.do("pool", "import", str(bad), code=Exit.REFUSED)
    assert {(one["line"], one["field"]) for one in said if one["event"] == "bad-row"} == {(2, "mode")} | {(4, "serial")}
    assert len(station.do("pool", "list")) == 3
    changed = station.file("more.csv", CAMERAS.replace("Northgate,personal", "Southgate,personal"))
    said = station.do("pool", "import", "--preview", str(changed))
    assert said[-1] == {"event": "preview", "new": 0, "changed": 1, "unchanged": 2, "bad": 0}
    assert [one["station"] for one in station.do("pool", "list")] == ["Northgate"] * 3


@pytest.mark.parametrize("when", ["yesterday", "2026-11-21T05:50:00", "2026-13-01T00:00:00Z", ""])
def test_a_time_without_an_offset_is_refused_in_words(station: Station, when: str) -> None:
    _, err = station.command("--as", "9000", "who-held", "A-1", "--at", when, code=Exit.USAGE)
    assert "write it as 2026-11-21T07:02:31+00:00" in err


def test_a_time_that_no_calendar_has_is_refused_in_words(station: Station) -> None:
    _, err = station.command("--as", "9000", "who-held", "A-1", "--at", "9999-12-31T23:00:00-14:00", code=Exit.USAGE)
    assert "lies outside the years 1 to 9999" in err


def test_without_a_set_up_there_are_no_accounts_and_the_old_verbs_work(command: Command) -> None:
    command.json("offload", virtual=True)
    assert json.loads(command("--as", "1", "issue", "A-1", "1", "--json", code=Exit.REFUSED)[0])["event"] == "refused"
