"""Seeded samples of the full sweeps of `make faults`, each with what fired.

Every harness is also shown to fail: `test_bugs.py`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults import bits, crashes, custody_kills, errors, fulldisk, kills, tampers, unplug
from tests.faults.tellings import Telling

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]

SEED = 7


def test_a_run_killed_at_random_moments_loses_nothing(telling: Telling) -> None:
    done = kills.sweep(40, SEED)
    telling(f"kill -9: {done.landed} of {done.tried} landed, {done.mid_way} after a first announcement")
    assert done.problems == []
    assert done.mid_way > 0


def test_an_act_of_custody_killed_at_random_moments_is_done_whole_or_not_at_all(telling: Telling) -> None:
    done = custody_kills.sweep(24, SEED)
    telling(f"kill -9 in custody: {done.landed} of {done.tried} landed, {done.mid_way} after a first answer")
    assert done.problems == []
    assert done.mid_way > 0


@pytest.mark.parametrize(("scenario", "each"), [("a known home", 1), ("a home on its first day", 0)])
def test_lost_power_after_every_step_loses_nothing(scenario: str, each: int, telling: Telling) -> None:
    done = crashes.sweep(crashes.SCENARIOS[scenario], each, SEED)
    telling(
        f"lost power, {scenario}: {done.distinct} distinct states of {done.steps} steps, {done.gone_on} gone on from"
    )
    assert done.problems == []
    assert done.distinct >= 300


def test_an_error_at_any_write_is_told_in_words_and_loses_nothing(telling: Telling) -> None:
    done = errors.sweep(SEED, most=24)
    telling(f"errors: {dict(done.fired)} of {done.tried} fired, at {done.points} calls in all")
    assert done.problems == []
    assert done.silent == []


def test_a_disk_that_lies_is_found_out_by_the_proof(telling: Telling) -> None:
    done = errors.sweep(SEED, only=lambda _point, kind: kind == "lie")
    telling(f"errors: {dict(done.fired)} fired")
    assert done.problems == []
    assert done.fired["lie"] == done.tried > 0


def test_a_full_disk_keeps_everything_on_the_camera(telling: Telling) -> None:
    reason = fulldisk.why_not()
    if reason is not None:
        pytest.skip(f"no small file system here: {reason}")
    done = fulldisk.sweep([0, 64, 256, 1024])
    telling(f"full disks: {done.full} full, {done.roomy} with room")
    assert done.problems == []
    assert done.full > 0
    assert done.roomy > 0


@pytest.mark.parametrize("changed", [False, True], ids=["same bytes", "other bytes"])
def test_unplugged_at_any_transfer_it_goes_on(changed: bool, telling: Telling) -> None:
    done = unplug.sweep(SEED, most=24, changed=changed)
    telling(f"unplugged at {done.fired} of {done.transfers} transfers")
    assert done.problems == []
    assert done.fired == 24


def test_any_bit_changed_in_the_vault_is_found(tmp_path: Path, telling: Telling) -> None:
    done = bits.sweep(tmp_path, SEED, most=500)
    telling(f"bits: {done.found} of {done.flipped} found, {done.controls} untouched pieces passed")
    assert done.overlooked == []
    assert done.found == done.flipped > 500
    assert done.controls == 2


def test_tampering_with_database_or_bundle_is_found(tmp_path: Path, telling: Telling) -> None:
    done = tampers.sweep(tmp_path, SEED, 250)
    telling(f"tampering: {done.tried.total()} tried, {done.controls} controls, {dict(done.tried)}")
    assert done.problems == []
    assert done.controls >= 3
    assert len(done.tried) > 15
