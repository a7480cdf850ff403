"""Storefronts log in anonymously, as published clients do, and read."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone
from oauth2_provider.models import AccessToken

from apps.api_keys.models import OAuthClient
from apps.tenants.models import Tenant
from tests.api_styles.tenant_countries.conftest import COUNTRIES, Ask
from tests.factories import TenantFactory

SHOP = "https://shop.example"
LOGIN, REFRESH = "/customerlogin/auth/anonymous/login", "/customerlogin/auth/anonymous/refresh"
MEMBERS = "token_type access_token expires_in refresh_token refresh_token_expires_in sessionId scope".split()

Call = Callable[..., Any]


@pytest.fixture
def storefront(tenant: Tenant) -> OAuthClient:
    """A client of a tenant that allows anonymous log-in from one origin."""
    tenant.allows_anonymous, tenant.origins = True, [SHOP]
    tenant.save()
    return OAuthClient.objects.issue(tenant, "storefront")[0]


@pytest.fixture
def call(client: Client, storefront: OAuthClient) -> Call:
    """Call one of the two; keyword arguments replace parameters (None leaves one out)."""

    def call(path: str = LOGIN, origin: str | None = None, **parameters: str | None) -> Any:
        query = {"tenant": "acme", "client_id": storefront.client_id, **parameters}
        given = {name: value for name, value in query.items() if value is not None}
        return client.get(path, given, headers={"Origin": origin} if origin else {})

    return call


def test_a_storefront_gets_a_token_that_reads(call: Call, ask: Ask) -> None:
    response = call(siteCode="main", currency="EUR", language="de")
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    session = response.json()
    assert list(session) == MEMBERS
    assert (session["token_type"], session["expires_in"], session["refresh_token_expires_in"]) == (
        "Bearer",
        3600,
        86400,
    )
    assert session["scope"] == "tenant=acme"
    UUID(session["sessionId"])
    bearer = f"Bearer {session['access_token']}"
    for path in (COUNTRIES, f"{COUNTRIES}/PL", "/country/acme/regions"):
        assert ask(path, Authorization=bearer).status_code == 200


def test_the_token_switches_nothing_and_opens_no_other_style(call: Call, ask: Ask) -> None:
    bearer = f"Bearer {call().json()['access_token']}"
    assert ask(f"{COUNTRIES}/PL", "PATCH", {"active": False}, Authorization=bearer).status_code == 403
    assert ask("/api/data/countries", Authorization=bearer).status_code == 403
    assert ask("/v1/country/list?country=PL", Authorization=bearer).status_code == 403
    assert ask("/api/countries", Authorization=None, X_API_KEY=bearer.removeprefix("Bearer ")).status_code == 403


def test_a_session_goes_on_under_its_id(call: Call, ask: Ask) -> None:
    first = call().json()
    response = call(REFRESH, refresh_token=first["refresh_token"])
    assert response.status_code == 200
    second = response.json()
    assert list(second) == MEMBERS
    assert second["sessionId"] == first["sessionId"]
    assert second["access_token"] != first["access_token"]
    assert ask(Authorization=f"Bearer {second['access_token']}").status_code == 200
    assert call().json()["sessionId"] != first["sessionId"]


def test_an_old_token_is_told_to_be_expired(call: Call, ask: Ask) -> None:
    bearer = f"Bearer {call().json()['access_token']}"
    AccessToken.objects.update(expires=timezone.now() - timedelta(seconds=1))
    assert ask(Authorization=bearer).json()["fault"]["faultstring"] == "Access Token expired"


def test_switching_it_off_ends_every_session_at_once(call: Call, ask: Ask, tenant: Tenant) -> None:
    session = call().json()
    bearer = f"Bearer {session['access_token']}"
    assert ask(Authorization=bearer).status_code == 200
    Tenant.objects.filter(pk=tenant.pk).update(allows_anonymous=False)
    assert ask(Authorization=bearer).status_code == 401
    assert call(REFRESH, refresh_token=session["refresh_token"]).status_code == 401


def test_a_disabled_client_begins_and_renews_nothing(call: Call, storefront: OAuthClient) -> None:
    renewal = call().json()["refresh_token"]
    storefront.is_enabled = False
    storefront.save()
    assert call().status_code == call(REFRESH, refresh_token=renewal).status_code == 401


def test_a_tenant_does_not_allow_it_unless_it_says_so(call: Call, tenant: Tenant) -> None:
    assert not TenantFactory().allows_anonymous
    Tenant.objects.filter(pk=tenant.pk).update(allows_anonymous=False)
    refusals = [call(), call(tenant="nobody"), call(client_id="nothing"), call(tenant="a\u200bcme")]
    assert {response.status_code for response in refusals} == {401}
    assert len({response.content for response in refusals}) == 1
    body = refusals[0].json()
    assert body["fault"]["faultstring"] == "Invalid client credentials"
    assert body["error"] == "invalid_client"


def test_a_client_of_another_tenant_is_none(call: Call) -> None:
    other = TenantFactory(code="globex", allows_anonymous=True)
    foreign = OAuthClient.objects.issue(other, "storefront")[0]
    assert call(client_id=foreign.client_id).status_code == 401
    assert call(tenant="globex").status_code == 401


@pytest.mark.parametrize(
    "damage", ["", "x", "a:b:c", "\ud800", "cut", "of another tenant", "of another client", "x" * 512]
)
def test_only_its_own_renewal_renews_a_session(
    call: Call, tenant: Tenant, storefront: OAuthClient, damage: str
) -> None:
    session = call().json()
    other = OAuthClient.objects.issue(tenant, "other")[0]
    salt = "apps.api_keys.anonymous"
    renewal = {
        "cut": session["refresh_token"][:-1],
        "of another tenant": signing.dumps([[tenant.pk + 1, storefront.client_id], "id"], salt=salt),
        "of another client": signing.dumps([[tenant.pk, other.client_id], "id"], salt=salt),
    }.get(damage, damage.encode("utf-8", "replace").decode())
    response = call(REFRESH, refresh_token=renewal)
    assert response.status_code == (401 if renewal else 400)


def test_a_renewal_ends_with_its_day(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    renewal = call().json()["refresh_token"]
    monkeypatch.setattr("apps.api_keys.anonymous.RENEWAL_SECONDS", -1)
    assert call(REFRESH, refresh_token=renewal).status_code == 401


@pytest.mark.parametrize("missing", ["tenant", "client_id", "refresh_token"])
@pytest.mark.parametrize("value", [None, ""])
def test_a_parameter_that_is_missing_is_named(call: Call, missing: str, value: str | None) -> None:
    response = call(REFRESH, **{"refresh_token": "x", missing: value})
    assert response.status_code == 400
    assert response.json()["details"] == [f"{missing}: The parameter {missing} is required."]


@pytest.mark.parametrize(("origin", "status"), [(None, 200), (SHOP, 200), ("https://evil.example", 403)])
def test_pages_log_in_from_the_origins_of_the_tenant_alone(call: Call, origin: str | None, status: int) -> None:
    other = TenantFactory(origins=["https://evil.example"])
    assert other.is_enabled
    response = call(origin=origin)
    assert response.status_code == status
    allowed = response.headers.get("Access-Control-Allow-Origin")
    assert allowed == (SHOP if origin == SHOP else None)


def test_log_ins_are_limited_by_address(client: Client, call: Call, settings: Any) -> None:
    settings.REQUESTS_PER_MINUTE_BY_ADDRESS = {"token": 2}
    # An address of its own: others count in the same Redis.
    client.defaults["REMOTE_ADDR"] = "192.0.2.177"
    assert [call().status_code for _ in range(3)] == [200, 200, 429]


@pytest.mark.parametrize("path", [LOGIN, REFRESH, "/customerlogin", "/customerlogin/auth"])
def test_other_methods_and_paths_are_refused_in_the_style_s_own_shape(client: Client, db: None, path: str) -> None:
    response = client.post(path)
    assert response.status_code == (405 if path in {LOGIN, REFRESH} else 404)
    assert set(response.json()) >= {"status", "code", "message", "details"}
