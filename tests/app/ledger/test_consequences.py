"""The indexes worked out in Python are those that the triggers make, whatever facts come, in any order.

The facts are made up at random, and no desk has looked at them: devices dock that nobody knows, one serial number is
written in two ways, acts are corrected that were corrected or never were. What the triggers refuse must be refused.
"""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest

from app.ledger.commitments import who_hash
from app.ledger.consequences import Consequences, RuleBroken
from db.base import Base
from db.custody import ACTS, MODES
from tests.app.ledger.replay import FACTS, INDEXES, Replay

HISTORIES, LENGTH = 40, 150
KINDS = {kind.__tablename__: kind for kind in FACTS}
UNSET = {"acting": 0, "override": 0, "voids": 0, "by": "u"}

PEOPLE, CAMERAS, DEVICES = ("P", "Q", "R"), ("A", "B", "C"), ("X", "Y", "Z", "W")
SERIALS = ("s0", "S0", "s1", "S1", "É2", "é2", "mIxed", "MiXed")
WORDS = ("Here", "ÉTÉ", "There")
LIFE = ("issued", "returned", "reassigned", "taken", "confirmed", "swapped-out", "swapped-in")

Values = dict[str, Any]


class History:
    """Makes up one fact after the other."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._entry = 0
        self._dockings: list[str] = []
        self._acts: list[tuple[int, str]] = []

    def facts(self) -> Iterator[tuple[str, Values]]:
        """Three cameras of the pool, and then anything."""
        for place, camera in enumerate(CAMERAS):
            yield "asset", self._asset() | {"id": camera, "asset": camera, "serial": f"s{place}"}
        makers: dict[str, Callable[[], Values]] = {
            "person": self._person,
            "camera": self._device,
            "camera_fault": lambda: {"camera": self._one(DEVICES), "faulty": self._one((0, 1)), "words": self._word()},
            "docking": self._docking,
            "undocking": lambda: {"docking": self._a_docking()},
            "readiness": self._readiness,
            "asset": self._asset,
            "custody": self._act,
        }
        weights = [2, 1, 1, 4, 3, 4, 2, 16]
        for entry, table in enumerate(self._chance.choices([*makers], weights, k=LENGTH), len(CAMERAS)):
            self._entry = entry
            yield table, makers[table]()

    def _one(self, among: tuple[Any, ...]) -> Any:
        return self._chance.choice(among)

    def _word(self) -> str:
        return str(self._one(WORDS))

    def _moment(self) -> str:
        return f"2026-01-{self._chance.randrange(1, 29):02}"

    def _level(self) -> int | None:
        return None if self._chance.random() < 0.3 else self._chance.randrange(101)

    def _a_docking(self) -> str:
        return str(self._one(("none", *self._dockings[-4:])))

    def _person(self) -> Values:
        row = {"id": self._one(PEOPLE), "collar": self._one(("p", "P", "q", "r", "É", "é")), "name": self._word()}
        row |= {"rank": self._word(), "station": self._word(), "cohort": self._word(), "active": 1, "role": "officer"}
        who = who_hash(row["id"], row["collar"], row["name"], "00")
        return row | {"card": self._one((None, "c", "C", "d", "e")), "who": who, "who_salt": "00"}

    def _device(self) -> Values:
        named = {"id": self._one(DEVICES), "serial": self._one(SERIALS), "vendor_id": self._chance.randrange(3)}
        return named | {"product_id": 1, "model_file": "m", "virtual": 0}

    def _docking(self) -> Values:
        self._dockings.append(str(self._entry))
        where = {"id": self._dockings[-1], "camera": self._one(DEVICES), "bay": self._word(), "usb_path": "1"}
        return where | {"station": "s", "battery_percent": self._level(), "clock_offset_s": self._one((None, 0.25))}

    def _readiness(self) -> Values:
        said = {"ready": self._one((0, 1)), "battery_percent": self._level(), "reasons": self._word()}
        return {"docking": self._a_docking()} | said

    def _asset(self) -> Values:
        place = self._chance.randrange(4)
        serial = self._one((*SERIALS[2 * place : 2 * place + 2] * 3, *SERIALS))
        named = {"id": "ABCD"[place], "asset": self._one(("ABCD"[place], "abcd"[place], "D")), "serial": serial}
        return named | {name: self._word() for name in ("make", "model", "station")} | {"mode": self._one(MODES)}

    def _act(self) -> Values:
        kind = self._chance.random()
        row = {"camera": self._one(CAMERAS), "officer": self._one((*PEOPLE, None)), "mode": self._one(MODES)}
        row |= {"due_at": self._one((None, self._moment())), "station": self._word(), "words": self._word()}
        if kind < 0.3 and self._acts:
            corrects, camera = self._one(tuple(self._acts[-8:]))
            right = {"moment": self._one((None, self._moment())), "voids": self._one((0, 1))}
            return row | {"camera": camera, "act": "corrected", "corrects": corrects} | right
        self._acts.append((self._entry, row["camera"]))
        if kind < 0.8:
            return row | {"act": self._one(LIFE)}
        missing = {self._one(("mode", "station", "words")): None} if self._chance.random() < 0.2 else {}
        return row | {"act": self._one(tuple(act for act in ACTS if act != "corrected"))} | missing


def whole(table: str, values: Values, entry: int, at: str) -> Values:
    """A row with all that a fact has."""
    names = Base.metadata.tables[table].columns.keys()
    unset = {name: value for name, value in UNSET.items() if name in names}
    return dict.fromkeys(names) | unset | values | {"entry": entry, "at": at, "salt": b""}


@pytest.fixture(scope="module")
def replay() -> Iterator[Replay]:
    with closing(Replay()) as replay:
        yield replay


@pytest.mark.parametrize("seed", range(HISTORIES))
def test_what_follows_is_what_the_triggers_make(replay: Replay, seed: int) -> None:
    entered: list[tuple[str, Values]] = []
    consequences, refusals = consequences_of(entered), 0
    days = random.Random(-seed)
    with replay.forgotten():
        for number, (table, values) in enumerate(History(seed).facts()):
            row = whole(table, values, number, f"2026-01-{days.randrange(1, 29):02}")
            try:
                entered.append((table, replay.enter(table, row)))
            except sqlite3.IntegrityError as refused:
                if f" {table}." not in str(refused):  # the rules of a fact's own table are no business of an index
                    refusals += 1
                    with pytest.raises(RuleBroken):
                        consequences_of(entered).take[KINDS[table]](row)
                continue
            consequences.take[KINDS[table]](entered[-1][1])
            for index in INDEXES if number % 5 == seed % 5 else ():
                assert consequences.rows(index, -1, LENGTH) == replay.index(index), entered[-1]
    assert len(entered) > LENGTH / 2 > refusals > 0


def consequences_of(facts: list[tuple[str, Values]]) -> Consequences:
    """What follows from these."""
    consequences = Consequences(sqlite3.connect(":memory:", isolation_level=None))
    for table, row in facts:
        consequences.take[KINDS[table]](row)
    return consequences
