"""Recovery keys: age keys kept away from this machine, which open its recordings when it, or its key, is lost.

One made here is shown once, shown to open a test recording, and forgotten. One made elsewhere gets a sealed test file
that holds one word; whoever has its secret opens it with `age` and gives the word back. Until then it is not proved.
What is expected is kept as a salted hash in HOME/recovery-tests.json. That keeps a word from being read by accident;
there are few words, so it would not stop a person who may write in this home, nor need it: they need no proof.
"""

from __future__ import annotations

import hmac
import os
import secrets
import tempfile
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec

from app.errors import Trouble
from app.home import RESOURCES
from app.keys import KeysDamaged, Recovery, changing_keys, write_whole
from app.people.acting import doer_for, name_for
from app.people.roles import Act
from app.people.values import Actor
from app.snapshot import Reason
from app.vault import Vault, age, disk

if TYPE_CHECKING:
    from app.home import Home

TESTS_FILE = "recovery-tests.json"
WANTED = 2
"""So many recovery keys a station should have, in two places."""
TRIES = 3
TYPED = 8
"""So many characters of a new key's end are typed back from its paper."""
MAX_FILE = 256 * 1024
_SAMPLE = bytes(range(256)) * 1024
_SCRYPT_N = 2**14


class NotProved(Trouble):
    """A recovery key was not shown to open what is sealed to it."""

    code = "recovery-not-proved"


class SealedTestNotWritten(Trouble):
    """A sealed test file could not be written."""

    code = "recovery-test"
    what_to_do = "Choose a file that is not there yet, in a folder with room."


class Standing(msgspec.Struct, frozen=True):
    """A recovery recipient and how it stands: proved, or not yet. `tested` says that a test file waits for its word."""

    recipient: str
    label: str
    added: datetime
    proved: bool
    tested: bool


class Expected(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The word that is expected of a recipient's holder, hashed with its salt, both in hex; how often it failed."""

    salt: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{32}$")]
    digest: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
    failed: int = 0


def standings(home: Home) -> tuple[Standing, ...]:
    """Every recovery recipient, in the order of adding. Raises KeysTrouble."""
    proved, tests = home.records.proved_recipients(), _tests(home)
    return tuple(
        Standing(one.recipient, one.label, one.added, one.recipient in proved, one.recipient in tests)
        for one in home.keys.recovery
    )


def warning(home: Home) -> Reason | None:
    """What would be lost with this machine; None once a recovery key has been proved."""
    found = standings(home)
    if any(one.proved for one in found):
        return None
    if not found:
        what = (
            "There is no recovery key: if this machine or its key is lost, every recording in the vault that is no "
            "longer on its camera is lost with it."
        )
        return Reason("recovery", what, "Add two recovery keys: on the Settings page, or with `dockwarden setup`.")
    what = (
        "No recovery key has been proved yet: if this machine or its key is lost, the recordings in the vault may be "
        "lost with it."
    )
    return Reason("recovery", what, "Prove one: on the Settings page, or with `dockwarden keys prove-recovery`.")


def add(home: Home, recipient: str, label: str, actor: Actor | None = None) -> Recovery:
    """Seal new recordings to one more recipient, with its entry. Raises Refused, RecoveryRefused or KeysNotKept."""
    by = doer_for(home, actor, Act.CHANGE_KEYS)
    added = home.keys.add_recovery(recipient, label)
    home.records.key_added(added.recipient, added.label, by)
    return added


# -- a key made here -------------------------------------------------------------------------------------------------


def make() -> age.Identity:
    """A new recovery key. Nothing keeps it: show it, prove it with `prove_here`, forget it."""
    return age.Identity.generate()


def prove_here(home: Home, identity: age.Identity, label: str, typed: str, actor: Actor | None = None) -> Recovery:
    """Add a key made here, once its paper was read back and it has opened a test recording.

    `typed` is the whole secret, typed or scanned, or its last 8 characters. Raises Refused, NotProved, RecoveryRefused
    or KeysNotKept; nothing is added then.
    """
    by = name_for(home, actor, Act.CHANGE_KEYS)
    secret = identity.secret_text()
    read_back = "".join(typed.split()).upper()
    if read_back not in {secret, secret[-TYPED:]}:
        raise NotProved(
            f"That is not the end of the key: its last {TYPED} characters are wanted.",
            "Read them from the paper again. If the paper cannot be read, begin again with a new key.",
        )
    opens_a_recording(home.folder, identity)
    added = add(home, str(identity.recipient), label, actor)
    home.records.recovery_proved(added.recipient, by=by, how="here")
    return added


def opens_a_recording(folder: Path, identity: age.Identity) -> None:
    """Seal a test recording to this key alone, in a scratch folder in `folder`, and open it. Raises NotProved."""
    with tempfile.TemporaryDirectory(prefix="recovery-test-", dir=folder) as scratch:
        vault, name = Vault(Path(scratch)), secrets.token_hex(16)
        sealing = vault.begin(name, [identity.recipient])
        sealing.write(memoryview(_SAMPLE))
        sealing.finish()
        sealing.prove()
        with vault.open(name, identity) as reader:
            if reader.read_at(0, reader.size) != _SAMPLE:
                raise NotProved("The new key does not open a test recording.", "Nothing was added. Tell IT.")


# -- a key made elsewhere --------------------------------------------------------------------------------------------


def write_test(home: Home, recipient: str, path: Path, actor: Actor | None = None) -> None:
    """Write a new file, sealed to this recipient alone, with one word in it; an earlier one counts no more.

    Raises Refused, NotProved for a recipient that this station does not seal to, SealedTestNotWritten or KeysNotKept.
    """
    doer_for(home, actor, Act.PROVE_KEYS)
    recipient = _known(home, recipient)
    word, salt = secrets.choice(words()), os.urandom(16)
    try:
        disk.write_new(path, seal_file(f"{word}\n".encode(), age.Recipient.parse(recipient)))
        disk.sync_folder(path.parent)
    except (Trouble, OSError) as failure:
        raise SealedTestNotWritten(f"The test file cannot be written: {failure}") from failure
    with changing_keys(home.folder):
        _keep(home, recipient, Expected(salt.hex(), _digest(word, salt)))


def prove_word(home: Home, recipient: str, word: str, actor: Actor | None = None) -> None:
    """Take the word out of a recipient's test file as the proof that its holder can open what is sealed to it.

    Raises Refused and NotProved; after three wrong words a new test file is needed.
    """
    by = name_for(home, actor, Act.PROVE_KEYS)
    recipient = _known(home, recipient)
    with changing_keys(home.folder):  # so that nobody tries more than TRIES words at once
        _prove_word(home, recipient, word, by)


def _prove_word(home: Home, recipient: str, word: str, by: str) -> None:
    test = _tests(home).get(recipient)
    if test is None:
        raise NotProved("No test file waits for a word of this recipient.", "Write one first, and have it opened.")
    if not hmac.compare_digest(_digest(word.strip().lower(), bytes.fromhex(test.salt)), test.digest):
        failed = test.failed + 1
        _keep(home, recipient, None if failed == TRIES else msgspec.structs.replace(test, failed=failed))
        what_to_do = "Write a new test file." if failed == TRIES else "Look again at what `age -d` gave."
        raise NotProved("That is not the word in the test file.", what_to_do)
    home.records.recovery_proved(recipient, by=by, how="elsewhere")
    _keep(home, recipient, None)


@lru_cache(maxsize=1)
def words() -> tuple[str, ...]:
    """What a test file may hold: plain words that are told apart when they are read out."""
    return tuple((RESOURCES / "test-words.txt").read_text(encoding="utf-8").split())


def seal_file(plain: bytes, recipient: age.Recipient) -> bytes:
    """A short age v1 file whole: header, nonce, one chunk (at most 64 KiB)."""
    file_key, nonce = age.new_file_key(), os.urandom(age.NONCE_SIZE)
    chunk = bytearray(len(plain) + age.TAG_SIZE)
    age.Stream(file_key, nonce).seal(0, plain, memoryview(chunk), last=True)
    return age.seal_header(file_key, [recipient]) + nonce + bytes(chunk)


def _known(home: Home, recipient: str) -> str:
    """The recipient as it is kept; its label serves as well, where only one has it. Raises NotProved."""
    recipient = recipient.strip()
    found = {one.recipient for one in home.keys.recovery if recipient in {one.recipient, one.label}}
    if len(found) != 1:
        raise NotProved(
            "Recordings are not sealed to this recipient.", "`dockwarden keys` lists the recovery recipients."
        )
    return found.pop()


def _digest(word: str, salt: bytes) -> str:
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt  # noqa: PLC0415  only a proof needs it

    return Scrypt(salt=salt, length=32, n=_SCRYPT_N, r=8, p=1).derive(word.encode(errors="surrogatepass")).hex()


def _tests(home: Home) -> dict[str, Expected]:
    path = home.folder / TESTS_FILE
    try:
        with disk.open_to_read(path) as file:
            return msgspec.json.decode(file.read(MAX_FILE), type=dict[str, Expected])
    except FileNotFoundError:
        return {}
    except (OSError, msgspec.MsgspecError) as failure:
        raise KeysDamaged(
            f"{path} cannot be read: {failure}.", "Move it away, and write new test files for what is not proved yet."
        ) from failure


def _keep(home: Home, recipient: str, test: Expected | None) -> None:
    """Keep what is expected of a recipient, or forget it."""
    tests = {name: one for name, one in _tests(home).items() if name != recipient}
    if test is not None:
        tests[recipient] = test
    write_whole(home.folder / TESTS_FILE, msgspec.json.format(msgspec.json.encode(tests), indent=2) + b"\n", new=False)
