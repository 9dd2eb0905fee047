"""`python -m tests.screens` draws every page anew into docs/screenshots: PAGE-THEME-WIDTHxHEIGHT-SCALE.png.

The size in a name is the picture's, in pixels; the scale is in percent.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "screenshots"
SIZES = ((1366, 768, 100), (1920, 1080, 100), (1920, 1080, 200), (2732, 1536, 200))


def main() -> None:
    """Draw the Dock in light and dark, in every size and scale."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for theme in ("light", "dark"):
        for width, height, scale in SIZES:
            target = FOLDER / f"dock-{theme}-{width}x{height}-{scale}.png"
            factor = scale / 100
            environment = {
                **os.environ,
                "QT_QPA_PLATFORM": "offscreen",
                "QT_SCALE_FACTOR": f"{factor:g}",
                "TZ": "Europe/London",
            }
            words = [theme, str(round(width / factor)), str(round(height / factor)), str(target)]
            subprocess.run([sys.executable, "-m", "tests.screens.shoot", *words], cwd=ROOT, env=environment, check=True)
            sys.stdout.write(f"{target.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
