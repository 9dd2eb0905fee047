"""Writes the catalogue of all texts on screen anew: `python -m tools.catalogue`.

To translate: copy dockwarden_en.ts to dockwarden_LOCALE.ts, fill it with Qt Linguist (pyside6-linguist), and make the
dockwarden_LOCALE.qm that the window loads with `pyside6-lrelease`.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tools.setup import PYTHON, ROOT

CATALOGUE = ROOT / "resources" / "translations" / "dockwarden_en.ts"
SOURCES = ROOT / "app" / "ui"


def write(catalogue: Path = CATALOGUE) -> int:
    """Have lupdate collect the texts of app/ui; places in the sources are left out, so that only texts make changes."""
    files = sorted(str(file.relative_to(ROOT)) for file in SOURCES.glob("*.py"))
    lupdate = PYTHON.with_name("pyside6-lupdate")
    kept = ["-no-obsolete", "-locations", "none", "-source-language", "en_GB", "-target-language", "en_GB", "-silent"]
    return subprocess.run([lupdate, *kept, *files, "-ts", catalogue], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(write())
