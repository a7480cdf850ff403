"""What one process commits, the next request to any other sees. Long form: `pytest -m long tests/api_keys`."""

import http.client
import json
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from typing import Any

import psycopg
import pytest

from tests.serving import Server, running

PROCESSES = 4
ROUNDS = [30, pytest.param(2000, marks=pytest.mark.long)]


@pytest.fixture(scope="module")
def ports(server: Server) -> Iterator[list[int]]:
    """Server processes over one database."""
    with ExitStack() as stack:
        yield [stack.enter_context(running(server.environment)) for _ in range(PROCESSES)]


@pytest.fixture
def database(server: Server) -> Iterator[Any]:
    """A connection that commits each statement, as psql would: no code of ours is told."""
    url = server.environment["DATABASE_URL"]
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"), timeout=20, isolation_level=None)) as connection:
            yield connection
    else:
        with psycopg.connect(url, autocommit=True) as connection:
            yield connection


class Asker:
    """One kept-alive connection to each process, all asked at once."""

    def __init__(self, ports: list[int], headers: dict[str, str]) -> None:
        self.headers = headers
        self.connections = [http.client.HTTPConnection("127.0.0.1", port, timeout=30) for port in ports]
        self.pool = ThreadPoolExecutor(len(ports))

    def __enter__(self) -> "Asker":
        return self

    def __exit__(self, *error: object) -> None:
        self.pool.shutdown()
        for connection in self.connections:
            connection.close()

    def get(self, path: str) -> list[tuple[int, bytes]]:
        """Return each process's status and body."""
        return list(self.pool.map(lambda connection: self._get(connection, path), self.connections))

    def _get(self, connection: http.client.HTTPConnection, path: str) -> tuple[int, bytes]:
        connection.request("GET", path, headers=self.headers)
        response = connection.getresponse()
        return response.status, response.read()


@pytest.mark.parametrize("rounds", ROUNDS)
def test_a_revocation_is_seen_by_the_next_request_to_every_process(server, ports, database, rounds):
    key_id = server.demo["private_key"].split("_")[2]
    revoke = f"UPDATE api_keys_apikey SET revoked_at = CURRENT_TIMESTAMP WHERE key_id = '{key_id}'"  # noqa: S608
    restore = f"UPDATE api_keys_apikey SET revoked_at = NULL WHERE key_id = '{key_id}'"  # noqa: S608
    stale = 0
    with Asker(ports, {"Authorization": f"Bearer {server.demo['private_key']}"}) as asker:
        assert {status for status, _ in asker.get("/api/data/countries")} == {200}
        for turn in range(rounds):
            statement, expected = (revoke, 401) if turn % 2 == 0 else (restore, 200)
            database.execute(statement)
            stale += sum(status != expected for status, _ in asker.get("/api/data/countries"))
        database.execute(restore)
    assert stale == 0


@pytest.mark.parametrize("rounds", ROUNDS)
def test_a_switched_country_is_seen_by_the_next_request_to_every_process(server, ports, database, rounds):
    switch = (
        "UPDATE geography_tenantcountry SET active = {} WHERE country_id = 'PL' "
        "AND tenant_id = (SELECT id FROM tenants_tenant WHERE code = 'demo')"
    )
    stale = 0
    with Asker(ports, {"Authorization": f"Bearer {server.demo['private_key']}"}) as asker:
        for turn in range(rounds):
            is_active = turn % 2 == 1
            database.execute(switch.format(is_active))
            for status, body in asker.get("/api/data/countries"):
                assert status == 200
                stale += any(row["iso_alpha_2"] == "PL" for row in json.loads(body)) != is_active
        database.execute(switch.format(True))
    assert stale == 0
