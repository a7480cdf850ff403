"""Tell which divisions of two sources are the same, by their names.

GeoNames' own codes look like ISO's and mean other places (540 of 1,053 that look alike), so codes are never compared.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import asin, cos, radians, sin, sqrt

from rapidfuzz import fuzz

from apps.geography.names.latin import whole, without_generic

SIMILARITY = 75
MARGIN = 5
NEAR_KM = 150
CITY = re.compile(r"\b(city|municipality|capital|town|gorod|horad|misto|shahri|stadt|ville)\b", re.IGNORECASE)

Point = tuple[float, float]


@dataclass
class Place:
    """A division of a country as one of the two sources names it."""

    code: str
    country: str
    names: list[list[str]] = field(default_factory=list)
    """What it is called, by source, the most reliable first."""
    is_city: bool = False
    level: int = 0
    parent: str | None = None
    point: Point | None = None


def match(divisions: Collection[Place], places: Collection[Place]) -> dict[str, str]:
    """Return the ISO code of each division for which one can be told, each code once.

    First all by the surest names, then what is left by less sure ones; of ISO's levels the one comes first whose
    size is nearest to that of GeoNames.
    """
    matched: dict[str, str] = {}
    levels = Counter(place.level for place in places)
    for level in sorted(levels, key=lambda level: (abs(levels[level] - len(divisions)), level)):
        candidates = [place for place in places if place.level == level]
        for step in STEPS:
            free = [place for place in candidates if place.code not in matched.values()]
            left = [division for division in divisions if division.code not in matched]
            matched |= step(left, free)
    return matched


def same_name(source: int, key: Callable[[str], str]) -> Callable[[list[Place], list[Place]], dict[str, str]]:
    """Return a step that matches places whose names from one source have the same key."""

    def step(divisions: list[Place], places: list[Place]) -> dict[str, str]:
        by_key: dict[str, list[Place]] = defaultdict(list)
        for place in places:
            for each in {key(name) for name in place.names[source]} - {""}:
                by_key[each].append(place)
        return without_rivals((division, by_key.get(key(division.names[0][0]), [])) for division in divisions)

    return step


def without_rivals(claims: Iterable[tuple[Place, list[Place]]]) -> dict[str, str]:
    """Return the claims on one code by one division; of rivals a city gets the city, and the others nothing."""
    pairs = [(division, place) for division, places in claims for place in places]
    fitting = [(division, place) for division, place in pairs if division.is_city == place.is_city]
    return alone(pairs) | {code: iso for code, iso in alone(fitting).items() if code not in alone(pairs)}


def alone(pairs: list[tuple[Place, Place]]) -> dict[str, str]:
    """Return those pairs both sides of which stand in no other pair."""
    divisions = Counter(division.code for division, _ in pairs)
    places = Counter(place.code for _, place in pairs)
    return {a.code: b.code for a, b in pairs if divisions[a.code] == 1 == places[b.code]}


def similar(divisions: list[Place], places: list[Place]) -> dict[str, str]:
    """Match places whose names are alike and that are known to be near each other."""
    claims = []
    for division in divisions:
        name = without_generic(division.names[0][0])
        scores = sorted(((likeness(name, place), place.code, place) for place in places), reverse=True)
        if not scores or not name:
            continue
        (best, _, place), second = scores[0], scores[1][0] if len(scores) > 1 else 0
        if best >= SIMILARITY and best - second >= MARGIN and distance_km(division.point, place.point) < NEAR_KM:
            claims.append((division, [place]))
    return without_rivals(claims)


def likeness(name: str, place: Place) -> float:
    """Return how alike a bare name and the likest name of a place are, 0 to 100."""
    return max(fuzz.ratio(name, without_generic(each)) for names in place.names for each in names)


def distance_km(one: Point | None, other: Point | None) -> float:
    """Return the distance on a sphere; infinite where a point is unknown."""
    if one is None or other is None:
        return float("inf")
    (lat1, lon1), (lat2, lon2) = (map(radians, one), map(radians, other))
    chord = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * 6371 * asin(sqrt(chord))


STEPS = (
    same_name(0, whole),
    same_name(0, without_generic),
    same_name(1, whole),
    same_name(1, without_generic),
    same_name(2, without_generic),
    same_name(3, without_generic),
    similar,
)


def match_countries(
    names: Mapping[str, str], known: Mapping[str, str], places: Iterable[Place], points: Mapping[str, Point]
) -> dict[str, str]:
    """Return the ISO codes of GeoNames divisions, country by country; what is known already is taken."""
    by_country = defaultdict(list)
    for place in places:
        if place.code not in known.values():
            by_country[place.country].append(place)
    divisions = defaultdict(list)
    for code, name in names.items():
        if code not in known:
            division = Place(code, code[:2], [[name]], bool(CITY.search(name)), point=points.get(code))
            divisions[division.country].append(division)
    matched = dict(known)
    for country, left in divisions.items():
        matched |= match(left, by_country[country])
    return matched


def middle(points: Sequence[Point]) -> Point:
    """Return the mean of points that are near each other."""
    return sum(lat for lat, _ in points) / len(points), sum(lon for _, lon in points) / len(points)
