"""Warm answers keep every promise of Django's handler."""

import gzip
import logging
import re
import time
from datetime import timedelta

import brotli
import pytest
from cachetools import TTLCache
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from apps.api.answers import front
from apps.api.answers.store import store
from apps.api.limits import counters
from apps.api_keys import anonymous, credentials
from apps.api_keys.models import ApiKey, CredentialUse, Kind, OAuthClient
from apps.api_keys.oauth import issue_token
from apps.geography.models import TenantCountry
from apps.revisions import numbers
from apps.tenants.models import Plan, Tenant
from tests.factories import TenantFactory, issue_key

# This module chooses for itself whether an answer is warm.
pytestmark = [pytest.mark.once, pytest.mark.counted, pytest.mark.django_db]

CONSTANTS = {"X-Client-Hash": "abc", "X-LOCALE": "en-US", "User-Agent": "tests", "Accept-Language": "de"}
ORIGIN = "https://www.shop.example"
UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
DECODERS = {"br": brotli.decompress, "gzip": gzip.decompress, "identity": bytes}
# What differs from answer to answer.
OWN = {"X-Request-Id", "RateLimit", "RateLimit-Policy"}

# Everything that is stored, once.
PATHS = {
    "constants": "/web/v1/system/constants/countries",
    "workspace": "/web/v1/system/constants/countries",
    "data countries": "/api/data/countries",
    "data subdivisions": "/api/data/countries/PL/subdivisions",
    "widget countries": "/api/countries",
    "widget subdivisions": "/api/countries/PL/subdivisions",
    "country_list": "/v1/country/list?country=PL",
    "countries": "/country/acme/countries?pageSize=300",
    "country": "/country/acme/countries/PL",
    "names": "/country/acme/countries/PL/names",
    "subdivisions": "/country/acme/countries/PL/subdivisions",
    "subdivision": "/country/acme/countries/PL/subdivisions/PL-14",
    "regions": "/country/acme/regions",
    "region": "/country/acme/regions/Europe",
    "configuration": "/configuration/acme/configurations/project_lang",
}
ONE_OF_EACH_STYLE = ["constants", "data countries", "widget countries", "country_list", "countries"]


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


def without_time(body: bytes) -> bytes:
    return re.sub(rb'"timestamp":[0-9]+', b"", body)


def lasting(response) -> dict[str, str]:
    return {name: value for name, value in response.headers.items() if name not in OWN}


def as_django_answers(monkeypatch, name, headers, environ=None, **changed):
    """Ask Django alone, with nothing stored."""
    given = headers(name) | {header.replace("_", "-"): value for header, value in changed.items()}
    with monkeypatch.context() as patch:
        patch.setattr(store, "max_bytes", 0)
        return Client(headers={"host": "testserver"}).get(PATHS[name], headers=given, **(environ or {}))


# Equal to Django's answer


@pytest.mark.parametrize("coding", DECODERS)
def test_a_warm_answer_is_that_of_django(warm, headers, monkeypatch, name, coding):
    response = warm(name, Accept_Encoding=coding, X_Request_Id="mine")
    expected = as_django_answers(monkeypatch, name, headers, Accept_Encoding=coding, X_Request_Id="mine")
    assert response.is_warm
    assert response.status_code == expected.status_code == 200
    assert lasting(response) == lasting(expected)
    decode = DECODERS[response.headers.get("Content-Encoding", "identity")]
    assert without_time(decode(response.content)) == without_time(decode(expected.content))


def test_a_warm_304_is_that_of_django(warm, headers, monkeypatch, name):
    tag = as_django_answers(monkeypatch, name, headers).headers["ETag"]
    response = warm(name, If_None_Match=tag)
    expected = as_django_answers(monkeypatch, name, headers, If_None_Match=tag)
    assert response.is_warm
    assert (response.status_code, response.content) == (304, b"")
    assert (expected.status_code, expected.content) == (304, b"")
    assert lasting(response) == lasting(expected)


@pytest.mark.parametrize("environ", [{"wsgi.url_scheme": "https"}, {"HTTP_X_FORWARDED_PROTO": "https, http"}, {}])
def test_a_warm_answer_has_the_security_headers_of_its_scheme(warm, headers, monkeypatch, settings, style, environ):
    settings.SECURE_HSTS_SECONDS = 1000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    front._headers_of_middleware.cache_clear()
    try:
        response = warm(style, environ=environ)
    finally:
        front._headers_of_middleware.cache_clear()
    expected = as_django_answers(monkeypatch, style, headers, environ=environ)
    assert response.is_warm
    assert ("Strict-Transport-Security" in response.headers) is bool(environ)
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["X-Frame-Options"] == "DENY"
    assert lasting(response) == lasting(expected)


def test_whoever_forges_the_scheme_is_not_believed(warm, settings, style):
    settings.SECURE_HSTS_SECONDS = 1000
    front._headers_of_middleware.cache_clear()
    try:
        response = warm(style, environ={"HTTP_X_FORWARDED_PROTO": "https"})
    finally:
        front._headers_of_middleware.cache_clear()
    assert response.is_warm
    assert "Strict-Transport-Security" not in response.headers


def test_head_is_get_without_a_body(warm, name):
    get, head = warm(name, Accept_Encoding="gzip"), warm(name, method="HEAD", Accept_Encoding="gzip")
    assert head.is_warm
    assert (head.status_code, head.content) == (200, b"")
    assert lasting(head) == lasting(get)


# What is refused


@pytest.mark.parametrize(
    "host", ["evil.example", "testserver.evil.example", "testserver:x", "a@testserver", "", "[::1", "test_server"]
)
def test_a_foreign_host_is_refused_though_the_answer_is_warm(warm, style, host):
    response = warm(style, Host=host)
    assert response.status_code == 400
    assert response.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("host", ["testserver", "TESTSERVER", "testserver:8000", "testserver."])
def test_a_host_that_django_allows_is_answered(warm, style, host):
    assert warm(style, Host=host).status_code == 200


def test_a_forwarded_host_is_left_to_django(warm, settings, style):
    settings.USE_X_FORWARDED_HOST = True
    assert warm(style, X_Forwarded_Host="evil.example").status_code == 400
    assert not warm(style).is_warm


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "TRACE", "BREW", "get", "Get"])
def test_another_method_is_never_answered_from_the_store(warm, style, method):
    response = warm(style, method=method)
    assert not response.is_warm
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]


def test_options_is_never_answered_from_the_store(warm, style):
    response = warm(style, method="OPTIONS")
    assert not response.is_warm
    assert response.status_code == 204


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("constants", {"X-LOCALE": "!"}),
        ("constants", {"X-LOCALE": None}),
        ("constants", {"X-Client-Hash": None}),
        ("constants", {"X-Client-Hash": "a b"}),
        ("constants", {"User-Agent": ""}),
        ("constants", {"Accept-Language": None}),
        ("countries", {"X-Version": None}),
        ("countries", {"X-Version": "v1"}),
        ("countries", {"Emporix-Tenant": "globex"}),
        ("countries", {"X-Total-Count": "maybe"}),
        ("country", {"X-Version": "V2"}),
    ],
)
def test_a_malformed_header_is_refused_though_the_answer_is_warm(warm, name, changed):
    response = warm(name, **changed)
    assert response.status_code == 400
    assert not response.is_warm


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("country_list", "/v1/country/list"),
        ("country_list", "/v1/country/list?country=PL&country=DE"),
        ("country_list", "/v1/country/list?country=PL&x=%00"),
        ("country_list", "/v1/country/list?country=PL&%ff"),
        ("data countries", "/api/data/countries?country_name_source=nobody"),
        ("data subdivisions", "/api/data/countries/PL/subdivisions?prefer_official=maybe"),
        ("widget countries", "/api/countries?no_geoip=maybe"),
        ("countries", "/country/acme/countries?pageSize=300&pageNumber=0"),
        ("countries", "/country/acme/countries?pageSize=300&sort=colour"),
        ("countries", "/country/acme/countries?pageSize=300&active=1"),
        ("countries", "/country/acme/countries?pageSize=300&name.!=a"),
    ],
)
def test_a_malformed_query_is_refused_though_the_answer_is_warm(warm, name, path):
    response = warm(name, path=path)
    assert response.status_code == 400
    assert not response.is_warm


def test_an_unknown_workspace_is_not_answered_with_the_list_of_everybody(warm):
    for unknown in ("x" * 22, "../etc"):
        assert warm("constants", X_Workspace_Id=unknown).status_code == 404


@pytest.mark.parametrize("suffix", ["/", "//", ";x", "%0A", "%00", "é"])
def test_a_path_that_is_only_like_it_is_not_found(warm, style, suffix):
    path, _, query = PATHS[style].partition("?")
    response = warm(style, path=f"{path}{suffix}?{query}")
    # Beside the widget's paths it is those of back ends that are unknown, without a private key.
    assert response.status_code in ({404, 401} if style == "widget countries" else {404})
    assert not response.is_warm


# Who asks


def test_without_a_credential_a_warm_answer_is_refused(warm, name):
    if name in {"constants", "workspace"}:
        return
    response = warm(name, Authorization=None, X_API_KEY=None)
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"]


@pytest.mark.parametrize("damage", [lambda s: s[:-1], lambda s: s + "0", str.upper, lambda s: f"{s}, Bearer {s}"])
def test_a_damaged_credential_is_refused(warm, secret, damage):
    assert warm("data countries", Authorization=f"Bearer {damage(secret)}").status_code in {400, 401}


def revoke(tenant):
    ApiKey.objects.update(revoked_at=timezone.now())


def disable(tenant):
    Tenant.objects.filter(pk=tenant.pk).update(is_enabled=False)


@pytest.mark.parametrize("end", [revoke, disable])
def test_a_key_that_ends_is_refused_by_the_next_request(warm, ask, tenant, name, end):
    if name in {"constants", "workspace"}:
        return
    assert warm(name).is_warm
    end(tenant)
    assert ask(name).status_code == 401


def test_the_workspace_of_a_disabled_tenant_is_unknown_to_the_next_request(warm, ask, tenant):
    assert warm("workspace").is_warm
    disable(tenant)
    assert ask("workspace").status_code == 404


def test_a_key_runs_out_while_its_answer_is_warm(warm, ask, tenant, monkeypatch):
    expiring = f"Bearer {issue_key(tenant, expires_at=timezone.now() + timedelta(minutes=5))}"
    ask("data countries", Authorization=expiring)
    assert warm("data countries", Authorization=expiring).is_warm
    later = timezone.now() + timedelta(minutes=6)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert ask("data countries", Authorization=expiring).status_code == 401
    assert ask("data countries").status_code == 200


def test_an_access_token_is_answered_warm_until_its_client_is_revoked(ask, tenant):
    client, secret = OAuthClient.objects.issue(tenant, "shop")
    bearer = f"Bearer {issue_token(client.client_id, secret).access_token}"
    assert [ask("country", Authorization=bearer).is_warm for _ in range(2)] == [False, True]
    OAuthClient.objects.filter(pk=client.pk).revoke()
    assert ask("country", Authorization=bearer).status_code == 401


@pytest.mark.parametrize("name", ["data countries", "country_list", "countries"])
def test_a_public_key_gets_no_answer_that_is_for_private_ones(warm, public, name):
    assert warm(name, Authorization=f"Bearer {public}").status_code == 403


def test_a_private_key_gets_no_answer_that_is_for_public_ones(warm, secret):
    assert warm("widget countries", X_API_KEY=secret).status_code == 403


def test_another_tenant_gets_neither_the_answer_nor_its_304(ask, warm, name):
    if name in {"constants", "workspace"} or "acme" not in PATHS[name]:
        return
    other = f"Bearer {issue_key(TenantFactory(code='globex'))}"
    tag = warm(name).headers["ETag"]
    assert ask(name, Authorization=other).status_code == 403
    assert ask(name, Authorization=other, If_None_Match=tag).status_code == 403


def test_each_tenant_gets_its_own_answer(ask):
    other = TenantFactory(code="globex")
    bearer = f"Bearer {issue_key(other)}"
    TenantCountry.objects.filter(tenant=other, country="PL").switch(False)
    for _ in range(2):
        mine, theirs = ask("data countries"), ask("data countries", Authorization=bearer)
        assert b'"PL"' in mine.content
        assert b'"PL"' not in theirs.content
    assert mine.is_warm
    assert theirs.is_warm
    assert ask("data countries", Authorization=bearer, If_None_Match=mine.headers["ETag"]).status_code == 200


def test_a_key_is_bound_to_its_networks_though_the_answer_is_warm(ask, tenant, settings):
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    bound = f"Bearer {issue_key(tenant, networks=['192.0.2.0/24'])}"
    for _ in range(2):
        inside = ask("data countries", Authorization=bound, environ={"REMOTE_ADDR": "192.0.2.7"})
        outside = ask("data countries", Authorization=bound, environ={"REMOTE_ADDR": "198.51.100.1"})
        behind = ask("data countries", Authorization=bound, X_Forwarded_For="192.0.2.7")
        forged = ask("data countries", Authorization=bound, X_Forwarded_For="192.0.2.7, 198.51.100.1")
    assert (inside.status_code, inside.is_warm) == (200, True)
    assert (behind.status_code, behind.is_warm) == (200, True)
    assert outside.status_code == forged.status_code == 403


@pytest.mark.parametrize("change", [{"subdivision_access": False}, {"extended_translations": False}])
def test_what_a_plan_includes_is_seen_by_the_next_request(warm, ask, tenant, change):
    before = warm("data subdivisions")
    assert before.is_warm
    Plan.objects.filter(pk=tenant.plan_id).update(**change)
    after = ask("data subdivisions")
    assert not after.is_warm
    assert after.content != before.content


# Limits


@pytest.fixture
def fresh_counters(monkeypatch):
    monkeypatch.setattr(counters, "_counters", counters._Counters())


def left(response) -> int:
    return int(re.search(r";r=([0-9]+)", response.headers["RateLimit"])[1])


def test_every_request_counts_once_however_it_is_answered(ask, tenant, fresh_counters):
    Plan.objects.filter(pk=tenant.plan_id).update(requests_per_minute=100)
    tag = ask("data countries").headers["ETag"]
    responses = [
        ask("data countries"),
        ask("data countries", method="HEAD"),
        ask("data countries", If_None_Match=tag),
        ask("data countries", Accept_Encoding="gzip"),
        ask("data countries", Accept_Language="fr"),
        ask("data countries", path="/api/data/countries?country_name_source=x"),
        ask("data countries", path="/api/data/countries/ZZ/subdivisions"),
        ask("data countries"),
    ]
    assert [left(response) for response in responses] == list(range(98, 90, -1))
    assert [response.is_warm for response in responses] == [True] * 4 + [False] * 3 + [True]


def test_of_warm_requests_exactly_the_limit_is_let_through(ask, tenant, fresh_counters, name):
    if name in {"constants", "workspace"}:
        return
    assert ask(name).status_code == 200
    Plan.objects.filter(pk=tenant.plan_id).update(requests_per_minute=5)
    assert [ask(name).status_code for _ in range(8)] == [200] * 5 + [429] * 3


def test_a_refused_request_costs_nothing_of_the_month(ask, tenant, fresh_counters):
    Plan.objects.filter(pk=tenant.plan_id).update(monthly_quota=100)
    limited = f"Bearer {issue_key(tenant, requests_per_minute=2)}"
    statuses = [ask("data countries", Authorization=limited).status_code for _ in range(6)]
    assert statuses == [200, 200, 429, 429, 429, 429]
    assert left(ask("data countries")) == 97


def test_a_429_of_a_warm_answer_has_the_shape_of_its_style(ask, tenant, settings, fresh_counters, style):
    assert ask(style).status_code == 200
    Plan.objects.filter(pk=tenant.plan_id).update(requests_per_minute=0)
    settings.REQUESTS_PER_MINUTE_BY_ADDRESS = {"anonymous": 0}
    response = ask(style)
    assert response.status_code == 429
    assert not response.is_warm
    assert int(response.headers["Retry-After"]) >= 1
    assert response.headers["Content-Type"] == "application/json"
    assert {"constants": "success", "countries": "status"}.get(style, "error") in response.json()


def test_who_shows_no_credential_is_limited_by_address(ask, settings, fresh_counters):
    assert ask("constants").status_code == 200
    settings.REQUESTS_PER_MINUTE_BY_ADDRESS = {"anonymous": 2}
    here, elsewhere = {"REMOTE_ADDR": "192.0.2.1"}, {"REMOTE_ADDR": "192.0.2.2"}
    assert [ask("constants", environ=here).status_code for _ in range(3)] == [200, 200, 429]
    assert ask("constants", environ=elsewhere).status_code == 200


# What is of one request alone


@pytest.mark.parametrize("given", ["my-request", "A.b_c-9", "x" * 128])
def test_a_well_formed_request_id_is_echoed(warm, name, given):
    response = warm(name, X_Request_Id=given)
    assert response.is_warm
    assert response.headers["X-Request-Id"] == given


@pytest.mark.parametrize("given", ["a b", "x" * 129, "ä", "", "a\nb", None])
def test_another_request_id_is_replaced(warm, style, given):
    answers = [warm(style, X_Request_Id=given) for _ in range(2)]
    assert all(answer.is_warm for answer in answers)
    ids = {answer.headers["X-Request-Id"] for answer in answers}
    assert len(ids) == 2
    assert all(UUID4.fullmatch(each) for each in ids)


def test_each_origin_reads_its_own_answer(ask):
    origins = [ORIGIN, "https://other.example", "https://evil.example", None, "https://a.shop.example", ORIGIN]
    answers = [ask("widget countries", Origin=origin) for origin in origins]
    assert all(answer.is_warm for answer in answers[1:])
    allowed = [answer.headers.get("Access-Control-Allow-Origin") for answer in answers]
    assert allowed == [ORIGIN, "https://other.example", None, None, "https://a.shop.example", ORIGIN]
    exposed = [answer.headers.get("Access-Control-Expose-Headers") for answer in answers]
    assert [header is not None for header in exposed] == [header is not None for header in allowed]
    assert all("Origin" in answer.headers["Vary"] for answer in answers)
    assert len({answer.content for answer in answers}) == 1


def test_the_origins_of_one_key_are_not_those_of_another(ask, tenant):
    other = issue_key(tenant, Kind.PUBLIC, origins=["https://evil.example"])
    answers = [ask("widget countries", Origin="https://evil.example", X_API_KEY=key) for key in (other, other)]
    assert [answer.headers.get("Access-Control-Allow-Origin") for answer in answers] == ["https://evil.example"] * 2
    mine = [ask("widget countries", Origin="https://evil.example") for _ in range(2)][1]
    assert mine.is_warm
    assert "Access-Control-Allow-Origin" not in mine.headers


def test_an_origin_that_is_taken_from_a_tenant_is_refused_by_the_next_answer(warm, ask, tenant):
    Tenant.objects.filter(pk=tenant.pk).update(origins=[ORIGIN])
    assert warm("countries", Origin=ORIGIN).headers["Access-Control-Allow-Origin"] == ORIGIN
    Tenant.objects.filter(pk=tenant.pk).update(origins=[])
    assert "Access-Control-Allow-Origin" not in ask("countries", Origin=ORIGIN).headers


def test_the_timestamp_is_that_of_the_building(ask):
    before = time.time_ns() // 1_000_000
    first, again = ask("constants"), ask("constants")
    assert again.is_warm
    assert before <= first.json()["timestamp"] <= time.time_ns() // 1_000_000
    assert again.content == first.content


@pytest.mark.parametrize("held_in", DECODERS)
@pytest.mark.parametrize("asked_in", DECODERS)
def test_a_tag_of_any_coding_gets_its_304(warm, style, held_in, asked_in):
    tag = warm(style, Accept_Encoding=held_in).headers["ETag"]
    response = warm(style, Accept_Encoding=asked_in, If_None_Match=tag)
    assert response.is_warm
    assert (response.status_code, response.headers["ETag"]) == (304, tag)


@pytest.mark.parametrize("coding", DECODERS)
@pytest.mark.parametrize(("name", "body"), [("country", {"active": False}), ("names", {"en": "Polonia"})])
def test_the_tag_of_a_compressed_answer_guards_a_change(warm, client, headers, name, body, coding):
    tag = warm(name, Accept_Encoding=coding).headers["ETag"]

    def change() -> int:
        given = headers(name) | {"If-Match": tag}
        return client.patch(PATHS[name], body, content_type="application/json", headers=given).status_code

    assert change() == 204
    # It was the tag of what was there before.
    assert change() == 412
    assert warm(name, If_None_Match=tag).status_code == 200


@pytest.mark.both
def test_a_change_is_seen_by_the_next_request(warm, ask, client, headers):
    before = warm("country")
    client.patch(PATHS["country"], {"active": False}, content_type="application/json", headers=headers("country"))
    after = ask("country", If_None_Match=before.headers["ETag"])
    assert (after.status_code, after.is_warm) == (200, False)
    assert after.json()["active"] is False


@pytest.mark.both
def test_the_last_use_of_a_credential_is_still_written(ask, settings, monkeypatch):
    settings.LAST_USED_INTERVAL_SECONDS = 60
    now = [0.0]
    monkeypatch.setattr(credentials, "recently_used", TTLCache(100, ttl=60, timer=lambda: now[0]))
    assert [ask("data countries").is_warm for _ in range(3)] == [False, True, True]
    first = CredentialUse.objects.get().last_used_at
    now[0] += 61
    assert [ask("data countries").is_warm for _ in range(2)] == [False, True]
    assert CredentialUse.objects.get().last_used_at > first


def test_server_timing_tells_hits_from_misses_while_debugging(ask, settings, secret):
    settings.DEBUG = True
    assert [ask("data countries").headers["Server-Timing"] for _ in range(2)] == ["store;desc=miss", "store;desc=hit"]
    django = Client(headers={"host": "testserver"}).get(
        PATHS["data countries"], headers={"Authorization": f"Bearer {secret}", "Accept-Language": "de"}
    )
    assert django.headers["Server-Timing"] == "store;desc=hit"
    settings.DEBUG = False
    assert "Server-Timing" not in ask("data countries").headers


# Faults


def test_a_bug_in_front_of_django_is_logged_and_django_answers(warm, monkeypatch, style, caplog):
    def fail(*args):
        raise ZeroDivisionError("the inside")

    expected = warm(style)
    monkeypatch.setattr(front, "_recalled", fail)
    with caplog.at_level(logging.ERROR, "gazetteer.api"):
        response = warm(style)
    assert (response.status_code, response.is_warm) == (200, False)
    assert lasting(response) == lasting(expected)
    assert "A warm answer failed." in caplog.text


@pytest.mark.both
def test_without_a_database_nothing_is_answered_from_memory(warm, ask, monkeypatch, style):
    def fail(*args, **kwargs):
        raise OperationalError("server closed the connection")

    assert warm(style).is_warm
    with monkeypatch.context() as patch:
        patch.setattr(numbers, "read_now", fail)
        response = ask(style)
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) >= 1
    assert response.headers["Content-Type"] == "application/json"
    assert b"connection" not in response.content
    assert ask(style).is_warm


class Connection:
    """As much of a connection to a database as is looked at between requests."""

    def __init__(self, close_at: float | None = None, *, errors_occurred: bool = False, in_atomic_block: bool = False):
        self.close_at, self.errors_occurred, self.in_atomic_block = close_at, errors_occurred, in_atomic_block
        self.is_renewed = False

    def close_if_unusable_or_obsolete(self) -> None:
        self.is_renewed = True


@pytest.mark.both
@pytest.mark.parametrize(
    ("connection", "is_renewed"),
    [
        (Connection(close_at=0.0), True),
        (Connection(close_at=time.monotonic() + 1000), False),
        (Connection(), False),
        (Connection(errors_occurred=True), True),
        (Connection(close_at=0.0, in_atomic_block=True), False),
    ],
    ids=["old", "young", "kept for ever", "broken", "in a transaction"],
)
def test_a_connection_is_renewed_in_front_of_django_when_it_is_old_or_broken(monkeypatch, connection, is_renewed):
    monkeypatch.setattr(front, "connections", {"default": connection})
    front._renew_connection()
    assert connection.is_renewed is is_renewed


@pytest.mark.both
def test_warm_answers_have_their_connection_renewed(warm, ask, style, monkeypatch):
    """Django would do it, but does not see them."""
    renewed = []
    assert warm(style).is_warm
    monkeypatch.setattr(front, "_renew_connection", lambda: renewed.append(True))
    assert ask(style).is_warm
    assert renewed


@pytest.mark.parametrize("first", ["at", "anonymous"])
def test_two_kinds_of_token_of_one_client_are_not_taken_for_each_other(ask, tenant, first):
    """Only the style of the tenant itself is open to anonymous tokens."""
    Tenant.objects.filter(pk=tenant.pk).update(allows_anonymous=True)
    tenant.refresh_from_db()
    client, secret = OAuthClient.objects.issue(tenant, "shop")
    tokens = {
        "at": issue_token(client.client_id, secret).access_token,
        "anonymous": anonymous.log_in(tenant, client.client_id).access_token,
    }
    expected = {"at": 200, "anonymous": 403}
    for kind in sorted(tokens, key=lambda kind: kind != first) * 2:
        assert ask("data countries", Authorization=f"Bearer {tokens[kind]}").status_code == expected[kind]


def test_a_refusal_that_the_front_has_found_counts_once(ask, tenant, fresh_counters):
    Plan.objects.filter(pk=tenant.plan_id).update(requests_per_minute=100)
    paths = [f"/api/data/countries{query}" for query in ("?country_name_source=x", "", "?country_name_source=x")]
    assert [left(ask("data countries", path=path)) for path in paths] == [99, 98, 97]


def test_the_store_can_be_switched_off(ask, monkeypatch, style):
    monkeypatch.setattr(store, "max_bytes", 0)
    assert [ask(style).is_warm for _ in range(2)] == [False, False]
    assert len(store) == 0


# Keys


EQUIVALENT = [
    ("data countries", {"Accept-Language": "fr"}, {"Accept-Language": "FR-ca, en;q=0.1"}),
    ("data countries", {"Accept-Language": "fr"}, {"X-Forced-Language": "fr", "Accept-Language": "ja"}),
    ("data countries", {"Accept-Language": "fr"}, {"Accept-Language": "xx", "X-Default-Language": "fr"}),
    ("data countries", {}, {"path": "/api/data/countries?utm_source=a&country_name_source=default"}),
    ("data countries", {}, {"User-Agent": "x" * 500, "Accept": "text/html", "Cookie": "a=b", "X-Junk": "1"}),
    ("data countries", {}, {"Accept-Encoding": "gzip"}),
    ("data countries", {"path": "/api/data/countries?country_name_source=iso"},
     {"path": "/api/data/countries?country_name_source=iso", "Accept-Language": "fr"}),
    ("data subdivisions", {}, {"path": "/api/data/countries/pl/subdivisions"}),
    ("data subdivisions", {}, {"path": "/api/data/countries/Pl/subdivisions?prefer_official=0&_=1234"}),
    ("data subdivisions", {"path": "/api/data/countries/PL/subdivisions?prefer_official=1&prefer_local_variant=true"},
     {"path": "/api/data/countries/PL/subdivisions?prefer_local_variant=1&prefer_official=TRUE"}),
    ("data subdivisions", {},
     {"path": "/api/data/countries/PL/subdivisions?subdivision_romanization_preference=%20,,"}),
    ("widget countries", {}, {"path": "/api/countries?no_geoip=1"}),
    ("widget countries", {}, {"Origin": ORIGIN}),
    ("country_list", {}, {"path": "/v1/country/list?country=pl"}),
    ("country_list", {}, {"path": "/v1/country/list?x=1&country=+Pl%20"}),
    ("country_list", {"path": "/v1/country/list?country=United+States"},
     {"path": "/v1/country/list?country=%20United%20%20States"}),
    ("countries", {"path": "/country/acme/countries"},
     {"path": "/country/acme/countries?sort=name:asc&pageSize=060&pageNumber=01&utm=x"}),
    ("countries", {"path": "/country/acme/countries?code=PL,DE&active=true"},
     {"path": "/country/acme/countries?active=TRUE&code=DE,,PL,DE"}),
    ("countries", {"path": "/country/acme/countries?name.de=a&name.en=b"},
     {"path": "/country/acme/countries?name.en=b&name.de=a"}),
    ("countries", {}, {"X-Total-Count": "FALSE", "Emporix-Tenant": "acme", "X-Version": " v2"}),
    ("countries", {"Accept-Language": "*"}, {"Accept-Language": " *;q=0.5"}),
    ("country", {}, {"path": "/country/acme/countries/pl?x=1"}),
    ("subdivision", {}, {"path": "/country/acme/countries/PL/subdivisions/pl-14"}),
    ("constants", {}, {"X-Client-Hash": "other", "User-Agent": "other"}),
    ("constants", {}, {"X-LOCALE": "fr_FR", "Accept-Language": "de-AT, fr;q=0.9"}),
    ("constants", {}, {"path": "/web/v1/system/constants/countries?x=1"}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "one", "other"), EQUIVALENT)
def test_what_means_the_same_is_one_answer(ask, name, one, other):
    first = ask(name, **one)
    assert first.status_code == 200
    assert len(store) == 1
    second = ask(name, **other)
    assert second.is_warm
    assert len(store) == 1
    if "Accept-Encoding" not in other:
        assert without_time(second.content) == without_time(first.content)


DIFFERENT = [
    ("data countries", {}, {"Accept-Language": "fr"}),
    ("data countries", {}, {"path": "/api/data/countries?country_name_source=iso"}),
    ("data countries", {"Accept-Language": "zh-Hans"}, {"Accept-Language": "zh-Hant"}),
    ("data subdivisions", {}, {"path": "/api/data/countries/DE/subdivisions"}),
    ("country_list", {}, {"path": "/v1/country/list?country=DE"}),
    ("countries", {}, {"path": "/country/acme/countries?pageSize=300&sort=code"}),
    ("countries", {}, {"path": "/country/acme/countries?pageSize=300&active=false"}),
    ("countries", {"path": "/country/acme/countries"}, {"path": "/country/acme/countries?pageNumber=2"}),
    ("countries", {}, {"X-Total-Count": "true"}),
    ("countries", {"Accept-Language": None}, {"Accept-Language": "*"}),
    ("country", {"Accept-Language": None}, {"Accept-Language": "*"}),
    ("constants", {}, {"Accept-Language": "fr"}),
]


@pytest.mark.parametrize(("name", "one", "other"), DIFFERENT)
def test_what_means_something_else_is_another_answer(ask, name, one, other):
    first, second = ask(name, **one), ask(name, **other)
    assert not second.is_warm
    assert len(store) == 2
    assert (lasting(second), second.content) != (lasting(first), first.content)
    for _ in range(2):
        for how, answer in ((one, first), (other, second)):
            again = ask(name, **how)
            assert again.is_warm
            assert lasting(again) == lasting(answer)
            assert without_time(again.content) == without_time(answer.content)


def test_missing_and_empty_are_not_confused(ask):
    """A list without a language shows one text per name, whatever was asked just before."""
    for header in (None, "", "*", None, "", "*"):
        response = ask("country", Accept_Language=header)
        assert response.status_code == 200
        assert (len(response.json()["name"]) > 1) is (header == "*")
