"""Signing in, within the window: a card or a collar number, a PIN, and for some acts a second person beside."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLineEdit, QPushButton, QWidget

from app.home import Home
from app.people.reader import Reader
from app.people.roles import TABLE, Act, authorise, may
from app.people.values import Actor, Person, Proof, Refused, Role
from app.snapshot import Reason
from app.ui.asker import Asker
from app.ui.marks import label, restyle
from app.ui.overlay import Sheet
from app.ui.session import Session
from app.ui.tokens import CONTROL, SIGN_IN_WIDTH, SPACE_M, SPACE_S, Tone, Type, font
from app.ui.words import DOT, translate

Field = TypeVar("Field", bound=QLineEdit)


def role_word(role: Role) -> str:
    """What people call a role."""
    return {
        Role.OFFICER: translate("people", "officer"),
        Role.SERGEANT: translate("people", "custodian"),
        Role.SUPERVISOR: translate("people", "supervisor"),
        Role.TECHNICIAN: translate("people", "IT technician"),
        Role.AUDITOR: translate("people", "auditor"),
        Role.ADMINISTRATOR: translate("people", "administrator"),
    }[role]


def who_words(person: Person) -> str:
    """A person and their role: "Sgt 2214 Whittaker, J. · custodian". A name that is the number is said once."""
    named = " ".join(dict.fromkeys(part for part in (person.rank, person.collar, person.name) if part))
    return f"{named}{DOT}{role_word(person.role)}"


class SignInSheet(Sheet):
    """Asks who is here, and for an act that is wanted for somebody who may do it. Tells the session."""

    _key_tells = Signal(str)

    def __init__(self, over: QWidget, home: Home, session: Session) -> None:
        super().__init__(over, SIGN_IN_WIDTH)
        self._home, self._session = home, session
        self._act: Act | None = None
        self._first: Actor | None = None
        self._asker, self._greeter = Asker("sign-in", self), Asker("accounts", self)
        self.setAccessibleName(self.tr("Sign in"))
        self.title = label(Type.TITLE)
        self.why, self.told = label(Type.BODY, ink="muted"), label(Type.BODY)
        for text in (self.why, self.told):
            text.setWordWrap(True)
        self.number, self.pin = _plain(QLineEdit()), _plain(PinField())
        self.enter = QPushButton(self.tr("Sign in"))
        self.enter.setProperty("main", "true")
        self.close_button, self.key = QPushButton(self.tr("Cancel")), QPushButton(self.tr("Use a FIDO2 key"))
        self.first = QPushButton(self.tr("Make the first administrator\N{HORIZONTAL ELLIPSIS}"))
        self.first.hide()
        self.key.setToolTip(self.tr("Put the key in; where it has a PIN of its own, type that"))
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(SPACE_M)
        form.setVerticalSpacing(SPACE_S)
        for name, field in ((self.tr("Card or collar number"), self.number), (self.tr("PIN"), self.pin)):
            said = label(Type.BODY, name)
            said.setFixedHeight(CONTROL)
            field.setAccessibleName(name)
            form.addRow(said, field)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE_S)
        for button in (self.key, self.first, self.close_button, self.enter):
            button.setFont(font(Type.BODY))
            button.setAutoDefault(False)
            buttons.addWidget(button)
        buttons.insertStretch(1, 1)
        for part in (self.title, self.why):
            self.column.addWidget(part)
        self.column.addLayout(form)
        self.column.addWidget(self.told)
        self.column.addLayout(buttons)

    def _connect(self) -> None:
        self.number.returnPressed.connect(self._go_to_pin)
        self.pin.returnPressed.connect(self._prove)
        self.pin.tapped.connect(self._take_card)
        self.enter.clicked.connect(self._prove)
        self.close_button.clicked.connect(self.end)
        self.key.clicked.connect(self._prove_by_key)
        self.first.clicked.connect(self._want_first)
        self._key_tells.connect(self._say_busy)
        self.ended.connect(self._forget)
        self._asker.answered.connect(self._proved)
        self._asker.failed.connect(self._refused)
        self._greeter.answered.connect(self._greet)
        self._session.wanted.connect(self.ask_for)

    def fit(self, room: int) -> None:  # noqa: ARG002  it is never higher than the smallest window
        """Give the texts that wrap the height that they need."""
        for text in (self.why, self.told):
            text.ensurePolished()
            text.setVisible(bool(text.text()))
            text.setFixedHeight(max(0, text.heightForWidth(SIGN_IN_WIDTH - 2 * SPACE_M - 2)))

    def close_down(self) -> None:
        """The window closes: ask nothing more."""
        self._asker.close()
        self._greeter.close()

    # -- coming up ---------------------------------------------------------------------------------------------------

    @Slot()
    @Slot(object)
    def ask_for(self, act: Act | None = None) -> None:
        """Come up for this act, or just to have somebody sign in."""
        actor = self._session.actor
        self._act = act
        self._first = actor if act is not None and actor is not None and _lacks_second(actor, act) else None
        refused = None if act is None else self._session.refusal(act)
        why = "" if refused is None or actor is None else f"{refused.what_happened} {refused.what_to_do}"
        if act is not None and actor is None:
            why = translate("people", "To {act}, sign in with your PIN.").format(act=TABLE[act].words)
        self._begin(why)
        self._greeter.ask(self._anyone)

    def _begin(self, why: str) -> None:
        second = self._first is not None
        self.title.setText(self.tr("A second person") if second else self.tr("Sign in"))
        self.why.setText(why)
        self._tell("")
        self.number.clear()
        self.pin.clear()
        self.come_up()
        self.number.setFocus()

    def _anyone(self) -> bool:
        return self._home.people.anyone()

    @Slot(object)
    def _greet(self, anyone: bool) -> None:
        for part in (self.number, self.pin, self.enter, self.key):
            part.setEnabled(anyone)
        self.first.setVisible(not anyone)
        self.key.setVisible(anyone)
        self.enter.setVisible(anyone)
        if not anyone:
            self._tell(self.tr("Nobody has an account here yet. The first is an administrator, who makes the others."))
            self.first.setFocus()

    @Slot()
    def _want_first(self) -> None:
        self.end()
        self._session.first_wanted.emit()

    def _tell(self, text: str, tone: Tone = Tone.FAULT) -> None:
        self.told.setText(text)
        restyle(self.told, "ink", tone)
        if self.isVisible():
            self.place()

    # -- proving -----------------------------------------------------------------------------------------------------

    @Slot()
    def _go_to_pin(self) -> None:
        if self.number.text().strip():
            self.pin.setFocus()

    @Slot(str)
    def _take_card(self, card: str) -> None:
        """A card was tapped where the PIN goes."""
        self.number.setText(card)
        self.pin.clear()

    @Slot()
    def _prove(self) -> None:
        number, pin = self.number.text().strip(), self.pin.text()
        if not number or not pin:
            self._tell(self.tr("Tap your card or type your collar number, then type your PIN."))
            (self.pin if number else self.number).setFocus()
            return
        self.pin.clear()
        self._say_busy(self.tr("Looking …"))
        self._asker.ask(partial(_prove, self._home, self._first, number, pin))

    @Slot()
    def _prove_by_key(self) -> None:
        """Have a FIDO2 key prove it; what stands in the PIN's field is the key's own."""
        number, pin = self.number.text().strip(), self.pin.text()
        if not number and self._first is not None:
            number = self._first.person.collar
        if not number:
            self._tell(self.tr("Tap your card or type your collar number first."))
            self.number.setFocus()
            return
        self.pin.clear()
        self._say_busy(self.tr("Looking for the key …"))
        self._asker.ask(partial(_prove_by_key, self._home, number, pin, self._key_tells.emit))

    @Slot(str)
    def _say_busy(self, text: str) -> None:
        self._tell(text, Tone.BUSY)

    @Slot(object)
    def _proved(self, actor: Actor) -> None:
        if not self.isVisible():
            return
        if self._act is not None and _lacks_second(actor, self._act):
            self._first = actor
            self._begin(self.tr("{who} is signed in. This takes a second person.").format(who=who_words(actor.person)))
            return
        refused = self._still_refused(actor)
        if refused is not None:
            self._refused(Reason(refused.rule, refused.what_happened, refused.what_to_do))
            return
        self.end()
        self._session.sign_in(actor)

    def _still_refused(self, actor: Actor) -> Refused | None:
        """Why this person may not do what is wanted either."""
        if self._act is not None:
            try:
                authorise(actor, self._act)
            except Refused as refused:
                return refused
        return None

    @Slot(object)
    def _refused(self, reason: Reason) -> None:
        self._tell(f"{reason.what_happened} {reason.what_to_do}")
        self.pin.setFocus()

    @Slot()
    def _forget(self) -> None:
        """Nothing that was typed stays."""
        self.number.clear()
        self.pin.clear()
        self._first = None


class PinField(QLineEdit):
    """Where a PIN is typed. A card that is tapped meanwhile is no PIN, and no wrong try: `tapped` says its number."""

    tapped = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self._reader = Reader()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Tell a card from a PIN by how fast its keys come."""
        card = self._reader.key(event.text(), event.timestamp() / 1000)
        if card is None:
            super().keyPressEvent(event)
        else:
            self.tapped.emit(card)


def _plain(field: Field) -> Field:
    """A field as controls are."""
    field.setFont(font(Type.BODY))
    field.setMinimumHeight(CONTROL)
    return field


def _lacks_second(actor: Actor, act: Act) -> bool:
    """Whether only a second person is missing."""
    return may(actor, act) and TABLE[act].proof is Proof.STRONG and actor.proof is Proof.PIN


def _prove(home: Home, first: Actor | None, number: str, pin: str) -> Actor:
    """Who signs in, or the first one with a second person beside them. On a worker. Raises Refused."""
    signin = home.signin
    if first is not None:
        return signin.with_second(first, number, pin)
    return signin.at(signin.by_pin(number, pin), Act.ISSUE)


def _prove_by_key(home: Home, number: str, pin: str, tell: Callable[[str], None]) -> Actor:
    """Who signs in, by the FIDO2 key in this computer. On a worker. Raises Refused and KeyTrouble."""
    from app.people import fido  # noqa: PLC0415  nothing else needs it

    device, asks = fido.plugged_in(), fido.Asks(lambda: pin, tell)
    return home.signin.at(home.signin.by_key(number, lambda kept: fido.proves(device, kept, asks)), Act.ISSUE)
