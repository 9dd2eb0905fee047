"""`python -m app` is the `dockwarden` command."""

import sys

from app.start import main

sys.exit(main())
