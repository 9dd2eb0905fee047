"""`keys`: the station's keys and its recovery keys."""

from __future__ import annotations

import argparse
import sys
from typing import Any

import msgspec

from app import recovery, rotation
from app.exits import Exit
from app.home import Home
from app.ledger.note import VerifierKey
from app.people.roles import NOT_ALLOWED, Act
from app.people.values import Actor, Proof, Refused
from app.verbs.actor import actor_of, by_key, read_new_pin, who
from app.verbs.docks import home_of, warn
from app.verbs.output import Output
from app.witnesses import witness_key


def init(args: argparse.Namespace, output: Output) -> int:
    """Make the keys of a new home; a home that has keys keeps them."""
    return show(args, output)


def show(args: argparse.Namespace, output: Output) -> int:
    """Say the public halves and where the secret ones are kept."""
    with home_of(args) as home:
        public = public_halves(home)
        output.result(public, "\n".join(key_words(home)))
        warn(home, output)
    return Exit.DONE


def add_recovery(args: argparse.Namespace, output: Output) -> int:
    """Seal every new recording to one more recipient. Recordings sealed before are not opened by it."""
    with home_of(args) as home:
        recovery.add(home, args.recipient, args.label, who(args, home, Act.CHANGE_KEYS))
        output.result(public_halves(home), f"From now on recordings are sealed to {args.recipient} too.")
        output.say("Recordings that are sealed already are not opened by it.")
    return Exit.DONE


def make_recovery(args: argparse.Namespace, output: Output) -> int:
    """Make a recovery key, show its secret once, and add it once its paper was read back."""
    if output.json or not is_terminal():
        output.say("A new recovery key is shown to a person only: its secret must get into no file. Use a terminal.")
        return Exit.REFUSED
    with home_of(args) as home:
        actor = who(args, home, Act.CHANGE_KEYS)
        return Exit.DONE if make_key(home, args.label, output, actor) else Exit.NOT_ALL_DONE


def prove_recovery(args: argparse.Namespace, output: Output) -> int:
    """Write a sealed test file for a recipient, or take the word that was in it."""
    with home_of(args) as home:
        actor = who(args, home, Act.PROVE_KEYS)
        try:
            if args.write is not None:
                recovery.write_test(home, args.recipient, args.write, actor)
                output.result({"event": "recovery-test", "file": str(args.write)}, f"Written: {args.write}")
                output.say(f"Have it opened with `age -d -i key.txt {args.write.name}`; inside is one word.")
            else:
                recovery.prove_word(home, args.recipient, args.word, actor)
                output.result({"event": "recovery-proved", "recipient": args.recipient}, "This recovery key is proved.")
        except recovery.NotProved as not_proved:
            output.say(f"{not_proved.what_happened} {not_proved.what_to_do}")
            return Exit.FOUND_WRONG
    return Exit.DONE


def is_terminal() -> bool:
    """Whether a person sits there: questions can be asked, and what is shown gets into no file."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def make_key(home: Home, label: str, output: Output, actor: Actor | None) -> bool:
    """Show a new recovery key on the terminal until its end was read back, then add it; whether that was done."""
    identity = recovery.make()
    show_secret(identity.secret_text())
    try:
        while typed := input(f"Its last {recovery.TYPED} characters, read from the paper (Enter: give up): ").strip():
            try:
                recovery.prove_here(home, identity, label, typed, actor)
            except recovery.NotProved as not_proved:
                output.say(f"{not_proved.what_happened} {not_proved.what_to_do}")
            else:
                return True
    finally:
        sys.stdout.write("\x1b[2J\x1b[3J\x1b[H")  # the screen, and what was scrolled off it
        sys.stdout.flush()
        output.say(
            "The secret was wiped from this terminal. Whether the memory of this machine still has it is not known."
        )
    return False


def show_secret(secret: str) -> None:
    """Show a secret, as text and as a QR code, to be written on paper."""
    import segno  # noqa: PLC0415  only here

    sys.stdout.write(f"\nPut this on paper, every character as it stands, and the date:\n\n    {secret}\n\n")
    segno.make_qr(secret).terminal(compact=True)
    sys.stdout.flush()


def rotate(args: argparse.Namespace, output: Output) -> int:
    """Sign the ledger with a new key from here on, by word of two people."""
    with home_of(args) as home:
        actor = actor_of(args, home, Act.CHANGE_KEYS)
        rotation.rotate(home, actor.person, actor.second)
        return tell_changed(home, output, "rotated")


def replace(args: argparse.Namespace, output: Output) -> int:
    """Make new keys in the place of lost ones, and set the PIN of who does it: every other one is void.

    Without the lost pepper no PIN is proved: both are named by word, but who has a FIDO2 key uses it.
    """
    with home_of(args) as home:
        if args.actor is None or args.second is None:
            raise Refused(NOT_ALLOWED, "Lost keys are replaced by two people.", "Say who: --as COLLAR --second COLLAR.")
        actor = by_key(args, home) if args.key else Actor(home.people.known(args.actor), Proof.NONE)
        actor = msgspec.structs.replace(actor, second=home.people.known(args.second))
        rotation.may_replace(home, actor)
        number = actor.person.collar
        others = rotation.replace(home, actor, read_new_pin(f"New PIN for {number}, 6 to 12 digits: "))
        output.say("The old keys are lost: recordings sealed before are opened by a recovery key alone.")
        output.say(f"{number} signs in with the new PIN. Every other PIN is void ({others} people had one): each")
        output.say(f"sets one with a code by `dockwarden --as {number} people enrol COLLAR`. FIDO2 keys hold.")
        output.say("Tell every witness the new key. That it was replaced is told at every start, until another")
        output.say("supervisor, auditor or administrator confirms having seen it: dockwarden --as COLLAR keys seen.")
        return tell_changed(home, output, "lost")


def seen(args: argparse.Namespace, output: Output) -> int:
    """Confirm having seen that somebody else replaced lost keys."""
    with home_of(args) as home:
        entry = rotation.see(home, actor_of(args, home, Act.SEE_KEYS))
        line = {"event": "keys-seen", "entry": entry}
        output.result(line, f"That you saw the keys replaced by entry {entry} is in the ledger now.")
    return Exit.DONE


def tell_changed(home: Home, output: Output, how: str) -> int:
    """Say the new key."""
    key = VerifierKey.of(home.keys.signer())
    words = (
        f"The ledger is signed by another key from here on. Its fingerprint: {key.fingerprint}\nTell it: {key.text()}"
    )
    line = {"event": "key-changed", "how": how, "fingerprint": key.fingerprint, "log_key": key.text()}
    output.result(line, words)
    return Exit.DONE


def public_halves(home: Home) -> dict[str, Any]:
    """What may be shown of the keys."""
    keys = home.keys
    return {
        "event": "keys",
        "station": keys.station,
        "recipient": keys.recipient,
        "ledger_key": keys.signer().public_key.hex(),
        "fingerprint": VerifierKey.of(keys.signer()).fingerprint,
        "log_key": VerifierKey.of(keys.signer()).text(),
        "witness_key": witness_key(home).text(),
        "place": keys.place,
        "recovery": [
            {"recipient": one.recipient, "label": one.label, "proved": one.proved} for one in recovery.standings(home)
        ],
    }


def key_words(home: Home) -> list[str]:
    """The same for people."""
    public = public_halves(home)
    kept = [
        f"Recovery     {one['recipient']}  {'proved' if one['proved'] else 'not yet proved'}  {one['label']}"
        for one in public["recovery"]
    ]
    return [
        f"Station      {public['station']}",
        f"Sealed to    {public['recipient']}",
        f"Ledger key   {public['ledger_key']}",
        f"Fingerprint  {public['fingerprint']}",
        f"Log key      {public['log_key']}",
        f"As witness   {public['witness_key']}",
        f"Kept in      {public['place']}",
        *(kept or ["Recovery     none yet"]),
    ]
