"""What the csc contract answers, as its clients ask."""

import json

import pytest

from apps.api_styles.csc.serializers import City as CityRow
from apps.api_styles.csc.serializers import DetailedCountry, state_id
from apps.api_styles.csc.serializers import State as StateRow
from apps.geography.models import City, Subdivision, TenantCountry
from apps.tenants.models import Plan
from tests.factories import TenantFactory, issue_key
from tests.golden import assert_golden


@pytest.fixture
def get(client, secret):
    """Ask with the tenant's private key, as clients send it."""

    def ask(path, **headers):
        return client.get(path, headers={"X-CSCAPI-KEY": secret} | headers)

    return ask


def test_countries_are_listed_by_name(get):
    rows = get("/csc/v1/countries").json()
    assert len(rows) == len({row["id"] for row in rows}) == 250
    by_code = {row["iso2"]: row for row in rows}
    assert_golden("csc", "countries", [by_code[code] for code in ("IN", "US", "AG", "CN", "AQ", "XK")])


def test_a_country_has_its_zones_and_translations_as_json_in_strings(get):
    row = get("/csc/v1/countries/in").json()
    assert row["phonecode"] == "91"
    assert json.loads(row["timezones"]) == [
        {
            "zoneName": "Asia/Kolkata",
            "gmtOffset": 19800,
            "gmtOffsetName": "UTC+05:30",
            "abbreviation": "IST",
            "tzName": "India Time",
        }
    ]
    texts = json.loads(row["translations"])
    assert (texts["kr"], texts["cn"], texts["de"], texts["pt-BR"]) == ("인도", "印度", "Indien", "Índia")


def test_states_of_a_country(get):
    rows = get("/csc/v1/countries/IN/states").json()
    by_code = {row["iso2"]: row for row in rows}
    assert by_code["MH"]["name"] == "Maharashtra"
    assert by_code["MH"]["country_code"] == "IN"
    assert (
        get("/csc/v1/countries/IN/states/MH").json() == get("/csc/v1/countries/in/states/mh/").json() == by_code["MH"]
    )
    assert_golden("csc", "states", [by_code[code] for code in ("MH", "DL")])


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("countries", "Åland Islands", "Albania"),
        ("countries/TR/states", "Şırnak", "Tekirdağ"),
        ("countries/PL/states", "Łódź", "Lower Silesia"),
        ("countries/PL/cities", "Świnoujście", "Szczecin"),
    ],
)
def test_a_name_stands_where_readers_of_english_look_for_it(get, path, before, after):
    names = [row["name"] for row in get(f"/csc/v1/{path}").json()]
    assert names.index(before) < names.index(after)


def test_all_states_are_those_of_the_countries(get):
    rows = get("/csc/v1/states").json()
    assert len(rows) > 3000
    assert [row for row in rows if row["country_code"] == "IN"] == get("/csc/v1/countries/IN/states").json()


def test_the_id_of_a_state_is_its_own_and_its_code_alone_decides_it(db):
    codes = Subdivision.objects.current().filter(is_state=True).values_list("code", "country__numeric")
    ids = {state_id(code, numeric) for code, numeric in codes}
    assert len(ids) == len(codes) > 3000
    assert state_id("IN-MH", 356) == 18033337
    assert len({state_id(f"XX-{tail}", 1) for tail in ("1", "01", "001", "0", "00", "A", "0A")}) == 7


def test_cities_are_those_of_the_state_and_of_what_lies_below(get):
    state = Subdivision.objects.get(code="PL-14")
    assert City.objects.filter(subdivision=state).exists()
    cities = get("/csc/v1/countries/PL/states/14/cities").json()
    warsaw = next(row for row in cities if row["name"] == "Warsaw")
    assert warsaw["id"] == 756135
    assert warsaw["latitude"].startswith("52.2")
    everywhere = get("/csc/v1/countries/PL/cities").json()
    assert {row["id"] for row in cities} < {row["id"] for row in everywhere}


def test_paths_without_csc_are_answered_where_nothing_else_claims_them(get, client):
    for path in ("/v1/countries", "/v1/countries/PL", "/v1/countries/PL/states/14", "/v1/states"):
        assert get(path).content == get(f"/csc{path}").content
    assert "error" in client.get("/v1/country/list").json()
    assert client.get("/v1/country/list").json()["error"]["code"] == "401000"
    assert isinstance(get("/v1/countries/PL/nothing").json()["error"], str)


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("countries/ZZ", "No Country found."),
        ("countries/POL", "No Country found."),
        ("countries/ZZ/states", "No Country found."),
        ("countries/ZZ/cities", "No Country found."),
        ("countries/PL/states/ZZ", "No State/Region found."),
        ("countries/PL/states/ZZ/cities", "No State/Region found."),
        ("countries/PL/states/%00", "No State/Region found."),
        ("nothing", "There is nothing at this address."),
    ],
)
def test_what_is_not_there_is_404_with_an_error(get, path, message):
    response = get(f"/csc/v1/{path}")
    assert (response.status_code, response.json()) == (404, {"error": message})


def test_a_tenant_sees_its_own(client, tenant, secret):
    other = TenantFactory(plan=Plan.objects.create(name="Without", subdivision_access=False))
    TenantCountry.objects.filter(tenant=other, country="IN").switch(active=False)
    key = {"X-CSCAPI-KEY": issue_key(other)}
    assert client.get("/csc/v1/countries/IN", headers=key).status_code == 404
    assert client.get("/csc/v1/countries/IN/cities", headers=key).status_code == 404
    assert client.get("/csc/v1/countries/PL/states", headers=key).json() == []
    assert client.get("/csc/v1/countries/PL/cities", headers=key).json() == []
    assert client.get("/csc/v1/countries/PL/states/14", headers=key).status_code == 404
    assert client.get("/csc/v1/countries/IN", headers={"X-CSCAPI-KEY": secret}).status_code == 200


def test_a_public_key_is_for_pages_of_its_own_origins(client, tenant):
    public = issue_key(tenant, "pk", origins=["https://shop.example"])
    for origin, allowed in (("https://shop.example", True), ("https://other.example", False)):
        response = client.get("/csc/v1/countries/PL", headers={"X-CSCAPI-KEY": public, "Origin": origin})
        assert response.status_code == 200
        assert ("Access-Control-Allow-Origin" in response) is allowed


def test_no_key_and_an_unknown_one_are_401(client, tenant):
    for headers in ({}, {"X-CSCAPI-KEY": ""}, {"X-CSCAPI-KEY": "nonsense"}, {"X-API-KEY": issue_key(tenant)}):
        response = client.get("/csc/v1/countries", headers=headers)
        assert response.status_code == 401
        assert response.json().keys() == {"error"}


def test_the_guide_for_those_who_come_from_there_has_every_field(client):
    page = client.get("/docs/guides/coming-from").content.decode()
    fields = DetailedCountry.__annotations__ | StateRow.__annotations__ | CityRow.__annotations__
    assert [field for field in fields if f"<code>{field}</code>" not in page] == []
