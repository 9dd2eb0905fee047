"""What a fresh ledger takes over from a damaged one: people and their proofs, the pool, cameras that were accepted.

The damaged file is read only, as it lies there. What counts is its beginning: the entries up to the last head that this
station's key has signed and that they still give. What was so then is told by these entries, and each row by its own
entry; whatever is not proved like that is left out, and counted. Each fact is entered anew, and names the entry that
proves it. What is so of a camera is worked out as the triggers of `db.custody` do, from what entries show.
"""

from __future__ import annotations

import hashlib
import logging
import sqlite3
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from sqlalchemy import create_engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from app.ledger import log, merkle
from app.ledger.consequences import ASIDE, AWAY
from app.ledger.note import Checkpoint, NoteInvalid, VerifierKey, open_checkpoint
from app.people.signin import KEY, PIN
from app.people.values import Role
from app.searching import lowered
from db.base import Fact, MovableFact, origin_of
from db.custody import CLOSING, OPENING, Asset, Custody
from db.people import Credential, Person, Secret
from db.schema import Acceptance, Camera

log_ = logging.getLogger(__name__)

HEADS = 64
"""So many of the last heads before the first wrong entry are held against the entries."""

HOLDINGS = 100
"""So many of the last holdings of a camera are kept: one that is taken to be none gives the camera back to another."""

Fault = tuple[int, bool]
"""The entry that says whether a camera has a fault, and whether it has."""

UNTOLD: Fault = (-1, False)

Kind = TypeVar("Kind", bound=Fact)


class Carried(msgspec.Struct, frozen=True):
    """Facts to be entered anew, in this order, with the verifiers that belong to them; `words` say what it is."""

    facts: tuple[MovableFact, ...]
    secrets: tuple[Secret, ...]
    words: str


class _Told(msgspec.Struct):
    """What an entry shows of the facts that are taken over."""

    kind: str
    id: str = ""
    camera: str = ""
    person: str = ""
    means: str = ""
    given: int = 0
    faulty: int = 0
    mode: str | None = None
    act: str = ""
    officer: str | None = None
    corrects: int | None = None
    voids: int = 0


class _Held(msgspec.Struct):
    """A holding: the entry that began it, who has the camera, the entry that ended it, those that said who it was."""

    began: int
    officer: str | None
    ended: int | None = None
    named: tuple[int, ...] = ()


class _Kept:
    """A camera of the pool as the entries tell it. Numbers are those of entries."""

    def __init__(self) -> None:
        self.asset: int | None = None
        self.mode = "pool"
        self.assigned: str | None = None
        self.assigned_by: int | None = None
        self.away: int | None = None
        self.arrived: int | None = None
        self.fault = UNTOLD
        self.holdings: deque[_Held] = deque(maxlen=HOLDINGS)

    @property
    def live(self) -> _Held | None:
        """The holding that goes on."""
        return next((one for one in self.holdings if one.ended is None), None)

    def is_entered(self, number: int, told: _Told) -> None:
        """The camera was entered in the pool, or changed."""
        self.asset, self.mode, self.arrived = number, told.mode or self.mode, None
        if self.mode == "pool":
            self.assigned = None

    def acts(self, number: int, told: _Told) -> None:
        """Take in an act of custody."""
        act, live = told.act, self.live
        if act in CLOSING and live is not None:
            live.ended = number
        if act in OPENING:
            self.holdings.append(_Held(number, told.officer))
        if act == "corrected":
            self._is_corrected(number, told)
        if act in ("issued", "assigned"):
            self.mode = told.mode or self.mode
            self.assigned, self.assigned_by = (None if told.mode == "pool" else told.officer), number
        if act == "retired":
            self.assigned = None
        if act not in ASIDE and act != "corrected":
            self.away = number if act in AWAY else None
        if act == "accepted":
            self.arrived = number
        if act in ("fault", "fault-cleared", "repair-back"):
            self.fault = number, act == "fault"

    def _is_corrected(self, number: int, told: _Told) -> None:
        begun = next((one for one in self.holdings if one.began == told.corrects), None)
        if begun is not None and told.officer is not None:
            begun.officer, begun.named = told.officer, (*begun.named, number)
        if not told.voids:
            return
        if begun is not None:
            self.holdings.remove(begun)
        for one in self.holdings:
            if one.ended == told.corrects:  # it went on, until that ended which never was
                one.ended = None if begun is None else begun.ended


class _Then:
    """What was so at the end of the proved entries."""

    def __init__(self) -> None:
        self.people: dict[str, int] = {}
        self.proofs: dict[tuple[str, str], int | None] = {}
        self.accepted: list[int] = []
        self.cameras: dict[str, _Kept] = {}
        self.docked: dict[str, int] = {}
        self.faults: dict[str, Fault] = {}

    def hear(self, number: int, told: _Told) -> None:
        """Take in what an entry shows."""
        if told.kind == "custody":
            self.cameras.setdefault(told.camera, _Kept()).acts(number, told)
        elif told.kind == "asset":
            self.cameras.setdefault(told.id, _Kept()).is_entered(number, told)
        elif told.kind == "person":
            self.people[told.id] = number
        elif told.kind == "credential":
            self.proofs[told.person, told.means] = number if told.given else None
        elif told.kind == "accepted":
            self.accepted.append(number)
        elif told.kind == "camera":
            self.docked[told.id] = number
        elif told.kind == "camera-fault":
            self.faults[told.camera] = number, bool(told.faulty)


def read(path: Path, key: VerifierKey) -> Carried:
    """What a damaged ledger still proves under this station's key. Whatever is wrong with the file, it only gives less.

    The file is opened read only and immutable: nothing is written to it, and nothing beside it.
    """
    uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    engine = create_engine("sqlite://", creator=lambda: sqlite3.connect(uri, uri=True), poolclass=StaticPool)
    try:
        with Session(engine) as session:
            return _Reader(session, path.name, key).take()
    except Exception:  # docking goes on, whatever a damaged file holds
        log_.warning("nothing is taken over from %s", path, exc_info=True)
        return NOTHING
    finally:
        engine.dispose()


NOTHING = Carried((), (), "Nothing was taken over from it: it proves nothing under this station's key.")


class _Reader:
    """Reads one damaged ledger."""

    def __init__(self, session: Session, file: str, key: VerifierKey) -> None:
        self._session = session
        self._file = file
        self._key = key
        self._ask = session.connection().exec_driver_sql

    def take(self) -> Carried:
        """What is proved of all that is taken over."""
        end = self._proved()
        if end == 0:
            return NOTHING
        then = _Then()
        for number, body in self._ask("SELECT number, body FROM ledger_entry WHERE number < ? ORDER BY number", (end,)):
            then.hear(number, msgspec.json.decode(body, type=_Told))
        people, secrets = self._people(then)
        known = {one.id for one in people if isinstance(one, Person)}
        cameras = list(self._pool(then, known))
        accepted = [one for number in then.accepted if (one := self._again(Acceptance, number)) is not None]
        return Carried((*people, *cameras, *accepted), secrets, self._words(end, then, people, cameras, accepted))

    # -- how far it is proved ----------------------------------------------------------------------------------------

    def _proved(self) -> int:
        """How many entries from the first are under a head of our key. The first wrong one ends the reading."""
        size, peaks = 0, dict[int, bytes]()
        fitting: deque[tuple[Checkpoint, str]] = deque(maxlen=HEADS)
        heads = self._heads()
        head = next(heads, None)
        with suppress(SQLAlchemyError, sqlite3.Error, UnicodeDecodeError):
            for number, body, leaf in self._ask("SELECT number, body, leaf FROM ledger_entry ORDER BY number"):
                if number != size or not isinstance(body, bytes) or merkle.leaf_hash(body) != leaf:
                    break
                completed = [(0, 0, leaf), *merkle.completed(size, leaf, lambda level, _index: peaks[level])]
                peaks[completed[-1][0]] = completed[-1][2]
                size += 1
                while head is not None and head[0] <= size:
                    if head[0] == size:
                        root = merkle.root(size, lambda level, _index: peaks[level])
                        fitting.append((Checkpoint(self._key.name, size, root), head[1]))
                    head = next(heads, None)
        return next((found.size for found, note in reversed(fitting) if self._is_ours(found, note)), 0)

    def _heads(self) -> Iterator[tuple[int, str]]:
        """The heads that are kept: their size, and the signed note."""
        with suppress(SQLAlchemyError, sqlite3.Error, UnicodeDecodeError):
            for size, note in self._ask("SELECT size, note FROM checkpoint WHERE size > 0 ORDER BY size"):
                yield int(size), str(note)

    def _is_ours(self, found: Checkpoint, note: str) -> bool:
        """Whether our key has signed just this head."""
        with suppress(NoteInvalid):
            return open_checkpoint(note, self._key) == found
        return False

    # -- rows --------------------------------------------------------------------------------------------------------

    def _fact(self, kind: type[Kind], number: int | None) -> Kind | None:
        """A fact whose row is what its proved entry commits to; None where it is not."""
        with suppress(SQLAlchemyError, sqlite3.Error, UnicodeDecodeError, TypeError, ValueError, KeyError):
            query = f'SELECT * FROM "{kind.__tablename__}" WHERE entry = ?'  # noqa: S608
            for row in log.stored(self._session.connection(), query, number):
                if log.entry_body(kind, row, None) == self._body(row["entry"]):
                    return self._session.get(kind, number)
        return None

    def _again(self, kind: type[Any], number: int) -> Any:
        """The same fact to be entered anew, with its origin; None where it is not proved."""
        fact = self._fact(kind, number)
        if fact is None:
            return None
        columns = kind.__table__.columns.keys()
        values = {name: getattr(fact, name) for name in columns if name not in ("entry", "salt", "at", "origin")}
        return kind(**values, origin=self._origin(number))

    def _body(self, number: int) -> bytes:
        return bytes(self._ask("SELECT body FROM ledger_entry WHERE number = ?", (number,)).scalar_one())

    def _origin(self, number: int) -> str:
        return origin_of(self._file, number, merkle.leaf_hash(self._body(number)))

    # -- people ------------------------------------------------------------------------------------------------------

    def _people(self, then: _Then) -> tuple[list[MovableFact], tuple[Secret, ...]]:
        """Everybody who is proved, with their PINs and FIDO2 keys; nobody, unless one of them is an administrator.

        Who may not be told from an administrator would keep `setup --admin` from making one.
        """
        people = {id_: one for id_, number in then.people.items() if (one := self._again(Person, number)) is not None}
        proofs = [
            (proof, secret)
            for (person, means), number in then.proofs.items()
            if person in people and means in (PIN, KEY) and number is not None
            if (proof := self._again(Credential, number)) is not None
            if (secret := self._secret(proof)) is not None
        ]
        rulers = {id_ for id_, one in people.items() if one.role == Role.ADMINISTRATOR and one.active}
        if not rulers & {proof.person for proof, _ in proofs}:
            return [], ()
        return [*people.values(), *(proof for proof, _ in proofs)], tuple(secret for _, secret in proofs)

    def _secret(self, proof: Credential) -> Secret | None:
        """The verifier to which a credential's fact commits."""
        with suppress(SQLAlchemyError, sqlite3.Error, UnicodeDecodeError, TypeError):
            kept = "SELECT verifier FROM secret WHERE person = ? AND kind = ?"
            verifier = self._ask(kept, (proof.person, proof.means)).scalar_one()
            if hashlib.sha256(verifier.encode()).hexdigest() == proof.digest:
                return Secret(person=proof.person, kind=proof.means, verifier=verifier)
        return None

    # -- the pool ----------------------------------------------------------------------------------------------------

    def _pool(self, then: _Then, known: set[str]) -> Iterator[MovableFact]:
        """The cameras that are proved, each with what was so of it: who held it, whose it is, where it went."""
        faults = self._faults(then)
        for id_, kept in then.cameras.items():
            asset = None if kept.asset is None else self._again(Asset, kept.asset)
            if asset is None:
                continue
            arrived = None if kept.arrived is None else self._fact(Custody, kept.arrived)
            asset.mode = kept.mode
            asset.station = asset.station if arrived is None else arrived.station
            yield asset
            if kept.live is not None:
                yield self._taken(id_, kept.live, known)
            if kept.assigned in known and kept.assigned_by is not None:
                yield self._act(id_, "assigned", kept.assigned_by, officer=kept.assigned, mode=kept.mode)
            told, faulty = max(kept.fault, faults.get(lowered(asset.serial), UNTOLD))
            if faulty:
                yield self._act(id_, "fault", told, words="A fault was reported before the database was damaged.")
            if kept.away is not None:
                away = self._fact(Custody, kept.away)
                fields = {} if away is None else {"station": away.station, "words": away.words}
                yield self._act(id_, msgspec.json.decode(self._body(kept.away), type=_Told).act, kept.away, **fields)

    def _taken(self, camera: str, live: _Held, known: set[str]) -> Custody:
        """Who holds a camera by the damaged ledger, as one who took it; nobody known where that is not proved."""
        began = self._fact(Custody, live.began)
        at = "" if began is None else f", since {began.at:%Y-%m-%d %H:%M} UTC"
        officer = live.officer if live.officer in known else None
        said = [began, *(self._fact(Custody, number) for number in live.named)]
        due_at = next((one.due_at for one in reversed(said) if one is not None and one.due_at is not None), None)
        mode = None if began is None else began.mode
        words = f"Taken over from {self._file}{at}."
        return self._act(camera, "taken", live.began, officer=officer, words=words, due_at=due_at, mode=mode)

    def _act(self, camera: str, act: str, number: int, **fields: Any) -> Custody:
        return Custody(camera=camera, act=act, origin=self._origin(number), **fields)

    def _faults(self, then: _Then) -> dict[str, Fault]:
        """What was said last at the docks of the camera with a serial number, in lower case."""
        found: dict[str, Fault] = {}
        for id_, said in then.faults.items():
            camera = self._fact(Camera, then.docked.get(id_))
            if camera is not None and camera.serial is not None:
                serial = lowered(camera.serial)
                found[serial] = max(said, found.get(serial, UNTOLD))
        return found

    # -- in words ----------------------------------------------------------------------------------------------------

    def _words(
        self,
        end: int,
        then: _Then,
        people: list[MovableFact],
        cameras: list[MovableFact],
        accepted: list[MovableFact],
    ) -> str:
        last = msgspec.json.decode(self._body(end - 1), type=_When).at[:16].replace("T", " ")
        counts = {
            "people": (sum(isinstance(one, Person) for one in people), len(then.people)),
            "cameras of the pool": (sum(isinstance(one, Asset) for one in cameras), len(then.cameras)),
            "accepted cameras": (len(accepted), len(then.accepted)),
        }
        taken = ", ".join(f"{number} {what}" for what, (number, _) in counts.items())
        left = [f"{was - number} {what}" for what, (number, was) in counts.items() if was > number]
        beyond = (self._ask("SELECT max(number) + 1 FROM ledger_entry").scalar_one() or end) - end
        left += [f"{beyond} entries after that"] if beyond > 0 else []
        words = f"Taken over, as its entries up to {end - 1} ({last} UTC) prove it: {taken}."
        words += f" Left out, since nothing proves them: {', '.join(left)}." if left else ""
        nobody = " Nobody's account could be taken over: make a first administrator with setup --admin COLLAR."
        return words + ("" if people else nobody)


class _When(msgspec.Struct):
    at: str
