"""Each seeded bug is found by the harness named for it, so a harness that finds nothing has looked."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from tests.faults import crashes, custody_kills, errors, kills, unplug
from tests.faults.bugs import BUGS

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]

SEED = 7
MOST_KILLS = 400
"""A kill lands where it lands: one in thirty finds an act in pieces, so that sixty found none one time in seven."""

Find = Callable[[str], list[str]]
"""Runs a harness on a seeded bug and gives the problems that it found."""


def _lost_power(bug: str) -> list[str]:
    return crashes.sweep(crashes.SCENARIOS["one recording"], 0, SEED, bug=bug, stop_at_first=True).problems


def _kills(bug: str) -> list[str]:
    return kills.sweep(MOST_KILLS, SEED, bug=bug, stop_at_first=True).problems


def _custody(bug: str) -> list[str]:
    return custody_kills.sweep(MOST_KILLS, SEED, bug=bug, stop_at_first=True).problems


def _unplug(bug: str, *, changed: bool = False) -> list[str]:
    return unplug.sweep(SEED, most=1000, bug=bug, changed=changed, stop_at_first=True).problems


def _errors(bug: str, call: str, kind: str) -> list[str]:
    return errors.sweep(
        SEED, bug=bug, most=4, only=lambda point, how: (point.call, how) == (call, kind) and "incoming/" in point.path
    ).problems


FOUND_BY: dict[str, tuple[Find, str]] = {
    "payload not synced": (_lost_power, "age-payload cannot be read back|beyond its rows"),
    "key not synced": (_lost_power, "key is not what was sealed|beyond its rows"),
    "folders not synced": (_lost_power, "key cannot be read back: No such file"),
    "database not synced": (_lost_power, "of which the database knows nothing"),
    "released before commit": (_lost_power, "LOST"),
    "announced before commit": (_lost_power, "was announced as sealed and is not in the database"),
    "entry apart from its row": (_lost_power, "has no entry"),
    "act in pieces": (_custody, "a swap with one half|passed on, and not theirs|docked, and not returned|no alarm"),
    "sealed again each time": (_kills, "not every recording is sealed exactly once"),
    "parts never discarded": (_kills, "vault holds|parts are left over"),
    "short copy taken for whole": (_unplug, "opens to other bytes"),
    "resumed without comparing": (partial(_unplug, changed=True), "the next run: "),
    "sync retried": (partial(_errors, call="fsync", kind="EIO"), "asked for again on the same file"),
    "write errors swallowed and not read back": (partial(_errors, call="write", kind="ENOSPC"), "does not open it"),
    "not read back": (partial(_errors, call="write", kind="lie"), "does not open it"),
}


@pytest.mark.parametrize("bug", FOUND_BY)
def test_a_seeded_bug_is_found(bug: str) -> None:
    find, words = FOUND_BY[bug]
    problems = "\n".join(find(bug))
    assert any(word in problems for word in words.split("|")), problems or "nothing was found"


def test_every_seeded_bug_has_a_harness_that_must_find_it() -> None:
    assert set(BUGS) == set(FOUND_BY)
