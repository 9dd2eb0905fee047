"""What a card does at the kiosk: it draws a camera, gives it up again, or says that one was brought back.

No name leaves this: an officer is a collar number. Every method may raise StorageError.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import msgspec

from app.custody.asking import Asking
from app.custody.desk import Custody
from app.custody.values import CameraNow, Done, Drawn, Early, Taken
from app.people.roles import Act, authorise
from app.people.values import Actor, Refused

OFFER = timedelta(seconds=60)
"""So long a camera that was drawn waits in its bay for its officer."""
JUST_BACK = timedelta(minutes=15)
"""A card that is tapped so soon after a camera was brought back says so; later it draws a camera."""
TRIES = 10

OF_CAMERA = frozenset({"already-held", "not-ready", "assigned", "lost", "in-repair", "in-transit", "retired"})
"""The rules that stand against one camera, while another one may do."""


class Offer(msgspec.Struct, frozen=True):
    """A camera waits in its bay for the officer who drew it, until `OFFER` after `at`."""

    collar: str
    asset: str
    bay: str
    battery_percent: int | None
    due_at: datetime | None
    entry: int
    at: datetime


class GivenUp(msgspec.Struct, frozen=True):
    """A camera that was drawn is nobody's again: its officer gave it up, or did not come for it in time."""

    collar: str
    asset: str
    in_time: bool


class Acknowledged(msgspec.Struct, frozen=True):
    """Whoever brought a camera back showed their card: entry `entry` of the ledger says so."""

    collar: str
    asset: str
    entry: int


class AlreadyHolds(Refused):
    """Whoever tapped their card has a camera already: `asset`."""

    def __init__(self, asset: str) -> None:
        super().__init__("one-camera", f"You already hold {asset}.", "Dock it, or see the sergeant.")
        self.asset = asset


Told = Offer | GivenUp | Acknowledged


class Standing(msgspec.Struct, frozen=True):
    """How it stands: how many cameras are ready for anybody, which ones somebody unknown took, what was given up.

    `early` were lifted out before all of them was copied.
    """

    ready: int
    taken: tuple[Taken, ...]
    given_up: tuple[GivenUp, ...]
    early: tuple[Early, ...] = ()


class Kiosk:
    """Does what cards ask for. `by_card` says whose a card is, or refuses; `now` tells the time in UTC."""

    def __init__(
        self,
        custody: Custody,
        asking: Asking,
        by_card: Callable[[str], Actor],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._custody = custody
        self._asking = asking
        self._by_card = by_card
        self._now = now

    def tap(self, card: str) -> Told:
        """Do what this card asks for by being tapped. Raises Refused."""
        actor = self._by_card(card)
        collar = actor.person.collar
        live = next((one for one in self._asking.held_by(collar, self._now()) if one.until_at is None), None)
        if live is not None:
            camera = self._asking.camera(live.camera)
            if live.confirmed_at is not None or camera.bay is None:
                raise AlreadyHolds(live.camera)
            return self._again(camera, actor, Offer(*_seen(camera, collar), entry=live.entry, at=live.from_at))
        back = self._asking.brought_back(collar, self._now() - JUST_BACK)
        if back is not None:
            return Acknowledged(collar, back, self._custody.receipt(back, actor).entry)
        return self._draw(actor)

    def give_up(self, offer: Offer) -> GivenUp:
        """Take a camera back that nobody has lifted out. Raises Refused where somebody has."""
        self._custody.take_back(offer.asset, "Given up at the kiosk.")
        return GivenUp(offer.collar, offer.asset, in_time=True)

    def is_out(self, offer: Offer) -> bool:
        """Whether the ledger says that its officer has lifted this camera out."""
        live = self._asking.held_by(offer.collar, offer.at)
        return any(one.entry == offer.entry and one.confirmed_at is not None for one in live)

    def standing(self) -> Standing:
        """How it stands now. What was drawn and not come for in time is taken back first."""
        given_up = tuple(done for offer in self._asking.drawn() if (done := self._expired(offer)) is not None)
        asking = self._asking
        return Standing(asking.ready_count(), tuple(asking.taken()), given_up, tuple(asking.lifted_early()))

    def _again(self, camera: CameraNow, actor: Actor, offer: Offer) -> Told:
        """A second tap gives up what was drawn; what a sergeant handed out is shown once more."""
        try:
            self._custody.take_back(camera.asset, "The card was tapped again.", actor)
        except Refused as refused:
            if refused.rule != "not-drawn":
                raise
            return offer
        return GivenUp(offer.collar, offer.asset, in_time=True)

    def _draw(self, actor: Actor) -> Offer:
        authorise(actor, Act.DRAW)
        for camera in self._candidates(actor.person.collar):
            try:
                done = self._custody.issue(camera.asset, actor.person.collar, actor)
            except Refused as refused:
                if refused.rule not in OF_CAMERA:
                    raise
            else:
                return self._offer(done, actor.person.collar)
        raise Refused("none-ready", "No camera is ready.", "Wait for one to charge, or see the sergeant.")

    def _candidates(self, collar: str) -> list[CameraNow]:
        """What to try, best first: their own camera, if it is ready, then the pool's."""
        own = self._asking.own_camera(collar)
        mine = [own] if own is not None and own.ready and own.bay is not None else []
        return [*mine, *self._asking.best_ready(TRIES)]

    def _offer(self, done: Done, collar: str) -> Offer:
        camera = self._asking.camera(done.camera)
        return Offer(*_seen(camera, collar), entry=done.entry, at=done.at)

    def _expired(self, drawn: Drawn) -> GivenUp | None:
        """Take one back whose time is over, by a clock that may have been put back; None where it is not."""
        if timedelta(0) <= self._now() - drawn.at < OFFER:
            return None
        try:
            self._custody.take_back(drawn.asset, f"Not lifted out within {OFFER.seconds} s.")
        except Refused:  # lifted out, or taken back by another kiosk, in this very moment
            return None
        return GivenUp(drawn.collar, drawn.asset, in_time=False)


def _seen(camera: CameraNow, collar: str) -> tuple[str, str, str, int | None, datetime | None]:
    return collar, camera.asset, camera.bay or "", camera.battery_percent, camera.due_at
