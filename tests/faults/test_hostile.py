"""Hostile MTP answers 16 to 57, each docked beside a healthy camera."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from app.home import Home
from drivers.camera import Footage
from drivers.mtp import session
from drivers.mtp.camera import MtpCamera
from drivers.virtual.faults import OtherBytes
from tests.drivers.mtp.conftest import QUICK
from tests.drivers.mtp.docked import BODY, dock
from tests.drivers.mtp.hostile import ALWAYS, HOSTILE, Case
from tests.faults import hostile
from tests.faults.runs import Unparsed

pytestmark = [pytest.mark.faults, pytest.mark.timeout(180)]

LOSES_BY_ITSELF = {44, 45, 46, 50}
"""In these the camera gives other bytes the only time that they are read, or throws footage away unasked and unread."""

NEVER_ASKED = {34}
"""What these lie about (free space), the routine does not ask for."""

CASES = [pytest.param(number, case, id=f"{number}-{case}") for number, cases in HOSTILE.items() for case in cases]


@pytest.fixture(autouse=True)
def quick_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every session gives up soon: that it gives up is the point, not when."""
    monkeypatch.setattr(session, "LIMITS", QUICK)


@pytest.mark.parametrize(("number", "case"), CASES)
def test_a_hostile_camera_loses_nothing_and_harms_no_neighbour(
    number: int, case: Case, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    outcome = hostile.dock_beside_a_neighbour(tmp_path, case)
    assert list(hostile.complaints(outcome)) == []
    assert outcome.struck != 0 or number in NEVER_ASKED, "the fault never struck"
    assert not outcome.lost or number in LOSES_BY_ITSELF


def test_bytes_that_change_between_two_reads_are_sealed_beside_the_first(tmp_path: Path, caplog: object) -> None:
    docked = dock(tmp_path / "liar")
    with Home(tmp_path / "home") as home:
        home.__dict__["media"] = Unparsed()
        hostile.run(home, docked, keep=True)
        docked.arm(OtherBytes(times=ALWAYS))
        hostile.run(home, docked, keep=False)
        sealed = {pieces.sha256 for pieces in home.records.vault_index()}
    assert len(sealed) == 2
    assert hashlib.sha256(BODY).hexdigest() in sealed
    assert list(docked.card.recordings.iterdir()) == []


def test_a_delete_that_is_believed_unseen_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The seeded bug of this harness: a camera that says it deleted a recording, and a dock that believes it."""
    asked: set[int] = set()
    delete, look = MtpCamera.delete, MtpCamera.still_there

    def delete_noted(camera: MtpCamera, footage: Footage) -> None:
        delete(camera, footage)
        asked.add(footage.key)

    monkeypatch.setattr(MtpCamera, "delete", delete_noted)
    monkeypatch.setattr(MtpCamera, "still_there", lambda camera, one: one.key not in asked and look(camera, one))
    (case,) = HOSTILE[48]
    outcome = hostile.dock_beside_a_neighbour(tmp_path, case)
    assert any("still on the camera" in complaint for complaint in hostile.complaints(outcome))
