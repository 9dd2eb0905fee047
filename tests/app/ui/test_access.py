"""Every page, for those who hear it and for those who use the keyboard alone: names, order, no trap, focus seen."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface, QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.ui.pages import PAGES
from app.ui.roles import Painted
from app.ui.tokens import LIGHT, stylesheet
from app.ui.window import Window
from tests.screens.force import sergeant
from tests.screens.shoot import bring_up, still
from tests.screens.structure import seen, told

NAMES = [page.name for page in PAGES]
MOST_STOPS = 300
ROW_SLACK = 8
"""Tops that differ by less than this, in logical pixels, are of one row."""

Role = QAccessible.Role
CONTROLS = frozenset(
    {
        Role.PushButton,
        Role.Button,
        Role.CheckBox,
        Role.RadioButton,
        Role.EditableText,
        Role.ComboBox,
        Role.SpinBox,
        Role.Slider,
        Role.Table,
        Role.List,
        Role.Tree,
        Role.Link,
        Role.ButtonMenu,
    }
)
ROLELESS = frozenset({Role.NoRole, Role.Client, Role.Pane, Role.Grouping, Role.StaticText})
"""What a widget that takes the keyboard must not be to a screen reader."""

TABLES = frozenset({Role.Table, Role.List, Role.Tree})
"""Their insides are cells, which speak their text."""


@pytest.fixture(params=NAMES)
def page(request: pytest.FixtureRequest, full: Window) -> Window:
    """The window with one page up, and everything on it that it shows by itself."""
    bring_up(full, request.param, sergeant(full.page.context.home))
    full.activateWindow()
    still(full)
    return full


# -- the accessibility tree --------------------------------------------------------------------------------------------


def spoken(at: QAccessibleInterface) -> Iterator[tuple[QAccessibleInterface, list[QAccessibleInterface]]]:
    """Everything that a screen reader can come to below this, each with its siblings."""
    siblings = [child for place in range(at.childCount()) if (child := at.child(place)) and not hidden(child)]
    for child in siblings:
        yield child, siblings
        if child.role() not in TABLES:
            yield from spoken(child)


def hidden(at: QAccessibleInterface) -> bool:
    widget = at.object()
    return isinstance(widget, QWidget) and not widget.isVisible()


def name_of(at: QAccessibleInterface) -> str:
    return at.text(QAccessible.Text.Name).strip()


def of_qt(at: QAccessibleInterface) -> bool:
    """Whether it is a part that Qt puts into a widget of its own, such as the button that clears a field."""
    return isinstance(at.object(), QWidget) and at.object().objectName().startswith("qt_")


def unspoken(window: QWidget) -> list[str]:
    """What is wrong with the names and roles in a window."""
    root = QAccessible.queryAccessibleInterface(window)
    wrong = []
    for at, siblings in spoken(root):
        if of_qt(at):
            continue
        if at.role() in CONTROLS and not name_of(at):
            wrong.append(f"{at.object()} is a {at.role().name} without a name")
        same = [one for one in siblings if (name_of(one), one.role()) == (name_of(at), at.role())]
        if at.role() in CONTROLS and len(same) > 1:
            wrong.append(f"{len(same)} {at.role().name} side by side are called {name_of(at)!r}")
    wrong += [f"{told(one)} is painted and has no role" for one in window.findChildren(Painted) if not is_told(one)]
    return wrong + [f"{told(one)} has no role" for one in stops(window) if role_of(one) in ROLELESS]


def is_told(widget: Painted) -> bool:
    """Whether a screen reader is told what a widget that we paint is, and what it is called."""
    at = QAccessible.queryAccessibleInterface(widget)
    return at.role() is widget.ROLE and name_of(at) == widget.accessibleName() != ""


def role_of(widget: QWidget) -> Role:
    return QAccessible.queryAccessibleInterface(widget).role()


def stops(window: QWidget) -> list[QWidget]:
    """Every widget at which the Tab key is to stop."""
    return [
        one
        for one in seen(window)
        if one.focusPolicy() & Qt.FocusPolicy.TabFocus and one.isEnabled() and one.focusProxy() is None
    ]


def test_every_control_has_a_name_and_a_role_and_no_two_are_alike(page: Window) -> None:
    assert len(list(spoken(QAccessible.queryAccessibleInterface(page)))) > 10
    assert unspoken(page) == []


def test_every_button_says_what_it_does(page: Window) -> None:
    buttons = [one for one in seen(page) if isinstance(one, QAbstractButton) and one.objectName()[:3] != "qt_"]
    assert buttons
    assert [told(one) for one in buttons if not (one.text() or one.toolTip())] == []


# -- by keyboard alone -------------------------------------------------------------------------------------------------


def walk(window: QWidget, key: Qt.Key = Qt.Key.Key_Tab) -> list[QWidget]:
    """Where the Tab key stops, from the first stop until it comes round. A trap or an endless way fails."""
    window.setFocus()
    QTest.keyClick(window, key)
    way: list[QWidget] = []
    while (here := QApplication.focusWidget()) is not None and here not in way:
        way.append(here)
        assert len(way) < MOST_STOPS
        QTest.keyClick(here, key)
    assert here is way[0], f"from {told(way[-1])} the way does not come round: it leads to {here and told(here)}"
    return way


def out_of_order(window: QWidget, way: list[QWidget]) -> list[str]:
    """Where the way goes back up, or left in a row, between two parts of one panel."""
    wrong = []
    for panel in {ancestor for one in way for ancestor in up(one, window)}:
        parts = list(dict.fromkeys(part for one in way if (part := part_of(panel, one)) is not None))
        for one, other in pairwise(parts):
            if is_before(place(other, panel), place(one, panel)):
                wrong.append(f"{told(other)} comes after {told(one)}, and stands before it")
    return wrong


def up(widget: QWidget, window: QWidget) -> Iterator[QWidget]:
    """Every panel that a widget is in, and the window."""
    at = widget.parentWidget()
    while at is not None:
        yield at
        at = at.parentWidget() if at is not window else None


def part_of(panel: QWidget, widget: QWidget) -> QWidget | None:
    """The part of a panel that holds a widget, None when it is not in the panel."""
    at: QWidget | None = widget
    while at is not None and at.parentWidget() is not panel:
        at = at.parentWidget()
    return at


def place(widget: QWidget, panel: QWidget) -> QRect:
    return QRect(widget.mapTo(panel, QPoint(0, 0)), widget.size())


def is_before(one: QRect, other: QRect) -> bool:
    """Whether one is read before the other: in an earlier row, or further left in the same."""
    if one.bottom() <= other.top() + ROW_SLACK:
        return one.left() < other.right()  # a column further right is another column
    overlap = min(one.bottom(), other.bottom()) - max(one.top(), other.top())
    same_row = overlap > min(one.height(), other.height()) / 2
    return same_row and one.right() <= other.left()


def test_the_tab_key_reaches_everything_in_reading_order_and_comes_round(page: Window) -> None:
    way = walk(page)
    assert [told(one) for one in stops(page) if one not in way and not within(one, way)] == []
    assert out_of_order(page, way) == []


def within(widget: QWidget, way: list[QWidget]) -> bool:
    """Whether it stands for, or is a part of, a stop on the way: a spin box and its field are one."""
    return any(one.isAncestorOf(widget) or widget.isAncestorOf(one) for one in way)


def test_and_back_by_the_same_way(page: Window) -> None:
    there, back = walk(page), walk(page, Qt.Key.Key_Backtab)
    assert set(there) == set(back)


def focus_pixels(window: QWidget, widget: QWidget) -> int:
    """How many pixels in and just around a widget have the colour of the ring."""
    around = QRect(widget.mapTo(window, QPoint(0, 0)), widget.size()).adjusted(-4, -4, 4, 4)
    image = window.grab(around.intersected(window.rect())).toImage()
    ring = QColor(LIGHT.focus).rgb()
    return sum(image.pixel(x, y) == ring for x in range(image.width()) for y in range(image.height()))


def test_the_focus_is_seen_wherever_it_is(page: Window) -> None:
    unseen = []
    for one in walk(page):
        one.setFocus(Qt.FocusReason.TabFocusReason)
        if focus_pixels(page, one) < 2 * min(one.width(), one.height()):
            unseen.append(told(one))
    assert unseen == []


# -- the checks themselves: they find what is wrong --------------------------------------------------------------------


class Trap(QLineEdit):
    """A field that keeps the Tab key."""

    def focusNextPrevChild(self, _forward: bool) -> bool:  # noqa: N802  Qt's name
        return True


def of(qtbot: QtBot, *widgets: QWidget) -> QWidget:
    window = QWidget()
    window.setMinimumSize(200, 200)
    column = QVBoxLayout(window)
    for one in widgets:
        column.addWidget(one)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    QApplication.processEvents()
    return window


def test_a_nameless_control_is_found(qtbot: QtBot) -> None:
    assert "without a name" in "\n".join(unspoken(of(qtbot, QLineEdit())))


def test_two_alike_are_found(qtbot: QtBot) -> None:
    assert "side by side" in "\n".join(unspoken(of(qtbot, QPushButton("Seen"), QPushButton("Seen"))))


def test_a_stop_without_a_role_is_found(qtbot: QtBot) -> None:
    plain = QWidget()
    plain.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    plain.setMinimumSize(20, 20)
    assert "has no role" in "\n".join(unspoken(of(qtbot, plain)))


def test_a_trap_is_found(qtbot: QtBot) -> None:
    window = of(qtbot, QLineEdit(), Trap(), QLineEdit())
    with pytest.raises(AssertionError, match="does not come round"):
        walk(window)


def test_an_order_against_reading_is_found(qtbot: QtBot) -> None:
    first, second = QPushButton("one"), QPushButton("two")
    window = of(qtbot, first, second)
    assert out_of_order(window, walk(window)) == []
    QWidget.setTabOrder(second, first)
    assert out_of_order(window, [second, first]) != []
    row = QWidget()
    beside = QHBoxLayout(row)
    left, right = QPushButton("left"), QPushButton("right")
    beside.addWidget(left)
    beside.addWidget(right)
    window = of(qtbot, row)
    assert out_of_order(window, [left, right]) == []
    assert out_of_order(window, [right, left]) != []


def test_an_unseen_focus_is_found(qtbot: QtBot) -> None:
    button = QPushButton("Accept")
    window = of(qtbot, button)
    button.setFocus()
    assert focus_pixels(window, button) == 0
    window.setStyleSheet(stylesheet(LIGHT))
    assert focus_pixels(window, button) > 2 * button.height()
