"""A vault on a real disk, and an identity that opens it."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.vault import Vault
from app.vault.age import Identity


@pytest.fixture
def identity() -> Identity:
    return Identity.generate()


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "vault")
