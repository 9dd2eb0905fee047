"""The verbs of `python -m tools` and of make."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping

from tools import system, tryout
from tools.setup import DOCKWARDEN, PYTHON, ROOT, Level, SetUpFailed, set_up

MADE = ("build", "dist", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", ".import_linter_cache")


def main(words: list[str]) -> int:
    """Do the verb that `words` holds and return the exit code."""
    if len(words) != 1 or words[0] not in VERBS:
        print(
            "usage: make VERB, or python -m tools VERB", *(f"  {v:12} {f.__doc__}" for v, f in VERBS.items()), sep="\n"
        )
        return 2
    os.chdir(ROOT)
    try:
        return VERBS[words[0]]()
    except SetUpFailed as failed:
        print(failed, file=sys.stderr)
        return 1


def setup() -> int:
    """Set up alone: leaves the command at .venv/bin/dockwarden."""
    set_up(Level.RUN)
    return 0


def run() -> int:
    """Start the program, with no camera attached on a virtual dock in a home of its own."""
    set_up(Level.RUN)
    return _hand_over([str(DOCKWARDEN), *tryout.arguments()])


def test() -> int:
    """Run every test, as many at once as there are processors; the rig's too where its packages can be had."""
    set_up(Level.TEST)
    missing = system.supply(system.RIG)
    if missing:
        print("The rig is left out.", system.advice(missing), flush=True)
    at_once = ["-n", "auto", "--dist", "loadfile"]  # a file's tests stay together: some share a machine or a keyring
    return _module("pytest", *at_once, *(["-m", "not rig"] if missing else []))


def check() -> int:
    """Check the format, the lint rules, the types, the import contracts and the rules of the house."""
    set_up(Level.TEST)
    checks = (
        ["ruff", "format", "--check"],
        ["ruff", "check"],
        ["mypy"],
        ["pytest", "-q", "tests/house"],
    )
    failed = [check[0] for check in checks if subprocess.run([PYTHON, "-m", *check], check=False).returncode]
    print("make check:", f"failed in {', '.join(failed)}" if failed else "all is well", flush=True)
    return int(bool(failed))


def bench() -> int:
    """Measure speed and memory side by side with other programs."""
    set_up(Level.TEST)
    return _module("tests.bench")


def screenshots() -> int:
    """Draw every page anew into docs/screenshots."""
    set_up(Level.TEST)
    return _module("tests.screens")


def rig() -> int:
    """Run the whole job on a real USB stack, in an emulated machine."""
    set_up(Level.TEST)
    _require(system.RIG)
    return _module("tests.rig")


def faults() -> int:
    """Run the full sweeps of faults, of which the tests run a sample."""
    set_up(Level.TEST)
    return _module("tests.faults")


def build() -> int:
    """Build the folder that runs without Python, in dist/dockwarden, and have it test itself."""
    set_up(Level.TEST)
    _require(system.BUILD)
    bundler = [str(PYTHON), "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN", "build.spec"]
    if code := subprocess.run(bundler, check=False).returncode:
        return code
    return _hand_over([str(ROOT / "dist" / "dockwarden" / "dockwarden"), "selftest"])


def requirements() -> int:
    """Write the files of requirements anew from pyproject.toml (needs uv)."""
    uv = shutil.which("uv", path=f"{PYTHON.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}")
    if uv is None:
        raise SetUpFailed("The requirements are written by uv: install it with pip install uv")
    # no configuration of this machine is read, so that no address of a registry gets into the files
    lock = [uv, "pip", "compile", "pyproject.toml", "--no-config", "--universal", "--python-version", "3.11"]
    lock += ["--generate-hashes", "--no-header", "--quiet", "--upgrade", "--extra", "setup", "--extra", "media"]
    if code := subprocess.run([*lock, "-o", Level.RUN], check=False).returncode:
        return code
    return _hand_over([*lock, "--extra", "dev", "--constraint", Level.RUN, "-o", Level.TEST])


def clean() -> int:
    """Remove what the other verbs made, except the virtual environment and the try-out's home."""
    for name in MADE:
        shutil.rmtree(ROOT / name, ignore_errors=True)
    return 0


def _require(needs: Mapping[str, str]) -> None:
    if missing := system.supply(needs):
        raise SetUpFailed(system.advice(missing))


def _module(*words: str) -> int:
    return _hand_over([str(PYTHON), "-m", *words])


def _hand_over(command: list[str]) -> int:
    """Become `command`, so that its signals and its last line are its own; where that can't be, wait for it."""
    sys.stdout.flush()
    if os.name == "posix":
        os.execv(command[0], command)  # noqa: S606 - no shell is wanted
    return subprocess.run(command, check=False).returncode


VERBS: dict[str, Callable[[], int]] = {
    verb.__name__: verb
    for verb in (setup, run, test, check, bench, screenshots, rig, faults, build, requirements, clean)
}
