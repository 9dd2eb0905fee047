"""The table of all recordings: what stands in its cells, with small pictures that are fetched as the rows are."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from enum import IntEnum
from functools import partial
from typing import Any

from PySide6.QtCore import (
    QItemSelectionModel,
    QModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QWidget

from app.docking import shown_name
from app.library import By, Kind, Library, Order, Row
from app.proofs import PROVED_WITHIN
from app.ui import icons, words
from app.ui.asker import Asker
from app.ui.chips import Chip
from app.ui.listed import KEPT, ListedModel, ListedTable
from app.ui.tokens import PICTURE_HEIGHT, PICTURE_WIDTH, ROW_PICTURE, Theme, Tone, Type, font
from app.ui.words import translate
from app.words import size_words

Picture = Callable[[str], tuple[int, int, bytes] | None]
"""Gives the picture of a recording by its id: width, height, three bytes a pixel. May wait."""


class Column(IntEnum):
    """The columns, in the order in which they stand."""

    PICTURE = 0
    RECORDED = 1
    CAMERA = 2
    OFFICER = 3
    LENGTH = 4
    SIZE = 5
    STATE = 6
    SEAL = 7
    SEALED = 8
    NAME = 9
    HASH = 10


SHOWN_FIRST = frozenset(Column) - {Column.SEALED, Column.NAME, Column.HASH}
"""The columns that a table has before anybody chose others."""

GIVEN_UP = (Column.SEAL, Column.PICTURE, Column.LENGTH, Column.OFFICER)
"""Where there is no room for all columns, these go, the first first; one that a person added stays."""

ORDERS = {
    Column.RECORDED: By.MADE,
    Column.CAMERA: By.CAMERA,
    Column.OFFICER: By.OFFICER,
    Column.LENGTH: By.LENGTH,
    Column.SIZE: By.SIZE,
    Column.SEALED: By.SEALED,
}

_WIDTHS = {
    Column.PICTURE: PICTURE_WIDTH + 16,
    Column.RECORDED: 158,
    Column.CAMERA: 100,
    Column.OFFICER: 70,
    Column.LENGTH: 70,
    Column.SIZE: 78,
    Column.STATE: 118,
    Column.SEAL: 96,
    Column.SEALED: 124,
    Column.NAME: 230,
    Column.HASH: 110,
}


def column_name(column: Column) -> str:
    """What a column is called."""
    return {
        Column.PICTURE: translate("library", "Picture"),
        Column.RECORDED: translate("library", "Recorded"),
        Column.CAMERA: translate("library", "Camera"),
        Column.OFFICER: translate("library", "Officer"),
        Column.LENGTH: translate("library", "Length"),
        Column.SIZE: translate("library", "Size"),
        Column.STATE: translate("library", "State"),
        Column.SEAL: translate("library", "Seal"),
        Column.SEALED: translate("library", "Sealed"),
        Column.NAME: translate("library", "Name"),
        Column.HASH: translate("library", "SHA-256"),
    }[column]


def kind_name(kind: Kind) -> str:
    """What the recordings of a kind are called."""
    return {
        Kind.RECENT: translate("chips", "Last 24\N{NO-BREAK SPACE}h"),
        Kind.HELD: translate("chips", "On hold"),
        Kind.PARTIAL: translate("chips", "Cut short"),
        Kind.FLAGGED: translate("chips", "Flagged"),
        Kind.ON_CAMERA: translate("chips", "On camera"),
        Kind.UNPROVED: translate("chips", "Not proved for 30\N{NO-BREAK SPACE}d"),
        Kind.ALL: translate("chips", "All"),
    }[kind]


def kind_tip(kind: Kind) -> str:
    """What the recordings of a kind are, at length."""
    return {
        Kind.RECENT: translate("chips", "Recorded within the last 24 hours"),
        Kind.HELD: translate("chips", "Held by a person: no rule may delete them"),
        Kind.PARTIAL: translate("chips", "The camera gave less than it had listed"),
        Kind.FLAGGED: translate("chips", "Something was odd when they were copied; the flags say what"),
        Kind.ON_CAMERA: translate("chips", "Sealed, and not yet deleted from the camera"),
        Kind.UNPROVED: translate("chips", "The sealed copy was not read back whole within the last 30 days"),
        Kind.ALL: translate("chips", "Every sealed recording"),
    }[kind]


def kind_chips() -> list[Chip]:
    """A chip for each kind."""
    return [Chip(kind, kind_name(kind), kind_tip(kind), "flag" if kind is Kind.HELD else "") for kind in Kind]


def moment_to_second(at: datetime, now: datetime) -> str:
    """A local time as `words.moment` says it, with its seconds."""
    return f"{words.moment(at, now)}:{at.astimezone():%S}"


def state_look(row: Row) -> tuple[str, str, Tone]:
    """The shape, word and tone of what matters most about a recording."""
    if row.partial:
        return "fault", translate("library", "Cut short"), Tone.FAULT
    if row.held:
        return "flag", translate("library", "On hold"), Tone.BUSY
    if row.flags:
        return "attention", translate("library", "Flagged"), Tone.WARN
    if not row.released:
        return "on-camera", translate("library", "On camera"), Tone.QUIET
    return "ready", translate("library", "Released"), Tone.READY


def seal_look(row: Row, now: datetime) -> tuple[str, str, Tone]:
    """The shape, word and tone of the proof of a recording's sealed copy."""
    if now - row.proved_at > PROVED_WITHIN:
        return "clock", translate("library", "Not lately"), Tone.WARN
    return "shield", translate("library", "Proved"), Tone.READY


class LibraryModel(ListedModel):
    """The recordings that were found, by the numbers of their seals' entries, and their pictures."""

    columns, unnamed, at_right = Column, Column.PICTURE, frozenset({Column.LENGTH, Column.SIZE})

    def __init__(self, library: Library, theme: Theme, clock: Callable[[], datetime], picture: Picture) -> None:
        super().__init__("library-rows", theme)
        self._library, self._clock, self._picture = library, clock, picture
        self._pictures: OrderedDict[str, QPixmap | None] = OrderedDict()
        self._painters = Asker("library-pictures", self)
        self._painters.answered.connect(self._take_pictures)

    def fetch(self, entries: Sequence[int]) -> Sequence[Row]:
        """Give the rows of these recordings. On a worker."""
        return self._library.rows(entries)

    def key_of(self, row: Row) -> int:
        """The number of the entry of its seal."""
        return row.entry

    def close(self) -> None:
        """Ask nothing more."""
        super().close()
        self._painters.close()

    @property
    def is_settled(self) -> bool:
        """Whether all rows and pictures that were asked for have come."""
        return super().is_settled and not self._painters.waiting

    def row_at(self, place: int) -> Row | None:
        """What is known of the recording at this place, None while it is being fetched."""
        row: Row | None = self.known_at(place)
        return row

    def forget(self) -> None:
        """What is kept may have changed: have it fetched again, and show it as it was until then."""
        self._pictures = OrderedDict((id_, kept) for id_, kept in self._pictures.items() if kept is not None)
        super().forget()

    def all_seen(self) -> None:
        """Ask for the pictures of what is on screen."""
        shown = (self.row_at(place) for place in self._seen)
        missing = [row.id for row in shown if row is not None and row.id not in self._pictures]
        if missing:
            self._painters.ask(partial(_pictures, self._picture, missing))

    @Slot(object)
    def _take_pictures(self, pictures: dict[str, QImage | None]) -> None:
        for id_, picture in pictures.items():
            self._pictures[id_] = None if picture is None else _framed(picture)
        while len(self._pictures) > KEPT:
            self._pictures.popitem(last=False)
        self.redraw_seen()

    # -- what it tells the view --------------------------------------------------------------------------------------

    def name_of(self, column: Column) -> str:
        """What a column is called."""
        return column_name(column)

    def told(self) -> Mapping[int, Callable[[Row, Column], Any]]:
        """For each role, what gives it."""
        return {
            Qt.ItemDataRole.DisplayRole: self._text,
            Qt.ItemDataRole.DecorationRole: self._shape,
            Qt.ItemDataRole.ForegroundRole: self._ink,
            Qt.ItemDataRole.FontRole: _weight,
            Qt.ItemDataRole.ToolTipRole: self._tip,
            Qt.ItemDataRole.AccessibleTextRole: self._spoken,
        }

    def side(self, column: Column) -> Qt.AlignmentFlag:
        """Where in its cell a column stands."""
        return Qt.AlignmentFlag.AlignCenter if column is Column.PICTURE else super().side(column)

    def _text(self, row: Row, column: Column) -> str:
        now = self._clock()
        told: dict[Column, Callable[[], str]] = {
            Column.RECORDED: lambda: moment_to_second(row.made_at, now),
            Column.CAMERA: lambda: shown_name(row.camera) or translate("library", "Unknown"),
            Column.OFFICER: lambda: shown_name(row.officer) or "\N{EN DASH}",
            Column.LENGTH: lambda: words.length(row.seconds),
            Column.SIZE: lambda: size_words(row.size),
            Column.STATE: lambda: state_look(row)[1],
            Column.SEAL: lambda: seal_look(row, now)[1],
            Column.SEALED: lambda: words.moment(row.sealed_at, now),
            Column.NAME: lambda: shown_name(row.name),
            Column.HASH: lambda: f"{row.sha256[:4]} {row.sha256[4:8]} \N{HORIZONTAL ELLIPSIS}",
        }
        return told[column]() if column in told else ""

    def _look(self, row: Row, column: Column) -> tuple[str, str, Tone] | None:
        if column is Column.STATE:
            return state_look(row)
        return seal_look(row, self._clock()) if column is Column.SEAL else None

    def _shape(self, row: Row, column: Column) -> Any:
        if column is Column.PICTURE:
            return self._pictures.get(row.id) or no_picture(self._theme.palette.name, self._theme)
        if look := self._look(row, column):
            return icons.icon(look[0], self._theme.ink(look[2]).name(), 2)
        if column is Column.RECORDED and row.critical:
            return icons.icon("flag", self._theme.palette.text, 2)
        return None

    def _ink(self, row: Row, column: Column) -> QColor | None:
        look = self._look(row, column)
        return None if look is None else self._theme.ink(look[2])

    def _tip(self, row: Row, column: Column) -> str:
        if column is Column.SEAL:
            said = translate("library", "Its sealed copy was last read back whole on {time}.")
            return said.format(time=words.utc(row.proved_at))
        if column is Column.STATE and row.flags:
            return "\n".join(shown_name(flag) for flag in row.flags)
        dated = translate("library", "recorded {time}") if row.dated else translate("library", "sealed {time}; undated")
        marked = [translate("library", "Marked as critical by the officer")] if row.critical else []
        return "\n".join([shown_name(row.name), dated.format(time=words.utc(row.made_at)), *marked])

    def _spoken(self, row: Row, column: Column) -> str:
        return translate("library", "Picture") if column is Column.PICTURE else self._text(row, column)


def _weight(_row: Row, column: Column) -> Any:
    strong = column in {Column.RECORDED, Column.STATE, Column.SEAL}
    return font(Type.STRONG if strong else Type.BODY)


# -- pictures --------------------------------------------------------------------------------------------------------


def _pictures(picture: Picture, ids: Iterable[str]) -> dict[str, QImage | None]:
    """The pictures of these recordings, as large as they are shown. On a worker."""
    found: dict[str, QImage | None] = {}
    for id_ in ids:
        drawn = picture(id_)
        found[id_] = None if drawn is None else _scaled(*drawn)
    return found


def _scaled(width: int, height: int, pixels: bytes) -> QImage:
    whole = QImage(pixels, width, height, 3 * width, QImage.Format.Format_RGB888)
    return whole.scaled(
        2 * PICTURE_WIDTH,
        2 * PICTURE_HEIGHT,
        Qt.AspectRatioMode.KeepAspectRatioByExpanding,
        Qt.TransformationMode.SmoothTransformation,
    )


def _framed(image: QImage) -> QPixmap:
    """A picture with round corners, sharp at 200 %."""
    frame = _blank()
    area = QRectF(0, 0, PICTURE_WIDTH, PICTURE_HEIGHT)
    with QPainter(frame) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        round_ = QPainterPath()
        round_.addRoundedRect(area, 3, 3)
        painter.setClipPath(round_)
        left, top = (image.width() - 2 * PICTURE_WIDTH) / 2, (image.height() - 2 * PICTURE_HEIGHT) / 2
        painter.drawImage(area, image, QRectF(left, top, 2 * PICTURE_WIDTH, 2 * PICTURE_HEIGHT))
    return frame


def _blank() -> QPixmap:
    frame = QPixmap(2 * PICTURE_WIDTH, 2 * PICTURE_HEIGHT)
    frame.setDevicePixelRatio(2)
    frame.fill(Qt.GlobalColor.transparent)
    return frame


_NO_PICTURE: dict[str, QPixmap] = {}


def no_picture(name: str, theme: Theme) -> QPixmap:
    """What stands where there is no picture yet, in the palette of this name."""
    if name not in _NO_PICTURE:
        frame = _blank()
        with QPainter(frame) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.palette.papers[Tone.QUIET]))
            painter.drawRoundedRect(QRectF(0, 0, PICTURE_WIDTH, PICTURE_HEIGHT), 3, 3)
            shape = icons.pixmap("recording", theme.palette.inks[Tone.QUIET], 16, 2)
            painter.drawPixmap((PICTURE_WIDTH - 16) // 2, (PICTURE_HEIGHT - 16) // 2, shape)
        _NO_PICTURE[name] = frame
    return _NO_PICTURE[name]


# -- the table -------------------------------------------------------------------------------------------------------


class LibraryTable(ListedTable):
    """The table itself. `chosen` says the number of a recording, `sorted_by` an Order that a person asks for."""

    chosen = Signal(int)
    widths, given_up, always = _WIDTHS, GIVEN_UP, Column.RECORDED
    shown_first, order, orders, newest_first = SHOWN_FIRST, Order(), ORDERS, frozenset({By.MADE})

    def __init__(self, model: LibraryModel, parent: QWidget | None = None) -> None:
        super().__init__(model, ROW_PICTURE, parent)
        self.setAccessibleName(self.tr("Recordings"))
        self.setFont(font(Type.BODY))
        self.setIconSize(QSize(14, 14))
        self.horizontalHeader().setSectionResizeMode(Column.STATE, QHeaderView.ResizeMode.Stretch)
        self.selectionModel().currentRowChanged.connect(self._choose)

    def choose(self, entry: int) -> bool:
        """Choose a recording and bring it into sight; whether it is listed."""
        place = self.listed.place_of(entry)
        if place is None:
            return False
        index = self.listed.index(place, Column.RECORDED)
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self.selectionModel().setCurrentIndex(index, flags)
        self.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)
        return True

    @Slot(QModelIndex, QModelIndex)
    def _choose(self, current: QModelIndex, _before: QModelIndex) -> None:
        if current.isValid():
            self.chosen.emit(self.listed.entries[current.row()])
