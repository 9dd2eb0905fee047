"""`python -m tools VERB`: what the Makefile calls, for machines with and without make."""

from __future__ import annotations

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - an older Python gets as far as here, and no further
    sys.exit(f"Dockwarden needs Python 3.11 or newer, this is {sys.version.split()[0]}: try make PYTHON=python3.12")

from tools.verbs import main

sys.exit(main(sys.argv[1:]))
