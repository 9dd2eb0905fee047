"""`simulate-year`: a made-up but lifelike force and what it does in a year, for trying out and for measuring."""

from __future__ import annotations

import argparse
import time
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from app.custody.simulation import STATIONS, Simulation, Size
from app.errors import Trouble
from app.exits import Exit
from app.home import Home
from app.ledger import log
from app.verbs.docks import home_of
from app.verbs.output import Output
from db.custody import Pool
from db.people import Roster
from db.schema import Station

BATCH = 5000
"""Facts that go into one transaction, with a checkpoint after them."""

CACHE_KIB = 512 * 1024
"""Pages that a transaction changes at random places are written once, at its end."""

TOLD_EVERY_S = 2.0


class NoPlaceForMakeBelieve(Trouble):
    """The home holds what is not made up."""

    code = "home-in-use"
    what_to_do = "Use --home with a new folder, set up or not."


def run(args: argparse.Namespace, output: Output) -> int:
    """Make the force and let its days go by. Ctrl C ends it after a whole batch: what is made by then is whole."""
    size = Size(args.cameras, args.officers, len(STATIONS), args.days, args.events, args.seed)
    with home_of(args) as home:
        check(home)
        began = time.monotonic()
        made = Made(size, home, output)
        try:
            made.all()
        except KeyboardInterrupt:
            output.say("Stopped. What was made so far is whole.")
        outcome = {
            "event": "simulated",
            "acts": made.simulation.acts,
            "entries": home.records.ledger_size(),
            "seconds": round(time.monotonic() - began, 1),
        }
        output.result(outcome, "{acts:,} acts of custody, {entries:,} entries, {seconds} s.".format(**outcome))
    return Exit.DONE


def check(home: Home) -> None:
    """Raise NoPlaceForMakeBelieve unless the home is empty, or holds nothing but whoever set it up."""
    records = home.records
    with home.database.read() as session:
        people = session.scalars(select(func.count()).select_from(Roster)).one()
        cameras = session.scalars(select(func.count()).select_from(Pool)).one()
    if people > 1 or cameras or next(records.vault_index(), None) is not None:
        raise NoPlaceForMakeBelieve(f"The home {home.folder} has recordings, people or cameras.")


class Made:
    """A simulation on its way into a home."""

    def __init__(self, size: Size, home: Home, output: Output) -> None:
        with home.database.read() as session:
            station = session.scalars(select(Station.id)).one()
        begins = datetime.now(UTC).date() - timedelta(days=size.whole_days)
        self.simulation = Simulation(size, begins, station, home.records.ledger_size())
        self._home = home
        self._output = output
        self._told_at = time.monotonic()

    def all(self) -> None:
        """Make it all."""
        signer = self._home.keys.signer()
        for facts in self.simulation.facts(BATCH):
            with self._home.database.write() as session:
                session.connection().exec_driver_sql(f"PRAGMA cache_size=-{CACHE_KIB}")
                log.enter_all(session, facts)
                log.checkpoint(session, signer)
            self._tell(facts[-1].at if facts else None)

    def _tell(self, at: datetime | None) -> None:
        now = time.monotonic()
        if at is not None and now - self._told_at >= TOLD_EVERY_S:
            self._told_at = now
            self._output.say(f"{at:%d %B %Y}: {self.simulation.acts:,} acts")
