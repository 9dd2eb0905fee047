"""Reads back the words of a PDF that Qt wrote, page by page, in the order in which they were painted."""

from __future__ import annotations

import re
import zlib
from pathlib import Path

_OBJECT = re.compile(rb"(\d+) 0 obj\n(.*?)endobj", re.DOTALL)
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_RANGE = re.compile(rb"<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]{4})> (\[[^\]]*\]|<[0-9A-Fa-f]+>)")
_SHOWN = re.compile(rb"/F(\d+) \S+ Tf|<([0-9A-Fa-f]{4})> Tj")


def pages(path: Path) -> list[str]:
    """The words of each page, without the spaces between texts."""
    objects = {int(match[1]): match[2] for match in _OBJECT.finditer(path.read_bytes())}
    found = [body for body in objects.values() if b"/Type /Page\n" in body]
    return [_page(_stream(objects[_reference(page, b"Contents")]), objects) for page in found]


def _page(content: bytes, objects: dict[int, bytes]) -> str:
    told, letters = "", dict[int, str]()
    for font, glyph in _SHOWN.findall(content):
        if font:
            letters = _letters(_stream(objects[_reference(objects[int(font)], b"ToUnicode")]))
        else:
            told += letters.get(int(glyph, 16), "?")
    return told.replace("\t", " ")


def _letters(table: bytes) -> dict[int, str]:
    """The letter of each glyph of a font."""
    letters = {}
    for first, _last, told in _RANGE.findall(table):
        codes = re.findall(rb"<([0-9A-Fa-f]+)>", told)
        for place, code in enumerate(codes):
            letters[int(first, 16) + place] = bytes.fromhex(code.decode()).decode("utf-16-be")
    return letters


def _reference(body: bytes, name: bytes) -> int:
    match = re.search(rb"/" + name + rb" (\d+) 0 R", body)
    assert match is not None
    return int(match[1])


def _stream(body: bytes) -> bytes:
    match = _STREAM.search(body)
    assert match is not None
    return zlib.decompress(match[1]) if b"/FlateDecode" in body else match[1]
