"""Who may do what, and how well they must prove who they are: one table, and the one question that everything asks.

What is not in the table is for nobody. Docking, and reading the vault through (`verify`), are not in it: they never ask
who is there (`app.verbs.actor.ASK_NOBODY`). docs/roles.md is this table, written by `python -m tools.roles`.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from app.people.values import Actor, Person, Proof, Refused, Role

OFFICER, SERGEANT, SUPERVISOR = Role.OFFICER, Role.SERGEANT, Role.SUPERVISOR
TECHNICIAN, AUDITOR, ADMINISTRATOR = Role.TECHNICIAN, Role.AUDITOR, Role.ADMINISTRATOR

SECONDS = frozenset({SUPERVISOR, ADMINISTRATOR})
"""Who may be the second person of an act that asks for two."""

NOT_ALLOWED, INACTIVE = "not-allowed", "inactive"


class Act(StrEnum):
    """What may be asked for, by its fixed name."""

    DRAW = "draw"
    ACKNOWLEDGE = "acknowledge"
    REPORT_FAULT = "report-fault"
    CLEAR_FAULT = "clear-fault"
    ISSUE = "issue"
    OVERRIDE = "override"
    RETURN = "return"
    REASSIGN = "reassign"
    SWAP = "swap"
    TRANSFER = "transfer"
    ACCEPT = "accept"
    LOST = "lost"
    FOUND = "found"
    REPAIR = "repair"
    RETIRE = "retire"
    CORRECT = "correct"
    READ_CUSTODY = "read-custody"
    READ_POOL = "read-pool"
    IMPORT_POOL = "import-pool"
    READ_PEOPLE = "read-people"
    IMPORT_PEOPLE = "import-people"
    ENROL = "enrol"
    ENROL_SECOND = "enrol-second"
    CHANGE_ROLES = "change-roles"
    ADMIT = "admit"
    KEEP = "keep"
    LIST_RECORDINGS = "list-recordings"
    HOLD = "hold"
    LIFT_HOLD = "lift-hold"
    VIEW_FOOTAGE = "view-footage"
    COPY_FOOTAGE = "copy-footage"
    DISPOSE = "dispose"
    EXPORT_LEDGER = "export-ledger"
    CHANGE_KEYS = "change-keys"
    SEE_KEYS = "see-keys"
    PROVE_KEYS = "prove-keys"
    CHANGE_SETTINGS = "change-settings"


class Needs(msgspec.Struct, frozen=True):
    """What an act needs. `words` go on after "may" or "to"."""

    words: str
    proof: Proof
    roles: frozenset[Role]


def _needs(words: str, proof: Proof, *roles: Role) -> Needs:
    return Needs(words, proof, frozenset(roles))


_CUSTODIANS = (SERGEANT, SUPERVISOR)
_READERS = (SERGEANT, SUPERVISOR, AUDITOR)

TABLE = {
    Act.DRAW: _needs("take a camera for their own shift", Proof.CARD, OFFICER, *_CUSTODIANS),
    Act.ACKNOWLEDGE: _needs("say that they brought a camera back", Proof.CARD, OFFICER, *_CUSTODIANS),
    Act.REPORT_FAULT: _needs(
        "report a fault of a camera", Proof.CARD, OFFICER, *_CUSTODIANS, TECHNICIAN, ADMINISTRATOR
    ),
    Act.CLEAR_FAULT: _needs("say that a fault is put right", Proof.PIN, *_CUSTODIANS, TECHNICIAN),
    Act.ISSUE: _needs("issue a camera to somebody", Proof.PIN, *_CUSTODIANS),
    Act.OVERRIDE: _needs("issue a camera that is not ready, for a reason", Proof.PIN, *_CUSTODIANS),
    Act.RETURN: _needs("take a camera back by hand", Proof.PIN, *_CUSTODIANS),
    Act.REASSIGN: _needs("reassign a camera", Proof.PIN, *_CUSTODIANS),
    Act.SWAP: _needs("swap an officer's camera", Proof.PIN, *_CUSTODIANS),
    Act.TRANSFER: _needs("send a camera to another station", Proof.PIN, *_CUSTODIANS),
    Act.ACCEPT: _needs("accept a camera from another station", Proof.PIN, *_CUSTODIANS),
    Act.LOST: _needs("report a camera lost or stolen", Proof.PIN, *_CUSTODIANS),
    Act.FOUND: _needs("report that a lost camera was found", Proof.PIN, *_CUSTODIANS),
    Act.REPAIR: _needs("send a camera to repair or take it back", Proof.PIN, *_CUSTODIANS, TECHNICIAN),
    Act.RETIRE: _needs("retire a camera", Proof.PIN, *_CUSTODIANS, TECHNICIAN),
    Act.CORRECT: _needs("correct an entry of custody", Proof.PIN, *_CUSTODIANS),
    Act.READ_CUSTODY: _needs("read who held which camera", Proof.PIN, *_READERS),
    Act.READ_POOL: _needs("read the pool of cameras", Proof.PIN, *_READERS, TECHNICIAN, ADMINISTRATOR),
    Act.IMPORT_POOL: _needs("import or change cameras of the pool", Proof.PIN, *_CUSTODIANS, TECHNICIAN, ADMINISTRATOR),
    Act.READ_PEOPLE: _needs("read the list of people", Proof.PIN, *_READERS, ADMINISTRATOR),
    Act.IMPORT_PEOPLE: _needs("import or change people", Proof.PIN, ADMINISTRATOR),
    Act.ENROL: _needs("give somebody a code to enrol with", Proof.PIN, ADMINISTRATOR),
    Act.ENROL_SECOND: _needs("let a second person prove themselves anew", Proof.STRONG, ADMINISTRATOR),
    Act.CHANGE_ROLES: _needs("give somebody a role beyond officer", Proof.STRONG, ADMINISTRATOR),
    Act.ADMIT: _needs("have a new camera docked from now on", Proof.PIN, *_CUSTODIANS, TECHNICIAN, ADMINISTRATOR),
    Act.KEEP: _needs("have a docked camera keep or release its recordings", Proof.PIN, *_CUSTODIANS),
    Act.LIST_RECORDINGS: _needs("see which recordings there are", Proof.PIN, *_READERS),
    Act.HOLD: _needs("hold recordings", Proof.PIN, *_CUSTODIANS),
    Act.LIFT_HOLD: _needs("lift the hold on recordings", Proof.STRONG, SUPERVISOR),
    Act.VIEW_FOOTAGE: _needs("look at recordings", Proof.PIN, SUPERVISOR),
    Act.COPY_FOOTAGE: _needs("take footage out of the vault", Proof.STRONG, SUPERVISOR),
    Act.DISPOSE: _needs("dispose of recordings", Proof.STRONG, SUPERVISOR),
    Act.EXPORT_LEDGER: _needs("export the ledger", Proof.PIN, *_READERS, ADMINISTRATOR),
    Act.CHANGE_KEYS: _needs("change recovery keys or the ledger's key", Proof.STRONG, ADMINISTRATOR),
    Act.SEE_KEYS: _needs(
        "confirm that they saw that lost keys were replaced", Proof.PIN, SUPERVISOR, AUDITOR, ADMINISTRATOR
    ),
    Act.PROVE_KEYS: _needs("prove a recovery key", Proof.PIN, TECHNICIAN, ADMINISTRATOR),
    Act.CHANGE_SETTINGS: _needs("change settings", Proof.PIN, TECHNICIAN, ADMINISTRATOR),
}
"""What each act needs. An act that is for nobody would not be here."""

_TO_PROVE = {
    Proof.CARD: ("a card", "Tap your card, or sign in with your PIN."),
    Proof.PIN: ("a PIN", "Sign in with your PIN."),
    Proof.STRONG: (
        "a FIDO2 key, or a PIN and a second person",
        "Use your FIDO2 key, or have a supervisor or an administrator sign in beside you.",
    ),
}


def authorise(actor: Actor, act: Act, subject: Person | None = None) -> None:
    """Return if this person may do this to `subject`, whom it is about. Raises Refused, rule inactive or not-allowed.

    Nobody draws a camera for another, or gives themselves a role; nobody seconds what is about themselves.
    """
    needs = TABLE[act]
    _active(actor.person)
    if not may(actor, act):
        who = " or ".join(f"{_article(role)} {role}" for role in Role if role in needs.roles)
        raise _not_allowed(f"{_named(actor.person)} may not {needs.words}", f"Ask {who}.")
    if actor.proof < needs.proof:
        what, how = _TO_PROVE[needs.proof]
        raise _not_allowed(f"To {needs.words} takes {what}", how)
    if actor.second is not None:
        _check_second(actor.person, actor.second, subject)
    if act is Act.DRAW and subject is not None and subject.id != actor.person.id:
        raise _not_allowed("A camera that is drawn is for the one whose card was tapped", "Ask a sergeant to issue it.")
    if act is Act.CHANGE_ROLES and subject is not None and subject.id == actor.person.id:
        raise _not_allowed("Nobody changes their own role", "Ask another administrator.")


def may(actor: Actor, act: Act) -> bool:
    """Whether somebody of this role may do this, however they prove it."""
    roles = TABLE[act].roles
    return actor.person.role in roles or (actor.acting and stands_in(actor.person, act))


def stands_in(person: Person, act: Act) -> bool:
    """Whether an administrator may do this in a sergeant's place only."""
    roles = TABLE[act].roles
    return person.role is Role.ADMINISTRATOR and Role.ADMINISTRATOR not in roles and Role.SERGEANT in roles


def check_second(first: Person, second: Person) -> None:
    """Return if `second` may be the second person beside `first`. Raises Refused."""
    _check_second(first, second, None)


def _check_second(first: Person, second: Person, subject: Person | None) -> None:
    _active(second)
    if second.id == first.id:
        raise _not_allowed("The second person is the same as the first", "Have somebody else sign in beside you.")
    if second.role not in SECONDS:
        raise _not_allowed(
            f"{_named(second)} may not be the second person", "Have a supervisor or an administrator sign in."
        )
    if subject is not None and subject.id == second.id:
        raise _not_allowed("The second person is whom this is about", "Have somebody else sign in beside you.")


def _active(person: Person) -> None:
    if not person.active:
        raise Refused(INACTIVE, f"{person.collar} is not active any more.", "Ask an administrator.")


def _named(person: Person) -> str:
    return f"{person.collar} ({person.role})"


def _article(role: Role) -> str:
    return "an" if role[0] in "aeio" else "a"


def _not_allowed(what: str, what_to_do: str) -> Refused:
    return Refused(NOT_ALLOWED, f"{what}.", what_to_do)
