"""The search contract, through HTTP."""

import pytest
from django.utils.http import urlencode

from apps.api_keys.models import Kind
from apps.geography.models import City, Subdivision, TenantSubdivision, Unindexed
from apps.tenants.models import Tenant
from tests.factories import issue_key
from tests.golden import assert_golden


@pytest.fixture
def search(client, secret):
    """Return a function that asks /api/search, or another path."""

    def ask(path: str = "/api/search", headers: dict[str, str] | None = None, **query: object):
        given = {"Authorization": f"Bearer {secret}", **(headers or {})}
        return client.get(f"{path}?{urlencode(query)}" if query else path, headers=given)

    return ask


@pytest.mark.parametrize(
    ("name", "query", "language"),
    [
        ("munchen", {"q": "munchen", "limit": 3}, "en"),
        ("tokyo-de", {"q": " 東京 ", "types": "city,subdivision", "limit": 2}, "de"),
        ("typing-error", {"q": "germeny", "types": "country"}, "fr"),
        ("code", {"q": "us-ca", "limit": 1}, "es"),
        ("inside", {"q": "springfield, il", "limit": 2}, "en"),
        ("nothing", {"q": "zxqwv"}, "en"),
    ],
)
def test_a_search_is_answered_as_before(search, name, query, language):
    response = search(headers={"Accept-Language": language}, **query)
    assert response.status_code == 200
    assert response["X-Selected-Language"] == language
    assert_golden("search", f"search-{name}", response.json())


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ({}, "q"),
        ({"q": "  "}, "q"),
        ({"q": "a" * 257}, "q"),
        ({"q": "a", "types": "village"}, "types"),
        ({"q": "a", "types": "city,"}, "types"),
        ({"q": "a", "country": "DEU"}, "country"),
        ({"q": "a", "country": "ß"}, "country"),
        ({"q": "a", "subdivision": "California"}, "subdivision"),
        ({"q": "a", "limit": 0}, "limit"),
        ({"q": "a", "limit": 51}, "limit"),
        ({"q": "a", "limit": "٣"}, "limit"),
        ({"q": "a", "fuzzy": "maybe"}, "fuzzy"),
        ({"q": "a", "query": "b"}, "q, types, country, subdivision, limit, fuzzy"),
        ({"q": "a", "fields": "name"}, "q, types, country, subdivision, limit, fuzzy"),
    ],
)
def test_a_bad_question_is_400_that_names_what_is_wrong(search, query, named):
    response = search(**query)
    assert response.status_code == 400
    assert named in response.json()["message"]


def test_a_text_of_256_characters_with_blanks_around_it_is_a_question(search):
    assert search(q=f"  {'a' * 256}  ").json()["results"] == []


@pytest.mark.parametrize(
    "hostile",
    [
        ".*",
        '"munich" OR "berlin"',
        "NEAR(a b)",
        "mun*",
        "%%%%",
        "____",
        "'; DROP TABLE geography_city; --",
        "\u0301" * 256,
        "a" + "\u0301" * 255,
        "😀😀😀",
        "\\",
        ", , ,",
        " ".join("ab" for _ in range(80)),
        ",".join("a" for _ in range(128)),
        "\ufdfa" * 100,
    ],
)
def test_a_hostile_question_is_text(search, hostile):
    response = search(q=hostile)
    assert response.status_code == 200
    assert response.json()["query"] == hostile


@pytest.mark.parametrize(
    "raw", ["/api/search?q=%00", "/api/search?q=%FF", "/api/search?q=%ED%A0%80", "/api/search?q=a&q=b"]
)
def test_what_is_no_text_is_400(search, raw):
    assert search(raw).status_code == 400


def test_an_edit_is_found_by_the_next_request_and_a_switch_hides_at_once(search, tenant):
    assert search(q="xanadu").json()["results"] == []
    City.objects.filter(pk=2867714).update(name="Xanadu")
    assert search(q="xanadu").json()["results"][0]["id"] == "2867714"
    assert search(q="hamburg").json()["results"][0]["id"] == "2911298"
    tenant.tenant_countries.filter(country="DE").update(active=False)
    assert search(q="xanadu").json()["results"] == []
    near = search("/api/nearest", latitude=48.14, longitude=11.58, limit=20).json()["results"]
    assert all(row["country"]["code"] != "DE" for row in [*near, *search(q="munich", limit=50).json()["results"]])


def test_a_subdivision_that_is_switched_off_hides_its_cities(search, tenant):
    bavaria = Subdivision.objects.get(code="DE-BY")
    TenantSubdivision.objects.create(tenant=tenant, subdivision=bavaria, active=False)
    found = [row["id"] for row in search(q="munich", limit=50).json()["results"]]
    assert "2867714" not in found
    assert search(q="bavaria", types="subdivision", fuzzy="false").json()["results"] == []
    assert (
        search("/api/nearest", latitude=48.14, longitude=11.58).json()["results"][0]["subdivision"]["code"] != "DE-BY"
    )


def test_a_page_searches_with_a_public_key_from_its_origins(client, tenant):
    key = issue_key(tenant, Kind.PUBLIC, origins=["https://shop.example"])
    headers = {"X-API-KEY": key, "Origin": "https://shop.example"}
    response = client.get("/api/search?q=munich", headers=headers)
    assert response.status_code == 200
    assert response["Access-Control-Allow-Origin"] == "https://shop.example"
    assert "X-API-KEY" in response["Vary"]
    elsewhere = client.get("/api/search?q=munich", headers=headers | {"Origin": "https://other.example"})
    assert "Access-Control-Allow-Origin" not in elsewhere.headers


def test_a_key_in_the_header_of_the_other_kind_is_403(client, tenant, secret):
    public = issue_key(tenant, Kind.PUBLIC)
    assert client.get("/api/search?q=a", headers={"X-API-KEY": secret}).status_code == 403
    assert client.get("/api/search?q=a", headers={"Authorization": f"Bearer {public}"}).status_code == 403


def test_an_answer_is_stored_and_is_304_to_who_has_it(search):
    first = search(q="munich")
    assert search(q="munich", headers={"If-None-Match": first["ETag"]}).status_code == 304


def test_an_index_that_is_not_filled_is_503_and_not_nothing(search):
    Unindexed.objects.create(kind=Unindexed.EVERYTHING, place="")
    response = search(q="munich")
    assert response.status_code == 503
    assert int(response["Retry-After"]) > 0
    assert response.json()["error"]


@pytest.mark.parametrize(
    ("latitude", "longitude", "wanted"),
    [
        (48.14, 11.58, "2867714"),
        (65.0, 25.5, None),
        (-18.2, 179.9, None),
        (-18.2, -179.9, None),
        (90, 0, None),
        (-90, 180, None),
        (0, 0, None),
        (-48.87, -123.39, None),
    ],
)
def test_the_nearest_cities_are_the_nearest_of_all(search, latitude, longitude, wanted):
    from apps.geography.search.nearest import distance_km

    results = search("/api/nearest", latitude=latitude, longitude=longitude, limit=20).json()["results"]
    all_of_them = sorted(
        (distance_km(latitude, longitude, north, east), str(pk))
        for pk, north, east in City.objects.current().exclude(latitude=None).values_list("pk", "latitude", "longitude")
    )
    assert [row["id"] for row in results] == [pk for _, pk in all_of_them[:20]]
    assert [row["distance_km"] for row in results] == [round(distance, 1) for distance, _ in all_of_them[:20]]
    assert wanted in {None, results[0]["id"]}


def test_the_nearest_city_is_told_as_before(search):
    body = search("/api/nearest", latitude="48.14", longitude="11.58", limit=2).json()
    assert_golden("search", "nearest-munich", body)


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ({"latitude": 1}, "longitude"),
        ({"longitude": 1}, "latitude"),
        ({"latitude": 90.1, "longitude": 0}, "latitude"),
        ({"latitude": 0, "longitude": -180.5}, "longitude"),
        ({"latitude": "nan", "longitude": 0}, "latitude"),
        ({"latitude": "1e2", "longitude": 0}, "latitude"),
        ({"latitude": "9e999", "longitude": 0}, "latitude"),
        ({"latitude": "٣", "longitude": 0}, "latitude"),
        ({"latitude": 1, "longitude": 1, "limit": 21}, "limit"),
        ({"latitude": 1, "longitude": 1, "q": "a"}, "latitude, longitude, limit"),
    ],
)
def test_a_point_that_is_none_is_400_that_names_what_is_wrong(search, query, named):
    response = search("/api/nearest", **query)
    assert response.status_code == 400
    assert named in response.json()["message"]


@pytest.mark.counted
def test_what_a_search_costs_is_bounded(search, django_assert_max_num_queries):
    search(q="warm")
    for text in ("munchen", "san fransisco", "springfield, il", "cordoba argentina", "a", "zxqwv"):
        with django_assert_max_num_queries(32):
            search(q=text)


def test_a_plan_without_subdivisions_shows_none(search, tenant: Tenant):
    tenant.plan.subdivision_access = False
    tenant.plan.save()
    row = search(q="munich").json()["results"][0]
    assert (row["subdivision"], row["full_name"]) == (None, "Munich, Germany")
