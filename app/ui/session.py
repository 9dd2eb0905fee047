"""Who is signed in at this window: nobody, until somebody proves who they are.

Nobody is again two minutes after the last key, click or touch, or when the window is locked.
"""

from __future__ import annotations

from msgspec.structs import replace
from PySide6.QtCore import QEvent, QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication

from app.people.roles import TABLE, Act, authorise, stands_in
from app.people.values import Actor, Proof, Refused

IDLE_MS = 120_000
"""After so long without input the window is locked."""

INPUT = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TouchUpdate,
        QEvent.Type.TabletPress,
        QEvent.Type.TabletMove,
    }
)
"""What a person does who is there."""


class Session(QObject):
    """Who acts at this window.

    `changed`: somebody signed in, or the window was locked. `wanted`: an Act asks for somebody who may do it.
    `first_wanted`: the first administrator is to be made, in a home that has no accounts.
    In a home without `accounts` `actor` stays None, and whoever sits here may do what the window offers. A page that
    shows what not everybody may see asks again at `changed`. `acting` is by whom the last act that `allows` let begin.
    """

    changed = Signal()
    wanted = Signal(object)
    first_wanted = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.actor: Actor | None = None
        self.acting: Actor | None = None
        self.accounts = False
        self._idle = QTimer(self, singleShot=True)
        self._idle.timeout.connect(self.lock)

    @property
    def locked(self) -> bool:
        """Whether nobody is signed in, in a home where people do."""
        return self.accounts and self.actor is None

    def sign_in(self, actor: Actor) -> None:
        """Somebody has proved who they are."""
        if self.actor is None:
            _application().installEventFilter(self)
        self.actor = actor
        self._idle.start(IDLE_MS)
        self.changed.emit()

    @Slot()
    def lock(self) -> None:
        """Nobody is signed in any more."""
        if self.actor is None:
            return
        _application().removeEventFilter(self)
        self._idle.stop()
        self.actor = None
        self.changed.emit()

    def may(self, act: Act) -> bool:
        """Whether who is signed in may do this, as far as they proved who they are."""
        return self.refusal(act) is None

    def refusal(self, act: Act) -> Refused | None:
        """Why who is signed in may not do this, None where they may; where nobody is, that somebody has to sign in."""
        if self.actor is None:
            return Refused("not-allowed", "Nobody is signed in.", "Sign in first.")
        try:
            authorise(self.actor, act)
        except Refused as refused:
            return refused
        return None

    def need(self, act: Act) -> Actor | None:
        """Who is signed in, where they may do this; else None, and `wanted` has the window ask for somebody who may.

        A FIDO2 key, and a second person, stand for one act only.
        """
        if self.actor is None or not self.may(act):
            self.wanted.emit(act)
            return None
        actor = replace(self.actor, acting=self.actor.acting and stands_in(self.actor.person, act))
        if TABLE[act].proof is Proof.STRONG:
            self.actor = replace(self.actor, second=None, proof=Proof.PIN)
        return actor

    def allows(self, act: Act) -> bool:
        """Whether an act may begin: by `acting`, or in a home without accounts by anybody. Else `wanted` asks."""
        self.acting = self.need(act) if self.accounts else None
        return self.acting is not None or not self.accounts

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Somebody is there: the two minutes begin anew."""
        if event.type() in INPUT:
            self._idle.start(IDLE_MS)
        return False


def _application() -> QApplication:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    return application
