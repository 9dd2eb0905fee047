"""The settings of a home: one frozen value, kept in one TOML file that a person can read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec

from app.errors import Trouble


class SettingsInvalid(Trouble):
    """The settings file does not fit."""

    code = "settings"
    what_to_do = "Correct the file, or move it away to go on with the defaults."


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a station may set. `ready_battery_percent` is the charge from which a camera counts as ready."""

    station_name: Annotated[str, msgspec.Meta(min_length=1, max_length=60)] = "This station"
    ready_battery_percent: Annotated[int, msgspec.Meta(ge=1, le=100)] = 80


def load(path: Path) -> Settings:
    """Read the settings; the defaults where there is no file. Raises SettingsInvalid with file and field."""
    try:
        return msgspec.toml.decode(path.read_bytes(), type=Settings)
    except FileNotFoundError:
        return Settings()
    except (msgspec.MsgspecError, UnicodeDecodeError) as wrong:
        raise SettingsInvalid(f"{path}: {wrong}") from wrong
