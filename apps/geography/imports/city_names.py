"""Names of cities in other languages, as far as the installed packages have them: those that name a time zone."""

from collections.abc import Iterable, Iterator

from babel import Locale
from django.conf import settings

from apps.geography.imports.cldr import locale_name
from apps.geography.languages import SOURCE_LANGUAGE, parents
from apps.geography.matching import loosened

# (GeoNames id, name, time zone, population)
NamedCity = tuple[int, str, str, int]


def zone_names(cities: Iterable[NamedCity]) -> Iterator[tuple[int, str, str]]:
    """Yield (GeoNames id, language, name) of the cities after which their time zone is called.

    A language has a name only where it differs from the city's own, and a region's variant only where it differs
    from its parent's.
    """
    zones = {language: _cities_of_zones(language) for language, _ in settings.LANGUAGES}
    for zone, (geonameid, own) in sorted(_namesakes(cities, zones[SOURCE_LANGUAGE]).items()):
        for language, names in zones.items():
            inherited = next((zones[parent].get(zone) for parent in parents(language)[1:]), None) or own
            name = names.get(zone)
            if name and name != inherited:
                yield geonameid, language, name


def _cities_of_zones(language: str) -> dict[str, str]:
    """Return CLDR's name of the city that stands for each time zone."""
    zones = Locale.parse(locale_name(language)).time_zones
    return {zone: names["city"] for zone, names in zones.items() if "city" in names}


def _namesakes(cities: Iterable[NamedCity], english: dict[str, str]) -> dict[str, tuple[int, str]]:
    """Return the id and name of the largest city of each zone that is called as the zone is."""
    found: dict[str, tuple[int, int, str]] = {}
    for geonameid, name, zone, population in cities:
        called = {loosened(english.get(zone, "")), loosened(zone.rpartition("/")[2])}
        if loosened(name) in called:
            found[zone] = max(found.get(zone, (-1, 0, "")), (population, geonameid, name))
    return {zone: (geonameid, name) for zone, (_, geonameid, name) in found.items()}
