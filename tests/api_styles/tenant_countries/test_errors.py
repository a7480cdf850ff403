"""What is refused, in which order, and in which body."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from apps.tenants.models import Tenant
from tests.api_styles.tenant_countries.conftest import COUNTRIES, Ask
from tests.factories import TenantFactory, issue_key

FOREIGN = {
    "status": "Forbidden",
    "code": 403,
    "message": "The access to the given resource is forbidden.",
    "details": [],
}
PATHS = [
    "/countries",
    "/countries/PL",
    "/regions",
    "/regions/Europe",
    "/countries/PL/names",
    "/countries/PL/subdivisions",
]


@pytest.mark.parametrize("path", [*PATHS, "/no/such/path"])
@pytest.mark.parametrize(
    "code",
    ["globex", "doesnotexist", "acme%0A", "ACME", "acm%C3%A9", "ac", "a" * 17, "1acme", "acme%00", "Acme", "acme%20"],
)
def test_foreign_tenants_and_those_that_do_not_exist_are_refused_alike(ask: Ask, path: str, code: str) -> None:
    TenantFactory(code="globex")
    response = ask(f"/country/{code}{path}", X_Version=None, X_Workspace_Id="x", X_Tenant="acme")
    assert (response.status_code, response.json()) == (403, FOREIGN)
    assert "ETag" not in response.headers


def test_a_foreign_tenant_s_country_cannot_be_switched(ask: Ask) -> None:
    TenantFactory(code="globex")
    for code in ("globex", "doesnotexist"):
        response = ask(f"/country/{code}/countries/PL", "PATCH", {"active": False})
        assert (response.status_code, response.json()) == (403, FOREIGN)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "header", [None, "Bearer", "Bearer nonsense", "Basic YTpi", "Bearer a b", "Token x", "Bearer ä"]
)
def test_without_a_valid_token_nothing_is_told(ask: Ask, path: str, header: str | None) -> None:
    response = ask(f"/country/acme{path}", Authorization=header)
    assert response.status_code == 401
    assert response.json() == {
        "fault": {"faultstring": "Invalid access token", "detail": {"errorcode": "oauth.v2.InvalidAccessToken"}}
    }
    is_sent = header is not None and header.startswith("Bearer")
    assert ('error="invalid_token"' in response.headers["WWW-Authenticate"]) is is_sent


def test_an_expired_credential_is_refused(ask: Ask, tenant: Tenant) -> None:
    expired = issue_key(tenant, expires_at=timezone.now() - timedelta(seconds=1))
    assert ask(Authorization=f"Bearer {expired}").status_code == 401


@pytest.mark.parametrize("version", [None, "", "V2", "v1", "v3", "v2,v2", "2"])
@pytest.mark.parametrize("path", [path for path in PATHS if "regions" not in path])
def test_x_version_is_v2(ask: Ask, path: str, version: str | None) -> None:
    response = ask(f"/country/acme{path}", X_Version=version)
    assert response.status_code == 400
    body = response.json()
    assert (body["status"], body["code"]) == ("Bad Request", 400)
    assert body["message"].startswith("The header X-Version must be v2.")
    assert "manage.py set_tenant acme --x-version optional" in body["message"]
    assert body["details"] == [f"X-Version: {body['message']}"]


@pytest.mark.parametrize("version", [None, "", "v1", "v2"])
@pytest.mark.parametrize(
    "path", ["/country/acme/regions", "/country/acme/regions/Europe", "/configuration/acme/configurations/project_lang"]
)
def test_regions_and_configuration_need_no_x_version(ask: Ask, path: str, version: str | None) -> None:
    assert ask(path, X_Version=version).status_code == 200


def test_the_tenant_may_do_without_x_version(ask: Ask, tenant: Tenant) -> None:
    tenant.requires_x_version = False
    tenant.save()
    assert ask(X_Version=None).status_code == 200
    assert ask(f"{COUNTRIES}/PL", "PATCH", {"active": False}, X_Version=None).status_code == 204


def test_another_tenant_in_the_header_is_refused(ask: Ask) -> None:
    assert ask(Emporix_Tenant="acme").status_code == ask(Emporix_Tenant="").status_code == 200
    response = ask(Emporix_Tenant="globex")
    assert response.status_code == 400
    assert response.json()["message"] == "Tenant in the header is not matching with the one provided in the URI."


@pytest.mark.parametrize("path", ["/country", "/country/", "/configuration/", "/configuration"])
def test_a_path_without_a_tenant_is_not_found_or_refused(ask: Ask, path: str) -> None:
    assert ask(path).status_code == 403


@pytest.mark.parametrize(
    "path", ["/countries/", "/countries/PL/", "/countries/PL/x", "", "/", "/states", "/countries//"]
)
def test_an_unknown_path_is_not_found(ask: Ask, path: str) -> None:
    response = ask(f"/country/acme{path}")
    assert response.status_code == 404
    assert response.json()["status"] == "Not Found"
    assert "entityId" not in response.json()


def test_an_unknown_country_is_named(ask: Ask) -> None:
    assert ask(f"{COUNTRIES}/zz").json() == {
        "status": "Not Found",
        "code": 404,
        "message": "The country with the requested code does not exist.",
        "details": [],
        "entityId": "ZZ",
    }


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/countries", {"GET", "HEAD", "PATCH", "OPTIONS"}),
        ("/countries/PL", {"GET", "HEAD", "PATCH", "OPTIONS"}),
        ("/regions", {"GET", "HEAD", "OPTIONS"}),
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "TRACE", "BREW"])
def test_another_method_is_refused(ask: Ask, path: str, allowed: set, method: str) -> None:
    response = ask(f"/country/acme{path}", method)
    assert response.status_code == 405
    assert response.json()["status"] == "Method Not Allowed"
    assert set(response.headers["Allow"].split(", ")) == allowed


def test_a_head_has_the_headers_of_a_get(ask: Ask) -> None:
    head, get = ask(f"{COUNTRIES}/PL", "HEAD"), ask(f"{COUNTRIES}/PL")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["ETag"] == get.headers["ETag"]


def test_what_is_wrong_first_is_said_first(ask: Ask, tenant: Tenant) -> None:
    reader = f"Bearer {issue_key(tenant, scopes=[])}"
    worst: dict[str, Any] = {
        "Authorization": None,
        "X_Version": None,
        "Content_Type": "text/plain",
        "If_Match": '"9-0"',
    }

    def status(path: str = f"{COUNTRIES}/ZZ", method: str = "PATCH", body: Any = b"x") -> int:
        return ask(path, method, body, **worst).status_code

    assert status("/country/globex/countries/ZZ") == 401
    worst["Authorization"] = reader
    assert status("/country/globex/countries/ZZ") == 403
    assert status() == 403
    del worst["Authorization"]
    assert status(method="PUT") == 405
    assert status() == 400
    del worst["X_Version"]
    assert status() == 404
    assert status(f"{COUNTRIES}/PL", body=b"x" * 70_000) == 413
    assert status(f"{COUNTRIES}/PL") == 415
    del worst["Content_Type"]
    assert status(f"{COUNTRIES}/PL") == 400
    stale = {"active": True, "metadata": {"version": 9}}
    assert status(f"{COUNTRIES}/PL", body=stale) == 412
    del worst["If_Match"]
    assert status(f"{COUNTRIES}/PL", body=stale) == 409


@pytest.mark.parametrize("accept", ["application/xml", "text/html", "*/*;q=0", ";;;"])
def test_accept_is_ignored(ask: Ask, accept: str) -> None:
    assert ask(Accept=accept).headers["Content-Type"] == "application/json"


def test_configuration_tells_the_languages(ask: Ask, tenant: Tenant) -> None:
    tenant.languages, tenant.default_language = ["en", "zh-hans"], "zh-hans"
    tenant.save()
    assert ask("/configuration/acme/configurations/project_lang", X_Version=None).json() == {
        "key": "project_lang",
        "secured": False,
        "value": '[{"id":"en","label":"English","default":false,"required":false},'
        '{"id":"zh-Hans","label":"Simplified Chinese","default":true,"required":true}]',
        "version": 1,
    }
    assert ask("/configuration/acme/configurations/other").json()["entityId"] == "other"
    assert ask("/configuration/globex/configurations/project_lang").status_code == 403


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("", ["project_lang"]),
        ("?keys=", ["project_lang"]),
        ("?keys=other,%20project_lang", ["project_lang"]),
        ("?keys=other", []),
    ],
)
def test_configurations_are_listed_by_key(ask: Ask, query: str, keys: list[str]) -> None:
    listed = ask(f"/configuration/acme/configurations{query}", X_Version=None).json()
    assert listed == [ask(f"/configuration/acme/configurations/{key}").json() for key in keys]


@pytest.mark.parametrize(
    "address", [f"{COUNTRIES}?code=", f"{COUNTRIES}?regions=", "/configuration/acme/configurations?keys="]
)
def test_an_item_of_a_list_has_256_characters_at_most(ask: Ask, address: str) -> None:
    assert ask(f"{address}PL,{'a' * 256}").status_code == 200
    assert ask(f"{address}PL,{'a' * 257}").status_code == 400


@pytest.mark.parametrize("path", [COUNTRIES, f"{COUNTRIES}/PL", "/oauth/token"])
def test_browsers_of_the_tenant_s_origins_may_ask(ask: Ask, tenant: Tenant, path: str) -> None:
    tenant.origins = ["https://shop.example"]
    tenant.save()
    TenantFactory(code="globex", origins=["https://other.example"])
    preflight = ask(path, "OPTIONS", Authorization=None, Origin="https://shop.example")
    assert preflight.status_code == 204
    assert preflight.headers["Access-Control-Allow-Origin"] == "https://shop.example"
    assert "Authorization" in preflight.headers["Access-Control-Allow-Headers"]
    further = ask(path, "OPTIONS", Origin="https://shop.example", Access_Control_Request_Headers="traceparent")
    assert "traceparent" in further.headers["Access-Control-Allow-Headers"]
    stranger = ask(path, "OPTIONS", Authorization=None, Origin="https://evil.example")
    assert "Access-Control-Allow-Origin" not in stranger.headers


@pytest.mark.parametrize("path", [COUNTRIES, f"{COUNTRIES}/ZZ"])
def test_an_answer_is_for_the_origins_of_its_own_tenant(ask: Ask, tenant: Tenant, path: str) -> None:
    tenant.origins = ["https://shop.example"]
    tenant.save()
    TenantFactory(code="globex", origins=["https://other.example"])
    mine = ask(path, Origin="https://shop.example")
    assert mine.headers["Access-Control-Allow-Origin"] == "https://shop.example"
    assert mine.headers["Access-Control-Expose-Headers"] == "X-Total-Count, ETag"
    assert "Origin" in mine.headers["Vary"]
    assert "Access-Control-Allow-Origin" not in ask(path, Origin="https://other.example").headers
