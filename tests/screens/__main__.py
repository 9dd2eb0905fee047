"""`python -m tests.screens` draws every page anew into docs/screenshots: PAGE-THEME-WIDTHxHEIGHT-SCALE.png.

The size in a name is the picture's, in pixels; the scale is in percent. The home that they show is made once
(`station`), at the story's fixed time; each theme and scale is drawn by a process of its own, on a copy of that home.
Qt's offscreen platform draws the same bytes as an X server does (`--xvfb` draws on one: compare), and needs none.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "screenshots"
NIGHTS = 10
LIMIT_S = 480
CLIMATE = {"QT_QPA_PLATFORM": "offscreen", "TZ": "Europe/London", "DOCKWARDEN_KEYS": "file"}
X_SERVER = ("xvfb-run", "-a", "-s", "-screen 0 3840x2160x24")


def main(*options: str) -> int:
    """Make the home and draw; the new pictures take the place of all that were there."""
    os.environ |= CLIMATE
    time.tzset()
    from tests.screens.station import make_clips, make_home  # they read the environment

    with tempfile.TemporaryDirectory(prefix="dockwarden-screens-") as name:
        scratch = Path(name)
        make_home(scratch, make_clips(scratch / "clips"), nights=NIGHTS)
        (scratch / "pictures").mkdir()
        jobs = [(theme, scale) for scale in ("200", "100") for theme in ("light", "dark")]
        with ThreadPoolExecutor(max_workers=2) as workers:
            list(workers.map(lambda job: draw(scratch, *job, xvfb="--xvfb" in options), jobs))
        put(scratch / "pictures")
    return 0


def draw(scratch: Path, theme: str, scale: str, *, xvfb: bool) -> None:
    """Draw one theme in one scale. Raises CalledProcessError."""
    home = scratch / f"{theme}-{scale}"
    shutil.copytree(scratch / "home", home)
    environment = os.environ | {"QT_SCALE_FACTOR": f"{int(scale) / 100:g}"}
    if xvfb:
        environment["QT_QPA_PLATFORM"] = "xcb"
    words = [sys.executable, "-m", "tests.screens.shoot", str(scratch / "pictures"), str(home), theme, scale]
    subprocess.run([*X_SERVER, *words] if xvfb else words, cwd=ROOT, env=environment, check=True, timeout=LIMIT_S)


def put(pictures: Path) -> None:
    """Put the pictures into the documents; those of pages that are no more go."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("*.png"):
        old.unlink()
    for picture in sorted(pictures.glob("*.png")):
        shutil.copyfile(picture, FOLDER / picture.name)
        sys.stdout.write(f"{(FOLDER / picture.name).relative_to(ROOT)}\n")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
