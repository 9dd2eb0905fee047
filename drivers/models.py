"""Camera models: TOML files that say how a camera is recognised and how it keeps its footage.

A newcomer adds a camera by one file in resources/models. Files are checked whole when loaded; ModelError names the
file and the key. What each key means stands at its field below.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fnmatch import fnmatchcase
from importlib.util import find_spec
from itertools import combinations
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from drivers.camera import Sighting

LONGEST_NAME = 128
"""Characters of a file name that the pattern of a model is tried on. A longer one gives no facts."""

_VIDEO = ("mp4", "mov", "avi", "mkv", "mts", "m2ts", "ts", "3gp", "m4v", "wmv", "asf", "mpg", "mpeg", "webm", "vob")
_SOUND = ("wav", "mp3", "m4a", "aac", "ogg", "opus", "flac", "amr", "wma")
_STILL = ("jpg", "jpeg", "png", "heic", "heif", "dng", "webp", "bmp", "tif", "tiff", "gif")
MEDIA_SUFFIXES = frozenset(_VIDEO + _SOUND + _STILL)
"""Name endings of video, sound and still files, in lower case."""

_GROUPS = frozenset({"officer", "time", "critical", "unit"})

_Id = Annotated[str, Meta(pattern=r"^[0-9a-f]{4}$")]
_Class = Annotated[str, Meta(pattern=r"^[0-9a-f]{2}/[0-9a-f]{2}/[0-9a-f]{2}$")]
_ClassPattern = Annotated[str, Meta(pattern=r"^([0-9a-f]{2}|\*)/([0-9a-f]{2}|\*)/([0-9a-f]{2}|\*)$")]
_Text = Annotated[str, Meta(min_length=1, max_length=80)]
_Driver = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]*$")]


class ModelError(ValueError):
    """A camera model file is wrong. The text names the file and the key."""


class Quirk(StrEnum):
    """Ways in which a camera departs from its specification. Each word is explained here and nowhere else."""

    NO_OBJECT_PROP_LIST = "no-object-prop-list"
    """GetObjectPropList is offered and broken (wrong or missing objects, hangs): objects are asked for one by one."""
    NO_PARTIAL = "no-partial"
    """GetPartialObject and GetPartialObject64 are offered and broken: going on means reading from the start again."""
    SAMSUNG_OFFSET = "samsung-offset"
    """Hangs when the last packet of a partial read is exactly full: such reads ask for one byte less."""
    NO_CLEAR_HALT = "no-clear-halt"
    """Hangs or loses a packet when a halt is cleared: a stall goes straight to the class reset."""
    LONG_TIMEOUT = "long-timeout"
    """Takes up to a minute over ordinary answers: every limit is the long one."""
    NO_BATTERY = "no-battery"
    """BatteryLevel is offered and wrong: never asked for."""
    DETACH_DRIVER = "detach-driver"
    """The system binds a driver of its own, which has to be detached first."""
    USB_SERIAL = "usb-serial"
    """The serial number that its protocol gives is the same on every unit: the one of the USB descriptor is used."""


class UsbMatch(Struct, forbid_unknown_fields=True, frozen=True):
    """One way to recognise a camera: by its own ids, or by the class of an interface and, if given, its name."""

    vendor: _Id | None = None
    product: _Id | None = None
    interface: _ClassPattern | None = None
    """Class, subclass, protocol as two hex digits each; `*` matches any."""
    interface_name: _Text | None = None
    """Must occur in the interface's name, as the system tells it unopened."""

    @property
    def by_ids(self) -> bool:
        """Whether it names one product."""
        return self.vendor is not None

    def matches(self, sighting: Sighting) -> bool:
        """Whether this device is meant."""
        if self.by_ids:
            return (self.vendor, self.product) == (f"{sighting.vendor_id:04x}", f"{sighting.product_id:04x}")
        return bool(self.interfaces(sighting))

    def interfaces(self, sighting: Sighting) -> list[str]:
        """The classes of the interfaces that fit a match by class."""
        return [
            str(interface)
            for interface in sighting.interfaces
            if fnmatchcase(str(interface), self.interface or "")
            and (self.interface_name is None or self.interface_name in (interface.name or ""))
        ]


class FootageRules(Struct, forbid_unknown_fields=True, frozen=True):
    """Where recordings lie and how their names read."""

    folders: tuple[_Text, ...] = ()
    """Folders from the root of a storage. Empty: DCIM, or the whole storage where it has no DCIM."""
    suffixes: frozenset[str] = MEDIA_SUFFIXES
    """Name endings, in lower case without the dot, that make a file a recording."""
    name: str | None = None
    """Regular expression over the whole name with the groups `officer`, `time`, `critical`, `unit`, each optional."""
    time: str | None = None
    """How the group `time` is written, as strptime codes; the camera's local time."""
    pre_record_s: Annotated[int, Meta(ge=0, le=600)] = 0
    """Seconds that the camera keeps from before the button was pressed, at the start of each recording."""


class ClockRules(Struct, forbid_unknown_fields=True, frozen=True):
    """How the clock is read and set."""

    property: Literal["DateTime", "none"] = "DateTime"


class OwnerRules(Struct, forbid_unknown_fields=True, frozen=True):
    """Where the camera keeps the text that says whose it is."""

    property: Literal["DeviceFriendlyName", "Artist", "CopyrightInfo", "none"] = "none"


@dataclass(frozen=True, slots=True)
class NameFacts:
    """What a recording's name says. `recorded_at` is naive, in the camera's local time."""

    officer: str | None = None
    recorded_at: datetime | None = None
    critical: bool = False


class Model(Struct, forbid_unknown_fields=True, frozen=True):
    """One camera model, as its file gives it."""

    name: _Text
    """One word by which the model is stored and spoken of."""
    make: _Text
    """Shown where the camera does not say its maker."""
    model: _Text
    """Shown where the camera does not say its model."""
    driver: _Driver
    """The package in drivers/ whose module `camera` opens it."""
    automatic: bool
    """Whether such a camera is docked by itself. False: only after a person accepted that very one."""
    usb: Annotated[tuple[UsbMatch, ...], Meta(min_length=1)]
    emulated: bool = False
    """Whether only an emulated device is ever this model: a real one with its ids is something else."""
    interfaces: tuple[_Class, ...] = ()
    """Every interface it has, no more and no fewer. Empty: the one interface by which it was matched."""
    quirks: frozenset[Quirk] = frozenset()
    footage: FootageRules = FootageRules()
    clock: ClockRules = ClockRules()
    owner: OwnerRules = OwnerRules()

    def interfaces_fit(self, sighting: Sighting) -> str | None:
        """None if the device has exactly the interfaces of this model, else a sentence on the difference."""
        found = sorted(str(interface) for interface in sighting.interfaces)
        wanted = sorted(self.interfaces or self._matched(sighting))
        if found == wanted:
            return None
        return (
            f"It has the USB interfaces {', '.join(found) or 'none'}; "
            f"a {self.make} {self.model} has {', '.join(wanted) or 'none'}. It may not be a camera."
        )

    def is_footage(self, name: str) -> bool:
        """Whether a file of this name in a footage folder is a recording."""
        _, dot, suffix = name.rpartition(".")
        return bool(dot) and suffix.lower() in self.footage.suffixes

    def read_name(self, name: str) -> NameFacts:
        """What a recording's name says; nothing for a name that does not follow the model's pattern."""
        if self.footage.name is None or len(name) > LONGEST_NAME:
            return NameFacts()
        found = re.fullmatch(self.footage.name, name)
        if found is None:
            return NameFacts()
        groups = found.groupdict()
        return NameFacts(groups.get("officer"), self._time(groups.get("time")), bool(groups.get("critical")))

    def _time(self, text: str | None) -> datetime | None:
        if text is None or self.footage.time is None:
            return None
        try:
            return datetime.strptime(text, self.footage.time)  # noqa: DTZ007 - the camera's clock has no zone
        except ValueError:
            return None

    def _matched(self, sighting: Sighting) -> list[str]:
        return next((found[:1] for match in self.usb if (found := match.interfaces(sighting))), [])


class Models:
    """All models that this installation knows."""

    def __init__(self, models: tuple[Model, ...]) -> None:
        self.models = models

    def __iter__(self) -> Iterator[Model]:
        return iter(self.models)

    def match(self, sighting: Sighting) -> Model | None:
        """The model of a device: one that names its ids goes before one that names a class. None: not a camera."""
        for by_ids in (True, False):
            for model in self.models:
                if model.emulated and not sighting.virtual:
                    continue
                if any(match.by_ids is by_ids and match.matches(sighting) for match in model.usb):
                    return model
        return None


def load_models(folder: Path) -> Models:
    """Read every `*.toml` of a folder. Raises ModelError for the first thing wrong, naming file and key."""
    loaded = {path: _load(path) for path in sorted(folder.glob("*.toml"))}
    if not loaded:
        raise ModelError(f"{folder}: there is no camera model file here")
    for (one, first), (two, second) in combinations(loaded.items(), 2):
        if first.name == second.name:
            raise ModelError(f"{one.name} and {two.name}: both have the name {first.name!r}")
        if shared := set(first.usb) & set(second.usb):
            raise ModelError(f"{one.name} and {two.name}: both claim {_spell(shared.pop())} in usb")
    return Models(tuple(loaded.values()))


def _load(path: Path) -> Model:
    try:
        model = msgspec.toml.decode(path.read_bytes(), type=Model)
    except msgspec.DecodeError as fault:  # of which ValidationError is one: its text ends with the key
        raise ModelError(f"{path.name}: {fault}") from fault
    for wrong in _faults(model):
        raise ModelError(f"{path.name}: {wrong}")
    return model


def _faults(model: Model) -> Iterator[str]:
    """What the schema alone cannot say."""
    for number, match in enumerate(model.usb):
        ids = (match.vendor is not None, match.product is not None)
        if ids not in ((True, True), (False, False)) or (match.interface is not None) is any(ids):
            yield f"give either vendor and product or interface - at `$.usb[{number}]`"
        elif match.interface_name and not match.interface:
            yield f"interface_name goes with interface - at `$.usb[{number}]`"
    if find_spec(f"drivers.{model.driver}") is None or find_spec(f"drivers.{model.driver}.camera") is None:
        yield f"there is no driver {model.driver!r} - at `$.driver`"
    yield from _pattern_faults(model.footage)


def _pattern_faults(rules: FootageRules) -> Iterator[str]:
    try:
        groups = set(re.compile(rules.name or "").groupindex)
    except re.error as fault:
        yield f"{fault} - at `$.footage.name`"
        return
    if unknown := groups - _GROUPS:
        yield f"unknown group {min(unknown)!r} - at `$.footage.name`"
    if ("time" in groups) is (rules.time is None):
        yield "the group `time` of the name and its format go together - at `$.footage.time`"


def _spell(match: UsbMatch) -> str:
    return f"{match.vendor}:{match.product}" if match.by_ids else f"class {match.interface}"
