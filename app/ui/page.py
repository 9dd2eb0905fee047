"""What every page of the window is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.home import Home
from app.ui.bridge import Bridge
from app.ui.pages import PAGES
from app.ui.session import Session
from app.ui.tokens import Theme
from app.ui.words import translate


def local_now() -> datetime:
    """The time of this moment, here."""
    return datetime.now(UTC).astimezone()


@dataclass(frozen=True)
class Context:
    """What a page may use: the home (never on the Qt thread where it waits), the bridge, the theme, time, who is here.

    `clock` gives the local time; `session` says who is signed in.
    """

    home: Home
    bridge: Bridge
    theme: Theme
    clock: Callable[[], datetime] = local_now
    session: Session = field(default_factory=Session)


class Page(QWidget):
    """One page. Its acts are QActions added to it: shown in tooltips, reached by their keys and by the palette.

    `NAME` is how others ask for the page, and how it is listed in PAGES. `asked` goes to another page: its NAME, and
    what it is to show. `noticed` says a Notice. The bridge tells nothing before every page is there.
    """

    NAME: ClassVar[str]

    asked = Signal(str, object)
    noticed = Signal(object)
    waits = Signal(int)

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context = context
        self.setObjectName("page")
        self.setAccessibleName(self.title())

    @classmethod
    def title(cls) -> str:
        """What people call the page."""
        return next(one.title() for one in PAGES if one.name == cls.NAME)

    def come_up(self, what: object) -> None:
        """Show this: what another page, a chip or the palette asked for. None: as it was left."""

    def warm_up(self) -> None:
        """Do ahead what takes long when it is first shown: the window is up, and nothing has been docked yet."""

    def retell(self) -> None:
        """Say everything again that depends on the time of day."""

    def kept(self) -> object:
        """Where a person is on this page, what is asked for and chosen, for `come_back` to bring them there again."""
        return None

    def come_back(self, kept: Any) -> None:
        """Bring a person, on this new page, to where they were on the one before it, as its `kept` told."""

    def leave(self) -> None:
        """The window closes: ask nothing more, stop what this page has under way. Never waits long."""

    def let_go(self) -> Callable[[], object] | None:
        """The window is locked and this page is dropped: ask nothing more.

        What was begun and is not to be broken off by that goes on; gives what stops it when the window closes.
        """
        self.leave()
        return None


class Coming(Page):
    """Stands where a page will be that has not been made yet."""

    NAME = "coming"

    @classmethod
    def title(cls) -> str:
        """What is said meanwhile."""
        return translate("pages", "Opening …")
