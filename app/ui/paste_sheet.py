"""A list of pairs, pasted or from a CSV file: officer and camera on each line."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPlainTextEdit, QPushButton, QWidget

from app.custody.handing import read_pairs
from app.people.values import Refused
from app.snapshot import Reason
from app.ui import words
from app.ui.asker import Asker
from app.ui.marks import label
from app.ui.overlay import Sheet
from app.ui.tokens import COMMANDS_WIDTH, SPACE_S, Type, font

MOST_BYTES = 1_000_000
LIST_HEIGHT = 240


class PasteSheet(Sheet):
    """Where the list is pasted. `given` says its lines, a tuple of Given."""

    given = Signal(object)

    def __init__(self, over: QWidget) -> None:
        super().__init__(over, COMMANDS_WIDTH)
        self.setAccessibleName(self.tr("Paste a list"))
        self.list = QPlainTextEdit()
        self.list.setFont(font(Type.BODY))
        self.list.setTabChangesFocus(True)
        self.list.setAccessibleName(self.tr("Officer and camera on each line"))
        self.list.setPlaceholderText("1361,CAM-0520\n1402,CAM-0129")
        self.told = label(Type.SMALL, ink="muted")
        self._reader = Asker("list", self)
        self._reader.answered.connect(self.list.setPlainText)
        self._reader.failed.connect(self._show_trouble)
        self.file = QPushButton(self.tr("Open CSV…"))
        self.close_button = QPushButton(self.tr("Cancel"))
        self.go = QPushButton()
        self.go.setProperty("main", "true")
        self._lay_out()
        self.list.textChanged.connect(self._count)
        self.file.clicked.connect(self._ask_file)
        self.close_button.clicked.connect(self.end)
        self.go.clicked.connect(self._give)
        self._count()

    def _lay_out(self) -> None:
        self.column.addWidget(label(Type.TITLE, self.tr("Paste a list")))
        self.column.addWidget(
            label(Type.BODY, self.tr("Officer and camera on each line, with a comma between them."), ink="muted")
        )
        self.column.addWidget(self.list)
        row = QHBoxLayout()
        row.setSpacing(SPACE_S)
        row.addWidget(self.file)
        row.addWidget(self.told, 1)
        for button in (self.close_button, self.go):
            row.addWidget(button)
        for button in (self.file, self.close_button, self.go):
            button.setFont(font(Type.BODY))
        self.column.addLayout(row)

    def fit(self, room: int) -> None:
        """The list is as high as there is room for, and no higher than it need be."""
        self.list.setFixedHeight(max(80, min(LIST_HEIGHT, room)))

    def ask(self) -> None:
        """Come up, empty."""
        self.list.setPlainText("")
        self.come_up()
        self.list.setFocus()

    @Slot()
    def _count(self) -> None:
        count = len(read_pairs(self.list.toPlainText()))
        self.go.setText(words.counted(count, self.tr("Issue 1 camera"), self.tr("Issue %1 cameras")))
        self.go.setEnabled(count > 0)
        self.told.setText("")

    @Slot()
    def _ask_file(self) -> None:
        dialog = QFileDialog(self, self.tr("Open a list"), "", "CSV (*.csv *.txt)")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.read_file)
        dialog.open()

    @Slot(str)
    def read_file(self, file: str) -> None:
        """Take the list from a file, to be looked at before it is done."""
        self._reader.ask(partial(_read, Path(file)))

    @Slot(object)
    def _show_trouble(self, reason: Reason) -> None:
        self.told.setText(f"{reason.what_happened} {reason.what_to_do}")

    def close_down(self) -> None:
        """The window closes: read nothing more."""
        self._reader.close()

    @Slot()
    def _give(self) -> None:
        pairs = tuple(read_pairs(self.list.toPlainText()))
        self.end()
        self.given.emit(pairs)


def _read(file: Path) -> str:
    """The text of a list. On a worker. Raises Refused."""
    try:
        with file.open("rb") as opened:
            text = opened.read(MOST_BYTES + 1)
        if len(text) > MOST_BYTES:
            raise Refused("bad-file", f"{file.name} is too large for a list.", "Nothing was done.")
        return text.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as trouble:
        raise Refused("bad-file", f"{file.name} cannot be read as text.", "Save it as CSV in UTF-8.") from trouble
