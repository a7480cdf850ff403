"""Compile the names that ISO 3166-2 has in further official languages, as the package `iso3166-2` holds them."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pycountry

from apps.geography.compile.tsv import write_tsv
from apps.geography.sources.subdivisions.iso_names import clean
from apps.geography.sources.subdivisions.official_names import COMPILED, COMPILED_COLUMNS, further_languages
from apps.geography.sources.subdivisions.romanization import UN_RUSSIAN, is_latin, romanized
from apps.geography.validation.characters import fault
from apps.imports.files.source import BadSource, read_json

# A list of names, each with the language after it in parentheses.
LABELLED = re.compile(r"(?:^|, )'?((?:(?!\), ).)+?) \(([a-z0-9]+)\)(?=, |$)")
WORD = re.compile(r"[^\W\d_]+")
LEAST = 4000

Row = tuple[str, str, str, str]


def compile_official_names(table: Path, fixtures: Path) -> None:
    """Write the names of `iso3166-2.json` that are in a language which ISO writes the country's names in, too."""
    countries = read_json(table)
    lists = [each for each in countries.values() if isinstance(each, dict)] if isinstance(countries, dict) else []
    places: dict[str, Any] = {code: place for subdivisions in lists for code, place in subdivisions.items()}
    if len(places) < LEAST:
        raise BadSource(f"{table} has only {len(places)} subdivisions; give iso3166-2.json of the package iso3166-2.")
    current = {each.code for each in pycountry.subdivisions}
    rows = (row for code in sorted(current & places.keys()) for row in _names(code, places[code]))
    write_tsv(fixtures / COMPILED, COMPILED_COLUMNS, rows)


def _names(code: str, place: dict[str, Any]) -> Iterator[Row]:
    labelled = [(name.strip(), language) for name, language in LABELLED.findall(place.get("localOtherName") or "")]
    for language in further_languages(code[:2]):
        tags = _tags(language)
        # The first is the one that ISO has; the others are spellings and nicknames.
        found = next((name for name, tag in labelled if tag in tags and is_latin(name) and not fault(name)), None)
        if found:
            yield code, language, "", found
    if code.startswith("RU-"):
        name = clean(code, place["name"]).name
        natives = [native for native, tag in labelled if tag == "rus"]
        # The package does not say by which system a name is romanized: its letters do.
        if any(_words(name) == _words(dict(romanized(native, "ru"))[UN_RUSSIAN]) for native in natives):
            yield code, "ru", UN_RUSSIAN, name


def _tags(language: str) -> set[str]:
    """Return the codes of ISO 639-3 that the package labels a language of ours by."""
    known = pycountry.languages.get(alpha_2=language) if len(language) == 2 else None
    return {known.alpha_3 if known else language, *({"ckb", "kmr"} if language == "ku" else ())}


def _words(name: str) -> list[str]:
    return sorted(WORD.findall(name.lower()))
