"""Sessions that notice when their server is silent; `tests/server/test_comebacks.py` freezes a real one."""

from collections.abc import Iterator
from time import monotonic

import psycopg
import pytest
from django.db import OperationalError, connection
from psycopg.errors import ConnectionTimeout

from apps.revisions.postgresql import base
from apps.revisions.postgresql.base import Connection, DatabaseWrapper


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """The time, which the test moves."""
    now = [100.0]
    monkeypatch.setattr(base, "monotonic", lambda: now[0])
    monkeypatch.setattr(base, "_silent_until", {})
    return now


class Tries:
    """Counts who tries to open a session, and gives each the same."""

    def __init__(self, outcome: Exception | None) -> None:
        self.outcome, self.count = outcome, 0

    def __call__(self, **parameters: object) -> object:
        self.count += 1
        if self.outcome:
            raise self.outcome
        return "a session"


def tries(monkeypatch: pytest.MonkeyPatch, outcome: Exception | None) -> Tries:
    found = Tries(outcome)
    monkeypatch.setattr(Connection, "connect", found)
    return found


@pytest.fixture
def database() -> DatabaseWrapper:
    return DatabaseWrapper(dict(connection.settings_dict), "somewhere")


def test_a_silent_server_is_left_alone_for_a_while(database, clock, monkeypatch):
    silent = tries(monkeypatch, ConnectionTimeout())
    for _ in range(3):
        with pytest.raises(ConnectionTimeout):
            database.open_session({})
    assert silent.count == 1
    clock[0] += base.REST_SECONDS
    well = tries(monkeypatch, None)
    assert {database.open_session({}) for _ in range(3)} == {"a session"}
    assert well.count == 3


def test_one_alone_tries_whether_a_silent_server_is_back(database, clock, monkeypatch):
    tries(monkeypatch, ConnectionTimeout())
    with pytest.raises(ConnectionTimeout):
        database.open_session({})
    clock[0] += base.REST_SECONDS

    def meanwhile(**parameters: object) -> str:
        with pytest.raises(ConnectionTimeout, match="a moment ago"):
            database.open_session({})
        return "a session"

    monkeypatch.setattr(Connection, "connect", meanwhile)
    assert database.open_session({}) == "a session"


def test_a_server_that_refuses_is_not_silent(database, clock, monkeypatch):
    refusing = tries(monkeypatch, psycopg.OperationalError("too many clients"))
    for _ in range(3):
        with pytest.raises(psycopg.OperationalError, match="too many"):
            database.open_session({})
    assert refusing.count == 3


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite is a file.")
@pytest.mark.django_db
def test_a_statement_may_take_long_where_the_server_answers_others(monkeypatch):
    monkeypatch.setattr(base, "SILENCE_SECONDS", 0.05)
    opened = []
    open_session = DatabaseWrapper.open_session

    def noting(database: DatabaseWrapper, parameters: dict[str, object]) -> Connection:
        opened.append(open_session(database, parameters))
        return opened[-1]

    monkeypatch.setattr(DatabaseWrapper, "open_session", noting)
    with connection.cursor() as cursor:
        cursor.execute("SELECT 7 FROM pg_sleep(0.5)")
        assert cursor.fetchone() == (7,)
    assert opened
    assert all(session.closed for session in opened)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite is a file.")
@pytest.mark.django_db
def test_a_session_that_stands_still_is_given_up_where_that_is_bound(monkeypatch):
    monkeypatch.setattr(base, "SILENCE_SECONDS", 0.05)
    database = DatabaseWrapper(connection.settings_dict | {base.MOST_SILENT_SECONDS: 0.2}, "somewhere")
    begin = monotonic()
    with pytest.raises(OperationalError, match="silent, while its server"), database.cursor() as cursor:
        # Asked by its process, which sleeps, whatever the time-out of statements.
        cursor.execute("SELECT pg_sleep(20)")
    assert monotonic() - begin < 10
    database.close()
