"""`setup` and `settings`: the first start and what a station may set, in the terminal."""

from __future__ import annotations

import argparse
from itertools import zip_longest
from pathlib import Path
from typing import Any

import msgspec

from app.errors import Trouble
from app.exits import Exit
from app.home import Home
from app.people.pins import check_new, warning
from app.people.roles import NOT_ALLOWED, Act
from app.people.roll import check_collar
from app.people.values import Actor, Refused, Role
from app.settings import SettingRefused, read, text
from app.verbs.actor import actor_of, read_new_pin, who
from app.verbs.docks import home_of, warn
from app.verbs.keys import is_terminal, make_key
from app.verbs.output import Output


def setup(args: argparse.Namespace, output: Output) -> int:
    """Name the station, choose the vault, make the keys, add recovery keys: by options, or by questions."""
    if args.virtual:
        output.say("A try-out needs no set-up: its recordings are of emulated cameras.")
        return Exit.DONE
    if len(args.label) > len(args.recovery):
        output.say("There are more labels than recovery recipients.")
        return Exit.USAGE
    asks = not output.json and is_terminal() and not (args.station or args.vault or args.recovery or args.admin)
    with home_of(args) as home:
        if asks:
            ask_all(home, output, who(args, home, Act.CHANGE_KEYS))
        else:
            set_all(home, args, output)
        output.result(outcome(home), "\n".join(outcome_words(home)))
        warn(home, output)
    return Exit.DONE


def set_all(home: Home, args: argparse.Namespace, output: Output) -> None:
    """Do what the options say; what is so already stays, so that a script may run again."""
    given = {"station_name": args.station, "vault_folder": args.vault and str(Path(args.vault).expanduser().absolute())}
    given = {field: value for field, value in given.items() if value and value != getattr(home.settings, field)}
    known = {one.recipient for one in home.keys.recovery}
    new = [one for one in zip_longest(args.recovery, args.label, fillvalue="") if one[0] not in known]
    actor, pin = allow_set_up(args, home, Act.CHANGE_KEYS if new else Act.CHANGE_SETTINGS)
    home.change_settings(actor, **given)
    for recipient, label in new:
        _add_recovery(home, recipient, label, actor)
    if pin is not None:  # the last, as nothing is done in nobody's name from then on
        home.signin.set_up(args.admin, home.settings.station_name, pin)
        say_weak(pin, args.admin, output)


def allow_set_up(args: argparse.Namespace, home: Home, act: Act) -> tuple[Actor | None, str | None]:
    """Who sets this up, and the PIN of the first administrator where one is to be made. Raises Refused.

    In a home with accounts `--admin` names who they are again, as `--as` would.
    """
    if not home.people.anyone():
        if args.admin is None:
            return None, None
        number = check_collar(args.admin)
        return None, check_new(read_new_pin(f"PIN for {number}, 6 to 12 digits: "))
    if args.admin is not None:
        args.actor = args.admin
        found = home.people.find(args.admin)
        if found is None or found.role is not Role.ADMINISTRATOR:
            raise Refused(
                NOT_ALLOWED, "This home has its first administrator already.", "More are made by: people import."
            )
    return actor_of(args, home, act), None


def _add_recovery(home: Home, recipient: str, label: str, actor: Actor | None) -> None:
    from app import recovery  # noqa: PLC0415  the vault's ciphers, which a question of help does not pay

    recovery.add(home, recipient, label, actor)


def outcome(home: Home) -> dict[str, Any]:
    """How the station stands after its set-up."""
    from app import recovery  # noqa: PLC0415  see `_add_recovery`

    administrators = [one.collar for one in home.people.page() if one.role is Role.ADMINISTRATOR]
    return {
        "event": "setup",
        "station_name": home.settings.station_name,
        "vault_folder": str(home.vault.folder),
        "keys_place": home.keys.place,
        "recovery": [msgspec.to_builtins(one) for one in recovery.standings(home)],
        "admin": administrators[0] if administrators else None,
    }


def outcome_words(home: Home) -> list[str]:
    """The same for people."""
    found = outcome(home)
    proved = sum(one["proved"] for one in found["recovery"])
    return [
        f"Station        {found['station_name']}",
        f"Vault          {found['vault_folder']}",
        f"Keys kept in   {found['keys_place']}",
        f"Recovery keys  {len(found['recovery'])}, of which {proved} proved",
        f"Administrator  {found['admin'] or 'none yet: dockwarden setup --admin COLLAR'}",
    ]


# -- the questions ---------------------------------------------------------------------------------------------------


def ask_all(home: Home, output: Output, actor: Actor | None) -> None:
    """Go through the first start with a person. Whatever was answered is kept if they stop in the middle."""
    output.say("Setting up this station. Enter keeps what stands in brackets; Ctrl-C stops.")
    ask_setting(home, output, actor, "station_name", f"Name of the station [{home.settings.station_name}]: ")
    tell_folder(home.vault_folder_of(home.settings), output)
    question = f"Vault folder [{home.vault_folder_of(home.settings)}]: "
    if ask_setting(home, output, actor, "vault_folder", question):
        tell_folder(home.vault_folder_of(home.settings), output)
    output.say(f"The station's keys are kept in: {home.keys.place}.")
    ask_recovery(home, output, actor)
    ask_first(home, output)


def tell_folder(folder: Path, output: Output) -> None:
    """Say what can be told of a folder for the vault."""
    from app.setup import tell_of  # noqa: PLC0415  see `_add_recovery`

    output.say(f"Of {folder}:")
    for one in tell_of(folder):
        output.say(f"  {'!' if one.doubt else ' '} {one.what}: {one.words}.")


def ask_setting(home: Home, output: Output, actor: Actor | None, field: str, question: str) -> bool:
    """Ask for one setting until it fits; whether another was given."""
    while answer := asked(question):
        try:
            value = read(field, str(Path(answer).expanduser()) if "folder" in field else answer)
            home.change_settings(actor, **{field: value})
        except SettingRefused as refused:
            output.say(f"{refused.what_happened} {refused.what_to_do}")
        else:
            return True
    return False


def asked(question: str) -> str:
    """What a person answers; the end of the input stops, as Ctrl-C does."""
    try:
        return input(question).strip()
    except EOFError:
        raise KeyboardInterrupt from None


def ask_recovery(home: Home, output: Output, actor: Actor | None) -> None:
    """Ask for recovery keys until a person goes on without another."""
    from app.recovery import WANTED  # noqa: PLC0415  see `_add_recovery`

    output.say(
        "Recovery keys open the recordings when this machine, or its key, is lost. "
        f"Have at least {WANTED}, in different places."
    )
    while answer := asked(f"({len(home.keys.recovery)} so far) Paste an age1… line, or m to make one, or Enter: "):
        try:
            add_one(home, answer, output, actor)
        except Trouble as trouble:
            output.say(f"{trouble.what_happened} {trouble.what_to_do}")


def ask_first(home: Home, output: Output) -> None:
    """Ask for the first administrator, where there are no accounts yet, until one is made or put off."""
    if home.people.anyone():
        return
    output.say("The first administrator makes accounts for the others. There is no default PIN.")
    while collar := asked("Collar number of the first administrator (Enter: not now): "):
        try:
            collar, name = check_collar(collar), asked("Name, as on lists: ")
            card = asked("Card, tapped (Enter: later): ")
            pin = check_new(read_new_pin(f"PIN for {collar}, 6 to 12 digits: "))
            home.signin.set_up(collar, home.settings.station_name, pin, name=name, card=card or None)
        except Refused as refused:
            output.say(f"{refused.what_happened} {refused.what_to_do}")
        else:
            say_weak(pin, collar, output)
            return


def say_weak(pin: str, collar: str, output: Output) -> None:
    """Warn whoever chose a PIN that is guessed early."""
    if weak := warning(pin, collar):
        output.say(weak)


def add_one(home: Home, answer: str, output: Output, actor: Actor | None) -> None:
    """Make a recovery key, or add the one that was pasted and write its test file."""
    from app import recovery  # noqa: PLC0415  see `_add_recovery`

    label = asked("Whose is it, or where is it kept? ")
    if answer == "m":
        make_key(home, label, output, actor)
        return
    added = recovery.add(home, answer, label, actor)
    name = asked("File to write its sealed test to (Enter: not now): ")
    if name:
        path = Path(name).expanduser()
        recovery.write_test(home, added.recipient, path, actor)
        output.say(f"Have {path} opened with `age -d -i key.txt`, then: dockwarden keys prove-recovery … --word WORD")


# -- settings --------------------------------------------------------------------------------------------------------


def show(args: argparse.Namespace, output: Output) -> int:
    """Say every setting as the file has it."""
    with home_of(args) as home:
        settings = home.settings
        output.result({"event": "settings", **msgspec.structs.asdict(settings)}, text(settings).rstrip())
        output.say(f"They are kept in {home.settings_file}.")
    return Exit.DONE


def change(args: argparse.Namespace, output: Output) -> int:
    """Change one setting, if it fits."""
    with home_of(args) as home:
        actor = who(args, home, Act.CHANGE_SETTINGS)
        try:
            settings = home.change_settings(actor, **{args.field: read(args.field, args.value)})
        except SettingRefused as refused:
            output.say(f"{refused.what_happened} {refused.what_to_do}")
            return Exit.REFUSED
        value = getattr(settings, args.field)
        shown = "the default" if value is None else value
        output.result({"event": "settings", **msgspec.structs.asdict(settings)}, f"{args.field} is {shown} now.")
    return Exit.DONE
