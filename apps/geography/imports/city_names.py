"""Names of cities in other languages, as far as CLDR has them: those that name a time zone."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from apps.geography.imports.compile_city_names import COLUMNS, FILE
from apps.geography.imports.source import fixture, read_tsv
from apps.geography.languages import SOURCE_LANGUAGE, parents
from apps.geography.matching import loosened

# (GeoNames id, name, time zone, population)
NamedCity = tuple[int, str, str, int]


def zone_names(cities: Iterable[NamedCity]) -> Iterator[tuple[int, str, str]]:
    """Yield (GeoNames id, language, name) of the cities after which their time zone is called.

    A name that is the city's own, or for a variant of a region its parent's, is left out.
    """
    names: dict[str, dict[str, str]] = defaultdict(dict)
    for zone, language, name in read_tsv(fixture(FILE), *COLUMNS):
        names[zone][language] = name
    for zone, (geonameid, own) in sorted(_namesakes(cities, names).items()):
        translations = names[zone]
        for language, name in translations.items():
            inherited = next((translations[each] for each in parents(language)[1:] if each in translations), own)
            if name != inherited:
                yield geonameid, language, name


def _namesakes(cities: Iterable[NamedCity], names: dict[str, dict[str, str]]) -> dict[str, tuple[int, str]]:
    """Return the id and name of the largest city of each zone that is called as the zone is."""
    called = {
        zone: {loosened(zone.rpartition("/")[2]), loosened(translations.get(SOURCE_LANGUAGE, zone))}
        for zone, translations in names.items()
    }
    found: dict[str, tuple[int, int, str]] = {}
    for geonameid, name, zone, population in cities:
        if zone in called and loosened(name) in called[zone]:
            found[zone] = max(found.get(zone, (-1, 0, "")), (population, geonameid, name))
    return {zone: (geonameid, name) for zone, (_, geonameid, name) in found.items()}
