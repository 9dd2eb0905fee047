"""Witnesses: a log that grows is cosigned; one cut back, written anew or unknown is not, and both sides hear of it."""

from __future__ import annotations

import base64
import shutil
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.ledger import merkle
from app.ledger.cosignatures import Contradicted, Cosignatures
from app.ledger.note import (
    COSIGNATURE,
    Checkpoint,
    Growth,
    KeySigner,
    NoteInvalid,
    VerifierKey,
    cosign,
    open_cosignature,
    sign_checkpoint,
)
from app.ledger.witness import Answer, NotWitnessed, Witness, parse_answer, parse_keys
from app.records import Records
from tests.app import station as st

LOG = VerifierKey.of(st.SIGNER)
OTHER = KeySigner("dockwarden/4567", Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33))))
KEY = VerifierKey.of(OTHER, COSIGNATURE)


@pytest.fixture
def witness(tmp_path: Path) -> Witness:
    witness = Witness(tmp_path / "witnessed", OTHER, lambda: 1_700_000_000.5)
    witness.know(LOG)
    return witness


def ask(records: Records, witness: Witness, old: int) -> Answer:
    """Sign the head, ask, and take the answer."""
    records.checkpoint()
    growth = Cosignatures(records._database).request(old)
    assert growth is not None
    answer, refused = witness.answer(growth.text())
    assert refused is None
    Cosignatures(records._database).take(KEY, parse_answer(answer.text()))
    return answer


def test_a_cosignature_is_what_the_specification_says() -> None:
    """C2SP tlog-cosignature: the signature is over `cosignature/v1`, the time, and the note without its signatures."""
    note = sign_checkpoint(Checkpoint(LOG.name, 7, bytes(32)), st.SIGNER)
    line = cosign(note, 1_700_000_000, OTHER)
    dash, name, encoded = line.rstrip("\n").split(" ")
    raw = base64.b64decode(encoded)
    assert (dash, name, raw[:4], int.from_bytes(raw[4:12])) == ("—", OTHER.name, KEY.key_id, 1_700_000_000)
    signed = "cosignature/v1\ntime 1700000000\n" + note.partition("\n\n")[0] + "\n"
    Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33))).public_key().verify(raw[12:], signed.encode())
    assert open_cosignature(line, note, KEY) == 1_700_000_000
    assert VerifierKey.parse(KEY.text(), COSIGNATURE) == KEY
    with pytest.raises(NoteInvalid):
        VerifierKey.parse(KEY.text())


def test_a_log_that_grows_is_cosigned_each_time(tmp_path: Path, witness: Witness) -> None:
    with st.station(tmp_path) as records:
        cosignatures = Cosignatures(records._database)
        assert cosignatures.newest() is None
        assert ask(records, witness, 0).size == 1
        st.a_day(records)
        size = ask(records, witness, 1).size
        assert size == records.ledger_size() == cosignatures.size_seen(KEY.text())
        newest = cosignatures.newest()
        assert newest is not None
        assert (newest[0].timestamp(), newest[1]) == (1_700_000_000, size)
        assert cosignatures.request(size) is None, "there is nothing new to ask"
        assert records.verify().entries == size


def test_an_answer_that_was_lost_is_given_again(tmp_path: Path, witness: Witness) -> None:
    with st.station(tmp_path) as records:
        records.checkpoint()
        growth = Cosignatures(records._database).request(0)
        assert growth is not None
        first, _ = witness.answer(growth.text())
        again, refused = witness.answer(growth.text())
        assert (again, refused) == (first, None)


def test_a_request_from_another_size_is_told_ours(tmp_path: Path, witness: Witness) -> None:
    with st.station(tmp_path) as records:
        ask(records, witness, 0)
        records.bay("1-1")
        answer = ask(records, witness, 0)
        assert (answer.size, answer.cosignature) == (1, None)
        assert ask(records, witness, answer.size).cosignature is not None


def test_yesterdays_database_put_back_is_refused_and_found_out(tmp_path: Path, witness: Witness) -> None:
    with st.station(tmp_path) as records:
        records.checkpoint()
    shutil.copy(tmp_path / "dockwarden.db", tmp_path / "old.db")
    with st.station(tmp_path) as records:
        st.a_day(records)
        ask(records, witness, 0)
    shutil.copy(tmp_path / "old.db", tmp_path / "dockwarden.db")
    with st.station(tmp_path) as records:
        answer, refused = witness.answer(records.growth(0, 1).text())
        assert "was cut back from" in str(refused)
        with pytest.raises(Contradicted, match="it is not of this ledger, which has 1"):
            Cosignatures(records._database).take(KEY, answer)


def test_a_history_signed_anew_with_the_stolen_key_is_refused_and_found_out(tmp_path: Path, witness: Witness) -> None:
    for folder in ("true", "forged"):
        (tmp_path / folder).mkdir()
    with st.station(tmp_path / "true") as records:
        st.a_day(records)
        size = ask(records, witness, 0).size
    with st.station(tmp_path / "forged") as records:
        st.a_day(records)
        records.bay("9-9")
        records.checkpoint()
        growth = Cosignatures(records._database).request(size)
        assert growth is not None
        answer, refused = witness.answer(growth.text())
        assert "is another log than was seen here before" in str(refused)
        with pytest.raises(Contradicted):
            Cosignatures(records._database).take(KEY, answer)


def forged_request(path: tuple[bytes, ...] = (), name: str = LOG.name, signer: KeySigner = st.SIGNER) -> str:
    return Growth(0, path, sign_checkpoint(Checkpoint(name, 7, bytes(32)), signer)).text()


@pytest.mark.parametrize(
    "request_",
    [
        "",
        "old 0\n\n",
        "old x\n\n" + forged_request().partition("\n\n")[2],
        forged_request(name="unknown", signer=KeySigner("unknown", Ed25519PrivateKey.generate())),
        forged_request(signer=KeySigner(LOG.name, Ed25519PrivateKey.generate())),
        "old 0\n" + "AAAA\n" * 70 + "\n",
    ],
)
def test_what_is_no_request_of_a_known_log_is_refused(witness: Witness, request_: str) -> None:
    with pytest.raises(NotWitnessed):
        witness.answer(request_)


def test_hashes_to_a_log_never_seen_are_refused(witness: Witness) -> None:
    answer, refused = witness.answer(forged_request((bytes(32),)))
    assert (answer.size, answer.cosignature) == (0, None)
    assert "nothing is to be proved" in str(refused)


def test_a_witness_keeps_only_the_newest_head_and_a_new_key_keeps_it(tmp_path: Path, witness: Witness) -> None:
    with st.station(tmp_path) as records:
        ask(records, witness, 0)
        records.bay("1-1")
        ask(records, witness, 1)
    assert len(list((tmp_path / "witnessed").iterdir())) == 1
    other = KeySigner(LOG.name, Ed25519PrivateKey.generate())
    witness.know(VerifierKey.of(other))
    assert witness.known() == [LOG.name]
    note = sign_checkpoint(Checkpoint(LOG.name, 1, bytes(32)), other)
    _, refused = witness.answer(Growth(0, (), note).text())
    assert "was cut back from 2" in str(refused)


@pytest.mark.parametrize(
    "text",
    ["", "size 1", "size 01\n", "size 1\nx\n", "size 1\n— a b\n\nx\n", "size 99999999999999999999\n"],
)
def test_what_is_no_answer_is_refused(text: str) -> None:
    with pytest.raises(NoteInvalid):
        parse_answer(text)


def test_a_cosignature_of_another_key_head_or_log_is_not_kept(tmp_path: Path) -> None:
    with st.station(tmp_path) as records:
        note = records.checkpoint()
        cosignatures = Cosignatures(records._database)
        stranger = KeySigner(OTHER.name, Ed25519PrivateKey.generate())
        elsewhere = sign_checkpoint(Checkpoint(LOG.name, 1, bytes(32)), st.SIGNER)
        for answer in (
            Answer(1, cosign(note, 1, stranger)),
            Answer(1, cosign(elsewhere, 1, OTHER)),
            Answer(2, cosign(note, 1, OTHER)),
            Answer(1, note=sign_checkpoint(Checkpoint(LOG.name, 1, merkle.EMPTY_ROOT), stranger)),
        ):
            with pytest.raises(NotWitnessed):
                cosignatures.take(KEY, answer)
        with pytest.raises(Contradicted):
            cosignatures.take(KEY, Answer(1, note=elsewhere))
        assert cosignatures.newest() is None


def test_keys_of_witnesses_are_read_as_they_are_printed() -> None:
    assert parse_keys(f" {KEY.text()}  {KEY.text()} ") == (KEY, KEY)
    with pytest.raises(NoteInvalid):
        parse_keys(LOG.text())
