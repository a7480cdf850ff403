"""Connections whose transactions take turns, on files of their own."""

import gc
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from django.db import IntegrityError, OperationalError, connections, transaction
from pytest_django import DjangoDbBlocker

from apps.revisions.sqlite3.base import DatabaseWrapper, patience, queue_of

pytestmark = pytest.mark.once

INSERT = "INSERT INTO place (code) VALUES (%s)"


@pytest.fixture
def place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, django_db_blocker: DjangoDbBlocker
) -> Iterator[DatabaseWrapper]:
    """A connection to a file with a table, under the alias `place`."""
    own = {"ENGINE": "apps.revisions.sqlite3", "NAME": str(tmp_path / "place.sqlite3")}
    options = {"transaction_mode": "IMMEDIATE", "timeout": 0.2, "init_command": "PRAGMA journal_mode=WAL"}
    defaults = dict(connections.settings["default"])
    monkeypatch.setitem(connections.settings, "place", defaults | own | {"OPTIONS": options})
    connection = connections["place"]
    with django_db_blocker.unblock():
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE place (id INTEGER PRIMARY KEY, code TEXT UNIQUE)")
        yield connection
        connection.close()
    del connections["place"]


@pytest.fixture
def other(place: DatabaseWrapper) -> Iterator[sqlite3.Connection]:
    """Another process, as far as SQLite is concerned, which may lock the file."""
    opened = sqlite3.connect(place.settings_dict["NAME"], isolation_level=None, timeout=0)
    yield opened
    opened.close()


def codes(other: sqlite3.Connection) -> list[str]:
    return [code for (code,) in other.execute("SELECT code FROM place ORDER BY id")]


def is_free(place: DatabaseWrapper) -> bool:
    """Return whether the next one would have its turn at once."""
    queue = queue_of(place.settings_dict["NAME"])
    has_turn = queue.take(0)
    if has_turn:
        queue.leave()
    return has_turn


def insert(place: DatabaseWrapper, code: str) -> None:
    with place.cursor() as cursor:
        cursor.execute(INSERT, [code])


def test_a_transaction_has_the_turn_until_it_ends(place, other):
    with transaction.atomic(using="place"):
        insert(place, "PL")
        assert not is_free(place)
        with transaction.atomic(using="place"):
            insert(place, "DE")
        assert not is_free(place)
    assert is_free(place)
    assert codes(other) == ["PL", "DE"]


@pytest.mark.parametrize("error", [IntegrityError, KeyboardInterrupt])
def test_a_transaction_that_fails_gives_its_turn_back(place, other, error):
    @transaction.atomic(using="place")
    def fail() -> None:
        insert(place, "PL")
        raise error

    with pytest.raises(error):
        fail()
    assert is_free(place)
    assert codes(other) == []


def test_a_connection_that_is_closed_in_a_transaction_gives_its_turn_back(place, other):
    with transaction.atomic(using="place"):
        insert(place, "PL")
        place.close()
    assert is_free(place)
    assert codes(other) == []


def test_a_statement_that_writes_on_its_own_waits_for_its_turn(place, other):
    assert queue_of(place.settings_dict["NAME"]).take(0)
    with pytest.raises(OperationalError, match="locked"):
        insert(place, "PL")
    queue_of(place.settings_dict["NAME"]).leave()
    insert(place, "DE")
    assert is_free(place)
    assert codes(other) == ["DE"]


def test_rows_that_a_statement_on_its_own_returns_are_committed_and_read(place, other):
    with place.cursor() as cursor:
        cursor.execute("INSERT INTO place (code) VALUES ('PL'), ('DE'), ('FR'), ('IT') RETURNING code")
        assert codes(other) == ["PL", "DE", "FR", "IT"]
        assert is_free(place)
        assert cursor.fetchone() == ("PL",)
        assert cursor.fetchmany(1) == [("DE",)]
        assert cursor.fetchmany(1) == [("FR",)]
        assert list(cursor) == [("IT",)]
        assert cursor.fetchone() is None
        cursor.execute("SELECT count(*) FROM place")
        assert cursor.fetchall() == [(4,)]


def test_a_statement_on_its_own_that_fails_gives_its_turn_back(place, other):
    insert(place, "PL")
    with pytest.raises(IntegrityError):
        insert(place, "PL")
    assert is_free(place)
    with place.cursor() as cursor, pytest.raises(IntegrityError):
        cursor.executemany(INSERT, [["DE"], ["PL"]])
    assert codes(other) == ["PL"]


def test_nobody_who_reads_waits(place, other):
    other.execute("BEGIN IMMEDIATE")
    assert queue_of(place.settings_dict["NAME"]).take(0)
    with place.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM place")
        assert cursor.fetchone() == (0,)
    queue_of(place.settings_dict["NAME"]).leave()


def test_the_lock_of_another_process_is_waited_for_so_long_and_then_given_up(place, other):
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(OperationalError, match="locked"), patience(0), transaction.atomic(using="place"):
        pass
    with pytest.raises(OperationalError, match="locked"), transaction.atomic(using="place"):
        pass
    assert is_free(place)
    other.execute("ROLLBACK")
    insert(place, "PL")
    assert place.connection.execute("PRAGMA busy_timeout").fetchone() == (200,)


def test_what_is_refused_leaves_no_cursor_behind(place, other):
    gc.collect()
    gc.disable()
    try:
        other.execute("BEGIN IMMEDIATE")
        for _ in range(3):
            with pytest.raises(OperationalError), transaction.atomic(using="place"):
                pass
            with pytest.raises(OperationalError):
                insert(place, "PL")
        open_cursors = [
            found for found in gc.get_objects() if issubclass(type(found), sqlite3.Cursor) and _is_open(found)
        ]
    finally:
        gc.enable()
    assert [cursor for cursor in open_cursors if cursor.connection is place.connection] == []


def _is_open(cursor: sqlite3.Cursor) -> bool:
    try:
        cursor.fetchone()
    except sqlite3.ProgrammingError:
        return False
    return True


def test_threads_that_write_at_once_all_have_their_turn(place, other, monkeypatch):
    # Eighty commits, of which each may take a while on a machine that has more to do.
    monkeypatch.setitem(connections.settings["place"]["OPTIONS"], "timeout", 30)
    start = Barrier(8)

    def write(number: int) -> None:
        start.wait()
        own = connections["place"]
        try:
            for turn in range(10):
                with transaction.atomic(using="place"):
                    insert(own, f"{number}-{turn}")
        finally:
            own.close()

    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(write, number) for number in range(8)]:
            done.result(timeout=60)
    assert len(codes(other)) == 80
