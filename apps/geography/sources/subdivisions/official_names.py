"""Official names of subdivisions: ISO's, in each language that it has them in, and the native ones."""

from collections.abc import Iterator
from functools import lru_cache

import pycountry

from apps.geography.sources.countries.reader import official_languages
from apps.geography.sources.pinned import fixture
from apps.geography.sources.subdivisions import systems
from apps.geography.sources.subdivisions.iso_names import clean
from apps.geography.sources.subdivisions.romanization import is_latin, romanized, script
from apps.imports.files.source import read_tsv
from apps.imports.tables import Row

COMPILED, COMPILED_COLUMNS = "compiled_official_names.tsv", ("code", "language", "romanization", "name")
# Languages whose names we hold under another code.
COLUMNS = {"zh": "zh-hans", "no": "nb"}
# Where ISO gives a second name, in brackets, in this language, and the first in one that it does not tell.
BRACKETED = {"GB": ("en", "cy"), "ES": ("", "es")}

NameKey = tuple[str, str, str]


def rows(names: dict[str, dict[str, str]]) -> Iterator[Row]:
    """Yield the official names as `OFFICIAL_NAMES` has them; names: what subdivisions are called, by language."""
    taken: set[NameKey] = set()
    for source in (_of_iso(), _in_further_languages(), _native(names)):
        for code, language, romanization, *rest in source:
            key = (code, language or "", romanization or "")
            # What a person wrote precedes what is compiled, and that what is computed.
            if key not in taken:
                taken.add(key)
                yield code, language, romanization, *rest


@lru_cache(maxsize=1)
def _languages() -> dict[str, tuple[str, list[str]]]:
    """Return the language of ISO's names, and those that it has further ones in, by country."""
    written = read_tsv(fixture("official_languages.tsv"), "country", "written", "others")
    return {country: (language, others.split()) for country, language, others in written}


def further_languages(country: str) -> list[str]:
    """Return the languages in which ISO has second names of a country's subdivisions, in Latin letters."""
    return _languages().get(country, ("", []))[1]


def _written_in(country: str) -> str:
    """Return the language of ISO's first names: the only official one, unless ISO writes in another; "": not known."""
    official = official_languages(country)
    # ISO's names are romanized, whatever script the language is written in.
    alone = official[0].partition("-")[0] if len(official) == 1 else ""
    return _languages().get(country, ("", []))[0] or alone


def _of_iso() -> Iterator[Row]:
    """Yield pycountry's name of each subdivision, and the second one that stands beside it."""
    variants = _variants()
    for each in sorted(pycountry.subdivisions, key=lambda subdivision: subdivision.code):
        country = each.country_code
        name, bracketed, variant = clean(each.code, each.name)
        language = _written_in(country)
        if bracketed and country in BRACKETED:
            language, other = BRACKETED[country]
            yield each.code, other, None, bracketed, None, False, False, None
        known = variants.get((each.code, "")) or variant or bracketed or None
        yield each.code, language or None, None, name, known, True, False, None
    for division in systems.chosen():
        if division.is_new:
            yield (
                division.code,
                _written_in(division.country) or None,
                None,
                division.names["en"],
                None,
                True,
                False,
                None,
            )


def _in_further_languages() -> Iterator[Row]:
    # pycountry has one name of each subdivision, ISO one in each language that is official there.
    variants = _variants()
    curated = ((*row[:2], "", row[2]) for row in read_tsv(fixture("official_names.tsv"), "code", "language", "name"))
    for code, language, romanization, name in (*curated, *read_tsv(fixture(COMPILED), *COMPILED_COLUMNS)):
        variant = variants.get((code, language)) if not romanization else None
        yield code, language, romanization or None, name, variant, False, False, None


def _variants() -> dict[tuple[str, str], str]:
    """Return the local variants by code and language, "" being that of the first name."""
    rows = read_tsv(fixture("local_variants.tsv"), "code", "language", "name")
    return {(code, language): name for code, language, name in rows}


def _native(names: dict[str, dict[str, str]]) -> Iterator[Row]:
    """Yield the names in the scripts of the country's official languages, and what ICU makes of them in Latin.

    The script stands in the language, since ISO's own row, which is romanized, bears the bare one.
    """
    for code, texts in sorted(names.items()):
        for language in official_languages(code[:2]):
            name = texts.get(COLUMNS.get(language, language.lower()), "")
            if not name or is_latin(name):
                continue
            base = language.partition("-")[0]
            yield code, f"{base}-{script(language)}", None, name, None, False, False, None
            for system, text in romanized(name, base):
                yield code, base, system, text, None, False, True, None
