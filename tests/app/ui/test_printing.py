"""Asking for a printer, again and again."""

from __future__ import annotations

from PySide6.QtGui import QTextDocument
from PySide6.QtPrintSupport import QPrintDialog
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.ui.printing import Printing


def test_asked_again_it_is_the_same_dialog_with_a_printer_that_lives(qtbot: QtBot) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    printing = Printing(page, QTextDocument)
    for _ in range(3):
        printing.ask()
        (dialog,) = page.findChildren(QPrintDialog)
        assert dialog.printer().resolution() > 0
        dialog.reject()
