"""The command palette: one field that finds every act, page, camera and recording."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Slot,
)
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QLineEdit, QListView, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.snapshot import Reason
from app.ui.asker import Asker
from app.ui.marks import label
from app.ui.overlay import Sheet
from app.ui.tokens import COMMANDS_WIDTH, RADIUS_CONTROL, RING, ROW, SPACE_M, SPACE_S, Theme, Type, font
from app.ui.words import DOT

LIMIT = 20
"""So many recordings are asked for."""
ROWS = 12
"""So many rows are seen at once."""
SHORTEST = 2
"""Recordings are searched for from so many letters on."""

Index = QModelIndex | QPersistentModelIndex
_LETTERS = re.compile(r"\w+")


class Found(Protocol):
    """One recording that a search gave."""

    @property
    def id(self) -> str:
        """Its id."""
        ...

    @property
    def title(self) -> str:
        """Its line."""
        ...

    @property
    def detail(self) -> str:
        """Its second line."""
        ...


class Finder(Protocol):
    """Searches the recordings. Asked on a worker."""

    def search(self, text: str, limit: int) -> Sequence[Found]:
        """At most `limit` recordings that fit the text."""
        ...


@dataclass(frozen=True)
class Command:
    """One line of the palette: what it is called, of what kind or where it is, its keys, and what it does."""

    title: str
    detail: str
    do: Callable[[], object]
    keys: str = ""


def rank(text: str, commands: Iterable[Command]) -> list[Command]:
    """Those in which every word of the text is found, in any order; beginnings first, else in the order given."""
    asked = text.casefold().split()
    ranked = [(_distance(asked, one), one) for one in commands]
    return [one for distance, one in sorted(ranked, key=_first) if distance is not None]


def _first(ranked: tuple[int | None, Command]) -> int:
    return ranked[0] or 0


def _distance(asked: Sequence[str], command: Command) -> int | None:
    """How far a command is from what was asked: 0 when every word begins its title; None when a word is not in it."""
    title, detail = command.title.casefold(), command.detail.casefold()
    starts = [found.start() for found in _LETTERS.finditer(title)]
    total = 0
    for word in asked:
        if title.startswith(word):
            continue
        if any(title.startswith(word, start) for start in starts):
            total += 1
        elif word in title:
            total += 2
        elif word in detail:
            total += 4
        else:
            return None
    return total


class Lines(QAbstractListModel):
    """The commands that fit."""

    def __init__(self) -> None:
        super().__init__()
        self.commands: list[Command] = []

    def show_commands(self, commands: list[Command]) -> None:
        """Show these."""
        self.beginResetModel()
        self.commands = commands
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        """As many as fit."""
        return 0 if parent is not None and parent.isValid() else len(self.commands)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The title; the whole line for those who hear the screen."""
        command = self.commands[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return command.title
            case Qt.ItemDataRole.AccessibleTextRole:
                return ", ".join(part for part in (command.title, command.detail, command.keys) if part)
        return None


class Line(QStyledItemDelegate):
    """Paints a command: title, what it is, and its keys at the right."""

    def __init__(self, lines: Lines, theme: Theme) -> None:
        super().__init__()
        self._lines, self._theme = lines, theme

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        """One row."""
        return QSize(0, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint the row; the chosen one has the ring of the keyboard."""
        palette, command = self._theme.palette, self._lines.commands[index.row()]
        whole: QRect = option.rect
        view = option.widget
        painter.save()
        if isinstance(view, QListView) and view.currentIndex() == index:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(palette.focus), RING))
            painter.setBrush(QColor(palette.accent_soft))
            painter.drawRoundedRect(whole.adjusted(2, 2, -2, -2), RADIUS_CONTROL, RADIUS_CONTROL)
        left = whole.adjusted(SPACE_M, 0, -SPACE_M, 0)
        for text, kind, ink, side in (
            (command.keys, Type.SMALL, palette.muted, Qt.AlignmentFlag.AlignRight),
            (command.title, Type.BODY, palette.text, Qt.AlignmentFlag.AlignLeft),
            (command.detail, Type.SMALL, palette.muted, Qt.AlignmentFlag.AlignLeft),
        ):
            left = _write(painter, left, text, kind, ink, side)
        painter.restore()


def _write(painter: QPainter, where: QRect, text: str, kind: Type, ink: str, side: Qt.AlignmentFlag) -> QRect:
    """Write a text, shortened to the room there is, and give the room that is left beside it."""
    metrics = QFontMetrics(font(kind))
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, where.width())
    painter.setFont(font(kind))
    painter.setPen(QColor(ink))
    painter.drawText(where, side | Qt.AlignmentFlag.AlignVCenter, shown)
    taken = metrics.horizontalAdvance(shown) + SPACE_S if shown else 0
    right = side is Qt.AlignmentFlag.AlignRight
    return where.adjusted(0, 0, -taken, 0) if right else where.adjusted(taken, 0, 0, 0)


class Commands(Sheet):
    """The palette. Its recordings come from `finder`, on a worker; what is chosen is done once the palette has gone."""

    def __init__(
        self,
        over: QWidget,
        theme: Theme,
        finder: Finder | None,
        open_recording: Callable[[str], object],
    ) -> None:
        super().__init__(over, COMMANDS_WIDTH)
        self._finder, self._open_recording = finder, open_recording
        self._all: list[Command] = []
        self._recordings: list[Command] = []
        self._searches = False
        self.setAccessibleName(self.tr("Find acts, cameras and recordings"))
        self.field, self.lines, self.view, self.told = QLineEdit(), Lines(), QListView(), label(Type.SMALL, ink="muted")
        self._line = Line(self.lines, theme)
        self._asker = Asker("palette", self)
        self._lay_out()
        self.field.textChanged.connect(self._search)
        self.field.returnPressed.connect(self._choose)
        self.view.clicked.connect(self._choose)
        self._asker.answered.connect(self._show_recordings)
        self._asker.failed.connect(self._say_failed)

    def _lay_out(self) -> None:
        self.field.setPlaceholderText(self.tr("An act, a page, a camera or a recording"))
        self.field.setAccessibleName(self.tr("Find acts, cameras and recordings"))
        self.field.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.view.setObjectName("hits")
        self.view.setAccessibleName(self.tr("What was found"))
        self.view.setModel(self.lines)
        self.view.setItemDelegate(self._line)
        self.view.setUniformItemSizes(True)
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for one in (self.field, self.view, self.told):
            self.column.addWidget(one)

    def fit(self, room: int) -> None:
        """As many rows as were found, as far as there is room."""
        self.view.setFixedHeight(max(1, min(ROWS, room // ROW, len(self.lines.commands))) * ROW)

    def offer(self, commands: list[Command], *, recordings: bool = True) -> None:
        """Come up with these commands, and an empty field. Without `recordings` none are searched."""
        self._all, self._recordings, self._searches = commands, [], recordings
        self.field.clear()
        self._search("")
        self.come_up()
        self.field.setFocus()

    def forget(self) -> None:
        """Keep nothing of what was typed and found."""
        self._all, self._searches = [], False
        self.field.clear()
        self.lines.show_commands([])

    def close_down(self) -> None:
        """Ask nothing more."""
        self._asker.close()

    @Slot(str)
    def _search(self, text: str) -> None:
        self._recordings = []
        self._show()
        if self._finder is not None and self._searches and len(text.strip()) >= SHORTEST:
            self._asker.ask(partial(_ask, self._finder, text))

    @Slot(object)
    def _show_recordings(self, answer: tuple[str, Sequence[Found]]) -> None:
        text, found = answer
        if self._searches and text == self.field.text():
            kind = self.tr("Recording")
            self._recordings = [
                Command(one.title, DOT.join((kind, one.detail)), partial(self._open_recording, one.id)) for one in found
            ]
            self._show()

    @Slot(object)
    def _say_failed(self, reason: Reason) -> None:
        text = self.tr("Recordings could not be searched. {what} {help}")
        self.told.setText(text.format(what=reason.what_happened, help=reason.what_to_do))

    def _show(self) -> None:
        chosen = self.view.currentIndex().row() if self._recordings else 0
        commands = rank(self.field.text(), self._all) + self._recordings
        self.lines.show_commands(commands)
        self.view.setCurrentIndex(self.lines.index(max(chosen, 0), 0))
        nothing = self.tr("Nothing fits. Try a bay, a camera's number, a date or part of an act's name.")
        self.told.setText(self.tr("Enter does it, Esc goes back.") if commands else nothing)
        self.place()

    @Slot()
    def _choose(self) -> None:
        row = self.view.currentIndex().row()
        if 0 <= row < len(self.lines.commands):
            command = self.lines.commands[row]
            self.end()
            command.do()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The arrows choose a line while the keyboard stays in the field."""
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -ROWS, Qt.Key.Key_PageDown: ROWS}
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        row = self.view.currentIndex().row() + step
        self.view.setCurrentIndex(self.lines.index(max(0, min(row, len(self.lines.commands) - 1)), 0))


def _ask(finder: Finder, text: str) -> tuple[str, Sequence[Found]]:
    return text, finder.search(text, LIMIT)
