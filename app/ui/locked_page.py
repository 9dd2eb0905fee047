"""What stands where a page was while nobody is signed in: it names the page and nothing that is on it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout

from app.ui.marks import Mark, label
from app.ui.page import Context, Page
from app.ui.tokens import CONTROL, SIGN_IN_WIDTH, SPACE_L, SPACE_M, SPACE_S, SPACE_XL, Tone, Type, font
from app.ui.words import translate


class LockedPage(Page):
    """The page. `wanted`: somebody wants to sign in to see what it stands for."""

    NAME = "locked"

    wanted = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.heading, self.told = label(Type.TITLE), label(Type.BAY)
        self.sign_in = QPushButton(self.tr("Sign in"))
        self.sign_in.setProperty("main", "true")
        self.sign_in.setFont(font(Type.BODY))
        self.sign_in.setAutoDefault(True)
        self.sign_in.clicked.connect(self.wanted)
        self._lay_out()

    @classmethod
    def title(cls) -> str:
        """What a screen reader calls it before it stands for a page."""
        return translate("pages", "Locked")

    def _lay_out(self) -> None:
        self.heading.setFixedHeight(CONTROL)
        panel = QFrame()
        panel.setObjectName("panel")
        panel.setFixedWidth(SIGN_IN_WIDTH)
        inside = QVBoxLayout(panel)
        inside.setContentsMargins(SPACE_XL, SPACE_XL, SPACE_XL, SPACE_XL)
        inside.setSpacing(SPACE_M)
        head = QHBoxLayout()
        head.setSpacing(SPACE_S)
        mark = Mark(self.context.theme)
        mark.show_mark("lock", "", Tone.QUIET)
        head.addWidget(mark)
        head.addWidget(self.told, 1)
        inside.addLayout(head)
        goes_on = label(Type.BODY, self.tr("Docking goes on meanwhile, and asks nobody to sign in."), ink="muted")
        goes_on.setWordWrap(True)
        inside.addWidget(goes_on)
        inside.addSpacing(SPACE_S)
        inside.addWidget(self.sign_in, 0, Qt.AlignmentFlag.AlignLeft)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_L, 14, SPACE_L, SPACE_L)
        column.addWidget(self.heading)
        column.addStretch(2)
        column.addWidget(panel, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)

    def show_for(self, title: str, key: str) -> None:
        """Stand for the page of this title; `key` is what signs in."""
        told = self.tr("Locked \N{EM DASH} sign in to see {page}").format(page=title)
        self.heading.setText(title)
        self.told.setText(told)
        self.sign_in.setToolTip(f"{self.sign_in.text()} ({key})")
        self.setAccessibleName(told)

    def come_up(self, what: object) -> None:  # noqa: ARG002  the page itself is shown it, once there is somebody
        """Have the keyboard on the one thing that can be done."""
        self.sign_in.setFocus(Qt.FocusReason.OtherFocusReason)
