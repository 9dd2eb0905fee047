"""Battery, clock and holder: read, set, and still so after the power was off."""

from __future__ import annotations

import struct
import time

import pytest

from drivers.virtual import card as card_module
from drivers.virtual.card import Card, CardDamaged
from tests.drivers.virtual.conftest import new_card
from tests.drivers.virtual.host import OK, counted, text


def seconds(words):
    return time.mktime(time.strptime(words, "%Y%m%dT%H%M%S"))


def test_the_battery_is_described_as_0_to_100_in_one_byte(host):
    raw = host.ask(0x1014, 0x5001)
    assert struct.unpack_from("<HHB", raw) == (0x5001, 0x0002, 0)
    assert raw[-4:] == bytes([1, 0, 100, 1])
    assert host.ask(0x1015, 0x5001)[0] == 40
    assert host.set(0x5001, b"\x64") == 0x200F


def test_the_battery_charges_while_docked_and_keeps_its_charge(tmp_path, monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(card_module.time, "monotonic", lambda: now[0])
    card = new_card(tmp_path, battery_percent=40.0)
    now[0] += 20
    assert card.battery_percent() == 50
    card.undock()
    assert Card(card.folder).battery_percent() == 50
    now[0] += 1000
    assert card.battery_percent() == 100


def test_the_clock_is_off_and_drifts(tmp_path, monkeypatch):
    now = [1_800_000_000.0]
    monkeypatch.setattr(card_module.time, "time", lambda: now[0])
    card = new_card(tmp_path, clock_offset_s=42.0, clock_drift_ppm=100.0)
    assert card.clock() == pytest.approx(now[0] + 42)
    now[0] += 10_000
    assert card.clock() == pytest.approx(now[0] + 43)


def test_setting_the_clock_lasts(host, card):
    assert host.set(0x5011, counted("20270101T120000")) == OK
    told = seconds(text(host.ask(0x1015, 0x5011)))
    assert 0 <= told - seconds("20270101T120000") < 60
    again = Card(card.folder)
    assert 0 <= again.clock() - seconds("20270101T120000") < 60


@pytest.mark.parametrize("words", ["20270101", "tomorrow", "20271301T000000", ""])
def test_a_date_that_is_none_is_refused(host, words):
    assert host.set(0x5011, counted(words)) == 0x201C


def test_a_string_that_does_not_fill_its_data_set_is_refused(host):
    assert host.set(0xD402, b"\x09" + b"1\0\0\0") == 0x201C


def test_the_holder_can_be_set_and_cleared_and_lasts(host, card):
    assert host.set(0xD402, counted("4711")) == OK
    assert text(host.ask(0x1015, 0xD402)) == "4711"
    assert Card(card.folder).settings.owner == "4711"
    assert host.set(0xD402, b"\0") == OK
    assert host.ask(0x1015, 0xD402) == b"\0"


def test_an_unknown_property_is_refused(host):
    assert host.act(0x1015, 0x5002) == 0x200A
    assert host.act(0x1014, 0x5002) == 0x200A


@pytest.mark.parametrize("raw", [b"{", b'{"serial": 7}', b'{"serial": "A", "nonsense": 1}'])
def test_a_damaged_card_names_its_file_and_the_key(card, raw):
    path = card.folder / "card.json"
    path.write_bytes(raw)
    with pytest.raises(CardDamaged, match=r"card\.json"):
        Card(card.folder)
