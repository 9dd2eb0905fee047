"""Every text on screen goes through Qt's translation, stands in the catalogue, and can be said in another language."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import threading
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QCoreApplication, QLocale, QObject, Qt, QTranslator
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QGroupBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app import pool as pools
from app.doctor import Finding, Patient, examine
from app.home import Home
from app.library import By, Library, Order, Wanted
from app.people import os_user
from app.pool import Pool
from app.snapshot import Notice
from app.ui import doctor_page, face, translation
from app.ui.desk_page import DeskPage
from app.ui.pages import PAGES
from app.ui.tokens import RESOURCES
from app.ui.window import Window
from tests.app.ui.conftest import Frame, Open
from tests.screens import story
from tests.screens.force import sergeant
from tests.screens.shoot import bring_up, still
from tests.screens.story import STATION, night

ROOT = RESOURCES.parent
CATALOGUE = RESOURCES / "translations" / "dockwarden_en.ts"
OPENS, ENDS = "\N{LEFT WHITE SQUARE BRACKET}", "\N{RIGHT WHITE SQUARE BRACKET}"

MARKUP = re.compile(r"<[^<>]+>|&\w+;")
MARKED = re.compile(f"{OPENS}[^{OPENS}{ENDS}]*{ENDS}")
NAMED = re.compile(
    r"\b(?:Ctrl|Alt|Shift|Esc|Enter|Return|Space|Del|Backspace|Home|End|PgUp|PgDown|Left|Right|Up|Down|F\d+)(?=\W|$)"
    r"|\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\b"
    r"|\bUTC\b|\b[0-9a-f]{4,}\b|\bage1[0-9a-z]+\b"
)
"""Keys, days and months, which Qt says in the language of the system; hashes, ids and recipients."""
CODES = {"event", "state", "standing", "mode", "not_ready", "code", "theme", "keys_place"}
"""Fields whose values are words of the program and never to be seen as they are."""
WHOLE = 6
"""Data longer than this is taken out of a text before figures, keys and days are."""
WORD = re.compile(r"[^\W\d_]{2,}")
IN_CORE = re.compile(
    r"\d[\d.,]*\s?(?:B|kB|MB|GB|TB|KiB|MiB|ms|s|min|h|days?|per cent)\b(?:/s)?|\b(?:slow|fast|right)\b"
)
"""Figures with the units that app.words and app.times give them, without Qt."""


class Marker(QTranslator):
    """Translates every text into itself between marks."""

    def translate(self, _context: str, text: str, _note: str | None = None, _n: int = -1) -> str:
        return f"{OPENS}{text}{ENDS}"


@pytest.fixture
def marker(qapp: QApplication) -> Iterator[None]:
    """Everything that is translated from now on can be told from what is not."""
    made = Marker()
    qapp.installTranslator(made)
    forget_words()
    yield
    qapp.removeTranslator(made)
    forget_words()


def forget_words() -> None:
    """Words that are kept once they have been translated are translated anew."""
    for kept in (face._words, face._long_words, face._at_work):
        kept.cache_clear()


def strings(value: object) -> Iterator[str]:
    """Every text in a value, at any depth."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, one in value.items():
            if key not in CODES:
                yield from strings(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from strings(one)


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> list[Finding]:
    """What the checks of the machine find while the page of them is up: the core says it, without Qt."""
    noted: list[Finding] = []

    def examine_and_note(patient: Patient, stop: threading.Event) -> tuple[Finding, ...]:
        noted.extend(given := examine(patient, stop))
        return given

    monkeypatch.setattr(doctor_page, "examine", examine_and_note)
    return noted


def data_of(home: Home, found: list[Finding]) -> list[str]:
    """What cameras, people and the core of the program say on the story's screens, longest first."""
    library = Library(home)
    now = story.NOW
    rows = library.rows(library.entries(Wanted(), Order(By.MADE), now))
    pool = Pool(home)
    cameras = list(pool.pages(pool.rows(pools.Wanted(), pools.Order(), now), now))
    people = [(one.collar, one.name, one.rank, one.cohort) for one in home.people.page(limit=len(cameras[0]))]
    values = [night(), STATION, rows, home.settings, found, cameras, people, home.asking.timeline("CAM-0129")]
    told = {*strings(msgspec.to_builtins(values)), str(home.folder)}
    told |= {one.label for one in home.keys.recovery} | {
        "Dockwarden Virtual BWC",
        "DCIM/100DWARD",
        str(home.folder / "vault"),
        os_user(),
    }
    told |= {part for text in told for part in re.split(r"[^\w.-]+", text) if any(map(str.isdigit, part))}
    return sorted((text for text in told if len(text) > 1), key=len, reverse=True)


def untranslated(text: str, data: list[str]) -> str:
    """What is left of a text without what was translated, what is data, and what has no letters."""
    rest = MARKUP.sub(" ", text.replace("\N{ZERO WIDTH SPACE}", ""))
    while MARKED.search(rest):
        rest = MARKED.sub(" ", rest)
    for one in data:
        if len(one) > WHOLE:
            rest = rest.replace(one, " ")
    rest = NAMED.sub(" ", IN_CORE.sub(" ", rest))
    for one in data:
        rest = rest.replace(one, " ")
    return rest.strip() if WORD.search(rest) else ""


def texts_of(thing: QObject) -> Iterator[tuple[str, str]]:
    """Every text that a person may see or hear of one thing, and what it is."""
    if isinstance(thing, QWidget):
        yield from (("name", thing.accessibleName()), ("told", thing.accessibleDescription()), ("tip", thing.toolTip()))
    if isinstance(thing, QLabel | QAbstractButton):
        yield "text", thing.text()
    if isinstance(thing, QLineEdit | QPlainTextEdit):
        yield "hint", thing.placeholderText()
    if isinstance(thing, QGroupBox):
        yield "title", thing.title()
    if isinstance(thing, QComboBox):
        yield from (("choice", thing.itemText(index)) for index in range(thing.count()))
    if isinstance(thing, QAction):
        yield from (("act", thing.text()), ("tip", thing.toolTip()))
    if isinstance(thing, QAbstractItemView) and isinstance(thing.model(), QAbstractItemModel):
        yield from cells(thing.model())


def cells(model: QAbstractItemModel) -> Iterator[tuple[str, str]]:
    """The heads and the first rows of a table."""
    for column in range(1 if isinstance(model, QAbstractListModel) else model.columnCount()):
        head = model.headerData(column, Qt.Orientation.Horizontal)
        yield "head", head if isinstance(head, str) else ""
        for row in range(min(20, model.rowCount())):
            for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
                said = model.index(row, column).data(role)
                yield "cell", said if isinstance(said, str) else ""


def faults(widget: QWidget, data: list[str]) -> list[str]:
    """Every text on a widget that has letters and was neither translated nor is data."""
    things = [widget, *widget.findChildren(QObject)]
    found = {
        f"{type(thing).__name__} {what}: {left!r} of {text!r}"
        for thing in things
        for what, text in texts_of(thing)
        if (left := untranslated(text, data))
    }
    return sorted(found)


# -- on screen ---------------------------------------------------------------------------------------------------------


def test_a_text_that_is_not_translated_is_found(marker: None, opened: Open) -> None:
    window, _docks = opened(night())
    window.top.bell.setToolTip("Not translated")
    window.top.vault.setText(f"{OPENS}Vault{ENDS} of Kendal 1.8\N{NO-BREAK SPACE}TB (Ctrl+K)")
    told = faults(window, ["Kendal"])
    assert "Chip tip: 'Not translated' of 'Not translated'" in told
    assert any(one.startswith("Chip text: 'of") for one in told)


def test_every_text_of_the_frame_is_translated(qtbot: QtBot, marker: None, framed: Frame) -> None:
    window, _docks = framed(night(), station=msgspec.structs.replace(STATION, keys_place="file", days_left=41.0))
    qtbot.waitUntil(lambda: bool(window.log.entries))  # what is wrong with the station
    for bay in night():
        for reason in bay.reasons:
            window.log.add(Notice(story.NOW, reason, bay.bay, urgent=True))
    window.toggle_drawer()
    window.show_keys()
    window.show_commands()
    data = sorted({*strings(msgspec.to_builtins([night(), STATION]))}, key=len, reverse=True)
    pages = [text for page in window.pages.values() for text in (page.title(), page.act.text())]  # of the test alone
    assert "\n".join(faults(window, [one for one in (*pages, *data) if len(one) > 1])) == ""


@pytest.mark.parametrize("name", [page.name for page in PAGES])
def test_every_text_of_every_page_is_translated(marker: None, found: list[Finding], full: Window, name: str) -> None:
    bring_up(full, name, sergeant(full.page.context.home))
    still(full)
    data = data_of(full.page.context.home, found)
    if isinstance(full.page, DeskPage):  # why a pair was refused is said by the core
        data = sorted({*data, *strings(msgspec.to_builtins(full.page.model.rows))}, key=len, reverse=True)
    assert "\n".join(faults(full.page, [one for one in data if len(one) > 1])) == ""


def test_every_bay_is_told_in_translation(marker: None, opened: Open) -> None:
    window, _docks = opened(night())
    data = sorted({*strings(msgspec.to_builtins([night(), STATION]))}, key=len, reverse=True)
    for bay in night():
        window.open_page("dock", bay.bay)
        assert "\n".join(faults(window.page, [one for one in data if len(one) > 1])) == "", bay.bay


# -- the catalogue -----------------------------------------------------------------------------------------------------


def catalogue() -> set[tuple[str, str]]:
    """Every text of the catalogue, with its context."""
    found = set()
    for context in ET.parse(CATALOGUE).getroot().iter("context"):
        name = context.findtext("name") or ""
        found |= {(name, message.findtext("source") or "") for message in context.iter("message")}
    return found


def said(file: Path) -> Iterator[tuple[str, str]]:
    """Every text that a module has translated, with its context: the class of a `tr`, the word of a `translate`."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr="tr"), args=[ast.Constant(value=str(text)), *_]):
                yield (
                    next(one.name for one in reversed(classes) if one.lineno < node.lineno <= (one.end_lineno or 0)),
                    text,
                )
            case ast.Call(func=ast.Name(id="translate") | ast.Attribute(attr="translate"), args=[first, second, *_]):
                if isinstance(first, ast.Constant) and isinstance(second, ast.Constant):
                    yield first.value, second.value


def test_the_catalogue_holds_every_text() -> None:
    known, missing = catalogue(), set()
    for file in sorted((ROOT / "app" / "ui").glob("*.py")):
        missing |= {f"{file.name}: {context}: {text}" for context, text in said(file) if (context, text) not in known}
    assert len(known) > 200
    assert missing == set(), "python -m tools.catalogue"


def test_every_text_of_the_catalogue_has_a_context() -> None:
    assert [text for context, text in catalogue() if not context] == []


def test_no_text_is_put_together_before_it_is_translated() -> None:
    """lupdate finds literals only: an f-string or a name would be asked for and never be in the catalogue."""
    wrong = []
    for file in sorted((ROOT / "app" / "ui").glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "tr":
                wrong += [f"{file.name}:{node.lineno}" for one in node.args[:1] if not isinstance(one, ast.Constant)]
    assert wrong == []


# -- another language --------------------------------------------------------------------------------------------------


@pytest.fixture
def german(tmp_path: Path) -> Path:
    """A folder with a translation of one text, made as a translator makes it."""
    source = tmp_path / "dockwarden_de.ts"
    source.write_text(
        '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE TS><TS version="2.1" language="de_DE"><context>'
        "<name>SideBar</name><message><source>Dockwarden</source><translation>Kamerawart</translation></message>"
        "</context></TS>",
        encoding="utf-8",
    )
    lrelease = Path(sys.executable).with_name("pyside6-lrelease")
    subprocess.run([lrelease, "-silent", source, "-qm", tmp_path / "dockwarden_de.qm"], check=True)
    return tmp_path


@pytest.fixture
def restored(qapp: QApplication) -> Iterator[QApplication]:
    """The language of before is back afterwards."""
    before = QLocale()
    yield qapp
    for one in qapp.findChildren(QTranslator):
        QCoreApplication.removeTranslator(one)
        one.deleteLater()
    QLocale.setDefault(before)


def test_a_system_that_speaks_a_language_we_have_is_spoken_to_in_it(
    restored: QApplication, german: Path, opened: Open
) -> None:
    spoken = translation.install(restored, QLocale("de_DE"), german)
    window, _docks = opened()
    assert spoken.language() is QLocale.Language.German
    assert "Kamerawart" in [one.text() for one in window.findChildren(QLabel)]
    assert window.top.date.text().startswith("Di. 24 Nov")


@pytest.mark.parametrize("system", ["en_US", "fr_FR", "C"])
def test_others_are_spoken_to_in_british_english(restored: QApplication, german: Path, system: str) -> None:
    assert translation.install(restored, QLocale(system), german) == translation.BRITISH
    assert restored.findChildren(QTranslator, options=Qt.FindChildOption.FindDirectChildrenOnly) == []
    assert QLocale().toString(1.5) == "1.5"
