"""Shapes: our own SVGs on a grid of 16 units, drawn in the colour of the text that they stand by."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from app.ui.tokens import ICON, RESOURCES

FOLDER = RESOURCES / "icons"
RATIOS = (1.0, 1.25, 1.5, 1.75, 2.0)
"""The pixel ratios of screens for which an icon is drawn."""


@lru_cache(maxsize=256)
def pixmap(name: str, colour: str, size: int = ICON, ratio: float = 1.0) -> QPixmap:
    """The shape `name` in a colour (#RRGGBB), `size` logical pixels wide, sharp on a screen of that pixel ratio.

    Raises FileNotFoundError when there is no such shape.
    """
    picture = QPixmap(round(size * ratio), round(size * ratio))
    picture.fill(Qt.GlobalColor.transparent)
    with QPainter(picture) as painter:
        _drawing(name, colour).render(painter, QRectF(picture.rect()))
    picture.setDevicePixelRatio(ratio)
    return picture


@lru_cache(maxsize=256)
def _drawing(name: str, colour: str) -> QSvgRenderer:
    """The shape in a colour, read once for all sizes and screens."""
    return QSvgRenderer(QByteArray(_source(name).replace("currentColor", colour).encode()))


@lru_cache
def _source(name: str) -> str:
    return (FOLDER / f"{name}.svg").read_text(encoding="utf-8")


def read_all() -> None:
    """Have every shape in memory, so that nothing that is painted waits for the disk. From any thread."""
    for path in FOLDER.glob("*.svg"):
        _source(path.stem)


def icon(name: str, colour: str, ratio: float = RATIOS[-1]) -> QIcon:
    """The shape `name` as an icon for a button or a table, sharp on every screen of up to that pixel ratio."""
    made = QIcon()
    for one in RATIOS:
        if one <= ratio:
            made.addPixmap(pixmap(name, colour, ICON, one))
    return made


def paint_battery(painter: QPainter, x: int, y: int, percent: int, colour: QColor, low: QColor) -> None:
    """Paint a battery, 22 wide and 11 high, at (x, y), filled as far as it is charged, in `low` if that is low."""
    fill = low if percent < 40 else colour
    painter.setPen(colour)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(x + 0.5, y + 0.5, 18, 10), 2, 2)
    painter.fillRect(QRectF(x + 20, y + 3.5, 2, 4), colour)
    painter.fillRect(QRectF(x + 2, y + 2, round(15 * min(percent, 100) / 100), 7), fill)
