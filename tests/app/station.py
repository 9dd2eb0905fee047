"""A station's facts for tests: a real database file, a signer from a seed, and a camera with recordings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.ledger.note import KeySigner
from app.media.wire import Facts
from app.people.acting import Doer
from app.records import Records
from app.settings import Settings
from app.vault import Sealed
from db.base import Fact
from db.custody import Asset, Custody
from db.engine import Database
from db.people import Credential, Person
from db.schema import Reading
from drivers.camera import Footage, Identity, Interface, Sighting

SIGNER = KeySigner("dockwarden/0123", Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
MADE_AT = datetime(2026, 11, 21, 5, 50, tzinfo=UTC)


@contextmanager
def station(folder: Path) -> Iterator[Records]:
    """The records of a station over a database in `folder`."""
    database = Database.open(folder / "dockwarden.db")
    try:
        yield Records(database, SIGNER)
    finally:
        database.close()


def seen(serial: str | None = "CAM-0001", *, virtual: bool = False, usb_path: str = "1-1") -> Sighting:
    return Sighting(usb_path, "1-7", 0x1209, 0x0001, (Interface(0, 6, 1, 1),), serial, virtual)


def who(serial: str | None = "CAM-0001") -> Identity:
    return Identity("Dockwarden", "Test camera", serial, "1.0")


def footage(name: str = "A.MP4", size: int = 10, *, folder: str = "DCIM") -> Footage:
    taken = datetime(2026, 11, 21, 6, 50)  # noqa: DTZ001  a camera's clock knows no zone
    return Footage(7, folder, name, size, taken, taken, "id-" + name)


def pieces(recording_id: str, size: int = 10, mark: str = "a") -> Sealed:
    return Sealed(recording_id, size, mark * 64, "b" * 64, "c" * 64, size + 32)


def dock(records: Records, serial: str | None = "CAM-0001", *, virtual: bool = False) -> tuple[str, str]:
    """Dock a camera; give its id and the docking's."""
    camera = records.camera(seen(serial, virtual=virtual), who(serial), "virtual.toml")
    docking = records.begin_docking(
        camera, bay="B1", usb_path="1-1", firmware="1.0", battery_percent=80, clock_offset_s=1.8
    )
    return camera, docking


def begin(records: Records, docking: str, name: str = "A.MP4", size: int = 10) -> str:
    return records.begin_recording(docking, footage(name, size), officer="1234", critical=False, clock_offset_s=1.8)


def seal(records: Records, docking: str, name: str = "A.MP4", size: int = 10, mark: str = "a") -> str:
    """Begin and seal a recording; give its id."""
    recording = begin(records, docking, name, size)
    records.sealed(recording, docking, pieces(recording, size, mark), MADE_AT, Facts(MADE_AT, 30.5), ())
    return recording


def a_day(records: Records) -> list[str]:
    """One of each kind of fact; gives the ids of the sealed recordings."""
    records.accept(seen(), by="sergeant")
    records.bay("1-1")
    camera, docking = dock(records)
    sealed = [seal(records, docking, f"{number}.MP4", mark=f"{number:x}") for number in range(5)]
    for recording in sealed[:3]:
        records.released(recording, docking)
    records.checkpoint()
    records.not_released(sealed[3], "protected", "The card is locked.")
    records.alarm(camera, docking, "clock", "The clock was 3 min slow.")
    records.quarantined("B2", seen(None, usb_path="1-2"), "It shows a keyboard.")
    records.end_docking(docking, "done", failed=1)
    records.opened(sealed[0], "sergeant", "copy")
    records.hold(sealed[:1], held=True, by="sergeant", reason="complaint 7")
    records.camera_fault(camera, faulty=True, by="sergeant", words="The clip is broken.")
    records.key_added("age1example", "Safe, site A", Doer("sergeant"))
    records.recovery_proved("age1example", by="sergeant", how="elsewhere")
    first, last = (records.recording(one).entry or 0 for one in sealed[:2])
    records.vault_proved(first, last, recordings=2, size=20, result="right")
    records.verified("sergeant", "right")
    records.checkpoint()
    return sealed


def a_shift(records: Records) -> None:
    """One of each kind of fact about people, the pool and its custody, after a day's."""
    person, camera = "5" * 32, "6" * 32
    facts: tuple[Fact, ...] = (
        Person(
            id=person,
            who="a" * 64,
            who_salt="b" * 64,
            collar="1234",
            name="Ann Example",
            rank="PC",
            role="officer",
            station="Northgate",
            cohort="response",
            trained_on=date(2026, 1, 5),
            card="04A1",
            active=True,
            by=None,
        ),
        Credential(person=person, means="pin", given=True, digest="c" * 64, by=person, second=None),
        Asset(
            id=camera,
            asset="CAM-0001",
            serial="CAM-0001",
            make="Dockwarden",
            model="Test camera",
            station="Northgate",
            mode="pool",
            by=person,
        ),
        Custody(camera=camera, act="issued", officer=person, mode="pool", by=person, acting=True, words="early"),
        Reading(by=person, what="camera", subject=camera),
    )
    for fact in facts:
        records.enter(fact)
    docked, docking = dock(records)
    records.keeping(docked, "A1", kept=True, by=Doer("1234", person))
    records.settings_changed({"alert_to": ["desk@example.org"]}, Doer("1234", person), lambda: None)
    records.readiness(docking, ready=False, battery_percent=70, reasons=("charging",))
    records.lifted(docking, Settings())
