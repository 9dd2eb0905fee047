"""Writes docs/roles.md, the table of who may do what, anew from the code: `python -m tools.roles`."""

from __future__ import annotations

import sys
from pathlib import Path

from app.people.roles import SECONDS, TABLE, Act
from app.people.values import Proof, Role
from app.verbs.actor import ASK_NOBODY
from tools.setup import ROOT

PAGE = ROOT / "docs" / "roles.md"

NOTHING = "\N{EN DASH}"
CELLS = {Proof.CARD: "card", Proof.PIN: "PIN", Proof.STRONG: "strong"}

ABOVE = """\
# Who may do what

Written by `python -m tools.roles` from `app/people/roles.py`; a test fails while it is behind.

A cell says what somebody of that role must show: **card**, a card that was tapped; **PIN**, their PIN; **strong**, a
FIDO2 key, or their PIN and that of a second person, who is another {seconds}.
Better proof than is asked for will do. A dash is a refusal. What asks nobody who they are stands below the table.

Until a sergeant has a PIN, the administrator may stand in for one: wherever a cell below has a dash for the
administrator and an entry for the sergeant. Each entry of such an act says so. Nobody draws a camera for somebody else
or changes their own role, nobody is the second person for what is about themselves, and who is not active may do
nothing.

As long as nobody but the administrator could be the second person, they give roles alone, with their PIN: somebody has
to begin. A code for a supervisor or an administrator who has a PIN already takes two people (`enrol-second`), so that
none takes the other's place.

Nobody is kept from being the second person because the first gave them their role a short while ago. On a station's
first day everybody has theirs from its administrator, who then could change no key and give no role. What such a rule
would hinder, that somebody makes a helper of their own, takes two people already (`change-roles`), and each role is an
entry with who gave it.
"""

BELOW = """\

## Which verbs ask nobody

In a home with accounts every verb asks who acts, by `--as`, but those below; for `people enrol COLLAR --code CODE` the
code is the proof. A test runs each verb without a name.

What changes by whom the ledger is taken as witnessed (`ledger cosign`, `ledger stamp`, `ledger witness --know`) needs
`change-settings`, as the settings that name the witnesses do. What shows entries (`ledger`, `ledger prove`,
`ledger receipt`, `ledger check-receipt`) needs `read-custody`, and that it was read is an entry.

A window or a command that is not the one which docks passes on to it what is asked, and who asks, over a socket that
only the same user of the system may open. It asks again whether they may; that they gave their PIN it believes, as
that user could write the database too.

| verb | why |
| --- | --- |"""


def page() -> str:
    """The whole page."""
    lines = [ABOVE.format(seconds=" or ".join(role for role in Role if role in SECONDS)), _row("", *Role)]
    lines.append("| --- |" + " :-: |" * len(Role))
    return "\n".join([*lines, *map(_act_row, Act), BELOW, *map(_verb_row, ASK_NOBODY)]) + "\n"


def _act_row(act: Act) -> str:
    needs = TABLE[act]
    return _row(f"{needs.words} (`{act}`)", *(CELLS[needs.proof] if role in needs.roles else NOTHING for role in Role))


def _verb_row(verb: str) -> str:
    return _row(f"`{verb}`" if verb else "none: the window", ASK_NOBODY[verb])


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def write(path: Path = PAGE) -> int:
    """Write the page."""
    path.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(write())
