"""Names of cities in other languages: those that CLDR has for its time zones, and which are worth a row."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from apps.geography.names.languages import SOURCE_LANGUAGE, parents
from apps.geography.names.matching import loosened
from apps.geography.validation.characters import tidied
from apps.imports.source import fixture, read_tsv

COLUMNS = ("time_zone", "language", "name")
FILE = "cldr_city_names.tsv"

# (GeoNames id, name, time zone, population)
NamedCity = tuple[int, str, str, int]
Names = dict[str, str]


def zone_names(cities: Iterable[NamedCity]) -> dict[int, Names]:
    """Return, by GeoNames id, the names by language of the cities after which their time zone is called."""
    names: dict[str, Names] = defaultdict(dict)
    for zone, language, name in read_tsv(fixture(FILE), *COLUMNS):
        names[zone][language] = tidied(name)
    return {geonameid: names[zone] for zone, geonameid in _namesakes(cities, names).items()}


def worth_a_row(own: str, names: Mapping[str, str]) -> Names:
    """Return the names without a region's that are its parent's, or none if all of them are the city's own.

    One that is the city's own stays beside others: its readers would else get one in another language.
    """
    if set(names.values()) <= {own}:
        return {}
    return {
        language: name
        for language, name in names.items()
        if name != next((names[each] for each in parents(language)[1:] if each in names), None)
    }


def _namesakes(cities: Iterable[NamedCity], names: dict[str, Names]) -> dict[str, int]:
    """Return the id of the largest city of each zone that is called as the zone is."""
    called = {
        zone: {loosened(zone.rpartition("/")[2]), loosened(translations.get(SOURCE_LANGUAGE, zone))}
        for zone, translations in names.items()
    }
    found: dict[str, tuple[int, int]] = {}
    for geonameid, name, zone, population in cities:
        if zone in called and loosened(name) in called[zone]:
            found[zone] = max(found.get(zone, (-1, 0)), (population, geonameid))
    return {zone: geonameid for zone, (_, geonameid) in found.items()}
