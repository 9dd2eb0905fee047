"""What a person sees of notices: the stack, the drawer with all of them, the count in the bar."""

from __future__ import annotations

from datetime import timedelta

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.snapshot import Notice, Reason
from app.ui.drawer import AT_ONCE
from app.ui.notices import KEPT, MOST, NoticeLog
from app.ui.window import Window
from tests.app.ui.conftest import Frame, plain
from tests.screens.story import NOW, StoryDocks

LEFT = Qt.MouseButton.LeftButton


def news(n: int, *, urgent: bool = True, minutes: int = 0) -> Notice:
    at = NOW - timedelta(minutes=minutes)
    return Notice(at, Reason("removed-early", f"CAM-{n} was taken out.", f"Dock CAM-{n} again."), f"A{n}", urgent)


def text_of(widget: QWidget) -> str:
    parts: list[QLabel | QPushButton] = [*widget.findChildren(QLabel), *widget.findChildren(QPushButton)]
    return "\n".join(part.text() for part in parts if part.isVisibleTo(widget))


def place(widget: QWidget, window: Window) -> QRect:
    return QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())


def say(qtbot: QtBot, window: Window, docks: StoryDocks, *notices: Notice) -> None:
    """Have the docks say these, and wait until the window has them."""
    before = len(window.log.entries)
    for notice in notices:
        docks.say(notice)
    qtbot.waitUntil(lambda: len(window.log.entries) == before + len(notices))


# -- what is kept ------------------------------------------------------------------------------------------------------


def test_no_more_than_500_are_kept_and_the_urgent_unseen_go_last(qapp: QApplication) -> None:
    log = NoticeLog()
    log.add(news(0))
    log.add(news(1, urgent=False))
    log.add(news(2))
    log.see(log.entries[2])
    for n in range(3, KEPT + 2):
        log.add(news(n))
    names = [entry.notice.bay for entry in log.entries]
    assert len(names) == KEPT
    assert names[0] == "A0"
    assert not {"A1", "A2"} & set(names)


def test_the_same_news_unseen_is_counted_and_not_listed_twice(qapp: QApplication) -> None:
    log = NoticeLog()
    for minutes in (9, 5, 1):
        log.add(news(1, minutes=minutes))
    assert [(entry.times, entry.notice.at) for entry in log.entries] == [(3, NOW - timedelta(minutes=1))]
    log.see(*log.entries)
    log.add(news(1))
    assert [entry.seen for entry in log.entries] == [True, False]


# -- the stack ---------------------------------------------------------------------------------------------------------


def test_every_card_of_the_stack_is_seen_whole(qtbot: QtBot, framed: Frame) -> None:
    window, docks = framed()
    say(qtbot, window, docks, news(1), news(2), news(3))
    qtbot.waitUntil(lambda: all(card.isVisible() for card in window.notices.cards))
    places = [place(card, window) for card in window.notices.cards]
    assert len(places) == MOST
    assert all(window.rect().contains(one) for one in places)
    assert not any(one.intersects(other) for at, one in enumerate(places) for other in places[:at])
    assert all(card.height() >= card.heightForWidth(card.width()) for card in window.notices.cards)


def test_what_waits_behind_the_stack_is_counted_and_leads_to_all(qtbot: QtBot, framed: Frame) -> None:
    window, docks = framed()
    say(qtbot, window, docks, *(news(number) for number in range(1, MOST + 3)))
    more = window.notices.more
    assert (more.isVisible(), more.text()) == (True, "2 more notices")
    assert window.notices.rect().contains(more.geometry())
    window.log.see(window.notices.cards[0].entry, window.notices.cards[1].entry)
    assert not more.isVisible()
    window.log.recall(news(MOST + 3))
    assert more.text() == "1 more notice"
    QTest.mouseClick(more, LEFT)
    assert window.drawer.isVisible()


def test_what_is_not_urgent_leaves_the_stack_by_itself_and_waits_in_the_drawer(qtbot: QtBot, framed: Frame) -> None:
    window, docks = framed()
    say(qtbot, window, docks, news(1, urgent=False), news(2))
    window.notices.cards[0].lapse()
    assert [card.notice.bay for card in window.notices.cards] == ["A2"]
    assert window.top.bell.text().strip() == "2"
    QTest.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.AltModifier)
    assert "CAM-1 was taken out." in text_of(window.drawer)


def test_a_notice_leads_to_its_bay(qtbot: QtBot, framed: Frame) -> None:
    window, docks = framed()
    window.open_page("doctor")
    say(qtbot, window, docks, news(3))
    QTest.mouseClick(window.notices.cards[0].show_bay, LEFT)
    assert window.page.NAME == "dock"
    assert plain(window, "dock").shown == ["A3"]


def test_what_the_stack_shows_is_seen_by_key(qtbot: QtBot, framed: Frame) -> None:
    window, docks = framed()
    say(qtbot, window, docks, *[news(n) for n in range(5)])
    QTest.keyClick(window, Qt.Key.Key_M, Qt.KeyboardModifier.AltModifier)
    assert [card.notice.bay for card in window.notices.cards] == [f"A{n}" for n in range(MOST, 5)][:MOST]
    assert window.log.unseen == 5 - MOST


def test_an_urgent_notice_stays_over_whatever_page_comes_up(qtbot: QtBot, framed: Frame) -> None:
    window, docks = framed()
    say(qtbot, window, docks, news(1))
    for name in ("recordings", "doctor", "dock"):
        window.open_page(name)
        card = window.notices.cards[0]
        on_top = window.childAt(card.mapTo(window, card.rect().center()))
        assert on_top is not None
        assert card.isAncestorOf(on_top)


# -- the drawer --------------------------------------------------------------------------------------------------------


def test_an_empty_drawer_says_what_will_be_here(framed: Frame) -> None:
    window, _docks = framed()
    QTest.mouseClick(window.top.bell, LEFT)
    assert window.drawer.isVisible()
    assert "will be here" in text_of(window.drawer)
    assert not window.drawer.all_seen.isEnabled()


def test_the_drawer_tells_newest_first_when_where_what_and_what_to_do(qtbot: QtBot, framed: Frame) -> None:
    window, docks = framed()
    say(qtbot, window, docks, news(1, minutes=9), news(2), news(3, minutes=30))
    window.toggle_drawer()
    told = [text_of(card) for card in window.drawer.cards]
    assert ["A2" in told[0], "A1" in told[1], "A3" in told[2]] == [True] * 3
    for part in ("A1 · 05:43", "CAM-1 was taken out.", "Dock CAM-1 again.", "Show A1", "Seen"):
        assert part in told[1]
    assert not window.notices.isVisible()


def test_seen_or_not_is_told_and_counted(qtbot: QtBot, framed: Frame) -> None:
    window, docks = framed()
    say(qtbot, window, docks, news(1), news(2, minutes=1))
    window.toggle_drawer()
    first, second = window.drawer.cards
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
    assert not first.button.isVisible()
    assert second.button.isVisible()
    assert window.top.bell.text().strip() == "1"
    assert "1 notice not seen" in window.top.bell.accessibleName()
    assert QApplication.focusWidget() is second.button
    QTest.mouseClick(window.drawer.all_seen, LEFT)
    assert window.log.unseen == 0
    assert window.top.bell.text() == ""


def test_when_the_drawer_goes_only_the_urgent_are_still_unseen(qtbot: QtBot, framed: Frame) -> None:
    window, docks = framed()
    say(qtbot, window, docks, news(1), news(2, urgent=False))
    window.toggle_drawer()
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert not window.drawer.isVisible()
    assert plain(window, "dock").field.hasFocus()
    assert [(entry.notice.bay, entry.seen) for entry in window.log.entries] == [("A1", False), ("A2", True)]
    assert [card.notice.bay for card in window.notices.cards] == ["A1"]


def test_what_comes_while_the_drawer_is_open_moves_nothing_in_it(qtbot: QtBot, framed: Frame) -> None:
    window, docks = framed()
    say(qtbot, window, docks, news(1, minutes=5))
    window.toggle_drawer()
    assert not window.drawer.newer.isVisible()
    say(qtbot, window, docks, news(2))
    assert [card.notice.bay for card in window.drawer.cards] == ["A1"]
    assert window.drawer.newer.text() == "Show 1 new notice"
    assert [card.notice.bay for card in window.notices.cards] == ["A2"]
    assert not place(window.notices, window).intersects(place(window.drawer, window))
    QTest.mouseClick(window.drawer.newer, LEFT)
    assert [card.notice.bay for card in window.drawer.cards] == ["A2", "A1"]
    assert not window.drawer.newer.isVisible()


def test_older_notices_are_laid_out_when_asked_for(qtbot: QtBot, framed: Frame) -> None:
    window, docks = framed()
    say(qtbot, window, docks, *[news(n, minutes=n) for n in range(30)])
    window.toggle_drawer()
    assert len(window.drawer.cards) == AT_ONCE
    QTest.mouseClick(window.drawer.older, LEFT)
    assert [card.notice.bay for card in window.drawer.cards] == [f"A{n}" for n in range(30)]
    assert not window.drawer.older.isVisible()


def test_the_drawer_leads_to_a_bay_too(qtbot: QtBot, framed: Frame) -> None:
    window, docks = framed()
    window.open_page("recordings")
    say(qtbot, window, docks, news(7))
    window.toggle_drawer()
    QTest.mouseClick(window.drawer.cards[0].show_bay, LEFT)
    assert plain(window, "dock").shown == ["A7"]
    assert window.page.NAME == "dock"
