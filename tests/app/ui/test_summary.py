"""The summary of what came in, in words, on screen and on paper."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrinter
from pytestqt.qtbot import QtBot

from app.snapshot import BaySnapshot, BayState, Finished, Reason
from app.ui.summary import PAUSE, Summary, add, text
from tests.app.ui.conftest import Open
from tests.app.ui.test_dock_page import click, press
from tests.screens.shoot import dock_of
from tests.screens.story import CLOCK, DAMAGED, NOW, camera

GB = 1_000_000_000


def done(bay: str, recordings: int = 3, failed: int = 0, reason: Reason | None = None, run: int = 1) -> Finished:
    return Finished(bay, run, recordings, recordings * GB, failed, reason)


def ready(bay: str, serial: str, **fields: object) -> BaySnapshot:
    return camera(bay, serial, BayState.READY, 90, **fields)


def told(summary: Summary) -> str:
    return text(summary, "Kendal", NOW).replace("\N{NO-BREAK SPACE}", " ")


def test_it_says_cameras_recordings_bytes_and_time() -> None:
    summary = add(None, done("A1"), ready("A1", "CAM-1"), NOW)
    summary = add(summary, done("A2", 1), ready("A2", "CAM-2"), NOW + timedelta(minutes=9))
    lines = told(summary).splitlines()
    assert lines[:4] == [
        "Kendal",
        "05:49 to 06:01",
        "2 cameras · 4 recordings · 4 GB · in 12 min",
        "Every recording is sealed, proved and in the ledger.",
    ]
    assert "Nothing was odd." in lines
    assert lines[-2:] == ["A1 · CAM-1 · 3 recordings · 3 GB", "A2 · CAM-2 · 1 recording · 1 GB"]


def test_what_is_odd_is_told_once_with_what_to_do_and_nothing_is_called_safe_that_is_not() -> None:
    shown = camera("A1", "CAM-1", BayState.FAULT, 90, reasons=(DAMAGED, CLOCK))
    words = told(add(None, done("A1", 7, failed=2, reason=DAMAGED), shown, NOW))
    assert "2 recordings are not sealed, or were not released." in words
    assert "Every recording" not in words
    assert words.count(DAMAGED.what_happened) == words.count(DAMAGED.what_to_do) == words.count(CLOCK.what_to_do) == 1


def test_a_clock_that_was_far_out_and_was_set_is_odd() -> None:
    assert "4 min 12 s slow" in told(add(None, done("A1"), ready("A1", "CAM-1", clock_offset_s=-252.0), NOW))
    assert "Nothing was odd." in told(add(None, done("A1"), ready("A1", "CAM-1", clock_offset_s=-2.0), NOW))


def test_a_camera_docked_twice_is_one_camera_and_its_last_word_counts() -> None:
    broken = camera("A1", "CAM-1", BayState.FAULT, 90, reasons=(DAMAGED,))
    first = add(None, done("A1", 2, failed=1, reason=DAMAGED), broken, NOW)
    words = told(add(first, done("B7", 1), ready("B7", "CAM-1"), NOW))
    assert "1 camera · 3 recordings" in words
    assert "Nothing was odd." in words


def test_after_a_long_pause_a_new_summary_begins() -> None:
    first = add(None, done("A1"), ready("A1", "CAM-1"), NOW - PAUSE - timedelta(hours=1))
    assert list(add(first, done("A2"), ready("A2", "CAM-2"), NOW).cameras) == [ready("A2", "CAM-2").camera_id]


def test_it_is_offered_when_all_are_done_and_goes_back_to_the_bay(qtbot: QtBot, opened: Open) -> None:
    busy = camera("A2", "CAM-2", BayState.COPYING, 50)
    window, docks = opened((ready("A1", "CAM-1"), busy))
    page = dock_of(window)
    docks.say(done("A1"))
    qtbot.waitUntil(lambda: page.summary is not None)
    assert not page.sentence.tell.isVisible()
    docks.say(msgspec.structs.replace(busy, state=BayState.READY))
    docks.say(done("A2"))
    qtbot.waitUntil(page.sentence.tell.isVisible)
    press(qtbot, window, Qt.Key.Key_F4)
    assert "2 cameras" in page.summary_pane.words.toPlainText()
    assert not page.details.isVisible()
    click(qtbot, page.summary_pane.back)
    assert page.details.isVisible()
    page.tell_summary.trigger()
    page.choose("A2")
    assert not page.summary_pane.isVisible()
    assert page.details.isVisible()


def test_it_is_printed(qtbot: QtBot, opened: Open, tmp_path: Path) -> None:
    window, _docks = opened((ready("A1", "CAM-1"),))
    pane = dock_of(window).summary_pane
    sizes = []
    for number, words in enumerate(("", "A line of the summary.\n" * 200)):
        pane.show_text(words)
        printer = QPrinter()
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        printer.setOutputFileName(str(tmp_path / f"{number}.pdf"))
        pane.printing.print_on(printer)
        written = (tmp_path / f"{number}.pdf").read_bytes()
        assert written.startswith(b"%PDF")
        sizes.append(written.count(b"/Type /Page\n"))
    assert sizes[0] == 1
    assert sizes[1] > 1
