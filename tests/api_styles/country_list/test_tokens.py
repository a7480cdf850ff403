"""The token endpoint of country_list."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from apps.api_keys.models import OAuthClient
from apps.api_keys.scopes import COUNTRY_READ
from apps.tenants.models import Tenant
from tests.api_styles.country_list.conftest import Ask, error

PATH = "/v1/auth/token"
FORM = "application/x-www-form-urlencoded"

Post = Callable[..., Any]


@pytest.fixture
def credentials(tenant: Tenant) -> dict[str, str]:
    client, secret = OAuthClient.objects.issue(tenant, "partner", [COUNTRY_READ])
    return {"grant_type": "client_credentials", "client_id": client.client_id, "client_secret": secret}


@pytest.fixture
def post(client: Client, credentials: dict[str, str]) -> Post:
    """Ask for a token; keyword arguments replace fields (None leaves one out)."""

    def post(**fields: str | None) -> Any:
        given = {name: value for name, value in (credentials | fields).items() if value is not None}
        return client.post(PATH, urlencode(given), content_type=FORM)

    return post


def test_a_client_gets_a_token_that_opens_the_list(post: Post, ask: Ask) -> None:
    response = post()
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    body = response.json()
    token = body["data"].pop("access_token")
    assert body == {"data": {"token_type": "Bearer", "expires_in": 3600}}
    answer = ask("PL", Authorization=f"Bearer {token}")
    assert answer.json()["data"]["countries"][0]["code"] == "PL"


def test_the_token_dies_with_its_client(post: Post, ask: Ask) -> None:
    token = post().json()["data"]["access_token"]
    OAuthClient.objects.update(is_enabled=False)
    assert ask("PL", Authorization=f"Bearer {token}").status_code == 401


@pytest.mark.parametrize(
    "wrong",
    [
        {"client_secret": "nonsense"},
        {"client_id": "nobody"},
        {"client_id": "nobody", "client_secret": "x" * 60_000},
        {"client_id": "é\u0627"},
        {"client_secret": "gaz_cs_" + "0" * 60},
    ],
    ids=["secret", "id", "long", "not-ascii", "checksum"],
)
def test_a_wrong_client_is_401_whatever_was_wrong(post: Post, wrong: dict[str, str]) -> None:
    response = post(**wrong)
    assert response.status_code == 401
    assert response.json() == {
        "error": {
            "code": "401021",
            "code_reason": "INVALID_CLIENT_ID_OR_CLIENT_SECRET",
            "message": "The client id or the client secret is wrong.",
        }
    }
    assert response["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("name", ["grant_type", "client_id", "client_secret"])
@pytest.mark.parametrize("value", [None, ""], ids=["missing", "empty"])
def test_a_missing_field_is_400_by_name(post: Post, name: str, value: str | None) -> None:
    response = post(**{name: value})
    assert response.status_code == 400
    assert error(response) == {
        "code": "400000",
        "code_reason": "BAD_REQUEST",
        "message": f"{name} parameter is required",
    }


@pytest.mark.parametrize("grant", ["password", "authorization_code", "refresh_token", "Client_Credentials"])
def test_another_grant_is_400(post: Post, grant: str) -> None:
    assert post(grant_type=grant).status_code == 400


@pytest.mark.parametrize("extra", ["&grant_type=client_credentials", "&x=%00", "&x=%ff"])
def test_a_field_twice_and_what_is_no_text_are_400(client: Client, credentials: dict[str, str], extra: str) -> None:
    assert client.post(PATH, urlencode(credentials) + extra, content_type=FORM).status_code == 400


def test_credentials_in_the_query_do_not_count(client: Client, credentials: dict[str, str]) -> None:
    response = client.post(f"{PATH}?{urlencode(credentials)}", "", content_type=FORM)
    assert response.status_code == 400


@pytest.mark.parametrize(
    "content_type", ["application/json", "text/plain", "multipart/form-data; boundary=x", f"{FORM}; charset=utf-16"]
)
def test_another_media_type_is_415(client: Client, credentials: dict[str, str], content_type: str) -> None:
    response = client.generic("POST", PATH, urlencode(credentials), content_type=content_type)
    assert response.status_code == 415
    assert error(response)["code"] == "415000"
    assert error(response)["code_reason"] == "UNSUPPORTED_MEDIA_TYPE"


def test_a_large_body_is_413(client: Client) -> None:
    response = client.generic("POST", PATH, "x" * (64 * 1024 + 1), content_type=FORM)
    assert response.status_code == 413
    assert error(response)["code"] == "413000"


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_another_method_is_405(client: Client, db: None, method: str) -> None:
    response = client.generic(method, PATH)
    assert response.status_code == 405
    assert response["Allow"] == "POST, OPTIONS"
    assert error(response)["code"] == "405000"


def test_a_bearer_does_not_matter_here(client: Client, credentials: dict[str, str]) -> None:
    response = client.post(PATH, urlencode(credentials), content_type=FORM, headers={"Authorization": "Bearer x"})
    assert response.status_code == 200


def test_a_client_that_names_itself_in_two_ways_is_400(client: Client, credentials: dict[str, str]) -> None:
    response = client.post(PATH, urlencode(credentials), content_type=FORM, headers={"Authorization": "Basic eDp5"})
    assert response.status_code == 400
    assert error(response)["code"] == "400000"


def test_an_asked_for_scope_never_widens_the_token(post: Post, ask: Ask) -> None:
    token = post(scope="country.country_manage").json()["data"]["access_token"]
    assert ask("PL", Authorization=f"Bearer {token}").status_code == 200


def test_too_many_requests_of_an_address_are_429(post: Post, settings: Any) -> None:
    settings.REQUESTS_PER_MINUTE_BY_ADDRESS = {"token": 1}
    post()
    response = post()
    assert response.status_code == 429
    assert int(response["Retry-After"]) >= 1
    assert error(response)["code_reason"] == "TOO_MANY_REQUESTS"
