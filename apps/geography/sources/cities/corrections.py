"""What a person corrected in GeoNames: places that are no cities or stand there twice, and names."""

from functools import lru_cache

from apps.geography.sources.pinned import fixture
from apps.imports.files.source import read_tsv

FILE = "city_corrections.tsv"
COLUMNS = ("geonameid", "name", "reason")


@lru_cache(maxsize=1)
def corrected_names() -> dict[int, str]:
    """Return the right name of each city that GeoNames misnames, by its id; empty where it is no city of its own."""
    return {int(geonameid): name for geonameid, name, _ in read_tsv(fixture(FILE), *COLUMNS)}
