"""The vault: a folder of sealed recordings, each an age v1 file in two pieces.

    vault/3f/3f…e1.key            the age header: the file key, wrapped for every recipient
    vault/3f/3f…e1.age-payload    the nonce and the STREAM of chunks
    vault/incoming/               both, while the recording is being copied

`cat ID.key ID.age-payload | age -d -i key.txt` opens one without this program. Ids are ours: 32 hex digits.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from app.vault import age, disk
from app.vault.errors import AlreadyThere, ProofFailed
from app.vault.reading import Reader, Tick, opening, prove_key, proving, read_back, untold
from app.vault.sealing import Part, Pieces, Sealed, Sealing

log = logging.getLogger(__name__)

_ID = re.compile(r"[0-9a-f]{32}")


class Vault:
    """The vault in `folder`. Any number of recordings may be sealed, proved and opened at once, from any threads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._incoming = folder / "incoming"

    def begin(self, id_: str, recipients: Sequence[age.Recipient]) -> Sealing:
        """Start a copy under a new id with a new file key; its key piece is durable before any byte is sealed.

        Raises AlreadyThere, VaultWriteFailed or VaultFull.
        """
        pieces = self._pieces(id_)
        if pieces.key.exists() or pieces.payload.exists():
            raise AlreadyThere(f"The vault has a recording {id_} already.")
        disk.make_folder(self.folder)
        disk.make_folder(self._incoming)
        file_key, nonce = age.new_file_key(), os.urandom(age.NONCE_SIZE)
        header = age.seal_header(file_key, recipients)
        disk.write_new(pieces.incoming_key, header)
        disk.sync_folder(self._incoming)
        path = pieces.incoming_payload
        return Sealing.new(pieces, Part(disk.create(path), path, file_key, nonce, _sha256(header)))

    def resume(self, id_: str, identity: age.Identity | None) -> Sealing | None:
        """Go on with a copy that was broken off at any moment, even while it was being placed; None starts over.

        Everything on disk is authenticated and hashed again, which takes as long as reading it. From `offset` on the
        camera must deliver what is on disk already: `write` or `finish` raises CopyDiffers if not, before anything is
        written. Without the identity, or with damaged pieces, there is no going on.
        """
        if identity is None:
            return None
        pieces = self._pieces(id_)
        key = pieces.incoming_key if pieces.incoming_key.exists() else pieces.key
        try:
            header = _read_header(key)
            return Sealing.going_on(pieces, age.Header.parse(header).open([identity]), _sha256(header))
        except (OSError, age.AgeError) as failure:
            log.info("recording %s starts over: %s", id_, failure)
            return None

    def prove(self, id_: str, sealed: Sealed, identity: age.Identity | None = None, tick: Tick = untold) -> None:
        """Read both pieces back from the disk and compare them with what was sealed; with the identity the plain too.

        For later proofs; while a sealing still holds its file key, `Sealing.prove` does it. Raises ProofFailed, naming
        the piece and what is wrong, and whatever `tick` raises, which ends the reading.
        """
        pieces = self._pieces(id_)
        name = pieces.payload.name
        prove_key(pieces.key, sealed.key_sha256)
        with proving(name):
            file_key = None if identity is None else age.Header.parse(_read_header(pieces.key)).open([identity])
            found = read_back(pieces.payload, file_key, tick)
        if found.payload_size != sealed.payload_size:
            raise ProofFailed(f"{name} has {found.payload_size} bytes, but {sealed.payload_size} were sealed.")
        if found.payload_sha256 != sealed.payload_sha256:
            raise ProofFailed(f"{name} is not what was sealed: its SHA-256 differs.")
        if file_key is not None:
            found.check_plain(name, sealed.size, sealed.sha256)

    def open(self, id_: str, identity: age.Identity) -> Reader:
        """Open a sealed recording to read any part of it. Raises CannotOpen."""
        pieces = self._pieces(id_)
        with opening(pieces.key.name):
            file_key = age.Header.parse(_read_header(pieces.key)).open([identity])
        return Reader.open(pieces.payload, file_key)

    def discard(self, id_: str) -> None:
        """Remove what is in the incoming folder of a copy that another one, sealed and logged, took the place of.

        The key goes first: from then on the rest is dead. What stands in the vault itself is never removed.
        """
        for path in sorted(self._incoming.glob(f"{self._pieces(id_).id}.*"), key=lambda path: "key" not in path.name):
            with disk.writing(path):
                path.unlink(missing_ok=True)
        if self._incoming.is_dir():
            disk.sync_folder(self._incoming)

    def leftovers(self) -> frozenset[str]:
        """The ids of copies in the incoming folder: broken off, or being made now."""
        return frozenset(_ids(self._incoming.glob("*")))

    def ids(self) -> frozenset[str]:
        """The ids of everything that stands in the vault, whether or not a database knows of it."""
        return frozenset(_ids(self.folder.glob("[0-9a-f][0-9a-f]/*")))

    def free_bytes(self) -> int:
        """Room on the vault's disk, in bytes."""
        disk.make_folder(self.folder)
        return shutil.disk_usage(self.folder).free

    def _pieces(self, id_: str) -> Pieces:
        if not _ID.fullmatch(id_):
            raise ValueError("an id of the vault is 32 hex digits")
        key, payload, folder = f"{id_}.key", f"{id_}.age-payload", self.folder / id_[:2]
        return Pieces(id_, folder / key, folder / payload, self._incoming / key, self._incoming / payload)


def _ids(paths: Iterator[Path]) -> Iterator[str]:
    return (path.name.split(".")[0] for path in paths)


def _read_header(path: Path) -> bytes:
    """Read a key piece: a header and nothing after it. Raises BadHeader or OSError."""
    with disk.open_to_read(path) as file:
        header = file.read(age.MAX_HEADER + 1)
    if age.Header.parse(header).size != len(header):
        raise age.BadHeader("Something follows the age header.")
    return header


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
