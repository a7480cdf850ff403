"""What the rest_countries contract answers, as its clients ask."""

import re
from collections import Counter
from html import unescape
from secrets import randbits

import pytest

from apps.geography.models import CityName, Country, TenantCountry, TenantCountryName
from apps.tenants.models import Tenant
from tests.factories import CityFactory, TenantFactory, issue_key
from tests.golden import assert_golden

# What 32 public clients ask for, by how often; then the rest of the contract.
FIELDS = (
    "name flags capital population region cca2 languages cca3 currencies subregion idd area latlng tld borders "
    "timezones ccn3 translations altSpellings continents capitalInfo landlocked demonyms startOfWeek postalCode maps "
    "independent status unMember car flag"
).split()
# The whole list, which is the same for every test that only reads it, and takes a second to build.
READ: dict[str, dict] = {}


@pytest.fixture
def get(client, secret):
    """Ask with the tenant's private key."""

    def ask(path, **headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return client.get(f"/v3.1/{path}", headers={"X-API-KEY": secret} | named)

    return ask


@pytest.fixture
def everybody(tenant, settings):
    """The tenant, shown to everybody."""
    settings.REST_COUNTRIES_TENANT = tenant.code
    return tenant


def codes(response) -> list[str]:
    assert response.status_code == 200, response.content
    return [row["cca2"] for row in response.json()]


@pytest.fixture
def all_rows(get):
    if not READ:
        READ.update({row["cca2"]: row for row in get("all").json()})
    return READ


def test_all_has_every_country_with_every_field(all_rows):
    assert len(all_rows) == 250
    sparse = {"tld", "currencies", "capital", "subregion", "languages", "borders"}
    sparse |= {"independent", "demonyms", "postalCode", "population", "area", "startOfWeek", "latlng", "maps"}
    for code, row in all_rows.items():
        assert set(FIELDS) - row.keys() <= sparse, code
        assert row.keys() <= set(FIELDS)
        assert row["name"]["common"]
        assert row["name"]["official"]
        assert row["flag"].encode("utf-32-le") == "".join(chr(ord(c) + 0x1F1A5) for c in code).encode("utf-32-le")
    assert set(FIELDS) <= all_rows["SE"].keys()


def test_what_a_few_countries_are(all_rows):
    wanted = ("SE", "US", "CN", "AG", "ZA", "AQ", "XK", "HK")
    rows = [{key: value for key, value in all_rows[code].items() if key != "translations"} for code in wanted]
    assert_golden("rest_countries", "countries", rows)


def test_members_of_the_united_nations_and_countries_without_a_coast_are_as_many_as_there_are(all_rows):
    assert sum(row["unMember"] for row in all_rows.values()) == 193
    assert sum(row["landlocked"] for row in all_rows.values()) == 45
    assert not all_rows["VA"]["unMember"]
    assert all_rows["CH"]["landlocked"]


def test_borders_are_those_of_either_side(all_rows):
    alpha2 = {row["cca3"]: code for code, row in all_rows.items()}
    for code, row in all_rows.items():
        for neighbour in row.get("borders", ()):
            assert row["cca3"] in all_rows[alpha2[neighbour]]["borders"], (code, neighbour)


def test_calling_codes_can_be_put_together(all_rows):
    def number(code):
        return all_rows[code]["idd"]["root"] + all_rows[code]["idd"]["suffixes"][0]

    assert [number(code) for code in ("SE", "US", "CA", "KZ", "AG", "VA", "FI")] == [
        "+46", "+1", "+1", "+7", "+1268", "+39", "+358",
    ]  # fmt: skip
    assert all_rows["DO"]["idd"] == {"root": "+1", "suffixes": ["809", "829", "849"]}
    assert all_rows["JM"]["idd"] == {"root": "+1", "suffixes": ["876", "658"]}


def test_names_in_the_official_languages(all_rows):
    native = {code: row["name"]["nativeName"] for code, row in all_rows.items()}
    assert native["CH"].keys() == {"deu", "fra", "ita", "roh"} or native["CH"].keys() >= {"deu", "fra", "ita"}
    assert native["CN"] == {"zho": {"official": "中华人民共和国", "common": "中国"}}
    assert native["BT"]["dzo"]["common"]
    assert native["RU"]["rus"]["official"] == "Российская Федерация"
    assert native["CD"]["fra"]["official"] == "République démocratique du Congo"
    assert native["DE"]["deu"] == {"official": "Bundesrepublik Deutschland", "common": "Deutschland"}


def test_translations_are_in_all_our_languages_by_the_keys_of_clients(all_rows):
    texts = all_rows["DE"]["translations"]
    known = "ara bre ces cym est fin fra hrv hun ita jpn kor nld per pol por rus slk spa srp swe tur urd zho".split()
    assert set(known) <= texts.keys()
    assert {"zh-Hant", "pt-BR", "sr-Latn", "isl", "gle"} <= texts.keys()
    assert texts["fra"] == {"official": "République fédérale d'Allemagne", "common": "Allemagne"}
    assert texts["per"]["common"] == "آلمان"


def test_no_country_has_the_official_name_of_another(all_rows):
    for language in all_rows["SE"]["translations"]:
        named = [row["translations"].get(language, {}).get("official") for row in all_rows.values()]
        assert [name for name, times in Counter(filter(None, named)).items() if times > 1] == [], language
    assert "Slovenská" not in all_rows["TR"]["translations"]["slk"]["official"]
    assert "ईथोपिया" not in all_rows["NP"]["translations"]["nep"]["official"]


def test_currencies_have_the_sign_of_the_place(all_rows):
    signs = {code: [one["symbol"] for one in row.get("currencies", {}).values()] for code, row in all_rows.items()}
    assert (signs["SE"], signs["JP"], signs["AU"], signs["PL"], signs["US"]) == (["kr"], ["¥"], ["$"], ["zł"], ["$"])
    assert all_rows["CH"]["currencies"]["CHF"]["name"] == "Swiss Franc"


# Codes are looked up in the database, the rest among the rows of all countries.
@pytest.mark.once
@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("alpha/se", ["SE"]),
        ("alpha/SWE/", ["SE"]),
        ("alpha/752", ["SE"]),
        pytest.param("alpha?codes=se,NOR,246,zz", ["FI", "NO", "SE"], marks=pytest.mark.both),
        ("alpha/?codes=se", ["SE"]),
        ("alpha?codes=%20se%20,sweden,,", ["SE"]),
        ("alpha?codes=se&codes=no", ["NO", "SE"]),
        ("name/sweden", ["SE"]),
        ("name/SWEDEN/", ["SE"]),
        ("name/Sverige", ["SE"]),
        ("name/kingdom%20of%20sweden?fullText=true", ["SE"]),
        ("name/united%20states?fullText=true", ["US"]),
        ("name/united%20states%20virgin%20islands?fullText=true", ["VI"]),
        ("name/Most%20Serene%20Republic%20of%20San%20Marino?fullText=true", ["SM"]),
        ("name/cote%20d%27ivoire", ["CI"]),
        ("name/South+Korea?fullText=true", ["KR"]),
        ("capital/mexico+city", ["MX"]),
        ("capital/washington,%20d.c.", ["US"]),
        ("capital/naypyidaw", ["MM"]),
        ("currency/Pound%20sterling", ["GB", "GG", "GS", "IM", "JE"]),
        ("name/republic%20of%20turkey?fullText=True", ["TR"]),
        ("name/swed?fullText=1", ["SE"]),
        ("name/swed?fullText=", ["SE"]),
        ("currency/swedish%2Bkrona", ["SE"]),
        ("currency/sek", ["SE"]),
        ("currency/swedish", ["SE"]),
        ("demonym/swedish", ["SE"]),
        ("lang/swe", ["AX", "FI", "SE"]),
        ("lang/sv", ["AX", "FI", "SE"]),
        ("lang/Swedish", ["AX", "FI", "SE"]),
        ("capital/stockholm", ["SE"]),
        ("capital/stockh", ["SE"]),
        ("capital/cape%20town", ["ZA"]),
        ("capital/la%20paz", ["BO", "GQ"]),
        ("region/antarctic", ["AQ"]),
        ("subregion/australia%20and%20new%20zealand", ["AU", "CX", "CC", "HM", "NZ", "NF"]),
        ("subregion/central%20am", ["BZ", "CR", "GT", "HN", "MX", "NI", "PA", "SV"]),
        ("region/central%20america", ["BZ", "CR", "GT", "HN", "MX", "NI", "PA", "SV"]),
        ("region/antar", ["AQ"]),
        ("demonym/swed", ["SE"]),
        ("translation/schweden", ["SE"]),
        ("translation/suecia", ["SE"]),
        ("translation/elfenbeink%C3%BCste", ["CI"]),
    ],
)
def test_a_search_finds(get, path, expected):
    assert sorted(codes(get(path))) == sorted(expected)


def test_countries_stand_where_readers_of_english_look_for_them(get):
    found = codes(get("all?fields=cca2"))
    assert found[:3] == ["AF", "AX", "AL"]
    assert found[-1] == "ZW"


def test_the_best_match_comes_first(get):
    assert codes(get("name/china"))[0] == "CN"
    assert codes(get("name/guinea"))[0] == "GN"
    assert codes(get("name/us"))[0] == "US"
    # Jerusalem has it, too.
    assert codes(get("name/usa"))[0] == "US"
    assert codes(get("translation/niger"))[0] == "NE"


@pytest.mark.once
def test_regions_divide_the_countries(get):
    regions = ("africa", "americas", "antarctic", "asia", "europe", "oceania")
    assert sum(len(codes(get(f"region/{region}?fields=cca2"))) for region in regions) == 250
    assert len(codes(get("independent?fields=cca2"))) + len(codes(get("independent?status=false&fields=cca2"))) == 250
    assert codes(get("independent/?status=true")) == codes(get("independent"))
    assert codes(get("independent?status=maybe")) == codes(get("independent?status=false"))


def test_fields_choose_and_one_code_with_them_is_an_object(get):
    assert get("alpha/se?fields=name").json().keys() == {"name"}
    assert get("alpha/se").json()[0]["cca2"] == "SE"
    assert get("alpha/se?fields=").json()[0]["cca2"] == "SE"
    assert get("alpha?codes=se&fields=cca3").json() == [{"cca3": "SWE"}]
    assert get("alpha/se?fields=%20cca2%20,&fields=cca3,").json() == {"cca2": "SE", "cca3": "SWE"}
    # A list with nothing in it is there where it is asked for, and else is not, as clients know it.
    assert get("alpha/is?fields=borders,capital").json() == {"capital": ["Reykjavik"], "borders": []}
    assert get("alpha/aq?fields=capital,currencies").json() == {"currencies": {}, "capital": []}
    assert not {"capital", "currencies", "borders", "languages"} & get("alpha/aq").json()[0].keys()
    # What no source gives, clients ask for all the same.
    assert get("all?fields=cca2,gini,fifa,coatOfArms,cioc").json()[0].keys() == {"cca2"}


@pytest.mark.parametrize(
    ("path", "status", "message"),
    [
        ("alpha/zz", 404, "Not Found"),
        ("alpha?codes=zz", 404, "Not Found"),
        ("name/atlantis", 404, "Not Found"),
        ("name/%20", 404, "Not Found"),
        ("region/nowhere", 404, "Not Found"),
        ("alpha/sweden", 400, "Bad Request"),
        ("alpha/12", 404, "Not Found"),
        ("alpha?codes=s", 400, "Bad Request"),
        ("alpha?codes=sweden,norway", 404, "Not Found"),
        ("alpha", 400, "The parameter codes is required."),
        ("name/" + "x" * 257, 400, "Bad Request"),
        ("all?fields=" + "x" * 2001, 400, "The parameter fields is longer than 2000 characters."),
        ("name", 404, "There is nothing at this address."),
    ],
)
def test_an_error_is_a_message_and_a_status(get, path, status, message):
    response = get(path)
    assert response.status_code == status
    assert response.json() == {"message": message, "status": status}


def test_without_a_credential_nothing_is_shown_until_the_operator_names_a_tenant(client, tenant, settings):
    assert client.get("/v3.1/all").status_code == 401
    settings.REST_COUNTRIES_TENANT = "nobody"
    assert client.get("/v3.1/all").status_code == 401
    settings.REST_COUNTRIES_TENANT = tenant.code
    assert client.get("/v3.1/all").status_code == 200
    Tenant.objects.filter(pk=tenant.pk).update(is_enabled=False)
    assert client.get("/v3.1/all").status_code == 401


def test_without_a_credential_anyone_may_keep_the_answer_and_any_page_may_read_it(client, everybody):
    response = client.get("/v3.1/alpha/pl", headers={"Origin": "https://anywhere.example"})
    assert response["Cache-Control"] == "public, max-age=86400"
    assert response["Access-Control-Allow-Origin"] == "*"
    again = client.get("/v3.1/alpha/pl", headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 304
    preflight = client.options("/v3.1/alpha/pl", headers={"Origin": "https://anywhere.example"})
    assert preflight["Access-Control-Allow-Origin"] == "*"
    assert "GET" in preflight["Access-Control-Allow-Methods"]


def test_an_answer_to_a_key_is_not_the_public_one(client, everybody, secret):
    assert client.get("/v3.1/alpha/pl")["Cache-Control"].startswith("public")
    for header in ({"X-API-KEY": secret}, {"Authorization": f"Bearer {secret}"}):
        assert client.get("/v3.1/alpha/pl", headers=header)["Cache-Control"] == "private, no-cache"
    assert client.get("/v3.1/alpha/pl", headers={"X-API-KEY": "nonsense"}).status_code == 401


def test_a_public_key_is_for_pages_of_its_own_origins(client, tenant):
    public = issue_key(tenant, "pk", origins=["https://shop.example"])
    for origin, allowed in (("https://shop.example", True), ("https://other.example", False)):
        response = client.get("/v3.1/alpha/pl", headers={"X-API-KEY": public, "Origin": origin})
        assert response.status_code == 200
        assert ("Access-Control-Allow-Origin" in response) is allowed


def test_a_key_shows_its_own_tenants_countries_and_names(client, everybody):
    other = TenantFactory()
    TenantCountry.objects.filter(tenant=other, country="SE").switch(active=False)
    TenantCountryName.objects.create(tenant=other, country_id="PL", language="en", name="Polonia")
    key = {"X-API-KEY": issue_key(other)}
    assert client.get("/v3.1/alpha/se", headers=key).status_code == 404
    assert client.get("/v3.1/alpha/pl?fields=name", headers=key).json()["name"]["common"] == "Polonia"
    assert client.get("/v3.1/alpha/pl?fields=name").json()["name"]["common"] == "Poland"
    assert client.get("/v3.1/alpha/se").status_code == 200


def test_an_edit_is_seen_by_the_next_request(client, everybody):
    assert client.get("/v3.1/alpha/pl?fields=population").json()["population"] > 0
    Country.objects.filter(pk="PL").update(population=1)
    assert client.get("/v3.1/alpha/pl?fields=population").json() == {"population": 1}


@pytest.mark.counted
def test_requests_without_a_credential_are_limited_by_address(client, everybody, settings):
    settings.REQUESTS_PER_MINUTE_BY_ADDRESS = {"anonymous": 2}
    # One that no run of these tests has counted yet.
    address = f"2001:db8:{randbits(16):x}:{randbits(16):x}::1"
    statuses = [client.get("/v3.1/alpha/pl", REMOTE_ADDR=address).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]


def test_flags_are_found_under_the_address_that_the_operator_names(get, settings):
    settings.PUBLIC_URL = "https://countries.example"
    flags = get("alpha/pl?fields=flags").json()["flags"]
    assert flags == {
        "png": "https://countries.example/flags/pl.png",
        "svg": "https://countries.example/flags/pl.svg",
        "alt": "The flag of Poland",
    }


@pytest.mark.counted
def test_an_answer_takes_seven_queries_and_that_for_the_revision(get, django_assert_num_queries):
    get("alpha/se")
    with django_assert_num_queries(8):
        get("alpha/no")


def test_a_capital_is_where_the_city_is(get):
    (row,) = get("alpha?codes=pl&fields=capital,capitalInfo").json()
    assert row["capital"] == ["Warsaw"]
    assert row["capitalInfo"]["latlng"] == pytest.approx([52.2, 21.0], abs=0.1)


def test_a_country_has_all_its_capitals_the_first_of_which_has_the_position(get):
    CityFactory(country_id="ZA", name="Pretoria", latitude=-25.74486, longitude=28.18783)
    (row,) = get("alpha?codes=za&fields=capital,capitalInfo").json()
    assert row == {"capital": ["Pretoria", "Cape Town", "Bloemfontein"], "capitalInfo": {"latlng": [-25.7449, 28.1878]}}


def test_a_capital_is_known_by_its_name_in_any_language(get):
    city = CityFactory(country_id="MN", name="Ulan Bator", latitude=47.9077, longitude=106.8832)
    CityName.objects.create(city=city, language="nl", name="Ulaanbaatar")
    assert get("alpha/mn?fields=capitalInfo").json() == {"capitalInfo": {"latlng": [47.9077, 106.8832]}}


@pytest.mark.parametrize("path", ["all", "alpha/pl", "name/poland/"])
def test_two_slashes_after_the_base_url_are_one(get, path):
    assert get(f"/{path}").content == get(path).content


def test_the_explorer_links_what_needs_no_credential(client, everybody):
    assert b'<a href="/v3.1/alpha/PL">' in client.get("/explore/PL?style=rest_countries").content
    assert b'"/v3.1/' not in client.get("/explore/PL?style=data").content


def test_the_guide_for_those_who_come_from_there_has_every_field(client):
    page = client.get("/docs/guides/coming-from").content.decode()
    assert [field for field in FIELDS if f"<code>{field}</code>" not in page] == []


def test_the_call_on_the_home_page_works_as_it_stands(client, everybody):
    line = re.search(r"curl &#x27;http://testserver(/.+?)&#x27;</code>", client.get("/").content.decode())
    assert line
    assert [row["name"]["common"] for row in client.get(unescape(line[1])).json()] == ["Japan"]
