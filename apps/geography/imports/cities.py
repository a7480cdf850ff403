"""Cities and their names, and the states that only GeoNames knows, from the packages or from files of GeoNames."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from sys import intern
from typing import Any

from django.db.models import Q

from apps.geography.imports import alternate_names, geonames, geonamescache, hong_kong, placement
from apps.geography.imports.city_names import Names, worth_a_row, zone_names
from apps.geography.imports.geonames_files import Dump
from apps.geography.imports.placement import Placement
from apps.geography.imports.progress import bar
from apps.geography.imports.report import Rejection
from apps.geography.imports.source import BadSource, fixture, read_tsv
from apps.geography.imports.tables import Dataset, Row, Table
from apps.geography.languages import column
from apps.geography.models import City, CityName, Country, Subdivision

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


@dataclass(frozen=True)
class Files:
    """Files of GeoNames that stand in for what the packages and `fixtures/` have. size: of the smallest city."""

    size: int
    cities: Dump | None = None
    divisions: Dump | None = None
    names: Dump | None = None


def datasets(files: Files) -> list[Dataset]:
    """Return the states that ISO does not have, the cities, and their names.

    A file with the cities of one country leaves those of all others alone.
    """
    if not Subdivision.objects.iso().exists():
        raise BadSource("There are no subdivisions to put cities in: run import_countries and import_subdivisions.")
    countries = set(Country.objects.values_list("code", flat=True))
    places = placement.load()
    if files.divisions:
        places = geonames.divisions(files.divisions, places, countries)
    if files.cities:
        source = geonames.cities(files.cities, files.size, countries)
    else:
        source = bar(geonamescache.cities(files.size), f"cities of {files.size:,} and more")
    cities = list(_cities(source, places))
    if files.cities and not cities:
        raise BadSource(f"{files.cities.path} has no cities of at least {files.size:,} people.")
    ids = {city[0] for city in cities}
    names = list(_names(cities, alternate_names.read(files.names, ids) if files.names else {}))
    table, name_table = CITIES, CITY_NAMES
    if files.cities and len(only := {city[1] for city in cities}) == 1:
        table, name_table = _of_country(only.pop(), ids)
    found = [
        Dataset(STATES, _states(places), _rejected(files.divisions)),
        Dataset(table, cities, _rejected(files.cities)),
    ]
    # In most countries no city has names of its own, so that their lack is no sign of a broken source.
    if table is CITIES or names or CityName.objects.filter(name_table.scope).exists():
        found.append(Dataset(name_table, names, _rejected(files.names)))
    return found


def _rejected(dump: Dump | None) -> list[Rejection]:
    return dump.rejected if dump else []


def _of_country(country: str, ids: set[int]) -> tuple[Table, Table]:
    """Return the tables of cities and names as far as they are of the country, or become so with these ids."""
    elsewhere = ids.intersection(City.objects.exclude(country=country).values_list("pk", flat=True))
    cities = Q(country=country) | Q(pk__in=elsewhere)
    names = Q(city__country=country) | Q(city__in=elsewhere)
    return replace(CITIES, scope=cities), replace(CITY_NAMES, scope=names)


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


def _cities(rows: Iterable[dict[str, Any]], places: Placement) -> Iterator[Row]:
    """Yield GeoNames' cities; in the place of Hong Kong's, the areas from their own file."""
    has_hong_kong = False
    for city in rows:
        country = city["countrycode"]
        if country == hong_kong.COUNTRY:
            has_hong_kong = True
            continue
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
    for area in hong_kong.areas() if has_hong_kong else ():
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


def _names(cities: Iterable[Row], alternate: Mapping[int, Names]) -> Iterator[Row]:
    """Yield the names in other languages: Hong Kong's file comes first, then GeoNames' alternate names, then CLDR's."""
    curated = {area.geonameid: area.names for area in hong_kong.areas()}
    named = [(geonameid, name, zone, population) for geonameid, _, _, name, _, _, population, zone in cities]
    generated = zone_names(named)
    for geonameid, own, _, _ in named:
        sources = (generated, alternate, curated)
        if any(geonameid in source for source in sources):
            names = {language: name for source in sources for language, name in source.get(geonameid, {}).items()}
            for language, name in sorted(worth_a_row(own, names).items()):
                yield geonameid, language, name
