"""What a person sees and does on the Dock page."""

from __future__ import annotations

import threading
from datetime import timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.home import Home
from app.people.values import Role
from app.sharing import fault_reported
from app.snapshot import (
    WORKING,
    Accept,
    Answer,
    BaySnapshot,
    BayState,
    ClearFault,
    HoldAll,
    Keep,
    Notice,
    OwnerGone,
    Reason,
    RecordingState,
    ReportFault,
    Retry,
)  # fmt: skip
from app.ui.card import Step
from app.ui.face import face, look
from app.ui.notices import MOST
from app.ui.panels import sentence
from app.ui.recordings import Recordings
from app.ui.tokens import LIGHT, Theme, Tone
from app.ui.wall import arrange, docks
from app.ui.window import Window
from tests.app.custody.force import Force
from tests.app.ui.conftest import Open
from tests.app.ui.test_signed_in import person
from tests.screens import story
from tests.screens.shoot import dock_of
from tests.screens.story import NOW, STATION, camera, empty, many, night, recordings


def words_on(widget: QWidget) -> str:
    """All text that is to be seen in a widget."""
    parts: list[QLabel | QPushButton] = [*widget.findChildren(QLabel), *widget.findChildren(QPushButton)]
    return "\n".join(part.text() for part in parts if part.isVisible())


def click(qtbot: QtBot, widget: QWidget) -> None:
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)  # type: ignore[no-untyped-call]


def press(qtbot: QtBot, widget: QWidget, key: Qt.Key) -> None:
    qtbot.keyClick(widget, key)  # type: ignore[no-untyped-call]


def button(window: Window, text: str) -> QPushButton:
    """The button of the details that says this and can be seen."""
    found = [one for one in dock_of(window).details.findChildren(QPushButton) if one.isVisible() and one.text() == text]
    assert len(found) == 1, f"{len(found)} buttons say {text}"
    return found[0]


def counts(window: Window) -> list[int]:
    return [count.value for count in dock_of(window).counts.counts]


def test_a_camera_that_is_issued_is_lit_and_says_to_whom(qtbot: QtBot, opened: Open) -> None:
    window, docks = opened(night())
    card, ready = dock_of(window).wall.cards["B4"], counts(window)[0]
    assert not card.face.lit
    before = card.grab().toImage()
    docks.say(camera("B4", "CAM-0733", BayState.READY, 100, asset="BWV-733", issued_to="1361"))
    qtbot.waitUntil(lambda: card.face.word == "Issued to 1361")
    assert (card.face.camera, card.face.look.icon, card.face.lit) == ("BWV-733", "issued", True)
    assert "Issued to 1361" in card.accessibleName()
    assert counts(window)[0] == ready - 1
    assert card.grab().toImage().pixelColor(card.width() // 2, 1).name().upper() == LIGHT.focus
    docks.say(camera("B4", "CAM-0733", BayState.READY, 100))
    qtbot.waitUntil(lambda: not card.face.lit)
    assert card.grab().toImage() == before


def test_a_camera_at_work_is_not_lit_whoever_it_is_for() -> None:
    shown = face(camera("A1", "CAM-0412", BayState.COPYING, 46, issued_to="1361"), NOW)
    assert not shown.lit
    assert shown.look == look(BayState.COPYING)


def test_a_card_turns_ready_when_the_snapshot_says_so(qtbot: QtBot, opened: Open) -> None:
    window, docks = opened(night())
    card = dock_of(window).wall.cards["A1"]
    assert card.face.word == "Copying 3 of 12"
    before = card.grab().toImage()
    docks.say(camera("A1", "CAM-0412", BayState.READY, 46))
    qtbot.waitUntil(lambda: card.face.word == "Ready")
    assert card.grab().toImage() != before
    assert "Ready" in card.accessibleName()
    assert counts(window) == [6, 2, 2, 4, 2]


@pytest.mark.parametrize("state", list(BayState))
def test_every_state_has_a_word_a_shape_and_a_tone(qapp: object, state: BayState) -> None:
    shown = face(camera("A1", "CAM-1", state, 50), NOW)
    assert shown.word
    assert shown.short
    assert (shown.look.tone is Tone.BUSY) == (state in WORKING)
    assert shown.look == look(state)


def test_the_counts_count_and_choose_the_next_such_bay(qtbot: QtBot, opened: Open) -> None:
    window, _docks = opened(night())
    assert counts(window) == [5, 3, 2, 4, 2]
    need_you = dock_of(window).counts.counts[3]
    seen = []
    for _ in range(5):
        click(qtbot, need_you)
        seen.append(dock_of(window).chosen)
    assert seen == ["C3", "D4", "D2", "B3", "C3"]  # the newest first
    press(qtbot, dock_of(window).counts.counts[1], Qt.Key.Key_Return)
    assert dock_of(window).chosen == "A1"
    assert "F2" in need_you.toolTip()
    press(qtbot, window, Qt.Key.Key_F2)
    assert dock_of(window).chosen == "C3"


def test_the_arrow_keys_walk_the_wall(qtbot: QtBot, opened: Open) -> None:
    window, _docks = opened(night())
    wall = dock_of(window).wall
    for key, bay in [
        (Qt.Key.Key_Right, "A2"), (Qt.Key.Key_Down, "B2"), (Qt.Key.Key_Left, "B1"), (Qt.Key.Key_Up, "A1"),
        (Qt.Key.Key_Up, "A1"), (Qt.Key.Key_End, "D4"), (Qt.Key.Key_Right, "D4"), (Qt.Key.Key_Home, "A1"),
    ]:  # fmt: skip
        wall.cards[dock_of(window).chosen].setFocus()
        press(qtbot, wall.cards[dock_of(window).chosen], key)
        assert dock_of(window).chosen == bay
        assert [name for name, card in wall.cards.items() if card.isChecked()] == [bay]


def test_the_choice_stays_when_the_bays_change(qtbot: QtBot, opened: Open) -> None:
    window, docks = opened(night())
    dock_of(window).choose("C2")
    for bay in many(20):
        docks.say(bay)
    qtbot.waitUntil(lambda: len(dock_of(window).wall.cards) == 20)
    assert dock_of(window).chosen == "C2"
    assert list(dock_of(window).wall.cards)[-1] == "E4"


def test_a_new_camera_is_accepted_from_the_sentence(qtbot: QtBot, opened: Open) -> None:
    window, docks = opened(night())
    button = dock_of(window).sentence.button
    assert button.text() == "Accept D4"
    click(qtbot, button)
    qtbot.waitUntil(lambda: docks.acts == [Accept("D4")])
    docks.say(camera("D4", "BC3-00A7F31D", BayState.IDENTIFYING, 54))
    qtbot.waitUntil(lambda: not button.isVisible())


@pytest.mark.parametrize("state", [BayState.FAULT, BayState.ATTENTION])
def test_a_refused_act_is_told_where_it_was_tried(qtbot: QtBot, opened: Open, state: BayState) -> None:
    window, docks = opened((camera("A1", "CAM-1", state, 50),))
    docks.answer = Answer(False, "A1 holds a damaged card: it is not read again.")
    retry = button(window, "Try again")
    click(qtbot, retry)
    qtbot.waitUntil(lambda: docks.answer.words in words_on(dock_of(window).details))
    assert docks.acts == [Retry("A1")]
    assert retry.isEnabled()
    assert docks.answer.words not in words_on(dock_of(window).sentence)


def test_a_refused_acceptance_stands_in_the_sentence_while_work_goes_on(qtbot: QtBot, opened: Open) -> None:
    window, docks = opened(night())
    docks.answer = Answer(False, "The camera in D4 is gone.")
    click(qtbot, dock_of(window).sentence.button)
    qtbot.waitUntil(lambda: docks.answer.words in words_on(dock_of(window).sentence))
    docks.say(camera("A4", "CAM-0310", BayState.READY, 100))
    qtbot.waitUntil(lambda: counts(window)[0] == 6)
    assert docks.answer.words in words_on(dock_of(window).sentence)


def test_the_details_say_why_and_what_to_do(opened: Open) -> None:
    window, _docks = opened(night())
    dock_of(window).choose("D2")
    told = words_on(dock_of(window).details)
    for text in (story.DAMAGED.what_happened, story.DAMAGED.what_to_do, "9 recordings", "7 sealed, 0 released", "1078"):
        assert text in told
    dock_of(window).choose("B3")
    assert "4 min 12 s slow" in words_on(dock_of(window).details)
    assert story.DAMAGED.what_happened not in words_on(dock_of(window).details)


def test_markup_in_a_camera_s_answer_is_shown_as_it_is(opened: Open) -> None:
    evil = camera("A1", "<b>x</b>", BayState.READY, 50, owner="<img src=x>", firmware="<i>1</i>")
    window, _docks = opened((evil,))
    plain = [
        one for one in dock_of(window).details.findChildren(QLabel) if "<" in one.text() and "span" not in one.text()
    ]
    assert plain
    assert all(one.textFormat() is Qt.TextFormat.PlainText for one in plain)


def test_the_first_start_says_what_will_be_here(opened: Open) -> None:
    window, _docks = opened(())
    told = words_on(dock_of(window))
    assert "Dock a camera" in told
    assert not dock_of(window).details.isVisible()


def test_the_sentence_never_calls_safe_what_is_not() -> None:
    done = camera("A1", "C", BayState.READY, 100, recordings=recordings(RecordingState.RELEASED))
    kept = camera("A2", "D", BayState.READY, 100, recordings=recordings(RecordingState.SEALED))
    left = camera("A3", "E", BayState.CHARGING, 100, recordings=recordings(RecordingState.FAILED))
    assert "released from its camera" in sentence((done,)).second
    assert "kept on their cameras" in sentence((done, kept)).second
    assert "still on their cameras only" in sentence((done, kept, left)).second
    assert sentence((empty("A1", NOW),)).first == "No camera is docked."


def test_of_several_needs_the_sentence_tells_the_newest_and_every_camera_is_counted() -> None:
    old = camera("A1", "C", BayState.FAULT, 9, reasons=(story.DAMAGED,), since=NOW - timedelta(hours=2))
    new = camera("A2", "D", BayState.ATTENTION, 9, reasons=(story.CLOCK,), since=NOW)
    kept = camera("A3", "E", BayState.DOCKED, 9, kept=True)
    told = sentence((old, new, kept))
    assert told.first == "3 cameras: 1 docked, 2 need you."
    assert told.second.startswith("A2: " + story.CLOCK.what_happened)


def test_the_end_of_the_owner_is_said_until_another_goes_on(qtbot: QtBot, opened: Open) -> None:
    window, docks = opened(night())
    docks.say(OwnerGone())
    qtbot.waitUntil(lambda: "Docking has stopped" in words_on(dock_of(window).sentence))
    docks.say(camera("A1", "CAM-0412", BayState.READY, 46))
    qtbot.waitUntil(lambda: "Docking has stopped" not in words_on(dock_of(window).sentence))


def test_a_flood_leaves_the_last_snapshot_of_every_bay_on_screen(qtbot: QtBot, opened: Open) -> None:
    window, docks = opened(many(64))
    for run in range(1000):
        for bay in docks.shown:
            docks.say(msgspec.structs.replace(bay, run=run, state=BayState.COPYING, rate=1e6 * (run + 1)))
    for bay in docks.shown:
        docks.say(camera(bay.bay, f"LAST-{bay.bay}", BayState.READY, 100))
    cards = dock_of(window).wall.cards
    qtbot.waitUntil(lambda: all(card.face.camera == f"LAST-{bay}" for bay, card in cards.items()))
    assert counts(window) == [64, 0, 0, 0, 0]


# -- acts on a camera --------------------------------------------------------------------------------------------------


def test_what_can_be_done_depends_on_the_camera_and_every_act_has_its_key(opened: Open) -> None:
    window, _docks = opened(night())
    page = dock_of(window)
    offered = {}
    for bay in ("A1", "B2", "B3", "C3", "D4"):
        page.choose(bay)
        shown = [one for one in page.details.findChildren(QPushButton) if one.isVisible()]
        assert all(act.shortcut().toString() in act.toolTip() for act in page.actions())
        offered[bay] = {one.text() for one in shown}
    usual = {"Keep on camera", "Hold recordings…", "Report fault…", "Open recordings"}
    assert offered == {"A1": usual, "B2": set(), "B3": usual | {"Try again"}, "C3": set(), "D4": {"Accept camera"}}


def test_keep_is_asked_for_and_taken_back(qtbot: QtBot, opened: Open) -> None:
    window, docks = opened(night())
    press(qtbot, window, Qt.Key.Key_F6)
    qtbot.waitUntil(lambda: docks.acts == [Keep("A1")])
    docks.say(msgspec.structs.replace(docks.shown[0], kept=True))
    qtbot.waitUntil(lambda: dock_of(window).acts.keep.text() == "Release as usual")
    click(qtbot, button(window, "Release as usual"))
    qtbot.waitUntil(lambda: docks.acts[1:] == [Keep("A1", keep=False)])


def test_the_words_for_a_hold_are_asked_in_line_and_stay_when_it_is_refused(qtbot: QtBot, opened: Open) -> None:
    window, docks = opened(night())
    click(qtbot, button(window, "Hold recordings…"))
    question = dock_of(window).acts.question
    assert "CAM-0412" in words_on(question)
    assert question.words.hasFocus()
    docks.answer = Answer(False, "Say why, in a few words.")
    qtbot.keyClicks(question.words, "Complaint 12")  # type: ignore[no-untyped-call]
    press(qtbot, question.words, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "Say why, in a few words." in words_on(dock_of(window).details))
    assert question.words.text() == "Complaint 12"
    docks.answer = Answer(True, "5 recordings held.")
    click(qtbot, question.do)
    qtbot.waitUntil(lambda: "5 recordings held." in words_on(dock_of(window).details))
    assert not question.isVisible()
    assert docks.acts == [HoldAll("A1", "Complaint 12")] * 2


def test_a_refused_hold_is_told_though_the_camera_went_on_meanwhile(qtbot: QtBot, opened: Open) -> None:
    window, docks = opened(night())
    acts, gone_on = dock_of(window).acts, threading.Event()
    docks.before_answer = partial(gone_on.wait, 10)
    docks.answer = Answer(False, "The ledger cannot be written.")
    acts.hold.trigger()
    qtbot.keyClicks(acts.question.words, "Complaint 12")  # type: ignore[no-untyped-call]
    press(qtbot, acts.question.words, Qt.Key.Key_Return)
    docks.say(msgspec.structs.replace(docks.shown[0], state=BayState.PROVING))
    qtbot.waitUntil(lambda: dock_of(window).wall.cards["A1"].snapshot.state is BayState.PROVING)
    gone_on.set()
    qtbot.waitUntil(lambda: "The ledger cannot be written." in words_on(dock_of(window).details))
    assert acts.question.do.isEnabled()


def test_a_fault_is_reported_and_its_mending_told(qtbot: QtBot, opened: Open) -> None:
    window, docks = opened(night())
    for key, words, act in ((Qt.Key.Key_F8, "Lens cracked", ReportFault), (Qt.Key.Key_F8, "New lens", ClearFault)):
        press(qtbot, window, key)
        qtbot.keyClicks(dock_of(window).acts.question.words, words)  # type: ignore[no-untyped-call]
        press(qtbot, dock_of(window).acts.question.words, Qt.Key.Key_Return)
        qtbot.waitUntil(partial(docks.acts.__contains__, act("A1", words)))
        qtbot.waitUntil(lambda: not dock_of(window).acts.question.isVisible())
        docks.say(camera("A1", "CAM-0412", BayState.ATTENTION, 46, reasons=(fault_reported(words),)))
        qtbot.waitUntil(lambda: dock_of(window).acts.fault.text() == "Fault is mended…")


def test_a_question_ends_with_esc_and_with_another_camera_and_does_nothing(qtbot: QtBot, opened: Open) -> None:
    window, docks = opened(night())
    question = dock_of(window).acts.question
    press(qtbot, window, Qt.Key.Key_F7)
    press(qtbot, question.words, Qt.Key.Key_Escape)
    assert not question.isVisible()
    press(qtbot, window, Qt.Key.Key_F8)
    dock_of(window).choose("A2")
    assert not question.isVisible()
    assert button(window, "Hold recordings…").isEnabled()
    assert docks.acts == []


@pytest.mark.parametrize(
    ("key", "words", "act"),
    [
        (Qt.Key.Key_F6, "", Keep("A1")),
        (Qt.Key.Key_F7, "Complaint 12", HoldAll("A1", "Complaint 12")),
        (Qt.Key.Key_F8, "Lens cracked", ReportFault("A1", "Lens cracked")),
    ],
)
def test_where_people_sign_in_an_act_is_somebodys(
    qtbot: QtBot, opened: Open, key: Qt.Key, words: str, act: Keep | HoldAll | ReportFault
) -> None:
    window, docks = opened(night(), station=msgspec.structs.replace(STATION, accounts=True))
    session, acts = dock_of(window).acts._session, dock_of(window).acts
    qtbot.waitUntil(lambda: session.accounts)

    def ask() -> None:
        if acts.question.isVisible():
            acts.question.do.click()
            return
        {Qt.Key.Key_F6: acts.keep, Qt.Key.Key_F7: acts.hold, Qt.Key.Key_F8: acts.fault}[key].trigger()
        if words:
            acts.question.words.setText(words)
            acts.question.do.click()

    ask()
    assert window.sign_in.isVisible()
    assert docks.acts == []
    window.sign_in.end()
    somebody = person(Role.SERGEANT)
    session.sign_in(somebody)
    ask()
    qtbot.waitUntil(lambda: docks.acts == [msgspec.structs.replace(act, by=somebody)])
    session.lock()


def test_the_recordings_of_a_camera_are_asked_for_by_its_id(qtbot: QtBot, opened: Open) -> None:
    window, docks = opened(night())
    with qtbot.waitSignal(dock_of(window).asked) as asked:
        press(qtbot, window, Qt.Key.Key_F9)
    assert asked.args == ["recordings", docks.shown[0].camera_id]


def test_keys_do_nothing_where_their_act_is_not_offered(qtbot: QtBot, opened: Open) -> None:
    window, docks = opened(night())
    dock_of(window).choose("B2")
    for key in (Qt.Key.Key_F3, Qt.Key.Key_F5, Qt.Key.Key_F6, Qt.Key.Key_F7, Qt.Key.Key_F8, Qt.Key.Key_F9):
        press(qtbot, window, key)
    assert docks.acts == []
    assert not dock_of(window).acts.question.isVisible()


# -- the frame ---------------------------------------------------------------------------------------------------------


def test_the_top_tells_of_station_try_out_ledger_and_vault(opened: Open) -> None:
    window, _docks = opened(night())
    told = words_on(window.top)
    for text in ("Kendal", "Tue 24 Nov 2026", "05:52", "Try-out", "Ledger 41,207", "signed 05:48", "1.8 TB free"):
        assert text in told.replace("\N{NO-BREAK SPACE}", " ")


def test_a_station_with_evidence_has_no_try_out_badge(qtbot: QtBot, opened: Open) -> None:
    window, _docks = opened(night(), station=msgspec.structs.replace(STATION, try_out=False))
    qtbot.waitUntil(lambda: "Kendal" in words_on(window.top))
    assert "Try-out" not in words_on(window.top)


def test_what_is_wrong_with_a_station_is_told_in_a_round_after_its_chips(qtbot: QtBot, opened: Open) -> None:
    """A notice lays the window out anew: with the chips it would hold up the keys for too long."""
    window, _docks = opened(night())
    window._context.bridge.station_changed.emit(msgspec.structs.replace(STATION, keys_place="file"))
    assert "Keys in a file" in words_on(window.top)
    assert window.log.entries == []
    qtbot.waitUntil(lambda: "not in a keyring" in words_on(window.notices))


def test_keys_in_a_file_are_a_plain_warning(qtbot: QtBot, opened: Open) -> None:
    window, docks = opened(night())
    assert not window.top.warnings.isVisible()
    docks.say(msgspec.structs.replace(STATION, keys_place="file"))
    qtbot.waitUntil(lambda: "Keys in a file" in words_on(window.top))
    qtbot.waitUntil(lambda: "not in a keyring" in words_on(window.notices))
    click(qtbot, window.notices.cards[0].button)
    assert not window.notices.isVisible()
    click(qtbot, window.top.warnings)
    assert "not in a keyring" in words_on(window.notices)


def test_notices_stay_until_seen_and_never_too_many_at_once(qtbot: QtBot, opened: Open) -> None:
    window, docks = opened(night())
    for n in range(5):
        docks.say(Notice(NOW, Reason("pulled", f"A{n} was taken out early.", "Dock it again."), f"A{n}", urgent=True))
    qtbot.waitUntil(lambda: len(window.log.entries) == 5)
    assert len(window.notices.cards) == MOST
    seen = [card.notice.bay for card in window.notices.cards]
    while window.notices.cards:
        click(qtbot, window.notices.cards[0].button)
        seen += [card.notice.bay for card in window.notices.cards if card.notice.bay not in seen]
    assert seen == ["A0", "A1", "A2", "A3", "A4"]
    assert not window.notices.isVisible()


def test_dark_and_light_differ_and_need_no_system(opened: Open) -> None:
    pictures = [opened(night(), theme=theme)[0].grab().toImage() for theme in ("light", "dark")]
    corner = [picture.pixelColor(picture.width() - 3, picture.height() - 3).lightness() for picture in pictures]
    assert corner[0] > 200
    assert corner[1] < 60


# -- room for all ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", range(1, 65))
def test_up_to_64_bays_lie_apart_and_up_to_32_need_no_scrolling(opened: Open, count: int) -> None:
    window, _docks = opened(many(count))
    wall = dock_of(window).wall
    places = [card.geometry().adjusted(3, 3, -3, -3) for card in wall.cards.values()]
    assert not any(one.intersects(other) for at, one in enumerate(places) for other in places[:at])
    room = QRect(QPoint(0, 0), wall.viewport().size())
    assert all(place.left() >= 0 and place.right() <= room.right() for place in places)
    if count <= 32:
        assert all(room.contains(place) for place in places)
        assert not wall.verticalScrollBar().isVisible()


@pytest.mark.parametrize("sizes", [(8, 8), (16, 16), (16, 4), (4, 4, 4, 4)])
def test_docks_stand_side_by_side_and_apart(opened: Open, sizes: tuple[int, ...]) -> None:
    window, _docks = opened(story.two_docks(*sizes))
    wall = dock_of(window).wall
    spans = []
    for dock in "ABCD"[: len(sizes)]:
        cards = [card.geometry().adjusted(3, 3, -3, -3) for bay, card in wall.cards.items() if bay[0] == dock]
        spans.append((min(card.left() for card in cards), max(card.right() for card in cards)))
        assert min(card.top() for card in cards) == 3
    assert all(after[0] - before[1] > 20 for before, after in pairwise(spans))
    assert not wall.verticalScrollBar().isVisible()


def test_two_hubs_on_one_port_are_two_docks_and_more_are_one() -> None:
    def bays(*names: str) -> list[BaySnapshot]:
        return [camera(name, name, BayState.READY, 50) for name in names]

    assert docks(bays("B1", "A2", "A1")) == [["A1", "A2"], ["B1"]]
    assert docks(bays("A1", "B1", "C1")) == [["A1", "B1", "C1"]]
    assert docks([*bays("A1"), msgspec.structs.replace(bays("B1")[0], usb_path="2-1.1")]) == [["A1"], ["B1"]]


@pytest.mark.parametrize("size", [(1024, 600), (960, 540), (1366, 768), (1920, 1080)])
def test_nothing_is_clipped_or_overlaps(qtbot: QtBot, opened: Open, size: tuple[int, int]) -> None:
    window, _docks = opened(night(), size=size)
    assert (window.width(), window.height()) == size
    page, inside = dock_of(window), window.rect()
    blocks: list[QWidget] = [page.counts, page.sentence, page.wall, page.details, window.top]
    places = [QRect(block.mapTo(window, QPoint(0, 0)), block.size()) for block in blocks]
    assert all(inside.contains(place) for place in places)
    assert not any(one.intersects(other) for at, one in enumerate(places) for other in places[:at])
    buttons = [one for one in window.findChildren(QPushButton) if one.isVisible()]
    qtbot.waitUntil(lambda: [one.text() for one in buttons if one.width() < one.sizeHint().width()] == [])
    labels = [one for one in window.top.findChildren(QLabel) if one.isVisible()]
    assert [one.text() for one in labels if one.width() < one.sizeHint().width()] == []


@pytest.mark.parametrize("count", [1, 8, 16, 32, 64])
def test_the_biggest_kind_of_card_that_fits_is_taken(count: int) -> None:
    grid = arrange([count], 800, 606)
    assert grid.step is {1: Step.FULL, 8: Step.FULL, 16: Step.FULL, 32: Step.COMPACT, 64: Step.SMALL}[count]


def test_long_texts_do_not_widen_the_window(opened: Open) -> None:
    long = Reason("long", "The camera " + "very " * 60 + "odd.", "Do " + "this and " * 60 + "that.")
    bay = camera("A1", "S" * 200, BayState.FAULT, 50, reasons=(long,) * 5, model="M" * 200, firmware="F" * 200)
    window, _docks = opened((bay,), size=(1024, 600))
    assert window.width() == 1024
    assert dock_of(window).details.geometry().right() <= dock_of(window).width()


def test_everything_that_takes_the_keyboard_has_a_name(opened: Open) -> None:
    window, _docks = opened(night())
    dock_of(window).choose("D2")
    takers = [one for one in window.findChildren(QWidget) if one.focusPolicy() & Qt.FocusPolicy.TabFocus]
    nameless = [one for one in takers if one.isVisible() and not one.accessibleName() and not _within_table(one)]
    assert nameless == []


def _within_table(widget: QWidget) -> bool:
    return widget.parentWidget() is not None and "Table" in type(widget.parentWidget()).__name__


# -- the table of recordings -------------------------------------------------------------------------------------------


def test_the_table_mirrors_the_newest_recordings(qapp: object) -> None:
    model = Recordings(Theme("light"), lambda: NOW)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    resets: list[None] = []
    model.modelReset.connect(lambda: resets.append(None))
    night_ = recordings(*[RecordingState.ON_CAMERA] * 3)
    for shown in (night_[:2], night_, (msgspec.structs.replace(night_[0], state=RecordingState.RELEASED), *night_[1:])):
        model.show_recordings(shown)
        assert model.rowCount() == len(shown)
    assert resets == []
    texts = [str(model.index(0, column).data()).replace("\N{NO-BREAK SPACE}", " ") for column in range(4)]
    assert texts == ["23 Nov 22:14", "6:03", "412 MB", "Released"]
    assert "2026-11-23 22:14:00 UTC" in model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    model.show_recordings(night_[1:])
    assert (model.rowCount(), len(resets)) == (2, 1)
    del tester


@pytest.mark.parametrize("size", [(1366, 768), (1920, 1080)])
def test_no_cell_of_the_table_is_cut(opened: Open, size: tuple[int, int]) -> None:
    window, _docks = opened(night(), size=size)
    table = dock_of(window).details.table
    cells = [table.model().index(row, column) for row in range(12) for column in range(4)]
    assert [c.data() for c in cells if table.sizeHintForIndex(c).width() > table.columnWidth(c.column())] == []


def test_a_day_later_the_times_have_their_date(qtbot: QtBot, opened: Open) -> None:
    bay: BaySnapshot = camera("A1", "CAM-1", BayState.READY, 50, since=NOW)
    assert face(bay, NOW).detail == "since 05:52"
    assert face(bay, NOW + timedelta(days=1)).detail.replace("\N{NO-BREAK SPACE}", " ") == "since 24 Nov 05:52"


# -- what the pool says ------------------------------------------------------------------------------------------------


def test_cards_tell_how_a_camera_is_handed_out_and_who_is_a_stranger(
    opened: Open, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKWARDEN_KEYS", "file")
    with Home(tmp_path / "home") as home:
        force = Force(home.database, home.records)
        force.now = NOW - timedelta(days=2)
        force.hire("1333")
        force.add("C-77", serial="CAM-0077", mode="personal")
        force.dock("C-77")
        force.custody.issue("C-77", "1333", force.sergeant)
        force.add("C-551", serial="CAM-0551")
    window, _docks = opened(night())
    dock = dock_of(window)
    qtbot.waitUntil(lambda: dock.pool.is_settled and dock.pool.marks is not None)
    corners = {bay: card.face.corner for bay, card in dock.wall.cards.items()}
    assert (corners["A2"], corners["A3"], corners["A4"]) == ("personal 1333", "pool", "not in the pool")
    assert (corners["A1"], corners["B2"], corners["C3"]) == ("from 1234", "", "0bda:0129")
    assert "personal 1333" in dock.wall.cards["A2"].face.spoken
    dock.choose("A2")
    assert "personal 1333" in [one.text() for one in dock.details.findChildren(QLabel)]
    assert (dock.counts.late.isVisible(), dock.counts.late.value) == (True, 1)
    assert not dock.counts.counts[-1].isVisible()
    with qtbot.waitSignal(dock.asked) as asked:
        dock.counts.late.click()
    assert asked.args == ["late", None]


def test_an_empty_bay_says_with_whom_its_last_camera_is_out(
    opened: Open, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKWARDEN_KEYS", "file")
    with Home(tmp_path / "home") as home:
        force = Force(home.database, home.records)
        force.hire("1290", name="Ewan Fell")
        docked = {asset: force.dock(force.add(asset), bay=bay) for asset, bay in (("C-415", "C4"), ("C-9", "B2"))}
        force.custody.issue("C-415", "1290", force.sergeant)
        for docking in docked.values():
            home.records.lifted(docking, home.settings)
        window, docks = opened(night())
        dock = dock_of(window)
        qtbot.waitUntil(lambda: dock.pool.is_settled and dock.pool.marks is not None)
        told = {bay: card.face.detail for bay, card in dock.wall.cards.items() if card.face.empty}
        assert told["C4"].startswith("C-415 out with 1290 since ")
        assert told["B2"].startswith("C-9 taken by somebody unknown, ")
        assert "C-415 out with 1290" in dock.wall.cards["C4"].face.spoken
        assert "Fell" not in dock.wall.cards["C4"].face.spoken
        dock.choose("C4")
        assert told["C4"] in [one.text() for one in dock.details.findChildren(QLabel)]
        force.dock(force.add("C-10"), bay="C4")
        docks.say(msgspec.structs.replace(night()[0], serial="CAM-9999"))
        qtbot.waitUntil(lambda: dock.wall.cards["C4"].face.detail.startswith("free since"))
        assert dock.wall.cards["B2"].face.detail == told["B2"]


def test_without_a_pool_nobody_is_a_stranger(opened: Open, qtbot: QtBot) -> None:
    window, _docks = opened(night())
    dock = dock_of(window)
    qtbot.waitUntil(lambda: dock.pool.is_settled and dock.pool.marks is not None)
    assert [card.face.corner for card in dock.wall.cards.values() if "pool" in card.face.corner] == []
    assert (dock.counts.late.isVisible(), dock.counts.counts[-1].isVisible()) == (False, True)
