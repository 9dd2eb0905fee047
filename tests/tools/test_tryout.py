"""The choice of `make run` between attached cameras and a virtual dock."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tools import tryout

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="stands in for the command by a script")


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stands in for the `dockwarden` command: prints what the test wrote beside it, and notes how it was asked."""
    script = tmp_path / "dockwarden"
    script.write_text('#!/bin/sh\necho "$DOCKWARDEN_KEYS $*" >"$0.asked"\ncat "$0.says" 2>/dev/null\n')
    script.chmod(0o755)
    monkeypatch.setattr(tryout, "DOCKWARDEN", script)
    return script


def says(command: Path, *states: str) -> None:
    """Let the command list cameras in these states."""
    lines = (json.dumps({"bay": "B1", "state": state}) for state in states)
    Path(f"{command}.says").write_text("".join(f"{line}\n" for line in lines))


def test_without_a_camera_it_is_a_virtual_dock_in_a_home_of_its_own(
    command: Path, person: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = person / ".local" / "share" / "dockwarden-tryout"
    assert tryout.arguments() == ["--home", str(home), "--virtual", str(tryout.CAMERAS)]
    assert "No camera is attached" in capsys.readouterr().out


def test_a_camera_means_the_real_home(command: Path) -> None:
    says(command, "new", "ready")
    assert tryout.arguments() == []


def test_a_visitors_phone_is_no_camera(command: Path) -> None:
    says(command, "new")
    assert "--virtual" in tryout.arguments()


def test_the_question_leaves_no_home_and_no_key_behind(command: Path, person: Path) -> None:
    tryout.arguments()
    keys, option, home, *verb = Path(f"{command}.asked").read_text().split()
    assert (keys, option, verb) == ("file", "--home", ["cameras", "--json"])
    assert not Path(home).exists()
    assert list(person.iterdir()) == []
