"""What can go wrong with the vault, in words for a person."""

from __future__ import annotations

import errno
from pathlib import Path

from app.errors import Trouble


class VaultError(Trouble):
    """Trouble with the vault or with one recording in it."""

    code = "vault"


class VaultWriteFailed(VaultError):
    """The vault's disk did not take what was written, or would not say that it is durable. The copy is dead."""

    code = "vault-write"
    what_to_do = "The recording is still on its camera. Ask IT to look at the vault's disk, then dock the camera again."


class VaultSyncFailed(VaultWriteFailed):
    """The system could not say that a file is durable. It is never asked again for that file."""

    code = "vault-sync"


class VaultFull(VaultWriteFailed):
    """The vault's disk is full."""

    code = "vault-full"
    what_to_do = "The recording is still on its camera. Make room on the vault's disk, then press Retry."


class AlreadyThere(VaultError):
    """The vault has a recording under this id already; nothing is ever overwritten."""

    code = "vault-taken"
    what_to_do = "Nothing was overwritten. Report a fault: two copies were started under one id."


class CopyDiffers(VaultError):
    """The camera delivers other bytes than those already sealed; the copy starts over under a new id and key."""

    code = "copy-differs"
    what_to_do = "Nothing to do: the recording is copied again from its beginning."


class ProofFailed(VaultError):
    """A piece read back from the disk is not what was sealed."""

    code = "proof"
    what_to_do = "Do not release the original. Keep the vault's disk as it is and tell IT at once."


class CannotOpen(VaultError):
    """A recording cannot be opened: a piece is missing or damaged, or it is sealed to other keys."""

    code = "cannot-open"
    what_to_do = "Run `dockwarden verify`, which names what is wrong, and tell IT."


def write_failure(path: Path, failure: OSError) -> VaultWriteFailed:
    """Name the trouble that writing `path` met."""
    kind = VaultFull if failure.errno in {errno.ENOSPC, errno.EDQUOT} else VaultWriteFailed
    return kind(f"{path} cannot be written: {failure.strerror or failure}.")
