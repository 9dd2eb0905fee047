"""What a station may set: checked, saved whole, followed when somebody else changes it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.home import Home
from app.settings import (
    GB,
    MEANING,
    SettingRefused,
    Settings,
    SettingsInvalid,
    SettingsNotKept,
    changed,
    load,
    read,
    save,
)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def test_what_is_saved_is_read_again_whatever_the_name(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    settings = changed(
        Settings(),
        station_name='Köln "A" \\ 警察',
        vault_folder=str(tmp_path / "a vault"),
        free_space_floor=0,
        theme="dark",
        keep_on_camera_hours=72,
    )
    save(path, settings)
    assert load(path) == settings
    assert [one.name for one in tmp_path.iterdir()] == ["settings.toml"]


def test_every_field_is_explained_in_the_file(tmp_path: Path) -> None:
    save(tmp_path / "settings.toml", Settings())
    lines = (tmp_path / "settings.toml").read_text().splitlines()
    for field, meaning in MEANING.items():
        place = lines.index(f"# {meaning}")
        assert lines[place + 1].removeprefix("# ").startswith(f"{field} =")
    assert list(MEANING) == list(Settings.__struct_fields__)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("colour = 1", "colour"),
        ('theme = "blue"', "theme"),
        ("parallel_lanes = 65", "parallel_lanes"),
        ("parallel_lanes = 2.5", "parallel_lanes"),
        ("keep_on_camera_hours = -1", "keep_on_camera_hours"),
        ('station_name = "  "', "station_name"),
        ('station_name = "a\\u0007"', "station_name"),
        ('vault_folder = "vault"', "vault_folder"),
        ("station_name = ", "settings.toml"),
        ("\udcff", "settings.toml"),
        ("station_name = " + "[" * 3000, "settings.toml"),
    ],
)
def test_a_file_that_does_not_fit_is_refused_by_file_and_field(tmp_path: Path, text: str, named: str) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(SettingsInvalid) as refused:
        load(path)
    assert str(path) in refused.value.what_happened
    assert named in refused.value.what_happened


def test_a_value_that_does_not_fit_changes_nothing(home: Home) -> None:
    for field, value in (("theme", "blue"), ("parallel_lanes", True), ("parallel_lanes", 0), ("colour", 1)):
        with pytest.raises(SettingRefused) as refused:
            home.change_settings(**{field: value})
        assert refused.value.field == field
    assert not home.settings_file.exists()


def test_typed_words_stand_for_values() -> None:
    assert read("parallel_lanes", " 8 ") == 8
    assert read("station_name", "42") == "42"
    assert read("vault_folder", " ") is None
    assert read("free_space_floor", "") is None
    assert read("parallel_lanes", "") == ""
    with pytest.raises(SettingRefused, match="whole number"):
        changed(Settings(), parallel_lanes=read("parallel_lanes", "eight"))


def test_a_change_by_another_process_is_followed(home: Home) -> None:
    assert home.settings.theme == "system"
    with Home(home.folder) as other:
        other.change_settings(theme="dark", station_name="Kendal")
    assert (home.settings.theme, home.settings.station_name) == ("dark", "Kendal")
    assert home.station().name == "Kendal"


def test_a_file_damaged_while_running_leaves_the_settings_and_is_told(home: Home) -> None:
    home.change_settings(station_name="Kendal")
    home.settings_file.write_text("theme = 7")
    assert home.settings.station_name == "Kendal"
    told = [one for one in home.warnings(try_out=False) if one.code == "settings"]
    assert len(told) == 1
    assert "theme" in told[0].what_happened
    home.change_settings(theme="light")
    assert [one for one in home.warnings(try_out=False) if one.code == "settings"] == []


def test_a_save_that_fails_leaves_the_file_as_it_was(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.change_settings(station_name="Kendal")
    first = home.settings_file.stat().st_ino
    home.change_settings(theme="dark")
    assert home.settings_file.stat().st_ino != first, "written anew and put in its place, not written over"
    before, struck = home.settings_file.read_bytes(), []

    def fail(_handle: int) -> None:
        struck.append(True)
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(SettingsNotKept, match="durable"):
        home.change_settings(station_name="Penrith")
    assert struck
    assert home.settings_file.read_bytes() == before
    assert home.settings.station_name == "Kendal"


def test_the_floor_is_two_per_cent_and_at_most_20_gb_unless_it_is_set() -> None:
    assert Settings().floor_bytes(100 * GB) == 2 * GB
    assert Settings().floor_bytes(8000 * GB) == 20 * GB
    assert Settings(free_space_floor=0).floor_bytes(100 * GB) == 0


def test_the_vault_follows_its_folder_and_free_space_is_told_of_its_disk(home: Home, tmp_path: Path) -> None:
    assert home.vault.folder == home.folder / "vault"
    elsewhere = Path("/dev/shm") / f"dockwarden-{tmp_path.name}-{os.getpid()}"
    home.change_settings(vault_folder=str(elsewhere))
    assert home.vault.folder == elsewhere
    found = os.statvfs("/dev/shm")
    assert home.station().vault_total == found.f_blocks * found.f_frsize != os.statvfs(home.folder).f_blocks * 4096


def seal_one(home: Home, *, whole: bool = True) -> None:
    sealing = home.vault.begin("0" * 32, home.keys.recipients())
    sealing.write(memoryview(b"footage"))
    if whole:
        sealing.finish()
        sealing.prove()
    else:
        sealing.abandon()


@pytest.mark.parametrize("whole", [True, False])
def test_the_vault_of_a_home_with_recordings_stays(home: Home, tmp_path: Path, whole: bool) -> None:
    seal_one(home, whole=whole)
    with pytest.raises(SettingRefused, match="stay there") as refused:
        home.change_settings(vault_folder=str(tmp_path / "elsewhere"))
    assert str(home.folder / "vault") in refused.value.what_happened
    assert home.settings.vault_folder is None
    home.change_settings(vault_folder=str(home.folder / "vault"))


def test_a_name_that_no_folder_can_have_is_refused_and_breaks_nothing(home: Home) -> None:
    too_long = "/" + "a" * 300
    with pytest.raises(SettingRefused):
        home.change_settings(vault_folder=too_long)
    home.settings_file.write_text(f'vault_folder = "{too_long}"\n')
    assert home.station().vault_total > 0


def test_a_folder_that_cannot_be_the_vault_is_refused(home: Home, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    with pytest.raises(SettingRefused, match="cannot be"):
        home.change_settings(vault_folder=str(file))
    with Home(tmp_path / "other") as other:
        seal_one(other)
        with pytest.raises(SettingRefused, match="another home"):
            home.change_settings(vault_folder=str(other.vault.folder))
