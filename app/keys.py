"""The station's keys: an X25519 age identity that opens recordings, and an Ed25519 key that signs the ledger.

With them goes the pepper, without which no copy of the database tells whether a PIN is right.

The secret halves are made once for a home and kept in the system's keyring or, where there is none, in the file
HOME/station-keys (mode 0600), which the `age` command reads as it is. The public halves and the recovery recipients
stand in HOME/station-public.json, so that a station that lost its keyring still seals. Keys are never made anew for a
home that has public halves. DOCKWARDEN_KEYS=file keeps the keyring out of it altogether.
"""

from __future__ import annotations

import os
import re
import secrets
import stat
import sys
import threading
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Self, TypeVar

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.errors import Trouble
from app.vault import AlreadyThere, VaultError, disk
from app.vault.age import AgeError, BadKeyText, Identity, Recipient

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE = "dockwarden"
SECRET_FILE = "station-keys"  # noqa: S105  the name of a file
PUBLIC_FILE = "station-public.json"
LOCK_FILE = "keys.lock"
KEYRING_LIMIT_S = 10.0
"""A keyring that has not answered by then counts as unreachable: some hang for ever."""
_FORCED = "DOCKWARDEN_KEYS=file asks for it"
_NO_KEYRING = "no keyring could be used when they were made"
MAX_FILE = 256 * 1024
MAX_LABEL = 60

_SYSTEM_KEYRINGS = {
    "linux": ("keyring.backends.SecretService.Keyring", "keyring.backends.kwallet.DBusKeyring"),
    "darwin": ("keyring.backends.macOS.Keyring",),
    "win32": ("keyring.backends.Windows.WinVaultKeyring",),
}
_SECRET_TEXT = re.compile(
    r"# secret keys of Dockwarden station ([0-9a-f]{32})\n# ledger key \(Ed25519\): ([0-9a-f]{64})\n"
    r"(?:# pepper of PINs \(HMAC\): ([0-9a-f]{64})\n)?(?:# next ledger key \(Ed25519\): ([0-9a-f]{64})\n)?"
    r"(AGE-SECRET-KEY-1[0-9A-Z]{50,70})\n"
)

Keyring = Callable[[], "KeyringBackend"]
"""Finds the system's keyring; may raise anything and may hang."""
Answer = TypeVar("Answer")


class KeysTrouble(Trouble):
    """Trouble with the station's keys. No text of it shows a secret."""

    code = "keys"


class KeysLost(KeysTrouble):
    """The home has public halves, but its secret keys are gone."""

    code = "keys-lost"
    what_to_do = "Sealing goes on. To open recordings, bring back the keyring or use a recovery key; tell IT."


class KeyringUnreachable(KeysTrouble):
    """The system's keyring is locked, hangs, fails or is not there."""

    code = "keyring"
    what_to_do = "Sealing goes on. Unlock the keyring of this user and start Dockwarden again."


class KeysDamaged(KeysTrouble):
    """What is kept of the keys is not what was kept."""

    code = "keys-damaged"
    what_to_do = "Nothing was changed. Restore the file from a backup, or ask IT."


class KeysNotKept(KeysTrouble):
    """The keys could not be written down."""

    code = "keys-not-kept"
    what_to_do = "Check room and rights on the disk of the home, then try again."


class RecoveryRefused(KeysTrouble):
    """What was given cannot be a recovery recipient."""

    code = "recovery"
    what_to_do = "Make a recovery key with age-keygen, keep its secret elsewhere, and add its age1… line."


class Recovery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A recovery recipient (age1…), what people call it, and when it was added."""

    recipient: str
    label: str
    added: datetime


class PublicHalves(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What may be known of a station's keys: its id, its age recipient, its Ed25519 public key in hex."""

    station: str
    made: datetime
    recipient: str
    ledger_key: str
    recovery: tuple[Recovery, ...] = ()


class Secrets:
    """The secret halves in memory; `repr` shows none of them. The pepper of a home from before PINs is empty.

    `next_ledger` is there while the ledger's key is being changed for it.
    """

    def __init__(
        self,
        station: str,
        identity: Identity,
        ledger: Ed25519PrivateKey,
        pepper: bytes,
        next_ledger: Ed25519PrivateKey | None = None,
    ) -> None:
        self.station = station
        self.identity = identity
        self.ledger = ledger
        self.pepper = pepper
        self.next_ledger = next_ledger

    @classmethod
    def generate(cls) -> Self:
        """Make the keys of a new station."""
        return cls(uuid.uuid4().hex, Identity.generate(), Ed25519PrivateKey.generate(), secrets.token_bytes(32))

    @classmethod
    def parse(cls, text: str, where: str) -> Self:
        """Read them as `text` wrote them down. Raises KeysDamaged, which names `where` and shows nothing."""
        found = _SECRET_TEXT.fullmatch(text)
        try:
            if found is not None:
                ledger, later = (
                    Ed25519PrivateKey.from_private_bytes(bytes.fromhex(key)) if key else None
                    for key in (found[2], found[4])
                )
                assert ledger is not None
                return cls(found[1], Identity.parse(found[5]), ledger, bytes.fromhex(found[3] or ""), later)
        except BadKeyText:
            pass
        raise KeysDamaged(f"The station's secret keys in {where} are damaged.")

    def text(self) -> str:
        """The form in which they are kept, which is an age identity file too: a secret."""
        ledger = self.ledger.private_bytes_raw().hex()
        pepper = f"# pepper of PINs (HMAC): {self.pepper.hex()}\n" if self.pepper else ""
        if self.next_ledger is not None:
            pepper += f"# next ledger key (Ed25519): {self.next_ledger.private_bytes_raw().hex()}\n"
        return (
            f"# secret keys of Dockwarden station {self.station}\n# ledger key (Ed25519): {ledger}\n"
            f"{pepper}{self.identity.secret_text()}\n"
        )

    def public(self) -> PublicHalves:
        """The public halves of keys made just now."""
        ledger_key = self.ledger.public_key().public_bytes_raw().hex()
        now = datetime.now(UTC).replace(microsecond=0)
        return PublicHalves(self.station, now, str(self.identity.recipient), ledger_key)

    def signing_as(self, public_key: bytes) -> Self:
        """The same with the ledger's key of this public half, if it is the next one."""
        later = self.next_ledger
        if later is None or later.public_key().public_bytes_raw() != public_key:
            return self
        return type(self)(self.station, self.identity, later, self.pepper)

    def fit(self, public: PublicHalves) -> bool:
        """Whether these are the secret halves of `public`."""
        mine = self.public()
        return (mine.station, mine.recipient, mine.ledger_key) == (public.station, public.recipient, public.ledger_key)


class StationSigner:
    """Signs the ledger. `name` and `public_key` are known even when the secret key is lost; then `sign` raises."""

    def __init__(self, keys: StationKeys) -> None:
        self._keys = keys
        self.name = f"dockwarden-{keys.station}"

    @property
    def public_key(self) -> bytes:
        """The public half of the key that signs now."""
        return bytes.fromhex(self._keys.public.ledger_key)

    def renew(self, public_key: bytes) -> None:
        """Sign with the key of this public half from now on, which the ledger names, if it is kept here."""
        self._keys.adopt(public_key)

    def sign(self, message: bytes) -> bytes:
        """Sign with Ed25519 (RFC 8032); 64 bytes. Raises KeysTrouble when the key is not here."""
        return self._keys.secrets().ledger.sign(message)


class StationKeys:
    """The keys of one home. `station` is its key id. The keyring is asked only when a secret is first needed."""

    def __init__(self, home: Path, public: PublicHalves, keyring: Keyring, why_file: str) -> None:
        self._home = home
        self._keyring = keyring
        self._why_file = why_file
        self.public = public
        self.station = public.station
        self.recipient = public.recipient

    @classmethod
    def open(cls, home: Path, keyring: Keyring | None = None) -> Self:
        """Open the keys of `home`, making them if it never had any. Raises KeysTrouble."""
        keyring = keyring or system_keyring
        public = _read_public(home / PUBLIC_FILE)
        if public is not None:
            return cls(home, public, keyring, _FORCED if _only_file() else _NO_KEYRING)
        made, why_file = _make(home, keyring)
        try:
            write_whole(home / PUBLIC_FILE, _public_text(made.public()), new=True)
        except AlreadyThere:  # another process was quicker: its keys are the home's
            return cls.open(home, keyring)
        return cls(home, made.public(), keyring, why_file)

    def __repr__(self) -> str:
        return f"StationKeys of {self.station}"

    @property
    def recovery(self) -> tuple[Recovery, ...]:
        """The recovery recipients, read anew: another process may have added one."""
        public = _read_public(self._home / PUBLIC_FILE)
        if public is None or public.station != self.station:
            raise KeysDamaged(f"{self._home / PUBLIC_FILE} is gone or is another station's.")
        return public.recovery

    def recipients(self) -> tuple[Recipient, ...]:
        """To whom new recordings are sealed: the station and every recovery recipient."""
        return tuple(Recipient.parse(text) for text in (self.recipient, *(one.recipient for one in self.recovery)))

    def add_recovery(self, recipient: str, label: str) -> Recovery:
        """Seal new recordings to one more recipient. Raises RecoveryRefused or KeysNotKept."""
        with changing_keys(self._home):
            return self._add_recovery(recipient, label)

    def _add_recovery(self, recipient: str, label: str) -> Recovery:
        recovery, label = self.recovery, label.strip()
        if not label.isprintable() or len(label) > MAX_LABEL:
            raise RecoveryRefused(f"A label is at most {MAX_LABEL} printable characters.")
        try:
            text = str(Recipient.parse(recipient.strip()))
        except BadKeyText as refused:
            raise RecoveryRefused(str(refused)) from refused
        if text in {self.recipient, *(one.recipient for one in recovery)}:
            raise RecoveryRefused("Recordings are sealed to this recipient already.")
        added = Recovery(text, label, datetime.now(UTC).replace(microsecond=0))
        public = msgspec.structs.replace(self.public, recovery=(*recovery, added))
        write_whole(self._home / PUBLIC_FILE, _public_text(public), new=False)
        return added

    def signer(self) -> StationSigner:
        """Signs the ledger of this station."""
        return StationSigner(self)

    def secrets(self) -> Secrets:
        """The secret halves. Raises KeysLost, KeyringUnreachable or KeysDamaged."""
        found = self._found[1]
        if isinstance(found, KeysTrouble):
            raise found
        return found

    def identity_or_none(self) -> Identity | None:
        """The key that opens recordings, None when it cannot be had: `warning` says why."""
        found = self._found[1]
        return None if isinstance(found, KeysTrouble) else found.identity

    def pepper(self) -> bytes:
        """The key without which nothing tells whether a PIN is right, made at the first need. Raises KeysTrouble."""
        if not self.secrets().pepper:
            with changing_keys(self._home):
                self.__dict__.pop("_found")  # another process may have been quicker
                found = self.secrets()
                if not found.pepper:
                    self._keep(Secrets(found.station, found.identity, found.ledger, secrets.token_bytes(32)))
                    self.__dict__.pop("_found")
        return self.secrets().pepper

    def stage(self) -> bytes:
        """Make the ledger's next key and keep it beside the one in use; gives its public half. Raises KeysTrouble."""
        found, later = self.secrets(), Ed25519PrivateKey.generate()
        self._keep(Secrets(found.station, found.identity, found.ledger, found.pepper, later))
        self.__dict__.pop("_found")
        return later.public_key().public_bytes_raw()

    def make_anew(self) -> Secrets:
        """Keep new keys, and a new pepper, in the place of lost ones. The public halves stay as they are.

        Raises KeysTrouble, also when the old ones are not lost.
        """
        trouble = self._found[1]
        if isinstance(trouble, Secrets):
            raise KeysTrouble("The station's secret keys are not lost.", "Change the ledger's key: keys rotate.")
        if isinstance(trouble, KeysLost):
            made = Secrets.generate()
            made.station = self.station
            if _only_file():
                write_whole(self._home / SECRET_FILE, made.text().encode(), new=True)
            else:
                _keep_in_keyring(made, self._keyring)
        else:
            made = self._find()[1]  # kept by a change that was broken off before the ledger named them
            if made.station != self.station:
                raise trouble
        return made

    def adopt(self, public_key: bytes) -> None:
        """Use the kept keys whose ledger key has this public half from here on. Raises KeysTrouble without them.

        A change of keys that was broken off after the ledger had named the new one is finished by this.
        """
        public = _read_public(self._home / PUBLIC_FILE) or self.public
        self.__dict__.pop("_found", None)
        if public.ledger_key != public_key.hex():
            found = self._find()[1].signing_as(public_key)
            mine = found.public()
            if (mine.station, mine.ledger_key) != (self.station, public_key.hex()):
                raise KeysDamaged("The secret keys that are kept are not those that the ledger names.")
            public = msgspec.structs.replace(public, recipient=mine.recipient, ledger_key=mine.ledger_key)
            write_whole(self._home / PUBLIC_FILE, _public_text(public), new=False)
            self.public, self.recipient = public, public.recipient
            self._keep(found)
            self.__dict__.pop("_found", None)
        self.public, self.recipient = public, public.recipient

    def _keep(self, changed: Secrets) -> None:
        """Keep the same keys, and what was changed beside them, where they are kept."""
        if self.place == "file":
            write_whole(self._home / SECRET_FILE, changed.text().encode(), new=False)
        else:
            _keep_in_keyring(changed, self._keyring)

    @property
    def place(self) -> str:
        """Where the secret keys are: "keyring", "file", or "nowhere" when they cannot be had."""
        return self._found[0]

    def warning(self) -> tuple[str, str] | None:
        """What is not as it should be with the keys, and what to do; None when all is well."""
        place, found = self._found
        if isinstance(found, KeysTrouble):
            return found.what_happened, found.what_to_do
        if place == "file":
            return (
                f"The station's secret keys are kept in a file, because {self._why_file}.",
                f"Let nobody but this user read {self._home / SECRET_FILE}, and keep it out of backups.",
            )
        return None

    @cached_property
    def _found(self) -> tuple[str, Secrets | KeysTrouble]:
        try:
            place, found = self._find()
            found = found.signing_as(bytes.fromhex(self.public.ledger_key))
            if not found.fit(self.public):
                raise KeysDamaged(f"The secret keys in the {place} are not those of this home.")
        except KeysTrouble as trouble:
            return "nowhere", trouble
        return place, found

    def _find(self) -> tuple[str, Secrets]:
        in_file = _read_secret_file(self._home / SECRET_FILE)
        if in_file is not None:
            return "file", in_file
        if _only_file():
            raise KeysLost(f"The station's secret keys are not in {self._home / SECRET_FILE}.")
        text = ask(lambda: self._keyring().get_password(SERVICE, self.station))
        if text is None:
            raise KeysLost("The station's secret keys are no longer in the keyring.")
        return "keyring", Secrets.parse(text, "the keyring")


def system_keyring() -> KeyringBackend:
    """The keyring of this system. Neither environment nor settings of the keyring library can put another in its place.

    Raises LookupError where there is none; asked through `ask`, since it may hang.
    """
    for name in _SYSTEM_KEYRINGS.get(sys.platform, ()):
        module, _, kind = name.rpartition(".")
        backend: type[KeyringBackend] = getattr(import_module(module), kind)
        if backend.viable:
            return backend()
    raise LookupError("this system has no keyring")


def ask(question: Callable[[], Answer], limit_s: float | None = None) -> Answer:
    """Ask the keyring on a thread of its own, for so long and no longer. Raises KeyringUnreachable.

    What the backend raised is named by its kind alone, since its text might show what was to be kept.
    """
    answer: Future[Answer] = Future()

    def work() -> None:
        try:
            answer.set_result(question())
        except BaseException as failure:  # noqa: BLE001  told to the thread that asked
            answer.set_exception(failure)

    threading.Thread(target=work, name="keyring", daemon=True).start()
    try:
        return answer.result(KEYRING_LIMIT_S if limit_s is None else limit_s)
    except TimeoutError:
        raise KeyringUnreachable("The keyring of this user does not answer.") from None
    except Exception as failure:  # noqa: BLE001  backends raise whatever their libraries raise
        words = "is locked" if "Locked" in type(failure).__name__ else f"cannot be used ({type(failure).__name__})"
        raise KeyringUnreachable(f"The keyring of this user {words}.") from None


def _make(home: Path, keyring: Keyring) -> tuple[Secrets, str]:
    """Make keys and keep them, and say why in a file if so. A file left by a run cut off in the middle is taken up."""
    in_file = _read_secret_file(home / SECRET_FILE)
    if in_file is not None:
        return in_file, _NO_KEYRING
    made = Secrets.generate()
    if _only_file():
        why_file = _FORCED
    else:
        try:
            _keep_in_keyring(made, keyring)
        except KeyringUnreachable as trouble:
            why_file = f"{_NO_KEYRING}: {trouble.what_happened}".rstrip(".")
        else:
            return made, ""
    try:
        write_whole(home / SECRET_FILE, made.text().encode(), new=True)
    except AlreadyThere:  # another process was quicker
        return _make(home, keyring)
    return made, why_file


def _keep_in_keyring(made: Secrets, keyring: Keyring) -> None:
    """Keep the keys and read them back: a keyring that forgets is worse than none. Raises KeyringUnreachable."""

    def keep() -> bool:
        backend = keyring()
        backend.set_password(SERVICE, made.station, made.text())
        return backend.get_password(SERVICE, made.station) == made.text()

    if not ask(keep):
        raise KeyringUnreachable("The keyring of this user does not keep what it is given.")


def _only_file() -> bool:
    asked = os.environ.get("DOCKWARDEN_KEYS", "")
    if asked not in {"", "file"}:
        raise KeysTrouble("DOCKWARDEN_KEYS is set to something other than file.", "Unset it, or set it to file.")
    return asked == "file"


def _read_secret_file(path: Path) -> Secrets | None:
    """Read the file of secret keys, None if there is none. Raises KeysDamaged, also when others may read it."""
    try:
        with disk.open_to_read(path) as file:
            if sys.platform != "win32" and os.fstat(file.fileno()).st_mode & (stat.S_IRWXG | stat.S_IRWXO):
                raise KeysDamaged(
                    f"Other users of this computer may read {path}.", f"Run chmod 600 {path}; then tell IT."
                )
            raw = file.read(MAX_FILE)
    except FileNotFoundError:
        return None
    except OSError as failure:
        raise KeysDamaged(f"{path} cannot be read: {failure.strerror or failure}.") from failure
    return Secrets.parse(raw.decode(errors="replace"), str(path))


def _read_public(path: Path) -> PublicHalves | None:
    """Read the public halves, None if the home never had keys. Raises KeysDamaged."""
    try:
        with disk.open_to_read(path) as file:
            public = msgspec.json.decode(file.read(MAX_FILE), type=PublicHalves)
        Recipient.parse(public.recipient)
        if len(bytes.fromhex(public.ledger_key)) != 32 or not re.fullmatch(r"[0-9a-f]{32}", public.station):
            raise ValueError("a key of another length")
    except FileNotFoundError:
        return None
    except OSError as failure:
        raise KeysDamaged(f"{path} cannot be read: {failure.strerror or failure}.") from failure
    except (msgspec.MsgspecError, ValueError, AgeError) as wrong:
        raise KeysDamaged(f"{path} is damaged: {wrong}.") from wrong
    return public


def _public_text(public: PublicHalves) -> bytes:
    return msgspec.json.format(msgspec.json.encode(public), indent=2) + b"\n"


@contextmanager
def changing_keys(home: Path) -> Iterator[None]:
    """Let nobody else change what is kept of keys meanwhile: one of two changes would be lost. Raises KeysNotKept."""
    from app.lock import alone  # noqa: PLC0415  only a change needs it

    with ExitStack() as held:
        try:
            held.enter_context(alone(home / LOCK_FILE))
        except OSError as failure:
            raise KeysNotKept(f"{home / LOCK_FILE} cannot be locked: {failure.strerror or failure}.") from failure
        yield


def write_whole(path: Path, data: bytes, *, new: bool) -> None:
    """Write a file that arrives whole and durable or not at all. Raises KeysNotKept; AlreadyThere if it must be new."""
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    try:
        try:
            disk.write_new(temporary, data)
            if new:
                disk.link(temporary, path)
            else:
                temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
        disk.sync_folder(path.parent)
    except AlreadyThere:
        raise
    except (VaultError, OSError) as failure:
        raise KeysNotKept(f"{path} cannot be written: {failure}") from failure
