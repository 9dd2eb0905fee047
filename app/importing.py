"""Taking many people or cameras in at once, from a CSV file or a directory: looked at whole before any is taken.

Each row is read, checked field by field, and held against what is here already. The plan that comes of it is what a
preview shows: new, changed (which fields), unchanged, or wrong (which row, which field, why). One wrong row and nothing
is taken. What a field may hold is said by its `Parse`, which raises ValueError in words for a person.
"""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, TextIO, TypeVar

import msgspec
from sqlalchemy.orm import Session

from app.ledger import log
from app.people.values import Refused
from db.base import Fact
from db.engine import Database

MAX_FILE = 64 * 1024 * 1024
MAX_ROWS = 200_000
"""More rows than any force has people or cameras: a file that has more is another file."""

Parse = Callable[[str], Any]
Here = TypeVar("Here")


class Row(msgspec.Struct, frozen=True):
    """One row as it was found. `where` says in words which it is, `line` is its line of the file, or its place."""

    where: str
    line: int
    fields: dict[str, str]


class BadRow(msgspec.Struct, frozen=True, tag_field="event", tag="bad-row"):
    """What is wrong with a row. `field` is empty where it is the row as a whole."""

    where: str
    line: int
    field: str
    reason: str

    @property
    def words(self) -> str:
        """For people, such as "line 7, card: …"."""
        return f"{self.where}{', ' if self.field else ''}{self.field}: {self.reason}"


class Difference(msgspec.Struct, frozen=True):
    """One field that a row changes, as text."""

    field: str
    before: str
    after: str


class Change(msgspec.Struct, frozen=True):
    """What taking a row in does: makes something new (`id` is None), or changes what is here under `id`."""

    where: str
    line: int
    key: str
    values: dict[str, Any]
    id: str | None
    differences: tuple[Difference, ...]


class Existing(msgspec.Struct, frozen=True):
    """Something that is here already, with the same fields as a row."""

    id: str
    values: Mapping[str, Any]


class Plan(msgspec.Struct, frozen=True):
    """What an import will do: the changes in the order in which they can be made, or, if any row is bad, nothing."""

    changes: tuple[Change, ...]
    unchanged: int
    bad: tuple[BadRow, ...]

    @property
    def new(self) -> int:
        """How many are not here yet."""
        return sum(change.id is None for change in self.changes)

    @property
    def changed(self) -> int:
        """How many are here and will be otherwise."""
        return len(self.changes) - self.new


class Table(msgspec.Struct, frozen=True):
    """What rows of one kind are made of: the columns in their order, and what reads each.

    `key` is the column that tells which is which. No two may have one value of the `unique` columns, whatever its case,
    nor one have in one of them what another has in another: people give either and mean one.
    """

    columns: Mapping[str, Parse]
    key: str
    unique: tuple[str, ...]


class ImportRefused(Refused):
    """Rows are wrong, so nothing was taken. `bad` names each."""

    def __init__(self, bad: tuple[BadRow, ...]) -> None:
        rows = len({one.line for one in bad})
        what = f"{rows} {'row is' if rows == 1 else 'rows are'} wrong, the first at {bad[0].words}"
        super().__init__("bad-rows", what, "Nothing was taken in. Put these rows right and import it all again.")
        self.bad = bad


def read_csv(path: Path, table: Table) -> Iterator[Row | BadRow]:
    """The rows of a CSV file in UTF-8, whose header is exactly the table's columns. Raises Refused, rule bad-file."""
    try:
        if not path.is_file():
            raise FileNotFoundError(2, "no such file")
        if path.stat().st_size > MAX_FILE:
            raise _bad_file(path, f"is larger than {MAX_FILE // 2**20} MB")
        with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
            yield from _rows(path, file, tuple(table.columns))
    except OSError as failure:
        raise _bad_file(path, f"cannot be read: {failure.strerror or failure}") from failure


def _rows(path: Path, file: TextIO, columns: tuple[str, ...]) -> Iterator[Row | BadRow]:
    """Every row after the header; a row of nothing at all is passed over."""
    reader = csv.reader(file, strict=True)
    header = _cells(reader)
    if header is None or isinstance(header, str) or tuple(cell.strip() for cell in header) != columns:
        raise _bad_file(path, f"does not begin with the line {','.join(columns)}")
    for _ in range(MAX_ROWS + 1):
        line = reader.line_num + 1
        cells = _cells(reader)
        if cells is None:
            return
        if cells:
            yield _row(line, cells, columns)
    raise _bad_file(path, f"has more than {MAX_ROWS} rows")


def _cells(reader: Any) -> list[str] | str | None:
    """The cells of the next row, what is wrong with it, or None at the end."""
    try:
        cells: list[str] | None = next(reader, None)
    except csv.Error as wrong:
        return f"It is no row of a CSV file ({wrong})."
    return cells


def _row(line: int, cells: list[str] | str, columns: tuple[str, ...]) -> Row | BadRow:
    where = f"line {line}"
    if isinstance(cells, str):
        return BadRow(where, line, "", cells)
    if len(cells) != len(columns):
        return BadRow(where, line, "", f"It has {len(cells)} columns, not {len(columns)}.")
    return Row(where, line, dict(zip(columns, cells, strict=True)))


def _bad_file(path: Path, what: str) -> Refused:
    return Refused("bad-file", f"{path} {what}.", "Nothing was taken in. Save it as CSV in UTF-8 with that header.")


# -- the plan --------------------------------------------------------------------------------------------------------


def plan(table: Table, rows: Iterable[Row | BadRow], here: Iterable[Existing]) -> Plan:
    """Hold rows against what is here. Nothing is changed."""
    here = tuple(here)
    read, bad = _read_all(table, rows)
    by_key = {_folded(one.values[table.key]): one for one in here}
    changes = [_change(table, row, values, by_key) for row, values in read]
    bad += _claimed_twice(table, changes)
    takers, more = _takers(table, changes, here)
    bad += more
    real = [change for change in changes if change.id is None or change.differences]
    ordered = sorted(real, key=lambda change: change.line in takers)  # who gives up a card comes before who takes it
    bad.sort(key=lambda one: one.line)
    return Plan(() if bad else tuple(ordered), len(changes) - len(real), tuple(bad))


def take_in(
    database: Database, here: Callable[[Session], Here], planned: Callable[[Here], Plan], fact: Callable[[Change], Fact]
) -> Plan:
    """Enter what is planned, all of it or nothing. Raises ImportRefused, and what `planned` raises.

    What the rows mean is worked out while everybody else goes on, and again only where what they are held against
    (`here`) was changed meanwhile.
    """
    with database.read() as session:
        size, before = log.size(session), here(session)
    found, facts = _facts(planned(before), fact)
    with database.write() as session:
        now = before if log.size(session) == size else here(session)
        if now != before:
            found, facts = _facts(planned(now), fact)
        moment = datetime.now(UTC)
        for one in facts:
            one.at = moment
        if facts:
            log.enter_all(session, facts)
    return found


def _facts(found: Plan, fact: Callable[[Change], Fact]) -> tuple[Plan, list[Fact]]:
    if found.bad:
        raise ImportRefused(found.bad)
    return found, [fact(change) for change in found.changes]


def _read_all(table: Table, rows: Iterable[Row | BadRow]) -> tuple[list[tuple[Row, dict[str, Any]]], list[BadRow]]:
    read: list[tuple[Row, dict[str, Any]]] = []
    bad: list[BadRow] = []
    for row in rows:
        if isinstance(row, BadRow):
            bad.append(row)
            continue
        values, wrong = read_fields(table, row)
        bad += wrong
        if not wrong:
            read.append((row, values))
    return read, bad


def read_fields(table: Table, row: Row) -> tuple[dict[str, Any], list[BadRow]]:
    """The values of a row, and what is wrong with its fields."""
    values: dict[str, Any] = {}
    bad: list[BadRow] = []
    for field, parse in table.columns.items():
        try:
            values[field] = parse(_clean(row.fields[field]))
        except ValueError as wrong:
            bad.append(BadRow(row.where, row.line, field, str(wrong)))
    return values, bad


def _clean(text: str) -> str:
    """Text without the space around it. Raises ValueError for what no field of anything carries."""
    text = text.strip()
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        raise ValueError("It is not in UTF-8.")
    if any(letter < " " or "\x7f" <= letter <= "\x9f" for letter in text):
        raise ValueError("It has a line break or another control character.")
    return text


def _change(table: Table, row: Row, values: dict[str, Any], by_key: Mapping[str, Existing]) -> Change:
    found = by_key.get(_folded(values[table.key]))
    if found is None:
        return Change(row.where, row.line, values[table.key], values, None, ())
    differences = tuple(
        Difference(field, shown(found.values[field]), shown(values[field]))
        for field in table.columns
        if found.values[field] != values[field]
    )
    return Change(row.where, row.line, values[table.key], values, found.id, differences)


def shown(value: Any) -> str:
    """A value as a preview shows it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _folded(value: str) -> str:
    return value.lower()


def _claims(table: Table, values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The unique values of one row or thing, each with its column and once."""
    found: dict[str, str] = {}
    for field in table.unique:
        if values[field] is not None:
            found.setdefault(_folded(values[field]), field)
    return iter(found.items())


def _claimed_twice(table: Table, changes: list[Change]) -> list[BadRow]:
    """Rows that claim what an earlier row of the file claims."""
    first: dict[str, Change] = {}
    return [
        BadRow(change.where, change.line, field, f"{value} stands in {first[value].where} already.")
        for change in changes
        for value, field in _claims(table, change.values)
        if first.setdefault(value, change) is not change
    ]


def _takers(table: Table, changes: list[Change], here: tuple[Existing, ...]) -> tuple[set[int], list[BadRow]]:
    """The lines that take a value from another who gives it up in the same file, and those that cannot have it."""
    owners = {value: one for one in here for value, _ in _claims(table, one.values)}
    after = {change.id: {value for value, _ in _claims(table, change.values)} for change in changes if change.id}
    taken = [
        (change, field, value, owners[value])
        for change in changes
        for value, field in _claims(table, change.values)
        if value in owners and owners[value].id != change.id
    ]
    moving = {change.id for change, *_ in taken}
    bad = [
        BadRow(change.where, change.line, field, f"{value} is of {owner.values[table.key]}, who must give it up first.")
        for change, field, value, owner in taken
        if owner.id in moving or value in after.get(owner.id, {value})
    ]
    return {change.line for change, *_ in taken}, bad


# -- what fields hold ------------------------------------------------------------------------------------------------


def label(most: int) -> Parse:
    """Reads what people type to name something: 1 to `most` plain letters, digits and - _ . / : with spaces within."""

    def parse(text: str) -> str:
        plain = text.isascii() and text[:1].isalnum() and all(sign.isalnum() or sign in "-_./: " for sign in text)
        if not plain or len(text) > most:
            raise ValueError(f"It has 1 to {most} letters (a to z), digits and - _ . / : and begins with one of those.")
        return text

    return parse


def words(most: int, *, needed: bool = False) -> Parse:
    """Reads text in any script, at most `most` characters; what looks like a formula is text too."""

    def parse(text: str) -> str:
        if needed and not text:
            raise ValueError("It is empty.")
        if len(text) > most:
            raise ValueError(f"It is longer than {most} characters.")
        return unicodedata.normalize("NFC", text)

    return parse


def maybe(parse: Parse) -> Parse:
    """Reads the same, or nothing as None."""
    return lambda text: parse(text) if text else None


def one_of(choices: Iterable[str]) -> Parse:
    """Reads one of a few words, in any case."""
    choices = tuple(choices)

    def parse(text: str) -> str:
        if text.lower() not in choices:
            raise ValueError(f"It is one of {', '.join(choices)}.")
        return text.lower()

    return parse


def yes_no(text: str) -> bool:
    """Reads yes or no."""
    return bool(one_of(("yes", "no"))(text) == "yes")


def day(text: str) -> date:
    """Reads a day as ISO 8601 has it, in living memory and not to come."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise ValueError("It is a day such as 2026-03-31, or empty.") from None
    if not date(1970, 1, 1) <= found <= datetime.now(UTC).date() + timedelta(days=1):
        raise ValueError("It is a day since 1970, and none to come.")
    return found
