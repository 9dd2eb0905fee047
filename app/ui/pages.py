"""The pages of the window, in the order of the side bar. Only pages that work are in it.

A page's module is loaded on a worker once the window has been painted, and the page is made after that: it may import
what it likes. The first page alone is there from the start, so its imports must be light (tests/house).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.people.roles import Act
from app.ui.words import translate


@dataclass(frozen=True)
class Listed:
    """A page as the side bar lists it: how others ask for it, its icon, its title, and its class as "module:class".

    `everybody` may see it, also while nobody is signed in. Whoever signs in to see another must be allowed what it
    `needs`; None: it is enough to be somebody. A page that `says` who may see it is shown to all who have signed in.
    """

    name: str
    shape: str
    title: Callable[[], str]
    where: str
    needs: Act | None = None
    everybody: bool = False
    says: bool = True


PAGES = (
    Listed("dock", "dock", lambda: translate("pages", "Dock"), "app.ui.dock_page:DockPage", everybody=True),
    Listed(
        "recordings",
        "recording",
        lambda: translate("pages", "Recordings"),
        "app.ui.recordings_page:RecordingsPage",
        Act.LIST_RECORDINGS,
        says=False,
    ),
    Listed("desk", "swap", lambda: translate("pages", "Issue desk"), "app.ui.desk_page:DeskPage", Act.ISSUE),
    Listed("late", "late", lambda: translate("pages", "Late"), "app.ui.late_page:LatePage", Act.READ_CUSTODY),
    Listed("pool", "pool", lambda: translate("pages", "Pool"), "app.ui.pool_page:PoolPage", Act.READ_POOL),
    Listed(
        "custody", "custody", lambda: translate("pages", "Custody"), "app.ui.custody_page:CustodyPage", Act.READ_CUSTODY
    ),
    Listed("doctor", "doctor", lambda: translate("pages", "Doctor"), "app.ui.doctor_page:DoctorPage", everybody=True),
    Listed("settings", "settings", lambda: translate("pages", "Settings"), "app.ui.settings_page:SettingsPage"),
)
