"""Draws the window's pages in a process of its own, whose scale is fixed before Qt starts."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
from PySide6.QtCore import QDeadlineTimer, QElapsedTimer, QEventLoop
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import delete

from app.custody.kiosk import AlreadyHolds, Offer, Standing
from app.home import Home
from app.people.values import Actor
from app.snapshot import BaySnapshot, Docks, Notice
from app.ui.bridge import Bridge
from app.ui.desk_page import DeskPage
from app.ui.dock_page import DockPage
from app.ui.kiosk import KioskWindow
from app.ui.kiosk_desk import Desk
from app.ui.page import Context
from app.ui.setup_guide import SetupGuide
from app.ui.sweeping import Sweeper
from app.ui.tokens import Theme, load_fonts
from app.ui.window import Window
from tests.screens import story
from tests.screens.force import sergeant
from tests.screens.station import time_is

LIMIT_MS = 20_000
STILL_MS = 400
"""A page on which nothing changes for so long shows all that it has to show."""

SIZES = {100: ((1366, 768), (1920, 1080)), 200: ((1920, 1080), (2732, 1536))}
"""The sizes of the pictures, in pixels, for each scale in percent."""


ASKED = {"custody": ("CAM-0129", "22 Nov 22:50")}
"""What is asked of a page that shows nothing by itself."""


def story_now() -> datetime:
    return story.NOW.astimezone()


def open_window(
    home: Home, docks: Docks, theme: str, width: int, height: int, actor: Actor | None = None
) -> tuple[Window, Bridge]:
    """Open the window on the docks, for whoever is signed in; wait until every page is made and every bay is on it."""
    bridge = Bridge(docks)
    context = Context(home, bridge, Theme(theme), story_now)
    window = Window(context)
    if actor is not None:
        context.session.sign_in(actor)
    window.resize(width, height)
    window.show()
    fill(window)
    bridge.start()
    limit = QDeadlineTimer(LIMIT_MS)
    while len(dock_of(window).wall.cards) < len(docks.bays()):
        if limit.hasExpired():
            raise TimeoutError("the bays did not come on screen")
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)
    return window, bridge


def fill(window: Window) -> None:
    """Wait until every page of a window that is shown is made."""
    limit = QDeadlineTimer(LIMIT_MS)
    while not window.is_complete:
        if limit.hasExpired():
            raise TimeoutError("the pages were not made")
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)


def dock_of(window: Window) -> DockPage:
    page = window.pages["dock"]
    assert isinstance(page, DockPage)
    return page


def still(widget: QWidget) -> QImage:
    """The widget's picture, once it has not changed for a while: what a page asks for has come."""
    limit, since, shown = QDeadlineTimer(LIMIT_MS), QElapsedTimer(), QImage()
    since.start()
    while since.elapsed() < STILL_MS:
        if limit.hasExpired():
            raise TimeoutError("the page never came to rest")
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)
        if (now := widget.grab().toImage()) != shown:
            shown = now
            since.restart()
    return shown


def start_qt() -> QApplication:
    """Start Qt as the program does."""
    application = QApplication(["dockwarden"])
    application.setStyle("Fusion")
    load_fonts()
    return application


def bring_up(window: Window, name: str, actor: Actor) -> None:
    """Bring a page up for somebody who has just signed in: without input the window would lock."""
    window.page.context.session.sign_in(actor)
    window.open_page(name, ASKED.get(name))
    desk = window.pages[name]
    if isinstance(desk, DeskPage) and not any(row.rule for row in desk.model.rows):
        hand_out(desk)


def hand_out(desk: DeskPage) -> None:
    """A shift change at the desk: most are given their camera, two are not, and the next officer stands there."""
    for number in (number for pair in story.HANDED_OUT for number in pair):
        desk.take(number)


def shoot_pages(window: Window, folder: Path, theme: str, scale: int, actor: Actor) -> None:
    """Draw every page in every size of this scale."""
    for width, height in SIZES[scale]:
        window.resize(width * 100 // scale, height * 100 // scale)
        for name in window.pages:
            bring_up(window, name, actor)
            save(still(window), folder / f"{name}-{theme}-{width}x{height}-{scale}.png")


def shoot_moments(window: Window, docks: story.StoryDocks, folder: Path) -> None:
    """Draw what comes up over a page: the palette, and the drawer of notices."""
    width, height = SIZES[100][0]
    window.resize(width, height)
    window.open_page("dock")
    for bay, reason in (("A3", story.TAKEN), ("D2", story.DAMAGED), ("C3", story.KEYBOARD)):
        docks.say(Notice(story.ago(minutes=ord(bay[0]) - 60), reason, bay, urgent=True))
    still(window)
    window.see_notices()
    for name, show in (("notices", window.toggle_drawer), ("palette", window.show_commands)):
        show()
        save(still(window), folder / f"{name}-light-{width}x{height}-100.png")
        if name == "notices":
            show()


def shoot_setup(folder: Path) -> None:
    """Draw the first start of a station that has nothing yet."""
    width, height = SIZES[100][0]
    station = msgspec.structs.replace(story.STATION, try_out=False, ledger_size=0, checkpoint_at=None)
    with tempfile.TemporaryDirectory() as empty, Home(Path(empty)) as home:
        bridge = Bridge(story.StoryDocks((), station))
        context = Context(home, bridge, Theme("light"), story_now)
        window = Window(context)
        guide = SetupGuide(context, window)
        window.resize(width, height)
        window.show()
        fill(window)
        bridge.start()
        save(still(window), folder / f"setup-light-{width}x{height}-100.png")
        guide.come_up_for_first()
        save(still(window), folder / f"setup-admin-light-{width}x{height}-100.png")
        end(window, bridge)


def shoot_locked(home: Home, folder: Path, theme: str, actor: Actor) -> None:
    """Draw what stands in place of a page that needs somebody once the window is locked."""
    width, height = SIZES[100][0]
    docks = story.StoryDocks(story.night(), msgspec.structs.replace(story.STATION, accounts=True))
    window, bridge = open_window(home, docks, theme, width, height, actor)
    bring_up(window, "recordings", actor)
    still(window)
    window.page.context.session.lock()
    save(still(window), folder / f"locked-{theme}-{width}x{height}-100.png")
    end(window, bridge)


def shoot_kiosk(folder: Path, theme: str) -> None:
    """Draw the kiosk: at rest, with a camera to take, with cameras brought back, and with a refusal."""
    width, height = SIZES[100][1]
    due, ready = story.NOW + timedelta(hours=8, minutes=8), story.at_the_kiosk()
    offer = Offer("1361", "CAM-0733", "B4", 100, due, 41_207, story.NOW)
    screens: dict[str, tuple[tuple[BaySnapshot, ...], Callable[[Desk], object]]] = {
        "idle": (ready, lambda _desk: None),
        "take": (ready, lambda desk: desk.told.emit(offer)),
        "return": (story.at_the_kiosk(*story.brought_back()), lambda _desk: None),
        "refused": (ready, lambda desk: desk.refused.emit(AlreadyHolds("CAM-0412"))),
    }
    for name, (bays, happens) in screens.items():
        with tempfile.TemporaryDirectory() as empty, Home(Path(empty)) as home:
            bridge = Bridge(story.StoryDocks(bays, msgspec.structs.replace(story.STATION, try_out=False)))
            kiosk = KioskWindow(Context(home, bridge, Theme(theme), story_now))
            kiosk.desk.standing = lambda: Standing(9, (), ())  # type: ignore[method-assign]
            kiosk.resize(width, height)
            bridge.start()
            kiosk.show()
            still(kiosk)
            happens(kiosk.desk)
            save(still(kiosk), folder / f"kiosk-{name}-{theme}-{width}x{height}-100.png")
            kiosk.leave()
            bridge.close()
            delete(kiosk)


def end(window: Window, bridge: Bridge) -> None:
    """End in the program's order."""
    window.close()
    bridge.close()
    delete(window)


def save(picture: QImage, file: Path) -> None:
    """Keep a picture, as small as PNG can be. Its name says its size, and must be right."""
    width, height = picture.width(), picture.height()
    if f"-{width}x{height}-" not in file.name:
        raise AssertionError(f"{file.name} came out as {width}x{height}")
    if not picture.save(str(file), "PNG", 0):  # type: ignore[call-overload]
        raise OSError(f"{file} could not be written")


def main(folder: str, home: str, theme: str, scale: str) -> None:
    """Draw all pages of one theme in one scale."""
    application, sweeper = start_qt(), Sweeper()
    sweeper.start()
    with time_is(story.NOW), Home(Path(home)) as opened:
        docks = story.StoryDocks(story.night())
        actor = sergeant(opened)
        window, bridge = open_window(opened, docks, theme, *SIZES[100][0], actor)
        shoot_pages(window, Path(folder), theme, int(scale), actor)
        if (theme, scale) == ("light", "100"):
            shoot_moments(window, docks, Path(folder))
        end(window, bridge)
        if scale == "100":
            shoot_locked(opened, Path(folder), theme, actor)
    if scale == "100":
        shoot_kiosk(Path(folder), theme)
    if (theme, scale) == ("light", "100"):
        shoot_setup(Path(folder))
    sweeper.close()
    application.quit()


if __name__ == "__main__":
    main(*sys.argv[1:])
