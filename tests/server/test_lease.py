"""Two server processes with leases: what is committed is seen within a second, whatever becomes of the listeners."""

import http.client
import json
import time
from bisect import bisect
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from threading import Event

import psycopg
import pytest
from django.db import connection

from apps.revisions.lease import CHANNEL, LEASE_SECONDS
from tests.serving import Server, running, serving

pytestmark = pytest.mark.skipif(connection.vendor != "postgresql", reason="Leases are for PostgreSQL.")

EDITS = 60
WRITE = """
UPDATE geography_tenantcountry SET version = %s
WHERE country_id = 'PL' AND tenant_id = (SELECT id FROM tenants_tenant WHERE code = 'demo')
"""
REVOKE = "UPDATE api_keys_apikey SET revoked_at = CURRENT_TIMESTAMP WHERE key_id = %s"
RESTORE = "UPDATE api_keys_apikey SET revoked_at = NULL WHERE key_id = %s"
LISTENERS = """
SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'gazetteer lease'
"""
INTERRUPT = f"SELECT pg_terminate_backend(pid) FROM ({LISTENERS}) listener"  # noqa: S608


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server whose database, like itself, was told of leases."""
    with serving("lease", REVISION_LEASE="true") as started:
        yield started


@pytest.fixture(scope="module")
def ports(server: Server) -> Iterator[list[int]]:
    """The server, and another process over its database."""
    with running(server.environment) as port:
        yield [server.port, port]


@pytest.fixture
def database(server: Server) -> Iterator[psycopg.Connection]:
    """A connection that commits each statement, as psql would."""
    with psycopg.connect(server.environment["DATABASE_URL"], autocommit=True) as opened:
        yield opened


class Asker:
    """A kept-alive connection to one process."""

    def __init__(self, port: int, server: Server) -> None:
        self.headers = {"Authorization": f"Bearer {server.demo['private_key']}", "X-Version": "v2"}
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def get(self) -> tuple[int, int]:
        """Return the status and, of a 200, the version of Poland."""
        self.connection.request("GET", "/country/demo/countries/PL", headers=self.headers)
        response = self.connection.getresponse()
        body = json.loads(response.read())
        return response.status, body["metadata"]["version"] if response.status == 200 else 0


@pytest.fixture
def askers(ports: list[int], server: Server) -> Iterator[list[Asker]]:
    """One for each process, each of which has taken its lease."""
    opened = [Asker(port, server) for port in ports]
    for asker in opened:
        assert asker.get()[0] == 200
    yield opened
    for asker in opened:
        asker.connection.close()


def seen_by(asker: Asker, end: Event) -> list[tuple[float, int]]:
    """Ask until the end; return when each request started and the version that it brought."""
    seen = []
    while not end.is_set():
        started = time.monotonic()
        status, version = asker.get()
        assert status == 200
        seen.append((started, version))
    return seen


@pytest.mark.parametrize("is_interrupted", [False, True], ids=["undisturbed", "listeners killed"])
def test_no_answer_is_older_than_the_lease(askers, database, is_interrupted):
    committed: list[float] = []
    end = Event()
    with ThreadPoolExecutor(len(askers)) as pool:
        readers = [pool.submit(seen_by, asker, end) for asker in askers]
        for version in range(1000, 1000 + EDITS):
            database.execute(WRITE, [version])
            committed.append(time.monotonic())
            if is_interrupted and version % 50 == 25:
                database.execute(INTERRUPT)
            time.sleep(0.02)
        end.set()
    # The first of them may have brought what was there before.
    seen = [answer for reader in readers for answer in reader.result() if answer[1] >= 1000]
    assert len(seen) > EDITS // 10
    newest_required = [999 + bisect(committed, started - LEASE_SECONDS) for started, _ in seen]
    assert [version for (_, version), least in zip(seen, newest_required, strict=True) if version < least] == []


@pytest.mark.parametrize("interruptions", [0, 5], ids=["undisturbed", "listeners killed"])
def test_a_revoked_key_is_refused_within_the_lease(askers, database, server, interruptions):
    key_id = server.demo["private_key"].split("_")[2]
    turns = EDITS if not interruptions else 2 * interruptions
    for _, statement, expected in zip(range(turns), cycle([REVOKE, RESTORE]), cycle([401, 200]), strict=False):
        if interruptions:
            database.execute(INTERRUPT)
        database.execute(statement, [key_id])
        committed = time.monotonic()
        for asker in askers:
            started = time.monotonic()
            while asker.get()[0] != expected:
                assert started - committed <= LEASE_SECONDS
                started = time.monotonic()


def test_whoever_listens_is_told_of_a_write(database, server):
    with psycopg.connect(server.environment["DATABASE_URL"], autocommit=True) as listener:
        listener.execute(f"LISTEN {CHANNEL}")
        database.execute(WRITE, [1])
        assert [notice.channel for notice in listener.notifies(timeout=10, stop_after=1)] == [CHANNEL]


def test_each_process_replaces_the_listener_that_it_has_lost(askers, database):
    lost = listeners(database)
    database.execute(INTERRUPT)
    deadline = time.monotonic() + 10
    while lost & listeners(database) or len(listeners(database)) < len(askers):
        assert time.monotonic() < deadline
        for asker in askers:
            assert asker.get()[0] == 200
        time.sleep(0.1)
    assert len(listeners(database)) == len(askers)


def listeners(database: psycopg.Connection) -> set[int]:
    return {pid for (pid,) in database.execute(LISTENERS)}
