"""What a person sees and does on the Doctor page: a real home with sealed recordings behind it."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.doctor import CHECKS, Finding, State
from app.people.values import Role
from app.snapshot import Notice
from app.ui import doctor_page
from app.ui.bridge import Bridge
from app.ui.doctor_page import DoctorPage
from app.ui.page import Context
from app.ui.pages import PAGES
from app.ui.tokens import Theme, load_fonts
from app.ui.window import Window
from db.schema import Verification
from tests.app.bench import Bench, noise
from tests.app.ui.test_signed_in import person
from tests.screens.shoot import fill
from tests.screens.story import STATION, StoryDocks

LIMIT_MS = 20_000


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """A home with three recordings."""
    bench = Bench(tmp_path)
    bench.plug(bench.camera(files={f"{number}.MP4": noise(50_000, number) for number in range(3)}))
    assert len(bench.offload().sealed) == 3
    yield bench
    bench.close()


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication, bench: Bench) -> Iterator[Window]:
    """A window on this home, its Doctor up."""
    qapp.setStyle("Fusion")
    load_fonts()
    bridge = Bridge(StoryDocks((), STATION))
    window = Window(
        Context(bench.home, bridge, Theme("light")), [one for one in PAGES if one.name in {"dock", "doctor"}]
    )
    qtbot.addWidget(window)
    window.open_page("doctor")
    window.show()
    qtbot.waitExposed(window)
    fill(window)
    bridge.start()
    yield window
    window.close()
    bridge.close()


@pytest.fixture
def page(qtbot: QtBot, window: Window) -> DoctorPage:
    """The page once it has looked."""
    page = window.page
    assert isinstance(page, DoctorPage)
    looked(qtbot, page)
    return page


def looked(qtbot: QtBot, page: DoctorPage) -> None:
    """Wait until the page shows what was found, and how vault and ledger stand."""
    qtbot.waitUntil(lambda: bool(page.findings.rows) and page.look_act.isEnabled(), timeout=LIMIT_MS)
    qtbot.waitUntil(lambda: bool(page.ledger.values[0].text()), timeout=LIMIT_MS)


def click(qtbot: QtBot, button: QPushButton) -> None:
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)  # type: ignore[no-untyped-call]


def kinds(bench: Bench) -> list[str]:
    return [json.loads(entry.body)["kind"] for entry in bench.home.records.entries()]


def spoil(bench: Bench) -> None:
    path = next(bench.home.vault.folder.glob("*/*.age-payload"))
    data = bytearray(path.read_bytes())
    data[100] ^= 1
    path.write_bytes(data)


def test_every_finding_is_shown_with_what_to_do_and_the_worst_first(page: DoctorPage) -> None:
    rows = page.findings.rows
    assert {row.finding.code for row in rows} == set(CHECKS)
    order = [State.WRONG, State.WARN, State.UNKNOWN, State.RIGHT]
    places = [order.index(row.finding.state) for row in rows]
    assert places == sorted(places)
    for row in rows:
        assert row.finding.words in row.accessibleName()
        assert row.finding.what_to_do in row.accessibleName()
    warned = sum(row.finding.state is State.WARN for row in rows)
    assert f"{warned} warnings" in page._sentence.text()


def test_looking_again_shows_what_changed(
    qtbot: QtBot, page: DoctorPage, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = Finding("usb", "USB access", State.WRONG, "No port works.", "Restart the machine.")
    monkeypatch.setattr(doctor_page, "examine", lambda *_: (first,))
    qtbot.keyClick(page.window(), Qt.Key.Key_F5)  # type: ignore[no-untyped-call]
    qtbot.waitUntil(lambda: page.findings.rows[0].finding == first, timeout=LIMIT_MS)
    assert page._sentence.text() == "1 thing is wrong."
    assert [row.isVisible() for row in page.findings.rows[:2]] == [True, False]
    assert "Looked at" in page._when.text()


def test_verifying_everything_is_logged_and_told(qtbot: QtBot, page: DoctorPage, bench: Bench) -> None:
    click(qtbot, page.vault.verify)
    qtbot.waitUntil(lambda: "nothing is wrong" in page.vault.news.text(), timeout=LIMIT_MS)
    assert "3 recordings (150\N{NO-BREAK SPACE}kB)" in page.vault.news.text()
    assert kinds(bench)[-1] == "verified"
    qtbot.waitUntil(lambda: "nothing wrong" in page.vault.values[4].text(), timeout=LIMIT_MS)
    assert page.vault.verify.isVisible()
    looked(qtbot, page)


def test_a_verification_is_logged_under_who_is_signed_in(qtbot: QtBot, page: DoctorPage, bench: Bench) -> None:
    session = page.context.session
    session.sign_in(person(Role.AUDITOR))
    click(qtbot, page.vault.verify)
    session.lock()
    qtbot.waitUntil(lambda: "nothing is wrong" in page.vault.news.text(), timeout=LIMIT_MS)
    with bench.home.database.read() as reading:
        assert [one.by for one in reading.query(Verification)] == ["3001"]
    looked(qtbot, page)


def test_what_a_verification_finds_wrong_is_a_notice_too(qtbot: QtBot, page: DoctorPage, bench: Bench) -> None:
    spoil(bench)
    with qtbot.waitSignal(page.noticed, timeout=LIMIT_MS) as heard:
        click(qtbot, page.vault.verify)
    (notice,) = heard.args
    assert isinstance(notice, Notice)
    assert notice.urgent
    assert "does not authenticate" in notice.reason.what_happened
    assert "does not authenticate" in page.vault.news.text()
    assert json.loads(bench.home.records.entries(bench.home.records.ledger_size() - 1)[0].body)["result"] == "wrong"
    qtbot.waitUntil(lambda: "thing is wrong" in page._sentence.text(), timeout=LIMIT_MS)


class Slow:
    """Lets the vault prove one recording, then waits to be let go, telling on."""

    def __init__(self, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
        self.reached, self.go = threading.Event(), threading.Event()
        self._prove = bench.home.vault.prove
        monkeypatch.setattr(bench.home.vault, "prove", self.prove)

    def prove(self, id_: str, sealed: object, identity: object, tick: object) -> None:
        self.reached.set()
        assert self.go.wait(LIMIT_MS / 1000)
        self._prove(id_, sealed, identity, tick)  # type: ignore[arg-type]


def test_a_verification_shows_progress_and_can_be_stopped(
    qtbot: QtBot, page: DoctorPage, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow, before = Slow(bench, monkeypatch), kinds(bench)
    click(qtbot, page.vault.verify)
    assert page.vault.stop.isVisible()
    assert not page.vault.verify.isVisible()
    qtbot.waitUntil(lambda: "entries" in page.vault.news.text(), timeout=LIMIT_MS)
    assert slow.reached.wait(LIMIT_MS / 1000)
    click(qtbot, page.vault.stop)
    slow.go.set()
    qtbot.waitUntil(lambda: "was stopped" in page.vault.news.text(), timeout=LIMIT_MS)
    assert page.vault.verify.isVisible()
    assert kinds(bench) == before, "a verification that was stopped is no verification"


def test_leaving_in_the_middle_ends_the_verification(
    qtbot: QtBot, page: DoctorPage, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow, before = Slow(bench, monkeypatch), kinds(bench)
    click(qtbot, page.vault.verify)
    assert slow.reached.wait(LIMIT_MS / 1000)
    page.leave()
    slow.go.set()
    qtbot.waitUntil(
        lambda: not [one for one in threading.enumerate() if one.name.startswith("verify")], timeout=LIMIT_MS
    )
    assert kinds(bench) == before


def test_the_checkpoint_can_be_taken_away(qtbot: QtBot, page: DoctorPage, bench: Bench) -> None:
    click(qtbot, page.ledger.copy)
    copied = QGuiApplication.clipboard().text()
    assert copied == bench.home.proofs.newest_checkpoint().note  # type: ignore[union-attr]
    assert bench.home.records.verify(held=(copied,)).entries == bench.home.records.ledger_size()


def test_the_ledger_is_exported_to_a_chosen_folder(
    qtbot: QtBot, page: DoctorPage, bench: Bench, tmp_path: Path
) -> None:
    page.exporting.export(str(tmp_path))
    assert not page.ledger.export.isEnabled()
    qtbot.waitUntil(lambda: "Key fingerprint" in page.exporting.news.text(), timeout=LIMIT_MS)
    (folder,) = tmp_path.glob("ledger-*")
    checked = subprocess.run(
        [sys.executable, folder / "verify.py", folder], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert kinds(bench)[-1] == "exported"


def test_an_export_that_cannot_be_is_told(qtbot: QtBot, page: DoctorPage, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    page.exporting.export(str(tmp_path / "file"))
    qtbot.waitUntil(lambda: "failed" in page.exporting.news.text(), timeout=LIMIT_MS)
    assert page.ledger.export.isEnabled()


@pytest.mark.parametrize("what", ["vault", "ledger"])
@pytest.mark.parametrize("size", [(1366, 768), (1024, 600), (900, 500)])
def test_a_chip_at_the_top_comes_to_its_section(
    qtbot: QtBot, window: Window, page: DoctorPage, what: str, size: tuple[int, int]
) -> None:
    window.open_page("dock")
    window.resize(*size)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.open_page("doctor", what)
    section = {"vault": page.vault, "ledger": page.ledger}[what]
    focused = QApplication.focusWidget()
    assert focused is not None
    assert section.isAncestorOf(focused)
    qtbot.waitUntil(lambda: wholly_seen(focused))


def test_the_findings_scroll_by_key(qtbot: QtBot, window: Window, page: DoctorPage) -> None:
    window.resize(900, 500)
    page.look.setFocus()
    last = page.findings.rows[-1]
    qtbot.waitUntil(lambda: last.visibleRegion().isEmpty())

    def one_page_down() -> bool:
        qtbot.keyClick(page.look, Qt.Key.Key_PageDown)  # type: ignore[no-untyped-call]
        return wholly_seen(last)

    qtbot.waitUntil(one_page_down)


def wholly_seen(widget: QWidget) -> bool:
    return widget.visibleRegion().boundingRect().size() == widget.size()


def test_acts_tell_their_keys(page: DoctorPage) -> None:
    for act in page.actions():
        assert act.shortcut().toString()
        assert f"({act.shortcut().toString()})" in act.toolTip()
