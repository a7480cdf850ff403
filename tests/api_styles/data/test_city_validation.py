"""Validation of city names, which the vendor does not have."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.geography.models import CityName, Subdivision, TenantCountry, TenantSubdivision
from apps.tenants.models import Plan
from tests.factories import CityFactory, CountryFactory, SubdivisionFactory

CITY = "/api/validate/city"


@pytest.fixture
def xa(tenant):
    """A country with two cities of one name, one in a child of the other's subdivision's sibling."""
    country = CountryFactory(code="XA", name_en="Xanadu", name_de="Xanadu (de)")
    north = SubdivisionFactory(country=country, code="XA-N", name_en="North", name_de="Norden")
    south = SubdivisionFactory(country=country, code="XA-S", name_en="South")
    deep = SubdivisionFactory(country=country, code="XA-D", name_en="Deep South", parent=south)
    city = CityFactory(country=country, subdivision=north, name="Großburg", population=900, geonameid=-901)
    CityName.objects.create(city=city, language="fr", name="Grandville")
    CityFactory(country=country, subdivision=deep, name="Grossburg", population=100, geonameid=-902)
    CityFactory(country=country, subdivision=None, name="Nowhere", geonameid=-903)
    return country


@pytest.fixture
def ask(client, secret):
    def send(language="en", **body):
        headers = {"Authorization": f"Bearer {secret}", "Accept-Language": language}
        return client.post(CITY, json.dumps(body), content_type="application/json", headers=headers)

    return send


def test_a_city_is_answered_with_its_canonical_codes_and_names(ask, xa):
    response = ask(city="großburg", country="xa", subdivision="xa-n")
    assert response.status_code == 200
    assert response.json() == {
        "valid": True, "reason": "ok", "country": "XA", "country_name": "Xanadu", "subdivision": "XA-N",
        "subdivision_name": "North", "city": "Großburg", "city_id": -901,
    }  # fmt: skip
    assert response.headers["X-Selected-Language"] == "en"


def test_names_are_in_the_language_of_the_request(ask, xa):
    german = ask("de", city="Grandville", country="XA").json()
    assert (german["country_name"], german["subdivision_name"], german["city"]) == (
        "Xanadu (de)", "Norden", "Großburg",
    )  # fmt: skip
    assert ask("fr", city="GROSSBURG", country="XA", subdivision="XA-N").json()["city"] == "Grandville"


def test_of_several_of_one_name_the_most_populous_is_meant(ask, xa):
    body = ask(city="Grossburg", country="XA").json()
    assert (body["valid"], body["reason"], body["city_id"]) == (True, "ambiguous", -901)


def test_a_city_below_the_given_subdivision_is_in_it(ask, xa):
    body = ask(city="Grossburg", country="XA", subdivision="XA-S").json()
    assert (body["reason"], body["city_id"], body["subdivision"]) == ("ok", -902, "XA-D")


def test_a_city_that_is_in_no_subdivision_is_valid_without_one(ask, xa):
    body = ask(city="nowhere", country="XA", subdivision=None).json()
    assert (body["valid"], body["subdivision"], body["subdivision_name"]) == (True, None, None)
    assert ask(city="nowhere", country="XA", subdivision="XA-N").json()["reason"] == "city_in_other_subdivision"


@pytest.mark.parametrize(
    ("question", "reason", "message"),
    [
        ({"city": "Paris", "country": "ZZ"}, "unknown_country", "Invalid country code."),
        ({"city": "Grossburg", "country": "XAX"}, "unknown_country", "Invalid country code."),
        ({"city": "Grossburg", "subdivision": "XA-Q"}, "unknown_subdivision", "Invalid subdivision code."),
        ({"city": "Grossburg", "subdivision": "PL-14"}, "unknown_subdivision", "Invalid subdivision code."),
        ({"city": "Grandville", "subdivision": "XA-S"}, "city_in_other_subdivision", "City is in another subdivision."),
        ({"city": "Atlantis"}, "unknown_city", "Invalid city."),
        ({"city": ""}, "unknown_city", "Invalid city."),
        ({"city": "%"}, "unknown_city", "Invalid city."),
    ],
)
def test_what_is_wrong_is_named(ask, xa, question, reason, message):
    response = ask(**{"country": "XA"} | question)
    assert response.status_code == 422
    body = response.json()
    assert (body["valid"], body["reason"], body["message"]) == (False, reason, message)
    assert (body["city"], body["city_id"]) == (None, None)
    assert "suggestions" not in body


def test_near_misses_are_suggested_when_asked_for(ask, xa):
    body = ask(city="Grosburg", country="XA", suggest=True).json()
    assert body["suggestions"] == [
        {"city": "Großburg", "city_id": -901, "subdivision": "XA-N"},
        {"city": "Grossburg", "city_id": -902, "subdivision": "XA-D"},
    ]
    assert ask(city="Grossburg", country="XA", suggest=True).json().get("suggestions") is None


def test_cities_in_what_the_tenant_switched_off_are_unknown(ask, xa, tenant):
    TenantSubdivision.objects.create(tenant=tenant, subdivision=Subdivision.objects.get(code="XA-N"), active=False)
    assert ask(city="Grandville", country="XA", suggest=True).json()["reason"] == "unknown_city"
    assert ask(city="Grossburg", country="XA").json()["city_id"] == -902
    TenantSubdivision.objects.create(tenant=tenant, subdivision=Subdivision.objects.get(code="XA-S"), active=False)
    hidden = ask(city="Grossburg", country="XA", suggest=True).json()
    assert (hidden["reason"], hidden["suggestions"]) == ("unknown_city", [])
    TenantCountry.objects.filter(tenant=tenant, country="XA").update(active=False)
    assert ask(city="Grossburg", country="XA").json()["reason"] == "unknown_country"


def test_a_list_is_answered_in_its_order_with_the_names_as_they_were_sent(ask, xa):
    response = ask(city=["GRANDVILLE", "Atlantis", "grossburg", "GRANDVILLE", ""], country="xa")
    assert response.status_code == 200
    results = response.json()["results"]
    assert [(row["city"], row["valid"], row["reason"], row["city_id"]) for row in results] == [
        ("GRANDVILLE", True, "ok", -901), ("Atlantis", False, "unknown_city", None),
        ("grossburg", True, "ambiguous", -901), ("GRANDVILLE", True, "ok", -901), ("", False, "unknown_city", None),
    ]  # fmt: skip
    assert results[0] == {
        "city": "GRANDVILLE", "valid": True, "reason": "ok", "country": "XA", "country_name": "Xanadu",
        "subdivision": "XA-N", "subdivision_name": "North", "city_name": "Großburg", "city_id": -901,
    }  # fmt: skip
    assert results[1]["message"] == "Invalid city."
    assert "suggestions" not in results[1]
    assert ask(city=[], country="XA").json() == {"results": []}


def test_subdivision_and_suggestions_hold_for_every_name_of_a_list(ask, xa):
    body = ask(city=["Grossburg", "Grandville", "Grosburg"], country="XA", subdivision="XA-S", suggest=True).json()
    right, elsewhere, unknown = body["results"]
    assert (right["city_id"], elsewhere["reason"]) == (-902, "city_in_other_subdivision")
    assert [near["city_id"] for near in unknown["suggestions"]] == [-901, -902]
    assert "suggestions" not in right
    assert "suggestions" not in elsewhere


@pytest.mark.parametrize(
    ("place", "reason"), [({"country": "ZZ"}, "unknown_country"), ({"subdivision": "XA-Q"}, "unknown_subdivision")]
)
def test_where_a_list_cannot_be_placed_every_name_says_so(ask, xa, place, reason):
    response = ask(**{"city": ["Grossburg", "Atlantis"], "country": "XA", "suggest": True} | place)
    assert response.status_code == 200
    assert [row["reason"] for row in response.json()["results"]] == [reason] * 2


def test_a_list_takes_no_more_queries_than_one_name(ask, xa, django_assert_max_num_queries):
    ask(city="Grossburg", country="XA", suggest=True)
    with CaptureQueriesContext(connection) as one:
        ask(city=["Grosburg"], country="XA", suggest=True)
    with django_assert_max_num_queries(len(one)):
        response = ask(city=[f"Grosburg{number}" for number in range(1000)], country="XA", suggest=True)
    results = response.json()["results"]
    assert len(results) == 1000
    assert sum("suggestions" in row for row in results) == 50


def test_a_plan_without_subdivisions_has_none_to_be_in(ask, xa):
    Plan.objects.update(subdivision_access=False)
    body = ask(city="Grandville", country="XA", suggest=True).json()
    assert (body["valid"], body["city_id"], body["subdivision"], body["subdivision_name"]) == (True, -901, None, None)
    assert ask(city="Grandville", country="XA", subdivision="XA-N").json()["reason"] == "unknown_subdivision"
    near = ask(city="Grosburg", country="XA", suggest=True).json()["suggestions"]
    assert {row["subdivision"] for row in near} == {None}


@pytest.mark.parametrize(
    "body",
    [{}, {"city": "x"}, {"country": "XA"}, {"city": 1, "country": "XA"}, {"city": "x", "country": None},
     {"city": "x", "country": "XA", "subdivision": 1}, {"city": [["x"]], "country": "XA"},
     {"city": ["x", None], "country": "XA"}, {"city": ["x" * 257], "country": "XA"}, {"city": ["x"]},
     {"city": None, "country": "XA"}, {"city": ["x"] * 1001, "country": "XA"}, {"city": {"x": "x"}, "country": "XA"},
     {"city": "x" * 257, "country": "XA"}, {"city": "x", "country": "XA", "suggest": "true"}],
)  # fmt: skip
def test_a_malformed_question_is_400(ask, xa, body):
    response = ask(**body)
    assert response.status_code == 400
    assert response.json()["error"] == response.json()["message"]


@pytest.mark.parametrize(
    ("city", "subdivision", "reason"),
    [
        ("New York, NY", None, "ok"),
        ("New York (New York)", "US-NY", "ok"),
        ("Austin TX", None, "ok"),
        ("Austin, USA", "US-TX", "ok"),
        ("Austin, CA", None, "unknown_city"),
        ("Austin, TX", "US-CA", "city_in_other_subdivision"),
        (f"Austin,{' ' * 150}x,", None, "unknown_city"),
    ],
)
def test_a_name_that_says_what_the_city_lies_in_is_right_where_it_does(ask, city, subdivision, reason):
    body = {"city": city, "country": "US"} | ({"subdivision": subdivision} if subdivision else {})
    assert ask(**body).json()["reason"] == reason


@pytest.mark.parametrize(
    ("name", "country", "subdivision"),
    [
        ("El Alto", "BO", "BO-L"),
        ("九龙", "HK", ""),
        ("Laâyoune", "MA", "MA-LAA"),
        ("三重區", "TW", "TW-NWT"),
        ("休士頓", "US", "US-TX"),
        ("オデーサ", "UA", "UA-51"),
        ("ベネチア", "IT", "IT-34"),
        ("סן דיאגו", "US", "US-CA"),
        ("चण्डीगढ़", "IN", "IN-CH"),
        ("Kadıköy", "TR", "TR-34"),
        ("Yopougon", "CI", "CI-AB"),
        ("Luque", "PY", "PY-11"),
        # Namesakes, of which some are held with the word for a city or county and some without.
        ("고성군", "KR", "KR-48"),
        ("고성군", "KR", "KR-42"),
        ("伊達市", "JP", "JP-01"),
        ("伊達市", "JP", "JP-07"),
        ("府中市", "JP", "JP-13"),
        ("府中市", "JP", "JP-34"),
    ],
)
def test_people_are_understood_as_they_call_their_city(ask, name, country, subdivision):
    body = {"city": name, "country": country} | ({"subdivision": subdivision} if subdivision else {})
    assert ask(**body).json()["valid"] is True


@pytest.mark.parametrize(("name", "country", "subdivision"), [("Soukre", "BO", "BO-L"), ("Rabat", "EH", "")])
def test_a_name_of_a_city_elsewhere_is_refused(ask, name, country, subdivision):
    assert ask(city=name, country=country, subdivision=subdivision).json()["valid"] is False
