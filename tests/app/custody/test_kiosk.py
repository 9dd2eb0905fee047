"""What a card does at the kiosk: drawn, given up, brought back, refused; and what the ledger says of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.custody.kiosk import JUST_BACK, OFFER, Acknowledged, GivenUp, Kiosk, Offer
from app.people.roll import People
from app.people.values import Actor, Proof, Refused, Role
from tests.app.custody.force import Force


@pytest.fixture
def kiosk(force: Force) -> Kiosk:
    people = People(force.database)
    return Kiosk(force.custody, force.asking, lambda card: Actor(people.by_card(card), Proof.CARD), lambda: force.now)


def ready(force: Force, asset: str, **fields: str) -> str:
    force.add(asset, **fields)
    return force.dock(asset, bay=f"A{asset[-1]}")


def refused(kiosk: Kiosk, card: str) -> Refused:
    with pytest.raises(Refused) as told:
        kiosk.tap(card)
    assert told.value.what_to_do
    return told.value


def events(force: Force, asset: str) -> list[tuple[str, str | None, str | None]]:
    return [(one.event, one.officer, one.by) for one in force.asking.timeline(asset)]


def test_a_card_draws_the_camera_that_was_ready_longest_and_lifting_it_out_confirms(force: Force, kiosk: Kiosk) -> None:
    force.hire("1361")
    dockings = [ready(force, asset) for asset in ("C-2", "C-1")]
    offer = kiosk.tap("CARD-1361")
    assert isinstance(offer, Offer)
    assert (offer.collar, offer.asset, offer.bay, offer.battery_percent) == ("1361", "C-2", "A2", 95)
    assert offer.due_at is not None
    assert not kiosk.is_out(offer)
    force.later(seconds=20)
    force.records.lifted(dockings[0], force.settings)
    assert kiosk.is_out(offer)
    assert kiosk.standing().given_up == ()
    assert events(force, "C-2") == [("issued", "1361", "1361"), ("confirmed", "1361", None)]
    force.records.verify()


def test_a_camera_of_their_own_goes_first_if_it_is_ready(force: Force, kiosk: Kiosk) -> None:
    for collar in ("1361", "1402"):
        force.hire(collar)
    ready(force, "C-1")
    ready(force, "C-2", mode="allocated")
    force.add("C-3", mode="personal")
    force.dock("C-3", ready=False, bay="A3")
    force.custody.reassign("C-2", "1361", force.sergeant)
    force.custody.reassign("C-3", "1402", force.sergeant)
    assert [kiosk.tap(f"card-{collar}").asset for collar in ("1361", "1402")] == ["C-2", "C-1"]
    assert force.asking.camera("C-2").mode == "allocated"


def test_the_same_card_again_gives_the_camera_up(force: Force, kiosk: Kiosk) -> None:
    force.hire("1361")
    ready(force, "C-1")
    kiosk.tap("card-1361")
    assert kiosk.tap("card-1361") == GivenUp("1361", "C-1", in_time=True)
    assert events(force, "C-1")[-1] == ("corrected", None, "1361")
    assert force.asking.holdings("C-1") == []
    assert isinstance(kiosk.tap("card-1361"), Offer)


def test_two_cards_are_two_cameras_and_the_first_one_keeps_its_own(force: Force, kiosk: Kiosk) -> None:
    for collar in ("1361", "1402"):
        force.hire(collar)
    for asset in ("C-1", "C-2"):
        ready(force, asset)
    assert [kiosk.tap(f"card-{collar}").asset for collar in ("1361", "1402")] == ["C-1", "C-2"]
    assert [force.asking.camera(asset).holder for asset in ("C-1", "C-2")] == ["1361", "1402"]


def test_what_a_sergeant_handed_out_is_shown_again_and_not_given_up(force: Force, kiosk: Kiosk) -> None:
    force.hire("1361")
    ready(force, "C-1")
    done = force.custody.issue("C-1", "1361", force.sergeant)
    offer = kiosk.tap("card-1361")
    assert isinstance(offer, Offer)
    assert (offer.entry, offer.bay) == (done.entry, "A1")
    force.later(hours=1)
    assert kiosk.standing().given_up == ()


@pytest.mark.parametrize("passes", [OFFER, timedelta(minutes=-5)], ids=["in time", "the clock is put back"])
def test_what_nobody_comes_for_is_taken_back(force: Force, kiosk: Kiosk, passes: timedelta) -> None:
    force.hire("1361")
    ready(force, "C-1")
    kiosk.tap("card-1361")
    force.later(seconds=59)
    standing = kiosk.standing()
    assert (standing.ready, standing.given_up) == (0, ())
    force.now += passes - timedelta(seconds=59)
    standing = kiosk.standing()
    assert (standing.ready, standing.given_up) == (1, (GivenUp("1361", "C-1", in_time=False),))
    assert kiosk.standing().given_up == ()
    assert events(force, "C-1")[-1] == ("corrected", None, None)


def test_a_camera_that_is_out_is_never_taken_back(force: Force, kiosk: Kiosk) -> None:
    force.hire("1361")
    docking = ready(force, "C-1")
    offer = kiosk.tap("card-1361")
    assert isinstance(offer, Offer)
    force.records.lifted(docking, force.settings)
    force.later(hours=1)
    assert kiosk.standing().given_up == ()
    with pytest.raises(Refused) as told:
        kiosk.give_up(offer)
    assert told.value.rule == "taken-out"
    told_again = refused(kiosk, "card-1361")
    assert (told_again.rule, told_again.what_happened) == ("one-camera", "You already hold C-1.")


def test_a_camera_that_is_given_up_by_hand_is_free(force: Force, kiosk: Kiosk) -> None:
    force.hire("1361")
    ready(force, "C-1")
    offer = kiosk.tap("card-1361")
    assert isinstance(offer, Offer)
    assert kiosk.give_up(offer) == GivenUp("1361", "C-1", in_time=True)
    assert force.asking.best_ready()[0].asset == "C-1"


def test_a_card_after_docking_makes_the_return_known_to_both_once(force: Force, kiosk: Kiosk) -> None:
    force.hire("1361")
    force.hire("1402")
    docking = ready(force, "C-1")
    kiosk.tap("card-1361")
    force.records.lifted(docking, force.settings)
    force.later(hours=8)
    force.dock("C-1", ready=False)
    ready(force, "C-2")
    assert isinstance(kiosk.tap("card-1402"), Offer)
    told = kiosk.tap("card-1361")
    assert isinstance(told, Acknowledged)
    assert (told.asset, events(force, "C-1")[-1]) == ("C-1", ("receipt", "1361", "1361"))
    assert refused(kiosk, "card-1361").rule == "none-ready"


def test_a_camera_that_was_brought_back_yesterday_keeps_nobody_from_drawing(
    force: Force, kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    force.hire("1361")
    docking = ready(force, "C-1")
    kiosk.tap("card-1361")
    force.records.lifted(docking, force.settings)
    force.dock("C-1")
    returned = force.asking.camera("C-1").docked_at
    assert returned is not None
    force.now = returned + JUST_BACK
    assert isinstance(kiosk.tap("card-1361"), Offer)


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"active": False}, "inactive"),
        ({"trained_on": None}, "not-trained"),
        ({"trained_on": date(2030, 1, 1)}, "not-trained"),
        ({"role": Role.AUDITOR}, "not-allowed"),
    ],
)
def test_who_may_not_draw_is_refused_by_the_rule(
    force: Force, kiosk: Kiosk, fields: dict[str, object], rule: str
) -> None:
    force.hire("1361", **fields)
    ready(force, "C-1")
    assert refused(kiosk, "card-1361").rule == rule
    assert events(force, "C-1") == []


@pytest.mark.parametrize("card", ["1361", "", "'; DROP TABLE roster; --", "\x00\ud800", "9" * 64])
def test_a_card_that_is_nobody_s_is_refused_a_collar_number_too(force: Force, kiosk: Kiosk, card: str) -> None:
    force.hire("1361")
    ready(force, "C-1")
    assert refused(kiosk, card).rule == "no-person"


def test_where_one_camera_is_taken_meanwhile_the_next_is_drawn(
    force: Force, kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for collar in ("1361", "1402"):
        force.hire(collar)
    for asset in ("C-1", "C-2"):
        ready(force, asset)
    stale = force.asking.best_ready()
    force.custody.issue("C-1", "1402", force.sergeant)
    monkeypatch.setattr(force.asking, "best_ready", lambda _limit: stale)
    offer = kiosk.tap("card-1361")
    assert isinstance(offer, Offer)
    assert offer.asset == "C-2"


def test_what_somebody_unknown_took_stands_until_it_is_back(force: Force, kiosk: Kiosk) -> None:
    force.records.lifted(ready(force, "C-1"), force.settings)
    assert [(one.asset, one.bay) for one in kiosk.standing().taken] == [("C-1", "A1")]
    force.dock("C-1", bay="A3")
    assert kiosk.standing().taken == ()
