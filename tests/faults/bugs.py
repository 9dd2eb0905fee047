"""Seeded bugs: each takes one care away from the program, so that the harness that must see it can be seen to fail.

They replace parts of the program inside a child of the zygote, which ends after its one run.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from io import FileIO
from pathlib import Path
from typing import Any
from unittest.mock import patch

from app.docking import Docking
from app.ledger import log
from app.pump import Pump
from app.records import Records
from app.vault import Sealing, Vault, disk, sealing
from app.vault.reading import ReadBack, read_back
from db import engine
from drivers.errors import DeviceError, ObjectMissing
from drivers.mtp.camera import MtpCamera

_Bug = Callable[[], None]
BUGS: dict[str, _Bug] = {}


def plant(name: str) -> None:
    """Put a bug into this process, for good."""
    BUGS[name]()


def _bug(function: _Bug) -> _Bug:
    BUGS[function.__name__.strip("_").replace("_", " ")] = function
    return function


def _replace(where: object, name: str, by: object) -> None:
    setattr(where, name, by)


def _sync_all_but(suffix: str) -> None:
    sync = disk.sync

    def some(file: FileIO, path: Path) -> None:
        if path.suffix != suffix:
            sync(file, path)

    _replace(disk, "sync", some)


@_bug
def _act_in_pieces() -> None:
    enter = log.enter

    def each_for_itself(session: Any, fact: Any) -> int:
        number = enter(session, fact)
        session.connection().exec_driver_sql("COMMIT")
        session.connection().exec_driver_sql("BEGIN IMMEDIATE")
        return number

    _replace(log, "enter", each_for_itself)


@_bug
def _payload_not_synced() -> None:
    _sync_all_but(".age-payload")


@_bug
def _key_not_synced() -> None:
    _sync_all_but(".key")


@_bug
def _folders_not_synced() -> None:
    _replace(disk, "sync_folder", lambda _: None)


@_bug
def _database_not_synced() -> None:
    set_up = engine._set_up

    def off(connection: sqlite3.Connection, record: object) -> None:
        set_up(connection, record)
        connection.execute("PRAGMA synchronous=OFF")

    _replace(engine, "_set_up", off)


@_bug
def _sync_retried() -> None:
    def again(file: FileIO, path: Path) -> None:
        try:
            os.fsync(file.fileno())
        except OSError:
            os.fsync(file.fileno())

    _replace(disk, "sync", again)


@_bug
def _write_errors_swallowed_and_not_read_back() -> None:
    def carefree(file: FileIO, data: memoryview, path: Path) -> None:
        with suppress(OSError):
            os.write(file.fileno(), data)

    _replace(disk, "write_all", carefree)
    _not_read_back()


@_bug
def _not_read_back() -> None:
    _replace(sealing, "prove_key", lambda *_: None)
    _replace(sealing, "read_back", lambda path, _key, tick: read_back(path, None, tick))
    _replace(ReadBack, "check_plain", lambda *_: None)
    _replace(Vault, "prove", lambda *_args, **_more: None)


@_bug
def _released_before_commit() -> None:
    copy, delete = Docking._copy, MtpCamera.delete

    def copy_and_free(docking: Docking, camera: Any, item: Any, unfinished: Any) -> None:
        logged = docking._records.sealed

        def freed_first(*facts: Any) -> None:
            camera.delete(item.footage)
            logged(*facts)

        with patch.object(docking._records, "sealed", freed_first):
            copy(docking, camera, item, unfinished)

    def delete_once(camera: MtpCamera, footage: Any) -> None:
        with suppress(ObjectMissing):
            delete(camera, footage)

    _replace(Docking, "_copy", copy_and_free)
    _replace(MtpCamera, "delete", delete_once)


@_bug
def _announced_before_commit() -> None:
    log_sealed, announce = Docking._log_sealed, Docking._announce_sealed

    def said_first(docking: Docking, item: Any, *how: Any) -> None:
        logged = docking._records.sealed

        def tell(recording: str, run: str, pieces: Any, *facts: Any) -> None:
            announce(docking, item, pieces, None)
            logged(recording, run, pieces, *facts)

        with patch.object(docking._records, "sealed", tell):
            log_sealed(docking, item, *how)

    _replace(Docking, "_log_sealed", said_first)
    _replace(Docking, "_announce_sealed", lambda *_: None)


@_bug
def _entry_apart_from_its_row() -> None:
    set_up, append = engine._set_up, log.append

    def without_keys(connection: sqlite3.Connection, record: object) -> None:
        set_up(connection, record)
        connection.execute("PRAGMA foreign_keys=OFF")  # which would refuse this bug

    def write(records: Records, fact: Any) -> None:
        later: list[tuple[int, list[bytes]]] = []
        put_off = patch.object(log, "append", lambda _, first, bodies: later.append((first, bodies)))
        with put_off, records._database.write() as session:
            records._enter(session, fact)
        with records._database.write() as session:
            for first, bodies in later:
                append(session, first, bodies)

    _replace(engine, "_set_up", without_keys)
    _replace(Records, "_write", write)


@_bug
def _resumed_without_comparing() -> None:
    store = Sealing._store_batch

    def trusting(copy: Sealing) -> None:
        met = min(copy._filled, len(copy._at.found))
        copy._batch[:met] = copy._at.found[:met]
        store(copy)

    _replace(Sealing, "_store_batch", trusting)


@_bug
def _sealed_again_each_time() -> None:
    _replace(Docking, "_find_sealed", lambda *_: None)


@_bug
def _parts_never_discarded() -> None:
    _replace(Vault, "discard", lambda *_: None)
    _replace(Vault, "resume", lambda *_: None)


@_bug
def _short_copy_taken_for_whole() -> None:
    run = Pump.run

    def until_it_ends(pump: Pump, pieces: Any) -> None:
        with suppress(DeviceError):
            run(pump, pieces)

    _replace(Pump, "run", until_it_ends)
