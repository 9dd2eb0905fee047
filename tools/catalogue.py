"""Writes the catalogue of all texts on screen anew: `python -m tools.catalogue`.

To translate: copy dockwarden_en.ts to dockwarden_LOCALE.ts, fill it with Qt Linguist (pyside6-linguist), and make the
dockwarden_LOCALE.qm that the window loads with `pyside6-lrelease`.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import unicodedata
from pathlib import Path

from tools.setup import PYTHON, ROOT

CATALOGUE = ROOT / "resources" / "translations" / "dockwarden_en.ts"
SOURCES = ROOT / "app" / "ui"


NAMED = re.compile(r"\\N\{([^}]+)\}")
"""A character by its name, which Python reads and lupdate does not."""


def write(catalogue: Path = CATALOGUE) -> int:
    """Have lupdate collect the texts of app/ui; places in the sources are left out, so that only texts make changes."""
    lupdate = PYTHON.with_name("pyside6-lupdate")
    kept = ["-no-obsolete", "-locations", "none", "-source-language", "en_GB", "-target-language", "en_GB", "-silent"]
    with tempfile.TemporaryDirectory() as folder:
        files = [str(_readable(file, Path(folder))) for file in sorted(SOURCES.glob("*.py"))]
        return subprocess.run([lupdate, *kept, *files, "-ts", catalogue], check=False).returncode


def _readable(source: Path, folder: Path) -> Path:
    """A copy of a module in which every named character stands itself."""
    copy = folder / source.name
    text = source.read_text(encoding="utf-8")
    copy.write_text(NAMED.sub(lambda named: unicodedata.lookup(named[1]), text), encoding="utf-8")
    return copy


if __name__ == "__main__":
    sys.exit(write())
