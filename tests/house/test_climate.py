"""The climate of tests/conftest.py, on small suites of its own: what it fails, and what it keeps away."""

from __future__ import annotations

import pytest

from tests.house import code

pytest_plugins = ["pytester"]


@pytest.fixture
def suite(pytester: pytest.Pytester) -> pytest.Pytester:
    """An empty suite in our climate."""
    pytester.makeini("[pytest]\naddopts = -p no:randomly\nmarkers = keyring: x\n")
    pytester.makeconftest((code.ROOT / "tests" / "conftest.py").read_text())
    return pytester


@pytest.mark.usefixtures("caplog")  # the inner run logs into this one's climate too
@pytest.mark.parametrize(
    ("arguments", "level", "outcome"),
    [("", "warning", {"failed": 1}), ("", "info", {"passed": 1}), ("caplog", "error", {"passed": 1})],
)
def test_only_who_looks_at_the_log_may_cause_a_warning(
    suite: pytest.Pytester, arguments: str, level: str, outcome: dict[str, int]
) -> None:
    suite.makepyfile(f"import logging\ndef test_it({arguments}): logging.getLogger('x').{level}('the disk is full')\n")
    result = suite.runpytest_inprocess()
    result.assert_outcomes(**outcome)
    assert ("WARNING x: the disk is full" in result.stdout.str()) == ("failed" in outcome)


def test_no_test_sees_the_persons_home_or_session(suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOME", "XDG_DATA_HOME", "DOCKWARDEN_HOME", "DBUS_SESSION_BUS_ADDRESS"):
        monkeypatch.setenv(name, "/the/persons/own")
    suite.makepyfile(
        "import os\n"
        "def test_it(): assert '/the/persons/own' not in os.environ.values()\n"
        "def test_keys(): assert os.environ['DOCKWARDEN_KEYS'] == 'file'\n"
        "def test_home(person): assert os.environ['HOME'] == str(person) and not list(person.iterdir())\n"
    )
    suite.runpytest_inprocess().assert_outcomes(passed=3)


@pytest.mark.parametrize(("words", "outcome"), [((), {"skipped": 1}), (("-m", "keyring"), {"passed": 1})])
def test_a_real_keyring_is_for_who_asks_for_it(
    suite: pytest.Pytester, words: tuple[str, ...], outcome: dict[str, int]
) -> None:
    suite.makepyfile("import pytest\n@pytest.mark.keyring\ndef test_it(): pass\n")
    suite.runpytest_inprocess(*words).assert_outcomes(**outcome)
