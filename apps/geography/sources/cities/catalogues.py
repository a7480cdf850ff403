"""Names of cities by language, and further spellings, as `fixtures/` has them from GeoNames."""

from collections import defaultdict
from collections.abc import Collection
from sys import intern

from apps.geography.sources.pinned import fixture
from apps.imports.files.source import read_tsv

# One file for each language: `city_names/de.tsv`.
NAMES, NAME_COLUMNS = "city_names", ("geonameid", "name")
SPELLINGS, SPELLING_COLUMNS = "city_spellings.tsv", ("geonameid", "spelling")


def names(cities: Collection[int]) -> dict[int, dict[str, str]]:
    """Return the names by language of those of the cities that have any: {1850147: {"de": "Tokio"}}."""
    found: dict[int, dict[str, str]] = defaultdict(dict)
    for path in sorted(fixture(NAMES).glob("*.tsv")):
        language = intern(path.stem)
        for geonameid, name in read_tsv(path, *NAME_COLUMNS):
            if (city := int(geonameid)) in cities:
                found[city][language] = name
    return found


def spellings() -> dict[int, list[str]]:
    """Return spellings that are known of a city and stand for no language in particular, sorted, by GeoNames id."""
    found: dict[int, list[str]] = defaultdict(list)
    for geonameid, spelling in read_tsv(fixture(SPELLINGS), *SPELLING_COLUMNS):
        found[int(geonameid)].append(spelling)
    return found
