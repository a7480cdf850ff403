"""The rules that all styles keep, said once."""

import json
import re
import uuid

import pytest

from apps.geography.models import Country, TenantCountry
from tests.api_styles.conftest import STYLES

REQUEST_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")

asking_for_a_credential = pytest.mark.parametrize(
    "style", [style for style in STYLES if style.needs_credential], ids=lambda style: style.name
)


def error_code(style, response) -> str:
    assert response["Content-Type"] == "application/json"
    return style.error(response.json())


def test_the_list_is_answered_with_json_and_its_headers(style, ask):
    response = ask(style)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"
    assert style.codes(response.json())
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] in {"no-referrer", "same-origin"}
    assert response["ETag"]
    assert ("Accept-Language" in response["Vary"]) is style.by_language
    assert "Accept-Encoding" in response["Vary"]


@asking_for_a_credential
def test_an_authenticated_answer_is_never_shared(style, ask):
    response = ask(style)
    assert response["Cache-Control"] == "private, no-cache"
    assert "Authorization" in response["Vary"]


@asking_for_a_credential
def test_no_credential_is_401_without_an_error_in_the_challenge(style, ask):
    response = ask(style, Authorization=None)
    assert response.status_code == 401
    assert response["WWW-Authenticate"].startswith("Bearer")
    assert "error=" not in response["WWW-Authenticate"]
    assert error_code(style, response)


@asking_for_a_credential
@pytest.mark.parametrize(
    "authorization",
    [
        "Bearer",
        "Bearer ",
        "Bearer nonsense",
        "Bearer a b",
        "Bearer gaz_sk_" + "0" * 60,
        "Bearer \xff\xfe",
        "Bearer " + "x" * 9000,
    ],
)
def test_a_bad_token_is_401_with_invalid_token(style, ask, authorization, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = ask(style, Authorization=authorization)
    assert response.status_code in {400, 401}
    assert "error=" in response["WWW-Authenticate"]
    assert error_code(style, response)


@asking_for_a_credential
@pytest.mark.once
@pytest.mark.parametrize("scheme", ["bearer", "BEARER"])
def test_the_scheme_is_case_insensitive(style, ask, secret, scheme):
    assert ask(style, Authorization=f"{scheme} {secret}").status_code == 200


@asking_for_a_credential
@pytest.mark.parametrize("scheme", ["Basic", "Token", "Digest"])
def test_another_scheme_is_401(style, ask, secret, scheme):
    assert ask(style, Authorization=f"{scheme} {secret}").status_code == 401


@asking_for_a_credential
def test_a_token_in_the_query_or_a_cookie_is_ignored(style, ask, secret, client):
    client.cookies["access_token"] = secret
    separator = "&" if "?" in style.path else "?"
    response = ask(style, f"{style.path}{separator}access_token={secret}", Authorization=None)
    assert response.status_code == 401


@asking_for_a_credential
def test_the_key_of_a_disabled_tenant_is_401(style, ask, tenant):
    assert ask(style).status_code == 200
    type(tenant).objects.filter(pk=tenant.pk).update(is_enabled=False)
    assert ask(style).status_code == 401


def test_an_unknown_path_is_404_in_the_styles_shape(style, ask):
    response = ask(style, f"{style.prefix}no/such/path")
    assert response.status_code in {404, 403}
    assert error_code(style, response)


def test_there_is_no_trailing_slash_redirect(style, ask):
    path, _, query = style.path.partition("?")
    assert ask(style, f"{path}/?{query}").status_code == (200 if style.takes_slash else 404)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "TRACE", "BREW", "get", "options"])
def test_a_wrong_method_is_405_and_names_the_right_ones(style, ask, method):
    response = ask(style, method=method)
    assert response.status_code == 405
    assert "GET" in response["Allow"]
    # Who asks is not in question.
    assert "WWW-Authenticate" not in response.headers
    assert error_code(style, response)


def test_options_needs_no_credential(style, ask):
    response = ask(style, method="OPTIONS", Authorization=None)
    assert response.status_code in {200, 204}


def test_head_is_get_without_a_body(style, ask):
    get, head = ask(style), ask(style, method="HEAD")
    assert head.status_code == 200
    assert head.content == b""
    assert head["ETag"] == get["ETag"]


def test_the_etag_answers_304_without_a_body(style, ask):
    first = ask(style)
    again = ask(style, If_None_Match=first["ETag"])
    assert again.status_code == 304
    assert again.content == b""
    assert again["ETag"] == first["ETag"]
    assert again["Vary"] == first["Vary"]
    assert again["Cache-Control"] == first["Cache-Control"]
    assert ask(style, If_None_Match='"other"').status_code == 200


@pytest.mark.once
def test_a_well_formed_request_id_is_echoed_and_another_is_replaced(style, ask):
    given = str(uuid.uuid4())
    assert ask(style, X_Request_Id=given)["X-Request-Id"] == given
    for bad in ("a b", "x" * 129, "ä", ""):
        assert REQUEST_ID.fullmatch(ask(style, X_Request_Id=bad)["X-Request-Id"])
    assert REQUEST_ID.fullmatch(ask(style, method="BREW")["X-Request-Id"])


@pytest.mark.parametrize("query", ["x=%00", "%ff=1", "x=%ED%A0%80"], ids=["NUL", "bad UTF-8", "surrogate"])
def test_a_malformed_query_is_400(style, ask, query):
    separator = "&" if "?" in style.path else "?"
    response = ask(style, f"{style.path}{separator}{query}")
    assert response.status_code == 400
    assert error_code(style, response)


@pytest.mark.once
@pytest.mark.parametrize("accept", ["application/xml", "text/html", "*/*;q=0", ";;;", "x" * 10_000])
def test_accept_is_ignored(style, ask, accept):
    assert ask(style, Accept=accept)["Content-Type"] == "application/json"


def test_a_foreign_host_is_400_in_the_styles_shape(style, ask):
    response = ask(style, Host="evil.example")
    assert response.status_code == 400
    assert error_code(style, response)
    assert response["Vary"] == ask(style)["Vary"]


def test_a_bug_is_500_with_the_request_id_and_nothing_of_the_inside(style, ask, client, monkeypatch):
    def fail(*args, **kwargs):
        raise ZeroDivisionError("the inside")

    monkeypatch.setattr(Country.objects._queryset_class, "current", fail)
    client.raise_request_exception = False
    response = ask(style, X_Request_Id="my-request")
    assert response.status_code == 500
    assert error_code(style, response)
    assert "inside" not in response.content.decode()
    assert response["X-Request-Id"] == "my-request"
    monkeypatch.undo()
    assert response["Vary"] == ask(style)["Vary"]


def test_an_unreachable_database_is_503_with_retry_after(style, ask, monkeypatch):
    from django.db import OperationalError

    def fail(*args, **kwargs):
        raise OperationalError("server closed the connection")

    monkeypatch.setattr(Country.objects._queryset_class, "current", fail)
    response = ask(style)
    assert response.status_code == 503
    assert int(response["Retry-After"]) >= 1
    assert error_code(style, response)
    assert "connection" not in response.content.decode()


def test_a_country_switched_off_disappears_everywhere_but_where_it_is_switched_on(style, ask, tenant):
    headers = {"X-Workspace-Id": tenant.workspace_id} if style.name == "constants" else {}
    assert "PL" in style.codes(ask(style, **headers).json())
    TenantCountry.objects.filter(tenant=tenant, country="PL").switch(False)
    response = ask(style, **headers)
    if style.name == "country_list":
        assert response.status_code == 404
    else:
        assert ("PL" in style.codes(response.json())) is (style.name == "tenant_countries")


def test_a_country_switched_off_by_one_tenant_stays_on_for_another(style, ask):
    from tests.factories import TenantFactory

    TenantCountry.objects.filter(tenant=TenantFactory(), country="PL").switch(False)
    assert "PL" in style.codes(ask(style).json())


def test_an_error_body_parses_and_holds_no_html(style, ask):
    body = ask(style, method="BREW").content.decode()
    json.loads(body)
    assert "<" not in body
