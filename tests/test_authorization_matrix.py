"""Who may do what: every credential against every route. A route without a row here fails."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver, resolve
from django.utils import timezone
from oauth2_provider.models import AccessToken

from apps.api.views import StyleView
from apps.api_keys import anonymous, secrets
from apps.api_keys.models import Kind, OAuthClient
from apps.api_keys.oauth import issue_token
from apps.api_keys.scopes import COUNTRY_MANAGE, COUNTRY_READ, REGION_READ
from apps.tenants.models import Tenant
from tests.factories import TenantFactory, issue_key

pytestmark = pytest.mark.once

READING = [COUNTRY_READ, REGION_READ]

# What a route asks for, in columns. open: nothing. private: a private key or access token. public: a public key.
# either: a private key or access token in the one header, or a public key in the other.
# read: as private, of the tenant in the path. manage: as read, with country.country_manage. any: whatever credential
# there is, as a bearer. "ok" stands for the status in the route's row below; nobody is told more than these statuses.
CREDENTIALS = """
                               open  private  public  read  manage  either  any
nothing                        ok    401      401     401   401     401     401
staff session                  ok    401      401     401   401     401     401
malformed key                  ok    401      401     401   401     401     401
unknown key                    ok    401      401     401   401     401     401
revoked key                    ok    401      401     401   401     401     401
expired key                    ok    401      401     401   401     401     401
key of a disabled tenant       ok    401      401     401   401     401     401
client secret                  ok    401      401     401   401     401     401
expired token                  ok    401      401     401   401     401     401
token of a disabled client     ok    401      401     401   401     401     401
token of a moved client        ok    401      401     401   401     401     401
forged token row               ok    401      401     401   401     401     401
private key                    ok    ok       403     ok    ok      ok      ok
read-only private key          ok    ok       403     ok    403     ok      ok
private key without scopes     ok    ok       403     ok    403     ok      ok
private key from elsewhere     ok    403      403     403   403     403     403
public key                     ok    403      ok      403   403     ok      ok
access token                   ok    ok       403     ok    ok      ok      ok
read-only access token         ok    ok       403     ok    403     ok      ok
anonymous token                ok    403      403     ok    403     403     ok
anonymous token, switched off  ok    401      401     401   401     401     401
another tenant's private key   ok    ok       403     403   403     ok      ok
another tenant's access token  ok    ok       403     403   403     ok      ok
another tenant's public key    ok    403      ok      403   403     ok      ok
"""

# asks for, method, path, status when the credential is good enough. Of styles that may be taken out, the rows stand
# beside their own tests.
ROUTES = """
open     GET    /web/v1/system/constants/countries                200
open     GET    /web/nothing                                      404
private  GET    /v1/country/list?country=PL                       200
open     POST   /v1/auth/token                                    400
private  GET    /v1/nothing                                       404
private  GET    /api/data/countries                               200
private  GET    /api/data/countries/PL/subdivisions               200
private  POST   /api/validate/country                             400
private  POST   /api/validate/subdivision                         400
private  POST   /api/validate/city                                400
public   GET    /api/countries                                    200
public   GET    /api/countries/PL/subdivisions                    200
public   GET    /api/countries/PL/nothing                         404
private  GET    /api/nothing                                      404
either   GET    /api/search?q=poland                              200
either   GET    /api/nearest?latitude=52&longitude=21             200
either   GET    /api/changes                                      200
either   GET    /api/search/nothing                               404
read     GET    /country/acme/countries                           200
manage   PATCH  /country/acme/countries                           400
read     GET    /country/acme/countries/PL                        200
manage   PATCH  /country/acme/countries/PL                        204
read     GET    /country/acme/countries/PL/names                  200
manage   PATCH  /country/acme/countries/PL/names                  400
read     GET    /country/acme/countries/PL/subdivisions           200
manage   PATCH  /country/acme/countries/PL/subdivisions           400
read     GET    /country/acme/countries/PL/subdivisions/PL-14     200
manage   PATCH  /country/acme/countries/PL/subdivisions/PL-14     204
read     GET    /country/acme/regions                             200
read     GET    /country/acme/regions/Europe                      200
read     GET    /configuration/acme/configurations                200
read     GET    /configuration/acme/configurations/project_lang   200
open     GET    /customerlogin/auth/anonymous/login               400
open     GET    /customerlogin/auth/anonymous/refresh             400
open     GET    /customerlogin/nothing                            404
open     POST   /oauth/token                                      400
open     GET    /oauth/nothing                                    404
read     GET    /country/acme/nothing                             404
"""


class Route(NamedTuple):
    """One row of ROUTES."""

    asks_for: str
    method: str
    path: str
    status: int

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def routes() -> list[Route]:
    """Return the rows of ROUTES, and those of each style's `authorization.txt`."""
    tables = [path.read_text() for path in sorted(Path(__file__).parent.glob("api_styles/*/authorization.txt"))]
    rows = [line.split() for table in (ROUTES, *tables) for line in table.strip().splitlines()]
    return [Route(asks_for, method, path, int(status)) for asks_for, method, path, status in rows]


def outcomes() -> dict[str, dict[str, str]]:
    """Return CREDENTIALS as `{credential: {what a route asks for: outcome}}`."""
    header, *rows = CREDENTIALS.strip("\n").splitlines()
    columns = header.split()
    table = {}
    for row in rows:
        name, cells = row[:31].strip(), row[31:].split()
        table[name] = dict(zip(columns, cells, strict=True))
    return table


def token(client: tuple[OAuthClient, str]) -> str:
    """Return an access token of a client."""
    return issue_token(client[0].client_id, client[1]).access_token


@pytest.fixture
def credentials(tenant: Tenant) -> dict[str, str]:
    """A secret for each row of CREDENTIALS that has one."""
    other = TenantFactory(code="globex")
    disabled = TenantFactory(code="initech", is_enabled=False)
    issue = OAuthClient.objects.issue
    dead, moved, expiring = issue(tenant, "dead"), issue(tenant, "moved"), issue(tenant, "expiring")
    forged = secrets.generate("at").text
    secret_of = {
        "malformed key": "gaz_sk_nonsense",
        "unknown key": secrets.generate("sk").text,
        "revoked key": issue_key(tenant, revoked_at=timezone.now()),
        "expired key": issue_key(tenant, expires_at=timezone.now()),
        "key of a disabled tenant": issue_key(disabled),
        "client secret": dead[1],
        "expired token": token(expiring),
        "token of a disabled client": token(dead),
        "token of a moved client": token(moved),
        "forged token row": forged,
        "private key": issue_key(tenant),
        "read-only private key": issue_key(tenant, scopes=READING),
        "private key without scopes": issue_key(tenant, scopes=[]),
        "private key from elsewhere": issue_key(tenant, networks=["192.0.2.0/24"]),
        "public key": issue_key(tenant, Kind.PUBLIC),
        "access token": token(issue(tenant, "full")),
        "read-only access token": token(issue(tenant, "reader", READING)),
        "another tenant's private key": issue_key(other),
        "another tenant's access token": token(issue(other, "full")),
        "another tenant's public key": issue_key(other, Kind.PUBLIC),
    }
    open_to_all = TenantFactory(code="umbrella", allows_anonymous=True)
    closed = anonymous.log_in(open_to_all, issue(open_to_all, "shop")[0].client_id)
    Tenant.objects.filter(pk=tenant.pk).update(allows_anonymous=True)
    secret_of["anonymous token"] = anonymous.log_in(tenant, issue(tenant, "shop")[0].client_id).access_token
    secret_of["anonymous token, switched off"] = closed.access_token
    Tenant.objects.filter(pk=open_to_all.pk).update(allows_anonymous=False)
    OAuthClient.objects.filter(pk=dead[0].pk).revoke()
    OAuthClient.objects.filter(pk=moved[0].pk).update(tenant=other)
    AccessToken.objects.filter(application=expiring[0]).update(expires=timezone.now() - timedelta(seconds=1))
    AccessToken.objects.create(
        application=expiring[0],
        token=forged,
        scope=f"{COUNTRY_MANAGE} tenant={tenant.pk}",
        expires=timezone.now() + timedelta(hours=1),
    )
    return secret_of


def ask(client: Client, route: Route, secret: str | None) -> Any:
    """Send the request of a route as its style's clients do."""
    headers = {"Accept-Language": "en", "X-Version": "v2", "X-Client-Hash": "abc", "X-LOCALE": "en", "User-Agent": "t"}
    if secret is not None:
        is_public = route.asks_for == "public" or (route.asks_for == "either" and secret.startswith("gaz_pk_"))
        name, value = ("X-API-KEY", secret) if is_public else ("Authorization", f"Bearer {secret}")
        headers[name] = value
    is_form = route.path.endswith("/token")
    content_type = "application/x-www-form-urlencoded" if is_form else "application/json"
    return client.generic(
        route.method, route.path, "a=b" if is_form else "{}", content_type=content_type, headers=headers
    )


@pytest.mark.parametrize("route", routes(), ids=str)
def test_a_route_answers_each_credential_as_the_matrix_says(route, credentials, django_user_model):
    staff = Client()
    staff.force_login(django_user_model.objects.create_superuser("staff", password="x"))
    wrong = []
    for credential, outcome in outcomes().items():
        client = staff if credential == "staff session" else Client()
        response = ask(client, route, credentials.get(credential))
        expected = route.status if outcome[route.asks_for] == "ok" else int(outcome[route.asks_for])
        if response.status_code != expected:
            wrong.append(f"{credential}: {response.status_code}, not {expected}: {response.content[:200]!r}")
    assert not wrong, "\n".join(wrong)


def test_every_credential_of_the_matrix_is_tried(credentials):
    assert set(outcomes()) == {"nothing", "staff session", *credentials}
    assert len(outcomes()) >= 12


def resolved_routes(patterns: list[Any], prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Yield every pattern below the root with its whole route."""
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield route, pattern
        else:
            yield from resolved_routes(pattern.url_patterns, route)


def is_of_no_style(route: str) -> bool:
    """Return whether the route leads to the back office, or to what the site shows everyone."""
    pages = ("admin/", "docs", "openapi", "flags/", "exports", "explore", "widget/")
    return route in {"", "admin", "language"} or route.removeprefix("^").startswith(pages)


def inventory() -> set[tuple[str, str]]:
    """Return (route, method) of everything that styles serve; HEAD goes with GET."""
    found = set()
    for route, pattern in resolved_routes(get_resolver().url_patterns):
        if is_of_no_style(route):
            continue
        for method in getattr(pattern.callback, "actions", None) or {"get": ""}:
            found.add((route, method.upper()))
    return {(route, method) for route, method in found if method != "HEAD"}


def test_every_route_and_method_has_a_row():
    rows = {(resolve(unquote(route.path.partition("?")[0])).route, route.method) for route in routes()}
    assert inventory() - rows == set()


def test_every_other_route_belongs_to_a_style():
    for route, pattern in resolved_routes(get_resolver().url_patterns):
        if not is_of_no_style(route):
            assert issubclass(pattern.callback.cls, StyleView), route


TENANT_ROUTES = [route for route in routes() if route.asks_for in {"read", "manage"}]
FOREIGN = ["doesnotexist", "ACME", "acm%C3%A9", "ac", "a" * 17, "1acme", "acme%0A", "acme%00", "%20acme", "acme%20"]


@pytest.mark.both
@pytest.mark.parametrize("route", TENANT_ROUTES, ids=str)
def test_a_foreign_tenant_is_answered_byte_for_byte_as_one_that_does_not_exist(
    route, credentials, django_assert_num_queries
):
    secret = credentials["private key"]
    ask(Client(), route, secret)
    answers = set()
    for code in ["globex", *FOREIGN]:
        # The revision is read past what counts.
        with django_assert_num_queries(0):
            response = ask(Client(), route._replace(path=route.path.replace("/acme/", f"/{code}/")), secret)
        headers = {name: value for name, value in response.headers.items() if name != "X-Request-Id"}
        answers.add((response.status_code, response.content, tuple(sorted(headers.items()))))
    assert len(answers) == 1
    assert answers.pop()[0] == 403


@pytest.mark.parametrize("header", ["X-Workspace-Id", "X-Tenant", "X-Tenant-Id", "Tenant"])
def test_a_header_names_no_other_tenant(credentials, header):
    headers = {"X-Version": "v2", "Authorization": f"Bearer {credentials['private key']}", header: "globex"}
    Tenant.objects.get(code="globex").tenant_countries.update(active=False)
    for path in ("/api/data/countries?tenant=globex", "/v1/country/list?country=PL&tenant=globex"):
        response = Client().get(path, headers=headers)
        assert response.status_code == 200
        assert b"PL" in response.content


def test_a_key_opens_no_back_office(credentials):
    for secret in credentials.values():
        response = Client().get("/admin/", headers={"Authorization": f"Bearer {secret}"})
        assert response.status_code == 302
        assert "sessionid" not in response.cookies
