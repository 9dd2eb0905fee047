"""age v1: key texts, headers, and that nothing changed goes unnoticed."""

from __future__ import annotations

import bech32
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.vault.age import (
    MAX_HEADER,
    MAX_STANZAS,
    VERSION_LINE,
    AgeError,
    BadHeader,
    BadKeyText,
    BadPayload,
    Header,
    Identity,
    NoMatch,
    Recipient,
    chunk_count,
    new_file_key,
    seal_header,
)

# The pair that the specification prints.
SPEC_IDENTITY = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX"
SPEC_RECIPIENT = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"


def test_the_specifications_pair() -> None:
    identity = Identity.parse(SPEC_IDENTITY)
    assert str(identity.recipient) == SPEC_RECIPIENT
    assert identity.secret_text() == SPEC_IDENTITY
    assert Recipient.parse(SPEC_RECIPIENT) == identity.recipient


def test_no_secret_in_repr() -> None:
    identity = Identity.parse(SPEC_IDENTITY)
    assert SPEC_IDENTITY[-20:] not in repr(identity)
    assert SPEC_RECIPIENT in repr(identity)


def text_of(prefix: str, key: bytes) -> str:
    return str(bech32.bech32_encode(prefix, bech32.convertbits(key, 8, 5) or []))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "age1",
        SPEC_IDENTITY,
        SPEC_RECIPIENT[:-1] + "q",
        SPEC_RECIPIENT[:10] + SPEC_RECIPIENT[10:].upper(),
        SPEC_RECIPIENT + " ",
        text_of("age", bytes(range(31))),
        text_of("age", bytes(range(33))),
        text_of("agf", bytes(range(32))),
        "age1" + "q" * 100_000,
        "äge1qqq",
    ],
)
def test_a_wrong_recipient_is_refused(text: str) -> None:
    with pytest.raises(BadKeyText):
        Recipient.parse(text)


LOW_ORDER = [
    bytes(32),
    bytes([1]) + bytes(31),
    bytes.fromhex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
    bytes.fromhex("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"),
    bytes.fromhex("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
    bytes.fromhex("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
    bytes.fromhex("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
]


@pytest.mark.parametrize("point", LOW_ORDER)
def test_a_low_order_recipient_is_refused(point: bytes) -> None:
    with pytest.raises(BadKeyText, match="protects nothing"):
        Recipient.parse(text_of("age", point))
    with pytest.raises(BadKeyText, match="protects nothing"):
        seal_header(new_file_key(), [Recipient(point)])


def test_every_recipient_opens_and_others_do_not() -> None:
    ours = [Identity.generate() for _ in range(3)]
    file_key = new_file_key()
    header = Header.parse(seal_header(file_key, [one.recipient for one in ours]))
    assert [header.open([one]) for one in ours] == [file_key] * 3
    with pytest.raises(NoMatch):
        header.open([Identity.generate()])
    assert header.open([Identity.generate(), ours[2]]) == file_key


def test_a_header_for_nobody_is_refused() -> None:
    with pytest.raises(ValueError, match="one recipient"):
        seal_header(new_file_key(), [])


def test_every_flipped_bit_and_every_cut_of_a_header_is_refused() -> None:
    identity = Identity.generate()
    header = seal_header(new_file_key(), [Identity.generate().recipient, identity.recipient])
    for at in range(len(header) * 8):
        changed = bytearray(header)
        changed[at // 8] ^= 1 << at % 8
        with pytest.raises(AgeError):
            Header.parse(bytes(changed)).open([identity])
    for length in range(len(header)):
        with pytest.raises(BadHeader):
            Header.parse(header[:length])


def test_a_header_is_bounded() -> None:
    stanza = b"-> x\n\n"
    end = b"--- " + b"A" * 43 + b"\n"
    assert len(Header.parse(VERSION_LINE + stanza * MAX_STANZAS + end).stanzas) == MAX_STANZAS
    with pytest.raises(BadHeader, match="more than"):
        Header.parse(VERSION_LINE + stanza * (MAX_STANZAS + 1) + end)
    with pytest.raises(BadHeader):
        Header.parse(VERSION_LINE + b"-> " + b"x" * MAX_HEADER + b"\n\n" + end)


@given(st.binary(max_size=300))
def test_rubbish_is_a_bad_header_and_nothing_else(rubbish: bytes) -> None:
    for data in (rubbish, VERSION_LINE + rubbish, VERSION_LINE + b"-> X25519 " + rubbish):
        with pytest.raises(BadHeader):
            Header.parse(data).open([Identity.generate()])


@pytest.mark.parametrize(("size", "count"), [(32, 1), (33, 1), (16 + 65552, 1), (16 + 65552 + 17, 2)])
def test_chunk_count(size: int, count: int) -> None:
    assert chunk_count(size) == count


@pytest.mark.parametrize("size", [0, 15, 16, 31, 16 + 65552 + 1, 16 + 65552 + 16, 16 + 2 * 65552 + 16])
def test_no_payload_has_this_size(size: int) -> None:
    with pytest.raises(BadPayload, match="cut short"):
        chunk_count(size)
