"""The settings of a home: one frozen value, kept in one TOML file that a person can read."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import msgspec

from app.custody import shifts
from app.errors import Trouble

Theme = Literal["system", "light", "dark"]
GB = 1_000_000_000
MAX_FILE = 64 * 1024


class SettingsInvalid(Trouble):
    """The settings file does not fit."""

    code = "settings"
    what_to_do = "Correct the file, or move it away to go on with the defaults."


class SettingRefused(Trouble):
    """What was to be set does not fit; `field` names the setting."""

    code = "setting"
    what_to_do = "Nothing was changed. Give another value."

    def __init__(self, field: str, what_happened: str, what_to_do: str | None = None) -> None:
        super().__init__(what_happened, what_to_do)
        self.field = field


class SettingsNotKept(Trouble):
    """The settings could not be written down."""

    code = "settings-not-kept"
    what_to_do = "Check room and rights on the disk of the home, then try again."


Address = Annotated[str, msgspec.Meta(max_length=254, pattern=r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+$")]


UNNAMED = "This station"


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a station may set. `MEANING` says what each field is; None is a default that depends on the machine."""

    station_name: Annotated[str, msgspec.Meta(min_length=1, max_length=60)] = UNNAMED
    vault_folder: Annotated[str, msgspec.Meta(min_length=1, max_length=1000)] | None = None
    parallel_lanes: Annotated[int, msgspec.Meta(ge=1, le=64)] = 16
    free_space_floor: Annotated[int, msgspec.Meta(ge=0, le=1_000_000 * GB)] | None = None
    keep_on_camera_hours: Annotated[int, msgspec.Meta(ge=0, le=720)] = 0
    ready_battery_percent: Annotated[int, msgspec.Meta(ge=1, le=100)] = 80
    theme: Theme = "system"
    shifts: Annotated[tuple[str, ...], msgspec.Meta(max_length=50)] = (
        "Early 06:00-14:00",
        "Late 14:00-22:00",
        "Night 22:00-06:00",
    )
    longest_shift_hours: Annotated[int, msgspec.Meta(ge=1, le=72)] = 12
    late_after_minutes: Annotated[int, msgspec.Meta(ge=0, le=1440)] = 30
    training_lasts_days: Annotated[int, msgspec.Meta(ge=0, le=36500)] = 0
    smtp_host: Annotated[str, msgspec.Meta(min_length=1, max_length=255, pattern=r"^[A-Za-z0-9.:-]+$")] | None = None
    smtp_port: Annotated[int, msgspec.Meta(ge=1, le=65535)] = 25
    smtp_from: Address | None = None
    alert_to: Annotated[tuple[Address, ...], msgspec.Meta(max_length=20)] = ()
    witness_folder: Annotated[str, msgspec.Meta(min_length=1, max_length=1000)] | None = None
    witness_keys: Annotated[str, msgspec.Meta(min_length=1, max_length=4000)] | None = None
    tsa_certificate: Annotated[str, msgspec.Meta(min_length=1, max_length=1000)] | None = None
    witness_hours: Annotated[int, msgspec.Meta(ge=1, le=8760)] = 24

    @property
    def known_as(self) -> str | None:
        """The station's name, by which the pool knows it; None until somebody has given it one."""
        return None if self.station_name == UNNAMED else self.station_name

    def floor_bytes(self, total: int) -> int:
        """How many bytes stay free on a file system of `total` bytes: 2 %, at most 20 GB, unless set otherwise."""
        return min(total // 50, 20 * GB) if self.free_space_floor is None else self.free_space_floor


MEANING = {
    "station_name": "what this station is called, in 1 to 60 characters",
    "vault_folder": "the folder of sealed recordings, as a full path; without it, the folder vault beside this file",
    "parallel_lanes": "how many cameras are copied from at once, 1 to 64",
    "free_space_floor": "bytes to leave free on the vault's disk; without it, 2 % of the disk and at most 20 GB",
    "keep_on_camera_hours": "how many hours a sealed recording stays on its camera too, 0 to 720",
    "ready_battery_percent": "the charge from which a camera counts as ready, 1 to 100",
    "theme": "the window's colours: system, light or dark",
    "shifts": "the shifts, such as Early 06:00-14:00, or for one cohort Nights 19:00-07:00 #armed",
    "longest_shift_hours": "after how many hours a camera should be back where no shift fits, 1 to 72",
    "late_after_minutes": "how many minutes after the end of its shift a camera counts as late, 0 to 1440",
    "training_lasts_days": "for how many days training lasts, 0 for without end",
    "smtp_host": "the mail server that takes alerts, such as mail.example.org; without it no e-mail is sent",
    "smtp_port": "the port of the mail server, 1 to 65535; 465 is encrypted from the first byte",
    "smtp_from": "the address that alerts come from",
    "alert_to": "the addresses that are told of late cameras, at most 20",
    "witness_folder": "a folder shared with witnesses of the ledger, as a full path; without it nobody is asked",
    "witness_keys": "the keys of the ledger's witnesses, with spaces between them",
    "tsa_certificate": "a PEM file with the certificate of the time stamping authority, as a full path",
    "witness_hours": "after how many hours without a witness the ledger is shown amber, 1 to 8760",
}
"""Every field in words, in the order in which the file has them."""

PATHS = frozenset({"vault_folder", "witness_folder", "tsa_certificate"})
"""The settings that are full paths."""

_SHOULD_BE = {
    "station_name": "The name has 1 to 60 characters that can be printed, and not only spaces.",
    "vault_folder": "The vault folder is a full path, such as /srv/vault.",
    "parallel_lanes": "The number of cameras at once is a whole number from 1 to 64.",
    "free_space_floor": "The space to leave free is a number of bytes, 0 or more.",
    "keep_on_camera_hours": "The time on the camera is a whole number of hours from 0 to 720.",
    "ready_battery_percent": "The charge is a whole number from 1 to 100 per cent.",
    "theme": f"The theme is one of {', '.join(get_args(Theme))}.",
    "shifts": "Shifts are written as Early 06:00-14:00, with commas between them; at most 50.",
    "longest_shift_hours": "The longest shift is a whole number of hours from 1 to 72.",
    "late_after_minutes": "Late is a whole number of minutes from 0 to 1440.",
    "training_lasts_days": "Training lasts a whole number of days; 0 is without end.",
    "smtp_host": "A mail server is a name or an address, such as mail.example.org.",
    "smtp_port": "A port is a whole number from 1 to 65535.",
    "smtp_from": "An address is written as desk@example.org.",
    "alert_to": "Addresses are written as desk@example.org, with commas between them; at most 20.",
    "witness_folder": "The folder of witnesses is a full path, such as /srv/witness.",
    "witness_keys": "A witness's key is one word, as `dockwarden keys show` prints it on that station.",
    "tsa_certificate": "The certificate is a full path, such as /etc/dockwarden/tsa.pem.",
    "witness_hours": "The hours without a witness are a whole number from 1 to 8760.",
}


LISTS = frozenset({"shifts", "alert_to"})
"""Settings that are several things, written with commas between them."""

EVERYBODYS = frozenset({"theme"})
"""Settings of taste: whoever stands at the window may change them, and no entry is made of it."""

_TEXTS = frozenset({"station_name", "vault_folder", "smtp_host", "smtp_from"})


def load(path: Path) -> Settings:
    """Read the settings; the defaults where there is no file. Raises SettingsInvalid with file and field."""
    try:
        with path.open("rb") as file:
            found = msgspec.toml.decode(file.read(MAX_FILE), type=Settings)
        return changed(Settings(), **msgspec.structs.asdict(found))
    except FileNotFoundError:
        return Settings()
    except SettingRefused as wrong:
        raise SettingsInvalid(f"{path}: {wrong.field}: {wrong}") from wrong
    except (msgspec.MsgspecError, ValueError, RecursionError) as wrong:  # not UTF-8, not TOML, nested too deep
        raise SettingsInvalid(f"{path}: {wrong}") from wrong
    except OSError as failure:
        raise SettingsInvalid(f"{path} cannot be read: {failure.strerror or failure}.") from failure


def changed(settings: Settings, **fields: Any) -> Settings:
    """The same settings with these fields as given. Raises SettingRefused, which names the first that does not fit."""
    for field, value in fields.items():
        settings = _with(settings, field, value)
    return settings


def _with(settings: Settings, field: str, value: Any) -> Settings:
    if field not in MEANING:
        raise SettingRefused(field, f"There is no setting {field}.", f"The settings are {', '.join(MEANING)}.")
    if isinstance(value, str):
        value = value.strip()
    try:
        new = msgspec.convert({**msgspec.structs.asdict(settings), field: value}, Settings)
    except msgspec.ValidationError as wrong:
        raise SettingRefused(field, _SHOULD_BE[field]) from wrong
    if isinstance(value, str) and not value.isprintable():
        raise SettingRefused(field, _SHOULD_BE[field])
    if field in PATHS and value is not None and not Path(value).is_absolute():
        raise SettingRefused(field, _SHOULD_BE[field])
    if field == "shifts":
        _check_shifts(new.shifts)
    return new


def _check_shifts(written: tuple[str, ...]) -> None:
    try:
        for one in written:
            shifts.parse(one)
    except ValueError as wrong:
        raise SettingRefused("shifts", f"{wrong}.") from wrong


def read(field: str, words: str) -> Any:
    """What typed words stand for, nothing for a default where there is one; whether it fits is asked of `changed`."""
    words = words.strip()
    if not words and getattr(Settings(), field, words) is None:
        return None
    if field in LISTS:
        return tuple(one.strip() for one in words.split(",") if one.strip())
    return int(words) if words.isascii() and words.isdigit() and field not in _TEXTS else words


def save(path: Path, settings: Settings) -> None:
    """Write the settings whole and durable, or leave the file as it was. Raises SettingsNotKept."""
    from app.vault import VaultError, disk  # noqa: PLC0415  41 ms that only a change pays

    temporary = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    try:
        try:
            disk.write_new(temporary, text(settings).encode())
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
        disk.sync_folder(path.parent)
    except (VaultError, OSError) as failure:
        raise SettingsNotKept(f"{path} cannot be written: {failure}") from failure


def text(settings: Settings) -> str:
    """The settings in TOML, each below a line that says what it is; one that is not set is there as a comment."""
    lines = ["# The settings of this Dockwarden station. The program reads this file again when it changes."]
    for field, value in msgspec.structs.asdict(settings).items():
        shown = f"# {field} =" if value is None else f"{field} = {json.dumps(value, ensure_ascii=False)}"
        lines += ["", f"# {MEANING[field]}", shown]
    return "\n".join(lines) + "\n"
