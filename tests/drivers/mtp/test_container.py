"""Containers come whole whatever the transfers are that bring them."""

from __future__ import annotations

from array import array
from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.errors import ProtocolError
from drivers.mtp import container
from drivers.mtp.codes import Kind
from drivers.mtp.container import Inbound
from tests.drivers.mtp import packing


class Transfers:
    """A pipe that brings these pieces, one a read, cut down to the buffer; then nothing, loudly."""

    def __init__(self, pieces: list[bytes]) -> None:
        self.pieces = list(pieces)

    def receive(self, buffer: array[int]) -> int:
        piece = self.pieces.pop(0)
        if len(piece) > len(buffer):
            self.pieces.insert(0, piece[len(buffer) :])
            piece = piece[: len(buffer)]
        memoryview(buffer)[: len(piece)] = piece
        return len(piece)


def cut(draw, raw: bytes) -> list[bytes]:
    marks = sorted(draw(st.lists(st.integers(0, len(raw)), max_size=12)))
    edges = [0, *marks, len(raw)]
    return [raw[a:b] for a, b in pairwise(edges)]


@given(draw=st.data(), payload=st.binary(max_size=300), size=st.sampled_from([16, 64, 512]))
def test_a_container_comes_whole_however_it_is_cut(draw, payload, size):
    raw = packing.data(0x1009, 7, payload) + packing.response(7, packing.OK, 1, 2)
    inbound = Inbound(Transfers(cut(draw.draw, raw)).receive)
    buffer = array("B", bytes(size))
    got = b""
    header, data = inbound.start(buffer)
    assert (header.kind, header.code, header.transaction) == (Kind.DATA, 0x1009, 7)
    while len(got) + len(data) < len(payload):
        got += data.tobytes()
        data = inbound.some(buffer)
    left = len(payload) - len(got)
    inbound.put_back(data[left:])
    assert got + data[:left].tobytes() == payload
    header, data = inbound.start(buffer)
    assert (header.kind, header.code, header.length) == (Kind.RESPONSE, packing.OK, 20)


@given(raw=st.binary(min_size=12, max_size=12))
def test_a_rubbish_header_is_refused_or_read(raw):
    with suppress(ProtocolError):
        header = container.unpack_header(raw)
        assert container.HEADER.pack(header.length, header.kind, header.code, header.transaction) == raw


@pytest.mark.parametrize(
    "raw",
    [
        packing.container(0, 0x2001, 1),
        packing.command(0x1001, 1),
        packing.container(packing.EVENT, 0x4002, 1),
        packing.container(5, 0x2001, 1),
        b"\x0b\0\0\0" + packing.response(1)[4:],
        b"\0\0\0\0" + packing.response(1)[4:],
        b"\x0d\0\0\0" + packing.response(1)[4:],
        b"\x24\0\0\0" + packing.response(1)[4:],
        b"\xff\xff\xff\xff" + packing.response(1)[4:],
    ],
)
def test_a_header_that_cannot_be_is_refused(raw):
    with pytest.raises(ProtocolError):
        container.unpack_header(raw)


def test_a_command_is_packed_as_the_specification_says():
    assert container.pack_command(0x1002, 0, (1,)) == packing.command(0x1002, 0, 1)


@pytest.mark.parametrize(
    ("raw", "transaction", "is_one"),
    [
        (packing.response(7), 7, True),
        (packing.response(7, packing.OK, 1, 2, 3, 4, 5), 7, True),
        (packing.response(8), 7, False),
        (packing.response(7) + b"x", 7, False),
        (packing.response(7)[:-1], 7, False),
        (packing.data(0x1009, 7, b""), 7, False),
        (b"", 7, False),
    ],
)
def test_a_response_that_comes_too_early_is_told_from_data(raw, transaction, is_one):
    assert container.is_response(memoryview(raw), transaction) is is_one


def test_empty_packets_are_borne_but_not_for_ever():
    patient = Inbound(Transfers([b""] * (container.MAX_EMPTY - 1) + [packing.response(1)]).receive)
    assert patient.start(array("B", bytes(64)))[0].transaction == 1
    hopeless = Inbound(Transfers([b""] * container.MAX_EMPTY).receive)
    with pytest.raises(ProtocolError, match="empty packets"):
        hopeless.start(array("B", bytes(64)))
