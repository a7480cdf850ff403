"""Which country a name means, by the real names."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest

from apps.geography.models import AlternativeName, Country, TenantCountry
from apps.geography.names import naming
from apps.geography.names.languages import LANGUAGES, column
from apps.geography.names.matching import folded, loosened
from apps.tenants.models import Tenant
from tests.factories import CountryFactory, TenantFactory

pytestmark = pytest.mark.once


@pytest.fixture(autouse=True)
def _names(db: None) -> Iterator[None]:
    """Take back the names that were read: a rolled-back transaction gives its revision to the next test."""
    list(naming.ranks(""))
    held = dict(naming._held)
    yield
    naming._held.update(held)


def meant(tenant: Tenant, term: str) -> list[str]:
    return sorted(naming.named(Country.objects.active_for(tenant), term, tenant).values_list("code", flat=True))


@pytest.mark.parametrize(
    ("term", "code"),
    [
        ("HK", "HK"),
        ("hk", "HK"),
        ("Hong Kong", "HK"),
        ("Hongkong", "HK"),
        ("hong kong sar china", "HK"),
        ("香港", "HK"),
        ("Hồng Kông", "HK"),
        ("USA", "US"),
        ("u.s.a.", "US"),
        ("United States of America", "US"),
        ("Vereinigte Staaten", "US"),
        ("美国", "US"),
        ("UK", "GB"),
        ("uk", "GB"),
        ("Great Britain", "GB"),
        ("Côte d'Ivoire", "CI"),
        ("Cote dIvoire", "CI"),
        ("Ivory Coast", "CI"),
        ("Elfenbeinküste", "CI"),
        ("South Korea", "KR"),
        ("Korea, Republic of", "KR"),
        ("North Korea", "KP"),
        ("Türkiye", "TR"),
        ("TÜRKİYE", "TR"),
        ("turkiye", "TR"),
        ("Turkey", "TR"),
        ("Áo", "AT"),
        ("áo", "AT"),
        ("AO", "AO"),
        ("ao", "AO"),
        ("Holland", "NL"),
        ("Czech Republic", "CZ"),
        ("Macedonia", "MK"),
        ("Swaziland", "SZ"),
        ("Burma", "MM"),
        ("Republic of Ireland", "IE"),
        ("Shqipëria", "AL"),
        ("Kosovo", "XK"),
        ("Deutschland", "DE"),
        ("ألمانيا", "DE"),
        ("الاردن", "JO"),
        ("भारत", "IN"),
        ("Йемен", "YE"),
        ("ไทย", "TH"),
        ("대한민국", "KR"),
        ("ニッポン", None),
        ("日本", "JP"),
        ("Åland", "AX"),
        ("Aland Islands", "AX"),
        ("Vatican", "VA"),
        ("Russian Federation", "RU"),
        ("Taiwan", "TW"),
        ("臺灣", "TW"),
        ("台灣", "TW"),
        ("Palestine", "PS"),
        ("Congo - Brazzaville", "CG"),
        ("Congo - Kinshasa", "CD"),
        ("DR Congo", "CD"),
        ("Guinea", "GN"),
        ("Niger", "NE"),
        ("Dominica", "DM"),
        ("Georgia", "GE"),
        (" Georgia ", "GE"),
    ],
)
def test_this_name_means_this_country(tenant: Tenant, term: str, code: str | None) -> None:
    assert meant(tenant, term) == ([code] if code else [])


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
def test_normal_forms_do_not_matter(tenant: Tenant, form: Any) -> None:
    for name, code in (("Türkiye", "TR"), ("Côte d’Ivoire", "CI"), ("Österreich", "AT"), ("한국", "KR")):
        assert code in meant(tenant, unicodedata.normalize(form, name))


@pytest.mark.parametrize(
    "term", ["United", "Guin", "Atlantis", "Kong", "Germ", "*", "%", "_", "__all__", "P_land", "P%", "ZZ", "U K X", "'"]
)
def test_a_part_or_a_pattern_or_a_stranger_means_nothing(tenant: Tenant, term: str) -> None:
    assert meant(tenant, term) == []


def test_every_country_is_reachable_by_each_of_its_names(db: None) -> None:
    display, alternative = (naming._held[names][1] for names in (naming._display_names, naming._alternative_names))
    columns = ["code", "iso_name", *(column("name", language) for language in LANGUAGES)]
    lost = [
        (code, name)
        for code, *names in Country.objects.current().values_list(*columns)
        for name in names
        if name and code not in display[loosened(name)]
    ]
    others = [
        *Country.objects.exclude(official_name="").values_list("code", "official_name"),
        *AlternativeName.objects.filter(withdrawn_on=None).values_list("country_id", "name"),
    ]
    lost += [(code, name) for code, name in others if code not in alternative[loosened(name)]]
    assert lost == []


def test_no_two_countries_share_a_display_name_in_one_language_by_loosening(db: None) -> None:
    columns = {language: column("name", language) for language in LANGUAGES}
    shared = defaultdict(set)
    for code, *names in Country.objects.current().values_list("code", *columns.values()):
        for language, name in zip(columns, names, strict=True):
            if name:
                shared[language, loosened(name)].add((code, folded(name)))
    assert {key: found for key, found in shared.items() if len({code for code, _ in found}) > 1} == {}


def test_a_display_name_outranks_an_alternative_one(tenant: Tenant) -> None:
    CountryFactory(code="XQ", name_en="Quuxland").alternative_names.create(name="Poland", language="en")
    assert meant(tenant, "Poland") == ["PL"]


def test_all_that_bear_the_name_in_the_same_rank_are_meant(tenant: Tenant) -> None:
    for code in ("XQ", "XR"):
        CountryFactory(code=code, name_en=f"Land {code}").alternative_names.create(name="Quux", language="en")
    assert meant(tenant, "quux") == ["XQ", "XR"]


def test_a_kind_of_state_beside_a_name_means_its_country_where_no_other_shares_it(tenant: Tenant) -> None:
    CountryFactory(code="XQ", name_en="Quux")
    assert meant(tenant, "Republic of Quux") == ["XQ"]
    CountryFactory(code="XR", name_en="Quux")
    assert meant(tenant, "Republic of Quux") == []


def test_an_inactive_country_is_not_meant(tenant: Tenant) -> None:
    TenantCountry.objects.filter(tenant=tenant, country__in=["PL", "AO"]).switch(active=False)
    assert meant(tenant, "PL") == meant(tenant, "Poland") == meant(tenant, "Polska") == []
    # The code of Angola does not become the Vietnamese name of Austria.
    assert meant(tenant, "ao") == []


def test_a_name_means_the_active_country_that_bears_it(tenant: Tenant) -> None:
    CountryFactory(code="XQ", name_en="Quuxland").alternative_names.create(name="Poland", language="en")
    TenantCountry.objects.filter(tenant=tenant, country="PL").switch(active=False)
    assert meant(tenant, "Poland") == ["XQ"]


def test_a_tenants_own_name_is_its_alone(tenant: Tenant) -> None:
    tenant.country_names.create(country_id="TW", language="en", name="Chinese Taipei Quux")
    assert meant(tenant, "chinese taipei quux") == ["TW"]
    assert meant(tenant, "quux") == []
    assert meant(TenantFactory(), "chinese taipei quux") == []


def test_a_withdrawn_country_is_not_meant(tenant: Tenant) -> None:
    Country.objects.filter(code="PL").update(withdrawn_on="2026-11-21")
    assert meant(tenant, "PL") == meant(tenant, "Poland") == []


def test_a_withdrawn_alternative_name_means_nothing(tenant: Tenant) -> None:
    CountryFactory(code="XQ").alternative_names.create(name="Quux", withdrawn_on="2026-11-21")
    assert meant(tenant, "Quux") == []


def test_an_edit_is_known_at_once(tenant: Tenant) -> None:
    assert meant(tenant, "Quux") == []
    Country.objects.filter(code="PL").update(name_de="Quux")
    assert meant(tenant, "Quux") == ["PL"]


def test_names_that_are_held_cost_one_query(tenant: Tenant, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):  # the revision
        list(naming.ranks("Poland"))


def test_alternative_names_are_read_only_where_no_better_rank_has_the_name(
    tenant: Tenant, django_assert_num_queries: Any
) -> None:
    Country.objects.filter(code="PL").update(name_de="Quux")
    with django_assert_num_queries(5):  # the revision, display names, the tenant's own, is one active, the country
        assert meant(tenant, "Quux") == ["PL"]


def test_a_code_needs_no_index(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(naming, "ranks")
    assert meant(tenant, "HK") == ["HK"]
