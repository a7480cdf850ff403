"""A server over a real primary and a real streaming replica, which lags, breaks and comes back."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event

import psycopg
import pytest
from django.db import connection

from config import env
from tests.clusters import Cluster, primary, programs, replica_of, wait_until_replayed
from tests.serving import Server, running

pytestmark = [
    pytest.mark.skipif(connection.vendor != "postgresql", reason="Replicas are for PostgreSQL."),
    pytest.mark.skipif(programs() is None, reason="No PostgreSQL server is installed here (Debian: postgresql)."),
]

ROUNDS = [40, pytest.param(2000, marks=pytest.mark.long)]
PATIENCE_SECONDS = 30
NAME = "UPDATE geography_country SET name_en = 'Poland ' || %s WHERE code = 'PL'"
VERSION = """
UPDATE geography_tenantcountry SET version = %s
WHERE country_id = 'PL' AND tenant_id = (SELECT id FROM tenants_tenant WHERE code = 'demo')
"""


@dataclass
class Replicated:
    """A server, its databases, and the number of the last edit that was committed."""

    source: Cluster
    replica: Cluster
    server: Server
    edits: int = 0

    def edit(self) -> None:
        """Commit an edit, as psql would: in turn to the tenant's own and to everybody's data."""
        number = self.edits + 1
        self.source.ask(VERSION if number % 2 else NAME, number, database="gazetteer")
        self.edits = number

    def seen(self) -> int:
        """Ask, and return the number of the newest edit in the answer."""
        bearer = f"Bearer {self.server.demo['private_key']}"
        answer = self.server.ask("/country/demo/countries/PL", Authorization=bearer, X_Version="v2")
        assert answer.status == 200
        body = answer.json()
        return max(body["metadata"]["version"], int(body["name"]["en"].rpartition(" ")[2]))

    def builders(self) -> list[str]:
        """Edit, let the replica follow, ask, and return who was asked for countries."""
        self.edit()
        wait_until_replayed(self.source, self.replica)
        with self.source.statements() as by_source, self.replica.statements() as by_replica:
            assert self.seen() == self.edits
        statements = {"primary": by_source, "replica": by_replica}
        return [name for name, lines in statements.items() if any('FROM "geography_' in line for line in lines)]

    def wait_until_replica_builds(self) -> None:
        """Return when the replica is in use; it may have to rest first."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self.builders() != ["replica"]:
            assert time.monotonic() < deadline, "The replica is not used."
            time.sleep(0.2)


@pytest.fixture(scope="module")
def databases() -> Iterator[Replicated]:
    """A demo with countries, and their copy."""
    with primary() as source:
        demo = source.take_demo()
        environment = {"DJANGO_SETTINGS_MODULE": "config.settings.dev", "DATABASE_URL": f"{source.url}/gazetteer"}
        with replica_of(source) as replica:
            environment["REPLICA_URLS"] = f"{replica.url}/gazetteer"
            with running(environment) as port:
                replicated = Replicated(source, replica, Server(port, demo, environment))
                for _ in range(2):
                    replicated.edit()
                yield replicated


@pytest.fixture
def replicated(databases: Replicated) -> Iterator[Replicated]:
    """The server with a replica that is in use."""
    databases.wait_until_replica_builds()
    yield databases
    if databases.replica.process is None:
        databases.replica.start()
    databases.replica.ask("SELECT pg_wal_replay_resume()")


def test_an_answer_is_built_on_the_replica_and_its_caller_known_from_the_primary(replicated):
    replicated.edit()
    wait_until_replayed(replicated.source, replicated.replica)
    with replicated.source.statements() as by_source, replicated.replica.statements() as by_replica:
        assert replicated.seen() == replicated.edits
    assert any('FROM "geography_' in line for line in by_replica)
    assert not any('FROM "geography_' in line for line in by_source)
    assert any("tenants_revision" in line for line in by_source)
    assert not any("api_keys_" in line for line in by_replica)


@pytest.mark.parametrize("rounds", ROUNDS)
def test_every_edit_shows_at_once_while_the_replica_stands_still(replicated, rounds):
    replicated.replica.ask("SELECT pg_wal_replay_pause()")
    stale = 0
    with replicated.replica.statements() as by_replica:
        for _ in range(rounds):
            replicated.edit()
            stale += replicated.seen() != replicated.edits
    assert stale == 0
    assert not any('FROM "geography_' in line for line in by_replica)
    replicated.replica.ask("SELECT pg_wal_replay_resume()")
    assert replicated.builders() == ["replica"]


@pytest.mark.parametrize("rounds", ROUNDS)
def test_every_edit_shows_at_once_while_the_replica_follows(replicated, rounds):
    stale = 0
    for _ in range(rounds):
        replicated.edit()
        stale += replicated.seen() != replicated.edits
    assert stale == 0


def test_a_revoked_key_is_refused_at_once_while_the_replica_stands_still(replicated):
    headers = {"Authorization": f"Bearer {replicated.server.demo['private_key']}", "X_Version": "v2"}
    revoke = "UPDATE api_keys_apikey SET revoked_at = {} WHERE kind = 'sk' AND label = 'quickstart'"
    replicated.replica.ask("SELECT pg_wal_replay_pause()")
    replicated.source.ask(revoke.format("now()"), database="gazetteer")
    try:
        assert replicated.server.ask("/country/demo/countries/PL", **headers).status == 401
    finally:
        replicated.source.ask(revoke.format("NULL"), database="gazetteer")
    assert replicated.server.ask("/country/demo/countries/PL", **headers).status == 200


def test_answers_go_on_when_the_replica_stops_and_it_is_used_again_when_it_is_back(replicated):
    end = Event()

    def ask_on() -> int:
        count = 0
        while not end.is_set():
            newest = replicated.edits
            assert replicated.seen() >= newest
            count += 1
        return count

    with ThreadPoolExecutor(4) as pool:
        askers = [pool.submit(ask_on) for _ in range(4)]
        try:
            for step in (lambda: None, replicated.replica.stop, replicated.replica.start):
                step()
                for _ in range(50):
                    replicated.edit()
                    time.sleep(0.01)
        finally:
            end.set()
    assert all(asker.result() > 0 for asker in askers)
    replicated.wait_until_replica_builds()


def test_a_database_that_is_no_replica_is_not_taken_for_one(replicated):
    psycopg.connect(f"{replicated.replica.url}/gazetteer", **env.REPLICA_OPTIONS).close()
    with pytest.raises(psycopg.OperationalError, match="standby"):
        psycopg.connect(f"{replicated.source.url}/gazetteer", **env.REPLICA_OPTIONS)
