"""Cameras that pass from one home to another, each with its own ledger: what one has entered is proved to the other.

A **paper** is a file of JSON with two facts of the sender's ledger, the act and the camera as it was entered last: each
with its whole row, its salt, and the tlog-proof (C2SP) of its entry. An entry is a function of its row, so that whoever
knows the ledger's key can tell that just this was entered there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from sqlalchemy import select

from app.home import Home
from app.ledger import log, merkle
from app.ledger.note import NoteInvalid, VerifierKey, open_checkpoint, parse_proof
from app.people.values import Refused
from db.base import Fact, origin_of, unescape
from db.custody import Asset, Custody, Pool

KeyOf = Callable[[str], VerifierKey | None]
"""The key by which this station knows another one's log, by the log's name."""


class Page(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A fact: the proof of its entry, its row as the database has it, and the row's salt in hex."""

    proof: str
    row: dict[str, str | int | float | None]
    salt: str


class Paper(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An act of custody, and the camera that it is of."""

    act: Page
    camera: Page


class Sent(msgspec.Struct, frozen=True):
    """What a paper proves: the act as the other ledger has it, and the camera. `origin` names the entry of the act.

    `answers` is the origin that the act itself names, where it answers an act of a third ledger, or of ours.
    """

    act: str
    origin: str
    camera_origin: str
    asset: str
    serial: str
    make: str
    model: str
    mode: str
    station: str | None
    answers: str | None


def write(home: Home, camera: str, act: str) -> str:
    """The paper of the newest act of this kind on a camera of the pool. Raises Refused and KeysTrouble."""
    with home.database.read() as session:
        wanted = select(Custody.entry, Pool.entry).join(Pool, Pool.camera == Custody.camera)
        wanted = wanted.where(Pool.asset == camera, Custody.act == act).order_by(Custody.entry.desc()).limit(1)
        entries = session.execute(wanted).one_or_none()
    if entries is None:
        raise Refused("not-sent", f"{camera} was not {act} here.", "Do that first.")
    paper = Paper(_page(home, Custody, entries[0]), _page(home, Asset, entries[1]))
    return msgspec.json.format(msgspec.json.encode(paper)).decode() + "\n"


def _page(home: Home, kind: type[Fact], entry: int) -> Page:
    with home.database.read() as session:
        query = f'SELECT * FROM "{kind.__tablename__}" WHERE entry = ?'  # noqa: S608
        row = dict(log.stored(session.connection(), query, entry)[0])
    return Page(home.records.prove(str(entry)), row, row.pop("salt").hex())


def read(text: str, key_of: KeyOf) -> Sent:
    """What a paper proves, under the key by which its log is known here. Raises Refused: not-sent, unknown-station."""
    try:
        paper = msgspec.json.decode(text, type=Paper)
        act, camera = _proved(Custody, paper.act, key_of), _proved(Asset, paper.camera, key_of)
        row, about = paper.act.row, paper.camera.row
        if act.log != camera.log or row["camera"] != about["id"]:
            raise _not_sent("its two parts are not of one camera")
        texts = {name: unescape(str(about[name])) for name in ("asset", "serial", "make", "model", "mode")}
        station = None if row["station"] is None else unescape(str(row["station"]))
        answers = None if row["origin"] is None else str(row["origin"])
        return Sent(
            act=str(row["act"]),
            origin=origin_of(act.log, act.number, act.leaf),
            camera_origin=origin_of(camera.log, camera.number, camera.leaf),
            station=station,
            answers=answers,
            **texts,
        )
    except (msgspec.MsgspecError, NoteInvalid, merkle.ProofInvalid, ValueError, TypeError, KeyError) as wrong:
        raise _not_sent(str(wrong)) from wrong


class _Entry(msgspec.Struct, frozen=True):
    """An entry of another log that is proved."""

    log: str
    number: int
    leaf: bytes


def _proved(kind: type[Fact], page: Page, key_of: KeyOf) -> _Entry:
    """The entry that a page proves. Raises Refused, and what a bad one gives."""
    proof = parse_proof(page.proof)
    row: dict[str, Any] = {**page.row, "salt": bytes.fromhex(page.salt)}
    leaf = merkle.leaf_hash(log.entry_body(kind, row, None))
    name = proof.checkpoint.partition("\n")[0]
    key = key_of(name)
    if key is None:
        raise Refused(
            "unknown-station",
            f"This station does not know the key of {name[:80]}.",
            "Get the key from that station itself (its keys show, “Log key”), then: ledger witness --know FILE.",
        )
    head = open_checkpoint(proof.checkpoint, key)
    if merkle.root_from_inclusion(proof.index, head.size, leaf, proof.path) != head.root:
        raise _not_sent("what it tells is not what was entered there")
    return _Entry(name, proof.index, leaf)


def _not_sent(why: str) -> Refused:
    return Refused("not-sent", f"The receipt proves nothing: {why}.", "Ask the other station for the receipt again.")


def check_sent(sent: Sent, camera: str, here: str) -> None:
    """Return if a paper is that of this camera (asset or serial number), sent to this station. Raises Refused."""
    if sent.act != "transferred":
        raise Refused(
            "not-sent", f"The receipt is of another act ({sent.act}).", "Ask for the receipt of the transfer."
        )
    if camera.strip().casefold() not in (sent.asset.casefold(), sent.serial.casefold()):
        what = f"The receipt is of {sent.asset} (serial {sent.serial}), not of {camera}."
        raise Refused("not-sent", what, "Take the receipt that came with this camera.")
    if (sent.station or "").strip().casefold() != here.strip().casefold():
        what = f"{sent.asset} was sent to {sent.station}, and this station is {here or 'not named yet'}."
        raise Refused("other-station", what, "Send it on to where it should be, or have it transferred anew.")
