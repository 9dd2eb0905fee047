"""What a person sees and does in the viewer, over a real home, a real recording and the real child."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.media.facts import Sketched
from app.people import os_user
from app.records import RecordingFacts
from app.thumbnails import Thumbnails
from app.ui.bridge import Bridge
from app.ui.page import Context
from app.ui.tokens import Theme, load_fonts
from app.ui.viewer import Viewer
from tests.app.bench import Bench
from tests.app.clips import SECONDS, recording
from tests.app.test_player import children
from tests.screens.story import STATION, StoryDocks

LIMIT_MS = 20_000
Show = Callable[[], tuple[Viewer, RecordingFacts]]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path)
    yield bench
    bench.close()


@pytest.fixture
def show(bench: Bench, qtbot: QtBot, qapp: QApplication) -> Iterator[Show]:
    """A viewer that shows the one recording of the home; nothing of it is left at the end."""
    qapp.setStyle("Fusion")
    load_fonts()
    bridge = Bridge(StoryDocks((), STATION))
    windows: list[QWidget] = []

    def open_() -> tuple[Viewer, RecordingFacts]:
        bench.plug(bench.camera(files={"A.MP4": recording()}))
        bench.offload()
        (facts,) = bench.home.records.recordings()
        window = QWidget()
        viewer = Viewer(Context(bench.home, bridge, Theme("light")), window)
        qtbot.addWidget(window, before_close_func=lambda _window: viewer.leave())
        windows.append(window)
        window.resize(366, 300)
        viewer.resize(366, 300)
        window.show()
        window.activateWindow()  # keys go to the window that is in use
        qtbot.waitUntil(window.isActiveWindow)
        viewer.show_recording(facts)
        return viewer, facts

    yield open_
    bridge.close()
    assert children() == []


def openings(bench: Bench) -> list[str]:
    """How the recording was opened so far, by whom, as the ledger and its row say."""
    bodies = [msgspec.json.decode(entry.body) for entry in bench.home.records.entries()]
    return [body["how"] for body in bodies if body["kind"] == "opened"]


def plays(viewer: Viewer) -> bool:
    return viewer.player is not None and viewer.player.position > 0.2


def start(viewer: Viewer, qtbot: QtBot) -> None:
    qtbot.keyClick(viewer.screen_, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: plays(viewer), timeout=LIMIT_MS)


def test_play_is_logged_once_and_then_shows_the_recording(show: Show, bench: Bench, qtbot: QtBot) -> None:
    viewer, _facts = show()
    assert openings(bench) == []
    with qtbot.waitSignal(viewer.opened, timeout=LIMIT_MS):
        start(viewer, qtbot)
    assert openings(bench) == ["played"]
    colours = viewer.screen_.grab().toImage()
    assert len({colours.pixel(x, 100) for x in range(0, 366, 3)}) > 5
    qtbot.keyClick(viewer.screen_, Qt.Key.Key_Space)
    qtbot.keyClick(viewer.screen_, Qt.Key.Key_Space)
    assert openings(bench) == ["played"]


def test_without_an_entry_there_is_no_picture(show: Show, bench: Bench, qtbot: QtBot) -> None:
    viewer, _facts = show()

    def refuse(*_what: str) -> None:
        from app.records import NoSuchRecording

        raise NoSuchRecording("The ledger cannot be written.")

    bench.home.records.opened = refuse  # type: ignore[method-assign,assignment]
    qtbot.keyClick(viewer.screen_, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: "cannot be written" in viewer.screen_.accessibleDescription(), timeout=LIMIT_MS)
    assert viewer.player is None
    assert not viewer.screen_.has_picture


def test_a_lost_key_is_said_with_what_to_do_and_nothing_is_logged(show: Show, bench: Bench, qtbot: QtBot) -> None:
    viewer, _facts = show()
    qtbot.waitUntil(lambda: not viewer.busy, timeout=LIMIT_MS)
    (bench.home.folder / "station-keys").unlink()
    bench.home.keys.__dict__.pop("_found", None)
    qtbot.keyClick(viewer.screen_, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: "recovery key" in viewer.screen_.accessibleDescription(), timeout=LIMIT_MS)
    assert openings(bench) == []


def test_the_viewers_name_and_the_time_are_on_the_picture(show: Show, qtbot: QtBot) -> None:
    viewer, facts = show()
    start(viewer, qtbot)
    above, below = viewer.screen_.burnt_in
    assert above[0] == f"OFFICIAL \N{MIDDLE DOT} viewing is logged \N{MIDDLE DOT} {os_user()}"
    assert above[1].startswith("viewed 20")
    begun = facts.recorded_at or facts.started_at
    assert begun is not None
    told = datetime.strptime(below, "%Y-%m-%d %H:%M:%SZ CAM-0001").replace(tzinfo=UTC)
    assert timedelta(seconds=-1) < told - begun < timedelta(seconds=SECONDS)


def test_keys_pause_step_jump_and_change_the_speed(show: Show, qtbot: QtBot) -> None:
    viewer, _facts = show()
    start(viewer, qtbot)
    player = viewer.player
    assert player is not None
    qtbot.keyClick(viewer.screen_, Qt.Key.Key_Space)
    assert not player.playing
    here = player.position
    qtbot.keyClick(viewer.screen_, Qt.Key.Key_Period)
    qtbot.waitUntil(lambda: player.position != here, timeout=LIMIT_MS)  # a picture may have been due already
    further = player.position
    qtbot.keyClick(viewer.screen_, Qt.Key.Key_Comma)
    qtbot.waitUntil(lambda: player.position < further, timeout=LIMIT_MS)
    qtbot.keyClick(viewer.screen_, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: player.position > SECONDS - 0.2, timeout=LIMIT_MS)
    qtbot.keyClick(viewer.screen_, Qt.Key.Key_Left)
    qtbot.waitUntil(lambda: player.position < 0.1, timeout=LIMIT_MS)
    qtbot.keyClick(viewer.screen_, Qt.Key.Key_BracketRight)
    assert player.speed == 1.5
    qtbot.keyClick(viewer.screen_, Qt.Key.Key_BracketLeft)
    qtbot.keyClick(viewer.screen_, Qt.Key.Key_BracketLeft)
    assert player.speed == 0.5


def test_a_click_on_the_waveform_goes_there(show: Show, qtbot: QtBot) -> None:
    viewer, _facts = show()
    start(viewer, qtbot)
    player = viewer.player
    assert player is not None
    player.pause()
    qtbot.mouseClick(viewer.wave, Qt.MouseButton.LeftButton, pos=QPoint(viewer.wave.width() * 3 // 4, 10))
    qtbot.waitUntil(lambda: abs(player.position - SECONDS * 3 / 4) < 0.15, timeout=LIMIT_MS)
    assert viewer.wave.accessibleDescription().partition("\N{MIDDLE DOT} ")[2].startswith("0:0")


def test_another_recording_ends_the_one_before(show: Show, qtbot: QtBot) -> None:
    viewer, facts = show()
    start(viewer, qtbot)
    before = children()
    viewer.show_recording(msgspec.structs.replace(facts, id="0" * 32))
    assert viewer.player is None
    assert not viewer.screen_.has_picture
    qtbot.waitUntil(lambda: not viewer.busy and not set(before[:1]) & set(children()), timeout=LIMIT_MS)


def test_a_recordings_small_picture_waits_for_play(show: Show, bench: Bench, qtbot: QtBot) -> None:
    viewer, facts = show()
    qtbot.waitUntil(lambda: not viewer.busy, timeout=LIMIT_MS)
    assert not viewer.screen_.has_picture
    Thumbnails(bench.home).put(facts.id, Sketched(124, 70, bytes([200, 30, 30]) * 124 * 70))
    viewer.show_recording(None)
    viewer.show_recording(facts)
    qtbot.waitUntil(lambda: viewer.screen_.has_picture, timeout=LIMIT_MS)
    red = viewer.screen_.grab().toImage().pixelColor(300, 100)
    assert red.red() > 2 * red.blue()
    assert viewer.player is None
    assert openings(bench) == []


def test_full_screen_is_entered_and_left_by_key(show: Show, qtbot: QtBot) -> None:
    viewer, _facts = show()
    start(viewer, qtbot)
    qtbot.keyClick(viewer.screen_, Qt.Key.Key_F)
    assert viewer.stand.window() is not viewer.window()
    qtbot.keyClick(viewer.screen_, Qt.Key.Key_Escape)
    assert viewer.stand.window() is viewer.window()


def test_what_is_hidden_stands_still(show: Show, qtbot: QtBot) -> None:
    viewer, _facts = show()
    start(viewer, qtbot)
    player = viewer.player
    assert player is not None
    viewer.window().hide()
    assert not player.playing
    assert not viewer._ticks.isActive()
    viewer.window().show()
    viewer.toggle()
    qtbot.waitUntil(lambda: player.due() is not None, timeout=LIMIT_MS)


def test_what_is_hidden_before_it_is_open_does_not_begin_to_play(show: Show, qtbot: QtBot) -> None:
    viewer, _facts = show()
    viewer.toggle()
    viewer.window().hide()
    qtbot.waitUntil(lambda: viewer.player is not None, timeout=LIMIT_MS)
    assert viewer.player is not None
    assert not viewer.player.playing
    assert not viewer._ticks.isActive()


def test_a_container_that_claims_an_impossible_time_is_shown_without_one(show: Show, qtbot: QtBot) -> None:
    viewer, facts = show()
    impossible = datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14)))
    viewer.show_recording(msgspec.structs.replace(facts, id="0" * 32, recorded_at=None, started_at=impossible))
    qtbot.waitUntil(lambda: not viewer.busy, timeout=LIMIT_MS)
