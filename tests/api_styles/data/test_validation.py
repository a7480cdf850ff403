"""Validation of codes: what the published clients send and read."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.api_keys.models import Kind
from apps.geography.models import Subdivision, TenantCountry, TenantSubdivision
from apps.tenants.models import Plan
from tests.factories import CountryFactory, SubdivisionFactory, issue_key

COUNTRY, SUBDIVISION = "/api/validate/country", "/api/validate/subdivision"


@pytest.fixture
def xa(tenant):
    """A country with a parent and its child, a redirect, a withdrawn code and one that ISO does not have."""
    country = CountryFactory(code="XA", name_en="Xanadu")
    CountryFactory(code="XB", name_en="Other")
    top = SubdivisionFactory(country=country, code="XA-T", name_en="Top")
    SubdivisionFactory(country=country, code="XA-C", name_en="Child", parent=top)
    SubdivisionFactory(country=country, code="XA-CA", name_en="California")
    SubdivisionFactory(country=country, code="XA-R", name_en="Redirect", redirect_country_id="XB")
    SubdivisionFactory(country=country, code="XA-G", name_en="GeoNames", is_iso=False)
    SubdivisionFactory(
        country=country, code="XA-W", name_en="Gone", withdrawn_on="2020-01-01", replaced_by=["XA-C", "XA-CA"]
    )
    return country


@pytest.fixture
def post(client, secret):
    """Send a body with the tenant's private key."""

    def send(path, body, content_type="application/json", **headers):
        text = body if isinstance(body, str | bytes) else json.dumps(body)
        named = {"Authorization": f"Bearer {secret}"} | {k.replace("_", "-"): v for k, v in headers.items()}
        return client.post(path, text, content_type=content_type, headers=named)

    return send


def outcome(response):
    return response.status_code, response.json()


def invalid(message):
    return 422, {"valid": False, "message": message}


VALID = (200, {"valid": True})


@pytest.mark.parametrize("code", ["XA", "xa", "Xa"])
def test_a_country_is_valid_in_either_case(post, xa, code):
    assert outcome(post(COUNTRY, {"code": code, "follow_upward": False})) == VALID
    assert outcome(post(COUNTRY, {"code": code})) == VALID


@pytest.mark.parametrize("code", ["", "ZZ", "XAX", "USA", "X", " XA", "XA ", "ß", "ＵＳ", "%", "_A", "XA\n"])
def test_anything_else_is_an_invalid_country(post, xa, code):
    assert outcome(post(COUNTRY, {"code": code})) == invalid("Invalid country code.")


def test_a_country_that_is_a_subdivision_is_invalid_upward_alone(post, xa):
    message = "Country is a subdivision of another country."
    assert outcome(post(COUNTRY, {"code": "xb", "follow_upward": True})) == invalid(message)
    assert outcome(post(COUNTRY, {"code": "XA", "follow_upward": True})) == VALID
    assert outcome(post(COUNTRY, {"code": "XB", "follow_upward": False})) == VALID


def test_a_list_of_countries_is_answered_in_its_order_and_ignores_upward(post, xa):
    codes = ["XB", "bad", "xa", "XB", ""]
    assert outcome(post(COUNTRY, {"code": codes, "follow_upward": True})) == (
        200,
        {
            "results": [
                {"code": "XB", "valid": True},
                {"code": "bad", "valid": False, "message": "Invalid country code."},
                {"code": "xa", "valid": True},
                {"code": "XB", "valid": True},
                {"code": "", "valid": False, "message": "Invalid country code."},
            ]
        },
    )
    assert outcome(post(COUNTRY, {"code": []})) == (200, {"results": []})
    assert outcome(post(COUNTRY, {"code": ["XA"]})) == (200, {"results": [{"code": "XA", "valid": True}]})


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"code": "XA-C"}, VALID),
        ({"code": "xa-c", "country": "xa"}, VALID),
        ({"code": "XB-C"}, invalid("Invalid subdivision code.")),
        ({"code": "C"}, invalid("Invalid subdivision code.")),
        ({"code": "XA-G"}, invalid("Invalid subdivision code.")),
        ({"code": "XA-T"}, invalid("Parent subdivision cannot be selected.")),
        ({"code": "XA-T", "allow_parent_selection": True}, VALID),
        ({"code": "XA-R"}, VALID),
        ({"code": "XA-R", "follow_related": True}, invalid("Subdivision redirects to another country.")),
        ({"code": "XA-C", "follow_related": True}, VALID),
        ({"code": ""}, invalid("Subdivision code is required.")),
        ({"code": None}, invalid("Subdivision code is required.")),
        ({"code": "", "country": "XB"}, VALID),
        ({"code": None, "country": "xb"}, VALID),
        ({"code": "XB-1", "country": "XB"}, invalid("Invalid subdivision code.")),
        ({"code": "XA-C", "country": "ZZ"}, invalid("Invalid country code.")),
        ({"code": "XA-C", "country": "XAX"}, invalid("Invalid country code.")),
        ({"code": "", "country": ""}, invalid("Invalid country code.")),
        ({"code": "XA-W"}, invalid("Invalid subdivision code. Use XA-C or XA-CA.")),
    ],
    ids=lambda value: json.dumps(value) if isinstance(value, dict) else "",
)
def test_a_subdivision_is_judged_by_its_country_and_the_options(post, xa, body, expected):
    assert outcome(post(SUBDIVISION, {"country": "XA"} | body)) == expected


def test_a_list_of_subdivisions_keeps_order_and_ignores_redirects(post, xa):
    codes = ["XA-R", None, "xa-t", "", "nope"]
    required = "Subdivision code is required."
    body = {"code": codes, "country": "XA", "follow_related": True, "allow_parent_selection": True}
    assert outcome(post(SUBDIVISION, body)) == (
        200,
        {
            "results": [
                {"code": "XA-R", "valid": True},
                {"code": None, "valid": False, "message": required},
                {"code": "xa-t", "valid": True},
                {"code": "", "valid": False, "message": required},
                {"code": "nope", "valid": False, "message": "Invalid subdivision code."},
            ]
        },
    )


def test_a_list_in_an_unknown_country_is_answered_item_by_item(post, xa):
    status, body = outcome(post(SUBDIVISION, {"code": ["XA-C", ""], "country": "nowhere"}))
    assert status == 200
    assert {row["message"] for row in body["results"]} == {"Invalid country code."}


def test_what_the_tenant_switched_off_is_invalid(post, xa, tenant):
    child = Subdivision.objects.get(code="XA-C")
    TenantSubdivision.objects.create(tenant=tenant, subdivision=child, active=False)
    assert outcome(post(SUBDIVISION, {"code": "XA-C", "country": "XA"})) == invalid("Invalid subdivision code.")
    assert outcome(post(SUBDIVISION, {"code": "XA-T", "country": "XA"})) == VALID
    TenantCountry.objects.filter(tenant=tenant, country="XA").update(active=False)
    assert outcome(post(COUNTRY, {"code": "XA"})) == invalid("Invalid country code.")
    assert outcome(post(SUBDIVISION, {"code": "XA-CA", "country": "XA"})) == invalid("Invalid country code.")


def test_a_thousand_codes_cost_no_more_queries_than_one(post, xa):
    def queries(path, body):
        with CaptureQueriesContext(connection) as context:
            assert post(path, body).status_code in {200, 422}
        return len([query for query in context.captured_queries if 'FROM "geography_' in query["sql"]])

    many = ["XA", "ZZ"] * 500
    assert queries(COUNTRY, {"code": "XA"}) == queries(COUNTRY, {"code": many}) == 1
    assert queries(SUBDIVISION, {"code": "XA-C", "country": "XA"}) == 2  # the country, its subdivisions
    assert queries(SUBDIVISION, {"code": ["XA-C", "XA-W"] * 500, "country": "XA"}) == 3  # and withdrawn codes


@pytest.mark.parametrize("path", [COUNTRY, SUBDIVISION])
def test_more_than_a_thousand_codes_are_refused(post, xa, path):
    assert post(path, {"code": ["XA"] * 1000, "country": "XA"}).status_code == 200
    assert post(path, {"code": ["XA"] * 1001, "country": "XA"}).status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        "", "{", "[]", "null", '"XA"', "{}", '{"code": 1}', '{"code": null}', '{"code": {}}', '{"code": [1]}',
        '{"code": [null]}', '{"code": [["XA"]]}', '{"code": true}', '{"code": "XA", "code": "XB"}',
        '{"code": "XA", "follow_upward": 1}', '{"code": "XA", "follow_upward": "true"}',
        '{"code": "XA", "follow_upward": null}', '{"code": "XA", "suggest": "yes"}', '{"code": "X\\u0000"}',
        '{"code": "\\ud800"}', b'{"code": "\xff"}', '{"code": NaN}', '{"code": "%s"}' % ("x" * 257),
        '{"code": ["%s"]}' % ("x" * 257), "[" * 100_00, '{"code": "XA"} x',
    ],
)  # fmt: skip
def test_a_malformed_question_about_countries_is_400(post, xa, body):
    response = post(COUNTRY, body)
    assert response.status_code == 400
    assert set(response.json()) == {"error", "message"}
    assert response.json()["error"] == response.json()["message"]


@pytest.mark.parametrize(
    "body",
    [
        {"code": "XA-C"}, {"country": "XA"}, {"code": "XA-C", "country": None}, {"code": "XA-C", "country": 1},
        {"code": "XA-C", "country": ["XA"]}, {"code": 1, "country": "XA"}, {"code": [1], "country": "XA"},
        {"code": "XA-C", "country": "x" * 257}, {"code": "x" * 257, "country": "XA"},
        {"code": "XA-C", "country": "XA", "follow_related": "1"},
        {"code": "XA-C", "country": "XA", "allow_parent_selection": 0},
    ],
)  # fmt: skip
def test_a_malformed_question_about_subdivisions_is_400(post, xa, body):
    assert post(SUBDIVISION, body).status_code == 400


def test_unknown_members_are_ignored(post, xa):
    assert outcome(post(COUNTRY, {"code": "XA", "extra": [1], "country": 7})) == VALID


def test_a_body_is_refused_by_type_and_size(post, xa):
    assert post(COUNTRY, "code=XA", "application/x-www-form-urlencoded").status_code == 415
    assert post(COUNTRY, '{"code": "XA"}', "text/plain").status_code == 415
    assert post(COUNTRY, '{"code": "XA"}', "application/json; charset=utf-16").status_code == 415
    assert post(COUNTRY, '{"code": "XA"}', "application/json; charset=utf-8").status_code == 200
    assert post(COUNTRY, " " * 70_000).status_code == 413


def test_keys_of_the_wrong_kind_and_bad_keys_are_refused(client, tenant):
    public = issue_key(tenant, Kind.PUBLIC)
    for path in (COUNTRY, SUBDIVISION, "/api/validate/city"):
        for secret, status in ((public, 403), ("nonsense", 401)):
            response = client.post(
                path, "{}", content_type="application/json", headers={"Authorization": f"Bearer {secret}"}
            )
            assert response.status_code == status
            assert response.json()["error"] == response.json()["message"]
        assert client.post(path, "{}", content_type="application/json").status_code == 401
        assert client.get(path, headers={"Authorization": f"Bearer {issue_key(tenant)}"}).status_code == 405


def test_suggestions_come_only_when_asked_for_and_only_with_what_is_invalid(post, xa):
    _, body = outcome(post(SUBDIVISION, {"code": "Californa", "country": "XA", "suggest": True}))
    assert body == {
        "valid": False,
        "message": "Invalid subdivision code.",
        "suggestions": [{"code": "XA-CA", "name": "California"}],
    }
    _, body = outcome(post(SUBDIVISION, {"code": "ca", "country": "XA", "suggest": True}))
    assert body["suggestions"][0]["code"] == "XA-CA"
    assert "suggestions" not in post(SUBDIVISION, {"code": "Californa", "country": "XA"}).json()
    assert outcome(post(SUBDIVISION, {"code": "XA-C", "country": "XA", "suggest": True})) == VALID
    _, body = outcome(post(COUNTRY, {"code": ["XA", "Xanadoo", "qqqqqq"], "suggest": True}))
    assert [row.get("suggestions") for row in body["results"]] == [None, [{"code": "XA", "name": "Xanadu"}], []]


def test_the_first_fifty_different_codes_of_a_list_get_suggestions(post, xa):
    codes = [f"Xanadoo{number}" for number in range(51)]
    _, body = outcome(post(COUNTRY, {"code": [codes[0], *codes, codes[0]], "suggest": True}))
    assert ["suggestions" in row for row in body["results"]] == [True] * 51 + [False, True]


def test_suggestions_are_named_in_the_language_of_the_request(post, tenant):
    _, body = outcome(post(COUNTRY, {"code": "Germny", "suggest": True}, Accept_Language="fr"))
    assert body["suggestions"][0] == {"code": "DE", "name": "Allemagne"}
    _, body = outcome(post(COUNTRY, {"code": "USA", "suggest": True}))
    assert body["suggestions"][0]["code"] == "US"


def test_what_is_switched_off_is_not_suggested(post, tenant):
    TenantCountry.objects.filter(tenant=tenant, country="DE").update(active=False)
    _, body = outcome(post(COUNTRY, {"code": "Germany", "suggest": True}))
    assert "DE" not in {row["code"] for row in body["suggestions"]}


def test_to_a_plan_without_subdivisions_no_country_has_any(post, xa):
    Plan.objects.update(subdivision_access=False)
    for code in ("", None):
        assert post(SUBDIVISION, {"code": code, "country": "XA"}).json() == {"valid": True}
    for code in ("XA-C", "xa-ca", "XA-W", "XA-Q", "CA"):
        response = post(SUBDIVISION, {"code": code, "country": "XA", "suggest": True})
        body = {"valid": False, "message": "Invalid subdivision code.", "suggestions": []}
        assert (response.status_code, response.json()) == (422, body)
    results = post(SUBDIVISION, {"code": ["XA-C", None], "country": "XA"}).json()["results"]
    assert [row["valid"] for row in results] == [False, True]
