"""What the kiosk is made of: the message to one person, the wall of bays, the rows of returns, the line below."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QStyle,
    QVBoxLayout,
    QWidget,
)

from app.board import bay_order
from app.snapshot import BaySnapshot, BayState
from app.ui import icons
from app.ui.face import is_issued, look, look_of, short_word
from app.ui.kiosk_words import Message, Row, copied
from app.ui.marks import label, restyle
from app.ui.roles import Painted
from app.ui.tokens import (
    KIOSK_EDGE,
    KIOSK_ROW,
    KIOSK_TARGET,
    RADIUS_PANEL,
    SPACE_L,
    SPACE_M,
    SPACE_S,
    SPACE_XL,
    SPACE_XS,
    Big,
    Theme,
    Tone,
    Type,
    big_font,
)
from app.ui.words import translate

CELL_SHAPE = 1.33
"""Width to height of a bay on the wall."""
WIDEST_CELL = 240
PULSE_MS = 700
"""How often the ring of a lit bay changes."""
SMALLEST = 0.3
"""How far a text may shrink to fit, as a share of its size."""
HEADLINE_SHARE = 0.42
"""How much of the height a headline may take."""
SMALLER = 0.72
"""The size of what a row in two columns says, as a share of what it says in one."""
LIGHT_EDGE = 4
"""So many light modules stand around a QR code (ISO/IEC 18004)."""
ROW_LEAST, ROW_SHORT = 150, 78
"""The least height of a row with all that it says, and of one with its word alone."""


def big_label(kind: Big, ink: str = "") -> QLabel:
    """A label of a kind of big text, which breaks into lines; `ink` as in `app.ui.marks.label`."""
    made = label(Type.BODY, ink=ink)
    made.setProperty("big", kind)
    made.setWordWrap(True)
    return made


def big_button() -> QPushButton:
    """A button for a finger in a glove."""
    made = QPushButton()
    made.setProperty("kiosk", "true")
    made.setProperty("big", Big.BODY)
    made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    made.setMinimumSize(KIOSK_TARGET * 2, KIOSK_TARGET)
    made.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    return made


def scale_to(inside: QWidget, scale: float) -> None:
    """Give every big text in a widget its size on this screen."""
    for one in inside.findChildren(QWidget):
        if isinstance(one, Fitted | BigMark):
            one.scale_to(scale)
        elif kind := one.property("big"):
            one.setFont(big_font(Big(kind), scale))


class Fitted(QLabel):
    """A text that is as big as its kind, or smaller, so that it fits into the room that it is given."""

    def __init__(self, kind: Big, ink: str = "") -> None:
        super().__init__()
        self._kind, self._scale = kind, 1.0
        self._room = QSize()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setProperty("ink", ink)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

    def scale_to(self, scale: float) -> None:
        """Be at most so big."""
        if scale != self._scale:
            self._scale = scale
            self._fit()

    def keep_within(self, room: QSize) -> None:
        """Take as much of this room as it needs, instead of what the layout leaves."""
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        if room != self._room:
            self._room = room
            self._fit()

    def show_text(self, text: str) -> None:
        """Say this."""
        if text != self.text():
            self.setText(text)
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit into the new room."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        size, room = self._scale, self._room if self._room.isValid() else self.size()
        while size > self._scale * SMALLEST and not self._fits(size, room):
            size *= 0.94
        fitting = big_font(self._kind, size)
        if fitting != self.font():
            self.setFont(fitting)
        if self._room.isValid():
            self.setFixedHeight(min(room.height(), self._needed(size, room.width()).height()))

    def _fits(self, scale: float, room: QSize) -> bool:
        needed = self._needed(scale, room.width())
        return needed.height() <= room.height() and needed.width() <= room.width()

    def _needed(self, scale: float, width: int) -> QSize:
        """How wide its widest word is, and how high it is where it may be so wide."""
        metrics = QFontMetrics(big_font(self._kind, scale))
        lines = metrics.boundingRect(QRect(0, 0, width, 10_000), Qt.TextFlag.TextWordWrap, self.text())
        widest = max((metrics.horizontalAdvance(word) for word in self.text().split(" ")), default=0)
        return QSize(widest, lines.height())


class BigMark(QWidget):
    """A shape with words beside it, both in the colour of a tone. The words break into lines, or shrink if `fitted`."""

    def __init__(self, theme: Theme, kind: Big = Big.TITLE, *, fitted: bool = False) -> None:
        super().__init__()
        self._theme, self._kind, self._fitted = theme, kind, fitted
        self._shape, self._tone, self._scale = "info", Tone.QUIET, 1.0
        self._picture = QLabel()
        self.words: QLabel = Fitted(kind) if fitted else big_label(kind)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_L)
        row.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignVCenter if fitted else Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.words, 1)
        theme.changed.connect(self._draw)

    def show_mark(self, shape: str, text: str, tone: Tone) -> None:
        """Show this shape with these words."""
        self._shape, self._tone = shape, tone
        if isinstance(self.words, Fitted):
            self.words.show_text(text)
        else:
            self.words.setText(text)
        restyle(self.words, "ink", tone)
        self._draw()

    def scale_to(self, scale: float) -> None:
        """Be as big as the screen asks."""
        self._scale = scale
        self._draw()

    @Slot()
    def _draw(self) -> None:
        font = big_font(self._kind, self._scale)
        size = round(font.pixelSize() * 0.9)
        ink = self._theme.ink(self._tone).name()
        self._picture.setPixmap(icons.pixmap(self._shape, ink, size, self.devicePixelRatioF()))
        self._picture.setFixedSize(size, size if self._fitted else QFontMetrics(font).height())


class MessagePane(QWidget):
    """What one person is told. `pressed`: the button below was; what it does is up to whoever shows the message."""

    pressed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.collar, self.headline = big_label(Big.TITLE, ink="muted"), Fitted(Big.HEADLINE)
        self.fact, self.more = BigMark(theme), big_label(Big.BODY, ink="muted")
        self.button = big_button()
        self.button.clicked.connect(self.pressed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_L)
        column.addStretch(1)
        for one in (self.collar, self.headline, self.fact, self.more):
            column.addWidget(one)
        column.addSpacing(SPACE_XL)
        column.addWidget(self.button)
        column.addStretch(1)

    def show_message(self, message: Message, act: str) -> None:
        """Tell this; `act` is what the button says, none where there is nothing to press."""
        self.collar.setText(message.collar)
        self.collar.setVisible(bool(message.collar))
        self.headline.show_text(message.headline)
        self.fact.show_mark(message.shape, message.fact, message.tone)
        self.more.setText(message.more)
        self.button.setText(act)
        self.button.setVisible(bool(act))

    def fit(self, room: QSize, scale: float) -> None:
        """Be as big as there is room for."""
        scale_to(self, scale)
        self.headline.keep_within(QSize(room.width(), round(room.height() * HEADLINE_SHARE)))


class Cell(Painted):
    """One bay on the wall of the kiosk, painted. The lit one is where a camera is to be lifted out."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.bay, self.word, self.lit, self.wide = "", "", False, False
        self._look = look(BayState.EMPTY)
        theme.changed.connect(self.update)

    def show_bay(self, bay: BaySnapshot, *, lit: bool, wide: bool) -> None:
        """Show how this bay is; `wide` is the thick form of the ring around a lit one."""
        word = _cell_word(bay, lit=lit)
        shown = (bay.bay, word, lit, wide, look_of(bay))
        if shown != (self.bay, self.word, self.lit, self.wide, self._look):
            self.bay, self.word, self.lit, self.wide, self._look = shown
            self.setAccessibleName(f"{bay.bay}, {word}")
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the bay."""
        palette = self._theme.palette
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            ring = max(3, self.height() // (16 if self.wide else 26)) if self.lit else 2
            body = QRectF(self.rect()).adjusted(ring / 2, ring / 2, -ring / 2, -ring / 2)
            empty = self._look.icon == "empty"
            painter.setPen(QPen(QColor(palette.focus if self.lit else palette.line), ring, _dash(dashed=empty)))
            ground = palette.inks[Tone.READY] if self.lit else palette.canvas if empty else palette.surface
            painter.setBrush(QColor(ground))
            painter.drawRoundedRect(body, RADIUS_PANEL * 2, RADIUS_PANEL * 2)
            self._paint_words(painter)

    def _paint_words(self, painter: QPainter) -> None:
        palette, high = self._theme.palette, self.height()
        painter.setPen(QColor(palette.surface if self.lit else palette.text))
        painter.setFont(
            _font_for(self.bay, Big.BAY, round(self.width() * 0.8), round(high * (0.42 if self.lit else 0.3)))
        )
        name = QRect(0, round(high * 0.12), self.width(), round(high * 0.46))
        painter.drawText(name, Qt.AlignmentFlag.AlignCenter, self.bay)
        ink = QColor(palette.surface) if self.lit else self._theme.ink(self._look.tone)
        size = round(high * 0.2)
        painter.setFont(_font_for(self.word, Big.BODY, self.width() - 4 * SPACE_S - size, size))
        painter.setPen(ink)
        beside = painter.fontMetrics().horizontalAdvance(self.word)
        left = (self.width() - size - SPACE_S - beside) // 2
        row = QRect(left, round(high * 0.6), size + SPACE_S + beside, round(high * 0.26))
        shape = icons.pixmap(self._look.icon, ink.name(), size, self.devicePixelRatioF())
        painter.drawPixmap(QPoint(left, row.center().y() - size // 2), shape)
        beside_it = row.adjusted(size + SPACE_S, 0, SPACE_S, 0)
        painter.drawText(beside_it, Qt.AlignmentFlag.AlignVCenter, self.word)


class KioskWall(QWidget):
    """All bays, as they stand in the docks. A lit one is where a camera is to be lifted out."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._shown: tuple[list[BaySnapshot], frozenset[str]] = ([], frozenset())
        self.cells: list[Cell] = []
        self._wide = True
        self._pulse = QTimer(self, interval=PULSE_MS)
        self._pulse.timeout.connect(self._beat)
        self.setAccessibleName(self.tr("Bays"))

    def show_bays(self, bays: Sequence[BaySnapshot], lit: Iterable[str]) -> None:
        """Show these bays; those named in `lit` are lit, and those whose camera is issued."""
        ordered = sorted(bays, key=lambda bay: bay_order(bay.bay))
        alight = frozenset(lit) | {bay.bay for bay in bays if is_issued(bay)}
        self._shown = (ordered, alight)
        while len(self.cells) < len(ordered):
            self.cells.append(Cell(self._theme, self))
            self.cells[-1].show()
            self._lay_out()
        self._paint()
        if alight and moves():
            self._pulse.start()
        else:
            self._pulse.stop()
            self._wide = True

    @Slot()
    def _beat(self) -> None:
        self._wide = not self._wide
        self._paint()

    def _paint(self) -> None:
        bays, alight = self._shown
        for cell, bay in zip(self.cells, bays, strict=False):
            cell.show_bay(bay, lit=bay.bay in alight, wide=self._wide)

    def resizeEvent(self, _event: QResizeEvent) -> None:
        """Lay the bays out anew."""
        self._lay_out()

    def _lay_out(self) -> None:
        if not self.cells:
            return
        columns, wide, high = best_grid(len(self.cells), self.width(), self.height())
        rows = ceil(len(self.cells) / columns)
        left = (self.width() - columns * (wide + SPACE_L) + SPACE_L) // 2
        top = (self.height() - rows * (high + SPACE_L) + SPACE_L) // 2
        for place, cell in enumerate(self.cells):
            row, column = divmod(place, columns)
            cell.setGeometry(left + column * (wide + SPACE_L), top + row * (high + SPACE_L), wide, high)


def best_grid(count: int, width: int, height: int) -> tuple[int, int, int]:
    """In how many columns so many bays stand biggest, and how wide and high each is then."""

    def size(columns: int) -> tuple[int, int]:
        rows = ceil(count / columns)
        wide = (width + SPACE_L) // columns - SPACE_L
        high = (height + SPACE_L) // rows - SPACE_L
        wide = max(1, min(wide, round(high * CELL_SHAPE), WIDEST_CELL))
        return wide, max(1, min(high, round(wide / CELL_SHAPE)))

    columns = max(range(1, count + 1), key=lambda one: size(one)[0] * count / (one * ceil(count / one)))
    return columns, *size(columns)


class CodePane(Painted):
    """A QR code, as big as there is room for: dark on light in every theme, since cameras of telephones expect that."""

    def __init__(self) -> None:
        super().__init__()
        self._code: tuple[bytes, ...] = ()
        self.setAccessibleName(self.tr("QR code of the receipt"))

    def show_code(self, code: tuple[bytes, ...]) -> None:
        """Show this code, none: nothing."""
        self._code = code
        self.setVisible(bool(code))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it with the light edge that it needs."""
        count = len(self._code) + 2 * LIGHT_EDGE
        size = min(self.width(), self.height()) // count
        if not self._code or size < 1:
            return
        whole = QRect(0, 0, size * count, size * count)
        whole.moveCenter(self.rect().center())
        with QPainter(self) as painter:
            painter.fillRect(whole, Qt.GlobalColor.white)
            for row, modules in enumerate(self._code, LIGHT_EDGE):
                for column, dark in enumerate(modules, LIGHT_EDGE):
                    if dark:
                        left, top = whole.left() + column * size, whole.top() + row * size
                        painter.fillRect(left, top, size, size, Qt.GlobalColor.black)


class RowPane(QFrame):
    """One camera that was brought back, or that is to be put back. `asked`: a receipt is wanted of this camera."""

    asked = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("kioskRow")
        self._theme = theme
        self._camera = ""
        self.receipt = big_button()
        self.receipt.setText(self.tr("Receipt"))
        self.receipt.clicked.connect(self._ask)
        self._edge = Tone.QUIET
        self._share: float | None = None
        self.bay, self.collar = Fitted(Big.BAY), Fitted(Big.TITLE, ink="muted")
        self.mark, self.detail = BigMark(theme, fitted=True), Fitted(Big.BODY, ink="muted")
        self.collar.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for one in (self.bay, self.collar):
            one.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Ignored)
        self.bar = Bar(theme)
        middle = QVBoxLayout()
        middle.setSpacing(SPACE_XS)
        middle.addWidget(self.mark, 4)
        middle.addWidget(self.detail, 5)
        middle.addWidget(self.bar)
        self._inside = QHBoxLayout(self)
        self._inside.setSpacing(SPACE_XL)
        self._inside.addWidget(self.bay)
        self._inside.addLayout(middle, 1)
        self._inside.addWidget(self.collar)
        self._inside.addWidget(self.receipt, 0, Qt.AlignmentFlag.AlignVCenter)
        theme.changed.connect(self.update)

    def show_row(self, row: Row, scale: float, *, short: bool) -> None:
        """Show this; a `short` row says its word, and not what stands below it."""
        self._edge = row.tone
        scale_to(self, scale)
        for one, kind, ems in ((self.bay, Big.BAY, 2.1), (self.collar, Big.TITLE, 2.8)):
            one.setFixedWidth(round(ems * big_font(kind, scale).pixelSize()))
        self.bay.show_text(row.bay)
        self.mark.show_mark(row.shape, row.brief if short else row.word, row.tone)
        self.detail.show_text(row.detail)
        self.detail.setHidden(short)
        self.bar.show_share(row.share, row.tone)
        self.bar.setFixedHeight(max(SPACE_XS, round(KIOSK_EDGE * scale)))
        above = SPACE_XS if short else round(SPACE_M * scale)
        self._inside.setContentsMargins(KIOSK_EDGE + SPACE_XL, above, SPACE_XL, above)
        self.collar.show_text(row.collar)
        self._camera = row.receipt
        self.receipt.setVisible(bool(row.receipt) and not short)
        self.setAccessibleName(", ".join(part for part in (row.bay, row.collar, row.word, row.detail) if part))
        self.update()

    @Slot()
    def _ask(self) -> None:
        self.asked.emit(self._camera)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground, and the edge in the colour of the state."""
        super().paintEvent(event)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.ink(self._edge))
            painter.setClipRect(0, 0, KIOSK_EDGE, self.height())
            painter.drawRoundedRect(QRectF(0, 0, KIOSK_EDGE * 3, self.height()), RADIUS_PANEL * 2, RADIUS_PANEL * 2)


class Bar(Painted):
    """How much of something is done; nothing where that is not known."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._share: float | None = None
        self._tone = Tone.QUIET

    def show_share(self, share: float | None, tone: Tone) -> None:
        """Show this share, from 0 to 1."""
        self._share, self._tone = share, tone
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it."""
        if self._share is None:
            return
        round_ = self.height() / 2
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self._theme.palette.line2))
            painter.drawRoundedRect(QRectF(self.rect()), round_, round_)
            if self._share > 0:
                done = QRectF(0, 0, max(self.height(), self.width() * self._share), self.height())
                painter.setBrush(self._theme.ink(self._tone))
                painter.drawRoundedRect(done, round_, round_)


class Rows(QWidget):
    """The rows: one below the other while they have room, then in two columns, then with their words alone.

    `asked`: a receipt is wanted of the return of this camera.
    """

    asked = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._rows: list[Row] = []
        self._scale = 1.0
        self.panes: list[RowPane] = []
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.rest = big_label(Big.BODY, ink="muted")
        self._grid = QGridLayout()
        self._grid.setSpacing(SPACE_L)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_L)
        column.addLayout(self._grid)
        column.addWidget(self.rest)
        column.addStretch(1)

    def show_rows(self, rows: Sequence[Row], scale: float) -> None:
        """Show these."""
        self._rows, self._scale = list(rows), scale
        self.rest.setFont(big_font(Big.BODY, scale))
        self._fill()

    def resizeEvent(self, _event: QResizeEvent) -> None:
        """Show as many as there is room for now."""
        self._fill()

    def _fill(self) -> None:
        columns, fitting, short = self._plan()
        shown = self._rows[:fitting]
        below = ceil(len(shown) / columns) or 1
        more = len(self._rows) - len(shown)
        high = min(round(KIOSK_ROW * self._scale), (self._room(more) + SPACE_L) // below - SPACE_L)
        while len(self.panes) < len(shown):
            self.panes.append(RowPane(self._theme))
            self.panes[-1].asked.connect(self.asked)
        for pane in self.panes[len(shown) :]:
            pane.hide()
        for place, (pane, row) in enumerate(zip(self.panes, shown, strict=False)):
            self._grid.addWidget(pane, place // columns, place % columns)
            pane.setFixedHeight(high)
            pane.show_row(row, self._scale * (1.0 if columns == 1 and not short else SMALLER), short=short)
            pane.show()
        for column in range(2):
            self._grid.setColumnStretch(column, column < columns)
        self.rest.setText(translate("kiosk", "and {n} more").format(n=more) if more else "")
        self.rest.setVisible(bool(more))

    def _plan(self) -> tuple[int, int, bool]:
        """In how many columns they stand, how many are shown, and whether they say their words alone."""
        most = 1 if self.width() < self.height() * 1.2 else 2
        touched = KIOSK_TARGET + 2 * SPACE_M if any(row.receipt for row in self._rows) else 0
        for short, least in ((False, max(ROW_LEAST, touched / self._scale)), (True, ROW_SHORT)):
            for columns in range(1, most + 1):
                if len(self._rows) <= self._fitting(least, 0) * columns:
                    return columns, len(self._rows), short
        return most, self._fitting(ROW_SHORT, 1) * most, True

    def _fitting(self, least: float, more: int) -> int:
        """How many rows of this height fit below each other."""
        return max(1, (self._room(more) + SPACE_L) // (round(least * self._scale) + SPACE_L))

    def _room(self, more: int) -> int:
        """How high the rows may stand together; where there are more, that is said below them."""
        return self.height() - (round(64 * self._scale) if more else 0)


class Foot(QFrame):
    """The line below: the station, what else can be done, the time."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("kioskFoot")
        self.station, self.hint, self.time = (big_label(Big.FOOT, ink="muted") for _ in range(3))
        self.time.setProperty("ink", "")
        self.hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.time.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for one, share in ((self.station, 2), (self.hint, 5), (self.time, 2)):
            row.addWidget(one, share)

    def show_foot(self, station: str, hint: str, time: str, tone: str) -> None:
        """Say this; `tone` is that of the hint."""
        self.station.setText(station)
        self.hint.setText(hint)
        restyle(self.hint, "ink", tone)
        self.time.setText(time)


def moves() -> bool:
    """Whether things on screen may move: a person may have asked their system for less of it."""
    return QApplication.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration) > 0


def _cell_word(bay: BaySnapshot, *, lit: bool) -> str:
    """The word of a bay, or how far it is."""
    if lit:
        return bay.issued_to or translate("kiosk", "Take it")
    if bay.working and bay.recordings:
        done, of = copied(bay)
        return translate("kiosk", "{n} of {of}").format(n=done, of=of)
    return short_word(bay.state)


def _font_for(text: str, kind: Big, width: int, height: int) -> QFont:
    """The biggest typeface, at most so high, in which a text is at most so wide."""
    made = big_font(kind, 1.0)
    made.setPixelSize(max(1, height))
    needed = QFontMetrics(made).horizontalAdvance(text)
    if needed > width > 0:
        made.setPixelSize(max(1, height * width // needed))
    return made


def _dash(*, dashed: bool) -> Qt.PenStyle:
    return Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine
