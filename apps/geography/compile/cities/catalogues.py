"""Compile GeoNames' names of cities by language, and further spellings of them, into `fixtures/`."""

import gettext
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any

import icu
from rapidfuzz import fuzz

from apps.geography.compile.cities import geonames as source
from apps.geography.compile.cities.attested import attested
from apps.geography.compile.cities.geonames import City, NamesByLanguage, Taken, clean, is_written, native
from apps.geography.compile.cities.names import compile_namesakes
from apps.geography.compile.cities.spellings import respelt
from apps.geography.compile.tsv import write_tsv
from apps.geography.names.languages import SOURCE_LANGUAGE
from apps.geography.names.matching import loosened
from apps.geography.sources.cities.alternate_names import languages_of
from apps.geography.sources.cities.catalogues import NAME_COLUMNS, NAMES, SPELLING_COLUMNS, SPELLINGS
from apps.geography.sources.cities.names import WITHHELD, repairs
from apps.geography.sources.countries.reader import official_languages
from apps.geography.sources.pinned import fixture
from apps.geography.validation.suggestions import plain
from apps.imports.files.source import BadSource, read_tsv

CATALOGUE = "geonames.mo"
SIZE = 500
# Spellings are kept of the cities that the packages bring by themselves; those of villages are seldom anybody's.
SPELT_SIZE = 15000
CURATED, CURATED_COLUMNS = "city_spellings_curated.tsv", ("geonameid", "spelling", "note")
# Of 100: how alike a name and an earlier name of the place are at most.
RENAMED = 60
# Letters that one keyboard for Arabic script has in the place of another's.
OWN_LETTERS = {"ar": str.maketrans("یک", "يك"), **dict.fromkeys(("fa", "ur"), str.maketrans("يك", "یک"))}
TO_ASCII = icu.Transliterator.createInstance("Any-Latin; Latin-ASCII; Lower")
TO_SIMPLIFIED = icu.Transliterator.createInstance("Traditional-Simplified")


def compile_catalogues(locales: Path, fixtures: Path) -> None:
    """Write `city_names/<language>.tsv`, `city_spellings.tsv` and `zone_cities.tsv`.

    locales: the folder of gettext catalogues that Debian's package libgeonames-common installs.
    """
    cities = {city.geonameid: city for city in source.cities_of_at_least(SIZE)}
    catalogues = catalogued(locales, cities)
    english = {city: names[SOURCE_LANGUAGE] for city, names in catalogues.items() if SOURCE_LANGUAGE in names}
    of_zones = compile_namesakes(cities.values(), english, fixtures)
    spelt = {city.geonameid for city in source.cities_of_at_least(SPELT_SIZE)}
    taken = Taken(cities.values())
    repaired, curated, confirmed, withheld = repairs(), _curated(CURATED), attested(), _curated(WITHHELD)
    names: dict[str, list[tuple[str, str]]] = defaultdict(list)
    spellings: list[tuple[str, str]] = []
    for geonameid, city in sorted(cities.items()):
        given = catalogues.get(geonameid, {}) | repaired.get(geonameid, {})
        found = {language: name for language, name in given.items() if name and taken.may_bear(city, name)}
        kept = with_both_scripts(city, current(city, found))
        for language, name in kept.items():
            names[language].append((str(geonameid), name))
        others = [name for language, name in found.items() if language not in kept]
        others += curated[geonameid] + confirmed.get(geonameid, [])
        # CLDR's names are shown in the place of some that the catalogues have, and of none that a person gives.
        shown = kept | {
            language: name
            for language, name in of_zones.get(geonameid, {}).items()
            if not repaired.get(geonameid, {}).get(language)
        }
        if geonameid in spelt:
            respellings = respelt(city, [*city.alternatives, *kept.values()], shown)
            others += [name for name in respellings if taken.may_be_spelt(city, name, shown.values())]
        known = [city.name, *shown.values(), *withheld[geonameid]]
        spellings += [(str(geonameid), spelling) for spelling in distinct(others, known)]
    for path in (fixtures / NAMES).glob("*.tsv"):
        path.unlink()
    for language, rows in names.items():
        write_tsv(fixtures / NAMES / f"{language}.tsv", NAME_COLUMNS, rows)
    write_tsv(fixtures / SPELLINGS, SPELLING_COLUMNS, spellings)


def catalogued(locales: Path, cities: dict[int, City]) -> dict[int, NamesByLanguage]:
    """Return the name of each city in each of our languages, in the language's own script."""
    best: dict[int, dict[str, tuple[int, str]]] = defaultdict(dict)
    paths = sorted(locales.glob(f"*/LC_MESSAGES/{CATALOGUE}"))
    if not paths:
        raise BadSource(f"{locales}: no */LC_MESSAGES/{CATALOGUE}; give the folder usr/share/locale of the package.")
    for path in paths:
        with path.open("rb") as file:
            messages: Any = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
        for key, text in messages.items():
            # Others are the codes of countries and their divisions.
            city = cities.get(int(key)) if key.isdigit() else None
            name = clean(text, city.name) if city else ""
            if city is None or not name:
                continue
            for language, rank in languages_of(path.parts[-3], name):
                if is_written(name, [language]) and best[city.geonameid].get(language, (-1, ""))[0] < rank:
                    best[city.geonameid][language] = (rank, written(name, language))
    return {city: {language: name for language, (_, name) in sorted(names.items())} for city, names in best.items()}


def written(name: str, language: str) -> str:
    """Return the name in the language's own letters, a single word with a capital one first: not "bendigo"."""
    name = name.translate(OWN_LETTERS.get(language, {}))
    return name.capitalize() if name.isalpha() and name.islower() else name


def current(city: City, names: NamesByLanguage) -> NamesByLanguage:
    """Return the names without those that the city had before.

    The catalogues are older than the cities. Where their English name is not alike GeoNames' name of today, and
    that is not just the name in a language of the country, the city was renamed: what is nearer to the earlier
    name is out. English stays as GeoNames writes it, save for an exonym such as Cologne for Köln.
    """
    others = {language: name for language, name in names.items() if language != SOURCE_LANGUAGE}
    english = names.get(SOURCE_LANGUAGE, city.name)
    if loosened(english) == loosened(city.name):
        return others
    if "en" not in official_languages(city.country) and loosened(city.name) in map(loosened, native(city, names)):
        ours, theirs = set(plain(city.name).split()), set(plain(english).split())
        return others if ours <= theirs or theirs <= ours else names
    own, former = _ascii(city.name), _ascii(english)
    if fuzz.ratio(own, former) >= RENAMED:
        return others
    return {
        language: name
        for language, name in others.items()
        if fuzz.ratio(_ascii(name), own) >= fuzz.ratio(_ascii(name), former)
    }


@cache
def _ascii(name: str) -> str:
    return str(TO_ASCII.transliterate(name))


def with_both_scripts(city: City, names: NamesByLanguage) -> NamesByLanguage:
    """Return the names with the one in the other Chinese script where it is among the city's alternative names."""
    for have, lack in (("zh-hans", "zh-hant"), ("zh-hant", "zh-hans")):
        if have in names and lack not in names:
            simplified = TO_SIMPLIFIED.transliterate(names[have])
            for name in city.alternatives:
                is_same = TO_SIMPLIFIED.transliterate(name) == simplified
                if name != names[have] and is_same and (name == simplified) == (lack == "zh-hans"):
                    return names | {lack: name}
    return names


def distinct(spellings: list[str], names: list[str]) -> list[str]:
    """Return those of the spellings that a reader would not take for another one, or for one of the names."""
    seen = {loosened(name) for name in names}
    found: dict[bytes, str] = {}
    for spelling in sorted(spellings):
        if (key := loosened(spelling)) not in seen:
            found.setdefault(key, spelling)
    return list(found.values())


def _curated(name: str) -> dict[int, list[str]]:
    """Return the spellings that a person knows to be right, or in the other file to be wrong, by GeoNames id."""
    spellings: dict[int, list[str]] = defaultdict(list)
    for geonameid, spelling, _ in read_tsv(fixture(name), *CURATED_COLUMNS):
        spellings[int(geonameid)].append(spelling)
    return spellings
