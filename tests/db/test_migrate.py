"""Databases of every age: new ones made, old ones brought up to date, newer ones refused; each whole or untouched."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from db import migrate
from db.base import Base
from db.engine import Database
from db.errors import NewerDatabase
from db.schema import SCHEMA
from tests.db import schema_1


def described(path: Path) -> set[tuple[str, str, str]]:
    """Every table, index and trigger with its statement, its blanks apart."""
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    return {(kind, name, " ".join(sql.split())) for kind, name, sql in found}


def version(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        found: int = connection.execute("PRAGMA user_version").fetchone()[0]
        return found


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home.db"


def test_a_new_database_is_what_the_models_describe(path: Path) -> None:
    database = Database.open(path)
    with database.read() as session:
        context = MigrationContext.configure(session.connection(), opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    database.close()
    assert version(path) == SCHEMA


def test_a_database_of_schema_1_is_brought_to_what_a_new_one_is(path: Path, tmp_path: Path) -> None:
    schema_1.build(path)
    old = {name for kind, name, _ in described(path) if kind == "table"}
    Database.open(path).close()
    Database.open(tmp_path / "new.db").close()
    assert described(path) == described(tmp_path / "new.db")
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        for table in old & set(Base.metadata.tables):
            assert connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0] > 0, table
        shelf = connection.execute("SELECT entry, camera_name, released FROM shelf").fetchall()
    assert shelf == [(6, "CAM-0001", 1)]


def test_a_newer_database_is_refused_in_words_and_left_as_it_is(path: Path) -> None:
    Database.open(path).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version={SCHEMA + 1}")
        connection.commit()
    before = path.read_bytes()
    with pytest.raises(NewerDatabase, match=f"has schema {SCHEMA + 1}") as newer:
        Database.open(path)
    assert "newest installed version" in newer.value.what_to_do
    assert path.read_bytes() == before


def test_a_migration_that_breaks_leaves_nothing_behind(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_connection: object) -> None:
        raise RuntimeError("broken")

    with monkeypatch.context() as patched:
        patched.setattr(migrate, "make_triggers", broken)
        with pytest.raises(RuntimeError, match="broken"):
            Database.open(path)
    assert (version(path), described(path)) == (0, set())
    Database.open(path).close()
    assert version(path) == SCHEMA


def test_a_migration_that_breaks_references_is_undone(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            "CREATE TABLE a (b REFERENCES c (d)); CREATE TABLE c (d PRIMARY KEY); INSERT INTO a VALUES (1)"
        )
    before = described(path)
    with pytest.raises(RuntimeError, match="broke 1 references"):
        Database.open(path)
    assert (version(path), described(path)) == (0, before)


def test_triggers_lost_in_a_rebuild_come_back_and_stale_ones_go(path: Path) -> None:
    database = Database.open(path)
    whole = described(path)
    with database.write() as session:
        connection = session.connection()
        connection.exec_driver_sql("DROP TRIGGER seal_no_update")
        connection.exec_driver_sql("CREATE TRIGGER stale BEFORE INSERT ON seal BEGIN SELECT 1; END")
        migrate.make_triggers(connection)
    database.close()
    assert described(path) == whole


def test_two_that_start_at_once_on_a_new_home_both_get_it(path: Path) -> None:
    with ThreadPoolExecutor(4) as starts:
        for database in list(starts.map(lambda _: Database.open(path), range(4))):
            database.close()
    assert version(path) == SCHEMA


def test_foreign_keys_are_on_again_after_a_migration(path: Path) -> None:
    database = Database.open(path)
    with database.read() as session:
        assert session.connection().exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    database.close()


def test_a_folder_name_may_hold_any_character(tmp_path: Path) -> None:
    folder = tmp_path / "100 % Ünï?&#'"
    folder.mkdir()
    Database.open(folder / "home.db").close()
    assert version(folder / "home.db") == SCHEMA


def test_an_ordinary_start_does_not_load_alembic(path: Path) -> None:
    Database.open(path).close()
    script = (
        "import sys, pathlib; from db.engine import Database;"
        "Database.open(pathlib.Path(sys.argv[1])).close(); print('alembic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script, path], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
