"""Names of cities by language, as GeoNames' file of alternate names has them."""

from collections.abc import Collection
from functools import lru_cache
from sys import intern

import icu

from apps.geography.models import CityName
from apps.geography.names.languages import LANGUAGES
from apps.geography.sources.cities.geonames import IDENTITY, Unreadable, identity, text
from apps.geography.sources.cities.geonames_files import Dump
from apps.geography.sources.subdivisions.romanization import is_latin
from apps.geography.validation.characters import tidied
from apps.geography.validation.rows import name as named
from apps.imports.rules import Problem, fits

COLUMNS = 10
FITS = fits(CityName._meta.get_field("name"), CityName._meta.get_field("name"))
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


def key(cells: list[bytes]) -> tuple[int] | None:
    """Return the GeoNames id of the city that a line names: whatever it calls it, its names stay."""
    city = cells[1].decode(errors="replace").strip() if len(cells) > 1 else ""
    return (int(city),) if IDENTITY.fullmatch(city) else None


def names_in(dump: Dump, cities: Collection[int]) -> dict[int, dict[str, str]]:
    """Return the best name of each of the cities in each of our languages: {1850147: {"de": "Tokio"}}.

    A name under our own code for the language outranks one under another; then preferred names outrank short ones,
    and these all others. Historic and colloquial names, and those that went out of use, are passed over. Where the
    best name is none that can be used, the city keeps the name it has.
    """
    best: dict[int, dict[str, tuple[int, str | None]]] = {}
    for number, cells in dump.rows():
        _, city, tag, name, preferred, short, colloquial, historic, _, until = cells
        try:
            geonameid = identity(text(city))
            if geonameid not in cities or b"1" in (colloquial, historic) or until:
                continue
            called: str | None = tidied(text(name))
            ranked = languages_of(text(tag), called or "")
            if ranked and (wrong := _unusable(called or "")):
                dump.reject(number, wrong, cells)
                called = None
        except Unreadable as error:
            dump.reject(number, error.problem, cells)
            continue
        for language, rank in ranked:
            full = rank + PREFERRED * (preferred == b"1") + SHORT * (short == b"1")
            names = best.setdefault(geonameid, {})
            if language not in names or names[language][0] < full:
                names[language] = (full, called)
    return {city: {language: name for language, (_, name) in names.items() if name} for city, names in best.items()}


def _unusable(called: str) -> Problem | None:
    """Return what is wrong with a name, by the rules of the table it is meant for."""
    remedy = FITS(called) or named(called)
    return Problem("name", called, remedy) if remedy else None


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
