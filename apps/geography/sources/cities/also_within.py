"""Divisions that a place reaches into beside the one that it lies in."""

from functools import lru_cache

from apps.geography.sources.pinned import fixture
from apps.imports.files.source import read_tsv

FILE, COLUMNS = "also_within.tsv", ("place", "codes", "note")


@lru_cache(maxsize=1)
def also_within() -> dict[str, frozenset[str]]:
    """Return the codes of ISO 3166-2 by place: a city's id as text, or the code of the division that cities lie in.

    A row stores one subdivision of a city. Where ISO divides a city, or parts a division from the one that people
    take it to be in, the others are right as well: London in GB-LND, Lyon in FR-69.
    """
    return {place: frozenset(codes.split()) for place, codes, _ in read_tsv(fixture(FILE), *COLUMNS)}
