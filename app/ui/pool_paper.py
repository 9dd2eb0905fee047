"""The pool on paper: a PDF of as many pages as it takes, marked OFFICIAL on each."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from pathlib import Path

from PySide6.QtCore import QMarginsF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPageLayout, QPageSize, QPainter, QPdfWriter

from app.docking import shown_name
from app.pool import Row
from app.pool_export import MARK, NotExported
from app.ui import words
from app.ui.pool_table import DASH, Column, column_name, drift_words, look, mode_words, where
from app.ui.tokens import paper_font
from app.ui.words import translate

DPI = 144
LINE, MARGIN_MM = 26, 12
LINES = 34
"""Cameras on one page."""
COLUMNS = {
    Column.CAMERA: 10,
    Column.SERIAL: 15,
    Column.STATE: 10,
    Column.SINCE: 11,
    Column.STATION: 11,
    Column.WHERE: 15,
    Column.MODE: 11,
    Column.FIRMWARE: 7,
    Column.DOCKED: 11,
    Column.DRIFT: 7,
    Column.BATTERY: 7,
}
"""What stands on paper, and how wide it is among the others."""


def write_pdf(heading: str, count: int, now: datetime, path: Path, rows: Iterable[Row]) -> None:
    """Write so many cameras as a PDF. On a worker. Raises NotExported."""
    paper = QPdfWriter(str(path))
    paper.setResolution(DPI)
    size, margin = QPageSize(QPageSize.PageSizeId.A4), QMarginsF(MARGIN_MM, MARGIN_MM, MARGIN_MM, MARGIN_MM)
    paper.setPageLayout(QPageLayout(size, QPageLayout.Orientation.Landscape, margin, QPageLayout.Unit.Millimeter))
    paper.setTitle(heading)
    painter = QPainter()
    if not painter.begin(paper):
        raise NotExported(f"{path} could not be written.")
    try:
        _paint(paper, painter, heading, count, now, rows)
    finally:
        painter.end()


def _paint(paper: QPdfWriter, painter: QPainter, heading: str, count: int, now: datetime, rows: Iterable[Row]) -> None:
    pages = max(1, -(-count // LINES))
    area = QRectF(painter.viewport())
    rest = iter(rows)
    for number, page in enumerate(iter(lambda: list(islice(rest, LINES)), []), 1):
        if number > 1:
            paper.newPage()
        numbered = translate("pool", "page {n} of {all}").format(n=number, all=max(pages, number))
        _paint_head(painter, area, heading, numbered)
        for place, row in enumerate(page):
            _paint_line(painter, area, 4 + place, [_cell(row, column, now) for column in COLUMNS], strong=False)


def _paint_head(painter: QPainter, area: QRectF, heading: str, numbered: str) -> None:
    painter.setFont(paper_font(strong=True))
    top, bottom = _line(area, 0), QRectF(area.left(), area.bottom() - LINE, area.width(), LINE)
    for box in (top, bottom):
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, MARK)
        painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, numbered)
    painter.drawText(_line(area, 1), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, heading)
    _paint_line(painter, area, 3, [column_name(column) for column in COLUMNS], strong=True)


def _paint_line(painter: QPainter, area: QRectF, place: int, cells: Iterable[str], *, strong: bool) -> None:
    line, unit = _line(area, place), area.width() / sum(COLUMNS.values())
    painter.setFont(paper_font(strong=strong))
    metrics, left = QFontMetricsF(painter.font()), line.left()
    for text, width in zip(cells, COLUMNS.values(), strict=True):
        box = QRectF(left, line.top(), width * unit - 8, line.height())
        fitting = metrics.elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, fitting)
        left += width * unit
    painter.drawLine(line.bottomLeft(), line.bottomRight())


def _line(area: QRectF, place: int) -> QRectF:
    return QRectF(area.left(), area.top() + place * LINE, area.width(), LINE)


def _cell(row: Row, column: Column, now: datetime) -> str:
    camera = row.camera
    docked = DASH if camera.docked_at is None else words.moment(camera.docked_at, now)
    battery = DASH if camera.battery_percent is None else words.percent(camera.battery_percent)
    return {
        Column.CAMERA: shown_name(camera.asset),
        Column.SERIAL: shown_name(camera.serial),
        Column.STATE: look(row.standing)[1],
        Column.SINCE: words.moment(row.since, now),
        Column.STATION: shown_name(camera.station),
        Column.WHERE: where(row),
        Column.MODE: mode_words(row),
        Column.FIRMWARE: shown_name(camera.firmware or DASH),
        Column.DOCKED: docked,
        Column.DRIFT: drift_words(camera.clock_offset_s),
        Column.BATTERY: battery,
    }[column]
