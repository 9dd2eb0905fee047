"""Acts of custody and imports at random on a home, each announced when it is done; and what must be so at any moment.

`python -m tests.faults.custody HOME SEED COUNT` does the same in a process of its own, beside others.
"""

from __future__ import annotations

import json
import random
import sqlite3
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from app.custody import pool_import
from app.custody.values import Done
from app.home import Home
from app.importing import Row
from app.ledger.verify import LedgerBroken
from app.people import roll
from app.people.values import Actor, Proof, Refused
from app.settings import Settings
from tests.app.station import seen, who

CAMERAS = tuple(f"C-{number}" for number in range(1, 7))
OFFICERS = tuple(f"{number}" for number in range(1001, 1007))
ADMIN = "9001"
BATCH = 60
"""Rows of one import."""

MODES = ("pool", "pool", "personal", "allocated")
PERSON = {"rank": "PC", "role": "officer", "station": "Northgate", "cohort": "", "trained_on": "2026-01-05"}

Say = Callable[[dict[str, Any]], None]
"""Takes one announcement: a JSON object."""


def prepare(home: Home) -> None:
    """A home with an administrator, officers, and cameras that are docked and ready."""
    assert home.records
    with home.database.write() as session:
        roll.enter_first(session, uuid.uuid4().hex, ADMIN, "Northgate", "", None)
    home.people.take(_people(OFFICERS), actor(home))
    pool_import.take(home.database, _cameras(CAMERAS), actor(home))
    for bay, asset in enumerate(CAMERAS, 1):
        dock(home, asset, bay)


def actor(home: Home) -> Actor:
    """The administrator, in a sergeant's place."""
    return Actor(home.people.known(ADMIN), Proof.PIN, acting=True)


def dock(home: Home, asset: str, bay: int) -> str:
    """Dock a camera and have it ready; gives the docking's id."""
    serial = f"S-{asset}"
    records = home.records
    camera = records.camera(seen(serial), who(serial), "virtual")
    records.replaced(camera, f"A{bay}", Settings())
    docking = records.begin_docking(
        camera, bay=f"A{bay}", usb_path=f"1-{bay}", firmware="1.0", battery_percent=90, clock_offset_s=1.5
    )
    records.readiness(docking, ready=True, battery_percent=95)
    return docking


def _people(collars: tuple[str, ...], name: str = "Ann Example") -> list[Row]:
    rows = [PERSON | {"collar": collar, "name": name, "card": f"card-{collar}", "active": "yes"} for collar in collars]
    return [Row(f"line {line}", line, row) for line, row in enumerate(rows, 2)]


def _cameras(assets: tuple[str, ...], station: str = "Northgate") -> list[Row]:
    plain = {"make": "Dockwarden", "model": "Test camera", "station": station}
    rows = [
        plain | {"asset": asset, "serial": f"S-{asset}", "mode": MODES[place % len(MODES)]}
        for place, asset in enumerate(assets)
    ]
    return [Row(f"line {line}", line, row) for line, row in enumerate(rows, 2)]


class Bustle:
    """Does acts at random, and announces those that are done."""

    def __init__(self, home: Home, seed: int, say: Say, name: str) -> None:
        self._home = home
        self._chance = random.Random(seed)
        self._say = say
        self._name = name
        self._by = actor(home)

    def act(self) -> None:
        """Do one thing, or be refused by a rule."""
        chance = self._chance
        what = chance.choice(
            (self.custody,) * 10 + (self.dock, self.dock, self.lift, self.lift, self.pool, self.people)
        )
        try:
            what()
        except Refused as refused:
            self._say({"event": "refused", "rule": refused.rule})

    def custody(self) -> None:
        chance, desk, by = self._chance, self._home.custody, self._by
        camera, officer = chance.choice(CAMERAS), chance.choice(OFFICERS)
        acts: tuple[Callable[[], Done], ...] = (
            lambda: desk.issue(camera, officer, by, override="urgent"),
            lambda: desk.issue(camera, officer, by),
            lambda: desk.give_back(camera, by),
            lambda: desk.reassign(camera, officer, by),
            lambda: desk.swap(officer, camera, by, override="urgent"),
            lambda: desk.swap(officer, camera, by, override="urgent"),
            lambda: desk.lost(camera, by)[0],
            lambda: desk.found(camera, by),
        )
        done = chance.choice(acts)()
        for one in (done, *done.also):
            self._say({"event": "act", "entry": one.entry, "act": one.event, "camera": one.camera})

    def dock(self) -> None:
        docking = dock(self._home, self._chance.choice(CAMERAS), self._chance.randrange(1, 7))
        self._say({"event": "docked", "docking": docking})

    def lift(self) -> None:
        asset = self._chance.choice(CAMERAS)
        with sqlite3.connect(f"file:{self._home.database.path}?mode=ro", uri=True) as connection:
            row = connection.execute("SELECT docking FROM pool WHERE asset = ?", (asset,)).fetchone()
        connection.close()
        if row[0] is not None:
            self._home.records.lifted(row[0], Settings())
            self._say({"event": "lifted", "docking": row[0]})

    def pool(self) -> None:
        batch = f"{self._name}-{self._chance.getrandbits(40)}"
        pool_import.take(self._home.database, _cameras(tuple(f"{batch}-{n}" for n in range(BATCH))), self._by)
        self._say({"event": "import", "table": "pool", "column": "asset", "batch": batch})

    def people(self) -> None:
        batch = f"{self._chance.getrandbits(40):x}"
        self._home.people.take(_people(tuple(f"{batch}-{n}" for n in range(BATCH))), self._by)
        self._say({"event": "import", "table": "roster", "column": "collar", "batch": batch})


def bustle(home: Home, seed: int, count: int, say: Say, name: str = "B") -> None:
    """So many acts."""
    busy = Bustle(home, seed, say, name)
    for _ in range(count):
        busy.act()


# -- what must be so -------------------------------------------------------------------------------------------------

_ALONE = (
    "SELECT 'one holder a camera: ' || camera FROM holding WHERE until_at IS NULL GROUP BY camera HAVING count(*) > 1",
    "SELECT 'one camera an officer: ' || officer FROM holding WHERE until_at IS NULL AND officer IS NOT NULL"
    " GROUP BY officer HAVING count(*) > 1",
    "SELECT 'a swap with one half: ' || entry FROM custody c WHERE act = 'swapped-in' AND NOT EXISTS"
    " (SELECT 1 FROM custody o WHERE o.entry = c.entry - 1 AND o.act = 'swapped-out' AND o.officer = c.officer)",
    "SELECT 'a swap with one half: ' || entry FROM custody c WHERE act = 'swapped-out' AND NOT EXISTS"
    " (SELECT 1 FROM custody o WHERE o.entry = c.entry + 1 AND o.act = 'swapped-in' AND o.officer = c.officer)",
    "SELECT 'passed on, and not theirs: ' || c.entry FROM custody c JOIN pool p ON p.camera = c.camera"
    " WHERE c.act = 'reassigned' AND c.mode <> 'pool' AND p.mode = c.mode AND NOT EXISTS"
    " (SELECT 1 FROM custody o WHERE o.entry = c.entry - 1 AND o.act = 'assigned' AND o.officer = c.officer)",
    "SELECT 'docked, and not returned: ' || d.id FROM docking d WHERE d.holder IS NOT NULL AND NOT EXISTS"
    " (SELECT 1 FROM custody c WHERE c.docking = d.id AND c.act = 'returned' AND c.officer = d.holder)",
    "SELECT 'taken, and no alarm: ' || entry FROM custody c WHERE act = 'taken' AND officer IS NULL AND NOT EXISTS"
    " (SELECT 1 FROM alarm a WHERE a.docking = c.docking)",
)


def problems(home: Home, said: list[dict[str, Any]]) -> list[str]:
    """Every promise that is broken, in words. `said` is all that was ever announced as done on this home."""
    found = []
    try:
        home.records.verify()
    except LedgerBroken as broken:
        found.append(f"verify: {broken.what_happened}")
    connection = sqlite3.connect(f"file:{home.database.path}?mode=ro", uri=True)
    try:
        found += [str(row[0]) for query in _ALONE for row in connection.execute(query)]
        found += _whole(connection, said)
    finally:
        connection.close()
    return found


def _whole(connection: sqlite3.Connection, said: list[dict[str, Any]]) -> Iterator[str]:
    if connection.execute("PRAGMA integrity_check").fetchone() != ("ok",):
        yield "the file is not whole"
    for table, column in (("pool", "asset"), ("roster", "collar")):
        counts: dict[str, int] = {}
        for (name,) in connection.execute(f"SELECT {column} FROM {table}"):
            batch = name.rpartition("-")[0]
            counts[batch] = counts.get(batch, 0) + 1
        for batch, count in counts.items():
            if batch not in {"", "C"} and count != BATCH:
                yield f"{count} rows of import {batch} were taken"
        for line in said:
            if line["event"] == "import" and line["table"] == table and line["batch"] not in counts:
                yield f"import {line['batch']} was announced and is not there"
    yield from _promised(connection, said)


def _promised(connection: sqlite3.Connection, said: list[dict[str, Any]]) -> Iterator[str]:
    acts = "SELECT c.act, p.asset FROM custody c JOIN pool p ON p.camera = c.camera WHERE c.entry = ?"
    for line in said:
        if line["event"] == "act":
            if connection.execute(acts, (line["entry"],)).fetchone() != (line["act"], line["camera"]):
                yield f"entry {line['entry']} was announced as {line['act']} of {line['camera']} and is not there"
        elif line["event"] in {"docked", "lifted"}:
            table, key = ("docking", "id") if line["event"] == "docked" else ("undocking", "docking")
            if not connection.execute(f"SELECT 1 FROM {table} WHERE {key} = ?", (line["docking"],)).fetchone():
                yield f"docking {line['docking']} was announced as {line['event']} and is not there"


if __name__ == "__main__":

    def tell(line: dict[str, Any]) -> None:
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()

    with Home(Path(sys.argv[1])) as of_argument:
        bustle(of_argument, int(sys.argv[2]), int(sys.argv[3]), tell, f"P{sys.argv[2]}")
