"""How `make run` starts the program: on the cameras that are attached, or else on a virtual dock.

This choice is made here and nowhere in the program: its own commands never fall back to virtual cameras.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tools.setup import DOCKWARDEN

CAMERAS = 6
"""How many virtual cameras the try-out docks."""


def arguments() -> list[str]:
    """What `dockwarden` is started with."""
    if _attached():
        return []
    home = _home()
    print(f"No camera is attached: starting with a virtual dock, in {home}", flush=True)
    return ["--home", str(home), "--virtual", str(CAMERAS)]


def _home() -> Path:
    """The try-out's own home, where this system keeps the data of programs."""
    if sys.platform == "win32":
        data = Path(os.environ["LOCALAPPDATA"])
    elif sys.platform == "darwin":
        data = Path.home() / "Library" / "Application Support"
    else:
        data = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return data / "dockwarden-tryout"


def _attached() -> bool:
    """Whether a camera of a known model is docked. A throw-away home is asked, so that the question leaves no trace."""
    with tempfile.TemporaryDirectory(prefix="dockwarden-") as home:
        answer = subprocess.run(
            [DOCKWARDEN, "--home", home, "cameras", "--json"],
            capture_output=True,
            env=os.environ | {"DOCKWARDEN_KEYS": "file"},
            check=False,
        )
    if answer.returncode:
        print(answer.stderr.decode(errors="replace"), file=sys.stderr)
    return any(json.loads(line)["state"] != "new" for line in answer.stdout.splitlines())
