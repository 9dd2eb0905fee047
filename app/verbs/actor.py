"""Who acts, from the command line: `--as COLLAR`, proved by a PIN from a prompt or from a file for scripts.

Before a home is set up it has no accounts, and the user of the operating system is who acts.
"""

from __future__ import annotations

import argparse
import getpass
import os
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from app.home import Home
from app.people.acting import Doer, doer_for, name_here
from app.people.roles import NOT_ALLOWED, TABLE, Act, authorise
from app.people.values import Actor, Refused

if TYPE_CHECKING:
    from app.people.fido import Asks

PIN_FILE, SECOND_PIN_FILE = "DOCKWARDEN_PIN_FILE", "DOCKWARDEN_SECOND_PIN_FILE"
MAX_PIN_FILE = 1024


_DOCKING = "docking asks nobody: no evidence waits for a login"
_SCREEN = "a screen: each act on it asks for itself"
_PUBLIC = "the public halves of keys, which are there to be given away"
_HASHES = "hashes and signatures alone, for machines that call it: it names no person, no camera and no recording"

ASK_NOBODY = {
    "": _SCREEN,
    "kiosk": _SCREEN,
    "cameras": _DOCKING,
    "offload": f"{_DOCKING}; what is new here is docked with `--as` alone",
    "watch": _DOCKING,
    "verify": "anybody may hold the station to its word; `--as` has the collar number recorded",
    "doctor": "it looks at the machine, and tells of no recording and no holder",
    "selftest": "it works in a scratch home",
    "keys": _PUBLIC,
    "keys init": _PUBLIC,
    "keys show": _PUBLIC,
    "ledger checkpoint": _HASHES,
    "ledger consistency": _HASHES,
    "ledger witness": f"{_HASHES}; `--know` asks",
    "settings": "how the station works, as the Settings page shows it to whoever stands there",
    "settings show": "how the station works, as the Settings page shows it to whoever stands there",
    "virtual": "emulated cameras of a try-out",
    "virtual record": "emulated cameras of a try-out",
    "virtual lift": "emulated cameras of a try-out",
    "virtual dock": "emulated cameras of a try-out",
    "simulate-year": "made-up people and cameras, and only in a home that holds nothing but its first administrator",
}
"""The verbs that ask nobody who they are in a home with accounts, and why. docs/roles.md tells them."""


def actor_of(args: argparse.Namespace, home: Home, act: Act) -> Actor:
    """Who does this, if they may. Raises Refused: not-allowed, throttled, inactive."""
    if not home.people.anyone():
        raise Refused(
            NOT_ALLOWED,
            "This home has no accounts yet.",
            "Make the first: dockwarden setup --station NAME --admin COLLAR",
        )
    if args.actor is None:
        raise Refused(NOT_ALLOWED, f"To {TABLE[act].words} takes somebody by name.", "Say who acts with --as COLLAR.")
    actor = by_key(args, home) if args.key else by_pin(args, home)
    if args.second is not None:
        second = read_pin(SECOND_PIN_FILE, f"PIN of {args.second}: ")
        actor = home.signin.with_second(actor, args.second, second)
    actor = home.signin.at(actor, act)
    authorise(actor, act)
    return actor


def by_pin(args: argparse.Namespace, home: Home) -> Actor:
    """Who acts, proved by their PIN. Raises Refused."""
    return home.signin.by_pin(args.actor, read_pin(PIN_FILE, f"PIN of {args.actor}: "))


def by_key(args: argparse.Namespace, home: Home) -> Actor:
    """Who acts, proved by the FIDO2 key in this computer. Raises Refused and KeyTrouble."""
    from app.people import fido  # noqa: PLC0415  nothing else needs it

    device = fido.plugged_in()
    return home.signin.by_key(args.actor, lambda kept: fido.proves(device, kept, key_asks()))


def key_asks() -> Asks:
    """Asks the person at the terminal what their key wants."""
    from app.people import fido  # noqa: PLC0415  see `by_key`

    return fido.Asks(lambda: getpass.getpass("PIN of the key: "), lambda words: print(words, file=sys.stderr))  # noqa: T201


def who(args: argparse.Namespace, home: Home, act: Act) -> Actor | None:
    """Who does this, if they may; None in a home without accounts, where the system's user does. Raises Refused."""
    return actor_of(args, home, act) if home.people.anyone() else None


def doer_of(args: argparse.Namespace, home: Home, act: Act) -> Doer:
    """The same, as it is recorded. Raises Refused."""
    return doer_for(home, who(args, home, act), act)


def name_of(args: argparse.Namespace, home: Home, act: Act) -> str:
    """The same by name: a collar number or, in a home without accounts, the system's user. Raises Refused."""
    return doer_of(args, home, act).name


def name_given(args: argparse.Namespace, home: Home) -> str:
    """In whose name something is done that asks nobody: whom `--as` names, proved, else the system's user.

    Raises Refused.
    """
    named = args.actor is not None and home.people.anyone()
    return name_here((by_key if args.key else by_pin)(args, home) if named else None)


def read_pin(variable: str, prompt: str) -> str:
    """A PIN from the file that an environment variable names, else from a prompt. Raises Refused."""
    named = os.environ.get(variable)
    if named:
        return _pin_in(Path(named))
    if not sys.stdin.isatty():
        raise Refused(NOT_ALLOWED, "No PIN was given.", f"Name a file that has it by {variable}, or use a terminal.")
    return getpass.getpass(prompt)


def read_new_pin(prompt: str) -> str:
    """A PIN to be set, asked for twice where it is typed. Raises Refused."""
    pin = read_pin(PIN_FILE, prompt)
    if not os.environ.get(PIN_FILE) and pin != getpass.getpass("The same again: "):
        raise Refused("bad-pin", "The two are not the same.", "Nothing was done. Try again.")
    return pin


def _pin_in(path: Path) -> str:
    """What a file has as a PIN, its last line break apart. Raises Refused, also where others may read it."""
    try:
        with path.open("rb") as file:
            if not _its_owners_alone(os.fstat(file.fileno())):
                raise Refused(NOT_ALLOWED, f"Others than its owner may read {path}.", f"Run: chmod 600 {path}")
            return file.read(MAX_PIN_FILE).decode().rstrip("\r\n")
    except OSError as failure:
        raise Refused(NOT_ALLOWED, f"{path} cannot be read: {failure.strerror or failure}.", "Give a PIN.") from failure
    except UnicodeDecodeError:
        raise Refused(NOT_ALLOWED, f"{path} holds no PIN.", "A PIN is 6 to 12 digits.") from None


def _its_owners_alone(found: os.stat_result) -> bool:
    """Whether this user owns a file and nobody else may read it; Windows keeps others out by the folder."""
    if sys.platform == "win32":
        return True
    return found.st_uid == os.getuid() and not found.st_mode & (stat.S_IRWXG | stat.S_IRWXO)
