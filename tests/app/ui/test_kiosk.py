"""The kiosk as officers meet it: cards are tapped, cameras are lifted out and docked, and the log says the same."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import delete

import app.custody.kiosk
from app.docks import SharedDocks, owned_here
from app.home import Home
from app.ledger import receipt
from app.people.values import Role
from app.snapshot import BaySnapshot, BayState, OwnerGone
from app.ui import kiosk_parts, kiosk_words
from app.ui.bridge import Bridge
from app.ui.kiosk import KioskWindow
from app.ui.page import Context
from app.ui.tokens import KIOSK_TARGET, Theme, load_fonts
from db.errors import StorageError
from tests.app.bench import Bench, noise, wait_until
from tests.app.custody.force import Force
from tests.app.ui.test_tokens import contrast
from tests.screens import story
from tests.screens.shoot import still
from tests.screens.story import StoryDocks, empty, recordings
from tests.screens.structure import faults

ROOT = Path(__file__).resolve().parents[3]
SIZES = [(1920, 1080), (1366, 768), (1080, 1920)]
QUICK_MS, SLOW_MS, PAUSE_MS = 9, 130, 3000


@dataclass
class Station:
    """A kiosk on a home with a force in it, and docks that a test tells what to say."""

    window: KioskWindow
    docks: StoryDocks
    force: Force
    qtbot: QtBot
    heard: list[bool] = field(default_factory=list)
    dockings: dict[str, str] = field(default_factory=dict)
    at_ms: int = 10_000

    def keys(self, text: str, gap_ms: int = QUICK_MS) -> None:
        """Press these keys, each so long after the one before."""
        for letter in text:
            self.at_ms += gap_ms
            key = Qt.Key.Key_Return if letter == "\r" else Qt.Key.Key_unknown
            event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, letter)
            event.setTimestamp(self.at_ms)
            QApplication.sendEvent(self.window, event)

    def tap(self, card: str) -> None:
        """Hold a card to the reader, a while after whatever was before."""
        self.at_ms += PAUSE_MS
        self.keys(f"{card}\r")

    def dock(self, asset: str, bay: str, *, ready: bool = True, **fields: object) -> None:
        """Put a camera of the pool in a bay, in the log and on screen."""
        self.dockings[asset] = self.force.dock(asset, bay=bay, ready=ready)
        known = self.force.asking.docked([f"S-{asset}"])[bay]
        state = BayState.READY if ready else BayState.COPYING
        shown = story.camera(bay, f"S-{asset}", state, 95, since=datetime.now(UTC), **msgspec.structs.asdict(known))
        self.docks.say(msgspec.structs.replace(shown, **fields))

    def lift(self, asset: str, bay: str) -> None:
        """Lift a camera out of its bay."""
        self.force.records.lifted(self.dockings[asset], self.force.settings)
        self.docks.say(empty(bay, datetime.now(UTC)))

    def until(self, text: str) -> None:
        """Wait until this is to be read."""
        self.qtbot.waitUntil(lambda: text in words_on(self.window), timeout=15_000)

    def until_gone(self, text: str) -> None:
        self.qtbot.waitUntil(lambda: text not in words_on(self.window), timeout=15_000)

    def events(self, asset: str) -> list[tuple[str, str | None]]:
        return [(one.event, one.by) for one in self.force.asking.timeline(asset)]

    def lit(self) -> list[str]:
        return [cell.bay for cell in self.window.wall.cells if cell.lit]


def words_on(window: QWidget) -> str:
    """Everything that is to be read, or heard by those who hear the screen."""
    seen = [one for one in window.findChildren(QWidget) if one.isVisible()]
    texts = [one.text() for one in seen if isinstance(one, QLabel | QAbstractButton)]
    return "\n".join([*texts, *(one.accessibleName() for one in seen)])


Open = Callable[..., Station]


@pytest.fixture
def opened(qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    monkeypatch.setenv("DOCKWARDEN_KEYS", "file")
    qapp.setStyle("Fusion")
    load_fonts()
    made: list[tuple[KioskWindow, Bridge]] = []
    home = Home(tmp_path / "home")
    made_force = cache(lambda: Force(home.database, home.records))

    def open_(bays: tuple[BaySnapshot, ...] = (), *, theme: str = "light", size: tuple[int, int] = SIZES[0]) -> Station:
        docks = StoryDocks(bays)
        bridge = Bridge(docks)
        window = KioskWindow(Context(home, bridge, Theme(theme)))
        made.append((window, bridge))
        window.resize(*size)
        station = Station(window, docks, made_force(), qtbot)
        monkeypatch.setattr(window.tones, "say", lambda *, yes: station.heard.append(yes))
        bridge.start()
        window.show()
        station.until(story.STATION.name)
        return station

    yield open_
    for window, bridge in made:
        window.leave()
        bridge.close()
        delete(window)
        delete(bridge)
    home.close()


@pytest.fixture
def station(opened: Open) -> Station:
    """One officer, 1361, and two cameras that are ready in A1 and A2."""
    station = opened()
    station.force.hire("1361")
    for asset, bay in (("C-1", "A1"), ("C-2", "A2")):
        station.force.add(asset)
        station.dock(asset, bay)
    station.qtbot.waitUntil(lambda: len(station.window.wall.cells) == 2)
    return station


# -- taking ------------------------------------------------------------------------------------------------------------


def test_a_card_lights_a_bay_and_lifting_the_camera_out_makes_it_theirs(station: Station) -> None:
    station.tap("card-1361")
    station.until("Take A1")
    assert station.lit() == ["A1"]
    for part in ("1361", "C-1 · 95\N{NO-BREAK SPACE}%", "Not you? Tap your card again.", "Not now"):
        assert part in words_on(station.window)
    assert station.events("C-1") == [("issued", "1361")]
    station.lift("C-1", "A1")
    station.until("It is yours")
    assert station.events("C-1") == [("issued", "1361"), ("confirmed", None)]
    assert station.lit() == []
    assert station.heard == [True, True]


def test_the_same_card_again_gives_the_camera_up(station: Station) -> None:
    station.tap("card-1361")
    station.until("Take A1")
    station.tap("card-1361")
    station.until("Not taken")
    assert station.events("C-1")[-1] == ("corrected", "1361")
    assert station.force.asking.holdings("C-1") == []
    assert station.lit() == []


def test_a_card_that_is_read_twice_at_once_was_tapped_once(station: Station) -> None:
    station.tap("card-1361")
    station.keys("card-1361\r")
    station.until("Take A1")
    station.tap("card-9999")
    station.until("Card not known")
    assert station.events("C-1") == [("issued", "1361")]


def test_two_officers_have_each_their_bay_and_neither_waits_for_the_other(station: Station) -> None:
    station.force.hire("1402")
    station.tap("card-1361")
    station.keys("card-1402\r")
    station.until("Take A2")
    assert station.lit() == ["A1", "A2"]
    station.lift("C-2", "A2")
    station.until("It is yours")
    station.window.message.button.click()
    station.until("Take A1")
    assert [station.force.asking.camera(asset).holder for asset in ("C-1", "C-2")] == ["1361", "1402"]


def test_not_now_gives_the_camera_up_by_touch(station: Station) -> None:
    station.tap("card-1361")
    station.until("Take A1")
    station.window.message.button.click()
    station.until("Not taken")
    assert station.force.asking.camera("C-1").state == "store"


def test_what_is_not_lifted_out_in_time_is_taken_back_and_that_is_said(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    station.tap("card-1361")
    station.until("Take A1")
    monkeypatch.setattr(app.custody.kiosk, "OFFER", timedelta(0))
    station.until("Nobody lifted it out in time")
    assert station.events("C-1")[-1] == ("corrected", None)
    assert station.heard == [True, False]
    assert station.lit() == []


def test_a_person_who_types_is_no_card(station: Station) -> None:
    station.keys("card-1361\r", SLOW_MS)
    station.keys("1361\r", SLOW_MS)
    station.tap("card-9999")
    station.until("Card not known")
    assert station.events("C-1") == []


@pytest.mark.parametrize(
    "card", ["1361", "card-1361card-1361", "'; DROP TABLE roster", "%n%n%n%n", "\N{PILE OF POO}" * 5]
)
def test_a_card_that_is_garbage_is_refused_in_words(station: Station, card: str) -> None:
    station.tap(card)
    station.until("Card not known")
    assert card not in words_on(station.window).splitlines()
    assert "See the sergeant." in words_on(station.window)
    assert station.heard == [False]
    assert station.events("C-1") == []


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"active": False}, "Not active"),
        ({"trained_on": None}, "Training not in date"),
        ({"trained_on": date(2099, 1, 1)}, "Training not in date"),
        ({"role": Role.TECHNICIAN}, "Not for this card"),
    ],
)
def test_each_rule_that_stands_against_an_officer_is_told_in_big_words(
    station: Station, fields: dict[str, object], words: str
) -> None:
    station.force.hire("2222", **fields)
    station.tap("card-2222")
    station.until(words)
    assert "See the sergeant." in words_on(station.window)
    assert station.heard == [False]
    station.window.message.button.click()
    station.until_gone(words)


def test_who_holds_a_camera_is_told_which(station: Station) -> None:
    station.tap("card-1361")
    station.until("Take A1")
    station.lift("C-1", "A1")
    station.until("It is yours")
    station.tap("card-1361")
    station.until("You already hold C-1")
    assert "Dock it, or see the sergeant." in words_on(station.window)


def test_where_none_is_ready_that_is_said_before_and_after_the_card(opened: Open) -> None:
    station = opened()
    station.force.hire("1361")
    station.until("No camera is ready. See the sergeant.")
    station.tap("card-1361")
    station.until("Wait for one to charge, or see the sergeant.")


def test_a_log_that_cannot_be_written_is_told_and_nothing_is_lit(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object, **_fields: object) -> None:
        raise StorageError("The disk is full.")

    monkeypatch.setattr(station.window.desk._service()._custody, "issue", full)
    station.tap("card-1361")
    station.until("The log cannot be written: no camera was issued.")
    assert station.lit() == []
    monkeypatch.setattr(station.window.desk._service()._asking, "ready_count", full)
    station.until("The log cannot be read")
    monkeypatch.undo()


def test_docks_that_nobody_watches_are_told_of(station: Station) -> None:
    station.docks.say(OwnerGone())
    station.until("The docks are not watched at the moment.")


# -- returning ---------------------------------------------------------------------------------------------------------


def taken_out(station: Station) -> None:
    """1361 takes C-1 and is away."""
    station.tap("card-1361")
    station.until("Take A1")
    station.lift("C-1", "A1")
    station.until("It is yours")
    station.window.message.button.click()


def test_docking_is_enough_and_says_how_far_it_is_and_that_they_may_leave(station: Station) -> None:
    taken_out(station)
    copying = recordings(*[story.RELEASED] * 3, story.COPYING, *[story.ON] * 8, done=0.4)
    station.dock("C-1", "A3", ready=False, recordings=None)
    station.until("One moment")
    station.dock(
        "C-1", "A3", ready=False, recordings=copying, seconds_left=105.0, brought_by="1361", owner="Ann Example"
    )
    station.until("Safe to leave")
    assert "3 of 12 copied · it goes on without you · 2\N{NO-BREAK SPACE}min" in words_on(station.window)
    assert "1361" in words_on(station.window)
    assert "Ann" not in words_on(station.window)
    assert station.events("C-1")[2] == ("returned", None)


def test_a_card_after_docking_makes_it_known_to_both(station: Station) -> None:
    taken_out(station)
    station.dock("C-1", "A3", recordings=recordings(*[story.RELEASED] * 12))
    station.until("12 of 12 proved · tap your card if you want it confirmed")
    station.tap("card-1361")
    station.until("C-1: known to both")
    assert station.events("C-1")[-1] == ("receipt", "1361")
    station.window.message.button.click()
    shown = msgspec.structs.replace(station.window._bays["A3"], acknowledged=True)
    station.docks.say(shown)
    station.until("Returned, known to both")


def bring_back(station: Station) -> None:
    """1361 brings C-1 back, in A3."""
    station.force.custody.issue("C-1", "1361", station.force.sergeant)
    station.lift("C-1", "A1")
    station.dock("C-1", "A3", recordings=recordings(story.SEALED, story.SEALED))
    station.until("All copied")


def press_receipt(station: Station) -> None:
    next(one.receipt for one in station.window.rows.panes if one.receipt.isVisible()).click()


def test_a_receipt_of_a_return_is_shown_as_a_code_and_goes_by_itself(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kiosk_words, "RECEIPT_S", 2)
    bring_back(station)
    press_receipt(station)
    station.until("It names nobody.")
    entry = next(one.entry for one in station.force.asking.timeline("C-1") if one.event == "returned")
    assert f"that entry {entry} was in the log" in words_on(station.window)
    proof = station.force.records.prove(str(entry))
    assert station.window.code._code == receipt.code(proof)
    shown = station.window.code.grab().toImage()
    count = len(receipt.code(proof)) + 2 * kiosk_parts.LIGHT_EDGE
    size = min(shown.width(), shown.height()) // count
    left, top = (shown.width() - size * count) // 2, (shown.height() - size * count) // 2
    dark = [
        [shown.pixelColor(left + size * column + size // 2, top + size * row + size // 2).value() < 128]
        for row in range(count)
        for column in range(count)
    ]
    expected = [[bool(one)] for row in edged(receipt.code(proof)) for one in row]
    assert dark == expected
    assert not station.window.wall.isVisible()
    station.until_gone("It names nobody.")
    assert "All copied" in words_on(station.window)


def edged(code: tuple[bytes, ...]) -> list[bytes]:
    """The code with the light edge that belongs to it."""
    edge = bytes(kiosk_parts.LIGHT_EDGE)
    rows = [edge + row + edge for row in code]
    blank = [bytes(len(rows[0]))] * kiosk_parts.LIGHT_EDGE
    return [*blank, *rows, *blank]


def test_where_no_receipt_can_be_made_that_is_said(station: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    bring_back(station)

    def locked(_records: object, _what: str) -> str:
        raise StorageError("The database is locked.")

    monkeypatch.setattr("app.records.Records.prove", locked)
    press_receipt(station)
    station.until("No receipt now")
    assert "Your camera is back all the same." in words_on(station.window)
    assert not station.window.code.isVisible()


def test_a_camera_that_was_lifted_too_early_alarms_still_after_a_restart(opened: Open) -> None:
    before = opened()
    before.force.hire("1361")
    before.force.add("C-7", mode="personal")
    before.dock("C-7", "A1")
    before.force.custody.issue("C-7", "1361", before.force.sergeant)
    before.lift("C-7", "A1")
    before.dock("C-7", "A2", ready=False)
    before.force.records.end_docking(before.dockings["C-7"], "gone", failed=2)
    before.lift("C-7", "A2")
    before.window.hide()
    station = opened()
    station.until("C-7 was lifted out before all of it was copied")
    told = words_on(station.window)
    assert ("A2" in told, "1361" in told, "it is not known by whom" in told) == (True, True, False)
    station.dock("C-7", "A4", ready=False)
    station.until_gone("Put it back")


def test_a_camera_that_is_taken_out_too_early_alarms_until_it_is_back_in_any_bay(station: Station) -> None:
    early = story.camera(
        "A3",
        "S-C-9",
        BayState.REMOVED_EARLY,
        50,
        asset="C-9",
        brought_by="1290",
        recordings=recordings(story.RELEASED, story.ON, story.ON),
    )
    station.docks.say(early)
    station.until("Put it back")
    assert "2 recordings not copied yet · C-9 was lifted out" in words_on(station.window)
    assert station.heard == [False]
    station.docks.say(story.camera("A3", "S-C-8", BayState.COPYING, 50))
    station.until("Safe to leave")
    assert "Put it back" in words_on(station.window)
    station.tap("card-1361")
    station.until("Take A1")
    assert station.window.banner.isVisible()
    assert "A3: Put it back." in words_on(station.window)
    station.docks.say(story.camera("A4", "S-C-9", BayState.COPYING, 50, asset="C-9"))
    station.until_gone("Put it back")
    assert not station.window.banner.isVisible()


def test_a_camera_that_nobody_known_took_alarms_until_it_is_back(station: Station) -> None:
    station.lift("C-2", "A2")
    station.until("it is not known by whom")
    assert "C-2 was taken out at" in words_on(station.window)
    station.dock("C-2", "A3")
    station.until_gone("it is not known by whom")


def test_many_returns_at_once_are_all_there(station: Station) -> None:
    for place in range(14):
        shown = story.camera(f"B{place + 1}", f"S-{place}", BayState.COPYING, 50, brought_by=f"20{place:02}")
        station.docks.say(msgspec.structs.replace(shown, recordings=recordings(story.SEALED, story.ON)))
    station.qtbot.waitUntil(lambda: sum(one.isVisible() for one in station.window.rows.panes) == 16)
    told = words_on(station.window)
    assert [f"20{place:02}" in told for place in range(14)] == [True] * 14
    assert told.count("Safe to leave · 1 of 2") == 14


# -- on real docks -----------------------------------------------------------------------------------------------------


def test_a_shift_on_the_virtual_dock_from_the_card_to_the_confirmed_return(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKWARDEN_KEYS", "file")
    bench = Bench(tmp_path)
    card = bench.camera("CAM-0001", {"A.MP4": noise(50_000, seed=1)})
    bench.plug(card, (1, 1))
    with SharedDocks(bench.home, owned_here(bench.home, lambda: (bench.source,))) as docks:
        force = Force(bench.home.database, bench.home.records)
        force.hire("1361")
        force.add("BWV-1", serial="CAM-0001")
        bridge = Bridge(docks)
        window = KioskWindow(Context(bench.home, bridge, Theme("dark")))
        station = Station(window, docks, force, qtbot)  # type: ignore[arg-type]
        monkeypatch.setattr(window.tones, "say", lambda *, yes: station.heard.append(yes))
        bridge.start()
        window.show()
        station.until("1 of 1 proved")
        station.tap("card-1361")
        station.until("Take A1")
        wait_until(docks, lambda: docks.bays()[0].issued_to == "1361")
        bench.devices["CAM-0001"].unplug()
        station.until("It is yours")
        assert station.events("BWV-1") == [("issued", "1361"), ("confirmed", None)]
        (card.recordings / "B.MP4").write_bytes(noise(50_000, seed=2))
        bench.plug(card, (1, 2))
        station.window.message.button.click()
        station.until("1 of 1 proved · tap your card if you want it confirmed")
        station.tap("card-1361")
        station.until("BWV-1: known to both")
        station.window.message.button.click()
        station.until("Returned, known to both")
        assert [one for one, _ in station.events("BWV-1")] == ["issued", "confirmed", "returned", "receipt"]
        assert True in station.heard
        assert "A.MP4" not in words_on(window)
        window.leave()
        bridge.close()
        delete(window)
        delete(bridge)
    bench.home.records.verify()
    bench.close()


ENDS = """
import os, signal, sys, tempfile, threading
from pathlib import Path
from PySide6.QtCore import QTimer
from app.docks import SharedDocks, owned_here
from app.home import Home
from app.ui import kiosk, main
from tests.screens.story import StoryDocks, many
shown = kiosk.KioskWindow.showEvent
def show(self, event):
    shown(self, event)
    QTimer.singleShot(300, self.close)
    QTimer.singleShot(600, lambda: os.kill(os.getpid(), signal.SIGTERM))
kiosk.KioskWindow.showEvent = show
docks = StoryDocks(many(16))
with tempfile.TemporaryDirectory() as folder, Home(Path(folder)) as home:
    code = main.run_kiosk(home, docks, theme="dark")
sys.stdout.write(f"{code} {len(docks.listeners)} {docks.closed}")
"""


def test_a_signal_ends_it_and_being_closed_does_not() -> None:
    climate = os.environ | {"QT_QPA_PLATFORM": "offscreen", "DOCKWARDEN_KEYS": "file"}
    command = [sys.executable, "-c", ENDS]
    done = subprocess.run(command, cwd=ROOT, env=climate, capture_output=True, text=True, check=True, timeout=100)
    assert done.stdout == "0 0 False"


# -- the screen --------------------------------------------------------------------------------------------------------


def test_nobody_gets_out_but_by_the_keys_of_the_staff(station: Station) -> None:
    station.window.close()
    for key in (Qt.Key.Key_Escape, Qt.Key.Key_F11, Qt.Key.Key_Q):
        station.qtbot.keyClick(station.window, key)
    assert station.window.isVisible()
    keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    station.window.activateWindow()
    station.qtbot.waitUntil(station.window.isActiveWindow)
    station.qtbot.keyClick(station.window, Qt.Key.Key_Q, keys)
    station.qtbot.waitUntil(lambda: not station.window.isVisible())


def test_the_lit_bay_beats_unless_less_motion_is_asked_for(station: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    station.tap("card-1361")
    station.until("Take A1")
    cell = next(one for one in station.window.wall.cells if one.lit)
    station.qtbot.waitUntil(lambda: not cell.wide)
    monkeypatch.setattr(kiosk_parts, "moves", lambda: False)
    station.window._retell()
    assert not station.window.wall._pulse.isActive()


def moments(station: Station) -> Iterator[str]:
    """One screen of each kind, the worst that it can hold."""
    yield "idle"
    station.docks.shown = story.night()
    for bay in story.night():
        station.docks.say(
            msgspec.structs.replace(
                bay, since=datetime.now(UTC), brought_by="1361" if bay.serial else None, owner="Ann Example"
            )
        )
    early = story.camera(
        "C4",
        "S-C-9",
        BayState.REMOVED_EARLY,
        50,
        asset="C-9",
        brought_by="1290",
        recordings=recordings(story.RELEASED, story.ON),
    )
    station.docks.say(early)
    station.until("Put it back")
    yield "returns"
    station.window._say(kiosk_words.of_receipt("C-1", 7, receipt.code(station.force.records.prove("0"))))
    station.until("It names nobody.")
    yield "receipt"
    station.window.message.button.click()
    station.tap("card-1361")
    station.until("Take A1")
    yield "take"
    station.tap("card-9999")
    station.until("Card not known")
    yield "refused"
    station.lift("C-2", "A2")
    station.window.message.button.click()
    station.until("Take A1")
    yield "two alarms"


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_nothing_is_cut_small_or_named_on_any_screen_of_any_size(station: Station, size: tuple[int, int]) -> None:
    station.window.resize(*size)
    names = {view.name for bay in story.night() for view in bay.recordings or ()}
    for moment in moments(station):
        still(station.window)
        assert (station.window.width(), station.window.height()) == size
        assert (moment, faults(station.window)) == (moment, [])
        told = words_on(station.window)
        assert [name for name in names if name in told] == []
        assert re.findall(r"Name \d+|Ann|\.MP4", told) == []
        for button in station.window.findChildren(QAbstractButton):
            if button.isVisible():
                assert min(button.width(), button.height()) >= KIOSK_TARGET


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_text_can_be_read_on_its_ground(opened: Open, theme: str) -> None:
    station = opened(theme=theme)
    station.force.hire("1361")
    for asset, bay in (("C-1", "A1"), ("C-2", "A2")):
        station.force.add(asset)
        station.dock(asset, bay)
    palette = station.window._theme.palette
    inks = {"": palette.text, "muted": palette.muted, **palette.inks}
    for moment in moments(station):
        seen = [one for one in station.window.findChildren(QLabel) if one.isVisible() and one.text()]
        assert len(seen) > 4
        for label in seen:
            above = list(iter_parents(label))
            row = any(one.objectName() == "kioskRow" for one in above)
            paper = next((one.property("paper") for one in above if one.property("paper")), None)
            ground = palette.papers[paper] if paper else palette.surface if row else palette.canvas
            assert contrast(inks[label.property("ink") or ""], ground) >= 4.5, (moment, label.text())


def iter_parents(widget: QWidget) -> Iterator[QWidget]:
    at = widget.parentWidget()
    while at is not None:
        yield at
        at = at.parentWidget()
