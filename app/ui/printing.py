"""Printing a text on paper, or as a PDF: asked for within the window, without standing in anybody's way."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QTextDocument
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QWidget

from app.ui.tokens import Type, font


class Printing(QObject):
    """Prints what `told` gives, which is made when it is printed."""

    def __init__(self, over: QWidget, told: Callable[[], QTextDocument]) -> None:
        super().__init__(over)
        self._over, self._told = over, told
        self._printer: QPrinter | None = None
        self._dialog: QPrintDialog | None = None

    @Slot()
    def ask(self) -> None:
        """Ask for a printer; the dialog and its printer are made once, since Qt's dialog does not keep its printer."""
        if self._dialog is None:
            self._printer = QPrinter(QPrinter.PrinterMode.HighResolution)
            self._dialog = QPrintDialog(self._printer, self._over)
            self._dialog.setWindowModality(Qt.WindowModality.WindowModal)
            self._dialog.accepted.connect(self._print_as_asked)
        self._dialog.show()

    @Slot()
    def _print_as_asked(self) -> None:
        if self._dialog is not None:
            self.print_on(self._dialog.printer())

    def print_on(self, printer: QPrinter) -> None:
        """Print on paper or as a PDF, as the printer is set."""
        document = self._told()
        document.setDefaultFont(font(Type.BODY))
        document.print_(printer)
