"""Names of cities by language, as GeoNames' file of alternate names has them."""

from collections.abc import Collection
from functools import lru_cache
from sys import intern

import icu

from apps.geography.names.languages import LANGUAGES
from apps.geography.sources.geonames import LONGEST_NAME, text, whole
from apps.geography.sources.geonames_files import Dump
from apps.geography.sources.romanization import is_latin

COLUMNS = 10
# What GeoNames or others call our languages. Most of what stands in the column is no language of ours: "link", "post",
# "wkdt", "iata".
ALIASES = {
    "in": "id",
    "iw": "he",
    "no": "nb",
    "pt-pt": "pt",
    "sr-cyrl": "sr",
    "zh-cn": "zh-hans",
    "zh-sg": "zh-hans",
    "zh-hk": "zh-hant",
    "zh-mo": "zh-hant",
    "zh-tw": "zh-hant",
}
EXACT, ALIAS, GUESSED = 8, 4, 0
PREFERRED, SHORT = 2, 1


def read(dump: Dump, cities: Collection[int]) -> dict[int, dict[str, str]]:
    """Return the best name of each of the cities in each of our languages: {1850147: {"de": "Tokio"}}.

    A name under our own code for the language outranks one under another; then preferred names outrank short ones,
    and these all others. Historic and colloquial names, and those that went out of use, are passed over.
    """
    best: dict[int, dict[str, tuple[int, str]]] = {}
    for number, cells in dump.rows():
        _, city, tag, name, preferred, short, colloquial, historic, _, until = cells
        try:
            geonameid = whole("GeoNames id", text(city))
            if geonameid not in cities or b"1" in (colloquial, historic) or until:
                continue
            called = text(name)
            if not 0 < len(called) <= LONGEST_NAME:
                raise ValueError(f"the name has {len(called)} characters, not 1 to {LONGEST_NAME}")
            for language, rank in languages_of(text(tag), called):
                full = rank + PREFERRED * (preferred == b"1") + SHORT * (short == b"1")
                names = best.setdefault(geonameid, {})
                if language not in names or names[language][0] < full:
                    names[language] = (full, called)
        except ValueError as error:
            dump.reject(number, str(error))
    return {city: {language: name for language, (_, name) in names.items()} for city, names in best.items()}


def languages_of(tag: str, name: str) -> list[tuple[str, int]]:
    """Return which of our languages a tag of GeoNames' stands for, and how surely.

    A bare "zh" or "sr" does not say in which script the name is; the name does.
    """
    code = _code(tag)
    if code == "zh":
        return [(language, GUESSED) for language in _chinese(name)]
    if code == "sr" and is_latin(name):
        return [("sr-latn", GUESSED)]
    if code in LANGUAGES:
        return [(code, EXACT)]
    base, _, region = code.partition("-")
    if code in ALIASES:
        return [(ALIASES[code], ALIAS)]
    if base in LANGUAGES and (len(region) == 2 or (len(region) == 3 and region.isdigit())):
        return [(base, GUESSED)]
    return []


@lru_cache(maxsize=1024)
def _code(tag: str) -> str:
    return intern(tag.lower().replace("_", "-"))


def _chinese(name: str) -> list[str]:
    """Return the scripts that the name is in: both, where no character differs."""
    traditional = _transliterator("Traditional-Simplified").transliterate(name) != name
    simplified = _transliterator("Simplified-Traditional").transliterate(name) != name
    if traditional:
        return ["zh-hant"]
    return ["zh-hans"] if simplified else ["zh-hans", "zh-hant"]


@lru_cache(maxsize=2)
def _transliterator(name: str) -> icu.Transliterator:
    return icu.Transliterator.createInstance(name)
