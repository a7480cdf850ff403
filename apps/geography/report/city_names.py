"""Suspicions about what cities are called beside their own names."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from apps.geography.names.latin import whole
from apps.geography.report.likeness import consonants, sound
from apps.geography.report.places import CityRow
from apps.geography.report.scripts import scripts
from apps.geography.report.suspicions import Suspicion

# From how many people on a city is one that others' names are taken for.
LARGE = 100_000
# Of 100: from where on a long name sounds as another city's, and up to where any is far from its own.
ANOTHER, LONG, FAR, SHORTEST = 92, 6, 60, 4
# What ICU reads these characters as is not how a Japanese or Korean name sounds.
READ_OTHERWISE = frozenset({"Hani"})
# Scripts that leave vowels out: only what sounds the same is the same.
UNVOWELLED = frozenset({"Arab", "Hebr"})
# Where one letter makes another city, and many of them: Jining, Jinning, Yining.
EXACT = frozenset({"CN", "TW"})
KIND = "borrowed_city_name"


@dataclass(frozen=True, slots=True)
class Called:
    """A name of a city; language: empty where it stands for none."""

    geonameid: int
    language: str
    name: str


def borrowed_city_names(cities: Sequence[CityRow], called: Iterable[Called]) -> Iterator[Suspicion]:
    """Yield names that sound as another large city of the country, and not as the one that bears them."""
    rows = {city.geonameid: city for city in cities}
    large: dict[str, dict[str, CityRow]] = defaultdict(dict)
    for city in sorted(cities, key=lambda city: city.population):
        if city.population >= LARGE and len(text := _heard(city.name, city.country)) >= SHORTEST:
            large[city.country][text] = city
    for each in called:
        own = rows.get(each.geonameid)
        if own is None or scripts(each.name) & READ_OTHERWISE:
            continue
        if other := _other(each.name, own, large[own.country]):
            evidence = f"{own.name}, {own.country}: sounds as {other.name} ({other.geonameid})"
            yield Suspicion(KIND, str(own.geonameid), each.language, each.name, evidence)


def _other(name: str, own: CityRow, large: dict[str, CityRow]) -> CityRow | None:
    """Return the large city that a name of another one sounds as."""
    is_voweled = not scripts(name) & UNVOWELLED
    text, its = (
        (_heard(name, own.country), _heard(own.name, own.country))
        if is_voweled
        else (consonants(name), consonants(own.name))
    )
    if len(text) < SHORTEST or fuzz.ratio(text, its) >= FAR:
        return None
    if is_voweled:
        least = ANOTHER if len(text) >= LONG and own.country not in EXACT else 100
        near = process.extractOne(text, large.keys(), scorer=fuzz.ratio, score_cutoff=least)
        found = large[near[0]] if near else None
    else:
        found = next((city for city in large.values() if consonants(city.name) == text), None)
    return found if found != own else None


def _heard(name: str, country: str) -> str:
    """Return what a name sounds as, in a country."""
    return whole(name) if country in EXACT else sound(name).replace("c", "k")
