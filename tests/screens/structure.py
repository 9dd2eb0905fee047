"""What is wrong with how a window is laid out, found by looking at every widget that can be seen on it.

`faults` says in words, one line a fault: clipped by its parent, over its sibling, text cut, too small to hit, a scroll
bar where there is to be none. Lengths are in logical pixels. Run as a program it looks at every page in one scale.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QTextDocument
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSlider,
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QScrollBar,
    QSizeGrip,
    QWidget,
)

from app.home import Home
from app.people.values import Actor
from app.ui.tokens import CONTROL
from app.ui.window import Window
from tests.screens import story
from tests.screens.force import sergeant
from tests.screens.shoot import bring_up, open_window, start_qt, still

TARGET = 24
"""No target is smaller than this, either way (WCAG 2.2, criterion 2.5.8)."""

SIZES = {100: ((1024, 600), (1366, 768), (1920, 1080)), 200: ((960, 540), (1366, 768))}
"""The window's sizes, in logical pixels, for each scale in percent: 960 by 540 is a screen of 1920 by 1080 at 200 %."""

LOW = ("paper", "chip", "flat", "tool")
"""Buttons with one of these properties are lower than a control: pieces of news, filters, and a player's tools."""

QTS_OWN = (QAbstractItemView, QComboBox, QAbstractSpinBox, QLineEdit, QHeaderView)
"""Widgets whose insides Qt lays out."""


def faults(window: QWidget) -> list[str]:
    """Everything wrong with the layout of what can be seen in this window now."""
    found = []
    for widget in seen(window):
        found += [f"{told(widget)}: {what}" for what in _of_one(widget, window)]
    return found


def seen(window: QWidget) -> Iterator[QWidget]:
    """Every widget that can be seen and that is laid out by us, at any depth."""
    for child in window.children():
        if isinstance(child, QWidget) and child.isVisible() and not child.isWindow():
            yield child
            if not isinstance(child, QTS_OWN):
                yield from seen(child)


def told(widget: QWidget) -> str:
    """A widget by its kind and name, and where it is."""
    path = [type(one).__name__ for one in ancestors(widget) if type(one).__module__.startswith("app.")]
    name = widget.accessibleName() or getattr(widget, "text", lambda: "")() or widget.objectName()
    return f"{' in '.join([type(widget).__name__, *path])} {name[:60]!r}"


def _of_one(widget: QWidget, window: QWidget) -> Iterator[str]:
    yield from _clipped(widget, window)
    yield from _covered(widget)
    yield from _cut(widget)
    yield from _too_small(widget)
    if isinstance(widget, QScrollBar) and widget.orientation() is Qt.Orientation.Horizontal:
        yield "scrolls sideways"


def _clipped(widget: QWidget, window: QWidget) -> Iterator[str]:
    """Whether its parent or the window shows only a part of it. What a scroll area scrolls may be larger than it."""
    parent = parent_of(widget)
    if scrolled(widget):
        return
    if not parent.rect().contains(widget.geometry()):
        yield f"{_box(widget.geometry())} sticks out of its parent {_box(parent.rect())}"
    if not any(scrolled(one) for one in ancestors(widget)) and not window.rect().contains(placed(widget, window)):
        yield f"{_box(placed(widget, window))} sticks out of the window"


def _covered(widget: QWidget) -> Iterator[str]:
    """Whether a sibling lies over it. What floats over the page is looked at by itself."""
    parent = parent_of(widget)
    if isinstance(parent, QAbstractScrollArea) or floats(widget):
        return
    for other in parent.children():
        if other is widget:
            return  # each pair once
        if isinstance(other, QWidget) and other.isVisible() and not other.isWindow() and not floats(other):
            both = _core(widget).intersected(_core(other))
            if not both.isEmpty():
                yield f"lies over {told(other)} by {_box(both)}"


def _core(widget: QWidget) -> QRect:
    """Where a widget is, without the room around a bay's card that is kept for its ring."""
    ring = getattr(widget, "ring", 0)
    return widget.geometry().adjusted(ring, ring, -ring, -ring)


def floats(widget: QWidget) -> bool:
    """Whether a widget is meant to lie over others."""
    return bool(widget.property("floating"))


def _cut(widget: QWidget) -> Iterator[str]:
    if isinstance(widget, QLabel) and widget.text():
        yield from _label_cut(widget)
    elif isinstance(widget, QPushButton | QCheckBox | QRadioButton | QComboBox):
        if widget.width() < widget.sizeHint().width():
            yield f"needs {widget.sizeHint().width()} and is {widget.width()} wide"
    elif isinstance(widget, QLineEdit):  # what was typed can be scrolled to, what stands there before cannot
        needed, room = widget.fontMetrics().horizontalAdvance(widget.placeholderText()), widget.contentsRect().width()
        if needed > room and widget.placeholderText() not in widget.toolTip():
            yield f"{widget.placeholderText()!r} needs {needed} and has {room}"
    elif isinstance(widget, QAbstractItemView):
        yield from _cells_cut(widget)


def _label_cut(label: QLabel) -> Iterator[str]:
    needed = _room_needed(label)
    if needed.width() > label.width() or needed.height() > label.height():
        yield f"{label.text()[:60]!r} needs {_size(needed)} and has {_size(label.size())}"


def _room_needed(label: QLabel) -> QSize:
    if not label.wordWrap():
        return label.sizeHint()
    words = _parts(label.text())
    if label.textFormat() is Qt.TextFormat.RichText:
        document = QTextDocument()
        document.setHtml(label.text())
        words = _parts(document.toPlainText())
    metrics = QFontMetrics(label.font())
    widest = max((metrics.horizontalAdvance(word) for word in words), default=0)
    return QSize(widest, label.heightForWidth(label.width()))


def _parts(text: str) -> list[str]:
    """What no line of a text is broken within."""
    return text.replace("\N{ZERO WIDTH SPACE}", " ").split()


def _cells_cut(view: QAbstractItemView) -> Iterator[str]:
    """Cells on screen whose text is wider than they are, and that no tooltip tells whole."""
    model, area = view.model(), view.viewport().rect()
    at = view.indexAt(QPoint(1, 1))
    while at.isValid() and view.visualRect(at).top() <= area.bottom():
        for column in range(model.columnCount(view.rootIndex())):
            cell = at.siblingAtColumn(column)
            place, text = view.visualRect(cell), str(cell.data() or "")
            needed, tip = view.sizeHintForIndex(cell).width(), str(cell.data(Qt.ItemDataRole.ToolTipRole) or "")
            if place.intersects(area) and needed > place.width() and text not in tip:
                yield f"cell {text!r} needs {needed} and has {place.width()}"
        at = at.siblingAtRow(at.row() + 1)


def _too_small(widget: QWidget) -> Iterator[str]:
    """Whether a target is hard to hit, or a control is not as high as controls are."""
    target = isinstance(widget, QAbstractButton | QLineEdit | QComboBox | QAbstractSpinBox | QAbstractSlider)
    if not target or isinstance(widget, QScrollBar | QSizeGrip) or not widget.isEnabled():
        return
    if min(widget.width(), widget.height()) < TARGET:
        yield f"is {_size(widget.size())}, less than {TARGET}"
    low = any(widget.property(name) for name in LOW)
    control = isinstance(widget, QPushButton | QLineEdit | QComboBox | QAbstractSpinBox) and not low
    if control and widget.height() < CONTROL:
        yield f"is {widget.height()} high, less than {CONTROL}"


def scrolled(widget: QWidget) -> bool:
    """Whether this is what a scroll area shows a part of."""
    parent = widget.parentWidget()
    area = parent.parentWidget() if parent is not None else None
    return isinstance(area, QAbstractScrollArea) and area.viewport() is parent


def parent_of(widget: QWidget) -> QWidget:
    """What a widget in a window stands in."""
    parent = widget.parentWidget()
    assert parent is not None
    return parent


def ancestors(widget: QWidget) -> Iterator[QWidget]:
    """All that a widget stands in, up to the window and without it."""
    at = widget.parentWidget()
    while at is not None and not at.isWindow():
        yield at
        at = at.parentWidget()


def placed(widget: QWidget, window: QWidget) -> QRect:
    """Where a widget is in the window."""
    return QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())


def _box(box: QRect) -> str:
    return f"{box.x()},{box.y()} {_size(box.size())}"


def _size(size: QSize) -> str:
    return f"{size.width()}x{size.height()}"


def look_at_pages(window: Window, scale: int, actor: Actor) -> dict[str, list[str]]:
    """The faults of every page in every size of this scale, where there are some."""
    found = {}
    for width, height in SIZES[scale]:
        window.resize(width, height)
        for name in window.pages:
            bring_up(window, name, actor)
            still(window)
            found[f"{name} {width}x{height} at {scale} %"] = faults(window)
    return found


def main(home: str, scale: str) -> None:
    """Print as JSON what is wrong in this scale, by page and size."""
    application = start_qt()
    with Home(Path(home)) as opened:
        actor = sergeant(opened)
        window, bridge = open_window(opened, story.StoryDocks(story.night()), "light", *SIZES[100][1], actor)
        sys.stdout.write(json.dumps(look_at_pages(window, int(scale), actor)))
        window.close()
        bridge.close()
    application.quit()


if __name__ == "__main__":
    main(*sys.argv[1:])
