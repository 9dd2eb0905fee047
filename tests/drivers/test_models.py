"""Camera model files: what they say, and what is wrong with one that is wrong."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

import resources
from drivers.camera import Interface, Sighting
from drivers.models import MEDIA_SUFFIXES, ModelError, Models, load_models

SHIPPED = Path(resources.__file__).parent / "models"
STILL_IMAGE = Interface(0, 6, 1, 1)
KEYBOARD = Interface(1, 3, 1, 1)

GOOD = """
name = "acme-one"
make = "Acme"
model = "One"
driver = "mtp"
automatic = true
interfaces = ["06/01/01"]
[[usb]]
vendor = "1234"
product = "00ff"
[footage]
name = '(?P<officer>[0-9]+)-(?P<time>[0-9]{14})(?P<critical>!)?\\.mp4'
time = "%Y%m%d%H%M%S"
"""


@pytest.fixture(scope="module")
def shipped() -> Models:
    return load_models(SHIPPED)


def seen(vendor: int, product: int, *interfaces: Interface) -> Sighting:
    virtual = (vendor, product) == (0x1209, 0x0001)
    return Sighting("1-1", "1:1", vendor, product, interfaces, virtual=virtual)


def only(folder: Path, text: str) -> Models:
    (folder / "acme.toml").write_text(text)
    return load_models(folder)


def test_the_files_that_ship_are_right(shipped):
    assert {model.name for model in shipped} == {"dockwarden-virtual", "qemu-mtp", "generic-mtp"}
    assert [model.name for model in shipped if not model.automatic] == ["generic-mtp"]


@pytest.mark.parametrize(
    ("sighting", "name"),
    [
        (seen(0x1209, 1, STILL_IMAGE), "dockwarden-virtual"),
        (seen(0x46F4, 4, STILL_IMAGE), "qemu-mtp"),
        (seen(0x18D1, 0x4EE1, STILL_IMAGE), "generic-mtp"),
        (seen(0x18D1, 0x4EE1, Interface(0, 0xFF, 0xFF, 0, "MTP")), "generic-mtp"),
        (seen(0x18D1, 0x4EE1, Interface(0, 0xFF, 0xFF, 0, "ADB")), None),
        (seen(0x18D1, 0x4EE1, Interface(0, 0xFF, 0xFF, 0)), None),
        (seen(0x046D, 0xC31C, KEYBOARD), None),
    ],
)
def test_own_ids_go_before_a_class(shipped, sighting, name):
    model = shipped.match(sighting)
    assert (model and model.name) == name


def test_a_real_device_with_the_ids_of_the_emulated_camera_is_not_that_camera(shipped):
    real = Sighting("1-1", "1:1", 0x1209, 0x0001, (STILL_IMAGE,))
    model = shipped.match(real)
    assert model is not None
    assert model.name == "generic-mtp"


@pytest.mark.parametrize("ids", [(0x1209, 1), (0x18D1, 0x4EE1)])
def test_a_keyboard_beside_the_camera_does_not_fit(shipped, ids):
    plain, armed = seen(*ids, STILL_IMAGE), seen(*ids, STILL_IMAGE, KEYBOARD)
    assert shipped.match(plain).interfaces_fit(plain) is None
    assert "03/01/01" in shipped.match(armed).interfaces_fit(armed)


def test_a_camera_without_its_interface_does_not_fit(shipped):
    bare = seen(0x1209, 1)
    assert "none" in shipped.match(bare).interfaces_fit(bare)


def test_a_name_gives_officer_time_and_importance(shipped):
    (model,) = (model for model in shipped if model.name == "dockwarden-virtual")
    facts = model.read_name("1234_CAM0001_20261124_221405_E.MP4")
    assert facts.officer == "1234"
    assert facts.recorded_at == datetime.fromisoformat("2026-11-24T22:14:05")
    assert facts.critical
    assert not model.read_name("1234_CAM0001_20261124_221405.MP4").critical


@pytest.mark.parametrize(
    "name", ["", "x.mp4", "1234_CAM0001_20261199_999999.MP4", "1" * 10_000, "\0\x1b[2J", "é" * 200]
)
def test_a_name_that_is_none_of_its_model_gives_no_time(shipped, name):
    (model,) = (model for model in shipped if model.name == "dockwarden-virtual")
    assert model.read_name(name).recorded_at is None
    assert not model.read_name(name).critical


def test_a_pattern_is_not_let_loose_on_an_endless_name(tmp_path):
    slow = GOOD.replace("(?P<officer>[0-9]+)", "(?P<officer>(1+)+)")
    (model,) = only(tmp_path, slow)
    assert model.read_name("1" * 5000).officer is None


@pytest.mark.parametrize("name", ["A.MP4", "a.b.mov", "still.JPG", ".mp4"])
def test_video_sound_and_stills_are_recordings(shipped, name):
    assert all(model.is_footage(name) for model in shipped)


@pytest.mark.parametrize("name", ["INDEX.DAT", "mp4", "a.mp4.txt", "", "a."])
def test_other_files_are_not(shipped, name):
    assert not any(model.is_footage(name) for model in shipped)


def test_the_suffixes_are_lower_case_and_bare():
    assert all(suffix == suffix.lower().strip(".") for suffix in MEDIA_SUFFIXES)


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (('name = "acme-one"', ""), "name"),
        (("automatic = true", 'automatic = "yes"'), "automatic"),
        (("automatic = true", "automatic = true\ncolour = 1"), "colour"),
        (('product = "00ff"', 'prodct = "00ff"'), "usb[0]"),
        (('vendor = "1234"', 'vendor = "0x1234"'), "usb[0].vendor"),
        (('vendor = "1234"', ""), "usb[0]"),
        (('vendor = "1234"', 'vendor = "1234"\ninterface = "06/01/01"'), "usb[0]"),
        (('vendor = "1234"\nproduct = "00ff"', 'interface_name = "MTP"'), "usb[0]"),
        (('driver = "mtp"', 'driver = "mtq"'), "driver"),
        (('driver = "mtp"', 'driver = "../x"'), "driver"),
        (('["06/01/01"]', '["6/1/1"]'), "interfaces[0]"),
        (("automatic = true", 'automatic = true\nquirks = ["no-such"]'), "quirks[0]"),
        (("(?P<critical>", "(?P<crit>"), "footage.name"),
        (("(?P<critical>", "(?P<critical>("), "footage.name"),
        (('time = "%Y%m%d%H%M%S"', ""), "footage.time"),
        (('name = "acme-one"', 'name = "acme'), "line 2"),
    ],
)
def test_a_wrong_file_is_named_with_its_key(tmp_path, change, key):
    assert GOOD.count(change[0]) == 1
    with pytest.raises(ModelError) as caught:
        only(tmp_path, GOOD.replace(*change))
    assert "acme.toml" in str(caught.value)
    assert key in str(caught.value)


def test_two_files_that_claim_one_camera_are_both_named(tmp_path):
    (tmp_path / "other.toml").write_text(GOOD.replace("acme-one", "acme-two"))
    with pytest.raises(ModelError, match=r"acme\.toml and other\.toml: both claim 1234:00ff"):
        only(tmp_path, GOOD)


def test_two_files_with_one_name_are_both_named(tmp_path):
    (tmp_path / "other.toml").write_text(GOOD.replace("00ff", "00fe"))
    with pytest.raises(ModelError, match=r"acme\.toml and other\.toml: both have the name 'acme-one'"):
        only(tmp_path, GOOD)


def test_a_folder_without_models_is_said(tmp_path):
    with pytest.raises(ModelError, match="no camera model"):
        load_models(tmp_path)
