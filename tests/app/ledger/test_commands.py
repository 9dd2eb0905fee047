"""The ledger's verbs as people use them: consistency, receipts, and two stations that witness each other by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.exits import Exit
from tests.app.test_command import Command


@pytest.fixture
def two(tmp_path: Path) -> tuple[Command, Command]:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    return Command(tmp_path / "a" / "home"), Command(tmp_path / "b" / "home")


def test_a_ledger_is_witnessed_by_hand(two: tuple[Command, Command], tmp_path: Path) -> None:
    log, witness = two
    (tmp_path / "key").write_text(log.json("keys")[0]["log_key"])
    cosigner = witness.json("keys")[0]["witness_key"]
    witness("ledger", "witness", "--know", str(tmp_path / "key"))
    size = log.json("ledger", "checkpoint")[0]["size"]
    (tmp_path / "asked").write_text(log.json("ledger", "consistency", "0", str(size))[0]["proof"])
    (tmp_path / "answer").write_text(witness.json("ledger", "witness", str(tmp_path / "asked"))[0]["answer"])
    (kept,) = log.json("ledger", "cosign", str(tmp_path / "answer"), "--key", cosigner)
    assert (kept["size"], kept["kept"]) == (size, True)
    _, told = log("ledger", "cosign", str(tmp_path / "asked"), "--key", cosigner, code=Exit.TROUBLE)
    assert "is no answer of a witness" in told
    log("verify")
    _, told = log("ledger", "consistency", "0", "9" * 25, code=Exit.TROUBLE)
    assert "No checkpoint of 99" in told


def test_a_receipt_is_checked_later(two: tuple[Command, Command], tmp_path: Path) -> None:
    log, other = two
    printed, _ = log("ledger", "receipt", "0")
    assert log.json("keys")[0]["fingerprint"] in printed
    assert "\N{FULL BLOCK}" in printed
    plain = tmp_path / "receipt"
    plain.write_text(log("ledger", "receipt", "0", "--plain")[0])
    with_code = tmp_path / "with-code"
    with_code.write_text(printed)
    log("verify")
    for paper in (plain, with_code):
        (found,) = log.json("ledger", "check-receipt", str(paper))
        assert (found["right"], found["entry"]) == (True, 0)
    (found,) = other.json("ledger", "check-receipt", str(plain), code=Exit.FOUND_WRONG)
    assert found["right"] is False
    log("ledger", "check-receipt", str(tmp_path / "nowhere"), code=Exit.TROUBLE)
    log("ledger", "receipt", "99", code=Exit.NOT_FOUND)


def test_the_ledgers_key_is_changed_by_people_who_are_known(two: tuple[Command, Command]) -> None:
    _, told = two[0]("keys", "rotate", code=Exit.REFUSED)
    assert "no accounts" in told
    _, told = two[0]("keys", "replace", code=Exit.REFUSED)
    assert "two people" in told
