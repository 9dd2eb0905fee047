"""NOTICE names everything that a set-up brings along."""

from __future__ import annotations

import re

import pytest

from tests.house import code
from tests.house.test_requirements import pins

ALIASES = {"pyside6-essentials": "pyside6", "av": "pyav", "pyinstaller-hooks-contrib": "its hooks"}


def plain(text: str) -> str:
    """Names as people write them, made alike."""
    return re.sub(r"[-_.\s]+", " ", text.casefold())


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_pinned_package_is_named(name: str) -> None:
    notice = f" {plain(re.sub('[(),:]', ' ', (code.ROOT / 'NOTICE').read_text()))} "
    assert [pin for pin in pins(name) if f" {plain(ALIASES.get(pin, pin))} " not in notice] == []
