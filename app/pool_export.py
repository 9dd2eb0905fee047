"""The pool as a file for others, as CSV or XLSX: every camera that is listed, marked OFFICIAL, times in UTC.

Texts come from imports and cameras. One that a spreadsheet would take for a formula is written so that none does.
"""

from __future__ import annotations

import csv
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import xlsxwriter
from xlsxwriter.exceptions import XlsxWriterException

from app.docking import shown_name
from app.errors import Trouble
from app.pool import Row

MARK = "OFFICIAL"
HEAD = (
    *("asset", "serial", "make", "model", "station", "mode", "assigned", "state", "since", "holder", "holder_name"),
    *("due_at", "bay", "destination", "firmware", "docked_at", "clock_drift_s", "battery_percent", "fault", "uses"),
)
FORMULA = tuple(
    "=+-@\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}\N{FULLWIDTH HYPHEN-MINUS}\N{FULLWIDTH COMMERCIAL AT}"
)
"""What a text begins with that a spreadsheet takes for a formula."""

Cell = str | int | float | None
Tell = Callable[[int], None]
Write = Callable[[Path, Iterable[Row]], None]
"""Writes cameras into a file that is there and empty."""


class NotExported(Trouble):
    """The file could not be written; nothing of it is left."""

    code = "not-exported"
    what_to_do = "Choose another place, with room and the right to write there."


class Stopped(Trouble):
    """The export was stopped; nothing of it is left."""

    code = "stopped"
    what_to_do = "Export again when it suits."

    def __init__(self) -> None:
        super().__init__("The export was stopped. No file was left.")


def title(station: str, now: datetime) -> str:
    """What stands over an export."""
    return f"{MARK} \N{EN DASH} Pool of cameras, {station}, {_moment(now)}"


def cells(row: Row) -> tuple[Cell, ...]:
    """One camera as the cells of a line, in the order of `HEAD`."""
    camera = row.camera
    texts = camera.asset, camera.serial, camera.make, camera.model, camera.station, camera.mode, camera.assigned
    return (
        *map(_text, texts),
        row.standing.value,
        _moment(row.since),
        *map(_text, (camera.holder, camera.holder_name)),
        _moment(camera.due_at),
        *map(_text, (camera.bay, camera.destination, camera.firmware)),
        _moment(camera.docked_at),
        camera.clock_offset_s,
        camera.battery_percent,
        _text(camera.fault),
        camera.uses,
    )


def export(path: Path, write: Write, rows: Iterable[Row], tell: Tell, stop: threading.Event) -> None:
    """Have a new file written, readable by its owner alone; it appears whole or not at all.

    `tell` hears how many cameras are in it. Raises NotExported, also where there is such a file already, Stopped, and
    what `rows` raises.
    """
    draft = path.with_name(path.name + ".unfinished")
    try:
        if path.exists():
            raise NotExported(f"{path} exists already.", "Choose another name.")
        os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
        write(draft, _heard(rows, tell, stop))
        draft.rename(path)
    except (OSError, XlsxWriterException) as failure:
        raise NotExported(f"{path} could not be written: {failure}.") from failure
    finally:
        draft.unlink(missing_ok=True)


def _heard(rows: Iterable[Row], tell: Tell, stop: threading.Event) -> Iterator[Row]:
    for through, row in enumerate(rows, 1):
        if stop.is_set():
            raise Stopped
        yield row
        tell(through)


def write_csv(heading: str, path: Path, rows: Iterable[Row]) -> None:
    """Write cameras as CSV in UTF-8: the heading, the columns' names, a line a camera, and the mark again."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        lines = csv.writer(file)
        lines.writerow([heading])
        lines.writerow(HEAD)
        lines.writerows([_harmless(cell) for cell in cells(row)] for row in rows)
        lines.writerow([MARK])
        file.flush()
        os.fsync(file.fileno())


def write_xlsx(heading: str, path: Path, rows: Iterable[Row]) -> None:
    """Write cameras as a workbook of one sheet, marked on every printed page."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        sheet = book.add_worksheet("Pool")
        strong = book.add_format({"bold": True})
        sheet.set_header(f"&C{MARK}")
        sheet.set_footer(f"&C{MARK}&R&P of &N")
        sheet.set_landscape()
        sheet.freeze_panes(2, 1)
        sheet.set_column(0, len(HEAD) - 1, 16)
        sheet.write_string(0, 0, heading, strong)
        for column, name in enumerate(HEAD):
            sheet.write_string(1, column, name, strong)
        for line, row in enumerate(rows, 2):
            _put_line(sheet, line, cells(row))


def _put_line(sheet: xlsxwriter.worksheet.Worksheet, line: int, told: Sequence[Cell]) -> None:
    """Texts as texts, whatever they begin with."""
    for column, cell in enumerate(told):
        if isinstance(cell, str):
            sheet.write_string(line, column, cell)
        elif cell is not None:
            sheet.write_number(line, column, cell)


def _harmless(cell: Cell) -> Cell:
    """A text that would be a formula, with an apostrophe before it; CSV has no other way to say that it is none."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def _text(text: str | None) -> str | None:
    return None if text is None else shown_name(text)


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
