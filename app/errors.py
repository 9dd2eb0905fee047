"""Trouble that a person can do something about, above the level of one camera.

`Trouble` is the root for the home, the vault, the keys and the database's surroundings, as `DeviceError` is for
cameras: what happened, what to do, a fixed code. Anything else that is raised is a defect.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from db.errors import StorageError
from drivers.errors import DeviceError

if TYPE_CHECKING:
    from app.snapshot import Reason


class Trouble(Exception):
    """Something in the world is not as it must be. `code` names it for support."""

    code = "trouble"
    what_to_do = "Ask IT."

    def __init__(self, what_happened: str, what_to_do: str | None = None) -> None:
        super().__init__(what_happened)
        self.what_happened = what_happened
        if what_to_do is not None:
            self.what_to_do = what_to_do


class HomeBusy(Trouble):
    """Another process owns the docks of this home."""

    code = "home-busy"
    what_to_do = "Use the Dockwarden that is already running, or close it first."


class WrongKindOfHome(Trouble):
    """Try-out and evidence never mix in one home."""

    code = "mixed-home"


KNOWN = (Trouble, StorageError, DeviceError)
"""What is shown to a person in words. Everything else is logged whole, as our defect."""


def reason_of(trouble: Trouble | StorageError | DeviceError) -> Reason:
    """Say the trouble as a value that screens show."""
    from app.snapshot import Reason  # noqa: PLC0415  a snapshot's acts name people, and a refusal of people is trouble

    return Reason(trouble.code, trouble.what_happened, trouble.what_to_do)
