"""A home: the folder that holds a station's database, vault, keys' public halves and settings, opened once."""

from __future__ import annotations

import logging
import os
import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from app.errors import Trouble, WrongKindOfHome
from app.people.acting import doer_for
from app.people.roles import Act
from app.settings import EVERYBODYS, SettingRefused, Settings, SettingsInvalid, changed, load, save
from app.snapshot import Reason, StationView
from drivers.camera import Identity, Sighting

if TYPE_CHECKING:
    from app.custody.asking import Asking
    from app.custody.desk import Custody
    from app.keys import StationKeys
    from app.ledger.cosignatures import Cosignatures
    from app.library import Library
    from app.media.facts import MediaReader
    from app.people.roll import People
    from app.people.signin import SignIn
    from app.people.values import Actor
    from app.pool import Pool
    from app.proofs import Proofs
    from app.records import Records
    from app.vault import Vault
    from app.vault.age import Identity as AgeIdentity
    from db.engine import Database
    from drivers.models import Model, Models

log = logging.getLogger(__name__)

RESOURCES = Path(__file__).parent.parent / "resources"
"""Camera models, icons, fonts and translations, beside the packages from source and in a build alike."""


WAIT_S = 0.3
"""How soon a lane that waits for another one sees that it is to stop."""


Stamp = tuple[int, int, int]
"""By what a file that was written anew is told from the one before: its number, its size, its time in ns."""


class HomeUnusable(Trouble):
    """The folder cannot be a home."""

    code = "home"
    what_to_do = "Choose another folder with --home, or ask IT for the right to write there."


class VaultAway(Trouble):
    """The vault's folder holds nothing at all, though recordings were sealed: its disk is not there."""

    code = "vault-away"
    what_to_do = "Nothing is lost: it stays on the camera. Connect the vault's disk again, then try again."


def stamp_of(path: Path) -> Stamp:
    """The stamp of a file, all zero where there is none."""
    try:
        found = path.stat()
    except OSError:
        return 0, 0, 0
    return found.st_ino, found.st_size, found.st_mtime_ns


def nearest_folder(path: Path) -> Path:
    """The folder itself, or the nearest one above it that is there: what of a disk can be told before it is made."""
    return next((one for one in (path, *path.parents) if is_folder(one)), Path("/"))


def is_folder(path: Path) -> bool:
    """Whether a folder is there, as far as this user may see; no name is too long to ask."""
    try:
        return path.is_dir()
    except OSError:
        return False


def can_be_folder(path: Path) -> bool:
    """Whether this is a folder, or a name that one could have; whether this user may make it there is not asked."""
    try:
        return is_folder(path) or not path.exists()
    except OSError:  # a name too long, or a folder above that this user may not look into
        return False


def has_pieces(vault: Path) -> bool:
    """Whether anything that was sealed stands in this folder."""
    return is_folder(vault) and next(vault.glob("[0-9a-f][0-9a-f]/"), None) is not None


def default_home() -> Path:
    """Where evidence is kept when nobody says otherwise: DOCKWARDEN_HOME, else the user's data folder."""
    named = os.environ.get("DOCKWARDEN_HOME")
    if named:
        return Path(named)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home())) / "Dockwarden"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "dockwarden"


class Home:
    """One home, its parts opened when first used."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.expanduser().absolute()
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as failure:
            raise HomeUnusable(f"The home {self.folder} cannot be made: {failure.strerror}.") from failure
        self._vault: Vault | None = None
        self._settings: tuple[Settings, Stamp] | None = None
        self._settings_trouble: SettingsInvalid | None = None
        self._settings_lock = threading.Lock()
        self._changing_settings = threading.Lock()
        self._busy: set[str] = set()
        self._changed = threading.Condition()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Close what was opened."""
        if "media" in self.__dict__:
            self.media.close()
        if "database" in self.__dict__:
            self.database.close()

    @property
    def settings_file(self) -> Path:
        """The one file of the settings."""
        return self.folder / "settings.toml"

    @property
    def settings(self) -> Settings:
        """The station's settings, read anew when the file has changed: another process or a person may write it.

        Raises SettingsInvalid at first; a file that is damaged later leaves the settings as they were, with a warning.
        """
        with self._settings_lock:
            stamp = stamp_of(self.settings_file)
            if self._settings is None:
                self._settings = load(self.settings_file), stamp
            elif self._settings[1] != stamp:
                self._settings = self._reloaded(self._settings[0]), stamp
            return self._settings[0]

    def _reloaded(self, before: Settings) -> Settings:
        try:
            settings = load(self.settings_file)
        except SettingsInvalid as trouble:
            self._settings_trouble = trouble
            return before
        self._settings_trouble = None
        return settings

    def change_settings(self, actor: Actor | None = None, /, **fields: Any) -> Settings:
        """Check and save some settings, each with its entry, and give them all.

        The vault of a home with recordings stays where it is: moving it is not done by the way. Raises SettingRefused,
        SettingsNotKept, StorageError, and Refused where this actor may not, or nobody is named in a home with accounts.
        """
        with self._changing_settings:
            old, new = self.settings, changed(self.settings, **fields)
            values = {field: getattr(new, field) for field in fields if getattr(new, field) != getattr(old, field)}
            if not values:
                return old
            if self.vault_folder_of(new) != self.vault_folder_of(old):
                self._allow_vault(self.vault_folder_of(new))
            if values.keys() <= EVERYBODYS:
                save(self.settings_file, new)
            else:
                by = doer_for(self, actor, Act.CHANGE_SETTINGS)
                self.records.settings_changed(values, by, partial(save, self.settings_file, new))
            return self.settings

    def _allow_vault(self, folder: Path) -> None:
        """Raise SettingRefused, unless the vault may be in this folder from now on."""
        if self.has_recordings():
            raise SettingRefused(
                "vault_folder",
                f"This home's recordings are in {self.vault_folder_of(self.settings)}, and stay there.",
                "Nothing was changed. Use another --home for a vault in another folder.",
            )
        nearest = nearest_folder(folder)
        if not can_be_folder(folder) or not os.access(nearest, os.W_OK | os.X_OK):
            raise SettingRefused("vault_folder", f"No vault can be made in {folder}: {nearest} cannot be written in.")
        if folder.is_dir() and has_pieces(folder):
            raise SettingRefused("vault_folder", f"{folder} holds the recordings of another home.")

    def has_recordings(self) -> bool:
        """Whether anything was sealed in this home, or began to be."""
        in_vault = has_pieces(self.vault.folder) or bool(self.vault.leftovers())
        return in_vault or next(self.records.vault_index(), None) is not None

    def check_vault(self) -> None:
        """Raise VaultAway when recordings were sealed and the vault's folder has none: a disk is not mounted there."""
        folder = self.vault_folder_of(self.settings)
        if not has_pieces(folder) and next(self.records.vault_index(), None) is not None:
            raise VaultAway(f"The recordings of this home are not in its vault folder {folder}.")

    def vault_folder_of(self, settings: Settings) -> Path:
        """Where the vault is with these settings."""
        return self.folder / "vault" if settings.vault_folder is None else Path(settings.vault_folder)

    @cached_property
    def database(self) -> Database:
        """The database, brought up to date."""
        from app.ledger import segments  # noqa: PLC0415  217 ms that only verbs with a database pay

        return segments.open_whole(segments.path_of(self.folder, segments.newest(self.folder)))

    def go_on(self) -> None:
        """Go on in a fresh database where this one is damaged; asked by who owns the docks, and alone. StorageError."""
        from app.ledger import segments  # noqa: PLC0415  see `database`

        number = segments.newest(self.folder)
        try:
            self.database  # noqa: B018  it is opened, and looked at
        except segments.LedgerDamaged as damage:
            number += 1
            log.warning("%s", damage.what_happened)
            self._name_damaged(number, damage.what_happened)
        else:
            if number > 1 and self.records.segment() is None:  # broken off before it was named
                self._name_damaged(number, "What was wrong was not written down.")

    def _name_damaged(self, number: int, words: str) -> None:
        from sqlalchemy.exc import IntegrityError  # noqa: PLC0415  see `database`

        from app.ledger import carry, segments  # noqa: PLC0415  see `database`
        from app.ledger.note import VerifierKey  # noqa: PLC0415  see `database`

        damaged = segments.path_of(self.folder, number - 1)
        carried = carry.read(damaged, VerifierKey.of(self.keys.signer()))
        if "database" not in self.__dict__:  # made only now: until then nobody finds a home without accounts
            self.__dict__["database"] = segments.open_whole(segments.path_of(self.folder, number))
        try:
            self.records.segment_begun(segments.describe(damaged), words, carried)
        except IntegrityError:  # docking goes on without what breaks a rule of ours
            log.exception("nothing is taken over from %s", damaged)
            self.records.segment_begun(segments.describe(damaged), words, carry.NOTHING)

    @cached_property
    def keys(self) -> StationKeys:
        """The station's keys, made at the first use of a new home."""
        from app.keys import StationKeys  # noqa: PLC0415  see `database`

        return StationKeys.open(self.folder)

    @property
    def vault(self) -> Vault:
        """Where sealed recordings live."""
        from app.vault import Vault  # noqa: PLC0415  see `database`

        folder = self.vault_folder_of(self.settings)
        if self._vault is None or self._vault.folder != folder:
            self._vault = Vault(folder)
        return self._vault

    @cached_property
    def records(self) -> Records:
        """The one service that writes facts and their ledger entries."""
        from app.records import Records  # noqa: PLC0415  see `database`

        return Records(self.database, self.keys.signer())

    @cached_property
    def library(self) -> Library:
        """The sealed recordings as people look for them."""
        from app.library import Library  # noqa: PLC0415  see `database`

        return Library(self)

    def _begun(self) -> Database:
        """The database, its ledger begun: the first entry of all is the station's, and `Records` makes it."""
        _ = self.records
        return self.database

    @cached_property
    def custody(self) -> Custody:
        """The one service by which cameras change hands."""
        from app.custody.desk import Custody  # noqa: PLC0415  see `database`

        return Custody(self._begun(), lambda: self.settings)

    @cached_property
    def asking(self) -> Asking:
        """Answers who held which camera."""
        from app.custody.asking import Asking  # noqa: PLC0415  see `database`

        return Asking(self.database, lambda: self.settings)

    @cached_property
    def people(self) -> People:
        """Everybody who is known here."""
        from app.people.roll import People  # noqa: PLC0415  see `database`

        return People(self._begun())

    @cached_property
    def signin(self) -> SignIn:
        """How they prove who they are."""
        from app.people.signin import SignIn  # noqa: PLC0415  see `database`
        from app.people.throttle import Throttle  # noqa: PLC0415  see `database`

        return SignIn(self._begun(), self.people, self.keys.pepper, Throttle(self.folder))

    @cached_property
    def cosignatures(self) -> Cosignatures:
        """What witnesses have given for the ledger."""
        from app.ledger.cosignatures import Cosignatures  # noqa: PLC0415  see `database`

        return Cosignatures(self.database)

    @cached_property
    def pool(self) -> Pool:
        """The cameras of the pool as people look for them."""
        from app.pool import Pool  # noqa: PLC0415  see `database`

        return Pool(self)

    @cached_property
    def proofs(self) -> Proofs:
        """What has been proved of the vault."""
        from app.proofs import Proofs  # noqa: PLC0415  see `database`

        return Proofs(self.database)

    @cached_property
    def media(self) -> MediaReader:
        """Reads containers, in a process that has no keys."""
        from app.media.facts import MediaReader  # noqa: PLC0415  see `database`

        return MediaReader()

    @cached_property
    def models(self) -> Models:
        """The camera models that this program knows."""
        from drivers.models import load_models  # noqa: PLC0415  see `database`

        return load_models(RESOURCES / "models")

    def identity(self) -> AgeIdentity | None:
        """The key that opens recordings, None when this machine has lost it: sealing goes on without."""
        return self.keys.identity_or_none()

    def register(self, sighting: Sighting, identity: Identity, model: Model) -> str:
        """Know this camera from now on and give its id. Raises WrongKindOfHome where try-out would meet evidence."""
        self.allow(virtual=sighting.virtual)
        return self.records.camera(sighting, identity, model.name)

    @contextmanager
    def alone_with(self, camera_id: str, check: Callable[[], None]) -> Iterator[None]:
        """Let one lane at a time work under a camera's id: two cameras may claim one, or one be moved while it is busy.

        `check` is asked while waiting, and what it raises ends the wait.
        """
        with self._changed:
            while camera_id in self._busy:
                check()
                self._changed.wait(WAIT_S)
            self._busy.add(camera_id)
        try:
            yield
        finally:
            with self._changed:
                self._busy.remove(camera_id)
                self._changed.notify_all()

    def allow(self, *, virtual: bool) -> None:
        """Refuse virtual cameras in a home with evidence, and real ones in a try-out home."""
        try_out = self.records.try_out()
        if try_out is None and self.records.segment() is not None:
            try_out = False  # what was in the damaged one is not known: it may be evidence
        if try_out is False and virtual:
            raise WrongKindOfHome(
                f"The home {self.folder} holds real recordings, so it takes no virtual cameras.",
                "Use --home with another folder for a try-out.",
            )
        if try_out is True and not virtual:
            raise WrongKindOfHome(
                f"The home {self.folder} is a try-out: it holds recordings of virtual cameras and takes no real ones.",
                "Start without --virtual and with another --home for real cameras.",
            )

    def checkpoint(self) -> None:
        """Sign the head of the ledger. A station that lost its key takes evidence all the same, and says so."""
        from app.keys import KeysTrouble  # noqa: PLC0415  see `database`

        try:
            self.records.checkpoint()
        except KeysTrouble as trouble:
            log.warning("no checkpoint was signed: %s", trouble)

    def station(self, *, virtual: bool = False) -> StationView:
        """What the top of every page tells."""
        disk = shutil.disk_usage(nearest_folder(self.vault_folder_of(self.settings)))
        try_out = virtual or self.records.try_out() is True
        return StationView(
            name=self.settings.station_name,
            try_out=try_out,
            ledger_size=self.records.ledger_size(),
            checkpoint_at=self.records.last_checkpoint_at(),
            vault_free=disk.free,
            vault_total=disk.total,
            keys_place=self.keys.place,
            warnings=self.warnings(try_out=try_out),
            days_left=self.days_left(disk.free, disk.total),
            accounts=self.people.anyone(),
            witnessed_at=self.witnessed_at(),
            unwitnessed=self.unwitnessed(),
        )

    def witnessed_at(self) -> datetime | None:
        """When a witness last saw the ledger, None when none ever did."""
        newest = self.cosignatures.newest()
        return None if newest is None else newest[0]

    def unwitnessed(self) -> bool:
        """Whether entries wait for a witness for longer than the station wants; never where no witness is set."""
        settings, newest = self.settings, self.cosignatures.newest()
        if not (settings.witness_keys or settings.tsa_certificate):
            return False
        if newest is None:
            return True
        late = datetime.now(UTC) - newest[0] > timedelta(hours=settings.witness_hours)
        return late and newest[1] < self.records.ledger_size()

    def days_left(self, free: int, total: int) -> float | None:
        """For how many days a disk with so many bytes has room, above what is kept free, at the intake of late."""
        return self.proofs.days_left(free - self.settings.floor_bytes(total), datetime.now(UTC))

    def warnings(self, *, try_out: bool) -> tuple[Reason, ...]:
        """What is not as it should be with this home. Nothing of value is lost with a try-out."""
        from app import rotation  # noqa: PLC0415  see `database`
        from app.recovery import warning  # noqa: PLC0415  see `database`

        found = [*self._segment_warning()]
        keys = self.keys.warning()
        if keys is not None:
            found.append(Reason("keys", *keys))
        replaced = rotation.warning(self)
        if replaced is not None:
            found.append(replaced)
        recovery = None if try_out else warning(self)
        if recovery is not None:
            found.append(recovery)
        if self._settings_trouble is not None:
            wrong = self._settings_trouble.what_happened
            found.append(Reason("settings", wrong, "Until it is mended the settings stay as they were."))
        return (*found, *self._vault_warning())

    def _segment_warning(self) -> tuple[Reason, ...]:
        segment = self.records.segment()
        if segment is None:
            return ()
        what = f"The database {segment.file} was found damaged, and this ledger goes on without it. {segment.words}"
        missing = (
            "Recordings and custody of before are not listed here: their sealed files and that database stay as they "
            "are. Ask IT to look at that file."
        )
        return (Reason("segment", what, missing),)

    def _vault_warning(self) -> tuple[Reason, ...]:
        try:
            self.check_vault()
        except VaultAway as away:
            what_to_do = "Connect the vault's disk again, or put vault_folder right."
            return (Reason("vault-elsewhere", away.what_happened, what_to_do),)
        return ()
