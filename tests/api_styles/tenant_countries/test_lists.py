"""Lists: language modes, sorting, filtering, paging."""

import itertools
import unicodedata
from urllib.parse import quote, urlencode

import pytest

from apps.api.answers.store import store
from apps.geography.models import Region
from apps.geography.names.collation import sort_key
from apps.tenants.models import Tenant
from tests.api_styles.tenant_countries.conftest import COUNTRIES, Ask, codes
from tests.factories import RegionFactory
from tests.golden import assert_golden

MODES = {
    "every-language": "*",
    "list": "fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7",
    "none": None,
    "empty": "",
    "no-match": "tlh",
}
SORT_KEYS = ["code", "name", "name.de", "active", "metadata.createdAt", "metadata.modifiedAt", "metadata.version"]


def search(**parameters: str) -> str:
    return f"{COUNTRIES}?{urlencode({'pageSize': '300'} | parameters)}"


@pytest.mark.usefixtures("_old_records")
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("countries", "/countries?pageSize=4&code=P"),
        ("country", "/countries/PL"),
        ("regions", "/regions"),
        ("region", "/regions/Europe"),
    ],
)
def test_answers_of_each_language_mode(ask: Ask, tenant: Tenant, mode: str, name: str, path: str) -> None:
    tenant.default_language = "pl"
    tenant.save()
    response = ask(f"/country/acme{path}", Accept_Language=MODES[mode])
    assert response.status_code == 200
    assert_golden("tenant_countries", f"{name}-{mode}", response.json())


def test_the_list_holds_every_country_active_or_not(ask: Ask, patch: Ask) -> None:
    assert patch("PL", {"active": False}).status_code == 204
    rows = ask(search()).json()
    assert len(rows) == 250
    assert [row["code"] for row in rows if not row["active"]] == ["PL"]


def test_regions_are_the_country_s_own(ask: Ask) -> None:
    RegionFactory(code="DACH").countries.set(["DE", "AT", "CH"])
    regions = {row["code"]: row["regions"] for row in ask(search()).json()}
    assert regions["PL"] == ["Europe"]
    assert regions["AQ"] == []
    assert regions["DE"] == ["DACH", "Europe"]


def test_a_withdrawn_region_is_shown_nowhere(ask: Ask) -> None:
    Region.objects.filter(code="Europe").update(withdrawn_on="2026-01-01")
    assert ask(f"{COUNTRIES}/PL").json()["regions"] == []
    assert codes(ask("/country/acme/regions")) == ["Africa", "Americas", "Asia", "Oceania"]
    assert codes(ask(search(regions="Europe"))) == []
    assert ask("/country/acme/regions/Europe").status_code == 404


@pytest.mark.parametrize(
    ("header", "key", "text"),
    [
        ("zh-TW", "zh-Hant", "波蘭"),
        ("zh-Hans-CN-x-y", "zh-Hans", "波兰"),
        ("pt-BR", "pt-BR", "Polônia"),
        ("pt", "pt", "Polónia"),
        ("no", "nb", "Polen"),
        ("xx;q=0.9, DE_ch ; q=0.5,,", "de", "Polen"),
        ("de;q=0, fr", "fr", "Pologne"),
        ("en;q=0, *", "de", "Polen"),
        ("*;q=0", "en", "Poland"),
        ("'; DROP", "en", "Poland"),
    ],
)
def test_a_header_finds_one_language_of_all_we_hold(ask: Ask, header: str, key: str, text: str) -> None:
    assert ask(f"{COUNTRIES}/PL", Accept_Language=header).json()["name"] == {key: text}


def test_the_key_is_the_language_of_the_text(ask: Ask) -> None:
    assert ask(f"{COUNTRIES}/PL", Accept_Language="es-MX").json()["name"] == {"es": "Polonia"}


def test_without_a_header_a_list_is_in_the_default_language_and_one_country_in_english(
    ask: Ask, tenant: Tenant
) -> None:
    tenant.default_language = "pl"
    tenant.save()
    assert ask(search(code="DE")).json()[0]["name"] == {"pl": "Niemcy"}
    assert ask(f"{COUNTRIES}/DE").json()["name"] == {"en": "Germany"}


@pytest.mark.parametrize(("language", "first", "then"), [("sv", "ZW", "AX"), ("cs", "HN", "HR"), ("pl", "CY", "TD")])
def test_names_sort_as_the_readers_of_the_language_expect(ask: Ask, language: str, first: str, then: str) -> None:
    rows = ask(search(), Accept_Language=language).json()
    assert [row["code"] for row in rows] == codes(ask(search(sort="name"), Accept_Language=language))
    order = [row["code"] for row in rows]
    assert order.index(first) < order.index(then)
    key = sort_key(language)
    names = [next(iter(row["name"].values())) for row in rows]
    assert names == sorted(names, key=key)


@pytest.mark.parametrize("direction", ["desc", "DESC"])
def test_two_words_mean_descending(ask: Ask, direction: str) -> None:
    assert codes(ask(search(sort=f"code:{direction}"))) == sorted(codes(ask(search())), reverse=True)


@pytest.mark.parametrize("direction", ["asc", "Desc", "up", "desc:asc", " desc", "desc ", "DESC\t", ""])
def test_every_other_word_means_ascending(ask: Ask, direction: str) -> None:
    assert codes(ask(search(sort=f"code:{direction}"))) == sorted(codes(ask(search())))


@pytest.mark.parametrize(
    ("sort", "header", "language"),
    [
        ("name", "de", "de"),
        ("name.pl", "de", "pl"),
        ("name", "*", "en"),
        ("name", None, "en"),
        ("name", "de, *;q=0.5", "en"),
        ("name", "*;q=0.1, de", "en"),
        ("name.pl", "de, *", "pl"),
        ("name.zh-TW", "*", "zh-hant"),
        ("name.de,name:desc", "*", "de"),
    ],
)
def test_name_sorts_by_its_own_language_then_the_header_then_the_default(
    ask: Ask, sort: str, header: str | None, language: str
) -> None:
    assert codes(ask(search(sort=sort), Accept_Language=header)) == codes(ask(search(), Accept_Language=language))


@pytest.mark.parametrize("parameter", ["sort", "name.xx", "name.qq-QQ"])
def test_a_language_that_we_do_not_have_is_refused_by_name(ask: Ask, parameter: str) -> None:
    value = "code,name.xx:desc" if parameter == "sort" else "a"
    response = ask(search(**{parameter: value}))
    assert response.status_code == 400
    assert ("qq-QQ" if "qq" in parameter else "xx") in response.json()["message"]


@pytest.mark.parametrize("empty", ["active", "pageSize", "pageNumber", "sort", "name", "name.de", "code", "regions"])
def test_an_empty_parameter_counts_as_absent(ask: Ask, empty: str) -> None:
    response = ask(f"{COUNTRIES}?{empty}=")
    assert (response.status_code, response.json()) == (200, ask(COUNTRIES).json())


@pytest.mark.parametrize(
    ("name", "header", "found"),
    [
        ("cote", "en", ["CI"]),
        ("CÔTE", "en", ["CI"]),
        ("cote d'iv", "en", ["CI"]),
        ("curacao", "en", ["CW"]),
        ("TÜRKİYE", "tr", ["TR"]),
        ("türkiye", "tr", ["TR"]),
        ("turkiye", "tr", ["TR"]),
        ("italya", "tr", ["IT"]),
        ("ITALYA", "tr", ["IT"]),
        ("ırak", "tr", ["IQ"]),
        ("IRAK", "tr", ["IQ"]),
        ("aland i", "en", ["AX"]),
        ("são tomé", "en", ["ST"]),
        ("sao tome", "pt", ["ST"]),
        ("osterreich", "de", ["AT"]),
        ("ÖSTERREICH", "de", ["AT"]),
        ("ｐｏｌａｎｄ", "en", ["PL"]),
        ("ελλαδα", "el", ["GR"]),
        ("ΕΛΛΆΔΑ", "el", ["GR"]),
        ("faeroerne", "da", ["FO"]),
        ("viet nam", "vi", ["VN"]),
        ("日本", "ja", ["JP"]),
        ("ガーナ", "ja", ["GH"]),
        ("カーナ", "ja", []),
        ("%", "en", []),
    ],
)
def test_names_are_found_whatever_case_accents_and_width(ask: Ask, name: str, header: str, found: list[str]) -> None:
    assert codes(ask(search(name=name, sort="code"), Accept_Language=header)) == found


def test_later_repetitions_of_a_field_are_ignored(ask: Ask) -> None:
    assert codes(ask(search(sort="code,code:desc"))) == codes(ask(search(sort="code")))


def test_keys_count_from_left_to_right_and_ties_go_by_code(ask: Ask, patch: Ask) -> None:
    for code in ("PL", "DE", "FR"):
        patch(code, {"active": False})
    assert codes(ask(search(sort="active")))[:3] == ["DE", "FR", "PL"]
    assert codes(ask(search(sort="active:desc")))[-3:] == ["DE", "FR", "PL"]
    assert codes(ask(search(sort="active,code:desc")))[:3] == ["PL", "FR", "DE"]
    assert codes(ask(search(sort="metadata.version:desc")))[:3] == ["DE", "FR", "PL"]
    assert codes(ask(search(sort="metadata.modifiedAt:desc")))[:3] == ["FR", "DE", "PL"]


@pytest.mark.parametrize(
    "sort",
    ["bogus", "?", "-code", "pk", "id", "tenant", "tenant__id", "tenant__apikey__key", "tenant.apikey.key",
     "created_at", "__class__", "code,", "name.", "name.*", "name.en__regex", "name.en.de", "code.en",
     "metadata", "Code", "regions"],
)  # fmt: skip
def test_another_field_is_refused_and_the_allowed_ones_named(ask: Ask, sort: str) -> None:
    response = ask(search(sort=sort))
    assert response.status_code == 400
    assert "code, name, active, metadata.createdAt, metadata.modifiedAt, metadata.version" in response.json()["message"]


@pytest.mark.parametrize("size", [1, 7, 60, 249, 250, 1000])
@pytest.mark.parametrize("sort", SORT_KEYS)
def test_pages_concatenate_to_the_whole(ask: Ask, sort: str, size: int) -> None:
    # Small pages are asked of a part only: hundreds of requests for each key prove nothing more.
    narrowing = {"code": "A"} if size < 60 else {}
    whole = codes(ask(search(sort=f"{sort}:desc", **narrowing)))
    pages: list[str] = []
    for number in itertools.count(1):
        page = codes(ask(search(sort=f"{sort}:desc", pageSize=str(size), pageNumber=str(number), **narrowing)))
        pages += page
        if len(page) < size:
            break
    assert pages == whole
    assert len(whole) == len(set(whole)) == (len(whole) if narrowing else 250)


def test_a_page_has_sixty_rows_by_default(ask: Ask) -> None:
    assert codes(ask(COUNTRIES)) == codes(ask(search()))[:60]


@pytest.mark.parametrize(
    "query", ["pageNumber=1000000000", "pageSize=9223372036854775808&pageNumber=9223372036854775808"]
)
def test_past_the_end_there_is_nothing(ask: Ask, query: str) -> None:
    assert ask(f"{COUNTRIES}?{query}").json() == []


@pytest.mark.parametrize("name", ["pageNumber", "pageSize"])
@pytest.mark.parametrize("value", ["0", "-5", "abc", "null", "true", "NaN", "1.0", "+1", "1e3", "٣", " 1", "9" * 5000])
def test_page_numbers_are_whole_and_positive(ask: Ask, name: str, value: str) -> None:
    assert ask(search(**{name: value})).status_code == 400


@pytest.mark.parametrize(("header", "count"), [("true", "2"), ("TRUE", "2"), ("false", None), (None, None)])
def test_the_filtered_count_is_told_on_request(ask: Ask, header: str | None, count: str | None) -> None:
    response = ask(search(code="PL,DE", pageSize="1"), X_Total_Count=header)
    assert response.headers.get("X-Total-Count") == count
    assert len(response.json()) == 1


def test_another_word_for_the_count_is_refused(ask: Ask) -> None:
    assert ask(search(), X_Total_Count="maybe").status_code == 400


@pytest.mark.parametrize(
    ("parameters", "header", "found"),
    [
        ({"code": "pl"}, None, ["PL"]),
        ({"code": "PL,de"}, None, ["DE", "PL"]),
        ({"code": "PL,"}, None, ["PL"]),
        ({"code": "pl, de , "}, None, ["DE", "PL"]),
        ({"regions": "Nowhere, Oceania", "code": "nz"}, "en", ["NZ"]),
        ({"code": "%"}, None, []),
        ({"code": "_L"}, None, []),
        ({"name": "ISLE"}, "en", ["IM"]),
        ({"name": "isle"}, "*", ["IM"]),
        ({"name.en": "Isle"}, "*", ["IM"]),
        ({"name.pl": "wyspa man"}, "de", ["IM"]),
        ({"name.en": "Isle", "name.pl": "wyspa", "code": "I"}, "de", ["IM"]),
        ({"name.en": "Isle", "name": "Niemcy"}, "pl", []),
        ({"name": "niem"}, "pl", ["DE"]),
        ({"name": "TÜRKIYE"}, "tr", ["TR"]),
        ({"name": "côte"}, "fr", ["CI"]),
        ({"name": unicodedata.normalize("NFD", "CÔTE")}, "fr", ["CI"]),
        ({"name": "Poland,Germany"}, "en", []),
        ({"name": "%"}, "en", []),
        ({"name": "Po_and"}, "en", []),
        ({"name": "' OR 1=1--"}, "en", []),
        ({"name": '"); DROP TABLE'}, "en", []),
        ({"name": "{{7*7}}"}, "en", []),
        ({"regions": "Oceania,Nowhere", "code": "nz"}, "en", ["NZ"]),
        ({"regions": "ceani", "active": "TRUE", "name": "zealand"}, "en", ["NZ"]),
        ({"active": "false"}, "en", ["FR"]),
    ],
)
def test_filters_find_by_parts_and_combine(ask: Ask, patch: Ask, parameters: dict, header: str, found: list) -> None:
    patch("FR", {"active": False})
    assert codes(ask(search(sort="code", **parameters), Accept_Language=header)) == found


@pytest.mark.parametrize("value", ["1", "maybe", " true", "yes", "null"])
def test_active_is_true_or_false(ask: Ask, value: str) -> None:
    assert ask(search(active=value)).status_code == 400


@pytest.mark.parametrize("name", ["code", "regions"])
def test_a_code_of_a_list_may_have_256_characters(ask: Ask, name: str) -> None:
    assert codes(ask(f"{COUNTRIES}?{name}={'x' * 256},{'y' * 256}")) == []
    assert ask(f"{COUNTRIES}?{name}=x,{'y' * 257}").status_code == 400


@pytest.mark.parametrize(
    "query",
    ["name=%00", "code=%00", "regions=%00", "code=PL%00", "name=%ff", "name=%ed%a0%80", "name=a&name=b",
     "code=PL&code=DE", "name.=x", "name.en__regex=x", "name.*=x", f"name={'x' * 257}", f"code={'x' * 257}",
     f"regions=x,{'x' * 257}"],
)  # fmt: skip
def test_parameters_that_mean_nothing_are_refused(ask: Ask, query: str) -> None:
    assert ask(f"{COUNTRIES}?{query}").status_code == 400


@pytest.mark.parametrize("query", ["foo=bar", "_connector=OR", "_negated=1", "id__gt=0", "code__gt=A", "tenant=globex"])
def test_unknown_parameters_are_ignored(ask: Ask, query: str) -> None:
    assert ask(f"{COUNTRIES}?{query}").json() == ask(COUNTRIES).json()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("sort=code:desc", ["Oceania", "Europe", "Asia", "Americas", "Africa"]),
        ("sort=name.de&pageSize=2&pageNumber=2", ["Asia", "Europe"]),
        ("name=euro", ["Europe"]),
        ("name.de=ozean", ["Oceania"]),
        ("code=asia,EURO", ["Asia", "Europe"]),
    ],
)
def test_regions_are_listed_like_countries(ask: Ask, query: str, found: list) -> None:
    response = ask(f"/country/acme/regions?{query}", X_Total_Count="true")
    assert codes(response) == found
    assert response.headers["X-Total-Count"] >= str(len(found))


def test_regions_are_not_sorted_by_what_they_do_not_have(ask: Ask) -> None:
    assert ask("/country/acme/regions?sort=active").status_code == 400


@pytest.mark.parametrize("code", ["Nowhere", "europe", "%00", "Europe%0A", quote("’" * 200)])
def test_an_unknown_region_is_not_found(ask: Ask, code: str) -> None:
    response = ask(f"/country/acme/regions/{code}")
    assert response.status_code == 404
    assert response.json()["message"] == "The region with the requested code does not exist."


@pytest.mark.counted
def test_a_list_costs_the_same_few_queries_whatever_is_asked(ask: Ask, django_assert_num_queries) -> None:
    ask(search())
    with django_assert_num_queries(0):
        ask(search())
    store.clear()
    # Names; the tenant's own names; rows; their regions. Revisions are read past the log.
    with django_assert_num_queries(4):
        ask(search())
    # And for the filters: all codes, all regions.
    with django_assert_num_queries(6):
        ask(
            search(
                code="a", regions="e", active="true", sort="name.fr,name.ja:desc", **{"name.de": "a", "name.pl": "b"}
            )
        )


@pytest.mark.parametrize("path", ["/countries", "/countries/PL", "/regions", "/regions/Europe", "/countries/PL/names"])
def test_every_answer_has_an_etag_that_saves_the_next_one(ask: Ask, path: str) -> None:
    first = ask(f"/country/acme{path}")
    for condition in (first.headers["ETag"], f"W/{first.headers['ETag']}", f'"other", {first.headers["ETag"]}', "*"):
        again = ask(f"/country/acme{path}", If_None_Match=condition)
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]
        assert again.headers["Vary"] == first.headers["Vary"]
        assert again.headers["Cache-Control"] == first.headers["Cache-Control"] == "private, no-cache"
    assert ask(f"/country/acme{path}", If_None_Match='"other"').status_code == 200


def test_as_many_filters_as_fit_are_answered(ask: Ask) -> None:
    names = "&".join(f"name.en-x-{number}=a" for number in range(190))
    assert len(codes(ask(f"{COUNTRIES}?pageSize=300&{names}"))) > 200
    assert len(codes(ask(search(code=",".join(f"{number}a" for number in range(1500)))))) == 0
