"""A pytest plugin: a run of the whole suite fails when none of a folder's tests ran.

A missing system library can turn a folder of tests into silent skips; then a green run says nothing.
"""

from __future__ import annotations

from pathlib import Path

import pytest


class Ran:
    """Counts, for each folder that holds tests, those that ran to an end rather than being skipped."""

    def __init__(self, config: pytest.Config) -> None:
        self.root = config.rootpath
        self.tests = [self.root / folder for folder in config.getini("testpaths")]
        self.folders: set[Path] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note the folder of a test whose body ran to an end."""
        if report.when == "call" and report.outcome != "skipped":
            self.folders.add((self.root / report.location[0]).parent)

    def silent(self) -> list[Path]:
        """The folders with test files of which none ran."""
        files = {file.parent for folder in self.tests for file in folder.rglob("test_*.py")}
        return sorted(files - self.folders)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Turn a green run into a failed one when a folder was silent."""
        if session.exitstatus == pytest.ExitCode.OK and self.silent():
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Name the silent folders."""
        for folder in self.silent():
            terminalreporter.write_line(f"NO TEST RAN in {folder.relative_to(self.root)}", red=True)


def pytest_configure(config: pytest.Config) -> None:
    """Watch only runs of everything: who asks for a part, or deselects by a marker, gets what was asked for."""
    if config.args_source is config.ArgsSource.TESTPATHS and not (config.option.markexpr or config.option.keyword):
        config.pluginmanager.register(Ran(config), "ran")
