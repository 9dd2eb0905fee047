"""Witnessing by a shared folder: asks this home's witnesses, takes their answers, and witnesses other stations' logs.

    outbox/LOG,WITNESS       what a log asks of a witness (`app.ledger.witness`)
    inbox/LOG,WITNESS        the witness's answer
    outbox/LOG,SIZE.tsq      a request for a time stamp of a checkpoint; whoever can reach the authority sends it
    inbox/LOG,SIZE.tsr       the time stamp

A folder that is away is no trouble: all of it is asked again when it is back.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from app.errors import Trouble
from app.ledger.note import COSIGNATURE, MAX_NOTE, NoteInvalid, VerifierKey
from app.ledger.stamp import MAX_RESPONSE, Authority, request
from app.ledger.witness import NotWitnessed, Witness, parse_answer, parse_keys

if TYPE_CHECKING:
    from app.home import Home

KEPT = "witnessed"
"""The home's folder of the heads of other logs."""


def witness_of(home: Home) -> Witness:
    """A home's station as a witness of others."""
    return Witness(home.folder / KEPT, home.keys.signer())


def witness_key(home: Home) -> VerifierKey:
    """The key by which a home's station cosigns, to be set as one of the other station's witnesses."""
    return VerifierKey.of(home.keys.signer(), COSIGNATURE)


def exchange(home: Home) -> list[Trouble]:
    """Take what lies in the shared folder, and put there what is to be asked. Gives what a person must hear of."""
    folder = home.settings.witness_folder
    if folder is None or not Path(folder).is_dir():
        return []
    return [trouble for step in (_be_witnessed, _be_stamped, _witness) for trouble in step(home, Path(folder))]


def _be_witnessed(home: Home, folder: Path) -> Iterator[Trouble]:
    name = home.keys.signer().name
    for key in parse_keys(home.settings.witness_keys or ""):
        place = f"{quote(name, safe='')},{quote(key.name, safe='')}"
        seen = home.cosignatures.size_seen(key.text())
        answer = _read(folder / "inbox" / place, MAX_NOTE)
        if answer is not None:
            try:
                seen = home.cosignatures.take(key, parse_answer(answer.decode(errors="replace")))
            except (NoteInvalid, Trouble) as trouble:
                yield trouble if isinstance(trouble, Trouble) else NotWitnessed(f"The answer of {key.name}: {trouble}.")
        growth = home.cosignatures.request(seen)
        if growth is not None:
            _put(folder / "outbox" / place, growth.text().encode())


def _be_stamped(home: Home, folder: Path) -> Iterator[Trouble]:
    head = home.cosignatures.head()
    if home.settings.tsa_certificate is None or head is None:
        return
    mine = quote(home.keys.signer().name, safe="")
    asked = list((folder / "outbox").glob(f"{mine},*.tsq"))
    try:
        authority = Authority(Path(home.settings.tsa_certificate))
        for question in asked:
            response = _read(folder / "inbox" / f"{question.stem}.tsr", MAX_RESPONSE)
            if response is not None:
                home.cosignatures.stamped(authority, int(question.stem.rpartition(",")[2]), response)
                question.unlink()
    except Trouble as trouble:
        yield trouble
    except (OSError, ValueError):  # not ours to mend: asked again
        return
    else:
        if not asked and head[0] > home.cosignatures.size_seen(authority.fingerprint):
            _put(folder / "outbox" / f"{mine},{head[0]}.tsq", request(head[1]))


def _witness(home: Home, folder: Path) -> Iterator[Trouble]:
    mine = quote(home.keys.signer().name, safe="")
    witness = witness_of(home)
    known = {f"{quote(name, safe='')},{mine}" for name in witness.known()}
    for place in sorted(known):
        asked = _read(folder / "outbox" / place, MAX_NOTE)
        if asked is None:
            continue
        try:
            answer, refused = witness.answer(asked.decode(errors="replace"))
        except NotWitnessed as trouble:
            yield trouble
            continue
        _put(folder / "inbox" / place, answer.text().encode())
        if refused is not None:
            yield refused


def _read(path: Path, limit: int) -> bytes | None:
    """What lies there, None when nothing does that can be read; a pipe that somebody put there is not waited for."""
    try:
        if not path.is_file():
            return None
        with path.open("rb") as file:
            return file.read(limit)
    except OSError:
        return None


def _put(path: Path, data: bytes) -> None:
    """Put a file there whole, for others to read, unless just this lies there; a folder that is away is asked again."""
    if _read(path, len(data) + 1) == data:
        return
    with suppress(OSError):
        path.parent.mkdir(exist_ok=True)
        temporary = path.with_name(f".{path.name}.{os.getpid()}")
        temporary.write_bytes(data)
        temporary.replace(path)
