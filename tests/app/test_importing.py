"""Taking rows in: what is wrong is named by line and field, and nothing is taken by halves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import importing
from app.importing import BadRow, Existing, Plan, Row, Table, label, maybe, plan, read_csv, words, yes_no
from app.people.values import Refused

TABLE = Table({"tag": label(8), "name": words(20), "card": maybe(label(8)), "on": yes_no}, "tag", ("tag", "card"))


def read(tmp_path: Path, text: str | bytes) -> list[Row | BadRow]:
    path = tmp_path / "in.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return list(read_csv(path, TABLE))


def planned(tmp_path: Path, text: str | bytes, *here: dict[str, Any]) -> Plan:
    return plan(TABLE, read(tmp_path, text), [Existing(f"id-{one['tag']}", one) for one in here])


def one(tag: str, card: str | None = None, name: str = "N", *, on: bool = True) -> dict[str, Any]:
    return {"tag": tag, "name": name, "card": card, "on": on}


def wrong(found: Plan) -> list[tuple[int, str]]:
    assert found.changes == ()
    return [(bad.line, bad.field) for bad in found.bad]


HEAD = "tag,name,card,on\n"


@pytest.mark.parametrize(
    "text",
    [
        HEAD + "a1,Ann,,yes\n",
        "\ufeff" + HEAD + "a1,Ann,,yes",
        HEAD.replace("\n", "\r\n") + '"a1","Ann",,YES\r\n\r\n',
        HEAD + " a1 , Ann ,, Yes\n\n\n",
    ],
)
def test_a_file_is_read_as_spreadsheets_write_it(tmp_path: Path, text: str) -> None:
    found = planned(tmp_path, text)
    assert [(change.key, change.id, change.values) for change in found.changes] == [("a1", None, one("a1", name="Ann"))]
    assert (found.new, found.changed, found.unchanged, found.bad) == (1, 0, 0, ())


@pytest.mark.parametrize(
    "name", ["=cmd|' /C calc'!A0", "+1", "@SUM(1)", "Ł́ǫ", "山田 太郎", "O\u2019Neill", "👩🏽‍✈️", "a,b"]
)
def test_any_text_is_a_name_and_no_formula(tmp_path: Path, name: str) -> None:
    found = planned(tmp_path, f'{HEAD}a1,"{name}",,yes\n')
    assert found.changes[0].values["name"] == name


def test_lines_are_counted_as_an_editor_counts_them(tmp_path: Path) -> None:
    text = HEAD + 'a1,"two\nlines",,yes\n\na2,x,,yes\na3,x,,maybe\n'
    assert wrong(planned(tmp_path, text)) == [(2, "name"), (6, "on")]


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (b"a1,x,,yes,more", ""),
        (b"a1,x", ""),
        (b'a1,"x"y,,yes', ""),
        (b'a1,"x,,yes', ""),
        (b"a1,x\x00y,,yes", "name"),
        (b"a1,\xff\xfe,,yes", "name"),
        (b"a1," + b"x" * 21 + b",,yes", "name"),
        (b",x,,yes", "tag"),
        (b"=1+1,x,,yes", "tag"),
        ("Ä1,x,,yes".encode(), "tag"),
        (b"a1,x,;DROP,yes", "card"),
        (b"a1,x,,ja", "on"),
        (b"a1," + b"x" * 200_000 + b",,yes", ""),
    ],
)
def test_a_bad_row_names_its_line_and_field(tmp_path: Path, row: bytes, field: str) -> None:
    assert wrong(planned(tmp_path, HEAD.encode() + b"ok,x,,yes\n" + row + b"\n")) == [(3, field)]


@pytest.mark.parametrize(
    "text", [b"", b"name,tag,card,on\n", HEAD.encode("utf-16"), b"\x00" * 50, b'"tag\n', b"tag;name;card;on\n"]
)
def test_another_file_is_refused_whole(tmp_path: Path, text: bytes) -> None:
    with pytest.raises(Refused, match="does not begin with") as refused:
        read(tmp_path, text)
    assert refused.value.rule == "bad-file"


def test_what_is_no_file_or_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in (tmp_path, tmp_path / "no.csv"):
        with pytest.raises(Refused, match="cannot be read"):
            list(read_csv(path, TABLE))
    monkeypatch.setattr(importing, "MAX_ROWS", 2)
    assert len(read(tmp_path, HEAD + "a,x,,yes\nb,x,,yes\n")) == 2
    with pytest.raises(Refused, match="more than 2 rows"):
        read(tmp_path, HEAD + "a,x,,yes\nb,x,,yes\nc,x,,yes\n")
    monkeypatch.setattr(importing, "MAX_FILE", 10)
    with pytest.raises(Refused, match="larger than"):
        read(tmp_path, HEAD)


def test_what_changes_is_told_by_field(tmp_path: Path) -> None:
    here = one("a1", "77", "Ann"), one("b2", "88", "Bo", on=False)
    found = planned(tmp_path, HEAD + "A1,Anne,,yes\nb2,Bo,88,no\nc3,Cy,,no\n", *here)
    changed, new = found.changes
    assert [(d.field, d.before, d.after) for d in changed.differences] == [
        ("tag", "a1", "A1"),
        ("name", "Ann", "Anne"),
        ("card", "77", ""),
    ]
    assert (changed.id, new.id, found.unchanged) == ("id-a1", None, 1)


@pytest.mark.parametrize(
    ("rows", "bad"),
    [
        ("a1,x,,yes\nA1,y,,yes\n", [(3, "tag")]),
        ("a1,x,c,yes\na2,y,C,yes\n", [(3, "card")]),
        ("a1,x,b1,yes\nb1,y,,yes\n", [(3, "tag")]),  # a card that is another's tag: which of them is meant?
        ("a1,x,a1,yes\n", []),
        ("n,x,77,yes\n", [(2, "card")]),  # 77 is h1's, who keeps it
        ("n,x,h1,yes\n", [(2, "card")]),
        ("n,x,77,yes\nh1,x,,yes\n", []),  # h1 gives it up
        ("h2,x,77,yes\nh1,x,88,yes\n", [(2, "card"), (3, "card")]),  # a swap is done in two files
    ],
)
def test_no_two_have_one_card(tmp_path: Path, rows: str, bad: list[tuple[int, str]]) -> None:
    here = one("h1", "77"), one("h2", "88")
    found = planned(tmp_path, HEAD + rows, *here)
    assert [(row.line, row.field) for row in found.bad] == bad


def test_who_gives_up_a_card_comes_before_who_takes_it(tmp_path: Path) -> None:
    found = planned(tmp_path, HEAD + "n,x,77,yes\nh1,x,,yes\n", one("h1", "77"))
    assert [change.key for change in found.changes] == ["h1", "n"]


@given(st.binary(max_size=200) | st.text(alphabet='ab1,"\r\n\x00é', max_size=60).map(str.encode))
def test_no_bytes_are_a_surprise(tmp_path_factory: pytest.TempPathFactory, text: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(HEAD.encode() + text)
    found = plan(TABLE, read_csv(path, TABLE), [Existing("1", one("a", "b"))])
    assert not (found.bad and found.changes)
    for change in found.changes:
        assert change.values["tag"].isascii()


@pytest.mark.parametrize(("text", "fits"), [("2026-03-31", True), ("", False), ("31/03/2026", False), ("2026-3-1", 0)])
def test_days_are_iso(text: str, fits: bool) -> None:
    if fits:
        assert importing.day(text).isoformat() == text
    else:
        with pytest.raises(ValueError, match="such as 2026"):
            importing.day(text)


@pytest.mark.parametrize("text", ["1969-12-31", "2999-01-01"])
def test_days_that_cannot_be_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="none to come"):
        importing.day(text)
