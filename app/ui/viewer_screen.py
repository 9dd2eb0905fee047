"""What the viewer shows: the picture with who watches burnt in, or words, and the button that starts it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.media.player import Shown
from app.snapshot import Reason
from app.ui import icons
from app.ui.roles import Painted
from app.ui.tokens import (
    ON_SCREEN,
    PLAY_DISC,
    RADIUS_CONTROL,
    RING,
    SCREEN,
    SHADE,
    SPACE_L,
    SPACE_S,
    SPACE_XS,
    Theme,
    Type,
    font,
)

SHAPE = 9 / 16
"""Height to width of a screen that shows nothing yet."""
STILL_SHADE = "#66000000"
DISC = "#E6FFFFFF"


class Screen(Painted):
    """A picture as large as fits, on a dark ground. `pressed` when it is clicked: play or pause."""

    pressed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._picture: QImage | None = None
        self._words: Reason | None = None
        self._above: tuple[str, ...] = ()
        self._below = ""
        self._inviting = False
        self.setAccessibleName(self.tr("Picture of the recording"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFont(font(Type.SMALL))
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    @property
    def has_picture(self) -> bool:
        """Whether a picture is shown."""
        return self._picture is not None

    @property
    def burnt_in(self) -> tuple[tuple[str, ...], str]:
        """What is written over every picture: above and below."""
        return self._above, self._below

    def show_still(self, small: tuple[int, int, bytes] | None) -> None:
        """Show a recording's small picture, or nothing, and the button that plays it."""
        self._words = None
        self._picture = None
        if small is not None:
            width, height, rgb = small
            self._picture = QImage(rgb, width, height, width * 3, QImage.Format.Format_RGB888).copy()
        self.invite(inviting=True)

    def show_picture(self, shown: Shown) -> None:
        """Show a picture of the recording that is being played."""
        stride = shown.width * 4
        self._picture = QImage(shown.pixels, shown.width, shown.height, stride, QImage.Format.Format_RGB32).copy()
        self.update()

    def show_words(self, reason: Reason | None) -> None:
        """Say why there is no picture, in its place; None takes the words away."""
        self._words = reason
        if reason is not None:
            self._picture = None
        self._describe()
        self.update()

    def _describe(self) -> None:
        """Tell those who cannot see it what stands here: the words in the picture's place, or those burnt into it."""
        shown = (self._words.what_happened, self._words.what_to_do) if self._words else (*self._above, self._below)
        self.setAccessibleDescription(" ".join(shown))

    def invite(self, *, inviting: bool) -> None:
        """Show the button that plays, or take it away."""
        self._inviting = inviting
        self.update()

    def burn_in(self, above: tuple[str, ...], below: str) -> None:
        """Write these lines over every picture: above at its left, below at its right."""
        if (above, below) != (self._above, self._below):
            self._above, self._below = above, below
            self._describe()
            self.update()

    def pixels(self) -> tuple[int, int]:
        """How large a picture may be to be shown dot for dot."""
        ratio = self.devicePixelRatioF()
        return max(1, round(self.width() * ratio)), max(1, round(self.height() * ratio))

    def sizeHint(self) -> QSize:
        """As wide as a pane."""
        return QSize(366, self.heightForWidth(366))

    def heightForWidth(self, width: int) -> int:
        """As high as a wide picture is."""
        return round(width * SHAPE)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Play or pause."""
        if event.button() is Qt.MouseButton.LeftButton:
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self.pressed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter plays or pauses, as a click does."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.pressed.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the ground, the picture or the words, the burnt-in lines, the button."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(SCREEN))
            painter.drawRoundedRect(self.rect(), RADIUS_CONTROL, RADIUS_CONTROL)
            if self._picture is not None:
                painter.drawImage(_fitted(self._picture.size(), self.rect()), self._picture)
            if self._words is not None:
                self._paint_words(painter, self._words)
            elif self._inviting:
                self._paint_button(painter)
            if self._picture is not None:
                self._paint_burn_in(painter)
            if self.hasFocus():
                self._paint_focus(painter)

    def _paint_button(self, painter: QPainter) -> None:
        if self._picture is not None:
            painter.fillRect(_fitted(self._picture.size(), self.rect()), QColor(STILL_SHADE))
        disc = QRectF(0, 0, PLAY_DISC, PLAY_DISC)
        disc.moveCenter(QRectF(self.rect()).center())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(DISC))
        painter.drawEllipse(disc)
        size = PLAY_DISC // 2
        shape = icons.pixmap("play", SCREEN, size, self.devicePixelRatioF())
        middle = disc.center().toPoint()
        painter.drawPixmap(middle - QPoint(size // 2, size // 2), shape)

    def _paint_words(self, painter: QPainter, reason: Reason) -> None:
        room = self.rect().adjusted(SPACE_L, SPACE_L, -SPACE_L, -SPACE_L)
        centred = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.setPen(QColor(ON_SCREEN))
        painter.setFont(font(Type.STRONG))
        first = painter.boundingRect(room, centred, reason.what_happened)
        painter.setFont(font(Type.SMALL))
        second = painter.boundingRect(room, centred, reason.what_to_do)
        top = room.top() + max(0, (room.height() - first.height() - second.height() - SPACE_S) // 2)
        painter.setFont(font(Type.STRONG))
        painter.drawText(QRect(room.left(), top, room.width(), first.height()), centred, reason.what_happened)
        painter.setFont(font(Type.SMALL))
        below = top + first.height() + SPACE_S
        painter.drawText(QRect(room.left(), below, room.width(), second.height()), centred, reason.what_to_do)

    def _paint_burn_in(self, painter: QPainter) -> None:
        painter.setFont(self.font())
        # below the band at the top where cameras write their own name and time, which must stay legible
        left = self.rect().adjusted(SPACE_S, self.height() // 8, -SPACE_S, -SPACE_S)
        for line in self._above:
            self._paint_line(painter, left, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, line)
            left.setTop(left.top() + self.fontMetrics().height() + SPACE_XS)
        right = self.rect().adjusted(SPACE_S, SPACE_S, -SPACE_S, -SPACE_S)
        self._paint_line(painter, right, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom, self._below)

    def _paint_line(self, painter: QPainter, room: QRect, side: Qt.AlignmentFlag, line: str) -> None:
        if not line:
            return
        place = painter.boundingRect(room, side, line)
        painter.fillRect(place.adjusted(-SPACE_XS, -1, SPACE_XS, 1), QColor(SHADE))
        painter.setPen(QColor(ON_SCREEN))
        painter.drawText(room, side, line)

    def _paint_focus(self, painter: QPainter) -> None:
        pen = painter.pen()
        pen.setColor(QColor(self._theme.palette.focus))
        pen.setWidth(RING)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        inside = RING // 2 + 1
        painter.drawRoundedRect(self.rect().adjusted(inside, inside, -inside, -inside), RADIUS_CONTROL, RADIUS_CONTROL)


def _fitted(size: QSize, room: QRect) -> QRect:
    """The largest place in the middle of a room for a picture of this shape."""
    place = QRect(QPoint(0, 0), size.scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio))
    place.moveCenter(room.center())
    return place
