"""Who acts is asked everywhere: every verb and every act over the link, in a home with accounts, without a name."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar, get_args

import pytest

from app.exits import Exit
from app.home import Home
from app.link import Server, reach
from app.people.signin import SignIn
from app.people.values import Actor
from app.snapshot import (
    Accept,
    Act,
    Answer,
    BayState,
    ClearFault,
    Docks,
    HoldAll,
    Keep,
    Offload,
    ReportFault,
    Retry,
)
from app.start import main, parser
from app.verbs.actor import ASK_NOBODY
from db.schema import Acceptance, CameraFault, Fact, Hold, Keeping, KeyAdded, Reading, SettingChange, Verification
from tests.app.bench import Bench, noise, wait_until
from tests.app.people.force import OTHER_PIN, PIN, row
from tests.app.people.terminal import Command

F = TypeVar("F", bound=Fact)

ID = "0" * 32

ASKING = [
    "keep A1",
    "keep A1 --release",
    f"hold {ID} --reason complaint",
    f"hold {ID} --reason complaint --lift",
    "hold --bay A1 --reason complaint",
    "fault A1 broken",
    "fault A1 mended --clear",
    "recordings",
    f"recordings show {ID}",
    f"recordings open {ID} -o FOLDER/copy.mp4",
    "ledger",
    "ledger show",
    "ledger prove 0",
    "ledger receipt 0",
    "ledger check-receipt FOLDER/none",
    "ledger export FOLDER/bundle",
    "ledger witness --know FOLDER/none",
    "ledger cosign FOLDER/none --key KEY",
    "ledger stamp --write FOLDER/request.tsq",
    "ledger stamp --take FOLDER/none",
    "keys rotate",
    "keys replace",
    "keys seen",
    "keys add-recovery age1x",
    "keys prove-recovery age1x --word apple",
    "keys prove-recovery age1x --write FOLDER/test.age",
    "setup",
    "setup --station Elsewhere",
    "setup --vault FOLDER/vault",
    "setup --recovery age1x",
    "settings set parallel_lanes 8",
    "people",
    "people list",
    "people import FOLDER/none.csv",
    "people import FOLDER/none.csv --preview",
    "people ldap ldaps://127.0.0.1 --base dc=x --user cn=x",
    "people enrol 12",
    "people enrol 12 --code ABCDEFGHJK",
    "pool",
    "pool list",
    "pool import FOLDER/none.csv",
    "issue A-1 12",
    "return A-1",
    "reassign A-1 12",
    "swap 12 A-1",
    "transfer A-1 Elsewhere",
    "accept A-1",
    "lost A-1",
    "found A-1",
    "repair A-1",
    "repair A-1 --back",
    "retire A-1",
    "correct 1 --reason wrong --void",
    "who-held A-1",
    "held-by 12",
    "timeline A-1",
    "late",
]
"""Each is refused as long as nobody says who they are, whatever it is about."""

AT_A_TERMINAL = {"keys make-recovery"}
"""Asked only where a person sits: `app.verbs.keys` is tried at a terminal elsewhere."""


@pytest.fixture
def kendal(command: Command) -> Command:
    """A station that is set up, with a sergeant who has a PIN."""
    command("setup", "--station", "Kendal", "--admin", "9000")
    command.take(
        "collar,name,rank,role,station,cohort,trained_on,card,active\n30,Sam Sergeant,Sgt,sergeant,Kendal,,,,yes\n"
    )
    command.enrol("30", OTHER_PIN)
    return command


def verbs() -> set[str]:
    """Every verb of the command, by its words; the window is the empty one."""
    found: set[str] = set()

    def walk(one: argparse.ArgumentParser, words: tuple[str, ...]) -> None:
        found.add(" ".join(words))
        for action in one._actions:
            if isinstance(action, argparse._SubParsersAction):
                for name, inner in action.choices.items():
                    walk(inner, (*words, name))

    walk(parser(), ())
    return found


def verb_of(line: str, known: set[str]) -> str:
    """The verb that a line of ASKING runs."""
    words = line.split()
    return max((" ".join(words[:n]) for n in (1, 2)), key=lambda one: (one in known, len(one)))


def entries(folder: Path) -> list[dict[str, object]]:
    with Home(folder) as home:
        return [json.loads(entry.body) for entry in home.records.entries()]


# -- verbs -----------------------------------------------------------------------------------------------------------


def test_every_verb_asks_or_stands_in_the_list_of_those_that_do_not() -> None:
    known = verbs()
    asking = {verb_of(line, known) for line in ASKING} | AT_A_TERMINAL
    assert asking & ASK_NOBODY.keys() == {"ledger witness"}
    assert asking | ASK_NOBODY.keys() == known
    assert all(ASK_NOBODY.values())


def test_without_a_name_they_are_refused_and_nothing_is_entered(kendal: Command) -> None:
    before = entries(kendal.home)
    for line in ASKING:
        kendal.refused(*line.replace("FOLDER", str(kendal.folder)).split())
    assert entries(kendal.home) == before


def test_those_in_the_list_never_ask(kendal: Command, capsys: pytest.CaptureFixture[str]) -> None:
    kendal.pin(None)
    for line, codes in (
        ("cameras", {Exit.DONE}),
        ("offload", {Exit.NO_CAMERA}),
        ("verify", {Exit.DONE}),
        ("doctor", {Exit.DONE, Exit.UNHEALTHY}),
        ("keys", {Exit.DONE}),
        ("keys init", {Exit.DONE}),
        ("keys show", {Exit.DONE}),
        ("ledger checkpoint", {Exit.DONE}),
        ("ledger consistency 0 1", {Exit.TROUBLE}),
        ("ledger witness", {Exit.DONE}),
        ("settings", {Exit.DONE}),
        ("settings show", {Exit.DONE}),
        ("virtual", {Exit.DONE}),
    ):
        assert main(["--home", str(kendal.home), *line.split(), "--json"]) in codes, line
        assert "refused" not in capsys.readouterr().out


def test_what_reads_the_ledger_is_entered_with_who_reads(kendal: Command) -> None:
    kendal.pin(OTHER_PIN)
    assert len(kendal("--as", "30", "ledger")) > 1
    (receipt,) = kendal("--as", "30", "ledger", "receipt", "0")
    kendal("--as", "30", "ledger", "prove", "0")
    paper = kendal.folder / "receipt"
    paper.write_text(receipt["proof"])
    assert kendal("--as", "30", "ledger", "check-receipt", str(paper))[0]["right"]
    assert [fact.what for fact in facts(kendal.home, Reading)] == ["ledger", "receipt", "proof", "receipt"]
    assert len({fact.by for fact in facts(kendal.home, Reading)}) == 1


def test_verify_by_somebody_is_recorded_under_their_number(kendal: Command) -> None:
    kendal.pin(OTHER_PIN)
    kendal("--as", "30", "verify")
    kendal.pin(PIN)
    kendal.refused("--as", "30", "verify")  # it is not their PIN
    assert [fact.by for fact in facts(kendal.home, Verification)] == ["30"]


def test_recordings_are_listed_for_a_sergeant_and_for_no_technician(kendal: Command) -> None:
    kendal.take("collar,name,rank,role,station,cohort,trained_on,card,active\n60,Tess,,technician,K,,,,yes\n")
    kendal.enrol("60", PIN)
    assert "may not see which recordings there are" in kendal.refused("--as", "60", "recordings")
    kendal.pin(OTHER_PIN)
    assert kendal("--as", "30", "recordings") == []
    kendal("--as", "30", "recordings", "show", ID, code=Exit.NOT_FOUND)


def test_a_recovery_key_is_proved_in_somebodys_name(command: Command) -> None:
    from app.vault.age import Identity

    key = str(Identity.generate().recipient)
    command("keys", "add-recovery", key, "--label", "Safe")
    command("setup", "--station", "Kendal", "--admin", "9000")
    command("--as", "9000", "keys", "prove-recovery", "Safe", "--write", str(command.folder / "t.age"))
    with Home(command.home) as home:
        assert [fact.person for fact in facts(command.home, KeyAdded)] == [None]
        assert home.people.known("9000").role == "administrator"


# -- settings --------------------------------------------------------------------------------------------------------


def test_a_setting_is_changed_by_who_may_and_entered_with_its_value(kendal: Command) -> None:
    kendal("--as", "9000", "settings", "set", "parallel_lanes", "8")
    changed = facts(kendal.home, SettingChange)[-1]
    assert (changed.setting, changed.value, changed.by) == ("parallel_lanes", "8", "9000")
    with Home(kendal.home) as home:
        assert changed.person == home.people.known("9000").id
        home.records.verify()
    kendal.pin(OTHER_PIN)
    kendal.refused("--as", "30", "settings", "set", "parallel_lanes", "9")


def facts(folder: Path, kind: type[F]) -> list[F]:
    with Home(folder) as home, home.database.read() as session:
        found = session.query(kind).order_by(kind.entry).all()
        session.expunge_all()
        return found


# -- acts over the link ----------------------------------------------------------------------------------------------


class Docked:
    """A station with accounts and one camera, its docks asked over the link as another window does."""

    def __init__(self, folder: Path) -> None:
        self.bench = Bench(folder)
        self.home = self.bench.home
        self.home.signin.set_up("9000", "Kendal", PIN)
        self.admin = self.home.signin.by_pin("9000", PIN)
        self.card = self.bench.camera(files={"A.MP4": noise(1000)})

    def enrolled(self, collar: str, role: str) -> Actor:
        self.home.people.take([row(collar, role=role)], self.admin)
        signin: SignIn = self.home.signin
        signin.enrol(collar, signin.new_code(self.home.people.known(collar), self.admin), OTHER_PIN)
        return signin.by_pin(collar, OTHER_PIN)

    def ask(self, *acts: Act, ready: BayState = BayState.READY) -> list[Answer]:
        """Dock the camera and send these acts, one after the other."""
        self.bench.plug(self.card)
        owner = self.bench.owner(automatic=True)
        server = Server(self.home.folder, owner)
        client = reach(self.home.folder)
        try:
            owner.look()
            wait_for(owner, ready)
            return [client.act(act) for act in acts]
        finally:
            client.close()
            server.close()
            owner.close()

    def facts(self, kind: type[F]) -> list[F]:
        return facts(self.home.folder, kind)


def wait_for(docks: Docks, state: BayState) -> None:
    wait_until(docks, lambda: [one.state for one in docks.bays()] == [state])


@pytest.fixture
def docked(tmp_path: Path) -> Iterator[Docked]:
    made = Docked(tmp_path)
    yield made
    made.bench.close()


ACTS: list[Act] = [
    Accept("A1"),
    Keep("A1"),
    Keep("A1", keep=False),
    HoldAll("A1", "complaint"),
    ReportFault("A1", "broken"),
    ClearFault("A1", "mended"),
]


def test_every_act_is_here() -> None:
    assert {type(act) for act in ACTS} | {Offload, Retry} == set(get_args(Act))


def test_an_act_of_nobody_is_refused_and_nothing_is_entered(docked: Docked) -> None:
    answers = docked.ask(*ACTS)
    assert [(answer.done, answer.code) for answer in answers] == [(False, "not-allowed")] * len(ACTS)
    kinds = [json.loads(entry.body)["kind"] for entry in docked.home.records.entries()]
    assert not {"accepted", "kept", "hold", "camera-fault"} & set(kinds)


def test_docking_asks_nobody(docked: Docked) -> None:
    assert all(answer.done for answer in docked.ask(Offload(), Retry("A1")))


def test_what_is_asked_is_recorded_with_who_asked(docked: Docked) -> None:
    by = docked.enrolled("30", "sergeant")
    answers = docked.ask(
        HoldAll("A1", "complaint", by=by),
        ReportFault("A1", "broken", by=by),
        ClearFault("A1", "mended", by=by),
        Keep("A1", by=by),
        Keep("A1", keep=False, by=by),
    )
    assert [answer.done for answer in answers] == [True] * 5, answers
    (camera,) = {fact.camera for fact in docked.facts(CameraFault)}
    assert [(f.camera, f.bay, f.kept, f.by, f.person, f.acting) for f in docked.facts(Keeping)] == [
        (camera, "A1", True, "30", by.person.id, None),
        (camera, "A1", False, "30", by.person.id, None),
    ]
    assert [(f.by, f.acting) for f in docked.facts(Hold)] == [("30", None)]
    assert [(f.faulty, f.by) for f in docked.facts(CameraFault)] == [(True, "30"), (False, "30")]
    kept = [body for e in docked.home.records.entries() if (body := json.loads(e.body))["kind"] == "kept"]
    assert [(body["camera"], body["kept"], body["person"]) for body in kept] == [
        (camera, 1, by.person.id),
        (camera, 0, by.person.id),
    ]
    docked.home.records.verify()


def test_in_a_sergeants_place_the_administrator_acts_and_the_ledger_says_so(docked: Docked) -> None:
    from app.people.roles import Act as Deed

    by = docked.home.signin.at(docked.admin, Deed.HOLD)
    answers = docked.ask(
        HoldAll("A1", "complaint", by=docked.admin),
        HoldAll("A1", "complaint", by=by),
        Keep("A1", by=by),
        ClearFault("A1", "mended", by=docked.admin),
    )
    assert [answer.done for answer in answers] == [False, True, True, False]
    assert [(f.by, f.acting) for f in docked.facts(Hold)] == [("9000", True)]
    assert [(f.by, f.acting) for f in docked.facts(Keeping)] == [("9000", True)]


def test_who_may_not_is_refused_by_the_owner_too(docked: Docked) -> None:
    by = docked.enrolled("12", "officer")
    answers = docked.ask(HoldAll("A1", "complaint", by=by), Keep("A1", by=by), ReportFault("A1", "broken", by=by))
    assert [(answer.done, answer.code) for answer in answers] == [
        (False, "not-allowed"),
        (False, "not-allowed"),
        (True, ""),
    ]


def test_a_camera_that_is_new_here_is_accepted_by_somebody(docked: Docked, monkeypatch: pytest.MonkeyPatch) -> None:
    phone = next(model for model in docked.home.models if model.name == "generic-mtp")
    monkeypatch.setattr(type(docked.home.models), "match", lambda _self, _sighting: phone)
    by = docked.enrolled("30", "sergeant")
    answers = docked.ask(Accept("A1"), Offload(), Offload(("A1",)), Accept("A1", by=by), ready=BayState.NEW)
    assert [(answer.done, answer.code) for answer in answers] == [*[(False, "not-allowed")] * 3, (True, "")]
    assert [fact.by for fact in docked.facts(Acceptance)] == ["30"]
