"""Tampering: random changes to a ledger's database and to an exported bundle, each of which must be found.

A change that changes nothing (two equal rows swapped, a bit in unused space) is not counted, nor is one of an unsealed
copy, which is no fact yet, nor that a signed head or a cosignature is taken away: what it spoke of is all there, and
another is signed in its place. Databases put back from
yesterday, ends cut off and histories signed anew with the station's own key are right in themselves: they are tried
without a witness, where they must pass, and with one honest checkpoint held outside, where each must be found.
"""

from __future__ import annotations

import hashlib
import random
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from app.ledger import merkle, verify_export
from app.ledger.cosignatures import Cosignatures
from app.ledger.log import entry_body
from app.ledger.note import COSIGNATURE, Checkpoint, KeySigner, VerifierKey, sign_checkpoint
from app.ledger.verify import LedgerBroken, verify
from app.ledger.witness import Witness
from db.base import Base
from db.engine import Database
from db.errors import StorageError
from db.schema import FACTS, SCHEMA
from tests.app import station as st
from tests.app.ledger.replay import Replay
from tests.app.ledger.shift import a_shift
from tests.app.ledger.test_witness import OTHER

KEY = VerifierKey.of(st.SIGNER)
INDEXES = ("shelf", "roster", "pool", "holding")
COVERED = (
    *(kind.__tablename__ for kind in FACTS),
    *("recording", "ledger_entry", "ledger_node", "checkpoint", "cosignature"),
    *INDEXES,
)
"""The tables of which verification answers for every row."""

GIVEN = ("checkpoint", "cosignature")
"""The tables from which a row may be taken without taking anything from the ledger."""

NOT_COVERED = {("checkpoint", "at")}
"""Columns that only say when something was written down here."""


@dataclass
class Done:
    """What was tried, by the kind of tampering, and what was overlooked."""

    tried: Counter[str] = field(default_factory=Counter)
    controls: int = 0
    problems: list[str] = field(default_factory=list)


class Scene:
    """A station's database and its export, whole; yesterday's database, and the checkpoint that a witness holds."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        witness = Witness(folder / "witnessed", OTHER)
        witness.know(KEY)
        with st.station(folder) as records:
            st.a_day(records)
            self.earlier = records.checkpoint()
            shutil.copy(folder / "dockwarden.db", folder / "yesterday.db")
            a_shift(records)
            self.held = records.checkpoint()
            growth = Cosignatures(records._database).request(0)
            assert growth is not None
            answer, _ = witness.answer(growth.text())
            Cosignatures(records._database).take(VerifierKey.of(OTHER, COSIGNATURE), answer)
            records.export(folder / "bundle", "sergeant")
            records.bay("8-1")
            records.checkpoint()
        self.whole = (folder / "dockwarden.db").read_bytes()
        with closing(sqlite3.connect(folder / "dockwarden.db")) as connection:
            self.rows = rows_of(connection)
        self.bare = without_triggers(folder / "dockwarden.db", folder / "bare.db")
        self.work = folder / "work.db"
        shutil.copytree(folder / "bundle", folder / "work")

    def found(self, held: tuple[str, ...] = ()) -> str | None:
        """What verification finds wrong with the database at work; None when it finds nothing."""
        try:
            with closing(Database.open(self.work)) as database:
                verify(database, KEY, held)
        except (LedgerBroken, StorageError) as wrong:
            return wrong.what_happened
        except DBAPIError as crash:  # a file that says that it is of an older program cannot be brought up to this one
            if scene_version(self.work) == SCHEMA:
                raise
            return str(crash)
        return None


def without_triggers(path: Path, copy: Path) -> bytes:
    """The same database after its triggers were dropped, which who owns the file can do."""
    shutil.copy(path, copy)
    with closing(sqlite3.connect(copy)) as connection, connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
    return copy.read_bytes()


def scene_version(path: Path) -> int:
    """The schema that a database says it has."""
    with path.open("rb") as file:
        return int.from_bytes(file.read(64)[60:64])


# -- databases -------------------------------------------------------------------------------------------------------


Rows = dict[str, list[tuple[object, ...]]]


def changed(was: Rows, now: Rows) -> bool:
    """Whether anything is there that was not, or is not there that was."""
    added = any(set(now[table]) - set(was[table]) for table in GIVEN)
    return added or any(now[table] != was[table] for table in COVERED if table not in GIVEN)


def rows_of(connection: sqlite3.Connection) -> Rows:
    """All that verification answers for."""
    found: Rows = {}
    for table in COVERED:
        columns = Base.metadata.tables[table].columns.keys()
        kept = ", ".join(f'quote("{name}")' for name in columns if (table, name) not in NOT_COVERED)
        sealed = " WHERE id IN (SELECT +recording FROM seal NOT INDEXED)" if table == "recording" else ""
        found[table] = sorted(connection.execute(f'SELECT {kept} FROM "{table}"{sealed}').fetchall())
    return found


def _some_row(connection: sqlite3.Connection, chance: random.Random, table: str) -> tuple[str, list[str]] | None:
    """A condition that names one row of a table, and its columns."""
    columns = connection.execute(f'PRAGMA table_info("{table}")').fetchall()
    keys = [column[1] for column in columns if column[5]]
    rows = connection.execute(f"SELECT {', '.join(f'quote({_q(key)})' for key in keys)} FROM {_q(table)}").fetchall()
    if not rows:
        return None
    values = chance.choice(rows)
    condition = " AND ".join(f"{_q(key)} = {value}" for key, value in zip(keys, values, strict=True))
    return condition, [column[1] for column in columns]


def _q(name: str) -> str:
    return f'"{name}"'


def _delete(connection: sqlite3.Connection, chance: random.Random) -> None:
    table = chance.choice(COVERED)
    if (row := _some_row(connection, chance, table)) is not None:
        connection.execute(f"DELETE FROM {_q(table)} WHERE {row[0]}")


def _flip(connection: sqlite3.Connection, chance: random.Random) -> None:
    """Flip a bit of a value, whatever it is."""
    table = chance.choice(COVERED)
    if (row := _some_row(connection, chance, table)) is None:
        return
    column = chance.choice(row[1])
    (value,) = connection.execute(f"SELECT {_q(column)} FROM {_q(table)} WHERE {row[0]}").fetchone()
    connection.execute(f"UPDATE {_q(table)} SET {_q(column)} = ? WHERE {row[0]}", (_flipped(value, chance),))


def _flipped(value: object, chance: random.Random) -> object:
    if isinstance(value, int):
        return value ^ (1 << chance.randrange(12))
    if isinstance(value, float):
        return value + chance.choice((1e-6, -1.0, 3600.0))
    raw = bytearray(value if isinstance(value, bytes) else str(value or "").encode())
    if not raw:
        return "x"
    raw[chance.randrange(len(raw))] ^= 1 << chance.randrange(7)
    return bytes(raw) if isinstance(value, bytes) else raw.decode(errors="replace")


def _insert(connection: sqlite3.Connection, chance: random.Random) -> None:
    """Put a copy of a row beside it, under another key."""
    table = chance.choice(COVERED)
    if (row := _some_row(connection, chance, table)) is None:
        return
    cells = list(connection.execute(f"SELECT * FROM {_q(table)} WHERE {row[0]}").fetchone())
    keys = [column[0] for column in connection.execute(f'PRAGMA table_info("{table}")') if column[5]]
    place = keys[-1] if keys else 0
    cells[place] = cells[place] + chance.randrange(1, 90) if isinstance(cells[place], int) else f"{chance.random()}"
    marks = ", ".join("?" * len(cells))
    connection.execute(f"INSERT INTO {_q(table)} VALUES ({marks})", cells)


def _swap(connection: sqlite3.Connection, chance: random.Random) -> None:
    """Swap what two rows of a table hold in one column."""
    table = chance.choice(COVERED)
    one, other = (_some_row(connection, chance, table) for _ in range(2))
    if one is None or other is None:
        return
    column = chance.choice(one[1])
    ask = f"SELECT {_q(column)} FROM {_q(table)} WHERE "
    (first,), (second,) = connection.execute(ask + one[0]).fetchone(), connection.execute(ask + other[0]).fetchone()
    for row, value in ((one, second), (other, first)):
        connection.execute(f"UPDATE {_q(table)} SET {_q(column)} = ? WHERE {row[0]}", (value,))


def _reorder(connection: sqlite3.Connection, chance: random.Random) -> None:
    """Swap two entries, and their facts with them."""
    size = connection.execute("SELECT max(number) + 1 FROM ledger_entry").fetchone()[0]
    one, other = chance.sample(range(size), 2)
    for table, column in [("ledger_entry", "number"), *((kind.__tablename__, "entry") for kind in FACTS)]:
        for old, new in ((one, -9), (other, one), (-9, other)):
            connection.execute(f"UPDATE {_q(table)} SET {column} = ? WHERE {column} = ?", (new, old))


def _cut(connection: sqlite3.Connection, chance: random.Random) -> None:
    """Cut the end off the entries and all that speaks of them but the signed heads."""
    size = connection.execute("SELECT max(number) + 1 FROM ledger_entry").fetchone()[0]
    cut_to(connection, chance.randrange(1, size))


def cut_to(connection: sqlite3.Connection, size: int) -> None:
    """Leave so many entries."""
    connection.execute("DELETE FROM ledger_entry WHERE number >= ?", (size,))
    for kind in FACTS:
        connection.execute(f"DELETE FROM {_q(kind.__tablename__)} WHERE entry >= ?", (size,))
    connection.execute('DELETE FROM ledger_node WHERE ("index" + 1) << level > ?', (size,))


EDITS: dict[str, Callable[[sqlite3.Connection, random.Random], None]] = {
    "bit flipped": _flip,
    "row deleted": _delete,
    "row inserted": _insert,
    "values swapped": _swap,
    "entries reordered": _reorder,
    "end cut": _cut,
}


def _edited(scene: Scene, edit: Callable[[sqlite3.Connection], None]) -> bool:
    """Edit a copy of the database as who owns the file can; whether that changed anything."""
    scene.work.write_bytes(scene.bare)
    with closing(sqlite3.connect(scene.work, isolation_level=None)) as connection:
        for pragma in ("synchronous=OFF", "journal_mode=MEMORY", "ignore_check_constraints=ON"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("BEGIN")
        with suppress(sqlite3.IntegrityError):
            edit(connection)
        connection.execute("COMMIT")
        return changed(scene.rows, rows_of(connection))


def tamper_database(scene: Scene, chance: random.Random, done: Done) -> None:
    """One random edit of the database."""
    name = chance.choice(list(EDITS))
    told: list[str] = []

    def edit(connection: sqlite3.Connection) -> None:
        connection.set_trace_callback(told.append)
        EDITS[name](connection, chance)
        connection.set_trace_callback(None)

    if _edited(scene, edit):
        done.tried[f"database: {name}"] += 1
        if scene.found() is None:
            done.problems.append(f"overlooked: {name}: {told[-1][:200]}")


def tamper_file(scene: Scene, chance: random.Random, done: Done) -> None:
    """One bit of the database's file."""
    raw = bytearray(scene.whole)
    bit = chance.randrange(8 * len(raw))
    raw[bit // 8] ^= 1 << bit % 8
    scene.work.write_bytes(raw)
    if _says_the_same(scene):
        return
    done.tried["database: bit of the file"] += 1
    if scene.found() is None:
        done.problems.append(f"overlooked: bit {bit} of the file")


def _says_the_same(scene: Scene) -> bool:
    """Whether the file at work holds the same rows, as SQLite reads them."""
    try:
        with closing(sqlite3.connect(scene.work)) as connection:
            return not changed(scene.rows, rows_of(connection))
    except (sqlite3.Error, UnicodeDecodeError):
        return False


# -- what only a witness can find ------------------------------------------------------------------------------------


def yesterday(scene: Scene, _chance: random.Random) -> None:
    """Yesterday's database is put back."""
    shutil.copy(scene.folder / "yesterday.db", scene.work)


def signed_anew(scene: Scene, chance: random.Random) -> None:
    """A fact is forged, and all that follows from it is made anew and signed with the station's own key."""

    def edit(connection: sqlite3.Connection) -> None:
        held = int(scene.held.split("\n")[1])
        kind = next(kind for kind in FACTS if kind.__tablename__ == "alarm")
        numbers = connection.execute("SELECT entry FROM alarm WHERE entry < ?", (held,)).fetchall()
        (number,) = chance.choice(numbers)
        connection.execute("UPDATE alarm SET words = ? WHERE entry = ?", (f"{chance.random()}", number))
        cursor = connection.execute("SELECT * FROM alarm WHERE entry = ?", (number,))
        row = dict(zip([name for name, *_ in cursor.description], cursor.fetchone(), strict=True))
        body = entry_body(kind, row, None)
        leaf = merkle.leaf_hash(body)
        connection.execute("UPDATE ledger_entry SET body = ?, leaf = ? WHERE number = ?", (body, leaf, number))
        sign_all_anew(connection, st.SIGNER)

    _edited(scene, edit)


def cut_and_signed(scene: Scene, chance: random.Random) -> None:
    """The end is cut with every head that speaks of it, and the new head signed with the station's own key."""

    def edit(connection: sqlite3.Connection) -> None:
        size = chance.randrange(int(scene.earlier.split("\n")[1]), int(scene.held.split("\n")[1]))
        connection.execute("DELETE FROM cosignature")
        connection.execute("DELETE FROM checkpoint WHERE size > ?", (size,))
        cut_to(connection, size)

    _edited(scene, edit)
    _follow(scene)


def _follow(scene: Scene) -> None:
    """Make the indexes anew from the facts that are left, as a careful forger would."""
    with closing(Replay()) as replay, closing(sqlite3.connect(scene.work, isolation_level=None)) as connection:
        replay.enter_all(connection)
        connection.execute("DELETE FROM shelf WHERE entry NOT IN (SELECT entry FROM seal)")
        for table in ("pool", "holding", "roster"):
            connection.execute(f"DELETE FROM {_q(table)}")
            rows = [tuple(row.values())[1:] for row in replay.index(table)]
            marks = ", ".join("?" * len(rows[0])) if rows else ""
            connection.executemany(f"INSERT INTO {_q(table)} VALUES ({marks})", rows) if rows else None


def sign_all_anew(connection: sqlite3.Connection, signer: KeySigner) -> None:
    """Make every node and head anew."""
    nodes: dict[tuple[int, int], bytes] = {}

    def read(level: int, index: int) -> bytes:
        return nodes[level, index]

    connection.execute("DELETE FROM ledger_node")
    connection.execute("DELETE FROM cosignature")
    for number, leaf in connection.execute("SELECT number, leaf FROM ledger_entry ORDER BY number").fetchall():
        nodes[0, number] = leaf
        for level, index, node in merkle.completed(number, leaf, read):
            nodes[level, index] = node
            connection.execute("INSERT INTO ledger_node VALUES (?, ?, ?)", (level, index, node))
    for (size,) in connection.execute("SELECT size FROM checkpoint").fetchall():
        root = merkle.root(size, read)
        note = sign_checkpoint(Checkpoint(signer.name, size, root), signer)
        connection.execute("UPDATE checkpoint SET root = ?, note = ? WHERE size = ?", (root, note, size))


PERFECT: dict[str, Callable[[Scene, random.Random], None]] = {
    "yesterday's database": yesterday,
    "end cut and signed": cut_and_signed,
    "history signed anew with the stolen key": signed_anew,
}


def forge(scene: Scene, chance: random.Random, done: Done) -> None:
    """One forgery that is right in itself: it passes alone, and never beside the checkpoint that a witness holds."""
    name = chance.choice(list(PERFECT))
    PERFECT[name](scene, chance)
    alone = scene.found()
    if alone is not None:
        done.problems.append(f"no perfect forgery: {name}: {alone}")
    done.tried[f"database, with a witness: {name}"] += 1
    if scene.found((scene.held,)) is None:
        done.problems.append(f"overlooked beside a witness: {name}")


# -- bundles ---------------------------------------------------------------------------------------------------------


def tamper_bundle(scene: Scene, chance: random.Random, done: Done) -> None:
    """One random change to the bundle at work, undone at once."""
    bundle, whole = scene.folder / "work", scene.folder / "bundle"
    path = chance.choice(sorted(path for path in bundle.rglob("*") if path.is_file()))
    raw = path.read_bytes()
    name = chance.choice(list(FILES))
    FILES[name](path, raw, chance)
    if not _same(bundle, whole):
        done.tried[f"bundle: {name}"] += 1
        with suppress(verify_export.Wrong):
            verify_export.check(bundle)
            done.problems.append(f"overlooked: {name} of {path.relative_to(bundle)}")
    for extra in set(bundle.rglob("*")) - {bundle / p.relative_to(whole) for p in whole.rglob("*")}:
        extra.unlink()
    for one in whole.rglob("*"):
        if one.is_file():
            mine = bundle / one.relative_to(whole)
            if mine.is_symlink() or not mine.exists() or mine.read_bytes() != one.read_bytes():
                mine.unlink(missing_ok=True)
                shutil.copy(one, mine)


def _same(bundle: Path, whole: Path) -> bool:
    def listed(folder: Path) -> dict[Path, bytes | None]:
        files = (path for path in folder.rglob("*") if not path.is_dir() or path.is_symlink())
        return {path.relative_to(folder): None if path.is_symlink() else path.read_bytes() for path in files}

    return listed(bundle) == listed(whole)


def _lines(change: Callable[[list[bytes], random.Random], None]) -> Callable[[Path, bytes, random.Random], None]:
    def apply(path: Path, raw: bytes, chance: random.Random) -> None:
        lines = raw.splitlines(keepends=True)
        if lines:
            change(lines, chance)
        path.write_bytes(b"".join(lines))

    return apply


def _bit_of_a_file(path: Path, raw: bytes, chance: random.Random) -> None:
    if raw:
        spoilt = bytearray(raw)
        bit = chance.randrange(8 * len(raw))
        spoilt[bit // 8] ^= 1 << bit % 8
        path.write_bytes(spoilt)


def _drop(lines: list[bytes], chance: random.Random) -> None:
    del lines[chance.randrange(len(lines))]


def _twice(lines: list[bytes], chance: random.Random) -> None:
    lines.insert(chance.randrange(len(lines) + 1), chance.choice(lines))


def _moved(lines: list[bytes], chance: random.Random) -> None:
    lines.insert(chance.randrange(len(lines)), lines.pop(chance.randrange(len(lines))))


def _swapped(path: Path, raw: bytes, chance: random.Random) -> None:
    other = chance.choice(sorted(one for one in path.parent.iterdir() if one.is_file()))
    path.write_bytes(other.read_bytes())
    other.write_bytes(raw)


def _linked(path: Path, raw: bytes, _chance: random.Random) -> None:
    target = next(one for one in path.parents if one.name == "work").parent / "linked"
    target.write_bytes(raw)
    path.unlink()
    path.symlink_to(target)


def _cut_file(path: Path, raw: bytes, chance: random.Random) -> None:
    path.write_bytes(raw[: chance.randrange(len(raw) or 1)])


def _lengthened(path: Path, raw: bytes, chance: random.Random) -> None:
    path.write_bytes(raw + chance.randbytes(1 + chance.randrange(9)))


def _copied(path: Path, raw: bytes, chance: random.Random) -> None:
    (path.parent / f"{chance.random()}").write_bytes(raw)


FILES: dict[str, Callable[[Path, bytes, random.Random], None]] = {
    "bit flipped": _bit_of_a_file,
    "line deleted": _lines(_drop),
    "line twice": _lines(_twice),
    "line moved": _lines(_moved),
    "end cut": _cut_file,
    "bytes behind": _lengthened,
    "files swapped": _swapped,
    "file deleted": lambda path, _raw, _chance: path.unlink(),
    "file added": _copied,
    "file a link": _linked,
}


# -- all together ----------------------------------------------------------------------------------------------------


def sweep(folder: Path, seed: int, times: int) -> Done:
    """So many tampers: half of databases, half of bundles, one in twenty a forgery that only a witness finds."""
    chance, done = random.Random(seed), Done()
    scene = Scene(folder)
    while done.tried.total() < times:
        if done.tried.total() % 100 == 0:
            _control(scene, done)
        kind = chance.random()
        if kind < 0.05:
            forge(scene, chance, done)
        elif kind < 0.4:
            tamper_database(scene, chance, done)
        elif kind < 0.5:
            tamper_file(scene, chance, done)
        else:
            tamper_bundle(scene, chance, done)
    return done


def _control(scene: Scene, done: Done) -> None:
    """What nobody touched is right, also beside the witness's checkpoint."""
    scene.work.write_bytes(scene.whole)
    wrong = scene.found((scene.held,))
    if wrong is not None:
        done.problems.append(f"a control did not pass: {wrong}")
    held = scene.folder / "held"
    held.write_text(scene.held)
    verify_export.check(scene.folder / "work", KEY.fingerprint, held)
    assert hashlib.sha256(scene.whole).digest() == hashlib.sha256(scene.work.read_bytes()).digest()
    done.controls += 1
