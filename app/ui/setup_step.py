"""What every step of the guided start is made of."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.ui.setup_recovery import wrapped
from app.ui.tokens import SPACE_M, Type


class Step(QWidget):
    """One step: its name, why it is asked, and what is asked."""

    def __init__(self, title: str, why: str) -> None:
        super().__init__()
        self.title = title
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(SPACE_M)
        self.column.addWidget(wrapped(Type.BODY, why, ink="muted"))
        self.setAccessibleName(title)

    def begin(self) -> None:
        """The step comes up."""

    def end(self) -> bool:
        """A person goes on: keep what was typed; whether it fits."""
        return True

    def leave(self) -> None:
        """The window closes."""
