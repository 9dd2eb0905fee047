"""Every pair of text and background can be read; every shape that is named is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtGui import QColor

from app.snapshot import BayState
from app.ui import icons
from app.ui.face import look
from app.ui.tokens import DARK, LIGHT, RESOURCES, Palette, stylesheet, text_pairs


def luminance(colour: str) -> float:
    """Relative luminance of WCAG 2.2."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of WCAG 2.2."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_the_contrast_of_black_on_white_is_21() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=lambda palette: palette.name)
def test_every_text_can_be_read_on_its_background(palette: Palette) -> None:
    pairs = list(text_pairs(palette))
    assert len(pairs) > 40
    poor = [(what, round(contrast(ink, paper), 2)) for what, ink, paper in pairs if contrast(ink, paper) < 4.5]
    assert poor == []


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=lambda palette: palette.name)
def test_the_stylesheet_uses_the_palette_alone(palette: Palette) -> None:
    named = set(re.findall(r"#[0-9A-F]{6}\b", stylesheet(palette)))
    known = set(re.findall(r"#[0-9A-F]{6}\b", repr(palette)))
    assert named <= known


@pytest.mark.parametrize("state", list(BayState))
def test_every_state_has_a_shape_in_the_colour_asked_for(qapp: object, state: BayState) -> None:
    image = icons.pixmap(look(state).icon, "#FF0000", 16, 2).toImage()
    drawn = {
        QColor(image.pixelColor(x, y)).name()
        for x in range(32)
        for y in range(32)
        if image.pixelColor(x, y).alpha() > 250
    }
    assert drawn == {"#ff0000"}


def test_once_all_shapes_are_read_none_waits_for_the_disk(qapp: object, monkeypatch: pytest.MonkeyPatch) -> None:
    for kept in (icons.pixmap, icons._drawing, icons._source):
        kept.cache_clear()
    icons.read_all()
    monkeypatch.setattr(Path, "read_text", lambda *_args, **_more: pytest.fail("a shape was read from the disk"))
    for path in icons.FOLDER.glob("*.svg"):
        assert not icons.pixmap(path.stem, "#FF0000").isNull()


def test_every_shape_is_drawn_on_the_grid_of_16() -> None:
    files = sorted((RESOURCES / "icons").glob("*.svg"))
    assert files
    assert [file.name for file in files if 'viewBox="0 0 16 16"' not in file.read_text(encoding="utf-8")] == []
