"""A commerce platform that manages its own countries."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from apps.geography.models import Region, TenantCountry
from apps.tenants.models import Tenant

COUNTRIES = "/country/acme/countries"
CREATED = datetime(2022, 3, 31, 13, 18, 2, 379_000, UTC)

Ask = Callable[..., Any]


@pytest.fixture
def ask(client: Client, secret: str) -> Ask:
    """Ask as the tenant, with X-Version; keyword arguments replace headers (None leaves one out).

    A `body` is sent as JSON, bytes as they are.
    """

    def ask(path: str = COUNTRIES, method: str = "GET", body: Any = None, **headers: str | None) -> Any:
        given = {"Authorization": f"Bearer {secret}", "X-Version": "v2", "Content-Type": "application/json"}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        content_type = given.pop("Content-Type") or ""
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        sent = {name: value for name, value in given.items() if value is not None}
        return client.generic(method, path, data, content_type=content_type, headers=sent)

    return ask


@pytest.fixture
def patch(ask: Ask) -> Ask:
    """Switch one country."""

    def patch(code: str, body: Any, **headers: str | None) -> Any:
        return ask(f"{COUNTRIES}/{code}", "PATCH", body, **headers)

    return patch


@pytest.fixture
def _old_records(tenant: Tenant) -> None:
    """Let the records of the tenant and of the regions be as old as in the published example."""
    TenantCountry.objects.filter(tenant=tenant).update(created_at=CREATED, modified_at=CREATED)
    Region.objects.update(created_at=CREATED, updated_at=CREATED)


def codes(response: Any) -> list[str]:
    """Return the codes of a list."""
    assert response.status_code == 200, response.content
    return [row["code"] for row in response.json()]
