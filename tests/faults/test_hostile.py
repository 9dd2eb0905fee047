"""Hostile MTP answers 16 to 57, each docked beside a healthy camera."""

from __future__ import annotations

from pathlib import Path

import pytest

from drivers.mtp.camera import MtpCamera
from tests.drivers.mtp.hostile import HOSTILE, Case
from tests.faults import hostile

pytestmark = [pytest.mark.faults, pytest.mark.timeout(180)]

LOSES_BY_ITSELF = {46, 50}
"""In these the camera throws footage away that it was never asked to give up, before anyone could have read it."""

CASES = [pytest.param(number, case, id=f"{number}-{case}") for number, cases in HOSTILE.items() for case in cases]


@pytest.mark.parametrize(("number", "case"), CASES)
def test_a_hostile_camera_loses_nothing_and_harms_no_neighbour(
    number: int, case: Case, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    outcome = hostile.dock_beside_a_neighbour(tmp_path, case)
    assert list(hostile.complaints(outcome)) == []
    assert outcome.struck != 0 or not outcome.liar.failed, "the fault never struck"
    assert not outcome.lost or number in LOSES_BY_ITSELF


def test_a_delete_that_is_believed_unseen_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The seeded bug of this harness: a camera that says it deleted a recording, and a dock that believes it."""
    monkeypatch.setattr(MtpCamera, "still_there", lambda *_: False)
    (case,) = HOSTILE[48]
    outcome = hostile.dock_beside_a_neighbour(tmp_path, case)
    assert any("still on the camera" in complaint for complaint in hostile.complaints(outcome))
