"""Notes, checkpoints and proofs: byte for byte as the specifications print them, and nothing else believed."""

from __future__ import annotations

import base64
import contextlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from app.ledger import note
from app.ledger.note import Checkpoint, KeySigner, NoteInvalid, Proof, VerifierKey

# The examples of golang.org/x/mod/sumdb/note, from which the signed-note specification came (BSD-3-Clause).
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETER_SECRET = base64.b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
ENOCH = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
SIGNED = (
    TEXT
    + "\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
ENOCHS_LINE = (
    "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"
)

SIGNER = KeySigner("dockwarden/0123", Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
KEY = VerifierKey.of(SIGNER)
HEAD = Checkpoint(SIGNER.name, 7, bytes(range(32)))
NOTE = note.sign_checkpoint(HEAD, SIGNER)
PROOF = Proof(5, (bytes(32), bytes([255]) * 32), NOTE)


def test_the_published_note_is_made_byte_for_byte() -> None:
    peter = KeySigner("PeterNeumann", Ed25519PrivateKey.from_private_bytes(PETER_SECRET))
    assert VerifierKey.of(peter).text() == PETER
    assert note.sign(TEXT, peter) == SIGNED


def test_the_published_note_opens_also_with_a_signature_of_an_unknown_key() -> None:
    peter = VerifierKey.parse(PETER)
    assert note.open_note(SIGNED, peter) == TEXT
    assert note.open_note(SIGNED + ENOCHS_LINE, peter) == TEXT
    assert note.open_note(SIGNED + ENOCHS_LINE, VerifierKey.parse(ENOCH)) == TEXT


def test_a_second_signature_of_a_known_key_that_fails_refuses_the_note() -> None:
    forged = ENOCHS_LINE.replace("EnochRoot rwz+eBzm", "EnochRoot rwz+eBzn")
    with pytest.raises(NoteInvalid, match="does not hold"):
        note.open_note(SIGNED + ENOCHS_LINE + forged, VerifierKey.parse(ENOCH))


def test_a_checkpoint_has_three_lines_and_comes_back() -> None:
    root = base64.b64encode(HEAD.root).decode()
    assert NOTE.startswith(f"dockwarden/0123\n7\n{root}\n\n— dockwarden/0123 ")
    assert note.open_checkpoint(NOTE, KEY) == HEAD


def test_a_checkpoint_with_extension_lines_is_read() -> None:
    signed = note.sign(HEAD.text() + "more\n", SIGNER)
    assert note.open_checkpoint(signed, KEY) == HEAD


def test_a_checkpoint_of_another_log_is_refused() -> None:
    signed = note.sign(Checkpoint("other/log", 7, bytes(32)).text(), SIGNER)
    with pytest.raises(NoteInvalid, match="of another log"):
        note.open_checkpoint(signed, KEY)


@pytest.mark.parametrize(
    "text",
    [
        "dockwarden/0123\n7\n",
        "dockwarden/0123\n07\n" + base64.b64encode(bytes(32)).decode() + "\n",
        "dockwarden/0123\n+7\n" + base64.b64encode(bytes(32)).decode() + "\n",
        "dockwarden/0123\n\u0667\n" + base64.b64encode(bytes(32)).decode() + "\n",
        "dockwarden/0123\n99999999999999999999\n" + base64.b64encode(bytes(32)).decode() + "\n",
        "dockwarden/0123\n7\n" + base64.b64encode(bytes(31)).decode() + "\n",
        "dockwarden/0123\n7\n" + base64.b64encode(bytes(32)).decode().rstrip("=") + "\n",
        "dockwarden/0123\n7\n" + base64.b64encode(bytes(32)).decode()[:-2] + "B=\n",
        "dockwarden/0123\n7\n" + base64.b64encode(bytes(32)).decode() + "\n\nmore\n",
    ],
    ids=[
        "short",
        "zero first",
        "plus",
        "other digits",
        "too large",
        "31 bytes",
        "no padding",
        "loose bits",
        "empty line",
    ],
)
def test_signed_texts_that_are_no_checkpoint(text: str) -> None:
    with pytest.raises(NoteInvalid):
        note.open_checkpoint(note.sign(text, SIGNER), KEY)


@pytest.mark.parametrize(
    "damaged",
    [
        NOTE[:-1],
        NOTE + "\n",
        NOTE.replace("\n\n", "\n"),
        NOTE.replace("— ", "- "),
        NOTE.replace("\n7\n", "\n8\n"),
        NOTE.replace("\n7\n", "\r\n7\n"),
        NOTE.replace("\n7\n", "\n\x007\n"),
        NOTE + "— dockwarden/0123 AAAA\n",
        NOTE + "—  AAAAAAAA\n",
        NOTE + "— a+b AAAAAAAA\n",
        NOTE + "— x AAAAAAAB\n" * 32,
        "",
        "\n\n",
        "x" * (note.MAX_NOTE + 1),
    ],
)
def test_notes_that_are_damaged_are_refused(damaged: str) -> None:
    with pytest.raises(NoteInvalid):
        note.open_checkpoint(damaged, KEY)


def test_every_bit_of_a_checkpoint_counts() -> None:
    raw = NOTE.encode()
    for position in range(8 * len(raw)):
        flipped = bytearray(raw)
        flipped[position // 8] ^= 1 << position % 8
        with pytest.raises((NoteInvalid, UnicodeDecodeError)):
            note.open_checkpoint(flipped.decode(), KEY)


def test_a_key_line_comes_back() -> None:
    assert VerifierKey.parse(KEY.text()) == KEY
    assert KEY.fingerprint == "56475aa75463474c0285df5dbf2bcab73da651358839e9b77481b2eab107708c"


@pytest.mark.parametrize(
    "line",
    [
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann",
        "",
    ],
)
def test_key_lines_that_are_none(line: str) -> None:
    with pytest.raises(NoteInvalid):
        VerifierKey.parse(line)


def test_a_proof_is_written_as_the_specification_has_it_and_comes_back() -> None:
    assert PROOF.text() == (
        "c2sp.org/tlog-proof@v1\nindex 5\n"
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n//////////////////////////////////////////8=\n\n" + NOTE
    )
    assert note.parse_proof(PROOF.text()) == PROOF


def test_a_proof_with_no_hashes_and_one_with_extra_data_are_read() -> None:
    alone = Proof(0, (), NOTE)
    assert note.parse_proof(alone.text()) == alone
    assert note.parse_proof(PROOF.text().replace("index", "extra AAECAw==\nindex")) == PROOF


@pytest.mark.parametrize(
    "damaged",
    [
        PROOF.text().replace("@v1", "@v2"),
        PROOF.text().replace("index 5", "index 05"),
        PROOF.text().replace("index 5", "index"),
        PROOF.text().replace("index 5\n", ""),
        PROOF.text().replace("index", "extra ???\nindex"),
        PROOF.text().replace("AAAA=\n", "AAAB=\n"),
        PROOF.text().replace("AAAA=\n", "AAAA\n"),
        Proof(0, (bytes(32),) * 64, NOTE).text(),
        PROOF.text().replace("\n\n", "\n"),
        "",
    ],
)
def test_proofs_that_are_none(damaged: str) -> None:
    with pytest.raises(NoteInvalid):
        note.parse_proof(damaged)


@given(st.text(max_size=400))
def test_rubbish_is_refused_as_a_note_and_nothing_else_happens(text: str) -> None:
    with pytest.raises(NoteInvalid):
        note.open_checkpoint(text, KEY)
    with contextlib.suppress(NoteInvalid):
        note.parse_proof(text)
    with contextlib.suppress(NoteInvalid):
        VerifierKey.parse(text)


@given(st.integers(0, len(NOTE)), st.integers(0, 20), st.text(max_size=20))
def test_an_edited_note_opens_only_when_it_is_the_same(at: int, cut: int, put: str) -> None:
    edited = NOTE[:at] + put + NOTE[at + cut :]
    if edited == NOTE:
        assert note.open_checkpoint(edited, KEY) == HEAD
        return
    with contextlib.suppress(NoteInvalid):
        assert note.open_checkpoint(edited, KEY) == HEAD


def test_a_signer_does_not_show_its_key() -> None:
    assert repr(SIGNER) == "KeySigner('dockwarden/0123')"


def test_a_text_without_a_newline_at_its_end_is_not_signed() -> None:
    with pytest.raises(NoteInvalid, match="ends in a newline"):
        note.sign("text", SIGNER)
