"""Divisions, and countries, that a place reaches into beside those that it lies in."""

from functools import lru_cache

from apps.geography.sources.pinned import fixture
from apps.imports.files.source import read_tsv

FILE, COLUMNS = "also_within.tsv", ("place", "codes", "note")


@lru_cache(maxsize=1)
def also_within() -> dict[str, frozenset[str]]:
    """Return the codes of ISO 3166-2 by place: a city's id as text, or the code of the division that cities lie in.

    A row stores one subdivision of a city. Where ISO divides a city, or parts a division from the one that people
    take it to be in, the others are right as well: London in GB-LND, Lyon in FR-69. So is the code of a country whose
    divisions ISO lets reach over the territory of another one: Laayoune in MA.
    """
    return {place: frozenset(codes.split()) for place, codes, _ in read_tsv(fixture(FILE), *COLUMNS)}


@lru_cache(maxsize=1)
def _guests() -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for place, codes in also_within().items():
        for country in (code for code in codes if len(code) == 2):
            found.setdefault(country, set()).add(int(place))
    return {country: frozenset(cities) for country, cities in found.items()}


def guests(country: str) -> frozenset[int]:
    """Return the ids of the cities of other countries that people take to be in this one as well."""
    return _guests().get(country, frozenset())
