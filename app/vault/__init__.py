"""The vault: sealed recordings as age v1 files in two pieces, written durably, gone on with, proved, opened."""

from app.vault.errors import AlreadyThere, CannotOpen, CopyDiffers, ProofFailed, VaultError, VaultFull, VaultWriteFailed
from app.vault.reading import Reader
from app.vault.sealing import Sealed, Sealing
from app.vault.store import Vault

__all__ = [
    "AlreadyThere",
    "CannotOpen",
    "CopyDiffers",
    "ProofFailed",
    "Reader",
    "Sealed",
    "Sealing",
    "Vault",
    "VaultError",
    "VaultFull",
    "VaultWriteFailed",
]
