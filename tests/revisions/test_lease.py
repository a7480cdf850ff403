"""The lease on the revisions, against a PostgreSQL that renews it, is silent, or is gone."""

import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection

from apps.revisions import lease, numbers
from apps.revisions.checks import standing_triggers
from apps.revisions.lease import Lease

on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="Leases are for PostgreSQL.")
NAME = "tenant:987654321"
LISTENERS = """
SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'gazetteer lease'
"""

FORKED = """
import os, time
import django
django.setup()
from apps.revisions.lease import Lease

def is_renewed(lease):
    deadline = time.monotonic() + 10
    while lease.known() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    return lease.known() is not None

lease = Lease()
assert is_renewed(lease)
child = os.fork()
if not child:
    time.sleep(1.5)
    os._exit(0 if is_renewed(lease) and lease._thread.is_alive() else 1)
assert os.waitpid(child, 0)[1] == 0
assert is_renewed(lease)
"""


@pytest.fixture
def others(db: None) -> Iterator[psycopg.Connection]:
    """A connection whose writes are committed, as another process would make them."""
    parameters = connection.get_connection_params()
    with psycopg.connect(**parameters, autocommit=True) as writer:
        writer.execute("INSERT INTO tenants_revision (name, number) VALUES (%s, 1)", [NAME])
        yield writer
        writer.execute("DELETE FROM tenants_revision WHERE name = %s", [NAME])


@pytest.fixture
def held(others: psycopg.Connection) -> Iterator[Lease]:
    """A lease that has just been taken."""
    taken = Lease()
    eventually(taken.known)
    yield taken
    taken.close()


def eventually(condition: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + 10
    while not (found := condition()):
        assert time.monotonic() < deadline, "It did not happen in ten seconds."
        time.sleep(0.01)
    return found


def move(others: psycopg.Connection) -> None:
    others.execute("UPDATE tenants_revision SET number = number + 1 WHERE name = %s", [NAME])


def interrupt(others: psycopg.Connection) -> int:
    """Break the connection of the one lease, and return its process on the server."""
    [(pid,)] = others.execute(LISTENERS).fetchall()
    others.execute("SELECT pg_terminate_backend(%s)", [pid])
    return pid


def number(held: Lease) -> int | None:
    known = held.known()
    return known and known[NAME]


@on_postgresql
def test_the_first_question_is_not_answered_from_memory(others):
    new = Lease()
    assert new.known() is None
    eventually(new.known)
    new.close()


@on_postgresql
def test_what_others_commit_is_known_though_nothing_notifies(held, others):
    move(others)
    eventually(lambda: number(held) == 2)


@on_postgresql
def test_a_notification_renews_the_lease_before_its_time(others, monkeypatch):
    monkeypatch.setattr(lease, "PERIOD_SECONDS", 20)
    monkeypatch.setattr(lease, "LEASE_SECONDS", 60)
    waiting = Lease()
    eventually(waiting.known)
    move(others)
    others.execute(f"NOTIFY {lease.CHANNEL}")
    eventually(lambda: number(waiting) == 2)
    interrupt(others)
    waiting.close()


@on_postgresql
def test_nothing_is_known_past_the_lease(held, monkeypatch):
    held.close()
    now = time.monotonic()
    monkeypatch.setattr(lease, "monotonic", lambda: now + lease.LEASE_SECONDS)
    assert held.known() is None


@on_postgresql
def test_a_reading_that_does_not_end_ends_the_lease(held, others):
    with others.transaction():
        others.execute("LOCK TABLE tenants_revision IN ACCESS EXCLUSIVE MODE")
        eventually(lambda: held.known() is None)
        move(others)
    eventually(lambda: number(held) == 2)


@on_postgresql
def test_a_lost_connection_is_reported_and_replaced(held, others, caplog, monkeypatch):
    monkeypatch.setattr(lease, "RETRY_SECONDS", 2)
    with caplog.at_level(logging.WARNING, "gazetteer.revisions"):
        lost = interrupt(others)
        eventually(lambda: held.known() is None)
    assert "interrupted" in caplog.text
    move(others)
    eventually(lambda: number(held) == 2)
    assert interrupt(others) != lost


@on_postgresql
def test_a_process_that_forks_leaves_each_side_a_lease_of_its_own(others):
    database = connection.settings_dict
    host = f"{database['USER']}:{database['PASSWORD']}@{database['HOST']}:{database['PORT'] or 5432}"
    environment = os.environ | {"DATABASE_URL": f"postgres://{host}/{database['NAME']}"}
    subprocess.run([sys.executable, "-c", FORKED], env=environment, check=True, timeout=60)


@pytest.mark.django_db
def test_without_leases_the_numbers_are_those_of_now():
    before = numbers.recent(None)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE tenants_revision SET number = number + 1 WHERE name = 'data'")
    assert numbers.recent(None).data == before.data + 1
    assert numbers.recent(None) == numbers.read_now(None)


@pytest.mark.django_db
def test_with_a_lease_the_numbers_are_those_that_it_knows(settings, monkeypatch):
    settings.REVISION_LEASE = True
    monkeypatch.setattr(lease._lease, "known", lambda: {"credentials": 5, "data": 6, "tenant:7": 8})
    assert numbers.recent(7) == (5, 6, 8)
    assert numbers.recent(None) == (5, 6, 0)
    monkeypatch.setattr(lease._lease, "known", lambda: None)
    assert numbers.recent(None) == numbers.read_now(None)


def test_who_waits_waits_for_one_lease_where_there_are_leases(settings, monkeypatch):
    waited: list[float] = []
    monkeypatch.setattr(lease.time, "sleep", waited.append)
    lease.wait()
    settings.REVISION_LEASE = True
    lease.wait()
    assert waited == [lease.LEASE_SECONDS]


@on_postgresql
@pytest.mark.django_db
def test_only_where_processes_listen_are_they_notified(settings):
    assert lease.NOTIFICATION.name not in installed()
    settings.REVISION_LEASE = True
    assert any(lease.NOTIFICATION.name in message.msg for message in standing_triggers(["default"]))
    call_command("migrate", verbosity=0)
    assert lease.NOTIFICATION.name in installed()
    assert standing_triggers(["default"]) == []
    settings.REVISION_LEASE = False
    call_command("migrate", verbosity=0)
    assert lease.NOTIFICATION.name not in installed()


def installed() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
        return {name for (name,) in cursor.fetchall()}


def test_a_lease_on_sqlite_stops_the_start(tmp_path):
    environment = {
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
        "DATABASE_URL": f"sqlite:///{tmp_path}/nothing.sqlite3",
        "REVISION_LEASE": "true",
    }
    command = [sys.executable, "-c", "import config.wsgi"]
    result = subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, check=False)
    assert result.returncode != 0
    assert "REVISION_LEASE" in result.stderr.splitlines()[-1]
