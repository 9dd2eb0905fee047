"""A made-up force for tests: people and cameras entered as facts, over a real database file."""

from __future__ import annotations

import secrets
import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

from app.custody.asking import Asking
from app.custody.desk import Custody
from app.ledger import log
from app.ledger.commitments import who_hash
from app.people.values import Actor, Person, Proof, Role
from app.records import Records
from app.settings import Settings
from db.custody import Asset
from db.engine import Database
from db.people import Person as PersonFact
from tests.app.station import SIGNER, seen, who

MORNING = datetime(2026, 11, 21, 5, 50, tzinfo=UTC)


class Force:
    """People, cameras and the services over them. `now` is the time that the custody service believes."""

    def __init__(self, database: Database, records: Records | None = None) -> None:
        self.database = database
        self.records = records or Records(database, SIGNER)
        self.settings = Settings()
        self.now = MORNING
        self.custody = Custody(database, lambda: self.settings, lambda: self.now)
        self.asking = Asking(database, lambda: self.settings)
        self.people: dict[str, Person] = {}
        self.ids: dict[str, str] = {}
        self.sergeant = self.hire("900", role=Role.SERGEANT)

    def hire(self, collar: str, **fields: Any) -> Actor:
        """Enter a person, or what changed of one; gives them as having proved a PIN."""
        before = self.people.get(collar)
        row: dict[str, Any] = {
            "id": before.id if before else uuid.uuid4().hex,
            "collar": collar,
            "name": f"Name {collar}",
            "rank": "PC",
            "role": Role.OFFICER,
            "station": "Northgate",
            "cohort": "response",
            "trained_on": date(2026, 1, 5),
            "card": f"card-{collar}",
            "active": True,
        } | fields
        salt = secrets.token_hex(32)
        mark = who_hash(row["id"], row["collar"], row["name"], salt)
        with self.database.write() as session:
            entry = log.enter(session, PersonFact(at=self.now, who=mark, who_salt=salt, **row))
        self.people[collar] = Person(**row, has_pin=True, entry=entry)
        return Actor(self.people[collar], Proof.PIN)

    def add(self, asset: str, *, serial: str | None = None, mode: str = "pool", station: str = "Northgate") -> str:
        """Enter a camera into the pool, or what changed of one; gives its asset number."""
        fact = Asset(
            at=self.now,
            id=self.ids.setdefault(asset, uuid.uuid4().hex),
            asset=asset,
            serial=serial or f"S-{asset}",
            make="Dockwarden",
            model="Virtual camera",
            station=station,
            mode=mode,
        )
        with self.database.write() as session:
            log.enter(session, fact)
        return asset

    def dock(self, asset: str, *, ready: bool = True, bay: str = "A1", reasons: tuple[str, ...] = ()) -> str:
        """Dock a camera of the pool, and leave it ready or not; gives the docking's id."""
        serial = self.asking.camera(asset).serial
        camera = self.records.camera(seen(serial), who(serial), "virtual")
        docking = self.records.begin_docking(
            camera, bay=bay, usb_path=f"1-{bay[1:]}", firmware="1.0", battery_percent=90, clock_offset_s=1.5
        )
        self.records.readiness(docking, ready=ready, battery_percent=95, reasons=reasons)
        return docking

    def later(self, **span: float) -> datetime:
        """Let time pass."""
        self.now += timedelta(**span)
        return self.now
