"""The `dockwarden` command: reads the command line, opens the home, calls the verb, and says how it ended.

It is the twin of the window: a verb that the window has, the command has. Without a verb it opens the window.
"""

from __future__ import annotations

import argparse
import contextlib
import logging
import signal
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from app import __version__
from app.exits import MEANING, Exit
from app.times import read_moment
from app.verbs.output import Output

if TYPE_CHECKING:
    Verbs = argparse._SubParsersAction[argparse.ArgumentParser]

Verb = Callable[[argparse.Namespace, Output], int]

MAX_VIRTUAL = 64

EMULATE = "emulate"
"""The word by which a build becomes the emulation of virtual cameras (`drivers.virtual.dock`)."""


def main(words: Sequence[str] | None = None) -> int:
    """Run the command and give its exit code (see `app.exits`)."""
    arguments = sys.argv[1:] if words is None else list(words)
    if arguments[:1] == ["media-child"]:
        from app.media.child import main as media_child  # noqa: PLC0415  it must load nothing else

        return media_child(int(arguments[1]))
    if arguments[:1] == ["media-player"]:
        from app.media.playing import main as media_player  # noqa: PLC0415  the same

        return media_player(*(int(handle) for handle in arguments[1:4]))
    if arguments[:1] == [EMULATE]:
        from drivers.virtual.server import main as emulate  # noqa: PLC0415  the same

        emulate(arguments[1:])
        return Exit.DONE
    args = parser().parse_args(arguments)
    output = Output(json=args.json)
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    signal.signal(signal.SIGTERM, interrupt)
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup ignores it
        signal.signal(signal.SIGHUP, interrupt)
    return run(args, output)


def interrupt(_signal: int, _frame: object) -> None:
    """Take SIGTERM, or the terminal's being closed, as Ctrl-C is taken: stop at a safe place."""
    raise KeyboardInterrupt


def run(args: argparse.Namespace, output: Output) -> int:
    """Call the verb; turn trouble into words and an exit code."""
    from app.errors import KNOWN, WrongKindOfHome, reason_of  # noqa: PLC0415  not for the media child
    from app.people.values import Refused  # noqa: PLC0415  the same

    try:
        return find_verb(args.run)(args, output)
    except KeyboardInterrupt:
        output.say("Stopped. What was not finished goes on next time.")
        return Exit.INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()
        return Exit.INTERRUPTED
    except Refused as refused:
        output.refused(refused.rule, f"{refused.what_happened} {refused.what_to_do}".rstrip())
        return Exit.REFUSED
    except KNOWN as trouble:
        reason = reason_of(trouble)
        output.say(f"{reason.what_happened} {reason.what_to_do}")
        return Exit.REFUSED if isinstance(trouble, WrongKindOfHome) else Exit.TROUBLE
    except Exception:
        logging.getLogger(__name__).exception("a mistake of Dockwarden itself; please send this to support")
        return Exit.DEFECT


def find_verb(place: str) -> Verb:
    """Load a verb named as "module:function"."""
    module, function = place.split(":")
    verb: Verb = getattr(import_module(module), function)
    return verb


# -- the command line ------------------------------------------------------------------------------------------------


def parser() -> argparse.ArgumentParser:
    """The command line, whole."""
    top = argparse.ArgumentParser(
        prog="dockwarden",
        description="Docks body-worn cameras: offloads, seals and proves their footage. Without a verb: the window.",
        epilog="Exit codes: " + "; ".join(f"{code.value} {meaning}" for code, meaning in MEANING.items()) + ".",
    )
    top.add_argument("--version", action="version", version=f"dockwarden {__version__}")
    top.add_argument("--home", type=Path, metavar="DIR", help="database, vault and settings (or DOCKWARDEN_HOME)")
    top.add_argument(
        "--as", dest="actor", metavar="COLLAR", help="who acts; the PIN from a prompt or DOCKWARDEN_PIN_FILE"
    )
    top.add_argument("--key", action="store_true", help="a FIDO2 key in place of the PIN; with enrol, keep this key")
    top.add_argument("--second", metavar="COLLAR", help="the second person, where two are asked for")
    top.add_argument("--virtual", type=virtual_count, metavar="N", help="a dock of N emulated cameras, for a try-out")
    top.add_argument("--theme", choices=("light", "dark"), help="the window's colours; without it, as the system has")
    top.add_argument("--json", action="store_true", help="one JSON object a line on standard output")
    top.set_defaults(run="app.start:window")
    verbs = top.add_subparsers(title="verbs", metavar="VERB")
    add_dock_verbs(verbs)
    add_vault_verbs(verbs)
    add_ledger_verbs(verbs)
    add_setup_verbs(verbs)
    add_people_verbs(verbs)
    add_custody_verbs(verbs)
    add_asking_verbs(verbs)
    add_other_verbs(verbs)
    return top


def add_verb(verbs: Verbs, name: str, run_: str, help_: str) -> argparse.ArgumentParser:
    """Add one verb. `--json` may stand after it as well as before."""
    verb: argparse.ArgumentParser = verbs.add_parser(name, help=help_, description=help_)
    verb.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="one JSON object a line")
    verb.set_defaults(run=run_)
    return verb


def add_dock_verbs(verbs: Verbs) -> None:
    """`cameras`, `offload`, `watch`, `keep`, `hold` and `fault`."""
    add_verb(verbs, "cameras", "app.verbs.docks:cameras", "list the docked cameras")
    offload = add_verb(verbs, "offload", "app.verbs.docks:offload", "run the docking routine on what is docked now")
    offload.add_argument("--bay", action="append", default=[], metavar="B", help="only the camera in this bay")
    offload.add_argument("--serial", metavar="S", help="only the camera with this serial number")
    offload.add_argument("--keep", action="store_true", help="release nothing: the recordings stay on the camera too")
    watch = add_verb(verbs, "watch", "app.verbs.docks:watch", "dock whatever comes, until stopped, without a screen")
    watch.add_argument("--for", dest="handle", type=int, help=argparse.SUPPRESS)  # a window's own, see `app.beside`
    keep = add_verb(verbs, "keep", "app.verbs.acts:keep", "release nothing more of a camera while it is docked")
    keep.add_argument("bay", metavar="BAY")
    keep.add_argument("--release", action="store_true", help="the other way: release as usual again")
    hold = add_verb(verbs, "hold", "app.verbs.acts:hold", "hold recordings, so that no rule may delete them")
    hold.add_argument("id", nargs="*", metavar="ID")
    hold.add_argument("--bay", metavar="BAY", help="every recording of the camera in this bay")
    hold.add_argument("--reason", required=True, metavar="TEXT", help="why; it is kept with the recordings")
    hold.add_argument("--lift", action="store_true", help="let the named recordings go again")
    fault = add_verb(verbs, "fault", "app.verbs.custody:fault", "report a fault of a camera")
    fault.add_argument("camera", metavar="CAMERA", help="asset or serial number, or the bay where it is docked")
    fault.add_argument("words", metavar="TEXT", help="what is wrong, or with --clear how it was put right")
    fault.add_argument("--clear", action="store_true", help="the fault is put right")


def add_vault_verbs(verbs: Verbs) -> None:
    """`recordings` and `verify`."""
    recordings = add_verb(verbs, "recordings", "app.verbs.vault:recordings", "list the sealed recordings")
    acts = recordings.add_subparsers(metavar="show ID | open ID -o FILE")
    show = add_verb(acts, "show", "app.verbs.vault:show", "everything known of one recording")
    show.add_argument("id", metavar="ID")
    open_ = add_verb(acts, "open", "app.verbs.vault:open_copy", "write a plain copy of one recording; this is logged")
    open_.add_argument("id", metavar="ID")
    open_.add_argument("-o", "--output", type=Path, required=True, metavar="FILE", help="a file that is not there yet")
    verify = add_verb(verbs, "verify", "app.verbs.vault:verify", "read the whole vault and the whole ledger again")
    verify.add_argument(
        "--checkpoint",
        action="append",
        default=[],
        type=Path,
        metavar="FILE",
        help="a checkpoint that somebody else has kept: the ledger must have grown from it",
    )


def add_ledger_verbs(verbs: Verbs) -> None:
    """`ledger` and `keys`."""
    ledger = add_verb(verbs, "ledger", "app.verbs.ledger:show", "the log, newest checkpoint first")
    acts = ledger.add_subparsers(metavar="ACT")
    add_verb(acts, "show", "app.verbs.ledger:show", "every entry")
    add_verb(acts, "checkpoint", "app.verbs.ledger:checkpoint", "sign the head of the ledger now and print it")
    prove = add_verb(acts, "prove", "app.verbs.ledger:prove", "prove that a recording's seal is in the ledger")
    prove.add_argument("id", metavar="ID", help="a recording's id")
    grown = add_verb(acts, "consistency", "app.verbs.ledger:consistency", "prove that one checkpoint grew from another")
    grown.add_argument("old", metavar="OLD", help="the earlier one: its number of entries, or a file with it")
    grown.add_argument("new", metavar="NEW", help="the later one, likewise")
    export = add_verb(acts, "export", "app.verbs.ledger:export", "write a bundle that is checked without Dockwarden")
    export.add_argument("folder", type=Path, metavar="DIR", help="a folder that is empty or not there yet")
    add_witness_verbs(acts)
    keys = add_verb(verbs, "keys", "app.verbs.keys:show", "the station's keys and recovery recipients")
    acts = keys.add_subparsers(metavar="init | show | add-recovery | make-recovery | prove-recovery")
    add_verb(acts, "init", "app.verbs.keys:init", "make the station's keys, if it has none")
    add_verb(acts, "show", "app.verbs.keys:show", "the public halves, and where the keys are kept")
    add_verb(acts, "rotate", "app.verbs.keys:rotate", "sign the ledger with a new key; takes two people")
    add_verb(acts, "replace", "app.verbs.keys:replace", "make new keys in the place of lost ones; takes two people")
    add_verb(acts, "seen", "app.verbs.keys:seen", "say that you have seen that lost keys were replaced")
    add = add_verb(acts, "add-recovery", "app.verbs.keys:add_recovery", "seal new recordings to this recipient too")
    add.add_argument("recipient", metavar="RECIPIENT", help="the public half of an age key: age1…")
    add.add_argument("--label", default="", help="whose it is, in a few words")
    make = add_verb(acts, "make-recovery", "app.verbs.keys:make_recovery", "make a recovery key, shown once, for paper")
    make.add_argument("--label", default="", help="where its paper is kept, in a few words")
    prove = add_verb(acts, "prove-recovery", "app.verbs.keys:prove_recovery", "have a recipient's holder prove the key")
    prove.add_argument("recipient", metavar="RECIPIENT", help="age1…, or its label")
    how = prove.add_mutually_exclusive_group(required=True)
    how.add_argument("--write", type=Path, metavar="FILE", help="write a sealed test file with one word in it")
    how.add_argument("--word", metavar="WORD", help="the word that was in the test file")


def add_witness_verbs(acts: Verbs) -> None:
    """Receipts, witnesses and time stamps, below `ledger`."""
    paper = add_verb(acts, "receipt", "app.verbs.ledger:receipt", "a receipt of an entry, with its proof as a QR code")
    paper.add_argument("id", metavar="ENTRY", help="an entry's number, or a recording's id")
    paper.add_argument("--plain", action="store_true", help="without the QR code")
    check = add_verb(acts, "check-receipt", "app.verbs.ledger:check_receipt", "check a receipt against the ledger")
    check.add_argument("file", type=Path, metavar="FILE")
    witness = add_verb(acts, "witness", "app.verbs.ledger:witness", "vouch for another station's ledger")
    witness.add_argument("file", type=Path, nargs="?", metavar="FILE", help="what it asks, by `ledger consistency`")
    witness.add_argument("--know", type=Path, metavar="KEY", help="a file with that ledger's key: vouch for it")
    cosign = add_verb(acts, "cosign", "app.verbs.ledger:cosign", "keep what a witness answered")
    cosign.add_argument("file", type=Path, metavar="FILE")
    cosign.add_argument("--key", required=True, metavar="KEY", help="the witness's key, as its `keys show` prints it")
    stamp = add_verb(acts, "stamp", "app.verbs.ledger:stamp", "a time stamp (RFC 3161) of the newest checkpoint")
    how = stamp.add_mutually_exclusive_group(required=True)
    how.add_argument("--write", type=Path, metavar="FILE", help="write the request, to be sent to the authority")
    how.add_argument("--take", type=Path, metavar="FILE", help="keep the authority's response")
    stamp.add_argument("--size", type=int, metavar="N", help="of how many entries it is; without it, of all")


def add_setup_verbs(verbs: Verbs) -> None:
    """`setup` and `settings`."""
    setup = add_verb(verbs, "setup", "app.verbs.setup:setup", "the first start: by questions, or by these options")
    setup.add_argument("--station", metavar="NAME", help="what the station is called")
    setup.add_argument("--admin", metavar="COLLAR", help="make the first administrator, by DOCKWARDEN_PIN_FILE")
    setup.add_argument("--vault", metavar="DIR", help="the folder of the sealed recordings")
    setup.add_argument(
        "--recovery", action="append", default=[], metavar="age1…", help="a recovery recipient; repeatable"
    )
    setup.add_argument("--label", action="append", default=[], help="whose it is, in the order of --recovery")
    settings = add_verb(verbs, "settings", "app.verbs.setup:show", "what is set for this station")
    acts = settings.add_subparsers(metavar="show | set FIELD VALUE")
    add_verb(acts, "show", "app.verbs.setup:show", "every setting, with what it means")
    change = add_verb(acts, "set", "app.verbs.setup:change", "change one setting")
    change.add_argument("field", metavar="FIELD", help="its name, as `settings` shows it")
    change.add_argument("value", metavar="VALUE", help="what it is to be; an empty one where the default is wanted")


def add_people_verbs(verbs: Verbs) -> None:
    """`people`."""
    people = add_verb(verbs, "people", "app.verbs.people:show", "who is known here")
    acts = people.add_subparsers(metavar="list | import FILE.csv | ldap URL | enrol COLLAR")
    add_verb(acts, "list", "app.verbs.people:show", "everybody, by collar number")
    take = add_verb(acts, "import", "app.verbs.people:take", "take people in from a CSV file, all rows or none")
    take.add_argument(
        "file", type=Path, metavar="FILE.csv", help="collar,name,rank,role,station,cohort,trained_on,card,active"
    )
    take.add_argument("--preview", action="store_true", help="say what would change, and change nothing")
    ldap = add_verb(acts, "ldap", "app.verbs.people:ldap", "take people in from an LDAP directory, all or none")
    ldap.add_argument("url", metavar="URL", help="ldaps://HOST, or ldap://HOST with StartTLS")
    ldap.add_argument("--base", required=True, metavar="DN", help="below which people are looked for")
    ldap.add_argument(
        "--user", required=True, metavar="DN", help="who reads; password by DOCKWARDEN_LDAP_PASSWORD_FILE"
    )
    ldap.add_argument("--ca", metavar="FILE", help="certificates to trust in place of the system's")
    ldap.add_argument(
        "--map", action="append", default=[], metavar="FIELD=ATTRIBUTE", help="which has what; repeatable"
    )
    ldap.add_argument("--preview", action="store_true", help="say what would change, and change nothing")
    enrol = add_verb(acts, "enrol", "app.verbs.people:enrol", "give somebody a one-time code to set card and PIN with")
    enrol.add_argument("collar", metavar="COLLAR")
    enrol.add_argument("--code", metavar="CODE", help="the code that you were given: sets your own PIN")
    enrol.add_argument("--card", metavar="NUMBER", help="with --code: the number of your card, as a reader types it")


def add_custody_verbs(verbs: Verbs) -> None:
    """`pool`, `issue`, `return` and the other acts by which a camera changes hands."""
    pool = add_verb(verbs, "pool", "app.verbs.custody:pool_list", "the force's pool of cameras")
    acts = pool.add_subparsers(metavar="list | import FILE.csv")
    add_verb(acts, "list", "app.verbs.custody:pool_list", "every camera, by asset number")
    take = add_verb(acts, "import", "app.verbs.custody:pool_take", "take cameras in from a CSV file, all rows or none")
    take.add_argument("file", type=Path, metavar="FILE.csv", help="asset,serial,make,model,station,mode")
    take.add_argument("--preview", action="store_true", help="say what would change, and change nothing")
    issue = add_act(verbs, "issue", "issue", "hand a camera to an officer", "camera", "officer")
    issue.add_argument("--mode", choices=("personal", "allocated", "pool"), help="without it, as the camera is")
    issue.add_argument("--override", metavar="REASON", help="why it is handed out although it is not ready")
    add_act(verbs, "return", "give_back", "take a camera back without docking it", "camera")
    add_act(verbs, "reassign", "reassign", "pass a camera on to another officer", "camera", "officer")
    swap = add_act(verbs, "swap", "swap", "take an officer's camera back and hand them another", "officer", "camera")
    swap.add_argument("--override", metavar="REASON", help="why it is handed out although it is not ready")
    transfer = add_act(verbs, "transfer", "transfer", "send a camera to another station", "camera")
    transfer.add_argument("station", metavar="STATION")
    paper = transfer.add_mutually_exclusive_group()
    paper.add_argument("--receipt", type=Path, metavar="FILE", help="write there what another home accepts it by")
    paper.add_argument("--accepted", type=Path, metavar="FILE", help="the answer of the home that accepted it")
    accept = add_act(verbs, "accept", "accept", "take in a camera that another station sent", "camera")
    accept.add_argument("--receipt", type=Path, metavar="FILE", help="what the sending home wrote")
    accept.add_argument("--answer", type=Path, metavar="FILE", help="with --receipt: write there that it was accepted")
    lost = add_act(verbs, "lost", "lost", "report a camera lost or stolen", "camera")
    lost.add_argument("words", metavar="TEXT", nargs="?", help="what happened")
    add_act(verbs, "found", "found", "a lost camera is back", "camera")
    repair = add_act(verbs, "repair", "repair", "send a camera to repair", "camera")
    repair.add_argument("words", metavar="TEXT", nargs="?", help="what is to be mended, or was")
    repair.add_argument("--back", action="store_true", help="it is back, mended")
    retire = add_act(verbs, "retire", "retire", "use a camera no more", "camera")
    retire.add_argument("words", metavar="TEXT", nargs="?", help="why")
    correct = add_verb(verbs, "correct", "app.verbs.custody:correct", "say that an act was entered wrongly, and why")
    correct.add_argument("entry", type=int, metavar="ENTRY", help="the number of its entry")
    correct.add_argument("--reason", required=True, metavar="TEXT")
    what = correct.add_mutually_exclusive_group(required=True)
    what.add_argument("--officer", metavar="OFFICER", help="who held it")
    what.add_argument("--at", type=moment, metavar="TIME", help="when it was")
    what.add_argument("--void", action="store_true", help="it never was")


PLACES = {"camera": "asset or serial number", "officer": "collar or card number"}


def add_act(verbs: Verbs, name: str, function: str, help_: str, *places: str) -> argparse.ArgumentParser:
    """Add an act of custody with the camera and the officer that it takes, in this order."""
    verb = add_verb(verbs, name, f"app.verbs.custody:{function}", help_)
    for place in places:
        verb.add_argument(place, metavar=place.upper(), help=PLACES[place])
    return verb


def add_asking_verbs(verbs: Verbs) -> None:
    """`who-held`, `held-by`, `timeline` and `late`."""
    who = add_verb(verbs, "who-held", "app.verbs.asking:who_held", "who held a camera at a moment")
    who.add_argument("camera", metavar="CAMERA", help=PLACES["camera"])
    who.add_argument("--at", type=moment, metavar="TIME", help="ISO 8601 with an offset; without it, now")
    by = add_verb(verbs, "held-by", "app.verbs.asking:held_by", "what an officer held")
    by.add_argument("officer", metavar="OFFICER", help=PLACES["officer"])
    by.add_argument("--from", dest="since", type=moment, metavar="TIME", help="only what was held after this")
    by.add_argument("--to", dest="until", type=moment, metavar="TIME", help="only what was held before this")
    timeline = add_verb(verbs, "timeline", "app.verbs.asking:timeline", "what was done with a camera")
    timeline.add_argument("camera", metavar="CAMERA", help=PLACES["camera"])
    add_verb(verbs, "late", "app.verbs.asking:late", "what should have been back, and what somebody unknown took")


def moment(text: str) -> datetime:
    """A moment with an offset; raises ArgumentTypeError for anything else."""
    try:
        return read_moment(text)
    except ValueError as wrong:
        raise argparse.ArgumentTypeError(str(wrong)) from wrong


def add_other_verbs(verbs: Verbs) -> None:
    """`kiosk`, `doctor`, `selftest`, `virtual` and `simulate-year`."""
    add_verb(verbs, "kiosk", "app.start:kiosk", "the whole screen for officers, by card and by docking")
    add_verb(verbs, "doctor", "app.verbs.doctor:run", "what is right and wrong with this machine, and what to do")
    add_verb(verbs, "selftest", "app.start:selftest", "try every part of this installation in a scratch home")
    virtual = add_verb(verbs, "virtual", "app.verbs.virtual:show", "the virtual cameras of a try-out home")
    acts = virtual.add_subparsers(metavar="record SERIAL | lift SERIAL | dock SERIAL")
    record = add_verb(acts, "record", "app.verbs.virtual:record", "add a recording to a virtual camera")
    record.add_argument("serial", metavar="SERIAL", help="the camera, as `cameras` names it")
    record.add_argument("--critical", action="store_true", help="as if the officer had marked the event")
    for name, help_ in (("lift", "lift a virtual camera out of its bay"), ("dock", "put a virtual camera back")):
        move = add_verb(acts, name, f"app.verbs.virtual:{name}", f"{help_}, while a Dockwarden runs with --virtual")
        move.add_argument("serial", metavar="SERIAL", help="the camera, as `cameras` names it")

    add_simulation(verbs)


def add_simulation(verbs: Verbs) -> None:
    """`simulate-year`."""
    year = add_verb(verbs, "simulate-year", "app.verbs.simulate:run", "make up a force and a year of its custody")
    year.add_argument("--cameras", type=counted(100_000), default=795, metavar="N")
    year.add_argument("--officers", type=counted(200_000), default=1300, metavar="N")
    year.add_argument("--days", type=counted(36_500), default=365, metavar="N", help="how many days, up to today")
    year.add_argument("--events", type=counted(100_000_000), metavar="N", help="acts of custody, in place of days")
    year.add_argument("--seed", type=int, default=1, metavar="N", help="the same seed makes the same year")


def counted(most: int) -> Callable[[str], int]:
    """Reads a whole number from 1 to `most`; raises ArgumentTypeError for anything else."""

    def count(text: str) -> int:
        if text.isascii() and text.isdecimal() and 1 <= int(text[:12]) <= most:
            return int(text)
        raise argparse.ArgumentTypeError(f"a whole number from 1 to {most}")

    return count


def virtual_count(text: str) -> int:
    """How many virtual cameras; raises ArgumentTypeError outside 1 to 64."""
    with contextlib.suppress(ValueError):
        if 1 <= int(text) <= MAX_VIRTUAL:
            return int(text)
    raise argparse.ArgumentTypeError(f"a whole number from 1 to {MAX_VIRTUAL}")


# -- the verbs that need the window ----------------------------------------------------------------------------------


def window(args: argparse.Namespace, output: Output) -> int:
    """Open the window; where there is no display, do the same job in the terminal and say why."""
    from app.ui.display import can_show  # noqa: PLC0415  Qt is loaded for the window only

    why_not = can_show()
    if why_not is not None or output.json:
        from app.verbs.docks import offload_here  # noqa: PLC0415

        output.say(f"{why_not or 'Asked for JSON.'} The job runs here in the terminal instead.")
        return offload_here(args, output)
    from app.ui.main import run as show  # noqa: PLC0415
    from app.verbs.docks import docks_beside, home_of  # noqa: PLC0415

    with home_of(args) as home, docks_beside(args, home) as docks:
        return show(home, docks, theme=args.theme)


def kiosk(args: argparse.Namespace, output: Output) -> int:
    """Open the kiosk over the whole screen."""
    from app.ui.display import can_show  # noqa: PLC0415  Qt is loaded for the window only

    why_not = can_show()
    if why_not is not None:
        output.say(f"{why_not} The kiosk needs a screen; cameras are docked without one by: dockwarden watch")
        return Exit.TROUBLE
    from app.ui.main import run_kiosk  # noqa: PLC0415
    from app.verbs.docks import docks_beside, home_of  # noqa: PLC0415

    with home_of(args) as home, docks_beside(args, home) as docks:
        return run_kiosk(home, docks, theme=args.theme)


def selftest(args: argparse.Namespace, output: Output) -> int:
    """Try every part in a scratch home, the window's toolkit among them."""
    from app.ui.selftest import try_qt  # noqa: PLC0415
    from app.verbs.selftest import run as try_parts  # noqa: PLC0415

    return try_parts(args, output, {"window": try_qt})


if __name__ == "__main__":
    sys.exit(main())
