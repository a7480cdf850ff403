"""Changes while transactions overlap: whoever commits first, a reader is told of all, and of each once."""

from typing import Any

import psycopg
import pytest
from django.db import connection
from psycopg.errors import LockNotAvailable

from tests.serving import Server

pytestmark = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time.")

MUNICH, WARSAW = "2867714", "756135"


def write(writer: Any, city: str) -> None:
    writer.execute("UPDATE geography_city SET population = population + 1 WHERE geonameid = %s", [city])


def test_who_begins_later_and_commits_first_lets_no_reader_skip_the_other(server: Server) -> None:
    headers = {"Authorization": f"Bearer {server.demo['private_key']}"}
    read = server.ask("/api/changes", **headers).json()["next"]

    def told() -> list[tuple[str, str]]:
        nonlocal read
        answer = server.ask(f"/api/changes?since={read}", **headers).json()
        read = answer["next"]
        return [(each["id"], each["change"]) for each in answer["changes"]]

    def switch(writer: Any, *, active: bool) -> None:
        writer.execute(
            "UPDATE geography_tenantcountry SET active = %s WHERE country_id = 'FR' "
            "AND tenant_id = (SELECT id FROM tenants_tenant WHERE code = %s)",
            [active, server.demo["tenant"]],
        )

    url = server.environment["DATABASE_URL"]
    with psycopg.connect(url) as early, psycopg.connect(url, autocommit=True) as late:
        late.execute("SET lock_timeout = '100ms'")
        # The early one has begun, and has not written yet.
        early.execute("SELECT now()")
        write(late, WARSAW)
        assert told() == [(WARSAW, "changed")]
        write(early, MUNICH)
        # What the tenant has switched is committed first, and read; writes to the data wait for their turn.
        switch(late, active=False)
        assert told() == [("FR", "deactivated")]
        with pytest.raises(LockNotAvailable):
            write(late, WARSAW)
        assert told() == []
        early.commit()
        write(late, WARSAW)
        assert told() == [(MUNICH, "changed"), (WARSAW, "changed")]
        switch(late, active=True)
        assert told() == [("FR", "activated")]
