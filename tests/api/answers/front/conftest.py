"""Fixtures that ask by way of the store."""

import pytest

from apps.api.limits import throttling
from apps.api_keys.models import Kind
from tests.api.answers.front.asking import CONSTANTS, ONE_OF_EACH_STYLE, PATHS
from tests.factories import issue_key


@pytest.fixture
def public(tenant) -> str:
    return issue_key(tenant, Kind.PUBLIC, origins=["https://*.shop.example", "https://other.example"])


@pytest.fixture
def headers(tenant, secret, public):
    """Return the headers that the clients of an endpoint send."""

    def of(name: str) -> dict[str, str]:
        if name == "constants":
            return CONSTANTS
        if name == "workspace":
            return CONSTANTS | {"X-Workspace-Id": tenant.workspace_id}
        if name.startswith("widget"):
            return {"X-API-KEY": public, "Accept-Language": "de"}
        return {"Authorization": f"Bearer {secret}", "X-Version": "v2", "Accept-Language": "de"}

    return of


@pytest.fixture
def ask(client, headers):
    """Ask by way of the store; a header given as None is left out."""

    def of(name: str, *, path: str = "", method: str = "GET", environ=None, **changed: str | None):
        given = headers(name) | {header.replace("_", "-"): value for header, value in changed.items()}
        given = {header: value for header, value in given.items() if value is not None}
        return client.generic(method, path or PATHS[name], headers=given, **(environ or {}))

    return of


@pytest.fixture
def warm(ask):
    """Ask once to make the answer warm, then as the test says."""

    def of(name: str, **how):
        assert ask(name).status_code == 200
        return ask(name, **how)

    return of


@pytest.fixture(params=PATHS)
def name(request) -> str:
    return request.param


@pytest.fixture(params=ONE_OF_EACH_STYLE)
def style(request) -> str:
    return request.param


@pytest.fixture
def fresh_counters(monkeypatch):
    monkeypatch.setattr(throttling, "counters", throttling.Counters())
