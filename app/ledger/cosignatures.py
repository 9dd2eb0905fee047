"""What witnesses have given for this ledger: kept as it came, once it was checked, and never changed."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.errors import Trouble
from app.ledger import log, merkle, stamp, witness
from app.ledger.note import Growth, NoteInvalid, VerifierKey, open_cosignature
from app.ledger.witness import Answer, NotWitnessed
from db.base import Checkpoint
from db.engine import Database
from db.schema import Cosignature


class Contradicted(Trouble):
    """A witness holds a head that this station's key has signed, and that is not of the ledger that is here."""

    code = "contradicted"
    what_to_do = "Change nothing: the database here is an old one or was written anew. Tell IT and the force at once."


class Cosignatures:
    """Keeps and reads them. Every method may raise StorageError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def newest(self) -> tuple[datetime, int] | None:
        """When a witness last saw this ledger, and how many entries it then had."""
        last = select(Cosignature.at, Cosignature.size).order_by(Cosignature.size.desc(), Cosignature.at.desc())
        with self._database.read() as session:
            row = session.execute(last.limit(1)).one_or_none()
            return None if row is None else (row.at, row.size)

    def size_seen(self, of: str) -> int:
        """How many entries a witness, by its key or certificate, has cosigned."""
        seen = select(func.max(Cosignature.size)).where(Cosignature.witness == of)
        with self._database.read() as session:
            return session.scalar(seen) or 0

    def request(self, old: int) -> Growth | None:
        """What to ask a witness that has seen `old` entries: None while no head beyond them is signed."""
        with self._database.read() as session:
            row = _newest_head(session)
            return None if row is None or row.size <= old else log.growth(session, old, row.note)

    def take(self, key: VerifierKey, answer: Answer) -> int:
        """Keep what a witness answered; gives how many entries it has seen.

        Raises NotWitnessed for what cannot be believed, Contradicted when it shows a head of ours that is not ours.
        """
        try:
            if answer.cosignature is not None:
                self._keep_cosignature(key, answer.size, answer.cosignature)
            elif answer.note is not None:
                self._check_ours(answer.note)
        except NoteInvalid as wrong:
            raise NotWitnessed(f"The answer of {key.name} cannot be believed: {wrong}.") from wrong
        return answer.size

    def _keep_cosignature(self, key: VerifierKey, size: int, line: str) -> None:
        with self._database.write() as session:
            head = session.get(Checkpoint, size)
            if head is None:
                raise NotWitnessed(f"{key.name} cosigned a head of {size} entries, of which none was signed here.")
            at = datetime.fromtimestamp(open_cosignature(line, head.note, key), UTC)
            _keep(session, Cosignature(size=size, witness=key.text(), how=witness.HOW, body=line.encode(), at=at))

    def _check_ours(self, note: str) -> None:
        with self._database.read() as session:
            head = log.keys(session).open(note)
            if head.size > log.size(session) or merkle.root(head.size, log.reader(session)) != head.root:
                raise Contradicted(
                    f"A witness holds a head of {head.size} entries, signed by this station's key: it is not of this "
                    f"ledger, which has {log.size(session)}."
                )

    def head(self) -> tuple[int, str] | None:
        """The newest signed head: its size and its note."""
        with self._database.read() as session:
            row = _newest_head(session)
            return None if row is None else (row.size, row.note)

    def stamped(self, authority: stamp.Authority, size: int, response: bytes) -> datetime:
        """Keep a time stamp of the head of so many entries. Raises StampRefused."""
        with self._database.write() as session:
            head = session.get(Checkpoint, size)
            if head is None:
                raise stamp.StampRefused(f"No checkpoint of {size} entries was signed here.")
            at = authority.check(response, head.note)
            _keep(session, Cosignature(size=size, witness=authority.fingerprint, how=stamp.HOW, body=response, at=at))
            return at


def _newest_head(session: Session) -> Checkpoint | None:
    return session.scalar(select(Checkpoint).order_by(Checkpoint.size.desc()).limit(1))


def _keep(session: Session, row: Cosignature) -> None:
    if session.get(Cosignature, (row.size, row.witness)) is None:
        session.add(row)
