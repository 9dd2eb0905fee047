"""`make bench`: every measurement, one after the other. What was measured is written down in docs/benchmarks.md."""

from __future__ import annotations

import os
import subprocess
import sys

PARTS = {
    "Sealing a recording of 2 GiB": "tests.bench.seal",
    "Sixteen virtual cameras at once": "tests.bench.docks",
    "The window meanwhile": "tests.bench.window",
    "Finding recordings among 100,000": "tests.bench.library",
    "The same beside a file manager": "tests.bench.beside",
    "The pool of 100,000 cameras": "tests.bench.pool",
    "The viewer's first picture and its seeks": "tests.bench.viewer",
    "Custody over a year, and over ten million entries": "tests.bench.custody",
    "Beside gphoto2 and mtp-tools on a real USB stack": "tests.bench.rig",
}


def main() -> int:
    """Run every part; the exit code is that of the last one that failed."""
    code = 0
    for title, module in PARTS.items():
        print(f"\n## {title}\n", flush=True)
        code = subprocess.run([sys.executable, "-m", module], env=os.environ, check=False).returncode or code
    return code


if __name__ == "__main__":
    sys.exit(main())
