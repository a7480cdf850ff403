"""How many of our files a reader opens who follows one request through the code, for tenants as commands make them."""

import json

import pytest
from cachetools import TTLCache
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from apps.api.answers.store import store
from apps.api_keys import credentials
from apps.quickstart import demo
from apps.tenants.models import Tenant
from tests.entered import entered
from tests.factories import issue_key

# Of every style that lists (decision 27); a search is more than a list, and is followed through 27.
WARM = 8
COLD = 20
PATCH = 15
LISTS = {
    "constants": "/web/v1/system/constants/countries",
    "constants of a tenant": "/web/v1/system/constants/countries",
    "data": "/api/data/countries",
    "data, subdivisions": "/api/data/countries/DE/subdivisions",
    "country_list": "/v1/country/list?country=PL",
    "tenant_countries": "/country/{tenant}/countries",
    "rest_countries": "/v3.1/all?fields=name,cca2",
    "csc": "/csc/v1/countries",
}
# PostgreSQL is waited for by a connection of ours; SQLite's is entered only where something is written or built.
DATABASE = 1 if connection.vendor == "postgresql" else 0
# Where Redis counts, a file of ours asks it.
REDIS = 1 if settings.REDIS_URL else 0

pytestmark = [pytest.mark.django_db, pytest.mark.counted]


@pytest.fixture(autouse=True)
def _uses_are_written_as_in_service(settings, monkeypatch):
    settings.LAST_USED_INTERVAL_SECONDS = 60
    monkeypatch.setattr(credentials, "recently_used", TTLCache(100, ttl=60))


def created() -> tuple[Tenant, str]:
    """Return a tenant of `create_tenant`, on the default plan with its limits."""
    call_command("create_tenant", "acme", "--name", "Acme", verbosity=0)
    tenant = Tenant.objects.get(code="acme")
    assert tenant.limit_per_minute is not None
    return tenant, issue_key(tenant)


def quickstarted() -> tuple[Tenant, str]:
    """Return the tenant of `quickstart`."""
    key = demo.renew("http://127.0.0.1:8000").private_key
    return Tenant.objects.get(code=demo.NAME), key


@pytest.fixture(params=[created, quickstarted])
def known(request, capsys) -> tuple[Tenant, str]:
    return request.param()


@pytest.fixture
def ask(client, known):
    tenant, secret = known
    browser = {"X-Client-Hash": "a", "X-Locale": "en", "Accept-Language": "en", "User-Agent": "a"}
    headers = {"Authorization": f"Bearer {secret}", "Accept-Language": "de", "X-Version": "v2"}

    def send(name: str) -> None:
        path = LISTS[name].format(tenant=tenant.code)
        sent = browser if name.startswith("constants") else headers
        if name == "constants of a tenant":
            sent = browser | {"X-Workspace-Id": tenant.workspace_id}
        assert client.get(path, headers=sent).status_code == 200

    return send


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_followed_through_few_files(ask, name):
    ask(name)
    store.clear()
    with entered() as cold:
        ask(name)
    with entered() as warm:
        ask(name)
    assert len(cold) <= COLD + REDIS, sorted(cold)
    assert len(warm) <= WARM + DATABASE + REDIS, sorted(warm)


def test_a_switch_is_followed_through_few_files(client, known):
    tenant, secret = known
    path, headers = f"/country/{tenant.code}/countries/PL", {"Authorization": f"Bearer {secret}", "X-Version": "v2"}
    for active in (False, True):
        with entered() as files:
            body = json.dumps({"active": active})
            assert client.patch(path, body, content_type="application/json", headers=headers).status_code == 204
    assert len(files) <= PATCH + REDIS, "\n".join(sorted(files))
