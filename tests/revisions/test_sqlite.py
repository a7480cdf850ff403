"""Reading an SQLite file beside Django's connection, without letting other threads run."""

import sqlite3
from contextlib import closing
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection

from apps.revisions import numbers, sqlite
from apps.revisions.numbers import READ_SQLITE

TABLE = "CREATE TABLE tenants_revision (name TEXT PRIMARY KEY, number INTEGER NOT NULL)"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "revisions.sqlite3"


@pytest.fixture
def writer(file: Path):
    with closing(sqlite3.connect(file, isolation_level=None)) as writer:
        writer.execute("PRAGMA journal_mode=WAL")
        writer.execute(TABLE)
        writer.execute("INSERT INTO tenants_revision VALUES ('credentials', 3), ('data', 5), ('tenant:7', ?)", [2**60])
        yield writer


@pytest.fixture
def database(file: Path) -> Any:
    """As much of a Django connection as is looked at."""
    return SimpleNamespace(connection=object(), settings_dict={"NAME": file})


def read(database: Any, tenant: int = 7) -> tuple[int, int, int] | None:
    return sqlite.read(database, READ_SQLITE, f"tenant:{tenant}")


def test_the_numbers_are_those_of_the_table(writer, database):
    assert read(database) == (3, 5, 2**60)
    assert read(database, 8) == (3, 5, 0)


def test_each_reading_sees_what_is_committed_and_nothing_else(writer, database):
    for number in range(6, 60):
        writer.execute("BEGIN")
        writer.execute("UPDATE tenants_revision SET number = ? WHERE name = 'data'", [number])
        assert read(database) == (3, number - 1, 2**60)
        writer.execute("COMMIT")
        assert read(database) == (3, number, 2**60)


def test_a_reading_holds_no_writer_up(writer, database, file):
    read(database)
    assert writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
    with closing(sqlite3.connect(file, timeout=0)) as other, other:
        other.execute("UPDATE tenants_revision SET number = 6 WHERE name = 'data'")
    assert read(database) == (3, 6, 2**60)


def test_a_new_connection_is_followed_to_the_file_of_now(writer, database, file, tmp_path):
    assert read(database)[1] == 5
    with closing(sqlite3.connect(tmp_path / "restored.sqlite3")) as restored, restored:
        restored.execute(TABLE)
        restored.execute("INSERT INTO tenants_revision VALUES ('data', 9)")
    database.settings_dict["NAME"] = tmp_path / "restored.sqlite3"
    database.connection = object()
    assert read(database) == (0, 9, 0)


@pytest.mark.parametrize("damage", [lambda file: None, lambda file: file.write_bytes(b"no database" * 500)])
def test_what_cannot_be_read_is_left_to_the_connection(file, database, damage):
    damage(file)
    assert read(database) is None


def test_a_busy_database_is_left_to_the_connection(writer, database, file):
    writer.execute("PRAGMA journal_mode=DELETE")
    writer.execute("BEGIN EXCLUSIVE")
    assert read(database) is None
    writer.execute("COMMIT")
    database.connection = object()
    assert read(database) == (3, 5, 2**60)


def test_threads_read_beside_each_other(writer, file):
    found = []

    def ask() -> None:
        own = SimpleNamespace(connection=object(), settings_dict={"NAME": file})
        found.extend(read(own) for _ in range(500))

    threads = [Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [(3, 5, 2**60)] * 4000


@pytest.mark.django_db
def test_within_a_transaction_its_own_numbers_count(monkeypatch):
    monkeypatch.setattr(sqlite, "read", lambda *arguments: pytest.fail("read beside the transaction"))
    assert connection.in_atomic_block
    assert numbers.recent(None) == numbers.read(None)
