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
# What a person gives as the name in a language; empty: what the catalogues have is out.
REPAIRS, REPAIR_COLUMNS = "city_name_repairs.tsv", ("geonameid", "language", "name", "note")
# Which city each time zone is called after.
NAMESAKES, NAMESAKE_COLUMNS = "zone_cities.tsv", ("time_zone", "geonameid")

NamesByLanguage = dict[str, str]


def repairs() -> dict[int, NamesByLanguage]:
    """Return what outranks CLDR and the catalogues, by GeoNames id and language; an empty name: not the catalogues'."""
    found: dict[int, NamesByLanguage] = defaultdict(dict)
    for geonameid, language, name, _ in read_tsv(fixture(REPAIRS), *REPAIR_COLUMNS):
        found[int(geonameid)][language] = name
    return found


def zone_names(cities: Collection[int]) -> dict[int, NamesByLanguage]:
    """Return the names by language of those of the cities after which their time zone is called, by GeoNames id.

    They are CLDR's, save where a person gives another one.
    """
    namesakes = read_tsv(fixture(NAMESAKES), *NAMESAKE_COLUMNS)
    zones = {zone: city for zone, geonameid in namesakes if (city := int(geonameid)) in cities}
    withheld = {(int(city), name) for city, name, _ in read_tsv(fixture(WITHHELD), *WITHHELD_COLUMNS)}
    names: dict[int, NamesByLanguage] = defaultdict(dict)
    for zone, language, name in read_tsv(fixture(FILE), *COLUMNS):
        if zone in zones and (zones[zone], name) not in withheld:
            names[zones[zone]][language] = tidied(name)
    for city, repaired in repairs().items():
        if city in names:
            names[city] |= {language: name for language, name in repaired.items() if name and language in names[city]}
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
