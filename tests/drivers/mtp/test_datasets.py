"""Datasets: what is packed comes back, and rubbish raises ProtocolError and nothing else."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.errors import ProtocolError
from drivers.mtp import datasets
from tests.drivers.mtp import packing

NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=100).filter(lambda name: not name.endswith("\0"))
U16 = st.integers(0, 0xFFFF)
U32 = st.integers(0, 0xFFFFFFFF)
U64 = st.integers(0, 2**64 - 1)
READERS = [
    datasets.read_device_info,
    datasets.read_storage_info,
    datasets.read_object_info,
    datasets.read_prop_desc,
    datasets.read_array,
    lambda raw: list(datasets.read_prop_list(raw)),
]


@pytest.mark.parametrize("read", READERS)
@given(raw=st.binary(max_size=200))
def test_rubbish_is_refused(read, raw):
    with suppress(ProtocolError):
        read(raw)


@pytest.mark.parametrize("read", READERS)
@given(raw=st.data())
def test_damaged_datasets_are_refused_or_read(read, raw):
    whole = packing.device_info((0x1001,), (0x5001,)) + packing.object_info("a.mp4", 5)
    at = raw.draw(st.integers(0, len(whole) - 1))
    with suppress(ProtocolError):
        read(whole[:at] + bytes([raw.draw(st.integers(0, 255))]) + whole[at + 1 :])


@given(operations=st.lists(U16), properties=st.lists(U16), extension=NAMES)
def test_device_info_comes_back(operations, properties, extension):
    info = datasets.read_device_info(packing.device_info(tuple(operations), tuple(properties), extension))
    assert (info.operations, info.properties, info.extension) == (set(operations), set(properties), extension)
    assert (info.make, info.model, info.version, info.serial) == ("Acme", "One", "1.0", "S1")


@given(name=NAMES, size=U32, storage=U32, parent=U32, object_format=U16)
def test_object_info_comes_back(name, size, storage, parent, object_format):
    raw = packing.object_info(
        name, size, storage=storage, parent=parent, object_format=object_format, date="20261124T221405"
    )
    info = datasets.read_object_info(raw)
    assert (info.name, info.size, info.storage, info.parent) == (name, size, storage, parent)
    assert info.format == object_format
    assert (info.captured, info.modified) == ("20261124T221405", "20261124T221405")


def test_object_info_may_lack_its_closing_strings():
    whole = packing.object_info("a.mp4", 5)
    assert datasets.read_object_info(whole[:-3]).name == "a.mp4"


@given(capacity=U64, free=U64)
def test_storage_info_comes_back(capacity, free):
    info = datasets.read_storage_info(packing.storage_info(capacity, free))
    assert (info.capacity, info.free) == (capacity, free)


@given(values=st.lists(U32, max_size=50))
def test_an_array_comes_back(values):
    assert datasets.read_array(packing.array(6, values)) == tuple(values)


ELEMENTS = st.one_of(
    st.tuples(U32, U16, st.just(4), U16),
    st.tuples(U32, U16, st.just(8), U64),
    st.tuples(U32, U16, st.just(1), st.integers(-128, 127)),
    st.tuples(U32, U16, st.just(9), st.integers(-(2**127), 2**127 - 1)),
    st.tuples(U32, U16, st.just(10), st.integers(0, 2**128 - 1)),
    st.tuples(U32, U16, st.just(0xFFFF), NAMES),
    st.tuples(U32, U16, st.just(0x4004), st.lists(U16, max_size=5).map(tuple)),
    st.tuples(U32, U16, st.just(0x400A), st.lists(st.integers(0, 2**128 - 1), max_size=3).map(tuple)),
)


@given(elements=st.lists(ELEMENTS, max_size=8))
def test_a_property_list_comes_back(elements):
    found = list(datasets.read_prop_list(packing.prop_list(elements)))
    assert found == [(handle, prop, content) for handle, prop, _, content in elements]


@pytest.mark.parametrize(("data_type", "form", "span"), [
    (2, b"\0", None),
    (2, b"\x01\x00\x64\x01", (0, 100)),
    (4, b"\x01\x0a\x00\xe8\x03\x01\x00", (10, 1000)),
    (2, b"\x02\x02\x00\x14\x64", None),
])  # fmt: skip
def test_a_property_description_comes_back(data_type, form, span):
    desc = datasets.read_prop_desc(packing.prop_desc(0x5001, data_type, 42, form=form, settable=True))
    assert (desc.data_type, desc.current, desc.span, desc.writable) == (data_type, 42, span, True)


@given(text=NAMES)
def test_what_we_write_is_what_the_specification_says(text):
    assert datasets.pack_text(text) == packing.text(text)
    assert datasets.Reader(datasets.pack_text(text)).text() == text


def test_a_text_too_long_for_its_count_is_our_defect():
    assert len(datasets.pack_text("x" * 254)) == 1 + 2 * 255
    with pytest.raises(ValueError, match="254"):
        datasets.pack_text("x" * 255)


def test_half_of_a_surrogate_pair_becomes_the_replacement_character():
    name = datasets.Reader(packing.text("a\ud800b")).text()
    assert name == "a\ufffdb"
    name.encode("utf-8")


def test_a_text_may_lack_its_closing_nul():
    assert datasets.Reader(b"\x02a\0b\0").text() == "ab"


@pytest.mark.parametrize(
    ("text", "at", "resolution_s"),
    [
        ("20261124T221405", datetime.fromisoformat("2026-11-24T22:14:05"), 1),
        ("20261124T221405.3", datetime.fromisoformat("2026-11-24T22:14:05.300"), 0.1),
        ("20261124T221405Z", datetime(2026, 11, 24, 22, 14, 5, tzinfo=UTC), 1),
        ("20261124T221405-0130", datetime(2026, 11, 24, 22, 14, 5, tzinfo=timezone(-timedelta(minutes=90))), 1),
    ],
)
def test_a_date_is_read_with_its_zone_and_what_its_last_digit_counts(text, at, resolution_s):
    moment = datasets.read_moment(text)
    assert moment is not None
    assert (moment.at, moment.at.tzinfo) == (at, at.tzinfo)
    assert moment.resolution == timedelta(seconds=resolution_s)


@pytest.mark.parametrize(
    "text", ["", "00000000T000000", "20260230T000000", "20261124T250000", "2026", "20261124T221405+9999", "x" * 100,
             "20261124T221405.", "²0261124T221405"]
)  # fmt: skip
def test_a_date_that_does_not_exist_is_none(text):
    assert datasets.read_moment(text) is None
    assert datasets.local_time(text) is None


@pytest.mark.parametrize("text", ["00010101T000000+1400", "99991231T235959-1200"])
def test_a_date_beyond_the_calendar_of_this_machine_is_none_or_naive(text):
    moment = datasets.local_time(text)
    assert moment is None or moment.tzinfo is None


@given(text=st.text(max_size=25))
def test_any_text_is_a_date_or_none(text):
    moment = datasets.local_time(text)
    assert moment is None or moment.tzinfo is None
