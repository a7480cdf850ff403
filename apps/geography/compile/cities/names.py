"""Compile CLDR's names of the cities after which time zones are called, and which cities those are."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from django.conf import settings

from apps.geography.compile import cldr as source
from apps.geography.compile.cities.geonames import City
from apps.geography.compile.tsv import write_tsv
from apps.geography.names.languages import SOURCE_LANGUAGE, parents
from apps.geography.names.matching import loosened
from apps.geography.sources.cities.names import COLUMNS, FILE, NAMESAKE_COLUMNS, NAMESAKES
from apps.imports.files.source import read_tsv


def compile_city_names(cldr: Path, fixtures: Path) -> None:
    """Write `cldr_city_names.tsv`; the variant of a region has only what differs from its parent."""
    current = _current_zones(cldr)
    languages = [language for language, _ in settings.LANGUAGES]
    names = {language: _names(cldr, source.locale_name(language)) for language in languages}
    rows = [
        (current.get(zone, zone), language, name)
        for language in languages
        for zone, name in names[language].items()
        if name not in [names[parent].get(zone) for parent in parents(language)[1:]]
    ]
    write_tsv(fixtures / FILE, COLUMNS, sorted(rows))


def _current_zones(cldr: Path) -> dict[str, str]:
    """Return the current IANA name of zones that CLDR keeps under a former one: Asia/Calcutta."""
    types = source.tree(cldr / "common" / "bcp47" / "timezone.xml").iterfind(".//type[@iana]")
    return {each.get("alias", "").split()[0]: each.get("iana", "") for each in types}


def _names(cldr: Path, locale: str) -> dict[str, str]:
    names: dict[str, str] = {}
    for each in source.ancestors(cldr, locale):
        for zone in source.tree(cldr / "common" / "main" / f"{each}.xml").iterfind(".//timeZoneNames/zone"):
            name = zone.findtext("exemplarCity")
            if name and name != source.INHERIT and not zone.get("type", "").startswith("Etc/"):
                names.setdefault(zone.get("type", ""), name)
    return names


def compile_namesakes(cities: Iterable[City], english: Mapping[int, str], fixtures: Path) -> dict[int, dict[str, str]]:
    """Write `zone_cities.tsv`, and return CLDR's names of the cities in it, by GeoNames id and language.

    english: further names of cities in that language, by GeoNames id.
    """
    names: dict[str, dict[str, str]] = defaultdict(dict)
    for zone, language, name in read_tsv(fixtures / FILE, *COLUMNS):
        names[zone][language] = name
    found = _namesakes(cities, english, names)
    write_tsv(fixtures / NAMESAKES, NAMESAKE_COLUMNS, sorted((zone, str(city)) for zone, city in found.items()))
    return {city: names[zone] for zone, city in found.items()}


def _namesakes(
    cities: Iterable[City], english: Mapping[int, str], names: Mapping[str, Mapping[str, str]]
) -> dict[str, int]:
    """Return the largest city of each zone that is called as the zone is, by its own name or else by the English."""
    called = {
        zone: {loosened(zone.rpartition("/")[2]), loosened(translations.get(SOURCE_LANGUAGE, zone))}
        for zone, translations in names.items()
    }
    found: dict[str, tuple[bool, int, int]] = {}
    for city in cities:
        zone = called.get(city.time_zone, set())
        is_own = loosened(city.name) in zone
        if is_own or (zone and loosened(english.get(city.geonameid, "")) in zone):
            best = found.get(city.time_zone, (False, -1, 0))
            found[city.time_zone] = max(best, (is_own, city.population, city.geonameid))
    return {zone: geonameid for zone, (_, _, geonameid) in found.items()}
