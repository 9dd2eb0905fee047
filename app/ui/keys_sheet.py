"""The sheet of keys: every key that does something, by where it does it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QScrollArea, QWidget

from app.ui.marks import label
from app.ui.overlay import Sheet
from app.ui.tokens import KEYS_WIDTH, RING, ROW, SPACE_M, SPACE_S, SPACE_XL, Type

NATIVE = QKeySequence.SequenceFormat.NativeText


@dataclass(frozen=True)
class Section:
    """The acts of one place, with the keys that do them."""

    title: str
    rows: Sequence[tuple[str, str]]


def keys_of(action: QAction) -> str:
    """The keys of an act as this system writes them."""
    return action.shortcut().toString(NATIVE)


def plain(text: str) -> str:
    """A text of an act or button without the mark of its letter."""
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&").strip()


def rows_of(actions: Sequence[QAction]) -> list[tuple[str, str]]:
    """What has a key, in words, with it."""
    return [(plain(action.text()), keys_of(action)) for action in actions if keys_of(action)]


class KeysSheet(Sheet):
    """All keys, made anew each time it comes up."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over, KEYS_WIDTH)
        self.setAccessibleName(self.tr("Keys"))
        self.close_button = QPushButton(self.tr("Close"))
        self.close_button.setAccessibleName(self.tr("Close the keys"))
        self.close_button.setToolTip(self.tr("Close the keys (Esc)"))
        self.close_button.clicked.connect(self.end)
        head = QHBoxLayout()
        head.addWidget(label(Type.TITLE, self.tr("Keys")), 1)
        head.addWidget(self.close_button)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setAccessibleName(self.tr("All keys"))
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.column.addLayout(head)
        self.column.addWidget(self._scroll)

    def fit(self, room: int) -> None:
        """As high as all keys are, as far as there is room."""
        inside = self._scroll.widget()
        if inside is not None:
            self._scroll.setFixedHeight(min(room, inside.sizeHint().height() + 2 * RING))

    def show_keys(self, sections: Sequence[Section]) -> None:
        """Come up with these sections."""
        inside = QWidget()
        inside.setObjectName("plain")
        grid = QGridLayout(inside)
        grid.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_S)
        grid.setHorizontalSpacing(SPACE_XL)
        grid.setVerticalSpacing(SPACE_S)
        grid.setColumnStretch(1, 1)
        for section in sections:
            if section.rows:
                _lay_section(grid, section)
        self._scroll.setWidget(inside)
        self.come_up()
        self._scroll.setFocus()


def _lay_section(grid: QGridLayout, section: Section) -> None:
    title = label(Type.STRONG, section.title)
    title.setMinimumHeight(ROW)
    grid.addWidget(title, grid.rowCount(), 0, 1, 2)
    for text, keys in section.rows:
        row = grid.rowCount()
        grid.addWidget(label(Type.BODY, keys, ink="muted"), row, 0)
        said = label(Type.BODY, text)
        said.setWordWrap(True)
        grid.addWidget(said, row, 1)
