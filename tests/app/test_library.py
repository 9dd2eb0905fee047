"""The library finds, orders and counts what is sealed, by what the database holds."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from app.home import Home
from app.library import By, Kind, Library, Order, Wanted
from app.media.wire import Facts
from app.records import NoSuchRecording
from app.searching import Span
from tests.app.station import footage, pieces, seen, who

NOW = datetime(2026, 11, 24, 5, 52, tzinfo=UTC)


@pytest.fixture(autouse=True)
def london(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patched:
        patched.setenv("TZ", "Europe/London")
        time.tzset()
        yield
    time.tzset()


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with Home(tmp_path / "home") as home:
        yield home


@pytest.fixture
def library(home: Home) -> Library:
    return Library(home)


def add(
    home: Home,
    name: str,
    made: datetime | None,
    *,
    serial: str = "CAM-0001",
    officer: str = "1234",
    size: int = 10,
    seconds: float | None = 60.0,
    mark: str = "a",
    flags: tuple[str, ...] = (),
    release: bool = True,
) -> str:
    """Seal a recording of a camera, and release it; gives its id."""
    records = home.records
    camera = records.camera(seen(serial), who(serial), "virtual")
    docking = records.begin_docking(
        camera, bay="B1", usb_path="1-1", firmware=None, battery_percent=None, clock_offset_s=None
    )
    id_ = records.begin_recording(docking, footage(name, size), officer=officer, critical=False, clock_offset_s=None)
    records.sealed(id_, docking, pieces(id_, size, mark), made, Facts(made, seconds), flags)
    if release:
        records.released(id_, docking)
    return id_


def at(hours: float) -> datetime:
    return NOW - timedelta(hours=hours)


def names(library: Library, wanted: Wanted | None = None, order: Order | None = None) -> list[str]:
    entries = list(library.entries(wanted or Wanted(), order or Order(), NOW))
    rows = {row.entry: row.name for row in library.rows(entries)}
    return [rows[entry] for entry in entries]


@pytest.fixture
def night(home: Home) -> dict[str, str]:
    """Four recordings of a night, by name."""
    return {
        "A.MP4": add(home, "A.MP4", at(2), size=30, seconds=90, mark="a"),
        "B.MP4": add(home, "B.MP4", at(40), serial="CAM-0412", officer="1187", size=10, mark="b", release=False),
        "C.MP4": add(home, "C.MP4", at(1), officer="1090", size=20, seconds=None, mark="c", flags=("odd",)),
        "D.MP4": add(home, "D.MP4", at(30), size=5, seconds=9, mark="d", flags=("partial: 3 bytes",), release=False),
    }


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (Order(), "CADB"),
        (Order(By.MADE, descending=False), "BDAC"),
        (Order(By.SIZE), "ACBD"),
        (Order(By.LENGTH), "ABDC"),
        (Order(By.CAMERA), "BDCA"),
        (Order(By.OFFICER, descending=False), "CBAD"),
        (Order(By.SEALED, descending=False), "ABCD"),
    ],
)
def test_orders(library: Library, night: dict[str, str], order: Order, expected: str) -> None:
    assert "".join(name[0] for name in names(library, order=order)) == expected


def test_kinds_are_found_and_counted_alike(home: Home, library: Library, night: dict[str, str]) -> None:
    home.records.hold([night["A.MP4"], night["B.MP4"]], held=True, by="sergeant", reason="complaint 7")
    home.records.hold([night["B.MP4"]], held=False, by="sergeant", reason="settled")
    found = {kind: "".join(name[0] for name in names(library, Wanted(kind))) for kind in Kind}
    assert found == {
        Kind.RECENT: "CA",
        Kind.HELD: "A",
        Kind.PARTIAL: "D",
        Kind.FLAGGED: "CD",
        Kind.ON_CAMERA: "DB",
        Kind.UNPROVED: "",
        Kind.ALL: "CADB",
    }
    counts = library.counts(NOW)
    assert counts.of == {kind: len(of) for kind, of in found.items()}
    assert counts.bytes == 65


def test_what_was_not_read_back_for_long_is_found_until_it_is(
    home: Home, library: Library, night: dict[str, str]
) -> None:
    later = datetime.now(UTC) + timedelta(days=31)
    unproved = Wanted(Kind.UNPROVED)
    assert len(library.entries(unproved, Order(), later)) == 4
    first = home.records.recording(night["A.MP4"]).entry or 0
    last = home.records.recording(night["B.MP4"]).entry or 0
    home.records.vault_proved(first, last, recordings=2, size=40, result="wrong")
    assert len(library.entries(unproved, Order(), later)) == 4
    home.records.vault_proved(first, last, recordings=2, size=40, result="right")
    proved = library.details(first).proved_at
    assert len(library.entries(unproved, Order(), proved + timedelta(days=29))) == 0
    assert proved > home.records.recording(night["A.MP4"]).sealed_at  # type: ignore[operator]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("cam-0412",), "B"),
        (("0412",), "B"),
        (("a.mp4",), "A"),
        (("1234",), "AD"),
        (("1234", "d.mp4"), "D"),
        (("1187", "cam-0001"), ""),
        (("test", "camera"), "CADB"),
        (("cccc",), "C"),
        (("c" * 64,), "C"),
        (("c" * 65,), ""),
        (("%",), ""),
        (("_",), ""),
        (("'",), ""),
    ],
)
def test_words(library: Library, night: dict[str, str], words: tuple[str, ...], expected: str) -> None:
    assert "".join(name[0] for name in names(library, Wanted(words=words))) == expected


def test_an_id_is_found_by_its_beginning(library: Library, night: dict[str, str]) -> None:
    assert names(library, Wanted(words=(night["B.MP4"][:9],))) == ["B.MP4"]


def test_a_name_with_odd_letters_is_found_by_them(home: Home, library: Library) -> None:
    odd = "\u202eÉtÉ\\.MP4"
    add(home, odd, at(1))
    assert names(library, Wanted(words=("ÉTÉ",))) == [odd]
    assert names(library, Wanted(words=("\\.mp4",))) == [odd]


def test_every_filter_must_fit(home: Home, library: Library, night: dict[str, str]) -> None:
    camera = home.records.recording(night["A.MP4"]).camera_id
    span = Span(at(35), at(1.5))
    assert names(library, Wanted(spans=(span,))) == ["A.MP4", "D.MP4"]
    assert names(library, Wanted(spans=(span, Span(at(3), at(1))))) == ["A.MP4"]
    assert names(library, Wanted(Kind.FLAGGED, spans=(span,), camera=camera)) == ["D.MP4"]
    assert names(library, Wanted(camera=camera)) == ["C.MP4", "A.MP4", "D.MP4"]
    assert library.camera_name(camera) == "CAM-0001"
    assert library.camera_name("0" * 32) is None


def test_a_recording_without_a_time_stands_where_it_was_sealed(home: Home, library: Library) -> None:
    add(home, "A.MP4", None)
    (row,) = library.rows(library.entries(Wanted(), Order(), NOW))
    assert (row.dated, row.made_at) == (False, row.sealed_at)


def test_hours_of_the_clock_on_the_wall(home: Home, library: Library) -> None:
    for number, made in enumerate(
        (
            datetime(2026, 10, 24, 23, 30, tzinfo=UTC),  # 00:30 on the 25th, summer time
            datetime(2026, 10, 25, 23, 30, tzinfo=UTC),
            datetime(2026, 10, 25, 23, 59, tzinfo=UTC),
            datetime(2026, 10, 1, tzinfo=UTC),
        )
    ):
        add(home, f"{number}.MP4", made)
    counted = library.hours(Wanted(), datetime(2026, 10, 20, tzinfo=UTC), NOW)
    assert {day: [(hour, n) for hour, n in enumerate(of) if n] for day, of in counted.items()} == {
        date(2026, 10, 25): [(0, 1), (23, 2)]
    }
    assert library.hours(Wanted(words=("none",)), datetime(2026, 10, 20, tzinfo=UTC), NOW) == {}


def test_details_tell_the_newest_hold_and_count_openings(home: Home, library: Library, night: dict[str, str]) -> None:
    entry = library.entry_of(night["A.MP4"])
    assert entry is not None
    assert library.details(entry).hold is None
    home.records.hold([night["A.MP4"]], held=True, by="sergeant", reason="complaint 7")
    home.records.hold([night["A.MP4"]], held=False, by="inspector", reason="settled")
    home.records.opened(night["A.MP4"], "sergeant", "copy")
    details = library.details(entry)
    assert details.hold is not None
    assert (details.hold.held, details.hold.by, details.hold.reason) == (False, "inspector", "settled")
    assert (details.facts.id, details.opened) == (night["A.MP4"], 1)
    assert library.entry_of("0" * 32) is None
    with pytest.raises(NoSuchRecording):
        library.details(10_000)


def test_a_search_gives_lines_to_choose_from(library: Library, night: dict[str, str]) -> None:
    found = library.search("cam-0001", 2)
    assert [one.id for one in found] == [night["C.MP4"], night["A.MP4"]]
    assert found[1].title == "24 Nov 2026 03:52 \N{MIDDLE DOT} CAM-0001"
    assert found[1].detail.startswith("1234 \N{MIDDLE DOT} 30")
    assert library.search("nowhere", 5) == []


def test_an_empty_home_has_nothing(library: Library) -> None:
    assert list(library.entries(Wanted(), Order(), NOW)) == []
    assert library.counts(NOW).of == dict.fromkeys(Kind, 0)
    assert library.rows([]) == []
