"""The files of requirements are fresh: what pyproject.toml asks for is pinned, by hash, from nowhere in particular."""

from __future__ import annotations

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house import code

PROJECT = tomllib.loads((code.ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]
RUN = [*PROJECT["dependencies"], *EXTRAS["setup"], *EXTRAS["media"]]
PINS = {"requirements.txt": RUN, "requirements-dev.txt": [*RUN, *EXTRAS["dev"]]}
BLOCK = re.compile(r"^(?P<name>[a-z0-9-]+)==(?P<version>\S+)(?P<rest>.*(?:\n    .*)*)", re.MULTILINE)


def pins(name: str) -> dict[str, re.Match[str]]:
    """The pinned packages of one file."""
    return {pin["name"]: pin for pin in BLOCK.finditer((code.ROOT / name).read_text())}


@pytest.mark.parametrize("name", PINS)
def test_every_requirement_is_pinned_within_its_bounds(name: str) -> None:
    pinned = pins(name)
    for wanted in map(Requirement, PINS[name]):
        assert pinned[canonicalize_name(wanted.name)]["version"] in wanted.specifier, wanted


@pytest.mark.parametrize("name", PINS)
def test_every_pin_has_its_hashes(name: str) -> None:
    assert [pin for pin, block in pins(name).items() if "--hash=sha256:" not in block["rest"]] == []


@pytest.mark.parametrize("name", PINS)
def test_no_line_says_where_packages_come_from(name: str) -> None:
    lines = (code.ROOT / name).read_text().splitlines()
    assert [line for line in lines if "://" in line or line.startswith("-")] == []


def test_the_tests_run_on_what_people_run() -> None:
    run, dev = (pins(name) for name in PINS)
    assert {name: pin["version"] for name, pin in run.items()} == {name: dev[name]["version"] for name in run}
