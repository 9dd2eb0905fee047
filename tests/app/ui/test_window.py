"""The frame around the pages: its bars, its keys, its theme, its place on the screen and its end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QRect, QSettings, QSize, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QKeySequence, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from app.home import Home
from app.ui import icons, place
from app.ui.bars import Chip
from app.ui.bridge import Bridge
from app.ui.page import Context
from app.ui.pages import Listed
from app.ui.tokens import Theme
from app.ui.window import BREATH_MS, Window
from tests.app.ui.conftest import FRAME_PAGES, Frame, Open, Plain, Shelf, plain
from tests.screens.shoot import fill
from tests.screens.story import STATION, StoryDocks, night

ALT, CONTROL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier
LEFT = Qt.MouseButton.LeftButton


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press a key where the keyboard is."""
    QTest.keyClick(QApplication.focusWidget(), key, modifier)


# -- pages and chips ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [1366, 1024])
def test_every_page_is_opened_by_its_key(framed: Frame, width: int) -> None:
    window, _docks = framed()
    window.resize(width, 600)
    for key, name in ((Qt.Key.Key_3, "doctor"), (Qt.Key.Key_2, "recordings"), (Qt.Key.Key_1, "dock")):
        press(key, ALT)
        assert name == window.page.NAME


@pytest.mark.parametrize(
    ("chip", "page", "what"),
    [
        ("station", "settings", "station_name"),
        ("date", "doctor", "clock"),
        ("time", "doctor", "clock"),
        ("ledger", "doctor", "ledger"),
        ("vault", "doctor", "vault"),
    ],
)
def test_what_the_top_tells_opens_where_it_is_told_at_length(framed: Frame, chip: str, page: str, what: str) -> None:
    window, _docks = framed()
    QTest.mouseClick(getattr(window.top, chip), LEFT)
    assert page == window.page.NAME
    assert plain(window, page).shown == [what]


def test_the_top_is_walked_and_used_by_the_keyboard(framed: Frame) -> None:
    window, _docks = framed()
    window.top.station.setFocus()
    walked = []
    for _ in range(6):
        walked.append(QApplication.focusWidget())
        press(Qt.Key.Key_Tab)
    top = window.top
    assert walked == [top.station, top.time, top.try_out, top.ledger, top.vault, top.bell]
    top.vault.setFocus()
    press(Qt.Key.Key_Space)
    assert plain(window, "doctor").shown == ["vault"]


def test_a_page_that_there_is_not_is_not_opened(framed: Frame) -> None:
    window, _docks = framed(pages=FRAME_PAGES[:2])
    QTest.mouseClick(window.top.ledger, LEFT)
    assert window.page.NAME == "dock"
    assert "Change the settings" not in [act.text() for act in window.actions()]


def test_the_try_out_chip_says_what_a_try_out_is(framed: Frame) -> None:
    window, _docks = framed()
    QTest.mouseClick(window.top.try_out, LEFT)
    told = [one.text() for one in window.notices.findChildren(QLabel)]
    assert any("nothing here is evidence" in text for text in told)


def test_the_vault_chip_tells_for_how_many_days_there_is_room(qtbot: QtBot, framed: Frame) -> None:
    window, docks = framed()
    docks.say(msgspec.structs.replace(STATION, days_left=41.7))
    qtbot.waitUntil(lambda: "41 days" in window.top.vault.text())


def test_the_ledger_chip_is_amber_while_no_witness_has_seen_it(qtbot: QtBot, framed: Frame) -> None:
    window, docks = framed()
    docks.say(msgspec.structs.replace(STATION, unwitnessed=True))
    qtbot.waitUntil(lambda: "not witnessed" in window.top.ledger.text())
    assert window.top.ledger.property("paper") == "warn"
    assert "No witness has seen it yet" in window.top.ledger.toolTip()
    docks.say(msgspec.structs.replace(STATION, unwitnessed=True, witnessed_at=STATION.checkpoint_at))
    qtbot.waitUntil(lambda: "A witness last saw it at" in window.top.ledger.toolTip())
    docks.say(msgspec.structs.replace(STATION, witnessed_at=STATION.checkpoint_at))
    qtbot.waitUntil(lambda: window.top.ledger.property("paper") == "ready")


@pytest.mark.parametrize(("share", "tone"), [(0.5, "ready"), (0.09, "warn"), (0.01, "fault")])
def test_the_vault_chip_warns_as_the_disk_fills(qtbot: QtBot, framed: Frame, share: float, tone: str) -> None:
    window, docks = framed()
    docks.say(msgspec.structs.replace(STATION, vault_free=int(STATION.vault_total * share)))
    qtbot.waitUntil(lambda: window.top.vault.property("paper") == tone)


@pytest.mark.parametrize("name", ["R & D", "W" * 60])
def test_any_name_of_a_station_has_room(framed: Frame, name: str) -> None:
    window, _docks = framed(station=msgspec.structs.replace(STATION, name="Kendal", keys_place="file"))
    window.resize(1024, 600)
    window.top.show_station(msgspec.structs.replace(STATION, name=name, keys_place="file"))
    QApplication.processEvents()
    assert window.width() == 1024
    assert name in window.top.station.accessibleName()
    chips = [one for one in window.top.findChildren(Chip) if one.isVisible()]
    assert len(chips) == 5
    assert [one.text() for one in chips if one.width() < one.sizeHint().width()] == []
    assert chips[-1].geometry().right() < window.top.width()
    if "&" in name:
        assert window.top.station.text() == "R && D"  # Qt shows one of them


# -- keys --------------------------------------------------------------------------------------------------------------


def test_no_key_does_two_things_and_every_tooltip_names_its_key(opened: Open) -> None:
    window, _docks = opened(night())
    for page in window.pages.values():
        acts = [*window.actions(), *page.actions()]
        keys = Counter(key.toString() for act in acts for key in act.shortcuts() if not key.isEmpty())
        assert [key for key, times in keys.items() if times > 1] == [], page.NAME
        native = QKeySequence.SequenceFormat.NativeText
        silent = [
            act.text()
            for act in acts
            if not act.shortcut().isEmpty() and act.shortcut().toString(native) not in act.toolTip()
        ]
        assert silent == [], page.NAME


def test_f1_shows_every_key_and_esc_goes_back(framed: Frame) -> None:
    window, _docks = framed()
    press(Qt.Key.Key_F1)
    told = [one.text() for one in window.keys.findChildren(QLabel)]
    for text in (
        "Everywhere",
        "Ctrl+K",
        "All notices",
        "Alt+N",
        "Ctrl+1",
        "Count on dock",
        "Ctrl+3",
        "Count on doctor",
    ):
        assert text in told
    assert told.index("Count on dock") < told.index("Quit") < told.index("Count on doctor")
    press(Qt.Key.Key_Escape)
    assert not window.keys.isVisible()
    assert plain(window, "dock").field.hasFocus()


def test_the_sheet_of_keys_stays_within_a_small_window(opened: Open) -> None:
    window, _docks = opened(night(), size=(1024, 600))
    window.show_keys()
    QApplication.processEvents()
    assert window.rect().contains(window.keys.panel.geometry())
    assert window.keys.panel.rect().contains(window.keys.close_button.geometry())


def test_settings_full_screen_and_quit_have_the_usual_keys(framed: Frame) -> None:
    window, _docks = framed()
    press(Qt.Key.Key_Comma, CONTROL)
    assert window.page.NAME == "settings"
    press(Qt.Key.Key_F11)
    assert window.isFullScreen()
    press(Qt.Key.Key_F11)
    assert not window.isFullScreen()
    press(Qt.Key.Key_Q, CONTROL)
    assert not window.isVisible()


def test_opening_a_page_ends_the_sheet_over_it(framed: Frame) -> None:
    window, _docks = framed()
    window.show_commands()
    press(Qt.Key.Key_2, ALT)
    assert window.page.NAME == "recordings"
    assert not window.commands.isVisible()


# -- theme and screens -------------------------------------------------------------------------------------------------


def test_the_theme_changes_while_the_window_stands(qtbot: QtBot, framed: Frame) -> None:
    window, _docks = framed()
    theme: Theme = plain(window, "dock").context.theme

    def lightness() -> int:
        picture = window.grab().toImage()
        return picture.pixelColor(picture.width() - 3, picture.height() - 3).lightness()

    assert lightness() > 200
    with qtbot.waitSignal(theme.changed):
        theme.force("dark")
    assert lightness() < 60
    assert QApplication.palette().window().color().lightness() < 60
    theme.force("light")
    assert lightness() > 200


def test_following_the_system_again_takes_its_colours(qapp: QApplication) -> None:
    dark = QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark
    theme = Theme("light" if dark else "dark")
    theme.force("system")
    assert theme.palette.name == ("dark" if dark else "light")


@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 2.0])
def test_an_icon_is_drawn_for_the_ratio_of_its_screen(qapp: QApplication, ratio: float) -> None:
    drawn: QPixmap = icons.icon("bell", "#FF0000").pixmap(QSize(16, 16), ratio)
    assert drawn.width() == round(16 * ratio)
    assert drawn.toImage() == icons.pixmap("bell", "#FF0000", 16, ratio).toImage()


# -- pages that come later ---------------------------------------------------------------------------------------------


@pytest.fixture
def bare(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Callable[..., Window]]:
    """Make windows that are not shown yet, so that only their first page is there."""
    bridge = Bridge(StoryDocks(night()))

    def make(pages: Sequence[Listed] = FRAME_PAGES) -> Window:
        window = Window(Context(Home(tmp_path / "home"), bridge, Theme("light")), pages)
        qtbot.addWidget(window)
        return window

    yield make
    bridge.close()


def test_the_station_is_named_before_the_docks_tell_anything(bare: Callable[..., Window], tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "settings.toml").write_text('station_name = "Kendal"\n', encoding="utf-8")
    window = bare()
    window.show()
    assert window.top.station.text() == "Kendal"


def test_a_page_that_is_asked_for_before_it_is_made_comes_up_when_it_is(bare: Callable[..., Window]) -> None:
    window = bare()
    assert list(window.pages) == ["dock"]
    window.open_page("doctor", "clock")
    assert window.up == "doctor"
    assert "doctor" not in window.pages
    window.show()
    fill(window)
    assert window.page.NAME == "doctor"
    assert plain(window, "doctor").shown == ["clock"]
    assert list(window.pages) == ["dock", "recordings", "doctor", "settings"]


def test_a_page_that_cannot_be_loaded_is_told_and_the_others_come(
    bare: Callable[..., Window], caplog: pytest.LogCaptureFixture
) -> None:
    broken = Listed("broken", "info", lambda: "Broken", "app.ui.nowhere:Nothing")
    window = bare((*FRAME_PAGES[:2], broken, *FRAME_PAGES[2:]))
    window.open_page("broken")
    window.show()
    fill(window)
    assert list(window.pages) == ["dock", "recordings", "doctor", "settings"]
    assert window.log.urgent
    assert "No module named 'app.ui.nowhere'" in caplog.text


def test_a_page_that_cannot_be_made_leaves_room_for_the_others(
    qtbot: QtBot, bare: Callable[..., Window], monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(_page: Plain, _context: Context) -> None:
        raise RuntimeError("it cannot be made")

    window = bare()
    monkeypatch.setattr(Shelf, "__init__", break_down)
    with qtbot.captureExceptions() as defects:
        window.show()
        fill(window)
    assert [str(defect) for _kind, defect, _trace in defects] == ["it cannot be made"]
    assert list(window.pages) == ["dock", "doctor", "settings"]


def test_a_page_that_is_being_made_when_the_window_closes_leaves_too(
    qtbot: QtBot, bare: Callable[..., Window], monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Plain] = []

    def make(page: Plain, context: Context) -> None:
        Plain.__init__(page, context)
        made.append(page)
        QTimer.singleShot(0, window.close)

    window, later = bare(), QTimer(singleShot=True, interval=3 * BREATH_MS)
    monkeypatch.setattr(Shelf, "__init__", make)
    with qtbot.assertNotEmitted(window.completed):
        window.show()
        qtbot.waitUntil(lambda: bool(made) and window.isHidden())
        with qtbot.waitSignal(later.timeout):  # what would have come next would have come before
            later.start()
    assert list(window.pages) == ["dock"]
    assert [page.left for page in made] == [1]


# -- its place and its end ---------------------------------------------------------------------------------------------


def test_the_window_comes_back_where_it_was_on_the_page_it_was(
    framed: Frame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place, "room", lambda _window: QSize(1920, 1080))
    window, _docks = framed()
    window.setGeometry(40, 60, 950, 620)
    window.open_page("recordings")
    place.save(window, tmp_path)
    again, _docks = framed()
    place.restore(again, tmp_path)
    assert again.geometry() == QRect(40, 60, 950, 620)
    assert again.page.NAME == "recordings"


def test_a_place_on_a_screen_that_is_gone_is_not_taken(
    framed: Frame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, _docks = framed()
    screen = QGuiApplication.primaryScreen().availableGeometry()
    window.setGeometry(screen.right() + 500, 60, 950, 620)
    place.save(window, tmp_path)
    again, _docks = framed()
    before = again.geometry()
    monkeypatch.setattr(place, "room", lambda _window: QSize(1920, 1080))
    place.restore(again, tmp_path)
    assert again.geometry() == before


@pytest.mark.parametrize(("screen", "fills"), [((1024, 600), True), ((1366, 768), True), ((1600, 900), False)])
def test_a_first_window_fills_a_screen_that_has_no_room_for_it(
    framed: Frame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, screen: tuple[int, int], fills: bool
) -> None:
    window, _docks = framed()
    monkeypatch.setattr(place, "room", lambda _window: QSize(*screen))
    place.restore(window, tmp_path)
    assert window.isMaximized() == fills
    space = QSize(*screen) - place.FRAME
    assert window.normalGeometry().size().boundedTo(space) == window.normalGeometry().size()


def test_a_place_kept_on_a_larger_screen_fills_a_smaller_one(
    framed: Frame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, _docks = framed()
    window.setGeometry(0, 0, 1366, 768)
    place.save(window, tmp_path)
    again, _docks = framed()
    monkeypatch.setattr(place, "room", lambda _window: QSize(1024, 600))
    place.restore(again, tmp_path)
    assert again.isMaximized()
    assert again.normalGeometry().size() == QSize(1024, 600)


@pytest.mark.parametrize("words", ["", "rubbish", "[window]\nplace=7\npage=nowhere\nmaximised=perhaps\n", "\0\0\0"])
def test_a_file_that_says_nothing_of_use_costs_nothing(
    framed: Frame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    (tmp_path / place.FILE).write_text(words, encoding="utf-8")
    window, _docks = framed()
    before = window.geometry()
    monkeypatch.setattr(place, "room", lambda _window: QSize(1920, 1080))
    place.restore(window, tmp_path)
    assert (window.geometry(), window.page.NAME) == (before, "dock")


def test_a_maximised_window_is_so_again(framed: Frame, tmp_path: Path) -> None:
    kept = QSettings(str(tmp_path / place.FILE), QSettings.Format.IniFormat)
    kept.setValue("window/maximised", "true")
    kept.sync()
    window, _docks = framed()
    place.restore(window, tmp_path)
    assert window.isMaximized()


def test_every_page_leaves_once_when_the_window_closes(framed: Frame) -> None:
    window, _docks = framed()
    window.close()
    window.close()
    assert [plain(window, name).left for name in window.pages] == [1, 1, 1, 1]


def test_five_thousand_signals_leave_the_program_standing(framed: Frame) -> None:
    """A PySide6 once lost a reference to True with every signal, and ended the process within seconds."""
    window, _docks = framed()
    heard: list[bool] = []
    plain(window, "dock").act.toggled.connect(heard.append)
    plain(window, "dock").act.setCheckable(True)
    for _ in range(5000):
        plain(window, "dock").act.toggle()
    assert len(heard) == 5000
