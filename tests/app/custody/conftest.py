"""A force for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from db.engine import Database
from tests.app.custody.force import Force


@pytest.fixture
def force(tmp_path: Path) -> Iterator[Force]:
    database = Database.open(tmp_path / "dockwarden.db")
    yield Force(database)
    database.close()
