"""Countries and subdivisions for forms in browsers of other origins."""

import pytest
from mmdb_writer import MMDBWriter
from netaddr import IPSet

from apps.api_keys.models import ApiKey, Kind
from apps.geography.models import Subdivision, TenantCountry
from apps.tenants.models import Plan
from tests.api_styles.data.conftest import ORIGIN
from tests.factories import CountryFactory, SubdivisionFactory, SubdivisionTypeFactory, TenantFactory, issue_key

COUNTRIES = "/api/countries"
PATHS = [COUNTRIES, f"{COUNTRIES}/US/subdivisions"]
ALLOWED = "X-API-KEY, Content-Type, Accept-Language, X-Forced-Language, X-Default-Language"
ELSEWHERE = "https://attacker.example"


@pytest.fixture
def xa(tenant):
    country = CountryFactory(code="XA", name_en="Xanadu")
    top = SubdivisionFactory(
        country=country, code="XA-T", name_en="Top", type=SubdivisionTypeFactory(code="khanate", name_en="Khanate")
    )
    SubdivisionFactory(country=country, code="XA-C", name_en="Child", parent=top)
    return country


@pytest.fixture
def geoip(tmp_path, settings):
    """A database that has one network in Texas and one in a country without subdivisions."""
    writer = MMDBWriter(4, "Test")
    texas = {"country": {"iso_code": "US"}, "subdivisions": [{"iso_code": "TX"}]}
    writer.insert_network(IPSet(["192.0.2.0/24"]), texas)
    writer.insert_network(IPSet(["198.51.100.0/24"]), {"country": {"iso_code": "MC"}})
    writer.insert_network(IPSet(["203.0.113.0/24"]), {"continent": {"code": "EU"}})
    writer.to_db_file(str(tmp_path / "places.mmdb"))
    settings.GEOIP_PATH = str(tmp_path / "places.mmdb")


def preselected(client, secret, path, address, query=None, **headers):
    response = client.get(
        path, query, headers={"X-API-KEY": secret} | headers, REMOTE_ADDR=address
    )  # fmt: skip
    assert response.status_code == 200
    return [row.get("iso_alpha_2") or row["code"] for row in response.json() if row["preselected"]]


def test_a_country_has_the_fields_of_the_data_api_and_preselected(widget, get, tenant):
    rows = widget(COUNTRIES).json()
    assert [{k: v for k, v in row.items() if k != "preselected"} for row in rows] == get("/api/data/countries").json()
    assert {row["preselected"] for row in rows} == {False}


def test_a_subdivision_has_also_id_parent_and_full_name(widget, get, xa):
    rows = {row["code"]: row for row in widget(f"{COUNTRIES}/xa/subdivisions").json()}
    plain = {row["code"]: row for row in get("/api/data/countries/XA/subdivisions").json()}
    assert set(rows["XA-T"]) - set(plain["XA-T"]) == {"id", "parent_id", "full_name", "preselected"}
    assert rows["XA-T"]["id"] == Subdivision.objects.get(code="XA-T").pk
    assert rows["XA-T"]["parent_id"] is None
    assert rows["XA-C"]["parent_id"] == rows["XA-T"]["id"]
    assert rows["XA-T"]["full_name"] == "Top"


def test_the_full_name_has_the_type_in_official_mode(widget, xa):
    rows = {row["code"]: row for row in widget(f"{COUNTRIES}/XA/subdivisions", {"prefer_official": "1"}).json()}
    assert rows["XA-T"]["full_name"] == "Top (Khanate)"
    assert rows["XA-C"]["full_name"] == "Child"


def test_a_parent_that_is_not_listed_is_none(widget, xa):
    Subdivision.objects.filter(code="XA-T").update(withdrawn_on="2020-01-01")
    assert [row["parent_id"] for row in widget(f"{COUNTRIES}/XA/subdivisions").json()] == [None]


def test_nothing_is_preselected_without_a_database(client, public_secret):
    assert preselected(client, public_secret, COUNTRIES, "192.0.2.7") == []


@pytest.mark.usefixtures("geoip")
def test_the_callers_country_is_preselected(client, public_secret, get):
    assert preselected(client, public_secret, COUNTRIES, "192.0.2.7") == ["US"]
    assert preselected(client, public_secret, COUNTRIES, "198.51.100.1") == ["MC"]
    assert preselected(client, public_secret, COUNTRIES, "203.0.113.1") == []
    assert preselected(client, public_secret, COUNTRIES, "8.8.8.8") == []
    assert preselected(client, public_secret, COUNTRIES, "2001:db8::1") == []
    assert preselected(client, public_secret, COUNTRIES, "not an address") == []
    assert "preselected" not in get("/api/data/countries").json()[0]


@pytest.mark.usefixtures("geoip")
def test_the_callers_subdivision_is_preselected_where_the_database_knows_it(client, public_secret):
    assert preselected(client, public_secret, f"{COUNTRIES}/US/subdivisions", "192.0.2.7") == ["US-TX"]


@pytest.mark.usefixtures("geoip")
def test_a_caller_may_ask_us_not_to_look(client, public_secret):
    assert preselected(client, public_secret, COUNTRIES, "192.0.2.7", {"no_geoip": "1"}) == []
    assert preselected(client, public_secret, COUNTRIES, "192.0.2.7", {"no_geoip": "0"}) == ["US"]
    bad = client.get(COUNTRIES, {"no_geoip": "maybe"}, headers={"X-API-KEY": public_secret})
    assert bad.status_code == 400


@pytest.mark.usefixtures("geoip")
def test_a_forwarded_address_from_anyone_is_ignored(client, public_secret):
    spoofed = {"X-Forwarded-For": "192.0.2.7", "X-Real-IP": "192.0.2.7", "Forwarded": "for=192.0.2.7"}
    assert preselected(client, public_secret, COUNTRIES, "198.51.100.1", None, **spoofed) == ["MC"]


@pytest.mark.usefixtures("geoip")
def test_a_forwarded_address_from_a_trusted_proxy_is_believed(client, public_secret, settings):
    settings.TRUSTED_PROXIES = ["198.51.100.0/24"]
    forwarded = {"X-Forwarded-For": "203.0.113.1, 192.0.2.7"}
    assert preselected(client, public_secret, COUNTRIES, "198.51.100.1", None, **forwarded) == ["US"]


def test_a_database_that_does_not_open_preselects_nothing(client, public_secret, settings, tmp_path):
    settings.GEOIP_PATH = str(tmp_path / "absent.mmdb")
    assert preselected(client, public_secret, COUNTRIES, "192.0.2.7") == []


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("origin", [ORIGIN, "http://localhost:5173", "http://localhost"])
def test_an_answer_can_be_read_from_the_keys_own_origins(widget, tenant, path, origin):
    response = widget(path, Origin=origin)
    assert response.status_code == 200
    assert response.headers["Access-Control-Allow-Origin"] == origin
    assert response.headers["Access-Control-Expose-Headers"] == "X-Selected-Language"
    assert "Access-Control-Allow-Credentials" not in response.headers
    assert {"X-API-KEY", "Origin", "Accept-Language"} <= set(response.headers["Vary"].split(", "))


@pytest.mark.parametrize("origin", [ELSEWHERE, "null", "https://shop.example", "http://www.shop.example", ""])
def test_an_answer_cannot_be_read_from_any_other_origin(widget, tenant, origin):
    # Another tenant's origin does not help.
    issue_key(TenantFactory(), Kind.PUBLIC, origins=[ELSEWHERE])
    assert "Access-Control-Allow-Origin" not in widget(COUNTRIES, Origin=origin).headers


def test_an_unchanged_answer_can_be_read_too(widget, tenant):
    response = widget(COUNTRIES, If_None_Match=widget(COUNTRIES).headers["ETag"])
    assert response.status_code == 304
    assert response.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert response.headers["X-Selected-Language"] == "en"


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        (f"{COUNTRIES}/ZZ/subdivisions", None, 404),
        (f"{COUNTRIES}/US", None, 404),
        (f"{COUNTRIES}/", None, 404),
        (COUNTRIES, {"country_name_source": "x"}, 400),
    ],
)
def test_errors_can_be_read_from_the_keys_own_origins_alone(widget, tenant, path, query, status):
    response = widget(path, query)
    assert response.status_code == status
    assert response.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert response.headers["Access-Control-Expose-Headers"] == "X-Selected-Language"
    assert response.json()["error"] == response.json()["message"]
    assert "Access-Control-Allow-Origin" not in widget(path, query, Origin=ELSEWHERE).headers


def test_a_refused_key_can_be_read_about_from_every_known_origin(client, public_secret):
    for headers in ({}, {"X-API-KEY": "nonsense"}):
        known = client.get(COUNTRIES, headers=headers | {"Origin": ORIGIN})
        assert known.status_code == 401
        assert known.headers["Access-Control-Allow-Origin"] == ORIGIN
        unknown = client.get(COUNTRIES, headers=headers | {"Origin": ELSEWHERE})
        assert unknown.status_code == 401
        assert "Access-Control-Allow-Origin" not in unknown.headers
    assert 'error="invalid_token"' in known.headers["WWW-Authenticate"]


def test_a_blank_key_is_none_so_that_the_challenge_names_no_error(client):
    response = client.get(COUNTRIES, headers={"X-API-KEY": " "})
    assert response.status_code == 401
    assert "error=" not in response.headers["WWW-Authenticate"]


def test_a_private_key_does_not_open_the_widget_nor_get_a_cors_header(client, secret, public_secret):
    response = client.get(COUNTRIES, headers={"X-API-KEY": secret, "Origin": ORIGIN})
    assert response.status_code == 403
    assert "Access-Control-Allow-Origin" not in response.headers
    assert client.get(COUNTRIES, headers={"Authorization": f"Bearer {public_secret}"}).status_code == 401


@pytest.mark.parametrize("path", PATHS)
def test_a_preflight_is_answered_for_every_known_origin(client, public_secret, path):
    asked = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "x-api-key,x-forced-language"}
    response = client.options(path, headers=asked | {"Origin": ORIGIN})
    assert response.status_code in {200, 204}
    assert response.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert response.headers["Access-Control-Allow-Headers"] == ALLOWED
    assert "GET" in response.headers["Access-Control-Allow-Methods"]
    assert "Origin" in response.headers["Vary"]
    further = asked | {"Access-Control-Request-Headers": "x-api-key, traceparent,If-None-Match"}
    response = client.options(path, headers=further | {"Origin": ORIGIN})
    assert response.headers["Access-Control-Allow-Headers"] == f"{ALLOWED}, traceparent, If-None-Match"
    refused = client.options(path, headers=asked | {"Origin": ELSEWHERE})
    assert not [name for name in refused.headers if name.startswith("Access-Control")]


def test_the_preflight_of_a_revoked_keys_origin_is_refused(client, public_secret):
    ApiKey.objects.revoke()
    response = client.options(COUNTRIES, headers={"Origin": ORIGIN, "Access-Control-Request-Method": "GET"})
    assert "Access-Control-Allow-Origin" not in response.headers


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_other_methods_are_refused_readably(client, public_secret, method):
    response = getattr(client, method)(COUNTRIES, headers={"X-API-KEY": public_secret, "Origin": ORIGIN})
    assert response.status_code == 405
    assert response.headers["Access-Control-Allow-Origin"] == ORIGIN


def test_a_bug_can_be_read_about_too(client, public_secret, monkeypatch):
    def broken(*args: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("apps.api_styles.data.lists.sort_key", broken)
    client.raise_request_exception = False
    for origin, allowed in ((ORIGIN, ORIGIN), (ELSEWHERE, None)):
        response = client.get(COUNTRIES, headers={"X-API-KEY": public_secret, "Origin": origin})
        assert response.status_code == 500
        assert response.headers.get("Access-Control-Allow-Origin") == allowed
        assert response.json()["error"] == response.json()["message"]
        assert "ZeroDivisionError" not in response.content.decode()


@pytest.mark.parametrize("key", ["nonsense", "ż", "x" * 60_000, "gaz_pk_", "a b", "\x0b"])
def test_any_other_key_is_refused_and_costs_no_query_of_keys(client, public_secret, key, django_assert_max_num_queries):
    with django_assert_max_num_queries(1):
        response = client.get(COUNTRIES, headers={"X-API-KEY": key})
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"].startswith("Bearer")
    assert key not in response.content.decode()


def test_two_origins_are_none(widget, tenant):
    response = widget(COUNTRIES, Origin=f"{ORIGIN}, {ORIGIN}")
    assert "Access-Control-Allow-Origin" not in response.headers


def test_a_widget_answer_is_of_the_keys_own_tenant(client, widget, tenant):
    TenantCountry.objects.filter(tenant=tenant, country="PL").update(active=False)
    assert "PL" not in {row["iso_alpha_2"] for row in widget(COUNTRIES).json()}
    other = issue_key(TenantFactory(), Kind.PUBLIC)
    theirs = client.get(COUNTRIES, headers={"X-API-KEY": other}).json()
    assert "PL" in {row["iso_alpha_2"] for row in theirs}


def test_a_plan_without_subdivisions_fills_no_second_list(widget, tenant):
    Plan.objects.update(subdivision_access=False)
    assert widget(f"{COUNTRIES}/US/subdivisions").json() == []
