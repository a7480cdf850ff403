"""Access tokens for the clients of a tenant."""

import base64
import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from oauth2_provider.models import AccessToken

from apps.api_keys.models import OAuthClient
from apps.tenants.models import Tenant
from tests.api_styles.tenant_countries.conftest import COUNTRIES, Ask

FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def credentials(tenant: Tenant) -> dict[str, str]:
    registered, secret = OAuthClient.objects.issue(tenant, "shop", ["country.country_manage"])
    return {"client_id": registered.client_id, "client_secret": secret}


def post(client: Client, fields: Any, content_type: str = FORM, **headers: str) -> Any:
    if isinstance(fields, dict):
        fields = json.dumps(fields) if "json" in content_type else "&".join(f"{k}={v}" for k, v in fields.items())
    return client.post("/oauth/token", fields, content_type=content_type, headers=headers)


def basic(client_id: str, client_secret: str) -> str:
    return f"Basic {base64.b64encode(f'{client_id}:{client_secret}'.encode()).decode()}"


@pytest.mark.parametrize("way", ["form", "json", "basic"])
def test_a_client_gets_a_token_that_opens_its_tenant(client: Client, ask: Ask, credentials: dict, way: str) -> None:
    grant = {"grant_type": "client_credentials"}
    if way == "basic":
        response = post(client, grant, Authorization=basic(**credentials))
    else:
        response = post(client, grant | credentials, FORM if way == "form" else "application/json")
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    token = response.json()
    assert list(token) == ["access_token", "token_type", "expires_in", "scope"]
    assert (token["token_type"], token["expires_in"]) == ("Bearer", 3600)
    assert token["scope"] == "country.country_manage tenant=acme"
    bearer = f"Bearer {token['access_token']}"
    assert ask(Authorization=bearer).status_code == 200
    assert ask(f"{COUNTRIES}/PL", "PATCH", {"active": False}, Authorization=bearer).status_code == 204
    assert ask("/country/globex/countries", Authorization=bearer).status_code == 403


def test_a_scope_that_the_client_does_not_hold_is_dropped(client: Client, credentials: dict) -> None:
    fields = {"grant_type": "client_credentials", "scope": "tenant=globex+country.country_manage+admin"} | credentials
    assert post(client, fields).json()["scope"] == "country.country_manage tenant=acme"


@pytest.mark.parametrize(
    ("asked", "granted"),
    [
        (None, "country.country_manage tenant=acme"),
        ("", "country.country_manage tenant=acme"),
        ("country.country_manage", "country.country_manage"),
        ("tenant=acme", "country.country_manage tenant=acme"),
        ("tenant=acme+country.country_manage", "country.country_manage tenant=acme"),
        ("country.region_read", ""),
    ],
)
def test_the_tenant_is_named_to_clients_that_ask_for_it_or_for_nothing(
    client: Client, credentials: dict, asked: str | None, granted: str
) -> None:
    fields = {"grant_type": "client_credentials"} | credentials | ({} if asked is None else {"scope": asked})
    assert post(client, fields).json()["scope"] == granted


def test_an_expired_token_is_told_apart(client: Client, ask: Ask, credentials: dict) -> None:
    token = post(client, {"grant_type": "client_credentials"} | credentials).json()["access_token"]
    AccessToken.objects.update(expires=timezone.now() - timedelta(seconds=1))
    response = ask(Authorization=f"Bearer {token}")
    assert response.status_code == 401
    assert response.json() == {
        "fault": {
            "faultstring": "Access Token expired",
            "detail": {"errorcode": "keymanagement.service.access_token_expired"},
        }
    }


@pytest.mark.parametrize(
    "change", [{"client_secret": "x"}, {"client_id": "x"}, {"client_id": ""}, {"client_id": "%00"}]
)
def test_a_client_that_is_not_known_is_refused(client: Client, credentials: dict, change: dict) -> None:
    response = post(client, {"grant_type": "client_credentials"} | credentials | change)
    assert response.status_code in {400, 401}
    if response.status_code == 401:
        assert response.json()["error"] == "invalid_client"
        assert response.json()["fault"]["faultstring"] == "Invalid client credentials"
        assert response.headers["WWW-Authenticate"].startswith("Basic")


@pytest.mark.parametrize("header", ["Basic", "Basic !!", "Basic /w==", "Basic eDp5"])
def test_a_broken_basic_header_is_refused(client: Client, db: None, header: str) -> None:
    assert post(client, {"grant_type": "client_credentials"}, Authorization=header).status_code == 401


def test_what_is_wrong_is_named_as_in_rfc_6749(client: Client, credentials: dict) -> None:
    for grant, error in [("password", "unsupported_grant_type"), ("", "invalid_request")]:
        response = post(client, {"grant_type": grant} | credentials)
        assert (response.status_code, response.json()["error"]) == (400, error)
        assert (response.json()["status"], response.json()["code"]) == ("Bad Request", 400)


def test_one_way_to_authenticate_and_each_field_once(client: Client, credentials: dict) -> None:
    grant = {"grant_type": "client_credentials"}
    assert post(client, grant | credentials, Authorization=basic(**credentials)).status_code == 400
    assert post(client, "grant_type=client_credentials&grant_type=client_credentials").status_code == 400
    assert post(client, '{"grant_type": ["client_credentials"]}', "application/json").status_code == 400
    assert post(client, "x", "text/plain").status_code == 415


def test_credentials_in_the_query_are_ignored(client: Client, credentials: dict) -> None:
    query = f"client_id={credentials['client_id']}&client_secret={credentials['client_secret']}"
    response = client.post(f"/oauth/token?{query}", "grant_type=client_credentials", content_type=FORM)
    assert response.status_code == 401


@pytest.mark.parametrize("request_line", ["GET token 405", "PUT token 405", "POST token/ 404", "GET authorize 404"])
def test_there_is_the_token_endpoint_and_no_other(client: Client, db: None, request_line: str) -> None:
    method, path, status = request_line.split()
    response = client.generic(method, f"/oauth/{path}")
    assert response.status_code == response.json()["code"] == int(status)
