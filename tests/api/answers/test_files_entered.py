"""How many of our files a reader opens who follows one request through the code."""

import json

import pytest
from cachetools import TTLCache
from django.db import connection

from apps.api.answers.store import store
from apps.api_keys import credentials
from tests.entered import entered

# The goal was 8 warm, 20 for a cold list of `data` and 15 for a PATCH (decision 27).
WARM = 8
COLD = {"constants": 19, "data": 19, "country_list": 21, "tenant_countries": 23}
PATCH = 15
# PostgreSQL is waited for by a connection of ours; SQLite's is entered where something is written or built.
DATABASE = 1 if connection.vendor == "postgresql" else 0

pytestmark = [pytest.mark.django_db, pytest.mark.counted]


@pytest.fixture(autouse=True)
def _uses_are_written_as_in_service(settings, monkeypatch):
    settings.LAST_USED_INTERVAL_SECONDS = 60
    monkeypatch.setattr(credentials, "recently_used", TTLCache(100, ttl=60))


@pytest.fixture
def ask(client, tenant, secret):
    bearer = {"Authorization": f"Bearer {secret}", "Accept-Language": "de"}
    asks = {
        "constants": (
            "/web/v1/system/constants/countries",
            {"X-Client-Hash": "a", "X-Locale": "en", "Accept-Language": "en", "User-Agent": "a"},
        ),
        "data": ("/api/data/countries", bearer),
        "country_list": ("/v1/country/list?country=PL", bearer),
        "tenant_countries": (f"/country/{tenant.code}/countries", bearer | {"X-Version": "v2"}),
    }

    def send(style: str) -> None:
        path, headers = asks[style]
        assert client.get(path, headers=headers).status_code == 200

    return send


@pytest.mark.parametrize("style", COLD)
def test_a_list_is_followed_through_few_files(ask, style):
    ask(style)
    store.clear()
    with entered() as cold:
        ask(style)
    with entered() as warm:
        ask(style)
    assert len(cold) <= COLD[style] + DATABASE, sorted(cold)
    assert len(warm) <= WARM + DATABASE, sorted(warm)


def test_a_switch_is_followed_through_few_files(client, tenant, secret):
    path, headers = f"/country/{tenant.code}/countries/PL", {"Authorization": f"Bearer {secret}", "X-Version": "v2"}
    for active in (False, True):
        with entered() as files:
            body = json.dumps({"active": active})
            assert client.patch(path, body, content_type="application/json", headers=headers).status_code == 204
    assert len(files) <= PATCH + DATABASE, sorted(files)
