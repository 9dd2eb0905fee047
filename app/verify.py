"""Reads the whole vault and the whole ledger again, and names the first thing wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import msgspec

from app.errors import Trouble, reason_of
from app.home import Home
from app.ledger.verify import LedgerBroken
from app.snapshot import Reason
from app.vault import VaultError


class Unaccounted(Trouble):
    """The vault holds what no row speaks of."""

    code = "unaccounted"
    what_to_do = "Nothing was deleted. Ask IT where this file comes from; it may be footage of a lost database."


class Verdict(msgspec.Struct, frozen=True, tag_field="event", tag="verified"):
    """What was read, and the first thing found wrong. Without the station's key the plain hashes are not checked.

    `keys_lost` are the ledger entries that put a new key in the place of a lost one, without its signature.
    """

    recordings: int
    bytes: int
    entries: int
    plain_checked: bool
    wrong: Reason | None
    keys_lost: tuple[int, ...] = ()


class Progress(msgspec.Struct, frozen=True):
    """How far a verification is. `bytes` are those of sealed payloads; the ledger is read first."""

    entries: int = 0
    entries_total: int = 0
    recordings: int = 0
    bytes: int = 0
    bytes_total: int = 0


class VerifyStopped(Trouble):
    """A person, or the end of the program, stopped a verification."""

    code = "verify-stopped"
    what_to_do = "Nothing was changed. Start it again when there is time."


Tell = Callable[[Progress], None]
"""Hears how far a verification is, often. What it raises ends it."""


def verify_and_log(home: Home, by: str, held: Sequence[str], tell: Tell) -> Verdict:
    """Read everything, and log by whom and with what result."""
    verdict = verify_home(home, held, tell)
    home.records.verified(by, "right" if verdict.wrong is None else "wrong")
    return verdict


def verify_home(home: Home, held: Sequence[str], tell: Tell) -> Verdict:
    """Read everything, ledger first; give the first thing found wrong.

    `held` are checkpoints that others have kept: only with one of them is a ledger found out that was cut back, or
    written anew with the station's own key.
    """
    read = Reading(home, tell)
    wrong: Reason | None = None
    try:
        read.ledger(held)
        read.vault()
    except (LedgerBroken, VaultError, Unaccounted) as found:
        wrong = reason_of(found)
    return Verdict(read.recordings, read.bytes, read.entries, read.plain_checked, wrong, read.keys_lost)


class Reading:
    """Counts what has been read so far, so that a verdict can say how far it came."""

    def __init__(self, home: Home, tell: Tell) -> None:
        self._home = home
        self._tell = tell
        self._progress = Progress(bytes_total=home.proofs.bytes_sealed())
        self._identity = home.identity()
        self.plain_checked = self._identity is not None
        self.recordings = self.bytes = self.entries = 0
        self.keys_lost: tuple[int, ...] = ()

    def ledger(self, held: Sequence[str]) -> None:
        """Every entry, every node, every checkpoint, every fact against its entry. Raises LedgerBroken."""
        verified = self._home.records.verify(tuple(held), self._told_entries)
        self.entries, self.keys_lost = verified.entries, verified.lost

    def vault(self) -> None:
        """Every sealed recording against what was sealed, and no file without a row. Raises VaultError."""
        expected: set[str] = set()
        for pieces in self._home.records.vault_index():
            self._home.vault.prove(pieces.id, pieces, self._identity, partial(self._told_bytes, self._progress))
            expected.add(pieces.id)
            self.recordings += 1
            self.bytes += pieces.size
            self._progress = msgspec.structs.replace(self._progress, recordings=self.recordings)
        for stray in sorted(set(self._home.vault.ids()) - expected):
            if self._home.records.segment() is not None:
                break  # what a damaged database spoke of is not known here, which every page says
            # one put in its place just before a power cut is not logged yet: its next docking does that
            if not self._home.records.was_begun(stray):
                raise Unaccounted(f"The vault holds {stray}, of which the database knows nothing.")

    def _told_entries(self, done: int, size: int) -> None:
        self._say(msgspec.structs.replace(self._progress, entries=done, entries_total=size))

    def _told_bytes(self, before: Progress, done: int) -> None:
        self._say(msgspec.structs.replace(before, bytes=before.bytes + done))

    def _say(self, progress: Progress) -> None:
        self._progress = progress
        self._tell(progress)
