"""The import contracts of pyproject.toml: they hold, and each of them can fail."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house import code

LINT = [
    sys.executable,
    "-c",
    "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(cache_dir=None))",
]


def contracts(folder: Path) -> subprocess.CompletedProcess[str]:
    """Check the contracts of the tree in `folder`."""
    return subprocess.run(LINT, cwd=folder, capture_output=True, text=True, check=False)


def test_the_contracts_hold() -> None:
    done = contracts(code.ROOT)
    assert done.returncode == 0, done.stdout


HEAVY = ("sqlalchemy", "cryptography", "av", "usb")
"""What is loaded only once the window has been painted."""

PAINTED = """
import sys
from app.ui import main
from app.ui.pages import PAGES
from app.ui.window import load
from app.verbs.docks import docks_beside
load(PAGES[0])
sys.stdout.write(" ".join(sys.modules))
"""


def test_the_window_is_painted_before_anything_heavy_is_loaded() -> None:
    done = subprocess.run([sys.executable, "-c", PAINTED], cwd=code.ROOT, capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert {"app.ui.window", "app.ui.dock_page", "app.docks"} <= loaded
    assert loaded.isdisjoint(HEAVY)


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of our packages, to be spoilt."""
    folder = tmp_path_factory.mktemp("tree")
    shutil.copy(code.ROOT / "pyproject.toml", folder)
    for package in ("app", "db", "drivers"):
        shutil.copytree(code.ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


@pytest.mark.parametrize(
    ("where", "imported"),
    [
        ("drivers", "app"),
        ("drivers", "db"),
        ("db", "drivers"),
        ("db", "app"),
        ("app", "PySide6.QtCore"),
        ("app", "app.ui"),
        ("drivers", "PySide6.QtCore"),
        ("drivers", "sqlalchemy"),
        ("db", "usb.core"),
        ("db", "PySide6.QtCore"),
    ],
)
def test_a_wrong_import_is_found(tree: Path, where: str, imported: str) -> None:
    spoilt = tree / where / "spoilt.py"
    spoilt.write_text(f'"""Reaches too far."""\n\nimport {imported}\n')
    try:
        done = contracts(tree)
    finally:
        spoilt.unlink()
    assert done.returncode == 1, done.stdout + done.stderr
    assert f"{where}.spoilt" in done.stdout
