"""People: who they are, what each may do, and how they prove who they are.

Until a home is set up it has no accounts, and the recorded actor is the operating system's user.
"""

from __future__ import annotations

import getpass


def os_user() -> str:
    """The name of the operating system's user, as recorded with an act."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
