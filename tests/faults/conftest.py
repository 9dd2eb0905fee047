"""Lets the samples say what fired, in the summary of the run."""

from __future__ import annotations

import pytest

from tests.faults.tellings import Telling

_LINES = pytest.StashKey[list[str]]()


def pytest_configure(config: pytest.Config) -> None:
    """Begin with nothing said."""
    config.stash[_LINES] = []


@pytest.fixture
def telling(request: pytest.FixtureRequest) -> Telling:
    """Say a line in the summary."""
    return request.config.stash[_LINES].append


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print what fired."""
    lines = config.stash[_LINES]
    if lines:
        terminalreporter.section("faults that fired")
        for line in lines:
            terminalreporter.write_line(line)
