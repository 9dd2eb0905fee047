"""`people`: who is known here, taken in from a file, and enrolled, from the command line."""

from __future__ import annotations

import argparse
from typing import Any

from app.exits import Exit
from app.home import Home
from app.importing import read_csv
from app.people.pins import warning
from app.people.roles import Act
from app.people.values import Person
from app.verbs.actor import actor_of, key_asks, read_new_pin, read_pin
from app.verbs.docks import home_of
from app.verbs.imports import bad_rows_said, say_plan
from app.verbs.output import Output

PASSWORD_FILE = "DOCKWARDEN_LDAP_PASSWORD_FILE"  # noqa: S105  the name of a variable


def show(args: argparse.Namespace, output: Output) -> int:
    """List everybody, by collar number."""
    with home_of(args) as home:
        actor_of(args, home, Act.READ_PEOPLE)
        last: Person | None = None
        while page := home.people.page(last):
            last = page[-1]
            for person in page:
                output.result(line(person), words(person))
    return Exit.DONE


def line(person: Person) -> dict[str, Any]:
    """A person as a line of JSON."""
    return {
        "event": "person",
        "collar": person.collar,
        "name": person.name,
        "rank": person.rank,
        "role": person.role,
        "station": person.station,
        "cohort": person.cohort,
        "trained_on": person.trained_on and person.trained_on.isoformat(),
        "card": person.card,
        "active": person.active,
        "has_pin": person.has_pin,
    }


def words(person: Person) -> str:
    """A person as a line for people."""
    trained = "not trained" if person.trained_on is None else f"trained {person.trained_on.isoformat()}"
    marks = [trained, *([] if person.active else ["not active"]), *([] if person.has_pin else ["no PIN"])]
    who = f"{person.collar:<10} {person.rank} {person.name}".rstrip()
    return " · ".join([who, person.role, person.station, *([person.cohort] if person.cohort else []), *marks])


def take(args: argparse.Namespace, output: Output) -> int:
    """Take people in from a CSV file, or say what that would do."""
    from app.people.roll import table  # noqa: PLC0415  SQL, which a question of help does not pay

    with home_of(args) as home:
        by = actor_of(args, home, Act.IMPORT_PEOPLE)
        doing = home.people.preview if args.preview else home.people.take
        with bad_rows_said(output):
            plan = doing(read_csv(args.file, table()), by)
    return say_plan(plan, output, preview=args.preview)


def ldap(args: argparse.Namespace, output: Output) -> int:
    """Take people in from a directory, or say what that would do."""
    from app.people import directory  # noqa: PLC0415  SQL, which a question of help does not pay

    with home_of(args) as home:
        by = actor_of(args, home, Act.IMPORT_PEOPLE)
        password = read_pin(PASSWORD_FILE, f"Password of {args.user}: ")
        mapped = dict(one.partition("=")[::2] for one in args.map)
        place = directory.Directory(args.url, args.base, args.user, password, args.ca, directory.ATTRIBUTES | mapped)
        doing = home.people.preview if args.preview else home.people.take
        with bad_rows_said(output):
            plan = doing(directory.rows(directory.read(place), home.people), by)
    return say_plan(plan, output, preview=args.preview)


def enrol(args: argparse.Namespace, output: Output) -> int:
    """Give somebody a one-time code or, with the code, set one's own PIN and card."""
    if args.card is not None and args.code is None:
        output.say("A card is taken with --code, by the one whose it is.")
        return Exit.USAGE
    with home_of(args) as home:
        if args.code is not None:
            return set_own(args, home, output)
        by = actor_of(args, home, Act.ENROL)
        person = home.people.known(args.collar)
        code = home.signin.new_code(person, by)
        told = f"The code for {person.collar} is {code}. It is good once, for a day."
        output.result({"event": "code", "collar": person.collar, "code": code}, told)
    return Exit.DONE


def key_of(person: Person) -> str:
    """Have the FIDO2 key in this computer kept for somebody. Raises KeyTrouble."""
    from app.people import fido  # noqa: PLC0415  nothing else needs it

    return fido.register(fido.plugged_in(), person, key_asks())


def set_own(args: argparse.Namespace, home: Home, output: Output) -> int:
    """Set one's own PIN, and card, by the code that an administrator gave."""
    pin = read_new_pin("Your new PIN, 6 to 12 digits: ")
    person = home.signin.enrol(args.collar, args.code, pin, args.card, key_of if args.key else None)
    told = {"event": "enrolled", "collar": person.collar, "card": person.card}
    output.result(told, f"{person.collar} has a PIN now.")
    if weak := warning(pin, person.collar, person.card or ""):
        output.say(weak)
    return Exit.DONE
