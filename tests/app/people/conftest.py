"""People for tests: cheap PINs, and a home with a database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.people import pins
from tests.app.people.force import PIN, Force, force
from tests.app.people.terminal import Command


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash PINs cheaply: what is tried is not how long it takes."""
    for name, value in {"MEMORY_KIB": 32, "PASSES": 1, "LANES": 1}.items():
        monkeypatch.setattr(pins, name, value)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Force]:
    with force(tmp_path) as made:
        yield made


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    made = Command(tmp_path, monkeypatch, capsys)
    made.pin(PIN)
    return made
