"""What is right and wrong with this machine and this home, in one list, each with what to do.

Every check looks only, stands alone, and has a limit: one that fails or hangs is a finding, and hides no other.
"""

from __future__ import annotations

import logging
import shutil
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path

import msgspec
from sqlalchemy.exc import OperationalError

from app import __version__, rotation
from app.errors import KNOWN, Trouble, reason_of
from app.home import RESOURCES, Home, VaultAway, nearest_folder
from app.keys import KEYRING_LIMIT_S, KeysTrouble
from app.ledger.log import WrongStation
from app.ledger.segments import LedgerDamaged
from app.machine import RULES, WITHOUT_LINKS, Machine, may_open
from app.proofs import PROVED_WITHIN, RIGHT
from app.recovery import WANTED
from app.settings import SettingsInvalid
from app.setup import IN_MEMORY, NETWORK
from app.vault import age
from app.words import size_words, time_words
from db.base import Base
from db.engine import WAL_IS_SOUND
from db.errors import StorageError
from drivers.camera import Sighting

log = logging.getLogger(__name__)

LIMIT_S = KEYRING_LIMIT_S + 2
"""How long all checks together may take; the keyring has its own limit, which is the longest."""

LOOK_S = 0.1
"""How soon it is seen that the waiting is to end."""

QUICK_CHECK_S = 3.0
"""How long the database's pages are looked through: it is done table by table, so that commits come in between."""

CHECK_STEPS = 10_000
"""So many steps of SQLite's machine lie between two looks at the time."""

EARLIEST = datetime(2026, 11, 1, tzinfo=UTC)
"""This program is not older: a clock that shows less is wrong."""

FULL_WITHIN = timedelta(days=92)
CHECKPOINT_WITHIN = timedelta(days=1)
BROKEN_OFF = timedelta(hours=1)
"""A copy to which nothing was added for so long is not being made any more."""

DAYS_LEFT_LOW = 7.0


class State(StrEnum):
    """How a check came out."""

    RIGHT = "right"
    WARN = "warn"
    WRONG = "wrong"
    UNKNOWN = "unknown"


class Finding(msgspec.Struct, frozen=True, tag_field="event", tag="finding"):
    """What one check found: a fixed code, what was looked at, how it is, and what to do where it is not right."""

    code: str
    title: str
    state: State
    words: str
    what_to_do: str = ""


class Result(msgspec.Struct, frozen=True):
    """What a check gives: its finding without the names."""

    state: State
    words: str
    what_to_do: str = ""


def right(words: str) -> Result:
    """Nothing is to be done."""
    return Result(State.RIGHT, words)


def warn(words: str, what_to_do: str) -> Result:
    """It works, and should be better."""
    return Result(State.WARN, words, what_to_do)


def wrong(words: str, what_to_do: str) -> Result:
    """It has to be put right."""
    return Result(State.WRONG, words, what_to_do)


def unknown(words: str, what_to_do: str = "") -> Result:
    """It cannot be told."""
    return Result(State.UNKNOWN, words, what_to_do)


HANGS = wrong(
    "There was no answer in time: the disk or the program that was asked hangs.", "Look again; if it stays so, tell IT."
)
"""What has not answered when the time is over: offloading would wait for it too."""


@dataclass(frozen=True)
class Patient:
    """What is examined, and when."""

    home: Home
    machine: Machine = field(default_factory=Machine)
    at: datetime = field(default_factory=lambda: datetime.now(UTC))


Check = Callable[[Patient], Result]


def examine(patient: Patient, stop: threading.Event | None = None, limit_s: float = LIMIT_S) -> tuple[Finding, ...]:
    """Do every check, all at once, and give what was found after `limit_s` seconds at most, in a fixed order.

    Setting `stop` ends the waiting at once; what has not answered is then unknown.
    """
    asked = {code: _ask(check, patient) for code, (_title, check) in CHECKS.items()}
    end, pending = time.monotonic() + limit_s, set(asked.values())
    while pending and time.monotonic() < end and not (stop and stop.is_set()):
        _done, pending = wait(pending, LOOK_S, FIRST_COMPLETED)
    silent = unknown("It was not waited for an answer.") if stop and stop.is_set() else HANGS
    return tuple(_finding(code, answer, silent) for code, answer in asked.items())


def _ask(check: Check, patient: Patient) -> Future[Result]:
    """Do a check on a thread of its own, which nobody waits for at the end of the program."""
    answer: Future[Result] = Future()

    def work() -> None:
        try:
            answer.set_result(check(patient))
        except BaseException as failure:  # noqa: BLE001  told as the finding
            answer.set_exception(failure)

    threading.Thread(target=work, name="check", daemon=True).start()
    return answer


def _finding(code: str, answer: Future[Result], silent: Result) -> Finding:
    """What a check found, `silent` where it has not answered."""
    try:
        result = answer.result(timeout=0)
    except TimeoutError:
        result = silent
    except (KeysTrouble, SettingsInvalid, VaultAway) as trouble:  # what is damaged or gone is not merely unknown
        result = wrong(trouble.what_happened, trouble.what_to_do)
    except KNOWN as trouble:
        reason = reason_of(trouble)
        result = unknown(f"This could not be looked at: {reason.what_happened}", reason.what_to_do)
    except Exception:
        log.exception("the check %s failed", code)
        result = unknown("The check failed because of a fault in the program. It is in the log.", "Tell IT.")
    return Finding(code, CHECKS[code][0], result.state, result.words, result.what_to_do)


# -- USB -------------------------------------------------------------------------------------------------------------


def usb(patient: Patient) -> Result:
    """Whether libusb loads, and this user may open the cameras that are docked now."""
    cameras = _cameras(patient)
    closed = [seen.usb_path for seen in cameras if not may_open(patient.machine.node(seen))]
    if closed:
        return wrong(f"This user may not open the camera on port {', '.join(closed)}.", _INSTALL_RULES)
    if not cameras:
        return right("libusb is loaded. No camera is docked on this machine's ports just now.")
    return right(f"This user may open every docked camera ({len(cameras)}).")


def usb_rules(patient: Patient) -> Result:
    """Whether our udev rules are installed, as this version has them."""
    if sys.platform != "linux":
        return right("This system needs no rules for that.")
    installed = patient.machine.rules()
    if installed is None:
        return warn("The rules that let this user open cameras are not installed.", _INSTALL_RULES)
    if installed.read_bytes() != (RESOURCES / "udev" / RULES).read_bytes():
        return warn(f"{installed} is not the file of this version.", _INSTALL_RULES)
    return right(f"{installed} lets who sits here open cameras.")


def usb_others(patient: Patient) -> Result:
    """Whether programs that open cameras unasked run here."""
    nodes = [patient.machine.node(seen) for seen in _cameras(patient)]
    running, holding = patient.machine.meddlers(nodes)
    if holding:
        return wrong(f"A docked camera is held by {' and '.join(holding)}.", f"End that program. {_INSTALL_RULES}")
    if running and patient.machine.rules() is None:
        return warn(f"{' and '.join(running)} runs here and may take a camera before Dockwarden.", _INSTALL_RULES)
    return right("No other program takes cameras.")


_INSTALL_RULES = (
    f"As administrator copy {RULES} from the folder resources/udev of this program to /etc/udev/rules.d, run "
    "udevadm control --reload, and dock the cameras again."
)


def _cameras(patient: Patient) -> list[Sighting]:
    models = patient.home.models
    try:
        return [seen for seen in patient.machine.sightings() if models.match(seen) is not None]
    except RuntimeError as missing:
        raise UsbMissing(f"USB cannot be used: {missing}.") from missing


class UsbMissing(Trouble):
    """There is no libusb."""

    code = "usb"
    what_to_do = "Install Dockwarden again: a part of it is missing."


# -- keys ------------------------------------------------------------------------------------------------------------


def keys(patient: Patient) -> Result:
    """Where the station's secret keys are."""
    station = patient.home.keys
    warning = station.warning()
    if warning is None:
        return right("The station's keys are in this user's keyring.")
    return (warn if station.place == "file" else wrong)(*warning)


def keys_fit(patient: Patient) -> Result:
    """Whether the station's key opens what is sealed to it, and the ledger is this station's."""
    station = patient.home.keys
    try:
        file_key = age.new_file_key()
        header = age.seal_header(file_key, [age.Recipient.parse(station.recipient)])
        opened = age.Header.parse(header).open([station.secrets().identity])
        station.signer().sign(b"trial")
        patient.home.records.ledger_size()
    except (KeysTrouble, WrongStation) as trouble:
        return wrong(trouble.what_happened, trouble.what_to_do)
    if opened != file_key:
        return wrong("The station's key does not open what is sealed to it.", "Tell IT; use a recovery key.")
    return right("The station's key opens what is sealed here, and signs this ledger.")


def keys_replaced(patient: Patient) -> Result:
    """Whether lost keys were replaced, and nobody else has seen it."""
    told = rotation.warning(patient.home)
    if told is not None:
        return wrong(told.what_happened, told.what_to_do)
    return right("No lost keys were replaced that somebody else has not seen.")


def recovery(patient: Patient) -> Result:
    """How many others could open the recordings if this machine were lost."""
    if patient.home.records.try_out():
        return right("This is a try-out: what it holds needs no recovery recipients.")
    found = {one.recipient for one in patient.home.keys.recovery}
    proved = found & patient.home.records.proved_recipients()
    if not found:
        return wrong(
            "There is no recovery recipient: what is sealed is lost with this machine's key.",
            "Add two on the Settings page, or run: dockwarden setup",
        )
    told = f"{_counted(len(found), 'recovery recipient', 'recovery recipients')}, {len(proved)} of them proved."
    if len(found) < WANTED:
        return warn(told, "Add a second one and keep its secret in another place.")
    if proved != found:
        return warn(told, "Have each holder open the test file with age and type back the word inside.")
    return right(told)


# -- the clock -------------------------------------------------------------------------------------------------------


def clock(patient: Patient) -> Result:
    """Whether the clock can be right, and whether a time server keeps it so."""
    least = max(EARLIEST, _newest_entry_at(patient) or EARLIEST)
    if patient.at < least:
        behind = time_words((least - patient.at).total_seconds())
        return wrong(f"The clock is wrong: it is at least {behind} slow.", "Set it before the next docking.")
    kept = patient.machine.clock_kept()
    if kept is None:
        return unknown("The clock is plausible. Whether a time server keeps it right cannot be told here.")
    if not kept:
        return warn(
            "The clock is plausible, but this system does not say that a time server keeps it right.",
            "Have IT turn on time synchronisation: cameras' clocks are judged and set by this one.",
        )
    return right("A time server keeps the clock right.")


def _newest_entry_at(patient: Patient) -> datetime | None:
    """When the newest entry of the ledger says that it was made."""
    for entry in patient.home.records.entries(patient.home.records.ledger_size() - 1, limit=1):
        return _entries.decode(entry.body).at
    return None


class _Entry(msgspec.Struct):
    at: datetime


_entries = msgspec.json.Decoder(_Entry)


# -- the disk --------------------------------------------------------------------------------------------------------


def disk(patient: Patient) -> Result:
    """Whether the vault is there and can be written, and on what kind of file system it lies."""
    folder = patient.home.vault.folder
    patient.home.check_vault()
    if not patient.machine.writable(folder):
        return wrong(f"This user may not write in the vault's folder {folder}.", "Have IT give this user the right.")
    return _kind_of_disk(patient, folder)


def _kind_of_disk(patient: Patient, folder: Path) -> Result:
    mount = patient.machine.mount(folder)
    if mount is None:
        return unknown(f"The vault is in {folder}. This system does not tell on what kind of disk that is.")
    where = f"The vault is in {folder}, on {mount.kind}"
    if patient.machine.read_only(folder):
        return wrong(f"{where}, which takes no writing.", "Ask IT: a disk often turns read-only when it fails.")
    if mount.kind in IN_MEMORY:
        return wrong(f"{where}: in memory, gone when the machine restarts.", "Choose a folder on a disk.")
    if mount.kind in WITHOUT_LINKS:
        return wrong(f"{where}, which keeps no users' rights.", "Choose a folder on ext4, XFS, Btrfs or NTFS.")
    if mount.kind in NETWORK:
        return warn(
            f"{where}, over the network: whether it keeps what it says it kept depends on the server.",
            "Have IT confirm that the server forces writes to its disks (no async export).",
        )
    return right(f"{where}, and can be written.")


def disk_encrypted(patient: Patient) -> Result:
    """Whether the disk under the home is encrypted."""
    mount = patient.machine.mount(patient.home.folder)
    found = None if mount is None else patient.machine.encrypted(mount)
    if found is None:
        return unknown("Whether this disk is encrypted cannot be told here. Recordings are sealed in any case.")
    if not found:
        return warn(
            "The disk under the home is not encrypted. Recordings are sealed, but the database tells names and times.",
            "Have IT encrypt this machine's disk.",
        )
    return right("The disk under the home is encrypted.")


def space(patient: Patient) -> Result:
    """Room on the vault's disk against what came in lately."""
    home = patient.home
    usage = shutil.disk_usage(nearest_folder(home.vault.folder))
    floor = home.settings.floor_bytes(usage.total)
    days = home.proofs.days_left(usage.free - floor, patient.at)
    told = f"{size_words(usage.free)} of {size_words(usage.total)} are free; {size_words(floor)} are kept free."
    if usage.free <= floor:
        return wrong(f"{told} No more recordings are copied.", "Make room on the vault's disk, or move the vault.")
    if days is None:
        return right(f"{told} Nothing came in during the last 7 days.")
    told = f"{told} At the intake of the last 7 days that lasts {_days(days)}."
    if days < DAYS_LEFT_LOW:
        return warn(told, "Make room on the vault's disk, or move the vault to a larger one.")
    return right(told)


def _days(days: float) -> str:
    if days >= 1000:
        return "for years"
    return "less than a day" if days < 1 else _counted(int(days), "day", "days")


# -- the database ----------------------------------------------------------------------------------------------------


def database(patient: Patient) -> Result:
    """Whether SQLite works by the rules that evidence needs, and its pages are whole."""
    try:
        with patient.home.database.read() as session:
            ask = session.connection().exec_driver_sql
            mode, sync, foreign = (ask(f"PRAGMA {name}").scalar() for name in _PRAGMAS)
        damage = _damage(patient.home, time.monotonic() + QUICK_CHECK_S)
    except (StorageError, LedgerDamaged) as trouble:
        return wrong(trouble.what_happened, trouble.what_to_do)
    told = f"SQLite {sqlite3.sqlite_version}, journal {mode}, synchronous {_SYNC.get(sync, sync)}"
    if (str(mode), sync, foreign) != _WANTED:
        return wrong(f"{told}: evidence needs {_WANTED[0]} and {_SYNC[_WANTED[1]]}.", "Report a fault of the program.")
    if damage is None:
        return unknown(f"{told}. It is too large to be looked through quickly.", "Run: dockwarden verify")
    if damage:
        return wrong(f"{told}. The database is damaged: {damage}", "Copy the home as it is, then restore a backup.")
    return right(f"{told}, and nothing in its pages is wrong.")


_PRAGMAS = ("journal_mode", "synchronous", "foreign_keys")
_SYNC: dict[object, str] = {0: "OFF", 1: "NORMAL", 2: "FULL", 3: "EXTRA"}
_WANTED = ("wal", 2, 1) if WAL_IS_SOUND else ("delete", 3, 1)


def _damage(home: Home, end: float) -> str | None:
    """The first thing that SQLite's quick check finds, "" for nothing, None when `end` came first."""
    for table in Base.metadata.tables:
        with home.database.read() as session:
            connection = session.connection()
            driver = connection.connection.dbapi_connection
            assert isinstance(driver, sqlite3.Connection)
            driver.set_progress_handler(lambda: time.monotonic() > end, CHECK_STEPS)
            try:
                found = connection.exec_driver_sql(f'PRAGMA quick_check("{table}")').scalar()
            except OperationalError as interrupted:
                if getattr(interrupted.orig, "sqlite_errorcode", None) != sqlite3.SQLITE_INTERRUPT:
                    raise
                return None
            finally:
                driver.set_progress_handler(None, 0)
        if found != "ok":
            return str(found)
    return ""


# -- proofs ----------------------------------------------------------------------------------------------------------


def verification(patient: Patient) -> Result:
    """When everything was last verified, by whom, and with what result."""
    last = patient.home.proofs.last_full()
    act = "Verify everything in the window, or run: dockwarden verify"
    if last is None:
        if patient.home.proofs.first_sealed_at() is None:
            return right("Nothing is sealed yet that could be verified.")
        return warn("Vault and ledger were never verified as a whole.", act)
    told = f"Vault and ledger were last verified on {_date(last.at)} by {last.by}"
    if last.result != RIGHT:
        return wrong(f"{told}, and something was wrong.", "Verify again to see what, change nothing, and tell IT.")
    if patient.at - last.at > FULL_WITHIN:
        return warn(f"{told}: that is long ago.", act)
    return right(f"{told}: nothing was wrong.")


def vault(patient: Patient) -> Result:
    """Whether every recording was read again in time, and what was found wrong."""
    proofs = patient.home.proofs
    damaged = proofs.wrong()
    if damaged:
        more = f" and {len(damaged) - 1} more" * (len(damaged) > 1)
        return wrong(
            f"The recording {damaged[0]}{more} is damaged in the vault.",
            "Keep the vault's disk as it is and tell IT at once: the file has to come back from a backup.",
        )
    late = proofs.unproved(patient.at - PROVED_WITHIN)
    if late:
        return warn(
            f"{_counted(late, 'recording was', 'recordings were')} not read again within {PROVED_WITHIN.days} days.",
            "Leave Dockwarden running when no camera is copied from, or verify everything now.",
        )
    last = proofs.newest()
    told = "" if last is None else f" The background verifier was last at work on {_date(last.at)}."
    return right(f"Every recording was proved within {PROVED_WITHIN.days} days.{told}")


def leftovers(patient: Patient) -> Result:
    """Copies that were broken off and not gone on with."""
    folder, least = patient.home.vault.folder / "incoming", patient.at.timestamp() - BROKEN_OFF.total_seconds()
    old = {id_ for id_ in patient.home.vault.leftovers() if all(_touched(p) < least for p in folder.glob(f"{id_}.*"))}
    if old:
        return warn(
            f"{_counted(len(old), 'copy was', 'copies were')} broken off and not gone on with.",
            "Dock these cameras again: copying goes on where it stopped. Nothing was released.",
        )
    return right("No copy is broken off.")


def _touched(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return float("inf")  # it came to its end meanwhile


def checkpoint(patient: Patient) -> Result:
    """Whether the head of the ledger is signed."""
    entry_at, signed_at = _newest_entry_at(patient), patient.home.records.last_checkpoint_at()
    act = "Run: dockwarden ledger checkpoint"
    if signed_at is None:
        return warn("The ledger has no signed checkpoint yet.", f"One is signed at each docking. {act}")
    if entry_at is not None and entry_at - signed_at > CHECKPOINT_WITHIN:
        return warn(f"The newest checkpoint is of {_date(signed_at)}; entries came after it.", act)
    return right(f"The ledger's newest checkpoint was signed on {_date(signed_at)}.")


def segment(patient: Patient) -> Result:
    """Whether the ledger is whole from its first entry, or goes on after a damaged one."""
    damaged = patient.home.records.segment()
    if damaged is None:
        return right("The ledger is in one piece.")
    what = f"{damaged.file} was found damaged; the ledger goes on without it. {damaged.words}"
    listed = "Recordings and custody of before are not listed here; their sealed files stay as they are."
    return warn(what, f"Copy that file as it is. {listed}")


def witnesses(patient: Patient) -> Result:
    """Whether somebody outside has seen the head of the ledger of late, where that is wanted."""
    settings, at = patient.home.settings, patient.home.witnessed_at()
    if not (settings.witness_keys or settings.tsa_certificate):
        return right("No witness of the ledger is set.")
    seen = "No witness has seen the ledger yet" if at is None else f"A witness last saw the ledger on {_date(at)}"
    if patient.home.unwitnessed():
        return warn(f"{seen}: longer than {settings.witness_hours} hours ago.", "Connect the folder of witnesses.")
    return right(f"{seen}.")


# -- the program -----------------------------------------------------------------------------------------------------


def media(_patient: Patient) -> Result:
    """Whether recordings can be looked into."""
    missing = [name for module, name in (("av", "PyAV"), ("PIL", "Pillow")) if find_spec(module) is None]
    if missing:
        return warn(
            f"{' and '.join(missing)} is not installed: recordings are sealed, but cannot be played here.",
            "Install Dockwarden with its media extra.",
        )
    return right("Recordings can be played and looked into.")


def version(_patient: Patient) -> Result:
    """Which program this is."""
    return right(f"Dockwarden {__version__}, Python {sys.version.split()[0]} on {sys.platform}.")


def _date(at: datetime) -> str:
    local = at.astimezone()
    return f"{local.day} {local:%b %Y}"


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


CHECKS: dict[str, tuple[str, Check]] = {
    "usb": ("USB access", usb),
    "usb-rules": ("USB rules", usb_rules),
    "usb-others": ("Other programs", usb_others),
    "keys": ("Station keys", keys),
    "keys-fit": ("Key and home", keys_fit),
    "keys-replaced": ("Replaced keys", keys_replaced),
    "recovery": ("Recovery recipients", recovery),
    "clock": ("Clock", clock),
    "disk": ("Vault's disk", disk),
    "disk-encrypted": ("Disk encryption", disk_encrypted),
    "space": ("Free space", space),
    "database": ("Database", database),
    "verification": ("Full verification", verification),
    "vault": ("Vault proofs", vault),
    "leftovers": ("Unfinished copies", leftovers),
    "checkpoint": ("Checkpoint", checkpoint),
    "segment": ("Ledger", segment),
    "witnesses": ("Witnesses", witnesses),
    "media": ("Media", media),
    "version": ("Program", version),
}
"""Every check by its code, with its title, in the order in which findings are told."""


def worst(findings: Sequence[Finding]) -> State:
    """How the machine stands as a whole: WRONG, WARN or RIGHT. What is unknown counts as neither."""
    states = {finding.state for finding in findings}
    return next((state for state in (State.WRONG, State.WARN) if state in states), State.RIGHT)
