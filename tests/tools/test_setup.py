"""The set-up: what counts as missing, what is said, and when it runs anew."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools import setup, system, verbs

ROOT = setup.ROOT
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="system packages are asked for on Linux only")


@LINUX
def test_what_can_be_loaded_or_run_or_seen_is_not_missing() -> None:
    assert (
        system.supply({"libc6": "libc.so.6", "coreutils": "ls", "passwd": "useradd", "base-files": "/etc/passw*"}) == []
    )


@LINUX
def test_what_is_missing_is_named_when_it_may_not_be_installed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")  # neither apt-get nor sudo is to be had
    missing = system.supply({"liba": "liba-dockwarden.so.1", "b": "no-such-program", "c": "/boot/no-such-*"})
    assert missing == ["liba", "b", "c"]
    assert system.advice(missing).endswith("sudo apt-get install --no-install-recommends liba b c")
    assert capsys.readouterr().out == ""


@LINUX
@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="installing without asking is for root")
def test_root_installs_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    apt = tmp_path / "apt-get"
    program = tmp_path / "wanted"
    apt.write_text(f'#!/bin/sh\ncase "$*" in *"install -y"*wanted-package) cp /bin/true {program};; esac\n')
    apt.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    assert system.supply({"wanted-package": "wanted"}) == []


@LINUX
@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="installing without asking is for root")
def test_a_failed_installation_is_told_and_stays_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    apt = tmp_path / "apt-get"
    apt.write_text("#!/bin/sh\necho E: no network\nexit 100\n")
    apt.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    assert system.supply({"wanted-package": "wanted"}) == ["wanted-package"]
    assert "E: no network" in capsys.readouterr().out


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout as the set-up sees it, set up already, in which any further step would be noticed."""
    (tmp_path / "tools").mkdir()
    for name in (*setup.Level, "pyproject.toml", "tools/setup.py"):
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / ".venv").mkdir()
    command = tmp_path / ".venv" / "dockwarden"
    command.touch()
    for name, value in (("ROOT", tmp_path), ("VENV", tmp_path / ".venv"), ("DOCKWARDEN", command)):
        monkeypatch.setattr(setup, name, value)
    monkeypatch.setattr(system, "WINDOW", {})
    monkeypatch.setattr(setup, "PYTHON", tmp_path / "no-python")
    monkeypatch.setattr(sys, "executable", "/nonexistent/python")
    (tmp_path / ".venv" / "requirements.txt.stamp").write_text(setup._digest(setup.Level.RUN))
    return tmp_path


def test_a_second_run_only_looks(checkout: Path) -> None:
    setup.set_up(setup.Level.RUN)


@pytest.mark.parametrize("changed", ["requirements.txt", "pyproject.toml", "tools/setup.py"])
def test_a_change_sets_up_anew(checkout: Path, changed: str) -> None:
    with (checkout / changed).open("a") as file:
        file.write("\n")
    with pytest.raises(FileNotFoundError, match="nonexistent"):
        setup.set_up(setup.Level.RUN)


def test_a_command_that_is_gone_sets_up_anew(checkout: Path) -> None:
    setup.DOCKWARDEN.unlink()
    with pytest.raises(FileNotFoundError, match="nonexistent"):
        setup.set_up(setup.Level.RUN)


@LINUX
def test_without_pip_for_the_environment_all_that_is_missing_stands_in_one_line(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    monkeypatch.setattr(system, "WINDOW", {"liba": "liba-dockwarden.so.1"})
    monkeypatch.setattr(setup, "_pip", lambda: {"python3.99-venv": "/nonexistent/ensurepip"})
    with pytest.raises(setup.SetUpFailed, match=r"liba python3.99-venv$"):
        setup.set_up(setup.Level.RUN)


def test_a_step_that_fails_says_so_in_one_line() -> None:
    with pytest.raises(setup.SetUpFailed, match=r"^It could not be done \(exit code 3\): [^\n]+$"):
        setup._run([sys.executable, "-c", "raise SystemExit(3)"], "It could not be done")


def test_an_unknown_verb_shows_the_verbs() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tools", "dance"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert [line.split()[0] for line in done.stdout.splitlines()[1:]] == list(verbs.VERBS)


def test_the_makefile_passes_every_verb_on() -> None:
    words = next(line for line in (ROOT / "Makefile").read_text().splitlines() if line.startswith("VERBS"))
    assert words.split()[2:] == list(verbs.VERBS)
