"""A shift as facts of the ledger: people, cameras of the pool, and acts of custody with a correction of each kind."""

from __future__ import annotations

from typing import Any

from app.ledger.commitments import who_hash
from app.records import Records
from db.custody import Asset, Custody
from db.people import Person

SERGEANT, OFFICER, OTHER = "a" * 32, "b" * 32, "c" * 32


def person(records: Records, person_id: str, collar: str, name: str, role: str = "officer") -> None:
    """Enter a person, or a new version of one."""
    salt = (person_id[0] + collar[-1]) * 32
    records._write(
        Person(
            id=person_id,
            who=who_hash(person_id, collar, name, salt),
            who_salt=salt,
            collar=collar,
            name=name,
            rank="PC",
            role=role,
            station="Central",
            cohort="response",
            active=True,
            by=SERGEANT,
        )
    )


def asset(records: Records, number: int, mode: str = "pool") -> str:
    """Enter a camera of the pool; gives its id."""
    camera = f"{number:032x}"
    records._write(
        Asset(
            id=camera,
            asset=f"CAM-{number:04}",
            serial=f"SN{number:05}",
            make="Make",
            model="Model",
            station="Central",
            mode=mode,
            by=SERGEANT,
        )
    )
    return camera


def act(records: Records, camera: str, word: str, officer: str | None = None, **more: Any) -> int:
    """Enter an act of custody; gives its entry's number."""
    records._write(Custody(camera=camera, act=word, officer=officer, by=SERGEANT, **more))
    return records.ledger_size() - 1


def a_shift(records: Records) -> None:
    """Two officers, three cameras; one name is changed, one officer and one time are corrected, one act is voided."""
    person(records, SERGEANT, "7", "Sam Sergeant", "sergeant")
    person(records, OFFICER, "1234", "=HYPERLINK(\u202eOlive)")
    person(records, OTHER, "1235", 'Zoë "Z" Bee')
    first, second, third = (asset(records, number) for number in (1, 2, 3))
    issued = act(records, first, "issued", OFFICER, mode="pool")
    taken = act(records, second, "taken")
    act(records, second, "corrected", OTHER, corrects=taken)
    returned = act(records, first, "returned")
    moment = records.last_checkpoint_at() or _moment(records, issued)
    act(records, first, "corrected", corrects=returned, moment=moment)
    act(records, second, "swapped-out")
    act(records, third, "swapped-in", OTHER)
    wrong = act(records, first, "issued", OFFICER, mode="pool")
    act(records, first, "corrected", corrects=wrong, voids=True)
    person(records, OTHER, "1235", "Zoë Married")
    act(records, second, "lost")


def _moment(records: Records, entry: int) -> Any:
    with records._database.read() as session:
        return session.get_one(Custody, entry).at
