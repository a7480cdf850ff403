"""The constants style over HTTP, with the real countries."""

import json
import re
import time
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from apps.api.answers.store import store
from apps.api_styles.constants.views import CountryViewSet
from apps.geography.models import Country, TenantCountry
from tests.api_styles.constants.conftest import PATH, Ask
from tests.factories import CountryFactory, TenantFactory
from tests.golden import assert_golden

FIELDS = ["code", "value", "label", "alpha2Code", "alpha3Code", "numericCode", "phoneCode"]


def labels(response: Any) -> dict[str, str]:
    return {row["code"]: row["label"] for row in response.json()["data"]}


@pytest.mark.parametrize("language", ["en", "de", "zh-Hans", "ar"])
def test_answers_as_the_golden_file_says(ask: Ask, language: str) -> None:
    response = ask(Accept_Language=language)
    body = response.json()
    assert abs(body["timestamp"] - time.time() * 1000) < 60_000
    assert_golden("constants", f"countries-{language}", body | {"timestamp": 0})


def test_envelope_and_fields_come_in_the_order_of_the_contract(ask: Ask) -> None:
    response = ask()
    body = response.json()
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"
    assert list(body) == ["version", "timestamp", "success", "code", "message", "data"]
    assert [body[name] for name in ("version", "success", "code", "message")] == ["2.0.0", True, "2000", "Success"]
    assert all(list(row) == FIELDS for row in body["data"])


def test_the_example_of_the_source_document_comes_out(ask: Ask) -> None:
    rows = {row["code"]: row for row in ask().json()["data"]}
    china = ["CN", 95010301, "China", "CN", "CHN", 156, "86"]
    japan = ["JP", 95010302, "Japan", "JP", "JPN", 392, "81"]
    assert rows["CN"] == dict(zip(FIELDS, china, strict=True))
    assert rows["JP"] == dict(zip(FIELDS, japan, strict=True))
    assert rows["AF"]["numericCode"] == 4
    assert (rows["XK"]["alpha3Code"], rows["XK"]["numericCode"]) == ("XKX", 983)


def test_three_queries_at_most(ask: Ask, django_assert_num_queries: Any) -> None:
    workspace = TenantFactory().workspace_id
    with django_assert_num_queries(1):  # the countries
        ask()
    with django_assert_num_queries(3):  # the tenant, its own names, its countries
        ask(X_Workspace_Id=workspace)


@pytest.mark.parametrize(
    ("accept", "locale", "japan"),
    [
        ("fr", "en-US", "Japon"),
        ("fr-CH, en;q=0.5", "de-DE", "Japon"),
        ("xx, de;q=0.1", "fr", "Japan"),
        ("*", "fr-FR", "Japon"),
        ("xx", "pl_PL", "Japonia"),
        ("xx", "zh-Hans", "日本"),
        ("xx", "xx", "Japan"),
        ("de;q=0", "it", "Giappone"),
        ("fr, ;;;=, de", "en", "Japon"),
        (",,fr,,", "en", "Japon"),
        ("fr;q=0, *", "fr", "Japan"),
        ("EN ; Q=0.5 , fr;q=0.1", "de", "Japan"),
        ("zh-TW", "en", "日本"),
        ("no", "de", "Japan"),
        ("es-419", "de", "Japón"),
        ("fr" + ",de" * 30_000, "en", "Japon"),
    ],
)
def test_the_label_is_in_accept_language_then_x_locale_then_english(
    ask: Ask, accept: str, locale: str, japan: str
) -> None:
    assert labels(ask(Accept_Language=accept, X_LOCALE=locale))["JP"] == japan


@pytest.mark.parametrize(("accept", "tag"), [("zh-TW", "zh-Hant"), ("pt-BR", "pt-BR"), ("xx", "en"), ("no", "nb")])
def test_content_language_is_the_canonical_tag_of_the_language_chosen(ask: Ask, accept: str, tag: str) -> None:
    assert ask(Accept_Language=accept)["Content-Language"] == tag


def test_who_refuses_english_and_takes_anything_gets_something_else(ask: Ask) -> None:
    assert ask(Accept_Language="en;q=0, *")["Content-Language"] != "en"


def test_unknown_query_parameters_do_not_matter(ask: Ask) -> None:
    assert labels(ask(f"{PATH}?country=PL&_connector=OR")) == labels(ask())


@pytest.mark.parametrize("query", ["a=%00", "a=%ff"])
def test_a_query_that_is_no_text_is_refused(ask: Ask, query: str) -> None:
    response = ask(f"{PATH}?{query}")
    assert response.status_code == 400
    assert response.json()["message"] == "The request is malformed."


# Workspaces


def test_a_workspace_sees_the_active_countries_of_its_tenant_alone(ask: Ask) -> None:
    tenant, other = TenantFactory(), TenantFactory()
    TenantCountry.objects.filter(tenant=tenant, country="PL").switch(active=False)
    assert "PL" not in labels(ask(X_Workspace_Id=tenant.workspace_id))
    assert "PL" in labels(ask(X_Workspace_Id=other.workspace_id))
    assert "PL" in labels(ask())


def test_a_workspace_sees_the_names_of_its_tenant_alone(ask: Ask) -> None:
    tenant = TenantFactory()
    tenant.country_names.create(country_id="TW", language="en", name="Formosa")
    assert labels(ask(X_Workspace_Id=tenant.workspace_id))["TW"] == "Formosa"
    assert labels(ask())["TW"] == "Taiwan"


def test_the_default_language_of_a_workspace_is_its_tenants(ask: Ask) -> None:
    tenant = TenantFactory(languages=["de"], default_language="de")
    response = ask(X_Workspace_Id=tenant.workspace_id, Accept_Language="*", X_LOCALE="xx")
    assert response["Content-Language"] == "de"


@pytest.mark.parametrize("workspace", ["acme", "A" * 22, "A" * 21, "é" * 22, "AAAAAAAAAAAAAAAAAAAAA'", "A" * 60_000])
def test_an_unknown_or_malformed_workspace_is_404(ask: Ask, workspace: str) -> None:
    TenantFactory(code="acme")
    response = ask(X_Workspace_Id=workspace)
    assert response.status_code == 404
    assert response.json()["code"] == "RESOURCE.NOT_FOUND"
    assert response.json()["message"] == "There is no such workspace."


def test_the_workspace_of_a_disabled_tenant_is_404(ask: Ask) -> None:
    assert ask(X_Workspace_Id=TenantFactory(is_enabled=False).workspace_id).status_code == 404


# Caching


def test_the_answer_may_be_cached_for_a_day(ask: Ask) -> None:
    assert ask()["Cache-Control"] == "public, max-age=86400"
    assert ask(X_Workspace_Id=TenantFactory().workspace_id)["Cache-Control"] == "private, max-age=86400"


def test_vary_names_every_header_that_shapes_the_answer(ask: Ask) -> None:
    assert ask()["Vary"] == "Accept-Language, X-Locale, X-Workspace-Id, Accept-Encoding"


def test_the_entity_tag_is_weak_and_knows_no_time(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    first = ask()
    store.clear()
    monkeypatch.setattr(time, "time_ns", lambda: 1_000_000_000_000_000_000)
    second = ask()
    assert first.json()["timestamp"] != second.json()["timestamp"]
    assert first["ETag"] == second["ETag"]
    assert first["ETag"].startswith('W/"')


def test_the_entity_tag_follows_the_data_and_the_language(ask: Ask) -> None:
    first = ask()["ETag"]
    assert ask(Accept_Language="de")["ETag"] != first
    Country.objects.filter(code="PL").update(name_en="Polonia")
    assert ask()["ETag"] != first


@pytest.mark.parametrize("form", ["{0}", "{1}", '"x", {0}', "*"])
def test_if_none_match_answers_304_with_the_same_headers(ask: Ask, form: str) -> None:
    full = ask()
    response = ask(If_None_Match=form.format(full["ETag"], full["ETag"].removeprefix("W/")))
    assert (response.status_code, response.content) == (304, b"")
    for name in ("ETag", "Cache-Control", "Vary", "Content-Language", "Access-Control-Allow-Origin"):
        assert response[name] == full[name]


@pytest.mark.parametrize("header", ["garbage", '"x"', "x" * 10_000, 'W/"', '"' * 999])
def test_another_if_none_match_answers_200(ask: Ask, header: str) -> None:
    assert ask(If_None_Match=header).status_code == 200


def test_an_edit_shows_at_once(ask: Ask) -> None:
    ask()
    Country.objects.filter(code="PL").update(name_en="Polonia")
    CountryFactory(code="XQ", name_en="Quux", constant_number=95010999)
    now = labels(ask())
    assert (now["PL"], now["XQ"]) == ("Polonia", "Quux")


def test_a_withdrawn_country_is_not_listed(ask: Ask) -> None:
    Country.objects.filter(code="PL").update(withdrawn_on="2026-11-21")
    assert "PL" not in labels(ask())


# Required headers


@pytest.mark.parametrize("name", ["X-Client-Hash", "X-LOCALE", "User-Agent", "Accept-Language"])
@pytest.mark.parametrize("value", [None, "", "  "], ids=["missing", "empty", "blank"])
def test_a_required_header_that_is_not_there_is_named(ask: Ask, name: str, value: str | None) -> None:
    response = ask(**{name: value})
    body = response.json()
    assert response.status_code == 400
    assert (body["success"], body["code"], body["data"]) == (False, "VALIDATION.INVALID_PARAMETER", None)
    assert body["message"] == f"These request headers are missing or malformed: {name}."


def test_every_header_at_fault_is_named(ask: Ask) -> None:
    response = ask(X_Client_Hash=None, X_LOCALE="*", User_Agent=None, Accept_Language=None)
    assert response.json()["message"].endswith(": X-Client-Hash, X-LOCALE, User-Agent, Accept-Language.")


@pytest.mark.parametrize("value", ["x" * 129, "a b", "é", "\x7f"])
def test_a_malformed_client_hash_is_refused(ask: Ask, value: str) -> None:
    assert ask(X_Client_Hash=value).status_code == 400


@pytest.mark.parametrize("value", ["x" * 128, "!~", "f" * 32])
def test_visible_ascii_is_a_client_hash(ask: Ask, value: str) -> None:
    assert ask(X_Client_Hash=value).status_code == 200


@pytest.mark.parametrize("value", ["*", "e", "en--US", "en-", "englishlanguage", "en-US;q=1", "12", "én", "en-US, de"])
def test_a_malformed_locale_is_refused(ask: Ask, value: str) -> None:
    assert ask(X_LOCALE=value).status_code == 400


def test_a_malformed_language_is_skipped(ask: Ask) -> None:
    assert ask(Accept_Language="!!!").status_code == 200


def test_the_request_id_is_echoed_or_made(ask: Ask) -> None:
    assert ask(X_Request_Id="abc-1")["X-Request-Id"] == "abc-1"
    made = ask(X_Request_Id=None)
    assert made.status_code == 200
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", made["X-Request-Id"])
    assert ask(X_Request_Id="a b")["X-Request-Id"] != "a b"


@pytest.mark.parametrize("accept", ["application/xml", "text/html", "*/*;q=0", ";;;", "a" * 10_000])
def test_accept_does_not_matter(ask: Ask, accept: str) -> None:
    response = ask(Accept=accept)
    assert (response.status_code, response["Content-Type"]) == (200, "application/json")


# Methods, paths, browsers


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "BREW"])
def test_another_method_is_405(ask: Ask, method: str) -> None:
    response = ask(method=method, X_LOCALE=None)
    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD, OPTIONS"
    assert response.json()["code"] == "REQUEST.METHOD_NOT_ALLOWED"


def test_head_answers_with_the_headers_of_get(ask: Ask) -> None:
    full, head = ask(), ask(method="HEAD")
    assert (head.status_code, head.content) == (200, b"")
    assert head["ETag"] == full["ETag"]


@pytest.mark.parametrize(
    "path", ["/web/", "/web/v1/", f"{PATH}/", f"{PATH}%0A", f"{PATH}/PL", "/web/v1/system/constants/Countries"]
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_unknown_path_is_404_whatever_the_headers(ask: Ask, path: str, method: str) -> None:
    response = ask(path, method, X_LOCALE=None)
    assert response.status_code == 404
    assert response.json()["code"] == "RESOURCE.NOT_FOUND"
    assert response["Access-Control-Allow-Origin"] == "*"


def test_browsers_of_every_origin_may_read_every_answer_without_credentials(ask: Ask) -> None:
    for response in (ask(), ask(Origin="https://shop.example"), ask(X_LOCALE=None), ask(method="POST")):
        assert response["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in response
        assert "X-Request-Id" in response["Access-Control-Expose-Headers"]


def test_browsers_of_every_origin_may_read_the_answer_to_a_bug(
    ask: Ask, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.raise_request_exception = False
    monkeypatch.setattr(CountryViewSet, "check_headers", None)
    response = ask(Origin="https://shop.example", X_Request_Id="r-1")
    assert response.status_code == 500
    assert response.json()["code"] == "SYSTEM.INTERNAL_ERROR"
    assert response.json()["message"] == "Internal error. Please report the request number r-1."
    assert response["Access-Control-Allow-Origin"] == "*"


def test_a_database_that_is_away_is_503_in_the_envelope(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(view: CountryViewSet, request: Any) -> None:
        raise OperationalError("secret inside")

    monkeypatch.setattr(CountryViewSet, "check_headers", fail)
    response = ask()
    assert response.status_code == 503
    assert response["Retry-After"].isdigit()
    assert response.json()["code"] == "SYSTEM.UNAVAILABLE"
    assert "secret" not in response.content.decode()


@pytest.mark.counted
def test_too_many_requests_of_an_address_are_429_in_the_envelope(ask: Ask, settings: Any) -> None:
    settings.REQUESTS_PER_MINUTE_BY_ADDRESS = {"anonymous": 1}
    ask()
    response = ask(Accept_Language="de", X_LOCALE=None)
    assert response.status_code == 429
    assert int(response["Retry-After"]) >= 1
    assert response.json()["code"] == "REQUEST.RATE_LIMITED"
    assert response.json()["message"] == "Zu viele Anfragen. Bitte versuchen Sie es später erneut."


def test_a_preflight_allows_the_headers_of_the_contract(ask: Ask) -> None:
    response = ask(
        method="OPTIONS",
        Origin="https://shop.example",
        Access_Control_Request_Method="GET",
        X_Client_Hash=None,
        X_LOCALE=None,
    )
    allowed = response["Access-Control-Allow-Headers"].lower().split(", ")
    assert response.status_code == 204
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "GET" in response["Access-Control-Allow-Methods"]
    assert {"x-client-hash", "x-locale", "accept-language", "x-request-id", "x-workspace-id"} <= set(allowed)


@pytest.mark.parametrize(
    "asked", ["Authorization", "content-type,if-none-match", "X-Client-Hash, Cache-Control", "baggage,traceparent"]
)
def test_a_preflight_allows_what_a_front_end_adds(ask: Ask, asked: str) -> None:
    response = ask(method="OPTIONS", Origin="https://shop.example", Access_Control_Request_Headers=asked)
    allowed = [name.strip().lower() for name in response["Access-Control-Allow-Headers"].split(",")]
    assert {name.strip().lower() for name in asked.split(",")} <= set(allowed)
    assert len(allowed) == len(set(allowed))


@pytest.mark.parametrize("asked", ["a\tb", "x:y", "ä", "x" * 65, ",".join(["x-a"] * 500), ",,", "x-a;y"])
def test_a_preflight_allows_no_more_than_names(ask: Ask, asked: str) -> None:
    response = ask(method="OPTIONS", Origin="https://shop.example", Access_Control_Request_Headers=asked)
    assert response.status_code == 204
    plain = ask(method="OPTIONS", Origin="https://shop.example")["Access-Control-Allow-Headers"]
    assert response["Access-Control-Allow-Headers"] == plain


@pytest.mark.parametrize("empty", ["", " "])
def test_an_empty_workspace_counts_as_absent(ask: Ask, empty: str) -> None:
    assert ask(X_Workspace_Id=empty).json()["data"] == ask(X_Workspace_Id=None).json()["data"]
    assert ask(X_Workspace_Id=empty)["Cache-Control"] == "public, max-age=86400"


def test_the_operator_says_how_long_browsers_keep_the_list_of_a_workspace(ask: Ask, tenant: Any, settings: Any) -> None:
    settings.WORKSPACE_CACHE_SECONDS = 60
    assert ask(X_Workspace_Id=tenant.workspace_id)["Cache-Control"] == "private, max-age=60"
    assert ask()["Cache-Control"] == "public, max-age=86400"


def test_a_bearer_token_does_not_matter(ask: Ask) -> None:
    assert ask(Authorization="Bearer nonsense").status_code == 200


def test_forwarded_headers_do_not_matter(ask: Ask) -> None:
    assert ask(X_Forwarded_Host="evil.example", X_Forwarded_For="1.2.3.4").status_code == 200


def test_a_wrong_host_is_refused_in_the_envelope(ask: Ask) -> None:
    response = ask(Host="evil.example")
    assert response.status_code == 400
    assert json.loads(response.content)["code"] == "VALIDATION.INVALID_PARAMETER"


def test_there_is_no_trailing_slash_redirect(ask: Ask) -> None:
    assert ask(f"{PATH}/").status_code == 404
