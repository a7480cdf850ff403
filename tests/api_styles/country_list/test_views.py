"""The country_list style over HTTP."""

from typing import Any

import pytest

from apps.api.answers.store import store
from apps.api_keys.models import Kind
from apps.geography.models import City, Country, TenantCountry
from apps.tenants.models import Plan, Tenant
from tests.api_styles.country_list.conftest import PATH, Ask, error
from tests.factories import CityFactory, CountryFactory, SubdivisionFactory, TenantFactory, issue_key


@pytest.fixture
def quux(db: None) -> Country:
    """An invented country with a state, a city in it and one in none."""
    country = CountryFactory(code="XQ", name_en="Quuxland", name_de="Quuxland (DE)")
    state = SubdivisionFactory(country=country, code="XQ-1", name_en="Lower Quux", name_de="Niederquux")
    CityFactory(country=country, subdivision=state, name="Quuxville")
    CityFactory(country=country, name="Nowhere")
    return country


def countries(response: Any) -> list[dict[str, Any]]:
    assert response.status_code == 200, response.content
    return response.json()["data"]["countries"]


def codes(response: Any) -> list[str]:
    return [country["code"] for country in countries(response)]


def test_the_body_is_as_the_contract_says(ask: Ask, quux: Country) -> None:
    response = ask("XQ")
    assert response["Content-Type"] == "application/json"
    assert response.json() == {
        "data": {
            "countries": [
                {
                    "code": "XQ",
                    "name": "Quuxland",
                    "states": [
                        {"name": "Lower Quux", "cities": [{"name": "Quuxville"}]},
                        {"name": "Quuxland", "cities": [{"name": "Nowhere"}]},
                    ],
                }
            ],
            "message": "OK",
        }
    }


def test_fields_come_in_the_order_of_the_contract(ask: Ask, quux: Country) -> None:
    assert ask("XQ").content.startswith(
        b'{"data":{"countries":[{"code":"XQ","name":"Quuxland","states":[{"name":"Lower Quux","cities":['
    )


def test_names_are_escaped(ask: Ask) -> None:
    country = CountryFactory(code="XQ", name_en='A "quoted" \\ name\n')
    SubdivisionFactory(country=country, name_en='"}]')
    assert countries(ask("XQ"))[0] == {
        "code": "XQ",
        "name": 'A "quoted" \\ name\n',
        "states": [{"name": '"}]', "cities": []}],
    }


@pytest.mark.parametrize(
    ("accept", "name", "state", "tag"),
    [
        (None, "Quuxland", "Lower Quux", "en"),
        ("de-AT", "Quuxland (DE)", "Niederquux", "de"),
        ("fr", "Quuxland", "Lower Quux", "fr"),
        ("*", "Quuxland", "Lower Quux", "en"),
        ("xx, de;q=0.1", "Quuxland (DE)", "Niederquux", "de"),
    ],
)
def test_names_are_in_the_language_asked_for_else_english(
    ask: Ask, quux: Country, accept: str | None, name: str, state: str, tag: str
) -> None:
    response = ask("XQ", Accept_Language=accept)
    [country] = countries(response)
    assert (country["name"], country["states"][0]["name"]) == (name, state)
    assert response["Content-Language"] == tag


def test_the_default_language_of_the_tenant_does_not_matter(ask: Ask, tenant: Tenant, quux: Country) -> None:
    Tenant.objects.update(default_language="de")
    assert countries(ask("XQ"))[0]["name"] == "Quuxland"


@pytest.mark.parametrize("term", ["PL", "pl", "pL", "Poland", "polska", "Polen", "波兰", " Poland "])
def test_a_code_or_a_name_in_any_language_finds_the_country(ask: Ask, term: str) -> None:
    assert codes(ask(term)) == ["PL"]


def test_all_countries_that_bear_a_name_are_answered_sorted(ask: Ask) -> None:
    for code, name in (("XQ", "Zquux"), ("XR", "Aquux")):
        CountryFactory(code=code, name_en=name).alternative_names.create(name="Quux")
    assert [country["name"] for country in countries(ask("quux"))] == ["Aquux", "Zquux"]


@pytest.mark.parametrize("term", ["Atlantis", "United", "Guin", "*", "%", "__all__", "ZZ", "ß", "P%", "'", "٣٣"])
def test_an_unknown_country_is_404(ask: Ask, term: str) -> None:
    response = ask(term)
    assert response.status_code == 404
    assert response.json() == {
        "error": '{"code": "404000", "code_reason": "NOT_FOUND", "message": "Resource or endpoint not found."}'
    }


@pytest.mark.parametrize("term", [None, "", "  ", "\t"])
def test_country_is_required(ask: Ask, term: str | None) -> None:
    response = ask(term)
    assert response.status_code == 400
    assert response.json() == {
        "error": {"code": "400000", "code_reason": "BAD_REQUEST", "message": "country parameter is required"}
    }


@pytest.mark.parametrize(
    "query", ["country=PL&country=DE", "country=%00", "country=PL%00", "country=%ff", "country=" + "x" * 257]
)
def test_a_query_that_is_no_question_is_400(ask: Ask, query: str) -> None:
    response = ask(path=f"{PATH}?{query}")
    assert response.status_code == 400
    assert error(response)["code_reason"] == "BAD_REQUEST"


def test_other_parameters_do_not_matter(ask: Ask) -> None:
    assert codes(ask(path=f"{PATH}?country=PL&_connector=OR&tenant=globex&code=DE")) == ["PL"]


# The tenant


def test_an_inactive_country_is_404_for_its_tenant_alone(ask: Ask, tenant: Tenant) -> None:
    other = issue_key(TenantFactory())
    TenantCountry.objects.filter(tenant=tenant, country="PL").switch(active=False)
    assert ask("PL").status_code == ask("Poland").status_code == 404
    assert codes(ask("PL", Authorization=f"Bearer {other}")) == ["PL"]


def test_the_name_that_a_tenant_gave_is_answered_and_found(ask: Ask, tenant: Tenant) -> None:
    tenant.country_names.create(country_id="TW", language="en", name="Formosa Quux")
    assert countries(ask("formosa quux"))[0]["name"] == "Formosa Quux"
    other = issue_key(TenantFactory())
    assert countries(ask("TW", Authorization=f"Bearer {other}"))[0]["name"] == "Taiwan"


def test_a_plan_without_subdivisions_shows_no_states_and_says_so(ask: Ask, quux: Country) -> None:
    assert ask("XQ").json()["data"]["message"] == "OK"
    Plan.objects.update(subdivision_access=False)
    data = ask("XQ").json()["data"]
    assert data["countries"][0]["states"] == []
    assert data["message"] == "States and cities are not part of your plan."


def test_an_edit_shows_at_once(ask: Ask, quux: Country) -> None:
    before = ask("XQ")
    City.objects.filter(name="Quuxville").update(name="New Quuxville")
    after = ask("XQ", If_None_Match=before["ETag"])
    assert after.status_code == 200
    assert countries(after)[0]["states"][0]["cities"] == [{"name": "New Quuxville"}]


@pytest.mark.counted
def test_queries_do_not_grow_with_the_country(ask: Ask, quux: Country, django_assert_num_queries: Any) -> None:
    ask("Quuxland")
    # The code, countries, which state each subdivision is in, cities, states; revisions are read past the log.
    with django_assert_num_queries(5):
        ask("XQ")
    store.clear()
    # Instead of the code the revision of names, the tenant's own names and the better rank.
    with django_assert_num_queries(7):
        ask("Quuxland")
    with django_assert_num_queries(0):
        ask("Quuxland")


# Credentials


@pytest.mark.parametrize("header", [None, "", "Basic abc", "Token abc"])
def test_no_bearer_is_401_with_a_challenge(ask: Ask, header: str | None) -> None:
    response = ask("PL", Authorization=header)
    assert response.status_code == 401
    assert response.json() == {"error": {"code": "401000", "code_reason": "UNAUTHORIZED", "message": "Unauthorized"}}
    assert response["WWW-Authenticate"].startswith("Bearer")
    assert "error=" not in response["WWW-Authenticate"]


@pytest.mark.parametrize("header", ["Bearer a b", "Bearer x", "Bearer \xff\xfe", "Bearer " + "x" * 60_000])
def test_a_wrong_bearer_is_401_as_an_invalid_token(ask: Ask, header: str) -> None:
    response = ask("PL", Authorization=header)
    assert response.status_code == 401
    assert 'error="invalid_token"' in response["WWW-Authenticate"]
    assert error(response)["code"] == "401000"


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_the_scheme_is_read_in_any_case(ask: Ask, secret: str, scheme: str) -> None:
    assert ask("PL", Authorization=f"{scheme} {secret}").status_code == 200


def test_a_token_in_the_query_does_not_count(ask: Ask, secret: str) -> None:
    assert ask(path=f"{PATH}?country=PL&access_token={secret}", Authorization=None).status_code == 401


def test_a_public_key_is_403(ask: Ask, tenant: Tenant) -> None:
    response = ask("PL", Authorization=f"Bearer {issue_key(tenant, Kind.PUBLIC)}")
    assert response.status_code == 403
    assert response.json() == {
        "error": '{"code": "403000", "code_reason": "FORBIDDEN", "message": "Access forbidden for this resource."}'
    }


# Order, methods, paths, caching


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "BREW"])
def test_another_method_is_405(ask: Ask, method: str) -> None:
    response = ask(method=method)
    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD, OPTIONS"
    assert error(response)["code"] == "405000"
    assert error(response)["code_reason"] == "METHOD_NOT_ALLOWED"


def test_refusals_come_in_the_order_of_the_contract(ask: Ask, tenant: Tenant) -> None:
    public = f"Bearer {issue_key(tenant, Kind.PUBLIC)}"
    assert ask(method="POST", Authorization=None).status_code == 401
    assert ask(method="POST", Authorization=public).status_code == 403
    assert ask(method="POST").status_code == 405
    assert ask("").status_code == 400


@pytest.mark.parametrize(
    "path", ["/v1/", "/v1/country", f"{PATH}/", "/v1/auth", "/v1/country/list%0A", "/v1/Country/list"]
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_unknown_path_is_401_then_404(ask: Ask, path: str, method: str) -> None:
    assert ask(path=path, method=method, Authorization=None).status_code == 401
    response = ask(path=path, method=method)
    assert response.status_code == 404
    assert error(response)["code"] == "404000"


def test_options_needs_no_credential(ask: Ask) -> None:
    response = ask(method="OPTIONS", Authorization=None)
    assert (response.status_code, response["Allow"]) == (204, "GET, HEAD, OPTIONS")


def test_the_answer_is_private_and_varies_with_what_shapes_it(ask: Ask) -> None:
    for response in (ask("PL"), ask("Atlantis")):
        assert response["Cache-Control"] == "private, no-cache"
        assert response["Vary"] == "Authorization, Accept-Language, Accept-Encoding"


def test_browsers_of_other_origins_may_not_read(ask: Ask) -> None:
    assert "Access-Control-Allow-Origin" not in ask("PL", Origin="https://shop.example")


@pytest.mark.parametrize("form", ["{0}", "W/{0}", '"x", {0}', "*"])
def test_if_none_match_answers_304(ask: Ask, form: str) -> None:
    full = ask("PL")
    response = ask("PL", If_None_Match=form.format(full["ETag"]))
    assert (response.status_code, response.content) == (304, b"")
    for name in ("ETag", "Vary", "Cache-Control", "Content-Language"):
        assert response[name] == full[name]


def test_head_answers_with_the_headers_of_get(ask: Ask) -> None:
    full, head = ask("PL"), ask("PL", method="HEAD")
    assert (head.status_code, head.content, head["ETag"]) == (200, b"", full["ETag"])


@pytest.mark.parametrize("accept", ["application/xml", "text/html", "*/*;q=0", ";;;"])
def test_accept_does_not_matter(ask: Ask, accept: str) -> None:
    assert ask("PL", Accept=accept)["Content-Type"] == "application/json"
