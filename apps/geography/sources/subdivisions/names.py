"""What subdivisions and their types are called, in every language that some source has."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from unicodedata import normalize

import pycountry

from apps.geography.sources.countries import names as country_names
from apps.geography.sources.countries.names import LANGUAGES
from apps.geography.sources.pinned import fixture
from apps.geography.sources.subdivisions.iso_names import clean
from apps.geography.sources.subdivisions.romanization import is_latin, script
from apps.imports.files.source import BadSource, read_tsv
from apps.imports.tables import Row

NAMES = ("code", "name")
WITHHELD = "withheld_subdivision_names.tsv"
WITHHELD_COLUMNS = ("code", "language", "name", "kind", "evidence")
# Languages whose catalogue a machine has written, word by word: Labé is a laboratory in Irish, and Loei "Y'all".
MACHINE_MADE = frozenset({"ga"})

TextsByCode = dict[str, dict[str, str]]


def names(redirects: dict[str, str]) -> TextsByCode:
    """Return `{code: {language: name}}` of all current codes, each with an English name.

    redirects: code to country, of the codes that are one.
    """
    compiled = {}
    for language in LANGUAGES:
        path = fixture(f"subdivision_names/{language}.tsv")
        compiled[language] = dict(read_tsv(path, *NAMES)) if path.exists() else {}
    return merged(compiled, redirects, {(code, language, name) for code, language, name, *_ in withheld()})


def withheld() -> Iterator[list[str]]:
    """Yield what is not taken from CLDR or pycountry: code, language, name, the suspicion and its evidence."""
    yield from read_tsv(fixture(WITHHELD), *WITHHELD_COLUMNS)


def merged(
    compiled: Mapping[str, Mapping[str, str]], redirects: dict[str, str], withheld: Collection[tuple[str, str, str]]
) -> TextsByCode:
    """Return `{code: {language: name}}` of all current codes from all sources.

    CLDR's names, `compiled` by language and code, come first, then, for a code that is a country, the country's, then
    pycountry's, unless withheld.
    """
    texts: TextsByCode = {subdivision.code: {} for subdivision in pycountry.subdivisions}
    for language, by_code in compiled.items():
        for code, name in by_code.items():
            if code in texts:
                texts[code][language] = name
    countries = country_names.display_names(set(redirects.values()))
    for code, country in redirects.items():
        # The Caribbean Netherlands and Svalbard and Jan Mayen are more than one subdivision each.
        if list(redirects.values()).count(country) == 1:
            texts[code] = {**countries[country], **texts[code]}
    _add_catalogues(texts, withheld)
    for subdivision in pycountry.subdivisions:
        texts[subdivision.code].setdefault("en", clean(subdivision.code, subdivision.name).name)
    return {
        code: {language: normalize("NFC", name) for language, name in names.items()} for code, names in texts.items()
    }


def types() -> Iterator[Row]:
    """Yield the rows of the types: the English name in lower case, and the names in the order of the languages."""
    path = fixture("subdivision_types.tsv")
    with path.open(encoding="utf-8") as file:
        header = file.readline().rstrip("\n").split("\t")
    translated = {row[0]: dict(zip(header, row, strict=True)) for row in read_tsv(path, *header)}
    for name in sorted({subdivision.type for subdivision in pycountry.subdivisions}):
        if name not in translated:
            raise BadSource(f"{path}: has no row for the type {name!r}")
        texts = {language: text for language, text in translated[name].items() if text}
        yield (name.lower(), *country_names.columns(texts))


def _add_catalogues(texts: TextsByCode, withheld: Collection[tuple[str, str, str]]) -> None:
    """Fill the gaps with pycountry's translations."""
    by_name: dict[str, list[str]] = defaultdict(list)
    for subdivision in pycountry.subdivisions:
        by_name[subdivision.name].append(subdivision.code)
    for language, catalogue in country_names.catalogues("iso3166-2"):
        if language not in LANGUAGES or language in MACHINE_MADE:
            continue
        latin = script(language) == "Latn"
        for name, codes in by_name.items():
            text = catalogue.get(name, "")
            # "Central" stands in eight countries, and the catalogue cannot tell them apart.
            if not text or len({code[:2] for code in codes}) > 1:
                continue
            if not latin and is_latin(text):
                continue
            for code in codes:
                readable = clean(code, text).name
                translated = readable[:1].title() + readable[1:]
                if (code, language, translated) not in withheld:
                    texts[code].setdefault(language, translated)
