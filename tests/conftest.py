"""The climate of every test: a home of its own, no keyring, no display, and no warning that nobody asked for."""

from __future__ import annotations

import logging
import os
from collections.abc import Generator
from pathlib import Path

import pytest

pytest_plugins = ["tests.house.ran"]

os.environ["QT_QPA_PLATFORM"] = "offscreen"  # without a display Qt would end the process


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the tests of a real keyring for `-m keyring`, which tests/house/test_keyring.py calls on one of its own."""
    if config.option.markexpr != "keyring":
        for item in items:
            if item.get_closest_marker("keyring"):
                item.add_marker(pytest.mark.skip(reason="runs within tests/house/test_keyring.py"))


@pytest.fixture(autouse=True)
def person(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A person's empty home folder, so that no test touches the real one, its settings or its keyring."""
    home = tmp_path_factory.mktemp("person")
    monkeypatch.setenv("HOME", str(home))
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "DOCKWARDEN_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DOCKWARDEN_KEYS", "file")
    if not request.node.get_closest_marker("keyring"):
        monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    return home


class _Alarms(logging.Handler):
    """Keeps the log records of level WARNING and above."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(f"{record.levelname} {record.name}: {record.getMessage()}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Function) -> Generator[None, object, object]:
    """Fail a test during which something was logged as a warning or worse, unless it asks for `caplog`."""
    alarms = _Alarms()
    root = logging.getLogger()
    root.addHandler(alarms)
    try:
        result = yield
    finally:
        root.removeHandler(alarms)
    if alarms.said and "caplog" not in item.fixturenames:
        pytest.fail("logged without being asked for:\n" + "\n".join(alarms.said), pytrace=False)
    return result
