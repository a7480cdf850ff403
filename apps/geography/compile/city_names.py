"""Compile CLDR's names of the cities after which time zones are called."""

from pathlib import Path

from django.conf import settings

from apps.geography.compile import cldr as source
from apps.geography.compile.countries import write_tsv
from apps.geography.names.languages import parents
from apps.geography.sources.city_names import COLUMNS, FILE


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
