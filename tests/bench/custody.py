"""Custody at the size of a force: questions, acts and verification over a made-up year, and over ten million entries.

`python -m tests.bench.custody [--days 365] [--entries 10000000] [--home DIR]` makes the year as `simulate-year` does,
in a scratch home or in DIR, measures, then swells it by copies of that year in the years before: their rows are like
those of the year, index for index, but their ledger entries are stand-ins, so that only the year itself is verified.

Prints a table in Markdown and a line of JSON. Times are of the wall; beside them is what of it was this thread's own.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from app.custody.simulation import STATIONS, Size
from app.home import Home
from app.ledger import log, merkle
from app.people.values import Actor, Proof
from app.verbs.output import Output
from app.verbs.simulate import Made
from db.custody import Readiness
from db.engine import Database, _set_up
from db.schema import FACTS, triggers

ROOT = Path(__file__).resolve().parents[2]
QUESTIONS, ACTS, STARTS = 4000, 150, 5
ADMINISTRATOR, PIN = "9000", "48151623"
LAST = 500
"""Real entries at the end of a swelled ledger: opening a home looks at the last ones."""

SAMPLE = 50_000
"""Facts that the limit of hashing and canonical JSON is measured on."""

AIMS = {
    "who held, p99, ms": 2,
    "issue, median, ms": 5,
    "verification, entries/s": 500_000,
    "who-held from the command, s": 1.5,
}

Figures = dict[str, float]


def main() -> None:
    """Measure all of it and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--entries", type=int, default=10_000_000)
    parser.add_argument("--home", type=Path)
    options = parser.parse_args()
    os.environ["DOCKWARDEN_KEYS"] = "file"
    with tempfile.TemporaryDirectory(prefix="dockwarden-bench-") as scratch:
        folder = options.home or Path(scratch) / "home"
        year = measure_year(folder, options.days)
        report("the year", year)
        swell(folder / "dockwarden.db", options.entries)
        report(f"{options.entries:,} entries", measure(folder))


def measure_year(folder: Path, days: int) -> Figures:
    """Make the year, unless it is there, and measure it, verification too."""
    figures: Figures = {}
    with Home(folder) as home:
        if home.records.ledger_size() < 2:
            home.signin.set_up(ADMINISTRATOR, STATIONS[0], PIN)
            began = time.perf_counter()
            made = Made(Size(stations=len(STATIONS), days=days), home, Output(json=True))
            made.all()
            figures["making it, s"] = time.perf_counter() - began
            figures["acts of custody"] = made.simulation.acts
        figures |= limit_of_hashing(home)
        began, thought = time.perf_counter(), time.process_time()
        entries = home.records.verify().entries
        figures["verification, s"] = time.perf_counter() - began
        figures["verification, entries/s"] = entries / figures["verification, s"]
        figures["verification, entries/s of processor time"] = entries / (time.process_time() - thought)
    return figures | measure(folder)


def measure(folder: Path) -> Figures:
    """Questions, acts, and the start of the command."""
    with Home(folder) as home:
        figures: Figures = {"entries": home.records.ledger_size()}
        figures["file, GB"] = home.database.path.stat().st_size / 1e9
        figures |= questions(home)
        figures |= acts(home)
        enrol(home)
    return figures | starts(folder)


def limit_of_hashing(home: Home) -> Figures:
    """How many entries a second their canonical JSON and SHA-256 alone allow, row and entry already in memory."""
    kinds = [kind for kind in FACTS if kind.KIND in {"custody", "docked", "undocked", "readiness"}]
    with home.database.read() as session:
        rows = [
            (kind, row)
            for kind in kinds
            for row in log.stored(
                session.connection(),
                f'SELECT * FROM "{kind.__tablename__}" ORDER BY entry LIMIT {SAMPLE // len(kinds)}',
            )
        ]
    thought = time.process_time()
    bodies = [log.entry_body(kind, row, None) for kind, row in rows]
    with_json = time.process_time() - thought
    thought = time.process_time()
    for body in bodies:
        merkle.node_hash(merkle.leaf_hash(body), body[:32])
    hashing = time.process_time() - thought
    thought = time.process_time()
    for body in bodies:
        hashlib.sha256(body).digest()
    return {
        "limit: JSON, commitment, leaf and node, entries/s": len(rows) / (with_json + hashing),
        "limit: leaf and node alone, entries/s": len(rows) / hashing,
        "limit: one SHA-256 alone, entries/s": len(rows) / (time.process_time() - thought),
    }


def timed(name: str, rounds: list[Callable[[], object]]) -> Figures:
    """How long each round took, in ms."""
    took, own = [], []
    for one in rounds:
        began, thought = time.perf_counter(), time.thread_time()
        one()
        took.append(1000 * (time.perf_counter() - began))
        own.append(1000 * (time.thread_time() - thought))
    took.sort()
    return {
        f"{name}, median, ms": statistics.median(took),
        f"{name}, p99, ms": took[len(took) * 99 // 100],
        f"{name}, own time, median, ms": statistics.median(own),
        f"{name}, own time, p99, ms": sorted(own)[len(own) * 99 // 100],
    }


def questions(home: Home) -> Figures:
    """Who held a camera at a moment, for cameras and moments at random over all the time that there is."""
    chance = random.Random(5)
    with home.database.read() as session:
        driver = session.connection().exec_driver_sql
        assets = list(driver("SELECT asset FROM pool").scalars())
        first, last = driver("SELECT min(from_at), max(from_at) FROM holding").one()
    begins, ends = datetime.fromisoformat(first), datetime.fromisoformat(last)
    asked = [(chance.choice(assets), begins + (ends - begins) * chance.random()) for _ in range(QUESTIONS)]
    return timed("who held", [lambda one=one: home.asking.who_held(*one) for one in asked])  # type: ignore[misc]


def acts(home: Home) -> Figures:
    """Issues, durable, and beside each a commit of one row to the same file."""
    by = sergeant(home)
    with home.database.read() as session:
        ask = session.connection().exec_driver_sql
        free = "SELECT asset FROM pool WHERE state = 'store' AND assigned IS NULL LIMIT 1"
        camera = ask(free).scalar_one()
        busy = "SELECT holder FROM pool WHERE holder IS NOT NULL"
        idle = f"SELECT collar FROM roster WHERE role = 'officer' AND person NOT IN ({busy}) LIMIT 1"
        officer = ask(idle).scalar_one()
    bare = sqlite3.connect(home.database.path, isolation_level=None)
    _set_up(bare, None)
    found: dict[str, list[float]] = {"issue": [], "bare commit": []}
    own = []
    with closing(bare):
        for number in range(ACTS):
            began, thought = time.perf_counter(), time.thread_time()
            home.custody.issue(camera, officer, by, override="bench")
            found["issue"].append(1000 * (time.perf_counter() - began))
            own.append(1000 * (time.thread_time() - thought))
            home.custody.give_back(camera, by)
            began = time.perf_counter()
            bare.execute("BEGIN IMMEDIATE")
            bare.execute("UPDATE pool SET uses = uses + ? WHERE asset = ?", (1 - number % 2 * 2, camera))
            bare.execute("COMMIT")
            found["bare commit"].append(1000 * (time.perf_counter() - began))
    figures = {f"{name}, median, ms": statistics.median(took) for name, took in found.items()}
    worst = {f"{name}, p99, ms": sorted(took)[ACTS * 99 // 100] for name, took in found.items()}
    return figures | worst | {"issue, own time, median, ms": statistics.median(own)}


def sergeant(home: Home) -> Actor:
    """The first station's sergeant, as having given a PIN."""
    return Actor(home.people.known("S001"), Proof.PIN)


def enrol(home: Home) -> None:
    """Give the sergeant a PIN, as an administrator and they would."""
    person = home.people.known("S001")
    if not person.has_pin:
        home.signin.enrol("S001", home.signin.new_code(person, home.signin.by_pin(ADMINISTRATOR, PIN)), PIN)


def starts(folder: Path) -> Figures:
    """The whole of `who-held` from the command: start, sign-in, the entry that it was asked, the answer."""
    pin = folder / "pin"
    pin.write_text(PIN)
    pin.chmod(0o600)
    environment = os.environ | {"DOCKWARDEN_PIN_FILE": str(pin)}
    line = [sys.executable, "-m", "app", "--home", str(folder), "--as", "S001", "--json", "who-held", "BWV-00001"]
    took = []
    for _ in range(STARTS):
        began = time.perf_counter()
        done = subprocess.run(line, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE)
        took.append(time.perf_counter() - began)
        assert json.loads(done.stdout)["camera"] == "BWV-00001"
    began = time.perf_counter()
    subprocess.run([sys.executable, "-m", "app", "--version"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return {
        "who-held from the command, s": statistics.median(took),
        "who-held from the command, best, s": min(took),
        "the interpreter's start alone, s": time.perf_counter() - began,
    }


# -- ten million ---------------------------------------------------------------------------------------------------


def swell(path: Path, entries: int) -> None:
    """Copy the year into the years before it until there are so many entries, and enter some more at the end."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for pragma in ("foreign_keys=OFF", "cache_size=-1000000", "synchronous=OFF", "journal_mode=OFF"):
            connection.execute(f"PRAGMA {pragma}")
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in names:
            connection.execute(f'DROP TRIGGER "{name}"')
        (year,) = connection.execute("SELECT max(number) + 1 FROM ledger_entry").fetchone()
        for copy in range(1, -(-entries // year)):
            connection.execute("BEGIN")
            for statement in copying(connection, copy, year):
                connection.execute(statement)
            connection.execute("COMMIT")
        stand_in_nodes(connection)
        for statement in triggers().values():
            connection.execute(statement)
        (docking,) = connection.execute("SELECT id FROM docking ORDER BY entry LIMIT 1").fetchone()
    database = Database.open(path)
    more = [
        Readiness(at=datetime.now(UTC), docking=docking, ready=True, battery_percent=90, reasons=())
        for _ in range(LAST)
    ]
    with closing(database), database.write() as session:
        log.enter_all(session, more)


def copying(connection: sqlite3.Connection, copy: int, year: int) -> Iterator[str]:
    """The statements that add one more year, `copy` years before; ids of dockings begin with a letter of their own."""
    letter = "ghijklmnopqrstuvw"[copy]
    sooner = f"(substr({{0}}, 1, 4) - {copy}) || substr({{0}}, 5)"
    moved = dict.fromkeys(("entry", "number", "corrects", "until_entry", "corrected"), f"{{0}} + {copy * year}")
    moved |= dict.fromkeys(("at", "moment", "due_at", "from_at", "until_at", "confirmed_at"), sooner)
    for table in ("docking", "undocking", "readiness", "custody", "holding", "ledger_entry"):
        columns = [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')]
        key = "number" if table == "ledger_entry" else "entry"
        docking = f"CASE WHEN {{0}} IS NOT NULL THEN '{letter}' || substr({{0}}, 2) END"
        ours = moved | {"docking": docking} | ({"id": docking} if table == "docking" else {})
        values = ", ".join(ours.get(name, '"{0}"').format(name) for name in columns)
        over = " AND until_at IS NOT NULL" if table == "holding" else ""
        yield f'INSERT INTO "{table}" SELECT {values} FROM "{table}" WHERE {key} BETWEEN 1 AND {year - 1}{over}'
    yield f"INSERT INTO ledger_entry SELECT {copy * year}, body, leaf FROM ledger_entry WHERE number = 1"


def stand_in_nodes(connection: sqlite3.Connection) -> None:
    """As many nodes as the tree has, so that entries can be appended to it."""
    (size,) = connection.execute("SELECT max(number) + 1 FROM ledger_entry").fetchone()
    for level in range(1, size.bit_length()):
        connection.execute(
            "WITH RECURSIVE place(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM place WHERE i + 1 < ?)"
            " INSERT OR IGNORE INTO ledger_node SELECT ?, i, zeroblob(32) FROM place",
            (size >> level, level),
        )


def report(title: str, figures: Figures) -> None:
    """Print the table and the JSON."""
    print(f"\n| {title} | measured | aim |", "|---|---:|---:|", sep="\n")
    for name, figure in figures.items():
        aim = f"{AIMS[name]:,}" if name in AIMS else ""
        print(f"| {name} | {figure:,.0f} | {aim} |" if figure >= 1000 else f"| {name} | {figure:.3g} | {aim} |")
    print(json.dumps({"bench": "custody", "of": title, "at": datetime.now(UTC).isoformat(), **figures}), flush=True)


if __name__ == "__main__":
    main()
