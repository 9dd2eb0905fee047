"""Every page, in every size and scale: nothing clipped, covered, cut or too small; colours are those of the tokens."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QFontMetrics
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QPushButton, QScrollArea, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.ui.face import look
from app.ui.marks import label, restyle
from app.ui.pages import PAGES
from app.ui.tokens import DARK, LIGHT, Palette, Tone, Type, stylesheet
from app.ui.window import Window
from tests.app.ui.conftest import Open
from tests.screens import story
from tests.screens.force import sergeant
from tests.screens.shoot import dock_of, still
from tests.screens.structure import SIZES, faults, look_at_pages

ROOT = Path(__file__).resolve().parents[3]
NAMES = [page.name for page in PAGES]


def wrong(found: dict[str, list[str]]) -> dict[str, list[str]]:
    """Only what there is something to say of."""
    return {where: what for where, what in found.items() if what}


def test_no_page_clips_covers_or_cuts_anything(full: Window) -> None:
    found = look_at_pages(full, 100, sergeant(full.page.context.home))
    assert len(found) == len(NAMES) * len(SIZES[100])
    assert wrong(found) == {}


def test_nor_does_any_at_200_percent(lived_in: Path) -> None:
    """In a process of its own, because Qt takes its scale at the start."""
    command = [sys.executable, "-m", "tests.screens.structure", str(lived_in), "200"]
    environment = os.environ | {"QT_SCALE_FACTOR": "2"}
    said = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True, timeout=200)
    found = json.loads(said.stdout)
    assert said.stderr == ""
    assert len(found) == len(NAMES) * len(SIZES[200])
    assert wrong(found) == {}


@pytest.mark.parametrize("name", NAMES)
def test_no_page_scrolls_sideways_and_the_dock_not_at_all(full: Window, name: str) -> None:
    full.open_page(name)
    still(full)
    areas = [one for one in full.page.findChildren(QScrollArea) if one.isVisible()]
    assert [one.accessibleName() for one in areas if one.horizontalScrollBar().isVisible()] == []
    assert not dock_of(full).wall.verticalScrollBar().isVisible()


def test_what_is_painted_is_not_cut_without_a_tooltip_that_tells_it(
    full: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Texts that our own painting elides; those that Qt paints are measured by `faults`."""
    cut: set[str] = set()
    elided = QFontMetrics.elidedText

    def spy(self: QFontMetrics, text: str, *more: object) -> str:
        fitting = elided(self, text, *more)  # type: ignore[arg-type]
        if fitting != text:
            cut.add(text)
        return fitting

    monkeypatch.setattr(QFontMetrics, "elidedText", spy)
    untold: dict[str, list[str]] = {}
    for width, height in SIZES[100]:
        full.resize(width, height)
        for name in NAMES:
            full.open_page(name)
            cut.clear()
            still(full)
            tips = "\n".join(one.toolTip() for one in full.findChildren(QWidget))
            untold |= {f"{name} {width}x{height}": sorted(cut - {one for one in cut if one in tips})} if cut else {}
    assert wrong(untold) == {}


# -- the check itself: it finds what is wrong --------------------------------------------------------------------------


def clipped(window: QWidget) -> None:
    QFrame(window).setGeometry(150, 10, 100, 40)


def covered(window: QWidget) -> None:
    QFrame(window).setGeometry(10, 10, 100, 40)
    QFrame(window).setGeometry(60, 20, 100, 40)


def cut_label(window: QWidget) -> None:
    QLabel("Copying 3 of 12 recordings", window).setGeometry(10, 10, 60, 40)


def cut_lines(window: QWidget) -> None:
    text = QLabel("It was taken out while its third recording was being copied.", window)
    text.setWordWrap(True)
    text.setGeometry(10, 10, 100, 20)


def cut_word(window: QWidget) -> None:
    text = QLabel("a-very-long-name-of-a-recording-without-a-space.MP4", window)
    text.setWordWrap(True)
    text.setGeometry(10, 10, 100, 180)


def cut_button(window: QWidget) -> None:
    QPushButton("Keep on camera", window).setGeometry(10, 10, 40, 40)


def cut_field(window: QWidget) -> None:
    field = QLineEdit(window)
    field.setPlaceholderText("Camera, officer, time, name, SHA-256")
    field.setGeometry(10, 10, 80, 40)


def small_target(window: QWidget) -> None:
    button = QPushButton(window)
    button.setProperty("paper", "quiet")
    button.setGeometry(10, 10, 60, 20)


def low_control(window: QWidget) -> None:
    QLineEdit("Kendal", window).setGeometry(10, 10, 100, 28)


def sideways(window: QWidget) -> None:
    area = QScrollArea(window)
    area.setGeometry(0, 0, 190, 190)
    inside = QWidget()
    inside.setFixedSize(400, 100)
    area.setWidget(inside)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (clipped, "sticks out of its parent"),
        (covered, "lies over"),
        (cut_label, "needs"),
        (cut_lines, "needs"),
        (cut_word, "needs"),
        (cut_button, "needs"),
        (cut_field, "needs"),
        (small_target, "less than 24"),
        (low_control, "less than 32"),
        (sideways, "scrolls sideways"),
    ],
)
def test_the_check_finds_it(qtbot: QtBot, spoil: Callable[[QWidget], None], words: str) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(200, 200)
    spoil(window)
    window.show()
    assert words in "\n".join(faults(window))


# -- colours on screen -------------------------------------------------------------------------------------------------


def colours(widget: QWidget, box: QRect | None = None) -> set[str]:
    """Every colour that is to be seen in a widget."""
    image = widget.grab(box or widget.rect()).toImage()
    return {image.pixelColor(x, y).name().upper() for x in range(image.width()) for y in range(image.height())}


def ground(widget: QWidget) -> str:
    """The colour that most of a widget has."""
    image = widget.grab().toImage()
    pixels = [image.pixelColor(x, y).name().upper() for x in range(image.width()) for y in range(image.height())]
    return max(set(pixels), key=pixels.count)


def darkest(widget: QWidget, paper: str) -> str:
    """The colour in a widget that is furthest from its paper: that of the middle of its strokes."""
    away = QColor(paper)

    def distance(name: str) -> int:
        one = QColor(name)
        return abs(one.red() - away.red()) + abs(one.green() - away.green()) + abs(one.blue() - away.blue())

    return max(colours(widget), key=distance)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=lambda palette: palette.name)
@pytest.mark.parametrize("tone", list(Tone))
def test_a_tone_on_screen_is_the_token_s(qtbot: QtBot, palette: Palette, tone: Tone) -> None:
    paper = QFrame()
    qtbot.addWidget(paper)
    text = label(Type.TITLE, "IIIHHH", ink=str(tone))
    QVBoxLayout(paper).addWidget(text)
    restyle(paper, "paper", tone)
    paper.setStyleSheet(stylesheet(palette))
    assert ground(paper) == palette.papers[tone]
    assert darkest(paper, palette.papers[tone]) == palette.inks[tone]


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=lambda palette: palette.name)
def test_page_panel_side_bar_and_cards_have_their_tokens_colours(opened: Open, palette: Palette) -> None:
    window, _docks = opened(story.night(), theme=palette.name)
    dock = dock_of(window)
    assert ground(dock.details) == palette.surface
    assert palette.canvas in colours(window, QRect(window.width() - 6, window.height() - 6, 4, 4))
    for bay, card in dock.wall.cards.items():
        tone = look(card.snapshot.state).tone
        if not card.face.empty:
            assert {palette.inks[tone], palette.surface} <= colours(card), bay


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=lambda palette: palette.name)
def test_the_focus_and_the_chosen_bay_have_the_ring_s_colour(opened: Open, palette: Palette) -> None:
    window, _docks = opened(story.night(), theme=palette.name)
    dock = dock_of(window)
    assert palette.focus in colours(dock.wall.cards[dock.chosen])
    assert palette.focus not in colours(dock.wall.cards["A2"])
