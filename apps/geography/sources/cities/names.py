"""Names of cities in other languages: those that CLDR has for its time zones, and which are worth a row."""

from collections import defaultdict
from collections.abc import Collection, Mapping

from apps.geography.names.languages import parents
from apps.geography.sources.pinned import fixture
from apps.geography.validation.characters import tidied
from apps.imports.files.source import read_tsv

COLUMNS = ("time_zone", "language", "name")
FILE = "cldr_city_names.tsv"
# What is called so by nobody, or by mistake, whoever says it.
WITHHELD, WITHHELD_COLUMNS = "withheld_city_spellings.tsv", ("geonameid", "spelling", "note")
# Which city each time zone is called after.
NAMESAKES, NAMESAKE_COLUMNS = "zone_cities.tsv", ("time_zone", "geonameid")

NamesByLanguage = dict[str, str]


def zone_names(cities: Collection[int]) -> dict[int, NamesByLanguage]:
    """Return the names by language of those of the cities after which their time zone is called, by GeoNames id."""
    namesakes = read_tsv(fixture(NAMESAKES), *NAMESAKE_COLUMNS)
    zones = {zone: city for zone, geonameid in namesakes if (city := int(geonameid)) in cities}
    withheld = {(int(city), name) for city, name, _ in read_tsv(fixture(WITHHELD), *WITHHELD_COLUMNS)}
    names: dict[int, NamesByLanguage] = defaultdict(dict)
    for zone, language, name in read_tsv(fixture(FILE), *COLUMNS):
        if zone in zones and (zones[zone], name) not in withheld:
            names[zones[zone]][language] = tidied(name)
    return names


def worth_a_row(own: str, names: Mapping[str, str]) -> NamesByLanguage:
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
