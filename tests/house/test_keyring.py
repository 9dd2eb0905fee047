"""Runs the tests marked `keyring` where they belong: in a session of their own with a Secret Service just for them."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest

from tests.house import code

SESSION = """
printf 'password\\n' | gnome-keyring-daemon --unlock --components=secrets >"$HOME/daemon" || exit 99
exec "$0" -m pytest -q -m keyring -p no:cacheprovider tests/app
"""


@pytest.mark.skipif(
    not (shutil.which("dbus-run-session") and shutil.which("gnome-keyring-daemon")),
    reason="needs dbus-daemon and gnome-keyring",
)
def test_keys_in_a_real_secret_service() -> None:
    command = ["dbus-run-session", "--", "sh", "-c", SESSION, sys.executable]
    done = subprocess.run(command, cwd=code.ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
