"""Suspicions about cities, capitals and withdrawn codes: each check looks at rows and asks no database."""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from math import cos, hypot, radians
from typing import NamedTuple

from rapidfuzz import fuzz

from apps.geography.names.latin import latin, whole, without_generic
from apps.geography.report.names import oddities
from apps.geography.report.scripts import mixed, scripts
from apps.geography.report.suspicions import Suspicion

KM_A_DEGREE = 111.2
# Two cities of like names this near each other are one; smaller ones are villages, of which many are alike.
DOUBLED_KM, LEAST_PEOPLE, ALIKE = 5, 15_000, 92
# A city is among those of another subdivision when its nearest ones all are, and none of its own is near.
NEAREST, AMONG_KM, OWN_KM = 5, 15, 40
CELL = 0.4
NUMBERED = re.compile(r"\d+|\b[IVX]+\b")
DIRECTIONS = frozenset(
    "east north south west eastern northern southern western upper lower new old inner outer utara selatan timur barat "
    "village heights isles park rural".split()
)
SAINT = re.compile(r"\bSt\.? ")
NO_NAME = re.compile(r"^\W*\w{0,3}\W*\d{3,}$")
LATIN = frozenset({"Latn"})


class CityRow(NamedTuple):
    """A city as the checks look at it; subdivision: the code of the state that it lies in, if any."""

    geonameid: int
    country: str
    subdivision: str | None
    name: str
    latitude: float | None
    longitude: float | None
    population: int


def doubled_cities(cities: Sequence[CityRow]) -> Iterator[Suspicion]:
    """Yield cities that stand twice: under like names, near each other."""
    for city, near in _with_neighbours([city for city in cities if city.population >= LEAST_PEOPLE]):
        for km, other in near:
            # Of the two the later one of GeoNames' is named, since its predecessor is the one that others refer to.
            if km < DOUBLED_KM and other.geonameid < city.geonameid and _is_same_name(city.name, other.name):
                evidence = f"{km:.1f} km from {other.name} ({other.geonameid})"
                yield Suspicion("doubled_city", str(city.geonameid), "", city.name, evidence)


def _is_same_name(one: str, other: str) -> bool:
    words = [set(latin(each).split()) & DIRECTIONS | set(NUMBERED.findall(each)) for each in (one, other)]
    return words[0] == words[1] and fuzz.ratio(without_generic(one), without_generic(other)) >= ALIKE


def odd_city_names(cities: Sequence[CityRow]) -> Iterator[Suspicion]:
    """Yield cities whose own names are numbers, not in Latin letters, mixed, or of odd characters."""
    for city in cities:
        found = (
            (NO_NAME.search(city.name) and "a number, no name")
            or mixed(city.name)
            or (scripts(city.name) - LATIN and "not in Latin letters")
            or oddities(city.name)
        )
        if found:
            yield Suspicion("odd_city_name", str(city.geonameid), "", city.name, found)


def cities_elsewhere(cities: Sequence[CityRow]) -> Iterator[Suspicion]:
    """Yield cities that lie among those of another subdivision, far from all of their own."""
    for city, near in _with_neighbours([city for city in cities if city.subdivision]):
        nearest = {other.subdivision for _, other in near[:NEAREST]}
        own = min((km for km, other in near if other.subdivision == city.subdivision), default=OWN_KM)
        if len(near) >= NEAREST and len(nearest) == 1 and near[NEAREST - 1][0] < AMONG_KM and own >= OWN_KM:
            evidence = f"in {city.subdivision}, among cities of {nearest.pop()}"
            yield Suspicion("city_elsewhere", str(city.geonameid), "", city.name, evidence)


def unplaced_cities(cities: Sequence[CityRow], divided: Iterable[str]) -> Iterator[Suspicion]:
    """Yield cities without a subdivision in the countries that have some."""
    countries = set(divided)
    for city in cities:
        if city.country in countries and city.subdivision is None:
            yield Suspicion("unplaced_city", str(city.geonameid), "", city.name, f"in no subdivision of {city.country}")


def _with_neighbours(cities: Sequence[CityRow]) -> Iterator[tuple[CityRow, list[tuple[float, CityRow]]]]:
    """Yield each city that has a place with the others of its country around it, nearest first."""
    grid: dict[tuple[str, int, int], list[CityRow]] = defaultdict(list)
    for city in cities:
        if city.latitude is not None and city.longitude is not None:
            grid[city.country, int(city.latitude // CELL), int(city.longitude // CELL)].append(city)
    for (country, row, column), group in list(grid.items()):
        around = [
            other
            for above in (row - 1, row, row + 1)
            for beside in (column - 1, column, column + 1)
            for other in grid.get((country, above, beside), ())
        ]
        for city in group:
            yield city, sorted((_km(city, other), other) for other in around if other is not city)


def _km(one: CityRow, other: CityRow) -> float:
    """Return the distance of two cities that have a place and are near each other."""
    north = (one.latitude or 0) - (other.latitude or 0)
    east = ((one.longitude or 0) - (other.longitude or 0)) * cos(radians(one.latitude or 0))
    return KM_A_DEGREE * hypot(north, east)


def lost_capitals(capitals: Mapping[str, Collection[str]], names: Mapping[str, Iterable[str]]) -> Iterator[Suspicion]:
    """Yield countries without a capital, or whose capital is none of their cities that have coordinates.

    capitals: names by country. names: of those cities, in every language, by country.
    """
    for country, of_country in capitals.items():
        known = {_plain(name) for name in names.get(country, ())}
        if not of_country:
            yield Suspicion("lost_capital", country, "", "", "has no capital")
        for capital in of_country:
            if known and _plain(capital) not in known:
                yield Suspicion("lost_capital", country, "", capital, "is no city with coordinates")


def _plain(name: str) -> str:
    """Return the letters of a name of a city; saints are written out."""
    return whole(SAINT.sub("Saint ", name))


def ends_of_codes(withdrawn: Mapping[str, Sequence[str]]) -> Iterator[Suspicion]:
    """Yield withdrawn codes of which nobody knows what became of them; withdrawn: their successors, by code."""
    for code, successors in withdrawn.items():
        if not successors:
            yield Suspicion("no_successor", code, "", "", "withdrawn, with no code that succeeds it")


CITY_CHECKS: dict[str, Callable[[Sequence[CityRow]], Iterator[Suspicion]]] = {
    "doubled_city": doubled_cities,
    "odd_city_name": odd_city_names,
    "city_elsewhere": cities_elsewhere,
}
