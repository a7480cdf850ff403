"""What countries are called: CLDR's display names, and every other name that somebody may look for."""

import gettext
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pycountry
from babel import Locale, localedata
from django.conf import settings
from django_countries.data import COUNTRIES as ISO_NAMES

from apps.geography.models.countries import NO_LANGUAGE
from apps.geography.names.languages import parents
from apps.geography.sources.pinned import fixture
from apps.geography.validation.characters import fault, tidied
from apps.imports.files.source import read_tsv

NAMES = ("code", "language", "kind", "name")
REPAIRS = ("code", "language", "name", "note")

LANGUAGES = [code for code, _ in settings.LANGUAGES]
# Django's Portuguese is European, CLDR's is Brazilian.
BABEL_LOCALES = {"pt": "pt-PT", "pt-br": "pt"}
# CLDR's standard form names the state that these belong to, or not: "Hong Kong SAR China".
SHORT = ("HK", "MO", "PS")
MAX_LENGTH = 200


@lru_cache(maxsize=128)
def territories(language: str) -> dict[str, str]:
    """Return the names of all territories in one of our languages, by alpha-2 or M49 code."""
    names = Locale.parse(BABEL_LOCALES.get(language, language), sep="-").territories
    # Babel would keep all that it has read of every locale, 80 MB.
    localedata._cache.clear()
    return {str(code): str(name) for code, name in names.items()}


def babel_names(code: str) -> dict[str, str]:
    """Return CLDR's standard name of a territory in each language."""
    return {language: territories(language)[code] for language in LANGUAGES if code in territories(language)}


def columns(names: dict[str, str]) -> list[str | None]:
    """Return the names in the order of the languages; None where it is the parent language's name."""
    return [
        names.get(language)
        if len(line := parents(language)) == 1 or names.get(language) != names.get(line[1])
        else None
        for language in LANGUAGES
    ]


def display_names(codes: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return the display names, `{code: {language: name}}`: CLDR's, unless they are out of date."""
    names = {code: babel_names(code) for code in codes}
    for code, language, kind, name in read_tsv(fixture("cldr_country_names.tsv"), *NAMES):
        if code in names and code in SHORT and kind == "short":
            names[code][language] = name
    for code, language, name, _ in read_tsv(fixture("country_name_repairs.tsv"), *REPAIRS):
        if code in names:
            names[code][language] = name
    return names


def alternative_names(names: dict[str, dict[str, str]]) -> Iterator[tuple[str, str, str]]:
    """Yield (country, language, name), each once, for every name but the display names."""
    seen = {(code, language, name) for code, texts in names.items() for language, name in texts.items()}
    seen |= withheld()
    for code, language, text in _alternatives(names):
        row = (code, language, tidied(text))
        # A word in the catalogues has letters that Unicode does not have.
        if row not in seen and row[2] and len(row[2]) <= MAX_LENGTH and fault(row[2]) is None:
            seen.add(row)
            yield row


def withheld() -> frozenset[tuple[str, str, str]]:
    """Return (country, language, name) for what pycountry's catalogues call a country, and is another's name."""
    rows = read_tsv(fixture("withheld_country_names.tsv"), *REPAIRS)
    return frozenset((code, language, name) for code, language, name, _ in rows)


def _alternatives(names: dict[str, dict[str, str]]) -> Iterator[tuple[str, str, str]]:
    for code in names:
        for language, name in babel_names(code).items():
            yield code, language, name
    for code, language, _, name in read_tsv(fixture("cldr_country_names.tsv"), *NAMES):
        if code in names:
            yield code, language, name
    for file in ("country_aliases.tsv", "common_country_names.tsv"):
        for code, language, name in read_tsv(fixture(file), "code", "language", "name"):
            yield code, language, name
    for reserved, code, _ in read_tsv(fixture("reserved_codes.tsv"), "reserved", "code", "note"):
        yield code, NO_LANGUAGE, reserved
    yield from _iso_names()


def _iso_names() -> Iterator[tuple[str, str, str]]:
    """Yield ISO's short, official and common names in English, and pycountry's translations of them."""
    english = {
        country.alpha_2: [
            getattr(country, name) for name in ("name", "official_name", "common_name") if hasattr(country, name)
        ]
        for country in pycountry.countries
    }
    for code, texts in english.items():
        yield from ((code, "en", text) for text in texts)
        yield code, "en", str(ISO_NAMES[code])
    for tag, catalogue in catalogues("iso3166-1"):
        for code, texts in english.items():
            for text in texts:
                translated = catalogue.get(text, text)
                if translated != text:
                    yield code, tag, translated


def catalogues(domain: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield (language tag, `{English: translation}`) for each catalogue of pycountry's."""
    for path in sorted(Path(pycountry.LOCALES_DIR).glob(f"*/LC_MESSAGES/{domain}.mo")):
        tag = language_tag(path.parts[-3])
        with path.open("rb") as file:
            messages: Any = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
        yield tag, {key: text for key, text in messages.items() if isinstance(key, str) and key and text}


def language_tag(locale: str) -> str:
    """Return our language of a gettext locale, else its BCP 47 tag: "zh_CN" is "zh-hans", "oc" is "oc"."""
    special = {
        "zh_CN": "zh-hans",
        "zh_TW": "zh-hant",
        "zh_HK": "zh-Hant-HK",
        "nb_NO": "nb",
        "sr@latin": "sr-latn",
        "bn_IN": "bn-IN",
        "pt_BR": "pt-br",
    }
    name, _, script = locale.partition("@")
    tag = name.replace("_", "-")
    if script:
        tag += {"latin": "-Latn", "cyrillic": "-Cyrl"}.get(script, f"-x-{script}")
    return special.get(locale, tag)
