"""The set-up: system packages, the virtual environment in `.venv`, the requirements by hash, the `dockwarden` command.

It runs on the bare Python of the machine. A stamp in the environment remembers what was set up from which
requirements, so that later runs start at once.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import subprocess
import sys
from enum import StrEnum
from pathlib import Path

from tools import system

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
_SCRIPTS = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = _SCRIPTS / ("python.exe" if os.name == "nt" else "python")
DOCKWARDEN = _SCRIPTS / ("dockwarden.exe" if os.name == "nt" else "dockwarden")


class SetUpFailed(Exception):
    """The set-up can't go on. The text says why and what to do, in one line."""


class Level(StrEnum):
    """How much is set up, named by its file of requirements."""

    RUN = "requirements.txt"
    TEST = "requirements-dev.txt"


def set_up(level: Level) -> None:
    """Bring the checkout to `level`; a second call only looks. Raises SetUpFailed."""
    needed = _pip()
    missing = system.supply({**system.WINDOW, **(system.TESTS if level is Level.TEST else {}), **needed})
    if not needed.keys().isdisjoint(missing):
        raise SetUpFailed(system.advice(missing))
    if missing:
        print(system.advice(missing), flush=True)
    if DOCKWARDEN.is_file() and any(_is_set_up(one) for one in {level, Level.TEST}):
        return
    _make_environment()
    _install(level)
    _stamp(level).write_text(_digest(level))


def _stamp(level: Level) -> Path:
    return VENV / f"{level}.stamp"


def _is_set_up(level: Level) -> bool:
    """Whether this level was installed from just these files. What the tests need holds all that a run needs."""
    stamp = _stamp(level)
    return stamp.is_file() and stamp.read_text() == _digest(level)


def _digest(level: Level) -> str:
    """A hash of all that the set-up depends on: this file, the requirements, the place and the Python."""
    digest = hashlib.sha256(f"{ROOT} {sys.version}".encode())
    for name in (level, "pyproject.toml", "tools/setup.py"):
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def _make_environment() -> None:
    asked = [str(PYTHON), "-m", "pip", "-V"]
    if PYTHON.exists() and subprocess.run(asked, capture_output=True, check=False).returncode == 0:
        return
    print("Making the virtual environment in .venv", flush=True)
    _run([sys.executable, "-m", "venv", "--clear", str(VENV)], "The virtual environment could not be made")


def _pip() -> dict[str, str]:
    """The package in which Debian keeps what puts pip into a new environment, where it is still needed and absent."""
    if PYTHON.exists() or importlib.util.find_spec("ensurepip"):
        return {}
    version = f"python3.{sys.version_info.minor}"
    return {f"{version}-venv": f"/usr/lib/{version}/ensurepip"}


def _install(level: Level) -> None:
    print(f"Installing {level}", flush=True)
    pip = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    pip += [] if sys.stdout.isatty() else ["--quiet"]
    failed = f"{level} could not be installed"
    _run([*pip, "--require-hashes", "--only-binary", ":all:", "-r", str(ROOT / level)], failed)
    _run([*pip, "--no-deps", "--no-build-isolation", "--editable", str(ROOT)], "The command could not be installed")


def _run(command: list[str], failed: str) -> None:
    code = subprocess.run(command, stdin=subprocess.DEVNULL, check=False).returncode
    if code:
        raise SetUpFailed(f"{failed} (exit code {code}): what went wrong is said above; then run this again.")
