"""A recovery key on paper: its text and its QR code, drawn the same on the screen and on a sheet."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.roles import Painted
from app.ui.tokens import QR, Type, font
from app.ui.words import translate

Modules = tuple[bytes, ...]
"""A QR code, row by row: 1 where it is dark."""
QUIET = 4
"""A QR code is surrounded by four empty modules (ISO/IEC 18004)."""


def grouped(secret: str) -> str:
    """A secret in two lines that a person can copy."""
    return f"{secret[: len(secret) // 2]}\n{secret[len(secret) // 2 :]}"


def modules(text: str) -> Modules:
    """The rows of a text's QR code, 1 for dark."""
    import segno  # noqa: PLC0415  31 ms that only a new key pays

    return tuple(bytes(row) for row in segno.make_qr(text).matrix)


def draw_qr(painter: QPainter, place: QRectF, rows: Modules) -> None:
    """Draw a QR code, black on white whatever the theme, with its empty edge inside `place`."""
    module = place.width() / (len(rows) + 2 * QUIET)
    painter.fillRect(place, QColor("white"))
    for down, row in enumerate(rows):
        for along, dark in enumerate(row):
            if dark:
                x, y = place.x() + (along + QUIET) * module, place.y() + (down + QUIET) * module
                painter.fillRect(QRectF(x, y, module, module), QColor("black"))


class QrCode(Painted):
    """A QR code on the screen; nothing when it has no text."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: Modules = ()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(translate("paper", "The same key as a QR code"))

    def show_text(self, text: str) -> None:
        """Show this text; an empty one forgets the one before."""
        self._rows = modules(text) if text else ()
        self.update()

    def sizeHint(self) -> QSize:
        """Large enough for a telephone to read."""
        return QSize(QR, QR)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw it."""
        if self._rows:
            across = len(self._rows) + 2 * QUIET
            side = min(self.width(), self.height()) // across * across
            with QPainter(self) as painter:
                draw_qr(painter, QRectF(0, 0, side, side), self._rows)


def draw_sheet(painter: QPainter, page: QRect, secret: str, told: tuple[str, ...]) -> None:
    """Draw a sheet: what it is, the secret as text, its QR code, and what else is `told`."""
    step = page.height() // 40
    face = QFont(font(Type.BODY))
    face.setPixelSize(step * 2 // 3)
    letters = QFont(font(Type.CODE))
    letters.setPixelSize(page.width() // 28)
    painter.setPen(QColor("black"))
    painter.setFont(face)
    y = step
    for line in told:
        painter.drawText(QRect(0, y, page.width(), 2 * step), Qt.TextFlag.TextWordWrap, line)
        y += 2 * step
    painter.setFont(letters)
    painter.drawText(QRect(0, y, page.width(), 4 * step), Qt.AlignmentFlag.AlignLeft, grouped(secret))
    side = page.width() // 2
    draw_qr(painter, QRectF(0, y + 4 * step, side, side), modules(secret))


def sheet_words(station: str, label: str, recipient: str, at: datetime) -> tuple[str, ...]:
    """What stands above the secret."""
    return (
        translate("paper", "Dockwarden recovery key of {station}: {label}").format(station=station, label=label),
        translate("paper", "Made {date}. It opens every recording sealed from then on. Keep it locked away.").format(
            date=f"{at.astimezone():%d %B %Y}"
        ),
        translate("paper", "Recipient: {recipient}").format(recipient=recipient),
    )


def print_sheet(parent: QWidget, secret: str, told: tuple[str, ...]) -> bool:
    """Ask for a printer and print the sheet; whether it was. A file is not offered: the secret gets onto no disk."""
    printer = QPrinter()
    dialog = QPrintDialog(printer, parent)
    dialog.setOption(QPrintDialog.PrintDialogOption.PrintToFile, on=False)
    if dialog.exec() != QPrintDialog.DialogCode.Accepted:
        return False
    with QPainter(printer) as painter:
        draw_sheet(painter, painter.viewport(), secret, told)
    return True
