"""The table of the pool: how each camera stands in a word, a shape and a colour, where it is, and since when."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from datetime import datetime
from enum import IntEnum
from functools import lru_cache
from itertools import groupby
from typing import Any

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStyle, QStyleOptionViewItem, QWidget

from app.docking import shown_name
from app.pool import By, Kind, Order, Pool, Row, Standing
from app.ui import icons, words
from app.ui.cells import Cell
from app.ui.chips import Chip
from app.ui.listed import ListedModel, ListedTable
from app.ui.tokens import ROW, Theme, Tone, Type, font
from app.ui.words import translate
from app.words import SPACE

MINUS = "\N{MINUS SIGN}"
DASH = "\N{EN DASH}"
BOX = 13


class Column(IntEnum):
    """The columns, in the order in which they stand."""

    CHOICE = 0
    CAMERA = 1
    STATE = 2
    STATION = 3
    WHERE = 4
    MODE = 5
    SINCE = 6
    FIRMWARE = 7
    DOCKED = 8
    DRIFT = 9
    BATTERY = 10
    SERIAL = 11
    MODEL = 12


SHOWN_FIRST = frozenset(Column)
"""The columns that a table has before anybody chose others: all, as far as there is room."""

GIVEN_UP = (Column.MODEL, Column.SERIAL, Column.DRIFT, Column.SINCE, Column.FIRMWARE, Column.MODE)
"""Where there is no room for all columns, these go, the first first."""

ORDERS = {
    Column.CAMERA: By.ASSET,
    Column.STATE: By.STATE,
    Column.STATION: By.STATION,
    Column.WHERE: By.HOLDER,
    Column.MODE: By.MODE,
    Column.SINCE: By.SINCE,
    Column.FIRMWARE: By.FIRMWARE,
    Column.DOCKED: By.DOCKED,
    Column.DRIFT: By.DRIFT,
    Column.BATTERY: By.BATTERY,
    Column.SERIAL: By.SERIAL,
    Column.MODEL: By.MODEL,
}

_WIDTHS = {
    Column.CHOICE: 36,
    Column.CAMERA: 106,
    Column.STATE: 132,
    Column.STATION: 118,
    Column.WHERE: 150,
    Column.MODE: 116,
    Column.SINCE: 114,
    Column.FIRMWARE: 78,
    Column.DOCKED: 114,
    Column.DRIFT: 80,
    Column.BATTERY: 84,
    Column.SERIAL: 150,
    Column.MODEL: 190,
}
_RIGHT = frozenset({Column.DRIFT, Column.BATTERY})
_NEWEST_FIRST = frozenset({By.DOCKED, By.SINCE, By.DRIFT})
"""What these are ordered by comes with the largest first."""


def column_name(column: Column) -> str:
    """What a column is called."""
    return {
        Column.CHOICE: translate("pool", "Chosen"),
        Column.CAMERA: translate("pool", "Camera"),
        Column.STATE: translate("pool", "State"),
        Column.STATION: translate("pool", "Station"),
        Column.WHERE: translate("pool", "Holder or bay"),
        Column.MODE: translate("pool", "Mode"),
        Column.SINCE: translate("pool", "Since"),
        Column.FIRMWARE: translate("pool", "Firmware"),
        Column.DOCKED: translate("pool", "Docked"),
        Column.DRIFT: translate("pool", "Drift"),
        Column.BATTERY: translate("pool", "Battery"),
        Column.SERIAL: translate("pool", "Serial"),
        Column.MODEL: translate("pool", "Model"),
    }[column]


def kind_chips() -> list[Chip]:
    """A chip for each saved filter."""
    names = {
        Kind.ALL: (translate("pool", "All"), translate("pool", "Every camera of the pool")),
        Kind.LATE: (translate("pool", "Late back"), translate("pool", "Still out after the end of their shift")),
        Kind.UNKNOWN: (translate("pool", "Taken"), translate("pool", "Taken, and it is not known by whom")),
        Kind.NOT_READY: (
            translate("pool", "Not ready"),
            translate("pool", "Docked or in store, and in need of somebody"),
        ),
        Kind.NEVER: (translate("pool", "Never docked"), translate("pool", "Never seen in a dock of this station")),
        Kind.LOST: (translate("pool", "Lost"), translate("pool", "Reported lost or stolen")),
        Kind.REPAIR: (translate("pool", "In repair"), translate("pool", "Sent to repair, and not back")),
        Kind.TRANSIT: (translate("pool", "In transit"), translate("pool", "On the way to another station")),
        Kind.RETIRED: (translate("pool", "Retired"), translate("pool", "Used no more")),
    }
    return [Chip(kind, *names[kind]) for kind in Kind]


def mode_name(mode: str) -> str:
    """What a mode is called."""
    return {
        "pool": translate("pool", "pool"),
        "allocated": translate("pool", "allocated"),
        "personal": translate("pool", "personal"),
    }[mode]


def look(standing: Standing) -> tuple[str, str, Tone]:
    """The shape, word and tone of how a camera stands."""
    return {
        Standing.READY: ("ready", translate("pool", "Ready"), Tone.READY),
        Standing.OUT: ("empty", translate("pool", "Out"), Tone.QUIET),
        Standing.CHARGING: ("charging", translate("pool", "Charging"), Tone.CHARGE),
        Standing.WORKING: ("working", translate("pool", "Working"), Tone.BUSY),
        Standing.STORE: ("store", translate("pool", "In store"), Tone.QUIET),
        Standing.LATE: ("attention", translate("pool", "Late back"), Tone.WARN),
        Standing.UNKNOWN: ("unknown", translate("pool", "Taken"), Tone.FAULT),
        Standing.NOT_READY: ("attention", translate("pool", "Not ready"), Tone.WARN),
        Standing.FAULT: ("fault", translate("pool", "Fault"), Tone.FAULT),
        Standing.LOST: ("fault", translate("pool", "Lost"), Tone.FAULT),
        Standing.REPAIR: ("repair", translate("pool", "In repair"), Tone.WARN),
        Standing.TRANSIT: ("transit", translate("pool", "In transit"), Tone.BUSY),
        Standing.RETIRED: ("retired", translate("pool", "Retired"), Tone.QUIET),
    }[standing]


def where(row: Row) -> str:
    """Who has a camera, or where it is."""
    camera = row.camera
    if camera.holder is not None:
        return shown_name(f"{camera.holder} {camera.holder_name or ''}".strip())
    if row.standing is Standing.UNKNOWN:
        return translate("pool", "not known by whom")
    if row.standing is Standing.TRANSIT and camera.destination is not None:
        return translate("pool", "to {station}").format(station=shown_name(camera.destination))
    if camera.bay is not None and camera.state == "store":
        return translate("pool", "bay {bay}").format(bay=camera.bay)
    return DASH


def mode_words(row: Row) -> str:
    """In which way a camera is handed out, and whose it is."""
    name = mode_name(row.camera.mode)
    return name if row.camera.assigned is None else f"{name} {shown_name(row.camera.assigned)}"


def drift_words(offset_s: float | None) -> str:
    """How far a clock was out: "1.8 s", with a minus sign where it was slow."""
    if offset_s is None:
        return DASH
    size = abs(offset_s)
    return f"{MINUS if offset_s < 0 else ''}{size:,.{1 if size < 100 else 0}f}{SPACE}s"


def why(row: Row) -> str:
    """Why a camera stands as it does, at length; "" where its state says it all."""
    if row.camera.fault is not None:
        return translate("pool", "A fault was reported: {words}").format(words=shown_name(row.camera.fault))
    if row.standing is Standing.LATE and row.camera.due_at is not None:
        return translate("pool", "It was due back at {time}").format(time=words.utc(row.camera.due_at))
    reasons = {
        "charging": translate("pool", "its battery is below the level that is set"),
        "kept": translate("pool", "recordings were left on it"),
        "working": translate("pool", "it is still being worked on"),
        "listing": translate("pool", "its list of recordings was not whole"),
        "clock": translate("pool", "its clock could not be set"),
        "fault-reported": translate("pool", "a fault of it was reported"),
        "same-serial": translate("pool", "another camera has its serial number"),
    }
    return "; ".join(reasons.get(code, code) for code in row.camera.not_ready)


class PoolModel(ListedModel):
    """The cameras that were found, by their keys in the pool."""

    columns, unnamed, at_right = Column, Column.CHOICE, _RIGHT

    def __init__(self, pool: Pool, theme: Theme, clock: Callable[[], datetime]) -> None:
        super().__init__("pool-rows", theme)
        self._pool, self._clock = pool, clock

    def fetch(self, entries: Sequence[int]) -> Sequence[Row]:
        """Give the rows of these cameras. On a worker."""
        return self._pool.page(entries, self._clock())

    def key_of(self, row: Row) -> int:
        """Its key in the pool."""
        return row.row

    def row_at(self, place: int) -> Row | None:
        """What is known of the camera at this place, None while it is being fetched."""
        row: Row | None = self.known_at(place)
        return row

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

    def _text(self, row: Row, column: Column) -> str:
        camera, now = row.camera, self._clock()
        told: dict[Column, Callable[[], str]] = {
            Column.CAMERA: lambda: shown_name(camera.asset),
            Column.STATE: lambda: look(row.standing)[1],
            Column.STATION: lambda: shown_name(camera.station),
            Column.WHERE: lambda: where(row),
            Column.MODE: lambda: mode_words(row),
            Column.SINCE: lambda: words.moment(row.since, now),
            Column.FIRMWARE: lambda: shown_name(camera.firmware or DASH),
            Column.DOCKED: lambda: DASH if camera.docked_at is None else words.moment(camera.docked_at, now),
            Column.DRIFT: lambda: drift_words(camera.clock_offset_s),
            Column.BATTERY: lambda: DASH if camera.battery_percent is None else words.percent(camera.battery_percent),
            Column.SERIAL: lambda: shown_name(camera.serial),
            Column.MODEL: lambda: shown_name(f"{camera.make} {camera.model}".strip()),
        }
        return told[column]() if column in told else ""

    def _shape(self, row: Row, column: Column) -> Any:
        if column is Column.STATE:
            shape, _, tone = look(row.standing)
            return icons.icon(shape, self._theme.ink(tone).name(), 2)
        if column is Column.BATTERY and row.camera.battery_percent is not None:
            return battery(row.camera.battery_percent, self._theme.palette.muted, self._theme.palette.inks[Tone.WARN])
        return None

    def _ink(self, row: Row, column: Column) -> QColor | None:
        return self._theme.ink(look(row.standing)[2]) if column is Column.STATE else None

    def _tip(self, row: Row, column: Column) -> str:
        times = {Column.SINCE: row.since, Column.DOCKED: row.camera.docked_at}
        if (moment := times.get(column)) is not None:
            return words.utc(moment)
        if column is Column.STATE:
            return why(row) or look(row.standing)[1]
        return self._text(row, column)

    def _spoken(self, row: Row, column: Column) -> str:
        return shown_name(row.camera.asset) if column is Column.CHOICE else self._text(row, column)


def _weight(_row: Row, column: Column) -> Any:
    return font(Type.STRONG if column in {Column.CAMERA, Column.STATE} else Type.BODY)


@lru_cache(maxsize=256)
def battery(percent: int, ink: str, low: str) -> QPixmap:
    """A battery filled as far as it is charged, sharp at 200 %."""
    picture = QPixmap(2 * 24, 2 * 14)
    picture.setDevicePixelRatio(2)
    picture.fill(Qt.GlobalColor.transparent)
    with QPainter(picture) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        icons.paint_battery(painter, 1, 1, percent, QColor(ink), QColor(low))
    return picture


class ChoiceCell(Cell):
    """A cell as in every table; in the first column a box that is ticked in chosen rows."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint the cell, and the box in it."""
        super().paint(painter, option, index)
        if index.column() != Column.CHOICE:
            return
        palette, area = self._theme.palette, QRectF(option.rect)
        box = QRectF(area.left() + 11, area.center().y() - BOX / 2, BOX, BOX)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(palette.accent if chosen else palette.faint), 1.2))
        painter.setBrush(QColor(palette.accent if chosen else palette.surface))
        painter.drawRoundedRect(box, 3, 3)
        if chosen:
            tick = icons.pixmap("tick", palette.on_accent, BOX, 2)
            painter.drawPixmap(box.toRect(), tick)
        painter.restore()


class PoolTable(ListedTable):
    """The table itself. `sorted_by` says an Order that a person asks for, `opened` the camera whose story is asked for.

    Rows are chosen as in any list, or one by one in the first column or with the space bar; its head chooses all.
    """

    opened = Signal(str)
    widths, given_up, always = _WIDTHS, GIVEN_UP, Column.CAMERA
    shown_first, order, orders, newest_first = SHOWN_FIRST, Order(), ORDERS, _NEWEST_FIRST

    def __init__(self, model: PoolModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(model, ROW, parent)
        self.setItemDelegate(ChoiceCell(theme, self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setAccessibleName(self.tr("Cameras of the pool"))
        self.setFont(font(Type.BODY))
        self.setIconSize(QSize(24, 14))
        head = self.horizontalHeader()
        head.sectionClicked.connect(self._ask_choice)
        head.setSectionResizeMode(Column.WHERE, QHeaderView.ResizeMode.Stretch)

    def show_columns(self, columns: frozenset[Column]) -> None:
        """Show these columns, as far as there is room; the choice is always there."""
        super().show_columns(columns | {Column.CHOICE})

    def chosen(self) -> list[int]:
        """The keys of the cameras that are chosen, in the order in which they stand."""
        chosen = self.selectionModel().selection()
        ranges = [chosen.at(number) for number in range(chosen.size())]
        places = sorted({place for one in ranges for place in range(one.top(), one.bottom() + 1)})
        return [self.listed.entries[place] for place in places if place < len(self.listed.entries)]

    def choose(self, keys: Set[int]) -> None:
        """Choose the cameras of these keys, as far as they are listed."""
        chosen = QItemSelection()
        places = [place for place, key in enumerate(self.listed.entries) if key in keys]
        for _begin, run in groupby(enumerate(places), lambda pair: pair[1] - pair[0]):  # rows one below the other
            rows = [place for _number, place in run]
            chosen.select(self.listed.index(rows[0], 0), self.listed.index(rows[-1], 0))
        flag = QItemSelectionModel.SelectionFlag
        self.selectionModel().select(chosen, flag.ClearAndSelect | flag.Rows)

    @Slot(int)
    def _ask_choice(self, section: int) -> None:
        if section == Column.CHOICE:
            self._choose_all()

    def _choose_all(self) -> None:
        if len(self.chosen()) == len(self.listed.entries):
            self.clearSelection()
        else:
            self.selectAll()

    def _toggle(self, index: QModelIndex) -> None:
        flag = QItemSelectionModel.SelectionFlag
        self.selectionModel().setCurrentIndex(index, flag.NoUpdate)
        self.selectionModel().select(index, flag.Toggle | flag.Rows)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A press on the box of a row chooses it beside the others, or not any more."""
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and index.column() == Column.CHOICE and event.button() is Qt.MouseButton.LeftButton:
            self._toggle(index)
        else:
            super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Ask for the story of a camera."""
        index = self.indexAt(event.position().toPoint())
        if index.column() == Column.CHOICE:
            self.mousePressEvent(event)
        else:
            self._open(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space ticks the row, Escape takes the choice back, Enter asks for the camera's story."""
        key, current = Qt.Key(event.key()), self.currentIndex()
        if key == Qt.Key.Key_Space and current.isValid():
            self._toggle(current)
        elif key == Qt.Key.Key_Escape and self.selectionModel().hasSelection():
            self.clearSelection()
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and current.isValid():
            self._open(current)
        else:
            super().keyPressEvent(event)

    def _open(self, index: QModelIndex) -> None:
        row = self.listed.known_at(index.row()) if index.isValid() else None
        if row is not None:
            self.opened.emit(row.camera.asset)
