"""A FIDO2 key: kept as its public half when somebody enrols with it, and asked to sign something fresh each time.

The key asks for its own PIN or finger (user verification), without which nothing is believed. Its counter is not kept:
what is kept is what the ledger's fact commits to, and that changes only when another key is given.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator

from cryptography.exceptions import InvalidSignature
from fido2.client import ClientError, DefaultClientDataCollector, Fido2Client, UserInteraction
from fido2.ctap import CtapDevice, CtapError
from fido2.ctap2.pin import ClientPin
from fido2.hid import CtapHidDevice
from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    UserVerificationRequirement,
)

from app.errors import Trouble
from app.people.values import Person

RP_ID = "dockwarden.internal"
ORIGIN = f"https://{RP_ID}"
REQUIRED = UserVerificationRequirement.REQUIRED


class KeyTrouble(Trouble):
    """A FIDO2 key cannot be used."""

    code = "fido2"
    what_to_do = "Put the key in, touch it when it blinks, and give its own PIN. Another way is a second person."


class Asks(UserInteraction):
    """Asks the person at the key: `ask` for the key's own PIN, `tell` to touch it."""

    def __init__(self, ask: Callable[[], str], tell: Callable[[str], None]) -> None:
        self._ask = ask
        self._tell = tell

    def prompt_up(self) -> None:
        """The key waits to be touched."""
        self._tell("Touch your key.")

    def request_pin(self, permissions: ClientPin.PERMISSION, rp_id: str | None) -> str | None:  # noqa: ARG002
        """The key wants its own PIN."""
        return self._ask()

    def request_uv(self, permissions: ClientPin.PERMISSION, rp_id: str | None) -> bool:  # noqa: ARG002
        """The key looks for a finger."""
        return True


def plugged_in() -> CtapDevice:
    """The one FIDO2 key in this computer. Raises KeyTrouble if there is none, or more than one."""
    found = list(_devices())
    if len(found) != 1:
        raise KeyTrouble("There is no FIDO2 key in this computer." if not found else "There are several FIDO2 keys.")
    return found[0]


def _devices() -> Iterator[CtapDevice]:
    try:
        yield from CtapHidDevice.list_devices()
    except OSError as failure:
        raise KeyTrouble(f"FIDO2 keys cannot be looked for: {failure.strerror or failure}.") from failure


def register(device: CtapDevice, person: Person, asks: UserInteraction) -> str:
    """Have a key make a pair for this person; gives the public half, as it is kept. Raises KeyTrouble."""
    user = PublicKeyCredentialUserEntity(name=person.collar, id=bytes.fromhex(person.id), display_name=person.collar)
    server = _server()
    options, state = server.register_begin(user, user_verification=REQUIRED)
    try:
        made = _client(device, asks).make_credential(options.public_key)
        data = server.register_complete(state, made)
    except (ClientError, CtapError, OSError, ValueError, InvalidSignature) as failure:
        raise KeyTrouble(f"The key was not taken: {_words(failure)}.") from failure
    assert data.credential_data is not None, "register_complete looks for it"
    return base64.b64encode(data.credential_data).decode()


def proves(device: CtapDevice, kept: str, asks: UserInteraction) -> bool:
    """Whether this is the key that was kept, and its owner is there. Raises KeyTrouble where it does not answer."""
    server = _server()
    try:
        known = [AttestedCredentialData(base64.b64decode(kept, validate=True))]
    except ValueError:
        return False
    options, state = server.authenticate_begin(known, user_verification=REQUIRED)
    try:
        answer = _client(device, asks).get_assertion(options.public_key).get_response(0)
    except (ClientError, CtapError, OSError) as failure:
        raise KeyTrouble(f"The key does not prove who this is: {_words(failure)}.") from failure
    try:
        server.authenticate_complete(state, known, answer)
    except (ValueError, InvalidSignature):
        return False
    return True


def _server() -> Fido2Server:
    return Fido2Server(PublicKeyCredentialRpEntity(name="Dockwarden", id=RP_ID))


def _client(device: CtapDevice, asks: UserInteraction) -> Fido2Client:
    return Fido2Client(device, DefaultClientDataCollector(ORIGIN), asks)


def _words(failure: Exception) -> str:
    return str(failure) or type(failure).__name__
