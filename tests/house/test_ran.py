"""The plugin that fails a run in which a whole folder of tests was silent, on small suites of its own."""

from __future__ import annotations

import pytest

pytest_plugins = ["pytester"]

INI = """
[pytest]
testpaths = tests
addopts = -p tests.house.ran -p no:randomly --import-mode=importlib
"""
RUNS = "def test_it(): pass\n"
SKIPS = "import pytest\n@pytest.mark.skip(reason='no library')\ndef test_it(): pass\n"


def run(pytester: pytest.Pytester, window: str, *words: str) -> pytest.RunResult:
    """Run a suite of two folders of which the second's only test is `window`."""
    pytester.makeini(INI)
    for folder, text in (("core", RUNS), ("window", window)):
        file = pytester.path / "tests" / folder / "test_it.py"
        file.parent.mkdir(parents=True)
        file.write_text(text)
    return pytester.runpytest_inprocess(*words)


def test_a_run_in_which_every_folder_spoke_passes(pytester: pytest.Pytester) -> None:
    assert run(pytester, RUNS).ret == pytest.ExitCode.OK


def test_a_folder_of_skips_fails_the_run_and_is_named(pytester: pytest.Pytester) -> None:
    result = run(pytester, SKIPS)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["NO TEST RAN in tests/window"])


def test_a_run_of_a_part_is_taken_as_asked(pytester: pytest.Pytester) -> None:
    assert run(pytester, SKIPS, "-k", "it").ret == pytest.ExitCode.OK
