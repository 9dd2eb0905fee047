"""Schema 1 as it was written by the first release, frozen: what a database in the field looks like.

Never edited. Tests build it, fill it and have the program of today upgrade it.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

TABLES = Path(__file__).with_suffix(".sql")

FILL = (
    *(f"INSERT INTO ledger_entry VALUES ({number}, x'7b7d', x'00')" for number in range(15)),
    "INSERT INTO ledger_node (level, \"index\", hash) VALUES (1, 0, x'00')",
    "INSERT INTO checkpoint (size, root, note, at) VALUES (15, x'00', 'note', '2026-11-21T05:50:00.000000Z')",
    "INSERT INTO station (entry, at, salt, id, ledger_key) VALUES (0, 't', x'00', 's', 'k')",
    "INSERT INTO camera (entry, at, salt, id, vendor_id, product_id, serial, model_file, virtual)"
    " VALUES (1, 't', x'00', 'c', 4617, 1, 'CAM-0001', 'm', 0)",
    "INSERT INTO camera (entry, at, salt, id, vendor_id, product_id, usb_path, model_file, virtual)"
    " VALUES (14, 't', x'00', 'c2', 4617, 1, '1-2', 'm', 1)",
    "INSERT INTO bay (entry, at, salt, name, usb_path) VALUES (2, 't', x'00', 'B1', '1-1')",
    'INSERT INTO acceptance (entry, at, salt, vendor_id, product_id, serial, virtual, "by")'
    " VALUES (3, 't', x'00', 4617, 1, 'CAM-0001', 0, 'sergeant')",
    "INSERT INTO docking (entry, at, salt, id, station, camera, bay, usb_path, clock_offset_s)"
    " VALUES (4, 't', x'00', 'd', 's', 'c', 'B1', '1-1', 1.8)",
    "INSERT INTO docking_end (entry, at, salt, docking, outcome, failed) VALUES (5, 't', x'00', 'd', 'done', 0)",
    "INSERT INTO recording (id, at, docking, camera, folder, name, size, critical)"
    " VALUES ('r', 't', 'd', 'c', 'DCIM', 'A.MP4', 10, 0)",
    "INSERT INTO recording (id, at, docking, camera, folder, name, size, critical)"
    " VALUES ('r2', 't', 'd', 'c', 'DCIM', 'B.MP4', 10, 0)",
    "INSERT INTO seal (entry, at, salt, recording, docking, size, sha256, key_sha256, payload_sha256, payload_size,"
    f" partial, flags) VALUES (6, 't', x'00', 'r', 'd', 10, '{'a' * 64}', '{'b' * 64}', '{'c' * 64}', 42, 0, '')",
    "INSERT INTO \"release\" (entry, at, salt, recording, docking) VALUES (7, 't', x'00', 'r', 'd')",
    "INSERT INTO not_released (entry, at, salt, recording, code, words) VALUES (8, 't', x'00', 'r', 'protected', 'w')",
    "INSERT INTO alarm (entry, at, salt, camera, docking, code, words) VALUES (10, 't', x'00', 'c', 'd', 'clock', 'w')",
    "INSERT INTO opening (entry, at, salt, recording, \"by\", how) VALUES (11, 't', x'00', 'r', 'sergeant', 'copy')",
    "INSERT INTO key_added (entry, at, salt, recipient, label) VALUES (12, 't', x'00', 'age1', 'safe')",
    "INSERT INTO verification (entry, at, salt, \"by\", result) VALUES (13, 't', x'00', 'sergeant', 'right')",
    f"INSERT INTO export (entry, at, salt, \"by\", verifier) VALUES (9, 't', x'00', 'sergeant', '{'d' * 64}')",
)
"""A row in every table. Each leaves out what may be unknown."""


def build(path: Path) -> None:
    """Write a database of schema 1 with a row in every table."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(TABLES.read_text())
        for statement in FILL:
            connection.execute(statement)
        connection.commit()
