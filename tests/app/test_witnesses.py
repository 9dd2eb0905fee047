"""Two stations that witness each other by a shared folder, and what becomes of one whose database was put back."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import witnesses
from app.home import Home
from app.ledger import receipt as receipts
from app.ledger.note import VerifierKey
from app.ledger.verify import LedgerBroken
from app.witnesses import exchange, witness_key, witness_of


@pytest.fixture(autouse=True)
def keys_in_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKWARDEN_KEYS", "file")


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[Home, Home]]:
    """Two homes, each the witness of the other."""
    shared = tmp_path / "shared"
    shared.mkdir()
    homes = Home(tmp_path / "a"), Home(tmp_path / "b")
    for mine, other in (homes, homes[::-1]):
        mine.change_settings(witness_folder=str(shared), witness_keys=witness_key(other).text())
        witness_of(mine).know(VerifierKey.of(other.keys.signer()))
        mine.records.checkpoint()
    yield homes
    for home in homes:
        home.close()


def seen(home: Home) -> int:
    newest = home.cosignatures.newest()
    return 0 if newest is None else newest[1]


def size(home: Home) -> int:
    return home.records.ledger_size()


def rounds(*homes: Home) -> list[str]:
    """Let each exchange twice, so that what is asked is answered and taken; gives the codes of what was wrong."""
    return [trouble.code for _ in range(2) for home in homes for trouble in exchange(home)]


def test_each_sees_the_head_of_the_other(two: tuple[Home, Home]) -> None:
    assert [home.station().unwitnessed for home in two] == [True, True]
    assert rounds(*two) == []
    assert [seen(home) for home in two] == [size(home) for home in two]
    two[0].records.bay("1-1")
    two[0].records.checkpoint()
    assert rounds(*two) == []
    assert seen(two[0]) == size(two[0])
    assert [home.station().unwitnessed for home in two] == [False, False]
    assert two[0].station().witnessed_at is not None


def test_a_folder_that_is_away_is_asked_again_when_it_is_back(two: tuple[Home, Home], tmp_path: Path) -> None:
    (tmp_path / "shared").rename(tmp_path / "away")
    assert rounds(*two) == []
    assert seen(two[0]) == 0
    (tmp_path / "away").rename(tmp_path / "shared")
    assert rounds(*two) == []
    assert seen(two[0]) == size(two[0])


def test_a_database_put_back_is_told_on_both_sides(two: tuple[Home, Home], tmp_path: Path) -> None:
    first, second = two
    shutil.copy(first.folder / "dockwarden.db", tmp_path / "old.db")
    first.records.bay("1-1")
    first.records.checkpoint()
    assert rounds(*two) == []
    first.close()
    shutil.copy(tmp_path / "old.db", first.folder / "dockwarden.db")
    restored = Home(first.folder)
    assert "contradicted" in rounds(restored, second, restored)
    restored.records.bay("2-1")
    restored.records.checkpoint()
    (tmp_path / "shared" / "inbox").rename(tmp_path / "gone")
    (tmp_path / "shared" / "inbox").mkdir()
    assert "not-witnessed" in rounds(restored, second)
    assert "contradicted" in rounds(restored)
    restored.close()


def test_what_lies_in_the_folder_is_never_believed_as_it_is(two: tuple[Home, Home], tmp_path: Path) -> None:
    rounds(*two)
    before = [size(home) for home in two]
    for path in (tmp_path / "shared").glob("*/*"):
        path.write_bytes(b"\xff\x00nonsense")
    two[0].records.bay("1-1")
    two[0].records.checkpoint()
    assert {trouble.code for home in two for trouble in exchange(home)} == {"not-witnessed"}
    assert [seen(home) for home in two] == before
    rounds(*two)
    assert seen(two[0]) == size(two[0]) > before[0], "it was asked again"


def test_a_pipe_in_the_folder_is_not_waited_for(two: tuple[Home, Home], tmp_path: Path) -> None:
    rounds(*two)
    for path in (tmp_path / "shared").glob("*/*"):
        path.unlink()
        os.mkfifo(path)
    assert rounds(*two) == []


def test_a_name_leads_nowhere_else(two: tuple[Home, Home]) -> None:
    assert witnesses.quote("../x,y", safe="") == "..%2Fx%2Cy"


def test_a_receipt_is_checked_against_a_later_ledger(two: tuple[Home, Home]) -> None:
    home, other = two
    home.records.bay("1-1")
    text = receipts.text(home.records.prove("1"), home.records.keys())
    assert VerifierKey.of(home.keys.signer()).fingerprint in text
    home.records.bay("2-1")
    home.records.checkpoint()
    assert home.records.check_proof(receipts.read(text)).number == 1
    assert home.records.check_proof(receipts.read(home.records.prove("0"))).number == 0
    with pytest.raises(LedgerBroken):
        other.records.check_proof(receipts.read(text))
    swapped = receipts.read(text.replace("index 1", "index 0"))
    with pytest.raises(LedgerBroken, match="The proof is not that of entry 0"):
        home.records.check_proof(swapped)
    assert len(receipts.qr(receipts.read(text).text()).splitlines()) > 20
