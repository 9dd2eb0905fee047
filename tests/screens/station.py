"""Makes the home that the pictures show: nights of real recordings, offloaded and sealed at fixed times.

The cameras are emulated in this process, everything else is the program. What stays different from run to run is what
has to be: keys, salts, the ids of recordings.
"""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from unittest.mock import patch

import app.board
import app.custody.desk
import app.doctor
import app.ledger.log
import app.records
import drivers.mtp.abilities
from app import settings
from app.home import Home
from app.owner import Owner
from app.people.acting import Doer
from app.snapshot import Offload
from app.thumbnails import Thumbnailer, Thumbnails
from app.vault.age import Identity
from drivers.presence import Source
from drivers.virtual.backend import VirtualBackend
from drivers.virtual.bus import LocalBus
from drivers.virtual.card import Card, CardFile
from drivers.virtual.device import Device
from drivers.virtual.stock import add_recording
from tests.app.bench import run
from tests.screens import story
from tests.screens.force import make_force

SERIALS = ("CAM-0412", "CAM-0077", "CAM-0551", "CAM-0310", "CAM-0688", "CAM-0129", "CAM-0733", "CAM-0256")
SEED = 1
LIMIT_S = 300


class _Clock:
    """Stands where a module has `datetime`, and only for its `now`: the story's time, going on as real time does."""

    def __init__(self, starts: datetime) -> None:
        self._ahead_s = starts.timestamp() - time.time()
        self._true = time.time

    def time(self) -> float:
        return self._true() + self._ahead_s

    def now(self, zone: tzinfo | None = None) -> datetime:
        return datetime.fromtimestamp(self.time(), zone)

    def in_utc(self) -> datetime:
        return self.now(UTC)


@contextmanager
def time_is(moment: datetime) -> Iterator[None]:
    """Let cameras, records and ledger believe that it is this moment."""
    clock = _Clock(moment)
    with ExitStack() as patches:
        patches.enter_context(patch.object(time, "time", clock.time))
        patches.enter_context(patch.object(app.records, "_now", clock.in_utc))
        for module in (app.board, app.custody.desk, app.doctor, app.ledger.log, drivers.mtp.abilities):
            patches.enter_context(patch.object(module, "datetime", clock))
        yield


def make_clips(folder: Path) -> list[Path]:
    """The footage of the virtual cameras, made once, in a process of its own."""
    if not folder.exists():
        draft = folder.with_suffix(".new")
        command = [sys.executable, "-m", "drivers.virtual.footage", str(draft), "--seed", str(SEED)]
        subprocess.run(command, check=True, timeout=LIMIT_S, stdin=subprocess.DEVNULL)
        draft.rename(folder)
    return sorted(folder.glob("*.MP4"))


def make_home(folder: Path, clips: list[Path], *, nights: int, cameras: int = len(SERIALS)) -> None:
    """A home with so many nights behind it, the last of them the story's; each camera comes back with recordings.

    It knows the force, its pool, and who held what.
    """
    with Home(folder / "home") as home:
        settings.save(home.folder / "settings.toml", settings.Settings(station_name=story.STATION.name))
        _prepare(home)
        for night in range(nights):
            ends = story.NOW - timedelta(days=nights - 1 - night, minutes=20)
            with time_is(ends):
                _tell_night(home, folder / "cards" / str(night), clips, night, cameras)
        with time_is(story.NOW - timedelta(minutes=15)):
            _make_thumbnails(home)
        make_force(home)
        told = home.records.recordings()
    newest = max(one.sealed_at for one in told if one.sealed_at)
    if newest.date() != story.NOW.date():
        raise AssertionError(f"the story's clock is not believed any more: sealed at {newest}")


def _prepare(home: Home) -> None:
    for label in ("Safe at Kendal", "Headquarters"):
        recipient = str(Identity.generate().recipient)
        home.keys.add_recovery(recipient, label)
        with time_is(story.NOW - timedelta(days=30)):
            home.records.key_added(recipient, label, Doer("whittaker"))
            if label.startswith("Safe"):
                home.records.recovery_proved(recipient, by="sergeant", how="elsewhere")


def _tell_night(home: Home, folder: Path, clips: list[Path], night: int, cameras: int) -> None:
    """Every camera records, comes back, and is offloaded."""
    bus = LocalBus()
    for place, serial in enumerate(SERIALS[:cameras]):
        bus.plug(Device(_card(folder / serial, serial, clips, night + place)), (place // 4 + 1, place % 4 + 1))
    owner = Owner(home, (Source(VirtualBackend(bus), virtual=True),), automatic=False)
    try:
        owner.look()
        answer = run(owner, Offload()).answer
    finally:
        owner.close()
    if not answer.done:
        raise AssertionError(answer.words)


def _make_thumbnails(home: Home) -> None:
    """Let the program make its small pictures, and wait for the last."""
    ids, pictures = [pieces.id for pieces in home.records.vault_index()], Thumbnails(home)
    pause, limit = threading.Event(), time.monotonic() + LIMIT_S
    maker = Thumbnailer(home, lambda _listener: lambda: None)
    try:
        while not all(pictures.has(one) for one in ids):
            if time.monotonic() > limit:
                raise TimeoutError("the small pictures were not made")
            pause.wait(0.1)
    finally:
        maker.close()


def _card(folder: Path, serial: str, clips: list[Path], number: int) -> Card:
    clip = clips[number % len(clips)]
    card = Card.create(
        folder,
        CardFile(
            serial=serial,
            owner=clip.stem.partition("_")[2],
            battery_percent=float(95 - 7 * (number % 9)),
            clock_offset_s=(0.4, -3.0, 42.0, 1.2, -95.0)[number % 5],
            clock_set_at=time.time(),
        ),
    )
    for place in range(2 + number % 4):
        ago_s = 60 * (35 + 97 * place) + 13 * number
        add_recording(card, clips[(number + place) % len(clips)], critical=(number + place) % 5 == 0, ago_s=ago_s)
    return card
