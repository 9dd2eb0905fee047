"""The step of the guided start that makes the first administrator: who they are, their own PIN, and their card."""

from __future__ import annotations

from functools import partial

import msgspec
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from app.home import Home
from app.people.pins import check_new, warning
from app.people.roles import Act
from app.people.roll import check_card, check_collar, check_name
from app.people.values import Actor, Refused
from app.snapshot import Reason
from app.ui.asker import Asker
from app.ui.marks import label, restyle
from app.ui.page import Context
from app.ui.setup_step import Step
from app.ui.sign_in import PinField
from app.ui.tokens import CONTROL, FIELD, FIELD_NAME, SPACE_M, Tone, Type, font
from app.ui.words import translate


class Given(msgspec.Struct, frozen=True):
    """What is asked for in the fields, as it may be taken."""

    collar: str
    name: str
    pin: str
    card: str | None


class Line(QWidget):
    """A field with its name, and beside it what is wrong with what stands in it, or what it is for."""

    def __init__(self, name: str, hint: str, edit: QLineEdit) -> None:
        super().__init__()
        self.edit, self._hint = edit, hint
        edit.setFont(font(Type.BODY))
        edit.setFixedSize(FIELD, CONTROL)
        edit.setAccessibleName(name)
        edit.setAccessibleDescription(hint)
        said = label(Type.BODY, name)
        said.setFixedWidth(FIELD_NAME)
        said.setBuddy(edit)
        self.told = label(Type.SMALL, hint, ink="muted")
        self.told.setWordWrap(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_M)
        row.addWidget(said)
        row.addWidget(edit)
        row.addWidget(self.told, 1)
        edit.textEdited.connect(self.say_hint)

    @Slot()
    def say_hint(self) -> None:
        """Say what it is for."""
        self.tell(self._hint, "muted")

    def tell(self, words: str, ink: str = Tone.FAULT) -> None:
        """Say this beside the field."""
        self.told.setText(words)
        restyle(self.told, "ink", ink)


class AdminStep(Step):
    """The step. `entered`: Enter was pressed in the last field. `made` carries who is the administrator now."""

    entered = Signal()
    made = Signal(object)

    def __init__(self, context: Context) -> None:
        super().__init__(
            translate("setup", "The first administrator"),
            translate(
                "setup",
                "Makes the accounts of the others. There is no default PIN: whoever this is chooses one here and now.",
            ),
        )
        self._home = context.home
        self._asker = Asker("first-administrator", self)
        self._asker.answered.connect(self._tell_made)
        self._asker.failed.connect(self._refuse)
        digits, again = translate("setup", "6 to 12 digits."), translate("setup", "The same again.")
        self.collar = Line(translate("setup", "Collar number"), translate("setup", "Or warrant number."), QLineEdit())
        self.name = Line(translate("setup", "Name"), translate("setup", "As on lists: Whittaker, J."), QLineEdit())
        self.pin, self.again = (
            Line(translate("setup", "PIN"), digits, PinField()),
            Line(translate("setup", "PIN, once more"), again, PinField()),
        )
        card = translate("setup", "Tap it; or leave it empty, and give it later.")
        self.card = Line(translate("setup", "Card"), card, QLineEdit())
        self.lines = (self.collar, self.name, self.pin, self.again, self.card)
        for line in self.lines:
            self.column.addWidget(line)
        self.column.addStretch(1)
        self._connect()

    def _connect(self) -> None:
        for line, after in zip(self.lines, self.lines[1:], strict=False):
            line.edit.returnPressed.connect(after.edit.setFocus)
        self.card.edit.returnPressed.connect(self.entered)
        self.pin.edit.textEdited.connect(self._warn)
        for line in (self.pin, self.again):
            edit = line.edit
            assert isinstance(edit, PinField)
            edit.tapped.connect(self._take_card)

    def begin(self) -> None:
        """Have the first field typed."""
        self.collar.edit.setFocus()

    def end(self) -> bool:
        """Make the administrator, if what was typed fits; never at once: `made` tells it."""
        given = self._given()
        if given is not None and not self._asker.waiting:
            self.pin.tell(translate("setup", "Making the account …"), Tone.BUSY)
            self._asker.ask(partial(_make, self._home, given))
        return False

    def leave(self) -> None:
        """The window closes: ask nothing more, and keep nothing of what was typed."""
        self._asker.close()
        self.forget()

    def forget(self) -> None:
        """Empty every field."""
        for line in self.lines:
            line.edit.clear()
            line.say_hint()

    @Slot(str)
    def _take_card(self, card: str) -> None:
        """A card was tapped where a PIN goes: it is no part of the PIN."""
        for line in (self.pin, self.again):
            line.edit.clear()
        self.card.edit.setText(card)
        self.pin.edit.setFocus()

    @Slot()
    def _warn(self) -> None:
        """Warn of a PIN that is guessed early, while another can still be chosen."""
        pin = self.pin.edit.text()
        if pin.isdigit() and (weak := warning(pin, self.collar.edit.text().strip())) and len(pin) > 5:
            self.pin.tell(weak, Tone.WARN)

    def _given(self) -> Given | None:
        """What was typed, or None: what is wrong stands beside its field, which has the keyboard."""
        try:
            line = self.collar
            collar = check_collar(line.edit.text())
            line = self.name
            name = check_name(line.edit.text())
            line = self.pin
            pin = check_new(line.edit.text())
            line = self.again
            _check_same(pin, line.edit.text())
            line = self.card
            card = check_card(line.edit.text()) if line.edit.text().strip() else None
        except Refused as refused:
            self._blame(line, refused.what_happened)
            return None
        return Given(collar, name, pin, card)

    def _blame(self, line: Line, words: str) -> None:
        line.tell(words)
        line.edit.setFocus()
        line.edit.selectAll()

    @Slot(object)
    def _refuse(self, reason: Reason) -> None:
        self.pin.say_hint()
        self._blame(self.collar, f"{reason.what_happened} {reason.what_to_do}")

    @Slot(object)
    def _tell_made(self, actor: Actor) -> None:
        self.forget()
        self.made.emit(actor)


def _check_same(pin: str, again: str) -> None:
    if pin != again:
        raise Refused("bad-pin", translate("setup", "The two are not the same."), "")


def _make(home: Home, given: Given) -> Actor:
    """Make the administrator, and sign them in. On a worker. Raises Refused."""
    home.signin.set_up(given.collar, home.settings.station_name, given.pin, name=given.name, card=given.card)
    return home.signin.at(home.signin.by_pin(given.collar, given.pin), Act.ISSUE)
