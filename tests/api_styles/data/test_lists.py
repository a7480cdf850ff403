"""Countries and subdivisions for back ends."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.api_keys.models import Kind
from apps.geography.models import Country, OfficialName, Subdivision, TenantCountry
from apps.tenants.models import Plan
from tests.factories import CountryFactory, SubdivisionFactory, SubdivisionTypeFactory, TenantFactory, issue_key

COUNTRIES = "/api/data/countries"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")


@pytest.fixture
def xa(tenant):
    """A country with a parent, two children, a redirect and official names."""
    country = CountryFactory(code="XA", name_en="Xanadu", name_de="Xanadu (de)")
    kind = SubdivisionTypeFactory(code="khanate", name_en="Khanate", name_de="Khanat")
    top = SubdivisionFactory(country=country, code="XA-T", name_en="Top", name_de="Spitze", type=kind)
    SubdivisionFactory(country=country, code="XA-B", name_en="Alpha child", parent=top, type=kind)
    SubdivisionFactory(country=country, code="XA-A", name_en="Beta child", parent=top, type=None)
    other = CountryFactory(code="XB", name_en="Other")
    SubdivisionFactory(country=country, code="XA-R", name_en="Another top", redirect_country=other, type=kind)
    OfficialName.objects.create(
        subdivision=top,
        language="kx",
        romanization="BGN/PCGN 1979",
        name="Tōp",
        local_variant="Zenith",
        is_primary=True,
    )
    OfficialName.objects.create(subdivision=top, language="de", romanization="GOST 1983", name="Der Tōp")
    return country


def subdivisions(response):
    assert response.status_code == 200, response.content
    return {row["code"]: row for row in response.json()}


def names(response):
    return {code: row["name"] for code, row in subdivisions(response).items()}


def geography_queries(context):
    return [query["sql"] for query in context.captured_queries if 'FROM "geography_' in query["sql"]]


def test_a_country_has_exactly_the_fields_of_the_contract(get, xa):
    row = next(row for row in get(COUNTRIES).json() if row["iso_alpha_2"] == "XA")
    assert list(row) == ["iso_alpha_2", "name", "iso_alpha_3", "iso_numeric", "details", "updated_at",
                         "is_subdivision_of"]  # fmt: skip
    assert row["name"] == "Xanadu"
    assert row["details"] == {"independent": True, "status": "officially-assigned"}
    assert MOMENT.fullmatch(row["updated_at"])


def test_numeric_codes_have_three_digits(get, tenant):
    assert {len(row["iso_numeric"]) for row in get(COUNTRIES).json() if not row["iso_alpha_2"].startswith("X")} == {3}
    assert next(row for row in get(COUNTRIES).json() if row["iso_alpha_2"] == "AF")["iso_numeric"] == "004"


def test_details_are_null_where_iso_has_no_entry(get, tenant):
    rows = {row["iso_alpha_2"]: row for row in get(COUNTRIES).json()}
    assert rows["XK"]["details"] is None
    assert rows["US"]["details"] == {"independent": True, "status": "officially-assigned"}
    assert rows["GP"]["details"] == {"independent": False, "status": "officially-assigned"}


def test_a_country_that_is_one_subdivision_of_another_says_so(get, xa):
    rows = {row["iso_alpha_2"]: row["is_subdivision_of"] for row in get(COUNTRIES).json()}
    assert rows["XB"] == {"parent_country_code": "XA", "subdivision_code": "XA-R"}
    assert rows["XA"] is None


def test_a_country_that_two_subdivisions_redirect_to_is_neither(get, xa):
    SubdivisionFactory(country=xa, code="XA-S", redirect_country_id="XB")
    assert {row["iso_alpha_2"]: row["is_subdivision_of"] for row in get(COUNTRIES).json()}["XB"] is None


def test_names_are_iso_short_names_in_english_when_asked(get, tenant):
    response = get(COUNTRIES, {"country_name_source": "iso"}, Accept_Language="fr")
    rows = {row["iso_alpha_2"]: row["name"] for row in response.json()}
    assert rows["US"] == "United States of America"
    assert response.headers["X-Selected-Language"] == "en"
    default = get(COUNTRIES, {"country_name_source": "default"}, Accept_Language="fr")
    assert {row["iso_alpha_2"]: row["name"] for row in default.json()}["US"] == "États-Unis"


def test_an_empty_source_of_names_counts_as_absent(get, tenant):
    assert get(COUNTRIES, {"country_name_source": ""}).json() == get(COUNTRIES).json()


@pytest.mark.parametrize("value", ["ISO", "bogus", " iso"])
def test_any_other_source_of_names_is_refused(get, tenant, value):
    response = get(COUNTRIES, {"country_name_source": value})
    assert response.status_code == 400
    assert response.json()["error"] == response.json()["message"]
    assert "country_name_source" in response.json()["error"]


def test_a_source_of_names_given_twice_is_refused(get, tenant):
    assert get(f"{COUNTRIES}?country_name_source=iso&country_name_source=iso").status_code == 400


def test_countries_that_the_tenant_switched_off_are_gone(get, tenant):
    TenantCountry.objects.filter(tenant=tenant, country="PL").update(active=False)
    assert "PL" not in {row["iso_alpha_2"] for row in get(COUNTRIES).json()}
    assert get(f"{COUNTRIES}/PL/subdivisions").status_code == 404


@pytest.mark.parametrize(
    ("language", "before", "after"),
    [("sv", "Zimbabwe", "Österrike"), ("cs", "Honduras", "Chorvatsko"), ("de", "Afghanistan", "Ägypten")],
)
def test_countries_are_sorted_as_readers_of_the_language_sort(get, tenant, language, before, after):
    order = [row["name"] for row in get(COUNTRIES, Accept_Language=language).json()]
    assert order.index(before) < order.index(after)
    assert order.index("Ägypten") < 5 if language == "de" else True


@pytest.mark.parametrize(
    ("headers", "selected"),
    [
        ({}, "en"),
        ({"Accept_Language": "fr-CH"}, "fr"),
        ({"Accept_Language": "fr", "X_Forced_Language": "ja"}, "ja"),
        ({"Accept_Language": "fr", "X_Forced_Language": "xx"}, "fr"),
        ({"Accept_Language": "fr", "X_Default_Language": "ja"}, "fr"),
        ({"Accept_Language": "tlh", "X_Default_Language": "ja"}, "ja"),
        ({"Accept_Language": "*", "X_Default_Language": "ja"}, "ja"),
        ({"Accept_Language": "en;q=0, *"}, "af"),
        ({"Accept_Language": "en;q=0, *", "X_Default_Language": "ja"}, "ja"),
        ({"Accept_Language": "ja;q=0, *", "X_Default_Language": "ja"}, "en"),
        ({"Accept_Language": "fr", "X_Forced_Language": "fr;q=0, *"}, "en"),
        ({"Accept_Language": "xx", "X_Default_Language": "yy"}, "en"),
        ({"X_Forced_Language": ""}, "en"),
        ({"Accept_Language": "zh-CN"}, "zh-Hans"),
        ({"Accept_Language": "zh_TW"}, "zh-Hant"),
        ({"Accept_Language": "pt-BR"}, "pt-BR"),
        ({"Accept_Language": "no"}, "nb"),
        ({"Accept_Language": "en;q=0.1, ,;;;, de;q=0.9"}, "de"),
        ({"X_Forced_Language": "z" * 60_000}, "en"),
    ],
)
def test_the_first_usable_header_chooses_the_language(get, tenant, headers, selected):
    for path in (COUNTRIES, f"{COUNTRIES}/US/subdivisions"):
        response = get(path, **headers)
        assert response.status_code == 200
        assert response.headers["X-Selected-Language"] == selected


def test_the_tenants_default_language_is_the_last_resort(get, tenant):
    tenant.default_language = "pl"
    tenant.save()
    assert get(COUNTRIES).headers["X-Selected-Language"] == "pl"


def test_vary_names_every_header_that_shapes_an_answer(get, tenant):
    expected = {"Authorization", "X-Forced-Language", "Accept-Language", "X-Default-Language", "Accept-Encoding",
                "Origin"}  # fmt: skip
    response = get(COUNTRIES)
    assert expected <= set(response.headers["Vary"].split(", "))
    assert response.headers["Cache-Control"] == "private, no-cache"
    again = get(COUNTRIES, If_None_Match=response.headers["ETag"])
    assert again.status_code == 304
    assert again.content == b""
    assert expected <= set(again.headers["Vary"].split(", "))


def test_a_subdivision_has_exactly_the_fields_of_the_contract(get, xa):
    row = subdivisions(get(f"{COUNTRIES}/XA/subdivisions"))["XA-T"]
    assert list(row) == ["code", "name", "type", "updated_at", "related_country_code", "related_subdivision_code",
                         "is_subdivision_of"]  # fmt: skip
    assert MOMENT.fullmatch(row["updated_at"])


def test_extended_names_are_translated_and_have_no_type(get, xa):
    rows = subdivisions(get(f"{COUNTRIES}/XA/subdivisions", Accept_Language="de"))
    assert rows["XA-T"]["name"] == "Spitze"
    assert rows["XA-T"]["type"] is None


def test_extended_names_fall_back_to_the_official_name(get, xa):
    rows = names(get(f"{COUNTRIES}/XA/subdivisions", Accept_Language="fr"))
    assert rows["XA-T"] == "Tōp"
    assert rows["XA-B"] == "Alpha child"


def test_extended_names_ignore_local_variants_and_romanizations(get, xa):
    query = {"prefer_local_variant": "1", "subdivision_romanization_preference": "gost"}
    assert names(get(f"{COUNTRIES}/XA/subdivisions", query))["XA-T"] == "Top"
    assert names(get(f"{COUNTRIES}/XA/subdivisions", query, Accept_Language="fr"))["XA-T"] == "Tōp"


def test_official_names_come_with_their_type(get, xa):
    rows = subdivisions(get(f"{COUNTRIES}/XA/subdivisions", {"prefer_official": "1"}))
    assert (rows["XA-T"]["name"], rows["XA-T"]["type"]) == ("Tōp", "Khanate")
    assert rows["XA-A"]["type"] is None
    german = subdivisions(get(f"{COUNTRIES}/XA/subdivisions", {"prefer_official": "true"}, Accept_Language="de"))
    assert (german["XA-T"]["name"], german["XA-T"]["type"]) == ("Der Tōp", "Khanat")


def test_official_names_follow_the_romanization_preference_and_then_the_local_variant(get, xa):
    query = {"prefer_official": "1", "subdivision_romanization_preference": "un,gost,default"}
    assert names(get(f"{COUNTRIES}/XA/subdivisions", query))["XA-T"] == "Der Tōp"
    query = {"prefer_official": "1", "prefer_local_variant": "1"}
    assert names(get(f"{COUNTRIES}/XA/subdivisions", query))["XA-T"] == "Zenith"
    query = {"prefer_official": "1", "prefer_local_variant": "0"}
    assert names(get(f"{COUNTRIES}/XA/subdivisions", query))["XA-T"] == "Tōp"


def test_a_plan_without_extended_translations_gets_official_names(get, xa, tenant):
    Plan.objects.update(extended_translations=False)
    rows = subdivisions(get(f"{COUNTRIES}/XA/subdivisions", {"prefer_official": "0"}, Accept_Language="de"))
    assert (rows["XA-T"]["name"], rows["XA-T"]["type"]) == ("Der Tōp", "Khanat")


def test_a_plan_without_subdivisions_gets_none(get, xa, tenant):
    Plan.objects.update(subdivision_access=False)
    response = get(f"{COUNTRIES}/XA/subdivisions")
    assert (response.status_code, response.json()) == (200, [])
    assert response.headers["X-Selected-Language"] == "en"
    assert get(f"{COUNTRIES}/ZZ/subdivisions").status_code == 404


@pytest.mark.parametrize("name", ["prefer_official", "prefer_local_variant"])
def test_switches_are_read_strictly(get, xa, name):
    for value in ("maybe", " 1", "yes", "\x00", "1" * 300):
        assert get(f"{COUNTRIES}/XA/subdivisions", {name: value}).status_code == 400, value
    assert get(f"{COUNTRIES}/XA/subdivisions?{name}=1&{name}=1").status_code == 400


@pytest.mark.parametrize("name", ["prefer_official", "prefer_local_variant", "subdivision_romanization_preference"])
def test_an_empty_switch_counts_as_absent(get, xa, name):
    absent = get(f"{COUNTRIES}/XA/subdivisions")
    assert get(f"{COUNTRIES}/XA/subdivisions", {name: ""}).json() == absent.json()


@pytest.mark.parametrize("value", ["\x00", "u" * 257])
def test_an_unusable_romanization_preference_is_refused(get, xa, value):
    query = {"subdivision_romanization_preference": value}
    assert get(f"{COUNTRIES}/XA/subdivisions", query).status_code == 400


def test_an_unknown_romanization_is_passed_over(get, xa):
    query = {"prefer_official": "1", "subdivision_romanization_preference": "klingon,,%,_"}
    assert names(get(f"{COUNTRIES}/XA/subdivisions", query))["XA-T"] == "Tōp"


def test_the_top_level_comes_first_and_each_level_is_sorted(get, xa):
    assert list(names(get(f"{COUNTRIES}/XA/subdivisions"))) == ["XA-R", "XA-T", "XA-B", "XA-A"]


def test_a_redirect_names_the_country_that_it_also_is(get, xa):
    rows = subdivisions(get(f"{COUNTRIES}/XA/subdivisions"))
    assert rows["XA-R"]["related_country_code"] == "XB"
    assert rows["XA-R"]["related_subdivision_code"] is None
    assert rows["XA-T"]["related_country_code"] is None


def test_a_redirect_to_a_subdivision_shows_on_both_sides(get, xa):
    island = SubdivisionFactory(country=Country.objects.only("pk").get(pk="XB"), code="XB-I")
    Subdivision.objects.filter(code="XA-R").update(redirect_subdivision=island)
    rows = subdivisions(get(f"{COUNTRIES}/XA/subdivisions"))
    assert rows["XA-R"]["related_subdivision_code"] == "XB-I"
    target = subdivisions(get(f"{COUNTRIES}/XB/subdivisions"))["XB-I"]
    assert target["is_subdivision_of"] == {"parent_country_code": "XA", "subdivision_code": "XA-R"}
    assert {row["iso_alpha_2"]: row["is_subdivision_of"] for row in get(COUNTRIES).json()}["XB"] is None


def test_withdrawn_subdivisions_and_those_that_are_not_iso_are_not_listed(get, xa):
    Subdivision.objects.filter(code="XA-A").update(withdrawn_on="2024-01-01")
    Subdivision.objects.filter(code="XA-B").update(is_iso=False)
    assert set(names(get(f"{COUNTRIES}/XA/subdivisions"))) == {"XA-T", "XA-R"}


@pytest.mark.parametrize("code", ["us", "Us", "US", "%55S"])
def test_a_country_is_found_in_either_case(get, tenant, code):
    assert get(f"{COUNTRIES}/{code}/subdivisions").status_code == 200


@pytest.mark.parametrize("code", ["ZZ", "USA", "U", "ß", "U%00", "..", "%C3%9F", "US%0A", "1S", "ＵＳ", "%FF%FE"])
def test_any_other_country_is_not_found(get, tenant, code):
    response = get(f"{COUNTRIES}/{code}/subdivisions")
    assert response.status_code == 404
    assert set(response.json()) == {"error", "message"}


@pytest.mark.parametrize(
    "path", [f"{COUNTRIES}/", f"{COUNTRIES}/US", f"{COUNTRIES}/US/subdivisions/", "/api/data", "/api/", "/api/x"]
)
def test_every_other_path_is_not_found(get, client, tenant, path):
    response = get(path)
    assert response.status_code == 404
    assert response.headers["Content-Type"] == "application/json"
    assert set(response.json()) == {"error", "message"}
    assert client.get(path).status_code == 401


@pytest.mark.parametrize("path", [COUNTRIES, f"{COUNTRIES}/US/subdivisions"])
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "trace"])
def test_other_methods_are_refused(client, secret, path, method):
    response = getattr(client, method)(path, headers={"Authorization": f"Bearer {secret}"})
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS"
    assert set(response.json()) == {"error", "message"}


def test_head_answers_like_get_without_a_body(client, get, secret):
    response = client.head(COUNTRIES, headers={"Authorization": f"Bearer {secret}"})
    assert (response.status_code, response.content) == (200, b"")
    assert response.headers["ETag"] == get(COUNTRIES).headers["ETag"]


def test_no_key_is_401_without_a_reason_and_a_bad_key_401_with_one(client, tenant):
    response = client.get(COUNTRIES)
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"].startswith("Bearer")
    assert "error=" not in response.headers["WWW-Authenticate"]
    bad = client.get(COUNTRIES, headers={"Authorization": "Bearer nonsense"})
    assert bad.status_code == 401
    assert 'error="invalid_token"' in bad.headers["WWW-Authenticate"]
    assert bad.json()["error"] == bad.json()["message"]


def test_a_public_key_never_opens_the_data_api(client, tenant):
    public = issue_key(tenant, Kind.PUBLIC)
    for path in (COUNTRIES, f"{COUNTRIES}/US/subdivisions"):
        response = client.get(path, headers={"Authorization": f"Bearer {public}"})
        assert response.status_code == 403
        assert response.json()["error"] == response.json()["message"]
        assert client.get(path, headers={"X-API-KEY": public}).status_code == 401


def test_a_private_key_from_a_browser_gets_no_cors_header(get, client, tenant):
    TenantFactory(origins=["https://www.shop.example"])
    assert "Access-Control-Allow-Origin" not in get(COUNTRIES, Origin="https://www.shop.example").headers
    preflight = client.options(
        COUNTRIES, headers={"Origin": "https://www.shop.example", "Access-Control-Request-Method": "GET"}
    )
    assert "Access-Control-Allow-Origin" not in preflight.headers


def test_tokens_elsewhere_than_in_the_header_are_ignored(client, secret):
    client.cookies["access_token"] = secret
    assert client.get(COUNTRIES, {"access_token": secret}).status_code == 401


def test_one_tenants_switch_leaves_the_other_tenant_alone(get, client, tenant):
    TenantCountry.objects.filter(tenant=tenant, country="PL").update(active=False)
    other = issue_key(TenantFactory())
    theirs = client.get(COUNTRIES, headers={"Authorization": f"Bearer {other}"}).json()
    assert "PL" in {row["iso_alpha_2"] for row in theirs}


def test_countries_take_three_queries_of_data(get, tenant):
    with CaptureQueriesContext(connection) as context:
        get(COUNTRIES)
    assert len(geography_queries(context)) == 3  # the tenant's own names, countries, redirects


def test_subdivisions_take_three_queries_of_data(get, xa):
    with CaptureQueriesContext(connection) as context:
        get(f"{COUNTRIES}/XA/subdivisions")
    assert len(geography_queries(context)) == 3  # the country, subdivisions, official names


def test_the_order_of_refusal_is_that_of_the_contracts(client, tenant, secret):
    assert client.post(COUNTRIES, headers={"Authorization": "Bearer x"}).status_code == 401
    public = issue_key(tenant, Kind.PUBLIC)
    assert client.post(COUNTRIES, headers={"Authorization": f"Bearer {public}"}).status_code == 403
    private = {"Authorization": f"Bearer {secret}"}
    assert client.post(f"{COUNTRIES}?country_name_source=x", headers=private).status_code == 405
    assert client.get(f"{COUNTRIES}/ZZ/subdivisions?prefer_official=x", headers=private).status_code == 400


def test_the_timestamp_moves_when_the_rows_answer_moves(get, xa):
    def moments():
        return {code: row["updated_at"] for code, row in subdivisions(get(f"{COUNTRIES}/XA/subdivisions")).items()}

    Subdivision.objects.filter(country=xa).update(updated_at="2026-01-01T00:00:00Z")
    assert set(moments().values()) == {"2026-01-01T00:00:00.000000Z"}
    OfficialName.objects.filter(name="Tōp").update(name="Other")
    assert [code for code, moment in moments().items() if moment > "2026-01-02"] == ["XA-T"]
    Subdivision.objects.filter(code="XA-B").update(name_de="Anders")
    assert {code for code, moment in moments().items() if moment > "2026-01-02"} == {"XA-T", "XA-B"}
