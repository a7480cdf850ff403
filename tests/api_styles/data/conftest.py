"""Fixtures of the data style."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from apps.api_keys.models import Kind
from apps.tenants.models import Tenant
from tests.factories import issue_key

Call = Callable[..., HttpResponse]
ORIGIN = "https://www.shop.example"


@pytest.fixture
def get(client: Client, secret: str) -> Call:
    """Ask with the tenant's private key."""

    def ask(path: str, query: dict[str, Any] | None = None, **headers: str) -> HttpResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return client.get(path, query, headers={"Authorization": f"Bearer {secret}"} | named)

    return ask


@pytest.fixture
def public_secret(tenant: Tenant) -> str:
    """A public key of the tenant."""
    return issue_key(tenant, Kind.PUBLIC, origins=["https://*.shop.example", "http://localhost:*"])


@pytest.fixture
def widget(client: Client, public_secret: str) -> Call:
    """Ask as a browser does, with the tenant's public key."""

    def ask(path: str, query: dict[str, Any] | None = None, **headers: str) -> HttpResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return client.get(path, query, headers={"X-API-KEY": public_secret, "Origin": ORIGIN} | named)

    return ask
